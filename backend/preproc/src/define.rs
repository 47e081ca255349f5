//! `#define`: from the tokens of its line to a definition in the table.

use crate::diag::Diagnostic;
use crate::macros::{Def, Kind, Piece, Role};
use crate::name::{Name, known};
use crate::preprocess::Preprocessor;
use crate::source::{Loc, Span};
use crate::token::{Flags, Tok, Token};

const PASTE_AT_END: &str = "'##' cannot appear at either end of a macro expansion";

/// A body as it is read.
struct Body {
    params: Vec<Name>,
    function: bool,
    variadic: bool,
    /// Where its pieces begin in the table.
    start: usize,
    /// The open `__VA_OPT__` piece, and how many parentheses are open inside it.
    optional: Option<(usize, usize)>,
}

impl Body {
    fn param(&self, token: &Token) -> Option<u16> {
        if token.kind != Tok::Ident {
            return None;
        }
        self.params.iter().position(|name| *name == token.text).map(|index| index as u16)
    }
}

impl Preprocessor {
    /// `#define`, behind the word.
    pub(crate) fn define_directive(&mut self) {
        let Some(name) = self.macro_name("define") else { return };
        let line = self.rest_of_line();
        self.define(name, &line);
        self.recycle_tokens(line);
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
            self.demanded(first.loc, "ISO C99 requires whitespace after the macro name");
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
        let mut body = Body {
            params: self.macros.params[params.0 as usize..params.1 as usize].to_vec(),
            function,
            variadic,
            start: self.macros.body.len(),
            optional: None,
        };
        let mut at = 0;
        while let Some(&(mut token)) = line.get(at) {
            at += 1;
            let len = self.macros.body.len();
            if len == body.start {
                token.flags = token.flags.without(Flags::SPACE);
            }
            if token.kind == Tok::HashHash {
                let first = body.optional.map_or(body.start, |(open, _)| open + 1);
                if len == first || at == line.len() {
                    self.error(token.loc, PASTE_AT_END);
                    return None;
                }
                self.macros.body[len - 1].paste = true;
                continue;
            }
            let role = self.role(&body, token, line.get(at))?;
            if matches!(role, Role::Stringize(_) | Role::StringizeVaOpt(_)) {
                at += 1;
            }
            if matches!(role, Role::VaOpt(_) | Role::StringizeVaOpt(_)) {
                self.open_optional(&mut body, token, line.get(at))?;
                at += 1;
            } else if let Some((_, depth)) = &mut body.optional {
                match token.kind {
                    Tok::LParen => *depth += 1,
                    Tok::RParen if *depth == 0 => {
                        at += self.close_optional(&mut body, token, &line[at..])?;
                        continue;
                    }
                    Tok::RParen => *depth -= 1,
                    _ => {}
                }
            }
            self.macros.body.push(Piece { token, role, paste: false });
        }
        if let Some((open, _)) = body.optional {
            let loc = self.macros.body[open].token.loc;
            self.error(loc, "unterminated __VA_OPT__");
            return None;
        }
        Some(())
    }

    /// What a token of a body stands for; `next` is the one behind it.
    fn role(&mut self, body: &Body, token: Token, next: Option<&Token>) -> Option<Role> {
        let is_opt = |token: &Token| body.variadic && token.text == known::VA_OPT;
        match token.kind {
            Tok::Hash if body.function => {
                if let Some(param) = next.and_then(|next| body.param(next)) {
                    return Some(Role::Stringize(param));
                }
                if next.is_some_and(is_opt) {
                    return Some(Role::StringizeVaOpt(0));
                }
                self.error(token.loc, "'#' is not followed by a macro parameter");
                None
            }
            Tok::Ident => {
                if let Some(param) = body.param(&token) {
                    return Some(Role::Param(param));
                }
                if is_opt(&token) {
                    return Some(Role::VaOpt(0));
                }
                if matches!(token.text, known::VA_ARGS | known::VA_OPT) {
                    self.only_variadic(token);
                }
                Some(Role::Plain)
            }
            _ => Some(Role::Plain),
        }
    }

    /// `__VA_OPT__` with its `(`, which is `next`.
    fn open_optional(&mut self, body: &mut Body, token: Token, next: Option<&Token>) -> Option<()> {
        if body.optional.is_some() {
            self.error(token.loc, "__VA_OPT__ may not appear in a __VA_OPT__");
            return None;
        }
        if next.is_none_or(|next| next.kind != Tok::LParen) {
            self.error(token.loc, "__VA_OPT__ must be followed by an open parenthesis");
            return None;
        }
        body.optional = Some((self.macros.body.len(), 0));
        Some(())
    }

    /// The `)` of a `__VA_OPT__`. A `##` behind it belongs to the opening piece; yields how many
    /// tokens of the rest that took.
    fn close_optional(&mut self, body: &mut Body, token: Token, rest: &[Token]) -> Option<usize> {
        let (open, _) = body.optional.take()?;
        let len = self.macros.body.len();
        let end = (len - body.start) as u32;
        if len > open + 1 && self.macros.body[len - 1].paste {
            self.error(token.loc, PASTE_AT_END);
            return None;
        }
        let opener = &mut self.macros.body[open];
        opener.role = match opener.role {
            Role::VaOpt(_) => Role::VaOpt(end),
            _ => Role::StringizeVaOpt(end),
        };
        match rest.first() {
            Some(paste) if paste.kind == Tok::HashHash => {
                opener.paste = true;
                if rest.len() == 1 {
                    self.error(paste.loc, PASTE_AT_END);
                    return None;
                }
                Some(1)
            }
            _ => Some(0),
        }
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
        let is_new_input = self.options.prompt
            && self.sources.file_of(self.sources.call_site(old.loc))
                != self.sources.file_of(self.sources.call_site(name.loc));
        if is_new_input && !self.sources.in_system_header(name.loc) {
            self.diags.push(Diagnostic::remark(format!("redefined {text}")));
        } else if !self.sources.in_system_header(name.loc) {
            let message = format!("\"{text}\" redefined");
            let old_at = (old.loc != Loc::NOWHERE).then(|| Span::at(old.loc));
            let diag = Diagnostic::warning("macro-redefined", Span::at(name.loc), message);
            self.diag(match old_at {
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

    /// Warns of a name that means something only in a variadic macro's body.
    pub(crate) fn only_variadic(&mut self, name: Token) {
        let text = self.names.text(name.text).to_owned();
        let message = format!("{text} can only appear in the expansion of a C99 variadic macro");
        self.warn("", name.loc, message);
    }
}
