//! Texts put together from pieces by chance, for tests: the same ones for the same seed.

/// What texts are put together from.
pub struct Pieces {
    all: &'static [&'static str],
    state: u64,
}

impl Pieces {
    /// Some pieces, drawn in an order that the seed decides.
    #[must_use]
    pub fn new(all: &'static [&'static str], seed: u64) -> Self {
        Self { all, state: seed }
    }

    /// A text of so many pieces (a linear congruential generator with Knuth's constants for MMIX).
    pub fn text(&mut self, count: usize) -> String {
        (0..count).map(|_| self.piece()).collect()
    }

    fn piece(&mut self) -> &'static str {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.all[usize::try_from(self.state >> 33).unwrap() % self.all.len()]
    }
}
