//! The prompt: lines in, inputs to the session, answers out. At a terminal rustyline reads the
//! lines; from a pipe they are read as they come and each input is answered as soon as it is
//! complete. Values go to standard output, messages to standard error.

#![forbid(unsafe_code)]

mod answer;
mod capture;
mod command;
mod complete;
mod doc;
mod editor;
mod eval;
mod inspect;
mod items;
mod json;
mod package;
mod perform;
mod pipe;
mod program;
mod save;
mod settings;
mod style;
mod terminal;
mod trace;

pub use capture::{Capture, Pipes};
pub use eval::run_eval;
pub use pipe::{PipeOptions, run_pipe};
pub use terminal::{TerminalOptions, run_terminal};

use answer::Verdict;
use engine::{Outcome, Session};
use preproc::diag::Diagnostic;
use preproc::scan::Scanner;
use settings::Settings;
use std::collections::VecDeque;
use std::io::{self, Write};
use style::Style;

/// What the word at `position` may become: where it begins, and the candidates, sorted.
pub fn completions(session: &Session, text: &str, position: usize) -> (usize, Vec<String>) {
    complete::complete(session, &mut Scanner::default(), text, position)
}

/// The commands of the prompt, in the order of the help: how each is written, what it does in a
/// line, and more.
pub fn commands() -> impl Iterator<Item = (String, &'static str, &'static str)> {
    command::COMMANDS.iter().map(|c| (command::usage(c), c.help, c.more))
}

/// How a session ended, as an exit status.
pub type Status = u8;

/// A session with what belongs to its reader.
pub(crate) struct Shell {
    pub(crate) session: Session,
    pub(crate) style: Style,
    pub(crate) settings: Settings,
    /// What was said of the last input that was lost.
    pub(crate) last_loss: Option<String>,
    /// The last input, whatever became of it.
    pub(crate) last_input: String,
    /// What a command put together as if it had been typed: it belongs into the history.
    pub(crate) typed: Option<String>,
    /// What was shown for the last inputs, by their numbers.
    pub(crate) shown: VecDeque<(u32, Box<str>)>,
    /// Folders for headers that `:pkg` and `:load` brought.
    pub(crate) include_dirs: Vec<String>,
}

impl Shell {
    fn new(session: Session, style: Style) -> Shell {
        Shell {
            session,
            style,
            settings: Settings::default(),
            last_loss: None,
            last_input: String::new(),
            typed: None,
            shown: VecDeque::new(),
            include_dirs: Vec::new(),
        }
    }

    /// Evaluates one input and says what became of it.
    pub(crate) fn evaluate(&mut self, text: &str) -> engine::Result<Verdict> {
        let outcome = self.eval(text)?;
        let verdict = answer::answer(self, outcome, "").map_err(world)?;
        if verdict != Verdict::Unfinished {
            self.last_input = text.to_string();
        }
        Ok(verdict)
    }

    /// Whether a text is an input as it stands.
    pub(crate) fn compiles(&mut self, text: &str) -> bool {
        self.session.compiles(text)
    }

    /// The lines of a text up to where an input ends, or a command.
    pub(crate) fn first_input<'t>(&mut self, text: &'t str) -> &'t str {
        let mut end = 0;
        for line in text.split_inclusive('\n') {
            let is_first = text[..end].trim().is_empty();
            end += line.len();
            if line.trim().is_empty() && is_first {
                continue;
            }
            let so_far = &text[..end];
            let is_command = is_first && command::parse(line).is_some();
            let goes_on = so_far.contains("if") && pipe::begins_with_else(&text.as_bytes()[end..]);
            if is_command || !(goes_on || self.session.is_unfinished(so_far)) {
                break;
            }
        }
        &text[..end]
    }

    /// What is missing at the end of a text that is not going to be longer.
    pub(crate) fn say_why_unfinished(&mut self, text: &str) {
        let form = self.style.form();
        eprint!("{}", self.session.why_unfinished(text, form));
    }

    /// Warnings come before what the input prints.
    pub(crate) fn eval(&mut self, text: &str) -> engine::Result<Outcome> {
        let style = self.style;
        let mut told = Ok(());
        let outcome = self.session.eval_telling(text, |session: &Session, diags: &[Diagnostic]| {
            told = answer::report(session, style, diags);
        });
        told.map_err(world)?;
        outcome
    }

    /// The same, with the time it took.
    pub(crate) fn evaluate_timed(&mut self, text: &str) -> engine::Result<Verdict> {
        let outcome = self.eval(text)?;
        let times = self.session.times();
        let ms = |d: std::time::Duration| d.as_secs_f64() * 1e3;
        let extra = format!("{:.1} ms  (compile {:.1} ms)", ms(times.run), ms(times.compile()));
        let verdict = answer::answer(self, outcome, &extra).map_err(world)?;
        if verdict == Verdict::Good {
            let stage = |(name, time): &(&str, std::time::Duration)| {
                format!("{name} {:.0}", time.as_secs_f64() * 1e6)
            };
            let stages: Vec<String> = self.session.times().stages().iter().map(stage).collect();
            let line = format!("µs: {}", stages.join(", "));
            let line = answer::wrapped(&line, self.style.width());
            writeln!(io::stdout(), "{}", self.style.dim(&line)).map_err(world)?;
        }
        Ok(verdict)
    }
}

/// Standard input or output failed.
fn world(why: io::Error) -> engine::Failure {
    engine::Failure::File { path: "standard input or output".into(), why }
}
