//! A session at a terminal: rustyline reads, an unfinished input asks for more on a line of its
//! own, Ctrl-C clears what was typed, Ctrl-D leaves.

use crate::answer::{Verdict, answer};
use crate::{Command, HELP, Status, command};
use engine::Session;
use preproc::render::Form;
use rustyline::error::ReadlineError;
use rustyline::{Config, Editor};

const PROMPT: &str = ">> ";
const MORE: &str = ".. ";

/// Reads and answers until the user leaves.
pub fn run_terminal(session: &mut Session, version: &str) -> engine::Result<Status> {
    println!("tine {version} · C23 · x86_64-linux · :help for help, Ctrl-D to leave");
    let config = Config::builder().max_history_size(10_000).map_err(editor)?.build();
    let mut editor_ =
        Editor::<(), rustyline::history::DefaultHistory>::with_config(config).map_err(editor)?;
    let mut input = String::new();
    loop {
        let prompt = if input.is_empty() { PROMPT } else { MORE };
        match editor_.readline(prompt) {
            Ok(line) => {
                if input.is_empty() {
                    if line.trim().is_empty() {
                        continue;
                    }
                    match command(&line) {
                        Some(Ok(Command::Quit)) => return Ok(0),
                        Some(Ok(Command::Help)) => {
                            print!("{HELP}");
                            continue;
                        }
                        Some(Err(message)) => {
                            eprintln!("{message}");
                            continue;
                        }
                        None => {}
                    }
                }
                input.push_str(&line);
                input.push('\n');
            }
            Err(ReadlineError::Interrupted) => {
                if input.is_empty() {
                    println!("(Ctrl-D or :quit leaves)");
                }
                input.clear();
                continue;
            }
            Err(ReadlineError::Eof) => return Ok(0),
            Err(error) => return Err(editor(error)),
        }
        let outcome = session.eval(&input)?;
        let verdict = answer(session, outcome, Form::Picture { colors: false, width: 80 })
            .map_err(|why| engine::Failure::File { path: "the terminal".into(), why })?;
        if verdict == Verdict::Unfinished {
            continue;
        }
        session.rest()?;
        editor_.add_history_entry(input.trim_end()).map_err(editor)?;
        input.clear();
    }
}

fn editor(error: ReadlineError) -> engine::Failure {
    engine::Failure::File { path: "the terminal".into(), why: std::io::Error::other(error) }
}
