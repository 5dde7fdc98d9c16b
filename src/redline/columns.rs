//! Tables that got or lost columns: both states are given the columns of both, in one order, so that their rows can be
//! two states of one row and stand in one table. A cell that a text does not have is empty there.
//!
//! A table is left as it is where its rows have cells of different number, or where no columns are alike.

use std::ops::Range;

use super::align::Pair;
use super::chain::heaviest;
use super::flat::{Leaf, LeafKind, NestKind, texts};
use super::index::{Bags, Index};
use super::likeness::Match;
use super::words::{Vocabulary, likeness};
use crate::site::doc::words;

/// Tables that are less alike than this (in thousandths) are not two states of one.
const ALIKE: usize = 300;

/// Columns that are less alike than this are not two states of one; columns of the same head are.
const COLUMN: usize = 500;

/// What the same head adds to how alike two columns are.
const SAME_HEAD: usize = 1000;

/// Tables of more columns are left as they are.
const MOST: usize = 100;

/// Gives two states of a table the columns of both.
pub fn widen(old: &mut [Leaf<'_>], new: &mut [Leaf<'_>]) {
    let (was, is) = (tables(old), tables(new));
    for (one, two) in pairs((old, &was), (new, &is)) {
        let (Some(one), Some(two)) = (was.get(one), is.get(two)) else { continue };
        let (Some(one), Some(two)) = (old.get_mut(one.clone()), new.get_mut(two.clone())) else { continue };
        if let Some(columns) = order(one, two) {
            one.iter_mut().for_each(|row| spread(row, columns.iter().map(|column| column.old)));
            two.iter_mut().for_each(|row| spread(row, columns.iter().map(|column| column.new)));
        }
    }
}

/// The rows of each table.
fn tables(leaves: &[Leaf<'_>]) -> Vec<Range<usize>> {
    let table =
        |leaf: &Leaf<'_>| leaf.path.last().filter(|nest| matches!(nest.kind, NestKind::Table(_))).map(|nest| nest.node);
    let mut end = 0;
    let rows = leaves.chunk_by(|one, two| table(one) == table(two)).map(|rows| {
        end += rows.len();
        (rows.first().and_then(table), end - rows.len()..end)
    });
    rows.filter_map(|(table, rows)| table.map(|_| rows)).collect()
}

/// A text's leaves, and the rows of its tables.
type Tables<'a, 'b> = (&'a [Leaf<'b>], &'a [Range<usize>]);

/// Which tables are two states of one, most alike in sum, without crossing; none where all have the columns they had.
fn pairs(old: Tables<'_, '_>, new: Tables<'_, '_>) -> Vec<(usize, usize)> {
    let (was, is) = (rows(old), rows(new));
    if was.is_empty() || is.is_empty() || was.iter().map(|rows| width(rows)).eq(is.iter().map(|rows| width(rows))) {
        return Vec::new();
    }
    let bags = Bags::new(was.iter().copied(), is.iter().copied());
    let index = Index::new(&bags);
    let mut seen = vec![0; is.len()];
    let mut found = Vec::new();
    for (old, bag) in bags.old.iter().enumerate() {
        let near = index.near(bag, &mut seen).into_iter().take(8);
        let score = |new: usize| likeness(bag, bags.new.get(new).map(Vec::as_slice).unwrap_or_default());
        let own = found.len();
        found.extend(near.map(|new| Match { old, new, score: score(new) }).filter(|one| one.score >= ALIKE));
        found.get_mut(own..).unwrap_or_default().sort_by_key(|one| one.new);
    }
    heaviest(&found, is.len())
}

fn rows<'a, 'b>((leaves, tables): Tables<'a, 'b>) -> Vec<&'a [Leaf<'b>]> {
    tables.iter().filter_map(|rows| leaves.get(rows.clone())).collect()
}

/// How many cells every row of a table has.
fn width(rows: &[Leaf<'_>]) -> Option<usize> {
    let width = rows.first()?.cells.len();
    rows.iter().all(|row| row.cells.len() == width).then_some(width)
}

/// The columns of both, in one order: those that went stand before those that came at the same place.
fn order(old: &[Leaf<'_>], new: &[Leaf<'_>]) -> Option<Vec<Pair>> {
    let ends = (width(old)?, width(new)?);
    if ends.0 == ends.1 || ends.0.max(ends.1) > MOST {
        return None;
    }
    let shared = heaviest(&alike(old, new, ends), ends.1);
    let mut columns = Vec::with_capacity(ends.0 + ends.1);
    let mut at = (0, 0);
    let is_any = !shared.is_empty();
    for (one, two) in shared {
        apart(at, (one, two), &mut columns);
        columns.push(Pair { old: Some(one), new: Some(two) });
        at = (one + 1, two + 1);
    }
    apart(at, ends, &mut columns);
    is_any.then_some(columns)
}

/// The columns between two that both tables have.
fn apart(from: (usize, usize), to: (usize, usize), columns: &mut Vec<Pair>) {
    columns.extend((from.0..to.0).map(|old| Pair { old: Some(old), new: None }));
    columns.extend((from.1..to.1).map(|new| Pair { old: None, new: Some(new) }));
}

/// The columns that are alike: of the same head, or of the same words.
fn alike(old: &[Leaf<'_>], new: &[Leaf<'_>], ends: (usize, usize)) -> Vec<Match> {
    let mut vocabulary = Vocabulary::default();
    let (was, is) = (bags(old, ends.0, &mut vocabulary), bags(new, ends.1, &mut vocabulary));
    let (was_heads, is_heads) = (heads(old), heads(new));
    let mut found = Vec::new();
    for (old, one) in was.iter().enumerate() {
        for (new, two) in is.iter().enumerate() {
            let head = was_heads.get(old).filter(|head| !head.is_empty());
            let same = head.is_some() && head == is_heads.get(new);
            let score = likeness(one, two) + if same { SAME_HEAD } else { 0 };
            found.extend((score >= COLUMN).then_some(Match { old, new, score }));
        }
    }
    found
}

/// The words of each column.
fn bags<'a>(rows: &'a [Leaf<'_>], width: usize, vocabulary: &mut Vocabulary<'a>) -> Vec<Vec<u32>> {
    let cells = |column: usize| rows.iter().filter_map(move |row| row.cells.get(column));
    (0..width).map(|column| vocabulary.bag(cells(column).flat_map(|cell| texts(cell)))).collect()
}

/// What the columns are called.
fn heads(rows: &[Leaf<'_>]) -> Vec<String> {
    let head = rows.first().filter(|row| matches!(row.kind, LeafKind::Row { head: true }));
    head.map(|row| row.cells.iter().map(|cell| words(cell)).collect()).unwrap_or_default()
}

/// Puts the cells of a row into columns; it has none for those of the other table.
fn spread(row: &mut Leaf<'_>, columns: impl Iterator<Item = Option<usize>>) {
    let mut cells = std::mem::take(&mut row.cells).into_iter();
    for column in columns {
        let cell = column.and_then(|_| cells.next());
        if cell.is_none() {
            row.lacks.push(row.cells.len());
        }
        row.cells.push(cell.unwrap_or_default());
    }
    if let Some(nest) = row.path.last_mut() {
        nest.kind = NestKind::Table(row.cells.len());
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Class, redline};
    use crate::site::body::{HtmlRule, Manner, Numbering, parse};
    use crate::site::doc::words;

    /// What happened to each row, and its cells in both texts.
    fn rows(old: &str, new: &str) -> Vec<(Class, String, String)> {
        let manner = Manner { title: "T", numbering: Numbering::None, html: HtmlRule::Safe };
        let (old, new) = (parse(old, manner), parse(new, manner));
        let found = redline(&old, &new);
        let line = |leaf: Option<&super::Leaf<'_>>| {
            leaf.map(|leaf| leaf.cells.iter().map(|cell| words(cell)).collect::<Vec<_>>().join("|"))
        };
        let row = |(old, new)| (line(old).unwrap_or_default(), line(new).unwrap_or_default());
        let entries = found.entries.iter().map(|entry| (entry.class, row(found.leaves(entry))));
        entries.map(|(class, (old, new))| (class, old, new)).collect()
    }

    fn is(class: Class, old: &str, new: &str) -> (Class, String, String) {
        (class, old.to_owned(), new.to_owned())
    }

    #[test]
    fn a_column_that_came_or_went_leaves_the_others_what_they_are() {
        let two = "| Plan | Price |\n|---|---|\n| Small | 5 |\n| Large | 9 |\n";
        let three = "| Plan | Users | Price |\n|---|---|---|\n| Small | 1 | 5 |\n| Large | | 9 |\n";
        let expected = [
            is(Class::Changed, "Plan||Price", "Plan|Users|Price"),
            is(Class::Changed, "Small||5", "Small|1|5"),
            is(Class::Equal, "Large||9", "Large||9"),
        ];
        assert_eq!(rows(two, three), expected);
        let expected = expected.map(|(class, old, new)| (class, new, old));
        assert_eq!(rows(three, two), expected);
    }

    #[test]
    fn a_row_that_came_with_a_column_stands_in_the_same_columns() {
        let old = "| Plan | Price | Term |\n|---|---|---|\n| Small | 5 | a month |\n| Large | 9 | a year |\n";
        let new = "| Plan | Price |\n|---|---|\n| Small | 5 |\n| Middle, for teams of six | 7 |\n| Large | 9 |\n";
        let expected = [
            is(Class::Changed, "Plan|Price|Term", "Plan|Price|"),
            is(Class::Changed, "Small|5|a month", "Small|5|"),
            is(Class::Inserted, "", "Middle, for teams of six|7|"),
            is(Class::Changed, "Large|9|a year", "Large|9|"),
        ];
        assert_eq!(rows(old, new), expected);
    }

    #[test]
    fn tables_without_a_shared_column_or_with_uneven_rows_are_left_as_they_are() {
        let two = "| a | b |\n|---|---|\n| 1 | 2 |\n";
        let other = "| c | d | e |\n|---|---|---|\n| 3 | 4 | 5 |\n";
        assert!(rows(two, other).iter().all(|(class, ..)| matches!(class, Class::Deleted | Class::Inserted)));
        let uneven = "<table><tr><td>a</td><td>b</td><td>c</td></tr><tr><td>1</td></tr></table>\n";
        assert!(rows(two, uneven).iter().all(|(class, ..)| matches!(class, Class::Deleted | Class::Inserted)));
    }
}
