//! Threads of user code: a signal stack for each, so that a thread that uses up its stack leaves
//! a record, and the initial image of user code's thread-local objects. In comes a call of
//! `pthread_create` or `thrd_create` (exported, so libraries' threads come here, too); libc makes
//! the thread. What always holds: in a process that is no executor these are libc's own; an image
//! is in every thread, whether it was started before or after, and whoever started it after.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::sync::{Mutex, MutexGuard};

use crate::addr::{Addr, AddrRange, PAGE};
use crate::error::{Context, Error, Result};
use crate::exit::{self, Real};
use crate::runtime::x86_64::{TLS_POOL_BYTES, own_tls_pool};
use crate::sys::{self, Protection};
use crate::trap;

/// Where the pools of the living threads are that were started through here.
static POOLS: Mutex<Vec<u64>> = Mutex::new(Vec::new());

fn pools() -> MutexGuard<'static, Vec<u64>> {
    POOLS.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Signal stacks are part of the thread's own stack, at its upper end.
const SIGNAL_STACK_BYTES: usize = 32 << 10;
/// A thread with a smaller stack keeps all of it.
const ROOMY_BYTES: u64 = 128 << 10;

struct Start {
    function: usize,
    argument: usize,
    /// How many images had been registered when its storage was made.
    registered: usize,
    stack_bytes: u64,
    returns_int: bool,
}

static PTHREAD_CREATE: Real = Real::new(c"pthread_create");

type CreateFn = extern "C" fn(
    *mut libc::pthread_t,
    *const libc::pthread_attr_t,
    extern "C" fn(*mut c_void) -> *mut c_void,
    *mut c_void,
) -> c_int;

fn create_libc() -> Option<CreateFn> {
    // SAFETY: the name is libc's documented function of exactly this type.
    PTHREAD_CREATE.address().map(|at| unsafe { std::mem::transmute::<usize, CreateFn>(at) })
}

#[unsafe(no_mangle)]
extern "C" fn pthread_create(
    thread: *mut libc::pthread_t,
    attributes: *const libc::pthread_attr_t,
    function: extern "C" fn(*mut c_void) -> *mut c_void,
    argument: *mut c_void,
) -> c_int {
    let Some(create) = create_libc() else { return libc::EAGAIN };
    if !exit::is_active() {
        return create(thread, attributes, function, argument);
    }
    let start = Start {
        function: function as usize,
        argument: argument as usize,
        registered: registered().len(),
        stack_bytes: sys::stack_size(attributes),
        returns_int: false,
    };
    start_thread(create, thread, attributes, start)
}

/// C11's `thrd_create`, on the same ground: `thrd_t` is `pthread_t`.
#[unsafe(no_mangle)]
extern "C" fn thrd_create(
    thread: *mut libc::pthread_t,
    function: extern "C" fn(*mut c_void) -> c_int,
    argument: *mut c_void,
) -> c_int {
    const SUCCESS: c_int = 0;
    const ERROR: c_int = 2;
    const NO_MEMORY: c_int = 3;
    let Some(create) = create_libc() else { return ERROR };
    let start = Start {
        function: function as usize,
        argument: argument as usize,
        registered: registered().len(),
        stack_bytes: sys::stack_size(std::ptr::null()),
        returns_int: true,
    };
    match start_thread(create, thread, std::ptr::null(), start) {
        0 => SUCCESS,
        libc::ENOMEM => NO_MEMORY,
        _ => ERROR,
    }
}

fn start_thread(
    create: CreateFn,
    thread: *mut libc::pthread_t,
    attributes: *const libc::pthread_attr_t,
    start: Start,
) -> c_int {
    let start = Box::into_raw(Box::new(start));
    let result = create(thread, attributes, begin, start.cast());
    if result != 0 {
        // SAFETY: no thread came to be that could own it.
        drop(unsafe { Box::from_raw(start) });
    }
    result
}

extern "C" fn begin(start: *mut c_void) -> *mut c_void {
    // SAFETY: `start_thread` made it for this thread alone.
    let start = *unsafe { Box::from_raw(start.cast::<Start>()) };
    exit::hook_thread_end();
    {
        // The lock of the list is held while an image is registered: either that sees this thread
        // or this thread sees the image.
        let mut pools = pools();
        pools.push(own_tls_pool());
        for (at, range) in registered().iter().skip(start.registered) {
            let own = AddrRange::new(Addr(own_tls_pool()).plus(*at), range.len);
            let copied = sys::copy_own_memory(range.start, own);
            debug_assert!(copied.is_ok());
        }
    }
    let mut signal_stack = MaybeUninit::<[u8; SIGNAL_STACK_BYTES]>::uninit();
    let top = Addr(signal_stack.as_ptr() as u64).plus(SIGNAL_STACK_BYTES as u64).align_up(PAGE);
    let low = Addr(top.0.saturating_sub(start.stack_bytes));
    trap::note_stack(AddrRange::new(low, start.stack_bytes));
    if start.stack_bytes >= ROOMY_BYTES {
        // SAFETY: the bytes lie in this frame, below everything the thread will call, and the
        // frame lives as long as the thread runs user code.
        let set =
            unsafe { sys::set_signal_stack(signal_stack.as_mut_ptr() as u64, SIGNAL_STACK_BYTES) };
        debug_assert!(set.is_ok());
    }
    if start.returns_int {
        // SAFETY: the type that `thrd_create` was called with.
        let function: extern "C" fn(usize) -> c_int =
            unsafe { std::mem::transmute(start.function) };
        return function(start.argument) as isize as *mut c_void;
    }
    // SAFETY: the type that `pthread_create` was called with.
    let function: extern "C" fn(usize) -> *mut c_void =
        unsafe { std::mem::transmute(start.function) };
    function(start.argument)
}

/// The calling thread ends: its storage is libc's again.
pub(crate) fn forget_own() {
    let own = own_tls_pool();
    pools().retain(|pool| *pool != own);
}

/// Writes the initial value of a module's thread-local objects at `offset` of the pool: into the
/// image that new threads start from, and into the threads that are there. `image` is memory of
/// this process; the rest up to `size` is zero.
pub(crate) fn register_image(offset: u64, size: u64, image: AddrRange) -> Result<()> {
    if image.len > size || offset.checked_add(size).is_none_or(|end| end > TLS_POOL_BYTES) {
        return Err(Error::new(format!(
            "thread-local storage of {size} bytes at {offset} does not fit into the \
             {TLS_POOL_BYTES} bytes there are"
        )));
    }
    let own = own_tls_pool();
    let (whole, mine) = sys::own_tls_image()
        .ok_or_else(|| Error::new("this binary has no thread-local storage"))?;
    let pool_image = whole.start.plus(Addr(own).since(mine));
    if whole.end() < pool_image.plus(TLS_POOL_BYTES) {
        return Err(Error::new("this binary's thread-local image lacks the pool"));
    }
    let mut bytes = vec![0; size as usize];
    let (given, _) = bytes.split_at_mut(image.len as usize);
    sys::read_memory(sys::process_id(), image.start, given)
        .map_err(|_| Error::new(format!("the thread-local image at {image:?} is not there")))?;

    let target = AddrRange::new(pool_image.plus(offset), size);
    let first = target.start.align_down(PAGE);
    let pages = AddrRange::new(first, target.end().align_up(PAGE).since(first));
    // SAFETY: the pages hold relocated constants of ours; to be writable as well harms nobody.
    unsafe { sys::protect(pages, Protection::ReadWrite) }
        .context(|| "making the thread-local image writable".to_string())?;
    let write = |at: Addr| {
        sys::write_own_memory(at, &bytes).context(|| format!("the thread-local image at {at}"))
    };
    // The lock keeps threads from ending, and so their storage from going, meanwhile.
    let pools = pools();
    write(target.start)?;
    registered().push((offset, target));
    write(Addr(own).plus(offset))?;
    for pool in pools.iter().filter(|pool| **pool != own) {
        write(Addr(*pool).plus(offset))?;
    }
    Ok(())
}

/// Every image that was registered: its offset in a thread's pool, and where its bytes are. A
/// thread whose storage was made before and that has not begun yet takes them from there.
static REGISTERED: Mutex<Vec<(u64, AddrRange)>> = Mutex::new(Vec::new());

fn registered() -> MutexGuard<'static, Vec<(u64, AddrRange)>> {
    REGISTERED.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
