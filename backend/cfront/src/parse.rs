//! The parser: a cursor over the tokens of one input, the diagnostics so far, and the function
//! being built. Tokens come in through [`Parser::new`]; the functions named after the standard's
//! productions lie in the files below, each an `impl Parser`. What always holds: `tok` is the
//! token at the cursor and `kw` its keyword; pragmas never stand there, they are obeyed when the
//! cursor meets them. Every recursion goes through [`Parser::nested`], which has a limit.

use crate::keyword::Kw;
use crate::scope::{Binding, Entity};
use crate::session::{Context, Mode, Standard};
use crate::tree::*;
use crate::types::{QType, TypeId, id};
use preproc::ahead::Input;
use preproc::diag::{Diagnostic, Severity};
use preproc::name::{Name, Names};
use preproc::source::{Loc, Span};
use preproc::token::{Flags, Tok, Token};
use preproc::warnings::Level;
use std::collections::HashMap;

/// Nesting of brackets, statements, declarators and operators.
pub const MAX_DEPTH: u32 = 600;
/// So many warnings of an input are shown.
const MAX_WARNINGS: usize = 100;

/// What is known of the function being parsed, beyond its [`Body`].
#[derive(Debug, Default)]
pub struct FuncState {
    pub name: Option<Name>,
    pub symbol: Option<SymbolId>,
    /// The type returned; `None` outside functions (and in the script body).
    pub ret: Option<QType>,
    pub variadic: bool,
    pub noreturn: bool,
    /// The last parameter that `va_start` may name.
    pub last_param: Option<LocalId>,
    /// Labels by name; declared by use or by definition.
    pub labels: HashMap<Name, LabelId>,
    pub label_defined: Vec<bool>,
    /// Names declared by `__label__`, innermost block last, with what they hid.
    pub local_labels: Vec<(Name, Option<LabelId>)>,
    /// Enclosing loops, and loops or switches: what `continue` and `break` may leave.
    pub loops: u32,
    pub breakables: u32,
    pub switches: Vec<OpenSwitch>,
    /// `__func__`, once used.
    pub func_name: Option<SymbolId>,
    /// A `return` with a value was seen.
    pub returns_value: bool,
    pub(crate) mentions: unused::Mentions,
    pub(crate) variable: pedantic::Variable,
    /// Typedefs of its blocks, where it is asked which are used.
    pub(crate) local_types: Vec<strict::LocalType>,
}

/// A `switch` whose body is being parsed.
#[derive(Debug)]
pub struct OpenSwitch {
    pub index: u32,
    pub ty: QType,
    pub spans: Vec<Span>,
    pub default: Option<Span>,
    /// The variable-length declaration it stands behind.
    pub(crate) variable: Option<u32>,
}

pub struct Parser<'a> {
    pub ctx: &'a mut Context,
    pub names: &'a mut Names,
    pub mode: Mode,
    /// Those at hand; `pos` is the cursor's among them, and `dropped` stood before them.
    tokens: Vec<Token>,
    pos: usize,
    dropped: usize,
    /// From here on more tokens are asked for.
    pub(crate) supply: supply::Supply<'a>,
    /// The token at the cursor.
    pub tok: Token,
    /// Its keyword, if it is one.
    pub kw: Kw,
    prev: Token,
    pub diags: Vec<Diagnostic>,
    pub unit: Unit,
    /// The function under construction. At file scope: a scratch body (or the script's).
    pub body: Body,
    pub func: FuncState,
    /// Enclosing functions' bodies, outermost first (the file's own scratch body included).
    pub outer: Vec<(Body, FuncState)>,
    /// 0 outside functions, 1 in a function, 2 in a function nested in it.
    pub level: u32,
    depth: u32,
    errors: usize,
    warnings: usize,
    syntax_errors: usize,
    last_syntax_error: usize,
    /// The input ended where more had to follow.
    pub incomplete: bool,
    pub(crate) pragmas: pragma::PragmaState,
    pub(crate) ex: expr::ExprState,
    /// Statements of the open blocks, outermost first.
    pub(crate) stmts: Vec<StmtId>,
    /// Blocks of the outermost one at hand that were closed: their braces, innermost first.
    pub(crate) closed_blocks: Vec<(Span, Span)>,
    /// Blocks that are open.
    pub(crate) open_blocks: u32,
    /// Parts of the declarators being parsed.
    chunks: Vec<declarator::Chunk>,
    /// Aggregates being initialised.
    init_levels: Vec<init::Level>,
    /// Members of records being parsed: room that is used again.
    field_scratch: Vec<crate::layout::FieldDecl>,
    /// Records whose `}` is still to come.
    open_records: Vec<crate::types::RecordId>,
    /// Enumerations whose `}` is still to come: their tags and scopes.
    open_enums: Vec<(Name, u32)>,
    /// Functions this unit has `extern inline` bodies of, as another unit defines them.
    wrapped: std::collections::HashMap<Name, SymbolId>,
    /// Copies of functions that pass their arguments on, by the types of those.
    packed: std::collections::HashMap<(SymbolId, Vec<crate::types::TypeId>), SymbolId>,
    /// Those of variable size whose lengths were renumbered with a parameter list's.
    renumbered_records: Vec<crate::types::RecordId>,
    /// Parameter lists the cursor is in.
    in_params: u32,
    /// The name of the declarator parsed last.
    last_name_span: Span,
    /// Tentative definitions of this input.
    tentative: Vec<SymbolId>,
    /// The object of an earlier input that the declarator at hand defines again.
    reinitialised: Option<SymbolId>,
    /// A `constexpr` object is being initialised.
    constexpr_init: bool,
    /// The symbols this input names.
    mentioned: Vec<bool>,
    /// Functions declared `static`, perhaps without a definition.
    static_functions: Vec<SymbolId>,
    /// Names that `alias` attributes give.
    alias_targets: Vec<String>,
    /// What is warned of lies behind the cursor.
    late: bool,
    /// `__extension__` stands before what is being parsed.
    extension: bool,
    /// The standard's attributes at the cursor stand where they mean nothing, but for this one.
    misplaced: Option<&'static str>,
    /// The bytes of the input's `#embed` tokens, by their name.
    pub(crate) embeds: Vec<(Name, Vec<u8>)>,
    /// What a script named of its arguments.
    arguments: [Option<arguments::Argument>; 2],
}

mod arguments;
pub mod asm;
mod atomics;
mod attr;
mod builtin;
pub mod coerce;
mod constancy;
mod constexpr;
mod decl;
mod declarator;
mod declare;
mod designator;
mod doubt;
mod empty;
mod enumerate;
pub mod expr;
mod flow;
mod format;
mod function;
mod init;
mod jump;
mod literal;
mod misplaced;
mod mode;
mod narrow;
mod numeric;
mod operate;
mod pack;
mod pedantic;
mod placed;
mod postfix;
pub mod pragma;
mod primary;
mod prototype;
mod query;
mod rare;
mod record;
mod select;
mod shape;
mod spec;
pub(crate) mod sse;
mod stmt;
mod store;
mod stray;
mod strict;
mod supply;
mod suspect;
mod typename;
pub mod unit;
mod unset;
mod unused;
mod variable;

/// Where nothing follows any more.
const END: Token = Token { kind: Tok::Eof, flags: Flags(0), loc: Loc(0), text: Name(0) };

impl<'a> Parser<'a> {
    pub fn new(ctx: &'a mut Context, input: Input<'a>, mode: Mode) -> Parser<'a> {
        let Input { tokens, names, embeds, origin } = input;
        let pragmas = pragma::PragmaState::new(&ctx.options);
        let mut parser = Parser {
            ctx,
            names,
            mode,
            tokens,
            pos: 0,
            dropped: 0,
            supply: supply::Supply::new(origin),
            tok: END,
            kw: Kw::None,
            prev: END,
            diags: Vec::new(),
            unit: Unit::default(),
            body: Body::default(),
            func: FuncState::default(),
            outer: Vec::new(),
            level: 0,
            depth: 0,
            errors: 0,
            warnings: 0,
            syntax_errors: 0,
            last_syntax_error: usize::MAX,
            incomplete: false,
            pragmas,
            ex: expr::ExprState::default(),
            stmts: Vec::new(),
            closed_blocks: Vec::new(),
            open_blocks: 0,
            chunks: Vec::new(),
            init_levels: Vec::new(),
            field_scratch: Vec::new(),
            open_records: Vec::new(),
            open_enums: Vec::new(),
            wrapped: std::collections::HashMap::new(),
            packed: std::collections::HashMap::new(),
            renumbered_records: Vec::new(),
            in_params: 0,
            last_name_span: Span::default(),
            tentative: Vec::new(),
            reinitialised: None,
            constexpr_init: false,
            mentioned: Vec::new(),
            static_functions: Vec::new(),
            alias_targets: Vec::new(),
            late: false,
            extension: false,
            misplaced: None,
            embeds,
            arguments: [None; 2],
        };
        parser.load();
        parser.prev = parser.tok;
        parser
    }

    // ------------------------------------------------------------ cursor

    /// Fetches the token at `pos`, obeying the pragmas there.
    #[inline]
    fn load(&mut self) {
        if self.position() >= self.supply.horizon {
            self.fetch();
        }
        self.tok = self.tokens.get(self.pos).copied().unwrap_or_else(|| self.end_token());
        self.kw = Kw::None;
        if self.tok.kind == Tok::Ident {
            self.kw = self.ctx.keywords.get(self.tok.text);
        } else if self.tok.kind == Tok::Pragma {
            self.pragma();
        }
    }

    fn end_token(&self) -> Token {
        let loc = self.tokens.last().map_or(Loc(0), |token| token.loc);
        Token { loc, ..END }
    }

    /// Takes the tokens of the pragma at `pos` out of the stream.
    #[cold]
    fn pragma(&mut self) {
        let start = self.pos + 1;
        let mut end = start;
        while self.tokens.get(end).is_some_and(|t| !matches!(t.kind, Tok::PragmaEnd | Tok::Eof)) {
            end += 1;
        }
        let tokens = self.tokens.get(start..end).unwrap_or(&[]).to_vec();
        self.obey_pragma(self.tok, &tokens);
        self.pos = end;
        if self.tokens.get(end).is_some_and(|t| t.kind == Tok::PragmaEnd) {
            self.pos += 1;
        }
        self.load();
    }

    /// Steps over the current token and returns it.
    #[inline]
    pub fn advance(&mut self) -> Token {
        let token = self.tok;
        self.prev = token;
        if token.kind != Tok::Eof {
            self.pos += 1;
            self.load();
        }
        token
    }

    /// The `n`th token after the current one (0 is the current one).
    pub fn peek(&self, n: usize) -> Token {
        let mut at = self.pos;
        let mut left = n;
        while let Some(token) = self.tokens.get(at) {
            if token.kind == Tok::Pragma {
                while self.tokens.get(at).is_some_and(|t| t.kind != Tok::PragmaEnd) {
                    at += 1;
                }
            } else if left == 0 {
                return *token;
            } else {
                left -= 1;
            }
            at += 1;
        }
        self.end_token()
    }

    /// The position behind the bracket that closes the one at `at`; `None` when nothing closes it.
    pub(crate) fn behind_brackets(&self, at: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (n, token) in self.tokens.get(at - self.dropped..)?.iter().enumerate() {
            match token.kind {
                Tok::LParen | Tok::LBracket | Tok::LBrace => depth += 1,
                Tok::RParen | Tok::RBracket | Tok::RBrace => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(at + n + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The token at a position of the input.
    pub(crate) fn token_at(&self, at: usize) -> Token {
        self.tokens.get(at - self.dropped).copied().unwrap_or_else(|| self.end_token())
    }

    /// The keyword of the `n`th token after the current one.
    pub fn peek_kw(&self, n: usize) -> Kw {
        let token = self.peek(n);
        if token.kind == Tok::Ident { self.ctx.keywords.get(token.text) } else { Kw::None }
    }

    pub fn at(&self, kind: Tok) -> bool {
        self.tok.kind == kind
    }

    /// An identifier that is no keyword.
    pub fn at_ident(&self) -> bool {
        self.tok.kind == Tok::Ident && self.kw == Kw::None
    }

    pub fn at_eof(&self) -> bool {
        self.tok.kind == Tok::Eof
    }

    #[inline]
    pub fn accept(&mut self, kind: Tok) -> bool {
        let found = self.tok.kind == kind;
        if found {
            self.advance();
        }
        found
    }

    pub fn accept_kw(&mut self, kw: Kw) -> bool {
        let found = self.kw == kw;
        if found {
            self.advance();
        }
        found
    }

    /// Where the cursor is, for [`Parser::span_from`].
    pub fn loc(&self) -> Loc {
        self.tok.loc
    }

    /// The current token.
    pub fn span(&self) -> Span {
        Span::at(self.tok.loc)
    }

    /// The token before the current one.
    pub fn prev_span(&self) -> Span {
        Span::at(self.prev.loc)
    }

    /// How many tokens lie behind the cursor: for loops that must make progress.
    pub fn position(&self) -> usize {
        self.dropped + self.pos
    }

    /// Is the token before the cursor of this kind?
    pub fn prev_is(&self, kind: Tok) -> bool {
        self.prev.kind == kind
    }

    /// From `start` to the token before the current one.
    pub fn span_from(&self, start: Loc) -> Span {
        Span { start, last: self.prev.loc }
    }

    pub fn text(&self, name: Name) -> &str {
        self.names.text(name)
    }

    // ------------------------------------------------------------ expectations and recovery

    /// The spelling of the current token, for messages.
    pub fn found(&self) -> String {
        match self.tok.kind {
            Tok::Eof => "end of input".into(),
            _ => format!("'{}'", self.names.text(self.tok.text)),
        }
    }

    /// Steps over `kind`, or says that it is missing after `after` (`""` for no such words).
    pub fn expect(&mut self, kind: Tok, spelling: &str, after: &str) -> bool {
        if self.accept(kind) {
            return true;
        }
        let after = if after.is_empty() { String::new() } else { format!(" {after}") };
        let message = format!("expected '{spelling}'{after} before {}", self.found());
        self.syntax_error(self.span(), message);
        false
    }

    /// Steps over `)` that answers the `(` at `open`.
    pub fn expect_close(&mut self, kind: Tok, spelling: &str, open: Span) -> bool {
        if self.accept(kind) {
            return true;
        }
        let message = format!("expected '{spelling}' before {}", self.found());
        let diag = Diagnostic::error(self.span(), message)
            .note(Some(open), format!("to match this '{}'", opener(kind)));
        self.syntax_diag(diag);
        false
    }

    /// Steps over `;`. A missing one is reported where it belongs: behind the token before.
    pub fn expect_semi(&mut self, after: &str) {
        self.extension = false;
        if self.accept(Tok::Semi) {
            return;
        }
        let place = self.after_prev();
        let diag = Diagnostic::error(place, format!("expected ';' after {after}")).fix(
            place,
            ";",
            "put the missing ';'",
        );
        let fresh_line = self.tok.flags.has(Flags::LINE_START)
            || matches!(self.tok.kind, Tok::RBrace | Tok::Eof);
        self.syntax_diag(diag);
        if !fresh_line {
            self.skip_past_semi();
        }
    }

    /// The place right behind the token before the cursor.
    pub fn after_prev(&self) -> Span {
        if self.prev.flags.has(Flags::EXPANDED) {
            return self.prev_span();
        }
        let length = self.names.text(self.prev.text).len() as u32;
        Span::at(Loc(self.prev.loc.0.saturating_add(length)))
    }

    /// Skips to behind the next `;` of this nesting level, or to a `}` or the end.
    pub fn skip_past_semi(&mut self) {
        self.skip_until(&[Tok::Semi]);
        self.accept(Tok::Semi);
    }

    /// Skips over balanced brackets until one of `stops`, a closing bracket that was not opened
    /// here, or the end.
    pub fn skip_until(&mut self, stops: &[Tok]) {
        let mut depth = 0usize;
        loop {
            let kind = self.tok.kind;
            if kind == Tok::Eof || (depth == 0 && stops.contains(&kind)) {
                return;
            }
            match kind {
                Tok::LParen | Tok::LBracket | Tok::LBrace => depth += 1,
                Tok::RParen | Tok::RBracket | Tok::RBrace => {
                    if depth == 0 {
                        return;
                    }
                    depth -= 1;
                    if depth == 0 && kind == Tok::RBrace && stops.contains(&Tok::Semi) {
                        self.advance();
                        return;
                    }
                }
                _ => {}
            }
            self.advance();
        }
    }

    /// Runs `parse` one level deeper; `None`, with a message, when that is too deep.
    pub fn nested<T>(&mut self, parse: impl FnOnce(&mut Parser<'a>) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.too_deep();
            return None;
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        Some(result)
    }

    /// [`Parser::nested`] for what needs more of the stack: one level counts as four.
    pub fn nested_wide<T>(&mut self, parse: impl FnOnce(&mut Parser<'a>) -> T) -> Option<T> {
        self.depth += 3;
        let result = self.nested(parse);
        self.depth = self.depth.saturating_sub(3);
        result
    }

    #[cold]
    fn too_deep(&mut self) {
        self.syntax_error(self.span(), format!("nesting deeper than {MAX_DEPTH} levels"));
        // Nothing sensible can follow.
        while !self.at_eof() {
            self.advance();
        }
        self.last_syntax_error = self.position();
        self.incomplete = false;
    }

    // ------------------------------------------------------------ diagnostics

    pub fn diag(&mut self, diag: Diagnostic) {
        let mut diag = diag;
        if diag.severity == Severity::Warning {
            if self.extension && diag.option == "pedantic" {
                return;
            }
            let level = match self.warning_level(diag.option, diag.span) {
                Level::Warning if diag.demanded && self.ctx.options.warnings.pedantic_errors => {
                    Level::Error
                }
                level => level,
            };
            let Some(leveled) = diag.at_level(level) else { return };
            diag = leveled;
        }
        let most = self.ctx.options.max_errors;
        match diag.severity {
            Severity::Error => {
                self.errors += 1;
                if self.errors == most {
                    let text = "too many errors; the rest is not shown";
                    self.diags.push(diag.note(None, text));
                    return self.give_up();
                }
                if self.errors > most {
                    return;
                }
            }
            Severity::Warning => {
                if self.warnings > MAX_WARNINGS {
                    return;
                }
                self.warnings += 1;
                if self.warnings > MAX_WARNINGS {
                    let text = "further warnings are not shown";
                    self.diags.push(diag.note(None, text));
                    return;
                }
            }
            Severity::Note => {}
        }
        self.diags.push(diag);
    }

    /// Steps to the end: nothing that follows is looked at.
    #[cold]
    fn give_up(&mut self) {
        self.fetch_all();
        self.pos = self.tokens.len().saturating_sub(1);
        self.tok = self.end_token();
        self.kw = Kw::None;
        self.prev = self.tok;
        self.syntax_errors += 1;
        self.last_syntax_error = self.position();
        self.incomplete = false;
    }

    /// Are warnings of `option` given at the cursor?
    pub fn warning_on(&self, option: &str) -> bool {
        if self.tok.flags.has(Flags::SYSTEM) && self.prev.flags.has(Flags::SYSTEM) {
            return false;
        }
        self.pragmas.diagnostics.level(option, &self.ctx.options.warnings) != Level::Off
    }

    /// May warnings of `option`, which are not on by themselves, be given anywhere: is it worth to
    /// look? (Asked for every comparison: mostly nobody asked for any.)
    fn warnings_may(&self, option: &str) -> bool {
        let options = &self.ctx.options.warnings;
        if options.are_plain() && self.pragmas.changes.is_empty() {
            return false;
        }
        options.level(option) != Level::Off || (!self.pragmas.changes.is_empty() && !options.none)
    }

    /// The level of a warning about `span`, which may lie behind the cursor: those pragmas count
    /// that stand before it in its file.
    fn warning_level(&self, option: &str, span: Span) -> Level {
        let options = &self.ctx.options.warnings;
        if options.none {
            return Level::Off;
        }
        let here = self.pragmas.diagnostics.level(option, options);
        let in_header = self.tok.flags.has(Flags::SYSTEM) && self.prev.flags.has(Flags::SYSTEM);
        if !self.late && (in_header || self.pragmas.changes.is_empty()) {
            return if in_header { Level::Off } else { here };
        }
        let Some(sources) = self.sources() else {
            return if in_header { Level::Off } else { here };
        };
        if self.late && sources.in_system_header(span.start) {
            return Level::Off;
        }
        if self.pragmas.changes.is_empty() {
            return here;
        }
        let at = sources.call_site(span.start);
        let file = sources.file_of(at);
        let before = |loc: Loc| loc <= at && sources.file_of(loc) == file;
        match self.pragmas.changes.iter().rev().find(|(loc, _)| before(*loc)) {
            Some((_, then)) => then.level(option, options),
            None => options.level(option),
        }
    }

    pub fn error(&mut self, span: Span, message: impl Into<String>) {
        self.diag(Diagnostic::error(span, message));
    }

    pub fn warn(&mut self, option: &'static str, span: Span, message: impl Into<String>) {
        self.diag(Diagnostic::warning(option, span, message));
    }

    /// A warning the standard demands.
    pub fn pedwarn(&mut self, option: &'static str, span: Span, message: impl Into<String>) {
        self.diag(Diagnostic::demanded(option, span, message));
    }

    /// An error about the shape of the input. At its end it means that more must follow; two at
    /// one token are one.
    pub fn syntax_error(&mut self, span: Span, message: impl Into<String>) {
        self.syntax_diag(Diagnostic::error(span, message));
    }

    pub fn syntax_diag(&mut self, diag: Diagnostic) {
        if self.at_eof() && self.syntax_errors == 0 {
            self.incomplete = true;
        }
        if self.last_syntax_error == self.position() {
            return;
        }
        self.last_syntax_error = self.position();
        self.syntax_errors += 1;
        let diag = self.stray().unwrap_or(diag);
        self.diag(diag);
    }

    pub fn error_count(&self) -> usize {
        self.errors
    }

    pub fn standard(&self) -> Standard {
        self.ctx.options.standard
    }

    pub fn c23(&self) -> bool {
        self.ctx.options.standard >= Standard::C23
    }

    // ------------------------------------------------------------ names

    pub fn lookup(&self, name: Name) -> Option<Binding> {
        self.ctx.scopes.lookup(name).copied()
    }

    /// Does the `n`th token from the cursor name a type by `typedef`?
    pub fn typedef_at(&self, n: usize) -> Option<QType> {
        let token = self.peek(n);
        if token.kind != Tok::Ident || self.ctx.keywords.get(token.text) != Kw::None {
            return None;
        }
        match self.ctx.scopes.lookup(token.text)?.entity {
            Entity::Typedef(ty) => Some(ty),
            _ => None,
        }
    }

    /// Programs older than C23 define `bool`, `true` and `false`. In the GNU mode they may: the
    /// keyword at the cursor becomes the name it was, from here to the end.
    pub(crate) fn old_name(&mut self) -> bool {
        let newer = matches!(self.kw, Kw::Bool | Kw::True | Kw::False | Kw::Nullptr);
        let text = self.names.text(self.tok.text);
        if !newer || text.starts_with('_') || !self.ctx.options.gnu {
            return false;
        }
        let message = format!("'{text}' is a keyword of C23, and a name in this program");
        self.warn("c23-keywords", self.span(), message);
        self.ctx.forget_keyword(self.tok.text);
        self.kw = Kw::None;
        true
    }

    // ------------------------------------------------------------ building the body

    #[inline]
    pub fn push_expr(&mut self, kind: ExprKind, ty: impl Into<QType>, span: Span) -> ExprId {
        let id = ExprId(self.body.exprs.len() as u32);
        self.body.exprs.push(Expr { kind, ty: ty.into(), span });
        id
    }

    pub fn error_expr(&mut self, span: Span) -> ExprId {
        self.push_expr(ExprKind::Error, id::ERROR, span)
    }

    pub fn int_expr(&mut self, value: u64, ty: TypeId, span: Span) -> ExprId {
        self.push_expr(ExprKind::Int(value), ty, span)
    }

    pub fn push_list(&mut self, exprs: &[ExprId]) -> ExprList {
        let start = self.body.expr_lists.len() as u32;
        self.body.expr_lists.extend_from_slice(exprs);
        ExprList(start..self.body.expr_lists.len() as u32)
    }

    pub fn push_stmt(&mut self, kind: StmtKind, span: Span) -> StmtId {
        let id = StmtId(self.body.stmts.len() as u32);
        self.body.stmts.push(Stmt { kind, span });
        id
    }

    pub fn push_stmt_list(&mut self, stmts: &[StmtId]) -> StmtList {
        let start = self.body.stmt_lists.len() as u32;
        self.body.stmt_lists.extend_from_slice(stmts);
        StmtList(start..self.body.stmt_lists.len() as u32)
    }

    pub fn push_local(&mut self, name: Option<Name>, ty: QType, span: Span) -> LocalId {
        let id = LocalId(self.body.locals.len() as u32);
        self.body.locals.push(Local::new(name, ty, span));
        id
    }

    pub fn expr_ty(&self, e: ExprId) -> QType {
        self.body.expr(e).ty
    }

    pub fn expr_span(&self, e: ExprId) -> Span {
        self.body.expr(e).span
    }
}

fn opener(close: Tok) -> &'static str {
    match close {
        Tok::RParen => "(",
        Tok::RBracket => "[",
        _ => "{",
    }
}
