//! Expressions, from the comma down to unary operators and casts. In: tokens; out: nodes. Binary
//! operators are parsed by precedence in one loop that builds left-associative chains of any
//! length without recursion; everything that does recurse goes through the parser's depth limit.

use super::Parser;
use super::doubt::Mixture;
use super::operate::Infix;
use crate::keyword::Kw;
use crate::session::Standard;
use crate::tree::*;
use crate::types::{ArrayLen, QType, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::source::{Loc, Span};
use preproc::token::Tok;

/// What expression parsing keeps between calls.
#[derive(Default)]
pub(crate) struct ExprState {
    /// Above zero: nothing here is evaluated (`sizeof`, `typeof`, a dead branch), so that it
    /// cannot overflow or divide by zero either.
    pub(crate) unevaluated: u32,
    /// The expression that last stood in parentheses of its own.
    pub(crate) parenthesised: Option<ExprId>,
    /// The width of the bit-field that `Same` stands for.
    pub(crate) same_width: Option<u32>,
    /// String literals by the hash of their bytes: equal ones are one.
    pub(crate) strings: std::collections::HashMap<u64, StringId>,
    /// The newest string literal, while one expression only names it.
    pub(crate) lone_string: Option<StringId>,
    /// The operator that made the expression parsed last, if it stands there bare.
    pub(crate) last_infix: Option<Infix>,
    /// The last few `sizeof x` of pointers: where they stand, and the pointer.
    pub(crate) sizes: Vec<(Span, LocalId)>,
    /// What the order of was reported.
    pub(crate) unordered: Vec<(LocalId, Span)>,
    /// Names reported as undeclared: once for each function.
    pub(crate) undeclared: Vec<(preproc::name::Name, Option<SymbolId>)>,
}

/// The operator at a token, and how tightly it binds.
fn infix_at(kind: Tok) -> Option<(u8, Infix)> {
    use BinaryOp::*;
    Some(match kind {
        Tok::PipePipe => (1, Infix::Or),
        Tok::AmpAmp => (2, Infix::And),
        Tok::Pipe => (3, Infix::Arith(Or)),
        Tok::Caret => (4, Infix::Arith(Xor)),
        Tok::Amp => (5, Infix::Arith(And)),
        Tok::EqEq => (6, Infix::Compare(CompareOp::Eq)),
        Tok::BangEq => (6, Infix::Compare(CompareOp::Ne)),
        Tok::Lt => (7, Infix::Compare(CompareOp::Lt)),
        Tok::Gt => (7, Infix::Compare(CompareOp::Gt)),
        Tok::Le => (7, Infix::Compare(CompareOp::Le)),
        Tok::Ge => (7, Infix::Compare(CompareOp::Ge)),
        Tok::Shl => (8, Infix::Arith(Shl)),
        Tok::Shr => (8, Infix::Arith(Shr)),
        Tok::Plus => (9, Infix::Arith(Add)),
        Tok::Minus => (9, Infix::Arith(Sub)),
        Tok::Star => (10, Infix::Arith(Mul)),
        Tok::Slash => (10, Infix::Arith(Div)),
        Tok::Percent => (10, Infix::Arith(Rem)),
        _ => return None,
    })
}

fn compound_at(kind: Tok) -> Option<BinaryOp> {
    Some(match kind {
        Tok::StarEq => BinaryOp::Mul,
        Tok::SlashEq => BinaryOp::Div,
        Tok::PercentEq => BinaryOp::Rem,
        Tok::PlusEq => BinaryOp::Add,
        Tok::MinusEq => BinaryOp::Sub,
        Tok::ShlEq => BinaryOp::Shl,
        Tok::ShrEq => BinaryOp::Shr,
        Tok::AmpEq => BinaryOp::And,
        Tok::CaretEq => BinaryOp::Xor,
        Tok::PipeEq => BinaryOp::Or,
        _ => return None,
    })
}

impl Parser<'_> {
    /// expression: assignment-expression { `,` assignment-expression }
    pub fn parse_expr(&mut self) -> ExprId {
        let start = self.loc();
        let mut left = self.parse_assign_expr();
        while self.at(Tok::Comma) {
            self.advance();
            let right = self.parse_assign_expr();
            let span = self.span_from(start);
            left = self.comma(left, right, span);
        }
        left
    }

    #[inline(never)]
    pub(crate) fn comma(&mut self, left: ExprId, right: ExprId, span: Span) -> ExprId {
        let left = self.void_value(left);
        let right = self.rvalue(right);
        let ty = self.ty(right);
        if ty == id::ERROR {
            return right;
        }
        self.push_expr(ExprKind::Comma(left, right), ty, span)
    }

    /// An expression whose value nobody uses.
    pub fn void_value(&mut self, e: ExprId) -> ExprId {
        match *self.ctx.types.get(self.ty(e)) {
            Type::Void | Type::Error => e,
            _ => self.rvalue(e),
        }
    }

    /// assignment-expression
    pub fn parse_assign_expr(&mut self) -> ExprId {
        let span = self.span();
        match self.nested(|p| p.assign_expr()) {
            Some(e) => e,
            None => self.error_expr(span),
        }
    }

    fn assign_expr(&mut self) -> ExprId {
        let start = self.loc();
        let place = self.cond_expr();
        if self.at(Tok::Eq) {
            self.advance();
            let value = self.parse_assign_expr();
            let span = self.span_from(start);
            return self.assign(place, value, span);
        }
        if let Some(op) = compound_at(self.tok.kind) {
            self.advance();
            let value = self.parse_assign_expr();
            let span = self.span_from(start);
            return self.compound(op, place, value, span);
        }
        place
    }

    /// conditional-expression, which constant expressions are.
    pub fn parse_cond_expr(&mut self) -> ExprId {
        let span = self.span();
        match self.nested(|p| p.cond_expr()) {
            Some(e) => e,
            None => self.error_expr(span),
        }
    }

    fn cond_expr(&mut self) -> ExprId {
        // `a ? b : c ? d : e` in a loop: such chains are long in generated code.
        let mut arms: Vec<(Loc, ExprId, ExprId, bool)> = Vec::new();
        let mut last = loop {
            let start = self.loc();
            let cond = self.binary_expr(1);
            if !self.at(Tok::Question) {
                break cond;
            }
            self.advance();
            if self.at(Tok::Colon) {
                self.since(Standard::Never, self.span(), "conditions without a middle operand");
                self.advance();
                let other = self.parse_cond_expr();
                let span = self.span_from(start);
                break self.conditional_or(cond, other, span);
            }
            let known = self.known_truth(cond);
            self.ex.unevaluated += u32::from(known == Some(false));
            let then = self.nested(|p| p.parse_expr());
            self.ex.unevaluated -= u32::from(known == Some(false));
            let Some(then) = then else { break cond };
            self.expect(Tok::Colon, ":", "of '?:'");
            self.ex.unevaluated += u32::from(known == Some(true));
            arms.push((start, cond, then, known == Some(true)));
        };
        for (start, cond, then, dead) in arms.into_iter().rev() {
            self.ex.unevaluated -= u32::from(dead);
            let span = self.span_from(start);
            last = self.conditional(cond, then, last, span);
        }
        last
    }

    /// Is a constant operand true? (Then the other side of `?:`, `&&`, `||` may be dead.)
    fn known_truth(&self, e: ExprId) -> Option<bool> {
        if !self.is_literal(e) {
            return None;
        }
        let eval = self.eval(false);
        eval.value(e).ok().and_then(|value| eval.is_true(&value))
    }

    /// Binary operators that bind at least as tightly as `least`.
    fn binary_expr(&mut self, least: u8) -> ExprId {
        let start = self.loc();
        let mut left = self.cast_expr();
        let bare = self.ex.parenthesised != Some(left);
        let mut left_op = None;
        while let Some((level, op)) = infix_at(self.tok.kind) {
            if level < least {
                break;
            }
            let dead = match op {
                Infix::And => self.known_truth(left) == Some(false),
                Infix::Or => self.known_truth(left) == Some(true),
                _ => false,
            };
            let at = self.span();
            self.advance();
            self.ex.unevaluated += u32::from(dead);
            let right = self.binary_expr(level + 1);
            self.ex.unevaluated -= u32::from(dead);
            let span = self.span_from(start);
            let right_op = self.ex.last_infix;
            self.check_mixture(&Mixture { op, left, right, bare, left_op, right_op, at });
            left = self.infix(op, left, right, span);
            left_op = Some(op);
        }
        self.ex.last_infix = left_op;
        left
    }

    /// Comparisons whose outcome is known without looking.
    #[inline(never)]
    fn check_mixture(&mut self, mixture: &Mixture) {
        if self.ctx.options.warnings.none {
            return;
        }
        self.check_doubts(mixture);
        let &Mixture { op: Infix::Compare(op), left, right, at, .. } = mixture else { return };
        if self.ex.unevaluated > 0 {
            return;
        }
        let is_string = |p: &Parser<'_>, e: ExprId| matches!(p.body.expr(e).kind, ExprKind::Str(_));
        if is_string(self, left) || is_string(self, right) {
            let message = "comparison with string literal results in unspecified behavior";
            let diag = Diagnostic::warning("address", at, message)
                .note(None, "compare texts with 'strcmp'");
            self.diag(diag);
            return;
        }
        self.check_comparison_range(op, left, right, at);
    }

    /// A comparison with a constant that the other operand's type cannot reach.
    fn check_comparison_range(&mut self, op: CompareOp, left: ExprId, right: ExprId, at: Span) {
        let (value, other, flipped) = match (self.literal_int(left), self.literal_int(right)) {
            (None, Some(value)) => (value, left, false),
            (Some(value), None) => (value, right, true),
            _ => return,
        };
        let ty = self.ty(other);
        if !matches!(self.ctx.types.get(ty), Type::Int(_)) || ty == id::BOOL {
            return;
        }
        let Some(mut shape) = self.ctx.types.int_shape(ty) else { return };
        if let Some(width) = self.field_width(other) {
            shape.bits = width;
        }
        // Only narrower types keep their values in the comparison.
        if shape.bits >= 32 || shape.holds(value) {
            return;
        }
        let below = value < 0;
        let op = if flipped { op.turned() } else { op };
        let outcome = match op {
            CompareOp::Eq => false,
            CompareOp::Ne => true,
            CompareOp::Lt | CompareOp::Le => !below,
            CompareOp::Gt | CompareOp::Ge => below,
        };
        let shown = self.show(ty);
        let message =
            format!("comparison is always {outcome} due to limited range of data type '{shown}'");
        self.warn("type-limits", at, message);
    }

    // ------------------------------------------------------------ casts and unary operators

    /// cast-expression
    pub(crate) fn cast_expr(&mut self) -> ExprId {
        if self.at(Tok::LParen) && self.starts_literal_type_name_at(1) {
            return self.cast_or_literal();
        }
        self.unary_expr()
    }

    /// `(` type-name `)`: a cast, or a compound literal when a brace follows.
    fn cast_or_literal(&mut self) -> ExprId {
        let start = self.loc();
        let open = self.span();
        self.advance();
        let name = self.parse_literal_type_name();
        self.expect_close(Tok::RParen, ")", open);
        if self.at(Tok::LBrace) {
            let literal = self.parse_compound_literal(name, start);
            return self.postfix_rest(literal, start);
        }
        self.no_literal(&name, "a cast");
        let operand = self.nested(|p| p.cast_expr());
        let span = self.span_from(start);
        let Some(operand) = operand else { return self.error_expr(span) };
        let ty = name.ty;
        let mut result = self.cast(operand, ty, span);
        for effect in name.effects {
            result = self.comma(effect, result, span);
        }
        result
    }

    /// unary-expression
    pub(crate) fn unary_expr(&mut self) -> ExprId {
        let start = self.loc();
        let kind = self.tok.kind;
        match kind {
            Tok::PlusPlus | Tok::MinusMinus => {
                self.advance();
                // A compound literal may follow; what a cast yields is refused as no lvalue.
                let operand = self.nested(|p| p.cast_expr());
                let span = self.span_from(start);
                let Some(operand) = operand else { return self.error_expr(span) };
                self.increment(kind == Tok::PlusPlus, false, operand, span)
            }
            Tok::Amp | Tok::Star | Tok::Plus | Tok::Minus | Tok::Tilde | Tok::Bang => {
                self.advance();
                let operand = self.nested(|p| p.cast_expr());
                let span = self.span_from(start);
                let Some(operand) = operand else { return self.error_expr(span) };
                match kind {
                    Tok::Amp => self.address_of(operand, span),
                    Tok::Star => self.indirection(operand, span),
                    Tok::Plus => self.sign(false, operand, span),
                    Tok::Minus => self.sign(true, operand, span),
                    Tok::Tilde => self.complement(operand, span),
                    _ => self.logical_not(operand, span),
                }
            }
            Tok::AmpAmp => {
                self.advance();
                self.label_address(start)
            }
            Tok::Ident => match self.kw {
                Kw::None => self.postfix_expr(),
                Kw::Sizeof => self.size_of_expr(),
                Kw::Alignof | Kw::GnuAlignof => self.align_of_expr(),
                Kw::Countof => self.count_of_expr(),
                Kw::Real | Kw::Imag => {
                    let real = self.kw == Kw::Real;
                    self.advance();
                    let operand = self.nested(|p| p.cast_expr());
                    let span = self.span_from(start);
                    let Some(operand) = operand else { return self.error_expr(span) };
                    self.complex_part(real, operand, span)
                }
                Kw::Extension => {
                    self.advance();
                    let outer = std::mem::replace(&mut self.extension, true);
                    let operand = self.nested(|p| p.cast_expr());
                    self.extension = outer;
                    let span = self.span_from(start);
                    operand.unwrap_or_else(|| self.error_expr(span))
                }
                _ => self.postfix_expr(),
            },
            _ => self.postfix_expr(),
        }
    }

    /// `&&label`
    #[inline(never)]
    fn label_address(&mut self, start: Loc) -> ExprId {
        self.since(Standard::Never, self.span(), "addresses of labels");
        if !self.at_ident() {
            let message = format!("expected a label before {}", self.found());
            self.syntax_error(self.span(), message);
            let span = self.span_from(start);
            return self.error_expr(span);
        }
        let token = self.advance();
        let span = self.span_from(start);
        if self.level == 0 {
            self.error(span, "label address outside of a function");
            return self.error_expr(span);
        }
        if let Some((depth, label)) = self.outer_label(token.text) {
            // A label's address is its number: the same in whatever function it is taken.
            let at = self.outer.len().saturating_sub(depth as usize);
            if let Some((body, _)) = self.outer.get_mut(at) {
                body.labels[label.index()].address_taken = true;
                body.facts.has_computed_goto = true;
            }
            return self.push_expr(ExprKind::Int(label_value(label)), id::VOID_PTR, span);
        }
        let label = self.use_label(token.text, Span::at(token.loc));
        self.body.labels[label.index()].address_taken = true;
        self.push_expr(ExprKind::LabelAddr(label), id::VOID_PTR, span)
    }

    /// Parses an expression that is looked at only for its type.
    pub(crate) fn unevaluated<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> T {
        self.ex.unevaluated += 1;
        let result = parse(self);
        self.ex.unevaluated -= 1;
        result
    }

    /// Drops string literals made by an expression that turned out not to be evaluated, when
    /// nothing else was made beside it.
    pub(crate) fn forget_strings(&mut self, strings: usize, stmts: usize, inits: usize) {
        if self.body.stmts.len() == stmts && self.body.inits.len() == inits {
            self.unit.strings.truncate(strings);
        }
    }

    /// `sizeof unary-expression`, `sizeof ( type-name )`
    fn size_of_expr(&mut self) -> ExprId {
        let start = self.loc();
        self.advance();
        if self.at(Tok::LParen) && self.starts_literal_type_name_at(1) {
            let open = self.span();
            self.advance();
            let name = self.parse_literal_type_name();
            self.expect_close(Tok::RParen, ")", open);
            if !self.at(Tok::LBrace) {
                self.no_literal(&name, "'sizeof'");
                let span = self.span_from(start);
                self.check_sized(name.ty.id, "sizeof", span);
                let mut size = self.size_of_type(name.ty.id, span);
                // Of a type of constant size nothing is evaluated.
                if self.ctx.types.has_variable_size(name.ty.id) {
                    for effect in name.effects.into_iter().rev() {
                        size = self.comma(effect, size, span);
                    }
                }
                return size;
            }
            // `sizeof (T){…}` measures the literal, and what follows belongs to it.
            let literal = self.unevaluated(|p| {
                let literal = p.parse_compound_literal(name, start);
                p.postfix_rest(literal, start)
            });
            let span = self.span_from(start);
            return self.size_of_value(literal, span);
        }
        let counts = (self.unit.strings.len(), self.body.stmts.len(), self.body.inits.len());
        let operand = self.unevaluated(|p| p.nested(|p| p.unary_expr()));
        let span = self.span_from(start);
        let Some(operand) = operand else { return self.error_expr(span) };
        let size = self.size_of_value(operand, span);
        if self.is_literal(size) {
            self.forget_strings(counts.0, counts.1, counts.2);
        }
        size
    }

    #[inline(never)]
    fn size_of_value(&mut self, operand: ExprId, span: Span) -> ExprId {
        self.note_size(operand, span);
        if self.field_width(operand).is_some() {
            let name = self.place_name(operand);
            self.error(span, format!("'sizeof' applied to bit-field {name}"));
            return self.error_expr(span);
        }
        let ty = self.ty(operand);
        self.check_sized(ty, "sizeof", span);
        let size = self.size_of_type(ty, span);
        // The operand is evaluated when its type has a variable length.
        if self.ctx.types.has_variable_size(ty) && self.has_effects(operand) {
            let operand = self.address_of(operand, span);
            return self.comma(operand, size, span);
        }
        size
    }

    /// GNU: `void` and functions have the size and the alignment 1.
    fn check_sized(&mut self, ty: TypeId, what: &str, span: Span) {
        let of = match self.ctx.types.get(ty) {
            Type::Void => "'void'",
            Type::Function(_) => "a function type",
            _ => return,
        };
        self.warn("pointer-arith", span, format!("invalid application of '{what}' to {of}"));
    }

    fn has_effects(&self, e: ExprId) -> bool {
        let mut e = e;
        loop {
            match self.body.expr(e).kind {
                ExprKind::Local(_)
                | ExprKind::Symbol(_)
                | ExprKind::Outer { .. }
                | ExprKind::Str(_)
                | ExprKind::Int(_)
                | ExprKind::Error => return false,
                ExprKind::Deref(of)
                | ExprKind::Member(of, _)
                | ExprKind::Load(of)
                | ExprKind::Decay(of) => e = of,
                ExprKind::PtrAdd { ptr, index, .. } if self.is_literal(index) => e = ptr,
                _ => return true,
            }
        }
    }

    /// The size of a type as an expression: a constant, or what is known at run time.
    #[inline(never)]
    pub(crate) fn size_of_type(&mut self, ty: TypeId, span: Span) -> ExprId {
        if ty == id::ERROR {
            return self.error_expr(span);
        }
        if self.ctx.types.has_variable_size(ty) {
            return self.push_expr(ExprKind::SizeOfVariable(ty), id::ULONG, span);
        }
        match self.ctx.types.get(ty) {
            Type::Void | Type::Function(_) => return self.int_expr(1, id::ULONG, span),
            _ => {}
        }
        match self.ctx.types.size_of(ty) {
            Some(size) => self.int_expr(size, id::ULONG, span),
            None => {
                let shown = self.show(ty);
                let message =
                    format!("invalid application of 'sizeof' to incomplete type '{shown}'");
                self.error(span, message);
                self.error_expr(span)
            }
        }
    }

    /// `_Countof unary-expression`, `_Countof ( type-name )`
    fn count_of_expr(&mut self) -> ExprId {
        let start = self.loc();
        self.advance();
        let ty = if self.at(Tok::LParen) && self.starts_type_name_at(1) {
            let open = self.span();
            self.advance();
            let name = self.parse_type_name();
            self.expect_close(Tok::RParen, ")", open);
            name.ty.id
        } else {
            let operand = self.unevaluated(|p| p.nested(|p| p.unary_expr()));
            operand.map_or(id::ERROR, |operand| self.ty(operand))
        };
        let span = self.span_from(start);
        match *self.ctx.types.get(ty) {
            Type::Array { len: ArrayLen::Fixed(count), .. } => {
                self.int_expr(count, id::ULONG, span)
            }
            Type::Array { len: ArrayLen::Variable(length), .. } => self.length_value(length, span),
            Type::Error => self.error_expr(span),
            _ => {
                let shown = self.show(ty);
                let message = format!("invalid application of '_Countof' to type '{shown}'");
                self.error(span, message);
                self.error_expr(span)
            }
        }
    }

    /// `_Alignof ( type-name )`, and GNU's of expressions.
    fn align_of_expr(&mut self) -> ExprId {
        let start = self.loc();
        let word = self.names.text(self.tok.text);
        let gnu = word.starts_with("__");
        let word = word.to_string();
        if !gnu {
            self.since(Standard::C11, self.span(), &format!("'{word}' expressions"));
        }
        self.advance();
        let (ty, align) = if self.at(Tok::LParen)
            && self.starts_literal_type_name_at(1)
            && !self.literal_follows()
        {
            let open = self.span();
            self.advance();
            let name = self.parse_type_name();
            self.expect_close(Tok::RParen, ")", open);
            (name.ty.id, name.align)
        } else {
            let operand = self.unevaluated(|p| p.nested(|p| p.cast_expr()));
            let Some(operand) = operand else {
                let span = self.span_from(start);
                return self.error_expr(span);
            };
            if self.field_width(operand).is_some() {
                let name = self.place_name(operand);
                let span = self.span_from(start);
                self.error(span, format!("'_Alignof' applied to bit-field {name}"));
                return self.error_expr(span);
            }
            if !gnu {
                let span = self.expr_span(operand);
                self.since(
                    Standard::Never,
                    span,
                    &format!("operands of '{word}' that are no types"),
                );
            }
            (self.ty(operand), self.place_align(operand))
        };
        let span = self.span_from(start);
        if ty == id::ERROR {
            return self.error_expr(span);
        }
        self.check_sized(ty, &word, span);
        match if align != 0 { Some(align) } else { self.ctx.types.align_of(ty) } {
            Some(align) => self.int_expr(align, id::ULONG, span),
            None => {
                let shown = self.show(ty);
                let message =
                    format!("invalid application of '_Alignof' to incomplete type '{shown}'");
                self.error(span, message);
                self.error_expr(span)
            }
        }
    }

    /// At `(`: is it `( type-name ) {`?
    fn literal_follows(&self) -> bool {
        let behind = self.behind_brackets(self.position());
        behind.is_some_and(|at| self.token_at(at).kind == Tok::LBrace)
    }

    /// The alignment an object or member was declared with; 0 for its type's own.
    fn place_align(&self, e: ExprId) -> u64 {
        match self.body.expr(e).kind {
            ExprKind::Local(local) => self.body.local(local).align,
            ExprKind::Symbol(symbol) => self.ctx.symbol(symbol).attrs.align,
            ExprKind::Member(record, field) => match *self.ctx.types.get(self.ty(record)) {
                Type::Record(r) => {
                    let fields = &self.ctx.types.record(r).fields;
                    fields.get(field as usize).map_or(0, |field| field.align)
                }
                _ => 0,
            },
            ExprKind::Deref(pointer) => self.pointed_align(pointer),
            _ => 0,
        }
    }

    /// GNU: of the types that a pointer's value is cast from, the strictest alignment counts.
    fn pointed_align(&self, pointer: ExprId) -> u64 {
        let (mut e, mut most) = (pointer, 0);
        while let ExprKind::Convert(Conversion::PtrToPtr | Conversion::Same, of) =
            self.body.expr(e).kind
        {
            e = of;
            let to = self.ctx.types.pointee(self.ty(e));
            most = most.max(to.and_then(|to| self.ctx.types.align_of(to.id)).unwrap_or(0));
        }
        let own = self.ctx.types.pointee(self.ty(pointer));
        let own = own.and_then(|to| self.ctx.types.align_of(to.id)).unwrap_or(0);
        if most > own { most } else { 0 }
    }

    // ------------------------------------------------------------ for statements

    /// `( expression )` of `if`, `while` and `do`: a scalar value. Warns of `=`.
    pub fn parse_condition(&mut self) -> ExprId {
        let e = self.parse_expr();
        self.condition(e)
    }

    /// A parsed expression as a condition.
    pub fn condition(&mut self, e: ExprId) -> ExprId {
        let assigns = matches!(self.body.expr(e).kind, ExprKind::Assign(..));
        if assigns && self.ex.parenthesised != Some(e) {
            let span = self.expr_span(e);
            let message = "suggest parentheses around assignment used as truth value";
            let diag = Diagnostic::warning("parentheses", span, message)
                .note(None, "'=' assigns; '==' compares");
            self.diag(diag);
        }
        self.truth_value(e)
    }

    /// The value of an integer constant expression, without any message.
    pub fn eval_int_constant(&self, e: ExprId) -> Option<i128> {
        self.eval(false).integer(e).ok()
    }

    /// What a pointer points at.
    pub(crate) fn pointee_of(&self, pointer: ExprId) -> Option<QType> {
        self.ctx.types.pointee(self.ty(pointer))
    }
}
