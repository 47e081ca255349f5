//! Inlining: which functions of the unit may be put into their callers, and their CLIF for it.
//!
//! Always: a function that may be redefined later (at a prompt, anything but a header's `static inline`), is
//! weak, calls itself, returns twice, or has more than a little code, is called as ever.

use crate::compile::{Built, build_apart};
use crate::func::Target;
use crate::{UnitCx, emit};
use cfront::tree::{Linkage, SymbolId};
use cranelift_codegen::Context;
use cranelift_codegen::entity::EntityRef;
use cranelift_codegen::inline::{Inline, InlineCommand};
use cranelift_codegen::ir::{self, ExternalName};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Trees with more expressions are not even tried: of functions declared `inline`, and of others,
/// where so many give more than [`SMALL`].
const MAX_EXPRS: (usize, usize) = (200, 64);
/// CLIF instructions of a function inlined because it is small, because it is declared `inline`,
/// and because it says `always_inline`.
const SMALL: usize = 20;
const INLINE: usize = 80;
const ALWAYS: usize = 2000;
/// What one function may grow by: as much as it is large, within these bounds. Functions that call
/// each other in a circle would otherwise fill the upper bound with themselves.
const GROWTH: (usize, usize) = (150, 1500);

/// A function's CLIF, not optimised.
pub(crate) struct Body {
    pub function: ir::Function,
    /// What its names count.
    pub targets: Vec<Target>,
}

/// Made when it is first asked for; `None` for what is too large. Boxed, for the table grows.
type Kept = OnceLock<Option<Box<Body>>>;

/// The bodies that may be inlined, each made when it is first asked for.
pub(crate) struct Bodies {
    by_symbol: HashMap<SymbolId, (usize, Kept)>,
}

impl Bodies {
    pub(crate) fn none() -> Bodies {
        Bodies { by_symbol: HashMap::new() }
    }

    /// The candidates of a unit, by what can be seen without building them.
    pub(crate) fn of(unit: &UnitCx<'_>) -> Bodies {
        let mut bodies = Bodies::none();
        if !unit.options.optimize {
            return bodies;
        }
        for &index in &unit.live {
            let function = &unit.unit.functions[index];
            let Some(id) = function.symbol else { continue };
            let symbol = unit.symbol(id);
            let (attrs, facts) = (&symbol.attrs, &function.body.facts);
            let fixed = symbol.linkage == Linkage::Internal
                && attrs.inline
                && (attrs.always_inline || !attrs.replaceable);
            let special = facts.calls_returns_twice
                || facts.uses_alloca
                || facts.uses_vla
                || facts.uses_va_start
                || facts.has_computed_goto
                || facts.has_asm
                || !function.body.nested.is_empty();
            let variadic = emit::function_type(unit, function.ty).is_none_or(|ty| ty.variadic);
            let most = if attrs.inline { MAX_EXPRS.0 } else { MAX_EXPRS.1 };
            let small = attrs.always_inline || function.body.exprs.len() <= most;
            if (fixed || unit.options.closed)
                && !(attrs.weak || attrs.noinline || attrs.naked || special || variadic)
                && attrs.section.is_none()
                && small
            {
                bodies.by_symbol.insert(id, (index, OnceLock::new()));
            }
        }
        bodies
    }

    fn get(&self, unit: &UnitCx<'_>, id: SymbolId) -> Option<&Body> {
        let (index, body) = self.by_symbol.get(&id)?;
        body.get_or_init(|| {
            let function = &unit.unit.functions[*index];
            let attrs = &unit.symbol(id).attrs;
            let body = build_apart(unit, function, &unit.symbol(id).link_name)?;
            let most = match (attrs.always_inline, attrs.inline) {
                (true, _) => ALWAYS,
                (_, true) => INLINE,
                _ => SMALL,
            };
            let calls_itself = body.targets.contains(&Target::Symbol(id));
            (body.function.dfg.num_insts() <= most && !calls_itself).then(|| Box::new(body))
        })
        .as_deref()
    }
}

/// Puts what may be inlined into the context's function.
pub(crate) fn inline_calls(
    unit: &UnitCx<'_>,
    context: &mut Context,
    built: &mut Built,
    own: Option<SymbolId>,
) -> Result<bool, cranelift_codegen::CodegenError> {
    let wanted = |target: &Target| match target {
        Target::Symbol(id) => unit.bodies.by_symbol.contains_key(id),
        _ => false,
    };
    let Built { targets, calls_in_loops, .. } = built;
    if !targets.iter().any(wanted) {
        return Ok(false);
    }
    let insts = context.func.dfg.num_insts();
    let growth = insts.clamp(GROWTH.0, GROWTH.1);
    let inliner = Inliner { unit, targets, calls_in_loops, insts, own, growth };
    let any = context.inline(inliner)?;
    place_inlined(&mut context.func);
    Ok(any)
}

/// What was inlined is of the place of its call: Cranelift forgets places of copied instructions,
/// but it keeps their tags, which are nobody else's here.
fn place_inlined(function: &mut ir::Function) {
    let mut tagged = Vec::new();
    for block in function.layout.blocks() {
        for inst in function.layout.block_insts(block) {
            if let Some(ir::DebugTag::User(place)) = function.debug_tags.get(inst).first() {
                tagged.push((inst, *place));
            }
        }
    }
    for (inst, place) in tagged {
        function.set_srcloc(inst, ir::SourceLoc::new(place));
        function.debug_tags.set(inst, []);
    }
}

/// Marks every instruction of a body with the place it is called from.
fn tag_with_call(caller: &ir::Function, call: ir::Inst, body: &mut ir::Function) {
    let place = match caller.debug_tags.get(call).first() {
        Some(&ir::DebugTag::User(place)) => place,
        _ if caller.srcloc(call).is_default() => return,
        _ => caller.srcloc(call).bits(),
    };
    let insts: Vec<ir::Inst> =
        body.layout.blocks().flat_map(|block| body.layout.block_insts(block)).collect();
    for inst in insts {
        body.debug_tags.set(inst, [ir::DebugTag::User(place)]);
    }
}

struct Inliner<'a, 'u> {
    unit: &'a UnitCx<'u>,
    targets: &'a mut Vec<Target>,
    calls_in_loops: &'a [ir::Inst],
    /// The caller's own instructions: those with greater numbers were inlined.
    insts: usize,
    own: Option<SymbolId>,
    growth: usize,
}

impl Inliner<'_, '_> {
    fn body(
        &mut self,
        caller: &ir::Function,
        call: ir::Inst,
        callee: ir::FuncRef,
    ) -> Option<ir::Function> {
        let data = &caller.dfg.ext_funcs[callee];
        let ExternalName::User(name) = data.name else { return None };
        let index = caller.params.user_named_funcs()[name].index as usize;
        let Some(&Target::Symbol(id)) = self.targets.get(index) else { return None };
        let always = self.unit.symbol(id).attrs.always_inline;
        let seldom = self.unit.hurried
            && call.index() < self.insts
            && self.calls_in_loops.binary_search(&call).is_err();
        if Some(id) == self.own || (seldom && !always) {
            return None;
        }
        let body = self.unit.bodies.get(self.unit, id)?;
        if body.function.signature != caller.dfg.signatures[data.signature] {
            return None;
        }
        let size = body.function.dfg.num_insts();
        if size > self.growth && !always {
            return None;
        }
        self.growth = self.growth.saturating_sub(size);
        let mut function = body.function.clone();
        let names: Vec<_> = function.params.user_named_funcs().keys().collect();
        for name in names {
            let target = &body.targets[function.params.user_named_funcs()[name].index as usize];
            let index = self.index_of(target);
            let name_here = ir::UserExternalName { namespace: 0, index };
            function.params.reset_user_func_name(name, name_here);
        }
        rename_globals(caller, &mut function);
        Some(function)
    }

    /// The caller's number for a target.
    fn index_of(&mut self, target: &Target) -> u32 {
        let known = self.targets.iter().position(|have| have == target);
        known.unwrap_or_else(|| {
            self.targets.push(target.clone());
            self.targets.len() - 1
        }) as u32
    }
}

/// Cranelift's inliner takes names of functions over into the caller, but copies those of global
/// values as they are: give them the numbers the names will have in the caller.
fn rename_globals(caller: &ir::Function, callee: &mut ir::Function) {
    let there = caller.params.user_named_funcs();
    let mut next = there.len() as u32;
    let mut renamed = Vec::new();
    for name in callee.params.user_named_funcs().values() {
        let known = there.iter().find(|(_, have)| *have == name).map(|(number, _)| number);
        // The inliner adds the new ones in this order.
        renamed.push(known.unwrap_or_else(|| {
            next += 1;
            ir::UserExternalNameRef::from_u32(next - 1)
        }));
    }
    for global in callee.global_values.values_mut() {
        if let ir::GlobalValueData::Symbol { name: ExternalName::User(name), .. } = global {
            *name = renamed[name.as_u32() as usize];
        }
    }
}

impl Inline for Inliner<'_, '_> {
    fn inline(
        &mut self,
        caller: &ir::Function,
        call: ir::Inst,
        _opcode: ir::Opcode,
        callee: ir::FuncRef,
        _args: &[ir::Value],
    ) -> InlineCommand<'_> {
        match self.body(caller, call, callee) {
            Some(mut body) => {
                tag_with_call(caller, call, &mut body);
                InlineCommand::Inline { callee: Cow::Owned(body), visit_callee: true }
            }
            None => InlineCommand::KeepCall,
        }
    }
}
