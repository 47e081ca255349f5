//! Builtins that compute: bits, overflow checks, floating point. In: parsed arguments; out: nodes,
//! folded where the arguments are constants.

use super::Parser;
use crate::consteval::Value;
use crate::convert::IntShape;
use crate::softfloat::Soft;
use crate::tree::*;
use crate::types::{FloatFormat, FloatKind, FuncType, Quals, Type, id};
use preproc::source::Span;

impl Parser<'_> {
    // ------------------------------------------------------------ floating point

    /// The kind a suffix of a math builtin names: `f`, `l`, `f128`, …
    pub(super) fn float_suffix(suffix: &str) -> Option<FloatKind> {
        Some(match suffix {
            "" => FloatKind::Double,
            "f" => FloatKind::Float,
            "l" => FloatKind::LongDouble,
            "f16" => FloatKind::Float16,
            "f32" => FloatKind::Float32,
            "f64" => FloatKind::Float64,
            "f32x" => FloatKind::Float32x,
            "f64x" => FloatKind::Float64x,
            "f128" | "q" => FloatKind::Float128,
            _ => return None,
        })
    }

    pub(super) fn float_node(&mut self, value: Soft, kind: FloatKind, span: Span) -> ExprId {
        let ty = self.ctx.types.intern(Type::Float(kind));
        let e = self.push_expr(ExprKind::Float(0.0), ty, span);
        self.replace_by_value(e, &Value::Float(value));
        e
    }

    pub(super) fn float_builtin(
        &mut self,
        name: &str,
        args: &[ExprId],
        span: Span,
    ) -> Option<ExprId> {
        if let Some(e) = self.float_constant(name, args, span) {
            return Some(e);
        }
        if let Some(e) = self.float_question(name, args, span) {
            return Some(e);
        }
        let arithmetic = [
            ("copysign", Builtin::CopySign, 2),
            ("fabs", Builtin::Fabs, 1),
            ("floor", Builtin::Floor, 1),
            ("ceil", Builtin::Ceil, 1),
            ("trunc", Builtin::Trunc, 1),
            ("nearbyint", Builtin::NearbyInt, 1),
            ("fma", Builtin::Fma, 3),
        ];
        for (base, builtin, wanted) in arithmetic {
            let Some(kind) = name.strip_prefix(base).and_then(Self::float_suffix) else {
                continue;
            };
            // What has no instruction is the library's.
            let native = matches!(kind, FloatKind::Float | FloatKind::Double);
            if !native && !matches!(builtin, Builtin::CopySign | Builtin::Fabs) {
                return None;
            }
            if !self.count(args, wanted, wanted, span) {
                return Some(self.error_expr(span));
            }
            let ty = self.ctx.types.intern(Type::Float(kind));
            let args: Vec<ExprId> = args.iter().map(|&arg| self.argument(arg, ty)).collect();
            return Some(self.builtin(builtin, &args, ty, span));
        }
        let parts = ["creal", "cimag", "conj"];
        for base in parts {
            let Some(kind) = name.strip_prefix(base).and_then(Self::float_suffix) else {
                continue;
            };
            if !self.count(args, 1, 1, span) {
                return Some(self.error_expr(span));
            }
            let ty = self.ctx.types.intern(Type::Complex(kind));
            let value = self.argument(args[0], ty);
            return Some(match base {
                "conj" => self.node(ExprKind::Unary(UnaryOp::Conjugate, value), ty, span),
                _ => self.complex_part(base == "creal", value, span),
            });
        }
        if let Some(e) = self.rounding_builtin(name, args, span) {
            return Some(e);
        }
        let power = match name {
            "powi" => ("__powidf2", id::DOUBLE),
            "powif" => ("__powisf2", id::FLOAT),
            "powil" => ("__powixf2", id::LDOUBLE),
            _ => return None,
        };
        if !self.count(args, 2, 2, span) {
            return Some(self.error_expr(span));
        }
        let ty = self.ctx.types.intern(Type::Function(FuncType {
            ret: power.1.into(),
            params: vec![power.1.into(), id::INT.into()],
            variadic: false,
            old_style: false,
        }));
        let name = self.intern(power.0);
        Some(self.call_external(name, ty, args.to_vec(), span))
    }

    /// `__builtin_lceil` and its kin: a rounding, then a conversion.
    fn rounding_builtin(&mut self, name: &str, args: &[ExprId], span: Span) -> Option<ExprId> {
        let targets = [("ll", id::LLONG), ("l", id::LONG), ("i", id::INT)];
        let (ty, rest) = targets
            .iter()
            .find_map(|(prefix, ty)| name.strip_prefix(prefix).map(|rest| (*ty, rest)))?;
        let wide = rest.starts_with("ceil") || rest.starts_with("floor");
        let narrow = ty == id::INT && (rest.starts_with("round") || rest.starts_with("rint"));
        if !wide && !narrow {
            return None;
        }
        if !self.count(args, 1, 1, span) {
            return Some(self.error_expr(span));
        }
        let rounded = match self.float_builtin(rest, args, span) {
            Some(e) => e,
            None => self.library_builtin(rest, args.to_vec(), span)?,
        };
        Some(self.convert(rounded, ty))
    }

    /// `__builtin_inf`, `__builtin_nan` and their kin.
    pub(super) fn float_constant(
        &mut self,
        name: &str,
        args: &[ExprId],
        span: Span,
    ) -> Option<ExprId> {
        for base in ["huge_val", "inf"] {
            if let Some(kind) = name.strip_prefix(base).and_then(Self::float_suffix) {
                return Some(self.float_node(Soft::inf(false), kind, span));
            }
        }
        for (base, quiet) in [("nans", false), ("nan", true)] {
            let Some(kind) = name.strip_prefix(base).and_then(Self::float_suffix) else {
                continue;
            };
            if !self.count(args, 1, 1, span) {
                return Some(self.error_expr(span));
            }
            let text = self.rvalue(args[0]);
            let payload = self.nan_payload(text)?;
            let value = Soft::nan(payload, kind.format());
            return Some(match quiet {
                true => self.float_node(value, kind, span),
                false => self.signaling_node(value, payload == 0, kind, span),
            });
        }
        None
    }

    /// A signaling NaN: any arithmetic would make it quiet, so it is the bits of an integer.
    fn signaling_node(&mut self, nan: Soft, bare: bool, kind: FloatKind, span: Span) -> ExprId {
        let format = kind.format();
        let (quiet, ty) = match format {
            FloatFormat::Half => (9, id::USHORT),
            FloatFormat::Single => (22, id::UINT),
            FloatFormat::Double => (51, id::ULONG),
            FloatFormat::Extended => (62, id::UINT128),
            FloatFormat::Quad => (111, id::UINT128),
        };
        let mut bits = nan.to_bits(format) & !(1 << quiet);
        if bare {
            bits |= 1 << (quiet - 1);
        }
        let bits = self.integer_node(bits as i128, ty, span);
        let ty = self.ctx.types.intern(Type::Float(kind));
        self.push_expr(ExprKind::Convert(Conversion::Bits, bits), ty, span)
    }

    pub(super) fn nan_payload(&self, text: ExprId) -> Option<u64> {
        let ExprKind::Decay(of) = self.body.expr(text).kind else { return None };
        let ExprKind::Str(string) = self.body.expr(of).kind else { return None };
        let bytes = &self.unit.strings.get(string.index())?.bytes;
        let text = std::str::from_utf8(bytes.split(|&b| b == 0).next()?).ok()?;
        let (digits, base) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            Some(digits) => (digits, 16),
            None if text.starts_with('0') => (text, 8),
            None => (text, 10),
        };
        if digits.is_empty() {
            return Some(0);
        }
        u64::from_str_radix(digits, base).ok()
    }

    /// Questions about floating-point numbers: `int` results.
    pub(super) fn float_question(
        &mut self,
        name: &str,
        args: &[ExprId],
        span: Span,
    ) -> Option<ExprId> {
        let two = [
            ("isgreater", Builtin::IsGreater),
            ("isgreaterequal", Builtin::IsGreaterEqual),
            ("isless", Builtin::IsLess),
            ("islessequal", Builtin::IsLessEqual),
            ("islessgreater", Builtin::IsLessGreater),
            ("isunordered", Builtin::IsUnordered),
        ];
        if let Some(&(_, builtin)) = two.iter().find(|(known, _)| *known == name) {
            if !self.count(args, 2, 2, span) {
                return Some(self.error_expr(span));
            }
            let (a, b, ty) = self.usual(args[0], args[1]);
            if self.ctx.types.float_kind(ty).is_none() {
                self.error(
                    span,
                    format!("non-floating-point arguments in call to '__builtin_{name}'"),
                );
                return Some(self.error_expr(span));
            }
            return Some(self.builtin(builtin, &[a, b], id::INT, span));
        }
        if name == "fpclassify" {
            if !self.count(args, 6, 6, span) {
                return Some(self.error_expr(span));
            }
            let mut list: Vec<ExprId> =
                args[..5].iter().map(|&arg| self.argument(arg, id::INT)).collect();
            list.push(self.floating_argument(args[5], span)?);
            return Some(self.builtin(Builtin::FpClassify, &list, id::INT, span));
        }
        let one = [
            ("signbit", Builtin::SignBit),
            ("isnan", Builtin::IsNan),
            ("isinf", Builtin::IsInf),
            ("isfinite", Builtin::IsFinite),
            ("finite", Builtin::IsFinite),
            ("isnormal", Builtin::IsNormal),
        ];
        if name == "isinf_sign" {
            if !self.count(args, 1, 1, span) {
                return Some(self.error_expr(span));
            }
            let value = self.floating_argument(args[0], span)?;
            return Some(self.infinity_sign(value, span));
        }
        for (base, builtin) in one {
            let Some(suffix) = name.strip_prefix(base) else { continue };
            let Some(kind) = Self::float_suffix(suffix) else { continue };
            if suffix.is_empty() && name != base {
                continue;
            }
            if !self.count(args, 1, 1, span) {
                return Some(self.error_expr(span));
            }
            let value = match suffix {
                "" => self.floating_argument(args[0], span)?,
                _ => {
                    let ty = self.ctx.types.intern(Type::Float(kind));
                    self.argument(args[0], ty)
                }
            };
            return Some(self.builtin(builtin, &[value], id::INT, span));
        }
        None
    }

    /// A value of floating type; integers become `double`.
    pub(super) fn floating_argument(&mut self, e: ExprId, span: Span) -> Option<ExprId> {
        let e = self.rvalue(e);
        let ty = self.ty(e);
        if self.ctx.types.float_kind(ty).is_some() {
            return Some(e);
        }
        if self.ctx.types.is_integer(ty) {
            return Some(self.convert(e, id::DOUBLE));
        }
        self.error(span, "non-floating-point argument in call to a builtin function");
        Some(self.error_expr(span))
    }

    /// 1, -1 or 0: which infinity is it?
    pub(super) fn infinity_sign(&mut self, value: ExprId, span: Span) -> ExprId {
        let (setup, value) = self.hold(value, span);
        let infinite = self.builtin(Builtin::IsInf, &[value], id::INT, span);
        let negative = self.builtin(Builtin::SignBit, &[value], id::INT, span);
        let (minus, one) = (self.integer_node(-1, id::INT, span), self.int_expr(1, id::INT, span));
        let zero = self.int_expr(0, id::INT, span);
        let sign = self.node(ExprKind::Cond(negative, minus, one), id::INT, span);
        let result = self.node(ExprKind::Cond(infinite, sign, zero), id::INT, span);
        self.after(setup, result, span)
    }

    /// A value that may be named more than once: in a local, unless it is a constant.
    pub(crate) fn hold(&mut self, value: ExprId, span: Span) -> (Option<ExprId>, ExprId) {
        if self.is_literal(value) {
            return (None, value);
        }
        let ty = self.ty(value);
        let local = self.push_local(None, ty.into(), span);
        let place = self.push_expr(ExprKind::Local(local), ty, span);
        let setup = self.push_expr(ExprKind::Assign(place, value), ty, span);
        let place = self.push_expr(ExprKind::Local(local), ty, span);
        (Some(setup), self.push_expr(ExprKind::Load(place), ty, span))
    }

    pub(crate) fn after(&mut self, setup: Option<ExprId>, e: ExprId, span: Span) -> ExprId {
        match setup {
            None => e,
            Some(setup) => {
                let ty = self.ty(e);
                self.push_expr(ExprKind::Comma(setup, e), ty, span)
            }
        }
    }

    // ------------------------------------------------------------ bits

    pub(super) fn bit_builtin(
        &mut self,
        name: &str,
        args: &[ExprId],
        span: Span,
    ) -> Option<ExprId> {
        let fixed = [
            ("bswap16", Builtin::Bswap, id::USHORT),
            ("bswap32", Builtin::Bswap, id::UINT),
            ("bswap64", Builtin::Bswap, id::ULONG),
            ("bswap128", Builtin::Bswap, id::UINT128),
            ("bitreverse8", Builtin::BitReverse, id::UCHAR),
            ("bitreverse16", Builtin::BitReverse, id::USHORT),
            ("bitreverse32", Builtin::BitReverse, id::UINT),
            ("bitreverse64", Builtin::BitReverse, id::ULONG),
            ("rotateleft8", Builtin::RotateLeft, id::UCHAR),
            ("rotateleft16", Builtin::RotateLeft, id::USHORT),
            ("rotateleft32", Builtin::RotateLeft, id::UINT),
            ("rotateleft64", Builtin::RotateLeft, id::ULONG),
            ("rotateright8", Builtin::RotateRight, id::UCHAR),
            ("rotateright16", Builtin::RotateRight, id::USHORT),
            ("rotateright32", Builtin::RotateRight, id::UINT),
            ("rotateright64", Builtin::RotateRight, id::ULONG),
        ];
        if let Some(&(_, builtin, ty)) = fixed.iter().find(|(known, ..)| *known == name) {
            let rotates = matches!(builtin, Builtin::RotateLeft | Builtin::RotateRight);
            let wanted = if rotates { 2 } else { 1 };
            if !self.count(args, wanted, wanted, span) {
                return Some(self.error_expr(span));
            }
            let args: Vec<ExprId> = args.iter().map(|&arg| self.argument(arg, ty)).collect();
            return Some(self.builtin(builtin, &args, ty, span));
        }
        let families = [
            ("clz", Builtin::Clz, false),
            ("ctz", Builtin::Ctz, false),
            ("clrsb", Builtin::Clrsb, true),
            ("ffs", Builtin::Ffs, true),
            ("popcount", Builtin::Popcount, false),
            ("parity", Builtin::Parity, false),
        ];
        let (base, builtin, signed) =
            families.into_iter().find(|(base, ..)| name.starts_with(base))?;
        let suffix = &name[base.len()..];
        let ty = match (suffix, signed) {
            ("", false) => id::UINT,
            ("l", false) => id::ULONG,
            ("ll", false) => id::ULLONG,
            ("imax", false) => id::ULONG,
            ("", true) => id::INT,
            ("l", true) => id::LONG,
            ("ll", true) => id::LLONG,
            ("imax", true) => id::LONG,
            ("g", _) => return Some(self.generic_bits(builtin, args, span)),
            _ => return None,
        };
        if !self.count(args, 1, 1, span) {
            return Some(self.error_expr(span));
        }
        let value = self.argument(args[0], ty);
        Some(self.builtin(builtin, &[value], id::INT, span))
    }

    /// `__builtin_clzg` and its kin: of any unsigned type, with a value for zero.
    pub(super) fn generic_bits(&mut self, builtin: Builtin, args: &[ExprId], span: Span) -> ExprId {
        let most = if matches!(builtin, Builtin::Clz | Builtin::Ctz) { 2 } else { 1 };
        if !self.count(args, 1, most, span) {
            return self.error_expr(span);
        }
        let value = self.rvalue(args[0]);
        if !self.ctx.types.is_integer(self.ty(value)) {
            self.error(span, "the argument must be an integer");
            return self.error_expr(span);
        }
        match args.get(1) {
            None => self.builtin(builtin, &[value], id::INT, span),
            Some(&zero) => {
                let zero = self.argument(zero, id::INT);
                let builtin = match builtin {
                    Builtin::Clz => Builtin::ClzDefined,
                    _ => Builtin::CtzDefined,
                };
                self.builtin(builtin, &[value, zero], id::INT, span)
            }
        }
    }

    // ------------------------------------------------------------ overflow

    pub(super) fn overflow_builtin(
        &mut self,
        name: &str,
        args: &[ExprId],
        span: Span,
    ) -> Option<ExprId> {
        let (name, only_asks) = match name.strip_suffix("_overflow_p") {
            Some(name) => (name, true),
            None => (name.strip_suffix("_overflow")?, false),
        };
        let (op, ty) = match name {
            "add" | "sub" | "mul" => (name, None),
            _ => {
                let signed = match name.as_bytes().first()? {
                    b's' => true,
                    b'u' => false,
                    _ => return None,
                };
                let op = name.get(1..4)?;
                let ty = match (name.get(4..)?, signed) {
                    ("", true) => id::INT,
                    ("l", true) => id::LONG,
                    ("ll", true) => id::LLONG,
                    ("", false) => id::UINT,
                    ("l", false) => id::ULONG,
                    ("ll", false) => id::ULLONG,
                    _ => return None,
                };
                (op, Some(ty))
            }
        };
        let builtin = match (op, only_asks) {
            ("add", false) => Builtin::AddOverflow,
            ("sub", false) => Builtin::SubOverflow,
            ("mul", false) => Builtin::MulOverflow,
            ("add", true) => Builtin::AddOverflowP,
            ("sub", true) => Builtin::SubOverflowP,
            ("mul", true) => Builtin::MulOverflowP,
            _ => return None,
        };
        if !self.count(args, 3, 3, span) {
            return Some(self.error_expr(span));
        }
        let mut operands = Vec::with_capacity(3);
        for &arg in &args[..2] {
            let value = match ty {
                Some(ty) => self.argument(arg, ty),
                None => self.rvalue(arg),
            };
            if !self.ctx.types.is_integer(self.ty(value)) {
                let message = "operands of overflow checks must be integers";
                self.error(self.expr_span(value), message);
                return Some(self.error_expr(span));
            }
            operands.push(value);
        }
        let third = self.rvalue(args[2]);
        let result = match only_asks {
            true => Some(self.ty(third)),
            false => self.pointee_of(third).map(|to| to.id),
        };
        let integer = result.is_some_and(|ty| self.ctx.types.is_integer(ty));
        if !integer {
            let message = "the result of an overflow check must be an integer";
            self.error(self.expr_span(third), message);
            return Some(self.error_expr(span));
        }
        let target = self.pointee_of(third);
        let unfit = target.filter(|_| !only_asks).and_then(|to| match *self.ctx.types.get(to.id) {
            _ if to.quals.has(Quals::CONST) => Some("to 'const'"),
            _ if to.quals.has(Quals::ATOMIC) => Some("to '_Atomic'"),
            Type::Enum(_) => Some("to enumerated"),
            _ if to.id == id::BOOL => Some("to boolean"),
            _ => None,
        });
        if let Some(unfit) = unfit {
            let message =
                format!("argument 3 in call to an overflow check has pointer {unfit} type");
            self.error(self.expr_span(third), message);
            return Some(self.error_expr(span));
        }
        operands.push(third);
        // Of a bit-field its width counts, which its type does not say.
        if only_asks
            && !self.is_bit_field(args[2])
            && let Some(known) = self.overflows(op, &operands)
        {
            return Some(self.int_expr(u64::from(known), id::BOOL, span));
        }
        Some(self.builtin(builtin, &operands, id::BOOL, span))
    }

    /// Does `a op b` overflow the third operand's type, when all is known?
    pub(super) fn overflows(&self, op: &str, operands: &[ExprId]) -> Option<bool> {
        let (a, b) = (self.literal_int(operands[0])?, self.literal_int(operands[1])?);
        let shape = self.ctx.types.int_shape(self.ty(operands[2]))?;
        let wide = |e| self.shape_or_int(self.ty(e)) == IntShape { bits: 128, signed: false };
        if shape.bits == 128 || wide(operands[0]) || wide(operands[1]) {
            return None;
        }
        let exact = match op {
            "add" => a.checked_add(b),
            "sub" => a.checked_sub(b),
            _ => a.checked_mul(b),
        };
        Some(!exact.is_some_and(|exact| shape.holds(exact)))
    }
}
