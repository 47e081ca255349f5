//! What `:bits` and `:layout` show, and what text `:asm NAME` is about. In: bytes, types, names;
//! out: text. Pure but for what the session is asked.

use crate::Shell;
use crate::items::{self, Kind};
use cfront::types::{FloatKind, Type, Types};
use engine::Value;
use preproc::scan::Scanner;

/// The most bytes `:bits` shows.
pub(crate) const MOST_BYTES: u64 = 256;

impl Shell {
    /// A function's name stands for its text, anything else for itself.
    pub(crate) fn code_of(&self, argument: &str) -> String {
        let Some(input) = self.session.input_of(argument) else { return argument.into() };
        if !self.session.is_own_function(argument) {
            return argument.into();
        }
        let is_type = |word: &str| self.session.is_type(word);
        let items = items::split(&mut Scanner::default(), input, &is_type);
        let own = |kind: &Kind| matches!(kind, Kind::Function(name, _) if name == argument);
        let found = items.iter().rev().find(|item| own(&item.kind));
        found.map_or(argument, |item| &input[item.range.clone()]).to_string()
    }
}

/// The bits of a value.
pub(crate) fn bits(types: &Types, value: Value, bytes: &[u8]) -> String {
    match types.get(value.ty.id) {
        Type::Float(FloatKind::Float) => floating(bytes, 8, 23),
        Type::Float(FloatKind::Double) => floating(bytes, 11, 52),
        Type::Record(_) | Type::Array { .. } | Type::Vector { .. } | Type::Complex(_) => {
            in_memory(bytes)
        }
        _ => number(bytes),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().rev().map(|byte| format!("{byte:02x}")).collect();
    format!("0x{digits}")
}

/// The highest byte first, eight to a line, and where the bits are counted from.
fn number(bytes: &[u8]) -> String {
    let mut text = hexadecimal(bytes);
    let groups: Vec<String> = bytes.iter().rev().map(|byte| format!("{byte:08b}")).collect();
    let mut highest = bytes.len() * 8;
    for line in groups.chunks(8) {
        let places = (0..line.len()).map(|n| format!("{:<8}", highest - 1 - n * 8));
        let places = places.collect::<Vec<_>>().join(" ");
        text.push_str(&format!("\n{}\n{}", line.join(" "), places.trim_end()));
        highest -= line.len() * 8;
    }
    text + "\n"
}

/// Sign, exponent and fraction.
fn floating(bytes: &[u8], exponent_bits: usize, fraction_bits: usize) -> String {
    let all: String = bytes.iter().rev().map(|byte| format!("{byte:08b}")).collect();
    let (sign, rest) = all.split_at(1);
    let (exponent, fraction) = rest.split_at(exponent_bits);
    let biased = i64::from_str_radix(exponent, 2).unwrap_or(0);
    let bias = (1 << (exponent_bits - 1)) - 1;
    let zero = !fraction.contains('1');
    let meaning = match biased {
        0 if zero => "zero".to_string(),
        0 => format!("2^{}, subnormal", 1 - bias),
        b if b == 2 * bias + 1 && zero => "infinity".to_string(),
        b if b == 2 * bias + 1 => "not a number".to_string(),
        b => format!("2^{}", b - bias),
    };
    let sign_text = if sign == "1" { "-" } else { "+" };
    let value = u64::from_str_radix(fraction, 2).unwrap_or(0);
    let digits = fraction_bits.div_ceil(4);
    format!(
        "{}\n{sign} {exponent} {fraction}\nsign {sign_text}, exponent {biased} ({meaning}), \
         fraction 0x{value:0digits$x}\n",
        hexadecimal(bytes)
    )
}

/// Sixteen bytes to a line, as they lie.
fn in_memory(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (at, line) in bytes.chunks(16).enumerate() {
        let hex: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = |b: &u8| if b.is_ascii_graphic() || *b == b' ' { char::from(*b) } else { '.' };
        let letters: String = line.iter().map(shown).collect();
        text.push_str(&format!("{:>6}  {:<47}  {letters}\n", at * 16, hex.join(" ")));
    }
    text
}

/// Offsets, sizes, declarations; what no member has is padding.
pub(crate) fn layout(layout: &engine::session::Layout) -> String {
    let mut text = format!("{}: {} bytes, aligned to {}\n", layout.name, layout.size, layout.align);
    let is_union = layout.members.iter().skip(1).all(|m| m.offset == 0) && layout.members.len() > 1;
    let mut end = 0;
    let gap = |from: u64, to: u64| match to.saturating_sub(from) {
        0 => String::new(),
        n => format!("{from:>6} {n:>6}  (padding)\n"),
    };
    for member in &layout.members {
        let (start, size) = (member.offset, member.size);
        if let Some((first, width)) = member.bits {
            text.push_str(&format!(
                "{:>6} {width:>5}b  {}\n",
                format!("{}.{}", first / 8, first % 8),
                member.declaration
            ));
            end = end.max((first + u64::from(width)).div_ceil(8));
            continue;
        }
        if !is_union {
            text.push_str(&gap(end, start));
        }
        text.push_str(&format!("{start:>6} {size:>6}  {}\n", member.declaration));
        end = end.max(start + size);
    }
    if !layout.members.is_empty() && !is_union {
        text.push_str(&gap(end, layout.size));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_of_numbers() {
        assert_eq!(number(&[5, 1]), "0x0105\n00000001 00000101\n15       7\n");
        let one_and_a_half = floating(&1.5f32.to_le_bytes(), 8, 23);
        assert_eq!(
            one_and_a_half,
            "0x3fc00000\n0 01111111 10000000000000000000000\n\
             sign +, exponent 127 (2^0), fraction 0x400000\n"
        );
        assert!(floating(&(-0.0f64).to_le_bytes(), 11, 52).contains("sign -, exponent 0 (zero)"));
        assert!(floating(&f64::INFINITY.to_le_bytes(), 11, 52).contains("(infinity)"));
        assert!(floating(&f64::NAN.to_le_bytes(), 11, 52).contains("(not a number)"));
        assert!(floating(&5e-324f64.to_le_bytes(), 11, 52).contains("(2^-1022, subnormal)"));
    }

    #[test]
    fn bytes_as_they_lie() {
        let text = in_memory(b"hi\0\x01");
        assert_eq!(text, format!("     0  {:<47}  hi..\n", "68 69 00 01"));
    }
}
