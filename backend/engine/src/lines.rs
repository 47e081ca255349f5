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
        self.list.len()
    }

    pub(crate) fn rollback(&mut self, mark: usize) {
        self.list.truncate(mark);
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
        let mut at = 0;
        self.list.retain(|code| {
            at += 1;
            at <= since || code.lines.name != name
        });
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
