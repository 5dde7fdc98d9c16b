//! `forms/<id>.yaml` → a form: declared fields, who receives what is sent, and the policy that governs it.

use super::decode::{characters, decode};
use super::form_file::{self, Files};
use super::form_mail::Mailing;
use super::raw::{Fields, Reading};
use super::subject::Subject;
use super::yaml::{Node, NodeKind, Plain};
use crate::base::address::Address;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::hash::Hash;
use crate::base::json::{self, Map, Value};
use crate::base::path::SitePath;
use crate::base::slug::Slug;
use crate::base::span::{Place, SourceText, Span, Spanned};

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    /// Its name in addresses.
    pub id: Slug,
    /// Its title.
    pub title: String,
    /// What stands above the fields.
    pub intro: String,
    /// The words of its button; empty for the theme's.
    pub submit: String,
    /// What is said when it was sent, beside the theme's words.
    pub sent: String,
    /// Who receives what is sent.
    pub to: Vec<Address>,
    /// The subject of the mail.
    pub subject: Subject,
    /// The policy that governs it.
    pub policy: Spanned<Slug>,
    /// The purpose, by its id in the policy's disclosures.
    pub purpose: Spanned<String>,
    /// The field whose address is answered.
    pub reply_to: Option<String>,
    /// The fields, in order.
    pub fields: Vec<Field>,
    /// What is agreed to, in order.
    pub consents: Vec<Consent>,
    /// What it says of its mails beside who gets them.
    pub mailing: Mailing,
    /// The form hash (FORMAT.md, "Forms and mails").
    pub hash: String,
    /// The file, for places.
    pub source: SourceText,
}

/// A declared field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in requests.
    pub name: String,
    /// Its label.
    pub label: String,
    /// What helps to fill it in.
    pub hint: String,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether it must be filled in.
    pub required: bool,
    /// The most characters that it takes.
    pub max: usize,
    /// What browsers may fill in (HTML, "Autofill"), or nothing.
    pub autocomplete: String,
    /// What it collects, by its id in the policy's disclosures.
    pub data: Spanned<String>,
    /// What can be chosen: a value and its label.
    pub options: Vec<(String, String)>,
    /// Which files it takes, if its kind is `file`.
    pub files: Option<Files>,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FieldKind {
    /// One of the options.
    Choice,
    /// Any number of the options.
    Choices,
    /// A day.
    Date,
    /// A mail address.
    Email,
    /// Files.
    File,
    /// Lines.
    LongText,
    /// A telephone number.
    Telephone,
    /// One line.
    Text,
    /// Ticked or not.
    YesNo,
}

impl Form {
    /// Whether it asks for files.
    #[must_use]
    pub fn takes_files(&self) -> bool {
        self.fields.iter().any(|field| field.kind == FieldKind::File)
    }
}

impl FieldKind {
    /// Its name in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("text", |(word, _)| word)
    }

    /// The most characters that a field of this kind takes unless it says otherwise.
    fn most(self) -> usize {
        match self {
            Self::LongText => 5000,
            Self::Email => 254,
            Self::Telephone => 40,
            Self::Date => 10,
            Self::Choice | Self::Choices | Self::File | Self::Text | Self::YesNo => 200,
        }
    }

    /// Whether its value is one line, so that it may stand in a subject.
    fn is_line(self) -> bool {
        !matches!(self, Self::Choices | Self::File | Self::LongText)
    }
}

/// Something that is agreed to, apart from the fields and never ticked beforehand.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Its name in requests.
    pub name: String,
    /// The words that are agreed to.
    pub label: String,
    /// Whether the form cannot be sent without it.
    pub required: bool,
    /// What it collects, if the policy discloses it.
    pub data: Option<Spanned<String>>,
}

/// The folder that holds the forms.
pub const FOLDER: &str = "forms";

/// The name of the field that people do not see and must leave empty.
pub const HONEYPOT: &str = "website_url";

/// Names that mean something to the relay. Those that begin with `_` cannot be declared anyway.
const RESERVED: &[&str] = &["altcha", HONEYPOT];

const KINDS: &[(&str, FieldKind)] = &[
    ("text", FieldKind::Text),
    ("long-text", FieldKind::LongText),
    ("email", FieldKind::Email),
    ("telephone", FieldKind::Telephone),
    ("choice", FieldKind::Choice),
    ("choices", FieldKind::Choices),
    ("date", FieldKind::Date),
    ("file", FieldKind::File),
    ("yes-no", FieldKind::YesNo),
];

/// Tokens of HTML's autofill that make sense in a form of this kind.
const AUTOCOMPLETE: &[&str] = &[
    "additional-name",
    "address-level1",
    "address-level2",
    "address-level3",
    "address-level4",
    "address-line1",
    "address-line2",
    "address-line3",
    "bday",
    "country",
    "country-name",
    "email",
    "family-name",
    "given-name",
    "honorific-prefix",
    "honorific-suffix",
    "language",
    "name",
    "nickname",
    "off",
    "on",
    "organization",
    "organization-title",
    "postal-code",
    "sex",
    "street-address",
    "tel",
    "tel-national",
    "url",
    "username",
];

/// Reads a form; nothing comes back when it cannot be used.
pub fn read(path: &SitePath, bytes: &[u8], findings: &mut Vec<Diagnostic>) -> Option<Form> {
    let id = path.under(FOLDER).filter(|name| !name.contains('/')).and_then(|name| name.strip_suffix(".yaml"));
    let Some(id) = id else {
        let finding = Diagnostic::new(Code::V120, Place::of_file(path.as_str()), "nothing reads this file");
        findings.push(finding.help("a form is a file forms/<id>.yaml"));
        return None;
    };
    let slug = Slug::parse(id);
    if slug.is_none() {
        let message = format!("`{id}` cannot be the name of a form");
        let help = Slug::from_name(id).map_or_else(String::new, |slug| format!("call the file `{slug}.yaml`"));
        findings.push(Diagnostic::new(Code::V114, Place::of_file(path.as_str()), message).help(help));
    }
    let source = decode(path, bytes, findings);
    characters(&source, findings);
    let reading = Reading::new(&source);
    let node = reading.node();
    if node.is_none() && reading.is_clean() {
        reading.say(
            Code::V103,
            Span::default(),
            "the form is empty",
            "`vellum new form NAME` writes one to start from",
        );
    }
    let found = node.as_ref().and_then(|node| reading.fields(node).and_then(|fields| form(fields, slug, hash(node))));
    let clean = reading.is_clean();
    findings.extend(reading.into_findings());
    found.filter(|_| clean).map(|form| Form { source, ..form })
}

/// SHA-256 of the file as RFC 8785 JSON, without the recipients; the first 16 hex digits.
fn hash(node: &Node) -> String {
    let Value::Object(mut map) = value(node) else { return String::new() };
    map.remove("to");
    Hash::of(json::canonical(&Value::Object(map)).as_bytes()).short(16)
}

/// YAML as JSON, by the core schema.
fn value(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Text(text) => Value::String(text.clone()),
        NodeKind::Plain(_, Plain::Null) => Value::Null,
        NodeKind::Plain(_, Plain::Bool(value)) => Value::Bool(*value),
        NodeKind::Plain(text, Plain::Integer | Plain::Float) => {
            json::parse(text.as_bytes()).unwrap_or_else(|| Value::String(text.clone()))
        }
        NodeKind::List(items) => Value::Array(items.iter().map(value).collect()),
        NodeKind::Map(entries) => {
            Value::Object(entries.iter().map(|(key, node)| (key.value.clone(), value(node))).collect::<Map<_, _>>())
        }
    }
}

fn form(fields: Fields<'_>, id: Option<Slug>, hash: String) -> Option<Form> {
    let reading = fields.reading();
    let title = fields.need_text("title");
    let (intro, submit, sent) = (fields.plain("intro"), fields.plain("submit"), fields.plain("sent"));
    let to = fields.need("to").map(|node| recipients(reading, node));
    let subject = fields.need_text("subject");
    let policy = fields.need_text("policy").and_then(|text| policy(reading, &text));
    let purpose = fields.need_text("purpose");
    let reply_to = fields.text("reply_to");
    let declared =
        fields.need("fields").map(|node| reading.items(node).iter().filter_map(|node| field(reading.fields(node)?)));
    let declared: Vec<(Field, Span)> = declared.into_iter().flatten().collect();
    let consents = fields.items("consents").iter().filter_map(|node| consent(reading.fields(node)?));
    let consents: Vec<(Consent, Span)> = consents.collect();
    names(reading, &declared, &consents);
    if let Some(subject) = &subject {
        subject_names(reading, subject, &declared);
    }
    if let Some(name) = &reply_to {
        answered(reading, name, &declared);
    }
    let mailing = Mailing::read(&fields, to.as_deref().unwrap_or_default());
    fields.done();
    Some(Form {
        id: id?,
        title: title?.value,
        intro,
        submit,
        sent,
        to: to?,
        subject: Subject::parse(&subject?.value),
        policy: policy?,
        purpose: purpose?,
        reply_to: reply_to.map(|name| name.value),
        fields: declared.into_iter().map(|(field, _)| field).collect(),
        consents: consents.into_iter().map(|(consent, _)| consent).collect(),
        mailing,
        hash,
        source: SourceText::new(reading.source.path().clone(), String::new()),
    })
}

fn recipients(reading: &Reading<'_>, node: &Node) -> Vec<Address> {
    let found: Vec<Address> = reading.texts(node).iter().filter_map(|text| mailbox(reading, text)).collect();
    if found.is_empty() && reading.is_clean() {
        reading.say(
            Code::V105,
            node.span,
            "the form has no recipient",
            "name at least one address: to: [office@example.org]",
        );
    }
    found
}

/// An address that mail can be sent to.
fn mailbox(reading: &Reading<'_>, text: &Spanned<String>) -> Option<Address> {
    let found = Address::parse(&text.value).filter(|address| address.ascii().is_some());
    if found.is_none() {
        let message = format!("`{}` is not a mail address that can be sent to", text.value);
        reading.say(Code::V105, text.span, message, "write it as office@example.org, without a name");
    }
    found
}

fn policy(reading: &Reading<'_>, text: &Spanned<String>) -> Option<Spanned<Slug>> {
    let slug = Slug::parse(&text.value);
    if slug.is_none() {
        reading.say(Code::V114, text.span, format!("`{}` cannot be the name of a policy", text.value), "");
    }
    Some(Spanned { value: slug?, span: text.span })
}

fn field(fields: Fields<'_>) -> Option<(Field, Span)> {
    let reading = fields.reading();
    let name = fields.need_text("name");
    let label = fields.need_text("label");
    let hint = fields.plain("hint");
    let kind = fields.need("kind").and_then(|node| kind(reading, node));
    let required = fields.flag("required").unwrap_or_default();
    let max = fields.number("max").and_then(|max| usize::try_from(max).ok());
    if let (Some(0), Some(node)) = (max, fields.get("max")) {
        reading.say(
            Code::V105,
            node.span,
            "nothing fits into a field whose `max` is 0",
            "leave it out, or take at least 1",
        );
    }
    let autocomplete = fields.choice("autocomplete", AUTOCOMPLETE).unwrap_or_default().to_owned();
    let data = fields.need_text("data");
    let options: Vec<_> = fields.items("options").iter().filter_map(|node| option(reading, node)).collect();
    if let Some(kind) = kind {
        options_fit(&fields, kind, &options);
    }
    let files = form_file::read(&fields, kind.map(|kind| kind == FieldKind::File));
    fields.done();
    let (name, kind) = (name?, kind?);
    let (max, label, data) = (max.unwrap_or_else(|| kind.most()), label?.value, data?);
    let field = Field { name: name.value, label, hint, kind, required, max, autocomplete, data, options, files };
    Some((field, name.span))
}

fn kind(reading: &Reading<'_>, node: &Node) -> Option<FieldKind> {
    let words: Vec<&'static str> = KINDS.iter().map(|(word, _)| *word).collect();
    let word = reading.choice(node, &words)?;
    KINDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
}

fn option(reading: &Reading<'_>, node: &Node) -> Option<(String, String)> {
    if let NodeKind::Map(_) = &node.kind {
        let fields = reading.fields(node)?;
        let (value, label) = (fields.need_text("value"), fields.need_text("label"));
        fields.done();
        return Some((value?.value, label?.value));
    }
    reading.text(node).map(|text| (text.value.clone(), text.value))
}

fn options_fit(fields: &Fields<'_>, kind: FieldKind, options: &[(String, String)]) {
    let wants = matches!(kind, FieldKind::Choice | FieldKind::Choices);
    let reading = fields.reading();
    if wants && options.is_empty() {
        reading.say(
            Code::V103,
            fields.span(),
            format!("a field of the kind `{}` needs options", kind.word()),
            "add `options: [one, two]`",
        );
    } else if !wants && !options.is_empty() {
        reading.say(
            Code::V105,
            fields.span(),
            format!("a field of the kind `{}` has no options", kind.word()),
            "take them out, or use `choice`",
        );
    }
    let mut values: Vec<&str> = options.iter().map(|(value, _)| value.as_str()).collect();
    values.sort_unstable();
    if let Some(twice) = values.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first()) {
        reading.say(
            Code::V105,
            fields.span(),
            format!("the option `{twice}` stands twice"),
            "give each a value of its own",
        );
    }
}

fn consent(fields: Fields<'_>) -> Option<(Consent, Span)> {
    let name = fields.need_text("name");
    let label = fields.need_text("label");
    let required = fields.flag("required").unwrap_or_default();
    let data = fields.text("data");
    fields.done();
    let name = name?;
    Some((Consent { name: name.value, label: label?.value, required, data }, name.span))
}

/// Names are plain, free and used once.
fn names(reading: &Reading<'_>, fields: &[(Field, Span)], consents: &[(Consent, Span)]) {
    let of_fields = fields.iter().map(|(field, span)| (field.name.as_str(), *span));
    let all: Vec<(&str, Span)> =
        of_fields.chain(consents.iter().map(|(consent, span)| (consent.name.as_str(), *span))).collect();
    for (at, (name, span)) in all.iter().enumerate() {
        if !is_name(name) {
            let help = "begin with a letter of a-z; use letters, digits and `_`, at most 64";
            reading.say(Code::V503, *span, format!("`{name}` cannot be the name of a field"), help);
        } else if RESERVED.contains(name) {
            reading.say(Code::V503, *span, format!("`{name}` is a name of Vellum's own"), "choose another");
        } else if all.iter().take(at).any(|(other, _)| other == name) {
            reading.say(Code::V503, *span, format!("the field `{name}` stands twice"), "give each a name of its own");
        }
    }
}

fn is_name(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    plain && name.len() <= 64 && name.starts_with(|char: char| char.is_ascii_lowercase())
}

fn subject_names(reading: &Reading<'_>, subject: &Spanned<String>, fields: &[(Field, Span)]) {
    for name in Subject::parse(&subject.value).names() {
        let field = fields.iter().find(|(field, _)| field.name == name);
        let message = match field {
            None => format!("the subject names `{{{name}}}`, which is no field of the form"),
            Some((field, _)) if field.kind == FieldKind::File => {
                format!("the subject names `{{{name}}}`, which is a file")
            }
            Some((field, _)) if !field.kind.is_line() => {
                format!("the subject names `{{{name}}}`, which may have many lines")
            }
            Some(_) => continue,
        };
        let lines = fields.iter().filter(|(field, _)| field.kind.is_line()).map(|(field, _)| field.name.as_str());
        let help = format!("it may name {}", lines.collect::<Vec<_>>().join(", "));
        reading.say(Code::V504, subject.span, message, help);
    }
}

fn answered(reading: &Reading<'_>, name: &Spanned<String>, fields: &[(Field, Span)]) {
    let is_email = |field: &Field| field.name == name.value && field.kind == FieldKind::Email;
    if !fields.iter().any(|(field, _)| is_email(field)) {
        let message = format!("`reply_to` names `{}`, which is no field of the kind `email`", name.value);
        reading.say(Code::V504, name.span, message, "name the field that holds the visitor's address");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "title: T\nto: [a@b.example]\nsubject: \"From {name} {{x}\"\npolicy: privacy\npurpose: enquiry\nfields:\n  - {name: name, label: N, kind: text, max: 100, data: name}\n";

    fn read(text: &str) -> (Option<Form>, Vec<String>) {
        let mut findings = Vec::new();
        let form = super::read(&SitePath::parse("forms/x.yaml").unwrap(), text.as_bytes(), &mut findings);
        (form, findings.iter().map(|finding| format!("{} {}", finding.code.name(), finding.message)).collect())
    }

    #[test]
    fn the_hash_leaves_recipients_out_and_nothing_else() {
        let plain = FORM.replace("{{x}", "");
        let one = read(&plain).0.unwrap().hash;
        assert_eq!(one, read(&plain.replace("a@b", "c@d")).0.unwrap().hash);
        assert_ne!(one, read(&plain.replace("max: 100", "max: 101")).0.unwrap().hash);
        let canonical = "{\"fields\":[{\"data\":\"name\",\"kind\":\"text\",\"label\":\"N\",\"max\":100,\"name\":\"name\"}],\"policy\":\"privacy\",\"purpose\":\"enquiry\",\"subject\":\"From {name} \",\"title\":\"T\"}";
        assert_eq!(one, Hash::of(canonical.as_bytes()).short(16));
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let text = FORM
            .replace("name: name", "name: _name")
            .replace("kind: text", "kind: txt")
            .replace("a@b.example", "a")
            .replace("{{x}", "");
        let (form, said) = read(&text);
        assert!(form.is_none());
        assert_eq!(said.len(), 3, "{said:?}");
    }
}
