//! Which types are what, which go together, and what type an operation has. In: types; out:
//! types. Nothing here makes nodes or gives diagnostics, and nothing looks at values. Every
//! question about `Type::Error` is answered so that no second message follows.

use crate::types::{
    ArrayLen, FloatKind, FuncType, IntKind, QType, Quals, Record, Type, TypeId, Types, id,
};
use preproc::name::Name;

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

/// Pointers nest at most so deep where types are compared; deeper ones count as compatible only
/// when they are the same type.
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
        FloatKind::Double => 20,
        FloatKind::Float32x => 21,
        FloatKind::Float64 => 22,
        FloatKind::LongDouble => 30,
        FloatKind::Float64x => 31,
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

    /// Are two types compatible, qualifiers included?
    pub fn compatible(&self, a: QType, b: QType) -> bool {
        a.quals == b.quals && self.compatible_at(a.id, b.id, 0)
    }

    /// Are two unqualified types compatible?
    pub fn compatible_ids(&self, a: TypeId, b: TypeId) -> bool {
        self.compatible_at(a, b, 0)
    }

    fn compatible_at(&self, a: TypeId, b: TypeId, depth: u32) -> bool {
        if a == b || a == id::ERROR || b == id::ERROR {
            return true;
        }
        if depth > MAX_DEPTH {
            return false;
        }
        match (self.get(a), self.get(b)) {
            (Type::Pointer(x), Type::Pointer(y)) => {
                x.quals == y.quals && self.compatible_at(x.id, y.id, depth + 1)
            }
            (Type::Array { elem: x, len: m }, Type::Array { elem: y, len: n }) => {
                let lengths = match (m, n) {
                    (ArrayLen::Fixed(m), ArrayLen::Fixed(n)) => m == n,
                    _ => true,
                };
                lengths && x.quals == y.quals && self.compatible_at(x.id, y.id, depth + 1)
            }
            (Type::Function(f), Type::Function(g)) => self.compatible_functions(f, g, depth),
            (Type::Enum(x), Type::Enum(y)) => {
                let (x, y) = (self.enumeration(*x), self.enumeration(*y));
                x.tag == y.tag
                    && x.complete
                    && y.complete
                    && x.underlying == y.underlying
                    && same_constants(&x.constants, &y.constants)
            }
            (Type::Enum(e), _) => self.enumeration(*e).underlying == b,
            (_, Type::Enum(e)) => self.enumeration(*e).underlying == a,
            (Type::Record(x), Type::Record(y)) => self.same_record(*x, *y, depth),
            (Type::Vector { elem: x, lanes: m }, Type::Vector { elem: y, lanes: n }) => {
                m == n && self.compatible_at(*x, *y, depth + 1)
            }
            _ => false,
        }
    }

    fn compatible_functions(&self, f: &FuncType, g: &FuncType, depth: u32) -> bool {
        if f.ret.quals != g.ret.quals || !self.compatible_at(f.ret.id, g.ret.id, depth + 1) {
            return false;
        }
        match (f.old_style, g.old_style) {
            (true, true) => true,
            (true, false) => self.fits_old_style(g),
            (false, true) => self.fits_old_style(f),
            (false, false) => {
                f.variadic == g.variadic
                    && f.params.len() == g.params.len()
                    && f.params
                        .iter()
                        .zip(&g.params)
                        .all(|(x, y)| self.compatible_parameters(x.id, y.id, depth + 1))
            }
        }
    }

    /// GNU: a transparent union is as good as the type of any of its members.
    fn compatible_parameters(&self, x: TypeId, y: TypeId, depth: u32) -> bool {
        self.compatible_at(x, y, depth)
            || self.transparent_has(x, y, depth)
            || self.transparent_has(y, x, depth)
    }

    fn transparent_has(&self, union: TypeId, member: TypeId, depth: u32) -> bool {
        let Type::Record(record) = *self.get(union) else { return false };
        let record = self.record(record);
        record.transparent_union
            && record.fields.iter().any(|f| self.compatible_at(f.ty.id, member, depth + 1))
    }

    /// A prototype agrees with `f()` when default promotion changes none of its parameters.
    fn fits_old_style(&self, proto: &FuncType) -> bool {
        !proto.variadic && proto.params.iter().all(|p| self.default_promote(p.id) == p.id)
    }

    /// C23: two definitions of one tag with the same members are one type.
    fn same_record(
        &self,
        x: crate::types::RecordId,
        y: crate::types::RecordId,
        depth: u32,
    ) -> bool {
        let (x, y) = (self.record(x), self.record(y));
        x.tag.is_some() && x.tag == y.tag && self.same_members(x, y, depth)
    }

    fn same_members(&self, x: &Record, y: &Record, depth: u32) -> bool {
        x.is_union == y.is_union
            && x.complete
            && y.complete
            && x.size == y.size
            && x.align == y.align
            && x.fields.len() == y.fields.len()
            && depth < 20
            && x.fields.iter().zip(&y.fields).all(|(f, g)| {
                f.name == g.name
                    && f.offset == g.offset
                    && f.bits == g.bits
                    && f.ty.quals == g.ty.quals
                    && (self.compatible_at(f.ty.id, g.ty.id, depth + 1)
                        || f.name.is_none() && self.same_unnamed(f.ty.id, g.ty.id, depth + 1))
            })
    }

    /// Two anonymous structures, members of records that may be one.
    fn same_unnamed(&self, x: TypeId, y: TypeId, depth: u32) -> bool {
        match (self.get(x), self.get(y)) {
            (Type::Record(x), Type::Record(y)) => {
                let (x, y) = (self.record(*x), self.record(*y));
                x.tag.is_none() && y.tag.is_none() && self.same_members(x, y, depth)
            }
            _ => false,
        }
    }

    /// The type two compatible declarations make together.
    pub fn composite(&mut self, a: TypeId, b: TypeId) -> TypeId {
        self.composite_at(a, b, 0)
    }

    fn composite_at(&mut self, a: TypeId, b: TypeId, depth: u32) -> TypeId {
        if a == b || b == id::ERROR || depth > MAX_DEPTH {
            return a;
        }
        match (self.get(a).clone(), self.get(b).clone()) {
            (Type::Pointer(x), Type::Pointer(y)) => {
                let to = self.composite_at(x.id, y.id, depth + 1);
                self.pointer_to(QType { id: to, quals: x.quals })
            }
            (Type::Array { elem: x, len: m }, Type::Array { elem: y, len: n }) => {
                let elem = self.composite_at(x.id, y.id, depth + 1);
                let len = match (m, n) {
                    (ArrayLen::Fixed(_), _) => m,
                    (_, ArrayLen::Fixed(_)) => n,
                    (ArrayLen::Variable(_), _) => m,
                    (_, ArrayLen::Variable(_)) => n,
                    _ => m,
                };
                self.intern(Type::Array { elem: QType { id: elem, quals: x.quals }, len })
            }
            (Type::Function(f), Type::Function(g)) => {
                let ret = self.composite_at(f.ret.id, g.ret.id, depth + 1);
                let ret = QType { id: ret, quals: f.ret.quals };
                let (params, variadic, old_style) = match (f.old_style, g.old_style) {
                    (true, _) => (g.params, g.variadic, g.old_style),
                    (_, true) => (f.params, f.variadic, false),
                    _ => {
                        let mut params = Vec::with_capacity(f.params.len());
                        for (x, y) in f.params.iter().zip(&g.params) {
                            let id = match self.transparent_has(x.id, y.id, depth + 1) {
                                true => y.id,
                                false => self.composite_at(x.id, y.id, depth + 1),
                            };
                            params.push(QType { id, quals: x.quals });
                        }
                        (params, f.variadic, false)
                    }
                };
                self.intern(Type::Function(FuncType { ret, params, variadic, old_style }))
            }
            (Type::Enum(_), _) => a,
            (_, Type::Enum(_)) => b,
            _ => a,
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

/// In any order.
fn same_constants(x: &[(Name, i128)], y: &[(Name, i128)]) -> bool {
    x == y || x.len() == y.len() && x.iter().all(|constant| y.contains(constant))
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
