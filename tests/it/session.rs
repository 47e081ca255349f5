//! Sessions through a pipe: each file under `tests/sessions` is typed into tine line by line.
//! `//= text` is the next line of standard output, `//! text` must occur in standard error after
//! the last such text; `// status: N` is the exit status.

use crate::harness::{root, run_with_input, tine};
use std::fs;
use std::path::Path;

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
    let text = fs::read_to_string(path).unwrap();
    let mut input = String::new();
    let mut stdout = String::new();
    let mut messages = Vec::new();
    let mut status = 0;
    for line in text.lines() {
        if let Some(expected) = line.strip_prefix("//= ") {
            stdout.push_str(expected);
            stdout.push('\n');
        } else if let Some(expected) = line.strip_prefix("//! ") {
            messages.push(expected);
        } else if let Some(number) = line.strip_prefix("// status: ") {
            status = number.parse().unwrap();
        } else if !line.starts_with("// ") {
            input.push_str(line);
            input.push('\n');
        }
    }
    let seen = run_with_input(&mut tine(), &input);
    let mut rest = seen.stderr.as_str();
    let mut missing = None;
    for message in messages {
        match rest.find(message) {
            Some(at) => rest = &rest[at + message.len()..],
            None => missing = missing.or(Some(message)),
        }
    }
    // Addresses of the heap differ from run to run.
    let printed = without_addresses(&seen.stdout);
    if printed != stdout || seen.status != status || missing.is_some() {
        let path = path.display();
        return Some(format!("{path}: missing {missing:?}, expected\n{stdout}got {seen:#?}"));
    }
    None
}
