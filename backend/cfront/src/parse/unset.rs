//! Which locals are read though nothing was stored in them? In: a finished body; out: the places.
//!
//! Always: what is reported is read, if its statement runs at all, before any store to it. Of a
//! loop only the first round counts, and there nothing behind a condition, if the function stores
//! to it anywhere. Only scalars whose address is never taken are looked at, and no body with labels,
//! `asm` or nested functions; what nests too deeply is given up.

use crate::tree::*;
use crate::types::{Quals, Types};

const MAX_DEPTH: u32 = 300;

/// Reads of locals that hold nothing yet, each local's first.
pub(super) fn reads(body: &Body, types: &Types, root: StmtId) -> Vec<(LocalId, ExprId)> {
    if !(body.labels.is_empty() && body.asms.is_empty() && body.nested.is_empty()) {
        return Vec::new();
    }
    let candidate = |local: &Local| {
        let ty = local.ty;
        local.name.is_some()
            && !local.address_taken
            && local.cleanup.is_none()
            && local.asm_register.is_none()
            && !ty.quals.has(Quals::VOLATILE)
            && (types.is_arithmetic(ty.id) || types.is_pointer(ty.id))
    };
    let candidates: Vec<bool> = body.locals.iter().map(candidate).collect();
    let declared_empty = |stmt: &Stmt| match stmt.kind {
        StmtKind::Local { local, init: None } => candidates[local.index()],
        _ => false,
    };
    if !body.stmts.iter().any(declared_empty) {
        return Vec::new();
    }
    let unset = vec![false; body.locals.len()];
    let stored = Vec::new();
    let mut walk =
        Walk { body, candidates, unset, stored, loops: 0, found: Vec::new(), too_deep: false };
    walk.stored = walk.stores();
    walk.stmt(root, 0);
    if walk.too_deep { Vec::new() } else { walk.found }
}

struct Walk<'a> {
    body: &'a Body,
    candidates: Vec<bool>,
    /// The locals that surely hold nothing here.
    unset: Vec<bool>,
    /// The locals something is stored to, wherever.
    stored: Vec<LocalId>,
    /// Loops around.
    loops: u32,
    found: Vec<(LocalId, ExprId)>,
    too_deep: bool,
}

impl Walk<'_> {
    fn stmt(&mut self, stmt: StmtId, depth: u32) {
        if self.deeper(depth) {
            return;
        }
        let body = self.body;
        match body.stmt(stmt).kind {
            StmtKind::Expr(e) => self.expr(e, depth),
            StmtKind::Block(ref list) => {
                body.block(list).iter().for_each(|&stmt| self.stmt(stmt, depth + 1));
            }
            StmtKind::Local { local, init: None } => {
                self.unset[local.index()] = self.candidates[local.index()];
            }
            StmtKind::Local { local, init: Some(ref init) } => {
                self.init(init, depth);
                self.unset[local.index()] = false;
            }
            StmtKind::InitSymbol { ref init, .. } => self.init(init, depth),
            StmtKind::If { .. } => self.if_chain(stmt, depth),
            StmtKind::While { cond, body } => {
                self.looped(|walk| {
                    walk.expr(cond, depth);
                    walk.branch(|walk| walk.stmt(body, depth + 1));
                });
            }
            StmtKind::DoWhile { body, cond } => self.looped(|walk| {
                walk.stmt(body, depth + 1);
                walk.forget_stored();
                walk.expr(cond, depth);
            }),
            StmtKind::For { init, cond, body, .. } => {
                init.into_iter().for_each(|init| self.stmt(init, depth + 1));
                self.looped(|walk| {
                    cond.into_iter().for_each(|cond| walk.expr(cond, depth));
                    walk.branch(|walk| walk.stmt(body, depth + 1));
                });
            }
            StmtKind::Switch(index) => {
                let Some(switch) = body.switches.get(index as usize) else { return };
                self.expr(switch.value, depth);
                self.forget_stored();
            }
            StmtKind::Return(Some(e)) => self.expr(e, depth),
            // Past a jump nothing runs; of a `case` the switch has taken care.
            StmtKind::Return(None) | StmtKind::Break | StmtKind::Continue => self.unset.fill(false),
            _ => {}
        }
        if let StmtKind::Return(Some(_)) = body.stmt(stmt).kind {
            self.unset.fill(false);
        }
    }

    fn deeper(&mut self, depth: u32) -> bool {
        self.too_deep |= depth > MAX_DEPTH;
        self.too_deep
    }

    /// `if … else if …` of any length.
    fn if_chain(&mut self, stmt: StmtId, depth: u32) {
        let (mut stmt, mut after) = (Some(stmt), None::<Vec<bool>>);
        while let Some(at) = stmt {
            let StmtKind::If { cond, then, otherwise } = self.body.stmt(at).kind else {
                self.stmt(at, depth + 1);
                break;
            };
            self.expr(cond, depth);
            self.forget_in_loops();
            let before = self.unset.clone();
            self.stmt(then, depth + 1);
            let ended = std::mem::replace(&mut self.unset, before);
            after = Some(match after {
                Some(after) => both(&after, &ended),
                None => ended,
            });
            stmt = otherwise;
        }
        if let Some(after) = after {
            self.unset = both(&self.unset, &after);
        }
    }

    /// Code that may run or not.
    fn branch(&mut self, inner: impl FnOnce(&mut Self)) {
        let before = self.unset.clone();
        inner(self);
        self.unset = both(&before, &self.unset);
    }

    fn looped(&mut self, inner: impl FnOnce(&mut Self)) {
        self.loops += 1;
        inner(self);
        self.loops -= 1;
        self.forget_stored();
    }

    /// Behind a condition in a loop, an earlier round may have stored something.
    fn forget_in_loops(&mut self) {
        if self.loops > 0 {
            self.forget_stored();
        }
    }

    fn forget_stored(&mut self) {
        for local in &self.stored {
            self.unset[local.index()] = false;
        }
    }

    fn init(&mut self, init: &Init, depth: u32) {
        let body = self.body;
        body.init(init).iter().for_each(|step| self.expr(step.value, depth + 1));
    }

    fn local_of(&self, place: ExprId) -> Option<LocalId> {
        match self.body.expr(place).kind {
            ExprKind::Local(local) => Some(local),
            ExprKind::Real(inner) | ExprKind::Imag(inner) => match self.body.expr(inner).kind {
                ExprKind::Local(local) => Some(local),
                _ => None,
            },
            _ => None,
        }
    }

    fn read(&mut self, local: LocalId, at: ExprId) {
        if std::mem::take(&mut self.unset[local.index()]) {
            self.candidates[local.index()] = false;
            self.found.push((local, at));
        }
    }

    /// A store to the place: what its address needs is evaluated.
    fn store(&mut self, place: ExprId, depth: u32) {
        match self.local_of(place) {
            Some(local) => self.unset[local.index()] = false,
            None => self.expr(place, depth + 1),
        }
    }

    fn expr(&mut self, e: ExprId, depth: u32) {
        if self.deeper(depth) {
            return;
        }
        let d = depth + 1;
        let body = self.body;
        match body.expr(e).kind {
            ExprKind::Load(place) => match self.local_of(place) {
                Some(local) => self.read(local, e),
                None => self.expr(place, d),
            },
            // `(void)x` says that x is not used.
            ExprKind::Convert(Conversion::ToVoid, inner) => match body.expr(inner).kind {
                ExprKind::Load(place) if self.local_of(place).is_some() => {}
                _ => self.expr(inner, d),
            },
            ExprKind::Deref(a)
            | ExprKind::Member(a, _)
            | ExprKind::Real(a)
            | ExprKind::Imag(a)
            | ExprKind::Decay(a)
            | ExprKind::Convert(_, a)
            | ExprKind::AddrOf(a)
            | ExprKind::Unary(_, a)
            | ExprKind::LogicalNot(a)
            | ExprKind::VaArg(a) => self.expr(a, d),
            ExprKind::Lane(a, b)
            | ExprKind::Binary(_, a, b)
            | ExprKind::PtrAdd { ptr: a, index: b, .. }
            | ExprKind::PtrDiff(a, b)
            | ExprKind::Compare(_, a, b)
            | ExprKind::Comma(a, b) => {
                self.expr(a, d);
                self.expr(b, d);
            }
            ExprKind::LogicalAnd(a, b) | ExprKind::LogicalOr(a, b) => {
                self.expr(a, d);
                self.forget_in_loops();
                self.branch(|walk| walk.expr(b, d));
            }
            ExprKind::Cond(cond, a, b)
            | ExprKind::CondOr { value: cond, converted: a, other: b } => {
                self.expr(cond, d);
                self.forget_in_loops();
                self.branch(|walk| walk.expr(a, d));
                self.branch(|walk| walk.expr(b, d));
            }
            ExprKind::Assign(place, value) => {
                self.expr(value, d);
                self.store(place, d);
            }
            ExprKind::AssignOp { place, value } | ExprKind::IncDec { place, value, .. } => {
                self.expr(value, d);
                match self.local_of(place) {
                    Some(local) => self.read(local, e),
                    None => self.expr(place, d),
                }
            }
            ExprKind::Call { callee, ref args } => {
                self.expr(callee, d);
                body.list(args).iter().for_each(|&arg| self.expr(arg, d));
            }
            ExprKind::Builtin(_, ref args) => {
                body.list(args).iter().for_each(|&arg| self.expr(arg, d));
            }
            ExprKind::CompoundLiteral(_, ref init) => self.init(init, d),
            ExprKind::StmtExpr { block, .. } => self.stmt(block, d),
            _ => {}
        }
    }

    /// The locals that some expression stores to.
    fn stores(&self) -> Vec<LocalId> {
        let mut stored = Vec::new();
        for expr in &self.body.exprs {
            if let ExprKind::Assign(place, _)
            | ExprKind::AssignOp { place, .. }
            | ExprKind::IncDec { place, .. } = expr.kind
                && let Some(local) = self.local_of(place)
                && self.candidates[local.index()]
            {
                stored.push(local);
            }
        }
        stored
    }
}

fn both(a: &[bool], b: &[bool]) -> Vec<bool> {
    a.iter().zip(b).map(|(&a, &b)| a && b).collect()
}
