//! `__atomic_*` and `__sync_*`. In: the name and the cursor at `(`; out: nodes whose value
//! operands have the type of the object and whose orders are `int`.

use super::Parser;
use crate::tree::*;
use crate::types::{Type, TypeId, id};
use preproc::source::{Loc, Span};

const ACQUIRE: u64 = 2;
const RELEASE: u64 = 3;
const SEQ_CST: u64 = 5;

fn operation(name: &str) -> Option<AtomicOp> {
    Some(match name {
        "add" => AtomicOp::Add,
        "sub" => AtomicOp::Sub,
        "and" => AtomicOp::And,
        "or" => AtomicOp::Or,
        "xor" => AtomicOp::Xor,
        "nand" => AtomicOp::Nand,
        _ => return None,
    })
}

/// `fetch_add` and `add_fetch`: the operation, and whether the new value is the result.
fn fetch_form(name: &str) -> Option<(AtomicOp, bool)> {
    if let Some(op) = name.strip_prefix("fetch_") {
        return operation(op).map(|op| (op, false));
    }
    name.strip_suffix("_fetch").and_then(operation).map(|op| (op, true))
}

impl Parser<'_> {
    pub(crate) fn atomic_call(&mut self, text: &str, start: Loc) -> Option<ExprId> {
        let (name, sync) = match text.strip_prefix("__sync_") {
            Some(name) => (name, true),
            None => (text.strip_prefix("__atomic_")?, false),
        };
        // `__sync_fetch_and_add_4` says its size; the operand's type says it too.
        let name = match name.rsplit_once('_') {
            Some((base, "1" | "2" | "4" | "8" | "16")) if sync => base,
            // The library's own functions, by size: what `…_n` does.
            Some(("load", "1" | "2" | "4" | "8" | "16")) => "load_n",
            Some(("store", "1" | "2" | "4" | "8" | "16")) => "store_n",
            Some(("exchange", "1" | "2" | "4" | "8" | "16")) => "exchange_n",
            _ => name,
        };
        let args = self.parse_arguments();
        let span = self.span_from(start);
        if args.iter().any(|&arg| self.is_error(arg)) {
            return Some(self.error_expr(span));
        }
        let result = match sync {
            true => self.sync_builtin(name, &args, span),
            false => self.atomic_builtin(name, &args, span),
        };
        Some(result.unwrap_or_else(|| {
            let message = format!("invalid call of the builtin function '{text}'");
            self.error(span, message);
            self.error_expr(span)
        }))
    }

    fn order(&mut self, order: u64, span: Span) -> ExprId {
        self.int_expr(order, id::INT, span)
    }

    /// The object an atomic operation works on: its address and its type.
    fn atomic_object(&mut self, e: ExprId) -> Option<(ExprId, TypeId)> {
        let pointer = self.rvalue(e);
        let to = self.pointee_of(pointer)?;
        if !self.ctx.types.is_complete(to.id) || self.ctx.types.is_function(to.id) {
            return None;
        }
        Some((pointer, to.id))
    }

    /// An operand in the type of the object.
    fn atomic_value(&mut self, e: ExprId, ty: TypeId) -> ExprId {
        let e = self.rvalue(e);
        let from = self.ty(e);
        let types = &self.ctx.types;
        if types.is_scalar(ty) && types.is_scalar(from) {
            let numbers = types.is_arithmetic(ty) && types.is_arithmetic(from);
            let addresses = !types.is_arithmetic(ty) || !types.is_arithmetic(from);
            if numbers || addresses {
                return self.convert(e, ty);
            }
        }
        self.argument(e, ty)
    }

    fn atomic_builtin(&mut self, name: &str, args: &[ExprId], span: Span) -> Option<ExprId> {
        match name {
            "thread_fence" | "signal_fence" => {
                let [order] = *args else { return None };
                let order = self.argument(order, id::INT);
                let builtin = match name {
                    "thread_fence" => Builtin::AtomicFence,
                    _ => Builtin::AtomicSignalFence,
                };
                return Some(self.builtin(builtin, &[order], id::VOID, span));
            }
            "always_lock_free" | "is_lock_free" => {
                let [size, _] = *args else { return None };
                let size = self.argument(size, id::ULONG);
                let known = self.literal_int(size);
                let free = matches!(known, Some(1 | 2 | 4 | 8));
                return match known {
                    None if name == "always_lock_free" => None,
                    // A size known only at run time: the sizes the machine has.
                    None => {
                        let eight = self.int_expr(8, id::ULONG, span);
                        let fits = ExprKind::Compare(CompareOp::Le, size, eight);
                        let fits = self.node(fits, id::INT, span);
                        Some(self.convert(fits, id::BOOL))
                    }
                    Some(_) => Some(self.int_expr(u64::from(free), id::BOOL, span)),
                };
            }
            "test_and_set" | "clear" => {
                let [place, order] = *args else { return None };
                let place = self.rvalue(place);
                self.pointee_of(place)?;
                let order = self.argument(order, id::INT);
                let (builtin, ty) = match name {
                    "clear" => (Builtin::AtomicClear, id::VOID),
                    _ => (Builtin::AtomicTestAndSet, id::BOOL),
                };
                return Some(self.builtin(builtin, &[place, order], ty, span));
            }
            _ => {}
        }
        let (&first, rest) = args.split_first()?;
        let (place, ty) = self.atomic_object(first)?;
        if let Some((op, new)) = fetch_form(name) {
            let [value, order] = *rest else { return None };
            return self.atomic_fetch(op, new, place, ty, (value, order), span);
        }
        match (name, rest) {
            ("load_n", &[order]) => {
                let order = self.argument(order, id::INT);
                Some(self.builtin(Builtin::AtomicLoad, &[place, order], ty, span))
            }
            ("load", &[to, order]) => {
                let order = self.argument(order, id::INT);
                let value = self.builtin(Builtin::AtomicLoad, &[place, order], ty, span);
                self.store_through(to, value, span)
            }
            ("store_n", &[value, order]) | ("store", &[value, order]) => {
                let value = self.given(name, value, ty, span)?;
                let order = self.argument(order, id::INT);
                Some(self.builtin(Builtin::AtomicStore, &[place, value, order], id::VOID, span))
            }
            ("exchange_n", &[value, order]) => {
                let value = self.atomic_value(value, ty);
                let order = self.argument(order, id::INT);
                Some(self.builtin(Builtin::AtomicExchange, &[place, value, order], ty, span))
            }
            ("exchange", &[value, to, order]) => {
                let value = self.given(name, value, ty, span)?;
                let order = self.argument(order, id::INT);
                let old = self.builtin(Builtin::AtomicExchange, &[place, value, order], ty, span);
                self.store_through(to, old, span)
            }
            ("compare_exchange_n" | "compare_exchange", &[expected, value, weak, yes, no]) => {
                let expected = self.rvalue(expected);
                self.pointee_of(expected)?;
                let value = self.given(name, value, ty, span)?;
                let weak = self.argument(weak, id::BOOL);
                let (yes, no) = (self.argument(yes, id::INT), self.argument(no, id::INT));
                let list = [place, expected, value, weak, yes, no];
                Some(self.builtin(Builtin::AtomicCompareExchange, &list, id::BOOL, span))
            }
            _ => None,
        }
    }

    /// The operand itself (`…_n`), or what it points at.
    fn given(&mut self, name: &str, e: ExprId, ty: TypeId, span: Span) -> Option<ExprId> {
        if name.ends_with("_n") {
            return Some(self.atomic_value(e, ty));
        }
        let pointer = self.rvalue(e);
        let to = self.pointee_of(pointer)?;
        if self.ctx.types.is_function(to.id) {
            return None;
        }
        let place = self.indirection(pointer, span);
        let value = self.rvalue(place);
        Some(self.atomic_value(value, ty))
    }

    fn store_through(&mut self, to: ExprId, value: ExprId, span: Span) -> Option<ExprId> {
        let pointer = self.rvalue(to);
        let target = self.pointee_of(pointer)?;
        let place = self.indirection(pointer, span);
        let value = self.atomic_value(value, target.id);
        let stored = self.push_expr(ExprKind::Assign(place, value), target.id, span);
        Some(self.convert(stored, id::VOID))
    }

    fn atomic_fetch(
        &mut self,
        op: AtomicOp,
        new: bool,
        place: ExprId,
        ty: TypeId,
        (value, order): (ExprId, ExprId),
        span: Span,
    ) -> Option<ExprId> {
        let integer = self.ctx.types.is_integer(ty) && ty != id::BOOL;
        if !integer && !matches!(self.ctx.types.get(ty), Type::Pointer(_)) {
            let shown = self.show(self.ty(place));
            let message = format!("operand type '{shown}' is incompatible with argument 1");
            self.error(self.expr_span(place), message);
            return Some(self.error_expr(span));
        }
        let value = self.atomic_value(value, ty);
        let order = self.argument(order, id::INT);
        let builtin = if new { Builtin::AtomicOpFetch(op) } else { Builtin::AtomicFetch(op) };
        Some(self.builtin(builtin, &[place, value, order], ty, span))
    }

    fn sync_builtin(&mut self, name: &str, args: &[ExprId], span: Span) -> Option<ExprId> {
        if name == "synchronize" {
            let order = self.order(SEQ_CST, span);
            return Some(self.builtin(Builtin::AtomicFence, &[order], id::VOID, span));
        }
        let (&first, rest) = args.split_first()?;
        let (place, ty) = self.atomic_object(first)?;
        let form = match name.strip_prefix("fetch_and_") {
            Some(op) => operation(op).map(|op| (op, false)),
            None => name.strip_suffix("_and_fetch").and_then(operation).map(|op| (op, true)),
        };
        if let Some((op, new)) = form {
            let value = *rest.first()?;
            let order = self.order(SEQ_CST, span);
            return self.atomic_fetch(op, new, place, ty, (value, order), span);
        }
        match name {
            "bool_compare_and_swap" | "val_compare_and_swap" => {
                let old = self.atomic_value(*rest.first()?, ty);
                let new = self.atomic_value(*rest.get(1)?, ty);
                let (builtin, ty) = match name {
                    "bool_compare_and_swap" => (Builtin::SyncBoolCas, id::BOOL),
                    _ => (Builtin::SyncValCas, ty),
                };
                Some(self.builtin(builtin, &[place, old, new], ty, span))
            }
            "lock_test_and_set" => {
                let value = self.atomic_value(*rest.first()?, ty);
                let order = self.order(ACQUIRE, span);
                Some(self.builtin(Builtin::AtomicExchange, &[place, value, order], ty, span))
            }
            "lock_release" => {
                let zero = self.int_expr(0, id::INT, span);
                let zero = self.atomic_value(zero, ty);
                let order = self.order(RELEASE, span);
                Some(self.builtin(Builtin::AtomicStore, &[place, zero, order], id::VOID, span))
            }
            _ => None,
        }
    }
}
