//! Sessions written as programs: every session of `tests/save`, `tests/sessions` and
//! `examples/sessions` is saved, and gcc compiles what was written with the command the file
//! names. The lines of `tests/save` that begin with `out:` are what both print.

use crate::harness::{Scratch, root, run_limited, run_with_input, tine};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

fn printed(stdout: &str) -> Vec<&str> {
    stdout.lines().filter(|line| line.starts_with("out: ")).collect()
}

/// Saves a session, compiles it to `a.out`, and says what the session prints.
fn save_and_compile(scratch: &Scratch, session: &Path) -> String {
    let text = fs::read_to_string(session).unwrap();
    let marks = ["//= ", "//! ", "// "];
    let inputs = text.lines().filter(|line| !marks.iter().any(|mark| line.starts_with(mark)));
    let mut input: String = inputs.map(|line| format!("{line}\n")).collect();
    input.push_str("\n:save saved.c\n");
    let _ = fs::remove_file(scratch.path("saved.c"));
    let seen = run_with_input(tine().arg("-i").current_dir(scratch.path("")), &input);
    let name = session.display();
    let saved = fs::read_to_string(scratch.path("saved.c"));
    let saved = saved.unwrap_or_else(|e| panic!("{name}: {e}: {seen:?}"));
    let command = saved.lines().next().and_then(|line| line.split_once(": "));
    let words: Vec<&str> = command.expect("a first line").1.split(' ').collect();
    assert_eq!(words[0], "cc");
    let mut gcc = Command::new("gcc");
    let compiled = run_limited(gcc.args(&words[1..]).current_dir(scratch.path("")));
    assert_eq!(compiled.status, 0, "{name}: {compiled:?}\n{saved}");
    seen.stdout
}

#[test]
fn a_saved_session_prints_what_it_printed() {
    let scratch = Scratch::new();
    for path in files("tests/save") {
        let session = save_and_compile(&scratch, &path);
        let program = run_limited(&mut Command::new(scratch.path("a.out"))).stdout;
        let (session, program) = (printed(&session), printed(&program));
        assert!(session.len() > 1, "{} prints nothing", path.display());
        // What `:run` did is what the program does.
        assert_eq!(session, program, "{}", path.display());
        let saved = fs::read_to_string(scratch.path("saved.c")).unwrap();
        assert!(!saved.contains("// left out"), "{}:\n{saved}", path.display());
    }
}

#[test]
fn every_session_can_be_saved() {
    let scratch = Scratch::new();
    for path in files("tests/sessions").into_iter().chain(files("examples/sessions")) {
        let text = fs::read_to_string(&path).unwrap();
        // gcc has no collector: what uses ours is a program for tine. And without somebody at the
        // key a session that is interrupted never comes to its end.
        if !text.contains("#include <tine/") && !text.contains("//^C") {
            save_and_compile(&scratch, &path);
        }
    }
}
