//! The lexer's slow twin: tokens that meet a splice, a trigraph, a UCN or a byte above ASCII,
//! read one logical character after another; strings left open; raw strings.

use super::{DIGIT, Fault, IDENT, Lexer, class};
use crate::token::{Flags, Tok, Token};
use crate::unicode;

impl Lexer<'_> {
    /// A word met with splices, UCNs or bytes above ASCII; a lone odd byte is `Unknown`.
    #[cold]
    pub(super) fn word_slow(&mut self, start: usize, flags: Flags) -> Token {
        let mut spelled = Vec::new();
        let mut at = start;
        loop {
            let (c, next) = self.logical(at);
            if class(c) & IDENT != 0 || class(c) & DIGIT != 0 && !spelled.is_empty() {
                spelled.push(c);
                at = next;
            } else if let Some((c, next)) = self.wide_char(at)
                && unicode::in_identifier(c, spelled.is_empty())
            {
                spelled.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                at = next;
            } else {
                if (c == b'"' || c == b'\'') && self.is_prefix(&spelled, c) {
                    return self.quoted_slow(start, flags);
                }
                break;
            }
        }
        if spelled.is_empty() {
            return self.stray(start, flags);
        }
        self.pos = at;
        let text = self.names.intern_bytes(&spelled);
        Token { kind: Tok::Ident, flags, loc: self.loc(start), text }
    }

    /// A character above ASCII, or a UCN, at `pos`; and the position behind it.
    pub(super) fn wide_char(&self, pos: usize) -> Option<(char, usize)> {
        let (c, mut at) = self.logical(pos);
        if c >= 0x80 {
            let (c, len) = unicode::decode(&self.text[at - 1..])?;
            return Some((c, at - 1 + len));
        }
        if c != b'\\' {
            return None;
        }
        let (u, next) = self.logical(at);
        at = next;
        let digits = match u {
            b'u' => 4,
            b'U' => 8,
            _ => return None,
        };
        let mut value = 0u32;
        for _ in 0..digits {
            let (c, next) = self.logical(at);
            value = value << 4 | char::from(c).to_digit(16)?;
            at = next;
        }
        Some((char::from_u32(value)?, at))
    }

    /// A character that can start no token; a whole UTF-8 sequence is one.
    pub(super) fn stray(&mut self, start: usize, flags: Flags) -> Token {
        let (c, next) = self.logical(start);
        let (bytes, end) = if c >= 0x80 {
            let len = unicode::decode(&self.text[next - 1..]).map_or(1, |(_, len)| len);
            (self.text[next - 1..next - 1 + len].to_vec(), next - 1 + len)
        } else {
            (vec![c], next.max(start + 1))
        };
        self.pos = end;
        let text = self.names.intern_bytes(&bytes);
        let kind = if c == b'\\' { Tok::Backslash } else { Tok::Unknown };
        Token { kind, flags, loc: self.loc(start), text }
    }

    #[cold]
    pub(super) fn number_slow(&mut self, start: usize, flags: Flags) -> Token {
        let mut spelled = Vec::new();
        let mut at = start;
        // A letter behind a separator begins no exponent.
        let mut separated = None;
        loop {
            let (c, next) = self.logical(at);
            let last = match spelled.last() {
                Some(&last) if separated != Some(spelled.len() - 1) => last,
                _ => 0,
            };
            let plain = class(c) & (IDENT | DIGIT) != 0 || c == b'.';
            let sign = (c == b'+' || c == b'-') && self.is_exponent(last);
            let separator = c == b'\''
                && self.rules.separators
                && class(self.logical(next).0) & (IDENT | DIGIT) != 0;
            if plain || sign || separator {
                spelled.push(c);
                if separator {
                    separated = Some(spelled.len());
                }
                at = next;
            } else if let Some((c, next)) = self.wide_char(at)
                && unicode::in_identifier(c, false)
            {
                spelled.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                at = next;
            } else {
                break;
            }
        }
        self.pos = at;
        let text = self.names.intern_bytes(&spelled);
        Token { kind: Tok::Number, flags, loc: self.loc(start), text }
    }

    /// The same, one logical character at a time; an unclosed one is `Unknown` to the line's end.
    #[cold]
    pub(super) fn quoted_slow(&mut self, start: usize, flags: Flags) -> Token {
        let mut spelled = Vec::new();
        let mut at = start;
        let quote = loop {
            let (c, next) = self.logical(at);
            spelled.push(c);
            at = next;
            if c == b'"' || c == b'\'' {
                break c;
            }
        };
        let kind = loop {
            let (c, next) = self.logical(at);
            if c == b'\n' || c == 0 && next >= self.end() && at >= self.end() {
                self.fault(Fault::OpenString(quote), start);
                break Tok::Unknown;
            }
            spelled.push(c);
            at = next;
            if c == quote {
                break if quote == b'"' { Tok::Str } else { Tok::Char };
            }
            if c == b'\\' {
                let (c, next) = self.logical(at);
                if c != b'\n' && !(c == 0 && at >= self.end()) {
                    spelled.push(c);
                    at = next;
                }
            }
        };
        self.pos = at.min(self.end());
        let text = self.names.intern_bytes(&spelled);
        Token { kind, flags, loc: self.loc(start), text }
    }

    /// `R"x(...)x"`: nothing inside is special. Its quote stands at `quote_at`.
    #[cold]
    pub(super) fn raw_string(&mut self, start: usize, quote_at: usize, flags: Flags) -> Token {
        let rest = &self.text[quote_at + 1..self.end()];
        let open = rest.iter().take(17).position(|b| *b == b'(');
        let delimiter = &rest[..open.unwrap_or(0)];
        let bad = delimiter.iter().any(|b| b" )\\\t\x0b\x0c\n".contains(b));
        let mut closing = vec![b')'];
        closing.extend_from_slice(delimiter);
        closing.push(b'"');
        let body = open.filter(|_| !bad).map(|open| &rest[open..]);
        let close = body.and_then(|body| body.windows(closing.len()).position(|w| w == closing));
        let (Some(open), Some(close)) = (open, close) else {
            self.fault(Fault::OpenRawString, start);
            self.pos = quote_at + 1;
            self.rest_of_line();
            let text = self.names.intern_bytes(&self.text[start..self.pos]);
            return Token { kind: Tok::Unknown, flags, loc: self.loc(start), text };
        };
        self.pos = quote_at + 1 + open + close + closing.len();
        let text = self.names.intern_bytes(&self.text[start..self.pos]);
        Token { kind: Tok::Str, flags, loc: self.loc(start), text }
    }
}
