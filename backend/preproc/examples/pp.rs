//! Preprocesses files as `gcc -E -P` does, for comparison: `pp [-std=..] [-I dir] [-D x] file`.

use std::io::Write;

use preproc::Preprocessor;
use preproc::options::{CommandMacro, Options, Std};
use preproc::render::{self, Form};

fn main() {
    let mut options = Options::default();
    let mut files = Vec::new();
    let mut tokens = false;
    let mut time = false;
    let mut picture = false;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        if let Some(std) = arg.strip_prefix("-std=") {
            (options.std, options.gnu) = Std::parse(std).expect("a known standard");
        } else if let Some(dir) = arg.strip_prefix("-I") {
            options.include_dirs.push(dir.to_owned());
        } else if let Some(define) = arg.strip_prefix("-D") {
            options.macros.push(CommandMacro::Define(define.to_owned()));
        } else if let Some(name) = arg.strip_prefix("-U") {
            options.macros.push(CommandMacro::Undefine(name.to_owned()));
        } else if arg == "--tokens" {
            tokens = true;
        } else if arg == "--time" {
            time = true;
        } else if arg == "--picture" {
            picture = true;
        } else if arg == "-include" {
            options.includes.extend(args.next());
        } else {
            files.push(arg);
        }
    }
    for path in files {
        let text = std::fs::read(&path).expect("a readable file");
        let started = std::time::Instant::now();
        let mut pp = Preprocessor::new(options.clone());
        let ready = started.elapsed();
        let file = pp.add_source(&path, text);
        let result = pp.preprocess(file);
        if time {
            println!(
                "{path}: {} tokens, {ready:?} to start, {:?} in all",
                result.tokens.len(),
                started.elapsed()
            );
        } else if tokens {
            print!("{}", preproc::dump::tokens(&pp, &result.tokens));
        } else {
            let text = preproc::dump::source(&pp, &result.tokens);
            std::io::stdout().write_all(&text).expect("stdout takes it");
        }
        let form = if picture { Form::Picture { colors: false, width: 100 } } else { Form::Lines };
        eprint!("{}", render::all(&pp.sources, &pp.names, &result.diags, form));
    }
}
