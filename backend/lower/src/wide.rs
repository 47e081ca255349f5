//! `int` variables that count and index: they are held in 64 bits, sign-extended, so that no round of a
//! loop extends them again. In comes a body, out goes which locals; and for an `int` expression of such
//! locals, its value in 64 bits.
//!
//! Always: the low 32 bits are the variable's value, whatever happened; the others are its sign unless a
//! sum overflowed, which C does not define. Under `-fwrapv`, where it does, there are none of these.

use crate::Lowered;
use crate::arith::int_cc;
use crate::ctype::Class;
use crate::func::FunctionCx;
use crate::place::{Place, Value};
use cfront::tree::{BinaryOp, Body, CompareOp, Conversion, ExprId, ExprKind, LocalId};
use cfront::types::TypeId;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use cranelift_frontend::Variable;

/// More nodes of one index are not looked at.
const NODES: u32 = 12;

/// For each local: is it stepped by sums, and part of what is widened to 64 bits?
pub(crate) fn counters(body: &Body) -> Vec<bool> {
    let mut stepped = vec![false; body.locals.len()];
    let mut widened = vec![false; body.locals.len()];
    for expr in &body.exprs {
        match expr.kind {
            ExprKind::IncDec { place, value, .. } | ExprKind::AssignOp { place, value } => {
                let sum = step(body, value).is_some();
                if let (ExprKind::Local(local), true) = (&body.expr(place).kind, sum) {
                    stepped[local.index()] = true;
                }
            }
            ExprKind::Convert(Conversion::IntToInt, inner) => {
                mark(body, inner, &mut widened, &mut { NODES });
            }
            _ => {}
        }
    }
    stepped.iter().zip(widened).map(|(&stepped, widened)| stepped && widened).collect()
}

/// The operator and operand of `Same + …` and `Same - …`.
fn step(body: &Body, value: ExprId) -> Option<(BinaryOp, ExprId)> {
    match body.expr(value).kind {
        ExprKind::Binary(op @ (BinaryOp::Add | BinaryOp::Sub), left, right)
            if matches!(body.expr(left).kind, ExprKind::Same) =>
        {
            Some((op, right))
        }
        _ => None,
    }
}

fn mark(body: &Body, id: ExprId, widened: &mut [bool], nodes: &mut u32) {
    if *nodes == 0 {
        return;
    }
    *nodes -= 1;
    match body.expr(id).kind {
        ExprKind::Load(inner) => {
            if let ExprKind::Local(local) = body.expr(inner).kind {
                widened[local.index()] = true;
            }
        }
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, a, b) => {
            mark(body, a, widened, nodes);
            mark(body, b, widened, nodes);
        }
        _ => {}
    }
}

/// What the 64 bits of an expression would be made of.
#[derive(Default)]
struct Parts {
    wide: u32,
    /// To be extended.
    narrow: u32,
    nodes: u32,
}

impl FunctionCx<'_, '_> {
    /// May the local, an `int` without an address, be held in 64 bits?
    pub(crate) fn is_counter(&mut self, local: LocalId) -> bool {
        let data = self.body.local(local);
        if self.unit.options.wrap
            || !self.unit.options.optimize
            || !self.is_int(data.ty.id)
            || data.is_length
            || data.asm_register.is_some()
        {
            return false;
        }
        if self.counters.is_empty() {
            self.counters = counters(self.body);
        }
        self.counters[local.index()]
    }

    fn is_int(&self, ty: TypeId) -> bool {
        matches!(self.class(ty), Class::Int { bits: 32, signed: true })
    }

    /// The variable of a counter.
    fn counter(&mut self, id: ExprId) -> Lowered<Option<Variable>> {
        let ExprKind::Load(inner) = self.body.expr(id).kind else { return Ok(None) };
        let ExprKind::Local(local) = self.body.expr(inner).kind else { return Ok(None) };
        Ok(match self.local_place(local)? {
            Place::Wide(var) => Some(var),
            _ => None,
        })
    }

    /// The value of an `int` expression, sign-extended, if it has a counter in it and that is no more
    /// work than extending it as a whole.
    pub(crate) fn widened(&mut self, id: ExprId) -> Lowered<Option<ir::Value>> {
        let mut parts = Parts::default();
        self.wide_parts(id, &mut parts)?;
        if parts.wide == 0 || parts.narrow > 1 || parts.nodes > NODES {
            return Ok(None);
        }
        self.wide_value(id).map(Some)
    }

    /// A comparison of two `int`s in 64 bits, if that is no more work than to cut the counter: a bound
    /// that stays the same is extended once.
    pub(crate) fn compare_widened(
        &mut self,
        op: CompareOp,
        a: ExprId,
        b: ExprId,
    ) -> Lowered<Option<ir::Value>> {
        let mut parts = Parts::default();
        self.wide_parts(a, &mut parts)?;
        self.wide_parts(b, &mut parts)?;
        if parts.wide == 0 || parts.narrow > 1 || parts.nodes > NODES {
            return Ok(None);
        }
        let (a, b) = (self.wide_value(a)?, self.wide_value(b)?);
        Ok(Some(self.b.ins().icmp(int_cc(op, true), a, b)))
    }

    fn wide_parts(&mut self, id: ExprId, parts: &mut Parts) -> Lowered<()> {
        parts.nodes += 1;
        if parts.nodes > NODES {
            return Ok(());
        }
        match self.body.expr(id).kind {
            _ if !self.is_int(self.body.expr(id).ty.id) || self.is_ready(id) => parts.narrow += 1,
            ExprKind::Int(_) => {}
            ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, a, b) => {
                self.wide_parts(a, parts)?;
                self.wide_parts(b, parts)?;
            }
            _ if self.counter(id)?.is_some() => parts.wide += 1,
            _ => parts.narrow += 1,
        }
        Ok(())
    }

    fn is_ready(&self, id: ExprId) -> bool {
        self.ready.iter().any(|(ready, _)| *ready == id)
    }

    fn wide_value(&mut self, id: ExprId) -> Lowered<ir::Value> {
        if self.is_int(self.body.expr(id).ty.id) && !self.is_ready(id) {
            match self.body.expr(id).kind {
                ExprKind::Int(value) => {
                    return Ok(self.b.ins().iconst(ct::I64, i64::from(value as i32)));
                }
                ExprKind::Binary(op @ (BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul), a, b) => {
                    let (a, b) = (self.wide_value(a)?, self.wide_value(b)?);
                    return Ok(match op {
                        BinaryOp::Add => self.b.ins().iadd(a, b),
                        BinaryOp::Sub => self.b.ins().isub(a, b),
                        _ => self.b.ins().imul(a, b),
                    });
                }
                _ => {}
            }
            if let Some(var) = self.counter(id)? {
                return Ok(self.b.use_var(var));
            }
        }
        let value = self.scalar(id)?;
        let signed = crate::ctype::is_signed(self.unit.types, self.body.expr(id).ty.id);
        Ok(self.resize(value, ct::I64, signed))
    }

    /// `i++`, `i += n` and the like of a counter; `None` if the new value is something else.
    pub(crate) fn step_counter(
        &mut self,
        var: Variable,
        value: ExprId,
        post: bool,
    ) -> Lowered<Option<Value>> {
        let Some((op, by)) = step(self.body, value) else { return Ok(None) };
        if !self.is_int(self.body.expr(value).ty.id) || !self.is_int(self.body.expr(by).ty.id) {
            return Ok(None);
        }
        let by = self.wide_value(by)?;
        let old = self.b.use_var(var);
        let new = match op {
            BinaryOp::Add => self.b.ins().iadd(old, by),
            _ => self.b.ins().isub(old, by),
        };
        self.define(var, new);
        let result = if post { old } else { new };
        Ok(Some(Value::Scalar(self.b.ins().ireduce(ct::I32, result))))
    }
}
