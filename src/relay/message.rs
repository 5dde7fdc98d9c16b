//! A submission → the mail that carries it. Pure. Nothing a visitor typed reaches a header but as a subject whose words
//! are encoded, and as the address to answer, which is an [`Address`] in ASCII.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

use email_encoding::headers::rfc2047;
use email_encoding::headers::writer::EmailWriter;
use lettre::error::Error;
use lettre::message::header::{ContentTransferEncoding, ContentType, Date, HeaderName, HeaderValue, Headers};
use lettre::message::{Body, Mailbox, SinglePart};

use super::mime::Mime;
use super::stationery::Stationery;
use super::submission::Submission;
use super::transport::Mail;
use super::upload::Upload;
use super::{attach, seal};
use crate::base::address::Address;
use crate::base::percent;
use crate::render::form::{in_words, yes_or_no};
use crate::render::html::Html;
use crate::render::stage::Stage;
use crate::site::form::Form;
use crate::site::openpgp::encrypt;

/// The longest subject, in characters; what is longer stands in the mail anyway.
const SUBJECT: usize = 200;

/// A header that is not longer is one line.
const SHORT: usize = 74;

/// Room for headers and what stands around the parts, in bytes.
const ROOM: usize = 1536;

/// What a mail is made of.
pub struct Draft<'a> {
    /// The site, its words and its policies.
    pub stage: &'a Stage<'a>,
    /// The form.
    pub form: &'a Form,
    /// What was sent.
    pub submission: &'a Submission,
    /// What is the same in all mails of the form and the version whose notice was shown.
    pub paper: &'a Stationery,
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
struct Line<'a> {
    label: Cow<'a, str>,
    text: Cow<'a, str>,
}

/// What was sent, and what the mail says of itself.
type Lines<'a> = (Vec<Line<'a>>, Vec<Line<'a>>);

/// What stands in a mail more than once.
struct Facts {
    subject: String,
    /// The visitor's address, where it can stand in a header.
    answer_to: Option<String>,
    /// The day by which the mail must be gone.
    delete_by: Option<String>,
    /// The files, in the order of the form. Their contents are shared, not copied.
    files: Vec<Upload>,
}

impl Draft<'_> {
    /// Writes the mail. Where the form has keys, all that was typed is encrypted, the subject and the address to answer too.
    ///
    /// # Errors
    /// The mail library refuses it: a fault of Vellum, since all that reaches it was checked.
    pub fn mail(&self) -> Result<Mail, Error> {
        let facts = Facts {
            subject: self.subject(),
            answer_to: self.answer_to(),
            delete_by: self.delete_by(),
            files: attach::files(self.form, self.submission).cloned().collect(),
        };
        let lines = (self.fields(&facts), self.about(&facts));
        let (text, html) = (self.text(&lines), self.html(&facts, &lines));
        let mut mime = Mime::with_room(ROOM + (text.len() + html.len()) * 5 / 4 + attach::room(&facts.files));
        let keys = &self.form.mailing.keys;
        let mut own = own_headers(&facts);
        let subject = if keys.is_empty() {
            self.head(&facts, &own, &mut mime);
            self.body((&text, &html), &facts, ("", ""), &mut mime);
            facts.subject
        } else {
            self.body((&text, &html), &facts, (seal::PROTECTED, &std::mem::take(&mut own)), &mut mime);
            let keys = keys.iter().map(|key| &key.value);
            let sealed = self.seed.and_then(|seed| encrypt(&mime.into_bytes(), keys, seed)).ok_or(Error::MissingTo)?;
            mime = Mime::with_room(ROOM + sealed.len() * 5 / 4);
            add(&mut own, "Subject", &self.form.title);
            self.head(&facts, &own, &mut mime);
            seal::write(&sealed, &self.boundary(), &mut mime);
            self.form.title.clone()
        };
        let (message_id, bytes) = (self.message_id.to_owned(), mime.into_bytes());
        Ok(Mail { message_id, subject, text, html, files: facts.files, bytes })
    }

    /// The headers: first those in which nothing was typed.
    fn head(&self, facts: &Facts, own: &str, mime: &mut Mime) {
        let seconds = u64::try_from(self.time).unwrap_or_default();
        let mut date = Headers::with_capacity(1);
        date.set(Date::new(UNIX_EPOCH + Duration::from_secs(seconds)));
        mime.headers(&self.paper.from);
        // Writing into memory cannot fail.
        let _ = write!(mime, "{date}");
        [&["Message-ID: ", self.message_id, "\r\n"][..], &[&self.paper.to], &[&self.paper.policy]]
            .iter()
            .for_each(|lines| mime.lines(lines));
        facts.delete_by.iter().for_each(|day| mime.lines(&["X-Vellum-Delete-By: ", day, "\r\n"]));
        mime.lines(&[own, "MIME-Version: 1.0\r\n"]);
    }

    /// The text, the same as HTML, and the files; `protected` says what stands at the head of what is encrypted.
    fn body(&self, (text, html): (&str, &str), facts: &Facts, protected: (&str, &str), mime: &mut Mime) {
        let boundary = self.boundary();
        let (whole, inner) = (format!("m-{boundary}"), format!("v-{boundary}"));
        let (parameters, more) = protected;
        if facts.files.is_empty() {
            mime.open(("alternative", parameters), &inner, more);
        } else {
            mime.open(("mixed", parameters), &whole, more);
            mime.next(&whole);
            mime.open(("alternative", ""), &inner, "");
        }
        mime.text(&inner, "text/plain", text);
        mime.text(&inner, "text/html", html);
        mime.close(&inner);
        if !facts.files.is_empty() {
            facts.files.iter().for_each(|file| mime.part(&whole, &attach::part(file)));
            mime.close(&whole);
        }
    }

    /// What tells boundaries of this mail from those of another.
    fn boundary(&self) -> String {
        self.message_id.chars().filter(char::is_ascii_alphanumeric).take(32).collect()
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
    fn answer_to(&self) -> Option<String> {
        let written = self.submission.first(self.form.reply_to.as_deref()?);
        let ascii = Address::parse(written)?.ascii()?;
        // Another domain may be longer in ASCII.
        if ascii == written { Some(ascii) } else { Address::parse(&ascii).map(|_| ascii) }
    }

    /// The day by which the mail must be gone, where that is known on the day of receipt.
    fn delete_by(&self) -> Option<String> {
        let (count, unit) = self.paper.keep?;
        self.stage.today().plus(count, unit).map(|day| day.to_string())
    }

    fn fields(&self, facts: &Facts) -> Vec<Line<'_>> {
        let texts = self.stage.texts();
        let mut lines = Vec::with_capacity(self.form.fields.len() + self.form.consents.len());
        for field in &self.form.fields {
            let text = in_words(texts, field, &self.submission.values(&field.name));
            lines.push(Line { label: Cow::Borrowed(&field.label), text });
        }
        for (consent, label) in self.form.consents.iter().zip(&self.paper.consents) {
            let text = yes_or_no(texts, &self.submission.values(&consent.name));
            lines.push(Line { label: Cow::Borrowed(label), text: Cow::Owned(text) });
        }
        let files = attach::told(self.stage, &facts.files).into_iter();
        lines.extend(files.map(|line| Line { label: Cow::Owned(line.label), text: Cow::Owned(line.text) }));
        lines
    }

    /// What the mail says of itself.
    fn about<'a>(&'a self, facts: &'a Facts) -> Vec<Line<'a>> {
        let paper = self.paper;
        let first = [(paper.reference.as_str(), self.reference)].into_iter();
        let version = paper.about.iter().map(|(label, text)| (label.as_str(), text.as_str()));
        let delete = facts.delete_by.as_deref().map(|day| (paper.delete.as_str(), day));
        let all = first.chain(version).chain(delete);
        all.map(|(label, text)| Line { label: Cow::Borrowed(label), text: Cow::Borrowed(text) }).collect()
    }

    fn text(&self, (fields, about): &Lines<'_>) -> String {
        let size = |lines: &[Line<'_>]| lines.iter().map(|line| line.label.len() + line.text.len() + 8).sum::<usize>();
        let intro = &self.paper.intro;
        let mut text = String::with_capacity(intro.len() + size(fields) + size(about) + 64);
        text.extend([intro, "\n\n"]);
        fields.iter().for_each(|line| write_line(&mut text, line));
        text.push_str("\n-- \n");
        about.iter().for_each(|line| write_line(&mut text, line));
        text
    }

    fn html(&self, facts: &Facts, (fields, about): &Lines<'_>) -> String {
        let size =
            |lines: &[Line<'_>]| lines.iter().map(|line| line.label.len() + line.text.len() + 100).sum::<usize>();
        let mut html = Html::doctype(facts.subject.len() + size(fields) + size(about) + 700);
        html.open("html", &[("lang", &self.stage.site.config.language)]);
        html.element("title", &[], &facts.subject);
        html.open("body", &[("style", "font-family:sans-serif;line-height:1.5;max-width:42em")]);
        html.element("p", &[], &self.paper.intro);
        table(&mut html, fields, "font-size:1em");
        if let Some(address) = &facts.answer_to {
            let words = format!("{} {address}", self.paper.reply);
            html.open("p", &[]);
            html.element("a", &[("href", &mailto(address))], &words);
            html.close("p");
        }
        html.open("hr", &[]);
        table(&mut html, about, "font-size:.875em;color:#555");
        html.close("body");
        html.close("html");
        html.into_string() + "\n"
    }
}

/// A link to an address (RFC 6068). Whatever stands in it is a part of the address, and says nothing to a mail program.
fn mailto(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    format!("mailto:{}@{}", percent::encode_all(local), percent::encode_all(domain))
}

/// The headers that hold what was typed.
fn own_headers(facts: &Facts) -> String {
    let mut lines = String::with_capacity(facts.subject.len() + 128);
    add(&mut lines, "Subject", &facts.subject);
    facts.answer_to.iter().for_each(|address| add(&mut lines, "Reply-To", address));
    lines
}

/// Adds a header. One that is plain and short stands as it is, and the library writes the others.
fn add(lines: &mut String, name: &'static str, value: &str) {
    if is_plain(value) && name.len() + value.len() < SHORT {
        return lines.extend([name, ": ", value, "\r\n"]);
    }
    let mut headers = Headers::with_capacity(1);
    headers.insert_raw(header(name, value));
    // Writing into a String cannot fail.
    let _ = write!(lines, "{headers}");
}

/// Each line of a text of many is marked, so that none can be taken for one of ours.
fn write_line(text: &mut String, line: &Line<'_>) {
    let said = line.text.trim_end();
    text.push_str(&line.label);
    if !said.contains(ends_line) {
        return text.extend([": ", said, "\n"]);
    }
    text.push_str(":\n");
    for part in said.split(ends_line) {
        text.extend(["\n|", if part.is_empty() { "" } else { " " }, part]);
    }
    text.push_str("\n\n");
}

/// Whether it ends a line, in one mail program or another.
fn ends_line(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn table(html: &mut Html, lines: &[Line<'_>], style: &str) {
    html.open("table", &[("cellpadding", "5"), ("style", style)]);
    for line in lines {
        html.markup("<tr valign=\"top\"><th align=\"left\">");
        html.text(&line.label);
        html.markup("</th><td style=\"white-space:pre-wrap\">");
        html.text(&line.text);
        html.markup("</td></tr>");
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

/// Whether words are plain ASCII, and do not look as if they were encoded.
fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !value.contains("=?")
}

/// An unstructured header. Words that are not plain ASCII, or look as if they were encoded, are encoded (RFC 2047).
pub(super) fn header(name: &'static str, value: &str) -> HeaderValue {
    let plain = is_plain(value) && value.len() < 900;
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
