//! Blocks before, in and after a collection. In: whether it is of the whole heap; out: what it
//! judges and what it leaves alone, then free blocks, and pages for the system.
//!
//! What always holds: a block that is left alone keeps all its objects, and what they point to is
//! kept, for dead ones as well; after `sweep` nothing is pinned, marked or being copied to.

use std::ops::Range;

use super::view::{self, prefetch};
use super::{
    BYTES, Bits, BlockStats, Blocks, DIRTY, Entry, MAP_WORDS, MARKED, MIXED, OLD, PINNED, State,
    WALKED, Word, load, up,
};
use crate::addr::{Addr, AddrRange, PAGE};
use crate::sys::{self, Advice};
use crate::wire::BlockUse;

/// Lines of the next block that are asked for.
const AHEAD: u64 = 8;

impl Blocks {
    /// A collection begins. One of the whole heap judges every block; those that the last one left
    /// well filled stay where they are, unless all is to move. Otherwise only new blocks are
    /// judged, and at the low end sparse ones: what stayed there may move now.
    pub(crate) fn begin(&mut self, whole: bool, move_all: bool) {
        let mut judged = false;
        let (mut lowest, mut highest) = (u32::MAX, 0);
        let low = self.high.div_ceil(64);
        for index in (0..low).chain(low.max(self.deep / 64)..self.n.div_ceil(64)) {
            let mut bits = 0u64;
            for block in index * 64..(index * 64 + 64).min(self.n) {
                let is_low = block < self.high;
                let entry = self.entry_mut(block);
                match entry.state {
                    State::Free | State::To => judged = false,
                    State::Small => {
                        let well_filled = entry.n * 2 >= BYTES as u32;
                        judged = whole || entry.n == 0 || is_low && !well_filled;
                        if whole && well_filled && !move_all {
                            entry.flags |= PINNED;
                        }
                    }
                    State::Large => judged = whole || entry.flags & OLD == 0,
                    // As the block before it.
                    State::Tail => {}
                }
                bits |= u64::from(judged) << (block % 64);
            }
            if bits != 0 {
                lowest = lowest.min(index * 64 + bits.trailing_zeros());
                highest = index * 64 + 64 - bits.leading_zeros();
            }
            // SAFETY: the bitmap has a bit for each block.
            unsafe { *self.judged.add(index as usize) = bits };
        }
        self.judged_range = self.address(lowest.min(highest))..self.address(highest);
    }

    /// Whether an object of a small block may point to what is judged. Most blocks that are left
    /// alone have no word between the first judged block and the last: objects are copied to the
    /// high end, and new ones lie at the low one.
    pub(crate) fn may_point_to_judged(&self, block: u32) -> bool {
        if self.is_ambiguous(block) {
            // Its pointers need not be whole words.
            return true;
        }
        let start = self.address(block);
        // Reading on from one page to the next is what costs here.
        (0..AHEAD).for_each(|line| prefetch(start + BYTES + line * 64));
        let words = self.fill(block) as usize / 8;
        // SAFETY: the block is in use, and user code stands still.
        let words = unsafe { std::slice::from_raw_parts(start as *const u64, words) };
        view::any_in(words, &self.judged_range)
    }

    /// In use before this collection, and not judged by it: its objects stay and live.
    pub(crate) fn is_left_alone(&self, block: u32) -> bool {
        let in_use = matches!(self.state(block), State::Small | State::Large);
        in_use && !self.view().is_judged(self.address(block))
    }

    /// Frees what was not reached; `poison` is what is written over it, where that is wanted. Says
    /// how many bytes stayed where they were.
    pub(crate) fn sweep(&mut self, poison: Option<u8>) -> u64 {
        let mut kept = 0;
        for block in self.used() {
            let entry = *self.entry(block);
            match entry.state {
                State::Free | State::Tail => {}
                State::To => {
                    let entry = self.entry_mut(block);
                    (entry.state, entry.n) = (State::Small, u32::from(entry.fill));
                }
                State::Small if self.is_left_alone(block) => kept += u64::from(entry.n),
                State::Small if entry.flags & PINNED != 0 && self.settle(block) => {
                    kept += u64::from(self.entry(block).n);
                }
                State::Large if entry.flags & MARKED != 0 || self.is_left_alone(block) => {
                    let flags = &mut self.entry_mut(block).flags;
                    *flags = *flags & !(MARKED | PINNED) | OLD;
                    kept += self.large_object(block).map_or(0, |object| up(object.size, 8) + 16);
                }
                State::Small => self.give_up(block, 1, poison),
                State::Large => self.give_up(block, entry.n, poison),
            }
        }
        (self.cursor, self.run_cursor) = (0, 0);
        (self.to, self.to_chunk) = (self.n..self.n, self.n);
        kept
    }

    /// A block whose objects stayed: what was reached is what there is now. False: nothing was.
    fn settle(&mut self, block: u32) -> bool {
        let (starts, marks) = (*self.starts(block), *self.marks(block));
        *self.marks(block) = [0; MAP_WORDS];
        let entry = self.entry_mut(block);
        let known = entry.n != 0 && entry.flags & MIXED == 0 && starts == marks;
        entry.flags = entry.flags & !(PINNED | MIXED) | WALKED;
        if known {
            return true;
        }
        *self.starts(block) = marks;
        let mut bytes = 0;
        self.each_in(block, &mut |object| {
            let sized = matches!(Word::read(load(object.header)), Word::Map { sized: true, .. });
            bytes += up(object.size, 8) as u32 + if sized { 16 } else { 8 };
            true
        });
        self.entry_mut(block).n = bytes;
        bytes != 0
    }

    fn give_up(&mut self, block: u32, n: u32, poison: Option<u8>) {
        for block in block..block + n {
            *self.entry_mut(block) = Entry { state: State::Free, flags: DIRTY, fill: 0, n: 0 };
        }
        if let Some(byte) = poison {
            let at = self.address(block) as *mut u8;
            // SAFETY: the blocks are free.
            unsafe { std::ptr::write_bytes(at, byte, (u64::from(n) * BYTES) as usize) };
        }
    }

    /// Gives pages of free blocks back, if two collections in a row find many more than `keep` of
    /// them at the low end, or than half as many at the high one; those next to the ends are kept.
    pub(crate) fn shrink(&mut self, keep: u64) {
        let (high, deep) = (self.high, self.deep);
        if self.has_too_many(0..high, keep, 0) {
            let last = self.shrink_side(0..high, keep);
            self.high = last.map_or(0, |block| block + 1);
            self.forget_tables(self.high..high);
        }
        if self.has_too_many(deep..self.n, keep / 2, 1) {
            let last = self.shrink_side((deep..self.n).rev(), keep / 2);
            self.deep = last.unwrap_or(self.n) / self.chunk * self.chunk;
            self.forget_tables(deep..self.deep);
        }
    }

    fn is_spare(&self, block: u32) -> bool {
        let entry = self.entry(block);
        entry.state == State::Free && entry.flags & DIRTY != 0
    }

    fn has_too_many(&mut self, mut side: Range<u32>, keep: u64, index: usize) -> bool {
        let spare = side.by_ref().filter(|&block| self.is_spare(block)).count() as u64;
        let now = spare > keep * 2;
        std::mem::replace(&mut self.had_too_many[index], now) && now
    }

    /// Says which is the last block that is used or kept.
    fn shrink_side(&mut self, side: impl Iterator<Item = u32>, keep: u64) -> Option<u32> {
        let (mut kept, mut last, mut gone) = (0, None, 0..0);
        for block in side {
            if !self.is_spare(block) {
                last = if self.state(block) == State::Free { last } else { Some(block) };
            } else if kept < keep {
                (kept, last) = (kept + 1, Some(block));
            } else {
                self.entry_mut(block).flags = 0;
                gone = match gone {
                    Range { start, end } if end == block => start..block + 1,
                    Range { start, end } if start == block + 1 => block..end,
                    apart => {
                        self.forget_blocks(apart);
                        block..block + 1
                    }
                };
            }
        }
        self.forget_blocks(gone);
        last
    }

    fn forget_blocks(&self, blocks: Range<u32>) {
        let len = u64::from(blocks.end - blocks.start) * BYTES;
        if len != 0 {
            self.forget(AddrRange::new(Addr(self.address(blocks.start)), len));
            self.forget_tables(blocks);
        }
    }

    /// The bitmaps of blocks that are as if never used.
    fn forget_tables(&self, blocks: Range<u32>) {
        let at = |block: u32| self.bits as u64 + u64::from(block) * size_of::<Bits>() as u64;
        let start = up(at(blocks.start), PAGE);
        let end = at(blocks.end) & !(PAGE - 1);
        if start < end {
            self.forget(AddrRange::new(Addr(start), end - start));
        }
    }

    fn forget(&self, range: AddrRange) {
        // SAFETY: the pages hold nothing but what is free.
        let _ = unsafe { sys::advise(range, Advice::Forget) };
    }

    /// What is in the blocks that were ever used, in at most `stretches` of equal length.
    pub(crate) fn picture(&self, stretches: u32) -> Vec<BlockUse> {
        let used: Vec<u32> = self.used().collect();
        let mut picture = Vec::new();
        for stretch in used.chunks(used.len().div_ceil(stretches.max(1) as usize).max(1)) {
            let (mut bytes, mut large, mut dirty) = (0u64, 0u32, false);
            for &block in stretch {
                let entry = self.entry(block);
                dirty |= entry.flags & DIRTY != 0;
                match entry.state {
                    State::Free => {}
                    State::Small | State::To => bytes += u64::from(entry.fill),
                    State::Large | State::Tail => large += 1,
                }
            }
            let whole = stretch.len() as u64 * BYTES;
            picture.push(match (bytes, large) {
                (0, 0) if dirty => BlockUse::Ready,
                (0, 0) => BlockUse::Gone,
                (bytes, large) if u64::from(large) * BYTES > bytes => BlockUse::Large,
                (bytes, _) => BlockUse::Filled((bytes * 8).div_ceil(whole) as u8),
            });
        }
        picture
    }

    pub(crate) fn stats(&self) -> BlockStats {
        let dirty = self.used().filter(|&block| self.entry(block).flags & DIRTY != 0).count();
        BlockStats { reserved: self.whole.len, kept: dirty as u64 * BYTES }
    }
}
