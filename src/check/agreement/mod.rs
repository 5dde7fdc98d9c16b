//! What the prose says and what the disclosures say, side by side: retention, recipients, rights. They are one statement
//! written twice, and must not part.

pub mod keeping;
pub mod numbers;
pub mod period;
pub mod recipients;
pub mod retention;
pub mod rights;
pub mod sentences;
pub mod speech;
pub mod words;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::Subject;
use crate::base::diag::Diagnostic;
use crate::base::span::{Place, SourceText, Span};
use crate::site::disclose::Disclosures;
use crate::site::doc::Doc;
use crate::site::draft::Draft;
use crate::site::front::{Front, VersionFile};
use crate::site::markdown;
use crate::site::passage::{Passage, PassageKind};

/// A text and its disclosures.
pub struct Statement<'a> {
    /// What it discloses.
    pub discloses: &'a Disclosures,
    /// The text as words with their places.
    pub passages: Cow<'a, [Passage]>,
    doc: &'a Doc,
    body: &'a SourceText,
    front: &'a SourceText,
}

type Rule = fn(&Statement<'_>, &mut Vec<Diagnostic>);

/// The rules, in order.
const RULES: &[Rule] = &[retention::kept, recipients::named, rights::described];

/// The drafts of a policy, as a rule.
pub fn drafts(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let policy = subject.policy;
    for draft in policy.draft.iter().chain(policy.drafts.values()) {
        if let Some(statement) = Statement::of_draft(draft) {
            statement.look(findings);
        }
    }
}

/// A published text, whose words were read already. What is found there is a note.
pub fn published(
    file: &VersionFile,
    (front, doc): (&Front, &Doc),
    passages: &[Passage],
    findings: &mut Vec<Diagnostic>,
) {
    if let Some(discloses) = &front.discloses {
        let (body, front, passages) = (&file.body, &file.front_source, Cow::Borrowed(passages));
        Statement { discloses, passages, doc, body, front }.look(findings);
    }
}

impl<'a> Statement<'a> {
    /// A draft that discloses anything.
    #[must_use]
    pub fn of_draft(draft: &'a Draft) -> Option<Self> {
        let discloses = draft.front.disclosures.as_ref()?;
        Some(Self::new(discloses, (&draft.doc, &draft.body), &draft.front.source))
    }

    /// A text, its disclosures, and the front matter in which they stand.
    #[must_use]
    pub fn new(discloses: &'a Disclosures, (doc, body): (&'a Doc, &'a SourceText), front: &'a SourceText) -> Self {
        Self { discloses, passages: Cow::Owned(markdown::passages(body.text())), doc, body, front }
    }

    fn look(&self, findings: &mut Vec<Diagnostic>) {
        for rule in RULES {
            rule(self, findings);
        }
    }

    /// The ids of clauses by what their headings say.
    pub fn headed(&self, is_sought: impl Fn(&Passage) -> bool) -> Vec<&str> {
        let is_heading = |passage: &&Passage| matches!(passage.kind, PassageKind::Heading(_)) && is_sought(passage);
        let starts: BTreeSet<usize> = self.passages.iter().filter(is_heading).filter_map(Passage::heading).collect();
        let headings = self.doc.headings().into_iter();
        let sought = headings.filter(|heading| heading.span != Span::default() && starts.contains(&heading.span.start));
        sought.map(|heading| &*heading.id).collect()
    }

    /// The passages of a clause, its heading and its sub-clauses among them. Nothing for a clause that is not there, and
    /// for one whose place is not known because it was HTML.
    #[must_use]
    pub fn clause(&self, id: &str) -> Vec<&Passage> {
        let headings = self.doc.headings();
        let Some(at) = headings.iter().position(|heading| *heading.id == *id) else { return Vec::new() };
        let Some((own, after)) = headings.get(at..).and_then(<[_]>::split_first) else { return Vec::new() };
        let end = after.iter().find(|heading| heading.level <= own.level).map_or(usize::MAX, |next| next.span.start);
        let within = own.span.start..end;
        let is_own = |passage: &&Passage| passage.heading().is_some_and(|heading| within.contains(&heading));
        self.passages.iter().filter(|_| own.span != Span::default()).filter(is_own).collect()
    }

    /// A place in the text.
    #[must_use]
    pub fn in_text(&self, passage: &Passage, words: &Range<usize>) -> Place {
        self.body.place(passage.span(words))
    }

    /// A place in the text, by its bytes.
    #[must_use]
    pub fn at(&self, span: Span) -> Place {
        self.body.place(span)
    }

    /// Whether a line of the text ends there.
    #[must_use]
    pub fn is_new_line(&self, range: Range<usize>) -> bool {
        self.body.text().get(range).is_none_or(|between| between.contains('\n'))
    }

    /// A place in the disclosures.
    #[must_use]
    pub fn in_disclosures(&self, span: Span) -> Place {
        self.front.place(span)
    }
}

/// What is found in a text with these disclosures (a block of YAML): severity and message.
#[cfg(test)]
fn findings(discloses: &str, body: &str) -> Vec<String> {
    use crate::base::path::SitePath;
    use crate::site::body::{self, HtmlRule, Manner, Numbering};
    use crate::site::raw::Reading;

    let path = SitePath::parse("draft.md").unwrap();
    let front = SourceText::new(path.clone(), discloses.to_owned());
    let reading = Reading::new(&front);
    let disclosures = Disclosures::read(&reading, &reading.node().unwrap()).unwrap();
    assert!(reading.is_clean(), "{:?}", reading.into_findings());
    let doc = body::parse(body, Manner { title: "P", numbering: Numbering::None, html: HtmlRule::Refuse });
    let body = SourceText::new(path, body.to_owned());
    let mut found = Vec::new();
    Statement::new(&disclosures, (&doc, &body), &front).look(&mut found);
    found.iter().map(|one| format!("{}: {}", one.severity.word(), one.message)).collect()
}
