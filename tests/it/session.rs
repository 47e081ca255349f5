//! Sessions through a pipe: each file under `tests/sessions` is typed into tine line by line.
//! `//= text` is the next line of standard output, `//! text` must occur in standard error after
//! the last such text; `// status: N` is the exit status.

use crate::harness::{in_parallel, root, run_with_input, tine};
use std::fs;
use std::path::Path;
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
    let session = Session::parse(&fs::read_to_string(path).unwrap());
    let seen = run_with_input(&mut tine(), &session.input);
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
        let seen = run_with_input(&mut tine(), &session.input);
        let stdout = without_addresses(&seen.stdout);
        let said: Vec<&str> = seen.stderr.lines().collect();
        let good = stdout == session.stdout
            && seen.status == session.status
            && is_said(&said, &session.messages);
        if !good {
            wrong.lock().unwrap().push(format!("{title}: expected\n{body}\ngot {seen:#?}"));
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
