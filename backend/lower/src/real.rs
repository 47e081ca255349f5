//! Arithmetic on the real floating types, every format alike: values of a format come in, values
//! of a format (or integers, or truth values) go out. Single and double are native, `long double`
//! goes to the x87 helpers, `_Float128` to libgcc's functions, `_Float16` through single.
//!
//! Always: `Half`, `Single` and `Double` values are `Value::Scalar`, `Extended` and `Quad` values
//! `Value::Memory`; truth values are `I8`, 0 or 1.

use crate::Lowered;
use crate::func::FunctionCx;
use crate::place::Value;
use crate::{half, longdouble, quad};
use cfront::tree::{BinaryOp, CompareOp};
use cfront::types::{FloatFormat, TypeId, id};
use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{self, InstBuilder, Type, types as ct};
use preproc::source::Span;

type Cx<'a, 'u, 'f> = &'a mut FunctionCx<'u, 'f>;

/// A type of this format, for library calls.
pub(crate) fn type_of(format: FloatFormat) -> TypeId {
    match format {
        FloatFormat::Half => id::FLOAT16,
        FloatFormat::Single => id::FLOAT,
        FloatFormat::Double => id::DOUBLE,
        FloatFormat::Extended => id::LDOUBLE,
        FloatFormat::Quad => id::FLOAT128,
    }
}

/// The CLIF value of a format held in one.
pub(crate) fn scalar(cx: Cx, value: &Value) -> Lowered<ir::Value> {
    match value.scalar() {
        Some(value) => Ok(value),
        None => cx.fail(Span::default(), "a floating value of another form than its type has"),
    }
}

/// A constant given as a double.
pub(crate) fn constant(cx: Cx, format: FloatFormat, value: f64) -> Lowered<Value> {
    Ok(match format {
        FloatFormat::Single => Value::Scalar(cx.b.ins().f32const(value as f32)),
        FloatFormat::Double => Value::Scalar(cx.b.ins().f64const(value)),
        FloatFormat::Half => Value::Scalar(half::constant(cx, value)),
        FloatFormat::Extended | FloatFormat::Quad => {
            let double = Value::Scalar(cx.b.ins().f64const(value));
            return convert(cx, FloatFormat::Double, format, &double);
        }
    })
}

/// `a op b` for `+ - * /`.
pub(crate) fn binary(
    cx: Cx,
    format: FloatFormat,
    op: BinaryOp,
    a: &Value,
    b: &Value,
) -> Lowered<Value> {
    match format {
        FloatFormat::Single | FloatFormat::Double => {
            let (a, b) = (scalar(cx, a)?, scalar(cx, b)?);
            Ok(Value::Scalar(match op {
                BinaryOp::Add => {
                    let (a, b) = constant_last(cx, a, b);
                    cx.b.ins().fadd(a, b)
                }
                BinaryOp::Sub => cx.b.ins().fsub(a, b),
                BinaryOp::Mul => {
                    let (a, b) = constant_last(cx, a, b);
                    match constant_of(cx, b) {
                        // The same bits, and no constant to bring.
                        Some(2.0) => cx.b.ins().fadd(a, a),
                        _ => cx.b.ins().fmul(a, b),
                    }
                }
                BinaryOp::Div => cx.b.ins().fdiv(a, b),
                _ => return bad_operator(cx),
            }))
        }
        FloatFormat::Half => {
            let a = convert(cx, format, FloatFormat::Single, a)?;
            let b = convert(cx, format, FloatFormat::Single, b)?;
            let single = binary(cx, FloatFormat::Single, op, &a, &b)?;
            convert(cx, FloatFormat::Single, format, &single)
        }
        FloatFormat::Extended => longdouble::binary(cx, op, a, b),
        FloatFormat::Quad => quad::binary(cx, op, a, b),
    }
}

/// The operands of `+` or `*` with a constant behind the other: there it is read from memory by the
/// instruction itself. (A NaN stays in its place: which of two comes out depends on that.)
fn constant_last(cx: Cx, a: ir::Value, b: ir::Value) -> (ir::Value, ir::Value) {
    match constant_of(cx, a) {
        Some(value) if !value.is_nan() => (b, a),
        _ => (a, b),
    }
}

fn constant_of(cx: Cx, value: ir::Value) -> Option<f64> {
    let dfg = &cx.b.func.dfg;
    match dfg.insts[dfg.value_def(value).inst()?] {
        ir::InstructionData::UnaryIeee32 { imm, .. } => Some(f64::from(f32::from_bits(imm.bits()))),
        ir::InstructionData::UnaryIeee64 { imm, .. } => Some(f64::from_bits(imm.bits())),
        _ => None,
    }
}

pub(crate) fn bad_operator<T>(cx: Cx) -> Lowered<T> {
    cx.fail(Span::default(), "an operator that floating types do not have")
}

pub(crate) fn negate(cx: Cx, format: FloatFormat, value: &Value) -> Lowered<Value> {
    match format {
        FloatFormat::Single | FloatFormat::Double => {
            let value = scalar(cx, value)?;
            Ok(Value::Scalar(cx.b.ins().fneg(value)))
        }
        FloatFormat::Half => {
            let value = scalar(cx, value)?;
            let bits = cx.bits_as(value, ct::I16);
            let bits = cx.b.ins().bxor_imm_u(bits, 0x8000);
            Ok(Value::Scalar(cx.bits_as(bits, ct::F16)))
        }
        FloatFormat::Extended => longdouble::negate(cx, value),
        FloatFormat::Quad => quad::flip_sign(cx, value),
    }
}

pub(crate) fn absolute(cx: Cx, format: FloatFormat, value: &Value) -> Lowered<Value> {
    match format {
        FloatFormat::Single | FloatFormat::Double => {
            let value = scalar(cx, value)?;
            Ok(Value::Scalar(cx.b.ins().fabs(value)))
        }
        FloatFormat::Half => {
            let value = scalar(cx, value)?;
            let bits = cx.bits_as(value, ct::I16);
            let bits = cx.b.ins().band_imm_u(bits, 0x7fff);
            Ok(Value::Scalar(cx.bits_as(bits, ct::F16)))
        }
        FloatFormat::Extended => longdouble::absolute(cx, value),
        FloatFormat::Quad => quad::clear_sign(cx, value),
    }
}

pub(crate) fn condition(op: CompareOp) -> FloatCC {
    match op {
        CompareOp::Eq => FloatCC::Equal,
        CompareOp::Ne => FloatCC::NotEqual,
        CompareOp::Lt => FloatCC::LessThan,
        CompareOp::Le => FloatCC::LessThanOrEqual,
        CompareOp::Gt => FloatCC::GreaterThan,
        CompareOp::Ge => FloatCC::GreaterThanOrEqual,
    }
}

/// `a op b` of an expression: an order raises FE_INVALID where one of the two is not a number.
/// The instruction Cranelift has for it does not, so where it can be seen lanes are compared,
/// which do.
pub(crate) fn compare_by_order(
    cx: Cx,
    format: FloatFormat,
    op: CompareOp,
    a: &Value,
    b: &Value,
) -> Lowered<ir::Value> {
    if !cx.unit.unit.exceptions_seen || matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return compare(cx, format, op, a, b);
    }
    match format {
        FloatFormat::Single | FloatFormat::Double => {
            let (a, b) = (scalar(cx, a)?, scalar(cx, b)?);
            Ok(compare_lanes(cx, op, a, b))
        }
        FloatFormat::Half => {
            let a = convert(cx, format, FloatFormat::Single, a)?;
            let b = convert(cx, format, FloatFormat::Single, b)?;
            compare_by_order(cx, FloatFormat::Single, op, &a, &b)
        }
        FloatFormat::Extended => {
            let truth = compare(cx, format, op, a, b)?;
            let unordered = unordered(cx, format, a, b)?;
            let (nan, number) = (cx.b.ins().f64const(f64::NAN), cx.b.ins().f64const(0.0));
            let value = cx.b.ins().select(unordered, nan, number);
            let never = compare_lanes(cx, CompareOp::Lt, value, value);
            Ok(cx.b.ins().bor(truth, never))
        }
        FloatFormat::Quad => quad::compare(cx, op, a, b),
    }
}

/// Compares as the first lanes of vectors.
fn compare_lanes(cx: Cx, op: CompareOp, a: ir::Value, b: ir::Value) -> ir::Value {
    let vector = if cx.b.func.dfg.value_type(a) == ct::F32 { ct::F32X4 } else { ct::F64X2 };
    let a = cx.b.ins().scalar_to_vector(vector, a);
    let b = cx.b.ins().scalar_to_vector(vector, b);
    let lanes = cx.b.ins().fcmp(condition(op), a, b);
    let first = cx.b.ins().extractlane(lanes, 0);
    let first = cx.b.ins().ireduce(ct::I8, first);
    cx.b.ins().band_imm_u(first, 1)
}

/// `a op b` as C has it: false when unordered, except `!=`.
pub(crate) fn compare(
    cx: Cx,
    format: FloatFormat,
    op: CompareOp,
    a: &Value,
    b: &Value,
) -> Lowered<ir::Value> {
    match format {
        FloatFormat::Single | FloatFormat::Double => {
            let (a, b) = (scalar(cx, a)?, scalar(cx, b)?);
            Ok(cx.b.ins().fcmp(condition(op), a, b))
        }
        FloatFormat::Half => {
            let a = convert(cx, format, FloatFormat::Single, a)?;
            let b = convert(cx, format, FloatFormat::Single, b)?;
            compare(cx, FloatFormat::Single, op, &a, &b)
        }
        FloatFormat::Extended => longdouble::compare(cx, op, a, b),
        FloatFormat::Quad
            if cx.unit.unit.exceptions_seen && !matches!(op, CompareOp::Eq | CompareOp::Ne) =>
        {
            quad::compare_quietly(cx, op, a, b)
        }
        FloatFormat::Quad => quad::compare(cx, op, a, b),
    }
}

/// Is one of the two not a number?
pub(crate) fn unordered(cx: Cx, format: FloatFormat, a: &Value, b: &Value) -> Lowered<ir::Value> {
    match format {
        FloatFormat::Single | FloatFormat::Double => {
            let (a, b) = (scalar(cx, a)?, scalar(cx, b)?);
            Ok(cx.b.ins().fcmp(FloatCC::Unordered, a, b))
        }
        FloatFormat::Half => {
            let a = convert(cx, format, FloatFormat::Single, a)?;
            let b = convert(cx, format, FloatFormat::Single, b)?;
            unordered(cx, FloatFormat::Single, &a, &b)
        }
        FloatFormat::Extended => longdouble::unordered(cx, a, b),
        FloatFormat::Quad => quad::unordered(cx, a, b),
    }
}

/// Conversion to `_Bool`: unequal to zero (a NaN is).
pub(crate) fn is_nonzero(cx: Cx, format: FloatFormat, value: &Value) -> Lowered<ir::Value> {
    let zero = constant(cx, format, 0.0)?;
    compare(cx, format, CompareOp::Ne, value, &zero)
}

/// From one format to another.
pub(crate) fn convert(cx: Cx, from: FloatFormat, to: FloatFormat, value: &Value) -> Lowered<Value> {
    use FloatFormat::*;
    let name = match (from, to) {
        (Half, Half)
        | (Single, Single)
        | (Double, Double)
        | (Extended, Extended)
        | (Quad, Quad) => {
            return Ok(value.clone());
        }
        (Single, Double) => {
            let value = scalar(cx, value)?;
            return Ok(Value::Scalar(cx.b.ins().fpromote(ct::F64, value)));
        }
        (Double, Single) => {
            let value = scalar(cx, value)?;
            return Ok(Value::Scalar(cx.b.ins().fdemote(ct::F32, value)));
        }
        (Single | Double, Extended) | (Extended, Single | Double) => {
            return longdouble::convert(cx, from, to, value);
        }
        (Half, Double | Extended | Quad) => {
            let single = convert(cx, Half, Single, value)?;
            return convert(cx, Single, to, &single);
        }
        (Half, Single) => "__extendhfsf2",
        (Single, Half) => "__truncsfhf2",
        (Double, Half) => "__truncdfhf2",
        (Extended, Half) => "__truncxfhf2",
        (Quad, Half) => "__trunctfhf2",
        (Single, Quad) => "__extendsftf2",
        (Double, Quad) => "__extenddftf2",
        (Extended, Quad) => "__extendxftf2",
        (Quad, Single) => "__trunctfsf2",
        (Quad, Double) => "__trunctfdf2",
        (Quad, Extended) => "__trunctfxf2",
    };
    cx.call_library(name, type_of(to), &[(value.clone(), type_of(from))])
}

/// An integer of any width to a floating format.
pub(crate) fn from_int(cx: Cx, value: ir::Value, signed: bool, to: FloatFormat) -> Lowered<Value> {
    let width = cx.b.func.dfg.value_type(value);
    if width == ct::I128 {
        return from_int128(cx, value, signed, to);
    }
    // Narrow and unsigned 32-bit integers are signed ones of a wider type.
    let (value, signed) = match width.bits() {
        64 => (value, signed),
        32 if signed => (value, true),
        32 => (cx.resize_int(value, ct::I64, false), true),
        _ => (cx.resize_int(value, ct::I32, signed), true),
    };
    match to {
        FloatFormat::Single | FloatFormat::Double => {
            let ty = if to == FloatFormat::Single { ct::F32 } else { ct::F64 };
            Ok(Value::Scalar(if signed {
                cx.b.ins().fcvt_from_sint(ty, value)
            } else {
                cx.b.ins().fcvt_from_uint(ty, value)
            }))
        }
        FloatFormat::Half => {
            // What a double rounds is beyond the range of a half anyway.
            let double = from_int(cx, value, signed, FloatFormat::Double)?;
            convert(cx, FloatFormat::Double, to, &double)
        }
        FloatFormat::Extended => {
            let value = cx.resize_int(value, ct::I64, signed);
            longdouble::from_int(cx, value, signed)
        }
        FloatFormat::Quad => {
            let value = cx.resize_int(value, ct::I64, signed);
            let (name, ty) =
                if signed { ("__floatditf", id::LONG) } else { ("__floatunditf", id::ULONG) };
            cx.call_library(name, id::FLOAT128, &[(Value::Scalar(value), ty)])
        }
    }
}

fn from_int128(cx: Cx, value: ir::Value, signed: bool, to: FloatFormat) -> Lowered<Value> {
    let name = match (to, signed) {
        (FloatFormat::Half, _) => {
            let double = from_int128(cx, value, signed, FloatFormat::Double)?;
            return convert(cx, FloatFormat::Double, to, &double);
        }
        (FloatFormat::Single, true) => "__floattisf",
        (FloatFormat::Single, false) => "__floatuntisf",
        (FloatFormat::Double, true) => "__floattidf",
        (FloatFormat::Double, false) => "__floatuntidf",
        (FloatFormat::Extended, true) => "__floattixf",
        (FloatFormat::Extended, false) => "__floatuntixf",
        (FloatFormat::Quad, true) => "__floattitf",
        (FloatFormat::Quad, false) => "__floatuntitf",
    };
    let ty = if signed { id::INT128 } else { id::UINT128 };
    cx.call_library(name, type_of(to), &[(Value::Scalar(value), ty)])
}

/// A floating value to an integer of the given width, towards zero. What does not fit gives what
/// the machine's instructions give: no trap.
pub(crate) fn to_int(
    cx: Cx,
    from: FloatFormat,
    value: &Value,
    ty: Type,
    signed: bool,
) -> Lowered<ir::Value> {
    if ty == ct::I128 {
        return to_int128(cx, from, value, signed);
    }
    // Everything narrower than 64 bits unsigned fits 64 bits signed.
    let unsigned_wide = !signed && ty == ct::I64;
    let wide = match from {
        FloatFormat::Half => {
            let single = convert(cx, from, FloatFormat::Single, value)?;
            return to_int(cx, FloatFormat::Single, &single, ty, signed);
        }
        FloatFormat::Single | FloatFormat::Double => {
            let value = scalar(cx, value)?;
            if unsigned_wide {
                to_unsigned_long(cx, value)
            } else if signed || ty.bits() < 32 {
                let width = if ty == ct::I64 { ct::I64 } else { ct::I32 };
                to_signed(cx, value, width)
            } else {
                to_signed(cx, value, ct::I64)
            }
        }
        FloatFormat::Extended => longdouble::to_int(cx, value, !unsigned_wide)?,
        FloatFormat::Quad => {
            let (name, ret) =
                if unsigned_wide { ("__fixunstfdi", id::ULONG) } else { ("__fixtfdi", id::LONG) };
            let result = cx.call_library(name, ret, &[(value.clone(), id::FLOAT128)])?;
            scalar(cx, &result)?
        }
    };
    Ok(cx.resize_int(wide, ty, signed))
}

/// The conversion as the processor's instruction has it: what does not fit, and what is no number,
/// becomes the least integer. C leaves that open; programs have got used to it.
fn to_signed(cx: Cx, value: ir::Value, ty: ir::Type) -> ir::Value {
    let least = if ty == ct::I32 { i64::from(i32::MIN) } else { i64::MIN };
    let limit = float_const(cx, cx.b.func.dfg.value_type(value), -(least as f64));
    let converted = cx.b.ins().fcvt_to_sint_sat(ty, value);
    let fits = cx.b.ins().fcmp(FloatCC::LessThan, value, limit);
    let least = cx.b.ins().iconst(ty, least);
    cx.b.ins().select(fits, converted, least)
}

/// A number both formats hold, in the format of `ty`.
fn float_const(cx: Cx, ty: ir::Type, number: f64) -> ir::Value {
    match ty == ct::F32 {
        true => cx.b.ins().f32const(number as f32),
        false => cx.b.ins().f64const(number),
    }
}

/// Below 2^63 the signed conversion (so negative values wrap as gcc's code does), above it the
/// value less 2^63 with the top bit set.
fn to_unsigned_long(cx: Cx, value: ir::Value) -> ir::Value {
    let ty = cx.b.func.dfg.value_type(value);
    let limit = float_const(cx, ty, 9_223_372_036_854_775_808.0);
    let low = to_signed(cx, value, ct::I64);
    let rest = cx.b.ins().fsub(value, limit);
    let high = to_signed(cx, rest, ct::I64);
    let top = cx.b.ins().iconst(ct::I64, i64::MIN);
    let high = cx.b.ins().bxor(high, top);
    let is_high = cx.b.ins().fcmp(FloatCC::GreaterThanOrEqual, value, limit);
    cx.b.ins().select(is_high, high, low)
}

fn to_int128(cx: Cx, from: FloatFormat, value: &Value, signed: bool) -> Lowered<ir::Value> {
    let name = match (from, signed) {
        (FloatFormat::Half, _) => {
            let single = convert(cx, from, FloatFormat::Single, value)?;
            return to_int128(cx, FloatFormat::Single, &single, signed);
        }
        (FloatFormat::Single, true) => "__fixsfti",
        (FloatFormat::Single, false) => "__fixunssfti",
        (FloatFormat::Double, true) => "__fixdfti",
        (FloatFormat::Double, false) => "__fixunsdfti",
        (FloatFormat::Extended, true) => "__fixxfti",
        (FloatFormat::Extended, false) => "__fixunsxfti",
        (FloatFormat::Quad, true) => "__fixtfti",
        (FloatFormat::Quad, false) => "__fixunstfti",
    };
    let ret = if signed { id::INT128 } else { id::UINT128 };
    let result = cx.call_library(name, ret, &[(value.clone(), type_of(from))])?;
    scalar(cx, &result)
}

/// The sign bit, as `I8`.
pub(crate) fn sign_bit(cx: Cx, format: FloatFormat, value: &Value) -> Lowered<ir::Value> {
    let (bits, at) = match format {
        FloatFormat::Half => (bits_of(cx, value, ct::I16)?, 15),
        FloatFormat::Single => (bits_of(cx, value, ct::I32)?, 31),
        FloatFormat::Double => (bits_of(cx, value, ct::I64)?, 63),
        FloatFormat::Extended | FloatFormat::Quad => {
            let addr = cx.in_memory(value, type_of(format))?;
            let offset = if format == FloatFormat::Extended { 8 } else { 14 };
            (cx.load_clif(ct::I16, addr.at(offset)), 15)
        }
    };
    let sign = cx.b.ins().ushr_imm_u(bits, at);
    Ok(cx.resize_int(sign, ct::I8, false))
}

fn bits_of(cx: Cx, value: &Value, ty: Type) -> Lowered<ir::Value> {
    let value = scalar(cx, value)?;
    Ok(cx.bits_as(value, ty))
}

/// `a` with the sign of `b`.
pub(crate) fn copy_sign(cx: Cx, format: FloatFormat, a: &Value, b: &Value) -> Lowered<Value> {
    if let FloatFormat::Single | FloatFormat::Double = format {
        let (a, b) = (scalar(cx, a)?, scalar(cx, b)?);
        return Ok(Value::Scalar(cx.b.ins().fcopysign(a, b)));
    }
    let sign = sign_bit(cx, format, b)?;
    let sign = cx.resize_int(sign, ct::I16, false);
    let sign = cx.b.ins().ishl_imm_u(sign, 15);
    let positive = absolute(cx, format, a)?;
    if format == FloatFormat::Half {
        let bits = bits_of(cx, &positive, ct::I16)?;
        let bits = cx.b.ins().bor(bits, sign);
        return Ok(Value::Scalar(cx.bits_as(bits, ct::F16)));
    }
    // The absolute value is a fresh slot.
    let addr = cx.in_memory(&positive, type_of(format))?;
    let at = addr.at(if format == FloatFormat::Extended { 8 } else { 14 });
    let top = cx.load_clif(ct::I16, at);
    let top = cx.b.ins().bor(top, sign);
    cx.store_clif(top, at);
    Ok(positive)
}
