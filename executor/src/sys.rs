//! The one layer over the operating system: every call that is not plain `std`. Each function is
//! safe for its callers (it checks what it is given, or it cannot break memory), says `io::Result`
//! and retries when a signal interrupts it. Here: what it counts, streams, waiting, clocks and what
//! belongs to one thread; the rest by subject in the modules below.

mod loader;
mod memory;
mod pool;
mod process;
mod signals;

pub use loader::*;
pub use memory::*;
pub use pool::*;
pub use process::*;
pub use signals::*;

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::addr::{Addr, AddrRange};

/// System calls this process made through this layer.
static CALLS: AtomicU64 = AtomicU64::new(0);

/// What this process has cost so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spent {
    /// System calls of our own code. Those of the allocator and of libc are not among them.
    pub calls: u64,
    pub faults: u64,
}

pub fn spent() -> Spent {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF);
    let faults = usage.map_or(0, |u| u.minor_page_faults() + u.major_page_faults());
    Spent { calls: CALLS.load(Ordering::Relaxed), faults: faults.unsigned_abs() }
}

/// Notes system calls that are made elsewhere in this crate.
pub(crate) fn count_calls(calls: u64) {
    CALLS.fetch_add(calls, Ordering::Relaxed);
}

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    count_calls(1);
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

fn check_size(result: isize) -> io::Result<usize> {
    count_calls(1);
    usize::try_from(result).map_err(|_| io::Error::last_os_error())
}

fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

unsafe extern "C" {
    static mut environ: *const *const libc::c_char;
    static mut program_invocation_name: *const libc::c_char;
    static mut program_invocation_short_name: *const libc::c_char;
}

/// The list that `getenv` reads.
pub(crate) fn environment() -> u64 {
    // SAFETY: one word of libc's, read by value.
    unsafe { environ as u64 }
}

/// Gives the process another environment: a list that ends in null and is never freed.
pub(crate) fn set_environment(list: u64) {
    // SAFETY: one word of libc's; the caller gives a list that lives as long as the process.
    unsafe { environ = list as *const *const libc::c_char };
}

/// The name under which libc's own messages and `ps` know this process. It is never freed.
pub(crate) fn set_program_name(name: std::ffi::CString) {
    let name: &'static CStr = Box::leak(name.into_boxed_c_str());
    let bytes = name.to_bytes();
    let last = bytes.iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
    // SAFETY: words of libc's, which only reads them; the tail of a C string is one.
    unsafe {
        let short = name.as_ptr().add(last);
        program_invocation_name = name.as_ptr();
        program_invocation_short_name = short;
        libc::prctl(libc::PR_SET_NAME, short, 0, 0, 0);
    }
}

pub(crate) fn pthread_self() -> u64 {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::pthread_self() }
}

/// Writes out what C's streams hold back.
pub(crate) fn flush_stdio() {
    // SAFETY: null means all streams.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}

/// The size of the stack of a thread that is started with these attributes.
pub(crate) fn stack_size(attributes: *const libc::pthread_attr_t) -> u64 {
    let mut size = 0;
    // SAFETY: the attributes are those the program gives to pthread_create itself, or null; the
    // defaults are copied to a local and destroyed again.
    unsafe {
        if !attributes.is_null() {
            libc::pthread_attr_getstacksize(attributes, &mut size);
            return size as u64;
        }
        let mut defaults: libc::pthread_attr_t = std::mem::zeroed();
        if pthread_getattr_default_np(&mut defaults) == 0 {
            libc::pthread_attr_getstacksize(&defaults, &mut size);
            libc::pthread_attr_destroy(&mut defaults);
        }
    }
    size as u64
}

unsafe extern "C" {
    fn pthread_getattr_default_np(attributes: *mut libc::pthread_attr_t) -> libc::c_int;
}

/// The same descriptor under a number out of the way of those a program gets for its files.
pub(crate) fn move_high(fd: OwnedFd) -> OwnedFd {
    const HIGH: i32 = 900;
    // SAFETY: the descriptor is ours; the new one is new. With a low limit on descriptors the old
    // one serves as well.
    unsafe {
        match libc::fcntl(fd.as_raw_fd(), libc::F_DUPFD_CLOEXEC, HIGH) {
            new if new >= 0 => OwnedFd::from_raw_fd(new),
            _ => fd,
        }
    }
}

/// Closes a descriptor whose owner is never dropped in this process.
pub(crate) fn close(fd: i32) {
    // SAFETY: the caller says that nobody uses it any more.
    unsafe { libc::close(fd) };
}

/// The main thread's stack, when it may grow to `limit` bytes.
pub(crate) fn main_stack(limit: u64) -> AddrRange {
    unsafe extern "C" {
        static __libc_stack_end: *const libc::c_void;
    }
    // SAFETY: the dynamic loader sets it before the program starts and nobody changes it.
    let top = Addr(unsafe { __libc_stack_end } as u64);
    let low = Addr(top.0.saturating_sub(limit)).align_down(crate::addr::PAGE);
    AddrRange::new(low, top.since(low))
}

/// A descriptor that the kernel made for this process alone, as a message brings it.
pub(crate) fn received_descriptor(fd: i32) -> OwnedFd {
    // SAFETY: it is new, so nobody else owns it.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

/// Sleeps until `word`, in shared memory, is woken or is no longer `seen`.
pub(crate) fn sleep_on_word(word: &std::sync::atomic::AtomicU64, seen: u64) {
    // SAFETY: the kernel reads the lower half of an aligned word that outlives the call.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT,
            seen as u32,
            std::ptr::null::<libc::timespec>(),
        )
    };
}

/// Wakes who sleeps on a word in shared memory.
pub(crate) fn wake_word(word: &std::sync::atomic::AtomicU64) {
    // SAFETY: as in `sleep_on_word`.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE, i32::MAX) };
}

/// Makes `fd` the descriptor of a standard stream (0, 1 or 2).
pub(crate) fn become_stream(fd: BorrowedFd<'_>, stream: i32) -> io::Result<()> {
    // SAFETY: the standard streams belong to nobody's `OwnedFd`.
    check(unsafe { libc::dup2(fd.as_raw_fd(), stream) })?;
    Ok(())
}

/// Makes the C library write standard output at every end of a line.
pub(crate) fn write_by_lines() {
    unsafe extern "C" {
        static stdout: *mut libc::FILE;
    }
    // SAFETY: nothing was written to the stream yet, and there is one thread.
    unsafe { libc::setvbuf(stdout, std::ptr::null_mut(), libc::_IOLBF, 0) };
}

pub(crate) fn poll(fds: &mut [libc::pollfd], timeout: Option<Duration>) -> io::Result<usize> {
    let limit = timeout.map(|d| libc::timespec {
        tv_sec: d.as_secs().min(i32::MAX as u64) as i64,
        tv_nsec: i64::from(d.subsec_nanos()),
    });
    let limit_ptr = limit.as_ref().map_or(std::ptr::null(), |l| l as *const _);
    // SAFETY: the slice and the timespec outlive the call.
    let ready =
        unsafe { libc::ppoll(fds.as_mut_ptr(), fds.len() as u64, limit_ptr, std::ptr::null()) };
    check(ready).map(|n| n as usize)
}

pub(crate) fn pollfd(fd: BorrowedFd<'_>) -> libc::pollfd {
    libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 }
}

/// Nanoseconds since the system was started.
pub fn boot_time() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the kernel writes one timespec to a local.
    unsafe { libc::clock_gettime(libc::CLOCK_BOOTTIME, &raw mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// The processor that this thread runs on at this moment.
pub(crate) fn processor() -> u32 {
    // SAFETY: takes nothing; a system that cannot tell says -1, which is no processor's number.
    unsafe { libc::sched_getcpu() as u32 }
}

/// Whether this process may run on more than one processor: with one, spinning only delays the
/// other side. (The standard library's answer also reads control groups: twenty calls.)
pub fn has_processors_to_spare() -> bool {
    // SAFETY: all zeros is an empty set; the kernel fills it.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &mut set) == 0
            && libc::CPU_COUNT(&set) > 1
    }
}

/// The time the calling thread has had a processor: what others do does not count.
pub(crate) fn processor_nanoseconds() -> u64 {
    use nix::time::{ClockId, clock_gettime};
    match clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID) {
        Ok(now) => now.tv_sec() as u64 * 1_000_000_000 + now.tv_nsec() as u64,
        Err(_) => 0,
    }
}

/// The monotonic clock, which all processes share.
pub(crate) fn nanoseconds() -> u64 {
    use nix::time::{ClockId, clock_gettime};
    match clock_gettime(ClockId::CLOCK_MONOTONIC) {
        Ok(now) => now.tv_sec() as u64 * 1_000_000_000 + now.tv_nsec() as u64,
        Err(_) => 0,
    }
}

/// libc's `errno`. Async-signal-safe.
pub(crate) fn error_number() -> i32 {
    // SAFETY: the calling thread's own.
    unsafe { *libc::__errno_location() }
}

/// Sets the calling thread's `errno`.
pub(crate) fn set_error_number(number: i32) {
    // SAFETY: as in `error_number`.
    unsafe { *libc::__errno_location() = number };
}

/// The thread pointer: what distances of thread-local variables are counted from.
pub(crate) fn thread_pointer() -> u64 {
    let here: u64;
    // SAFETY: the first word at the thread pointer is its own address, by the x86-64 ABI.
    unsafe {
        std::arch::asm!("mov {}, fs:0", out(reg) here, options(nostack, readonly, preserves_flags));
    }
    here
}
