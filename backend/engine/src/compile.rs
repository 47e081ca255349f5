//! From text to an object: preprocessor, front end and lowering as one step, with one mark and
//! one rollback for what the first two remember.

use crate::source::{Language, Purpose};
use cfront::session::{Context, Mode};
use cfront::tree::Unit;
use preproc::diag::Diagnostic;
use preproc::{Preprocessed, Preprocessor, Unfinished};

/// The name of the function that holds an input's statements.
pub(crate) const SCRIPT: &str = "tine.script";

/// The part of a session that knows C.
pub(crate) struct Compiler {
    pub(crate) pp: Preprocessor,
    pub(crate) cx: Context,
    lower: lower::Options,
}

pub(crate) struct Mark {
    pp: preproc::Mark,
    cx: cfront::session::Mark,
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

impl Compiler {
    pub(crate) fn new(language: &Language) -> Compiler {
        let mut pp = Preprocessor::new(language.preproc());
        let cx = Context::new(&mut pp.names, language.cfront());
        Compiler { pp, cx, lower: language.lower(Purpose::Session, SCRIPT.into()) }
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { pp: self.pp.mark(), cx: self.cx.mark() }
    }

    pub(crate) fn rollback(&mut self, mark: &Mark) {
        self.cx.rollback(mark.cx);
        self.pp.rollback(mark.pp);
    }

    /// Compiles a text that is shown as `name`. What it declared stays until a rollback, also
    /// when it had errors: the caller decides.
    pub(crate) fn compile(&mut self, name: &str, text: &str, mode: Mode) -> Compiled {
        let source = self.pp.add_source(name, text);
        let Preprocessed { tokens, mut diags, unfinished } = self.pp.preprocess(source);
        if unfinished.is_some_and(|u| u != Unfinished::MacroCall || mode == Mode::Prompt) {
            return Compiled::Unfinished;
        }
        let checked = cfront::check_preprocessed(&mut self.cx, &mut self.pp, &tokens, mode);
        diags.extend(checked.diags);
        if checked.incomplete {
            return Compiled::Unfinished;
        }
        if diags.iter().any(Diagnostic::is_error) {
            return Compiled::Errors(diags);
        }
        let unit = checked.unit;
        match lower::lower(&unit, &self.cx.types, &self.cx.symbols, &self.lower, &self.pp.sources) {
            Ok(object) => Compiled::Object(Box::new(Product { unit, object, diags })),
            Err(error) => {
                diags.push(Diagnostic::error(error.span, error.message));
                Compiled::Errors(diags)
            }
        }
    }
}
