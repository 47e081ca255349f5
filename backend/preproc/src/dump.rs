//! Tokens as text: one a line for `--emit tokens`, or C again for `--emit pp`. Always holds:
//! the C text lexes into the same tokens.

use std::fmt::Write;

use crate::macros::{Kind, Role};
use crate::name::{Name, Names};
use crate::preprocess::Preprocessor;
use crate::token::{Flags, Tok, Token};

/// One token a line: place, kind, spelling, flags.
pub fn tokens(pp: &Preprocessor, tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        let place = pp.sources.place(token.loc);
        let (file, line, column) =
            place.map_or((String::new(), 0, 0), |p| (p.file.to_owned(), p.line, p.column));
        let spelled = pp.names.text(token.text);
        let _ = write!(text, "{file}:{line}:{column}\t{:?}\t{spelled}", token.kind);
        for (flag, word) in
            [(Flags::LINE_START, "line"), (Flags::SPACE, "space"), (Flags::EXPANDED, "expanded")]
        {
            if token.flags.has(flag) {
                let _ = write!(text, " {word}");
            }
        }
        text.push('\n');
    }
    text
}

/// The tokens as C, byte for byte, lines kept where they were as far as that is cheap.
pub fn source(pp: &Preprocessor, tokens: &[Token]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut last: Option<Token> = None;
    let mut in_pragma = false;
    for token in tokens {
        match token.kind {
            Tok::Eof => break,
            Tok::Pragma => {
                start_line(&mut text);
                text.extend_from_slice(b"#pragma");
                in_pragma = true;
                last = None;
                continue;
            }
            Tok::PragmaEnd => {
                text.push(b'\n');
                in_pragma = false;
                last = None;
                continue;
            }
            _ => {}
        }
        if in_pragma {
            text.push(b' ');
        } else if token.flags.has(Flags::LINE_START) {
            start_line(&mut text);
        } else if last.is_some_and(|last| needs_space(&pp.names, last, *token)) {
            text.push(b' ');
        }
        if token.kind == Tok::Embed {
            let bytes = pp.embedded(token).unwrap_or_default();
            let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
            text.extend_from_slice(numbers.join(",").as_bytes());
        } else {
            text.extend_from_slice(pp.names.bytes(token.text));
        }
        last = Some(*token);
    }
    start_line(&mut text);
    text
}

/// A macro's definition as a directive; `None` when the name is no macro, or a computed one.
pub fn definition(pp: &Preprocessor, name: Name) -> Option<String> {
    let def = pp.macros.def(name).filter(|def| !matches!(def.kind, Kind::Builtin(_)))?;
    let mut text = format!("#define {}", pp.names.text(name));
    let params = pp.macros.param_names(def);
    if def.kind == Kind::Function {
        let mut shown: Vec<String> =
            params.iter().map(|param| pp.names.text(*param).to_owned()).collect();
        if def.variadic
            && let Some(last) = shown.last_mut()
        {
            *last = if last == "__VA_ARGS__" { "...".to_owned() } else { format!("{last}...") };
        }
        text.push_str(&format!("({})", shown.join(", ")));
    }
    let pieces = pp.macros.pieces(def);
    // Where `__VA_OPT__` groups end, and whether `##` follows.
    let mut open: Option<(usize, bool)> = None;
    let mut pasted = false;
    for (i, piece) in pieces.iter().enumerate() {
        close_group(&mut text, &mut open, i, &mut pasted);
        let spaced = i == 0 || pasted || piece.token.flags.has(Flags::SPACE);
        let spelled = pp.names.text(piece.token.text);
        text.push_str(if spaced { " " } else { "" });
        text.push_str(spelled);
        pasted = piece.paste;
        match piece.role {
            Role::Stringize(param) => text.push_str(pp.names.text(params[usize::from(param)])),
            Role::VaOpt(end) | Role::StringizeVaOpt(end) => {
                let word = matches!(piece.role, Role::StringizeVaOpt(_));
                text.push_str(if word { "__VA_OPT__(" } else { "(" });
                open = Some((end as usize, piece.paste));
                pasted = false;
            }
            _ => {}
        }
        if pasted {
            text.push_str(" ##");
        }
    }
    close_group(&mut text, &mut open, pieces.len(), &mut pasted);
    Some(text)
}

/// The `)` of a `__VA_OPT__` that ends before piece `at`.
fn close_group(text: &mut String, open: &mut Option<(usize, bool)>, at: usize, pasted: &mut bool) {
    if let Some((end, paste)) = *open
        && end == at
    {
        text.push(')');
        if paste {
            text.push_str(" ##");
            *pasted = true;
        }
        *open = None;
    }
}

fn start_line(text: &mut Vec<u8>) {
    if !text.is_empty() && !text.ends_with(b"\n") {
        text.push(b'\n');
    }
}

/// Whether the tokens must not touch: they stood apart, or would become others.
fn needs_space(names: &Names, left: Token, right: Token) -> bool {
    if right.flags.has(Flags::SPACE) {
        return true;
    }
    let (a, b) = (left.kind, right.kind);
    let word = |kind| matches!(kind, Tok::Ident | Tok::Number);
    let literal = |kind| matches!(kind, Tok::Str | Tok::Char | Tok::Embed);
    if word(a) && (word(b) || literal(b) || b == Tok::Unknown)
        || literal(a) && (word(b) || b == Tok::Unknown)
        || a == Tok::Embed && literal(b)
    {
        return true;
    }
    let first = names.bytes(right.text).first().copied().unwrap_or(b' ');
    match a {
        Tok::Number => {
            let last = names.bytes(left.text).last().copied().unwrap_or(b' ');
            first == b'.' || b"eEpP".contains(&last) && matches!(first, b'+' | b'-')
        }
        Tok::Dot => first == b'.' || b == Tok::Number,
        Tok::Backslash | Tok::Unknown => true,
        _ if !a.is_punctuator() => false,
        _ => {
            let last = names.bytes(left.text).last().copied().unwrap_or(b' ');
            match last {
                b'+' | b'-' | b'&' | b'|' | b'<' | b'>' | b':' | b'#' | b'=' | b'/' | b'*'
                | b'%' | b'!' | b'^' => b.is_punctuator() && b"+-&|<>=:#/*%".contains(&first),
                _ => false,
            }
        }
    }
}
