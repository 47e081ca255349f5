//! A C value as text: `int 3`, `struct p {.x = 3, .y = 4}`, `char * 0x5581…2c0 "héllo"`. In come a
//! type, the bytes of an object (or its address) and a way to look at the executor's memory; out
//! goes one line. Pure over [`Memory`]: a wild pointer is a failed look, never a fault.
//!
//! What stands in braces is again a C initialiser with the same value, unless a limit cut it short
//! (then it says `…`) or it holds addresses that have no name. Outside of them a value is written
//! for people: the type stands in front, `'a' (97)`, `BLUE (1)`.

#![forbid(unsafe_code)]

mod aggregate;
mod number;
mod pointer;
mod union;

use cfront::types::{QType, RecordId, Type, Types};
use number::Form;
use preproc::name::Names;

/// The executor's memory as the printer may see it.
pub trait Memory {
    /// Fills `buf` from `addr`; false when any of it cannot be read.
    fn read(&self, addr: u64, buf: &mut [u8]) -> bool;

    /// The object or function that `addr` lies in, if the session knows it.
    fn place(&self, addr: u64) -> Option<Place>;
}

/// A place with a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub name: String,
    pub offset: u64,
    pub is_function: bool,
    /// The type of the named object, where known: `p + 8` is then shown as `v[2]`.
    pub ty: Option<QType>,
}

/// How much of a value is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Elements of one array.
    pub elements: usize,
    /// Bytes of one string.
    pub string: usize,
    /// Levels of nested aggregates and followed pointers.
    pub depth: usize,
    /// Bytes of text in all.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { elements: 200, string: 200, depth: 6, text: 4000 }
    }
}

/// What the printer needs to know of a session.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub types: &'a Types,
    pub names: &'a Names,
    pub memory: &'a dyn Memory,
    pub limits: Limits,
}

/// The value at `addr` with its type in front: `int 3`.
pub fn typed_value(cx: Context<'_>, ty: QType, addr: u64) -> String {
    let mut text = type_text(cx, ty);
    text.push(' ');
    text.push_str(&value_at(cx, ty, addr));
    text
}

/// The type as a declaration would spell it, without a name.
pub fn type_text(cx: Context<'_>, ty: QType) -> String {
    cx.types.show(ty, cx.names)
}

/// The value at `addr` alone.
pub fn value_at(cx: Context<'_>, ty: QType, addr: u64) -> String {
    let mut printer = Printer { cx, out: String::new(), trail: Vec::new(), top: None, cut: false };
    printer.value(ty, addr, 0);
    printer.out
}

/// The work in progress: the text so far and the addresses of the records being shown.
struct Printer<'a> {
    cx: Context<'a>,
    out: String,
    /// Addresses of enclosing records reached so far, to mark cycles.
    trail: Vec<u64>,
    /// The outermost record and its bytes. It may be a copy of an object that lies elsewhere, so
    /// a way back to that object is known by its contents: the same bytes, the same way on.
    top: Option<(RecordId, Vec<u8>)>,
    /// The text limit was met; nothing more is written.
    cut: bool,
}

impl Printer<'_> {
    fn push(&mut self, text: &str) {
        if self.cut {
            return;
        }
        if self.out.len() + text.len() > self.cx.limits.text {
            self.cut = true;
            self.out.push('…');
            return;
        }
        self.out.push_str(text);
    }

    fn value(&mut self, ty: QType, addr: u64, depth: usize) {
        if self.cut {
            return;
        }
        match self.cx.types.get(ty.id) {
            Type::Array { .. } => return self.array(ty, addr, depth),
            Type::Record(id) => return self.record(*id, addr, depth),
            Type::Function(_) => return self.function(addr, depth),
            Type::Vector { elem, lanes } => return self.vector(*elem, *lanes, addr, depth),
            Type::Void => return self.push("(void)"),
            _ => {}
        }
        let size = self.cx.types.size_of(ty.id).unwrap_or(0) as usize;
        let mut bytes = [0u8; 32];
        if size > bytes.len() || !self.cx.memory.read(addr, &mut bytes[..size]) {
            return self.push("(not mapped)");
        }
        self.scalar(ty, &bytes[..size], depth);
    }

    /// A scalar whose bytes are at hand (a bit-field's may never have had an address).
    fn scalar(&mut self, ty: QType, bytes: &[u8], depth: usize) {
        let types = self.cx.types;
        let form = if depth == 0 { Form::Shown } else { Form::Constant };
        match types.get(ty.id) {
            Type::Pointer(to) => self.pointer(*to, bytes, depth),
            Type::NullPtr => self.push("nullptr"),
            Type::Enum(id) => self.enumerator(*id, bytes, form),
            other => match number::text(other, types.char_signed, bytes, form) {
                Some(text) => self.push(&text),
                None => self.push("(no value)"),
            },
        }
    }
}
