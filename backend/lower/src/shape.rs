//! Questions about the shape of a tree, answered without emitting anything.

use cfront::tree::{Body, ExprId, ExprKind};

/// May the expression's code stand twice, each time evaluated afresh? True for small ones without
/// calls, blocks or anything that defines something.
pub(crate) fn repeatable(body: &Body, id: ExprId, budget: &mut u32) -> bool {
    if *budget == 0 {
        return false;
    }
    *budget -= 1;
    match body.expr(id).kind {
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Wide(_)
        | ExprKind::Local(_)
        | ExprKind::Symbol(_)
        | ExprKind::Outer { .. }
        | ExprKind::Str(_)
        | ExprKind::Same => true,
        ExprKind::Deref(a)
        | ExprKind::Member(a, _)
        | ExprKind::Real(a)
        | ExprKind::Imag(a)
        | ExprKind::Load(a)
        | ExprKind::Decay(a)
        | ExprKind::Convert(_, a)
        | ExprKind::AddrOf(a)
        | ExprKind::Unary(_, a)
        | ExprKind::LogicalNot(a) => repeatable(body, a, budget),
        ExprKind::Binary(_, a, b)
        | ExprKind::PtrDiff(a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::LogicalAnd(a, b)
        | ExprKind::LogicalOr(a, b)
        | ExprKind::Assign(a, b)
        | ExprKind::AssignOp { place: a, value: b }
        | ExprKind::IncDec { place: a, value: b, .. }
        | ExprKind::PtrAdd { ptr: a, index: b, .. } => {
            repeatable(body, a, budget) && repeatable(body, b, budget)
        }
        _ => false,
    }
}
