//! One conversation with a mail server (RFC 5321): the greeting, the login, and one mail after the other. Any answer but
//! the one that belongs to a command is a failure, and a conversation that met one is never gone on with.

use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Auth, Data, Ehlo};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::smtp::Endpoint;
use super::transport::{Letter, Step};
use super::wire::{Unasked, Wire};
use crate::base::address::Address;

/// How long a connection may take to be opened.
const OPEN: Duration = Duration::from_secs(15);

/// A mail of so many bytes at most goes out in one piece with its end: a packet less, and a server that wakes up once. More
/// would be copied once more for nothing.
const SMALL: usize = 64 * 1024;

/// The code that a server refused with; nothing when it said nothing.
pub type Code = Option<u16>;

/// Reads a token anew; nothing comes back when it cannot be read.
pub type ReadToken = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// Who logs in, and with what. It cannot be printed.
#[derive(Clone)]
pub enum Login {
    /// By PLAIN or LOGIN, whichever the server offers.
    Password(Credentials),
    /// By XOAUTH2: the user, and what reads the token, which lives for an hour or so.
    Token(String, ReadToken),
}

/// A conversation.
pub struct Talk {
    connection: AsyncSmtpConnection,
    /// Whether the server takes commands before it has answered those before them (RFC 2920).
    at_once: bool,
    unasked: Unasked,
}

impl Talk {
    /// Opens one; `step` says how far it came.
    ///
    /// # Errors
    /// The code, if the server said one.
    pub async fn open(endpoint: &Endpoint, step: &mut Step) -> Result<Self, Code> {
        let wire = timeout(OPEN, endpoint.way.open(step)).await.map_err(|_| None)?.map_err(|_| None)?;
        Self::begin(wire, endpoint, step).await
    }

    /// Begins to talk on an open connection.
    ///
    /// # Errors
    /// The code, if the server said one.
    pub async fn begin(wire: Wire, endpoint: &Endpoint, step: &mut Step) -> Result<Self, Code> {
        *step = Step::Greeting;
        let hello = ClientId::Domain(endpoint.way.hello.clone());
        let unasked = wire.unasked();
        let connection = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &hello).await;
        let mut talk = Self { connection: connection.map_err(|error| code(&error))?, at_once: false, unasked };
        if let Some(login) = &endpoint.login {
            *step = Step::Login;
            talk.log_in(login).await?;
            *step = Step::Greeting;
        }
        // What the server offers is asked for again: the library keeps only what it knows of.
        let offers = talk.connection.command(Ehlo::new(hello)).await.map_err(|error| code(&error))?;
        answered(2, &offers)?;
        talk.at_once = offers.message().any(|offer| offer.trim().eq_ignore_ascii_case("PIPELINING"));
        Ok(talk)
    }

    async fn log_in(&mut self, login: &Login) -> Result<(), Code> {
        let said = |error: lettre::transport::smtp::Error| code(&error);
        let reply = match login {
            Login::Password(credentials) => {
                self.connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await.map_err(said)?
            }
            Login::Token(..) if !self.connection.server_info().supports_auth_mechanism(Mechanism::Xoauth2) => {
                return Err(None);
            }
            Login::Token(user, read) => {
                let credentials = Credentials::new(user.clone(), read().ok_or(None)?);
                let auth = Auth::new(Mechanism::Xoauth2, credentials, None).map_err(said)?;
                let reply = self.connection.command(auth).await.map_err(said)?;
                // A refusal is explained in a challenge first, which wants an empty answer.
                if reply.has_code(334) { self.connection.command("\r\n").await.map_err(said)? } else { reply }
            }
        };
        answered(2, &reply)
    }

    /// One transaction. Each step is noted before it begins.
    ///
    /// # Errors
    /// The code of a refusal; nothing when the server said nothing, or nothing that belongs here.
    pub async fn hand_over(&mut self, letter: &Letter, step: &mut Step) -> Result<(), Code> {
        let said = |error: lettre::transport::smtp::Error| code(&error);
        *step = Step::Sender;
        // An address in ASCII holds nothing that means something to a server.
        let from = letter.from.as_ref().map_or(Some(String::new()), Address::ascii).ok_or(None)?;
        let to = letter.to.ascii().ok_or(None)?;
        let (from, to) = (format!("MAIL FROM:<{from}>\r\n"), format!("RCPT TO:<{to}>\r\n"));
        let text = Some(&letter.mail.bytes).filter(|bytes| bytes.len() <= SMALL).and_then(|bytes| stuffed(bytes));
        let talk = &mut self.connection;
        if self.at_once {
            // One write, and an answer for each command, in order. After one that is wrong nothing is said any more: a
            // server that waits for a text gets the end of the connection, and with it no mail.
            answered(2, &talk.command(from + &to + &Data.to_string()).await.map_err(said)?)?;
            *step = Step::Recipient;
            answered(2, &talk.read_response().await.map_err(said)?)?;
            *step = Step::Data;
            answered(3, &talk.read_response().await.map_err(said)?)?;
        } else {
            answered(2, &talk.command(from).await.map_err(said)?)?;
            *step = Step::Recipient;
            answered(2, &talk.command(to).await.map_err(said)?)?;
            *step = Step::Data;
            answered(3, &talk.command(Data).await.map_err(said)?)?;
        }
        *step = Step::Text;
        let reply = match text {
            Some(text) => talk.command(text).await,
            None => talk.message(&letter.mail.bytes).await,
        };
        if let Some(code) = self.unasked.code() {
            // The text has no end, so nobody has accepted it, whatever was said.
            *step = Step::Data;
            return Err(Some(code).filter(|code| refuses(Some(*code))));
        }
        answered(2, &reply.map_err(said)?)
    }

    /// Says goodbye.
    pub async fn quit(&mut self) {
        // Whatever it answers, the conversation is over.
        let _ = self.connection.quit().await;
    }
}

/// A mail's text as a server takes it (RFC 5321, 4.5.2): a dot more at the begin of each line that begins with one, and the
/// end. Nothing comes back for what is no text.
fn stuffed(mail: &[u8]) -> Option<String> {
    const DOT: &str = "\r\n.";
    let mail = std::str::from_utf8(mail).ok()?;
    let mut text = String::with_capacity(mail.len() + 64);
    if mail.starts_with('.') {
        text.push('.');
    }
    if mail.contains(DOT) {
        mail.split_inclusive(DOT).for_each(|piece| text.extend([piece, if piece.ends_with(DOT) { "." } else { "" }]));
    } else {
        text.push_str(mail);
    }
    text.push_str(if mail.ends_with("\r\n") { ".\r\n" } else { "\r\n.\r\n" });
    Some(text)
}

/// Whether a code is a refusal.
pub fn refuses(code: Code) -> bool {
    code.is_some_and(|code| (400..600).contains(&code))
}

/// Whether a reply is of the class that belongs to the command: the library takes 2xx and 3xx for the same.
fn answered(class: u16, reply: &Response) -> Result<(), Code> {
    let code = u16::from(reply.code());
    if code / 100 == class { Ok(()) } else { Err(Some(code)) }
}

fn code(error: &lettre::transport::smtp::Error) -> Code {
    error.status().map(u16::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_text_ends_it() {
        for (mail, wire) in [
            ("a\r\n", "a\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            (".\r\n..\r\na.\r\n\r\n.b\r\n.", "..\r\n...\r\na.\r\n\r\n..b\r\n..\r\n.\r\n"),
        ] {
            assert_eq!(stuffed(mail.as_bytes()).as_deref(), Some(wire));
        }
    }
}
