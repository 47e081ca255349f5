//! Where text comes from. Every file, every prompt input and every macro expansion owns a range
//! of one 32-bit space of locations; a [`Loc`] alone says which file, line and column, and
//! through which expansions.

/// A location: a byte of a source text, or a token of an expansion.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Loc(pub u32);

/// What a diagnostic points at: from the first byte of one token to the end of another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Span {
    /// The first token's location.
    pub start: Loc,
    /// The last token's location (equal to `start` for one token).
    pub last: Loc,
}

impl Span {
    pub fn at(loc: Loc) -> Span {
        Span { start: loc, last: loc }
    }

    pub fn to(self, end: Span) -> Span {
        Span { start: self.start, last: end.last }
    }
}
