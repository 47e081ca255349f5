//! Calls of user code that can be got out of. In: a function's address and up to three words;
//! out: how the call ended. What always holds: each thread has its own guards and they nest; the crash
//! handler resumes the innermost one, `exit` in the controller's own process the outermost.

use std::cell::Cell;
use std::ptr::null_mut;

use crate::addr::Addr;
use crate::runtime::x86_64::{EntryFrame, tine_enter, tine_resume};

/// How a call ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Returned(u64),
    /// The record is in the control slot.
    Crashed,
    /// It called `exit` or `quick_exit`, in an executor that lives in the controller's process.
    Exited,
}

const CRASHED: u64 = 1;
const EXITED: u64 = 2;

/// What a guard gets out of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Catch {
    /// Faults. `abort` means the end, also inside a handler of `exit`.
    Faults,
    /// `abort` as well: user code in the controller's own process.
    Aborts,
}

#[repr(C)]
struct Guard {
    frame: EntryFrame,
    previous: *mut Guard,
    catch: Catch,
}

thread_local! {
    /// Constant and without destructor: the crash handler may read it at any time.
    static INNERMOST: Cell<*mut Guard> = const { Cell::new(null_mut()) };
    /// Where this thread entered user code: all of that is below. Zero outside of it.
    static ENTRY: Cell<u64> = const { Cell::new(0) };
}

/// The address above which no frame of user code lies, or zero.
pub(crate) fn entry() -> u64 {
    ENTRY.get()
}

/// Notes the outermost entry; what was noted before is to be put back when it is left.
fn note_entry(frame: u64) -> u64 {
    let before = ENTRY.get();
    if before == 0 {
        ENTRY.set(frame);
    }
    before
}

fn fresh_frame() -> EntryFrame {
    EntryFrame { rsp: 0, rip: 0, float_control: 0, value: 0 }
}

/// Calls without a guard: a crash ends the process, `exit` does not come back.
///
/// # Safety
/// The code may do anything to this process: the caller must be in a process that is there to be
/// lost, or trust the code.
pub(crate) unsafe fn call(function: Addr, arguments: [u64; 3]) -> u64 {
    let mut frame = fresh_frame();
    let [a, b, c] = arguments;
    let before = note_entry(&raw const frame as u64);
    // SAFETY: the frame is ours; the rest is the caller's promise. Nobody resumes this frame.
    unsafe { tine_enter(&mut frame, function.0, a, b, c) };
    ENTRY.set(before);
    frame.value
}

/// Calls under the guard: a crash, or an exit that cannot be one, comes back as an outcome. What
/// the code left half done (locks, memory) stays so.
///
/// # Safety
/// As for [`call`].
pub(crate) unsafe fn guarded(function: Addr, arguments: [u64; 3], catch: Catch) -> Outcome {
    let previous = INNERMOST.get();
    let mut guard = Guard { frame: fresh_frame(), previous, catch };
    let place: *mut Guard = &mut guard;
    INNERMOST.set(place);
    let before = note_entry(place as u64);
    let [a, b, c] = arguments;
    // SAFETY: the guard lives until this function returns, and is taken out again before that;
    // the rest is the caller's promise. `place` is the only way to it from here on.
    let (code, value) = unsafe {
        let code = tine_enter(&raw mut (*place).frame, function.0, a, b, c);
        (code, (*place).frame.value)
    };
    INNERMOST.set(previous);
    ENTRY.set(before);
    match code {
        0 => Outcome::Returned(value),
        EXITED => Outcome::Exited,
        _ => Outcome::Crashed,
    }
}

/// For the crash handler: where to go on after this signal, as stack pointer, instruction pointer
/// and the value of rax, if this thread is under a guard that catches it. Async-signal-safe.
pub(crate) fn resume_point(signal: i32) -> Option<(u64, u64, u64)> {
    let mut guard = INNERMOST.get();
    while !guard.is_null() {
        // SAFETY: a guard in the list is alive, as its call has not come back, and this thread's.
        let Guard { frame, previous, catch } = unsafe { &*guard };
        if signal != libc::SIGABRT || *catch == Catch::Aborts {
            // Guards further in are left behind.
            INNERMOST.set(guard);
            return Some((frame.rsp, frame.rip, CRASHED));
        }
        guard = *previous;
    }
    None
}

/// Leaves all user code of this thread for the outermost guard. Returns only if there is none.
pub(crate) fn resume_outermost() {
    let mut guard = INNERMOST.get();
    if guard.is_null() {
        return;
    }
    // SAFETY: guards in the list are alive (see `resume_point`); the frames that are left are
    // user code's and those of `exit`, which own nothing.
    unsafe {
        while !(*guard).previous.is_null() {
            guard = (*guard).previous;
        }
        tine_resume(&raw const (*guard).frame, EXITED)
    }
}

/// A forked child of user code is no longer under the guards of its parent's calls.
pub(crate) fn forget_all() {
    INNERMOST.set(null_mut());
}
