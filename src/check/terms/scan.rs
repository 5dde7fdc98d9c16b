//! A manuscript → its vocabulary, in two passes: what is defined, then what is used.

use std::collections::BTreeMap;

use super::{At, Definition, Vocabulary};
use crate::check::manuscript::Manuscript;

/// Reads a text.
pub fn read<'m>(manuscript: &'m Manuscript<'m>) -> Vocabulary<'m> {
    let mut vocabulary = Vocabulary {
        manuscript,
        definitions: Vec::new(),
        terms: Vec::new(),
        firsts: Vec::new(),
        uses: Vec::new(),
        by_term: Vec::new(),
        runs: Vec::new(),
        quoted: Vec::new(),
    };
    let mut known = BTreeMap::new();
    for index in 0..manuscript.passages.len() {
        define(&mut vocabulary, &mut known, index);
    }
    let terms = manuscript.stock().borrow_mut().next(&vocabulary.terms);
    let stock = manuscript.stock().borrow();
    for (index, (passage, known)) in manuscript.each().enumerate() {
        let found = known.line(passage).uses(passage, &terms, &stock);
        let uses = found.uses.iter().filter_map(|used| Some(used.clone().of(index, terms.place(used.term)?)));
        vocabulary.uses.extend(uses);
        vocabulary.runs.extend(found.runs.iter().map(|run| run.clone().of(index)));
    }
    vocabulary.by_term.resize_with(vocabulary.terms.len(), Vec::new);
    for (index, used) in vocabulary.uses.iter().enumerate() {
        if let Some(own) = vocabulary.by_term.get_mut(used.term) {
            own.push(index);
        }
    }
    vocabulary
}

/// Adds what a passage defines. Terms that are known have their numbers.
fn define<'m>(vocabulary: &mut Vocabulary<'m>, numbers: &mut BTreeMap<&'m str, usize>, index: usize) {
    let Some((passage, known)) = vocabulary.manuscript.one(index) else { return };
    let (text, line) = (passage.text.as_str(), known.line(passage));
    let before = vocabulary.definitions.last().map_or(0, |last| last.group + 1);
    vocabulary.quoted.extend(line.quoted.iter().filter_map(|inner| text.get(inner.clone())));
    for one in &line.defined {
        let term = text.get(one.words.clone()).unwrap_or_default();
        let term = *numbers.entry(term).or_insert_with(|| {
            vocabulary.terms.push(term);
            vocabulary.firsts.push(vocabulary.definitions.len());
            vocabulary.terms.len() - 1
        });
        let at = At { passage: index, words: one.words.clone() };
        let group = before + one.group;
        vocabulary.definitions.push(Definition { term, at, whole: one.whole.clone(), group });
    }
}
