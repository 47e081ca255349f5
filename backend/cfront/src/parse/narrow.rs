//! Implicit conversions that may lose something: `-Wconversion`, `-Wsign-conversion`,
//! `-Wfloat-conversion`. In: an operand before its conversion and the type it becomes; out: warnings.
//! As in gcc, arithmetic loses nothing that its operands would not lose, and both arms of a
//! conditional are looked at by themselves.

use super::Parser;
use crate::consteval::Value;
use crate::convert::IntShape;
use crate::softfloat::Soft;
use crate::tree::*;
use crate::types::{FloatFormat, Type, TypeId, id};

/// Operators inside operands are followed so deep.
const MAX_DEPTH: u32 = 40;

/// What a conversion may lose, and of what.
struct Loss {
    option: &'static str,
    /// The part of the operand that does not fit.
    part: ExprId,
    /// Its value changes for sure: from, to.
    change: Option<(String, String)>,
}

impl Parser<'_> {
    /// `e` is about to become a `to`.
    pub(super) fn check_narrowing(&mut self, e: ExprId, to: TypeId) {
        let asked = self.warnings_may("conversion")
            || self.warnings_may("sign-conversion")
            || self.warnings_may("float-conversion");
        if !asked || self.ex.unevaluated > 0 {
            return;
        }
        let Some(loss) = self.loss(e, to, 0) else { return };
        let from = self.show(self.unwidened_type(loss.part));
        let to = self.show(to);
        let message = match (loss.change, loss.option) {
            (Some((old, new)), _) => {
                format!("conversion from '{from}' to '{to}' changes value from '{old}' to '{new}'")
            }
            (None, "sign-conversion") => {
                format!("conversion to '{to}' from '{from}' may change the sign of the result")
            }
            (None, _) => format!("conversion from '{from}' to '{to}' may change value"),
        };
        let span = self.expr_span(e);
        self.warn(loss.option, span, message);
    }

    fn loss(&self, e: ExprId, to: TypeId, depth: u32) -> Option<Loss> {
        if depth > MAX_DEPTH {
            return None;
        }
        if let Ok(value) = self.eval(false).value(e) {
            return self.constant_loss(e, &value, to, depth > 0);
        }
        let deeper = |e: ExprId| self.loss(self.unwidened(e), to, depth + 1);
        match self.body.expr(e).kind {
            ExprKind::Compare(..)
            | ExprKind::LogicalAnd(..)
            | ExprKind::LogicalOr(..)
            | ExprKind::LogicalNot(_) => None,
            ExprKind::Cond(_, then, otherwise) => deeper(then).or_else(|| deeper(otherwise)),
            ExprKind::Comma(_, value) => self.loss(value, to, depth + 1),
            ExprKind::Binary(BinaryOp::And, a, b) if self.masked(a, b, to) => None,
            ExprKind::Binary(BinaryOp::Shl | BinaryOp::Shr, a, _) => deeper(a),
            ExprKind::Binary(_, a, b) => deeper(a).or_else(|| deeper(b)),
            ExprKind::Unary(UnaryOp::Neg | UnaryOp::BitNot, of) => deeper(of),
            _ => {
                let part = self.unwidened(e);
                match self.body.expr(part).kind {
                    _ if part == e => self.type_loss(part, to),
                    _ => self.loss(part, to, depth + 1),
                }
            }
        }
    }

    /// A constant that is not negative and fits bounds what `&` gives.
    fn masked(&self, a: ExprId, b: ExprId, to: TypeId) -> bool {
        let Some(shape) = self.ctx.types.int_shape(to) else { return false };
        let bounds = |e: &ExprId| {
            let Some(value) = self.literal_int(*e) else { return false };
            let signed = IntShape { bits: shape.bits, signed: true };
            let unsigned = !self.shape_or_int(self.ty(*e)).signed;
            value >= 0 && shape.holds(value) && (signed.holds(value) || unsigned)
        };
        [a, b].iter().any(bounds)
    }

    /// The operand without conversions that only widened it.
    fn unwidened(&self, e: ExprId) -> ExprId {
        let mut e = e;
        while let ExprKind::Convert(_, from) = self.body.expr(e).kind {
            let types = &self.ctx.types;
            let (outer, inner) = (self.ty(e), self.ty(from));
            let widens = match (types.int_shape(outer), types.int_shape(inner)) {
                (Some(outer), Some(inner)) => {
                    outer.bits > inner.bits || outer.bits == inner.bits && outer == inner
                }
                _ => false,
            };
            if !widens {
                break;
            }
            e = from;
        }
        e
    }

    fn unwidened_type(&self, e: ExprId) -> TypeId {
        self.ty(e)
    }

    /// By the types alone.
    fn type_loss(&self, e: ExprId, to: TypeId) -> Option<Loss> {
        let types = &self.ctx.types;
        let from = self.ty(e);
        let is_enum = |ty| matches!(types.get(ty), Type::Enum(_));
        if from == id::BOOL || to == id::BOOL || is_enum(from) || is_enum(to) {
            return None;
        }
        let option = match (types.float_kind(from), types.float_kind(to)) {
            (Some(a), Some(b)) => {
                (digits(b.format()) < digits(a.format())).then_some("float-conversion")
            }
            (Some(_), None) => types.is_integer(to).then_some("float-conversion"),
            (None, Some(kind)) => {
                let shape = self.value_shape(e)?;
                let held = shape.bits - u32::from(shape.signed);
                (held > digits(kind.format())).then_some("conversion")
            }
            (None, None) => {
                let (a, b) = (self.value_shape(e)?, types.int_shape(to)?);
                if b.bits < a.bits {
                    Some("conversion")
                } else {
                    let signs = b.bits == a.bits && a.signed != b.signed;
                    (signs || !b.signed && a.signed).then_some("sign-conversion")
                }
            }
        };
        option.map(|option| Loss { option, part: e, change: None })
    }

    /// Of a bit-field its width counts.
    fn value_shape(&self, e: ExprId) -> Option<IntShape> {
        let shape = self.ctx.types.int_shape(self.ty(e))?;
        Some(match self.value_width(e) {
            Some(bits) => IntShape { bits, ..shape },
            None => shape,
        })
    }

    fn constant_loss(&self, e: ExprId, value: &Value, to: TypeId, inner: bool) -> Option<Loss> {
        let types = &self.ctx.types;
        if to == id::BOOL || matches!(types.get(to), Type::Enum(_)) {
            return None;
        }
        let (option, old, new) = match (value, types.int_shape(to), types.float_kind(to)) {
            (&Value::Int(value), Some(shape), _) => {
                if shape.holds(value) {
                    return None;
                }
                // What fits neither signedness is an overflow, which is always warned of.
                let other = IntShape { bits: shape.bits, signed: !shape.signed };
                let whole = other.holds(value);
                let from = types.int_shape(self.ty(e))?;
                let negative = value < 0;
                let option = match whole {
                    false if !inner => return None,
                    false => "conversion",
                    true if !shape.signed && from.signed && negative => "sign-conversion",
                    true if shape.signed && !from.signed => "sign-conversion",
                    true => "conversion",
                };
                (option, value.to_string(), shape.wrap(value).to_string())
            }
            (&Value::Int(value), None, Some(kind)) => {
                let made = crate::consteval::int_to_float(
                    value,
                    types.int_shape(self.ty(e))?.signed,
                    kind.format(),
                );
                let back = made.to_int().map(|(negative, size)| {
                    if negative { (size as i128).wrapping_neg() } else { size as i128 }
                });
                if back == Some(value) {
                    return None;
                }
                ("float-conversion", value.to_string(), format!("{:e}", made.to_f64()))
            }
            (&Value::Float(value), Some(shape), _) => {
                let int = value.to_int().map(|(negative, size)| {
                    if negative { (size as i128).wrapping_neg() } else { size as i128 }
                })?;
                let exact = Soft::from_f64(int as f64).to_f64() == value.to_f64();
                if exact || !shape.holds(int) {
                    return None;
                }
                ("float-conversion", format!("{:e}", value.to_f64()), int.to_string())
            }
            (&Value::Float(value), None, Some(kind)) => {
                let from = types.float_kind(self.ty(e))?;
                let made = value.convert(kind.format());
                if value.is_nan() || made.to_bits(from.format()) == value.to_bits(from.format()) {
                    return None;
                }
                let (old, new) = (value.to_f64(), made.to_f64());
                ("float-conversion", format!("{old:e}"), format!("{new:e}"))
            }
            _ => return None,
        };
        Some(Loss { option, part: e, change: Some((old, new)) })
    }
}

/// How many binary digits a format holds.
fn digits(format: FloatFormat) -> u32 {
    match format {
        FloatFormat::Half => 11,
        FloatFormat::Single => 24,
        FloatFormat::Double => 53,
        FloatFormat::Extended => 64,
        FloatFormat::Quad => 113,
    }
}
