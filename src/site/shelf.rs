//! What versions of a policy share is read once: a body is cut where its headings begin, and each part is kept as it was
//! read. A part is cut off only where it reads the same by itself as in its text.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::builder::Draft;
use super::doc::Remark;
use super::markdown;
use super::passage::Passage;

/// Parts of texts, as they were read. It is for the texts of one policy in one language.
#[derive(Default)]
pub struct Shelf {
    parts: RefCell<HashMap<Rc<str>, Rc<Part>>>,
    /// How many passages are on it.
    count: Cell<usize>,
}

/// A part of a text. Places in it are counted from its beginning.
struct Part {
    text: Rc<str>,
    draft: Draft,
    remarks: Vec<Remark>,
    passages: OnceCell<Vec<Passage>>,
}

/// A text that was read, in its parts.
pub struct Read(Vec<(usize, Rc<Part>)>);

impl Read {
    /// As [`markdown::parse`].
    #[must_use]
    pub fn draft(&self) -> (Draft, Vec<Remark>) {
        let (mut draft, mut remarks) = (Draft::default(), Vec::new());
        for (start, part) in &self.0 {
            draft.append(&part.draft, *start);
            let moved = |remark: &Remark| Remark { span: remark.span.behind(*start), ..remark.clone() };
            remarks.extend(part.remarks.iter().map(moved));
        }
        (draft, remarks)
    }
}

impl Shelf {
    /// The parts of a body, each with its place in it.
    fn parts(&self, body: &str) -> Vec<(usize, Rc<Part>)> {
        cut(body).into_iter().map(|(start, text)| (start, self.part(text))).collect()
    }

    /// Reads a body with what is known of its parts.
    #[must_use]
    pub fn read(&self, body: &str) -> Read {
        Read(self.parts(body))
    }

    /// The passages of a text that was read.
    #[must_use]
    pub fn passages(&self, Read(parts): &Read) -> Vec<Passage> {
        let mut passages = Vec::new();
        for (start, part) in parts {
            let own = part.passages.get_or_init(|| self.numbered(markdown::passages(&part.text)));
            passages.extend(own.iter().map(|passage| passage.behind(*start)));
        }
        passages
    }

    fn numbered(&self, passages: Vec<Passage>) -> Vec<Passage> {
        let next = || self.count.replace(self.count.get() + 1);
        passages.into_iter().map(|passage| passage.known(next())).collect()
    }

    fn part(&self, text: &str) -> Rc<Part> {
        if let Some(part) = self.parts.borrow().get(text) {
            return Rc::clone(part);
        }
        let (draft, remarks) = markdown::parse(text);
        let text: Rc<str> = text.into();
        let part = Rc::new(Part { text: Rc::clone(&text), draft, remarks, passages: OnceCell::new() });
        self.parts.borrow_mut().insert(text, Rc::clone(&part));
        part
    }
}

/// A body in parts, each with its place: one before the first heading that follows an empty line, and one from each such
/// heading on. A text in which something can reach across headings is one part.
fn cut(body: &str) -> Vec<(usize, &str)> {
    let signs = body.match_indices('#').map(|(at, _)| at);
    let headings = signs.filter(|at| body.get(..*at).is_some_and(|before| before.ends_with("\n\n")));
    let headings = headings.filter(|at| is_heading(body, *at));
    let begins: Vec<usize> = if is_plain(body) { headings.collect() } else { Vec::new() };
    let starts = std::iter::once(0).chain(begins.iter().copied());
    let ends = begins.iter().copied().chain([body.len()]);
    starts.zip(ends).filter_map(|(start, end)| Some((start, body.get(start..end)?))).collect()
}

/// Whether one to six `#` and white space stand at a place.
fn is_heading(body: &str, at: usize) -> bool {
    let rest = body.get(at..).unwrap_or_default();
    let level = rest.bytes().take_while(|byte| *byte == b'#').count();
    level <= 6 && rest.get(level..).is_some_and(|rest| rest.starts_with([' ', '\t', '\n']))
}

/// What a block of HTML begins with that an empty line does not end.
const LONG_HTML: &[&str] = &["<!", "<?", "<pre", "<script", "<style", "<textarea"];

/// What reaches across headings: fenced code, and the definitions of links and notes.
const REACHES: &[&str] = &["```", "~~~", "]:", "[^"];

/// Whether headings at the beginning of a line part the text: it has no fenced code and none of that HTML, in which they
/// are no headings, and no definitions of links and notes, which hold for all of it.
fn is_plain(body: &str) -> bool {
    let bytes = body.as_bytes();
    let begins = |at: usize, signs: &[&str]| {
        let rest = bytes.get(at..).unwrap_or_default();
        signs.iter().any(|sign| rest.get(..sign.len()).is_some_and(|own| own.eq_ignore_ascii_case(sign.as_bytes())))
    };
    let is_sign = |byte: u8| matches!(byte, b'`' | b'~' | b']' | b'[' | b'<');
    // Most stretches have none of these signs, and are passed over at once.
    let stretches = bytes.chunks(STRETCH).enumerate();
    let some = stretches.filter(|(_, stretch)| stretch.iter().fold(false, |some, byte| some | is_sign(*byte)));
    let mut signs = some.flat_map(|(number, stretch)| {
        let places = stretch.iter().enumerate().filter(|(_, byte)| is_sign(**byte));
        places.map(move |(at, _)| number * STRETCH + at)
    });
    !signs.any(|at| begins(at, LONG_HTML) || begins(at, REACHES))
}

/// How many bytes are looked at at once.
const STRETCH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(body: &str) -> Vec<&str> {
        cut(body).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn a_text_is_cut_at_its_headings() {
        assert_eq!(parts("a\n\n# b\n\nc\n# d\n\n#e\n\n## \n"), ["a\n\n", "# b\n\nc\n# d\n\n#e\n\n", "## \n"]);
        assert_eq!(parts("# a\n"), ["# a\n"]);
        assert_eq!(parts(""), [""]);
    }

    #[test]
    fn a_text_in_which_something_reaches_across_headings_is_one_part() {
        for reaches in ["```\n", "~~~\n", "[a]: b\n", "x[^1]\n", "<!-- a\n", "<PRE>\n", "<?php\n", "a <script"] {
            let body = format!("{reaches}\n# a\n\n# b\n");
            assert_eq!(parts(&body), [body.as_str()]);
        }
        assert_eq!(parts("<div>\n\n# a\n").len(), 2);
    }

    /// Everything that was read of a text, in words. The serial numbers of links are told apart within a line only.
    fn told((draft, remarks): &(Draft, Vec<Remark>), passages: &[Passage]) -> String {
        let places = |one: &Passage| (0..one.text.len()).map(|at| one.span(&(at..at + 1))).collect::<Vec<_>>();
        let passage =
            |one: &Passage| format!("{:?} {} {:?} {} {:?}", one.kind, one.text, one.marks, one.depth, one.heading());
        let passages: Vec<_> = passages.iter().map(|one| (passage(one), places(one))).collect();
        let all = format!("{draft:?} {remarks:?} {passages:?}");
        let rest = all.split("serial: ").map(|part| part.trim_start_matches(|char: char| char.is_ascii_digit()));
        rest.collect()
    }

    #[test]
    fn parts_read_as_the_whole_does() {
        let pieces = [
            "# A *b* {#c}\n",
            "## D [e](#f)\n",
            "Words <b>x</b>\n",
            "- one\n",
            "- two\n\n  more\n",
            "1. a\n",
            "   1. b\n",
            "> quote\n",
            "| a | b |\n|---|---|\n| [c](d) | e |\n",
            "Term\n: means\n",
            "    code\n",
            "[](#f) and <https://g.example>\n",
            "---\n",
            "h\n===\n",
            "\n",
            "\n",
            "\n",
            "**i\n",
            "2. j\n",
            "<div>\n",
            "`k\n",
            "\tl\n",
            "![m](n.png)\n",
        ];
        let shelf = Shelf::default();
        let mut state: u64 = 1;
        for _ in 0..3000 {
            let mut body = String::new();
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let choice = usize::try_from(state >> 33).unwrap() % pieces.len();
                body.push_str(pieces[choice]);
            }
            let whole = told(&markdown::parse(&body), &markdown::passages(&body));
            let read = shelf.read(&body);
            assert_eq!(told(&read.draft(), &shelf.passages(&read)), whole, "{body}");
        }
    }
}
