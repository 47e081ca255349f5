//! Floating-point arithmetic in software, for constant expressions. In: bit patterns of the
//! formats C types are stored in; out: the same, correctly rounded to nearest even. The host's
//! own arithmetic is not used, so `float`, 80-bit and 128-bit constants come out as the target
//! computes them. A finite [`Soft`] always has its top bit set; zeros, infinities and NaNs have
//! a class of their own.

use crate::types::FloatFormat;
use std::cmp::Ordering;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Zero,
    Finite,
    Inf,
    Nan,
}

/// A number: `sig / 2^127 * 2^exp`, so a finite one is 1.xxx times a power of two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Soft {
    pub sign: bool,
    pub class: Class,
    exp: i32,
    /// Finite: normalised significand. NaN: the payload, left-aligned below the quiet bit.
    sig: u128,
}

const TOP: u128 = 1 << 127;

/// Precision (with the leading bit), least and greatest exponent of a format.
fn limits(format: FloatFormat) -> (u32, i32, i32) {
    match format {
        FloatFormat::Half => (11, -14, 15),
        FloatFormat::Single => (24, -126, 127),
        FloatFormat::Double => (53, -1022, 1023),
        FloatFormat::Extended => (64, -16382, 16383),
        FloatFormat::Quad => (113, -16382, 16383),
    }
}

/// Width of the exponent and of the stored fraction. The extended format stores its leading bit.
fn fields(format: FloatFormat) -> (u32, u32) {
    match format {
        FloatFormat::Half => (5, 10),
        FloatFormat::Single => (8, 23),
        FloatFormat::Double => (11, 52),
        FloatFormat::Extended => (15, 64),
        FloatFormat::Quad => (15, 112),
    }
}

fn low_mask(bits: u32) -> u128 {
    if bits >= 128 { u128::MAX } else { (1 << bits) - 1 }
}

/// Shifts right; whether a one fell out is the second result.
fn shift_sticky(sig: u128, by: u32) -> (u128, bool) {
    if by == 0 {
        (sig, false)
    } else if by >= 128 {
        (0, sig != 0)
    } else {
        (sig >> by, sig & low_mask(by) != 0)
    }
}

fn wide_mul(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = u64::MAX as u128;
    let (ah, al, bh, bl) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let low = al * bl;
    let mid1 = ah * bl + (low >> 64);
    let mid2 = al * bh + (mid1 & HALF);
    (ah * bh + (mid1 >> 64) + (mid2 >> 64), (mid2 << 64) | (low & HALF))
}

impl Soft {
    pub const NAN: Soft = Soft { sign: false, class: Class::Nan, exp: 0, sig: 0 };
    /// What an invalid operation yields on x86: the NaN with the sign bit set.
    const INVALID: Soft = Soft { sign: true, class: Class::Nan, exp: 0, sig: 0 };

    pub fn zero(sign: bool) -> Soft {
        Soft { sign, class: Class::Zero, exp: 0, sig: 0 }
    }

    pub fn inf(sign: bool) -> Soft {
        Soft { sign, class: Class::Inf, exp: 0, sig: 0 }
    }

    /// A NaN with the low bits of `payload`, as `nan("0x…")` makes it.
    pub fn nan(payload: u64, format: FloatFormat) -> Soft {
        let stored = limits(format).0 - 2;
        Soft { sig: (u128::from(payload) & low_mask(stored)) << (128 - stored), ..Soft::NAN }
    }

    pub fn is_zero(self) -> bool {
        self.class == Class::Zero
    }

    pub fn is_nan(self) -> bool {
        self.class == Class::Nan
    }

    pub fn is_finite(self) -> bool {
        matches!(self.class, Class::Zero | Class::Finite)
    }

    /// Is it a finite number of full precision in `format`?
    pub fn is_normal(self, format: FloatFormat) -> bool {
        self.class == Class::Finite && self.exp >= limits(format).1
    }

    /// Rounds `sig` (top bit set, with `sticky` for what lies below it) to `format`.
    fn round(sign: bool, exp: i32, sig: u128, sticky: bool, format: FloatFormat) -> Soft {
        let (full, emin, emax) = limits(format);
        let lost = if exp < emin { i64::from(emin) - i64::from(exp) } else { 0 };
        let prec = i64::from(full) - lost;
        if prec < 0 {
            return Soft::zero(sign);
        }
        let finite = |exp, sig| Soft { sign, class: Class::Finite, exp, sig };
        if prec == 0 {
            return match sig == TOP && !sticky {
                true => Soft::zero(sign),
                false => finite(exp + 1, TOP),
            };
        }
        let drop = 128 - prec as u32;
        let low = sig & low_mask(drop);
        let half = 1u128 << (drop - 1);
        let keep = sig & !low_mask(drop);
        let odd = keep >> drop & 1 != 0;
        let up = low > half || (low == half && (sticky || odd));
        let (exp, sig) = match up.then(|| keep.checked_add(1 << drop)) {
            None => (exp, keep),
            Some(Some(sum)) => (exp, sum),
            Some(None) => (exp + 1, TOP),
        };
        if exp > emax { Soft::inf(sign) } else { finite(exp, sig) }
    }

    /// As [`Soft::round`], of a significand in any position.
    fn normalise(sign: bool, exp: i32, sig: u128, sticky: bool, format: FloatFormat) -> Soft {
        if sig == 0 {
            return Soft::zero(sign);
        }
        let by = sig.leading_zeros();
        Soft::round(sign, exp - by as i32, sig << by, sticky, format)
    }

    /// Rounds a number to another format.
    pub fn convert(self, format: FloatFormat) -> Soft {
        match self.class {
            Class::Finite => Soft::round(self.sign, self.exp, self.sig, false, format),
            Class::Nan => {
                let stored = limits(format).0 - 2;
                Soft { sig: self.sig & !low_mask(128 - stored), ..self }
            }
            _ => self,
        }
    }

    pub fn from_bits(bits: u128, format: FloatFormat) -> Soft {
        let (ewidth, fwidth) = fields(format);
        let (_, emin, _) = limits(format);
        let sign = bits >> (ewidth + fwidth) & 1 != 0;
        let biased = (bits >> fwidth & low_mask(ewidth)) as i32;
        let mut fraction = bits & low_mask(fwidth);
        if format == FloatFormat::Extended {
            fraction &= low_mask(63);
        }
        let width = if format == FloatFormat::Extended { 63 } else { fwidth };
        if biased == low_mask(ewidth) as i32 {
            return match fraction {
                0 => Soft::inf(sign),
                _ => Soft {
                    sign,
                    class: Class::Nan,
                    exp: 0,
                    sig: (fraction & low_mask(width - 1)) << (128 - (width - 1)),
                },
            };
        }
        let explicit = format == FloatFormat::Extended && bits >> 63 & 1 != 0;
        let lead = if format == FloatFormat::Extended { explicit } else { biased != 0 };
        let sig = (u128::from(lead) << width | fraction) << (127 - width);
        let exp = if biased == 0 { emin } else { biased - 1 + emin };
        Soft::normalise(sign, exp, sig, false, format)
    }

    pub fn to_bits(self, format: FloatFormat) -> u128 {
        let (ewidth, fwidth) = fields(format);
        let (prec, emin, _) = limits(format);
        let extended = format == FloatFormat::Extended;
        let width = prec - 1;
        let sign = u128::from(self.sign) << (ewidth + fwidth);
        let one = if extended { 1u128 << 63 } else { 0 };
        let special = low_mask(ewidth) << fwidth | one;
        match self.class {
            Class::Zero => sign,
            Class::Inf => sign | special,
            Class::Nan => sign | special | 1 << (width - 1) | self.sig >> (128 - (width - 1)),
            Class::Finite => {
                let rounded = self.convert(format);
                if rounded.class != Class::Finite {
                    return rounded.to_bits(format);
                }
                let below = (emin - rounded.exp).max(0) as u32;
                let sig = shift_sticky(rounded.sig, 127 - width + below).0;
                let biased = if below > 0 { 0 } else { (rounded.exp - emin + 1) as u128 };
                let fraction = if extended { sig } else { sig & low_mask(width) };
                sign | biased << fwidth | fraction
            }
        }
    }

    pub fn from_f64(value: f64) -> Soft {
        Soft::from_bits(u128::from(value.to_bits()), FloatFormat::Double)
    }

    pub fn to_f64(self) -> f64 {
        f64::from_bits(self.to_bits(FloatFormat::Double) as u64)
    }

    pub fn from_int(negative: bool, magnitude: u128, format: FloatFormat) -> Soft {
        if magnitude == 0 {
            return Soft::zero(false);
        }
        Soft::normalise(negative, 127, magnitude, false, format)
    }

    /// Truncates: sign and magnitude, `None` for NaN and what 128 bits do not hold.
    pub fn to_int(self) -> Option<(bool, u128)> {
        match self.class {
            Class::Zero => Some((false, 0)),
            Class::Inf | Class::Nan => None,
            Class::Finite if self.exp < 0 => Some((false, 0)),
            Class::Finite if self.exp > 127 => None,
            Class::Finite => Some((self.sign, self.sig >> (127 - self.exp as u32))),
        }
    }

    pub fn negate(self) -> Soft {
        Soft { sign: !self.sign, ..self }
    }

    pub fn abs(self) -> Soft {
        Soft { sign: false, ..self }
    }

    pub fn copy_sign(self, of: Soft) -> Soft {
        Soft { sign: of.sign, ..self }
    }

    pub fn add(self, other: Soft, format: FloatFormat) -> Soft {
        match (self.class, other.class) {
            (Class::Nan, _) => self,
            (_, Class::Nan) => other,
            (Class::Inf, Class::Inf) if self.sign != other.sign => Soft::INVALID,
            (Class::Inf, _) => self,
            (_, Class::Inf) => other,
            (Class::Zero, Class::Zero) => Soft::zero(self.sign && other.sign),
            (Class::Zero, _) => other,
            (_, Class::Zero) => self,
            (Class::Finite, Class::Finite) => self.add_finite(other, format),
        }
    }

    fn add_finite(self, other: Soft, format: FloatFormat) -> Soft {
        let (big, small) = match self.magnitude(other) {
            Ordering::Less => (other, self),
            _ => (self, other),
        };
        // One bit of room above for the carry. No format has more than 113 bits, so nothing of
        // the greater number is lost.
        let top = big.sig >> 1;
        let (low, sticky) = shift_sticky(small.sig >> 1, (big.exp - small.exp) as u32);
        if big.sign == other.sign && big.sign == self.sign {
            return Soft::normalise(big.sign, big.exp + 1, top + low, sticky, format);
        }
        let diff = top - low - u128::from(sticky);
        if diff == 0 {
            return Soft::zero(false);
        }
        Soft::normalise(big.sign, big.exp + 1, diff, sticky, format)
    }

    pub fn sub(self, other: Soft, format: FloatFormat) -> Soft {
        match other.class {
            Class::Nan => self.add(other, format),
            _ => self.add(other.negate(), format),
        }
    }

    pub fn mul(self, other: Soft, format: FloatFormat) -> Soft {
        let sign = self.sign != other.sign;
        match (self.class, other.class) {
            (Class::Nan, _) => self,
            (_, Class::Nan) => other,
            (Class::Inf, Class::Zero) | (Class::Zero, Class::Inf) => Soft::INVALID,
            (Class::Inf, _) | (_, Class::Inf) => Soft::inf(sign),
            (Class::Zero, _) | (_, Class::Zero) => Soft::zero(sign),
            (Class::Finite, Class::Finite) => {
                let (high, low) = wide_mul(self.sig, other.sig);
                let exp = self.exp + other.exp + 1;
                Soft::normalise(sign, exp, high, low != 0, format)
            }
        }
    }

    pub fn div(self, other: Soft, format: FloatFormat) -> Soft {
        let sign = self.sign != other.sign;
        match (self.class, other.class) {
            (Class::Nan, _) => self,
            (_, Class::Nan) => other,
            (Class::Inf, Class::Inf) | (Class::Zero, Class::Zero) => Soft::INVALID,
            (Class::Inf, _) | (_, Class::Zero) => Soft::inf(sign),
            (Class::Zero, _) | (_, Class::Inf) => Soft::zero(sign),
            (Class::Finite, Class::Finite) => {
                let (quotient, exact) = divide(self.sig, other.sig);
                Soft::normalise(sign, self.exp - other.exp, quotient, !exact, format)
            }
        }
    }

    fn magnitude(self, other: Soft) -> Ordering {
        self.exp.cmp(&other.exp).then(self.sig.cmp(&other.sig))
    }

    /// `None` when one is a NaN.
    pub fn compare(self, other: Soft) -> Option<Ordering> {
        let key = |x: Soft| match x.class {
            Class::Zero => 0,
            Class::Finite => 1,
            _ => 2,
        };
        if self.is_nan() || other.is_nan() {
            return None;
        }
        if self.is_zero() && other.is_zero() {
            return Some(Ordering::Equal);
        }
        let signed = |order: Ordering, sign: bool| if sign { order.reverse() } else { order };
        if self.is_zero() {
            return Some(if other.sign { Ordering::Greater } else { Ordering::Less });
        }
        if other.is_zero() || self.sign != other.sign {
            return Some(if self.sign { Ordering::Less } else { Ordering::Greater });
        }
        let order = key(self).cmp(&key(other)).then_with(|| match self.class {
            Class::Finite => self.magnitude(other),
            _ => Ordering::Equal,
        });
        Some(signed(order, self.sign))
    }
}

/// `a / b * 2^127` of two significands with their top bits set, and whether it is exact.
fn divide(a: u128, b: u128) -> (u128, bool) {
    let (mut rest, mut quotient) = (a, 0u128);
    for bit in 0..128 {
        if bit > 0 {
            let carry = rest & TOP != 0;
            rest <<= 1;
            quotient <<= 1;
            if carry {
                rest = rest.wrapping_sub(b);
                quotient |= 1;
                continue;
            }
        }
        if rest >= b {
            rest -= b;
            quotient |= 1;
        }
    }
    (quotient, rest == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator, seeded: the test is the same each time.
    struct Seeded(u64);

    impl Seeded {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }
    }

    fn same64(ours: Soft, host: f64, what: &str) {
        let ours = ours.to_f64();
        assert!(
            ours.to_bits() == host.to_bits() || (ours.is_nan() && host.is_nan()),
            "{what}: {ours:e} is not {host:e}"
        );
    }

    fn pick64(random: &mut Seeded) -> f64 {
        let special = [0.0, -0.0, 1.0, f64::INFINITY, f64::MIN_POSITIVE, 5e-324, f64::MAX];
        match random.next() % 8 {
            0 => special[(random.next() % 7) as usize],
            1 => f64::from_bits(random.next() & 0x800f_ffff_ffff_ffff),
            2 => (random.next() as i64 >> 40) as f64,
            3 | 4 => f64::from_bits(random.next() % (8 << 52) + (1020 << 52)),
            _ => f64::from_bits(random.next()),
        }
    }

    #[test]
    fn doubles_and_floats_agree_with_the_host() {
        let mut random = Seeded(0x9e37_79b9_7f4a_7c15);
        let double = FloatFormat::Double;
        for _ in 0..20_000 {
            let (x, y) = (pick64(&mut random), pick64(&mut random));
            let (a, b) = (Soft::from_f64(x), Soft::from_f64(y));
            same64(a, x, "round trip");
            same64(a.add(b, double), x + y, &format!("{x:e} + {y:e}"));
            same64(a.sub(b, double), x - y, &format!("{x:e} - {y:e}"));
            same64(a.mul(b, double), x * y, &format!("{x:e} * {y:e}"));
            same64(a.div(b, double), x / y, &format!("{x:e} / {y:e}"));
            assert_eq!(a.compare(b), x.partial_cmp(&y));
            let (x, y) = (x as f32, y as f32);
            let single = FloatFormat::Single;
            assert!(x.is_nan() || a.convert(single).to_bits(single) as u32 == x.to_bits());
            let (a, b) = (Soft::from_f64(x.into()), Soft::from_f64(y.into()));
            for (ours, host) in [
                (a.add(b, single), x + y),
                (a.sub(b, single), x - y),
                (a.mul(b, single), x * y),
                (a.div(b, single), x / y),
            ] {
                let ours = f32::from_bits(ours.to_bits(single) as u32);
                assert!(ours.to_bits() == host.to_bits() || (ours.is_nan() && host.is_nan()));
            }
        }
    }

    #[test]
    fn wide_formats_hold_what_they_were_given() {
        let ext = FloatFormat::Extended;
        let third = Soft::from_f64(1.0).div(Soft::from_f64(3.0), ext);
        assert_eq!(third.to_bits(ext), 0x3ffd_aaaa_aaaa_aaaa_aaab);
        let third = Soft::from_f64(1.0).div(Soft::from_f64(3.0), FloatFormat::Quad);
        assert_eq!(third.to_bits(FloatFormat::Quad), 0x3ffd_5555_5555_5555_5555_5555_5555_5555);
        let big = Soft::from_int(true, u64::MAX.into(), ext);
        assert_eq!(big.to_int(), Some((true, u64::MAX.into())));
        let least = Soft::from_bits(1, ext);
        assert_eq!(least.to_bits(ext), 1);
        assert_eq!(Soft::inf(false).to_bits(ext), 0x7fff_8000_0000_0000_0000);
        let half = Soft::from_f64(65520.0).convert(FloatFormat::Half);
        assert_eq!(half.class, Class::Inf);
        assert_eq!(Soft::nan(0, FloatFormat::Double).to_f64().to_bits(), 0x7ff8_0000_0000_0000);
    }
}
