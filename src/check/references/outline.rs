//! What a text's clauses are called: the numbers that it computes or that were typed into its headings, and the names.

use std::cell::OnceCell;
use std::sync::Arc;

use super::label::{Label, numeral, places};
use super::names::plain;
use crate::check::manuscript::Manuscript;
use crate::site::doc::{Block, Heading, Item, List, ListStyle, each_inner, words};
use crate::site::passage::{Passage, PassageKind};

/// The clauses of a text.
#[derive(Debug, Default)]
pub struct Outline {
    /// The clauses, in order.
    pub clauses: Vec<Clause>,
    /// Whether headings call them articles.
    pub articles: bool,
    /// Numbers that items and paragraphs begin with.
    loose: Vec<String>,
}

/// A clause.
#[derive(Debug, Default)]
pub struct Clause {
    /// "Schedule" where the heading says so; else nothing.
    pub word: String,
    /// Its whole number, `4.2`; empty where it has none.
    pub number: String,
    /// Whether the number is computed, so that it cannot be wrong.
    pub computed: bool,
    /// The words of its heading.
    pub title: String,
    /// Its name: these words without the number.
    pub name: String,
    plain: OnceCell<String>,
    /// Its address in the page.
    pub id: Arc<str>,
    level: u8,
    /// Where its heading begins in the source; nothing where that is not known.
    start: Option<usize>,
    /// How far its lists count.
    items: u64,
    /// The numbers of their items, and how far the lists in each of these count.
    nested: Vec<(u64, u64)>,
}

/// The words before a number in a heading that are a part of its name.
const PARTS: &[&str] = &["Schedule", "Annex", "Appendix", "Exhibit"];

/// The words before a number in a heading that say no more than that.
const CLAUSES: &[&str] = &["Section", "Clause", "Article", "Paragraph"];

impl Clause {
    /// Its name in small letters without signs.
    #[must_use]
    pub fn plain(&self) -> &str {
        self.plain.get_or_init(|| plain(&self.name))
    }
}

impl Outline {
    /// Reads the clauses of a text in blocks and passages.
    #[must_use]
    pub fn of(blocks: &[Block], passages: &[Passage]) -> Self {
        let mut outline = Self::default();
        outline.blocks(blocks);
        let begins = passages.iter().filter(|one| !matches!(one.kind, PassageKind::Heading(_)));
        let begins = begins.filter(|one| is_numbered(&one.text));
        let dotted = begins.filter_map(|one| Label::read(&one.text)).filter(|(label, _)| label.parts.len() > 1);
        outline.loose.extend(dotted.map(|(label, _)| label.dotted()));
        outline
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading(heading) => self.heading(heading),
                Block::List(list) => {
                    let end = last(list);
                    if let Some(clause) = self.clauses.last_mut() {
                        clause.items = clause.items.max(end);
                        clause.nested.extend((list.start..).zip(list.items.iter().map(below)));
                    }
                    if list.style == ListStyle::Decimal {
                        self.loose.extend((list.start..=end).take(200).map(|number| number.to_string()));
                    }
                }
                _ => {}
            }
            each_inner(block, &mut |blocks| self.blocks(blocks));
        }
    }

    fn heading(&mut self, heading: &Heading) {
        let title = words(&heading.runs);
        let (word, typed, name) = split(title.trim());
        let computed = heading.number.trim_end_matches('.');
        let number = match (typed, computed) {
            (typed, "") if word.is_empty() => self.under(typed, heading.level),
            (typed, _) if !word.is_empty() => typed.to_owned(),
            (_, computed) => computed.to_owned(),
        };
        self.articles |= word.is_empty() && !typed.is_empty() && title.trim_start().starts_with("Article");
        self.clauses.push(Clause {
            word: word.to_owned(),
            number,
            computed: !computed.is_empty() && word.is_empty(),
            title: title.trim().to_owned(),
            name: name.to_owned(),
            plain: OnceCell::new(),
            id: Arc::clone(&heading.id),
            level: heading.level,
            start: (heading.span.end > 0).then_some(heading.span.start),
            items: 0,
            nested: Vec::new(),
        });
    }

    /// A typed number, with that of the clause above: `1` below `B` is `B.1`.
    fn under(&self, typed: &str, level: u8) -> String {
        let above = self.clauses.iter().rev().find(|clause| clause.level < level && !clause.number.is_empty());
        let above = above.filter(|clause| clause.word.is_empty() && !typed.is_empty());
        match above {
            Some(above) if !typed.contains('.') => format!("{}.{typed}", above.number),
            _ => typed.to_owned(),
        }
    }

    /// The clause with this number.
    #[must_use]
    pub fn numbered(&self, word: &str, number: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.number == number && clause.word.eq_ignore_ascii_case(word))
    }

    /// The clause that a heading begins.
    #[must_use]
    pub fn at(&self, heading: Option<usize>) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.start.is_some() && clause.start == heading)
    }

    /// How the text's own numbers go, where it has enough to say what is none of them.
    #[must_use]
    pub fn kind(&self, word: &str) -> Option<Counted> {
        let own = self.clauses.iter().filter(|one| one.word.eq_ignore_ascii_case(word) && !one.number.is_empty());
        let tops: Vec<&str> = own.map(|clause| clause.number.split('.').next().unwrap_or_default()).collect();
        let several = tops.iter().any(|top| tops.first() != Some(top)) || !word.is_empty();
        let numbers: Vec<u64> = tops.iter().filter_map(|top| top.parse().ok()).collect();
        let romans: Vec<u64> = tops.iter().filter_map(|top| numeral(top)).collect();
        let roman = romans.len() == tops.len() && romans.contains(&1);
        match (several, numbers.iter().max(), romans.iter().max()) {
            (true, Some(last), _) if numbers.len() == tops.len() => Some(Counted::Numbers(*last)),
            (true, None, Some(last)) if roman => Some(Counted::Romans(*last)),
            (true, None, _) if tops.iter().any(|top| top.len() == 1) => Some(Counted::Letters),
            _ => None,
        }
    }

    /// The clause that a number leads to or into, and what is left of the number.
    #[must_use]
    pub fn into<'a>(&self, word: &str, label: &'a Label) -> Option<(&Clause, &'a [String])> {
        (1..=label.parts.len()).rev().find_map(|length| {
            let (into, rest) = label.parts.split_at_checked(length)?;
            Some((self.numbered(word, &into.join("."))?, rest))
        })
    }

    /// Whether anything in the text carries this number, be it an item or a paragraph.
    #[must_use]
    pub fn has(&self, manuscript: &Manuscript<'_>, word: &str, label: &Label) -> bool {
        let Some((clause, rest)) = self.into(word, label) else {
            let dotted = label.dotted();
            let below = |loose: &String| loose.strip_prefix(&dotted).is_some_and(|rest| rest.starts_with('.'));
            return self.loose.iter().any(|loose| *loose == dotted || below(loose));
        };
        let Some(next) = rest.first() else { return true };
        let known = self.loose.iter().any(|loose| *loose == label.dotted());
        let own = self.with_deeper(clause);
        let far = own.iter().map(|one| one.items).max().unwrap_or_default();
        let fits =
            |part: &str, far: u64| places(part).iter().any(|place| *place <= far) || says(manuscript, &own, part);
        let nested = |item: &String| {
            let item = places(item);
            own.iter().flat_map(|one| &one.nested).filter(move |(number, _)| item.contains(number)).map(|(_, far)| *far)
        };
        // Where an item is known, what it holds is, too.
        let pairs = rest.iter().zip(rest.iter().skip(1));
        let mut known_pairs = pairs.filter_map(|(item, part)| Some((nested(item).max()?, part)));
        known || fits(next, far) && known_pairs.all(|(far, part)| fits(part, far))
    }

    /// A clause and those below it.
    fn with_deeper(&self, clause: &Clause) -> Vec<&Clause> {
        let from = self.clauses.iter().position(|one| std::ptr::eq(one, clause)).unwrap_or_default();
        let deeper = self.clauses.iter().skip(from + 1).take_while(|one| one.level > clause.level);
        self.clauses.get(from).into_iter().chain(deeper).collect()
    }
}

/// Whether a text may begin with a number of several parts.
fn is_numbered(text: &str) -> bool {
    let rest = text.trim_start_matches(|char: char| char.is_ascii_alphanumeric());
    rest.starts_with(['.', '(']) && text.len() - rest.len() <= 5
}

/// Whether the words of clauses say a number in brackets.
fn says(manuscript: &Manuscript<'_>, own: &[&Clause], part: &str) -> bool {
    let Some(start) = own.first().and_then(|clause| clause.start) else { return true };
    let ends = own.iter().filter_map(|one| one.start).max().unwrap_or(start);
    let inside = |one: &&Passage| one.heading().is_some_and(|at| (start..=ends).contains(&at));
    let bracketed = [format!(" ({part})"), format!("\n({part})")];
    let begun = [format!("({part})"), format!("{part})"), format!("{part}. ")];
    let says = |one: &Passage| {
        begun.iter().any(|label| one.text.starts_with(label)) || bracketed.iter().any(|label| one.text.contains(label))
    };
    manuscript.passages.iter().filter(inside).any(says)
}

/// The number of a list's last item.
fn last(list: &List) -> u64 {
    (list.start + u64::try_from(list.items.len()).unwrap_or_default()).saturating_sub(1)
}

/// How far the lists right in an item count.
fn below(item: &Item) -> u64 {
    let lists =
        item.blocks.iter().filter_map(|block| if let Block::List(list) = block { Some(last(list)) } else { None });
    lists.max().unwrap_or_default()
}

/// How numbers go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Counted {
    /// A, B, C.
    Letters,
    /// 1, 2, 3 and so on to the last.
    Numbers(u64),
    /// I, II, III and so on to the last.
    Romans(u64),
}

/// A heading's word, number and name: `Schedule`, `2`, `Fees` or nothing, `4.2`, `Fees`.
fn split(title: &str) -> (&str, &str, &str) {
    let (first, rest) = title.split_once([' ', '\u{a0}']).unwrap_or((title, ""));
    let said = |words: &'static [&'static str]| words.iter().find(|word| word.eq_ignore_ascii_case(first));
    let part = said(PARTS);
    let named = part.is_some() || said(CLAUSES).is_some();
    let numbered = if named { rest.trim_start() } else { title };
    let none = ("", "", title);
    let Some((label, length)) = Label::read(numbered) else { return none };
    let after = numbered.get(length..).unwrap_or_default();
    let name = after.trim_start_matches(['.', ')', ':', '-', '–', '—', ' ', '\u{a0}']);
    let marked = after.starts_with(['.', ')', ':']) || [" -", " –", " —"].iter().any(|dash| after.starts_with(dash));
    if !named && !marked && label.parts.len() < 2 {
        return none;
    }
    (part.copied().unwrap_or_default(), numbered.get(..length).unwrap_or_default(), name)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_heading_is_split_into_its_word_its_number_and_its_name() {
        assert_eq!(split("6. Marketing"), ("", "6", "Marketing"));
        assert_eq!(split("Section 4 – Your rights"), ("", "4", "Your rights"));
        assert_eq!(split("Schedule 2: Fees"), ("Schedule", "2", "Fees"));
        assert_eq!(split("4.2 Retention"), ("", "4.2", "Retention"));
        assert_eq!(split("IV. Fees"), ("", "IV", "Fees"));
        assert_eq!(split("D. Content"), ("", "D", "Content"));
        assert_eq!(split("20 years in business."), ("", "", "20 years in business."));
        assert_eq!(split("A word"), ("", "", "A word"));
        assert_eq!(split("Sections"), ("", "", "Sections"));
    }
}
