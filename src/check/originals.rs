//! When a published file was changed: where its original is, and what was changed.

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::hash::Hash;
use crate::base::json::{self, Value};
use crate::base::language::translation;
use crate::base::span::{Place, Span};
use crate::redline::words::text_difference;
use crate::site::decode::text;
use crate::site::front::{VersionFile, canonical, split};

use super::Subject;

/// A published text in messages, by the name of its file without the extension.
#[must_use]
pub fn called(stem: &str) -> String {
    match translation(stem) {
        Some((version, language)) => format!("the text of version {version} in `{language}`"),
        None => format!("version {stem}"),
    }
}

/// No more changes than this are shown in one finding.
const SHOWN: usize = 10;

const HELP: &str = "a published text is never edited; put the change into draft.md and run `vellum publish`";

/// A body that is not what was published: the words that differ, each with what stood there.
#[must_use]
pub fn body(subject: &Subject<'_>, file: &VersionFile, wanted: &Hash) -> Diagnostic {
    let message = format!("{} differs from what was published", called(file.path.stem()));
    let start = file.body.place(Span::default());
    let Some(original) = find(subject, file, wanted, body_of) else {
        return Diagnostic::new(Code::V204, start, message).help(format!("{HELP}; {}", where_to_look(file)));
    };
    let mut hunks = text_difference(&original, file.body.text()).into_iter();
    let said = |was: &str| {
        if was.is_empty() {
            "was not there".to_owned()
        } else {
            format!("published as \"{}\"", was.trim_end_matches('\n'))
        }
    };
    let place = |span: &std::ops::Range<usize>| file.body.place(Span::new(span));
    let was = |span: &std::ops::Range<usize>| said(original.get(span.clone()).unwrap_or_default());
    let first = hunks.next();
    let mut finding = match &first {
        Some(hunk) => Diagnostic::new(Code::V204, place(&hunk.new), message).label(was(&hunk.old)),
        None => Diagnostic::new(Code::V204, start, message),
    };
    for hunk in hunks.by_ref().take(SHOWN - 1) {
        finding = finding.related(place(&hunk.new), was(&hunk.old));
    }
    let rest = hunks.count();
    if rest > 0 {
        finding.details.push(format!("and {rest} more"));
    }
    finding.help(HELP)
}

/// A front matter that is not what was published: the keys that differ.
#[must_use]
pub fn meta(subject: &Subject<'_>, file: &VersionFile, wanted: &Hash) -> Diagnostic {
    let place = file.front_source.place(Span::default());
    let help = "the front matter is frozen with the version; restore it, and put the change into draft.md";
    let message = format!("the front matter of {} differs from what was published", called(file.path.stem()));
    let Some(original) = find(subject, file, wanted, meta_of) else {
        return Diagnostic::new(Code::V209, place, message).help(format!("{help}; {}", where_to_look(file)));
    };
    let changes = keys(&original, &file.meta);
    let place = changes.first().map_or(place, |(key, _)| key_place(file, key));
    let mut finding = Diagnostic::new(Code::V209, place, message).help(help);
    finding.details = changes.into_iter().map(|(_, said)| said).take(SHOWN).collect();
    finding
}

fn key_place(file: &VersionFile, key: &str) -> Place {
    let text = file.front_source.text();
    let name = key.split('.').next().unwrap_or(key);
    let at = text.lines().scan(0, |at, line| {
        let start = *at;
        *at += line.len() + 1;
        Some((start, line))
    });
    let found = at.into_iter().find(|(_, line)| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')));
    let span = found.map_or_else(Span::default, |(start, line)| Span { start, end: start + line.len() });
    file.front_source.place(span)
}

/// The keys at which two canonical front matters differ, each with what was and what is.
fn keys(original: &str, now: &str) -> Vec<(String, String)> {
    let read = |text: &str| json::parse(text.as_bytes()).unwrap_or(Value::Null);
    let mut found = Vec::new();
    differ("", &read(original), &read(now), &mut found);
    found
}

fn differ(path: &str, was: &Value, is: &Value, found: &mut Vec<(String, String)>) {
    let name = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (was, is) {
        (Value::Object(one), Value::Object(two)) => {
            for (key, value) in one {
                differ(&name(key), value, two.get(key).unwrap_or(&Value::Null), found);
            }
            for (key, value) in two.iter().filter(|(key, _)| !one.contains_key(*key)) {
                differ(&name(key), &Value::Null, value, found);
            }
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => {
            for (index, (was, is)) in one.iter().zip(two).enumerate() {
                differ(&name(&(index + 1).to_string()), was, is, found);
            }
        }
        (was, is) if was != is => {
            let show = |value: &Value| if value.is_null() { "nothing".to_owned() } else { json::line(value) };
            found.push((path.to_owned(), format!("`{path}` was published as {}, now it is {}", show(was), show(is))));
        }
        _ => {}
    }
}

/// The first candidate that, read in some way, has the hash that was published.
fn find(
    subject: &Subject<'_>,
    file: &VersionFile,
    wanted: &Hash,
    read: fn(&VersionFile, &[u8]) -> Vec<String>,
) -> Option<String> {
    let candidates = subject.source.originals(&file.path, wanted);
    let texts = candidates.iter().flat_map(|bytes| read(file, bytes));
    texts.into_iter().find(|text| Hash::of(text.as_bytes()) == *wanted)
}

/// A candidate as a body: as it is, or what follows its front matter.
fn body_of(file: &VersionFile, bytes: &[u8]) -> Vec<String> {
    let text = text(&file.path, bytes, &mut Vec::new());
    let split = split((&file.path, &text), &mut Vec::new());
    let body = canonical(split.body).text().to_owned();
    vec![text.into_owned(), body]
}

/// A candidate as canonical front matter: as it is, or made of its own.
fn meta_of(file: &VersionFile, bytes: &[u8]) -> Vec<String> {
    let as_it_is = String::from_utf8_lossy(bytes).into_owned();
    vec![as_it_is, VersionFile::read(&file.path, bytes, &mut Vec::new()).meta]
}

fn where_to_look(file: &VersionFile) -> String {
    format!("the original is not in the draft, the last output or git; look in your backups for {}", file.path)
}
