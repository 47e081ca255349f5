//! Programs that use what the executor's memory offers: arenas, the side stack, the managed heap.
//! Each file under `tests/heap` says in its head what it prints (`//= line`), what must occur in
//! standard error (`//! text`) and how it ends (`// status: N`); it is run in each mode.

use crate::harness::{in_parallel, root, run_limited, tine};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

const MODES: [&[&str]; 4] = [&[], &["-O0"], &["--mapper=copy"], &["--executor=in-process"]];

struct Case {
    stdout: String,
    stderr: Vec<String>,
    status: i32,
}

fn read(path: &Path) -> Case {
    let text = fs::read_to_string(path).unwrap();
    let mut case = Case { stdout: String::new(), stderr: Vec::new(), status: 0 };
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("//= ") {
            case.stdout.push_str(rest);
            case.stdout.push('\n');
        } else if let Some(rest) = line.strip_prefix("//! ") {
            case.stderr.push(rest.to_string());
        } else if let Some(number) = line.strip_prefix("// status: ") {
            case.status = number.parse().unwrap();
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

fn check(path: &Path, flags: &[&str]) -> Option<String> {
    let case = read(path);
    let seen = run_limited(tine().args(["run", "-w"]).args(flags).arg(path));
    let missing = case.stderr.iter().find(|text| !seen.stderr.contains(*text));
    let wrong = seen.stdout != case.stdout || seen.status != case.status || missing.is_some();
    let path = path.display();
    wrong.then(|| {
        let Case { stdout, status, .. } = &case;
        format!("{path} {flags:?}: missing {missing:?}, status {status} and\n{stdout}got {seen:#?}")
    })
}

#[test]
fn programs_in_every_mode() {
    let programs = programs("tests/heap");
    assert!(programs.len() >= 4, "only {} programs", programs.len());
    let runs: Vec<(&PathBuf, &[&str])> =
        programs.iter().flat_map(|path| MODES.map(|mode| (path, mode))).collect();
    let failures = Mutex::new(Vec::new());
    in_parallel(&runs, |_, (path, mode)| failures.lock().unwrap().extend(check(path, mode)));
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
