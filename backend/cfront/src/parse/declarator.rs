//! Declarators: `*`, `[…]`, `(…)` around a name. In: tokens and the type of the specifiers; out: a
//! [`Declarator`]. The parts are collected from the name outwards and applied from the outside in.
//! A parameter list is parsed inside a body of its own, which becomes the function's body if a
//! definition follows.

use super::attr::Attrs;
use super::placed::Target;
use super::spec::{Storage, qualifier};
use super::{FuncState, Parser};
use crate::keyword::Kw;
use crate::scope::{Entity, Others};
use crate::session::{Mode, Standard};
use crate::tree::{Body, ExprId, ExprKind, LocalId};
use crate::types::{ArrayLen, FuncType, Length, QType, Quals, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;
use preproc::token::Tok;

/// A declarator with the type it gives its name.
#[derive(Debug)]
pub struct Declarator {
    pub name: Option<Name>,
    pub ty: QType,
    /// The parameters, where the name is declared as a function.
    pub func: Option<Box<FuncDecl>>,
    /// Evaluations of variable array lengths.
    pub effects: Vec<ExprId>,
    pub attrs: Attrs,
    /// Qualifiers inside the `[]` of an array parameter.
    pub array_quals: Quals,
    /// The name, or all of it where there is none.
    pub span: Span,
}

/// A parameter list.
#[derive(Debug)]
pub struct FuncDecl {
    pub params: Vec<Param>,
    pub variadic: bool,
    pub old_style: bool,
    /// An identifier list: the types follow behind `)`.
    pub identifiers: bool,
    /// What parsing the parameters put into the function's body.
    pub body: Body,
    pub func: FuncState,
    /// Evaluations of lengths in parameter types.
    pub effects: Vec<ExprId>,
    /// Parameters declared ahead of the list, not yet met in it.
    pub ahead: Vec<Param>,
    /// Tags and constants declared in the list.
    pub others: Others,
}

#[derive(Clone, Debug)]
pub struct Param {
    pub name: Option<Name>,
    pub ty: QType,
    pub local: LocalId,
    pub span: Span,
}

/// Types may nest so deep; functions that walk them recurse.
const MAX_TYPE_DEPTH: u32 = 1000;

/// One part of a declarator.
pub(super) enum Chunk {
    Pointer(Quals),
    Array { len: ArrayLen, span: Span },
    Function(Box<FuncDecl>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Named,
    Abstract,
    Either,
}

impl Parser<'_> {
    /// A declarator with a name.
    pub fn parse_declarator(&mut self, base: QType) -> Declarator {
        self.declarator(base, Kind::Named)
    }

    /// A declarator without a name, as in type names.
    pub fn parse_abstract_declarator(&mut self, base: QType) -> Declarator {
        self.declarator(base, Kind::Abstract)
    }

    fn declarator(&mut self, base: QType, kind: Kind) -> Declarator {
        let start = self.loc();
        let mut declarator = Declarator {
            name: None,
            ty: base,
            func: None,
            effects: Vec::new(),
            attrs: Attrs::default(),
            array_quals: Quals::NONE,
            span: Span::at(start),
        };
        let chunks = self.chunks.len();
        self.declarator_parts(&mut declarator, kind);
        if declarator.name.is_none() {
            declarator.span = self.span_from(start);
        }
        self.last_name_span = declarator.span;
        self.apply_chunks(&mut declarator, chunks);
        declarator
    }

    /// Collects the parts, from the name outwards.
    fn declarator_parts(&mut self, out: &mut Declarator, kind: Kind) {
        if self.at(Tok::Star) {
            self.advance();
            let mut quals = Quals::NONE;
            loop {
                match self.kw {
                    Kw::Const | Kw::Volatile | Kw::Restrict | Kw::Atomic => {
                        quals = quals.with(qualifier(self.kw));
                        self.advance();
                    }
                    Kw::Attribute => self.parse_gnu_attributes(&mut out.attrs),
                    Kw::None if self.at(Tok::LBracket) && kind != Kind::Abstract => {
                        if !self.at_attribute() {
                            break;
                        }
                        self.parse_misplaced_attributes(&mut out.attrs, "");
                    }
                    _ => break,
                }
            }
            self.nested(|p| p.declarator_parts(out, kind));
            self.chunks.push(Chunk::Pointer(quals));
            return;
        }
        self.direct_declarator(out, kind);
        self.declarator_suffixes(out);
    }

    fn direct_declarator(&mut self, out: &mut Declarator, kind: Kind) {
        if self.kw == Kw::Attribute {
            self.parse_gnu_attributes(&mut out.attrs);
        }
        let old = kind == Kind::Named && self.old_name();
        if (old || self.at_ident()) && kind != Kind::Abstract {
            let token = self.advance();
            out.name = Some(token.text);
            out.span = Span::at(token.loc);
            self.parse_std_attributes(&mut out.attrs);
        } else if self.at(Tok::LParen) && (kind == Kind::Named || self.opens_declarator()) {
            let open = self.span();
            self.advance();
            self.parse_attributes(&mut out.attrs);
            self.nested(|p| p.declarator_parts(out, kind));
            self.expect_close(Tok::RParen, ")", open);
        } else if kind == Kind::Named {
            let message = format!("expected a name before {}", self.found());
            self.syntax_error(self.span(), message);
        }
    }

    /// At `(` where a name may be missing: is it a parenthesised declarator (else parameters)?
    fn opens_declarator(&self) -> bool {
        let next = self.peek(1).kind;
        if next == Tok::RParen || next == Tok::Ellipsis {
            return false;
        }
        self.peek_kw(1) == Kw::Attribute || !self.starts_parameter_at(1)
    }

    fn starts_parameter_at(&self, n: usize) -> bool {
        self.starts_type_name_at(n) || matches!(self.peek_kw(n), Kw::Register | Kw::Alignas)
    }

    fn declarator_suffixes(&mut self, out: &mut Declarator) {
        loop {
            match self.tok.kind {
                Tok::LBracket if !self.at_attribute() => self.array_suffix(out),
                Tok::LParen => {
                    let Some(func) = self.nested_wide(|p| p.parse_parameters()) else { return };
                    self.chunks.push(Chunk::Function(func));
                    self.parse_misplaced_attributes(&mut out.attrs, "");
                }
                _ => return,
            }
        }
    }

    /// `[ static quals length ]`
    fn array_suffix(&mut self, out: &mut Declarator) {
        let open = self.span();
        self.advance();
        let mut is_static = false;
        loop {
            match self.kw {
                Kw::Static => {
                    self.since(
                        crate::session::Standard::C99,
                        self.span(),
                        "'static' lengths of parameters",
                    );
                    is_static = true;
                }
                Kw::Const | Kw::Volatile | Kw::Restrict | Kw::Atomic => {
                    out.array_quals = out.array_quals.with(qualifier(self.kw));
                }
                _ => break,
            }
            self.advance();
        }
        let len = if self.at(Tok::RBracket) {
            if is_static {
                self.error(self.span(), "'static' in an array declarator needs a length");
            }
            ArrayLen::Unknown
        } else if self.at(Tok::Star) && self.peek(1).kind == Tok::RBracket {
            self.advance();
            if self.in_params == 0 {
                self.error(open, "'[*]' is for parameters of prototypes only");
            }
            ArrayLen::Star
        } else {
            self.array_length(out)
        };
        self.expect_close(Tok::RBracket, "]", open);
        let span = Span { start: open.start, last: self.prev_span().last };
        self.chunks.push(Chunk::Array { len, span });
        self.parse_misplaced_attributes(&mut out.attrs, "");
    }

    fn array_length(&mut self, out: &mut Declarator) -> ArrayLen {
        let mark = self.body.exprs.len();
        let Some(e) = self.nested(|p| p.parse_assign_expr()) else {
            return ArrayLen::Fixed(1);
        };
        let e = self.rvalue(e);
        let (span, ty) = (self.expr_span(e), self.expr_ty(e));
        if ty.id == id::ERROR {
            return ArrayLen::Fixed(1);
        }
        if !self.ctx.types.is_integer(ty.id) {
            let shown = self.ctx.types.show(ty, self.names);
            self.error(span, format!("the size of an array has type '{shown}', not an integer"));
            return ArrayLen::Fixed(1);
        }
        if let Some(value) = self.eval_int_constant(e) {
            self.body.exprs.truncate(mark);
            return match u64::try_from(value) {
                Ok(n) => ArrayLen::Fixed(n),
                Err(_) if value < 0 => {
                    let name = self.declared_text(out.name);
                    self.error(span, format!("size of array{name} is negative"));
                    ArrayLen::Fixed(1)
                }
                Err(_) => {
                    let name = self.declared_text(out.name);
                    self.error(span, format!("size of array{name} is too large"));
                    ArrayLen::Fixed(1)
                }
            };
        }
        if self.level == 0 && !(self.mode != Mode::File && self.ctx.scopes.depth() > 0) {
            // In a type name it need not count: `sizeof(int (*)[n])`.
            if out.name.is_none() && self.in_params == 0 {
                self.body.exprs.truncate(mark);
                return ArrayLen::Star;
            }
            let name = self.declared_text(out.name);
            let message = format!("the size of array{name} at file scope is not constant");
            self.error(span, message);
            return ArrayLen::Fixed(1);
        }
        if !self.ctx.options.warnings.turned_off("vla") {
            self.since(crate::session::Standard::C99, span, "arrays of variable length");
        }
        if self.in_params == 0 {
            self.warn("vla", span, "this array has a variable length");
        }
        let value = self.convert(e, id::ULONG);
        ArrayLen::Variable(self.keep_length(value, &mut out.effects))
    }

    /// A local for a length or size, and the effect that gives it its value.
    pub(super) fn keep_length(&mut self, value: ExprId, effects: &mut Vec<ExprId>) -> Length {
        let span = self.expr_span(value);
        let local = self.push_local(None, id::ULONG.into(), span);
        self.body.locals[local.index()].is_length = true;
        self.body.facts.uses_vla = true;
        let place = self.push_expr(ExprKind::Local(local), id::ULONG, span);
        effects.push(self.push_expr(ExprKind::Assign(place, value), id::ULONG, span));
        Length { local, level: self.level }
    }

    /// A kept length or size as a value.
    pub(super) fn length_value(&mut self, length: Length, span: Span) -> ExprId {
        let kind = match self.level.saturating_sub(length.level) {
            0 => ExprKind::Local(length.local),
            depth => ExprKind::Outer { depth, local: length.local },
        };
        let place = self.push_expr(kind, id::ULONG, span);
        self.push_expr(ExprKind::Load(place), id::ULONG, span)
    }

    fn declared_text(&self, name: Option<Name>) -> String {
        name.map_or(String::new(), |name| format!(" '{}'", self.names.text(name)))
    }

    /// Builds the type from the parts above `base` on the stack.
    fn apply_chunks(&mut self, out: &mut Declarator, base: usize) {
        while self.chunks.len() > base {
            let Some(chunk) = self.chunks.pop() else { break };
            let last = self.chunks.len() == base;
            if self.ctx.types.depth(out.ty.id) > MAX_TYPE_DEPTH {
                self.error(out.span, format!("a type nested deeper than {MAX_TYPE_DEPTH} levels"));
                out.ty = id::ERROR.into();
                self.chunks.truncate(base);
                return;
            }
            out.ty = match chunk {
                Chunk::Pointer(quals) => {
                    let ty = self.ctx.types.pointer_to(out.ty);
                    self.qualify(ty.into(), quals, out.span)
                }
                Chunk::Array { len, span } => {
                    let inner = if last { out.name } else { None };
                    self.array_of(out.ty, len, inner, span)
                }
                Chunk::Function(mut func) => {
                    let ty = self.function_of(out.ty, &func, out.name, out.span);
                    if last {
                        out.func = Some(func);
                    } else {
                        out.effects.append(&mut func.effects);
                        out.effects.clear();
                    }
                    ty
                }
            };
        }
    }

    fn array_of(&mut self, elem: QType, len: ArrayLen, name: Option<Name>, span: Span) -> QType {
        let types = &self.ctx.types;
        let problem = match *types.get(elem.id) {
            Type::Error => return elem,
            Type::Function(_) => Some("functions"),
            Type::Void => Some("voids"),
            _ => None,
        };
        let name = self.declared_text(name);
        if let Some(problem) = problem {
            self.error(span, format!("declaration of{name} as array of {problem}"));
            return id::ERROR.into();
        }
        if !types.is_complete(elem.id) {
            let shown = types.show(elem, self.names);
            let message = format!("array{name} has incomplete element type '{shown}'");
            self.error(span, message);
            return id::ERROR.into();
        }
        if let Type::Record(record) = *types.get(elem.id)
            && types.record(record).flexible
        {
            let what = "arrays of structures with a flexible array member";
            self.since(Standard::Never, span, what);
        }
        let types = &self.ctx.types;
        if let ArrayLen::Fixed(n) = len {
            let size = types.size_of(elem.id).unwrap_or(0).checked_mul(n);
            if size.is_none_or(|size| size > crate::layout::MAX_SIZE) {
                self.error(span, format!("size of array{name} is too large"));
                return id::ERROR.into();
            }
        }
        self.ctx.types.intern(Type::Array { elem, len }).into()
    }

    fn function_of(
        &mut self,
        ret: QType,
        func: &FuncDecl,
        name: Option<Name>,
        span: Span,
    ) -> QType {
        let problem = match *self.ctx.types.get(ret.id) {
            Type::Function(_) => Some("a function"),
            Type::Array { .. } => Some("an array"),
            _ => None,
        };
        if let Some(problem) = problem {
            let name = self.declared_text(name);
            self.error(span, format!("function{name} declared as returning {problem}"));
            return id::ERROR.into();
        }
        if ret.quals != Quals::NONE {
            self.check_return_qualifiers(ret, span);
        }
        let mut params = Vec::with_capacity(func.params.len());
        if !func.identifiers {
            for param in &func.params {
                let ty = param.ty.id;
                let ty = if self.ctx.types.is_variably_modified(ty) {
                    self.without_lengths(ty, 0)
                } else {
                    ty
                };
                params.push(QType::new(ty));
            }
        }
        let quals = if ret.id == id::VOID { ret.quals } else { Quals::NONE };
        let ty = Type::Function(FuncType {
            ret: QType { id: ret.id, quals },
            params,
            variadic: func.variadic,
            old_style: func.old_style,
        });
        self.ctx.types.intern(ty).into()
    }

    /// `ty` with `[*]` for every length that is a variable of some function.
    fn without_lengths(&mut self, ty: TypeId, depth: u32) -> TypeId {
        if depth > super::MAX_DEPTH {
            return ty;
        }
        match self.ctx.types.get(ty).clone() {
            Type::Pointer(to) => {
                let inner = self.without_lengths(to.id, depth + 1);
                self.ctx.types.pointer_to(QType { id: inner, quals: to.quals })
            }
            Type::Array { elem, len } => {
                let inner = self.without_lengths(elem.id, depth + 1);
                let len = match len {
                    ArrayLen::Variable(_) => ArrayLen::Star,
                    len => len,
                };
                let elem = QType { id: inner, quals: elem.quals };
                self.ctx.types.intern(Type::Array { elem, len })
            }
            _ => ty,
        }
    }

    // ------------------------------------------------------------ parameters

    /// Starts a function inside the current one (or at file scope).
    pub(super) fn enter_function(&mut self, body: Body, func: FuncState) {
        let body = std::mem::replace(&mut self.body, body);
        let func = std::mem::replace(&mut self.func, func);
        self.outer.push((body, func));
        self.level += 1;
    }

    /// Ends it and gives back what was built.
    pub(super) fn leave_function(&mut self) -> (Body, FuncState) {
        let (body, func) = self.outer.pop().unwrap_or_default();
        self.level = self.level.saturating_sub(1);
        let body = std::mem::replace(&mut self.body, body);
        let func = std::mem::replace(&mut self.func, func);
        (body, func)
    }

    /// `( parameter list )`; the cursor is at `(`.
    fn parse_parameters(&mut self) -> Box<FuncDecl> {
        let open = self.span();
        self.advance();
        let mut out = Box::new(FuncDecl {
            params: Vec::new(),
            variadic: false,
            old_style: false,
            identifiers: false,
            body: Body::default(),
            func: FuncState::default(),
            effects: Vec::new(),
            ahead: Vec::new(),
            others: Others::default(),
        });
        if self.accept(Tok::RParen) {
            // Old programs call such functions with arguments, and gcc lets them in its C23.
            out.old_style = !self.c23() || self.ctx.options.gnu;
            return out;
        }
        if self.kw == Kw::Void && self.peek(1).kind == Tok::RParen {
            self.advance();
            self.advance();
            return out;
        }
        let scopes = self.ctx.scopes.mark();
        self.ctx.scopes.push();
        self.in_params += 1;
        self.enter_function(Body::default(), FuncState::default());
        let bare_names = self.at_ident()
            && self.typedef_at(0).is_none()
            && matches!(self.peek(1).kind, Tok::Comma | Tok::RParen);
        if bare_names {
            out.identifiers = true;
            out.old_style = true;
            self.identifier_list(&mut out);
        } else {
            self.parameter_list(&mut out);
        }
        self.expect_close(Tok::RParen, ")", open);
        let (body, func) = self.leave_function();
        out.body = body;
        out.func = func;
        self.in_params -= 1;
        out.others = self.ctx.scopes.others_since(scopes);
        self.ctx.scopes.pop();
        out
    }

    fn identifier_list(&mut self, out: &mut FuncDecl) {
        while self.at_ident() {
            let token = self.advance();
            let span = Span::at(token.loc);
            if out.params.iter().any(|param| param.name == Some(token.text)) {
                let text = self.names.text(token.text);
                self.error(span, format!("multiple parameters named '{text}'"));
            }
            let local = self.push_local(Some(token.text), id::INT.into(), span);
            let ty = id::INT.into();
            out.params.push(Param { name: Some(token.text), ty, local, span });
            if !self.accept(Tok::Comma) {
                break;
            }
        }
    }

    fn parameter_list(&mut self, out: &mut FuncDecl) {
        loop {
            if self.at(Tok::Ellipsis) {
                if out.params.is_empty() && !self.c23() {
                    self.error(self.span(), "ISO C requires a named argument before '...'");
                }
                self.advance();
                out.variadic = true;
                break;
            }
            let before = self.position();
            self.parameter(out);
            if !self.accept(Tok::Comma) {
                break;
            }
            if self.position() == before {
                break;
            }
        }
        // GNU: `f(int n; int a[n], int n)` declares `n` ahead.
        if self.at(Tok::Semi) {
            let what = "parameters that are declared ahead";
            self.since(crate::session::Standard::Never, self.span(), what);
            self.advance();
            out.ahead.append(&mut out.params);
            self.nested(|p| p.parameter_list(out));
        }
        for param in std::mem::take(&mut out.ahead) {
            let text = self.declared_text(param.name);
            self.error(param.span, format!("parameter{text} has just a forward declaration"));
        }
    }

    fn parameter(&mut self, out: &mut FuncDecl) {
        let start = self.loc();
        let mut specs = self.parse_specs(true);
        if specs.implicit_int {
            if self.loc() == start {
                let diag = self.unknown_type_name().unwrap_or_else(|| {
                    let message = format!("expected a parameter before {}", self.found());
                    Diagnostic::error(self.span(), message)
                });
                self.syntax_diag(diag);
                self.skip_until(&[Tok::Comma, Tok::RParen]);
                return;
            }
            self.complain_implicit_int(None, specs.span);
        }
        let lasting = specs.thread || specs.constexpr;
        if !matches!(specs.storage, Storage::None | Storage::Register) || lasting {
            self.error(specs.span, "a parameter has no storage class but 'register'");
        }
        if specs.inline || specs.noreturn {
            let word = if specs.inline { "inline" } else { "_Noreturn" };
            self.pedwarn("", specs.span, format!("a parameter is declared '{word}'"));
        }
        if specs.deduced {
            self.error(specs.span, "'auto' cannot be the type of a parameter");
            specs.ty = id::ERROR.into();
        }
        out.effects.append(&mut specs.effects);
        let mut declarator = self.declarator(specs.ty, Kind::Either);
        self.parse_attributes(&mut declarator.attrs);
        specs.attrs.add(&declarator.attrs);
        self.check_placed(&specs.attrs, Target::Other);
        out.effects.append(&mut declarator.effects);
        if let Some(func) = &mut declarator.func {
            func.effects.clear();
        }
        let ty = self.apply_type_attrs(declarator.ty, &specs.attrs);
        let span = declarator.span;
        let mut ty = self.ctx.types.decayed(ty);
        ty = self.qualify(ty, declarator.array_quals, span);
        // `(typeof (void))` says as well that there are none.
        let none = declarator.name.is_none() && ty.quals == Quals::NONE && out.params.is_empty();
        if ty.id == id::VOID && none && self.at(Tok::RParen) {
            if specs.storage == Storage::Register {
                self.error(specs.span, "'void' as the only parameter may not be qualified");
            }
            return;
        }
        if ty.id == id::VOID {
            let text = self.declared_text(declarator.name);
            self.error(span, format!("parameter{text} has type 'void'"));
            ty = id::ERROR.into();
        }
        let named = |param: &Param| param.name.is_some() && param.name == declarator.name;
        let ahead = out.ahead.iter().position(named);
        let ahead = ahead.map(|at| out.ahead.remove(at));
        let local = match &ahead {
            Some(param) => param.local,
            None => self.push_local(declarator.name, ty, span),
        };
        self.body.locals[local.index()].ty = ty;
        self.body.locals[local.index()].align = specs.align.max(specs.attrs.aligned());
        if specs.attrs.get().is_some_and(|set| set.symbol.unused || set.symbol.used) {
            self.func.mentions.quiet(local);
        }
        if let Some(name) = declarator.name {
            if let (None, Some(old)) = (ahead, self.ctx.scopes.lookup_here(name).copied()) {
                let message = format!("redefinition of parameter '{}'", self.names.text(name));
                let diag = Diagnostic::error(span, message);
                self.diag(diag.note(Some(old.span), "previous definition is here"));
            }
            let level = self.level;
            self.ctx.scopes.bind(name, Entity::Local { local, level }, span);
        }
        out.params.push(Param { name: declarator.name, ty, local, span });
    }
}
