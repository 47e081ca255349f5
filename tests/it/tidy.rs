//! The architecture's invariants that a machine can check: crate arrows, the places of `unsafe`,
//! a head comment on every file.

use crate::harness::root;
use std::fs;
use std::path::{Path, PathBuf};

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The workspace members in the order the root manifest lists them: (crate name, folder).
fn members() -> Vec<(String, PathBuf)> {
    let manifest = read(&root().join("Cargo.toml"));
    let list = manifest.split("members = [").nth(1).expect("members").split(']').next().unwrap();
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(|folder| {
            let name = folder.rsplit('/').next().unwrap().to_string();
            (name, root().join(folder))
        })
        .collect()
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|n| n != "target" && n != ".git") {
                rust_files(&path, out);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn all_rust_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["executor", "backend", "repl", "examples", "tests"] {
        let folder = root().join(folder);
        if folder.exists() {
            rust_files(&folder, &mut files);
        }
    }
    assert!(files.len() > 20, "found only {} Rust files", files.len());
    files
}

#[test]
fn arrows_only_go_up_the_member_list() {
    let members = members();
    assert!(members.len() >= 10, "{members:?}");
    for (i, (name, folder)) in members.iter().enumerate() {
        let manifest = read(&folder.join("Cargo.toml"));
        let deps = manifest.split("[dependencies]").nth(1).unwrap_or("");
        let deps = deps.split("\n[").next().unwrap();
        for line in deps.lines() {
            let dep = line.split(['.', ' ', '=']).next().unwrap_or("");
            if let Some(j) = members.iter().position(|(n, _)| n == dep) {
                assert!(j < i, "{name} depends on {dep}, which stands above it");
            }
        }
        // A stage knows its input's noun and nothing further down the road.
        let forbidden: &[&str] = match name.as_str() {
            "executor" => &["object", "cranelift"],
            "preproc" => &["executor", "cranelift", "object"],
            "cfront" => &["executor", "cranelift", "object", "link"],
            "lower" => &["executor", "link", "memory"],
            "link" => &["memory", "cfront", "nix"],
            "memory" => &["link", "cfront", "object"],
            "printer" => &["engine", "executor"],
            _ => &[],
        };
        for dep in forbidden {
            let found = deps.lines().any(|l| l.starts_with(dep));
            assert!(!found, "{name} must not know {dep}");
        }
    }
}

#[test]
fn no_crate_is_a_drawer() {
    for (name, _) in members() {
        for bad in ["common", "util", "utils", "misc", "helpers"] {
            assert_ne!(name, bad);
        }
    }
}

/// `unsafe` lives in these files and nowhere else.
const UNSAFE_FILES: &str = include_str!("unsafe_files.txt");

#[test]
fn unsafe_stands_only_where_it_may() {
    let allowed: Vec<&str> =
        UNSAFE_FILES.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    let mut seen = Vec::new();
    for path in all_rust_files() {
        let short = path.strip_prefix(root()).unwrap().to_str().unwrap().to_string();
        let has = read(&path).lines().any(|l| {
            let code = l.split("//").next().unwrap();
            code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == "unsafe")
        });
        if has && !short.starts_with("tests/it/") {
            assert!(allowed.contains(&short.as_str()), "unsafe in {short}");
            seen.push(short);
        }
    }
    for file in allowed {
        assert!(seen.iter().any(|s| s == file), "{file} is on the list but has no unsafe");
    }
    for (name, folder) in members() {
        if name == "executor" {
            continue;
        }
        let head = ["src/lib.rs", "src/main.rs"]
            .iter()
            .find_map(|f| fs::read_to_string(folder.join(f)).ok())
            .unwrap_or_else(|| panic!("{name} has neither lib.rs nor main.rs"));
        assert!(head.contains("#![forbid(unsafe_code)]"), "{name} does not forbid unsafe");
    }
}

#[test]
fn every_file_says_what_it_is() {
    for path in all_rust_files() {
        let text = read(&path);
        let first = text.lines().find(|l| !l.is_empty() && !l.starts_with("#!")).unwrap_or("");
        assert!(first.starts_with("//!"), "{} opens without //!", path.display());
    }
}

#[test]
fn nothing_is_left_half_done() {
    // Spelled apart so that this file does not find itself.
    let words = [concat!("todo", "!("), concat!("unimple", "mented!("), concat!("dbg", "!(")];
    for path in all_rust_files() {
        let text = read(&path);
        for word in words {
            assert!(!text.contains(word), "{} contains {word}", path.display());
        }
    }
}
