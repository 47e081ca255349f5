//! Definitions: the CLIF signature of a function's body, its parameters put where the body finds
//! them, and its returns.
//!
//! Always: the body of a variadic function has one parameter, the context its entry thunk made
//! (see [`super::thunk`]), and returns a hidden result pointer itself.

use super::{FnAbi, Held, Loc, Pass, Ret, Side, Word, thunk};
use crate::func::FunctionCx;
use crate::helper::Helper;
use crate::place::{Addr, Place, Value};
use crate::{Lowered, UnitCx};
use cfront::tree::{Function, LocalId};
use cfront::types::{FuncType, TypeId, id};
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, Signature, types as ct};
use cranelift_codegen::isa::CallConv;

/// The CLIF signature of the body of a function of this type and convention.
pub(crate) fn body_signature(abi: &FnAbi, ty: &FuncType) -> Signature {
    if !ty.variadic {
        return abi.signature.clone();
    }
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.push(AbiParam::new(ct::I64));
    signature.returns.clone_from(&abi.signature.returns);
    if abi.ret == Ret::Hidden {
        signature.returns.push(AbiParam::new(ct::I64));
    }
    signature
}

/// The convention of a function of the unit.
pub(crate) fn own(unit: &UnitCx<'_>, function: &Function, ty: &FuncType) -> Result<FnAbi, String> {
    match function.symbol {
        Some(id) if unit.by_parts.contains(&id) => Ok(FnAbi::parts(unit.types, ty)),
        _ => FnAbi::of_type(unit.types, ty, Side::Callee),
    }
}

impl FunctionCx<'_, '_> {
    /// Takes the parameters from the entry block, which is current, to their homes.
    pub(crate) fn receive_parameters(&mut self, entry: ir::Block) -> Lowered<()> {
        let abi = self.own_abi()?;
        let params = self.b.block_params(entry).to_vec();
        let context = if self.ty.variadic { params.first().copied() } else { None };
        if let Some(context) = context {
            self.abi.variadic = Some(self.hold(context)?);
        }
        if abi.ret == Ret::Hidden {
            let pointer = match context {
                Some(context) => {
                    self.load_clif(ct::I64, Addr::value(context).at(thunk::saved_at(Loc::Gp(0))))
                }
                None => params[0],
            };
            self.abi.result = Some(self.hold(pointer)?);
        }
        for (index, pass) in abi.params.iter().enumerate() {
            let local = LocalId(index as u32);
            match context {
                Some(context) => self.receive_saved(local, pass, context)?,
                None => self.receive(local, pass, &abi, &params)?,
            }
        }
        Ok(())
    }

    /// Remembers a pointer for the rest of the function.
    fn hold(&mut self, value: ir::Value) -> Lowered<Held> {
        if !self.memory_only {
            return Ok(Held::Value(value));
        }
        let slot = self.slot(8, 8)?;
        self.store_clif(value, slot);
        Ok(Held::Slot(slot))
    }

    fn held(&mut self, held: Held) -> ir::Value {
        match held {
            Held::Value(value) => value,
            Held::Slot(slot) => self.load_clif(ct::I64, slot),
        }
    }

    /// The address of the `va_list` that stands before the first variable argument.
    pub(crate) fn variadic_context(&mut self) -> Option<ir::Value> {
        let held = self.abi.variadic?;
        Some(self.held(held))
    }

    fn receive(
        &mut self,
        local: LocalId,
        pass: &Pass,
        abi: &FnAbi,
        params: &[ir::Value],
    ) -> Lowered<()> {
        let ty = self.ty.params[local.index()].id;
        match pass {
            Pass::Nothing => Ok(()),
            Pass::Words(words) => {
                let words: Vec<_> = words
                    .iter()
                    .filter_map(|word| Some((*word, *params.get(abi.index(word.loc)?)?)))
                    .collect();
                self.receive_words(local, &words, ty)
            }
            &Pass::Stack { offset, .. } => {
                let Some(&block) = abi.index(Loc::Stack(offset)).and_then(|at| params.get(at))
                else {
                    return Ok(());
                };
                if let Some(notes) = &mut self.notes {
                    notes.incoming(block, i64::from(offset));
                }
                self.receive_memory(local, Addr::value(block))
            }
            &Pass::Copy(number) => {
                let Some(&pointer) = params.get(number as usize) else { return Ok(()) };
                if self.body.local(local).align > self.align_of(ty) {
                    return self.receive_memory(local, Addr::value(pointer));
                }
                let kept = self.keep(pointer)?;
                self.set_local_pointer(local, kept);
                Ok(())
            }
        }
    }

    /// A named parameter of a variadic function, out of the registers the thunk saved.
    fn receive_saved(&mut self, local: LocalId, pass: &Pass, context: ir::Value) -> Lowered<()> {
        let ty = self.ty.params[local.index()].id;
        let base = Addr::value(context);
        match pass {
            Pass::Nothing | Pass::Copy(_) => Ok(()),
            Pass::Words(words) => {
                let words: Vec<_> = words
                    .iter()
                    .map(|word| {
                        (*word, self.load_clif(word.ty, base.at(thunk::saved_at(word.loc))))
                    })
                    .collect();
                self.receive_words(local, &words, ty)
            }
            &Pass::Stack { offset, .. } => {
                self.receive_memory(local, base.at(thunk::saved_at(Loc::Stack(offset))))
            }
        }
    }

    fn receive_words(
        &mut self,
        local: LocalId,
        words: &[(Word, ir::Value)],
        ty: TypeId,
    ) -> Lowered<()> {
        if self.is_variable(ty) {
            let value = self.value_of_words(words, id::VOID_PTR)?;
            let Some(pointer) = value.scalar() else { return Ok(()) };
            let kept = self.keep(pointer)?;
            self.set_local_pointer(local, kept);
            return Ok(());
        }
        let value = self.value_of_words(words, ty)?;
        self.receive_value(local, value)
    }

    fn receive_value(&mut self, local: LocalId, value: Value) -> Lowered<()> {
        let ty = self.body.local(local).ty;
        if let Value::Memory(addr) = value
            && self.may_stay(local)
        {
            self.set_local_place(local, Place::Memory(addr));
            return Ok(());
        }
        let place = self.local_place(local)?;
        self.store(&place, &value, ty)
    }

    /// A parameter that arrived in memory is the callee's: it stays there.
    fn receive_memory(&mut self, local: LocalId, addr: Addr) -> Lowered<()> {
        let ty = self.body.local(local).ty;
        if self.may_stay(local) && self.repr(ty.id) == crate::ctype::Repr::Memory {
            self.set_local_place(local, Place::Memory(addr));
            return Ok(());
        }
        let value = self.load_memory(addr, ty.id);
        let place = self.local_place(local)?;
        self.store(&place, &value, ty)
    }

    /// May the local lie where it arrived? Not if it wants more alignment than the stack gives,
    /// nor where values may not be kept over a `setjmp`.
    fn may_stay(&self, local: LocalId) -> bool {
        let data = self.body.local(local);
        !self.memory_only && data.align.max(self.align_of(data.ty.id)) <= 16
    }

    /// Returns from the function; the value has its result type.
    pub(crate) fn emit_return(&mut self, value: Option<&Value>) -> Lowered<()> {
        let abi = self.own_abi()?;
        let ty = self.ty.ret.id;
        match (&abi.ret, value) {
            (Ret::Nothing, _) => {
                self.b.ins().return_(&[]);
            }
            (Ret::Words(words), value) => {
                let mut results = Vec::new();
                for word in words {
                    results.push(match value {
                        Some(value) => self.word_of(value, ty, word)?,
                        None => self.zero_of(word.ty),
                    });
                }
                self.b.ins().return_(&results);
            }
            (Ret::St0 | Ret::St0St1, value) => {
                let value = match value {
                    Some(value) => value.clone(),
                    None => {
                        let slot = self.slot(32, 16)?;
                        self.clear(slot, 32);
                        Value::Memory(slot)
                    }
                };
                let addr = self.in_memory(&value, ty)?;
                let addr = self.addr_value(addr);
                let push = if abi.ret == Ret::St0 { Helper::PushSt0 } else { Helper::PushSt0St1 };
                self.helper(push, &[addr]);
                self.b.ins().return_(&[]);
            }
            (Ret::Hidden, value) => {
                let Some(held) = self.abi.result else {
                    return self.fail(Default::default(), "a result in memory without a place");
                };
                let pointer = self.held(held);
                if let Some(value) = value {
                    self.store_memory(Addr::value(pointer), value, ty)?;
                }
                let results = [pointer];
                self.b.ins().return_(if self.ty.variadic { &results } else { &[] });
            }
        }
        Ok(())
    }

    /// Zero of any CLIF type that travels in a register.
    pub(crate) fn zero_of(&mut self, ty: ir::Type) -> ir::Value {
        match ty {
            ct::F64 => self.b.ins().f64const(0.0),
            ct::F32 => self.b.ins().f32const(0.0),
            _ if ty.is_int() => self.iconst(ty, 0),
            _ if ty.is_vector() => {
                let bytes = self.b.func.dfg.constants.insert(vec![0u8; 16].into());
                self.b.ins().vconst(ty, bytes)
            }
            _ => {
                let bits = self.iconst(crate::ctype::int_type(ty.bits() as u16), 0);
                self.bits_as(bits, ty)
            }
        }
    }
}
