//! The builtins of the tree, each to a few instructions or a library call. In comes the node and
//! its operands (not yet evaluated), out goes its value.

use crate::abi::vararg;
use crate::ctype::{self, Class, Repr};
use crate::func::{FunctionCx, Target};
use crate::helper::Helper;
use crate::place::{Addr, Value};
use crate::{Lowered, atomic, builtin_float, complex, overflow, real, sse, vector};
use cfront::tree::{AtomicOp, BinaryOp, Builtin, ExprId, ExprKind};
use cfront::types::{QType, Type, TypeId};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, AtomicRmwOp, InstBuilder, types as ct};
use preproc::source::Span;

/// `__builtin_return_address` may look so many frames up: a chain of as many loads.
const MAX_FRAMES: u64 = 300;

/// One builtin's node.
pub(crate) struct Node<'a> {
    pub which: Builtin,
    pub args: &'a [ExprId],
    pub ty: TypeId,
    pub span: Span,
}

impl FunctionCx<'_, '_> {
    pub(crate) fn builtin(
        &mut self,
        which: Builtin,
        id: ExprId,
        args: &[ExprId],
    ) -> Lowered<Value> {
        let expr = self.body.expr(id);
        let node = Node { which, args, ty: expr.ty.id, span: expr.span };
        use Builtin::*;
        match which {
            VaStart | VaEnd | VaCopy | VaArgPack | VaArgPackLen => self.variable_arguments(&node),
            Clz | Ctz | Clrsb | Ffs | Popcount | Parity | ClzDefined | CtzDefined | Bswap
            | BitReverse => self.count_bits(&node),
            RotateLeft | RotateRight => {
                let value = self.operand(&node, 0)?;
                let by = self.operand(&node, 1)?;
                Ok(Value::Scalar(match which {
                    RotateLeft => self.b.ins().rotl(value, by),
                    _ => self.b.ins().rotr(value, by),
                }))
            }
            AddOverflow | AddOverflowP => self.checked(&node, BinaryOp::Add),
            SubOverflow | SubOverflowP => self.checked(&node, BinaryOp::Sub),
            MulOverflow | MulOverflowP => self.checked(&node, BinaryOp::Mul),
            Fabs | CopySign | Sqrt | Floor | Ceil | Trunc | NearbyInt | Fma | SignBit | IsNan
            | IsInf | IsFinite | IsNormal | FpClassify | IsGreater | IsGreaterEqual | IsLess
            | IsLessEqual | IsLessGreater | IsUnordered => builtin_float::float(self, &node),
            Complex => {
                let (real, imag) = (self.value_of(&node, 0)?, self.value_of(&node, 1)?);
                complex::join(self, &real, &imag, node.ty)
            }
            AtomicLoad
            | AtomicStore
            | AtomicExchange
            | AtomicCompareExchange
            | AtomicFetch(_)
            | AtomicOpFetch(_)
            | SyncBoolCas
            | SyncValCas
            | AtomicTestAndSet
            | AtomicClear
            | AtomicFence
            | AtomicSignalFence => self.atomic(&node),
            ShuffleVector | Shuffle | ConvertVector | Sse(_) => self.vector_builtin(&node),
            Alloca | AllocaWithAlign | StackSave | StackRestore => self.alloca(&node),
            TypeMap(ty) => Ok(Value::Scalar(self.target_addr(Target::TypeMap(ty)))),
            First => {
                let mut first = Value::Void;
                for (index, &arg) in args.iter().enumerate() {
                    if index == 0 {
                        first = self.expr(arg)?;
                    } else {
                        self.discard(arg)?;
                    }
                }
                Ok(first)
            }
            Unreachable | Trap | Prefetch | FrameAddress | ReturnAddress | SetJmp | LongJmp
            | Pause | ReadTsc | Crc32 | ClearCache | ThreadPointer => self.machine(&node),
        }
    }

    /// Operand `index`, unevaluated.
    pub(crate) fn arg(&self, node: &Node<'_>, index: usize) -> Lowered<ExprId> {
        match node.args.get(index) {
            Some(&arg) => Ok(arg),
            None => {
                let which = node.which;
                self.fail(node.span, format!("the builtin {which:?} lacks operand {index}"))
            }
        }
    }

    pub(crate) fn value_of(&mut self, node: &Node<'_>, index: usize) -> Lowered<Value> {
        let arg = self.arg(node, index)?;
        self.expr(arg)
    }

    /// A scalar operand.
    pub(crate) fn operand(&mut self, node: &Node<'_>, index: usize) -> Lowered<ir::Value> {
        let arg = self.arg(node, index)?;
        self.scalar(arg)
    }

    /// What the pointer operand `index` points to.
    fn pointee(&self, node: &Node<'_>, index: usize) -> Lowered<QType> {
        let arg = self.arg(node, index)?;
        match *self.unit.types.get(self.body.expr(arg).ty.id) {
            Type::Pointer(to) => Ok(to),
            _ => self.fail(node.span, "a builtin's operand should be a pointer"),
        }
    }

    /// A truth value (`I8`) as the node's integer type.
    pub(crate) fn truth_as(&mut self, truth: ir::Value, node: &Node<'_>) -> Value {
        match self.repr(node.ty) {
            Repr::Scalar(clif) => Value::Scalar(self.resize_int(truth, clif, false)),
            _ => Value::Scalar(truth),
        }
    }

    // ------------------------------------------------------------ variable arguments

    fn variable_arguments(&mut self, node: &Node<'_>) -> Lowered<Value> {
        match node.which {
            Builtin::VaStart => {
                let list = self.operand(node, 0)?;
                self.va_start(list, node.span)?;
            }
            Builtin::VaCopy => {
                let to = self.operand(node, 0)?;
                let from = self.operand(node, 1)?;
                self.copy(Addr::value(to), Addr::value(from), vararg::VA_LIST_SIZE);
            }
            Builtin::VaEnd => {
                let list = self.arg(node, 0)?;
                self.discard(list)?;
            }
            _ => {
                return self.fail(
                    node.span,
                    "'__builtin_va_arg_pack' outside of a function that is always inlined",
                );
            }
        }
        Ok(Value::Void)
    }

    // ------------------------------------------------------------ bits

    fn count_bits(&mut self, node: &Node<'_>) -> Lowered<Value> {
        let value = self.operand(node, 0)?;
        let clif = self.b.func.dfg.value_type(value);
        let zero = self.iconst(clif, 0);
        let result = match node.which {
            Builtin::Bswap if clif == ct::I8 => value,
            Builtin::Bswap => self.b.ins().bswap(value),
            Builtin::BitReverse => self.b.ins().bitrev(value),
            Builtin::Clz => self.b.ins().clz(value),
            Builtin::Ctz => self.b.ins().ctz(value),
            Builtin::ClzDefined | Builtin::CtzDefined => {
                let count = match node.which {
                    Builtin::ClzDefined => self.b.ins().clz(value),
                    _ => self.b.ins().ctz(value),
                };
                if node.args.len() < 2 {
                    count
                } else {
                    let at_zero = self.operand(node, 1)?;
                    let at_zero = self.resize_int(at_zero, clif, true);
                    let is_zero = self.b.ins().icmp(IntCC::Equal, value, zero);
                    self.b.ins().select(is_zero, at_zero, count)
                }
            }
            // The bits after the sign that equal it: leading zeros of the value with the sign
            // folded away, less the sign itself.
            Builtin::Clrsb => {
                let sign = self.b.ins().sshr_imm_u(value, i64::from(clif.bits()) - 1);
                let folded = self.b.ins().bxor(value, sign);
                let count = self.b.ins().clz(folded);
                let one = self.iconst(clif, 1);
                self.b.ins().isub(count, one)
            }
            Builtin::Ffs => {
                let count = self.b.ins().ctz(value);
                let one = self.iconst(clif, 1);
                let count = self.b.ins().iadd(count, one);
                let is_zero = self.b.ins().icmp(IntCC::Equal, value, zero);
                self.b.ins().select(is_zero, zero, count)
            }
            _ => {
                let count = self.population(value);
                if node.which == Builtin::Parity {
                    let clif = self.b.func.dfg.value_type(count);
                    let one = self.iconst(clif, 1);
                    self.b.ins().band(count, one)
                } else {
                    count
                }
            }
        };
        match self.repr(node.ty) {
            Repr::Scalar(to) => Ok(Value::Scalar(self.resize_int(result, to, true))),
            _ => self.fail(node.span, "a bit builtin whose result is no integer"),
        }
    }

    fn population(&mut self, value: ir::Value) -> ir::Value {
        if self.b.func.dfg.value_type(value) != ct::I128 {
            return self.b.ins().popcnt(value);
        }
        let (low, high) = self.b.ins().isplit(value);
        let (low, high) = (self.b.ins().popcnt(low), self.b.ins().popcnt(high));
        self.b.ins().iadd(low, high)
    }

    fn checked(&mut self, node: &Node<'_>, op: BinaryOp) -> Lowered<Value> {
        let types = [self.arg(node, 0)?, self.arg(node, 1)?, self.arg(node, 2)?]
            .map(|arg| self.body.expr(arg).ty.id);
        let a = (self.operand(node, 0)?, types[0]);
        let b = (self.operand(node, 1)?, types[1]);
        let only_asked = matches!(
            node.which,
            Builtin::AddOverflowP | Builtin::SubOverflowP | Builtin::MulOverflowP
        );
        if only_asked {
            let third = self.arg(node, 2)?;
            self.discard(third)?;
            let width = self.bit_field_width(third);
            let (_, overflow) = overflow::checked(self, op, a, b, types[2], width, node.span)?;
            return Ok(self.truth_as(overflow, node));
        }
        let to = self.pointee(node, 2)?;
        let pointer = self.arg(node, 2)?;
        let pointer = self.address(pointer)?;
        let (result, overflow) = overflow::checked(self, op, a, b, to.id, None, node.span)?;
        let place = crate::place::Place::Memory(pointer);
        self.store(&place, &Value::Scalar(result), to)?;
        Ok(self.truth_as(overflow, node))
    }

    /// The width of the bit-field an expression is the value of.
    fn bit_field_width(&self, id: ExprId) -> Option<u32> {
        match self.body.expr(id).kind {
            ExprKind::Load(inner) | ExprKind::Convert(_, inner) => self.bit_field_width(inner),
            ExprKind::Member(record, field) => {
                let ty = self.body.expr(record).ty.id;
                let Type::Record(record) = *self.unit.types.get(ty) else { return None };
                let field = self.unit.types.record(record).fields.get(field as usize)?;
                field.bits.map(|bits| bits.width)
            }
            _ => None,
        }
    }

    // ------------------------------------------------------------ atomics

    /// Is a store's order (operand `index`) known to be weaker than sequentially consistent?
    fn is_weak_order(&self, node: &Node<'_>, index: usize) -> bool {
        node.args.get(index).is_some_and(
            |&arg| matches!(self.body.expr(arg).kind, ExprKind::Int(order) if order & 0xffff < 5),
        )
    }

    /// Evaluates the orders and other operands from `index` on for their effects.
    fn discard_from(&mut self, node: &Node<'_>, index: usize) -> Lowered<()> {
        for &arg in node.args.get(index..).unwrap_or(&[]) {
            self.discard(arg)?;
        }
        Ok(())
    }

    fn atomic(&mut self, node: &Node<'_>) -> Lowered<Value> {
        match node.which {
            Builtin::AtomicFence => {
                self.discard_from(node, 0)?;
                self.b.ins().fence();
                return Ok(Value::Void);
            }
            Builtin::AtomicSignalFence => {
                self.discard_from(node, 0)?;
                self.b.ins().sequence_point();
                return Ok(Value::Void);
            }
            Builtin::AtomicTestAndSet => {
                let address = self.operand(node, 0)?;
                self.discard_from(node, 1)?;
                let one = self.iconst(ct::I8, 1);
                let old = atomic::rmw(self, AtomicRmwOp::Xchg, address, one);
                let was = self.b.ins().icmp_imm_s(IntCC::NotEqual, old, 0);
                return Ok(self.truth_as(was, node));
            }
            Builtin::AtomicClear => {
                let address = self.operand(node, 0)?;
                self.discard_from(node, 1)?;
                let zero = Value::Scalar(self.iconst(ct::I8, 0));
                let byte = QType::new(cfront::types::id::UCHAR);
                let weak = self.is_weak_order(node, 1);
                atomic::store_ordered(self, Addr::value(address), &zero, byte, !weak)?;
                return Ok(Value::Void);
            }
            _ => {}
        }
        let ty = self.pointee(node, 0)?;
        let addr = Addr::value(self.operand(node, 0)?);
        match node.which {
            Builtin::AtomicLoad => {
                self.discard_from(node, 1)?;
                atomic::load(self, addr, ty, node.span)
            }
            Builtin::AtomicStore => {
                let value = self.value_of(node, 1)?;
                self.discard_from(node, 2)?;
                let weak = self.is_weak_order(node, 2);
                atomic::store_ordered(self, addr, &value, ty, !weak)?;
                Ok(Value::Void)
            }
            Builtin::AtomicExchange => {
                let value = self.value_of(node, 1)?;
                self.discard_from(node, 2)?;
                atomic::exchange(self, addr, &value, ty)
            }
            Builtin::AtomicCompareExchange => {
                let expected = Addr::value(self.operand(node, 1)?);
                let desired = self.value_of(node, 2)?;
                self.discard_from(node, 3)?;
                let swapped = atomic::compare_exchange(self, addr, expected, &desired, ty)?;
                Ok(self.truth_as(swapped, node))
            }
            Builtin::SyncBoolCas | Builtin::SyncValCas => self.sync_swap(node, addr, ty),
            Builtin::AtomicFetch(op) => self.fetch(node, op, addr, ty, false),
            Builtin::AtomicOpFetch(op) => self.fetch(node, op, addr, ty, true),
            _ => self.fail(node.span, "an atomic builtin that is none"),
        }
    }

    fn sync_swap(&mut self, node: &Node<'_>, addr: Addr, ty: QType) -> Lowered<Value> {
        let old = self.value_of(node, 1)?;
        let new = self.value_of(node, 2)?;
        let Some(carrier) = atomic::carrier(self, ty) else {
            return self.fail(node.span, "compare and swap on an object of this size");
        };
        let old = atomic::to_bits(self, &old, ty, carrier)?;
        let new = atomic::to_bits(self, &new, ty, carrier)?;
        let address = self.addr_value(addr);
        let found = atomic::swap_if(self, address, old, new);
        if node.which == Builtin::SyncValCas {
            return atomic::from_bits(self, found, ty);
        }
        let same = atomic::same_bits(self, found, old);
        Ok(self.truth_as(same, node))
    }

    fn fetch(
        &mut self,
        node: &Node<'_>,
        op: AtomicOp,
        addr: Addr,
        ty: QType,
        gives_new: bool,
    ) -> Lowered<Value> {
        let arg = self.arg(node, 1)?;
        let from = self.body.expr(arg).ty.id;
        let Repr::Scalar(clif) = self.repr(ty.id) else {
            return self.fail(node.span, "an atomic operation on a type without integers");
        };
        let value = self.scalar(arg)?;
        let signed = ctype::is_signed(self.unit.types, from);
        let value = self.resize_int(value, clif, signed);
        self.discard_from(node, 2)?;
        let machine = match op {
            AtomicOp::Add => AtomicRmwOp::Add,
            AtomicOp::Sub => AtomicRmwOp::Sub,
            AtomicOp::And => AtomicRmwOp::And,
            AtomicOp::Or => AtomicRmwOp::Or,
            AtomicOp::Xor => AtomicRmwOp::Xor,
            AtomicOp::Nand => AtomicRmwOp::Nand,
        };
        if let Class::BitInt { .. } | Class::Int128 { .. } = self.class(ty.id) {
            return self.fetch_by_loop(node, op, addr, ty, value, gives_new);
        }
        let address = self.addr_value(addr);
        let old = atomic::rmw(self, machine, address, value);
        Ok(Value::Scalar(if gives_new { self.applied(op, old, value) } else { old }))
    }

    /// A `_BitInt` has bits above it to be kept in order; 128 bits have no instruction.
    fn fetch_by_loop(
        &mut self,
        node: &Node<'_>,
        op: AtomicOp,
        addr: Addr,
        ty: QType,
        value: ir::Value,
        gives_new: bool,
    ) -> Lowered<Value> {
        let (old, new) = atomic::update(self, addr, ty, node.span, |cx, old| {
            let old = real::scalar(cx, &old)?;
            let new = cx.applied(op, old, value);
            Ok(Value::Scalar(crate::bitint::normalize(cx, new, ty.id)))
        })?;
        Ok(if gives_new { new } else { old })
    }

    fn applied(&mut self, op: AtomicOp, old: ir::Value, value: ir::Value) -> ir::Value {
        match op {
            AtomicOp::Add => self.b.ins().iadd(old, value),
            AtomicOp::Sub => self.b.ins().isub(old, value),
            AtomicOp::And => self.b.ins().band(old, value),
            AtomicOp::Or => self.b.ins().bor(old, value),
            AtomicOp::Xor => self.b.ins().bxor(old, value),
            AtomicOp::Nand => {
                let both = self.b.ins().band(old, value);
                self.b.ins().bnot(both)
            }
        }
    }

    // ------------------------------------------------------------ vectors

    fn vector_builtin(&mut self, node: &Node<'_>) -> Lowered<Value> {
        let types: Vec<TypeId> = node.args.iter().map(|&arg| self.body.expr(arg).ty.id).collect();
        match (node.which, &types[..]) {
            (Builtin::ConvertVector, &[from, ..]) => {
                let value = self.value_of(node, 0)?;
                vector::convert_lanes(self, value, from, node.ty, node.span)
            }
            (Builtin::Shuffle, &[ty, mask_ty]) => {
                let value = self.value_of(node, 0)?;
                let mask = self.value_of(node, 1)?;
                vector::shuffle(self, &[value], ty, &mask, mask_ty, node.span)
            }
            (Builtin::Shuffle, &[ty, _, mask_ty]) => {
                let values = [self.value_of(node, 0)?, self.value_of(node, 1)?];
                let mask = self.value_of(node, 2)?;
                vector::shuffle(self, &values, ty, &mask, mask_ty, node.span)
            }
            (Builtin::ShuffleVector, &[a, b, ..]) => {
                let values = [self.value_of(node, 0)?, self.value_of(node, 1)?];
                let mut picks = Vec::new();
                for &arg in &node.args[2..] {
                    let ExprKind::Int(pick) = self.body.expr(arg).kind else {
                        return self.fail(node.span, "a shuffle's numbers must be constants");
                    };
                    picks.push(i64::from(pick as i32));
                }
                let refs = [&values[0], &values[1]];
                vector::shuffle_constant(self, refs, [a, b], &picks, node.ty, node.span)
            }
            (Builtin::Sse(op), &[ty, ..]) => {
                let mut values = Vec::new();
                for at in 0..types.len() {
                    values.push(self.value_of(node, at)?);
                }
                sse::function(self, op, &values, ty, node.ty, node.span)
            }
            _ => self.fail(node.span, "a vector builtin with too few operands"),
        }
    }

    // ------------------------------------------------------------ the machine

    fn alloca(&mut self, node: &Node<'_>) -> Lowered<Value> {
        match node.which {
            Builtin::StackSave => return Ok(Value::Scalar(self.side_stack_top())),
            Builtin::StackRestore => {
                let mark = self.operand(node, 0)?;
                let mark = self.keep(mark)?;
                self.release_to(&mark)?;
                return Ok(Value::Void);
            }
            _ => {}
        }
        let size = self.operand(node, 0)?;
        let align = match (node.which, node.args.get(1)) {
            (Builtin::AllocaWithAlign, Some(&arg)) => match self.body.expr(arg).kind {
                ExprKind::Int(bits) => (bits / 8).clamp(16, 1 << 20) as i64,
                _ => return self.fail(node.span, "an alignment that is not constant"),
            },
            _ => 16,
        };
        Ok(Value::Scalar(self.side_stack_take(size, align)))
    }

    fn machine(&mut self, node: &Node<'_>) -> Lowered<Value> {
        match node.which {
            Builtin::Unreachable => {
                self.unreachable();
                Ok(Value::Void)
            }
            Builtin::Trap => {
                self.unreachable();
                Ok(Value::Void)
            }
            Builtin::FrameAddress | Builtin::ReturnAddress => {
                let arg = self.arg(node, 0)?;
                let ExprKind::Int(levels @ 0..=MAX_FRAMES) = self.body.expr(arg).kind else {
                    return self.fail(node.span, "a frame's number must be a small constant");
                };
                // The frame of a variadic function is that of its entry thunk.
                let levels = levels + u64::from(self.ty.variadic);
                let mut frame = self.helper_value(Helper::FrameAddress, &[]);
                for _ in 0..levels {
                    frame = self.load_clif(ct::I64, Addr::value(frame));
                }
                Ok(Value::Scalar(if node.which == Builtin::ReturnAddress {
                    self.load_clif(ct::I64, Addr::value(frame).at(8))
                } else {
                    frame
                }))
            }
            Builtin::SetJmp => {
                let buffer = self.operand(node, 0)?;
                let slot = self.slot(64, 8)?;
                let slot = self.addr_value(slot);
                let mark = self.side_stack_mark()?;
                let value = self.helper_value(Helper::SetJmp, &[buffer, slot]);
                self.release_to(&mark)?;
                Ok(Value::Scalar(value))
            }
            Builtin::LongJmp => {
                let buffer = self.operand(node, 0)?;
                self.discard_from(node, 1)?;
                self.helper(Helper::LongJmp, &[buffer]);
                self.unreachable();
                Ok(Value::Void)
            }
            Builtin::Pause => {
                self.helper(Helper::Pause, &[]);
                Ok(Value::Void)
            }
            Builtin::Crc32 => {
                let (sum, more) = (self.operand(node, 0)?, self.operand(node, 1)?);
                let (helper, ty) = match self.b.func.dfg.value_type(more).bits() {
                    8 => (Helper::Crc8, ct::I32),
                    16 => (Helper::Crc16, ct::I32),
                    32 => (Helper::Crc32, ct::I32),
                    _ => (Helper::Crc64, ct::I64),
                };
                let more = self.resize(more, ty, false);
                Ok(Value::Scalar(self.helper_value(helper, &[sum, more])))
            }
            Builtin::ReadTsc => Ok(Value::Scalar(self.helper_value(Helper::ReadTsc, &[]))),
            Builtin::ThreadPointer => {
                Ok(Value::Scalar(self.helper_value(Helper::ThreadPointer, &[])))
            }
            // The cache is coherent, and a prefetch changes nothing.
            _ => {
                self.discard_from(node, 0)?;
                Ok(Value::Void)
            }
        }
    }
}
