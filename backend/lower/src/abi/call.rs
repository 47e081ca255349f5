//! Calls: a callee and evaluated arguments come in, the result's value comes out.

use super::{FnAbi, Pass, Ret, Side};
use crate::func::{FunctionCx, Target};
use crate::helper::Helper;
use crate::place::{Addr, Value};
use crate::{Lowered, abi};
use cfront::types::{FuncType, TypeId, id};
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;
use std::rc::Rc;

/// What is called.
#[derive(Clone, Debug)]
pub enum Callee {
    Direct(Target),
    /// A pointer to the function.
    Indirect(ir::Value),
}

impl FunctionCx<'_, '_> {
    /// Calls `callee`, of type `ty`, with arguments that were converted to the parameters' types
    /// or promoted. A record result is put at `into`, if that is given and nothing the call reads
    /// lies there.
    pub(crate) fn emit_call(
        &mut self,
        callee: Callee,
        ty: &FuncType,
        args: &[(Value, TypeId)],
        into: Option<Addr>,
        span: Span,
    ) -> Lowered<Value> {
        if args.iter().any(|(_, ty)| self.is_variable(*ty)) {
            // What has variable size goes by reference to a copy.
            let mut passed = Vec::with_capacity(args.len());
            for (value, arg) in args {
                passed.push(match value {
                    &Value::Memory(from) if self.is_variable(*arg) => {
                        let copy = self.copied(from, *arg)?;
                        (Value::Scalar(self.addr_value(copy)), id::VOID_PTR)
                    }
                    value => (value.clone(), *arg),
                });
            }
            return self.emit_call(callee, ty, &passed, into, span);
        }
        let mut abi = self.abi_of_call(&callee, ty, args, span)?;
        // A callee without floating arguments may find anything in AL: it would only spill
        // registers it does not look at.
        let floats = (ty.variadic || ty.old_style) && abi.fp > 0;
        let callee = match callee {
            Callee::Direct(target) if floats => {
                Callee::Direct(Target::VariadicCall { callee: Box::new(target), floats })
            }
            other => other,
        };
        let through = match callee {
            Callee::Indirect(address) if floats => Some((abi.push_target_word(), address)),
            _ => None,
        };
        let (hidden, mut words) = self.argument_words(&abi, args, ty.ret.id, into)?;
        let call = match (callee, through) {
            (_, Some((before, address))) => {
                if let Some(last) = words.last_mut() {
                    *last = address;
                }
                let stub = Target::VariadicIndirect { words: before, floats };
                let func = self.func_ref(stub, abi.signature.clone());
                self.b.ins().call(func, &words)
            }
            (Callee::Direct(target), None) => {
                let func = self.func_ref(target, abi.signature.clone());
                let call = self.b.ins().call(func, &words);
                if self.flow.loops > 0 {
                    self.out.calls_in_loops.push(call);
                }
                call
            }
            (Callee::Indirect(address), None) => {
                let sig = self.signature(abi.signature.clone());
                self.b.ins().call_indirect(sig, address, &words)
            }
        };
        self.call_result(call, &abi, ty.ret.id, hidden)
    }

    fn abi_of_call(
        &mut self,
        callee: &Callee,
        ty: &FuncType,
        args: &[(Value, TypeId)],
        span: Span,
    ) -> Lowered<FnAbi> {
        if let Callee::Direct(Target::Symbol(id)) = callee
            && self.unit.by_parts.contains(id)
        {
            return Ok(FnAbi::parts(self.unit.types, ty));
        }
        let params: Vec<TypeId> = args.iter().map(|(_, ty)| *ty).collect();
        match FnAbi::new(self.unit.types, ty.ret.id, &params, Side::Caller) {
            Ok(abi) => Ok(abi),
            Err(message) => self.fail(span, message),
        }
    }

    /// The CLIF arguments, and where a result in memory will be.
    fn argument_words(
        &mut self,
        abi: &FnAbi,
        args: &[(Value, TypeId)],
        ret: TypeId,
        into: Option<Addr>,
    ) -> Lowered<(Option<Addr>, Vec<ir::Value>)> {
        let mut words: Vec<Option<ir::Value>> = vec![None; abi.signature.params.len()];
        let mut put = |at: Option<usize>, value: ir::Value| {
            if let Some(word) = at.and_then(|at| words.get_mut(at)) {
                *word = Some(value);
            }
        };
        let mut hidden = None;
        if abi.ret == Ret::Hidden {
            let slot = match into {
                Some(to) => to,
                None if self.is_variable(ret) => self.variable_slot(ret)?,
                None => self.slot(self.size_of(ret), self.align_of(ret))?,
            };
            put(Some(0), self.addr_value(slot));
            hidden = Some(slot);
        }
        for ((value, ty), pass) in args.iter().zip(&abi.params) {
            match pass {
                Pass::Nothing => {}
                Pass::Words(list) => {
                    for word in list {
                        put(abi.index(word.loc), self.word_of(value, *ty, word)?);
                    }
                }
                &Pass::Stack { offset, .. } => {
                    for (at, value) in self.stack_argument(abi, value, *ty, offset)? {
                        put(abi.index(abi::Loc::Stack(at)), value);
                    }
                }
                &Pass::Copy(number) => {
                    let from = self.in_memory(value, *ty)?;
                    let copy = self.copied(from, *ty)?;
                    put(Some(number as usize), self.addr_value(copy));
                }
            }
        }
        let mut zero = None;
        let words = words
            .into_iter()
            .map(|word| match word {
                Some(word) => word,
                None => *zero.get_or_insert_with(|| self.b.ins().iconst(ct::I64, 0)),
            })
            .collect();
        Ok((hidden, words))
    }

    /// A memory-class argument as stack words by offset, or as the address of a block.
    fn stack_argument(
        &mut self,
        abi: &FnAbi,
        value: &Value,
        ty: TypeId,
        offset: u32,
    ) -> Lowered<Vec<(u32, ir::Value)>> {
        let size = self.size_of(ty) as u32;
        if abi.is_block(offset) {
            let mut addr = self.in_memory(value, ty)?;
            if !size.is_multiple_of(8) {
                // The block is copied in whole words: not from where they might end in nothing.
                let copy = self.slot(u64::from(size.next_multiple_of(8)), 8)?;
                self.copy(copy, addr, u64::from(size));
                addr = copy;
            }
            return Ok(vec![(offset, self.addr_value(addr))]);
        }
        let mut words = Vec::new();
        for at in (0..size).step_by(8) {
            let bytes = (size - at).min(8);
            let loc = abi::Loc::Stack(offset + at);
            let word = abi::Word { loc, offset: at, bytes, ty: ct::I64 };
            words.push((offset + at, self.word_of(value, ty, &word)?));
        }
        Ok(words)
    }

    fn call_result(
        &mut self,
        call: ir::Inst,
        abi: &FnAbi,
        ret: TypeId,
        hidden: Option<Addr>,
    ) -> Lowered<Value> {
        match &abi.ret {
            Ret::Nothing => match self.size_of(ret) {
                _ if self.repr(ret) == crate::ctype::Repr::Void => Ok(Value::Void),
                size => Ok(Value::Memory(self.slot(size, 1)?)),
            },
            Ret::Words(words) => {
                let results = self.b.inst_results(call).to_vec();
                let words: Vec<_> = words.iter().copied().zip(results).collect();
                self.value_of_words(&words, ret)
            }
            Ret::St0 | Ret::St0St1 => {
                let slot = self.slot(self.size_of(ret), 16)?;
                let addr = self.addr_value(slot);
                let pop = if abi.ret == Ret::St0 { Helper::PopSt0 } else { Helper::PopSt0St1 };
                self.helper(pop, &[addr]);
                Ok(Value::Memory(slot))
            }
            Ret::Hidden => match hidden {
                Some(slot) => Ok(self.load_memory(slot, ret)),
                None => self.fail(Span::default(), "a result in memory without a place for it"),
            },
        }
    }

    /// Calls a library function by the C types of its parameters and result.
    pub(crate) fn call_library(
        &mut self,
        name: &'static str,
        ret: TypeId,
        args: &[(Value, TypeId)],
    ) -> Lowered<Value> {
        let ty = FuncType {
            ret: ret.into(),
            params: args.iter().map(|(_, ty)| (*ty).into()).collect(),
            variadic: false,
            old_style: false,
        };
        self.emit_call(Callee::Direct(Target::Runtime(name)), &ty, args, None, Span::default())
    }

    /// The convention of the function being lowered.
    pub(crate) fn own_abi(&mut self) -> Lowered<Rc<FnAbi>> {
        match &self.abi.own {
            Some(own) => Ok(own.clone()),
            None => self.fail(Span::default(), "a function without a convention"),
        }
    }
}
