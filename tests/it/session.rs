//! Sessions through a pipe: each file under `tests/sessions` is typed into tine line by line.
//! `//= text` is the next line of standard output, `//! text` must occur in standard error after
//! the last such text; `// status: N` is the exit status.

use crate::harness::{in_parallel, root, run_with_input, tine};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

#[test]
fn transcripts() {
    let mut paths: Vec<_> =
        fs::read_dir(root().join("tests/sessions")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    let mut failures = Vec::new();
    for path in paths {
        failures.extend(check_session(&path));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// `char * 0x55d0c0de "x"` as `char * "x"`.
fn without_addresses(text: &str) -> String {
    let line = |line: &str| {
        let words = line.split(' ').filter(|w| !w.starts_with("0x"));
        words.collect::<Vec<_>>().join(" ") + "\n"
    };
    text.lines().map(line).collect()
}

/// Types one file into a session; what differs from what it says of itself.
pub(crate) fn check_session(path: &Path) -> Option<String> {
    check_with(&mut tine(), path)
}

fn check_with(tine: &mut Command, path: &Path) -> Option<String> {
    let session = Session::parse(&fs::read_to_string(path).unwrap());
    let seen = run_with_input(tine, &session.input);
    let mut rest = seen.stderr.as_str();
    let mut missing = None;
    for message in session.messages {
        match rest.find(&message) {
            Some(at) => rest = &rest[at + message.len()..],
            None => missing = missing.or(Some(message)),
        }
    }
    // Addresses of the heap differ from run to run.
    let printed = without_addresses(&seen.stdout);
    if printed != session.stdout || seen.status != session.status || missing.is_some() {
        let (path, stdout) = (path.display(), session.stdout);
        return Some(format!("{path}: missing {missing:?}, expected\n{stdout}got {seen:#?}"));
    }
    None
}

/// What is typed, and what is to come of it.
#[derive(Default)]
struct Session {
    input: String,
    stdout: String,
    messages: Vec<String>,
    status: i32,
}

impl Session {
    fn parse(text: &str) -> Session {
        let mut session = Session::default();
        for line in text.lines() {
            if let Some(expected) = line.strip_prefix("//= ") {
                session.stdout.push_str(expected);
                session.stdout.push('\n');
            } else if let Some(expected) = line.strip_prefix("//! ") {
                session.messages.push(expected.to_string());
            } else if let Some(number) = line.strip_prefix("// status: ") {
                session.status = number.parse().unwrap();
            } else if !line.starts_with("// ") {
                session.input.push_str(line);
                session.input.push('\n');
            }
        }
        session
    }
}

const IN_PROCESS: &[&str] = &["--executor=in-process"];

/// Whether a session comes back from something, which one in tine's own process cannot.
fn goes_back(text: &str) -> bool {
    let ways = [":undo", ":redo", ":reset", ":limit", "timeout", "crash:", "called exit", "//^C"];
    ways.iter().any(|way| text.contains(way))
}

/// Without a child the same inputs have the same answers, up to the one that would take it away.
#[test]
fn in_process_sessions() {
    let mut failures = Vec::new();
    let mut n_sessions = 0;
    for folder in ["tests/sessions", "examples/sessions"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            if !goes_back(&text) && !text.contains("// needs: ") {
                failures.extend(check_with(tine().args(IN_PROCESS), &path));
                n_sessions += 1;
            }
        }
    }
    assert!(n_sessions >= 8, "{n_sessions} sessions");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    for (input, status, said) in [
        ("int *p = 0; *p = 1;\n2\n", 1, "write to a null pointer"),
        ("abort();\n2\n", 1, "SIGABRT"),
        ("exit(4);\n2\n", 4, "called exit(4)"),
    ] {
        let seen = run_with_input(tine().args(IN_PROCESS), input);
        assert_eq!((seen.stdout.as_str(), seen.status), ("", status), "{input}: {seen:#?}");
        assert!(seen.stderr.contains(said), "{input}: {seen:#?}");
        assert!(seen.stderr.contains("the session ends here"), "{input}: {seen:#?}");
    }
    let seen = run_with_input(tine().args(IN_PROCESS), "int x = 3;\n:undo\n:limit time 1\nx\n");
    assert_eq!((seen.stdout.as_str(), seen.status), ("int 3\n", 1), "{seen:#?}");
    assert!(seen.stderr.contains("cannot be limited"), "{seen:#?}");
    let long = ":time for (volatile int i = 0; i < 30000000; i++);\n";
    let seen = run_with_input(tine().args(IN_PROCESS), long);
    let micros = |name: &str| -> u64 {
        let text = seen.stdout.split(name).nth(1).expect("a stage");
        let digits = text.trim_start().chars().take_while(char::is_ascii_digit);
        digits.collect::<String>().parse().unwrap()
    };
    assert!(micros("run ") > 5_000, "{seen:#?}");
    assert!(micros("reply ") < 1_000_000, "{seen:#?}");
}

/// Each case of `tests/redefinition.txt` prints what it says, and says nothing else.
#[test]
fn redefinitions() {
    let text = fs::read_to_string(root().join("tests/redefinition.txt")).unwrap();
    let cases: Vec<&str> = text.split("\n== ").skip(1).collect();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    let wrong = Mutex::new(Vec::new());
    in_parallel(&cases, |_, case| {
        let (title, body) = case.split_once('\n').unwrap();
        let session = Session::parse(body);
        for mode in [&[][..], IN_PROCESS] {
            if mode == IN_PROCESS && goes_back(body) {
                continue;
            }
            let seen = run_with_input(tine().args(mode), &session.input);
            let stdout = without_addresses(&seen.stdout);
            let said: Vec<&str> = seen.stderr.lines().collect();
            let good = stdout == session.stdout
                && seen.status == session.status
                && is_said(&said, &session.messages);
            if !good {
                let text = format!("{title} {mode:?}: expected\n{body}\ngot {seen:#?}");
                wrong.lock().unwrap().push(text);
            }
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Whether the lines hold what is expected, one by one; `…` is any number of lines.
fn is_said(lines: &[&str], expected: &[String]) -> bool {
    match (lines.split_first(), expected.split_first()) {
        (None, None) => true,
        (_, Some((first, rest))) if first == "…" => {
            (0..=lines.len()).any(|skipped| is_said(&lines[skipped..], rest))
        }
        (Some((line, lines)), Some((first, rest))) => line.contains(first) && is_said(lines, rest),
        _ => false,
    }
}
