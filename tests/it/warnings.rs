//! Warnings against gcc's own. In: programs other people wrote, with `-Wall -Wextra`; out: no line
//! is warned of that gcc does not warn of too. And every warning of the table is given somewhere.

use crate::corpora;
use crate::harness::{in_parallel, root, run_limited, tine};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

#[rustfmt::skip]
const FLAGS: [&str; 11] = [
    "-std=gnu17", "-DLUA_USE_POSIX", "-DHAVE_UNISTD_H", "-Wall", "-Wextra", "-Wwrite-strings",
    "-Wcast-qual", "-Wredundant-decls", "-Wnested-externs", "-Wbad-function-cast",
    "-Wdouble-promotion",
];

/// `file:line` of each warning, and what it says.
fn warned(messages: &str) -> Vec<(String, String)> {
    let lines = messages.lines().filter(|line| line.contains(": warning: "));
    lines
        .filter_map(|line| {
            let mut parts = line.splitn(3, ':');
            let (file, number, said) = (parts.next()?, parts.next()?, parts.next()?);
            let file = Path::new(file).file_name()?.to_string_lossy().into_owned();
            Some((format!("{file}:{number}"), said.to_owned()))
        })
        .collect()
}

fn sources(folder: &Path, under: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.join(under)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|e| e == "c")).collect()
}

#[test]
fn no_line_is_warned_of_that_gcc_is_silent_about() {
    let packages = [("lua5.4", "src"), ("zlib", ""), ("bzip2", ""), ("cjson", "")];
    let mut files = Vec::new();
    for (package, under) in packages {
        let Some(folder) = corpora::debian(package) else { return };
        files.extend(sources(&folder, under));
    }
    assert!(files.len() > 60, "only {} files", files.len());
    let (excess, both) = (Mutex::new(Vec::new()), Mutex::new(0));
    in_parallel(&files, |_, file| {
        let mut gcc = Command::new("gcc");
        gcc.args(["-O1", "-c", "-o", "/dev/null"]).args(FLAGS).arg(file).env("LC_ALL", "C");
        let theirs = warned(&run_limited(&mut gcc).stderr);
        let known: BTreeSet<&str> = theirs.iter().map(|(place, _)| place.as_str()).collect();
        let mut ours = tine();
        ours.args(["cc", "-c", "-o", "/dev/null"]).args(FLAGS).arg(file);
        for (place, said) in warned(&run_limited(&mut ours).stderr) {
            match known.contains(place.as_str()) {
                true => *both.lock().unwrap() += 1,
                false => excess.lock().unwrap().push(format!("{place}:{said}")),
            }
        }
    });
    let excess = excess.into_inner().unwrap();
    println!("{} files, {} warnings as gcc's", files.len(), both.into_inner().unwrap());
    assert!(excess.is_empty(), "{excess:#?}");
}

/// The text of all sources of a crate.
fn text_of(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text_of(&path, text);
        } else if path.file_name().is_some_and(|name| name != "warnings.rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

#[test]
fn every_warning_of_the_table_is_given() {
    let mut text = String::new();
    for folder in ["backend/preproc/src", "backend/cfront/src"] {
        text_of(&root().join(folder), &mut text);
    }
    let table = std::fs::read_to_string(root().join("backend/preproc/src/warnings.rs")).unwrap();
    let rows = table.split("const TABLE").nth(1).unwrap().split("];").next().unwrap();
    let names: Vec<&str> = rows.split('"').skip(1).step_by(2).collect();
    assert!(names.len() > 60, "only {names:?}");
    let idle: Vec<_> = names.iter().filter(|name| !text.contains(&format!("\"{name}\""))).collect();
    assert!(idle.is_empty(), "nothing gives {idle:?}");
}
