//! What is noted for debuggers while a function is lowered: its scopes, the scope of each source
//! place, where each local lies. In come the lowering's steps, then what the code generator says
//! of frame and registers; out goes a [`FunctionNotes`].
//!
//! Always: a location is right wherever it is given. A local in a CLIF variable is located only
//! if it is defined at one place of the function: the code generator's ranges for others may show
//! a value that has been overwritten.

use crate::func::{FunctionCx, Home, Target};
use crate::place::{Addr, Base, Leaf, Place};
use cfront::tree::{Function, LocalId, SymbolId};
use cfront::types::{QType, TypeId, id};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::{CompiledCode, LabelValueLoc, ir};
use cranelift_frontend::{FunctionBuilder, Variable};
use preproc::name::Name;
use preproc::source::Span;
use std::collections::HashMap;

/// The notes while the function is lowered.
#[derive(Default)]
pub(crate) struct Notes {
    scope: u32,
    /// The scope around each; scope 0 is the function's own, with its parameters.
    parents: Vec<u32>,
    /// The body's own braces are no scope within the function's.
    in_body: bool,
    /// The scope of each source place.
    places: Vec<u32>,
    of_local: HashMap<LocalId, u32>,
    /// How often each variable is defined, by number.
    definitions: HashMap<u32, u32>,
    rounded: HashMap<ir::Value, (ir::StackSlot, u64)>,
    /// Parameters that stay where the caller put them: their distance from the frame's address.
    incoming: HashMap<ir::Value, i64>,
}

impl Notes {
    pub(crate) fn new() -> Notes {
        Notes { parents: vec![0], ..Notes::default() }
    }

    /// Enters a scope; gives the one to go back to.
    pub(crate) fn open_scope(&mut self) -> u32 {
        let outer = self.scope;
        if std::mem::replace(&mut self.in_body, true) {
            self.scope = self.parents.len() as u32;
            self.parents.push(outer);
        }
        outer
    }

    pub(crate) fn leave_scope(&mut self, outer: u32) {
        self.scope = outer;
    }

    /// Is the last place of another scope?
    pub(crate) fn has_moved(&self) -> bool {
        self.places.last() != Some(&self.scope)
    }

    /// A new source place begins.
    pub(crate) fn place(&mut self) {
        self.places.push(self.scope);
    }

    pub(crate) fn declared(&mut self, local: LocalId) {
        self.of_local.insert(local, self.scope);
    }

    pub(crate) fn rounded(&mut self, value: ir::Value, slot: ir::StackSlot, align: u64) {
        self.rounded.insert(value, (slot, align));
    }

    pub(crate) fn incoming(&mut self, value: ir::Value, at: i64) {
        self.incoming.insert(value, at);
    }

    pub(crate) fn defined(
        &mut self,
        var: Variable,
        value: ir::Value,
        builder: &mut FunctionBuilder<'_>,
    ) {
        *self.definitions.entry(var.as_u32()).or_insert(0) += 1;
        builder.set_val_label(value, label(var));
    }
}

fn label(var: Variable) -> ir::ValueLabel {
    ir::ValueLabel::from_u32(var.as_u32())
}

/// Where a local lies, in the code generator's terms.
enum Spot {
    Slot(ir::StackSlot, i64),
    Rounded(ir::StackSlot, u64, i64),
    Incoming(i64),
    /// Pieces of it: offset, size, variable; and its whole size.
    Variables(Vec<(u64, u64, Variable)>, u64),
    /// At the address kept there.
    Pointer(Box<Spot>),
    Nowhere,
}

/// The notes of a function that was lowered, before its code exists.
pub(crate) struct Lowered {
    scopes: Vec<u32>,
    places: Vec<u32>,
    locals: Vec<(LocalNote, Spot)>,
    statics: Vec<SymbolId>,
    level: u32,
}

/// What a debugger is told of a function.
#[derive(Clone, Debug)]
pub struct FunctionNotes {
    /// `None` for the statements of an input or script, and for nested functions.
    pub symbol: Option<SymbolId>,
    pub name: String,
    pub ty: TypeId,
    /// 1 at file scope, one more for each function it is nested in.
    pub level: u32,
    pub span: Span,
    pub size: u32,
    /// The scope around each scope; 0 is the function.
    pub scopes: Vec<u32>,
    /// From this code offset on the code is of this place and scope.
    pub places: Vec<(u32, Span, u32)>,
    pub locals: Vec<LocalNote>,
    /// Objects with static storage duration that its body names.
    pub statics: Vec<SymbolId>,
}

#[derive(Clone, Debug)]
pub struct LocalNote {
    pub local: LocalId,
    pub name: Option<Name>,
    pub ty: QType,
    pub span: Span,
    pub scope: u32,
    pub parameter: bool,
    pub location: Location,
}

/// Where a local's value is while its function runs.
#[derive(Clone, Debug, Default)]
pub enum Location {
    #[default]
    Nowhere,
    /// In memory, so far from the frame's address (the stack pointer before the call).
    Frame(i64),
    /// There too, the address `from` rounded up to `align`, then `plus`.
    Rounded { from: i64, align: u64, plus: i64 },
    /// At some places of the code, in pieces.
    Ranges(Vec<Range>),
    /// In memory at the address that is kept there.
    Pointer(Box<Location>),
}

/// The pieces of a value in a stretch of code.
#[derive(Clone, Debug)]
pub struct Range {
    pub start: u32,
    pub end: u32,
    pub pieces: Vec<Piece>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    pub offset: u64,
    pub size: u64,
    pub holder: Option<Holder>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holder {
    /// By DWARF's numbers.
    Register(u16),
    Frame(i64),
}

impl Holder {
    fn is_lost_by_calls(self) -> bool {
        // All but rbx, rbp and r12 to r15.
        matches!(self, Holder::Register(number) if !matches!(number, 3 | 6 | 12..=15))
    }
}

impl FunctionCx<'_, '_> {
    /// Closes the notes of a body that has been lowered.
    pub(crate) fn take_notes(&mut self) -> Option<Lowered> {
        let notes = self.notes.take()?;
        let body = self.body;
        let mut locals = Vec::with_capacity(body.locals.len());
        for (index, local) in body.locals.iter().enumerate() {
            let number = LocalId(index as u32);
            let parameter = (index as u32) < body.params;
            let scope = notes.of_local.get(&number).copied();
            let note = LocalNote {
                local: number,
                // What no declaration was reached of is unreachable, or an object without a name.
                name: local.name.filter(|_| parameter || scope.is_some()),
                ty: local.ty,
                span: local.span,
                scope: scope.unwrap_or(0),
                parameter,
                location: Location::Nowhere,
            };
            let spot = match &self.homes[index] {
                Home::Unset => Spot::Nowhere,
                Home::At(place) => self.spot(&notes, place, local.ty.id),
                Home::Pointer(kept) => {
                    Spot::Pointer(Box::new(self.spot(&notes, kept, id::VOID_PTR)))
                }
            };
            locals.push((note, spot));
        }
        let mut statics: Vec<SymbolId> = self.out.targets.iter().filter_map(symbol_of).collect();
        statics.sort_unstable();
        Some(Lowered {
            scopes: notes.parents,
            places: notes.places,
            locals,
            statics,
            level: self.level(),
        })
    }

    fn spot(&self, notes: &Notes, place: &Place, ty: TypeId) -> Spot {
        let size = self.size_of(ty);
        let once = |vars: Vec<(u64, u64, Variable)>| {
            let defined = |var: &Variable| notes.definitions.get(&var.as_u32());
            let known = |(.., var): &(u64, u64, Variable)| defined(var) == Some(&1);
            Spot::Variables(vars.into_iter().filter(known).collect(), size)
        };
        match place {
            Place::Variable(var) | Place::Wide(var) => once(vec![(0, size, *var)]),
            Place::PairVariable(re, im) => {
                once(vec![(0, size / 2, *re), (size / 2, size / 2, *im)])
            }
            Place::Split(split, vars) => {
                let leaves = split.leaves.iter().zip(vars.iter());
                let piece = |(leaf, var): (&Leaf, &Variable)| {
                    (leaf.offset, u64::from(leaf.clif.bytes()), *var)
                };
                once(leaves.map(piece).collect())
            }
            Place::Memory(Addr { base: Base::Slot(slot), offset }) => Spot::Slot(*slot, *offset),
            Place::Memory(Addr { base: Base::Value(value), offset }) => {
                if let Some(&(slot, align)) = notes.rounded.get(value) {
                    return Spot::Rounded(slot, align, *offset);
                }
                match notes.incoming.get(value) {
                    Some(&at) => Spot::Incoming(at + offset),
                    None => Spot::Nowhere,
                }
            }
            _ => Spot::Nowhere,
        }
    }
}

fn symbol_of(target: &Target) -> Option<SymbolId> {
    match target {
        Target::Symbol(id) => Some(*id),
        _ => None,
    }
}

impl Lowered {
    /// With the code at hand: the notes in final form. `lines` are code offsets and the number of
    /// the place from there on.
    pub(crate) fn finish(
        self,
        function: &Function,
        name: &str,
        compiled: &CompiledCode,
        isa: &dyn TargetIsa,
        lines: impl Iterator<Item = (u32, Span, u32)>,
    ) -> FunctionNotes {
        let locals = self.locals.into_iter().map(|(mut note, spot)| {
            note.location = locate(spot, compiled, isa);
            note
        });
        let mut places: Vec<(u32, Span, u32)> = Vec::new();
        for (offset, span, index) in lines {
            let scope = self.places.get(index as usize).copied().unwrap_or(0);
            if places.last().is_none_or(|last| (last.1, last.2) != (span, scope)) {
                places.push((offset, span, scope));
            }
        }
        FunctionNotes {
            symbol: function.symbol,
            name: name.to_owned(),
            ty: function.ty,
            level: self.level,
            span: function.span,
            size: compiled.buffer.data().len() as u32,
            scopes: self.scopes,
            places,
            locals: locals.collect(),
            statics: self.statics,
        }
    }
}

/// From the frame pointer to the frame's address: the saved pointer and the return address.
const ABOVE_FRAME_POINTER: i64 = 16;

fn locate(spot: Spot, compiled: &CompiledCode, isa: &dyn TargetIsa) -> Location {
    let slot_at = |slot: ir::StackSlot| {
        let layout = compiled.buffer.frame_layout()?;
        let from_bottom = i64::from(layout.stackslots[slot].offset);
        Some(from_bottom - i64::from(layout.frame_to_fp_offset) - ABOVE_FRAME_POINTER)
    };
    let found = match spot {
        Spot::Nowhere => None,
        Spot::Slot(slot, offset) => slot_at(slot).map(|at| Location::Frame(at + offset)),
        Spot::Incoming(at) => Some(Location::Frame(at)),
        Spot::Rounded(slot, align, plus) => {
            slot_at(slot).map(|from| Location::Rounded { from, align, plus })
        }
        Spot::Pointer(kept) => match locate(*kept, compiled, isa) {
            Location::Nowhere => None,
            kept => Some(Location::Pointer(Box::new(kept))),
        },
        Spot::Variables(pieces, size) => ranges(&pieces, size, compiled, isa),
    };
    found.unwrap_or_default()
}

/// The stretches of code where any of the pieces is known, and what is known there.
fn ranges(
    pieces: &[(u64, u64, Variable)],
    size: u64,
    compiled: &CompiledCode,
    isa: &dyn TargetIsa,
) -> Option<Location> {
    let holder = |at: LabelValueLoc| match at {
        LabelValueLoc::Reg(reg) => isa.map_regalloc_reg_to_dwarf(reg).ok().map(Holder::Register),
        LabelValueLoc::CFAOffset(offset) => Some(Holder::Frame(offset)),
    };
    let of = |var: &Variable| compiled.value_labels_ranges.get(&label(*var));
    let all = || pieces.iter().filter_map(|(.., var)| of(var)).flatten();
    let mut ends: Vec<u32> = all().flat_map(|range| [range.start, range.end]).collect();
    // Seen from the callee, what a call may change is lost: callers are looked up one byte
    // before the return address.
    let calls: Vec<u32> = compiled.buffer.call_sites().map(|call| call.ret_addr).collect();
    ends.extend(calls.iter().flat_map(|&back| [back - 1, back]));
    ends.sort_unstable();
    ends.dedup();
    let mut found: Vec<Range> = Vec::new();
    for pair in ends.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let in_call = calls.contains(&end) && end - start == 1;
        let mut known = Vec::new();
        let mut at = 0;
        for &(offset, length, var) in pieces {
            let here = of(&var).into_iter().flatten().find(|r| r.start <= start && end <= r.end);
            if offset > at {
                known.push(Piece { offset: at, size: offset - at, holder: None });
            }
            let holder = here.and_then(|range| holder(range.loc));
            let holder = holder.filter(|holder| !(in_call && holder.is_lost_by_calls()));
            known.push(Piece { offset, size: length, holder });
            at = offset + length;
        }
        if at < size {
            known.push(Piece { offset: at, size: size - at, holder: None });
        }
        if known.iter().all(|piece| piece.holder.is_none()) {
            continue;
        }
        match found.last_mut() {
            Some(last) if last.end == start && last.pieces == known => last.end = end,
            _ => found.push(Range { start, end, pieces: known }),
        }
    }
    (!found.is_empty()).then_some(Location::Ranges(found))
}
