//! Mistakes a finished body shows: values nobody uses, results that must be looked at, order that
//! is not defined, indexes outside of arrays, null pointers looked through, `free` of what no
//! `malloc` gave. In: the body; out: warnings. Always: only what can be reached is reported, as far
//! as constant conditions tell; nothing is said of what a macro wrote, but of its arguments.

use super::Parser;
use crate::tree::*;
use crate::types::{ArrayLen, Type, id};
use preproc::diag::Diagnostic;
use preproc::source::Span;

const MAX_DEPTH: u32 = 400;

/// How an expression's result is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Value,
    /// Only its address.
    Address,
    /// The expression is a statement.
    Nothing,
}

/// What the walk found.
#[derive(Clone, Copy)]
enum Found {
    Statement(ExprId),
    Place(ExprId),
    Call(ExprId),
}

impl Parser<'_> {
    pub(super) fn warn_suspects(&mut self, root: StmtId) {
        let all = self.warnings_may("unused-value") || self.warnings_may("sequence-point");
        let marked = self.body.exprs.iter().any(|e| match e.kind {
            ExprKind::Deref(pointer) => self.points_nowhere(pointer),
            ExprKind::Call { callee, .. } => self.is_watched(callee),
            _ => false,
        });
        if !all && !marked {
            return;
        }
        let mut walk = Walk { body: &self.body, found: Vec::new(), depth: 0 };
        walk.stmt(root, false);
        for found in walk.found {
            match found {
                Found::Statement(e) => self.check_statement(e),
                Found::Place(e) => self.check_place(e),
                Found::Call(e) => self.check_call(e),
            }
        }
    }

    // ------------------------------------------------------------ values nobody uses

    fn check_statement(&mut self, e: ExprId) {
        let mut written = Vec::new();
        self.effects(e, &mut Vec::new(), &mut written, 0);
        let node = self.body.expr(e);
        let span = node.span;
        if let ExprKind::Call { callee, .. } = node.kind {
            self.check_ignored(callee, span);
            return;
        }
        if span.start.is_expanded() && span.last.is_expanded() {
            return;
        }
        if let Some(message) = self.idle(e) {
            self.late_warning("unused-value", span, message.to_string());
        }
    }

    /// Why a statement does nothing; `None` when it does something.
    fn idle(&self, e: ExprId) -> Option<&'static str> {
        let mut e = e;
        let mut computed = false;
        loop {
            e = match self.body.expr(e).kind {
                ExprKind::Assign(..)
                | ExprKind::AssignOp { .. }
                | ExprKind::IncDec { .. }
                | ExprKind::Call { .. }
                | ExprKind::Builtin(..)
                | ExprKind::VaArg(_)
                | ExprKind::StmtExpr { .. }
                | ExprKind::Error
                | ExprKind::CompoundLiteral(..)
                | ExprKind::Convert(Conversion::ToVoid, _) => return None,
                // `(void)f();` of what returns nothing.
                ExprKind::Convert(..) if self.body.expr(e).ty.id == id::VOID => return None,
                ExprKind::Load(place) if self.body.expr(place).ty.is_volatile() => return None,
                ExprKind::Comma(_, b) | ExprKind::LogicalAnd(_, b) | ExprKind::LogicalOr(_, b) => b,
                ExprKind::Cond(_, a, b) => {
                    let (a, b) = (self.idle(a), self.idle(b));
                    return a.and(b);
                }
                ExprKind::Convert(_, inner) => inner,
                _ => {
                    computed |= self.acts(e, 0);
                    let text = match computed {
                        true => "value computed is not used",
                        false => "statement with no effect",
                    };
                    return Some(text);
                }
            };
        }
    }

    fn acts(&self, e: ExprId, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        let mut effects = false;
        for_parts(&self.body, e, &mut |part| effects |= self.acts(part, depth + 1));
        let own = match self.body.expr(e).kind {
            ExprKind::Assign(..)
            | ExprKind::AssignOp { .. }
            | ExprKind::IncDec { .. }
            | ExprKind::Call { .. }
            | ExprKind::Builtin(..)
            | ExprKind::VaArg(_)
            | ExprKind::StmtExpr { .. } => true,
            ExprKind::Load(place) => self.body.expr(place).ty.is_volatile(),
            _ => false,
        };
        own || effects
    }

    /// The symbol a call names.
    fn called(&self, callee: ExprId) -> Option<SymbolId> {
        let ExprKind::Decay(function) = self.body.expr(callee).kind else { return None };
        match self.body.expr(function).kind {
            ExprKind::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }

    fn is_watched(&self, callee: ExprId) -> bool {
        let Some(symbol) = self.called(callee) else { return false };
        let known = self.ctx.symbol(symbol);
        let free = known.linkage == Linkage::External && known.link_name == "free";
        known.attrs.nodiscard || known.attrs.nonnull.is_some() || free
    }

    fn check_ignored(&mut self, callee: ExprId, span: Span) {
        let Some(symbol) = self.called(callee) else { return };
        let known = self.ctx.symbol(symbol);
        if !known.attrs.nodiscard {
            return;
        }
        let (text, declared) = (known.link_name.clone(), known.span);
        let message = format!("the result of '{text}' is not looked at, and must be");
        let diag = Diagnostic::warning("unused-result", span, message)
            .note(Some(declared), "declared here with 'nodiscard' or 'warn_unused_result'");
        self.late_diag(diag);
    }

    // ------------------------------------------------------------ order

    /// Locals an expression reads and writes; warns where two parts that have no order touch one.
    fn effects(
        &mut self,
        e: ExprId,
        read: &mut Vec<LocalId>,
        wrote: &mut Vec<LocalId>,
        depth: u32,
    ) {
        if depth > MAX_DEPTH || !self.warnings_may("sequence-point") {
            return;
        }
        let d = depth + 1;
        match self.body.expr(e).kind {
            ExprKind::Local(local) => read.push(local),
            ExprKind::Assign(place, value) => {
                let (mut r, mut w) = (Vec::new(), Vec::new());
                self.effects(value, &mut r, &mut w, d);
                match self.body.expr(place).kind {
                    ExprKind::Local(local) => {
                        self.conflict(&[local], &w, e);
                        w.push(local);
                    }
                    _ => {
                        let (mut pr, mut pw) = (Vec::new(), Vec::new());
                        self.effects(place, &mut pr, &mut pw, d);
                        self.unordered(&pr, &pw, &r, &w, e);
                        r.append(&mut pr);
                        w.append(&mut pw);
                    }
                }
                read.append(&mut r);
                wrote.append(&mut w);
            }
            ExprKind::AssignOp { place, value } | ExprKind::IncDec { place, value, .. } => {
                let (mut r, mut w) = (Vec::new(), Vec::new());
                self.effects(value, &mut r, &mut w, d);
                if let ExprKind::Local(local) = self.body.expr(place).kind {
                    self.conflict(&[local], &w, e);
                    w.push(local);
                    r.push(local);
                } else {
                    self.effects(place, &mut r, &mut w, d);
                }
                read.append(&mut r);
                wrote.append(&mut w);
            }
            // Their parts have an order.
            ExprKind::LogicalAnd(..)
            | ExprKind::LogicalOr(..)
            | ExprKind::Comma(..)
            | ExprKind::Cond(..)
            | ExprKind::CondOr { .. } => {
                for part in parts(&self.body, e) {
                    self.effects(part, read, wrote, d);
                }
            }
            ExprKind::StmtExpr { .. } | ExprKind::CompoundLiteral(..) => {}
            _ => {
                let (mut rs, mut ws) = (Vec::new(), Vec::new());
                for part in parts(&self.body, e) {
                    let (mut r, mut w) = (Vec::new(), Vec::new());
                    self.effects(part, &mut r, &mut w, d);
                    self.unordered(&rs, &ws, &r, &w, e);
                    rs.append(&mut r);
                    ws.append(&mut w);
                }
                read.append(&mut rs);
                wrote.append(&mut ws);
            }
        }
    }

    fn unordered(
        &mut self,
        r1: &[LocalId],
        w1: &[LocalId],
        r2: &[LocalId],
        w2: &[LocalId],
        e: ExprId,
    ) {
        self.conflict(w1, w2, e);
        self.conflict(w1, r2, e);
        self.conflict(r1, w2, e);
    }

    fn conflict(&mut self, a: &[LocalId], b: &[LocalId], e: ExprId) {
        let Some(&local) = a.iter().find(|local| b.contains(local)) else { return };
        let Some(name) = self.body.local(local).name else { return };
        let span = self.expr_span(e);
        let message = format!("the order of what is done to '{}' is not defined", self.text(name));
        if !self.ex.unordered.contains(&(local, span)) {
            self.ex.unordered.push((local, span));
            self.late_warning("sequence-point", span, message);
        }
    }

    // ------------------------------------------------------------ places

    /// Null, or outside of an array?
    fn points_nowhere(&self, pointer: ExprId) -> bool {
        match self.body.expr(pointer).kind {
            ExprKind::Int(value) => value == 0,
            ExprKind::Convert(Conversion::PtrToPtr | Conversion::NullToPtr, inner) => {
                matches!(self.body.expr(inner).kind, ExprKind::Int(0))
            }
            ExprKind::PtrAdd { .. } => self.outside(pointer).is_some(),
            _ => false,
        }
    }

    /// A constant index that no element of the array has: the index and the length.
    fn outside(&self, pointer: ExprId) -> Option<(i128, u64)> {
        let ExprKind::PtrAdd { ptr, index, negate: false } = self.body.expr(pointer).kind else {
            return None;
        };
        let ExprKind::Decay(array) = self.body.expr(ptr).kind else { return None };
        let named = match self.body.expr(array).kind {
            ExprKind::Local(_) | ExprKind::Symbol(_) => true,
            // The last member may be longer than it says.
            ExprKind::Member(of, field) => match *self.ctx.types.get(self.expr_ty(of).id) {
                Type::Record(r) => {
                    let record = self.ctx.types.record(r);
                    !record.is_union && field as usize + 1 < record.fields.len()
                }
                _ => false,
            },
            _ => false,
        };
        let Type::Array { len: ArrayLen::Fixed(len), .. } =
            *self.ctx.types.get(self.expr_ty(array).id)
        else {
            return None;
        };
        let value = self.literal_int(index).filter(|_| named)?;
        (value < 0 || value >= i128::from(len)).then_some((value, len))
    }

    fn check_place(&mut self, e: ExprId) {
        let ExprKind::Deref(pointer) = self.body.expr(e).kind else { return };
        let span = self.expr_span(e);
        if let Some((index, len)) = self.outside(pointer) {
            let shown = if len == 1 { "one element".into() } else { format!("{len} elements") };
            let message = format!("index {index} lies outside of the array, which has {shown}");
            let diag = Diagnostic::warning("array-bounds", span, message);
            let declared = match self.body.expr(pointer).kind {
                ExprKind::PtrAdd { ptr, .. } => self.declared_at(ptr),
                _ => None,
            };
            let diag = match declared {
                Some(declared) => diag.note(Some(declared), "the array is declared here"),
                None => diag,
            };
            self.late_diag(diag);
        } else if self.points_nowhere(pointer) && !self.expr_ty(e).is_volatile() {
            let message = "a null pointer is looked through";
            let diag = Diagnostic::warning("null-dereference", span, message);
            self.late_diag(diag.note(None, "to crash on purpose, call '__builtin_trap'"));
        }
    }

    fn declared_at(&self, decayed: ExprId) -> Option<Span> {
        let ExprKind::Decay(array) = self.body.expr(decayed).kind else { return None };
        match self.body.expr(array).kind {
            ExprKind::Local(local) => Some(self.body.local(local).span),
            ExprKind::Symbol(symbol) => Some(self.ctx.symbol(symbol).span),
            _ => None,
        }
    }

    // ------------------------------------------------------------ calls

    fn check_call(&mut self, e: ExprId) {
        let ExprKind::Call { callee, ref args } = self.body.expr(e).kind else { return };
        let args = self.body.list(args).to_vec();
        let Some(symbol) = self.called(callee) else { return };
        let known = self.ctx.symbol(symbol);
        let (text, external) = (known.link_name.clone(), known.linkage == Linkage::External);
        if external && text == "free" && args.len() == 1 {
            self.check_free(args[0], e);
        }
        let Some(nonnull) = self.ctx.symbol(symbol).attrs.nonnull.clone() else { return };
        for (at, &arg) in args.iter().enumerate() {
            let wanted = nonnull.is_empty() || nonnull.contains(&(at as u32 + 1));
            let pointer = self.ctx.types.is_pointer(self.expr_ty(arg).id);
            if wanted && pointer && matches!(self.body.expr(arg).kind, ExprKind::Int(0)) {
                let message = format!("argument {} of '{text}' is null, and must not be", at + 1);
                let declared = self.ctx.symbol(symbol).span;
                let diag = Diagnostic::warning("nonnull", self.expr_span(arg), message);
                self.late_diag(diag.note(Some(declared), "declared here with 'nonnull'"));
            }
        }
    }

    /// `free(&x)`, `free(array)`, `free("text")`.
    fn check_free(&mut self, arg: ExprId, call: ExprId) {
        let mut place = arg;
        while let ExprKind::Convert(_, inner) = self.body.expr(place).kind {
            place = inner;
        }
        let (ExprKind::AddrOf(mut root) | ExprKind::Decay(mut root)) = self.body.expr(place).kind
        else {
            return;
        };
        while let ExprKind::Member(of, _) = self.body.expr(root).kind {
            root = of;
        }
        let what = match self.body.expr(root).kind {
            ExprKind::Local(local) => self.body.local(local).name,
            ExprKind::Symbol(symbol) => self.ctx.symbol(symbol).name,
            ExprKind::Str(_) => None,
            _ => return,
        };
        let what = what.map_or("a string literal".into(), |n| format!("'{}'", self.names.text(n)));
        let message = format!("'free' of {what}, which 'malloc' did not give");
        let span = self.expr_span(call);
        self.late_warning("free-nonheap-object", span, message);
    }
}

// ---------------------------------------------------------------- the walk

struct Walk<'a> {
    body: &'a Body,
    found: Vec<Found>,
    depth: u32,
}

impl Walk<'_> {
    /// `valued`: the last statement's value is used, as in a statement expression.
    fn stmt(&mut self, stmt: StmtId, valued: bool) {
        self.depth += 1;
        if self.depth < MAX_DEPTH {
            self.one(stmt, valued);
        }
        self.depth -= 1;
    }

    fn one(&mut self, stmt: StmtId, valued: bool) {
        let body = self.body;
        match body.stmt(stmt).kind {
            StmtKind::Expr(e) if valued => self.expr(e, Wanted::Value),
            StmtKind::Expr(e) => self.expr(e, Wanted::Nothing),
            StmtKind::Block(ref list) => {
                let list = body.block(list);
                for (at, &stmt) in list.iter().enumerate() {
                    self.stmt(stmt, valued && at + 1 == list.len());
                }
            }
            StmtKind::Local { init: Some(ref init), .. }
            | StmtKind::InitSymbol { ref init, .. } => {
                body.init(init).iter().for_each(|step| self.expr(step.value, Wanted::Value));
            }
            StmtKind::If { .. } => self.if_chain(stmt),
            StmtKind::While { cond, body: inner } => {
                self.expr(cond, Wanted::Value);
                if truth(body, cond) != Some(false) {
                    self.stmt(inner, false);
                }
            }
            StmtKind::DoWhile { body: inner, cond } => {
                self.stmt(inner, false);
                self.expr(cond, Wanted::Value);
            }
            StmtKind::For { init, cond, step, body: inner } => {
                init.into_iter().for_each(|init| self.stmt(init, false));
                cond.into_iter().for_each(|cond| self.expr(cond, Wanted::Value));
                if cond.and_then(|cond| truth(body, cond)) != Some(false) {
                    step.into_iter().for_each(|step| self.expr(step, Wanted::Nothing));
                    self.stmt(inner, false);
                }
            }
            StmtKind::Switch(index) => {
                let Some(switch) = body.switches.get(index as usize) else { return };
                self.expr(switch.value, Wanted::Value);
                self.stmt(switch.body, false);
            }
            StmtKind::Case { body: inner, .. } | StmtKind::Labeled { body: inner, .. } => {
                self.stmt(inner, valued);
            }
            StmtKind::Return(Some(e)) | StmtKind::GotoComputed(e) => self.expr(e, Wanted::Value),
            _ => {}
        }
    }

    /// `if … else if …` of any length.
    fn if_chain(&mut self, stmt: StmtId) {
        let mut stmt = stmt;
        while let StmtKind::If { cond, then, otherwise } = self.body.stmt(stmt).kind {
            self.expr(cond, Wanted::Value);
            let known = truth(self.body, cond);
            if known != Some(false) {
                self.stmt(then, false);
            }
            match otherwise.filter(|_| known != Some(true)) {
                Some(otherwise) => stmt = otherwise,
                None => return,
            }
        }
        self.stmt(stmt, false);
    }

    fn expr(&mut self, e: ExprId, wanted: Wanted) {
        self.depth += 1;
        if self.depth < MAX_DEPTH {
            self.parts(e, wanted);
        }
        self.depth -= 1;
    }

    fn parts(&mut self, e: ExprId, wanted: Wanted) {
        let body = self.body;
        if wanted == Wanted::Nothing {
            self.found.push(Found::Statement(e));
        }
        match body.expr(e).kind {
            ExprKind::Deref(pointer) => {
                if wanted != Wanted::Address {
                    self.found.push(Found::Place(e));
                }
                self.expr(pointer, Wanted::Value);
            }
            ExprKind::AddrOf(place) | ExprKind::Decay(place) => self.expr(place, Wanted::Address),
            ExprKind::Member(of, _) | ExprKind::Real(of) | ExprKind::Imag(of) => {
                self.expr(of, wanted);
            }
            ExprKind::Cond(cond, a, b) => {
                self.expr(cond, Wanted::Value);
                let known = truth(body, cond);
                if known != Some(false) {
                    self.expr(a, Wanted::Value);
                }
                if known != Some(true) {
                    self.expr(b, Wanted::Value);
                }
            }
            ExprKind::LogicalAnd(a, b) | ExprKind::LogicalOr(a, b) => {
                self.expr(a, Wanted::Value);
                let dead = matches!(body.expr(e).kind, ExprKind::LogicalOr(..));
                if truth(body, a) != Some(dead) {
                    self.expr(b, Wanted::Value);
                }
            }
            ExprKind::StmtExpr { block, value } => self.stmt(block, value.is_some()),
            ExprKind::Comma(a, b) => {
                self.expr(a, Wanted::Nothing);
                self.expr(b, Wanted::Value);
            }
            ExprKind::CompoundLiteral(_, ref init) => {
                body.init(init).iter().for_each(|step| self.expr(step.value, Wanted::Value));
            }
            ExprKind::Call { .. } => {
                self.found.push(Found::Call(e));
                for_parts(body, e, &mut |part| self.expr(part, Wanted::Value));
            }
            _ => for_parts(body, e, &mut |part| self.expr(part, Wanted::Value)),
        }
    }
}

/// The value of a condition that is a constant.
fn truth(body: &Body, e: ExprId) -> Option<bool> {
    match body.expr(e).kind {
        ExprKind::Int(value) => Some(value != 0),
        ExprKind::Convert(_, inner) => truth(body, inner),
        ExprKind::LogicalNot(inner) => truth(body, inner).map(|value| !value),
        _ => None,
    }
}

fn parts(body: &Body, e: ExprId) -> Vec<ExprId> {
    let mut parts = Vec::new();
    for_parts(body, e, &mut |part| parts.push(part));
    parts
}

/// The expressions directly in an expression. (Blocks and initialisers are not looked into.)
fn for_parts(body: &Body, e: ExprId, visit: &mut dyn FnMut(ExprId)) {
    match body.expr(e).kind {
        ExprKind::Load(a)
        | ExprKind::Deref(a)
        | ExprKind::Member(a, _)
        | ExprKind::Real(a)
        | ExprKind::Imag(a)
        | ExprKind::Decay(a)
        | ExprKind::Convert(_, a)
        | ExprKind::AddrOf(a)
        | ExprKind::Unary(_, a)
        | ExprKind::LogicalNot(a)
        | ExprKind::VaArg(a) => visit(a),
        ExprKind::Lane(a, b)
        | ExprKind::Binary(_, a, b)
        | ExprKind::PtrAdd { ptr: a, index: b, .. }
        | ExprKind::PtrDiff(a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::LogicalAnd(a, b)
        | ExprKind::LogicalOr(a, b)
        | ExprKind::Assign(a, b)
        | ExprKind::AssignOp { place: a, value: b }
        | ExprKind::IncDec { place: a, value: b, .. }
        | ExprKind::CondOr { value: a, other: b, .. }
        | ExprKind::Comma(a, b) => {
            visit(a);
            visit(b);
        }
        ExprKind::Cond(c, a, b) => {
            visit(c);
            visit(a);
            visit(b);
        }
        ExprKind::Call { callee, ref args } => {
            visit(callee);
            body.list(args).iter().for_each(|&arg| visit(arg));
        }
        ExprKind::Builtin(_, ref args) => body.list(args).iter().for_each(|&arg| visit(arg)),
        _ => {}
    }
}

/// Do two expressions read the same places and compute the same, without doing anything?
pub(super) fn same_value(p: &Parser<'_>, a: ExprId, b: ExprId, depth: u32) -> bool {
    let (x, y) = (p.body.expr(a), p.body.expr(b));
    if depth > 20 || x.ty.id != y.ty.id || x.ty.is_volatile() || x.ty.id == id::ERROR {
        return false;
    }
    let same = |a, b| same_value(p, a, b, depth + 1);
    match (&x.kind, &y.kind) {
        (ExprKind::Local(a), ExprKind::Local(b)) => a == b,
        (ExprKind::Symbol(a), ExprKind::Symbol(b)) => a == b,
        (ExprKind::Int(a), ExprKind::Int(b)) => a == b,
        (ExprKind::Load(a), ExprKind::Load(b))
        | (ExprKind::Deref(a), ExprKind::Deref(b))
        | (ExprKind::Decay(a), ExprKind::Decay(b))
        | (ExprKind::AddrOf(a), ExprKind::AddrOf(b)) => same(*a, *b),
        (ExprKind::Member(a, i), ExprKind::Member(b, j)) => i == j && same(*a, *b),
        (ExprKind::Convert(_, a), ExprKind::Convert(_, b)) => same(*a, *b),
        (
            ExprKind::PtrAdd { ptr: a, index: i, negate: m },
            ExprKind::PtrAdd { ptr: b, index: j, negate: n },
        ) => m == n && same(*a, *b) && same(*i, *j),
        (ExprKind::Binary(o, a, i), ExprKind::Binary(q, b, j)) => {
            o == q && same(*a, *b) && same(*i, *j)
        }
        (ExprKind::Compare(o, a, i), ExprKind::Compare(q, b, j)) => {
            o == q && same(*a, *b) && same(*i, *j)
        }
        (ExprKind::LogicalAnd(a, i), ExprKind::LogicalAnd(b, j))
        | (ExprKind::LogicalOr(a, i), ExprKind::LogicalOr(b, j)) => same(*a, *b) && same(*i, *j),
        (ExprKind::LogicalNot(a), ExprKind::LogicalNot(b)) => same(*a, *b),
        (ExprKind::Unary(o, a), ExprKind::Unary(q, b)) => o == q && same(*a, *b),
        _ => false,
    }
}
