//! C types as debugging information entries. In comes a type; out goes the entry that describes
//! it, made at its first mention.
//!
//! Always: an entry is known before its members are made, so types may refer to themselves; types
//! with a variable length belong to the function whose locals hold it.

use super::Debug;
use crate::notes::{FunctionNotes, LocalNote, Location};
use cfront::show;
use cfront::types::{
    ArrayLen, EnumId, FuncType, IntKind, Length, QType, Quals, RecordId, Type, TypeId, id,
};
use gimli::constants as dw;
use gimli::write::{AttributeValue, Expression, UnitEntryId};
use preproc::name::Name;

/// The function whose types are described, for lengths that its locals hold.
pub(super) type Within<'n> = Option<&'n FunctionNotes>;

impl Debug<'_> {
    /// The entry of a type; `None` for plain `void`, which has none.
    pub(super) fn ty(&mut self, ty: QType, within: Within<'_>) -> Option<UnitEntryId> {
        for (quals, tag) in [
            (Quals::CONST, dw::DW_TAG_const_type),
            (Quals::VOLATILE, dw::DW_TAG_volatile_type),
            (Quals::RESTRICT, dw::DW_TAG_restrict_type),
            (Quals::ATOMIC, dw::DW_TAG_atomic_type),
        ] {
            if ty.quals.has(quals) {
                return Some(self.qualified(ty, quals, tag, within));
            }
        }
        if matches!(self.unit.types.get(ty.id), Type::Void | Type::Error) {
            return None;
        }
        if let Some(known) = self.known(ty) {
            return Some(known);
        }
        let entry = self.unqualified(ty.id, within);
        Some(match self.typedef_of.get(&ty.id).copied() {
            // What has no tag is known by its typedef.
            Some(name) if self.is_unnamed(ty.id) => {
                let named = self.add(dw::DW_TAG_typedef);
                self.set_name(named, name);
                self.set(named, dw::DW_AT_type, AttributeValue::UnitRef(entry));
                self.remember(ty, named);
                named
            }
            _ => entry,
        })
    }

    fn qualified(
        &mut self,
        ty: QType,
        quals: Quals,
        tag: gimli::DwTag,
        within: Within<'_>,
    ) -> UnitEntryId {
        if let Some(known) = self.known(ty) {
            return known;
        }
        let inner = self.ty(QType { id: ty.id, quals: ty.quals.without(quals) }, within);
        let entry = self.add(tag);
        self.set_type(entry, inner);
        self.remember(ty, entry);
        entry
    }

    fn known(&self, ty: QType) -> Option<UnitEntryId> {
        self.types.get(&ty).or_else(|| self.own_types.get(&ty)).copied()
    }

    fn remember(&mut self, ty: QType, entry: UnitEntryId) {
        let table = if self.varies(ty.id) { &mut self.own_types } else { &mut self.types };
        table.insert(ty, entry);
    }

    /// Is the type made of an array whose length a local holds?
    fn varies(&self, ty: TypeId) -> bool {
        match self.unit.types.get(ty) {
            Type::Pointer(to) => self.varies(to.id),
            Type::Array { elem, len } => {
                matches!(len, ArrayLen::Variable(_)) || self.varies(elem.id)
            }
            Type::Record(id) => self.unit.types.record(*id).variable.is_some(),
            Type::Function(function) => {
                self.varies(function.ret.id) || function.params.iter().any(|p| self.varies(p.id))
            }
            _ => false,
        }
    }

    fn is_unnamed(&self, ty: TypeId) -> bool {
        match self.unit.types.get(ty) {
            Type::Record(id) => self.unit.types.record(*id).tag.is_none(),
            Type::Enum(id) => self.unit.types.enumeration(*id).tag.is_none(),
            _ => false,
        }
    }

    fn unqualified(&mut self, ty: TypeId, within: Within<'_>) -> UnitEntryId {
        let types = self.unit.types;
        let size = types.size_of(ty).unwrap_or(0);
        match types.get(ty) {
            &Type::Int(kind) => self.base(ty, int_name(kind), int_encoding(types, kind), size),
            &Type::BitInt { bits, signed } => {
                let (word, encoding) = match signed {
                    true => ("", dw::DW_ATE_signed),
                    false => ("unsigned ", dw::DW_ATE_unsigned),
                };
                let entry = self.base(ty, &format!("{word}_BitInt({bits})"), encoding, size);
                self.set(entry, dw::DW_AT_bit_size, AttributeValue::Udata(u64::from(bits)));
                entry
            }
            &Type::Float(kind) => self.base(ty, show::float_name(kind), dw::DW_ATE_float, size),
            &Type::Complex(kind) => {
                let name = format!("complex {}", show::float_name(kind));
                self.base(ty, &name, dw::DW_ATE_complex_float, size)
            }
            // As gcc has it: there is no standard code.
            &Type::ComplexInt(kind) => {
                let name = format!("complex {}", int_name(kind));
                self.base(ty, &name, dw::DW_ATE_lo_user, size)
            }
            Type::NullPtr => {
                let entry = self.add(dw::DW_TAG_pointer_type);
                self.remember(ty.into(), entry);
                self.set_size(entry, size);
                entry
            }
            &Type::Enum(id) => self.enumeration(ty, id),
            &Type::Record(id) => self.record(ty, id),
            &Type::Pointer(to) => {
                let entry = self.add(dw::DW_TAG_pointer_type);
                self.remember(ty.into(), entry);
                self.set_size(entry, size);
                let to = self.ty(to, within);
                self.set_type(entry, to);
                entry
            }
            &Type::Array { elem, len } => self.array(ty, elem, len, within),
            Type::Function(function) => self.function_type(ty, function, within),
            &Type::Vector { elem, lanes } => {
                let len = ArrayLen::Fixed(u64::from(lanes));
                let entry = self.array(ty, elem.into(), len, within);
                self.set(entry, dw::DW_AT_GNU_vector, AttributeValue::Flag(true));
                entry
            }
            Type::Void | Type::Error => {
                let entry = self.add(dw::DW_TAG_unspecified_type);
                self.set_text(entry, "void");
                entry
            }
        }
    }

    fn base(&mut self, ty: TypeId, name: &str, encoding: gimli::DwAte, size: u64) -> UnitEntryId {
        let entry = self.add(dw::DW_TAG_base_type);
        self.remember(ty.into(), entry);
        self.set(entry, dw::DW_AT_encoding, AttributeValue::Encoding(encoding));
        self.set_size(entry, size);
        self.set_text(entry, name);
        entry
    }

    fn enumeration(&mut self, ty: TypeId, id: EnumId) -> UnitEntryId {
        let types = self.unit.types;
        let enumeration = types.enumeration(id);
        let entry = self.add(dw::DW_TAG_enumeration_type);
        self.remember(ty.into(), entry);
        if let Some(tag) = enumeration.tag {
            self.set_name(entry, tag);
        }
        if !enumeration.complete {
            self.set(entry, dw::DW_AT_declaration, AttributeValue::Flag(true));
            return entry;
        }
        self.set_size(entry, types.size_of(ty).unwrap_or(0));
        self.set_place(entry, enumeration.span);
        let underlying = self.ty(enumeration.underlying.into(), None);
        self.set_type(entry, underlying);
        for &(name, value) in &enumeration.constants {
            let constant = self.add_to(entry, dw::DW_TAG_enumerator);
            self.set_name(constant, name);
            let value = match i64::try_from(value) {
                Ok(value) => AttributeValue::Sdata(value),
                Err(_) => AttributeValue::Udata(value as u64),
            };
            self.set(constant, dw::DW_AT_const_value, value);
        }
        entry
    }

    fn record(&mut self, ty: TypeId, id: RecordId) -> UnitEntryId {
        let record = self.unit.types.record(id);
        let tag = match record.is_union {
            true => dw::DW_TAG_union_type,
            false => dw::DW_TAG_structure_type,
        };
        let entry = self.add(tag);
        self.remember(ty.into(), entry);
        if let Some(tag) = record.tag {
            self.set_name(entry, tag);
        }
        // Of variable size, the places of its members are not described.
        if !record.complete || record.variable.is_some() {
            self.set(entry, dw::DW_AT_declaration, AttributeValue::Flag(true));
            return entry;
        }
        self.set_size(entry, record.size);
        self.set_place(entry, record.span);
        for field in &record.fields {
            let member = self.add_to(entry, dw::DW_TAG_member);
            if let Some(name) = field.name {
                self.set_name(member, name);
            }
            self.set_place(member, field.span);
            let ty = self.ty(field.ty, None);
            self.set_type(member, ty);
            let (name, value) = match field.bits {
                Some(bits) => {
                    let width = AttributeValue::Udata(u64::from(bits.width));
                    self.set(member, dw::DW_AT_bit_size, width);
                    (dw::DW_AT_data_bit_offset, bits.bit_offset)
                }
                None => (dw::DW_AT_data_member_location, field.offset),
            };
            self.set(member, name, AttributeValue::Udata(value));
        }
        entry
    }

    fn array(&mut self, ty: TypeId, elem: QType, len: ArrayLen, within: Within<'_>) -> UnitEntryId {
        let entry = self.add(dw::DW_TAG_array_type);
        self.remember(ty.into(), entry);
        let elem = self.ty(elem, within);
        self.set_type(entry, elem);
        let index = self.ty(id::ULONG.into(), None);
        let range = self.add_to(entry, dw::DW_TAG_subrange_type);
        self.set_type(range, index);
        match len {
            ArrayLen::Fixed(count) => {
                self.set(range, dw::DW_AT_count, AttributeValue::Udata(count));
            }
            ArrayLen::Variable(length) => {
                if let Some(bound) = within.and_then(|notes| last_index(notes, length)) {
                    self.set(range, dw::DW_AT_upper_bound, AttributeValue::Exprloc(bound));
                }
            }
            ArrayLen::Unknown | ArrayLen::Star => {}
        }
        entry
    }

    fn function_type(
        &mut self,
        ty: TypeId,
        function: &FuncType,
        within: Within<'_>,
    ) -> UnitEntryId {
        let entry = self.add(dw::DW_TAG_subroutine_type);
        self.remember(ty.into(), entry);
        self.set(entry, dw::DW_AT_prototyped, AttributeValue::Flag(!function.old_style));
        let ret = self.ty(function.ret, within);
        self.set_type(entry, ret);
        for &param in &function.params {
            let ty = self.ty(param, within);
            let param = self.add_to(entry, dw::DW_TAG_formal_parameter);
            self.set_type(param, ty);
        }
        if function.variadic {
            self.add_to(entry, dw::DW_TAG_unspecified_parameters);
        }
        entry
    }

    /// Typedefs of types that are described anyway, so that their names mean something.
    pub(super) fn typedefs(&mut self) {
        for (name, ty, span) in self.texts.typedefs.clone() {
            let types = self.unit.types;
            let simple = matches!(
                types.get(ty.id),
                Type::Int(_) | Type::Float(_) | Type::Complex(_) | Type::BitInt { .. }
            );
            let named_by_it = self.is_unnamed(ty.id) && self.typedef_of.get(&ty.id) == Some(&name);
            if named_by_it || !(simple || self.types.contains_key(&ty)) {
                continue;
            }
            let to = self.ty(ty, None);
            let entry = self.add(dw::DW_TAG_typedef);
            self.set_name(entry, name);
            self.set_place(entry, span);
            self.set_type(entry, to);
        }
    }

    pub(super) fn set_name(&mut self, entry: UnitEntryId, name: Name) {
        let texts = self.texts;
        self.set_text(entry, texts.names.text(name));
    }
}

/// The highest index of an array whose length a local holds, computed where the value is asked for.
fn last_index(notes: &FunctionNotes, length: Length) -> Option<Expression> {
    let own = |note: &&LocalNote| note.local == length.local && notes.level == length.level;
    let note = notes.locals.iter().find(own)?;
    let Location::Frame(at) = note.location else { return None };
    let mut bound = Expression::new();
    bound.op_fbreg(at);
    bound.op_deref();
    bound.op(dw::DW_OP_lit1);
    bound.op(dw::DW_OP_minus);
    Some(bound)
}

/// Names as gcc writes them into debug information: debuggers know these.
fn int_name(kind: IntKind) -> &'static str {
    match kind {
        IntKind::Bool => "_Bool",
        IntKind::Char => "char",
        IntKind::SChar => "signed char",
        IntKind::UChar => "unsigned char",
        IntKind::Short => "short int",
        IntKind::UShort => "short unsigned int",
        IntKind::Int => "int",
        IntKind::UInt => "unsigned int",
        IntKind::Long => "long int",
        IntKind::ULong => "long unsigned int",
        IntKind::LongLong => "long long int",
        IntKind::ULongLong => "long long unsigned int",
        IntKind::Int128 => "__int128",
        IntKind::UInt128 => "__int128 unsigned",
    }
}

fn int_encoding(types: &cfront::types::Types, kind: IntKind) -> gimli::DwAte {
    match kind {
        IntKind::Bool => dw::DW_ATE_boolean,
        IntKind::SChar => dw::DW_ATE_signed_char,
        IntKind::UChar => dw::DW_ATE_unsigned_char,
        IntKind::Char if types.char_signed => dw::DW_ATE_signed_char,
        IntKind::Char => dw::DW_ATE_unsigned_char,
        _ if crate::ctype::int_signed(types, kind) => dw::DW_ATE_signed,
        _ => dw::DW_ATE_unsigned,
    }
}
