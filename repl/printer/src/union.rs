//! Which member of a union says all that is in it. In: a union and the bytes of an object; out: the
//! member whose value, written down, gives these bytes again, if there is one, else the largest.
//!
//! A mask of the object's size has a bit set for each bit that comes back: padding does not, nor
//! does what a float that is no number carries along.

use crate::Printer;
use cfront::types::{ArrayLen, Field, FloatKind, IntKind, QType, Record, Type};

impl Printer<'_> {
    /// The index of the member to be written last.
    pub(crate) fn tells_all(&self, record: &Record, addr: u64) -> Option<usize> {
        let bytes = self.bytes(addr, record.size);
        self.teller(record, 0, &bytes)
    }

    /// The same for a union at an offset into the bytes.
    fn teller(&self, record: &Record, at: u64, bytes: &[u8]) -> Option<usize> {
        let fields = &record.fields;
        let mut order: Vec<usize> = (0..fields.len()).collect();
        order.sort_by_key(|&n| std::cmp::Reverse(self.rank(&fields[n])));
        let end = (at + record.size).min(bytes.len() as u64);
        let says_all = |&n: &usize| {
            let mut mask = vec![0u8; bytes.len()];
            self.mark_field(&fields[n], at, bytes, &mut mask);
            (at..end).all(|i| bytes[i as usize] & !mask[i as usize] == 0)
        };
        order.iter().copied().find(says_all).or(order.first().copied())
    }

    /// The number of bits, and rather integers than what may not show them all.
    fn rank(&self, field: &Field) -> (u64, bool) {
        let types = self.cx.types;
        let mut ty = field.ty.id;
        while let Type::Array { elem, .. } = types.get(ty) {
            ty = elem.id;
        }
        let is_plain = matches!(types.get(ty), Type::Int(_) | Type::BitInt { .. });
        let bits = types.size_of(field.ty.id).unwrap_or(0).saturating_mul(8);
        (field.bits.map_or(bits, |own| own.width.into()), is_plain && field.bits.is_none())
    }

    fn mark_field(&self, field: &Field, base: u64, bytes: &[u8], mask: &mut [u8]) {
        let at = base + field.offset;
        match field.bits {
            Some(own) => mark_bits(mask, at * 8 + own.bit_offset, u64::from(own.width)),
            None => self.mark(field.ty, at, bytes, mask),
        }
    }

    /// Sets the bits of an object at `at` that its written value gives again.
    fn mark(&self, ty: QType, at: u64, bytes: &[u8], mask: &mut [u8]) {
        let types = self.cx.types;
        let size = types.size_of(ty.id).unwrap_or(0);
        if (at + size) as usize > bytes.len() {
            return;
        }
        let own = &bytes[at as usize..(at + size) as usize];
        match types.get(ty.id) {
            Type::Array { elem, len: ArrayLen::Fixed(n) } => {
                self.mark_all(*elem, *n, at, bytes, mask)
            }
            Type::Vector { elem, lanes } => {
                self.mark_all((*elem).into(), u64::from(*lanes), at, bytes, mask);
            }
            Type::Complex(kind) => {
                let half = size / 2;
                self.mark_float(*kind, at, half, bytes, mask);
                self.mark_float(*kind, at + half, half, bytes, mask);
            }
            Type::Record(id) => {
                let record = types.record(*id);
                if record.is_union {
                    if let Some(n) = self.teller(record, at, bytes) {
                        self.mark_field(&record.fields[n], at, bytes, mask);
                    }
                    return;
                }
                record.fields.iter().for_each(|field| self.mark_field(field, at, bytes, mask));
            }
            Type::Int(IntKind::Bool) => mark_bits(mask, at * 8, 1),
            Type::BitInt { bits, signed } => {
                let width = u64::from(*bits);
                let is_set = |bit: u64| own[(bit / 8) as usize] >> (bit % 8) & 1 == 1;
                let sign = *signed && width > 0 && is_set(width - 1);
                let extended = (width..size * 8).all(|bit| is_set(bit) == sign);
                mark_bits(mask, at * 8, if extended { size * 8 } else { width });
            }
            Type::Float(kind) => self.mark_float(*kind, at, size, bytes, mask),
            _ => mark_bits(mask, at * 8, size * 8),
        }
    }

    fn mark_float(&self, kind: FloatKind, at: u64, size: u64, bytes: &[u8], mask: &mut [u8]) {
        let own = &bytes[at as usize..(at + size) as usize];
        match kind {
            FloatKind::LongDouble | FloatKind::Float64x => mark_bits(mask, at * 8, 80),
            kind if is_odd_nan(kind, own) => {}
            _ => mark_bits(mask, at * 8, size * 8),
        }
    }

    fn mark_all(&self, elem: QType, n: u64, at: u64, bytes: &[u8], mask: &mut [u8]) {
        let size = self.cx.types.size_of(elem.id).unwrap_or(0);
        (0..n).for_each(|i| self.mark(elem, at + i * size, bytes, mask));
    }
}

fn mark_bits(mask: &mut [u8], from: u64, n: u64) {
    for bit in from..from + n {
        if let Some(byte) = mask.get_mut((bit / 8) as usize) {
            *byte |= 1 << (bit % 8);
        }
    }
}

/// No number, and not the one that `NAN` is.
fn is_odd_nan(kind: FloatKind, bytes: &[u8]) -> bool {
    let value = crate::number::unsigned(bytes);
    let (sign, quiet) = match kind {
        FloatKind::Float => (1 << 31, 0x7fc0_0000),
        FloatKind::Double => (1 << 63, 0x7ff8_0000_0000_0000),
        _ => return false,
    };
    let value = value & !sign;
    let infinity = match kind {
        FloatKind::Float => 0x7f80_0000,
        _ => 0x7ff0_0000_0000_0000,
    };
    value > infinity && value != quiet
}
