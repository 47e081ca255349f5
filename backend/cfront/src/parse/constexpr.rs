//! Objects whose type or value the standard wants to know in full where they are declared:
//! `constexpr` ones and those with a deduced type. In: their types and initialisers; out: messages
//! about what they must not be. (Their values are constants like all others, see `consteval.rs`.)

use super::Parser;
use crate::consteval::Value;
use crate::softfloat::Soft;
use crate::tree::{ExprId, StringId, StringLit};
use crate::types::{FloatFormat, IntKind, QType, Quals, Type, TypeId};
use preproc::source::Span;

/// How many tags there were.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Tags(usize, usize);

impl Parser<'_> {
    /// A `constexpr` object has only qualifiers that let it be a constant.
    pub(super) fn check_constexpr_type(&mut self, ty: QType, span: Span) {
        if self.ctx.types.is_variably_modified(ty.id) {
            self.error(span, "'constexpr' object has variably modified type");
        } else if bad_quals(ty.quals) || self.element_has_bad_quals(ty.id) {
            self.error(span, "invalid qualifiers for 'constexpr' object");
        } else if self.member_has_bad_quals(ty.id, 0) {
            self.error(span, "invalid qualifiers for field of 'constexpr' object");
        }
    }

    fn element_has_bad_quals(&self, ty: TypeId) -> bool {
        match *self.ctx.types.get(ty) {
            Type::Array { elem, .. } => {
                bad_quals(elem.quals) || self.element_has_bad_quals(elem.id)
            }
            _ => false,
        }
    }

    fn member_has_bad_quals(&self, ty: TypeId, depth: u32) -> bool {
        match *self.ctx.types.get(ty) {
            _ if depth > super::MAX_DEPTH => false,
            Type::Array { elem, .. } => self.member_has_bad_quals(elem.id, depth + 1),
            Type::Record(record) => self.ctx.types.record(record).fields.iter().any(|field| {
                bad_quals(field.ty.quals)
                    || self.element_has_bad_quals(field.ty.id)
                    || self.member_has_bad_quals(field.ty.id, depth + 1)
            }),
            _ => false,
        }
    }

    /// A `constexpr` object's value must be stored as it is.
    pub(super) fn check_exact(&mut self, e: ExprId, ty: QType) {
        let value = self.rvalue(e);
        let Ok(value) = self.eval(true).value(value) else { return };
        let shown = |p: &Self| p.ctx.types.show(ty.id.into(), p.names);
        let message = match (self.ctx.types.int_shape(ty.id), value) {
            (Some(shape), Value::Int(value)) if !shape.holds(value) => {
                format!("'constexpr' value {value} does not fit '{}'", shown(self))
            }
            (Some(_), Value::Float(_)) => {
                format!("'constexpr' value of type '{}' is no integer", shown(self))
            }
            (None, Value::Int(value)) if value != 0 && self.ctx.types.is_pointer(ty.id) => {
                "'constexpr' pointer initializer is not null".to_string()
            }
            (None, Value::Address { .. }) if self.ctx.types.is_pointer(ty.id) => {
                "'constexpr' pointer initializer is not null".to_string()
            }
            (None, Value::Complex(..)) if matches!(self.ctx.types.get(ty.id), Type::Float(_)) => {
                "'constexpr' initializer for a real type is of complex type".to_string()
            }
            (None, value) if !self.stays_exact(&value, ty.id) => {
                format!("'constexpr' value is not exact in type '{}'", shown(self))
            }
            _ => return,
        };
        self.error(self.expr_span(e), message);
    }

    /// Is the value the same in a floating type?
    fn stays_exact(&self, value: &Value, ty: TypeId) -> bool {
        let (format, complex) = match *self.ctx.types.get(ty) {
            Type::Float(kind) => (kind.format(), false),
            Type::Complex(kind) => (kind.format(), true),
            _ => return true,
        };
        let same = |part: Soft| {
            part.is_nan() || part.convert(format).compare(part).is_some_and(|o| o.is_eq())
        };
        match *value {
            Value::Int(value) => {
                let wide = Soft::from_int(value < 0, value.unsigned_abs(), FloatFormat::Quad);
                same(wide)
            }
            Value::Float(value) => same(value),
            Value::Complex(re, im) => same(re) && (same(im) && complex || im.is_zero()),
            _ => true,
        }
    }

    /// The characters of a string must be values of the array's elements.
    pub(super) fn check_exact_string(&mut self, string: StringId, to: TypeId, at: Span) {
        let StringLit { bytes, elem: from, .. } = &self.unit.strings[string.index()];
        let signed = |ty| self.ctx.types.int_shape(ty).is_some_and(|shape| shape.signed);
        let narrow = matches!(
            self.ctx.types.get(to),
            Type::Int(IntKind::Char | IntKind::SChar | IntKind::UChar)
        );
        if narrow && signed(*from) != signed(to) && bytes.iter().any(|&byte| byte >= 0x80) {
            let shown = self.ctx.types.show(to.into(), self.names);
            self.error(at, format!("a character of the 'constexpr' string does not fit '{shown}'"));
        }
    }

    pub(super) fn tags(&self) -> Tags {
        Tags(self.ctx.types.records.len(), self.ctx.types.enums.len())
    }

    /// What is underspecified declares nothing but itself: `before` is from before its specifiers
    /// or its initialiser.
    pub(super) fn no_tags_since(&mut self, before: Tags, what: &str, span: Span) {
        if self.tags() != before {
            self.error(span, format!("a tag is declared in an underspecified {what}"));
        }
    }
}

fn bad_quals(quals: Quals) -> bool {
    quals.has(Quals::VOLATILE) || quals.has(Quals::RESTRICT) || quals.has(Quals::ATOMIC)
}
