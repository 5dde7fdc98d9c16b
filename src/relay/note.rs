//! A mail of the program's own words: plain text, marked so that no other program answers it. Pure.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::ContentType;

use super::message::{header, mailbox, part};
use super::transport::Mail;
use crate::base::address::Address;
use crate::site::relay::Sender;

/// What such a mail is made of. Nothing in it was typed by a visitor but the address that it goes to.
pub struct Note<'a> {
    /// From whom it comes.
    pub from: &'a Sender,
    /// To whom it goes.
    pub to: &'a Address,
    /// Who reads answers.
    pub reply_to: Option<&'a Address>,
    /// The subject.
    pub subject: &'a str,
    /// The text.
    pub text: &'a str,
    /// The Message-ID, with angle brackets.
    pub message_id: &'a str,
    /// When it is sent, in seconds since 1970.
    pub time: i64,
}

impl Note<'_> {
    /// Writes the mail.
    ///
    /// # Errors
    /// The mail library refuses it: a fault of Vellum, since all that reaches it was checked.
    pub fn mail(&self) -> Result<Mail, lettre::error::Error> {
        let seconds = u64::try_from(self.time).unwrap_or_default();
        let mut builder = lettre::Message::builder()
            .from(mailbox(&self.from.name, &self.from.address)?)
            .to(mailbox("", self.to)?)
            .date(UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(self.message_id.to_owned()))
            .raw_header(header("Subject", self.subject))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"));
        if let Some(address) = self.reply_to {
            builder = builder.reply_to(mailbox("", address)?);
        }
        let bytes = builder.singlepart(part(ContentType::TEXT_PLAIN, self.text))?.formatted();
        let (subject, text) = (self.subject.to_owned(), self.text.to_owned());
        Ok(Mail {
            message_id: self.message_id.to_owned(),
            subject,
            text,
            html: String::new(),
            files: Vec::new(),
            bytes,
        })
    }
}
