//! `.eh_frame` to the `.eh_frame_hdr` that unwinders search. In: the bytes of a module's unwind
//! information and where they are; out: the functions they describe, and a table as bytes. Pure.
//! What always holds: hostile bytes give a shorter list, never a panic or a loop without end.
//!
//! The encodings understood are those compilers emit for x86-64: pointers absolute or relative to
//! their own place, of 4 or 8 bytes. An entry with another one is left out of the table, and so
//! is one too far from it.

use crate::addr::Addr;

/// One function's entry: where it starts and where its description is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Function {
    pub(crate) start: u64,
    pub(crate) entry: u64,
}

const ABSOLUTE: u8 = 0x00;
const UNSIGNED_4: u8 = 0x03;
const SIGNED_4: u8 = 0x0b;
const SIGNED_8: u8 = 0x0c;
const UNSIGNED_8: u8 = 0x04;
const RELATIVE_TO_PLACE: u8 = 0x10;
const RELATIVE_TO_TABLE: u8 = 0x30;
const OMIT: u8 = 0xff;

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

fn leb_end(bytes: &[u8], at: usize) -> Option<usize> {
    let len = bytes.get(at..)?.iter().position(|b| b & 0x80 == 0)?;
    Some(at + len + 1)
}

/// Every function that the section describes, by start.
pub(crate) fn functions(base: Addr, bytes: &[u8]) -> Vec<Function> {
    let mut found = Vec::new();
    let mut at = 0usize;
    while let Some(len) = u32_at(bytes, at) {
        // Zero ends the section; 64-bit lengths are never emitted for it.
        let end = (at + 4).checked_add(len as usize).filter(|end| *end <= bytes.len());
        let (Some(end), 1..0xffff_fff0) = (end, len) else { break };
        if let Some(start) = entry_start(base, bytes, at) {
            found.push(Function { start, entry: base.0.wrapping_add(at as u64) });
        }
        at = end;
    }
    found.sort_by_key(|f| f.start);
    found
}

/// The first address of the function that the entry at `at` describes; `None` for a CIE.
fn entry_start(base: Addr, bytes: &[u8], at: usize) -> Option<u64> {
    let id_at = at + 4;
    let distance = u32_at(bytes, id_at)? as usize;
    if distance == 0 {
        return None;
    }
    let encoding = pointer_encoding(bytes, id_at.checked_sub(distance)?)?;
    let place = id_at + 4;
    let raw = match encoding & 0x0f {
        ABSOLUTE | UNSIGNED_8 | SIGNED_8 => u64_at(bytes, place)?,
        UNSIGNED_4 => u64::from(u32_at(bytes, place)?),
        SIGNED_4 => u32_at(bytes, place)? as i32 as i64 as u64,
        _ => return None,
    };
    match encoding & 0x70 {
        0 => Some(raw),
        RELATIVE_TO_PLACE => Some(raw.wrapping_add(base.0).wrapping_add(place as u64)),
        _ => None,
    }
}

/// How the CIE at `at` says that its functions' addresses are written.
fn pointer_encoding(bytes: &[u8], at: usize) -> Option<u8> {
    let version = *bytes.get(at + 8)?;
    let name_at = at + 9;
    let name_len = bytes.get(name_at..)?.iter().position(|b| *b == 0)?;
    let name = bytes.get(name_at..name_at + name_len)?;
    let Some((b'z', letters)) = name.split_first() else {
        return name.is_empty().then_some(ABSOLUTE);
    };
    let mut next = name_at + name_len + 1;
    next = leb_end(bytes, next)?;
    next = leb_end(bytes, next)?;
    next = if version == 1 { next + 1 } else { leb_end(bytes, next)? };
    next = leb_end(bytes, next)?;
    for letter in letters {
        match letter {
            b'R' => return bytes.get(next).copied(),
            b'L' => next += 1,
            b'P' => {
                next += match bytes.get(next)? & 0x0f {
                    ABSOLUTE | UNSIGNED_8 | SIGNED_8 => 9,
                    UNSIGNED_4 | SIGNED_4 => 5,
                    _ => return None,
                };
            }
            b'S' | b'B' => {}
            _ => return None,
        }
    }
    Some(ABSOLUTE)
}

/// The bytes a table for so many functions takes.
pub(crate) fn table_bytes(functions: usize) -> u64 {
    16 + 8 * functions as u64
}

/// The table, as it is to stand at `place`.
pub(crate) fn table(place: Addr, frames: Addr, functions: &[Function]) -> Vec<u8> {
    let near = |to: u64| i32::try_from(to.wrapping_sub(place.0) as i64).ok();
    let rows: Option<Vec<(i32, i32)>> =
        functions.iter().map(|f| Some((near(f.start)?, near(f.entry)?))).collect();
    let mut bytes = vec![1, ABSOLUTE];
    match &rows {
        Some(_) => bytes.extend([UNSIGNED_4, RELATIVE_TO_TABLE | SIGNED_4]),
        // Out of reach: the unwinder walks the section itself.
        None => bytes.extend([OMIT, OMIT]),
    }
    bytes.extend(frames.0.to_le_bytes());
    let rows = rows.unwrap_or_default();
    bytes.extend((rows.len() as u32).to_le_bytes());
    for (start, entry) in rows {
        bytes.extend(start.to_le_bytes());
        bytes.extend(entry.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A CIE with `zR` and pc-relative 4-byte addresses, and one entry for each start.
    fn section(base: u64, starts: &[u64]) -> Vec<u8> {
        let mut bytes = vec![16, 0, 0, 0, 0, 0, 0, 0, 1, b'z', b'R', 0, 1, 0x78, 16, 1, 0x1b];
        bytes.resize(20, 0);
        for start in starts {
            let at = bytes.len() as u64;
            bytes.extend(16u32.to_le_bytes());
            bytes.extend((at as u32 + 4).to_le_bytes());
            bytes.extend((start.wrapping_sub(base + at + 8) as u32).to_le_bytes());
            bytes.extend(8u32.to_le_bytes());
            bytes.extend([0; 4]);
        }
        bytes.extend([0; 4]);
        bytes
    }

    #[test]
    fn functions_are_found_and_sorted() {
        let base = 0x1800_0000;
        let bytes = section(base, &[0x1000_0100, 0x1000_0000, 0x1000_0200]);
        let found = functions(Addr(base), &bytes);
        let starts: Vec<u64> = found.iter().map(|f| f.start).collect();
        assert_eq!(starts, [0x1000_0000, 0x1000_0100, 0x1000_0200]);
        let near = table(Addr(0x5000_0000), Addr(base), &found);
        assert_eq!(near.len() as u64, table_bytes(3));
        assert_eq!(near[..4], [1, ABSOLUTE, UNSIGNED_4, RELATIVE_TO_TABLE | SIGNED_4]);
        let far = table(Addr(0x7f00_0000_0000), Addr(base), &found);
        assert_eq!(far[..4], [1, ABSOLUTE, OMIT, OMIT]);
    }

    #[test]
    fn damaged_sections_give_a_list_all_the_same() {
        let bytes = section(0x1000, &[1, 2, 3, 4]);
        let mut word = 1u64;
        for _ in 0..100_000 {
            let mut damaged = bytes.clone();
            for _ in 0..3 {
                word = word.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let at = (word >> 33) as usize % damaged.len();
                damaged[at] = (word >> 8) as u8;
            }
            damaged.truncate((word >> 20) as usize % (damaged.len() + 1));
            assert!(functions(Addr(u64::MAX - 8), &damaged).len() <= bytes.len() / 4);
        }
    }
}
