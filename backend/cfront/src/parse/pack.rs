//! Functions that pass their variable arguments on by `__builtin_va_arg_pack`. In: a call of one;
//! out: a call of a copy of it that has those arguments as parameters. The function itself has no
//! code.

use super::Parser;
use crate::tree::*;
use crate::types::{FuncType, QType, Type, TypeId, id};
use preproc::source::Span;

/// How deep such functions may call each other.
const MAX_PACKS: usize = 16;

impl Parser<'_> {
    /// A call of `symbol`, which passes its arguments on. `None`: the arguments are themselves
    /// passed on, and this call is made again when the function around it is copied.
    pub(super) fn packed_call(
        &mut self,
        symbol: SymbolId,
        args: &[ExprId],
        span: Span,
    ) -> Option<ExprId> {
        if args.iter().any(|&arg| is_pack(&self.body, arg)) {
            return None;
        }
        let types: Vec<TypeId> = args.iter().map(|&arg| self.expr_ty(arg).id).collect();
        let Some(copy) = self.packed_copy(symbol, &types, span, 0) else {
            return Some(self.error_expr(span));
        };
        let ty = self.ctx.symbol(copy).ty;
        let ret = self.ctx.types.func(ty.id).map_or(id::ERROR, |func| func.ret.id);
        let callee = self.push_expr(ExprKind::Symbol(copy), ty, span);
        let callee = self.rvalue(callee);
        let args = self.push_list(args);
        Some(self.push_expr(ExprKind::Call { callee, args }, ret, span))
    }

    /// The copy for arguments of these types, made at its first use.
    fn packed_copy(
        &mut self,
        symbol: SymbolId,
        types: &[TypeId],
        span: Span,
        depth: usize,
    ) -> Option<SymbolId> {
        let key = (symbol, types.to_vec());
        if let Some(&copy) = self.packed.get(&key) {
            return Some(copy);
        }
        let name = self.ctx.symbol(symbol).link_name.clone();
        let known = self.unit.functions.iter().rev().find(|f| f.symbol == Some(symbol));
        let usable = known.filter(|f| !f.body.facts.uses_vla && f.body.nested.is_empty());
        let Some(function) = usable.filter(|_| depth < MAX_PACKS) else {
            let message = format!(
                "'{name}' passes its arguments on and cannot be copied for this call: it is of an \
                 earlier input, calls itself, or has nested functions or variable-length arrays"
            );
            self.error(span, message);
            return None;
        };
        let (ty, mut body, whole) = (function.ty, function.body.clone(), function.span);
        let func = self.ctx.types.func(ty)?.clone();
        let first = func.params.len().min(types.len());
        let extra = &types[first..];
        add_parameters(&mut body, first, extra, whole);
        let params = types.iter().map(|&ty| QType::new(ty)).collect();
        let ty = FuncType { params, variadic: false, ..func };
        let ty = self.ctx.types.intern(Type::Function(ty));
        let copy = self.ctx.new_symbol(Symbol {
            link_name: format!("{name}.pack.{}", self.ctx.symbols.len()),
            ty: ty.into(),
            linkage: Linkage::Internal,
            ..self.ctx.symbol(symbol).clone()
        });
        let attrs = &mut self.ctx.symbol_mut(copy).attrs;
        (attrs.va_arg_pack, attrs.inline_only) = (false, false);
        self.packed.insert(key, copy);
        self.copy_inner_calls(&mut body, first, extra.len(), depth)?;
        self.unit.functions.push(Function { symbol: Some(copy), ty, body, span: whole });
        Some(copy)
    }

    /// Puts the parameters where the arguments are passed on.
    fn copy_inner_calls(
        &mut self,
        body: &mut Body,
        first: usize,
        count: usize,
        depth: usize,
    ) -> Option<()> {
        for at in 0..body.exprs.len() {
            let expr = body.exprs[at].clone();
            match expr.kind {
                ExprKind::Builtin(Builtin::VaArgPackLen, _) => {
                    body.exprs[at].kind = ExprKind::Int(count as u64);
                }
                ExprKind::Call { callee, args } if has_pack(body, &args) => {
                    let list: Vec<ExprId> = body.list(&args).to_vec();
                    let mut passed = Vec::with_capacity(list.len() + count);
                    for arg in list {
                        if !is_pack(body, arg) {
                            passed.push(arg);
                            continue;
                        }
                        for param in first..first + count {
                            let local = LocalId(param as u32);
                            let ty = body.local(local).ty;
                            let place = push(body, ExprKind::Local(local), ty, expr.span);
                            passed.push(push(body, ExprKind::Load(place), ty, expr.span));
                        }
                    }
                    let callee = self.inner_callee(body, callee, &passed, expr.span, depth)?;
                    let start = body.expr_lists.len() as u32;
                    body.expr_lists.extend_from_slice(&passed);
                    let args = ExprList(start..body.expr_lists.len() as u32);
                    body.exprs[at].kind = ExprKind::Call { callee, args };
                }
                _ => {}
            }
        }
        Some(())
    }

    /// What is called with arguments passed on: a copy of its own, if it passes them on too.
    fn inner_callee(
        &mut self,
        body: &mut Body,
        callee: ExprId,
        args: &[ExprId],
        span: Span,
        depth: usize,
    ) -> Option<ExprId> {
        let ExprKind::Decay(direct) = body.expr(callee).kind else { return Some(callee) };
        let ExprKind::Symbol(symbol) = body.expr(direct).kind else { return Some(callee) };
        if !self.ctx.symbol(symbol).attrs.va_arg_pack {
            return Some(callee);
        }
        let types: Vec<TypeId> = args.iter().map(|&arg| body.expr(arg).ty.id).collect();
        let copy = self.packed_copy(symbol, &types, span, depth + 1)?;
        let ty = self.ctx.symbol(copy).ty;
        let pointer = self.ctx.types.pointer_to(ty);
        let direct = push(body, ExprKind::Symbol(copy), ty, span);
        Some(push(body, ExprKind::Decay(direct), pointer.into(), span))
    }
}

pub(super) fn is_pack(body: &Body, e: ExprId) -> bool {
    matches!(body.expr(e).kind, ExprKind::Builtin(Builtin::VaArgPack, _))
}

fn has_pack(body: &Body, args: &ExprList) -> bool {
    body.list(args).iter().any(|&arg| is_pack(body, arg))
}

fn push(body: &mut Body, kind: ExprKind, ty: QType, span: Span) -> ExprId {
    body.exprs.push(Expr { kind, ty, span });
    ExprId(body.exprs.len() as u32 - 1)
}

/// More parameters behind the first ones: the other locals move up.
fn add_parameters(body: &mut Body, first: usize, types: &[TypeId], span: Span) {
    let count = types.len() as u32;
    let move_up = |local: &mut LocalId| {
        if local.index() >= first {
            local.0 += count;
        }
    };
    for expr in &mut body.exprs {
        if let ExprKind::Local(local) | ExprKind::CompoundLiteral(local, _) = &mut expr.kind {
            move_up(local);
        }
    }
    for stmt in &mut body.stmts {
        if let StmtKind::Local { local, .. } = &mut stmt.kind {
            move_up(local);
        }
    }
    let new = types.iter().map(|&ty| Local::new(None, ty.into(), span));
    body.locals.splice(first..first, new);
    body.params = first as u32 + count;
    body.facts.uses_va_arg_pack = false;
}
