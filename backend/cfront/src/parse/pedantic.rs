//! What the standard at hand does not have, under `-Wpedantic`; and the scopes of variable-length
//! declarations, which no jump may enter. In: places as the parser passes them; out: diagnostics.
//! `__extension__` silences the first kind.

use super::Parser;
use crate::session::Standard;
use crate::tree::*;
use preproc::diag::Diagnostic;
use preproc::source::Span;

/// Where declarations of variably modified types are in force.
#[derive(Debug, Default)]
pub(crate) struct Variable {
    /// Each with the one it stands in.
    nodes: Vec<(Option<u32>, Span)>,
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

    pub(super) fn declare(&mut self, span: Span) {
        self.nodes.push((self.current, span));
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

    /// The declaration that a jump from one place to another would enter.
    fn entered(&self, from: Option<u32>, to: Option<u32>) -> Option<Span> {
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
        if self.standard() >= standard {
            return;
        }
        let name = match standard {
            Standard::C89 => "C89",
            Standard::C99 => "C99",
            Standard::C11 => "C11",
            Standard::C17 => "C17",
            Standard::C23 => "C23",
            Standard::Never => "",
        };
        let message = match name {
            "" => format!("{what} are an extension of GNU C"),
            name => format!("{what} came with {name}"),
        };
        self.warn("pedantic", span, message);
    }

    /// At the end of a function: no `goto` may enter the scope of a variable length.
    pub(super) fn check_jumps(&mut self) {
        let variable = std::mem::take(&mut self.func.variable);
        for &(label, from, span) in &variable.gotos {
            let to = variable.labels.iter().find(|(at, _)| *at == label);
            let Some(entered) = to.and_then(|(_, to)| variable.entered(from, *to)) else {
                continue;
            };
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

    fn report_entered(&mut self, span: Span, entered: Span) {
        let message = "jump into the scope of something of variable length";
        let diag = Diagnostic::error(span, message);
        self.diag(diag.note(Some(entered), "it is declared here"));
    }
}
