//! A manuscript → its vocabulary, in two passes: what is defined, then what is used.

use super::{At, Definition, Vocabulary};
use crate::check::manuscript::Manuscript;

/// Reads a text.
pub fn read<'m>(manuscript: &'m Manuscript<'m>) -> Vocabulary<'m> {
    let mut vocabulary = Vocabulary {
        manuscript,
        definitions: Vec::new(),
        terms: Vec::new(),
        uses: Vec::new(),
        runs: Vec::new(),
        quoted: Vec::new(),
    };
    for index in 0..manuscript.passages.len() {
        define(&mut vocabulary, index);
    }
    let lexicon = manuscript.lexicon(&vocabulary.terms);
    for (index, (passage, known)) in manuscript.each().enumerate() {
        let found = known.line(passage).uses(passage, &lexicon);
        vocabulary.uses.extend(found.uses.iter().map(|used| used.clone().of(index)));
        vocabulary.runs.extend(found.runs.iter().map(|run| run.clone().of(index)));
    }
    vocabulary
}

/// Adds what a passage defines.
fn define<'m>(vocabulary: &mut Vocabulary<'m>, index: usize) {
    let Some((passage, known)) = vocabulary.manuscript.one(index) else { return };
    let (text, line) = (passage.text.as_str(), known.line(passage));
    let before = vocabulary.definitions.last().map_or(0, |last| last.group + 1);
    vocabulary.quoted.extend(line.quoted.iter().filter_map(|inner| text.get(inner.clone())));
    for one in &line.defined {
        let term = text.get(one.words.clone()).unwrap_or_default();
        let known = vocabulary.terms.iter().position(|known| *known == term);
        let term = known.unwrap_or_else(|| {
            vocabulary.terms.push(term);
            vocabulary.terms.len() - 1
        });
        let at = At { passage: index, words: one.words.clone() };
        let group = before + one.group;
        vocabulary.definitions.push(Definition { term, at, whole: one.whole.clone(), group });
    }
}
