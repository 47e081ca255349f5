//! Interned spellings. A [`Name`] is an index; equal spellings have equal names. The table only
//! grows, and can be cut back to an earlier length when an input is dropped.

use std::collections::HashMap;
use std::rc::Rc;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Name(pub u32);

/// The spellings of a session.
#[derive(Default)]
pub struct Names {
    table: HashMap<Rc<str>, Name>,
    spelled: Vec<Rc<str>>,
}

impl Names {
    pub fn intern(&mut self, text: &str) -> Name {
        if let Some(&name) = self.table.get(text) {
            return name;
        }
        let name = Name(u32::try_from(self.spelled.len()).expect("fewer than 2^32 names"));
        let text: Rc<str> = text.into();
        self.spelled.push(text.clone());
        self.table.insert(text, name);
        name
    }

    pub fn get(&self, text: &str) -> Option<Name> {
        self.table.get(text).copied()
    }

    pub fn text(&self, name: Name) -> &str {
        &self.spelled[name.0 as usize]
    }

    pub fn len(&self) -> usize {
        self.spelled.len()
    }

    pub fn is_empty(&self) -> bool {
        self.spelled.is_empty()
    }

    /// Forgets every name interned since the table had `len` entries.
    pub fn truncate(&mut self, len: usize) {
        for text in self.spelled.drain(len..) {
            self.table.remove(&text);
        }
    }
}
