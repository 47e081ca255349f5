//! Bit-fields: reading and writing `width` bits that begin `bit_offset` bits after an address.
//! Comes in: the address, the field and its declared type; goes out: a value of that type, or a
//! store that leaves every other bit as it was.
//!
//! Always: no byte outside those the field's bits touch is read or written.

use crate::ctype::{self, Class};
use crate::func::FunctionCx;
use crate::place::Addr;
use cfront::types::{BitField, TypeId};
use cranelift_codegen::ir::{self, InstBuilder, types as ct};

/// One access: `bytes` (a power of two) at `byte`, holding `width` bits of the field from bit
/// `shift` of the unit on; they are bits `at..` of the field's value.
struct Piece {
    byte: i64,
    bytes: u32,
    shift: u32,
    width: u32,
    at: u32,
}

/// Cuts a field into accesses of 1, 2, 4 or 8 bytes that stay within the bytes it touches.
fn pieces(bits: BitField) -> Vec<Piece> {
    let mut out = Vec::new();
    let (mut offset, mut left, mut at) = (bits.bit_offset, bits.width, 0);
    while left > 0 {
        let shift = (offset % 8) as u32;
        let touched = (shift + left).div_ceil(8);
        let bytes = if touched.is_power_of_two() && touched <= 8 {
            touched
        } else {
            1 << touched.min(8).ilog2()
        };
        let width = left.min(bytes * 8 - shift);
        out.push(Piece { byte: (offset / 8) as i64, bytes, shift, width, at });
        offset += u64::from(width);
        left -= width;
        at += width;
    }
    out
}

fn unit_type(bytes: u32) -> ir::Type {
    match bytes {
        1 => ct::I8,
        2 => ct::I16,
        4 => ct::I32,
        _ => ct::I64,
    }
}

impl FunctionCx<'_, '_> {
    /// The field's value in the CLIF type of its declared type.
    pub(crate) fn load_bits(&mut self, addr: Addr, bits: BitField, ty: TypeId) -> ir::Value {
        let clif = self.bits_type(ty);
        let signed = ctype::is_signed(self.unit.types, ty);
        // One access that also holds the sign: shift up and down again.
        let work = if clif.bits() < 32 { ct::I32 } else { clif };
        let mut total: Option<ir::Value> = None;
        for piece in pieces(bits) {
            let unit = self.load_clif(unit_type(piece.bytes), addr.at(piece.byte));
            let unit = self.resize(unit, work, false);
            let last = piece.at + piece.width == bits.width;
            let part = self.extract(unit, &piece, work, signed && last);
            let part = if piece.at == 0 {
                part
            } else {
                self.b.ins().ishl_imm_u(part, i64::from(piece.at))
            };
            total = Some(match total {
                None => part,
                Some(sofar) => self.b.ins().bor(sofar, part),
            });
        }
        let value = total.unwrap_or_else(|| self.iconst(work, 0));
        self.resize(value, clif, false)
    }

    fn extract(&mut self, unit: ir::Value, piece: &Piece, work: ir::Type, sign: bool) -> ir::Value {
        let bits = work.bits();
        if sign {
            let up = i64::from(bits - piece.shift - piece.width);
            let down = i64::from(bits - piece.width);
            let value = if up == 0 { unit } else { self.b.ins().ishl_imm_u(unit, up) };
            return if down == 0 { value } else { self.b.ins().sshr_imm_u(value, down) };
        }
        let value = match piece.shift {
            0 => unit,
            shift => self.b.ins().ushr_imm_u(unit, i64::from(shift)),
        };
        if piece.shift + piece.width == piece.bytes * 8 {
            return value;
        }
        self.mask(value, piece.width, work)
    }

    fn mask(&mut self, value: ir::Value, width: u32, ty: ir::Type) -> ir::Value {
        if width >= ty.bits() {
            return value;
        }
        if width >= 64 {
            let low = self.iconst(ct::I64, -1);
            let high = self.iconst(ct::I64, ((1u128 << (width - 64)) - 1) as i64);
            let mask = self.b.ins().iconcat(low, high);
            return self.b.ins().band(value, mask);
        }
        let mask = ((1u128 << width) - 1) as i64;
        if ty == ct::I128 {
            let low = self.iconst(ct::I64, mask);
            let high = self.iconst(ct::I64, 0);
            let mask = self.b.ins().iconcat(low, high);
            return self.b.ins().band(value, mask);
        }
        let mask = self.iconst(ty, mask);
        self.b.ins().band(value, mask)
    }

    pub(crate) fn store_bits(&mut self, addr: Addr, bits: BitField, value: ir::Value, ty: TypeId) {
        let clif = self.bits_type(ty);
        for piece in pieces(bits) {
            let unit_ty = unit_type(piece.bytes);
            let part = match piece.at {
                0 => value,
                at => self.b.ins().ushr_imm_u(value, i64::from(at)),
            };
            debug_assert!(clif.bits() >= piece.width);
            let part = self.resize(part, unit_ty, false);
            let at = addr.at(piece.byte);
            if piece.width == piece.bytes * 8 {
                self.store_clif(part, at);
                continue;
            }
            let part = self.mask(part, piece.width, unit_ty);
            let part = match piece.shift {
                0 => part,
                shift => self.b.ins().ishl_imm_u(part, i64::from(shift)),
            };
            let old = self.load_clif(unit_ty, at);
            let keep = !(((1u128 << piece.width) - 1) << piece.shift) as i64;
            let keep = self.iconst(unit_ty, keep);
            let rest = self.b.ins().band(old, keep);
            let new = self.b.ins().bor(rest, part);
            self.store_clif(new, at);
        }
    }

    /// The value an assignment to the field gives: what was stored, cut to its width.
    pub(crate) fn cut_to_bits(
        &mut self,
        value: ir::Value,
        bits: BitField,
        ty: TypeId,
    ) -> ir::Value {
        let clif = self.bits_type(ty);
        if bits.width >= clif.bits() || self.class(ty) == Class::Bool {
            return value;
        }
        if ctype::is_signed(self.unit.types, ty) {
            let by = i64::from(clif.bits() - bits.width);
            let up = self.b.ins().ishl_imm_u(value, by);
            return self.b.ins().sshr_imm_u(up, by);
        }
        self.mask(value, bits.width, clif)
    }

    fn bits_type(&self, ty: TypeId) -> ir::Type {
        match self.repr(ty) {
            ctype::Repr::Scalar(clif) => clif,
            _ => ct::I64,
        }
    }

    /// An integer of another width: cut, or extended by sign or zero.
    pub fn resize(&mut self, value: ir::Value, to: ir::Type, signed: bool) -> ir::Value {
        let from = self.b.func.dfg.value_type(value);
        if from == to {
            value
        } else if from.bits() > to.bits() {
            self.b.ins().ireduce(to, value)
        } else if signed {
            self.b.ins().sextend(to, value)
        } else {
            self.b.ins().uextend(to, value)
        }
    }
}
