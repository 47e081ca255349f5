//! Storage whose size is known only at run time: `alloca` and variable-length arrays. The frame
//! is of fixed size, so it comes from a side stack each thread has (see [`crate::support`]).
//!
//! Always: a function gives back at its return what it took; a scope gives back its arrays when
//! it is left by any jump; after a `longjmp` the function that is returned to gives back all.

use crate::Lowered;
use crate::func::{FunctionCx, Target};
use crate::place::Place;
use crate::support::Support;
use cfront::tree::LocalId;
use cfront::types::{ArrayLen, Type, TypeId, Types};
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
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
    pub(crate) fn take_variable(&mut self, local: LocalId) -> Lowered<Place> {
        let data = self.body.local(local);
        let mark = self.side_stack_top();
        let saved = self.keep(mark)?;
        let size = self.size_value(data.ty.id, data.span)?;
        let align = data.align.max(self.align_of(data.ty.id)).max(16);
        let align = self.iconst(ct::I64, align as i64);
        let address = self.side_stack_take(size, align);
        self.link_variable(local, address);
        let pointer = self.keep(address)?;
        self.set_local_pointer(local, pointer);
        Ok(saved)
    }

    fn side_stack(&mut self, which: Support, args: &[ir::Value]) -> ir::Inst {
        let func = self.func_ref(Target::Support(which), which.signature());
        self.b.ins().call(func, args)
    }

    fn side_stack_top(&mut self) -> ir::Value {
        let call = self.side_stack(Support::Mark, &[]);
        self.b.inst_results(call)[0]
    }

    /// `alloca(size)` at an alignment in bytes.
    pub(crate) fn side_stack_take(&mut self, size: ir::Value, align: ir::Value) -> ir::Value {
        let size = self.resize(size, ct::I64, false);
        let call = self.side_stack(Support::Take, &[size, align]);
        self.b.inst_results(call)[0]
    }

    pub(crate) fn release_to(&mut self, mark: &Place) -> Lowered<()> {
        let mark = self.kept(mark)?;
        self.side_stack(Support::Release, &[mark]);
        Ok(())
    }

    /// At entry of a function that takes anything from the side stack: remember its top.
    pub(crate) fn mark_frame(&mut self) -> Lowered<()> {
        if self.body.facts.uses_alloca || self.body.facts.uses_vla {
            let mark = self.side_stack_top();
            self.frame_mark = Some(self.keep(mark)?);
        }
        Ok(())
    }

    /// At its return: give everything back.
    pub(crate) fn release_frame(&mut self) -> Lowered<()> {
        match self.frame_mark.clone() {
            Some(mark) => self.release_to(&mark),
            None => Ok(()),
        }
    }
}
