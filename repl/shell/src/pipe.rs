//! A session on a pipe: no prompts, no line editing. Each input is answered as soon as its last
//! line is there; the session goes on after one that fails.

use crate::answer::Verdict;
use crate::style::Style;
use crate::{Shell, Status, command, world};
use engine::Session;
use std::io::BufRead;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PipeOptions {
    /// Stop at the first input that fails.
    pub fail_fast: bool,
    /// As at a prompt: an `exit` is reported and undone like any failure, and the status at the
    /// end is 0.
    pub interactive: bool,
}

/// Answers every input of `lines`; the status is 1 if one of them failed.
pub fn run_pipe(
    session: Session,
    mut lines: impl BufRead,
    options: PipeOptions,
) -> engine::Result<Status> {
    let mut shell = Shell::new(session, Style::plain());
    let mut input = String::new();
    let mut status = 0;
    loop {
        let mut line = Vec::new();
        let n = lines.read_until(b'\n', &mut line).map_err(world)?;
        let at_end = n == 0;
        if at_end && input.is_empty() {
            return Ok(status);
        }
        let text = String::from_utf8_lossy(&line);
        if input.is_empty() && text.trim().is_empty() {
            continue;
        }
        let verdict = match command::parse(&text).filter(|_| input.is_empty()) {
            Some(Ok((command::What::Quit, _))) => return Ok(status),
            Some(Ok((what, argument))) => shell.perform(what, argument)?,
            Some(Err(message)) => {
                eprintln!("{message}");
                Verdict::Failed
            }
            None => {
                input.push_str(&text);
                shell.evaluate(&input)?
            }
        };
        match verdict {
            Verdict::Unfinished if at_end => {
                eprintln!("the last input is not finished");
                return Ok(u8::from(!options.interactive));
            }
            Verdict::Unfinished => continue,
            Verdict::Good => {}
            Verdict::Exited(code) if !options.interactive => {
                return Ok(u8::try_from(code & 0xff).unwrap_or(u8::MAX));
            }
            Verdict::Failed | Verdict::Exited(_) => {
                status = u8::from(!options.interactive);
                if options.fail_fast {
                    return Ok(1);
                }
            }
        }
        shell.session.rest()?;
        input.clear();
        if at_end {
            return Ok(status);
        }
    }
}
