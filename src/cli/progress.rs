//! Progress of a long command: a line that counts on a terminal, nothing in a pipe. The only importer of the crate that
//! draws it.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A count that is shown while it goes on.
pub struct Progress(ProgressBar);

impl Progress {
    /// Begins to count; `shown` says that standard error is a terminal.
    #[must_use]
    pub fn new(shown: bool, what: &'static str) -> Self {
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{msg}: {pos}") {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self(bar)
    }

    /// Counts one more. Many threads may count at once.
    pub fn step(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
