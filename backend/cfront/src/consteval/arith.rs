//! Arithmetic on constants: values in, the value the target would compute out. Integers wrap in
//! their type's width, floating point goes through [`Soft`]; what has no value is `None`.

use super::Value;
use crate::convert::IntShape;
use crate::softfloat::Soft;
use crate::tree::{BinaryOp, Builtin, CompareOp};
use crate::types::FloatFormat;
use std::cmp::Ordering;

/// The operation on two integers of one type: the wrapped result, and whether it overflowed.
/// `None` is a division by zero.
pub fn int_binary(op: BinaryOp, shape: IntShape, a: i128, b: i128) -> Option<(i128, bool)> {
    let signed = shape.signed;
    let wide = !signed && shape.bits == 128;
    let (exact, over) = match op {
        BinaryOp::Add => match wide {
            true => ((a as u128).wrapping_add(b as u128) as i128, false),
            false => a.overflowing_add(b),
        },
        BinaryOp::Sub => match wide {
            true => ((a as u128).wrapping_sub(b as u128) as i128, false),
            false => a.overflowing_sub(b),
        },
        BinaryOp::Mul => match wide {
            true => ((a as u128).wrapping_mul(b as u128) as i128, false),
            false => a.overflowing_mul(b),
        },
        BinaryOp::Div | BinaryOp::Rem if b == 0 => return None,
        BinaryOp::Div if wide => ((a as u128 / b as u128) as i128, false),
        BinaryOp::Rem if wide => ((a as u128 % b as u128) as i128, false),
        BinaryOp::Div => a.overflowing_div(b),
        // `INT_MIN % -1` overflows as the division does.
        BinaryOp::Rem => {
            let over = signed && b == -1 && !shape.holds_negated(a);
            (a.wrapping_rem(b), over)
        }
        BinaryOp::And => (a & b, false),
        BinaryOp::Or => (a | b, false),
        BinaryOp::Xor => (a ^ b, false),
        BinaryOp::Shl | BinaryOp::Shr => (shift(op == BinaryOp::Shl, shape, a, b), false),
    };
    let wrapped = shape.wrap(exact);
    let bitwise = matches!(op, BinaryOp::Shl | BinaryOp::Shr);
    Some((wrapped, signed && !bitwise && (over || wrapped != exact)))
}

/// Shifts; a count out of range shifts everything out, a negative one the other way, as gcc folds.
pub(super) fn shift(left: bool, shape: IntShape, a: i128, count: i128) -> i128 {
    let left = left == (count >= 0);
    let count = count.unsigned_abs();
    let out = count >= u128::from(shape.bits);
    match (left, out) {
        (true, true) => 0,
        (true, false) => a << count as u32,
        (false, true) if shape.signed && a < 0 => -1,
        (false, true) => 0,
        (false, false) if shape.signed => a >> count as u32,
        (false, false) => (a as u128 >> count as u32) as i128,
    }
}

impl IntShape {
    fn holds_negated(self, a: i128) -> bool {
        a.checked_neg().is_some_and(|negated| self.wrap(negated) == negated)
    }
}

pub(super) fn float_binary(op: BinaryOp, a: Soft, b: Soft, format: FloatFormat) -> Option<Soft> {
    Some(match op {
        BinaryOp::Add => a.add(b, format),
        BinaryOp::Sub => a.sub(b, format),
        BinaryOp::Mul => a.mul(b, format),
        BinaryOp::Div => a.div(b, format),
        _ => return None,
    })
}

pub(super) fn holds(op: CompareOp, order: Option<Ordering>) -> bool {
    match op {
        CompareOp::Eq => order == Some(Ordering::Equal),
        CompareOp::Ne => order != Some(Ordering::Equal),
        CompareOp::Lt => order == Some(Ordering::Less),
        CompareOp::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        CompareOp::Gt => order == Some(Ordering::Greater),
        CompareOp::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

pub(super) fn float_order(a: Soft, b: Soft, op: CompareOp) -> Option<Value> {
    Some(Value::Int(holds(op, a.compare(b)).into()))
}

pub(super) fn bit_builtin(
    builtin: Builtin,
    value: i128,
    second: Option<i128>,
    shape: IntShape,
) -> Option<i128> {
    let width = shape.bits;
    let bits = IntShape { bits: width, signed: false }.wrap(value) as u128;
    let leading = || i128::from(bits.leading_zeros() - (128 - width));
    Some(match builtin {
        Builtin::Clz if bits != 0 => leading(),
        Builtin::Ctz if bits != 0 => bits.trailing_zeros().into(),
        Builtin::ClzDefined => {
            if bits == 0 {
                second?
            } else {
                leading()
            }
        }
        Builtin::CtzDefined => {
            if bits == 0 {
                second?
            } else {
                bits.trailing_zeros().into()
            }
        }
        Builtin::Clrsb => {
            let signed = IntShape { bits: width, signed: true }.wrap(value);
            let same = if signed < 0 { !signed } else { signed };
            i128::from(same.leading_zeros() - (128 - width)) - 1
        }
        Builtin::Ffs => {
            if bits == 0 {
                0
            } else {
                i128::from(bits.trailing_zeros()) + 1
            }
        }
        Builtin::Popcount => bits.count_ones().into(),
        Builtin::Parity => i128::from(bits.count_ones() & 1),
        Builtin::Bswap => (bits.swap_bytes() >> (128 - width)) as i128,
        Builtin::BitReverse => (bits.reverse_bits() >> (128 - width)) as i128,
        Builtin::RotateLeft | Builtin::RotateRight => {
            let by = second?.rem_euclid(width.into()) as u32;
            let by = if builtin == Builtin::RotateLeft { by } else { (width - by) % width };
            if by == 0 { bits as i128 } else { (bits << by | bits >> (width - by)) as i128 }
        }
        _ => return None,
    })
}

pub(super) fn complex_binary(
    op: BinaryOp,
    (a, b): (Soft, Soft),
    (c, d): (Soft, Soft),
    f: FloatFormat,
) -> Option<Value> {
    Some(match op {
        BinaryOp::Add => Value::Complex(a.add(c, f), b.add(d, f)),
        BinaryOp::Sub => Value::Complex(a.sub(c, f), b.sub(d, f)),
        BinaryOp::Mul => {
            let re = a.mul(c, f).sub(b.mul(d, f), f);
            let im = a.mul(d, f).add(b.mul(c, f), f);
            // The library recovers infinities; leave those to it.
            if re.is_nan() && im.is_nan() {
                return None;
            }
            Value::Complex(re, im)
        }
        BinaryOp::Div => {
            // By a real number (the common case) the parts are divided.
            if d.is_zero() && !c.is_zero() && c.is_finite() {
                return Some(Value::Complex(a.div(c, f), b.div(c, f)));
            }
            if c.is_nan() || d.is_nan() {
                let nan = Soft::nan(0, f);
                return Some(Value::Complex(nan, nan));
            }
            // Infinities and zero are the library's.
            if ![a, b, c, d].iter().all(|x| x.is_finite()) || (c.is_zero() && d.is_zero()) {
                return None;
            }
            // In a wider format, so that one rounding is felt.
            let wide = FloatFormat::Quad;
            let by = c.mul(c, wide).add(d.mul(d, wide), wide);
            let re = a.mul(c, wide).add(b.mul(d, wide), wide).div(by, wide);
            let im = b.mul(c, wide).sub(a.mul(d, wide), wide).div(by, wide);
            Value::Complex(re.convert(f), im.convert(f))
        }
        _ => return None,
    })
}

pub(super) fn complex_int_binary(
    op: BinaryOp,
    (a, b): (i128, i128),
    (c, d): (i128, i128),
    shape: IntShape,
) -> Option<Value> {
    let (re, im) = match op {
        BinaryOp::Add => (a.wrapping_add(c), b.wrapping_add(d)),
        BinaryOp::Sub => (a.wrapping_sub(c), b.wrapping_sub(d)),
        BinaryOp::Mul => (
            a.wrapping_mul(c).wrapping_sub(b.wrapping_mul(d)),
            a.wrapping_mul(d).wrapping_add(b.wrapping_mul(c)),
        ),
        BinaryOp::Div if d == 0 && c != 0 => (a.wrapping_div(c), b.wrapping_div(c)),
        _ => return None,
    };
    Some(Value::ComplexInt(shape.wrap(re), shape.wrap(im)))
}

pub fn int_to_float(value: i128, signed: bool, format: FloatFormat) -> Soft {
    match signed && value < 0 {
        true => Soft::from_int(true, value.unsigned_abs(), format),
        false => Soft::from_int(false, value as u128, format),
    }
}

/// Truncates; what does not fit is the nearest value of the type, NaN is zero, as gcc folds.
pub fn float_to_int(value: Soft, shape: IntShape) -> i128 {
    let (least, most) = match (shape.signed, shape.bits) {
        (true, 128) => (i128::MIN, i128::MAX),
        (true, bits) => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        (false, 128) => (0, -1),
        (false, bits) => (0, (1i128 << bits) - 1),
    };
    if value.is_nan() {
        return 0;
    }
    match value.to_int() {
        None => {
            if value.sign {
                least
            } else {
                most
            }
        }
        Some((true, magnitude)) => {
            if magnitude > least.unsigned_abs() {
                least
            } else {
                (magnitude as i128).wrapping_neg()
            }
        }
        Some((false, magnitude)) => {
            if magnitude > most as u128 {
                most
            } else {
                magnitude as i128
            }
        }
    }
}
