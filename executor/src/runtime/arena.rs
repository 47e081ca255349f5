//! Memory that is taken and given back at one end: the arena. Each thread has two, the side stack
//! of `alloca` and variable-length arrays, and the one behind `<tine/arena.h>`. In come sizes,
//! marks and releases; out come addresses, and when there is no more a message.
//!
//! ```text
//!   base            low              top         wire        touched          end
//!   | taken ........................ | free, may have pages  | never touched  |
//!   a release below `low` and a take beyond `wire` come here; all others are compiled into the
//!   user's code and change `top` alone
//! ```
//!
//! What always holds: all of an arena's state is in it; the thread's own are constant-initialised
//! and have no destructor, so that compiled code reaches them by a fixed distance from the thread
//! pointer; address space is reserved at the first use, half as much until the system agrees; what
//! lies unused above the top goes back to the system, but not what is soon used again; a thread's
//! arenas end with it. `top` is a multiple of 16.

use std::cell::Cell;
use std::sync::OnceLock;

use super::fail;
use crate::addr::{Addr, AddrRange, PAGE};
use crate::sys::{self, Advice, Backing, Place, Protection};

/// How far the wire is stretched before the top, and how much unused memory is left alone.
const SLACK: u64 = 1 << 20;
/// A reservation smaller than this is of no use.
const FLOOR: u64 = 1 << 20;
/// After so many shrinkings in a row that were undone at once, the next are left out.
const MOST_PATIENCE: u32 = 64;

/// The first three words are known to compiled code and to `<tine/arena.h>`.
#[repr(C)]
#[derive(Debug)]
pub struct Arena {
    top: Cell<u64>,
    wire: Cell<u64>,
    low: Cell<u64>,
    base: Cell<u64>,
    end: Cell<u64>,
    /// Nothing above was touched since it last went back to the system.
    touched: Cell<u64>,
    /// How many releases to let pass before memory goes back, and how many have passed.
    patience: Cell<u32>,
    passed: Cell<u32>,
    /// Memory went back and has not been wanted since.
    shrunk: Cell<bool>,
    wanted: u64,
    name: &'static str,
}

/// What `<tine/arena.h>` and `:mem` show.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ArenaStats {
    pub used: u64,
    pub kept: u64,
    pub reserved: u64,
}

impl Arena {
    const fn new(name: &'static str, wanted: u64) -> Arena {
        Arena {
            top: Cell::new(0),
            wire: Cell::new(0),
            low: Cell::new(0),
            base: Cell::new(0),
            end: Cell::new(0),
            touched: Cell::new(0),
            patience: Cell::new(0),
            passed: Cell::new(0),
            shrunk: Cell::new(false),
            wanted,
            name,
        }
    }

    /// Takes `size` bytes at a multiple of `align`, a power of two.
    fn take(&self, size: u64, align: u64) -> u64 {
        if self.base.get() == 0 {
            self.reserve();
        }
        let align = align.max(16);
        let start = self.top.get().checked_add(align - 1).map(|at| at & !(align - 1));
        let end = start.and_then(|at| at.checked_add(size)?.checked_next_multiple_of(16));
        let (Some(start), Some(end)) = (start, end.filter(|end| *end <= self.end.get())) else {
            let (used, reserved) = (self.top.get() - self.base.get(), self.stats().reserved);
            fail(&format!(
                "{} is used up: {size} bytes asked for, {used} of {reserved} in use \
                 (a recursion without end, or a size that was never meant?)",
                self.name
            ));
        };
        if end > self.wire.get() {
            self.stretch(end);
        }
        self.top.set(end);
        start
    }

    /// The wire moves on; a later release far below the top is to come here.
    fn stretch(&self, top: u64) {
        if top > self.touched.get() && self.shrunk.replace(false) {
            // What went back is wanted again: it had better stay the next times.
            self.patience.set((self.patience.get() * 2 + 1).min(MOST_PATIENCE));
        }
        let wire = top.saturating_add(SLACK).min(self.end.get());
        self.wire.set(wire);
        self.touched.set(self.touched.get().max(wire));
        self.low.set(top.saturating_sub(SLACK).max(self.base.get()));
    }

    /// Gives back everything that was taken after the mark. A mark from before the first use is
    /// zero and means all.
    fn release(&self, mark: u64) {
        let base = self.base.get();
        if base == 0 {
            return;
        }
        let mark = mark.max(base);
        if mark > self.top.get() {
            return;
        }
        self.top.set(mark);
        if mark >= self.low.get() {
            return;
        }
        self.low.set(mark.saturating_sub(SLACK).max(base));
        let keep = mark.saturating_add(SLACK).next_multiple_of(PAGE).min(self.end.get());
        if self.touched.get() <= keep.saturating_add(SLACK) {
            return;
        }
        if self.passed.get() < self.patience.get() {
            self.passed.set(self.passed.get() + 1);
            // The next growth comes here again.
            self.wire.set(keep);
            return;
        }
        self.passed.set(0);
        if self.shrunk.replace(true) {
            self.patience.set(self.patience.get() / 2);
        }
        let unused = AddrRange::new(Addr(keep), self.touched.get() - keep);
        // SAFETY: above the top nothing is anybody's.
        let _ = unsafe { sys::advise(unused, Advice::Forget) };
        self.wire.set(keep);
        self.touched.set(keep);
    }

    fn reserve(&self) {
        let range = reserve(self.wanted, FLOOR, self.name);
        self.base.set(range.start.0);
        self.end.set(range.end().0);
        self.touched.set(range.start.0);
        self.top.set(range.start.0);
        self.low.set(range.start.0);
        self.wire.set(range.start.0);
        end_with_thread();
    }

    fn free(&self) {
        let (base, end) = (self.base.get(), self.end.get());
        if base != 0 {
            // SAFETY: the thread ends, and what it took here ends with it.
            let _ = unsafe { sys::unmap(AddrRange::new(Addr(base), end - base)) };
        }
        for cell in [&self.top, &self.wire, &self.low, &self.base, &self.end, &self.touched] {
            cell.set(0);
        }
    }

    fn stats(&self) -> ArenaStats {
        let base = self.base.get();
        ArenaStats {
            used: self.top.get() - base,
            kept: self.touched.get() - base,
            reserved: self.end.get() - base,
        }
    }
}

/// Address space for `what`: as much as is wanted, or half and half again while the system
/// refuses. What is granted only then is scarce, and a part of it is left to others.
pub(crate) fn reserve(wanted: u64, floor: u64, what: &str) -> AddrRange {
    let mut len = wanted;
    while len >= floor {
        // SAFETY: a new mapping where the kernel likes it.
        let got =
            unsafe { sys::map(Place::Anywhere, len, Protection::ReadWrite, Backing::Reserve) };
        match got {
            Ok(range) if len == wanted || len / 4 < floor => return range,
            Ok(range) => {
                let kept = len / 4;
                let rest = AddrRange::new(range.start.plus(kept), len - kept);
                // SAFETY: mapped just now, and nobody has seen it.
                let _ = unsafe { sys::unmap(rest) };
                return AddrRange::new(range.start, kept);
            }
            Err(_) => len /= 2,
        }
    }
    fail(&format!(
        "no address space for {what}: the system refused {} KiB (a limit as of `ulimit -v`, or \
         strict overcommit); raise the limit or free memory",
        floor >> 10
    ))
}

thread_local! {
    /// Reached by compiled code at a fixed distance from the thread pointer.
    static STACK: Arena =
        const { Arena::new("the stack of alloca and variable-length arrays", 1 << 30) };
    static OWN: Arena = const { Arena::new("the arena of arena_alloc", 16 << 30) };
}

/// The distance of an arena of every thread from its thread pointer, by the name that compiled
/// code knows it by.
pub(crate) fn thread_symbol(name: &str) -> Option<i64> {
    let at = match name {
        "__tine_stack" => STACK.with(|arena| &raw const *arena as u64),
        "__tine_arena" => OWN.with(|arena| &raw const *arena as u64),
        _ => return None,
    };
    Some(at.wrapping_sub(sys::thread_pointer()) as i64)
}

/// `void *(size_t size, size_t align)`: the side stack, where the short way ends.
pub(super) extern "C" fn stack_more(size: u64, align: u64) -> u64 {
    STACK.with(|arena| arena.take(size, align))
}

/// `void (void *mark)`
pub(super) extern "C" fn stack_back(mark: u64) {
    STACK.with(|arena| arena.release(mark));
}

pub(super) extern "C" fn own_more(size: u64, align: u64) -> u64 {
    OWN.with(|arena| arena.take(size, align))
}

pub(super) extern "C" fn own_back(mark: u64) {
    OWN.with(|arena| arena.release(mark));
}

/// `void (struct arena_stats *out)`
pub(super) extern "C" fn own_stats(out: *mut ArenaStats) {
    // SAFETY: the header passes the address of an object of its own.
    unsafe { out.write(OWN.with(Arena::stats)) }
}

/// The side stack's and the arena's of the calling thread.
pub(crate) fn stats() -> [ArenaStats; 2] {
    [STACK.with(Arena::stats), OWN.with(Arena::stats)]
}

/// What the calling thread has taken from its arenas: bytes that may be pointers.
pub(crate) fn in_use() -> [AddrRange; 2] {
    let range = |arena: &Arena| AddrRange::new(Addr(arena.base.get()), arena.stats().used);
    [STACK.with(range), OWN.with(range)]
}

/// Thread exit. The key's destructor runs after those of user code that were there before: it
/// lets the others have their turns first.
pub(crate) fn end_with_thread() {
    static KEY: OnceLock<libc::pthread_key_t> = OnceLock::new();
    const FIRST: usize = 1;
    const LAST: usize = 3;
    extern "C" fn ends(turn: *mut libc::c_void) {
        if (turn as usize) < LAST {
            set(turn as usize + 1);
        } else {
            super::heap::end_of_thread();
            STACK.with(Arena::free);
            OWN.with(Arena::free);
        }
    }
    fn set(turn: usize) {
        let key = KEY.get_or_init(|| {
            let mut key = 0;
            // SAFETY: the pointer is to a local; the destructor may run in any thread.
            unsafe { libc::pthread_key_create(&mut key, Some(ends)) };
            key
        });
        // SAFETY: the key was made above and is never given back.
        unsafe { libc::pthread_setspecific(*key, turn as *const libc::c_void) };
    }
    set(FIRST);
}
