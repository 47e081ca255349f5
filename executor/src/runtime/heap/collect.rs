//! The collector. In: a heap, and whether anything is on the stack; out: the same objects as far
//! as they are reached, most of them at new addresses, and every exact pointer to them changed.
//!
//! Mostly copying (Bartlett): what a word of the stack, a register, a union or untyped memory may
//! point to keeps its whole block in place; objects in other blocks are copied, breadth first,
//! into free ones. In a block that stays only what is reached lives on. Large objects never move.
//!
//! The order is what makes it right: first every ambiguous word anywhere has pinned the block it
//! may point into, those in the heap's own objects, dead or alive, included; only then is anything
//! copied. Objects that have such words lie in blocks of their own, so that they are found.

use std::time::Instant;

use super::blocks::{self, Blocks, Found, State, Word, load, store};
use super::map::{Map, Slot};
use super::{Finaliser, Heap, Inner, LEAST, Mode, Wanted, roots, verify};
use crate::sys::QuietSignals;

/// What of the thread's stack may hold pointers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stack {
    Live,
    /// No user code is under way.
    Empty,
}

/// Blocks that objects are copied into, in the order they are filled and looked through.
#[derive(Default)]
struct Space {
    list: Vec<u32>,
    top: u64,
    end: u64,
    /// The block and the address that are looked at next.
    next: usize,
    at: u64,
}

struct Collector<'b> {
    blocks: &'b mut Blocks,
    plain: Space,
    special: Space,
    /// Headers of objects that stay and have not been looked through.
    stay: Vec<u64>,
    moved: u64,
    kept: u64,
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

#[inline(never)]
pub(super) fn collect(heap: &Heap, inner: &mut Inner, stack: Stack) {
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
    inner.retire(heap);
    let mut collector = Collector {
        blocks: &mut inner.blocks,
        plain: Space::default(),
        special: Space::default(),
        stay: Vec::new(),
        moved: 0,
        kept: 0,
    };
    collector.pin_all(stack);
    collector.trace_all();
    let dead = collector.dying(&mut inner.finalisers);
    inner.due.extend(dead);
    let (moved, kept) = (collector.moved, collector.kept);
    let zeal = matches!(inner.mode, Mode::Zeal(_));
    inner.blocks.sweep(zeal.then_some(POISON));
    let live = moved + kept;
    inner.budget = live.max(LEAST);
    inner.used = 0;
    inner.blocks.shrink(inner.budget / blocks::BYTES + SPARE);
    let stats = &mut inner.stats;
    (stats.live, stats.moved, stats.pinned) = (live, moved, kept);
    stats.collections += 1;
    if zeal || inner.verify {
        verify::verify(&mut inner.blocks);
    }
    inner.collecting = false;
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
            self.stays(block, found);
        }
        for block in 0..self.blocks.in_use() {
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
    fn stays(&mut self, block: u32, found: Found) {
        if self.blocks.mark(block, found.header) {
            self.kept += taken(&found);
            self.stay.push(found.header);
        }
    }

    // ------------------------------------------------------------ what moves

    fn trace_all(&mut self) {
        roots::each_global(&mut |slot| self.visit(slot));
        self.trace();
    }

    fn trace(&mut self) {
        loop {
            if let Some(header) = self.stay.pop() {
                let size = size_of_object(header);
                self.look_through(Found { header, size });
            } else if !self.look_at_copies(false) && !self.look_at_copies(true) {
                return;
            }
        }
    }

    /// Looks through the next objects of the copies; false when there are none.
    fn look_at_copies(&mut self, special: bool) -> bool {
        let mut any = false;
        loop {
            let space = if special { &mut self.special } else { &mut self.plain };
            let Some(&block) = space.list.get(space.next) else { return any };
            let start = self.blocks.address(block);
            let last = space.next + 1 == space.list.len();
            let end = if last { space.top } else { start + self.blocks.fill(block) };
            let at = space.at.max(start);
            if at >= end {
                if last {
                    return any;
                }
                (space.next, space.at) = (space.next + 1, 0);
                continue;
            }
            match Word::read(load(at)) {
                Word::Map { .. } => {
                    let found = Found { header: at, size: size_of_object(at) };
                    space.at = found.payload() + blocks::up(found.size, 8);
                    self.look_through(found);
                    any = true;
                }
                _ => space.at = at + 8,
            }
        }
    }

    fn look_through(&mut self, object: Found) {
        map_of(object.header).each(object.payload(), object.size, &mut |slot| self.visit(slot));
    }

    fn visit(&mut self, slot: Slot) {
        let (Slot::Exact(at) | Slot::Maybe(at)) = slot;
        let word = load_any(at);
        let Some(block) = self.blocks.of(word) else { return };
        let Some(found) = self.blocks.object_of(block, word) else { return };
        let to = self.keep(block, found);
        if to != found.payload() && slot == Slot::Exact(at) {
            store_any(at, to + (word - found.payload()));
        }
    }

    /// Sees to it that an object lives; says where.
    fn keep(&mut self, block: u32, found: Found) -> u64 {
        let (block, small) = match self.blocks.state(block) {
            State::Tail => (block - self.blocks.run(block), false),
            State::Large => (block, false),
            _ => (block, true),
        };
        if small {
            if let Word::Moved { to, .. } = Word::read(load(found.header)) {
                return to;
            }
            if !self.blocks.is_pinned(block)
                && let Some(to) = self.copy(block, &found)
            {
                return to;
            }
            // No room for a copy: then it stays, too.
            self.blocks.pin(block);
        }
        self.stays(block, found);
        found.payload()
    }

    fn copy(&mut self, block: u32, found: &Found) -> Option<u64> {
        let Word::Map { sized, .. } = Word::read(load(found.header)) else { return None };
        let wanted = Wanted { map: map_of(found.header), size: found.size, sized };
        let ambiguous = self.blocks.is_ambiguous(block);
        let space = if ambiguous { &mut self.special } else { &mut self.plain };
        let put = match self.blocks.put(space.top, space.end, &wanted) {
            Some(put) => put,
            None => {
                let fresh = self.blocks.find_dirty()?;
                if let Some(&last) = space.list.last() {
                    let fill = space.top - self.blocks.address(last);
                    self.blocks.set_fill(last, fill);
                }
                self.blocks.open(fresh, ambiguous);
                self.blocks.set_state(fresh, State::To);
                let start = self.blocks.address(fresh);
                space.list.push(fresh);
                (space.top, space.end) = (start, start + blocks::USABLE);
                self.blocks.put(start, space.end, &wanted)?
            }
        };
        let (to, top) = put;
        let from = space.top;
        space.top = top;
        self.moved += top - from;
        let words = blocks::up(found.size, 8) as usize / 8;
        let (source, target) = (found.payload() as *const u64, to as *mut u64);
        // SAFETY: both are whole objects of the heap, and a copy's place is not the original's.
        unsafe { std::ptr::copy_nonoverlapping(source, target, words) };
        store(found.header, Word::Moved { to, sized }.bits());
        // A walk of the copies ends at the fill of their block.
        let block = *space.list.last()?;
        let fill = space.top - self.blocks.address(block);
        self.blocks.set_fill(block, fill);
        Some(to)
    }

    // ------------------------------------------------------------ finalisers

    /// The finalisers whose objects were not reached; they are kept once more, for the call.
    fn dying(&mut self, all: &mut Vec<Finaliser>) -> Vec<Finaliser> {
        let mut dead = Vec::new();
        let mut alive = Vec::with_capacity(all.len());
        for mut one in all.drain(..) {
            let block = self.blocks.of(one.object);
            let found = block.and_then(|block| self.blocks.object_of(block, one.object));
            let (Some(block), Some(found)) = (block, found) else { continue };
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
            one.object = self.keep(block, found);
            due.push(one);
        }
        self.trace();
        due
    }
}

/// Pins the block of the object that a word may point to.
fn pin(blocks: &mut Blocks, word: u64) -> Option<(u32, Found)> {
    let block = blocks.of(word)?;
    let found = blocks.object_of(block, word)?;
    let block = match blocks.state(block) {
        State::Tail => block - blocks.run(block),
        _ => block,
    };
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

/// Bytes an object takes with its words.
fn taken(found: &Found) -> u64 {
    let sized = matches!(Word::read(load(found.header)), Word::Map { sized: true, .. });
    blocks::up(found.size, 8) + if sized { 16 } else { 8 }
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
