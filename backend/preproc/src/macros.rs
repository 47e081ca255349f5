//! Macro definitions and the journal that takes them back.
//!
//! Always holds: definitions, their bodies and their parameter lists only grow, in order; a
//! name's slot says which definition counts now. Every change of a slot is in the journal, so
//! going back to a mark restores the slots newest first and cuts the arenas.

use crate::builtin::Builtin;
use crate::name::Name;
use crate::source::Loc;
use crate::token::Token;

/// What a piece of a macro body becomes in an expansion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    Plain,
    Param(u16),
    Stringize(u16),
    /// `__VA_OPT__(`: its contents are the pieces up to this index of the body (relative).
    VaOpt(u32),
    StringizeVaOpt(u32),
}

/// A token of a macro body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) token: Token,
    pub(crate) role: Role,
    /// `##` stands behind it.
    pub(crate) paste: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Object,
    Function,
    Builtin(Builtin),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Def {
    pub(crate) name: Name,
    pub(crate) loc: Loc,
    pub(crate) kind: Kind,
    pub(crate) params: (u32, u32),
    pub(crate) variadic: bool,
    pub(crate) body: (u32, u32),
    /// The body has `#`, `##`, parameters or `__VA_OPT__`: it cannot be copied as it stands.
    pub(crate) plain: bool,
    /// Being expanded: its name stands for itself.
    pub(crate) busy: bool,
}

/// A slot's value: 0 is no macro; `POISONED` may be set beside a definition's index + 1.
const POISONED: u32 = 1 << 31;

#[derive(Clone, Copy)]
enum Undo {
    Slot(Name, u32),
    Pushed,
    Popped(Name, u32),
}

/// How far the table is filled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct MacroMark {
    defs: usize,
    body: usize,
    params: usize,
    journal: usize,
}

pub(crate) struct MacroTable {
    slots: Vec<u32>,
    pub(crate) defs: Vec<Def>,
    pub(crate) body: Vec<Piece>,
    pub(crate) params: Vec<Name>,
    journal: Vec<Undo>,
    /// `#pragma push_macro`: the slot a name had.
    pushed: Vec<(Name, u32)>,
}

impl MacroTable {
    /// With room for what is predefined and a few headers.
    pub(crate) fn new() -> MacroTable {
        MacroTable {
            slots: vec![0; 4096],
            defs: Vec::with_capacity(1024),
            body: Vec::with_capacity(2048),
            params: Vec::new(),
            journal: Vec::with_capacity(1024),
            pushed: Vec::new(),
        }
    }

    #[inline]
    fn slot(&self, name: Name) -> u32 {
        self.slots.get(name.0 as usize).copied().unwrap_or(0)
    }

    /// Whether the name is a macro or poisoned: anything but a plain identifier.
    #[inline]
    pub(crate) fn marked(&self, name: Name) -> bool {
        self.slot(name) != 0
    }

    pub(crate) fn poisoned(&self, name: Name) -> bool {
        self.slot(name) & POISONED != 0
    }

    /// Index of the definition that counts for the name.
    #[inline]
    pub(crate) fn find(&self, name: Name) -> Option<u32> {
        (self.slot(name) & !POISONED).checked_sub(1)
    }

    pub(crate) fn def(&self, name: Name) -> Option<&Def> {
        self.defs.get(self.find(name)? as usize)
    }

    pub(crate) fn pieces(&self, def: &Def) -> &[Piece] {
        &self.body[def.body.0 as usize..def.body.1 as usize]
    }

    pub(crate) fn param_names(&self, def: &Def) -> &[Name] {
        &self.params[def.params.0 as usize..def.params.1 as usize]
    }

    fn set(&mut self, name: Name, slot: u32) {
        let index = name.0 as usize;
        if index >= self.slots.len() {
            self.slots.resize(index + 1 + index / 2, 0);
        }
        self.journal.push(Undo::Slot(name, self.slots[index]));
        self.slots[index] = slot;
    }

    pub(crate) fn define(&mut self, def: Def) {
        let name = def.name;
        self.defs.push(def);
        let poison = self.slot(name) & POISONED;
        self.set(name, self.defs.len() as u32 | poison);
    }

    pub(crate) fn undefine(&mut self, name: Name) {
        if self.find(name).is_some() {
            self.set(name, self.slot(name) & POISONED);
        }
    }

    pub(crate) fn poison(&mut self, name: Name) {
        self.set(name, POISONED);
    }

    pub(crate) fn push(&mut self, name: Name) {
        self.pushed.push((name, self.slot(name)));
        self.journal.push(Undo::Pushed);
    }

    /// Takes back the slot pushed last for the name, if any.
    pub(crate) fn pop(&mut self, name: Name) {
        if let Some(at) = self.pushed.iter().rposition(|pushed| pushed.0 == name) {
            let (name, slot) = self.pushed.remove(at);
            self.journal.push(Undo::Popped(name, slot));
            self.set(name, slot);
        }
    }

    /// Every macro that is defined now, in the order of definition.
    pub(crate) fn defined(&self) -> impl Iterator<Item = &Def> {
        let current = |(i, def): &(usize, &Def)| self.find(def.name) == Some(*i as u32);
        self.defs.iter().enumerate().filter(current).map(|(_, def)| def)
    }

    pub(crate) fn mark(&self) -> MacroMark {
        MacroMark {
            defs: self.defs.len(),
            body: self.body.len(),
            params: self.params.len(),
            journal: self.journal.len(),
        }
    }

    pub(crate) fn rollback(&mut self, mark: MacroMark) {
        while self.journal.len() > mark.journal {
            match self.journal.pop() {
                Some(Undo::Slot(name, slot)) => self.slots[name.0 as usize] = slot,
                Some(Undo::Pushed) => {
                    self.pushed.pop();
                }
                Some(Undo::Popped(name, slot)) => self.pushed.push((name, slot)),
                None => break,
            }
        }
        self.defs.truncate(mark.defs);
        self.body.truncate(mark.body);
        self.params.truncate(mark.params);
    }
}
