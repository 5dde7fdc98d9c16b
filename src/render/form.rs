//! Forms: the page of an empty form, and the pages with which the relay answers. Pure.

use std::borrow::Cow;

use serde::Serialize;

use super::form_field::{self, State};
use super::form_file;
use super::form_notice::collection;
use super::form_view::{CarriedView, CollectionView, FieldErrorView, FieldView, FormView, GivenView, OutcomeView};
use super::html::Html;
use super::stage::{Failure, Stage};
use super::view::{PageView, SiteView};
use crate::base::version::Version;
use crate::history::card::{Card, Disclosed};
use crate::history::timeline::Entry;
use crate::site::form::{Field, FieldKind, Form, HONEYPOT};
use crate::site::texts::Texts;

/// The theme's script that sends a form without leaving its page.
pub const SCRIPT: &str = "form.js";

/// The theme's script that does the proof of work while the form is filled in.
pub const WORKER: &str = "form-work.js";

#[derive(Serialize)]
struct Page<'a> {
    site: SiteView,
    page: PageView,
    form: FormView,
    collection: Option<CollectionView>,
    outcome: Option<&'a OutcomeView>,
}

/// What a visitor typed, as pages show it again.
pub struct Filled<'a> {
    /// The values of a field, by its name.
    pub value: &'a dyn Fn(&str) -> Vec<&'a str>,
    /// What is wrong: the name of the field, or nothing, and a sentence.
    pub errors: &'a [(String, String)],
    /// The version whose notice was shown.
    pub version: Option<&'a Version>,
    /// What is said above the form, or nothing.
    pub message: &'a str,
}

impl Filled<'_> {
    /// Nothing was typed yet.
    #[must_use]
    pub fn nothing() -> Filled<'static> {
        Filled { value: &|_| Vec::new(), errors: &[], version: None, message: "" }
    }
}

/// Which of the relay's pages is made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// What will be sent is read first.
    Review,
    /// It was sent.
    Sent,
    /// It was not sent, or nobody knows.
    Failed,
}

impl Answer {
    fn template(self) -> &'static str {
        match self {
            Self::Review => "form-review.html",
            Self::Sent => "form-sent.html",
            Self::Failed => "form-failed.html",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Review => "form-review",
            Self::Sent => "form-sent",
            Self::Failed => "form-failed",
        }
    }
}

/// The pages of all forms, empty.
///
/// # Errors
/// A page cannot be made or kept.
pub fn pages(stage: &Stage<'_>) -> Result<(), Failure> {
    stage.site.forms.iter().try_for_each(|form| {
        let page = page(stage, form, &Filled::nothing())?;
        stage.put(&format!("forms/{}/index.html", form.id), page.into_bytes())
    })
}

/// The page of a form, with what was typed.
///
/// # Errors
/// The template cannot be rendered.
pub fn page(stage: &Stage<'_>, form: &Form, filled: &Filled<'_>) -> Result<String, Failure> {
    let at = format!("forms/{}/", form.id);
    let mut page = stage.page(&form.title, &at, &[]);
    page.description.clone_from(&form.intro);
    if !filled.errors.is_empty() {
        page.title = format!("{}{}", stage.texts().label("form", "error-title"), page.title);
    }
    let view = Page {
        site: stage.view(&at),
        page,
        form: view(stage, form, filled),
        collection: governing(stage, form, filled.version).map(|found| collection(stage, form, &found)),
        outcome: None,
    };
    stage.text("form.html", &view, &Html::new())
}

/// A page with which the relay answers.
///
/// # Errors
/// The template cannot be rendered.
pub fn answer(
    stage: &Stage<'_>,
    form: &Form,
    (answer, outcome): (Answer, &OutcomeView),
    version: Option<&Version>,
) -> Result<String, Failure> {
    let at = format!("forms/{}/", form.id);
    let title = stage.texts().label("page", answer.title());
    let mut page = stage.page(&title, &at, &[(form.title.as_str(), at.as_str())]);
    page.title = format!("{title} – {}", form.title);
    page.canonical = String::new();
    page.noindex = true;
    let view = Page {
        site: stage.view(&at),
        page,
        form: view(stage, form, &Filled { value: &|_| Vec::new(), errors: &[], version, message: "" }),
        collection: governing(stage, form, version).map(|found| collection(stage, form, &found)),
        outcome: Some(outcome),
    };
    stage.text(answer.template(), &view, &Html::new())
}

/// The version whose disclosures stand behind a form: the one that was seen, else the one in force, else the next.
#[derive(Clone, Copy)]
pub struct Governing<'a> {
    /// The policy.
    pub card: &'a Card,
    /// The version.
    pub entry: &'a Entry,
    /// What it discloses, if anything.
    pub disclosed: Option<&'a Disclosed>,
}

/// Finds the version whose disclosures stand behind a form.
#[must_use]
pub fn governing<'a>(stage: &Stage<'a>, form: &Form, seen: Option<&Version>) -> Option<Governing<'a>> {
    let card = stage.cards.iter().find(|card| card.slug == form.policy.value)?;
    let timeline = &card.timeline;
    let index = match seen {
        Some(version) => timeline.entries.iter().position(|entry| entry.version == *version),
        None => timeline.in_force(stage.now).or_else(|| timeline.upcoming(stage.now).first().copied()),
    };
    let entry = timeline.entries.get(index?)?;
    Some(Governing { card, entry, disclosed: card.disclosed(&entry.version) })
}

fn view(stage: &Stage<'_>, form: &Form, filled: &Filled<'_>) -> FormView {
    let texts = stage.texts();
    let seen = governing(stage, form, filled.version);
    let submit = if form.submit.is_empty() { texts.label("form", "submit") } else { form.submit.clone() };
    let enctype = if form.takes_files() { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
    let error = |(name, text): &(String, String)| FieldErrorView { id: target(form, name), text: text.clone() };
    FormView {
        id: form.id.to_string(),
        title: form.title.clone(),
        intro: form.intro.clone(),
        action: stage.action(form),
        enctype: enctype.to_owned(),
        url: stage.base.local(&format!("forms/{}/", form.id)),
        seen: seen.map_or_else(String::new, |found| seen_mark(form, &found)),
        honeypot: HONEYPOT.to_owned(),
        fields: form
            .fields
            .iter()
            .map(|one| shown(&one.name, &form_field::field(one, &state(&one.name, filled, stage))))
            .collect(),
        consents: form
            .consents
            .iter()
            .map(|one| shown(&one.name, &form_field::consent(one, &state(&one.name, filled, stage))))
            .collect(),
        submit,
        errors: filled.errors.iter().map(error).collect(),
        message: filled.message.to_owned(),
        sent: form.sent.clone(),
        script: stage.asset(SCRIPT),
        worker: stage.asset(WORKER),
    }
}

/// `slug@version:hash` (FORMAT.md, "Forms and mails").
#[must_use]
pub fn seen_mark(form: &Form, found: &Governing<'_>) -> String {
    format!("{}@{}:{}", found.card.slug, found.entry.version, form.hash)
}

/// The id of what a mistake is about: a group of choices is reached at its first.
fn target(form: &Form, name: &str) -> String {
    let field = form.fields.iter().find(|field| field.name == name);
    let group = field.is_some_and(|field| matches!(field.kind, FieldKind::Choice | FieldKind::Choices));
    match (field.is_some() || form.consents.iter().any(|consent| consent.name == name), group) {
        (false, _) => String::new(),
        (true, true) => format!("{}-1", form_field::id(name)),
        (true, false) => form_field::id(name),
    }
}

fn state<'a>(name: &str, filled: &'a Filled<'_>, stage: &'a Stage<'_>) -> State<'a> {
    let error = filled.errors.iter().find(|(wrong, _)| wrong == name).map(|(_, text)| text.as_str());
    State { values: (filled.value)(name), error, texts: stage.texts(), total: stage.site.config.relay.limits.files }
}

fn shown(name: &str, markup: &Html) -> FieldView {
    FieldView { name: name.to_owned(), markup: markup.as_str().to_owned() }
}

/// What was typed, in the order of the form and in words.
#[must_use]
pub fn given<'a>(stage: &Stage<'_>, form: &Form, value: &dyn Fn(&str) -> Vec<&'a str>) -> Vec<GivenView> {
    let texts = stage.texts();
    let fields = form.fields.iter().map(|field| {
        let text = in_words(texts, field, &value(&field.name)).into_owned();
        GivenView { label: field.label.clone(), text }
    });
    let consents = form.consents.iter().map(|consent| {
        let text = yes_or_no(texts, &value(&consent.name));
        GivenView { label: consent.label.clone(), text }
    });
    fields.chain(consents).collect()
}

/// The values of a field in words: what was typed, or the labels of what was chosen.
#[must_use]
pub fn in_words<'a>(texts: &Texts, field: &'a Field, values: &[&'a str]) -> Cow<'a, str> {
    let label = |value: &'a str| {
        field.options.iter().find(|(known, _)| known == value).map_or(value, |(_, label)| label.as_str())
    };
    match (field.kind, values) {
        (FieldKind::YesNo, _) => Cow::Owned(yes_or_no(texts, values)),
        (_, []) => Cow::Borrowed(""),
        (_, [one]) => Cow::Borrowed(label(one)),
        (_, all) => Cow::Owned(all.iter().map(|value| label(value)).collect::<Vec<_>>().join(", ")),
    }
}

/// Whether a box was ticked, in words.
#[must_use]
pub fn yes_or_no(texts: &Texts, values: &[&str]) -> String {
    texts.label("form", if values.contains(&"yes") { "yes" } else { "no" })
}

/// The controls with which files that were chosen are chosen again: a page cannot carry them.
#[must_use]
pub fn files_again<'a>(stage: &Stage<'_>, form: &Form, value: &dyn Fn(&str) -> Vec<&'a str>) -> Vec<FieldView> {
    let asked = form.fields.iter().filter_map(|field| {
        let files = field.files.as_ref()?;
        let total = stage.site.config.relay.limits.files;
        let chosen = State { values: value(&field.name), error: None, texts: stage.texts(), total };
        (!chosen.values.is_empty()).then(|| shown(&field.name, &form_file::again(field, files, &chosen)))
    });
    asked.collect()
}

/// The fields of a request that carry what was typed along, all but files.
#[must_use]
pub fn carried<'a>(form: &Form, value: &dyn Fn(&str) -> Vec<&'a str>) -> Vec<CarriedView> {
    let fields = form.fields.iter().filter(|field| field.files.is_none());
    let names = fields.map(|field| &field.name).chain(form.consents.iter().map(|consent| &consent.name));
    let all = names.flat_map(|name| value(name).into_iter().map(move |value| (name, value)));
    all.map(|(name, value)| CarriedView { name: name.clone(), value: value.to_owned() }).collect()
}
