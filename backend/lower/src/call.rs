//! Call expressions: what is called, the arguments, and library functions that are a few
//! instructions. The convention itself is `abi`'s.
//!
//! Always: arguments are evaluated from the last to the first, as gcc does on this machine.

use crate::abi::Callee;
use crate::ctype::Repr;
use crate::func::{FunctionCx, Target};
use crate::place::{Addr, Value};
use crate::{Lowered, UnitCx};
use cfront::tree::{
    Body, Conversion, Definition, ExprId, ExprKind, ExprList, SymbolId, SymbolKind,
};
use cfront::types::{FuncType, Type};
use cranelift_codegen::ir::{InstBuilder, types as ct};
use preproc::source::Span;

impl<'u> FunctionCx<'u, '_> {
    pub(crate) fn call_expr(
        &mut self,
        callee: ExprId,
        args: &ExprList,
        into: Option<Addr>,
        span: Span,
    ) -> Lowered<Value> {
        let body = self.body;
        let args = body.list(args);
        let function = self.function_type(callee)?;
        let (mut noreturn, mut twice) = (false, false);
        let target = match named_callee(self.unit, body, callee) {
            Some((_, symbol)) => {
                let symbol_data = self.unit.symbol(symbol);
                // A program may have a function of that name of its own.
                if symbol_data.definition == Definition::None
                    && let Some(value) = self.known_call(&symbol_data.link_name, args)?
                {
                    return Ok(value);
                }
                noreturn = symbol_data.attrs.noreturn;
                twice = symbol_data.attrs.returns_twice || is_setjmp(&symbol_data.link_name);
                Callee::Direct(Target::Symbol(symbol))
            }
            // Told where it belongs just before the call.
            None if self.nested_callee(callee).is_some() => Callee::Direct(Target::ChainCell),
            None => Callee::Indirect(self.scalar(callee)?),
        };
        // Arguments are evaluated from the last to the first, as gcc does here.
        let mut values = Vec::with_capacity(args.len());
        for &arg in args.iter().rev() {
            values.push((self.expr(arg)?, body.expr(arg).ty.id));
        }
        values.reverse();
        self.at(span);
        let target = match self.nested_callee(callee) {
            Some((depth, index)) => Callee::Direct(self.link_call(depth, index, span)?),
            None => target,
        };
        let mark = if twice { Some(self.side_stack_mark()?) } else { None };
        let value = self.emit_call(target, function, &values, into, span)?;
        if let Some(mark) = mark {
            self.release_to(&mark)?;
        }
        if noreturn {
            self.unreachable();
        }
        Ok(value)
    }

    /// The nested function a callee names: how far out, and its index there.
    fn nested_callee(&self, callee: ExprId) -> Option<(u32, u32)> {
        match self.body.expr(callee).kind {
            ExprKind::Decay(inner) | ExprKind::AddrOf(inner) => self.nested_callee(inner),
            ExprKind::NestedFunction(index) => Some((0, index)),
            ExprKind::OuterNested { depth, index } => Some((depth, index)),
            _ => None,
        }
    }

    fn function_type(&mut self, callee: ExprId) -> Lowered<&'u FuncType> {
        match callee_type(self.unit, self.body, callee) {
            Some(function) => Ok(function),
            None => {
                self.fail(self.body.expr(callee).span, "a call of something that is no function")
            }
        }
    }

    /// Library functions whose effect on small constant sizes is a few instructions.
    fn known_call(&mut self, name: &str, args: &[ExprId]) -> Lowered<Option<Value>> {
        const SMALL: u64 = 64;
        if let ("abs" | "labs" | "llabs", &[arg]) = (name, args)
            && let Repr::Scalar(ct::I32 | ct::I64) = self.repr(self.body.expr(arg).ty.id)
        {
            let value = self.scalar(arg)?;
            return Ok(Some(Value::Scalar(self.b.ins().iabs(value))));
        }
        let (&[to, other, count], true) = (args, self.unit.options.optimize) else {
            return Ok(None);
        };
        let ExprKind::Int(size @ 0..=SMALL) = self.body.expr(count).kind else { return Ok(None) };
        // Without a prototype anything may be passed.
        let pointer =
            |e: ExprId| matches!(self.repr(self.body.expr(e).ty.id), Repr::Scalar(ct::I64));
        if !pointer(to) || name != "memset" && !pointer(other) {
            return Ok(None);
        }
        match name {
            "memcpy" | "memmove" => {
                let (to, from) = (self.address(to)?, self.address(other)?);
                self.copy(to, from, size);
                Ok(Some(Value::Scalar(self.addr_value(to))))
            }
            "memset" if matches!(self.body.expr(other).kind, ExprKind::Int(0)) => {
                let to = self.address(to)?;
                self.clear(to, size);
                Ok(Some(Value::Scalar(self.addr_value(to))))
            }
            _ => Ok(None),
        }
    }
}

/// The function a callee names, if it is named outright, and the expression that is its name.
pub(crate) fn named_callee(
    unit: &UnitCx<'_>,
    body: &Body,
    callee: ExprId,
) -> Option<(ExprId, SymbolId)> {
    match body.expr(callee).kind {
        ExprKind::Decay(inner)
        | ExprKind::AddrOf(inner)
        | ExprKind::Convert(Conversion::Same, inner) => named_callee(unit, body, inner),
        ExprKind::Deref(inner) => match body.expr(inner).kind {
            ExprKind::Decay(_) | ExprKind::AddrOf(_) => named_callee(unit, body, inner),
            _ => None,
        },
        ExprKind::Symbol(symbol) if unit.symbol(symbol).kind == SymbolKind::Function => {
            Some((callee, symbol))
        }
        _ => None,
    }
}

/// The type of the function that is called.
pub(crate) fn callee_type<'a>(
    unit: &UnitCx<'a>,
    body: &Body,
    callee: ExprId,
) -> Option<&'a FuncType> {
    let of = match unit.types.get(body.expr(callee).ty.id) {
        Type::Pointer(to) => unit.types.get(to.id),
        other => other,
    };
    match of {
        Type::Function(function) => Some(function),
        _ => None,
    }
}

/// What comes back a second time by `longjmp`, and what was taken from the side stack since is
/// nobody's then.
fn is_setjmp(name: &str) -> bool {
    matches!(name, "setjmp" | "_setjmp" | "sigsetjmp" | "__sigsetjmp")
}
