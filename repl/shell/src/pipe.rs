//! A session on a pipe: no prompts, no line editing. Each input is answered as soon as its last
//! line is there; the session goes on after one that fails. The rc file of a terminal is read the
//! same way.

use crate::answer::Verdict;
use crate::style::Style;
use crate::{Shell, Status, command, settings, world};
use engine::Session;
use executor::sys::has_processors_to_spare;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

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
    lines: impl Read + AsFd,
    options: PipeOptions,
) -> engine::Result<Status> {
    let mut shell = Shell::new(session, Style::plain());
    let mut inputs = Inputs { is_all: true, ..Inputs::new(lines) };
    let mut status = 0;
    while let Some(verdict) = inputs.next(&mut shell)? {
        match verdict {
            Verdict::Unfinished => {
                eprintln!("the last input is not finished");
                return Ok(u8::from(!options.interactive));
            }
            Verdict::Good => {}
            Verdict::Exited(code) if !options.interactive => {
                shell.session.abandon()?;
                return Ok(u8::try_from(code & 0xff).unwrap_or(u8::MAX));
            }
            Verdict::Failed | Verdict::Exited(_) => {
                status = u8::from(!options.interactive);
                if options.fail_fast || shell.session.is_over() {
                    return Ok(1);
                }
            }
        }
        shell.session.rest()?;
    }
    shell.session.finish()?;
    Ok(status)
}

/// Lines that are put together to inputs.
struct Inputs<R> {
    lines: BufReader<R>,
    text: String,
    /// How many lines were read.
    line: usize,
    /// Whether there is a processor to spare for a moment of looking for the next line.
    looks: bool,
    /// The session ends with these lines.
    is_all: bool,
}

/// As long as this a next line is looked for before this process sleeps.
const AT_ONCE: Duration = Duration::from_micros(100);

impl<R: Read + AsFd> Inputs<R> {
    fn new(lines: R) -> Inputs<R> {
        Inputs {
            lines: BufReader::new(lines),
            text: String::new(),
            line: 0,
            looks: has_processors_to_spare(),
            is_all: false,
        }
    }

    /// Whether an `if` goes on: its `else` is there already. Nobody waits for one.
    fn else_follows(&mut self) -> bool {
        if !self.text.contains("if") || !self.is_ready() {
            return false;
        }
        self.lines.fill_buf().is_ok_and(begins_with_else)
    }

    /// Whether something can be read at once.
    fn is_ready(&self) -> bool {
        let mut fds = [PollFd::new(self.lines.get_ref().as_fd(), PollFlags::POLLIN)];
        !self.lines.buffer().is_empty() || poll(&mut fds, PollTimeout::ZERO).is_ok_and(|n| n > 0)
    }

    /// Whether it is known that no further line will come: the pipe is empty, and nobody has its
    /// other end. Nothing is read for that, as what comes next may be for the code that will run.
    fn is_at_end(&self) -> bool {
        let mut fds = [PollFd::new(self.lines.get_ref().as_fd(), PollFlags::POLLIN)];
        self.lines.buffer().is_empty()
            && poll(&mut fds, PollTimeout::ZERO).is_ok()
            && fds[0].revents() == Some(PollFlags::POLLHUP)
    }

    /// A program that awaits each answer writes its next input at once: it is to find this process
    /// awake. (To yield to it would be to yield to anybody, for a whole slice of time; if it waits
    /// for this very processor, the kernel has woken it with the right to it.)
    fn look_for_more(&self) {
        let start = Instant::now();
        while !self.is_ready() && start.elapsed() < AT_ONCE {
            for _ in 0..32 {
                std::hint::spin_loop();
            }
        }
    }

    /// Reads and answers the next input; `None` at the end, or when it says to leave.
    fn next(&mut self, shell: &mut Shell) -> engine::Result<Option<Verdict>> {
        if self.looks {
            self.look_for_more();
        }
        loop {
            let mut line = Vec::new();
            let at_end = self.lines.read_until(b'\n', &mut line).map_err(world)? == 0;
            if at_end && self.text.is_empty() {
                return Ok(None);
            }
            self.line += 1;
            let line = match std::str::from_utf8(&line) {
                Ok(line) => line.into(),
                Err(_) => {
                    eprintln!("line {} is not UTF-8: its bytes are read as \u{fffd}", self.line);
                    String::from_utf8_lossy(&line)
                }
            };
            if self.text.is_empty() && line.trim().is_empty() {
                continue;
            }
            let verdict = match command::parse(&line).filter(|_| self.text.is_empty()) {
                Some(Ok((command::What::Quit, _))) => return Ok(None),
                Some(Ok((what, argument))) => shell.perform(what, argument)?,
                Some(Err(message)) => {
                    eprintln!("{message}");
                    Verdict::Failed
                }
                None => {
                    self.text.push_str(&line);
                    if !at_end && self.else_follows() {
                        continue;
                    }
                    if self.is_all && self.is_at_end() {
                        shell.session.no_more_to_come();
                    }
                    shell.evaluate(&self.text)?
                }
            };
            if verdict == Verdict::Unfinished && at_end {
                shell.say_why_unfinished(&self.text);
            }
            if verdict != Verdict::Unfinished || at_end {
                self.text.clear();
                return Ok(Some(verdict));
            }
        }
    }
}

/// Whether what follows goes on with an `if`.
pub(crate) fn begins_with_else(next: &[u8]) -> bool {
    let next = next.trim_ascii_start();
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'$';
    next.strip_prefix(b"else").is_some_and(|rest| !rest.first().is_some_and(is_name))
}

impl Shell {
    /// Evaluates what stands in the rc file, if there is one; what fails in it is said and passed
    /// over.
    pub(crate) fn read_rc(&mut self) -> engine::Result<()> {
        let Some(path) = settings::rc_path() else { return Ok(()) };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(()),
            Err(why) => {
                eprintln!("tine: {}: {why}", path.display());
                return Ok(());
            }
        };
        let mut inputs = Inputs::new(file);
        while let Some(verdict) = inputs.next(self)? {
            if verdict != Verdict::Good {
                eprintln!("(this was up to line {} of {})", inputs.line, path.display());
            }
            self.session.rest()?;
        }
        Ok(())
    }
}
