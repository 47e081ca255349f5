//! Arithmetic on integers and pointers. Floating formats, complex numbers and vectors are handed
//! on to their modules. Comes in: operand values and their C type; goes out:
//! the result in the same type.
//!
//! Always: signed overflow wraps; shift counts count modulo the width, as the machine has it.

use crate::ctype::{self, Class};
use crate::func::FunctionCx;
use crate::helper::Helper;
use crate::place::Value;
use crate::{Lowered, bitint, complex, int128, real, vector};
use cfront::tree::{BinaryOp, CompareOp, ExprId, UnaryOp};
use cfront::types::TypeId;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;

impl FunctionCx<'_, '_> {
    pub(crate) fn binary_expr(
        &mut self,
        op: BinaryOp,
        a: ExprId,
        b: ExprId,
        ty: TypeId,
        span: Span,
    ) -> Lowered<Value> {
        if let Class::Complex(_) = self.class(ty)
            && let Some(real) = complex::real_operand(self, a, b)
        {
            return complex::mixed(self, op, real, ty, span);
        }
        let left = self.expr(a)?;
        let right = self.expr(b)?;
        let right = match op {
            BinaryOp::Shl | BinaryOp::Shr => {
                let count = self.body.expr(b).ty.id;
                self.shift_count(right, count, ty, span)?
            }
            _ => right,
        };
        if matches!(op, BinaryOp::Div | BinaryOp::Rem) {
            self.at(span);
        }
        self.binary(op, left, right, ty, span)
    }

    /// A shift's count has a type of its own: bring it to the left operand's where that is no
    /// ordinary integer.
    fn shift_count(
        &mut self,
        count: Value,
        from: TypeId,
        to: TypeId,
        span: Span,
    ) -> Lowered<Value> {
        match (self.class(from), self.class(to)) {
            (Class::Vector { .. }, _) | (_, Class::Vector { .. }) => Ok(count),
            (Class::Int { .. } | Class::Bool, _) => Ok(count),
            _ => {
                // Wide counts: only the low bits matter.
                let int = cfront::types::id::INT;
                self.convert(count, from, int, span)
            }
        }
    }

    pub fn binary(
        &mut self,
        op: BinaryOp,
        a: Value,
        b: Value,
        ty: TypeId,
        span: Span,
    ) -> Lowered<Value> {
        match self.class(ty) {
            Class::Int { .. }
            | Class::Int128 { .. }
            | Class::BitInt { .. }
            | Class::Bool
            | Class::Pointer => self.int_binary(op, a, b, ty, span),
            Class::Float(format) => {
                self.at(span);
                real::binary(self, format, op, &a, &b)
            }
            Class::Complex(_) | Class::ComplexInt(_) => {
                self.at(span);
                complex::binary(self, op, a, b, ty, span)
            }
            Class::Vector { .. } => vector::binary(self, op, a, b, ty, span),
            _ => self.fail(span, "arithmetic on a type that has none"),
        }
    }

    fn operands(&mut self, a: &Value, b: &Value, span: Span) -> Lowered<(ir::Value, ir::Value)> {
        match (a.scalar(), b.scalar()) {
            (Some(a), Some(b)) => Ok((a, b)),
            _ => self.fail(span, "scalar operands were expected here"),
        }
    }

    fn int_binary(
        &mut self,
        op: BinaryOp,
        a: Value,
        b: Value,
        ty: TypeId,
        span: Span,
    ) -> Lowered<Value> {
        let signed = ctype::is_signed(self.unit.types, ty);
        let (a, b) = self.operands(&a, &b, span)?;
        if self.b.func.dfg.value_type(a) == ct::I128
            && let BinaryOp::Div | BinaryOp::Rem = op
        {
            let value = int128::divide(self, a, b, signed, op == BinaryOp::Rem)?;
            return Ok(Value::Scalar(bitint::normalize(self, value, ty)));
        }
        if let BinaryOp::Div | BinaryOp::Rem = op {
            self.guard_divisor(a, b, signed);
        }
        let ins = self.b.ins();
        let value = match (op, signed) {
            (BinaryOp::Add, _) => ins.iadd(a, b),
            (BinaryOp::Sub, _) => ins.isub(a, b),
            (BinaryOp::Mul, _) => ins.imul(a, b),
            (BinaryOp::Div, true) => ins.sdiv(a, b),
            (BinaryOp::Div, false) => ins.udiv(a, b),
            (BinaryOp::Rem, true) => ins.srem(a, b),
            (BinaryOp::Rem, false) => ins.urem(a, b),
            (BinaryOp::Shl, _) => ins.ishl(a, b),
            (BinaryOp::Shr, true) => ins.sshr(a, b),
            (BinaryOp::Shr, false) => ins.ushr(a, b),
            (BinaryOp::And, _) => ins.band(a, b),
            (BinaryOp::Or, _) => ins.bor(a, b),
            (BinaryOp::Xor, _) => ins.bxor(a, b),
        };
        Ok(Value::Scalar(bitint::normalize(self, value, ty)))
    }

    /// Division by zero has to raise SIGFPE, as the instruction does; Cranelift's own check before
    /// it would end in an illegal instruction. The dividend goes along for the report.
    fn guard_divisor(&mut self, dividend: ir::Value, divisor: ir::Value, signed: bool) {
        let dfg = &self.b.func.dfg;
        if let ir::ValueDef::Result(inst, 0) = dfg.value_def(divisor)
            && let ir::InstructionData::UnaryImm { opcode: ir::Opcode::Iconst, imm } =
                dfg.insts[inst]
            && imm.bits() != 0
        {
            return;
        }
        let zero = self.b.create_block();
        let next = self.b.create_block();
        self.b.set_cold_block(zero);
        self.b.ins().brif(divisor, next, &[], zero, &[]);
        self.b.switch_to_block(zero);
        self.b.seal_block(zero);
        let dividend = match self.b.func.dfg.value_type(dividend) {
            ct::I64 => dividend,
            _ if signed => self.b.ins().sextend(ct::I64, dividend),
            _ => self.b.ins().uextend(ct::I64, dividend),
        };
        self.helper(Helper::DivideByZero, &[dividend]);
        self.b.ins().jump(next, &[]);
        self.b.switch_to_block(next);
        self.b.seal_block(next);
    }

    pub fn unary(&mut self, op: UnaryOp, a: Value, ty: TypeId, span: Span) -> Lowered<Value> {
        match (self.class(ty), op) {
            (Class::Float(format), UnaryOp::Neg) => real::negate(self, format, &a),
            (Class::Float(_), _) => Ok(a),
            (
                Class::Int { .. }
                | Class::Int128 { .. }
                | Class::BitInt { .. }
                | Class::Bool
                | Class::Pointer,
                _,
            ) => {
                let (a, _) = self.operands(&a, &a, span)?;
                let value = match op {
                    UnaryOp::Neg => self.b.ins().ineg(a),
                    UnaryOp::BitNot => self.b.ins().bnot(a),
                    UnaryOp::Conjugate => a,
                };
                Ok(Value::Scalar(bitint::normalize(self, value, ty)))
            }
            (Class::Complex(_) | Class::ComplexInt(_), _) => complex::unary(self, op, a, ty, span),
            (Class::Vector { .. }, _) => vector::unary(self, op, a, ty, span),
            _ => self.fail(span, "arithmetic on a type that has none"),
        }
    }

    /// A comparison of two scalars: an `I8`, 0 or 1.
    pub fn compare(
        &mut self,
        op: CompareOp,
        a: Value,
        b: Value,
        ty: TypeId,
        span: Span,
    ) -> Lowered<ir::Value> {
        match self.class(ty) {
            Class::Int { .. }
            | Class::Int128 { .. }
            | Class::BitInt { .. }
            | Class::Bool
            | Class::Pointer
            | Class::Function => {
                let signed = ctype::is_signed(self.unit.types, ty);
                let (a, b) = self.operands(&a, &b, span)?;
                Ok(self.b.ins().icmp(int_cc(op, signed), a, b))
            }
            Class::Float(format) => real::compare_by_order(self, format, op, &a, &b),
            Class::Complex(_) | Class::ComplexInt(_) => complex::compare(self, op, a, b, ty, span),
            _ => self.fail(span, "a comparison of a type that has none"),
        }
    }

    /// Is the value unequal to zero? An `I8`, 0 or 1.
    pub fn truth(&mut self, value: Value, ty: TypeId, span: Span) -> Lowered<ir::Value> {
        match self.class(ty) {
            Class::Bool => Ok(self.operands(&value, &value, span)?.0),
            Class::Int { .. } | Class::Pointer | Class::Function => {
                let (value, _) = self.operands(&value, &value, span)?;
                Ok(self.b.ins().icmp_imm_s(IntCC::NotEqual, value, 0))
            }
            Class::Float(format) => real::is_nonzero(self, format, &value),
            _ => {
                let zero = self.zero(ty, span)?;
                self.compare(CompareOp::Ne, value, zero, ty, span)
            }
        }
    }
}

pub(crate) fn int_cc(op: CompareOp, signed: bool) -> IntCC {
    match (op, signed) {
        (CompareOp::Eq, _) => IntCC::Equal,
        (CompareOp::Ne, _) => IntCC::NotEqual,
        (CompareOp::Lt, true) => IntCC::SignedLessThan,
        (CompareOp::Le, true) => IntCC::SignedLessThanOrEqual,
        (CompareOp::Gt, true) => IntCC::SignedGreaterThan,
        (CompareOp::Ge, true) => IntCC::SignedGreaterThanOrEqual,
        (CompareOp::Lt, false) => IntCC::UnsignedLessThan,
        (CompareOp::Le, false) => IntCC::UnsignedLessThanOrEqual,
        (CompareOp::Gt, false) => IntCC::UnsignedGreaterThan,
        (CompareOp::Ge, false) => IntCC::UnsignedGreaterThanOrEqual,
    }
}
