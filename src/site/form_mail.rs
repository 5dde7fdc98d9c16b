//! What a form says of its mails beside who gets them: whether whoever wrote is told that it arrived, and the keys that
//! the mails are encrypted to.

use super::openpgp::PublicKey;
use super::raw::{Fields, Reading};
use super::subject::Subject;
use super::yaml::{Node, NodeKind};
use crate::base::address::Address;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::files::Files;
use crate::base::path::SitePath;
use crate::base::span::{SourceText, Spanned};

/// The folder that holds keys.
pub const FOLDER: &str = "keys";

/// What a form says of its mails.
#[derive(Clone, Debug, Default)]
pub struct Mailing {
    /// The subject of the acknowledgement, where there is one.
    pub acknowledge: Option<String>,
    /// The keys that mails are encrypted to; without any, they are not.
    pub keys: Vec<Spanned<PublicKey>>,
    files: Vec<Spanned<String>>,
}

impl Mailing {
    /// Reads it from a form with these recipients.
    pub fn read(fields: &Fields<'_>, to: &[Address]) -> Self {
        let acknowledge = fields.get("acknowledge").and_then(|node| acknowledge(fields, node));
        let files = fields.get("encrypt_to").map(|node| files(fields.reading(), node, to)).unwrap_or_default();
        Self { acknowledge, keys: Vec::new(), files }
    }

    /// Looks the keys up. A mail that should be encrypted is never sent as it is: what is wrong is an error.
    pub fn look_up(&mut self, source: &SourceText, files: &Files, findings: &mut Vec<Diagnostic>) {
        for file in &self.files {
            let path = SitePath::parse(&file.value).filter(|path| path.under(FOLDER).is_some());
            let bytes = path.as_ref().and_then(|path| files.get(path));
            let mut said = |message: String, help: &str| {
                findings.push(Diagnostic::new(Code::V508, source.place(file.span), message).help(help));
            };
            match bytes.map(PublicKey::read) {
                Some(Ok(key)) => self.keys.push(Spanned { value: key, span: file.span }),
                Some(Err(why)) => said(
                    format!("{} {}", file.value, why.words()),
                    "export the public key of whoever reads the mails: gpg --armor --export ADDRESS",
                ),
                None => said(
                    match &path {
                        Some(path) => format!("there is no file {}", path.as_str()),
                        None => format!("{} does not stand below keys/", file.value),
                    },
                    "put the public key into a file below keys/ and name it as keys/office.asc",
                ),
            }
        }
    }
}

/// The subject. It goes to an address that anybody could have typed, so nothing else that was typed may go with it.
fn acknowledge(fields: &Fields<'_>, node: &Node) -> Option<String> {
    let reading = fields.reading();
    let own = reading.fields(node)?;
    let subject = own.need_text("subject");
    own.done();
    let subject = subject?;
    if let Some(name) = Subject::parse(&subject.value).names().next() {
        let message =
            format!("the subject of an acknowledgement names `{{{name}}}`, and nothing that was typed goes back");
        reading.say(Code::V504, subject.span, message, "write fixed words, such as We have your enquiry");
    }
    if fields.get("reply_to").is_none() {
        let message = "there is nobody to acknowledge to";
        reading.say(Code::V504, node.span, message, "name the field with the visitor's address: reply_to: email");
    }
    Some(subject.value)
}

/// One file for all recipients, or one for each.
fn files(reading: &Reading<'_>, node: &Node, to: &[Address]) -> Vec<Spanned<String>> {
    let NodeKind::Map(entries) = &node.kind else { return reading.text(node).into_iter().collect() };
    let is = |key: &Spanned<String>, address: &Address| Address::parse(&key.value).is_some_and(|own| own == *address);
    for (key, _) in entries {
        if !to.iter().any(|address| is(key, address)) {
            let message = format!("`{}` is no recipient of the form", key.value);
            reading.say(Code::V508, key.span, message, "name the addresses that stand in `to`");
        }
    }
    for address in to.iter().filter(|address| !entries.iter().any(|(key, _)| is(key, address))) {
        let message = format!("there is no key for {}, who gets the form's mails", address.as_str());
        let help = "add a line for this address, or take it out of `to`: a mail is encrypted for all or not sent";
        reading.say(Code::V508, node.span, message, help);
    }
    entries.iter().filter_map(|(_, node)| reading.text(node)).collect()
}
