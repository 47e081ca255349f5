//! Conversions as nodes: lvalues to values, values to other types, and the checks of assignment.
//! In: an expression and the type wanted; out: an expression of exactly that type, or a
//! diagnostic and an `Error` node. Constant operands are folded as nodes are made, so that a
//! constant expression of any length is one node.

use super::Parser;
use crate::consteval::{self, Eval, NotConst, Value, Why};
use crate::convert::IntShape;
use crate::tree::*;
use crate::types::{QType, Quals, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::source::Span;

/// What a value is converted for: diagnostics name it.
#[derive(Clone, Copy, Debug)]
pub enum Use {
    Assign,
    Init,
    Return,
    /// Argument `number` (from 1) of a function, and where the parameter is declared.
    Arg {
        number: u32,
        callee: ExprId,
    },
}

/// How a pointer fits where another pointer type is wanted.
enum Fit {
    Yes,
    Discards(Quals),
    SignDiffers,
    No,
}

impl Parser<'_> {
    // ------------------------------------------------------------ what an expression is

    pub(crate) fn ty(&self, e: ExprId) -> TypeId {
        self.body.expr(e).ty.id
    }

    pub(crate) fn show(&self, ty: impl Into<QType>) -> String {
        self.ctx.types.show(ty.into(), self.names)
    }

    pub(crate) fn is_error(&self, e: ExprId) -> bool {
        self.ty(e) == id::ERROR
    }

    pub fn is_lvalue(&self, e: ExprId) -> bool {
        let mut e = e;
        loop {
            let node = self.body.expr(e);
            match node.kind {
                ExprKind::Local(_)
                | ExprKind::Outer { .. }
                | ExprKind::Str(_)
                | ExprKind::CompoundLiteral(..) => return true,
                ExprKind::Symbol(_) | ExprKind::Deref(_) => {
                    return !self.ctx.types.is_function(node.ty.id);
                }
                ExprKind::Member(of, _)
                | ExprKind::Real(of)
                | ExprKind::Imag(of)
                | ExprKind::Lane(of, _) => e = of,
                _ => return false,
            }
        }
    }

    /// A constant node?
    pub(crate) fn is_literal(&self, e: ExprId) -> bool {
        matches!(self.body.expr(e).kind, ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Wide(_))
    }

    /// The value of a constant node of integer type.
    pub(crate) fn literal_int(&self, e: ExprId) -> Option<i128> {
        let node = self.body.expr(e);
        if !self.is_literal(e) || !self.ctx.types.is_integer(node.ty.id) {
            return None;
        }
        self.eval(false).integer(e).ok()
    }

    /// `0`, `(void *)0` or `nullptr`.
    pub(crate) fn is_null_constant(&self, e: ExprId) -> bool {
        let node = self.body.expr(e);
        if node.ty.id == id::NULLPTR {
            return true;
        }
        let zero = match node.kind {
            ExprKind::Int(value) => value == 0,
            ExprKind::Wide(_) => self.literal_int(e) == Some(0),
            _ => false,
        };
        zero && (node.ty.id == id::VOID_PTR || self.ctx.types.is_integer(node.ty.id))
    }

    /// The width, when the expression is a bit-field (or the value just read from one).
    pub(crate) fn field_width(&self, e: ExprId) -> Option<u32> {
        match self.body.expr(e).kind {
            ExprKind::Load(place) => self.field_width(place),
            ExprKind::Same => self.ex.same_width,
            ExprKind::Member(record, field) => match *self.ctx.types.get(self.ty(record)) {
                Type::Record(r) => {
                    let field = self.ctx.types.record(r).fields.get(field as usize)?;
                    field.bits.map(|bits| bits.width)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The width of a value that is a bit-field's: one just read, or one just stored. Only
    /// promotions look at this, and they see through assignments, commas and statement
    /// expressions as gcc's do.
    pub(super) fn value_width(&self, e: ExprId) -> Option<u32> {
        let mut e = e;
        loop {
            e = match self.body.expr(e).kind {
                ExprKind::Assign(place, _)
                | ExprKind::AssignOp { place, .. }
                | ExprKind::IncDec { place, .. } => return self.field_width(place),
                ExprKind::Comma(_, last) | ExprKind::StmtExpr { value: Some(last), .. } => last,
                _ => return self.field_width(e),
            };
        }
    }

    // ------------------------------------------------------------ evaluation

    /// `const_objects`: may `const` objects be read, as in initialisers?
    pub fn eval(&self, const_objects: bool) -> Eval<'_> {
        Eval {
            types: &self.ctx.types,
            body: &self.body,
            symbols: &self.ctx.symbols,
            strings: &self.unit.strings,
            constants: &self.ctx.constants,
            const_objects,
        }
    }

    /// The value of an integer constant expression; `what` is what must be one, for the message.
    pub fn integer_constant(&mut self, e: ExprId, what: &str) -> Option<i128> {
        let e = self.rvalue(e);
        if self.is_error(e) {
            return None;
        }
        match self.eval(false).integer(e) {
            Ok(value) => {
                self.check_integer_constant(e, what);
                Some(value)
            }
            Err(NotConst { why: Why::Error, .. }) => None,
            Err(NotConst { span, why }) => {
                let message = match self.ctx.types.is_integer(self.ty(e)) {
                    true => format!("{what} is not an integer constant"),
                    false => {
                        format!("{what} is not an integer: its type is '{}'", self.show(self.ty(e)))
                    }
                };
                let whole = self.expr_span(e);
                let mut diag = Diagnostic::error(whole, message);
                if span != whole || why != Why::NotConstant {
                    diag = diag.also(span, why.text());
                }
                self.diag(diag);
                None
            }
        }
    }

    /// Makes a node, and folds it when its operands are constants.
    pub(crate) fn node(&mut self, kind: ExprKind, ty: impl Into<QType>, span: Span) -> ExprId {
        let ty = ty.into();
        let constant = match kind {
            ExprKind::Convert(conversion, e) => {
                conversion != Conversion::ToVoid && self.is_literal(e)
            }
            ExprKind::Unary(_, e) | ExprKind::LogicalNot(e) => self.is_literal(e),
            ExprKind::Binary(_, a, b)
            | ExprKind::Compare(_, a, b)
            | ExprKind::LogicalAnd(a, b)
            | ExprKind::LogicalOr(a, b) => self.is_literal(a) && self.is_literal(b),
            ExprKind::Cond(c, a, b) => {
                self.is_literal(c) && self.is_literal(a) && self.is_literal(b)
            }
            ExprKind::Builtin(_, ref list) => {
                let list = self.body.list(list);
                !list.is_empty() && list.iter().all(|&e| self.is_literal(e))
            }
            _ => false,
        };
        let e = self.push_expr(kind, ty, span);
        if constant
            && let Ok(value) = self.eval(false).value(e)
            && !self.is_invalid_operation(e, &value)
        {
            self.replace_by_value(e, &value);
        }
        e
    }

    /// `0.0 / 0.0` and its kin: the processor does them where the program runs.
    fn is_invalid_operation(&self, e: ExprId, value: &Value) -> bool {
        let ExprKind::Binary(_, a, b) = self.body.expr(e).kind else { return false };
        let is_nan = |value: &Value| matches!(value, Value::Float(value) if value.is_nan());
        let operand = |e| self.eval(false).value(e).is_ok_and(|value| is_nan(&value));
        is_nan(value) && !operand(a) && !operand(b)
    }

    /// Turns a node into the constant `value`, where such a node exists.
    pub(crate) fn replace_by_value(&mut self, e: ExprId, value: &Value) -> bool {
        let ty = self.ty(e);
        match consteval::to_node(&self.ctx.types, &mut self.body, value, ty) {
            Some(kind) => {
                self.body.exprs[e.index()].kind = kind;
                true
            }
            None => false,
        }
    }

    /// A constant of an integer type.
    pub(crate) fn integer_node(&mut self, value: i128, ty: TypeId, span: Span) -> ExprId {
        let shape = self.ctx.types.int_shape(ty).unwrap_or(IntShape { bits: 64, signed: true });
        let value = Value::Int(shape.wrap(value));
        match consteval::to_node(&self.ctx.types, &mut self.body, &value, ty) {
            Some(kind) => self.push_expr(kind, ty, span),
            None => self.error_expr(span),
        }
    }

    // ------------------------------------------------------------ lvalues to values

    /// Lvalue conversion; arrays and functions become pointers.
    pub fn rvalue(&mut self, e: ExprId) -> ExprId {
        let node = self.body.expr(e);
        let (ty, span) = (node.ty, node.span);
        match *self.ctx.types.get(ty.id) {
            Type::Array { elem, .. } => {
                let quals = Quals(ty.quals.0 & !Quals::ATOMIC.0);
                let to = self.ctx.types.pointer_to(elem.with(quals));
                self.mark_address_taken(e);
                self.push_expr(ExprKind::Decay(e), to, span)
            }
            Type::Function(_) => {
                if matches!(node.kind, ExprKind::Error) {
                    return e;
                }
                // `*f` of a function pointer `f` is `f` again.
                if let ExprKind::Deref(pointer) = node.kind {
                    return pointer;
                }
                let to = self.ctx.types.pointer_to(ty.id.into());
                self.push_expr(ExprKind::Decay(e), to, span)
            }
            Type::Error | Type::Void => e,
            _ => {
                if !self.is_lvalue(e) {
                    if ty.quals != Quals::NONE {
                        self.body.exprs[e.index()].ty = ty.id.into();
                    }
                    return e;
                }
                if !self.ctx.types.is_complete(ty.id) {
                    let shown = self.show(ty);
                    self.error(span, format!("invalid use of incomplete type '{shown}'"));
                    return self.error_expr(span);
                }
                let load = self.push_expr(ExprKind::Load(e), ty.id, span);
                self.fold_constexpr(load, e);
                // An object that is null is no null pointer constant.
                if matches!(self.body.expr(load).kind, ExprKind::Int(_)) && ty.id == id::VOID_PTR {
                    return self.push_expr(ExprKind::Convert(Conversion::Same, load), ty.id, span);
                }
                load
            }
        }
    }

    /// Reads of `constexpr` objects are constants.
    fn fold_constexpr(&mut self, load: ExprId, place: ExprId) {
        if self.ctx.constants.is_empty() {
            return;
        }
        let mut root = place;
        loop {
            match self.body.expr(root).kind {
                ExprKind::Member(of, _) => root = of,
                ExprKind::Symbol(s) if self.ctx.symbol(s).attrs.constexpr => break,
                _ => return,
            }
        }
        if let Ok(value) = self.eval(false).value(load) {
            self.replace_by_value(load, &value);
        }
    }

    /// Notes that the object an lvalue lies in needs an address.
    pub(crate) fn mark_address_taken(&mut self, e: ExprId) {
        let mut e = e;
        loop {
            match self.body.expr(e).kind {
                ExprKind::Local(local) | ExprKind::CompoundLiteral(local, _) => {
                    self.body.locals[local.index()].address_taken = true;
                    return;
                }
                ExprKind::Member(of, _)
                | ExprKind::Real(of)
                | ExprKind::Imag(of)
                | ExprKind::Lane(of, _) => e = of,
                _ => return,
            }
        }
    }

    /// The value, with integer promotion (bit-fields by their width).
    pub(crate) fn promoted(&mut self, e: ExprId) -> ExprId {
        let e = self.rvalue(e);
        let ty = self.ty(e);
        if !self.ctx.types.is_integer(ty) {
            return e;
        }
        let to = match self.value_width(e) {
            Some(width) => self.ctx.types.promote_field(ty, width),
            None => self.ctx.types.promote(ty),
        };
        self.convert(e, to)
    }

    /// Both operands in their common arithmetic type.
    pub(crate) fn usual(&mut self, a: ExprId, b: ExprId) -> (ExprId, ExprId, TypeId) {
        let (a, b) = (self.promoted(a), self.promoted(b));
        let common = self.ctx.types.usual(self.ty(a), self.ty(b));
        if self.warnings_may("double-promotion") {
            let why = "to match other operand of binary expression";
            self.check_promotion(self.ty(a), common, a, why);
            self.check_promotion(self.ty(b), common, b, why);
        }
        (self.convert(a, common), self.convert(b, common), common)
    }

    /// The value as an argument without a parameter is passed.
    pub(crate) fn default_promoted(&mut self, e: ExprId) -> ExprId {
        let e = self.promoted(e);
        let to = self.ctx.types.default_promote(self.ty(e));
        if self.warnings_may("double-promotion") {
            self.check_promotion(self.ty(e), to, e, "when passing argument to function");
        }
        self.convert(e, to)
    }

    /// A scalar value that is to be compared with zero, as conditions are.
    pub fn truth_value(&mut self, e: ExprId) -> ExprId {
        let e = self.rvalue(e);
        let ty = self.ty(e);
        if ty == id::ERROR || self.ctx.types.is_scalar(ty) {
            self.check_condition_form(e);
            return e;
        }
        let span = self.expr_span(e);
        let message = match self.ctx.types.get(ty) {
            Type::Void => "void value not ignored as it ought to be".to_string(),
            Type::Record(_) => {
                format!("used '{}' where a scalar is required", self.show(ty))
            }
            _ => format!("a value of type '{}' cannot be a condition", self.show(ty)),
        };
        self.error(span, message);
        self.error_expr(span)
    }

    // ------------------------------------------------------------ conversions

    /// The value of `e` in another arithmetic or pointer type.
    pub fn convert_to(&mut self, e: ExprId, to: QType) -> ExprId {
        let e = self.rvalue(e);
        self.convert(e, to.id)
    }

    /// A value in another type: no checks but that such a conversion exists.
    pub(crate) fn convert(&mut self, e: ExprId, to: TypeId) -> ExprId {
        let from = self.ty(e);
        if from == to || from == id::ERROR {
            return e;
        }
        let span = self.expr_span(e);
        if to == id::ERROR {
            return self.error_expr(span);
        }
        let types = &self.ctx.types;
        let class = |ty: TypeId| match *types.get(ty) {
            Type::Int(_) | Type::BitInt { .. } | Type::Enum(_) => 'i',
            Type::Float(_) => 'f',
            Type::Complex(_) | Type::ComplexInt(_) => 'c',
            Type::Pointer(_) => 'p',
            Type::NullPtr => 'n',
            Type::Vector { .. } => 'v',
            Type::Void => 'o',
            _ => 'x',
        };
        let kind = match (class(from), class(to)) {
            (_, 'o') => Conversion::ToVoid,
            ('v', 'v' | 'i' | 'f') | ('i' | 'f', 'v') => Conversion::Bits,
            (_, 'i') if types.is_bool(to) => Conversion::ToBool,
            ('i', 'i') => Conversion::IntToInt,
            ('i', 'f') => Conversion::IntToFloat,
            ('f', 'i') => Conversion::FloatToInt,
            ('f', 'f') => Conversion::FloatToFloat,
            ('i' | 'f', 'c') => {
                let part = self.ctx.types.real_part(to);
                let e = self.convert(e, part);
                return self.node(ExprKind::Convert(Conversion::RealToComplex, e), to, span);
            }
            ('c', 'c') => Conversion::ComplexToComplex,
            ('c', 'i' | 'f') => {
                let part = self.ctx.types.real_part(from);
                let real = self.node(ExprKind::Convert(Conversion::ComplexToReal, e), part, span);
                return self.convert(real, to);
            }
            ('i', 'p') => return self.integer_to_pointer(e, to, span),
            ('p' | 'n', 'i') => {
                let wide = self.ctx.types.int_shape(to).is_some_and(|shape| shape.bits == 64);
                if wide {
                    Conversion::PtrToInt
                } else {
                    let kind = ExprKind::Convert(Conversion::PtrToInt, e);
                    let long = self.node(kind, id::ULONG, span);
                    return self.convert(long, to);
                }
            }
            ('p', 'p') => Conversion::PtrToPtr,
            ('n', 'p') => Conversion::NullToPtr,
            ('i', 'n') | ('p', 'n') => Conversion::NullToPtr,
            _ => Conversion::Bits,
        };
        self.node(ExprKind::Convert(kind, e), to, span)
    }

    fn integer_to_pointer(&mut self, e: ExprId, to: TypeId, span: Span) -> ExprId {
        let signed = self.ctx.types.int_shape(self.ty(e)).is_some_and(|shape| shape.signed);
        let long = self.convert(e, if signed { id::LONG } else { id::ULONG });
        if self.is_literal(long) && self.literal_int(long) == Some(0) {
            return self.push_expr(ExprKind::Int(0), to, span);
        }
        self.node(ExprKind::Convert(Conversion::IntToPtr, long), to, span)
    }

    // ------------------------------------------------------------ assignment

    /// The value of `e` as it is stored into an object of type `to`.
    pub fn assign_convert(&mut self, e: ExprId, to: QType, usage: Use) -> ExprId {
        let e = self.rvalue(e);
        let (from, to) = (self.ty(e), to.id);
        let span = self.expr_span(e);
        if self.warnings_may("write-strings") {
            self.check_written_string(e, to, usage);
        }
        if from == to || from == id::ERROR {
            return e;
        }
        if to == id::ERROR {
            return self.error_expr(span);
        }
        if from == id::VOID {
            self.error(span, "void value not ignored as it ought to be");
            return self.error_expr(span);
        }
        let types = &self.ctx.types;
        match (types.get(to), types.get(from)) {
            _ if types.is_arithmetic(to) && types.is_arithmetic(from) => {
                self.check_constant_fits(e, to, usage);
                self.check_narrowing(e, to);
                self.convert(e, to)
            }
            (_, Type::Pointer(_) | Type::NullPtr) if types.is_bool(to) => self.convert(e, to),
            (Type::Pointer(_) | Type::NullPtr, _) if self.is_null_constant(e) => {
                self.convert(e, to)
            }
            (Type::Pointer(a), Type::Pointer(b)) => {
                let (a, b) = (*a, *b);
                let fit = self.pointer_fits(a, b);
                self.report_fit(fit, e, to, usage);
                self.convert(e, to)
            }
            (Type::Pointer(_), _) if types.is_integer(from) => {
                let message = format!(
                    "{} makes pointer from integer without a cast",
                    self.usage_text(usage, to, from, true)
                );
                self.assign_warning("int-conversion", message, e, to, usage);
                self.convert(e, to)
            }
            (_, Type::Pointer(_)) if types.is_integer(to) => {
                let message = format!(
                    "{} makes integer from pointer without a cast",
                    self.usage_text(usage, to, from, true)
                );
                self.assign_warning("int-conversion", message, e, to, usage);
                self.convert(e, to)
            }
            (Type::Vector { .. }, Type::Vector { .. })
                if types.size_of(to) == types.size_of(from) && self.lax_vectors(to, from) =>
            {
                self.convert(e, to)
            }
            (Type::Record(record), _) if types.record(*record).transparent_union => {
                match self.transparent_member(e, to) {
                    Some(value) => value,
                    None => self.incompatible(e, to, usage),
                }
            }
            _ if types.compatible_ids(to, from) => {
                self.push_expr(ExprKind::Convert(Conversion::Same, e), to, span)
            }
            _ => self.incompatible(e, to, usage),
        }
    }

    /// Vectors of as many integers of the same width.
    fn lax_vectors(&self, a: TypeId, b: TypeId) -> bool {
        let types = &self.ctx.types;
        let bits = |ty: TypeId| types.int_shape(ty).map(|shape| shape.bits);
        match (types.get(a), types.get(b)) {
            (Type::Vector { elem: x, lanes: m }, Type::Vector { elem: y, lanes: n }) => {
                m == n && bits(*x).is_some() && bits(*x) == bits(*y)
            }
            _ => false,
        }
    }

    fn transparent_member(&mut self, e: ExprId, to: TypeId) -> Option<ExprId> {
        let Type::Record(record) = *self.ctx.types.get(to) else { return None };
        let from = self.ty(e);
        let count = self.ctx.types.record(record).fields.len();
        for pass in 0..2 {
            for at in 0..count {
                let member = self.ctx.types.record(record).fields.get(at)?.ty;
                let fits = match (self.ctx.types.pointee(member.id), self.ctx.types.pointee(from)) {
                    _ if self.ctx.types.compatible_ids(member.id, from) => true,
                    (Some(a), Some(b)) if pass == 1 => !matches!(self.pointer_fits(a, b), Fit::No),
                    (Some(_), None) if pass == 1 => self.is_null_constant(e),
                    _ => false,
                };
                if fits {
                    let value = self.convert(e, member.id);
                    return Some(self.union_of(value, to, at as u32));
                }
            }
        }
        None
    }

    /// Qualifiers of what a pointer points at, those of an array's elements included.
    fn pointed(&self, to: QType) -> (TypeId, Quals) {
        let mut quals = to.quals;
        let mut at = to.id;
        while let Type::Array { elem, .. } = *self.ctx.types.get(at) {
            quals = quals.with(elem.quals);
            at = elem.id;
        }
        (to.id, quals)
    }

    fn pointer_fits(&mut self, to: QType, from: QType) -> Fit {
        let ((a, qa), (b, qb)) = (self.pointed(to), self.pointed(from));
        let void = a == id::VOID || b == id::VOID;
        let atomic = qa.has(Quals::ATOMIC) == qb.has(Quals::ATOMIC);
        if void || (atomic && self.same_but_quals(a, b)) {
            let lost = qb.without(qa).without(Quals::ATOMIC);
            return if lost == Quals::NONE { Fit::Yes } else { Fit::Discards(lost) };
        }
        let (ua, ub) = (self.ctx.types.unsigned_of(a), self.ctx.types.unsigned_of(b));
        let integers = self.ctx.types.is_integer(a) && self.ctx.types.is_integer(b);
        if atomic && integers && (ua == ub && a != id::BOOL && b != id::BOOL) {
            let lost = qb.without(qa);
            return if lost == Quals::NONE { Fit::SignDiffers } else { Fit::Discards(lost) };
        }
        Fit::No
    }

    /// Compatible, where qualifiers of array elements do not count.
    fn same_but_quals(&self, a: TypeId, b: TypeId) -> bool {
        let (mut a, mut b) = (a, b);
        loop {
            match (self.ctx.types.get(a), self.ctx.types.get(b)) {
                (Type::Array { elem: x, len: m }, Type::Array { elem: y, len: n }) => {
                    use crate::types::ArrayLen::Fixed;
                    if matches!((m, n), (Fixed(m), Fixed(n)) if m != n) {
                        return false;
                    }
                    (a, b) = (x.id, y.id);
                }
                _ => return self.ctx.types.compatible_ids(a, b),
            }
        }
    }

    fn report_fit(&mut self, fit: Fit, e: ExprId, to: TypeId, usage: Use) {
        let from = self.ty(e);
        match fit {
            Fit::Yes => {}
            Fit::Discards(lost) => self.report_discarded(lost, e, (from, to), usage),
            Fit::SignDiffers => {
                let message = format!(
                    "pointer targets in {} differ in signedness",
                    self.usage_text(usage, to, from, true)
                );
                self.assign_warning("pointer-sign", message, e, to, usage);
            }
            Fit::No => {
                let message = match usage {
                    Use::Arg { .. } => format!(
                        "{} from incompatible pointer type",
                        self.usage_text(usage, to, from, false)
                    ),
                    Use::Return => format!(
                        "{} with an incompatible pointer type",
                        self.usage_text(usage, to, from, true)
                    ),
                    _ => format!(
                        "{} from incompatible pointer type '{}'",
                        self.usage_text(usage, to, from, false).trim_end_matches(" from"),
                        self.show(from)
                    ),
                };
                self.assign_warning("incompatible-pointer-types", message, e, to, usage);
            }
        }
    }

    pub(super) fn report_discarded(
        &mut self,
        lost: Quals,
        e: ExprId,
        (from, to): (TypeId, TypeId),
        usage: Use,
    ) {
        let names =
            [(Quals::CONST, "const"), (Quals::VOLATILE, "volatile"), (Quals::RESTRICT, "restrict")];
        let name = names.iter().find(|(q, _)| lost.has(*q)).map_or("", |(_, n)| n);
        let message = format!(
            "{} discards '{name}' qualifier from pointer target type",
            self.usage_text(usage, to, from, false)
        );
        let diag = Diagnostic::warning("discarded-qualifiers", self.expr_span(e), message);
        let diag = self.explain_argument(diag, from, to, usage);
        self.diag(diag);
    }

    /// "assignment to 'int *' from 'int'" and its kin; without `both`, the target alone.
    fn usage_text(&self, usage: Use, to: TypeId, from: TypeId, both: bool) -> String {
        let (to, from) = (self.show(to), self.show(from));
        match usage {
            Use::Assign if both => format!("assignment to '{to}' from '{from}'"),
            Use::Assign => format!("assignment to '{to}'"),
            Use::Init if both => format!("initialization of '{to}' from '{from}'"),
            Use::Init => format!("initialization of '{to}'"),
            Use::Return if both => {
                format!("returning '{from}' from a function with return type '{to}'")
            }
            Use::Return => "return".into(),
            Use::Arg { number, callee } => match self.callee_name(callee) {
                Some(name) => format!("passing argument {number} of '{name}'"),
                None => format!("passing argument {number}"),
            },
        }
    }

    fn assign_warning(
        &mut self,
        option: &'static str,
        message: String,
        e: ExprId,
        to: TypeId,
        usage: Use,
    ) {
        let diag = Diagnostic::warning(option, self.expr_span(e), message);
        let diag = self.explain_argument(diag, self.ty(e), to, usage);
        self.diag(diag);
    }

    fn explain_argument(
        &self,
        diag: Diagnostic,
        from: TypeId,
        to: TypeId,
        usage: Use,
    ) -> Diagnostic {
        let Use::Arg { callee, .. } = usage else { return diag };
        let diag = diag.label(self.show(from));
        let note =
            format!("expected '{}' but argument is of type '{}'", self.show(to), self.show(from));
        diag.note(self.callee_span(callee), note)
    }

    fn incompatible(&mut self, e: ExprId, to: TypeId, usage: Use) -> ExprId {
        let (from, span) = (self.ty(e), self.expr_span(e));
        let (t, f) = (self.show(to), self.show(from));
        let message = match usage {
            Use::Assign => {
                format!("incompatible types when assigning to type '{t}' from type '{f}'")
            }
            Use::Init => {
                format!("incompatible types when initializing type '{t}' using type '{f}'")
            }
            Use::Return => {
                format!("incompatible types when returning type '{f}' but '{t}' was expected")
            }
            Use::Arg { number, callee } => match self.callee_name(callee) {
                Some(name) => format!("incompatible type for argument {number} of '{name}'"),
                None => format!("incompatible type for argument {number}"),
            },
        };
        let mut diag = Diagnostic::error(span, message);
        if t == f && !matches!(usage, Use::Arg { .. }) {
            let (old, new) = (self.tag_span(to), self.tag_span(from));
            diag = diag.note(old, format!("one '{t}' is declared here"));
            diag = diag.note(new, format!("the other '{f}' is declared here"));
        }
        let diag = self.explain_argument(diag, from, to, usage);
        self.diag(diag);
        self.error_expr(span)
    }

    /// Warns of a constant that changes its value in the type it is stored in.
    fn check_constant_fits(&mut self, e: ExprId, to: TypeId, usage: Use) {
        if self.ctx.types.is_bool(to) || !self.is_literal(e) {
            return;
        }
        let Some(shape) = self.ctx.types.int_shape(to) else { return };
        let (from, span) = (self.ty(e), self.expr_span(e));
        let Ok(value) = self.eval(false).value(e) else { return };
        let _ = usage;
        match value {
            Value::Int(value) => {
                let unsigned = IntShape { bits: shape.bits, signed: false };
                let signed = IntShape { bits: shape.bits, signed: true };
                if !unsigned.holds(value) && !signed.holds(value) {
                    let message = format!(
                        "conversion from '{}' to '{}' changes value from '{value}' to '{}'",
                        self.show(from),
                        self.show(to),
                        shape.wrap(value)
                    );
                    self.warn("overflow", span, message);
                }
            }
            Value::Float(value) => {
                let out = match value.to_int() {
                    None => true,
                    Some((negative, magnitude)) => {
                        let int = magnitude as i128;
                        int < 0 || !shape.holds(if negative { -int } else { int })
                    }
                };
                if out {
                    let message = format!(
                        "overflow in conversion from '{}' to '{}'",
                        self.show(from),
                        self.show(to)
                    );
                    self.warn("overflow", span, message);
                }
            }
            _ => {}
        }
    }

    /// The name of what a call calls, if it has one.
    pub(crate) fn callee_name(&self, callee: ExprId) -> Option<&str> {
        let name = match self.body.expr(callee).kind {
            ExprKind::Symbol(symbol) => self.ctx.symbol(symbol).name?,
            ExprKind::Local(local) => self.body.local(local).name?,
            ExprKind::Decay(e) | ExprKind::Load(e) => return self.callee_name(e),
            ExprKind::Member(record, field) => match *self.ctx.types.get(self.ty(record)) {
                Type::Record(r) => self.ctx.types.record(r).fields.get(field as usize)?.name?,
                _ => return None,
            },
            _ => return None,
        };
        Some(self.names.text(name))
    }

    /// Where what a call calls is declared.
    pub(crate) fn callee_span(&self, callee: ExprId) -> Option<Span> {
        match self.body.expr(callee).kind {
            ExprKind::Symbol(symbol) => Some(self.ctx.symbol(symbol).span),
            ExprKind::Local(local) => Some(self.body.local(local).span),
            ExprKind::Decay(e) | ExprKind::Load(e) => self.callee_span(e),
            _ => None,
        }
    }
}
