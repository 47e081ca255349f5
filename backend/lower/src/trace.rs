//! Functions that say when they are entered and left: which of a unit's functions have a number,
//! and the calls that say it. Nothing of this is compiled in where no trace is asked for.
//!
//! Always: numbers go by the unit, not by what is inlined where: an inlined function says its own.

use crate::func::FunctionCx;
use crate::{Options, UnitCx};
use cfront::tree::{Function, SymbolId, Unit};
use cranelift_codegen::ir::{InstBuilder, types as ct};
use std::collections::HashMap;

/// The executor's function for it.
const TRACE: &str = "__tine_trace";

/// The numbers of the unit's functions, from 0; nested functions and the script come behind them.
pub(crate) fn numbers(unit: &Unit, options: &Options) -> HashMap<SymbolId, u32> {
    if options.trace.is_none() {
        return HashMap::new();
    }
    (0..).zip(&unit.functions).filter_map(|(at, f)| Some((f.symbol?, at))).collect()
}

/// The number of a function where a trace is taken.
pub(crate) fn number(unit: &UnitCx<'_>, function: &Function, nested: Option<u32>) -> Option<u32> {
    let first = unit.options.trace?;
    let functions = unit.unit.functions.len() as u32;
    let own = match (nested, function.symbol) {
        (Some(number), _) => functions + number,
        (None, Some(id)) if unit.symbol(id).attrs.untraced => return None,
        (None, Some(id)) => *unit.traced.get(&id)?,
        (None, None) => functions + unit.nested.list.len() as u32,
    };
    Some(first + own)
}

/// The names behind the numbers.
pub(crate) fn names(unit: &UnitCx<'_>) -> Vec<String> {
    if unit.options.trace.is_none() {
        return Vec::new();
    }
    let functions = unit.unit.functions.iter().map(|function| match function.symbol {
        Some(id) => unit.symbol(id).link_name.clone(),
        None => String::new(),
    });
    let nested = unit.nested.list.iter().map(|nested| nested.name.clone());
    let script = unit.unit.script.iter().map(|_| unit.options.script.clone());
    functions.chain(nested).chain(script).collect()
}

impl FunctionCx<'_, '_> {
    pub(crate) fn trace_begin(&mut self) {
        if let Some(number) = self.traced {
            self.trace(number << 1);
        }
    }

    pub(crate) fn trace_end(&mut self) {
        if let Some(number) = self.traced {
            self.trace(number << 1 | 1);
        }
    }

    fn trace(&mut self, what: u32) {
        let what = self.b.ins().iconst(ct::I32, i64::from(what));
        self.call_runtime(TRACE, &[], &[what]);
    }
}
