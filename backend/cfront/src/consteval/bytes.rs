//! Values as the bytes and relocations of an initialiser, and bits of one read back.

use super::Value;
use crate::softfloat::Soft;
use crate::tree::{StaticInit, StaticReloc};
use crate::types::{FloatFormat, FloatKind, Type, TypeId, Types};

pub fn format_bytes(format: FloatFormat) -> u64 {
    match format {
        FloatFormat::Half => 2,
        FloatFormat::Single => 4,
        FloatFormat::Double => 8,
        FloatFormat::Extended | FloatFormat::Quad => 16,
    }
}

/// How many bytes of the storage carry the value: the extended format leaves six unused.
fn value_bytes(format: FloatFormat) -> usize {
    if format == FloatFormat::Extended { 10 } else { format_bytes(format) as usize }
}

pub(super) fn read_bits(init: &StaticInit, start: u64, width: u32) -> i128 {
    (0..u64::from(width)).rev().fold(0i128, |bits, i| {
        let at = start + i;
        let byte = init.bytes.get((at / 8) as usize).copied().unwrap_or(0);
        bits << 1 | i128::from(byte >> (at % 8) & 1)
    })
}

/// Puts `width` bits of `value` at bit `start` of the initialiser.
pub fn store_bits(init: &mut StaticInit, start: u64, width: u32, value: i128) {
    let end = ((start + u64::from(width)).div_ceil(8)) as usize;
    if init.bytes.len() < end {
        init.bytes.resize(end, 0);
    }
    for i in 0..u64::from(width) {
        let at = start + i;
        let mask = 1u8 << (at % 8);
        let byte = &mut init.bytes[(at / 8) as usize];
        *byte = if value >> i & 1 != 0 { *byte | mask } else { *byte & !mask };
    }
}

fn put(init: &mut StaticInit, offset: u64, bytes: &[u8]) {
    let (start, end) = (offset as usize, offset as usize + bytes.len());
    // A later initialiser of the same place replaces the relocation of an earlier one. (None lies
    // beyond the bytes.)
    if start < init.bytes.len() {
        init.relocs.retain(|r| r.offset + 8 <= offset || r.offset >= end as u64);
    }
    if init.bytes.len() < end {
        if bytes.iter().all(|&b| b == 0) && init.bytes.len() <= start {
            return;
        }
        init.bytes.resize(end, 0);
    }
    init.bytes[start..end].copy_from_slice(bytes);
}

fn put_float(init: &mut StaticInit, offset: u64, value: Soft, kind: FloatKind) {
    let format = kind.format();
    let bytes = value.to_bits(format).to_le_bytes();
    put(init, offset, &bytes[..value_bytes(format)]);
}

/// Puts a value of type `ty` at `offset` of the initialiser. `false`: such a value cannot be known
/// before the program runs (an address in a narrow integer).
pub fn store(types: &Types, init: &mut StaticInit, offset: u64, ty: TypeId, value: &Value) -> bool {
    let Some(size) = types.size_of(ty) else { return false };
    match (value, types.get(ty)) {
        (Value::Int(value), _) if size <= 16 => {
            put(init, offset, &value.to_le_bytes()[..size as usize]);
        }
        (Value::Float(value), Type::Float(kind)) => put_float(init, offset, *value, *kind),
        (Value::Complex(re, im), Type::Complex(kind)) => {
            put_float(init, offset, *re, *kind);
            put_float(init, offset + size / 2, *im, *kind);
        }
        (Value::ComplexInt(re, im), _) if size <= 32 => {
            put(init, offset, &re.to_le_bytes()[..size as usize / 2]);
            put(init, offset + size / 2, &im.to_le_bytes()[..size as usize / 2]);
        }
        (Value::Address { base, offset: addend }, _) if size == 8 => {
            put(init, offset, &[0; 8]);
            if init.bytes.len() < offset as usize + 8 {
                init.bytes.resize(offset as usize + 8, 0);
            }
            init.relocs.push(StaticReloc { offset, target: *base, addend: *addend });
        }
        (Value::Bytes(part), _) => {
            put(init, offset, &part.bytes);
            let moved = part.relocs.iter();
            init.relocs.extend(moved.map(|r| StaticReloc { offset: r.offset + offset, ..*r }));
        }
        _ => return false,
    }
    true
}
