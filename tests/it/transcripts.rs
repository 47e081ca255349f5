//! The transcripts of the README, the manual and `tests/errors.md`: what stands in them is typed at a terminal, and
//! the screen must show what they show, but for addresses and times. `TINE_BLESS=1` writes what
//! the screen shows into them.
//!
//! A block of text that begins with `$ tine` is a session; one that begins with another command
//! is for the shell, where `$ cat FILE` says what is in a file. The manual's list of commands is
//! the table of the shell.

use crate::harness::{Scratch, root, run_limited};
use crate::person::{CTRL_C, Person, Size, prompts};
use std::fs;
use std::path::Path;
use std::process::Command;

const MANUAL: &str = "repl/docs/manual.md";
const OPEN: &str = "```text";
const CLOSE: &str = "```";
const SIZE: Size = Size(400, 160);

fn blesses() -> bool {
    std::env::var_os("TINE_BLESS").is_some_and(|v| v == "1")
}

#[test]
fn the_readme_shows_what_happens() {
    assert!(check("README.md") >= 1);
}

#[test]
fn the_manual_shows_what_happens() {
    assert!(check(MANUAL) >= 8);
}

#[test]
fn the_sixteen_kinds_of_errors() {
    assert!(check("tests/errors.md") >= 16);
}

/// Checks every block of a file; how many there are.
fn check(name: &str) -> usize {
    let path = root().join(name);
    let text = fs::read_to_string(&path).unwrap();
    let mut out = String::new();
    let mut differences = Vec::new();
    let mut n_blocks = 0;
    let scratch = Scratch::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if line != OPEN {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != CLOSE).collect();
        let shown = match block.first() {
            Some(&"$ tine") => session(&scratch, &block),
            Some(line) if line.starts_with("$ ") => commands(&scratch, &block),
            _ => block.iter().map(|line| line.to_string()).collect(),
        };
        let shown = kept(&block, shown);
        if shown != block {
            differences.push(format!(
                "{name} says\n{}\nbut it is\n{}",
                block.join("\n"),
                shown.join("\n")
            ));
        }
        n_blocks += 1;
        out.push_str(&shown.join("\n"));
        out.push_str(&format!("\n{CLOSE}\n"));
    }
    if blesses() {
        fs::write(&path, out).unwrap();
    } else {
        assert!(differences.is_empty(), "{}", differences.join("\n\n"));
    }
    n_blocks
}

/// Lines that differ in figures alone are left as they were.
fn kept(old: &[&str], new: Vec<String>) -> Vec<String> {
    let mut old = old.iter();
    let same = |line: String| match old.clone().position(|o| plain(o) == plain(&line)) {
        Some(at) => old.nth(at).map_or(line, |o| o.to_string()),
        None => line,
    };
    new.into_iter().map(same).collect()
}

/// A line without addresses, places in code and times.
fn plain(line: &str) -> String {
    if line.starts_with("µs: ") {
        return line.chars().filter(|c| !c.is_ascii_digit()).collect();
    }
    let mut words: Vec<String> = Vec::new();
    for word in line.split(' ') {
        let bare = word.trim_matches(|c: char| "(),;".contains(c));
        let is_unit = matches!(bare, "s" | "ms" | "µs");
        if is_unit && let Some(last) = words.last_mut() {
            last.retain(|c| !c.is_ascii_digit() && c != '.');
        }
        let code = bare.split_once("+0x").map(|(name, _)| name);
        let address = bare.starts_with("0x") && bare.len() > 6;
        words.push(match code {
            Some(name) => word.replace(bare, name),
            None if address => word.replace(bare, "0x…"),
            None => word.to_string(),
        });
    }
    words.join(" ")
}

/// Types a session's inputs; the screen as it is then.
fn session(scratch: &Scratch, block: &[&str]) -> Vec<String> {
    let environment = [("TERM", "xterm"), ("LC_ALL", "C.UTF-8"), ("MANPATH", "/nonexistent")];
    let mut person =
        Person::sized(SIZE, scratch, &environment, &[env!("CARGO_BIN_EXE_tine"), "--no-rc"]);
    person.sees(">>");
    let mut at = 1;
    while at < block.len() {
        let line = block[at];
        at += 1;
        let Some(first) = line.strip_prefix(">> ") else { continue };
        let before = prompts(&person.text());
        person.types(first);
        person.types("\r");
        while let Some(more) = block.get(at).and_then(|line| line.strip_prefix("..")) {
            // The indentation comes by itself.
            person.types(more.trim_start());
            person.types("\r");
            at += 1;
        }
        if block.get(at).is_some_and(|line| line.starts_with("^C")) {
            person.waits_for_work();
            person.types(CTRL_C);
        }
        let done = |screen: &str| prompts(screen) > before && screen.ends_with("\n>>");
        assert!(person.reads_until(line, done), "tine ended at {line:?}:\n{}", person.text());
    }
    let screen = person.leaves();
    let screen = screen.trim_end().trim_end_matches(">>").trim_end();
    let shown = screen.lines().map(str::to_string);
    std::iter::once("$ tine".to_string()).chain(shown).collect()
}

/// Runs a block's commands; what a shell's user would see.
fn commands(scratch: &Scratch, block: &[&str]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_BIN_EXE_tine")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let mut shown = Vec::new();
    let mut at = 0;
    while at < block.len() {
        let command = block[at].strip_prefix("$ ").unwrap_or_else(|| panic!("{}", block[at]));
        let rest = &block[at + 1..];
        let n_lines = rest.iter().take_while(|line| !line.starts_with("$ ")).count();
        at += 1 + n_lines;
        shown.push(format!("$ {command}"));
        if let Some(file) = command.strip_prefix("cat ") {
            let text: String = rest[..n_lines].iter().map(|line| format!("{line}\n")).collect();
            fs::write(scratch.path(file), text).unwrap();
            let chmod = Command::new("chmod").arg("+x").arg(scratch.path(file)).status();
            assert!(chmod.unwrap().success());
        }
        let mut sh = Command::new("sh");
        sh.args(["-c", &format!("{{ {command}\n}} 2>&1")]).env("PATH", &path);
        let seen = run_limited(sh.current_dir(scratch.path("")));
        assert!(seen.ended(), "{command}: {seen:?}");
        shown.extend(seen.stdout.lines().map(str::to_string));
    }
    shown
}

#[test]
fn the_manual_lists_every_command() {
    const FROM: &str = "<!-- the table of commands -->\n";
    const TO: &str = "<!-- its end -->\n";
    let path = root().join(MANUAL);
    let text = fs::read_to_string(&path).unwrap();
    let start = text.find(FROM).expect("the table's beginning") + FROM.len();
    let end = text.find(TO).expect("the table's end");
    let mut table = String::from("| command | |\n|---|---|\n");
    for (usage, help, more) in shell::commands() {
        let cell = |text: &str| text.replace('|', "\\|");
        let more = if more.is_empty() { String::new() } else { format!(". {}", cell(more)) };
        table.push_str(&format!("| `{}` | {}{more} |\n", cell(&usage), cell(help)));
    }
    if blesses() {
        let new = format!("{}{table}{}", &text[..start], &text[end..]);
        fs::write(&path, new).unwrap();
    } else {
        assert_eq!(&text[start..end], table);
    }
}
