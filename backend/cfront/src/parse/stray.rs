//! Characters that begin no token of C. In: the token at the cursor; out: what is said of it, with
//! the character that was meant where text came from a page or a word processor.

use super::Parser;
use preproc::diag::Diagnostic;
use preproc::token::Tok;

impl Parser<'_> {
    /// The error for a cursor at such a character.
    pub(super) fn stray(&self) -> Option<Diagnostic> {
        if !matches!(self.tok.kind, Tok::Unknown | Tok::At | Tok::Backslash) {
            return None;
        }
        let bytes = self.names.bytes(self.tok.text);
        if std::str::from_utf8(bytes).is_err() {
            let shown = format!("stray byte 0x{:02x} in the program", bytes.first()?);
            let diag = Diagnostic::error(self.span(), shown);
            return Some(
                diag.note(None, "sources are read as UTF-8, and this is none: convert it"),
            );
        }
        let text = self.text(self.tok.text);
        let first = text.chars().next()?;
        let number = u32::from(first);
        let shown = match first {
            _ if first.is_ascii_graphic() => format!("'{first}'"),
            _ if meant(first).is_some_and(|meant| meant.trim().is_empty()) => {
                format!("space U+{number:04X}")
            }
            _ if text.chars().count() > 1 || first.is_control() => format!("U+{number:04X}"),
            _ => format!("'{first}' (U+{number:04X})"),
        };
        let diag = Diagnostic::error(self.span(), format!("stray {shown} in the program"));
        Some(match meant(first) {
            Some("") | Some(" ") => diag.note(
                None,
                "it looks like a plain space, or like nothing: delete it or type it anew",
            ),
            Some(meant) if text.chars().count() == 1 => {
                diag.fix(self.span(), meant, format!("write {meant}"))
            }
            _ => diag,
        })
    }
}

/// The character of C that looks like one which is not.
fn meant(c: char) -> Option<&'static str> {
    /// U+FF01 and up are as wide as Chinese characters.
    const WIDE: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`\
                        abcdefghijklmnopqrstuvwxyz{|}~";
    Some(match c {
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}' => "\"",
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{b4}' => "'",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{d7}' | '\u{2217}' | '\u{22c5}' => "*",
        '\u{f7}' | '\u{2215}' | '\u{2044}' => "/",
        '\u{2026}' => "...",
        '\u{2264}' => "<=",
        '\u{2265}' => ">=",
        '\u{2260}' => "!=",
        '\u{2192}' => "->",
        '\u{37e}' => ";",
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => " ",
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => "",
        '\u{ff01}'..='\u{ff5e}' => {
            let at = u32::from(c) as usize - 0xff01;
            WIDE.get(at..=at)?
        }
        _ => return None,
    })
}
