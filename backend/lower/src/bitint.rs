//! `_BitInt(n)` up to 128 bits: it is computed in the integer that holds it, and after each
//! operation that may carry out of the `n` bits the bits above are made copies of the sign, or
//! zero, again.
//!
//! Always: a `_BitInt` value in CLIF is so extended; memory too holds it extended.

use crate::Lowered;
use crate::ctype::{self, Repr};
use crate::func::FunctionCx;
use crate::place::Value;
use cfront::types::{Type, TypeId};
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;

/// A constant by its bytes.
pub(crate) fn constant(cx: &mut FunctionCx<'_, '_>, bytes: [u8; 16], ty: TypeId) -> Lowered<Value> {
    let bits = u128::from_le_bytes(bytes);
    match cx.repr(ty) {
        Repr::Scalar(ct::I128) => Ok(Value::Scalar(crate::int128::value(cx, bits))),
        Repr::Scalar(clif) => Ok(Value::Scalar(cx.iconst(clif, bits as i64))),
        _ => cx.fail(Span::default(), "a constant of a '_BitInt' over 128 bits"),
    }
}

/// Makes the bits above a `_BitInt`'s width what they have to be; other types pass unchanged.
pub(crate) fn normalize(cx: &mut FunctionCx<'_, '_>, value: ir::Value, ty: TypeId) -> ir::Value {
    let &Type::BitInt { bits, signed } = cx.unit.types.get(ty) else { return value };
    let clif = cx.b.func.dfg.value_type(value);
    let width = u32::from(bits);
    if clif != ctype::int_type(bits) || width >= clif.bits() {
        return value;
    }
    let spare = i64::from(clif.bits() - width);
    let up = cx.b.ins().ishl_imm_u(value, spare);
    if signed { cx.b.ins().sshr_imm_u(up, spare) } else { cx.b.ins().ushr_imm_u(up, spare) }
}
