//! Memory that held what visitors typed is overwritten before it is given back. While [`begin`] was not called (builds,
//! checks) it costs one look at a flag. This is the only file with unsafe code.

#![expect(unsafe_code, reason = "an allocator is an unsafe trait: it hands out memory")]

#[cfg(not(target_os = "linux"))]
use std::alloc::System as Beneath;
use std::alloc::{GlobalAlloc, Layout};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(target_os = "linux")]
use tikv_jemallocator::Jemalloc as Beneath;
use zeroize::{optimization_barrier, zeroize_stack};

/// An allocator that overwrites what is given back, over one that only hands out memory.
pub struct Wiping;

static WIPING: AtomicBool = AtomicBool::new(false);

/// How much of a stack is overwritten: more than the deepest answer to a request needs, and a fraction of a stack. Programs
/// built for looking into them need more of it.
const STACK: usize = if cfg!(debug_assertions) { 256 * 1024 } else { 128 * 1024 };

/// From now on, memory that is given back is overwritten.
pub fn begin() {
    WIPING.store(true, Ordering::Relaxed);
}

/// Overwrites a text.
pub fn text(text: &mut String) {
    let mut whole = std::mem::take(text).into_bytes();
    bytes(&mut whole);
}

/// Overwrites bytes.
pub fn bytes(bytes: &mut Vec<u8>) {
    // All that it has room for, in one go.
    bytes.clear();
    bytes.resize(bytes.capacity(), 0);
    optimization_barrier(bytes.as_slice());
    bytes.clear();
}

/// Overwrites what calls that have returned left on this thread's stack.
pub fn stack() {
    zeroize_stack::<STACK>();
}

#[cfg(target_os = "linux")]
unsafe extern "C" {
    /// Where the program's file is mapped, and where its code ends. Linkers say so by these names.
    static __executable_start: u8;
    static etext: u8;
}

/// Hands back the pages of the program's own code and constants. Those that are needed again are read again from its file,
/// so what only the start needed takes no memory afterwards.
pub fn hand_back() {
    #[cfg(target_os = "linux")]
    {
        let (start, end) = (&raw const __executable_start, &raw const etext);
        let whole = (end.addr() - start.addr()) & !(PAGE - 1);
        // SAFETY: the range is mapped from a file and never written to: what was in it is in the file.
        unsafe { libc::madvise(start.cast_mut().cast(), whole, libc::MADV_DONTNEED) };
    }
}

/// The largest page that a system has.
#[cfg(target_os = "linux")]
const PAGE: usize = 64 * 1024;

fn wiping() -> bool {
    WIPING.load(Ordering::Relaxed)
}

// SAFETY: every block comes from `Beneath` with the layout that was asked for and goes back to it with the same. Between
// the two it is only written to, within its length, while nobody else has it.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises about the layout are those that `Beneath` asks for.
        unsafe { Beneath.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as for `alloc`.
        unsafe { Beneath.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if wiping() {
            // SAFETY: the caller gives up a block of this layout, so all of it can be written to.
            unsafe { block.write_bytes(0, layout.size()) };
            // Without it, writing to what is freed next may be left out by the compiler.
            // SAFETY: the first byte was just written; a block is never empty.
            optimization_barrier(unsafe { &*block });
        }
        // SAFETY: the block came from `Beneath` with this layout.
        unsafe { Beneath.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !wiping() {
            // SAFETY: the caller's promises are those that `Beneath` asks for.
            return unsafe { Beneath.realloc(block, layout, size) };
        }
        // SAFETY: the caller promises that `size` is not zero and fits with this alignment.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: as for `alloc`.
        let new = unsafe { self.alloc(wanted) };
        if !new.is_null() {
            // SAFETY: both blocks are as long as what is copied, and a new block overlaps no other.
            unsafe { ptr::copy_nonoverlapping(block, new, layout.size().min(size)) };
            // SAFETY: the caller gives up the old block.
            unsafe { self.dealloc(block, layout) };
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_overwritten_and_blocks_grow_with_what_they_hold() {
        let mut typed = String::from("typed");
        text(&mut typed);
        assert!(typed.is_empty());
        begin();
        let layout = Layout::from_size_align(4, 1).unwrap();
        // SAFETY: the layouts fit the blocks, each of which is given back once.
        unsafe {
            let block = Wiping.alloc(layout);
            block.write_bytes(7, 4);
            let grown = Wiping.realloc(block, layout, 9);
            assert_eq!(std::slice::from_raw_parts(grown, 4), [7; 4]);
            Wiping.dealloc(grown, Layout::from_size_align(9, 1).unwrap());
        }
        stack();
    }
}
