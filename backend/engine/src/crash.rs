//! A crash with all that can be said of it: the record, the memory of the process while it stands
//! still, and the source of the code it was in. In: these; out: a [`Report`] with a picture, the
//! operands' values where they are surely known, and every frame.

use crate::examine::{self, Read};
use crate::explain::{self, Explained};
use crate::report::{Frame, Picture, Report};
use crate::scene::{Moment, Scene};
use crate::unwind;
use cfront::tree::{Symbol, SymbolId, Unit};
use cfront::types::Types;
use executor::addr::Addr;
use executor::wire::CrashRecord;
use lower::notes::FunctionNotes;
use preproc::name::Names;
use preproc::source::{Sources, Span};

/// The source of the function that a place in code is in.
pub(crate) struct Code<'a> {
    pub(crate) unit: &'a Unit,
    pub(crate) types: &'a Types,
    pub(crate) symbols: &'a [Symbol],
    pub(crate) names: &'a Names,
    pub(crate) sources: &'a Sources,
    pub(crate) options: &'a lower::Options,
    /// The function's link name, the bytes of its code and the place within them.
    pub(crate) function: &'a str,
    pub(crate) size: u32,
    pub(crate) offset: u64,
    /// The address itself.
    pub(crate) at: Addr,
    pub(crate) span: Span,
}

/// What a report is made of.
pub(crate) struct Case<'a> {
    pub(crate) crash: &'a CrashRecord,
    /// Return addresses of the callers, innermost first.
    pub(crate) callers: Vec<Addr>,
    pub(crate) read: Read<'a>,
    /// What is known of a place in code.
    pub(crate) frame: &'a dyn Fn(Addr) -> Frame,
    /// Its source, where it was compiled here.
    pub(crate) code: &'a dyn Fn(Addr) -> Option<Code<'a>>,
    pub(crate) address_of: &'a dyn Fn(&Code<'_>, SymbolId) -> Option<Addr>,
    /// Of an address that may not be written: `None` if it is no constant of the program's, else
    /// its name, if it has one.
    pub(crate) constant: &'a dyn Fn(Addr) -> Option<Option<String>>,
}

/// The record holds so many frames at most: where it is full there may be more.
const FULL: usize = 128;

impl Case<'_> {
    pub(crate) fn report(&self) -> Report {
        let crash = self.crash;
        let deep = if self.callers.len() >= FULL || crash.is_stack_exhausted() {
            examine::callers(crash, self.read)
        } else {
            None
        };
        let many = self.callers.len() >= unwind::LONGEST || crash.is_stack_exhausted();
        let cut = deep.is_none() && many;
        let callers = deep.unwrap_or_else(|| self.callers.iter().map(|&at| (at, 1)).collect());
        let mut report = Report::new(crash, &callers, self.frame);
        report.thread = thread(crash);
        report.cut = cut && !report.frames.last().is_some_and(Frame::is_first);
        if crash.is_write()
            && crash.code == NOT_PERMITTED
            && let Some(name) = (self.constant)(crash.address)
        {
            report.what = explain::read_only(name.as_deref(), crash.address);
        }
        let code = |at| (self.code)(at);
        // A return address is the end of the call: one byte back lies in it.
        let backs = self.callers.iter().filter(|at| at.0 > 1).map(|at| Addr(at.0 - 1));
        let Some(innermost) = std::iter::once(crash.pc).chain(backs).find_map(code) else {
            report.what = examine::words(crash, self.read).unwrap_or(report.what);
            return report;
        };
        let explained = self.explained(&innermost).unwrap_or_default();
        let words = examine::words(crash, self.read);
        report.what = explained.what.or(words).unwrap_or(report.what);
        let span = explained.span.unwrap_or(innermost.span);
        report.picture = picture(innermost.sources, span);
        if let Some(picture) = &mut report.picture {
            picture.here = explained.here;
        }
        report
    }

    fn explained(&self, innermost: &Code<'_>) -> Option<Explained> {
        let is_ours = |at| (self.code)(at).is_some();
        let moment = Moment::of(self.crash, &self.callers, is_ours)?;
        let function = innermost.function();
        let notes = innermost.notes();
        let scene = Scene {
            body: &function?.body,
            types: innermost.types,
            symbols: innermost.symbols,
            names: innermost.names,
            sources: innermost.sources,
            notes: notes.as_deref(),
            offset: u32::try_from(innermost.offset).ok()?,
            moment: &moment,
            read: self.read,
            address_of: &|id| (self.address_of)(innermost, id),
        };
        Some(explain::explain(&scene, innermost.span, self.crash))
    }
}

/// `si_code` of an access that is not permitted.
const NOT_PERMITTED: i32 = 2;

impl Code<'_> {
    fn function(&self) -> Option<&cfront::tree::Function> {
        lower::function_named(self.unit, self.symbols, &self.options.script, self.function)
    }

    /// Where the function's locals lie: only if its code comes out as it is.
    fn notes(&self) -> Option<Box<FunctionNotes>> {
        let made =
            lower::explain(self.unit, self.types, self.symbols, self.options, self.function)?;
        let before = made.places.iter().rev().find(|place| u64::from(place.0) <= self.offset);
        let same = made.size == self.size && before.is_some_and(|place| place.1 == self.span);
        same.then_some(made)
    }
}

/// The thread, where it is not the main one.
fn thread(crash: &CrashRecord) -> Option<String> {
    if crash.thread == crash.pid {
        return None;
    }
    let name = |thread: u32| {
        let path = format!("/proc/{}/task/{thread}/comm", crash.pid);
        std::fs::read_to_string(path).ok().map(|name| name.trim().to_string())
    };
    Some(match (name(crash.thread), name(crash.pid)) {
        (Some(own), Some(main)) if own != main => format!("thread '{own}'"),
        _ => "another thread".to_string(),
    })
}

/// The stretch of source a span covers, as far as it is on one line.
pub(crate) fn picture(sources: &Sources, span: Span) -> Option<Picture> {
    let start = sources.place(span.start)?;
    let end = sources.place(sources.call_end(span.last));
    let end = end.filter(|e| e.id == start.id && e.line == start.line);
    let last = end.map_or(start.column, |e| e.column + e.token_len().saturating_sub(1));
    Some(Picture {
        file: start.file.to_string(),
        line: start.line,
        text: start.text.into_owned(),
        columns: (start.column, last.max(start.column)),
        here: None,
    })
}
