//! Moving over text without making tokens of it: spaces, unwanted lines, header names.

use super::{Lexer, SPACE, class, splice};
use crate::name::Name;

/// What may matter in a line nobody wants.
static STOPS: [bool; 256] = {
    let mut table = [false; 256];
    let stops = *b"\0\n/\\\"'?";
    let mut i = 0;
    while i < stops.len() {
        table[stops[i] as usize] = true;
        i += 1;
    }
    table
};

impl Lexer<'_> {
    /// Passes over a line nobody wants, comments and strings and all, and its newline.
    pub(crate) fn skip_line(&mut self) {
        loop {
            let mut b = self.at(self.pos);
            while !STOPS[b as usize] {
                self.pos += 1;
                b = self.at(self.pos);
            }
            match b {
                b'\n' => {
                    self.pos += 1;
                    self.line_start = true;
                    return;
                }
                0 if self.pos >= self.end() => return,
                b'/' => {
                    if !self.comment() {
                        self.pos += 1;
                    }
                }
                b'\\' => {
                    self.pos = splice(self.text, self.pos + 1).map_or(self.pos + 1, |s| s.0);
                }
                b'"' | b'\'' => self.skip_quoted(b),
                b'?' if self.odd(self.pos) => {
                    let before = self.pos;
                    self.pos = splice(self.text, before + 3)
                        .filter(|_| self.at(before + 2) == b'/')
                        .map_or(before + 1, |s| s.0);
                }
                _ => self.pos += 1,
            }
        }
    }

    /// Passes over lines that are no directives; `true` when it stands at a `#` that begins one,
    /// `false` at the end of the text.
    pub(crate) fn skip_to_hash(&mut self) -> bool {
        loop {
            let b = self.at(self.pos);
            match b {
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.pos += 1,
                b'\n' => {
                    self.pos += 1;
                    self.line_start = true;
                }
                0 if self.pos >= self.end() => return false,
                b'#' => return true,
                b'%' if self.rules.digraphs && self.logical(self.pos + 1).0 == b':' => return true,
                b'?' if self.odd(self.pos) && self.at(self.pos + 2) == b'=' => return true,
                b'/' if self.comment() => {}
                b'\\' if splice(self.text, self.pos + 1).is_some() => {
                    self.pos = splice(self.text, self.pos + 1).map_or(self.pos + 1, |s| s.0);
                }
                _ => self.skip_line(),
            }
        }
    }

    fn skip_quoted(&mut self, quote: u8) {
        self.pos += 1;
        loop {
            match self.at(self.pos) {
                b if b == quote => {
                    self.pos += 1;
                    return;
                }
                b'\n' => return,
                0 if self.pos >= self.end() => return,
                b'\\' => {
                    let next = splice(self.text, self.pos + 1).map_or(self.pos + 2, |s| s.0);
                    self.pos = if self.at(self.pos + 1) == b'\n' { self.pos + 1 } else { next };
                    if splice(self.text, next).is_none() && next > self.end() {
                        self.pos = self.end();
                    }
                }
                _ => self.pos += 1,
            }
        }
    }

    /// Passes over spaces, comments and splices up to the next token or newline.
    pub(crate) fn skip_spaces(&mut self) {
        loop {
            let b = self.at(self.pos);
            if class(b) == SPACE {
                self.pos += 1;
            } else if b == b'\\'
                && let Some((next, _)) = splice(self.text, self.pos + 1)
            {
                self.pos = next;
            } else if b != b'/' || !self.comment() {
                return;
            }
        }
    }

    /// The name between `<` and `>` or between quotes, as `#include` has it: no escapes. Stands
    /// at the delimiter; `None` (and nothing read) when the line has no closing one.
    pub(crate) fn header_name(&mut self) -> Option<(Name, bool)> {
        let mut at = self.pos;
        while class(self.at(at)) == SPACE {
            at += 1;
        }
        let close = match self.at(at) {
            b'<' => b'>',
            b'"' => b'"',
            _ => return None,
        };
        let mut name = Vec::new();
        let mut next = at + 1;
        loop {
            let (c, after) = self.logical(next);
            if c == b'\n' || c == 0 {
                return None;
            }
            next = after;
            if c == close {
                break;
            }
            name.push(c);
        }
        self.pos = next;
        Some((self.names.intern_bytes(&name), close == b'>'))
    }
}
