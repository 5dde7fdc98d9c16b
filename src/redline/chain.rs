//! Of pairs that may cross, those of the greatest sum that do not.

use super::likeness::Match;

/// The pairs of the greatest sum that do not cross: the heaviest increasing sequence, over a tree of greatest sums
/// (Fenwick, 1994), so that time and memory grow with the pairs and not with the product of the texts.
#[must_use]
pub fn heaviest(found: &[Match], width: usize) -> Vec<(usize, usize)> {
    let mut tree = Tree(vec![(0, None); width + 1]);
    let mut before: Vec<Option<usize>> = Vec::with_capacity(found.len());
    let mut row: Vec<(usize, usize, usize)> = Vec::new();
    for (at, one) in found.iter().enumerate() {
        let (sum, last) = tree.greatest(one.new);
        before.push(last);
        row.push((one.new, sum + one.score, at));
        // Pairs of one row do not follow each other: they are seen by later rows only.
        if found.get(at + 1).is_none_or(|next| next.old != one.old) {
            row.drain(..).for_each(|(new, sum, at)| tree.raise(new, (sum, Some(at))));
        }
    }
    let mut pairs = Vec::new();
    let mut next = tree.greatest(width).1;
    while let Some((at, one)) = next.and_then(|at| Some((at, found.get(at)?))) {
        pairs.push((one.old, one.new));
        next = before.get(at).copied().flatten();
    }
    pairs.reverse();
    pairs
}

/// The greatest sum among the first so many columns, and the pair that ends it.
struct Tree(Vec<(usize, Option<usize>)>);

impl Tree {
    fn greatest(&self, mut columns: usize) -> (usize, Option<usize>) {
        let mut best = (0, None);
        while let Some(found) = self.0.get(columns).filter(|_| columns > 0) {
            if found.0 > best.0 {
                best = *found;
            }
            columns &= columns - 1;
        }
        best
    }

    fn raise(&mut self, column: usize, sum: (usize, Option<usize>)) {
        let mut at = column + 1;
        while let Some(known) = self.0.get_mut(at) {
            if sum.0 > known.0 {
                *known = sum;
            }
            at += at & at.wrapping_neg();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_pairs_that_do_not_cross_are_taken() {
        let one = |old, new, score| Match { old, new, score };
        let found = [one(0, 2, 900), one(1, 0, 500), one(2, 1, 500), one(2, 3, 100)];
        assert_eq!(heaviest(&found, 4), [(1, 0), (2, 1)]);
        assert_eq!(heaviest(&[one(0, 0, 500), one(0, 1, 600), one(1, 1, 500)], 2), [(0, 0), (1, 1)]);
        assert_eq!(heaviest(&[], 0), []);
    }
}
