//! The crashes of a program in words. In: the records, the image, the inputs it was linked of and
//! the memory, while the program stands still; out: reports.

use super::{Arena, Contents, Inputs};
use crate::crash::{Case, Code};
use crate::examine::Read;
use crate::native::Library;
use crate::report::{FILE_STATEMENTS, Frame, Report};
use crate::source::Kept;
use crate::unwind::{self, Section};
use executor::addr::Addr;
use executor::handle::Ended;
use executor::mapped::MappedFile;
use executor::segment::Pool;
use executor::wire::{CrashRecord, MappedCode};
use link::{Image, Kind};
use lower::FunctionLines;
use preproc::source::Span;
use std::io;
use std::path::Path;

/// Every crash of a run in words: those of handlers first, as they came first; then the one that
/// ended it, unless that was reported while it stood still.
pub(super) fn of_run(
    ended: &Ended,
    held: Option<Report>,
    image: &Image,
    inputs: &Inputs<'_>,
) -> Vec<Report> {
    let handlers = ended.exited.iter().flat_map(|e| &e.crashes);
    let last = ended.crash.as_deref().filter(|_| held.is_none());
    let late = handlers.chain(last).map(|crash| report(crash, image, inputs, &|_, _| false));
    late.chain(held).collect()
}

/// A place in code that was compiled here.
struct Compiled<'p> {
    kept: &'p Kept,
    lines: &'p FunctionLines,
    at: Addr,
    offset: u64,
    span: Option<Span>,
}

pub(super) fn report(
    crash: &CrashRecord,
    image: &Image,
    inputs: &Inputs<'_>,
    memory: Read<'_>,
) -> Report {
    let files = Arena::new();
    let read = |path: &Path| -> io::Result<&[u8]> {
        match inputs.made(path) {
            Some(bytes) => Ok(bytes),
            None => {
                MappedFile::open(path).map(|mapped| files.keep(path, Contents::File(mapped)).bytes)
            }
        }
    };
    let opened = |c: &MappedCode| Library::read(c, read(Path::new(&c.path)).ok()?);
    let libraries: Vec<Library<'_>> = crash.maps.iter().filter_map(opened).collect();
    let section_of = |addr: Addr| match libraries.iter().find(|l| l.covers(addr)) {
        Some(library) => library.frames(),
        None if image.ranges().any(|(_, range)| range.contains(addr)) => own_frames(image),
        None => None,
    };
    let compiled = |addr: Addr| {
        let function = image.function_at(addr, &read)?;
        let kept = inputs.kept(&function.file)?;
        let lines = kept.functions.iter().find(|lines| lines.name == function.name)?;
        let span = lines.place_at(function.offset);
        Some(Compiled { kept, lines, at: addr, offset: function.offset, span })
    };
    // What lies below a program's first function is ours and tells the reader nothing.
    let own = std::env::current_exe().unwrap_or_default();
    let is_own = |library: &Library<'_>| Path::new(&library.path) == own;
    let frame = |addr: Addr| {
        let mut frame = Frame { addr, ..Frame::default() };
        if let Some(function) = image.function_at(addr, &read) {
            frame.function = Some(function.name);
            frame.offset = function.offset;
            frame.module = Some(function.file);
        } else if let Some(library) = libraries.iter().find(|l| l.covers(addr) && !is_own(l)) {
            (frame.function, frame.offset) = library.function_at(addr);
            frame.module = Some(library.path.clone());
        }
        let line = image.line_of(addr, &read);
        frame.line = line.map(|l| (l.file, u32::try_from(l.line).unwrap_or(0)));
        if let Some(place) = compiled(addr) {
            let at = place.span.and_then(|span| place.kept.pp.sources.place(span.start));
            frame.line = at.map(|at| (at.file.to_string(), at.line)).or(frame.line);
            frame.function = Some(place.shown_name());
        }
        frame
    };
    let code = |addr: Addr| compiled(addr)?.code();
    let address_of = |code: &Code<'_>, id: cfront::tree::SymbolId| {
        let name = &code.symbols[id.index()].link_name;
        let global = image.find(name).filter(|symbol| symbol.kind != Kind::Tls);
        global.map(|symbol| symbol.address).or_else(|| image.local_at(code.at, name, &read))
    };
    let case = Case {
        crash,
        callers: joined(
            unwind::callers(crash, &section_of, &|_| false, memory),
            crash.frames.clone(),
        ),
        read: memory,
        frame: &frame,
        code: &code,
        address_of: &address_of,
        constant: &|addr| constant(image, addr),
    };
    case.report()
}

impl<'p> Compiled<'p> {
    fn shown_name(&self) -> String {
        if self.lines.name == self.kept.options.script {
            return FILE_STATEMENTS.to_string();
        }
        plain_name(&self.lines.name).to_string()
    }

    fn code(&self) -> Option<Code<'p>> {
        Some(Code {
            unit: &self.kept.unit,
            types: &self.kept.cx.types,
            symbols: &self.kept.cx.symbols,
            names: &self.kept.pp.names,
            sources: &self.kept.pp.sources,
            options: &self.kept.options,
            function: &self.lines.name,
            size: self.lines.size,
            offset: self.offset,
            at: self.at,
            span: self.span?,
        })
    }
}

/// The body of a function with variable arguments bears its name.
pub(crate) fn plain_name(name: &str) -> &str {
    let body = name.strip_prefix(".L").and_then(|name| name.strip_suffix(".body"));
    body.unwrap_or(name)
}

/// A constant of the program's, and its name.
fn constant(image: &Image, addr: Addr) -> Option<Option<String>> {
    let covers = |s: &&link::Defined| addr.0.wrapping_sub(s.address.0) < s.size;
    if let Some(symbol) = image.symbols.iter().filter(|s| s.kind == Kind::Object).find(covers) {
        return Some(Some(image.name(symbol).to_string()));
    }
    let is_const = |(pool, range): &(Pool, _)| {
        let range: &executor::addr::AddrRange = range;
        *pool == Pool::Const && range.contains(addr)
    };
    image.ranges().find(is_const).map(|_| None)
}

/// The unwind information of a program.
fn own_frames(image: &Image) -> Option<Section<'_>> {
    let frames = image.eh_frame?;
    let segment = image.segments.iter().find(|s| {
        s.address <= frames.start && frames.end() <= s.address.plus(s.content.len() as u64)
    })?;
    let from = usize::try_from(frames.start.since(segment.address)).ok()?;
    let to = from.checked_add(usize::try_from(frames.len).ok()?)?;
    Some(Section { start: frames.start, bytes: segment.content.get(from..to)? })
}

/// Unwinding ends where the record's piece of the stack does; from there the chain of frame
/// pointers leads on, if it passes by.
fn joined(mut unwound: Vec<Addr>, chain: Vec<Addr>) -> Vec<Addr> {
    let Some(last) = unwound.last() else { return chain };
    if let Some(at) = chain.iter().position(|addr| addr == last) {
        unwound.extend(chain.into_iter().skip(at + 1));
    }
    unwound
}
