//! Macros whose expansion is computed: `__LINE__`, `__COUNTER__`, `__has_include` and the rest;
//! and the `_Pragma` operator, which is found the same way.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::features;
use crate::macros::{Def, Kind};
use crate::name::Name;
use crate::preprocess::Preprocessor;
use crate::source::Loc;
use crate::token::{Flags, Tok, Token};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Builtin {
    Line,
    File,
    FileName,
    BaseFile,
    Date,
    Time,
    Timestamp,
    Counter,
    IncludeLevel,
    HasInclude,
    HasIncludeNext,
    HasEmbed,
    HasAttribute,
    HasCAttribute,
    HasFunction,
    HasFeature,
    PragmaOperator,
}

const BUILTINS: &[(&str, Builtin)] = &[
    ("__LINE__", Builtin::Line),
    ("__FILE__", Builtin::File),
    ("__FILE_NAME__", Builtin::FileName),
    ("__BASE_FILE__", Builtin::BaseFile),
    ("__DATE__", Builtin::Date),
    ("__TIME__", Builtin::Time),
    ("__TIMESTAMP__", Builtin::Timestamp),
    ("__COUNTER__", Builtin::Counter),
    ("__INCLUDE_LEVEL__", Builtin::IncludeLevel),
    ("__has_include", Builtin::HasInclude),
    ("__has_include_next", Builtin::HasIncludeNext),
    ("__has_embed", Builtin::HasEmbed),
    ("__has_attribute", Builtin::HasAttribute),
    ("__has_c_attribute", Builtin::HasCAttribute),
    ("__has_cpp_attribute", Builtin::HasAttribute),
    ("__has_builtin", Builtin::HasFunction),
    ("__has_feature", Builtin::HasFeature),
    ("__has_extension", Builtin::HasFeature),
    ("_Pragma", Builtin::PragmaOperator),
];

impl Preprocessor {
    pub(crate) fn define_builtins(&mut self) {
        for (text, builtin) in BUILTINS {
            let name = self.names.intern(text);
            self.macros.define(Def {
                name,
                loc: Loc::NOWHERE,
                kind: Kind::Builtin(*builtin),
                params: (0, 0),
                variadic: false,
                body: (0, 0),
                plain: true,
                busy: false,
            });
        }
    }

    /// What a computed macro stands for; `None` when it left nothing, or opened a context.
    pub(crate) fn expand_builtin(&mut self, token: Token, builtin: Builtin) -> Option<Token> {
        match builtin {
            Builtin::PragmaOperator => return self.pragma_operator(token),
            Builtin::HasInclude | Builtin::HasIncludeNext | Builtin::HasEmbed => {
                return self.has_header(token, builtin);
            }
            Builtin::HasAttribute
            | Builtin::HasCAttribute
            | Builtin::HasFunction
            | Builtin::HasFeature => return self.has_feature(token, builtin),
            _ => {}
        }
        let (kind, text) = match builtin {
            Builtin::Line => (Tok::Number, self.line_for(token.loc).to_string()),
            Builtin::Counter => {
                let value = self.counter;
                self.counter = value.wrapping_add(1);
                (Tok::Number, value.to_string())
            }
            Builtin::IncludeLevel => (Tok::Number, (self.stack.len().max(1) - 1).to_string()),
            Builtin::File => (Tok::Str, quoted(self.sources.place_line(self.current(token)).0)),
            Builtin::FileName => {
                let path = self.sources.place_line(self.current(token)).0;
                (Tok::Str, quoted(path.rsplit('/').next().unwrap_or(path)))
            }
            Builtin::BaseFile => {
                let base = self.stack.first().map(|buffer| buffer.file);
                (Tok::Str, quoted(base.map_or("", |id| &self.sources.file(id).name)))
            }
            Builtin::Date => (Tok::Str, Calendar::at(self.seconds()).date()),
            Builtin::Time => (Tok::Str, Calendar::at(self.seconds()).time()),
            Builtin::Timestamp => {
                let file = self.stack.last().map(|buffer| buffer.file);
                let path = file.map(|id| self.sources.file(id).name.clone());
                let changed = path.and_then(|path| std::fs::metadata(&*path).ok()?.modified().ok());
                let seconds = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                let text = match seconds {
                    Some(since) => Calendar::at(since.as_secs()).stamp(),
                    None => "\"??? ??? ?? ??:??:?? ????\"".to_owned(),
                };
                (Tok::Str, text)
            }
            _ => return Some(token),
        };
        let text = self.names.intern(&text);
        Some(self.computed(token, kind, text))
    }

    /// A token that stands where a computed macro stood.
    fn computed(&mut self, token: Token, kind: Tok, text: Name) -> Token {
        Token { kind, text, flags: token.flags.with(Flags::EXPANDED), loc: token.loc }
    }

    /// A place in the text being read: where the outermost call began.
    fn current(&self, token: Token) -> Loc {
        self.sources.call_site(token.loc)
    }

    /// `__LINE__`: in the arguments of a call that is still read, the line reached.
    fn line_for(&self, loc: Loc) -> u32 {
        self.sources.line(loc)
    }

    fn seconds(&mut self) -> u64 {
        *self.now.get_or_insert_with(|| {
            let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
            let clock = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
            fixed.unwrap_or_else(clock)
        })
    }

    fn name_text(&self, token: Token) -> String {
        self.names.text(token.text).to_owned()
    }

    /// `__has_attribute(x)` and its kin.
    fn has_feature(&mut self, token: Token, builtin: Builtin) -> Option<Token> {
        let word = self.name_text(token);
        if !self.paren_follows() {
            self.error(token.loc, format!("missing '(' before \"{word}\" operand"));
            if self.in_directive {
                self.skip_rest();
            }
            return Some(self.truth(token, false));
        }
        let mut name = self.next_operand();
        let mut scope = None;
        if name.kind == Tok::Ident {
            let mut next = self.next_raw();
            if self.is_scope(next) {
                scope = Some(self.name_text(name));
                name = self.next_operand();
                next = self.next_raw();
            }
            if next.kind != Tok::RParen {
                self.error(next.loc, format!("missing ')' after \"{word}\" operand"));
            }
        } else {
            self.error(name.loc, format!("\"{word}\" requires an identifier"));
        }
        let text = self.name_text(name);
        let value = match builtin {
            Builtin::HasFunction => u64::from((self.options.has_builtin)(&text)),
            Builtin::HasFeature => u64::from(features::feature(&text, self.options.std)),
            Builtin::HasCAttribute | Builtin::HasAttribute => {
                self.attribute(scope.as_deref(), &text, builtin)
            }
            _ => 0,
        };
        let text = if value > 1 { format!("{value}L") } else { value.to_string() };
        let text = self.names.intern(&text);
        Some(self.computed(token, Tok::Number, text))
    }

    /// The next token inside an operator's parentheses, macros expanded.
    fn next_operand(&mut self) -> Token {
        let busy = self.in_directive;
        let token = if busy { self.next_raw() } else { self.next() };
        if token.kind == Tok::Ident
            && self.macros.def(token.text).is_some_and(|def| def.kind == Kind::Object)
        {
            return self.identifier(token).unwrap_or_else(|| self.next());
        }
        token
    }

    fn is_scope(&mut self, token: Token) -> bool {
        if token.kind == Tok::Colon {
            return self.next_raw().kind == Tok::Colon;
        }
        token.kind == Tok::ColonColon
    }

    fn attribute(&self, scope: Option<&str>, name: &str, builtin: Builtin) -> u64 {
        let plain = features::plain(name);
        let known = u64::from((self.options.has_attribute)(plain));
        match scope.map(features::plain) {
            Some("gnu") => known,
            Some(_) => 0,
            None if builtin == Builtin::HasCAttribute => features::standard_attribute(plain),
            None => known,
        }
    }

    /// `__has_include(...)`, `__has_include_next(...)`, `__has_embed(...)`.
    fn has_header(&mut self, token: Token, builtin: Builtin) -> Option<Token> {
        let word = self.name_text(token);
        if !self.in_directive {
            let message = format!("\"{word}\" used outside of preprocessing directive");
            self.error(token.loc, message);
            return Some(self.truth(token, false));
        }
        if !self.paren_follows() {
            self.error(token.loc, format!("missing '(' before \"{word}\" operand"));
            if self.in_directive {
                self.skip_rest();
            }
            return Some(self.truth(token, false));
        }
        let Some(header) = self.operand_header(token) else {
            self.skip_rest();
            return Some(self.truth(token, false));
        };
        if builtin == Builtin::HasEmbed {
            let value = self.has_embed(&header);
            let text = self.names.intern(&value.to_string());
            return Some(self.computed(token, Tok::Number, text));
        }
        let found = self.header_exists(&header, builtin == Builtin::HasIncludeNext);
        let close = self.next_raw();
        if close.kind != Tok::RParen {
            self.error(close.loc, format!("missing ')' after \"{word}\" operand"));
        }
        Some(self.truth(token, found))
    }

    /// The header named in an operator's parentheses.
    fn operand_header(&mut self, word: Token) -> Option<crate::include::HeaderName> {
        if self.contexts.is_empty() {
            self.with_lexer(|lexer| lexer.skip_spaces());
            let loc = self.here();
            if let Some(Some((name, angled))) = self.with_lexer(|lexer| lexer.header_name()) {
                let name = String::from_utf8_lossy(self.names.bytes(name)).into_owned();
                return Some(crate::include::HeaderName { name, angled, loc });
            }
        }
        let mut tokens = Vec::new();
        loop {
            let token = self.next();
            if token.kind == Tok::Eof {
                break;
            }
            tokens.push(token);
            let whole = match tokens[0].kind {
                Tok::Lt => token.kind == Tok::Gt,
                _ => true,
            };
            if whole {
                break;
            }
        }
        self.name_of_tokens(&tokens, word).map(|(header, _)| header)
    }
}

/// A string literal that spells the text.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            '\n' => quoted.push_str("\\n"),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A moment in UTC, as a calendar has it.
struct Calendar {
    year: u64,
    month: usize,
    day: u64,
    weekday: usize,
    seconds: u64,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

impl Calendar {
    fn at(seconds: u64) -> Calendar {
        let days = (seconds / 86_400).min(3_000_000);
        // Years counted from March, so that the leap day comes last.
        let shifted = days + 719_468;
        let era = shifted / 146_097;
        let of_era = shifted % 146_097;
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_of_year = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_of_year + 2) / 5 + 1;
        let month = (month_of_year + 2) % 12;
        let year = year_of_era + era * 400 + u64::from(month < 2);
        Calendar {
            year,
            month: month as usize,
            day,
            weekday: ((days + 4) % 7) as usize,
            seconds: seconds % 86_400,
        }
    }

    fn clock(&self) -> String {
        let s = self.seconds;
        format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    }

    fn date(&self) -> String {
        format!("\"{} {:2} {}\"", MONTHS[self.month], self.day, self.year)
    }

    fn time(&self) -> String {
        format!("\"{}\"", self.clock())
    }

    fn stamp(&self) -> String {
        let (weekday, month) = (WEEKDAYS[self.weekday], MONTHS[self.month]);
        format!("\"{weekday} {month} {:2} {} {}\"", self.day, self.clock(), self.year)
    }
}
