//! What the relay answers with: pages for people, JSON for scripts (RFC 9457 for what went wrong). Pure.

use super::submission::{Mistakes, Submission};
use crate::base::json::{self, Map, Value};
use crate::base::percent;
use crate::base::version::Version;
use crate::http::reply::{Body, Reply};
use crate::render::form::{self, Answer, Filled};
use crate::render::form_view::{CarriedView, OutcomeView};
use crate::render::stage::{Failure, Stage};
use crate::site::form::Form;

/// The longest `mailto:` address with a text in it; mail programs and browsers cut longer ones off.
const MAILTO: usize = 1800;

/// Who asked, for what: all that an answer is made of.
pub struct Asked<'a> {
    /// The site.
    pub stage: &'a Stage<'a>,
    /// The form.
    pub form: &'a Form,
    /// What was sent.
    pub submission: &'a Submission,
    /// The version whose notice was seen, if the page named one that exists.
    pub seen: Option<Version>,
    /// Whether a script wants JSON.
    pub json: bool,
}

/// Why it was not sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Trouble {
    /// A fault of Vellum: 500.
    Broken,
    /// No mail server took it: 503.
    NotSent,
    /// Some recipients' server took it: 503.
    Partly,
    /// Nobody can tell: 503.
    Unconfirmed,
}

impl Trouble {
    fn status(self) -> u16 {
        if self == Self::Broken { 500 } else { 503 }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::NotSent => "undelivered",
            Self::Partly => "partly-delivered",
            Self::Unconfirmed => "unconfirmed",
        }
    }

    /// The keys of the sentence and of the hint.
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Broken => ("failed-text", "broken-hint"),
            Self::NotSent => ("failed-text", "failed-hint"),
            Self::Partly => ("failed-text", "failed-some"),
            Self::Unconfirmed => ("unconfirmed-text", "unconfirmed-hint"),
        }
    }
}

impl Asked<'_> {
    /// The form again, with every value kept: with what is wrong, or with a sentence above it.
    #[must_use]
    pub fn again(&self, status: u16, (kind, message): (&str, &str), mistakes: &Mistakes) -> Reply {
        if self.json {
            return problem(status, kind, message, mistakes);
        }
        let value = |name: &str| self.submission.values(name);
        let filled = Filled { value: &value, errors: mistakes, version: self.seen.as_ref(), message };
        page(status, form::page(self.stage, self.form, &filled))
    }

    /// The form again, because whoever reads it wants to change something. A script has what it sent.
    #[must_use]
    pub fn back(&self) -> Reply {
        if self.json {
            return data(200, "application/json", &object(&[("status", "back".into())]));
        }
        self.again(200, ("back", ""), &Mistakes::new())
    }

    /// What will be sent, to be read before it is. `why` is the key of a sentence, if this is not the first time.
    #[must_use]
    pub fn review(&self, token: &str, wait: i64, why: Option<&str>) -> Reply {
        let texts = self.stage.texts();
        if self.json {
            let body = object(&[("status", "review".into()), ("token", token.into()), ("wait", wait.into())]);
            return data(200, "application/json", &body);
        }
        let outcome = OutcomeView {
            text: texts.say("review-text", &[]),
            hints: why.map(|key| texts.say(key, &[])).into_iter().collect(),
            ..self.outcome(token)
        };
        page(200, form::answer(self.stage, self.form, (Answer::Review, &outcome), self.seen.as_ref()))
    }

    /// That it was sent: a script is told, a person is led to a page of its own.
    #[must_use]
    pub fn sent(&self, receipt: &str, reference: &str) -> Reply {
        if self.json {
            return data(
                200,
                "application/json",
                &object(&[("status", "sent".into()), ("reference", reference.into())]),
            );
        }
        Reply::elsewhere(303, &format!("{}/sent?r={}", self.stage.action(self.form), percent::encode(receipt)))
    }

    /// That it was not sent, or that nobody knows: everything is given back, to be sent again from here or by mail. `token`
    /// is what the page sends with it then.
    #[must_use]
    pub fn failed(&self, trouble: Trouble, token: &str) -> Reply {
        let texts = self.stage.texts();
        let (text, hint) = trouble.keys();
        let (text, hint) = (texts.say(text, &[]), texts.say(hint, &[]));
        if self.json {
            // The hints speak of what stands on the page.
            return problem(trouble.status(), trouble.word(), &text, &Mistakes::new());
        }
        let email = self.stage.site.config.organisation.email.clone();
        let outcome =
            OutcomeView { text, hints: vec![hint], mailto: self.mailto(&email), email, ..self.outcome(token) };
        page(trouble.status(), form::answer(self.stage, self.form, (Answer::Failed, &outcome), self.seen.as_ref()))
    }

    /// That all files together are too large, at the first field with files.
    #[must_use]
    pub fn too_large(&self, most: usize) -> Option<(String, String)> {
        let texts = self.stage.texts();
        let size = texts.size(self.submission.files_size());
        let most = texts.size(u64::try_from(most).unwrap_or(u64::MAX));
        let field = self.form.fields.iter().find(|field| !self.submission.files(&field.name).is_empty())?;
        Some((field.name.clone(), texts.say("error-file-total", &[("size", &size), ("max", &most)])))
    }

    /// What the page says of the files that were chosen, so that others are told apart from them.
    fn files(&self) -> impl Iterator<Item = CarriedView> {
        let names = self.form.fields.iter().map(|field| field.name.as_str());
        let all = names.flat_map(|name| self.submission.chosen(name).into_iter().map(|one| one.write(name)));
        all.map(|value| CarriedView { name: "_files".to_owned(), value })
    }

    fn outcome(&self, token: &str) -> OutcomeView {
        let value = |name: &str| self.submission.values(name);
        let own = [("_seen", self.submission.seen.as_str()), ("_token", token)];
        let own = own.into_iter().map(|(name, value)| CarriedView { name: name.to_owned(), value: value.to_owned() });
        OutcomeView {
            text: String::new(),
            hints: Vec::new(),
            reference: String::new(),
            given: form::given(self.stage, self.form, &value),
            carried: own.chain(self.files()).chain(form::carried(self.form, &value)).collect(),
            files: form::files_again(self.stage, self.form, &value),
            mailto: String::new(),
            email: String::new(),
        }
    }

    /// A `mailto:` address (RFC 6068) with what was typed; without it when that would be too long.
    fn mailto(&self, email: &str) -> String {
        if email.is_empty() {
            return String::new();
        }
        let lines = form::given(self.stage, self.form, &|name: &str| self.submission.values(name));
        let text: Vec<String> = lines
            .iter()
            .filter(|line| !line.text.is_empty())
            .map(|line| format!("{}: {}", line.label, line.text))
            .collect();
        let encode = |text: &str| percent::encode_all(&text.replace('\n', "\r\n"));
        let subject = format!("mailto:{email}?subject={}", encode(&self.form.title));
        let whole = format!("{subject}&body={}", encode(&text.join("\n")));
        if whole.len() <= MAILTO { whole } else { subject }
    }
}

/// The page that says "sent".
#[must_use]
pub fn thanks(stage: &Stage<'_>, form: &Form, reference: &str) -> Reply {
    let outcome = OutcomeView {
        text: stage.texts().say("sent-text", &[]),
        hints: Some(form.sent.clone()).into_iter().filter(|text| !text.is_empty()).collect(),
        reference: reference.to_owned(),
        given: Vec::new(),
        carried: Vec::new(),
        files: Vec::new(),
        mailto: String::new(),
        email: String::new(),
    };
    page(200, form::answer(stage, form, (Answer::Sent, &outcome), None))
}

fn page(status: u16, made: Result<String, Failure>) -> Reply {
    match made {
        Ok(text) => Reply::new(status, "text/html; charset=utf-8", Body::Bytes(text.into_bytes())),
        // The templates were rendered for every form when the relay started.
        Err(_) => Reply::text(500, "This page cannot be made: the theme is at fault.\n"),
    }
}

/// A problem (RFC 9457) without a form.
#[must_use]
pub fn problem(status: u16, kind: &str, detail: &str, mistakes: &Mistakes) -> Reply {
    let mut body = object(&[("type", kind.into()), ("title", title(status).into()), ("status", status.into())]);
    if !detail.is_empty() {
        body.insert("detail".to_owned(), detail.into());
    }
    if !mistakes.is_empty() {
        let error = |(field, message): &(String, String)| {
            Value::Object(object(&[("field", field.as_str().into()), ("message", message.as_str().into())]))
        };
        body.insert("errors".to_owned(), Value::Array(mistakes.iter().map(error).collect()));
    }
    data(status, "application/problem+json", &body)
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

fn object(entries: &[(&str, Value)]) -> Map<String, Value> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

fn data(status: u16, kind: &'static str, body: &Map<String, Value>) -> Reply {
    Reply::new(status, kind, Body::Bytes(json::pretty(body)))
}
