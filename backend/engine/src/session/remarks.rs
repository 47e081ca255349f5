//! What is good to know when names are defined again. In: a unit that ran, and what its names meant
//! before; out: a remark for each that means something else, with who still uses the old meaning.
//!
//! What always holds: a use is kept for what stands only, and a rollback cuts the list back.

use super::Session;
use cfront::scope::Entity;
use cfront::tree::{
    Definition, Expr, ExprKind, Function, StaticTarget, SymbolId, SymbolKind, Unit,
};
use cfront::types::{RecordId, Type, TypeId};
use preproc::diag::Diagnostic;
use preproc::source::Span;
use std::collections::HashSet;

/// Which of the session's functions and objects a definition speaks of.
pub(super) struct Use {
    user: SymbolId,
    used: Box<[SymbolId]>,
}

/// More users than these are counted.
const MOST_NAMED: usize = 4;

impl Session {
    /// A name that is a macro and was not replaced has parameters: it stood without arguments.
    pub(super) fn with_macro(&self, diag: Diagnostic) -> Diagnostic {
        let quoted = diag.message.strip_suffix("' undeclared").and_then(|m| m.strip_prefix('\''));
        match quoted.filter(|name| self.is_macro(name)).map(str::to_string) {
            Some(name) => {
                diag.note(None, format!("it is a macro with parameters: write {name}(…)"))
            }
            None => diag,
        }
    }

    /// Remembers who uses whom.
    pub(super) fn note_uses(&mut self, unit: &Unit) {
        for function in &unit.functions {
            let Some(user) = function.symbol else { continue };
            let mut used = Vec::new();
            symbols_of(function, &mut used);
            self.note_use(user, used, unit);
        }
        for object in &unit.objects {
            let targets = object.init.relocs.iter().filter_map(|reloc| match reloc.target {
                StaticTarget::Symbol(symbol) => Some(symbol),
                StaticTarget::String(_) => None,
            });
            self.note_use(object.symbol, targets.collect(), unit);
        }
    }

    fn note_use(&mut self, user: SymbolId, mut used: Vec<SymbolId>, unit: &Unit) {
        let cx = &self.compiler.cx;
        used.sort_unstable();
        used.dedup();
        used.retain(|id| {
            let symbol = cx.symbol(*id);
            *id != user && symbol.name.is_some() && symbol.definition != Definition::None
        });
        if cx.symbol(user).kind == SymbolKind::Function {
            let is_value = |id: &SymbolId| cx.symbol(*id).link_name.starts_with('$');
            let values: Vec<SymbolId> = used.iter().copied().filter(is_value).collect();
            values.into_iter().for_each(|id| self.compiler.cx.pin_value(id));
        }
        // One that uses nothing any more has to say so.
        if !used.is_empty() || unit.redefined.contains(&user) {
            self.uses.push(Use { user, used: used.into() });
        }
    }

    /// Of what each said before the mark `before` only the last counts; nobody goes back further.
    pub(super) fn forget_uses(&mut self, before: usize) {
        let old = before.saturating_sub(self.uses_gone);
        if old <= 2 * self.uses_kept + 64 {
            return;
        }
        let mut young = self.uses.split_off(old.min(self.uses.len()));
        let mut seen = HashSet::new();
        self.uses.reverse();
        self.uses.retain(|one| seen.insert(one.user));
        self.uses.reverse();
        self.uses_kept = self.uses.len();
        self.uses_gone += old - self.uses_kept;
        self.uses.append(&mut young);
    }

    /// The names of definitions that stand and use `symbol`.
    fn users_of(&self, symbol: SymbolId) -> Vec<String> {
        let mut seen = HashSet::new();
        let mut users = Vec::new();
        for one in self.uses.iter().rev() {
            if seen.insert(one.user) && one.used.contains(&symbol) {
                users.extend(self.visible_name(one.user));
            }
        }
        users.reverse();
        users
    }

    /// A symbol's name, if that still means it.
    /// Where a unit first speaks of the symbol that the linker knows by this name.
    pub(super) fn place_of_use(&self, link_name: &str, unit: &Unit) -> Option<Span> {
        let cx = &self.compiler.cx;
        let functions = unit.functions.iter().chain(&unit.script);
        let exprs = functions.flat_map(|function| &function.body.exprs);
        let speaks = |expr: &&Expr| match expr.kind {
            ExprKind::Symbol(symbol) => cx.symbol(symbol).link_name == link_name,
            _ => false,
        };
        exprs.filter(speaks).map(|expr| expr.span).min_by_key(|span| span.start)
    }

    fn visible_name(&self, id: SymbolId) -> Option<String> {
        let cx = &self.compiler.cx;
        let name = cx.symbol(id).name?;
        let means = cx.scopes.lookup_file(name)?.entity;
        (means == Entity::Symbol(id)).then(|| self.names().text(name).to_string())
    }

    /// What a unit that has just run defined again.
    pub(super) fn remarks(&self, unit: &Unit, before: &cfront::session::Mark) -> Vec<Diagnostic> {
        let cx = &self.compiler.cx;
        let mut remarks = Vec::new();
        let mut say = |text: String| {
            let remark = Diagnostic::remark(text);
            if !remarks.contains(&remark) {
                remarks.push(remark);
            }
        };
        for id in &unit.redefined {
            let symbol = cx.symbol(*id);
            let is_function = symbol.kind == SymbolKind::Function;
            if is_function && !self.sources().in_system_header(symbol.span.start) {
                symbol.name.into_iter().for_each(|name| {
                    say(format!("redefined {}", self.names().text(name)));
                });
            }
        }
        for (old, new) in cx.retagged_since(before) {
            let users = self.declared_with(old);
            if !cx.types.compatible_ids(old, new) && !users.is_empty() {
                let tag = self.types().show(new.into(), self.names());
                say(format!("redefined {tag}; {} the old one", keep(&users)));
            }
        }
        for (old, new) in cx.rebound_since(before) {
            let name = self.names().text(new.name);
            let both_constants = matches!(
                (old.entity, new.entity),
                (Entity::EnumConst { .. }, Entity::EnumConst { .. })
            );
            let same_type = matches!((old.entity, new.entity),
                (Entity::Typedef(old), Entity::Typedef(new)) if old.id == new.id);
            // `_` means the last value, and a header may say again what a header said.
            let ours = [old, new].map(|b| !self.sources().in_system_header(b.span.start));
            if name == "_" || both_constants || same_type || ours == [false, false] {
                continue;
            }
            let (was, is) =
                (self.entity_text(old.entity, name), self.entity_text(new.entity, name));
            let users = match old.entity {
                Entity::Symbol(symbol) => self.users_of(symbol),
                _ => Vec::new(),
            };
            say(match (was == is, users.is_empty()) {
                (true, true) => format!("redefined {name}"),
                (true, false) => format!("redefined {name}; {} the old one", keep(&users)),
                (false, true) => format!("redefined {name}: now {is}, before {was}"),
                (false, false) => {
                    format!("redefined {name}: now {is}; {} the old {was}", keep(&users))
                }
            });
        }
        remarks
    }

    fn entity_text(&self, entity: Entity, name: &str) -> String {
        let declared = |ty| self.types().show_declaration(ty, name, self.names());
        match entity {
            Entity::Symbol(symbol) => declared(self.compiler.cx.symbol(symbol).ty),
            Entity::Typedef(ty) => format!("typedef {}", declared(ty)),
            Entity::EnumConst { .. } => format!("enumerator {name}"),
            _ => name.to_string(),
        }
    }

    /// The objects and functions whose types speak of a record or an enumeration.
    fn declared_with(&self, tag: TypeId) -> Vec<String> {
        let cx = &self.compiler.cx;
        let mut found: Vec<String> = cx
            .scopes
            .visible()
            .filter_map(|binding| {
                let Entity::Symbol(id) = binding.entity else { return None };
                let name = self.names().text(binding.name);
                let is_value = name == "_" || name.starts_with('$');
                let speaks = self.speaks_of(cx.symbol(id).ty.id, tag, &mut HashSet::new());
                (speaks && !is_value).then(|| name.to_string())
            })
            .collect();
        found.reverse();
        found
    }

    fn speaks_of(&self, ty: TypeId, tag: TypeId, seen: &mut HashSet<RecordId>) -> bool {
        let mut of = |ty: TypeId| self.speaks_of(ty, tag, seen);
        if ty == tag {
            return true;
        }
        match self.types().get(ty) {
            Type::Pointer(to) => of(to.id),
            Type::Array { elem, .. } => of(elem.id),
            Type::Function(f) => of(f.ret.id) || f.params.iter().any(|param| of(param.id)),
            Type::Record(id) if seen.insert(*id) => {
                let fields = &self.types().record(*id).fields;
                fields.iter().any(|field| self.speaks_of(field.ty.id, tag, seen))
            }
            _ => false,
        }
    }
}

fn symbols_of(function: &Function, into: &mut Vec<SymbolId>) {
    into.extend(function.body.exprs.iter().filter_map(|expr| match expr.kind {
        ExprKind::Symbol(symbol) => Some(symbol),
        _ => None,
    }));
    for nested in &function.body.nested {
        symbols_of(nested, into);
    }
}

/// `g keeps`, `g and h keep`, `f, g, h, i and 3 more keep`.
fn keep(users: &[String]) -> String {
    match users {
        [one] => format!("{one} keeps"),
        many if many.len() <= MOST_NAMED => {
            let (last, first) = many.split_last().expect("more than one");
            format!("{} and {last} keep", first.join(", "))
        }
        many => {
            let more = many.len() - MOST_NAMED;
            format!("{} and {more} more keep", many[..MOST_NAMED].join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::keep;

    #[test]
    fn users_are_listed() {
        let users: Vec<String> = ["a", "b", "c", "d", "e", "f"].map(String::from).to_vec();
        assert_eq!(keep(&users[..1]), "a keeps");
        assert_eq!(keep(&users[..3]), "a, b and c keep");
        assert_eq!(keep(&users), "a, b, c, d and 2 more keep");
    }
}
