//! SMTP (RFC 5321): a few long-lived tasks, each with connections of its own, fed by a queue. A task is never cancelled,
//! and a connection on which anything went wrong is never used again: a late answer to one mail cannot be taken for the
//! answer to the next. A mail counts as accepted only when the end of its text was answered with 2xx.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::log::Event;
use super::silent::Silent;
use super::talk::{Login, Talk, refuses};
use super::transport::{Letter, Outcome, Sending, Step, Transport};
use super::wire::Way;

/// Mails that wait for a task.
const QUEUE: usize = 1024;

/// How long an idle connection is kept. Servers close them after minutes.
const IDLE: Duration = Duration::from_secs(20);

/// How long a server may take to say goodbye.
const FAREWELL: Duration = Duration::from_secs(1);

/// How long to wait before a mail that no server takes now is tried again, in parts of the time for one mail: with the
/// usual minute after five seconds and after ten more. Later there is no time for a whole attempt.
const PAUSES: &[u32] = &[12, 6];

/// A mail server, ready to be used.
#[derive(Clone)]
pub struct Endpoint {
    /// How to reach it.
    pub way: Way,
    /// Who logs in, and with what.
    pub login: Option<Login>,
}

/// Where events are told.
pub type Tell = Arc<dyn Fn(&Event) + Send + Sync>;

/// How long a server may take to greet when there is another one to be tried after it, in parts of the time for one mail:
/// ten seconds with the usual minute.
const GREETING: u32 = 6;

struct Job {
    letter: Letter,
    /// When whoever waits for it is told, whatever has come of it.
    until: Instant,
    done: oneshot::Sender<Told>,
}

/// What a task says of a mail.
enum Told {
    /// What came of it.
    End(Outcome),
    /// No server takes it now, and one of them may take it later.
    Later,
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
    silent: Silent,
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
    /// Starts so many tasks, on the runtime that it is called on. `deadline` is for one mail, the wait for a task
    /// and all servers included.
    #[must_use]
    pub fn start(servers: Vec<Endpoint>, (tasks, deadline): (usize, Duration), tell: Tell) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        let plan = Arc::new(Plan { servers, deadline, tell, silent: Silent::default() });
        for _ in 0..tasks {
            let kept = plan.servers.iter().map(|_| None).collect();
            tokio::spawn(Task { plan: Arc::clone(&plan), kept }.run(Arc::clone(&jobs)));
        }
        Self { queue, deadline }
    }
}

impl Transport for Smtp {
    fn send(&self, letter: Letter) -> Sending<'_> {
        Box::pin(async move {
            let until = Instant::now() + self.deadline;
            let mut told = self.give(letter.clone(), until).await;
            for part in PAUSES {
                let pause = self.deadline / *part;
                // It waits here, and not in a task, which has other mails to send.
                if !matches!(told, Told::Later) || Instant::now() + pause + self.deadline / 2 > until {
                    break;
                }
                sleep(pause).await;
                told = self.give(letter.clone(), until).await;
            }
            match told {
                Told::End(outcome) => outcome,
                Told::Later => Outcome::NotSent,
            }
        })
    }
}

impl Smtp {
    async fn give(&self, letter: Letter, until: Instant) -> Told {
        let (done, answer) = oneshot::channel();
        if self.queue.send(Job { letter, until, done }).await.is_err() {
            return Told::End(Outcome::NotSent);
        }
        // A task that broke off had the mail: nobody can tell how far it came.
        answer.await.unwrap_or(Told::End(Outcome::Unconfirmed))
    }
}

/// A connection that was used and may be used again.
struct Kept {
    talk: Talk,
    since: Instant,
}

/// The turn of a server.
#[derive(Clone, Copy)]
struct Turn {
    /// Its place in the list.
    server: usize,
    /// Whether no other is tried after it.
    last: bool,
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

    /// Whether the mail itself is refused for now only, as by a server that wants to see it a second time.
    fn may_pass(&self) -> bool {
        let about_mail = self.step >= Step::Sender;
        about_mail && self.code.is_some_and(|code| (400..500).contains(&code) && code != 421)
    }
}

impl Task {
    async fn run(mut self, jobs: Arc<Mutex<mpsc::Receiver<Job>>>) {
        loop {
            let job = jobs.lock().await.recv().await;
            let Some(job) = job else { return };
            let told = self.deliver(&job.letter, job.until).await;
            // The caller may be gone; the mail is sent all the same.
            let _ = job.done.send(told);
        }
    }

    /// Tries the servers in order, those that were silent of late at the end. Cut off after the text, the same server is tried once more with the same mail.
    async fn deliver(&mut self, letter: &Letter, until: Instant) -> Told {
        // With little time left it might be cut off in its text, and then nobody could tell what came of it.
        if until < Instant::now() + self.plan.deadline / 2 {
            (self.plan.tell)(&Event::Late);
            return Told::End(Outcome::NotSent);
        }
        let mut last = Told::End(Outcome::NotSent);
        let order = self.plan.silent.order(self.plan.servers.len(), Instant::now());
        for (tried, server) in (1..).zip(&order) {
            let turn = Turn { server: *server, last: tried == order.len() };
            if until <= Instant::now() {
                return last;
            }
            match self.attempt(turn, letter, until).await {
                Ok(()) => return Told::End(Outcome::Accepted),
                Err(failed) if failed.unknown() => {
                    let again = self.attempt(turn, letter, until).await;
                    return Told::End(if again.is_ok() { Outcome::Accepted } else { Outcome::Unconfirmed });
                }
                Err(failed) if failed.final_word() => return Told::End(Outcome::NotSent),
                Err(failed) if failed.may_pass() => last = Told::Later,
                Err(_) => {}
            }
        }
        last
    }

    /// One attempt, twice if a kept connection turns out to be of no use.
    async fn attempt(&mut self, turn: Turn, letter: &Letter, until: Instant) -> Result<(), Failed> {
        // Half of the time is left for a second attempt.
        let until = until.min(Instant::now() + self.plan.deadline / 2);
        let mut result = self.once(turn, letter, until).await;
        if result.as_ref().is_err_and(|failed| failed.stale) {
            result = self.once(turn, letter, until).await;
        }
        let number = turn.server + 1;
        let event = match &result {
            Ok(()) => Event::Accepted { server: number },
            Err(failed) => Event::NotTaken { server: number, step: failed.step, code: failed.code },
        };
        (self.plan.tell)(&event);
        result
    }

    async fn once(&mut self, turn: Turn, letter: &Letter, until: Instant) -> Result<(), Failed> {
        let server = turn.server;
        let greeted = if turn.last { until } else { until.min(Instant::now() + self.plan.deadline / GREETING) };
        let fresh = |kept: &Kept| kept.since.elapsed() < IDLE;
        let kept = self.kept.get_mut(server).and_then(Option::take).filter(fresh);
        let reused = kept.is_some();
        let (mut step, mut silent) = (Step::Connect, false);
        let whole = async {
            let mut talk = match (kept, self.plan.servers.get(server)) {
                (Some(kept), _) => kept.talk,
                (None, Some(endpoint)) => {
                    let opened = timeout_at(greeted, Talk::open(endpoint, &mut step)).await;
                    opened.map_err(|_| silent = true).unwrap_or(Err(None))?
                }
                (None, None) => return Err(None),
            };
            talk.hand_over(letter, &mut step).await.map(|()| talk)
        };
        let result = timeout_at(until, whole).await;
        let silent = silent || result.is_err();
        self.plan.silent.note(server, silent, Instant::now());
        let result = result.unwrap_or(Err(None));
        match result {
            Ok(talk) => {
                if let Some(place) = self.kept.get_mut(server) {
                    *place = Some(Kept { talk, since: Instant::now() });
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

impl Drop for Task {
    fn drop(&mut self) {
        let connections = self.kept.iter_mut().filter_map(Option::take);
        for mut kept in connections {
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(async move { timeout(FAREWELL, kept.talk.quit()).await.is_ok() });
            }
        }
    }
}
