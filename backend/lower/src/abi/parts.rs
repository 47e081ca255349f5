//! The convention among a unit's own functions: a small record is as many parameters as it has fields, so
//! that nothing of it has to be in memory, and a call can be inlined. In comes a unit, out goes which of
//! its functions have it; and for a function type, its [`FnAbi`].
//!
//! Always: a function has this convention only if every mention of it is a direct call by its own type
//! from within the unit; anybody else calls by the system's rules.

use super::classify::{Kind, classify, scalar_of};
use super::{FnAbi, Loc, Pass, Ret, Word, words_of};
use crate::ctype::{self, Repr};
use crate::split::split_record;
use crate::vla::is_variable;
use crate::{UnitCx, call, emit};
use cfront::tree::{Body, ExprKind, Function, Linkage, StaticTarget, Symbol, SymbolId};
use cfront::types::{FuncType, QType, TypeId, Types, id};
use cranelift_codegen::ir::{AbiParam, Signature, Type, types as ct};
use cranelift_codegen::isa::CallConv;
use std::collections::{HashMap, HashSet};

impl FnAbi {
    /// The convention by parts.
    pub fn parts(types: &Types, ty: &FuncType) -> FnAbi {
        let mut signature = Signature::new(CallConv::SystemV);
        let mut take = |ty: Type| {
            signature.params.push(AbiParam::new(ty));
            signature.params.len() as u32 - 1
        };
        let ret = match words(types, ty.ret.id) {
            Some(words) if words.is_empty() => Ret::Nothing,
            Some(words) => Ret::Words(words),
            None => {
                take(ct::I64);
                Ret::Hidden
            }
        };
        let mut params = Vec::with_capacity(ty.params.len());
        for param in &ty.params {
            let by_reference = is_variable(types, param.id);
            let param = if by_reference { id::VOID_PTR } else { param.id };
            params.push(match words(types, param) {
                Some(words) if words.is_empty() => Pass::Nothing,
                Some(mut words) => {
                    for word in &mut words {
                        word.loc = Loc::Param(take(word.ty));
                    }
                    Pass::Words(words)
                }
                None => Pass::Copy(take(ct::I64)),
            });
        }
        if let Ret::Words(words) = &ret {
            signature.returns.extend(words.iter().map(|word| AbiParam::new(word.ty)));
        }
        let (stack, stack_bytes) = (Vec::new(), 0);
        FnAbi { signature, params, ret, gp: 0, fp: 0, stack_bytes, dummies: 0, stack }
    }
}

/// The words of a value that travels in registers, none for an empty one; their places are to be given.
fn words(types: &Types, ty: TypeId) -> Option<Vec<Word>> {
    let word = |offset: u32, ty: Type| Word { loc: Loc::Param(0), offset, bytes: ty.bytes(), ty };
    if let Repr::Pair(part) = ctype::repr(types, ty) {
        return Some(vec![word(0, part), word(part.bytes(), part)]);
    }
    if let Some(split) = split_record(types, QType::new(ty)) {
        let mut words = Vec::with_capacity(split.leaves.len());
        for leaf in &split.leaves {
            let offset = leaf.offset as u32;
            if leaf.clif == ct::I128 {
                words.extend([word(offset, ct::I64), word(offset + 8, ct::I64)]);
            } else {
                words.push(word(offset, leaf.clif));
            }
        }
        return Some(words);
    }
    match classify(types, ty) {
        Kind::Empty => Some(Vec::new()),
        Kind::Words(classes) => {
            Some(words_of(types, ty, classes).into_iter().map(|(_, word)| word).collect())
        }
        Kind::X87 | Kind::ComplexX87 | Kind::Memory => None,
    }
}

/// Would a value of the type travel another way than by the system's rules?
fn differs(types: &Types, ty: TypeId) -> bool {
    let ty = scalar_of(types, ty);
    let kind = classify(types, ty);
    !matches!(ctype::repr(types, ty), Repr::Scalar(_) | Repr::Void) && kind != Kind::Empty
}

/// The functions of a unit that have the convention.
pub(crate) fn of_unit(unit: &UnitCx<'_>) -> HashSet<SymbolId> {
    let options = &unit.options;
    // In memory by the file's text, or by a debugger's user, a function is called by the system's rules.
    if !(options.closed && options.optimize) || options.debug || !unit.unit.asm.is_empty() {
        return HashSet::new();
    }
    let functions = unit.live.iter().map(|&index| &unit.unit.functions[index]);
    let mut own: Own<'_> = functions.filter_map(|function| candidate(unit, function)).collect();
    if own.is_empty() {
        return HashSet::new();
    }
    for &index in &unit.live {
        remove_exposed(unit, &unit.unit.functions[index].body, &mut own);
    }
    if let Some(script) = &unit.unit.script {
        remove_exposed(unit, &script.body, &mut own);
    }
    for object in &unit.unit.objects {
        for reloc in &object.init.relocs {
            if let StaticTarget::Symbol(id) = reloc.target {
                own.remove(&id);
            }
        }
    }
    for &id in &unit.unit.aliases {
        let attrs = &unit.symbol(id).attrs;
        let named = |symbol: &Symbol| {
            attrs.alias.iter().chain(&attrs.ifunc).any(|name| *name == symbol.link_name)
        };
        own.retain(|&id, _| !named(unit.symbol(id)));
    }
    own.into_keys().collect()
}

/// Functions that could have the convention, with their types.
type Own<'a> = HashMap<SymbolId, &'a FuncType>;

/// The function's symbol, if it could have the convention and that made a difference.
fn candidate<'a>(unit: &UnitCx<'a>, function: &Function) -> Option<(SymbolId, &'a FuncType)> {
    let id = function.symbol?;
    let symbol = unit.symbol(id);
    let attrs = &symbol.attrs;
    let special = attrs.weak || attrs.used || attrs.naked || attrs.alias.is_some();
    let ty = emit::function_type(unit, function.ty)?;
    let types = unit.types;
    (symbol.linkage == Linkage::Internal
        && !special
        && !(ty.variadic || ty.old_style)
        && function.body.nested.is_empty()
        && (differs(types, ty.ret.id) || ty.params.iter().any(|param| differs(types, param.id))))
    .then_some((id, ty))
}

/// Takes out what the body mentions otherwise than in a call by the function's own type.
fn remove_exposed(unit: &UnitCx<'_>, body: &Body, own: &mut Own<'_>) {
    let mut called = HashSet::new();
    for expr in &body.exprs {
        if let ExprKind::Call { callee, args } = &expr.kind
            && let Some((name, id)) = call::named_callee(unit, body, *callee)
            && let Some(&ty) = own.get(&id)
            && call::callee_type(unit, body, *callee) == Some(ty)
            && ty.params.len() == body.list(args).len()
        {
            called.insert(name);
        }
    }
    for (index, expr) in body.exprs.iter().enumerate() {
        if let ExprKind::Symbol(id) = expr.kind
            && !called.contains(&cfront::tree::ExprId(index as u32))
        {
            own.remove(&id);
        }
    }
    for local in &body.locals {
        if let Some(id) = local.cleanup {
            own.remove(&id);
        }
    }
    for nested in &body.nested {
        remove_exposed(unit, &nested.body, own);
    }
}
