//! Pointers: where they point, by name where the session knows one, and what stands there.

use crate::number::escape;
use crate::{Place, Printer};
use cfront::types::{ArrayLen, EnumId, IntKind, QType, Type};

impl Printer<'_> {
    pub(crate) fn pointer(&mut self, to: QType, bytes: &[u8], depth: usize) {
        let addr = crate::number::unsigned(bytes) as u64;
        if addr == 0 {
            return self.push("NULL");
        }
        let types = self.cx.types;
        if matches!(types.get(to.id), Type::Function(_)) {
            return self.function(addr);
        }
        let is_char =
            matches!(types.get(to.id), Type::Int(IntKind::Char | IntKind::SChar | IntKind::UChar));
        let place = self.cx.memory.place(addr);
        // Within a structure a known object is shown by its name; at the top its address leads.
        match &place {
            Some(place) if depth > 0 => self.push(&format!("&{}", self.spelled(place))),
            _ => self.push(&format!("{addr:#x}")),
        }
        let mut probe = [0u8];
        if !self.cx.memory.read(addr, &mut probe) {
            return self.push(" (not mapped)");
        }
        if is_char {
            return self.string(addr);
        }
        if let (Some(place), 0) = (&place, depth) {
            let text = format!(" <{}>", self.spelled(place));
            self.push(&text);
        }
        self.pointed_at(to, addr, depth);
    }

    /// One level of what a pointer to a record or an object pointer leads to.
    fn pointed_at(&mut self, to: QType, addr: u64, depth: usize) {
        if let Type::Record(id) = self.cx.types.get(to.id) {
            if !self.cx.types.record(*id).complete {
                return;
            }
            let bytes = self.record_bytes(*id, addr);
            let is_top = self.top.as_ref().is_some_and(|(i, b)| i == id && *b == bytes);
            if self.trail.contains(&addr) || (is_top && !bytes.is_empty()) {
                return self.push(" (cycle)");
            }
            if depth < self.cx.limits.depth {
                self.push(" ");
                self.record(*id, addr, depth + 1);
            }
        }
    }

    pub(crate) fn function(&mut self, addr: u64) {
        let name = self.cx.memory.place(addr).map(|p| self.spelled(&p));
        match name {
            Some(name) => self.push(&format!("{addr:#x} <{name}>")),
            None => self.push(&format!("{addr:#x}")),
        }
    }

    /// `v`, `v[2]`, `p.next`, or `v + 3 bytes`.
    fn spelled(&self, place: &Place) -> String {
        let mut text = place.name.clone();
        let mut offset = place.offset;
        let Some(mut ty) = place.ty.filter(|_| !place.is_function) else {
            return if offset == 0 { text } else { format!("{text}+{offset}") };
        };
        let types = self.cx.types;
        loop {
            match types.get(ty.id) {
                Type::Array { elem, len: ArrayLen::Fixed(_) } => {
                    let size = types.size_of(elem.id).unwrap_or(0);
                    if size == 0 {
                        break;
                    }
                    text.push_str(&format!("[{}]", offset / size));
                    offset %= size;
                    ty = *elem;
                }
                Type::Record(id) if offset > 0 => {
                    let record = types.record(*id);
                    let field = record.fields.iter().rev().find(|f| {
                        let size = types.size_of(f.ty.id).unwrap_or(0);
                        f.offset <= offset && offset - f.offset < size && f.bits.is_none()
                    });
                    let Some(field) = field else { break };
                    if let Some(name) = field.name {
                        text.push('.');
                        text.push_str(self.cx.names.text(name));
                    }
                    offset -= field.offset;
                    ty = field.ty;
                }
                _ => break,
            }
        }
        if offset != 0 {
            text.push_str(&format!("+{offset}"));
        }
        text
    }

    /// ` "text"`, up to the limit, as far as memory goes.
    fn string(&mut self, addr: u64) {
        let limit = self.cx.limits.string;
        let mut bytes = Vec::new();
        let mut ended = false;
        // Page by page: the string may end just before memory does.
        while bytes.len() < limit && !ended {
            let at = addr.wrapping_add(bytes.len() as u64);
            let n = ((4096 - at % 4096) as usize).min(limit - bytes.len());
            let mut chunk = vec![0u8; n];
            if !self.cx.memory.read(at, &mut chunk) {
                break;
            }
            match chunk.iter().position(|&b| b == 0) {
                Some(end) => {
                    bytes.extend_from_slice(&chunk[..end]);
                    ended = true;
                }
                None => bytes.extend_from_slice(&chunk),
            }
        }
        let text = quoted(&bytes);
        self.push(" ");
        self.push(&text);
        if !ended {
            self.push("…");
        }
    }

    pub(crate) fn enumerator(&mut self, id: EnumId, bytes: &[u8]) {
        let types = self.cx.types;
        let underlying = types.enumeration(id).underlying;
        let signed = match types.get(underlying) {
            Type::Int(kind) => crate::number::is_signed(*kind, types.char_signed),
            _ => false,
        };
        let value = if signed {
            crate::number::signed(bytes)
        } else {
            crate::number::unsigned(bytes) as i128
        };
        let constants = &types.enumeration(id).constants;
        if let Some((name, _)) = constants.iter().find(|(_, v)| *v == value) {
            let text = format!("{} ({value})", self.cx.names.text(*name));
            return self.push(&text);
        }
        // A set of flags: every bit of the value is some single-bit constant.
        let mut left = value;
        let mut parts = Vec::new();
        for (name, v) in constants {
            if *v > 0 && v.count_ones() == 1 && left & v != 0 {
                parts.push(self.cx.names.text(*name));
                left &= !v;
            }
        }
        if left == 0 && parts.len() > 1 {
            let text = format!("{} ({value})", parts.join(" | "));
            return self.push(&text);
        }
        self.push(&value.to_string());
    }
}

/// Bytes as a C string literal: UTF-8 as it is, the rest escaped.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    let mut rest = bytes;
    while !rest.is_empty() {
        let valid = match std::str::from_utf8(rest) {
            Ok(all) => all,
            Err(e) => std::str::from_utf8(&rest[..e.valid_up_to()]).expect("checked"),
        };
        for c in valid.chars() {
            if c.is_ascii() {
                text.push_str(&escape(c as u8, '"'));
            } else if c.is_control() {
                c.to_string().bytes().for_each(|b| text.push_str(&escape(b, '"')));
            } else {
                text.push(c);
            }
        }
        rest = &rest[valid.len()..];
        if let Some((&bad, after)) = rest.split_first() {
            text.push_str(&escape(bad, '"'));
            rest = after;
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn strings_are_literals() {
        assert_eq!(quoted("héllo\n\"x\"".as_bytes()), "\"héllo\\n\\\"x\\\"\"");
        assert_eq!(quoted(b"a\xff\0b"), "\"a\\377\\0b\"");
    }
}
