//! The rules of words: each looks at a text as it is read, wherever it stands. In what can still be mended a finding
//! weighs what its code says; in a published text it is a note.

use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use super::Subject;
use super::caught::Caught;
use super::known::{Known, Memory};
use super::links::{Owner, Text};
use super::references::outline::Outline;
use super::terms::stock::Stock;
use super::{notes, prose, references, terms};
use crate::base::diag::Diagnostic;
use crate::base::language::Language;
use crate::base::span::{Place, Span};
use crate::site::config::Organisation;
use crate::site::doc::Doc;
use crate::site::markdown;
use crate::site::passage::Passage;

/// A text as the rules of words see it.
pub struct Manuscript<'a> {
    /// The text as blocks: ids, numbers, links.
    pub doc: &'a Doc,
    /// The text as words with their places.
    pub passages: Vec<Passage>,
    known: Vec<Rc<Known>>,
    memory: Rc<Memory>,
    /// The words that rules ask for.
    pub caught: Vec<Caught>,
    /// Its language.
    pub language: Language,
    /// Who publishes it, where the settings can be read.
    pub organisation: Option<&'a Organisation>,
    text: &'a Text<'a>,
    outline: OnceCell<Outline>,
    /// How many places were worked out.
    places: Cell<usize>,
}

/// So many places of one text are worked out, each of which costs as much as the text is long.
const ENOUGH: usize = 1000;

/// Rules that look at a text.
type Rule = fn(&Manuscript<'_>, &mut Vec<Diagnostic>);

/// Rules that look at a passage by itself. Where one found nothing, it is not asked again of the same passage.
type PassageRule = fn(&Manuscript<'_>, (&Passage, &Known), &mut Vec<Diagnostic>);

/// The rules for texts, in order.
const RULES: &[Rule] = &[
    notes::look,
    references::numbers::look,
    references::names::nowhere,
    prose::balance::look,
    prose::lists::typed,
    prose::reading::ease,
    prose::dates::look,
    prose::company::named,
    terms::rules,
];

/// The rules for passages, in order; there is room for 32.
const PASSAGE_RULES: &[PassageRule] = &[
    prose::doubled::words,
    prose::punctuation::doubled,
    prose::heading::shouting,
    prose::placeholder::left,
    prose::link::typed,
];

impl<'a> Manuscript<'a> {
    /// Reads a text word by word.
    #[must_use]
    pub fn new(text: &'a Text<'a>, language: &str, organisation: Option<&'a Organisation>) -> Self {
        Self::of((text, markdown::passages(text.body.text())), (language, organisation), &Rc::default())
    }

    /// A text whose passages were read, with what is known of them.
    #[must_use]
    pub fn of(
        (text, passages): (&'a Text<'a>, Vec<Passage>),
        (language, organisation): (&str, Option<&'a Organisation>),
        memory: &Rc<Memory>,
    ) -> Self {
        let known: Vec<Rc<Known>> = passages.iter().map(|passage| memory.of(passage)).collect();
        let mut caught = Vec::new();
        for (index, (passage, known)) in passages.iter().zip(&known).enumerate() {
            let own = known.caught(passage).iter();
            caught.extend(own.map(|(words, kind)| Caught { passage: index, words: words.clone(), kind: *kind }));
        }
        let (doc, language, memory) = (text.doc, Language::of(language), Rc::clone(memory));
        Self {
            doc,
            passages,
            known,
            memory,
            caught,
            language,
            organisation,
            text,
            outline: OnceCell::new(),
            places: Cell::new(0),
        }
    }

    /// The passages with what is known of each.
    pub fn each(&self) -> impl Iterator<Item = (&Passage, &Known)> {
        self.passages.iter().zip(self.known.iter().map(Rc::as_ref))
    }

    /// A passage with what is known of it.
    #[must_use]
    pub fn one(&self, index: usize) -> Option<(&Passage, &Known)> {
        Some((self.passages.get(index)?, self.known.get(index)?))
    }

    /// Its clauses.
    #[must_use]
    pub fn outline(&self) -> &Outline {
        self.outline.get_or_init(|| Outline::of(&self.doc.blocks, &self.passages))
    }

    /// The terms of it and of the texts that were read before.
    #[must_use]
    pub fn stock(&self) -> &RefCell<Stock> {
        self.memory.stock()
    }

    /// Runs all rules. Of a text with very many findings the first are told, and how many more there are.
    pub fn look(&self, findings: &mut Vec<Diagnostic>) {
        let mut found = Vec::new();
        for rule in RULES {
            rule(self, &mut found);
        }
        let doubtful: Vec<_> = self.each().filter(|(_, known)| !known.are_clean(PASSAGE_RULES.len())).collect();
        for (number, rule) in PASSAGE_RULES.iter().enumerate() {
            for (passage, known) in doubtful.iter().filter(|(_, known)| !known.is_clean(number)) {
                let before = found.len();
                rule(self, (passage, known), &mut found);
                if found.len() == before {
                    known.note_clean(number);
                }
            }
        }
        let all = found.len();
        if self.places.get() > ENOUGH {
            found.retain(|finding| !finding.place.excerpt.is_empty());
        }
        let more = all - found.len();
        if let Some(last) = found.last_mut().filter(|_| more > 0) {
            last.details.push(format!("{more} more findings in this text are told when these are mended"));
        }
        findings.append(&mut found);
    }

    /// Where some words of a passage stand.
    #[must_use]
    pub fn place(&self, passage: &Passage, words: &Range<usize>) -> Place {
        self.at(passage.span(words))
    }

    /// Where a part of the source stands.
    #[must_use]
    pub fn at(&self, span: Span) -> Place {
        self.places.set(self.places.get().saturating_add(1));
        if self.places.get() > ENOUGH {
            Place::of_file(self.text.body.path().as_str())
        } else {
            self.text.body.place(span)
        }
    }

    /// Some words of a passage as they are written, with the marks between them.
    #[must_use]
    pub fn written(&self, passage: &Passage, words: &Range<usize>) -> &'a str {
        let span = passage.span(words);
        self.text.body.text().get(span.start..span.end).unwrap_or_default()
    }

    /// The text as it is written.
    #[must_use]
    pub fn source(&self) -> &'a str {
        self.text.body.text()
    }

    /// Whether it is in English.
    #[must_use]
    pub fn is_english(&self) -> bool {
        self.language == Language::English
    }

    /// Whether it is frozen.
    #[must_use]
    pub fn is_published(&self) -> bool {
        matches!(self.text.owner, Owner::Published(..))
    }
}

/// The words of a policy's draft and its translations, as a rule.
pub fn drafts(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let policy = subject.policy;
    let own = policy.settings.languages.first().map_or(subject.language(), String::as_str);
    let translated = policy.drafts.iter().map(|(language, draft)| (language.as_str(), draft));
    for (language, draft) in policy.draft.iter().map(|draft| (own, draft)).chain(translated) {
        let owner = Owner::Draft(policy);
        let text = Text { doc: &draft.doc, body: &draft.body, owner, base: subject.base() };
        Manuscript::new(&text, language, subject.organisation()).look(findings);
    }
}
