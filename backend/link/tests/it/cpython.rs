//! The interpreter that Debian ships as an archive, made for linking with -fPIC and without.

use crate::support::{Program, compile, folder, have};

const FOLDER: &str = "/usr/lib/python3.11/config-3.11-x86_64-linux-gnu";
const MAIN: &str = "int Py_BytesMain(int, char **);
    int main(int argc, char **argv) { return Py_BytesMain(argc, argv); }";

fn check(archive: &str, options: &[&str]) {
    let archive = format!("{FOLDER}/{archive}");
    if !have(&archive) {
        return;
    }
    let folder = folder(&format!("cpython{}", options.concat()));
    let mut compiler = vec!["gcc"];
    compiler.extend(options);
    let main = compile(&folder, "main.c", MAIN, &compiler);
    let mut program = Program::new(&[main, archive.into()]);
    program.libraries.extend([
        "/lib/x86_64-linux-gnu/libm.so.6",
        "/lib/x86_64-linux-gnu/libz.so.1",
        "/lib/x86_64-linux-gnu/libexpat.so.1",
    ]);
    let ran = program.run(&["-c", "print(sum(range(10)), 'x'.upper())"]);
    assert_eq!((ran.stdout.as_str(), ran.status), ("45 X\n", Some(0)), "{}", ran.stderr);
    let ran =
        program.run(&["-c", "import json, math, sys; print(json.dumps([1, 2])); sys.exit(4)"]);
    assert_eq!((ran.stdout.as_str(), ran.status), ("[1, 2]\n", Some(4)), "{}", ran.stderr);
}

#[test]
fn position_independent() {
    check("libpython3.11-pic.a", &["-fPIC"]);
}

#[test]
fn position_dependent() {
    check("libpython3.11.a", &["-fno-pic"]);
}
