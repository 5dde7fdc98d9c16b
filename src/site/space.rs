//! White space inside a line of runs: runs of it become one space, breaks and ends have none (FORMAT.md, "Text").

use super::doc::{Piece, Run};
use crate::base::text::is_space;

/// Tidies the white space of a line and joins runs that carry the same marks.
#[must_use]
pub fn tidy(runs: Vec<Run>) -> Vec<Run> {
    let mut line = Line { done: Vec::with_capacity(runs.len()), at_space: true };
    for run in runs {
        line.add(run);
    }
    line.trim();
    while line.done.last().is_some_and(|run| run.piece == Piece::Break) {
        line.done.pop();
        line.trim();
    }
    line.done
}

struct Line {
    done: Vec<Run>,
    at_space: bool,
}

impl Line {
    fn add(&mut self, run: Run) {
        match &run.piece {
            Piece::Text(text) if text.is_empty() => {
                self.at_space = false;
                self.done.push(run);
            }
            Piece::Text(text) if run.is_code() => {
                self.at_space = false;
                let text = text.clone();
                self.join(run, text);
            }
            Piece::Text(text) => {
                let text = self.collapse(text);
                if !text.is_empty() {
                    self.join(run, text);
                }
            }
            Piece::Break => {
                self.trim();
                self.at_space = true;
                if !self.done.is_empty() {
                    self.done.push(run);
                }
            }
            Piece::Image(_) | Piece::Note(_) => {
                self.at_space = false;
                self.done.push(run);
            }
        }
    }

    fn collapse(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.bytes().position(|byte| is_space(char::from(byte))).unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            self.at_space &= word.is_empty();
            out.push_str(word);
            rest = after.trim_start_matches(is_space);
            if !after.is_empty() && !self.at_space {
                out.push(' ');
                self.at_space = true;
            }
        }
        out
    }

    fn join(&mut self, run: Run, text: String) {
        if let Some(last) = self.done.last_mut()
            && same(last, &run)
            && let Piece::Text(before) = &mut last.piece
        {
            before.push_str(&text);
            return;
        }
        self.done.push(Run { piece: Piece::Text(text), marks: run.marks });
    }

    /// Takes the space off the end.
    fn trim(&mut self) {
        while let Some(last) = self.done.last_mut() {
            let code = last.is_code();
            let Piece::Text(text) = &mut last.piece else { return };
            if code || text.is_empty() {
                return;
            }
            text.truncate(text.trim_end_matches(is_space).len());
            if !text.is_empty() {
                return;
            }
            self.done.pop();
        }
    }
}

/// Whether two runs carry the same marks, and the same link and not only one that leads to the same place.
fn same(one: &Run, two: &Run) -> bool {
    let serial = |run: &Run| run.link().map(|link| link.serial);
    one.marks == two.marks && serial(one) == serial(two)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::doc::{Mark, words};

    #[test]
    fn white_space_collapses_across_marks_and_is_trimmed_around_breaks() {
        let strong = |text: &str| Run { piece: Piece::Text(text.into()), marks: vec![Mark::Strong] };
        let broken = Run { piece: Piece::Break, marks: Vec::new() };
        let line = vec![Run::text(" a "), strong(" b\n"), Run::text("  "), broken, Run::text(" c \t"), strong(" ")];
        let tidied = tidy(line);
        assert_eq!(words(&tidied), "a b c");
        assert_eq!(tidied.len(), 4);
    }

    #[test]
    fn inline_code_keeps_its_space() {
        let code = Run { piece: Piece::Text("a  b ".into()), marks: vec![Mark::Code] };
        assert_eq!(words(&tidy(vec![code])), "a  b ");
    }
}
