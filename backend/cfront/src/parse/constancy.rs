//! What a constant expression may not have in it, under `-Wpedantic`: things that are evaluated
//! here all the same, as gcc does. In: expressions whose value is known; out: diagnostics. (What was
//! made of literals is a literal by now, and nothing of it is seen.)

use super::Parser;
use crate::session::Standard;
use crate::tree::*;

impl Parser<'_> {
    /// An integer constant expression is made of constants, `sizeof` and casts between them.
    pub(super) fn check_integer_constant(&mut self, e: ExprId, what: &str) {
        if self.warnings_may("pedantic") && self.has_foreign(e, true) {
            let span = self.expr_span(e);
            self.pedwarn("pedantic", span, format!("{what} is not an integer constant expression"));
        }
    }

    /// The initializer of what lives as long as the program does.
    pub(super) fn check_constant_initializer(&mut self, e: ExprId) {
        if self.warnings_may("pedantic") && self.has_foreign(e, false) {
            let span = self.expr_span(e);
            self.pedwarn("pedantic", span, "initializer element is not a constant expression");
        }
    }

    /// Is there a part that constant expressions do not have? Since C99 it does no harm to others
    /// than integer constant expressions where it is not evaluated.
    fn has_foreign(&self, e: ExprId, integer: bool) -> bool {
        let unevaluated = |value: ExprId, when: bool| {
            let known = self.eval(false).value(value).ok();
            let zero = known.map(|value| matches!(value, crate::consteval::Value::Int(0)));
            !integer && self.standard() >= Standard::C99 && zero == Some(when)
        };
        let both = |a, b| self.has_foreign(a, integer) || self.has_foreign(b, integer);
        match self.body.expr(e).kind {
            ExprKind::Assign(..)
            | ExprKind::AssignOp { .. }
            | ExprKind::IncDec { .. }
            | ExprKind::Comma(..)
            | ExprKind::Call { .. }
            | ExprKind::StmtExpr { .. } => true,
            ExprKind::Load(place) => integer && self.is_named_object(place),
            ExprKind::AddrOf(_) | ExprKind::Decay(_) | ExprKind::Deref(_) => integer,
            ExprKind::Convert(Conversion::PtrToInt, _) if integer => true,
            ExprKind::Convert(_, of) | ExprKind::Unary(_, of) | ExprKind::LogicalNot(of) => {
                self.has_foreign(of, integer)
            }
            ExprKind::Binary(_, a, b) | ExprKind::Compare(_, a, b) => both(a, b),
            ExprKind::LogicalAnd(a, b) => {
                self.has_foreign(a, integer)
                    || !unevaluated(a, true) && self.has_foreign(b, integer)
            }
            ExprKind::LogicalOr(a, b) => {
                self.has_foreign(a, integer)
                    || !unevaluated(a, false) && self.has_foreign(b, integer)
            }
            ExprKind::Cond(c, a, b) => {
                self.has_foreign(c, integer)
                    || !unevaluated(c, true) && self.has_foreign(a, integer)
                    || !unevaluated(c, false) && self.has_foreign(b, integer)
            }
            _ => false,
        }
    }

    /// Is it an object with a name, or a part of one?
    fn is_named_object(&self, place: ExprId) -> bool {
        match self.body.expr(place).kind {
            ExprKind::Symbol(symbol) => self.ctx.symbol(symbol).name.is_some(),
            ExprKind::Local(_) | ExprKind::Outer { .. } => true,
            ExprKind::Member(of, _) => self.is_named_object(of),
            _ => false,
        }
    }
}
