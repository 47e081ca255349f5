//! Builtin functions: `__builtin_*` and what needs syntax of its own. In: the name and the
//! cursor at `(`; out: a node. Library-like ones become calls of the library's function; those
//! that are refused are refused by name.

use super::Parser;
use crate::known;
use crate::pointers::Pointers;
use crate::tree::*;
use crate::types::{ArrayLen, FloatKind, FuncType, QType, Quals, Type, TypeId, id};
use preproc::name::Name;
use preproc::source::{Loc, Span};
use preproc::token::{Tok, Token};

impl Parser<'_> {
    /// A call of the undeclared `__…` function `text`, whose name was just read. `None`: it is no
    /// builtin.
    #[inline(never)]
    pub(crate) fn builtin_call(&mut self, text: &str, token: Token) -> Option<ExprId> {
        let start = token.loc;
        if text.starts_with("__atomic_") || text.starts_with("__sync_") {
            return self.atomic_call(text, start);
        }
        let name = text.strip_prefix("__builtin_")?;
        match name {
            "tine_type_map" | "tine_type_quick" => return Some(self.type_map(name, start)),
            "convertvector" => return Some(self.convert_vector(start)),
            "constant_p" => return Some(self.constant_p(start)),
            "classify_type" => return Some(self.classify_type(start)),
            "object_size" | "dynamic_object_size" => return Some(self.object_size(start)),
            "va_arg_pack" | "va_arg_pack_len" | "va_start" | "c23_va_start" | "va_end"
            | "va_copy" => return Some(self.va_builtin(name, start)),
            _ => {}
        }
        let args = self.parse_arguments();
        let span = self.span_from(start);
        if args.iter().any(|&arg| self.is_error(arg)) {
            return Some(self.error_expr(span));
        }
        let found = self
            .plain_builtin(name, &args, span)
            .or_else(|| self.bit_builtin(name, &args, span))
            .or_else(|| self.overflow_builtin(name, &args, span))
            .or_else(|| self.float_builtin(name, &args, span))
            .or_else(|| self.vector_builtin(name, &args, span))
            .or_else(|| self.sse_builtin(name, &args, span))
            .or_else(|| self.rare_builtin(name, &args, span))
            .or_else(|| self.library_builtin(name, args, span));
        Some(found.unwrap_or_else(|| {
            let message = format!("the builtin function '{text}' is not supported");
            self.error(Span::at(token.loc), message);
            self.error_expr(span)
        }))
    }

    /// Makes a builtin's node; folds it where its operands are constants.
    pub(crate) fn builtin(
        &mut self,
        builtin: Builtin,
        args: &[ExprId],
        ty: TypeId,
        span: Span,
    ) -> ExprId {
        let list = self.push_list(args);
        self.node(ExprKind::Builtin(builtin, list), ty, span)
    }

    /// Are there so many arguments? Says so when not.
    pub(crate) fn count(&mut self, args: &[ExprId], least: usize, most: usize, span: Span) -> bool {
        if (least..=most).contains(&args.len()) {
            return true;
        }
        let quantity = if args.len() < least { "few" } else { "many" };
        self.error(span, format!("too {quantity} arguments to a builtin function"));
        false
    }

    /// The argument as a value of type `ty`, as a call would pass it.
    pub(crate) fn argument(&mut self, e: ExprId, ty: TypeId) -> ExprId {
        self.assign_convert(e, ty.into(), super::coerce::Use::Assign)
    }

    pub(super) fn plain_builtin(
        &mut self,
        name: &str,
        args: &[ExprId],
        span: Span,
    ) -> Option<ExprId> {
        let (least, most) = match name {
            "unreachable" | "trap" | "thread_pointer" | "ia32_pause" | "ia32_rdtsc"
            | "cpu_init" => (0, 0),
            "prefetch" => (1, 3),
            "ia32_crc32qi" | "ia32_crc32hi" | "ia32_crc32si" | "ia32_crc32di" => (2, 2),
            "expect" | "assume_aligned" | "complex" | "longjmp" | "__clear_cache"
            | "alloca_with_align" => (2, if name == "assume_aligned" { 3 } else { 2 }),
            "expect_with_probability" | "alloca_with_align_and_max" => (3, 3),
            "frame_address"
            | "return_address"
            | "extract_return_addr"
            | "frob_return_addr"
            | "alloca"
            | "setjmp"
            | "launder"
            | "assoc_barrier"
            | "speculation_safe_value"
            | "assume" => (1, if name == "speculation_safe_value" { 2 } else { 1 }),
            _ => return None,
        };
        if !self.count(args, least, most, span) {
            return Some(self.error_expr(span));
        }
        Some(match name {
            "unreachable" => self.builtin(Builtin::Unreachable, &[], id::VOID, span),
            "trap" => self.builtin(Builtin::Trap, &[], id::VOID, span),
            "thread_pointer" => self.builtin(Builtin::ThreadPointer, &[], id::VOID_PTR, span),
            "ia32_pause" => self.builtin(Builtin::Pause, &[], id::VOID, span),
            "ia32_rdtsc" => self.builtin(Builtin::ReadTsc, &[], id::ULLONG, span),
            "ia32_crc32qi" | "ia32_crc32hi" | "ia32_crc32si" | "ia32_crc32di" => {
                let (sum, more) = match &name[10..] {
                    "qi" => (id::UINT, id::UCHAR),
                    "hi" => (id::UINT, id::USHORT),
                    "si" => (id::UINT, id::UINT),
                    _ => (id::ULLONG, id::ULLONG),
                };
                let args = [self.argument(args[0], sum), self.argument(args[1], more)];
                self.builtin(Builtin::Crc32, &args, sum, span)
            }
            "cpu_init" => self.int_expr(0, id::INT, span),
            "prefetch" => {
                let constant = QType::new(id::VOID).with(Quals::CONST);
                let pointer = self.ctx.types.pointer_to(constant);
                let place = self.argument(args[0], pointer);
                self.builtin(Builtin::Prefetch, &[place], id::VOID, span)
            }
            "expect" | "expect_with_probability" => {
                let value = self.argument(args[0], id::LONG);
                let likely = self.argument(args[1], id::LONG);
                if self.is_literal(value) {
                    return Some(value);
                }
                self.builtin(Builtin::First, &[value, likely], id::LONG, span)
            }
            "assume_aligned" => {
                let place = self.pointer_argument(args[0]);
                let align = self.argument(args[1], id::ULONG);
                self.builtin(Builtin::First, &[place, align], id::VOID_PTR, span)
            }
            "launder" | "assoc_barrier" | "speculation_safe_value" => {
                let value = self.rvalue(args[0]);
                let ty = self.ty(value);
                let mut values = vec![value];
                if let Some(&other) = args.get(1) {
                    values.push(self.rvalue(other));
                }
                self.builtin(Builtin::First, &values, ty, span)
            }
            "assume" => self.int_expr(0, id::INT, span),
            "complex" => {
                let (re, im, ty) = self.usual(args[0], args[1]);
                let complex = match *self.ctx.types.get(ty) {
                    Type::Float(kind) => self.ctx.types.intern(Type::Complex(kind)),
                    _ => {
                        self.error(span, "arguments of '__builtin_complex' must be floating");
                        return Some(self.error_expr(span));
                    }
                };
                self.builtin(Builtin::Complex, &[re, im], complex, span)
            }
            "frame_address" | "return_address" => {
                let level = self.argument(args[0], id::UINT);
                let builtin = match name {
                    "frame_address" => Builtin::FrameAddress,
                    _ => Builtin::ReturnAddress,
                };
                self.builtin(builtin, &[level], id::VOID_PTR, span)
            }
            "extract_return_addr" | "frob_return_addr" => self.argument(args[0], id::VOID_PTR),
            "alloca" => {
                self.body.facts.uses_alloca = true;
                let size = self.argument(args[0], id::ULONG);
                self.builtin(Builtin::Alloca, &[size], id::VOID_PTR, span)
            }
            "alloca_with_align" | "alloca_with_align_and_max" => {
                self.body.facts.uses_alloca = true;
                let size = self.argument(args[0], id::ULONG);
                let align = self.argument(args[1], id::ULONG);
                self.builtin(Builtin::AllocaWithAlign, &[size, align], id::VOID_PTR, span)
            }
            "setjmp" => {
                self.body.facts.calls_returns_twice = true;
                let buffer = self.pointer_argument(args[0]);
                self.builtin(Builtin::SetJmp, &[buffer], id::INT, span)
            }
            "longjmp" => {
                let buffer = self.pointer_argument(args[0]);
                let value = self.argument(args[1], id::INT);
                self.builtin(Builtin::LongJmp, &[buffer, value], id::VOID, span)
            }
            _ => {
                let from = self.pointer_argument(args[0]);
                let to = self.pointer_argument(args[1]);
                self.builtin(Builtin::ClearCache, &[from, to], id::VOID, span)
            }
        })
    }

    /// Any pointer as `void *`.
    pub(super) fn pointer_argument(&mut self, e: ExprId) -> ExprId {
        let e = self.rvalue(e);
        if self.ctx.types.is_pointer(self.ty(e)) || self.is_null_constant(e) {
            return self.convert(e, id::VOID_PTR);
        }
        self.argument(e, id::VOID_PTR)
    }

    // ------------------------------------------------------------ library

    /// The type of a library function, from the table of letters.
    pub fn library_type(&mut self, name: Name) -> Option<TypeId> {
        let (letters, real) = known::library_letters(self.names.text(name))?;
        let mut kinds = Vec::new();
        let mut variadic = false;
        for letter in letters.chars() {
            if letter == '.' {
                variadic = true;
                continue;
            }
            kinds.push(QType::new(self.letter_type(letter, real)));
        }
        let ret = kinds.remove(0);
        let func = FuncType { ret, params: kinds, variadic, old_style: false };
        Some(self.ctx.types.intern(Type::Function(func)))
    }

    pub(super) fn letter_type(&mut self, letter: char, real: char) -> TypeId {
        let kind = match real {
            'f' => FloatKind::Float,
            'l' => FloatKind::LongDouble,
            'q' => FloatKind::Float128,
            's' => FloatKind::Float32,
            't' => FloatKind::Float64,
            'x' => FloatKind::Float32x,
            'y' => FloatKind::Float64x,
            _ => FloatKind::Double,
        };
        let types = &mut self.ctx.types;
        let constant = |ty: TypeId| QType::new(ty).with(Quals::CONST);
        match letter {
            'v' => id::VOID,
            'b' => id::BOOL,
            'u' => id::UINT,
            'l' => id::LONG,
            'm' => id::ULONG,
            'L' => id::LLONG,
            'd' => types.intern(Type::Float(kind)),
            'e' => id::LDOUBLE,
            'f' => id::FLOAT,
            'c' => id::CHAR_PTR,
            'C' => types.pointer_to(constant(id::CHAR)),
            'p' => id::VOID_PTR,
            'P' => types.pointer_to(constant(id::VOID)),
            'w' => types.pointer_to(constant(id::INT)),
            'n' => types.pointer_to(id::INT.into()),
            'N' => {
                let to = types.intern(Type::Float(kind));
                types.pointer_to(to.into())
            }
            'D' => types.intern(Type::Complex(kind)),
            'G' => types.pointer_to(id::CHAR_PTR.into()),
            'a' => {
                let list = self.va_list_type();
                self.ctx.types.decayed(list.into()).id
            }
            _ => id::INT,
        }
    }

    pub(super) fn library_builtin(
        &mut self,
        name: &str,
        args: Vec<ExprId>,
        span: Span,
    ) -> Option<ExprId> {
        if name == "strlen"
            && let [text] = args[..]
        {
            let text = self.rvalue(text);
            if let Some(length) = self.literal_length(text) {
                return Some(self.int_expr(length, id::ULONG, span));
            }
        }
        if let Some(order) = self.known_order(name, &args) {
            return Some(self.integer_node(order, id::INT, span));
        }
        if let Some(e) = self.unchecked(name, &args, span) {
            return Some(e);
        }
        let name = self.intern(name);
        let ty = self.library_type(name)?;
        Some(self.call_external(name, ty, args, span))
    }

    /// What `strcmp` and its kin give for literals.
    fn known_order(&mut self, name: &str, args: &[ExprId]) -> Option<i128> {
        let (most, stops) = match (name, args) {
            ("strcmp", [_, _]) => (usize::MAX, true),
            ("strncmp" | "memcmp", &[_, _, most]) => {
                let most = self.argument(most, id::ULONG);
                (usize::try_from(self.literal_int(most)?).ok()?, name == "strncmp")
            }
            _ => return None,
        };
        let (a, b) = (self.literal_text(args[0])?, self.literal_text(args[1])?);
        for at in 0..most {
            let (x, y) = (*a.get(at)?, *b.get(at)?);
            if x != y {
                return Some(if x < y { -1 } else { 1 });
            }
            if x == 0 && stops {
                break;
            }
        }
        Some(0)
    }

    /// The bytes of a string literal of bytes.
    fn literal_text(&mut self, e: ExprId) -> Option<Vec<u8>> {
        let ExprKind::Str(string) = self.body.expr(e).kind else { return None };
        let text = self.unit.strings.get(string.index())?;
        (self.ctx.types.size_of(text.elem) == Some(1)).then(|| text.bytes.clone())
    }

    /// `__builtin___memcpy_chk(d, s, n, -1)`: of unknown size, so the plain function.
    pub(super) fn unchecked(&mut self, name: &str, args: &[ExprId], span: Span) -> Option<ExprId> {
        let plain = name.strip_prefix("__")?.strip_suffix("_chk")?;
        let simple = [
            "memcpy", "memmove", "memset", "mempcpy", "strcpy", "strncpy", "stpcpy", "stpncpy",
            "strcat", "strncat",
        ];
        if !simple.contains(&plain) {
            return None;
        }
        let (&size, rest) = args.split_last()?;
        let size = self.argument(size, id::ULONG);
        if self.literal_int(size) != Some(i128::from(u64::MAX)) {
            return None;
        }
        let plain = self.intern(plain);
        let ty = self.library_type(plain)?;
        Some(self.call_external(plain, ty, rest.to_vec(), span))
    }

    pub(crate) fn call_external(
        &mut self,
        name: Name,
        ty: TypeId,
        args: Vec<ExprId>,
        span: Span,
    ) -> ExprId {
        let symbol = self.external_function(name, ty, span);
        let callee = self.push_expr(ExprKind::Symbol(symbol), self.ctx.symbol(symbol).ty, span);
        self.call_with(callee, args, span)
    }

    // ------------------------------------------------------------ vectors

    pub(super) fn vector_shape(&self, e: ExprId) -> Option<(TypeId, u32)> {
        match *self.ctx.types.get(self.ty(e)) {
            Type::Vector { elem, lanes } => Some((elem, lanes)),
            _ => None,
        }
    }

    pub(super) fn vector_builtin(
        &mut self,
        name: &str,
        args: &[ExprId],
        span: Span,
    ) -> Option<ExprId> {
        match name {
            "shuffle" => Some(self.shuffle(args, span)),
            "shufflevector" => Some(self.shuffle_vector(args, span)),
            _ => None,
        }
    }

    /// `__builtin_shuffle(v, mask)` and `__builtin_shuffle(v, w, mask)`.
    pub(super) fn shuffle(&mut self, args: &[ExprId], span: Span) -> ExprId {
        if !self.count(args, 2, 3, span) {
            return self.error_expr(span);
        }
        let args: Vec<ExprId> = args.iter().map(|&arg| self.rvalue(arg)).collect();
        let shapes: Option<Vec<_>> = args.iter().map(|&arg| self.vector_shape(arg)).collect();
        let ty = self.ty(args[0]);
        let fits = shapes.is_some_and(|shapes| {
            let mask = shapes[shapes.len() - 1];
            mask.1 == shapes[0].1
                && self.ctx.types.is_integer(mask.0)
                && self.ctx.types.size_of(mask.0) == self.ctx.types.size_of(shapes[0].0)
                && (args.len() == 2 || self.ctx.types.compatible_ids(ty, self.ty(args[1])))
        });
        if !fits {
            self.error(span, "invalid arguments to '__builtin_shuffle'");
            return self.error_expr(span);
        }
        let (setup, first) = match args.len() {
            2 => self.hold(args[0], span),
            _ => (None, args[0]),
        };
        let second = if args.len() == 2 { first } else { args[1] };
        let mask = args[args.len() - 1];
        let list = self.push_list(&[first, second, mask]);
        let e = self.push_expr(ExprKind::Builtin(Builtin::Shuffle, list), ty, span);
        self.after(setup, e, span)
    }

    /// `__builtin_shufflevector(v, w, i, …)`
    pub(super) fn shuffle_vector(&mut self, args: &[ExprId], span: Span) -> ExprId {
        if !self.count(args, 3, 1024, span) {
            return self.error_expr(span);
        }
        let mut list = vec![self.rvalue(args[0]), self.rvalue(args[1])];
        let (a, b) = (self.vector_shape(list[0]), self.vector_shape(list[1]));
        let (Some((elem, lanes)), Some((other, more))) = (a, b) else {
            self.error(
                span,
                "the first two arguments of '__builtin_shufflevector' must be vectors",
            );
            return self.error_expr(span);
        };
        let count = args.len() - 2;
        if elem != other || !count.is_power_of_two() {
            self.error(span, "invalid arguments to '__builtin_shufflevector'");
            return self.error_expr(span);
        }
        for &arg in &args[2..] {
            let Some(index) = self.integer_constant(arg, "a lane of '__builtin_shufflevector'")
            else {
                return self.error_expr(span);
            };
            if index < -1 || index >= i128::from(lanes) + i128::from(more) {
                let at = self.expr_span(arg);
                self.error(at, format!("there is no lane {index}"));
                return self.error_expr(span);
            }
            let at = self.expr_span(arg);
            list.push(self.integer_node(index, id::INT, at));
        }
        let ty = self.ctx.types.intern(Type::Vector { elem, lanes: count as u32 });
        let list = self.push_list(&list);
        self.push_expr(ExprKind::Builtin(Builtin::ShuffleVector, list), ty, span)
    }

    /// `__builtin_convertvector(v, type)`
    /// `__builtin_tine_type_map(type)`: the address of its pointers' description for the managed
    /// heap. `__builtin_tine_type_quick(type)`: may an object of it be allocated by a few
    /// instructions?
    fn type_map(&mut self, name: &str, start: Loc) -> ExprId {
        let open = self.span();
        self.advance();
        let ty = self.parse_type_name().ty.id;
        self.expect_close(Tok::RParen, ")", open);
        let span = self.span_from(start);
        if ty == id::ERROR {
            return self.error_expr(span);
        }
        let Some(pointers) = Pointers::of(&self.ctx.types, ty) else {
            let text = self.ctx.types.show(ty.into(), self.names);
            let why = match self.ctx.types.get(ty) {
                Type::Array { len: ArrayLen::Variable(_), .. } => "variable",
                _ => "incomplete",
            };
            self.error(span, format!("a managed object of {why} type '{text}'"));
            return self.error_expr(span);
        };
        match name {
            "tine_type_map" => self.builtin(Builtin::TypeMap(ty), &[], id::VOID_PTR, span),
            _ => self.int_expr(u64::from(pointers.is_quick()), id::INT, span),
        }
    }

    pub(super) fn convert_vector(&mut self, start: Loc) -> ExprId {
        let open = self.span();
        self.advance();
        let value = self.parse_assign_expr();
        self.expect(Tok::Comma, ",", "in '__builtin_convertvector'");
        let ty = self.parse_type_name().ty.id;
        self.expect_close(Tok::RParen, ")", open);
        let span = self.span_from(start);
        let value = self.rvalue(value);
        if self.is_error(value) || ty == id::ERROR {
            return self.error_expr(span);
        }
        let lanes = match *self.ctx.types.get(ty) {
            Type::Vector { lanes, .. } => Some(lanes),
            _ => None,
        };
        let known = self.vector_shape(value);
        if known.is_none() || known.map(|(_, lanes)| lanes) != lanes {
            self.error(span, "'__builtin_convertvector' needs vectors of as many lanes");
            return self.error_expr(span);
        }
        self.builtin(Builtin::ConvertVector, &[value], ty, span)
    }
}
