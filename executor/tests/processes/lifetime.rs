//! How executors end, what is told of it, and that nothing is left.

use executor::addr::Addr;
use executor::handle::{Cause, Ended, Executor, Received};
use executor::wire::{End, Run};

use crate::machine::{self, Bench};
use crate::{Case, soon};

pub(crate) const CASES: &[Case] = &[
    ("lifetime: crashes are recorded and a new executor takes over", crashes),
    ("lifetime: an endless loop is interrupted", interrupt),
    ("lifetime: killed from outside", killed),
    ("lifetime: the warden killed", warden_killed),
    ("lifetime: executors side by side", side_by_side),
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
    executor.interrupt().expect("interrupt");
    let ended = executor.wait_for_end(soon()).expect("wait").expect("in time");
    assert_eq!(ended.cause, Cause::Process(End::Signal(libc::SIGINT)));
    assert_eq!(ended.crash, None);
}

fn kill_9(pid: u32) {
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
fn parent_of(pid: u32) -> u32 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("stat");
    let after = &stat[stat.rfind(')').expect("name") + 1..];
    after.split_ascii_whitespace().nth(1).expect("parent").parse().expect("number")
}

fn warden_killed() {
    let (_bench, mut executor) = Bench::new();
    let pid = executor.pid().expect("pid");
    kill_9(parent_of(pid));
    let ended = executor.wait_for_end(soon()).expect("wait").expect("in time");
    assert_eq!(ended.cause, Cause::WardenLost);
    // The executor is now this process's child and was killed by the kernel.
    let status = nix::sys::wait::waitpid(nix::unistd::Pid::from_raw(pid as i32), None);
    assert!(matches!(
        status,
        Ok(nix::sys::wait::WaitStatus::Signaled(_, nix::sys::signal::SIGKILL, _))
    ));
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
