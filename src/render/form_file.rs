//! A field of the kind `file` → its markup: what may be chosen, what was chosen before, and the control. A page cannot
//! give a file back, so it says which one it was and asks for it again.

use super::form_field::{State, class, hint, id, labelled, mistake};
use super::html::Html;
use crate::site::form::Field;
use crate::site::form_file::Files;

/// The markup of the field on the form's page.
#[must_use]
pub fn control(field: &Field, files: &Files, state: &State<'_>) -> Html {
    let id = id(&field.name);
    let mut html = Html::new();
    html.open("div", &[("class", class(state))]);
    html.open("label", &[("for", &id)]);
    labelled(&mut html, &field.label, field.required, state.texts);
    html.close("label");
    let mut described = vec![format!("{id}-files")];
    hint(&mut html, &field.hint, &id);
    if !field.hint.is_empty() {
        described.insert(0, format!("{id}-hint"));
    }
    paragraph(&mut html, &allowed(files, state), &format!("{id}-files"));
    if state.error.is_some() {
        described.push(format!("{id}-error"));
    } else if !state.values.is_empty() {
        described.push(format!("{id}-lost"));
        let names = state.values.join(", ");
        paragraph(&mut html, &state.texts.say("file-lost", &[("names", &names)]), &format!("{id}-lost"));
    }
    mistake(&mut html, state, &id);
    input(&mut html, (field, files), (field.required, state.error.is_some()), &described.join(" "));
    html.close("div");
    html
}

/// The markup with which files that were chosen before are chosen again, on a page that shows the rest as text.
#[must_use]
pub fn again(field: &Field, files: &Files, state: &State<'_>) -> Html {
    let id = id(&field.name);
    let mut html = Html::new();
    html.open("div", &[("class", "field")]);
    html.element("label", &[("for", &id)], &field.label);
    let names = state.values.join(", ");
    paragraph(&mut html, &state.texts.say("file-again", &[("names", &names)]), &format!("{id}-again"));
    input(&mut html, (field, files), (true, false), &format!("{id}-again"));
    html.close("div");
    html
}

fn paragraph(html: &mut Html, text: &str, id: &str) {
    html.element("p", &[("class", "hint"), ("id", id)], text);
}

/// Which files may be chosen, in a sentence.
fn allowed(files: &Files, state: &State<'_>) -> String {
    let texts = state.texts;
    let (many, types) = (files.many.to_string(), files.kinds());
    let max = texts.size(files.largest(state.total));
    let total = texts.size(u64::try_from(state.total).unwrap_or(u64::MAX));
    let values = [("max", max.as_str()), ("types", &types), ("many", &many), ("total", &total)];
    texts.say(if files.many == 1 { "file-hint" } else { "file-hint-many" }, &values)
}

fn input(html: &mut Html, (field, files): (&Field, &Files), (required, wrong): (bool, bool), described: &str) {
    let id = id(&field.name);
    let kinds = files.accept.iter().flat_map(|kind| {
        let endings = kind.endings.iter().map(|ending| format!(".{ending}"));
        endings.chain([kind.media.to_owned()])
    });
    let accept = kinds.collect::<Vec<_>>().join(",");
    let mut attributes = vec![("id", id.as_str()), ("name", &field.name), ("type", "file"), ("accept", &accept)];
    if files.many > 1 {
        attributes.push(("multiple", ""));
    }
    if required {
        attributes.push(("required", ""));
    }
    if wrong {
        attributes.push(("aria-invalid", "true"));
    }
    attributes.push(("aria-describedby", described));
    html.open("input", &attributes);
}
