//! What user code and libraries asked to be done at the end, and which module each thing belongs
//! to. In: registrations and modules; out: the next thing to run, last in first out. Pure data:
//! nothing here calls anything, so the lock around it is never held while a handler runs.
//!
//! What always holds: an entry is taken out before it is run, so nothing runs twice, however
//! handlers and `exit` nest; an entry belongs to every module that its function or its handle
//! lies in.

use std::sync::{Mutex, MutexGuard};

use crate::addr::{Addr, AddrRange};
use crate::wire::Module;

/// What kind of call an entry is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `void f(void *arg, int status)`: atexit, __cxa_atexit, destructors.
    Exit,
    /// `void f(int status, void *arg)`: on_exit.
    OnExit,
    /// Run by `quick_exit` alone.
    Quick,
    /// Run when its thread ends; the number is the thread's.
    Thread(u64),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) function: Addr,
    pub(crate) argument: u64,
    /// The `__dso_handle` of who registered it.
    pub(crate) handle: Addr,
    modules: [Option<u32>; 2],
}

/// What is to be run next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Next {
    Entry(Entry),
    Fini(Addr),
}

#[derive(Debug)]
pub(crate) struct Registry {
    entries: Vec<Entry>,
    modules: Vec<Module>,
    /// Ranges of all modules by start, for lookup.
    ranges: Vec<(AddrRange, u32)>,
}

static REGISTRY: Mutex<Registry> =
    Mutex::new(Registry { entries: Vec::new(), modules: Vec::new(), ranges: Vec::new() });

/// The process's registry.
pub(crate) fn lock() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Registry {
    pub(crate) fn register(&mut self, kind: Kind, function: Addr, argument: u64, handle: Addr) {
        let modules = [self.module_of(function), self.module_of(handle)];
        self.entries.push(Entry { kind, function, argument, handle, modules });
    }

    /// The module an address lies in.
    pub(crate) fn module_of(&self, addr: Addr) -> Option<u32> {
        let after = self.ranges.partition_point(|(range, _)| range.start <= addr);
        let (range, id) = self.ranges.get(after.checked_sub(1)?)?;
        range.contains(addr).then_some(*id)
    }

    pub(crate) fn module(&self, id: u32) -> Option<&Module> {
        self.modules.iter().find(|m| m.id == id)
    }

    pub(crate) fn add_module(&mut self, module: Module) -> Result<(), String> {
        if self.module(module.id).is_some() {
            return Err(format!("module {} is there already", module.id));
        }
        for range in module.ranges.iter().filter(|r| !r.is_empty()) {
            let at = self.ranges.partition_point(|(other, _)| other.start < range.start);
            let overlaps = |other: &(AddrRange, u32)| {
                other.0.start < range.end() && range.start < other.0.end()
            };
            let near = [at.checked_sub(1).and_then(|i| self.ranges.get(i)), self.ranges.get(at)];
            if near.into_iter().flatten().any(overlaps) {
                let text = format!("{range:?} of module {} is another's already", module.id);
                self.ranges.retain(|(_, id)| *id != module.id);
                return Err(text);
            }
            self.ranges.insert(at, (*range, module.id));
        }
        self.modules.push(module);
        Ok(())
    }

    /// Forgets a module; says how many destructors of other threads went with it unrun.
    pub(crate) fn remove_module(&mut self, id: u32) -> usize {
        self.modules.retain(|m| m.id != id);
        self.ranges.retain(|(_, module)| *module != id);
        let mut unrun = 0;
        self.entries.retain(|entry| {
            let goes = entry.modules.contains(&Some(id));
            unrun += usize::from(goes && matches!(entry.kind, Kind::Thread(_)));
            !goes
        });
        unrun
    }

    fn take_last(&mut self, wanted: impl Fn(&Entry) -> bool) -> Option<Entry> {
        let at = self.entries.iter().rposition(wanted)?;
        Some(self.entries.remove(at))
    }

    /// The next thing `exit` runs: handlers, then the `.fini_array` functions of the modules.
    pub(crate) fn next_at_exit(&mut self) -> Option<Next> {
        if let Some(entry) = self.take_last(|e| matches!(e.kind, Kind::Exit | Kind::OnExit)) {
            return Some(Next::Entry(entry));
        }
        self.modules.iter_mut().rev().find_map(|m| m.fini.pop()).map(Next::Fini)
    }

    /// The next thing that has to run on `thread` before a module goes.
    pub(crate) fn next_of_module(&mut self, id: u32, thread: u64) -> Option<Next> {
        let runnable = |e: &Entry| match e.kind {
            Kind::Exit | Kind::OnExit => true,
            Kind::Thread(owner) => owner == thread,
            Kind::Quick => false,
        };
        if let Some(entry) = self.take_last(|e| e.modules.contains(&Some(id)) && runnable(e)) {
            return Some(Next::Entry(entry));
        }
        let module = self.modules.iter_mut().find(|m| m.id == id)?;
        module.fini.pop().map(Next::Fini)
    }

    /// The next handler of a library that is being closed.
    pub(crate) fn next_of_handle(&mut self, handle: Addr) -> Option<Entry> {
        self.take_last(|e| e.handle == handle && matches!(e.kind, Kind::Exit | Kind::OnExit))
    }

    pub(crate) fn next_quick(&mut self) -> Option<Entry> {
        self.take_last(|e| e.kind == Kind::Quick)
    }

    pub(crate) fn next_of_thread(&mut self, thread: u64) -> Option<Entry> {
        self.take_last(|e| e.kind == Kind::Thread(thread))
    }
}
