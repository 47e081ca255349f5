//! Builtins seldom met in source, but behind system headers and macros: `__builtin_tgmath`,
//! `__builtin_clear_padding`, the place of a call as `__builtin_LINE` and its kin give it. In: parsed
//! arguments; out: nodes.

use super::Parser;
use super::operate::Infix;
use crate::tree::*;
use crate::types::{ArrayLen, FloatKind, FuncType, QType, Quals, Type, TypeId, id};
use preproc::source::Span;

/// The largest object whose padding can be cleared: its mask is a constant of this size.
const MAX_PADDED: u64 = 1 << 20;

impl Parser<'_> {
    pub(super) fn rare_builtin(
        &mut self,
        name: &str,
        args: &[ExprId],
        span: Span,
    ) -> Option<ExprId> {
        let wanted = match name {
            "FILE" | "LINE" | "FUNCTION" | "stack_save" | "unwind_init" => 0,
            "clear_padding" | "stack_restore" | "cpu_supports" => 1,
            "tgmath" => return Some(self.tgmath(args, span)),
            _ => return None,
        };
        if !self.count(args, wanted, wanted, span) {
            return Some(self.error_expr(span));
        }
        Some(match name {
            "cpu_supports" => self.cpu_supports(args[0], span),
            "LINE" => {
                let line = self.sources().map_or(0, |sources| sources.line(span.start));
                self.int_expr(u64::from(line), id::INT, span)
            }
            "FILE" => {
                let place = self.sources().and_then(|sources| sources.place(span.start));
                let file = place.map_or(String::new(), |place| place.file.to_string());
                self.text_expr(&file, span)
            }
            "FUNCTION" => {
                let name = self.func.name.map_or("", |name| self.names.text(name)).to_string();
                self.text_expr(&name, span)
            }
            "stack_save" => {
                self.body.facts.uses_alloca = true;
                self.builtin(Builtin::StackSave, &[], id::VOID_PTR, span)
            }
            "stack_restore" => {
                self.body.facts.uses_alloca = true;
                let mark = self.pointer_argument(args[0]);
                self.builtin(Builtin::StackRestore, &[mark], id::VOID, span)
            }
            // Nothing here lives in registers across a call of the unwinder.
            "unwind_init" => {
                let zero = self.int_expr(0, id::INT, span);
                self.cast(zero, id::VOID.into(), span)
            }
            _ => self.clear_padding(args[0], span),
        })
    }

    /// A string as a `const char *`.
    fn text_expr(&mut self, text: &str, span: Span) -> ExprId {
        let mut bytes = text.as_bytes().to_vec();
        bytes.push(0);
        let len = ArrayLen::Fixed(bytes.len() as u64);
        let ty = self.ctx.types.intern(Type::Array { elem: id::CHAR.into(), len });
        let string = self.intern_string(StringLit { bytes, elem: id::CHAR, align: 1 });
        let text = self.push_expr(ExprKind::Str(string), ty, span);
        let text = self.rvalue(text);
        let constant = self.ctx.types.pointer_to(QType::new(id::CHAR).with(Quals::CONST));
        self.convert(text, constant)
    }

    // ------------------------------------------------------------ padding

    /// `__builtin_clear_padding(p)`: every bit of `*p` that is no value's becomes zero.
    fn clear_padding(&mut self, pointer: ExprId, span: Span) -> ExprId {
        let pointer = self.rvalue(pointer);
        let Some(to) = self.ctx.types.pointee(self.ty(pointer)) else {
            let message = "the argument of '__builtin_clear_padding' is no pointer";
            self.error(span, message);
            return self.error_expr(span);
        };
        if to.quals.has(Quals::CONST) {
            self.error(span, "the argument of '__builtin_clear_padding' points to 'const'");
            return self.error_expr(span);
        }
        let size = match self.ctx.types.size_of(to.id) {
            Some(size) if size <= MAX_PADDED && !self.ctx.types.has_variable_size(to.id) => size,
            _ => {
                let shown = self.show(to);
                let message = format!("'__builtin_clear_padding' of type '{shown}'");
                self.error(span, format!("{message}, which is incomplete or too large"));
                return self.error_expr(span);
            }
        };
        let mut mask = vec![0; size as usize];
        self.value_bits(to.id, &mut mask, 0);
        let bytes = self.ctx.types.pointer_to(id::UCHAR.into());
        let start = self.convert(pointer, bytes);
        let (setup, start) = self.hold(start, span);
        if mask.iter().all(|&byte| byte == 0xff) {
            let done = self.cast(start, id::VOID.into(), span);
            return self.after(setup, done, span);
        }
        let cleared = self.mask_bytes(start, mask, span);
        self.after(setup, cleared, span)
    }

    /// `for (i = 0; i < size; i++) start[i] &= mask[i];`
    fn mask_bytes(&mut self, start: ExprId, mask: Vec<u8>, span: Span) -> ExprId {
        let size = mask.len() as u64;
        let elem = QType::new(id::UCHAR).with(Quals::CONST);
        let array = self.ctx.types.intern(Type::Array { elem, len: ArrayLen::Fixed(size) });
        let symbol = self.unnamed_object(array.into(), span);
        let init = StaticInit { size, bytes: mask, relocs: Vec::new() };
        self.unit.objects.push(Object { symbol, init });
        let local = self.push_local(None, id::ULONG.into(), span);
        let counter = |p: &mut Self| p.push_expr(ExprKind::Local(local), id::ULONG, span);
        let (zero, one) = (self.int_expr(0, id::ULONG, span), self.int_expr(1, id::ULONG, span));
        let end = self.int_expr(size, id::ULONG, span);
        let place = counter(self);
        let first = self.assign(place, zero, span);
        let (place, table) = (counter(self), self.symbol_expr(symbol, span));
        let keep = self.subscript(table, place, span);
        let place = counter(self);
        let target = self.subscript(start, place, span);
        let step = self.compound(BinaryOp::And, target, keep, span);
        let place = counter(self);
        let next = self.compound(BinaryOp::Add, place, one, span);
        let place = counter(self);
        let more = self.infix(Infix::Compare(CompareOp::Lt), place, end, span);
        let first = self.push_stmt(StmtKind::Expr(first), span);
        let body = self.push_stmt(StmtKind::Expr(step), span);
        let cond = Some(self.condition(more));
        let kind = StmtKind::For { init: Some(first), cond, step: Some(next), body };
        let walk = self.push_stmt(kind, span);
        let list = self.push_stmt_list(&[walk]);
        let block = self.push_stmt(StmtKind::Block(list), span);
        self.push_expr(ExprKind::StmtExpr { block, value: None }, id::VOID, span)
    }

    /// Sets the bits of `mask` that hold a value of type `ty` at byte `at`.
    fn value_bits(&self, ty: TypeId, mask: &mut [u8], at: u64) {
        let types = &self.ctx.types;
        let Some(size) = types.size_of(ty) else { return };
        let fill = |mask: &mut [u8], from: u64, count: u64| {
            let range = from as usize..(from + count) as usize;
            mask.get_mut(range).into_iter().flatten().for_each(|byte| *byte = 0xff);
        };
        match *types.get(ty) {
            Type::Array { elem, len: ArrayLen::Fixed(count) } => {
                let step = types.size_of(elem.id).unwrap_or(0);
                if count == 0 || step == 0 {
                    return;
                }
                // One element, and copies of it.
                self.value_bits(elem.id, mask, at);
                let first = at as usize..(at + step) as usize;
                let Some(first) = mask.get(first).map(<[u8]>::to_vec) else { return };
                for index in 1..count {
                    let from = (at + index * step) as usize;
                    let Some(to) = mask.get_mut(from..from + first.len()) else { return };
                    to.iter_mut().zip(&first).for_each(|(to, from)| *to |= from);
                }
            }
            Type::Record(record) => {
                for field in &types.record(record).fields {
                    match field.bits {
                        None => self.value_bits(field.ty.id, mask, at + field.offset),
                        Some(bits) => {
                            let start = bits.bit_offset;
                            for bit in start..start + u64::from(bits.width) {
                                let byte = mask.get_mut((at + bit / 8) as usize);
                                byte.into_iter().for_each(|byte| *byte |= 1 << (bit % 8));
                            }
                        }
                    }
                }
            }
            Type::Float(FloatKind::LongDouble | FloatKind::Float64x) => fill(mask, at, 10),
            Type::Complex(FloatKind::LongDouble | FloatKind::Float64x) => {
                fill(mask, at, 10);
                fill(mask, at + size / 2, 10);
            }
            _ => fill(mask, at, size),
        }
    }

    // ------------------------------------------------------------ type-generic mathematics

    /// `__builtin_tgmath(function, …, argument, …)`: calls the function for the arguments' types.
    fn tgmath(&mut self, args: &[ExprId], span: Span) -> ExprId {
        let args: Vec<ExprId> = args.iter().map(|&arg| self.rvalue(arg)).collect();
        let types: Vec<FuncType> = args.iter().map_while(|&e| self.pointed_function(e)).collect();
        let count = types.len();
        let wanted = types.first().map_or(0, |ty| ty.params.len());
        let same = types.iter().all(|ty| ty.params.len() == wanted && !ty.variadic);
        if count < 1 || wanted == 0 || !same || args.len() != count + wanted {
            let message = "invalid arguments to '__builtin_tgmath'";
            self.error(span, message);
            return self.error_expr(span);
        }
        let values = &args[count..];
        // Those parameters are generic whose types differ.
        let generic: Vec<usize> = (0..wanted)
            .filter(|&n| types.iter().any(|ty| ty.params[n] != types[0].params[n]))
            .collect();
        let generic = if generic.is_empty() { vec![0] } else { generic };
        let mut real = None;
        let mut complex = false;
        for &at in &generic {
            let ty = self.ty(values[at]);
            if !self.ctx.types.is_arithmetic(ty) {
                self.error(
                    span,
                    format!("argument {} of a type-generic call is no number", at + 1),
                );
                return self.error_expr(span);
            }
            complex |= self.ctx.types.is_complex(ty);
            let part = self.ctx.types.real_part(ty);
            let part = if self.ctx.types.is_integer(part) { id::DOUBLE } else { part };
            real = Some(real.map_or(part, |real| self.ctx.types.usual(real, part)));
        }
        let real = real.unwrap_or(id::DOUBLE);
        match self.choose_tgmath(&types, generic[0], real, complex) {
            Some(chosen) => self.call_with(args[chosen], values.to_vec(), span),
            None => {
                self.error(span, "no function of the type-generic call takes these arguments");
                self.error_expr(span)
            }
        }
    }

    fn pointed_function(&self, e: ExprId) -> Option<FuncType> {
        let to = self.ctx.types.pointee(self.ty(e))?;
        self.ctx.types.func(to.id).cloned()
    }

    /// The function whose parameter `at` is the real type or the complex one made of it; of a type
    /// no function has, the next wider one.
    fn choose_tgmath(
        &mut self,
        functions: &[FuncType],
        at: usize,
        real: TypeId,
        complex: bool,
    ) -> Option<usize> {
        let has_real = functions.iter().any(|ty| !self.ctx.types.is_complex(ty.params[at].id));
        let complex = complex || !has_real;
        let mut best: Option<(usize, TypeId)> = None;
        for (index, function) in functions.iter().enumerate() {
            let ty = function.params[at].id;
            if self.ctx.types.is_complex(ty) != complex {
                continue;
            }
            let part = self.ctx.types.real_part(ty);
            if part == real {
                return Some(index);
            }
            let wide = self.ctx.types.usual(part, real) == part;
            let nearer = best.is_none_or(|(_, known)| self.ctx.types.usual(part, known) == known);
            if wide && nearer {
                best = Some((index, part));
            }
        }
        best.map(|(index, _)| index)
    }

    /// `__builtin_cpu_supports("avx2")`: a bit of what the C library knows of the processor.
    fn cpu_supports(&mut self, name: ExprId, span: Span) -> ExprId {
        let text = match self.body.expr(name).kind {
            ExprKind::Str(string) => self.unit.strings[string.index()].bytes.clone(),
            _ => Vec::new(),
        };
        let text = String::from_utf8_lossy(&text);
        let feature = text.trim_end_matches('\0');
        let Some(&(_, leaf, word, bit)) = CPU_FEATURES.iter().find(|row| row.0 == feature) else {
            let message = format!("'{feature}' is no feature of a processor that is known here");
            self.error(span, message);
            return self.error_expr(span);
        };
        let words = self.ctx.types.pointer_to(QType::new(id::UINT));
        let ty = self.ctx.types.intern(Type::Function(FuncType {
            ret: words.into(),
            params: vec![id::UINT.into()],
            variadic: false,
            old_style: false,
        }));
        let leaf = self.int_expr(leaf, id::UINT, span);
        let callee = self.intern("__x86_get_cpuid_feature_leaf");
        let call = self.call_external(callee, ty, vec![leaf], span);
        let word = self.int_expr(word, id::INT, span);
        let place = self.binary(BinaryOp::Add, call, word, span);
        let place = self.indirection(place, span);
        let mask = self.int_expr(1 << bit, id::UINT, span);
        let masked = self.binary(BinaryOp::And, place, mask, span);
        self.convert(masked, id::INT)
    }
}

/// A feature's name, its leaf, the word of the leaf (what the processor has in four words, what
/// can be used in the next four) and the bit.
#[rustfmt::skip]
const CPU_FEATURES: &[(&str, u64, u64, u32)] = &[
    ("sse3", 0, 6, 0), ("pclmul", 0, 6, 1), ("ssse3", 0, 6, 9), ("fma", 0, 6, 12),
    ("cmpxchg16b", 0, 6, 13), ("sse4.1", 0, 6, 19), ("sse4.2", 0, 6, 20), ("movbe", 0, 6, 22),
    ("popcnt", 0, 6, 23), ("aes", 0, 6, 25), ("xsave", 0, 6, 26), ("osxsave", 0, 6, 27),
    ("avx", 0, 6, 28), ("f16c", 0, 6, 29), ("rdrnd", 0, 6, 30), ("cmov", 0, 7, 15),
    ("mmx", 0, 7, 23), ("fxsave", 0, 7, 24), ("sse", 0, 7, 25), ("sse2", 0, 7, 26),
    ("fsgsbase", 1, 1, 0), ("bmi", 1, 5, 3), ("avx2", 1, 5, 5), ("bmi2", 1, 5, 8),
    ("rtm", 1, 5, 11), ("avx512f", 1, 5, 16), ("avx512dq", 1, 5, 17), ("rdseed", 1, 5, 18),
    ("adx", 1, 5, 19), ("avx512ifma", 1, 5, 21), ("clflushopt", 1, 5, 23), ("clwb", 1, 5, 24),
    ("avx512cd", 1, 5, 28), ("sha", 1, 5, 29), ("avx512bw", 1, 5, 30), ("avx512vl", 1, 5, 31),
    ("avx512vbmi", 1, 6, 1), ("pku", 1, 6, 3), ("avx512vbmi2", 1, 6, 6), ("gfni", 1, 6, 8),
    ("vaes", 1, 6, 9), ("vpclmulqdq", 1, 6, 10), ("avx512vnni", 1, 6, 11),
    ("avx512bitalg", 1, 6, 12), ("avx512vpopcntdq", 1, 6, 14), ("lahf_lm", 2, 6, 0),
    ("lzcnt", 2, 6, 5), ("sse4a", 2, 6, 6), ("xop", 2, 6, 11), ("fma4", 2, 6, 16),
    ("tbm", 2, 6, 21),
];
