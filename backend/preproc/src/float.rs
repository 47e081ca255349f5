//! Exact conversion of decimal and hexadecimal floating constants: digits in, the bit pattern of
//! the nearest value out (ties to even), for any binary format up to 113 bits of mantissa.

/// A binary floating format of the machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    F16,
    F32,
    F64,
    /// The 80-bit extended format, its leading bit explicit.
    X87,
    F128,
}

impl Format {
    /// Bits of the significand, the leading one counted.
    pub fn precision(self) -> u32 {
        match self {
            Format::F16 => 11,
            Format::F32 => 24,
            Format::F64 => 53,
            Format::X87 => 64,
            Format::F128 => 113,
        }
    }

    pub fn exponent_bits(self) -> u32 {
        match self {
            Format::F16 => 5,
            Format::F32 => 8,
            Format::F64 => 11,
            Format::X87 | Format::F128 => 15,
        }
    }

    /// The greatest exponent `e` in 1.f × 2^e.
    pub fn max_exponent(self) -> i64 {
        (1 << (self.exponent_bits() - 1)) - 1
    }

    /// The bit pattern of `mantissa × 2^exponent`; the mantissa's leading bit is bit
    /// `precision - 1`, or it is subnormal and lower.
    fn encode(self, mantissa: u128, exponent: i64) -> u128 {
        let precision = self.precision();
        let stored = if self == Format::X87 { 64 } else { precision - 1 };
        let biased = if mantissa >> (precision - 1) == 0 {
            0
        } else {
            (exponent + i64::from(precision) - 1 + self.max_exponent()) as u128
        };
        biased << stored | mantissa & ((1 << stored) - 1)
    }

    fn infinity(self) -> u128 {
        let stored = if self == Format::X87 { 64 } else { self.precision() - 1 };
        let leading = if self == Format::X87 { 1 << 63 } else { 0 };
        ((1u128 << self.exponent_bits()) - 1) << stored | leading
    }
}

/// How a conversion went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Converted {
    pub(crate) bits: u128,
    /// Too great for the format: `bits` is infinity.
    pub(crate) overflow: bool,
    /// Not zero, yet rounded to zero.
    pub(crate) underflow: bool,
}

/// A natural number, least limb first, no zero limb on top.
#[derive(Clone, Debug)]
struct Big(Vec<u64>);

impl Big {
    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    /// `self × factor + add`.
    fn mul_add(&mut self, factor: u64, add: u64) {
        let mut carry = add;
        for limb in &mut self.0 {
            let wide = u128::from(*limb) * u128::from(factor) + u128::from(carry);
            *limb = wide as u64;
            carry = (wide >> 64) as u64;
        }
        if carry != 0 {
            self.0.push(carry);
        }
    }

    fn mul_pow10(&mut self, mut power: u64) {
        while power >= 19 {
            self.mul_add(10_000_000_000_000_000_000, 0);
            power -= 19;
        }
        self.mul_add(10u64.pow(power as u32), 0);
    }

    fn bits(&self) -> u64 {
        self.0.last().map_or(0, |top| self.0.len() as u64 * 64 - u64::from(top.leading_zeros()))
    }

    fn shl(&mut self, by: u64) {
        let limbs = (by / 64) as usize;
        let bits = by % 64;
        if bits != 0 {
            let mut carry = 0;
            for limb in &mut self.0 {
                let next = *limb >> (64 - bits);
                *limb = *limb << bits | carry;
                carry = next;
            }
            if carry != 0 {
                self.0.push(carry);
            }
        }
        self.0.splice(0..0, std::iter::repeat_n(0, limbs));
        self.trim();
    }

    fn at_least(&self, other: &Big) -> bool {
        if self.0.len() != other.0.len() {
            return self.0.len() > other.0.len();
        }
        self.0.iter().rev().ge(other.0.iter().rev())
    }

    /// `self - other`, which is not greater.
    fn sub(&mut self, other: &Big) {
        let mut borrow = 0u64;
        for (i, limb) in self.0.iter_mut().enumerate() {
            let take = other.0.get(i).copied().unwrap_or(0);
            let (value, under) = limb.overflowing_sub(take);
            let (value, under_too) = value.overflowing_sub(borrow);
            *limb = value;
            borrow = u64::from(under) + u64::from(under_too);
        }
        self.trim();
    }
}

/// The nearest value of the format to `mantissa × 2^exponent`, plus something below the last
/// bit if `sticky`. The mantissa is not zero.
fn round(mantissa: u128, exponent: i64, sticky: bool, format: Format) -> Converted {
    let precision = i64::from(format.precision());
    let bits = 128 - i64::from(mantissa.leading_zeros());
    let lowest = 1 - format.max_exponent() - (precision - 1);
    let target = (exponent + bits - precision).max(lowest);
    let drop = target - exponent;
    let (mut kept, half, rest) = if drop <= 0 {
        (mantissa << (-drop) as u32, false, sticky)
    } else if drop > 128 {
        (0, false, true)
    } else {
        let kept = if drop == 128 { 0 } else { mantissa >> drop };
        let below = mantissa & ((1u128 << (drop - 1)) - 1);
        (kept, mantissa >> (drop - 1) & 1 == 1, below != 0 || sticky)
    };
    let mut exponent = target;
    if half && (rest || kept & 1 == 1) {
        kept += 1;
        if kept >> precision != 0 {
            kept >>= 1;
            exponent += 1;
        }
    }
    if kept >> (precision - 1) != 0 && exponent + precision - 1 > format.max_exponent() {
        return Converted { bits: format.infinity(), overflow: true, underflow: false };
    }
    Converted { bits: format.encode(kept, exponent), overflow: false, underflow: kept == 0 }
}

const ZERO: Converted = Converted { bits: 0, overflow: false, underflow: false };

/// Digits beyond these cannot change the nearest value otherwise than by not being zero.
const MOST_DIGITS: usize = 12_000;

/// `digits × 10^exponent`; the digits are `0` to `9`.
pub(crate) fn decimal(digits: &[u8], exponent: i64, format: Format) -> Converted {
    let leading = digits.iter().take_while(|d| **d == b'0').count();
    let digits = &digits[leading..];
    let trailing = digits.iter().rev().take_while(|d| **d == b'0').count();
    let digits = &digits[..digits.len() - trailing];
    if digits.is_empty() {
        return ZERO;
    }
    let mut exponent = exponent.saturating_add(trailing as i64);
    let magnitude = exponent.saturating_add(digits.len() as i64);
    if magnitude > 6_000 {
        return Converted { bits: format.infinity(), overflow: true, underflow: false };
    }
    if magnitude < -6_000 {
        return Converted { bits: 0, overflow: false, underflow: true };
    }
    let kept = &digits[..digits.len().min(MOST_DIGITS)];
    let lost = digits.len() - kept.len();
    exponent += lost as i64;
    let mut top = Big(Vec::new());
    for chunk in kept.chunks(18) {
        let value = chunk.iter().fold(0u64, |v, d| v * 10 + u64::from(d - b'0'));
        top.mul_add(10u64.pow(chunk.len() as u32), value);
    }
    if lost > 0 {
        top.mul_add(10, 1);
        exponent -= 1;
    }
    let mut bottom = Big(vec![1]);
    if exponent >= 0 {
        top.mul_pow10(exponent.unsigned_abs());
    } else {
        bottom.mul_pow10(exponent.unsigned_abs());
    }
    quotient(top, bottom, format)
}

/// The nearest value to `top / bottom`, by long division for 120 bits of quotient.
fn quotient(mut top: Big, mut bottom: Big, format: Format) -> Converted {
    const WANTED: u32 = 120;
    let gap = top.bits() as i64 - bottom.bits() as i64;
    if gap >= 0 {
        bottom.shl(gap.unsigned_abs());
    } else {
        top.shl(gap.unsigned_abs());
    }
    // Now top / bottom lies between 1/2 and 2, and the quotient is that times 2^gap.
    let mut mantissa = 0u128;
    for _ in 0..WANTED {
        mantissa <<= 1;
        if top.at_least(&bottom) {
            top.sub(&bottom);
            mantissa |= 1;
        }
        top.shl(1);
    }
    round(mantissa, gap - i64::from(WANTED) + 1, !top.0.is_empty(), format)
}

/// `digits × 2^exponent`; the digits are hexadecimal.
pub(crate) fn hexadecimal(digits: &[u8], exponent: i64, format: Format) -> Converted {
    let mut mantissa = 0u128;
    let mut exponent = exponent;
    let mut sticky = false;
    for digit in digits {
        let value = char::from(*digit).to_digit(16).unwrap_or(0);
        if mantissa >> 122 == 0 {
            mantissa = mantissa << 4 | u128::from(value);
        } else {
            sticky |= value != 0;
            exponent = exponent.saturating_add(4);
        }
    }
    if mantissa == 0 {
        return ZERO;
    }
    round(mantissa, exponent.clamp(-40_000, 40_000), sticky, format)
}
