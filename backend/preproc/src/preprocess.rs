//! The preprocessor: a text in, its tokens out, with macros, files and locations that live on
//! for the next text.
//!
//! Always holds: between two calls of [`Preprocessor::preprocess`] no buffer, no context and no
//! conditional is open, and no macro is marked busy. What a text changed is taken back by
//! [`Preprocessor::rollback`]; only the contents of files read stay cached.

use std::sync::Arc;

use crate::cond::Cond;
use crate::diag::Diagnostic;
use crate::expand::Context;
use crate::include::FileCache;
use crate::lex::{Fault, Lexer, Rules};
use crate::macros::{MacroMark, MacroTable};
use crate::name::{Name, Names};
use crate::options::Options;
use crate::source::{File, FileId, Loc, SourceMark, Sources, Span, Text};
use crate::token::{Flags, Tok, Token};

/// Why a text is no whole input: what it would need more lines for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfinished {
    Comment,
    /// A raw string without its end.
    String,
    /// The last line ends in a backslash.
    Splice,
    /// `#if` without `#endif`.
    Conditional,
    /// A macro call without its `)`.
    MacroCall,
}

/// What came out of a text.
#[derive(Debug)]
pub struct Preprocessed {
    /// Ends in `Eof`.
    pub tokens: Vec<Token>,
    pub diags: Vec<Diagnostic>,
    /// The text stops in the middle of something: at a prompt, ask for more; else `diags` has
    /// the error.
    pub unfinished: Option<Unfinished>,
}

/// A state to go back to; made by [`Preprocessor::mark`].
#[derive(Clone, Copy)]
pub struct Mark {
    names: usize,
    sources: SourceMark,
    macros: MacroMark,
    files: (usize, usize),
    counter: u32,
    embeds: usize,
}

/// Whether a file is wrapped in one `#ifndef X ... #endif`, as far as it has been read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Nothing but comments so far.
    Before,
    /// Inside the group opened by its first directive, at this depth of conditionals.
    Inside(Name, usize),
    /// Behind that group's `#endif`.
    After(Name),
    No,
}

/// A text being read.
pub(crate) struct Buffer {
    pub(crate) text: Text,
    pub(crate) file: FileId,
    pub(crate) base: u32,
    pub(crate) pos: usize,
    pub(crate) line_start: bool,
    pub(crate) flags: Flags,
    /// How many conditionals were open when it began.
    pub(crate) conds: usize,
    /// Where in the search list it was found (`#include_next` goes on behind it).
    pub(crate) found_in: Option<usize>,
    /// The directory its own `#include "..."` look in first.
    pub(crate) dir: Arc<str>,
    pub(crate) cached: Option<usize>,
    pub(crate) guard: Guard,
}

/// The state of a session's preprocessing.
pub struct Preprocessor {
    pub names: Names,
    pub sources: Sources,
    pub(crate) options: Options,
    pub(crate) rules: Rules,
    pub(crate) macros: MacroTable,
    pub(crate) files: FileCache,
    pub(crate) stack: Vec<Buffer>,
    pub(crate) conds: Vec<Cond>,
    pub(crate) contexts: Vec<Context>,
    pub(crate) spare: Vec<Vec<Token>>,
    pub(crate) scratch: Vec<u8>,
    pub(crate) out: Vec<Token>,
    pub(crate) diags: Vec<Diagnostic>,
    pub(crate) faults: Vec<(Fault, Loc)>,
    pub(crate) unfinished: Option<Unfinished>,
    /// Newlines end the line being read.
    pub(crate) in_directive: bool,
    /// Arguments being expanded on their own, one inside another.
    pub(crate) prescans: usize,
    /// An expansion left nothing: the space it had goes to the next token.
    pub(crate) gap: crate::expand::Gap,
    /// Tokens expansions may still make, and arguments may still have.
    pub(crate) budget: usize,
    pub(crate) argument_budget: usize,
    /// An error after which nothing more is read.
    pub(crate) stopped: bool,
    pub(crate) counter: u32,
    /// The bytes of `#embed` tokens, by their name.
    pub(crate) embeds: Vec<(Name, Arc<[u8]>)>,
    /// Seconds since 1970 for `__DATE__`, read when first asked for.
    pub(crate) now: Option<u64>,
    prelude_read: bool,
    /// `#pragma GCC diagnostic` of the text at hand.
    pub(crate) pragmas: crate::warnings::Pragmas,
}

impl Preprocessor {
    /// A preprocessor with the predefined macros and those of the command line; what is wrong
    /// with the latter comes with the first text.
    pub fn new(options: Options) -> Preprocessor {
        let rules = options.rules();
        let mut pp = Preprocessor {
            names: Names::default(),
            sources: Sources::default(),
            rules,
            macros: MacroTable::new(),
            files: FileCache::new(&options),
            stack: Vec::new(),
            conds: Vec::new(),
            contexts: Vec::new(),
            spare: Vec::new(),
            scratch: Vec::new(),
            out: Vec::new(),
            diags: Vec::new(),
            faults: Vec::new(),
            unfinished: None,
            in_directive: false,
            prescans: 0,
            gap: Default::default(),
            budget: options.limits.expanded_tokens,
            argument_budget: options.limits.expanded_tokens,
            stopped: false,
            counter: 0,
            embeds: Vec::new(),
            now: None,
            prelude_read: false,
            pragmas: Default::default(),
            options,
        };
        pp.predefine();
        pp
    }

    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Adds a text under the name it is shown with: a path, or `input 12`.
    pub fn add_source(&mut self, name: &str, text: impl Into<Vec<u8>>) -> FileId {
        let mut text = text.into();
        if text.len() >= 1 << 30 {
            text.clear();
            let message = format!("{name}: longer than a gibibyte");
            self.diags.push(Diagnostic::error(Span::default(), message));
        }
        let text = Text::new(text);
        match self.sources.add(name, text, Loc::NOWHERE, false) {
            Some(id) => id,
            None => {
                let message = "the session has no room for further source text";
                self.diags.push(Diagnostic::error(Span::default(), message));
                self.sources.nothing()
            }
        }
    }

    /// Reads a source to its end. Macros it defines stay defined.
    pub fn preprocess(&mut self, file: FileId) -> Preprocessed {
        self.begin(file);
        self.run(usize::MAX);
        self.end(file)
    }

    /// Opens a source.
    pub(crate) fn begin(&mut self, file: FileId) {
        self.budget = self.options.limits.expanded_tokens;
        self.argument_budget = self.budget;
        self.files.new_run();
        self.pragmas = Default::default();
        if !self.prelude_read {
            self.prelude_read = true;
            self.read_forced_includes();
        }
        let name = self.sources.file(file).name.clone();
        let dir = crate::include::dir_of(&name);
        self.out.reserve(self.sources.file(file).text.bytes().len() / 12 + 64);
        self.open(file, dir, None, None);
    }

    /// Closes it, and yields what is in `out`.
    pub(crate) fn end(&mut self, file: FileId) -> Preprocessed {
        let end =
            Loc(self.sources.base(file).0 + self.sources.file(file).text.bytes().len() as u32);
        self.close_all();
        let text = self.sources.file(file).text.bytes();
        if text.trim_ascii_end().ends_with(b"\\") {
            self.unfinished.get_or_insert(Unfinished::Splice);
        }
        self.out.push(Token {
            kind: Tok::Eof,
            flags: Flags::LINE_START,
            loc: end,
            text: Tok::Eof.name(),
        });
        Preprocessed {
            tokens: std::mem::take(&mut self.out),
            diags: std::mem::take(&mut self.diags),
            unfinished: self.unfinished.take(),
        }
    }

    /// The whole of a text given at once; for tests and small tools.
    pub fn preprocess_text(&mut self, name: &str, text: &str) -> Preprocessed {
        let file = self.add_source(name, text);
        self.preprocess(file)
    }

    pub fn mark(&self) -> Mark {
        Mark {
            names: self.names.len(),
            sources: self.sources.mark(),
            macros: self.macros.mark(),
            files: self.files.mark(),
            counter: self.counter,
            embeds: self.embeds.len(),
        }
    }

    /// Forgets all that happened since `mark`: macros, names, locations. Names and locations
    /// made since are invalid afterwards.
    pub fn rollback(&mut self, mark: Mark) {
        self.macros.rollback(mark.macros);
        self.sources.rollback(mark.sources);
        self.files.rollback(mark.files, mark.names);
        self.embeds.truncate(mark.embeds);
        self.names.truncate(mark.names);
        self.counter = mark.counter;
    }

    /// Nobody will go back to a moment before `mark`: what only older ones needed is forgotten, and
    /// now and then so are the texts in which nothing lies that is spoken of, by macros or by
    /// `spans`; `is_needed` says of a text by its name that it stays.
    pub fn forget_before<S: Iterator<Item = Span>>(
        &mut self,
        mark: &Mark,
        spans: impl FnOnce() -> S,
        is_needed: impl Fn(&str) -> bool,
    ) {
        self.macros.forget_before(mark.macros);
        if self.sources.is_crowded(mark.sources) {
            let macros = self.macros.locs().map(Span::at);
            let needed = |file: &File| is_needed(&file.name);
            self.sources.forget_before(mark.sources, spans().chain(macros), needed);
        }
    }

    /// Whether the texts since `mark` changed nothing that later ones could see: no macro, no
    /// file read, no counter.
    pub fn is_as_before(&self, mark: &Mark) -> bool {
        self.macros.mark() == mark.macros
            && self.files.mark() == mark.files
            && self.counter == mark.counter
            && self.embeds.len() == mark.embeds
    }

    /// Whether the name is a macro now.
    pub fn is_macro(&self, name: Name) -> bool {
        self.macros.def(name).is_some()
    }

    /// The names of all macros defined now, in the order of their definition.
    pub fn macro_names(&self) -> impl Iterator<Item = Name> {
        self.macros.defined().map(|def| def.name)
    }

    /// Where a macro is defined.
    pub fn macro_place(&self, name: Name) -> Option<Loc> {
        self.macros.def(name).map(|def| def.loc)
    }

    /// Headers are looked for in this folder too, from the next text on.
    pub fn add_include_dir(&mut self, dir: &str) {
        self.files.add_dir(dir);
    }

    /// Takes over the folders that are searched and the texts that were read, from one that will
    /// not be used any more.
    pub fn take_files(&mut self, old: &mut Preprocessor) {
        std::mem::swap(&mut self.files, &mut old.files);
        self.files.rollback((0, 0), 0);
    }

    /// The bytes of an `#embed` token.
    pub fn embedded(&self, token: &Token) -> Option<&[u8]> {
        self.embeds.iter().find(|embed| embed.0 == token.text).map(|embed| &*embed.1)
    }

    pub(crate) fn open(
        &mut self,
        file: FileId,
        dir: Arc<str>,
        found_in: Option<usize>,
        cached: Option<usize>,
    ) {
        let entry = self.sources.file(file);
        let text = entry.text.clone();
        let system = entry.system;
        let bom = text.bytes().starts_with(b"\xef\xbb\xbf");
        self.stack.push(Buffer {
            text,
            file,
            base: self.sources.base(file).0,
            pos: if bom { 3 } else { 0 },
            line_start: true,
            flags: if system { Flags::SYSTEM } else { Flags::default() },
            conds: self.conds.len(),
            found_in,
            dir,
            cached,
            guard: Guard::Before,
        });
    }

    /// Reads until the outermost text ends, or until `enough` tokens are there: then there may be
    /// more.
    pub(crate) fn run(&mut self, enough: usize) -> bool {
        while !self.stopped {
            if self.out.len() >= enough {
                return false;
            }
            let token = if self.contexts.is_empty() { self.fast() } else { self.next() };
            if token.kind == Tok::Eof {
                if !self.end_of_text() {
                    break;
                }
            } else {
                self.out.push(token);
            }
        }
        true
    }

    /// Copies tokens that need no thought straight to the output. Stops behind the first that
    /// needs some, and yields what became of it (or `Eof`).
    fn fast(&mut self) -> Token {
        loop {
            let token = self.copy_plain();
            if token.kind == Tok::Ident
                && let Some(token) = self.identifier(token)
            {
                return token;
            } else if token.kind == Tok::Hash {
                self.directive();
            } else if token.kind != Tok::Ident {
                return token;
            }
            if !self.contexts.is_empty() || self.stopped {
                return self.next();
            }
        }
    }

    fn copy_plain(&mut self) -> Token {
        let Some(buffer) = self.stack.last_mut() else { return crate::expand::EOF };
        let mut outside = matches!(buffer.guard, Guard::Before | Guard::After(_));
        let mut lexer = Lexer {
            text: buffer.text.with_nul(),
            pos: buffer.pos,
            names: &mut self.names,
            base: buffer.base,
            rules: self.rules,
            flags: buffer.flags,
            line_start: buffer.line_start,
            directive: false,
            faults: &mut self.faults,
        };
        let mut gap = std::mem::take(&mut self.gap);
        let token = loop {
            let mut token = lexer.token();
            gap.apply(&mut token);
            match token.kind {
                Tok::Ident if self.macros.marked(token.text) => break token,
                Tok::Eof => break token,
                Tok::Hash if token.flags.has(Flags::LINE_START) => break token,
                _ => {
                    if outside {
                        buffer.guard = Guard::No;
                        outside = false;
                    }
                    self.out.push(token);
                }
            }
        };
        if outside && token.kind == Tok::Ident {
            buffer.guard = Guard::No;
        }
        buffer.pos = lexer.pos;
        buffer.line_start = lexer.line_start;
        if !self.faults.is_empty() {
            self.report_faults();
        }
        token
    }

    /// The next token of the text being read, macros not looked at.
    pub(crate) fn raw(&mut self) -> Token {
        let Some(buffer) = self.stack.last_mut() else { return crate::expand::EOF };
        let mut lexer = Lexer {
            text: buffer.text.with_nul(),
            pos: buffer.pos,
            names: &mut self.names,
            base: buffer.base,
            rules: self.rules,
            flags: buffer.flags,
            line_start: buffer.line_start,
            directive: self.in_directive,
            faults: &mut self.faults,
        };
        let token = lexer.token();
        buffer.pos = lexer.pos;
        buffer.line_start = lexer.line_start;
        if !self.faults.is_empty() {
            self.report_faults();
        }
        token
    }

    /// Runs `f` on a lexer over the text being read.
    pub(crate) fn with_lexer<T>(&mut self, f: impl FnOnce(&mut Lexer<'_>) -> T) -> Option<T> {
        let buffer = self.stack.last_mut()?;
        let mut lexer = Lexer {
            text: buffer.text.with_nul(),
            pos: buffer.pos,
            names: &mut self.names,
            base: buffer.base,
            rules: self.rules,
            flags: buffer.flags,
            line_start: buffer.line_start,
            directive: self.in_directive,
            faults: &mut self.faults,
        };
        let result = f(&mut lexer);
        buffer.pos = lexer.pos;
        buffer.line_start = lexer.line_start;
        Some(result)
    }

    /// Closes the text at whose end the reader stands; `false` when it was the outermost.
    pub(crate) fn end_of_text(&mut self) -> bool {
        let Some(buffer) = self.stack.pop() else { return false };
        if let (Guard::After(name), Some(cached)) = (buffer.guard, buffer.cached) {
            self.files.set_guard(cached, name);
        }
        while self.conds.len() > buffer.conds {
            if let Some(cond) = self.conds.pop() {
                if self.stack.is_empty() {
                    self.unfinished.get_or_insert(Unfinished::Conditional);
                }
                let word = self.names.text(cond.word).to_owned();
                self.error(cond.loc, format!("unterminated #{word}"));
            }
        }
        !self.stack.is_empty()
    }

    /// Leaves nothing open, however reading ended.
    pub(crate) fn close_all(&mut self) {
        while !self.contexts.is_empty() {
            self.pop_context();
        }
        // What a monstrous input made grow is given back.
        self.spare.retain(|tokens| tokens.capacity() <= 1 << 16);
        self.stack.clear();
        self.conds.clear();
        self.in_directive = false;
        self.prescans = 0;
        self.gap = Default::default();
        self.stopped = false;
    }

    pub(crate) fn error(&mut self, at: Loc, message: impl Into<String>) {
        self.diags.push(Diagnostic::error(Span::at(at), message));
    }

    pub(crate) fn warn(&mut self, option: &'static str, at: Loc, message: impl Into<String>) {
        if !self.sources.in_system_header(at) {
            self.diag(Diagnostic::warning(option, Span::at(at), message));
        }
    }

    /// What the standard demands a diagnostic for: an error under `-pedantic-errors`.
    pub(crate) fn demanded(&mut self, at: Loc, message: impl Into<String>) {
        match self.options.warnings.pedantic_errors {
            true => self.error(at, message),
            false => self.warn("", at, message),
        }
    }

    /// A warning as its option has it here.
    pub(crate) fn diag(&mut self, diag: Diagnostic) {
        let level = self.pragmas.level(diag.option, &self.options.warnings);
        self.diags.extend(diag.at_level(level));
    }

    /// An error after which the rest of the text is not read.
    pub(crate) fn fatal(&mut self, at: Loc, message: impl Into<String>) {
        if !self.stopped {
            self.stopped = true;
            self.error(at, message);
        }
    }

    /// What the lexer complained of, in words.
    #[cold]
    pub(crate) fn report_faults(&mut self) {
        for (fault, loc) in std::mem::take(&mut self.faults) {
            let outermost = self.stack.len() == 1;
            match fault {
                Fault::OpenComment => {
                    if outermost {
                        self.unfinished.get_or_insert(Unfinished::Comment);
                    }
                    self.error(loc, "unterminated comment");
                }
                Fault::OpenRawString => {
                    if outermost {
                        self.unfinished.get_or_insert(Unfinished::String);
                    }
                    self.error(loc, "unterminated raw string");
                }
                Fault::OpenString(quote) => {
                    let message = format!("missing terminating {} character", char::from(quote));
                    if self.in_directive {
                        self.warn("", loc, message);
                    } else {
                        self.error(loc, message);
                    }
                }
                Fault::Nul => self.warn("", loc, "null character(s) ignored"),
                Fault::SplicedSpace => {
                    self.warn("", loc, "backslash and newline separated by space");
                }
                Fault::SplicedEnd => self.warn("", loc, "backslash-newline at end of file"),
            }
        }
    }
}
