//! Statements. In: tokens; out: statement nodes. The statements of a block gather on a stack that
//! all blocks share, and become the block's list at its `}`. A `}` that is missing is reported
//! with the place of its `{`.

use super::attr::Attrs;
use super::spec::is_declaring;
use super::{OpenSwitch, Parser};
use crate::convert::IntShape;
use crate::keyword::Kw;
use crate::scope::Entity;
use crate::session::Standard;
use crate::tree::*;
use crate::types::id;
use preproc::diag::Diagnostic;
use preproc::source::{Loc, Span};
use preproc::token::Tok;

/// What a label marks.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    Case { switch: u32, case: Option<u32> },
    Label(LabelId),
}

impl Parser<'_> {
    /// `{ … }` with a scope of its own.
    pub fn parse_compound_statement(&mut self) -> StmtId {
        let start = self.loc();
        let base = self.begin_block();
        self.block_items(Span::at(start));
        self.end_block(base, start)
    }

    fn begin_block(&mut self) -> usize {
        self.ctx.scopes.push();
        self.func.variable.open();
        self.stmts.len()
    }

    fn end_block(&mut self, base: usize, start: Loc) -> StmtId {
        self.ctx.scopes.pop();
        self.func.variable.close();
        self.gather(base, start)
    }

    /// The statements on the stack above `base` as one block.
    fn gather(&mut self, base: usize, start: Loc) -> StmtId {
        let first = self.body.stmt_lists.len() as u32;
        let base = base.min(self.stmts.len());
        self.body.stmt_lists.extend(self.stmts.drain(base..));
        let list = StmtList(first..self.body.stmt_lists.len() as u32);
        let span = self.span_from(start);
        self.push_stmt(StmtKind::Block(list), span)
    }

    /// `{` items `}` onto the statement stack, in the current scope.
    pub(super) fn block_items(&mut self, open: Span) {
        if !self.expect(Tok::LBrace, "{", "") {
            return;
        }
        if self.open_blocks == 0 {
            self.closed_blocks.clear();
        }
        self.open_blocks += 1;
        let labels = self.func.local_labels.len();
        let mut ran = false;
        while !self.at(Tok::RBrace) && !self.at_eof() {
            let before = self.position();
            let declares = self.at_declaration();
            if declares && ran {
                self.declaration_behind_statement();
            }
            ran |= !declares;
            self.block_item();
            if self.position() == before && !self.at(Tok::RBrace) {
                let message = format!("expected a statement before {}", self.found());
                self.syntax_error(self.span(), message);
                self.advance();
            }
        }
        self.end_local_labels(labels);
        self.open_blocks -= 1;
        let close = self.span();
        if self.accept(Tok::RBrace) {
            self.closed_blocks.push((open, close));
            return;
        }
        let diag = Diagnostic::error(close, "expected '}' before end of input");
        let diag = match self.badly_closed() {
            Some((open, close)) => diag
                .note(Some(open), "this '{' is probably the one not closed")
                .note(Some(close), "the '}' that closes it stands further left"),
            None => diag.note(Some(open), "this '{' is never closed"),
        };
        self.syntax_diag(diag);
    }

    /// The innermost block whose `}` begins a line and stands further left than the line of its
    /// `{` begins: the `}` was meant for a block around it.
    fn badly_closed(&self) -> Option<(Span, Span)> {
        let sources = self.sources()?;
        let indent = |span: Span| {
            let place = sources.place(span.start)?;
            let width = place.text.len() - place.text.trim_start().len();
            Some((place.line, place.column as usize, width))
        };
        self.closed_blocks.iter().copied().find(|&(open, close)| {
            let (Some((line, _, left)), Some((end, column, width))) = (indent(open), indent(close))
            else {
                return false;
            };
            line < end && column == width + 1 && width < left
        })
    }

    #[cold]
    fn declaration_behind_statement(&mut self) {
        let message = "a declaration stands behind a statement of its block";
        match self.standard() < Standard::C99 {
            true => self.warn("pedantic", self.span(), message),
            false => self.warn("declaration-after-statement", self.span(), message),
        }
    }

    /// A declaration or a statement.
    pub(super) fn block_item(&mut self) {
        if self.kw == Kw::Label {
            self.local_label_declaration();
            return;
        }
        if self.at_declaration() {
            self.parse_declaration();
            return;
        }
        let stmt = self.parse_statement();
        self.stmts.push(stmt);
    }

    /// Does a declaration start here (and not a label or an expression)?
    pub(super) fn at_declaration(&self) -> bool {
        match self.kw {
            Kw::None => {
                if self.at(Tok::LBracket) {
                    return self.attributes_before_declaration();
                }
                if !self.at_ident() {
                    return false;
                }
                let next = self.peek(1).kind;
                if next == Tok::Colon {
                    return false;
                }
                self.typedef_at(0).is_some() || self.unknown_type_in_block(next)
            }
            Kw::StaticAssert => true,
            Kw::Extension => {
                let mut n = 1;
                while self.peek_kw(n) == Kw::Extension {
                    n += 1;
                }
                self.starts_type_name_at(n)
                    || is_declaring(self.peek_kw(n))
                    || self.peek_kw(n) == Kw::StaticAssert
                    || self.peek(n).kind == Tok::LBracket && self.peek(n + 1).kind == Tok::LBracket
            }
            Kw::Attribute => self.attributes_before_declaration(),
            _ => self.starts_declaration(),
        }
    }

    /// `foo bar …`: a declaration with a type nobody knows.
    fn unknown_type_in_block(&self, next: Tok) -> bool {
        next == Tok::Ident
            && self.peek_kw(1) == Kw::None
            && self.lookup(self.tok.text).is_none()
            && matches!(
                self.peek(2).kind,
                Tok::Semi | Tok::Eq | Tok::Comma | Tok::LBracket | Tok::LParen
            )
    }

    /// At attributes: does a declaration follow them (rather than a statement)?
    fn attributes_before_declaration(&self) -> bool {
        let mut at = self.position();
        loop {
            let token = self.token_at(at);
            let gnu =
                token.kind == Tok::Ident && self.ctx.keywords.get(token.text) == Kw::Attribute;
            let std = token.kind == Tok::LBracket && self.token_at(at + 1).kind == Tok::LBracket;
            if !gnu && !std {
                break;
            }
            match self.behind_brackets(at + usize::from(gnu)) {
                Some(behind) => at = behind,
                None => return false,
            }
        }
        let n = at - self.position();
        let kw = self.peek_kw(n);
        match kw {
            Kw::None => self.typedef_at(n).is_some() && self.peek(n + 1).kind != Tok::Colon,
            _ => {
                self.starts_type_name_at(n)
                    || matches!(
                        kw,
                        Kw::Static
                            | Kw::Extern
                            | Kw::Typedef
                            | Kw::Register
                            | Kw::Auto
                            | Kw::AutoType
                            | Kw::Thread
                            | Kw::Constexpr
                            | Kw::Inline
                            | Kw::Noreturn
                            | Kw::Alignas
                    )
            }
        }
    }

    /// A statement; with `nested`'s limit.
    pub fn parse_statement(&mut self) -> StmtId {
        let span = self.span();
        match self.nested(|p| p.statement()) {
            Some(stmt) => stmt,
            None => self.push_stmt(StmtKind::Empty, span),
        }
    }

    fn statement(&mut self) -> StmtId {
        let start = self.loc();
        match self.kw {
            Kw::None => match self.tok.kind {
                Tok::LBrace => self.parse_compound_statement(),
                Tok::Semi => {
                    self.advance();
                    let span = self.span_from(start);
                    self.push_stmt(StmtKind::Empty, span)
                }
                Tok::LBracket if self.at_attribute() => self.attributed_statement(),
                Tok::Ident if self.peek(1).kind == Tok::Colon => self.labeled_statement(),
                _ => self.expression_statement(),
            },
            Kw::If => self.block_of_its_own(Self::if_statement),
            Kw::While => self.block_of_its_own(Self::while_statement),
            Kw::Do => self.block_of_its_own(Self::do_statement),
            Kw::For => self.for_statement(),
            Kw::Switch => self.block_of_its_own(Self::switch_statement),
            Kw::Case | Kw::Default => self.labeled_statement(),
            Kw::Break | Kw::Continue => self.jump_statement(),
            Kw::Goto => self.goto_statement(),
            Kw::Return => self.return_statement(),
            Kw::Asm => self.parse_asm_statement(),
            Kw::Attribute => self.attributed_statement(),
            Kw::Else if self.prev.kind == Tok::RParen => {
                self.syntax_error(self.span(), "expected a statement before 'else'");
                let span = self.prev_span();
                self.push_stmt(StmtKind::Empty, span)
            }
            Kw::Else => {
                self.syntax_error(self.span(), "'else' without a previous 'if'");
                self.advance();
                self.parse_statement()
            }
            _ if self.at_declaration() => self.declaration_as_statement(),
            _ => self.expression_statement(),
        }
    }

    fn attributed_statement(&mut self) -> StmtId {
        let mut attrs = Attrs::default();
        while self.at_attribute() {
            let label = self.label_behind_attributes();
            let but = if label { "maybe_unused" } else { "fallthrough" };
            self.parse_misplaced_attributes(&mut attrs, but);
            self.parse_gnu_attributes(&mut attrs);
        }
        if self.at(Tok::RBrace) {
            let span = self.prev_span();
            return self.push_stmt(StmtKind::Empty, span);
        }
        let falls = attrs.get().and_then(|set| set.fallthrough);
        let empty = self.at(Tok::Semi);
        let stmt = self.parse_statement();
        if let Some(span) = falls {
            if !empty {
                self.pedwarn("attributes", span, "'fallthrough' attribute ignored");
            } else if self.func.switches.is_empty() {
                self.error(span, "invalid use of attribute 'fallthrough': no switch is around it");
            }
            self.func.mentions.fall_through.push(stmt);
        }
        stmt
    }

    /// Do `[[…]]` at the cursor stand before a label?
    fn label_behind_attributes(&self) -> bool {
        let mut at = self.position();
        while self.token_at(at).kind == Tok::LBracket {
            let Some(next) = self.behind_brackets(at) else { return false };
            at = next;
        }
        let kw = self.ctx.keywords.get(self.token_at(at).text);
        let named = self.token_at(at).kind == Tok::Ident;
        named && (self.token_at(at + 1).kind == Tok::Colon || matches!(kw, Kw::Case | Kw::Default))
    }

    /// `if (x) int y;`: not allowed; said once, and parsed as if it stood in braces.
    fn declaration_as_statement(&mut self) -> StmtId {
        let start = self.loc();
        self.error(self.span(), "expected a statement, not a declaration; put it in braces");
        let base = self.begin_block();
        self.parse_declaration();
        self.end_block(base, start)
    }

    fn expression_statement(&mut self) -> StmtId {
        let start = self.loc();
        let before = self.position();
        let e = self.parse_expr();
        let e = self.void_value(e);
        if self.position() == before {
            // Nothing could be read: the message was given.
            if matches!(self.tok.kind, Tok::RParen | Tok::RBracket) {
                self.advance();
            }
            self.skip_past_semi();
        } else {
            self.expect_semi("the expression");
        }
        let span = self.span_from(start);
        self.push_stmt(StmtKind::Expr(e), span)
    }

    /// `( condition )`
    fn parenthesised_condition(&mut self, after: &str) -> ExprId {
        let open = self.span();
        if !self.expect(Tok::LParen, "(", after) {
            self.skip_until(&[Tok::RParen, Tok::Semi, Tok::LBrace]);
            self.accept(Tok::RParen);
            return self.error_expr(open);
        }
        let cond = self.parse_condition();
        if !self.expect_close(Tok::RParen, ")", open) {
            self.skip_until(&[Tok::RParen, Tok::Semi, Tok::LBrace]);
            self.accept(Tok::RParen);
        }
        cond
    }

    /// A statement with a scope of its own, as the parts of `if` and loops have since C99.
    fn scoped_statement(&mut self) -> StmtId {
        self.ctx.scopes.push();
        let base = self.stmts.len();
        let stmt = self.parse_statement();
        self.ctx.scopes.pop();
        self.stmts.truncate(base);
        stmt
    }

    /// Since C99 the whole of `if`, loops and `switch` is a block: what its condition declares ends
    /// with it.
    fn block_of_its_own(&mut self, statement: impl FnOnce(&mut Self) -> StmtId) -> StmtId {
        if self.standard() < Standard::C99 {
            return statement(self);
        }
        self.ctx.scopes.push();
        let stmt = statement(self);
        self.ctx.scopes.pop();
        stmt
    }

    /// `if` chains are walked in a loop, so that `else if` nests without limit.
    fn if_statement(&mut self) -> StmtId {
        let mut open: Vec<(Loc, ExprId, StmtId)> = Vec::new();
        let mut otherwise = None;
        loop {
            let start = self.loc();
            self.advance();
            let cond = self.parenthesised_condition("after 'if'");
            self.check_condition_again(cond, &open);
            let guard = self.guard("if", start);
            let then = self.scoped_statement();
            self.check_body(&guard, then);
            open.push((start, cond, then));
            // At the prompt an `if` ends with its line, unless `else` is there already.
            if self.kw != Kw::Else {
                break;
            }
            let place = self.loc();
            self.advance();
            if self.kw != Kw::If {
                let guard = self.guard("else", place);
                let body = self.scoped_statement();
                self.check_body(&guard, body);
                otherwise = Some(body);
                break;
            }
        }
        let mut last = otherwise;
        while let Some((start, cond, then)) = open.pop() {
            let span = self.span_from(start);
            let stmt = self.push_stmt(StmtKind::If { cond, then, otherwise: last }, span);
            last = Some(stmt);
        }
        let span = self.prev_span();
        last.unwrap_or_else(|| self.push_stmt(StmtKind::Empty, span))
    }

    fn loop_body(&mut self) -> StmtId {
        self.func.loops += 1;
        self.func.breakables += 1;
        let body = self.scoped_statement();
        self.func.loops -= 1;
        self.func.breakables -= 1;
        body
    }

    fn while_statement(&mut self) -> StmtId {
        let start = self.loc();
        self.advance();
        let cond = self.parenthesised_condition("after 'while'");
        let guard = self.guard("while", start);
        let body = self.loop_body();
        self.check_body(&guard, body);
        let span = self.span_from(start);
        self.push_stmt(StmtKind::While { cond, body }, span)
    }

    fn do_statement(&mut self) -> StmtId {
        let start = self.loc();
        self.advance();
        let body = self.loop_body();
        let cond = if self.kw == Kw::While {
            self.advance();
            self.parenthesised_condition("after 'while'")
        } else {
            let message =
                format!("expected 'while' behind the body of 'do' before {}", self.found());
            self.syntax_error(self.span(), message);
            let span = self.span();
            self.error_expr(span)
        };
        self.expect_semi("the 'do' statement");
        let span = self.span_from(start);
        self.push_stmt(StmtKind::DoWhile { body, cond }, span)
    }

    fn for_statement(&mut self) -> StmtId {
        let start = self.loc();
        self.advance();
        let open = self.span();
        self.expect(Tok::LParen, "(", "after 'for'");
        let base = self.begin_block();
        if self.at(Tok::Semi) {
            self.advance();
        } else if self.at_declaration() {
            self.since(Standard::C99, self.span(), "declarations in 'for'");
            let mark = self.ctx.scopes.mark();
            self.parse_declaration();
            self.check_for_declaration(mark, start);
        } else {
            let stmt = self.expression_statement();
            self.stmts.push(stmt);
        }
        let init = match self.stmts.len() - base {
            0 => None,
            1 => self.stmts.pop(),
            _ => Some(self.gather_open(base, start)),
        };
        let mut cond = None;
        if !self.at(Tok::Semi) {
            cond = Some(self.parse_condition());
        }
        self.expect_semi("the condition of 'for'");
        let mut step = None;
        if !self.at(Tok::RParen) {
            let e = self.parse_expr();
            step = Some(self.void_value(e));
        }
        if !self.expect_close(Tok::RParen, ")", open) {
            self.skip_until(&[Tok::RParen, Tok::LBrace, Tok::Semi]);
            self.accept(Tok::RParen);
        }
        let guard = self.guard("for", start);
        let body = self.loop_body();
        self.check_body(&guard, body);
        self.ctx.scopes.pop();
        self.func.variable.close();
        let span = self.span_from(start);
        self.push_stmt(StmtKind::For { init, cond, step, body }, span)
    }

    /// What may be declared in a `for` before C23: objects of its own.
    fn check_for_declaration(&mut self, mark: crate::scope::ScopeMark, start: Loc) {
        if self.c23() {
            return;
        }
        let mut found = Vec::new();
        let others = self.ctx.scopes.others_since(mark);
        for &(name, entity, span) in &others.entities {
            let text = self.names.text(name);
            let message = match entity {
                Entity::Local { .. } | Entity::EnumConst { .. } => continue,
                Entity::Symbol(symbol) => match self.ctx.symbol(symbol) {
                    known if known.attrs.constexpr || known.attrs.implicit => continue,
                    known if known.kind == SymbolKind::Function => {
                        format!("declaration of non-variable '{text}'")
                    }
                    known if known.linkage == Linkage::External => {
                        format!("declaration of 'extern' variable '{text}'")
                    }
                    _ => format!("declaration of static variable '{text}'"),
                },
                _ => format!("declaration of non-variable '{text}'"),
            };
            found.push((span, format!("{message} in 'for' loop initial declaration")));
        }
        for &(_, tag) in &others.tags {
            let shown = self.ctx.types.show(tag.into(), self.names);
            let message = format!("'{shown}' declared in 'for' loop initial declaration");
            found.push((Span::at(start), message));
        }
        for (span, message) in found {
            self.error(span, message);
        }
    }

    /// The declarations of a `for`, without closing its scope.
    fn gather_open(&mut self, base: usize, start: Loc) -> StmtId {
        self.gather(base, start)
    }

    // ------------------------------------------------------------ switch

    fn switch_statement(&mut self) -> StmtId {
        let start = self.loc();
        self.advance();
        let open = self.span();
        self.expect(Tok::LParen, "(", "after 'switch'");
        let e = self.parse_expr();
        let e = self.rvalue(e);
        if !self.expect_close(Tok::RParen, ")", open) {
            self.skip_until(&[Tok::RParen, Tok::LBrace, Tok::Semi]);
            self.accept(Tok::RParen);
        }
        let ty = self.expr_ty(e);
        let mut value = e;
        if ty.id != id::ERROR {
            if self.ctx.types.is_integer(ty.id) {
                value = self.promoted(e);
            } else {
                let shown = self.ctx.types.show(ty, self.names);
                let span = self.expr_span(e);
                let message = format!("switch quantity is not an integer: its type is '{shown}'");
                self.error(span, message);
                value = self.error_expr(span);
            }
        }
        let index = self.body.switches.len() as u32;
        let ty = self.expr_ty(value);
        self.body.switches.push(Switch {
            value,
            body: StmtId(0),
            cases: Vec::new(),
            has_default: false,
        });
        self.func.switches.push(OpenSwitch {
            index,
            ty,
            spans: Vec::new(),
            default: None,
            variable: self.func.variable.here(),
        });
        self.func.breakables += 1;
        let body = self.scoped_statement();
        self.func.breakables -= 1;
        self.body.switches[index as usize].body = body;
        if let Some(switch) = self.func.switches.pop() {
            self.check_cases(&switch);
            self.check_switch(index, e, &switch.spans, Span::at(start));
        }
        let span = self.span_from(start);
        self.push_stmt(StmtKind::Switch(index), span)
    }

    /// Two cases of one value are an error.
    fn check_cases(&mut self, switch: &OpenSwitch) {
        let cases = &self.body.switches[switch.index as usize].cases;
        let mut order: Vec<usize> = (0..cases.len().min(switch.spans.len())).collect();
        order.sort_by_key(|&at| (cases[at].low, at));
        let mut clashes = Vec::new();
        let mut last: Option<usize> = None;
        for at in order {
            if let Some(before) = last {
                if cases[at].low <= cases[before].high {
                    let (first, second) = (before.min(at), before.max(at));
                    clashes.push((switch.spans[second], switch.spans[first], cases[at].low));
                }
                if cases[before].high > cases[at].high {
                    continue;
                }
            }
            last = Some(at);
        }
        for (span, before, value) in clashes {
            let diag = Diagnostic::error(span, format!("duplicate case value {value}"));
            self.diag(diag.note(Some(before), "previously used here"));
        }
    }

    /// Labels of all kinds and the statement behind them. A few nest; long rows (tables written
    /// as code) become a block of empty cases, so that nothing recurses over them.
    fn labeled_statement(&mut self) -> StmtId {
        let mut marks: Vec<(Loc, Option<Mark>)> = Vec::new();
        loop {
            let start = self.loc();
            let mark = match self.kw {
                Kw::Case | Kw::Default => self.case_label(),
                Kw::None if self.at_ident() && self.peek(1).kind == Tok::Colon => self.label_mark(),
                _ => break,
            };
            marks.push((start, mark));
        }
        let first = marks.first().map_or(self.loc(), |mark| mark.0);
        let mut stmt = self.statement_after_label();
        let flat = marks.len() > 20;
        let base = self.stmts.len();
        let last = marks.len().wrapping_sub(1);
        if flat {
            for &(start, mark) in &marks[..last] {
                let span = Span::at(start);
                let empty = self.push_stmt(StmtKind::Empty, span);
                let stmt = self.marked(start, mark, empty);
                self.stmts.push(stmt);
            }
        }
        let rest = if flat { last..marks.len() } else { 0..marks.len() };
        for &(start, mark) in marks[rest].iter().rev() {
            stmt = self.marked(start, mark, stmt);
        }
        if flat {
            self.stmts.push(stmt);
            return self.gather(base, first);
        }
        stmt
    }

    fn marked(&mut self, start: Loc, mark: Option<Mark>, body: StmtId) -> StmtId {
        let kind = match mark {
            Some(Mark::Case { switch, case }) => StmtKind::Case { switch, case, body },
            Some(Mark::Label(label)) => StmtKind::Labeled { label, body },
            None => return body,
        };
        let span = self.span_from(start);
        self.push_stmt(kind, span)
    }

    /// `case a:`, `case a ... b:`, `default:`; `None` if it marks nothing.
    fn case_label(&mut self) -> Option<Mark> {
        let start = self.loc();
        let is_default = self.kw == Kw::Default;
        self.advance();
        let mut range = None;
        if !is_default {
            let low = self.case_value();
            if self.at(Tok::Ellipsis) {
                self.since(crate::session::Standard::Never, self.span(), "ranges of cases");
            }
            let high = if self.accept(Tok::Ellipsis) { self.case_value() } else { low };
            range = low.zip(high);
        }
        let span = self.span_from(start);
        self.expect(Tok::Colon, ":", if is_default { "after 'default'" } else { "after the case" });
        let Some(top) = self.func.switches.len().checked_sub(1) else {
            let word = if is_default { "'default'" } else { "case label" };
            self.error(span, format!("{word} not within a switch statement"));
            return None;
        };
        let switch = self.func.switches[top].index;
        self.check_case_scope(self.func.switches[top].variable, span);
        if is_default {
            if let Some(before) = self.func.switches[top].default.replace(span) {
                let diag = Diagnostic::error(span, "multiple default labels in one switch");
                self.diag(diag.note(Some(before), "this is the first default label"));
            }
            self.body.switches[switch as usize].has_default = true;
            return Some(Mark::Case { switch, case: None });
        }
        let (low, high) = range?;
        let range = self.case_range(top, low, high, span)?;
        let cases = &mut self.body.switches[switch as usize].cases;
        cases.push(range);
        let index = cases.len() as u32 - 1;
        self.func.switches[top].spans.push(span);
        Some(Mark::Case { switch, case: Some(index) })
    }

    fn case_value(&mut self) -> Option<i128> {
        let mark = self.body.exprs.len();
        let e = self.parse_cond_expr();
        let value = self.integer_constant(e, "a case label");
        self.body.exprs.truncate(mark);
        value
    }

    /// The range in the switch's type; `None` if no value of the type is in it.
    fn case_range(&mut self, top: usize, low: i128, high: i128, span: Span) -> Option<CaseRange> {
        let ty = self.func.switches[top].ty;
        let shape = self.ctx.types.int_shape(ty.id).unwrap_or(IntShape { bits: 128, signed: true });
        if low > high {
            self.warn("", span, "empty range specified");
            return None;
        }
        let (mut low, mut high) = (low, high);
        if low == high {
            if !shape.holds(low) {
                let shown = self.ctx.types.show(ty, self.names);
                let message = format!("case value {low} is converted to '{shown}'");
                self.warn("overflow", span, message);
                low = shape.wrap(low);
                high = low;
            }
        } else {
            let (least, most) = bounds(shape);
            if high < least || low > most {
                self.warn("", span, "no value of the switch lies in this range");
                return None;
            }
            low = low.max(least);
            high = high.min(most);
        }
        Some(CaseRange { low, high })
    }

    /// What a label stands before: a statement, a declaration (C23) or the end of the block.
    fn statement_after_label(&mut self) -> StmtId {
        let mut attrs = Attrs::default();
        if self.at_attribute() && !self.at_declaration() {
            self.parse_attributes(&mut attrs);
        }
        let span = self.prev_span();
        if self.at(Tok::RBrace) || self.at_eof() {
            self.since(Standard::C23, span, "labels at the end of blocks");
            return self.push_stmt(StmtKind::Empty, span);
        }
        if self.at_declaration() {
            self.since(Standard::C23, self.span(), "labels before declarations");
            // The label marks the place; the declaration follows in the same block.
            return self.push_stmt(StmtKind::Empty, span);
        }
        self.parse_statement()
    }

    // ------------------------------------------------------------ blocks with a value

    /// `{ … }` of a statement expression; its last expression statement is its value.
    pub(super) fn parse_block_with_value(&mut self) -> (StmtId, Option<ExprId>) {
        let start = self.loc();
        let base = self.begin_block();
        let breakables = (self.func.loops, self.func.breakables);
        self.block_items(Span::at(start));
        (self.func.loops, self.func.breakables) = breakables;
        let value = match self.stmts.get(base..).and_then(|stmts| stmts.last()) {
            Some(&last) => self.value_of(last),
            None => None,
        };
        let block = self.end_block(base, start);
        (block, value)
    }

    /// The value a statement leaves, through its labels.
    fn value_of(&self, stmt: StmtId) -> Option<ExprId> {
        let mut stmt = stmt;
        loop {
            match self.body.stmt(stmt).kind {
                StmtKind::Expr(e) => {
                    let ty = self.expr_ty(e).id;
                    return (ty != id::VOID).then_some(e);
                }
                StmtKind::Labeled { body, .. } => stmt = body,
                _ => return None,
            }
        }
    }
}

fn bounds(shape: IntShape) -> (i128, i128) {
    match (shape.signed, shape.bits) {
        (true, 128..) => (i128::MIN, i128::MAX),
        (true, bits) => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
        (false, 127..) => (0, i128::MAX),
        (false, bits) => (0, (1 << bits) - 1),
    }
}
