//! `long double`, the x87's 80 bits in 16 bytes of memory: arithmetic, comparison and conversion
//! through the [`Helper`]s, each result in a fresh slot.

use crate::Lowered;
use crate::func::FunctionCx;
use crate::helper::Helper;
use crate::place::{Addr, Value};
use crate::real::{bad_operator, scalar};
use cfront::tree::{BinaryOp, CompareOp};
use cfront::types::{FloatFormat, TypeId, id};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};

type Cx<'a, 'u, 'f> = &'a mut FunctionCx<'u, 'f>;

/// What [`Helper::LdCompare`] answers.
const LESS: i64 = 1;
const EQUAL: i64 = 0x40;
const UNORDERED: i64 = 0x45;

fn fresh(cx: Cx) -> Lowered<(Addr, ir::Value)> {
    let slot = cx.slot(16, 16)?;
    let addr = cx.addr_value(slot);
    Ok((slot, addr))
}

fn address(cx: Cx, value: &Value) -> Lowered<ir::Value> {
    let addr = cx.in_memory(value, id::LDOUBLE)?;
    Ok(cx.addr_value(addr))
}

/// A constant by its bytes.
pub(crate) fn constant(cx: Cx, bytes: [u8; 16], _ty: TypeId) -> Lowered<Value> {
    let slot = cx.slot(16, 16)?;
    cx.store_sixteen(slot, bytes);
    Ok(Value::Memory(slot))
}

pub(crate) fn binary(cx: Cx, op: BinaryOp, a: &Value, b: &Value) -> Lowered<Value> {
    let helper = match op {
        BinaryOp::Add => Helper::LdAdd,
        BinaryOp::Sub => Helper::LdSub,
        BinaryOp::Mul => Helper::LdMul,
        BinaryOp::Div => Helper::LdDiv,
        _ => return bad_operator(cx),
    };
    let (a, b) = (address(cx, a)?, address(cx, b)?);
    let (slot, to) = fresh(cx)?;
    cx.helper(helper, &[to, a, b]);
    Ok(Value::Memory(slot))
}

fn unary(cx: Cx, helper: Helper, value: &Value) -> Lowered<Value> {
    let from = address(cx, value)?;
    let (slot, to) = fresh(cx)?;
    cx.helper(helper, &[to, from]);
    Ok(Value::Memory(slot))
}

pub(crate) fn negate(cx: Cx, value: &Value) -> Lowered<Value> {
    unary(cx, Helper::LdNeg, value)
}

pub(crate) fn absolute(cx: Cx, value: &Value) -> Lowered<Value> {
    unary(cx, Helper::LdAbs, value)
}

pub(crate) fn square_root(cx: Cx, value: &Value) -> Lowered<Value> {
    unary(cx, Helper::LdSqrt, value)
}

fn relation(cx: Cx, a: &Value, b: &Value) -> Lowered<ir::Value> {
    let (a, b) = (address(cx, a)?, address(cx, b)?);
    Ok(cx.helper_value(Helper::LdCompare, &[a, b]))
}

pub(crate) fn compare(cx: Cx, op: CompareOp, a: &Value, b: &Value) -> Lowered<ir::Value> {
    // Greater is zero, and `a < b` is asked as `b > a`: one test each.
    let (a, b) = match op {
        CompareOp::Lt | CompareOp::Le => (b, a),
        _ => (a, b),
    };
    let relation = relation(cx, a, b)?;
    Ok(match op {
        CompareOp::Eq => cx.b.ins().icmp_imm_s(IntCC::Equal, relation, EQUAL),
        CompareOp::Ne => cx.b.ins().icmp_imm_s(IntCC::NotEqual, relation, EQUAL),
        CompareOp::Lt | CompareOp::Gt => cx.b.ins().icmp_imm_s(IntCC::Equal, relation, 0),
        // Neither less nor unordered: the bit for "less" is clear.
        CompareOp::Le | CompareOp::Ge => {
            let less = cx.b.ins().band_imm_s(relation, LESS);
            cx.b.ins().icmp_imm_s(IntCC::Equal, less, 0)
        }
    })
}

pub(crate) fn unordered(cx: Cx, a: &Value, b: &Value) -> Lowered<ir::Value> {
    let relation = relation(cx, a, b)?;
    Ok(cx.b.ins().icmp_imm_s(IntCC::Equal, relation, UNORDERED))
}

/// To or from single and double.
pub(crate) fn convert(cx: Cx, from: FloatFormat, to: FloatFormat, value: &Value) -> Lowered<Value> {
    if from == FloatFormat::Extended {
        let from = address(cx, value)?;
        let helper = if to == FloatFormat::Single { Helper::LdToF32 } else { Helper::LdToF64 };
        return Ok(Value::Scalar(cx.helper_value(helper, &[from])));
    }
    let value = scalar(cx, value)?;
    let (slot, to) = fresh(cx)?;
    let helper = if from == FloatFormat::Single { Helper::LdFromF32 } else { Helper::LdFromF64 };
    cx.helper(helper, &[to, value]);
    Ok(Value::Memory(slot))
}

/// From a 64-bit integer.
pub(crate) fn from_int(cx: Cx, value: ir::Value, signed: bool) -> Lowered<Value> {
    let (slot, to) = fresh(cx)?;
    cx.helper(if signed { Helper::LdFromI64 } else { Helper::LdFromU64 }, &[to, value]);
    Ok(Value::Memory(slot))
}

/// To a 64-bit integer, towards zero.
pub(crate) fn to_int(cx: Cx, value: &Value, signed: bool) -> Lowered<ir::Value> {
    let from = address(cx, value)?;
    Ok(cx.helper_value(if signed { Helper::LdToI64 } else { Helper::LdToU64 }, &[from]))
}

impl FunctionCx<'_, '_> {
    /// Stores sixteen constant bytes.
    pub(crate) fn store_sixteen(&mut self, to: Addr, bytes: [u8; 16]) {
        let whole = u128::from_le_bytes(bytes);
        for (at, half) in [(0, whole as u64), (8, (whole >> 64) as u64)] {
            let value = self.b.ins().iconst(ct::I64, half as i64);
            self.store_clif(value, to.at(at));
        }
    }
}
