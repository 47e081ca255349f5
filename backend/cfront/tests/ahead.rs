//! A large source is parsed while it is still being preprocessed: the tree, the messages and the
//! names are the same as when all its tokens are there at first.

mod common;

use cfront::session::{Context, Mode, Options, Standard};
use common::Random;
use preproc::Preprocessor;
use preproc::options::{Pace, Std};
use preproc::render::{self, Form};
use preproc::warnings::Warnings;
use std::fmt::Write;
use std::path::Path;

/// Everything the parser looks ahead for, `n` times; once what makes it wait for the whole: a name
/// that no token has.
fn text(n: usize, in_the_middle: &str) -> String {
    let mut text = String::from("int printf(const char *, ...);\n");
    for i in 0..n {
        if i == n / 2 {
            text.push_str(in_the_middle);
            text.push_str("double floored(double x) { return __builtin_floor(x); }\n");
        }
        let write = write!(
            text,
            "#define M{i}(x) ((x) + {i})\n#define DO{i}(x) do {{ (void)(x); }} while (0)\n\
             struct S{i} {{ int a[{i} % 7 + 1]; }} s{i} = {{ {{ M{i}(1) }} }};\n\
             int old{i}(a, b) int a; long b; {{ return M{i}(a) + (int)b; }}\n\
             #pragma pack(1)\nstruct P{i} {{ char c; int i; }};\n#pragma pack()\n\
             _Pragma(\"GCC diagnostic push\") _Pragma(\"GCC diagnostic ignored \\\"-Wunused\\\"\")\n\
             double f{i}(double x) {{ int unused{i}; return x + M{i}(x); }}\n\
             _Pragma(\"GCC diagnostic pop\")\n\
             int w{i}(int x) {{ if (x)\n    x++;\n    x--;\n    DO{i}(x);\n  return x = {i}; }}\n\
             [[deprecated]] [[maybe_unused]] static int (*p{i}(int q))[3] {{ (void)q; return 0; }}\n\
             char *t{i} = \"one\" \"two\" \"{i}\"; int z{i} = sizeof(struct P{i}), (y{i});\n\
             void g{i}(char *a) {{ l: printf(\"%d %s\" \" %c\", M{i}(1), a); goto l; }}\n",
        );
        write.expect("room");
    }
    text
}

/// The tree and the messages, by parts or as a whole; with warnings, which ask for locations.
fn outcome(text: &str, mode: Mode, ahead: Option<Pace>, warn: bool) -> (String, String) {
    let mut warnings = Warnings::default();
    for name in ["all", "extra", "pedantic"].iter().filter(|_| warn) {
        warnings.option(name).expect("a group");
    }
    let mut options = preproc::options::Options { std: Std::C17, ..Default::default() };
    options.pace = ahead.unwrap_or(options.pace);
    let mut pp = Preprocessor::new(options);
    let standard = Standard::C17;
    let options = Options { standard, warnings, max_errors: usize::MAX, ..Options::default() };
    let mut ctx = Context::new(&mut pp.names, options);
    let file = pp.add_source("large.c", text);
    let (checked, mut diags) = if ahead.is_some() {
        cfront::check_source(&mut ctx, &mut pp, file, mode)
    } else {
        let read = pp.preprocess(file);
        (cfront::check_preprocessed(&mut ctx, &mut pp, read.tokens, mode), read.diags)
    };
    diags.extend(checked.diags);
    let tree = cfront::dump::unit(&checked.unit, &ctx, &pp.names);
    (tree, render::all(&pp.sources, &pp.names, &diags, Form::Lines))
}

#[test]
fn by_parts_and_as_a_whole_are_the_same() {
    let rows = [
        ("", false),
        ("int e = ;\n", true),
        ("void open(void) { if (1) {\n", true),
        ("int closed[2)];\n}\n", true),
        ("#error stop\n", true),
        ("#if 0\n", true),
        ("int f(int a {\n", true),
        ("int deep = ((((((((((((((((((((1))))))))))))))))))));\n", false),
    ];
    for (in_the_middle, wrong) in rows {
        for (mode, warn) in [(Mode::File, false), (Mode::Script, false), (Mode::File, true)] {
            let text = text(150, in_the_middle);
            let whole = outcome(&text, mode, None, warn);
            assert_eq!(whole.1.contains(" error: "), wrong, "{in_the_middle}: {}", whole.1);
            for _ in 0..3 {
                let pace = preproc::options::Options::default().pace;
                let parts = outcome(&text, mode, Some(pace), warn);
                assert!(parts.1 == whole.1, "{in_the_middle}: {}\n\n{}", parts.1, whole.1);
                assert!(parts.0 == whole.0, "{in_the_middle}: the trees differ");
            }
        }
    }
}

#[test]
fn a_source_that_is_given_up_is_read_to_its_end() {
    let mut text = String::from("int many[] = {\n");
    text.push_str(&"1, 2, 3, 4, 5, 6, 7, 8,\n".repeat(2000));
    text.push_str("};\n");
    text.push_str(&"int wrong = ;\n".repeat(2000));
    text.push_str("#define LAST 77\n");
    let mut pp = Preprocessor::new(preproc::options::Options::default());
    let mut ctx = Context::new(&mut pp.names, Options { max_errors: 5, ..Options::default() });
    let file = pp.add_source("large.c", text);
    let (checked, diags) = cfront::check_source(&mut ctx, &mut pp, file, Mode::File);
    assert!(diags.is_empty(), "{diags:?}");
    assert_eq!(checked.diags.iter().filter(|diag| diag.is_error()).count(), 5);
    let last = pp.names.get("LAST").expect("a name");
    assert!(pp.is_macro(last));
}

/// Files of the other tests, whole and with random damage, in parts of a few tokens.
#[test]
fn the_smallest_parts_make_no_difference() {
    let rounds: usize =
        std::env::var("TINE_ROUNDS").ok().and_then(|s| s.parse().ok()).unwrap_or(12);
    let seed = std::env::var("TINE_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(7_654_321);
    println!("seed {seed}");
    let mut random = Random(seed);
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for folder in ["messages", "tree", "suite"].map(|name| tests.join(name)) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "c") {
                continue;
            }
            let original = std::fs::read(&path).expect("a readable file");
            for round in 0..rounds {
                let mut text = original.clone();
                if round > 0 {
                    damage(&mut text, &mut random);
                }
                let text = String::from_utf8_lossy(&text);
                let mode = [Mode::File, Mode::Script][random.below(2)];
                let warn = random.below(3) == 0;
                let pace = Pace { at_once: 1, part: [1, 2, 7, 40][random.below(4)] };
                let whole = outcome(&text, mode, None, warn);
                let parts = outcome(&text, mode, Some(pace), warn);
                let what = path.display();
                assert!(parts.1 == whole.1, "{what}: {text}\n{}\n{}", parts.1, whole.1);
                assert!(parts.0 == whole.0, "{what}: {text}\nthe trees differ");
            }
        }
    }
}

/// A piece is lost, or said twice, or a bracket too much stands somewhere.
fn damage(text: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(3) {
        let at = random.below(text.len() + 1);
        let end = (at + random.below(30)).min(text.len());
        match random.below(3) {
            0 => drop(text.drain(at..end)),
            1 => {
                let piece = text[at..end].to_vec();
                text.splice(at..at, piece);
            }
            _ => text.insert(at, b"(){}[];,#\"\n"[random.below(11)]),
        }
    }
}
