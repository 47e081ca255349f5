//! What is declared and never looked at: locals, parameters, labels, functions and objects of one
//! file. In: how often each was named, counted while parsing; out: warnings. Always: whatever is
//! named in any way but by being stored to in a statement of its own counts as used.

use super::Parser;
use crate::session::Mode;
use crate::tree::*;
use crate::types::Quals;
use preproc::diag::Diagnostic;
use preproc::source::Span;

/// How often the things of a function were named, and what is never reported.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    locals: Vec<u32>,
    labels: Vec<LabelId>,
    /// Declared in a block (and not made by the parser).
    declared: Vec<LocalId>,
    /// With an attribute that says so.
    quiet: Vec<LocalId>,
    quiet_labels: Vec<LabelId>,
    /// Empty statements that mean to fall through.
    pub(super) fall_through: Vec<StmtId>,
}

impl Mentions {
    pub(super) fn local(&mut self, local: LocalId) {
        if self.locals.len() <= local.index() {
            self.locals.resize(local.index() + 1, 0);
        }
        self.locals[local.index()] += 1;
    }

    pub(super) fn label(&mut self, label: LabelId) {
        self.labels.push(label);
    }

    pub(super) fn declare(&mut self, local: LocalId, quiet: bool) {
        self.declared.push(local);
        if quiet {
            self.quiet.push(local);
        }
    }

    pub(super) fn quiet(&mut self, local: LocalId) {
        self.quiet.push(local);
    }

    pub(super) fn quiet_label(&mut self, label: LabelId) {
        self.quiet_labels.push(label);
    }

    /// Locals got other numbers.
    pub(super) fn renumber(&mut self, moved: &[LocalId]) {
        let mut locals = vec![0; moved.len()];
        for (old, &n) in self.locals.iter().enumerate() {
            if let Some(new) = moved.get(old) {
                locals[new.index()] = n;
            }
        }
        self.locals = locals;
        for local in self.quiet.iter_mut().chain(&mut self.declared) {
            *local = moved.get(local.index()).copied().unwrap_or(*local);
        }
    }

    fn count(&self, local: LocalId) -> u32 {
        self.locals.get(local.index()).copied().unwrap_or(0)
    }
}

impl Parser<'_> {
    /// A symbol is named: not in its own body, which does not count.
    pub(super) fn mention_symbol(&mut self, symbol: SymbolId) {
        if self.func.symbol == Some(symbol) || self.outer.iter().any(|o| o.1.symbol == Some(symbol))
        {
            return;
        }
        if self.mentioned.len() <= symbol.index() {
            self.mentioned.resize((symbol.index() + 1).next_power_of_two(), false);
        }
        self.mentioned[symbol.index()] = true;
    }

    /// At the end of a function: `old_style` parameters may be there for the caller's sake.
    pub(super) fn warn_unused(&mut self, old_style: bool) {
        let names = ["variable", "but-set-variable", "parameter", "but-set-parameter", "label"];
        let on = |name: &str| self.warnings_may(&format!("unused-{name}"));
        if !names.iter().any(|name| on(name)) {
            return;
        }
        let mut set = vec![0u32; self.body.locals.len()];
        for stmt in &self.body.stmts {
            // (A step of `for` counts as a use, as to gcc.)
            if let StmtKind::Expr(e) = stmt.kind {
                count_stores(&self.body, e, &mut set);
            }
        }
        let params = if old_style { 0 } else { self.body.params };
        let mentions = std::mem::take(&mut self.func.mentions);
        let all = (0..params).map(LocalId).chain(mentions.declared.iter().copied());
        for id in all {
            let local = self.body.local(id);
            let (Some(name), span) = (local.name, local.span) else { continue };
            if mentions.quiet.contains(&id) || local.cleanup.is_some() {
                continue;
            }
            let param = id.0 < params;
            let text = self.names.text(name);
            match (mentions.count(id), param) {
                (0, true) => {
                    let message = format!("unused parameter '{text}'");
                    self.late_warning("unused-parameter", span, message);
                }
                (0, false) => {
                    let message = format!("unused variable '{text}'");
                    self.late_warning("unused-variable", span, message);
                }
                (n, _) if n == set[id.index()] => {
                    let (option, what) = match param {
                        true => ("unused-but-set-parameter", "parameter"),
                        false => ("unused-but-set-variable", "variable"),
                    };
                    let message = format!("{what} '{text}' set but not used");
                    self.late_warning(option, span, message);
                }
                _ => {}
            }
        }
        let mut named = vec![false; self.body.labels.len()];
        for label in mentions.labels.iter().chain(&mentions.quiet_labels) {
            named[label.index()] = true;
        }
        for (at, named) in named.into_iter().enumerate() {
            let label = &self.body.labels[at];
            let defined = self.func.label_defined.get(at) == Some(&true);
            if defined && !named {
                let text = self.names.text(label.name);
                let (span, message) = (label.span, format!("label '{text}' defined but not used"));
                self.late_warning("unused-label", span, message);
            }
        }
        self.func.mentions = mentions;
    }

    /// At the end of a file: what has internal linkage and is not named in it.
    pub(super) fn warn_unused_symbols(&mut self) {
        if self.mode == Mode::Prompt {
            return;
        }
        let functions = self.unit.functions.iter().filter_map(|f| f.symbol);
        let objects = self.unit.objects.iter().map(|object| object.symbol);
        let all: Vec<SymbolId> = functions.chain(objects).collect();
        for &id in &self.unit.aliases {
            if let Some(target) = self.ctx.symbol(id).attrs.alias.clone() {
                self.alias_targets.push(target);
            }
        }
        for id in all {
            let symbol = self.ctx.symbol(id);
            let attrs = &symbol.attrs;
            let kept = attrs.used
                || attrs.unused
                || attrs.inline
                || attrs.constructor.is_some()
                || attrs.destructor.is_some()
                || attrs.ifunc.is_some()
                || attrs.alias.is_some()
                || self.alias_targets.contains(&symbol.link_name);
            let named = self.mentioned.get(id.index()) == Some(&true);
            let Some(name) = symbol.name else { continue };
            let text = self.names.text(name);
            if kept || named || symbol.linkage == Linkage::External || text.starts_with("__func") {
                continue;
            }
            let block = symbol.link_name != text;
            let constant = symbol.ty.quals.has(Quals::CONST);
            let option = match symbol.kind {
                SymbolKind::Function => "unused-function",
                SymbolKind::Object if constant && !block => "unused-const-variable",
                SymbolKind::Object => "unused-variable",
            };
            let (span, message) = match block {
                true => (symbol.span, format!("unused variable '{text}'")),
                false => (symbol.span, format!("'{text}' defined but not used")),
            };
            if option == "unused-const-variable" && self.is_included(span) {
                continue;
            }
            self.late_warning(option, span, message);
        }
    }

    /// Does it stand in a header?
    fn is_included(&self, span: Span) -> bool {
        let Some(sources) = self.sources() else { return false };
        let file = sources.file_of(sources.call_site(span.start));
        file.is_some_and(|id| sources.file(id).included_at != preproc::source::Loc::NOWHERE)
    }

    /// A static function that is called and nowhere defined.
    pub(super) fn warn_never_defined(&mut self) {
        if self.mode != Mode::File {
            return;
        }
        for id in std::mem::take(&mut self.static_functions) {
            let symbol = self.ctx.symbol(id);
            let open = symbol.definition == Definition::None
                && symbol.linkage == Linkage::Internal
                && symbol.attrs.alias.is_none()
                && symbol.attrs.ifunc.is_none();
            let Some(name) = symbol.name.filter(|_| open) else { continue };
            let (text, span) = (self.names.text(name), symbol.span);
            if self.mentioned.get(id.index()) == Some(&true) {
                let message = format!("'{text}' used but never defined");
                self.late_warning("undefined-internal", span, message);
            } else if !symbol.attrs.unused && !symbol.attrs.inline {
                let message = format!("'{text}' declared 'static' but never defined");
                self.late_warning("unused-function", span, message);
            }
        }
    }

    /// A warning found when its place lies behind the cursor.
    pub(super) fn late_warning(&mut self, option: &'static str, span: Span, message: String) {
        self.late_diag(Diagnostic::warning(option, span, message));
    }

    pub(super) fn late_diag(&mut self, diag: Diagnostic) {
        let late = std::mem::replace(&mut self.late, true);
        self.diag(diag);
        self.late = late;
    }
}

/// A store to a local whose value nobody uses. (One behind a comma counts as a use, as to gcc.)
fn count_stores(body: &Body, e: ExprId, set: &mut [u32]) {
    if let ExprKind::Assign(place, _)
    | ExprKind::AssignOp { place, .. }
    | ExprKind::IncDec { place, .. } = body.expr(e).kind
        && let ExprKind::Local(local) = body.expr(place).kind
    {
        set[local.index()] += 1;
    }
}
