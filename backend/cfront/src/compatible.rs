//! Which types are compatible, and the type two compatible declarations make together. In: types;
//! out: an answer, or a type. Since C23 two definitions of one tag with the same members are one
//! type, so records are looked into; a pair of records that is being compared counts as
//! compatible within itself, or lists would be followed for ever.

use crate::types::{
    ArrayLen, Enum, Field, FuncType, QType, Record, RecordId, Type, TypeId, Types, id,
};
use preproc::name::Name;

/// Types nest at most so deep where they are compared; deeper ones count as compatible only when
/// they are the same type.
const MAX_DEPTH: u32 = 200;

/// What encloses the types at hand: how deep it is, and the pairs of records being compared.
#[derive(Clone, Copy)]
struct Within<'a> {
    depth: u32,
    pair: Option<(RecordId, RecordId)>,
    /// Compatible types are not enough.
    same: bool,
    outer: Option<&'a Within<'a>>,
}

const OUTSIDE: Within<'static> = Within { depth: 0, pair: None, same: false, outer: None };

impl<'a> Within<'a> {
    fn deeper(&'a self, pair: Option<(RecordId, RecordId)>) -> Within<'a> {
        Within { depth: self.depth + 1, pair, same: self.same, outer: Some(self) }
    }

    fn compares(&self, pair: (RecordId, RecordId)) -> bool {
        let outer = |within: &&'a Within<'a>| within.outer;
        self.pair == Some(pair)
            || std::iter::successors(self.outer, outer).any(|within| within.pair == Some(pair))
    }
}

impl Types {
    /// Are two types compatible, qualifiers included?
    pub fn compatible(&self, a: QType, b: QType) -> bool {
        a.quals == b.quals && self.compatible_ids(a.id, b.id)
    }

    /// Are two unqualified types compatible?
    pub fn compatible_ids(&self, a: TypeId, b: TypeId) -> bool {
        self.agree(a, b, &OUTSIDE)
    }

    /// Do two definitions of one tag in one scope say the same? Their members have the same types
    /// then, not just compatible ones.
    pub fn same_definition(&self, a: TypeId, b: TypeId) -> bool {
        match (self.get(a), self.get(b)) {
            (Type::Record(x), Type::Record(y)) => {
                let within = Within { pair: Some((*x, *y)), same: true, ..OUTSIDE };
                self.members_agree(self.record(*x), self.record(*y), &within)
            }
            _ => self.compatible_ids(a, b),
        }
    }

    fn agree(&self, a: TypeId, b: TypeId, outer: &Within) -> bool {
        if a == b || a == id::ERROR || b == id::ERROR {
            return true;
        }
        if outer.same {
            return self.both_open(a, b);
        }
        if outer.depth > MAX_DEPTH {
            return false;
        }
        let within = outer.deeper(None);
        match (self.get(a), self.get(b)) {
            (Type::Pointer(x), Type::Pointer(y)) => {
                x.quals == y.quals && self.agree(x.id, y.id, &within)
            }
            (Type::Array { elem: x, len: m }, Type::Array { elem: y, len: n }) => {
                let lengths = match (m, n) {
                    (ArrayLen::Fixed(m), ArrayLen::Fixed(n)) => m == n,
                    _ => true,
                };
                lengths && x.quals == y.quals && self.agree(x.id, y.id, &within)
            }
            (Type::Function(f), Type::Function(g)) => self.functions_agree(f, g, &within),
            (Type::Enum(x), Type::Enum(y)) => {
                self.enums_agree(self.enumeration(*x), self.enumeration(*y))
            }
            (Type::Enum(e), _) => self.enumeration(*e).underlying == b,
            (_, Type::Enum(e)) => self.enumeration(*e).underlying == a,
            (Type::Record(x), Type::Record(y)) => self.records_agree(*x, *y, outer),
            (Type::Vector { elem: x, lanes: m }, Type::Vector { elem: y, lanes: n }) => {
                m == n && self.agree(*x, *y, &within)
            }
            _ => false,
        }
    }

    /// GNU: `[]` and `[0]` at the end of a structure are one.
    fn both_open(&self, a: TypeId, b: TypeId) -> bool {
        let open = |len: ArrayLen| matches!(len, ArrayLen::Unknown | ArrayLen::Fixed(0));
        match (self.get(a), self.get(b)) {
            (Type::Array { elem: x, len: m }, Type::Array { elem: y, len: n }) => {
                x == y && open(*m) && open(*n)
            }
            _ => false,
        }
    }

    fn functions_agree(&self, f: &FuncType, g: &FuncType, within: &Within) -> bool {
        if f.ret.quals != g.ret.quals || !self.agree(f.ret.id, g.ret.id, within) {
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
                        .all(|(x, y)| self.parameters_agree(x.id, y.id, within))
            }
        }
    }

    /// GNU: a transparent union is as good as the type of any of its members.
    fn parameters_agree(&self, x: TypeId, y: TypeId, within: &Within) -> bool {
        self.agree(x, y, within)
            || self.transparent_has(x, y, within)
            || self.transparent_has(y, x, within)
    }

    fn transparent_has(&self, union: TypeId, member: TypeId, within: &Within) -> bool {
        let Type::Record(record) = *self.get(union) else { return false };
        let record = self.record(record);
        record.transparent_union
            && record.fields.iter().any(|f| self.agree(f.ty.id, member, within))
    }

    /// A prototype agrees with `f()` when default promotion changes none of its parameters.
    fn fits_old_style(&self, proto: &FuncType) -> bool {
        !proto.variadic && proto.params.iter().all(|p| self.default_promote(p.id) == p.id)
    }

    /// C23: two definitions of one tag with the same constants are one type.
    fn enums_agree(&self, x: &Enum, y: &Enum) -> bool {
        self.same_tags
            && x.tag.is_some()
            && x.tag == y.tag
            && x.complete
            && y.complete
            && x.underlying == y.underlying
            && same_constants(&x.constants, &y.constants)
    }

    /// C23: two definitions of one tag with the same members are one type.
    fn records_agree(&self, x: RecordId, y: RecordId, outer: &Within) -> bool {
        if outer.compares((x, y)) {
            return true;
        }
        let within = outer.deeper(Some((x, y)));
        let (x, y) = (self.record(x), self.record(y));
        self.same_tags && x.tag.is_some() && x.tag == y.tag && self.members_agree(x, y, &within)
    }

    fn members_agree(&self, x: &Record, y: &Record, within: &Within) -> bool {
        x.is_union == y.is_union
            && x.complete
            && y.complete
            && x.size == y.size
            && x.align == y.align
            && x.fields.len() == y.fields.len()
            && x.unnamed == y.unnamed
            && x.fields.iter().zip(&y.fields).all(|(f, g)| self.fields_agree(f, g, within))
    }

    fn fields_agree(&self, f: &Field, g: &Field, within: &Within) -> bool {
        f.name == g.name
            && f.offset == g.offset
            && f.bits == g.bits
            && f.align == g.align
            && f.ty.quals == g.ty.quals
            && (self.agree(f.ty.id, g.ty.id, within)
                || f.name.is_none() && self.unnamed_agree(f.ty.id, g.ty.id, within))
    }

    /// Two anonymous structures, members of records that may be one.
    fn unnamed_agree(&self, x: TypeId, y: TypeId, within: &Within) -> bool {
        match (self.get(x), self.get(y)) {
            (Type::Record(x), Type::Record(y)) => {
                let (x, y) = (self.record(*x), self.record(*y));
                within.depth < MAX_DEPTH
                    && x.tag.is_none()
                    && y.tag.is_none()
                    && self.members_agree(x, y, &within.deeper(None))
            }
            _ => false,
        }
    }

    // ------------------------------------------------------------ composite types

    /// The type two compatible declarations make together.
    pub fn composite(&mut self, a: TypeId, b: TypeId) -> TypeId {
        self.merged(a, b, &OUTSIDE)
    }

    fn merged(&mut self, a: TypeId, b: TypeId, outer: &Within) -> TypeId {
        if a == b || b == id::ERROR || outer.depth > MAX_DEPTH {
            return a;
        }
        let within = outer.deeper(None);
        match (self.get(a).clone(), self.get(b).clone()) {
            (Type::Pointer(x), Type::Pointer(y)) => {
                let to = self.merged(x.id, y.id, &within);
                self.pointer_to(QType { id: to, quals: x.quals })
            }
            (Type::Array { elem: x, len: m }, Type::Array { elem: y, len: n }) => {
                let elem = self.merged(x.id, y.id, &within);
                let len = match (m, n) {
                    (ArrayLen::Fixed(_), _) => m,
                    (_, ArrayLen::Fixed(_)) => n,
                    (ArrayLen::Variable(_), _) => m,
                    (_, ArrayLen::Variable(_)) => n,
                    _ => m,
                };
                self.intern(Type::Array { elem: QType { id: elem, quals: x.quals }, len })
            }
            (Type::Function(f), Type::Function(g)) => self.merged_function(f, g, &within),
            (Type::Record(x), Type::Record(y)) => self.merged_record(a, x, y, outer),
            (Type::Enum(_), _) => a,
            (_, Type::Enum(_)) => b,
            _ => a,
        }
    }

    fn merged_function(&mut self, f: FuncType, g: FuncType, within: &Within) -> TypeId {
        let ret = self.merged(f.ret.id, g.ret.id, within);
        let ret = QType { id: ret, quals: f.ret.quals };
        let (params, variadic, old_style) = match (f.old_style, g.old_style) {
            (true, _) => (g.params, g.variadic, g.old_style),
            (_, true) => (f.params, f.variadic, false),
            _ => {
                let mut params = Vec::with_capacity(f.params.len());
                for (x, y) in f.params.iter().zip(&g.params) {
                    let id = match self.transparent_has(x.id, y.id, within) {
                        true => y.id,
                        false => self.merged(x.id, y.id, within),
                    };
                    params.push(QType { id, quals: x.quals });
                }
                (params, f.variadic, false)
            }
        };
        self.intern(Type::Function(FuncType { ret, params, variadic, old_style }))
    }

    /// A record of its own where the members of one say more than the other's.
    fn merged_record(&mut self, a: TypeId, x: RecordId, y: RecordId, outer: &Within) -> TypeId {
        if outer.compares((x, y)) {
            return a;
        }
        let within = outer.deeper(Some((x, y)));
        let mut made = self.record(x).clone();
        let mut differs = false;
        for at in 0..made.fields.len().min(self.record(y).fields.len()) {
            let (old, other) = (made.fields[at].ty.id, self.record(y).fields[at].ty.id);
            let new = self.merged(old, other, &within);
            differs |= new != old;
            made.fields[at].ty.id = new;
        }
        if differs { self.new_record(made) } else { a }
    }
}

/// The same constants, in any order.
fn same_constants(x: &[(Name, i128)], y: &[(Name, i128)]) -> bool {
    x.len() == y.len() && x.iter().all(|constant| y.contains(constant))
}
