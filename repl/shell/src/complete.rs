//! Completion: what the word at the cursor may become. In: the line, the cursor and the session's
//! tables; out: where the word begins and at most [`MOST`] candidates, sorted. Pure but for folders
//! that are listed for paths and headers; nothing is compiled.

use crate::command::{self, COMMANDS, LIMITS, SETTINGS, Takes};
use engine::Session;
use preproc::scan::{Class, Scanner};
use preproc::token::Tok;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

/// More candidates than this help nobody.
pub(crate) const MOST: usize = 2000;
/// How long a folder is read.
const BUDGET: Duration = Duration::from_millis(15);

pub(crate) const KEYWORDS: [&str; 59] = [
    "_Alignas",
    "_Alignof",
    "_Atomic",
    "_BitInt",
    "_Bool",
    "_Complex",
    "_Generic",
    "_Imaginary",
    "_Noreturn",
    "_Static_assert",
    "_Thread_local",
    "alignas",
    "alignof",
    "auto",
    "bool",
    "break",
    "case",
    "char",
    "const",
    "constexpr",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extern",
    "false",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "nullptr",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "struct",
    "switch",
    "thread_local",
    "true",
    "typedef",
    "typeof",
    "typeof_unqual",
    "union",
    "unsigned",
    "void",
    "volatile",
    "while",
    "asm",
    "__attribute__",
    "__int128",
];

const DIRECTIVES: [&str; 14] = [
    "define", "elif", "elifdef", "elifndef", "else", "embed", "endif", "error", "if", "ifdef",
    "ifndef", "include", "pragma", "undef",
];

const HEADER_FOLDERS: [&str; 3] =
    ["/usr/local/include", "/usr/include/x86_64-linux-gnu", "/usr/include"];

/// Where the word begins, and what it may become.
pub(crate) type Found = (usize, Vec<String>);

pub(crate) fn complete(
    session: &Session,
    scanner: &mut Scanner,
    text: &str,
    position: usize,
) -> Found {
    let Some(before) = text.get(..position) else { return (position, Vec::new()) };
    let (start, mut list) = candidates(session, scanner, before);
    list.sort_unstable();
    list.dedup();
    list.truncate(MOST);
    (start, list)
}

fn candidates(session: &Session, scanner: &mut Scanner, before: &str) -> Found {
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.get(line_start..).unwrap_or_default();
    if let Some(rest) = before.strip_prefix(':') {
        let Some((word, argument)) = rest.split_once(' ') else {
            return (1, beginning(rest, COMMANDS.iter().map(|c| c.name)));
        };
        let at = before.len() - argument.len();
        match command::takes(word) {
            Some(Takes::Command) => {
                return (at, beginning(argument, COMMANDS.iter().map(|c| c.name)));
            }
            Some(Takes::Setting) => return (at, beginning(argument, SETTINGS.into_iter())),
            Some(Takes::Limit) => return (at, beginning(argument, LIMITS.into_iter())),
            Some(Takes::Header) => return headers(before, argument.trim_start_matches(['<', '"'])),
            Some(Takes::Path) => return paths(before, argument),
            Some(Takes::Code) => {}
            _ => return (before.len(), Vec::new()),
        }
    }
    if let Some(directive) = line.trim_start().strip_prefix('#') {
        let directive = directive.trim_start();
        if !directive.contains(|c: char| !c.is_ascii_alphanumeric()) {
            let list = beginning(directive, DIRECTIVES.into_iter());
            return (before.len() - directive.len(), list);
        }
        if let Some(rest) = directive.strip_prefix("include")
            && let Some(name) = rest.trim_start().strip_prefix(['<', '"'])
        {
            return headers(before, name);
        }
    }
    let tokens = scanner.scan(before);
    words(session, before, &tokens)
}

/// Names, tags and members of C.
fn words(session: &Session, before: &str, tokens: &[(Class, Range<usize>)]) -> Found {
    let nothing = (before.len(), Vec::new());
    let (start, rest) = match tokens.split_last() {
        Some(((Class::Word, range), rest)) if range.end == before.len() => (range.start, rest),
        Some(((Class::Quoted | Class::Comment | Class::Number, range), _))
            if range.end == before.len() =>
        {
            return nothing;
        }
        _ => (before.len(), tokens),
    };
    let word = before.get(start..).unwrap_or_default();
    match rest.last() {
        Some((Class::Punctuator(Tok::Dot | Tok::Arrow), _)) => {
            let members = chain(before, &rest[..rest.len() - 1])
                .map(|(name, path)| session.members_at(name, &path))
                .unwrap_or_default();
            return (start, beginning(word, members.iter().map(String::as_str)));
        }
        Some((Class::Word, range))
            if matches!(before.get(range.clone()), Some("struct" | "union" | "enum")) =>
        {
            return (start, beginning(word, session.tags()));
        }
        _ => {}
    }
    // Every name there is would be no answer.
    if word.is_empty() {
        return nothing;
    }
    let all = session.words().chain(KEYWORDS);
    // Names that are the library's own business come only when they are asked for.
    let hidden = |w: &&str| w.starts_with("__") && !word.starts_with("__");
    (start, beginning(word, all.filter(|w| !hidden(w))))
}

/// `a.b[i]->c(x)`: the first name, and the members and elements that follow.
fn chain<'a>(
    text: &'a str,
    tokens: &[(Class, Range<usize>)],
) -> Option<(&'a str, Vec<Option<&'a str>>)> {
    let mut path = Vec::new();
    let mut at = tokens.len();
    loop {
        let (class, range) = tokens.get(at.checked_sub(1)?)?;
        match class {
            Class::Word => {
                let name = text.get(range.clone())?;
                let before = at.checked_sub(2).and_then(|i| tokens.get(i));
                match before {
                    Some((Class::Punctuator(Tok::Dot | Tok::Arrow), _)) => {
                        path.push(Some(name));
                        at -= 2;
                    }
                    _ => {
                        path.reverse();
                        return Some((name, path));
                    }
                }
            }
            Class::Punctuator(Tok::RBracket) => {
                path.push(None);
                at = opening(tokens, at - 1, Tok::LBracket, Tok::RBracket)?;
            }
            // A call: the type of what it gives is found behind its name.
            Class::Punctuator(Tok::RParen) => {
                at = opening(tokens, at - 1, Tok::LParen, Tok::RParen)?;
            }
            _ => return None,
        }
    }
}

/// The index of the bracket that the one at `close` closes.
fn opening(tokens: &[(Class, Range<usize>)], close: usize, open: Tok, shut: Tok) -> Option<usize> {
    let mut depth = 0usize;
    for at in (0..=close).rev() {
        match tokens.get(at)?.0 {
            Class::Punctuator(t) if t == shut => depth += 1,
            Class::Punctuator(t) if t == open => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

fn beginning<'a>(word: &str, all: impl Iterator<Item = &'a str>) -> Vec<String> {
    all.filter(|w| w.starts_with(word)).take(MOST).map(str::to_string).collect()
}

fn headers(before: &str, name: &str) -> Found {
    let (folder, word) = name.rsplit_once('/').unwrap_or(("", name));
    let mut list = Vec::new();
    for base in HEADER_FOLDERS {
        list.extend(entries(&Path::new(base).join(folder), word, |name| name.ends_with(".h")));
    }
    (before.len() - word.len(), list)
}

fn paths(before: &str, argument: &str) -> Found {
    let word = argument.rsplit([' ', '"']).next().unwrap_or(argument);
    let (folder, name) = match word.rsplit_once('/') {
        Some(("", name)) => ("/".to_string(), name),
        Some((folder, name)) => (folder.to_string(), name),
        None => (".".to_string(), word),
    };
    let folder = match (folder.strip_prefix('~'), std::env::var("HOME")) {
        (Some(rest), Ok(home)) => home + rest,
        _ => folder,
    };
    (before.len() - name.len(), entries(Path::new(&folder), name, |_| true))
}

/// What a folder has that begins so; folders among it with a `/` behind.
fn entries(folder: &Path, word: &str, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let start = Instant::now();
    let Ok(list) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in list.flatten() {
        if found.len() >= MOST || start.elapsed() > BUDGET {
            break;
        }
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !name.starts_with(word) || (name.starts_with('.') && word.is_empty()) {
            continue;
        }
        if entry.file_type().is_ok_and(|t| t.is_dir()) {
            found.push(name + "/");
        } else if wanted(&name) {
            found.push(name);
        }
    }
    found
}

/// The function whose arguments are being typed at the end of the text.
pub(crate) fn open_call<'a>(scanner: &mut Scanner, text: &'a str) -> Option<&'a str> {
    let tokens = scanner.scan(text);
    let mut depth = 0usize;
    for at in (1..tokens.len()).rev() {
        match tokens[at].0 {
            Class::Punctuator(Tok::RParen) => depth += 1,
            Class::Punctuator(Tok::LParen) if depth > 0 => depth -= 1,
            Class::Punctuator(Tok::LParen) => {
                let (class, range) = &tokens[at - 1];
                let name = text.get(range.clone())?;
                return (*class == Class::Word && !KEYWORDS.contains(&name)).then_some(name);
            }
            Class::Punctuator(Tok::LBrace | Tok::Semi) => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_lead_to_their_first_name() {
        let mut scanner = Scanner::default();
        let mut seen = |text: &str| {
            let tokens = scanner.scan(text);
            chain(text, &tokens).map(|(name, path)| format!("{name} {path:?}"))
        };
        assert_eq!(seen("x = a").as_deref(), Some("a []"));
        assert_eq!(seen("f(1, a.b").as_deref(), Some(r#"a [Some("b")]"#));
        assert_eq!(seen("p->q[2]").as_deref(), Some(r#"p [Some("q"), None]"#));
        assert_eq!(seen("get(1, (2))").as_deref(), Some("get []"));
        assert_eq!(seen(")"), None);
        assert_eq!(seen("]"), None);
        assert_eq!(seen(""), None);
    }

    #[test]
    fn the_call_around_the_cursor() {
        let mut scanner = Scanner::default();
        let mut seen = |text: &str| open_call(&mut scanner, text).map(str::to_string);
        assert_eq!(seen("memcpy(a, ").as_deref(), Some("memcpy"));
        assert_eq!(seen("memcpy(a, f(1), ").as_deref(), Some("memcpy"));
        assert_eq!(seen("memcpy(a)"), None);
        assert_eq!(seen("if ("), None);
    }
}
