//! Classification of C types by the System V x86-64 rules: a type comes in, out goes where a
//! value of it travels. Always holds: at most two classes, and only where the value is at most 16
//! bytes; everything else is memory. The rules follow what gcc does, including where it differs
//! from the letter of the standard (unaligned members, four-byte vectors, unions of `long
//! double`).

use crate::ctype::size_of;
use cfront::types::{ArrayLen, BitField, FloatFormat, FloatKind, IntKind, Type, TypeId, Types};

/// The class of one eightbyte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Padding only.
    None,
    Integer,
    Sse,
    /// The upper half of a 16-byte vector register.
    SseUp,
    X87,
    X87Up,
    Memory,
}

/// Where a whole value goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// GNU's empty struct: nothing at all.
    Empty,
    /// One or two eightbytes.
    Words([Class; 2]),
    /// An x87 value: in st0 when returned, in memory as an argument.
    X87,
    /// `_Complex long double`: st0 and st1 when returned, in memory as an argument.
    ComplexX87,
    Memory,
}

/// How deep member types may nest before we call it memory: a value of 16 bytes has no more
/// levels that matter unless somebody wrote them to be troublesome.
const MAX_DEPTH: u32 = 200;

/// Classifies an object type. Incomplete types and `void` are [`Kind::Empty`].
pub fn classify(types: &Types, ty: TypeId) -> Kind {
    let ty = scalar_of(types, ty);
    if crate::vla::is_variable(types, ty) {
        return Kind::Memory;
    }
    let size = match types.get(ty) {
        Type::Void | Type::Function(_) | Type::Error => 0,
        _ => size_of(types, ty),
    };
    if size == 0 {
        return Kind::Empty;
    }
    if matches!(types.get(ty), Type::Complex(kind) if kind.format() == FloatFormat::Extended) {
        return Kind::ComplexX87;
    }
    if size > 16 {
        return Kind::Memory;
    }
    let mut classes = [Class::None; 2];
    if visit(types, ty, 0, &mut classes, 0).is_none() {
        return Kind::Memory;
    }
    finish(classes)
}

/// Enumerations stand for their integer type and a transparent union for its first member.
pub fn scalar_of(types: &Types, ty: TypeId) -> TypeId {
    match types.get(ty) {
        Type::Enum(id) => types.enumeration(*id).underlying,
        Type::Record(id) => {
            let record = types.record(*id);
            match record.fields.first() {
                Some(field) if record.transparent_union => scalar_of(types, field.ty.id),
                _ => ty,
            }
        }
        _ => ty,
    }
}

/// The last merger step (`classify_argument`'s clean-up).
fn finish(mut classes: [Class; 2]) -> Kind {
    if classes.contains(&Class::Memory) {
        return Kind::Memory;
    }
    if classes[1] == Class::SseUp && classes[0] != Class::Sse {
        classes[1] = Class::Sse;
    }
    match classes {
        [Class::X87, Class::X87Up] => Kind::X87,
        [_, Class::X87Up] | [Class::X87, _] => Kind::Memory,
        _ => Kind::Words(classes),
    }
}

fn merge(into: &mut Class, class: Class) {
    *into = match (*into, class) {
        (a, b) if a == b => a,
        (Class::None, b) => b,
        (a, Class::None) => a,
        (Class::Memory, _) | (_, Class::Memory) => Class::Memory,
        (Class::Integer, _) | (_, Class::Integer) => Class::Integer,
        (Class::X87 | Class::X87Up, _) | (_, Class::X87 | Class::X87Up) => Class::Memory,
        _ => Class::Sse,
    };
}

/// Merges the classes of a `ty` at byte `at` into `classes`; `None` says memory.
fn visit(types: &Types, ty: TypeId, at: u64, classes: &mut [Class; 2], depth: u32) -> Option<()> {
    if depth > MAX_DEPTH {
        return None;
    }
    match types.get(ty) {
        Type::Void | Type::Function(_) | Type::Error => Some(()),
        Type::NullPtr | Type::Pointer(_) => fill(classes, at, 8, 8, Class::Integer),
        Type::Int(kind) => {
            let size = int_size(*kind);
            fill(classes, at, size, size, Class::Integer)
        }
        Type::Enum(id) => visit(types, types.enumeration(*id).underlying, at, classes, depth + 1),
        Type::BitInt { bits, .. } => {
            let size = size_of(types, ty);
            let align = if *bits > 64 { 8 } else { size };
            fill(classes, at, size, align, Class::Integer)
        }
        Type::Float(kind) => float(classes, at, *kind),
        Type::Complex(kind) => {
            let size = size_of(types, ty) / 2;
            float(classes, at, *kind)?;
            float(classes, at + size, *kind)
        }
        Type::ComplexInt(kind) => {
            let size = int_size(*kind);
            fill(classes, at, 2 * size, size, Class::Integer)
        }
        Type::Vector { elem, lanes } => vector(types, *elem, *lanes, at, classes),
        Type::Array { elem, len } => {
            let ArrayLen::Fixed(count) = len else { return Some(()) };
            let size = size_of(types, elem.id);
            // More elements than bytes can only be elements without size, which add nothing.
            for i in 0..(*count).min(16) {
                visit(types, elem.id, at + i * size, classes, depth + 1)?;
            }
            Some(())
        }
        Type::Record(id) => {
            let record = types.record(*id);
            // As gcc has it, though clang passes over them.
            for &bits in &record.unnamed {
                bit_field(classes, at, bits)?;
            }
            for field in &record.fields {
                match field.bits {
                    Some(bits) => bit_field(classes, at, bits)?,
                    None => visit(types, field.ty.id, at + field.offset, classes, depth + 1)?,
                }
            }
            Some(())
        }
    }
}

/// Bit-fields are integers wherever they lie.
fn bit_field(classes: &mut [Class; 2], at: u64, bits: BitField) -> Option<()> {
    let first = at * 8 + bits.bit_offset;
    let last = first + u64::from(bits.width.max(1)) - 1;
    for word in first / 64..=last / 64 {
        merge(classes.get_mut(word as usize)?, Class::Integer);
    }
    Some(())
}

fn int_size(kind: IntKind) -> u64 {
    use IntKind::*;
    match kind {
        Bool | Char | SChar | UChar => 1,
        Short | UShort => 2,
        Int | UInt => 4,
        Long | ULong | LongLong | ULongLong => 8,
        Int128 | UInt128 => 16,
    }
}

/// Gives `class` to the eightbytes from `at`; a scalar off its natural alignment is memory.
fn fill(classes: &mut [Class; 2], at: u64, size: u64, align: u64, class: Class) -> Option<()> {
    if !at.is_multiple_of(align.max(1)) {
        return None;
    }
    for word in at / 8..(at + size).div_ceil(8) {
        merge(classes.get_mut(word as usize)?, class);
    }
    Some(())
}

fn float(classes: &mut [Class; 2], at: u64, kind: FloatKind) -> Option<()> {
    let (size, low, high) = match kind.format() {
        FloatFormat::Half => (2, Class::Sse, Class::None),
        FloatFormat::Single => (4, Class::Sse, Class::None),
        FloatFormat::Double => (8, Class::Sse, Class::None),
        FloatFormat::Extended => (16, Class::X87, Class::X87Up),
        FloatFormat::Quad => (16, Class::Sse, Class::SseUp),
    };
    if !at.is_multiple_of(size) {
        return None;
    }
    merge(classes.get_mut((at / 8) as usize)?, low);
    if high != Class::None {
        merge(classes.get_mut((at / 8 + 1) as usize)?, high);
    }
    Some(())
}

fn vector(
    types: &Types,
    elem: TypeId,
    lanes: u32,
    at: u64,
    classes: &mut [Class; 2],
) -> Option<()> {
    let size = size_of(types, elem) * u64::from(lanes);
    let floating = matches!(types.get(elem), Type::Float(_));
    if !at.is_multiple_of(size.max(1)) {
        return None;
    }
    match size {
        16 => {
            merge(&mut classes[0], Class::Sse);
            merge(&mut classes[1], Class::SseUp);
            Some(())
        }
        8 => fill(classes, at, 8, 8, Class::Sse),
        // One lane counts as its element; four bytes of small integers travel as an integer.
        1 | 2 | 4 if !floating => fill(classes, at, size, size, Class::Integer),
        2 | 4 => fill(classes, at, size, size, Class::Sse),
        _ => None,
    }
}
