//! Conditionals: the open groups, the skipping of those not taken, and the `#if` calculator
//! (64-bit, signed or unsigned).

use crate::chars;
use crate::diag::Diagnostic;
use crate::lex::Lexer;
use crate::literal::{self, Number, Width};
use crate::name::{Name, known};
use crate::options::Std;
use crate::preprocess::{Guard, Preprocessor};
use crate::source::{Loc, Span};
use crate::token::{Tok, Token};
use crate::warnings::Level;

/// An open `#if`, `#ifdef` or `#ifndef`.
pub(crate) struct Cond {
    pub(crate) loc: Loc,
    /// The directive that opened it or carried it on.
    pub(crate) word: Name,
    /// One of its groups has been taken.
    taken: bool,
    else_at: Option<Loc>,
}

/// A value of the calculator.
#[derive(Clone, Copy, Debug)]
struct Value {
    bits: u64,
    unsigned: bool,
}

impl Value {
    fn signed(value: i64) -> Value {
        Value { bits: value as u64, unsigned: false }
    }
}

/// What stopped the calculator, and where.
struct Wrong(Loc, String);

type Calculated = Result<Value, Wrong>;

/// How deep an `#if` expression may nest.
const DEPTH: usize = 500;

impl Preprocessor {
    /// `#if`, `#ifdef`, `#ifndef` in text that is not skipped.
    pub(crate) fn open_conditional(&mut self, word: Token) {
        if self.conds.len() >= self.options.limits.conditionals {
            let limit = self.options.limits.conditionals;
            return self.fatal(word.loc, format!("#if nested more than {limit} deep"));
        }
        let outermost = self.stack.last().is_some_and(|b| b.guard == Guard::Before);
        let (value, guard) = self.condition(word, outermost);
        let depth = self.conds.len();
        self.conds.push(Cond { loc: word.loc, word: word.text, taken: value, else_at: None });
        if let Some(buffer) = self.stack.last_mut() {
            buffer.guard = match (buffer.guard, guard) {
                (Guard::Before, Some(name)) => Guard::Inside(name, depth),
                (Guard::Inside(..), _) => buffer.guard,
                _ => Guard::No,
            };
        }
        if !value {
            self.skip_group();
        }
    }

    /// The value of a conditional directive's line; and the name it guards against, if that is
    /// all it asks.
    fn condition(&mut self, word: Token, guards: bool) -> (bool, Option<Name>) {
        let negated = matches!(word.text, known::IFNDEF | known::ELIFNDEF);
        match word.text {
            known::IF | known::ELIF => {
                let guard = if guards { self.guard_expression() } else { None };
                (self.calculate(word), guard)
            }
            _ => {
                let name = self.raw();
                if name.kind != Tok::Ident {
                    let directive = self.names.text(word.text).to_owned();
                    let message = match name.kind {
                        Tok::Eof => format!("no macro name given in #{directive} directive"),
                        _ => "macro names must be identifiers".to_owned(),
                    };
                    self.error(name.loc, message);
                    self.skip_rest();
                    return (false, None);
                }
                self.check_poison(name);
                self.end_of_directive(word);
                let defined = self.macros.find(name.text).is_some();
                (defined != negated, (negated && guards).then_some(name.text))
            }
        }
    }

    /// Whether the line is `!defined X` or `!defined(X)`; reads nothing.
    fn guard_expression(&mut self) -> Option<Name> {
        let buffer = self.stack.last()?;
        let before = (buffer.pos, buffer.line_start);
        let (faults, diags) = (self.faults.len(), self.diags.len());
        let mut kinds = Vec::new();
        while kinds.len() < 6 {
            let token = self.raw();
            kinds.push((token.kind, token.text));
            if token.kind == Tok::Eof {
                break;
            }
        }
        let buffer = self.stack.last_mut()?;
        (buffer.pos, buffer.line_start) = before;
        self.faults.truncate(faults);
        self.diags.truncate(diags);
        match kinds[..] {
            [(Tok::Bang, _), (Tok::Ident, known::DEFINED), (Tok::Ident, name), (Tok::Eof, _)]
            | [
                (Tok::Bang, _),
                (Tok::Ident, known::DEFINED),
                (Tok::LParen, _),
                (Tok::Ident, name),
                (Tok::RParen, _),
                (Tok::Eof, _),
            ] => Some(name),
            _ => None,
        }
    }

    /// `#elif`, `#elifdef`, `#elifndef`, `#else` met while a group is read: what is left of the
    /// conditional is skipped.
    pub(crate) fn other_group(&mut self, word: Token) {
        if !self.in_conditional(word) {
            return self.skip_rest();
        }
        self.spoil_guard();
        self.check_order(word);
        if word.text == known::ELSE {
            self.end_of_directive(word);
        } else {
            self.skip_rest();
        }
        self.skip_group();
    }

    pub(crate) fn close_conditional(&mut self, word: Token) {
        if !self.in_conditional(word) {
            return self.skip_rest();
        }
        self.end_of_directive(word);
        self.conds.pop();
        let depth = self.conds.len();
        if let Some(buffer) = self.stack.last_mut()
            && let Guard::Inside(name, at) = buffer.guard
            && at == depth
        {
            buffer.guard = Guard::After(name);
        }
    }

    /// Whether a conditional of this text is open; else says so.
    fn in_conditional(&mut self, word: Token) -> bool {
        let open = self.stack.last().is_some_and(|buffer| self.conds.len() > buffer.conds);
        if !open {
            let text = self.names.text(word.text).to_owned();
            self.error(word.loc, format!("#{text} without #if"));
        }
        open
    }

    /// A guard's group with an `#else` guards nothing.
    fn spoil_guard(&mut self) {
        let depth = self.conds.len();
        if let Some(buffer) = self.stack.last_mut()
            && let Guard::Inside(_, at) = buffer.guard
            && at + 1 == depth
        {
            buffer.guard = Guard::No;
        }
    }

    fn check_order(&mut self, word: Token) {
        let Some(cond) = self.conds.last_mut() else { return };
        let first_else = cond.else_at;
        let opened = cond.loc;
        if word.text == known::ELSE {
            cond.else_at.get_or_insert(word.loc);
            cond.word = word.text;
        }
        if first_else.is_some() {
            let text = self.names.text(word.text).to_owned();
            let message = format!("#{text} after #else");
            let diag = Diagnostic::error(Span::at(word.loc), message);
            self.diags.push(diag.note(Some(Span::at(opened)), "the conditional began here"));
        }
    }

    /// Skips to the directive that ends the group not taken: the `#endif`, or a group to take.
    fn skip_group(&mut self) {
        loop {
            let found = self.with_lexer(skip_to_directive).flatten();
            self.faults.retain(|(fault, _)| *fault == crate::lex::Fault::OpenComment);
            if !self.faults.is_empty() {
                self.report_faults();
            }
            let Some(word) = found else { return };
            self.in_directive = true;
            let taken = self.conds.last().is_none_or(|cond| cond.taken);
            let done = match word.text {
                known::ENDIF => {
                    self.close_conditional(word);
                    true
                }
                known::ELSE => {
                    self.spoil_guard();
                    self.check_order(word);
                    self.end_of_directive(word);
                    !taken
                }
                _ => {
                    self.spoil_guard();
                    self.check_order(word);
                    let value = !taken && self.condition(word, false).0;
                    self.skip_rest();
                    value
                }
            };
            self.in_directive = false;
            if done {
                if let Some(cond) = self.conds.last_mut()
                    && word.text != known::ENDIF
                {
                    cond.taken = true;
                }
                return;
            }
        }
    }

    /// The value of the expression on the rest of the line.
    fn calculate(&mut self, word: Token) -> bool {
        let mut tokens = self.spare_vec();
        loop {
            let token = self.next_raw();
            match token.kind {
                Tok::Eof => break,
                Tok::Ident if token.text == known::DEFINED => match self.defined(token) {
                    Some(token) => tokens.push(token),
                    None => {
                        self.skip_rest();
                        return false;
                    }
                },
                Tok::Ident
                    if !token.flags.has(crate::token::Flags::NO_EXPAND)
                        && self.macros.marked(token.text) =>
                {
                    tokens.extend(self.identifier(token));
                }
                _ => tokens.push(token),
            }
            if self.stopped {
                return false;
            }
        }
        let value = self.calculate_tokens(word, &tokens);
        self.recycle_tokens(tokens);
        value.is_some_and(|value| value != 0)
    }

    /// The value of an expression's tokens; says what is wrong with them.
    pub(crate) fn calculate_tokens(&mut self, word: Token, tokens: &[Token]) -> Option<u64> {
        let end = self.here();
        let mut calculator = Calculator { pp: self, tokens, at: 0, depth: 0, dead: 0, end };
        let result = match tokens.first() {
            None => {
                let text = calculator.pp.names.text(word.text).to_owned();
                Err(Wrong(word.loc, format!("#{text} with no expression")))
            }
            Some(_) => calculator.whole(),
        };
        match result {
            Ok(value) => Some(value.bits),
            Err(Wrong(loc, message)) => {
                self.error(loc, message);
                None
            }
        }
    }

    /// `defined X` or `defined(X)`, behind the word.
    fn defined(&mut self, word: Token) -> Option<Token> {
        let mut name = self.next_raw();
        let paren = name.kind == Tok::LParen;
        if paren {
            name = self.next_raw();
        }
        if name.kind != Tok::Ident {
            self.error(name.loc, "operator \"defined\" requires an identifier");
            return None;
        }
        self.check_poison(name);
        if paren && self.next_raw().kind != Tok::RParen {
            self.error(word.loc, "missing ')' after \"defined\"");
            return None;
        }
        Some(self.truth(word, self.macros.find(name.text).is_some()))
    }

    pub(crate) fn check_poison(&mut self, name: Token) {
        if self.macros.poisoned(name.text) {
            let text = self.names.text(name.text).to_owned();
            self.error(name.loc, format!("attempt to use poisoned \"{text}\""));
        }
    }

    /// The location the reader stands at.
    pub(crate) fn here(&self) -> Loc {
        self.stack.last().map_or(Loc::NOWHERE, |buffer| Loc(buffer.base + buffer.pos as u32))
    }
}

/// Passes over lines, and over whole conditionals in them, to the next directive of the group's
/// own conditional; yields its name.
fn skip_to_directive(lexer: &mut Lexer<'_>) -> Option<Token> {
    let mut depth = 0usize;
    loop {
        if !lexer.skip_to_hash() {
            return None;
        }
        lexer.directive = true;
        let hash = lexer.token();
        let word = if hash.kind == Tok::Hash { lexer.token() } else { hash };
        lexer.directive = false;
        if word.kind == Tok::Ident {
            match word.text {
                known::IF | known::IFDEF | known::IFNDEF => depth += 1,
                known::ENDIF if depth > 0 => depth -= 1,
                known::ENDIF | known::ELSE | known::ELIF | known::ELIFDEF | known::ELIFNDEF
                    if depth == 0 =>
                {
                    return Some(word);
                }
                _ => {}
            }
        }
        lexer.skip_line();
    }
}

struct Calculator<'a> {
    pp: &'a mut Preprocessor,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    /// Inside operands that do not count: no complaint about division by zero.
    dead: usize,
    end: Loc,
}

/// How tightly a binary operator binds; 0: none.
fn binding(kind: Tok) -> u8 {
    match kind {
        Tok::Star | Tok::Slash | Tok::Percent => 11,
        Tok::Plus | Tok::Minus => 10,
        Tok::Shl | Tok::Shr => 9,
        Tok::Lt | Tok::Gt | Tok::Le | Tok::Ge => 8,
        Tok::EqEq | Tok::BangEq => 7,
        Tok::Amp => 6,
        Tok::Caret => 5,
        Tok::Pipe => 4,
        Tok::AmpAmp => 3,
        Tok::PipePipe => 2,
        Tok::Question => 1,
        _ => 0,
    }
}

impl Calculator<'_> {
    fn peek(&self) -> Token {
        let end = Token { loc: self.end, ..crate::expand::EOF };
        self.tokens.get(self.at).copied().unwrap_or(end)
    }

    fn spelled(&self, token: Token) -> String {
        self.pp.names.text(token.text).to_owned()
    }

    fn whole(&mut self) -> Calculated {
        let value = self.comma()?;
        let rest = self.peek();
        match rest.kind {
            Tok::Eof => Ok(value),
            Tok::RParen => Err(Wrong(rest.loc, "missing '(' in expression".into())),
            Tok::Colon => Err(Wrong(rest.loc, "':' without preceding '?'".into())),
            _ => {
                let text = self.spelled(rest);
                Err(Wrong(rest.loc, format!("missing binary operator before token \"{text}\"")))
            }
        }
    }

    fn comma(&mut self) -> Calculated {
        let mut value = self.binary(1)?;
        while self.peek().kind == Tok::Comma {
            self.at += 1;
            value = self.binary(1)?;
        }
        Ok(value)
    }

    fn binary(&mut self, least: u8) -> Calculated {
        self.depth += 1;
        if self.depth > DEPTH {
            let message = format!("#if expression nested more than {DEPTH} deep");
            return Err(Wrong(self.peek().loc, message));
        }
        let mut left = self.unary()?;
        loop {
            let op = self.peek();
            let binds = binding(op.kind);
            if binds == 0 || binds < least {
                break;
            }
            self.at += 1;
            if self.peek().kind == Tok::Eof {
                let text = self.spelled(op);
                return Err(Wrong(op.loc, format!("operator '{text}' has no right operand")));
            }
            left = match op.kind {
                Tok::Question => self.conditional(left, op)?,
                Tok::AmpAmp | Tok::PipePipe => {
                    let decided = (left.bits != 0) == (op.kind == Tok::PipePipe);
                    self.dead += usize::from(decided);
                    let right = self.binary(binds + 1)?;
                    self.dead -= usize::from(decided);
                    let value = if decided { left.bits != 0 } else { right.bits != 0 };
                    Value::signed(i64::from(value))
                }
                _ => {
                    let right = self.binary(binds + 1)?;
                    self.apply(op, left, right)?
                }
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn conditional(&mut self, chosen: Value, op: Token) -> Calculated {
        let yes = chosen.bits != 0;
        self.dead += usize::from(!yes);
        let first = self.comma()?;
        self.dead -= usize::from(!yes);
        if self.peek().kind != Tok::Colon {
            return Err(Wrong(op.loc, "'?' without following ':'".into()));
        }
        self.at += 1;
        self.dead += usize::from(yes);
        let second = self.binary(1)?;
        self.dead -= usize::from(yes);
        let value = if yes { first } else { second };
        Ok(Value { unsigned: first.unsigned || second.unsigned, ..value })
    }

    fn apply(&mut self, op: Token, a: Value, b: Value) -> Calculated {
        let unsigned = a.unsigned || b.unsigned;
        let (x, y) = (a.bits, b.bits);
        let (sx, sy) = (x as i64, y as i64);
        let truth = |value: bool| Ok(Value::signed(i64::from(value)));
        let bits = match op.kind {
            Tok::Star => x.wrapping_mul(y),
            Tok::Plus => x.wrapping_add(y),
            Tok::Minus => x.wrapping_sub(y),
            Tok::Amp => x & y,
            Tok::Pipe => x | y,
            Tok::Caret => x ^ y,
            Tok::EqEq => return truth(x == y),
            Tok::BangEq => return truth(x != y),
            Tok::Lt => return truth(if unsigned { x < y } else { sx < sy }),
            Tok::Gt => return truth(if unsigned { x > y } else { sx > sy }),
            Tok::Le => return truth(if unsigned { x <= y } else { sx <= sy }),
            Tok::Ge => return truth(if unsigned { x >= y } else { sx >= sy }),
            Tok::Shl | Tok::Shr => return Ok(shift(a, b, op.kind == Tok::Shl)),
            Tok::Slash | Tok::Percent => {
                if y == 0 {
                    if self.dead == 0 {
                        return Err(Wrong(op.loc, "division by zero in #if".into()));
                    }
                    return Ok(Value { bits: 0, unsigned });
                }
                match (op.kind == Tok::Slash, unsigned) {
                    (true, true) => x / y,
                    (false, true) => x % y,
                    (true, false) => sx.wrapping_div(sy) as u64,
                    (false, false) => sx.wrapping_rem(sy) as u64,
                }
            }
            _ => {
                let text = self.spelled(op);
                return Err(Wrong(op.loc, format!("'{text}' is not valid in #if")));
            }
        };
        let exact = match op.kind {
            Tok::Star => sx.checked_mul(sy),
            Tok::Plus => sx.checked_add(sy),
            Tok::Minus => sx.checked_sub(sy),
            Tok::Slash => sx.checked_div(sy),
            _ => Some(0),
        };
        if exact.is_none() && !unsigned && self.dead == 0 {
            self.pp.demanded(op.loc, "integer overflow in preprocessor expression");
        }
        Ok(Value { bits, unsigned })
    }

    fn unary(&mut self) -> Calculated {
        let token = self.peek();
        self.at += 1;
        let kind = token.kind;
        match kind {
            Tok::Plus | Tok::Minus | Tok::Tilde | Tok::Bang => {
                if self.peek().kind == Tok::Eof {
                    let text = self.spelled(token);
                    return Err(Wrong(
                        token.loc,
                        format!("operator '{text}' has no right operand"),
                    ));
                }
                self.depth += 1;
                if self.depth > DEPTH {
                    let message = format!("#if expression nested more than {DEPTH} deep");
                    return Err(Wrong(token.loc, message));
                }
                let value = self.unary()?;
                self.depth -= 1;
                let bits = match kind {
                    Tok::Minus => value.bits.wrapping_neg(),
                    Tok::Tilde => !value.bits,
                    Tok::Bang => return Ok(Value::signed(i64::from(value.bits == 0))),
                    _ => value.bits,
                };
                Ok(Value { bits, ..value })
            }
            Tok::LParen => {
                let inside = self.peek().kind;
                if inside == Tok::RParen {
                    let message = "missing expression between '(' and ')'";
                    return Err(Wrong(token.loc, message.into()));
                }
                if inside == Tok::Eof {
                    return Err(Wrong(token.loc, "missing ')' in expression".into()));
                }
                let value = self.comma()?;
                if self.peek().kind != Tok::RParen {
                    return Err(Wrong(token.loc, "missing ')' in expression".into()));
                }
                self.at += 1;
                Ok(value)
            }
            Tok::Ident => {
                let truth = token.text == known::TRUE && self.pp.options.std >= Std::C23;
                if !truth && self.dead == 0 && self.pp.options.warnings.level("undef") != Level::Off
                {
                    let text = self.spelled(token);
                    let message = format!("\"{text}\" is not defined, evaluates to 0");
                    self.pp.warn("undef", token.loc, message);
                }
                Ok(Value::signed(i64::from(truth)))
            }
            Tok::Number => self.number(token),
            Tok::Char => self.character(token),
            Tok::Eof => Err(Wrong(token.loc, "#if expression ends too early".into())),
            _ => {
                let text = self.spelled(token);
                let message = if binding(kind) != 0 || matches!(kind, Tok::RParen | Tok::Colon) {
                    format!("operator '{text}' has no left operand")
                } else {
                    format!("token \"{text}\" is not valid in preprocessor expressions")
                };
                Err(Wrong(token.loc, message))
            }
        }
    }

    fn number(&mut self, token: Token) -> Calculated {
        // Most are a few digits, or those of a version: 201112L.
        let text = self.pp.names.bytes(token.text);
        let digits = text.strip_suffix(b"L").unwrap_or(text);
        let short = (1..=18).contains(&digits.len()) && (digits[0] != b'0' || digits.len() == 1);
        if short && digits.iter().all(u8::is_ascii_digit) {
            let value = digits.iter().fold(0, |v, d| v * 10 + i64::from(d - b'0'));
            return Ok(Value::signed(value));
        }
        match literal::number(self.pp.names.text(token.text)) {
            Ok(Number::Int(int)) => {
                if int.imaginary {
                    let message = "imaginary number in preprocessor expression";
                    return Err(Wrong(token.loc, message.into()));
                }
                let bits = int.value as u64;
                if int.overflow || int.value >> 64 != 0 {
                    let message = "integer constant is too large for its type";
                    self.pp.demanded(token.loc, message);
                }
                let large = bits > i64::MAX as u64;
                if large && !int.unsigned && int.base == 10 && int.width != Width::BitInt {
                    let message = "integer constant is so large that it is unsigned";
                    self.pp.warn("", token.loc, message);
                }
                Ok(Value { bits, unsigned: int.unsigned || large })
            }
            Ok(Number::Float(_)) => {
                Err(Wrong(token.loc, "floating constant in preprocessor expression".into()))
            }
            Err(error) => Err(Wrong(token.loc, error.message)),
        }
    }

    fn character(&mut self, token: Token) -> Calculated {
        let unsigned_char = self.pp.options.unsigned_char;
        match chars::character(self.pp.names.bytes(token.text), unsigned_char) {
            Ok(value) => {
                for warning in value.warnings {
                    match warning.message.contains("out of range") {
                        true => self.pp.demanded(token.loc, warning.message),
                        false => self.pp.warn("multichar", token.loc, warning.message),
                    }
                }
                let unsigned = matches!(
                    value.prefix,
                    chars::Prefix::Utf8 | chars::Prefix::Utf16 | chars::Prefix::Utf32
                );
                Ok(Value { bits: value.value as u64, unsigned })
            }
            Err(error) => Err(Wrong(token.loc, error.message)),
        }
    }
}

/// Shifts as the calculator does: by a negative count the other way, and never undefined.
fn shift(a: Value, b: Value, left: bool) -> Value {
    let negative = !b.unsigned && (b.bits as i64) < 0;
    let count = if negative { b.bits.wrapping_neg() } else { b.bits };
    let bits = if left != negative {
        if count >= 64 { 0 } else { a.bits << count }
    } else if a.unsigned {
        if count >= 64 { 0 } else { a.bits >> count }
    } else {
        ((a.bits as i64) >> count.min(63)) as u64
    };
    Value { bits, unsigned: a.unsigned }
}
