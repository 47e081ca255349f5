//! Directives: from the word behind a `#` to what it does. Always holds: when a directive is
//! done the reader stands at the newline that ends its line (or, for an `#include`, at the start
//! of the included text with the includer at that newline).

use std::sync::Arc;

use crate::chars;
use crate::diag::Diagnostic;
use crate::macros::{Def, Kind, Piece, Role};
use crate::name::{Name, known};
use crate::preprocess::Preprocessor;
use crate::source::{Loc, Span};
use crate::token::{Flags, Tok, Token};

const DIRECTIVES: &[Name] = &[
    known::DEFINE,
    known::UNDEF,
    known::INCLUDE,
    known::INCLUDE_NEXT,
    known::IMPORT,
    known::IF,
    known::IFDEF,
    known::IFNDEF,
    known::ELIF,
    known::ELIFDEF,
    known::ELIFNDEF,
    known::ELSE,
    known::ENDIF,
    known::LINE,
    known::ERROR,
    known::WARNING,
    known::PRAGMA,
    known::IDENT,
    known::EMBED,
];

impl Preprocessor {
    /// Carries out the directive behind a `#`.
    pub(crate) fn directive(&mut self) {
        self.in_directive = true;
        let word = self.raw();
        let conditional = matches!(
            word.text,
            known::IF | known::IFDEF | known::IFNDEF | known::ENDIF | known::ELSE | known::ELIF
        );
        if !conditional || word.kind != Tok::Ident {
            self.no_guard();
        }
        match word.kind {
            Tok::Eof => {}
            Tok::Number => self.linemarker(word),
            Tok::Ident => self.named_directive(word),
            _ => self.unknown_directive(word),
        }
        self.in_directive = false;
    }

    fn named_directive(&mut self, word: Token) {
        match word.text {
            known::DEFINE => self.define_directive(),
            known::UNDEF => self.undef(word),
            known::INCLUDE | known::INCLUDE_NEXT | known::IMPORT => self.include(word),
            known::IF | known::IFDEF | known::IFNDEF => self.open_conditional(word),
            known::ELIF | known::ELIFDEF | known::ELIFNDEF | known::ELSE => self.other_group(word),
            known::ENDIF => self.close_conditional(word),
            known::LINE => self.line_directive(word),
            known::ERROR | known::WARNING => self.message_directive(word),
            known::PRAGMA => self.pragma_directive(word),
            known::EMBED => self.embed_directive(word),
            known::IDENT | known::SCCS => self.ident_directive(word),
            known::ASSERT | known::UNASSERT => self.skip_rest(),
            _ => self.unknown_directive(word),
        }
    }

    fn unknown_directive(&mut self, word: Token) {
        let text = self.names.text(word.text).to_owned();
        let known = DIRECTIVES.iter().map(|name| self.names.text(*name));
        let near = crate::nearest::nearest(&text, known).map(str::to_owned);
        let message = format!("invalid preprocessing directive #{text}");
        let mut diag = Diagnostic::error(Span::at(word.loc), message);
        if let Some(near) = near {
            diag = diag.fix(Span::at(word.loc), near.clone(), format!("did you mean '#{near}'?"));
        }
        self.diags.push(diag);
        self.skip_rest();
    }

    /// Reads to the end of the line and drops what stands there.
    pub(crate) fn skip_rest(&mut self) {
        while !self.contexts.is_empty() {
            self.pop_context();
        }
        let faults = self.faults.len();
        let diags = self.diags.len();
        while self.raw().kind != Tok::Eof {}
        self.faults.truncate(faults);
        self.diags.truncate(diags);
    }

    /// The rest of the line, macros not looked at.
    pub(crate) fn rest_of_line(&mut self) -> Vec<Token> {
        let mut tokens = self.spare_vec();
        loop {
            let token = self.next_raw();
            if token.kind == Tok::Eof {
                return tokens;
            }
            tokens.push(token);
        }
    }

    /// The rest of the line with macros expanded.
    pub(crate) fn expanded_line(&mut self) -> Vec<Token> {
        let mut tokens = self.spare_vec();
        loop {
            let token = self.next();
            if token.kind == Tok::Eof {
                return tokens;
            }
            tokens.push(token);
        }
    }

    /// Nothing more may stand on the line.
    pub(crate) fn end_of_directive(&mut self, word: Token) {
        let token = self.next_raw();
        if token.kind != Tok::Eof {
            let text = self.names.text(word.text).to_owned();
            let message = format!("extra tokens at end of #{text} directive");
            self.warn("endif-labels", token.loc, message);
            self.skip_rest();
        }
    }

    /// The macro's name behind `#define`, `#undef` and the like.
    fn macro_name(&mut self, directive: &str) -> Option<Token> {
        let name = self.raw();
        let message = match name.kind {
            Tok::Ident if name.text == known::DEFINED => {
                "\"defined\" cannot be used as a macro name".to_owned()
            }
            Tok::Ident if self.macros.poisoned(name.text) => {
                format!("attempt to use poisoned \"{}\"", self.names.text(name.text))
            }
            Tok::Ident => {
                if matches!(name.text, known::VA_ARGS | known::VA_OPT) {
                    self.only_variadic(name);
                }
                return Some(name);
            }
            Tok::Eof => format!("no macro name given in #{directive} directive"),
            _ => "macro names must be identifiers".to_owned(),
        };
        self.error(name.loc, message);
        self.skip_rest();
        None
    }

    /// Warns of a name that means something only in a variadic macro's body.
    fn only_variadic(&mut self, name: Token) {
        let text = self.names.text(name.text).to_owned();
        let message = format!("{text} can only appear in the expansion of a C99 variadic macro");
        self.warn("", name.loc, message);
    }

    fn undef(&mut self, word: Token) {
        let Some(name) = self.macro_name("undef") else { return };
        if self.macros.def(name.text).is_some_and(|def| matches!(def.kind, Kind::Builtin(_))) {
            let text = self.names.text(name.text).to_owned();
            self.warn("builtin-macro-redefined", name.loc, format!("undefining \"{text}\""));
        }
        self.macros.undefine(name.text);
        self.end_of_directive(word);
    }

    /// `#define`, behind the word.
    pub(crate) fn define_directive(&mut self) {
        let Some(name) = self.macro_name("define") else { return };
        let line = self.rest_of_line();
        self.define(name, &line);
        self.recycle_tokens(line);
    }

    pub(crate) fn recycle_tokens(&mut self, mut tokens: Vec<Token>) {
        tokens.clear();
        self.spare.push(tokens);
    }

    /// Defines `name` as the line says: parameters, if any, and body.
    fn define(&mut self, name: Token, line: &[Token]) {
        let params_at = self.macros.params.len() as u32;
        let mut function = false;
        let mut variadic = false;
        let mut body = line;
        if let Some(paren) =
            line.first().filter(|t| t.kind == Tok::LParen && !t.flags.has(Flags::SPACE))
        {
            function = true;
            match self.parameters(paren.loc, &line[1..]) {
                Some((read, more)) => {
                    variadic = more;
                    body = &line[1 + read..];
                }
                None => return self.macros.params.truncate(params_at as usize),
            }
        } else if let Some(first) = line.first().filter(|t| !t.flags.has(Flags::SPACE)) {
            self.warn("", first.loc, "ISO C99 requires whitespace after the macro name");
        }
        let body_at = self.macros.body.len() as u32;
        let params = (params_at, self.macros.params.len() as u32);
        if self.body(body, params, function, variadic).is_none() {
            self.macros.body.truncate(body_at as usize);
            self.macros.params.truncate(params_at as usize);
            return;
        }
        let pieces = &mut self.macros.body[body_at as usize..];
        let plain = pieces.iter().all(|piece| piece.role == Role::Plain && !piece.paste);
        let def = Def {
            name: name.text,
            loc: name.loc,
            kind: if function { Kind::Function } else { Kind::Object },
            params,
            variadic,
            body: (body_at, self.macros.body.len() as u32),
            plain,
            busy: false,
        };
        if self.may_define(name, &def) {
            self.macros.define(def);
        } else {
            self.macros.body.truncate(body_at as usize);
            self.macros.params.truncate(params_at as usize);
        }
    }

    /// Reads a parameter list behind its `(`; yields how many tokens it took and whether it is
    /// variadic.
    fn parameters(&mut self, open: Loc, line: &[Token]) -> Option<(usize, bool)> {
        let first = self.macros.params.len();
        let mut at = 0;
        let mut want_name = false;
        loop {
            let Some(token) = line.get(at) else {
                let wanted = if at == 0 || want_name { "parameter name" } else { "')'" };
                self.error(open, format!("expected {wanted} before end of line"));
                return None;
            };
            at += 1;
            let next = line.get(at).map(|t| t.kind);
            match token.kind {
                Tok::RParen if !want_name => return Some((at, false)),
                Tok::Ellipsis => {
                    self.macros.params.push(known::VA_ARGS);
                    return self.close_variadic(line, at);
                }
                Tok::Ident => {
                    if token.text == known::VA_ARGS {
                        self.only_variadic(*token);
                    }
                    if self.macros.params[first..].contains(&token.text) {
                        let text = self.names.text(token.text).to_owned();
                        self.error(token.loc, format!("duplicate macro parameter \"{text}\""));
                        return None;
                    }
                    if self.macros.params.len() - first >= usize::from(u16::MAX) {
                        self.error(token.loc, "too many macro parameters");
                        return None;
                    }
                    self.macros.params.push(token.text);
                    match next {
                        Some(Tok::Comma) => {
                            at += 1;
                            want_name = true;
                        }
                        Some(Tok::RParen) => return Some((at + 1, false)),
                        Some(Tok::Ellipsis) => return self.close_variadic(line, at + 1),
                        other => {
                            let message = match line.get(at) {
                                Some(found) if other.is_some() => {
                                    let found = self.names.text(found.text);
                                    format!("expected ',' or ')', found \"{found}\"")
                                }
                                _ => "expected ')' before end of line".to_owned(),
                            };
                            let loc = line.get(at).map_or(token.loc, |t| t.loc);
                            self.error(loc, message);
                            return None;
                        }
                    }
                }
                _ => {
                    let text = self.names.text(token.text).to_owned();
                    let message = format!("expected parameter name, found \"{text}\"");
                    self.error(token.loc, message);
                    return None;
                }
            }
        }
    }

    fn close_variadic(&mut self, line: &[Token], at: usize) -> Option<(usize, bool)> {
        match line.get(at) {
            Some(token) if token.kind == Tok::RParen => Some((at + 1, true)),
            other => {
                let loc = other.or(line.last()).map_or(Loc::NOWHERE, |t| t.loc);
                self.error(loc, "expected ')' after \"...\"");
                None
            }
        }
    }

    /// Puts a body's pieces into the table; `None` after an error.
    fn body(
        &mut self,
        line: &[Token],
        params: (u32, u32),
        function: bool,
        variadic: bool,
    ) -> Option<()> {
        let names: Vec<Name> = self.macros.params[params.0 as usize..params.1 as usize].to_vec();
        let param = |token: &Token| match token.kind {
            Tok::Ident => names.iter().position(|name| *name == token.text).map(|i| i as u16),
            _ => None,
        };
        let start = self.macros.body.len();
        // Where open `__VA_OPT__` pieces stand, and how many parentheses are open inside.
        let mut optional: Option<(usize, usize)> = None;
        let ends = "'##' cannot appear at either end of a macro expansion";
        let mut at = 0;
        while let Some(token) = line.get(at) {
            at += 1;
            let len = self.macros.body.len();
            let mut token = *token;
            if len == start {
                token.flags = token.flags.without(Flags::SPACE);
            }
            let mut role = Role::Plain;
            match token.kind {
                Tok::HashHash => {
                    let edge = match optional {
                        Some((open, _)) => len == open + 1,
                        None => len == start,
                    };
                    if edge || at == line.len() {
                        self.error(token.loc, ends);
                        return None;
                    }
                    self.macros.body[len - 1].paste = true;
                    continue;
                }
                Tok::Hash if function => {
                    let operand = line.get(at);
                    let is_opt = variadic && operand.is_some_and(|t| t.text == known::VA_OPT);
                    match operand.and_then(param) {
                        Some(index) => role = Role::Stringize(index),
                        None if is_opt => role = Role::StringizeVaOpt(0),
                        None => {
                            self.error(token.loc, "'#' is not followed by a macro parameter");
                            return None;
                        }
                    }
                    at += 1;
                }
                Tok::Ident => {
                    if let Some(index) = param(&token) {
                        role = Role::Param(index);
                    } else if token.text == known::VA_OPT && variadic {
                        role = Role::VaOpt(0);
                    } else if token.text == known::VA_ARGS || token.text == known::VA_OPT {
                        self.only_variadic(token);
                    }
                }
                _ => {}
            }
            if matches!(role, Role::VaOpt(_) | Role::StringizeVaOpt(_)) {
                if optional.is_some() {
                    self.error(token.loc, "__VA_OPT__ may not appear in a __VA_OPT__");
                    return None;
                }
                if line.get(at).is_none_or(|t| t.kind != Tok::LParen) {
                    self.error(token.loc, "__VA_OPT__ must be followed by an open parenthesis");
                    return None;
                }
                at += 1;
                optional = Some((len, 0));
            } else if let Some((open, depth)) = &mut optional {
                match token.kind {
                    Tok::LParen => *depth += 1,
                    Tok::RParen if *depth == 0 => {
                        let open = *open;
                        let end = (len - start) as u32;
                        let opener = &mut self.macros.body[open];
                        opener.role = match opener.role {
                            Role::VaOpt(_) => Role::VaOpt(end),
                            _ => Role::StringizeVaOpt(end),
                        };
                        if len > open + 1 && self.macros.body[len - 1].paste {
                            self.error(token.loc, ends);
                            return None;
                        }
                        optional = None;
                        // `##` behind the group belongs to the opening piece.
                        if line.get(at).is_some_and(|t| t.kind == Tok::HashHash) {
                            if at + 1 == line.len() {
                                self.error(line[at].loc, ends);
                                return None;
                            }
                            self.macros.body[open].paste = true;
                            at += 1;
                        }
                        continue;
                    }
                    Tok::RParen => *depth -= 1,
                    _ => {}
                }
            }
            self.macros.body.push(Piece { token, role, paste: false });
        }
        if let Some((open, _)) = optional {
            let loc = self.macros.body[open].token.loc;
            self.error(loc, "unterminated __VA_OPT__");
            return None;
        }
        Some(())
    }

    /// Whether the definition may stand; says so when it differs from one that counts.
    fn may_define(&mut self, name: Token, new: &Def) -> bool {
        let Some(old) = self.macros.def(name.text).copied() else { return true };
        let text = self.names.text(name.text).to_owned();
        if matches!(old.kind, Kind::Builtin(_)) {
            self.warn("builtin-macro-redefined", name.loc, format!("\"{text}\" redefined"));
            return true;
        }
        if self.same_definition(&old, new) {
            return false;
        }
        if !self.sources.in_system_header(name.loc) {
            let message = format!("\"{text}\" redefined");
            let old_at = (old.loc != Loc::NOWHERE).then(|| Span::at(old.loc));
            let diag = Diagnostic::warning("", Span::at(name.loc), message);
            self.diags.push(match old_at {
                Some(_) => diag.note(old_at, "this is the location of the previous definition"),
                None => diag,
            });
        }
        true
    }

    fn same_definition(&self, old: &Def, new: &Def) -> bool {
        let space = |piece: &Piece| piece.token.flags.has(Flags::SPACE);
        let (a, b) = (self.macros.pieces(old), self.macros.pieces(new));
        old.kind == new.kind
            && old.variadic == new.variadic
            && self.macros.param_names(old) == self.macros.param_names(new)
            && a.len() == b.len()
            && a.iter().zip(b).all(|(a, b)| {
                (a.token.kind, a.token.text, a.role, a.paste)
                    == (b.token.kind, b.token.text, b.role, b.paste)
                    && space(a) == space(b)
            })
    }

    /// `# 12 "file" flags`, as a preprocessor writes it.
    fn linemarker(&mut self, number: Token) {
        let line = self.rest_of_line();
        let digits = self.names.text(number.text).to_owned();
        let Ok(value) = digits.parse::<u32>() else {
            self.error(number.loc, format!("\"{digits}\" after # is not a positive integer"));
            return self.recycle_tokens(line);
        };
        let file = line.first().copied();
        let system = line.iter().skip(1).any(|t| self.names.text(t.text) == "3");
        self.set_line(value, file);
        if let Some(buffer) = self.stack.last_mut()
            && file.is_some()
        {
            buffer.flags = if system { Flags::SYSTEM } else { Flags::default() };
        }
        self.recycle_tokens(line);
    }

    fn line_directive(&mut self, word: Token) {
        let line = self.expanded_line();
        let Some(number) = line.first().copied() else {
            self.error(word.loc, "unexpected end of file after #line");
            return self.recycle_tokens(line);
        };
        let text = self.names.text(number.text).replace('\'', "");
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        match text.parse::<u32>() {
            Ok(value) if digits => {
                self.set_line(value, line.get(1).copied());
                if let Some(extra) = line.get(2) {
                    let message = "extra tokens at end of #line directive";
                    self.warn("endif-labels", extra.loc, message);
                }
            }
            _ => {
                let message = format!("\"{text}\" after #line is not a positive integer");
                self.error(number.loc, message);
            }
        }
        self.recycle_tokens(line);
    }

    /// The next line is `line`, of the file the token names.
    fn set_line(&mut self, line: u32, file: Option<Token>) {
        let mut name: Option<Arc<str>> = None;
        if let Some(token) = file {
            let spelled = self.names.bytes(token.text);
            match chars::string(&[spelled]) {
                Ok(literal) if token.kind == Tok::Str && spelled.first() == Some(&b'"') => {
                    name = Some(String::from_utf8_lossy(&literal.bytes).into());
                }
                _ => {
                    let text = self.names.text(token.text).to_owned();
                    return self.error(token.loc, format!("\"{text}\" is not a valid filename"));
                }
            }
        }
        if let Some(buffer) = self.stack.last() {
            // The reader stands at the newline; what follows it has the new number.
            let from = (buffer.pos + 1) as u32;
            self.sources.line_mark(buffer.file, from, line, name);
        }
    }

    fn message_directive(&mut self, word: Token) {
        let faults = self.faults.len();
        let diags = self.diags.len();
        let line = self.rest_of_line();
        self.faults.truncate(faults);
        self.diags.truncate(diags);
        let mut text = format!("#{}", self.names.text(word.text));
        for token in &line {
            if token.flags.has(Flags::SPACE) {
                text.push(' ');
            }
            text.push_str(self.names.text(token.text));
        }
        self.recycle_tokens(line);
        if word.text == known::ERROR {
            self.error(word.loc, text);
        } else {
            self.diags.push(Diagnostic::warning("cpp", Span::at(word.loc), text));
        }
    }

    fn ident_directive(&mut self, word: Token) {
        let line = self.expanded_line();
        if line.len() != 1 || line[0].kind != Tok::Str {
            let text = self.names.text(word.text).to_owned();
            self.error(word.loc, format!("invalid #{text} directive"));
        }
        self.recycle_tokens(line);
    }
}
