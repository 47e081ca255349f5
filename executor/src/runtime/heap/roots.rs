//! What points into a heap from outside. Exact: global objects of C code, as the compiler
//! describes them. Ambiguous, so that their targets stay where they are: the stack of the thread
//! and its registers, its arenas, its thread-local objects, memory that user code names, pins.
//!
//! What always holds: global objects are everybody's, so every thread's collection looks at all of
//! them and changes only those that point into its own heap.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use super::map::{Map, Slot};
use crate::addr::{Addr, AddrRange};
use crate::runtime::x86_64::{TLS_POOL_BYTES, own_tls_pool};
use crate::runtime::{arena, fail};
use crate::{guard, trap};

/// The tables of global objects: pairs of the object's address and its map.
static TABLES: Mutex<Vec<AddrRange>> = Mutex::new(Vec::new());
/// How often each object is pinned, by its address.
static PINS: Mutex<BTreeMap<u64, u32>> = Mutex::new(BTreeMap::new());
/// Memory of the user's own that is to be looked at, by its address.
static SCANNED: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());
/// The heaps of all threads.
static HEAPS: Mutex<Vec<AddrRange>> = Mutex::new(Vec::new());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[repr(C)]
struct Record {
    address: u64,
    map: u64,
}

/// A module's table of global objects with pointers is there, for as long as the process is.
pub(crate) fn register(table: AddrRange) {
    lock(&TABLES).push(table);
}

/// Every place in a global object that is or may be a pointer.
pub(super) fn each_global(visit: &mut impl FnMut(Slot)) {
    for table in lock(&TABLES).iter() {
        let n = table.len as usize / size_of::<Record>();
        // SAFETY: the linker placed the table, and the loader named it to us.
        let records = unsafe { std::slice::from_raw_parts(table.start.0 as *const Record, n) };
        for record in records.iter().filter(|record| record.address != 0) {
            // SAFETY: the compiler wrote the table.
            let map = unsafe { Map::at(record.map) };
            map.each(record.address, map.size, visit);
        }
    }
}

pub(super) fn pin(object: u64) {
    *lock(&PINS).entry(object).or_default() += 1;
}

/// False when it was not pinned.
pub(super) fn unpin(object: u64) -> bool {
    let mut pins = lock(&PINS);
    match pins.get_mut(&object) {
        None => return false,
        Some(1) => drop(pins.remove(&object)),
        Some(n) => *n -= 1,
    }
    true
}

pub(super) fn any_pin_in(heap: AddrRange) -> bool {
    lock(&PINS).range(heap.start.0..heap.end().0).next().is_some()
}

fn is_pinned(object: u64) -> bool {
    lock(&PINS).contains_key(&object)
}

pub(super) fn each_pin(heap: AddrRange, visit: &mut impl FnMut(u64)) {
    lock(&PINS).range(heap.start.0..heap.end().0).for_each(|(object, _)| visit(*object));
}

pub(super) fn scan(at: u64, len: u64) {
    lock(&SCANNED).insert(at, len);
}

pub(super) fn unscan(at: u64) -> bool {
    lock(&SCANNED).remove(&at).is_some()
}

pub(super) fn add_heap(range: AddrRange) {
    lock(&HEAPS).push(range);
}

pub(super) fn heaps() -> u32 {
    lock(&HEAPS).len() as u32
}

pub(super) fn remove_heap(range: AddrRange) {
    lock(&HEAPS).retain(|heap| *heap != range);
}

/// Does the address lie in the heap of another thread than the one that has `own`, at nothing
/// that is pinned?
pub(super) fn in_other_heap(at: u64, own: AddrRange) -> bool {
    lock(&HEAPS).iter().any(|heap| *heap != own && heap.contains(Addr(at))) && !is_pinned(at)
}

/// From the deepest frame that may hold a pointer to where user code was entered. `None`: the
/// thread is on a stack that is not its own, and what is on the others is not known.
pub(super) fn stack_from(sp: u64) -> Option<AddrRange> {
    let bounds = trap::stack_bounds();
    let entry = guard::entry();
    let top = if entry > sp { entry } else { bounds.end().0 };
    (bounds.contains(Addr(sp)) && sp < top).then(|| AddrRange::new(Addr(sp), top - sp))
}

/// Every word that may be a pointer, beside the stack.
pub(super) fn each_ambiguous(visit: &mut impl FnMut(u64)) {
    let mut words = |range: AddrRange| {
        let start = range.start.0.next_multiple_of(8);
        // SAFETY: the ranges are mapped and this thread's, or user code vouched for them.
        (start..range.end().0 & !7).step_by(8).for_each(|at| visit(unsafe { *(at as *const u64) }));
    };
    arena::in_use().into_iter().for_each(&mut words);
    words(AddrRange::new(Addr(own_tls_pool()), TLS_POOL_BYTES));
    for (at, len) in lock(&SCANNED).iter() {
        words(AddrRange::new(Addr(*at), *len));
    }
}

/// The words of a stack, from its end inwards.
pub(super) fn each_word(range: AddrRange, visit: &mut impl FnMut(u64)) {
    let start = range.start.0.next_multiple_of(8);
    // SAFETY: the thread's own stack between its top and where user code was entered.
    (start..range.end().0 & !7).step_by(8).for_each(|at| visit(unsafe { *(at as *const u64) }));
}

/// A pointer of another thread's heap where only this one's may be.
pub(super) fn strange(at: u64, target: u64) -> ! {
    fail(&format!(
        "the word at {at:#x} points to {target:#x}, a managed object of another thread that is \
         not pinned there (gc_pin hands an object to others)"
    ))
}

/// The thread whose heap this is ends: no global object may point into it.
pub(super) fn none_in(heap: AddrRange) {
    each_global(&mut |slot| {
        let Slot::Exact(at) = slot else { return };
        let target = super::collect::load_any(at);
        if heap.contains(Addr(target)) {
            fail(&format!(
                "the global pointer at {at:#x} is {target:#x}, a managed object of a thread that \
                 ends (gc_pin keeps an object for others)"
            ));
        }
    });
}
