//! Carrying out the actions of an evaluation, in the executor. In: an action off the wire; out:
//! what it yields, or a sentence. What always holds: memory is only touched inside the slabs, so
//! no message, however wrong, changes memory of our own.

use std::ffi::{CStr, CString};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use crate::addr::{Addr, AddrRange, PAGE};
use crate::error::{Context, Error, Result};
use crate::region::{self, MappedSlab, SlabLayout};
use crate::runtime;
use crate::synthetic;
use crate::sys::{self, Advice, Backing, Place, Protection};
use crate::wire::{Action, ActionResult};

/// The memory that actions may work on.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    slabs: Vec<(MappedSlab, Option<OwnedFd>)>,
}

impl Memory {
    /// Takes note of a slab that is mapped already.
    pub(crate) fn add(&mut self, slab: MappedSlab, reader: Option<OwnedFd>) {
        self.slabs.push((slab, reader));
    }

    /// Maps a further slab. Its range must be free here.
    pub(crate) fn map(&mut self, layout: SlabLayout, reader: Option<OwnedFd>) -> Result<()> {
        let at = layout.range.start;
        // SAFETY: the place must be free, so nothing is replaced.
        unsafe { sys::map(Place::Free(at), layout.range.len, Protection::None, Backing::Reserve) }
            .context(|| format!("the range of a further slab, {:?}", layout.range))?;
        self.map_reserved(layout, reader)
    }

    /// Maps a further slab whose range this process has reserved.
    pub(crate) fn map_reserved(
        &mut self,
        layout: SlabLayout,
        reader: Option<OwnedFd>,
    ) -> Result<()> {
        let mapped = region::map_pools(layout, reader.as_ref().map(AsFd::as_fd))?;
        self.add(mapped, reader);
        Ok(())
    }

    pub(crate) fn into_slabs(self) -> Vec<(MappedSlab, Option<OwnedFd>)> {
        self.slabs
    }

    /// Takes note of a table of global objects, which must be a slab's.
    pub(crate) fn register_roots(&self, table: AddrRange) -> Result<()> {
        self.slab_of(table)?;
        runtime::heap::register_roots(table);
        Ok(())
    }

    fn slab_of(&self, range: AddrRange) -> Result<&(MappedSlab, Option<OwnedFd>)> {
        let holds = |slab: AddrRange| slab.start <= range.start && range.end() <= slab.end();
        self.slabs
            .iter()
            .find(|(slab, _)| holds(slab.layout.range))
            .ok_or_else(|| Error::new(format!("{range:?} lies in no slab")))
    }

    fn pages(&self, range: AddrRange) -> Result<&(MappedSlab, Option<OwnedFd>)> {
        if !range.start.0.is_multiple_of(PAGE) || !range.len.is_multiple_of(PAGE) {
            return Err(Error::new(format!("{range:?} is not whole pages")));
        }
        self.slab_of(range)
    }

    /// Carries out one action. `Ok(None)` for those that yield nothing.
    pub(crate) fn perform(&self, action: &Action) -> Result<Option<ActionResult>> {
        match action {
            Action::CopyFromSlab { range } => self.copy_from_slab(*range)?,
            Action::Write { addr, bytes } => self.store(*addr, bytes)?,
            Action::MapZero { range } => self.map_zero(*range, Protection::ReadWrite)?,
            Action::Map { range, protection } => self.map_zero(*range, *protection)?,
            Action::Protect { range, protection } => self.protect(*range, *protection)?,
            Action::Unmap { range } => self.reserve(*range)?,
            Action::Restore { range } => self.restore(*range)?,
            Action::Discard { range } => {
                self.pages(*range)?;
                // SAFETY: the range is the slab's, which no reference of ours points into.
                unsafe { sys::advise(*range, Advice::Forget) }
                    .context(|| format!("discarding {range:?}"))?;
            }
            Action::Resolve { names } => return Ok(Some(ActionResult::Resolved(resolve(names)))),
            Action::Open { path, global } => {
                return Ok(Some(ActionResult::Opened(open(path, *global)?)));
            }
            Action::Publish { symbols } => {
                return Ok(Some(ActionResult::Opened(publish(symbols)?)));
            }
            Action::Copy { from, range } => {
                self.slab_of(*range)?;
                sys::copy_own_memory(*from, *range)
                    .context(|| format!("copying a variable from {from} to {range:?}"))?;
            }
            Action::CopyVariable { library, name, range } => {
                self.copy_variable(library, name, *range)?;
            }
            Action::LibraryTls { cell, name, library, offset, pair } => {
                let words = library_tls(name, library, *offset, *pair)?;
                self.store(*cell, if *pair { &words } else { &words[..8] })?;
            }
            Action::Indirect { .. }
            | Action::RegisterModule { .. }
            | Action::RegisterTls { .. }
            | Action::RegisterRoots { .. }
            | Action::Measure { .. }
            | Action::Init { .. }
            | Action::Drain { .. } => {
                return Err(Error::new("an action that is not about memory or libraries"));
            }
        }
        Ok(None)
    }

    /// Writes bytes into a slab.
    pub(crate) fn store(&self, addr: Addr, bytes: &[u8]) -> Result<()> {
        self.slab_of(AddrRange::new(addr, bytes.len() as u64))?;
        sys::write_own_memory(addr, bytes)
            .context(|| format!("writing {} bytes at {addr}", bytes.len()))
    }

    fn copy_variable(&self, library: &str, name: &str, range: AddrRange) -> Result<()> {
        self.slab_of(range)?;
        let text = |text: &str| {
            CString::new(text).map_err(|_| Error::new(format!("a NUL byte in {text:?}")))
        };
        let from = sys::symbol_of(&text(library)?, &text(name)?)
            .ok_or_else(|| Error::new(format!("{library} does not define {name}")))?;
        let len = usize::try_from(range.len).map_err(|_| Error::new("a variable too large"))?;
        let mut now = vec![0; len];
        let read = sys::read_memory(sys::process_id(), range.start, &mut now);
        read.map_err(|_| Error::new(format!("{range:?} cannot be read")))?;
        if now.iter().any(|byte| *byte != 0) {
            return Ok(());
        }
        sys::copy_own_memory(from, range)
            .context(|| format!("copying {name} of {library} from {from} to {range:?}"))
    }

    fn copy_from_slab(&self, range: AddrRange) -> Result<()> {
        let (slab, _) = self.slab_of(range)?;
        let data = slab.layout.data;
        let (Some(source), true) =
            (slab.source, data.start <= range.start && range.end() <= data.end())
        else {
            return Err(Error::new(format!("{range:?} has no bytes to copy in the slab")));
        };
        let from = source.start.plus(range.start.since(slab.layout.range.start));
        sys::copy_own_memory(from, range)
            .context(|| format!("copying the initial bytes of {range:?}"))
    }

    fn map_zero(&self, range: AddrRange, protection: Protection) -> Result<()> {
        self.pages(range)?;
        // SAFETY: the range is the slab's, which no reference of ours points into.
        unsafe { sys::map(Place::Replace(range.start), range.len, protection, Backing::Anonymous) }
            .context(|| format!("zero pages at {range:?}"))?;
        Ok(())
    }

    fn protect(&self, range: AddrRange, protection: Protection) -> Result<()> {
        self.pages(range)?;
        // SAFETY: the range is the slab's, which no reference of ours points into.
        unsafe { sys::protect(range, protection) }
            .context(|| format!("making {range:?} {protection:?}"))
    }

    fn reserve(&self, range: AddrRange) -> Result<()> {
        self.pages(range)?;
        // SAFETY: the range is the slab's, which no reference of ours points into.
        unsafe {
            sys::map(Place::Replace(range.start), range.len, Protection::None, Backing::Reserve)
        }
        .context(|| format!("unmapping {range:?}"))?;
        Ok(())
    }

    fn restore(&self, range: AddrRange) -> Result<()> {
        let (slab, reader) = self.pages(range)?;
        let Some(reader) = reader else { return self.reserve(range) };
        let layout = slab.layout;
        let inside = |pool: AddrRange| pool.start <= range.start && range.end() <= pool.end();
        let offset = range.start.since(layout.range.start);
        let shared = Backing::Shared(reader.as_fd(), offset);
        let (protection, backing) = if inside(layout.text) {
            (Protection::ReadExecute, shared)
        } else if inside(layout.constant) {
            (Protection::Read, shared)
        } else if inside(layout.data) {
            (Protection::ReadWrite, Backing::Private(reader.as_fd(), offset))
        } else {
            return Err(Error::new(format!("{range:?} lies in more than one pool")));
        };
        // SAFETY: the range is the slab's, which no reference of ours points into.
        unsafe { sys::map(Place::Replace(range.start), range.len, protection, backing) }
            .context(|| format!("showing the slab at {range:?} again"))?;
        Ok(())
    }
}

/// The addresses of names among the libraries that are loaded; a name with a NUL has none.
fn resolve(names: &[String]) -> Vec<Option<Addr>> {
    names.iter().map(|name| runtime::program_symbol(name)).collect()
}

fn open(path: &str, global: bool) -> Result<u64> {
    let name = CString::new(path)
        .map_err(|_| Error::new(format!("a library's name with a NUL in it: {path:?}")))?;
    let name: Option<&CStr> = if path.is_empty() { None } else { Some(&name) };
    sys::open_library(name, global).map_err(Error::new)
}

/// Opens a shared object made for the purpose, from memory.
fn publish(symbols: &[(String, Addr)]) -> Result<u64> {
    let bytes = synthetic::shared_object(symbols)?;
    let file = sys::anonymous_file(c"tine-symbols", bytes.len() as u64)
        .context(|| "a file for symbols".to_string())?;
    sys::write_at(file.as_fd(), &bytes, 0).context(|| "writing the symbols".to_string())?;
    // The loader has mapped the file when it returns: the descriptor can go.
    open(&format!("/proc/self/fd/{}", file.as_raw_fd()), true)
}

/// What a cell for a thread-local variable of a library holds: module number and offset, or in
/// the first eight bytes the distance from the thread pointer.
fn library_tls(name: &str, library: &str, offset: u64, pair: bool) -> Result<[u8; 16]> {
    let bad = |what: &str| Error::new(format!("thread-local {name} of {library}: {what}"));
    let mut words = [0; 16];
    if pair {
        let path = CString::new(library).map_err(|_| bad("its path has a NUL byte"))?;
        let module = sys::tls_module(&path).ok_or_else(|| bad("it is not an open library's"))?;
        words[..8].copy_from_slice(&module.to_le_bytes());
        words[8..].copy_from_slice(&offset.to_le_bytes());
        return Ok(words);
    }
    // Only a variable in the static block is at one distance in every thread; for others the
    // compiler would not have asked for a distance.
    let text = CString::new(name).map_err(|_| bad("its name has a NUL byte"))?;
    let here = sys::symbol(&text).ok_or_else(|| bad("it is not there"))?;
    let distance = here.0.wrapping_sub(sys::thread_pointer());
    words[..8].copy_from_slice(&distance.to_le_bytes());
    Ok(words)
}
