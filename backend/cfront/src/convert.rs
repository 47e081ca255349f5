//! Which types are what, which go together, and what type an operation has. In: types; out:
//! types. Nothing here makes nodes or gives diagnostics, and nothing looks at values. Every
//! question about `Type::Error` is answered so that no second message follows.

use crate::types::{ArrayLen, FloatKind, FuncType, IntKind, QType, Quals, Type, TypeId, Types, id};

/// Width and signedness of an integer type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IntShape {
    pub bits: u32,
    pub signed: bool,
}

impl IntShape {
    /// The value of the low bits of `value` in this type.
    pub fn wrap(self, value: i128) -> i128 {
        if self.bits >= 128 {
            return value;
        }
        let up = 128 - self.bits;
        match self.signed {
            true => value << up >> up,
            false => ((value as u128) << up >> up) as i128,
        }
    }

    pub fn holds(self, value: i128) -> bool {
        self.wrap(value) == value
    }
}

/// Pointers nest at most so deep where types are looked into.
const MAX_DEPTH: u32 = 200;

fn int_bits(kind: IntKind) -> u32 {
    match kind {
        IntKind::Bool => 1,
        IntKind::Char | IntKind::SChar | IntKind::UChar => 8,
        IntKind::Short | IntKind::UShort => 16,
        IntKind::Int | IntKind::UInt => 32,
        IntKind::Long | IntKind::ULong | IntKind::LongLong | IntKind::ULongLong => 64,
        IntKind::Int128 | IntKind::UInt128 => 128,
    }
}

fn int_rank(kind: IntKind) -> u32 {
    match kind {
        IntKind::Bool => 0,
        IntKind::Char | IntKind::SChar | IntKind::UChar => 1,
        IntKind::Short | IntKind::UShort => 2,
        IntKind::Int | IntKind::UInt => 3,
        IntKind::Long | IntKind::ULong => 4,
        IntKind::LongLong | IntKind::ULongLong => 5,
        IntKind::Int128 | IntKind::UInt128 => 6,
    }
}

fn to_unsigned(kind: IntKind) -> IntKind {
    match kind {
        IntKind::Bool => IntKind::Bool,
        IntKind::Char | IntKind::SChar | IntKind::UChar => IntKind::UChar,
        IntKind::Short | IntKind::UShort => IntKind::UShort,
        IntKind::Int | IntKind::UInt => IntKind::UInt,
        IntKind::Long | IntKind::ULong => IntKind::ULong,
        IntKind::LongLong | IntKind::ULongLong => IntKind::ULongLong,
        IntKind::Int128 | IntKind::UInt128 => IntKind::UInt128,
    }
}

fn to_signed(kind: IntKind) -> IntKind {
    match kind {
        IntKind::Bool => IntKind::Bool,
        IntKind::Char | IntKind::SChar | IntKind::UChar => IntKind::SChar,
        IntKind::Short | IntKind::UShort => IntKind::Short,
        IntKind::Int | IntKind::UInt => IntKind::Int,
        IntKind::Long | IntKind::ULong => IntKind::Long,
        IntKind::LongLong | IntKind::ULongLong => IntKind::LongLong,
        IntKind::Int128 | IntKind::UInt128 => IntKind::Int128,
    }
}

/// Conversion rank of floating types; of two with the same format the later one wins.
fn float_rank(kind: FloatKind) -> u32 {
    match kind {
        FloatKind::Float16 => 0,
        FloatKind::Float => 10,
        FloatKind::Float32 => 11,
        FloatKind::Float32x => 20,
        FloatKind::Double => 21,
        FloatKind::Float64 => 22,
        FloatKind::Float64x => 30,
        FloatKind::LongDouble => 31,
        FloatKind::Float128 => 40,
    }
}

impl Types {
    pub fn int_kind_signed(&self, kind: IntKind) -> bool {
        match kind {
            IntKind::Char => self.char_signed,
            IntKind::SChar
            | IntKind::Short
            | IntKind::Int
            | IntKind::Long
            | IntKind::LongLong
            | IntKind::Int128 => true,
            _ => false,
        }
    }

    /// Of integer types, `_Bool` and enumerations; `None` for all others.
    pub fn int_shape(&self, ty: TypeId) -> Option<IntShape> {
        match *self.get(ty) {
            Type::Int(kind) => {
                Some(IntShape { bits: int_bits(kind), signed: self.int_kind_signed(kind) })
            }
            Type::BitInt { bits, signed } => Some(IntShape { bits: bits.into(), signed }),
            Type::Enum(e) => match *self.get(self.enumeration(e).underlying) {
                Type::Int(kind) => {
                    Some(IntShape { bits: int_bits(kind), signed: self.int_kind_signed(kind) })
                }
                Type::BitInt { bits, signed } => Some(IntShape { bits: bits.into(), signed }),
                _ => Some(IntShape { bits: 32, signed: true }),
            },
            _ => None,
        }
    }

    pub fn int_kind_shape(&self, kind: IntKind) -> IntShape {
        IntShape { bits: int_bits(kind), signed: self.int_kind_signed(kind) }
    }

    pub fn is_error(&self, ty: TypeId) -> bool {
        ty == id::ERROR
    }

    pub fn is_integer(&self, ty: TypeId) -> bool {
        matches!(self.get(ty), Type::Int(_) | Type::BitInt { .. } | Type::Enum(_))
    }

    /// `bool`, or an enumeration that is one: every value but 0 becomes 1.
    pub fn is_bool(&self, ty: TypeId) -> bool {
        match *self.get(ty) {
            Type::Enum(e) => self.enumeration(e).underlying == id::BOOL,
            _ => ty == id::BOOL,
        }
    }

    pub fn is_real(&self, ty: TypeId) -> bool {
        self.is_integer(ty) || matches!(self.get(ty), Type::Float(_))
    }

    pub fn is_complex(&self, ty: TypeId) -> bool {
        matches!(self.get(ty), Type::Complex(_) | Type::ComplexInt(_))
    }

    pub fn is_arithmetic(&self, ty: TypeId) -> bool {
        self.is_real(ty) || self.is_complex(ty)
    }

    pub fn is_pointer(&self, ty: TypeId) -> bool {
        matches!(self.get(ty), Type::Pointer(_))
    }

    pub fn is_scalar(&self, ty: TypeId) -> bool {
        self.is_arithmetic(ty) || matches!(self.get(ty), Type::Pointer(_) | Type::NullPtr)
    }

    pub fn is_function(&self, ty: TypeId) -> bool {
        matches!(self.get(ty), Type::Function(_))
    }

    pub fn is_array(&self, ty: TypeId) -> bool {
        matches!(self.get(ty), Type::Array { .. })
    }

    pub fn is_vector(&self, ty: TypeId) -> bool {
        matches!(self.get(ty), Type::Vector { .. })
    }

    pub fn is_record(&self, ty: TypeId) -> bool {
        matches!(self.get(ty), Type::Record(_))
    }

    pub fn pointee(&self, ty: TypeId) -> Option<QType> {
        match *self.get(ty) {
            Type::Pointer(to) => Some(to),
            _ => None,
        }
    }

    pub fn func(&self, ty: TypeId) -> Option<&FuncType> {
        match self.get(ty) {
            Type::Function(func) => Some(func),
            _ => None,
        }
    }

    pub fn float_kind(&self, ty: TypeId) -> Option<FloatKind> {
        match *self.get(ty) {
            Type::Float(kind) => Some(kind),
            _ => None,
        }
    }

    /// The type of the parts of a complex type; of others the type itself.
    pub fn real_part(&mut self, ty: TypeId) -> TypeId {
        match *self.get(ty) {
            Type::Complex(kind) => self.intern(Type::Float(kind)),
            Type::ComplexInt(kind) => self.intern(Type::Int(kind)),
            _ => ty,
        }
    }

    /// The unsigned type of the same width.
    pub fn unsigned_of(&mut self, ty: TypeId) -> TypeId {
        match *self.get(ty) {
            Type::Int(kind) => self.intern(Type::Int(to_unsigned(kind))),
            Type::BitInt { bits, .. } => self.intern(Type::BitInt { bits, signed: false }),
            Type::Enum(e) => {
                let under = self.enumeration(e).underlying;
                if under == ty { ty } else { self.unsigned_of(under) }
            }
            _ => ty,
        }
    }

    /// The signed type of the same width.
    pub fn signed_of(&mut self, ty: TypeId) -> TypeId {
        match *self.get(ty) {
            Type::Int(kind) => self.intern(Type::Int(to_signed(kind))),
            Type::BitInt { bits, .. } => self.intern(Type::BitInt { bits, signed: true }),
            Type::Enum(e) => {
                let under = self.enumeration(e).underlying;
                if under == ty { ty } else { self.signed_of(under) }
            }
            _ => ty,
        }
    }

    /// Integer promotion of a type (bit-fields are [`Types::promote_field`]'s).
    pub fn promote(&self, ty: TypeId) -> TypeId {
        match *self.get(ty) {
            Type::Int(kind) if int_rank(kind) < 3 => id::INT,
            Type::Enum(e) => {
                let under = self.enumeration(e).underlying;
                if under == ty || matches!(self.get(under), Type::Enum(_)) {
                    id::INT
                } else {
                    self.promote(under)
                }
            }
            _ => ty,
        }
    }

    /// What a bit-field of `width` bits and declared type `ty` promotes to. Those wider than
    /// `int` but narrower than their type keep their width in arithmetic, as in gcc: that is
    /// what a `_BitInt` is.
    pub fn promote_field(&mut self, ty: TypeId, width: u32) -> TypeId {
        let Some(shape) = self.int_shape(ty) else { return ty };
        if matches!(self.get(ty), Type::BitInt { .. }) {
            return ty;
        }
        if width < 32 || (width == 32 && shape.signed) {
            return id::INT;
        }
        if width == 32 {
            return id::UINT;
        }
        if width >= shape.bits {
            return self.promote(ty);
        }
        self.intern(Type::BitInt { bits: width as u16, signed: shape.signed })
    }

    /// The common type of two integer types, already promoted.
    fn common_integer(&mut self, a: TypeId, b: TypeId) -> TypeId {
        if a == b {
            return a;
        }
        let (Some(x), Some(y)) = (self.int_shape(a), self.int_shape(b)) else { return id::ERROR };
        // A `_BitInt` ranks below a standard type of its width, and above narrower ones.
        let rank = |types: &Types, ty: TypeId, bits: u32| match *types.get(ty) {
            Type::Int(kind) => (bits, int_rank(kind) + 1),
            _ => (bits, 0),
        };
        let (ra, rb) = (rank(self, a, x.bits), rank(self, b, y.bits));
        if x.signed == y.signed {
            return if ra >= rb { a } else { b };
        }
        let (unsigned, ru, signed, rs) = if x.signed { (b, rb, a, ra) } else { (a, ra, b, rb) };
        if ru >= rs {
            unsigned
        } else if rs.0 > ru.0 {
            signed
        } else {
            self.unsigned_of(signed)
        }
    }

    /// The usual arithmetic conversions: the common type of two arithmetic types.
    pub fn usual(&mut self, a: TypeId, b: TypeId) -> TypeId {
        if a == id::ERROR || b == id::ERROR {
            return id::ERROR;
        }
        if !self.is_complex(a) && !self.is_complex(b) {
            return self.usual_real(a, b);
        }
        let (ra, rb) = (self.real_part(a), self.real_part(b));
        let real = self.usual_real(ra, rb);
        match *self.get(real) {
            Type::Float(kind) => self.intern(Type::Complex(kind)),
            Type::Int(kind) => self.intern(Type::ComplexInt(kind)),
            _ => id::ERROR,
        }
    }

    fn usual_real(&mut self, a: TypeId, b: TypeId) -> TypeId {
        match (self.float_kind(a), self.float_kind(b)) {
            (Some(x), Some(y)) => {
                if float_rank(x) >= float_rank(y) {
                    a
                } else {
                    b
                }
            }
            (Some(_), None) => a,
            (None, Some(_)) => b,
            (None, None) => {
                let (a, b) = (self.promote(a), self.promote(b));
                self.common_integer(a, b)
            }
        }
    }

    /// What an argument without a parameter is passed as.
    pub fn default_promote(&self, ty: TypeId) -> TypeId {
        match *self.get(ty) {
            Type::Float(FloatKind::Float) => id::DOUBLE,
            Type::Int(_) | Type::Enum(_) => self.promote(ty),
            _ => ty,
        }
    }

    /// The parameter type a declared type stands for, and what arrays and functions decay to.
    pub fn decayed(&mut self, ty: QType) -> QType {
        match *self.get(ty.id) {
            Type::Array { elem, .. } => {
                let elem = elem.with(Quals(ty.quals.0 & !Quals::ATOMIC.0));
                self.pointer_to(elem).into()
            }
            Type::Function(_) => self.pointer_to(ty.id.into()).into(),
            _ => ty,
        }
    }

    /// Does a value of the type depend on a length known only when the program runs?
    pub fn is_variably_modified(&self, ty: TypeId) -> bool {
        let mut ty = ty;
        for _ in 0..MAX_DEPTH {
            match *self.get(ty) {
                Type::Array { len: ArrayLen::Variable(_) | ArrayLen::Star, .. } => return true,
                Type::Array { elem, .. } => ty = elem.id,
                Type::Pointer(to) => ty = to.id,
                Type::Function(ref f) => ty = f.ret.id,
                Type::Record(record) => return self.record(record).variable.is_some(),
                _ => return false,
            }
        }
        false
    }

    /// Is the size itself known only when the program runs?
    pub fn has_variable_size(&self, ty: TypeId) -> bool {
        let mut ty = ty;
        for _ in 0..MAX_DEPTH {
            match *self.get(ty) {
                Type::Array { len: ArrayLen::Variable(_) | ArrayLen::Star, .. } => return true,
                Type::Array { elem, .. } => ty = elem.id,
                Type::Record(record) => return self.record(record).variable.is_some(),
                _ => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_conversions_follow_rank() {
        let mut t = Types::new();
        let rows = [
            (id::CHAR, id::SHORT, id::INT),
            (id::INT, id::UINT, id::UINT),
            (id::UINT, id::LONG, id::LONG),
            (id::ULONG, id::LLONG, id::ULLONG),
            (id::LONG, id::LLONG, id::LLONG),
            (id::INT128, id::ULLONG, id::INT128),
            (id::FLOAT, id::LLONG, id::FLOAT),
            (id::FLOAT, id::DOUBLE, id::DOUBLE),
            (id::LDOUBLE, id::DOUBLE, id::LDOUBLE),
            (id::BOOL, id::BOOL, id::INT),
        ];
        for (a, b, common) in rows {
            assert_eq!(t.usual(a, b), common);
            assert_eq!(t.usual(b, a), common);
        }
        let b40 = t.intern(Type::BitInt { bits: 40, signed: false });
        assert_eq!(t.usual(b40, id::INT), b40);
        assert_eq!(t.usual(b40, id::LONG), id::LONG);
        assert_eq!(t.promote_field(id::ULONG, 40), b40);
        assert_eq!(t.promote_field(id::UINT, 31), id::INT);
        assert_eq!(t.promote_field(id::UINT, 32), id::UINT);
        assert_eq!(t.promote_field(id::BOOL, 1), id::INT);
    }

    #[test]
    fn composites_take_what_is_known() {
        let mut t = Types::new();
        let open = t.intern(Type::Array { elem: id::INT.into(), len: ArrayLen::Unknown });
        let four = t.intern(Type::Array { elem: id::INT.into(), len: ArrayLen::Fixed(4) });
        assert!(t.compatible_ids(open, four));
        assert_eq!(t.composite(open, four), four);
        let old = t.intern(Type::Function(FuncType {
            ret: id::INT.into(),
            params: vec![],
            variadic: false,
            old_style: true,
        }));
        let proto = |p: TypeId| {
            Type::Function(FuncType {
                ret: id::INT.into(),
                params: vec![p.into()],
                variadic: false,
                old_style: false,
            })
        };
        let (int, float) = (t.intern(proto(id::INT)), t.intern(proto(id::FLOAT)));
        assert!(t.compatible_ids(old, int) && !t.compatible_ids(old, float));
        assert_eq!(t.composite(old, int), int);
    }
}
