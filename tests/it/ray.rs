//! A program of more than fifty C files with threads: the benchmark's ray tracer, in every mode
//! and with several numbers of threads, prints what it prints when gcc links it.

use crate::harness::{Scratch, compile, root, run_limited, tine};
use crate::objects::MODES;
use std::path::PathBuf;
use std::process::Command;

#[path = "../bench/src/pieces.rs"]
mod pieces;

fn objects(scratch: &Scratch) -> Vec<PathBuf> {
    let folder = root().join("tests/bench/ray");
    let mut sources: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    sources.retain(|p| p.extension().is_some_and(|e| e == "c"));
    for (name, text) in pieces::files() {
        let path = scratch.path(&name);
        std::fs::write(&path, text).unwrap();
        sources.push(path);
    }
    sources.sort();
    assert!(sources.len() > pieces::PIECES && sources.len() > 50, "{}", sources.len());
    let include = format!("-I{}", folder.display());
    sources.iter().map(|source| compile(scratch, source, &["-O2", &include])).collect()
}

#[test]
fn ray_tracer() {
    let scratch = Scratch::new();
    let objects = objects(&scratch);
    let exe = scratch.path("native");
    let mut native = Command::new("gcc");
    native.args(["-pthread", "-o"]).arg(&exe).args(&objects).arg("-lm");
    assert!(native.status().unwrap().success());
    for threads in ["1", "2", "5"] {
        let args = ["80", "50", threads];
        let expected = run_limited(Command::new(&exe).args(args));
        assert_eq!(expected.status, 0, "{expected:?}");
        for mode in MODES {
            let mut command = tine();
            command.arg("run").args(mode).args(&objects).args(["-lm", "--"]).args(args);
            let seen = run_limited(&mut command);
            assert_eq!((&seen.stdout, seen.status), (&expected.stdout, 0), "{mode:?} {seen:?}");
        }
    }
}
