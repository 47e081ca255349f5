//! Unwinding through modules: `_dl_find_object`, exported, in front of libc's own. libgcc asks it
//! for every frame of an exception or a `backtrace()`. In comes a program counter; out goes, for
//! one in a module of ours, the module's search table; libc answers for all others.
//!
//! What always holds: nothing is registered with libgcc, so loading and unloading a module costs
//! no list of its own; a table is made when a frame of the module is first asked for, so code
//! that never throws pays nothing.

use std::collections::BTreeMap;
use std::ffi::{c_int, c_void};
use std::sync::Mutex;

use crate::addr::{Addr, AddrRange};
use crate::eh_frame;
use crate::exit::{self, Real};
use crate::registry;
use crate::sys;

/// glibc's `struct dl_find_object` on x86-64.
#[repr(C)]
struct Found {
    flags: u64,
    map_start: *mut c_void,
    map_end: *mut c_void,
    link_map: *mut c_void,
    eh_frame_header: *mut c_void,
    reserved: [u64; 7],
}

/// The search table of each module that was asked for.
static TABLES: Mutex<BTreeMap<u32, AddrRange>> = Mutex::new(BTreeMap::new());

fn tables() -> std::sync::MutexGuard<'static, BTreeMap<u32, AddrRange>> {
    TABLES.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

static FIND_OBJECT: Real = Real::new(c"_dl_find_object");

#[unsafe(no_mangle)]
extern "C" fn _dl_find_object(pc: *mut c_void, found: *mut c_void) -> c_int {
    if exit::is_active()
        && let Some((range, table)) = find(Addr(pc as u64))
    {
        let at = |addr: Addr| addr.0 as *mut c_void;
        let answer = Found {
            flags: 0,
            map_start: at(range.start),
            map_end: at(range.end()),
            link_map: std::ptr::null_mut(),
            eh_frame_header: at(table.start),
            reserved: [0; 7],
        };
        // SAFETY: the caller gives a record of the documented layout to be filled.
        unsafe { found.cast::<Found>().write(answer) };
        return 0;
    }
    type Find = extern "C" fn(*mut c_void, *mut c_void) -> c_int;
    match FIND_OBJECT.address() {
        // SAFETY: the name is libc's documented function of exactly this type.
        Some(real) => unsafe { std::mem::transmute::<usize, Find>(real)(pc, found) },
        None => -1,
    }
}

/// The range of the module a program counter lies in, and its table.
fn find(pc: Addr) -> Option<(AddrRange, AddrRange)> {
    let (id, range, frames) = {
        let registry = registry::lock();
        let id = registry.module_of(pc)?;
        let module = registry.module(id)?;
        let range = *module.ranges.iter().find(|r| r.contains(pc))?;
        (id, range, module.eh_frame)
    };
    if frames.is_empty() {
        return None;
    }
    let mut tables = tables();
    if let Some(table) = tables.get(&id) {
        return Some((range, *table));
    }
    let table = make_table(frames)?;
    tables.insert(id, table);
    Some((range, table))
}

/// Reads a module's unwind information and writes the sorted table that libgcc searches.
fn make_table(frames: AddrRange) -> Option<AddrRange> {
    let mut bytes = vec![0; usize::try_from(frames.len).ok()?];
    sys::read_memory(sys::process_id(), frames.start, &mut bytes).ok()?;
    let functions = eh_frame::functions(frames.start, &bytes);
    let place = sys::map_low(eh_frame::table_bytes(functions.len())).ok()?;
    let table = eh_frame::table(place.start, frames.start, &functions);
    sys::write_own_memory(place.start, &table).ok()?;
    Some(place)
}

/// A module goes: so does its table.
pub(crate) fn forget(id: u32) {
    if let Some(table) = tables().remove(&id) {
        // SAFETY: the table is ours; an unwinder that is in the module's frames this moment is in
        // code that goes as well.
        let gone = unsafe { sys::unmap(table) };
        debug_assert!(gone.is_ok());
    }
}
