//! Disclosures: what is collected, why, on what basis, for how long, and who gets it.

use std::collections::BTreeMap;

use super::raw::Reading;
use super::yaml::Node;
use crate::base::codes::Code;
use crate::base::span::{Span, Spanned};

/// The legal bases of GDPR Art. 6(1), and the steps before a contract of its letter b apart.
pub const BASES: &[&str] = &[
    "consent",
    "contract",
    "pre-contract",
    "legal-obligation",
    "vital-interests",
    "public-task",
    "legitimate-interests",
];

/// The rights of GDPR Art. 15 to 22 and 77.
pub const RIGHTS: &[&str] = &[
    "access",
    "rectification",
    "erasure",
    "portability",
    "restriction",
    "objection",
    "marketing-objection",
    "automated-decisions",
    "complaint",
];

/// What a version discloses.
#[derive(Clone, Debug, Default)]
pub struct Disclosures {
    /// Where they stand in the front matter.
    pub span: Span,
    /// What data are used for.
    pub purposes: Vec<Purpose>,
    /// Who receives data.
    pub recipients: Vec<Recipient>,
    /// Where data go abroad: `none`, or words.
    pub transfers: String,
    /// The rights that the text describes.
    pub rights: Vec<String>,
    /// Where each of them stands in the front matter.
    pub right_spans: Vec<Span>,
    /// Where the list of recipients begins, if there is one.
    pub recipients_start: Option<Span>,
    /// What is listed twice.
    pub repeated: Vec<Repeated>,
}

/// Something that is listed twice.
#[derive(Clone, Debug)]
pub struct Repeated {
    /// What it is, in words.
    pub what: String,
    /// Where it stands first.
    pub first: Span,
    /// Where it stands again.
    pub again: Span,
}

/// One purpose.
#[derive(Clone, Debug)]
pub struct Purpose {
    /// Its id.
    pub id: String,
    /// Where it stands in the front matter.
    pub span: Span,
    /// The clause that says it.
    pub clause: Spanned<String>,
    /// What is collected for it.
    pub data: Vec<String>,
    /// On what basis.
    pub basis: Vec<String>,
    /// For how long.
    pub retention: Option<Retention>,
    /// Where the period stands in the front matter.
    pub keep_span: Span,
    /// The ids of those who receive it.
    pub recipients: Vec<Spanned<String>>,
}

/// How long data are kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Retention {
    /// An ISO 8601 duration of years, months, weeks or days, such as `P12M`.
    pub keep: String,
    /// From when it runs: `receipt`, `resolution` or `contract-end`.
    pub from: String,
    /// The clause that says when it is longer.
    pub except: Option<String>,
}

/// One recipient.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Its id.
    pub id: String,
    /// Where its id stands in the front matter.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// Where the name stands in the front matter.
    pub name_span: Span,
    /// The clause that says it.
    pub clause: Spanned<String>,
    /// Where it is.
    pub place: String,
}

impl Purpose {
    /// The clause that says when data are kept for longer.
    #[must_use]
    pub fn exception(&self) -> Option<&str> {
        self.retention.as_ref()?.except.as_deref()
    }
}

impl Disclosures {
    /// Reads `discloses`; whatever is right in it is kept.
    pub fn read(reading: &Reading<'_>, node: &Node) -> Option<Self> {
        let fields = reading.fields(node)?;
        let mut repeated = Vec::new();
        let nodes = fields.items("purposes").iter();
        let purposes: Vec<Purpose> = nodes.filter_map(|node| purpose(reading, node, &mut repeated)).collect();
        let recipients_start =
            fields.get("recipients").map(|node| Span { start: node.span.start, end: node.span.start });
        let recipients: Vec<Recipient> =
            fields.items("recipients").iter().filter_map(|node| recipient(reading, node)).collect();
        let transfers = fields.plain("transfers");
        let right = |node: &Node| Some((reading.choice(node, RIGHTS)?.to_owned(), node.span));
        let (rights, right_spans): (Vec<String>, Vec<Span>) = fields.items("rights").iter().filter_map(right).unzip();
        fields.done();
        twice(
            purposes.iter().map(|one| (one.id.as_str(), one.span)),
            |id| format!("the purpose `{id}`"),
            &mut repeated,
        );
        twice(
            recipients.iter().map(|one| (one.id.as_str(), one.span)),
            |id| format!("the recipient `{id}`"),
            &mut repeated,
        );
        let rights_again = rights.iter().map(String::as_str).zip(right_spans.iter().copied());
        twice(rights_again, |right| format!("the right `{right}`"), &mut repeated);
        Some(Self { span: node.span, purposes, recipients, transfers, rights, right_spans, recipients_start, repeated })
    }
}

/// Notes what stands twice among some words.
fn twice<'w>(all: impl Iterator<Item = (&'w str, Span)>, what: impl Fn(&str) -> String, repeated: &mut Vec<Repeated>) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for (word, again) in all {
        if let Some(first) = seen.get(word) {
            repeated.push(Repeated { what: what(word), first: *first, again });
        } else {
            seen.insert(word, again);
        }
    }
}

fn purpose(reading: &Reading<'_>, node: &Node, repeated: &mut Vec<Repeated>) -> Option<Purpose> {
    let fields = reading.fields(node)?;
    let id = fields.need_text("id");
    let clause = fields.need_text("clause");
    let data = fields.texts("data");
    let basis = fields.items("basis").iter().filter_map(|node| Some((reading.choice(node, BASES)?, node.span)));
    let basis: Vec<(&str, Span)> = basis.collect();
    let kept = fields.get("retention");
    let keep_span = kept.map(|node| node.span).unwrap_or_default();
    let retention = kept.and_then(|node| retention(reading, node));
    let recipients = fields.texts("recipients");
    fields.done();
    let id = id?;
    let lists = |kind: &'static str| {
        let id = &id.value;
        move |word: &str| format!("the {kind} `{word}` of the purpose `{id}`")
    };
    twice(spanned(&data), lists("data"), repeated);
    twice(basis.iter().copied(), lists("basis"), repeated);
    twice(spanned(&recipients), lists("recipient"), repeated);
    let data = data.into_iter().map(|text| text.value).collect();
    let basis = basis.into_iter().map(|(basis, _)| basis.to_owned()).collect();
    Some(Purpose { id: id.value, span: id.span, clause: clause?, data, basis, retention, keep_span, recipients })
}

fn spanned(texts: &[Spanned<String>]) -> impl Iterator<Item = (&str, Span)> {
    texts.iter().map(|text| (text.value.as_str(), text.span))
}

fn retention(reading: &Reading<'_>, node: &Node) -> Option<Retention> {
    let fields = reading.fields(node)?;
    let keep = fields.need_text("keep");
    let from = fields.need("from").and_then(|node| reading.choice(node, &["receipt", "resolution", "contract-end"]));
    let except = fields.text("except").map(|text| text.value);
    fields.done();
    let keep = keep?;
    if period(&keep.value).is_none() {
        let message = format!("`{}` is not a period", keep.value);
        reading.say(Code::V105, keep.span, message, "write P12M for 12 months, P2Y for two years, P30D for 30 days");
        return None;
    }
    Some(Retention { keep: keep.value, from: from?.to_owned(), except })
}

fn recipient(reading: &Reading<'_>, node: &Node) -> Option<Recipient> {
    let fields = reading.fields(node)?;
    let id = fields.need_text("id");
    let name = fields.need_text("name");
    let clause = fields.need_text("clause");
    let place = fields.plain("where");
    fields.done();
    let (id, name) = (id?, name?);
    Some(Recipient { id: id.value, span: id.span, name: name.value, name_span: name.span, clause: clause?, place })
}

/// A period of ISO 8601 with one unit: its count and `Y`, `M`, `W` or `D`.
#[must_use]
pub fn period(text: &str) -> Option<(u32, char)> {
    let rest = text.strip_prefix('P')?;
    let unit = rest.chars().last().filter(|unit| "YMWD".contains(*unit))?;
    let count = rest.strip_suffix(unit)?;
    let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    if digits { Some((count.parse().ok()?, unit)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_one_unit() {
        assert_eq!(period("P12M"), Some((12, 'M')));
        for bad in ["12M", "P", "PM", "P1Y6M", "PT1H", "P-1D", "P99999999999D"] {
            assert_eq!(period(bad), None, "{bad}");
        }
    }
    #[test]
    fn what_is_listed_twice_is_noted_with_both_places() {
        let mut repeated = Vec::new();
        let at = |start| Span { start, end: start + 1 };
        twice(
            [("a", at(0)), ("b", at(2)), ("a", at(4))].into_iter(),
            |word| format!("the right `{word}`"),
            &mut repeated,
        );
        let found: Vec<_> = repeated.iter().map(|one| (one.what.as_str(), one.first.start, one.again.start)).collect();
        assert_eq!(found, [("the right `a`", 0, 4)]);
    }
}
