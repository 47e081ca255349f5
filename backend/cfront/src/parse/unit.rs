//! A whole input. In: the parser at its first token; out: a [`Checked`]. A file is a list of
//! external declarations; scripts and the prompt mix statements in, which gather in the body of a
//! function that runs them. The prompt's last expression, if no `;` follows it, is the value.

use super::Parser;
use super::attr::Attrs;
use crate::keyword::Kw;
use crate::scope::Entity;
use crate::session::Mode;
use crate::tree::*;
use crate::types::{ArrayLen, FuncType, QType, Record, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::source::{Loc, Span};
use preproc::token::Tok;

/// What the front end makes of an input.
#[derive(Debug)]
pub struct Checked {
    pub unit: Unit,
    pub diags: Vec<Diagnostic>,
    /// The input ended in the middle of something: more has to follow.
    pub incomplete: bool,
}

impl Checked {
    /// May the unit be used? (It may not when there was an error.)
    pub fn is_ok(&self) -> bool {
        !self.diags.iter().any(Diagnostic::is_error)
    }
}

impl Parser<'_> {
    /// Parses everything and gives the result.
    pub fn parse_input(mut self) -> Checked {
        let start = self.loc();
        while !self.at_eof() {
            let before = self.position();
            match self.mode {
                Mode::File => self.external_declaration(),
                Mode::Script | Mode::Prompt => self.script_item(),
            }
            if self.position() == before {
                self.syntax_error(self.span(), format!("unexpected {}", self.found()));
                self.advance();
            }
        }
        if self.mode == Mode::File && self.position() == 0 && self.at_eof() {
            self.warn("pedantic", self.span(), "a translation unit needs a declaration");
        }
        self.finish_tentative();
        self.finish_arguments();
        if self.error_count() == 0 {
            self.warn_never_defined();
            self.warn_unused_symbols();
        }
        self.finish_script(start);
        let asks = self.names.get("fetestexcept");
        self.unit.exceptions_seen = asks.is_some_and(|asks| self.ctx.scopes.lookup(asks).is_some());
        let checked = Checked { unit: self.unit, diags: self.diags, incomplete: self.incomplete };
        if cfg!(debug_assertions) && checked.is_ok() {
            let problems = crate::verify::unit(&checked.unit, self.ctx, self.names);
            assert!(problems.is_empty(), "the tree is wrong: {problems:#?}");
        }
        checked
    }

    fn external_declaration(&mut self) {
        self.outside_item();
        self.stmts.clear();
        // What constant expressions left in the scratch body.
        let body = &mut self.body;
        body.exprs.clear();
        body.expr_lists.clear();
        body.stmts.clear();
        body.stmt_lists.clear();
        body.inits.clear();
        body.locals.clear();
        body.wide.clear();
    }

    /// Something at file scope that is no statement.
    fn outside_item(&mut self) {
        if self.attribute_declaration() {
            return;
        }
        match self.kw {
            Kw::Asm => self.file_asm(),
            Kw::None if self.at(Tok::Semi) => {
                self.warn("pedantic", self.span(), "extra ';' outside of a function");
                self.advance();
            }
            _ => self.parse_declaration(),
        }
    }

    /// `asm ("…");` outside functions.
    fn file_asm(&mut self) {
        self.advance();
        while matches!(self.kw, Kw::Volatile | Kw::Inline | Kw::Goto) {
            self.advance();
        }
        let open = self.span();
        self.expect(Tok::LParen, "(", "after 'asm'");
        if self.at(Tok::Str) {
            let bytes = self.parse_string_bytes();
            self.unit.asm.push(String::from_utf8_lossy(&bytes).into_owned());
        } else {
            let message = format!("expected a string before {}", self.found());
            self.syntax_error(self.span(), message);
            self.skip_until(&[Tok::RParen, Tok::Semi]);
        }
        self.expect_close(Tok::RParen, ")", open);
        self.expect_semi("'asm'");
    }

    // ------------------------------------------------------------ scripts

    fn script_item(&mut self) {
        if self.at(Tok::Semi) {
            self.advance();
            return;
        }
        if self.at_declaration() || self.starts_bare_definition() {
            self.parse_declaration();
            return;
        }
        if self.attribute_declaration() {
            return;
        }
        if self.at_attribute() {
            let mut attrs = Attrs::default();
            self.parse_attributes(&mut attrs);
            return;
        }
        // In a program it is what it is in every program; at the prompt it runs.
        if self.mode == Mode::Script && self.kw == Kw::Asm && self.peek(1).kind == Tok::LParen {
            self.file_asm();
            return;
        }
        if self.mode == Mode::Prompt && self.starts_plain_expression() {
            self.prompt_expression();
            return;
        }
        if self.at(Tok::RBrace) {
            self.syntax_error(self.span(), "'}' without a '{' before it");
            self.advance();
            return;
        }
        let stmt = self.parse_statement();
        self.stmts.push(stmt);
    }

    /// `main () {` or `f(a) int a; {`: a function's definition without a type.
    fn starts_bare_definition(&self) -> bool {
        if !self.at_ident() || self.peek(1).kind != Tok::LParen {
            return false;
        }
        let at = self.position() + 1;
        let Some(behind) = self.behind_brackets(at) else { return false };
        // Arguments of a call have more in them than parameter lists do.
        let list = at..behind;
        if list.len() >= 1000 {
            return false;
        }
        match self.token_at(behind).kind {
            Tok::LBrace => list
                .into_iter()
                .all(|n| !matches!(self.token_at(n).kind, Tok::Str | Tok::Number | Tok::LBrace)),
            Tok::Ident => {
                let n = behind - self.position();
                let declares = self.starts_type_name_at(n) || self.peek_kw(n) == Kw::Register;
                declares && self.are_new_names(at + 1..behind - 1)
            }
            _ => false,
        }
    }

    /// Names between commas, none of which means anything yet.
    fn are_new_names(&self, list: std::ops::Range<usize>) -> bool {
        !list.is_empty()
            && list.enumerate().all(|(nth, at)| {
                let token = self.token_at(at);
                match token.kind {
                    Tok::Ident => nth % 2 == 0 && self.lookup(token.text).is_none(),
                    kind => nth % 2 == 1 && kind == Tok::Comma,
                }
            })
    }

    /// An expression statement (not a keyword's, a block or a label).
    fn starts_plain_expression(&self) -> bool {
        let keyword = matches!(
            self.kw,
            Kw::If
                | Kw::While
                | Kw::Do
                | Kw::For
                | Kw::Switch
                | Kw::Case
                | Kw::Default
                | Kw::Break
                | Kw::Continue
                | Kw::Goto
                | Kw::Return
                | Kw::Asm
                | Kw::Else
        );
        let label = self.at_ident() && self.peek(1).kind == Tok::Colon;
        !keyword && !label && !matches!(self.tok.kind, Tok::LBrace | Tok::RBrace)
    }

    /// An expression at the prompt: the value, if the input ends with it.
    fn prompt_expression(&mut self) {
        let start = self.loc();
        let before = self.position();
        let e = self.parse_expr();
        if !self.at_eof() || self.incomplete || self.position() == before {
            let e = self.void_value(e);
            if self.position() == before {
                self.skip_past_semi();
            } else {
                self.expect_semi("the expression");
            }
            let span = self.span_from(start);
            let stmt = self.push_stmt(StmtKind::Expr(e), span);
            self.stmts.push(stmt);
            return;
        }
        let span = self.span_from(start);
        self.keep_value(e, span);
    }

    /// Stores the input's value into a new object, which `$n` and `_` name.
    fn keep_value(&mut self, e: ExprId, span: Span) {
        let ty = self.expr_ty(e);
        if ty.id == id::ERROR {
            return;
        }
        if ty.id == id::VOID {
            let stmt = self.push_stmt(StmtKind::Expr(e), span);
            self.stmts.push(stmt);
            self.unit.value = Some(UnitValue { ty: id::VOID.into(), symbol: None, span });
            return;
        }
        let array = self.ctx.types.is_array(ty.id) && self.ctx.types.size_of(ty.id).is_some();
        let e = if array { e } else { self.rvalue(e) };
        let ty = self.expr_ty(e);
        let ty = self.unqualified(ty);
        if ty.id == id::ERROR {
            return;
        }
        let number = self.ctx.take_value_number();
        let text = format!("${number}");
        let name = self.intern(&text);
        let reused = self.ctx.reused_value(number, self.names, name, span);
        let symbol = match reused {
            Some(symbol) => symbol,
            None => {
                let symbol = self.unnamed_object(ty, span);
                self.ctx.scopes.bind(name, Entity::Symbol(symbol), span);
                symbol
            }
        };
        let known = self.ctx.symbol_mut(symbol);
        (known.ty, known.span) = (ty, span);
        known.name = Some(name);
        known.link_name = text;
        // Later inputs name it.
        known.linkage = Linkage::External;
        self.zero_object(symbol);
        let last = self.intern("_");
        self.ctx.bind_last_value(last, self.names, symbol, span);
        let place = self.push_expr(ExprKind::Symbol(symbol), ty, span);
        let store = if array {
            self.copy_array(place, e, ty.id, span)
        } else {
            self.push_expr(ExprKind::Assign(place, e), ty, span)
        };
        let stmt = self.push_stmt(StmtKind::Expr(store), span);
        self.stmts.push(stmt);
        self.unit.value = Some(UnitValue { ty, symbol: Some(symbol), span });
    }

    /// An array is copied as the only member of a structure.
    fn copy_array(&mut self, place: ExprId, from: ExprId, ty: TypeId, span: Span) -> ExprId {
        let size = self.ctx.types.size_of(ty).unwrap_or(0);
        let align = self.ctx.types.align_of(ty).unwrap_or(1);
        let field = crate::types::Field {
            name: None,
            ty: ty.into(),
            offset: 0,
            base: None,
            bits: None,
            align,
            span,
        };
        let record = self.ctx.types.new_record(Record {
            tag: None,
            alias: None,
            is_union: false,
            complete: true,
            fields: vec![field],
            size,
            align,
            packed: false,
            transparent_union: false,
            flexible: false,
            variable: None,
            unnamed: Vec::new(),
            span,
        });
        let pointer = self.ctx.types.pointer_to(record.into());
        let as_record = |p: &mut Self, e: ExprId| {
            let own = p.expr_ty(e);
            let own = p.ctx.types.pointer_to(own);
            let address = p.push_expr(ExprKind::AddrOf(e), own, span);
            let kind = ExprKind::Convert(Conversion::PtrToPtr, address);
            let address = p.push_expr(kind, pointer, span);
            p.push_expr(ExprKind::Deref(address), record, span)
        };
        let to = as_record(self, place);
        self.mark_address_taken(from);
        let from = as_record(self, from);
        let value = self.push_expr(ExprKind::Load(from), record, span);
        self.push_expr(ExprKind::Assign(to, value), record, span)
    }

    // ------------------------------------------------------------ the end

    /// Tentative definitions that nothing completed become zero-filled objects.
    fn finish_tentative(&mut self) {
        for symbol in std::mem::take(&mut self.tentative) {
            let known = self.ctx.symbol(symbol);
            if known.definition != Definition::Tentative {
                continue;
            }
            let (ty, span) = (known.ty, known.span);
            if let Type::Array { elem, len: ArrayLen::Unknown } = *self.ctx.types.get(ty.id) {
                let name = known.name.map_or("", |name| self.names.text(name)).to_string();
                self.warn("", span, format!("array '{name}' assumed to have one element"));
                let one = Type::Array { elem, len: ArrayLen::Fixed(1) };
                let one = self.ctx.types.intern(one);
                self.ctx.symbol_mut(symbol).ty = QType { id: one, quals: ty.quals };
            } else if !self.ctx.types.is_complete(ty.id) && ty.id != id::ERROR {
                let name = known.name.map_or("", |name| self.names.text(name)).to_string();
                self.error(span, format!("storage size of '{name}' isn't known"));
                continue;
            }
            if self.mode == Mode::Prompt {
                // Later inputs find an object.
                self.ctx.symbol_mut(symbol).definition = Definition::Defined;
            }
            let options = &self.ctx.options;
            let common = options.common && self.ctx.symbol(symbol).linkage == Linkage::External;
            self.ctx.symbol_mut(symbol).attrs.common |= common;
            self.zero_object(symbol);
        }
    }

    /// The statements at file scope as a function.
    fn finish_script(&mut self, start: Loc) {
        if self.mode == Mode::File || self.stmts.is_empty() {
            return;
        }
        let stmts = std::mem::take(&mut self.stmts);
        let list = self.push_stmt_list(&stmts);
        let span = self.span_from(start);
        let root = self.push_stmt(StmtKind::Block(list), span);
        let mut body = std::mem::take(&mut self.body);
        body.root = Some(root);
        let undefined = self.func.label_defined.iter().position(|defined| !defined);
        if let Some(label) = undefined.and_then(|at| body.labels.get(at)) {
            let message = format!("label '{}' used but not defined", self.names.text(label.name));
            self.error(label.span, message);
        }
        let ty = self.ctx.types.intern(Type::Function(FuncType {
            ret: id::VOID.into(),
            params: Vec::new(),
            variadic: false,
            old_style: false,
        }));
        self.unit.script = Some(Function { symbol: None, ty, body, span });
    }
}
