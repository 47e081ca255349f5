//! Random programs by csmith: what gcc's program prints (a checksum of all its globals) and how it
//! ends, tine's must too. The seeds change by date; `TINE_SEED=N` says where to start instead, and
//! `TINE_SEEDS=n` how many. A seed that differs is named with the command that makes its program.

use crate::harness::{Scratch, Seen, in_parallel, run_limited, run_within, tine};
use crate::peers;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const SEEDS: u64 = 40;
const DAY: u64 = 24 * 60 * 60;
/// Some random programs never end; gcc's own says which.
const GCC_LIMIT: Duration = Duration::from_secs(3);
const HEADERS: &str = "/usr/include/csmith";

/// What a seed's program is made of; the plain sort every other time.
const SORTS: [&[&str]; 4] = [
    &[],
    &["--float", "--inline-function"],
    &[],
    &["--max-struct-fields", "14", "--max-union-fields", "8", "--max-funcs", "5"],
];

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|e| panic!("{name}={text}: {e}")))
}

/// How a seed went.
enum Outcome {
    Same,
    /// gcc's program does not end in time, or does not do the same at each of gcc's levels.
    Unfit,
    Different(String),
}

/// What gcc's program does.
fn native(source: &Path, exe: &Path, level: &str) -> Seen {
    let mut gcc = Command::new("gcc");
    gcc.args(["-w", level, "-I", HEADERS, "-o"]).arg(exe).arg(source).arg("-lm");
    assert!(gcc.status().unwrap().success(), "{gcc:?}");
    run_within(&mut Command::new(exe), "", GCC_LIMIT)
}

fn compare(seed: u64, scratch: &Scratch) -> Outcome {
    let source = scratch.path(&format!("{seed}.c"));
    let exe = scratch.path(&format!("{seed}.exe"));
    let sort = SORTS[(seed % SORTS.len() as u64) as usize];
    let mut csmith = Command::new("csmith");
    csmith.args(["--seed", &seed.to_string()]).args(sort).arg("-o").arg(&source);
    // It leaves a file where it runs.
    csmith.current_dir(scratch.path(""));
    let made = run_within(&mut csmith, "", GCC_LIMIT);
    if made.status != 0 {
        return Outcome::Unfit;
    }
    let expected = native(&source, &exe, "-O1");
    if !expected.ended() {
        return Outcome::Unfit;
    }
    let level = if (seed / 4).is_multiple_of(4) { "-O0" } else { "-O1" };
    let mut command = tine();
    command.args(["run", "-w", level, "-I", HEADERS]).arg(&source).arg("-lm");
    let seen = run_limited(&mut command);
    if seen.stdout == expected.stdout && seen.status == expected.status {
        let _ = (std::fs::remove_file(&source), std::fs::remove_file(&exe));
        return Outcome::Same;
    }
    // With floats csmith converts what fits no integer: undefined, and gcc folds it otherwise.
    if native(&source, &exe, "-O0").stdout != expected.stdout {
        return Outcome::Unfit;
    }
    Outcome::Different(format!("{csmith:?}, at {level}: expected {expected:#?}, got {seen:#?}"))
}

#[test]
fn random_programs() {
    if peers::file("/usr/bin/csmith", "csmith").is_none()
        || peers::file(&format!("{HEADERS}/csmith.h"), "libcsmith-dev").is_none()
    {
        return;
    }
    let days = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / DAY;
    let first = number("TINE_SEED").unwrap_or(days * 1000);
    let seeds: Vec<u64> = (first..first + number("TINE_SEEDS").unwrap_or(SEEDS)).collect();
    let scratch = Scratch::new();
    let (same, unfit) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let different = Mutex::new(Vec::new());
    in_parallel(&seeds, |_, &seed| match compare(seed, &scratch) {
        Outcome::Same => drop(same.fetch_add(1, Ordering::Relaxed)),
        Outcome::Unfit => drop(unfit.fetch_add(1, Ordering::Relaxed)),
        Outcome::Different(text) => different.lock().unwrap().push(text),
    });
    let different = different.into_inner().unwrap();
    let (same, unfit) = (same.into_inner(), unfit.into_inner());
    println!("csmith from seed {first}: {same} the same, {unfit} unfit");
    assert!(different.is_empty(), "{}", different.join("\n\n"));
    assert!(same * 2 > seeds.len(), "only {same} of {} programs were compared", seeds.len());
}
