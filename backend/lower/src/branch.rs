//! Conditions: scalars asked only whether they are zero. In comes an expression, out goes control
//! flow ([`FunctionCx::branch`]) or a one-byte truth value ([`FunctionCx::condition`]).
//!
//! Always: `&&`, `||` and `!` become jumps where a jump is wanted; a comparison is never widened
//! to `int` only to be compared with zero again.

use crate::ctype::{Class, Repr};
use crate::func::FunctionCx;
use crate::place::{Addr, Value};
use crate::{Lowered, vector};
use cfront::tree::{BinaryOp, Builtin, CompareOp, Conversion, ExprId, ExprKind};
use cfront::types::QType;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};

impl FunctionCx<'_, '_> {
    /// Is the expression a truth value by itself: 0 or 1?
    pub(crate) fn is_condition(&self, id: ExprId) -> bool {
        match self.body.expr(id).kind {
            ExprKind::Compare(..) => {
                !matches!(self.class(self.body.expr(id).ty.id), Class::Vector { .. })
            }
            ExprKind::LogicalAnd(..) | ExprKind::LogicalOr(..) | ExprKind::LogicalNot(_) => true,
            _ => false,
        }
    }

    /// A constant condition's truth, seen without evaluating anything.
    pub(crate) fn constant_condition(&self, id: ExprId) -> Option<bool> {
        match self.body.expr(id).kind {
            ExprKind::Int(value) => Some(value != 0),
            ExprKind::Convert(
                Conversion::IntToInt | Conversion::ToBool | Conversion::Same,
                inner,
            ) => match self.body.expr(inner).kind {
                // A narrowing conversion could make zero of something else.
                ExprKind::Int(value) => (value < 128).then_some(value != 0),
                _ => None,
            },
            ExprKind::LogicalNot(inner) => self.constant_condition(inner).map(|truth| !truth),
            ExprKind::Compare(op, a, b) => self.constant_compare(op, a, b),
            _ => None,
        }
    }

    fn constant_compare(&self, op: CompareOp, a: ExprId, b: ExprId) -> Option<bool> {
        let (ExprKind::Int(x), ExprKind::Int(y)) =
            (&self.body.expr(a).kind, &self.body.expr(b).kind)
        else {
            return None;
        };
        let order = match self.class(self.body.expr(a).ty.id) {
            Class::Int { signed: true, .. } => (*x as i64).cmp(&(*y as i64)),
            Class::Int { signed: false, .. } | Class::Bool => x.cmp(y),
            _ => return None,
        };
        Some(match op {
            CompareOp::Eq => order.is_eq(),
            CompareOp::Ne => order.is_ne(),
            CompareOp::Lt => order.is_lt(),
            CompareOp::Le => order.is_le(),
            CompareOp::Gt => order.is_gt(),
            CompareOp::Ge => order.is_ge(),
        })
    }

    /// Looks through conversions that do not change whether a value is zero, and through `!= 0`.
    fn peel(&self, mut id: ExprId) -> ExprId {
        loop {
            let expr = self.body.expr(id);
            let inner = match expr.kind {
                ExprKind::Compare(CompareOp::Ne, value, zero) if self.is_to_zero(value, zero) => {
                    id = value;
                    continue;
                }
                ExprKind::Convert(Conversion::ToBool | Conversion::Same, inner) => inner,
                ExprKind::Convert(Conversion::IntToInt, inner) => inner,
                _ => return id,
            };
            let from = self.body.expr(inner).ty.id;
            let integer = |class| matches!(class, Class::Int { .. } | Class::Bool | Class::Pointer);
            let to_bool = matches!(expr.kind, ExprKind::Convert(Conversion::ToBool, _));
            let fits = integer(self.class(from)) && integer(self.class(expr.ty.id));
            if self.is_condition(inner)
                || to_bool
                || (fits && self.size_of(expr.ty.id) >= self.size_of(from))
            {
                id = inner;
            } else {
                return id;
            }
        }
    }

    /// Is this an integer or pointer compared with zero?
    fn is_to_zero(&self, value: ExprId, zero: ExprId) -> bool {
        let class = self.class(self.body.expr(value).ty.id);
        matches!(class, Class::Int { .. } | Class::Bool | Class::Pointer)
            && matches!(self.body.expr(zero).kind, ExprKind::Int(0))
    }

    /// Jumps to `then` if the expression is not zero, else to `otherwise`.
    pub(crate) fn branch(
        &mut self,
        id: ExprId,
        then: ir::Block,
        otherwise: ir::Block,
    ) -> Lowered<()> {
        let body = self.body;
        let id = self.peel(id);
        if let Some(truth) = self.constant_condition(id) {
            self.b.ins().jump(if truth { then } else { otherwise }, &[]);
            return Ok(());
        }
        match &body.expr(id).kind {
            &ExprKind::LogicalNot(inner) => self.branch(inner, otherwise, then),
            ExprKind::LogicalAnd(..) | ExprKind::LogicalOr(..) => {
                let (and, parts) = self.logical_parts(id);
                let Some((&last, rest)) = parts.split_last() else {
                    return self.fail(body.expr(id).span, "a logical operator without operands");
                };
                for &part in rest {
                    let middle = self.b.create_block();
                    if and {
                        self.branch(part, middle, otherwise)?;
                    } else {
                        self.branch(part, then, middle)?;
                    }
                    self.b.switch_to_block(middle);
                    self.b.seal_block(middle);
                }
                self.branch(last, then, otherwise)
            }
            &ExprKind::Compare(CompareOp::Eq, value, zero) if self.is_to_zero(value, zero) => {
                self.branch(value, otherwise, then)
            }
            &ExprKind::Cond(cond, a, b) if self.is_better_as_jumps(a, b) => {
                let (first, second) = (self.b.create_block(), self.b.create_block());
                self.branch(cond, first, second)?;
                for (block, way) in [(first, a), (second, b)] {
                    self.b.switch_to_block(block);
                    self.b.seal_block(block);
                    self.branch(way, then, otherwise)?;
                }
                Ok(())
            }
            &ExprKind::Comma(a, b) => {
                self.discard(a)?;
                self.branch(b, then, otherwise)
            }
            // __builtin_expect: the other way is cold.
            ExprKind::Builtin(Builtin::First, args) => {
                let &[value, ref rest @ ..] = body.list(args) else {
                    return self.fail(body.expr(id).span, "a builtin without operands");
                };
                if let &[expected] = rest
                    && let Some(truth) = self.constant_condition(expected)
                {
                    let cold = if truth { otherwise } else { then };
                    self.b.set_cold_block(cold);
                } else {
                    for &arg in rest {
                        self.discard(arg)?;
                    }
                }
                self.branch(value, then, otherwise)
            }
            _ => {
                let truth = self.nonzero(id)?;
                self.b.ins().brif(truth, then, &[], otherwise, &[]);
                Ok(())
            }
        }
    }

    /// Each way of a `?:` that is asked for its truth knows where to go: there is no value to be
    /// made and tested again, and what one way assigns is known behind it. Two values that are at
    /// hand are rather selected from.
    fn is_better_as_jumps(&self, a: ExprId, b: ExprId) -> bool {
        let known = [a, b].iter().any(|&way| self.constant_condition(self.peel(way)).is_some());
        known || !(self.is_cheap(a, &mut 3) && self.is_cheap(b, &mut 3))
    }

    /// A value that is zero exactly if the expression is: integers as they are.
    fn nonzero(&mut self, id: ExprId) -> Lowered<ir::Value> {
        let expr = self.body.expr(id);
        if self.is_condition(id) {
            return self.condition(id);
        }
        let value = self.expr(id)?;
        match (self.class(expr.ty.id), &value) {
            (Class::Int { .. } | Class::Bool | Class::Pointer, &Value::Scalar(value)) => Ok(value),
            _ => self.truth(value, expr.ty.id, expr.span),
        }
    }

    /// The expression's truth as an `I8`, 0 or 1.
    pub(crate) fn condition(&mut self, id: ExprId) -> Lowered<ir::Value> {
        let id = self.peel(id);
        let expr = self.body.expr(id);
        match expr.kind {
            ExprKind::Compare(op, a, b) if self.is_condition(id) => {
                let ty = self.body.expr(a).ty.id;
                if let Some(truth) = self.compare_widened(op, a, b)? {
                    return Ok(truth);
                }
                let left = self.expr(a)?;
                let right = self.expr(b)?;
                self.compare(op, left, right, ty, expr.span)
            }
            ExprKind::LogicalNot(inner) => {
                let inner = self.peel(inner);
                if self.is_condition(inner) {
                    let truth = self.condition(inner)?;
                    return Ok(self.b.ins().bxor_imm_u(truth, 1));
                }
                let value = self.expr(inner)?;
                let from = self.body.expr(inner);
                if let (Class::Int { .. } | Class::Pointer, Some(value)) =
                    (self.class(from.ty.id), value.scalar())
                {
                    let equal = ir::condcodes::IntCC::Equal;
                    return Ok(self.b.ins().icmp_imm_s(equal, value, 0));
                }
                let truth = self.truth(value, from.ty.id, from.span)?;
                Ok(self.b.ins().bxor_imm_u(truth, 1))
            }
            ExprKind::LogicalAnd(..) | ExprKind::LogicalOr(..) => {
                let (and, parts) = self.logical_parts(id);
                let cheap = |cx: &Self| parts[1..].iter().all(|&part| cx.is_cheap(part, &mut 4));
                if parts.len() > 4 || !cheap(self) {
                    return self.short_circuit(id);
                }
                let mut result = self.condition(parts[0])?;
                for &part in &parts[1..] {
                    let right = self.condition(part)?;
                    result = if and {
                        self.b.ins().band(result, right)
                    } else {
                        self.b.ins().bor(result, right)
                    };
                }
                Ok(result)
            }
            _ => {
                let value = self.expr(id)?;
                self.truth(value, expr.ty.id, expr.span)
            }
        }
    }

    /// The operands of a chain of one logical operator, which leans to the left; at least two.
    fn logical_parts(&self, id: ExprId) -> (bool, Vec<ExprId>) {
        let and = matches!(self.body.expr(id).kind, ExprKind::LogicalAnd(..));
        let mut parts = Vec::new();
        let mut at = id;
        loop {
            match self.body.expr(at).kind {
                ExprKind::LogicalAnd(a, b) if and => {
                    parts.push(b);
                    at = a;
                }
                ExprKind::LogicalOr(a, b) if !and => {
                    parts.push(b);
                    at = a;
                }
                _ => break,
            }
        }
        parts.push(at);
        parts.reverse();
        (and, parts)
    }

    fn short_circuit(&mut self, id: ExprId) -> Lowered<ir::Value> {
        let (then, otherwise) = (self.b.create_block(), self.b.create_block());
        let end = self.b.create_block();
        let result = self.b.append_block_param(end, ct::I8);
        self.branch(id, then, otherwise)?;
        for (block, truth) in [(then, 1), (otherwise, 0)] {
            self.b.switch_to_block(block);
            self.b.seal_block(block);
            let truth = self.b.ins().iconst(ct::I8, truth);
            self.b.ins().jump(end, &[truth.into()]);
        }
        self.b.switch_to_block(end);
        self.b.seal_block(end);
        Ok(result)
    }

    /// A comparison or logical operation as a value of its type.
    pub(crate) fn condition_as_value(&mut self, id: ExprId) -> Lowered<Value> {
        let body = self.body;
        let expr = body.expr(id);
        if let (&ExprKind::Compare(op, a, b), false) = (&expr.kind, self.is_condition(id)) {
            let of = body.expr(a).ty.id;
            let (a, b) = (self.expr(a)?, self.expr(b)?);
            return vector::compare(self, op, a, b, of, expr.ty.id, expr.span);
        }
        let truth = self.condition(id)?;
        match self.repr(expr.ty.id) {
            Repr::Scalar(clif) => Ok(Value::Scalar(self.resize(truth, clif, false))),
            _ => Ok(Value::Scalar(truth)),
        }
    }

    // ------------------------------------------------------------ ?:

    /// May the expression be evaluated although C would not: no effect, no fault, a few
    /// instructions?
    pub(crate) fn is_cheap(&self, id: ExprId, budget: &mut u32) -> bool {
        if *budget == 0 {
            return false;
        }
        *budget -= 1;
        match self.body.expr(id).kind {
            ExprKind::Int(_) | ExprKind::Float(_) => true,
            ExprKind::Load(inner) => match self.body.expr(inner).kind {
                ExprKind::Local(local) => self.in_register(local),
                _ => false,
            },
            ExprKind::Convert(
                Conversion::IntToInt
                | Conversion::PtrToPtr
                | Conversion::Same
                | Conversion::PtrToInt
                | Conversion::IntToPtr
                | Conversion::NullToPtr,
                inner,
            ) => self.is_cheap(inner, budget),
            ExprKind::Binary(op, a, b) => {
                !matches!(op, BinaryOp::Div | BinaryOp::Rem | BinaryOp::Mul)
                    && matches!(self.class(self.body.expr(id).ty.id), Class::Int { .. })
                    && self.is_cheap(a, budget)
                    && self.is_cheap(b, budget)
            }
            ExprKind::Compare(_, a, b) => {
                matches!(self.class(self.body.expr(a).ty.id), Class::Int { .. } | Class::Pointer)
                    && self.is_cheap(a, budget)
                    && self.is_cheap(b, budget)
            }
            ExprKind::LogicalNot(inner) => self.is_cheap(inner, budget),
            _ => false,
        }
    }

    pub(crate) fn conditional(
        &mut self,
        cond: ExprId,
        a: ExprId,
        b: ExprId,
        ty: QType,
    ) -> Lowered<Value> {
        if let Some(truth) = self.constant_condition(cond) {
            return self.expr(if truth { a } else { b });
        }
        let (mut left, mut right) = (3, 3);
        if let Repr::Scalar(clif) = self.repr(ty.id)
            && clif.is_int()
            && clif != ct::I128
            && self.is_cheap(a, &mut left)
            && self.is_cheap(b, &mut right)
        {
            let peeled = self.peel(cond);
            let truth = self.nonzero(peeled)?;
            let (a, b) = (self.scalar(a)?, self.scalar(b)?);
            return Ok(Value::Scalar(self.b.ins().select(truth, a, b)));
        }
        // `a ? b : c ? d : …` is one chain, with one end.
        let end = self.b.create_block();
        let mut like = None;
        let (mut cond, mut a, mut b) = (cond, a, b);
        loop {
            let (then, otherwise) = (self.b.create_block(), self.b.create_block());
            self.branch(cond, then, otherwise)?;
            self.b.switch_to_block(then);
            self.b.seal_block(then);
            let value = self.expr(a)?;
            like = Some(self.pass(value, ty, end, like.as_ref())?);
            self.b.switch_to_block(otherwise);
            self.b.seal_block(otherwise);
            match self.body.expr(b).kind {
                ExprKind::Cond(next, then, otherwise) if self.body.expr(b).ty.id == ty.id => {
                    (cond, a, b) = (next, then, otherwise);
                }
                _ => break,
            }
        }
        let value = self.expr(b)?;
        let result = self.pass(value, ty, end, like.as_ref())?;
        self.b.switch_to_block(end);
        self.b.seal_block(end);
        Ok(result)
    }

    /// Jumps to `end` with a value as its parameters; gives the value as `end` sees it, which is
    /// `like` after the first jump there.
    fn pass(
        &mut self,
        value: Value,
        ty: QType,
        end: ir::Block,
        like: Option<&Value>,
    ) -> Lowered<Value> {
        let split = match (like, &value) {
            (Some(Value::Split(split, _)), _) => Some(split.clone()),
            (None | Some(Value::Void), Value::Split(split, _)) => Some(split.clone()),
            _ => None,
        };
        let args = match (self.repr(ty.id), value) {
            (Repr::Scalar(_), Value::Scalar(value)) => vec![value],
            (Repr::Pair(_), Value::Pair(real, imag)) => vec![real, imag],
            (Repr::Memory, Value::Split(_, values)) if split.is_some() => values,
            (Repr::Memory, Value::Memory(addr)) if let Some(split) = &split => {
                self.load_split(split, addr)
            }
            (Repr::Memory, value @ (Value::Memory(_) | Value::Split(..))) => {
                let addr = self.in_memory(&value, ty.id)?;
                vec![self.addr_value(addr)]
            }
            // Void, or a way that does not come back.
            _ => Vec::new(),
        };
        if self.b.block_params(end).is_empty() {
            for &arg in &args {
                let clif = self.b.func.dfg.value_type(arg);
                self.b.append_block_param(end, clif);
            }
        }
        let params = self.b.block_params(end).to_vec();
        let args: Vec<ir::BlockArg> = args.into_iter().map(ir::BlockArg::Value).collect();
        self.b.ins().jump(end, &args);
        if let (Some(split), false) = (split, params.is_empty()) {
            return Ok(Value::Split(split, params));
        }
        Ok(match (self.repr(ty.id), params.as_slice()) {
            (Repr::Scalar(_), &[value]) => Value::Scalar(value),
            (Repr::Pair(_), &[real, imag]) => Value::Pair(real, imag),
            (Repr::Memory, &[addr]) => Value::Memory(Addr::value(addr)),
            _ => Value::Void,
        })
    }

    pub(crate) fn conditional_effect(&mut self, cond: ExprId, a: ExprId, b: ExprId) -> Lowered<()> {
        let (then, otherwise) = (self.b.create_block(), self.b.create_block());
        let end = self.b.create_block();
        self.branch(cond, then, otherwise)?;
        for (block, id) in [(then, a), (otherwise, b)] {
            self.b.switch_to_block(block);
            self.b.seal_block(block);
            self.discard(id)?;
            self.b.ins().jump(end, &[]);
        }
        self.b.switch_to_block(end);
        self.b.seal_block(end);
        Ok(())
    }

    pub(crate) fn conditional_or(
        &mut self,
        value: ExprId,
        converted: ExprId,
        other: ExprId,
        ty: QType,
    ) -> Lowered<Value> {
        let expr = self.body.expr(value);
        let first = self.expr(value)?;
        let truth = self.truth(first.clone(), expr.ty.id, expr.span)?;
        let (then, otherwise) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(truth, then, &[], otherwise, &[]);
        let end = self.b.create_block();
        self.b.switch_to_block(then);
        self.b.seal_block(then);
        self.same.push(first);
        let kept = self.expr(converted);
        self.same.pop();
        let like = self.pass(kept?, ty, end, None)?;
        self.b.switch_to_block(otherwise);
        self.b.seal_block(otherwise);
        let value = self.expr(other)?;
        let result = self.pass(value, ty, end, Some(&like))?;
        self.b.switch_to_block(end);
        self.b.seal_block(end);
        Ok(result)
    }
}
