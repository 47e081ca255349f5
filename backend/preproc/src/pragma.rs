//! `#pragma`, `_Pragma` and `#embed`. A pragma for the preprocessor is carried out; any other is
//! passed on as a `Pragma` token, the pragma's own tokens, and a `PragmaEnd`.

use std::sync::Arc;

use crate::chars;
use crate::include::HeaderName;
use crate::name::{Name, known};
use crate::preprocess::Preprocessor;
use crate::token::{Flags, Tok, Token};
use crate::warnings::Level;

/// What an `#embed` line asks for beside its resource.
#[derive(Default)]
struct EmbedWishes {
    limit: Option<usize>,
    prefix: Vec<Token>,
    suffix: Vec<Token>,
    if_empty: Option<Vec<Token>>,
    /// A parameter nobody knows.
    unknown: Option<Token>,
}

impl Preprocessor {
    pub(crate) fn pragma_directive(&mut self, word: Token) {
        let line = self.rest_of_line();
        if !self.own_pragma(word, &line) {
            let tokens = self.passed_on(word, &line);
            self.out.extend_from_slice(&tokens);
            self.recycle_tokens(tokens);
        }
        self.recycle_tokens(line);
    }

    /// The tokens of a pragma the front end gets. Macros are expanded in those that say so in
    /// other compilers as well: `pack`, `weak`, `redefine_extname`; not in `STDC` and `GCC` ones.
    fn passed_on(&mut self, word: Token, line: &[Token]) -> Vec<Token> {
        let mut tokens = self.spare_vec();
        tokens.push(Token { kind: Tok::Pragma, text: Tok::Pragma.name(), ..word });
        let first = line.first().map_or("", |token| self.names.text(token.text));
        if matches!(first, "pack" | "redefine_extname" | "scalar_storage_order" | "omp") {
            let mut body = self.spare_vec();
            body.extend_from_slice(&line[1..]);
            tokens.push(line[0]);
            self.expand_alone(word, body, &mut tokens);
        } else {
            tokens.extend_from_slice(line);
        }
        let end = tokens.last().map_or(word.loc, |token| token.loc);
        tokens.push(Token { kind: Tok::PragmaEnd, text: Tok::PragmaEnd.name(), loc: end, ..word });
        tokens
    }

    /// Carries out a pragma meant for the preprocessor; `false` when it is none.
    fn own_pragma(&mut self, word: Token, line: &[Token]) -> bool {
        let name = |i: usize| line.get(i).filter(|t| t.kind == Tok::Ident).map(|t| t.text);
        match (name(0), name(1)) {
            (Some(known::ONCE), _) => {
                if self.stack.len() == 1 {
                    self.warn("pragma-once-outside-header", word.loc, "#pragma once in main file");
                }
                self.pragma_once();
            }
            (Some(known::PUSH_MACRO), _) => {
                if let Some(name) = self.named_in_parens(word, line) {
                    self.macros.push(name);
                }
            }
            (Some(known::POP_MACRO), _) => {
                if let Some(name) = self.named_in_parens(word, line) {
                    self.macros.pop(name);
                }
            }
            (Some(known::GCC), Some(known::POISON)) => self.poison(&line[2..]),
            (Some(known::POISON), _) => self.poison(&line[1..]),
            (Some(known::GCC), Some(known::SYSTEM_HEADER)) => {
                if self.stack.len() == 1 {
                    let message = "#pragma system_header ignored outside include file";
                    self.warn("", word.loc, message);
                } else if let Some(buffer) = self.stack.last_mut() {
                    buffer.flags = Flags::SYSTEM;
                    self.sources.set_system(buffer.file);
                }
            }
            (Some(known::GCC), Some(known::ERROR)) => self.pragma_message(word, line, true),
            (Some(known::GCC), Some(known::WARNING)) => self.pragma_message(word, line, false),
            (Some(known::GCC), Some(known::DEPENDENCY)) => {}
            // The front end wants to hear it too.
            (Some(known::GCC), Some(known::DIAGNOSTIC)) => {
                self.pragma_diagnostic(&line[2..]);
                return false;
            }
            (Some(known::MESSAGE), _) => self.pragma_note(word, &line[1..]),
            _ => return false,
        }
        true
    }

    /// What is wrong with it the front end says.
    fn pragma_diagnostic(&mut self, line: &[Token]) {
        let word = |at: usize| line.get(at).map_or("", |t| self.names.text(t.text));
        let level = match word(0) {
            "push" => return self.pragmas.push(),
            "pop" => return self.pragmas.pop(),
            "ignored" => Level::Off,
            "warning" => Level::Warning,
            "error" => Level::Error,
            _ => return,
        };
        let option = word(1).trim_matches('"').to_owned();
        let _ = self.pragmas.set(&option, level);
    }

    /// `("NAME")`, as `push_macro` has it.
    fn named_in_parens(&mut self, word: Token, line: &[Token]) -> Option<Name> {
        let kinds: Vec<Tok> = line.iter().skip(1).map(|t| t.kind).collect();
        if kinds[..] == [Tok::LParen, Tok::Str, Tok::RParen] {
            let text = self.names.text(line[2].text);
            if let Some(inner) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
                let inner = inner.to_owned();
                return Some(self.names.intern(&inner));
            }
        }
        let directive = line.first().map_or("", |t| self.names.text(t.text)).to_owned();
        self.warn("", word.loc, format!("invalid #pragma {directive} directive"));
        None
    }

    fn poison(&mut self, names: &[Token]) {
        for token in names {
            if token.kind != Tok::Ident {
                self.error(token.loc, "invalid #pragma GCC poison directive");
                return;
            }
            if self.macros.def(token.text).is_some() {
                let text = self.names.text(token.text).to_owned();
                self.warn("", token.loc, format!("poisoning existing macro \"{text}\""));
            }
            self.macros.poison(token.text);
        }
    }

    /// The text of a `#pragma GCC error "..."`.
    fn pragma_message(&mut self, word: Token, line: &[Token], error: bool) {
        let parts: Vec<&[u8]> = line[2..].iter().map(|t| self.names.bytes(t.text)).collect();
        let strings = !parts.is_empty() && line[2..].iter().all(|t| t.kind == Tok::Str);
        let literal = strings.then(|| chars::string(&parts)).and_then(Result::ok);
        match literal {
            Some(literal) => {
                let text = String::from_utf8_lossy(&literal.bytes).into_owned();
                if error {
                    self.error(word.loc, text);
                } else {
                    self.warn("", word.loc, text);
                }
            }
            None => {
                let kind = if error { "error" } else { "warning" };
                self.error(word.loc, format!("invalid \"#pragma GCC {kind}\" directive"));
            }
        }
    }

    fn pragma_note(&mut self, word: Token, line: &[Token]) {
        let mut body = self.spare_vec();
        body.extend_from_slice(line);
        let mut tokens = self.spare_vec();
        self.expand_alone(word, body, &mut tokens);
        let strings: Vec<&[u8]> = tokens
            .iter()
            .filter(|t| t.kind == Tok::Str)
            .map(|t| self.names.bytes(t.text))
            .collect();
        match chars::string(&strings) {
            Ok(literal) if !strings.is_empty() => {
                let text = String::from_utf8_lossy(&literal.bytes).into_owned();
                let message = format!("#pragma message: {text}");
                let mut diag =
                    crate::diag::Diagnostic::error(crate::source::Span::at(word.loc), message);
                diag.severity = crate::diag::Severity::Note;
                self.diags.push(diag);
            }
            _ => self.warn("pragmas", word.loc, "expected a string after #pragma message"),
        }
        self.recycle_tokens(tokens);
    }

    /// `_Pragma("...")`, behind the word. In an argument expanded on its own it stays as it is,
    /// to be met again when the call's result is read.
    pub(crate) fn pragma_operator(&mut self, word: Token) -> Option<Token> {
        if self.prescans > 0 || self.in_directive {
            return Some(word);
        }
        // Its operand may be a macro's doing.
        let string = if self.paren_follows() { Some(self.next()) } else { None };
        let text = string.filter(|t| t.kind == Tok::Str).map(|t| self.names.bytes(t.text).to_vec());
        let closed = text.is_some() && self.next().kind == Tok::RParen;
        let Some(text) = text.filter(|_| closed) else {
            self.error(word.loc, "_Pragma takes a parenthesized string literal");
            return None;
        };
        let line = self.destringized(&text, word);
        if !self.own_pragma(word, &line) {
            let tokens = self.passed_on(word, &line);
            self.push_done(tokens);
        }
        self.recycle_tokens(line);
        None
    }

    /// Tokens to be read next that are not to be expanded again.
    fn push_done(&mut self, mut tokens: Vec<Token>) {
        for token in &mut tokens {
            token.flags = token.flags.with(Flags::NO_EXPAND).without(Flags::LINE_START);
        }
        self.push_tokens(tokens, None);
    }

    /// The tokens a string literal spells.
    fn destringized(&mut self, literal: &[u8], word: Token) -> Vec<Token> {
        let inner =
            literal.iter().position(|b| *b == b'"').map_or(literal, |at| &literal[at + 1..]);
        let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
        let mut text = Vec::with_capacity(inner.len() + 1);
        let mut bytes = inner.iter().copied().peekable();
        while let Some(b) = bytes.next() {
            let escaped = b == b'\\' && matches!(bytes.peek(), Some(b'"' | b'\\'));
            text.push(if escaped { bytes.next().unwrap_or(b) } else { b });
        }
        text.push(0);
        self.tokens_of(&text, word)
    }

    /// The tokens of a text with a NUL behind it, all standing where `at` stands.
    pub(crate) fn tokens_of(&mut self, text: &[u8], at: Token) -> Vec<Token> {
        let mut tokens = self.spare_vec();
        let mut faults = Vec::new();
        let mut lexer = crate::lex::Lexer {
            text,
            pos: 0,
            names: &mut self.names,
            base: 0,
            rules: self.rules,
            flags: Flags(at.flags.0 & Flags::SYSTEM.0),
            line_start: false,
            directive: true,
            faults: &mut faults,
        };
        loop {
            let token = lexer.token();
            if token.kind == Tok::Eof {
                return tokens;
            }
            tokens.push(Token { loc: at.loc, ..token });
        }
    }

    /// `#embed`, behind the word: the bytes as one `Embed` token.
    pub(crate) fn embed_directive(&mut self, word: Token) {
        let Some((header, line)) = self.embed_line(word) else { return };
        let Some(wishes) = self.embed_wishes(&line) else { return };
        if let Some(unknown) = wishes.unknown {
            let text = self.names.text(unknown.text).to_owned();
            return self.error(unknown.loc, format!("unknown embed parameter '{text}'"));
        }
        let Some(bytes) = self.resource(&header) else {
            let message = format!("{}: No such file or directory", header.name);
            return self.fatal(header.loc, message);
        };
        let limit = wishes.limit.unwrap_or(bytes.len()).min(bytes.len());
        if limit == 0 {
            self.out.extend(wishes.if_empty.unwrap_or_default());
            return;
        }
        let bytes: Arc<[u8]> = if limit == bytes.len() { bytes } else { bytes[..limit].into() };
        let name = self.names.intern(&format!("#embed {} {}", self.embeds.len(), header.name));
        self.embeds.push((name, bytes));
        self.out.extend(wishes.prefix);
        self.out.push(Token { kind: Tok::Embed, text: name, ..word });
        self.out.extend(wishes.suffix);
    }

    /// The resource and the rest of the line, expanded.
    fn embed_line(&mut self, word: Token) -> Option<(HeaderName, Vec<Token>)> {
        self.with_lexer(|lexer| lexer.skip_spaces());
        let loc = self.here();
        if let Some(Some((name, angled))) = self.with_lexer(|lexer| lexer.header_name()) {
            let name = String::from_utf8_lossy(self.names.bytes(name)).into_owned();
            return Some((HeaderName { name, angled, loc }, self.expanded_line()));
        }
        let line = self.expanded_line();
        let (header, used) = self.name_of_tokens(&line, word)?;
        Some((header, line[used..].to_vec()))
    }

    fn embed_wishes(&mut self, line: &[Token]) -> Option<EmbedWishes> {
        let mut wishes = EmbedWishes::default();
        let mut at = 0;
        while let Some(&word) = line.get(at) {
            at += 1;
            let mut scoped = false;
            if line.get(at).is_some_and(|t| t.kind == Tok::ColonColon) {
                scoped = true;
                at += 2;
            }
            let mut body: &[Token] = &[];
            if line.get(at).is_some_and(|t| t.kind == Tok::LParen) {
                let Some(len) = balanced(&line[at..]) else {
                    self.error(line[at].loc, "expected ')' in #embed parameter");
                    return None;
                };
                body = &line[at + 1..at + len - 1];
                at += len;
            }
            if word.kind != Tok::Ident {
                self.error(word.loc, "expected an embed parameter");
                return None;
            }
            match word.text {
                _ if scoped => wishes.unknown = Some(word),
                known::LIMIT | known::GNU_LIMIT => {
                    wishes.limit = Some(self.embed_limit(word, body)?)
                }
                known::PREFIX | known::GNU_PREFIX => wishes.prefix = body.to_vec(),
                known::SUFFIX | known::GNU_SUFFIX => wishes.suffix = body.to_vec(),
                known::IF_EMPTY | known::GNU_IF_EMPTY => wishes.if_empty = Some(body.to_vec()),
                _ => wishes.unknown = Some(word),
            }
        }
        Some(wishes)
    }

    fn embed_limit(&mut self, word: Token, body: &[Token]) -> Option<usize> {
        if let Some(value) = self.calculate_tokens(word, body) {
            return usize::try_from(value).ok();
        }
        None
    }

    /// `__has_embed(...)` behind the resource, up to its `)`: 0 not found, 1 found, 2 empty.
    pub(crate) fn has_embed(&mut self, header: &HeaderName) -> u32 {
        let mut line = Vec::new();
        let mut depth = 0;
        loop {
            let token = self.next();
            match token.kind {
                Tok::LParen => depth += 1,
                Tok::RParen if depth == 0 => break,
                Tok::RParen => depth -= 1,
                Tok::Eof => {
                    self.error(header.loc, "missing ')' after \"__has_embed\" operand");
                    return 0;
                }
                _ => {}
            }
            line.push(token);
        }
        let Some(wishes) = self.embed_wishes(&line) else { return 0 };
        if wishes.unknown.is_some() {
            return 0;
        }
        match self.resource(header) {
            None => 0,
            Some(bytes) if bytes.is_empty() || wishes.limit == Some(0) => 2,
            Some(_) => 1,
        }
    }
}

/// How many tokens a balanced group takes, its parentheses counted.
fn balanced(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate() {
        match token.kind {
            Tok::LParen | Tok::LBracket | Tok::LBrace => depth += 1,
            Tok::RParen | Tok::RBracket | Tok::RBrace => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(i + 1);
                }
            }
            _ => {}
        }
    }
    None
}
