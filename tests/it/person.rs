//! Somebody at a pseudo-terminal: keys go in, and what is looked at is the screen a person would
//! see, as a terminal emulator makes it of what was written. Every wait is for something on the
//! screen, with a deadline.

use crate::harness::Scratch;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) const ROWS: u16 = 60;
pub(crate) const COLUMNS: u16 = 80;
/// Far more than anything takes, on a machine that does much else as well.
const LIMIT: Duration = Duration::from_secs(120);

pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const CTRL_D: &str = "\x04";
pub(crate) const CTRL_R: &str = "\x12";
pub(crate) const CTRL_U: &str = "\x15";
pub(crate) const CTRL_X: &str = "\x18";
pub(crate) const CTRL_E: &str = "\x05";
pub(crate) const CTRL_Z: &str = "\x1a";
pub(crate) const ALT_ENTER: &str = "\x1b\r";
pub(crate) const UP: &str = "\x1b[A";

pub(crate) fn size_of(n: u16) -> NonZero<u16> {
    NonZero::new(n).expect("a terminal has rows and columns")
}

/// How many prompts a screen shows: while a line is drawn anew it may look empty.
pub(crate) fn prompts(screen: &str) -> usize {
    screen.lines().filter(|line| line.starts_with(">>")).count()
}

pub(crate) struct Person {
    tine: Child,
    keys: File,
    tty: PathBuf,
    pub(crate) screen: vt100::Parser,
}

/// The rows and columns of a terminal.
#[derive(Clone, Copy)]
pub(crate) struct Size(pub(crate) u16, pub(crate) u16);

impl Person {
    pub(crate) fn at(scratch: &Scratch) -> Person {
        Person::with(scratch, &[("TERM", "xterm")])
    }

    /// Somebody at a new terminal, with an empty home or that of an earlier session.
    pub(crate) fn with(scratch: &Scratch, environment: &[(&str, &str)]) -> Person {
        let mut person = Person::before(scratch, environment, &[env!("CARGO_BIN_EXE_tine")]);
        person.sees(">>");
        person
    }

    /// The same, before any command.
    pub(crate) fn before(
        scratch: &Scratch,
        environment: &[(&str, &str)],
        program: &[&str],
    ) -> Person {
        Person::sized(Size(ROWS, COLUMNS), scratch, environment, program)
    }

    pub(crate) fn sized(
        Size(rows, columns): Size,
        scratch: &Scratch,
        environment: &[(&str, &str)],
        program: &[&str],
    ) -> Person {
        let size = nix::pty::Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let pair = nix::pty::openpty(Some(&size), None).expect("a pseudo-terminal");
        let end = || Stdio::from(pair.slave.try_clone().unwrap());
        // It makes the terminal the controlling one of a new session.
        let mut command = Command::new("setsid");
        command.arg("--ctty").args(program).current_dir(scratch.path(""));
        command.stdin(end()).stdout(end()).stderr(end());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", scratch.path("")).env("XDG_STATE_HOME", scratch.path("state"));
        command.envs(environment.iter().copied());
        let tine = command.spawn().expect("setsid, of util-linux");
        let screen = vt100::Parser::new(size_of(rows), size_of(columns), 0);
        let tty = nix::unistd::ttyname(&pair.slave).expect("its name");
        Person { tine, keys: File::from(pair.master), tty, screen }
    }

    /// Makes the window wider or narrower.
    pub(crate) fn resizes(&mut self, columns: u16) {
        self.screen.screen_mut().set_size(size_of(ROWS), size_of(columns));
        let columns = columns.to_string();
        let stty = Command::new("stty").arg("-F").arg(&self.tty).args(["cols", &columns]).status();
        assert!(stty.expect("stty").success());
    }

    pub(crate) fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("typing");
    }

    /// What stands on the screen, without the empty rest of lines.
    pub(crate) fn text(&self) -> String {
        let columns = self.screen.screen().size().1;
        let rows = self.screen.screen().rows(0, columns.get());
        let lines: Vec<String> = rows.map(|row| row.trim_end().to_string()).collect();
        lines.join("\n").trim_end().to_string()
    }

    /// Reads on until the screen is as it is wanted; false when tine has ended before.
    pub(crate) fn reads_until(&mut self, what: &str, done: impl Fn(&str) -> bool) -> bool {
        let start = Instant::now();
        let mut bytes = [0; 4096];
        while !done(&self.text()) {
            let left = LIMIT.saturating_sub(start.elapsed());
            assert!(!left.is_zero(), "waited for {what} in vain:\n{}", self.text());
            let mut fds = [PollFd::new(self.keys.as_fd(), PollFlags::POLLIN)];
            if poll(&mut fds, PollTimeout::try_from(left).unwrap()).expect("poll") == 0 {
                continue;
            }
            // When the last process has closed it, a terminal reads as an error.
            match self.keys.read(&mut bytes) {
                Ok(n) if n > 0 => self.screen.process(&bytes[..n]),
                _ => return false,
            }
        }
        true
    }

    /// Waits until `text` is on the screen.
    pub(crate) fn sees(&mut self, text: &str) {
        let there = self.reads_until(text, |screen| screen.contains(text));
        assert!(there, "tine ended before it showed {text:?}:\n{}", self.text());
    }

    /// Waits until the screen ends so: the prompt, and what is typed there.
    pub(crate) fn sees_last(&mut self, text: &str) {
        let there = self.reads_until(text, |screen| screen.ends_with(text.trim_end()));
        assert!(there, "tine ended before it showed {text:?}:\n{}", self.text());
    }

    /// Types an input and waits for its answer and the next prompt.
    pub(crate) fn asks(&mut self, input: &str, answer: &str) {
        let before = prompts(&self.text());
        self.types(input);
        self.types("\r");
        let done =
            |screen: &str| prompts(screen) > before && screen.ends_with(&format!("{answer}\n>>"));
        let there = self.reads_until(&format!("{input}: {answer}"), done);
        assert!(there, "tine ended before it answered {input:?}:\n{}", self.text());
    }

    /// Waits until something that tine started is computing.
    pub(crate) fn waits_for_work(&self) {
        let start = Instant::now();
        let mut before = Vec::new();
        loop {
            assert!(start.elapsed() < LIMIT, "nothing runs:\n{}", self.text());
            let now = running(self.tine.id());
            if now.iter().any(|pid| before.contains(pid)) {
                return;
            }
            before = now;
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn leaves(mut self) -> String {
        self.types(CTRL_D);
        self.reads_until("the end", |_| false);
        assert!(self.tine.wait().unwrap().success());
        self.text()
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        let _ = self.tine.kill();
        let _ = self.tine.wait();
    }
}

/// The processes of a terminal session, but for its leader, that are computing right now.
fn running(session: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("/proc");
    let pids = entries.filter_map(|e| e.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let is_running = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        // State, parent, process group, session.
        matches!(fields[..], ["R", _, _, sid, ..] if sid == session.to_string())
    };
    pids.filter(|pid| *pid != session).filter(is_running).collect()
}
