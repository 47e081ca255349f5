//! Primary expressions: names, constants, strings, parentheses, generic selections and statement
//! expressions. In: tokens; out: nodes. A name that means nothing is reported once in a function,
//! with the nearest one that does, or with the header that declares it.

use super::Parser;
use super::pedantic::Closed;
use crate::keyword::Kw;
use crate::known;
use crate::scope::{Binding, Entity};
use crate::session::{MOST_VALUES, Mode, Standard};
use crate::tree::*;
use crate::types::{ArrayLen, FloatKind, QType, Type, TypeId, id};
use preproc::chars::{self, Prefix};
use preproc::diag::Diagnostic;
use preproc::literal::{self, LiteralError, Number, Width};
use preproc::name::Name;
use preproc::source::{Loc, Span};
use preproc::token::{Flags, Tok, Token};
use std::hash::{DefaultHasher, Hash, Hasher};

impl Parser<'_> {
    /// primary-expression
    pub(crate) fn primary_expr(&mut self) -> ExprId {
        let token = self.tok;
        let span = Span::at(token.loc);
        match token.kind {
            Tok::Ident => match self.kw {
                Kw::None => self.identifier(),
                _ => self.keyword_expr(),
            },
            Tok::Number => {
                self.advance();
                self.number(token)
            }
            Tok::Char => {
                self.advance();
                self.character(token)
            }
            Tok::Str => self.string_literal(),
            Tok::LParen => self.parenthesised(),
            _ => {
                let message = format!("expected expression before {}", self.found());
                self.syntax_error(span, message);
                self.error_expr(span)
            }
        }
    }

    fn keyword_expr(&mut self) -> ExprId {
        let span = self.span();
        match self.kw {
            Kw::FuncName => self.function_name(),
            Kw::Generic => self.generic_selection(),
            Kw::True | Kw::False => {
                let value = u64::from(self.kw == Kw::True);
                self.advance();
                self.int_expr(value, id::BOOL, span)
            }
            Kw::Nullptr => {
                self.advance();
                self.int_expr(0, id::NULLPTR, span)
            }
            Kw::VaArg => self.va_arg(),
            Kw::Offsetof => self.offset_of(),
            Kw::TypesCompatible => self.types_compatible(),
            Kw::ChooseExpr => self.choose_expr(),
            _ => {
                let message = format!("expected expression before {}", self.found());
                self.syntax_error(span, message);
                self.error_expr(span)
            }
        }
    }

    /// `( expression )` or `({ … })`.
    fn parenthesised(&mut self) -> ExprId {
        let start = self.loc();
        let open = self.span();
        self.advance();
        if self.at(Tok::LBrace) {
            return self.statement_expr(start, open);
        }
        let e = self.parse_expr();
        if !self.expect_close(Tok::RParen, ")", open) {
            self.skip_until(&[Tok::RParen, Tok::Semi]);
            self.accept(Tok::RParen);
        }
        self.ex.parenthesised = Some(e);
        e
    }

    fn statement_expr(&mut self, start: Loc, open: Span) -> ExprId {
        if self.level == 0 && self.mode == crate::session::Mode::File {
            let message = "braced-group within expression allowed only inside a function";
            self.error(open, message);
        }
        self.since(Standard::Never, open, "blocks in expressions");
        let extension = std::mem::take(&mut self.extension);
        self.func.variable.open();
        self.func.variable.declare(Closed::Block(open));
        let parsed = self.nested(|p| p.parse_block_with_value());
        self.func.variable.close();
        self.extension = extension;
        self.expect_close(Tok::RParen, ")", open);
        let span = self.span_from(start);
        let Some((block, value)) = parsed else { return self.error_expr(span) };
        let ty = value.map_or(id::VOID, |value| self.ty(value));
        if ty == id::ERROR {
            return self.error_expr(span);
        }
        self.push_expr(ExprKind::StmtExpr { block, value }, ty, span)
    }

    // ------------------------------------------------------------ names

    #[inline(never)]
    fn identifier(&mut self) -> ExprId {
        let token = self.advance();
        let span = Span::at(token.loc);
        match self.lookup(token.text) {
            Some(binding) => self.named(binding, token),
            None if self.at(Tok::LParen) => self.undeclared_callee(token),
            None if self.names.text(token.text).starts_with("__builtin_") => {
                self.builtin_as_value(token)
            }
            None => match self.script_argument(token.text, span) {
                Some(symbol) => self.symbol_expr(symbol, span),
                None => {
                    self.report_undeclared(token.text, span);
                    self.error_expr(span)
                }
            },
        }
    }

    fn named(&mut self, binding: Binding, token: Token) -> ExprId {
        let span = Span::at(token.loc);
        match binding.entity {
            Entity::Symbol(symbol) => self.symbol_expr(symbol, span),
            Entity::Local { local, level } if level == self.level => {
                let ty = self.body.local(local).ty;
                self.func.mentions.local(local);
                self.push_expr(ExprKind::Local(local), ty, span)
            }
            Entity::Local { local, level } => {
                let depth = self.level.saturating_sub(level);
                let Some((outer, func)) = self.outer.get_mut(level as usize) else {
                    return self.error_expr(span);
                };
                func.mentions.local(local);
                let known = &mut outer.locals[local.index()];
                known.address_taken = true;
                let ty = known.ty;
                self.push_expr(ExprKind::Outer { depth, local }, ty, span)
            }
            Entity::EnumConst { ty, value } => {
                let value = self.ctx.scopes.enum_value(value);
                self.integer_node(value, ty, span)
            }
            Entity::Nested { index, ty, level } => {
                let to = self.ctx.types.pointer_to(ty.into());
                let kind = match self.level.saturating_sub(level) {
                    0 => ExprKind::NestedFunction(index),
                    depth => ExprKind::OuterNested { depth, index },
                };
                self.push_expr(kind, to, span)
            }
            Entity::Typedef(_) => {
                let name = self.names.text(token.text).to_string();
                let message = format!("expected expression before '{name}'");
                let diag = Diagnostic::error(span, message)
                    .note(Some(binding.span), format!("'{name}' is a type"));
                self.syntax_diag(diag);
                self.error_expr(span)
            }
        }
    }

    pub(crate) fn symbol_expr(&mut self, symbol: SymbolId, span: Span) -> ExprId {
        self.mention_symbol(symbol);
        let known = self.ctx.symbol(symbol);
        let ty = known.ty;
        if let Some(text) = &known.attrs.unavailable {
            let name = known.name.map_or("", |name| self.names.text(name));
            let message = match &**text {
                "" => format!("'{name}' is unavailable"),
                text => format!("'{name}' is unavailable: {text}"),
            };
            let diag = Diagnostic::error(span, message).note(Some(known.span), "declared here");
            self.diag(diag);
        } else if let Some(text) = &known.attrs.deprecated {
            let name = known.name.map_or("", |name| self.names.text(name));
            let message = match &**text {
                "" => format!("'{name}' is deprecated"),
                text => format!("'{name}' is deprecated: {text}"),
            };
            let diag = Diagnostic::warning("deprecated-declarations", span, message)
                .note(Some(known.span), "declared here");
            self.diag(diag);
        }
        self.push_expr(ExprKind::Symbol(symbol), ty, span)
    }

    pub(super) fn report_undeclared(&mut self, name: Name, span: Span) {
        if !self.first_report(name) {
            return;
        }
        let text = self.names.text(name).to_string();
        if self.is_past_value(&text) {
            let message = format!("{text} is gone: the last {MOST_VALUES} values are kept");
            self.error(span, message);
            return;
        }
        let header = known::header_of(&text);
        let near = match header {
            Some(_) => None,
            None => self.nearest_name(&text),
        };
        let mut message = format!("'{text}' undeclared");
        if let Some(near) = &near {
            message.push_str(&format!("; did you mean '{near}'?"));
        }
        let mut diag = Diagnostic::error(span, message);
        if let Some(near) = near {
            let why = format!("write '{near}'");
            diag = diag.fix(span, near, why);
        }
        self.missing_header(diag, header);
    }

    /// An error, and the header that mends it, where one does.
    pub(super) fn missing_header(&mut self, mut diag: Diagnostic, header: Option<&str>) {
        if let Some(header) = header {
            let patch = format!("#include <{header}>");
            let why = format!("put '{patch}' at the top");
            diag = diag.fix(Span::default(), patch, why);
        }
        self.diag(diag);
    }

    /// Whether this was a value of the session once.
    fn is_past_value(&self, text: &str) -> bool {
        let number = text.strip_prefix('$').and_then(|number| number.parse::<u32>().ok());
        number.is_some_and(|number| (1..self.ctx.next_value()).contains(&number))
    }

    /// Is it the first time that this function names what nobody declared?
    fn first_report(&mut self, name: Name) -> bool {
        let key = (name, self.func.symbol);
        let first = !self.ex.undeclared.contains(&key);
        if first {
            self.ex.undeclared.push(key);
        }
        first
    }

    /// The visible name most like `text`.
    fn nearest_name(&self, text: &str) -> Option<String> {
        let visible = self.ctx.scopes.visible().map(|binding| self.names.text(binding.name));
        let visible = visible.filter(|name| !name.starts_with('_'));
        known::nearest(text, visible).map(str::to_string)
    }

    /// The name of a function nobody declared, before `(`: a builtin's call is parsed whole.
    fn undeclared_callee(&mut self, token: Token) -> ExprId {
        let span = Span::at(token.loc);
        let text = self.names.text(token.text);
        if text.starts_with("__") {
            let text = text.to_string();
            if let Some(e) = self.builtin_call(&text, token) {
                return e;
            }
        }
        match self.implicit_function(token.text, span) {
            Some(symbol) => self.symbol_expr(symbol, span),
            None => self.error_expr(span),
        }
    }

    /// `__builtin_memcpy` where no call follows: the library's function.
    fn builtin_as_value(&mut self, token: Token) -> ExprId {
        let span = Span::at(token.loc);
        let plain = self.names.text(token.text).trim_start_matches("__builtin_").to_string();
        let name = self.intern(&plain);
        match self.library_type(name) {
            Some(ty) => {
                let symbol = self.external_function(name, ty, span);
                self.symbol_expr(symbol, span)
            }
            None => {
                self.error(span, format!("'__builtin_{plain}' must be directly called"));
                self.error_expr(span)
            }
        }
    }

    /// The error about a call of a function nobody declared; once for each name.
    pub fn undeclared_function(&mut self, name: Name, span: Span) {
        if self.first_report(name) {
            let diag = self.undeclared_diag(name, span, false);
            self.diag(diag);
        }
    }

    /// What is said of a call of a function nobody declared.
    pub fn undeclared_diag(&self, name: Name, span: Span, warning: bool) -> Diagnostic {
        let text = self.names.text(name);
        let header = known::header_of(text);
        let near = if header.is_some() { None } else { self.nearest_function(text) };
        // Of the library, where no header that has it is included. (At the prompt headers come by
        // themselves, once the name is right.)
        let (near, near_header) = match near {
            None if header.is_none() => {
                let near = known::nearest_function(text);
                let header = near.and_then(known::header_of);
                (near.map(str::to_owned), header.filter(|_| self.mode != Mode::Prompt))
            }
            near => (near, None),
        };
        let mut message = format!("implicit declaration of function '{text}'");
        if let Some(near) = &near {
            message.push_str(&format!("; did you mean '{near}'?"));
        }
        let mut diag = match warning {
            true => Diagnostic::warning("implicit-function-declaration", span, message),
            false => Diagnostic::error(span, message),
        };
        if let Some(near) = near {
            let why = format!("write '{near}'");
            diag = diag.fix(span, near, why);
        }
        if let Some(header) = header.or(near_header) {
            let patch = format!("#include <{header}>");
            let why = format!("put '{patch}' at the top");
            diag = diag.fix(Span::default(), patch, why);
        }
        diag
    }

    /// The type whose name is most like `name`.
    pub fn suggest_type(&self, name: Name) -> Option<String> {
        let visible = self.ctx.scopes.visible();
        let types = visible.filter(|binding| matches!(binding.entity, Entity::Typedef(_)));
        let words = [
            "int", "char", "double", "float", "long", "short", "unsigned", "signed", "void",
            "struct", "union", "enum", "const", "static", "extern", "typedef", "bool",
        ];
        let names = types.map(|binding| self.names.text(binding.name)).chain(words);
        known::nearest(self.names.text(name), names).map(str::to_string)
    }

    fn nearest_function(&self, text: &str) -> Option<String> {
        let visible = self.ctx.scopes.visible().filter(|binding| match binding.entity {
            Entity::Symbol(symbol) => self.ctx.symbol(symbol).kind == SymbolKind::Function,
            Entity::Nested { .. } => true,
            _ => false,
        });
        let visible = visible.map(|binding| self.names.text(binding.name));
        known::nearest(text, visible.filter(|name| !name.starts_with('_'))).map(str::to_string)
    }

    /// The symbol of a function with external linkage: the one known, or a new one.
    pub(crate) fn external_function(&mut self, name: Name, ty: TypeId, span: Span) -> SymbolId {
        if let Some(symbol) = self.ctx.external(name)
            && self.ctx.symbol(symbol).kind == SymbolKind::Function
        {
            // `extern inline` wrappers call what they wrap.
            let attrs = &self.ctx.symbol(symbol).attrs;
            return if attrs.inline_only { self.wrapped_function(name, symbol) } else { symbol };
        }
        let link_name = self.names.text(name).to_string();
        let noreturn = known::is_noreturn(&link_name);
        let symbol = self.ctx.new_symbol(Symbol {
            name: Some(name),
            link_name,
            kind: SymbolKind::Function,
            ty: ty.into(),
            linkage: Linkage::External,
            definition: Definition::None,
            tls: None,
            attrs: SymbolAttrs { noreturn, ..SymbolAttrs::default() },
            span,
        });
        self.ctx.set_external(name, Some(symbol));
        symbol
    }

    /// The function another unit defines, of which this one has a body of its own to inline.
    fn wrapped_function(&mut self, name: Name, wrapper: SymbolId) -> SymbolId {
        if let Some(&known) = self.wrapped.get(&name) {
            return known;
        }
        let wrapper = self.ctx.symbol(wrapper);
        let symbol = Symbol {
            definition: Definition::None,
            attrs: SymbolAttrs { noreturn: wrapper.attrs.noreturn, ..SymbolAttrs::default() },
            ..wrapper.clone()
        };
        let symbol = self.ctx.new_symbol(symbol);
        self.wrapped.insert(name, symbol);
        symbol
    }

    /// `__func__` and its kin: one array for each function.
    #[inline(never)]
    fn function_name(&mut self) -> ExprId {
        let token = self.advance();
        let span = Span::at(token.loc);
        if self.text(token.text) == "__func__" {
            self.since(Standard::C99, span, "'__func__' names");
            if self.level == 0 {
                self.pedwarn("", span, "'__func__' is not defined outside of function scope");
            }
        }
        if let Some(symbol) = self.func.func_name {
            return self.symbol_expr(symbol, span);
        }
        let mut bytes = self.func.name.map_or(Vec::new(), |name| self.names.bytes(name).to_vec());
        bytes.push(0);
        let elem = QType::new(id::CHAR).with(crate::types::Quals::CONST);
        let len = ArrayLen::Fixed(bytes.len() as u64);
        let ty = self.ctx.types.intern(Type::Array { elem, len });
        let link_name = format!("__func__.{}", self.ctx.symbols.len());
        let symbol = self.ctx.new_symbol(Symbol {
            name: Some(token.text),
            link_name,
            kind: SymbolKind::Object,
            ty: ty.into(),
            linkage: Linkage::Internal,
            definition: Definition::Defined,
            tls: None,
            attrs: SymbolAttrs::default(),
            span,
        });
        let init = StaticInit { size: bytes.len() as u64, bytes, relocs: Vec::new() };
        self.unit.objects.push(Object { symbol, init });
        self.func.func_name = Some(symbol);
        self.symbol_expr(symbol, span)
    }

    // ------------------------------------------------------------ constants

    /// The part of a token that a literal's error is about.
    fn part_of(&self, token: Token, error: &LiteralError) -> Span {
        if token.flags.has(Flags::EXPANDED) {
            return Span::at(token.loc);
        }
        Span::at(Loc(token.loc.0.saturating_add(error.bytes.start as u32)))
    }

    #[inline(never)]
    fn number(&mut self, token: Token) -> ExprId {
        let span = Span::at(token.loc);
        let text = self.names.text(token.text);
        let binary = text.starts_with("0b") || text.starts_with("0B");
        let parsed = literal::number(text);
        let hex = text.starts_with("0x") || text.starts_with("0X");
        if binary {
            self.since(Standard::C23, span, "binary constants");
        } else if hex && matches!(parsed, Ok(Number::Float(_))) {
            self.since(Standard::C99, span, "hexadecimal floating constants");
        }
        match parsed {
            Err(error) => {
                let at = self.part_of(token, &error);
                self.error(at, error.message);
                self.error_expr(span)
            }
            Ok(Number::Int(int)) => self.integer_constant_token(int, span),
            Ok(Number::Float(float)) => self.floating_constant(float, span),
        }
    }

    fn integer_constant_token(&mut self, int: literal::Int, span: Span) -> ExprId {
        if int.overflow || (int.width != Width::BitInt && int.value > u128::from(u64::MAX)) {
            self.warn("overflow", span, "integer constant is too large for its type");
        }
        if int.width == Width::BitInt {
            let bits = (128 - int.value.leading_zeros()).max(1) + u32::from(!int.unsigned);
            if bits > 128 || int.overflow {
                self.error(span, "bit-precise constants of more than 128 bits are not supported");
                return self.error_expr(span);
            }
            let bits = if int.unsigned { bits } else { bits.max(2) };
            let ty = Type::BitInt { bits: bits as u16, signed: !int.unsigned };
            let ty = self.ctx.types.intern(ty);
            return self.integer_node(int.value as i128, ty, span);
        }
        let (value, base10) = (int.value, int.base == 10);
        let rows = [
            (Width::Int, i32::MAX as u128, u32::MAX as u128, id::INT, id::UINT),
            (Width::Long, i64::MAX as u128, u64::MAX as u128, id::LONG, id::ULONG),
            (Width::LongLong, i64::MAX as u128, u64::MAX as u128, id::LLONG, id::ULLONG),
        ];
        let skip = match int.width {
            Width::Long => 1,
            Width::LongLong => 2,
            _ => 0,
        };
        // C90 goes on with `unsigned long`, later standards with the next wider signed type.
        let old = self.standard() < Standard::C99 && value <= u128::from(u64::MAX);
        let mut ty = match () {
            _ if !base10 || int.unsigned => id::ULLONG,
            _ if old => id::ULONG,
            _ => id::INT128,
        };
        for (_, most, unsigned_most, signed, unsigned) in rows.into_iter().skip(skip) {
            if !int.unsigned && value <= most {
                ty = signed;
                break;
            }
            if (int.unsigned || !base10) && value <= unsigned_most {
                ty = unsigned;
                break;
            }
        }
        if ty == id::INT128 && value <= u128::from(u64::MAX) {
            self.pedwarn("overflow", span, "integer constant is so large that it is unsigned");
        } else if old && ty == id::ULONG && base10 && !int.unsigned {
            self.warn("", span, "this decimal constant is unsigned only in ISO C90");
        }
        let e = self.integer_node(value as i128, ty, span);
        if int.imaginary { self.imaginary(e, span) } else { e }
    }

    /// `v * i` as a complex value.
    fn imaginary(&mut self, part: ExprId, span: Span) -> ExprId {
        let ty = self.ty(part);
        let zero = self.int_expr(0, id::INT, span);
        let zero = self.convert(zero, ty);
        let complex = match *self.ctx.types.get(ty) {
            Type::Float(kind) => self.ctx.types.intern(Type::Complex(kind)),
            Type::Int(kind) => self.ctx.types.intern(Type::ComplexInt(kind)),
            _ => return part,
        };
        let list = self.push_list(&[zero, part]);
        self.push_expr(ExprKind::Builtin(Builtin::Complex, list), complex, span)
    }

    fn floating_constant(&mut self, float: literal::Float, span: Span) -> ExprId {
        use crate::softfloat::Soft;
        let kind = match float.kind {
            literal::FloatKind::Float => FloatKind::Float,
            literal::FloatKind::Double => FloatKind::Double,
            literal::FloatKind::LongDouble => FloatKind::LongDouble,
            literal::FloatKind::F16 => FloatKind::Float16,
            literal::FloatKind::F32 => FloatKind::Float32,
            literal::FloatKind::F64 => FloatKind::Float64,
            literal::FloatKind::F32x => FloatKind::Float32x,
            literal::FloatKind::F64x | literal::FloatKind::Float80 => FloatKind::Float64x,
            literal::FloatKind::F128 | literal::FloatKind::Float128 => FloatKind::Float128,
        };
        let ty = self.ctx.types.intern(Type::Float(kind));
        if float.overflow {
            let shown = self.show(ty);
            let message = format!("floating constant exceeds range of '{shown}'");
            self.warn("overflow", span, message);
        } else if float.underflow {
            self.warn("overflow", span, "floating constant truncated to zero");
        }
        let value = crate::consteval::Value::Float(Soft::from_bits(float.bits, kind.format()));
        let e = self.push_expr(ExprKind::Float(0.0), ty, span);
        self.replace_by_value(e, &value);
        if float.imaginary { self.imaginary(e, span) } else { e }
    }

    fn prefix_type(&self, prefix: Prefix, string: bool) -> TypeId {
        match prefix {
            Prefix::None if string => id::CHAR,
            Prefix::None => id::INT,
            Prefix::Utf8 if self.c23() || !string => id::UCHAR,
            Prefix::Utf8 => id::CHAR,
            Prefix::Utf16 => id::USHORT,
            Prefix::Utf32 => id::UINT,
            Prefix::Wide => id::INT,
        }
    }

    #[inline(never)]
    fn character(&mut self, token: Token) -> ExprId {
        let span = Span::at(token.loc);
        let unsigned = !self.ctx.types.char_signed;
        match chars::character(self.names.bytes(token.text), unsigned) {
            Err(error) => {
                let at = self.part_of(token, &error);
                self.error(at, error.message);
                self.error_expr(span)
            }
            Ok(character) => {
                for warning in &character.warnings {
                    let at = self.part_of(token, warning);
                    self.warn("multichar", at, warning.message.clone());
                }
                let ty = self.prefix_type(character.prefix, false);
                self.integer_node(character.value.into(), ty, span)
            }
        }
    }

    /// The string tokens at the cursor, joined.
    fn join_strings(&mut self) -> Option<chars::Literal> {
        let mut tokens = vec![self.advance()];
        while self.at(Tok::Str) {
            tokens.push(self.advance());
        }
        let parts: Vec<&[u8]> = tokens.iter().map(|t| self.names.bytes(t.text)).collect();
        match chars::string(&parts) {
            Ok(joined) => {
                for (part, warning) in &joined.warnings {
                    let at = self.part_of(tokens[*part], warning);
                    self.warn("escapes", at, warning.message.clone());
                }
                Some(joined)
            }
            Err((part, error)) => {
                let at = self.part_of(tokens[part], &error);
                self.error(at, error.message);
                None
            }
        }
    }

    /// One or more adjacent string literals.
    #[inline(never)]
    pub(crate) fn string_literal(&mut self) -> ExprId {
        let start = self.loc();
        let joined = self.join_strings();
        let span = self.span_from(start);
        let Some(joined) = joined else { return self.error_expr(span) };
        let width = joined.prefix.width();
        let elem = self.prefix_type(joined.prefix, true);
        let mut bytes = joined.bytes;
        bytes.extend(std::iter::repeat_n(0, width));
        let len = ArrayLen::Fixed((bytes.len() / width) as u64);
        let ty = self.ctx.types.intern(Type::Array { elem: elem.into(), len });
        let string = self.intern_string(StringLit { bytes, elem, align: width as u64 });
        self.push_expr(ExprKind::Str(string), ty, span)
    }

    /// Equal literals of a unit are one object, as where the linker merges them.
    pub(super) fn intern_string(&mut self, text: StringLit) -> StringId {
        let mut hasher = DefaultHasher::new();
        (&text.bytes, text.elem).hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(&known) = self.ex.strings.get(&hash)
            && self.unit.strings.get(known.index()) == Some(&text)
        {
            self.ex.lone_string = None;
            return known;
        }
        let string = StringId(self.unit.strings.len() as u32);
        self.ex.strings.insert(hash, string);
        self.ex.lone_string = Some(string);
        self.unit.strings.push(text);
        string
    }

    /// The bytes of the string literals at the cursor, for `asm`, attributes and messages.
    pub fn parse_string_bytes(&mut self) -> Vec<u8> {
        let Some(joined) = self.join_strings() else { return Vec::new() };
        let width = joined.prefix.width();
        if width == 1 {
            return joined.bytes;
        }
        // A wide message is shown as the characters it stands for.
        let value = |unit: &[u8]| unit.iter().rev().fold(0u32, |v, b| v << 8 | u32::from(*b));
        let shown = |unit| char::from_u32(value(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
        joined.bytes.chunks(width).map(shown).collect::<String>().into_bytes()
    }

    // ------------------------------------------------------------ generic selection

    fn check_association(&mut self, ty: QType, span: Span) {
        let types = &self.ctx.types;
        let what = match () {
            _ if ty.id == id::ERROR => return,
            _ if types.is_function(ty.id) => "function type",
            _ if !types.is_complete(ty.id) => "incomplete type",
            _ if types.is_variably_modified(ty.id) => "variable length type",
            _ => return,
        };
        self.error(span, format!("'_Generic' association has {what}"));
    }

    /// `_Generic ( expression , type : expression , … )`
    fn generic_selection(&mut self) -> ExprId {
        let start = self.loc();
        self.since(Standard::C11, self.span(), "'_Generic' selections");
        self.advance();
        let open = self.span();
        if !self.expect(Tok::LParen, "(", "after '_Generic'") {
            let span = self.span_from(start);
            return self.error_expr(span);
        }
        let control = if self.starts_type_name_at(0) {
            self.parse_type_name().ty
        } else {
            let e = self.unevaluated(|p| {
                let e = p.parse_assign_expr();
                p.rvalue(e)
            });
            self.ty(e).into()
        };
        let mut chosen: Option<(ExprId, QType)> = None;
        let mut fallback = None;
        while self.accept(Tok::Comma) {
            let at = self.span();
            if self.kw == Kw::Default {
                self.advance();
                self.expect(Tok::Colon, ":", "after 'default'");
                let e = self.parse_assign_expr();
                if fallback.replace(e).is_some() {
                    self.error(at, "duplicate 'default' case in '_Generic'");
                }
                continue;
            }
            let name = self.parse_type_name();
            let ty = name.ty;
            self.check_association(ty, name.span);
            self.expect(Tok::Colon, ":", "after a type in '_Generic'");
            let matches = control.id != id::ERROR
                && ty.id != id::ERROR
                && self.ctx.types.compatible(ty, control);
            let e = match matches {
                true => self.parse_assign_expr(),
                false => self.unevaluated(|p| p.parse_assign_expr()),
            };
            if matches {
                if let Some((_, other)) = chosen {
                    let (a, b) = (self.show(other), self.show(ty));
                    let message = format!(
                        "'_Generic' selector matches multiple associations: '{a}' and '{b}'"
                    );
                    self.error(at, message);
                } else {
                    chosen = Some((e, ty));
                }
            }
        }
        self.expect_close(Tok::RParen, ")", open);
        let span = self.span_from(start);
        match chosen.map(|(e, _)| e).or(fallback) {
            Some(e) => e,
            None => {
                if control.id != id::ERROR {
                    let shown = self.show(control);
                    let message = format!(
                        "'_Generic' selector of type '{shown}' is not compatible with any association"
                    );
                    self.error(span, message);
                }
                self.error_expr(span)
            }
        }
    }
}
