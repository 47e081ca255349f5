//! `tine eval`: inputs evaluated one after the other, each answered as text or as a line of JSON.
//! In: a session that nobody sits at and the inputs; out: the answers and a status.
//!
//! Always: one answer for each input that was begun, whatever it did; the first one that fails is
//! the last one.

use crate::capture::{Capture, Captured, Written};
use crate::json::{self, Object};
use crate::style::Style;
use crate::{Shell, Status, answer, world};
use engine::report::{Report, signal_name};
use engine::{Loss, Outcome, Session, Value};
use executor::handle::Cause;
use executor::wire::End;
use preproc::diag::{Diagnostic, Severity};
use preproc::source::Span;
use std::io::{self, Write};
use std::time::{Duration, Instant};

/// Statuses that are no program's own. 128 and the number are a signal's.
const REJECTED: Status = 1;
const TIMED_OUT: Status = 124;
/// The executor was lost in a way that says nothing: user code closed its socket, or ended what
/// stands above it.
const LOST: Status = 125;
const INTERRUPTED: Status = 130;

/// Evaluates the inputs. Without a capture user code writes to our own streams.
pub fn run_eval(
    session: Session,
    inputs: &[String],
    json: bool,
    capture: Option<Capture>,
) -> engine::Result<Status> {
    let mut captured = capture.map(Capture::begin).transpose().map_err(world)?;
    let mut shell = Shell::new(session, Style::plain());
    for (at, text) in inputs.iter().enumerate() {
        let start = Instant::now();
        let mut warnings = Vec::new();
        let evaluated = if json {
            // An input that is lost takes its text along, and with it all places.
            shell.session.eval_telling(text, |session: &Session, diags: &[Diagnostic]| {
                warnings.extend(diags.iter().map(|diag| diagnostic(session, diag)));
            })
        } else {
            shell.eval(text)
        };
        let took = start.elapsed();
        let written = captured.as_mut().map(Captured::take).transpose().map_err(world)?;
        let (kind, status) = verdict(&evaluated);
        if json {
            let written = written.unwrap_or_default();
            let number = at + 1;
            let answer = Answer { shell: &shell, number, kind, status, took, written, warnings };
            say(&answer.json(&evaluated))?;
        } else {
            tell(&mut shell, evaluated, written)?;
        }
        if status != 0 || !matches!(kind, "value" | "done") {
            return Ok(status);
        }
    }
    Ok(0)
}

/// What became of an input, in a word and as a status.
fn verdict(evaluated: &engine::Result<Outcome>) -> (&'static str, Status) {
    let Ok(outcome) = evaluated else { return ("lost", LOST) };
    match outcome {
        Outcome::Value { .. } => ("value", 0),
        Outcome::Done { .. } => ("done", 0),
        Outcome::Unfinished => ("unfinished", REJECTED),
        Outcome::Rejected { .. } => ("rejected", REJECTED),
        // The executor itself ended so: it lost its way to us.
        Outcome::Exited { status, loss }
            if *status == i32::from(LOST) && loss.ended.exited.is_none() =>
        {
            ("lost", LOST)
        }
        Outcome::Exited { status, .. } => {
            ("exited", Status::try_from(status & 0xff).unwrap_or(Status::MAX))
        }
        Outcome::TimedOut(_) => ("timed-out", TIMED_OUT),
        Outcome::Interrupted(_) => ("interrupted", INTERRUPTED),
        Outcome::Crashed(loss) | Outcome::OutOfMemory(loss) => match signal(loss) {
            Some(number) => {
                let by_limit = matches!(outcome, Outcome::OutOfMemory(_));
                let word = if by_limit { "out-of-memory" } else { "crashed" };
                (word, Status::try_from(128 + number).unwrap_or(Status::MAX))
            }
            None => ("lost", LOST),
        },
    }
}

/// The signal that ended the executor.
fn signal(loss: &Loss) -> Option<i32> {
    match loss.ended.cause {
        Cause::Process(End::Signal(number)) => Some(number),
        _ => None,
    }
}

fn say(line: &str) -> engine::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(world)?;
    out.flush().map_err(world)
}

/// As at a prompt: what was written goes to our own streams, then the value or the messages.
fn tell(
    shell: &mut Shell,
    evaluated: engine::Result<Outcome>,
    written: Option<[Written; 2]>,
) -> engine::Result<()> {
    for (to_stdout, written) in [true, false].into_iter().zip(written.into_iter().flatten()) {
        let sent = match to_stdout {
            true => io::stdout().write_all(&written.bytes),
            false => io::stderr().write_all(&written.bytes),
        };
        sent.map_err(world)?;
        if written.cut {
            let name = if to_stdout { "standard output" } else { "standard error" };
            eprintln!("tine: {name} was cut at {} bytes", written.bytes.len());
        }
    }
    match evaluated {
        Ok(Outcome::Unfinished) => eprintln!("the input stops in the middle of something"),
        Ok(outcome) => {
            answer::answer(shell, outcome, "").map_err(world)?;
        }
        Err(failure) => eprintln!("tine: {failure}"),
    }
    Ok(())
}

/// What one line of JSON is made of.
struct Answer<'a> {
    shell: &'a Shell,
    number: usize,
    kind: &'static str,
    status: Status,
    took: Duration,
    written: [Written; 2],
    /// What was said before it ran.
    warnings: Vec<String>,
}

impl Answer<'_> {
    fn json(&self, evaluated: &engine::Result<Outcome>) -> String {
        let no_diags: &[Diagnostic] = &[];
        let (value, diags, loss) = match evaluated {
            Ok(Outcome::Value { value, diags }) => (Some(*value), diags.as_slice(), None),
            Ok(Outcome::Done { diags } | Outcome::Rejected { diags }) => {
                (None, diags.as_slice(), None)
            }
            Ok(outcome) => {
                let loss = outcome.loss();
                (None, loss.map_or(no_diags, |loss| loss.diags.as_slice()), loss)
            }
            Err(_) => (None, no_diags, None),
        };
        let (ty, text) = match value.map(|value| self.value(value)) {
            Some((ty, text)) => (Some(json::string(&ty)), text.map(|text| json::string(&text))),
            None => (None, None),
        };
        let diags = diags.iter().map(|diag| diagnostic(&self.shell.session, diag));
        let ran = loss.map_or(self.shell.session.times().run, |loss| loss.ran);
        let micros = |d: Duration| i64::try_from(d.as_micros()).unwrap_or(i64::MAX);
        let time = Object::new()
            .number("total_us", micros(self.took))
            .number("run_us", micros(ran.min(self.took)))
            .end();
        let [out, err] = &self.written;
        let object = Object::new()
            .number("tine", 1)
            .number("input", i64::try_from(self.number).unwrap_or(i64::MAX))
            .text("outcome", self.kind)
            .number("status", self.status)
            .raw("type", &json::or_null(ty))
            .raw("value", &json::or_null(text));
        let object = stream(stream(object, "stdout", out), "stderr", err);
        object
            .raw("diagnostics", &json::array(self.warnings.iter().cloned().chain(diags)))
            .raw("signal", &json::or_null(loss.and_then(signal).map(signal_json)))
            .raw("crash", &json::or_null(loss.and_then(|l| l.report.as_ref()).map(crash_json)))
            .raw("failure", &json::or_null(failure_text(evaluated).map(|t| json::string(&t))))
            .raw("time", &time)
            .end()
    }

    fn value(&self, value: Value) -> (String, Option<String>) {
        answer::value_parts(&self.shell.session, self.shell.settings.limits, value)
    }
}

fn diagnostic(session: &Session, diag: &Diagnostic) -> String {
    let severity = match diag.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let notes = diag.notes.iter().map(|note| {
        let at = note.span.and_then(|span| place(session, span));
        Object::new().text("message", &note.text).raw("at", &json::or_null(at)).end()
    });
    Object::new()
        .text("severity", severity)
        .text("message", &diag.message)
        .raw("at", &json::or_null(place(session, diag.span)))
        .raw("notes", &json::array(notes))
        .end()
}

fn place(session: &Session, span: Span) -> Option<String> {
    let at = session.sources().place(span.start)?;
    let place = Object::new().text("file", at.file).number("line", at.line);
    Some(place.number("column", at.column).end())
}

/// Text as it is; bytes that are none in base 64 beside what can be read of them.
fn stream(object: Object, name: &str, written: &Written) -> Object {
    let object = object.text(name, &String::from_utf8_lossy(&written.bytes));
    let bytes = std::str::from_utf8(&written.bytes).is_err();
    let bytes = bytes.then(|| json::string(&json::base64(&written.bytes)));
    let object = object.raw(&format!("{name}_base64"), &json::or_null(bytes));
    object.flag(&format!("{name}_cut"), written.cut)
}

fn signal_json(number: i32) -> String {
    Object::new().number("number", number).text("name", &signal_name(number)).end()
}

fn crash_json(report: &Report) -> String {
    let at = report.picture.as_ref().map(|picture| {
        let (first, last) = picture.columns;
        Object::new()
            .text("file", &picture.file)
            .number("line", picture.line)
            .number("column", first)
            .number("end_column", last)
            .text("text", &picture.text)
            .end()
    });
    let frames = report.frames.iter().map(|frame| {
        let or_null = |text: &Option<String>| json::or_null(text.as_deref().map(json::string));
        let (file, line) = match &frame.line {
            Some((file, line)) => (Some(json::string(file)), Some(line.to_string())),
            None => (None, None),
        };
        Object::new()
            .raw("function", &or_null(&frame.function))
            .raw("module", &or_null(&frame.module))
            .raw("file", &json::or_null(file))
            .raw("line", &json::or_null(line))
            .end()
    });
    Object::new()
        .text("what", &report.what)
        .raw("at", &json::or_null(at))
        .raw("frames", &json::array(frames))
        .end()
}

/// Why an executor is gone that no signal ended.
fn failure_text(evaluated: &engine::Result<Outcome>) -> Option<String> {
    match evaluated {
        Err(failure) => Some(failure.to_string()),
        Ok(Outcome::Crashed(loss)) if signal(loss).is_none() => {
            Some(engine::error::cause_text(&loss.ended.cause))
        }
        Ok(Outcome::Exited { .. }) if verdict(evaluated).0 == "lost" => {
            Some("the executor lost its connection".into())
        }
        Ok(_) => None,
    }
}
