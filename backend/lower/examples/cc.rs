//! Compiles C files to objects, for comparison with other compilers:
//! `cc [-O0] [-fpic] [-std=…] [-I dir] [-D x] [-fgnu89-inline] [--time] [--no-verify] [--repeat] file.c out.o`.
//! Ends with status 1 when the source is refused and with 3 when lowering cannot do it.

use cfront::session::{Context, Mode, Options, Standard};
use preproc::Preprocessor;
use preproc::options::{CommandMacro, Std};
use preproc::render::{self, Form};
use std::time::Instant;

fn main() {
    let mut pre = preproc::options::Options::default();
    let mut options = Options::default();
    options.warnings.none = true;
    let mut lower_options = lower::Options {
        optimize: true,
        wrap: false,
        hurry: false,
        pic: false,
        verify: true,
        debug: false,
        closed: true,
        trace: None,
        hosted: false,
        script: "script".to_owned(),
        assembler: Some(assemble),
    };
    let (mut files, mut time, mut clif, mut repeat) = (Vec::new(), false, false, false);
    for arg in std::env::args().skip(1) {
        if let Some(std) = arg.strip_prefix("-std=") {
            (pre.std, pre.gnu) = Std::parse(std).expect("a known standard");
            options.gnu = pre.gnu;
            options.standard = match pre.std {
                Std::C89 | Std::C94 => Standard::C89,
                Std::C99 => Standard::C99,
                Std::C11 => Standard::C11,
                Std::C17 => Standard::C17,
                Std::C23 => Standard::C23,
            };
        } else if let Some(dir) = arg.strip_prefix("-I") {
            pre.include_dirs.push(dir.to_owned());
        } else if let Some(define) = arg.strip_prefix("-D") {
            pre.macros.push(CommandMacro::Define(define.to_owned()));
        } else {
            match arg.as_str() {
                "-fgnu89-inline" => options.gnu89_inline = true,
                "-O1" => lower_options.optimize = true,
                "-O0" => lower_options.optimize = false,
                "-g" => lower_options.debug = true,
                "-fpic" => lower_options.pic = true,
                "--no-verify" => lower_options.verify = false,
                "--time" => time = true,
                "--clif" => clif = true,
                "--repeat" => repeat = true,
                _ => files.push(arg),
            }
        }
    }
    let [source, out] = files.as_slice() else { panic!("a source and an object are wanted") };
    let text = std::fs::read(source).expect("a readable file");
    let started = Instant::now();
    let mut pp = Preprocessor::new(pre);
    let file = pp.add_source(source, text);
    let tokens = pp.preprocess(file);
    let preprocessed = started.elapsed();
    let mut ctx = Context::new(&mut pp.names, options);
    let checked = cfront::check(&mut ctx, &mut pp.names, &tokens.tokens, Mode::File);
    let parsed = started.elapsed();
    let refused = !checked.is_ok() || tokens.diags.iter().any(|diag| diag.is_error());
    let form = Form::Lines;
    eprint!("{}", render::all(&pp.sources, &pp.names, &tokens.diags, form));
    eprint!("{}", render::all(&pp.sources, &pp.names, &checked.diags, form));
    if refused {
        std::process::exit(1);
    }
    if clif {
        print!("{}", lower::clif(&checked.unit, &ctx.types, &ctx.symbols, &lower_options));
        return;
    }
    if repeat {
        let mut times: Vec<_> = (0..1000)
            .map(|_| {
                let started = Instant::now();
                let made = lower::lower(
                    &checked.unit,
                    &ctx.types,
                    &ctx.symbols,
                    &lower_options,
                    &lower::Texts::of(&pp),
                );
                assert!(made.is_ok());
                started.elapsed()
            })
            .collect();
        times.sort();
        eprintln!("lower: best {:?}, median {:?}", times[0], times[500]);
    }
    match lower::lower(
        &checked.unit,
        &ctx.types,
        &ctx.symbols,
        &lower_options,
        &lower::Texts::of(&pp),
    ) {
        Ok(object) => std::fs::write(out, object.bytes).expect("a writable object"),
        Err(error) => {
            let place = pp.sources.place(error.span.start);
            let place =
                place.map_or(String::new(), |place| format!("{}:{}", place.file, place.line));
            eprintln!("{place}: {}: {}", error.function, error.message);
            std::process::exit(3);
        }
    }
    if time {
        let all = started.elapsed();
        eprintln!(
            "preprocess {preprocessed:?}, parse {:?}, lower {:?}",
            parsed - preprocessed,
            all - parsed
        );
    }
}

/// Runs `as`: text in, an object out.
fn assemble(text: &str) -> Result<Vec<u8>, String> {
    let dir = std::env::temp_dir().join(format!("lower-cc-{}", std::process::id()));
    std::fs::create_dir_all(&dir).map_err(|error| error.to_string())?;
    let (source, object) = (dir.join("a.s"), dir.join("a.o"));
    std::fs::write(&source, text).map_err(|error| error.to_string())?;
    let run = std::process::Command::new("as")
        .args([source.as_os_str(), "-o".as_ref(), object.as_os_str()])
        .output()
        .map_err(|error| error.to_string())?;
    if !run.status.success() {
        return Err(String::from_utf8_lossy(&run.stderr).into_owned());
    }
    std::fs::read(&object).map_err(|error| error.to_string())
}
