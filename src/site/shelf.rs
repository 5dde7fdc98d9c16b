//! What texts share is read once: a body is cut where its headings and paragraphs begin, and each part is kept as it was
//! read. A part is cut off only where it reads the same by itself as in its text.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use super::body::HtmlRule;
use super::builder::Draft;
use super::doc::Remark;
use super::passage::Passage;
use super::{html, markdown};
use crate::base::table::Table;

/// Parts of texts, as they were read.
#[derive(Default)]
pub struct Shelf {
    parts: RefCell<Table<Rc<str>, Rc<Part>>>,
    /// How many passages are on it.
    count: Cell<usize>,
    /// How many bytes of text.
    bytes: Cell<usize>,
}

/// A part of a text. Places in it are counted from its beginning.
struct Part {
    text: Rc<str>,
    /// What of it decides where its text can be cut.
    reach: Reach,
    /// The part that stood behind it when it was met last.
    next: RefCell<Weak<Part>>,
    /// As it reads where HTML is refused.
    refusing: OnceCell<Drafted>,
    /// As it reads where HTML is kept; nothing where its HTML may reach into other parts.
    keeping: OnceCell<Option<Drafted>>,
    passages: OnceCell<Vec<Passage>>,
}

/// How far what stands in a part may reach.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Reach {
    /// It ends with the paragraph.
    Paragraph,
    /// It ends where a heading begins.
    Clause,
    /// It may hold for all of the text.
    Text,
}

type Drafted = (Draft, Vec<Remark>);

/// A text that was read, in its parts.
pub struct Read(Vec<(usize, Rc<Part>)>);

impl Part {
    fn drafted(&self, html: HtmlRule) -> Option<&Drafted> {
        match html {
            HtmlRule::Refuse => Some(self.refusing.get_or_init(|| markdown::parse(&self.text))),
            HtmlRule::Safe => self.keeping.get_or_init(|| self.kept()).as_ref(),
        }
    }

    fn kept(&self) -> Option<Drafted> {
        markdown::is_closed(&self.text).then(|| (html::parse(&self.text), Vec::new()))
    }
}

impl Read {
    /// As [`markdown::parse`] or [`html::parse`] read all of it; nothing where its parts do not tell.
    #[must_use]
    pub fn draft(&self, html: HtmlRule) -> Option<Drafted> {
        let (mut draft, mut remarks) = (Draft::default(), Vec::new());
        draft.blocks.reserve(self.0.len());
        for (start, part) in &self.0 {
            let (own, own_remarks) = part.drafted(html)?;
            draft.append(own, *start);
            let moved = |remark: &Remark| Remark { span: remark.span.behind(*start), ..remark.clone() };
            remarks.extend(own_remarks.iter().map(moved));
        }
        Some((draft, remarks))
    }
}

impl Shelf {
    /// Reads a body with what is known of its parts.
    #[must_use]
    pub fn read(&self, body: &str) -> Read {
        let parts = self.cut(body, Reach::Paragraph);
        let reach = |parts: &[(usize, Rc<Part>)]| parts.iter().map(|(_, part)| part.reach).max();
        Read(match reach(&parts) {
            None | Some(Reach::Paragraph) => parts,
            Some(Reach::Clause) => self.cut(body, Reach::Clause),
            Some(Reach::Text) => self.cut(body, Reach::Text),
        })
    }

    /// The parts of a body, each with its place, where nothing in it reaches further than this. Most often they follow one
    /// another as they did in the text before.
    fn cut(&self, body: &str, reach: Reach) -> Vec<(usize, Rc<Part>)> {
        let mut parts: Vec<(usize, Rc<Part>)> = Vec::new();
        let mut at = 0;
        loop {
            let rest = body.get(at..).unwrap_or_default();
            let guess = parts.last().and_then(|(_, last)| last.next.borrow().upgrade());
            let guess = guess.filter(|guess| is_first(rest, &guess.text, reach));
            let part = guess.unwrap_or_else(|| self.part(first(rest, reach)));
            if let Some((_, last)) = parts.last() {
                last.next.replace(Rc::downgrade(&part));
            }
            let next = at + part.text.len();
            parts.push((at, part));
            if next >= body.len() {
                return parts;
            }
            at = next;
        }
    }

    /// The passages of a text that was read.
    #[must_use]
    pub fn passages(&self, Read(parts): &Read) -> Vec<Passage> {
        let (mut passages, mut above) = (Vec::new(), None);
        for (start, part) in parts {
            let own = part.passages.get_or_init(|| self.numbered(markdown::passages(&part.text)));
            passages.extend(own.iter().map(|passage| passage.behind(*start, above)));
            above = passages.last().and_then(Passage::heading);
        }
        passages
    }

    /// How many bytes of text are on it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes.get()
    }

    fn numbered(&self, passages: Vec<Passage>) -> Vec<Passage> {
        let next = || self.count.replace(self.count.get() + 1);
        passages.into_iter().map(|passage| passage.known(next())).collect()
    }

    fn part(&self, text: &str) -> Rc<Part> {
        if let Some(part) = self.parts.borrow().get(text) {
            return Rc::clone(part);
        }
        self.bytes.set(self.bytes.get() + text.len());
        let text: Rc<str> = text.into();
        let (next, refusing, keeping, passages) = Default::default();
        let part = Rc::new(Part { text: Rc::clone(&text), reach: reach(&text), next, refusing, keeping, passages });
        self.parts.borrow_mut().insert(text, Rc::clone(&part));
        part
    }
}

/// The first part of what is left of a body: it ends where a heading follows an empty line, or a paragraph does.
fn first(rest: &str, reach: Reach) -> &str {
    let ends = rest.match_indices('\n').map(|(at, _)| at + 1);
    let end = ends.filter(|at| is_behind_empty_line(rest, *at)).find(|at| begins(rest, *at, reach));
    end.and_then(|end| rest.get(..end)).unwrap_or(rest)
}

/// Whether a text is the first part of what is left of a body.
fn is_first(rest: &str, part: &str, reach: Reach) -> bool {
    rest.starts_with(part)
        && (rest.len() == part.len() || is_behind_empty_line(rest, part.len()) && begins(rest, part.len(), reach))
}

fn is_behind_empty_line(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.ends_with("\n\n"))
}

/// Whether a part begins at a place behind an empty line.
fn begins(text: &str, at: usize, reach: Reach) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    match reach {
        Reach::Paragraph => is_heading(rest) || is_paragraph(rest),
        Reach::Clause => is_heading(rest),
        Reach::Text => false,
    }
}

/// Whether a text begins with one to six `#` and white space.
fn is_heading(rest: &str) -> bool {
    let level = rest.bytes().take_while(|byte| *byte == b'#').count();
    (1..=6).contains(&level) && rest.get(level..).is_some_and(|rest| rest.starts_with([' ', '\t', '\n']))
}

/// Whether a text begins with what can be nothing but a paragraph: words, perhaps in quotes, brackets or strong letters.
fn is_paragraph(rest: &str) -> bool {
    let words = rest.strip_prefix("**").unwrap_or(rest);
    words.starts_with(|char: char| char.is_alphabetic() || matches!(char, '“' | '‘' | '"' | '(' | '['))
}

/// What a block of HTML begins with that an empty line does not end.
const LONG_HTML: &[&str] = &["<!", "<?", "<pre", "<script", "<style", "<textarea"];

/// What reaches across headings: fenced code, and the definitions of links and notes.
const REACHES: &[&str] = &["```", "~~~", "]:", "[^"];

/// How far what stands in a part may reach. In fenced code and some HTML, headings and paragraphs are none; definitions of
/// links and notes hold for all of the text; where terms are listed with what they mean, a paragraph may be a term.
fn reach(part: &str) -> Reach {
    let defines = |line: &str| line.trim_start_matches([' ', '\t']).starts_with(':');
    if !is_plain(part) {
        Reach::Text
    } else if part.lines().any(defines) {
        Reach::Clause
    } else {
        Reach::Paragraph
    }
}

/// Whether a part has none of the signs of what reaches across headings.
fn is_plain(part: &str) -> bool {
    let begins = |at: usize, signs: &[&str]| {
        let rest = part.as_bytes().get(at..).unwrap_or_default();
        signs.iter().any(|sign| rest.get(..sign.len()).is_some_and(|own| own.eq_ignore_ascii_case(sign.as_bytes())))
    };
    let mut signs = part.match_indices(['`', '~', ']', '[', '<']);
    !signs.any(|(at, _)| begins(at, LONG_HTML) || begins(at, REACHES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::pieces::Pieces;

    fn parts(body: &str) -> Vec<String> {
        Shelf::default().read(body).0.iter().map(|(_, part)| part.text.to_string()).collect()
    }

    #[test]
    fn a_text_is_cut_at_its_headings_and_paragraphs() {
        assert_eq!(parts("a\n\n# b\n\n- c\n# d\n\n#e\n\n\n## \n"), ["a\n\n", "# b\n\n- c\n# d\n\n#e\n\n\n", "## \n"]);
        assert_eq!(
            parts("a\nb\n\n- c\n\n- d\n\n**“É**\n\n***\n\n(f)\n"),
            ["a\nb\n\n- c\n\n- d\n\n", "**“É**\n\n***\n\n", "(f)\n"]
        );
        assert_eq!(parts("a\n\nb\n : c\n\nd\n\n# e\n"), ["a\n\nb\n : c\n\nd\n\n", "# e\n"]);
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
        const PIECES: &[&str] = &[
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
            "* w\n",
            "+ x\n",
            "10) y\n",
            "> \n",
            "- [ ] z\n",
            "(a) A\n",
            "**B** c\n",
            "[C](D) e\n",
            "    - E\n",
            "É “F”\n",
            "</i>G<i>\n",
            "&nbsp;H\\\n",
            "o <i>*p*</i><br> *<b>q*</b>\n",
            "<a name=\"r\"></a> s <img src=t> [u <a>](v)</a>\n",
        ];
        let shelf = Shelf::default();
        let mut kept = 0;
        let mut pieces = Pieces::new(PIECES, 1);
        for _ in 0..3000 {
            let body = pieces.text(12);
            let whole = told(&markdown::parse(&body), &markdown::passages(&body));
            let read = shelf.read(&body);
            let refused = read.draft(HtmlRule::Refuse).unwrap();
            assert_eq!(told(&refused, &shelf.passages(&read)), whole, "{body}");
            if let Some(draft) = read.draft(HtmlRule::Safe) {
                assert_eq!(told(&draft, &[]), told(&(html::parse(&body), Vec::new()), &[]), "{body}");
                kept += usize::from(body.contains('<'));
            }
        }
        assert!(kept > 100, "{kept}");
    }
}
