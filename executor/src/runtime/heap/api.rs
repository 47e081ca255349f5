//! What `<tine/heap.h>` calls by name. In: types' maps, counts, objects; out: objects. A pointer
//! that is no managed object of the calling thread where one must be is a message.

use super::blocks;
use super::collect::{self, Stack};
use super::map::Map;
use super::{Finaliser, HEAP, Heap, Inner, Mode, Wanted, allocate, roots, run_finalisers, with};
use crate::addr::Addr;
use crate::runtime::fail;

/// `struct gc_stats` of the header.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct GcStats {
    pub collections: u64,
    pub allocated: u64,
    /// As the last collection found it: bytes reached, of these copied, of these left in place.
    pub live: u64,
    pub moved: u64,
    pub pinned: u64,
    /// Allocated since.
    pub since: u64,
    pub kept: u64,
    pub reserved: u64,
    pub last_ns: u64,
    pub total_ns: u64,
}

/// The address of a function by its name in the header.
pub(crate) fn symbol(name: &str) -> Option<Addr> {
    let at: *const () = match name.strip_prefix("__tine_gc_")? {
        "new" => new as *const (),
        "array" => array as *const (),
        "sized" => sized as *const (),
        "pin" => pin as *const (),
        "unpin" => unpin as *const (),
        "collect" => collect_now as *const (),
        "stats" => stats as *const (),
        "on_free" => on_free as *const (),
        "scan" => scan as *const (),
        "unscan" => unscan as *const (),
        "zeal" => zeal as *const (),
        _ => return None,
    };
    Some(Addr(at as u64))
}

/// `TINE_GC` in the environment: `zeal`, `zeal=N`, `never`, `verify`, `normal`. Whether to verify as well.
pub(super) fn mode_asked_for() -> (Mode, bool) {
    let asked = std::env::var("TINE_GC").unwrap_or_default();
    match asked.split_once('=').unwrap_or((&asked, "1")) {
        ("" | "normal", _) => (Mode::Normal, false),
        ("verify", _) => (Mode::Normal, true),
        ("never", _) => (Mode::Never, false),
        ("zeal", every) if every.parse::<u16>().is_ok_and(|n| n > 0) => {
            (Mode::Zeal(every.parse().unwrap_or(1)), true)
        }
        _ => fail(&format!("TINE_GC={asked}: it may be zeal, zeal=N, never, verify or normal")),
    }
}

/// One object of a type.
extern "C" fn new(map: u64) -> u64 {
    // SAFETY: the header passes a map of the compiler's.
    let map = unsafe { Map::at(map) };
    allocate(Wanted { map, size: map.size, sized: false })
}

/// An array of `n`.
extern "C" fn array(map: u64, n: u64) -> u64 {
    // SAFETY: as for `new`.
    let map = unsafe { Map::at(map) };
    let Some(size) = map.size.checked_mul(n).filter(|size| *size < 1 << 46) else {
        fail(&format!("gc_array of {n} elements of {} bytes: no memory is so large", map.size));
    };
    sized_of(map, size)
}

/// An object that ends in an array without a length, of `size` bytes in all.
extern "C" fn sized(map: u64, size: u64) -> u64 {
    // SAFETY: as for `new`.
    let map = unsafe { Map::at(map) };
    if size >= 1 << 46 {
        fail(&format!("a managed object of {size} bytes: no memory is so large"));
    }
    sized_of(map, size.max(map.size))
}

fn sized_of(map: &Map, size: u64) -> u64 {
    let wanted = Wanted { map, size, sized: true };
    let short = !map.is_ambiguous() && wanted.room() <= blocks::SMALL;
    let taken = short.then(|| {
        HEAP.with(|heap| {
            let inner = heap.inner.get();
            if heap.top.get() == 0 || inner.is_null() {
                return None;
            }
            // SAFETY: this thread's own, and no reference to it is alive here.
            let blocks = unsafe { &(*inner).blocks };
            let (object, top) = blocks.put(heap.top.get(), heap.wire.get(), &wanted)?;
            heap.top.set(top);
            Some(object)
        })
    });
    taken.flatten().unwrap_or_else(|| allocate(wanted))
}

/// The managed object of this thread that a pointer points to or into.
fn object(pointer: u64, what: &str) -> u64 {
    let found = with(|heap, inner| {
        if let Some(block) = inner.current {
            let fill = heap.top.get() - inner.blocks.address(block);
            inner.blocks.set_fill(block, fill);
        }
        let block = inner.blocks.of(pointer)?;
        let block = inner.blocks.home(block);
        let mut found = None;
        inner.blocks.each_in(block, &mut |object| {
            let holds = object.payload() <= pointer && pointer <= object.payload() + object.size;
            found = found.or(holds.then(|| object.payload()));
            found.is_none()
        });
        found
    });
    found.unwrap_or_else(|| {
        fail(&format!("{what} of {pointer:#x}, which is no managed object of this thread"))
    })
}

extern "C" fn pin(pointer: u64) -> u64 {
    roots::pin(object(pointer, "gc_pin"));
    pointer
}

/// Any thread may give back what it was handed.
extern "C" fn unpin(pointer: u64) -> u64 {
    if !roots::unpin(pointer) && !roots::unpin(object(pointer, "gc_unpin")) {
        fail(&format!("gc_unpin of {pointer:#x}, which is not pinned"));
    }
    pointer
}

extern "C" fn collect_now() {
    with(|heap, inner| {
        if inner.mode != Mode::Never && !inner.collecting {
            collect::collect(heap, inner, Stack::Live, true);
        }
    });
    run_finalisers();
}

/// `void (struct gc_stats *out)`
extern "C" fn stats(out: *mut GcStats) {
    let now = with(|heap, inner| current(heap, inner));
    // SAFETY: the header passes the address of an object of its own.
    unsafe { out.write(now) }
}

pub(super) fn current(heap: &Heap, inner: &Inner) -> GcStats {
    let current = inner.taken_of_current(heap);
    let memory = inner.blocks.stats();
    GcStats {
        allocated: inner.stats.allocated + current,
        since: inner.used + current,
        kept: memory.kept,
        reserved: memory.reserved,
        ..inner.stats
    }
}

extern "C" fn on_free(pointer: u64, function: u64) {
    let object = object(pointer, "gc_on_free");
    with(|_, inner| inner.finalisers.push(Finaliser { object, function }));
}

/// Memory of the user's own whose words are looked at from now on.
extern "C" fn scan(at: u64, len: u64) {
    roots::scan(at, len);
}

extern "C" fn unscan(at: u64) {
    if !roots::unscan(at) {
        fail(&format!("gc_unscan of {at:#x}, which gc_scan was not told of"));
    }
}

/// From now on a collection after every so many allocations; 0 is the ordinary mode again.
extern "C" fn zeal(every: u32) {
    with(|heap, inner| {
        inner.retire(heap);
        inner.mode = if every == 0 { Mode::Normal } else { Mode::Zeal(every.min(1 << 16)) };
        inner.until = 1;
    });
}
