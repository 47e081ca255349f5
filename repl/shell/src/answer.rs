//! Outcomes as text: the value's line, the diagnostics, how an executor ended.

use engine::session::Loss;
use engine::{Outcome, Session, Value};
use executor::handle::Cause;
use executor::wire::End;
use preproc::diag::Diagnostic;
use preproc::render::{self, Form};
use printer::{Context, Limits, Memory, Place};
use std::io::{self, Write};

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
        let (name, offset, is_function) = self.0.place(addr)?;
        Some(Place { name, offset, is_function, ty: None })
    }
}

/// Says what became of an input: its value on standard output, the rest on standard error.
pub(crate) fn answer(session: &Session, outcome: Outcome, form: Form) -> io::Result<Verdict> {
    match outcome {
        Outcome::Unfinished => return Ok(Verdict::Unfinished),
        Outcome::Value { value, diags } => {
            report(session, &diags, form)?;
            if let Some(line) = value_line(session, value) {
                let mut out = io::stdout().lock();
                writeln!(out, "{line}")?;
                out.flush()?;
            }
        }
        Outcome::Done { diags } => report(session, &diags, form)?,
        Outcome::Rejected { diags } => {
            report(session, &diags, form)?;
            return Ok(Verdict::Failed);
        }
        Outcome::Lost(loss) => {
            match &loss.report {
                Some(report) => eprint!("{report}"),
                None => eprintln!("{}", ending(&loss)),
            }
            eprintln!("{}", restored(&loss));
            return Ok(match &loss.ended.exited {
                Some(exited) => Verdict::Exited(exited.status),
                None => Verdict::Failed,
            });
        }
    }
    Ok(Verdict::Good)
}

fn value_line(session: &Session, value: Value) -> Option<String> {
    let view = View(session);
    let (types, names) = (session.types(), session.names());
    let cx = Context { types, names, memory: &view, limits: Limits::default() };
    Some(printer::typed_value(cx, value.ty, value.addr?.0))
}

fn report(session: &Session, diags: &[Diagnostic], form: Form) -> io::Result<()> {
    if diags.is_empty() {
        return Ok(());
    }
    let text = render::all(session.sources(), session.names(), diags, form);
    io::stderr().write_all(text.as_bytes())
}

fn ending(loss: &Loss) -> String {
    if loss.timed_out {
        return format!("the time limit was reached in input {}", loss.input);
    }
    if let Some(exited) = &loss.ended.exited {
        return format!("input {} called exit({})", loss.input, exited.status);
    }
    match &loss.ended.cause {
        Cause::Process(End::Exit(status)) => {
            format!("input {} called _exit({status})", loss.input)
        }
        Cause::Process(End::Signal(2)) => format!("interrupted in input {}", loss.input),
        Cause::Process(End::Signal(signal)) => {
            let name = engine::report::signal_name(*signal);
            format!("ended by {name} in input {}", loss.input)
        }
        other => format!("the executor is gone: {other:?}"),
    }
}

fn restored(loss: &Loss) -> String {
    if loss.undone_from == loss.input {
        return "session restored to just before this input; all variables are intact".into();
    }
    format!(
        "session restored to just before input {}: no checkpoint could be taken after it",
        loss.undone_from
    )
}
