//! A large source is read on two processors: the preprocessor works on a thread of its own, ahead
//! of who parses its tokens. In: a source; out: an [`Input`] for the reader, whose tokens come by
//! parts as they are made.
//!
//! What always holds: the reader's names are a copy that grows with each part, so that a name means
//! the same on both sides. Nobody waits for the reader: who asks for more than tokens (where a
//! location is; a name that no source has spelled) waits until the last part is there, and from
//! then on both are one again.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::diag::Diagnostic;
use crate::name::{Name, Names};
use crate::source::{FileId, Sources};
use crate::token::{Tok, Token};
use crate::{Preprocessed, Preprocessor};

/// As for other threads that run over what a user wrote.
const STACK: usize = 64 << 20;

/// What a reader of tokens works on.
pub struct Input<'a> {
    /// Ends in `Eof`, unless more come.
    pub tokens: Vec<Token>,
    pub names: &'a mut Names,
    /// The bytes of `#embed` tokens, by their name.
    pub embeds: Vec<(Name, Vec<u8>)>,
    pub origin: Origin<'a>,
}

/// Who knows where tokens stand.
pub enum Origin<'a> {
    /// Nobody.
    None,
    /// All tokens are there.
    Whole(&'a Sources),
    /// More come.
    Ahead(Ahead<'a>),
}

impl<'a> Origin<'a> {
    /// The texts the tokens are of.
    pub fn sources(&self) -> Option<&'a Sources> {
        match self {
            Origin::None => None,
            Origin::Whole(sources) => Some(sources),
            Origin::Ahead(ahead) => ahead.sources(),
        }
    }
}

/// Tokens, and what is new with them.
pub struct Part {
    pub tokens: Vec<Token>,
    pub embeds: Vec<(Name, Vec<u8>)>,
    /// The spellings of new names, one behind the other, and where each ends.
    spelled: Vec<u8>,
    ends: Vec<usize>,
    first: usize,
}

impl Part {
    /// Makes a copy of the names that has those of all parts before know this one's too.
    pub fn tell(&self, names: &mut Names) {
        assert_eq!(names.len(), self.first, "a name was made while others were under way");
        let mut start = 0;
        for &end in &self.ends {
            names.intern_bytes(&self.spelled[start..end]);
            start = end;
        }
    }
}

/// The reader's end.
pub struct Ahead<'a> {
    parts: Receiver<Part>,
    /// Parts that came while something else was waited for.
    early: RefCell<VecDeque<Part>>,
    /// There when all parts are.
    sources: &'a OnceLock<Sources>,
}

impl<'a> Ahead<'a> {
    /// The next part; `None` behind the last.
    pub fn next(&self) -> Option<Part> {
        let early = self.early.borrow_mut().pop_front();
        early.or_else(|| self.parts.recv().ok())
    }

    fn sources(&self) -> Option<&'a Sources> {
        if self.sources.get().is_none() {
            self.early.borrow_mut().extend(&self.parts);
        }
        self.sources.get()
    }
}

impl Preprocessor {
    /// Reads a source to its end while `read` does what it likes with the tokens; what is wrong with
    /// the text comes beside its result.
    pub fn preprocess_for<R>(
        &mut self,
        file: FileId,
        read: impl FnOnce(Input<'_>) -> R,
    ) -> (R, Vec<Diagnostic>) {
        self.begin(file);
        let mut read = read;
        if !self.run(self.options.pace.at_once) {
            match self.preprocess_ahead(file, read) {
                Ok(done) => return done,
                Err(back) => read = back,
            }
            self.run(usize::MAX);
        }
        let Preprocessed { tokens, diags, .. } = self.end(file);
        (read(self.input(tokens)), diags)
    }

    /// The rest of a source, on a thread; gives `read` back where there can be none.
    fn preprocess_ahead<R, F: FnOnce(Input<'_>) -> R>(
        &mut self,
        file: FileId,
        read: F,
    ) -> Result<(R, Vec<Diagnostic>), F> {
        let mut names = self.names.clone();
        let known = names.len();
        let (sender, parts) = channel();
        let sources = OnceLock::new();
        let done = std::thread::scope(|scope| {
            let (pp, sources) = (&mut *self, &sources);
            let work = move || {
                let diags = pp.send_parts(file, known, &sender);
                // Before the channel is closed.
                let _ = sources.set(std::mem::take(&mut pp.sources));
                drop(sender);
                diags
            };
            let builder = std::thread::Builder::new().stack_size(STACK);
            let Ok(thread) = builder.spawn_scoped(scope, work) else { return Err(read) };
            let ahead = Ahead { parts, early: RefCell::default(), sources };
            let result = read(Input {
                tokens: Vec::new(),
                names: &mut names,
                embeds: Vec::new(),
                origin: Origin::Ahead(ahead),
            });
            match thread.join() {
                Ok(diags) => Ok((result, diags)),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        });
        if let Some(sources) = sources.into_inner() {
            self.sources = sources;
        }
        // The reader may have made names once all others were there.
        if names.len() > self.names.len() {
            self.names = names;
        }
        done
    }

    /// Sends what has been read until now, then the rest as it comes.
    fn send_parts(&mut self, file: FileId, first: usize, to: &Sender<Part>) -> Vec<Diagnostic> {
        // Where the reader is gone the text is read all the same: what it defines counts.
        let (mut known, part) = (first, self.options.pace.part);
        loop {
            let tokens = std::mem::replace(&mut self.out, Vec::with_capacity(part + part / 4));
            let _ = to.send(self.part(tokens, &mut known));
            if self.run(part) {
                break;
            }
        }
        let Preprocessed { tokens, diags, .. } = self.end(file);
        let _ = to.send(self.part(tokens, &mut known));
        diags
    }

    /// Tokens with all names from `known` on, which are known then.
    fn part(&self, tokens: Vec<Token>, known: &mut usize) -> Part {
        let first = *known;
        *known = self.names.len();
        let mut part = Part {
            embeds: self.embeds_among(&tokens),
            tokens,
            spelled: Vec::new(),
            ends: Vec::with_capacity(*known - first),
            first,
        };
        for at in first..*known {
            part.spelled.extend_from_slice(self.names.bytes(Name(at as u32)));
            part.ends.push(part.spelled.len());
        }
        part
    }

    /// What a reader of all these tokens works on.
    pub fn input(&mut self, tokens: Vec<Token>) -> Input<'_> {
        let embeds = self.embeds_among(&tokens);
        let origin = Origin::Whole(&self.sources);
        Input { tokens, names: &mut self.names, embeds, origin }
    }

    fn embeds_among(&self, tokens: &[Token]) -> Vec<(Name, Vec<u8>)> {
        let embeds = tokens.iter().filter(|token| token.kind == Tok::Embed);
        let bytes = |token| self.embedded(token).map_or(Vec::new(), <[u8]>::to_vec);
        embeds.map(|token| (token.text, bytes(token))).collect()
    }
}
