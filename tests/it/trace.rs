//! Traces of programs: the file is read back by a reader of its own and must say what the program
//! itself counted, for recursion, threads, `longjmp`, inlined and nested functions, crashes.

use crate::harness::{Scratch, run_with_input, run_within, tine};
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// A field of a protobuf message.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

fn number(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = bytes[0];
        *bytes = &bytes[1..];
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return value;
        }
    }
    panic!("a number of more than 64 bits");
}

/// The fields of a message; panics where it is none.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut out = Vec::new();
    while !bytes.is_empty() {
        let tag = number(&mut bytes);
        let field = match tag & 7 {
            0 => Field::Number(number(&mut bytes)),
            2 => {
                let len = number(&mut bytes) as usize;
                let (inner, rest) = bytes.split_at(len);
                bytes = rest;
                Field::Bytes(inner)
            }
            other => panic!("wire type {other}"),
        };
        out.push((tag >> 3, field));
    }
    out
}

fn numbers(bytes: &[u8]) -> HashMap<u64, u64> {
    let number = |(tag, field)| match field {
        Field::Number(value) => Some((tag, value)),
        Field::Bytes(_) => None,
    };
    fields(bytes).into_iter().filter_map(number).collect()
}

fn inside<'a>(fields: &[(u64, Field<'a>)], tag: u64) -> Vec<&'a [u8]> {
    let bytes = |(t, field): &(u64, Field<'a>)| match field {
        Field::Bytes(bytes) if *t == tag => Some(*bytes),
        _ => None,
    };
    fields.iter().filter_map(bytes).collect()
}

/// What a trace says.
#[derive(Default, Debug)]
struct Read {
    /// How often each name begins, and how many of those end.
    begun: HashMap<String, u64>,
    ended: HashMap<String, u64>,
    /// Names by how many times they stood directly inside another: (outer, inner).
    inside: HashMap<(String, String), u64>,
    instants: HashMap<String, u64>,
    /// What the last event that says anything says.
    last_args: Vec<(String, u64)>,
    /// Tracks of threads.
    threads: usize,
    deepest: usize,
}

/// A debug annotation: its name and number.
fn argument(bytes: &[u8]) -> (String, u64) {
    let name = inside(&fields(bytes), 10)[0].to_vec();
    (String::from_utf8(name).unwrap(), numbers(bytes)[&3])
}

const BEGIN: u64 = 1;
const END: u64 = 2;
const INSTANT: u64 = 3;

fn read(path: &Path) -> Read {
    let bytes = std::fs::read(path).unwrap();
    let mut read = Read::default();
    let mut names: HashMap<(u64, u64), String> = HashMap::new();
    let mut open: HashMap<u64, Vec<String>> = HashMap::new();
    let mut clocked = HashMap::new();
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        assert_eq!(number(&mut rest), 1 << 3 | 2, "a file is a row of packets");
        let len = number(&mut rest) as usize;
        let (packet, behind) = rest.split_at(len);
        rest = behind;
        let plain = numbers(packet);
        let packet = fields(packet);
        let sequence = plain[&10];
        for descriptor in inside(&packet, 60) {
            read.threads += inside(&fields(descriptor), 4).len();
        }
        if !inside(&packet, 6).is_empty() {
            assert_eq!(plain[&13], 1, "a clock starts a sequence");
            clocked.insert(sequence, ());
        }
        for interned in inside(&packet, 12) {
            for name in inside(&fields(interned), 2) {
                let text = inside(&fields(name), 2)[0].to_vec();
                let iid = numbers(name)[&1];
                names.insert((sequence, iid), String::from_utf8(text).unwrap());
            }
        }
        for event in inside(&packet, 11) {
            let args: Vec<_> = inside(&fields(event), 4).into_iter().map(argument).collect();
            if !args.is_empty() {
                read.last_args = args;
            }
            assert!(clocked.contains_key(&sequence), "an event before its clock");
            assert!(plain.contains_key(&8), "an event without a time");
            let event = numbers(event);
            let stack = open.entry(sequence).or_default();
            let name = || names[&(sequence, event[&10])].clone();
            match event[&9] {
                BEGIN => {
                    *read.begun.entry(name()).or_default() += 1;
                    if let Some(outer) = stack.last() {
                        *read.inside.entry((outer.clone(), name())).or_default() += 1;
                    }
                    stack.push(name());
                    read.deepest = read.deepest.max(stack.len());
                }
                END => {
                    let name = stack.pop().expect("an end without a beginning");
                    *read.ended.entry(name).or_default() += 1;
                }
                INSTANT => *read.instants.entry(name()).or_default() += 1,
                other => panic!("event type {other}"),
            }
        }
    }
    read
}

/// Runs a program with a trace of its calls; gives what it printed and what the trace says.
fn traced(text: &str, args: &[&str], options: &[&str]) -> (String, String, Read) {
    let scratch = Scratch::new();
    let (source, file) = (scratch.path("t.c"), scratch.path("t.pftrace"));
    std::fs::write(&source, text).unwrap();
    let mut command = tine();
    command.args(["run", "--trace=calls", "--trace"]).arg(&file).args(options).arg(&source);
    command.arg("--").args(args);
    let seen = run_within(&mut command, "", Duration::from_secs(120));
    assert!(seen.ended(), "{}", seen.stderr);
    (seen.stdout, seen.stderr, read(&file))
}

const RECURSIVE: &str = r#"
#include <stdio.h>
#include <stdlib.h>
static long fibs, leaves;
static inline void leaf(void) { leaves++; }
int fib(int n) { fibs++; if (n < 2) { leaf(); return n; } return fib(n - 1) + fib(n - 2); }
int main(int argc, char **argv)
{
    fib(atoi(argv[1]));
    printf("%ld %ld\n", fibs, leaves);
    return 0;
}
"#;

/// With `TINE_TRACE_N=31`: ten million events, as issue and README have them.
#[test]
fn a_trace_counts_what_the_program_counts() {
    let n = std::env::var("TINE_TRACE_N").unwrap_or_else(|_| "20".into());
    for options in [&[][..], &["-O0"], &["--executor=in-process"]] {
        let (stdout, stderr, read) = traced(RECURSIVE, &[&n], options);
        let counts: Vec<u64> = stdout.split_whitespace().map(|n| n.parse().unwrap()).collect();
        let [fibs, leaves] = counts[..] else { panic!("{stdout}{stderr}") };
        for (name, count) in [("fib", fibs), ("leaf", leaves), ("main", 1), ("run", 1)] {
            assert_eq!(read.begun.get(name), Some(&count), "{name} {options:?} {stderr}");
            assert_eq!(read.ended.get(name), Some(&count), "{name} {options:?}");
        }
        let within = |a: &str, b: &str| read.inside.get(&(a.into(), b.into())).copied();
        assert_eq!(within("main", "fib"), Some(1));
        assert_eq!(within("fib", "fib"), Some(fibs - 1));
        assert_eq!(within("fib", "leaf"), Some(leaves));
        assert_eq!(read.deepest, n.parse::<usize>().unwrap() + 2);
        assert!(!stderr.contains("lost"), "{stderr}");
    }
}

/// Collections say what they found, inside the function that allocated.
#[test]
fn collections_are_in_the_trace() {
    let text = r#"
        #include <stdio.h>
        #include <tine/heap.h>
        struct node { struct node *next; long n; };
        struct node *list;
        __attribute__((noinline)) void fill(long n)
        {
            for (; n > 0; n--) {
                struct node *new = gc_new(struct node);
                new->next = list, list = new;
            }
        }
        __attribute__((noinline)) void waste(long n) { while (n-- > 0) gc_new(struct node); }
        int main(void)
        {
            fill(10000);
            waste(200000);
            long before = gc_stats().collections;
            gc_collect();
            struct gc_stats s = gc_stats();
            printf("%ld %ld %ld %ld %ld\n", before, s.collections, s.live, s.moved, s.pinned);
        }
    "#;
    let (stdout, stderr, read) = traced(text, &[], &[]);
    let numbers: Vec<u64> = stdout.split_whitespace().map(|n| n.parse().unwrap()).collect();
    let [before, after, live, moved, pinned] = numbers[..] else { panic!("{stdout}{stderr}") };
    assert!(before >= 4 && after == before + 1 && live > 0, "{stdout}");
    assert_eq!(read.begun["collection"], after, "{read:?}");
    assert_eq!(read.ended["collection"], after);
    let within = |a: &str, b: &str| read.inside.get(&(a.into(), b.into())).copied();
    assert_eq!(within("main", "collection"), Some(1));
    assert_eq!(within("waste", "collection"), Some(before));
    let last = [("live", live), ("moved", moved), ("pinned", pinned)];
    assert_eq!(read.last_args, last.map(|(key, value)| (key.to_string(), value)), "{read:?}");
}

#[test]
fn jumps_threads_and_children_have_their_place() {
    let text = r#"
        #include <pthread.h>
        #include <setjmp.h>
        #include <stdio.h>
        #include <sys/wait.h>
        #include <unistd.h>
        static jmp_buf out;
        __attribute__((noinline)) void deep(int n) { if (n == 0) longjmp(out, 1); deep(n - 1); }
        void jumper(void) { if (!setjmp(out)) deep(9); }
        int work(int n) { return n; }
        void *thread(void *p) { for (int i = 0; i < 1000; i++) work(i); return p; }
        __attribute__((no_instrument_function)) void quiet(void) { work(1); }
        int main(void)
        {
            pthread_t t[3];
            for (int i = 0; i < 50; i++) jumper();
            for (int i = 0; i < 3; i++) pthread_create(&t[i], 0, thread, 0);
            for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
            int nested(int n) { return work(n); }
            nested(3);
            quiet();
            pid_t child = fork();
            if (child == 0) { work(7); _exit(0); }
            waitpid(child, 0, 0);
        }
    "#;
    let (_, stderr, read) = traced(text, &[], &[]);
    let begun = |name: &str| read.begun.get(name).copied().unwrap_or(0);
    let ended = |name: &str| read.ended.get(name).copied().unwrap_or(0);
    assert_eq!((begun("jumper"), ended("jumper")), (50, 50), "{stderr}");
    assert_eq!((begun("deep"), ended("deep")), (500, 500));
    assert_eq!((begun("thread"), ended("thread")), (3, 3));
    assert_eq!((begun("work"), ended("work")), (3003, 3003));
    assert_eq!(begun("quiet"), 0);
    assert_eq!((begun("main.0"), ended("main.0")), (1, 1), "a nested function");
    // The program's, its three threads', its child's.
    assert_eq!(read.threads, 5);
}

#[test]
fn a_crash_keeps_the_last_calls() {
    let text = r#"
        static int *volatile nowhere;
        int one(int n) { return n + 1; }
        int two(int n) { return one(n); }
        int last(int n) { return *nowhere + n; }
        int main(void) { for (int i = 0; i < 100; i++) two(i); return last(3); }
    "#;
    let (_, stderr, read) = traced(text, &[], &["-O0"]);
    assert!(stderr.contains("last calls: "), "{stderr}");
    assert!(stderr.contains("two, one, two, one, last\n"), "{stderr}");
    assert_eq!(read.begun["last"], 1);
    assert_eq!(read.ended.get("last"), None);
    assert_eq!(read.instants["crash"], 1);
}

#[test]
fn a_session_is_traced_between_on_and_off() {
    let scratch = Scratch::new();
    let file = scratch.path("s.pftrace");
    let inputs = format!(
        "int one(int n) {{ return n + 1; }}
:trace on
int two(int n) {{ return one(n); }}
int three(int n) {{ int s = 0; for (int i = 0; i < n; i++) s += two(i); return s; }}
three(5)
three(2); *(int *)0
:trace off
three(6)
:trace save {}
",
        file.display()
    );
    let seen = run_with_input(tine().arg("-i"), &inputs);
    assert!(seen.stdout.contains("int 15\n"), "{}{}", seen.stdout, seen.stderr);
    let last = "last calls: input 4, three, two, two, two, two, two, input 5, three, two, two\n";
    assert!(seen.stderr.contains(last), "{}", seen.stderr);
    let read = read(&file);
    let begun = |name: &str| read.begun.get(name).copied().unwrap_or(0);
    assert_eq!([begun("three"), begun("two"), begun("one")], [2, 7, 0], "{read:?}");
    assert_eq!([begun("input 4"), begun("input 5"), begun("input 6")], [1, 1, 0]);
    assert_eq!([begun("input"), begun("run"), begun("compile")], [4, 2, 4]);
    assert_eq!([read.instants["crash"], read.instants["free"]], [1, 1]);
    assert!(read.instants["checkpoint"] >= 3);
}

#[test]
fn a_file_that_cannot_be_written_is_said() {
    let scratch = Scratch::new();
    let source = scratch.path("t.c");
    std::fs::write(&source, "int main(void) { return 0; }").unwrap();
    let mut command = tine();
    command.args(["run", "--trace", "/nowhere/at/all"]).arg(&source);
    let seen = run_within(&mut command, "", Duration::from_secs(120));
    assert!(seen.stderr.contains("/nowhere/at/all"), "{}", seen.stderr);
    assert_ne!(seen.status, 0);
}
