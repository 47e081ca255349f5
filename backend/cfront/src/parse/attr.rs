//! Attributes: `__attribute__((…))`, `[[…]]`, `_Alignas`, `asm("label")`. In: tokens; out: an
//! [`Attrs`] that declarations, records and statements apply. Attributes that change nothing we do
//! are known by name and skipped; unknown ones give a warning; ones that would change meaning and
//! cannot be honoured are errors.

use super::Parser;
use crate::keyword::Kw;
use crate::tree::{FormatAttr, FormatKind, SymbolAttrs, SymbolId, TlsModel, Visibility};
use crate::types::{Type, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;
use preproc::token::Tok;

/// What attributes say; most declarations have none.
#[derive(Clone, Debug, Default)]
pub struct Attrs {
    set: Option<Box<AttrSet>>,
}

#[derive(Clone, Debug, Default)]
pub struct AttrSet {
    pub symbol: SymbolAttrs,
    pub visibility: Option<Visibility>,
    pub packed: bool,
    /// `ms_struct` or `gcc_struct`.
    pub microsoft: Option<bool>,
    /// Bytes; 0 for none.
    pub aligned: u64,
    pub vector_size: Option<u64>,
    pub mode: Option<(Name, Span)>,
    pub tls_model: Option<TlsModel>,
    /// `weakref`, with its target if given.
    pub weakref: Option<Option<String>>,
    pub cleanup: Option<SymbolId>,
    pub gnu_inline: bool,
    pub transparent_union: bool,
    pub nocommon: bool,
    pub fallthrough: Option<Span>,
    /// Those of the standard that cannot stand everywhere.
    pub(super) placed: Vec<(&'static str, Span)>,
    /// Where the first of them stands.
    pub span: Span,
}

impl Attrs {
    pub fn get(&self) -> Option<&AttrSet> {
        self.set.as_deref()
    }

    pub fn edit(&mut self) -> &mut AttrSet {
        self.set.get_or_insert_default()
    }

    pub fn aligned(&self) -> u64 {
        self.get().map_or(0, |set| set.aligned)
    }

    pub fn packed(&self) -> bool {
        self.get().is_some_and(|set| set.packed)
    }

    /// Adds what `other` says.
    pub fn add(&mut self, other: &Attrs) {
        let Some(from) = other.get() else { return };
        let Some(set) = self.set.as_deref_mut() else {
            self.set = Some(Box::new(from.clone()));
            return;
        };
        set.packed |= from.packed;
        set.microsoft = from.microsoft.or(set.microsoft);
        set.aligned = set.aligned.max(from.aligned);
        set.gnu_inline |= from.gnu_inline;
        set.transparent_union |= from.transparent_union;
        set.nocommon |= from.nocommon;
        set.visibility = from.visibility.or(set.visibility);
        set.vector_size = from.vector_size.or(set.vector_size);
        set.mode = from.mode.or(set.mode);
        set.tls_model = from.tls_model.or(set.tls_model);
        set.cleanup = from.cleanup.or(set.cleanup);
        set.fallthrough = from.fallthrough.or(set.fallthrough);
        set.placed.extend_from_slice(&from.placed);
        if from.weakref.is_some() {
            set.weakref = from.weakref.clone();
        }
        merge_symbol(&mut set.symbol, &from.symbol);
    }
}

/// Adds to a symbol's attributes those of a further declaration.
pub(super) fn merge_symbol(to: &mut SymbolAttrs, from: &SymbolAttrs) {
    to.weak |= from.weak;
    to.weakref |= from.weakref;
    to.noreturn |= from.noreturn;
    to.returns_twice |= from.returns_twice;
    to.always_inline |= from.always_inline;
    to.noinline |= from.noinline;
    to.used |= from.used;
    to.common |= from.common;
    to.pure_ |= from.pure_;
    to.const_ |= from.const_;
    to.naked |= from.naked;
    to.untraced |= from.untraced;
    to.nodiscard |= from.nodiscard;
    to.unused |= from.unused;
    if from.nonnull.is_some() {
        to.nonnull.clone_from(&from.nonnull);
    }
    to.align = to.align.max(from.align);
    to.format = from.format.or(to.format);
    to.constructor = from.constructor.or(to.constructor);
    to.destructor = from.destructor.or(to.destructor);
    for (to, from) in [
        (&mut to.section, &from.section),
        (&mut to.alias, &from.alias),
        (&mut to.ifunc, &from.ifunc),
    ] {
        if from.is_some() {
            to.clone_from(from);
        }
    }
    if from.deprecated.is_some() {
        to.deprecated.clone_from(&from.deprecated);
    }
    if from.unavailable.is_some() {
        to.unavailable.clone_from(&from.unavailable);
    }
    if from.visibility != Visibility::Default {
        to.visibility = from.visibility;
    }
}

/// Attributes that change nothing here: hints to an optimiser or to other checkers. Sorted.
#[rustfmt::skip]
const HINTS: &[&str] = &[
    "access", "alloc_align", "alloc_size", "artificial", "assume", "assume_aligned",
    "carries_dependency", "cdecl", "cf_check", "cold", "counted_by", "designated_init",
    "diagnose_if", "enable_if", "error", "expected_throw", "externally_visible", "fastcall",
    "fd_arg", "fd_arg_read", "fd_arg_write", "flag_enum", "flatten", "force_align_arg_pointer",
    "format_arg", "hot", "leaf", "malloc", "may_alias", "no_dangling", "no_icf",
    "no_profile_instrument_function", "no_reorder", "no_sanitize",
    "no_sanitize_address", "no_sanitize_thread", "no_sanitize_undefined", "no_split_stack",
    "no_stack_limit", "no_stack_protector", "nocf_check", "noclone", "noescape", "noipa",
    "nonstring", "noplt", "nothrow", "null_terminated_string_arg", "optimize",
    "optnone", "patchable_function_entry", "regparm", "reproducible", "retain", "returns_nonnull",
    "sentinel", "simd", "stack_protect", "stdcall", "strict_flex_array", "symver", "sysv_abi",
    "tainted_args", "target", "target_clones", "uninitialized", "unsequenced",
    "warn_if_not_aligned", "warning", "zero_call_used_regs",
];

/// How many arguments attributes take: at least, at most. (Those of few arguments whose number
/// matters; `u8::MAX` is any number.) Sorted.
#[rustfmt::skip]
const ARGUMENTS: &[(&str, u8, u8)] = &[
    ("access", 1, 3), ("alias", 1, 1), ("aligned", 0, 1), ("alloc_align", 1, 1),
    ("alloc_size", 1, 2), ("always_inline", 0, 0), ("artificial", 0, 0), ("assume_aligned", 1, 2),
    ("cleanup", 1, 1), ("cold", 0, 0), ("common", 0, 0), ("const", 0, 0), ("constructor", 0, 1),
    ("deprecated", 0, 1), ("designated_init", 0, 0), ("destructor", 0, 1), ("error", 1, 1),
    ("externally_visible", 0, 0), ("fallthrough", 0, 0), ("flatten", 0, 0), ("format", 3, 3),
    ("format_arg", 1, 1), ("gcc_struct", 0, 0), ("gnu_inline", 0, 0), ("hot", 0, 0), ("ifunc", 1, 1), ("leaf", 0, 0),
    ("malloc", 0, 2), ("may_alias", 0, 0), ("maybe_unused", 0, 0), ("mode", 1, 1),
    ("ms_struct", 0, 0), ("naked", 0, 0),
    ("no_icf", 0, 0), ("no_instrument_function", 0, 0), ("no_reorder", 0, 0),
    ("no_split_stack", 0, 0), ("no_stack_protector", 0, 0), ("noclone", 0, 0),
    ("nocommon", 0, 0), ("nodiscard", 0, 1), ("noinline", 0, 0), ("noipa", 0, 0),
    ("nonstring", 0, 0), ("noplt", 0, 0), ("noreturn", 0, 0), ("nothrow", 0, 0),
    ("optimize", 1, u8::MAX),
    ("packed", 0, 0), ("patchable_function_entry", 1, 2), ("pure", 0, 0), ("regparm", 1, 1),
    ("returns_nonnull", 0, 0), ("returns_twice", 0, 0), ("section", 1, 1), ("sentinel", 0, 1),
    ("simd", 0, 1), ("target", 1, u8::MAX), ("tls_model", 1, 1), ("transparent_union", 0, 0),
    ("unavailable", 0, 1), ("uninitialized", 0, 0), ("unused", 0, 0), ("used", 0, 0),
    ("vector_size", 1, 1), ("visibility", 1, 1), ("warn_if_not_aligned", 1, 1),
    ("warn_unused_result", 0, 0), ("warning", 1, 1), ("weak", 0, 0), ("weakref", 0, 1),
    ("zero_call_used_regs", 1, 1),
];

/// The alignment `aligned` without a number means.
const MAX_USEFUL_ALIGN: u64 = 16;
/// Greatest alignment an object file can ask for here.
pub(super) const MAX_ALIGN: u64 = 1 << 28;

impl Parser<'_> {
    /// Is the cursor at an attribute of either syntax?
    #[inline]
    pub fn at_attribute(&self) -> bool {
        self.kw == Kw::Attribute || (self.at(Tok::LBracket) && self.at_std_attribute())
    }

    fn at_std_attribute(&self) -> bool {
        self.peek(1).kind == Tok::LBracket
    }

    /// All attributes at the cursor, added to `attrs`.
    pub fn parse_attributes(&mut self, attrs: &mut Attrs) {
        loop {
            if self.kw == Kw::Attribute {
                self.parse_gnu_attribute(attrs);
            } else if self.at(Tok::LBracket) && self.at_std_attribute() {
                self.parse_std_attribute(attrs);
            } else {
                return;
            }
        }
    }

    /// `[[…]]` only.
    pub fn parse_std_attributes(&mut self, attrs: &mut Attrs) {
        while self.at(Tok::LBracket) && self.at_std_attribute() {
            self.parse_std_attribute(attrs);
        }
    }

    /// `[[…]]` behind a type or before a statement, where of the standard's own only `but` has a
    /// meaning.
    pub(super) fn parse_misplaced_attributes(&mut self, attrs: &mut Attrs, but: &'static str) {
        let outer = self.misplaced.replace(but);
        self.parse_std_attributes(attrs);
        self.misplaced = outer;
    }

    /// `[[…]] ;` outside functions.
    pub(super) fn attribute_declaration(&mut self) -> bool {
        if !self.at(Tok::LBracket) || !self.at_std_attribute() {
            return false;
        }
        let mut behind = self.position();
        while self.token_at(behind).kind == Tok::LBracket {
            let Some(next) = self.behind_brackets(behind) else { return false };
            behind = next;
        }
        if self.token_at(behind).kind != Tok::Semi {
            return false;
        }
        self.parse_misplaced_attributes(&mut Attrs::default(), "");
        self.advance();
        true
    }

    /// `__attribute__((…))` only.
    pub fn parse_gnu_attributes(&mut self, attrs: &mut Attrs) {
        while self.kw == Kw::Attribute {
            self.parse_gnu_attribute(attrs);
        }
    }

    fn parse_gnu_attribute(&mut self, attrs: &mut Attrs) {
        self.advance();
        let open = self.span();
        if !self.expect(Tok::LParen, "(", "after '__attribute__'") {
            return;
        }
        let inner = self.span();
        if !self.expect(Tok::LParen, "(", "after '__attribute__('") {
            self.skip_until(&[Tok::RParen]);
            self.accept(Tok::RParen);
            return;
        }
        self.attribute_list(attrs, Tok::RParen);
        self.expect_close(Tok::RParen, ")", inner);
        self.expect_close(Tok::RParen, ")", open);
    }

    fn parse_std_attribute(&mut self, attrs: &mut Attrs) {
        let open = self.span();
        if self.peek_kw(2) != Kw::Extension {
            self.since(crate::session::Standard::C23, open, "'[[]]' attributes");
        }
        self.advance();
        self.advance();
        self.accept_kw(Kw::Extension);
        self.attribute_list(attrs, Tok::RBracket);
        self.expect_close(Tok::RBracket, "]", open);
        self.expect_close(Tok::RBracket, "]", open);
    }

    fn attribute_list(&mut self, attrs: &mut Attrs, close: Tok) {
        while !self.at(close) && !self.at_eof() {
            if self.accept(Tok::Comma) {
                continue;
            }
            if self.tok.kind != Tok::Ident {
                let message = format!("expected an attribute before {}", self.found());
                self.syntax_error(self.span(), message);
                self.skip_until(&[close]);
                return;
            }
            let name = self.advance();
            let mut text = self.names.text(name.text).to_string();
            let mut foreign = false;
            let scoped = if self.accept(Tok::ColonColon) {
                true
            } else if self.at(Tok::Colon) && self.peek(1).kind == Tok::Colon {
                self.advance();
                self.advance();
                true
            } else {
                false
            };
            if scoped {
                foreign = !matches!(bare(&text), "gnu" | "clang");
                text = self.names.text(self.tok.text).to_string();
                self.advance();
            }
            if foreign {
                self.skip_arguments();
            } else if close == Tok::RBracket && !scoped {
                self.standard_attribute(attrs, &text, Span::at(name.loc));
            } else {
                self.attribute(attrs, bare(&text), Span::at(name.loc));
            }
            // What the attribute did not take of its arguments.
            if !self.at(Tok::Comma) && !self.at(close) {
                let message = format!("expected ',' between attributes before {}", self.found());
                self.syntax_error(self.span(), message);
                self.skip_until(&[Tok::Comma, close]);
            }
        }
    }

    /// How many arguments the attribute at the cursor has.
    fn count_arguments(&self) -> u8 {
        let start = self.position();
        if !self.at(Tok::LParen) || self.peek(1).kind == Tok::RParen {
            return 0;
        }
        let Some(end) = self.behind_brackets(start) else { return 0 };
        let (mut depth, mut count) = (0u32, 1u8);
        for at in start..end {
            match self.token_at(at).kind {
                Tok::LParen | Tok::LBracket | Tok::LBrace => depth += 1,
                Tok::RParen | Tok::RBracket | Tok::RBrace => depth = depth.saturating_sub(1),
                Tok::Comma if depth == 1 => count = count.saturating_add(1),
                _ => {}
            }
        }
        count
    }

    pub(super) fn skip_arguments(&mut self) {
        if self.accept(Tok::LParen) {
            self.skip_until(&[Tok::RParen]);
            self.accept(Tok::RParen);
        }
    }

    /// One attribute; the cursor is at its arguments, if any.
    pub(super) fn attribute(&mut self, attrs: &mut Attrs, name: &str, span: Span) {
        if attrs.set.is_none() {
            attrs.edit().span = span;
        }
        if let Ok(at) = ARGUMENTS.binary_search_by_key(&name, |row| row.0)
            && !(ARGUMENTS[at].1..=ARGUMENTS[at].2).contains(&self.count_arguments())
        {
            let message = format!("wrong number of arguments specified for '{name}' attribute");
            self.error(span, message);
            self.skip_arguments();
            return;
        }
        if self.flag_attribute(attrs.edit(), name, span) {
            self.skip_arguments();
            return;
        }
        match name {
            "aligned" => {
                let align = self.integer_argument(span).unwrap_or(i128::from(MAX_USEFUL_ALIGN));
                let align = self.check_alignment(align, span);
                let set = attrs.edit();
                set.aligned = set.aligned.max(align);
            }
            "vector_size" => {
                let size = self.integer_argument(span).unwrap_or(0);
                attrs.edit().vector_size = u64::try_from(size).ok();
            }
            "mode" => {
                self.accept(Tok::LParen);
                attrs.edit().mode = Some((self.tok.text, self.span()));
                self.advance();
                self.accept(Tok::RParen);
            }
            "constructor" => attrs.edit().symbol.constructor = Some(self.priority(span)),
            "destructor" => attrs.edit().symbol.destructor = Some(self.priority(span)),
            "alias" => attrs.edit().symbol.alias = self.string_argument(name, span),
            "ifunc" => attrs.edit().symbol.ifunc = self.string_argument(name, span),
            "section" => attrs.edit().symbol.section = self.string_argument(name, span),
            "weakref" => {
                let target =
                    if self.at(Tok::LParen) { self.string_argument(name, span) } else { None };
                attrs.edit().weakref = Some(target);
            }
            "visibility" => self.visibility(attrs.edit(), span),
            "tls_model" => self.tls_model(attrs.edit(), span),
            "cleanup" => self.cleanup(attrs.edit(), span),
            "format" => attrs.edit().symbol.format = self.format_attribute(span),
            "deprecated" => {
                let text =
                    if self.at(Tok::LParen) { self.string_argument(name, span) } else { None };
                attrs.edit().symbol.deprecated = Some(text.unwrap_or_default().into());
            }
            "unavailable" => {
                let text =
                    if self.at(Tok::LParen) { self.string_argument(name, span) } else { None };
                attrs.edit().symbol.unavailable = Some(text.unwrap_or_default().into());
            }
            "nonnull" => attrs.edit().symbol.nonnull = Some(self.argument_numbers()),
            "scalar_storage_order" | "ms_abi" => {
                let message = format!("attribute '{name}' is not supported");
                self.error(span, message);
                self.skip_arguments();
            }
            _ => {
                if HINTS.binary_search(&name).is_err() {
                    let message = format!("'{name}' attribute directive ignored");
                    self.warn("attributes", span, message);
                }
                self.skip_arguments();
            }
        }
    }

    /// Attributes without arguments that matter.
    fn flag_attribute(&mut self, set: &mut AttrSet, name: &str, span: Span) -> bool {
        let symbol = &mut set.symbol;
        match name {
            "packed" => set.packed = true,
            "ms_struct" => set.microsoft = Some(true),
            "gcc_struct" => set.microsoft = Some(false),
            "transparent_union" => set.transparent_union = true,
            "gnu_inline" => set.gnu_inline = true,
            "nocommon" => set.nocommon = true,
            "fallthrough" => set.fallthrough = Some(span),
            "weak" => symbol.weak = true,
            "noreturn" | "_Noreturn" => symbol.noreturn = true,
            "returns_twice" => symbol.returns_twice = true,
            "always_inline" => symbol.always_inline = true,
            "noinline" => symbol.noinline = true,
            "used" => symbol.used = true,
            "unused" | "maybe_unused" => symbol.unused = true,
            "common" => symbol.common = true,
            "pure" => symbol.pure_ = true,
            "const" => symbol.const_ = true,
            "naked" => symbol.naked = true,
            "no_instrument_function" => symbol.untraced = true,
            "nodiscard" | "warn_unused_result" => symbol.nodiscard = true,
            _ => return false,
        }
        true
    }

    /// `( constant )`, if there is one.
    fn integer_argument(&mut self, span: Span) -> Option<i128> {
        if !self.at(Tok::LParen) {
            return None;
        }
        let open = self.span();
        self.advance();
        let mark = self.body.exprs.len();
        let e = self.parse_cond_expr();
        let e = self.rvalue(e);
        let value = self.eval_int_constant(e);
        if value.is_none() && self.expr_ty(e).id != id::ERROR {
            self.error(span, "attribute argument is not an integer constant");
        }
        self.body.exprs.truncate(mark);
        self.expect_close(Tok::RParen, ")", open);
        value
    }

    fn priority(&mut self, span: Span) -> u16 {
        match self.integer_argument(span) {
            None => 65535,
            Some(value) => match u16::try_from(value) {
                Ok(priority) => priority,
                Err(_) => {
                    self.error(span, "priorities are integers from 0 to 65535");
                    65535
                }
            },
        }
    }

    /// A power of two that fits, or 0 with a message.
    pub fn check_alignment(&mut self, align: i128, span: Span) -> u64 {
        match u64::try_from(align) {
            Ok(0) => 0,
            Ok(align) if !align.is_power_of_two() => {
                self.error(span, "requested alignment is not a positive power of 2");
                0
            }
            Ok(align) if align <= MAX_ALIGN => align,
            _ => {
                self.error(span, format!("requested alignment is not between 1 and {MAX_ALIGN}"));
                0
            }
        }
    }

    /// `( "text" )`
    fn string_argument(&mut self, name: &str, span: Span) -> Option<String> {
        let open = self.span();
        if !self.at(Tok::LParen) || self.peek(1).kind != Tok::Str {
            self.error(span, format!("attribute '{name}' needs a string argument"));
            return None;
        }
        self.advance();
        let bytes = self.parse_string_bytes();
        self.expect_close(Tok::RParen, ")", open);
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn visibility(&mut self, set: &mut AttrSet, span: Span) {
        let Some(text) = self.string_argument("visibility", span) else { return };
        set.visibility = match text.as_str() {
            "default" => Some(Visibility::Default),
            "hidden" => Some(Visibility::Hidden),
            "protected" => Some(Visibility::Protected),
            "internal" => Some(Visibility::Internal),
            _ => {
                self.error(span, format!("'{text}' is no visibility"));
                None
            }
        };
    }

    fn tls_model(&mut self, set: &mut AttrSet, span: Span) {
        let Some(text) = self.string_argument("tls_model", span) else { return };
        set.tls_model = match text.as_str() {
            "global-dynamic" => Some(TlsModel::GeneralDynamic),
            "local-dynamic" => Some(TlsModel::LocalDynamic),
            "initial-exec" => Some(TlsModel::InitialExec),
            "local-exec" => Some(TlsModel::LocalExec),
            _ => {
                self.error(span, format!("'{text}' is no TLS model"));
                None
            }
        };
    }

    /// `cleanup (function)`
    fn cleanup(&mut self, set: &mut AttrSet, span: Span) {
        use crate::scope::Entity;
        let name = self.peek(1);
        if !self.at(Tok::LParen) || name.kind != Tok::Ident {
            self.error(span, "attribute 'cleanup' needs the name of a function");
            return;
        }
        self.advance();
        self.advance();
        match self.lookup(name.text).map(|binding| binding.entity) {
            Some(Entity::Symbol(symbol))
                if self.ctx.types.is_function(self.ctx.symbol(symbol).ty.id) =>
            {
                set.cleanup = Some(symbol);
            }
            Some(Entity::Nested { .. }) => {
                self.error(span, "a nested function cannot be a cleanup function here");
            }
            _ => {
                let text = self.names.text(name.text);
                let message = format!("cleanup argument '{text}' is not a function");
                self.error(Span::at(name.loc), message);
            }
        }
        self.accept(Tok::RParen);
    }

    /// `format (printf, 2, 3)`
    fn format_attribute(&mut self, span: Span) -> Option<FormatAttr> {
        if !self.accept(Tok::LParen) {
            self.error(span, "attribute 'format' needs arguments");
            return None;
        }
        let kind = match bare(self.names.text(self.tok.text)) {
            "printf" | "gnu_printf" => Some(FormatKind::Printf),
            "scanf" | "gnu_scanf" => Some(FormatKind::Scanf),
            "strftime" | "gnu_strftime" => Some(FormatKind::Strftime),
            _ => None,
        };
        self.advance();
        let mut numbers = [0u32; 2];
        for number in &mut numbers {
            if !self.accept(Tok::Comma) {
                break;
            }
            let e = self.parse_cond_expr();
            let e = self.rvalue(e);
            *number = self.eval_int_constant(e).and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        }
        self.accept(Tok::RParen);
        let [format, first] = numbers;
        Some(FormatAttr { kind: kind?, format, first })
    }

    /// `( 1, 3 )`, or nothing.
    fn argument_numbers(&mut self) -> Box<[u32]> {
        let mut numbers = Vec::new();
        let open = self.span();
        if !self.accept(Tok::LParen) {
            return numbers.into();
        }
        while !self.at(Tok::RParen) {
            let mark = self.body.exprs.len();
            let e = self.parse_cond_expr();
            let e = self.rvalue(e);
            numbers.extend(self.eval_int_constant(e).and_then(|n| u32::try_from(n).ok()));
            self.body.exprs.truncate(mark);
            if !self.accept(Tok::Comma) {
                break;
            }
        }
        self.expect_close(Tok::RParen, ")", open);
        numbers.into()
    }

    /// `_Alignas ( type or constant )`; the cursor is at `_Alignas`.
    pub fn parse_alignas(&mut self) -> u64 {
        let start = self.loc();
        self.advance();
        let open = self.span();
        if !self.expect(Tok::LParen, "(", "after '_Alignas'") {
            return 0;
        }
        let align = if self.starts_type_name_at(0) {
            let name = self.parse_type_name();
            let own = self.ctx.types.align_of(name.ty.id);
            let sized = !matches!(self.ctx.types.get(name.ty.id), Type::Void | Type::Function(_));
            if own.is_none() || !sized {
                let shown = self.show(name.ty);
                let message = format!("invalid application of '_Alignas' to type '{shown}'");
                match own {
                    None => self.error(name.span, message),
                    Some(_) => self.warn("pointer-arith", name.span, message),
                }
            }
            let own = own.unwrap_or(0);
            if name.align != 0 { name.align } else { own }
        } else {
            let mark = self.body.exprs.len();
            let e = self.parse_cond_expr();
            let e = self.rvalue(e);
            let value = self.eval_int_constant(e);
            let is_error = self.expr_ty(e).id == id::ERROR;
            self.body.exprs.truncate(mark);
            let span = self.span_from(start);
            match value {
                Some(value) => self.check_alignment(value, span),
                None => {
                    if !is_error {
                        self.error(span, "requested alignment is not an integer constant");
                    }
                    0
                }
            }
        };
        self.expect_close(Tok::RParen, ")", open);
        align
    }

    /// `asm ("name")` behind a declarator: the name the linker shall use. With a register's name
    /// for `register` variables.
    pub fn parse_asm_label(&mut self) -> Option<(String, Span)> {
        if self.kw != Kw::Asm {
            return None;
        }
        let start = self.loc();
        self.advance();
        let open = self.span();
        self.expect(Tok::LParen, "(", "after 'asm'");
        if !self.at(Tok::Str) {
            let message = format!("expected a string before {}", self.found());
            self.syntax_diag(Diagnostic::error(self.span(), message));
            self.skip_until(&[Tok::RParen, Tok::Semi]);
            self.accept(Tok::RParen);
            return None;
        }
        let bytes = self.parse_string_bytes();
        self.expect_close(Tok::RParen, ")", open);
        Some((String::from_utf8_lossy(&bytes).into_owned(), self.span_from(start)))
    }
}

/// `__packed__` is `packed`.
pub(super) fn bare(text: &str) -> &str {
    text.strip_prefix("__").and_then(|t| t.strip_suffix("__")).unwrap_or(text)
}
