//! Directives: from the word behind a `#` to what it does. Always holds: when a directive is
//! done the reader stands at the newline that ends its line (or, for an `#include`, at the start
//! of the included text with the includer at that newline).

use std::sync::Arc;

use crate::chars;
use crate::diag::Diagnostic;
use crate::macros::Kind;
use crate::name::{Name, known};
use crate::preprocess::Preprocessor;
use crate::source::Span;
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
    pub(crate) fn macro_name(&mut self, directive: &str) -> Option<Token> {
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

    fn undef(&mut self, word: Token) {
        let Some(name) = self.macro_name("undef") else { return };
        if self.macros.def(name.text).is_some_and(|def| matches!(def.kind, Kind::Builtin(_))) {
            let text = self.names.text(name.text).to_owned();
            self.warn("builtin-macro-redefined", name.loc, format!("undefining \"{text}\""));
        }
        self.macros.undefine(name.text);
        self.end_of_directive(word);
    }

    pub(crate) fn recycle_tokens(&mut self, mut tokens: Vec<Token>) {
        tokens.clear();
        self.spare.push(tokens);
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
        let system = file.map(|_| system);
        self.set_line(value, file, system);
        if let Some(buffer) = self.stack.last_mut()
            && let Some(system) = system
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
                self.set_line(value, line.get(1).copied(), None);
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
    fn set_line(&mut self, line: u32, file: Option<Token>, system: Option<bool>) {
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
            self.sources.line_mark(buffer.file, from, line, name, system);
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
            self.diag(Diagnostic::warning("cpp", Span::at(word.loc), text));
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
