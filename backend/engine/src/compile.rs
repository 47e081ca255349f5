//! From text to an object: preprocessor, front end and lowering as one step, with one mark and
//! one rollback for what the first two remember.

use crate::source::{self, Language, Purpose};
use cfront::session::{Context, Mode};
use cfront::tree::Unit;
use preproc::diag::{Diagnostic, Severity};
use preproc::source::Span;
use preproc::{Preprocessed, Preprocessor, Unfinished};
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// The name of the function that holds an input's statements.
pub(crate) const SCRIPT: &str = "tine.script";

/// The name of the text that includes the headers an input left out.
pub(crate) const TAKEN: &str = "headers taken by themselves";

/// The part of a session that knows C.
pub(crate) struct Compiler {
    pub(crate) pp: Preprocessor,
    pub(crate) cx: Context,
    pub(crate) lower: lower::Options,
    /// The `#include` lines that the last text brought with it.
    pub(crate) taken: Vec<String>,
    /// The time of the stages since this was last set.
    pub(crate) spent: Spent,
}

/// Time by stage.
#[derive(Clone, Copy, Default)]
pub(crate) struct Spent {
    pub(crate) lex: Duration,
    pub(crate) parse: Duration,
    pub(crate) lower: lower::Spent,
}

pub(crate) struct Mark {
    pp: preproc::Mark,
    pub(crate) cx: cfront::session::Mark,
}

/// What a text came to.
pub(crate) enum Compiled {
    Object(Box<Product>),
    /// The text has errors; nothing was made.
    Errors(Vec<Diagnostic>),
    /// The text stops in the middle of something.
    Unfinished,
}

pub(crate) struct Product {
    pub(crate) unit: Unit,
    pub(crate) object: lower::Object,
    /// Warnings and notes.
    pub(crate) diags: Vec<Diagnostic>,
}

/// What the front end made of a text.
pub(crate) enum Checked {
    Unit(Box<Unit>, Vec<Diagnostic>),
    Errors(Vec<Diagnostic>),
    /// What is missing at its end.
    Unfinished(Vec<Diagnostic>),
}

impl Compiler {
    pub(crate) fn new(language: &Language) -> Compiler {
        let mut pp = Preprocessor::new(language.preproc(Purpose::Session));
        let cx = Context::new(&mut pp.names, language.cfront());
        Compiler {
            pp,
            cx,
            lower: language.lower(Purpose::Session, SCRIPT.into()),
            taken: Vec::new(),
            spent: Spent::default(),
        }
    }

    /// How the session's inputs are lowered.
    pub(crate) fn options(&self) -> &lower::Options {
        &self.lower
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { pp: self.pp.mark(), cx: self.cx.mark() }
    }

    pub(crate) fn rollback(&mut self, mark: &Mark) {
        self.cx.rollback(mark.cx);
        self.pp.rollback(mark.pp);
    }

    /// As it was before the first input, whose changes may not be remembered any more.
    pub(crate) fn start_anew(&mut self, language: &Language) {
        let mut fresh = Compiler::new(language);
        fresh.pp.take_files(&mut self.pp);
        std::mem::swap(&mut fresh.lower, &mut self.lower);
        *self = fresh;
    }

    /// Nobody will go back to a moment before `mark`, but to the very first. The places `code`
    /// yields and the texts of which `is_needed` are still spoken of.
    pub(crate) fn forget_before<S: Iterator<Item = Span>>(
        &mut self,
        mark: &Mark,
        code: impl FnOnce() -> S,
        is_needed: impl Fn(&str) -> bool,
    ) {
        self.cx.forget_before(&mark.cx);
        let spans = || self.cx.spans().chain(code());
        self.pp.forget_before(&mark.pp, spans, is_needed);
    }

    /// Whether the texts since `mark` declared nothing.
    pub(crate) fn is_as_before(&self, mark: &Mark) -> bool {
        self.cx.is_as_before(&mark.cx) && self.pp.is_as_before(&mark.pp)
    }

    /// Compiles a text that is shown as `name`. What it declared stays until a rollback, also
    /// when it had errors: the caller decides.
    pub(crate) fn compile(&mut self, name: &str, text: &str, mode: Mode) -> Compiled {
        let (unit, mut diags) = match self.check(name, text, mode) {
            Checked::Unit(unit, diags) => (*unit, diags),
            Checked::Errors(diags) => return Compiled::Errors(diags),
            Checked::Unfinished(_) => return Compiled::Unfinished,
        };
        let texts = source::texts(&self.pp, &self.cx, self.lower.debug);
        match lower::lower(&unit, &self.cx.types, &self.cx.symbols, &self.lower, &texts) {
            Ok(object) => {
                self.spent.lower = object.spent;
                Compiled::Object(Box::new(Product { unit, object, diags }))
            }
            Err(error) => {
                diags.push(Diagnostic::error(error.span, error.message));
                Compiled::Errors(diags)
            }
        }
    }

    /// The first half of [`Compiler::compile`]: the typed tree. At the prompt, names of the
    /// standard library bring their headers with them, and a note says so.
    pub(crate) fn check(&mut self, name: &str, text: &str, mode: Mode) -> Checked {
        let mark = self.mark();
        let mut headers: Vec<String> = Vec::new();
        loop {
            let checked = self.check_after(&headers, name, text, mode);
            let Checked::Errors(diags) = &checked else {
                return match checked {
                    Checked::Unit(unit, diags) => {
                        let diags = noted(&headers, diags);
                        self.taken = headers;
                        Checked::Unit(unit, diags)
                    }
                    other => other,
                };
            };
            let missing = missing_headers(diags);
            let fresh: Vec<String> =
                missing.into_iter().filter(|header| !headers.contains(header)).collect();
            if mode != Mode::Prompt || fresh.is_empty() || headers.len() > MOST_HEADERS {
                return checked;
            }
            self.rollback(&mark);
            headers.extend(fresh);
        }
    }

    fn check_after(&mut self, headers: &[String], name: &str, text: &str, mode: Mode) -> Checked {
        let start = Instant::now();
        let (mut tokens, mut diags) = (Vec::new(), Vec::new());
        if !headers.is_empty() {
            let lines: String = headers.iter().map(|line| format!("{line}\n")).collect();
            let source = self.pp.add_source(TAKEN, lines);
            let before = self.pp.preprocess(source);
            tokens = before.tokens;
            tokens.pop();
            diags = before.diags;
        }
        let source = self.pp.add_source(name, text);
        let Preprocessed { tokens: own, diags: said, unfinished } = self.pp.preprocess(source);
        tokens.extend(own);
        diags.extend(said);
        if unfinished.is_some_and(|u| u != Unfinished::MacroCall || mode == Mode::Prompt) {
            return Checked::Unfinished(diags);
        }
        let lexed = Instant::now();
        let checked = cfront::check_preprocessed(&mut self.cx, &mut self.pp, tokens, mode);
        self.spent.lex += lexed - start;
        self.spent.parse += lexed.elapsed();
        extend(&mut diags, checked.diags);
        if checked.incomplete {
            return Checked::Unfinished(diags);
        }
        match diags.iter().any(Diagnostic::is_error) {
            true => Checked::Errors(diags),
            false => Checked::Unit(Box::new(checked.unit), diags),
        }
    }

    /// The functions of a unit as Cranelift's text.
    pub(crate) fn clif(&self, unit: &Unit) -> String {
        lower::clif(unit, &self.cx.types, &self.cx.symbols, &self.lower)
    }

    /// The same as instructions.
    pub(crate) fn asm(&self, unit: &Unit) -> String {
        lower::asm(unit, &self.cx.types, &self.cx.symbols, &self.lower, &self.pp.sources)
    }
}

/// Adds what the parser says, but for errors at tokens that the preprocessor has called wrong.
pub(crate) fn extend(diags: &mut Vec<Diagnostic>, parsed: Vec<Diagnostic>) {
    let is_placed = |d: &&Diagnostic| d.is_error() && d.span != Span::default();
    let wrong: HashSet<_> = diags.iter().filter(is_placed).map(|d| d.span.start).collect();
    diags.extend(parsed.into_iter().filter(|d| !d.is_error() || !wrong.contains(&d.span.start)));
}

/// How many headers one input may bring with it.
const MOST_HEADERS: usize = 16;

/// The `#include` lines that the errors ask for.
fn missing_headers(diags: &[Diagnostic]) -> Vec<String> {
    let fixes = diags.iter().filter(|d| d.is_error()).flat_map(|d| &d.fixes);
    let mut lines: Vec<String> =
        fixes.map(|fix| fix.text.clone()).filter(|t| t.starts_with("#include <")).collect();
    lines.sort();
    lines.dedup();
    lines
}

fn noted(headers: &[String], mut diags: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for (at, line) in headers.iter().enumerate() {
        let note = Diagnostic::error(Span::default(), format!("{line} was taken"));
        diags.insert(at, Diagnostic { severity: Severity::Note, ..note });
    }
    diags
}
