//! gcc's own execution tests, straight from source to the child. A file counts when
//! `gcc -O0 -w -fgnu89-inline` passes it; tine must pass nearly all of those.

use crate::harness::{Scratch, in_parallel, run_limited, tine};
use crate::peers;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Of the files gcc passes, how many of a thousand must pass here. It only ever goes up.
const FLOOR_PER_MILLE: usize = 980;

fn passes_with_tine(file: &Path) -> bool {
    let mut command = tine();
    command.args(["run", "-w", "-std=gnu17", "-fgnu89-inline", "-lm"]).arg(file);
    run_limited(&mut command).status == 0
}

fn passes_with_gcc(file: &Path, scratch: &Scratch, n: usize) -> bool {
    let exe = scratch.path(&format!("exe{n}"));
    let made = Command::new("gcc")
        .args(["-O0", "-w", "-fgnu89-inline", "-o"])
        .arg(&exe)
        .arg(file)
        .arg("-lm")
        .stderr(std::process::Stdio::null())
        .status();
    made.is_ok_and(|s| s.success()) && run_limited(&mut Command::new(exe)).status == 0
}

#[test]
fn gcc_execute() {
    let scratch = Scratch::new();
    let folder = "gcc.c-torture/execute";
    let Some(folder) = peers::unpack_gcc_tests(folder, &scratch.path("")) else { return };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "c"))
        .collect();
    files.sort();
    assert!(files.len() > 1000, "only {} files", files.len());
    let failed = Mutex::new(Vec::new());
    let not_gcc = AtomicUsize::new(0);
    in_parallel(&files, |n, file| {
        if passes_with_tine(file) {
            return;
        }
        if passes_with_gcc(file, &scratch, n) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            failed.lock().unwrap().push(name);
        } else {
            not_gcc.fetch_add(1, Ordering::Relaxed);
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    let counted = files.len() - not_gcc.into_inner();
    let passed = counted - failed.len();
    println!("gcc.c-torture/execute: {passed} of {counted}; failing: {failed:?}");
    assert!(passed * 1000 >= counted * FLOOR_PER_MILLE, "{passed} of {counted}: {failed:?}");
}
