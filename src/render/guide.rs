//! What guides a reader through a redline: which long unchanged parts are folded, and links from change to change.

use std::ops::Range;

use crate::redline::flat::{Leaf, LeafKind};
use crate::redline::{Class, Redline};

/// Fewer unchanged blocks in a row than this are not folded.
const LEAST: usize = 4;

/// What guides a reader through a redline.
pub struct Guide {
    /// The entries that are folded, in order; each range begins and ends between the outermost containers.
    folds: Vec<Range<usize>>,
    stops: Vec<usize>,
    numbers: Vec<Option<usize>>,
}

/// Entries in one outermost container, or one entry that stands in none.
struct Group {
    entries: Range<usize>,
    changed: bool,
    heading: Option<u8>,
}

impl Guide {
    /// Looks through a redline.
    #[must_use]
    pub fn new(redline: &Redline<'_>) -> Self {
        Self { folds: folds(&groups(redline)), stops: stops(redline), numbers: numbers(redline) }
    }

    /// The part that is folded from an entry on, if one begins there.
    #[must_use]
    pub fn begins(&self, entry: usize) -> Option<&Range<usize>> {
        let place = self.folds.binary_search_by_key(&entry, |fold| fold.start);
        place.ok().and_then(|place| self.folds.get(place))
    }

    /// Whether an entry is the last of a part that is folded.
    #[must_use]
    pub fn ends(&self, entry: usize) -> bool {
        self.folds.binary_search_by_key(&(entry + 1), |fold| fold.end).is_ok()
    }

    /// The numbers of the changes before and after an entry, if it has links to them.
    #[must_use]
    pub fn steps(&self, entry: usize) -> Option<(Option<usize>, Option<usize>)> {
        let place = self.stops.binary_search(&entry).ok()?;
        let number = |place: usize| self.stops.get(place).and_then(|entry| self.numbers.get(*entry).copied().flatten());
        Some((place.checked_sub(1).and_then(number), number(place + 1)))
    }
}

/// The number of each change, by its entry.
fn numbers(redline: &Redline<'_>) -> Vec<Option<usize>> {
    let mut numbers = 1..;
    let number = |class: Class| if class == Class::Equal { None } else { numbers.next() };
    redline.entries.iter().map(|entry| entry.class).map(number).collect()
}

/// Where links stand: at each changed heading, and where changes begin after what is unchanged. A break holds none.
fn stops(redline: &Redline<'_>) -> Vec<usize> {
    let mut stops = Vec::new();
    let mut waiting = true;
    for (index, entry) in redline.entries.iter().enumerate() {
        let (old, new) = redline.leaves(entry);
        let kind = new.or(old).map(|leaf| leaf.kind);
        if entry.class == Class::Equal {
            waiting = true;
        } else if matches!(kind, Some(LeafKind::Heading { .. })) || waiting && !matches!(kind, Some(LeafKind::Rule)) {
            stops.push(index);
            waiting = false;
        }
    }
    stops
}

/// The outermost container around a leaf.
fn outer(leaf: Option<&Leaf<'_>>) -> Option<usize> {
    leaf.and_then(|leaf| leaf.path.first()).map(|nest| nest.node)
}

fn groups(redline: &Redline<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut last = (None, None);
    for (index, entry) in redline.entries.iter().enumerate() {
        let (old, new) = redline.leaves(entry);
        let here = (outer(old), outer(new));
        let joined = here.0.is_some() && here.0 == last.0 || here.1.is_some() && here.1 == last.1;
        let changed = entry.class != Class::Equal;
        match groups.last_mut().filter(|_| joined) {
            Some(group) => {
                group.entries.end = index + 1;
                group.changed |= changed;
            }
            None => groups.push(Group { entries: index..index + 1, changed, heading: level(new.or(old)) }),
        }
        last = (here.0.or(last.0.filter(|_| joined)), here.1.or(last.1.filter(|_| joined)));
    }
    groups
}

fn level(leaf: Option<&Leaf<'_>>) -> Option<u8> {
    match leaf.map(|leaf| leaf.kind) {
        Some(LeafKind::Heading { level, .. }) => Some(level),
        _ => None,
    }
}

/// Runs of unchanged groups. What stands beside a change is not folded, nor the headings that it stands under.
fn folds(groups: &[Group]) -> Vec<Range<usize>> {
    let near = near(groups);
    let mut folds = Vec::new();
    let mut start = None;
    let mut close = |from: Option<usize>, to: usize| {
        let Some(run) = from.and_then(|from| groups.get(from..to)).filter(|run| run.len() >= LEAST) else { return };
        if let (Some(first), Some(last)) = (run.first(), run.last()) {
            folds.push(first.entries.start..last.entries.end);
        }
    };
    for (index, is_near) in near.iter().enumerate() {
        if *is_near {
            close(start.take(), index);
        } else {
            start = start.or(Some(index));
        }
    }
    if near.contains(&true) {
        close(start, groups.len());
    }
    folds
}

/// Whether a group or one beside it is changed.
fn beside(groups: &[Group], index: usize) -> bool {
    let around = groups.iter().skip(index.saturating_sub(1)).take(if index == 0 { 2 } else { 3 });
    around.into_iter().any(|group| group.changed)
}

fn near(groups: &[Group]) -> Vec<bool> {
    let mut near: Vec<bool> = (0..groups.len()).map(|index| beside(groups, index)).collect();
    let mut over: Vec<(u8, usize)> = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        if let Some(level) = group.heading {
            over.retain(|(above, _)| *above < level);
            over.push((level, index));
        }
        if group.changed {
            for (_, heading) in over.drain(..) {
                near.iter_mut().skip(heading).take(1).for_each(|near| *near = true);
            }
        }
    }
    near
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redline::redline;
    use crate::site::body::{HtmlRule, Manner, Numbering, parse};

    fn guide(old: &str, new: &str) -> (Vec<Range<usize>>, Vec<usize>) {
        let manner = Manner { title: "T", numbering: Numbering::Legal, html: HtmlRule::Refuse };
        let (old, new) = (parse(old, manner), parse(new, manner));
        let guide = Guide::new(&redline(&old, &new));
        (guide.folds, guide.stops)
    }

    #[test]
    fn what_is_far_from_every_change_is_folded_and_headings_of_a_change_are_not() {
        let same = "## A\n\none\n\ntwo\n\nthree\n\nfour\n\nfive\n\n## B\n\nsix\n\nseven\n\neight\n\n";
        let (folds, stops) = guide(&format!("{same}nine of old\n"), &format!("{same}nine of new\n"));
        assert_eq!((folds.first(), folds.len(), stops), (Some(&(0..6)), 1, vec![10]));
    }

    #[test]
    fn a_list_with_one_change_is_not_folded_and_what_is_equal_throughout_neither() {
        let list = |last: &str| format!("- a\n- b\n- c\n- d\n- e\n- f\n- {last} of the list\n");
        assert!(guide(&list("this"), &list("that")).0.is_empty());
        assert_eq!(guide(&list("this"), &list("this")), (Vec::new(), Vec::new()));
    }

    #[test]
    fn links_lead_from_change_to_change() {
        let (old, new) =
            ("a one\n\nb\n\nc one\n\nd one\n\ne\n\nf one\n", "a two\n\nb\n\nc two\n\nd two\n\ne\n\nf two\n");
        let manner = Manner { title: "T", numbering: Numbering::Legal, html: HtmlRule::Refuse };
        let (old, new) = (parse(old, manner), parse(new, manner));
        let guide = Guide::new(&redline(&old, &new));
        assert_eq!(guide.steps(0), Some((None, Some(2))));
        assert_eq!((guide.steps(1), guide.steps(3)), (None, None), "nothing changed, and the second of two in a row");
        assert_eq!(guide.steps(2), Some((Some(1), Some(4))));
        assert_eq!(guide.steps(5), Some((Some(2), None)));
    }
}
