//! Outcomes as text: the value's line, the diagnostics, how an executor ended. Values go to
//! standard output, all else to standard error.

use crate::Shell;
use crate::style::Style;
use engine::{Loss, Outcome, Session, Value};
use executor::handle::{Cause, Refused};
use executor::wire::End;
use preproc::diag::{Diagnostic, Severity};
use preproc::render;
use preproc::source::Span;
use printer::{Context, Limits, Memory, Place};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How many values are remembered for `:save`.
const MOST_VALUES: usize = 1000;

/// How much of a value is remembered.
const MOST_REMEMBERED: usize = 120;

/// Whether an input did what it said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    Good,
    Failed,
    Unfinished,
    /// It called `exit` with this status.
    Exited(i32),
}

/// The session's memory as the printer sees it.
struct View<'a>(&'a Session);

impl Memory for View<'_> {
    fn read(&self, addr: u64, buf: &mut [u8]) -> bool {
        self.0.read(addr, buf)
    }

    fn place(&self, addr: u64) -> Option<Place> {
        let place = self.0.place(addr)?;
        let engine::session::Place { name, offset, is_function, ty } = place;
        Some(Place { name, offset, is_function, ty })
    }
}

/// Says what became of an input; `extra` stands behind its value.
pub(crate) fn answer(shell: &mut Shell, outcome: Outcome, extra: &str) -> io::Result<Verdict> {
    if matches!(outcome, Outcome::Interrupted(_)) {
        shell.style.erase_key()?;
    }
    shell.style.fresh_line()?;
    match outcome {
        Outcome::Unfinished => return Ok(Verdict::Unfinished),
        Outcome::Value { value, diags } => {
            report(&shell.session, shell.style, &diags)?;
            let line = value_line(&shell.session, shell.settings.limits, value);
            show(&shell.style, line.as_deref(), extra)?;
            if let Some(line) = line {
                let input = shell.session.next_input() - 1;
                shell.shown.push_back((input, shortened(line).into()));
                if shell.shown.len() > MOST_VALUES {
                    shell.shown.pop_front();
                }
            }
        }
        Outcome::Done { diags } => {
            report(&shell.session, shell.style, &diags)?;
            show(&shell.style, None, extra)?;
        }
        Outcome::Rejected { diags } => {
            report(&shell.session, shell.style, &diags)?;
            return Ok(Verdict::Failed);
        }
        lost @ (Outcome::Exited { .. }
        | Outcome::Crashed(_)
        | Outcome::TimedOut(_)
        | Outcome::OutOfMemory(_)
        | Outcome::Interrupted(_)) => {
            if let Some(loss) = lost.loss() {
                report(&shell.session, shell.style, &loss.diags)?;
            }
            let text = lost_text(&lost, shell.style.form());
            eprint!("{text}");
            shell.last_loss = Some(text);
            return Ok(match lost {
                // `_exit` is as abrupt as a crash.
                Outcome::Exited { status, loss } if loss.ended.exited.is_some() => {
                    Verdict::Exited(status)
                }
                _ => Verdict::Failed,
            });
        }
    }
    Ok(Verdict::Good)
}

/// As much of a value as is worth a comment.
fn shortened(mut line: String) -> String {
    if let Some((at, _)) = line.char_indices().nth(MOST_REMEMBERED) {
        line.truncate(at);
        line.push('…');
    }
    line
}

fn show(style: &Style, line: Option<&str>, extra: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match (line, extra) {
        (None, "") => return Ok(()),
        (Some(line), "") => writeln!(out, "{}", wrapped(line, style.width()))?,
        (Some(line), extra) => writeln!(out, "{line}        {extra}")?,
        (None, extra) => writeln!(out, "{extra}")?,
    }
    out.flush()
}

/// A value with its type; `None` for `void`.
pub(crate) fn value_line(session: &Session, limits: Limits, value: Value) -> Option<String> {
    let view = View(session);
    let (types, names) = (session.types(), session.names());
    let cx = Context { types, names, memory: &view, limits };
    Some(printer::typed_value(cx, value.ty, value.addr?.0))
}

/// The type of a value and its text; no text for `void`.
pub(crate) fn value_parts(
    session: &Session,
    limits: Limits,
    value: Value,
) -> (String, Option<String>) {
    let view = View(session);
    let (types, names) = (session.types(), session.names());
    let cx = Context { types, names, memory: &view, limits };
    let text = value.addr.map(|addr| printer::value_at(cx, value.ty, addr.0));
    (printer::type_text(cx, value.ty), text)
}

/// A line that is longer than the terminal is broken behind commas, but not in a string.
pub(crate) fn wrapped(line: &str, width: Option<usize>) -> String {
    let Some(width) = width.filter(|w| *w > 8 && line.width() > *w) else {
        return line.to_string();
    };
    let mut out = String::new();
    let mut column = 0;
    for piece in pieces(line) {
        let length = piece.trim_end().width();
        if column > 0 && column + length > width {
            out.truncate(out.trim_end().len());
            out.push_str("\n    ");
            column = 4;
        }
        out.push_str(piece);
        column += piece.width();
    }
    out
}

/// The line cut behind the commas outside of quotes.
fn pieces(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(q)) if c == q && before != '\\' => quote = None,
            (' ', None) if before == ',' => {
                found.push(&line[start..=at]);
                start = at + 1;
            }
            _ => {}
        }
        // A backslash behind a backslash escapes nothing.
        before = if c == '\\' && before == '\\' { ' ' } else { c };
    }
    found.push(&line[start..]);
    found
}

pub(crate) fn report(session: &Session, style: Style, diags: &[Diagnostic]) -> io::Result<()> {
    let plain_note = |d: &&Diagnostic| d.severity == Severity::Note && d.span == Span::default();
    let mut text = String::new();
    for note in diags.iter().filter(plain_note) {
        let mark = if note.is_remark() { "" } else { "note: " };
        text.push_str(&style.dim(&format!("{mark}{}", note.message)));
        text.push('\n');
    }
    let rest: Vec<Diagnostic> = diags.iter().filter(|d| !plain_note(d)).cloned().collect();
    if !rest.is_empty() {
        let form = style.form();
        text.push_str(&render::all(session.sources(), session.names(), &rest, form));
    }
    io::stderr().write_all(text.as_bytes())
}

/// How an executor was lost, and what the session is now.
fn lost_text(lost: &Outcome, form: render::Form) -> String {
    let Some(loss) = lost.loss() else { return String::new() };
    let input = loss.input;
    let what = match lost {
        Outcome::Interrupted(_) => {
            let secs = loss.ran.as_secs_f64();
            let restored = match loss.undone_from == input {
                true => "session restored".to_string(),
                false => restored(loss),
            };
            return format!("^C interrupted after {secs:.1} s in input {input}; {restored}\n");
        }
        Outcome::OutOfMemory(_) => {
            let report = report_text(loss, form).unwrap_or_default();
            Some(format!("the memory limit was reached in input {input}\n{report}"))
        }
        _ if loss.report.is_some() => report_text(loss, form),
        Outcome::TimedOut(_) => Some(format!("the time limit was reached in input {input}\n")),
        Outcome::Exited { status, .. } => {
            let name = if loss.ended.exited.is_some() { "exit" } else { "_exit" };
            Some(format!("input {input} called {name}({status})\n"))
        }
        _ => None,
    };
    let what = what.unwrap_or_else(|| match &loss.ended.cause {
        Cause::Process(End::Signal(signal)) => {
            format!("ended by {} in input {input}\n", engine::report::signal_name(*signal))
        }
        other => format!("the executor is gone: {}\n", engine::error::cause_text(other)),
    });
    format!("{what}{}\n", restored(loss))
}

fn report_text(loss: &Loss, form: render::Form) -> Option<String> {
    loss.report.as_ref().map(|report| match form {
        render::Form::Lines => report.lines(),
        _ => report.to_string(),
    })
}

fn restored(loss: &Loss) -> String {
    if loss.over {
        return "the session ends here: its code runs in tine's own process".into();
    }
    if loss.undone_from == loss.input {
        return "session restored to just before this input; all variables are intact".into();
    }
    let why = loss.refused.map(|refused| format!(" ({})", refused_text(refused)));
    format!(
        "session restored to just before input {}: no checkpoint could be taken after it{}",
        loss.undone_from,
        why.unwrap_or_default()
    )
}

/// Why there is no checkpoint.
pub(crate) fn refused_text(refused: Refused) -> String {
    match refused {
        Refused::Threads(1) => "a thread is running".into(),
        Refused::Threads(n) => format!("{n} threads are running"),
        Refused::System(error) => io::Error::from_raw_os_error(error).to_string(),
        Refused::Dear(micros) => format!(
            "a copy of so much memory takes {} ms, so it waits for a quieter moment",
            micros / 1000
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_break_behind_commas() {
        assert_eq!(wrapped("int[4] {1, 2, 3, 4}", Some(12)), "int[4] {1,\n    2, 3, 4}");
        assert_eq!(wrapped("int[4] {1, 2, 3, 4}", Some(80)), "int[4] {1, 2, 3, 4}");
        assert_eq!(wrapped("int[4] {1, 2, 3, 4}", None), "int[4] {1, 2, 3, 4}");
        let text = r#"s {"a, \"b, ", 'c', ',', "d"}"#;
        assert_eq!(pieces(text), [r#"s {"a, \"b, ", "#, "'c', ", "',', ", "\"d\"}"]);
        assert_eq!(pieces(r#""\\", 1"#), [r#""\\", "#, "1"]);
    }
}
