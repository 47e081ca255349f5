//! Declaration specifiers: storage classes, qualifiers, type specifiers, in any order. In: tokens;
//! out: [`Specs`]. Records and enumerations are in `record.rs`.

use super::Parser;
use super::attr::Attrs;
use crate::keyword::Kw;
use crate::scope::Entity;
use crate::session::Standard;
use crate::tree::ExprId;
use crate::types::{ArrayLen, FloatKind, IntKind, QType, Quals, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;
use preproc::token::Tok;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Storage {
    #[default]
    None,
    Typedef,
    Extern,
    Static,
    Auto,
    Register,
}

/// What stands before the declarators.
#[derive(Clone, Debug)]
pub struct Specs {
    pub ty: QType,
    /// Alignment by the `aligned` attribute of the typedef that gave the type; 0 for none.
    pub type_align: u64,
    pub storage: Storage,
    pub thread: bool,
    pub inline: bool,
    pub noreturn: bool,
    pub constexpr: bool,
    /// `auto x = …` of C23 or `__auto_type`: the type is the initialiser's.
    pub deduced: bool,
    /// No type was given.
    pub implicit_int: bool,
    /// `_Alignas`; 0 for none.
    pub align: u64,
    pub attrs: Attrs,
    /// A tag was declared or defined: `struct s;` alone is a declaration.
    pub tag: bool,
    /// It was defined, with braces.
    pub defines: bool,
    /// A tag that was not known is declared in them.
    pub new_tag: bool,
    /// `[[…]]` stands before everything else.
    pub attrs_first: bool,
    /// `struct s` alone, without members: declares a new tag in this scope when `;` follows.
    pub effects: Vec<ExprId>,
    pub span: Span,
}

/// Type specifier words seen, each in a few bits so that repetition shows.
#[derive(Clone, Copy, Default)]
struct Words {
    long: u8,
    short: bool,
    signed: bool,
    unsigned: bool,
    complex: bool,
    base: Option<Base>,
    /// Right behind the `}` of a type that is defined here.
    body_end: Option<Span>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    Void,
    Bool,
    Char,
    Int,
    Int128,
    Float(FloatKind),
    BitInt(u32),
    /// A type from elsewhere: typedef, record, enumeration, `typeof`.
    Other(TypeId),
}

impl Words {
    fn any(self) -> bool {
        self.base.is_some()
            || self.long > 0
            || self.short
            || self.signed
            || self.unsigned
            || self.complex
    }
}

impl Parser<'_> {
    /// Is the cursor at the start of a declaration (of one with specifiers)?
    pub fn starts_declaration(&self) -> bool {
        match self.kw {
            Kw::None => self.at_ident() && self.typedef_at(0).is_some(),
            kw => is_declaring(kw) || is_type_keyword(kw),
        }
    }

    /// Specifiers of a declaration; with `storage` false only types and qualifiers are allowed.
    pub fn parse_specs(&mut self, storage: bool) -> Specs {
        let start = self.loc();
        let mut specs = Specs {
            ty: id::INT.into(),
            type_align: 0,
            storage: Storage::None,
            thread: false,
            inline: false,
            noreturn: false,
            constexpr: false,
            deduced: false,
            implicit_int: false,
            align: 0,
            attrs: Attrs::default(),
            tag: false,
            defines: false,
            new_tag: false,
            attrs_first: false,
            effects: Vec::new(),
            span: Span::at(start),
        };
        let mut words = Words::default();
        let mut quals = Quals::NONE;
        let mut begins = start;
        let tags = self.tags();
        loop {
            match self.kw {
                Kw::None => {
                    if self.at(Tok::LBracket) && self.peek(1).kind == Tok::LBracket {
                        // Behind a specifier they are the type's.
                        match self.loc() == begins {
                            true => {
                                specs.attrs_first = true;
                                self.parse_std_attributes(&mut specs.attrs);
                            }
                            false => self.parse_misplaced_attributes(&mut specs.attrs, ""),
                        }
                        continue;
                    }
                    if !self.at_ident()
                        || !self.typedef_specifier(&mut words, &mut specs, &mut quals)
                    {
                        break;
                    }
                }
                Kw::Attribute => self.parse_gnu_attributes(&mut specs.attrs),
                Kw::Extension => {
                    let first = self.loc() == begins;
                    self.advance();
                    if first {
                        begins = self.loc();
                    }
                    self.extension = true;
                }
                Kw::Const | Kw::Volatile | Kw::Restrict => {
                    let more = qualifier(self.kw);
                    if quals.has(more) && self.standard() < crate::session::Standard::C99 {
                        self.warn("pedantic", self.span(), "duplicate qualifier");
                    } else if quals.has(more) {
                        self.warn("duplicate-decl-specifier", self.span(), "duplicate qualifier");
                    }
                    quals = quals.with(more);
                    self.advance();
                }
                Kw::Atomic => {
                    self.since(Standard::C11, self.span(), "atomic types");
                    self.atomic_specifier(&mut words, &mut quals);
                }
                Kw::Typedef | Kw::Extern | Kw::Static | Kw::Register | Kw::Auto => {
                    let typed = words.any() || quals != Quals::NONE || specs.inline;
                    if typed {
                        let message =
                            format!("{} is not at beginning of declaration", self.found());
                        self.warn("old-style-declaration", self.span(), message);
                    }
                    self.storage_class(&mut specs, storage);
                }
                Kw::Inline | Kw::Noreturn | Kw::Thread | Kw::Constexpr | Kw::AutoType => {
                    self.other_specifier(&mut specs, storage);
                }
                Kw::Alignas => {
                    self.since(Standard::C11, self.span(), "alignment specifiers");
                    let align = self.parse_alignas();
                    specs.align = specs.align.max(align);
                }
                Kw::Struct | Kw::Union => {
                    let ty = self.parse_record_specifier(&mut specs);
                    specs.tag = true;
                    self.set_tagged(&mut words, ty);
                }
                Kw::Enum => {
                    let ty = self.parse_enum_specifier(&mut specs);
                    specs.tag = true;
                    self.set_tagged(&mut words, ty);
                }
                Kw::Typeof | Kw::TypeofUnqual => {
                    let ty = self.parse_typeof(&mut specs.effects);
                    quals = quals.with(ty.quals);
                    self.set_base(&mut words, Base::Other(ty.id));
                }
                kw => {
                    // `typedef int bool;`
                    let named = kw == Kw::Bool
                        && words.any()
                        && specs.storage == Storage::Typedef
                        && matches!(self.peek(1).kind, Tok::Semi | Tok::Comma)
                        && self.old_name();
                    if named || !self.type_word(kw, &mut words) {
                        break;
                    }
                }
            }
        }
        specs.span = self.span_from(start);
        specs.new_tag = self.tags() != tags;
        self.finish_specs(&mut specs, words, quals);
        specs
    }

    fn finish_specs(&mut self, specs: &mut Specs, words: Words, quals: Quals) {
        let other = match specs.storage {
            Storage::Extern => "extern",
            Storage::Typedef => "typedef",
            _ if specs.thread => "thread_local",
            _ => "",
        };
        if specs.constexpr && !other.is_empty() {
            self.error(specs.span, format!("'constexpr' used with '{other}'"));
        }
        // `auto x = 1;` deduces in C23; before, it is a storage class and the type is `int`.
        let named = self.at_ident() || self.at(Tok::LParen);
        if specs.storage == Storage::Auto && !words.any() && self.c23() && named {
            specs.deduced = true;
            specs.storage = Storage::None;
        }
        if specs.constexpr && !words.any() && named {
            specs.deduced = true;
        }
        if specs.constexpr && specs.storage == Storage::Auto {
            self.error(specs.span, "'constexpr' used with 'auto'");
        }
        if specs.deduced && words.any() {
            self.error(specs.span, "multiple storage classes in declaration specifiers");
            specs.deduced = false;
        }
        if specs.deduced {
            specs.ty = QType { id: id::INT, quals };
            return;
        }
        specs.implicit_int = !words.any();
        let ty = self.type_of_words(words, specs.span);
        specs.ty = self.qualify(QType { id: ty, quals: Quals::NONE }, quals, specs.span);
    }

    /// Adds qualifiers; those of an array are its elements'.
    pub fn qualify(&mut self, ty: QType, quals: Quals, span: Span) -> QType {
        if quals == Quals::NONE {
            return ty;
        }
        match *self.ctx.types.get(ty.id) {
            Type::Array { .. } if quals.has(Quals::ATOMIC) => {
                self.error(span, "an array type cannot be _Atomic");
                ty
            }
            Type::Array { elem, len } => {
                let elem = self.qualify(elem, quals, span);
                self.ctx.types.intern(Type::Array { elem, len }).into()
            }
            Type::Function(_) if quals.has(Quals::ATOMIC) => {
                self.error(span, "a function type cannot be _Atomic");
                ty
            }
            Type::Pointer(to) if quals.has(Quals::RESTRICT) => {
                if self.ctx.types.is_function(to.id) {
                    self.error(span, "invalid use of 'restrict'");
                }
                ty.with(quals)
            }
            Type::Error | Type::Pointer(_) => ty.with(quals),
            _ if quals.has(Quals::RESTRICT) => {
                self.error(span, "invalid use of 'restrict'");
                ty.with(quals.without(Quals::RESTRICT))
            }
            _ => ty.with(quals),
        }
    }

    /// A typedef name as type specifier, unless a type was given already: then the name is what
    /// is declared.
    fn typedef_specifier(
        &mut self,
        words: &mut Words,
        specs: &mut Specs,
        quals: &mut Quals,
    ) -> bool {
        if words.any() || specs.deduced {
            return false;
        }
        let Some(binding) = self.ctx.scopes.lookup(self.tok.text) else { return false };
        let Entity::Typedef(ty) = binding.entity else { return false };
        specs.type_align = u64::from(binding.align);
        // `auto T = 1;`, `static T;`: with nothing but a declarator's end behind it, the name is
        // declared anew.
        if specs.storage == Storage::Auto && self.peek(1).kind == Tok::Eq {
            return false;
        }
        words.base = Some(Base::Other(ty.id));
        if self.level > 0 {
            self.use_local_type(self.tok.text);
        }
        if quals.has(ty.quals) && self.standard() < Standard::C99 {
            self.warn("pedantic", self.span(), "duplicate qualifier");
        }
        *quals = quals.with(ty.quals);
        self.advance();
        true
    }

    fn atomic_specifier(&mut self, words: &mut Words, quals: &mut Quals) {
        let start = self.loc();
        self.advance();
        *quals = quals.with(Quals::ATOMIC);
        if !self.at(Tok::LParen) || words.any() {
            return;
        }
        let open = self.span();
        self.advance();
        let name = self.parse_type_name();
        self.expect_close(Tok::RParen, ")", open);
        if matches!(self.ctx.types.get(name.ty.id), Type::Array { .. } | Type::Function(_)) {
            let span = self.span_from(start);
            self.error(span, "_Atomic cannot be applied to an array or function type");
        }
        *quals = quals.with(name.ty.quals);
        self.set_base(words, Base::Other(name.ty.id));
    }

    fn storage_class(&mut self, specs: &mut Specs, allowed: bool) {
        let storage = match self.kw {
            Kw::Typedef => Storage::Typedef,
            Kw::Extern => Storage::Extern,
            Kw::Static => Storage::Static,
            Kw::Register => Storage::Register,
            _ => Storage::Auto,
        };
        let span = self.span();
        if !allowed {
            self.error(span, format!("storage class {} is not allowed here", self.found()));
        } else if specs.storage == storage && storage != Storage::Auto {
            self.error(span, format!("duplicate {}", self.found()));
        } else if storage == Storage::Auto && specs.storage != Storage::None && self.c23() {
            // `static auto x = 1;`: the type is deduced.
            specs.deduced = true;
        } else if specs.storage == Storage::Auto && self.c23() {
            specs.deduced = true;
            specs.storage = storage;
        } else if specs.storage != Storage::None {
            self.error(span, "multiple storage classes in declaration specifiers");
        } else {
            specs.storage = storage;
        }
        self.advance();
    }

    fn other_specifier(&mut self, specs: &mut Specs, allowed: bool) {
        if !allowed {
            self.error(self.span(), format!("{} is not allowed here", self.found()));
        }
        match self.kw {
            Kw::Inline => specs.inline = true,
            Kw::Noreturn => {
                self.since(Standard::C11, self.span(), "'_Noreturn' functions");
                specs.noreturn = true;
            }
            Kw::Thread => {
                self.since(Standard::C11, self.span(), "thread-local objects");
                specs.thread = true;
            }
            Kw::Constexpr => {
                self.once(specs.constexpr);
                specs.constexpr = true;
            }
            _ => specs.deduced = true,
        }
        self.advance();
    }

    /// A keyword of a basic type; `false` if it is none.
    fn type_word(&mut self, kw: Kw, words: &mut Words) -> bool {
        if is_type_keyword(kw) {
            self.end_body(words);
        }
        let base = match kw {
            Kw::Long => {
                words.long += 1;
                if words.long > 2 {
                    self.error(self.span(), "'long long long' is too long");
                    words.long = 2;
                } else if words.long == 2 {
                    self.since(Standard::C99, self.span(), "'long long' types");
                }
                self.advance();
                return true;
            }
            Kw::Short => {
                self.once(words.short);
                words.short = true;
                self.advance();
                return true;
            }
            Kw::Signed => {
                self.once(words.signed);
                words.signed = true;
                self.advance();
                return true;
            }
            Kw::Unsigned => {
                self.once(words.unsigned);
                words.unsigned = true;
                self.advance();
                return true;
            }
            Kw::Complex => {
                self.once(words.complex);
                words.complex = true;
                self.advance();
                return true;
            }
            Kw::Void => Base::Void,
            Kw::Bool => Base::Bool,
            Kw::Char => Base::Char,
            Kw::Int => Base::Int,
            Kw::Int128 => Base::Int128,
            Kw::Float => Base::Float(FloatKind::Float),
            Kw::Double => Base::Float(FloatKind::Double),
            Kw::Float16 => Base::Float(FloatKind::Float16),
            Kw::Float32 => Base::Float(FloatKind::Float32),
            Kw::Float32x => Base::Float(FloatKind::Float32x),
            Kw::Float64 => Base::Float(FloatKind::Float64),
            Kw::Float64x => Base::Float(FloatKind::Float64x),
            Kw::Float128 => Base::Float(FloatKind::Float128),
            Kw::BitInt => {
                let bits = self.bit_int_width();
                self.set_base(words, Base::BitInt(bits));
                return true;
            }
            Kw::VaList => Base::Other(self.va_list_type()),
            _ => return false,
        };
        self.set_base(words, base);
        self.advance();
        true
    }

    fn once(&mut self, seen: bool) {
        if seen {
            self.error(self.span(), format!("duplicate {}", self.found()));
        }
    }

    /// A record or an enumeration, which may have been defined just now.
    fn set_tagged(&mut self, words: &mut Words, ty: TypeId) {
        let defined = self.prev.kind == Tok::RBrace;
        let end = self.after_prev();
        self.set_base(words, Base::Other(ty));
        words.body_end = defined.then_some(end);
    }

    /// A further type begins: behind a definition a `;` was forgotten.
    fn end_body(&mut self, words: &mut Words) {
        let Some(place) = words.body_end else { return };
        *words = Words::default();
        let message = "expected ';' after the definition of a type";
        let diag = Diagnostic::error(place, message).fix(place, ";", "put the missing ';'");
        self.diag(diag);
    }

    fn set_base(&mut self, words: &mut Words, base: Base) {
        self.end_body(words);
        if words.base.is_some() {
            self.error(self.prev_span(), "two or more data types in declaration specifiers");
        } else {
            words.base = Some(base);
        }
    }

    /// The cursor is at `_BitInt`; its width.
    fn bit_int_width(&mut self) -> u32 {
        let start = self.loc();
        self.advance();
        let open = self.span();
        if !self.expect(Tok::LParen, "(", "after '_BitInt'") {
            return 32;
        }
        let mark = self.body.exprs.len();
        let e = self.parse_cond_expr();
        let e = self.rvalue(e);
        let value = self.eval_int_constant(e);
        self.body.exprs.truncate(mark);
        self.expect_close(Tok::RParen, ")", open);
        match value.and_then(|bits| u32::try_from(bits).ok()) {
            Some(bits @ 1..=128) => bits,
            Some(bits) => {
                let span = self.span_from(start);
                let message = format!("_BitInt({bits}): widths from 1 to 128 are supported");
                self.error(span, message);
                32
            }
            None => {
                let span = self.span_from(start);
                self.error(span, "the width of a _BitInt must be a positive integer constant");
                32
            }
        }
    }

    fn type_of_words(&mut self, words: Words, span: Span) -> TypeId {
        let modified = words.long > 0 || words.short || words.signed || words.unsigned;
        if words.signed && words.unsigned {
            self.error(span, "both 'signed' and 'unsigned' in declaration specifiers");
            return id::ERROR;
        }
        if words.short && words.long > 0 {
            self.error(span, "both 'long' and 'short' in declaration specifiers");
            return id::ERROR;
        }
        let sized = words.long > 0 || words.short;
        let ty = match words.base {
            Some(Base::Float(FloatKind::Double))
                if words.long == 1 && !words.signed && !words.unsigned && !words.short =>
            {
                Type::Float(FloatKind::LongDouble)
            }
            Some(Base::Float(kind)) if !modified => Type::Float(kind),
            Some(Base::Char) if !sized => Type::Int(match (words.signed, words.unsigned) {
                (true, _) => IntKind::SChar,
                (_, true) => IntKind::UChar,
                _ => IntKind::Char,
            }),
            Some(Base::Int128) if !sized => {
                Type::Int(if words.unsigned { IntKind::UInt128 } else { IntKind::Int128 })
            }
            Some(Base::BitInt(bits)) if !sized => {
                if bits == 1 && !words.unsigned {
                    self.error(span, "a signed _BitInt has at least 2 bits");
                    return id::ERROR;
                }
                Type::BitInt { bits: bits as u16, signed: !words.unsigned }
            }
            Some(Base::Void) if !modified && !words.complex => return id::VOID,
            Some(Base::Bool) if !modified && !words.complex => return id::BOOL,
            Some(Base::Other(ty)) if !modified && !words.complex => return ty,
            None if words.complex && !modified => {
                self.since(Standard::Never, span, "plain 'complex' types");
                Type::Float(FloatKind::Double)
            }
            None | Some(Base::Int) => Type::Int(plain_int(words)),
            Some(_) => {
                let message = if words.complex && !modified {
                    "'_Complex' with a type that cannot be complex"
                } else {
                    "'long', 'short', 'signed' or 'unsigned' with a type that cannot take it"
                };
                self.error(span, message);
                return id::ERROR;
            }
        };
        if words.complex {
            self.since(Standard::C99, span, "complex types");
        }
        if let (Type::Int(_), true) = (&ty, words.complex) {
            self.since(Standard::Never, span, "complex integers");
        }
        let ty = match (ty, words.complex) {
            (Type::Float(kind), true) => Type::Complex(kind),
            (Type::Int(kind), true) => Type::ComplexInt(kind),
            (Type::BitInt { .. }, true) => {
                self.error(span, "'_Complex _BitInt' is not supported");
                return id::ERROR;
            }
            (ty, _) => ty,
        };
        self.ctx.types.intern(ty)
    }

    /// `typeof (expression or type)`; the cursor is at the keyword.
    fn parse_typeof(&mut self, effects: &mut Vec<ExprId>) -> QType {
        let unqual = self.kw == Kw::TypeofUnqual;
        self.advance();
        let open = self.span();
        if !self.expect(Tok::LParen, "(", "after 'typeof'") {
            return id::ERROR.into();
        }
        let ty = if self.starts_type_name_at(0) {
            let mut name = self.parse_type_name();
            effects.append(&mut name.effects);
            name.ty
        } else {
            let e = self.unevaluated(|p| p.nested(|p| p.parse_expr()));
            let Some(e) = e else { return id::ERROR.into() };
            if self.is_bit_field(e) {
                self.error(self.expr_span(e), "'typeof' applied to a bit-field");
            }
            // An expression of variable type is evaluated, for what it does.
            let ty = self.expr_ty(e);
            if self.ctx.types.is_variably_modified(ty.id) && self.has_side_effects(e) {
                effects.push(e);
            }
            ty
        };
        self.expect_close(Tok::RParen, ")", open);
        if unqual { self.unqualified(ty) } else { ty }
    }

    /// Without qualifiers, those of array elements included.
    pub fn unqualified(&mut self, ty: QType) -> QType {
        match *self.ctx.types.get(ty.id) {
            Type::Array { elem, len } => {
                let elem = self.unqualified(elem);
                self.ctx.types.intern(Type::Array { elem, len }).into()
            }
            _ => ty.id.into(),
        }
    }

    pub(super) fn is_bit_field(&self, e: ExprId) -> bool {
        use crate::tree::ExprKind;
        if let ExprKind::Member(of, index) = self.body.expr(e).kind
            && let Type::Record(record) = *self.ctx.types.get(self.expr_ty(of).id)
        {
            let fields = &self.ctx.types.record(record).fields;
            return fields.get(index as usize).is_some_and(|f| f.bits.is_some());
        }
        false
    }

    /// Could evaluating `e` do anything? (Names alone do not.)
    fn has_side_effects(&self, e: ExprId) -> bool {
        use crate::tree::ExprKind::*;
        !matches!(self.body.expr(e).kind, Local(_) | Symbol(_) | Outer { .. } | Str(_) | Error)
    }

    /// `__builtin_va_list`: an array of one structure, as the ABI has it.
    pub fn va_list_type(&mut self) -> TypeId {
        let element = self.ctx.va_list;
        self.ctx.types.intern(Type::Array { elem: element.into(), len: ArrayLen::Fixed(1) })
    }

    /// Says that no type was given, as strictly as the standard asks.
    pub fn complain_implicit_int(&mut self, name: Option<Name>, span: Span) {
        let text = name.map_or(String::new(), |name| {
            format!(" in declaration of '{}'", self.names.text(name))
        });
        if self.standard() >= Standard::C99 {
            let message = format!("type defaults to 'int'{text}");
            self.warn("implicit-int", span, message);
        }
    }
}

fn plain_int(words: Words) -> IntKind {
    match (words.short, words.long, words.unsigned) {
        (true, _, false) => IntKind::Short,
        (true, _, true) => IntKind::UShort,
        (_, 0, false) => IntKind::Int,
        (_, 0, true) => IntKind::UInt,
        (_, 1, false) => IntKind::Long,
        (_, 1, true) => IntKind::ULong,
        (_, _, false) => IntKind::LongLong,
        (_, _, true) => IntKind::ULongLong,
    }
}

pub(super) fn qualifier(kw: Kw) -> Quals {
    match kw {
        Kw::Const => Quals::CONST,
        Kw::Volatile => Quals::VOLATILE,
        Kw::Restrict => Quals::RESTRICT,
        Kw::Atomic => Quals::ATOMIC,
        _ => Quals::NONE,
    }
}

/// Specifiers that are no part of a type.
pub(super) fn is_declaring(kw: Kw) -> bool {
    matches!(
        kw,
        Kw::Typedef
            | Kw::Extern
            | Kw::Static
            | Kw::Auto
            | Kw::Register
            | Kw::Inline
            | Kw::Noreturn
            | Kw::Thread
            | Kw::Constexpr
            | Kw::AutoType
            | Kw::Alignas
            | Kw::Extension
    )
}

pub(super) fn is_type_keyword(kw: Kw) -> bool {
    matches!(
        kw,
        Kw::Void
            | Kw::Char
            | Kw::Short
            | Kw::Int
            | Kw::Long
            | Kw::Float
            | Kw::Double
            | Kw::Signed
            | Kw::Unsigned
            | Kw::Bool
            | Kw::Complex
            | Kw::Struct
            | Kw::Union
            | Kw::Enum
            | Kw::Const
            | Kw::Volatile
            | Kw::Restrict
            | Kw::Atomic
            | Kw::Attribute
            | Kw::Typeof
            | Kw::TypeofUnqual
            | Kw::BitInt
            | Kw::Int128
            | Kw::Float16
            | Kw::Float32
            | Kw::Float32x
            | Kw::Float64
            | Kw::Float64x
            | Kw::Float128
            | Kw::VaList
    )
}
