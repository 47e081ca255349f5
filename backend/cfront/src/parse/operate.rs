//! Operators: from operands to nodes, with the conversions and checks C asks for. In: parsed
//! operands of any kind and the operator; out: a node whose operands have the types the tree's
//! rules want, or a diagnostic and an `Error` node.

use super::Parser;
use crate::consteval::int_binary;
use crate::session::Standard;
use crate::tree::*;
use crate::types::{QType, Quals, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::source::Span;

/// A binary operator of the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Infix {
    Arith(BinaryOp),
    Compare(CompareOp),
    And,
    Or,
}

pub(crate) fn binary_text(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Rem => "%",
        BinaryOp::Shl => "<<",
        BinaryOp::Shr => ">>",
        BinaryOp::And => "&",
        BinaryOp::Or => "|",
        BinaryOp::Xor => "^",
    }
}

pub(crate) fn compare_text(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
    }
}

impl Parser<'_> {
    #[inline(never)]
    pub(crate) fn infix(&mut self, op: Infix, a: ExprId, b: ExprId, span: Span) -> ExprId {
        match op {
            Infix::Arith(op) => self.binary(op, a, b, span),
            Infix::Compare(op) => self.compare(op, a, b, span),
            Infix::And | Infix::Or => {
                let (a, b) = (self.truth_value(a), self.truth_value(b));
                if self.is_error(a) || self.is_error(b) {
                    return self.error_expr(span);
                }
                let kind = match op {
                    Infix::And => ExprKind::LogicalAnd(a, b),
                    _ => ExprKind::LogicalOr(a, b),
                };
                self.node(kind, id::INT, span)
            }
        }
    }

    pub(super) fn invalid_operands(
        &mut self,
        op: &str,
        a: ExprId,
        b: ExprId,
        span: Span,
    ) -> ExprId {
        let (x, y) = (self.show(self.ty(a)), self.show(self.ty(b)));
        let diag = Diagnostic::error(
            span,
            format!("invalid operands to binary {op} (have '{x}' and '{y}')"),
        )
        .also(self.expr_span(a), x)
        .also(self.expr_span(b), y);
        self.diag(diag);
        self.error_expr(span)
    }

    // ------------------------------------------------------------ arithmetic

    pub(crate) fn binary(&mut self, op: BinaryOp, a: ExprId, b: ExprId, span: Span) -> ExprId {
        let (a, b) = (self.rvalue(a), self.rvalue(b));
        let (x, y) = (self.ty(a), self.ty(b));
        if x == id::ERROR || y == id::ERROR {
            return self.error_expr(span);
        }
        let types = &self.ctx.types;
        if types.is_vector(x) || types.is_vector(y) {
            return self.vector_binary(op, a, b, span);
        }
        match op {
            BinaryOp::Add if types.is_pointer(x) && types.is_integer(y) => {
                return self.pointer_add(a, b, false, span);
            }
            BinaryOp::Add if types.is_pointer(y) && types.is_integer(x) => {
                return self.pointer_add(b, a, false, span);
            }
            BinaryOp::Sub if types.is_pointer(x) && types.is_integer(y) => {
                return self.pointer_add(a, b, true, span);
            }
            BinaryOp::Sub if types.is_pointer(x) && types.is_pointer(y) => {
                return self.pointer_diff(a, b, span);
            }
            _ => {}
        }
        let fits = match op {
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div => {
                types.is_arithmetic(x) && types.is_arithmetic(y)
            }
            _ => types.is_integer(x) && types.is_integer(y),
        };
        if !fits {
            return self.invalid_operands(binary_text(op), a, b, span);
        }
        if matches!(op, BinaryOp::Shl | BinaryOp::Shr) {
            let (a, b) = (self.promoted(a), self.promoted(b));
            self.check_shift(op, a, b, span);
            let ty = self.ty(a);
            return self.node(ExprKind::Binary(op, a, b), ty, span);
        }
        if let Some(e) = self.mixed_complex(op, a, b, span) {
            return e;
        }
        let (left, right) = (self.promoted(a), self.promoted(b));
        let (a, b, ty) = self.usual(left, right);
        for operand in [left, right] {
            if self.ty(operand) != ty {
                self.check_narrowing(operand, ty);
            }
        }
        self.check_arithmetic(op, a, b, ty, span);
        self.node(ExprKind::Binary(op, a, b), ty, span)
    }

    /// A real and a complex operand: the parts are computed on their own, so that a zero's sign
    /// and an infinity survive. Constants, and a real divided by a complex, go the general way.
    fn mixed_complex(&mut self, op: BinaryOp, a: ExprId, b: ExprId, span: Span) -> Option<ExprId> {
        let (x, y) = (self.ty(a), self.ty(b));
        let floating = |types: &crate::types::Types, ty| matches!(types.get(ty), Type::Complex(_));
        let left = floating(&self.ctx.types, x);
        if left == floating(&self.ctx.types, y) || (!left && op == BinaryOp::Div) {
            return None;
        }
        let (complex, real) = if left { (a, b) } else { (b, a) };
        let at_file = self.level == 0 && self.mode == crate::session::Mode::File;
        let other = self.ctx.types.is_complex(self.ty(real));
        if at_file || other || self.eval(false).value(complex).is_ok() {
            return None;
        }
        let ty = self.ctx.types.usual(x, y);
        let part = self.ctx.types.real_part(ty);
        let real = self.promoted(real);
        let real = self.convert(real, part);
        let complex = self.convert(complex, ty);
        let (first, complex) = self.hold(complex, span);
        let (second, real) = self.hold(real, span);
        let re = self.push_expr(ExprKind::Real(complex), part, span);
        let im = self.push_expr(ExprKind::Imag(complex), part, span);
        let pair = |a, b| if left { (a, b) } else { (b, a) };
        let (l, r) = pair(re, real);
        let re = self.node(ExprKind::Binary(op, l, r), part, span);
        let im = match op {
            BinaryOp::Add => im,
            BinaryOp::Sub if left => im,
            BinaryOp::Sub => self.node(ExprKind::Unary(UnaryOp::Neg, im), part, span),
            _ => {
                let (l, r) = pair(im, real);
                self.node(ExprKind::Binary(op, l, r), part, span)
            }
        };
        let list = self.push_list(&[re, im]);
        let value = self.push_expr(ExprKind::Builtin(Builtin::Complex, list), ty, span);
        let value = self.after(second, value, span);
        Some(self.after(first, value, span))
    }

    pub(super) fn check_shift(&mut self, op: BinaryOp, a: ExprId, b: ExprId, span: Span) {
        if self.ex.unevaluated > 0 {
            return;
        }
        let Some(shape) = self.ctx.types.int_shape(self.ty(a)) else { return };
        let side = if op == BinaryOp::Shl { "left" } else { "right" };
        if let Some(count) = self.literal_int(b) {
            if op == BinaryOp::Shl && self.literal_int(a).is_some_and(|value| value < 0) {
                self.warn("shift-negative-value", span, "left shift of a negative value");
            }
            let signed = self.ctx.types.int_shape(self.ty(b)).is_some_and(|s| s.signed);
            if signed && count < 0 {
                self.warn("shift-count-negative", span, format!("{side} shift count is negative"));
            } else if count as u128 >= u128::from(shape.bits) {
                let message = format!("{side} shift count >= width of type");
                let diag = Diagnostic::warning("shift-count-overflow", span, message)
                    .also(self.expr_span(b), format!("the type has {} bits", shape.bits));
                self.diag(diag);
            }
        }
    }

    pub(super) fn check_arithmetic(
        &mut self,
        op: BinaryOp,
        a: ExprId,
        b: ExprId,
        ty: TypeId,
        span: Span,
    ) {
        if self.ex.unevaluated > 0 || !self.is_literal(b) {
            return;
        }
        let Some(shape) = self.ctx.types.int_shape(ty) else { return };
        let Some(right) = self.literal_int(b) else { return };
        if matches!(op, BinaryOp::Div | BinaryOp::Rem) && right == 0 {
            let diag = Diagnostic::warning("div-by-zero", span, "division by zero")
                .also(self.expr_span(b), "this is zero");
            self.diag(diag);
            return;
        }
        let Some(left) = self.literal_int(a) else { return };
        if let Some((value, true)) = int_binary(op, shape, left, right) {
            let message = format!(
                "integer overflow in expression of type '{}' results in '{value}'",
                self.show(ty)
            );
            self.warn("overflow", span, message);
        }
    }

    // ------------------------------------------------------------ pointers

    /// The size of what a pointer points at, for arithmetic. An `Err` was reported.
    pub(super) fn step_is_known(&mut self, pointer: ExprId, span: Span) -> bool {
        let Some(to) = self.ctx.types.pointee(self.ty(pointer)) else { return false };
        let ok = match self.ctx.types.get(to.id) {
            Type::Void | Type::Function(_) => {
                let shown = self.show(to);
                let message = format!("arithmetic on a pointer to '{shown}', which has no size");
                self.warn("pointer-arith", span, message);
                true
            }
            _ => self.ctx.types.is_complete(to.id),
        };
        if !ok {
            let shown = self.show(to);
            let message = format!("arithmetic on a pointer to an incomplete type '{shown}'");
            self.error(span, message);
        }
        ok
    }

    pub(crate) fn pointer_add(
        &mut self,
        ptr: ExprId,
        index: ExprId,
        negate: bool,
        span: Span,
    ) -> ExprId {
        if !self.step_is_known(ptr, span) {
            return self.error_expr(span);
        }
        let index = self.promoted(index);
        let index = self.convert(index, id::LONG);
        let ty = self.ty(ptr);
        self.node(ExprKind::PtrAdd { ptr, index, negate }, ty, span)
    }

    pub(super) fn pointer_diff(&mut self, a: ExprId, b: ExprId, span: Span) -> ExprId {
        let (x, y) = (self.ctx.types.pointee(self.ty(a)), self.ctx.types.pointee(self.ty(b)));
        let (Some(x), Some(y)) = (x, y) else { return self.error_expr(span) };
        let (s, t) = (self.plain_pointee(x), self.plain_pointee(y));
        if !self.ctx.types.compatible_ids(s.id, t.id) {
            return self.invalid_operands("-", a, b, span);
        }
        if !self.step_is_known(a, span) {
            return self.error_expr(span);
        }
        if self.ctx.types.size_of(x.id) == Some(0) {
            let shown = self.show(x);
            let message = format!("the distance of pointers to '{shown}', which has no size");
            self.error(span, message);
            return self.error_expr(span);
        }
        let to = self.ty(a);
        let b = self.convert(b, to);
        self.node(ExprKind::PtrDiff(a, b), id::LONG, span)
    }

    // ------------------------------------------------------------ comparison

    pub(crate) fn compare(&mut self, op: CompareOp, a: ExprId, b: ExprId, span: Span) -> ExprId {
        let (a, b) = (self.rvalue(a), self.rvalue(b));
        let (x, y) = (self.ty(a), self.ty(b));
        if x == id::ERROR || y == id::ERROR {
            return self.error_expr(span);
        }
        let types = &self.ctx.types;
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if types.is_vector(x) || types.is_vector(y) {
            return self.vector_compare(op, a, b, span);
        }
        if types.is_arithmetic(x) && types.is_arithmetic(y) {
            if !equality && (types.is_complex(x) || types.is_complex(y)) {
                return self.invalid_operands(compare_text(op), a, b, span);
            }
            let (a, b, _) = self.usual(a, b);
            return self.node(ExprKind::Compare(op, a, b), id::INT, span);
        }
        let pointerish = |types: &crate::types::Types, ty| {
            matches!(types.get(ty), Type::Pointer(_) | Type::NullPtr)
        };
        let (p, q) = (pointerish(types, x), pointerish(types, y));
        if !equality && (x == id::NULLPTR || y == id::NULLPTR) {
            return self.invalid_operands(compare_text(op), a, b, span);
        }
        if !equality && p != q && (self.is_null_constant(a) || self.is_null_constant(b)) {
            self.warn("pedantic", span, "ordered comparison of pointer with integer zero");
        }
        if p && q {
            self.check_compared(equality, a, b, span);
        }
        let types = &self.ctx.types;
        let (a, b) = match (p, q) {
            (true, true) => self.compare_pointers(a, b, span),
            (true, false) if types.is_integer(y) => self.pointer_with_integer(a, b, span),
            (false, true) if types.is_integer(x) => {
                let (b, a) = self.pointer_with_integer(b, a, span);
                (a, b)
            }
            _ => return self.invalid_operands(compare_text(op), a, b, span),
        };
        self.node(ExprKind::Compare(op, a, b), id::INT, span)
    }

    /// What GNU C compares and the standard does not.
    fn check_compared(&mut self, equality: bool, a: ExprId, b: ExprId, span: Span) {
        if !self.warnings_may("pedantic") {
            return;
        }
        let types = &self.ctx.types;
        let pointees = (types.pointee(self.ty(a)), types.pointee(self.ty(b)));
        let (Some(m), Some(n)) = pointees else { return };
        let mixed = (m.id == id::VOID && types.is_function(n.id))
            || (n.id == id::VOID && types.is_function(m.id));
        let whole = types.is_complete(m.id) == types.is_complete(n.id);
        if mixed && !self.is_null_constant(a) && !self.is_null_constant(b) {
            let message = "comparison of 'void *' with a pointer to a function";
            self.pedwarn("pedantic", span, message);
        } else if !equality && !whole && self.standard() < Standard::C11 {
            let message = "comparison of pointers to a complete and an incomplete type";
            self.pedwarn("pedantic", span, message);
        }
    }

    pub(super) fn compare_pointers(
        &mut self,
        a: ExprId,
        b: ExprId,
        span: Span,
    ) -> (ExprId, ExprId) {
        let (x, y) = (self.ty(a), self.ty(b));
        if self.is_null_constant(b) {
            return (a, self.convert(b, x));
        }
        if self.is_null_constant(a) {
            return (self.convert(a, y), b);
        }
        if let (Some(m), Some(n)) = (self.ctx.types.pointee(x), self.ctx.types.pointee(y)) {
            let void = m.id == id::VOID || n.id == id::VOID;
            let (s, t) = (self.plain_pointee(m), self.plain_pointee(n));
            if !void && !self.ctx.types.compatible_ids(s.id, t.id) {
                let (m, n) = (self.show(x), self.show(y));
                let diag = Diagnostic::warning(
                    "compare-distinct-pointer-types",
                    span,
                    "comparison of distinct pointer types lacks a cast",
                )
                .also(self.expr_span(a), m)
                .also(self.expr_span(b), n);
                self.diag(diag);
            }
        }
        let b = self.convert(b, x);
        (a, b)
    }

    pub(super) fn pointer_with_integer(
        &mut self,
        p: ExprId,
        i: ExprId,
        span: Span,
    ) -> (ExprId, ExprId) {
        if !self.is_null_constant(i) {
            let diag = Diagnostic::warning(
                "int-conversion",
                span,
                "comparison between pointer and integer",
            )
            .also(self.expr_span(p), self.show(self.ty(p)))
            .also(self.expr_span(i), self.show(self.ty(i)));
            self.diag(diag);
        }
        let i = self.promoted(i);
        let to = self.ty(p);
        (p, self.convert(i, to))
    }

    // ------------------------------------------------------------ unary

    pub(super) fn wrong_operand(&mut self, what: &str, e: ExprId, span: Span) -> ExprId {
        if !self.is_error(e) {
            let shown = self.show(self.ty(e));
            let diag = Diagnostic::error(span, format!("wrong type argument to {what}"))
                .also(self.expr_span(e), format!("this has type '{shown}'"));
            self.diag(diag);
        }
        self.error_expr(span)
    }

    pub(super) fn vector_elem(&self, ty: TypeId) -> Option<TypeId> {
        match *self.ctx.types.get(ty) {
            Type::Vector { elem, .. } => Some(elem),
            _ => None,
        }
    }

    /// `+e` and `-e`.
    #[inline(never)]
    pub(crate) fn sign(&mut self, minus: bool, e: ExprId, span: Span) -> ExprId {
        let e = self.promoted(e);
        let ty = self.ty(e);
        if !self.ctx.types.is_arithmetic(ty) && !self.ctx.types.is_vector(ty) {
            return self.wrong_operand(if minus { "unary minus" } else { "unary plus" }, e, span);
        }
        if !minus {
            if self.is_literal(e) {
                return e;
            }
            return self.push_expr(ExprKind::Convert(Conversion::Same, e), ty, span);
        }
        if let (Some(value), Some(shape)) = (self.literal_int(e), self.ctx.types.int_shape(ty))
            && shape.signed
            && value != 0
            && shape.wrap(value.wrapping_neg()) == value
        {
            let shown = self.show(ty);
            let message =
                format!("integer overflow in expression of type '{shown}' results in '{value}'");
            if self.ex.unevaluated == 0 {
                self.warn("overflow", span, message);
            }
        }
        self.node(ExprKind::Unary(UnaryOp::Neg, e), ty, span)
    }

    /// `~e`.
    #[inline(never)]
    pub(crate) fn complement(&mut self, e: ExprId, span: Span) -> ExprId {
        let e = self.promoted(e);
        let ty = self.ty(e);
        if self.ctx.types.is_complex(ty) {
            self.since(Standard::Never, span, "complex numbers conjugated by '~'");
            return self.node(ExprKind::Unary(UnaryOp::Conjugate, e), ty, span);
        }
        let elem = self.vector_elem(ty).unwrap_or(ty);
        if !self.ctx.types.is_integer(elem) {
            return self.wrong_operand("bit-complement", e, span);
        }
        self.node(ExprKind::Unary(UnaryOp::BitNot, e), ty, span)
    }

    /// `!e`.
    #[inline(never)]
    pub(crate) fn logical_not(&mut self, e: ExprId, span: Span) -> ExprId {
        let value = self.rvalue(e);
        let ty = self.ty(value);
        if self.vector_elem(ty).is_some() {
            // A vector is compared with zero, lane by lane.
            let zero = self.push_expr(ExprKind::Int(0), id::INT, span);
            return self.vector_compare(CompareOp::Eq, value, zero, span);
        }
        if !self.ctx.types.is_scalar(ty) {
            return self.wrong_operand("unary exclamation mark", value, span);
        }
        self.node(ExprKind::LogicalNot(value), id::INT, span)
    }

    /// `*e`.
    #[inline(never)]
    pub(crate) fn indirection(&mut self, e: ExprId, span: Span) -> ExprId {
        let e = self.rvalue(e);
        let ty = self.ty(e);
        if ty == id::ERROR {
            return self.error_expr(span);
        }
        let Some(to) = self.ctx.types.pointee(ty) else {
            let shown = self.show(ty);
            let diag = Diagnostic::error(span, "invalid type argument of unary '*'")
                .also(self.expr_span(e), format!("this has type '{shown}'"));
            self.diag(diag);
            return self.error_expr(span);
        };
        // `*&x` is `x`.
        if let ExprKind::AddrOf(place) = self.body.expr(e).kind
            && self.body.expr(place).ty == to
        {
            return place;
        }
        self.push_expr(ExprKind::Deref(e), to, span)
    }

    /// `&e`.
    #[inline(never)]
    pub(crate) fn address_of(&mut self, e: ExprId, span: Span) -> ExprId {
        let node = self.body.expr(e);
        let ty = node.ty;
        if ty.id == id::ERROR {
            return self.error_expr(span);
        }
        if self.ctx.types.is_function(ty.id) {
            return self.rvalue(e);
        }
        match node.kind {
            // `&*p` is `p`, which need not be an object.
            ExprKind::Deref(pointer) => return pointer,
            ExprKind::NestedFunction(_) => return e,
            _ => {}
        }
        if !self.is_lvalue(e) {
            let diag = Diagnostic::error(span, "lvalue required as unary '&' operand")
                .also(self.expr_span(e), "this is a value, not an object");
            self.diag(diag);
            return self.error_expr(span);
        }
        if self.field_width(e).is_some() {
            let name = self.place_name(e);
            self.error(span, format!("cannot take address of bit-field {name}"));
            return self.error_expr(span);
        }
        if let ExprKind::Local(local) = self.body.expr(e).kind
            && self.body.local(local).register
        {
            let name = self.place_name(e);
            self.error(span, format!("address of register variable {name} requested"));
        }
        self.mark_address_taken(e);
        let to = self.ctx.types.pointer_to(ty);
        self.push_expr(ExprKind::AddrOf(e), to, span)
    }

    /// `__real__ e` and `__imag__ e`.
    #[inline(never)]
    pub(crate) fn complex_part(&mut self, real: bool, e: ExprId, span: Span) -> ExprId {
        let ty = self.body.expr(e).ty;
        if ty.id == id::ERROR {
            return self.error_expr(span);
        }
        if !self.ctx.types.is_arithmetic(ty.id) {
            let name = if real { "__real" } else { "__imag" };
            return self.wrong_operand(name, e, span);
        }
        if !self.ctx.types.is_complex(ty.id) {
            if real {
                return e;
            }
            let e = self.rvalue(e);
            let to = self.ty(e);
            let zero = self.push_expr(ExprKind::Int(0), id::INT, span);
            let zero = self.convert(zero, to);
            return match self.is_literal(e) {
                true => zero,
                false => {
                    let e = self.convert(e, id::VOID);
                    self.push_expr(ExprKind::Comma(e, zero), to, span)
                }
            };
        }
        let part = self.ctx.types.real_part(ty.id);
        let kind = if real { ExprKind::Real(e) } else { ExprKind::Imag(e) };
        self.push_expr(kind, QType { id: part, quals: ty.quals }, span)
    }

    // ------------------------------------------------------------ assignment

    /// How a place is called in messages: `'x'`, or what it is.
    pub(crate) fn place_name(&self, e: ExprId) -> String {
        let name = match self.body.expr(e).kind {
            ExprKind::Local(local) => self.body.local(local).name,
            ExprKind::Symbol(symbol) => self.ctx.symbol(symbol).name,
            ExprKind::Member(record, field) => match *self.ctx.types.get(self.ty(record)) {
                Type::Record(r) => {
                    self.ctx.types.record(r).fields.get(field as usize).and_then(|f| f.name)
                }
                _ => None,
            },
            _ => None,
        };
        name.map_or_else(|| "expression".into(), |name| format!("'{}'", self.names.text(name)))
    }

    /// May the expression be assigned to? Says so when not. `what` is the construct.
    pub(crate) fn check_assignable(&mut self, e: ExprId, what: &str, span: Span) -> bool {
        let ty = self.body.expr(e).ty;
        if ty.id == id::ERROR {
            return false;
        }
        if self.ctx.types.is_array(ty.id) {
            self.error(span, format!("{what} to expression with array type"));
            return false;
        }
        if !self.is_lvalue(e) {
            let text = match what {
                "increment" | "decrement" => format!("lvalue required as {what} operand"),
                _ => "lvalue required as left operand of assignment".into(),
            };
            let diag = Diagnostic::error(span, text)
                .also(self.expr_span(e), "this is a value, not an object");
            self.diag(diag);
            return false;
        }
        if ty.quals.has(Quals::CONST) || self.has_const_member(ty.id, 0) {
            let kind = match self.body.expr(e).kind {
                ExprKind::Member(..) => "member",
                ExprKind::Local(_) | ExprKind::Symbol(_) => "variable",
                _ => "location",
            };
            let name =
                if kind == "location" { String::new() } else { format!(" {}", self.place_name(e)) };
            let mut diag = Diagnostic::error(span, format!("{} of read-only {kind}{name}", what));
            if let Some(declared) = self.callee_span(e) {
                diag = diag.note(Some(declared), "declared here");
            }
            self.diag(diag);
            return false;
        }
        if !self.ctx.types.is_complete(ty.id) {
            let shown = self.show(ty);
            self.error(span, format!("invalid use of incomplete type '{shown}'"));
            return false;
        }
        true
    }

    pub(super) fn has_const_member(&self, ty: TypeId, depth: u32) -> bool {
        let Type::Record(record) = *self.ctx.types.get(ty) else { return false };
        depth < 50
            && self.ctx.types.record(record).fields.iter().any(|field| {
                field.ty.quals.has(Quals::CONST) || self.has_const_member(field.ty.id, depth + 1)
            })
    }

    /// `place = value`.
    #[inline(never)]
    pub(crate) fn assign(&mut self, place: ExprId, value: ExprId, span: Span) -> ExprId {
        if !self.check_assignable(place, "assignment", span) {
            return self.error_expr(span);
        }
        let ty = self.body.expr(place).ty;
        let value = self.assign_convert(value, ty, super::coerce::Use::Assign);
        if self.is_error(value) {
            return self.error_expr(span);
        }
        self.check_self_assignment(place, value, span);
        self.push_expr(ExprKind::Assign(place, value), ty.id, span)
    }

    /// `Same`, standing for the value of a place, with what is known of its width.
    pub(super) fn same(&mut self, place: ExprId) -> ExprId {
        let (ty, span) = (self.ty(place), self.expr_span(place));
        self.push_expr(ExprKind::Same, ty, span)
    }

    /// `place op= value`.
    #[inline(never)]
    pub(crate) fn compound(
        &mut self,
        op: BinaryOp,
        place: ExprId,
        value: ExprId,
        span: Span,
    ) -> ExprId {
        if !self.check_assignable(place, "assignment", span) {
            return self.error_expr(span);
        }
        let ty = self.ty(place);
        let value = self.rvalue(value);
        let width = self.field_width(place);
        let saved = std::mem::replace(&mut self.ex.same_width, width);
        let same = self.same(place);
        let result = self.binary(op, same, value, span);
        self.ex.same_width = saved;
        let result = self.assign_convert(result, ty.into(), super::coerce::Use::Assign);
        if self.is_error(result) {
            return self.error_expr(span);
        }
        self.push_expr(ExprKind::AssignOp { place, value: result }, ty, span)
    }

    /// `++` and `--`.
    #[inline(never)]
    pub(crate) fn increment(&mut self, up: bool, post: bool, place: ExprId, span: Span) -> ExprId {
        let what = if up { "increment" } else { "decrement" };
        if !self.check_assignable(place, what, span) {
            return self.error_expr(span);
        }
        let ty = self.ty(place);
        let types = &self.ctx.types;
        if !types.is_arithmetic(ty) && !types.is_pointer(ty) && !types.is_vector(ty) {
            return self.wrong_operand(what, place, span);
        }
        if types.is_complex(ty) {
            self.since(Standard::Never, span, "complex numbers counted by '++' or '--'");
        }
        let width = self.field_width(place);
        let saved = std::mem::replace(&mut self.ex.same_width, width);
        let same = self.same(place);
        let one = self.push_expr(ExprKind::Int(1), id::INT, span);
        let op = if up { BinaryOp::Add } else { BinaryOp::Sub };
        let value = self.binary(op, same, one, span);
        self.ex.same_width = saved;
        let value = self.convert(value, ty);
        if self.is_error(value) {
            return self.error_expr(span);
        }
        self.push_expr(ExprKind::IncDec { place, value, post }, ty, span)
    }
}
