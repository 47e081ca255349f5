//! Records as Microsoft's compiler lays them out (`ms_struct`, `-mms-bitfields`), as gcc has it.
//! In: a member and where the record has come to; out: its place. What holds: bit-fields of types
//! of one size share units of that size; a unit once begun is used up, the last one too; a
//! bit-field gives the record its type's alignment.

use super::{Cursor, FieldDecl, RecordShape};
use crate::types::{ArrayLen, Type, Types};

/// The bit-fields that share a unit.
#[derive(Default)]
pub(super) struct Run {
    first: Option<First>,
    /// Bits left of the unit.
    left: u128,
}

#[derive(Clone, Copy)]
struct First {
    /// Bits of its type.
    unit: u128,
    /// Its width is zero.
    empty: bool,
}

impl Cursor {
    /// Where a member goes, its size in bits (what is left of the last unit is its own) and the
    /// alignment asked for.
    pub(super) fn place_as_microsoft(
        &mut self,
        types: &Types,
        decl: &FieldDecl,
        shape: RecordShape,
        last: bool,
    ) -> Option<(u128, u128, u64)> {
        let own = match decl.type_align {
            0 => types.align_of(decl.ty.id).unwrap_or(1),
            align => align,
        };
        let packed = shape.packed || decl.packed;
        let limit = if shape.pack == 0 { u64::MAX } else { shape.pack };
        let wanted = match (decl.bits, packed, decl.align) {
            (Some(_), _, asked) => asked.max(1),
            (None, true, asked) => asked.max(1),
            (None, false, asked) => own.max(asked),
        }
        .min(limit);
        let unit = match *types.get(decl.ty.id) {
            Type::Array { len: ArrayLen::Unknown, .. } => 0,
            _ => u128::from(types.size_of(decl.ty.id).unwrap_or(0)) * 8,
        };
        let bits = decl.bits.map_or(unit, u128::from);
        let asks = match decl.bits {
            None => true,
            Some(0) => self.run.first.is_some_and(|first| !first.empty),
            Some(_) => !packed,
        };
        if asks {
            let of_type = if decl.bits.is_none() && packed { wanted } else { own.max(wanted) };
            self.align = self.align.max(of_type.min(limit));
        }
        if shape.is_union {
            return Some((0, bits, wanted));
        }
        let own = if packed { 1 } else { own }.min(limit);
        self.enter_run(decl.bits.is_some(), unit, bits, wanted, own)?;
        let rest = if last && decl.bits.is_some() && bits > 0 { self.run.left } else { 0 };
        Some((self.position, bits.checked_add(rest)?, wanted))
    }

    /// Moves to where the member begins: within the unit of those before it, or at a new one.
    fn enter_run(
        &mut self,
        is_field: bool,
        unit: u128,
        bits: u128,
        wanted: u64,
        own: u64,
    ) -> Option<()> {
        let mut before = self.run.first;
        // gcc asks where it stands before it leaves the unit.
        let realign = !self.position.is_multiple_of(u128::from(wanted) * 8);
        let wanted = if realign { wanted } else { 1 };
        match before {
            None => self.round(wanted)?,
            Some(first) if is_field && bits > 0 && !first.empty && first.unit == unit => {
                if self.run.left < bits {
                    self.position = self.position.checked_add(self.run.left)?;
                    self.run.left = unit.saturating_sub(bits);
                    self.round(wanted)?;
                } else {
                    self.run.left -= bits;
                }
            }
            Some(first) => {
                match first.empty {
                    true => before = None,
                    false => self.position = self.position.checked_add(self.run.left)?,
                }
                if !is_field || bits == 0 {
                    self.run.first = None;
                }
                self.round(wanted)?;
            }
        }
        if !is_field || before.map_or(bits > 0, |first| first.unit != unit) {
            self.run.left = unit.saturating_sub(bits);
            self.round(own)?;
            self.run.first = None;
        }
        if self.run.first.is_none() && is_field {
            self.run.first = Some(First { unit, empty: bits == 0 });
        }
        Some(())
    }
}
