//! Damaged objects and archives through the command line: every one is refused with a message and
//! status 1, or links; nothing panics, nothing hangs. The link crate has 20,000 such inputs; here
//! the whole way is taken, slab and executor included, short of running what came of it.

use crate::harness::{Scratch, compile, in_parallel, run_limited, tine};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

const PROGRAM: &str = r#"
#include <stdio.h>
#include <stdlib.h>
static __thread int local = 3;
static int table[100] = { 1, 2, 3 };
static const char *names[] = { "one", "two", "three" };
__attribute__((constructor)) static void begin(void) { table[4] = 5; }
__attribute__((weak)) void absent(void);
int main(int argc, char **argv)
{
    for (int i = 0; i < 3; i++)
        printf("%s %d\n", names[i], table[i] + local + argc);
    if (absent)
        absent();
    switch (argc) {
    case 1: return 1;
    case 2: return abs(table[1]);
    case 3: return 7;
    case 4: return atoi(argv[1]);
    case 5: return 11;
    }
    return 0;
}
"#;

/// What is wrong with how tine took a file, if anything.
fn refusal(path: &Path, what: &str) -> Option<String> {
    let seen = run_limited(tine().args(["run", "--emit=map"]).arg(path));
    let said = seen.stderr.starts_with("tine: ") && seen.stderr.len() > 12;
    let fine = match seen.status {
        0 => seen.stderr.is_empty(),
        1 => said && seen.stdout.is_empty(),
        _ => false,
    };
    (!fine || seen.stderr.contains("panicked")).then(|| format!("{what}: {seen:?}"))
}

fn check_all(bytes: &[u8], name: &str, damaged: &[(String, Vec<u8>)]) {
    let scratch = Scratch::new();
    let whole = scratch.path(name);
    std::fs::write(&whole, bytes).unwrap();
    let seen = run_limited(tine().args(["run", "--emit=map"]).arg(&whole));
    assert_eq!(seen.status, 0, "undamaged: {seen:?}");
    let wrong = Mutex::new(Vec::new());
    in_parallel(damaged, |n, (what, bytes)| {
        let path = scratch.path(&format!("{n}-{name}"));
        std::fs::write(&path, bytes).unwrap();
        wrong.lock().unwrap().extend(refusal(&path, what));
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn truncated(bytes: &[u8], parts: usize) -> impl Iterator<Item = (String, Vec<u8>)> + '_ {
    (0..parts).map(move |n| {
        let len = bytes.len() * n / parts;
        (format!("cut to {len}"), bytes[..len].to_vec())
    })
}

fn mutated(bytes: &[u8], count: u64) -> impl Iterator<Item = (String, Vec<u8>)> + '_ {
    (1..=count).map(move |seed| {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut damaged = bytes.to_vec();
        for _ in 0..=next() % 4 {
            let at = (next() % bytes.len() as u64) as usize;
            damaged[at] = match next() % 3 {
                0 => next() as u8,
                1 => damaged[at] ^ (1 << (next() % 8)),
                _ => [0, 0xff, 0x7f, 0x80][(next() % 4) as usize],
            };
        }
        (format!("seed {seed}"), damaged)
    })
}

fn object() -> Vec<u8> {
    let scratch = Scratch::new();
    let source = scratch.path("program.c");
    std::fs::write(&source, PROGRAM).unwrap();
    std::fs::read(compile(&scratch, &source, &["-g"])).unwrap()
}

#[test]
fn damaged_objects() {
    let bytes = object();
    let damaged: Vec<_> = truncated(&bytes, 60).chain(mutated(&bytes, 200)).collect();
    check_all(&bytes, "program.o", &damaged);
}

#[test]
fn damaged_archives() {
    let scratch = Scratch::new();
    let file = scratch.path("program.o");
    std::fs::write(&file, object()).unwrap();
    let archive = scratch.path("program.a");
    let made = Command::new("ar").arg("rcs").arg(&archive).arg(&file).status().unwrap();
    assert!(made.success());
    let bytes = std::fs::read(archive).unwrap();
    let damaged: Vec<_> = truncated(&bytes, 40).chain(mutated(&bytes, 120)).collect();
    check_all(&bytes, "program.a", &damaged);
}
