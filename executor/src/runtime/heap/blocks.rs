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
//! on these bits say what objects there are; the last word of a small block is never part of an object, so an address one
//! past an object's end lies in the object's own block.

use super::Wanted;
use super::map::Map;
use crate::addr::{Addr, AddrRange, PAGE};
use crate::runtime::arena;
use crate::sys::{self, Advice};
use crate::wire::BlockUse;

pub(crate) const BYTES: u64 = PAGE;
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
    first: u64,
    n: u32,
    /// Blocks from here on were never used.
    high: u32,
    /// Where the search for a free block, or for a run of several, goes on.
    cursor: u32,
    run_cursor: u32,
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

/// What the innermost loop of a collection needs, in values that stay in registers.
#[derive(Clone, Copy)]
pub(crate) struct View {
    first: u64,
    len: u64,
    table: *mut Entry,
    bits: *mut Bits,
}

/// What became of a pointer in [`View::mark`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quickly {
    /// It points to the beginning of an object that was not marked before.
    Marked,
    /// To one that was, or to nothing of this heap.
    Done,
    /// It takes a closer look.
    Not,
}

impl View {
    /// Marks the object that begins at `at`, if it is one of those that stay.
    #[inline(always)]
    pub(crate) fn mark(self, at: u64) -> Quickly {
        let offset = at.wrapping_sub(self.first);
        if offset >= self.len {
            return Quickly::Done;
        }
        let block = (offset / BYTES) as usize;
        // SAFETY: the table and the bitmaps have as many entries as the heap has blocks, and
        // nobody holds a reference into them while a collection is in its innermost loop.
        unsafe {
            let Entry { state, flags, .. } = *self.table.add(block);
            let stays = flags & (WALKED | PINNED | MIXED) == WALKED | PINNED;
            let inside = at.is_multiple_of(8) && !at.is_multiple_of(BYTES);
            if state != State::Small || !stays || !inside {
                return Quickly::Not;
            }
            let word = (at % BYTES / 8 - 1) as usize;
            let bit = 1u64 << (word % 64);
            let starts = &raw const (*self.bits.add(block)).starts;
            let marks = (&raw mut (*self.bits.add(block)).marks).cast::<u64>().add(word / 64);
            if *starts.cast::<u64>().add(word / 64) & bit == 0 {
                return Quickly::Not;
            }
            if *marks & bit != 0 {
                return Quickly::Done;
            }
            *marks |= bit;
        }
        Quickly::Marked
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
        let each = BYTES + (size_of::<Entry>() + size_of::<Bits>()) as u64;
        let n = ((whole.len - 4 * BYTES) / each).min(u64::from(u32::MAX / 2)) as u32;
        let table = whole.start.0;
        let bits = up(table + u64::from(n) * size_of::<Entry>() as u64, BYTES);
        let first = up(bits + u64::from(n) * size_of::<Bits>() as u64, BYTES);
        Blocks {
            whole,
            table: table as *mut Entry,
            bits: bits as *mut Bits,
            first,
            n,
            high: 0,
            cursor: 0,
            run_cursor: 0,
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

    /// The block in use that an address lies in.
    #[inline(always)]
    pub(crate) fn of(&self, at: u64) -> Option<u32> {
        let block = at.wrapping_sub(self.first) / BYTES;
        (at >= self.first && block < u64::from(self.high)).then_some(block as u32)
    }

    pub(crate) fn in_use(&self) -> u32 {
        self.high
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
        self.high = self.high.max(block + n);
        for block in block..block + n {
            self.make_clean(block);
        }
        Some(block)
    }

    /// A free block to copy into, in whatever state its bytes are.
    pub(crate) fn find_dirty(&mut self) -> Option<u32> {
        let block = self.find_from(self.cursor, 1).or_else(|| self.find_from(0, 1))?;
        self.cursor = block + 1;
        self.high = self.high.max(block + 1);
        Some(block)
    }

    fn find_from(&self, from: u32, n: u32) -> Option<u32> {
        let (mut at, mut free) = (from, 0);
        while at < self.high {
            free = if self.entry(at).state == State::Free { free + 1 } else { 0 };
            at += 1;
            if free == n {
                return Some(at - n);
            }
        }
        // What was never used is free.
        let start = at.max(self.high) - free;
        (u64::from(start) + u64::from(n) <= u64::from(self.n)).then_some(start)
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

    // ------------------------------------------------------------ before and after a collection

    /// A collection begins: blocks that the last one left well filled stay, unless all is to move.
    pub(crate) fn begin(&mut self, move_all: bool) {
        for block in 0..self.high {
            let entry = self.entry_mut(block);
            let well_filled = entry.n * 2 >= BYTES as u32;
            if entry.state == State::Small && !move_all && well_filled {
                entry.flags |= PINNED;
            }
        }
    }

    /// Frees what was not reached; `poison` is what is written over it, where that is wanted. Says
    /// how many bytes stayed where they were.
    pub(crate) fn sweep(&mut self, poison: Option<u8>) -> u64 {
        let mut kept = 0;
        for block in 0..self.high {
            let entry = *self.entry(block);
            match entry.state {
                State::Free | State::Tail => {}
                State::To => {
                    let entry = self.entry_mut(block);
                    (entry.state, entry.n) = (State::Small, u32::from(entry.fill));
                }
                State::Small if entry.flags & PINNED != 0 && self.settle(block) => {
                    kept += u64::from(self.entry(block).n);
                }
                State::Large if entry.flags & MARKED != 0 => {
                    self.entry_mut(block).flags &= !(MARKED | PINNED);
                    kept += self.large_object(block).map_or(0, |object| up(object.size, 8) + 16);
                }
                State::Small => self.give_up(block, 1, poison),
                State::Large => self.give_up(block, entry.n, poison),
            }
        }
        (self.cursor, self.run_cursor) = (0, 0);
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

    /// Gives pages of free blocks back, if there are many more than `keep` of them; the lowest
    /// are kept.
    pub(crate) fn shrink(&mut self, keep: u64) {
        let is_spare = |e: &Entry| e.state == State::Free && e.flags & DIRTY != 0;
        let spare = (0..self.high).filter(|&block| is_spare(self.entry(block))).count() as u64;
        if spare <= keep * 2 {
            return;
        }
        let (mut kept, mut block, mut used) = (0, 0, 0);
        while block < self.high {
            if !is_spare(self.entry(block)) {
                used = if self.state(block) == State::Free { used } else { block + 1 };
                block += 1;
                continue;
            }
            if kept < keep {
                (kept, block) = (kept + 1, block + 1);
                used = block;
                continue;
            }
            let start = block;
            while block < self.high && is_spare(self.entry(block)) {
                self.entry_mut(block).flags = 0;
                block += 1;
            }
            let len = u64::from(block - start) * BYTES;
            self.forget(AddrRange::new(Addr(self.address(start)), len));
        }
        self.forget_tables(used);
        self.high = used;
    }

    /// The bitmaps of blocks that are as if never used.
    fn forget_tables(&self, from: u32) {
        // SAFETY: `from` and `high` are at most `n`.
        let (start, end) =
            unsafe { (self.bits.add(from as usize), self.bits.add(self.high as usize)) };
        let start = up(start as u64, PAGE);
        let end = end as u64 & !(PAGE - 1);
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
        let each = self.high.div_ceil(stretches.max(1)).max(1);
        let mut picture = Vec::new();
        for first in (0..self.high).step_by(each as usize) {
            let last = (first + each).min(self.high);
            let (mut bytes, mut large, mut dirty) = (0u64, 0u32, false);
            for block in first..last {
                let entry = self.entry(block);
                dirty |= entry.flags & DIRTY != 0;
                match entry.state {
                    State::Free => {}
                    State::Small | State::To => bytes += u64::from(entry.fill),
                    State::Large | State::Tail => large += 1,
                }
            }
            let whole = u64::from(last - first) * BYTES;
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
        let dirty = (0..self.high).filter(|&block| self.entry(block).flags & DIRTY != 0).count();
        BlockStats { reserved: self.whole.len, kept: dirty as u64 * BYTES }
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
