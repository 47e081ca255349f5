//! Conversions between scalar types. Comes in: a value and its type; goes out: the value in the
//! other type. What involves a type with a module of its own is that module's.
//!
//! Always: nothing traps, and a `_BitInt` comes out extended from its width.

use crate::ctype::{self, Class, Repr};
use crate::func::FunctionCx;
use crate::place::Value;
use crate::{Lowered, bitint, complex, real, vector};
use cfront::tree::{Conversion, ExprId, ExprKind};
use cfront::types::{QType, TypeId};
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;

impl FunctionCx<'_, '_> {
    pub(crate) fn convert_expr(
        &mut self,
        how: Conversion,
        inner: ExprId,
        ty: QType,
        span: Span,
    ) -> Lowered<Value> {
        let from = self.body.expr(inner).ty.id;
        match how {
            Conversion::ToVoid => {
                self.discard(inner)?;
                Ok(Value::Void)
            }
            Conversion::Same => self.expr(inner),
            Conversion::PtrToPtr => {
                let addr = self.address(inner)?;
                Ok(Value::Scalar(self.addr_value(addr)))
            }
            Conversion::NullToPtr => {
                if !matches!(self.body.expr(inner).kind, ExprKind::Int(_)) {
                    self.discard(inner)?;
                }
                Ok(Value::Scalar(self.iconst(ct::I64, 0)))
            }
            Conversion::ToBool => {
                let value = self.condition(inner)?;
                Ok(Value::Scalar(value))
            }
            Conversion::Bits => {
                let value = self.expr(inner)?;
                self.same_bits(value, from, ty.id, span)
            }
            Conversion::Splat => {
                let value = self.expr(inner)?;
                vector::splat(self, value, ty.id, span)
            }
            Conversion::IntToInt => self.int_to_int_expr(inner, from, ty.id, span),
            _ => {
                let value = self.expr(inner)?;
                self.convert(value, from, ty.id, span)
            }
        }
    }

    fn int_to_int_expr(
        &mut self,
        inner: ExprId,
        from: TypeId,
        to: TypeId,
        span: Span,
    ) -> Lowered<Value> {
        // A comparison is one byte in truth: widen that, not the `int` made of it.
        if self.is_condition(inner)
            && let Repr::Scalar(clif) = self.repr(to)
            && !matches!(self.class(to), Class::BitInt { .. })
        {
            let value = self.condition(inner)?;
            return Ok(Value::Scalar(self.resize(value, clif, false)));
        }
        if let Class::Int { bits: 64, .. } = self.class(to)
            && let Some(value) = self.widened(inner)?
        {
            return Ok(Value::Scalar(value));
        }
        let value = self.expr(inner)?;
        self.convert(value, from, to, span)
    }

    /// The value of type `from` in type `to`.
    pub fn convert(
        &mut self,
        value: Value,
        from: TypeId,
        to: TypeId,
        span: Span,
    ) -> Lowered<Value> {
        if from == to {
            return Ok(value);
        }
        let (source, target) = (self.class(from), self.class(to));
        if target == Class::Void {
            return Ok(Value::Void);
        }
        if let (Class::Float(a), Class::Float(b)) = (source, target) {
            return real::convert(self, a, b, &value);
        }
        if target == Class::Bool {
            return Ok(Value::Scalar(self.truth(value, from, span)?));
        }
        let is_vector = |class| matches!(class, Class::Vector { .. });
        if is_vector(source) || is_vector(target) {
            return vector::convert(self, value, from, to, span);
        }
        let is_complex = |class| matches!(class, Class::Complex(_) | Class::ComplexInt(_));
        if is_complex(source) || is_complex(target) {
            return complex::convert(self, value, from, to, span);
        }
        let to_signed = ctype::is_signed(self.unit.types, to);
        let result = match (source, target) {
            (Class::Float(format), class) if is_integer(class) => {
                let Repr::Scalar(clif) = self.repr(to) else {
                    return self.fail(span, "a conversion to an integer of this width");
                };
                real::to_int(self, format, &value, clif, to_signed)?
            }
            (class, Class::Float(format)) if is_integer(class) => {
                let signed = ctype::is_signed(self.unit.types, from);
                let Some(value) = value.scalar() else {
                    return self.fail(span, "a conversion from an integer of this width");
                };
                return real::from_int(self, value, signed, format);
            }
            (a, b) if is_integer(a) && is_integer(b) => {
                let signed = ctype::is_signed(self.unit.types, from);
                let (Some(value), Repr::Scalar(clif)) = (value.scalar(), self.repr(to)) else {
                    return self.fail(span, "a conversion between integers of these widths");
                };
                self.resize(value, clif, signed)
            }
            _ => return self.fail(span, "a conversion between types that have none"),
        };
        Ok(Value::Scalar(bitint::normalize(self, result, to)))
    }

    /// The same bits as another type of the same size.
    fn same_bits(&mut self, value: Value, from: TypeId, to: TypeId, span: Span) -> Lowered<Value> {
        let Repr::Scalar(clif) = self.repr(to) else {
            let addr = self.in_memory(&value, from)?;
            return Ok(self.load_memory(addr, to));
        };
        match value {
            Value::Scalar(value) => {
                let have = self.b.func.dfg.value_type(value);
                if have == clif {
                    return Ok(Value::Scalar(value));
                }
                if have.bits() != clif.bits() {
                    return self.fail(span, "the same bits in a type of another size");
                }
                let flags = ir::MemFlagsData::new().with_endianness(ir::Endianness::Little);
                Ok(Value::Scalar(self.b.ins().bitcast(clif, flags, value)))
            }
            other => {
                let addr = self.in_memory(&other, from)?;
                Ok(self.load_memory(addr, to))
            }
        }
    }
}

/// Integers of any width, pointers among them.
fn is_integer(class: Class) -> bool {
    matches!(
        class,
        Class::Int { .. }
            | Class::Int128 { .. }
            | Class::BitInt { .. }
            | Class::Bool
            | Class::Pointer
            | Class::Function
    )
}
