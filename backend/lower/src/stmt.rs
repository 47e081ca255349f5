//! Statements: control flow, scopes and what has to happen when one is left.
//!
//! Always: after a statement the builder stands in a block that can be filled; unreachable
//! statements are skipped unless a label or case lies within.

use crate::Lowered;
use crate::ctype::Repr;
use crate::func::{FunctionCx, Target};
use crate::place::{Addr, Place, Value};
use cfront::tree::{Body, ExprId, LabelId, LocalId, StmtId, StmtKind, SymbolId};
use cfront::types::Types;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;
use std::collections::HashMap;

/// Code for a program point that is never reached ends in this trap.
pub(crate) const UNREACHABLE: u8 = 1;

/// Where control can go from here: labels, enclosing loops and switches, open scopes.
pub(crate) struct Flow {
    labels: Vec<Option<ir::Block>>,
    /// `&&label` occurs, or the label is the target of some `goto`'s dispatch.
    taken: Vec<bool>,
    /// Targets of `break` and `continue`, with the number of open cleanups there.
    breaks: Vec<(ir::Block, usize)>,
    continues: Vec<(ir::Block, usize)>,
    /// How many loops we are in. What stands behind a label may be in one.
    pub(crate) loops: u32,
    /// What to do when the current scopes are left, outermost first.
    cleanups: Vec<Cleanup>,
    /// For each label the cleanups open there; made when the body has any at all.
    open_at_label: Option<Vec<Vec<LocalId>>>,
    pub(crate) switches: Vec<crate::switch::Open>,
    /// For each open statement expression, its last expression and that one's value.
    results: Vec<(ExprId, Option<Value>)>,
    /// Where computed gotos meet: a block for the body, and one for each statement expression,
    /// out of which they may lead, but not in. (Values computed before it are used behind it.)
    meetings: Vec<Meeting>,
    /// The meeting of what is being lowered.
    meeting: usize,
    /// The meeting each label belongs to.
    meeting_of: Vec<usize>,
    has_cleanups: bool,
    /// For each case label the label right behind it; made at the first switch.
    pub(crate) behind: Option<HashMap<crate::switch::Case, crate::switch::Case>>,
}

/// The computed gotos of a body, or of one statement expression in it.
#[derive(Default)]
struct Meeting {
    /// The one around it.
    outer: Option<usize>,
    /// Dispatches by the label number, its parameter; made for the first goto.
    block: Option<ir::Block>,
}

#[derive(Clone, Debug)]
pub(crate) enum Cleanup {
    /// Call the function with the local's address.
    Call(LocalId, SymbolId),
    /// Give the side stack back down to the mark in the variable.
    Release(LocalId, Place),
}

impl Cleanup {
    fn local(&self) -> LocalId {
        match *self {
            Cleanup::Call(local, _) | Cleanup::Release(local, _) => local,
        }
    }
}

impl Flow {
    pub(crate) fn new(body: &Body) -> Flow {
        let has_cleanups =
            body.facts.uses_vla || body.locals.iter().any(|local| local.cleanup.is_some());
        Flow {
            labels: vec![None; body.labels.len()],
            taken: body.labels.iter().map(|label| label.address_taken).collect(),
            breaks: Vec::new(),
            continues: Vec::new(),
            loops: 0,
            cleanups: Vec::new(),
            open_at_label: None,
            switches: Vec::new(),
            results: Vec::new(),
            meetings: vec![Meeting::default()],
            meeting: 0,
            meeting_of: vec![0; body.labels.len()],
            has_cleanups,
            behind: None,
        }
    }

    /// Is the meeting this other one, or inside of it?
    fn is_within(&self, meeting: usize, other: usize) -> bool {
        let mut at = Some(meeting);
        while let Some(here) = at {
            if here == other {
                return true;
            }
            at = self.meetings[here].outer;
        }
        false
    }

    pub(crate) fn address_taken(&mut self, label: LabelId) {
        if let Some(taken) = self.taken.get_mut(label.index()) {
            *taken = true;
        }
    }
}

/// So many conditions of an `else if` chain meet in one block.
const CHAIN: u32 = 64;

impl FunctionCx<'_, '_> {
    pub fn stmt(&mut self, id: StmtId) -> Lowered<()> {
        let body = self.body;
        if self.b.is_unreachable() && !has_entry(body, id) {
            return Ok(());
        }
        let stmt = body.stmt(id);
        self.room(stmt.span)?;
        if self.unit.options.debug && self.unit.options.optimize {
            // Memory is to be as the source has it between any two statements.
            self.b.ins().sequence_point();
        }
        match &stmt.kind {
            StmtKind::Empty => Ok(()),
            &StmtKind::Expr(expr) => {
                self.at(stmt.span);
                if self.flow.results.last().is_some_and(|wanted| wanted.0 == expr) {
                    let value = self.expr(expr)?;
                    if let Some(wanted) = self.flow.results.last_mut() {
                        wanted.1 = Some(value);
                    }
                    return Ok(());
                }
                self.discard(expr)
            }
            StmtKind::Block(list) => {
                let mark = self.flow.cleanups.len();
                let outer = self.notes.as_mut().map(|notes| notes.open_scope());
                for &inner in body.block(list) {
                    self.stmt(inner)?;
                }
                self.close_scope(mark)?;
                self.leave_scope(outer);
                Ok(())
            }
            StmtKind::Local { local, init } => {
                self.at(stmt.span);
                self.declare(*local)?;
                match init {
                    Some(init) => self.initialize(*local, init),
                    None => self.begin_anew(*local),
                }
            }
            StmtKind::InitSymbol { symbol, init } => {
                self.at(stmt.span);
                let ty = self.unit.symbol(*symbol).ty;
                let addr = Addr::value(self.target_addr(Target::Symbol(*symbol)));
                self.initialize_memory(addr, ty, init.zero, body.init(init))
            }
            &StmtKind::If { cond, then, otherwise } => self.if_stmt(cond, then, otherwise),
            &StmtKind::While { cond, body } => self.while_stmt(cond, None, body),
            &StmtKind::DoWhile { body, cond } => self.do_while(body, cond),
            &StmtKind::For { init, cond, step, body } => {
                let mark = self.flow.cleanups.len();
                let outer = self.notes.as_mut().map(|notes| notes.open_scope());
                if let Some(init) = init {
                    self.stmt(init)?;
                }
                self.loop_stmt(cond, step, body)?;
                self.close_scope(mark)?;
                self.leave_scope(outer);
                Ok(())
            }
            &StmtKind::Switch(index) => self.switch_stmt(index, stmt.span),
            &StmtKind::Case { switch, case, body } => {
                self.case_stmt(switch, case, stmt.span)?;
                self.stmt(body)
            }
            &StmtKind::Labeled { label, body } => {
                self.flow.meeting_of[label.index()] = self.flow.meeting;
                let block = self.label_block(label);
                self.b.ins().jump(block, &[]);
                self.b.switch_to_block(block);
                self.flow.loops += 1;
                self.stmt(body)
            }
            &StmtKind::Goto(label) => self.goto_stmt(label, stmt.span),
            &StmtKind::GotoOuter { depth, label } => self.goto_outer(depth, label, stmt.span),
            &StmtKind::GotoComputed(target) => self.goto_computed(target, stmt.span),
            StmtKind::Break => self.leave(|flow| flow.breaks.last().copied(), stmt.span),
            StmtKind::Continue => self.leave(|flow| flow.continues.last().copied(), stmt.span),
            &StmtKind::Return(value) => self.return_stmt(value, stmt.span),
            &StmtKind::Asm(index) => {
                self.at(stmt.span);
                match body.asms.get(index as usize) {
                    Some(asm) => self.asm_stmt(asm, stmt.span),
                    None => self.fail(stmt.span, "an asm statement that does not exist"),
                }
            }
        }
    }

    /// What an uninitialised local held before means nothing: without this, it would be carried
    /// along every way that leads to its declaration, of which a shared dispatch block has many.
    fn begin_anew(&mut self, local: LocalId) -> Lowered<()> {
        if !self.in_register(local) {
            return Ok(());
        }
        if let (Place::Variable(var), Repr::Scalar(clif)) =
            (self.local_place(local)?, self.repr(self.body.local(local).ty.id))
        {
            let any = self.zero_clif(clif);
            self.b.def_var(var, any);
        }
        Ok(())
    }

    // ------------------------------------------------------------ source places

    /// What follows comes from here in the source.
    pub(crate) fn at(&mut self, span: Span) {
        let moved = self.notes.as_ref().is_some_and(|notes| notes.has_moved());
        if moved || self.spans.last() != Some(&span) {
            let index = self.spans.len() as u32;
            self.spans.push(span);
            if let Some(notes) = &mut self.notes {
                notes.place();
            }
            self.b.set_srcloc(ir::SourceLoc::new(index));
        }
    }

    fn leave_scope(&mut self, outer: Option<u32>) {
        if let (Some(notes), Some(outer)) = (&mut self.notes, outer) {
            notes.leave_scope(outer);
        }
    }

    // ------------------------------------------------------------ branches and loops

    fn enter(&mut self, block: ir::Block) {
        self.b.switch_to_block(block);
        self.b.seal_block(block);
    }

    /// `if … else if … else …` is one chain, with one end.
    fn if_stmt(&mut self, cond: ExprId, then: StmtId, otherwise: Option<StmtId>) -> Lowered<()> {
        // A long chain meets in groups: one block with an edge from each part of it would cost the
        // code generator the square of their number.
        let mut ends = Vec::new();
        let mut end = self.b.create_block();
        let (mut cond, mut then, mut otherwise) = (cond, then, otherwise);
        for count in 1.. {
            if count % CHAIN == 0 {
                ends.push(std::mem::replace(&mut end, self.b.create_block()));
            }
            self.at(self.body.expr(cond).span);
            if let Some(truth) = self.constant_condition(cond) {
                let (live, dead) =
                    if truth { (Some(then), otherwise) } else { (otherwise, Some(then)) };
                if !dead.is_some_and(|dead| has_entry(self.body, dead)) {
                    if let Some(live) = live {
                        self.stmt(live)?;
                    }
                    break;
                }
            }
            let then_block = self.b.create_block();
            let else_block = if otherwise.is_some() { self.b.create_block() } else { end };
            self.branch(cond, then_block, else_block)?;
            self.enter(then_block);
            self.stmt(then)?;
            let Some(other) = otherwise else { break };
            self.b.ins().jump(end, &[]);
            self.enter(else_block);
            match self.body.stmt(other).kind {
                StmtKind::If { cond: next, then: first, otherwise: second }
                    if !self.b.is_unreachable() =>
                {
                    (cond, then, otherwise) = (next, first, second);
                }
                _ => {
                    self.stmt(other)?;
                    break;
                }
            }
        }
        self.b.ins().jump(end, &[]);
        self.enter(end);
        for outer in ends.into_iter().rev() {
            self.b.ins().jump(outer, &[]);
            self.enter(outer);
        }
        Ok(())
    }

    fn while_stmt(&mut self, cond: ExprId, step: Option<ExprId>, body: StmtId) -> Lowered<()> {
        self.loop_stmt(Some(cond), step, body)
    }

    /// `for (; cond; step) body`. A small condition is tested before the loop and at its end, so
    /// that each round has one jump; a large one stands once, at the top.
    fn loop_stmt(
        &mut self,
        cond: Option<ExprId>,
        step: Option<ExprId>,
        body: StmtId,
    ) -> Lowered<()> {
        let top = self.b.create_block();
        let next = self.b.create_block();
        let end = self.b.create_block();
        self.flow.loops += 1;
        let cond = cond.filter(|&cond| self.constant_condition(cond) != Some(true));
        let twice = cond.is_some_and(|cond| self.is_small(cond));
        match cond {
            Some(cond) if twice => {
                self.at(self.body.expr(cond).span);
                self.branch(cond, top, end)?;
                self.b.switch_to_block(top);
            }
            Some(cond) => {
                self.b.ins().jump(top, &[]);
                self.b.switch_to_block(top);
                self.at(self.body.expr(cond).span);
                let inside = self.b.create_block();
                self.branch(cond, inside, end)?;
                self.enter(inside);
            }
            None => {
                self.b.ins().jump(top, &[]);
                self.b.switch_to_block(top);
            }
        }
        self.loop_body(body, end, next)?;
        self.b.ins().jump(next, &[]);
        self.enter(next);
        if let Some(step) = step {
            self.at(self.body.expr(step).span);
            self.discard(step)?;
        }
        match cond {
            Some(cond) if twice => {
                self.at(self.body.expr(cond).span);
                self.branch(cond, top, end)?;
            }
            _ => {
                self.b.ins().jump(top, &[]);
            }
        }
        self.b.seal_block(top);
        self.enter(end);
        self.flow.loops -= 1;
        Ok(())
    }

    fn loop_body(&mut self, body: StmtId, end: ir::Block, next: ir::Block) -> Lowered<()> {
        let open = self.flow.cleanups.len();
        self.flow.breaks.push((end, open));
        self.flow.continues.push((next, open));
        let done = self.stmt(body);
        self.flow.breaks.pop();
        self.flow.continues.pop();
        done
    }

    fn do_while(&mut self, body: StmtId, cond: ExprId) -> Lowered<()> {
        let top = self.b.create_block();
        let next = self.b.create_block();
        let end = self.b.create_block();
        self.b.ins().jump(top, &[]);
        self.b.switch_to_block(top);
        self.flow.loops += 1;
        self.loop_body(body, end, next)?;
        self.b.ins().jump(next, &[]);
        self.enter(next);
        if !self.b.is_unreachable() {
            self.at(self.body.expr(cond).span);
            self.branch(cond, top, end)?;
        } else {
            self.b.ins().jump(end, &[]);
        }
        self.b.seal_block(top);
        self.enter(end);
        self.flow.loops -= 1;
        Ok(())
    }

    /// Is a condition cheap enough to stand twice, and free of anything that may stand only once?
    fn is_small(&self, cond: ExprId) -> bool {
        let mut budget = 24;
        crate::shape::repeatable(self.body, cond, &mut budget)
    }

    fn leave(
        &mut self,
        to: impl Fn(&Flow) -> Option<(ir::Block, usize)>,
        span: Span,
    ) -> Lowered<()> {
        let Some((block, open)) = to(&self.flow) else {
            return self.fail(span, "a jump out of no loop");
        };
        self.run_cleanups(open)?;
        self.b.ins().jump(block, &[]);
        self.terminated();
        Ok(())
    }

    pub(crate) fn with_break<T>(
        &mut self,
        end: ir::Block,
        inside: impl FnOnce(&mut Self) -> Lowered<T>,
    ) -> Lowered<T> {
        self.flow.breaks.push((end, self.flow.cleanups.len()));
        let done = inside(self);
        self.flow.breaks.pop();
        done
    }

    fn return_stmt(&mut self, value: Option<ExprId>, span: Span) -> Lowered<()> {
        self.at(span);
        let value = match value {
            Some(value) => self.expr(value)?,
            None => Value::Void,
        };
        // Cleanups may change what a record result is read from.
        let value = match value {
            Value::Memory(addr) if !self.flow.cleanups.is_empty() => {
                Value::Memory(self.copied(addr, self.ty.ret.id)?)
            }
            value => value,
        };
        self.at(span);
        self.run_cleanups(0)?;
        self.finish(value, span)
    }

    /// Ends the function with a value.
    pub(crate) fn finish(&mut self, value: Value, span: Span) -> Lowered<()> {
        self.release_frame()?;
        self.free_pointers();
        let value = if self.repr(self.ty.ret.id) == Repr::Void { None } else { Some(value) };
        self.at(span);
        self.trace_end();
        self.emit_return(value.filter(|value| !matches!(value, Value::Void)).as_ref())?;
        self.terminated();
        Ok(())
    }

    /// A point control does not come to.
    pub(crate) fn unreachable(&mut self) {
        let code = ir::TrapCode::unwrap_user(UNREACHABLE);
        self.b.ins().trap(code);
        self.terminated();
    }

    // ------------------------------------------------------------ labels

    pub(crate) fn label_block(&mut self, label: LabelId) -> ir::Block {
        match self.flow.labels[label.index()] {
            Some(block) => block,
            None => *self.flow.labels[label.index()].insert(self.b.create_block()),
        }
    }

    /// Goes to the label if the truth value (an `I8`) says so.
    pub(crate) fn goto_if(&mut self, truth: ir::Value, label: LabelId, span: Span) -> Lowered<()> {
        let then = self.b.create_block();
        let next = self.b.create_block();
        self.b.ins().brif(truth, then, &[], next, &[]);
        self.b.switch_to_block(then);
        self.b.seal_block(then);
        self.goto_stmt(label, span)?;
        self.b.switch_to_block(next);
        self.b.seal_block(next);
        Ok(())
    }

    fn goto_stmt(&mut self, label: LabelId, span: Span) -> Lowered<()> {
        if self.flow.has_cleanups && !self.flow.cleanups.is_empty() {
            let (body, types) = (self.body, self.unit.types);
            let open = self.flow.open_at_label.get_or_insert_with(|| labels_open(body, types));
            let there = &open[label.index()];
            let kept = self
                .flow
                .cleanups
                .iter()
                .zip(there)
                .take_while(|(here, there)| here.local() == **there)
                .count();
            self.run_cleanups(kept)?;
        }
        self.at(span);
        let block = self.label_block(label);
        self.b.ins().jump(block, &[]);
        self.terminated();
        Ok(())
    }

    /// All computed gotos go through one block: a `br_table` for each would make the register
    /// allocator's work explode.
    fn goto_computed(&mut self, target: ExprId, span: Span) -> Lowered<()> {
        self.at(span);
        let value = self.scalar(target)?;
        let number = self.resize(value, ct::I32, false);
        let block = match self.flow.meetings[self.flow.meeting].block {
            Some(block) => block,
            None => {
                let block = self.b.create_block();
                self.b.append_block_param(block, ct::I32);
                *self.flow.meetings[self.flow.meeting].block.insert(block)
            }
        };
        self.b.ins().jump(block, &[number.into()]);
        self.terminated();
        Ok(())
    }

    /// Fills the dispatch blocks, once every label is known, and seals what was left open.
    pub(crate) fn finish_labels(&mut self) -> Lowered<()> {
        for meeting in 0..self.flow.meetings.len() {
            if let Some(dispatch) = self.flow.meetings[meeting].block {
                self.fill_dispatch(meeting, dispatch);
            }
        }
        self.b.seal_all_blocks();
        Ok(())
    }

    fn fill_dispatch(&mut self, meeting: usize, dispatch: ir::Block) {
        let default = self.b.create_block();
        let mut table = Vec::with_capacity(self.flow.labels.len() + 1);
        table.push(default);
        for index in 0..self.flow.labels.len() {
            let reached =
                self.flow.taken[index] && self.flow.is_within(meeting, self.flow.meeting_of[index]);
            table.push(match reached {
                true => self.label_block(LabelId(index as u32)),
                false => default,
            });
        }
        self.b.switch_to_block(dispatch);
        let number = self.b.block_params(dispatch)[0];
        let calls: Vec<_> =
            table.iter().map(|&block| self.b.func.dfg.block_call(block, &[])).collect();
        let other = self.b.func.dfg.block_call(default, &[]);
        let data = ir::JumpTableData::new(other, &calls);
        let table = self.b.create_jump_table(data);
        self.b.ins().br_table(number, table);
        self.b.switch_to_block(default);
        self.unreachable();
    }

    // ------------------------------------------------------------ scopes

    fn declare(&mut self, local: LocalId) -> Lowered<()> {
        if let Some(notes) = &mut self.notes {
            notes.declared(local);
        }
        let data = self.body.local(local);
        if self.is_variable(data.ty.id) {
            let mark = self.take_variable(local)?;
            // What `alloca` took since lies above: as in gcc, all of it stays until the return.
            if !self.body.facts.uses_alloca {
                self.flow.cleanups.push(Cleanup::Release(local, mark));
            }
        }
        if let Some(function) = data.cleanup {
            self.flow.cleanups.push(Cleanup::Call(local, function));
        }
        Ok(())
    }

    /// Leaves the innermost scopes by falling out of them.
    pub(crate) fn close_scope(&mut self, mark: usize) -> Lowered<()> {
        if self.flow.cleanups.len() > mark {
            if !self.b.is_unreachable() {
                self.run_cleanups(mark)?;
            }
            self.flow.cleanups.truncate(mark);
        }
        Ok(())
    }

    /// Does what leaving all scopes but the first `keep` cleanups' asks for; they stay open for
    /// the code behind the jump.
    fn run_cleanups(&mut self, keep: usize) -> Lowered<()> {
        for index in (keep..self.flow.cleanups.len()).rev() {
            match self.flow.cleanups[index].clone() {
                Cleanup::Call(local, function) => self.call_cleanup(local, function)?,
                Cleanup::Release(_, mark) => self.release_to(&mark)?,
            }
        }
        Ok(())
    }

    fn call_cleanup(&mut self, local: LocalId, function: SymbolId) -> Lowered<()> {
        let span = self.body.local(local).span;
        let place = self.local_place(local)?;
        let addr = self.place_addr(&place, span)?;
        let addr = self.addr_value(addr);
        let mut sig = ir::Signature::new(self.unit.call_conv());
        sig.params.push(ir::AbiParam::new(ct::I64));
        let func = self.func_ref(Target::Symbol(function), sig);
        self.b.ins().call(func, &[addr]);
        Ok(())
    }

    /// `({ … })`: a block whose last expression is evaluated in its scope.
    pub(crate) fn block_with_value(
        &mut self,
        block: StmtId,
        value: Option<ExprId>,
    ) -> Lowered<Value> {
        let body = self.body;
        let StmtKind::Block(list) = &body.stmt(block).kind else {
            return self.fail(body.stmt(block).span, "a statement expression without a block");
        };
        let mark = self.flow.cleanups.len();
        let outer = self.notes.as_mut().map(|notes| notes.open_scope());
        let around = self.flow.meeting;
        if body.facts.has_computed_goto {
            self.flow.meeting = self.flow.meetings.len();
            self.flow.meetings.push(Meeting { outer: Some(around), block: None });
        }
        // The last statement is the value: it is evaluated once, where it stands.
        if let Some(value) = value {
            self.flow.results.push((value, None));
        }
        for &inner in body.block(list) {
            self.stmt(inner)?;
        }
        self.flow.meeting = around;
        let result = match value.and_then(|_| self.flow.results.pop()) {
            Some((_, Some(result))) => result,
            // Control does not come to it.
            Some((value, None)) => {
                let expr = body.expr(value);
                self.zero(expr.ty.id, expr.span)?
            }
            None => Value::Void,
        };
        let result = match (result, value) {
            (Value::Memory(addr), Some(value)) if self.flow.cleanups.len() > mark => {
                Value::Memory(self.copied(addr, body.expr(value).ty.id)?)
            }
            (result, _) => result,
        };
        self.close_scope(mark)?;
        self.leave_scope(outer);
        Ok(result)
    }

    /// A copy of a record in a slot of its own.
    pub(crate) fn copied(&mut self, from: Addr, ty: cfront::types::TypeId) -> Lowered<Addr> {
        if self.is_variable(ty) {
            let copy = self.variable_slot(ty)?;
            self.copy_variable(copy, from, ty)?;
            return Ok(copy);
        }
        let (size, align) = (self.size_of(ty), self.align_of(ty));
        let copy = self.slot(size, align)?;
        self.copy(copy, from, size);
        Ok(copy)
    }
}

/// Can control come into the statement other than from before it: does it hold a label or a case
/// of a switch around it?
pub(crate) fn has_entry(body: &Body, id: StmtId) -> bool {
    match &body.stmt(id).kind {
        StmtKind::Labeled { .. } | StmtKind::Case { .. } => true,
        StmtKind::Block(list) => body.block(list).iter().any(|&inner| has_entry(body, inner)),
        StmtKind::If { then, otherwise, .. } => {
            has_entry(body, *then) || otherwise.is_some_and(|other| has_entry(body, other))
        }
        StmtKind::While { body: inner, .. }
        | StmtKind::DoWhile { body: inner, .. }
        | StmtKind::For { body: inner, .. } => has_entry(body, *inner),
        StmtKind::Switch(index) => {
            body.switches.get(*index as usize).is_some_and(|switch| has_entry(body, switch.body))
        }
        // A label inside a statement expression: gotos from outside are not allowed, but those
        // within are, and they are as unreachable as the rest.
        _ => false,
    }
}

/// For each label, the locals whose cleanups are open there.
fn labels_open(body: &Body, types: &Types) -> Vec<Vec<LocalId>> {
    let mut found = vec![Vec::new(); body.labels.len()];
    if let Some(root) = body.root {
        walk_open(body, types, root, &mut Vec::new(), &mut found);
    }
    found
}

fn walk_open(
    body: &Body,
    types: &Types,
    id: StmtId,
    open: &mut Vec<LocalId>,
    found: &mut [Vec<LocalId>],
) {
    match &body.stmt(id).kind {
        StmtKind::Block(list) => {
            let mark = open.len();
            for &inner in body.block(list) {
                walk_open(body, types, inner, open, found);
            }
            open.truncate(mark);
        }
        StmtKind::Local { local, .. } => {
            let data = body.local(*local);
            // A local may count twice: its storage, then its cleanup.
            if !body.facts.uses_alloca && crate::vla::is_variable(types, data.ty.id) {
                open.push(*local);
            }
            if data.cleanup.is_some() {
                open.push(*local);
            }
        }
        StmtKind::If { then, otherwise, .. } => {
            walk_open(body, types, *then, open, found);
            if let Some(other) = otherwise {
                walk_open(body, types, *other, open, found);
            }
        }
        StmtKind::While { body: inner, .. } | StmtKind::DoWhile { body: inner, .. } => {
            walk_open(body, types, *inner, open, found);
        }
        StmtKind::For { init, body: inner, .. } => {
            let mark = open.len();
            if let Some(init) = init {
                walk_open(body, types, *init, open, found);
            }
            walk_open(body, types, *inner, open, found);
            open.truncate(mark);
        }
        StmtKind::Switch(index) => {
            if let Some(switch) = body.switches.get(*index as usize) {
                walk_open(body, types, switch.body, open, found);
            }
        }
        StmtKind::Case { body: inner, .. } => walk_open(body, types, *inner, open, found),
        StmtKind::Labeled { label, body: inner } => {
            found[label.index()] = open.clone();
            walk_open(body, types, *inner, open, found);
        }
        _ => {}
    }
}
