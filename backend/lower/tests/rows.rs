//! Rows of C: each file of `rows/` goes through the preprocessor, the front end and this crate,
//! is linked by gcc and run; its output has to be that of gcc's own program. Every CLIF function
//! is verified.

use cfront::session::{Context, Mode, Options as FrontOptions, Standard};
use preproc::Preprocessor;
use preproc::render::{self, Form};
use std::path::{Path, PathBuf};
use std::process::Command;

fn object(source: &Path, optimize: bool, pic: bool) -> Vec<u8> {
    let text = std::fs::read(source).unwrap();
    let name = source.display().to_string();
    lowered(&name, text, optimize, pic).unwrap_or_else(|error| panic!("{error}"))
}

/// The object, or what lowering says.
fn lowered(name: &str, text: Vec<u8>, optimize: bool, pic: bool) -> Result<Vec<u8>, String> {
    let pre = preproc::options::Options { std: preproc::options::Std::C17, ..Default::default() };
    let mut front = FrontOptions { standard: Standard::C17, ..Default::default() };
    front.warnings.none = true;
    let mut pp = Preprocessor::new(pre);
    let file = pp.add_source(name, text);
    let tokens = pp.preprocess(file);
    let mut ctx = Context::new(&mut pp.names, front);
    let checked = cfront::check(&mut ctx, &mut pp.names, &tokens.tokens, Mode::File);
    let said = render::all(&pp.sources, &pp.names, &checked.diags, Form::Lines);
    assert!(checked.is_ok(), "{said}");
    let options = lower::Options {
        optimize,
        wrap: false,
        hurry: false,
        pic,
        verify: true,
        debug: true,
        closed: true,
        trace: None,
        hosted: false,
        script: "script".to_owned(),
        assembler: None,
    };
    match lower::lower(&checked.unit, &ctx.types, &ctx.symbols, &options, &lower::Texts::of(&pp)) {
        Ok(object) => Ok(object.bytes),
        Err(error) => {
            let line = pp.sources.place(error.span.start).map_or(0, |place| place.line);
            Err(format!("{name}:{line}: {}: {}", error.function, error.message))
        }
    }
}

/// What a program printed, with its status.
fn output(program: &Path) -> String {
    let run = Command::new(program).output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&run.stdout), run.status)
}

fn gcc(args: &[&str]) {
    let run = Command::new("gcc").args(args).output().unwrap();
    assert!(run.status.success(), "gcc {args:?}: {}", String::from_utf8_lossy(&run.stderr));
}

fn compare(name: &str) {
    if Command::new("gcc").arg("--version").output().is_err() {
        assert!(std::env::var_os("TINE_REQUIRE_PEERS").is_none(), "gcc is missing");
        println!("SKIP {name}: gcc is missing");
        return;
    }
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/rows/{name}.c"));
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("rows-{name}"));
    std::fs::create_dir_all(&dir).unwrap();
    let reference = dir.join("reference");
    gcc(&["-w", "-std=gnu17", source.to_str().unwrap(), "-o", reference.to_str().unwrap(), "-lm"]);
    let expected = output(&reference);
    for (optimize, pic) in [(false, false), (true, false), (true, true)] {
        let at = dir.join(format!("{optimize}-{pic}.o"));
        std::fs::write(&at, object(&source, optimize, pic)).unwrap();
        let program = dir.join(format!("{optimize}-{pic}"));
        let kind = if pic { "-pie" } else { "-no-pie" };
        gcc(&[kind, at.to_str().unwrap(), "-o", program.to_str().unwrap(), "-lm"]);
        assert_eq!(output(&program), expected, "{name}: optimize {optimize}, pic {pic}");
    }
}

#[test]
fn values() {
    compare("values");
}

#[test]
fn flow() {
    compare("flow");
}

#[test]
fn literals() {
    compare("literals");
}

#[test]
fn variable() {
    compare("variable");
}

#[test]
fn gnu() {
    compare("gnu");
}

#[test]
fn constants() {
    compare("constants");
}

#[test]
fn objects() {
    compare("objects");
}

/// Every line of `rows/lines.c` that says so in a comment has code, and `addr2line` finds it.
#[test]
fn debug_lines() {
    if Command::new("readelf").arg("--version").output().is_err() {
        assert!(std::env::var_os("TINE_REQUIRE_PEERS").is_none(), "readelf is missing");
        println!("SKIP debug_lines: readelf is missing");
        return;
    }
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/rows/lines.c");
    let text = std::fs::read_to_string(&source).unwrap();
    let at = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lines.o");
    std::fs::write(&at, object(&source, false, false)).unwrap();
    let run = Command::new("readelf").arg("--debug-dump=decodedline").arg(&at).output().unwrap();
    let table = String::from_utf8_lossy(&run.stdout);
    let has = |line: usize| {
        let line = line.to_string();
        table.lines().any(|row| row.split_whitespace().nth(1) == Some(&line))
    };
    let mut wanted = 0;
    for (index, row) in text.lines().enumerate() {
        if row.contains("// code") {
            wanted += 1;
            assert!(has(index + 1), "line {} is not in the table:\n{table}", index + 1);
        }
    }
    assert!(wanted >= 5 && !has(1), "{table}");
}

/// Chains as long as a program that writes C may make them, on a test thread's 2 MiB of stack.
#[test]
fn long_chains() {
    let rows = [
        ("sum", format!("int f(int a) {{ return {}; }}", ["a"; 5000].join(" + "))),
        ("commas", format!("int f(int a) {{ return {}; }}", ["a++"; 2000].join(", "))),
        ("and", format!("int f(int a) {{ if ({}) a = 1; return a; }}", ["a"; 1000].join(" && "))),
        ("or", format!("int f(int a) {{ return {}; }}", ["a"; 1000].join(" || "))),
        ("conditional", format!("int f(int a) {{ return {}0; }}", "a == 7 ? 9 : ".repeat(1000))),
        ("else if", format!("void f(int a) {{ {}; }}", "if (a--) a++; else ".repeat(1000))),
    ];
    for (name, text) in rows {
        let made = lowered(name, text.into_bytes(), true, false);
        assert!(made.is_ok(), "{name}: {made:?}");
    }
    let arrows = format!(
        "struct s {{ struct s *n; }}; struct s *f(struct s *p) {{ return p{}; }}",
        "->n".repeat(5000)
    );
    let error = lowered("arrows", arrows.into_bytes(), true, false).unwrap_err();
    assert_eq!(error, "arrows:1: f: an expression nested deeper than 1000 levels");
}
