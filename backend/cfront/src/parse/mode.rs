//! Attributes that make another type of a type: `vector_size` and `mode`. In: a type and what was
//! said of it; out: the type it becomes, or a message.

use super::Parser;
use super::attr::{Attrs, bare};
use crate::types::{FloatKind, IntKind, QType, Type, TypeId, id};
use preproc::name::Name;
use preproc::source::Span;

impl Parser<'_> {
    /// The type `ty` becomes by `vector_size` and `mode`, which reach through pointers, arrays and
    /// functions to what they are made of.
    pub fn apply_type_attrs(&mut self, ty: QType, attrs: &Attrs) -> QType {
        let Some(set) = attrs.get() else { return ty };
        let mut ty = ty;
        if let Some((mode, span)) = set.mode {
            ty = self.reach(ty, 0, &mut |parser, base| parser.mode_type(base, mode, span));
        }
        if let Some(size) = set.vector_size {
            let span = set.span;
            ty = self.reach(ty, 0, &mut |parser, base| parser.vector_type(base, size, span));
        }
        ty
    }

    fn reach(
        &mut self,
        ty: QType,
        depth: u32,
        change: &mut dyn FnMut(&mut Self, TypeId) -> TypeId,
    ) -> QType {
        let id = match self.ctx.types.get(ty.id).clone() {
            _ if depth > super::MAX_DEPTH => ty.id,
            Type::Pointer(to) => {
                let to = self.reach(to, depth + 1, change);
                self.ctx.types.pointer_to(to)
            }
            Type::Array { elem, len } => {
                let elem = self.reach(elem, depth + 1, change);
                self.ctx.types.intern(Type::Array { elem, len })
            }
            Type::Function(mut func) => {
                func.ret = self.reach(func.ret, depth + 1, change);
                self.ctx.types.intern(Type::Function(func))
            }
            _ => change(self, ty.id),
        };
        QType { id, quals: ty.quals }
    }

    /// The vector of `size` bytes made of `elem`.
    fn vector_type(&mut self, elem: TypeId, size: u64, span: Span) -> TypeId {
        let types = &mut self.ctx.types;
        let scalar = matches!(types.get(elem), Type::Int(_) | Type::Float(_) | Type::Enum(_));
        let width = types.size_of(elem).unwrap_or(0);
        if elem == id::ERROR {
            return elem;
        }
        let lanes = size.checked_div(width).unwrap_or(0);
        if !scalar || elem == id::BOOL || !lanes.is_power_of_two() || lanes * width != size {
            let message = if scalar && elem != id::BOOL {
                format!("vector size {size} is no power of two times the element's size {width}")
            } else {
                "invalid vector type for attribute 'vector_size'".to_string()
            };
            self.error(span, message);
            return id::ERROR;
        }
        let Ok(lanes) = u32::try_from(lanes) else {
            self.error(span, "vector size is too large");
            return id::ERROR;
        };
        types.intern(Type::Vector { elem, lanes })
    }

    /// The type of machine mode `mode` and the kind and signedness of `base`.
    pub(super) fn mode_type(&mut self, base: TypeId, mode: Name, span: Span) -> TypeId {
        let text = bare(self.names.text(mode)).to_string();
        let types = &mut self.ctx.types;
        let base = match *types.get(base) {
            Type::Enum(e) => types.enumeration(e).underlying,
            _ => base,
        };
        let signed = types.int_shape(base).is_none_or(|shape| shape.signed);
        let int = |s: IntKind, u: IntKind| Type::Int(if signed { s } else { u });
        let ty = match text.as_str() {
            "QI" | "byte" => int(IntKind::SChar, IntKind::UChar),
            "HI" => int(IntKind::Short, IntKind::UShort),
            "SI" => int(IntKind::Int, IntKind::UInt),
            "DI" | "word" | "pointer" | "unwind_word" | "libgcc_cmp_return"
            | "libgcc_shift_count" => int(IntKind::Long, IntKind::ULong),
            "TI" => int(IntKind::Int128, IntKind::UInt128),
            "HF" => Type::Float(FloatKind::Float16),
            "SF" => Type::Float(FloatKind::Float),
            "DF" => Type::Float(FloatKind::Double),
            "XF" => Type::Float(FloatKind::LongDouble),
            "TF" => Type::Float(FloatKind::Float128),
            "SC" => Type::Complex(FloatKind::Float),
            "DC" => Type::Complex(FloatKind::Double),
            "XC" => Type::Complex(FloatKind::LongDouble),
            "TC" => Type::Complex(FloatKind::Float128),
            "CQI" => Type::ComplexInt(IntKind::SChar),
            "CHI" => Type::ComplexInt(IntKind::Short),
            "CSI" => Type::ComplexInt(IntKind::Int),
            "CDI" => Type::ComplexInt(IntKind::Long),
            _ => match vector_mode(&text) {
                Some((lanes, elem)) => {
                    let elem = match elem {
                        "QI" => int(IntKind::SChar, IntKind::UChar),
                        "HI" => int(IntKind::Short, IntKind::UShort),
                        "SI" => int(IntKind::Int, IntKind::UInt),
                        "DI" => int(IntKind::Long, IntKind::ULong),
                        "SF" => Type::Float(FloatKind::Float),
                        _ => Type::Float(FloatKind::Double),
                    };
                    let elem = types.intern(elem);
                    Type::Vector { elem, lanes }
                }
                None => {
                    self.error(span, format!("unknown machine mode '{text}'"));
                    return id::ERROR;
                }
            },
        };
        let types = &mut self.ctx.types;
        let whole = types.int_shape(base).is_some();
        let fits = match ty {
            Type::Int(_) => whole || matches!(types.get(base), Type::Pointer(_)),
            Type::Float(_) => matches!(types.get(base), Type::Float(_)),
            _ => true,
        };
        if !fits && base != id::ERROR {
            self.error(span, format!("mode '{text}' applied to inappropriate type"));
            return id::ERROR;
        }
        self.ctx.types.intern(ty)
    }
}

/// `V4SF`: lanes and element mode.
fn vector_mode(text: &str) -> Option<(u32, &str)> {
    let rest = text.strip_prefix('V')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit())?;
    let lanes: u32 = rest[..digits].parse().ok()?;
    let elem = &rest[digits..];
    let known = matches!(elem, "QI" | "HI" | "SI" | "DI" | "SF" | "DF");
    (known && lanes.is_power_of_two() && lanes <= 64).then_some((lanes, elem))
}
