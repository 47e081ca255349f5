//! The linker's view of a session: every global name an input has defined, and where it is now.
//! An input's names are added when it is committed; a mark and a rollback take them back.

use executor::addr::Addr;
use link::{External, Kind};
use memory::Redirect;
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};

/// A definition that code of later inputs can refer to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Definition {
    /// The code or the object itself.
    pub(crate) addr: Addr,
    /// A function's stub: what its name and its address mean to C code, whatever body it has now.
    pub(crate) redirect: Option<Redirect>,
    pub(crate) size: u64,
    pub(crate) kind: Kind,
    /// The input that made it.
    pub(crate) input: u32,
}

impl Definition {
    /// What references are bound to.
    pub(crate) fn place(&self) -> Addr {
        self.redirect.map_or(self.addr, |redirect| redirect.stub)
    }
}

#[derive(Default)]
pub(crate) struct Symbols {
    table: HashMap<String, Definition>,
    /// What each name was before, newest last; the oldest changes are forgotten.
    journal: VecDeque<(String, Option<Definition>)>,
    /// How many were forgotten.
    forgotten: usize,
    /// Named places sorted by address, for crash reports and pointers: rebuilt when asked for.
    by_addr: RefCell<Option<Vec<Placed>>>,
}

/// Start, size, name, and whether it is a function.
type Placed = (Addr, u64, String, bool);

impl Symbols {
    pub(crate) fn mark(&self) -> usize {
        self.forgotten + self.journal.len()
    }

    /// Nobody will go back to a moment before `mark`, but to the very first: says which
    /// definitions that were replaced by then are gone for good.
    pub(crate) fn forget_before(&mut self, mark: usize) -> Vec<(String, Definition)> {
        let old = mark.saturating_sub(self.forgotten).min(self.journal.len());
        self.forgotten += old;
        self.journal.drain(..old).filter_map(|(name, was)| Some((name, was?))).collect()
    }

    /// The definitions of inputs from the number `first` on.
    pub(crate) fn since(&self, first: u32) -> impl Iterator<Item = (&str, &Definition)> {
        let young = move |(_, d): &(&String, &Definition)| d.input >= first;
        self.table.iter().filter(young).map(|(name, d)| (name.as_str(), d))
    }

    /// Takes a name out that nothing can refer to any more.
    pub(crate) fn forget(&mut self, name: &str) {
        self.table.remove(name);
        self.by_addr.take();
    }

    pub(crate) fn rollback(&mut self, mark: usize) {
        if mark == 0 {
            *self = Symbols::default();
        }
        while self.mark() > mark {
            match self.journal.pop_back() {
                Some((name, Some(old))) => self.table.insert(name, old),
                Some((name, None)) => self.table.remove(&name),
                None => None,
            };
        }
        self.by_addr.take();
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Definition> {
        self.table.get(name)
    }

    pub(crate) fn external(&self, name: &str) -> Option<External> {
        self.table.get(name).map(|d| match d.kind {
            Kind::Tls => External::Tls { offset: d.addr.0 as i64 },
            _ => External::At(d.place()),
        })
    }

    /// Takes in one definition; it replaces an older one of its name.
    pub(crate) fn define(&mut self, name: &str, new: Definition) {
        let old = self.table.insert(name.to_string(), new);
        self.journal.push_back((name.to_string(), old));
        self.by_addr.take();
    }

    /// The name and distance of the definition that `addr` lies in, and whether it is a function.
    pub(crate) fn at(&self, addr: Addr) -> Option<(String, u64, bool)> {
        let mut sorted = self.by_addr.borrow_mut();
        let sorted = sorted.get_or_insert_with(|| {
            let placed = self.table.iter().filter(|(_, d)| d.kind != Kind::Tls);
            let mut list: Vec<Placed> = Vec::new();
            for (name, d) in placed {
                let is_function = d.kind == Kind::Function;
                list.push((d.addr, d.size.max(1), name.clone(), is_function));
                list.extend(d.redirect.map(|r| (r.stub, 1, name.clone(), is_function)));
            }
            list.sort();
            list
        });
        let after = sorted.partition_point(|(start, ..)| *start <= addr);
        let (start, size, name, is_function) = sorted.get(after.checked_sub(1)?)?;
        let offset = addr.since(*start);
        (offset < *size).then(|| (name.clone(), offset, *is_function))
    }
}
