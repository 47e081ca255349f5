//! How statements are laid out, and what a `switch` forgets: bodies that are a lone `;`, an `else`
//! that belongs to the nearer `if`, lines indented as if they were guarded, cases that run into the
//! next. In: statements as they are parsed, with the text they stand in; out: warnings, all of them
//! of `-Wall` or `-Wextra`, but for statements before the first `case`.

use super::Parser;
use super::flow;
use crate::keyword::Kw;
use crate::tree::*;
use crate::types::{Type, id};
use preproc::diag::Diagnostic;
use preproc::source::{Loc, Span};
use preproc::token::{Flags, Tok, Token};

/// `if`, `else`, `while` or `for`, at whose body the cursor is.
pub(super) struct Guard {
    word: &'static str,
    at: Loc,
    body: Token,
    body_kw: Kw,
}

impl Parser<'_> {
    /// Before a body.
    pub(super) fn guard(&self, word: &'static str, at: Loc) -> Guard {
        Guard { word, at, body: self.tok, body_kw: self.kw }
    }

    /// Behind a body.
    pub(super) fn check_body(&mut self, guard: &Guard, body: StmtId) {
        let loops = matches!(guard.word, "while" | "for");
        if guard.body.kind == Tok::Semi && !loops && self.kw != Kw::Else {
            let word = guard.word;
            let message = format!("the body of '{word}' is empty: ';' alone is a statement");
            self.warn("empty-body", Span::at(guard.body.loc), message);
        }
        if guard.word == "if"
            && guard.body_kw == Kw::If
            && matches!(self.body.stmt(body).kind, StmtKind::If { otherwise: Some(_), .. })
        {
            let message = "this 'if' has no 'else': it belongs to the 'if' inside";
            let diag = Diagnostic::warning("dangling-else", Span::at(guard.at), message);
            self.diag(
                diag.note(None, "braces around the inner 'if' or its 'else' say what is meant"),
            );
        }
        if guard.body.kind != Tok::LBrace && self.warnings_may("misleading-indentation") {
            self.check_indentation(guard);
        }
    }

    /// Is the statement behind a body indented as if it were in it?
    fn check_indentation(&mut self, guard: &Guard) {
        let next = self.tok;
        let ends = matches!(next.kind, Tok::RBrace | Tok::Eof | Tok::Semi);
        let label = matches!(self.kw, Kw::Case | Kw::Default | Kw::Else)
            || (self.at_ident() && self.peek(1).kind == Tok::Colon);
        let expanded = next.flags.has(Flags::EXPANDED)
            || guard.body.flags.has(Flags::EXPANDED)
            || guard.at.is_expanded();
        if ends || label || expanded {
            return;
        }
        let Some(sources) = self.sources() else { return };
        let (Some(head), Some(body), Some(after)) =
            (sources.place(guard.at), sources.place(guard.body.loc), sources.place(next.loc))
        else {
            return;
        };
        if head.id != body.id || body.id != after.id || body.line > after.line {
            return;
        }
        let begins = |place: &preproc::source::Place<'_>| {
            place.text.len() - place.text.trim_start().len() + 1 == place.column as usize
        };
        let indent = |place: &preproc::source::Place<'_>| {
            place.text[..place.text.len() - place.text.trim_start().len()].to_string()
        };
        let misleads = if body.line == after.line {
            head.line == body.line && begins(&head)
        } else {
            head.line < body.line
                && begins(&body)
                && begins(&after)
                && indent(&body) == indent(&after)
                && indent(&body).len() > indent(&head).len()
                && !directive_between(sources, &body, &after)
        };
        if misleads {
            let message = format!("this '{}' does not guard what its lines look like", guard.word);
            let diag = Diagnostic::warning("misleading-indentation", Span::at(guard.at), message);
            let note = "this statement is indented as if it were guarded";
            self.diag(diag.note(Some(Span::at(next.loc)), note));
        }
    }

    // ------------------------------------------------------------ switches

    /// A whole `switch`; `value` as it was before promotion.
    pub(super) fn check_switch(&mut self, index: u32, value: ExprId, spans: &[Span], at: Span) {
        let ty = self.expr_ty(value).id;
        let truth = ty == id::BOOL
            || matches!(
                self.body.expr(value).kind,
                ExprKind::Compare(..)
                    | ExprKind::LogicalAnd(..)
                    | ExprKind::LogicalOr(..)
                    | ExprKind::LogicalNot(_)
            );
        if truth && !self.is_literal(value) {
            let message = "the value of this 'switch' is a truth value";
            self.warn("switch-bool", self.expr_span(value), message);
        }
        let switch = &self.body.switches[index as usize];
        let (has_default, body) = (switch.has_default, switch.body);
        if !has_default {
            self.warn("switch-default", at, "this 'switch' has no 'default'");
        }
        if self.error_count() == 0 {
            self.check_first_statement(body);
        }
        if let Type::Enum(e) = *self.ctx.types.get(ty) {
            self.check_enum_cases(index, e, spans, at, has_default);
        }
    }

    fn check_first_statement(&mut self, body: StmtId) {
        let StmtKind::Block(ref list) = self.body.stmt(body).kind else { return };
        let Some(&first) = self.body.block(list).first() else { return };
        let stmt = self.body.stmt(first);
        let runs = matches!(
            stmt.kind,
            StmtKind::Expr(_) | StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue
        );
        if runs {
            let (span, message) = (stmt.span, "no case leads to this statement");
            self.warn("switch-unreachable", span, message);
        }
    }

    fn check_enum_cases(
        &mut self,
        index: u32,
        e: crate::types::EnumId,
        spans: &[Span],
        at: Span,
        has_default: bool,
    ) {
        let known = self.ctx.types.enumeration(e).constants.clone();
        let cases = self.body.switches[index as usize].cases.clone();
        let has = |value: i128| cases.iter().any(|case| case.low <= value && value <= case.high);
        let option = if has_default { "switch-enum" } else { "switch" };
        let missing: Vec<String> = known
            .iter()
            .filter(|(_, value)| !has(*value))
            .map(|(name, _)| format!("'{}'", self.text(*name)))
            .collect();
        if let [one] = &missing[..] {
            self.warn(option, at, format!("enumeration value {one} has no case here"));
        } else if let [first, second, rest @ ..] = &missing[..] {
            let more = match rest.len() {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            let message = format!("enumeration values {first}, {second}{more} have no case here");
            self.warn(option, at, message);
        }
        for (case, &span) in cases.iter().zip(spans) {
            let inside = known.iter().any(|(_, value)| case.low <= *value && *value <= case.high);
            // Sets of flags are enumerations too.
            let flags = known.iter().fold(0, |all, (_, value)| all | value);
            if !inside && case.low == case.high && (case.low & !flags != 0 || case.low == 0) {
                let message = format!("case {} is no value of the enumeration", case.low);
                self.warn("switch", span, message);
            }
        }
    }

    // ------------------------------------------------------------ falling through

    pub(super) fn warn_fall_through(&mut self, root: StmtId) {
        if self.body.switches.is_empty() || !self.warnings_may("implicit-fallthrough") {
            return;
        }
        for (before, case) in flow::falls(&self.body, &self.ctx.symbols, root) {
            let label = self.body.stmt(case).span;
            let end = self.body.stmt(before).span.last;
            if self.means_to_fall(before) || self.comment_between(end, label.start) {
                continue;
            }
            let last = self.innermost_last(before);
            let span = self.body.stmt(last).span;
            let message = "this statement falls through to the next case";
            let diag = Diagnostic::warning("implicit-fallthrough", span, message)
                .note(Some(Span::at(label.start)), "to here")
                .note(None, "'[[fallthrough]];' before it says that it is meant");
            self.late_diag(diag);
        }
    }

    /// The statement that runs last in one, to be pointed at.
    fn innermost_last(&self, stmt: StmtId) -> StmtId {
        let mut stmt = stmt;
        loop {
            stmt = match self.body.stmt(stmt).kind {
                StmtKind::Case { body, .. } | StmtKind::Labeled { body, .. } => body,
                StmtKind::Block(ref list) => match self.body.block(list).last() {
                    Some(&last) => last,
                    None => return stmt,
                },
                _ => return stmt,
            };
        }
    }

    fn means_to_fall(&self, stmt: StmtId) -> bool {
        self.func.mentions.fall_through.contains(&self.innermost_last(stmt))
    }

    /// Does a comment between two places speak of falling?
    fn comment_between(&self, from: Loc, to: Loc) -> bool {
        let Some(sources) = self.sources() else { return true };
        let (from, to) = (sources.call_end(from), sources.call_site(to));
        let Some(file) = sources.file_of(from).filter(|file| sources.file_of(to) == Some(*file))
        else {
            return true;
        };
        let base = sources.base(file).0;
        let text = sources.file(file).text.bytes();
        let range = (from.0 - base) as usize..(to.0 - base) as usize;
        let between = text.get(range).unwrap_or_default().to_ascii_lowercase();
        let comment = between.windows(2).any(|pair| pair == b"/*" || pair == b"//");
        comment && between.windows(4).any(|word| word == b"fall")
    }
}

/// Is there a line with a directive between two places?
fn directive_between(
    sources: &preproc::source::Sources,
    a: &preproc::source::Place<'_>,
    b: &preproc::source::Place<'_>,
) -> bool {
    let text = sources.file(a.id).text.bytes();
    let base = sources.base(a.id).0;
    let between = text.get((a.loc.0 - base) as usize..(b.loc.0 - base) as usize);
    let mut lines = between.unwrap_or_default().split(|byte| *byte == b'\n');
    lines.any(|line| line.trim_ascii_start().starts_with(b"#"))
}
