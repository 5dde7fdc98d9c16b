//! What the relay says of its work: a closed list of events, in which no byte is a visitor's.

use std::fmt;

use super::transport::{Outcome, Step};

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
}

impl fmt::Display for Event {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { server } => write!(out, "mail accepted: server {server}"),
            Self::Acknowledged { form, how } => write!(out, "acknowledgement {}: form {form}", how.word()),
            Self::LeftOut { form } => write!(out, "acknowledgement left out, one a day: form {form}"),
            Self::Late => write!(out, "mail not begun: others took too long"),
            Self::NotTaken { server, step, code: Some(code) } => {
                write!(out, "mail not taken: server {server}, step {}, code {code}", step.word())
            }
            Self::NotTaken { server, step, code: None } => {
                write!(out, "mail not taken: server {server}, step {}, no answer", step.word())
            }
            Self::Ended { form, how } => write!(out, "submission {}: form {form}", how.word()),
            Self::Broken { form } => write!(out, "submission met a fault of Vellum: form {form}"),
            Self::Panicked { place } => write!(out, "panic at {place}"),
            Self::Stopping => write!(out, "stopping"),
            Self::Unconfined => write!(out, "NOT CONFINED: nothing but its own code keeps the relay from writing"),
            Self::ReadAgain => write!(out, "site read again"),
            Self::NotReadAgain { errors: 0 } => write!(out, "site not read again: a file cannot be read"),
            Self::NotReadAgain { errors } => write!(out, "site not read again: {errors} errors, see `vellum check`"),
            Self::Closed { form } => write!(out, "form closed: {form} collects what is not disclosed"),
        }
    }
}
