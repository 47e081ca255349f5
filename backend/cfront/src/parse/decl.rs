//! Declarations: specifiers, declarators, initialisers, static assertions. In: tokens; out:
//! symbols and typedefs in scope, objects in the unit, and statements on the statement stack for
//! what happens when a declaration is reached. What a name is declared as, and whether it may be,
//! is in `declare.rs`; function bodies are in `function.rs`.

use super::Parser;
use super::asm::is_register;
use super::attr::Attrs;
use super::coerce::Use;
use super::declarator::Declarator;
use super::init::{Dest, Initial};
use super::pedantic::Closed;
use super::placed::Target;
use super::spec::{Specs, Storage};
use crate::keyword::Kw;
use crate::known;
use crate::scope::Entity;
use crate::session::{Mode, Standard};
use crate::tree::{Definition, ExprId, Init, InitStep, LocalId, Object, StmtKind, SymbolId};
use crate::types::{ArrayLen, QType, Quals, Type, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;
use preproc::token::Tok;

/// A declarator with everything that is said of it.
pub(super) struct Declared {
    pub(super) name: Name,
    pub(super) ty: QType,
    pub(super) attrs: Attrs,
    pub(super) label: Option<(String, Span)>,
    pub(super) span: Span,
}

impl Parser<'_> {
    /// A declaration, or at file scope a function definition; the cursor is at its start.
    pub(super) fn parse_declaration(&mut self) {
        if self.kw == Kw::StaticAssert {
            self.since(Standard::C11, self.span(), "static assertions");
            self.parse_static_assert();
            return;
        }
        let start = self.position();
        let mut specs = self.parse_specs(true);
        if self.at(Tok::Semi) {
            let effects = std::mem::take(&mut specs.effects);
            self.run_effects(effects);
            self.empty_declaration(&specs);
            self.advance();
            return;
        }
        if specs.implicit_int && !self.may_omit_type(&specs, start) {
            return;
        }
        if specs.constexpr && specs.new_tag {
            let message = "a tag is declared in an underspecified object declaration";
            self.pedwarn("", specs.span, message);
        }
        let effects = std::mem::take(&mut specs.effects);
        self.run_effects(effects);
        let mut first = true;
        loop {
            let declarator = self.parse_declarator(specs.ty);
            if declarator.name.is_none() {
                self.skip_past_semi();
                return;
            }
            if self.declarator_rest(&specs, declarator, first) {
                return;
            }
            first = false;
            if !self.accept(Tok::Comma) {
                break;
            }
            if (specs.deduced || specs.constexpr) && self.c23() {
                let word = if specs.deduced { "auto" } else { "constexpr" };
                let message = format!("'{word}' may only be used with a single declarator");
                match specs.deduced {
                    true => self.error(self.span(), message),
                    false => self.warn("pedantic", self.span(), message),
                }
            }
            self.parse_attributes(&mut specs.attrs);
        }
        if !self.at(Tok::Semi) && self.body_after_declaration() {
            return;
        }
        self.expect_semi("the declaration");
    }

    /// Behind a declarator: label, attributes, then body, initialiser or nothing. `true` after a
    /// function definition.
    fn declarator_rest(&mut self, specs: &Specs, mut declarator: Declarator, first: bool) -> bool {
        let Some(name) = declarator.name else { return false };
        let label = self.parse_asm_label();
        let mut attrs = specs.attrs.clone();
        attrs.add(&declarator.attrs);
        let before = self.position();
        self.parse_attributes(&mut attrs);
        let late = self.position() > before;
        let ty = self.apply_type_attrs(declarator.ty, &attrs);
        let function = specs.storage != Storage::Typedef && self.ctx.types.is_function(ty.id);
        self.check_placed(&attrs, if function { Target::Function } else { Target::Other });
        let span = declarator.span;
        if let Some(func) = declarator.func.take()
            && first
            && specs.storage != Storage::Typedef
            && self.at_function_body(&func)
        {
            if late && !func.identifiers {
                let message =
                    "attributes should be specified before the declarator in a function definition";
                self.error(span, message);
            }
            let declared = Declared { name, ty, attrs, label, span };
            self.function_definition(specs, declared, *func);
            return true;
        }
        let effects = std::mem::take(&mut declarator.effects);
        self.run_effects(effects);
        self.declare(specs, Declared { name, ty, attrs, label, span });
        false
    }

    /// Evaluations that a declaration brings go where it stands.
    pub(super) fn run_effects(&mut self, effects: Vec<ExprId>) {
        for effect in effects {
            let span = self.expr_span(effect);
            let effect = self.void_value(effect);
            let stmt = self.push_stmt(StmtKind::Expr(effect), span);
            self.stmts.push(stmt);
        }
    }

    /// No type was given: is that a declaration all the same? Otherwise a message was given and
    /// the input skipped.
    fn may_omit_type(&mut self, specs: &Specs, start: usize) -> bool {
        let nothing = self.position() == start;
        if let Some(diag) = self.unknown_type_name() {
            self.syntax_diag(diag);
            self.skip_past_semi();
            return false;
        }
        let pointer = self.at(Tok::Star) && self.mode == Mode::File;
        if nothing && !self.at_ident() && !pointer {
            let message = match self.tok.kind {
                Tok::RBrace => "'}' without a '{' before it".to_string(),
                _ => format!("expected a declaration before {}", self.found()),
            };
            self.syntax_error(self.span(), message);
            if self.at(Tok::RBrace) {
                self.advance();
            } else {
                self.skip_past_semi();
            }
            return false;
        }
        if self.at_ident() || pointer {
            // Said again, better, by the function definition for its name.
            let name = self.tok.text;
            if nothing && self.peek(1).kind != Tok::LParen {
                let message = "data definition has no type or storage class";
                self.warn("implicit-int", self.span(), message);
            } else if nothing || specs.storage != Storage::None || specs.inline {
                self.complain_implicit_int(Some(name), self.span());
            } else {
                self.complain_implicit_int(Some(name), specs.span);
            }
        }
        true
    }

    /// At a name that is no type, followed by what shows that one was meant: what to say of it.
    pub(super) fn unknown_type_name(&self) -> Option<Diagnostic> {
        if !self.at_ident() {
            return None;
        }
        let next = self.peek(1);
        let next_is_name = next.kind == Tok::Ident && self.ctx.keywords.get(next.text) == Kw::None;
        let star = next.kind == Tok::Star && self.peek(2).kind == Tok::Ident;
        let in_params = self.in_params > 0 && matches!(next.kind, Tok::Comma | Tok::RParen);
        if !next_is_name && !star && !in_params {
            return None;
        }
        let (span, text) = (self.span(), self.names.text(self.tok.text));
        let diag = Diagnostic::error(span, format!("unknown type name '{text}'"));
        if let Some(ty) = self.ctx.scopes.lookup_tag(self.tok.text) {
            let shown = self.ctx.types.show(ty.into(), self.names);
            let why = format!("'{text}' is a tag");
            return Some(diag.fix(span, shown, why));
        }
        if let Some(header) = crate::known::header_of(text) {
            let patch = format!("#include <{header}>");
            let why = format!("put '{patch}' at the top");
            return Some(diag.fix(Span::default(), patch, why));
        }
        let Some(near) = self.suggest_type(self.tok.text) else { return Some(diag) };
        let message = format!("{}; did you mean '{near}'?", diag.message);
        Some(Diagnostic { message, ..diag }.fix(span, near, "the nearest type"))
    }

    /// `int x` `{`: a body where none can be; says so and skips it.
    fn body_after_declaration(&mut self) -> bool {
        if !self.at(Tok::LBrace) {
            return false;
        }
        let message = "expected ';' before '{': this declaration is no function definition";
        self.syntax_error(self.span(), message);
        self.advance();
        self.skip_until(&[Tok::RBrace]);
        self.accept(Tok::RBrace);
        true
    }

    /// `_Static_assert ( constant [, "text"] ) ;`
    pub(super) fn parse_static_assert(&mut self) {
        self.advance();
        let open = self.span();
        if !self.expect(Tok::LParen, "(", "after 'static_assert'") {
            self.skip_past_semi();
            return;
        }
        let mark = self.body.exprs.len();
        let e = self.parse_cond_expr();
        let span = self.expr_span(e);
        let e = self.rvalue(e);
        let value = self.eval_int_constant(e);
        if value.is_some() {
            self.check_integer_constant(e, "the expression of a static assertion");
        }
        let failed = self.expr_ty(e).id == id::ERROR;
        self.body.exprs.truncate(mark);
        let mut text = None;
        if self.accept(Tok::Comma) {
            if self.at(Tok::Str) {
                text = Some(self.parse_string_bytes());
            } else {
                let message = format!("expected a string before {}", self.found());
                self.syntax_error(self.span(), message);
            }
        }
        self.expect_close(Tok::RParen, ")", open);
        if text.is_none() {
            self.since(Standard::C23, span, "static assertions without a text");
        }
        match value {
            Some(0) => {
                let message = match text {
                    Some(text) => {
                        format!("static assertion failed: {}", String::from_utf8_lossy(&text))
                    }
                    None => "static assertion failed".into(),
                };
                self.error(span, message);
            }
            Some(_) => {}
            None if failed => {}
            None => self.error(span, "the expression of a static assertion is not constant"),
        }
        self.expect_semi("the static assertion");
    }

    // ------------------------------------------------------------ one declarator

    fn declare(&mut self, specs: &Specs, declared: Declared) {
        if self.in_block() && self.ctx.types.is_variably_modified(declared.ty.id) {
            self.func.variable.declare(Closed::Variable(declared.span));
        }
        if specs.deduced {
            self.declare_deduced(specs, declared);
        } else if specs.storage == Storage::Typedef {
            self.declare_typedef(specs, &declared);
            self.note_local_type(&declared);
            if self.at(Tok::Eq) {
                let text = self.names.text(declared.name).to_string();
                self.error(declared.span, format!("typedef '{text}' is initialized"));
                self.skip_until(&[Tok::Comma, Tok::Semi]);
            }
        } else if self.ctx.types.is_function(declared.ty.id) {
            self.declare_function_only(specs, &declared);
        } else {
            self.declare_object(specs, declared);
        }
    }

    fn declare_function_only(&mut self, specs: &Specs, declared: &Declared) {
        if self.level > 0 && specs.storage != Storage::Auto {
            self.check_nested_extern(declared);
        }
        if self.level > 0 && specs.storage == Storage::Auto {
            self.declare_nested(declared);
        } else {
            self.declare_function(specs, declared, false);
        }
        if self.at(Tok::Eq) {
            let text = self.names.text(declared.name).to_string();
            let message = format!("function '{text}' is initialized like a variable");
            self.error(declared.span, message);
            self.skip_until(&[Tok::Comma, Tok::Semi]);
        }
    }

    /// An object: with static storage (a symbol) or automatic (a local).
    fn declare_object(&mut self, specs: &Specs, declared: Declared) {
        let declared = self.check_object_type(specs, declared);
        let block = self.in_block();
        if self.level > 0 && specs.storage == Storage::Extern {
            self.check_nested_extern(&declared);
        }
        let lasting =
            !block || matches!(specs.storage, Storage::Static | Storage::Extern) || specs.constexpr;
        if lasting {
            self.declare_static_object(specs, declared);
        } else {
            self.declare_local(specs, declared);
        }
    }

    /// Inside a function, or in a block of a script.
    pub(super) fn in_block(&self) -> bool {
        self.level > 0 || self.ctx.scopes.depth() > 0
    }

    fn check_object_type(&mut self, specs: &Specs, mut declared: Declared) -> Declared {
        if declared.ty.id == id::VOID && specs.storage != Storage::Extern {
            let text = self.names.text(declared.name);
            self.error(declared.span, format!("variable '{text}' declared void"));
            declared.ty = id::ERROR.into();
        }
        self.check_elements(specs, declared.ty, declared.span);
        let own = self.ctx.types.align_of(declared.ty.id).unwrap_or(1);
        if specs.align != 0 && specs.align < own {
            let text = self.names.text(declared.name);
            let message = format!("'_Alignas' cannot reduce the alignment of '{text}'");
            self.error(declared.span, message);
        }
        self.check_function_words(specs, "variable", declared.name, declared.span);
        if specs.constexpr {
            self.check_constexpr_type(declared.ty, declared.span);
            declared.ty = self.qualify(declared.ty, Quals::CONST, declared.span);
        }
        if !self.in_block() && matches!(specs.storage, Storage::Auto | Storage::Register) {
            let text = self.names.text(declared.name).to_string();
            let register = specs.storage == Storage::Register && declared.label.is_some();
            let message = match (specs.storage, register) {
                (_, true) => format!("global register variable '{text}' is not supported"),
                (Storage::Auto, _) => format!("file-scope declaration of '{text}' says 'auto'"),
                _ => format!("file-scope declaration of '{text}' says 'register'"),
            };
            self.error(declared.span, message);
        }
        declared
    }

    /// What a typedef aligns beyond its size cannot stand one behind the other.
    pub(super) fn check_elements(&mut self, specs: &Specs, declared: QType, span: Span) {
        let mut ty = declared.id;
        while let (Type::Array { elem, .. }, false) = (self.ctx.types.get(ty), ty == specs.ty.id) {
            ty = elem.id;
        }
        let size = self.ctx.types.size_of(ty).unwrap_or(0);
        let aligned = specs.type_align > 1 && !size.is_multiple_of(specs.type_align);
        if ty == specs.ty.id && ty != declared.id && aligned {
            let message = "the size of the array's elements is no multiple of their alignment";
            self.error(span, message);
        }
    }

    fn declare_static_object(&mut self, specs: &Specs, declared: Declared) {
        if self.ctx.types.has_variable_size(declared.ty.id)
            || (!self.in_block() && self.ctx.types.is_variably_modified(declared.ty.id))
        {
            let text = self.names.text(declared.name);
            let message = format!("storage size of '{text}' isn't constant");
            self.error(declared.span, message);
            self.skip_initializer();
            return;
        }
        let initialised = self.at(Tok::Eq);
        let Some(symbol) = self.declare_symbol(specs, &declared, initialised) else {
            self.skip_initializer();
            return;
        };
        if !initialised {
            if specs.constexpr {
                let text = self.names.text(declared.name);
                let message = format!("'constexpr' object '{text}' needs an initializer");
                self.error(declared.span, message);
            }
            self.without_initializer(specs, symbol, &declared);
            return;
        }
        if specs.storage == Storage::Extern {
            let text = self.names.text(declared.name).to_string();
            if self.in_block() {
                let message = format!("'{text}' has both 'extern' and initializer");
                self.error(declared.span, message);
            } else {
                let message = format!("'{text}' initialized and declared 'extern'");
                self.warn("", declared.span, message);
            }
        }
        self.advance();
        self.static_initializer(specs, symbol, declared);
    }

    /// Steps over `= …` whose target cannot be.
    fn skip_initializer(&mut self) {
        if self.at(Tok::Eq) {
            self.skip_until(&[Tok::Comma, Tok::Semi]);
        }
    }

    /// Behind `=` of an object with static storage.
    fn static_initializer(&mut self, specs: &Specs, mut symbol: SymbolId, declared: Declared) {
        let span = declared.span;
        let mut again = self.reinitialised.take() == Some(symbol);
        // `int a[] = …` of an array that is there: the initialiser says how long it is to be.
        let ty = if again { declared.ty } else { self.ctx.symbol(symbol).ty };
        // A script runs what is not constant where it stands; block-scope statics are C's.
        let running = self.mode != Mode::File && self.level == 0 && !specs.constexpr;
        let dest = if running { Dest::Either } else { Dest::Static };
        let (exprs, stmts) = (self.body.exprs.len(), self.body.stmts.len());
        let outer = std::mem::replace(&mut self.constexpr_init, specs.constexpr);
        let tags = self.tags();
        let (ty, initial) = self.parse_initializer(ty, dest);
        self.constexpr_init = outer;
        if specs.constexpr {
            self.no_tags_since(tags, "object initializer", span);
        }
        if matches!(initial, Initial::Static(_)) && self.body.stmts.len() == stmts {
            // The bytes are all that is wanted of the values.
            self.body.exprs.truncate(exprs);
        }
        if again && ty.id != self.ctx.symbol(symbol).ty.id {
            let declared = Declared { ty, ..declared };
            self.unit.redefined.retain(|redefined| *redefined != symbol);
            symbol = self.replace_object(specs, &declared, symbol, true);
            again = false;
        }
        self.complete_symbol(symbol, ty, span);
        match initial {
            Initial::Static(init) if again => {
                // The object exists and is in use: its new value is stored by code.
                let init = self.static_as_code(symbol, init);
                self.run_symbol_init(symbol, init, span);
            }
            Initial::Static(init) => {
                let ty = self.ctx.symbol(symbol).ty;
                if specs.constexpr || self.is_known_object(ty, init.size) {
                    self.ctx.set_constant(symbol, init.clone());
                }
                self.unit.objects.push(Object { symbol, init });
            }
            Initial::Steps(init) => {
                if !again {
                    self.zero_object(symbol);
                }
                self.run_symbol_init(symbol, init, span);
            }
            Initial::Error => self.zero_object(symbol),
        }
    }

    /// Will later initialisers be able to read it? (GNU: of `const` scalars and small arrays.)
    fn is_known_object(&self, ty: QType, size: u64) -> bool {
        let mut ty = ty;
        while let (Type::Array { elem, .. }, true) = (self.ctx.types.get(ty.id), size <= 1024) {
            ty = *elem;
        }
        let constant = ty.quals.has(Quals::CONST) && !ty.is_volatile();
        constant && self.ctx.types.is_scalar(ty.id)
    }

    pub(super) fn zero_object(&mut self, symbol: SymbolId) {
        let size = self.ctx.types.size_of(self.ctx.symbol(symbol).ty.id).unwrap_or(0);
        let init = crate::tree::StaticInit { size, bytes: Vec::new(), relocs: Vec::new() };
        self.unit.objects.push(Object { symbol, init });
    }

    fn run_symbol_init(&mut self, symbol: SymbolId, init: Init, span: Span) {
        self.ctx.symbol_mut(symbol).attrs.filled_by_code = true;
        let stmt = self.push_stmt(StmtKind::InitSymbol { symbol, init }, span);
        self.stmts.push(stmt);
    }

    /// Constant bytes as something to copy at run time: an unnamed constant object.
    fn static_as_code(&mut self, symbol: SymbolId, init: crate::tree::StaticInit) -> Init {
        let (ty, span) = {
            let symbol = self.ctx.symbol(symbol);
            (symbol.ty, symbol.span)
        };
        let source = match self.ctx.spent_source() {
            Some(source) => source,
            None => {
                let source = self.unnamed_object(ty, span);
                self.ctx.new_source(source)
            }
        };
        let known = self.ctx.source_mut(source);
        (known.ty, known.span) = (ty.with(Quals::CONST), span);
        self.unit.objects.push(Object { symbol: source, init });
        let place = self.push_expr(crate::tree::ExprKind::Symbol(source), ty.id, span);
        let value = self.push_expr(crate::tree::ExprKind::Load(place), ty.id, span);
        let start = self.body.inits.len() as u32;
        self.body.inits.push(InitStep { offset: 0, ty: ty.id.into(), bits: None, value });
        Init { zero: false, steps: start..start + 1 }
    }

    /// An array's length may come from its initialiser.
    fn complete_symbol(&mut self, symbol: SymbolId, ty: QType, span: Span) {
        if self.ctx.symbol(symbol).ty != ty {
            self.ctx.symbol_mut(symbol).ty = ty;
        }
        if !self.ctx.types.is_complete(ty.id) && ty.id != id::ERROR {
            let shown = self.ctx.types.show(ty, self.names);
            let message = format!("variable has incomplete type '{shown}'");
            let header = shown.split_once(' ').and_then(|(_, tag)| known::header_of_tag(tag));
            self.missing_header(Diagnostic::error(span, message), header);
            self.ctx.symbol_mut(symbol).ty = id::ERROR.into();
        }
    }

    /// A declaration of a lasting object without `=`.
    fn without_initializer(&mut self, specs: &Specs, symbol: SymbolId, declared: &Declared) {
        let known = self.ctx.symbol(symbol);
        // (A static of a block counts as defined from its declaration on.)
        let defined = known.definition == Definition::Defined && !self.in_block();
        if specs.storage == Storage::Extern || defined {
            return;
        }
        let ty = known.ty;
        if self.in_block() {
            // A static of a block: defined here, and so complete.
            if !self.ctx.types.is_complete(ty.id) && ty.id != id::ERROR {
                self.storage_unknown(declared);
                return;
            }
            self.ctx.symbol_mut(symbol).definition = Definition::Defined;
            self.zero_object(symbol);
            return;
        }
        if known.definition == Definition::None {
            self.ctx.symbol_mut(symbol).definition = Definition::Tentative;
            self.tentative.push(symbol);
        }
    }

    fn storage_unknown(&mut self, declared: &Declared) {
        let text = self.names.text(declared.name);
        let message = format!("storage size of '{text}' isn't known");
        self.error(declared.span, message);
    }

    // ------------------------------------------------------------ locals

    fn declare_local(&mut self, specs: &Specs, mut declared: Declared) {
        if specs.thread {
            let text = self.names.text(declared.name);
            let message = format!("thread-local '{text}' in a block must be 'static' or 'extern'");
            self.error(declared.span, message);
        }
        if specs.align != 0 && specs.storage == Storage::Register {
            let text = self.names.text(declared.name);
            let message = format!("alignment specified for 'register' object '{text}'");
            self.error(declared.span, message);
        }
        self.check_redeclared_local(&declared);
        let initialised = self.at(Tok::Eq);
        let open_array = matches!(
            *self.ctx.types.get(declared.ty.id),
            Type::Array { len: ArrayLen::Unknown, .. }
        );
        if declared.ty.id != id::ERROR
            && !self.ctx.types.is_complete(declared.ty.id)
            && !(open_array && initialised)
        {
            self.storage_unknown(&declared);
            declared.ty = id::ERROR.into();
        }
        let local = self.push_local(Some(declared.name), declared.ty, declared.span);
        let level = self.level;
        self.ctx.scopes.bind(declared.name, Entity::Local { local, level }, declared.span);
        self.local_attributes(specs, &declared, local);
        self.note_declared(&declared, local);
        if !initialised {
            self.local_begins(local, None, declared.span);
            return;
        }
        self.advance();
        let variable = self.ctx.types.has_variable_size(declared.ty.id);
        if variable && !(self.at(Tok::LBrace) && self.peek(1).kind == Tok::RBrace) {
            self.error(declared.span, "a variable-sized object may not be initialized");
            self.skip_until(&[Tok::Comma, Tok::Semi]);
            self.local_begins(local, None, declared.span);
            return;
        }
        if variable {
            self.advance();
            self.advance();
            let start = self.body.inits.len() as u32;
            let init = Init { zero: true, steps: start..start };
            self.local_begins(local, Some(init), declared.span);
            return;
        }
        let (ty, initial) = self.parse_initializer(declared.ty, Dest::Auto);
        self.body.locals[local.index()].ty = ty;
        self.note_known(local, ty, &initial);
        let init = match initial {
            Initial::Steps(init) => Some(init),
            Initial::Static(_) | Initial::Error => None,
        };
        self.local_begins(local, init, declared.span);
    }

    fn note_known(&mut self, local: LocalId, ty: QType, initial: &Initial) {
        let Initial::Steps(Init { steps, .. }) = initial else { return };
        let value = self.body.inits.get(steps.start as usize).map(|step| step.value);
        let constant = ty.quals.has(Quals::CONST) && !ty.is_volatile();
        if let Some(value) = value.filter(|&value| constant && self.is_literal(value))
            && self.ctx.types.is_scalar(ty.id)
        {
            self.body.locals[local.index()].known = Some(value);
        }
    }

    fn local_begins(&mut self, local: LocalId, init: Option<Init>, span: Span) {
        let stmt = self.push_stmt(StmtKind::Local { local, init }, span);
        self.stmts.push(stmt);
    }

    fn local_attributes(&mut self, specs: &Specs, declared: &Declared, local: LocalId) {
        let align = specs.align.max(specs.type_align_of(declared.ty)).max(declared.attrs.aligned());
        let target = &mut self.body.locals[local.index()];
        target.align = align;
        target.register = specs.storage == Storage::Register;
        if let Some(set) = declared.attrs.get() {
            target.cleanup = set.cleanup;
        }
        if let Some((register, span)) = &declared.label {
            let register = register.trim_start_matches('%');
            target.asm_register = Some(register.to_string());
            if specs.storage == Storage::Register && !is_register(register) {
                let text = self.names.text(declared.name);
                let message = format!("'{register}' for '{text}' is no register's name");
                self.error(*span, message);
            }
        }
    }

    fn note_declared(&mut self, declared: &Declared, local: LocalId) {
        let set = declared.attrs.get();
        let quiet = set.is_some_and(|set| set.symbol.unused || set.symbol.used);
        self.func.mentions.declare(local, quiet);
        if let Some(cleanup) = set.and_then(|set| set.cleanup) {
            self.mention_symbol(cleanup);
        }
    }

    /// A name that hides another.
    pub(super) fn check_shadow(&mut self, name: Name, span: Span) {
        let Some(old) = self.ctx.scopes.lookup(name).copied() else { return };
        let what = match old.entity {
            Entity::Local { .. } => "a local",
            Entity::Symbol(symbol)
                if self.ctx.symbol(symbol).kind == crate::tree::SymbolKind::Object =>
            {
                "an object of the file"
            }
            _ => return,
        };
        let text = self.names.text(name);
        let message = format!("'{text}' hides {what}");
        let diag = Diagnostic::warning("shadow", span, message);
        self.diag(diag.note(Some(old.span), "which is declared here"));
    }

    fn check_redeclared_local(&mut self, declared: &Declared) {
        let Some(old) = self.ctx.scopes.lookup_here(declared.name).copied() else {
            return self.check_shadow(declared.name, declared.span);
        };
        let text = self.names.text(declared.name);
        let message = match old.entity {
            Entity::Local { .. } => format!("redeclaration of '{text}' with no linkage"),
            _ => format!("'{text}' redeclared as different kind of symbol"),
        };
        let diag = Diagnostic::error(declared.span, message);
        self.diag(diag.note(Some(old.span), "previously declared here"));
    }

    /// `auto x = value;` of C23, `__auto_type`, `constexpr` without a type.
    fn declare_deduced(&mut self, specs: &Specs, mut declared: Declared) {
        let text = self.names.text(declared.name).to_string();
        if !self.at(Tok::Eq) {
            let message = format!("declaration of '{text}' without a type needs an initializer");
            self.error(declared.span, message);
            return;
        }
        if declared.ty.id != specs.ty.id {
            let message = "the type of a plain name only can be deduced";
            self.error(declared.span, message);
        }
        self.advance();
        let running = self.in_block() || self.mode != Mode::File;
        let mark = self.body.exprs.len();
        let tags = self.tags();
        let e = self.parse_assign_expr();
        let e = self.rvalue(e);
        if self.c23() {
            self.no_tags_since(tags, "object initializer", declared.span);
        }
        let ty = self.expr_ty(e);
        if ty.id == id::VOID {
            let message = format!("variable '{text}' initialized with a void value");
            self.error(declared.span, message);
            declared.ty = id::ERROR.into();
        } else {
            declared.ty = QType { id: ty.id, quals: specs.ty.quals };
        }
        if specs.constexpr {
            declared.ty = declared.ty.with(Quals::CONST);
        }
        let block = self.in_block();
        if block && specs.storage != Storage::Static && !specs.constexpr {
            self.check_redeclared_local(&declared);
            let local = self.push_local(Some(declared.name), declared.ty, declared.span);
            let level = self.level;
            self.ctx.scopes.bind(declared.name, Entity::Local { local, level }, declared.span);
            self.local_attributes(specs, &declared, local);
            self.note_declared(&declared, local);
            let value = self.assign_convert(e, declared.ty, Use::Init);
            let init = self.single_step(declared.ty, value);
            self.local_begins(local, Some(init), declared.span);
            return;
        }
        let Some(symbol) = self.declare_symbol(specs, &declared, true) else { return };
        let again = self.reinitialised == Some(symbol);
        self.reinitialised = None;
        let value = self.assign_convert(e, declared.ty, Use::Init);
        match self.static_value(declared.ty, value, !running || specs.constexpr) {
            Some(init) if !again => {
                if declared.ty.quals.has(Quals::CONST) {
                    self.ctx.set_constant(symbol, init.clone());
                }
                self.unit.objects.push(Object { symbol, init });
                self.body.exprs.truncate(mark);
            }
            _ => {
                if !again {
                    self.zero_object(symbol);
                }
                if running {
                    let init = self.single_step(declared.ty, value);
                    self.run_symbol_init(symbol, init, declared.span);
                }
            }
        }
    }

    /// An initialiser that stores one value into the whole object.
    pub(super) fn single_step(&mut self, ty: QType, value: ExprId) -> Init {
        let start = self.body.inits.len() as u32;
        self.body.inits.push(InitStep { offset: 0, ty, bits: None, value });
        Init { zero: false, steps: start..start + 1 }
    }
}

impl Specs {
    /// The alignment a typedef gives an object declared `ty` with these specifiers.
    pub(super) fn type_align_of(&self, ty: QType) -> u64 {
        if ty.id == self.ty.id { self.type_align } else { 0 }
    }
}
