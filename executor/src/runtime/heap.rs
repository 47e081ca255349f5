//! The managed heap behind `<tine/heap.h>`: objects that nobody frees. In come types as maps of
//! their pointers (made by the compiler), pins, finalisers; out come zeroed objects. Each thread
//! has a heap of its own, reserved at its first use and freed when the thread ends.
//!
//! ```text
//!   Heap (thread-local, known to compiled code): top, wire      the block objects are taken from
//!   Blocks (one reservation): | table | starts | marks | block | block | block | …
//!   an object: [size word, if not one plain T] [map] payload …
//! ```
//!
//! Files: `blocks` the memory, how objects lie in it and what a collection does to it, `map` what a type's pointers are, `roots`
//! what is not in the heap and points into it, `collect` the collector, `verify` what must hold
//! after it, `api` what C code calls.
//!
//! What always holds: between `top` and the block's end all bytes are zero; an object never
//! crosses the end of a block unless it has a run of blocks to itself; a collection happens only
//! inside a call of the allocator or of `gc_collect`, or between two inputs, never in a handler
//! of a signal that came during one.

mod api;
mod blocks;
mod collect;
mod map;
mod roots;
mod verify;

use std::cell::Cell;
use std::ptr::null_mut;

use super::{arena, fail};
use crate::sys;
use crate::wire::MemoryUse;
use blocks::Blocks;
use map::Map;

pub use api::GcStats;
pub(crate) use api::symbol;
pub(crate) use roots::register as register_roots;

/// At least so much is allocated between two collections.
const LEAST: u64 = 1 << 20;
/// At most so many collections in a row leave alone what is old.
const MOST_PARTIAL: u32 = 7;
/// Address space of one heap.
const RESERVED: u64 = 32 << 30;
const FLOOR: u64 = 4 << 20;

/// What the header's code works with, at a fixed distance from the thread pointer.
#[repr(C)]
struct Heap {
    top: Cell<u64>,
    /// An object that would end beyond comes to the slow way.
    wire: Cell<u64>,
    inner: Cell<*mut Inner>,
}

thread_local! {
    static HEAP: Heap =
        const { Heap { top: Cell::new(0), wire: Cell::new(0), inner: Cell::new(null_mut()) } };
}

/// When collections happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    Normal,
    /// After so many allocations, one on average, and everything is verified then.
    Zeal(u32),
    /// Never: the oracle.
    Never,
}

/// Everything else of a heap.
struct Inner {
    blocks: Blocks,
    mode: Mode,
    /// Verify after each collection.
    verify: bool,
    /// The block that `top` is in, and its end; none before the first and after a collection.
    current: Option<u32>,
    /// The block that objects with ambiguous words are taken from, its top and its end.
    special: Option<u32>,
    special_top: u64,
    /// What may still be allocated before the next collection, and what it was at first.
    budget: u64,
    used: u64,
    /// What lived after the last collection of the whole heap, and how many were not since.
    whole_live: u64,
    partial: u32,
    finalisers: Vec<Finaliser>,
    /// Finalisers whose objects died, to be called when nothing else is under way.
    due: Vec<Finaliser>,
    running: bool,
    collecting: bool,
    /// An allocation is under way.
    busy: bool,
    stats: GcStats,
    random: u64,
    /// In zeal mode: allocations until the next collection.
    until: u32,
}

#[derive(Clone, Copy)]
struct Finaliser {
    object: u64,
    function: u64,
}

fn with<T>(work: impl FnOnce(&Heap, &mut Inner) -> T) -> T {
    HEAP.with(|heap| {
        if heap.inner.get().is_null() {
            heap.inner.set(Box::into_raw(Box::new(Inner::new())));
            arena::end_with_thread();
        }
        // SAFETY: made above, this thread's own, and freed only when the thread ends. `work` calls
        // no user code, so there is no second reference meanwhile.
        work(heap, unsafe { &mut *heap.inner.get() })
    })
}

impl Inner {
    fn new() -> Inner {
        let (mode, verify) = api::mode_asked_for();
        let blocks = Blocks::reserve(RESERVED, FLOOR);
        roots::add_heap(blocks.range());
        Inner {
            blocks,
            mode,
            verify,
            current: None,
            special: None,
            special_top: 0,
            budget: LEAST,
            used: 0,
            whole_live: 0,
            partial: 0,
            finalisers: Vec::new(),
            due: Vec::new(),
            running: false,
            collecting: false,
            busy: false,
            stats: GcStats::default(),
            random: 0x9e37_79b9_7f4a_7c15,
            until: 1,
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy)]
struct Wanted<'m> {
    map: &'m Map,
    /// Bytes of payload.
    size: u64,
    /// More than one plain T: the size is written before the object.
    sized: bool,
}

impl Wanted<'_> {
    /// Bytes with header words and what alignment may cost.
    fn room(&self) -> u64 {
        let header = if self.sized { 16 } else { 8 };
        let align = u64::from(self.map.align);
        let padding = if align > 8 { align } else { 0 };
        blocks::up(self.size, 8).saturating_add(header + padding)
    }
}

/// The slow way of every allocation.
fn allocate(wanted: Wanted<'_>) -> u64 {
    let object = with(|heap, inner| {
        if inner.collecting {
            fail(
                "an allocation inside a collection: by a signal's handler, or after a crash in one",
            );
        }
        if std::mem::replace(&mut inner.busy, true) {
            fail(
                "an allocation inside an allocation: by a signal's handler, which may not \
                 allocate, or after a crash in one",
            );
        }
        inner.tick(heap, wanted.room());
        let object = match wanted.room() {
            0..=blocks::SMALL if wanted.map.is_ambiguous() => inner.special(heap, &wanted),
            0..=blocks::SMALL => inner.small(heap, &wanted),
            _ => inner.large(heap, &wanted),
        };
        inner.busy = false;
        object
    });
    run_finalisers();
    object
}

impl Inner {
    /// Collects if it is time.
    fn tick(&mut self, heap: &Heap, room: u64) {
        match self.mode {
            Mode::Never => {}
            Mode::Zeal(every) => {
                self.until -= 1;
                if self.until == 0 {
                    self.random = xorshift(self.random);
                    self.until = 1 + (self.random % u64::from(every * 2 - 1)) as u32;
                    let whole = self.random & 1 << 40 == 0;
                    collect::collect(heap, self, collect::Stack::Live, whole);
                }
            }
            Mode::Normal => {
                let current = self.taken_of_current(heap);
                if self.used + current + room > self.budget && self.used + current > 0 {
                    let whole = self.is_whole_due();
                    collect::collect(heap, self, collect::Stack::Live, whole);
                }
            }
        }
    }

    /// Is the next collection to be of the whole heap? What grew old and died counts as live until
    /// then. Where much of what is new lives, the old is as likely to have died.
    fn is_whole_due(&self) -> bool {
        let grown = self.stats.live.saturating_sub(self.whole_live);
        let many = self.stats.moved > (self.stats.live / 8).max(LEAST / 4);
        many || self.partial >= MOST_PARTIAL || grown > (self.whole_live / 2).max(LEAST)
    }

    /// Bytes taken from the current block.
    fn taken_of_current(&self, heap: &Heap) -> u64 {
        self.current.map_or(0, |block| heap.top.get() - self.blocks.address(block))
    }

    /// Closes the block that objects are taken from.
    fn retire(&mut self, heap: &Heap) {
        if let Some(block) = self.current.take() {
            let taken = heap.top.get() - self.blocks.address(block);
            self.blocks.set_fill(block, taken);
            self.account(taken);
        }
        if let Some(block) = self.special.take() {
            let taken = self.special_top - self.blocks.address(block);
            self.blocks.set_fill(block, taken);
        }
        heap.top.set(0);
        heap.wire.set(0);
    }

    fn account(&mut self, bytes: u64) {
        self.used += bytes;
        self.stats.allocated += bytes;
    }

    fn small(&mut self, heap: &Heap, wanted: &Wanted<'_>) -> u64 {
        loop {
            if let Some(block) = self.current {
                let end = self.blocks.address(block) + blocks::USABLE;
                if let Some((object, top)) = self.blocks.put(heap.top.get(), end, wanted) {
                    heap.top.set(top);
                    return object;
                }
                let taken = heap.top.get() - self.blocks.address(block);
                self.blocks.set_fill(block, taken);
                self.account(taken);
                self.current = None;
            }
            let block = self.fresh(heap, 1);
            self.blocks.open(block, false);
            self.current = Some(block);
            heap.top.set(self.blocks.address(block));
            let wire = self.blocks.address(block) + blocks::USABLE;
            // In zeal mode every allocation comes this way.
            heap.wire.set(if matches!(self.mode, Mode::Zeal(_)) { 0 } else { wire });
        }
    }

    /// Objects with words that may or may not be pointers lie in blocks of their own.
    fn special(&mut self, heap: &Heap, wanted: &Wanted<'_>) -> u64 {
        loop {
            if let Some(block) = self.special {
                let end = self.blocks.address(block) + blocks::USABLE;
                if let Some((object, top)) = self.blocks.put(self.special_top, end, wanted) {
                    self.account(top - self.special_top);
                    self.special_top = top;
                    self.blocks.set_fill(block, top - self.blocks.address(block));
                    return object;
                }
                self.special = None;
            }
            let block = self.fresh(heap, 1);
            self.blocks.open(block, true);
            self.special = Some(block);
            self.special_top = self.blocks.address(block);
        }
    }

    fn large(&mut self, heap: &Heap, wanted: &Wanted<'_>) -> u64 {
        let n = wanted.room().div_ceil(blocks::BYTES);
        let Ok(n) = u32::try_from(n) else { self.full(wanted.size) };
        let block = self.fresh(heap, n);
        self.blocks.open_run(block, n, wanted.map.is_ambiguous());
        let start = self.blocks.address(block);
        let end = start + u64::from(n) * blocks::BYTES;
        let Some((object, top)) = self.blocks.put(start, end, wanted) else {
            fail("an object larger than its own run of blocks")
        };
        self.account(top - start);
        object
    }

    /// A run of free blocks, zeroed; a collection may find some.
    fn fresh(&mut self, heap: &Heap, n: u32) -> u32 {
        if let Some(block) = self.blocks.find(n) {
            return block;
        }
        if self.mode != Mode::Never {
            collect::collect(heap, self, collect::Stack::Live, true);
            if let Some(block) = self.blocks.find(n) {
                return block;
            }
        }
        self.full(u64::from(n) * blocks::BYTES)
    }

    fn full(&self, size: u64) -> ! {
        fail(&format!(
            "the managed heap is full: {size} bytes asked for, {} live after the last collection, \
             {} reserved",
            self.stats.live,
            self.blocks.stats().reserved
        ))
    }
}

fn xorshift(mut x: u64) -> u64 {
    x ^= x << 13;
    x ^= x >> 7;
    x ^ (x << 17)
}

/// Calls the finalisers that are due. They may allocate and so come here again: then the rest
/// waits for the first call.
fn run_finalisers() {
    let pending = HEAP.with(|heap| {
        let inner = heap.inner.get();
        // SAFETY: as in `with`; a word is read.
        !inner.is_null() && unsafe { !(*inner).due.is_empty() && !(*inner).running }
    });
    if !pending {
        return;
    }
    with(|_, inner| inner.running = true);
    while let Some(Finaliser { object, function }) = with(|_, inner| inner.due.pop()) {
        // SAFETY: user code gave the function as one of this type; it runs as any callback does.
        unsafe {
            let function: extern "C" fn(u64) = std::mem::transmute(function);
            function(object);
        }
    }
    with(|_, inner| inner.running = false);
}

/// Between two inputs nothing is on the stack: if a collection is near, it is had now, exactly.
pub(crate) fn between_inputs() {
    let exists = HEAP.with(|heap| !heap.inner.get().is_null());
    if !exists {
        return;
    }
    with(|heap, inner| {
        let taken = inner.used + inner.taken_of_current(heap);
        let near = taken > inner.budget / 2 || matches!(inner.mode, Mode::Zeal(_));
        if near && inner.mode != Mode::Never && !inner.collecting {
            collect::collect(heap, inner, collect::Stack::Empty, true);
        }
    });
    run_finalisers();
}

/// What the calling thread holds, for `:mem`.
pub(crate) fn measure(stretches: u32) -> MemoryUse {
    let words = |stats: arena::ArenaStats| [stats.used, stats.kept, stats.reserved];
    let [stack, own] = arena::stats();
    let mut memory = MemoryUse {
        stack: words(stack),
        arena: words(own),
        heaps: roots::heaps(),
        ..MemoryUse::default()
    };
    if HEAP.with(|heap| heap.inner.get().is_null()) {
        return memory;
    }
    with(|heap, inner| {
        let stats = api::current(heap, inner);
        memory.heap = [stats.live + stats.since, stats.kept, stats.reserved];
        memory.collections = stats.collections;
        (memory.live, memory.moved, memory.pinned) = (stats.live, stats.moved, stats.pinned);
        memory.total_ns = stats.total_ns;
        if let Some(block) = inner.current {
            let fill = heap.top.get() - inner.blocks.address(block);
            inner.blocks.set_fill(block, fill);
        }
        if stretches > 0 {
            memory.blocks = inner.blocks.picture(stretches.min(MOST_STRETCHES));
        }
    });
    memory
}

/// A picture is not larger.
const MOST_STRETCHES: u32 = 4096;

/// The thread ends. A heap with pinned objects stays: somebody else holds them.
pub(crate) fn end_of_thread() {
    HEAP.with(|heap| {
        let inner = heap.inner.replace(null_mut());
        heap.top.set(0);
        heap.wire.set(0);
        if inner.is_null() {
            return;
        }
        // SAFETY: made by `with` for this thread, and nobody has it any more.
        let inner = unsafe { Box::from_raw(inner) };
        if !roots::any_pin_in(inner.blocks.range()) {
            if matches!(inner.mode, Mode::Zeal(_)) || inner.verify {
                roots::none_in(inner.blocks.range());
            }
            roots::remove_heap(inner.blocks.range());
            inner.blocks.free();
        }
    });
}

/// The distance of a thread's heap from its thread pointer, by its name in compiled code.
pub(crate) fn thread_symbol(name: &str) -> Option<i64> {
    if name != "__tine_heap" {
        return None;
    }
    let at = HEAP.with(|heap| &raw const *heap as u64);
    Some(at.wrapping_sub(sys::thread_pointer()) as i64)
}
