//! Halves compiled by us and by gcc call each other with values of random types. A few fixed
//! seeds; `TINE_MIXED_SEEDS=100..300` asks for others.

mod common;
#[path = "mixed/generate.rs"]
mod generate;

use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory of this test's own.
fn scratch() -> PathBuf {
    let path = std::env::temp_dir().join(format!("tine-mixed-{}", std::process::id()));
    std::fs::create_dir_all(&path).expect("a temporary directory");
    path
}

fn have_gcc() -> bool {
    let found = Command::new("gcc").arg("--version").output().is_ok();
    if !found {
        assert!(std::env::var_os("TINE_REQUIRE_PEERS").is_none(), "gcc is missing");
        println!("SKIP: no gcc to link with");
    }
    found
}

fn gcc(args: &[&Path], flags: &[&str]) -> Result<(), String> {
    let output = Command::new("gcc").args(flags).args(args).output().map_err(|e| e.to_string())?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Both ways round, and as one unit; what was wrong, if anything.
fn check(seed: u64, optimize: bool, dir: &Path) -> Result<(), String> {
    let program_text = generate::program(seed);
    let halves = [("callees", &program_text.callees), ("callers", &program_text.callers)];
    let mut objects = Vec::new();
    for (name, text) in halves {
        let text = format!("{}\n{text}", program_text.header);
        let source = dir.join(format!("{seed}{name}.c"));
        std::fs::write(&source, &text).map_err(|error| error.to_string())?;
        let theirs = dir.join(format!("{seed}{name}.gcc.o"));
        gcc(&[&source, Path::new("-o"), &theirs], &["-c", "-w", "-O1", "-std=gnu17"])?;
        let ours = dir.join(format!("{seed}{name}.o"));
        let setup = common::Setup { c23: false, optimize };
        let object = common::compile(&source.to_string_lossy(), text.as_bytes(), &setup)?;
        std::fs::write(&ours, object.bytes).map_err(|error| error.to_string())?;
        objects.push((ours, theirs));
    }
    let [(callees, gcc_callees), (callers, gcc_callers)] = &objects[..] else {
        return Err("two halves were expected".to_owned());
    };
    let program = dir.join(format!("{seed}.out"));
    let link = |a: &Path, b: &Path| {
        gcc(&[a, b, Path::new("-o"), &program, Path::new("-lm")], &[])?;
        Command::new(&program).output().map_err(|error| error.to_string())
    };
    // gcc 12 reads some 16-byte aligned arguments as if they lay so in the saved registers.
    if !link(gcc_callees, gcc_callers)?.status.success() {
        println!("seed {seed}: gcc does not understand itself");
        return Ok(());
    }
    let mut wrong = String::new();
    for (what, a, b) in [
        ("gcc calls us", callees, gcc_callers),
        ("we call gcc", gcc_callees, callers),
        ("we call us", callees, callers),
    ] {
        let output = link(a, b)?;
        if !output.status.success() {
            wrong += &format!("seed {seed}, {what}: {}\n", output.status);
            wrong += &String::from_utf8_lossy(&output.stdout);
        }
    }
    // One unit of it: the functions are nobody else's, and may be called as it pleases us.
    for storage in ["static", "static __attribute__((noinline))"] {
        let header = program_text.header.replace("extern unsigned long received;", "");
        let header = header.replace("extern ", &format!("{storage} "));
        let text = format!("{header}\n{}\n{}", program_text.callees, program_text.callers);
        let source = dir.join(format!("{seed}whole.c"));
        std::fs::write(&source, &text).map_err(|error| error.to_string())?;
        let setup = common::Setup { c23: false, optimize };
        let object = common::compile(&source.to_string_lossy(), text.as_bytes(), &setup)?;
        let whole = dir.join(format!("{seed}whole.o"));
        std::fs::write(&whole, object.bytes).map_err(|error| error.to_string())?;
        gcc(&[&whole, Path::new("-o"), &program, Path::new("-lm")], &[])?;
        let output = Command::new(&program).output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            wrong += &format!("seed {seed}, {storage}: {}\n", output.status);
            wrong += &String::from_utf8_lossy(&output.stdout);
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

#[test]
fn halves_understand_each_other() {
    if !have_gcc() {
        return;
    }
    let seeds = match std::env::var("TINE_MIXED_SEEDS") {
        Ok(text) => {
            let (from, to) = text.split_once("..").expect("a range like 1..50");
            from.parse().expect("a number")..to.parse().expect("a number")
        }
        Err(_) => 1..5u64,
    };
    let dir = scratch();
    let mut wrong = String::new();
    for seed in seeds {
        for optimize in [true, false] {
            if let Err(message) = check(seed, optimize, &dir) {
                wrong += &message;
            }
        }
    }
    if wrong.is_empty() {
        let _ = std::fs::remove_dir_all(&dir);
    }
    assert!(wrong.is_empty(), "sources in {}:\n{wrong}", dir.display());
}
