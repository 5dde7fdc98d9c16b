//! Work on all processors, its answers in order. The only importer of the thread pool.

use std::cmp::Ordering;

use rayon::prelude::*;
use rayon::{ThreadBuilder, ThreadPoolBuilder};

use super::error::Error;

/// Does something to all items, on all processors, and returns the answers in order.
///
/// # Errors
/// The first that failed.
pub fn in_parallel<T: Sync, R: Send, E: Send>(
    items: &[T],
    run: impl Fn(&T) -> Result<R, E> + Send + Sync,
) -> Result<Vec<R>, E> {
    items.par_iter().map(run).collect()
}

/// The same with something that is kept from one item to the next: a new one begins each stretch of items that a processor
/// works on.
///
/// # Errors
/// The first that failed.
pub fn keeping<T: Sync, R: Send, E: Send, K>(
    items: &[T],
    new: impl Fn() -> K + Send + Sync,
    run: impl Fn(&mut K, &T) -> Result<R, E> + Send + Sync,
) -> Result<Vec<R>, E> {
    items.par_iter().map_init(new, run).collect()
}

/// Sorts items; those that are equal stay in their order.
pub fn sorted<T: Send>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering + Sync) {
    items.par_sort_by(compare);
}

/// Runs something whose threads have all ended when it returns.
///
/// # Errors
/// The system gives no threads.
pub fn apart<T: Send>(run: impl FnOnce() -> T + Send) -> Result<T, Error> {
    let ran = ThreadPoolBuilder::new().build_scoped(ThreadBuilder::run, |pool| pool.install(run));
    ran.map_err(|error| Error::machine("cannot start a thread", error))
}
