//! The default transport: one file, two views. Bytes are written through the controller's view
//! and are in the executor at once; actions are left for what the file cannot show: pages the
//! executor has made its own.
//!
//! ```text
//!   controller: write ──▶ file page ──▶ executor's text, const: the same page
//!                                   ├─▶ executor's data, never written there: the same page
//!                                   └─╳ executor's data, written there: CopyFromSlab
//! ```

use executor::addr::{Addr, AddrRange};
use executor::error::{Error, Result};
use executor::region::{Sharing, Slab, SlabLayout, SlabView};
use executor::segment::Pool;
use executor::wire::Action;

use crate::mapper::{FurtherSlab, Mapper, Part, Undone};

/// `int3`: the byte that ends a call into undone code at once.
pub(crate) const TRAP: u8 = 0xcc;

/// The controller's window on a slab.
#[derive(Debug)]
pub(crate) struct Window {
    view: SlabView,
    /// The slab itself, unless executors are born with it.
    slab: Option<Slab>,
}

impl Window {
    pub(crate) fn open(slab: Slab) -> Result<Window> {
        match slab.view()? {
            Some(view) => Ok(Window { view, slab: Some(slab) }),
            None => Err(Error::new("this slab has no file, its bytes must travel")),
        }
    }

    /// On a slab that executors are born with.
    pub(crate) fn born(view: SlabView) -> Window {
        Window { view, slab: None }
    }

    /// On a slab that is mapped where it is needed, so that nobody has to be told of it.
    pub(crate) fn mapped(slab: &Slab) -> Result<Window> {
        let view = slab.view()?.ok_or_else(|| Error::new("this slab has no file"))?;
        Ok(Window::born(view))
    }

    pub(crate) fn slab(&self) -> Option<&Slab> {
        self.slab.as_ref()
    }

    pub(crate) fn layout(&self) -> SlabLayout {
        self.view.layout()
    }

    fn offset(&self, at: Addr) -> Result<u64> {
        let layout = self.view.layout();
        layout
            .offset(at)
            .ok_or_else(|| Error::new(format!("{at} does not lie in slab {:?}", layout.range)))
    }

    pub(crate) fn prepare(&self, range: AddrRange) -> Result<()> {
        self.view.warm(self.offset(range.start)?, range.len)
    }

    pub(crate) fn initialize(&self, part: &Part<'_>, actions: &mut Vec<Action>) -> Result<()> {
        self.view.write(self.offset(part.range.start)?, part.content)?;
        for zero in part.zero {
            self.view.fill(self.offset(zero.start)?, zero.len, 0)?;
        }
        actions.extend(part.anonymous.map(|range| Action::MapZero { range }));
        actions.extend(part.private.iter().map(|range| Action::CopyFromSlab { range: *range }));
        Ok(())
    }

    pub(crate) fn deinitialize(&self, undone: &Undone, actions: &mut Vec<Action>) -> Result<()> {
        if undone.pool == Pool::Text {
            self.view.fill(self.offset(undone.range.start)?, undone.range.len, TRAP)?;
        }
        actions.extend(undone.anonymous.map(|range| Action::Restore { range }));
        Ok(())
    }

    pub(crate) fn release(
        &self,
        pages: AddrRange,
        private: bool,
        actions: &mut Vec<Action>,
    ) -> Result<()> {
        let start = self.offset(pages.start)?;
        self.view.punch(start..start + pages.len)?;
        if private {
            actions.push(Action::Discard { range: pages });
        }
        Ok(())
    }

    pub(crate) fn store(&self, at: Addr, word: u64) -> Result<()> {
        self.view.store_word(self.offset(at)?, word)
    }
}

pub(crate) fn window(windows: &[Window], number: usize) -> Result<&Window> {
    windows.get(number).ok_or_else(|| Error::new(format!("there is no slab {number}")))
}

pub struct Shared {
    windows: Vec<Window>,
    /// The slab that every executor is born with: the first to be used.
    early: Option<SlabView>,
    further: FurtherSlab,
}

impl Shared {
    /// `view` shows the slab that every executor has mapped from birth; `further` gets more when
    /// they are needed.
    pub fn new(view: SlabView, further: FurtherSlab) -> Shared {
        Shared { windows: Vec::new(), early: Some(view), further }
    }

    /// All slabs are reserved when they are needed.
    pub fn lazy() -> Shared {
        let further = Box::new(|bytes| Slab::reserve(bytes, Sharing::Shared));
        Shared { windows: Vec::new(), early: None, further }
    }
}

impl Mapper for Shared {
    fn name(&self) -> &'static str {
        "shared"
    }

    fn granule(&self) -> u64 {
        crate::space::GRANULE
    }

    fn reserve(&mut self, bytes: u64) -> Result<SlabLayout> {
        let window = match self.early.take() {
            Some(view) => Window::born(view),
            None => Window::open((self.further)(bytes)?)?,
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
