//! What rules know of a passage by itself, wherever it stands: worked out once, and kept for all texts that share it.

use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use super::caught::{CaughtKind, caught};
use super::prose::balance::Half;
use super::terms::line::Line;
use crate::site::passage::Passage;
use crate::site::terms::lexicon::Lexicon;

/// What is known of one passage.
#[derive(Default)]
pub struct Known {
    /// Which rules found nothing in it: a bit for each, by its place among the rules.
    clean: Cell<u32>,
    caught: OnceCell<Vec<(Range<usize>, CaughtKind)>>,
    halves: OnceCell<Vec<Half>>,
    labels: OnceCell<Vec<Range<usize>>>,
    line: OnceCell<Line>,
}

impl Known {
    /// Whether a rule found nothing in it before.
    #[must_use]
    pub fn is_clean(&self, rule: usize) -> bool {
        self.clean.get() & 1 << rule != 0
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

/// What is known of the passages of a shelf, by their numbers, for one language.
#[derive(Default)]
pub struct Memory {
    passages: RefCell<Vec<Rc<Known>>>,
    lexicon: RefCell<Rc<Lexicon>>,
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

    /// The lexicon of some terms: texts mostly have those of the text before.
    #[must_use]
    pub fn lexicon(&self, terms: &[&str]) -> Rc<Lexicon> {
        let mut last = self.lexicon.borrow_mut();
        if !last.is_of(terms) {
            *last = Rc::new(Lexicon::new(terms.iter().copied()));
        }
        Rc::clone(&last)
    }
}
