//! Every program in `programs/` prints the same when we compile it as when gcc does, or, with a
//! `.expect` beside it (for what gcc has not got), what stands there.

mod common;

use std::path::Path;
use std::process::Command;

fn run(program: &Path) -> Result<String, String> {
    let output = Command::new(program).output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.success() {
        true => Ok(text),
        false => Err(format!("{}\n{text}", output.status)),
    }
}

fn link(object: &Path, program: &Path) -> Result<(), String> {
    let output = Command::new("gcc")
        .args(["-w", "-std=gnu17", "-O0"])
        .arg(object)
        .arg("-o")
        .arg(program)
        .args(["-lm", "-latomic"])
        .output()
        .map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

fn check(source: &Path, dir: &Path) -> Result<(), String> {
    let program = dir.join("program");
    let kept = std::fs::read_to_string(source.with_extension("expect")).ok();
    let is_kept = kept.is_some();
    let expect = match kept {
        Some(kept) => kept,
        None => {
            link(source, &program)?;
            run(&program)?
        }
    };
    let text = std::fs::read(source).map_err(|error| error.to_string())?;
    for optimize in [true, false] {
        let setup = common::Setup { c23: is_kept, optimize };
        let object = common::compile(&source.to_string_lossy(), &text, &setup)?;
        let path = dir.join("program.o");
        std::fs::write(&path, object.bytes).map_err(|error| error.to_string())?;
        link(&path, &program)?;
        let got = run(&program)?;
        if let Some((got, want)) = got.lines().zip(expect.lines()).find(|(a, b)| a != b) {
            return Err(format!("optimize: {optimize}\n  ours: {got}\n   gcc: {want}"));
        }
        if got.len() != expect.len() {
            return Err("one printed more than the other".to_owned());
        }
    }
    Ok(())
}

#[test]
fn programs_print_what_gcc_makes_them_print() {
    if Command::new("gcc").arg("--version").output().is_err() {
        assert!(std::env::var_os("TINE_REQUIRE_PEERS").is_none(), "gcc is missing");
        println!("SKIP: no gcc to compare with");
        return;
    }
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let dir = std::env::temp_dir().join(format!("tine-programs-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a temporary directory");
    let mut wrong = String::new();
    let mut count = 0;
    for entry in std::fs::read_dir(&sources).expect("the programs") {
        let source = entry.expect("a directory entry").path();
        if source.extension().is_some_and(|extension| extension == "c") {
            count += 1;
            if let Err(message) = check(&source, &dir) {
                wrong += &format!("{}: {message}\n", source.display());
            }
        }
    }
    let _ = std::fs::remove_dir_all(&dir);
    assert!(count > 0, "no programs in {}", sources.display());
    assert!(wrong.is_empty(), "{wrong}");
}
