//! What comes back from an executor is not believed: user code that speaks on the socket itself
//! costs its own executor and nothing else. And nothing is left of processes that are killed at
//! any moment.

use std::time::{Duration, Instant};

use executor::handle::{Cause, Received};
use executor::warden::{Options, Warden};
use executor::wire::{End, Run};

use crate::lifetime::{kill_9, parent_if_there, parent_of};
use crate::machine::{self, Bench};
use crate::{Case, soon, toolchain};

pub(crate) const CASES: &[Case] = &[
    ("hostile: forged and broken replies", forged),
    ("hostile: kill -9 of each process at random moments leaves nothing", killed_anywhere),
];

fn forged() {
    if !toolchain::present() {
        return;
    }
    let (mut bench, mut executor) = Bench::new();
    let program = toolchain::place(&bench, &mut executor, "hostile.c", 1);
    let good = bench.code(&machine::return_constant(9));
    for kind in 0..8 {
        let pid = executor.pid().expect("pid");
        let entry = program.symbol("attack");
        let run = Some(Run::Call { entry, arg: kind });
        let received = executor.evaluate(program.actions(), run, soon()).expect("evaluate");
        match (kind, &received) {
            // Forged news of a start or of a copy mean nothing; the true reply follows.
            (4 | 7, Received::Done { returned: Some(value), .. }) => assert_eq!(*value, kind),
            (0 | 1, Received::Ended(ended)) => {
                assert!(matches!(ended.cause, Cause::Malformed(_)), "{kind}: {ended:?}");
            }
            (2 | 3, Received::Ended(ended)) => assert_eq!(ended.cause, Cause::Unframed, "{kind}"),
            (5, Received::Ended(ended)) => {
                assert_eq!(ended.cause, Cause::Process(End::Exit(0)), "{kind}");
            }
            // Without a socket it cannot go on.
            (6, Received::Ended(ended)) => {
                assert!(matches!(ended.cause, Cause::Process(End::Exit(_))), "{ended:?}");
            }
            _ => panic!("{kind}: {received:?}"),
        }
        assert_eq!(executor.pid().expect("pid"), pid, "{kind}");
        drop(executor);
        let start = Instant::now();
        while parent_if_there(pid).is_some() {
            assert!(start.elapsed() < Duration::from_secs(5), "{kind}: {pid} lives on");
            std::thread::yield_now();
        }
        executor = bench.warden.executor().expect("respawn");
        let run = Some(Run::Call { entry: good, arg: 0 });
        let received = executor.evaluate(vec![], run, soon()).expect("evaluate");
        assert_eq!(received, Received::Done { results: vec![], returned: Some(9) });
    }
}

/// Processes that came from this one, at any depth.
fn descendants() -> Vec<u32> {
    let me = std::process::id();
    let entries = std::fs::read_dir("/proc").expect("proc");
    let pids = entries.filter_map(|e| e.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let from_me = |pid: &u32| {
        let mut at = *pid;
        while let Some(up) = parent_if_there(at) {
            if up == me {
                return true;
            }
            at = up;
        }
        false
    };
    pids.filter(from_me).collect()
}

fn killed_anywhere() {
    // SAFETY: plain numbers. What is left behind comes here.
    unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) };
    let rounds = std::env::var("TINE_KILL_ROUNDS").map_or(45, |n| n.parse().expect("a number"));
    let mut random = 0x2545_f491_4f6c_dd1du64;
    for round in 0..rounds {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let pause = Duration::from_micros(random % 1500);
        // SAFETY: this process has one thread; the child runs the controller and exits.
        match unsafe { nix::unistd::fork() }.expect("fork") {
            nix::unistd::ForkResult::Child => controller(round % 3, pause),
            nix::unistd::ForkResult::Parent { child } => {
                let start = Instant::now();
                while start.elapsed() < pause {
                    std::thread::yield_now();
                }
                if round % 3 == 0 {
                    kill_9(child.as_raw() as u32);
                }
            }
        }
        let start = Instant::now();
        loop {
            let nothing = nix::sys::wait::WaitPidFlag::WNOHANG;
            let waited = nix::sys::wait::waitpid(None, Some(nothing));
            match waited {
                Err(nix::errno::Errno::ECHILD) => break,
                _ if start.elapsed() > Duration::from_secs(5) => {
                    panic!("round {round}: {:?} live on", descendants())
                }
                _ => std::thread::yield_now(),
            }
        }
    }
}

/// A controller that works until it or one of its processes is killed.
fn controller(victim: u32, pause: Duration) -> ! {
    let start = Instant::now();
    let mut warden = Warden::start(Options::default()).expect("warden");
    let view = warden.take_view().expect("view");
    let layout = warden.layout();
    view.write(0, &machine::return_constant(3)).expect("write");
    let mut executor = warden.executor().expect("executor");
    let pid = executor.pid().expect("pid");
    loop {
        if start.elapsed() > pause && victim > 0 {
            kill_9(if victim == 1 { pid } else { parent_of(pid) });
            let ended = executor.wait_for_end(None).expect("wait").expect("no deadline");
            let told = match victim {
                1 => ended.cause == Cause::Process(End::Signal(libc::SIGKILL)),
                _ => ended.cause == Cause::WardenLost,
            };
            std::process::exit(i32::from(!told));
        }
        let run = Some(Run::Call { entry: layout.text.start, arg: 0 });
        executor.evaluate(vec![], run, None).expect("evaluate");
        executor.checkpoint().expect("checkpoint");
        executor.settle().expect("settle");
        if executor.checkpoints().len() > 3 {
            executor.discard(0);
        }
    }
}
