//! An input cut into what C's grammar has at file scope and in a function: directives,
//! declarations, function definitions, statements, and a last expression. In: the text of an input
//! that was evaluated, and which words are types; out: its items in order, with the ranges of
//! their names and initialisers. Pure. The cut is by tokens: text that never compiled gives items
//! that mean nothing, but never a panic.

use crate::complete::KEYWORDS;
use preproc::scan::{Class, Scanner};
use preproc::token::Tok;
use std::ops::Range;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A line that begins with `#`.
    Directive,
    /// Its name, and where its body begins.
    Function(String, usize),
    /// Types, prototypes, typedefs, objects.
    Declaration(Declaration),
    Statement,
    /// Without a `;`: it was shown.
    Expression,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Declaration {
    pub(crate) is_typedef: bool,
    /// `extern`, or an assertion: what it names is elsewhere.
    pub(crate) is_external: bool,
    /// Where the first declarator begins.
    pub(crate) specifiers: usize,
    /// Tags that get their members here.
    pub(crate) tags: Vec<String>,
    /// Names of enumerators.
    pub(crate) enumerators: Vec<String>,
    pub(crate) declarators: Vec<Declarator>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Declarator {
    pub(crate) name: String,
    /// Without the initialiser.
    pub(crate) range: Range<usize>,
    pub(crate) is_function: bool,
    /// From the `=` on, and the initialiser alone; ranges of the input.
    pub(crate) assigned: Option<(Range<usize>, Range<usize>)>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    /// The item's tokens.
    pub(crate) range: Range<usize>,
    /// The same with the comments before it, and behind it on its last line.
    pub(crate) whole: Range<usize>,
}

/// The items of a text, in order.
pub(crate) fn split(
    scanner: &mut Scanner,
    text: &str,
    is_type: &dyn Fn(&str) -> bool,
) -> Vec<Item> {
    let all = scanner.scan(text);
    let tokens: Vec<Token> = all.iter().filter(|t| t.0 != Class::Comment).cloned().collect();
    let mut reader = Reader { text, tokens: &tokens, at: 0, is_type };
    let mut items: Vec<Item> = Vec::new();
    while let Some((_, first)) = reader.tokens.get(reader.at) {
        let (start, before) = (first.start, reader.at);
        let kind = reader.item();
        reader.at = reader.at.clamp(before + 1, tokens.len());
        let end = match kind {
            Kind::Directive => line_end(text, start),
            _ => reader.tokens[reader.at - 1].1.end,
        };
        while reader.tokens.get(reader.at).is_some_and(|t| t.1.start < end) {
            reader.at += 1;
        }
        items.push(Item { kind, range: start..end, whole: start..end });
    }
    take_comments(text, &mut items);
    items
}

/// Comments belong to the item behind them, or before them on the same line.
fn take_comments(text: &str, items: &mut [Item]) {
    let mut end = 0;
    for at in 0..items.len() {
        let next = items.get(at + 1).map_or(text.len(), |next| next.range.start);
        let Range { start, end: stop } = items[at].range.clone();
        let lead = text.get(end..start).unwrap_or_default();
        items[at].whole.start = start - lead.trim_start().len();
        let rest = text.get(stop..next).unwrap_or_default();
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let own = at + 1 == items.len() || line.len() < rest.len();
        if own && line.trim_start().starts_with("//") {
            items[at].whole.end = stop + line.trim_end().len();
        }
        end = items[at].whole.end;
    }
}

/// Where a directive ends: lines that end in a backslash go on.
fn line_end(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        let Some(newline) = text[at..].find('\n').map(|n| at + n) else { return text.len() };
        if !text[at..newline].trim_end_matches('\r').ends_with('\\') {
            return newline;
        }
        at = newline + 1;
    }
}

type Token = (Class, Range<usize>);

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    is_type: &'a dyn Fn(&str) -> bool,
}

/// Words a declaration may begin with, besides types.
const DECLARES: [&str; 52] = [
    "_Alignas",
    "_Atomic",
    "_BitInt",
    "_Bool",
    "_Complex",
    "_Noreturn",
    "_Static_assert",
    "_Thread_local",
    "__attribute__",
    "__attribute",
    "__auto_type",
    "__extension__",
    "__inline",
    "__inline__",
    "__int128",
    "__int128_t",
    "__uint128_t",
    "__thread",
    "__typeof__",
    "__typeof",
    "__signed__",
    "__const",
    "__volatile__",
    "__restrict",
    "alignas",
    "auto",
    "bool",
    "char",
    "const",
    "constexpr",
    "double",
    "enum",
    "extern",
    "float",
    "inline",
    "int",
    "long",
    "register",
    "restrict",
    "short",
    "signed",
    "static",
    "static_assert",
    "struct",
    "thread_local",
    "typedef",
    "typeof",
    "typeof_unqual",
    "union",
    "unsigned",
    "void",
    "volatile",
];

/// Of these, what says a type all by itself: a typedef's name cannot follow.
const TYPES: [&str; 17] = [
    "_BitInt",
    "_Bool",
    "__int128",
    "__int128_t",
    "__uint128_t",
    "__auto_type",
    "bool",
    "char",
    "double",
    "float",
    "int",
    "long",
    "short",
    "signed",
    "unsigned",
    "void",
    "_Complex",
];

/// What a parenthesis belongs to that stands behind these.
const WITH_ARGUMENT: [&str; 12] = [
    "_Alignas",
    "_Atomic",
    "_BitInt",
    "__attribute__",
    "__attribute",
    "__typeof__",
    "__typeof",
    "alignas",
    "typeof",
    "typeof_unqual",
    "__asm__",
    "asm",
];

impl<'a> Reader<'a> {
    fn word(&self, n: usize) -> &'a str {
        match self.tokens.get(self.at + n) {
            Some((Class::Word, range)) => &self.text[range.clone()],
            _ => "",
        }
    }

    fn is(&self, n: usize, tok: Tok) -> bool {
        self.tokens.get(self.at + n).is_some_and(|t| t.0 == Class::Punctuator(tok))
    }

    fn is_name(&self, n: usize) -> bool {
        !self.word(n).is_empty() && !KEYWORDS.contains(&self.word(n))
    }

    /// Where the last token ends; a `=` is not counted.
    fn end(&self) -> usize {
        let counts = |t: &&Token| t.0 != Class::Punctuator(Tok::Eq);
        let mut last = self.tokens[..self.at.min(self.tokens.len())].iter().rev();
        last.find(counts).map_or(0, |t| t.1.end)
    }

    /// Where the next token begins.
    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |t| t.1.start)
    }

    fn done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    fn item(&mut self) -> Kind {
        if self.tokens[self.at].0 == Class::Hash {
            return Kind::Directive;
        }
        if self.declares() {
            return self.declaration();
        }
        match self.statement() {
            true => Kind::Statement,
            false => Kind::Expression,
        }
    }

    /// A type is meant where a name stands before a name (a macro may be one), too.
    fn declares(&self) -> bool {
        let word = self.word(0);
        if word.is_empty() {
            // An attribute.
            return self.is(0, Tok::LBracket) && self.is(1, Tok::LBracket);
        }
        if self.is(1, Tok::Colon) {
            return false;
        }
        let two_names = self.is_name(0) && self.is_name(1);
        DECLARES.contains(&word) || (self.is_type)(word) || two_names
    }

    /// Past a bracket and what it holds.
    fn skip_bracket(&mut self) {
        let mut depth = 0usize;
        while let Some((class, _)) = self.tokens.get(self.at) {
            match class {
                Class::Punctuator(Tok::LParen | Tok::LBrace | Tok::LBracket) => depth += 1,
                Class::Punctuator(Tok::RParen | Tok::RBrace | Tok::RBracket) => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    fn at_open(&self) -> bool {
        self.is(0, Tok::LParen) || self.is(0, Tok::LBrace) || self.is(0, Tok::LBracket)
    }

    fn declaration(&mut self) -> Kind {
        let mut found = Declaration::default();
        self.specifiers(&mut found);
        found.specifiers = self.place();
        while !self.done() {
            if self.is(0, Tok::Semi) {
                self.at += 1;
                break;
            }
            let from = self.place();
            let Some(name) = self.declarator() else { continue };
            let is_function = self.is(0, Tok::LParen);
            let suffix = self.suffix();
            let range = from..self.end().max(from);
            let assigned = match suffix {
                Suffix::Body(at) => return Kind::Function(name, at),
                Suffix::Plain => None,
                Suffix::Assigned(from) => {
                    let start = self.tokens.get(self.at).map_or(from.end, |t| t.1.start);
                    self.initializer();
                    let last = self.tokens.get(self.at - 1).map_or(start, |t| t.1.end);
                    let end = last.max(start);
                    Some((from.start..end, start..end))
                }
            };
            found.declarators.push(Declarator { name, range, is_function, assigned });
            if self.is(0, Tok::Comma) {
                self.at += 1;
            }
        }
        Kind::Declaration(found)
    }

    /// What stands before the first declarator.
    fn specifiers(&mut self, found: &mut Declaration) {
        let mut has_type = false;
        while !self.done() {
            let word = self.word(0);
            if self.is(0, Tok::LBracket) && self.is(1, Tok::LBracket) {
                self.skip_bracket();
                continue;
            }
            match word {
                "struct" | "union" | "enum" => {
                    self.tagged(word == "enum", found);
                    has_type = true;
                    continue;
                }
                "typedef" => found.is_typedef = true,
                "extern" | "static_assert" | "_Static_assert" => found.is_external = true,
                _ if DECLARES.contains(&word) => {
                    has_type |= TYPES.contains(&word) || word.contains("typeof");
                }
                // A typedef's name; after a type, a name is what is declared.
                _ if !has_type && self.is_name(0) && !self.is(1, Tok::LParen) => has_type = true,
                _ => return,
            }
            self.at += 1;
            if WITH_ARGUMENT.contains(&word) && self.is(0, Tok::LParen) {
                self.skip_bracket();
            }
        }
    }

    /// `struct TAG { … }`, with or without either.
    fn tagged(&mut self, is_enum: bool, found: &mut Declaration) {
        self.at += 1;
        while self.word(0).starts_with("__attribute") || self.is(0, Tok::LBracket) {
            self.at += usize::from(!self.word(0).is_empty());
            self.skip_bracket();
        }
        let tag = self.word(0);
        self.at += usize::from(!tag.is_empty());
        if is_enum && self.is(0, Tok::Colon) {
            while !self.done() && !self.is(0, Tok::LBrace) && !self.is(0, Tok::Semi) {
                self.at += 1;
            }
        }
        if !self.is(0, Tok::LBrace) {
            return;
        }
        if !tag.is_empty() {
            found.tags.push(tag.to_string());
        }
        if is_enum {
            self.enumerators(found);
        } else {
            self.skip_bracket();
        }
    }

    fn enumerators(&mut self, found: &mut Declaration) {
        self.at += 1;
        while !self.done() && !self.is(0, Tok::RBrace) {
            found.enumerators.push(self.word(0).to_string());
            while !self.done() && !self.is(0, Tok::Comma) && !self.is(0, Tok::RBrace) {
                match self.at_open() {
                    true => self.skip_bracket(),
                    false => self.at += 1,
                }
            }
            self.at += usize::from(self.is(0, Tok::Comma));
        }
        self.at += 1;
    }

    /// The name that is declared; the reader stands behind it.
    fn declarator(&mut self) -> Option<String> {
        while !self.done() {
            let word = self.word(0);
            if self.is(0, Tok::LBracket) || WITH_ARGUMENT.contains(&word) {
                self.at += usize::from(!word.is_empty());
                self.skip_bracket();
                continue;
            }
            if self.is(0, Tok::Semi) {
                return None;
            }
            self.at += 1;
            if !word.is_empty() && !DECLARES.contains(&word) {
                return Some(word.to_string());
            }
        }
        None
    }

    /// What follows the name, up to the initialiser, the next declarator or the end.
    fn suffix(&mut self) -> Suffix {
        while let Some((class, range)) = self.tokens.get(self.at) {
            match class {
                Class::Punctuator(Tok::Eq) => {
                    self.at += 1;
                    return Suffix::Assigned(range.clone());
                }
                Class::Punctuator(Tok::LBrace) => {
                    let body = range.start;
                    self.skip_bracket();
                    return Suffix::Body(body);
                }
                Class::Punctuator(Tok::Comma | Tok::Semi) => break,
                Class::Punctuator(Tok::LParen | Tok::LBracket) => self.skip_bracket(),
                _ => self.at += 1,
            }
        }
        Suffix::Plain
    }

    fn initializer(&mut self) {
        while !self.done() && !self.is(0, Tok::Comma) && !self.is(0, Tok::Semi) {
            match self.at_open() {
                true => self.skip_bracket(),
                false => self.at += 1,
            }
        }
    }

    /// One statement; false when it stops without its end, as an expression that is shown does.
    fn statement(&mut self) -> bool {
        match self.word(0) {
            "if" => {
                self.head();
                let whole = self.statement();
                if self.word(0) != "else" {
                    return whole;
                }
                self.at += 1;
                self.statement()
            }
            "while" | "for" | "switch" => {
                self.head();
                self.statement()
            }
            "do" => {
                self.at += 1;
                self.statement();
                self.simple()
            }
            "else" => {
                self.at += 1;
                self.statement()
            }
            _ if self.is(0, Tok::LBrace) => {
                self.skip_bracket();
                true
            }
            word if !word.is_empty() && self.is(1, Tok::Colon) => {
                self.at += 2;
                self.statement()
            }
            _ => self.simple(),
        }
    }

    /// A keyword and its parenthesis.
    fn head(&mut self) {
        self.at += 1;
        if self.is(0, Tok::LParen) {
            self.skip_bracket();
        }
    }

    /// Up to a `;`.
    fn simple(&mut self) -> bool {
        while !self.done() {
            if self.is(0, Tok::Semi) {
                self.at += 1;
                return true;
            }
            // An expression ends before a directive.
            if self.tokens[self.at].0 == Class::Hash {
                return false;
            }
            match self.at_open() {
                true => self.skip_bracket(),
                false => self.at += 1,
            }
        }
        false
    }
}

enum Suffix {
    /// A function's, and where it begins.
    Body(usize),
    Plain,
    /// The place of the `=`.
    Assigned(Range<usize>),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let types = |word: &str| matches!(word, "size_t" | "FILE" | "T");
        let items = split(&mut Scanner::default(), text, &types);
        let line = |item: &Item| {
            let what = match &item.kind {
                Kind::Directive => "#".to_string(),
                Kind::Function(name, _) => format!("f {name}"),
                Kind::Statement => "s".into(),
                Kind::Expression => "e".into(),
                Kind::Declaration(d) => {
                    let one = |d: &Declarator| match (&d.assigned, d.is_function) {
                        (Some((_, init)), _) => format!("{}={}", d.name, &text[init.clone()]),
                        (None, true) => format!("{}()", d.name),
                        (None, false) => d.name.clone(),
                    };
                    let names: Vec<String> = d.declarators.iter().map(one).collect();
                    let tags = [d.tags.clone(), d.enumerators.clone()].concat();
                    format!("d [{}] {}", tags.join(" "), names.join(" "))
                }
            };
            format!("{what}: {}", &text[item.range.clone()])
        };
        items.iter().map(line).collect()
    }

    #[test]
    fn declarations() {
        for (text, expected) in [
            ("int x = 1, *p = &x, v[] = {1, 2};", "d [] x=1 p=&x v={1, 2}"),
            ("struct point { int x; } p = {3};", "d [point] p={3}"),
            ("struct node *next;", "d [] next"),
            ("typedef struct { int a; } T;", "d [] T"),
            ("enum c { RED, GREEN = F(1, 2), BLUE } c;", "d [c RED GREEN BLUE] c"),
            ("int (*f)(int a) = g;", "d [] f=g"),
            ("int f(int a), g(void);", "d [] f() g()"),
            ("T t; ", "d [] t"),
            ("size_t n = sizeof(int);", "d [] n=sizeof(int)"),
            ("unsigned T = 3;", "d [] T=3"),
            ("typeof(1 + 2) z = 3;", "d [] z=3"),
            ("[[maybe_unused]] static int q;", "d [] q"),
            ("__attribute__((aligned(8))) char a[8];", "d [] a"),
            ("struct s;", "d [] "),
            ("static_assert(1 == 1, \"x\");", "d [] "),
            ("MACRO name = 3;", "d [] name=3"),
        ] {
            assert_eq!(shown(text), [format!("{expected}: {}", text.trim())], "{text}");
        }
    }

    #[test]
    fn inputs_of_many_items() {
        assert_eq!(
            shown("#include <a.h>\nint f(int n) { return n; } int x; f(1); x"),
            [
                "#: #include <a.h>",
                "f f: int f(int n) { return n; }",
                "d [] x: int x;",
                "s: f(1);",
                "e: x"
            ]
        );
        assert_eq!(
            shown("if (x) { y; } else z(); for (int i = 0; i < 3; i++) { } do x--; while (x); { }"),
            [
                "s: if (x) { y; } else z();",
                "s: for (int i = 0; i < 3; i++) { }",
                "s: do x--; while (x);",
                "s: { }"
            ]
        );
        assert_eq!(shown("#define A \\\n 1\nA"), ["#: #define A \\\n 1", "e: A"]);
        assert_eq!(shown("T * t;"), ["d [] t: T * t;"]);
        assert_eq!(shown("a * b"), ["e: a * b"]);
        assert_eq!(shown("out: x = 1;"), ["s: out: x = 1;"]);
    }

    #[test]
    fn comments_go_with_what_they_speak_of() {
        let text = "// first\nint x; // behind\n/* second */ int y;\n// left";
        let items = split(&mut Scanner::default(), text, &|_| false);
        let whole: Vec<&str> = items.iter().map(|i| &text[i.whole.clone()]).collect();
        assert_eq!(whole, ["// first\nint x; // behind", "/* second */ int y;"]);
    }

    #[test]
    fn no_text_is_a_panic() {
        let pieces = ["int", "x", "(", ")", "{", "}", "[", "]", "=", ",", ";", "#", "\n", "enum"];
        let more = ["if", "else", "do", "struct", "T", ":", "\"", "/*", "\\\n", "é", "1", "static"];
        let mut seed = 1u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let all = pieces.iter().chain(&more);
                let n = (seed >> 33) as usize % (pieces.len() + more.len());
                text.push_str(all.clone().nth(n).unwrap());
                text.push_str(if seed >> 62 == 0 { "" } else { " " });
            }
            let items = split(&mut Scanner::default(), &text, &|w| w == "T");
            assert!(items.windows(2).all(|w| w[0].range.end <= w[1].range.start), "{text}");
        }
    }
}
