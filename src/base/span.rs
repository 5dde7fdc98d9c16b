//! Where something stands: spans in bytes while we work, places in lines and columns when we speak.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::path::SitePath;
use super::text::places;

/// A range of bytes in one source text.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From a range of bytes.
    #[must_use]
    pub fn new(range: &Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }

    /// The same behind so many bytes. What has no place gets none.
    #[must_use]
    pub fn behind(self, bytes: usize) -> Self {
        if self == Self::default() { self } else { Self { start: self.start + bytes, end: self.end + bytes } }
    }
}

/// A value and where it stood.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stood.
    pub span: Span,
}

/// A place in a file, for people: from 1, columns in code points; the end is exclusive.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// The file, relative to the site's root.
    pub file: Arc<str>,
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// One past the last column.
    pub end_column: usize,
    /// The first line's text, to show; long lines are cut around the place.
    pub excerpt: String,
    /// Where in the excerpt the place begins, in characters.
    pub offset: usize,
}

/// A source text with a name, whose first line may not be the file's first (a body after its front matter).
#[derive(Clone, Debug)]
pub struct SourceText {
    path: SitePath,
    text: String,
    first_line: usize,
    /// Where each line begins, once somebody asks for a place.
    lines: OnceLock<Vec<usize>>,
}

/// An excerpt longer than this many characters is cut.
const EXCERPT: usize = 160;

impl SourceText {
    /// A whole file.
    #[must_use]
    pub fn new(path: SitePath, text: String) -> Self {
        Self::part(path, text, 1)
    }

    /// A part of a file that begins at a line of it.
    #[must_use]
    pub fn part(path: SitePath, text: String, first_line: usize) -> Self {
        Self { path, text, first_line, lines: OnceLock::new() }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &SitePath {
        &self.path
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Says a span in lines and columns.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let start = floor(&self.text, span.start);
        let end = floor(&self.text, span.end.max(span.start));
        let (line, column, line_start) = self.line_column(start);
        let (end_line, end_column, _) = self.line_column(end);
        let rest = self.text.get(line_start..).unwrap_or_default();
        let (excerpt, offset) = cut(rest.lines().next().unwrap_or_default(), start - line_start, column - 1);
        Place { file: self.path.shared(), line, column, end_line, end_column, excerpt, offset }
    }

    /// A line and a column, and where the line begins.
    fn line_column(&self, at: usize) -> (usize, usize, usize) {
        let ends = places(&self.text, b'\n').map(|at| at + 1);
        let lines = self.lines.get_or_init(|| std::iter::once(0).chain(ends).collect());
        let number = lines.partition_point(|start| *start <= at);
        let start = lines.get(number - 1).copied().unwrap_or_default();
        let in_line = self.text.get(start..at).unwrap_or_default();
        (self.first_line + number - 1, in_line.chars().count() + 1, start)
    }
}

impl Place {
    /// The whole of a file, when no line of it is at fault.
    #[must_use]
    pub fn of_file(file: &str) -> Self {
        Self { file: file.into(), line: 1, column: 1, end_line: 1, end_column: 1, excerpt: String::new(), offset: 0 }
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Keeps the part of a long line around a byte of it, the one in this column: as much before it as half an excerpt.
fn cut(line: &str, at: usize, column: usize) -> (String, usize) {
    // A character has four bytes at most, so most long lines need not be counted.
    if line.len() <= EXCERPT * 4 && line.chars().count() <= EXCERPT {
        return (line.to_owned(), column);
    }
    let (before, after) = line.split_at_checked(at.min(line.len())).unwrap_or((line, ""));
    let kept = column.min(EXCERPT / 2);
    let from = before.char_indices().rev().take(kept).last().map_or(before.len(), |(from, _)| from);
    let left = EXCERPT - before.get(from..).unwrap_or_default().chars().count();
    let end = after.char_indices().nth(left).map_or(line.len(), |(end, _)| before.len() + end);
    (line.get(from..end).unwrap_or_default().to_owned(), kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_code_points_from_one() {
        let path = SitePath::parse("a.md").unwrap();
        let text = SourceText::part(path, "é: x\nü: 12\n".to_owned(), 4);
        let place = text.place(Span { start: 10, end: 12 });
        assert_eq!((place.line, place.column, place.end_column), (5, 4, 6));
        assert_eq!(place.excerpt, "ü: 12");
    }

    #[test]
    fn a_place_past_the_end_or_inside_a_character_is_brought_back() {
        let path = SitePath::parse("a.md").unwrap();
        let text = SourceText::new(path, "é".to_owned());
        assert_eq!(text.place(Span { start: 1, end: 99 }).column, 1);
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let path = SitePath::parse("a.md").unwrap();
        let text = SourceText::new(path, "x".repeat(1_000_000));
        let place = text.place(Span { start: 500_000, end: 500_001 });
        assert_eq!(place.excerpt.len(), EXCERPT);
        assert_eq!(place.column, 500_001);
    }
}
