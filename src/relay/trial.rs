//! Each mail server tried once from its name to a real mail, and what receivers will see of the sender: for `--test-mail`.
//! Every word is the operator's own or Vellum's; what name servers say is shown in printable ASCII alone.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::config::Setup;
use super::names::{Names, Unresolved};
use super::note::Note;
use super::smtp::Endpoint;
use super::talk::Talk;
use super::transport::{Letter, Mail, Step};
use crate::base::address::Address;

/// How long one step may take.
const STEP: Duration = Duration::from_secs(15);

/// What is tried.
pub struct Trial<'a> {
    /// The servers and the sender.
    pub setup: &'a Setup,
    /// The form whose first recipient gets the mails.
    pub form: &'a str,
    /// That recipient.
    pub to: &'a Address,
    /// The clock, in seconds since 1970.
    pub time: i64,
    /// What makes Message-IDs of this run its own.
    pub run: &'a str,
}

/// What was found, line by line.
pub struct Report {
    /// The lines.
    pub lines: Vec<String>,
    /// Whether the mail was accepted.
    pub good: bool,
}

impl Trial<'_> {
    /// Tries a server; `number` is its place in the list, from 1.
    pub async fn server(&self, number: usize, endpoint: &Endpoint) -> Report {
        let mut lines = vec![format!("mail server {number}: {}", endpoint.description())];
        let good = match self.steps(number, endpoint, &mut lines).await {
            Ok(()) => true,
            Err(failed) => {
                lines.push(failed);
                false
            }
        };
        Report { lines, good }
    }

    async fn steps(&self, number: usize, endpoint: &Endpoint, lines: &mut Vec<String>) -> Result<(), String> {
        let found = endpoint.way.names.addresses(&endpoint.way.host.0).await;
        let found = found.map_err(|why| line("name", &format!("failed: {}", why.words())))?;
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        lines.push(line("name", &found.join(", ")));
        let mut step = Step::Connect;
        let opened = timeout(STEP, endpoint.way.open(&mut step)).await;
        let opened = opened.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
        let connected = |peer: &str| line("connection", &format!("to {peer}, port {}", endpoint.way.host.1));
        let wire = opened.map_err(|error| {
            if step == Step::Tls {
                lines.push(connected("the server"));
            }
            line(if step == Step::Tls { "TLS" } else { "connection" }, &format!("failed: {}", why(&error)))
        })?;
        lines.push(connected(&wire.peer().ip().to_string()));
        lines.push(line(
            "TLS",
            &wire.tls().map_or("none: to this machine only".to_owned(), |(version, ends)| {
                let ends = ends.map_or_else(String::new, |day| format!(" and ends on {day}"));
                format!("{version}, the certificate proves {}{ends}", endpoint.way.host.0)
            }),
        ));
        let mail = self.mail(number).ok_or_else(|| line("mail", "failed: it cannot be written"))?;
        let mut step = Step::Greeting;
        let talk = timeout(STEP, Talk::begin(wire, endpoint, &mut step)).await.unwrap_or(Err(None));
        let mut talk = talk.map_err(|code| refused(step, code))?;
        lines.push(line("login", if endpoint.login.is_some() { "accepted" } else { "not asked for" }));
        let letter = Letter { from: Some(self.setup.from.address.clone()), to: self.to.clone(), mail };
        let handed = timeout(STEP, talk.hand_over(&letter, &mut step)).await.unwrap_or(Err(None));
        handed.map_err(|code| refused(step, code))?;
        talk.quit().await;
        lines.push(line(
            "mail",
            &format!("accepted for {}, the first recipient of the form {}", self.to.as_str(), self.form),
        ));
        Ok(())
    }

    fn mail(&self, number: usize) -> Option<Arc<Mail>> {
        let from = &self.setup.from;
        let note = Note {
            from,
            to: self.to,
            reply_to: None,
            subject: &format!("Test mail of Vellum, by mail server {number}"),
            text: &format!(
                "`vellum relay --test-mail` sent this mail by mail server {number}. Nobody filled in a form.\n\nThat it is here shows that mails of the form {} arrive.\n",
                self.form
            ),
            message_id: &format!("<{}.{number}@{}>", self.run, from.address.domain()),
            time: self.time,
        };
        note.mail().ok().map(Arc::new)
    }

    /// What receivers judge a mail's sender by.
    pub async fn sender(&self) -> Vec<String> {
        let address = &self.setup.from.address;
        let (domain, names) = (address.domain(), &self.setup.names);
        vec![
            format!("what receivers see of mails from {}:", address.as_str()),
            line("alignment", &format!("envelope and From are of the same domain, {domain}")),
            line("SPF", &spf(names, &domain).await),
            line(
                "DKIM",
                &format!("the mail server signs, or nobody: look for DKIM-Signature with d={domain} in the test mail"),
            ),
            line("DMARC", &dmarc(names, &domain).await),
        ]
    }
}

async fn spf(names: &Names, domain: &str) -> String {
    let found = match names.texts(domain).await {
        Ok(found) => found.into_iter().filter(|text| text.starts_with("v=spf1")).collect(),
        Err(Unresolved::Nothing) => Vec::new(),
        Err(why) => return format!("not known: {}", why.words()),
    };
    match found.as_slice() {
        [one] => printable(one),
        [] => format!("none: add a text to {domain} that names the mail server, such as v=spf1 mx -all"),
        _ => format!("more than one at {domain}, which counts as none"),
    }
}

/// The policy of the domain, or of the next domain above it that has one.
async fn dmarc(names: &Names, domain: &str) -> String {
    for place in std::iter::successors(Some(domain), |place| above(place)) {
        match policy(names, place).await {
            Ok(Some(found)) if place == domain => return found,
            Ok(Some(found)) => return format!("{found}, from {place}"),
            Ok(None) => {}
            Err(why) => return format!("not known: {}", why.words()),
        }
    }
    format!("none: each receiver judges by itself; begin with v=DMARC1; p=none at _dmarc.{domain}")
}

/// The domain above, unless it is a registry's.
fn above(place: &str) -> Option<&str> {
    place.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.'))
}

async fn policy(names: &Names, place: &str) -> Result<Option<String>, Unresolved> {
    match names.texts(&format!("_dmarc.{place}")).await {
        Ok(found) => Ok(found.iter().find(|text| text.starts_with("v=DMARC1")).map(|text| printable(text))),
        Err(Unresolved::Nothing) => Ok(None),
        Err(why) => Err(why),
    }
}

/// What went wrong, in words that say what to do where the library's do not.
fn why(error: &std::io::Error) -> String {
    let said = error.to_string();
    if said.contains("InvalidContentType") {
        return "this port does not begin with TLS: use port 465, or `tls: starttls`".to_owned();
    }
    said
}

fn line(label: &str, text: &str) -> String {
    format!("  {label:<11} {text}")
}

fn refused(step: Step, code: Option<u16>) -> String {
    let said = code.map_or_else(|| "no answer that belongs there".to_owned(), |code| format!("code {code}"));
    let label = match step {
        Step::Login => "login",
        Step::Greeting => "greeting",
        _ => "mail",
    };
    line(label, &format!("failed: step {}, {said}", step.word()))
}

fn printable(text: &str) -> String {
    text.chars().filter(|char| char.is_ascii_graphic() || *char == ' ').take(500).collect()
}
