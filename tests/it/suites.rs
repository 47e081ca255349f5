//! Real programs nobody adapted, and other compilers' tests, as scripts: what they print, how they
//! end and what they write has to be what gcc makes them do. Their sources are fetched when the
//! tests run (see `corpora`).

use crate::corpora;
use crate::harness::{Scratch, in_parallel, run_limited, run_within, tine};
use crate::programs::{PROGRAMS, Program};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Some of the programs are large, and the machine may have other work.
const LONG: Duration = Duration::from_secs(100);

/// The texts with their places filled in.
fn filled(texts: &[&str], dir: &Path, own: &Path, out: &Path) -> Vec<String> {
    let place = |path: &Path| path.to_string_lossy().into_owned();
    let fill = |text: &&str| {
        text.replace("{dir}", &place(dir))
            .replace("{own}", &place(own))
            .replace("{out}", &place(out))
    };
    texts.iter().map(fill).collect()
}

/// The `.c` files of a folder, sorted.
fn c_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "c"));
    files.sort();
    files
}

/// What a program does otherwise than gcc's.
fn differences(program: &Program, dir: &Path) -> Vec<String> {
    let scratch = Scratch::new();
    let (own, out) = (scratch.path(""), scratch.path("out"));
    for (name, text) in program.extra {
        fs::write(scratch.path(name), text).unwrap();
    }
    let mut sources = Vec::new();
    for path in filled(program.sources, dir, &own, &out) {
        match Path::new(&path).is_dir() {
            true => sources.extend(c_files(Path::new(&path))),
            false => sources.push(PathBuf::from(path)),
        }
    }
    sources.retain(|path| !program.without.iter().any(|name| path.ends_with(name)));
    let flags = filled(program.flags, dir, &own, &out);
    let exe = scratch.path("native");
    let mut gcc = Command::new("gcc");
    gcc.args(["-w", "-O0", "-std=gnu17", "-o"]).arg(&exe).args(&flags).args(&sources);
    gcc.args(["-lm", "-lpthread", "-ldl"]);
    assert!(gcc.status().unwrap().success(), "{gcc:?}");
    let mut found = Vec::new();
    for run in program.runs {
        let arguments = filled(run, dir, &own, &out);
        // The program's own name is part of some messages.
        let first = &sources[0];
        let mut native = Command::new(&exe);
        native.arg0(first).args(&arguments).env("LC_ALL", "C");
        let expected = (run_within(&mut native, "", LONG), fs::read(&out).ok());
        let _ = fs::remove_file(&out);
        let mut command = tine();
        command.args(["run", "-w", "-std=gnu17"]).args(&flags).args(&sources);
        command.args(["-lm", "-lpthread", "-ldl", "--"]).args(&arguments).env("LC_ALL", "C");
        let seen = (run_within(&mut command, "", LONG), fs::read(&out).ok());
        let _ = fs::remove_file(&out);
        let same = seen.0.stdout == expected.0.stdout && seen.0.status == expected.0.status;
        if !same || seen.1 != expected.1 {
            let same_file = seen.1 == expected.1;
            found.push(format!(
                "{} {arguments:?}: (same file: {same_file}) expected {:#?}, got {:#?}",
                program.name, expected.0, seen.0
            ));
        }
    }
    found
}

#[test]
fn real_programs() {
    let found = Mutex::new(Vec::new());
    in_parallel(PROGRAMS, |_, program| {
        if let Some(dir) = program.corpus.fetch() {
            found.lock().unwrap().extend(differences(program, &dir));
        }
    });
    let found = found.into_inner().unwrap();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

/// Files of TinyCC's tests that are about TinyCC, or about what is refused here with a clear error.
const TINYCC_LEFT_OUT: [&str; 1] = [
    // The layout of Microsoft's compiler.
    "95_bitfields_ms.c",
];

#[test]
fn tinycc_tests() {
    let Some(dir) = corpora::debian("tcc") else { return };
    let folder = dir.join("tests/tests2");
    let scratch = Scratch::new();
    let mut files = c_files(&folder);
    files.retain(|path| !TINYCC_LEFT_OUT.iter().any(|name| path.ends_with(name)));
    let compared = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    in_parallel(&files, |n, file| {
        let arguments: &[&str] = match file.file_name().unwrap().to_str().unwrap() {
            "31_args.c" => &["arg1", "arg2", "arg3", "arg4", "arg5"],
            "46_grep.c" => &[r"[^* ]*[:a:d: ]+\:\*-/: $", "46_grep.c"],
            _ => &[],
        };
        let exe = scratch.path(&format!("exe{n}"));
        let mut gcc = Command::new("gcc");
        gcc.args(["-w", "-O0", "-std=gnu17", "-fgnu89-inline", "-o"]).arg(&exe).arg(file);
        gcc.args(["-lm", "-lpthread"]).stderr(std::process::Stdio::null());
        if !gcc.status().unwrap().success() {
            return;
        }
        let expected = run_limited(Command::new(exe).args(arguments).current_dir(&folder));
        let mut command = tine();
        command.args(["run", "-w", "-std=gnu17", "-fgnu89-inline"]).arg(file);
        command.args(["-lm", "-lpthread", "--"]).args(arguments).current_dir(&folder);
        let seen = run_limited(&mut command);
        compared.fetch_add(1, Ordering::Relaxed);
        if seen.stdout != expected.stdout || seen.status != expected.status {
            let name = file.display();
            failed.lock().unwrap().push(format!("{name}: expected {expected:#?}, got {seen:#?}"));
        }
    });
    let (failed, compared) = (failed.into_inner().unwrap(), compared.into_inner());
    println!("TinyCC's tests2: {} of {compared}", compared - failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    assert!(compared > 80, "only {compared} files of {}", files.len());
}

/// Files of chibicc's tests that gcc passes and this does not claim to.
const CHIBICC_LEFT_OUT: [&str; 6] = [
    // Pushes and pops in gcc's own frame.
    "asm.c",
    // Expects registers to last from one asm statement to the next.
    "asm6.c",
    // Takes an automatic constant object for a constant expression.
    "issue145.c",
    // Gives va_end a pointer to char.
    "varargs.c",
    // Print addresses.
    "issue40.c",
    "varscope.c",
];

#[test]
fn chibicc_tests() {
    let Some(dir) = corpora::debian_of("trixie", "chibicc") else { return };
    let mut files = c_files(&dir.join("test"));
    files.retain(|path| !CHIBICC_LEFT_OUT.iter().any(|name| path.ends_with(name)));
    let scratch = Scratch::new();
    // It is C for gcc: its functions are declared in the tests without their types.
    let common = scratch.path("common.c");
    fs::copy(dir.join("test/common"), &common).unwrap();
    let include = format!("-I{}", dir.join("test").display());
    let flags = ["-w", "-std=gnu17", "-fgnu89-inline", include.as_str()];
    let compared = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    in_parallel(&files, |n, file| {
        let exe = scratch.path(&format!("exe{n}"));
        let mut gcc = Command::new("gcc");
        gcc.args(flags).arg("-o").arg(&exe).arg(file).arg(&common).args(["-pthread", "-lm"]);
        if !gcc.stderr(std::process::Stdio::null()).status().unwrap().success() {
            return;
        }
        let expected = run_limited(Command::new(exe).current_dir(&dir));
        if expected.status != 0 {
            return;
        }
        let mut command = tine();
        command.arg("run").args(flags).arg(file).arg(&common).args(["-lpthread", "-lm"]);
        let seen = run_within(command.current_dir(&dir), "", LONG);
        compared.fetch_add(1, Ordering::Relaxed);
        if seen.stdout != expected.stdout || seen.status != 0 {
            let name = file.display();
            failed.lock().unwrap().push(format!("{name}: expected {expected:#?}, got {seen:#?}"));
        }
    });
    let (failed, compared) = (failed.into_inner().unwrap(), compared.into_inner());
    println!("chibicc's tests: {} of {compared}", compared - failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    assert!(compared > 25, "only {compared} files of {}", files.len());
}

/// CoreMark at its full length: it finds the iterations for ten seconds by itself, and says
/// whether its checksums are right.
#[test]
fn coremark_validates() {
    let Some(files) = corpora::wheel("pythondata-cpu-ibex", "0.0.post2937") else { return };
    let dir = files.join("pythondata_cpu_ibex/system_verilog/vendor/eembc_coremark");
    let mut command = tine();
    command.args(["run", "-O1", "-w", "-DPERFORMANCE_RUN=1", "-DFLAGS_STR=\"-O1\""]);
    command.arg(format!("-I{}", dir.display())).arg(format!("-I{}/linux64", dir.display()));
    command.args(c_files(&dir)).arg(dir.join("linux64/core_portme.c")).arg("-lrt");
    let seen = run_within(&mut command, "", LONG);
    assert_eq!(seen.status, 0, "{seen:#?}");
    assert!(seen.stdout.contains("Correct operation validated."), "{}", seen.stdout);
    // The checksum that CoreMark's own documentation gives for these seeds.
    assert!(seen.stdout.contains("[0]crclist       : 0xe714"), "{}", seen.stdout);
}
