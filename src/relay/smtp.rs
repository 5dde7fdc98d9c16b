//! SMTP (RFC 5321): a few long-lived tasks, each with connections of its own, fed by a queue. A task is never cancelled,
//! and a connection on which anything went wrong is never used again: a late answer to one mail cannot be taken for the
//! answer to the next. A mail counts as accepted only when the end of its text was answered with 2xx.

use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::{Instant, timeout, timeout_at};

use super::log::Event;
use super::transport::{Letter, Outcome, Sending, Step, Transport};
use super::wire::Way;

/// Connections to a server at one time.
const TASKS: usize = 8;

/// Mails that wait for a task.
const QUEUE: usize = 1024;

/// How long an idle connection is kept. Servers close them after minutes.
const IDLE: Duration = Duration::from_secs(20);

/// How long a connection may take to be opened.
const OPEN: Duration = Duration::from_secs(15);

/// How long a server may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(1);

/// A mail server, ready to be used.
#[derive(Clone)]
pub struct Endpoint {
    /// How to reach it.
    pub way: Way,
    /// User and password.
    pub login: Option<Credentials>,
}

/// Where events are told.
pub type Tell = Arc<dyn Fn(&Event) + Send + Sync>;

struct Job {
    letter: Letter,
    /// When whoever waits for it is told, whatever has come of it.
    until: Instant,
    done: oneshot::Sender<Outcome>,
}

/// Mail servers, tried in order.
pub struct Smtp {
    queue: mpsc::Sender<Job>,
    deadline: Duration,
}

/// What all tasks share.
struct Plan {
    servers: Vec<Endpoint>,
    deadline: Duration,
    tell: Tell,
}

impl Endpoint {
    /// Where it is and how it is spoken to, without any secret.
    #[must_use]
    pub fn description(&self) -> String {
        let tls = match (&self.way.tls, self.way.upgrade) {
            (None, _) => "plain, on this machine",
            (Some(_), true) => "STARTTLS required",
            (Some(_), false) => "TLS from the first byte",
        };
        let login = if self.login.is_some() { "with a login" } else { "without a login" };
        format!("{}:{}, {tls}, {login}", self.way.host.0, self.way.host.1)
    }
}

impl Smtp {
    /// Starts the tasks, on the runtime that it is called on. `deadline` is for one mail, the wait for a task
    /// and all servers included.
    #[must_use]
    pub fn start(servers: Vec<Endpoint>, deadline: Duration, tell: Tell) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        let plan = Arc::new(Plan { servers, deadline, tell });
        for _ in 0..TASKS {
            let kept = plan.servers.iter().map(|_| None).collect();
            tokio::spawn(Task { plan: Arc::clone(&plan), kept }.run(Arc::clone(&jobs)));
        }
        Self { queue, deadline }
    }
}

impl Transport for Smtp {
    fn send(&self, letter: Letter) -> Sending<'_> {
        Box::pin(async move {
            let (done, answer) = oneshot::channel();
            let job = Job { letter, until: Instant::now() + self.deadline, done };
            if self.queue.send(job).await.is_err() {
                return Outcome::NotSent;
            }
            // A task that broke off had the mail: nobody can tell how far it came.
            answer.await.unwrap_or(Outcome::Unconfirmed)
        })
    }
}

/// A connection that was used and may be used again.
struct Kept {
    connection: AsyncSmtpConnection,
    since: Instant,
}

struct Task {
    plan: Arc<Plan>,
    kept: Vec<Option<Kept>>,
}

/// How an attempt failed.
struct Failed {
    step: Step,
    code: Option<u16>,
    /// Whether it was on a connection that was kept, and turned out to be dead or out of step before the text.
    stale: bool,
}

impl Failed {
    /// Whether the mail may have been accepted: the text was under way, and no answer refuses it.
    fn unknown(&self) -> bool {
        self.step == Step::Text && !refuses(self.code)
    }

    /// Whether another server would say the same: the mail itself was refused for good.
    fn final_word(&self) -> bool {
        let about_mail = self.step >= Step::Sender;
        about_mail && self.code.is_some_and(|code| (500..600).contains(&code))
    }
}

impl Task {
    async fn run(mut self, jobs: Arc<Mutex<mpsc::Receiver<Job>>>) {
        loop {
            let job = jobs.lock().await.recv().await;
            let Some(job) = job else { return };
            let outcome = self.deliver(&job.letter, job.until).await;
            // The caller may be gone; the mail is sent all the same.
            let _ = job.done.send(outcome);
        }
    }

    /// Tries the servers in order. Cut off after the text, the same server is tried once more with the same mail.
    async fn deliver(&mut self, letter: &Letter, until: Instant) -> Outcome {
        // With little time left it might be cut off in its text, and then nobody could tell what came of it.
        if until < Instant::now() + self.plan.deadline / 2 {
            (self.plan.tell)(&Event::Late);
            return Outcome::NotSent;
        }
        for server in 0..self.plan.servers.len() {
            if until <= Instant::now() {
                return Outcome::NotSent;
            }
            match self.attempt(server, letter, until).await {
                Ok(()) => return Outcome::Accepted,
                Err(failed) if failed.unknown() => {
                    let again = self.attempt(server, letter, until).await;
                    return if again.is_ok() { Outcome::Accepted } else { Outcome::Unconfirmed };
                }
                Err(failed) if failed.final_word() => return Outcome::NotSent,
                Err(_) => {}
            }
        }
        Outcome::NotSent
    }

    /// One attempt, twice if a kept connection turns out to be of no use.
    async fn attempt(&mut self, server: usize, letter: &Letter, until: Instant) -> Result<(), Failed> {
        // Half of the time is left for a second attempt.
        let until = until.min(Instant::now() + self.plan.deadline / 2);
        let mut result = self.once(server, letter, until).await;
        if result.as_ref().is_err_and(|failed| failed.stale) {
            result = self.once(server, letter, until).await;
        }
        let number = server + 1;
        let event = match &result {
            Ok(()) => Event::Accepted { server: number },
            Err(failed) => Event::NotTaken { server: number, step: failed.step, code: failed.code },
        };
        (self.plan.tell)(&event);
        result
    }

    async fn once(&mut self, server: usize, letter: &Letter, until: Instant) -> Result<(), Failed> {
        let fresh = |kept: &Kept| kept.since.elapsed() < IDLE;
        let kept = self.kept.get_mut(server).and_then(Option::take).filter(fresh);
        let reused = kept.is_some();
        let mut step = Step::Connect;
        let talk = async {
            let mut connection = match kept {
                Some(kept) => kept.connection,
                None => open(self.plan.servers.get(server), &mut step).await?,
            };
            hand_over(&mut connection, letter, &mut step).await.map(|()| connection)
        };
        let result = timeout_at(until, talk).await.unwrap_or(Err(None));
        match result {
            Ok(connection) => {
                if let Some(place) = self.kept.get_mut(server) {
                    *place = Some(Kept { connection, since: Instant::now() });
                }
                Ok(())
            }
            Err(code) => {
                let useless = code == Some(421) || !refuses(code);
                Err(Failed { step, code, stale: reused && step < Step::Text && useless })
            }
        }
    }
}

/// The code that a server refused with; nothing when it said nothing.
type Code = Option<u16>;

fn refuses(code: Code) -> bool {
    code.is_some_and(|code| (400..600).contains(&code))
}

async fn open(endpoint: Option<&Endpoint>, step: &mut Step) -> Result<AsyncSmtpConnection, Code> {
    let endpoint = endpoint.ok_or(None)?;
    let wire = timeout(OPEN, endpoint.way.open(step)).await.map_err(|_| None)?.map_err(|_| None)?;
    *step = Step::Greeting;
    let hello = ClientId::Domain(endpoint.way.hello.clone());
    let mut connection =
        AsyncSmtpConnection::connect_with_transport(Box::new(wire), &hello).await.map_err(|error| code(&error))?;
    if let Some(login) = &endpoint.login {
        *step = Step::Login;
        let logged_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], login).await;
        logged_in.map_err(|error| code(&error))?;
    }
    Ok(connection)
}

/// One transaction. Each step is noted before it begins.
async fn hand_over(connection: &mut AsyncSmtpConnection, letter: &Letter, step: &mut Step) -> Result<(), Code> {
    let address =
        |address: &crate::base::address::Address| address.ascii().and_then(|text| text.parse().ok()).ok_or(None);
    let (from, to) = (address(&letter.from)?, address(&letter.to)?);
    let said = |error: lettre::transport::smtp::Error| code(&error);
    *step = Step::Sender;
    answered(2, &connection.command(Mail::new(Some(from), Vec::new())).await.map_err(said)?)?;
    *step = Step::Recipient;
    answered(2, &connection.command(Rcpt::new(to, Vec::new())).await.map_err(said)?)?;
    *step = Step::Data;
    answered(3, &connection.command(Data).await.map_err(said)?)?;
    *step = Step::Text;
    answered(2, &connection.message(&letter.mail.bytes).await.map_err(said)?)
}

/// Whether a reply is of the class that belongs to the command: the library takes 2xx and 3xx for the same. So a server
/// that once answered twice, and is one answer ahead, is found out at DATA.
fn answered(class: u16, reply: &Response) -> Result<(), Code> {
    let code = u16::from(reply.code());
    if code / 100 == class { Ok(()) } else { Err(Some(code)) }
}

fn code(error: &lettre::transport::smtp::Error) -> Code {
    error.status().map(u16::from)
}

impl Drop for Task {
    fn drop(&mut self) {
        let connections = self.kept.iter_mut().filter_map(Option::take);
        for mut kept in connections {
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(async move { timeout(FAREWELL, kept.connection.quit()).await.is_ok() });
            }
        }
    }
}
