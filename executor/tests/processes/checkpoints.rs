//! Going back: after every kind of end, and by choice, globals and heap are what they were.

use executor::handle::{Cause, Executor, Received, Refused};
use executor::warden::{Options, Warden};
use executor::wire::{End, Run};

use crate::machine::{self, Bench};
use crate::toolchain::{self, Program};
use crate::{Case, soon};

pub(crate) const CASES: &[Case] = &[
    ("checkpoint: every kind of end is undone", ends_undone),
    ("checkpoint: back over a chain, and forth", chain),
    ("checkpoint: refused with threads", refused),
    ("checkpoint: a copy that was killed is an end", copy_killed),
    ("checkpoint: a request that was never read is passed over", stale_request),
    ("checkpoint: one that follows an evaluation by itself", following),
    ("checkpoint: a copy is in no group that user code reaches", groups),
    ("checkpoint: copies left to the executor end while it is idle", left_to_executor),
    ("checkpoint: 300 rounds leave nothing", rounds),
    ("limits: memory", memory_limit),
];

fn call(executor: &mut Executor, program: &Program, name: &str) -> Received {
    let run = Some(Run::Call { entry: program.symbol(name), arg: 0 });
    executor.evaluate(vec![], run, soon()).expect("evaluate")
}

fn value(executor: &mut Executor, program: &Program, name: &str) -> u64 {
    match call(executor, program, name) {
        Received::Done { returned: Some(value), .. } => value,
        other => panic!("{name}: {other:?}"),
    }
}

fn start(options: Options) -> (Bench, Executor, Program) {
    let (bench, mut executor) = Bench::of(Warden::start(options).expect("warden"));
    let program = toolchain::place(&bench, &mut executor, "state.c", 1);
    let received = executor.evaluate(program.actions(), None, soon()).expect("evaluate");
    assert!(matches!(received, Received::Done { .. }), "{received:?}");
    (bench, executor, program)
}

fn take(executor: &mut Executor) {
    let before = executor.checkpoints().len();
    executor.checkpoint().expect("checkpoint");
    executor.settle().expect("settle");
    assert_eq!(executor.checkpoints().len(), before + 1, "{:?}", executor.refused());
}

fn ends_undone() {
    if !toolchain::present() {
        return;
    }
    let (mut bench, mut executor, program) = start(Options::default());
    let wild = bench.code(&machine::load(executor::addr::Addr(8)));
    for (round, (name, end)) in [
        ("self_abort", End::Signal(libc::SIGABRT)),
        ("self_exit", End::Exit(3)),
        ("self_raise", End::Signal(libc::SIGSEGV)),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(value(&mut executor, &program, "step"), 101 + 2 * round as u64);
        take(&mut executor);
        let Received::Ended(ended) = call(&mut executor, &program, name) else { panic!("{name}") };
        assert_eq!(ended.cause, Cause::Process(end), "{name}");
        executor.restore(0).expect("restore");
        assert_eq!(value(&mut executor, &program, "check"), 101 + 2 * round as u64, "{name}");
        assert_eq!(value(&mut executor, &program, "step"), 102 + 2 * round as u64, "{name}");
        assert_eq!(
            value(&mut executor, &program, "same_id"),
            1,
            "{name}: the thread's id is stale"
        );
        assert_eq!(value(&mut executor, &program, "children"), 1, "{name}: a child is seen");
        assert!(executor.checkpoints().is_empty());
    }
    // A crash after a restore is recorded as that of the new process.
    take(&mut executor);
    let run = Some(Run::Call { entry: wild, arg: 0 });
    let received = executor.evaluate(vec![], run, soon()).expect("evaluate");
    let Received::Ended(ended) = received else { panic!("{received:?}") };
    assert_eq!(ended.crash.expect("a record").address, executor::addr::Addr(8));
    executor.restore(0).expect("restore");
    assert_eq!(value(&mut executor, &program, "check"), 106);
}

fn chain() {
    if !toolchain::present() {
        return;
    }
    let (_bench, mut executor, program) = start(Options::default());
    for _ in 0..5 {
        value(&mut executor, &program, "step");
        take(&mut executor);
    }
    value(&mut executor, &program, "step");
    executor.restore(4).expect("restore");
    assert_eq!(value(&mut executor, &program, "check"), 105);
    executor.discard(0);
    assert_eq!(executor.checkpoints().len(), 3);
    executor.restore(1).expect("restore a living one");
    assert_eq!(value(&mut executor, &program, "check"), 103);
    executor.restore(0).expect("restore");
    assert_eq!(value(&mut executor, &program, "check"), 102);
    assert!(executor.restore(0).is_err());
}

fn refused() {
    if !toolchain::present() {
        return;
    }
    let (_bench, mut executor, program) = start(Options::default());
    call(&mut executor, &program, "start_thread");
    executor.checkpoint().expect("checkpoint");
    executor.settle().expect("settle");
    assert_eq!(executor.refused(), Some(Refused::Threads(1)));
    assert!(executor.checkpoints().is_empty());
}

/// The children of the warden: this case's executor and its copies.
fn living(executor: &mut Executor) -> Vec<u32> {
    let warden = crate::lifetime::parent_of(executor.pid().expect("pid"));
    let entries = std::fs::read_dir("/proc")
        .expect("proc")
        .filter_map(|e| e.ok()?.file_name().to_str()?.parse::<u32>().ok());
    entries.filter(|pid| crate::lifetime::parent_if_there(*pid) == Some(warden)).collect()
}

fn copy_killed() {
    if !toolchain::present() {
        return;
    }
    let (_bench, mut executor, program) = start(Options::default());
    value(&mut executor, &program, "step");
    take(&mut executor);
    let active = executor.pid().expect("pid");
    let copies: Vec<u32> = living(&mut executor).into_iter().filter(|p| *p != active).collect();
    let [copy] = copies[..] else { panic!("{copies:?}") };
    crate::lifetime::kill_9(copy);
    executor.restore(0).expect("restore");
    let ended = executor.wait_for_end(soon()).expect("wait").expect("in time");
    assert!(
        matches!(ended.cause, Cause::Process(End::NotStarted(_) | End::Signal(_))),
        "{ended:?}"
    );
}

fn stale_request() {
    if !toolchain::present() {
        return;
    }
    let (_bench, mut executor, program) = start(Options::default());
    value(&mut executor, &program, "step");
    take(&mut executor);
    let pid = nix::unistd::Pid::from_raw(executor.pid().expect("pid") as i32);
    nix::sys::signal::kill(pid, nix::sys::signal::SIGSTOP).expect("stop");
    // Stopped, it never reads this request of many frames.
    let names = vec!["a name that fills the socket".repeat(64); 64];
    let actions = vec![executor::wire::Action::Resolve { names }];
    let run = Some(Run::Call { entry: program.symbol("step"), arg: 0 });
    executor.send(executor::wire::Request::Evaluate { actions, run, copy: None }).expect("send");
    executor.restore(0).expect("restore");
    assert_eq!(value(&mut executor, &program, "check"), 101);
}

fn following() {
    if !toolchain::present() {
        return;
    }
    let (_bench, mut executor, program) = start(Options::default());
    for round in 0..3 {
        executor.checkpoint_after().expect("checkpoint");
        value(&mut executor, &program, "step");
        // The next evaluation does not wait for it; its answer comes later.
        value(&mut executor, &program, "check");
        assert_eq!(executor.checkpoints().len(), round + 1, "{:?}", executor.refused());
    }
    executor.checkpoint_after().expect("checkpoint");
    call(&mut executor, &program, "self_abort");
    assert_eq!(executor.checkpoints().len(), 3, "what did not return leaves no state");
    executor.restore(1).expect("restore");
    assert_eq!(value(&mut executor, &program, "check"), 102);
    assert_eq!(executor.checkpoints().len(), 1);
}

fn groups() {
    if !toolchain::present() {
        return;
    }
    let group = |pid: u32| {
        let pid = nix::unistd::Pid::from_raw(pid as i32);
        nix::unistd::getpgid(Some(pid)).expect("there").as_raw() as u32
    };
    let (_bench, mut executor, program) = start(Options::default());
    for _ in 0..20 {
        take(&mut executor);
        let active = executor.pid().expect("pid");
        assert_eq!(group(active), active);
        let others = living(&mut executor).into_iter().filter(|pid| *pid != active);
        let warden = group(crate::lifetime::parent_of(active));
        for copy in others {
            assert_eq!(group(copy), warden);
        }
        assert_ne!(warden, group(std::process::id()), "what a terminal sends reaches no copy");
    }
    call(&mut executor, &program, "self_abort");
    executor.restore(0).expect("restore");
    value(&mut executor, &program, "check");
    let active = executor.pid().expect("pid");
    assert_eq!(group(active), active);
}

fn left_to_executor() {
    if !toolchain::present() {
        return;
    }
    let (_bench, mut executor, program) = start(Options::default());
    for _ in 0..100 {
        executor.checkpoint_after().expect("checkpoint");
        value(&mut executor, &program, "step");
        executor.settle().expect("settle");
        executor.discard_later(0);
    }
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while running(&mut executor) > 1 {
        assert!(std::time::Instant::now() < deadline, "{} processes", running(&mut executor));
        std::thread::yield_now();
    }
}

/// How many of the executor and its copies run: copies that were given up are reaped in batches,
/// so some may be dead and unreaped.
fn running(executor: &mut Executor) -> usize {
    let runs = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| !rest.starts_with(['Z', 'X']))
    };
    living(executor).iter().filter(|pid| runs(pid)).count()
}

fn rounds() {
    if !toolchain::present() {
        return;
    }
    let (_bench, mut executor, program) = start(Options::default());
    for round in 0..300 {
        value(&mut executor, &program, "step");
        take(&mut executor);
        if round % 3 == 0 {
            call(&mut executor, &program, "self_abort");
        }
        executor.restore(0).expect("restore");
        assert_eq!(value(&mut executor, &program, "check"), 101 + round);
    }
    assert_eq!(running(&mut executor), 1);
    let fds = std::fs::read_dir(format!("/proc/{}/fd", executor.pid().unwrap())).unwrap().count();
    assert!(fds < 12, "{fds} descriptors");
}

fn memory_limit() {
    if !toolchain::present() {
        return;
    }
    let (_bench, mut executor, program) = start(Options::default());
    executor.limit_memory(Some(64 << 20)).expect("a limit");
    assert_eq!(value(&mut executor, &program, "bomb"), 77);
}
