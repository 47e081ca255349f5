//! The values of preprocessing numbers: integers with their suffixes, floating constants as bit
//! patterns. In: a spelling. Out: a value, or an error in words and the bytes it means.

use std::fmt;
use std::ops::Range;

pub use crate::float::Format;
use crate::float::{self, Converted};

/// What is wrong with a literal, and at which of its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiteralError {
    pub message: String,
    pub bytes: Range<usize>,
}

impl fmt::Display for LiteralError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

fn fail<T>(message: impl Into<String>, bytes: Range<usize>) -> Result<T, LiteralError> {
    Err(LiteralError { message: message.into(), bytes })
}

/// The width an integer suffix asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Width {
    Int,
    Long,
    LongLong,
    /// `wb`: a `_BitInt` as wide as the value needs.
    BitInt,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Int {
    pub value: u128,
    /// The digits say more than 128 bits; `value` is the low part.
    pub overflow: bool,
    /// 2, 8, 10 or 16: only decimal constants never become unsigned by their size.
    pub base: u8,
    pub unsigned: bool,
    pub width: Width,
    pub imaginary: bool,
}

/// The type a floating suffix names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FloatKind {
    Float,
    Double,
    LongDouble,
    F16,
    F32,
    F64,
    F128,
    F32x,
    F64x,
    /// `__float80` (`w`).
    Float80,
    /// `__float128` (`q`).
    Float128,
}

impl FloatKind {
    pub fn format(self) -> Format {
        match self {
            FloatKind::F16 => Format::F16,
            FloatKind::Float | FloatKind::F32 => Format::F32,
            FloatKind::Double | FloatKind::F64 | FloatKind::F32x => Format::F64,
            FloatKind::LongDouble | FloatKind::F64x | FloatKind::Float80 => Format::X87,
            FloatKind::F128 | FloatKind::Float128 => Format::F128,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Float {
    /// The value in `kind.format()`, in the low bits.
    pub bits: u128,
    pub kind: FloatKind,
    pub imaginary: bool,
    /// Too great for its type (then `bits` is infinity), or rounded to zero.
    pub overflow: bool,
    pub underflow: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    Int(Int),
    Float(Float),
}

/// The value of a preprocessing number.
pub fn number(text: &str) -> Result<Number, LiteralError> {
    let bytes = text.as_bytes();
    let (base, start) = match bytes {
        [b'0', b'x' | b'X', ..] => (16, 2),
        [b'0', b'b' | b'B', ..] => (2, 2),
        [b'0', ..] => (8, 0),
        _ => (10, 0),
    };
    let is_digit = |b: u8| if base == 16 { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
    let digits_end = digit_run(bytes, start, is_digit);
    let floating = match bytes.get(digits_end) {
        Some(b'.') => true,
        Some(b'e' | b'E') => base != 16 && base != 2,
        Some(b'p' | b'P') => base == 16,
        _ => false,
    };
    if floating && base != 2 {
        return floating_constant(text, base == 16, start).map(Number::Float);
    }
    integer(text, base, start, digits_end).map(Number::Int)
}

/// The end of a run of digits and of separators between them.
fn digit_run(bytes: &[u8], start: usize, is_digit: impl Fn(u8) -> bool) -> usize {
    let mut at = start;
    while let Some(&b) = bytes.get(at) {
        let between = b == b'\'' && at > start && bytes.get(at + 1).is_some_and(|b| is_digit(*b));
        if !is_digit(b) && !between {
            break;
        }
        at += 1;
    }
    at
}

fn integer(text: &str, base: u8, start: usize, end: usize) -> Result<Int, LiteralError> {
    let mut value = 0u128;
    let mut overflow = false;
    for (i, b) in text.bytes().enumerate().take(end).skip(start) {
        if b == b'\'' {
            continue;
        }
        let digit = char::from(b).to_digit(16).unwrap_or(0);
        if digit >= u32::from(base) {
            let kind = if base == 8 { "octal" } else { "binary" };
            return fail(
                format!("invalid digit \"{}\" in {kind} constant", char::from(b)),
                i..i + 1,
            );
        }
        let (product, over) = value.overflowing_mul(u128::from(base));
        let (sum, over_too) = product.overflowing_add(u128::from(digit));
        value = sum;
        overflow |= over || over_too;
    }
    let suffix = &text[end..];
    if start == 2 && start == end {
        let what = format!("invalid suffix \"{}\" on integer constant", &text[1..]);
        return fail(what, 1..text.len());
    }
    let mut int =
        Int { value, overflow, base, unsigned: false, width: Width::Int, imaginary: false };
    if !int_suffix(suffix, &mut int) {
        return fail(format!("invalid suffix \"{suffix}\" on integer constant"), end..text.len());
    }
    Ok(int)
}

/// Reads `u`, `l`, `ll`, `wb`, `i` and `j` in any order C and GNU C allow.
fn int_suffix(suffix: &str, int: &mut Int) -> bool {
    let mut rest = suffix;
    let mut sized = false;
    while !rest.is_empty() {
        let sizes = [
            ("ll", Width::LongLong),
            ("LL", Width::LongLong),
            ("wb", Width::BitInt),
            ("WB", Width::BitInt),
            ("l", Width::Long),
            ("L", Width::Long),
        ];
        let size = sizes.iter().find(|(spelled, _)| rest.starts_with(spelled));
        if let Some((spelled, width)) = size {
            if sized {
                return false;
            }
            sized = true;
            int.width = *width;
            rest = &rest[spelled.len()..];
        } else if rest.starts_with(['u', 'U']) && !int.unsigned {
            int.unsigned = true;
            rest = &rest[1..];
        } else if rest.starts_with(['i', 'I', 'j', 'J']) && !int.imaginary {
            int.imaginary = true;
            rest = &rest[1..];
        } else {
            return false;
        }
    }
    !(int.imaginary && int.width == Width::BitInt)
}

struct FloatSuffix {
    kind: FloatKind,
    imaginary: bool,
}

impl FloatSuffix {
    fn of(text: &str) -> Option<FloatSuffix> {
        let mut imaginary = false;
        let mut rest = text;
        if let Some(cut) = rest.strip_suffix(['i', 'I', 'j', 'J']) {
            imaginary = true;
            rest = cut;
        } else if let Some(cut) = rest.strip_prefix(['i', 'I', 'j', 'J']) {
            imaginary = true;
            rest = cut;
        }
        let kind = match rest {
            "" => FloatKind::Double,
            "f" | "F" => FloatKind::Float,
            "l" | "L" => FloatKind::LongDouble,
            "d" | "D" => FloatKind::Double,
            "w" | "W" => FloatKind::Float80,
            "q" | "Q" => FloatKind::Float128,
            "f16" | "F16" => FloatKind::F16,
            "f32" | "F32" => FloatKind::F32,
            "f64" | "F64" => FloatKind::F64,
            "f128" | "F128" => FloatKind::F128,
            "f32x" | "F32x" => FloatKind::F32x,
            "f64x" | "F64x" => FloatKind::F64x,
            _ => return None,
        };
        Some(FloatSuffix { kind, imaginary })
    }
}

fn floating_constant(text: &str, hex: bool, start: usize) -> Result<Float, LiteralError> {
    let bytes = text.as_bytes();
    let is_digit = |b: u8| if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
    let whole_end = digit_run(bytes, start, is_digit);
    let mut digits: Vec<u8> =
        bytes[start..whole_end].iter().copied().filter(|b| *b != b'\'').collect();
    let mut at = whole_end;
    let mut exponent = 0i64;
    if bytes.get(at) == Some(&b'.') {
        let fraction_end = digit_run(bytes, at + 1, is_digit);
        let whole = digits.len();
        digits.extend(bytes[at + 1..fraction_end].iter().filter(|b| **b != b'\''));
        exponent = -((digits.len() - whole) as i64);
        at = fraction_end;
    }
    if digits.is_empty() {
        return fail("no digits in floating constant", 0..text.len());
    }
    if bytes.get(at) == Some(&b'.') {
        return fail("too many decimal points in number", at..at + 1);
    }
    if hex {
        exponent *= 4;
    }
    let (power, end) = exponent_part(text, at, hex)?;
    let exponent = exponent.saturating_add(power);
    let suffix = &text[end..];
    let decimal = ["df", "dd", "dl", "DF", "DD", "DL", "d32", "d64", "d128", "D32", "D64", "D128"];
    if decimal.contains(&suffix) {
        return fail("decimal floating-point types are not supported", end..text.len());
    }
    let Some(suffix) = FloatSuffix::of(suffix) else {
        return fail(format!("invalid suffix \"{suffix}\" on floating constant"), end..text.len());
    };
    let format = suffix.kind.format();
    let Converted { bits, overflow, underflow } = if hex {
        float::hexadecimal(&digits, exponent, format)
    } else {
        float::decimal(&digits, exponent, format)
    };
    Ok(Float { bits, kind: suffix.kind, imaginary: suffix.imaginary, overflow, underflow })
}

/// The value of an exponent at `at`, and where it ends.
fn exponent_part(text: &str, at: usize, hex: bool) -> Result<(i64, usize), LiteralError> {
    let bytes = text.as_bytes();
    let marked = match bytes.get(at) {
        Some(b'p' | b'P') => hex,
        Some(b'e' | b'E') => !hex,
        _ => false,
    };
    if !marked {
        return match hex {
            true => fail("hexadecimal floating constants require an exponent", 0..text.len()),
            false => Ok((0, at)),
        };
    }
    let negative = bytes.get(at + 1) == Some(&b'-');
    let signed = negative || bytes.get(at + 1) == Some(&b'+');
    let start = at + 1 + usize::from(signed);
    let end = digit_run(bytes, start, |b| b.is_ascii_digit());
    if start == end {
        return fail("exponent has no digits", at..end);
    }
    let digits = bytes[start..end].iter().filter(|b| **b != b'\'');
    let value = digits.fold(0i64, |v, d| v.saturating_mul(10).saturating_add(i64::from(d - b'0')));
    Ok((if negative { -value } else { value }, end))
}
