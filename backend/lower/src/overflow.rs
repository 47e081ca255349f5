//! Checked arithmetic: `__builtin_add_overflow` and its kin. Operands of any two integer types
//! come in; out go the result in a third type and whether the true result did not fit.
//!
//! Always: when the three types are one, Cranelift's own overflow instructions are used; else the
//! true result is computed in 192 bits (an `I128` and a word of sign above it) and compared with
//! what the result type keeps of it.

use crate::Lowered;
use crate::ctype::{self, Class, Repr};
use crate::func::FunctionCx;
use crate::{bitint, int128};
use cfront::tree::BinaryOp;
use cfront::types::TypeId;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;

type Cx<'a, 'u, 'f> = &'a mut FunctionCx<'u, 'f>;

/// An integer operand and its C type.
pub(crate) type Operand = (ir::Value, TypeId);

/// `low + 2^128 high`, `high` being 0 or -1 for everything that fits 129 bits.
#[derive(Clone, Copy)]
struct Wide {
    low: ir::Value,
    high: ir::Value,
}

/// The result in type `to` (in `width` bits of it), and whether it is not the true one (an `I8`).
pub(crate) fn checked(
    cx: Cx,
    op: BinaryOp,
    a: Operand,
    b: Operand,
    to: TypeId,
    width: Option<u32>,
    span: Span,
) -> Lowered<(ir::Value, ir::Value)> {
    let Repr::Scalar(clif) = cx.repr(to) else {
        return cx.fail(span, "checked arithmetic whose result is no integer");
    };
    if width.is_none()
        && let Some(result) = native(cx, op, a, b, to)
    {
        return Ok(result);
    }
    let (x, y) = (widen(cx, a), widen(cx, b));
    let (sum, mut overflow) = match op {
        BinaryOp::Add => (add(cx, x, y), None),
        BinaryOp::Sub => (subtract(cx, x, y), None),
        BinaryOp::Mul => multiply(cx, x, y, is_narrow(cx, a.1) && is_narrow(cx, b.1)),
        _ => return cx.fail(span, "checked arithmetic with another operator"),
    };
    let kept = cx.resize_int(sum.low, clif, false);
    let mut kept = bitint::normalize(cx, kept, to);
    if let Some(width) = width.filter(|&width| width < clif.bits()) {
        let spare = i64::from(clif.bits() - width);
        let up = cx.b.ins().ishl_imm_u(kept, spare);
        kept = if ctype::is_signed(cx.unit.types, to) {
            cx.b.ins().sshr_imm_u(up, spare)
        } else {
            cx.b.ins().ushr_imm_u(up, spare)
        };
    }
    let back = widen(cx, (kept, to));
    let low = cx.b.ins().icmp(IntCC::NotEqual, back.low, sum.low);
    let high = cx.b.ins().icmp(IntCC::NotEqual, back.high, sum.high);
    let mut differs = cx.b.ins().bor(low, high);
    if let Some(overflow) = overflow.take() {
        differs = cx.b.ins().bor(differs, overflow);
    }
    Ok((kept, differs))
}

fn is_narrow(cx: &FunctionCx<'_, '_>, ty: TypeId) -> bool {
    cx.size_of(ty) <= 8
}

/// The overflow instructions for equal types of 8 to 64 bits.
fn native(
    cx: Cx,
    op: BinaryOp,
    a: Operand,
    b: Operand,
    to: TypeId,
) -> Option<(ir::Value, ir::Value)> {
    let class = cx.class(to);
    let Class::Int { signed, .. } = class else { return None };
    if cx.class(a.1) != class || cx.class(b.1) != class {
        return None;
    }
    let ins = cx.b.ins();
    Some(match (op, signed) {
        (BinaryOp::Add, true) => ins.sadd_overflow(a.0, b.0),
        (BinaryOp::Add, false) => ins.uadd_overflow(a.0, b.0),
        (BinaryOp::Sub, true) => ins.ssub_overflow(a.0, b.0),
        (BinaryOp::Sub, false) => ins.usub_overflow(a.0, b.0),
        (BinaryOp::Mul, true) => ins.smul_overflow(a.0, b.0),
        (BinaryOp::Mul, false) => ins.umul_overflow(a.0, b.0),
        _ => return None,
    })
}

fn widen(cx: Cx, (value, ty): Operand) -> Wide {
    let signed = ctype::is_signed(cx.unit.types, ty);
    let low = cx.resize_int(value, ct::I128, signed);
    let high = if signed { sign(cx, low) } else { cx.b.ins().iconst(ct::I64, 0) };
    Wide { low, high }
}

/// 0 or -1, the sign of an `I128`.
fn sign(cx: Cx, value: ir::Value) -> ir::Value {
    let (_, top) = cx.b.ins().isplit(value);
    cx.b.ins().sshr_imm_u(top, 63)
}

fn add(cx: Cx, x: Wide, y: Wide) -> Wide {
    let low = cx.b.ins().iadd(x.low, y.low);
    let carry = cx.b.ins().icmp(IntCC::UnsignedLessThan, low, x.low);
    let carry = cx.b.ins().uextend(ct::I64, carry);
    let high = cx.b.ins().iadd(x.high, y.high);
    Wide { low, high: cx.b.ins().iadd(high, carry) }
}

fn subtract(cx: Cx, x: Wide, y: Wide) -> Wide {
    let low = cx.b.ins().isub(x.low, y.low);
    let borrow = cx.b.ins().icmp(IntCC::UnsignedLessThan, x.low, y.low);
    let borrow = cx.b.ins().uextend(ct::I64, borrow);
    let high = cx.b.ins().isub(x.high, y.high);
    Wide { low, high: cx.b.ins().isub(high, borrow) }
}

/// The product of two 64-bit integers of any sign fits; of wider ones the magnitudes are
/// multiplied, and the second result says whether they went beyond 128 bits.
fn multiply(cx: Cx, x: Wide, y: Wide, narrow: bool) -> (Wide, Option<ir::Value>) {
    let negative = cx.b.ins().bxor(x.high, y.high);
    let (a, b) = (magnitude(cx, x), magnitude(cx, y));
    let product = cx.b.ins().imul(a, b);
    let beyond = (!narrow).then(|| beyond_128(cx, a, b));
    // The product with its sign: xor and subtract the mask.
    let mask = cx.b.ins().iconcat(negative, negative);
    let flipped = cx.b.ins().bxor(product, mask);
    let low = cx.b.ins().isub(flipped, mask);
    let zero = int128::value(cx, 0);
    let is_zero = cx.b.ins().icmp(IntCC::Equal, product, zero);
    let none = cx.b.ins().iconst(ct::I64, 0);
    let high = cx.b.ins().select(is_zero, none, negative);
    (Wide { low, high }, beyond)
}

fn magnitude(cx: Cx, value: Wide) -> ir::Value {
    let mask = cx.b.ins().iconcat(value.high, value.high);
    let flipped = cx.b.ins().bxor(value.low, mask);
    cx.b.ins().isub(flipped, mask)
}

/// Does the product of two unsigned 128-bit integers need more than 128 bits?
fn beyond_128(cx: Cx, a: ir::Value, b: ir::Value) -> ir::Value {
    let (a_low, a_high) = cx.b.ins().isplit(a);
    let (b_low, b_high) = cx.b.ins().isplit(b);
    let both = {
        let a = cx.b.ins().icmp_imm_s(IntCC::NotEqual, a_high, 0);
        let b = cx.b.ins().icmp_imm_s(IntCC::NotEqual, b_high, 0);
        cx.b.ins().band(a, b)
    };
    // At most one of the cross products is not zero unless `both` says so.
    let cross = {
        let a = cx.b.ins().umulhi(a_high, b_low);
        let b = cx.b.ins().umulhi(a_low, b_high);
        let any = cx.b.ins().bor(a, b);
        cx.b.ins().icmp_imm_s(IntCC::NotEqual, any, 0)
    };
    let middle = {
        let a = cx.b.ins().imul(a_high, b_low);
        let b = cx.b.ins().imul(a_low, b_high);
        cx.b.ins().iadd(a, b)
    };
    let top = cx.b.ins().umulhi(a_low, b_low);
    let sum = cx.b.ins().iadd(middle, top);
    let carry = cx.b.ins().icmp(IntCC::UnsignedLessThan, sum, top);
    let any = cx.b.ins().bor(both, cross);
    cx.b.ins().bor(any, carry)
}
