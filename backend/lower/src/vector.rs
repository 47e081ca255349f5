//! GNU vectors. A vector is worked on in chunks, each a 128-bit CLIF vector: one for a 16-byte
//! vector, several for a larger one in memory, and a partly filled one for smaller ones (the lanes
//! above are zero). What has no instruction is done lane by lane.
//!
//! Always: chunks come in order and hold 16 bytes of lanes each, the last one possibly fewer; a
//! lane is a scalar of the element type wherever it stands alone.

use crate::arith::int_cc;
use crate::ctype::{self, Class, Repr};
use crate::func::FunctionCx;
use crate::place::{Addr, Value};
use crate::{Lowered, real, sse};
use cfront::tree::{BinaryOp, CompareOp, UnaryOp};
use cfront::types::TypeId;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, Type, types as ct};
use preproc::source::Span;

type Cx<'a, 'u, 'f> = &'a mut FunctionCx<'u, 'f>;

/// The shape of a vector type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub elem: TypeId,
    pub lanes: u32,
    /// The CLIF type of one lane, when it can be a lane of a 128-bit vector.
    native: Option<Type>,
    lane_bytes: u32,
}

impl Shape {
    fn bytes(self) -> u32 {
        self.lanes * self.lane_bytes
    }

    /// The 128-bit vector of such lanes.
    fn chunk_type(self) -> Option<Type> {
        let lane = self.native?;
        lane.by(16 / lane.bytes())
    }
}

pub(crate) fn shape(cx: &FunctionCx<'_, '_>, ty: TypeId) -> Option<Shape> {
    let Class::Vector { elem, lanes } = cx.class(ty) else { return None };
    let lane_bytes = cx.size_of(elem) as u32;
    let native = match cx.repr(elem) {
        Repr::Scalar(lane @ (ct::I8 | ct::I16 | ct::I32 | ct::I64 | ct::F32 | ct::F64)) => {
            Some(lane)
        }
        _ => None,
    };
    Some(Shape { elem, lanes, native, lane_bytes })
}

fn shape_or_fail(cx: Cx, ty: TypeId, span: Span) -> Lowered<Shape> {
    match shape(cx, ty) {
        Some(shape) => Ok(shape),
        None => cx.fail(span, "a vector operation on a type that is no vector"),
    }
}

// ---------------------------------------------------------------- chunks

/// The value as 128-bit vectors.
fn chunks(cx: Cx, value: &Value, ty: TypeId, shape: Shape, of: Type) -> Lowered<Vec<ir::Value>> {
    if let &Value::Scalar(value) = value {
        return Ok(vec![cx.bits_as(value, of)]);
    }
    let addr = cx.in_memory(value, ty)?;
    let mut chunks = Vec::new();
    let mut at = 0;
    while at < shape.bytes() {
        let left = shape.bytes() - at;
        let from = addr.at(i64::from(at));
        if left >= 16 {
            chunks.push(cx.load_clif(of, from));
        } else {
            let word = ctype::int_type(left.next_power_of_two() as u16 * 8);
            let word = cx.load_clif(word, from);
            let word = cx.resize_int(word, ct::I64, false);
            let vector = cx.b.ins().scalar_to_vector(ct::I64X2, word);
            chunks.push(cx.bits_as(vector, of));
        }
        at += 16;
    }
    Ok(chunks)
}

/// The one chunk of a 16-byte vector.
pub(crate) fn whole(cx: Cx, value: &Value, ty: TypeId, span: Span) -> Lowered<ir::Value> {
    let shape = shape_or_fail(cx, ty, span)?;
    match shape.chunk_type() {
        Some(chunk) if shape.bytes() == 16 => Ok(chunks(cx, value, ty, shape, chunk)?[0]),
        _ => cx.fail(span, "a vector of another size than 16 bytes"),
    }
}

/// A value of type `ty` of its chunks.
fn of_chunks(cx: Cx, chunks: &[ir::Value], ty: TypeId, shape: Shape) -> Lowered<Value> {
    if let (Repr::Scalar(clif), &[chunk]) = (cx.repr(ty), chunks) {
        return Ok(Value::Scalar(cx.bits_as(chunk, clif)));
    }
    let slot = cx.slot(u64::from(shape.bytes()), cx.align_of(ty))?;
    for (index, &chunk) in chunks.iter().enumerate() {
        let to = slot.at(16 * index as i64);
        let left = shape.bytes() - 16 * index as u32;
        if left >= 16 {
            cx.store_clif(chunk, to);
        } else {
            let words = cx.bits_as(chunk, ct::I64X2);
            let word = cx.b.ins().extractlane(words, 0);
            let word = cx.resize_int(word, ctype::int_type(left as u16 * 8), false);
            cx.store_clif(word, to);
        }
    }
    Ok(Value::Memory(slot))
}

// ---------------------------------------------------------------- lanes

/// Every lane as a scalar value of the element type.
fn lanes(cx: Cx, value: &Value, ty: TypeId, shape: Shape) -> Lowered<Vec<Value>> {
    if let &Value::Scalar(vector) = value
        && let Some(chunk) = shape.chunk_type()
    {
        let vector = cx.bits_as(vector, chunk);
        return Ok((0..shape.lanes)
            .map(|lane| Value::Scalar(cx.b.ins().extractlane(vector, lane as u8)))
            .collect());
    }
    let addr = cx.in_memory(value, ty)?;
    Ok((0..shape.lanes)
        .map(|lane| {
            cx.load_memory(addr.at(i64::from(lane) * i64::from(shape.lane_bytes)), shape.elem)
        })
        .collect())
}

/// A vector of its lanes.
fn of_lanes(cx: Cx, lanes: &[Value], ty: TypeId, shape: Shape) -> Lowered<Value> {
    if let (Repr::Scalar(clif), Some(chunk)) = (cx.repr(ty), shape.chunk_type()) {
        let mut vector = cx.zero_of(chunk);
        for (index, lane) in lanes.iter().enumerate() {
            let lane = real::scalar(cx, lane)?;
            vector = cx.b.ins().insertlane(vector, lane, index as u8);
        }
        return Ok(Value::Scalar(cx.bits_as(vector, clif)));
    }
    let slot = cx.slot(u64::from(shape.bytes()), cx.align_of(ty))?;
    for (index, lane) in lanes.iter().enumerate() {
        let to = slot.at(index as i64 * i64::from(shape.lane_bytes));
        cx.store_memory(to, lane, shape.elem)?;
    }
    Ok(Value::Memory(slot))
}

// ---------------------------------------------------------------- operators

/// The instruction for a whole chunk, where there is one.
fn chunk_operator(cx: Cx, op: BinaryOp, a: ir::Value, b: ir::Value) -> Option<ir::Value> {
    let ty = cx.b.func.dfg.value_type(a);
    let floating = ty.lane_type().is_float();
    let ins = cx.b.ins();
    Some(match op {
        BinaryOp::Add if floating => ins.fadd(a, b),
        BinaryOp::Sub if floating => ins.fsub(a, b),
        BinaryOp::Mul if floating => ins.fmul(a, b),
        BinaryOp::Div if floating => ins.fdiv(a, b),
        BinaryOp::Add => ins.iadd(a, b),
        BinaryOp::Sub => ins.isub(a, b),
        BinaryOp::Mul if ty != ct::I8X16 => ins.imul(a, b),
        BinaryOp::And => ins.band(a, b),
        BinaryOp::Or => ins.bor(a, b),
        BinaryOp::Xor => ins.bxor(a, b),
        _ => return None,
    })
}

fn has_chunk_operator(op: BinaryOp, chunk: Type) -> bool {
    match op {
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => true,
        BinaryOp::Mul => chunk != ct::I8X16,
        BinaryOp::Div => chunk.lane_type().is_float(),
        BinaryOp::Rem | BinaryOp::Shl | BinaryOp::Shr => false,
    }
}

pub(crate) fn binary(
    cx: Cx,
    op: BinaryOp,
    a: Value,
    b: Value,
    ty: TypeId,
    span: Span,
) -> Lowered<Value> {
    let shape = shape_or_fail(cx, ty, span)?;
    if let Some(chunk) = shape.chunk_type()
        && has_chunk_operator(op, chunk)
    {
        let a = chunks(cx, &a, ty, shape, chunk)?;
        let b = chunks(cx, &b, ty, shape, chunk)?;
        let results: Option<Vec<_>> =
            a.iter().zip(&b).map(|(&a, &b)| chunk_operator(cx, op, a, b)).collect();
        if let Some(results) = results {
            return of_chunks(cx, &results, ty, shape);
        }
    }
    let a = lanes(cx, &a, ty, shape)?;
    let b = lanes(cx, &b, ty, shape)?;
    let mut results = Vec::new();
    for (a, b) in a.into_iter().zip(b) {
        results.push(cx.binary(op, a, b, shape.elem, span)?);
    }
    of_lanes(cx, &results, ty, shape)
}

pub(crate) fn unary(cx: Cx, op: UnaryOp, value: Value, ty: TypeId, span: Span) -> Lowered<Value> {
    let shape = shape_or_fail(cx, ty, span)?;
    if let Some(chunk) = shape.chunk_type() {
        let floating = chunk.lane_type().is_float();
        let results: Vec<_> = chunks(cx, &value, ty, shape, chunk)?
            .into_iter()
            .map(|value| match op {
                UnaryOp::Neg if floating => cx.b.ins().fneg(value),
                UnaryOp::Neg => cx.b.ins().ineg(value),
                UnaryOp::BitNot => cx.b.ins().bnot(value),
                UnaryOp::Conjugate => value,
            })
            .collect();
        return of_chunks(cx, &results, ty, shape);
    }
    let mut results = Vec::new();
    for lane in lanes(cx, &value, ty, shape)? {
        results.push(cx.unary(op, lane, shape.elem, span)?);
    }
    of_lanes(cx, &results, ty, shape)
}

/// Compares two vectors of type `of` lane by lane: all ones where true, in a vector of type `to`.
pub(crate) fn compare(
    cx: Cx,
    op: CompareOp,
    a: Value,
    b: Value,
    of: TypeId,
    to: TypeId,
    span: Span,
) -> Lowered<Value> {
    let shape = shape_or_fail(cx, of, span)?;
    let mask = shape_or_fail(cx, to, span)?;
    if let (Some(chunk), Some(_)) = (shape.chunk_type(), mask.chunk_type()) {
        let signed = ctype::is_signed(cx.unit.types, shape.elem);
        let a = chunks(cx, &a, of, shape, chunk)?;
        let b = chunks(cx, &b, of, shape, chunk)?;
        let results: Vec<_> = a
            .into_iter()
            .zip(b)
            .map(|(a, b)| match chunk.lane_type().is_float() {
                true => cx.b.ins().fcmp(real::condition(op), a, b),
                false => compare_ints(cx, int_cc(op, signed), a, b),
            })
            .collect();
        return of_chunks(cx, &results, to, mask);
    }
    let a = lanes(cx, &a, of, shape)?;
    let b = lanes(cx, &b, of, shape)?;
    let Repr::Scalar(lane) = cx.repr(mask.elem) else {
        return cx.fail(span, "a vector comparison whose result has no integer lanes");
    };
    let mut results = Vec::new();
    for (a, b) in a.into_iter().zip(b) {
        let truth = cx.compare(op, a, b, shape.elem, span)?;
        let truth = cx.resize_int(truth, lane, false);
        results.push(Value::Scalar(cx.b.ins().ineg(truth)));
    }
    of_lanes(cx, &results, to, mask)
}

/// There is no unsigned comparison of 64-bit lanes: with the top bits flipped the signed one is it.
fn compare_ints(cx: Cx, cc: IntCC, a: ir::Value, b: ir::Value) -> ir::Value {
    if cx.b.func.dfg.value_type(a) != ct::I64X2 || cc.unsigned() != cc || is_equality(cc) {
        return cx.b.ins().icmp(cc, a, b);
    }
    let top = cx.b.ins().iconst(ct::I64, i64::MIN);
    let top = cx.b.ins().splat(ct::I64X2, top);
    let (a, b) = (cx.b.ins().bxor(a, top), cx.b.ins().bxor(b, top));
    let signed = match cc {
        IntCC::UnsignedLessThan => IntCC::SignedLessThan,
        IntCC::UnsignedLessThanOrEqual => IntCC::SignedLessThanOrEqual,
        IntCC::UnsignedGreaterThan => IntCC::SignedGreaterThan,
        IntCC::UnsignedGreaterThanOrEqual => IntCC::SignedGreaterThanOrEqual,
        other => other,
    };
    cx.b.ins().icmp(signed, a, b)
}

fn is_equality(cc: IntCC) -> bool {
    matches!(cc, IntCC::Equal | IntCC::NotEqual)
}

/// A scalar of the element type in every lane.
pub(crate) fn splat(cx: Cx, value: Value, ty: TypeId, span: Span) -> Lowered<Value> {
    let shape = shape_or_fail(cx, ty, span)?;
    if let (Some(chunk), Some(scalar)) = (shape.chunk_type(), value.scalar()) {
        let vector = cx.b.ins().splat(chunk, scalar);
        let count = shape.bytes().div_ceil(16) as usize;
        return of_chunks(cx, &vec![vector; count], ty, shape);
    }
    let all = vec![value; shape.lanes as usize];
    of_lanes(cx, &all, ty, shape)
}

/// Between a vector and another type of its size the bits stay; that is all C's casts do.
pub(crate) fn convert(
    cx: Cx,
    value: Value,
    from: TypeId,
    to: TypeId,
    span: Span,
) -> Lowered<Value> {
    if cx.size_of(from) != cx.size_of(to) {
        return cx.fail(span, "a conversion between a vector and a type of another size");
    }
    let addr = match (&value, cx.repr(to)) {
        (&Value::Scalar(scalar), Repr::Scalar(clif))
            if cx.b.func.dfg.value_type(scalar).bits() == clif.bits() =>
        {
            return Ok(Value::Scalar(cx.bits_as(scalar, clif)));
        }
        _ => cx.in_memory(&value, from)?,
    };
    Ok(cx.load_memory(addr, to))
}

/// `__builtin_convertvector`: every lane converted.
pub(crate) fn convert_lanes(
    cx: Cx,
    value: Value,
    from: TypeId,
    to: TypeId,
    span: Span,
) -> Lowered<Value> {
    let source = shape_or_fail(cx, from, span)?;
    let target = shape_or_fail(cx, to, span)?;
    let mut results = Vec::new();
    for lane in lanes(cx, &value, from, source)? {
        results.push(cx.convert(lane, source.elem, target.elem, span)?);
    }
    of_lanes(cx, &results, to, target)
}

/// `__builtin_shufflevector`: lanes of the two vectors, taken as one, by constant numbers; a
/// negative number leaves the lane open (it becomes zero).
pub(crate) fn shuffle_constant(
    cx: Cx,
    values: [&Value; 2],
    from: [TypeId; 2],
    picks: &[i64],
    to: TypeId,
    span: Span,
) -> Lowered<Value> {
    let target = shape_or_fail(cx, to, span)?;
    if let Some(bytes) = byte_picks(target, picks)
        && from.iter().all(|&ty| cx.size_of(ty) == 16)
    {
        let a = whole(cx, values[0], from[0], span)?;
        let b = whole(cx, values[1], from[1], span)?;
        if let Some(shuffled) = sse::shuffle(cx, a, b, bytes) {
            return of_chunks(cx, &[shuffled], to, target);
        }
    }
    let mut all = Vec::new();
    for (value, ty) in values.into_iter().zip(from) {
        let shape = shape_or_fail(cx, ty, span)?;
        all.extend(lanes(cx, value, ty, shape)?);
    }
    let mut results = Vec::new();
    for &pick in picks {
        results.push(match usize::try_from(pick).ok().map(|pick| all.get(pick)) {
            Some(Some(lane)) => lane.clone(),
            Some(None) => return cx.fail(span, "a shuffle picks a lane that does not exist"),
            None => cx.zero(target.elem, span)?,
        });
    }
    of_lanes(cx, &results, to, target)
}

/// The numbers of a shuffle's bytes, where it makes 16 bytes of lanes that CLIF has.
fn byte_picks(target: Shape, picks: &[i64]) -> Option<[u8; 16]> {
    target.native?;
    let width = target.lane_bytes as usize;
    let mut bytes = [0; 16];
    if target.bytes() != 16 || picks.len() * width != 16 {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        let pick = usize::try_from(picks[at / width]).ok()? * width + at % width;
        *byte = u8::try_from(pick).ok().filter(|&pick| pick < 32)?;
    }
    Some(bytes)
}

/// `__builtin_shuffle`: lane `i` is the lane of the vectors, laid end to end, whose number is lane
/// `i` of the mask (modulo their count).
pub(crate) fn shuffle(
    cx: Cx,
    values: &[Value],
    ty: TypeId,
    mask: &Value,
    mask_ty: TypeId,
    span: Span,
) -> Lowered<Value> {
    let shape = shape_or_fail(cx, ty, span)?;
    let mask_shape = shape_or_fail(cx, mask_ty, span)?;
    let size = u64::from(shape.bytes());
    let table = cx.slot(size * values.len() as u64, 16)?;
    for (index, value) in values.iter().enumerate() {
        cx.store_memory(table.at(index as i64 * size as i64), value, ty)?;
    }
    let count = i64::from(shape.lanes) * values.len() as i64;
    let base = cx.addr_value(table);
    let mut results = Vec::new();
    for pick in lanes(cx, mask, mask_ty, mask_shape)? {
        let pick = real::scalar(cx, &pick)?;
        let pick = cx.resize_int(pick, ct::I64, false);
        let pick = cx.b.ins().band_imm_u(pick, count - 1);
        let at = cx.scale(pick, u64::from(shape.lane_bytes));
        let at = cx.b.ins().iadd(base, at);
        results.push(cx.load_memory(Addr::value(at), shape.elem));
    }
    of_lanes(cx, &results, ty, shape)
}
