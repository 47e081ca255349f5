//! Can a statement run to its end? In: a finished body; out: yes or no. Conditions that are
//! constants count, calls of functions that do not return end a path. Each label that is jumped to
//! starts a new path. Recursion is as deep as statements nest, which the parser limits.

use crate::tree::*;

/// Does control leave `stmt` by running off its end?
pub(super) fn completes(body: &Body, symbols: &[Symbol], stmt: StmtId) -> bool {
    Flow { body, symbols, exits: Vec::new(), falls: Vec::new() }.stmt(stmt, true)
}

/// The cases that control runs into from the statement before: that statement, and the case.
pub(super) fn falls(body: &Body, symbols: &[Symbol], root: StmtId) -> Vec<(StmtId, StmtId)> {
    let mut flow = Flow { body, symbols, exits: Vec::new(), falls: Vec::new() };
    flow.stmt(root, true);
    flow.falls
}

struct Flow<'a> {
    body: &'a Body,
    symbols: &'a [Symbol],
    /// For each open loop or switch: was there a reachable `break`?
    exits: Vec<bool>,
    falls: Vec<(StmtId, StmtId)>,
}

impl Flow<'_> {
    /// `live`: can control reach the statement from before? The result: can it go on behind it?
    fn stmt(&mut self, stmt: StmtId, live: bool) -> bool {
        match self.body.stmt(stmt).kind {
            StmtKind::Empty | StmtKind::InitSymbol { .. } => live,
            StmtKind::Local { ref init, .. } => {
                let steps = init.as_ref().map_or(&[][..], |init| self.body.init(init));
                live && !steps.iter().any(|step| self.diverges(step.value, 0))
            }
            StmtKind::Expr(e) => live && !self.diverges(e, 0),
            StmtKind::Block(ref list) => {
                let mut live = live;
                let mut before = None;
                for &stmt in self.body.block(list) {
                    if let Some(before) = before.filter(|_| live) {
                        self.note_fall(before, stmt);
                    }
                    live = self.stmt(stmt, live);
                    before = Some(stmt);
                }
                live
            }
            StmtKind::If { .. } => self.if_chain(stmt, live),
            StmtKind::While { cond, body } => {
                let forever = self.constant(cond) == Some(true);
                let (_, exit) = self.looped(body, live);
                (live && !forever) || exit
            }
            StmtKind::DoWhile { body, cond } => {
                let (end, exit) = self.looped(body, live);
                let known = self.constant(cond);
                let again = end || live;
                (again && known != Some(true)) || exit
            }
            StmtKind::For { init, cond, body, .. } => {
                let live = init.map_or(live, |init| self.stmt(init, live));
                let forever = cond.is_none_or(|cond| self.constant(cond) == Some(true));
                let (_, exit) = self.looped(body, live);
                (live && !forever) || exit
            }
            StmtKind::Switch(index) => {
                let Some(switch) = self.body.switches.get(index as usize) else { return live };
                let (whole, has_default) = (switch.body, switch.has_default);
                let (end, exit) = self.looped(whole, false);
                end || exit || (live && !has_default)
            }
            StmtKind::Case { body, .. } | StmtKind::Labeled { body, .. } => self.stmt(body, true),
            StmtKind::Break => {
                if let (true, Some(exit)) = (live, self.exits.last_mut()) {
                    *exit = true;
                }
                false
            }
            StmtKind::Goto(_)
            | StmtKind::GotoOuter { .. }
            | StmtKind::GotoComputed(_)
            | StmtKind::Continue
            | StmtKind::Return(_) => false,
            StmtKind::Asm(_) => live,
        }
    }

    /// Between two statements control goes on: is the second a case that does more than end?
    fn note_fall(&mut self, before: StmtId, stmt: StmtId) {
        let mut inner = stmt;
        let mut is_case = false;
        while let StmtKind::Case { body, .. } | StmtKind::Labeled { body, .. } =
            self.body.stmt(inner).kind
        {
            is_case |= matches!(self.body.stmt(inner).kind, StmtKind::Case { .. });
            inner = body;
        }
        let ends = matches!(self.body.stmt(inner).kind, StmtKind::Break | StmtKind::Goto(_));
        let mut last = before;
        let mut marks = false;
        while let StmtKind::Case { body, .. } | StmtKind::Labeled { body, .. } =
            self.body.stmt(last).kind
        {
            marks = true;
            last = body;
        }
        let empty = marks && matches!(self.body.stmt(last).kind, StmtKind::Empty);
        if is_case && !ends && !empty {
            self.falls.push((before, stmt));
        }
    }

    /// `if … else if …` of any length.
    fn if_chain(&mut self, stmt: StmtId, live: bool) -> bool {
        let (mut stmt, mut live, mut ends) = (stmt, live, false);
        while let StmtKind::If { cond, then, otherwise } = self.body.stmt(stmt).kind {
            let known = self.constant(cond);
            ends |= self.stmt(then, live && known != Some(false));
            live = live && known != Some(true);
            match otherwise {
                Some(otherwise) => stmt = otherwise,
                None => return ends || live,
            }
        }
        self.stmt(stmt, live) || ends
    }

    fn looped(&mut self, body: StmtId, live: bool) -> (bool, bool) {
        self.exits.push(false);
        let end = self.stmt(body, live);
        (end, self.exits.pop().unwrap_or(false))
    }

    fn constant(&self, e: ExprId) -> Option<bool> {
        match self.body.expr(e).kind {
            ExprKind::Int(value) => Some(value != 0),
            ExprKind::Convert(_, inner) => self.constant(inner),
            ExprKind::LogicalNot(inner) => self.constant(inner).map(|value| !value),
            _ => None,
        }
    }

    /// Is evaluating `e` sure not to come back?
    fn diverges(&self, e: ExprId, depth: u32) -> bool {
        if depth > 100 {
            return false;
        }
        let deeper = |e| self.diverges(e, depth + 1);
        match self.body.expr(e).kind {
            ExprKind::Call { callee, .. } => self.never_returns(callee),
            ExprKind::Builtin(Builtin::Unreachable | Builtin::Trap | Builtin::LongJmp, _) => true,
            ExprKind::Comma(a, b) => deeper(a) || deeper(b),
            ExprKind::Convert(_, inner) => deeper(inner),
            ExprKind::Assign(_, value) => deeper(value),
            ExprKind::Cond(cond, a, b) => match self.constant(cond) {
                Some(true) => deeper(a),
                Some(false) => deeper(b),
                None => deeper(cond) || (deeper(a) && deeper(b)),
            },
            ExprKind::StmtExpr { block, .. } => !completes(self.body, self.symbols, block),
            _ => false,
        }
    }

    fn never_returns(&self, callee: ExprId) -> bool {
        let mut callee = callee;
        for _ in 0..8 {
            match self.body.expr(callee).kind {
                ExprKind::Decay(inner) | ExprKind::Convert(_, inner) => callee = inner,
                ExprKind::Symbol(symbol) => {
                    return self.symbols.get(symbol.index()).is_some_and(|s| s.attrs.noreturn);
                }
                _ => return false,
            }
        }
        false
    }
}
