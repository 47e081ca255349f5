//! Arithmetic values as C constants: integers, characters, floating point in the fewest digits
//! that read back the same, complex numbers.

use cfront::types::{FloatFormat, FloatKind, IntKind, Type};

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Behind its type, for people: `'a' (97)`, `inf`.
    Shown,
    /// Within braces, for the compiler: `'a'`, `INFINITY`, `0.1L`.
    Constant,
}

/// The text of a value of an arithmetic type; `None` for other types.
pub(crate) fn text(ty: &Type, char_signed: bool, bytes: &[u8], form: Form) -> Option<String> {
    Some(match ty {
        Type::Int(kind) => int_text(*kind, char_signed, bytes, form),
        Type::BitInt { bits, signed } => {
            let raw = unsigned(bytes);
            let shift = 128 - u32::from(*bits).clamp(1, 128);
            match (signed, form) {
                (true, Form::Shown) => ((raw << shift) as i128 >> shift).to_string(),
                (true, Form::Constant) => signed_constant((raw << shift) as i128 >> shift),
                (false, Form::Shown) => (raw << shift >> shift).to_string(),
                (false, Form::Constant) => unsigned_constant(raw << shift >> shift),
            }
        }
        Type::Float(kind) => float_text(*kind, bytes, form),
        Type::Complex(kind) => complex_text(*kind, bytes, form),
        Type::ComplexInt(kind) => {
            let (re, im) = bytes.split_at(bytes.len() / 2);
            let part = |bytes| int_text(*kind, char_signed, bytes, Form::Constant);
            sum(&part(re), &part(im))
        }
        _ => return None,
    })
}

fn sum(re: &str, im: &str) -> String {
    match im.strip_prefix('-') {
        Some(im) => format!("{re} - {im}*I"),
        None => format!("{re} + {im}*I"),
    }
}

/// Multiplying by `I` makes other values of infinities and of negative zeros.
fn complex_text(kind: FloatKind, bytes: &[u8], form: Form) -> String {
    let (re, im) = bytes.split_at(bytes.len() / 2);
    let (re, im) = (float_text(kind, re, form), float_text(kind, im, form));
    let is_plain = |part: &str| part.ends_with(|c: char| c.is_ascii_digit()) && part != "-0.0";
    let suffix = match kind {
        FloatKind::Float => "F",
        FloatKind::Double => "",
        FloatKind::LongDouble => "L",
        _ => return sum(&re, &im),
    };
    let is_plain = |part: &str| is_plain(part.trim_end_matches(['f', 'L']));
    if form == Form::Shown || (is_plain(&re) && is_plain(&im)) {
        return sum(&re, &im);
    }
    format!("CMPLX{suffix}({re}, {im})")
}

/// No constant is negative, and the smallest number has no positive counterpart.
fn signed_constant(value: i128) -> String {
    match (i64::try_from(value), value) {
        (Ok(i64::MIN), _) => format!("{} - 1", i64::MIN + 1),
        (Ok(small), _) => small.to_string(),
        (Err(_), i128::MIN) => format!("{}wb - 1", i128::MIN + 1),
        (Err(_), value) => format!("{value}wb"),
    }
}

fn unsigned_constant(value: u128) -> String {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(small), _) => small.to_string(),
        (_, Ok(large)) => format!("{large}u"),
        _ => format!("{value}uwb"),
    }
}

pub(crate) fn unsigned(bytes: &[u8]) -> u128 {
    bytes.iter().rev().fold(0, |n, &b| n << 8 | u128::from(b))
}

pub(crate) fn signed(bytes: &[u8]) -> i128 {
    let unused = 128 - 8 * bytes.len() as u32;
    ((unsigned(bytes) << unused) as i128) >> unused
}

pub(crate) fn is_signed(kind: IntKind, char_signed: bool) -> bool {
    use IntKind::*;
    match kind {
        Char => char_signed,
        SChar | Short | Int | Long | LongLong | Int128 => true,
        Bool | UChar | UShort | UInt | ULong | ULongLong | UInt128 => false,
    }
}

fn int_text(kind: IntKind, char_signed: bool, bytes: &[u8], form: Form) -> String {
    let value = match (is_signed(kind, char_signed), form) {
        (true, Form::Shown) => signed(bytes).to_string(),
        (true, Form::Constant) => signed_constant(signed(bytes)),
        (false, Form::Shown) => unsigned(bytes).to_string(),
        (false, Form::Constant) => unsigned_constant(unsigned(bytes)),
    };
    match kind {
        IntKind::Bool => if unsigned(bytes) == 0 { "false" } else { "true" }.to_string(),
        IntKind::Char => {
            let byte = bytes.first().copied().unwrap_or(0);
            let constant = format!("'{}'", escape(byte, '\''));
            match form {
                Form::Shown => format!("{constant} ({value})"),
                Form::Constant => constant,
            }
        }
        _ => value,
    }
}

/// A byte as it stands in a character constant or string.
pub(crate) fn escape(byte: u8, quote: char) -> String {
    match byte {
        b'\n' => "\\n".into(),
        b'\t' => "\\t".into(),
        b'\r' => "\\r".into(),
        0 => "\\0".into(),
        7 => "\\a".into(),
        8 => "\\b".into(),
        11 => "\\v".into(),
        12 => "\\f".into(),
        b'\\' => "\\\\".into(),
        _ if char::from(byte) == quote => format!("\\{quote}"),
        0x20..=0x7e => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    }
}

fn float_text(kind: FloatKind, bytes: &[u8], form: Form) -> String {
    let number = number(kind.format(), bytes);
    let (sign, size) = match number.strip_prefix('-') {
        Some(size) => ("-", size),
        None => ("", number.as_str()),
    };
    match (form, size) {
        (Form::Shown, _) => number,
        (_, "inf") => format!("{sign}INFINITY"),
        (_, "nan") => format!("{sign}NAN"),
        // An integer has no negative zero.
        (_, "0") if sign == "-" => "-0.0".into(),
        _ => format!("{number}{}", suffix(kind, size, bytes)),
    }
}

/// What makes a constant as exact as its type; integers are as they are.
fn suffix(kind: FloatKind, digits: &str, bytes: &[u8]) -> &'static str {
    if !digits.contains(['.', 'e']) {
        return "";
    }
    match kind.format() {
        // Through a double it may be rounded twice.
        FloatFormat::Single => {
            let exact = f32::from_le_bytes(bytes[..4].try_into().expect("four bytes")).abs();
            let twice = digits.parse::<f64>().map(|v| v as f32);
            if twice == Ok(exact) { "" } else { "f" }
        }
        FloatFormat::Half | FloatFormat::Double => "",
        FloatFormat::Extended => "L",
        FloatFormat::Quad => "F128",
    }
}

/// The fewest digits that read back the same, `inf` or `nan`.
fn number(format: FloatFormat, bytes: &[u8]) -> String {
    match format {
        FloatFormat::Half => {
            let bits = u16::from_le_bytes([bytes[0], bytes[1]]);
            let (exponent, fraction) = (i32::from(bits >> 10 & 31), u128::from(bits & 1023));
            let negative = bits & 0x8000 != 0;
            if exponent == 31 {
                return special(negative, fraction != 0);
            }
            let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 10 };
            let exponent = exponent.max(1) - 15 - 10;
            match exponent >= 0 {
                true => format!("{}{}", if negative { "-" } else { "" }, mantissa << exponent),
                false => wide(negative, mantissa, exponent, 11),
            }
        }
        FloatFormat::Single => {
            let v = f32::from_le_bytes(bytes[..4].try_into().expect("four bytes"));
            match v.is_finite() {
                true => finite(f64::from(v), &format!("{v:e}")),
                false => special(v.is_sign_negative(), v.is_nan()),
            }
        }
        FloatFormat::Double => {
            let v = f64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"));
            match v.is_finite() {
                true => finite(v, &format!("{v:e}")),
                false => special(v.is_sign_negative(), v.is_nan()),
            }
        }
        FloatFormat::Extended => {
            let mantissa = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"));
            let top = u16::from_le_bytes([bytes[8], bytes[9]]);
            let exponent = i32::from(top & 0x7fff);
            let negative = top & 0x8000 != 0;
            if exponent == 0x7fff {
                return special(negative, mantissa << 1 != 0);
            }
            wide(negative, u128::from(mantissa), exponent.max(1) - 16383 - 63, 64)
        }
        FloatFormat::Quad => {
            let raw = unsigned(&bytes[..16]);
            let exponent = (raw >> 112) as i32 & 0x7fff;
            let negative = raw >> 127 != 0;
            let fraction = raw & ((1 << 112) - 1);
            if exponent == 0x7fff {
                return special(negative, fraction != 0);
            }
            let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 112 };
            wide(negative, mantissa, exponent.max(1) - 16383 - 112, 113)
        }
    }
}

fn special(negative: bool, is_nan: bool) -> String {
    format!("{}{}", if negative { "-" } else { "" }, if is_nan { "nan" } else { "inf" })
}

/// A whole number that is written out is written exactly: zeros would say what is not so.
fn finite(v: f64, shortest_form: &str) -> String {
    match v.fract() == 0.0 && v.abs() < 1e17 && v != 0.0 {
        true => format!("{v:.0}"),
        false => shortest(shortest_form),
    }
}

/// `d.ddde±x` (the fewest digits) as C would rather see it: plain where that is short.
fn shortest(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').expect("scientific notation");
    let exponent: i32 = exponent.parse().expect("an exponent");
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    plain(sign, &digits, exponent)
}

/// `digits` with the point after the first one, times ten to the `exponent`.
fn plain(sign: &str, digits: &str, exponent: i32) -> String {
    let n = digits.len() as i32;
    if (-5..0).contains(&exponent) {
        let zeros = "0".repeat((-exponent - 1) as usize);
        return format!("{sign}0.{zeros}{digits}");
    }
    if (0..17).contains(&exponent) {
        if exponent >= n - 1 {
            let zeros = "0".repeat((exponent - n + 1) as usize);
            return format!("{sign}{digits}{zeros}");
        }
        let (whole, part) = digits.split_at((exponent + 1) as usize);
        return format!("{sign}{whole}.{part}");
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{first}{point}{rest}e{exponent_sign}{:02}", exponent.abs())
}

/// `mantissa * 2^exponent` of a format with `precision` bits, in the fewest digits that are nearer
/// to it than to its neighbours: Steele and White's free-format algorithm on big integers.
fn wide(negative: bool, mantissa: u128, exponent: i32, precision: u32) -> String {
    let sign = if negative { "-" } else { "" };
    if mantissa == 0 {
        return format!("{sign}0");
    }
    // value = r / s; half the gap to the next value above and below are m_plus / s, m_minus / s.
    // The gap below is half as wide at a power of two.
    let at_power = mantissa == 1 << (precision - 1);
    let mut r = Big::from(mantissa);
    let mut s = Big::from(1);
    let mut m_plus = Big::from(1);
    let mut m_minus = Big::from(1);
    if exponent >= 0 {
        r.shl(exponent as u32 + 2);
        s.shl(2);
        m_plus.shl(exponent as u32 + u32::from(at_power));
        m_minus.shl(exponent as u32);
        if !at_power {
            r.shr1();
            s.shr1();
        }
    } else {
        r.shl(2);
        s.shl((-exponent) as u32 + 2);
        if at_power {
            m_plus.shl(1);
        } else {
            r.shr1();
            s.shr1();
        }
    }
    let even = mantissa & 1 == 0;
    let bits = 128 - mantissa.leading_zeros() as i32 + exponent;
    let mut scale = (f64::from(bits - 1) * std::f64::consts::LOG10_2).floor() as i32;
    for _ in 0..scale.max(0) {
        s.mul(10);
    }
    for _ in 0..(-scale).max(0) {
        r.mul(10);
        m_plus.mul(10);
        m_minus.mul(10);
    }
    // The estimate may be one too small.
    let high = r.plus(&m_plus);
    let ten_s = {
        let mut t = s.clone();
        t.mul(10);
        t
    };
    if high > ten_s || (even && high == ten_s) {
        s = ten_s;
        scale += 1;
    }
    let mut digits = String::new();
    loop {
        let digit = r.div_small(&s);
        let low = r < m_minus || (even && r == m_minus);
        let sum = r.plus(&m_plus);
        let high = sum > s || (even && sum == s);
        if !low && !high {
            digits.push(char::from(b'0' + digit));
            r.mul(10);
            m_plus.mul(10);
            m_minus.mul(10);
            continue;
        }
        let mut twice = r.clone();
        twice.shl(1);
        let up = high && (!low || twice >= s);
        digits.push(char::from(b'0' + digit + u8::from(up)));
        break;
    }
    // A last digit of ten carries.
    let mut digits = digits.into_bytes();
    let mut exponent = scale;
    for i in (0..digits.len()).rev() {
        if digits[i] > b'9' {
            digits[i] = b'0';
            if i == 0 {
                digits.insert(0, b'1');
                exponent += 1;
            } else {
                digits[i - 1] += 1;
            }
        }
    }
    let text = String::from_utf8(digits).expect("digits");
    let text = text.trim_end_matches('0');
    plain(sign, if text.is_empty() { "0" } else { text }, exponent)
}

/// A natural number, little-endian words, no leading zero words.
#[derive(Clone, PartialEq, Eq)]
struct Big(Vec<u32>);

impl From<u128> for Big {
    fn from(mut n: u128) -> Big {
        let mut words = Vec::new();
        while n != 0 {
            words.push(n as u32);
            n >>= 32;
        }
        Big(words)
    }
}

impl PartialOrd for Big {
    fn partial_cmp(&self, other: &Big) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Big {
    fn cmp(&self, other: &Big) -> std::cmp::Ordering {
        let by_len = self.0.len().cmp(&other.0.len());
        by_len.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl Big {
    fn shl(&mut self, bits: u32) {
        let low = bits % 32;
        if low != 0 {
            let mut carry = 0;
            for word in &mut self.0 {
                let next = *word >> (32 - low);
                *word = *word << low | carry;
                carry = next;
            }
            if carry != 0 {
                self.0.push(carry);
            }
        }
        if !self.0.is_empty() {
            self.0.splice(0..0, std::iter::repeat_n(0, (bits / 32) as usize));
        }
    }

    fn shr1(&mut self) {
        let mut carry = 0;
        for word in self.0.iter_mut().rev() {
            let next = *word << 31;
            *word = *word >> 1 | carry;
            carry = next;
        }
        self.trim();
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn mul(&mut self, by: u32) {
        let mut carry = 0u64;
        for word in &mut self.0 {
            let n = u64::from(*word) * u64::from(by) + carry;
            *word = n as u32;
            carry = n >> 32;
        }
        if carry != 0 {
            self.0.push(carry as u32);
        }
    }

    fn plus(&self, other: &Big) -> Big {
        let mut words = Vec::with_capacity(self.0.len().max(other.0.len()) + 1);
        let mut carry = 0u64;
        for i in 0..self.0.len().max(other.0.len()) {
            let a = self.0.get(i).copied().unwrap_or(0);
            let b = other.0.get(i).copied().unwrap_or(0);
            let n = u64::from(a) + u64::from(b) + carry;
            words.push(n as u32);
            carry = n >> 32;
        }
        if carry != 0 {
            words.push(carry as u32);
        }
        Big(words)
    }

    /// Takes `by` off as often as it goes (at most nine times) and returns how often.
    fn div_small(&mut self, by: &Big) -> u8 {
        let mut times = 0;
        while *self >= *by {
            let mut borrow = 0i64;
            for i in 0..self.0.len() {
                let b = by.0.get(i).copied().unwrap_or(0);
                let n = i64::from(self.0[i]) - i64::from(b) - borrow;
                borrow = i64::from(n < 0);
                self.0[i] = n as u32;
            }
            self.trim();
            times += 1;
        }
        times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_read_back() {
        for (value, expected) in [
            (3.5, "3.5"),
            (5.0, "5"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (1e300, "1e+300"),
            (1.5e-7, "1.5e-07"),
            (0.00001234, "0.00001234"),
            (123456789.0, "123456789"),
            (1e17, "1e+17"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            let text = number(FloatFormat::Double, &f64::to_le_bytes(value));
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn long_doubles_read_back() {
        // Sign and exponent, mantissa, as `long double` constants of the same spelling have them.
        for (top, mantissa, expected) in [
            (0x3fff, 1u64 << 63, "1"),
            (0xbfff, 3 << 62, "-1.5"),
            (0x3ffb, 0xcccc_cccc_cccc_cccd, "0.1"),
            (0x4000, 0xc90f_daa2_2168_c235, "3.1415926535897932385"),
            (0x7ffe, u64::MAX, "1.189731495357231765e+4932"),
            (0x0000, 1, "4e-4951"),
            (0x0001, 1 << 63, "3.3621031431120935063e-4932"),
            (0x7fff, 1 << 63, "inf"),
            (0x0000, 0, "0"),
        ] {
            let mut bytes = mantissa.to_le_bytes().to_vec();
            bytes.extend_from_slice(&u16::to_le_bytes(top));
            bytes.resize(16, 0);
            assert_eq!(number(FloatFormat::Extended, &bytes), expected);
        }
    }

    #[test]
    fn integers_and_characters() {
        let int = |kind, bytes: &[u8]| int_text(kind, true, bytes, Form::Shown);
        assert_eq!(int(IntKind::Int, &[0xff; 4]), "-1");
        assert_eq!(int(IntKind::UInt, &[0xff; 4]), "4294967295");
        assert_eq!(int(IntKind::Char, b"z"), "'z' (122)");
        assert_eq!(int(IntKind::Char, b"\n"), "'\\n' (10)");
        assert_eq!(int(IntKind::Char, &[0xe9]), "'\\351' (-23)");
        assert_eq!(int(IntKind::Bool, &[1]), "true");
        assert_eq!(int(IntKind::Int128, &(-5i128).to_le_bytes()), "-5");
    }
}
