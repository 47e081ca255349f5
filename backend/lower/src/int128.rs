//! `__int128`: what Cranelift's `I128` does not have. Addition, multiplication, shifts, comparison
//! and the bit operations are CLIF instructions; constants, division and remainder are here.

use crate::Lowered;
use crate::func::FunctionCx;
use crate::place::Value;
use crate::real::scalar;
use cfront::types::{TypeId, id};
use cranelift_codegen::ir::{self, InstBuilder, types as ct};

/// A constant by its bytes.
pub(crate) fn constant(
    cx: &mut FunctionCx<'_, '_>,
    bytes: [u8; 16],
    _ty: TypeId,
) -> Lowered<Value> {
    Ok(Value::Scalar(value(cx, u128::from_le_bytes(bytes))))
}

/// The `I128` with these bits.
pub(crate) fn value(cx: &mut FunctionCx<'_, '_>, bits: u128) -> ir::Value {
    let low = cx.b.ins().iconst(ct::I64, bits as i64);
    let high = cx.b.ins().iconst(ct::I64, (bits >> 64) as i64);
    cx.b.ins().iconcat(low, high)
}

/// Quotient or remainder of two `I128`.
pub(crate) fn divide(
    cx: &mut FunctionCx<'_, '_>,
    a: ir::Value,
    b: ir::Value,
    signed: bool,
    remainder: bool,
) -> Lowered<ir::Value> {
    let (name, ty) = match (signed, remainder) {
        (true, false) => ("__divti3", id::INT128),
        (true, true) => ("__modti3", id::INT128),
        (false, false) => ("__udivti3", id::UINT128),
        (false, true) => ("__umodti3", id::UINT128),
    };
    let args = [(Value::Scalar(a), ty), (Value::Scalar(b), ty)];
    let result = cx.call_library(name, ty, &args)?;
    scalar(cx, &result)
}
