//! Pragmas that reach the front end: `pack`, `weak`, `redefine_extname`, `GCC visibility`,
//! `GCC diagnostic`, `STDC …`. They come in as the tokens between `Pragma` and `PragmaEnd`, and
//! go out as changes of [`PragmaState`]. Unknown ones give a warning, as gcc's do.

use super::Parser;
use crate::session::Options;
use crate::tree::Visibility;
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::{Loc, Span};
use preproc::token::{Tok, Token};
use preproc::warnings::{Level, Pragmas, Refused};

/// What pragmas have set so far.
pub(crate) struct PragmaState {
    /// Greatest alignment of members; 0 for none.
    pub(crate) pack: u64,
    pack_default: u64,
    pack_stack: Vec<(Option<Name>, u64)>,
    pub(crate) visibility: Visibility,
    visibility_stack: Vec<Visibility>,
    /// `#pragma weak name` and `#pragma weak name = target`, for names not yet declared.
    pub(crate) weak: Vec<(Name, Option<Name>)>,
    /// `#pragma redefine_extname old new`.
    pub(crate) extnames: Vec<(Name, Name)>,
    /// `GCC diagnostic` settings in force.
    pub(crate) diagnostics: Pragmas,
    /// Where they changed, and to what.
    pub(crate) changes: Vec<(Loc, Pragmas)>,
}

impl PragmaState {
    pub(crate) fn new(options: &Options) -> PragmaState {
        PragmaState {
            pack: options.pack_struct,
            pack_default: options.pack_struct,
            pack_stack: Vec::new(),
            visibility: options.visibility,
            visibility_stack: Vec::new(),
            weak: Vec::new(),
            extnames: Vec::new(),
            diagnostics: Pragmas::default(),
            changes: Vec::new(),
        }
    }
}

impl Parser<'_> {
    pub(super) fn obey_pragma(&mut self, at: Token, tokens: &[Token]) {
        let Some(first) = tokens.first() else { return };
        let span = Span::at(first.loc);
        match self.names.text(first.text) {
            "pack" => self.pragma_pack(span, &tokens[1..]),
            "scalar_storage_order" => {
                let order = tokens.get(1).map_or("", |word| self.names.text(word.text));
                if !matches!(order, "default" | "little") {
                    let message = "only the little-endian order of scalars is supported";
                    self.error(span, message);
                }
            }
            "weak" => self.pragma_weak(span, &tokens[1..]),
            "redefine_extname" => match tokens[1..] {
                [old, new, ..] if old.kind == Tok::Ident && new.kind == Tok::Ident => {
                    self.pragma_extname(old.text, new.text);
                }
                _ => self.warn("pragmas", span, "malformed '#pragma redefine_extname', ignored"),
            },
            "GCC" => self.pragma_gcc(span, &tokens[1..]),
            // Contraction, rounding mode and limited range are the same everywhere for us: no
            // expression is contracted and complex products follow Annex G.
            "STDC" | "message" | "once" | "omp" | "region" | "endregion" | "clang" => {}
            other => {
                let message = format!("unknown pragma '{other}', ignored");
                self.warn("unknown-pragmas", Span::at(at.loc), message);
            }
        }
    }

    /// `pack()`, `pack(n)`, `pack(push[, id][, n])`, `pack(pop[, id])`.
    fn pragma_pack(&mut self, span: Span, tokens: &[Token]) {
        let words: Vec<&Token> = tokens
            .iter()
            .filter(|t| !matches!(t.kind, Tok::LParen | Tok::RParen | Tok::Comma))
            .collect();
        let mut number = None;
        let mut label = None;
        let mut action = "";
        for (index, token) in words.iter().enumerate() {
            let text = self.names.text(token.text);
            match token.kind {
                Tok::Number => match text.parse::<u64>() {
                    Ok(n @ (0 | 1 | 2 | 4 | 8 | 16)) => number = Some(n),
                    _ => {
                        let message = "alignment must be a small power of two, not ".to_string();
                        let message = message + text;
                        self.warn("pragmas", span, message);
                        return;
                    }
                },
                Tok::Ident if index == 0 && text == "push" => action = "push",
                Tok::Ident if index == 0 && text == "pop" => action = "pop",
                Tok::Ident if index > 0 => label = Some(token.text),
                _ => {
                    self.warn("pragmas", span, "malformed '#pragma pack', ignored");
                    return;
                }
            }
        }
        let state = &mut self.pragmas;
        match action {
            "push" => {
                state.pack_stack.push((label, state.pack));
                state.pack = number.unwrap_or(state.pack);
            }
            "pop" => {
                let found = match label {
                    Some(_) => state.pack_stack.iter().rposition(|(name, _)| *name == label),
                    None => state.pack_stack.len().checked_sub(1),
                };
                match found {
                    Some(at) => {
                        state.pack = state.pack_stack[at].1;
                        state.pack_stack.truncate(at);
                        state.pack = number.unwrap_or(state.pack);
                    }
                    None => {
                        let message = "'#pragma pack(pop)' without a matching push";
                        self.warn("pragmas", span, message);
                    }
                }
            }
            _ => state.pack = number.unwrap_or(state.pack_default),
        }
    }

    fn pragma_weak(&mut self, span: Span, tokens: &[Token]) {
        let (name, target) = match tokens {
            [name, eq, target, ..] if eq.kind == Tok::Eq => (name.text, Some(target.text)),
            [name, ..] if name.kind == Tok::Ident => (name.text, None),
            _ => {
                self.warn("pragmas", span, "malformed '#pragma weak', ignored");
                return;
            }
        };
        match (self.ctx.external(name), target) {
            (Some(symbol), None) => self.ctx.symbol_mut(symbol).attrs.weak = true,
            (Some(symbol), Some(target)) => {
                let target = self.names.text(target).to_string();
                let attrs = &mut self.ctx.symbol_mut(symbol).attrs;
                attrs.weak = true;
                attrs.alias = Some(target);
            }
            (None, _) => self.pragmas.weak.push((name, target)),
        }
    }

    fn pragma_extname(&mut self, old: Name, new: Name) {
        match self.ctx.external(old) {
            Some(symbol) => {
                let new = self.names.text(new).to_string();
                self.ctx.symbol_mut(symbol).link_name = new;
            }
            None => self.pragmas.extnames.push((old, new)),
        }
    }

    fn pragma_gcc(&mut self, span: Span, tokens: &[Token]) {
        let word = |at: usize| tokens.get(at).map_or("", |t| self.names.text(t.text));
        match (word(0), word(1)) {
            ("visibility", "push") => {
                let visibility = match word(3) {
                    "default" => Visibility::Default,
                    "hidden" => Visibility::Hidden,
                    "protected" => Visibility::Protected,
                    "internal" => Visibility::Internal,
                    other => {
                        let message = format!("unknown visibility '{other}'");
                        self.warn("pragmas", span, message);
                        return;
                    }
                };
                self.pragmas.visibility_stack.push(self.pragmas.visibility);
                self.pragmas.visibility = visibility;
            }
            ("visibility", "pop") => match self.pragmas.visibility_stack.pop() {
                Some(old) => self.pragmas.visibility = old,
                None => self.warn("pragmas", span, "visibility pop without a matching push"),
            },
            ("diagnostic", _) => self.pragma_diagnostic(span, &tokens[1..]),
            // Optimisation pragmas change no meaning here; `poison`, `dependency`, `warning`,
            // `error` and `system_header` are the preprocessor's.
            _ => {}
        }
    }

    /// `push`, `pop`, or `ignored`, `warning`, `error` and an option's name.
    fn pragma_diagnostic(&mut self, span: Span, tokens: &[Token]) {
        self.change_diagnostics(span, tokens);
        let then = self.pragmas.diagnostics.clone();
        self.pragmas.changes.push((span.start, then));
    }

    fn change_diagnostics(&mut self, span: Span, tokens: &[Token]) {
        let word = |at: usize| tokens.get(at).map_or("", |t| self.names.text(t.text));
        let level = match word(0) {
            "push" => return self.pragmas.diagnostics.push(),
            "pop" => return self.pragmas.diagnostics.pop(),
            "ignored" => Level::Off,
            "warning" => Level::Warning,
            "error" => Level::Error,
            _ => {
                let message = "expected 'push', 'pop', 'ignored', 'warning' or 'error' behind \
                               '#pragma GCC diagnostic'";
                return self.warn("pragmas", span, message);
            }
        };
        let option = word(1).trim_matches('"').to_string();
        let at = tokens.get(1).map_or(span, |token| Span::at(token.loc));
        let Err(refused) = self.pragmas.diagnostics.set(&option, level) else { return };
        let message = format!("'{option}' is not the name of a warning");
        let diag = Diagnostic::warning("pragmas", at, message);
        self.diag(match refused {
            Refused::Unknown(Some(near)) => diag.note(None, format!("did you mean '-W{near}'?")),
            _ => diag.note(None, "a name is written as a string: \"-Wformat\""),
        });
    }
}
