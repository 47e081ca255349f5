//! A text cut into its raw tokens, as a line editor wants them. In: any text, finished or not;
//! out: what each stretch of it is, in order. Nothing is expanded, nothing is remembered.

use std::ops::Range;

use crate::lex::Lexer;
use crate::name::Names;
use crate::options::Options;
use crate::token::{Flags, Tok};

/// What a stretch of text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Word,
    Number,
    /// A string or a character.
    Quoted,
    Comment,
    /// `#` at the start of a line.
    Hash,
    Punctuator(Tok),
}

pub struct Scanner {
    names: Names,
    known: usize,
    options: Options,
}

impl Default for Scanner {
    fn default() -> Scanner {
        let names = Names::default();
        Scanner { known: names.len(), names, options: Options::default() }
    }
}

impl Scanner {
    /// The stretches of `text` that are not white space.
    pub fn scan(&mut self, text: &str) -> Vec<(Class, Range<usize>)> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.push(0);
        let mut faults = Vec::new();
        let mut lexer = Lexer {
            text: &bytes,
            pos: 0,
            names: &mut self.names,
            base: 1,
            rules: self.options.rules(),
            flags: Flags::default(),
            line_start: true,
            directive: false,
            faults: &mut faults,
        };
        let mut found = Vec::new();
        let mut end = 0;
        loop {
            let token = lexer.token();
            let start = (token.loc.0 as usize).saturating_sub(1).clamp(end, text.len());
            let stop = lexer.pos.clamp(start, text.len());
            comment(text, end..start, &mut found);
            end = start;
            let class = match token.kind {
                Tok::Eof => break,
                Tok::Ident => Class::Word,
                Tok::Number => Class::Number,
                Tok::Char | Tok::Str => Class::Quoted,
                Tok::Hash if token.flags.has(Flags::LINE_START) => Class::Hash,
                // A quote that nothing closes yet.
                Tok::Unknown if bytes[start..stop].contains(&b'"') => Class::Quoted,
                Tok::Unknown if bytes[start..stop].contains(&b'\'') => Class::Quoted,
                other => Class::Punctuator(other),
            };
            found.push((class, start..stop));
            end = stop;
        }
        comment(text, end..text.len(), &mut found);
        self.names.truncate(self.known);
        found.retain(|(_, r)| text.is_char_boundary(r.start) && text.is_char_boundary(r.end));
        found
    }
}

/// What stands between tokens and is not white space is a comment (or two).
fn comment(text: &str, gap: Range<usize>, found: &mut Vec<(Class, Range<usize>)>) {
    let Some(between) = text.get(gap.clone()) else { return };
    let trimmed = between.trim();
    if !trimmed.is_empty() {
        let start = gap.start + (between.len() - between.trim_start().len());
        found.push((Class::Comment, start..start + trimmed.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches() {
        let mut scanner = Scanner::default();
        let mut shown = |text: &str| {
            let list = scanner.scan(text).into_iter();
            list.map(|(class, range)| format!("{class:?}:{}", &text[range])).collect::<Vec<_>>()
        };
        let seen = shown("#define é \"x\" /* c */ 1.5 // end");
        assert_eq!(
            seen,
            [
                "Hash:#",
                "Word:define",
                "Word:é",
                "Quoted:\"x\"",
                "Comment:/* c */",
                "Number:1.5",
                "Comment:// end"
            ]
        );
        assert_eq!(shown("p->x"), ["Word:p", "Punctuator(Arrow):->", "Word:x"]);
        assert_eq!(shown("\"open"), ["Quoted:\"open"]);
    }
}
