//! Which functions are compiled, and on how many threads.
//!
//! Always: the result is in the order of the unit, whatever thread compiled what.

use crate::compile::{Compiled, compile};
use crate::{Lowered, UnitCx};
use cfront::tree::{Body, ExprKind, Function, Linkage, StaticTarget, Symbol, SymbolId, Unit};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// From this many expression nodes on, a second thread pays.
const PARALLEL_FROM: usize = 4000;

/// From this many on, optimising everything costs more than it gives a program that runs once.
pub(crate) const LARGE: usize = 40_000;

/// The expression nodes of the live functions.
pub(crate) fn size(unit: &UnitCx<'_>) -> usize {
    unit.live.iter().map(|&i| unit.unit.functions[i].body.exprs.len()).sum()
}

/// The functions that have to be in the object. In a closed unit, `static` and `inline` ones
/// nothing refers to are left out.
pub(crate) fn live_functions(unit: &Unit, symbols: &[Symbol], closed: bool) -> Vec<usize> {
    // What passes its arguments on is its copies.
    let whole = |function: &Function| !function.body.facts.uses_va_arg_pack;
    if !closed {
        return (0..unit.functions.len()).filter(|&at| whole(&unit.functions[at])).collect();
    }
    let by_symbol: HashMap<SymbolId, usize> = unit
        .functions
        .iter()
        .enumerate()
        .filter(|(_, function)| whole(function))
        .filter_map(|(index, function)| function.symbol.map(|symbol| (symbol, index)))
        .collect();
    let mut seen = HashSet::new();
    let mut work: Vec<SymbolId> = Vec::new();
    let mut reach = |id: SymbolId, work: &mut Vec<SymbolId>| {
        if by_symbol.contains_key(&id) && seen.insert(id) {
            work.push(id);
        }
    };
    for &id in by_symbol.keys() {
        let symbol = &symbols[id.index()];
        let attrs = &symbol.attrs;
        let kept = attrs.used || attrs.constructor.is_some() || attrs.destructor.is_some();
        if kept || (symbol.linkage == Linkage::External && !attrs.inline_only) {
            reach(id, &mut work);
        }
    }
    for object in &unit.objects {
        for reloc in &object.init.relocs {
            if let StaticTarget::Symbol(id) = reloc.target {
                reach(id, &mut work);
            }
        }
    }
    // An alias names its target by link name.
    for &id in &unit.aliases {
        let attrs = &symbols[id.index()].attrs;
        for name in attrs.alias.iter().chain(&attrs.ifunc) {
            for &target in by_symbol.keys() {
                if symbols[target.index()].link_name == *name {
                    reach(target, &mut work);
                }
            }
        }
    }
    if let Some(script) = &unit.script {
        mentioned(&script.body, &mut |id| reach(id, &mut work));
    }
    while let Some(id) = work.pop() {
        let body = &unit.functions[by_symbol[&id]].body;
        mentioned(body, &mut |id| reach(id, &mut work));
    }
    let mut live: Vec<usize> = seen.iter().map(|id| by_symbol[id]).collect();
    live.sort_unstable();
    live
}

/// Every symbol a body mentions, those of its nested functions included.
fn mentioned(body: &Body, each: &mut dyn FnMut(SymbolId)) {
    for expr in &body.exprs {
        if let ExprKind::Symbol(id) = expr.kind {
            each(id);
        }
    }
    for local in &body.locals {
        if let Some(id) = local.cleanup {
            each(id);
        }
    }
    for nested in &body.nested {
        mentioned(&nested.body, each);
    }
}

/// Compiles the live functions; large units on two threads.
pub(crate) fn compile_all(unit: &UnitCx<'_>) -> Lowered<Vec<(usize, Compiled)>> {
    let one = |index: usize| {
        let function = &unit.unit.functions[index];
        let name = function.symbol.map_or("", |id| &unit.symbol(id).link_name);
        compile(unit, function, name).map(|compiled| (index, compiled))
    };
    if size(unit) < PARALLEL_FROM || unit.live.len() < 2 {
        return unit.live.iter().map(|&index| one(index)).collect();
    }
    // The largest first: a thread that met one last would leave the other nothing to do.
    let mut order = unit.live.clone();
    order.sort_by_key(|&index| std::cmp::Reverse(unit.unit.functions[index].body.exprs.len()));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            match order.get(at) {
                Some(&index) => done.push(one(index)),
                None => return done,
            }
        }
    };
    let mut all = std::thread::scope(|scope| {
        let other = std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, work);
        let mut all = work();
        if let Ok(other) = other {
            match other.join() {
                Ok(more) => all.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    // The error of the earliest function is the one to report.
    all.sort_by_key(|done| match done {
        Ok((index, _)) => (*index, 0),
        Err(error) => (error.span.start.0 as usize, 1),
    });
    all.into_iter().collect()
}
