//! Our own headers. gcc must take each of them in every mode, and programs must find in them what
//! gcc's own have; and each goes through our preprocessor without a word.

use std::path::{Path, PathBuf};
use std::process::Command;

use preproc::Preprocessor;
use preproc::options::{Options, Std};

const MODES: [&str; 6] = ["c89", "gnu89", "c99", "gnu17", "c2x", "gnu2x"];

fn include() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("include")
}

/// The headers that stand in for gcc's own; those of `tine/` are ours alone.
fn names() -> Vec<String> {
    let entries = std::fs::read_dir(include()).expect("the headers");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter(|name| name.ends_with(".h") && name != "predefined.h").collect()
}

/// Whether gcc is here; else says so, or fails where it must be.
fn gcc() -> bool {
    let found = Command::new("gcc").arg("--version").output().is_ok();
    if !found {
        assert!(std::env::var("TINE_REQUIRE_PEERS").is_err(), "gcc is required and missing");
        println!("SKIP: no gcc to compare with");
    }
    found
}

#[test]
fn every_header_is_found_and_read() {
    for mode in MODES {
        let (std, gnu) = Std::parse(mode).expect("a standard");
        let mut pp = Preprocessor::new(Options { std, gnu, ..Options::default() });
        let own = ["tine/arena.h", "tine/heap.h"].map(String::from);
        for name in names().into_iter().chain(own) {
            let text = format!("#if !__has_include(<{name}>)\n#error\n#endif\n#include <{name}>\n");
            let result = pp.preprocess_text("input", &text);
            assert!(result.diags.is_empty(), "{name} -std={mode}: {:?}", result.diags);
        }
    }
}

#[test]
fn gcc_takes_every_header() {
    if !gcc() {
        return;
    }
    for mode in MODES {
        for name in names() {
            // C11 and later only, as their users know.
            let late = ["stdatomic.h", "stdbit.h", "stdckdint.h", "tgmath.h"];
            if mode.ends_with("89") && late.contains(&name.as_str()) {
                continue;
            }
            let output = Command::new("gcc")
                .args(["-fsyntax-only", "-w", "-xc", "-D__BITINT_MAXWIDTH__=128"])
                .arg(format!("-std={mode}"))
                .arg("-isystem")
                .arg(include())
                .arg(include().join(&name))
                .output()
                .expect("gcc runs");
            // gcc 12 knows neither nullptr nor, in stdarg.h, a va_start without a parameter.
            let said = String::from_utf8_lossy(&output.stderr);
            let too_new = name == "stddef.h" && said.contains("nullptr");
            assert!(output.status.success() || too_new, "{name} -std={mode}: {said}");
        }
    }
}

/// Builds a program of `tests/data` with and without our headers; yields what each says.
fn both(program: &str, mode: &str) -> (String, String) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(program);
    let dir = std::env::temp_dir().join(format!("tine-{program}-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a directory");
    let run = |ours: bool| built(&source, &dir, mode, ours);
    let result = (run(false), run(true));
    std::fs::remove_dir_all(&dir).expect("removed");
    result
}

/// What the program says, built with our headers or without.
fn built(source: &Path, dir: &Path, mode: &str, ours: bool) -> String {
    let mut gcc = Command::new("gcc");
    gcc.args(["-w", "-D__BITINT_MAXWIDTH__=128"]).arg(format!("-std={mode}")).arg(source);
    if source.ends_with("sse4.c") {
        gcc.args(["-msse4.2", "-mpopcnt", "-mlzcnt", "-mbmi", "-mbmi2"]);
    }
    if ours {
        gcc.arg("-isystem").arg(include());
    }
    let output = gcc.arg("-o").arg(dir.join("program")).arg("-lm").output().expect("gcc runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = Command::new(dir.join("program")).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn programs_find_what_they_need() {
    if !gcc() {
        return;
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/headers.c");
    let dir = std::env::temp_dir().join(format!("tine-headers-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a directory");
    built(&source, &dir, "gnu2x", true);
    std::fs::remove_dir_all(&dir).expect("removed");
}

#[test]
fn vector_functions_compute_what_the_processor_does() {
    if !gcc() {
        return;
    }
    let programs: &[&str] = match std::is_x86_feature_detected!("bmi2") {
        true => &["sse.c", "sse4.c"],
        false => &["sse.c"],
    };
    for program in programs {
        let (theirs, ours) = both(program, "gnu17");
        let differs = theirs.lines().zip(ours.lines()).find(|(a, b)| a != b);
        assert_eq!(differs, None);
        assert_eq!(theirs.lines().count(), ours.lines().count());
    }
}
