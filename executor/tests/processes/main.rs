//! Real processes: each case forks a process with one thread, which starts a warden of its own.
//! No harness, because the warden must be forked before threads are. In: an optional substring of
//! case names; out: one line a case, and status 1 if one failed.

mod checkpoints;
mod exits;
mod hostile;
mod lifetime;
mod machine;
mod slab;
mod terminal;
mod toolchain;

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// One case: it panics when something is not as it should be.
pub(crate) type Case = (&'static str, fn());

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).filter(|a| !a.starts_with('-'));
    let cases = [
        slab::CASES,
        lifetime::CASES,
        exits::CASES,
        checkpoints::CASES,
        hostile::CASES,
        terminal::CASES,
    ]
    .concat();
    let mut failed = 0;
    for (name, case) in cases {
        if wanted.as_ref().is_some_and(|w| !name.contains(w.as_str())) {
            continue;
        }
        let start = Instant::now();
        let passed = machine::in_child(case);
        let verdict = if passed { "ok" } else { "FAILED" };
        println!("{name} ... {verdict} ({:.1} ms)", start.elapsed().as_secs_f64() * 1e3);
        failed += u32::from(!passed);
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A moment that no case should need.
pub(crate) fn soon() -> Option<Instant> {
    Some(Instant::now() + Duration::from_secs(10))
}
