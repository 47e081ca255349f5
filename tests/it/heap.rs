//! Programs that use what the executor's memory offers: arenas, the side stack, the managed heap.
//! Each file under `tests/heap` says in its head what it prints (`//= line`), what must occur in
//! standard error (`//! text`) and how it ends (`// status: N`); it is run in each mode, and with
//! a collector that runs when it is time, as often as it can, and never (or as `// gc:` says).
//! `TINE_HEAP_STEPS` makes the random mutator take so many steps (10,000,000 in a release build
//! is the full campaign), in a program and at a prompt whose inputs crash.

use crate::harness::{Scratch, in_parallel, root, run_limited, run_within, tine};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

/// Options, and when collections happen.
const MODES: [(&[&str], &str); 6] = [
    (&[], ""),
    (&[], "zeal=17"),
    (&[], "never"),
    (&["-O0"], "zeal=9"),
    (&["--mapper=copy"], "verify"),
    (&["--executor=in-process"], "zeal=40"),
];

struct Case {
    stdout: String,
    stderr: Vec<String>,
    status: i32,
    gc: Option<String>,
}

fn read(path: &Path) -> Case {
    let text = fs::read_to_string(path).unwrap();
    let mut case = Case { stdout: String::new(), stderr: Vec::new(), status: 0, gc: None };
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("//= ") {
            case.stdout.push_str(rest);
            case.stdout.push('\n');
        } else if let Some(rest) = line.strip_prefix("//! ") {
            case.stderr.push(rest.to_string());
        } else if let Some(number) = line.strip_prefix("// status: ") {
            case.status = number.parse().unwrap();
        } else if let Some(mode) = line.strip_prefix("// gc: ") {
            case.gc = Some(mode.to_string());
        }
    }
    case
}

fn programs(folder: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(root().join(folder)).unwrap().map(|e| e.unwrap().path());
    let mut paths: Vec<PathBuf> = all.filter(|p| p.extension().is_some_and(|e| e == "c")).collect();
    paths.sort();
    paths
}

fn check(path: &Path, flags: &[&str], gc: &str) -> Option<String> {
    let case = read(path);
    let gc = case.gc.as_deref().unwrap_or(gc);
    let mut command = tine();
    command.args(["run", "-w"]).args(flags).arg(path).env("TINE_GC", gc);
    let limit = if std::env::var_os("TINE_HEAP_STEPS").is_some() { 36_000 } else { 60 };
    let seen = run_within(&mut command, "", Duration::from_secs(limit));
    let missing = case.stderr.iter().find(|text| !seen.stderr.contains(*text));
    let wrong = seen.stdout != case.stdout || seen.status != case.status || missing.is_some();
    let path = path.display();
    wrong.then(|| {
        let Case { stdout, status, .. } = &case;
        format!(
            "{path} {flags:?} TINE_GC={gc}: missing {missing:?}, status {status} and\n{stdout}\
             got {seen:#?}"
        )
    })
}

#[test]
fn programs_in_every_mode() {
    let programs = programs("tests/heap");
    assert!(programs.len() >= 10, "only {} programs", programs.len());
    let mut runs = Vec::new();
    for path in &programs {
        // One that says itself when collections happen is run once.
        let n = if read(path).gc.is_some() { 1 } else { MODES.len() };
        runs.extend(MODES[..n].iter().map(|(flags, gc)| (path, *flags, *gc)));
    }
    let failures = Mutex::new(Vec::new());
    in_parallel(&runs, |_, (path, flags, gc)| {
        let failed = check(path, flags, gc);
        failures.lock().unwrap().extend(failed);
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The random mutator at a prompt: inputs that crash after their steps, inputs that are killed in
/// the middle of one, a collection perhaps, and `:undo` take the heap and its model back together.
#[test]
fn a_restored_heap_is_as_it_was() {
    let steps = std::env::var("TINE_HEAP_STEPS").ok().and_then(|n| n.parse::<u64>().ok());
    let (inputs, each) = steps.map_or((60, 60), |n| (n / 5000, 5000));
    let header = root().join("tests/heap/mutator.h");
    let mut text = format!("#include \"{}\"\nstart(11)\n", header.display());
    let mut expected = "int 1\n".to_string();
    for n in 0..inputs {
        let moment = n * 7919;
        match moment % 7 {
            0 => text.push_str(&format!("steps({each}); roots[0] = 0; *(int *)0 = 1;\n")),
            1 => text.push_str(&format!("steps({each}); forget_all(); abort();\n")),
            2 => text.push_str(&format!("steps_until_killed({});\n", moment % 30_000)),
            n => {
                text.push_str(&format!("steps({each})\n"));
                text.push_str(if n == 3 { ":undo\n" } else { "" });
                expected.push_str("int 1\n");
            }
        }
        text.push_str("check()\n");
        expected.push_str("int 1\n");
    }
    let limit = Duration::from_secs(if steps.is_some() { 36_000 } else { 60 });
    let seen = run_within(tine().env("TINE_GC", "zeal=25"), &text, limit);
    let (died, killed) = (seen.stderr.matches("crash: SIG").count(), "ended by SIGKILL");
    let values = seen.stdout.lines().filter(|line| !line.starts_with("back to"));
    let values: String = values.map(|line| line.to_string() + "\n").collect();
    assert_eq!(values, expected, "{}", seen.stderr);
    assert_eq!(seen.stderr.matches(killed).count() as u64, inputs.div_ceil(7), "{}", seen.stderr);
    assert!(died as u64 >= inputs / 7 * 2, "{}", seen.stderr);
}

/// An object of `tine cc -c` brings its globals with it; another linker is told what it lacks.
#[test]
fn objects_keep_their_roots() {
    let scratch = Scratch::new();
    let object = scratch.path("types.o");
    let source = root().join("tests/heap/types.c");
    let made = run_limited(tine().args(["cc", "-c", "-w"]).arg(&source).arg("-o").arg(&object));
    assert_eq!(made.status, 0, "{}", made.stderr);
    let seen = run_limited(tine().arg("run").arg(&object).env("TINE_GC", "zeal=9"));
    assert_eq!((seen.stdout, seen.status), (read(&source).stdout, 0), "{}", seen.stderr);
    let linked = run_limited(Command::new("gcc").arg(&object).arg("-o").arg(scratch.path("types")));
    assert!(linked.status != 0 && linked.stderr.contains("use `tine run`"), "{}", linked.stderr);
}
