//! The memory manager: segment requests in, addresses of the executor out. It knows no symbols.
//!
//! ```text
//!                     controller                          │            executor
//!   [SegmentRequest] ──▶ Memory::allocate ─▶ addresses    │
//!                          │ slab: who has which bytes    │
//!   contents ──▶ Memory::finalize                         │
//!                          │ Mapper                       │
//!        Shared, Local ────┼──▶ RW view ══ slab's file ═══╪══▶ text R-X   const R--   data RW-
//!        Copying ──────────┤                              │       ▲           ▲          ▲
//!                          └─▶ actions ── one message an evaluation, with the run ────────┘
//! ```
//!
//! All bookkeeping is on the controller's side and without a round trip. Files in reading order:
//! `pages` and `space` (one pool), `slab` (three pools and the quarantine), `mapper` with `shared`,
//! `local` and `copying` (how bytes travel), `placement` (the facade, marks and rollback), `cells`
//! (redirects), `dump` (the map as text).
#![forbid(unsafe_code)]

mod cells;
mod copying;
mod error;
mod local;
mod mapper;
mod pages;
mod placement;
#[cfg(test)]
mod random;
mod shared;
mod slab;
mod space;

pub mod dump;

pub use cells::Redirect;
pub use copying::Copying;
pub use error::MemoryError;
pub use local::Local;
pub use mapper::{FurtherSlab, Mapper, Part, Undone};
pub use placement::{Live, Mark, Memory, Owner, Pending};
pub use shared::Shared;
pub use slab::{Occupancy, PoolStats};
