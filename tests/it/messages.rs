//! What `tine` says when it cannot do what it was told: every message as it is read, in
//! `tests/messages.txt`. `TINE_BLESS=1` writes the file anew.

use crate::harness::{Scratch, compile, root, run_limited, tine};
use std::fmt::Write;
use std::process::Command;

const SOURCES: [(&str, &str); 9] = [
    ("good.c", "int main(void) { return 0; }\n"),
    ("undefined.c", "int nowhere(int); int main(void) { return nowhere(1) + nowhere(2); }\n"),
    ("twice.c", "int main(void) { return 1; }\n"),
    ("no_main.c", "int other(void) { return 0; }\n"),
    ("large.c", "char large[3ull << 30]; int main(void) { return large[5]; }\n"),
    ("threads.c", "__thread char large[1 << 20]; int main(void) { return large[5]; }\n"),
    ("needs.c", "int missing(void); int entry(void) { return missing(); }\n"),
    ("frob.c", "int frob_level = 3; int frob(int n) { return n + frob_level; }\n"),
    ("aborts.c", "#include <signal.h>\nint main(void) { return raise(SIGTERM); }\n"),
];

const COMMANDS: [&str; 42] = [
    "--nothing",
    "-x",
    "runn",
    "absent.c",
    "run",
    "run --whole-archive",
    "run --tmeout=3 good.o",
    "run --timeout good.o --",
    "run --timeout=soon good.o",
    "run --timeout=0 good.o",
    "run --executor=elsewhere good.o",
    "run --mapper=pigeon good.o",
    "run --emit=everything good.o",
    "run --stats=yes good.o",
    "run -l",
    "run good.o -lnot-there-at-all",
    "run absent.o",
    "run folder",
    "run empty.o",
    "run text.o",
    "run bitcode.o",
    "run cut.o",
    "run undefined.o",
    "run good.o twice.o",
    "run no_main.o",
    "run --entry=start good.o",
    "run large.o",
    "run threads.o",
    "run good.o libneeds.so",
    "run script.so good.o",
    "run -isystem include -L . hinted.c",
    "run --timeout=0.2 loop.o",
    "run aborts.o",
    "run good.c -std=c12",
    "cc -c -Wformatt good.c",
    "cc -c -Wnosuch good.c",
    "cc -c -funrol-loops good.c",
    "cc -c -fsanitize=address good.c",
    "cc -c -fmax-errors=few good.c",
    "cc good.c",
    "cc -c good.c twice.c",
    "cc -c absent.c",
];

fn prepare(scratch: &Scratch) {
    for (name, text) in SOURCES {
        let source = scratch.path(name);
        std::fs::write(&source, text).unwrap();
        let object = compile(scratch, &source, &["-mcmodel=medium"]);
        std::fs::rename(object, source.with_extension("o")).unwrap();
    }
    let write = |name: &str, bytes: &[u8]| std::fs::write(scratch.path(name), bytes).unwrap();
    let good = std::fs::read(scratch.path("good.o")).unwrap();
    write("cut.o", &good[..good.len() / 2]);
    write("empty.o", b"");
    write("text.o", b"only words, and not the words of a linker script\n");
    write("bitcode.o", b"BC\xc0\xde0000000000000000");
    write("script.so", b"GROUP ( /lib/absent.so.6 )\n");
    std::fs::create_dir_all(scratch.path("folder")).unwrap();
    let source = scratch.path("loop.c");
    std::fs::write(&source, "int main(void) { for (;;) ; }\n").unwrap();
    let object = compile(scratch, &source, &[]);
    std::fs::rename(object, source.with_extension("o")).unwrap();
    let made = Command::new("gcc")
        .args(["-shared", "-fPIC", "-Wl,-z,now", "-o"])
        .arg(scratch.path("libneeds.so"))
        .arg(scratch.path("needs.c"))
        .status();
    assert!(made.unwrap().success());
    // A library whose header is read, but which is not linked.
    std::fs::create_dir_all(scratch.path("include/frob")).unwrap();
    write("include/frob/frob.h", b"extern int frob_level; int frob(int n);\n");
    write(
        "hinted.c",
        b"#include <frob/frob.h>\nint own(int);\nint main(void) { return own(frob(frob_level)); }\n",
    );
    let made = Command::new("gcc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(scratch.path("libfrob.so"))
        .arg(scratch.path("frob.c"))
        .status();
    assert!(made.unwrap().success());
}

#[test]
fn messages() {
    let scratch = Scratch::new();
    prepare(&scratch);
    let folder = scratch.path("");
    let mut text = String::new();
    for line in COMMANDS {
        let seen = run_limited(tine().args(line.split(' ')).current_dir(&folder));
        assert!(!seen.stderr.is_empty() && seen.status != 0, "{line}: {seen:?}");
        writeln!(text, "$ tine {line}\n{}status {}\n", seen.stderr, seen.status).unwrap();
    }
    // The compiler's own folder has a version in its name.
    let text = match (text.find(", /usr/lib/gcc/"), text.find(" (add its folder")) {
        (Some(from), Some(to)) if from < to => text[..from].to_string() + &text[to..],
        _ => text,
    };
    let golden = root().join("tests/messages.txt");
    if std::env::var_os("TINE_BLESS").is_some() {
        std::fs::write(&golden, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    assert!(text == expected, "{} differs, now:\n{text}", golden.display());
}
