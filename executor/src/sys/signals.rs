//! Signals sent, blocked and waited for. Masks and process ids come in; what goes out is a mask to
//! take back, or a descriptor. Always: only the calling thread's mask changes.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use super::check;

/// Sleeps until a signal comes.
pub(crate) fn pause() {
    // SAFETY: takes nothing.
    unsafe { libc::pause() };
}

/// Makes `len` bytes at `at` the signal stack of this thread.
///
/// # Safety
/// The memory must be this thread's alone until it ends or sets another one.
pub(crate) unsafe fn set_signal_stack(at: u64, len: usize) -> io::Result<()> {
    let stack = libc::stack_t { ss_sp: at as *mut libc::c_void, ss_flags: 0, ss_size: len };
    // SAFETY: the caller vouches for the memory.
    check(unsafe { libc::sigaltstack(&stack, std::ptr::null_mut()) })?;
    Ok(())
}

/// Blocks every signal, or takes back the mask that was there; for a copy that sleeps.
pub(crate) struct QuietSignals(libc::sigset_t);

impl QuietSignals {
    pub(crate) fn begin() -> QuietSignals {
        // SAFETY: all pointers are to locals.
        unsafe {
            let mut all: libc::sigset_t = std::mem::zeroed();
            let mut before: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut all);
            libc::sigprocmask(libc::SIG_SETMASK, &all, &mut before);
            QuietSignals(before)
        }
    }

    /// All but those that report a fault of the code that runs.
    pub(crate) fn but_for_faults() -> QuietSignals {
        use libc::{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
        // SAFETY: all pointers are to locals.
        unsafe {
            let mut most: libc::sigset_t = std::mem::zeroed();
            let mut before: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut most);
            for fault in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] {
                libc::sigdelset(&mut most, fault);
            }
            libc::pthread_sigmask(libc::SIG_SETMASK, &most, &mut before);
            QuietSignals(before)
        }
    }

    /// Ends it, and what came meanwhile was meant for others.
    pub(crate) fn end_forgetting(self) {
        let now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: all pointers are to locals or null.
        unsafe {
            let mut all: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut all);
            while libc::sigtimedwait(&all, std::ptr::null_mut(), &now) > 0 {}
        }
        self.end();
    }

    pub(crate) fn end(self) {
        // SAFETY: the pointer is to a local.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
    }
}

/// Sends a signal to one process.
pub(crate) fn kill(pid: u32, signal: i32) {
    // SAFETY: plain numbers; a process that is gone is no error here.
    unsafe { libc::kill(pid as i32, signal) };
}

/// Sends a signal to a whole process group.
pub(crate) fn kill_group(group: u32, signal: i32) {
    if group > 1 {
        // SAFETY: plain numbers; a group that is gone is no error here.
        unsafe { libc::kill(-(group as i32), signal) };
    }
}

/// The warden's signals: deaths arrive on a descriptor, and what a terminal sends to a whole
/// group does not end it.
pub(crate) fn warden_signals() -> io::Result<OwnedFd> {
    // SAFETY: a signal set is made empty before it is filled; all pointers are to locals.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        for signal in [
            libc::SIGCHLD,
            libc::SIGINT,
            libc::SIGQUIT,
            libc::SIGTERM,
            libc::SIGHUP,
            libc::SIGTSTP,
            libc::SIGTTIN,
            libc::SIGTTOU,
            libc::SIGPIPE,
        ] {
            libc::sigaddset(&mut set, signal);
        }
        check(libc::sigprocmask(libc::SIG_SETMASK, &set, std::ptr::null_mut()))?;
        let mut deaths: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut deaths);
        libc::sigaddset(&mut deaths, libc::SIGCHLD);
        let fd = libc::signalfd(-1, &deaths, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK);
        Ok(OwnedFd::from_raw_fd(check(fd)?))
    }
}

/// Empties a signal descriptor: what it says is then asked of `wait_any`.
pub(crate) fn drain_signals(fd: BorrowedFd<'_>) {
    let mut info = [0u8; size_of::<libc::signalfd_siginfo>() * 8];
    // SAFETY: the buffer is ours; the descriptor does not block.
    while unsafe { libc::read(fd.as_raw_fd(), info.as_mut_ptr().cast(), info.len()) } > 0 {}
}

/// Back to what a program finds at its start: no signal blocked, SIGPIPE fatal (the Rust runtime
/// had it ignored).
///
/// With `job_control` the signals that stop a reader or writer in the background do so, and those
/// of the interrupt keys end what runs, even if whoever started us had them ignored (terminal
/// multiplexers have the former, a shell's background jobs the latter): without them a read from
/// the terminal would fail instead of waiting for its turn, and nothing could be interrupted.
pub(crate) fn program_signals(job_control: bool) {
    // SAFETY: an empty set and the default actions.
    unsafe {
        if job_control {
            for signal in [libc::SIGTTIN, libc::SIGTTOU, libc::SIGINT, libc::SIGQUIT] {
                libc::signal(signal, libc::SIG_DFL);
            }
        }
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        libc::sigprocmask(libc::SIG_SETMASK, &set, std::ptr::null_mut());
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}

/// What the keys of a terminal send is the program's business from now on: the calling thread
/// hears neither Ctrl-C nor Ctrl-\.
pub fn leave_keys_to_program() {
    // SAFETY: a signal set is made empty before it is filled.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        libc::sigaddset(&mut set, libc::SIGINT);
        libc::sigaddset(&mut set, libc::SIGQUIT);
        libc::sigprocmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
    }
}

/// From now on SIGINT does not end this process. Whoever waits for the key reads it from a
/// descriptor; commands that are started do as they always did.
pub fn survive_interrupts() -> io::Result<()> {
    extern "C" fn nothing(_: i32) {}
    // SAFETY: all zeros is a valid sigaction; the handler has the type that goes with no flags
    // but SA_RESTART, and does nothing.
    check(unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = nothing as *const () as usize;
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(libc::SIGINT, &action, std::ptr::null_mut())
    })?;
    Ok(())
}

/// Stops this process as SIGTSTP would have, until it is continued.
pub fn stop_this_process() {
    // SAFETY: a signal to ourselves that no handler sees.
    unsafe { libc::raise(libc::SIGSTOP) };
}
