//! Crash handling in the executor: an alternate stack and handlers for the fatal signals. In
//! comes a signal; out goes a record on the control page, and then the process dies by the same
//! signal, so that everybody sees the status of an ordinary program.
//!
//! What always holds: the handler calls nothing but system calls and touches no memory that it
//! has not asked the kernel for first; a handler that user code installs replaces ours and wins.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::addr::{Addr, AddrRange};
use crate::control::{HEAD_WORDS, MAX_FRAMES, MAX_STACK_WORDS, RawRecord, Slot};
use crate::error::{Context, Result};
use crate::guard;
use crate::sys;

const SIGNALS: [i32; 6] =
    [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGTRAP, libc::SIGABRT];

/// libc's registers in the order of their numbers in machine code.
const REGISTERS: [i32; 16] = [
    libc::REG_RAX,
    libc::REG_RCX,
    libc::REG_RDX,
    libc::REG_RBX,
    libc::REG_RSP,
    libc::REG_RBP,
    libc::REG_RSI,
    libc::REG_RDI,
    libc::REG_R8,
    libc::REG_R9,
    libc::REG_R10,
    libc::REG_R11,
    libc::REG_R12,
    libc::REG_R13,
    libc::REG_R14,
    libc::REG_R15,
];

const ALTERNATE_BYTES: usize = 64 << 10;

/// The alternate stack of the main thread. Only the kernel refers to it, while a handler runs.
struct AlternateStack(std::cell::UnsafeCell<[u8; ALTERNATE_BYTES]>);

// SAFETY: no reference is ever made to the bytes; one thread has them as its signal stack.
unsafe impl Sync for AlternateStack {}

static MAIN_ALTERNATE: AlternateStack =
    AlternateStack(std::cell::UnsafeCell::new([0; ALTERNATE_BYTES]));

/// Where the record goes, and whose it may be.
struct Where {
    slot: std::sync::OnceLock<Slot>,
    pid: AtomicU32,
}

static WHERE: Where = Where { slot: std::sync::OnceLock::new(), pid: AtomicU32::new(0) };

thread_local! {
    /// The bounds of this thread's stack. Constant at first and without destructor, so that the
    /// handler may read it at any time.
    static STACK: Cell<AddrRange> = const { Cell::new(AddrRange { start: Addr::NULL, len: 0 }) };
}

/// Tells the handler the bounds of the calling thread's stack.
pub(crate) fn note_stack(bounds: AddrRange) {
    STACK.set(bounds);
}

/// The bounds of the calling thread's stack.
pub(crate) fn stack_bounds() -> AddrRange {
    STACK.get()
}

/// Installs the handlers for this process, whose calling thread is the main one with the stack
/// `main_stack`. Called once a process.
pub(crate) fn install(slot: Slot, main_stack: AddrRange) -> Result<()> {
    // A later call is another executor in the same process, which shares its slot.
    let _ = WHERE.slot.set(slot);
    // SAFETY: the memory is static and nobody else's.
    unsafe { sys::set_signal_stack(MAIN_ALTERNATE.0.get() as u64, ALTERNATE_BYTES) }
        .context(|| "setting the signal stack".to_string())?;
    STACK.set(main_stack);
    WHERE.pid.store(sys::process_id(), Ordering::Relaxed);
    for signal in SIGNALS {
        // SAFETY: all zeros is a valid sigaction; the handler has the type SA_SIGINFO asks for
        // and is async-signal-safe.
        let set = unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_signal as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigaction(signal, &action, std::ptr::null_mut())
        };
        result(set).context(|| format!("the handler of signal {signal}"))?;
    }
    Ok(())
}

/// A copy of the executor is from now on the process whose crashes are recorded.
pub(crate) fn become_executor() {
    WHERE.pid.store(sys::process_id(), Ordering::Relaxed);
}

fn result(code: i32) -> std::io::Result<()> {
    if code == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

extern "C" fn on_signal(signal: i32, info: *const libc::siginfo_t, context: *mut libc::ucontext_t) {
    // SAFETY: the kernel gives a handler with SA_SIGINFO pointers to both, alive until it returns.
    let (info, context) = unsafe { (&*info, &mut *context) };
    // Before any call of our own changes it.
    let error_number = sys::error_number();
    let recorded = record(signal, info, context, error_number);
    if let Some((rsp, rip, rax)) = guard::resume_point(signal) {
        let registers = &mut context.uc_mcontext.gregs;
        registers[libc::REG_RSP as usize] = rsp as i64;
        registers[libc::REG_RIP as usize] = rip as i64;
        registers[libc::REG_RAX as usize] = rax as i64;
        return;
    }
    while recorded && WHERE.slot.get().is_some_and(|slot| slot.holds_crashes()) {
        // All threads stop. The warden tells the controller, which looks at the memory, then lets this one go on:
        // whoever else does so is too early. Sent to this very thread, so that it comes no further.
        // SAFETY: plain numbers.
        unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), libc::gettid(), libc::SIGSTOP) };
    }
    // The default action, then the same signal once more: it is delivered as soon as this handler
    // returns, and ends the process with the right status.
    // SAFETY: plain numbers.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::syscall(libc::SYS_tgkill, libc::getpid(), libc::gettid(), signal);
    }
}

/// Writes the record; false where none is wanted or one is there already.
fn record(
    signal: i32,
    info: &libc::siginfo_t,
    context: &libc::ucontext_t,
    error_number: i32,
) -> bool {
    let Some(slot) = WHERE.slot.get() else { return false };
    let mut head = [0u64; HEAD_WORDS];
    let mut frames = [0u64; MAX_FRAMES];
    let mut stack = [0u64; MAX_STACK_WORDS];
    let register = |number: i32| context.uc_mcontext.gregs[number as usize] as u64;
    let me = sys::process_id();
    if me != WHERE.pid.load(Ordering::Relaxed) {
        // A child that user code forked: its end is its parent's business.
        return false;
    }
    slot.note_error_number(error_number);
    let thread = u64::from(sys::thread_id());
    head[0] = signal as u64;
    head[1] = info.si_code as u32 as u64;
    // SAFETY: for the signals handled here si_addr is a field of the record, whatever its value.
    head[2] = unsafe { info.si_addr() } as u64;
    head[3] = register(libc::REG_RIP);
    for (word, number) in head[4..20].iter_mut().zip(REGISTERS) {
        *word = register(number);
    }
    head[20] = register(libc::REG_EFL);
    head[21] = register(libc::REG_ERR);
    head[22] = register(libc::REG_TRAPNO);
    head[23] = thread;
    let bounds = STACK.get();
    head[24] = bounds.start.0;
    head[25] = bounds.end().0;
    let mut code = [0u8; 16];
    let n_code = read_some(me, Addr(head[3]), &mut code);
    head[26] = u64::from_le_bytes(code[..8].try_into().unwrap_or_default());
    head[27] = u64::from_le_bytes(code[8..].try_into().unwrap_or_default());
    head[28] = n_code as u64;
    let n_frames = frame_chain(me, register(libc::REG_RBP), &mut frames);
    head[29] = n_frames as u64;
    let n_stack = stack_words(me, register(libc::REG_RSP), &mut stack);
    head[30] = n_stack as u64;
    head[31] = u64::from(me);
    slot.put_crash(&RawRecord { head, frames: &frames[..n_frames], stack: &stack[..n_stack] })
}

/// Reads up to the buffer's length, less when a page boundary is in between; says how much.
fn read_some(me: u32, at: Addr, buffer: &mut [u8; 16]) -> usize {
    if sys::read_memory(me, at, buffer).is_ok() {
        return buffer.len();
    }
    let to_page_end = (4096 - (at.0 % 4096)) as usize;
    let Some(part) = buffer.get_mut(..to_page_end) else { return 0 };
    if sys::read_memory(me, at, part).is_ok() { to_page_end } else { 0 }
}

/// Follows saved frame pointers upwards; says how many return addresses it found.
fn frame_chain(me: u32, mut frame: u64, found: &mut [u64]) -> usize {
    for (n, slot) in found.iter_mut().enumerate() {
        let mut pair = [0u8; 16];
        if frame == 0
            || !frame.is_multiple_of(8)
            || sys::read_memory(me, Addr(frame), &mut pair).is_err()
        {
            return n;
        }
        let word = |half: &[u8]| u64::from_le_bytes(half.try_into().unwrap_or_default());
        let (up, back) = (word(&pair[..8]), word(&pair[8..]));
        if back == 0 {
            return n;
        }
        *slot = back;
        if up <= frame {
            return n + 1;
        }
        frame = up;
    }
    found.len()
}

/// Copies the stack from `from` upwards, never over the end of a page at a time so that its end
/// cuts nothing off. Where the stack is used up it begins further up: zeros stand for what is not
/// there.
fn stack_words(me: u32, from: u64, words: &mut [u64]) -> usize {
    const STEP: usize = 64;
    const PAGE: u64 = 4096;
    let mut done = 0;
    let mut begun = false;
    while done < words.len() {
        let at = from.wrapping_add(done as u64 * 8);
        let to_page_end = ((PAGE - at % PAGE) / 8).max(1) as usize;
        let n = to_page_end.min(STEP).min(words.len() - done);
        let mut bytes = [0u8; STEP * 8];
        let (Some(part), Some(chunk)) = (bytes.get_mut(..n * 8), words.get_mut(done..done + n))
        else {
            break;
        };
        let read = sys::read_memory(me, Addr(at), part).is_ok();
        if begun && !read {
            break;
        }
        begun |= read;
        for (word, bytes) in chunk.iter_mut().zip(part.chunks_exact(8)) {
            *word = if read { u64::from_le_bytes(bytes.try_into().unwrap_or_default()) } else { 0 };
        }
        done += n;
    }
    if begun { done } else { 0 }
}
