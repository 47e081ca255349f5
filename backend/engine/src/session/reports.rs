//! What a session knows of a crash. In: the record of one, while its process stands still; out: a
//! report with functions, source lines and names. Nothing is asked of the executor but its memory.

use super::{Session, source_name};
use crate::compile;
use crate::crash::{Case, Code};
use crate::native::Library;
use crate::program::plain_name;
use crate::report::{self, Frame, Report};
use crate::unwind;
use cfront::tree::{Function, SymbolId, Unit};
use executor::addr::Addr;
use executor::mapped::MappedFile;
use executor::wire::{CrashRecord, MappedCode};
use memory::Owner;
use std::path::Path;

impl Session {
    /// The crash in words, with a picture of the innermost place that is the user's. `unit` is
    /// that of the input that ran.
    pub(super) fn report(&self, crash: &CrashRecord, unit: &Unit) -> Report {
        let read = |addr: Addr, buffer: &mut [u8]| self.machine.read(addr, buffer);
        let opened = |code: &MappedCode| MappedFile::open(Path::new(&code.path)).ok();
        let files: Vec<_> = crash.maps.iter().map(opened).collect();
        let libraries: Vec<Library<'_>> = (crash.maps.iter().zip(&files))
            .filter_map(|(code, file)| Library::read(code, file.as_ref()?.as_ref()))
            .collect();
        let section_of =
            |addr: Addr| libraries.iter().find(|l| l.covers(addr)).and_then(|l| l.frames());
        let is_own = |addr: Addr| self.machine.memory.owner_of(addr).is_some();
        let callers = unwind::callers(crash, &section_of, &is_own, &read);
        let case = Case {
            crash,
            callers,
            read: &read,
            frame: &|addr| self.frame(addr),
            code: &|addr| self.code(addr, unit),
            address_of: &|_, id| self.address_of(id),
            constant: &|addr| self.constant(addr),
        };
        let mut report = case.report();
        report.last_calls = self.machine.trace_crash();
        if let Some(Owner::Removed { owner, by }) = self.machine.memory.owner_of(crash.pc) {
            let gone = self.gone.iter().rev().find(|gone| gone.stub.contains(crash.pc));
            report.what = match gone {
                Some(gone) => format!(
                    "call of '{}' of input {}, which was undone before input {}",
                    gone.name, gone.input, gone.before
                ),
                None => format!("call of code of input {owner}, which input {by} removed"),
            };
        }
        report
    }

    /// Keeps what reports of later crashes need; what was defined again is forgotten.
    pub(super) fn keep_functions(&mut self, input: u32, mut unit: Unit) {
        if unit.functions.is_empty() {
            return;
        }
        if !unit.redefined.is_empty() {
            let gone = |f: &Function| f.symbol.is_some_and(|id| unit.redefined.contains(&id));
            self.units.retain(|(_, old)| !old.functions.iter().all(gone));
        }
        unit.functions.shrink_to_fit();
        self.units.push((input, Box::new(unit)));
    }

    /// The source of a place in code.
    fn code<'a>(&'a self, addr: Addr, unit: &'a Unit) -> Option<Code<'a>> {
        let place = self.lines.at(addr)?;
        let symbols = &self.compiler.cx.symbols;
        let has = |unit: &&'a Unit| {
            lower::function_named(unit, symbols, compile::SCRIPT, place.function).is_some()
        };
        let units = self.units.iter().rev().map(|(_, unit)| &**unit);
        let unit = std::iter::once(unit).chain(units).find(has)?;
        Some(Code {
            unit,
            types: self.types(),
            symbols,
            names: self.names(),
            sources: self.sources(),
            options: self.compiler.options(),
            function: place.function,
            size: place.size,
            offset: place.offset,
            at: addr,
            span: place.span?,
        })
    }

    fn address_of(&self, id: SymbolId) -> Option<Addr> {
        let name = &self.compiler.cx.symbol(id).link_name;
        match self.symbols.find(name) {
            Some(found) => Some(found.place()),
            None => executor::runtime::program_symbol(name),
        }
    }

    fn constant(&self, addr: Addr) -> Option<Option<String>> {
        if let Some((name, _, false)) = self.symbols.at(addr) {
            return Some((!name.starts_with(".L")).then(|| source_name(&name).to_string()));
        }
        self.machine.memory.owner_of(addr).map(|_| None)
    }

    fn frame(&self, addr: Addr) -> Frame {
        if let Some(place) = self.lines.at(addr) {
            let at = place.span.and_then(|span| self.sources().place(span.start));
            let function = match place.function {
                compile::SCRIPT => report::STATEMENTS.to_string(),
                name => plain_name(name).to_string(),
            };
            return Frame {
                addr,
                function: Some(function),
                offset: place.offset,
                line: at.map(|at| (at.file.to_string(), at.line)),
                ..Frame::default()
            };
        }
        if let Some((name, offset, _)) = self.symbols.at(addr) {
            return Frame { addr, function: Some(name), offset, ..Frame::default() };
        }
        // What is below the statements of an input is ours and tells the reader nothing.
        let own = std::env::current_exe().unwrap_or_default();
        let is_own = |library: &str| Path::new(library).canonicalize().is_ok_and(|p| p == own);
        match executor::sys::symbol_at(addr).filter(|s| !is_own(&s.library)) {
            Some(s) => Frame {
                addr,
                function: s.name,
                offset: s.offset,
                module: Some(s.library),
                ..Frame::default()
            },
            None => Frame { addr, ..Frame::default() },
        }
    }
}
