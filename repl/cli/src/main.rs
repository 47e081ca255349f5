//! The binary `tine`. The warden is forked before anything else happens that could start a thread;
//! then one match on what the command line means.

#![forbid(unsafe_code)]

mod args;
mod completions;
mod doors;
mod eval;
mod gcc;
mod language;
mod manpage;
mod output;
mod run;

use args::{Mode, SessionArgs};
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: executor::sys::Pool = executor::sys::Pool;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let mode = match args::parse(std::env::args_os().skip(1)) {
        Ok(mode) => mode,
        Err(usage) => {
            eprintln!("tine: {}", usage.0);
            return ExitCode::from(USAGE);
        }
    };
    let notes: &[String] = match &mode {
        Mode::Run(args) => &args.notes,
        Mode::Cc(args) => &args.notes,
        _ => &[],
    };
    notes.iter().for_each(|note| eprintln!("tine: warning: {note}"));
    let status = match mode {
        Mode::Help(None) => return print(&doors::help()),
        Mode::Help(Some(name)) => return print(&doors::help_on(name).unwrap_or_default()),
        Mode::Man => return print(&manpage::page(VERSION)),
        Mode::Completions(shell) => return print(&completions::script(shell)),
        Mode::Version => return print(&format!("tine {VERSION}\n")),
        Mode::Session(args) => session(&args),
        Mode::Eval(args) => eval::eval(&args),
        Mode::Run(args) => run::run(&args),
        Mode::Cc(args) => run::cc(&args),
    };
    match status {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            eprintln!("tine: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// A reader that has gone away is no failure of ours.
fn print(text: &str) -> ExitCode {
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn session(args: &SessionArgs) -> engine::Result<u8> {
    let options = engine::Options {
        attended: !args.in_process,
        in_process: args.in_process,
        ..engine::Options::default()
    };
    let session = engine::Session::new(options)?;
    if io::stdin().is_terminal() && !args.interactive {
        let options = shell::TerminalOptions { version: VERSION, rc: !args.no_rc };
        return shell::run_terminal(session, options);
    }
    let options = shell::PipeOptions { fail_fast: args.fail_fast, interactive: args.interactive };
    let input = io::stdin().as_fd().try_clone_to_owned();
    let input =
        input.map_err(|why| engine::Failure::File { path: "standard input".into(), why })?;
    shell::run_pipe(session, File::from(input), options)
}
