//! How executors end, what is told of it, and that nothing is left.

use executor::addr::Addr;
use executor::handle::{Cause, Ended, Executor, Received};
use executor::warden::{Options, Warden};
use executor::wire::{End, Run};

use crate::machine::{self, Bench};
use crate::{Case, soon};

pub(crate) const CASES: &[Case] = &[
    ("lifetime: crashes are recorded and a new executor takes over", crashes),
    ("lifetime: an endless loop is interrupted", interrupt),
    ("lifetime: killed from outside", killed),
    ("lifetime: the warden killed", warden_killed),
    ("lifetime: executors side by side", side_by_side),
    ("lifetime: a crash in process is survived", crash_in_process),
    ("lifetime: a warden beside threads is refused", threads_refused),
    ("lifetime: standard streams that were given", streams),
];

fn run_to_end(executor: &mut Executor, entry: Addr) -> Ended {
    let run = Some(Run::Call { entry, arg: 0 });
    match executor.evaluate(vec![], run, soon()).expect("evaluate") {
        Received::Ended(ended) => ended,
        other => panic!("not ended: {other:?}"),
    }
}

fn crashes() {
    let (mut bench, mut executor) = Bench::new();
    let rows: [(&str, Vec<u8>, i32, Option<u64>); 6] = [
        ("load from 16", machine::load(Addr(16)), libc::SIGSEGV, Some(16)),
        ("store to null", machine::store(Addr(0)), libc::SIGSEGV, Some(0)),
        ("ud2", machine::UD2.to_vec(), libc::SIGILL, None),
        ("divide", machine::DIVIDE.to_vec(), libc::SIGFPE, None),
        ("recursion", machine::RECURSE.to_vec(), libc::SIGSEGV, None),
        ("call null", machine::call_through(Addr(0)), libc::SIGSEGV, Some(0)),
    ];
    for (what, code, signal, address) in rows {
        let entry = bench.code(&code);
        let ended = run_to_end(&mut executor, entry);
        assert_eq!(ended.cause, Cause::Process(End::Signal(signal)), "{what}");
        let crash = ended.crash.unwrap_or_else(|| panic!("{what}: no record"));
        assert_eq!(crash.signal, signal, "{what}");
        if let Some(address) = address {
            assert_eq!(crash.address, Addr(address), "{what}");
        }
        assert_eq!(crash.is_stack_exhausted(), what == "recursion", "{what}: {crash:?}");
        assert_eq!(crash.is_write(), matches!(what, "store to null" | "recursion"), "{what}");
        if what == "ud2" {
            assert_eq!((crash.pc, &crash.pc_bytes[..2]), (entry, &machine::UD2[..]));
        }
        assert!(!crash.stack.is_empty(), "{what}");
        executor = bench.warden.executor().expect("respawn");
    }
    let entry = bench.code(&machine::return_constant(1));
    let run = Some(Run::Call { entry, arg: 0 });
    let received = executor.evaluate(vec![], run, soon()).expect("evaluate");
    assert_eq!(received, Received::Done { results: vec![], returned: Some(1) });
}

fn interrupt() {
    let (mut bench, mut executor) = Bench::new();
    let entry = bench.code(&machine::ENDLESS);
    let run = Some(Run::Call { entry, arg: 0 });
    let at_once = Some(std::time::Instant::now());
    let received = executor.evaluate(vec![], run, at_once).expect("evaluate");
    assert_eq!(received, Received::TimedOut);
    let interrupter = executor.interrupter().expect("forked");
    // The thread comes after the warden, as it must.
    std::thread::spawn(move || interrupter.interrupt()).join().expect("join").expect("interrupt");
    let ended = executor.wait_for_end(soon()).expect("wait").expect("in time");
    assert_eq!(ended.cause, Cause::Process(End::Signal(libc::SIGINT)));
    assert_eq!(ended.crash, None);
}

pub(crate) fn kill_9(pid: u32) {
    let pid = nix::unistd::Pid::from_raw(pid as i32);
    nix::sys::signal::kill(pid, nix::sys::signal::SIGKILL).expect("kill");
}

fn killed() {
    let (_bench, mut executor) = Bench::new();
    kill_9(executor.pid().expect("pid"));
    let ended = executor.wait_for_end(soon()).expect("wait").expect("in time");
    assert_eq!(ended.cause, Cause::Process(End::Signal(libc::SIGKILL)));
    let again = executor.evaluate(vec![], None, soon()).expect("evaluate");
    assert_eq!(again, Received::Ended(ended));
}

/// The parent of a process, from /proc.
pub(crate) fn parent_of(pid: u32) -> u32 {
    parent_if_there(pid).expect("the process is there")
}

pub(crate) fn parent_if_there(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let after = &stat[stat.rfind(')')? + 1..];
    after.split_ascii_whitespace().nth(1)?.parse().ok()
}

fn warden_killed() {
    let (_bench, mut executor) = Bench::new();
    let pid = executor.pid().expect("pid");
    kill_9(parent_of(pid));
    let ended = executor.wait_for_end(soon()).expect("wait").expect("in time");
    assert_eq!(ended.cause, Cause::WardenLost);
    // The executor came to this process, and was waited for.
    let status = nix::sys::wait::waitpid(nix::unistd::Pid::from_raw(pid as i32), None);
    assert_eq!(status, Err(nix::errno::Errno::ECHILD));
}

fn side_by_side() {
    let (mut bench, first) = Bench::new();
    let entry = bench.code(&machine::return_constant(9));
    let mut all = vec![first];
    for _ in 1..executor::control::SLOTS {
        all.push(bench.warden.executor().expect("executor"));
    }
    assert!(bench.warden.executor().is_err(), "one more than there are slots");
    for executor in &mut all {
        let run = Some(Run::Call { entry, arg: 0 });
        let received = executor.evaluate(vec![], run, soon()).expect("evaluate");
        assert_eq!(received, Received::Done { results: vec![], returned: Some(9) });
    }
    all.pop();
    bench.warden.executor().expect("a slot is free again");
}

fn crash_in_process() {
    let (mut bench, mut executor) =
        Bench::of(Warden::in_process(Options::default()).expect("start"));
    let good = bench.code(&machine::return_constant(4));
    let run = Some(Run::Call { entry: good, arg: 0 });
    let received = executor.evaluate(vec![], run, None).expect("evaluate");
    assert_eq!(received, Received::Done { results: vec![], returned: Some(4) });
    let bad = bench.code(&machine::RECURSE);
    let ended = run_to_end(&mut executor, bad);
    assert_eq!(ended.cause, Cause::Process(End::Signal(libc::SIGSEGV)));
    assert!(ended.crash.expect("a record").is_stack_exhausted());
    assert_eq!(ended.exited, None);
    assert!(executor.interrupt().is_err() && executor.checkpoint().is_err());
    assert!(bench.warden.executor().is_err(), "there is one executor in process");
}

fn threads_refused() {
    let (hold, release) = std::sync::mpsc::channel::<()>();
    let thread = std::thread::spawn(move || release.recv());
    let error = Warden::start(Options::default()).expect_err("two threads");
    assert!(error.to_string().contains("before threads are started (2 are there)"), "{error}");
    drop(hold);
    assert!(thread.join().expect("join").is_err());
}

fn streams() {
    let (reader, writer) = nix::unistd::pipe().expect("pipe");
    let streams = [None, Some(std::sync::Arc::new(writer)), None];
    let options = Options { streams, ..Options::default() };
    let (mut bench, mut executor) = Bench::of(Warden::start(options).expect("warden"));
    let text = bench.put(executor::segment::Pool::Const, b"through the pipe\0");
    let puts = executor::runtime::program_symbol("puts").expect("puts");
    let entry = bench.code(&machine::call_through(puts));
    let run = Some(Run::Call { entry, arg: text.0 });
    let received = executor.evaluate(vec![], run, soon()).expect("evaluate");
    assert!(matches!(received, Received::Done { .. }), "{received:?}");
    executor.leave(0, soon()).expect("leave");
    let mut bytes = [0; 64];
    let len = nix::unistd::read(&reader, &mut bytes).expect("read");
    assert_eq!(&bytes[..len], b"through the pipe\n");
}
