//! The collector. In: a heap, and whether anything is on the stack; out: the same objects as far
//! as they are reached, most of them at new addresses, and every exact pointer to them changed.
//!
//! Mostly copying (Bartlett): what a word of the stack, a register, a union or untyped memory may
//! point to keeps its whole block in place, and so does a block that the last collection left well
//! filled: to move it again would gain nothing. Objects in other blocks are copied into free ones,
//! depth first, so that what belongs together comes together. In a block that stays only what is
//! reached lives on. Large objects never move.
//!
//! Most collections are of what is new. There is no write barrier, for C code and libraries store
//! where they like; instead every block that is left alone is read from end to end, which costs a
//! fraction of following its pointers: a block without a word that may point to what is judged is
//! passed over. What grew old and died is found when the whole heap's turn is.
//!
//! The order is what makes it right: first every ambiguous word anywhere has pinned the block it
//! may point into, those in the heap's own objects, dead or alive, included; only then is anything
//! copied. Objects that have such words lie in blocks of their own, so that they are found.

use std::time::Instant;

use super::blocks::{self, Blocks, Found, State, View, Word, load, store};
use super::map::{Map, Slot};
use super::{Finaliser, Heap, Inner, LEAST, Mode, Wanted, roots, verify};
use crate::sys::QuietSignals;
use crate::trace::{self, Note};

/// What of the thread's stack may hold pointers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stack {
    Live,
    /// No user code is under way.
    Empty,
}

/// The block that objects are copied into.
#[derive(Default)]
struct Space {
    block: u32,
    top: u64,
    end: u64,
}

struct Collector<'b> {
    blocks: &'b mut Blocks,
    plain: Space,
    special: Space,
    /// What has not been looked through: headers of objects, with the bit `OBJECT`, and places of
    /// exact pointers.
    open: Vec<u64>,
    seen: Seen,
    moved: u64,
}

/// Registers that a call preserves: a caller's pointers may be in them and nowhere else.
#[inline(always)]
fn preserved_registers() -> [u64; 6] {
    let mut registers = [0u64; 6];
    // SAFETY: six words are written to where there are six.
    unsafe {
        std::arch::asm!(
            "mov [{0}], rbx",
            "mov [{0} + 8], rbp",
            "mov [{0} + 16], r12",
            "mov [{0} + 24], r13",
            "mov [{0} + 32], r14",
            "mov [{0} + 40], r15",
            in(reg) registers.as_mut_ptr(),
            options(nostack, preserves_flags)
        );
    }
    registers
}

/// A collection of the whole heap, or of what is new and of blocks with much room.
#[inline(never)]
pub(super) fn collect(heap: &Heap, inner: &mut Inner, stack: Stack, whole: bool) {
    // Frames between here and the user's hold what they saved of their caller's registers.
    let registers = preserved_registers();
    let stack = match stack {
        Stack::Empty => None,
        Stack::Live => match roots::stack_from(&raw const registers as u64) {
            Some(range) => Some(range),
            None => {
                inner.budget = inner.used + LEAST;
                return;
            }
        },
    };
    let signals = QuietSignals::but_for_faults();
    let start = Instant::now();
    inner.collecting = true;
    trace::note(Note::CollectionBegins);
    inner.retire(heap);
    let mut collector = Collector {
        blocks: &mut inner.blocks,
        plain: Space::default(),
        special: Space::default(),
        open: Vec::new(),
        seen: Seen::default(),
        moved: 0,
    };
    let zeal = matches!(inner.mode, Mode::Zeal(_));
    collector.blocks.begin(whole, zeal);
    collector.pin_all(stack);
    collector.trace_all();
    let dead = collector.dying(&mut inner.finalisers);
    collector.close();
    inner.due.extend(dead);
    let moved = collector.moved;
    let kept = inner.blocks.sweep(zeal.then_some(POISON));
    let live = moved + kept;
    if whole {
        (inner.whole_live, inner.partial) = (live, 0);
    } else {
        inner.partial += 1;
    }
    inner.budget = inner.whole_live.max(LEAST);
    inner.used = 0;
    inner.blocks.shrink(inner.budget / blocks::BYTES + SPARE);
    let stats = &mut inner.stats;
    (stats.live, stats.moved, stats.pinned) = (live, moved, kept);
    stats.collections += 1;
    if zeal || inner.verify {
        verify::verify(&mut inner.blocks);
    }
    inner.collecting = false;
    trace::note(Note::CollectionEnds { live, moved, pinned: kept });
    let nanos = start.elapsed().as_nanos() as u64;
    let stats = &mut inner.stats;
    (stats.last_ns, stats.total_ns) = (nanos, stats.total_ns + nanos);
    signals.end();
}

/// Written over what is freed in zeal mode: no address of user code's.
const POISON: u8 = 0xdb;
/// Free blocks that are kept beside those the next collection's budget needs.
const SPARE: u64 = 256;

impl Collector<'_> {
    // ------------------------------------------------------------ what stays

    fn pin_all(&mut self, stack: Option<crate::addr::AddrRange>) {
        let mut reached = Vec::new();
        let range = self.blocks.range();
        let blocks = &mut *self.blocks;
        let mut word = |word: u64| {
            if range.contains(crate::addr::Addr(word)) {
                reached.extend(pin(blocks, word));
            }
        };
        if let Some(stack) = stack {
            roots::each_word(stack, &mut word);
        }
        roots::each_ambiguous(&mut word);
        roots::each_pin(range, &mut word);
        roots::each_global(&mut |slot| {
            if let Slot::Maybe(at) = slot {
                word(load_any(at));
            }
        });
        for (block, found) in reached {
            self.stays(block, found.header);
        }
        for block in self.blocks.used() {
            let small_or_large = matches!(self.blocks.state(block), State::Small | State::Large);
            if small_or_large && self.blocks.is_ambiguous(block) {
                self.pin_from(block);
            }
        }
    }

    /// What the objects of a block may point to does not move; it need not live either.
    fn pin_from(&mut self, block: u32) {
        let mut words = Vec::new();
        self.blocks.each_in(block, &mut |object| {
            map_of(object.header).each(object.payload(), object.size, &mut |slot| {
                if let Slot::Maybe(at) = slot {
                    words.push(load_any(at));
                }
            });
            true
        });
        for word in words {
            pin(self.blocks, word);
        }
    }

    /// An object that lives and does not move.
    #[inline(always)]
    fn stays(&mut self, block: u32, header: u64) {
        if self.blocks.mark(block, header) {
            self.open.push(header | OBJECT);
        }
    }

    // ------------------------------------------------------------ what moves

    fn trace_all(&mut self) {
        roots::each_global(&mut |slot| self.visit(slot));
        self.trace();
        for block in self.blocks.used() {
            if self.blocks.is_left_alone(block) {
                self.look_through(block);
                self.trace();
            }
        }
    }

    /// The objects of a block that is not judged may point to others.
    fn look_through(&mut self, block: u32) {
        if self.blocks.state(block) == State::Large {
            if let Some(found) = self.blocks.large_object(block) {
                let map = map_of(found.header);
                map.each(found.payload(), found.size, &mut |slot| self.visit(slot));
            }
            return;
        }
        if !self.blocks.may_point_to_judged(block) {
            return;
        }
        let mut seen = std::mem::take(&mut self.seen);
        find_slots(self.blocks, block, &mut seen);
        for at in seen.slots.drain(..) {
            self.visit_exact(at);
        }
        for header in seen.others.drain(..) {
            let size = size_of_object(header);
            map_of(header).each(header + 8, size, &mut |slot| self.visit(slot));
        }
        self.seen = seen;
    }

    /// Until nothing is left to look through. What an object points to first comes to lie right
    /// behind it.
    fn trace(&mut self) {
        let view = self.blocks.view();
        while let Some(next) = self.open.pop() {
            if next & OBJECT == 0 {
                match self.quick(view, next) {
                    Some((header, bits)) => self.open_plain(view, header, bits),
                    None => self.visit_exact(next),
                }
                continue;
            }
            let header = next & !OBJECT;
            let map = map_of(header);
            match map.plain_bits() {
                Some(bits) if load(header) & SIZED == 0 => self.open_plain(view, header, bits),
                _ => map.each(header + 8, size_of_object(header), &mut |slot| self.visit(slot)),
            }
        }
    }

    /// The pointers of a plain object to what is judged, so that the first comes out first.
    #[inline(always)]
    fn open_plain(&mut self, view: View, header: u64, mut bits: u64) {
        while bits != 0 {
            let index = 63 - u64::from(bits.leading_zeros());
            bits &= !(1 << index);
            let at = header + 8 + index * 8;
            let target = load(at);
            if view.is_judged(target) {
                blocks::prefetch(target - 8);
                self.open.push(at);
            }
        }
    }

    /// Sees to it that the object lives that begins where the pointer at `at` points to. Its header
    /// and the pointers to be looked through; `None` where that takes a closer look.
    #[inline(always)]
    fn quick(&mut self, view: View, at: u64) -> Option<(u64, u64)> {
        let target = load(at);
        let stays = view.begins(target)?;
        let header = target - 8;
        let word = load(header);
        if word & 1 != 0 {
            store(at, word & !7);
            return Some((0, 0));
        }
        let map = map_of(header);
        let bits = map.plain_bits()?;
        if stays {
            let new = view.mark(target);
            return Some((header, if new { bits } else { 0 }));
        }
        if word & SIZED != 0 || map.align > 8 || self.plain.end - self.plain.top < map.size + 16 {
            return None;
        }
        let to = self.plain.top;
        store(to, word);
        for offset in (8..map.size + 8).step_by(8) {
            store(to + offset, load(header + offset));
        }
        let end = to + 8 + blocks::up(map.size, 8);
        self.plain.top = end;
        self.moved += end - to;
        self.blocks.note_start(self.plain.block, to);
        store(header, to + 8 + 1);
        store(at, to + 8);
        Some((to, bits))
    }

    fn visit(&mut self, slot: Slot) {
        match slot {
            Slot::Exact(at) => self.visit_exact(at),
            // Its block was pinned before anything moved.
            Slot::Maybe(at) => {
                let word = load_any(at);
                if let Some(block) = self.blocks.judged(word)
                    && let Some(found) = self.blocks.object_of(block, word)
                {
                    self.keep(block, found.header);
                }
            }
        }
    }

    fn visit_exact(&mut self, at: u64) {
        let word = load_any(at);
        let Some(block) = self.blocks.judged(word) else { return };
        let Some(found) = self.blocks.object_of(block, word) else { return };
        let header = found.header;
        let to = self.keep(block, header);
        if to != header + 8 {
            store_any(at, to + (word - (header + 8)));
        }
    }

    /// Sees to it that an object lives; says where.
    #[inline(always)]
    fn keep(&mut self, block: u32, header: u64) -> u64 {
        if self.blocks.state(block) != State::Small {
            self.stays(self.blocks.home(block), header);
            return header + 8;
        }
        if !self.blocks.is_pinned(block) {
            if let Word::Moved { to, .. } = Word::read(load(header)) {
                return to;
            }
            if let Some(to) = self.copy(block, header) {
                return to;
            }
            // No room for a copy: then it stays, too.
            self.blocks.pin_rest(block);
        } else if let Word::Moved { to, .. } = Word::read(load(header)) {
            return to;
        }
        self.stays(block, header);
        header + 8
    }

    fn copy(&mut self, block: u32, header: u64) -> Option<u64> {
        let size = size_of_object(header);
        let sized = load(header) & SIZED != 0;
        let map = map_of(header);
        let wanted = Wanted { map, size, sized };
        let ambiguous = self.blocks.is_ambiguous(block);
        let space = if ambiguous { &mut self.special } else { &mut self.plain };
        let (to, top) = match self.blocks.put(space.top, space.end, &wanted) {
            Some(put) => put,
            None => {
                let fresh = self.blocks.find_dirty()?;
                space.close(self.blocks);
                self.blocks.open_to(fresh, ambiguous);
                let start = self.blocks.address(fresh);
                *space = Space { block: fresh, top: start, end: start + blocks::USABLE };
                self.blocks.put(start, space.end, &wanted)?
            }
        };
        self.moved += top - space.top;
        space.top = top;
        self.blocks.note_start(space.block, to - 8);
        for word in (0..blocks::up(size, 8)).step_by(8) {
            store(to + word, load(header + 8 + word));
        }
        store(header, Word::Moved { to, sized }.bits());
        if map.plain_bits() != Some(0) {
            self.open.push((to - 8) | OBJECT);
        }
        Some(to)
    }

    /// The blocks that were copied into last say how far.
    fn close(&mut self) {
        self.plain.close(self.blocks);
        self.special.close(self.blocks);
    }

    // ------------------------------------------------------------ finalisers

    /// The finalisers whose objects were not reached; they are kept once more, for the call.
    fn dying(&mut self, all: &mut Vec<Finaliser>) -> Vec<Finaliser> {
        let mut dead = Vec::new();
        let mut alive = Vec::with_capacity(all.len());
        for mut one in all.drain(..) {
            let Some(block) = self.blocks.judged(one.object) else {
                alive.push(one);
                continue;
            };
            let Some(found) = self.blocks.object_of(block, one.object) else { continue };
            let block = self.blocks.home(block);
            match Word::read(load(found.header)) {
                Word::Moved { to, .. } => {
                    one.object = to;
                    alive.push(one);
                }
                _ if self.blocks.is_marked(block, found.header) => alive.push(one),
                _ => dead.push((one, block, found)),
            }
        }
        *all = alive;
        let mut due = Vec::new();
        for (mut one, block, found) in dead {
            one.object = self.keep(block, found.header);
            due.push(one);
        }
        self.trace();
        due
    }
}

impl Space {
    fn close(&self, blocks: &mut Blocks) {
        if self.end != 0 {
            blocks.set_fill(self.block, self.top - blocks.address(self.block));
        }
    }
}

/// What the objects of a block hold that is to be looked at closely.
#[derive(Default)]
struct Seen {
    /// Exact pointers to what is judged.
    slots: Vec<u64>,
    /// Headers of objects that are no plain records.
    others: Vec<u64>,
}

/// The innermost loop of a collection that is not of the whole heap.
#[inline(never)]
fn find_slots(blocks: &Blocks, block: u32, seen: &mut Seen) {
    let view = blocks.view();
    let start = blocks.address(block);
    // Most objects have their neighbour's type.
    let (mut last, mut plain) = (0, 0);
    for (index, mut headers) in blocks.headers(block).into_iter().enumerate() {
        while headers != 0 {
            let header = start + index as u64 * 512 + u64::from(headers.trailing_zeros()) * 8;
            headers &= headers - 1;
            let word = load(header);
            if word != last {
                match map_of(header).plain_bits() {
                    Some(bits) if word & SIZED == 0 => (last, plain) = (word, bits),
                    _ => {
                        seen.others.push(header);
                        continue;
                    }
                }
            }
            let mut bits = plain;
            while bits != 0 {
                let at = header + 8 + u64::from(bits.trailing_zeros()) * 8;
                bits &= bits - 1;
                if view.is_judged(load(at)) {
                    seen.slots.push(at);
                }
            }
        }
    }
}

/// Tells a header from a pointer's place.
const OBJECT: u64 = 1;
/// The bit of a header that has the object's size before it.
const SIZED: u64 = 2;

/// Pins the block of the object that a word may point to.
fn pin(blocks: &mut Blocks, word: u64) -> Option<(u32, Found)> {
    let block = blocks.judged(word)?;
    let found = blocks.object_of(block, word)?;
    let block = blocks.home(block);
    blocks.pin(block);
    Some((block, found))
}

fn map_of<'m>(header: u64) -> &'m Map {
    // SAFETY: a header that is no forwarding holds the address of a map of the compiler's.
    unsafe { Map::at(load(header) & !7) }
}

fn size_of_object(header: u64) -> u64 {
    match Word::read(load(header)) {
        Word::Map { sized: true, .. } => load(header - 8) >> 3,
        _ => map_of(header).size,
    }
}

/// A pointer may lie anywhere in a packed structure.
pub(super) fn load_any(at: u64) -> u64 {
    // SAFETY: the place is a pointer of an object that the compiler described.
    unsafe { (at as *const u64).read_unaligned() }
}

fn store_any(at: u64, word: u64) {
    // SAFETY: as for `load_any`; user code does not run meanwhile.
    unsafe { (at as *mut u64).write_unaligned(word) }
}
