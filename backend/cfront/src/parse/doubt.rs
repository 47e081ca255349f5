//! Operators that seldom mean what they do: how `&` and `==` bind, `!a == b`, `x == x`, a comparison
//! of a negative number with an unsigned one, an address as a condition, the size of a pointer where
//! that of what it points at is meant. In: operands as they were written, before conversions; out:
//! warnings.

use super::Parser;
use super::operate::{Infix, binary_text, compare_text};
use super::suspect::same_value;
use crate::tree::*;
use crate::types::{QType, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::source::{Loc, Span};

/// A binary operator with its operands, and what these are made by when no parentheses say it.
pub(super) struct Mixture {
    pub(super) op: Infix,
    pub(super) left: ExprId,
    pub(super) right: ExprId,
    /// The left operand stands in no parentheses.
    pub(super) bare: bool,
    pub(super) left_op: Option<Infix>,
    pub(super) right_op: Option<Infix>,
    /// The operator.
    pub(super) at: Span,
}

impl Parser<'_> {
    pub(super) fn check_doubts(&mut self, m: &Mixture) {
        if m.left_op.is_some() || m.right_op.is_some() {
            self.check_binding(m);
        }
        if matches!(m.op, Infix::And | Infix::Or) && self.warnings_may("logical-op") {
            self.check_logical(m);
        }
        let Infix::Compare(op) = m.op else { return };
        let types = &self.ctx.types;
        let float = |e| matches!(types.get(self.ty(e)), Type::Float(_));
        let floats = float(m.left) || float(m.right);
        if floats && matches!(op, CompareOp::Eq | CompareOp::Ne) {
            let op = compare_text(op);
            self.warn("float-equal", m.at, format!("'{op}' of floating-point values is exact"));
        }
        self.check_negated(m);
        self.check_same(op, m);
        self.check_kinds(m);
        self.check_signs(op, m);
    }

    // ------------------------------------------------------------ conditions

    /// `a || a`, and tests of one value that exclude each other or leave nothing out.
    fn check_logical(&mut self, m: &Mixture) {
        let and = m.op == Infix::And;
        if !and && m.op != Infix::Or || m.at.start.is_expanded() || self.ex.unevaluated > 0 {
            return;
        }
        let word = if and { "and" } else { "or" };
        let written = |p: &Self, e| !p.is_literal(e) && !p.expr_span(e).start.is_expanded();
        if !(written(self, m.left) && written(self, m.right)) {
            return;
        }
        if same_value(self, m.left, m.right, 0) {
            let message = format!("logical '{word}' of equal expressions");
            return self.warn("logical-op", m.at, message);
        }
        let (Some((a, from)), Some((b, to))) = (self.tested(m.left), self.tested(m.right)) else {
            return;
        };
        if !same_value(self, a, b, 0) {
            return;
        }
        let known = |from: &[(i128, i128)], to: &[(i128, i128)]| {
            !from.iter().any(|x| to.iter().any(|y| x.0.max(y.0) <= x.1.min(y.1)))
        };
        if and && known(&from, &to) {
            let message = "logical 'and' of mutually exclusive tests is always false";
            self.warn("logical-op", m.at, message);
        } else if !and && known(&outside(&from), &outside(&to)) {
            let message = "logical 'or' of collectively exhaustive tests is always true";
            self.warn("logical-op", m.at, message);
        }
    }

    /// The value a comparison with a constant looks at, and the ranges of those it is true for.
    fn tested(&self, e: ExprId) -> Option<(ExprId, Vec<(i128, i128)>)> {
        let ExprKind::Compare(op, a, b) = self.body.expr(e).kind else { return None };
        let (value, op, limit) = match (self.literal_int(a), self.literal_int(b)) {
            (None, Some(limit)) => (a, op, limit),
            (Some(limit), None) => (b, op.turned(), limit),
            _ => return None,
        };
        self.ctx.types.int_shape(self.ty(value))?;
        let (least, most) = (i128::MIN, i128::MAX);
        Some((
            value,
            match op {
                CompareOp::Eq => vec![(limit, limit)],
                CompareOp::Ne => {
                    vec![(least, limit.saturating_sub(1)), (limit.saturating_add(1), most)]
                }
                CompareOp::Lt => vec![(least, limit.saturating_sub(1))],
                CompareOp::Le => vec![(least, limit)],
                CompareOp::Gt => vec![(limit.saturating_add(1), most)],
                CompareOp::Ge => vec![(limit, most)],
            },
        ))
    }

    /// `if (a) … else if (a)`; `before` are the conditions of the chain so far.
    pub(super) fn check_condition_again(&mut self, cond: ExprId, before: &[(Loc, ExprId, StmtId)]) {
        if before.is_empty() || !self.warnings_may("duplicated-cond") || self.is_literal(cond) {
            return;
        }
        let first = before.iter().find(|(_, other, _)| same_value(self, *other, cond, 0));
        if let Some(&(_, other, _)) = first {
            let message = "duplicated 'if' condition";
            let diag = Diagnostic::warning("duplicated-cond", self.expr_span(cond), message);
            self.diag(diag.note(Some(self.expr_span(other)), "previously used here"));
        }
    }

    // ------------------------------------------------------------ precedence

    /// gcc's `-Wparentheses`, under `-Wall`.
    fn check_binding(&mut self, m: &Mixture) {
        use BinaryOp::*;
        if !self.ctx.options.warnings.asked("parentheses") || m.at.start.is_expanded() {
            return;
        }
        let any = |test: &dyn Fn(Infix) -> bool| {
            m.left_op.is_some_and(test) || m.right_op.is_some_and(test)
        };
        let sum = any(&|op| matches!(op, Infix::Arith(Add | Sub)));
        let compare = any(&|op| matches!(op, Infix::Compare(_)));
        let ordered = |op| {
            matches!(
                op,
                Infix::Compare(CompareOp::Lt | CompareOp::Le | CompareOp::Gt | CompareOp::Ge)
            )
        };
        let message = match m.op {
            Infix::Or if any(&|op| op == Infix::And) => {
                "suggest parentheses around '&&' within '||'".to_string()
            }
            Infix::Arith(op @ (Shl | Shr)) if sum => {
                format!("suggest parentheses around '+' or '-' inside '{}'", binary_text(op))
            }
            Infix::Arith(op @ (And | Or | Xor)) if compare => {
                let op = binary_text(op);
                format!("suggest parentheses around the comparison in an operand of '{op}'")
            }
            Infix::Arith(op @ (And | Or | Xor))
                if sum
                    || (op != And && any(&|inner| inner == Infix::Arith(And)))
                    || (op == Or && any(&|inner| inner == Infix::Arith(Xor))) =>
            {
                let op = binary_text(op);
                format!("suggest parentheses around the arithmetic in an operand of '{op}'")
            }
            Infix::Compare(op) if ordered(m.op) && any(&ordered) => {
                let op = compare_text(op);
                format!("'a {op} b {op} c' does not mean what it means in mathematics")
            }
            Infix::Compare(op @ (CompareOp::Eq | CompareOp::Ne)) if compare => {
                let op = compare_text(op);
                format!("suggest parentheses around the comparison in an operand of '{op}'")
            }
            _ => return,
        };
        self.warn("parentheses", m.at, message);
    }

    // ------------------------------------------------------------ comparisons

    /// `!a == b`
    fn check_negated(&mut self, m: &Mixture) {
        let plain = m.left_op.is_none() && m.bare;
        if !plain || !matches!(self.body.expr(m.left).kind, ExprKind::LogicalNot(_)) {
            return;
        }
        if m.at.start.is_expanded() || self.is_truth(m.right) {
            return;
        }
        let message = "'!' is applied to the left side of the comparison alone";
        let diag = Diagnostic::warning("logical-not-parentheses", m.at, message);
        self.diag(
            diag.note(Some(self.expr_span(m.left)), "put parentheses around one or the other"),
        );
    }

    /// Is it 0 or 1 by its making?
    fn is_truth(&self, e: ExprId) -> bool {
        let node = self.body.expr(e);
        match node.kind {
            ExprKind::Compare(..)
            | ExprKind::LogicalAnd(..)
            | ExprKind::LogicalOr(..)
            | ExprKind::LogicalNot(_) => true,
            ExprKind::Convert(_, inner) => self.is_truth(inner),
            _ => node.ty.id == id::BOOL,
        }
    }

    /// `x == x`, and a truth value compared with what it never is.
    fn check_same(&mut self, op: CompareOp, m: &Mixture) {
        if m.at.start.is_expanded() || self.ex.unevaluated > 0 {
            return;
        }
        let literal = self.is_literal(m.left) || self.is_literal(m.right);
        let ty = self.ty(m.left);
        let numbers = self.ctx.types.is_integer(ty) || self.ctx.types.is_pointer(ty);
        let spelled = |p: &Self, e: ExprId| {
            let span = p.expr_span(e);
            !span.start.is_expanded() && !span.last.is_expanded()
        };
        if numbers
            && !literal
            && spelled(self, m.left)
            && spelled(self, m.right)
            && same_value(self, m.left, m.right, 0)
        {
            let truth = matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge);
            let message = format!("self-comparison always evaluates to {truth}");
            self.warn("tautological-compare", m.at, message);
            return;
        }
        for (truth, value) in [(m.left, m.right), (m.right, m.left)] {
            let Some(value) = self.literal_int(value) else { continue };
            if self.is_truth(truth) && !(0..=1).contains(&value) && !self.is_literal(truth) {
                let message = format!("a truth value is compared with {value}");
                self.warn("bool-compare", m.at, message);
            }
        }
    }

    /// Constants of different enumerations.
    fn check_kinds(&mut self, m: &Mixture) {
        let (x, y) = (self.ty(m.left), self.ty(m.right));
        if x == y {
            return;
        }
        if let (Type::Enum(_), Type::Enum(_)) = (self.ctx.types.get(x), self.ctx.types.get(y)) {
            let message = format!("comparison between '{}' and '{}'", self.show(x), self.show(y));
            self.warn("enum-compare", m.at, message);
        }
    }

    /// A signed operand that becomes unsigned.
    fn check_signs(&mut self, op: CompareOp, m: &Mixture) {
        if !self.warnings_may("sign-compare") && !self.warnings_may("type-limits") {
            return;
        }
        let shape = |e| {
            let ty = self.ty(e);
            // A narrow bit-field is an `int`.
            let narrow = self.value_width(e).is_some_and(|width| width < 32);
            self.ctx.types.int_shape(if narrow { id::INT } else { ty })
        };
        let (Some(x), Some(y)) = (shape(m.left), shape(m.right)) else { return };
        if self.ex.unevaluated > 0 || self.is_literal(m.left) && self.is_literal(m.right) {
            return;
        }
        self.check_against_zero(op, m);
        if x.signed == y.signed {
            return;
        }
        let (signed, shape, unsigned, other) =
            if x.signed { (m.left, x, m.right, y) } else { (m.right, y, m.left, x) };
        // What is narrower than the other, or than `int`, keeps its value.
        if other.bits < 32 || other.bits < shape.bits || self.never_negative(signed, 0) {
            return;
        }
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let top = 1i128 << (shape.bits.max(32) - 1).min(126);
        if equality && self.literal_int(unsigned).is_some_and(|value| value < top) {
            return;
        }
        let (a, b) = (self.show(self.ty(m.left)), self.show(self.ty(m.right)));
        let message = format!("comparison of integers of different signs: '{a}' and '{b}'");
        self.warn("sign-compare", m.at, message);
    }

    fn check_against_zero(&mut self, op: CompareOp, m: &Mixture) {
        let zero = |e: ExprId| self.literal_int(e) == Some(0);
        let (op, value) = match (op, zero(m.left), zero(m.right)) {
            (CompareOp::Lt | CompareOp::Ge, false, true) => (op, m.left),
            (CompareOp::Gt, true, false) => (CompareOp::Lt, m.right),
            (CompareOp::Le, true, false) => (CompareOp::Ge, m.right),
            _ => return,
        };
        let shape = self.ctx.types.int_shape(self.ty(value));
        let wide = shape.is_some_and(|shape| !shape.signed && shape.bits >= 32);
        if wide && self.ty(value) != id::BOOL && !m.at.start.is_expanded() {
            let truth = op == CompareOp::Ge;
            let message = format!("comparison of an unsigned value with 0 is always {truth}");
            self.warn("type-limits", m.at, message);
        }
    }

    fn never_negative(&self, e: ExprId, depth: u32) -> bool {
        if let Some(value) = self.literal_int(e) {
            return value >= 0;
        }
        let deeper = |e| depth < 20 && self.never_negative(e, depth + 1);
        let node = self.body.expr(e);
        let unsigned = |ty: TypeId| self.ctx.types.int_shape(ty).is_some_and(|s| !s.signed);
        match node.kind {
            ExprKind::Load(place) => {
                let ty = self.ty(place);
                unsigned(ty)
            }
            ExprKind::Convert(Conversion::IntToInt, inner) => {
                let widens = match (
                    self.ctx.types.int_shape(self.ty(inner)),
                    self.ctx.types.int_shape(node.ty.id),
                ) {
                    (Some(from), Some(to)) => {
                        from.bits < to.bits || from.bits == to.bits && from.signed
                    }
                    _ => false,
                };
                widens && (unsigned(self.ty(inner)) || deeper(inner))
            }
            ExprKind::Compare(..)
            | ExprKind::LogicalAnd(..)
            | ExprKind::LogicalOr(..)
            | ExprKind::LogicalNot(_) => true,
            ExprKind::Binary(BinaryOp::And, a, b) => deeper(a) || deeper(b),
            ExprKind::Binary(BinaryOp::Or | BinaryOp::Div | BinaryOp::Rem, a, b) => {
                deeper(a) && deeper(b)
            }
            ExprKind::Binary(BinaryOp::Shr, a, _) => deeper(a),
            ExprKind::Cond(_, a, b) => deeper(a) && deeper(b),
            ExprKind::Comma(_, b) => deeper(b),
            _ => unsigned(node.ty.id),
        }
    }

    // ------------------------------------------------------------ conditions

    /// A condition whose outcome its form decides: an address, a shift, two constants.
    pub(super) fn check_condition_form(&mut self, e: ExprId) {
        let node = self.body.expr(e);
        let span = node.span;
        if span.start.is_expanded() || self.ex.unevaluated > 0 {
            return;
        }
        match node.kind {
            ExprKind::Decay(place) | ExprKind::AddrOf(place) => {
                if !self.ctx.options.warnings.asked("address") {
                    return;
                }
                let name = match self.body.expr(place).kind {
                    ExprKind::Local(local) => self.body.local(local).name,
                    ExprKind::Symbol(symbol) if !self.ctx.symbol(symbol).attrs.weak => {
                        self.ctx.symbol(symbol).name
                    }
                    _ => return,
                };
                let Some(name) = name else { return };
                let text = self.text(name);
                let message = format!("the address of '{text}' is always true as a condition");
                self.warn("address", span, message);
            }
            ExprKind::Binary(BinaryOp::Shl, a, _)
                if !self.is_literal(e)
                    && self.ctx.types.int_shape(self.ty(a)).is_some_and(|s| s.signed) =>
            {
                let message = "'<<' in a condition; did you mean '<'?";
                self.warn("int-in-bool-context", span, message);
            }
            ExprKind::Cond(_, a, b) => {
                let (Some(a), Some(b)) = (self.literal_int(a), self.literal_int(b)) else { return };
                if a != 0 && b != 0 && (a != 1 || b != 1) {
                    let message = "'?:' between constants that are both true, as a condition";
                    self.warn("int-in-bool-context", span, message);
                }
            }
            _ => {}
        }
    }

    /// `x = x`
    pub(super) fn check_self_assignment(&mut self, place: ExprId, value: ExprId, span: Span) {
        let ExprKind::Load(from) = self.body.expr(value).kind else { return };
        if !span.start.is_expanded()
            && !span.last.is_expanded()
            && self.warnings_may("self-assign")
            && same_value(self, place, from, 0)
        {
            let shown = self.place_name(place);
            self.warn("self-assign", span, format!("{shown} is assigned to itself"));
        }
    }

    /// `abs` of what is no `int`.
    pub(super) fn check_absolute_call(&mut self, symbol: SymbolId, args: &[ExprId]) {
        let known = self.ctx.symbol(symbol);
        let ([arg], Linkage::External) = (args, known.linkage) else { return };
        let name = known.link_name.as_str();
        let whole = matches!(name, "abs" | "labs" | "llabs" | "imaxabs");
        if !whole && !matches!(name, "fabs" | "fabsf" | "fabsl") {
            return;
        }
        let name = name.to_string();
        let from = match self.body.expr(*arg).kind {
            ExprKind::Convert(_, of) => self.ty(of),
            _ => self.ty(*arg),
        };
        let shown = self.show(from);
        let message = match *self.ctx.types.get(from) {
            Type::Float(_) if whole => {
                format!("'{name}' is of integers, and its argument has type '{shown}'")
            }
            _ if whole && self.ctx.types.int_shape(from).is_some_and(|s| !s.signed) => {
                format!("the absolute value of a value of type '{shown}' is the value itself")
            }
            Type::Int(_) if !whole => {
                format!("'{name}' is of floating-point values, and its argument has type '{shown}'")
            }
            _ => return,
        };
        self.warn("absolute-value", self.expr_span(*arg), message);
    }

    // ------------------------------------------------------------ sizes

    /// `memset(p, 0, sizeof p)`, `memset(p, sizeof *p, 0)`.
    pub(super) fn check_memory_call(&mut self, symbol: SymbolId, args: &[ExprId]) {
        let known = self.ctx.symbol(symbol);
        if known.linkage != Linkage::External || args.len() != 3 {
            return;
        }
        let name = known.link_name.as_str();
        let sources: &[usize] = match name {
            "memset" => &[0],
            "memcpy" | "memmove" | "memcmp" | "strncmp" | "strncpy" | "strncat" => &[0, 1],
            _ => return,
        };
        let name = name.to_string();
        let strip = |p: &Self, mut e: ExprId| {
            while let ExprKind::Convert(_, inner) = p.body.expr(e).kind {
                e = inner;
            }
            e
        };
        let zero = self.literal_int(args[2]) == Some(0);
        let written = |p: &Self, e: ExprId| !p.expr_span(e).start.is_expanded();
        if name == "memset"
            && zero
            && self.literal_int(args[1]).is_none_or(|value| value != 0)
            && written(self, args[2])
        {
            let message = "'memset' of 0 bytes; its last two arguments may be in the wrong order";
            self.warn("memset-transposed-args", self.expr_span(args[2]), message);
            return;
        }
        let size = strip(self, args[2]);
        let size_span = self.expr_span(size);
        let Some(&(_, operand)) = self.ex.sizes.iter().find(|(span, _)| *span == size_span) else {
            return;
        };
        for &at in sources {
            let pointer = strip(self, args[at]);
            let ty = self.ty(pointer);
            let ExprKind::Load(place) = self.body.expr(pointer).kind else { continue };
            let Some(to) = self.ctx.types.pointee(ty) else { continue };
            let sized = matches!(self.ctx.types.get(to.id), Type::Void)
                || self.ctx.types.size_of(to.id) == self.ctx.types.size_of(ty);
            if !sized && same_place(self, place, operand) {
                let shown = self.place_name(place);
                let what = if at == 0 { "destination" } else { "source" };
                let message = format!(
                    "the size given to '{name}' is that of the {what} {shown} itself, a pointer"
                );
                let diag = Diagnostic::warning("sizeof-pointer-memaccess", size_span, message);
                self.diag(diag.note(None, "what it points at has the size 'sizeof *pointer'"));
                return;
            }
        }
    }

    /// `sizeof` was applied to an expression.
    pub(super) fn note_size(&mut self, operand: ExprId, span: Span) {
        let node = self.body.expr(operand);
        let ExprKind::Local(local) = node.kind else { return };
        let ty: QType = node.ty;
        if self.ctx.types.is_pointer(ty.id) {
            self.ex.sizes.push((span, local));
            if self.ex.sizes.len() > 8 {
                self.ex.sizes.remove(0);
            }
        }
    }
}

/// What lies between and around ranges in order.
fn outside(ranges: &[(i128, i128)]) -> Vec<(i128, i128)> {
    let mut gaps = Vec::new();
    let mut from = Some(i128::MIN);
    for &(low, high) in ranges {
        if let Some(from) = from
            && from < low
        {
            gaps.push((from, low - 1));
        }
        from = high.checked_add(1);
    }
    gaps.extend(from.map(|from| (from, i128::MAX)));
    gaps
}

fn same_place(p: &Parser<'_>, place: ExprId, local: LocalId) -> bool {
    matches!(p.body.expr(place).kind, ExprKind::Local(at) if at == local)
}
