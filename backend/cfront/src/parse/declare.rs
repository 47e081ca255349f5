//! What a declaration makes of a name: new symbol or one more word on an old one. In: a declared
//! name with type, storage class and attributes; out: symbols and bindings. The rules of linkage,
//! of `inline`, and of what may be declared twice are here; so is what the prompt allows beyond
//! them (everything at file scope may be declared anew).

use super::Parser;
use super::attr::merge_symbol;
use super::decl::Declared;
use super::spec::{Specs, Storage};
use crate::scope::{Binding, Entity};
use crate::session::{Mode, Standard};
use crate::tree::{
    Definition, Linkage, Symbol, SymbolAttrs, SymbolId, SymbolKind, TlsModel, Visibility,
};
use crate::types::{FuncType, QType, Quals, Type, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;

impl Parser<'_> {
    pub(super) fn at_prompt_scope(&self) -> bool {
        self.mode == Mode::Prompt && self.ctx.scopes.depth() == 0
    }

    pub(super) fn in_header(&self, span: Span) -> bool {
        self.sources().is_some_and(|sources| sources.in_system_header(span.start))
    }

    /// At the prompt a name the user has defined stays his when a header declares it too.
    pub(super) fn keeps_own(
        &mut self,
        declared: &Declared,
        here: Option<Binding>,
        same: bool,
    ) -> bool {
        let Some(old) = here.filter(|_| self.at_prompt_scope() && !same) else { return false };
        let is_own = match old.entity {
            Entity::Symbol(symbol) => self.ctx.symbol(symbol).definition != Definition::None,
            Entity::EnumConst { .. } => true,
            _ => false,
        };
        let keeps = is_own && self.in_header(declared.span) && !self.in_header(old.span);
        if keeps {
            let text = self.names.text(declared.name);
            let message = format!("kept your {text}: a header declares another one");
            self.diag(Diagnostic::remark(message));
        }
        keeps
    }

    // ------------------------------------------------------------ typedefs

    pub(super) fn declare_typedef(&mut self, specs: &Specs, declared: &Declared) {
        let ty = declared.ty;
        if specs.align != 0 {
            self.error(declared.span, "'_Alignas' on a typedef");
        }
        if specs.thread {
            self.error(declared.span, "a typedef cannot be thread-local");
        }
        self.check_function_words(specs, "typedef", declared.name, declared.span);
        if let Some(set) = declared.attrs.get()
            && set.transparent_union
            && let Type::Record(record) = *self.ctx.types.get(ty.id)
        {
            self.ctx.record_mut(record).transparent_union = true;
        }
        let mut known_align = 0;
        if let Some(old) = self.ctx.scopes.lookup_here(declared.name).copied() {
            match old.entity {
                Entity::Typedef(before) if self.same_typedef(before, ty) => {
                    let text = self.names.text(declared.name).to_string();
                    if self.standard() < Standard::C11 {
                        let message = format!("redefinition of typedef '{text}'");
                        self.warn("pedantic", declared.span, message);
                    }
                    let more = u64::from(old.align).max(declared.attrs.aligned());
                    if before.id == ty.id && more == u64::from(old.align) {
                        return;
                    }
                    known_align = more;
                }
                _ if self.at_prompt_scope() => {}
                Entity::Typedef(before) => {
                    self.conflicting(declared.name, before, ty, declared.span, old.span);
                    return;
                }
                _ => {
                    self.different_kind(declared.name, declared.span, old.span);
                    return;
                }
            }
        }
        let own = specs.type_align_of(ty);
        let align = match declared.attrs.aligned().max(known_align) {
            0 => own,
            align => align,
        };
        self.name_by_typedef(ty, declared.name);
        let entity = Entity::Typedef(ty);
        self.ctx.scopes.bind_aligned(declared.name, entity, declared.span, align as u32);
    }

    /// May a typedef be declared again so? What varies in length is taken as it comes.
    fn same_typedef(&self, before: QType, ty: QType) -> bool {
        let types = &self.ctx.types;
        let varies = types.is_variably_modified(before.id) || types.is_variably_modified(ty.id);
        before == ty || ty.id == id::ERROR || varies && types.compatible(before, ty)
    }

    /// A type without a tag is shown by the first name it gets.
    fn name_by_typedef(&mut self, ty: QType, name: Name) {
        match *self.ctx.types.get(ty.id) {
            Type::Record(id) => {
                let record = self.ctx.types.record(id);
                if record.tag.is_none() && record.alias.is_none() {
                    self.ctx.record_mut(id).alias = Some(name);
                }
            }
            Type::Enum(id) => {
                let e = self.ctx.types.enumeration(id);
                if e.tag.is_none() && e.alias.is_none() {
                    self.ctx.enum_mut(id).alias = Some(name);
                }
            }
            _ => {}
        }
    }

    pub(super) fn different_kind(&mut self, name: Name, span: Span, before: Span) {
        let text = self.names.text(name);
        let message = format!("'{text}' redeclared as different kind of symbol");
        let diag = Diagnostic::error(span, message);
        self.diag(diag.note(Some(before), "previous declaration is here"));
    }

    pub(super) fn conflicting(
        &mut self,
        name: Name,
        old: QType,
        new: QType,
        span: Span,
        before: Span,
    ) {
        let text = self.names.text(name);
        let old = self.ctx.types.show_declaration(old, text, self.names);
        let new = self.ctx.types.show(new, self.names);
        let message = format!("conflicting types for '{text}'; have '{new}'");
        let diag = Diagnostic::error(span, message);
        self.diag(diag.note(Some(before), format!("previous declaration is '{old}'")));
    }

    // ------------------------------------------------------------ objects

    /// An object with static storage duration. `None`: it cannot be, and a message was given.
    pub(super) fn declare_symbol(
        &mut self,
        specs: &Specs,
        declared: &Declared,
        initialised: bool,
    ) -> Option<SymbolId> {
        let block = self.in_block();
        let linked = !block || specs.storage == Storage::Extern;
        let old = self.ctx.scopes.lookup_here(declared.name).copied();
        if self.keeps_own(declared, old, self.is_declared(old, declared.ty)) {
            return None;
        }
        let mut known = None;
        match old.map(|binding| binding.entity) {
            Some(Entity::Symbol(symbol))
                if self.ctx.symbol(symbol).kind == SymbolKind::Object && linked =>
            {
                if block && !self.has_linkage(declared.name, symbol) {
                    self.check_redeclared_static(declared, old);
                    return None;
                }
                known = Some(symbol);
            }
            Some(_) if self.at_prompt_scope() => {}
            Some(Entity::Symbol(symbol)) if self.ctx.symbol(symbol).kind == SymbolKind::Object => {
                self.check_redeclared_static(declared, old);
                return None;
            }
            Some(_) => {
                if let Some(old) = old {
                    self.different_kind(declared.name, declared.span, old.span);
                }
                return None;
            }
            None if linked && self.differs_outside(declared, SymbolKind::Object) => return None,
            None if linked && self.hides_static(declared) => return None,
            None if linked => known = self.linked_object(declared.name, specs),
            None => {}
        }
        if block && !linked {
            let symbol = self.block_static(specs, declared);
            return Some(symbol);
        }
        match known {
            Some(symbol) => self.redeclare_object(specs, declared, symbol, initialised, old),
            None => Some(self.new_object(specs, declared, initialised)),
        }
    }

    /// Of an object declared in a block: is it one that other scopes know?
    fn has_linkage(&self, name: Name, symbol: SymbolId) -> bool {
        let file = self.ctx.scopes.lookup_file(name).map(|binding| binding.entity);
        self.ctx.symbol(symbol).linkage == Linkage::External || file == Some(Entity::Symbol(symbol))
    }

    /// In a block: is the name that of something else outside? Says so.
    pub(super) fn differs_outside(&mut self, declared: &Declared, kind: SymbolKind) -> bool {
        let file = self.ctx.scopes.lookup_file(declared.name).map(|binding| binding.entity);
        let known = match file {
            Some(Entity::Symbol(symbol)) => Some(symbol),
            _ => self.ctx.external(declared.name),
        };
        let Some(known) = known.filter(|_| self.in_block()) else { return false };
        let (other, before) = (self.ctx.symbol(known).kind, self.ctx.symbol(known).span);
        if other != kind {
            self.different_kind(declared.name, declared.span, before);
        }
        other != kind
    }

    /// Whether a binding is a symbol of this type.
    pub(super) fn is_declared(&self, binding: Option<Binding>, ty: QType) -> bool {
        match binding.map(|binding| binding.entity) {
            Some(Entity::Symbol(symbol)) => {
                self.ctx.types.compatible_ids(self.ctx.symbol(symbol).ty.id, ty.id)
            }
            _ => false,
        }
    }

    fn check_redeclared_static(&mut self, declared: &Declared, old: Option<Binding>) {
        let text = self.names.text(declared.name);
        let message = format!("redeclaration of '{text}' with no linkage");
        let mut diag = Diagnostic::error(declared.span, message);
        if let Some(old) = old {
            diag = diag.note(Some(old.span), "previously declared here");
        }
        self.diag(diag);
    }

    /// The object an `extern` in an inner scope, or a declaration at file scope, speaks of.
    fn linked_object(&mut self, name: Name, specs: &Specs) -> Option<SymbolId> {
        let visible = self.lookup(name).map(|binding| binding.entity);
        if let (Some(Entity::Symbol(symbol)), Storage::Extern) = (visible, specs.storage) {
            let file = self.ctx.scopes.lookup_file(name).map(|binding| binding.entity);
            let known = self.ctx.symbol(symbol);
            let linked = known.linkage == Linkage::External || file == Some(Entity::Symbol(symbol));
            if known.kind == SymbolKind::Object && linked {
                return Some(symbol);
            }
        }
        let symbol = self.ctx.external(name)?;
        let known = self.ctx.symbol(symbol);
        (known.kind == SymbolKind::Object && self.mode != Mode::Prompt).then_some(symbol)
    }

    fn block_static(&mut self, specs: &Specs, declared: &Declared) -> SymbolId {
        let text = self.names.text(declared.name);
        let link_name = format!("{text}.{}", self.ctx.symbols.len());
        let symbol = self.ctx.new_symbol(Symbol {
            name: Some(declared.name),
            link_name,
            kind: SymbolKind::Object,
            ty: declared.ty,
            linkage: Linkage::Internal,
            definition: Definition::Defined,
            tls: None,
            attrs: SymbolAttrs::default(),
            span: declared.span,
        });
        self.apply_symbol_attrs(specs, declared, symbol);
        self.ctx.scopes.bind(declared.name, Entity::Symbol(symbol), declared.span);
        symbol
    }

    fn new_object(&mut self, specs: &Specs, declared: &Declared, initialised: bool) -> SymbolId {
        let linkage = match specs.storage {
            Storage::Static => Linkage::Internal,
            _ if specs.constexpr => Linkage::Internal,
            _ => Linkage::External,
        };
        let link_name = self.link_name(declared);
        let symbol = self.ctx.new_symbol(Symbol {
            name: Some(declared.name),
            link_name,
            kind: SymbolKind::Object,
            ty: declared.ty,
            linkage,
            definition: if initialised { Definition::Defined } else { Definition::None },
            tls: None,
            attrs: SymbolAttrs::default(),
            span: declared.span,
        });
        self.apply_symbol_attrs(specs, declared, symbol);
        self.ctx.scopes.bind(declared.name, Entity::Symbol(symbol), declared.span);
        if linkage == Linkage::External {
            self.note_external(declared.name, symbol);
        }
        symbol
    }

    /// One more declaration of a known object.
    fn redeclare_object(
        &mut self,
        specs: &Specs,
        declared: &Declared,
        symbol: SymbolId,
        initialised: bool,
        here: Option<Binding>,
    ) -> Option<SymbolId> {
        let known = self.ctx.symbol(symbol);
        let (old_ty, linkage, definition) = (known.ty, known.linkage, known.definition);
        let (before, old_tls) = (known.span, known.tls.is_some());
        let prompt = self.at_prompt_scope();
        // Since C23 there is no tentative definition of a thread's object.
        let thread_again = self.c23()
            && known.tls.is_some()
            && definition != Definition::None
            && specs.storage != Storage::Extern;
        let again = initialised && definition == Definition::Defined || thread_again;
        let thread = specs.thread || (specs.storage == Storage::Extern && old_tls);
        // Code may know the value of a constant already, and nobody can write to it.
        let constant = self.is_constant(old_ty) && again;
        let compatible = self.ctx.types.compatible(old_ty, declared.ty);
        if prompt && (!compatible || constant || thread != old_tls) {
            return Some(self.replace_object(specs, declared, symbol, initialised));
        }
        if !compatible {
            self.conflicting(declared.name, old_ty, declared.ty, declared.span, before);
            return None;
        }
        let known = definition != Definition::None || specs.storage == Storage::Extern;
        if known && !initialised && !prompt && here.is_some() {
            self.check_redundant(declared, before);
        }
        if specs.thread != old_tls && !(specs.storage == Storage::Extern && self.in_block()) {
            let text = self.names.text(declared.name);
            let message = if specs.thread {
                format!("thread-local declaration of '{text}' follows non-thread-local declaration")
            } else {
                format!("non-thread-local declaration of '{text}' follows thread-local declaration")
            };
            let diag = Diagnostic::error(declared.span, message);
            self.diag(diag.note(Some(before), "previous declaration is here"));
            return None;
        }
        let is_static = specs.storage == Storage::Static;
        let clash = match (linkage, is_static) {
            (Linkage::External, true) => Some(("static", "non-static")),
            (Linkage::Internal, false) if specs.storage != Storage::Extern => {
                Some(("non-static", "static"))
            }
            _ => None,
        };
        if let (Some((new, old)), false) = (clash, prompt) {
            let text = self.names.text(declared.name);
            let message = format!("{new} declaration of '{text}' follows {old} declaration");
            let diag = Diagnostic::error(declared.span, message);
            self.diag(diag.note(Some(before), "previous declaration is here"));
            return None;
        }
        if again {
            if !prompt {
                let text = self.names.text(declared.name);
                let diag = Diagnostic::error(declared.span, format!("redefinition of '{text}'"));
                self.diag(diag.note(Some(before), "previous definition is here"));
                return None;
            }
            self.reinitialised = Some(symbol);
            self.unit.redefined.push(symbol);
        }
        let ty = self.ctx.types.composite(old_ty.id, declared.ty.id);
        let known = self.ctx.symbol_mut(symbol);
        known.ty = QType { id: ty, quals: old_ty.quals };
        if initialised {
            known.definition = Definition::Defined;
            known.span = declared.span;
        }
        if let Some((label, _)) = &declared.label {
            known.link_name.clone_from(label);
        }
        self.apply_symbol_attrs(specs, declared, symbol);
        if here.is_none() {
            self.ctx.scopes.bind(declared.name, Entity::Symbol(symbol), declared.span);
        }
        Some(symbol)
    }

    fn is_constant(&self, ty: QType) -> bool {
        let elem = |ty: QType| match self.ctx.types.get(ty.id) {
            Type::Array { elem, .. } => Some(*elem),
            _ => None,
        };
        std::iter::successors(Some(ty), |ty| elem(*ty)).any(|ty| ty.quals.has(Quals::CONST))
    }

    /// At the prompt: another object of the name. What refers to the old one keeps it.
    pub(super) fn replace_object(
        &mut self,
        specs: &Specs,
        declared: &Declared,
        old: SymbolId,
        initialised: bool,
    ) -> SymbolId {
        let new = self.new_object(specs, declared, initialised);
        self.unit.replaced.push((old, new));
        new
    }

    /// A lasting object without a name.
    pub(super) fn unnamed_object(&mut self, ty: QType, span: Span) -> SymbolId {
        let link_name = format!(".L.{}", self.ctx.symbols.len());
        self.ctx.new_symbol(Symbol {
            name: None,
            link_name,
            kind: SymbolKind::Object,
            ty,
            linkage: Linkage::Internal,
            definition: Definition::Defined,
            tls: None,
            attrs: SymbolAttrs::default(),
            span,
        })
    }

    // ------------------------------------------------------------ names and attributes

    /// The name for the linker: label, `redefine_extname`, or the name itself; a number behind it
    /// where the prompt has one already.
    pub(super) fn link_name(&mut self, declared: &Declared) -> String {
        if let Some((label, _)) = &declared.label {
            return label.clone();
        }
        let extname = self.pragmas.extnames.iter().find(|(old, _)| *old == declared.name);
        if let Some(&(_, new)) = extname {
            return self.names.text(new).to_string();
        }
        let text = self.names.text(declared.name).to_string();
        if self.mode == Mode::Prompt {
            let file = self.ctx.scopes.lookup_file(declared.name).map(|binding| binding.entity);
            let used = matches!(file, Some(Entity::Symbol(_)))
                || self.ctx.external(declared.name).is_some();
            if used {
                return format!("{text}${}", self.ctx.next_version(declared.name));
            }
        }
        text
    }

    pub(super) fn note_external(&mut self, name: Name, symbol: SymbolId) {
        self.ctx.set_external(name, Some(symbol));
        if let Some(at) = self.pragmas.weak.iter().position(|(weak, _)| *weak == name) {
            let (_, target) = self.pragmas.weak.swap_remove(at);
            let target = target.map(|target| self.names.text(target).to_string());
            let attrs = &mut self.ctx.symbol_mut(symbol).attrs;
            attrs.weak = true;
            if target.is_some() {
                attrs.alias = target;
                self.unit.aliases.push(symbol);
            }
        }
    }

    pub(super) fn apply_symbol_attrs(
        &mut self,
        specs: &Specs,
        declared: &Declared,
        symbol: SymbolId,
    ) {
        let align = specs.align.max(specs.type_align_of(declared.ty));
        let visibility = self.pragmas.visibility;
        let default_model = TlsModel::GeneralDynamic;
        let known = self.ctx.symbol_mut(symbol);
        known.attrs.align = known.attrs.align.max(align);
        known.attrs.noreturn |= specs.noreturn;
        known.attrs.constexpr |= specs.constexpr;
        if specs.thread && known.tls.is_none() {
            known.tls = Some(default_model);
        }
        if visibility != Visibility::Default && known.linkage == Linkage::External {
            known.attrs.visibility = visibility;
        }
        let Some(set) = declared.attrs.get() else { return };
        merge_symbol(&mut known.attrs, &set.symbol);
        let internal = known.linkage == Linkage::Internal;
        let hidden = set.symbol.weak && internal;
        known.attrs.align = known.attrs.align.max(set.aligned);
        if let Some(visibility) = set.visibility {
            known.attrs.visibility = visibility;
        }
        if let (Some(model), true) = (set.tls_model, known.tls.is_some()) {
            known.tls = Some(model);
        }
        if let Some(target) = &set.weakref {
            known.attrs.weakref = true;
            if target.is_some() {
                known.attrs.alias.clone_from(target);
            }
        }
        if set.weakref.is_some() && !internal {
            let text = self.names.text(declared.name);
            let message = format!("weakref symbol '{text}' must have static linkage");
            self.error(declared.span, message);
        }
        if hidden {
            let text = self.names.text(declared.name);
            let message = format!("weak declaration of '{text}' must be public");
            self.error(declared.span, message);
        }
        let known = self.ctx.symbol_mut(symbol);
        let has_alias = known.attrs.alias.is_some() || known.attrs.ifunc.is_some();
        if has_alias && !self.unit.aliases.contains(&symbol) {
            if !known.attrs.weakref {
                known.definition = Definition::Defined;
            }
            self.unit.aliases.push(symbol);
        }
    }

    // ------------------------------------------------------------ names nobody declared

    /// A call of a name that nothing declares: what C89 makes of it, or `None` with a message.
    pub fn implicit_function(&mut self, name: Name, span: Span) -> Option<SymbolId> {
        if let Some(symbol) = self.ctx.external(name)
            && self.ctx.symbol(symbol).kind == SymbolKind::Function
        {
            self.ctx.scopes.bind(name, Entity::Symbol(symbol), span);
            return Some(symbol);
        }
        // Since C23 there is no such thing; `-w` and `-Wno-…` ask for the old ways.
        let strict = self.standard() >= Standard::C23
            && !self.ctx.options.permissive
            && self.warning_on("implicit-function-declaration");
        if strict {
            self.undeclared_function(name, span);
            return None;
        }
        // (In C89 it is no error even for those who ask for errors where the standard does.)
        let asked = self.ctx.options.warnings.asked("implicit-function-declaration")
            && !self.ctx.options.warnings.pedantic_errors;
        if self.standard() >= Standard::C99 || asked {
            let diag = self.undeclared_diag(name, span, true);
            self.diag(diag);
        }
        let ty = self.library_type(name).unwrap_or_else(|| {
            self.ctx.types.intern(Type::Function(FuncType {
                ret: id::INT.into(),
                params: Vec::new(),
                variadic: false,
                old_style: true,
            }))
        });
        let symbol = self.external_function(name, ty, span);
        self.ctx.symbol_mut(symbol).attrs.implicit = true;
        let text = self.names.text(name);
        let message = format!("nested extern declaration of '{text}'");
        self.warn("nested-externs", span, message);
        self.ctx.scopes.bind(name, Entity::Symbol(symbol), span);
        self.note_external(name, symbol);
        Some(symbol)
    }
}
