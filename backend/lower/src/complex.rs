//! Complex numbers, floating and (GNU) integer: arithmetic by parts, multiplication and division
//! as C's Annex G and gcc have them, conversions.
//!
//! Always: a complex value is taken into two real [`Value`]s of the part type and put together
//! again at the end; what form it has in between is the real type's business.

use crate::Lowered;
use crate::ctype::{self, Class, Repr};
use crate::func::FunctionCx;
use crate::place::Value;
use crate::real;
use cfront::tree::{BinaryOp, CompareOp, Conversion, ExprId, ExprKind, UnaryOp};
use cfront::types::{FloatFormat, IntKind, TypeId, id};
use cranelift_codegen::ir::{self, InstBuilder};
use preproc::source::Span;

type Cx<'a, 'u, 'f> = &'a mut FunctionCx<'u, 'f>;

/// The real type of the parts of a complex type; of a real type itself.
pub(crate) fn part_type(cx: &FunctionCx<'_, '_>, ty: TypeId) -> TypeId {
    match cx.class(ty) {
        Class::Complex(format) => real::type_of(format),
        Class::ComplexInt(kind) => int_id(kind),
        _ => ty,
    }
}

fn int_id(kind: IntKind) -> TypeId {
    match kind {
        IntKind::Bool => id::BOOL,
        IntKind::Char => id::CHAR,
        IntKind::SChar => id::SCHAR,
        IntKind::UChar => id::UCHAR,
        IntKind::Short => id::SHORT,
        IntKind::UShort => id::USHORT,
        IntKind::Int => id::INT,
        IntKind::UInt => id::UINT,
        IntKind::Long => id::LONG,
        IntKind::ULong => id::ULONG,
        IntKind::LongLong => id::LLONG,
        IntKind::ULongLong => id::ULLONG,
        IntKind::Int128 => id::INT128,
        IntKind::UInt128 => id::UINT128,
    }
}

/// Real and imaginary part.
pub(crate) fn parts(cx: Cx, value: &Value, ty: TypeId) -> Lowered<(Value, Value)> {
    match *value {
        Value::Pair(real, imag) => Ok((Value::Scalar(real), Value::Scalar(imag))),
        Value::Memory(addr) => {
            let part = part_type(cx, ty);
            let step = ctype::size_of(cx.unit.types, part) as i64;
            let real = cx.load_memory(addr, part);
            Ok((real, cx.load_memory(addr.at(step), part)))
        }
        _ => cx.fail(Span::default(), "a complex value of another form than its type has"),
    }
}

/// A complex value of two reals of its part type.
pub(crate) fn join(cx: Cx, real: &Value, imag: &Value, ty: TypeId) -> Lowered<Value> {
    if let (Some(real), Some(imag)) = (real.scalar(), imag.scalar()) {
        return Ok(Value::Pair(real, imag));
    }
    let part = part_type(cx, ty);
    let step = cx.size_of(part);
    let slot = cx.slot(2 * step, cx.align_of(ty))?;
    cx.store_memory(slot, real, part)?;
    cx.store_memory(slot.at(step as i64), imag, part)?;
    Ok(Value::Memory(slot))
}

pub(crate) fn binary(
    cx: Cx,
    op: BinaryOp,
    a: Value,
    b: Value,
    ty: TypeId,
    span: Span,
) -> Lowered<Value> {
    if let Class::Complex(FloatFormat::Half) = cx.class(ty) {
        return half_binary(cx, op, &a, &b, ty, span);
    }
    let part = part_type(cx, ty);
    let (ar, ai) = parts(cx, &a, ty)?;
    let (br, bi) = parts(cx, &b, ty)?;
    match op {
        BinaryOp::Add | BinaryOp::Sub => {
            let real = cx.binary(op, ar, br, part, span)?;
            let imag = cx.binary(op, ai, bi, part, span)?;
            join(cx, &real, &imag, ty)
        }
        BinaryOp::Mul => multiply(cx, [ar, ai, br, bi], ty, span),
        BinaryOp::Div => match cx.class(ty) {
            Class::Complex(format) => {
                library(cx, quotient_name(format), &[ar, ai, br, bi], part, ty)
            }
            _ => integer_quotient(cx, [ar, ai, br, bi], part, ty, span),
        },
        _ => cx.fail(span, "an operator that complex numbers do not have"),
    }
}

/// The operands of an operator of which one is a real number made complex: C computes with the
/// real number then, which differs where signs of zeros and infinities matter.
pub(crate) enum Mixed {
    /// The real operand (without its conversion), then the complex one.
    RealFirst(ExprId, ExprId),
    RealSecond(ExprId, ExprId),
}

pub(crate) fn real_operand(cx: &FunctionCx<'_, '_>, a: ExprId, b: ExprId) -> Option<Mixed> {
    let real = |id: ExprId| match cx.body.expr(id).kind {
        ExprKind::Convert(Conversion::RealToComplex, inner) => Some(inner),
        _ => None,
    };
    match (real(a), real(b)) {
        (Some(a), None) => Some(Mixed::RealFirst(a, b)),
        (None, Some(b)) => Some(Mixed::RealSecond(a, b)),
        _ => None,
    }
}

/// The operator on a real and a complex operand; the result has the complex type `ty`.
pub(crate) fn mixed(
    cx: Cx,
    op: BinaryOp,
    operands: Mixed,
    ty: TypeId,
    span: Span,
) -> Lowered<Value> {
    let part = part_type(cx, ty);
    let real = |cx: &mut FunctionCx<'_, '_>, id: ExprId| {
        let from = cx.body.expr(id).ty.id;
        let value = cx.expr(id)?;
        cx.convert(value, from, part, span)
    };
    let (r, z, real_first) = match operands {
        Mixed::RealFirst(a, b) => {
            let r = real(cx, a)?;
            (r, cx.expr(b)?, true)
        }
        Mixed::RealSecond(a, b) => {
            let z = cx.expr(a)?;
            (real(cx, b)?, z, false)
        }
    };
    let (zr, zi) = parts(cx, &z, ty)?;
    let (re, im) = match (op, real_first) {
        (BinaryOp::Add, _) => (cx.binary(op, r, zr, part, span)?, zi),
        (BinaryOp::Sub, false) => (cx.binary(op, zr, r, part, span)?, zi),
        (BinaryOp::Sub, true) => {
            let re = cx.binary(op, r, zr, part, span)?;
            (re, cx.unary(UnaryOp::Neg, zi, part, span)?)
        }
        (BinaryOp::Mul, _) => {
            let re = cx.binary(op, r.clone(), zr, part, span)?;
            (re, cx.binary(op, r, zi, part, span)?)
        }
        (BinaryOp::Div, false) => {
            let re = cx.binary(op, zr, r.clone(), part, span)?;
            (re, cx.binary(op, zi, r, part, span)?)
        }
        _ => {
            let zero = cx.zero(part, span)?;
            let r = join(cx, &r, &zero, ty)?;
            return binary(cx, op, r, z, ty, span);
        }
    };
    join(cx, &re, &im, ty)
}

/// Halves are computed in single precision.
fn half_binary(
    cx: Cx,
    op: BinaryOp,
    a: &Value,
    b: &Value,
    ty: TypeId,
    span: Span,
) -> Lowered<Value> {
    let mut single = Vec::new();
    for value in [a, b] {
        let (real, imag) = parts(cx, value, ty)?;
        single.push(real::convert(cx, FloatFormat::Half, FloatFormat::Single, &real)?);
        single.push(real::convert(cx, FloatFormat::Half, FloatFormat::Single, &imag)?);
    }
    let [ar, ai, br, bi] = &single[..] else { return Ok(Value::Void) };
    let (real, imag) = match op {
        BinaryOp::Add | BinaryOp::Sub => {
            let real = cx.binary(op, ar.clone(), br.clone(), id::FLOAT, span)?;
            (real, cx.binary(op, ai.clone(), bi.clone(), id::FLOAT, span)?)
        }
        BinaryOp::Mul | BinaryOp::Div => {
            // The libgcc functions of complex single precision, with the result in two words:
            // its CLIF form is that of any two floats in one register.
            let name = if op == BinaryOp::Mul { "__mulsc3" } else { "__divsc3" };
            let args: Vec<ir::Value> = single.iter().filter_map(Value::scalar).collect();
            let call = cx.call_runtime(name, &[ir::types::F64], &args);
            let both = cx.b.inst_results(call)[0];
            let both = cx.bits_as(both, ir::types::I64);
            let low = cx.resize_int(both, ir::types::I32, false);
            let high = cx.b.ins().ushr_imm_u(both, 32);
            let high = cx.resize_int(high, ir::types::I32, false);
            let real = cx.bits_as(low, ir::types::F32);
            (Value::Scalar(real), Value::Scalar(cx.bits_as(high, ir::types::F32)))
        }
        _ => return cx.fail(span, "an operator that complex numbers do not have"),
    };
    let real = real::convert(cx, FloatFormat::Single, FloatFormat::Half, &real)?;
    let imag = real::convert(cx, FloatFormat::Single, FloatFormat::Half, &imag)?;
    join(cx, &real, &imag, ty)
}

fn product_name(format: FloatFormat) -> &'static str {
    match format {
        FloatFormat::Half | FloatFormat::Single => "__mulsc3",
        FloatFormat::Double => "__muldc3",
        FloatFormat::Extended => "__mulxc3",
        FloatFormat::Quad => "__multc3",
    }
}

fn quotient_name(format: FloatFormat) -> &'static str {
    match format {
        FloatFormat::Half | FloatFormat::Single => "__divsc3",
        FloatFormat::Double => "__divdc3",
        FloatFormat::Extended => "__divxc3",
        FloatFormat::Quad => "__divtc3",
    }
}

fn library(cx: Cx, name: &'static str, args: &[Value], part: TypeId, ty: TypeId) -> Lowered<Value> {
    let args: Vec<_> = args.iter().map(|value| (value.clone(), part)).collect();
    cx.call_library(name, ty, &args)
}

/// The textbook product; where both its parts are NaN (an infinity was multiplied), libgcc's
/// function puts it right.
fn multiply(cx: Cx, operands: [Value; 4], ty: TypeId, span: Span) -> Lowered<Value> {
    let part = part_type(cx, ty);
    let [ar, ai, br, bi] = operands.clone();
    let mut times =
        |a: &Value, b: &Value| cx.binary(BinaryOp::Mul, a.clone(), b.clone(), part, span);
    let (rr, ii, ri, ir) = (times(&ar, &br)?, times(&ai, &bi)?, times(&ar, &bi)?, times(&ai, &br)?);
    let real = cx.binary(BinaryOp::Sub, rr, ii, part, span)?;
    let imag = cx.binary(BinaryOp::Add, ri, ir, part, span)?;
    let Class::Complex(format) = cx.class(ty) else { return join(cx, &real, &imag, ty) };
    let plain = join(cx, &real, &imag, ty)?;
    let Value::Pair(real, imag) = plain else {
        // In memory: the function does the whole.
        return library(cx, product_name(format), &operands, part, ty);
    };
    let Repr::Pair(clif) = cx.repr(ty) else { return Ok(plain) };
    let nan = cx.b.ins().fcmp(ir::condcodes::FloatCC::Unordered, real, imag);
    let slow = cx.b.create_block();
    let done = cx.b.create_block();
    let results = [cx.b.append_block_param(done, clif), cx.b.append_block_param(done, clif)];
    cx.b.set_cold_block(slow);
    cx.b.ins().brif(nan, slow, &[], done, &[real.into(), imag.into()]);
    cx.b.switch_to_block(slow);
    cx.b.seal_block(slow);
    let right = library(cx, product_name(format), &operands, part, ty)?;
    let (real, imag) = parts(cx, &right, ty)?;
    let (real, imag) = (real::scalar(cx, &real)?, real::scalar(cx, &imag)?);
    cx.b.ins().jump(done, &[real.into(), imag.into()]);
    cx.b.switch_to_block(done);
    cx.b.seal_block(done);
    Ok(Value::Pair(results[0], results[1]))
}

/// `(ar + i ai) / (br + i bi)` by the conjugate, as gcc does it for integers.
fn integer_quotient(
    cx: Cx,
    [ar, ai, br, bi]: [Value; 4],
    part: TypeId,
    ty: TypeId,
    span: Span,
) -> Lowered<Value> {
    let mut op =
        |op: BinaryOp, a: &Value, b: &Value| cx.binary(op, a.clone(), b.clone(), part, span);
    let (brr, bii) = (op(BinaryOp::Mul, &br, &br)?, op(BinaryOp::Mul, &bi, &bi)?);
    let norm = op(BinaryOp::Add, &brr, &bii)?;
    let (rr, ii) = (op(BinaryOp::Mul, &ar, &br)?, op(BinaryOp::Mul, &ai, &bi)?);
    let (ir, ri) = (op(BinaryOp::Mul, &ai, &br)?, op(BinaryOp::Mul, &ar, &bi)?);
    let real = op(BinaryOp::Add, &rr, &ii)?;
    let imag = op(BinaryOp::Sub, &ir, &ri)?;
    let real = op(BinaryOp::Div, &real, &norm)?;
    let imag = op(BinaryOp::Div, &imag, &norm)?;
    join(cx, &real, &imag, ty)
}

pub(crate) fn unary(cx: Cx, op: UnaryOp, value: Value, ty: TypeId, span: Span) -> Lowered<Value> {
    let part = part_type(cx, ty);
    let (real, imag) = parts(cx, &value, ty)?;
    let imag = cx.unary(UnaryOp::Neg, imag, part, span)?;
    let real = match op {
        UnaryOp::Neg => cx.unary(UnaryOp::Neg, real, part, span)?,
        // `~` is the conjugate.
        UnaryOp::Conjugate | UnaryOp::BitNot => real,
    };
    join(cx, &real, &imag, ty)
}

/// Equality and its negation; an `I8`, 0 or 1.
pub(crate) fn compare(
    cx: Cx,
    op: CompareOp,
    a: Value,
    b: Value,
    ty: TypeId,
    span: Span,
) -> Lowered<ir::Value> {
    let part = part_type(cx, ty);
    let (ar, ai) = parts(cx, &a, ty)?;
    let (br, bi) = parts(cx, &b, ty)?;
    let real = cx.compare(op, ar, br, part, span)?;
    let imag = cx.compare(op, ai, bi, part, span)?;
    match op {
        CompareOp::Eq => Ok(cx.b.ins().band(real, imag)),
        CompareOp::Ne => Ok(cx.b.ins().bor(real, imag)),
        _ => cx.fail(span, "complex numbers have no order"),
    }
}

/// To, from and between complex types.
pub(crate) fn convert(
    cx: Cx,
    value: Value,
    from: TypeId,
    to: TypeId,
    span: Span,
) -> Lowered<Value> {
    let complex = |class| matches!(class, Class::Complex(_) | Class::ComplexInt(_));
    let (source, target) = (cx.class(from), cx.class(to));
    if target == Class::Bool {
        return Ok(Value::Scalar(cx.truth(value, from, span)?));
    }
    let (from_part, to_part) = (part_type(cx, from), part_type(cx, to));
    if !complex(source) {
        let real = cx.convert(value, from, to_part, span)?;
        let imag = cx.zero(to_part, span)?;
        return join(cx, &real, &imag, to);
    }
    let (real, imag) = parts(cx, &value, from)?;
    let real = cx.convert(real, from_part, to_part, span)?;
    if !complex(target) {
        return Ok(real);
    }
    let imag = cx.convert(imag, from_part, to_part, span)?;
    join(cx, &real, &imag, to)
}
