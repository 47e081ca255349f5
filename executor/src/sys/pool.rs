//! The allocator of the program `tine`: blocks by size out of large regions, for each thread its
//! own. In: what Rust code asks for; out: memory. Code that runs under tine has libc's allocator to
//! itself, so what it breaks in its heap is not ours.
//!
//! What always holds: a block's size class follows from its layout alone, so blocks have no heads
//! and may be freed by any thread, whose block each then is. Regions are never given back; what is
//! larger than every class has a mapping of its own and is.
//!
//! A compiler asks for a great deal of memory and soon ends, and a session uses the same sizes over
//! and over: what counts is how few instructions a block costs, and that the kernel is not asked
//! for each page. So all but the first region consist of large pages where the system has them.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::{self, null_mut};
use std::sync::Mutex;

/// `#[global_allocator]` of a program; see above.
#[derive(Debug)]
pub struct Pool;

const UNIT: usize = 16;
/// Up to here classes are `UNIT` apart, further up four of them double the size.
const EVEN: usize = 1024;
const LARGEST: usize = 1 << 20;
const CLASSES: usize = EVEN / UNIT + 1 + 4 * (LARGEST / EVEN).ilog2() as usize;

/// Smaller blocks are not cut up.
const LEAST_CUT_UP: usize = 32 << 10;

const LARGE_PAGE: usize = 2 << 20;
const FIRST_REGION: usize = 1 << 20;
const LARGEST_REGION: usize = 32 << 20;

/// A block nobody uses.
struct Free {
    next: *mut Free,
}

/// What one thread allocates from. It lies at the start of its own first region.
struct Arena {
    lists: [*mut Free; CLASSES],
    /// The part of the newest region that was never used, or of a free block that is cut up.
    top: usize,
    end: usize,
    /// Nobody has ever written there.
    is_new: bool,
    /// How large the next region will be.
    region: usize,
    /// Among the arenas without a thread.
    next: *mut Arena,
}

thread_local! {
    static ARENA: Cell<*mut Arena> = const { Cell::new(null_mut()) };
}

/// The arenas of threads that have ended.
struct Idle {
    first: *mut Arena,
    /// Its destructor is how the end of a thread is noticed: an allocator may not have
    /// thread-local variables with destructors.
    key: Option<libc::pthread_key_t>,
}

// SAFETY: who holds the lock is the only one to use the list.
unsafe impl Send for Idle {}

static IDLE: Mutex<Idle> = Mutex::new(Idle { first: null_mut(), key: None });

/// The number and the size of the class for so many bytes, at most `LARGEST`.
#[inline(always)]
fn class(bytes: usize) -> (usize, usize) {
    if bytes <= EVEN {
        let units = bytes.div_ceil(UNIT);
        return (units, units * UNIT);
    }
    let last = bytes - 1;
    let double = last.ilog2();
    let quarter = last >> (double - 2);
    let number = EVEN / UNIT + 1 + 4 * (double - EVEN.ilog2()) as usize + (quarter & 3);
    (number, (quarter + 1) << (double - 2))
}

/// The size of the blocks of a class.
fn size_of_class(number: usize) -> usize {
    let even = EVEN / UNIT + 1;
    if number < even {
        return number * UNIT;
    }
    let (double, quarter) = ((number - even) / 4, (number - even) % 4);
    (EVEN << double) / 4 * (5 + quarter)
}

/// Whether a layout is served from the arenas.
#[inline(always)]
fn is_pooled(bytes: usize, align: usize) -> bool {
    bytes <= LARGEST && align <= UNIT
}

// SAFETY: a block comes from a list of its class, from the unused part of a region or from a mapping
// of its own; it is in one place at a time, at least as large as its layout and aligned to `UNIT`.
unsafe impl GlobalAlloc for Pool {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !is_pooled(layout.size(), layout.align()) {
            // SAFETY: the caller's layout.
            return unsafe { alloc_apart(layout) };
        }
        let (number, bytes) = class(layout.size());
        match pop(number) {
            block if block.is_null() => fresh(bytes),
            block => block,
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if !is_pooled(layout.size(), layout.align()) {
            // SAFETY: the caller's block and layout.
            return unsafe { free_apart(block, layout) };
        }
        let arena = arena();
        if arena.is_null() {
            // No memory even for an arena: the block is lost.
            return;
        }
        let (number, _) = class(layout.size());
        // SAFETY: the arena is this thread's; the block is the caller's, who gives it away, and
        // large enough for a pointer.
        unsafe {
            let block = block.cast::<Free>();
            (*block).next = (*arena).lists[number];
            (*arena).lists[number] = block;
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if is_pooled(layout.size(), layout.align()) {
            let (number, bytes) = class(layout.size());
            let block = pop(number);
            if block.is_null() {
                return fresh_zeros(bytes);
            }
            // SAFETY: it is as large as the layout says.
            unsafe { ptr::write_bytes(block, 0, layout.size()) };
            return block;
        }
        // SAFETY: the caller's layout; a mapping of its own is new and zero, another block is as
        // large as the layout says.
        unsafe {
            let block = alloc_apart(layout);
            if !block.is_null() && !is_mapped(layout.size(), layout.align()) {
                ptr::write_bytes(block, 0, layout.size());
            }
            block
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        let (old, align) = (layout.size(), layout.align());
        if is_pooled(old, align) && is_pooled(bytes, align) && class(old).0 == class(bytes).0 {
            return block;
        }
        if is_mapped(old, align) && is_mapped(bytes, align) {
            return remap(block, old, bytes);
        }
        // SAFETY: the caller's block; the new one is another, and both hold the smaller size.
        unsafe {
            let other = self.alloc(Layout::from_size_align_unchecked(bytes, align));
            if !other.is_null() {
                ptr::copy_nonoverlapping(block, other, old.min(bytes));
                self.dealloc(block, layout);
            }
            other
        }
    }
}

/// This thread's arena; null without memory for one.
#[inline(always)]
fn arena() -> *mut Arena {
    match ARENA.get() {
        arena if arena.is_null() => claim(),
        arena => arena,
    }
}

/// A block of this class that was freed; null if there is none.
#[inline(always)]
fn pop(number: usize) -> *mut u8 {
    let arena = ARENA.get();
    if arena.is_null() {
        return null_mut();
    }
    // SAFETY: the arena is this thread's; what its lists hold is used by nobody.
    unsafe {
        let block = (*arena).lists[number];
        if !block.is_null() {
            (*arena).lists[number] = (*block).next;
        }
        block.cast()
    }
}

/// A block from the unused part of the thread's region, which has zeros if it is new; null without
/// memory.
#[cold]
#[inline(never)]
fn fresh(bytes: usize) -> *mut u8 {
    let arena = arena();
    if arena.is_null() {
        return null_mut();
    }
    // SAFETY: the arena is this thread's.
    let arena = unsafe { &mut *arena };
    if arena.end - arena.top < bytes {
        keep_rest(arena);
        if !cut_up(arena, bytes) && !add_region(arena) {
            return null_mut();
        }
    }
    let block = arena.top;
    arena.top += bytes;
    block as *mut u8
}

/// The same, of zeros.
fn fresh_zeros(bytes: usize) -> *mut u8 {
    let block = fresh(bytes);
    // SAFETY: the block is new, and its arena this thread's; it was cut from the part `is_new` is
    // about.
    unsafe {
        if !block.is_null() && !(*arena()).is_new {
            ptr::write_bytes(block, 0, bytes);
        }
    }
    block
}

/// What is left where the next blocks would have come from, if it is much, becomes free blocks.
fn keep_rest(arena: &mut Arena) {
    while arena.end - arena.top >= LEAST_CUT_UP {
        let (mut number, held) = class((arena.end - arena.top).min(LARGEST));
        if held > arena.end - arena.top {
            number -= 1;
        }
        let block = arena.top as *mut Free;
        arena.top += size_of_class(number);
        // SAFETY: the block is the arena's, and large enough for a pointer.
        unsafe { (*block).next = arena.lists[number] };
        arena.lists[number] = block;
    }
}

fn add_region(arena: &mut Arena) -> bool {
    let region = map_aligned(arena.region);
    if region == 0 {
        return false;
    }
    (arena.top, arena.end) = (region, region + arena.region);
    arena.is_new = true;
    arena.region = (arena.region * 2).min(LARGEST_REGION);
    true
}

/// Takes a free block that is large to be cut up for smaller ones: a vector that grows leaves one of
/// each size behind, and few others ever ask for these.
fn cut_up(arena: &mut Arena, bytes: usize) -> bool {
    let (first, _) = class(bytes.max(LEAST_CUT_UP));
    let Some(number) = (first..CLASSES).find(|&number| !arena.lists[number].is_null()) else {
        return false;
    };
    let block = arena.lists[number];
    // SAFETY: what the arena's lists hold is used by nobody.
    arena.lists[number] = unsafe { (*block).next };
    arena.top = block as usize;
    arena.end = arena.top + size_of_class(number);
    arena.is_new = false;
    true
}

/// An arena for this thread: one that another has left, or a new one; null without memory.
#[cold]
fn claim() -> *mut Arena {
    let Ok(mut idle) = IDLE.lock() else { return null_mut() };
    let arena = match idle.first {
        first if first.is_null() => new_arena(),
        first => {
            // SAFETY: it is on the list, so nobody else uses it.
            idle.first = unsafe { (*first).next };
            first
        }
    };
    if arena.is_null() {
        return null_mut();
    }
    if idle.key.is_none() {
        let mut key = 0;
        // SAFETY: a new key goes to a local; the destructor has the type that is asked for.
        if unsafe { libc::pthread_key_create(&mut key, Some(leave)) } == 0 {
            idle.key = Some(key);
        }
    }
    if let Some(key) = idle.key {
        // SAFETY: the key exists. Without it the arena is lost with its thread.
        unsafe { libc::pthread_setspecific(key, arena.cast_const().cast()) };
    }
    ARENA.set(arena);
    arena
}

/// The thread ends: another may have its arena.
extern "C" fn leave(arena: *mut libc::c_void) {
    let arena = arena.cast::<Arena>();
    ARENA.set(null_mut());
    if let Ok(mut idle) = IDLE.lock() {
        // SAFETY: it was this thread's alone.
        unsafe { (*arena).next = idle.first };
        idle.first = arena;
    }
}

fn new_arena() -> *mut Arena {
    let region = map(FIRST_REGION);
    if region == 0 {
        return null_mut();
    }
    let arena = region as *mut Arena;
    // SAFETY: the region is new, ours alone, aligned to a page and larger than an arena.
    unsafe {
        arena.write(Arena {
            lists: [null_mut(); CLASSES],
            top: region + size_of::<Arena>().next_multiple_of(UNIT),
            end: region + FIRST_REGION,
            is_new: true,
            region: LARGE_PAGE,
            next: null_mut(),
        });
    }
    arena
}

/// Whether a layout has a mapping of its own.
fn is_mapped(bytes: usize, align: usize) -> bool {
    bytes > LARGEST && align <= UNIT
}

/// # Safety
/// As for `GlobalAlloc::alloc`.
#[cold]
unsafe fn alloc_apart(layout: Layout) -> *mut u8 {
    if is_mapped(layout.size(), layout.align()) {
        return map_aligned(mapped_size(layout.size())) as *mut u8;
    }
    // SAFETY: the caller's layout.
    unsafe { System.alloc(layout) }
}

/// # Safety
/// As for `GlobalAlloc::dealloc`.
#[cold]
unsafe fn free_apart(block: *mut u8, layout: Layout) {
    if is_mapped(layout.size(), layout.align()) {
        unmap(block as usize, mapped_size(layout.size()));
        return;
    }
    // SAFETY: the caller's block, which came from there.
    unsafe { System.dealloc(block, layout) }
}

/// A size no mapping can have stays too large.
fn mapped_size(bytes: usize) -> usize {
    bytes.checked_next_multiple_of(LARGE_PAGE).unwrap_or(bytes)
}

/// A block with a mapping of its own becomes larger or smaller; null without memory.
#[cold]
fn remap(block: *mut u8, old: usize, bytes: usize) -> *mut u8 {
    let (old, new) = (mapped_size(old), mapped_size(bytes));
    if new <= old {
        unmap(block as usize + new, old - new);
        return block;
    }
    // SAFETY: the mapping is the block's own. It grows where nothing else is, or its pages move
    // over a mapping that was made for them.
    unsafe {
        if libc::mremap(block.cast(), old, new, 0) == block.cast() {
            return block;
        }
        let place = map_aligned(new);
        if place == 0 {
            return null_mut();
        }
        let how = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED;
        let moved = libc::mremap(block.cast(), old, new, how, place as *mut libc::c_void);
        if moved == libc::MAP_FAILED {
            unmap(place, new);
            return null_mut();
        }
        moved.cast()
    }
}

/// New memory; 0 when there is none.
fn map(bytes: usize) -> usize {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: a new mapping at an address of the kernel's choice.
    let at =
        unsafe { libc::mmap(null_mut(), bytes, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) };
    if at == libc::MAP_FAILED { 0 } else { at as usize }
}

/// The same, in large pages where the system has them.
fn map_aligned(bytes: usize) -> usize {
    let Some(with_margin) = bytes.checked_add(LARGE_PAGE) else { return 0 };
    let start = match map(with_margin) {
        0 => return 0,
        start => start,
    };
    let at = start.next_multiple_of(LARGE_PAGE);
    unmap(start, at - start);
    unmap(at + bytes, start + LARGE_PAGE - at);
    // SAFETY: advice about the mapping just made; without it the pages are small.
    unsafe { libc::madvise(at as *mut libc::c_void, bytes, libc::MADV_HUGEPAGE) };
    at
}

fn unmap(at: usize, bytes: usize) {
    if bytes > 0 {
        // SAFETY: the caller gives up a mapping or a part of one that it made.
        unsafe { libc::munmap(at as *mut libc::c_void, bytes) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_has_a_class_that_holds_it() {
        let mut before = (0, 0);
        for bytes in (1..70_000).chain((1..=64).map(|part| LARGEST / 64 * part)) {
            let (number, held) = class(bytes);
            assert!(number < CLASSES && held >= bytes, "{bytes}: class {number} of {held}");
            assert!(held <= bytes + (bytes / 4).max(UNIT), "{bytes}: wastes {}", held - bytes);
            assert_eq!(class(held), (number, held));
            assert_eq!(size_of_class(number), held);
            assert!(bytes < before.1 || (number, held) >= before, "{bytes}: not in order");
            before = (number, held);
        }
    }
}
