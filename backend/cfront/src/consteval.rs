//! Constant expressions: from nodes of the tree to a [`Value`], and from a value to the bytes and
//! relocations of an initialiser or back to a constant node. Integers wrap as the target's do,
//! floating point is computed in software, addresses are a symbol or string plus an offset. What
//! is no constant gives [`NotConst`] with the place of the offending part; nothing is guessed.

use crate::convert::IntShape;
use crate::softfloat::Soft;
use crate::tree::{
    BinaryOp, Body, Builtin, CompareOp, Conversion, Definition, ExprId, ExprKind, ExprList,
    StaticInit, StaticReloc, StaticTarget, StringLit, Symbol, SymbolId, UnaryOp, label_value,
};
use crate::types::{FloatFormat, FloatKind, QType, Type, TypeId, Types};
use preproc::source::Span;
use std::cmp::Ordering;
use std::collections::HashMap;

mod arith;
mod bytes;
mod library;

use arith::{bit_builtin, complex_binary, complex_int_binary, float_binary, float_order, holds};
pub use arith::{float_to_int, int_binary, int_to_float};
use bytes::read_bits;
pub use bytes::{format_bytes, store, store_bits};

/// A constant's value; its type is the expression's.
#[derive(Clone, Debug)]
pub enum Value {
    /// Integers, enumerations, `_Bool` and pointers made of integers: the mathematical value
    /// (unsigned 128-bit ones by their bits).
    Int(i128),
    Float(Soft),
    Complex(Soft, Soft),
    ComplexInt(i128, i128),
    Address {
        base: StaticTarget,
        offset: i64,
    },
    /// The bytes of a record, an array or a vector.
    Bytes(StaticInit),
}

/// Where, and why there is no constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotConst {
    pub span: Span,
    pub why: Why,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    NotConstant,
    DivisionByZero,
    TooDeep,
    /// A diagnostic was given already.
    Error,
}

impl Why {
    pub fn text(self) -> &'static str {
        match self {
            Why::NotConstant | Why::Error => "this is not a constant",
            Why::DivisionByZero => "division by zero",
            Why::TooDeep => "the expression is nested too deeply",
        }
    }
}

/// Where an lvalue lies: in something, or (`None`) at an absolute address.
#[derive(Clone, Copy)]
struct Place {
    base: Option<StaticTarget>,
    offset: i64,
}

/// What evaluation may look at.
pub struct Eval<'a> {
    pub types: &'a Types,
    pub body: &'a Body,
    pub symbols: &'a [Symbol],
    pub strings: &'a [StringLit],
    /// The values of `constexpr` objects and of `const` objects with constant initialisers.
    pub constants: &'a HashMap<SymbolId, StaticInit>,
    /// May `const` objects be read (in initialisers), or `constexpr` ones only?
    pub const_objects: bool,
}

const MAX_DEPTH: u32 = 1500;

type Result<T> = std::result::Result<T, NotConst>;

impl Eval<'_> {
    /// The value of an rvalue.
    pub fn value(&self, expr: ExprId) -> Result<Value> {
        self.eval(expr, 0)
    }

    /// The value of an integer constant expression.
    pub fn integer(&self, expr: ExprId) -> Result<i128> {
        match self.eval(expr, 0)? {
            Value::Int(value) if self.types.is_integer(self.body.expr(expr).ty.id) => Ok(value),
            _ => Err(self.not(expr)),
        }
    }

    /// The address of an lvalue or a function.
    pub fn address(&self, expr: ExprId) -> Result<Value> {
        self.place(expr, 0).map(address_value)
    }

    fn not(&self, expr: ExprId) -> NotConst {
        let node = self.body.expr(expr);
        let why = match node.kind {
            ExprKind::Error => Why::Error,
            _ => Why::NotConstant,
        };
        NotConst { span: node.span, why }
    }

    /// The constant that a `const` object of the function begins with.
    fn known_local(&self, place: ExprId) -> Option<ExprId> {
        match self.body.expr(place).kind {
            ExprKind::Local(local) if self.const_objects => self.body.local(local).known,
            _ => None,
        }
    }

    fn shape(&self, expr: ExprId) -> Option<IntShape> {
        self.types.int_shape(self.body.expr(expr).ty.id)
    }

    fn format(&self, ty: TypeId) -> Option<FloatFormat> {
        match *self.types.get(ty) {
            Type::Float(kind) | Type::Complex(kind) => Some(kind.format()),
            _ => None,
        }
    }

    fn eval(&self, expr: ExprId, depth: u32) -> Result<Value> {
        let node = self.body.expr(expr);
        if depth > MAX_DEPTH {
            return Err(NotConst { span: node.span, why: Why::TooDeep });
        }
        let (ty, depth) = (node.ty.id, depth + 1);
        let not = || self.not(expr);
        match &node.kind {
            ExprKind::Int(bits) => Ok(match self.types.int_shape(ty) {
                Some(shape) if shape.signed => Value::Int(i128::from(*bits as i64)),
                _ => Value::Int(i128::from(*bits)),
            }),
            ExprKind::Float(value) => Ok(Value::Float(Soft::from_f64(*value))),
            ExprKind::Wide(at) => {
                let bytes = self.body.wide.get(*at as usize).ok_or_else(not)?;
                let bits = u128::from_le_bytes(*bytes);
                Ok(match self.format(ty) {
                    Some(format) => Value::Float(Soft::from_bits(bits, format)),
                    None => Value::Int(bits as i128),
                })
            }
            ExprKind::Load(place) => match self.known_local(*place) {
                Some(value) => self.eval(value, depth),
                None => self.load(*place, node.ty, depth),
            },
            ExprKind::Decay(place) | ExprKind::AddrOf(place) => {
                self.place(*place, depth).map(address_value)
            }
            ExprKind::Convert(conversion, from) => {
                let value = self.eval(*from, depth)?;
                let source = self.body.expr(*from).ty.id;
                self.convert(*conversion, value, source, ty).ok_or_else(not)
            }
            ExprKind::Unary(op, operand) => {
                let value = self.eval(*operand, depth)?;
                self.unary(*op, value, ty).ok_or_else(not)
            }
            ExprKind::Binary(op, left, right) => {
                let (a, b) = (self.eval(*left, depth)?, self.eval(*right, depth)?);
                self.binary(*op, a, b, ty, expr)
            }
            ExprKind::PtrAdd { ptr, index, negate } => {
                let (base, index) = (self.eval(*ptr, depth)?, self.eval(*index, depth)?);
                self.pointer_add(base, index, *negate, ty).ok_or_else(not)
            }
            ExprKind::PtrDiff(left, right) => {
                let (a, b) = (self.eval(*left, depth)?, self.eval(*right, depth)?);
                let bytes = difference(&a, &b).ok_or_else(not)?;
                let size = self.pointee_size(self.body.expr(*left).ty.id).ok_or_else(not)?;
                bytes.checked_div(i128::from(size)).map(Value::Int).ok_or_else(not)
            }
            ExprKind::Compare(op, left, right) => {
                let (a, b) = (self.eval(*left, depth)?, self.eval(*right, depth)?);
                let shape = self.shape(*left);
                self.compare(*op, &a, &b, shape).map(|x| Value::Int(x.into())).ok_or_else(not)
            }
            ExprKind::LogicalAnd(left, right) => {
                let both = self.truth(*left, depth)? && self.truth(*right, depth)?;
                Ok(Value::Int(both.into()))
            }
            ExprKind::LogicalOr(left, right) => {
                let any = self.truth(*left, depth)? || self.truth(*right, depth)?;
                Ok(Value::Int(any.into()))
            }
            ExprKind::LogicalNot(operand) => Ok(Value::Int((!self.truth(*operand, depth)?).into())),
            ExprKind::Cond(cond, then, otherwise) => {
                let taken = if self.truth(*cond, depth)? { then } else { otherwise };
                self.eval(*taken, depth)
            }
            ExprKind::CondOr { value, other, .. } => match self.eval(*value, depth)? {
                value if self.body.expr(expr).ty.id == self.body.expr(*other).ty.id => {
                    if self.is_true(&value).ok_or_else(not)? {
                        Ok(value)
                    } else {
                        self.eval(*other, depth)
                    }
                }
                _ => Err(not()),
            },
            ExprKind::Real(part) | ExprKind::Imag(part) => {
                let real = matches!(node.kind, ExprKind::Real(_));
                match self.eval(*part, depth)? {
                    Value::Complex(re, im) => Ok(Value::Float(if real { re } else { im })),
                    Value::ComplexInt(re, im) => Ok(Value::Int(if real { re } else { im })),
                    _ => Err(not()),
                }
            }
            ExprKind::LabelAddr(label) => Ok(Value::Int(label_value(*label).into())),
            ExprKind::Builtin(builtin, list) => {
                let mut args = Vec::new();
                for &arg in self.body.list(list) {
                    args.push((self.eval(arg, depth)?, self.body.expr(arg).ty.id));
                }
                self.builtin(*builtin, &args, ty).ok_or_else(not)
            }
            ExprKind::Call { callee, args } if self.const_objects => {
                self.library_call(*callee, args, ty, depth)
            }
            _ => Err(not()),
        }
    }

    /// A mathematical function of the library that the program does not define itself.
    fn library_call(
        &self,
        callee: ExprId,
        args: &ExprList,
        ty: TypeId,
        depth: u32,
    ) -> Result<Value> {
        let not = || self.not(callee);
        let ExprKind::Decay(direct) = self.body.expr(callee).kind else { return Err(not()) };
        let ExprKind::Symbol(symbol) = self.body.expr(direct).kind else { return Err(not()) };
        let symbol = self.symbols.get(symbol.index()).ok_or_else(not)?;
        let Type::Float(FloatKind::Float | FloatKind::Double) = *self.types.get(ty) else {
            return Err(not());
        };
        if symbol.definition != Definition::None {
            return Err(not());
        }
        let format = self.format(ty).ok_or_else(not)?;
        if let ([text], "nan" | "nanf") = (self.body.list(args), symbol.link_name.as_str())
            && let Value::Address { base: StaticTarget::String(text), offset: 0 } =
                self.eval(*text, depth)?
        {
            let bytes = self.strings.get(text.index()).map(|text| &text.bytes);
            let plain = bytes.is_some_and(|bytes| bytes.first().is_none_or(|&byte| byte == 0));
            return if plain { Ok(Value::Float(Soft::nan(0, format))) } else { Err(not()) };
        }
        let mut values = Vec::new();
        for &arg in self.body.list(args) {
            match self.eval(arg, depth)? {
                Value::Float(value) => values.push(value),
                _ => return Err(not()),
            }
        }
        library::call(&symbol.link_name, &values, format).map(Value::Float).ok_or_else(not)
    }

    fn truth(&self, expr: ExprId, depth: u32) -> Result<bool> {
        let value = self.eval(expr, depth)?;
        self.is_true(&value).ok_or_else(|| self.not(expr))
    }

    /// Is the value unequal to zero? `None` when only the linker knows.
    pub fn is_true(&self, value: &Value) -> Option<bool> {
        Some(match value {
            Value::Int(value) => *value != 0,
            Value::Float(value) => !value.is_zero(),
            Value::Complex(re, im) => !(re.is_zero() && im.is_zero()),
            Value::ComplexInt(re, im) => *re != 0 || *im != 0,
            Value::Address { base: StaticTarget::String(_), .. } => true,
            Value::Address { base: StaticTarget::Symbol(symbol), .. } => {
                let weak = self.symbols.get(symbol.index())?.attrs.weak;
                return (!weak).then_some(true);
            }
            Value::Bytes(_) => return None,
        })
    }

    fn place(&self, expr: ExprId, depth: u32) -> Result<Place> {
        let node = self.body.expr(expr);
        if depth > MAX_DEPTH {
            return Err(NotConst { span: node.span, why: Why::TooDeep });
        }
        let depth = depth + 1;
        let not = || self.not(expr);
        let at = |place: Place, by: u64| {
            let by = i64::try_from(by).map_err(|_| not())?;
            let offset = place.offset.checked_add(by).ok_or_else(not)?;
            Ok(Place { base: place.base, offset })
        };
        match &node.kind {
            ExprKind::Symbol(symbol) => {
                let known = self.symbols.get(symbol.index()).ok_or_else(not)?;
                if known.tls.is_some() {
                    return Err(not());
                }
                Ok(Place { base: Some(StaticTarget::Symbol(*symbol)), offset: 0 })
            }
            ExprKind::Str(string) => {
                Ok(Place { base: Some(StaticTarget::String(*string)), offset: 0 })
            }
            ExprKind::Deref(pointer) => match self.eval(*pointer, depth)? {
                Value::Int(value) => Ok(Place { base: None, offset: value as i64 }),
                Value::Address { base, offset } => Ok(Place { base: Some(base), offset }),
                _ => Err(not()),
            },
            ExprKind::Member(record, field) => {
                let place = self.place(*record, depth)?;
                let Type::Record(id) = *self.types.get(self.body.expr(*record).ty.id) else {
                    return Err(not());
                };
                let field = self.types.record(id).fields.get(*field as usize).ok_or_else(not)?;
                if field.base.is_some() {
                    return Err(not());
                }
                at(place, field.offset)
            }
            ExprKind::Lane(vector, index) => {
                let place = self.place(*vector, depth)?;
                let Value::Int(index) = self.eval(*index, depth)? else { return Err(not()) };
                let size = self.types.size_of(node.ty.id).ok_or_else(not)?;
                let index = u64::try_from(index).map_err(|_| not())?;
                at(place, index.checked_mul(size).ok_or_else(not)?)
            }
            ExprKind::Real(complex) => self.place(*complex, depth),
            ExprKind::Imag(complex) => {
                let place = self.place(*complex, depth)?;
                at(place, self.types.size_of(node.ty.id).ok_or_else(not)?)
            }
            _ => Err(not()),
        }
    }

    fn load(&self, expr: ExprId, ty: QType, depth: u32) -> Result<Value> {
        let not = || self.not(expr);
        let place = self.place(expr, depth)?;
        if ty.is_volatile() {
            return Err(not());
        }
        let whole;
        let init = match place.base.ok_or_else(not)? {
            StaticTarget::String(id) => {
                let text = self.strings.get(id.index()).ok_or_else(not)?;
                let bytes = text.bytes.clone();
                whole = StaticInit { size: bytes.len() as u64, bytes, relocs: Vec::new() };
                &whole
            }
            StaticTarget::Symbol(id) => {
                let known = self.symbols.get(id.index()).ok_or_else(not)?;
                if !self.const_objects && !known.attrs.constexpr {
                    return Err(not());
                }
                self.constants.get(&id).ok_or_else(not)?
            }
        };
        let offset = u64::try_from(place.offset).map_err(|_| not())?;
        if let ExprKind::Member(record, field) = self.body.expr(expr).kind
            && let Type::Record(id) = *self.types.get(self.body.expr(record).ty.id)
        {
            let field = &self.types.record(id).fields[field as usize];
            if let Some(bits) = field.bits {
                let start = offset
                    .checked_sub(field.offset)
                    .and_then(|record| record.checked_mul(8)?.checked_add(bits.bit_offset))
                    .filter(|start| start / 8 < init.size)
                    .ok_or_else(not)?;
                let shape = self.types.int_shape(field.ty.id).ok_or_else(not)?;
                let shape = IntShape { bits: bits.width, signed: shape.signed };
                return Ok(Value::Int(shape.wrap(read_bits(init, start, bits.width))));
            }
        }
        self.read(init, offset, ty.id).ok_or_else(not)
    }

    /// Reads a value of type `ty` out of an initialiser.
    pub fn read(&self, init: &StaticInit, offset: u64, ty: TypeId) -> Option<Value> {
        let size = self.types.size_of(ty)?;
        let end = offset.checked_add(size)?;
        if end > init.size {
            return None;
        }
        let byte = |at: u64| init.bytes.get(at as usize).copied().unwrap_or(0);
        let within = |reloc: &&StaticReloc| reloc.offset < end && reloc.offset + 8 > offset;
        let bits = |at: u64, len: u64| {
            (0..len).rev().fold(0u128, |bits, i| bits << 8 | u128::from(byte(at + i)))
        };
        if let Some(reloc) = init.relocs.iter().find(within) {
            if size == 8 && reloc.offset == offset && !self.types.is_record(ty) {
                return Some(Value::Address { base: reloc.target, offset: reloc.addend });
            }
        } else if let Some(shape) = self.types.int_shape(ty) {
            return Some(Value::Int(shape.wrap(bits(offset, size) as i128)));
        }
        match *self.types.get(ty) {
            Type::Pointer(_) | Type::NullPtr => Some(Value::Int(bits(offset, 8) as i128)),
            Type::Float(kind) => {
                Some(Value::Float(Soft::from_bits(bits(offset, size), kind.format())))
            }
            Type::Complex(kind) => {
                let part = |at| Soft::from_bits(bits(at, size / 2), kind.format());
                Some(Value::Complex(part(offset), part(offset + size / 2)))
            }
            Type::Record(_) | Type::Array { .. } | Type::Vector { .. } => {
                let relocs = init.relocs.iter().filter(within);
                let relocs =
                    relocs.map(|r| StaticReloc { offset: r.offset.wrapping_sub(offset), ..*r });
                Some(Value::Bytes(StaticInit {
                    size,
                    bytes: (offset..end).map(byte).collect(),
                    relocs: relocs.collect(),
                }))
            }
            _ => None,
        }
    }

    fn pointee_size(&self, ty: TypeId) -> Option<u64> {
        let to = self.types.pointee(ty)?;
        match self.types.get(to.id) {
            Type::Void | Type::Function(_) => Some(1),
            _ => self.types.size_of(to.id),
        }
    }

    fn pointer_add(&self, base: Value, index: Value, negate: bool, ty: TypeId) -> Option<Value> {
        let Value::Int(index) = index else { return None };
        let by = (index as i64).wrapping_mul(self.pointee_size(ty)? as i64);
        let by = if negate { by.wrapping_neg() } else { by };
        match base {
            Value::Int(value) => {
                Some(Value::Int(i128::from((value as i64).wrapping_add(by) as u64)))
            }
            Value::Address { base, offset } => {
                Some(Value::Address { base, offset: offset.wrapping_add(by) })
            }
            _ => None,
        }
    }

    fn unary(&self, op: UnaryOp, value: Value, ty: TypeId) -> Option<Value> {
        Some(match (op, value) {
            (UnaryOp::Neg, Value::Int(value)) => {
                Value::Int(self.types.int_shape(ty)?.wrap(value.wrapping_neg()))
            }
            (UnaryOp::BitNot, Value::Int(value)) => {
                Value::Int(self.types.int_shape(ty)?.wrap(!value))
            }
            (UnaryOp::Neg, Value::Float(value)) => Value::Float(value.negate()),
            (UnaryOp::Neg, Value::Complex(re, im)) => Value::Complex(re.negate(), im.negate()),
            (UnaryOp::Neg, Value::ComplexInt(re, im)) => {
                Value::ComplexInt(re.wrapping_neg(), im.wrapping_neg())
            }
            (UnaryOp::Conjugate, Value::ComplexInt(re, im)) => {
                Value::ComplexInt(re, im.wrapping_neg())
            }
            (UnaryOp::Conjugate, Value::Complex(re, im)) => Value::Complex(re, im.negate()),
            _ => return None,
        })
    }

    fn binary(&self, op: BinaryOp, a: Value, b: Value, ty: TypeId, at: ExprId) -> Result<Value> {
        let not = || self.not(at);
        match (a, b) {
            (Value::Int(a), Value::Int(b)) => {
                let shape = self.types.int_shape(ty).ok_or_else(not)?;
                let (value, _) = int_binary(op, shape, a, b).ok_or_else(|| NotConst {
                    span: self.body.expr(at).span,
                    why: Why::DivisionByZero,
                })?;
                Ok(Value::Int(value))
            }
            (Value::Float(a), Value::Float(b)) => {
                let format = self.format(ty).ok_or_else(not)?;
                let result = float_binary(op, a, b, format).ok_or_else(not)?;
                // The processor's NaN of an invalid operation is negative; gcc's, where it
                // computes itself, is not.
                let invalid = result.is_nan() && !a.is_nan() && !b.is_nan();
                Ok(Value::Float(if invalid { result.abs() } else { result }))
            }
            (Value::Complex(a, b), Value::Complex(c, d)) => {
                let format = self.format(ty).ok_or_else(not)?;
                complex_binary(op, (a, b), (c, d), format).ok_or_else(not)
            }
            (Value::ComplexInt(a, b), Value::ComplexInt(c, d)) => {
                let Type::ComplexInt(kind) = *self.types.get(ty) else { return Err(not()) };
                let shape = self.types.int_kind_shape(kind);
                complex_int_binary(op, (a, b), (c, d), shape).ok_or_else(not)
            }
            // Addresses that went through integers of pointer width.
            (Value::Address { base, offset }, Value::Int(by)) if op == BinaryOp::Add => {
                Ok(Value::Address { base, offset: offset.wrapping_add(by as i64) })
            }
            (Value::Int(by), Value::Address { base, offset }) if op == BinaryOp::Add => {
                Ok(Value::Address { base, offset: offset.wrapping_add(by as i64) })
            }
            (Value::Address { base, offset }, Value::Int(by)) if op == BinaryOp::Sub => {
                Ok(Value::Address { base, offset: offset.wrapping_sub(by as i64) })
            }
            (a, b) if op == BinaryOp::Sub => difference(&a, &b).map(Value::Int).ok_or_else(not),
            _ => Err(not()),
        }
    }

    fn compare(
        &self,
        op: CompareOp,
        a: &Value,
        b: &Value,
        shape: Option<IntShape>,
    ) -> Option<bool> {
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        Some(match (a, b) {
            (Value::Int(a), Value::Int(b)) => {
                let signed = shape.is_some_and(|shape| shape.signed);
                let order = if signed { a.cmp(b) } else { (*a as u128).cmp(&(*b as u128)) };
                holds(op, Some(order))
            }
            (Value::Float(a), Value::Float(b)) => holds(op, a.compare(*b)),
            (Value::Complex(a, b), Value::Complex(c, d)) if equality => {
                let same = a.compare(*c) == Some(Ordering::Equal)
                    && b.compare(*d) == Some(Ordering::Equal);
                same == (op == CompareOp::Eq)
            }
            (Value::ComplexInt(a, b), Value::ComplexInt(c, d)) if equality => {
                (a == c && b == d) == (op == CompareOp::Eq)
            }
            (Value::Address { base, offset }, Value::Address { base: other, offset: end }) => {
                if base == other {
                    return Some(holds(op, Some(offset.cmp(end))));
                }
                // Different objects have different addresses, unless the linker makes them one.
                if !equality || !self.is_its_own(*base) || !self.is_its_own(*other) {
                    return None;
                }
                op == CompareOp::Ne
            }
            (address @ Value::Address { .. }, Value::Int(0)) => {
                let above = self.is_true(address)?;
                holds(op, Some(above.cmp(&false)))
            }
            (Value::Int(0), address @ Value::Address { .. }) => {
                let above = self.is_true(address)?;
                holds(op, Some(false.cmp(&above)))
            }
            _ => return None,
        })
    }

    /// Can nothing else be at the same address?
    fn is_its_own(&self, base: StaticTarget) -> bool {
        match base {
            StaticTarget::String(_) => false,
            StaticTarget::Symbol(symbol) => self.symbols.get(symbol.index()).is_some_and(|s| {
                !s.attrs.weak && s.attrs.alias.is_none() && s.attrs.ifunc.is_none()
            }),
        }
    }

    fn convert(&self, kind: Conversion, value: Value, from: TypeId, to: TypeId) -> Option<Value> {
        match kind {
            Conversion::IntToInt | Conversion::PtrToInt => match value {
                Value::Int(value) => Some(Value::Int(self.types.int_shape(to)?.wrap(value))),
                Value::Address { .. } if self.types.int_shape(to)?.bits == 64 => Some(value),
                _ => None,
            },
            Conversion::ToBool => self.is_true(&value).map(|x| Value::Int(x.into())),
            Conversion::IntToFloat => match value {
                Value::Int(value) => {
                    let signed = self.types.int_shape(from)?.signed;
                    Some(Value::Float(int_to_float(value, signed, self.format(to)?)))
                }
                _ => None,
            },
            Conversion::FloatToInt => match value {
                Value::Float(value) => {
                    Some(Value::Int(float_to_int(value, self.types.int_shape(to)?)))
                }
                _ => None,
            },
            Conversion::FloatToFloat => match value {
                Value::Float(value) => Some(Value::Float(value.convert(self.format(to)?))),
                _ => None,
            },
            Conversion::RealToComplex => match (value, self.types.get(to)) {
                (Value::Float(re), Type::Complex(_)) => Some(Value::Complex(re, Soft::zero(false))),
                (Value::Int(re), Type::ComplexInt(_)) => Some(Value::ComplexInt(re, 0)),
                _ => None,
            },
            Conversion::ComplexToReal => match value {
                Value::Complex(re, _) => Some(Value::Float(re)),
                Value::ComplexInt(re, _) => Some(Value::Int(re)),
                _ => None,
            },
            Conversion::ComplexToComplex => self.convert_complex(value, from, to),
            Conversion::IntToPtr => match value {
                Value::Int(value) => Some(Value::Int(i128::from(value as u64))),
                Value::Address { .. } => Some(value),
                _ => None,
            },
            Conversion::NullToPtr => Some(Value::Int(0)),
            Conversion::PtrToPtr | Conversion::Same => Some(value),
            Conversion::Bits => match value {
                Value::Int(bits) => {
                    let size = self.types.size_of(to)?;
                    let bytes = bits.to_le_bytes().get(..size as usize)?.to_vec();
                    Some(Value::Bytes(StaticInit { size, bytes, relocs: Vec::new() }))
                }
                _ => None,
            },
            Conversion::Splat | Conversion::ToVoid => None,
        }
    }

    fn convert_complex(&self, value: Value, from: TypeId, to: TypeId) -> Option<Value> {
        let part = |ty: TypeId| match *self.types.get(ty) {
            Type::ComplexInt(kind) => Some(self.types.int_kind_shape(kind)),
            _ => None,
        };
        Some(match (value, self.format(to), part(to)) {
            (Value::Complex(re, im), Some(format), _) => {
                Value::Complex(re.convert(format), im.convert(format))
            }
            (Value::Complex(re, im), _, Some(shape)) => {
                Value::ComplexInt(float_to_int(re, shape), float_to_int(im, shape))
            }
            (Value::ComplexInt(re, im), Some(format), _) => {
                let signed = part(from)?.signed;
                Value::Complex(int_to_float(re, signed, format), int_to_float(im, signed, format))
            }
            (Value::ComplexInt(re, im), _, Some(shape)) => {
                Value::ComplexInt(shape.wrap(re), shape.wrap(im))
            }
            _ => return None,
        })
    }

    fn builtin(&self, builtin: Builtin, args: &[(Value, TypeId)], ty: TypeId) -> Option<Value> {
        let int = |at: usize| match args.get(at)? {
            (Value::Int(value), _) => Some(*value),
            _ => None,
        };
        let float = |at: usize| match args.get(at)? {
            (Value::Float(value), _) => Some(*value),
            _ => None,
        };
        let shape = args.first().and_then(|(_, ty)| self.types.int_shape(*ty));
        match builtin {
            Builtin::First => args.first().map(|(value, _)| value.clone()),
            Builtin::Complex => match (&args.first()?.0, &args.get(1)?.0) {
                (Value::Float(re), Value::Float(im)) => Some(Value::Complex(*re, *im)),
                (Value::Int(re), Value::Int(im)) => Some(Value::ComplexInt(*re, *im)),
                _ => None,
            },
            Builtin::Fabs => float(0).map(|x| Value::Float(x.abs())),
            Builtin::Sqrt | Builtin::Floor | Builtin::Ceil | Builtin::Trunc => {
                // Exact, or correctly rounded, in `double`; and so in `float` after one rounding.
                let format = self.format(ty)?;
                if !matches!(format, FloatFormat::Single | FloatFormat::Double) {
                    return None;
                }
                let value = float(0)?.to_f64();
                let result = match builtin {
                    Builtin::Sqrt if value < 0.0 => return None,
                    Builtin::Sqrt => value.sqrt(),
                    Builtin::Floor => value.floor(),
                    Builtin::Ceil => value.ceil(),
                    _ => value.trunc(),
                };
                Some(Value::Float(Soft::from_f64(result).convert(format)))
            }
            Builtin::CopySign => Some(Value::Float(float(0)?.copy_sign(float(1)?))),
            Builtin::SignBit => float(0).map(|x| Value::Int(x.sign.into())),
            Builtin::IsNan => float(0).map(|x| Value::Int(x.is_nan().into())),
            Builtin::IsFinite => float(0).map(|x| Value::Int(x.is_finite().into())),
            Builtin::IsInf => float(0).map(|x| Value::Int((!x.is_finite() && !x.is_nan()).into())),
            Builtin::IsNormal => {
                let format = self.format(args.first()?.1)?;
                float(0).map(|x| Value::Int(x.is_normal(format).into()))
            }
            Builtin::FpClassify => {
                let value = float(5)?;
                let kind = match self.format(args.get(5)?.1)? {
                    _ if value.is_nan() => 0,
                    _ if !value.is_finite() => 1,
                    _ if value.is_zero() => 4,
                    format => {
                        if value.is_normal(format) {
                            2
                        } else {
                            3
                        }
                    }
                };
                int(kind).map(Value::Int)
            }
            Builtin::IsUnordered => Some(Value::Int(float(0)?.compare(float(1)?).is_none().into())),
            Builtin::IsLess => float_order(float(0)?, float(1)?, CompareOp::Lt),
            Builtin::IsLessEqual => float_order(float(0)?, float(1)?, CompareOp::Le),
            Builtin::IsGreater => float_order(float(0)?, float(1)?, CompareOp::Gt),
            Builtin::IsGreaterEqual => float_order(float(0)?, float(1)?, CompareOp::Ge),
            Builtin::IsLessGreater => {
                let order = float(0)?.compare(float(1)?);
                Some(Value::Int(order.is_some_and(|o| o != Ordering::Equal).into()))
            }
            _ => {
                let value = bit_builtin(builtin, int(0)?, int(1), shape?)?;
                Some(Value::Int(match self.types.int_shape(ty) {
                    Some(shape) => shape.wrap(value),
                    None => value,
                }))
            }
        }
    }
}

fn address_value(place: Place) -> Value {
    match place.base {
        Some(base) => Value::Address { base, offset: place.offset },
        None => Value::Int(i128::from(place.offset as u64)),
    }
}

/// The distance in bytes of two addresses of one thing.
fn difference(a: &Value, b: &Value) -> Option<i128> {
    match (a, b) {
        (Value::Address { base, offset }, Value::Address { base: other, offset: from })
            if base == other =>
        {
            Some(i128::from(offset.wrapping_sub(*from)))
        }
        (Value::Int(a), Value::Int(b)) => Some(i128::from((*a as i64).wrapping_sub(*b as i64))),
        _ => None,
    }
}

/// Can the value be the constant node of type `ty`? Large ones go to `body.wide`.
pub fn to_node(types: &Types, body: &mut Body, value: &Value, ty: TypeId) -> Option<ExprKind> {
    let wide = |body: &mut Body, bits: u128| {
        body.wide.push(bits.to_le_bytes());
        Some(ExprKind::Wide(body.wide.len() as u32 - 1))
    };
    match value {
        Value::Int(value) => match types.int_shape(ty) {
            Some(shape) if shape.bits > 64 => wide(body, *value as u128),
            Some(_) => Some(ExprKind::Int(*value as u64)),
            None if types.is_pointer(ty) => Some(ExprKind::Int(*value as u64)),
            None => None,
        },
        Value::Float(value) => match types.float_kind(ty)?.format() {
            format @ (FloatFormat::Extended | FloatFormat::Quad) => {
                wide(body, value.to_bits(format))
            }
            _ => Some(ExprKind::Float(value.to_f64())),
        },
        _ => None,
    }
}
