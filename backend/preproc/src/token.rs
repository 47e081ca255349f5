//! Tokens as they leave the preprocessor: twelve bytes each, spelling by [`Name`].

use crate::name::Name;
use crate::source::Loc;

/// A token handed to the front end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    pub kind: Tok,
    pub flags: Flags,
    pub loc: Loc,
    /// The spelling of identifiers, keywords, numbers, characters and strings (with prefix and
    /// quotes, as written after splicing); for punctuators, the spelling as well.
    pub text: Name,
}

/// What stood before the token, and what may not happen to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Flags(pub u8);

impl Flags {
    /// White space before it.
    pub const SPACE: Flags = Flags(1);
    /// First on its line.
    pub const LINE_START: Flags = Flags(2);
    /// An identifier that must never be expanded again.
    pub const NO_EXPAND: Flags = Flags(4);
    /// Comes from a system header: most warnings are silent there.
    pub const SYSTEM: Flags = Flags(8);
    /// Comes out of a macro expansion.
    pub const EXPANDED: Flags = Flags(16);
    /// White space before it where it is the first token of an argument that stands right
    /// behind a name (only inside the preprocessor).
    pub(crate) const SPACE_IF_PLACED: Flags = Flags(32);

    pub const fn has(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    pub const fn without(self, other: Flags) -> Flags {
        Flags(self.0 & !other.0)
    }
}

/// The kind of a token. Keywords are identifiers here: which spellings are keywords depends on
/// the language standard, and is the front end's table (indexed by [`Name`]).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Tok {
    Eof,
    Ident,
    /// A preprocessing number; its value is computed by `literal`.
    Number,
    Char,
    Str,
    /// `#pragma` text that the preprocessor passes on (`pack`, `weak`, …): a `Pragma` token, the
    /// pragma's own tokens, then `PragmaEnd`.
    Pragma,
    PragmaEnd,
    /// The bytes of an `#embed`, as one token; the bytes are found by its `text`.
    Embed,
    /// A character that can start no token.
    Unknown,

    LBracket,
    RBracket,
    LParen,
    RParen,
    LBrace,
    RBrace,
    Dot,
    Arrow,
    PlusPlus,
    MinusMinus,
    Amp,
    Star,
    Plus,
    Minus,
    Tilde,
    Bang,
    Slash,
    Percent,
    Shl,
    Shr,
    Lt,
    Gt,
    Le,
    Ge,
    EqEq,
    BangEq,
    Caret,
    Pipe,
    AmpAmp,
    PipePipe,
    Question,
    Colon,
    ColonColon,
    Semi,
    Ellipsis,
    Eq,
    StarEq,
    SlashEq,
    PercentEq,
    PlusEq,
    MinusEq,
    ShlEq,
    ShrEq,
    AmpEq,
    CaretEq,
    PipeEq,
    Comma,
    Hash,
    HashHash,
    Backslash,
    At,
    Dollar,
}

impl Tok {
    /// Every kind, in order.
    pub const ALL: [Tok; 61] = [
        Tok::Eof,
        Tok::Ident,
        Tok::Number,
        Tok::Char,
        Tok::Str,
        Tok::Pragma,
        Tok::PragmaEnd,
        Tok::Embed,
        Tok::Unknown,
        Tok::LBracket,
        Tok::RBracket,
        Tok::LParen,
        Tok::RParen,
        Tok::LBrace,
        Tok::RBrace,
        Tok::Dot,
        Tok::Arrow,
        Tok::PlusPlus,
        Tok::MinusMinus,
        Tok::Amp,
        Tok::Star,
        Tok::Plus,
        Tok::Minus,
        Tok::Tilde,
        Tok::Bang,
        Tok::Slash,
        Tok::Percent,
        Tok::Shl,
        Tok::Shr,
        Tok::Lt,
        Tok::Gt,
        Tok::Le,
        Tok::Ge,
        Tok::EqEq,
        Tok::BangEq,
        Tok::Caret,
        Tok::Pipe,
        Tok::AmpAmp,
        Tok::PipePipe,
        Tok::Question,
        Tok::Colon,
        Tok::ColonColon,
        Tok::Semi,
        Tok::Ellipsis,
        Tok::Eq,
        Tok::StarEq,
        Tok::SlashEq,
        Tok::PercentEq,
        Tok::PlusEq,
        Tok::MinusEq,
        Tok::ShlEq,
        Tok::ShrEq,
        Tok::AmpEq,
        Tok::CaretEq,
        Tok::PipeEq,
        Tok::Comma,
        Tok::Hash,
        Tok::HashHash,
        Tok::Backslash,
        Tok::At,
        Tok::Dollar,
    ];

    /// How the kind is written; kinds with many spellings have a description no source can spell.
    pub fn spelling(self) -> &'static str {
        SPELLINGS[self as usize]
    }

    pub fn is_punctuator(self) -> bool {
        self >= Tok::LBracket
    }
}

const SPELLINGS: [&str; 61] = [
    "",
    "<identifier>",
    "<number>",
    "<character>",
    "<string>",
    "#pragma",
    "<end of pragma>",
    "<embedded bytes>",
    "<stray>",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ".",
    "->",
    "++",
    "--",
    "&",
    "*",
    "+",
    "-",
    "~",
    "!",
    "/",
    "%",
    "<<",
    ">>",
    "<",
    ">",
    "<=",
    ">=",
    "==",
    "!=",
    "^",
    "|",
    "&&",
    "||",
    "?",
    ":",
    "::",
    ";",
    "...",
    "=",
    "*=",
    "/=",
    "%=",
    "+=",
    "-=",
    "<<=",
    ">>=",
    "&=",
    "^=",
    "|=",
    ",",
    "#",
    "##",
    "\\",
    "@",
    "$",
];
