//! Sizes, alignments and member offsets, exactly as gcc lays things out on x86-64 Linux. In: types
//! and the members of a record as declared; out: numbers. Sizes that overflow are reported as
//! `None`, as are those of incomplete types, functions and variable-length arrays.

mod microsoft;

use crate::types::{
    ArrayLen, BitField, Field, FloatFormat, IntKind, QType, RecordId, Type, TypeId, Types,
};
use preproc::name::Name;
use preproc::source::Span;

/// No object may be larger.
pub const MAX_SIZE: u64 = i64::MAX as u64;

fn int_size(kind: IntKind) -> u64 {
    match kind {
        IntKind::Bool | IntKind::Char | IntKind::SChar | IntKind::UChar => 1,
        IntKind::Short | IntKind::UShort => 2,
        IntKind::Int | IntKind::UInt => 4,
        IntKind::Long | IntKind::ULong | IntKind::LongLong | IntKind::ULongLong => 8,
        IntKind::Int128 | IntKind::UInt128 => 16,
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

/// Wide ones are arrays of 64-bit limbs.
fn bit_int_size(bits: u16) -> u64 {
    match bits {
        0..=8 => 1,
        9..=16 => 2,
        17..=32 => 4,
        _ => u64::from(bits).div_ceil(64) * 8,
    }
}

impl Types {
    /// Size in bytes.
    pub fn size_of(&self, ty: TypeId) -> Option<u64> {
        match *self.get(ty) {
            Type::Int(kind) => Some(int_size(kind)),
            Type::Pointer(_) | Type::NullPtr => Some(8),
            Type::Record(record) => {
                let record = self.record(record);
                (record.complete && record.variable.is_none()).then_some(record.size)
            }
            Type::Array { elem, len: ArrayLen::Fixed(n) } => {
                self.size_of(elem.id)?.checked_mul(n).filter(|&size| size <= MAX_SIZE)
            }
            Type::Enum(e) => {
                let e = self.enumeration(e);
                if e.complete || e.fixed { self.size_of(e.underlying) } else { None }
            }
            Type::Float(kind) => Some(float_size(kind.format())),
            Type::Complex(kind) => Some(2 * float_size(kind.format())),
            Type::ComplexInt(kind) => Some(2 * int_size(kind)),
            Type::BitInt { bits, .. } => Some(bit_int_size(bits)),
            Type::Vector { elem, lanes } => self.size_of(elem)?.checked_mul(u64::from(lanes)),
            Type::Error => Some(4),
            Type::Void | Type::Function(_) | Type::Array { .. } => None,
        }
    }

    /// Alignment in bytes; a power of two. Of arrays also when their length is unknown.
    pub fn align_of(&self, ty: TypeId) -> Option<u64> {
        match *self.get(ty) {
            Type::Int(kind) => Some(int_size(kind)),
            Type::Pointer(_) | Type::NullPtr => Some(8),
            Type::Record(record) => {
                let record = self.record(record);
                record.complete.then_some(record.align)
            }
            Type::Array { elem, .. } => self.align_of(elem.id),
            Type::Enum(e) => {
                let e = self.enumeration(e);
                if e.complete || e.fixed { self.align_of(e.underlying) } else { None }
            }
            Type::Float(kind) | Type::Complex(kind) => Some(float_size(kind.format())),
            Type::ComplexInt(kind) => Some(int_size(kind)),
            Type::BitInt { bits, .. } => Some(bit_int_size(bits).min(8)),
            Type::Vector { .. } => self.size_of(ty).map(u64::next_power_of_two),
            Type::Error => Some(4),
            Type::Void | Type::Function(_) => Some(1),
        }
    }

    /// Can objects have this type now? (`void`, functions and incomplete types cannot.)
    pub fn is_complete(&self, ty: TypeId) -> bool {
        let mut ty = ty;
        loop {
            match *self.get(ty) {
                Type::Void | Type::Function(_) => return false,
                Type::Record(record) => return self.record(record).complete,
                Type::Enum(e) => {
                    let e = self.enumeration(e);
                    return e.complete || e.fixed;
                }
                Type::Array { len: ArrayLen::Unknown, .. } => return false,
                Type::Array { elem, .. } => ty = elem.id,
                _ => return true,
            }
        }
    }

    /// The index of the member of `record` that is called `name` or, being anonymous, holds a
    /// member so called.
    pub fn member_step(&self, record: RecordId, name: Name) -> Option<u32> {
        let fields = &self.record(record).fields;
        if let Some(at) = fields.iter().position(|field| field.name == Some(name)) {
            return Some(at as u32);
        }
        let at = fields.iter().position(|field| match *self.get(field.ty.id) {
            Type::Record(inner) if field.name.is_none() => self.member_step(inner, name).is_some(),
            _ => false,
        })?;
        Some(at as u32)
    }
}

/// A member as declared.
#[derive(Clone, Debug)]
pub struct FieldDecl {
    pub name: Option<Name>,
    pub ty: QType,
    /// Alignment the type has by a typedef's attribute; 0: its own.
    pub type_align: u64,
    /// Alignment asked for on the member itself; 0: none.
    pub align: u64,
    pub packed: bool,
    /// Width of a bit-field.
    pub bits: Option<u32>,
    pub span: Span,
}

/// What is said of the record as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordShape {
    pub is_union: bool,
    pub packed: bool,
    /// `#pragma pack`; 0: none.
    pub pack: u64,
    /// The `aligned` attribute; 0: none.
    pub align: u64,
    /// Bit-fields as Microsoft's compiler places them.
    pub microsoft: bool,
}

/// A record laid out.
#[derive(Debug)]
pub struct Layout {
    pub fields: Vec<Field>,
    pub size: u64,
    /// Where the last member ends.
    pub end: u64,
    pub align: u64,
    pub flexible: bool,
    /// The unnamed bit-fields.
    pub unnamed: Vec<BitField>,
}

/// Where the next member goes, in bits, and what the record needs so far. Bits of the largest
/// objects need more than 64 bits to count.
struct Cursor {
    position: u128,
    align: u64,
    end: u128,
    run: microsoft::Run,
}

/// Places the members. `None`: the record is larger than any object may be.
pub fn lay_out(types: &Types, decls: &[FieldDecl], shape: RecordShape) -> Option<Layout> {
    let run = microsoft::Run::default();
    let mut cursor = Cursor { position: 0, align: shape.align.max(1), end: 0, run };
    let mut fields = Vec::with_capacity(decls.len());
    let mut flexible = false;
    let mut unnamed = Vec::new();
    for (at, decl) in decls.iter().enumerate() {
        if shape.is_union {
            cursor.position = 0;
        }
        let (bit_offset, size_bits, align) = match decl.bits {
            _ if shape.microsoft => {
                cursor.place_as_microsoft(types, decl, shape, at + 1 == decls.len())?
            }
            Some(width) => cursor.place_bits(types, decl, width, shape)?,
            None => cursor.place(types, decl, shape)?,
        };
        cursor.position = bit_offset.checked_add(size_bits)?;
        cursor.end = cursor.end.max(cursor.position);
        if cursor.end > 8 * u128::from(MAX_SIZE) {
            return None;
        }
        flexible |= is_flexible(types, decl.ty.id);
        if let (Some(width), None) = (decl.bits, decl.name) {
            if width > 0 {
                unnamed.push(BitField { bit_offset: u64::try_from(bit_offset).ok()?, width });
            }
            continue;
        }
        fields.push(Field { align, ..field(types, decl, bit_offset) });
    }
    let end = u64::try_from(cursor.end.div_ceil(8)).ok()?;
    let size = end.checked_next_multiple_of(cursor.align)?;
    (size <= MAX_SIZE).then_some(Layout {
        fields,
        size,
        end,
        align: cursor.align,
        flexible,
        unnamed,
    })
}

fn is_flexible(types: &Types, ty: TypeId) -> bool {
    match *types.get(ty) {
        Type::Array { len: ArrayLen::Unknown, .. } => true,
        Type::Record(record) => types.record(record).flexible,
        _ => false,
    }
}

fn field(types: &Types, decl: &FieldDecl, bit_offset: u128) -> Field {
    let mut offset = (bit_offset / 8) as u64;
    let bits = decl.bits.map(|width| {
        // A record with bit-fields beyond 2^61 bytes has no use for them.
        let bit_offset = u64::try_from(bit_offset).unwrap_or(u64::MAX - 64);
        let unit = types.size_of(decl.ty.id).unwrap_or(1).max(1);
        let start = bit_offset / (unit * 8) * unit;
        if bit_offset + u64::from(width) <= (start + unit) * 8 {
            offset = start;
        }
        BitField { bit_offset, width }
    });
    let (name, ty, span) = (decl.name, decl.ty, decl.span);
    Field { name, ty, offset, base: None, bits, align: 1, span }
}

impl Cursor {
    fn round(&mut self, align: u64) -> Option<()> {
        self.position = self.position.checked_next_multiple_of(u128::from(align) * 8)?;
        Some(())
    }

    /// An ordinary member: its offset and size in bits, and its alignment.
    fn place(
        &mut self,
        types: &Types,
        decl: &FieldDecl,
        shape: RecordShape,
    ) -> Option<(u128, u128, u64)> {
        let packed = shape.packed || decl.packed;
        let own = match decl.type_align {
            0 => types.align_of(decl.ty.id).unwrap_or(1),
            align => align,
        };
        // Packing undoes what the type asks for, and leaves what the member itself asks for.
        let mut align = match (packed, decl.align) {
            (true, 0) => 1,
            (true, asked) => asked,
            (false, asked) => own.max(asked),
        };
        if shape.pack != 0 {
            align = align.min(shape.pack);
        }
        self.round(align)?;
        self.align = self.align.max(align);
        let size = match *types.get(decl.ty.id) {
            Type::Array { len: ArrayLen::Unknown, .. } => 0,
            _ => types.size_of(decl.ty.id).unwrap_or(0),
        };
        Some((self.position, u128::from(size) * 8, align))
    }

    /// A bit-field: its offset and size in bits, and the alignment asked for.
    fn place_bits(
        &mut self,
        types: &Types,
        decl: &FieldDecl,
        width: u32,
        shape: RecordShape,
    ) -> Option<(u128, u128, u64)> {
        let packed = shape.packed || decl.packed;
        let own = match decl.type_align {
            0 => types.align_of(decl.ty.id).unwrap_or(1),
            align => align,
        };
        if width == 0 {
            // Ends the unit, whatever packing says; asks nothing of the record.
            self.round(own.max(decl.align))?;
            return Some((self.position, 0, 1));
        }
        if decl.align != 0 {
            let align = if shape.pack != 0 { decl.align.min(shape.pack) } else { decl.align };
            self.round(align)?;
            self.align = self.align.max(align);
        }
        let unit_bits = u128::from(types.size_of(decl.ty.id).unwrap_or(1)) * 8;
        let align_bits = u128::from(own) * 8;
        if !packed && shape.pack == 0 {
            // It may not span more units of its type's alignment than the type itself does.
            let into = self.position % align_bits;
            let spans = (into + u128::from(width)).div_ceil(align_bits);
            if spans > unit_bits / align_bits {
                self.position = self.position.checked_next_multiple_of(align_bits)?;
            }
        }
        if decl.name.is_some() {
            let asked = match (shape.pack, packed) {
                (0, true) => 1,
                (0, false) => own,
                (pack, _) => own.min(pack),
            };
            self.align = self.align.max(asked);
        }
        Some((self.position, u128::from(width), decl.align.max(1)))
    }
}
