//! Functions as debugging information entries: their code, parameters, scopes and locals. In come
//! the notes of the lowering; out go entries with locations.

use super::Debug;
use crate::notes::{FunctionNotes, Holder, LocalNote, Location, Piece};
use cfront::tree::{Linkage, SymbolId};
use cfront::types::Type;
use gimli::Register;
use gimli::constants as dw;
use gimli::write::{
    Address, AttributeValue, Expression, Location as ListedLocation, LocationList, Range,
    RangeList, UnitEntryId,
};

impl Debug<'_> {
    pub(super) fn function(&mut self, address: Address, notes: &FunctionNotes) {
        self.own_types.clear();
        let entry = self.add(dw::DW_TAG_subprogram);
        self.describe_function(entry, notes);
        self.set(entry, dw::DW_AT_low_pc, AttributeValue::Address(address));
        self.set(entry, dw::DW_AT_high_pc, AttributeValue::Udata(u64::from(notes.size)));
        let mut base = Expression::new();
        base.op(dw::DW_OP_call_frame_cfa);
        self.set(entry, dw::DW_AT_frame_base, AttributeValue::Exprloc(base));
        for local in notes.locals.iter().filter(|local| local.parameter) {
            let parameter = self.add_to(entry, dw::DW_TAG_formal_parameter);
            self.local(parameter, local, address, notes);
        }
        if let Type::Function(ty) = self.unit.types.get(notes.ty)
            && ty.variadic
        {
            self.add_to(entry, dw::DW_TAG_unspecified_parameters);
        }
        let is_own = |&id: &SymbolId| self.is_static_local(id) && !self.described.contains(&id);
        let mut statics: Vec<SymbolId> = notes.statics.iter().copied().filter(is_own).collect();
        statics.sort_by_key(|&id| self.unit.symbol(id).span.start);
        self.described.extend(&statics);
        self.scope(entry, 0, address, notes, &statics);
    }

    fn describe_function(&mut self, entry: UnitEntryId, notes: &FunctionNotes) {
        let symbol = notes.symbol.map(|id| self.unit.symbol(id));
        match symbol.and_then(|symbol| symbol.name) {
            Some(name) => {
                self.set_name(entry, name);
                let linked = symbol.map_or("", |symbol| symbol.link_name.as_str());
                if linked != self.texts.names.text(name) {
                    let linked = AttributeValue::String(linked.as_bytes().to_vec());
                    self.set(entry, dw::DW_AT_linkage_name, linked);
                }
            }
            None => {
                let name = self.own_name(notes);
                self.set_text(entry, &name);
            }
        }
        let external = symbol.is_some_and(|s| s.linkage == Linkage::External);
        self.set(entry, dw::DW_AT_external, AttributeValue::Flag(external));
        if symbol.is_some_and(|symbol| symbol.attrs.noreturn) {
            self.set(entry, dw::DW_AT_noreturn, AttributeValue::Flag(true));
        }
        self.set_place(entry, symbol.map_or(notes.span, |symbol| symbol.span));
        if let Type::Function(ty) = self.unit.types.get(notes.ty) {
            self.set(entry, dw::DW_AT_prototyped, AttributeValue::Flag(!ty.old_style));
            let ret = self.ty(ty.ret, None);
            self.set_type(entry, ret);
        }
    }

    /// A nested function is called what the source calls it.
    fn own_name(&self, notes: &FunctionNotes) -> String {
        let place = self.texts.sources.place(notes.span.start);
        let word = place.filter(|_| notes.name != self.unit.options.script).and_then(|place| {
            let from = place.column as usize - 1;
            Some(place.text.get(from..from + place.token_len() as usize)?.to_owned())
        });
        let is_name = |word: &String| word.starts_with(|c: char| c == '_' || c.is_alphabetic());
        word.filter(is_name).unwrap_or_else(|| notes.name.clone())
    }

    /// The locals of a scope, `statics` among them, and the scopes within it. A scope without
    /// locals is not described, nor is one without code: nothing stops there.
    fn scope(
        &mut self,
        parent: UnitEntryId,
        scope: u32,
        address: Address,
        notes: &FunctionNotes,
        mut statics: &[SymbolId],
    ) {
        let has_own =
            |local: &&LocalNote| local.scope == scope && !local.parameter && local.name.is_some();
        let mut entry = parent;
        if scope != 0 && notes.locals.iter().any(|local| has_own(&local)) {
            let code = code_of(scope, notes);
            if code.is_empty() {
                return;
            }
            entry = self.add_to(parent, dw::DW_TAG_lexical_block);
            self.set_code(entry, address, &code);
        }
        for local in notes.locals.iter().filter(has_own) {
            // In the order of the source.
            while let Some((&id, rest)) = statics.split_first()
                && self.unit.symbol(id).span.start < local.span.start
            {
                self.variable(entry, id);
                statics = rest;
            }
            let variable = self.add_to(entry, dw::DW_TAG_variable);
            self.local(variable, local, address, notes);
        }
        for &id in statics {
            self.variable(entry, id);
        }
        for (inner, &outer) in (0u32..).zip(&notes.scopes).skip(1) {
            if outer == scope {
                self.scope(entry, inner, address, notes, &[]);
            }
        }
    }

    fn set_code(&mut self, entry: UnitEntryId, address: Address, code: &[(u32, u32)]) {
        if let &[(start, end)] = code {
            let low = plus(address, start);
            self.set(entry, dw::DW_AT_low_pc, AttributeValue::Address(low));
            let length = AttributeValue::Udata(u64::from(end - start));
            self.set(entry, dw::DW_AT_high_pc, length);
            return;
        }
        let ranges = code.iter().map(|&(start, end)| Range::StartLength {
            begin: plus(address, start),
            length: u64::from(end - start),
        });
        let list = self.dwarf.unit.ranges.add(RangeList(ranges.collect()));
        self.set(entry, dw::DW_AT_ranges, AttributeValue::RangeListRef(list));
    }

    fn local(
        &mut self,
        entry: UnitEntryId,
        local: &LocalNote,
        address: Address,
        notes: &FunctionNotes,
    ) {
        if let Some(name) = local.name {
            self.set_name(entry, name);
        }
        self.set_place(entry, local.span);
        let ty = self.ty(local.ty, Some(notes));
        self.set_type(entry, ty);
        let location = match &local.location {
            Location::Ranges(_) => self.listed(&local.location, address),
            Location::Pointer(kept) if matches!(**kept, Location::Ranges(_)) => {
                self.listed(&local.location, address)
            }
            location => fixed(location).map(AttributeValue::Exprloc),
        };
        if let Some(location) = location {
            self.set(entry, dw::DW_AT_location, location);
        }
    }

    fn listed(&mut self, location: &Location, address: Address) -> Option<AttributeValue> {
        let (ranges, is_pointer) = match location {
            Location::Ranges(ranges) => (ranges, false),
            Location::Pointer(kept) => match &**kept {
                Location::Ranges(ranges) => (ranges, true),
                _ => return None,
            },
            _ => return None,
        };
        let list = ranges.iter().map(|range| ListedLocation::StartLength {
            begin: plus(address, range.start),
            length: u64::from(range.end - range.start),
            data: pieces(&range.pieces, is_pointer),
        });
        let list = self.dwarf.unit.locations.add(LocationList(list.collect()));
        Some(AttributeValue::LocationListRef(list))
    }

    /// A `static` within a function: its link name is made of its name and a number.
    fn is_static_local(&self, id: SymbolId) -> bool {
        let symbol = self.unit.symbol(id);
        symbol.linkage == Linkage::Internal
            && self.objects.contains(&id)
            && symbol.name.is_some_and(|name| {
                let name = self.texts.names.text(name);
                symbol.link_name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
            })
    }
}

fn plus(address: Address, offset: u32) -> Address {
    match address {
        Address::Symbol { symbol, addend } => {
            Address::Symbol { symbol, addend: addend + i64::from(offset) }
        }
        Address::Constant(at) => Address::Constant(at + u64::from(offset)),
    }
}

/// The stretches of code that belong to a scope and those within it, in order.
fn code_of(scope: u32, notes: &FunctionNotes) -> Vec<(u32, u32)> {
    let within = |mut inner: u32| {
        while inner > scope {
            inner = notes.scopes[inner as usize];
        }
        inner == scope
    };
    let mut code: Vec<(u32, u32)> = Vec::new();
    for (at, &(start, _, place)) in notes.places.iter().enumerate() {
        let end = notes.places.get(at + 1).map_or(notes.size, |next| next.0);
        if start == end || !within(place) {
            continue;
        }
        match code.last_mut() {
            Some(last) if last.1 == start => last.1 = end,
            _ => code.push((start, end)),
        }
    }
    code
}

/// A location that is one for the whole function.
fn fixed(location: &Location) -> Option<Expression> {
    let mut place = Expression::new();
    match location {
        Location::Frame(at) => place.op_fbreg(*at),
        &Location::Rounded { from, align, plus } => {
            place.op_fbreg(from);
            place.op_plus_uconst(align - 1);
            place.op_consts(-(align as i64));
            place.op(dw::DW_OP_and);
            if plus != 0 {
                place.op_plus_uconst(plus as u64);
            }
        }
        Location::Pointer(kept) => {
            place = fixed(kept)?;
            place.op_deref();
        }
        Location::Nowhere | Location::Ranges(_) => return None,
    }
    Some(place)
}

/// A value in registers and spilled words; with `is_pointer`, the place it points at.
fn pieces(pieces: &[Piece], is_pointer: bool) -> Expression {
    let mut value = Expression::new();
    if let [Piece { holder: Some(holder), .. }] = pieces {
        match (*holder, is_pointer) {
            (Holder::Register(number), false) => value.op_reg(Register(number)),
            (Holder::Register(number), true) => value.op_breg(Register(number), 0),
            (Holder::Frame(at), _) => value.op_fbreg(at),
        }
        if let (Holder::Frame(_), true) = (*holder, is_pointer) {
            value.op_deref();
        }
        return value;
    }
    for piece in pieces {
        match piece.holder {
            Some(Holder::Register(number)) => value.op_reg(Register(number)),
            Some(Holder::Frame(at)) => value.op_fbreg(at),
            None => {}
        }
        value.op_piece(piece.size);
    }
    value
}
