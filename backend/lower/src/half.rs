//! `_Float16`: its constants. Arithmetic on it goes through single precision (see [`crate::real`]).

use crate::func::FunctionCx;
use cranelift_codegen::ir::{self, types as ct};

/// A constant given as a double, rounded to nearest, ties to even.
pub(crate) fn constant(cx: &mut FunctionCx<'_, '_>, value: f64) -> ir::Value {
    let bits = cx.iconst(ct::I16, i64::from(bits(value)));
    cx.bits_as(bits, ct::F16)
}

/// The half-precision bits of a double.
pub(crate) fn bits(value: f64) -> u16 {
    let raw = value.to_bits();
    let sign = ((raw >> 48) & 0x8000) as u16;
    let magnitude = f64::from_bits(raw & !(1 << 63));
    if magnitude.is_nan() {
        return sign | 0x7e00;
    }
    // From here on every value rounds to infinity.
    if magnitude >= 65520.0 {
        return sign | 0x7c00;
    }
    // A half is a multiple of 2^-24, or of 2^(e-10) when that is more: scaling by a power of two
    // is exact, and so is the conversion of what has been rounded.
    let exponent = ((raw >> 52) & 0x7ff) as i32 - 1023;
    let step = (exponent - 10).max(-24);
    let units = (magnitude * 2f64.powi(-step)).round_ties_even() as u32;
    if step == -24 {
        return sign | units as u16;
    }
    // `units` is 1024 to 2048; a carry into the exponent comes out right by addition.
    sign | (((step + 24) as u32) * 1024 + units) as u16
}

#[cfg(test)]
mod tests {
    use super::bits;

    #[test]
    fn doubles_round_to_halves() {
        for (value, expect) in [
            (0.0, 0),
            (-0.0, 0x8000),
            (1.0, 0x3c00),
            (-2.0, 0xc000),
            (65504.0, 0x7bff),
            (65519.9, 0x7bff),
            (65520.0, 0x7c00),
            (2f64.powi(-24), 1),
            (2f64.powi(-25), 0),
            (2f64.powi(-14), 0x400),
            (0.333251953125, 0x3555),
            (1.0 + 2f64.powi(-11), 0x3c00),
            (2047.5, 0x6800),
            (f64::INFINITY, 0x7c00),
        ] {
            assert_eq!(bits(value), expect, "{value}");
        }
    }
}
