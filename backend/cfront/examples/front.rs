//! Says what the front end says of files, as gcc's one-liners: `front [-std=…] [-w] [-I dir]
//! [-D x] file…`. With `--expect-ok`, prints the names of rejected files and panics only, and
//! ends with status 1 when there are any.

use cfront::session::{Context, Mode, Options, Standard};
use preproc::Preprocessor;
use preproc::diag::Severity;
use preproc::options::{CommandMacro, Std};

fn main() {
    let mut pre = preproc::options::Options::default();
    let mut options = Options::default();
    let (mut files, mut quiet) = (Vec::new(), false);
    let mut mode = Mode::File;
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
        } else if arg == "-w" {
            options.warnings.none = true;
        } else if arg == "-Wall" {
            options.warnings.all = true;
        } else if arg == "-fgnu89-inline" {
            options.gnu89_inline = true;
        } else if arg == "--expect-ok" {
            quiet = true;
        } else if arg == "--script" {
            mode = Mode::Script;
        } else {
            files.push(arg);
        }
    }
    let mut failed = 0;
    for path in &files {
        let outcome = std::panic::catch_unwind(|| check(path, &pre, &options, mode));
        match outcome {
            Ok(messages) => {
                let rejected = messages.iter().any(|m| m.0);
                failed += usize::from(rejected);
                if !quiet {
                    messages.iter().for_each(|(_, text)| println!("{text}"));
                } else if rejected {
                    println!("{}", messages.iter().find(|m| m.0).map_or("", |m| &m.1));
                }
            }
            Err(_) => {
                failed += 1;
                println!("{path}: panic");
            }
        }
    }
    if quiet {
        println!("{failed} of {} rejected", files.len());
        std::process::exit(i32::from(failed > 0));
    }
}

/// The messages about a file, each with whether it is an error.
fn check(
    path: &str,
    pre: &preproc::options::Options,
    options: &Options,
    mode: Mode,
) -> Vec<(bool, String)> {
    let text = std::fs::read(path).expect("a readable file");
    let mut pp = Preprocessor::new(pre.clone());
    let file = pp.add_source(path, text);
    let result = pp.preprocess(file);
    let mut ctx = Context::new(&mut pp.names, options.clone());
    let checked = cfront::check(&mut ctx, &mut pp.names, &result.tokens, mode);
    let mut messages = Vec::new();
    for diag in result.diags.iter().chain(&checked.diags) {
        let place = |loc| {
            let place = pp.sources.place(loc);
            place.map_or(String::new(), |p| format!("{}:{}:{}", p.file, p.line, p.column))
        };
        let severity = match diag.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let mut text = format!("{}: {severity}: {}", place(diag.span.start), diag.message);
        for (span, label) in &diag.labels {
            text.push_str(&format!("\n  {}: {label}", place(span.start)));
        }
        for note in &diag.notes {
            let at = note.span.map_or(String::new(), |span| place(span.start));
            text.push_str(&format!("\n  {at}: note: {}", note.text));
        }
        for fix in &diag.fixes {
            text.push_str(&format!("\n  {}: {}: {}", place(fix.span.start), fix.why, fix.text));
        }
        messages.push((diag.is_error(), text));
    }
    messages
}
