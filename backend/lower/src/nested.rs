//! Nested functions (GNU) and their way to the locals of the functions around them.

use crate::Lowered;
use crate::func::FunctionCx;
use crate::place::{Place, Value};
use cfront::tree::{LabelId, LocalId};
use preproc::source::Span;

impl FunctionCx<'_, '_> {
    pub(crate) fn nested_address(&mut self, depth: u32, index: u32, span: Span) -> Lowered<Value> {
        self.fail(span, format!("nested function {index}, {depth} levels out"))
    }

    pub(crate) fn outer_place(&mut self, depth: u32, local: LocalId, span: Span) -> Lowered<Place> {
        self.fail(span, format!("local {} of the function {depth} levels out", local.0))
    }

    pub(crate) fn goto_outer(&mut self, depth: u32, label: LabelId, span: Span) -> Lowered<()> {
        self.fail(span, format!("a jump to label {} of the function {depth} levels out", label.0))
    }
}
