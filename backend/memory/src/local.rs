//! The transport within one process: the controller is its own executor. Slabs have the same two
//! views as everywhere (code is never writable where it runs), but their pools are mapped here at
//! once, and the actions are for this process to carry out.

use executor::addr::{Addr, AddrRange};
use executor::error::Result;
use executor::region::{MappedSlab, Sharing, Slab, SlabLayout};
use executor::wire::Action;

use crate::mapper::{Mapper, Part, Undone};
use crate::shared::{Window, window};

#[derive(Debug, Default)]
pub struct Local {
    windows: Vec<Window>,
    mapped: Vec<MappedSlab>,
}

impl Local {
    pub fn new() -> Local {
        Local::default()
    }
}

impl Mapper for Local {
    fn name(&self) -> &'static str {
        "local"
    }

    fn granule(&self) -> u64 {
        crate::space::GRANULE
    }

    fn mapped_here(&self) -> &[MappedSlab] {
        &self.mapped
    }

    fn reserve(&mut self, bytes: u64) -> Result<SlabLayout> {
        let slab = Slab::reserve(bytes, Sharing::Shared)?;
        self.mapped.push(slab.map_pools()?);
        self.windows.push(Window::open(slab)?);
        Ok(self.windows[self.windows.len() - 1].layout())
    }

    fn further(&self, _: usize) -> Option<&Slab> {
        None
    }

    fn prepare(&mut self, slab: usize, range: AddrRange) -> Result<()> {
        window(&self.windows, slab)?.prepare(range)
    }

    fn initialize(&mut self, part: &Part<'_>, actions: &mut Vec<Action>) -> Result<()> {
        window(&self.windows, part.slab)?.initialize(part, actions)
    }

    fn deinitialize(&mut self, undone: &Undone, actions: &mut Vec<Action>) -> Result<()> {
        window(&self.windows, undone.slab)?.deinitialize(undone, actions)
    }

    fn release(
        &mut self,
        slab: usize,
        pages: AddrRange,
        private: bool,
        actions: &mut Vec<Action>,
    ) -> Result<()> {
        window(&self.windows, slab)?.release(pages, private, actions)
    }

    fn store(&mut self, slab: usize, at: Addr, word: u64, _: &mut Vec<Action>) -> Result<()> {
        window(&self.windows, slab)?.store(at, word)
    }
}
