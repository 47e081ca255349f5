//! Storage whose size is known only at run time: `alloca` and variable-length arrays. The frame
//! is of fixed size, so it comes from a side stack each thread has: the executor's, or one that the
//! object brings along (see [`crate::support`]).
//!
//! Always: a function gives back at its return what it took; a scope gives back its arrays when
//! it is left by any jump; after a `longjmp` the function that is returned to gives back all.

use crate::Lowered;
use crate::func::{FunctionCx, Target};
use crate::place::{Addr, Place};
use crate::support::{self, Support};
use cfront::tree::LocalId;
use cfront::types::{ArrayLen, Length, Type, TypeId, Types, id};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;

/// Sizes from here on are the executor's to look at: no address plus a smaller one overflows.
const LARGE: i64 = 1 << 40;

/// Is the type an array, or a record with one, whose size is known only at run time?
pub(crate) fn is_variable(types: &Types, ty: TypeId) -> bool {
    match types.get(ty) {
        Type::Array { len: ArrayLen::Variable(_), .. } => true,
        Type::Array { elem, .. } => is_variable(types, elem.id),
        Type::Record(record) => types.record(*record).variable.is_some(),
        _ => false,
    }
}

impl FunctionCx<'_, '_> {
    pub(crate) fn is_variable(&self, ty: TypeId) -> bool {
        is_variable(self.unit.types, ty)
    }

    /// The size of a type in bytes, as a value.
    pub(crate) fn size_value(&mut self, ty: TypeId, span: Span) -> Lowered<ir::Value> {
        if !self.is_variable(ty) {
            let size = self.size_of(ty);
            return Ok(self.iconst(ct::I64, size as i64));
        }
        let (elem, len) = match self.unit.types.get(ty) {
            Type::Array { elem, len } => (elem, len),
            Type::Record(record) => match self.unit.types.record(*record).variable {
                Some(size) => return self.length_value(size, span),
                None => return self.fail(span, "the size of a record that has none"),
            },
            _ => return self.fail(span, "the size of a type that has none"),
        };
        let count = match *len {
            ArrayLen::Variable(length) => self.length_value(length, span)?,
            ArrayLen::Fixed(count) => self.iconst(ct::I64, count as i64),
            ArrayLen::Unknown | ArrayLen::Star => {
                return self.fail(span, "the size of an array of unknown length");
            }
        };
        if self.is_variable(elem.id) {
            let size = self.size_value(elem.id, span)?;
            return Ok(self.b.ins().imul(count, size));
        }
        let size = self.size_of(elem.id);
        Ok(self.scale(count, size))
    }

    /// A length or size that was kept when its declaration was reached, here or in a function
    /// around this one.
    pub(crate) fn length_value(&mut self, length: Length, span: Span) -> Lowered<ir::Value> {
        let place = match self.level().checked_sub(length.level) {
            Some(0) => self.local_place(length.local)?,
            Some(depth) => self.outer_place(depth, length.local, span)?,
            None => return self.fail(span, "a length of a function further in"),
        };
        match self.load(&place, id::ULONG.into())?.scalar() {
            Some(value) => Ok(value),
            None => self.fail(span, "a length that is no integer"),
        }
    }

    /// Copies a value of variable size.
    pub(crate) fn copy_variable(&mut self, to: Addr, from: Addr, ty: TypeId) -> Lowered<()> {
        let size = self.size_value(ty, Span::default())?;
        let (to, from) = (self.addr_value(to), self.addr_value(from));
        self.call_runtime("memmove", &[ct::I64], &[to, from, size]);
        Ok(())
    }

    /// Sets an object of variable size to zero.
    pub(crate) fn clear_variable(&mut self, to: Addr, ty: TypeId) -> Lowered<()> {
        let size = self.size_value(ty, Span::default())?;
        let to = self.addr_value(to);
        let zero = self.iconst(ct::I32, 0);
        self.call_runtime("memset", &[ct::I64], &[to, zero, size]);
        Ok(())
    }

    /// Storage for a value of variable size, until the function returns.
    pub(crate) fn variable_slot(&mut self, ty: TypeId) -> Lowered<Addr> {
        let size = self.size_value(ty, Span::default())?;
        let align = self.align_of(ty).max(16) as i64;
        Ok(Addr::value(self.side_stack_take(size, align)))
    }

    /// Takes the storage of a variable-length array; gives the mark to release it to.
    pub(crate) fn take_variable(&mut self, local: LocalId) -> Lowered<Place> {
        let data = self.body.local(local);
        let saved = self.side_stack_mark()?;
        let size = self.size_value(data.ty.id, data.span)?;
        let align = data.align.max(self.align_of(data.ty.id)).max(16);
        let address = self.side_stack_take(size, align as i64);
        self.link_variable(local, address);
        let pointer = self.keep(address)?;
        self.set_local_pointer(local, pointer);
        Ok(saved)
    }

    fn side_stack(&mut self, which: Support, args: &[ir::Value]) -> ir::Inst {
        let func = self.func_ref(Target::Support(which), which.signature());
        self.b.ins().call(func, args)
    }

    pub(crate) fn side_stack_top(&mut self) -> ir::Value {
        if self.unit.options.hosted {
            let stack = self.target_addr(Target::ThreadStack);
            return self.load_clif(ct::I64, Addr::value(stack));
        }
        let call = self.side_stack(Support::Mark, &[]);
        self.b.inst_results(call)[0]
    }

    /// `alloca(size)` at an alignment in bytes.
    pub(crate) fn side_stack_take(&mut self, size: ir::Value, align: i64) -> ir::Value {
        let size = self.resize(size, ct::I64, false);
        if self.unit.options.hosted {
            return self.hosted_take(size, align);
        }
        let align = self.iconst(ct::I64, align);
        let call = self.side_stack(Support::Take, &[size, align]);
        self.b.inst_results(call)[0]
    }

    /// From the executor's side stack: the new top if it is below the wire, or a call.
    fn hosted_take(&mut self, size: ir::Value, align: i64) -> ir::Value {
        let stack = self.target_addr(Target::ThreadStack);
        let (more, done) = (self.b.create_block(), self.b.create_block());
        let result = self.b.append_block_param(done, ct::I64);
        let top = self.load_clif(ct::I64, Addr::value(stack));
        let start = match align {
            ..=16 => top,
            _ => {
                let up = self.b.ins().iadd_imm_s(top, align - 1);
                self.b.ins().band_imm_s(up, -align)
            }
        };
        let padded = self.b.ins().iadd_imm_s(size, 15);
        let padded = self.b.ins().band_imm_s(padded, -16);
        let end = self.b.ins().iadd(start, padded);
        let wire = self.load_clif(ct::I64, Addr::value(stack).at(support::WIRE));
        let small = self.b.create_block();
        let taken = self.b.create_block();
        // A size that is no constant may be anything: the sum must not begin anew at zero.
        if self.is_small_size(size) {
            self.b.ins().jump(small, &[]);
        } else {
            let fits = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, size, LARGE);
            self.b.ins().brif(fits, small, &[], more, &[]);
        }
        self.enter_sealed(small);
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, end, wire);
        self.b.ins().brif(fits, taken, &[], more, &[]);
        self.enter_sealed(taken);
        self.store_clif(end, Addr::value(stack));
        self.b.ins().jump(done, &[start.into()]);
        self.enter_sealed(more);
        self.b.set_cold_block(more);
        let align = self.iconst(ct::I64, align);
        let call = self.call_runtime(support::MORE, &[ct::I64], &[size, align]);
        let start = self.b.inst_results(call)[0];
        self.b.ins().jump(done, &[start.into()]);
        self.enter_sealed(done);
        result
    }

    fn enter_sealed(&mut self, block: ir::Block) {
        self.b.switch_to_block(block);
        self.b.seal_block(block);
    }

    /// Is the size a constant that no address plus it can overflow?
    fn is_small_size(&self, size: ir::Value) -> bool {
        match self.b.func.dfg.value_def(size) {
            ir::ValueDef::Result(inst, _) => matches!(
                self.b.func.dfg.insts[inst],
                ir::InstructionData::UnaryImm { opcode: ir::Opcode::Iconst, imm }
                    if (0..LARGE).contains(&imm.bits())
            ),
            _ => false,
        }
    }

    pub(crate) fn release_to(&mut self, mark: &Place) -> Lowered<()> {
        let mark = self.kept(mark)?;
        if !self.unit.options.hosted {
            self.side_stack(Support::Release, &[mark]);
            return Ok(());
        }
        let stack = self.target_addr(Target::ThreadStack);
        let (back, short, done) =
            (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let low = self.load_clif(ct::I64, Addr::value(stack).at(support::LOW));
        let far = self.b.ins().icmp(IntCC::UnsignedLessThan, mark, low);
        self.b.ins().brif(far, back, &[], short, &[]);
        self.enter_sealed(short);
        self.store_clif(mark, Addr::value(stack));
        self.b.ins().jump(done, &[]);
        self.enter_sealed(back);
        self.b.set_cold_block(back);
        self.call_runtime(support::BACK, &[], &[mark]);
        self.b.ins().jump(done, &[]);
        self.enter_sealed(done);
        Ok(())
    }

    /// At entry of a function that takes anything from the side stack: remember its top.
    pub(crate) fn mark_frame(&mut self) -> Lowered<()> {
        if self.body.facts.uses_alloca || self.body.facts.uses_vla {
            self.frame_mark = Some(self.side_stack_mark()?);
        }
        Ok(())
    }

    /// The side stack's top, kept to be given back to.
    pub(crate) fn side_stack_mark(&mut self) -> Lowered<Place> {
        let mark = self.side_stack_top();
        self.keep(mark)
    }

    /// At its return: give everything back.
    pub(crate) fn release_frame(&mut self) -> Lowered<()> {
        match self.frame_mark.clone() {
            Some(mark) => self.release_to(&mark),
            None => Ok(()),
        }
    }
}
