//! Other people's tests of preprocessors, through gcc and through tine: MCPP's validation suite and
//! TinyCC's. Where gcc accepts a file, so must tine, with the same text but for white space; where
//! gcc rejects one, tine must.

use crate::corpora;
use crate::harness::{Seen, run_limited, tine};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The text without white space and without the lines that say where the next ones come from.
fn squeezed(text: &str) -> String {
    let marks = |line: &&str| {
        let rest = line.trim_start().strip_prefix('#').map(str::trim_start);
        !rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    text.lines().filter(marks).flat_map(str::split_whitespace).collect()
}

fn preprocess(mut command: Command, file: &Path, options: &[&str]) -> Seen {
    let name = file.file_name().unwrap();
    command.arg("-E").args(options).arg(name).current_dir(file.parent().unwrap());
    // The same moment for both.
    command.env("SOURCE_DATE_EPOCH", "1000000000").env("LC_ALL", "C");
    run_limited(&mut command)
}

/// What differs between gcc and tine over some files.
fn differences(files: &[PathBuf], options: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files {
        let mut gcc = Command::new("gcc");
        gcc.arg("-P");
        let gcc = preprocess(gcc, file, options);
        let mut ours = tine();
        ours.arg("cc");
        let ours = preprocess(ours, file, options);
        let name = file.file_name().unwrap().to_string_lossy();
        if (gcc.status == 0) != (ours.status == 0) {
            let said = if gcc.status == 0 { &ours.stderr } else { &gcc.stderr };
            let said = said.lines().next().unwrap_or_default();
            wrong.push(format!("{name}: gcc {}, tine {}: {said}", gcc.status, ours.status));
        } else if gcc.status == 0 && squeezed(&gcc.stdout) != squeezed(&ours.stdout) {
            wrong.push(format!("{name}: the texts differ"));
        }
    }
    wrong
}

fn files(folder: &Path, begin: &[&str]) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "c"))
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            begin.iter().any(|begin| name.starts_with(begin))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn mcpp() {
    let Some(folder) = corpora::debian("mcpp") else { return };
    let folder = folder.join("test-c");
    let good = files(&folder, &["n_", "i_", "u_"]);
    assert!(good.len() > 60, "only {} files", good.len());
    for std in ["-std=gnu17", "-std=c99"] {
        let wrong = differences(&good, &[std, "-w"]);
        assert!(wrong.is_empty(), "{std}: {wrong:#?}");
    }
    let bad = files(&folder, &["e_"]);
    assert!(bad.len() > 20, "only {} files", bad.len());
    let wrong = differences(&bad, &["-std=gnu17", "-pedantic-errors"]);
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("mcpp: {} accepted alike, {} rejected", good.len(), bad.len());
}

#[test]
fn tinycc() {
    let Some(folder) = corpora::debian("tcc") else { return };
    let files = files(&folder.join("tests/pp"), &[""]);
    assert!(files.len() > 15, "only {} files", files.len());
    let wrong = differences(&files, &["-std=gnu17", "-w"]);
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("tcc's pp: {} files alike", files.len());
}
