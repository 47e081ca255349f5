//! The benchmark: whole commands against whole commands. In: which suite and jobs, how many
//! rounds; out: a table on stdout and, with `--json FILE`, one JSON line a result. Peers that are
//! not installed are named as absent, peers that fail are named with what they said: no figure is
//! ever left out in silence.
//!
//! ```text
//! cargo build --release -p cli && cargo run --release -p bench -- link
//! cargo run --release -p bench -- link cpython --rounds 41 --json out.jsonl
//! cargo run --release -p bench -- memory
//! cargo run --release -p bench -- session
//! cargo run --release -p bench -- heap
//! ```
#![forbid(unsafe_code)]

mod code;
mod compile;
mod heap;
mod jobs;
mod materials;
mod measure;
mod pieces;
mod report;
mod session;
mod shapes;
mod slab;
mod sources;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str =
    "usage: bench link|memory|session|start|code|whole|compile|heap|all [JOB…] [--rounds N] [--tine FILE] [--json FILE]
  link     link and run: tine, llvm-jitlink, gcc, mold (JOB: a part of a job's name)
  memory   the slab's bookkeeping, in nanoseconds an operation
  session  how long an answer takes at the prompt
  start    whole processes for one line of output
  code     the speed of compiled code (JOB: a part of a program's name)
  whole    from source to answer, beside tcc -run (the same)
  compile  from source to object (JOB: sqlite, lua, front, shapes)
  heap     the managed heap beside malloc and the Boehm collector";

const SUITES: [&str; 9] =
    ["link", "memory", "session", "start", "code", "whole", "compile", "heap", "all"];

/// What was asked for.
pub(crate) struct Options {
    suite: String,
    jobs: Vec<String>,
    rounds: usize,
    tine: PathBuf,
    json: Option<PathBuf>,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
        let suite = arguments.next().ok_or("which suite?")?;
        if !SUITES.contains(&suite.as_str()) {
            return Err(format!("there is no suite '{suite}'"));
        }
        let tine = std::env::current_exe().map_err(|e| e.to_string())?.with_file_name("tine");
        let mut options = Options { suite, jobs: Vec::new(), rounds: 21, tine, json: None };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--rounds" => {
                    let text = value()?;
                    options.rounds = match text.parse() {
                        Ok(n) if (1..=10_000).contains(&n) => n,
                        _ => return Err(format!("--rounds {text}: not a number from 1 to 10000")),
                    };
                }
                "--tine" => options.tine = value()?.into(),
                "--json" => options.json = Some(value()?.into()),
                flag if flag.starts_with('-') => return Err(format!("unknown option {flag}")),
                job => options.jobs.push(job.to_owned()),
            }
        }
        Ok(options)
    }
}

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(wrong) => {
            eprintln!("bench: {wrong}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let outcome = (|| {
        let mut report = report::Report::open(options.json.as_deref())?;
        let wanted = |suite| options.suite == suite || options.suite == "all";
        if wanted("memory") {
            slab::run(&mut report)?;
        }
        if wanted("link") {
            jobs::run(&options, &mut report)?;
        }
        if wanted("session") {
            session::run(&options.tine, &mut report)?;
        }
        if wanted("start") {
            code::start(&options, &mut report)?;
        }
        if wanted("code") {
            code::run(&options, &mut report)?;
        }
        if wanted("whole") {
            code::whole(&options, &mut report)?;
        }
        if wanted("compile") {
            compile::run(&options, &mut report)?;
        }
        if wanted("heap") {
            heap::run(&options, &mut report)?;
        }
        report.summarize();
        Ok::<(), String>(())
    })();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("bench: {wrong}");
            ExitCode::FAILURE
        }
    }
}
