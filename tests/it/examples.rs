//! Every example does what its own comments say: `//= line` of standard output (`//=` lines may be
//! the beginning of it where a script has more), `//< line` of standard input, `//! text` in
//! standard error, `// status: N`, `//^C` for the key that interrupts.

use crate::doors::Driven;
use crate::harness::{root, run_with_input, run_within, tine};
use crate::peers;
use crate::session::check_session;
use std::fs;
use std::process::Command;
use std::time::Duration;

#[test]
fn scripts() {
    let mut n_scripts = 0;
    for entry in fs::read_dir(root().join("examples/scripts")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let marked = |mark: &str| -> String {
            let lines = text.lines().filter_map(|l| l.strip_prefix(mark));
            lines.map(|l| l.to_string() + "\n").collect()
        };
        let seen = run_with_input(tine().arg(&path), &marked("//< "));
        let expected = marked("//= ");
        assert!(!expected.is_empty(), "{} expects nothing", path.display());
        assert!(
            seen.stdout.starts_with(&expected) && seen.status == 0,
            "{}: expected\n{expected}got {seen:#?}",
            path.display()
        );
        n_scripts += 1;
    }
    assert!(n_scripts >= 3);
}

#[test]
fn sessions() {
    let mut failures = Vec::new();
    let mut n_sessions = 0;
    for entry in fs::read_dir(root().join("examples/sessions")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let needed = text.lines().find_map(|line| line.strip_prefix("// needs: "));
        if needed.is_some_and(|needed| peers::file(needed, "zlib1g-dev").is_none()) {
            continue;
        }
        failures.extend(match text.contains(KEY) {
            true => check_interrupted(&path.display().to_string(), &text),
            false => check_session(&path),
        });
        n_sessions += 1;
    }
    assert!(n_sessions >= 7);
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Presses the key for an interrupt, when what stands before it has been answered.
const KEY: &str = "\n//^C\n";

/// The same for a session in which that key is pressed once.
fn check_interrupted(name: &str, text: &str) -> Option<String> {
    let lines = |text: &str, mark: &str| -> Vec<String> {
        text.lines().filter_map(|l| l.strip_prefix(mark)).map(str::to_string).collect()
    };
    let typed = |text: &str| -> String {
        let typed = text.lines().filter(|l| !l.starts_with("//"));
        typed.map(|line| line.to_string() + "\n").collect()
    };
    let (before, after) = text.split_once(KEY).expect("the key");
    let mut driven = Driven::start(&[]);
    driven.say(&typed(before));
    for expected in lines(before, "//= ") {
        let line = driven.ask("");
        if line != expected {
            return Some(format!("{name}: expected {expected}, got {line}"));
        }
    }
    driven.interrupt();
    driven.say(&typed(after));
    for expected in lines(after, "//= ") {
        let line = driven.ask("");
        if line != expected {
            return Some(format!("{name}: expected {expected}, got {line}"));
        }
    }
    let (status, said) = driven.end();
    let unsaid = lines(after, "//! ").into_iter().find(|text| !said.contains(text.as_str()));
    let good = unsaid.is_none() && text.contains(&format!("// status: {status}\n"));
    (!good).then(|| format!("{name}: {unsaid:?} is missing, status {status}:\n{said}"))
}

#[test]
fn grading() {
    let folder = root().join("examples/grading");
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_tine")).parent().unwrap();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(bin.to_path_buf()).chain(std::env::split_paths(&paths));
    let mut command = Command::new("sh");
    command.arg(folder.join("grade.sh")).env("PATH", std::env::join_paths(all).unwrap());
    // On a machine that does much else a second is soon over.
    command.env("SECONDS_EACH", "4");
    let seen = run_within(&mut command, "", Duration::from_secs(300));
    let expected = "\
ada          3/3
bob          2/3 clamp(11,0,10) is 10, not 11
cleo         2/3 clamp(11,0,10): read from a null pointer
dan          0/3 clamp(5,0,10) is 5, not 0; clamp(-3,0,10): timed-out; clamp(11,0,10) is 10, not 0
eve          0/3 clamp(5,0,10): exited; clamp(-3,0,10): exited; clamp(11,0,10): exited
finn         0/3 clamp(5,0,10): rejected; clamp(-3,0,10): rejected; clamp(11,0,10): rejected
";
    assert_eq!((seen.stdout.as_str(), seen.status), (expected, 0), "{seen:#?}");
}

/// The engine in a Rust program: `cargo test` builds the examples of all packages it tests.
#[test]
fn embedding() {
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_tine")).parent().unwrap();
    let example = bin.join("examples/embed");
    if !example.exists() {
        return peers::missing(
            "the example `embed` is not built (cargo build -p engine --examples)",
        );
    }
    // As a background job of a shell, which has the keys' signals ignored.
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' INT QUIT; exec \"$0\""]).arg(example);
    let seen = run_with_input(&mut shell, "");
    assert_eq!(seen.status, 0, "{seen:#?}");
    for line in ["total                                    → 25", "exit(3)", "the time is up"] {
        assert!(seen.stdout.contains(line), "no {line} in {}", seen.stdout);
    }
}
