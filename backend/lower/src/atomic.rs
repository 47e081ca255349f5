//! Atomic objects: loads, stores, exchange, compare-and-swap and read-modify-write, for `_Atomic`
//! lvalues and for the builtins alike. In come the address and the C type; a value of any form is
//! moved as the integer of its size.
//!
//! Always: objects of 1, 2, 4, 8 and 16 bytes are lock-free (16 by `cmpxchg16b`, and taken to be
//! aligned); others go through libatomic's functions. Everything is sequentially consistent but
//! plain loads, which on this machine are that anyway, and stores of weaker order.

use crate::Lowered;
use crate::ctype::{self, Repr};
use crate::func::FunctionCx;
use crate::helper::Helper;
use crate::place::{Addr, Value};
use cfront::types::QType;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, AtomicRmwOp, InstBuilder, MemFlagsData, Type, types as ct};
use preproc::source::Span;

type Cx<'a, 'u, 'f> = &'a mut FunctionCx<'u, 'f>;

const FLAGS: MemFlagsData = MemFlagsData::new().with_notrap().with_aligned();
/// `__ATOMIC_SEQ_CST`, as libatomic wants it said.
const SEQ_CST: i64 = 5;

/// The integer type an atomic object of this C type is moved as, if the machine can.
pub(crate) fn carrier(cx: &FunctionCx<'_, '_>, ty: QType) -> Option<Type> {
    match cx.size_of(ty.id) {
        1 => Some(ct::I8),
        2 => Some(ct::I16),
        4 => Some(ct::I32),
        8 => Some(ct::I64),
        16 => Some(ct::I128),
        _ => None,
    }
}

/// A value's bits as its carrier.
pub(crate) fn to_bits(cx: Cx, value: &Value, ty: QType, carrier: Type) -> Lowered<ir::Value> {
    if let &Value::Scalar(value) = value {
        return Ok(cx.bits_as(value, carrier));
    }
    let addr = cx.in_memory(value, ty.id)?;
    Ok(cx.load_clif(carrier, addr))
}

/// The value of a C type with these bits.
pub(crate) fn from_bits(cx: Cx, bits: ir::Value, ty: QType) -> Lowered<Value> {
    match cx.repr(ty.id) {
        Repr::Scalar(clif) => Ok(Value::Scalar(cx.bits_as(bits, clif))),
        Repr::Void => Ok(Value::Void),
        _ => {
            let slot = cx.slot(cx.size_of(ty.id), cx.align_of(ty.id))?;
            cx.store_clif(bits, slot);
            Ok(cx.load_memory(slot, ty.id))
        }
    }
}

pub(crate) fn load(cx: Cx, addr: Addr, ty: QType, _span: Span) -> Lowered<Value> {
    let address = cx.addr_value(addr);
    let Some(carrier) = carrier(cx, ty) else {
        let slot = cx.slot(cx.size_of(ty.id), cx.align_of(ty.id).max(8))?;
        let to = cx.addr_value(slot);
        generic(cx, "__atomic_load", ty, &[address, to]);
        return Ok(cx.load_memory(slot, ty.id));
    };
    let bits = load_bits(cx, carrier, address);
    from_bits(cx, bits, ty)
}

fn load_bits(cx: Cx, carrier: Type, address: ir::Value) -> ir::Value {
    if carrier != ct::I128 {
        return cx.b.ins().atomic_load(carrier, FLAGS, address);
    }
    // Writes what is there, be it zero.
    let zero = crate::int128::value(cx, 0);
    swap_if(cx, address, zero, zero)
}

/// A call of libatomic's function for objects of any size: size, addresses, order.
fn generic(cx: Cx, name: &'static str, ty: QType, addresses: &[ir::Value]) {
    let mut args = vec![cx.iconst(ct::I64, cx.size_of(ty.id) as i64)];
    args.extend(addresses);
    args.push(cx.iconst(ct::I32, SEQ_CST));
    cx.call_runtime(name, &[], &args);
}

/// A store; one that need not be sequentially consistent is plain.
pub(crate) fn store_ordered(
    cx: Cx,
    addr: Addr,
    value: &Value,
    ty: QType,
    sequential: bool,
) -> Lowered<()> {
    let Some(carrier) = carrier(cx, ty) else {
        let from = cx.in_memory(value, ty.id)?;
        let (address, from) = (cx.addr_value(addr), cx.addr_value(from));
        generic(cx, "__atomic_store", ty, &[address, from]);
        return Ok(());
    };
    let bits = to_bits(cx, value, ty, carrier)?;
    if !sequential && carrier != ct::I128 {
        cx.b.ins().sequence_point();
        cx.store_clif(bits, addr);
        cx.b.ins().sequence_point();
        return Ok(());
    }
    let address = cx.addr_value(addr);
    if carrier == ct::I128 {
        exchange_bits(cx, address, bits);
    } else {
        cx.b.ins().atomic_store(FLAGS, bits, address);
    }
    Ok(())
}

/// Stores and gives the old value.
pub(crate) fn exchange(cx: Cx, addr: Addr, value: &Value, ty: QType) -> Lowered<Value> {
    let address = cx.addr_value(addr);
    let Some(carrier) = carrier(cx, ty) else {
        let from = cx.in_memory(value, ty.id)?;
        let from = cx.addr_value(from);
        let slot = cx.slot(cx.size_of(ty.id), cx.align_of(ty.id).max(8))?;
        let old = cx.addr_value(slot);
        generic(cx, "__atomic_exchange", ty, &[address, from, old]);
        return Ok(cx.load_memory(slot, ty.id));
    };
    let bits = to_bits(cx, value, ty, carrier)?;
    let old = exchange_bits(cx, address, bits);
    from_bits(cx, old, ty)
}

fn exchange_bits(cx: Cx, address: ir::Value, bits: ir::Value) -> ir::Value {
    if cx.b.func.dfg.value_type(bits) == ct::I128 {
        let (low, high) = cx.b.ins().isplit(bits);
        return cx.helper_wide(Helper::Exchange16, &[address, low, high]);
    }
    rmw(cx, AtomicRmwOp::Xchg, address, bits)
}

/// One instruction's read-modify-write on an integer up to 64 bits; the old value.
pub(crate) fn rmw(cx: Cx, op: AtomicRmwOp, address: ir::Value, value: ir::Value) -> ir::Value {
    let ty = cx.b.func.dfg.value_type(value);
    cx.b.ins().atomic_rmw(ty, FLAGS, op, address, value)
}

/// Replaces the object by `desired` if it holds `expected` (bits of the carrier); the old bits.
pub(crate) fn swap_if(
    cx: Cx,
    address: ir::Value,
    expected: ir::Value,
    desired: ir::Value,
) -> ir::Value {
    if cx.b.func.dfg.value_type(expected) == ct::I128 {
        let (expected_low, expected_high) = cx.b.ins().isplit(expected);
        let (low, high) = cx.b.ins().isplit(desired);
        let args = [address, expected_low, expected_high, low, high];
        return cx.helper_wide(Helper::Swap16, &args);
    }
    cx.b.ins().atomic_cas(FLAGS, address, expected, desired)
}

/// Are the two carriers' bits equal? An `I8`.
pub(crate) fn same_bits(cx: Cx, a: ir::Value, b: ir::Value) -> ir::Value {
    cx.b.ins().icmp(IntCC::Equal, a, b)
}

/// Compare and swap as `__atomic_compare_exchange` has it: on failure the object's value is
/// written to `expected`. An `I8`, 1 when swapped.
pub(crate) fn compare_exchange(
    cx: Cx,
    addr: Addr,
    expected: Addr,
    desired: &Value,
    ty: QType,
) -> Lowered<ir::Value> {
    let address = cx.addr_value(addr);
    let Some(carrier) = carrier(cx, ty) else {
        let desired = cx.in_memory(desired, ty.id)?;
        let (expected, desired) = (cx.addr_value(expected), cx.addr_value(desired));
        let size = cx.iconst(ct::I64, cx.size_of(ty.id) as i64);
        let order = cx.iconst(ct::I32, SEQ_CST);
        let args = [size, address, expected, desired, order, order];
        let call = cx.call_runtime("__atomic_compare_exchange", &[ct::I8], &args);
        return Ok(cx.b.inst_results(call)[0]);
    };
    let desired = to_bits(cx, desired, ty, carrier)?;
    let old_expected = cx.load_clif(carrier, expected);
    let found = swap_if(cx, address, old_expected, desired);
    let swapped = same_bits(cx, found, old_expected);
    let failed = cx.b.create_block();
    let done = cx.b.create_block();
    cx.b.ins().brif(swapped, done, &[], failed, &[]);
    cx.b.switch_to_block(failed);
    cx.b.seal_block(failed);
    // Only then: on success another thread may own `expected` already.
    cx.store_clif(found, expected);
    cx.b.ins().jump(done, &[]);
    cx.b.switch_to_block(done);
    cx.b.seal_block(done);
    Ok(swapped)
}

/// Read, compute, write back if nobody was quicker, else again. Gives the values before and after.
pub(crate) fn update<'u, 'f>(
    cx: &mut FunctionCx<'u, 'f>,
    addr: Addr,
    ty: QType,
    span: Span,
    compute: impl FnOnce(&mut FunctionCx<'u, 'f>, Value) -> Lowered<Value>,
) -> Lowered<(Value, Value)> {
    let address = cx.addr_value(addr);
    let Some(carrier) = carrier(cx, ty) else {
        return update_large(cx, addr, ty, span, compute);
    };
    let again = cx.b.create_block();
    let done = cx.b.create_block();
    let seen = cx.b.append_block_param(again, carrier);
    let first = load_bits(cx, carrier, address);
    cx.b.ins().jump(again, &[first.into()]);
    cx.b.switch_to_block(again);
    let old = from_bits(cx, seen, ty)?;
    let new = compute(cx, old.clone())?;
    let new = stable(cx, new, ty)?;
    let bits = to_bits(cx, &new, ty, carrier)?;
    let found = swap_if(cx, address, seen, bits);
    let swapped = same_bits(cx, found, seen);
    cx.b.ins().brif(swapped, done, &[], again, &[found.into()]);
    cx.b.seal_block(again);
    cx.b.switch_to_block(done);
    cx.b.seal_block(done);
    Ok((old, new))
}

/// The same for an object the machine cannot swap: libatomic's functions do.
fn update_large<'u, 'f>(
    cx: &mut FunctionCx<'u, 'f>,
    addr: Addr,
    ty: QType,
    span: Span,
    compute: impl FnOnce(&mut FunctionCx<'u, 'f>, Value) -> Lowered<Value>,
) -> Lowered<(Value, Value)> {
    let size = cx.size_of(ty.id);
    let (seen, made) = (cx.slot(size, 16)?, cx.slot(size, 16)?);
    let first = load(cx, addr, ty, span)?;
    let first = cx.in_memory(&first, ty.id)?;
    cx.copy(seen, first, size);
    let again = cx.b.create_block();
    let done = cx.b.create_block();
    cx.b.ins().jump(again, &[]);
    cx.b.switch_to_block(again);
    let old = cx.load_memory(seen, ty.id);
    let new = compute(cx, old)?;
    let new = cx.in_memory(&new, ty.id)?;
    cx.copy(made, new, size);
    // What was there instead is written to `seen`; when it is swapped, `seen` is the old value.
    let swapped = compare_exchange(cx, addr, seen, &Value::Memory(made), ty)?;
    cx.b.ins().brif(swapped, done, &[], again, &[]);
    cx.b.seal_block(again);
    cx.b.switch_to_block(done);
    cx.b.seal_block(done);
    Ok((cx.load_memory(seen, ty.id), cx.load_memory(made, ty.id)))
}

/// A value that is moved as more bytes than it has (`long double`) gets zeros for the rest, so
/// that two equal values have equal bits.
fn stable(cx: Cx, value: Value, ty: QType) -> Lowered<Value> {
    use cfront::types::FloatFormat::Extended;
    if !matches!(cx.class(ty.id), ctype::Class::Float(Extended)) {
        return Ok(value);
    }
    let from = cx.in_memory(&value, ty.id)?;
    let slot = cx.slot(16, 16)?;
    cx.clear(slot, 16);
    cx.copy(slot, from, 10);
    Ok(Value::Memory(slot))
}
