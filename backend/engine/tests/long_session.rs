//! A session of very many inputs: statements, values, prints, calls, definitions made again
//! and failures of four kinds, mixed. What it leaves in the controller is measured in bytes that
//! are allocated once its tables have found their size; mappings and descriptors of both
//! processes must stay what they were, and an input must not take longer at the end.
//! `TINE_LONG_SESSION` is the number of inputs (default 3,000; the full test is 100,000).
//! `harness = false`: the warden is forked by a process with one thread.

use engine::{Options, Outcome, Session, Undone};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What an input may leave in the controller, in bytes. Tables that double their room blur the
/// figure of a short run.
const MOST: i64 = 100;
const MOST_IN_SHORT: i64 = 250;
/// From so many inputs on the run is no short one.
const LONG: u64 = 50_000;
/// An executor, the copies that can be gone back to, and those that were left to it to be ended.
const MOST_PROCESSES: usize = 1 + 18 + 33;
/// More values than keep their names.
const VALUES: usize = 1100;
/// So many functions are defined first, and again later.
const MANY: u64 = 400;

/// Inputs of one kind, by number; how many of twenty are of it, and whether they fail.
struct Kind {
    text: fn(u64) -> String,
    share: u64,
    fails: bool,
}

const KINDS: [Kind; 12] = [
    Kind { text: |n| format!("total += {n};"), share: 3, fails: false },
    Kind { text: |n| format!("total + {}", n % 99), share: 3, fails: false },
    Kind { text: |n| format!("printf(\"%d\\n\", total + {});", n % 7), share: 3, fails: false },
    Kind { text: |n| format!("total = last({n});"), share: 2, fails: false },
    Kind {
        text: |n| format!("int last(int x) {{\n    return x + {n};\n}}"),
        share: 2,
        fails: false,
    },
    Kind { text: |n| format!("int again = {n};"), share: 1, fails: false },
    Kind { text: |n| format!("#define AGAIN {n}\n"), share: 1, fails: false },
    Kind { text: |_| "total = 0; *(volatile int *)0 = 1;".into(), share: 1, fails: true },
    Kind { text: |_| "total = 0; exit(1);".into(), share: 1, fails: true },
    Kind { text: |n| format!("int x{n} = ; {n} +"), share: 1, fails: true },
    Kind { text: |n| format!("extern int n{n}; total = n{n};"), share: 1, fails: true },
    Kind { text: |n| own(n % MANY), share: 1, fails: false },
];

fn own(n: u64) -> String {
    format!("int own{n}(int x) {{ return x * {}; }}", n % 9)
}

/// The kinds, mixed: twenty inputs of which each has its share.
fn mixed() -> Vec<&'static Kind> {
    let mut mix = Vec::new();
    for round in 0..3 {
        mix.extend(KINDS.iter().filter(|kind| kind.share > round));
    }
    mix
}

/// What must not grow, of one process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Counts {
    mappings: usize,
    descriptors: usize,
}

fn counts(pid: u32) -> Counts {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).expect("the process is there");
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).expect("its descriptors");
    Counts { mappings: maps.lines().count(), descriptors: descriptors.count() }
}

/// How many processes the warden of an executor has: that one, and copies of it.
fn processes(executor: u32) -> usize {
    // The name may hold anything but ends with the last parenthesis.
    let parent = |stat: &str| -> Option<u32> {
        let mut fields = stat[stat.rfind(')')? + 1..].split_ascii_whitespace();
        let is_over = fields.next()? == "Z";
        fields.next()?.parse().ok().filter(|_| !is_over)
    };
    let of = |dir: &Path| parent(&fs::read_to_string(dir.join("stat")).ok()?);
    let warden = of(&PathBuf::from(format!("/proc/{executor}")));
    assert!(warden.is_some(), "the executor has a parent");
    let all = fs::read_dir("/proc").expect("/proc").flatten();
    all.filter(|entry| of(&entry.path()) == warden).count()
}

/// Kilobytes of this process's memory: its own, and of the slab it shares.
fn resident() -> String {
    let status = fs::read_to_string("/proc/self/status").expect("a status");
    let kept = |line: &&str| line.starts_with("RssAnon") || line.starts_with("RssShmem");
    let lines: Vec<String> =
        status.lines().filter(kept).map(|l| l.split_whitespace().collect::<String>()).collect();
    lines.join(" ")
}

/// Bytes the controller has allocated now.
fn live() -> i64 {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as i64 - stats.bytes_deallocated as i64
}

fn eval(session: &mut Session, text: &str, fails: bool) {
    let outcome = session.eval(text).unwrap_or_else(|failure| panic!("{text}: {failure}"));
    let good = matches!(outcome, Outcome::Done { .. } | Outcome::Value { .. });
    assert_eq!(good, !fails, "{text}: {outcome:?}");
    if let Some(loss) = outcome.loss() {
        assert_eq!(loss.undone_from, loss.input, "{text}: {:?}", loss.refused);
    }
    session.rest().unwrap_or_else(|failure| panic!("behind {text}: {failure}"));
}

fn start() -> Session {
    let nowhere = File::options().write(true).open("/dev/null").expect("/dev/null");
    let streams = [None, Some(Arc::new(nowhere.into())), None];
    let mut session = Session::new(Options { streams, ..Options::default() }).expect("a session");
    eval(&mut session, "#include <stdio.h>\n#include <stdlib.h>\n", false);
    let text = "int total; int last(int x) { return x; } int again;\n#define AGAIN 0\n";
    eval(&mut session, text, false);
    session
}

/// The time each input of a stretch took on average, without those that lose their process.
fn latency(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted[sorted.len() / 2]
}

fn main() {
    let inputs: u64 = match std::env::var("TINE_LONG_SESSION") {
        Ok(text) => text.parse().expect("TINE_LONG_SESSION is a number"),
        Err(_) => 3_000,
    };
    let mut session = start();
    let mix = mixed();
    let kind_of = |n: u64| mix[(n % mix.len() as u64) as usize];
    // Tables get their room, and the first values their names.
    let warm = inputs.clamp(200, 8_000);
    for _ in 0..VALUES {
        eval(&mut session, "total", false);
    }
    let before = live();
    (0..MANY).for_each(|n| eval(&mut session, &own(n), false));
    eprintln!("a new function needs {} bytes", (live() - before) / MANY as i64);
    for n in 0..warm {
        eval(&mut session, &(kind_of(n).text)(n), kind_of(n).fails);
    }
    let (own, executor) = (counts(std::process::id()), counts(session.process()));
    eprintln!("after {warm}: {} {own:?}, executor {executor:?}", resident());
    let (before, mut times) = (live(), Vec::with_capacity(inputs as usize));
    for n in warm..warm + inputs {
        let kind = kind_of(n);
        let text = (kind.text)(n);
        let began = Instant::now();
        eval(&mut session, &text, kind.fails);
        times.push(began.elapsed());
        if n == warm + inputs / 2 {
            let executor = counts(session.process());
            eprintln!(
                "halfway: {} {:?}, executor {executor:?}",
                resident(),
                counts(std::process::id())
            );
        }
    }
    let grown = live() - before;
    let each = grown / inputs as i64;
    eprintln!("{inputs} inputs: {grown} bytes, {each} an input");
    let (own_after, executor_after) = (counts(std::process::id()), counts(session.process()));
    eprintln!("at the end: {} {own_after:?}, executor {executor_after:?}", resident());
    let part = times.len().min(1000) / 2 + 1;
    let (first, last) = (latency(&times[..part]), latency(&times[times.len() - part..]));
    eprintln!("an input took {first:?} at first, {last:?} at last");
    let most = if inputs < LONG { MOST_IN_SHORT } else { MOST };
    goes_back(&mut session);
    assert!(each < most, "{each} bytes an input, {most} at most");
    assert_eq!(
        (own.descriptors, executor.descriptors),
        (own_after.descriptors, executor_after.descriptors)
    );
    let processes = processes(session.process());
    eprintln!("{processes} processes");
    assert!(processes <= MOST_PROCESSES, "{processes} processes of the warden's");
    assert!(own_after.mappings <= own.mappings + 8, "{own:?} {own_after:?}");
    assert!(executor_after.mappings <= executor.mappings + 8, "{executor:?} {executor_after:?}");
}

/// The value of an expression that is an `int`.
fn int(session: &mut Session, text: &str) -> i32 {
    let outcome = session.eval(text).unwrap_or_else(|failure| panic!("{text}: {failure}"));
    let Outcome::Value { value, .. } = outcome else { panic!("{text}: {outcome:?}") };
    let mut bytes = [0; 4];
    let addr = value.addr.expect("a value in memory");
    assert!(session.read(addr.0, &mut bytes), "{text} lies at {addr}");
    i32::from_ne_bytes(bytes)
}

/// What is forgotten is nothing that anybody can go back to.
fn goes_back(session: &mut Session) {
    const ALL: &str = "last(0) + AGAIN + again + total + own3(1)";
    let before = int(session, ALL);
    let changes =
        ["int last(int x) { return 7; }", "#define AGAIN 5\n", "int again = 70;", "total = 3;"];
    changes.iter().for_each(|text| eval(session, text, false));
    eval(session, "int own3(int x) { return 1000; }", false);
    assert_eq!(int(session, ALL), 7 + 5 + 70 + 3 + 1000);
    eval(session, "again = 0; *(volatile int *)0 = 1;", true);
    assert_eq!(int(session, ALL), 1085);
    let undone = session.undo(changes.len() + 3).expect("an undo");
    assert!(matches!(undone, Undone::Before(_)), "{undone:?}");
    assert_eq!(int(session, ALL), before);
    let recent = session.next_value() - 900;
    int(session, &format!("${recent}"));
    let Ok(Outcome::Rejected { diags }) = session.eval("$1") else { panic!("$1 is there") };
    assert!(diags[0].message.contains("$1 is gone"), "{diags:?}");
    assert!(session.reset().expect("a reset"));
    eval(session, "last(0)", true);
    eval(session, "#include <stdio.h>\nint total = 4; int last(int x) { return x; }", false);
    eval(session, "total = 5;", false);
    assert_eq!(int(session, "total + last(2)"), 7);
    session.undo(2).expect("an undo");
    assert_eq!(int(session, "total + last(1)"), 5);
}
