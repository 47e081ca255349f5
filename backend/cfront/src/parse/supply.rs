//! Where tokens come from while a large input is still being preprocessed. In: parts of it; out:
//! the parser's tokens, and the moment when it has to ask for more.
//!
//! What always holds: before the horizon everything can be looked at that a parser at the cursor
//! looks ahead to. That is at most the end of the declaration or statement at file scope, however
//! long its brackets are, and a few tokens behind it: so the horizon always stands behind such an
//! end, with [`LOOKAHEAD`] tokens after it.

use super::Parser;
use preproc::ahead::{Ahead, Origin};
use preproc::name::Name;
use preproc::source::Sources;
use preproc::token::{Tok, Token};
use std::collections::VecDeque;

/// No production looks further than this from where it is, brackets not counted.
const LOOKAHEAD: usize = 64;

pub(crate) struct Supply<'a> {
    origin: Origin<'a>,
    /// The parser may go up to here without asking.
    pub(super) horizon: usize,
    /// Ends of declarations behind the horizon: where the next begins, and how many tokens that are
    /// not a pragma's stand before it.
    ends: VecDeque<(usize, usize)>,
    plain: usize,
    /// Brackets that are open where the tokens end.
    depth: usize,
    in_pragma: bool,
}

impl<'a> Supply<'a> {
    pub(super) fn new(origin: Origin<'a>) -> Supply<'a> {
        Supply {
            horizon: if matches!(origin, Origin::Ahead(_)) { 0 } else { usize::MAX },
            origin,
            ends: VecDeque::new(),
            plain: 0,
            depth: 0,
            in_pragma: false,
        }
    }

    fn ahead(&self) -> Option<&Ahead<'a>> {
        match &self.origin {
            Origin::Ahead(ahead) => Some(ahead),
            _ => None,
        }
    }

    /// Looks over tokens that stand from position `at` on.
    fn note(&mut self, at: usize, tokens: &[Token]) {
        for (n, token) in tokens.iter().enumerate() {
            match token.kind {
                Tok::Pragma => self.in_pragma = true,
                Tok::PragmaEnd => self.in_pragma = false,
                _ if self.in_pragma => {}
                kind => {
                    self.plain += 1;
                    match kind {
                        Tok::LParen | Tok::LBracket | Tok::LBrace => self.depth += 1,
                        Tok::RParen | Tok::RBracket | Tok::RBrace => {
                            self.depth = self.depth.saturating_sub(1);
                        }
                        _ => {}
                    }
                    if self.depth == 0 && matches!(kind, Tok::Semi | Tok::RBrace) {
                        self.ends.push_back((at + n + 1, self.plain));
                    }
                }
            }
        }
        while let Some(&(end, before)) = self.ends.front()
            && before + LOOKAHEAD <= self.plain
        {
            self.horizon = end;
            self.ends.pop_front();
        }
    }
}

impl<'a> Parser<'a> {
    /// Gets tokens until the cursor may stand where it is. Those behind it are not needed any more.
    #[cold]
    pub(super) fn fetch(&mut self) {
        let passed = self.pos.min(self.tokens.len());
        self.tokens.drain(..passed);
        self.pos -= passed;
        self.dropped += passed;
        while self.position() >= self.supply.horizon {
            self.fetch_part();
        }
    }

    /// Gets all tokens there are.
    #[cold]
    pub(super) fn fetch_all(&mut self) {
        while self.supply.horizon != usize::MAX {
            self.fetch_part();
        }
    }

    fn fetch_part(&mut self) {
        match self.supply.ahead().and_then(Ahead::next) {
            Some(part) => {
                part.tell(self.names);
                self.supply.note(self.dropped + self.tokens.len(), &part.tokens);
                self.tokens.extend_from_slice(&part.tokens);
                self.embeds.extend(part.embeds);
            }
            None => self.supply.horizon = usize::MAX,
        }
    }

    /// The texts the tokens are of; who asks waits until all of them are read.
    pub(crate) fn sources(&self) -> Option<&'a Sources> {
        self.supply.origin.sources()
    }

    /// The name of a spelling that perhaps no token has.
    pub(crate) fn intern(&mut self, text: &str) -> Name {
        match self.names.get(text) {
            Some(name) => name,
            None => {
                self.fetch_all();
                self.names.intern(text)
            }
        }
    }
}
