//! Completion: what the word at the cursor may become. In: the line, the cursor and the session's
//! tables; out: where the word begins and at most [`MOST`] candidates, sorted. Pure but for folders
//! that are listed for paths and headers; nothing is compiled.

use crate::command::{self, COMMANDS, LIMITS, SETTINGS, Takes};
use engine::Session;
use preproc::options::SYSTEM_HEADERS;
use preproc::scan::{Class, Scanner};
use preproc::token::Tok;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

/// More candidates than this help nobody.
pub(crate) const MOST: usize = 2000;
/// How long folders are read.
const BUDGET: Duration = Duration::from_millis(12);

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
    if let Some(command) = before.strip_prefix(":!") {
        return paths(before, command);
    }
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
            Some(Takes::Header) => {
                let quoted = argument.starts_with('"');
                return headers(before, argument.trim_start_matches(['<', '"']), quoted);
            }
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
            return headers(before, name, rest.trim_start().starts_with('"'));
        }
    }
    let tokens = scanner.scan(before);
    words(session, before, &tokens)
}

/// Names, tags and members of C; paths in strings.
fn words(session: &Session, before: &str, tokens: &[Token]) -> Found {
    let nothing = (before.len(), Vec::new());
    let (start, rest) = match tokens.split_last() {
        Some(((Class::Word, range), rest)) if range.end == before.len() => (range.start, rest),
        Some(((class, range), _)) if range.end == before.len() => match class {
            Class::Quoted => {
                let path = before[range.start..].strip_prefix('"').filter(|p| p.contains('/'));
                return path.map_or(nothing, |path| paths(before, path));
            }
            Class::Comment | Class::Number => return nothing,
            _ => (before.len(), tokens),
        },
        _ => (before.len(), tokens),
    };
    let word = before.get(start..).unwrap_or_default();
    match rest.last() {
        Some((Class::Punctuator(Tok::Dot | Tok::Arrow), _)) => {
            let list = Text { text: before, tokens: rest };
            let members = list.before_access().map(|e| session.members_at(&e.base, &e.path));
            let members = members.unwrap_or_default();
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
    // A name of the library's brings its header along; one letter would be too many of them.
    let known = cfront::known::names().filter(|_| word.len() > 1);
    let all = session.words().chain(KEYWORDS);
    // Names that are the library's own business come only when they are asked for.
    let hidden = |w: &&str| w.starts_with("__") && !word.starts_with("__");
    let mut found = beginning(word, all.filter(|w| !hidden(w)));
    found.extend(beginning(word, known));
    (start, found)
}

type Token = (Class, Range<usize>);

/// What a member is taken from: an object, a typedef or a tag (with `struct ` before it), and the
/// members and elements that follow. A pointer is as good as what it points at.
#[derive(Debug, PartialEq, Eq)]
struct Expression<'a> {
    base: String,
    path: Vec<Option<&'a str>>,
    /// So many elements or pointers lead to what this names: `struct s x[2] =`, `&x`.
    arrays: usize,
}

impl Expression<'_> {
    fn of(base: String) -> Self {
        Expression { base, path: Vec::new(), arrays: 0 }
    }

    fn element(&mut self) {
        match self.arrays {
            0 => self.path.push(None),
            _ => self.arrays -= 1,
        }
    }
}

/// A text with its tokens, to be read backwards.
#[derive(Clone, Copy)]
struct Text<'a, 'b> {
    text: &'a str,
    tokens: &'b [Token],
}

/// How deep brackets are followed.
const MOST_DEPTH: usize = 50;

impl<'a> Text<'a, '_> {
    fn word(&self, at: usize) -> Option<&'a str> {
        match self.tokens.get(at)? {
            (Class::Word, range) => self.text.get(range.clone()),
            _ => None,
        }
    }

    fn tok(&self, at: usize) -> Option<Tok> {
        match self.tokens.get(at)?.0 {
            Class::Punctuator(tok) => Some(tok),
            _ => None,
        }
    }

    fn part(&self, range: Range<usize>) -> Self {
        Text { text: self.text, tokens: self.tokens.get(range).unwrap_or_default() }
    }

    /// What the `.` or `->` at the end belongs to: an expression, or an initialiser's braces.
    fn before_access(&self) -> Option<Expression<'a>> {
        let at = self.tokens.len() - 1;
        match at.checked_sub(1).and_then(|before| self.tok(before)) {
            Some(Tok::LBrace | Tok::Comma) => {
                let open = enclosing_brace(self.tokens, at)?;
                self.braces(open, MOST_DEPTH)
            }
            _ => self.part(0..at).chain(MOST_DEPTH),
        }
    }

    /// `a.b[i]->c(x)`, `(*p).a`, `((struct s *)p)->b`, `(struct s){…}.c`, at the end.
    fn chain(&self, depth: usize) -> Option<Expression<'a>> {
        let depth = depth.checked_sub(1)?;
        let mut path = Vec::new();
        let mut at = self.tokens.len();
        let mut base = loop {
            let last = at.checked_sub(1)?;
            if let Some(name) = self.word(last) {
                let access = last.checked_sub(1).and_then(|before| self.tok(before));
                match access {
                    Some(Tok::Dot | Tok::Arrow) => {
                        path.push(Some(name));
                        at = last - 1;
                    }
                    _ => break Expression::of(name.to_string()),
                }
                continue;
            }
            match self.tok(last)? {
                Tok::RBracket => {
                    path.push(None);
                    at = opening(self.tokens, last, Tok::LBracket, Tok::RBracket)?;
                }
                Tok::RParen => {
                    let open = opening(self.tokens, last, Tok::LParen, Tok::RParen)?;
                    let called = open.checked_sub(1).and_then(|before| self.tokens.get(before));
                    // A call: the type of what it gives is found behind its name.
                    match called {
                        Some((Class::Word, _)) => at = open,
                        Some((Class::Punctuator(Tok::RParen | Tok::RBracket), _)) => at = open,
                        _ => break self.part(open + 1..last).inside(depth)?,
                    }
                }
                Tok::RBrace => {
                    let open = opening(self.tokens, last, Tok::LBrace, Tok::RBrace)?;
                    break self.braces(open, depth)?;
                }
                _ => return None,
            }
        };
        for step in path.into_iter().rev() {
            match step {
                None => base.element(),
                member => {
                    base.arrays = 0;
                    base.path.push(member);
                }
            }
        }
        Some(base)
    }

    /// What parentheses hold: a cast, or something behind `*` and `&`.
    fn inside(&self, depth: usize) -> Option<Expression<'a>> {
        if self.tok(0) == Some(Tok::LParen)
            && let Some(close) = self.closing(0)
            && let Some(ty) = self.part(1..close).type_name()
            && close + 1 < self.tokens.len()
        {
            return Some(ty);
        }
        let is_operator = |at: &usize| matches!(self.tok(*at), Some(Tok::Star | Tok::Amp));
        let n_operators = (0..self.tokens.len()).take_while(is_operator).count();
        let mut found = self.part(n_operators..self.tokens.len()).chain(depth)?;
        for at in (0..n_operators).rev() {
            match self.tok(at) {
                Some(Tok::Star) => found.element(),
                _ => found.arrays += 1,
            }
        }
        Some(found)
    }

    /// The bracket that closes the one at `open`.
    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        for at in open..self.tokens.len() {
            match self.tok(at) {
                Some(Tok::LParen) => depth += 1,
                Some(Tok::RParen) => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    /// `struct TAG *`, `const name_t`: the last word says which type.
    fn type_name(&self) -> Option<Expression<'a>> {
        let last = (0..self.tokens.len()).rev().find(|at| self.tok(*at) != Some(Tok::Star))?;
        let name = self.word(last)?;
        let tagged = last.checked_sub(1).and_then(|before| self.word(before));
        let is_tag = matches!(tagged, Some("struct" | "union"));
        let base = if is_tag { format!("struct {name}") } else { name.to_string() };
        Some(Expression::of(base))
    }

    /// What the braces at `open` initialise: `struct s x = {`, `(struct s){`, `.member = {`.
    fn braces(&self, open: usize, depth: usize) -> Option<Expression<'a>> {
        let depth = depth.checked_sub(1)?;
        let before = open.checked_sub(1)?;
        match self.tok(before)? {
            Tok::RParen => {
                let from = opening(self.tokens, before, Tok::LParen, Tok::RParen)?;
                self.part(from + 1..before).type_name()
            }
            Tok::LBrace | Tok::Comma => {
                let outer = enclosing_brace(self.tokens, open)?;
                let mut found = self.braces(outer, depth)?;
                found.element();
                Some(found)
            }
            Tok::Eq => self.initialized(before, depth),
            _ => None,
        }
    }

    /// What stands before the `=`.
    fn initialized(&self, assign: usize, depth: usize) -> Option<Expression<'a>> {
        let mut at = assign.checked_sub(1)?;
        let mut n_elements = 0;
        while self.tok(at) == Some(Tok::RBracket) {
            at = opening(self.tokens, at, Tok::LBracket, Tok::RBracket)?.checked_sub(1)?;
            n_elements += 1;
        }
        let name = self.word(at);
        let before = at.checked_sub(1)?;
        let mut found = match (name, self.tok(before)) {
            (Some(member), Some(Tok::Dot)) => {
                let outer = enclosing_brace(self.tokens, before)?;
                let mut found = self.braces(outer, depth)?;
                found.path.push(Some(member));
                found
            }
            // `[3] = {` stands for an element of what is around it.
            (None, _) if n_elements > 0 => {
                let outer = enclosing_brace(self.tokens, at + 1)?;
                let mut found = self.braces(outer, depth)?;
                found.element();
                return Some(found);
            }
            (Some(_), _) => {
                let mut found = self.part(0..at).type_name()?;
                found.arrays = n_elements;
                return Some(found);
            }
            _ => return None,
        };
        found.path.extend(std::iter::repeat_n(None, n_elements));
        Some(found)
    }
}

/// The brace that is open at a token.
fn enclosing_brace(tokens: &[Token], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (index, (class, _)) in tokens.iter().enumerate().take(at).rev() {
        match class {
            Class::Punctuator(Tok::RBrace) => depth += 1,
            Class::Punctuator(Tok::LBrace) if depth == 0 => return Some(index),
            Class::Punctuator(Tok::LBrace) => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The index of the bracket that the one at `close` closes.
fn opening(tokens: &[Token], close: usize, open: Tok, shut: Tok) -> Option<usize> {
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

fn headers(before: &str, name: &str, quoted: bool) -> Found {
    let (folder, word) = name.rsplit_once('/').unwrap_or(("", name));
    let mut list = Vec::new();
    let end = Instant::now() + BUDGET;
    for base in SYSTEM_HEADERS.into_iter().chain(quoted.then_some(".")) {
        let is_header = |name: &str| name.ends_with(".h");
        list.extend(entries(&Path::new(base).join(folder), word, end, is_header));
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
    (
        before.len() - name.len(),
        entries(Path::new(&folder), name, Instant::now() + BUDGET, |_| true),
    )
}

/// What a folder has that begins so; folders among it with a `/` behind.
fn entries(folder: &Path, word: &str, end: Instant, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let Ok(list) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in list.flatten() {
        if found.len() >= MOST || Instant::now() > end {
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
            let found = Text { text, tokens: &tokens }.chain(MOST_DEPTH);
            found.map(|found| format!("{} {:?}", found.base, found.path))
        };
        assert_eq!(seen("x = a").as_deref(), Some("a []"));
        assert_eq!(seen("f(1, a.b").as_deref(), Some(r#"a [Some("b")]"#));
        assert_eq!(seen("p->q[2]").as_deref(), Some(r#"p [Some("q"), None]"#));
        assert_eq!(seen("get(1, (2))").as_deref(), Some("get []"));
        assert_eq!(seen("x + (*p).a").as_deref(), Some(r#"p [None, Some("a")]"#));
        assert_eq!(seen("((struct s *)p)->b").as_deref(), Some(r#"struct s [Some("b")]"#));
        assert_eq!(seen("(struct s){1}.b").as_deref(), Some(r#"struct s [Some("b")]"#));
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
