//! The words of AT&T assembly: mnemonics and operands. Text comes in, operands and the numbers that
//! mnemonics stand for go out; `None` is a word this assembler does not know.
//!
//! Always: nothing is guessed: what is understood is understood to its last character.

use super::operand::register;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Arg {
    Reg {
        number: u8,
        size: u8,
        high: bool,
    },
    Xmm(u8),
    Imm(i64),
    Mem(Mem),
    /// A jump's target.
    Label(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Mem {
    pub(super) base: Option<u8>,
    pub(super) index: Option<u8>,
    pub(super) scale: u8,
    pub(super) disp: i32,
    /// The prefix of `%fs:` or `%gs:`.
    pub(super) segment: Option<u8>,
}

pub(super) const ALU: [&str; 8] = ["add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"];

/// Mnemonics that may carry a size suffix.
pub(super) const STEMS: [&str; 52] = [
    "add", "or", "adc", "sbb", "and", "sub", "xor", "cmp", "mov", "movabs", "lea", "test", "xchg",
    "xadd", "cmpxchg", "imul", "mul", "div", "idiv", "not", "neg", "inc", "dec", "bsf", "bsr",
    "popcnt", "tzcnt", "lzcnt", "bt", "bts", "btr", "btc", "shl", "sal", "shr", "sar", "rol",
    "ror", "rcl", "rcr", "shld", "shrd", "bswap", "push", "pop", "movs", "stos", "lods", "scas",
    "cmps", "rdrand", "rdseed",
];

/// Mnemonics whose last letter is the size of the destination, or names the memory form.
pub(super) const WIDENING: [&str; 7] =
    ["movzb", "movzw", "movsb", "movsw", "movsl", "cmpxchg8", "cmpxchg16"];

/// Name, prefix, opcode that loads, opcode that stores.
pub(super) const MOVES: [(&str, Option<u8>, u8, u8); 8] = [
    ("movups", None, 0x10, 0x11),
    ("movupd", Some(0x66), 0x10, 0x11),
    ("movaps", None, 0x28, 0x29),
    ("movapd", Some(0x66), 0x28, 0x29),
    ("movss", Some(0xf3), 0x10, 0x11),
    ("movsd", Some(0xf2), 0x10, 0x11),
    ("movdqa", Some(0x66), 0x6f, 0x7f),
    ("movdqu", Some(0xf3), 0x6f, 0x7f),
];

pub(super) fn shift(stem: &str) -> Option<u8> {
    Some(match stem {
        "rol" => 0,
        "ror" => 1,
        "rcl" => 2,
        "rcr" => 3,
        "shl" | "sal" => 4,
        "shr" => 5,
        "sar" => 7,
        _ => return None,
    })
}

pub(super) fn condition(name: &str) -> Option<u8> {
    Some(match name {
        "o" => 0,
        "no" => 1,
        "b" | "c" | "nae" => 2,
        "ae" | "nb" | "nc" => 3,
        "e" | "z" => 4,
        "ne" | "nz" => 5,
        "be" | "na" => 6,
        "a" | "nbe" => 7,
        "s" => 8,
        "ns" => 9,
        "p" | "pe" => 10,
        "np" | "po" => 11,
        "l" | "nge" => 12,
        "ge" | "nl" => 13,
        "le" | "ng" => 14,
        "g" | "nle" => 15,
        _ => return None,
    })
}

/// Instructions without operands.
pub(super) fn plain(name: &str) -> Option<&'static [u8]> {
    Some(match name {
        "nop" => &[0x90],
        "pause" => &[0xf3, 0x90],
        "cpuid" => &[0x0f, 0xa2],
        "rdtsc" => &[0x0f, 0x31],
        "rdtscp" => &[0x0f, 0x01, 0xf9],
        "xgetbv" => &[0x0f, 0x01, 0xd0],
        "mfence" => &[0x0f, 0xae, 0xf0],
        "lfence" => &[0x0f, 0xae, 0xe8],
        "sfence" => &[0x0f, 0xae, 0xf8],
        "syscall" => &[0x0f, 0x05],
        "cld" => &[0xfc],
        "std" => &[0xfd],
        "clc" => &[0xf8],
        "stc" => &[0xf9],
        "cmc" => &[0xf5],
        "cltd" | "cdq" => &[0x99],
        "cqto" | "cqo" => &[0x48, 0x99],
        "cwtl" | "cwde" => &[0x98],
        "cltq" | "cdqe" => &[0x48, 0x98],
        "lahf" => &[0x9f],
        "sahf" => &[0x9e],
        "pushf" | "pushfq" => &[0x9c],
        "popf" | "popfq" => &[0x9d],
        "leave" => &[0xc9],
        "ret" => &[0xc3],
        "ud2" => &[0x0f, 0x0b],
        "int3" => &[0xcc],
        _ => return None,
    })
}

pub(super) fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$' | ' ')
}

pub(super) fn arguments(text: &str) -> Option<Vec<Arg>> {
    let mut args = Vec::new();
    let (mut depth, mut start) = (0i32, 0);
    let text = text.trim();
    if text.is_empty() {
        return Some(args);
    }
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                args.push(argument(text[start..at].trim())?);
                start = at + 1;
            }
            _ => {}
        }
    }
    args.push(argument(text[start..].trim())?);
    Some(args)
}

pub(super) fn number(text: &str) -> Option<i64> {
    let (text, negative) = match text.strip_prefix('-') {
        Some(rest) => (rest.trim(), true),
        None => (text, false),
    };
    let value = if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        u64::from_str_radix(hex, 16).ok()?
    } else if text.len() > 1 && text.starts_with('0') {
        u64::from_str_radix(text, 8).ok()?
    } else {
        text.parse().ok()?
    };
    let value = value as i64;
    Some(if negative { value.wrapping_neg() } else { value })
}

pub(super) fn argument(text: &str) -> Option<Arg> {
    if let Some(immediate) = text.strip_prefix('$') {
        return number(immediate.trim()).map(Arg::Imm);
    }
    if let Some(name) = text.strip_prefix('%')
        && !name.contains([':', '('])
    {
        return register_argument(name.trim());
    }
    if text.contains('(') || text.contains(':') {
        return memory_argument(text).map(Arg::Mem);
    }
    let labelled = !text.is_empty() && text.chars().all(|c| is_name(c) && c != ' ');
    labelled.then(|| Arg::Label(text.to_owned()))
}

pub(super) fn register_argument(name: &str) -> Option<Arg> {
    if let Some(number) = name.strip_prefix("xmm") {
        return number.parse().ok().filter(|&n| n < 16).map(Arg::Xmm);
    }
    let number = register(name)?;
    let size = match name.as_bytes() {
        [_, b'h'] => return Some(Arg::Reg { number, size: 1, high: true }),
        [.., b'l'] | [b'r', .., b'b'] => 1,
        [b'e', ..] | [b'r', .., b'd'] => 4,
        [b'r', b'8'..=b'9', b'w'] | [b'r', _, _, b'w'] => 2,
        [b'r', ..] => 8,
        _ => 2,
    };
    Some(Arg::Reg { number, size, high: false })
}

pub(super) fn memory_argument(text: &str) -> Option<Mem> {
    let (segment, text) = match text.split_once(':') {
        Some(("%fs", rest)) => (Some(0x64), rest),
        Some(("%gs", rest)) => (Some(0x65), rest),
        Some(_) => return None,
        None => (None, text),
    };
    let (disp, rest) = text.split_once('(').unwrap_or((text, ""));
    let disp = match disp.trim() {
        "" => 0,
        disp => i32::try_from(number(disp)?).ok()?,
    };
    let mut mem = Mem { base: None, index: None, scale: 0, disp, segment };
    let inner = rest.trim_end().trim_end_matches(')').trim();
    if inner.is_empty() {
        return segment.map(|_| mem);
    }
    let mut parts = inner.split(',').map(str::trim);
    let wide = |name: &str| match register_argument(name.strip_prefix('%')?)? {
        Arg::Reg { number, size: 8, .. } => Some(number),
        _ => None,
    };
    match parts.next()? {
        "" => {}
        base => mem.base = Some(wide(base)?),
    }
    if let Some(index) = parts.next() {
        mem.index = Some(wide(index).filter(|&index| index != 4)?);
    }
    mem.scale = match parts.next() {
        None | Some("1") => 0,
        Some("2") => 1,
        Some("4") => 2,
        Some("8") => 3,
        _ => return None,
    };
    Some(mem)
}
