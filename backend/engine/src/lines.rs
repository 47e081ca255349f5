//! Which source a place in code is of. In: what the lowering says of each function, and where the
//! linker has put it; out: the span of an address. Entries come and go with their inputs.

use executor::addr::Addr;
use link::Image;
use lower::FunctionLines;
use preproc::source::Span;

struct Code {
    start: Addr,
    lines: FunctionLines,
}

#[derive(Default)]
pub(crate) struct Lines {
    list: Vec<Code>,
    /// How many were forgotten before these.
    forgotten: usize,
}

/// A place in a function of the session.
pub(crate) struct CodePlace<'a> {
    pub(crate) function: &'a str,
    pub(crate) size: u32,
    pub(crate) offset: u64,
    pub(crate) span: Option<Span>,
}

impl Lines {
    pub(crate) fn mark(&self) -> usize {
        self.forgotten + self.list.len()
    }

    /// Forgets a function that never runs again, all marks but the first being younger.
    pub(crate) fn forget_function(&mut self, name: &str, start: Addr) -> bool {
        let found = self.list.iter().position(|c| c.start == start && c.lines.name == name);
        if let Some(at) = found {
            self.list.remove(at);
            self.forgotten += 1;
        }
        found.is_some()
    }

    pub(crate) fn rollback(&mut self, mark: usize) {
        match mark {
            0 => *self = Lines::default(),
            mark => self.list.truncate(mark.saturating_sub(self.forgotten)),
        }
    }

    /// The places of all code.
    pub(crate) fn spans(&self) -> impl Iterator<Item = Span> {
        self.list.iter().flat_map(|code| code.lines.lines.iter().map(|(_, span)| *span))
    }

    /// Takes in the functions of an image that have symbols there.
    pub(crate) fn add(&mut self, image: &Image, functions: &[FunctionLines]) {
        for function in functions {
            if let Some(symbol) = image.find(&function.name) {
                self.list.push(Code { start: symbol.address, lines: function.clone() });
            }
        }
    }

    /// Code that never runs again has no lines.
    pub(crate) fn forget(&mut self, since: usize, name: &str) {
        let mut young = self.list.split_off(since.saturating_sub(self.forgotten));
        young.retain(|code| code.lines.name != name);
        self.list.append(&mut young);
    }

    pub(crate) fn at(&self, addr: Addr) -> Option<CodePlace<'_>> {
        let inside =
            |c: &&Code| addr >= c.start && addr.since(c.start) < u64::from(c.lines.size.max(1));
        let code = self.list.iter().rev().find(inside)?;
        let offset = addr.since(code.start);
        Some(CodePlace {
            function: &code.lines.name,
            size: code.lines.size,
            offset,
            span: code.lines.place_at(offset),
        })
    }
}
