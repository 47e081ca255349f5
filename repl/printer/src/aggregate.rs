//! Arrays, vectors, structures and unions, as initialisers.

use crate::Printer;
use crate::number::unsigned;
use crate::pointer::quoted;
use cfront::types::{ArrayLen, Field, IntKind, QType, RecordId, Type, TypeId};

impl Printer<'_> {
    pub(crate) fn array(&mut self, ty: QType, addr: u64, depth: usize) {
        let types = self.cx.types;
        let Type::Array { elem, len } = types.get(ty.id) else {
            return self.push("(no array)");
        };
        let ArrayLen::Fixed(len) = *len else {
            return self.push("{…}");
        };
        let is_char = matches!(
            types.get(elem.id),
            Type::Int(IntKind::Char | IntKind::SChar | IntKind::UChar)
        );
        if is_char && self.char_array(addr, len) {
            return;
        }
        self.elements(*elem, len, addr, depth);
    }

    pub(crate) fn vector(&mut self, elem: TypeId, lanes: u32, addr: u64, depth: usize) {
        self.elements(elem.into(), u64::from(lanes), addr, depth);
    }

    fn elements(&mut self, elem: QType, len: u64, addr: u64, depth: usize) {
        if depth > self.cx.limits.depth {
            return self.push("{…}");
        }
        let size = self.cx.types.size_of(elem.id).unwrap_or(0);
        self.push("{");
        for i in 0..len {
            if i > 0 {
                self.push(", ");
            }
            if i as usize >= self.cx.limits.elements {
                self.push("…");
                break;
            }
            if self.cut {
                break;
            }
            self.value(elem, addr.wrapping_add(i * size), depth + 1);
        }
        self.push("}");
    }

    /// As a string literal, when the contents are text with its terminator: the bytes after it
    /// must be zero, or the literal would not be the same value.
    fn char_array(&mut self, addr: u64, len: u64) -> bool {
        let shown = len.min(self.cx.limits.string as u64 + 1) as usize;
        let mut bytes = vec![0u8; shown];
        if len == 0 || !self.cx.memory.read(addr, &mut bytes) {
            return false;
        }
        let end = bytes.iter().position(|&b| b == 0);
        let text = &bytes[..end.unwrap_or(bytes.len())];
        let is_text = std::str::from_utf8(text).is_ok_and(|t| {
            t.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t' | '\r' | '\u{1b}'))
        });
        let tail_is_zero = end.is_some_and(|e| bytes[e..].iter().all(|&b| b == 0));
        if !is_text || (end.is_some() && !tail_is_zero) {
            return false;
        }
        let literal = quoted(text);
        self.push(&literal);
        if end.is_none() && (len as usize) > shown {
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
        self.fields(&record.fields, addr, depth, &mut true);
        self.push("}");
        self.trail.pop();
    }

    /// The bytes of a record; none where they cannot be read or are very many.
    pub(crate) fn record_bytes(&self, id: RecordId, addr: u64) -> Vec<u8> {
        const MOST: u64 = 4096;
        let size = self.cx.types.record(id).size;
        let mut bytes = vec![0; if size > MOST { 0 } else { size as usize }];
        if !self.cx.memory.read(addr, &mut bytes) {
            bytes.clear();
        }
        bytes
    }

    fn fields(&mut self, fields: &[Field], addr: u64, depth: usize, first: &mut bool) {
        for field in fields {
            if self.cut {
                return;
            }
            let at = addr.wrapping_add(field.offset);
            let Some(name) = field.name else {
                // An anonymous member's members are this record's own.
                if let Type::Record(inner) = self.cx.types.get(field.ty.id) {
                    self.fields(&self.cx.types.record(*inner).fields, at, depth, first);
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
