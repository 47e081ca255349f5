//! Conditional expressions, casts and the operations of vectors. In: parsed operands; out: nodes
//! whose operands have the types the tree's rules want, or a diagnostic and an `Error` node.

use super::Parser;
use super::operate::{binary_text, compare_text};
use crate::convert::IntShape;
use crate::tree::*;
use crate::types::{QType, Quals, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::source::Span;

impl Parser<'_> {
    // ------------------------------------------------------------ vectors

    /// Brings the operands of a vector operation to one vector type: scalars are repeated.
    pub(super) fn vector_operands(
        &mut self,
        a: ExprId,
        b: ExprId,
    ) -> Option<(ExprId, ExprId, TypeId)> {
        let (x, y) = (self.ty(a), self.ty(b));
        match (self.ctx.types.get(x).clone(), self.ctx.types.get(y).clone()) {
            (Type::Vector { elem: m, lanes: j }, Type::Vector { elem: n, lanes: k }) => {
                if j != k {
                    return None;
                }
                if x != y {
                    let (s, t) = (self.ctx.types.int_shape(m)?, self.ctx.types.int_shape(n)?);
                    if s.bits != t.bits {
                        return None;
                    }
                    let b = self.convert(b, x);
                    return Some((a, b, x));
                }
                Some((a, b, x))
            }
            (Type::Vector { elem, .. }, _) => {
                let b = self.splat(b, elem, x)?;
                Some((a, b, x))
            }
            (_, Type::Vector { elem, .. }) => {
                let a = self.splat(a, elem, y)?;
                Some((a, b, y))
            }
            _ => None,
        }
    }

    pub(crate) fn splat(&mut self, e: ExprId, elem: TypeId, vector: TypeId) -> Option<ExprId> {
        if !self.ctx.types.is_real(self.ty(e)) {
            return None;
        }
        if self.ctx.types.is_integer(elem) && !self.ctx.types.is_integer(self.ty(e)) {
            return None;
        }
        let span = self.expr_span(e);
        let e = self.convert(e, elem);
        Some(self.push_expr(ExprKind::Convert(Conversion::Splat, e), vector, span))
    }

    pub(super) fn vector_binary(
        &mut self,
        op: BinaryOp,
        a: ExprId,
        b: ExprId,
        span: Span,
    ) -> ExprId {
        let Some((a, b, ty)) = self.vector_operands(a, b) else {
            return self.invalid_operands(binary_text(op), a, b, span);
        };
        let integers = match *self.ctx.types.get(ty) {
            Type::Vector { elem, .. } => self.ctx.types.is_integer(elem),
            _ => false,
        };
        let arithmetic =
            matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div);
        if !integers && !arithmetic {
            return self.invalid_operands(binary_text(op), a, b, span);
        }
        self.push_expr(ExprKind::Binary(op, a, b), ty, span)
    }

    /// The vector of signed integers that a comparison of such vectors gives.
    pub(crate) fn mask_type(&mut self, vector: TypeId) -> Option<TypeId> {
        let Type::Vector { elem, lanes } = *self.ctx.types.get(vector) else { return None };
        let elem = match self.ctx.types.size_of(elem)? {
            1 => id::SCHAR,
            2 => id::SHORT,
            4 => id::INT,
            8 => id::LONG,
            16 => id::INT128,
            _ => return None,
        };
        Some(self.ctx.types.intern(Type::Vector { elem, lanes }))
    }

    pub(super) fn vector_compare(
        &mut self,
        op: CompareOp,
        a: ExprId,
        b: ExprId,
        span: Span,
    ) -> ExprId {
        let Some((a, b, ty)) = self.vector_operands(a, b) else {
            return self.invalid_operands(compare_text(op), a, b, span);
        };
        match self.mask_type(ty) {
            Some(mask) => self.push_expr(ExprKind::Compare(op, a, b), mask, span),
            None => self.invalid_operands(compare_text(op), a, b, span),
        }
    }

    // ------------------------------------------------------------ conditional

    /// `cond ? then : otherwise`.
    #[inline(never)]
    pub(crate) fn conditional(
        &mut self,
        cond: ExprId,
        then: ExprId,
        otherwise: ExprId,
        span: Span,
    ) -> ExprId {
        let cond = self.rvalue(cond);
        if self.ctx.types.is_vector(self.ty(cond)) {
            return self.vector_conditional(cond, then, otherwise, span);
        }
        let cond = self.truth_value(cond);
        let (then, otherwise) = (self.rvalue(then), self.rvalue(otherwise));
        if [cond, then, otherwise].iter().any(|&e| self.is_error(e)) {
            return self.error_expr(span);
        }
        let Some(ty) = self.conditional_type(then, otherwise, span) else {
            return self.error_expr(span);
        };
        let then = self.arm_as(then, ty);
        let otherwise = self.arm_as(otherwise, ty);
        self.node(ExprKind::Cond(cond, then, otherwise), ty, span)
    }

    pub(super) fn arm_as(&mut self, e: ExprId, ty: TypeId) -> ExprId {
        let e = if self.ctx.types.is_arithmetic(ty) { self.promoted(e) } else { e };
        self.convert(e, ty)
    }

    /// `value ?: other`.
    #[inline(never)]
    pub(crate) fn conditional_or(&mut self, value: ExprId, other: ExprId, span: Span) -> ExprId {
        let value = self.truth_value(value);
        let other = self.rvalue(other);
        if self.is_error(value) || self.is_error(other) {
            return self.error_expr(span);
        }
        if self.is_literal(value) {
            return self.conditional(value, value, other, span);
        }
        let width = self.field_width(value);
        let saved = std::mem::replace(&mut self.ex.same_width, width);
        let same = self.push_expr(ExprKind::Same, self.ty(value), self.expr_span(value));
        let ty = self.conditional_type(same, other, span);
        let converted = ty.map(|ty| self.arm_as(same, ty));
        self.ex.same_width = saved;
        let (Some(ty), Some(converted)) = (ty, converted) else {
            return self.error_expr(span);
        };
        let other = self.arm_as(other, ty);
        self.push_expr(ExprKind::CondOr { value, converted, other }, ty, span)
    }

    pub(super) fn conditional_type(&mut self, a: ExprId, b: ExprId, span: Span) -> Option<TypeId> {
        let (x, y) = (self.ty(a), self.ty(b));
        let types = &self.ctx.types;
        if types.is_arithmetic(x) && types.is_arithmetic(y) {
            let (x, y) = if x == y && !types.is_integer(x) {
                (x, y)
            } else {
                (self.promoted_type(a), self.promoted_type(b))
            };
            return Some(self.ctx.types.usual(x, y));
        }
        if x == id::VOID || y == id::VOID {
            return Some(id::VOID);
        }
        if x == y && !types.is_pointer(x) {
            return Some(x);
        }
        let pointer = |ty| matches!(types.get(ty), Type::Pointer(_) | Type::NullPtr);
        let mixed = [(x, y), (y, x)].iter().any(|&(m, n)| m == id::NULLPTR && types.is_integer(n));
        match (pointer(x), pointer(y)) {
            (true, true) => return Some(self.pointer_arms(a, b, span)),
            _ if mixed => {}
            (true, false) if types.is_integer(y) => {
                self.pointer_integer_arms(b, span);
                return Some(x);
            }
            (false, true) if types.is_integer(x) => {
                self.pointer_integer_arms(a, span);
                return Some(y);
            }
            _ if types.compatible_ids(x, y) => return Some(x),
            _ => {}
        }
        let (m, n) = (self.show(x), self.show(y));
        let diag = Diagnostic::error(span, "type mismatch in conditional expression")
            .also(self.expr_span(a), m)
            .also(self.expr_span(b), n);
        self.diag(diag);
        None
    }

    pub(super) fn promoted_type(&mut self, e: ExprId) -> TypeId {
        let ty = self.ty(e);
        match self.value_width(e) {
            Some(width) => self.ctx.types.promote_field(ty, width),
            None => self.ctx.types.promote(ty),
        }
    }

    pub(super) fn pointer_integer_arms(&mut self, integer: ExprId, span: Span) {
        if !self.is_null_constant(integer) {
            let message = "pointer/integer type mismatch in conditional expression";
            self.warn("int-conversion", span, message);
        }
    }

    pub(super) fn pointer_arms(&mut self, a: ExprId, b: ExprId, span: Span) -> TypeId {
        let (x, y) = (self.ty(a), self.ty(b));
        let (Some(m), Some(n)) = (self.ctx.types.pointee(x), self.ctx.types.pointee(y)) else {
            return if x == id::NULLPTR { y } else { x };
        };
        if self.is_null_constant(a) {
            return y;
        }
        if self.is_null_constant(b) {
            return x;
        }
        let (s, t) = (self.plain_pointee(m), self.plain_pointee(n));
        let mut quals = s.quals.with(t.quals);
        let atomic = s.quals.has(Quals::ATOMIC) == t.quals.has(Quals::ATOMIC);
        let to = if atomic && self.ctx.types.compatible_ids(s.id, t.id) {
            self.ctx.types.composite(s.id, t.id)
        } else if s.id == id::VOID || t.id == id::VOID {
            // Since C23 an array is qualified as its elements are.
            match self.c23() {
                true => quals = quals.without(Quals::ATOMIC),
                false => quals = m.quals.with(n.quals),
            }
            id::VOID
        } else {
            quals = m.quals.with(n.quals);
            let (m, n) = (self.show(x), self.show(y));
            let diag = Diagnostic::warning(
                "incompatible-pointer-types",
                span,
                "pointer type mismatch in conditional expression",
            )
            .also(self.expr_span(a), m)
            .also(self.expr_span(b), n);
            self.diag(diag);
            id::VOID
        };
        let to = self.qualify(to.into(), quals, span);
        self.ctx.types.pointer_to(to)
    }

    /// What a pointer points at, with the qualifiers of an array's elements as its own.
    /// (`_Atomic` stays where it is: it makes another type.)
    pub(super) fn plain_pointee(&mut self, ty: QType) -> QType {
        match *self.ctx.types.get(ty.id) {
            Type::Array { elem, len } => {
                let inner = self.plain_pointee(elem);
                let kept = Quals(elem.quals.0 & Quals::ATOMIC.0);
                let plain = QType { id: inner.id, quals: kept };
                let array = self.ctx.types.intern(Type::Array { elem: plain, len });
                QType { id: array, quals: ty.quals.with(inner.quals.without(Quals::ATOMIC)) }
            }
            _ => ty,
        }
    }

    /// A vector of conditions chooses lane by lane.
    pub(super) fn vector_conditional(
        &mut self,
        cond: ExprId,
        a: ExprId,
        b: ExprId,
        span: Span,
    ) -> ExprId {
        let (a, b) = (self.rvalue(a), self.rvalue(b));
        if self.is_error(a) || self.is_error(b) {
            return self.error_expr(span);
        }
        let Type::Vector { lanes, .. } = *self.ctx.types.get(self.ty(cond)) else {
            return self.error_expr(span);
        };
        let both_scalar =
            self.vector_elem(self.ty(a)).is_none() && self.vector_elem(self.ty(b)).is_none();
        let (a, b) = if both_scalar {
            let (a, b, ty) = self.usual(a, b);
            let vector = self.ctx.types.intern(Type::Vector { elem: ty, lanes });
            match (self.splat(a, ty, vector), self.splat(b, ty, vector)) {
                (Some(a), Some(b)) => (a, b),
                _ => return self.invalid_operands("?:", a, b, span),
            }
        } else {
            (a, b)
        };
        let Some((a, b, ty)) = self.vector_operands(a, b) else {
            return self.invalid_operands("?:", a, b, span);
        };
        let same_shape = match *self.ctx.types.get(ty) {
            Type::Vector { lanes: n, .. } => {
                n == lanes && self.ctx.types.size_of(ty) == self.ctx.types.size_of(self.ty(cond))
            }
            _ => false,
        };
        if !same_shape {
            return self.invalid_operands("?:", a, b, span);
        }
        let Some(mask) = self.mask_type(ty) else {
            return self.invalid_operands("?:", a, b, span);
        };
        let cond = match self.body.expr(cond).kind {
            ExprKind::Compare(..) => cond,
            _ => {
                let zero = self.int_expr(0, id::INT, span);
                self.vector_compare(CompareOp::Ne, cond, zero, span)
            }
        };
        // Lanes are all ones or all zeros now: both sides are cut out by them.
        let (setup, cond) = self.hold(cond, span);
        let (a, b) = (self.convert(a, mask), self.convert(b, mask));
        let kept = self.push_expr(ExprKind::Binary(BinaryOp::And, a, cond), mask, span);
        let others = self.push_expr(ExprKind::Unary(UnaryOp::BitNot, cond), mask, span);
        let rest = self.push_expr(ExprKind::Binary(BinaryOp::And, b, others), mask, span);
        let both = self.push_expr(ExprKind::Binary(BinaryOp::Or, kept, rest), mask, span);
        let both = self.convert(both, ty);
        self.after(setup, both, span)
    }

    // ------------------------------------------------------------ casts

    /// `(to)e`.
    #[inline(never)]
    pub(crate) fn cast(&mut self, e: ExprId, to: QType, span: Span) -> ExprId {
        let target = to.id;
        let types = &self.ctx.types;
        if target == id::ERROR {
            return self.error_expr(span);
        }
        if target == id::VOID {
            let e = self.void_value(e);
            return self.spanned_convert(e, id::VOID, span);
        }
        if let Type::Record(record) = *types.get(target) {
            return self.cast_to_record(e, target, record, span);
        }
        if types.is_array(target) || types.is_function(target) {
            let what = if types.is_array(target) { "an array" } else { "a function" };
            self.error(span, format!("cast specifies {what} type"));
            return self.error_expr(span);
        }
        let e = self.rvalue(e);
        let from = self.ty(e);
        if from == id::ERROR {
            return self.error_expr(span);
        }
        let types = &self.ctx.types;
        let ok = match (types.get(target), types.get(from)) {
            (Type::Vector { .. }, _) | (_, Type::Vector { .. }) => {
                let scalars = types.is_integer(target) || types.is_integer(from);
                let vectors = types.is_vector(target) && types.is_vector(from);
                (vectors || scalars) && types.size_of(target) == types.size_of(from)
            }
            (Type::Pointer(_), _) => {
                types.is_integer(from) || types.is_pointer(from) || from == id::NULLPTR
            }
            (Type::NullPtr, _) => from == id::NULLPTR || self.is_null_constant(e),
            (_, Type::Pointer(_)) => types.is_integer(target),
            (_, Type::NullPtr) => types.is_bool(target),
            _ => types.is_scalar(target) && types.is_scalar(from),
        };
        if !ok {
            self.bad_cast(e, target, span);
            return self.error_expr(span);
        }
        self.check_pointer_cast(e, target, span);
        self.check_cast(e, target, span);
        let from_pointer = target == id::VOID_PTR && !self.ctx.types.is_integer(from);
        let result = self.spanned_convert(e, target, span);
        // Cast from an integer it is a null pointer constant; from a pointer or `nullptr`, none.
        if from_pointer && matches!(self.body.expr(result).kind, ExprKind::Int(_)) {
            return self.push_expr(ExprKind::Convert(Conversion::Same, result), target, span);
        }
        result
    }

    /// Converts, and gives the result the span of the whole cast. It is no lvalue even where the
    /// types are the same.
    pub(super) fn spanned_convert(&mut self, e: ExprId, to: TypeId, span: Span) -> ExprId {
        if self.is_literal(e) && self.ty(e) == to {
            let copy = self.body.expr(e).clone();
            return self.push_expr(copy.kind, to, span);
        }
        if self.ty(e) == to {
            return self.push_expr(ExprKind::Convert(Conversion::Same, e), to, span);
        }
        // A bit-field is cast from its promoted value.
        let e = if self.field_width(e).is_some() { self.promoted(e) } else { e };
        let result = self.convert(e, to);
        if result != e {
            self.body.exprs[result.index()].span = span;
        }
        result
    }

    pub(super) fn bad_cast(&mut self, e: ExprId, target: TypeId, span: Span) {
        let (to, from) = (self.show(target), self.show(self.ty(e)));
        let types = &self.ctx.types;
        let message = match (types.get(target), types.get(self.ty(e))) {
            (Type::Pointer(_), Type::Float(_)) | (Type::Pointer(_), Type::Complex(_)) => {
                "cannot convert to a pointer type".to_string()
            }
            (_, Type::Void) => "void value not ignored as it ought to be".to_string(),
            (_, Type::Pointer(_)) => {
                format!("pointer value used where a '{to}' was expected")
            }
            (_, Type::Record(_)) => {
                format!("aggregate value used where a '{to}' was expected")
            }
            _ => format!("cannot convert value of type '{from}' to '{to}'"),
        };
        let diag = Diagnostic::error(span, message)
            .also(self.expr_span(e), format!("this has type '{from}'"));
        self.diag(diag);
    }

    pub(super) fn check_pointer_cast(&mut self, e: ExprId, target: TypeId, span: Span) {
        let types = &self.ctx.types;
        let from = self.ty(e);
        if types.is_pointer(target) && types.is_integer(from) && !self.is_literal(e) {
            if types.size_of(from).is_some_and(|size| size != 8) {
                self.warn(
                    "int-to-pointer-cast",
                    span,
                    "cast to pointer from integer of different size",
                );
            }
        } else if types.is_pointer(from)
            && types.is_integer(target)
            && target != id::BOOL
            && types.size_of(target).is_some_and(|size| size < 8)
            && !self.is_literal(e)
        {
            self.warn(
                "pointer-to-int-cast",
                span,
                "cast from pointer to integer of different size",
            );
        }
    }

    /// A cast to the same record, or GNU's to a union with a member of the value's type.
    pub(super) fn cast_to_record(
        &mut self,
        e: ExprId,
        target: TypeId,
        record: crate::types::RecordId,
        span: Span,
    ) -> ExprId {
        let e = self.rvalue(e);
        let from = self.ty(e);
        if from == id::ERROR {
            return self.error_expr(span);
        }
        let what = match self.ctx.types.record(record).is_union {
            true => "casts to union types",
            false => "casts of a structure to itself",
        };
        self.since(crate::session::Standard::Never, span, what);
        if from == target || self.ctx.types.compatible_ids(from, target) {
            return self.push_expr(ExprKind::Convert(Conversion::Same, e), target, span);
        }
        let known = self.ctx.types.record(record);
        if known.is_union {
            let member = known.fields.iter().position(|field| {
                field.name.is_some() && self.ctx.types.compatible_ids(field.ty.id, from)
            });
            if let Some(member) = member {
                let to = self.ctx.types.record(record).fields[member].ty.id;
                let e = self.convert(e, to);
                return self.union_of(e, target, member as u32);
            }
            let message = "cast to union type from type not present in union";
            self.error(span, message);
        } else {
            let shown = self.show(target);
            self.error(span, format!("conversion to non-scalar type '{shown}' requested"));
        }
        self.error_expr(span)
    }

    /// The width and sign of an integer type; of anything else those of `int`.
    pub(crate) fn shape_or_int(&self, ty: TypeId) -> IntShape {
        self.ctx.types.int_shape(ty).unwrap_or(IntShape { bits: 32, signed: true })
    }
}
