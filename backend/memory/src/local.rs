//! The transport within one process: the controller is its own executor. Slabs have the same two
//! views as everywhere (code is never writable where it runs), but both are of this process, which
//! carries out the actions as well.

use executor::addr::{Addr, AddrRange};
use executor::error::Result;
use executor::region::{Sharing, Slab, SlabLayout, SlabView};
use executor::wire::Action;

use crate::mapper::{FurtherSlab, Mapper, Part, Undone};
use crate::shared::{Window, window};

pub struct Local {
    windows: Vec<Window>,
    /// The slab that the executor in this process has mapped already: the first to be used.
    early: Option<SlabView>,
    /// Where more come from; none when they are for this mapper to map.
    further: Option<FurtherSlab>,
}

impl Local {
    /// `view` shows the slab that the executor in this process has mapped; `further` gets more,
    /// which it is then told of.
    pub fn new(view: SlabView, further: FurtherSlab) -> Local {
        Local { windows: Vec::new(), early: Some(view), further: Some(further) }
    }

    /// There is no executor: slabs are reserved when they are needed, and mapped at once.
    pub fn lazy() -> Local {
        Local { windows: Vec::new(), early: None, further: None }
    }
}

impl Mapper for Local {
    fn name(&self) -> &'static str {
        "local"
    }

    fn granule(&self) -> u64 {
        crate::space::GRANULE
    }

    fn reserve(&mut self, bytes: u64) -> Result<SlabLayout> {
        let window = match (self.early.take(), &mut self.further) {
            (Some(view), _) => Window::born(view),
            (None, Some(further)) => Window::open(further(bytes)?)?,
            (None, None) => {
                let slab = Slab::reserve(bytes, Sharing::Shared)?;
                slab.map_pools()?;
                Window::mapped(&slab)?
            }
        };
        let layout = window.layout();
        self.windows.push(window);
        Ok(layout)
    }

    fn further(&self, number: usize) -> Option<&Slab> {
        self.windows.get(number)?.slab()
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
