//! The same C through gcc and through tine: output and status must agree. Each file under
//! `tests/c` is one program; nothing of what it should print is written down here.

use crate::harness::{Scratch, in_parallel, root, run_limited, tine};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

fn differences(file: &Path, flags: &[&str], scratch: &Scratch, n: usize) -> Option<String> {
    let exe = scratch.path(&format!("exe{n}"));
    let made = Command::new("gcc")
        .args(["-w", "-std=gnu2x", "-O1", "-o"])
        .arg(&exe)
        .arg(file)
        .args(flags)
        .args(["-lm", "-lpthread"])
        .status();
    assert!(made.unwrap().success(), "gcc refuses {}", file.display());
    let expected = run_limited(&mut Command::new(exe));
    for level in ["-O0", "-O1"] {
        let mut command = tine();
        command.args(["run", "-w", level]).args(flags).arg(file).args(["-lm", "-lpthread"]);
        let seen = run_limited(&mut command);
        if seen.stdout != expected.stdout || seen.status != expected.status {
            return Some(format!(
                "{} at {level}: status {} for {}\n{}\n--- expected\n{}\n--- stderr\n{}",
                file.display(),
                seen.status,
                expected.status,
                seen.stdout,
                expected.stdout,
                seen.stderr
            ));
        }
    }
    None
}

#[test]
fn programs_do_what_gcc_makes_them_do() {
    let scratch = Scratch::new();
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join("tests/c"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "c"))
        .collect();
    files.sort();
    assert!(files.len() > 5, "only {} programs", files.len());
    let found = Mutex::new(Vec::new());
    in_parallel(&files, |n, file| {
        if let Some(text) = differences(file, &[], &scratch, n) {
            found.lock().unwrap().push(text);
        }
    });
    let found = found.into_inner().unwrap();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

/// The headers of the vector instructions: every function, on random values.
#[test]
fn vector_functions_do_what_gcc_makes_them_do() {
    let scratch = Scratch::new();
    let data = root().join("backend/preproc/tests/data");
    let mut found = differences(&data.join("sse.c"), &[], &scratch, 0);
    if std::is_x86_feature_detected!("bmi2") {
        let flags = ["-msse4.2", "-mpopcnt", "-mlzcnt", "-mbmi", "-mbmi2"];
        found = found.or_else(|| differences(&data.join("sse4.c"), &flags, &scratch, 1));
    }
    assert_eq!(found, None);
}

#[test]
fn a_counter_wraps_where_that_is_asked_for() {
    let scratch = Scratch::new();
    let file = scratch.path("wraps.c");
    let text = "#include <limits.h>\n#include <stdio.h>\nstatic int n = 2;\nint main(void) {\n\
                int i = INT_MAX - 1;\nfor (int k = 0; k < n; k++) i++, printf(\"%ld\\n\", (long)i);\n\
                printf(\"%d\\n\", i < 0);\n}\n";
    std::fs::write(&file, text).unwrap();
    let seen = run_limited(tine().args(["run", "-w", "-O1", "-fwrapv"]).arg(&file));
    assert_eq!(seen.stdout, "2147483647\n-2147483648\n1\n");
}
