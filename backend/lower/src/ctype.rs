//! C types as the machine sees them: in goes a type of the table, out comes its [`Class`] (which
//! operations it has), its [`Repr`] (how a value of it is held in CLIF), its size and alignment.
//! Nothing here looks at a tree or emits code.

use cfront::types::{ArrayLen, FloatFormat, FloatKind, IntKind, Type, TypeId, Types};
use cranelift_codegen::ir::{self, types as ct};

/// Which family of operations a type belongs to. Enumerations are their underlying integer type,
/// `nullptr_t` is a pointer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Void,
    Bool,
    /// 8 to 64 bits.
    Int {
        bits: u16,
        signed: bool,
    },
    Int128 {
        signed: bool,
    },
    BitInt {
        bits: u16,
        signed: bool,
    },
    /// Any floating format; arithmetic on `Single` and `Double` is native, the others have a
    /// module of their own.
    Float(FloatFormat),
    Complex(FloatFormat),
    ComplexInt(IntKind),
    Pointer,
    Record,
    Array,
    Function,
    Vector {
        elem: TypeId,
        lanes: u32,
    },
}

/// How a value is held while it is computed with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repr {
    Void,
    /// One CLIF value: integers (`_Bool` as `I8`, 0 or 1; `__int128` and `_BitInt` of 65 to 128
    /// bits as `I128`), pointers (`I64`), `F16`, `F32`, `F64`, 16-byte vectors.
    Scalar(ir::Type),
    /// Real and imaginary part, each of this type.
    Pair(ir::Type),
    /// In memory, by address: records, arrays, `long double`, `_Float128`, complex values of those,
    /// vectors of other sizes than 16, `_BitInt` over 128 bits.
    Memory,
}

pub fn int_bits(kind: IntKind) -> u16 {
    match kind {
        IntKind::Bool | IntKind::Char | IntKind::SChar | IntKind::UChar => 8,
        IntKind::Short | IntKind::UShort => 16,
        IntKind::Int | IntKind::UInt => 32,
        IntKind::Long | IntKind::ULong | IntKind::LongLong | IntKind::ULongLong => 64,
        IntKind::Int128 | IntKind::UInt128 => 128,
    }
}

pub fn int_signed(types: &Types, kind: IntKind) -> bool {
    match kind {
        IntKind::Char => types.char_signed,
        IntKind::SChar
        | IntKind::Short
        | IntKind::Int
        | IntKind::Long
        | IntKind::LongLong
        | IntKind::Int128 => true,
        _ => false,
    }
}

pub fn int_type(bits: u16) -> ir::Type {
    match bits {
        0..=8 => ct::I8,
        9..=16 => ct::I16,
        17..=32 => ct::I32,
        33..=64 => ct::I64,
        _ => ct::I128,
    }
}

pub fn class(types: &Types, ty: TypeId) -> Class {
    match types.get(ty) {
        Type::Void | Type::Error => Class::Void,
        Type::NullPtr | Type::Pointer(_) => Class::Pointer,
        Type::Int(IntKind::Bool) => Class::Bool,
        &Type::Int(kind @ (IntKind::Int128 | IntKind::UInt128)) => {
            Class::Int128 { signed: int_signed(types, kind) }
        }
        &Type::Int(kind) => Class::Int { bits: int_bits(kind), signed: int_signed(types, kind) },
        &Type::BitInt { bits, signed } => Class::BitInt { bits, signed },
        Type::Float(kind) => Class::Float(kind.format()),
        Type::Complex(kind) => Class::Complex(kind.format()),
        &Type::ComplexInt(kind) => Class::ComplexInt(kind),
        &Type::Enum(id) => class(types, types.enumeration(id).underlying),
        Type::Record(_) => Class::Record,
        Type::Array { .. } => Class::Array,
        Type::Function(_) => Class::Function,
        &Type::Vector { elem, lanes } => Class::Vector { elem, lanes },
    }
}

fn float_type(format: FloatFormat) -> Option<ir::Type> {
    match format {
        FloatFormat::Half => Some(ct::F16),
        FloatFormat::Single => Some(ct::F32),
        FloatFormat::Double => Some(ct::F64),
        FloatFormat::Extended | FloatFormat::Quad => None,
    }
}

/// The 16-byte vector type with lanes of this type, if there is one.
pub fn vector_type(types: &Types, elem: TypeId, lanes: u32) -> Option<ir::Type> {
    let Repr::Scalar(lane) = repr(types, elem) else { return None };
    (lane.bytes() * lanes == 16 && lane.bytes() <= 8 && lane != ct::F16)
        .then(|| lane.by(lanes))
        .flatten()
}

pub fn repr(types: &Types, ty: TypeId) -> Repr {
    match class(types, ty) {
        Class::Void => Repr::Void,
        Class::Bool => Repr::Scalar(ct::I8),
        Class::Int { bits, .. } => Repr::Scalar(int_type(bits)),
        Class::Int128 { .. } => Repr::Scalar(ct::I128),
        Class::BitInt { bits, .. } if bits <= 128 => Repr::Scalar(int_type(bits)),
        Class::Pointer | Class::Function => Repr::Scalar(ct::I64),
        Class::Float(format) => float_type(format).map_or(Repr::Memory, Repr::Scalar),
        Class::Complex(format) => float_type(format).map_or(Repr::Memory, Repr::Pair),
        Class::ComplexInt(kind) => Repr::Pair(int_type(int_bits(kind))),
        Class::Vector { elem, lanes } => {
            vector_type(types, elem, lanes).map_or(Repr::Memory, Repr::Scalar)
        }
        Class::BitInt { .. } | Class::Record | Class::Array => Repr::Memory,
    }
}

/// Is an integer, enumeration or `_BitInt` type signed? Everything else counts as unsigned.
pub fn is_signed(types: &Types, ty: TypeId) -> bool {
    match class(types, ty) {
        Class::Int { signed, .. } | Class::Int128 { signed } | Class::BitInt { signed, .. } => {
            signed
        }
        _ => false,
    }
}

/// The size in bytes of a complete type; `void` and functions count one (GNU), arrays of unknown
/// or variable length none.
pub fn size_of(types: &Types, ty: TypeId) -> u64 {
    match types.get(ty) {
        Type::Array { elem, len: ArrayLen::Fixed(n) } => size_of(types, elem.id).saturating_mul(*n),
        Type::Array { .. } => 0,
        &Type::Record(id) => types.record(id).size,
        _ => scalar_size(types, ty),
    }
}

fn scalar_size(types: &Types, ty: TypeId) -> u64 {
    match class(types, ty) {
        Class::Void | Class::Bool | Class::Function => 1,
        Class::Int { bits, .. } => u64::from(bits / 8),
        Class::Int128 { .. } => 16,
        Class::BitInt { bits, .. } => bit_int_size(bits),
        Class::Pointer => 8,
        Class::Float(format) => float_size(format),
        Class::Complex(format) => 2 * float_size(format),
        Class::ComplexInt(kind) => 2 * u64::from(int_bits(kind) / 8),
        Class::Vector { elem, lanes } => size_of(types, elem).saturating_mul(u64::from(lanes)),
        Class::Record | Class::Array => 0,
    }
}

/// `_BitInt(n)`: the smallest standard integer up to 64 bits, then a whole number of 8-byte words.
fn bit_int_size(bits: u16) -> u64 {
    match bits {
        0..=8 => 1,
        9..=16 => 2,
        17..=32 => 4,
        _ => u64::from(bits).div_ceil(64) * 8,
    }
}

fn float_size(format: FloatFormat) -> u64 {
    match format {
        FloatFormat::Half => 2,
        FloatFormat::Single => 4,
        FloatFormat::Double => 8,
        FloatFormat::Extended | FloatFormat::Quad => 16,
    }
}

pub fn align_of(types: &Types, ty: TypeId) -> u64 {
    match types.get(ty) {
        Type::Array { elem, .. } => align_of(types, elem.id),
        &Type::Record(id) => types.record(id).align.max(1),
        &Type::Complex(kind) => float_size(kind.format()),
        &Type::ComplexInt(kind) => u64::from(int_bits(kind) / 8),
        &Type::BitInt { bits, .. } => bit_int_size(bits).min(8),
        _ => scalar_size(types, ty).next_power_of_two().max(1),
    }
}

/// The type of the real and imaginary parts of a complex type.
pub fn part_format(kind: FloatKind) -> FloatFormat {
    kind.format()
}
