//! Words, attributes and names where they may not stand. In: what was declared, and with which
//! words; out: messages.

use super::Parser;
use super::attr::Attrs;
use super::decl::Declared;
use super::spec::Specs;
use crate::scope::Entity;
use crate::tree::{Linkage, SymbolKind};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;

impl Parser<'_> {
    /// `inline` and `_Noreturn` are of functions only.
    pub(super) fn check_function_words(
        &mut self,
        specs: &Specs,
        what: &str,
        name: Name,
        span: Span,
    ) {
        for (said, word) in [(specs.inline, "inline"), (specs.noreturn, "_Noreturn")] {
            if said {
                let text = self.names.text(name);
                self.pedwarn("", span, format!("{what} '{text}' declared '{word}'"));
            }
        }
    }

    /// What makes another type of a scalar type makes none of a record.
    pub(super) fn check_record_attributes(&mut self, attrs: &Attrs) {
        let Some(set) = attrs.get() else { return };
        if let Some((mode, span)) = set.mode {
            let text = self.names.text(mode);
            self.error(span, format!("mode '{text}' applied to inappropriate type"));
        }
        if set.vector_size.is_some() {
            self.error(set.span, "invalid vector type for attribute 'vector_size'");
        }
    }

    /// `extern` in a block where a local hides the static object at file scope, which it would
    /// give linkage of both kinds.
    pub(super) fn hides_static(&mut self, declared: &Declared) -> bool {
        let visible = self.lookup(declared.name).map(|binding| binding.entity);
        let file = self.ctx.scopes.lookup_file(declared.name).copied();
        let Some(file) = file.filter(|file| visible.is_some_and(|seen| seen != file.entity)) else {
            return false;
        };
        let Entity::Symbol(symbol) = file.entity else { return false };
        let known = self.ctx.symbol(symbol);
        if known.kind != SymbolKind::Object || known.linkage != Linkage::Internal {
            return false;
        }
        let text = self.names.text(declared.name);
        let message = format!("'{text}' was declared 'static', and is declared 'extern' here");
        let diag = Diagnostic::error(declared.span, message);
        self.diag(diag.note(Some(file.span), "previously declared here"));
        true
    }
}
