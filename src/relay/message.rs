//! A submission → the mail that carries it. Pure. Nothing a visitor typed reaches a header but as a subject whose words
//! are encoded, and as the address to answer, which is an [`Address`] in ASCII.

use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

use email_encoding::headers::rfc2047;
use email_encoding::headers::writer::EmailWriter;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, MultiPartKind, SinglePart};

use super::attach;
use super::seal::sealed;
use super::submission::Submission;
use super::transport::Mail;
use super::upload::Upload;
use crate::base::address::Address;
use crate::base::date::Day;
use crate::render::form::{Governing, given};
use crate::render::form_notice::collection;
use crate::render::html::Html;
use crate::render::stage::Stage;
use crate::site::disclose::period;
use crate::site::form::Form;
use crate::site::relay::Sender;

/// The longest subject, in characters; what is longer stands in the mail anyway.
const SUBJECT: usize = 200;

/// What ends a line, in one mail program or another.
const ENDS: &[char] = &['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

/// What a mail is made of.
pub struct Draft<'a> {
    /// The site, its words and its policies.
    pub stage: &'a Stage<'a>,
    /// The form.
    pub form: &'a Form,
    /// What was sent.
    pub submission: &'a Submission,
    /// The version whose notice was shown.
    pub governing: Option<Governing<'a>>,
    /// Whether the visitor's page named that version.
    pub stated: bool,
    /// From whom it comes.
    pub from: &'a Sender,
    /// The Message-ID.
    pub message_id: &'a str,
    /// What the visitor was given to refer to it.
    pub reference: &'a str,
    /// When it is sent, in seconds since 1970.
    pub time: i64,
    /// Fresh randomness, for a mail that is encrypted and for no other.
    pub seed: Option<[u8; 32]>,
}

/// A line of a mail: a label and a text, which may have many lines.
struct Line {
    label: String,
    text: String,
}

/// What was sent, and what the mail says of itself.
type Lines = (Vec<Line>, Vec<Line>);

impl Draft<'_> {
    /// Writes the mail. Where the form has keys, all that was typed is encrypted, the subject and the address to answer too.
    ///
    /// # Errors
    /// The mail library refuses it: a fault of Vellum, since all that reaches it was checked.
    pub fn mail(&self) -> Result<Mail, lettre::error::Error> {
        let subject = self.subject();
        let lines = (self.fields(), self.about());
        let (text, html) = (self.text(&lines), self.html(&subject, &lines));
        let body = self.body(&text, &html);
        let own = self.own_headers(&subject);
        let keys = &self.form.mailing.keys;
        let (subject, bytes) = if keys.is_empty() {
            let builder = own.into_iter().fold(self.head()?, lettre::message::MessageBuilder::raw_header);
            (subject, builder.multipart(body)?.formatted())
        } else {
            let keys = keys.iter().map(|key| &key.value);
            let sealed = self.seed.and_then(|seed| sealed(body, own, (keys, seed)));
            let sealed = sealed.ok_or(lettre::error::Error::MissingTo)?;
            let builder = self.head()?.raw_header(header("Subject", &self.form.title));
            (self.form.title.clone(), builder.multipart(sealed)?.formatted())
        };
        Ok(Mail { message_id: self.message_id.to_owned(), subject, text, html, files: self.files(), bytes })
    }

    /// The headers in which nothing was typed.
    fn head(&self) -> Result<lettre::message::MessageBuilder, lettre::error::Error> {
        let seconds = u64::try_from(self.time).unwrap_or_default();
        let mut builder = lettre::Message::builder()
            .from(mailbox(&self.from.name, &self.from.address)?)
            .date(UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(self.message_id.to_owned()));
        for to in &self.form.to {
            builder = builder.to(mailbox("", to)?);
        }
        for (name, value) in self.marks() {
            builder = builder.raw_header(header(name, &value));
        }
        Ok(builder)
    }

    /// The headers that hold what was typed.
    fn own_headers(&self, subject: &str) -> Vec<HeaderValue> {
        let reply_to = self.answer_to().map(|address| header("Reply-To", address.as_str()));
        [Some(header("Subject", subject)), reply_to].into_iter().flatten().collect()
    }

    fn body(&self, text: &str, html: &str) -> MultiPart {
        let boundary: String = self.message_id.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
        let parts = MultiPart::builder().kind(MultiPartKind::Alternative).boundary(format!("v-{boundary}"));
        let parts =
            parts.singlepart(part(ContentType::TEXT_PLAIN, text)).singlepart(part(ContentType::TEXT_HTML, html));
        attach::with_files(parts, &self.files(), &boundary)
    }

    /// The files, in the order of the form. Their contents are shared, not copied.
    fn files(&self) -> Vec<Upload> {
        attach::files(self.form, self.submission).cloned().collect()
    }

    /// One line, with the values of fields, each of which is one line.
    fn subject(&self) -> String {
        let line = self.form.subject.fill(|name| self.label(name));
        line.chars().filter(|char| !char.is_control()).take(SUBJECT).collect()
    }

    /// What stands for a field in a subject: the label of what was chosen, or what was typed.
    fn label(&self, name: &str) -> &str {
        let value = self.submission.first(name);
        let field = self.form.fields.iter().find(|field| field.name == name);
        let option = field.and_then(|field| field.options.iter().find(|(known, _)| known == value));
        option.map_or(value, |(_, label)| label)
    }

    /// The visitor's address, where it can stand in a header.
    fn answer_to(&self) -> Option<Address> {
        let written = self.submission.first(self.form.reply_to.as_deref()?);
        Address::parse(&Address::parse(written)?.ascii()?)
    }

    /// `X-Vellum-…` (FORMAT.md, "Forms and mails").
    fn marks(&self) -> Vec<(&'static str, String)> {
        let mut marks = Vec::new();
        if let Some(found) = &self.governing {
            let hash = found.entry.hashes().map_or_else(String::new, |hashes| hashes.sha256.to_string());
            let seen = if self.stated { "yes" } else { "no" };
            let policy = format!("{}@{}; sha256={hash}; seen={seen}", found.card.slug, found.entry.version);
            marks.push(("X-Vellum-Policy", policy));
        }
        marks.extend(self.delete_by().map(|day| ("X-Vellum-Delete-By", day.to_string())));
        marks
    }

    /// The day by which the mail must be gone, where that is known on the day of receipt.
    fn delete_by(&self) -> Option<Day> {
        let purposes = &self.governing.as_ref()?.disclosed?.discloses.purposes;
        let purpose = purposes.iter().find(|purpose| purpose.id == self.form.purpose.value)?;
        let retention = purpose.retention.as_ref().filter(|retention| retention.from == "receipt")?;
        let (count, unit) = period(&retention.keep)?;
        self.stage.today().plus(count, unit)
    }

    fn intro(&self) -> String {
        let site = &self.stage.site.config.title;
        self.stage.texts().say("mail-intro", &[("form", &self.form.title), ("site", site)])
    }

    fn fields(&self) -> Vec<Line> {
        let value = |name: &str| self.submission.values(name);
        let all = given(self.stage, self.form, &value).into_iter();
        let first = self.form.fields.len();
        let word = self.stage.texts().label("mail", "consent");
        let consent = |(at, line): (usize, crate::render::form_view::GivenView)| Line {
            label: if at < first { line.label } else { format!("{word}: {}", line.label.trim_end_matches('.')) },
            text: line.text,
        };
        let files = attach::told(self.stage, &self.files()).into_iter();
        all.enumerate().map(consent).chain(files.map(|line| Line { label: line.label, text: line.text })).collect()
    }

    /// What the mail says of itself.
    fn about(&self) -> Vec<Line> {
        let texts = self.stage.texts();
        let line = |key: &str, text: String| Line { label: texts.label("mail", key), text };
        let mut lines = vec![line("reference", self.reference.to_owned())];
        if let Some(found) = &self.governing {
            let shown = collection(self.stage, self.form, found);
            let key = if self.stated { "mail-seen" } else { "mail-not-seen" };
            lines.push(line("policy", texts.say(key, &[("title", &shown.policy_title), ("version", &shown.version)])));
            let notice = [shown.why, shown.basis.join(", "), shown.retention, shown.recipients.join(", ")];
            let notice: Vec<String> = notice.into_iter().filter(|part| !part.is_empty()).collect();
            lines.push(line("notice", notice.join("; ")));
        }
        lines.extend(self.delete_by().map(|day| line("delete", day.to_string())));
        lines
    }

    fn text(&self, (fields, about): &Lines) -> String {
        let mut text = format!("{}\n\n", self.intro());
        fields.iter().for_each(|line| write_line(&mut text, line));
        text.push_str("\n-- \n");
        about.iter().for_each(|line| write_line(&mut text, line));
        text
    }

    fn html(&self, subject: &str, (fields, about): &Lines) -> String {
        let mut html = Html::new();
        html.open("html", &[("lang", &self.stage.site.config.language)]);
        html.element("title", &[], subject);
        html.open("body", &[("style", "font-family:sans-serif;line-height:1.5;max-width:42em")]);
        html.element("p", &[], &self.intro());
        table(&mut html, fields, "font-size:1em");
        if let Some(address) = self.answer_to() {
            let words = format!("{} {}", self.stage.texts().label("mail", "reply"), address.as_str());
            html.open("p", &[]);
            html.element("a", &[("href", &format!("mailto:{}", address.as_str()))], &words);
            html.close("p");
        }
        html.open("hr", &[]);
        table(&mut html, about, "font-size:.875em;color:#555");
        html.close("body");
        html.close("html");
        format!("<!doctype html>\n{}\n", html.as_str())
    }
}

/// Each line of a text of many is marked, so that none can be taken for one of ours.
fn write_line(text: &mut String, line: &Line) {
    // Writing into a String cannot fail.
    let _ = match line.text.trim_end() {
        many if many.contains(ENDS) => {
            let marked = |part: &str| if part.is_empty() { "|".to_owned() } else { format!("| {part}") };
            let marked: Vec<String> = many.split(ENDS).map(marked).collect();
            writeln!(text, "{}:\n\n{}\n", line.label, marked.join("\n"))
        }
        one => writeln!(text, "{}: {one}", line.label),
    };
}

fn table(html: &mut Html, lines: &[Line], style: &str) {
    html.open("table", &[("cellpadding", "5"), ("style", style)]);
    for line in lines {
        html.open("tr", &[("valign", "top")]);
        html.element("th", &[("align", "left")], &line.label);
        html.element("td", &[("style", "white-space:pre-wrap")], &line.text);
        html.close("tr");
    }
    html.close("table");
}

/// A part whose bytes are safe on any way: ASCII, short lines, no bare CR or LF.
pub(super) fn part(kind: ContentType, text: &str) -> SinglePart {
    let encoding = ContentTransferEncoding::QuotedPrintable;
    let body = Body::new_with_encoding(text.to_owned(), encoding);
    let builder = SinglePart::builder().header(kind);
    // Quoted-printable takes any text; the library returns what it cannot encode.
    match body {
        Ok(body) => builder.body(body),
        Err(text) => builder.body(Body::new(text)),
    }
}

/// An unstructured header. Words that are not plain ASCII, or look as if they were encoded, are encoded (RFC 2047).
pub(super) fn header(name: &'static str, value: &str) -> HeaderValue {
    let plain = value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !value.contains("=?") && value.len() < 900;
    let name = HeaderName::new_from_ascii_str(name);
    if plain {
        return HeaderValue::new(name, value.to_owned());
    }
    let mut encoded = String::new();
    // Writing into a String cannot fail.
    let _ = rfc2047::encode(value, &mut EmailWriter::new(&mut encoded, "Subject: ".len(), 0, false));
    HeaderValue::dangerous_new_pre_encoded(name, value.to_owned(), encoded)
}

pub(super) fn mailbox(name: &str, address: &Address) -> Result<Mailbox, lettre::error::Error> {
    let ascii = address.ascii().unwrap_or_default();
    let address = ascii.parse().map_err(|_| lettre::error::Error::MissingTo)?;
    Ok(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address))
}
