//! What rules know of a passage by itself, wherever it stands: worked out once, and kept for all texts that share it.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::caught::{CaughtKind, caught};
use super::destinations::Destinations;
use super::prose::balance::Half;
use super::references::typed::{self, Typed};
use super::terms::line::Line;
use super::terms::stock::Stock;
use crate::base::hash::{Hash, Succession};
use crate::site::passage::Passage;
use crate::site::shelf::Shelf;

/// What is known of one passage.
#[derive(Default)]
pub struct Known {
    /// Which rules found nothing in it: a bit for each, by its place among the rules.
    clean: Cell<u32>,
    caught: OnceCell<Vec<(Range<usize>, CaughtKind)>>,
    halves: OnceCell<Vec<Half>>,
    labels: OnceCell<Vec<Range<usize>>>,
    typed: OnceCell<Vec<Typed>>,
    line: OnceCell<Line>,
}

impl Known {
    /// Whether a rule found nothing in it before.
    #[must_use]
    pub fn is_clean(&self, rule: usize) -> bool {
        self.clean.get() & 1 << rule != 0
    }

    /// Whether none of so many rules found anything in it before.
    #[must_use]
    pub fn are_clean(&self, rules: usize) -> bool {
        (0..rules).all(|rule| self.is_clean(rule))
    }

    /// Notes that a rule finds nothing in it.
    pub fn note_clean(&self, rule: usize) {
        self.clean.set(self.clean.get() | 1 << rule);
    }

    /// Its words that some rule asks for.
    #[must_use]
    pub fn caught(&self, passage: &Passage) -> &[(Range<usize>, CaughtKind)] {
        self.caught.get_or_init(|| caught(&passage.text))
    }

    /// The references by number that people typed into it.
    #[must_use]
    pub fn typed(&self, passage: &Passage) -> &[Typed] {
        self.typed.get_or_init(|| {
            let clauses = self.caught(passage).iter().filter(|(_, kind)| *kind == CaughtKind::Clause);
            clauses.filter_map(|(word, _)| typed::read(passage, word)).collect()
        })
    }

    /// Its quotes and brackets without another half.
    pub fn halves(&self, find: impl FnOnce() -> Vec<Half>) -> &[Half] {
        self.halves.get_or_init(find)
    }

    /// The labels with which its lines begin.
    pub fn labels(&self, find: impl FnOnce() -> Vec<Range<usize>>) -> &[Range<usize>] {
        self.labels.get_or_init(find)
    }

    /// What it has of terms.
    #[must_use]
    pub fn line(&self, passage: &Passage) -> &Line {
        self.line.get_or_init(|| Line::new(passage))
    }
}

/// What is kept while texts are read one after the other, of one policy or of several.
#[derive(Default)]
pub struct Kept {
    /// What they share.
    pub shelf: Shelf,
    /// Where their links lead.
    pub destinations: Destinations,
    /// What is known of their passages, by the language of the text.
    memory: RefCell<BTreeMap<String, Rc<Memory>>>,
    /// The hashes of their bodies and of their plain texts.
    hashes: [RefCell<Succession>; 2],
}

impl Kept {
    /// The hash of a text's canonical body.
    #[must_use]
    pub fn body_hash(&self, body: &str) -> Hash {
        let [bodies, _] = &self.hashes;
        bodies.borrow_mut().of(body.as_bytes())
    }

    /// The hash of a plain text.
    #[must_use]
    pub fn plain_hash(&self, text: &str) -> Hash {
        let [_, texts] = &self.hashes;
        texts.borrow_mut().of(text.as_bytes())
    }

    /// What is known of the passages of texts in a language.
    #[must_use]
    pub fn memory(&self, language: &str) -> Rc<Memory> {
        Rc::clone(self.memory.borrow_mut().entry(language.to_owned()).or_default())
    }

    /// Forgets all, once it is so much that texts to come may find less on the shelf than it costs.
    pub fn relieve(&mut self) {
        if self.shelf.bytes() > MOST {
            *self = Self::default();
        }
    }
}

/// So many bytes of text may be kept from one policy to the next. What is known of them takes some times as much.
const MOST: usize = 8 << 20;

/// What is known of the passages of a shelf, by their numbers, for one language.
#[derive(Default)]
pub struct Memory {
    passages: RefCell<Vec<Rc<Known>>>,
    stock: RefCell<Stock>,
}

impl Memory {
    /// What is known of a passage; of one that is on no shelf, nothing.
    #[must_use]
    pub fn of(&self, passage: &Passage) -> Rc<Known> {
        let Some(number) = passage.number else { return Rc::default() };
        let mut all = self.passages.borrow_mut();
        if all.len() <= number {
            all.resize_with(number + 1, Rc::default);
        }
        all.get(number).map(Rc::clone).unwrap_or_default()
    }

    /// The terms of the texts that were read.
    #[must_use]
    pub fn stock(&self) -> &RefCell<Stock> {
        &self.stock
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;
    use crate::base::pieces::Pieces;
    use crate::base::span::SourceText;
    use crate::check::links::{Owner, Text};
    use crate::check::manuscript::Manuscript;
    use crate::site::body::{HtmlRule, Manner, Numbering, parse};

    const PIECES: &[&str] = &[
        "## Fees\n\nThe the fee (once.\n\n",
        "## Use\n\nThe **“Service”** means this. See section 2 below.\n\n",
        "## Users\n\nYour Service Plan, any Service Plan, each Service Plan and a Service Plan of the Service.\n\n",
        "## Days\n\nFrom 1 March 2025 or March 2, 2025, [DATE].\n\n",
        "## WHO WE ARE NOW\n\n- one\n- (two,,\n\n",
        "## Kept\n\nthe **“Widget”** (the “Service”) and so on), Acme Ltd and Acme Limited. TBD\n\n",
        "· one\n· two\n\n(a) three\n\n(b) four\n\n",
        "More words of a service plan: see ‘Nothing’ above.\n\n",
        "A **“Service Plan”** of **“Services”**, services, the services plan and Widgets, as “widget” means a thing.\n\n",
        "Our **“services”** are ours; a Plan is a **“Plan”**, and the Plan of a Service Plan is no plan.\n\n",
    ];

    #[test]
    fn what_is_known_of_passages_changes_no_finding() {
        let (shelf, memory) = (Shelf::default(), Rc::default());
        let mut pieces = Pieces::new(PIECES, 7);
        for _ in 0..300 {
            let body = pieces.text(5);
            let doc = parse(&body, Manner { title: "T", numbering: Numbering::Legal, html: HtmlRule::Refuse });
            let source = SourceText::new(SitePath::parse("a.md").unwrap(), body.clone());
            let text = Text { doc: &doc, body: &source, owner: Owner::Page, base: None };
            let (mut fresh, mut kept) = (Vec::new(), Vec::new());
            Manuscript::new(&text, "en", None).look(&mut fresh);
            let passages = shelf.passages(&shelf.read(&body));
            Manuscript::of((&text, passages), ("en", None), &memory).look(&mut kept);
            assert_eq!(format!("{kept:?}"), format!("{fresh:?}"), "{body}");
        }
    }
}
