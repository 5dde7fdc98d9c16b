//! Names and values → a submission, or what is wrong with it. Pure. Every value is kept as it was typed, right or wrong,
//! so that a page can give it back.

use std::collections::BTreeMap;

use super::body::{Pairs, Raw};
use super::personal::Personal;
use super::upload::{Chosen, Upload, judge};
use crate::base::address::Address;
use crate::base::date::Day;
use crate::base::hash::Digest;
use crate::site::form::{Field, FieldKind, Form, HONEYPOT};
use crate::site::form_file::Files;
use crate::site::texts::Texts;

/// What a visitor sent with a form.
#[derive(Clone, Default)]
pub struct Submission {
    /// By the names of fields, each of which stands once.
    values: Vec<(String, Vec<Personal>)>,
    /// The files of each field that has some.
    files: BTreeMap<String, Vec<Upload>>,
    /// The files that were chosen for each field before, as the page carried them.
    chosen: BTreeMap<String, Vec<Chosen>>,
    /// The signed token of a review, or nothing.
    pub token: String,
    /// The solution of a proof of work, or nothing.
    pub altcha: String,
    /// The version whose notice was seen, as the page named it.
    pub seen: String,
    /// Whether the field that people leave empty was filled in.
    pub trapped: bool,
    /// Whether the visitor asked to change something.
    pub back: bool,
}

/// What is wrong: the name of the field, or nothing, and a sentence for the visitor.
pub type Mistakes = Vec<(String, String)>;

impl Submission {
    /// The values of a field.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.of(name).iter().map(Personal::reveal).collect()
    }

    /// The first value of a field; nothing when it was left empty.
    #[must_use]
    pub fn first(&self, name: &str) -> &str {
        self.of(name).first().map_or("", Personal::reveal)
    }

    fn of(&self, name: &str) -> &[Personal] {
        self.values.iter().find(|(known, _)| known == name).map_or(&[], |(_, values)| values)
    }

    /// The files of a field.
    #[must_use]
    pub fn files(&self, name: &str) -> &[Upload] {
        self.files.get(name).map_or(&[], Vec::as_slice)
    }

    /// All files together, in bytes.
    #[must_use]
    pub fn files_size(&self) -> u64 {
        self.files.values().flatten().map(Upload::size).sum()
    }

    /// What a page carries along of the files of a field: those that came, else those that were chosen before.
    #[must_use]
    pub fn chosen(&self, name: &str) -> Vec<Chosen> {
        let came: Vec<Chosen> = self.files(name).iter().map(Upload::chosen).collect();
        if came.is_empty() { self.chosen.get(name).cloned().unwrap_or_default() } else { came }
    }

    /// Whether files were chosen before, and did not come this time.
    #[must_use]
    pub fn lacks_files(&self) -> bool {
        self.chosen.keys().any(|name| self.files(name).is_empty())
    }

    /// Whether other files came than those that were chosen before.
    #[must_use]
    pub fn has_other_files(&self) -> bool {
        self.chosen.iter().any(|(name, before)| self.chosen(name) != *before)
    }

    /// What tells this submission from another: a hash of all values in the order of the form, of names and contents of
    /// files, and of what was seen.
    #[must_use]
    pub fn digest(&self, form: &Form) -> String {
        let mut digest = Digest::with_room(1024);
        digest.add(&self.seen);
        // Names are not needed: whatever a digest stands in belongs to one form, as it is.
        for name in names(form) {
            let files = self.files(name);
            let values = if files.is_empty() { self.of(name) } else { &[] };
            digest.counts(files.len(), values.len());
            for file in files {
                digest.add(file.name.reveal());
                digest.add(&file.hash.to_string());
            }
            values.iter().for_each(|value| digest.add(value.reveal()));
        }
        digest.end().to_string()
    }
}

/// The names that a form declares, in order.
fn names(form: &Form) -> impl Iterator<Item = &str> {
    let consents = form.consents.iter().map(|consent| consent.name.as_str());
    form.fields.iter().map(|field| field.name.as_str()).chain(consents)
}

/// Reads what was sent by what the form declares.
#[must_use]
pub fn read(form: &Form, pairs: Pairs, texts: &Texts) -> (Submission, Mistakes) {
    let mut submission = Submission::default();
    let mut mistakes = Mistakes::new();
    let mut sent = Pairs::with_capacity(pairs.len());
    for (name, value) in pairs {
        if names(form).any(|known| known == name) {
            sent.push((name, value));
        } else if !submission.control(form, &name, &value) {
            mistakes.push((String::new(), texts.say("error-unknown", &[("name", &name)])));
        }
    }
    for field in &form.fields {
        let raw = taken(&mut sent, &field.name);
        if let Some(files) = &field.files {
            let mistake = submission.take_files((field, files), raw, texts);
            mistakes.extend(mistake.map(|text| (field.name.clone(), text)));
            continue;
        }
        let (values, mistake) = Reader { field, texts }.read(raw);
        mistakes.extend(mistake.map(|text| (field.name.clone(), text)));
        submission.values.push((field.name.clone(), values.into_iter().map(Personal::new).collect()));
    }
    for consent in &form.consents {
        let (ticked, fits) = ticked(&taken(&mut sent, &consent.name));
        let key = if !fits {
            Some("error-type")
        } else if consent.required && !ticked {
            Some("error-agree")
        } else {
            None
        };
        let text = key.map(|key| texts.say(key, &[("label", &consent.label)]));
        mistakes.extend(text.map(|text| (consent.name.clone(), text)));
        let values = if ticked { vec![Personal::new("yes".to_owned())] } else { Vec::new() };
        submission.values.push((consent.name.clone(), values));
    }
    (submission, mistakes)
}

/// What was sent under a name, in order.
fn taken(sent: &mut Pairs, name: &str) -> Vec<Raw> {
    if sent.iter().all(|(known, _)| known != name) {
        return Vec::new();
    }
    sent.extract_if(.., |(known, _)| known == name).map(|(_, raw)| raw).collect()
}

impl Submission {
    /// Takes a field of the relay's own; says whether it is one.
    fn control(&mut self, form: &Form, name: &str, value: &Raw) -> bool {
        let text = match value {
            Raw::Text(text) => text.reveal(),
            _ => "",
        };
        match name {
            "_token" => text.clone_into(&mut self.token),
            "_seen" => text.clone_into(&mut self.seen),
            "_back" => self.back = true,
            "_files" => self.remember(form, text),
            "altcha" => text.clone_into(&mut self.altcha),
            HONEYPOT => self.trapped |= !text.is_empty(),
            _ => return false,
        }
        true
    }
}

impl Submission {
    /// Notes a file that was chosen before.
    fn remember(&mut self, form: &Form, text: &str) {
        let Some((name, chosen)) = Chosen::read(text) else { return };
        if form.fields.iter().any(|field| field.name == name && field.files.is_some()) {
            self.chosen.entry(name).or_default().push(chosen);
        }
    }

    /// Takes the files of a field, and says what is wrong with them. What was chosen before and did not come is no
    /// mistake: it is asked for again.
    fn take_files(&mut self, (field, files): (&Field, &Files), raw: Vec<Raw>, texts: &Texts) -> Option<String> {
        let say = |key: &str| Some(texts.say(key, &[("label", &field.label)]));
        let (mut uploads, mut odd, silent) = (Vec::new(), false, raw.is_empty());
        for one in raw {
            match one {
                Raw::File(upload) => uploads.push(upload),
                Raw::NoFile => {}
                Raw::Text(text) => odd |= !text.reveal().is_empty(),
                Raw::Flag(_) | Raw::List(_) | Raw::Odd => odd = true,
            }
        }
        let wrong = judge(field, files, &mut uploads, texts);
        let missing = field.required && uploads.is_empty() && !self.chosen.contains_key(&field.name);
        if !uploads.is_empty() {
            self.files.insert(field.name.clone(), uploads);
        }
        let shown = self.chosen(&field.name).iter().map(|one| Personal::new(one.shown(texts))).collect();
        self.values.push((field.name.clone(), shown));
        match (odd, missing, silent) {
            (true, ..) | (false, true, true) => say("error-file-part"),
            (false, true, false) => say("error-file-required"),
            (false, false, _) => wrong,
        }
    }
}

/// Whether a box is ticked, and whether what was sent can say so.
fn ticked(raw: &[Raw]) -> (bool, bool) {
    match raw {
        [] => (false, true),
        [Raw::Flag(flag)] => (*flag, true),
        [Raw::Text(text)] => match text.reveal() {
            "yes" | "on" | "true" | "1" => (true, true),
            "" | "no" | "false" | "0" => (false, true),
            _ => (false, false),
        },
        _ => (false, false),
    }
}

struct Reader<'a> {
    field: &'a Field,
    texts: &'a Texts,
}

impl Reader<'_> {
    /// The values to keep, and what is wrong with them.
    fn read(&self, raw: Vec<Raw>) -> (Vec<String>, Option<String>) {
        match self.field.kind {
            FieldKind::YesNo => self.yes_no(&raw),
            FieldKind::Choices => self.choices(raw),
            _ => self.single(raw),
        }
    }

    fn say(&self, key: &str) -> String {
        self.texts.say(key, &[("label", &self.field.label)])
    }

    fn yes_no(&self, raw: &[Raw]) -> (Vec<String>, Option<String>) {
        let (ticked, fits) = ticked(raw);
        let values = if ticked { vec!["yes".to_owned()] } else { Vec::new() };
        let missing = self.field.required && !ticked;
        (
            values,
            if !fits {
                Some(self.say("error-type"))
            } else if missing {
                Some(self.say("error-agree"))
            } else {
                None
            },
        )
    }

    fn choices(&self, raw: Vec<Raw>) -> (Vec<String>, Option<String>) {
        let mut values: Vec<String> = Vec::new();
        let mut odd = false;
        for one in raw {
            match one {
                Raw::Text(text) => values.push(text.take()),
                Raw::List(all) => values.extend(all.into_iter().map(Personal::take)),
                _ => odd = true,
            }
        }
        values.retain(|value| !value.is_empty());
        let known = |value: &String| self.field.options.iter().any(|(known, _)| known == value);
        let mut seen = values.clone();
        seen.sort_unstable();
        seen.dedup();
        let missing = self.field.required && values.is_empty();
        let mistake = if odd {
            Some(self.say("error-type"))
        } else if missing || !values.iter().all(known) || seen.len() != values.len() {
            Some(self.say("error-choose"))
        } else {
            None
        };
        (values, mistake)
    }

    fn single(&self, mut raw: Vec<Raw>) -> (Vec<String>, Option<String>) {
        let many = raw.len() > 1;
        let value = match raw.drain(..).next() {
            None => String::new(),
            Some(Raw::Text(text)) => text.take(),
            Some(_) => return (Vec::new(), Some(self.say("error-type"))),
        };
        let (value, mistake) = self.line(value);
        let mistake = if many { Some(self.say("error-many")) } else { mistake };
        (if value.is_empty() { Vec::new() } else { vec![value] }, mistake)
    }

    fn line(&self, value: String) -> (String, Option<String>) {
        if self.field.kind == FieldKind::LongText {
            let text = lines(&value);
            let empty = text.trim().is_empty();
            let mistake =
                if empty && self.field.required { Some(self.say("error-required")) } else { self.long(&text) };
            return (if empty { String::new() } else { text }, mistake);
        }
        let plain = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if !plain && value.chars().any(is_control) {
            return (value, Some(self.say("error-line")));
        }
        let text = match value.trim() {
            trimmed if plain && trimmed.len() == value.len() => value,
            trimmed if plain => trimmed.to_owned(),
            trimmed => trimmed.chars().filter(|char| !is_unseen(*char)).collect::<String>().trim().to_owned(),
        };
        let mistake = self.fits(&text);
        (text, mistake)
    }

    fn fits(&self, text: &str) -> Option<String> {
        if text.is_empty() {
            let choice = self.field.kind == FieldKind::Choice;
            let key = if choice { "error-choose" } else { "error-required" };
            return if self.field.required { Some(self.say(key)) } else { None };
        }
        let wrong = match self.field.kind {
            FieldKind::Email => Address::parse(text).is_none().then_some("error-email"),
            FieldKind::Telephone => (!is_telephone(text)).then_some("error-telephone"),
            FieldKind::Date => Day::parse(text).is_err().then_some("error-date"),
            FieldKind::Choice => (!self.field.options.iter().any(|(known, _)| known == text)).then_some("error-choose"),
            _ => None,
        };
        wrong.map_or_else(|| self.long(text), |key| Some(self.say(key)))
    }

    fn long(&self, text: &str) -> Option<String> {
        // No text has more characters than bytes.
        let count = if text.len() <= self.field.max { 0 } else { text.chars().count() };
        if count <= self.field.max {
            return None;
        }
        let (max, count) = (self.field.max.to_string(), count.to_string());
        Some(self.texts.say("error-long", &[("label", &self.field.label), ("max", &max), ("count", &count)]))
    }
}

/// C0, C1, DEL and the separators of lines and paragraphs: what may not stand in one line.
fn is_control(char: char) -> bool {
    char.is_control() || matches!(char, '\u{2028}' | '\u{2029}')
}

/// A text of lines, each ended by LF.
fn lines(value: &str) -> String {
    let mut pieces = value.split('\r');
    let mut text = String::with_capacity(value.len());
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        text.extend([if piece.starts_with('\n') { "" } else { "\n" }, piece]);
    }
    // The first byte of a control beyond ASCII is 0xC2.
    let may_be_control = |byte: u8| byte == 0xC2 || byte.is_ascii_control() && !matches!(byte, b'\n' | b'\t');
    if text.bytes().any(may_be_control) { text.chars().map(shown).collect() } else { text }
}

/// A character of lines as a page can show it, so that what is read before it is sent is what is sent.
fn shown(char: char) -> char {
    if char.is_control() && !matches!(char, '\n' | '\t') { '\u{fffd}' } else { char }
}

/// Direction controls and characters without width, but for the joiners that scripts need and the selectors of emoji.
fn is_unseen(char: char) -> bool {
    let filler = matches!(char, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    let odd = filler
        || matches!(char, '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    odd || matches!(char, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{61c}' | '\u{feff}')
}

fn is_telephone(text: &str) -> bool {
    let plain = |char: char| char.is_ascii_digit() || " +()-./".contains(char);
    text.chars().all(plain) && text.chars().filter(char::is_ascii_digit).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;
    use crate::site::form;

    const FORM: &str = "title: T\nto: [a@b.example]\nsubject: S\npolicy: p\npurpose: e\nfields:\n  - {name: name, label: Name, kind: text, required: true, max: 5, data: d}\n  - {name: email, label: Email, kind: email, data: d}\n  - {name: text, label: Text, kind: long-text, data: d}\n  - {name: one, label: One, kind: choice, options: [a, b], data: d}\n  - {name: more, label: More, kind: choices, options: [a, b], data: d}\n  - {name: box, label: Box, kind: yes-no, data: d}\n  - {name: day, label: Day, kind: date, data: d}\n  - {name: tel, label: Tel, kind: telephone, data: d}\nconsents:\n  - {name: agree, label: Agree, required: true}\n";

    fn sent(pairs: &[(&str, Raw)]) -> (Submission, Vec<String>) {
        let path = SitePath::parse("forms/x.yaml").unwrap();
        let form = form::read(&path, FORM.as_bytes(), &mut Vec::new()).unwrap();
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let (submission, mistakes) = read(&form, pairs, &Texts::default());
        (submission, mistakes.into_iter().map(|(name, text)| format!("{name}: {text}")).collect())
    }

    fn text(value: &str) -> Raw {
        Raw::Text(Personal::new(value.to_owned()))
    }

    fn said(pairs: &[(&str, Raw)]) -> Vec<String> {
        let mut all = vec![("name", text("x")), ("agree", text("yes"))];
        all.retain(|(name, _)| !pairs.iter().any(|(other, _)| other == name));
        all.extend(pairs.iter().cloned());
        sent(&all).1
    }

    #[test]
    fn one_line_is_one_line() {
        for bad in ["a\r\nBcc: x", "a\nb", "a\rb", "a\tb", "a\u{85}b", "a\u{7f}", "a\u{2028}b"] {
            assert_eq!(said(&[("name", text(bad))]), ["name: error-line"], "{bad:?}");
        }
        let (submission, mistakes) =
            sent(&[("name", text(" \u{202e}a\u{200b}\u{3164}\u{feff}\u{200d}b ")), ("agree", text("on"))]);
        assert!(mistakes.is_empty());
        assert_eq!(submission.first("name"), "a\u{200d}b");
        let (submission, _) = sent(&[("text", text("a\r\n\t\u{1b}b\u{85}\rc"))]);
        assert_eq!(submission.first("text"), "a\n\t\u{fffd}b\u{fffd}\nc");
    }

    #[test]
    fn each_kind_takes_its_own() {
        assert_eq!(said(&[]), [""; 0]);
        assert_eq!(said(&[("name", text("123456"))]), ["name: error-long"]);
        assert_eq!(said(&[("email", text("a@@b"))]), ["email: error-email"]);
        assert_eq!(said(&[("one", text("c")), ("day", text("1.2.2026"))]), ["one: error-choose", "day: error-date"]);
        assert_eq!(said(&[("more", text("a")), ("more", text("b"))]), [""; 0]);
        assert_eq!(said(&[("more", text("a")), ("more", text("a"))]), ["more: error-choose"]);
        assert_eq!(said(&[("tel", text("0330 094 8080"))]), [""; 0]);
        assert_eq!(said(&[("tel", text("call me"))]), ["tel: error-telephone"]);
        assert_eq!(said(&[("name", text("a")), ("name", text("b"))]), ["name: error-many"]);
        assert_eq!(said(&[("name", Raw::Odd), ("box", text("maybe"))]), ["name: error-type", "box: error-type"]);
        assert_eq!(said(&[("agree", Raw::Flag(false))]), ["agree: error-agree"]);
        assert_eq!(said(&[("_to", text("x"))]), [": error-unknown"]);
        assert_eq!(said(&[("text", text("a\r\n.\r\nb"))]), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_kept_too() {
        let (submission, _) = sent(&[("email", text("a@@b")), ("name", text("a\nb")), ("one", text("c"))]);
        assert_eq!(
            (submission.first("email"), submission.first("name"), submission.first("one")),
            ("a@@b", "a\nb", "c")
        );
    }
}
