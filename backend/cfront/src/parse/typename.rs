//! Type names, as in casts: specifiers and a declarator without a name. In: tokens; out: a
//! [`TypeName`].

use super::Parser;
use super::spec::{Storage, is_type_keyword};
use crate::keyword::Kw;
use crate::session::Standard;
use crate::tree::ExprId;
use crate::types::{QType, Quals, id};
use preproc::diag::Diagnostic;
use preproc::source::Span;
use preproc::token::Tok;

/// A type name, as in casts.
#[derive(Clone, Debug)]
pub struct TypeName {
    pub ty: QType,
    /// Alignment of the typedef it is; 0: the type's own.
    pub align: u64,
    /// Storage classes of a C23 compound literal.
    pub storage: Storage,
    pub constexpr: bool,
    pub thread: bool,
    /// An alignment specifier stands in it.
    pub alignas: bool,
    /// Evaluations of variable lengths, to run before the type is used.
    pub effects: Vec<ExprId>,
    pub span: Span,
}

impl Parser<'_> {
    /// Is token `n` from the cursor one that starts a type name?
    pub fn starts_type_name_at(&self, n: usize) -> bool {
        match self.peek_kw(n) {
            Kw::None => self.typedef_at(n).is_some(),
            Kw::Extension => self.starts_type_name_at(n + 1),
            kw => is_type_keyword(kw),
        }
    }

    /// The same for the name in front of a compound literal, which may begin with a storage
    /// class or an alignment.
    pub fn starts_literal_type_name_at(&self, n: usize) -> bool {
        self.starts_type_name_at(n)
            || match self.peek_kw(n) {
                Kw::Static | Kw::Register | Kw::Thread | Kw::Constexpr | Kw::Alignas => true,
                Kw::Extension => self.starts_literal_type_name_at(n + 1),
                _ => false,
            }
    }

    /// Storage classes of a type name that no compound literal follows.
    pub(crate) fn no_literal(&mut self, name: &TypeName, what: &str) {
        if name.storage != Storage::None || name.constexpr || name.thread {
            self.error(name.span, format!("storage class specifier in {what}"));
        }
        if name.alignas {
            self.error(name.span, format!("alignment specified for type name in {what}"));
        }
    }

    /// A type name: specifiers and an abstract declarator. On errors the type is `Error` and a
    /// message was given.
    pub fn parse_type_name(&mut self) -> TypeName {
        self.nested_type_name(false)
    }

    /// The type name of a compound literal, which C23 lets begin with storage classes.
    pub fn parse_literal_type_name(&mut self) -> TypeName {
        self.nested_type_name(true)
    }

    fn nested_type_name(&mut self, storage: bool) -> TypeName {
        let span = self.span();
        self.nested(|p| p.type_name(storage)).unwrap_or(TypeName {
            ty: id::ERROR.into(),
            align: 0,
            storage: Storage::None,
            constexpr: false,
            thread: false,
            alignas: false,
            effects: Vec::new(),
            span,
        })
    }

    fn type_name(&mut self, storage: bool) -> TypeName {
        let start = self.loc();
        let mut specs = self.parse_specs(storage);
        if specs.implicit_int && specs.ty.quals != Quals::NONE && self.standard() < Standard::C23 {
            self.complain_implicit_int(None, specs.span);
        } else if specs.implicit_int {
            let message = format!("expected a type before {}", self.found());
            self.syntax_diag(Diagnostic::error(self.span(), message));
            specs.ty = id::ERROR.into();
        }
        let mut name = TypeName {
            ty: specs.ty,
            align: specs.type_align.max(specs.attrs.aligned()).max(specs.align),
            alignas: specs.align > 0,
            storage: specs.storage,
            constexpr: specs.constexpr,
            thread: specs.thread,
            effects: std::mem::take(&mut specs.effects),
            span: specs.span,
        };
        if !matches!(self.tok.kind, Tok::Star | Tok::LParen | Tok::LBracket | Tok::Caret) {
            name.ty = self.apply_type_attrs(specs.ty, &specs.attrs);
            return name;
        }
        let mut declarator = self.parse_abstract_declarator(specs.ty);
        if name.ty.id != declarator.ty.id {
            name.align = declarator.attrs.aligned().max(specs.align);
        }
        specs.attrs.add(&declarator.attrs);
        name.ty = self.apply_type_attrs(declarator.ty, &specs.attrs);
        name.effects.append(&mut declarator.effects);
        name.span = self.span_from(start);
        name
    }
}
