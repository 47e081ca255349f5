//! Labels and jumps: `name:`, `__label__`, `goto`, `break`, `continue`, `return`. In: tokens; out:
//! statements, and the labels of the function, declared by whatever comes first.

use super::Parser;
use super::attr::Attrs;
use super::coerce::Use;
use super::stmt::Mark;
use crate::keyword::Kw;
use crate::session::{Mode, Standard};
use crate::tree::*;
use crate::types::{QType, Type, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;
use preproc::token::Tok;

impl Parser<'_> {
    /// `name:`
    pub(super) fn label_mark(&mut self) -> Option<Mark> {
        let token = self.advance();
        self.advance();
        let span = Span::at(token.loc);
        if self.level == 0 && self.mode == Mode::File {
            self.error(span, "label outside of a function");
            return None;
        }
        let label = self.label(token.text, span);
        if self.func.label_defined[label.index()] {
            let before = self.body.labels[label.index()].span;
            let text = self.names.text(token.text).to_string();
            let diag = Diagnostic::error(span, format!("duplicate label '{text}'"));
            self.diag(diag.note(Some(before), "previous definition is here"));
        }
        self.func.label_defined[label.index()] = true;
        self.func.variable.label(label);
        self.body.labels[label.index()].span = span;
        let mut attrs = Attrs::default();
        self.parse_gnu_attributes(&mut attrs);
        if attrs.get().is_some_and(|set| set.symbol.unused) {
            self.func.mentions.quiet_label(label);
        }
        Some(Mark::Label(label))
    }

    /// The label `name` of this function, known or new.
    fn label(&mut self, name: Name, span: Span) -> LabelId {
        if let Some(&label) = self.func.labels.get(&name) {
            return label;
        }
        let label = LabelId(self.body.labels.len() as u32);
        self.body.labels.push(Label { name, address_taken: false, span });
        self.func.label_defined.push(false);
        self.func.labels.insert(name, label);
        label
    }

    /// A label that is jumped to or whose address is taken.
    pub fn use_label(&mut self, name: Name, span: Span) -> LabelId {
        let label = self.label(name, span);
        self.func.mentions.label(label);
        label
    }

    /// `__label__ a, b;`
    pub(super) fn local_label_declaration(&mut self) {
        self.advance();
        while self.at_ident() {
            let token = self.advance();
            let label = LabelId(self.body.labels.len() as u32);
            let span = Span::at(token.loc);
            self.body.labels.push(Label { name: token.text, address_taken: false, span });
            self.func.label_defined.push(false);
            let old = self.func.labels.insert(token.text, label);
            self.func.local_labels.push((token.text, old));
            if !self.accept(Tok::Comma) {
                break;
            }
        }
        self.expect_semi("the label declaration");
    }

    pub(super) fn end_local_labels(&mut self, length: usize) {
        while self.func.local_labels.len() > length {
            match self.func.local_labels.pop() {
                Some((name, Some(old))) => {
                    self.func.labels.insert(name, old);
                }
                Some((name, None)) => {
                    self.func.labels.remove(&name);
                }
                None => break,
            }
        }
    }

    pub(super) fn goto_statement(&mut self) -> StmtId {
        let start = self.loc();
        self.advance();
        let kind = if self.accept(Tok::Star) {
            self.since(Standard::Never, self.prev_span(), "computed jumps");
            let e = self.parse_expr();
            let e = self.rvalue(e);
            let ty = self.expr_ty(e);
            let fits =
                self.ctx.types.is_pointer(ty.id) || self.is_null_constant(e) || ty.id == id::ERROR;
            if !fits {
                self.error(self.expr_span(e), "computed goto must be pointer type");
            }
            let e = if fits { self.convert(e, id::VOID_PTR) } else { e };
            self.body.facts.has_computed_goto = true;
            StmtKind::GotoComputed(e)
        } else if self.at_ident() {
            let token = self.advance();
            let span = Span::at(token.loc);
            match self.outer_label(token.text) {
                Some((depth, label)) => StmtKind::GotoOuter { depth, label },
                None => {
                    let label = self.use_label(token.text, span);
                    self.func.variable.jump(label, span);
                    StmtKind::Goto(label)
                }
            }
        } else {
            let message = format!("expected a label before {}", self.found());
            self.syntax_error(self.span(), message);
            StmtKind::Empty
        };
        self.expect_semi("the 'goto' statement");
        let span = self.span_from(start);
        self.push_stmt(kind, span)
    }

    /// A `__label__` of a function around this nested one.
    pub(super) fn outer_label(&mut self, name: Name) -> Option<(u32, LabelId)> {
        if self.level < 2 || self.func.labels.contains_key(&name) {
            return None;
        }
        let depth = self.outer.len();
        for (at, (_, func)) in self.outer.iter_mut().enumerate().rev() {
            let local = func.local_labels.iter().any(|(local, _)| *local == name);
            if let (true, Some(&label)) = (local, func.labels.get(&name)) {
                func.mentions.label(label);
                return Some(((depth - at) as u32, label));
            }
        }
        None
    }

    pub(super) fn jump_statement(&mut self) -> StmtId {
        let start = self.loc();
        let is_break = self.kw == Kw::Break;
        self.advance();
        let span = Span::at(start);
        let kind = if is_break {
            if self.func.breakables == 0 {
                self.error(span, "'break' outside of a loop or switch");
                StmtKind::Empty
            } else {
                StmtKind::Break
            }
        } else if self.func.loops == 0 {
            self.error(span, "'continue' outside of a loop");
            StmtKind::Empty
        } else {
            StmtKind::Continue
        };
        self.expect_semi(if is_break { "'break'" } else { "'continue'" });
        let span = self.span_from(start);
        self.push_stmt(kind, span)
    }

    pub(super) fn return_statement(&mut self) -> StmtId {
        let start = self.loc();
        self.advance();
        let value = if self.at(Tok::Semi) || self.at(Tok::RBrace) || self.at_eof() {
            None
        } else {
            Some(self.parse_expr())
        };
        let span = self.span_from(start);
        let value = self.check_return(value, span);
        self.expect_semi("the 'return' statement");
        let span = self.span_from(start);
        self.push_stmt(StmtKind::Return(value), span)
    }

    fn check_return(&mut self, value: Option<ExprId>, span: Span) -> Option<ExprId> {
        let Some(ret) = self.func.ret else {
            self.error(span, "'return' outside of a function");
            return None;
        };
        if self.func.noreturn {
            self.warn("invalid-noreturn", span, "a 'noreturn' function has a 'return' statement");
        }
        let is_void = matches!(self.ctx.types.get(ret.id), Type::Void);
        match value {
            None => {
                if !is_void && ret.id != id::ERROR {
                    let old = self.standard() < Standard::C99;
                    if !old {
                        let message = "'return' with no value, in function returning non-void";
                        self.warn("return-mismatch", span, message);
                    }
                }
                None
            }
            Some(e) if is_void => {
                let e = self.void_value(e);
                let ty = self.expr_ty(e);
                if ty.id != id::VOID && ty.id != id::ERROR {
                    let message = "'return' with a value, in function returning void";
                    let diag = Diagnostic::warning("return-mismatch", self.expr_span(e), message);
                    self.diag(diag);
                    return Some(self.convert(e, id::VOID));
                }
                Some(e)
            }
            Some(e) => {
                self.func.returns_value = true;
                self.warn_local_address(e);
                Some(self.assign_convert(e, QType::new(ret.id), Use::Return))
            }
        }
    }

    /// `return &local;`
    fn warn_local_address(&mut self, e: ExprId) {
        let mut place = match self.body.expr(e).kind {
            ExprKind::AddrOf(place) => place,
            _ if self.ctx.types.is_array(self.expr_ty(e).id) => e,
            _ => return,
        };
        loop {
            match self.body.expr(place).kind {
                ExprKind::Member(of, _) => place = of,
                ExprKind::Local(local) => {
                    let name = self.body.local(local).name;
                    let what = match name {
                        Some(name) => format!("'{}'", self.names.text(name)),
                        None => "a local".into(),
                    };
                    let span = self.expr_span(e);
                    let message = format!("function returns the address of local variable {what}");
                    self.warn("return-local-addr", span, message);
                    return;
                }
                _ => return,
            }
        }
    }
}
