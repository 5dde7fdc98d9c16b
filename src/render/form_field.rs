//! A field of a form → its markup: label, hint, mistake and control, tied together for screen readers. It is made here
//! and not in a template, so that a theme cannot lose a label or a mistake.

use super::form_file;
use super::html::Html;
use crate::site::form::{Consent, Field, FieldKind};
use crate::site::texts::Texts;

/// What a field shows beside its declaration.
pub struct State<'a> {
    /// The values that were typed or chosen.
    pub values: Vec<&'a str>,
    /// What is wrong, if anything.
    pub error: Option<&'a str>,
    /// The interface's words.
    pub texts: &'a Texts,
    /// What all files of the form together may take, in bytes.
    pub total: usize,
}

type Attributes<'a> = Vec<(&'static str, &'a str)>;

/// The markup of a field.
#[must_use]
pub fn field(field: &Field, state: &State<'_>) -> Html {
    let id = id(&field.name);
    let mut html = Html::new();
    if let Some(files) = &field.files {
        return form_file::control(field, files, state);
    }
    match field.kind {
        FieldKind::Choice | FieldKind::Choices => group(&mut html, field, state, &id),
        FieldKind::YesNo => {
            html.open("div", &[("class", class(state))]);
            mistake(&mut html, state, &id);
            tick(&mut html, (&field.name, &field.label, field.required), state, (&id, &field.hint));
            hint(&mut html, &field.hint, &id);
            html.close("div");
        }
        _ => {
            html.open("div", &[("class", class(state))]);
            html.open("label", &[("for", &id)]);
            labelled(&mut html, &field.label, field.required, state.texts);
            html.close("label");
            hint(&mut html, &field.hint, &id);
            mistake(&mut html, state, &id);
            line(&mut html, field, state, &id);
            html.close("div");
        }
    }
    html
}

/// The markup of a consent: a box that was not ticked beforehand, and the words that are agreed to.
#[must_use]
pub fn consent(consent: &Consent, state: &State<'_>) -> Html {
    let id = id(&consent.name);
    let mut html = Html::new();
    html.open("div", &[("class", class(state))]);
    mistake(&mut html, state, &id);
    tick(&mut html, (&consent.name, &consent.label, consent.required), state, (&id, ""));
    html.close("div");
    html
}

/// The id of a field in the page.
#[must_use]
pub fn id(name: &str) -> String {
    format!("v-{name}")
}

/// The class of what holds a field.
pub(super) fn class(state: &State<'_>) -> &'static str {
    if state.error.is_some() { "field wrong" } else { "field" }
}

/// A label, and whether the field may be left empty.
pub(super) fn labelled(html: &mut Html, label: &str, required: bool, texts: &Texts) {
    html.text(label);
    if !required {
        html.text(" ");
        html.element("span", &[("class", "optional")], &texts.label("form", "optional"));
    }
}

/// What helps to fill a field in, if anything does.
pub(super) fn hint(html: &mut Html, hint: &str, id: &str) {
    if !hint.is_empty() {
        html.element("p", &[("class", "hint"), ("id", &format!("{id}-hint"))], hint);
    }
}

/// What is wrong with a field, if anything is.
pub(super) fn mistake(html: &mut Html, state: &State<'_>, id: &str) {
    if let Some(error) = state.error {
        html.element("p", &[("class", "error"), ("id", &format!("{id}-error"))], error);
    }
}

/// The ids of the hint and the mistake, for `aria-describedby`.
fn described(hint: &str, state: &State<'_>, id: &str) -> String {
    let hint = (!hint.is_empty()).then(|| format!("{id}-hint"));
    let error = state.error.map(|_| format!("{id}-error"));
    hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
}

/// What all controls carry: whether they are required, wrong, and described elsewhere.
fn common<'a>(attributes: &mut Attributes<'a>, required: bool, state: &State<'_>, described: &'a str) {
    if required {
        attributes.push(("required", ""));
    }
    if state.error.is_some() {
        attributes.push(("aria-invalid", "true"));
    }
    if !described.is_empty() {
        attributes.push(("aria-describedby", described));
    }
}

fn line(html: &mut Html, field: &Field, state: &State<'_>, id: &str) {
    let value = state.values.first().copied().unwrap_or_default();
    let described = described(&field.hint, state, id);
    let mut attributes: Attributes<'_> = vec![("id", id), ("name", &field.name)];
    if !field.autocomplete.is_empty() {
        attributes.push(("autocomplete", &field.autocomplete));
    }
    common(&mut attributes, field.required, state, &described);
    if field.kind == FieldKind::LongText {
        attributes.push(("rows", if field.max > 1000 { "8" } else { "4" }));
        html.open("textarea", &attributes);
        // The parser drops a first line break, so that one may stand before the text.
        html.text("\n");
        html.text(value);
        html.close("textarea");
    } else {
        attributes.extend([("type", input(field.kind)), ("value", value)]);
        html.open("input", &attributes);
    }
}

fn input(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Choice => "radio",
        FieldKind::Choices | FieldKind::YesNo => "checkbox",
        FieldKind::Date => "date",
        FieldKind::Email => "email",
        FieldKind::Telephone => "tel",
        FieldKind::File => "file",
        FieldKind::LongText | FieldKind::Text => "text",
    }
}

fn tick(html: &mut Html, (name, label, required): (&str, &str, bool), state: &State<'_>, (id, hint): (&str, &str)) {
    let described = described(hint, state, id);
    let mut attributes: Attributes<'_> = vec![("id", id), ("type", "checkbox"), ("name", name), ("value", "yes")];
    if state.values.contains(&"yes") {
        attributes.push(("checked", ""));
    }
    common(&mut attributes, required, state, &described);
    html.open("p", &[("class", "tick")]);
    html.open("input", &attributes);
    html.open("label", &[("for", id)]);
    labelled(html, label, required, state.texts);
    html.close("label");
    html.close("p");
}

fn group(html: &mut Html, field: &Field, state: &State<'_>, id: &str) {
    let described = described(&field.hint, state, id);
    let mut attributes: Attributes<'_> = vec![("class", class(state)), ("id", id)];
    if !described.is_empty() {
        attributes.push(("aria-describedby", &described));
    }
    html.open("fieldset", &attributes);
    html.open("legend", &[]);
    labelled(html, &field.label, field.required, state.texts);
    html.close("legend");
    hint(html, &field.hint, id);
    mistake(html, state, id);
    for (number, (value, label)) in (1..).zip(&field.options) {
        option(html, field, state, (value, label, &format!("{id}-{number}")));
    }
    html.close("fieldset");
}

fn option(html: &mut Html, field: &Field, state: &State<'_>, (value, label, id): (&str, &str, &str)) {
    let mut attributes: Attributes<'_> =
        vec![("id", id), ("type", input(field.kind)), ("name", &field.name), ("value", value)];
    if state.values.contains(&value) {
        attributes.push(("checked", ""));
    }
    if field.required && field.kind == FieldKind::Choice {
        attributes.push(("required", ""));
    }
    html.open("p", &[("class", "tick")]);
    html.open("input", &attributes);
    html.element("label", &[("for", id)], label);
    html.close("p");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::{Span, Spanned};

    #[test]
    fn what_was_typed_stands_in_the_control_and_what_is_wrong_is_tied_to_it() {
        let data = Spanned { value: "message".to_owned(), span: Span::default() };
        let one = Field {
            name: "m".to_owned(),
            label: "Message".to_owned(),
            hint: "In short".to_owned(),
            kind: FieldKind::LongText,
            required: true,
            max: 100,
            autocomplete: String::new(),
            data,
            options: Vec::new(),
            files: None,
        };
        let texts = Texts::default();
        let state = State { values: vec!["\n<b>\""], error: Some("Fill in"), texts: &texts, total: 0 };
        assert_eq!(
            field(&one, &state).as_str(),
            "<div class=\"field wrong\"><label for=\"v-m\">Message</label><p class=\"hint\" id=\"v-m-hint\">In short</p>\
             <p class=\"error\" id=\"v-m-error\">Fill in</p><textarea id=\"v-m\" name=\"m\" required=\"\" aria-invalid=\"true\" \
             aria-describedby=\"v-m-hint v-m-error\" rows=\"4\">\n\n&lt;b&gt;&quot;</textarea></div>"
        );
    }
}
