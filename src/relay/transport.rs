//! Where mails go: one method, a real answer. SMTP is one transport, an outbox in memory is another.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::upload::Upload;
use crate::base::address::Address;

/// A mail for one recipient.
#[derive(Clone)]
pub struct Letter {
    /// The envelope's sender; nothing for a mail that no other mail may answer.
    pub from: Option<Address>,
    /// The envelope's one recipient.
    pub to: Address,
    /// What is sent, and the parts of it for people.
    pub mail: Arc<Mail>,
}

/// A mail, the same for all its recipients.
pub struct Mail {
    /// Its Message-ID, with angle brackets.
    pub message_id: String,
    /// Its subject, decoded.
    pub subject: String,
    /// Its plain text, decoded.
    pub text: String,
    /// Its HTML, decoded.
    pub html: String,
    /// Its files.
    pub files: Vec<Upload>,
    /// The whole of it, RFC 5322, with CRLF.
    pub bytes: Vec<u8>,
}

/// What came of a mail, from good to bad.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Outcome {
    /// The server answered the end of the data with a 2xx.
    Accepted,
    /// It was not accepted, and this is certain.
    NotSent,
    /// The connection was cut after the final dot: nobody can tell.
    Unconfirmed,
}

impl Outcome {
    /// The word in logs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "sent",
            Self::NotSent => "not sent",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

/// A step of the conversation with a mail server.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Step {
    /// The name is looked up.
    Lookup,
    /// The connection is opened.
    Connect,
    /// The connection is made private.
    Tls,
    /// The greeting and EHLO.
    Greeting,
    /// AUTH.
    Login,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA.
    Data,
    /// The text, from its first byte to the answer to its final dot.
    Text,
}

impl Step {
    /// The word in logs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Lookup => "lookup",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Greeting => "greeting",
            Self::Login => "auth",
            Self::Sender => "mail",
            Self::Recipient => "rcpt",
            Self::Data => "data",
            Self::Text => "text",
        }
    }
}

/// The answer to a mail, when it is there.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// The answer to a probe, when it is there.
pub type Probing<'a> = Pin<Box<dyn Future<Output = bool> + Send + 'a>>;

/// Takes mails.
pub trait Transport: Send + Sync {
    /// Hands a mail over and waits for the answer. It is never abandoned half way: a caller that no longer waits
    /// changes nothing.
    fn send(&self, letter: Letter) -> Sending<'_>;

    /// Whether mails would find somebody who takes them.
    fn probe(&self) -> Probing<'_> {
        Box::pin(std::future::ready(true))
    }
}
