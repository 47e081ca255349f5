//! Sessions at a pseudo-terminal. Keys go in, and what is asserted is the screen a person would
//! see: a terminal emulator reads what tine writes. Every wait is for something on the screen,
//! with a deadline.

use crate::harness::Scratch;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::fd::AsFd;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ROWS: u16 = 60;
const COLUMNS: u16 = 80;
const LIMIT: Duration = Duration::from_secs(5);

const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const CTRL_R: &str = "\x12";
const UP: &str = "\x1b[A";

fn size_of(n: u16) -> NonZero<u16> {
    NonZero::new(n).expect("a terminal has rows and columns")
}

/// How many prompts a screen shows: while a line is drawn anew it may look empty.
fn prompts(screen: &str) -> usize {
    screen.lines().filter(|line| line.starts_with(">>")).count()
}

struct Person {
    tine: Child,
    keys: File,
    screen: vt100::Parser,
}

impl Person {
    fn at(scratch: &Scratch) -> Person {
        Person::with(scratch, &[("TERM", "xterm")])
    }

    /// Somebody at a new terminal, with an empty home or that of an earlier session.
    fn with(scratch: &Scratch, environment: &[(&str, &str)]) -> Person {
        let size = nix::pty::Winsize { ws_row: ROWS, ws_col: COLUMNS, ws_xpixel: 0, ws_ypixel: 0 };
        let pair = nix::pty::openpty(Some(&size), None).expect("a pseudo-terminal");
        let end = || Stdio::from(pair.slave.try_clone().unwrap());
        // It makes the terminal the controlling one of a new session.
        let mut command = Command::new("setsid");
        command.arg("--ctty").arg(env!("CARGO_BIN_EXE_tine"));
        command.stdin(end()).stdout(end()).stderr(end());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", scratch.path("")).env("XDG_STATE_HOME", scratch.path("state"));
        command.envs(environment.iter().copied());
        let tine = command.spawn().expect("setsid, of util-linux");
        let screen = vt100::Parser::new(size_of(ROWS), size_of(COLUMNS), 0);
        let mut person = Person { tine, keys: File::from(pair.master), screen };
        person.sees(">>");
        person
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("typing");
    }

    /// What stands on the screen, without the empty rest of lines.
    fn text(&self) -> String {
        let rows = self.screen.screen().rows(0, COLUMNS);
        let lines: Vec<String> = rows.map(|row| row.trim_end().to_string()).collect();
        lines.join("\n").trim_end().to_string()
    }

    /// Reads on until the screen is as it is wanted; false when tine has ended before.
    fn reads_until(&mut self, what: &str, done: impl Fn(&str) -> bool) -> bool {
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
    fn sees(&mut self, text: &str) {
        let there = self.reads_until(text, |screen| screen.contains(text));
        assert!(there, "tine ended before it showed {text:?}:\n{}", self.text());
    }

    /// Waits until the screen ends so: the prompt, and what is typed there.
    fn sees_last(&mut self, text: &str) {
        let there = self.reads_until(text, |screen| screen.ends_with(text.trim_end()));
        assert!(there, "tine ended before it showed {text:?}:\n{}", self.text());
    }

    /// Types an input and waits for its answer and the next prompt.
    fn asks(&mut self, input: &str, answer: &str) {
        let before = prompts(&self.text());
        self.types(input);
        self.types("\r");
        let done =
            |screen: &str| prompts(screen) > before && screen.ends_with(&format!("{answer}\n>>"));
        let there = self.reads_until(&format!("{input}: {answer}"), done);
        assert!(there, "tine ended before it answered {input:?}:\n{}", self.text());
    }

    fn leaves(mut self) -> String {
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

#[test]
fn an_input_of_several_lines() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types("int f(int n) {\r");
    person.sees_last("int f(int n) {\n..");
    person.types("if (n)\rreturn 1;\r");
    person.types("return 2;\r}\r");
    person.sees("..     return 2;\n.. }\n>>");
    person.asks("f(0) + f(7) // both", "int 3");
    // The whole of it is one entry of the history.
    person.types(UP);
    person.types(UP);
    person.sees_last("return 2;\n.. }");
    person.asks("", "return 2;\n.. }");
    person.leaves();
}

#[test]
fn what_is_pasted_is_one_input_after_another() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    let lines: String = (0..200).map(|n| format!("int v{n} = {n};\n")).collect();
    person.types(&format!("\x1b[200~{lines}\x1b[201~"));
    person.sees_last("int v199 = 199;");
    person.types("\r");
    person.sees_last("int v199 = 199;\n\n>>");
    person.asks("v0 + v199", "int 199");
    person.leaves();
}

#[test]
fn what_is_typed_ahead_in_one_burst_is_not_lost() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types("int a = 1;\rint b = 2;\rint f(int n) {\rreturn n;\r}\ra + b\rf(a) + 4\r");
    person.sees_last(">> a + b\nint 3\n>> f(a) + 4\nint 5\n>>");
    person.leaves();
}

#[test]
fn ctrl_c_and_ctrl_d() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types(CTRL_C);
    person.sees("(Ctrl-D or :quit leaves)");
    // A half-typed line is cleared.
    person.types("int x = 1 +");
    person.sees_last(">> int x = 1 +");
    person.types(CTRL_C);
    person.sees_last(">> int x = 1 +\n>>");
    person.asks("7", "int 7");
    // Running code is interrupted, and what it did is taken back.
    person.asks("int n = 5;", "");
    person.types("n = 6; puts(\"running\"); for (;;) ;\r");
    person.sees("\nrunning");
    person.types(CTRL_C);
    person.sees("^C interrupted after");
    person.sees("session restored\n>>");
    person.asks("n", "int 5");
    // Code that does not listen.
    person.types("signal(SIGINT, SIG_IGN); puts(\"deaf\"); for (;;) ;\r");
    person.sees("\ndeaf");
    person.types(CTRL_C);
    person.types(CTRL_C);
    person.sees("in input 5; session restored\n>>");
    person.asks("n + 1", "int 6");
    person.leaves();
}

#[test]
fn code_reads_from_the_terminal() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types("int age; puts(\"how old?\"); scanf(\"%d\", &age);\r");
    person.sees("\nhow old?");
    person.asks("42", "");
    person.asks("age", "int 42");
    // What code leaves undone to the terminal is put right.
    person.asks("system(\"stty -echo\")", "int 0");
    person.asks("age + 1", "int 43");
    person.leaves();
}

#[test]
fn output_without_a_newline() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types("printf(\"no end\");\r");
    person.sees("no end↵\n");
    person.sees_last("was taken\n>>");
    person.leaves();
}

#[test]
fn history_across_sessions() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.asks("1234 + 1", "int 1235");
    person.leaves();
    let mut person = Person::at(&scratch);
    person.types(UP);
    person.sees_last(">> 1234 + 1");
    person.asks("", "int 1235");
    person.types(&format!("{CTRL_R}34 +"));
    person.sees("(reverse-i-search)`34 +': 1234 + 1");
    person.asks("", "int 1235");
    person.leaves();
}

#[test]
fn tab_completes() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.asks("struct point { int wide, high; } corner = {3, 4}, *where = &corner;", "");
    for (typed, completed) in [
        ("corn\t", "corner"),
        ("corner.wi\t", "corner.wide"),
        ("where->hi\t", "where->high"),
        ("(&corner)[0].\t", "(&corner)[0]."),
        ("struct poi\t", "struct point"),
        ("#include <std\tio.h", "#include <stdio.h"),
        (":unde\t", ":unde"),
        (":und\t", ":undo"),
        ("unsig\t", "unsigned"),
        (")))].->\t", ")))].->"),
    ] {
        person.types(typed);
        person.sees_last(&format!(">> {completed}"));
        person.types("\x15");
        person.sees_last("\n>>");
    }
    person.leaves();
}

#[test]
fn without_colours_and_without_a_clever_terminal() {
    let scratch = Scratch::new();
    let mut person = Person::with(&scratch, &[("TERM", "dumb")]);
    person.types("int f(void) {\r");
    person.sees("..");
    person.types("return 7; }\r");
    person.types("f()\r");
    person.sees("int 7\n>>");
    person.leaves();
    let mut person = Person::with(&scratch, &[("TERM", "xterm"), ("NO_COLOR", "1")]);
    person.asks("int x = 3; x", "int 3");
    let screen = person.screen.screen();
    let coloured = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (row, column)));
    let mut coloured = coloured.filter_map(|(row, column)| screen.cell(row, column));
    assert!(coloured.all(|cell| cell.fgcolor() == vt100::Color::Default && !cell.bold()));
    person.leaves();
}
