//! Redirects: a stub in text that jumps through a cell in const. In: targets; out: stable
//! addresses to call and to store as function pointers. Redefining is one store of the controller.
//!
//! ```text
//!   text   stub i   │ ff 25 disp32 │ cc cc …10 bytes │      16 bytes each, never rewritten
//!                          │            ▲
//!   const  cell i   │ target, or ───────┘ when free │      8 bytes each
//! ```
//!
//! Always: the cell of a stub that is not in use holds the address of the stub's own traps, so a
//! call through a dropped function pointer stops at once, at an address that still tells which
//! stub it was. A freed stub is used again after all others that are free.

use std::collections::{BTreeMap, VecDeque};

use executor::addr::Addr;
use executor::segment::{Pool, SegmentRequest};

use crate::error::MemoryError;
use crate::placement::{Live, Memory};

const STUB: u64 = 16;
const CELL: u64 = 8;
/// The length of `jmp *disp32(%rip)`: behind it begin the traps.
const JUMP: u64 = 6;
/// A page of stubs at a time.
const CHUNK: u64 = 256;
/// So many freed stubs wait before the oldest is used again.
const RESTING: usize = 32;
/// Chunks belong to nobody's input.
const NO_INPUT: u32 = 0;

/// What callers call and `&f` is, and where its target stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Redirect {
    pub stub: Addr,
    pub cell: Addr,
}

/// A slot as it was before a change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CellChange {
    stub: Addr,
    was: Option<Addr>,
}

impl CellChange {
    pub(crate) fn stub(&self) -> Addr {
        self.stub
    }
}

#[derive(Debug)]
struct Chunk {
    live: Live,
    slab: usize,
    cells: Addr,
    /// The target of each slot in use.
    slots: Vec<Option<Addr>>,
}

#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// By the address of the first stub.
    chunks: BTreeMap<u64, Chunk>,
    /// Free stubs, next first. It may name one in use: that one is skipped.
    free: VecDeque<Addr>,
}

impl Cells {
    fn locate(&self, stub: Addr) -> Option<(&Chunk, u64)> {
        let (base, chunk) = self.chunks.range(..=stub.0).next_back()?;
        let distance = stub.0 - base;
        (distance < CHUNK * STUB && distance.is_multiple_of(STUB))
            .then_some((chunk, distance / STUB))
    }

    fn target(&self, stub: Addr) -> Option<Addr> {
        let (chunk, slot) = self.locate(stub)?;
        *chunk.slots.get(slot as usize)?
    }

    fn next_free(&mut self) -> Option<Addr> {
        while self.free.len() > RESTING {
            let stub = self.free.pop_front()?;
            if self.locate(stub).is_some() && self.target(stub).is_none() {
                return Some(stub);
            }
        }
        None
    }
}

impl Memory {
    /// A new stub that jumps to `target`.
    pub fn new_redirect(&mut self, target: Addr) -> Result<Redirect, MemoryError> {
        let stub = match self.cells.next_free() {
            Some(stub) => stub,
            None => self.new_chunk()?,
        };
        self.log_cell(CellChange { stub, was: None });
        let cell = self.set_slot(stub, Some(target))?;
        Ok(Redirect { stub, cell })
    }

    /// Every later call of the stub reaches `target`: one store.
    pub fn retarget(&mut self, redirect: Redirect, target: Addr) -> Result<(), MemoryError> {
        let was = self.in_use(redirect)?;
        self.log_cell(CellChange { stub: redirect.stub, was: Some(was) });
        self.set_slot(redirect.stub, Some(target)).map(drop)
    }

    /// Every later call of the stub is a trap.
    pub fn free_redirect(&mut self, redirect: Redirect) -> Result<(), MemoryError> {
        let was = self.in_use(redirect)?;
        self.log_cell(CellChange { stub: redirect.stub, was: Some(was) });
        self.set_slot(redirect.stub, None).map(drop)
    }

    /// Where the stub at (or around) an address jumps to, if it is one in use.
    pub fn redirect_target(&self, addr: Addr) -> Option<Addr> {
        self.cells.target(Addr(addr.0 & !(STUB - 1)))
    }

    fn in_use(&self, redirect: Redirect) -> Result<Addr, MemoryError> {
        let gone = MemoryError::Gone { what: "redirect", id: redirect.stub.0 };
        self.cells.target(redirect.stub).ok_or(gone)
    }

    /// Sets a slot and its cell; `None` frees it.
    fn set_slot(&mut self, stub: Addr, target: Option<Addr>) -> Result<Addr, MemoryError> {
        let gone = MemoryError::Gone { what: "redirect", id: stub.0 };
        let Some((chunk, slot)) = self.cells.locate(stub) else { return Err(gone) };
        let (slab, cell) = (chunk.slab, chunk.cells.plus(slot * CELL));
        self.store(slab, cell, target.unwrap_or(stub.plus(JUMP)).0)?;
        let chunk = self.cells.chunks.range_mut(..=stub.0).next_back();
        if let Some(entry) = chunk.and_then(|(_, c)| c.slots.get_mut(slot as usize)) {
            *entry = target;
        }
        if target.is_none() {
            self.cells.free.push_back(stub);
        }
        Ok(cell)
    }

    /// A page of stubs, none in use; returns the first and files the others as free.
    fn new_chunk(&mut self) -> Result<Addr, MemoryError> {
        let request = |pool, bytes| SegmentRequest { pool, align: 16, content: bytes, zero: 0 };
        let (text, cells) = (CHUNK * STUB, CHUNK * CELL);
        let pending = self.allocate(&[request(Pool::Text, text), request(Pool::Const, cells)])?;
        let addresses: Vec<Addr> = pending.addresses().collect();
        let (stubs, cells) = (addresses[0], addresses[1]);
        let slab = pending.slab().unwrap_or(0);
        let (mut code, mut words) = (Vec::new(), Vec::new());
        for slot in 0..CHUNK {
            let behind = stubs.plus(slot * STUB + JUMP);
            let cell = cells.plus(slot * CELL);
            let Ok(distance) = i32::try_from(cell.0.wrapping_sub(behind.0) as i64) else {
                self.abandon(pending);
                return Err(MemoryError::Distance { from: behind, to: cell });
            };
            code.extend_from_slice(&[0xff, 0x25]);
            code.extend_from_slice(&distance.to_le_bytes());
            code.extend_from_slice(&[crate::shared::TRAP; (STUB - JUMP) as usize]);
            words.extend_from_slice(&behind.0.to_le_bytes());
        }
        let live = self.finalize(pending, &[&code, &words], NO_INPUT, Vec::new())?;
        let slots = vec![None; CHUNK as usize];
        self.cells.chunks.insert(stubs.0, Chunk { live, slab, cells, slots });
        // In front of those that rest, and so that they are handed out in order.
        for slot in (1..CHUNK).rev() {
            self.cells.free.push_front(stubs.plus(slot * STUB));
        }
        Ok(stubs)
    }

    /// Takes changes back, the youngest first.
    pub(crate) fn restore_cells(&mut self, changes: Vec<CellChange>) -> Result<(), MemoryError> {
        let mut outcome = Ok(());
        for change in changes.into_iter().rev() {
            outcome = outcome.and(self.set_slot(change.stub, change.was).map(drop));
        }
        outcome
    }

    /// Forgets the chunks whose memory goes with a rollback: those of allocations from `id` on.
    pub(crate) fn drop_chunks(&mut self, id: u64) {
        self.cells.chunks.retain(|_, chunk| chunk.live.id < id);
    }
}
