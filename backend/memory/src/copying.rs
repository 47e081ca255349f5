//! The transport without shared memory: every byte travels in an action, into pages the executor
//! maps for it. The baseline to measure the others against, and all that an executor on another
//! machine could use. A segment has its pages to itself, since a page with running code in it
//! cannot be made writable for its neighbour.
//!
//! ```text
//!   initialize: Map RW ─▶ Write … ─▶ Protect R-X / R--      deinitialize: Unmap (any access faults)
//! ```

use executor::addr::{Addr, AddrRange, PAGE, align_up};
use executor::error::{Error, Result};
use executor::region::{Sharing, Slab, SlabLayout};
use executor::segment::Pool;
use executor::sys::Protection;
use executor::wire::Action;

use crate::mapper::{FurtherSlab, Mapper, Part, Undone};

pub struct Copying {
    slabs: Vec<(SlabLayout, Option<Slab>)>,
    early: Option<SlabLayout>,
    further: FurtherSlab,
}

impl Copying {
    /// `layout` is of the slab whose address space every executor has from birth; `further` gets
    /// more when they are needed.
    pub fn new(layout: SlabLayout, further: FurtherSlab) -> Copying {
        Copying { slabs: Vec::new(), early: Some(layout), further }
    }

    /// All slabs are reserved when they are needed.
    pub fn lazy() -> Copying {
        let further = Box::new(|bytes| Slab::reserve(bytes, Sharing::Copying));
        Copying { slabs: Vec::new(), early: None, further }
    }

    fn check(&self, slab: usize, range: AddrRange) -> Result<()> {
        let inside = |all: AddrRange| range.start >= all.start && range.end() <= all.end();
        match self.slabs.get(slab) {
            Some((layout, _)) if inside(layout.range) => Ok(()),
            _ => Err(Error::new(format!("{range:?} does not lie in slab {slab}"))),
        }
    }
}

fn pages(range: AddrRange) -> AddrRange {
    let start = range.start.align_down(PAGE);
    AddrRange::new(start, align_up(range.end().since(start), PAGE))
}

impl Mapper for Copying {
    fn name(&self) -> &'static str {
        "copy"
    }

    fn granule(&self) -> u64 {
        PAGE
    }

    fn reserve(&mut self, bytes: u64) -> Result<SlabLayout> {
        let slab = match self.early.take() {
            Some(layout) => (layout, None),
            None => {
                let slab = (self.further)(bytes)?;
                (slab.layout(), Some(slab))
            }
        };
        let layout = slab.0;
        self.slabs.push(slab);
        Ok(layout)
    }

    fn further(&self, number: usize) -> Option<&Slab> {
        self.slabs.get(number)?.1.as_ref()
    }

    /// Nothing to make present: the pages come with the bytes.
    fn prepare(&mut self, slab: usize, range: AddrRange) -> Result<()> {
        self.check(slab, range)
    }

    fn initialize(&mut self, part: &Part<'_>, actions: &mut Vec<Action>) -> Result<()> {
        self.check(part.slab, part.range)?;
        let range = pages(part.range);
        actions.push(Action::Map { range, protection: Protection::ReadWrite });
        if !part.content.is_empty() {
            let bytes = part.content.to_vec();
            actions.push(Action::Write { addr: part.range.start, bytes });
        }
        let protection = match part.pool {
            Pool::Text => Protection::ReadExecute,
            Pool::Const => Protection::Read,
            Pool::Data => return Ok(()),
        };
        actions.push(Action::Protect { range, protection });
        Ok(())
    }

    fn deinitialize(&mut self, undone: &Undone, actions: &mut Vec<Action>) -> Result<()> {
        self.check(undone.slab, undone.range)?;
        actions.push(Action::Unmap { range: pages(undone.range) });
        Ok(())
    }

    /// Nothing is kept here, and the executor's pages went when their segment was undone.
    fn release(
        &mut self,
        slab: usize,
        range: AddrRange,
        _: bool,
        _: &mut Vec<Action>,
    ) -> Result<()> {
        self.check(slab, range)
    }

    fn store(&mut self, slab: usize, at: Addr, word: u64, actions: &mut Vec<Action>) -> Result<()> {
        self.check(slab, AddrRange::new(at, 8))?;
        let range = pages(AddrRange::new(at, 8));
        actions.push(Action::Protect { range, protection: Protection::ReadWrite });
        actions.push(Action::Write { addr: at, bytes: word.to_le_bytes().to_vec() });
        actions.push(Action::Protect { range, protection: Protection::Read });
        Ok(())
    }
}
