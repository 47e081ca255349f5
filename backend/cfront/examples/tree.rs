//! Shows what the front end makes of a file: its tree, or the diagnostics.
//! Usage: `tree [--prompt|--script|--quiet|--time] [--std=…] [-w] FILE`

use cfront::session::{Mode, Options, Standard};
use preproc::Preprocessor;
use preproc::render::{Form, all};

fn main() {
    let mut mode = Mode::File;
    let mut quiet = false;
    let mut time = false;
    let mut path = String::new();
    let mut options = Options::default();
    let mut pp_options = preproc::options::Options::default();
    for arg in std::env::args().skip(1) {
        match arg.as_str() {
            "--prompt" => mode = Mode::Prompt,
            "--script" => mode = Mode::Script,
            "--quiet" => quiet = true,
            "--time" => time = true,
            "-w" => options.warnings.none = true,
            "-fgnu89-inline" => options.gnu89_inline = true,
            _ if arg.starts_with("-I") => pp_options.include_dirs.push(arg[2..].to_string()),
            _ if arg.starts_with("-D") => {
                let define = preproc::options::CommandMacro::Define(arg[2..].to_string());
                pp_options.macros.push(define);
            }
            _ if arg.starts_with("--std=") => {
                let Some((std, gnu)) = preproc::options::Std::parse(&arg[6..]) else {
                    eprintln!("unknown standard");
                    std::process::exit(2);
                };
                pp_options.std = std;
                pp_options.gnu = gnu;
                options.gnu = gnu;
                options.standard = match std {
                    preproc::options::Std::C89 | preproc::options::Std::C94 => Standard::C89,
                    preproc::options::Std::C99 => Standard::C99,
                    preproc::options::Std::C11 => Standard::C11,
                    preproc::options::Std::C17 => Standard::C17,
                    preproc::options::Std::C23 => Standard::C23,
                };
            }
            _ => path = arg,
        }
    }
    let text = std::fs::read(&path).unwrap_or_else(|error| {
        eprintln!("{path}: {error}");
        std::process::exit(2);
    });
    let start = std::time::Instant::now();
    let mut pp = Preprocessor::new(pp_options);
    let mut ctx = cfront::Context::new(&mut pp.names, options);
    let source = pp.add_source(&path, text);
    let read = pp.preprocess(source);
    let middle = start.elapsed();
    let checked = cfront::check(&mut ctx, &mut pp.names, &read.tokens, mode);
    let end = start.elapsed();
    if time {
        eprintln!("{} tokens; preprocess {middle:?}, parse {:?}", read.tokens.len(), end - middle);
    }
    let mut diags = read.diags;
    diags.extend(checked.diags);
    eprint!("{}", all(&pp.sources, &pp.names, &diags, Form::Lines));
    if checked.incomplete {
        eprintln!("incomplete");
    }
    let failed = diags.iter().any(preproc::diag::Diagnostic::is_error);
    if !failed && !quiet {
        print!("{}", cfront::dump::unit(&checked.unit, &ctx, &pp.names));
    }
    std::process::exit(i32::from(failed));
}
