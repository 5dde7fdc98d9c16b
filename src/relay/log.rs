//! What the relay says of its work: a closed list of events, in which no byte is a visitor's.

use std::fmt;

use super::transport::{Outcome, Step};
use crate::base::date::Moment;
use crate::base::json::{self, Map, Value};

/// Something that happened. Names of forms come from the site; codes are numbers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    /// An acknowledgement was sent to whoever wrote, or was not.
    Acknowledged {
        /// The form's name.
        form: String,
        /// What came of it.
        how: Outcome,
    },
    /// An acknowledgement was left out: the address had one that day, or too many others had.
    LeftOut {
        /// The form's name.
        form: String,
    },
    /// A mail server accepted a mail.
    Accepted {
        /// The server's place in the list, from 1.
        server: usize,
    },
    /// An address sent a form too often; what was typed was given back.
    Limited {
        /// The form's name.
        form: String,
    },
    /// A mail was not begun: it had waited for others for half of its time.
    Late,
    /// A mail server did not take a mail, at a step of the conversation, perhaps with a code.
    NotTaken {
        /// The server's place in the list, from 1.
        server: usize,
        /// The step.
        step: Step,
        /// The code of the reply, if there was one.
        code: Option<u16>,
    },
    /// A submission came to an end.
    Ended {
        /// The form's name.
        form: String,
        /// How.
        how: Outcome,
    },
    /// The certificate was read again.
    CertificateRead,
    /// The certificate was to be read again and cannot be used: the one before stays.
    CertificateKept,
    /// The program has a fault: a request was answered with 500.
    Broken {
        /// The form's name.
        form: String,
    },
    /// A panic, at a place in the program. What it said is left out: it might hold what a visitor typed.
    Panicked {
        /// File and line.
        place: String,
    },
    /// The relay was asked to stop, and finishes what is under way.
    Stopping,
    /// The kernel keeps the relay from nothing: it was asked to run without.
    Unconfined,
    /// The site was read again, and forms and versions are as they stand there.
    ReadAgain,
    /// The site was read again and cannot be used: the relay goes on with what it read before.
    NotReadAgain {
        /// How many errors it has; nothing when it could not be read at all.
        errors: usize,
    },
    /// A form takes nothing any more: it collects what a version does not disclose.
    Closed {
        /// The form's name.
        form: String,
    },
    /// A proxy that is not among `relay.proxies` says from whom requests come: all its visitors share one rate.
    UnknownProxy,
}

impl fmt::Display for Event {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { server } => write!(out, "mail accepted: server {server}"),
            Self::Acknowledged { form, how } => write!(out, "acknowledgement {}: form {form}", how.word()),
            Self::LeftOut { form } => write!(out, "acknowledgement left out, one a day: form {form}"),
            Self::Limited { form } => write!(out, "submission over the rate of its address, given back: form {form}"),
            Self::Late => write!(out, "mail not begun: others took too long"),
            Self::NotTaken { server, step, code: Some(code) } => {
                write!(out, "mail not taken: server {server}, step {}, code {code}", step.word())
            }
            Self::NotTaken { server, step, code: None } => {
                write!(out, "mail not taken: server {server}, step {}, no answer", step.word())
            }
            Self::Ended { form, how } => write!(out, "submission {}: form {form}", how.word()),
            Self::CertificateRead => write!(out, "certificate read again"),
            Self::CertificateKept => {
                write!(out, "certificate NOT read again: its files cannot be used, the last one stays")
            }
            Self::Broken { form } => write!(out, "submission met a fault of Vellum: form {form}"),
            Self::Panicked { place } => write!(out, "panic at {place}"),
            Self::Stopping => write!(out, "stopping"),
            Self::Unconfined => write!(out, "NOT CONFINED: nothing but its own code keeps the relay from writing"),
            Self::ReadAgain => write!(out, "site read again"),
            Self::NotReadAgain { errors: 0 } => write!(out, "site not read again: a file cannot be read"),
            Self::NotReadAgain { errors } => write!(out, "site not read again: {errors} errors, see `vellum check`"),
            Self::Closed { form } => write!(out, "form closed: {form} collects what is not disclosed"),
            Self::UnknownProxy => write!(
                out,
                "a proxy stands before the relay that `relay.proxies` does not name: all its visitors share one rate"
            ),
        }
    }
}

/// All events and their fields, beside `time` and `event`, as `relay.log: json` writes them.
pub const EVENTS: &[(&str, &[&str])] = &[
    ("acknowledgement-ended", &["form", "outcome"]),
    ("acknowledgement-left-out", &["form"]),
    ("certificate-kept", &[]),
    ("certificate-read", &[]),
    ("form-closed", &["form"]),
    ("mail-accepted", &["server"]),
    ("mail-not-begun", &[]),
    ("mail-not-taken", &["server", "step", "code"]),
    ("panic", &["place"]),
    ("site-not-read-again", &["errors"]),
    ("site-read-again", &[]),
    ("stopping", &[]),
    ("submission-broken", &["form"]),
    ("submission-ended", &["form", "outcome"]),
    ("submission-limited", &["form"]),
    ("unconfined", &[]),
    ("unknown-proxy", &[]),
];

impl Event {
    /// One JSON object, with the time, and a line end.
    #[must_use]
    pub fn json(&self, time: Moment) -> String {
        let (name, fields) = self.record();
        let own = [("time", Value::from(time.rfc3339())), ("event", Value::from(name))];
        let object: Map<String, Value> =
            own.into_iter().chain(fields).map(|(key, value)| (key.to_owned(), value)).collect();
        json::line(&object) + "\n"
    }

    /// Its name and its fields.
    fn record(&self) -> (&'static str, Vec<(&'static str, Value)>) {
        let form = |form: &str| vec![("form", Value::from(form))];
        let ended = |name: &str, how: Outcome| [form(name), vec![("outcome", how.word().into())]].concat();
        match self {
            Self::Accepted { server } => ("mail-accepted", vec![("server", (*server).into())]),
            Self::Broken { form: name } => ("submission-broken", form(name)),
            Self::CertificateKept => ("certificate-kept", Vec::new()),
            Self::CertificateRead => ("certificate-read", Vec::new()),
            Self::Ended { form: name, how } => ("submission-ended", ended(name, *how)),
            Self::Acknowledged { form: name, how } => ("acknowledgement-ended", ended(name, *how)),
            Self::LeftOut { form: name } => ("acknowledgement-left-out", form(name)),
            Self::Late => ("mail-not-begun", Vec::new()),
            Self::Limited { form: name } => ("submission-limited", form(name)),
            Self::NotTaken { server, step, code } => (
                "mail-not-taken",
                vec![("server", (*server).into()), ("step", step.word().into()), ("code", (*code).into())],
            ),
            Self::Panicked { place } => ("panic", vec![("place", place.as_str().into())]),
            Self::Closed { form: name } => ("form-closed", form(name)),
            Self::ReadAgain => ("site-read-again", Vec::new()),
            Self::NotReadAgain { errors } => ("site-not-read-again", vec![("errors", (*errors).into())]),
            Self::Stopping => ("stopping", Vec::new()),
            Self::Unconfined => ("unconfined", Vec::new()),
            Self::UnknownProxy => ("unknown-proxy", Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each.
    fn all() -> Vec<Event> {
        let form = || "ask".to_owned();
        vec![
            Event::Acknowledged { form: form(), how: Outcome::Accepted },
            Event::LeftOut { form: form() },
            Event::CertificateKept,
            Event::CertificateRead,
            Event::Closed { form: form() },
            Event::Accepted { server: 1 },
            Event::Late,
            Event::NotTaken { server: 2, step: Step::Recipient, code: Some(550) },
            Event::Panicked { place: "src/x.rs:1".to_owned() },
            Event::NotReadAgain { errors: 3 },
            Event::ReadAgain,
            Event::Stopping,
            Event::Broken { form: form() },
            Event::Ended { form: form(), how: Outcome::NotSent },
            Event::Limited { form: form() },
            Event::Unconfined,
            Event::UnknownProxy,
        ]
    }

    #[test]
    fn the_list_of_events_is_closed() {
        let found: Vec<_> = all()
            .iter()
            .map(|event| {
                let (name, fields) = event.record();
                (name, fields.iter().map(|(key, _)| *key).collect::<Vec<_>>())
            })
            .collect();
        let listed: Vec<_> = EVENTS.iter().map(|(name, fields)| (*name, fields.to_vec())).collect();
        assert_eq!(found, listed);
    }

    #[test]
    fn an_event_is_one_line_of_json() {
        let line = Event::NotTaken { server: 1, step: Step::Connect, code: None }.json(Moment::start());
        let expected =
            r#"{"time":"1970-01-01T00:00:00Z","event":"mail-not-taken","server":1,"step":"connect","code":null}"#;
        assert_eq!(line, format!("{expected}\n"));
    }
}
