//! The interpreter that Debian ships as an archive, made for linking with -fPIC and without.

use executor::addr::Addr;
use link::{External, Input, Options};

use crate::support::{Program, bases, compile, folder, have};

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

/// However many threads work, and whatever was in the buffers before: one image.
#[test]
fn one_image_from_any_number_of_threads() {
    let archive = format!("{FOLDER}/libpython3.11-pic.a");
    if !have(&archive) {
        return;
    }
    let bytes = std::fs::read(&archive).expect("the archive");
    let input = Input { whole_archive: true, ..Input::new(&archive, &bytes) };
    let images = [1, 2].map(|threads| {
        let options = Options { threads, ..Options::default() };
        let plan = link::plan(&[input], &options).unwrap_or_else(|error| panic!("{error}"));
        let externals = vec![External::At(Addr(0x7fff_0000_1000)); plan.externals().len()];
        let image = plan.place(&bases(&plan), &externals, None);
        let image = image.unwrap_or_else(|error| panic!("{error}"));
        let requests = plan.requests().iter();
        let mut dirty: Vec<_> = requests.map(|r| vec![0xa5; r.content as usize]).collect();
        let mut buffers: Vec<&mut [u8]> = dirty.iter_mut().map(Vec::as_mut_slice).collect();
        let into = plan.place_into(&bases(&plan), &externals, None, &mut buffers);
        assert!(into.is_ok());
        for (segment, dirty) in image.segments.iter().zip(&dirty) {
            // Code fills its gaps with no-ops, which a buffer of zeros gets as well.
            assert!(segment.content == *dirty, "the {} segment", segment.pool.name());
        }
        image
    });
    assert!(images[0] == images[1]);
}
