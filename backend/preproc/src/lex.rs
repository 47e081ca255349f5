//! Bytes to raw tokens (translation phases 1 to 3): trigraphs, line splices, comments, tokens.
//!
//! In: a text with a NUL behind it, and a position. Out: one token at a time, its spelling
//! interned. The common case reads the bytes as they stand; a token that meets a splice, a
//! trigraph, a UCN or a byte above ASCII is read again by a slow twin, one logical character
//! after another. Always holds: `pos` never passes the closing NUL, and each call that does not
//! yield `Eof` moves it on.

mod skip;
mod slow;

use crate::name::{Name, Names};
use crate::source::Loc;
use crate::token::{Flags, Tok, Token};
use crate::unicode;

/// What the language standard lets the lexer do.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) trigraphs: bool,
    pub(crate) digraphs: bool,
    pub(crate) line_comments: bool,
    /// `::` is one token.
    pub(crate) scope: bool,
    /// `u8"" u"" U""`, and `u8''`.
    pub(crate) unicode_strings: bool,
    pub(crate) u8_chars: bool,
    /// `1'000`.
    pub(crate) separators: bool,
    /// `R"x(...)x"`.
    pub(crate) raw_strings: bool,
    /// `1p+3` is one number.
    pub(crate) hex_floats: bool,
}

/// What is wrong with the text itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    OpenComment,
    OpenString(u8),
    OpenRawString,
    Nul,
    SplicedSpace,
    SplicedEnd,
}

pub(crate) struct Lexer<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) pos: usize,
    pub(crate) names: &'a mut Names,
    /// Location of the text's first byte.
    pub(crate) base: u32,
    pub(crate) rules: Rules,
    /// Flags every token gets (`SYSTEM`, or none).
    pub(crate) flags: Flags,
    /// The next token is the first of its line.
    pub(crate) line_start: bool,
    /// Inside a directive a newline is `Eof` and stays unread.
    pub(crate) directive: bool,
    pub(crate) faults: &'a mut Vec<(Fault, Loc)>,
}

const SPACE: u8 = 1;
const IDENT: u8 = 2;
const DIGIT: u8 = 4;
const HIGH: u8 = 8;
/// A punctuator that no further character makes longer.
const SINGLE: u8 = 16;

/// What each byte may be part of.
static CLASS: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        table[b] = match byte {
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => SPACE,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => IDENT,
            b'0'..=b'9' => DIGIT,
            0x80.. => HIGH,
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b';' | b',' | b'~' => SINGLE,
            _ => 0,
        };
        b += 1;
    }
    table
};

#[inline]
fn class(b: u8) -> u8 {
    CLASS[b as usize]
}

/// The position of the first of `a` and `b` at or after `from` (or the end).
#[inline]
pub(crate) fn find2(text: &[u8], from: usize, a: u8, b: u8) -> usize {
    let mut at = from;
    while let Some(chunk) = text.get(at..at + 32) {
        let mut hit = false;
        for &byte in chunk {
            hit |= (byte == a) | (byte == b);
        }
        if hit {
            break;
        }
        at += 32;
    }
    while at < text.len() && text[at] != a && text[at] != b {
        at += 1;
    }
    at
}

fn trigraph(third: u8) -> Option<u8> {
    Some(match third {
        b'=' => b'#',
        b'(' => b'[',
        b')' => b']',
        b'/' => b'\\',
        b'\'' => b'^',
        b'<' => b'{',
        b'>' => b'}',
        b'!' => b'|',
        b'-' => b'~',
        _ => return None,
    })
}

/// The punctuator a `SINGLE` byte is.
#[inline]
fn single_punctuator(b: u8) -> Tok {
    match b {
        b'(' => Tok::LParen,
        b')' => Tok::RParen,
        b'[' => Tok::LBracket,
        b']' => Tok::RBracket,
        b'{' => Tok::LBrace,
        b'}' => Tok::RBrace,
        b';' => Tok::Semi,
        b',' => Tok::Comma,
        _ => Tok::Tilde,
    }
}

/// The punctuator that four characters begin with, and its length (0: none).
#[inline]
fn punctuator(c: [u8; 4], rules: Rules) -> (Tok, usize) {
    use Tok::*;
    match (c[0], c[1], c[2]) {
        (b'[', ..) => (LBracket, 1),
        (b']', ..) => (RBracket, 1),
        (b'(', ..) => (LParen, 1),
        (b')', ..) => (RParen, 1),
        (b'{', ..) => (LBrace, 1),
        (b'}', ..) => (RBrace, 1),
        (b';', ..) => (Semi, 1),
        (b',', ..) => (Comma, 1),
        (b'?', ..) => (Question, 1),
        (b'~', ..) => (Tilde, 1),
        (b'@', ..) => (At, 1),
        (b'\\', ..) => (Backslash, 1),
        (b'.', b'.', b'.') => (Ellipsis, 3),
        (b'.', ..) => (Dot, 1),
        (b'-', b'>', _) => (Arrow, 2),
        (b'-', b'-', _) => (MinusMinus, 2),
        (b'-', b'=', _) => (MinusEq, 2),
        (b'-', ..) => (Minus, 1),
        (b'+', b'+', _) => (PlusPlus, 2),
        (b'+', b'=', _) => (PlusEq, 2),
        (b'+', ..) => (Plus, 1),
        (b'&', b'&', _) => (AmpAmp, 2),
        (b'&', b'=', _) => (AmpEq, 2),
        (b'&', ..) => (Amp, 1),
        (b'|', b'|', _) => (PipePipe, 2),
        (b'|', b'=', _) => (PipeEq, 2),
        (b'|', ..) => (Pipe, 1),
        (b'*', b'=', _) => (StarEq, 2),
        (b'*', ..) => (Star, 1),
        (b'/', b'=', _) => (SlashEq, 2),
        (b'/', ..) => (Slash, 1),
        (b'=', b'=', _) => (EqEq, 2),
        (b'=', ..) => (Eq, 1),
        (b'!', b'=', _) => (BangEq, 2),
        (b'!', ..) => (Bang, 1),
        (b'^', b'=', _) => (CaretEq, 2),
        (b'^', ..) => (Caret, 1),
        (b'#', b'#', _) => (HashHash, 2),
        (b'#', ..) => (Hash, 1),
        (b'<', b'<', b'=') => (ShlEq, 3),
        (b'<', b'<', _) => (Shl, 2),
        (b'<', b'=', _) => (Le, 2),
        (b'<', b':', _) if rules.digraphs => (LBracket, 2),
        (b'<', b'%', _) if rules.digraphs => (LBrace, 2),
        (b'<', ..) => (Lt, 1),
        (b'>', b'>', b'=') => (ShrEq, 3),
        (b'>', b'>', _) => (Shr, 2),
        (b'>', b'=', _) => (Ge, 2),
        (b'>', ..) => (Gt, 1),
        (b'%', b'=', _) => (PercentEq, 2),
        (b'%', b':', b'%') if rules.digraphs && c[3] == b':' => (HashHash, 4),
        (b'%', b':', _) if rules.digraphs => (Hash, 2),
        (b'%', b'>', _) if rules.digraphs => (RBrace, 2),
        (b'%', ..) => (Percent, 1),
        (b':', b'>', _) if rules.digraphs => (RBracket, 2),
        (b':', b':', _) if rules.scope => (ColonColon, 2),
        (b':', ..) => (Colon, 1),
        _ => (Unknown, 0),
    }
}

/// Whether the bytes are spelled as a digraph is.
fn is_digraph(c: [u8; 4], len: usize) -> bool {
    matches!(
        (c[0], c[1], len),
        (b'<' | b'%', b':', 2 | 4) | (b'<', b'%', 2) | (b'%' | b':', b'>', 2)
    )
}

/// The end of the splice whose backslash stands before `at`, and whether spaces stood in it.
fn splice(text: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let start = at;
    while matches!(text.get(at), Some(b' ' | b'\t' | 0x0b | 0x0c)) {
        at += 1;
    }
    let spaced = at > start;
    if text.get(at) == Some(&b'\r') {
        at += 1;
    }
    (text.get(at) == Some(&b'\n')).then_some((at + 1, spaced))
}

impl Lexer<'_> {
    #[inline]
    fn at(&self, pos: usize) -> u8 {
        self.text.get(pos).copied().unwrap_or(0)
    }

    fn end(&self) -> usize {
        self.text.len() - 1
    }

    fn loc(&self, pos: usize) -> Loc {
        Loc(self.base + pos as u32)
    }

    #[cold]
    fn fault(&mut self, fault: Fault, pos: usize) {
        self.faults.push((fault, self.loc(pos)));
    }

    /// The logical character at `pos` and the position behind it: splices are passed over and
    /// trigraphs replaced. At the end: 0, without moving.
    fn logical(&self, mut pos: usize) -> (u8, usize) {
        loop {
            let b = self.at(pos);
            if b == b'\\' {
                if let Some((next, _)) = splice(self.text, pos + 1) {
                    pos = next;
                    continue;
                }
            } else if b == b'?' && self.rules.trigraphs && self.at(pos + 1) == b'?' {
                if let Some(c) = trigraph(self.at(pos + 2)) {
                    if c == b'\\'
                        && let Some((next, _)) = splice(self.text, pos + 3)
                    {
                        pos = next;
                        continue;
                    }
                    return (c, pos + 3);
                }
            } else if b == 0 && pos >= self.end() {
                return (0, self.end());
            }
            return (b, pos + 1);
        }
    }

    /// Whether the character at `pos` may be other than its byte says.
    #[inline]
    fn odd(&self, pos: usize) -> bool {
        match self.at(pos) {
            b'\\' => true,
            b'?' => self.rules.trigraphs && self.at(pos + 1) == b'?',
            _ => false,
        }
    }

    /// The next token; at the end of the text (or, in a directive, of the line) `Eof`.
    #[inline]
    pub(crate) fn token(&mut self) -> Token {
        let mut flags = self.flags;
        if self.line_start {
            flags = flags.with(Flags::LINE_START);
        }
        loop {
            let b = self.at(self.pos);
            match class(b) {
                SPACE => {
                    flags = flags.with(Flags::SPACE);
                    self.pos += 1;
                }
                IDENT => {
                    self.line_start = false;
                    return self.word(flags);
                }
                DIGIT => {
                    self.line_start = false;
                    return self.number(flags);
                }
                SINGLE => {
                    self.line_start = false;
                    let kind = single_punctuator(b);
                    let loc = self.loc(self.pos);
                    self.pos += 1;
                    return Token { kind, flags, loc, text: kind.name() };
                }
                _ => match b {
                    b'\n' => {
                        if self.directive {
                            return self.eof(flags);
                        }
                        self.pos += 1;
                        self.line_start = true;
                        flags = self.flags.with(Flags::LINE_START);
                    }
                    b'/' if self.comment() => flags = flags.with(Flags::SPACE),
                    b'"' | b'\'' => {
                        self.line_start = false;
                        return self.quoted(self.pos, self.pos, flags);
                    }
                    _ => {
                        if let Some(token) = self.rare(b, &mut flags) {
                            return token;
                        }
                    }
                },
            }
        }
    }

    fn eof(&self, flags: Flags) -> Token {
        Token { kind: Tok::Eof, flags, loc: self.loc(self.pos), text: Tok::Eof.name() }
    }

    /// Everything that is no word, number, string or space; `None` when it was a splice or a
    /// stray NUL and reading goes on.
    fn rare(&mut self, b: u8, flags: &mut Flags) -> Option<Token> {
        let start = self.pos;
        match b {
            0 if start >= self.end() => return Some(self.eof(*flags)),
            0 => {
                self.fault(Fault::Nul, start);
                self.pos += 1;
                *flags = flags.with(Flags::SPACE);
                return None;
            }
            b'\\' => {
                if let Some((next, spaced)) = splice(self.text, start + 1) {
                    if spaced {
                        self.fault(Fault::SplicedSpace, start);
                    }
                    if next >= self.end() {
                        self.fault(Fault::SplicedEnd, start);
                    }
                    self.pos = next;
                    return None;
                }
                if start + 1 == self.end() {
                    self.fault(Fault::SplicedEnd, start);
                }
                self.line_start = false;
                return Some(self.word_slow(start, *flags));
            }
            b'?' if self.odd(start) => {
                let (c, next) = self.logical(start);
                match c {
                    // A splice spelled with a trigraph, before white space or a plain token.
                    _ if self.at(start + 2) == b'/' && splice(self.text, start + 3).is_some() => {
                        self.pos = splice(self.text, start + 3).map_or(next, |s| s.0);
                        return None;
                    }
                    b'\\' => {
                        self.line_start = false;
                        return Some(self.word_slow(start, *flags));
                    }
                    _ => {}
                }
            }
            b'.' if self.digit_after_dot(start) => {
                self.line_start = false;
                return Some(self.number(*flags));
            }
            0x80.. => {
                self.line_start = false;
                return Some(self.word_slow(start, *flags));
            }
            _ => {}
        }
        self.line_start = false;
        Some(self.punct(*flags))
    }

    fn digit_after_dot(&self, pos: usize) -> bool {
        if self.odd(pos + 1) {
            return self.logical(pos + 1).0.is_ascii_digit();
        }
        self.at(pos + 1).is_ascii_digit()
    }

    fn punct(&mut self, flags: Flags) -> Token {
        let start = self.pos;
        let mut c = [b'\0'; 4];
        for (i, c) in c.iter_mut().enumerate() {
            *c = self.at(start + i);
        }
        let (mut kind, mut len) = punctuator(c, self.rules);
        self.pos = start + len;
        if len == 0 || self.odd(start) || self.odd(start + len) {
            let mut ends = [start; 4];
            let mut next = start;
            for i in 0..4 {
                (c[i], next) = self.logical(next);
                ends[i] = next;
            }
            (kind, len) = punctuator(c, self.rules);
            self.pos = ends[len.max(1) - 1];
        }
        let text = match len {
            0 => self.names.intern_bytes(&c[..1]),
            2 | 4 if is_digraph(c, len) => self.names.intern_bytes(&c[..len]),
            _ => kind.name(),
        };
        Token { kind, flags, loc: self.loc(start), text }
    }

    /// Passes over a comment at `pos`; `false` when it is a plain slash.
    fn comment(&mut self) -> bool {
        let start = self.pos;
        let (c, next) = if self.odd(start + 1) {
            self.logical(start + 1)
        } else {
            (self.at(start + 1), start + 2)
        };
        match c {
            b'*' => {
                self.pos = next;
                if !self.block_comment() {
                    self.fault(Fault::OpenComment, start);
                }
                true
            }
            b'/' if self.rules.line_comments => {
                self.pos = next;
                self.rest_of_line();
                true
            }
            _ => false,
        }
    }

    /// Passes over the rest of a block comment; `false` when the text ends in it.
    fn block_comment(&mut self) -> bool {
        let mut at = self.pos;
        loop {
            at = find2(self.text, at, b'*', b'*');
            if at >= self.end() {
                self.pos = self.end();
                return false;
            }
            at += 1;
            let (c, next) = if self.odd(at) { self.logical(at) } else { (self.at(at), at + 1) };
            if c == b'/' {
                self.pos = next.min(self.end());
                return true;
            }
        }
    }

    /// Moves to the newline that ends the logical line (or the end of the text).
    fn rest_of_line(&mut self) {
        let mut at = self.pos;
        loop {
            at = find2(self.text, at, b'\n', b'\n').min(self.end());
            self.pos = at;
            let mut before = at;
            while before > 0 && class(self.text[before - 1]) == SPACE {
                before -= 1;
            }
            let line = &self.text[..before];
            let spliced =
                line.last() == Some(&b'\\') || self.rules.trigraphs && line.ends_with(b"??/");
            if !spliced || at >= self.end() {
                if spliced && before > 0 {
                    self.fault(Fault::SplicedEnd, before - 1);
                }
                return;
            }
            at += 1;
        }
    }

    /// An identifier, or a string with a prefix.
    #[inline]
    fn word(&mut self, flags: Flags) -> Token {
        let start = self.pos;
        let mut at = start + 1;
        while class(self.at(at)) & (IDENT | DIGIT) != 0 {
            at += 1;
        }
        let stop = self.at(at);
        if class(stop) == HIGH || self.odd(at) {
            return self.word_slow(start, flags);
        }
        if (stop == b'"' || stop == b'\'') && at - start <= 3 {
            if self.is_raw_prefix(&self.text[start..at], stop) {
                return self.raw_string(start, at, flags);
            }
            if self.is_prefix(&self.text[start..at], stop) {
                return self.quoted(start, at, flags);
            }
        }
        self.pos = at;
        let text = self.names.intern_bytes(&self.text[start..at]);
        Token { kind: Tok::Ident, flags, loc: self.loc(start), text }
    }

    fn is_prefix(&self, prefix: &[u8], quote: u8) -> bool {
        match prefix {
            b"L" => true,
            b"u" | b"U" => self.rules.unicode_strings,
            b"u8" => {
                if quote == b'"' {
                    self.rules.unicode_strings
                } else {
                    self.rules.u8_chars
                }
            }
            _ => false,
        }
    }

    fn is_raw_prefix(&self, prefix: &[u8], quote: u8) -> bool {
        self.rules.raw_strings
            && quote == b'"'
            && matches!(prefix, b"R" | b"LR" | b"uR" | b"UR" | b"u8R")
    }

    #[inline]
    fn number(&mut self, flags: Flags) -> Token {
        let start = self.pos;
        let mut at = start + 1;
        loop {
            let b = self.at(at);
            let signed = (b == b'+' || b == b'-') && self.is_exponent(self.at(at - 1));
            if class(b) & (IDENT | DIGIT) == 0 && b != b'.' && !signed {
                break;
            }
            at += 1;
        }
        let stop = self.at(at);
        if class(stop) == HIGH || stop == b'\'' && self.rules.separators || self.odd(at) {
            return self.number_slow(start, flags);
        }
        self.pos = at;
        let text = self.names.intern_bytes(&self.text[start..at]);
        Token { kind: Tok::Number, flags, loc: self.loc(start), text }
    }

    fn is_exponent(&self, b: u8) -> bool {
        matches!(b, b'e' | b'E') || self.rules.hex_floats && matches!(b, b'p' | b'P')
    }

    /// A string or character constant whose quote stands at `quote_at`.
    fn quoted(&mut self, start: usize, quote_at: usize, flags: Flags) -> Token {
        let (quote, _) = self.logical(quote_at);
        if self.at(quote_at) != quote {
            return self.quoted_slow(start, flags);
        }
        let mut at = quote_at + 1;
        loop {
            let b = self.at(at);
            if b == quote {
                break;
            }
            match b {
                b'\\' => {
                    if splice(self.text, at + 1).is_some()
                        || self.odd(at + 1) && self.at(at + 1) == b'?'
                    {
                        return self.quoted_slow(start, flags);
                    }
                    if self.at(at + 1) == b'\n' || at + 1 >= self.end() {
                        at += 1;
                    } else if self.odd(at + 1) && splice(self.text, at + 2).is_some() {
                        return self.quoted_slow(start, flags);
                    } else {
                        at += 2;
                    }
                    continue;
                }
                b'\n' => return self.quoted_slow(start, flags),
                0 if at >= self.end() => return self.quoted_slow(start, flags),
                b'?' if self.odd(at) => return self.quoted_slow(start, flags),
                _ => at += 1,
            }
        }
        self.pos = at + 1;
        let kind = if quote == b'"' { Tok::Str } else { Tok::Char };
        let text = self.names.intern_bytes(&self.text[start..self.pos]);
        Token { kind, flags, loc: self.loc(start), text }
    }
}

/// How many bytes the token takes that begins at `pos`, as far as a message must know.
pub(crate) fn extent(text: &[u8], pos: usize) -> usize {
    let at = |i: usize| text.get(pos + i).copied().unwrap_or(0);
    let run = |mut len: usize| {
        while class(at(len)) & (IDENT | DIGIT | HIGH) != 0 || at(len) == b'.' {
            len += 1;
        }
        len
    };
    // A character above ASCII, and whether it may stand in a name.
    let wide = |len: usize| {
        let rest = text.get(pos + len..).unwrap_or_default();
        unicode::decode(rest).map_or((1, false), |(c, n)| (n, unicode::in_identifier(c, false)))
    };
    let word = |mut len: usize| {
        loop {
            match class(at(len)) {
                HIGH if wide(len).1 => len += wide(len).0,
                of if of & (IDENT | DIGIT) != 0 => len += 1,
                _ => return len,
            }
        }
    };
    let mut len = match class(at(0)) {
        HIGH if !wide(0).1 => return wide(0).0,
        IDENT | HIGH => word(0),
        DIGIT => return run(1),
        _ if at(0) == b'.' && at(1).is_ascii_digit() => return run(1),
        _ => 0,
    };
    let quote = at(len);
    if (quote == b'"' || quote == b'\'') && len <= 3 {
        len += 1;
        while at(len) != quote && at(len) != b'\n' && pos + len + 1 < text.len() {
            len += if at(len) == b'\\' && at(len + 1) != b'\n' { 2 } else { 1 };
        }
        return (len + usize::from(at(len) == quote)).min(text.len().saturating_sub(pos));
    }
    if len == 0 {
        let rules = Rules { digraphs: true, scope: true, ..Rules::default() };
        len = punctuator([at(0), at(1), at(2), at(3)], rules).1;
    }
    len.max(1)
}

/// Whether the bytes are exactly one token, and which; used to paste.
pub(crate) fn single(text: &[u8], names: &mut Names, rules: Rules) -> Option<(Tok, Name)> {
    let mut faults = Vec::new();
    let mut lexer = Lexer {
        text,
        pos: 0,
        names,
        base: 1,
        rules,
        flags: Flags::default(),
        line_start: false,
        directive: false,
        faults: &mut faults,
    };
    let token = lexer.token();
    let whole = lexer.pos + 1 == text.len() && token.loc == Loc(1);
    let usable = !matches!(token.kind, Tok::Eof | Tok::Unknown);
    (whole && usable && faults.is_empty()).then_some((token.kind, token.text))
}
