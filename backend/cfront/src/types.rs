//! C types. A [`TypeId`] indexes the append-only table [`Types`]; structural types are interned,
//! so equal ids mean the same type, and records and enumerations are nominal. The table only
//! grows; dropping an input cuts it back to the length it had before ([`Types::mark`]).
//!
//! Qualifiers live outside the table, in [`QType`]: `const int` and `int` share an id.

use preproc::name::Name;
use preproc::source::Span;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct TypeId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RecordId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct EnumId(pub u32);

/// A set of type qualifiers. `_Atomic` counts as one: it changes neither size nor kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Quals(pub u8);

impl Quals {
    pub const NONE: Quals = Quals(0);
    pub const CONST: Quals = Quals(1);
    pub const VOLATILE: Quals = Quals(2);
    pub const RESTRICT: Quals = Quals(4);
    pub const ATOMIC: Quals = Quals(8);

    pub fn has(self, other: Quals) -> bool {
        self.0 & other.0 != 0
    }

    pub fn with(self, other: Quals) -> Quals {
        Quals(self.0 | other.0)
    }

    pub fn without(self, other: Quals) -> Quals {
        Quals(self.0 & !other.0)
    }

    /// Does `self` have every qualifier of `other`?
    pub fn covers(self, other: Quals) -> bool {
        other.0 & !self.0 == 0
    }
}

/// A qualified type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct QType {
    pub id: TypeId,
    pub quals: Quals,
}

impl QType {
    pub fn new(id: TypeId) -> QType {
        QType { id, quals: Quals::NONE }
    }

    pub fn with(self, quals: Quals) -> QType {
        QType { id: self.id, quals: self.quals.with(quals) }
    }

    pub fn is_volatile(self) -> bool {
        self.quals.has(Quals::VOLATILE)
    }

    pub fn is_atomic(self) -> bool {
        self.quals.has(Quals::ATOMIC)
    }
}

impl From<TypeId> for QType {
    fn from(id: TypeId) -> QType {
        QType::new(id)
    }
}

/// The standard integer types and `__int128`. `Char` is distinct from both signed and unsigned
/// char; whether it is signed is an option of the session ([`Types::char_signed`]).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum IntKind {
    Bool,
    Char,
    SChar,
    UChar,
    Short,
    UShort,
    Int,
    UInt,
    Long,
    ULong,
    LongLong,
    ULongLong,
    Int128,
    UInt128,
}

/// Floating types. `_Float32` and its kin are types of their own with the layout of others.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum FloatKind {
    Float16,
    Float,
    Double,
    LongDouble,
    Float32,
    Float64,
    Float32x,
    Float64x,
    Float128,
}

/// How a floating type is stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FloatFormat {
    Half,
    Single,
    Double,
    /// x87 80-bit in 16 bytes.
    Extended,
    Quad,
}

impl FloatKind {
    pub fn format(self) -> FloatFormat {
        match self {
            FloatKind::Float16 => FloatFormat::Half,
            FloatKind::Float | FloatKind::Float32 => FloatFormat::Single,
            FloatKind::Double | FloatKind::Float64 | FloatKind::Float32x => FloatFormat::Double,
            FloatKind::LongDouble | FloatKind::Float64x => FloatFormat::Extended,
            FloatKind::Float128 => FloatFormat::Quad,
        }
    }
}

/// A number known only when the program runs: the local (`unsigned long`) that holds it, of the
/// function at this level. (Functions at file scope are at level 1, those nested in them at 2.)
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Length {
    pub local: crate::tree::LocalId,
    pub level: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ArrayLen {
    Fixed(u64),
    /// `[]`: incomplete, or a flexible array member.
    Unknown,
    /// `[*]` in a prototype.
    Star,
    /// A variable length: the element count, evaluated where the declaration was reached.
    Variable(Length),
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FuncType {
    pub ret: QType,
    pub params: Vec<QType>,
    pub variadic: bool,
    /// `f()` before C23: says nothing of its parameters.
    pub old_style: bool,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    Void,
    /// C23 `nullptr_t`.
    NullPtr,
    Int(IntKind),
    BitInt {
        bits: u16,
        signed: bool,
    },
    Float(FloatKind),
    Complex(FloatKind),
    /// GNU complex integers.
    ComplexInt(IntKind),
    Enum(EnumId),
    Record(RecordId),
    Pointer(QType),
    Array {
        elem: QType,
        len: ArrayLen,
    },
    Function(FuncType),
    /// `vector_size`: the element is an integer or floating type.
    Vector {
        elem: TypeId,
        lanes: u32,
    },
    /// What stands where a diagnostic was given: fits everywhere, complains no more.
    Error,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BitField {
    /// Distance of the first bit from the start of the record, in bits.
    pub bit_offset: u64,
    pub width: u32,
}

#[derive(Clone, Debug)]
pub struct Field {
    /// `None` for an anonymous struct or union member (unnamed bit-fields are not kept).
    pub name: Option<Name>,
    pub ty: QType,
    /// Byte offset from the start of the record. For bit-fields: of the storage unit of the
    /// declared type that holds it, where there is one.
    pub offset: u64,
    /// Behind a member of variable size: where the offset counts from.
    pub base: Option<Length>,
    pub bits: Option<BitField>,
    /// What its place in the record is a multiple of, as far as was asked for.
    pub align: u64,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Record {
    pub tag: Option<Name>,
    /// Where it has no tag: the first name a typedef gave it, to be shown by.
    pub alias: Option<Name>,
    pub is_union: bool,
    pub complete: bool,
    pub fields: Vec<Field>,
    pub size: u64,
    pub align: u64,
    pub packed: bool,
    pub transparent_union: bool,
    /// The last member is `[]` or, as GNU has it, a struct that ends so.
    pub flexible: bool,
    /// GNU: a member has variable size, and so has the whole, this many bytes.
    pub variable: Option<Length>,
    /// Unnamed bit-fields, which count where the record travels in registers.
    pub unnamed: Vec<BitField>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Enum {
    pub tag: Option<Name>,
    /// As for [`Record`].
    pub alias: Option<Name>,
    pub complete: bool,
    /// The type of its objects: fixed by the program (`enum e : short`) or chosen as gcc does.
    pub underlying: TypeId,
    pub fixed: bool,
    pub constants: Vec<(Name, i128)>,
    pub span: Span,
}

/// The lengths of the table at one moment.
#[derive(Clone, Copy, Debug)]
pub struct TypesMark {
    types: usize,
    records: usize,
    enums: usize,
}

/// Types are hashed for every declarator, and are a few small numbers each: one multiplication
/// for each of them is enough, and much quicker than the standard hash. `lower` looks up symbols and
/// signatures as often.
#[derive(Default)]
pub struct Fold(u64);

/// A map whose keys are a few small numbers.
pub type FoldMap<K, V> = HashMap<K, V, BuildHasherDefault<Fold>>;

impl Fold {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Fold {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.add(u64::from(byte));
        }
    }

    fn write_u8(&mut self, word: u8) {
        self.add(u64::from(word));
    }

    fn write_u16(&mut self, word: u16) {
        self.add(u64::from(word));
    }

    fn write_u32(&mut self, word: u32) {
        self.add(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.add(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.add(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// All types of a session.
pub struct Types {
    list: Vec<Type>,
    /// How deep each is made of others: pointers, arrays and functions nest.
    depths: Vec<u16>,
    index: FoldMap<Type, TypeId>,
    pub records: Vec<Record>,
    pub enums: Vec<Enum>,
    pub char_signed: bool,
    /// C23: definitions of one tag that say the same are one type.
    pub same_tags: bool,
}

/// The ids of the types every program has, in the order [`Types::new`] makes them.
pub mod id {
    use super::TypeId;
    pub const ERROR: TypeId = TypeId(0);
    pub const VOID: TypeId = TypeId(1);
    pub const BOOL: TypeId = TypeId(2);
    pub const CHAR: TypeId = TypeId(3);
    pub const SCHAR: TypeId = TypeId(4);
    pub const UCHAR: TypeId = TypeId(5);
    pub const SHORT: TypeId = TypeId(6);
    pub const USHORT: TypeId = TypeId(7);
    pub const INT: TypeId = TypeId(8);
    pub const UINT: TypeId = TypeId(9);
    pub const LONG: TypeId = TypeId(10);
    pub const ULONG: TypeId = TypeId(11);
    pub const LLONG: TypeId = TypeId(12);
    pub const ULLONG: TypeId = TypeId(13);
    pub const INT128: TypeId = TypeId(14);
    pub const UINT128: TypeId = TypeId(15);
    pub const FLOAT: TypeId = TypeId(16);
    pub const DOUBLE: TypeId = TypeId(17);
    pub const LDOUBLE: TypeId = TypeId(18);
    pub const NULLPTR: TypeId = TypeId(19);
    /// `void *`
    pub const VOID_PTR: TypeId = TypeId(20);
    /// `char *`
    pub const CHAR_PTR: TypeId = TypeId(21);
    pub const FLOAT16: TypeId = TypeId(22);
    pub const FLOAT128: TypeId = TypeId(23);
}

impl Default for Types {
    fn default() -> Types {
        Types::new()
    }
}

impl Types {
    pub fn new() -> Types {
        let mut types = Types {
            list: Vec::new(),
            depths: Vec::new(),
            index: HashMap::default(),
            records: Vec::new(),
            enums: Vec::new(),
            char_signed: true,
            same_tags: true,
        };
        use IntKind::*;
        types.intern(Type::Error);
        types.intern(Type::Void);
        for kind in [
            Bool, Char, SChar, UChar, Short, UShort, Int, UInt, Long, ULong, LongLong, ULongLong,
            Int128, UInt128,
        ] {
            types.intern(Type::Int(kind));
        }
        for kind in [FloatKind::Float, FloatKind::Double, FloatKind::LongDouble] {
            types.intern(Type::Float(kind));
        }
        types.intern(Type::NullPtr);
        types.intern(Type::Pointer(id::VOID.into()));
        types.intern(Type::Pointer(id::CHAR.into()));
        types.intern(Type::Float(FloatKind::Float16));
        types.intern(Type::Float(FloatKind::Float128));
        debug_assert_eq!(types.intern(Type::Pointer(id::CHAR.into())), id::CHAR_PTR);
        debug_assert_eq!(types.intern(Type::Float(FloatKind::Float128)), id::FLOAT128);
        types
    }

    pub fn get(&self, id: TypeId) -> &Type {
        &self.list[id.0 as usize]
    }

    pub fn intern(&mut self, ty: Type) -> TypeId {
        if let Some(&id) = self.index.get(&ty) {
            return id;
        }
        let id = TypeId(u32::try_from(self.list.len()).expect("fewer than 2^32 types"));
        let inner = match &ty {
            Type::Pointer(to) => self.depth(to.id) + 1,
            Type::Array { elem, .. } => self.depth(elem.id) + 1,
            Type::Function(func) => {
                let params = func.params.iter().map(|param| self.depth(param.id)).max();
                params.unwrap_or(0).max(self.depth(func.ret.id)) + 1
            }
            _ => 0,
        };
        self.depths.push(u16::try_from(inner).unwrap_or(u16::MAX));
        self.list.push(ty.clone());
        self.index.insert(ty, id);
        id
    }

    /// How many pointers, arrays and functions are nested in a type.
    pub fn depth(&self, id: TypeId) -> u32 {
        u32::from(self.depths[id.0 as usize])
    }

    pub fn pointer_to(&mut self, to: QType) -> TypeId {
        self.intern(Type::Pointer(to))
    }

    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.0 as usize]
    }

    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.0 as usize]
    }

    /// Adds a record and returns its type.
    pub fn new_record(&mut self, record: Record) -> TypeId {
        let id = RecordId(u32::try_from(self.records.len()).expect("fewer than 2^32 records"));
        self.records.push(record);
        self.intern(Type::Record(id))
    }

    /// Adds an enumeration and returns its type.
    pub fn new_enum(&mut self, enumeration: Enum) -> TypeId {
        let id = EnumId(u32::try_from(self.enums.len()).expect("fewer than 2^32 enums"));
        self.enums.push(enumeration);
        self.intern(Type::Enum(id))
    }

    pub fn mark(&self) -> TypesMark {
        TypesMark { types: self.list.len(), records: self.records.len(), enums: self.enums.len() }
    }

    /// Forgets every type made since `mark`. A record or enumeration that was only declared then
    /// and completed since is the scope's to restore.
    pub fn rollback(&mut self, mark: TypesMark) {
        for ty in self.list.drain(mark.types..) {
            self.index.remove(&ty);
        }
        self.depths.truncate(mark.types);
        self.records.truncate(mark.records);
        self.enums.truncate(mark.enums);
    }
}
