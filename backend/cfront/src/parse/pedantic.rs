//! What the standard at hand does not have, under `-Wpedantic`; and the scopes of variable-length
//! declarations and blocks in expressions, which no jump may enter. In: places as the parser passes them; out: diagnostics.
//! `__extension__` silences the first kind.

use super::Parser;
use crate::session::Standard;
use crate::tree::*;
use preproc::diag::Diagnostic;
use preproc::source::Span;

/// What no jump may enter.
#[derive(Clone, Copy, Debug)]
pub(super) enum Closed {
    /// The scope of a declaration of a variably modified type.
    Variable(Span),
    /// A block in an expression.
    Block(Span),
}

/// Where the function's text is in such places.
#[derive(Debug, Default)]
pub(crate) struct Variable {
    /// Each with the one it stands in.
    nodes: Vec<(Option<u32>, Closed)>,
    current: Option<u32>,
    blocks: Vec<Option<u32>>,
    gotos: Vec<(LabelId, Option<u32>, Span)>,
    labels: Vec<(LabelId, Option<u32>)>,
}

impl Variable {
    pub(super) fn open(&mut self) {
        self.blocks.push(self.current);
    }

    pub(super) fn close(&mut self) {
        if let Some(before) = self.blocks.pop() {
            self.current = before;
        }
    }

    pub(super) fn declare(&mut self, closed: Closed) {
        self.nodes.push((self.current, closed));
        self.current = Some(self.nodes.len() as u32 - 1);
    }

    pub(super) fn here(&self) -> Option<u32> {
        self.current
    }

    pub(super) fn jump(&mut self, label: LabelId, span: Span) {
        self.gotos.push((label, self.current, span));
    }

    pub(super) fn label(&mut self, label: LabelId) {
        self.labels.push((label, self.current));
    }

    /// What a jump from one place to another would enter.
    fn entered(&self, from: Option<u32>, to: Option<u32>) -> Option<Closed> {
        let target = to?;
        let mut at = from;
        while let Some(node) = at {
            if node == target {
                return None;
            }
            at = self.nodes.get(node as usize)?.0;
        }
        Some(self.nodes.get(target as usize)?.1)
    }
}

impl Parser<'_> {
    /// Something that came with a standard is used.
    pub(super) fn since(&mut self, standard: Standard, span: Span, what: &str) {
        let (name, compat) = match standard {
            Standard::C89 => ("C89", ""),
            Standard::C99 => ("C99", "c90-c99-compat"),
            Standard::C11 => ("C11", "c99-c11-compat"),
            Standard::C17 => ("C17", ""),
            Standard::C23 => ("C23", "c11-c23-compat"),
            Standard::Never => ("", ""),
        };
        // Asked for, they warn of what older compilers lack; turned off, they say that it is fine.
        let new = self.standard() >= standard;
        let option = if new { compat } else { "pedantic" };
        let silent = new && !self.warnings_may(compat);
        if silent || option.is_empty() || self.ctx.options.warnings.turned_off(compat) {
            return;
        }
        let message = match name {
            "" => format!("{what} are an extension of GNU C"),
            name => format!("{what} came with {name}"),
        };
        self.warn(option, span, message);
    }

    /// At the end of a function: no `goto` may enter a place that is closed to it.
    pub(super) fn check_jumps(&mut self) {
        let variable = std::mem::take(&mut self.func.variable);
        let mut places: Vec<Option<u32>> = vec![None; self.body.labels.len()];
        // A label that stands twice was reported; the first counts.
        for &(label, place) in variable.labels.iter().rev() {
            places[label.index()] = place;
        }
        for &(label, from, span) in &variable.gotos {
            let Some(entered) = variable.entered(from, places[label.index()]) else { continue };
            self.report_entered(span, entered);
        }
    }

    /// A `case` of a `switch` that began at `from`.
    pub(super) fn check_case_scope(&mut self, from: Option<u32>, span: Span) {
        let here = self.func.variable.here();
        if let Some(entered) = self.func.variable.entered(from, here) {
            self.report_entered(span, entered);
        }
    }

    fn report_entered(&mut self, span: Span, entered: Closed) {
        let (message, at, note) = match entered {
            Closed::Variable(at) => {
                let message = "jump into the scope of something of variable length";
                (message, at, "it is declared here")
            }
            Closed::Block(at) => ("jump into a block in an expression", at, "it begins here"),
        };
        self.diag(Diagnostic::error(span, message).note(Some(at), note));
    }
}
