//! Transport: how placed bytes get into an executor. In: what the bookkeeping decided; out: stores
//! through the controller's view, and [`Action`]s for the executor, appended to the list that
//! travels with the next evaluation. Always: no mapper waits for an answer, and none of them knows
//! what is free or used. Five verbs follow a slab's life; a sixth is the one store that changes
//! bytes in use.
//!
//! ```text
//!   reserve ─▶ prepare ─▶ initialize ─▶ [live] ─▶ deinitialize ─▶ [quarantine] ─▶ release
//!   a slab     its pages    the bytes     store      poison                        pages return
//! ```

use executor::addr::{Addr, AddrRange};
use executor::error::Result;
use executor::region::{Slab, SlabLayout};
use executor::segment::Pool;
use executor::wire::Action;

/// One segment that comes to life.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The number of the slab, in the order of `reserve`.
    pub slab: usize,
    pub pool: Pool,
    pub range: AddrRange,
    /// The first bytes of the range. The rest reads as zero.
    pub content: &'a [u8],
    /// Where beyond the content the slab's file may hold old bytes.
    pub zero: &'a [AddrRange],
    /// Where the executor may have pages of its own that no longer show the file.
    pub private: &'a [AddrRange],
    /// Whole pages of zeros that are better not in the file at all.
    pub anonymous: Option<AddrRange>,
}

/// One segment that is undone.
#[derive(Clone, Copy, Debug)]
pub struct Undone {
    pub slab: usize,
    pub pool: Pool,
    pub range: AddrRange,
    pub anonymous: Option<AddrRange>,
}

/// Where slabs beyond the first come from: address space reserved in the controller, and known to
/// every executor that is started afterwards.
pub type FurtherSlab = Box<dyn FnMut(u64) -> Result<Slab> + Send>;

pub trait Mapper: Send {
    /// What the dump calls it.
    fn name(&self) -> &'static str;

    /// No two segments may share a unit of this size.
    fn granule(&self) -> u64;

    /// Takes address space for one more slab: `bytes`, or less when there is not so much.
    fn reserve(&mut self, bytes: u64) -> Result<SlabLayout>;

    /// What a living executor has to be told of the slab of that number; nothing when executors
    /// have had it from birth.
    fn further(&self, number: usize) -> Option<&Slab>;

    /// Bytes of this range will be written soon: pages are made present ahead of time.
    fn prepare(&mut self, slab: usize, range: AddrRange) -> Result<()>;

    /// Gives a segment its bytes.
    fn initialize(&mut self, part: &Part<'_>, actions: &mut Vec<Action>) -> Result<()>;

    /// Makes a segment unusable: a call into it stops at once.
    fn deinitialize(&mut self, undone: &Undone, actions: &mut Vec<Action>) -> Result<()>;

    /// Gives whole free pages back to the system; they read as zero afterwards. `private` says
    /// that the executor may have copies of them.
    fn release(
        &mut self,
        slab: usize,
        pages: AddrRange,
        private: bool,
        actions: &mut Vec<Action>,
    ) -> Result<()>;

    /// Changes one aligned word of a live const segment while code reads it.
    fn store(&mut self, slab: usize, at: Addr, word: u64, actions: &mut Vec<Action>) -> Result<()>;
}
