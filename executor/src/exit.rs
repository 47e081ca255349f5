//! The exit protocol: our own `atexit` and its relatives, and what `exit` does with what they
//! noted. These functions are exported from the final binary (see [`crate::runtime::EXPORTS`]),
//! so shared libraries reach them as well, and one list holds everything in the order in which
//! it was registered.
//!
//! What always holds: in a process that is no executor all of them are libc's own; no lock is held
//! while a handler runs; each handler runs under the guard, and a crash costs that handler alone;
//! handlers registered by handlers run, too; `exit` inside a handler goes on with the rest; a
//! child that user code forked runs the same protocol and never speaks to the controller.

use std::ffi::{CStr, c_int, c_void};
use std::os::fd::{BorrowedFd, RawFd};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use crate::addr::Addr;
use crate::channel;
use crate::control::Slot;
use crate::guard::{self, Catch, Outcome};
use crate::registry::{self, Entry, Kind, Next};
use crate::sys;
use crate::threads;
use crate::wire::{CrashRecord, Exited, How, Reply};

/// A function of libc's that one of ours stands in front of.
pub(crate) struct Real {
    name: &'static CStr,
    at: AtomicUsize,
}

impl Real {
    pub(crate) const fn new(name: &'static CStr) -> Real {
        Real { name, at: AtomicUsize::new(0) }
    }

    /// Its address, looked up behind this binary.
    pub(crate) fn address(&self) -> Option<usize> {
        match self.at.load(Ordering::Relaxed) {
            0 => {
                let at = sys::next_symbol(self.name)?.0 as usize;
                self.at.store(at, Ordering::Relaxed);
                Some(at)
            }
            at => Some(at),
        }
    }
}

type Pointer = *mut c_void;

/// libc's own function behind one of ours, as the type it has.
macro_rules! real {
    ($real:expr, $type:ty) => {
        $real.address().map(|at| {
            // SAFETY: the name is libc's documented function of exactly this type.
            unsafe { std::mem::transmute::<usize, $type>(at) }
        })
    };
}

/// What an executor tells the exit protocol about itself.
struct Home {
    /// The executor's process, 0 while this is none.
    pid: AtomicU32,
    /// The socket, or -1 for an executor inside the controller's process.
    socket: AtomicI32,
    slot: std::sync::OnceLock<Slot>,
    crashes: Mutex<Vec<CrashRecord>>,
    exited: Mutex<Option<Exited>>,
}

static HOME: Home = Home {
    pid: AtomicU32::new(0),
    socket: AtomicI32::new(-1),
    slot: std::sync::OnceLock::new(),
    crashes: Mutex::new(Vec::new()),
    exited: Mutex::new(None),
};

/// From now on this process is an executor. `socket` is `None` inside the controller's process.
pub(crate) fn begin(slot: Slot, socket: Option<RawFd>) {
    let _ = HOME.slot.set(slot);
    HOME.socket.store(socket.unwrap_or(-1), Ordering::Relaxed);
    HOME.pid.store(sys::process_id(), Ordering::Release);
    type Register = extern "C" fn(extern "C" fn(c_int, Pointer), Pointer) -> c_int;
    if let Some(register) = real!(ON_EXIT, Register) {
        register(libc_exits, std::ptr::null_mut());
    }
}

/// libc itself calls its `exit` when the last thread ends with `pthread_exit`: then the protocol
/// has not run yet.
extern "C" fn libc_exits(status: c_int, _: Pointer) {
    let process = u64::from(sys::process_id());
    if LEAVING.load(Ordering::Acquire) >> 32 == process || !is_active() {
        return;
    }
    if is_in_process() {
        LEAVING.store(process << 32, Ordering::Release);
        run_at_exit();
    } else {
        leave(status, How::Exit);
    }
}

/// A copy of the executor is from now on what the executor was.
pub(crate) fn become_executor() {
    HOME.pid.store(sys::process_id(), Ordering::Release);
}

/// Whether this process is an executor or was forked by one.
pub(crate) fn is_active() -> bool {
    HOME.pid.load(Ordering::Acquire) != 0
}

/// Whether this is the executor itself, not a child that user code forked.
pub(crate) fn is_executor() -> bool {
    HOME.pid.load(Ordering::Acquire) == sys::process_id()
}

fn is_in_process() -> bool {
    HOME.socket.load(Ordering::Relaxed) < 0
}

/// What a call of `exit` left behind that was resumed in the controller's own process.
pub(crate) fn take_exited() -> Option<Exited> {
    HOME.exited.lock().unwrap_or_else(|e| e.into_inner()).take()
}

/// The crashes of handlers since the last call.
pub(crate) fn take_crashes() -> Vec<CrashRecord> {
    std::mem::take(&mut *HOME.crashes.lock().unwrap_or_else(|e| e.into_inner()))
}

fn note_crash() {
    let Some(record) = HOME.slot.get().and_then(|slot| slot.take_crash()) else { return };
    HOME.crashes.lock().unwrap_or_else(|e| e.into_inner()).push(record);
}

/// Which thread of which process is in `exit`: process in the upper half, thread in the lower.
static LEAVING: AtomicU64 = AtomicU64::new(0);
static STATUS: AtomicI32 = AtomicI32::new(0);

/// Calls a handler under the guard.
fn run(function: Addr, arguments: [u64; 3]) {
    // SAFETY: handlers are user code, in a process that is there to be lost or that was told to
    // trust it.
    if unsafe { guard::guarded(function, arguments, Catch::Faults) } == Outcome::Crashed {
        note_crash();
    }
}

fn run_entry(entry: Entry) {
    let status = STATUS.load(Ordering::Relaxed) as u32 as u64;
    match entry.kind {
        Kind::OnExit => run(entry.function, [status, entry.argument, 0]),
        Kind::Exit | Kind::Quick | Kind::Thread(_) => {
            run(entry.function, [entry.argument, status, 0]);
        }
    }
}

fn run_next(next: Next) {
    match next {
        Next::Entry(entry) => run_entry(entry),
        Next::Fini(function) => run(function, [0; 3]),
    }
}

/// Runs what must run before a module can go; says how many destructors of other threads were
/// dropped with it.
pub(crate) fn drain_module(id: u32) -> usize {
    let thread = sys::pthread_self();
    loop {
        // The lock is let go before the handler runs.
        let next = registry::lock().next_of_module(id, thread);
        let Some(next) = next else { break };
        run_next(next);
    }
    if let Some(key) = module_key(id) {
        finalize_libc(key);
    }
    registry::lock().remove_module(id)
}

/// The address that stands for a module where libc wants a `__dso_handle`.
fn module_key(id: u32) -> Option<Addr> {
    registry::lock().module(id)?.ranges.first().map(|range| range.start)
}

fn run_thread_entries() {
    let thread = sys::pthread_self();
    loop {
        let next = registry::lock().next_of_thread(thread);
        let Some(entry) = next else { break };
        run_entry(entry);
    }
}

fn run_at_exit() {
    run_thread_entries();
    loop {
        let next = registry::lock().next_at_exit();
        let Some(next) = next else { break };
        run_next(next);
    }
}

/// The end of an executor or of a child that user code forked.
pub(crate) fn leave(status: c_int, how: How) -> ! {
    let me = u64::from(sys::process_id()) << 32 | u64::from(sys::thread_id());
    let before = LEAVING.load(Ordering::Acquire);
    if before >> 32 == me >> 32 && before != me {
        // Another thread of this process is in exit and will end this one, too.
        loop {
            sys::pause();
        }
    }
    LEAVING.store(me, Ordering::Release);
    STATUS.store(status, Ordering::Relaxed);
    if !is_executor() {
        // The guards are those of the parent's calls.
        guard::forget_all();
    }
    match how {
        How::Exit => run_at_exit(),
        How::Quick => loop {
            let next = registry::lock().next_quick();
            let Some(entry) = next else { break };
            run_entry(entry);
        },
    }
    let status = STATUS.load(Ordering::Relaxed);
    if is_executor() {
        let exited = Exited { status: status & 0xff, how, crashes: take_crashes() };
        if is_in_process() {
            *HOME.exited.lock().unwrap_or_else(|e| e.into_inner()) = Some(exited);
            if how == How::Exit {
                sys::flush_stdio();
            }
            LEAVING.store(0, Ordering::Release);
            guard::resume_outermost();
        } else {
            tell(&Reply::Exited(exited));
        }
    }
    match how {
        How::Exit => exit_libc(status),
        How::Quick => sys::exit_now(status),
    }
}

fn tell(reply: &Reply) {
    // SAFETY: the executor's socket stays open as long as its process; if user code closed it,
    // sending fails, which is the controller's to see.
    let socket = unsafe { BorrowedFd::borrow_raw(HOME.socket.load(Ordering::Relaxed)) };
    if channel::send_blocking(socket, &reply.encode()).is_ok()
        && let Some(slot) = HOME.slot.get()
    {
        slot.ring_reply();
    }
}

static EXIT: Real = Real::new(c"exit");
static QUICK_EXIT: Real = Real::new(c"quick_exit");
static CXA_ATEXIT: Real = Real::new(c"__cxa_atexit");
static ON_EXIT: Real = Real::new(c"on_exit");
static CXA_AT_QUICK_EXIT: Real = Real::new(c"__cxa_at_quick_exit");
static CXA_THREAD_ATEXIT: Real = Real::new(c"__cxa_thread_atexit_impl");
static REGISTER_ATFORK: Real = Real::new(c"__register_atfork");
static CXA_FINALIZE: Real = Real::new(c"__cxa_finalize");

fn exit_libc(status: c_int) -> ! {
    if let Some(exit) = real!(EXIT, extern "C" fn(c_int) -> !) {
        exit(status);
    }
    sys::exit_now(status)
}

fn finalize_libc(handle: Addr) {
    if let Some(finalize) = real!(CXA_FINALIZE, extern "C" fn(Pointer)) {
        finalize(handle.0 as Pointer);
    }
}

thread_local! {
    static HOOKED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Sees to it, once a thread, that its own entries run when it ends.
pub(crate) fn hook_thread_end() {
    if HOOKED.replace(true) {
        return;
    }
    type Register = extern "C" fn(extern "C" fn(Pointer), Pointer, Pointer) -> c_int;
    if let Some(register) = real!(CXA_THREAD_ATEXIT, Register) {
        register(thread_ends, std::ptr::null_mut(), exit as *const () as Pointer);
    }
}

extern "C" fn thread_ends(_: Pointer) {
    run_thread_entries();
    threads::forget_own();
}

#[unsafe(no_mangle)]
extern "C" fn exit(status: c_int) -> ! {
    if is_active() { leave(status, How::Exit) } else { exit_libc(status) }
}

#[unsafe(no_mangle)]
extern "C" fn quick_exit(status: c_int) -> ! {
    if is_active() {
        leave(status, How::Quick);
    }
    if let Some(quick_exit) = real!(QUICK_EXIT, extern "C" fn(c_int) -> !) {
        quick_exit(status);
    }
    sys::exit_now(status)
}

#[unsafe(no_mangle)]
extern "C" fn __cxa_atexit(function: Pointer, argument: Pointer, handle: Pointer) -> c_int {
    if is_active() {
        let (function, handle) = (Addr(function as u64), Addr(handle as u64));
        registry::lock().register(Kind::Exit, function, argument as u64, handle);
        return 0;
    }
    match real!(CXA_ATEXIT, extern "C" fn(Pointer, Pointer, Pointer) -> c_int) {
        Some(register) => register(function, argument, handle),
        None => -1,
    }
}

#[unsafe(no_mangle)]
extern "C" fn atexit(function: Pointer) -> c_int {
    __cxa_atexit(function, std::ptr::null_mut(), std::ptr::null_mut())
}

#[unsafe(no_mangle)]
extern "C" fn on_exit(function: Pointer, argument: Pointer) -> c_int {
    if is_active() {
        let function = Addr(function as u64);
        registry::lock().register(Kind::OnExit, function, argument as u64, Addr::NULL);
        return 0;
    }
    match real!(ON_EXIT, extern "C" fn(Pointer, Pointer) -> c_int) {
        Some(register) => register(function, argument),
        None => -1,
    }
}

#[unsafe(no_mangle)]
extern "C" fn __cxa_at_quick_exit(function: Pointer, handle: Pointer) -> c_int {
    if is_active() {
        let (function, handle) = (Addr(function as u64), Addr(handle as u64));
        registry::lock().register(Kind::Quick, function, 0, handle);
        return 0;
    }
    match real!(CXA_AT_QUICK_EXIT, extern "C" fn(Pointer, Pointer) -> c_int) {
        Some(register) => register(function, handle),
        None => -1,
    }
}

#[unsafe(no_mangle)]
extern "C" fn at_quick_exit(function: Pointer) -> c_int {
    __cxa_at_quick_exit(function, std::ptr::null_mut())
}

#[unsafe(no_mangle)]
extern "C" fn __cxa_thread_atexit_impl(
    destructor: Pointer,
    object: Pointer,
    handle: Pointer,
) -> c_int {
    if is_active() {
        let thread = sys::pthread_self();
        let (destructor, handle) = (Addr(destructor as u64), Addr(handle as u64));
        registry::lock().register(Kind::Thread(thread), destructor, object as u64, handle);
        hook_thread_end();
        return 0;
    }
    match real!(CXA_THREAD_ATEXIT, extern "C" fn(Pointer, Pointer, Pointer) -> c_int) {
        Some(register) => register(destructor, object, handle),
        None => -1,
    }
}

#[unsafe(no_mangle)]
extern "C" fn __register_atfork(
    prepare: Pointer,
    parent: Pointer,
    child: Pointer,
    handle: Pointer,
) -> c_int {
    let mut handle = handle;
    if is_active() {
        // libc keeps these, keyed by what stands for the module: draining it takes them back.
        let registry = registry::lock();
        let places = [handle, prepare, parent, child].map(|p| Addr(p as u64));
        let module = places.into_iter().find_map(|place| registry.module_of(place));
        if let Some(module) = module.and_then(|id| registry.module(id)) {
            handle = module.ranges.first().map_or(handle, |r| r.start.0 as Pointer);
        }
    }
    type Register = extern "C" fn(Pointer, Pointer, Pointer, Pointer) -> c_int;
    match real!(REGISTER_ATFORK, Register) {
        Some(register) => register(prepare, parent, child, handle),
        None => libc::ENOMEM,
    }
}

/// A function of ours that runs in every child of this process that libc forks.
pub(crate) fn at_fork_in_child(function: extern "C" fn()) {
    type Register = extern "C" fn(Pointer, Pointer, extern "C" fn(), Pointer) -> c_int;
    if let Some(register) = real!(REGISTER_ATFORK, Register) {
        let null = std::ptr::null_mut();
        register(null, null, function, null);
    }
}

#[unsafe(no_mangle)]
extern "C" fn pthread_atfork(prepare: Pointer, parent: Pointer, child: Pointer) -> c_int {
    __register_atfork(prepare, parent, child, std::ptr::null_mut())
}

/// A library that is being closed calls this, also at the very end from libc's own `exit`.
#[unsafe(no_mangle)]
extern "C" fn __cxa_finalize(handle: Pointer) {
    if is_active() {
        loop {
            let next = match handle.is_null() {
                true => registry::lock().next_at_exit(),
                false => registry::lock().next_of_handle(Addr(handle as u64)).map(Next::Entry),
            };
            let Some(next) = next else { break };
            run_next(next);
        }
    }
    finalize_libc(Addr(handle as u64));
}
