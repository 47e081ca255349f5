//! Programs compiled by gcc and run by `tine run`, in every mode: what they print and how they
//! end stands in the C file's own head, and the same program linked by gcc must agree.
//!
//! Directives, each a comment of its own line: `//= text` a line of standard output; `//! text`
//! must occur in standard error; `// status: N`; `// flags: …` for tine; `// link: …` for both;
//! `// also: FILE` a second module; `// library: FILE` made into a shared library (linked, or with
//! `// dlopen: yes` given as the last argument); `// gcc: differs` the program linked by gcc ends
//! otherwise (why, the head says); `// gcc: skip` it would never end; `// compile: …` for gcc.

use crate::harness::{Scratch, compile, run_limited, tine};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const MODES: [&[&str]; 3] = [&[], &["--mapper=copy"], &["--executor=in-process"]];

struct Case {
    path: PathBuf,
    stdout: String,
    stderr: Vec<String>,
    status: i32,
    fields: Vec<(String, String)>,
}

impl Case {
    fn read(path: &Path) -> Case {
        let text = fs::read_to_string(path).unwrap();
        let mut case = Case {
            path: path.to_path_buf(),
            stdout: String::new(),
            stderr: Vec::new(),
            status: 0,
            fields: Vec::new(),
        };
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("//=") {
                case.stdout.push_str(rest.strip_prefix(' ').unwrap_or(rest));
                case.stdout.push('\n');
            } else if let Some(rest) = line.strip_prefix("//! ") {
                case.stderr.push(rest.to_string());
            } else if let Some((key, value)) =
                line.strip_prefix("// ").and_then(|l| l.split_once(": "))
            {
                match key {
                    "status" => case.status = value.parse().unwrap(),
                    _ => case.fields.push((key.to_string(), value.to_string())),
                }
            }
        }
        case
    }

    fn field(&self, key: &str) -> Option<&str> {
        self.fields.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    fn words(&self, key: &str) -> Vec<String> {
        self.field(key).map_or(Vec::new(), |v| v.split(' ').map(String::from).collect())
    }
}

fn check(path: &Path) -> Vec<String> {
    let case = Case::read(path);
    let scratch = Scratch::new();
    let name = path.file_stem().unwrap().to_str().unwrap();
    let flags = case.words("compile");
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let mut objects = vec![compile(&scratch, path, &flags)];
    let folder = path.parent().unwrap();
    if let Some(also) = case.field("also") {
        objects.push(compile(&scratch, &folder.join(also), &[]));
    }
    let mut library = None;
    if let Some(source) = case.field("library") {
        let object = compile(&scratch, &folder.join(source), &["-fPIC"]);
        let lib = scratch.path(&format!("lib{name}.so"));
        let made = Command::new("gcc").arg("-shared").arg("-o").arg(&lib).arg(object).status();
        assert!(made.unwrap().success());
        library = Some(lib);
    }
    let by_name = case.field("dlopen").is_some();
    let linked = library.iter().filter(|_| !by_name);
    let arguments: Vec<&PathBuf> = library.iter().filter(|_| by_name).collect();
    let mut failures = Vec::new();

    if !matches!(case.field("gcc"), Some("skip" | "differs")) {
        let exe = scratch.path("native");
        let cc = if path.extension().unwrap() == "cc" { "g++" } else { "gcc" };
        let made = Command::new(cc)
            .arg("-o")
            .arg(&exe)
            .args(&objects)
            .args(linked.clone())
            .args(case.words("link"))
            .status();
        assert!(made.unwrap().success(), "{name}: native link");
        let seen = run_limited(Command::new(exe).args(&arguments));
        if seen.stdout != case.stdout || seen.status != case.status {
            failures.push(format!("{name}: gcc's own program does not do that: {seen:#?}"));
        }
    }
    for mode in MODES {
        let mut command = tine();
        command.arg("run").args(mode).args(case.words("flags"));
        command.args(&objects).args(linked.clone()).args(case.words("link"));
        command.arg("--").args(&arguments);
        let seen = run_limited(&mut command);
        let missing = case.stderr.iter().find(|t| !seen.stderr.contains(*t));
        if seen.stdout != case.stdout || seen.status != case.status || missing.is_some() {
            failures.push(format!(
                "{} {mode:?}: expected status {} and\n{}stderr with {missing:?}\ngot {seen:#?}",
                case.path.display(),
                case.status,
                case.stdout
            ));
        }
    }
    failures
}

#[test]
fn exit_matrix() {
    check_folder("tests/exit", 20);
}

/// Signal, address, kind, and every frame by name, whatever the code keeps on its stack.
#[test]
fn crash_reports() {
    check_folder("tests/crash", 5);
}

fn check_folder(folder: &str, at_least: usize) {
    let folder = crate::harness::root().join(folder);
    let mut failures = Vec::new();
    let mut n_cases = 0;
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".lib.c") || name.ends_with(".2.c") {
            continue;
        }
        n_cases += 1;
        failures.extend(check(&path));
    }
    assert!(n_cases >= at_least, "only {n_cases} cases found");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
