//! Ordinary pages: `content/index.md` and `content/<page>.md`.

use super::body::{self, HtmlRule, Manner, Numbering};
use super::decode::{characters, decode};
use super::doc::{Doc, RemarkKind, Target};
use super::front::{canonical, split};
use super::links::{self, Leads};
use super::raw::Reading;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::path::SitePath;
use crate::base::span::{Place, SourceText};
use crate::base::text::places;

/// An ordinary page.
#[derive(Debug)]
pub struct Page {
    /// Its address below the site: nothing for the first page, else `about/`.
    pub address: String,
    /// Its title.
    pub title: String,
    /// What it is about, for search engines.
    pub description: String,
    /// Its canonical body.
    pub body: SourceText,
    /// Its text.
    pub doc: Doc,
}

/// Reads a page; nothing comes back when its front matter cannot be used.
pub fn read(path: &SitePath, bytes: &[u8], findings: &mut Vec<Diagnostic>) -> Option<Page> {
    let source = decode(path, bytes, findings);
    characters(&source, findings);
    let split = split((path, source.text()), findings);
    let body = canonical(split.body);
    let front = split.front.and_then(|front| settings(&front, findings));
    let title = front.as_ref().map_or("", |(title, _)| title.as_str());
    let doc = body::parse(body.text(), Manner { title, numbering: Numbering::None, html: HtmlRule::Refuse });
    refusals(&doc, &body, findings);
    findings.extend(doc.targets.iter().filter_map(|target| refused_link(target, body.place(target.span))));
    let (title, description) = front?;
    let name = path.under("content")?.strip_suffix(".md")?;
    let address = if name == "index" { String::new() } else { format!("{name}/") };
    Some(Page { address, title, description, body, doc })
}

fn settings(front: &SourceText, findings: &mut Vec<Diagnostic>) -> Option<(String, String)> {
    let reading = Reading::new(front);
    let node = reading.node();
    let found = node.as_ref().and_then(|node| {
        let fields = reading.fields(node)?;
        let title = fields.need_text("title");
        let description = fields.plain("description");
        fields.done();
        Some((title?.value, description))
    });
    if node.is_none() && reading.is_clean() {
        reading.say(Code::V103, crate::base::span::Span::default(), "the key `title` is missing", "add `title: …`");
    }
    findings.extend(reading.into_findings());
    found
}

/// What texts that can still be mended are refused for: HTML, ids that cannot be used, placeholders.
pub fn refusals(doc: &Doc, body: &SourceText, findings: &mut Vec<Diagnostic>) {
    for heading in doc.headings().into_iter().filter(|heading| heading.id.starts_with("v-")) {
        let message = format!("the id `{}` is one of Vellum's own", heading.id);
        let finding = Diagnostic::new(Code::V216, body.place(heading.span), message);
        findings.push(finding.help("give this heading an id that does not begin with `v-`: {#other}"));
    }
    for remark in &doc.remarks {
        let words = short(&remark.words);
        let (code, message, help) = match remark.kind {
            RemarkKind::Html => (Code::V117, format!("HTML is refused: {words}"), "write it in Markdown"),
            RemarkKind::Comment => {
                (Code::V117, format!("comments are refused: {words}"), "keep notes outside the text")
            }
            RemarkKind::BadId => (
                Code::V216,
                format!("`{words}` cannot be an id"),
                "begin with a letter; use letters, digits, `.`, `_`, `-`",
            ),
            RemarkKind::Hidden => {
                (Code::V108, format!("the character {words} may not be published"), "delete it; it cannot be seen")
            }
            RemarkKind::LookAlike => (
                Code::V303,
                format!("`{words}` looks like an item of a list, but goes on with the words before it"),
                "leave an empty line before it, and indent it to the words of the item that it belongs to",
            ),
            RemarkKind::RepeatedId => {
                (Code::V217, format!("the id `{words}` stands twice"), "give this heading another: {#other}")
            }
        };
        findings.push(Diagnostic::new(code, body.place(remark.span), message).help(help));
    }
    placeholders(body, findings);
}

/// What a link that is not followed is refused with.
#[must_use]
pub fn refused_link(target: &Target, place: Place) -> Option<Diagnostic> {
    let refused = links::leads(&target.href) == Leads::Nowhere;
    let message = || format!("a link to `{}` is refused", short(&target.href));
    let help = || {
        let usual = || "use https:, mailto:, tel:, policy: or an address of this site".to_owned();
        links::policy_meant(&target.href).unwrap_or_else(usual)
    };
    refused.then(|| Diagnostic::new(Code::V118, place, message()).help(help()))
}

fn placeholders(body: &SourceText, findings: &mut Vec<Diagnostic>) {
    let begins = |at| body.text().get(at..).is_some_and(|rest| rest.starts_with("{{"));
    if !places(body.text(), b'{').any(begins) {
        return;
    }
    for (at, _) in body.text().match_indices("{{") {
        let rest = body.text().get(at..).unwrap_or_default();
        let end = rest.find("}}").map_or(2, |end| end + 2);
        let words = short(rest.get(..end).unwrap_or_default());
        let span = crate::base::span::Span { start: at, end: at + end };
        let finding =
            Diagnostic::new(Code::V119, body.place(span), format!("the placeholder {words} is published as it is"));
        findings.push(finding.help("write what it stands for"));
    }
}

fn short(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    if line.chars().count() > 60 { line.chars().take(60).chain(['…']).collect() } else { line.to_owned() }
}
