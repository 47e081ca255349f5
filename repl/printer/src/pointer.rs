//! Pointers: where they point, by name where the session knows one, and what stands there.

use crate::number::{Form, escape};
use crate::{Place, Printer};
use cfront::types::{ArrayLen, EnumId, IntKind, QType, RecordId, Type, id};

impl Printer<'_> {
    pub(crate) fn pointer(&mut self, to: QType, bytes: &[u8], depth: usize) {
        let addr = crate::number::unsigned(bytes) as u64;
        if addr == 0 {
            return self.push("NULL");
        }
        if matches!(self.cx.types.get(to.id), Type::Function(_)) {
            return self.function(addr, depth);
        }
        // What lies behind an object may be another one without a name, such as a literal.
        let may_be_end = |place: &Place| !self.is_end(place) || self.ends_at(place, to).is_some();
        let found = self.cx.memory.place(addr).filter(may_be_end);
        let is_end = found.as_ref().is_some_and(|place| self.is_end(place));
        let place = found.map(|place| self.spelled(&place, to));
        let mut probe = [0u8];
        if !self.cx.memory.read(addr, &mut probe) {
            return self.push(&format!("{addr:#x} (not mapped)"));
        }
        if self.is_stream(to) {
            return self.stream(to, addr, place, depth);
        }
        let text = self.string(to, addr);
        if depth == 0 {
            self.push(&format!("{addr:#x}"));
            return match place {
                Some(place) if is_end => self.push(&format!(" <{place}, past the end>")),
                place => self.shown(to, addr, place, text),
            };
        }
        // Within braces it is an initialiser, as far as there is one.
        match (place, text) {
            (Some(place), _) if is_end => return self.push(&format!("&{place}")),
            (Some(place), text) => {
                match place.rsplit_once('+') {
                    // The distance is in bytes.
                    Some((object, bytes)) => self.push(&format!("(void *)&{object}+{bytes}")),
                    None => self.push(&format!("&{place}")),
                }
                text.into_iter().for_each(|text| self.push(&format!(" {text}")));
            }
            (None, Some(text)) => return self.push(&text),
            (None, None) => self.push(&format!("{addr:#x}")),
        }
        if let Type::Record(id) = self.cx.types.get(to.id) {
            self.record_at(*id, addr, depth);
        }
    }

    /// What a pointer that is the whole value leads to: `{v[2] = 3}`, `<v> {1, 2}`, `"text"`.
    fn shown(&mut self, to: QType, addr: u64, place: Option<String>, text: Option<String>) {
        let types = self.cx.types;
        match (types.get(to.id), text, place) {
            (_, Some(text), _) => self.push(&format!(" {text}")),
            (Type::Record(id), _, place) => {
                self.named(place);
                self.record_at(*id, addr, 0);
            }
            (Type::Void | Type::Function(_) | Type::Error, _, place) => self.named(place),
            (Type::Array { .. } | Type::Vector { .. }, _, place) => {
                self.named(place);
                self.push(" ");
                self.value(to, addr, 1);
            }
            (_, _, place) => {
                self.push(" {");
                place.into_iter().for_each(|place| self.push(&format!("{place} = ")));
                self.value(to, addr, 1);
                self.push("}");
            }
        }
    }

    fn named(&mut self, place: Option<String>) {
        place.into_iter().for_each(|place| self.push(&format!(" <{place}>")));
    }

    /// A record that a pointer leads to, if its members are known.
    fn record_at(&mut self, id: RecordId, addr: u64, depth: usize) {
        if !self.cx.types.record(id).complete {
            return;
        }
        let bytes = self.record_bytes(id, addr);
        let is_top = self.top.as_ref().is_some_and(|(i, b)| *i == id && *b == bytes);
        if self.trail.contains(&addr) || (is_top && !bytes.is_empty()) {
            return self.push(" (cycle)");
        }
        self.push(" ");
        if depth < self.cx.limits.depth {
            self.record(id, addr, depth + 1);
        } else {
            self.push("{…}");
        }
    }

    fn is_stream(&self, to: QType) -> bool {
        let Type::Record(id) = self.cx.types.get(to.id) else { return false };
        let record = self.cx.types.record(*id);
        record.complete && record.tag.is_some_and(|tag| self.cx.names.text(tag) == "_IO_FILE")
    }

    /// A `FILE`: the C library's members are nobody's business but its own.
    fn stream(&mut self, to: QType, addr: u64, place: Option<String>, depth: usize) {
        let place = place.map(|place| {
            let inner = place.strip_prefix("_IO_2_1_").and_then(|p| p.strip_suffix('_'));
            inner.map_or(place.clone(), str::to_string)
        });
        match place {
            Some(place) if depth > 0 => self.push(&place),
            place => {
                self.push(&format!("{addr:#x}"));
                self.named(place);
            }
        }
        let Type::Record(id) = self.cx.types.get(to.id) else { return };
        let fields = &self.cx.types.record(*id).fields;
        let number =
            fields.iter().find(|f| f.name.is_some_and(|n| self.cx.names.text(n) == "_fileno"));
        let mut bytes = [0; 4];
        if let (Some(field), 0) = (number, depth)
            && self.cx.memory.read(addr.wrapping_add(field.offset), &mut bytes)
        {
            self.push(&format!(" (descriptor {})", i32::from_le_bytes(bytes)));
        }
    }

    pub(crate) fn function(&mut self, addr: u64, depth: usize) {
        let place = self.cx.memory.place(addr);
        let mut probe = [0u8];
        let note = match &place {
            _ if !self.cx.memory.read(addr, &mut probe) => " (not mapped)",
            Some(place) if !place.is_function => " (data)",
            _ => "",
        };
        let is_data = place.as_ref().is_some_and(|place| !place.is_function);
        let name = place.map(|place| self.spelled(&place, QType::new(id::VOID)));
        let text = match name {
            Some(name) if depth > 0 && !is_data && !name.contains('+') => name,
            Some(name) => format!("{addr:#x} <{name}>{note}"),
            None => format!("{addr:#x}{note}"),
        };
        self.push(&text);
    }

    /// `v`, `v[2]`, `p.next`, or `v+3`: as deep as it takes to come to an object of type `to`.
    fn spelled(&self, place: &Place, to: QType) -> String {
        let whole = |offset: u64| match offset {
            0 => place.name.clone(),
            n => format!("{}+{n}", place.name),
        };
        let Some(ty) = place.ty.filter(|_| !place.is_function) else {
            return whole(place.offset);
        };
        if let Some(n) = self.ends_at(place, to) {
            return format!("{}[{n}]", place.name);
        }
        let mut path = place.name.clone();
        let mut fallback = None;
        let (mut ty, mut offset) = (ty, place.offset);
        loop {
            if offset == 0 {
                fallback.get_or_insert_with(|| path.clone());
                if ty.id == to.id {
                    return path;
                }
            }
            match self.step(&mut path, ty, &mut offset) {
                Some(inner) => ty = inner,
                None => {
                    return fallback.unwrap_or_else(|| {
                        if offset == 0 { path } else { format!("{path}+{offset}") }
                    });
                }
            }
        }
    }

    /// Behind the last byte of an object.
    fn is_end(&self, place: &Place) -> bool {
        let size = place.ty.and_then(|ty| self.cx.types.size_of(ty.id));
        !place.is_function && place.offset > 0 && size == Some(place.offset)
    }

    /// The length of the array of numbers that a place is the end of.
    fn ends_at(&self, place: &Place, to: QType) -> Option<u64> {
        match self.cx.types.get(place.ty.filter(|_| self.is_end(place))?.id) {
            Type::Array { elem, len: ArrayLen::Fixed(n) } if elem.id == to.id => {
                (!is_char(self.cx.types.get(to.id))).then_some(*n)
            }
            _ => None,
        }
    }

    /// Goes into the element or member that `offset` lies in.
    fn step(&self, path: &mut String, ty: QType, offset: &mut u64) -> Option<QType> {
        let types = self.cx.types;
        match types.get(ty.id) {
            Type::Array { elem, len: ArrayLen::Fixed(_) } => {
                let size = types.size_of(elem.id).filter(|size| *size > 0)?;
                path.push_str(&format!("[{}]", *offset / size));
                *offset %= size;
                Some(*elem)
            }
            Type::Record(id) => {
                let field = types.record(*id).fields.iter().rev().find(|f| {
                    let size = types.size_of(f.ty.id).unwrap_or(0);
                    f.offset <= *offset && *offset - f.offset < size && f.bits.is_none()
                })?;
                if let Some(name) = field.name {
                    path.push('.');
                    path.push_str(self.cx.names.text(name));
                }
                *offset -= field.offset;
                Some(field.ty)
            }
            _ => None,
        }
    }

    /// `"text"`, up to the limit, as far as memory goes; nothing where no characters are meant.
    fn string(&self, to: QType, addr: u64) -> Option<String> {
        let always = match self.cx.types.get(to.id) {
            Type::Int(IntKind::Char) => true,
            Type::Int(IntKind::SChar | IntKind::UChar) => false,
            _ => return None,
        };
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
        if !always && (bytes.is_empty() || !ended || !is_text(&bytes)) {
            return None;
        }
        Some(quoted(&bytes) + if ended { "" } else { "…" })
    }

    pub(crate) fn enumerator(&mut self, id: EnumId, bytes: &[u8], form: Form) {
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
            return self.constant(self.cx.names.text(*name).to_string(), value, form);
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
            return self.constant(parts.join(" | "), value, form);
        }
        self.push(&value.to_string());
    }

    fn constant(&mut self, name: String, value: i128, form: Form) {
        match form {
            Form::Shown => self.push(&format!("{name} ({value})")),
            Form::Constant => self.push(&name),
        }
    }
}

fn is_char(ty: &Type) -> bool {
    matches!(ty, Type::Int(IntKind::Char | IntKind::SChar | IntKind::UChar))
}

/// Whether somebody meant these bytes to be read.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    let is_read = |c: char| !c.is_control() || matches!(c, '\n' | '\t' | '\r' | '\u{1b}');
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(is_read))
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
        for (at, c) in valid.char_indices() {
            let digit_follows = rest.get(at + 1).is_some_and(u8::is_ascii_digit);
            if c == '\0' && digit_follows {
                text.push_str("\\000");
            } else if c.is_ascii() {
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
        assert_eq!(quoted(b"a\xff\0b\x001"), "\"a\\377\\0b\\0001\"");
    }
}
