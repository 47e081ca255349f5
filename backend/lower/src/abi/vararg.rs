//! `va_start`, `va_arg`, `va_copy` and `va_end`, inline. A `va_list` is
//! `{ u32 gp_offset; u32 fp_offset; void *overflow_arg_area; void *reg_save_area; }`.

use super::classify::{Class, Kind, classify};
use crate::Lowered;
use crate::func::FunctionCx;
use crate::place::{Addr, Value};
use cfront::types::{TypeId, id};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;

const GP_OFFSET: i64 = 0;
const FP_OFFSET: i64 = 4;
const OVERFLOW: i64 = 8;
const REG_SAVE: i64 = 16;
const GP_END: i64 = 48;
const FP_END: i64 = 176;
pub(crate) const VA_LIST_SIZE: u64 = 24;

impl FunctionCx<'_, '_> {
    /// `va_start`: `list` points to a `va_list`.
    pub(crate) fn va_start(&mut self, list: ir::Value, span: Span) -> Lowered<()> {
        let Some(context) = self.variadic_context() else {
            return self.fail(span, "'va_start' in a function with fixed arguments");
        };
        self.copy(Addr::value(list), Addr::value(context), VA_LIST_SIZE);
        Ok(())
    }

    /// The next argument, of type `ty`.
    pub(crate) fn va_arg(&mut self, list: ir::Value, ty: TypeId) -> Lowered<Value> {
        if self.is_variable(ty) {
            let pointer = self.va_arg(list, id::VOID_PTR)?;
            return match pointer.scalar() {
                Some(pointer) => Ok(Value::Memory(Addr::value(pointer))),
                None => self.fail(Span::default(), "a reference that is no pointer"),
            };
        }
        let list = Addr::value(list);
        let classes = match classify(self.unit.types, ty) {
            Kind::Empty => return Ok(self.load_memory(list, ty)),
            Kind::Words(classes) if classes != [Class::None; 2] => classes,
            _ => {
                let addr = self.va_overflow(list, ty);
                return Ok(self.load_memory(Addr::value(addr), ty));
            }
        };
        let count = |class: Class| classes.iter().filter(|&&c| c == class).count() as i64;
        let gp = count(Class::Integer);
        let fp = match classes {
            [Class::Sse, Class::SseUp] => 1,
            _ => count(Class::Sse),
        };
        let in_registers = self.b.create_block();
        let on_stack = self.b.create_block();
        let done = self.b.create_block();
        let addr = self.b.append_block_param(done, ct::I64);

        let gp_offset = self.load_clif(ct::I32, list.at(GP_OFFSET));
        let fp_offset = self.load_clif(ct::I32, list.at(FP_OFFSET));
        let mut fits: Option<ir::Value> = None;
        for (offset, limit) in [(gp_offset, GP_END - 8 * gp), (fp_offset, FP_END - 16 * fp)] {
            if (offset == gp_offset && gp == 0) || (offset == fp_offset && fp == 0) {
                continue;
            }
            let limit = self.iconst(ct::I32, limit);
            let here = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, offset, limit);
            fits = Some(match fits {
                Some(before) => self.b.ins().band(before, here),
                None => here,
            });
        }
        let Some(fits) = fits else {
            return self.fail(Span::default(), "'va_arg' of a type without registers");
        };
        self.b.ins().brif(fits, in_registers, &[], on_stack, &[]);

        self.b.switch_to_block(in_registers);
        self.b.seal_block(in_registers);
        let save = self.load_clif(ct::I64, list.at(REG_SAVE));
        let gp_at = self.b.ins().uextend(ct::I64, gp_offset);
        let gp_at = self.b.ins().iadd(save, gp_at);
        let fp_at = self.b.ins().uextend(ct::I64, fp_offset);
        let fp_at = self.b.ins().iadd(save, fp_at);
        let found = match (gp, fp) {
            (_, 0) => gp_at,
            (0, 1) => fp_at,
            _ => self.gather(classes, gp_at, fp_at, ty)?,
        };
        if gp > 0 {
            let next = self.b.ins().iadd_imm_s(gp_offset, 8 * gp);
            self.store_clif(next, list.at(GP_OFFSET));
        }
        if fp > 0 {
            let next = self.b.ins().iadd_imm_s(fp_offset, 16 * fp);
            self.store_clif(next, list.at(FP_OFFSET));
        }
        self.b.ins().jump(done, &[found.into()]);

        self.b.switch_to_block(on_stack);
        self.b.seal_block(on_stack);
        let stack = self.va_overflow(list, ty);
        self.b.ins().jump(done, &[stack.into()]);

        self.b.switch_to_block(done);
        self.b.seal_block(done);
        Ok(self.load_memory(Addr::value(addr), ty))
    }

    /// Puts the eightbytes of a value that lies in both register areas together.
    fn gather(
        &mut self,
        classes: [Class; 2],
        gp_at: ir::Value,
        fp_at: ir::Value,
        ty: TypeId,
    ) -> Lowered<ir::Value> {
        let slot = self.slot(16, self.align_of(ty).max(8))?;
        let (mut gp, mut fp) = (0, 0);
        for (index, class) in classes.into_iter().enumerate() {
            let from = match class {
                Class::None => continue,
                Class::Integer => {
                    gp += 8;
                    Addr::value(gp_at).at(gp - 8)
                }
                _ => {
                    fp += 16;
                    Addr::value(fp_at).at(fp - 16)
                }
            };
            let word = self.load_clif(ct::I64, from);
            self.store_clif(word, slot.at(8 * index as i64));
        }
        Ok(self.addr_value(slot))
    }

    /// The address of the next argument on the stack, which is passed over.
    fn va_overflow(&mut self, list: Addr, ty: TypeId) -> ir::Value {
        let size = self.size_of(ty).next_multiple_of(8) as i64;
        let align = self.align_of(ty) as i64;
        let mut at = self.load_clif(ct::I64, list.at(OVERFLOW));
        if align > 8 {
            let up = self.b.ins().iadd_imm_s(at, align - 1);
            at = self.b.ins().band_imm_s(up, -align);
        }
        let next = self.b.ins().iadd_imm_s(at, size);
        self.store_clif(next, list.at(OVERFLOW));
        at
    }
}
