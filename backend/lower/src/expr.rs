//! Expressions: in comes an expression of the body, out goes its [`Value`] (or, for lvalues, its
//! [`Place`]), with the code that computes it. Arithmetic and conversions are in `arith` and
//! `convert`, conditions in `branch`.
//!
//! Always: each operand is evaluated once; addresses are kept in parts ([`Addr`]) until they are
//! used, so that constants end up in addressing modes.

use crate::ctype::{Class, Repr};
use crate::func::{FunctionCx, Target};
use crate::place::{Addr, Place, Split, Value};
use crate::{Lowered, atomic, int128, longdouble, quad, real};
use cfront::tree::{BinaryOp, Conversion, ExprId, ExprKind, LocalId, SymbolKind, label_value};
use cfront::types::{Field, FloatFormat, QType, Type, TypeId};
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use cranelift_frontend::Variable;
use preproc::source::Span;
use std::rc::Rc;

/// How deep expressions may be nested; what the front end accepts is far below, long chains of one
/// operator aside, which are not computed by recursion.
const MAX_DEPTH: u32 = 1000;
/// A chain of operators leaning to the left is long from here on.
const LONG_CHAIN: usize = 16;

impl<'u> FunctionCx<'u, '_> {
    /// The value of an rvalue.
    pub fn expr(&mut self, id: ExprId) -> Lowered<Value> {
        if let Some((ready, _)) = self.ready.last()
            && *ready == id
            && let Some((_, value)) = self.ready.pop()
        {
            return Ok(value);
        }
        if let ExprKind::Binary(..) = self.body.expr(id).kind {
            self.long_chain(id)?;
        }
        if self.depth >= MAX_DEPTH {
            let message = format!("an expression nested deeper than {MAX_DEPTH} levels");
            return self.fail(self.body.expr(id).span, message);
        }
        self.room(self.body.expr(id).span)?;
        self.depth += 1;
        let value = self.expr_plain(id);
        self.depth -= 1;
        value
    }

    /// A long sum leans to the left, as deep as it has terms: its lower part is computed first,
    /// step by step, and waits for the recursion to ask for it.
    fn long_chain(&mut self, id: ExprId) -> Lowered<()> {
        let body = self.body;
        let plain = |cx: &Self, ty| {
            matches!(cx.class(ty), Class::Int { .. } | Class::Float(_) | Class::Int128 { .. })
        };
        let mut chain = Vec::new();
        let mut at = id;
        while let ExprKind::Binary(_, left, _) = body.expr(at).kind {
            if !plain(self, body.expr(at).ty.id) {
                break;
            }
            chain.push(at);
            at = left;
        }
        // Short ones, nearly all, are as well served by recursion.
        if chain.len() <= LONG_CHAIN {
            return Ok(());
        }
        // The links above the lowest few, from below; the topmost is the caller's.
        let lowest = chain.len() - LONG_CHAIN;
        for &link in chain[1..lowest].iter().rev() {
            let value = self.expr_plain(link)?;
            self.ready.push((link, value));
        }
        Ok(())
    }

    fn expr_plain(&mut self, id: ExprId) -> Lowered<Value> {
        let body = self.body;
        let expr = body.expr(id);
        let ty = expr.ty;
        match &expr.kind {
            &ExprKind::Int(value) => self.int_constant(value, ty.id),
            &ExprKind::Float(value) => self.float_constant(value, ty.id, expr.span),
            &ExprKind::Wide(index) => {
                let bytes = *body.wide.get(index as usize).unwrap_or(&[0; 16]);
                self.wide_constant(bytes, ty.id, expr.span)
            }
            &ExprKind::Load(inner) => self.load_expr(inner),
            ExprKind::Decay(_) | ExprKind::AddrOf(_) | ExprKind::PtrAdd { .. } => {
                let addr = self.address(id)?;
                Ok(Value::Scalar(self.addr_value(addr)))
            }
            &ExprKind::Convert(how, inner) => self.convert_expr(how, inner, ty, expr.span),
            &ExprKind::Unary(op, inner) => {
                let value = self.expr(inner)?;
                self.unary(op, value, ty.id, expr.span)
            }
            &ExprKind::Binary(op, a, b) => self.binary_expr(op, a, b, ty.id, expr.span),
            &ExprKind::PtrDiff(a, b) => self.pointer_difference(a, b),
            ExprKind::Compare(..)
            | ExprKind::LogicalAnd(..)
            | ExprKind::LogicalOr(..)
            | ExprKind::LogicalNot(_) => self.condition_as_value(id),
            &ExprKind::Cond(cond, a, b) => self.conditional(cond, a, b, ty),
            &ExprKind::CondOr { value, converted, other } => {
                self.conditional_or(value, converted, other, ty)
            }
            ExprKind::Same => match self.same.last() {
                Some(value) => Ok(value.clone()),
                None => self.fail(expr.span, "`Same` outside of what defines it"),
            },
            &ExprKind::Comma(a, b) => {
                self.discard(a)?;
                self.expr(b)
            }
            &ExprKind::Assign(place, value) => self.assign(place, value, expr.span),
            &ExprKind::AssignOp { place, value } => self.update(place, value, false, expr.span),
            &ExprKind::IncDec { place, value, post } => self.update(place, value, post, expr.span),
            ExprKind::Call { callee, args } => self.call_expr(*callee, args, None, expr.span),
            ExprKind::Builtin(which, args) => {
                self.at(expr.span);
                self.builtin(*which, id, body.list(args))
            }
            &ExprKind::VaArg(list) => {
                let list = self.scalar(list)?;
                self.at(expr.span);
                self.va_arg(list, ty.id)
            }
            &ExprKind::StmtExpr { block, value } => self.block_with_value(block, value),
            &ExprKind::LabelAddr(label) => {
                self.flow.address_taken(label);
                Ok(Value::Scalar(self.b.ins().iconst(ct::I64, label_value(label) as i64)))
            }
            &ExprKind::SizeOfVariable(of) => Ok(Value::Scalar(self.size_value(of, expr.span)?)),
            &ExprKind::NestedFunction(index) => self.nested_address(0, index, expr.span),
            &ExprKind::OuterNested { depth, index } => self.nested_address(depth, index, expr.span),
            ExprKind::Local(_)
            | ExprKind::Symbol(_)
            | ExprKind::Outer { .. }
            | ExprKind::Str(_)
            | ExprKind::Deref(_)
            | ExprKind::Member(..)
            | ExprKind::CompoundLiteral(..)
            | ExprKind::Lane(..)
            | ExprKind::Real(_)
            | ExprKind::Imag(_) => self.load_expr(id),
            ExprKind::Error => self.fail(expr.span, "an expression with an error was lowered"),
        }
    }

    /// The value of a scalar rvalue.
    pub fn scalar(&mut self, id: ExprId) -> Lowered<ir::Value> {
        match self.expr(id)? {
            Value::Scalar(value) => Ok(value),
            _ => self.fail(self.body.expr(id).span, "a scalar was expected here"),
        }
    }

    /// Evaluates for the effects alone.
    pub fn discard(&mut self, id: ExprId) -> Lowered<()> {
        let body = self.body;
        match body.expr(id).kind {
            ExprKind::Convert(Conversion::ToVoid, inner) => self.discard(inner),
            ExprKind::Comma(..) => {
                let mut parts = Vec::new();
                let mut at = id;
                while let ExprKind::Comma(a, b) = body.expr(at).kind {
                    parts.push(b);
                    at = a;
                }
                self.discard(at)?;
                parts.into_iter().rev().try_for_each(|part| self.discard(part))
            }
            // The old value is of no use.
            ExprKind::IncDec { place, value, .. } => {
                self.update(place, value, false, body.expr(id).span).map(drop)
            }
            ExprKind::Cond(cond, a, b) => self.conditional_effect(cond, a, b),
            _ => self.expr(id).map(drop),
        }
    }

    /// Evaluates a record rvalue, building it at `to` where that saves a copy. Nothing the
    /// expression reads may lie there.
    pub(crate) fn expr_into(&mut self, id: ExprId, to: Addr) -> Lowered<()> {
        let body = self.body;
        let expr = body.expr(id);
        let value = match &expr.kind {
            ExprKind::Call { callee, args } => {
                self.call_expr(*callee, args, Some(to), expr.span)?
            }
            _ => self.expr(id)?,
        };
        self.store_memory(to, &value, expr.ty.id)
    }

    // ------------------------------------------------------------ constants

    pub(crate) fn int_constant(&mut self, value: u64, ty: TypeId) -> Lowered<Value> {
        Ok(match self.repr(ty) {
            Repr::Scalar(clif) if clif == ct::I128 => {
                let signed = crate::ctype::is_signed(self.unit.types, ty);
                let low = self.b.ins().iconst(ct::I64, value as i64);
                let high = if signed { (value as i64) >> 63 } else { 0 };
                let high = self.b.ins().iconst(ct::I64, high);
                Value::Scalar(self.b.ins().iconcat(low, high))
            }
            Repr::Scalar(clif) => Value::Scalar(self.iconst(clif, value as i64)),
            Repr::Void => Value::Void,
            Repr::Pair(_) | Repr::Memory => {
                let mut bytes = [0; 16];
                bytes[..8].copy_from_slice(&value.to_le_bytes());
                return self.wide_constant(bytes, ty, Span::default());
            }
        })
    }

    pub(crate) fn float_constant(&mut self, value: f64, ty: TypeId, span: Span) -> Lowered<Value> {
        match self.class(ty) {
            Class::Float(format) => real::constant(self, format, value),
            _ => self.fail(span, "a floating constant of this type"),
        }
    }

    fn wide_constant(&mut self, bytes: [u8; 16], ty: TypeId, span: Span) -> Lowered<Value> {
        match self.class(ty) {
            Class::Float(FloatFormat::Extended) => longdouble::constant(self, bytes, ty),
            Class::Float(FloatFormat::Quad) => quad::constant(self, bytes, ty),
            Class::Int128 { .. } => int128::constant(self, bytes, ty),
            Class::BitInt { .. } => crate::bitint::constant(self, bytes, ty),
            _ => self.fail(span, "a wide constant of this type"),
        }
    }

    // ------------------------------------------------------------ lvalues

    fn is_lvalue(&self, id: ExprId) -> bool {
        match self.body.expr(id).kind {
            ExprKind::Local(_)
            | ExprKind::Symbol(_)
            | ExprKind::Outer { .. }
            | ExprKind::Str(_)
            | ExprKind::Deref(_)
            | ExprKind::CompoundLiteral(..) => true,
            ExprKind::Member(inner, _)
            | ExprKind::Lane(inner, _)
            | ExprKind::Real(inner)
            | ExprKind::Imag(inner) => self.is_lvalue(inner),
            _ => false,
        }
    }

    fn load_expr(&mut self, id: ExprId) -> Lowered<Value> {
        let expr = self.body.expr(id);
        let ty = expr.ty;
        if let ExprKind::Real(inner) | ExprKind::Imag(inner) = expr.kind
            && !self.is_lvalue(inner)
        {
            let imaginary = matches!(expr.kind, ExprKind::Imag(_));
            return self.part_of_value(inner, imaginary);
        }
        let place = self.place(id)?;
        self.at(expr.span);
        if ty.is_atomic() && !matches!(self.repr(ty.id), Repr::Void) {
            let addr = self.place_addr(&place, expr.span)?;
            return atomic::load(self, addr, ty, expr.span);
        }
        self.load(&place, ty)
    }

    fn part_of_value(&mut self, inner: ExprId, imaginary: bool) -> Lowered<Value> {
        let value = self.expr(inner)?;
        let ty = self.body.expr(inner).ty.id;
        match value {
            Value::Pair(real, imag) => Ok(Value::Scalar(if imaginary { imag } else { real })),
            Value::Memory(addr) if matches!(self.class(ty), Class::Complex(_)) => {
                let half = self.size_of(ty) / 2;
                Ok(Value::Memory(addr.at(if imaginary { half as i64 } else { 0 })))
            }
            // Of a real number: itself, and zero.
            value if !imaginary => Ok(value),
            _ => self.zero(ty, self.body.expr(inner).span),
        }
    }

    /// Zero of a scalar type.
    pub(crate) fn zero(&mut self, ty: TypeId, span: Span) -> Lowered<Value> {
        match self.repr(ty) {
            Repr::Scalar(clif) if clif.is_vector() || clif.is_float() => {
                Ok(Value::Scalar(self.zero_clif(clif)))
            }
            Repr::Scalar(clif) => Ok(Value::Scalar(self.iconst(clif, 0))),
            Repr::Pair(clif) => {
                let zero = self.zero_clif(clif);
                Ok(Value::Pair(zero, zero))
            }
            Repr::Void => Ok(Value::Void),
            Repr::Memory => {
                let (size, align) = (self.size_of(ty), self.align_of(ty));
                let Ok(addr) = self.slot(size, align) else {
                    return self.fail(span, "a value too large for the stack");
                };
                self.clear(addr, size);
                Ok(Value::Memory(addr))
            }
        }
    }

    pub(crate) fn zero_clif(&mut self, ty: ir::Type) -> ir::Value {
        if ty == ct::F64 {
            self.b.ins().f64const(0.0)
        } else if ty == ct::F32 {
            self.b.ins().f32const(0.0)
        } else if ty == ct::F16 {
            let bits = self.b.ins().iconst(ct::I16, 0);
            self.b.ins().bitcast(ct::F16, ir::MemFlagsData::new(), bits)
        } else if ty.is_vector() {
            let bytes = self.b.func.dfg.constants.insert(vec![0u8; 16].into());
            self.b.ins().vconst(ty, bytes)
        } else {
            self.iconst(ty, 0)
        }
    }

    /// The place an lvalue designates. Record rvalues are put into memory first.
    pub fn place(&mut self, id: ExprId) -> Lowered<Place> {
        let body = self.body;
        let expr = body.expr(id);
        match &expr.kind {
            &ExprKind::Local(local) => self.local(local, expr.span),
            &ExprKind::Symbol(symbol) => {
                Ok(Place::Memory(Addr::value(self.target_addr(Target::Symbol(symbol)))))
            }
            &ExprKind::Outer { depth, local } => self.outer_place(depth, local, expr.span),
            &ExprKind::Str(string) => {
                Ok(Place::Memory(Addr::value(self.target_addr(Target::String(string)))))
            }
            &ExprKind::Deref(pointer) => Ok(Place::Memory(self.address(pointer)?)),
            &ExprKind::Member(inner, field) => self.member(inner, field, expr.span),
            ExprKind::CompoundLiteral(local, init) => {
                self.initialize(*local, init)?;
                self.local(*local, expr.span)
            }
            &ExprKind::Lane(vector, index) => self.lane(vector, index, expr.ty),
            &ExprKind::Real(inner) => self.part(inner, false),
            &ExprKind::Imag(inner) => self.part(inner, true),
            _ => {
                let value = self.expr(id)?;
                self.place_of(value, expr.ty)
            }
        }
    }

    /// A place that holds an rvalue.
    #[inline(never)]
    fn place_of(&mut self, value: Value, ty: QType) -> Lowered<Place> {
        let (split, values) = match value {
            Value::Split(split, values) if !self.memory_only => (split, values),
            value => return Ok(Place::Memory(self.in_memory(&value, ty.id)?)),
        };
        let mut vars = Vec::with_capacity(values.len());
        for value in values {
            let var = self.b.declare_var(self.b.func.dfg.value_type(value));
            self.define(var, value);
            vars.push(var);
        }
        Ok(Place::Split(split, vars.into()))
    }

    fn local(&mut self, local: LocalId, span: Span) -> Lowered<Place> {
        if self.body.locals.len() <= local.index() {
            return self.fail(span, "a local that does not exist");
        }
        self.local_place(local)
    }

    fn member(&mut self, inner: ExprId, field: u32, span: Span) -> Lowered<Place> {
        let base = self.place(inner)?;
        let Type::Record(record) = self.unit.types.get(self.body.expr(inner).ty.id) else {
            return self.fail(span, "a member of something that is no record");
        };
        let Some(field) = self.unit.types.record(*record).fields.get(field as usize) else {
            return self.fail(span, "a member the record does not have");
        };
        match base {
            Place::Memory(_) if field.base.is_some() => self.member_behind(&base, field, span),
            Place::Memory(addr) => Ok(match field.bits {
                Some(bits) => Place::Bits(addr, bits),
                None => Place::Memory(addr.at(field.offset as i64)),
            }),
            Place::Split(split, vars) => self.member_of_split(&split, &vars, field, span),
            _ => self.fail(span, "a member of a value that has none"),
        }
    }

    /// A member of a record in variables.
    #[inline(never)]
    fn member_of_split(
        &mut self,
        split: &Split,
        vars: &[Variable],
        field: &Field,
        span: Span,
    ) -> Lowered<Place> {
        let size = self.size_of(field.ty.id);
        let first = split.leaves.iter().position(|leaf| leaf.offset >= field.offset);
        let Some(first) = first else {
            return self.fail(span, "a member that was not split");
        };
        if !matches!(self.unit.types.get(field.ty.id), Type::Record(_)) {
            return Ok(Place::Variable(vars[first]));
        }
        // A record within: its leaves, counted from its own start.
        let end = field.offset + size;
        let leaves: Vec<_> = split.leaves[first..]
            .iter()
            .take_while(|leaf| leaf.offset < end)
            .map(|leaf| crate::place::Leaf { offset: leaf.offset - field.offset, ..*leaf })
            .collect();
        let vars = vars[first..first + leaves.len()].into();
        Ok(Place::Split(Rc::new(Split { leaves, size }), vars))
    }

    /// A member behind one of variable size.
    #[inline(never)]
    fn member_behind(&mut self, record: &Place, field: &Field, span: Span) -> Lowered<Place> {
        let (Some(length), &Place::Memory(addr)) = (field.base, record) else {
            return self.fail(span, "a member that is nowhere");
        };
        let offset = self.length_value(length, span)?;
        let base = self.add_index(addr, offset, false);
        Ok(match field.bits {
            Some(bits) => Place::Bits(base, bits),
            None => Place::Memory(base.at(field.offset as i64)),
        })
    }

    fn lane(&mut self, vector: ExprId, index: ExprId, ty: QType) -> Lowered<Place> {
        let place = self.place(vector)?;
        if let Place::Variable(_) = place
            && let ExprKind::Int(lane) = self.body.expr(index).kind
        {
            return Ok(Place::Lane(Box::new(place), lane as u8));
        }
        let addr = match place {
            Place::Memory(addr) => addr,
            other => {
                let of = self.body.expr(vector).ty;
                let value = self.load(&other, of)?;
                self.in_memory(&value, of.id)?
            }
        };
        if let ExprKind::Int(lane) = self.body.expr(index).kind {
            let at = (lane as i64).wrapping_mul(self.size_of(ty.id) as i64);
            return Ok(Place::Memory(addr.at(at)));
        }
        let signed = crate::ctype::is_signed(self.unit.types, self.body.expr(index).ty.id);
        let index = self.scalar(index)?;
        let index = self.resize(index, ct::I64, signed);
        let at = self.scale(index, self.size_of(ty.id));
        let base = self.addr_value(addr);
        Ok(Place::Memory(Addr::value(self.b.ins().iadd(base, at))))
    }

    fn part(&mut self, inner: ExprId, imaginary: bool) -> Lowered<Place> {
        let place = self.place(inner)?;
        let ty = self.body.expr(inner).ty.id;
        let complex = matches!(self.class(ty), Class::Complex(_) | Class::ComplexInt(_));
        Ok(match place {
            Place::Memory(addr) if complex && imaginary => {
                Place::Memory(addr.at((self.size_of(ty) / 2) as i64))
            }
            Place::PairVariable(..) => Place::Part(Box::new(place), imaginary),
            other => other,
        })
    }

    // ------------------------------------------------------------ addresses

    /// A pointer rvalue, in parts.
    pub(crate) fn address(&mut self, id: ExprId) -> Lowered<Addr> {
        if self.depth >= MAX_DEPTH {
            let message = format!("an address nested deeper than {MAX_DEPTH} levels");
            return self.fail(self.body.expr(id).span, message);
        }
        self.depth += 1;
        let addr = self.address_plain(id);
        self.depth -= 1;
        addr
    }

    fn address_plain(&mut self, id: ExprId) -> Lowered<Addr> {
        let body = self.body;
        let expr = body.expr(id);
        match expr.kind {
            ExprKind::AddrOf(inner) | ExprKind::Decay(inner) => {
                if let ExprKind::Symbol(symbol) = body.expr(inner).kind
                    && self.unit.symbol(symbol).kind == SymbolKind::Function
                {
                    return Ok(Addr::value(self.target_addr(Target::Symbol(symbol))));
                }
                if let ExprKind::NestedFunction(_) | ExprKind::OuterNested { .. } =
                    body.expr(inner).kind
                {
                    let value = self.expr(inner)?;
                    return self.value_addr(value, expr.span);
                }
                let place = self.place(inner)?;
                self.place_addr(&place, expr.span)
            }
            ExprKind::Convert(Conversion::PtrToPtr | Conversion::Same, inner) => {
                self.address(inner)
            }
            ExprKind::PtrAdd { ptr, index, negate } => self.pointer_add(ptr, index, negate, id),
            _ => {
                let value = self.expr(id)?;
                self.value_addr(value, expr.span)
            }
        }
    }

    fn value_addr(&mut self, value: Value, span: Span) -> Lowered<Addr> {
        match value {
            Value::Scalar(value) => Ok(Addr::value(value)),
            _ => self.fail(span, "a pointer was expected here"),
        }
    }

    fn pointer_add(
        &mut self,
        ptr: ExprId,
        index: ExprId,
        negate: bool,
        id: ExprId,
    ) -> Lowered<Addr> {
        let ty = self.body.expr(id).ty.id;
        let span = self.body.expr(id).span;
        let Type::Pointer(to) = *self.unit.types.get(ty) else {
            return self.fail(span, "pointer arithmetic on something else");
        };
        let base = self.address(ptr)?;
        if self.is_variable(to.id) {
            let size = self.size_value(to.id, span)?;
            let index = self.scalar(index)?;
            let at = self.b.ins().imul(index, size);
            return Ok(self.add_index(base, at, negate));
        }
        let size = self.size_of(to.id);
        if let ExprKind::Int(value) = self.body.expr(index).kind {
            let at = (value as i64).wrapping_mul(size as i64);
            return Ok(base.at(if negate { at.wrapping_neg() } else { at }));
        }
        let (index, constant) = self.index_parts(index)?;
        let at = self.scale(index, size);
        let constant = constant.wrapping_mul(size as i64);
        let sum = self.add_index(base, at, negate);
        Ok(sum.at(if negate { constant.wrapping_neg() } else { constant }))
    }

    fn add_index(&mut self, base: Addr, at: ir::Value, negate: bool) -> Addr {
        // The constant stays outside, for the addressing mode.
        let offset = match base.base {
            crate::place::Base::Value(_) => base.offset,
            crate::place::Base::Slot(_) => 0,
        };
        let start = self.addr_value(Addr { base: base.base, offset: base.offset - offset });
        let sum = if negate { self.b.ins().isub(start, at) } else { self.b.ins().iadd(start, at) };
        Addr::value(sum).at(offset)
    }

    /// An index as a value and a constant: `i + 3` and `i - 3` of signed type, whose overflow C
    /// does not define, are taken apart also behind the widening to `long`.
    fn index_parts(&mut self, index: ExprId) -> Lowered<(ir::Value, i64)> {
        if self.ready.last().is_some_and(|(ready, _)| *ready == index) {
            return Ok((self.scalar(index)?, 0));
        }
        let body = self.body;
        let (sum, widened) = match body.expr(index).kind {
            ExprKind::Convert(Conversion::IntToInt, inner) if !self.unit.options.wrap => {
                (inner, true)
            }
            _ => (index, false),
        };
        let ty = body.expr(sum).ty.id;
        let signed = matches!(self.class(ty), Class::Int { bits: 32 | 64, signed: true });
        if let ExprKind::Binary(op @ (BinaryOp::Add | BinaryOp::Sub), a, b) = body.expr(sum).kind
            && let ExprKind::Int(constant) = body.expr(b).kind
            && signed
        {
            let wide = if widened { self.widened(a)? } else { None };
            let value = match wide {
                Some(value) => value,
                None => {
                    let value = self.scalar(a)?;
                    if widened { self.resize(value, ct::I64, true) } else { value }
                }
            };
            let by = match self.class(ty) {
                Class::Int { bits: 32, .. } => i64::from(constant as i32),
                _ => constant as i64,
            };
            return Ok((value, if op == BinaryOp::Add { by } else { by.wrapping_neg() }));
        }
        Ok((self.scalar(index)?, 0))
    }

    /// `value * size`.
    pub(crate) fn scale(&mut self, value: ir::Value, size: u64) -> ir::Value {
        match size {
            1 => value,
            size if size.is_power_of_two() => {
                self.b.ins().ishl_imm_u(value, i64::from(size.trailing_zeros()))
            }
            size => self.b.ins().imul_imm_s(value, size as i64),
        }
    }

    fn pointer_difference(&mut self, a: ExprId, b: ExprId) -> Lowered<Value> {
        let span = self.body.expr(a).span;
        let Type::Pointer(to) = *self.unit.types.get(self.body.expr(a).ty.id) else {
            return self.fail(span, "a difference of something else than pointers");
        };
        let (left, right) = (self.scalar(a)?, self.scalar(b)?);
        let bytes = self.b.ins().isub(left, right);
        if self.is_variable(to.id) {
            let size = self.size_value(to.id, span)?;
            return Ok(Value::Scalar(self.b.ins().sdiv(bytes, size)));
        }
        Ok(Value::Scalar(match self.size_of(to.id) {
            0 | 1 => bytes,
            size => self.exact_division(bytes, size),
        }))
    }

    /// Division of a known multiple: shift out the twos, multiply by the odd part's inverse.
    fn exact_division(&mut self, value: ir::Value, size: u64) -> ir::Value {
        let twos = size.trailing_zeros();
        let value = match twos {
            0 => value,
            by => self.b.ins().sshr_imm_u(value, i64::from(by)),
        };
        let odd = size >> twos;
        if odd == 1 {
            return value;
        }
        // Newton: each step doubles the number of right bits, from 3.
        let mut inverse = odd;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
        }
        let inverse = self.iconst(ct::I64, inverse as i64);
        self.b.ins().imul(value, inverse)
    }

    // ------------------------------------------------------------ assignment

    fn assign(&mut self, place: ExprId, value: ExprId, span: Span) -> Lowered<Value> {
        let ty = self.body.expr(place).ty;
        // In gcc's order: the place before the value.
        let target = self.place(place)?;
        let new = self.expr(value)?;
        self.at(span);
        if ty.is_atomic() {
            let addr = self.place_addr(&target, span)?;
            atomic::store_ordered(self, addr, &new, ty, true)?;
            return Ok(new);
        }
        self.store(&target, &new, ty)?;
        Ok(self.stored_value(&target, new, ty))
    }

    /// What an assignment expression gives: the value as the place now holds it.
    fn stored_value(&mut self, place: &Place, value: Value, ty: QType) -> Value {
        match (place, &value) {
            (Place::Bits(_, bits), &Value::Scalar(value)) => {
                Value::Scalar(self.cut_to_bits(value, *bits, ty.id))
            }
            (Place::Memory(addr), Value::Memory(_)) => Value::Memory(*addr),
            _ => value,
        }
    }

    fn update(&mut self, place: ExprId, value: ExprId, post: bool, span: Span) -> Lowered<Value> {
        let ty = self.body.expr(place).ty;
        // As gcc has it: what the right side does happens before anything of the left side. (And
        // once, however often an atomic object's update is tried.)
        let ready = self.ready.len();
        if let Some(right) = self.right_side(value) {
            let before = self.expr(right)?;
            self.ready.push((right, before));
        }
        let target = self.place(place)?;
        self.at(span);
        if ty.is_atomic() {
            let addr = self.place_addr(&target, span)?;
            let (old, new) = atomic::update(self, addr, ty, span, |cx, old| {
                cx.same.push(old);
                let new = cx.expr(value);
                cx.same.pop();
                new
            })?;
            if self.ready.len() != ready {
                return self.fail(span, "a right side was evaluated twice");
            }
            return Ok(if post { old } else { new });
        }
        if let Place::Wide(var) = target
            && let Some(result) = self.step_counter(var, value, post)?
        {
            return Ok(result);
        }
        let mut old = self.load(&target, ty)?;
        if post && let Value::Memory(addr) = old {
            // The result is the value before, and its memory is about to change.
            old = Value::Memory(self.copied(addr, ty.id)?);
        }
        self.same.push(old.clone());
        let new = self.expr(value);
        self.same.pop();
        let new = new?;
        if self.ready.len() != ready {
            return self.fail(span, "a right side was evaluated twice");
        }
        self.at(span);
        self.store(&target, &new, ty)?;
        Ok(if post { old } else { self.stored_value(&target, new, ty) })
    }

    /// The operand other than `Same` of a compound assignment's value, if evaluating it calls or
    /// changes something.
    fn right_side(&self, value: ExprId) -> Option<ExprId> {
        let body = self.body;
        let right = match body.expr(value).kind {
            ExprKind::Convert(_, inner) => return self.right_side(inner),
            ExprKind::Binary(_, left, right) if self.is_same(left) => right,
            ExprKind::PtrAdd { ptr, index, .. } if self.is_same(ptr) => index,
            _ => return None,
        };
        self.has_effect(right, &mut 64).then_some(right)
    }

    fn is_same(&self, id: ExprId) -> bool {
        match self.body.expr(id).kind {
            ExprKind::Same => true,
            ExprKind::Convert(_, inner) => self.is_same(inner),
            _ => false,
        }
    }

    /// May evaluating the expression change anything? When in doubt, and when the budget of nodes
    /// is used up, yes.
    fn has_effect(&self, id: ExprId, budget: &mut u32) -> bool {
        if *budget == 0 {
            return true;
        }
        *budget -= 1;
        let mut any = |list: &[ExprId]| list.iter().any(|&id| self.has_effect(id, budget));
        match self.body.expr(id).kind {
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Wide(_)
            | ExprKind::Local(_)
            | ExprKind::Symbol(_)
            | ExprKind::Str(_)
            | ExprKind::Same => false,
            ExprKind::Deref(a)
            | ExprKind::Member(a, _)
            | ExprKind::Real(a)
            | ExprKind::Imag(a)
            | ExprKind::Load(a)
            | ExprKind::Decay(a)
            | ExprKind::Convert(_, a)
            | ExprKind::AddrOf(a)
            | ExprKind::Unary(_, a)
            | ExprKind::LogicalNot(a) => any(&[a]),
            ExprKind::Binary(_, a, b)
            | ExprKind::Lane(a, b)
            | ExprKind::PtrAdd { ptr: a, index: b, .. }
            | ExprKind::PtrDiff(a, b)
            | ExprKind::Compare(_, a, b)
            | ExprKind::LogicalAnd(a, b)
            | ExprKind::LogicalOr(a, b) => any(&[a, b]),
            ExprKind::Cond(a, b, c) => any(&[a, b, c]),
            _ => true,
        }
    }
}
