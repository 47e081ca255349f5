//! Macro definitions and the journal that takes them back.
//!
//! Always holds: definitions, their bodies and their parameter lists only grow, in order; a
//! name's slot says which definition counts now. Every change of a slot is in the journal, so
//! going back to a mark restores the slots newest first and cuts the arenas.

use crate::builtin::Builtin;
use crate::name::Name;
use crate::source::Loc;
use crate::token::Token;
use std::collections::VecDeque;

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
#[derive(Clone, Copy, PartialEq, Eq, Default)]
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
    journal: VecDeque<Undo>,
    /// How much was forgotten of each of these.
    gone: MacroMark,
    /// How many definitions there were when that was done last.
    kept: usize,
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
            journal: VecDeque::with_capacity(1024),
            gone: MacroMark::default(),
            kept: 0,
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
        self.journal.push_back(Undo::Slot(name, self.slots[index]));
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
        self.journal.push_back(Undo::Pushed);
    }

    /// Takes back the slot pushed last for the name, if any.
    pub(crate) fn pop(&mut self, name: Name) {
        if let Some(at) = self.pushed.iter().rposition(|pushed| pushed.0 == name) {
            let (name, slot) = self.pushed.remove(at);
            self.journal.push_back(Undo::Popped(name, slot));
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
            defs: self.gone.defs + self.defs.len(),
            body: self.gone.body + self.body.len(),
            params: self.gone.params + self.params.len(),
            journal: self.gone.journal + self.journal.len(),
        }
    }

    pub(crate) fn rollback(&mut self, mark: MacroMark) {
        while self.gone.journal + self.journal.len() > mark.journal {
            match self.journal.pop_back() {
                Some(Undo::Slot(name, slot)) => self.slots[name.0 as usize] = slot,
                Some(Undo::Pushed) => {
                    self.pushed.pop();
                }
                Some(Undo::Popped(name, slot)) => self.pushed.push((name, slot)),
                None => break,
            }
        }
        self.defs.truncate(mark.defs.saturating_sub(self.gone.defs));
        self.body.truncate(mark.body.saturating_sub(self.gone.body));
        self.params.truncate(mark.params.saturating_sub(self.gone.params));
    }

    /// Nobody will go back to a moment before `mark`: definitions that were replaced by then go
    /// when they are many.
    pub(crate) fn forget_before(&mut self, mark: MacroMark) {
        let undos = mark.journal.saturating_sub(self.gone.journal).min(self.journal.len());
        self.journal.drain(..undos);
        self.gone.journal += undos;
        let old = mark.defs.saturating_sub(self.gone.defs).min(self.defs.len());
        if old > 2 * self.kept + 256 {
            self.forget_replaced(old);
        }
    }

    /// Forgets which of the first `old` definitions no slot names, now or after a rollback.
    fn forget_replaced(&mut self, old: usize) {
        let index = |slot: u32| ((slot & !POISONED) as usize).checked_sub(1);
        let noted = self.journal.iter().filter_map(|undo| match undo {
            Undo::Slot(_, slot) | Undo::Popped(_, slot) => Some(*slot),
            Undo::Pushed => None,
        });
        let pushed = self.pushed.iter().map(|(_, slot)| *slot);
        let mut live: Vec<bool> = (0..self.defs.len()).map(|at| at >= old).collect();
        for at in self.slots.iter().copied().chain(noted).chain(pushed).filter_map(index) {
            live[at] = true;
        }
        // Where each definition will be, plus one.
        let mut places = vec![0; self.defs.len()];
        let (mut defs, mut body, mut params) = (Vec::new(), Vec::new(), Vec::new());
        for (at, def) in self.defs.iter().enumerate().filter(|(at, _)| live[*at]) {
            let (from, names) = (body.len() as u32, params.len() as u32);
            body.extend_from_slice(self.pieces(def));
            params.extend_from_slice(self.param_names(def));
            let (body, params) = ((from, body.len() as u32), (names, params.len() as u32));
            defs.push(Def { body, params, ..*def });
            places[at] = defs.len() as u32;
        }
        let moved = |slot: &mut u32| {
            if let Some(at) = index(*slot) {
                *slot = (*slot & POISONED) | places[at];
            }
        };
        self.slots.iter_mut().for_each(moved);
        self.pushed.iter_mut().for_each(|(_, slot)| moved(slot));
        self.journal.iter_mut().for_each(|undo| match undo {
            Undo::Slot(_, slot) | Undo::Popped(_, slot) => moved(slot),
            Undo::Pushed => {}
        });
        self.gone.defs += self.defs.len() - defs.len();
        self.gone.body += self.body.len() - body.len();
        self.gone.params += self.params.len() - params.len();
        self.kept = defs.len() - (self.defs.len() - old);
        (self.defs, self.body, self.params) = (defs, body, params);
    }

    /// The places that definitions speak of.
    pub(crate) fn locs(&self) -> impl Iterator<Item = Loc> {
        let tokens = self.body.iter().map(|piece| piece.token.loc);
        self.defs.iter().map(|def| def.loc).chain(tokens)
    }
}
