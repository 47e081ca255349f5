//! The values of character constants and string literals: prefixes, escapes, UCNs, and the
//! joining of adjacent strings. In: spellings. Out: elements, or errors in words with the bytes
//! they mean.

use crate::literal::LiteralError;
use crate::unicode;

/// The prefix of a character constant or string: what its elements are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prefix {
    /// `char`
    None,
    /// `u8`: `char8_t` (an `unsigned char`)
    Utf8,
    /// `u`: `char16_t`
    Utf16,
    /// `U`: `char32_t`
    Utf32,
    /// `L`: `wchar_t`, a signed 32-bit integer
    Wide,
}

impl Prefix {
    /// Bytes of one element.
    pub fn width(self) -> usize {
        match self {
            Prefix::None | Prefix::Utf8 => 1,
            Prefix::Utf16 => 2,
            Prefix::Utf32 | Prefix::Wide => 4,
        }
    }

    fn limit(self) -> u32 {
        match self.width() {
            1 => 0xff,
            2 => 0xffff,
            _ => u32::MAX,
        }
    }

    fn spelled(self) -> &'static str {
        match self {
            Prefix::None => "",
            Prefix::Utf8 => "u8",
            Prefix::Utf16 => "u",
            Prefix::Utf32 => "U",
            Prefix::Wide => "L",
        }
    }
}

/// The value of a character constant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Character {
    pub prefix: Prefix,
    /// As its type has it: a plain constant is an `int`, sign-extended from `char`.
    pub value: i64,
    pub warnings: Vec<LiteralError>,
}

/// The elements of a string literal, without the closing zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Literal {
    pub prefix: Prefix,
    /// In the machine's order, `prefix.width()` bytes for each.
    pub bytes: Vec<u8>,
    /// By part.
    pub warnings: Vec<(usize, LiteralError)>,
}

/// A part of a literal: an element with a value of its own, or a character to be encoded.
enum Unit {
    Element(u32),
    Char(char),
    /// A byte of the source that is no UTF-8.
    Byte(u8),
}

/// Cuts a spelling into prefix, contents, where these begin, and whether it is raw.
fn split(text: &[u8]) -> Option<(Prefix, &[u8], usize, bool)> {
    let quote = text.iter().position(|b| *b == b'"' || *b == b'\'')?;
    let (raw, head) = match text[..quote].strip_suffix(b"R") {
        Some(head) => (true, head),
        None => (false, &text[..quote]),
    };
    let prefix = match head {
        b"" => Prefix::None,
        b"u8" => Prefix::Utf8,
        b"u" => Prefix::Utf16,
        b"U" => Prefix::Utf32,
        b"L" => Prefix::Wide,
        _ => return None,
    };
    let mut start = quote + 1;
    let mut end = text.len().checked_sub(1).filter(|end| *end >= start)?;
    if raw {
        let delimiter = text[start..].iter().position(|b| *b == b'(')?;
        start += delimiter + 1;
        end = end.checked_sub(delimiter + 1).filter(|end| *end >= start)?;
    }
    Some((prefix, &text[start..end], start, raw))
}

/// Reads one unit at `at`; yields it and the position behind it.
fn unit(
    text: &[u8],
    at: usize,
    prefix: Prefix,
    raw: bool,
    warn: &mut Vec<LiteralError>,
) -> Result<(Unit, usize), LiteralError> {
    if text[at] == b'\\' && !raw {
        return escape(text, at, prefix, warn);
    }
    match unicode::decode(&text[at..]) {
        Some((c, len)) => Ok((Unit::Char(c), at + len)),
        None if prefix.width() > 1 => Err(LiteralError {
            message: "a byte that is no UTF-8 stands in a wide literal".into(),
            bytes: at..at + 1,
        }),
        None => Ok((Unit::Byte(text[at]), at + 1)),
    }
}

fn escape(
    text: &[u8],
    at: usize,
    prefix: Prefix,
    warn: &mut Vec<LiteralError>,
) -> Result<(Unit, usize), LiteralError> {
    let letter = text.get(at + 1).copied().unwrap_or(b'\\');
    let simple = |value: u8| Ok((Unit::Element(u32::from(value)), at + 2));
    match letter {
        b'\\' | b'\'' | b'"' | b'?' => simple(letter),
        b'a' => simple(7),
        b'b' => simple(8),
        b't' => simple(9),
        b'n' => simple(10),
        b'v' => simple(11),
        b'f' => simple(12),
        b'r' => simple(13),
        b'e' | b'E' => simple(27),
        b'0'..=b'7' => {
            let len = text[at + 1..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(*b));
            let end = at + 1 + len.count();
            let value = text[at + 1..end].iter().fold(0u32, |v, d| v * 8 + u32::from(d - b'0'));
            if value > prefix.limit() {
                warn.push(LiteralError {
                    message: "octal escape sequence out of range".into(),
                    bytes: at..end,
                });
            }
            Ok((Unit::Element(value & prefix.limit()), end))
        }
        b'x' => {
            let digits = text[at + 2..].iter().take_while(|b| b.is_ascii_hexdigit()).count();
            let end = at + 2 + digits;
            if digits == 0 {
                let message = "\\x used with no following hex digits".into();
                return Err(LiteralError { message, bytes: at..at + 2 });
            }
            let mut value = 0u32;
            let mut over = false;
            for digit in &text[at + 2..end] {
                over |= value >> 28 != 0;
                value = value << 4 | char::from(*digit).to_digit(16).unwrap_or(0);
            }
            if over || value > prefix.limit() {
                warn.push(LiteralError {
                    message: "hex escape sequence out of range".into(),
                    bytes: at..end,
                });
            }
            Ok((Unit::Element(value & prefix.limit()), end))
        }
        b'u' | b'U' => universal(text, at, if letter == b'u' { 4 } else { 8 }),
        _ => {
            let (c, len) = unicode::decode(&text[at + 1..]).unwrap_or((char::from(letter), 1));
            warn.push(LiteralError {
                message: format!("unknown escape sequence: '\\{c}'"),
                bytes: at..at + 1 + len,
            });
            Ok((Unit::Char(c), at + 1 + len))
        }
    }
}

fn universal(text: &[u8], at: usize, want: usize) -> Result<(Unit, usize), LiteralError> {
    let digits = text[at + 2..].iter().take(want).take_while(|b| b.is_ascii_hexdigit()).count();
    let end = at + 2 + digits;
    let spelled = String::from_utf8_lossy(&text[at..end]).into_owned();
    if digits < want {
        let message = format!("incomplete universal character name {spelled}");
        return Err(LiteralError { message, bytes: at..end });
    }
    let value = text[at + 2..end]
        .iter()
        .fold(0u32, |v, d| v << 4 | char::from(*d).to_digit(16).unwrap_or(0));
    // What a plain character can say must be said by one: only three signs outside C's own set
    // lie below 0xa0.
    let plain = value < 0xa0 && !matches!(value, 0x24 | 0x40 | 0x60);
    match char::from_u32(value) {
        Some(c) if !plain => Ok((Unit::Char(c), end)),
        _ => {
            let message = format!("{spelled} is not a valid universal character");
            Err(LiteralError { message, bytes: at..end })
        }
    }
}

/// Appends the unit's elements.
fn encode(unit: Unit, prefix: Prefix, out: &mut Vec<u32>) {
    match unit {
        Unit::Element(value) => out.push(value),
        Unit::Byte(byte) => out.push(u32::from(byte)),
        Unit::Char(c) => match prefix {
            Prefix::None | Prefix::Utf8 => {
                out.extend(c.encode_utf8(&mut [0; 4]).bytes().map(u32::from));
            }
            Prefix::Utf16 => out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|u| u32::from(*u))),
            Prefix::Utf32 | Prefix::Wide => out.push(c as u32),
        },
    }
}

fn shift(mut error: LiteralError, by: usize) -> LiteralError {
    error.bytes = error.bytes.start + by..error.bytes.end + by;
    error
}

fn malformed(text: &[u8]) -> LiteralError {
    LiteralError { message: "malformed literal".into(), bytes: 0..text.len() }
}

/// The value of a character constant, spelled with prefix and quotes.
pub fn character(text: &[u8], unsigned_char: bool) -> Result<Character, LiteralError> {
    let (prefix, inside, start, raw) = split(text).ok_or_else(|| malformed(text))?;
    let mut warnings = Vec::new();
    let mut elements = Vec::new();
    let mut at = 0;
    let mut units = 0;
    while at < inside.len() {
        let (unit, next) =
            unit(inside, at, prefix, raw, &mut warnings).map_err(|error| shift(error, start))?;
        encode(unit, prefix, &mut elements);
        at = next;
        units += 1;
    }
    let mut warnings: Vec<LiteralError> =
        warnings.into_iter().map(|warning| shift(warning, start)).collect();
    let whole = 0..text.len();
    let Some(&last) = elements.last() else {
        return Err(LiteralError { message: "empty character constant".into(), bytes: whole });
    };
    let mut warn = |message: &str| {
        warnings.push(LiteralError { message: message.into(), bytes: whole.clone() });
    };
    let value = match prefix {
        Prefix::None if elements.len() == 1 => {
            if unsigned_char {
                i64::from(last as u8)
            } else {
                i64::from(last as u8 as i8)
            }
        }
        Prefix::None => {
            if elements.len() > 4 {
                warn("character constant too long for its type");
            } else {
                warn("multi-character character constant");
            }
            let value = elements.iter().fold(0u32, |v, e| v << 8 | (e & 0xff));
            i64::from(value as i32)
        }
        _ if elements.len() > 1 && (prefix == Prefix::Utf8 || units == 1) => {
            let message = "character constant too long for its type".into();
            return Err(LiteralError { message, bytes: whole });
        }
        _ => {
            if elements.len() > 1 {
                warn("character constant too long for its type");
            }
            if prefix == Prefix::Wide { i64::from(last as i32) } else { i64::from(last) }
        }
    };
    Ok(Character { prefix, value, warnings })
}

/// The elements of adjacent string literals, joined. An error names the part it is in.
pub fn string(parts: &[&[u8]]) -> Result<Literal, (usize, LiteralError)> {
    let mut prefix = Prefix::None;
    for (i, part) in parts.iter().enumerate() {
        let (own, ..) = split(part).ok_or_else(|| (i, malformed(part)))?;
        if own != Prefix::None && prefix != Prefix::None && own != prefix {
            let (a, b) = (prefix.spelled(), own.spelled());
            let message = format!("string literals with prefixes {a} and {b} cannot be joined");
            return Err((i, LiteralError { message, bytes: 0..part.len() }));
        }
        if own != Prefix::None {
            prefix = own;
        }
    }
    let mut warnings = Vec::new();
    let mut elements: Vec<u32> = Vec::new();
    let mut bytes: Vec<u8> = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
    for (i, part) in parts.iter().enumerate() {
        let (_, inside, start, raw) = split(part).ok_or_else(|| (i, malformed(part)))?;
        if prefix.width() == 1 && (raw || !inside.contains(&b'\\')) {
            bytes.extend_from_slice(inside);
            continue;
        }
        let mut warn = Vec::new();
        let mut at = 0;
        while at < inside.len() {
            let (unit, next) = unit(inside, at, prefix, raw, &mut warn)
                .map_err(|error| (i, shift(error, start)))?;
            elements.clear();
            encode(unit, prefix, &mut elements);
            for element in &elements {
                bytes.extend_from_slice(&element.to_le_bytes()[..prefix.width()]);
            }
            at = next;
        }
        warnings.extend(warn.into_iter().map(|warning| (i, shift(warning, start))));
    }
    Ok(Literal { prefix, bytes, warnings })
}
