//! Storage whose size is known only at run time: `alloca` and variable-length arrays. The frame
//! is of fixed size, so it comes from a side stack each thread has, kept by the runtime:
//!
//! - `void *__tine_alloca(size_t size, size_t align)` takes from it,
//! - `void *__tine_alloca_mark(void)` gives its top,
//! - `void __tine_alloca_release(void *mark)` sets its top back.
//!
//! Always: a function gives back at its return what it took; a scope gives back its arrays when
//! it is left by any jump; after a `longjmp` the function that is returned to gives back all.

use crate::Lowered;
use crate::func::FunctionCx;
use cfront::tree::LocalId;
use cfront::types::{ArrayLen, Type, TypeId, Types};
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use cranelift_frontend::Variable;
use preproc::source::Span;

/// Is the type an array whose size is known only at run time?
pub(crate) fn is_variable(types: &Types, ty: TypeId) -> bool {
    match types.get(ty) {
        Type::Array { len: ArrayLen::Variable(_), .. } => true,
        Type::Array { elem, .. } => is_variable(types, elem.id),
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
        let Type::Array { elem, len } = self.unit.types.get(ty) else {
            return self.fail(span, "the size of a type that has none");
        };
        let count = match *len {
            ArrayLen::Variable(local) => {
                let place = self.local_place(local)?;
                let ty = self.body.local(local).ty;
                match self.load(&place, ty)?.scalar() {
                    Some(count) => count,
                    None => return self.fail(span, "an array length that is no integer"),
                }
            }
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

    /// Takes the storage of a variable-length array; gives the mark to release it to.
    pub(crate) fn take_variable(&mut self, local: LocalId) -> Lowered<Variable> {
        let data = self.body.local(local);
        let mark = self.side_stack_top();
        let saved = self.b.declare_var(ct::I64);
        self.b.def_var(saved, mark);
        let size = self.size_value(data.ty.id, data.span)?;
        let align = data.align.max(self.align_of(data.ty.id)).max(16);
        let align = self.iconst(ct::I64, align as i64);
        let address = self.side_stack_take(size, align);
        let pointer = self.b.declare_var(ct::I64);
        self.b.def_var(pointer, address);
        self.set_local_pointer(local, pointer);
        Ok(saved)
    }

    fn side_stack_top(&mut self) -> ir::Value {
        let call = self.call_runtime("__tine_alloca_mark", &[ct::I64], &[]);
        self.b.inst_results(call)[0]
    }

    /// `alloca(size)` at an alignment in bytes.
    pub(crate) fn side_stack_take(&mut self, size: ir::Value, align: ir::Value) -> ir::Value {
        let call = self.call_runtime("__tine_alloca", &[ct::I64], &[size, align]);
        self.b.inst_results(call)[0]
    }

    pub(crate) fn release_to(&mut self, mark: Variable) {
        let mark = self.b.use_var(mark);
        self.call_runtime("__tine_alloca_release", &[], &[mark]);
    }

    /// At entry of a function that takes anything from the side stack: remember its top.
    pub(crate) fn mark_frame(&mut self) {
        if self.body.facts.uses_alloca || self.body.facts.uses_vla {
            let mark = self.side_stack_top();
            let saved = self.b.declare_var(ct::I64);
            self.b.def_var(saved, mark);
            self.frame_mark = Some(saved);
        }
    }

    /// At its return: give everything back.
    pub(crate) fn release_frame(&mut self) {
        if let Some(mark) = self.frame_mark {
            self.release_to(mark);
        }
    }
}
