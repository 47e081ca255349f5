//! Processes: forks, the children of this one, how they ended, and their limits. Ids and limits
//! come in, ids and usage go out. Always: only a process with one thread forks.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

use super::{check, check_size, processor, pthread_self, read_memory};
use crate::addr::Addr;

/// The address space this process takes now, in bytes.
pub(crate) fn address_space() -> io::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages = text.split(' ').next().and_then(|n| n.parse::<u64>().ok());
    pages.map(|n| n * crate::addr::PAGE).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// From now on this process takes no processor from one that runs: its turn comes when that
/// sleeps. False where somebody has already given it another policy than the usual one.
pub(crate) fn give_way() -> bool {
    // SAFETY: takes a plain number.
    let usual = unsafe { libc::sched_getscheduler(0) } == libc::SCHED_OTHER;
    usual && set_policy(libc::SCHED_BATCH)
}

/// The usual policy again.
pub(crate) fn take_turns() {
    set_policy(libc::SCHED_OTHER);
}

/// The processors that a process may run on.
pub(crate) struct Processors(CpuSet);

/// Has this process run where it is and nowhere else, and so what it forks. Says where it could
/// run before; `None` where nothing was changed.
pub(crate) fn stay_here() -> Option<Processors> {
    let here = Pid::from_raw(0);
    let before = sched_getaffinity(here).ok()?;
    sched_setaffinity(here, &only(processor())?).ok()?;
    Some(Processors(before))
}

pub(crate) fn run_on(processors: &Processors) {
    // What was allowed before is refused only where somebody else has set bounds meanwhile.
    let _ = sched_setaffinity(Pid::from_raw(0), &processors.0);
}

/// Has this thread go on where it is not now, if it may.
pub(crate) fn go_elsewhere() {
    let here = Pid::from_raw(0);
    let Ok(before) = sched_getaffinity(here) else { return };
    let mut others = before;
    // The kernel moves it at once; where there is nowhere to go, it refuses.
    if others.unset(processor() as usize).is_ok() && sched_setaffinity(here, &others).is_ok() {
        run_on(&Processors(before));
    }
}

/// Has another process run on this processor only.
pub(crate) fn bring_here(pid: u32) {
    if let Some(here) = only(processor()) {
        // A process that is gone needs no processor.
        let _ = sched_setaffinity(Pid::from_raw(pid as i32), &here);
    }
}

fn only(processor: u32) -> Option<CpuSet> {
    let mut set = CpuSet::new();
    set.set(processor as usize).ok()?;
    Some(set)
}

fn set_policy(policy: libc::c_int) -> bool {
    let parameters = libc::sched_param { sched_priority: 0 };
    // SAFETY: the pointer is to a local.
    unsafe { libc::sched_setscheduler(0, policy, &raw const parameters) == 0 }
}

/// What `fork` says to each side.
pub(crate) enum Forked {
    Child,
    Parent(u32),
}

/// glibc's own fork: it mends the thread id, the malloc locks and stdio in the child. A process
/// with more than one thread is refused: the child would have locks that nobody lets go.
pub(crate) fn fork() -> io::Result<Forked> {
    refuse_threads()?;
    // SAFETY: with one thread the child is a copy in which everything is as it is here.
    match check(unsafe { libc::fork() })? {
        0 => Ok(Forked::Child),
        pid => Ok(Forked::Parent(pid as u32)),
    }
}

/// Forks as glibc does, but the child's end signals nobody: who wants to know it watches its
/// descriptor. Handlers of `pthread_atfork` are not run. A process with more threads is refused.
pub(crate) fn fork_silent() -> io::Result<Forked> {
    refuse_threads()?;
    clone_alone(0)
}

/// The same, but the child becomes a sibling: its parent is ours, and user code that waits for
/// its own children never meets it. The kernel gives it our own exit signal: that of
/// [`fork_silent`], none. The caller has counted the threads.
pub(crate) fn fork_sibling(threads: u64) -> io::Result<Forked> {
    assert_eq!(threads, 1, "a process with more threads must not fork");
    clone_alone(libc::CLONE_PARENT)
}

fn clone_alone(flags: libc::c_int) -> io::Result<Forked> {
    let id = thread_id_word()?;
    let flags = flags | libc::CLONE_CHILD_SETTID | libc::CLONE_CHILD_CLEARTID;
    let (mut robust, mut len) = (0u64, 0usize);
    // SAFETY: with one thread and no new stack this is a fork; the kernel writes the new thread
    // id where libc keeps it, as libc's own fork has it do. The list of robust locks is told anew
    // in the child, where the kernel knows of none: it is the one that libc named before.
    let pid = unsafe {
        libc::syscall(libc::SYS_get_robust_list, 0, &raw mut robust, &raw mut len);
        let pid = libc::syscall(libc::SYS_clone, flags, 0, 0, id.0, 0);
        if pid == 0 && robust != 0 {
            libc::syscall(libc::SYS_set_robust_list, robust, len);
        }
        pid
    };
    match check_size(pid as isize)? {
        0 => Ok(Forked::Child),
        pid => Ok(Forked::Parent(pid as u32)),
    }
}

fn refuse_threads() -> io::Result<()> {
    match threads()? {
        1 => Ok(()),
        n => Err(io::Error::other(format!("{n} threads, and only one may fork"))),
    }
}

/// Where libc keeps this thread's id: the kernel knows it as the word to be cleared at the
/// thread's end; where the kernel does not tell, it is looked for behind the thread pointer.
fn thread_id_word() -> io::Result<Addr> {
    const PR_GET_TID_ADDRESS: libc::c_int = 40;
    let mut word: u64 = 0;
    // SAFETY: the kernel writes one word to a local.
    let told = unsafe { libc::prctl(PR_GET_TID_ADDRESS, &raw mut word, 0, 0, 0) } == 0;
    let holds_id = |at: Addr| {
        let mut bytes = [0; 4];
        read_memory(process_id(), at, &mut bytes).is_ok()
            && u32::from_le_bytes(bytes) == thread_id()
    };
    if told && word != 0 && holds_id(Addr(word)) {
        return Ok(Addr(word));
    }
    const CONTROL_BLOCK_BYTES: u64 = 0x900;
    let candidates = (0..CONTROL_BLOCK_BYTES).step_by(4).map(|n| Addr(pthread_self() + n));
    let mut found = candidates.filter(|at| holds_id(*at));
    found.next().ok_or_else(|| io::ErrorKind::Unsupported.into())
}

/// A descriptor that is readable when the process has ended.
pub(crate) fn process_descriptor(pid: u32) -> io::Result<OwnedFd> {
    // SAFETY: plain numbers; the descriptor that comes back is new and ours.
    unsafe {
        let fd = libc::syscall(libc::SYS_pidfd_open, pid, 0);
        Ok(OwnedFd::from_raw_fd(check(fd as libc::c_int)?))
    }
}

/// Whether a process is a child of this one.
pub(crate) fn is_child(pid: u32) -> bool {
    is_child_of(pid, process_id())
}

pub(crate) fn is_child_of(pid: u32, parent: u32) -> bool {
    pid > 1 && parent_of(pid) == Some(parent)
}

/// How many threads this process has.
pub(crate) fn threads() -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    // A directory has one link for itself, one for its parent's entry and one a subdirectory.
    Ok(std::fs::metadata("/proc/self/task")?.nlink().saturating_sub(2))
}

/// Ends this process at once: no handler runs, no buffer is flushed.
pub fn exit_now(status: i32) -> ! {
    // SAFETY: nothing of this process is used again.
    unsafe { libc::_exit(status) }
}

pub(crate) fn process_id() -> u32 {
    std::process::id()
}

pub(crate) fn thread_id() -> u32 {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::gettid() as u32 }
}

/// What a process did with the machine.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Usage {
    pub user_us: u64,
    pub system_us: u64,
    pub max_rss_kib: u64,
    pub minor_faults: u64,
    pub major_faults: u64,
}

/// A child that changed its state.
pub(crate) struct Waited {
    pub(crate) pid: u32,
    pub(crate) status: i32,
    pub(crate) usage: Usage,
}

/// What [`wait_any`] found.
pub(crate) enum Child {
    Changed(Waited),
    /// There are children, and nothing is new of any of them.
    Quiet,
    /// There is none.
    Absent,
}

/// The next child that ended or stopped.
pub(crate) fn wait_any() -> io::Result<Child> {
    let mut status = 0;
    // SAFETY: all zeros is a valid rusage.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let flags = libc::WNOHANG | libc::WUNTRACED | libc::__WALL;
    // SAFETY: both pointers are to locals.
    let pid = unsafe { libc::wait4(-1, &mut status, flags, &mut usage) };
    match check(pid) {
        Ok(0) => Ok(Child::Quiet),
        Ok(pid) => Ok(Child::Changed(Waited { pid: pid as u32, status, usage: usage_of(&usage) })),
        Err(error) if error.raw_os_error() == Some(libc::ECHILD) => Ok(Child::Absent),
        Err(error) => Err(error),
    }
}

fn usage_of(usage: &libc::rusage) -> Usage {
    let micros = |t: libc::timeval| (t.tv_sec * 1_000_000 + t.tv_usec).max(0) as u64;
    Usage {
        user_us: micros(usage.ru_utime),
        system_us: micros(usage.ru_stime),
        max_rss_kib: usage.ru_maxrss.max(0) as u64,
        minor_faults: usage.ru_minflt.max(0) as u64,
        major_faults: usage.ru_majflt.max(0) as u64,
    }
}

/// The children of this process, from /proc (whose `children` file is a kernel option).
pub(crate) fn children() -> Vec<u32> {
    let me = process_id();
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.filter_map(|e| e.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| parent_of(*pid) == Some(me)).collect()
}

fn parent_of(pid: u32) -> Option<u32> {
    stat_field(pid, 1)?.parse().ok()
}

/// Whether a signal stopped a process, or it is none.
pub(crate) fn is_stopped(pid: u32) -> bool {
    stat_field(pid, 0).is_none_or(|state| matches!(state.as_str(), "T" | "t" | "Z" | "X"))
}

/// A field of what the kernel says of a process: its state is the first, its parent the second.
fn stat_field(pid: u32, number: usize) -> Option<String> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    // The name is in parentheses and may hold anything; the fields go on after the last one.
    let after = stat.iter().rposition(|b| *b == b')')?;
    let text = std::str::from_utf8(stat.get(after + 1..)?).ok()?;
    text.split_ascii_whitespace().nth(number).map(str::to_string)
}

/// This process dies when its parent does.
pub(crate) fn die_with_parent() {
    // SAFETY: plain numbers.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0) };
}

/// A process that somebody stopped goes on when its parent is gone: there is something to be done.
pub(crate) fn wake_without_parent() {
    // SAFETY: plain numbers.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGCONT, 0, 0, 0) };
}

pub(crate) fn parent_id() -> u32 {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::getppid() as u32 }
}

/// Orphans among this process's descendants become its children.
pub(crate) fn become_sub_reaper() -> io::Result<()> {
    // SAFETY: plain numbers.
    check(unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) })?;
    Ok(())
}

pub(crate) fn own_process_group(pid: u32) {
    join_process_group(pid, pid);
}

/// Whether it is in the group now.
pub(crate) fn join_process_group(pid: u32, group: u32) -> bool {
    // SAFETY: plain numbers.
    unsafe { libc::setpgid(pid as i32, group as i32) == 0 }
}

/// The process group of a process, if there is one.
pub(crate) fn process_group(pid: u32) -> Option<u32> {
    // SAFETY: plain numbers.
    u32::try_from(unsafe { libc::getpgid(pid as i32) }).ok()
}

/// Sees to it that the stack may grow to `bytes` at least, as far as the hard limit lets it; says
/// to how many it may.
pub(crate) fn roomy_stack(bytes: u64) -> io::Result<u64> {
    match stack_limit(None)? {
        now if now >= bytes => Ok(now),
        _ => stack_limit(Some(bytes)),
    }
}

/// Sets the soft limit of the stack, as far as the hard one lets it; says what it is now.
pub(crate) fn stack_limit(soft: Option<u64>) -> io::Result<u64> {
    let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is to a local.
    check(unsafe { libc::getrlimit(libc::RLIMIT_STACK, &mut now) })?;
    if let Some(soft) = soft {
        now.rlim_cur = soft.min(now.rlim_max);
        // SAFETY: the pointer is to a local.
        check(unsafe { libc::setrlimit(libc::RLIMIT_STACK, &now) })?;
    }
    Ok(now.rlim_cur)
}

/// Sets how large the address space of an executor may become; `None` is no limit. The process
/// itself can take it back: it is against accidents.
pub(crate) fn limit_address_space(process: u32, bytes: Option<u64>) -> io::Result<()> {
    let process = process as libc::pid_t;
    let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is to a local.
    check(unsafe { libc::prlimit(process, libc::RLIMIT_AS, std::ptr::null(), &raw mut now) })?;
    now.rlim_cur = bytes.unwrap_or(libc::RLIM_INFINITY).min(now.rlim_max);
    // SAFETY: the pointer is to a local.
    check(unsafe {
        libc::prlimit(process, libc::RLIMIT_AS, &raw const now, std::ptr::null_mut())
    })?;
    Ok(())
}
