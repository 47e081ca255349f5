//! GNU's records with members of variable size. In: the members as declared; out: their layout.
//! What lies behind the first such member counts its offset from a local, which code fills where
//! the declaration is reached; so does the size of the whole.

use super::Parser;
use crate::layout::{FieldDecl, Layout, RecordShape, lay_out};
use crate::tree::{BinaryOp, CompareOp, ExprId, ExprKind};
use crate::types::{Length, id};
use preproc::source::Span;

impl Parser<'_> {
    /// Places the members; `effects` gets what computes offsets and the size, which is returned.
    pub(super) fn lay_out_variable(
        &mut self,
        decls: &[FieldDecl],
        shape: RecordShape,
        span: Span,
        effects: &mut Vec<ExprId>,
    ) -> Option<(Layout, Length)> {
        let alone = RecordShape { is_union: false, align: 0, ..shape };
        let mut whole = Layout {
            fields: Vec::with_capacity(decls.len()),
            size: 0,
            end: 0,
            align: shape.align.max(1),
            flexible: false,
            unnamed: Vec::new(),
        };
        let mut end = self.int_expr(0, id::ULONG, span);
        let mut at = 0;
        while at < decls.len() {
            let first = at == 0 && !shape.is_union;
            let group = &decls[at..at + self.placed_together(&decls[at..], first)];
            let mut layout = lay_out(&self.ctx.types, group, alone)?;
            let mut here = self.int_expr(layout.end, id::ULONG, span);
            if !first && !shape.is_union {
                let aligned = self.rounded_up(end, layout.align, span);
                let base = self.keep_length(aligned, effects);
                layout.fields.iter_mut().for_each(|field| field.base = Some(base));
                let from = self.length_value(base, span);
                here = self.unsigned(BinaryOp::Add, from, here, span);
            }
            if let Some(last) = group.last()
                && self.ctx.types.has_variable_size(last.ty.id)
            {
                let size = self.push_expr(ExprKind::SizeOfVariable(last.ty.id), id::ULONG, span);
                here = self.unsigned(BinaryOp::Add, here, size, span);
            }
            end = if shape.is_union { self.larger(end, here, span, effects) } else { here };
            whole.align = whole.align.max(layout.align);
            whole.flexible |= layout.flexible;
            whole.fields.append(&mut layout.fields);
            at += group.len();
        }
        let size = self.rounded_up(end, whole.align, span);
        Some((whole, self.keep_length(size, effects)))
    }

    /// How many of the members count from one place: all up to the first of variable size, then
    /// one after another, save that bit-fields stay together.
    fn placed_together(&self, decls: &[FieldDecl], first: bool) -> usize {
        let count = if first {
            decls
                .iter()
                .position(|decl| self.ctx.types.has_variable_size(decl.ty.id))
                .map(|n| n + 1)
        } else if decls[0].bits.is_some() {
            decls.iter().position(|decl| decl.bits.is_none())
        } else {
            Some(1)
        };
        count.unwrap_or(decls.len())
    }

    fn unsigned(&mut self, op: BinaryOp, a: ExprId, b: ExprId, span: Span) -> ExprId {
        self.push_expr(ExprKind::Binary(op, a, b), id::ULONG, span)
    }

    fn rounded_up(&mut self, value: ExprId, align: u64, span: Span) -> ExprId {
        if align <= 1 {
            return value;
        }
        let more = self.int_expr(align - 1, id::ULONG, span);
        let sum = self.unsigned(BinaryOp::Add, value, more, span);
        let mask = self.int_expr(align.wrapping_neg(), id::ULONG, span);
        self.unsigned(BinaryOp::And, sum, mask, span)
    }

    fn larger(&mut self, a: ExprId, b: ExprId, span: Span, effects: &mut Vec<ExprId>) -> ExprId {
        let (a, b) = (self.keep_length(a, effects), self.keep_length(b, effects));
        let (left, right) = (self.length_value(a, span), self.length_value(b, span));
        let more = self.push_expr(ExprKind::Compare(CompareOp::Gt, left, right), id::INT, span);
        let (left, right) = (self.length_value(a, span), self.length_value(b, span));
        self.push_expr(ExprKind::Cond(more, left, right), id::ULONG, span)
    }
}
