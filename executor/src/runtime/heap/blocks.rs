//! The memory of a heap: blocks of one page, a table that says what each is for, and how objects
//! lie in them. In come requests for runs of blocks and objects to put; out come addresses, and
//! for any address the object it lies in.
//!
//! ```text
//!   word before a payload: the address of its map (a multiple of 8), or 1 + where it went;
//!   2 more for all but one plain T: the word before it is 4 + 8 × bytes of payload
//!   a zero word is padding
//! ```
//!
//! What always holds: a walk from the start of a small block that no collection has seen to its
//! fill meets nothing but these; a collection leaves a bit for each object that lives, and from then
//! on these bits say what objects there are; the last word of a small block is never part of an
//! object, so an address one past an object's end lies in the object's own block. New objects come
//! to lie at the low end, copies at the high one.
//!
//! ```text
//!   | table | bitmaps | new, large and pinned → |  never used  | ← copies |
//!   0                                          high           deep        n
//! ```

mod cycle;
mod view;

use std::ops::Range;

use super::Wanted;
use super::map::Map;
use crate::addr::{Addr, AddrRange, PAGE};
use crate::runtime::arena;
use crate::sys::{self, Advice};

pub(crate) use view::{View, prefetch};

pub(crate) const BYTES: u64 = PAGE;
/// A huge page, and its blocks.
const HUGE: u64 = 2 << 20;
const CHUNK: u32 = (HUGE / BYTES) as u32;
/// So near to the ends of a heap pages are small: most heaps never go further.
const FINE: u64 = 4 << 20;
/// What objects may take of a small block.
pub(crate) const USABLE: u64 = BYTES - 8;
/// Objects up to here share blocks; larger ones are never moved.
pub(crate) const SMALL: u64 = BYTES / 2;

const WORDS: usize = (BYTES / 8) as usize;
/// Words of a bitmap with a bit for each word of a block.
const MAP_WORDS: usize = WORDS / 64;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum State {
    Free = 0,
    Small = 1,
    /// Small, and objects are copied into it in this collection.
    To = 2,
    /// The first block of an object of its own.
    Large = 3,
    Tail = 4,
}

/// Its bytes may be other than zero.
const DIRTY: u8 = 1;
/// Its objects stay where they are in this collection.
const PINNED: u8 = 2;
/// The bitmap of starts says where its objects are.
const WALKED: u8 = 4;
/// Its objects have words that may be pointers.
const AMBIGUOUS: u8 = 8;
/// A large object that is reached.
const MARKED: u8 = 16;
/// Some of its objects have been copied before it was pinned.
const MIXED: u8 = 32;
/// A large object that a collection has seen.
const OLD: u8 = 64;

#[repr(C)]
#[derive(Clone, Copy)]
struct Entry {
    state: State,
    flags: u8,
    fill: u16,
    /// For `Large` how many blocks, for `Tail` how far back the first is; for `Small` the bytes of
    /// objects that the last collection reached, 0 before any.
    n: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Bits {
    starts: [u64; MAP_WORDS],
    marks: [u64; MAP_WORDS],
}

pub(crate) struct Blocks {
    whole: AddrRange,
    table: *mut Entry,
    bits: *mut Bits,
    /// A bit for each block whose objects this collection may move or free, and what range of
    /// addresses these have.
    judged: *mut u64,
    judged_range: Range<u64>,
    first: u64,
    n: u32,
    /// Blocks from `high` to `deep` were never used.
    high: u32,
    deep: u32,
    /// Where the search for a free block, or for a run of several, goes on.
    cursor: u32,
    run_cursor: u32,
    /// For copies chunks of blocks are taken downwards, the blocks of each upwards: what is left
    /// of the last one, and where it begins.
    to: Range<u32>,
    to_chunk: u32,
    chunk: u32,
    /// Of the low and the high end: the last collection found many more free blocks than wanted.
    had_too_many: [bool; 2],
}

/// An object as found from an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    /// The address of its header word.
    pub(crate) header: u64,
    pub(crate) size: u64,
}

impl Found {
    pub(crate) fn payload(&self) -> u64 {
        self.header + 8
    }
}

/// Memory as `:mem` and `gc_stats` show it.
#[derive(Clone, Copy, Default)]
pub(crate) struct BlockStats {
    pub(crate) reserved: u64,
    pub(crate) kept: u64,
}

pub(crate) fn up(size: u64, to: u64) -> u64 {
    size.saturating_add(to - 1) & !(to - 1)
}

/// What a word in front of a payload, or where one could be, says.
#[derive(Clone, Copy)]
pub(crate) enum Word {
    Padding,
    Map { map: u64, sized: bool },
    Moved { to: u64, sized: bool },
    Size(u64),
}

impl Word {
    pub(crate) fn read(word: u64) -> Word {
        let sized = word & 2 != 0;
        match word & 7 {
            0 if word == 0 => Word::Padding,
            1 | 3 => Word::Moved { to: word & !7, sized },
            4 => Word::Size(word >> 3),
            _ => Word::Map { map: word & !7, sized },
        }
    }

    pub(crate) fn bits(self) -> u64 {
        match self {
            Word::Padding => 0,
            Word::Map { map, sized } => map | u64::from(sized) << 1,
            Word::Moved { to, sized } => to | u64::from(sized) << 1 | 1,
            Word::Size(bytes) => bytes << 3 | 4,
        }
    }
}

/// A word of the heap.
pub(crate) fn load(at: u64) -> u64 {
    debug_assert!(at.is_multiple_of(8));
    // SAFETY: callers stay inside the blocks of a heap in use, which are mapped.
    unsafe { *(at as *const u64) }
}

pub(crate) fn store(at: u64, word: u64) {
    debug_assert!(at.is_multiple_of(8));
    // SAFETY: as for `load`; user code holds no references of Rust's into it.
    unsafe { *(at as *mut u64) = word };
}

impl Blocks {
    pub(crate) fn reserve(wanted: u64, floor: u64) -> Blocks {
        let whole = arena::reserve(wanted, floor, "the managed heap");
        // A block, what the tables say of it, and a bit.
        let each = BYTES + (size_of::<Entry>() + size_of::<Bits>() + 1) as u64;
        let mut n = ((whole.len - 5 * BYTES) / each).min(u64::from(u32::MAX / 2)) as u32;
        let table = whole.start.0;
        let bits = up(table + u64::from(n) * size_of::<Entry>() as u64, BYTES);
        let judged = up(bits + u64::from(n) * size_of::<Bits>() as u64, BYTES);
        let mut first = up(judged + u64::from(n) / 8 + 8, BYTES);
        let mut chunk = 1;
        if whole.len > 16 * FINE {
            let rest = up(first, HUGE) - first;
            first += rest;
            n = (n - (rest / BYTES) as u32) & !(CHUNK - 1);
            chunk = CHUNK;
            let middle = AddrRange::new(Addr(first + FINE), u64::from(n) * BYTES - 2 * FINE);
            // A system without huge pages refuses, and does as well without.
            // SAFETY: nothing is there yet.
            let _ = unsafe { sys::advise(middle, Advice::Huge) };
        }
        Blocks {
            whole,
            table: table as *mut Entry,
            bits: bits as *mut Bits,
            judged: judged as *mut u64,
            judged_range: 0..0,
            first,
            n,
            high: 0,
            deep: n,
            cursor: 0,
            run_cursor: 0,
            to: n..n,
            to_chunk: n,
            chunk,
            had_too_many: [false; 2],
        }
    }

    pub(crate) fn free(&self) {
        // SAFETY: the heap's owner ends, and its objects with it.
        let _ = unsafe { sys::unmap(self.whole) };
    }

    /// Where objects are.
    pub(crate) fn range(&self) -> AddrRange {
        AddrRange::new(Addr(self.first), u64::from(self.n) * BYTES)
    }

    pub(crate) fn address(&self, block: u32) -> u64 {
        self.first + u64::from(block) * BYTES
    }

    /// The block that an address lies in.
    #[inline(always)]
    pub(crate) fn of(&self, at: u64) -> Option<u32> {
        let block = at.wrapping_sub(self.first) / BYTES;
        (block < u64::from(self.n)).then_some(block as u32)
    }

    /// The block that an address lies in, if this collection judges it.
    #[inline(always)]
    pub(crate) fn judged(&self, at: u64) -> Option<u32> {
        self.view().is_judged(at).then(|| ((at - self.first) / BYTES) as u32)
    }

    /// The blocks that were ever used.
    pub(crate) fn used(&self) -> impl Iterator<Item = u32> + use<> {
        (0..self.high).chain(self.deep..self.n)
    }

    #[inline(always)]
    fn entry(&self, block: u32) -> &Entry {
        debug_assert!(block < self.n);
        // SAFETY: the table has `n` entries, zero at first, which is a valid entry.
        unsafe { &*self.table.add(block as usize) }
    }

    #[inline(always)]
    fn entry_mut(&mut self, block: u32) -> &mut Entry {
        debug_assert!(block < self.n);
        // SAFETY: as above, and `self` is borrowed for it.
        unsafe { &mut *self.table.add(block as usize) }
    }

    fn starts(&mut self, block: u32) -> &mut [u64; MAP_WORDS] {
        debug_assert!(block < self.n);
        // SAFETY: the bitmaps have `n` entries, and `self` is borrowed for it.
        unsafe { &mut (*self.bits.add(block as usize)).starts }
    }

    fn marks(&mut self, block: u32) -> &mut [u64; MAP_WORDS] {
        debug_assert!(block < self.n);
        // SAFETY: as above.
        unsafe { &mut (*self.bits.add(block as usize)).marks }
    }

    #[inline(always)]
    pub(crate) fn state(&self, block: u32) -> State {
        self.entry(block).state
    }

    #[inline(always)]
    pub(crate) fn is_pinned(&self, block: u32) -> bool {
        self.entry(block).flags & PINNED != 0
    }

    /// For the quick way of a collection.
    pub(crate) fn view(&self) -> View {
        View {
            first: self.first,
            len: u64::from(self.n) * BYTES,
            table: self.table,
            bits: self.bits,
            judged: self.judged,
        }
    }

    /// Pins a block that objects have been copied out of.
    pub(crate) fn pin_rest(&mut self, block: u32) {
        self.entry_mut(block).flags |= PINNED | MIXED;
    }

    pub(crate) fn pin(&mut self, block: u32) {
        self.entry_mut(block).flags |= PINNED;
    }

    pub(crate) fn is_ambiguous(&self, block: u32) -> bool {
        self.entry(block).flags & AMBIGUOUS != 0
    }

    pub(crate) fn set_fill(&mut self, block: u32, bytes: u64) {
        self.entry_mut(block).fill = bytes as u16;
    }

    pub(crate) fn fill(&self, block: u32) -> u64 {
        u64::from(self.entry(block).fill)
    }

    /// The block itself, or the first one of the large object it is part of.
    #[inline(always)]
    pub(crate) fn home(&self, block: u32) -> u32 {
        let entry = self.entry(block);
        if entry.state == State::Tail { block - entry.n } else { block }
    }

    // ------------------------------------------------------------ taking blocks

    /// A run of free blocks, zeroed, the lowest behind the last one found.
    pub(crate) fn find(&mut self, n: u32) -> Option<u32> {
        let cursor = if n == 1 { self.cursor } else { self.run_cursor };
        let block = self.find_from(cursor, n).or_else(|| self.find_from(0, n))?;
        match n {
            1 => self.cursor = block + 1,
            _ => self.run_cursor = block + n,
        }
        for block in block..block + n {
            self.make_clean(block);
        }
        Some(block)
    }

    /// A free block to copy into, in whatever state its bytes are.
    pub(crate) fn find_dirty(&mut self) -> Option<u32> {
        loop {
            while let Some(block) = self.to.next() {
                if self.state(block) == State::Free {
                    return Some(block);
                }
            }
            let end = self.to_chunk;
            if end == self.deep && self.deep - self.high >= self.chunk {
                self.deep -= self.chunk;
            } else if end == self.deep {
                return self.find_from(0, 1);
            }
            self.to_chunk = end - self.chunk;
            self.to = self.to_chunk..end;
        }
    }

    fn find_from(&mut self, from: u32, n: u32) -> Option<u32> {
        let run = self.run_in(from..self.high, n);
        if run.end - run.start == n {
            return Some(run.start);
        }
        // What was never used is free.
        if run.start.checked_add(n)? <= self.deep {
            self.high = self.high.max(run.start + n);
            return Some(run.start);
        }
        let run = self.run_in(run.start..self.n, n);
        if run.end - run.start < n {
            return None;
        }
        self.high = self.high.max(run.end.min(self.deep));
        Some(run.start)
    }

    /// The first `n` free blocks in a row, or those at the end, fewer.
    fn run_in(&self, within: Range<u32>, n: u32) -> Range<u32> {
        let end = within.end.max(within.start);
        let mut free = 0;
        for at in within {
            free = if self.state(at) == State::Free { free + 1 } else { 0 };
            if free == n {
                return at + 1 - n..at + 1;
            }
        }
        end - free..end
    }

    fn make_clean(&mut self, block: u32) {
        if self.entry(block).flags & DIRTY != 0 {
            let at = self.address(block) as *mut u8;
            // SAFETY: the block is free.
            unsafe { std::ptr::write_bytes(at, 0, BYTES as usize) };
        }
    }

    pub(crate) fn open(&mut self, block: u32, ambiguous: bool) {
        let flags = DIRTY | if ambiguous { AMBIGUOUS } else { 0 };
        *self.entry_mut(block) = Entry { state: State::Small, flags, fill: 0, n: 0 };
    }

    /// A block that objects are copied into; each leaves a bit.
    pub(crate) fn open_to(&mut self, block: u32, ambiguous: bool) {
        self.open(block, ambiguous);
        self.entry_mut(block).state = State::To;
        self.entry_mut(block).flags |= WALKED;
        *self.starts(block) = [0; MAP_WORDS];
        // SAFETY: the bitmap has a bit for each block.
        unsafe { *self.judged.add(block as usize / 64) &= !(1 << (block % 64)) };
    }

    /// The bitmap of headers of a block that a collection has seen.
    pub(crate) fn headers(&self, block: u32) -> [u64; MAP_WORDS] {
        debug_assert!(self.entry(block).flags & WALKED != 0);
        // SAFETY: as for `starts`.
        unsafe { (*self.bits.add(block as usize)).starts }
    }

    #[inline(always)]
    pub(crate) fn note_start(&mut self, block: u32, header: u64) {
        let word = (header % BYTES / 8) as usize;
        self.starts(block)[word / 64] |= 1 << (word % 64);
    }

    pub(crate) fn open_run(&mut self, block: u32, n: u32, ambiguous: bool) {
        let flags = DIRTY | if ambiguous { AMBIGUOUS } else { 0 };
        *self.entry_mut(block) = Entry { state: State::Large, flags, fill: 0, n };
        for i in 1..n {
            *self.entry_mut(block + i) = Entry { state: State::Tail, flags: DIRTY, fill: 0, n: i };
        }
    }

    /// Writes the words before an object that begins at or after `top` and ends at or before
    /// `end`; gives its payload and the new top.
    #[inline]
    pub(crate) fn put(&self, top: u64, end: u64, wanted: &Wanted<'_>) -> Option<(u64, u64)> {
        let header = if wanted.sized { 16 } else { 8 };
        let payload = up(top + header, u64::from(wanted.map.align).max(8));
        let new = payload.checked_add(up(wanted.size, 8))?;
        if new > end {
            return None;
        }
        let map = Word::Map { map: wanted.map.address(), sized: wanted.sized };
        (top..payload - header).step_by(8).for_each(|pad| store(pad, 0));
        store(payload - 8, map.bits());
        if wanted.sized {
            store(payload - 16, Word::Size(wanted.size).bits());
        }
        Some((payload, new))
    }

    // ------------------------------------------------------------ objects

    /// The bytes of payload of the object with this header, which may have moved.
    fn size_at(&self, header: u64) -> u64 {
        match Word::read(load(header)) {
            Word::Map { sized: true, .. } | Word::Moved { sized: true, .. } => {
                load(header - 8) >> 3
            }
            Word::Moved { to, .. } => plain_size(load(to - 8)),
            _ => plain_size(load(header)),
        }
    }

    /// Calls with each object of a block in order; false from it stops the walk.
    pub(crate) fn each_in(&self, block: u32, visit: &mut dyn FnMut(Found) -> bool) {
        let start = self.address(block);
        let end = match self.state(block) {
            State::Large => start + BYTES,
            _ => start + self.fill(block),
        };
        if self.entry(block).flags & WALKED != 0 {
            // SAFETY: as for `starts`.
            let starts = unsafe { (*self.bits.add(block as usize)).starts };
            for (index, mut bits) in starts.into_iter().enumerate() {
                while bits != 0 {
                    let word = index as u64 * 64 + u64::from(bits.trailing_zeros());
                    let header = start + word * 8;
                    if !visit(Found { header, size: self.size_at(header) }) {
                        return;
                    }
                    bits &= bits - 1;
                }
            }
            return;
        }
        let mut at = start;
        while at < end {
            match Word::read(load(at)) {
                Word::Padding | Word::Size(_) => at += 8,
                Word::Map { .. } | Word::Moved { .. } => {
                    let size = self.size_at(at);
                    if !visit(Found { header: at, size }) || self.state(block) == State::Large {
                        return;
                    }
                    at += 8 + up(size, 8);
                }
            }
        }
    }

    /// The object that an address lies in, or is the end of. Not for blocks of this collection's
    /// copies.
    pub(crate) fn object_of(&mut self, block: u32, at: u64) -> Option<Found> {
        match self.state(block) {
            State::Free | State::To => None,
            State::Tail => {
                let first = self.home(block);
                self.large_object(first).filter(|f| at <= f.payload() + f.size)
            }
            State::Large => {
                self.large_object(block).filter(|f| f.payload() <= at && at <= f.payload() + f.size)
            }
            State::Small => self.small_object(block, at),
        }
    }

    pub(crate) fn large_object(&self, block: u32) -> Option<Found> {
        let mut found = None;
        self.each_in(block, &mut |object| {
            found = Some(object);
            false
        });
        found
    }

    fn small_object(&mut self, block: u32, at: u64) -> Option<Found> {
        if self.entry(block).flags & WALKED == 0 {
            self.walk(block);
        }
        let word = ((at - self.address(block)) / 8) as usize;
        // The last header before the word that holds the address.
        let header = last_set_below(self.starts(block), word)?;
        let header = self.address(block) + header as u64 * 8;
        let found = Found { header, size: self.size_at(header) };
        (at <= found.payload() + found.size).then_some(found)
    }

    fn walk(&mut self, block: u32) {
        let mut starts = [0u64; MAP_WORDS];
        let first = self.address(block);
        self.each_in(block, &mut |object| {
            let word = ((object.header - first) / 8) as usize;
            starts[word / 64] |= 1 << (word % 64);
            true
        });
        *self.starts(block) = starts;
        self.entry_mut(block).flags |= WALKED;
    }

    /// Marks an object that stays where it is; false when it was marked already.
    #[inline(always)]
    pub(crate) fn mark(&mut self, block: u32, header: u64) -> bool {
        if self.state(block) == State::Large {
            let entry = self.entry_mut(block);
            let new = entry.flags & MARKED == 0;
            entry.flags |= MARKED;
            return new;
        }
        let word = (header % BYTES / 8) as usize;
        let bits = &mut self.marks(block)[word / 64];
        let new = *bits & 1 << (word % 64) == 0;
        *bits |= 1 << (word % 64);
        new
    }

    pub(crate) fn is_marked(&mut self, block: u32, header: u64) -> bool {
        if self.state(block) == State::Large {
            return self.entry(block).flags & MARKED != 0;
        }
        let word = ((header - self.address(block)) / 8) as usize;
        self.marks(block)[word / 64] & 1 << (word % 64) != 0
    }
}

fn plain_size(map: u64) -> u64 {
    // SAFETY: what is no forwarding in a header is a map of the compiler's.
    unsafe { Map::at(map & !7) }.size
}

fn last_set_below(bits: &[u64; MAP_WORDS], word: usize) -> Option<usize> {
    let (mut index, within) = (word / 64, word % 64);
    let mut low = bits.get(index).copied().unwrap_or(0) & ((1u64 << within) - 1);
    loop {
        if low != 0 {
            return Some(index * 64 + 63 - low.leading_zeros() as usize);
        }
        index = index.checked_sub(1)?;
        low = bits[index];
    }
}
