//! What rustyline asks while a line is typed: colours, completions, hints, and what Enter means.
//! In: the text so far; out: text of the same width, candidates, commands of the editor. Enter
//! asks the real parser whether the input is finished.
//!
//! Lines after the first begin with [`PAD`], shown as the continuation prompt; [`unpadded`] takes
//! it away. The handlers must be `Send`, so the shell is behind a mutex that nobody else holds
//! while a line is read.

use crate::complete::{self, KEYWORDS};
use crate::{Shell, command};
use preproc::scan::{Class, Scanner};
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::Validator;
use rustyline::{Cmd, ConditionalEventHandler, Context, Event, EventContext, Helper, RepeatCount};
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) const PAD: &str = "   ";
/// The same width, in its place.
const MORE: &str = ".. ";
const INDENT: usize = 4;

pub(crate) type Shared = Arc<Mutex<Shell>>;

pub(crate) fn lock(shell: &Shared) -> MutexGuard<'_, Shell> {
    shell.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Of several lines, and not typed: those have the padding.
pub(crate) fn is_pasted(text: &str) -> bool {
    !text.lines().skip(1).all(|line| line.starts_with(PAD) || line.trim().is_empty())
}

/// An input without the padding of its lines. What was pasted has none and is left alone.
pub(crate) fn unpadded(text: &str) -> String {
    if is_pasted(text) {
        return text.to_string();
    }
    let mut lines = text.lines();
    let mut out = lines.next().unwrap_or_default().to_string();
    for line in lines {
        out.push('\n');
        out.push_str(line.strip_prefix(PAD).unwrap_or_default());
    }
    out
}

/// A text as it stands in the editor: its further lines have the padding.
pub(crate) fn padded(text: &str) -> String {
    text.trim_end().replace('\n', &format!("\n{PAD}"))
}

pub(crate) struct Assistant {
    shell: Shared,
    scanner: RefCell<Scanner>,
    /// The key was not Tab but a brace that goes back, see [`Brace`]; 0 for none.
    brace: Arc<AtomicU8>,
}

impl Assistant {
    pub(crate) fn new(shell: Shared, brace: Arc<AtomicU8>) -> Assistant {
        Assistant { shell, scanner: RefCell::default(), brace }
    }

    fn colors(&self) -> bool {
        lock(&self.shell).style.colors()
    }

    fn color(&self, shell: &Shell, class: Class, word: &str) -> Option<&'static str> {
        Some(match class {
            Class::Number => "\x1b[35m",
            Class::Quoted => "\x1b[32m",
            Class::Comment => "\x1b[2m",
            Class::Hash => "\x1b[33m",
            Class::Word if KEYWORDS.contains(&word) => "\x1b[34m",
            Class::Word if shell.session.is_type(word) => "\x1b[36m",
            Class::Word if shell.session.is_macro(word) => "\x1b[33m",
            _ => return None,
        })
    }
}

impl Helper for Assistant {}
impl Validator for Assistant {}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        let shell = lock(&self.shell);
        let colors = shell.style.colors();
        let mut out = String::with_capacity(line.len() * 2);
        let mut end = 0;
        let is_command = command::parse(line).is_some();
        let tokens = match is_command {
            true => Vec::new(),
            false => self.scanner.borrow_mut().scan(line),
        };
        for (class, range) in tokens {
            out.push_str(&shown_pad(&line[end..range.start], colors));
            let word = &line[range.clone()];
            // A comment may go over several lines.
            match self.color(&shell, class, word).filter(|_| colors) {
                Some(color) => {
                    out.push_str(color);
                    let again = format!("\n\x1b[0m\x1b[2m{MORE}\x1b[0m{color}");
                    out.push_str(&word.replace("\n   ", &again));
                    out.push_str("\x1b[0m");
                }
                None => out.push_str(&shown_pad(word, colors)),
            }
            end = range.end;
        }
        out.push_str(&shown_pad(&line[end..], colors));
        Cow::Owned(out)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        match self.colors() {
            true => Cow::Owned(format!("\x1b[2m{hint}\x1b[0m")),
            false => Cow::Borrowed(hint),
        }
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        kind != CmdKind::MoveCursor
    }
}

/// White space with the continuation prompt where lines begin.
fn shown_pad(gap: &str, colors: bool) -> String {
    match colors {
        true => gap.replace("\n   ", &format!("\n\x1b[2m{MORE}\x1b[0m")),
        false => gap.replace("\n   ", &format!("\n{MORE}")),
    }
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let pair = |text: String| Pair { display: text.clone(), replacement: text };
        let brace = self.brace.swap(0, Ordering::Relaxed);
        if brace != 0 {
            let text = char::from(brace).to_string();
            return Ok((position.saturating_sub(INDENT), vec![pair(text)]));
        }
        let shell = lock(&self.shell);
        let scanner = &mut self.scanner.borrow_mut();
        let (start, list) = complete::complete(&shell.session, scanner, line, position);
        Ok((start, list.into_iter().map(pair).collect()))
    }
}

/// A signature: shown behind the cursor, never put in.
pub(crate) struct Signature(String);

impl Hint for Signature {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for Assistant {
    type Hint = Signature;

    fn hint(&self, line: &str, position: usize, _: &Context<'_>) -> Option<Signature> {
        if position < line.len() {
            return None;
        }
        let name = complete::open_call(&mut self.scanner.borrow_mut(), line)?;
        let shell = lock(&self.shell);
        if !shell.settings.hints {
            return None;
        }
        let text = shell.session.describe(name)?;
        let declaration = text.split(';').next()?;
        // On one line, and no longer than there is room for.
        let room = shell.style.width()?.saturating_sub(line.len() + 10);
        let fits = declaration.contains('(') && declaration.chars().count() < room;
        (fits && !declaration.contains('\n')).then(|| Signature(format!("   {declaration}")))
    }
}

/// Two empty lines end an input that the parser finds unfinished.
pub(crate) fn is_sent_off(text: &str) -> bool {
    text.lines().rev().take(2).all(|line| line.trim().is_empty())
}

/// Enter: the input goes off when it is finished, else it gets a new line.
pub(crate) struct Enter(pub(crate) Shared);

impl ConditionalEventHandler for Enter {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, cx: &EventContext) -> Option<Cmd> {
        let line = cx.line();
        if is_sent_off(line) || command::parse(line).is_some() {
            return Some(Cmd::AcceptLine);
        }
        let text = unpadded(line) + "\n";
        if !lock(&self.0).session.is_unfinished(&text) {
            return Some(Cmd::AcceptLine);
        }
        Some(Cmd::Insert(1, new_line(line, cx.pos())))
    }
}

/// Alt-Enter: a new line, whatever the parser says.
pub(crate) struct NewLine;

impl ConditionalEventHandler for NewLine {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, cx: &EventContext) -> Option<Cmd> {
        Some(Cmd::Insert(1, new_line(cx.line(), cx.pos())))
    }
}

/// A line break with the indentation that fits behind what stands before the cursor.
fn new_line(text: &str, position: usize) -> String {
    let before = text.get(..position).unwrap_or(text);
    format!("\n{PAD}{}", " ".repeat(next_indent(before)))
}

/// As the line before; one step more behind a bracket or the head of a statement, and back behind
/// the statement that belongs to such a head.
fn next_indent(before: &str) -> usize {
    let measured = |(at, line): (usize, &'_ str)| {
        let padding = if at > 0 && line.starts_with(PAD) { PAD.len() } else { 0 };
        line.len() - line.trim_start_matches(' ').len() - padding
    };
    let lines: Vec<&str> = before.split('\n').collect();
    let mut lines = lines.into_iter().enumerate().map(|line| (measured(line), line.1.trim()));
    let Some((mut indent, last)) = lines.next_back() else { return 0 };
    if last.ends_with(['{', '(', '[']) || is_head(last) {
        return indent + INDENT;
    }
    if last.ends_with(';') {
        while let Some((outer, line)) = lines.next_back() {
            if !is_head(line) || outer >= indent {
                break;
            }
            indent = outer;
        }
    }
    indent
}

/// `if (…)`, `else`, `for (…)`, `do`: a statement follows.
fn is_head(line: &str) -> bool {
    let line = line.trim_start_matches(['}', ' ']);
    let word = line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    match word {
        "else" | "do" if line == word => true,
        "else" => line.contains(" if ") && line.ends_with(')'),
        "if" | "for" | "while" | "switch" => {
            let depth = |c: char| line.matches(c).count();
            line.ends_with(')') && depth('(') == depth(')')
        }
        _ => false,
    }
}

/// `}` as the first thing of a line goes one step back, and so does `{` below the head of a
/// statement. No command of the editor replaces a text and stands behind it but completion: so it
/// is the only candidate for the last spaces.
pub(crate) struct Brace {
    pub(crate) key: u8,
    pub(crate) typed: Arc<AtomicU8>,
}

impl ConditionalEventHandler for Brace {
    fn handle(&self, _: &Event, n: RepeatCount, _: bool, cx: &EventContext) -> Option<Cmd> {
        if n != 1 || !goes_back(self.key, cx.line().get(..cx.pos())?) {
            return None;
        }
        self.typed.store(self.key, Ordering::Relaxed);
        Some(Cmd::Complete)
    }
}

fn goes_back(brace: u8, before: &str) -> bool {
    let Some((above, line)) = before.rsplit_once('\n') else { return false };
    let is_below_head = is_head(above.rsplit('\n').next().unwrap_or_default().trim());
    let deep = line.len() >= PAD.len() + INDENT && line.bytes().all(|b| b == b' ');
    deep && (brace == b'}' || is_below_head)
}

/// Ctrl-C: notes whether there was something to clear.
pub(crate) struct Clear(pub(crate) Arc<AtomicBool>);

impl ConditionalEventHandler for Clear {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, cx: &EventContext) -> Option<Cmd> {
        self.0.store(cx.line().is_empty(), Ordering::Relaxed);
        Some(Cmd::Interrupt)
    }
}

/// Ctrl-X Ctrl-E: what is typed goes into the user's own editor.
pub(crate) struct Elsewhere(pub(crate) Arc<Mutex<Option<String>>>);

impl ConditionalEventHandler for Elsewhere {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, cx: &EventContext) -> Option<Cmd> {
        let mut stash = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *stash = Some(unpadded(cx.line()));
        Some(Cmd::Interrupt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding() {
        assert_eq!(unpadded("a {\n       b;\n   }"), "a {\n    b;\n}");
        assert_eq!(unpadded("a {\n  b;\n}"), "a {\n  b;\n}");
        assert_eq!(new_line("int f() {", 9), "\n       ");
        assert_eq!(new_line("int f() {\n       x;", 19), "\n       ");
        assert_eq!(new_line("1 +", 3), "\n   ");
        for (before, indent) in [
            ("if (x)", 4),
            ("if (x)\n       y;", 0),
            ("for (;;)\n       if (x)", 8),
            ("for (;;)\n       if (x)\n           y;", 0),
            ("f() {\n       if (x)\n           y;", 4),
            ("if (x) {\n       y;\n   } else", 4),
            ("f(a,", 0),
            ("if (f(a,", 0),
            ("int x = 1;", 0),
            ("", 0),
        ] {
            assert_eq!(next_indent(before), indent, "{before}");
        }
    }

    #[test]
    fn braces_go_back() {
        for (brace, before, back) in [
            (b'}', "f() {\n       ", true),
            (b'}', "f() {\n   ", false),
            (b'}', "f() {\n       x;", false),
            (b'{', "if (x)\n       ", true),
            (b'{', "int f(int x)\n   ", false),
            (b'{', "f() {\n       ", false),
            (b'{', "f() {\n       else\n           ", true),
            (b'{', "{", false),
        ] {
            assert_eq!(goes_back(brace, before), back, "{before}");
        }
    }
}
