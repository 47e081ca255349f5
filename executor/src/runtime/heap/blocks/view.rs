//! What the innermost loops of a collection ask of blocks, in values that stay in registers. In:
//! addresses; out: whether this collection judges what is there, and the mark of an object. What
//! always holds: the answers are those of the table and the bitmaps, which nobody else looks at
//! meanwhile.

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
use std::ops::Range;

use super::{BYTES, Bits, Entry, MIXED, PINNED, State, WALKED};

/// The heap's addresses and tables.
#[derive(Clone, Copy)]
pub(crate) struct View {
    pub(super) first: u64,
    pub(super) len: u64,
    pub(super) table: *mut Entry,
    pub(super) bits: *mut Bits,
    pub(super) judged: *mut u64,
}

impl View {
    /// The address lies in a block that this collection is about.
    #[inline(always)]
    pub(crate) fn is_judged(self, at: u64) -> bool {
        let offset = at.wrapping_sub(self.first);
        if offset >= self.len {
            return false;
        }
        let block = (offset / BYTES) as usize;
        // SAFETY: the bitmap has a bit for each block.
        unsafe { *self.judged.add(block / 64) & 1 << (block % 64) != 0 }
    }

    /// If a small object begins at `at`, an address that is judged, and copying out of its block
    /// has not been given up halfway: whether it stays where it is.
    #[inline(always)]
    pub(crate) fn begins(self, at: u64) -> Option<bool> {
        let block = (at.wrapping_sub(self.first) / BYTES) as usize;
        // SAFETY: the caller has asked `is_judged`; table and bitmaps have as many entries as the
        // heap has blocks, and nobody holds a reference into them in the innermost loop.
        unsafe {
            let Entry { state, flags, .. } = *self.table.add(block);
            let known = flags & (WALKED | MIXED) == WALKED;
            let inside = at.is_multiple_of(8) && !at.is_multiple_of(BYTES);
            if state != State::Small || !known || !inside {
                return None;
            }
            let word = (at % BYTES / 8 - 1) as usize;
            let starts = (&raw const (*self.bits.add(block)).starts).cast::<u64>();
            let begins = *starts.add(word / 64) & 1 << (word % 64) != 0;
            begins.then_some(flags & PINNED != 0)
        }
    }

    /// Marks an object that stays; false when it was marked already.
    #[inline(always)]
    pub(crate) fn mark(self, at: u64) -> bool {
        let block = (at.wrapping_sub(self.first) / BYTES) as usize;
        let word = (at % BYTES / 8 - 1) as usize;
        // SAFETY: as for `begins`, which the caller has asked.
        unsafe {
            let marks = (&raw mut (*self.bits.add(block)).marks).cast::<u64>().add(word / 64);
            let new = *marks & 1 << (word % 64) == 0;
            *marks |= 1 << (word % 64);
            new
        }
    }
}

/// Memory that is soon looked at.
#[inline(always)]
pub(crate) fn prefetch(at: u64) {
    // SAFETY: no address is wrong for a prefetch.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(at as *const i8) }
}

/// Whether one of the words lies in the range.
pub(super) fn any_in(words: &[u64], range: &Range<u64>) -> bool {
    let (start, len) = (range.start, range.end - range.start);
    if std::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has what is asked for.
        unsafe { any_between_wide(words, start, len) }
    } else {
        any_between(words, start, len)
    }
}

#[inline(always)]
fn any_between(words: &[u64], start: u64, len: u64) -> bool {
    words.iter().fold(0, |any, word| any | u64::from(word.wrapping_sub(start) < len)) != 0
}

/// The same by four words at a time.
#[target_feature(enable = "avx2")]
fn any_between_wide(words: &[u64], start: u64, len: u64) -> bool {
    any_between(words, start, len)
}
