//! What a function's declaration makes of its name. In: a declared name of a function's type; out: a
//! new symbol, or one more word on an old one. The rules of linkage and of `inline` are here, and of
//! what the types of two declarations may differ in.

use super::Parser;
use super::decl::Declared;
use super::spec::{Specs, Storage};
use crate::scope::{Binding, Entity};
use crate::session::{Mode, Standard};
use crate::tree::{Definition, Linkage, Symbol, SymbolAttrs, SymbolId, SymbolKind};
use crate::types::{Type, TypeId};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;

impl Parser<'_> {
    /// A declaration of a function; `None`: it cannot be, and a message was given.
    pub(super) fn declare_function(
        &mut self,
        specs: &Specs,
        declared: &Declared,
        defines: bool,
    ) -> Option<SymbolId> {
        if specs.thread || specs.constexpr || specs.storage == Storage::Register {
            let text = self.names.text(declared.name);
            let message = format!("invalid storage class for function '{text}'");
            self.error(declared.span, message);
        }
        if specs.align != 0 {
            let text = self.names.text(declared.name);
            self.error(declared.span, format!("alignment specified for function '{text}'"));
        }
        if !defines && self.level == 0 && specs.inline && self.names.text(declared.name) == "main" {
            self.pedwarn("main", declared.span, "'main' declared 'inline'");
        }
        let ret = self.ctx.types.func(declared.ty.id).map(|func| func.ret.id);
        if ret.is_some_and(|ret| self.ctx.types.is_variably_modified(ret)) {
            let text = self.names.text(declared.name);
            let message = format!("'{text}', no nested function, has a variably modified type");
            self.error(declared.span, message);
        }
        let block = self.in_block();
        if block && specs.storage == Storage::Static {
            let text = self.names.text(declared.name);
            let message = format!("invalid storage class for function '{text}' in a block");
            self.error(declared.span, message);
        }
        let here = self.ctx.scopes.lookup_here(declared.name).copied();
        if self.keeps_own(declared, here, self.is_declared(here, declared.ty)) {
            return None;
        }
        let known = match here.map(|binding| binding.entity) {
            Some(Entity::Symbol(symbol))
                if self.ctx.symbol(symbol).kind == SymbolKind::Function =>
            {
                Some(symbol)
            }
            Some(_) if self.at_prompt_scope() => None,
            Some(_) => {
                if let Some(old) = here {
                    self.different_kind(declared.name, declared.span, old.span);
                }
                return None;
            }
            None if self.differs_outside(declared, SymbolKind::Function) => return None,
            None => self.linked_function(declared.name),
        };
        match known {
            Some(symbol) => self.redeclare_function(specs, declared, symbol, defines, here),
            None => Some(self.new_function(specs, declared, defines)),
        }
    }

    /// The function another scope declared under this name.
    fn linked_function(&self, name: Name) -> Option<SymbolId> {
        let file = self.ctx.scopes.lookup_file(name).map(|binding| binding.entity);
        if let Some(Entity::Symbol(symbol)) = file
            && self.ctx.symbol(symbol).kind == SymbolKind::Function
        {
            return Some(symbol);
        }
        let symbol = self.ctx.external(name)?;
        (self.ctx.symbol(symbol).kind == SymbolKind::Function).then_some(symbol)
    }

    fn new_function(&mut self, specs: &Specs, declared: &Declared, defines: bool) -> SymbolId {
        let linkage = match specs.storage {
            Storage::Static => Linkage::Internal,
            _ => Linkage::External,
        };
        let link_name = self.link_name(declared);
        let symbol = self.ctx.new_symbol(Symbol {
            name: Some(declared.name),
            link_name,
            kind: SymbolKind::Function,
            ty: declared.ty,
            linkage,
            definition: if defines { Definition::Defined } else { Definition::None },
            tls: None,
            attrs: SymbolAttrs::default(),
            span: declared.span,
        });
        self.apply_symbol_attrs(specs, declared, symbol);
        let only = self.inline_only(specs, declared);
        let replaceable = self.is_replaceable(declared.span);
        if defines && linkage == Linkage::External && !specs.inline {
            self.note_undeclared_definition(declared);
        }
        if self.ctx.types.func(declared.ty.id).is_some_and(|ty| ty.old_style) && !defines {
            let message = "this declaration says nothing of the parameters";
            self.warn("strict-prototypes", declared.span, message);
        }
        // `exit` and its like do not return, however they are declared.
        let types = &self.ctx.types;
        let function = types.func(declared.ty.id);
        let returns_nothing = function.is_some_and(|ty| *types.get(ty.ret.id) == Type::Void);
        let known_noreturn =
            returns_nothing && crate::known::is_noreturn(self.names.text(declared.name));
        let attrs = &mut self.ctx.symbol_mut(symbol).attrs;
        attrs.replaceable = replaceable;
        attrs.inline = specs.inline;
        attrs.noreturn |= linkage == Linkage::External && known_noreturn;
        attrs.inline_only = only && linkage == Linkage::External;
        self.ctx.scopes.bind(declared.name, Entity::Symbol(symbol), declared.span);
        match linkage {
            Linkage::External => self.note_external(declared.name, symbol),
            Linkage::Internal => self.static_functions.push(symbol),
        }
        symbol
    }

    /// A definition that no header promised.
    fn note_undeclared_definition(&mut self, declared: &Declared) {
        let text = self.names.text(declared.name).to_string();
        if text == "main" {
            return;
        }
        let message = format!("no prototype of '{text}' stands before its definition");
        self.warn("missing-prototypes", declared.span, message);
        let message = format!("no declaration of '{text}' stands before its definition");
        self.warn("missing-declarations", declared.span, message);
    }

    /// Does this declaration alone leave a definition without external symbol?
    fn inline_only(&self, specs: &Specs, declared: &Declared) -> bool {
        let gnu = self.gnu_inline(declared);
        let is_extern = specs.storage == Storage::Extern;
        // At the prompt there is no other unit that could have the external definition.
        let alone = !gnu && self.is_replaceable(declared.span);
        specs.inline && is_extern == gnu && specs.storage != Storage::Static && !alone
    }

    /// Whether a definition stands in the text of an input itself.
    fn is_replaceable(&self, span: Span) -> bool {
        self.mode == Mode::Prompt && !self.in_header(span)
    }

    fn gnu_inline(&self, declared: &Declared) -> bool {
        self.standard() < Standard::C99
            || self.ctx.options.gnu89_inline
            || declared.attrs.get().is_some_and(|set| set.gnu_inline)
    }

    fn redeclare_function(
        &mut self,
        specs: &Specs,
        declared: &Declared,
        symbol: SymbolId,
        defines: bool,
        here: Option<Binding>,
    ) -> Option<SymbolId> {
        let known = self.ctx.symbol(symbol);
        let (old_ty, linkage, before) = (known.ty, known.linkage, known.span);
        let defined = known.definition == Definition::Defined;
        let (implicit, was_only) = (known.attrs.implicit, known.attrs.inline_only);
        let prompt = self.at_prompt_scope();
        if !self.function_types_agree(old_ty.id, declared.ty.id) {
            if prompt || implicit && self.standard() < Standard::C23 && linkage_free(specs) {
                let new = self.new_function(specs, declared, defines);
                if prompt {
                    self.unit.replaced.push((symbol, new));
                } else {
                    let message = "conflicting types for an implicitly declared function";
                    let diag = Diagnostic::warning("", declared.span, message);
                    self.diag(diag.note(Some(before), "first used here"));
                }
                return Some(new);
            }
            self.conflicting(declared.name, old_ty, declared.ty, declared.span, before);
            return None;
        }
        if specs.storage == Storage::Static && linkage == Linkage::External {
            // GNU: an `extern inline` body stands in for whatever comes later.
            if !(prompt || implicit || was_only && defined) {
                let text = self.names.text(declared.name);
                let message =
                    format!("static declaration of '{text}' follows non-static declaration");
                let diag = Diagnostic::error(declared.span, message);
                self.diag(diag.note(Some(before), "previous declaration is here"));
                return None;
            }
            self.ctx.symbol_mut(symbol).linkage = Linkage::Internal;
            self.ctx.set_external(declared.name, None);
        }
        if defines && defined {
            // GNU: an `extern inline` body may be followed by the real one.
            if was_only && !self.inline_only(specs, declared) {
                self.unit.functions.retain(|function| function.symbol != Some(symbol));
            } else if !prompt {
                let text = self.names.text(declared.name);
                let diag = Diagnostic::error(declared.span, format!("redefinition of '{text}'"));
                self.diag(diag.note(Some(before), "previous definition is here"));
                return None;
            } else {
                self.unit.redefined.push(symbol);
                self.unit.functions.retain(|function| function.symbol != Some(symbol));
            }
        }
        if !defines && !implicit && !prompt && here.is_some() {
            self.check_redundant(declared, before);
        }
        let only = self.inline_only(specs, declared);
        let gnu = self.gnu_inline(declared);
        let ty = self.ctx.types.composite(old_ty.id, declared.ty.id);
        if let Some((label, _)) = &declared.label {
            self.ctx.symbol_mut(symbol).link_name.clone_from(label);
        }
        let replaceable = self.is_replaceable(declared.span);
        let known = self.ctx.symbol_mut(symbol);
        known.ty = ty.into();
        known.attrs.replaceable |= replaceable;
        known.attrs.implicit = false;
        known.attrs.inline |= specs.inline;
        // C99: one declaration without `inline`, or with `extern`, makes it external. GNU: what
        // the definition says counts.
        known.attrs.inline_only = match gnu {
            true if defines => only,
            true => known.attrs.inline_only,
            false => known.attrs.inline_only && only,
        };
        if defines {
            known.definition = Definition::Defined;
            known.span = declared.span;
        }
        self.apply_symbol_attrs(specs, declared, symbol);
        if here.is_none() {
            self.ctx.scopes.bind(declared.name, Entity::Symbol(symbol), declared.span);
        }
        Some(symbol)
    }

    /// Compatible, or made so by GNU's rule that a prototype with narrow parameters governs an
    /// old-style definition.
    fn function_types_agree(&self, old: TypeId, new: TypeId) -> bool {
        if self.ctx.types.compatible_ids(old, new) {
            return true;
        }
        let (Some(old), Some(new)) = (self.ctx.types.func(old), self.ctx.types.func(new)) else {
            return false;
        };
        self.ctx.types.compatible_ids(old.ret.id, new.ret.id)
            && old.ret.quals == new.ret.quals
            && (new.old_style && new.params.is_empty())
    }
}

/// May the declaration simply replace a guessed one?
fn linkage_free(specs: &Specs) -> bool {
    specs.storage != Storage::Typedef
}
