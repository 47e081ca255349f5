//! `_Float128`: 16 bytes in memory, arithmetic and comparison through libgcc's functions.

use crate::Lowered;
use crate::func::FunctionCx;
use crate::place::Value;
use crate::real::{bad_operator, scalar};
use cfront::tree::{BinaryOp, CompareOp};
use cfront::types::{TypeId, id};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};

type Cx<'a, 'u, 'f> = &'a mut FunctionCx<'u, 'f>;

/// A constant by its bytes.
pub(crate) fn constant(cx: Cx, bytes: [u8; 16], _ty: TypeId) -> Lowered<Value> {
    let slot = cx.slot(16, 16)?;
    cx.store_sixteen(slot, bytes);
    Ok(Value::Memory(slot))
}

pub(crate) fn binary(cx: Cx, op: BinaryOp, a: &Value, b: &Value) -> Lowered<Value> {
    let name = match op {
        BinaryOp::Add => "__addtf3",
        BinaryOp::Sub => "__subtf3",
        BinaryOp::Mul => "__multf3",
        BinaryOp::Div => "__divtf3",
        _ => return bad_operator(cx),
    };
    let args = [(a.clone(), id::FLOAT128), (b.clone(), id::FLOAT128)];
    cx.call_library(name, id::FLOAT128, &args)
}

/// libgcc's comparisons answer with an integer that stands to zero as `a` to `b`, and the wrong
/// way when unordered.
pub(crate) fn compare(cx: Cx, op: CompareOp, a: &Value, b: &Value) -> Lowered<ir::Value> {
    let (name, cc) = match op {
        CompareOp::Eq => ("__eqtf2", IntCC::Equal),
        CompareOp::Ne => ("__netf2", IntCC::NotEqual),
        CompareOp::Lt => ("__lttf2", IntCC::SignedLessThan),
        CompareOp::Le => ("__letf2", IntCC::SignedLessThanOrEqual),
        CompareOp::Gt => ("__gttf2", IntCC::SignedGreaterThan),
        CompareOp::Ge => ("__getf2", IntCC::SignedGreaterThanOrEqual),
    };
    let args = [(a.clone(), id::FLOAT128), (b.clone(), id::FLOAT128)];
    let answer = cx.call_library(name, id::INT, &args)?;
    let answer = scalar(cx, &answer)?;
    Ok(cx.b.ins().icmp_imm_s(cc, answer, 0))
}

/// An order that raises nothing: of two zeros instead, where one of the two is not a number.
pub(crate) fn compare_quietly(cx: Cx, op: CompareOp, a: &Value, b: &Value) -> Lowered<ir::Value> {
    let unordered = unordered(cx, a, b)?;
    let zero = cx.b.ins().iconst(ct::I64, 0);
    let a = with_top(cx, a, |cx, high| cx.b.ins().select(unordered, zero, high))?;
    let b = with_top(cx, b, |cx, high| cx.b.ins().select(unordered, zero, high))?;
    let truth = compare(cx, op, &a, &b)?;
    Ok(cx.b.ins().band_not(truth, unordered))
}

pub(crate) fn unordered(cx: Cx, a: &Value, b: &Value) -> Lowered<ir::Value> {
    let args = [(a.clone(), id::FLOAT128), (b.clone(), id::FLOAT128)];
    let answer = cx.call_library("__unordtf2", id::INT, &args)?;
    let answer = scalar(cx, &answer)?;
    Ok(cx.b.ins().icmp_imm_s(IntCC::NotEqual, answer, 0))
}

/// Both words of a copy, the upper one changed.
fn with_top(
    cx: Cx,
    value: &Value,
    change: impl FnOnce(&mut FunctionCx<'_, '_>, ir::Value) -> ir::Value,
) -> Lowered<Value> {
    let from = cx.in_memory(value, id::FLOAT128)?;
    let low = cx.load_clif(ct::I64, from);
    let high = cx.load_clif(ct::I64, from.at(8));
    let high = change(cx, high);
    let slot = cx.slot(16, 16)?;
    cx.store_clif(low, slot);
    cx.store_clif(high, slot.at(8));
    Ok(Value::Memory(slot))
}

pub(crate) fn flip_sign(cx: Cx, value: &Value) -> Lowered<Value> {
    with_top(cx, value, |cx, high| {
        let sign = cx.b.ins().iconst(ct::I64, i64::MIN);
        cx.b.ins().bxor(high, sign)
    })
}

pub(crate) fn clear_sign(cx: Cx, value: &Value) -> Lowered<Value> {
    with_top(cx, value, |cx, high| {
        let rest = cx.b.ins().iconst(ct::I64, i64::MAX);
        cx.b.ins().band(high, rest)
    })
}
