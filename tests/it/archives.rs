//! Precompiled archives that nobody prepared for us, linked by tine in every mode. Each program
//! under `tests/link` says in its head what it is linked with: `// link: …` for tine and for the
//! system's linker, `// flags: …` for the compiler, `// args: …` for the program, one line for
//! each run, `// needs: FILE PACKAGE` what must be installed. What the program that gcc links
//! prints and how it ends is what must be seen here.

use crate::harness::{Scratch, compile, in_parallel, root, run_limited, tine};
use crate::objects::MODES;
use crate::peers;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

struct Case {
    link: Vec<String>,
    flags: Vec<String>,
    args: Vec<Vec<String>>,
    needs: Vec<(String, String)>,
}

fn read(path: &Path) -> Case {
    let text = std::fs::read_to_string(path).unwrap();
    let mut case = Case { link: vec![], flags: vec![], args: vec![], needs: vec![] };
    let words = |text: &str| text.split(' ').map(String::from).collect::<Vec<_>>();
    for line in text.lines().filter_map(|l| l.strip_prefix("// ")) {
        match line.split_once(": ") {
            Some(("link", rest)) => case.link = words(rest),
            Some(("flags", rest)) => case.flags = words(rest),
            // Arguments may hold spaces: a bar parts them.
            Some(("args", rest)) => case.args.push(rest.split('|').map(String::from).collect()),
            Some(("needs", rest)) => {
                let (file, package) = rest.split_once(' ').unwrap();
                case.needs.push((file.into(), package.into()));
            }
            _ => {}
        }
    }
    if case.args.is_empty() {
        case.args.push(Vec::new());
    }
    case
}

fn check(path: &Path) -> Vec<String> {
    let case = read(path);
    if case.needs.iter().any(|(file, package)| peers::file(file, package).is_none()) {
        return Vec::new();
    }
    let scratch = Scratch::new();
    let flags: Vec<&str> = case.flags.iter().map(String::as_str).collect();
    let object = compile(&scratch, path, &flags);
    let exe = scratch.path("native");
    let cc = if path.extension().unwrap() == "cc" { "g++" } else { "gcc" };
    let mut native = Command::new(cc);
    native.args(["-no-pie", "-rdynamic", "-o"]).arg(&exe).arg(&object).args(&case.link);
    assert!(native.status().unwrap().success(), "{native:?}");
    let mut failures = Vec::new();
    for args in &case.args {
        let expected = run_limited(Command::new(&exe).args(args));
        for mode in MODES {
            let mut command = tine();
            command.arg("run").args(mode).arg(&object).args(&case.link);
            // g++ links its own library without being told.
            command.args(if cc == "g++" { &["-lstdc++", "-lm"][..] } else { &[] });
            let seen = run_limited(command.arg("--").args(args));
            if seen.stdout != expected.stdout || seen.status != expected.status {
                failures.push(format!(
                    "{} {mode:?} {args:?}: expected {expected:#?}\ngot {seen:#?}",
                    path.display()
                ));
            }
        }
    }
    failures
}

#[test]
fn archives_as_they_are() {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(root().join("tests/link"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "c" || e == "cc"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 10, "only {} programs", paths.len());
    let found = Mutex::new(Vec::new());
    in_parallel(&paths, |_, path| found.lock().unwrap().extend(check(path)));
    let found = found.into_inner().unwrap();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
