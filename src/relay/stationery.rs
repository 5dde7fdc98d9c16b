//! What stands in every mail of a form, a version and an answer to whether that version was seen: made once, and kept as
//! long as the site is not read again. There are no more of them than versions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use lettre::error::Error;
use lettre::message::Mailboxes;
use lettre::message::header::{From, Headers, To};

use super::message::mailbox;
use crate::render::form::Governing;
use crate::render::form_notice::in_one_line;
use crate::render::stage::Stage;
use crate::site::disclose::period;
use crate::site::form::Form;
use crate::site::relay::Sender;

/// What is the same in many mails.
pub struct Stationery {
    /// The header that says from whom they come, as a whole line.
    pub from: String,
    /// The header that says to whom they go, as whole lines.
    pub to: String,
    /// `X-Vellum-Policy` (FORMAT.md, "Forms and mails"), as whole lines; nothing without a version.
    pub policy: String,
    /// The sentence at the begin.
    pub intro: String,
    /// The labels of the consents, in the order of the form.
    pub consents: Vec<String>,
    /// The words before the address to answer.
    pub reply: String,
    /// The label of the reference.
    pub reference: String,
    /// What is said of the version: labels and texts.
    pub about: Vec<(String, String)>,
    /// The label of the day by which they must be gone.
    pub delete: String,
    /// How long they are kept, where that runs from their receipt: a count, and a unit.
    pub keep: Option<(u32, char)>,
}

impl Stationery {
    /// Makes it. `stated` says whether the visitor's page named the version.
    ///
    /// # Errors
    /// The mail library refuses an address: a fault of Vellum, since all of them were checked.
    pub fn make(
        (stage, form): (&Stage<'_>, &Form),
        governing: Option<&Governing<'_>>,
        stated: bool,
        from: &Sender,
    ) -> Result<Self, Error> {
        let texts = stage.texts();
        let to: Result<Mailboxes, Error> = form.to.iter().map(|to| mailbox("", to)).collect();
        let (mut sender, mut recipients) = (Headers::new(), Headers::new());
        sender.set(From::from(Mailboxes::from(mailbox(&from.name, &from.address)?)));
        recipients.set(To::from(to?));
        let label = |key: &str| texts.label("mail", key);
        let (word, site) = (label("consent"), &stage.site.config.title);
        let consents = form.consents.iter().map(|consent| format!("{word}: {}", consent.label.trim_end_matches('.')));
        Ok(Self {
            from: sender.to_string(),
            to: recipients.to_string(),
            policy: governing.map_or_else(String::new, |found| policy(found, stated)),
            intro: texts.say("mail-intro", &[("form", &form.title), ("site", site)]),
            consents: consents.collect(),
            reply: label("reply"),
            reference: label("reference"),
            about: governing.map_or_else(Vec::new, |found| about((stage, form), found, stated)),
            delete: label("delete"),
            keep: governing.and_then(|found| keep(form, found)),
        })
    }
}

fn policy(found: &Governing<'_>, stated: bool) -> String {
    let hash = found.entry.hashes().map_or_else(String::new, |hashes| hashes.sha256.to_string());
    let (seen, slug, version) = (if stated { "yes" } else { "no" }, &found.card.slug, &found.entry.version);
    format!("X-Vellum-Policy: {slug}@{version};\r\n sha256={hash};\r\n seen={seen}\r\n")
}

fn about((stage, form): (&Stage<'_>, &Form), found: &Governing<'_>, stated: bool) -> Vec<(String, String)> {
    let texts = stage.texts();
    let key = if stated { "mail-seen" } else { "mail-not-seen" };
    let version = [("title", found.card.title.as_str()), ("version", found.entry.version.as_str())];
    let lines = [("policy", texts.say(key, &version)), ("notice", in_one_line(stage, form, found))];
    lines.into_iter().map(|(key, text)| (texts.label("mail", key), text)).collect()
}

fn keep(form: &Form, found: &Governing<'_>) -> Option<(u32, char)> {
    let purposes = &found.disclosed?.discloses.purposes;
    let purpose = purposes.iter().find(|purpose| purpose.id == form.purpose.value)?;
    let retention = purpose.retention.as_ref().filter(|retention| retention.from == "receipt")?;
    period(&retention.keep)
}

/// Of which form, by its place in the site; of which version, by the number of its event; and whether it was named.
type Name = (usize, Option<usize>, bool);

/// What was made so far.
#[derive(Default)]
pub struct Drawer(Mutex<BTreeMap<Name, Arc<Stationery>>>);

impl Drawer {
    /// What is there under a name; else it is made.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn take(&self, name: Name, make: impl FnOnce() -> Result<Stationery, Error>) -> Result<Arc<Stationery>, Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.get(&name) {
            return Ok(Arc::clone(found));
        }
        let sheet = Arc::new(make()?);
        kept.insert(name, Arc::clone(&sheet));
        Ok(sheet)
    }
}
