//! What SSE2 has instructions for and C no operators: saturated sums, packing, the highest bits of
//! lanes, shifts of all lanes by one count; and the shuffles of constant pattern that are one
//! instruction on every x86-64 processor. In: values of 16-byte vectors; out: one, or an integer.

use crate::ctype::{self, Repr};
use crate::func::FunctionCx;
use crate::place::Value;
use crate::{Lowered, vector};
use cfront::tree::SseOp;
use cfront::types::TypeId;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;

type Cx<'a, 'u, 'f> = &'a mut FunctionCx<'u, 'f>;

/// The function on vectors of type `of`, with a result of type `to`.
pub(crate) fn function(
    cx: Cx,
    op: SseOp,
    values: &[Value],
    of: TypeId,
    to: TypeId,
    span: Span,
) -> Lowered<Value> {
    let (Some(shape), [first, rest @ ..]) = (vector::shape(cx, of), values) else {
        return cx.fail(span, "a vector function on a type that is no vector");
    };
    let a = vector::whole(cx, first, of, span)?;
    let signed = ctype::is_signed(cx.unit.types, shape.elem);
    if let SseOp::ShiftLeft | SseOp::ShiftRight = op {
        let Some(count) = rest.first().and_then(Value::scalar) else {
            return cx.fail(span, "a vector is shifted by no number");
        };
        let shifted = shifted(cx, op == SseOp::ShiftLeft, signed, a, count);
        return Ok(as_type(cx, shifted, to));
    }
    let b = match rest.first() {
        Some(value) => vector::whole(cx, value, of, span)?,
        None => a,
    };
    let ins = cx.b.ins();
    let result = match (op, signed) {
        (SseOp::AddSaturated, true) => ins.sadd_sat(a, b),
        (SseOp::AddSaturated, false) => ins.uadd_sat(a, b),
        (SseOp::SubSaturated, true) => ins.ssub_sat(a, b),
        (SseOp::SubSaturated, false) => ins.usub_sat(a, b),
        (SseOp::Min, true) => ins.smin(a, b),
        (SseOp::Min, false) => ins.umin(a, b),
        (SseOp::Max, true) => ins.smax(a, b),
        (SseOp::Max, false) => ins.umax(a, b),
        (SseOp::Average, _) => ins.avg_round(a, b),
        (SseOp::Pack, _) => ins.snarrow(a, b),
        (SseOp::PackUnsigned, _) => ins.unarrow(a, b),
        (SseOp::HighBits, _) => return Ok(Value::Scalar(ins.vhigh_bits(ct::I32, a))),
        (SseOp::Sqrt, _) => ins.sqrt(a),
        (SseOp::MulHigh, _) => mul_high(cx, signed, a, b),
        (SseOp::PairSums, _) => pair_sums(cx, a, b),
        (SseOp::ShiftLeft | SseOp::ShiftRight, _) => a,
    };
    Ok(as_type(cx, result, to))
}

fn as_type(cx: Cx, value: ir::Value, ty: TypeId) -> Value {
    match cx.repr(ty) {
        Repr::Scalar(clif) => Value::Scalar(cx.bits_as(value, clif)),
        _ => Value::Scalar(value),
    }
}

/// A count that is no smaller than the lanes are wide leaves zeros, or sign bits.
fn shifted(cx: Cx, left: bool, signed: bool, a: ir::Value, count: ir::Value) -> ir::Value {
    let ty = cx.b.func.dfg.value_type(a);
    let bits = i64::from(ty.lane_bits());
    let small = cx.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, count, bits);
    if signed && !left {
        let most = cx.b.ins().iconst(ct::I32, bits - 1);
        let count = cx.b.ins().select(small, count, most);
        return cx.b.ins().sshr(a, count);
    }
    let shifted = match left {
        true => cx.b.ins().ishl(a, count),
        false => cx.b.ins().ushr(a, count),
    };
    let zero = cx.zero_of(ty);
    cx.b.ins().select(small, shifted, zero)
}

/// The products in lanes twice as wide, their upper halves packed again.
fn mul_high(cx: Cx, signed: bool, a: ir::Value, b: ir::Value) -> ir::Value {
    let mut halves = [a, b];
    for (at, half) in halves.iter_mut().enumerate() {
        let mut wide = |value| match (signed, at) {
            (true, 0) => cx.b.ins().swiden_low(value),
            (true, _) => cx.b.ins().swiden_high(value),
            (false, 0) => cx.b.ins().uwiden_low(value),
            (false, _) => cx.b.ins().uwiden_high(value),
        };
        let (x, y) = (wide(a), wide(b));
        let product = cx.b.ins().imul(x, y);
        let upper = cx.b.ins().iconst(ct::I32, 16);
        *half = cx.b.ins().sshr(product, upper);
    }
    cx.b.ins().snarrow(halves[0], halves[1])
}

fn pair_sums(cx: Cx, a: ir::Value, b: ir::Value) -> ir::Value {
    let (x, y) = (cx.b.ins().swiden_low(a), cx.b.ins().swiden_low(b));
    let low = cx.b.ins().imul(x, y);
    let (x, y) = (cx.b.ins().swiden_high(a), cx.b.ins().swiden_high(b));
    let high = cx.b.ins().imul(x, y);
    cx.b.ins().iadd_pairwise(low, high)
}

/// The shuffle of two vectors' bytes, where that is one instruction of SSE2.
pub(crate) fn shuffle(cx: Cx, a: ir::Value, b: ir::Value, picks: [u8; 16]) -> Option<ir::Value> {
    if !is_one_instruction(&picks) {
        return None;
    }
    let (a, b) = (cx.bits_as(a, ct::I8X16), cx.bits_as(b, ct::I8X16));
    let mask = cx.b.func.dfg.immediates.push(picks.to_vec().into());
    Some(cx.b.ins().shuffle(a, b, mask))
}

fn is_one_instruction(picks: &[u8; 16]) -> bool {
    is_interleaving(picks)
        || words(picks).is_some_and(|words| is_half_shuffle(&words))
        || doublewords(picks).is_some_and(|lanes| is_lane_shuffle(&lanes))
}

/// `punpckl…` and `punpckh…`: lanes of `a` and `b` in turn, from the lower or the upper halves.
fn is_interleaving(picks: &[u8; 16]) -> bool {
    [1u8, 2, 4, 8].into_iter().any(|lane| {
        [0, 8].into_iter().any(|start| {
            (0u8..16).zip(picks).all(|(at, &pick)| {
                let (nth, within) = (at / lane, at % lane);
                pick == start + nth / 2 * lane + within + nth % 2 * 16
            })
        })
    })
}

/// Lanes of four bytes that stay together, by number.
fn doublewords(picks: &[u8; 16]) -> Option<[u8; 4]> {
    let mut lanes = [0; 4];
    for (lane, bytes) in lanes.iter_mut().zip(picks.chunks_exact(4)) {
        let together = (0u8..).zip(bytes).all(|(at, &byte)| byte == bytes[0].wrapping_add(at));
        if bytes[0] % 4 != 0 || !together {
            return None;
        }
        *lane = bytes[0] / 4;
    }
    Some(lanes)
}

/// `pshufd`: of one vector; `shufps`: two lanes of one, then two of the other.
fn is_lane_shuffle(lanes: &[u8; 4]) -> bool {
    let of = lanes.map(|lane| lane / 4);
    of[0] == of[1] && of[2] == of[3]
}

fn words(picks: &[u8; 16]) -> Option<[u8; 8]> {
    let mut words = [0; 8];
    for (word, bytes) in words.iter_mut().zip(picks.chunks_exact(2)) {
        if bytes[0] % 2 != 0 || bytes[1] != bytes[0] + 1 {
            return None;
        }
        *word = bytes[0] / 2;
    }
    Some(words)
}

/// `pshuflw` and `pshufhw`: four words of one half, the other half as it is.
fn is_half_shuffle(words: &[u8; 8]) -> bool {
    let of = words[0] / 8 * 8;
    let within = |words: &[u8], start: u8| {
        words.iter().all(|word| (of + start..of + start + 4).contains(word))
    };
    let same = |words: &[u8], start: u8| (of + start..).zip(words).all(|(at, &word)| word == at);
    within(&words[..4], 0) && same(&words[4..], 4) || same(&words[..4], 0) && within(&words[4..], 4)
}
