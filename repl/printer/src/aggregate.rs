//! Arrays, vectors, structures and unions, as initialisers.

use crate::Printer;
use crate::number::unsigned;
use crate::pointer::{is_text, quoted};
use cfront::types::{ArrayLen, Field, IntKind, QType, Record, RecordId, Type, TypeId};

/// So many equal elements in a row are still shown one by one.
const MOST_EQUAL: u64 = 16;

/// How many elements from `at` on are the same bytes.
fn equal_from(bytes: &[u8], at: u64, size: u64) -> u64 {
    let start = (at * size) as usize;
    let Some(rest) = bytes.get(start..).filter(|rest| size > 0 && !rest.is_empty()) else {
        return 1;
    };
    let mut all = rest.chunks_exact(size as usize);
    let first = all.next();
    1 + all.take_while(|other| Some(*other) == first).count() as u64
}

impl Printer<'_> {
    pub(crate) fn array(&mut self, ty: QType, addr: u64, depth: usize) {
        let types = self.cx.types;
        let Type::Array { elem, len } = types.get(ty.id) else {
            return self.push("(no array)");
        };
        let ArrayLen::Fixed(len) = *len else {
            return self.push("{…}");
        };
        let is_text = match types.get(elem.id) {
            Type::Int(IntKind::Char) => self.char_array(addr, len, true),
            Type::Int(IntKind::SChar | IntKind::UChar) => self.char_array(addr, len, false),
            _ => false,
        };
        if !is_text {
            self.elements(*elem, len, addr, depth, true);
        }
    }

    pub(crate) fn vector(&mut self, elem: TypeId, lanes: u32, addr: u64, depth: usize) {
        self.elements(elem.into(), u64::from(lanes), addr, depth, false);
    }

    /// With `ranges`, many equal elements in a row are one: `[3 ... 99] = 0`.
    fn elements(&mut self, elem: QType, len: u64, addr: u64, depth: usize, ranges: bool) {
        if depth > self.cx.limits.depth {
            return self.push("{…}");
        }
        let size = self.cx.types.size_of(elem.id).unwrap_or(0);
        let bytes = self.bytes(addr, if ranges { len.saturating_mul(size) } else { 0 });
        self.push("{");
        let (mut at, mut shown) = (0, 0);
        while at < len && !self.cut {
            if at > 0 {
                self.push(", ");
            }
            if shown >= self.cx.limits.elements {
                self.push("…");
                break;
            }
            let same = equal_from(&bytes, at, size);
            let step = if same > MOST_EQUAL { same } else { 1 };
            if step > 1 {
                self.push(&format!("[{at} ... {}] = ", at + step - 1));
            }
            self.value(elem, addr.wrapping_add(at * size), depth + 1);
            at += step;
            shown += 1;
        }
        self.push("}");
    }

    /// Bytes of an object; none where they cannot be read or are very many.
    pub(crate) fn bytes(&self, addr: u64, size: u64) -> Vec<u8> {
        const MOST: u64 = 1 << 20;
        let mut bytes = vec![0; if size > MOST { 0 } else { size as usize }];
        if !self.cx.memory.read(addr, &mut bytes) {
            bytes.clear();
        }
        bytes
    }

    /// As a string literal. Plain characters always are (what stands behind the last one that is
    /// not zero is zero in the literal's array too); small integers only where they read as text.
    fn char_array(&mut self, addr: u64, len: u64, always: bool) -> bool {
        let shown = len.min(self.cx.limits.string as u64 + 1) as usize;
        let mut bytes = vec![0u8; shown];
        if len == 0 || !self.cx.memory.read(addr, &mut bytes) {
            return false;
        }
        let end = bytes.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1);
        let whole = shown as u64 == len;
        let text = match whole || end < shown {
            true => &bytes[..end],
            false => &bytes[..shown - 1],
        };
        let reads_as_text = whole && !text.is_empty() && is_text(text);
        if !always && !reads_as_text {
            return false;
        }
        let literal = quoted(text);
        self.push(&literal);
        if !whole {
            self.push("…");
        }
        true
    }

    pub(crate) fn record(&mut self, id: RecordId, addr: u64, depth: usize) {
        let record = self.cx.types.record(id);
        if !record.complete {
            return self.push("{…}");
        }
        if depth > self.cx.limits.depth {
            return self.push("{…}");
        }
        if self.top.is_none() {
            self.top = Some((id, self.record_bytes(id, addr)));
        }
        self.trail.push(addr);
        self.push("{");
        self.fields(record, addr, depth, &mut true);
        self.push("}");
        self.trail.pop();
    }

    /// The bytes of a record; none where they cannot be read or are very many.
    pub(crate) fn record_bytes(&self, id: RecordId, addr: u64) -> Vec<u8> {
        self.bytes(addr, self.cx.types.record(id).size)
    }

    fn fields(&mut self, record: &Record, addr: u64, depth: usize, first: &mut bool) {
        let mut fields: Vec<&Field> = record.fields.iter().collect();
        // Of several initialisers of a union the last one holds: it must say everything.
        if record.is_union
            && let Some(at) = self.tells_all(record, addr)
        {
            let teller = fields.remove(at);
            fields.push(teller);
        }
        for field in fields {
            if self.cut {
                return;
            }
            let at = addr.wrapping_add(field.offset);
            let Some(name) = field.name else {
                // An anonymous member's members are this record's own.
                if let Type::Record(inner) = self.cx.types.get(field.ty.id) {
                    self.fields(self.cx.types.record(*inner), at, depth, first);
                }
                continue;
            };
            if !std::mem::take(first) {
                self.push(", ");
            }
            let name = self.cx.names.text(name);
            self.push(&format!(".{name} = "));
            match field.bits {
                Some(bits) => self.bit_field(field, addr, bits.bit_offset, bits.width),
                None => self.value(field.ty, at, depth + 1),
            }
        }
    }

    fn bit_field(&mut self, field: &Field, addr: u64, bit_offset: u64, width: u32) {
        let types = self.cx.types;
        let first = bit_offset / 8;
        let n_bytes = ((bit_offset + u64::from(width)).div_ceil(8) - first) as usize;
        let mut bytes = [0u8; 17];
        if n_bytes > bytes.len()
            || !self.cx.memory.read(addr.wrapping_add(first), &mut bytes[..n_bytes])
        {
            return self.push("(not mapped)");
        }
        let shift = (bit_offset % 8) as u32;
        let low = unsigned(&bytes[..n_bytes.min(16)]) >> shift;
        let high = if n_bytes == 17 { u128::from(bytes[16]) << (128 - shift) } else { 0 };
        let unused = 128 - width.clamp(1, 128);
        let raw = (low | high) << unused;
        let base = match types.get(field.ty.id) {
            Type::Enum(id) => types.get(types.enumeration(*id).underlying),
            other => other,
        };
        let signed = match base {
            Type::Int(kind) => crate::number::is_signed(*kind, types.char_signed),
            Type::BitInt { signed, .. } => *signed,
            _ => false,
        };
        let value = if signed { (raw as i128 >> unused) as u128 } else { raw >> unused };
        let size = types.size_of(field.ty.id).unwrap_or(4).min(16) as usize;
        self.scalar(field.ty, &value.to_le_bytes()[..size], 1);
    }
}
