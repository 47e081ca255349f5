//! What the command line and the front end decide for the preprocessor.

use crate::lex::Rules;
use crate::warnings::Warnings;

/// A C standard; with `Options::gnu`, its GNU variant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Std {
    C89,
    /// C89 with amendment 1 (`iso9899:199409`).
    C94,
    C99,
    C11,
    C17,
    C23,
}

impl Std {
    /// The standard an `-std=` value names, and whether it is the GNU variant.
    pub fn parse(text: &str) -> Option<(Std, bool)> {
        Some(match text {
            "c89" | "c90" | "iso9899:1990" => (Std::C89, false),
            "iso9899:199409" => (Std::C94, false),
            "c99" | "c9x" | "iso9899:1999" | "iso9899:199x" => (Std::C99, false),
            "c11" | "c1x" | "iso9899:2011" => (Std::C11, false),
            "c17" | "c18" | "iso9899:2017" | "iso9899:2018" => (Std::C17, false),
            "c23" | "c2x" | "iso9899:2024" => (Std::C23, false),
            "gnu89" | "gnu90" => (Std::C89, true),
            "gnu99" | "gnu9x" => (Std::C99, true),
            "gnu11" | "gnu1x" => (Std::C11, true),
            "gnu17" | "gnu18" => (Std::C17, true),
            "gnu23" | "gnu2x" => (Std::C23, true),
            _ => return None,
        })
    }
}

/// `-D` and `-U`, in the order given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CommandMacro {
    /// `NAME`, `NAME=value` or `NAME(a,b)=value`.
    Define(String),
    Undefine(String),
}

#[derive(Clone, Debug)]
pub struct Options {
    pub std: Std,
    pub gnu: bool,
    /// The `-O` level: above 0 `__OPTIMIZE__` is defined.
    pub optimize: u8,
    pub unsigned_char: bool,
    /// `-fgnu89-inline`; the oldest modes have it anyway.
    pub gnu89_inline: bool,
    /// `-ffreestanding`: there is no library to speak of.
    pub freestanding: bool,
    /// `-trigraphs`; the strict old modes have them anyway.
    pub trigraphs: bool,
    pub macros: Vec<CommandMacro>,
    /// `-iquote`: only for `#include "..."`.
    pub quote_dirs: Vec<String>,
    /// `-I`
    pub include_dirs: Vec<String>,
    /// `-isystem`
    pub system_dirs: Vec<String>,
    /// `-idirafter`: searched behind all others.
    pub after_dirs: Vec<String>,
    /// The compiler's own headers are searched, behind `system_dirs` (`-nostdinc`: not).
    pub own_headers: bool,
    /// The machine's headers.
    pub standard_dirs: Vec<String>,
    /// `-imacros`: files read before the first one for their macros alone.
    pub macro_files: Vec<String>,
    /// `-include`: files read before the first one, behind those.
    pub includes: Vec<String>,
    /// Each text is an input at a prompt: it may define the macros of earlier ones anew.
    pub prompt: bool,
    /// What `__has_builtin` answers.
    pub has_builtin: fn(&str) -> bool,
    /// What `__has_attribute` answers (without `__` around the name).
    pub has_attribute: fn(&str) -> bool,
    pub warnings: Warnings,
    pub limits: Limits,
    pub pace: Pace,
}

/// How a source goes to who parses it while it is still being read.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// No more tokens than this are not worth a thread.
    pub at_once: usize,
    /// So many tokens are handed over at a time, and those of the line or macro call at hand.
    pub part: usize,
}

/// How much an input may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub include_depth: usize,
    /// Nested `#if`s.
    pub conditionals: usize,
    /// Macro calls inside arguments of macro calls.
    pub call_depth: usize,
    /// Tokens all expansions of an input may make.
    pub expanded_tokens: usize,
}

/// Where the system has its headers, in the order in which they are looked for.
pub const SYSTEM_HEADERS: [&str; 3] =
    ["/usr/local/include", "/usr/include/x86_64-linux-gnu", "/usr/include"];

impl Default for Options {
    fn default() -> Options {
        Options {
            std: Std::C23,
            gnu: true,
            optimize: 0,
            unsigned_char: false,
            gnu89_inline: false,
            freestanding: false,
            trigraphs: false,
            macros: Vec::new(),
            quote_dirs: Vec::new(),
            include_dirs: Vec::new(),
            system_dirs: Vec::new(),
            after_dirs: Vec::new(),
            own_headers: true,
            standard_dirs: SYSTEM_HEADERS.map(String::from).to_vec(),
            macro_files: Vec::new(),
            includes: Vec::new(),
            prompt: false,
            has_builtin: |_| false,
            has_attribute: crate::features::gnu_attribute,
            warnings: Warnings::default(),
            limits: Limits {
                include_depth: 200,
                conditionals: 20_000,
                call_depth: 400,
                expanded_tokens: 10_000_000,
            },
            pace: Pace { at_once: 12_000, part: 4_000 },
        }
    }
}

impl Options {
    pub(crate) fn rules(&self) -> Rules {
        let since = |std: Std| self.std >= std;
        Rules {
            trigraphs: self.trigraphs || !self.gnu && !since(Std::C23),
            digraphs: self.gnu || since(Std::C94),
            line_comments: self.gnu || since(Std::C99),
            scope: self.gnu || since(Std::C23),
            unicode_strings: since(Std::C11) || self.gnu && since(Std::C99),
            u8_chars: since(Std::C23),
            separators: since(Std::C23),
            raw_strings: self.gnu && since(Std::C99),
            hex_floats: self.gnu || since(Std::C99),
        }
    }
}
