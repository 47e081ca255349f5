//! The facade: segment requests in, addresses out at once; later the bytes in, and what the
//! executor has to do about them. Pure bookkeeping beside the mapper's stores: nothing here waits
//! for an executor. What it has to do collects in one list and travels with the next evaluation.
//!
//! ```text
//!   allocate ─▶ Pending ─┬─ finalize ─▶ Live ─ free ─▶ quarantine ─▶ free again
//!                        └─ abandon: all of it back at once
//!
//!   mark 1 ──── mark 2 ──── now        rollback(1): what came after it was never there
//!      │ freed since: kept │ kept      discard(1):  what only it kept alive is freed
//! ```
//!
//! Always:
//! - What was alive at a mark keeps its bytes until that mark is discarded: an executor forked at
//!   the mark may be woken and must find them. So frees of older allocations wait at the mark.
//! - `private` names every data page that the executor may have made its own by writing. It grows
//!   when a segment goes live, shrinks only by an action, and goes back with a rollback; when in
//!   doubt a page is in it, which costs a copy and never correctness.
//! - Actions are undone in the reverse order of their making, over all slabs.

use std::collections::{BTreeMap, HashSet, VecDeque};

use executor::addr::{Addr, AddrRange, PAGE, align_up};
use executor::region::{DEFAULT_SLAB_BYTES, Slab as SlabFile, SlabLayout};
use executor::segment::{Pool, SegmentRequest};
use executor::wire::Action;

use crate::cells::{CellChange, Cells};
use crate::error::MemoryError;
use crate::mapper::{Mapper, Part, Undone};
use crate::pages::PageSet;
use crate::slab::{PoolStats, Slab, Span, clipped, touched};

/// Beyond this no object file has reason to ask.
pub(crate) const LARGEST_ALIGN: u64 = 1 << 24;
/// Code reaches its data by signed 32-bit distances, so a slab is never larger.
const LARGEST_SLAB: u64 = 1 << 31;
/// From here on zeros are anonymous pages of the executor and never in the file.
const ANONYMOUS: u64 = 64 * 1024;
/// Removed segments that are remembered for crash reports.
const GRAVES: usize = 4096;

/// Segments with addresses and without bytes. It must end in `finalize` or `abandon`.
#[derive(Debug)]
#[must_use = "placed segments end in `finalize` or in `abandon`"]
pub struct Pending {
    segments: Vec<Segment>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub(crate) request: SegmentRequest,
    pub(crate) span: Span,
}

impl Drop for Pending {
    fn drop(&mut self) {
        let lost = !self.segments.is_empty() && !std::thread::panicking();
        debug_assert!(!lost, "placed segments were dropped without finalize or abandon");
    }
}

impl Pending {
    /// The address of each request, in the order of the requests.
    pub fn addresses(&self) -> impl ExactSizeIterator<Item = Addr> + '_ {
        self.segments.iter().map(|s| s.span.range.start)
    }

    /// The number of the slab they lie in: what lies in another may be out of a call's reach.
    pub fn slab(&self) -> Option<usize> {
        self.segments.first().map(|s| s.span.slab as usize)
    }
}

/// Segments that the executor can reach. They end in `free`, or with a rollback, and may live
/// again after one: a handle is a name, and one whose segments are gone is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use = "a live allocation ends in `free`"]
pub struct Live {
    pub(crate) id: u64,
}

/// A moment to go back to. A mark that was discarded or rolled back over is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use = "a mark ends in `rollback` or in `discard`"]
pub struct Mark {
    serial: u64,
}

#[derive(Debug)]
pub(crate) struct Allocation {
    pub(crate) segments: Vec<Segment>,
    /// Runs when it is freed: last in, first out.
    undo: Vec<Action>,
    /// The input it belongs to, for dumps and reports; of several, the first.
    pub(crate) owner: u32,
    /// Nobody frees it by itself.
    kept: bool,
}

#[derive(Debug)]
struct Freed {
    id: u64,
    allocation: Allocation,
    by: u32,
}

#[derive(Debug)]
struct MarkState {
    serial: u64,
    next_id: u64,
    /// Allocations older than the mark that were freed after it and before the next one.
    freed: Vec<Freed>,
    /// Redirect cells as they were before each change since the mark.
    cells: Vec<CellChange>,
    /// How many there were when those that are never asked for were last thrown away.
    thinned: usize,
    private: Vec<PageSet>,
    outbox: Vec<Action>,
    announced: usize,
}

#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) slab: Slab,
    pub(crate) layout: SlabLayout,
    private: PageSet,
    /// How far each pool's pages were made present ahead of time.
    warmed: [u64; 3],
}

/// Who made the bytes at an address, and who removed them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    Live { owner: u32 },
    Removed { owner: u32, by: u32 },
}

pub struct Memory {
    pub(crate) mapper: Box<dyn Mapper>,
    pub(crate) regions: Vec<Region>,
    pub(crate) live: BTreeMap<u64, Allocation>,
    pub(crate) cells: Cells,
    next_id: u64,
    next_mark: u64,
    epoch: u64,
    marks: Vec<MarkState>,
    outbox: Vec<Action>,
    announced: usize,
    graves: VecDeque<(AddrRange, u32, u32)>,
    /// Allocations below this id have been gathered.
    gathered: u64,
    slab_bytes: u64,
    /// The size of slab that was once refused: larger ones are not asked for again.
    refused: u64,
}

/// Makes `left` one with its right neighbour, if `right` is that and both are plain bytes.
fn join(regions: &mut [Region], left: &mut Segment, right: &Segment) -> bool {
    let (l, r) = (left.span, right.span);
    let plain = |s: &Segment| {
        let zero_at = s.span.range.start.plus(s.request.content);
        anonymous(&s.request, zero_at).is_none()
    };
    if l.slab != r.slab || l.pool != r.pool || l.range.end() != r.range.start {
        return false;
    }
    if !plain(left) || !plain(right) {
        return false;
    }
    let Some(region) = regions.get_mut(l.slab as usize) else { return false };
    region.slab.join(l, r);
    left.span.range.len += r.range.len;
    left.request.content = left.span.range.len;
    left.request.zero = 0;
    true
}

/// Of many changes of one cell only what it was at first is ever asked for.
fn thin_out(cells: &mut Vec<CellChange>) {
    let mut seen = HashSet::new();
    cells.retain(|change| seen.insert(change.stub()));
}

impl Memory {
    /// Memory that is placed in slabs of `mapper`, the first reserved when it is needed.
    pub fn new(mapper: Box<dyn Mapper>) -> Memory {
        Memory::with_slab_bytes(mapper, DEFAULT_SLAB_BYTES)
    }

    pub fn with_slab_bytes(mapper: Box<dyn Mapper>, slab_bytes: u64) -> Memory {
        Memory {
            mapper,
            regions: Vec::new(),
            live: BTreeMap::new(),
            cells: Cells::default(),
            next_id: 1,
            next_mark: 1,
            epoch: 1,
            marks: Vec::new(),
            outbox: Vec::new(),
            announced: 0,
            graves: VecDeque::new(),
            gathered: 0,
            slab_bytes,
            refused: u64::MAX,
        }
    }

    /// Addresses for all requests, in one slab, or an error and nothing taken.
    pub fn allocate(&mut self, requests: &[SegmentRequest]) -> Result<Pending, MemoryError> {
        for request in requests {
            if !request.align.is_power_of_two() || request.align > LARGEST_ALIGN {
                return Err(MemoryError::Alignment(*request));
            }
            total(request)?;
        }
        let granule = self.mapper.granule();
        for region in &mut self.regions {
            if let Some(segments) = place(&mut region.slab, requests, granule, self.epoch) {
                return Ok(Pending { segments });
            }
        }
        // The first slab may be one that was made before anybody knew how much is needed.
        for _ in 0..2 {
            self.reserve_for(requests, granule)?;
            let Some(region) = self.regions.last_mut() else { break };
            if let Some(segments) = place(&mut region.slab, requests, granule, self.epoch) {
                return Ok(Pending { segments });
            }
        }
        Err(self.full(requests, granule))
    }

    /// Reserves a further slab that has room for the requests.
    fn reserve_for(
        &mut self,
        requests: &[SegmentRequest],
        granule: u64,
    ) -> Result<(), MemoryError> {
        let mut bytes = self.slab_bytes;
        while let Some((pool, need)) = overflow(requests, granule, bytes) {
            if bytes >= LARGEST_SLAB {
                let limit = pool_bytes(pool, LARGEST_SLAB);
                return Err(MemoryError::TooLarge { pool, bytes: need, limit });
            }
            bytes = (bytes * 2).min(LARGEST_SLAB);
        }
        if self.refused <= bytes && overflow(requests, granule, self.refused).is_some() {
            return Err(self.full(requests, granule));
        }
        let layout = self.mapper.reserve(bytes).map_err(|cause| MemoryError::System {
            doing: format!("reserving a slab of {bytes} bytes for code and data"),
            cause,
        })?;
        let number = self.regions.len();
        if number > 0 && layout.range.len < bytes {
            self.refused = layout.range.len;
        }
        self.regions.push(Region {
            slab: Slab::new(layout, number as u32),
            layout,
            private: PageSet::default(),
            warmed: [0; 3],
        });
        Ok(())
    }

    fn full(&self, requests: &[SegmentRequest], granule: u64) -> MemoryError {
        let sums = needs(requests, granule);
        let largest = self.refused.min(LARGEST_SLAB);
        let tight = Pool::ALL
            .into_iter()
            .zip(sums)
            .max_by_key(|(pool, sum)| (*sum * 64) / u128::from(pool_bytes(*pool, largest).max(1)));
        let (pool, sum) = tight.unwrap_or((Pool::Text, 0));
        let bytes = u64::try_from(sum).unwrap_or(u64::MAX);
        MemoryError::Full { pool, bytes, slabs: self.regions.len(), largest }
    }

    /// The link failed: all places are free again, as if they had never been asked for.
    pub fn abandon(&mut self, mut pending: Pending) {
        for segment in std::mem::take(&mut pending.segments).iter().rev() {
            if let Some(region) = self.regions.get_mut(segment.span.slab as usize) {
                region.slab.give_back(segment.span);
            }
        }
    }

    /// Gives every segment its bytes (`contents[i]` has the size of request i's `content`).
    /// `undo` runs when it is freed, last in first out; `owner` is the input it belongs to. On an
    /// error everything is given back.
    pub fn finalize(
        &mut self,
        mut pending: Pending,
        contents: &[&[u8]],
        owner: u32,
        undo: Vec<Action>,
    ) -> Result<Live, MemoryError> {
        let queued = self.outbox.len();
        if let Err(error) = self.fill(&pending.segments, contents) {
            self.outbox.truncate(queued);
            self.abandon(pending);
            return Err(error);
        }
        let id = self.next_id;
        self.next_id += 1;
        let segments = std::mem::take(&mut pending.segments);
        self.live.insert(id, Allocation { segments, undo, owner, kept: false });
        Ok(Live { id })
    }

    /// The allocation lives until a rollback takes it: the handle is given up, and as soon as no
    /// mark tells it from its older neighbours it becomes one with them.
    pub fn keep(&mut self, live: Live) {
        if let Some(allocation) = self.live.get_mut(&live.id) {
            allocation.kept = true;
        }
    }

    /// Makes one allocation of all that are kept and that the same rollback would take: those
    /// between the oldest mark and the next one.
    fn gather(&mut self) {
        let [oldest, next, ..] = self.marks.as_slice() else { return };
        let (from, to) = (oldest.next_id, next.next_id);
        let kept = |allocation: &Allocation| allocation.kept && allocation.undo.is_empty();
        let first = self.live.range(from..to).find(|(_, a)| kept(a)).map(|(id, _)| *id);
        let Some(first) = first else { return };
        let later: Vec<u64> = self
            .live
            .range(self.gathered.max(first + 1)..to)
            .filter(|(_, a)| kept(a))
            .map(|(id, _)| *id)
            .collect();
        self.gathered = to;
        let Some(mut all) = self.live.remove(&first) else { return };
        for id in later {
            let segments = self.live.remove(&id).map(|a| a.segments).unwrap_or_default();
            for segment in segments {
                let recent = all.segments.iter_mut().rev().take(Pool::ALL.len());
                let joined = recent.into_iter().any(|left| join(&mut self.regions, left, &segment));
                if !joined {
                    all.segments.push(segment);
                }
            }
        }
        self.live.insert(first, all);
    }

    fn fill(&mut self, segments: &[Segment], contents: &[&[u8]]) -> Result<(), MemoryError> {
        if segments.len() != contents.len() {
            let segment = segments.len().min(contents.len());
            return Err(MemoryError::Content { segment, asked: None, given: None });
        }
        for (number, (segment, content)) in segments.iter().zip(contents).enumerate() {
            let (asked, given) = (segment.request.content, content.len() as u64);
            if asked != given {
                let (asked, given) = (Some(asked), Some(given));
                return Err(MemoryError::Content { segment: number, asked, given });
            }
            self.fill_segment(segment, content)?;
        }
        Ok(())
    }

    fn fill_segment(&mut self, segment: &Segment, content: &[u8]) -> Result<(), MemoryError> {
        let number = segment.span.slab as usize;
        let Some(region) = self.regions.get_mut(number) else { return Ok(()) };
        let Segment { request, span } = *segment;
        let all = AddrRange::new(span.range.start, request.content + request.zero);
        let zero_at = all.start.plus(request.content);
        let anonymous = anonymous(&request, zero_at);
        // What is not anonymous: all of it, or the parts before and behind.
        let parts = match anonymous {
            None => [all, AddrRange::new(all.end(), 0)],
            Some(a) => [
                AddrRange::new(all.start, a.start.since(all.start)),
                AddrRange::new(a.end(), all.end().since(a.end())),
            ],
        };
        let (mut zero, mut private) = (Vec::new(), Vec::new());
        for part in parts {
            let from = part.start.max(zero_at);
            if from < part.end() {
                let tail = AddrRange::new(from, part.end().since(from));
                zero.extend(region.slab.stale(span.pool, tail));
            }
            if span.pool == Pool::Data && !part.is_empty() {
                private.extend(clipped(&region.private, region.layout.data, part));
            }
        }
        let (pool, range) = (span.pool, span.range);
        let (zero, private) = (&zero[..], &private[..]);
        let part = Part { slab: number, pool, range, content, zero, private, anonymous };
        let initialized = self.mapper.initialize(&part, &mut self.outbox);
        // Even where it failed half-way: bytes may have been written.
        region.slab.written(pool, AddrRange::new(all.start, request.content));
        initialized.map_err(|cause| MemoryError::System {
            doing: format!("writing {} bytes of {} at {}", all.len, pool.name(), all.start),
            cause,
        })?;
        if pool == Pool::Data {
            for part in parts {
                let base = region.layout.data.start;
                region.private.insert(touched(part.start.since(base), part.len));
            }
        }
        Ok(())
    }

    /// Undoes allocations, the youngest first; `by` is the input that is the reason. An error is
    /// reported after all the others were undone.
    pub fn free(&mut self, mut lives: Vec<Live>, by: u32) -> Result<(), MemoryError> {
        lives.sort_by_key(|live| std::cmp::Reverse(live.id));
        self.epoch += 1;
        let mut outcome = Ok(());
        for Live { id } in lives {
            let Some(allocation) = self.live.remove(&id) else {
                outcome = Err(MemoryError::Gone { what: "allocation", id });
                continue;
            };
            self.outbox.extend(allocation.undo.iter().rev().cloned());
            match self.marks.last_mut() {
                Some(mark) if id < mark.next_id => mark.freed.push(Freed { id, allocation, by }),
                _ => outcome = outcome.and(self.bury(allocation, by)),
            }
        }
        outcome.and(self.cool())
    }

    /// The segments of an allocation become traps, in quarantine.
    fn bury(&mut self, allocation: Allocation, by: u32) -> Result<(), MemoryError> {
        let mut outcome = Ok(());
        for Segment { request, span } in allocation.segments.iter().rev() {
            let number = span.slab as usize;
            let zero_at = span.range.start.plus(request.content);
            let anonymous = anonymous(request, zero_at);
            let undone = Undone { slab: number, pool: span.pool, range: span.range, anonymous };
            if let Err(cause) = self.mapper.deinitialize(&undone, &mut self.outbox) {
                let doing = format!("undoing {} at {:?}", span.pool.name(), span.range);
                outcome = Err(MemoryError::System { doing, cause });
            }
            if let Some(region) = self.regions.get_mut(number) {
                region.slab.written(span.pool, poisoned(span));
                region.slab.hold(*span, self.epoch);
            }
            if self.graves.len() == GRAVES {
                self.graves.pop_front();
            }
            self.graves.push_back((span.range, allocation.owner, by));
        }
        outcome
    }

    /// Gives pages back to the system that are free, were written, and are too many to keep warm.
    fn cool(&mut self) -> Result<(), MemoryError> {
        for (number, region) in self.regions.iter_mut().enumerate() {
            for (pool, pages) in region.slab.take_cold() {
                let mut private = false;
                if pool == Pool::Data {
                    let own = touched(pages.start.since(region.layout.data.start), pages.len);
                    private = region.private.count(own.clone()) > 0;
                    region.private.remove(own);
                }
                self.mapper.release(number, pages, private, &mut self.outbox).map_err(|cause| {
                    MemoryError::System { doing: format!("returning {pages:?}"), cause }
                })?;
            }
        }
        Ok(())
    }

    /// What the executor has to do before it runs anything: taken once an evaluation.
    pub fn take_actions(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.outbox)
    }

    /// Remembers this moment: to be called when a copy of the executor is made, with the actions
    /// taken so far carried out and no others.
    pub fn mark(&mut self) -> Mark {
        let serial = self.next_mark;
        self.next_mark += 1;
        self.marks.push(MarkState {
            serial,
            next_id: self.next_id,
            freed: Vec::new(),
            cells: Vec::new(),
            thinned: 0,
            private: self.regions.iter().map(|r| r.private.clone()).collect(),
            outbox: self.outbox.clone(),
            announced: self.announced,
        });
        Mark { serial }
    }

    fn find_mark(&self, mark: &Mark) -> Result<usize, MemoryError> {
        self.marks
            .binary_search_by_key(&mark.serial, |m| m.serial)
            .map_err(|_| MemoryError::Gone { what: "mark", id: mark.serial })
    }

    /// The copy of the executor made at `mark` runs now. What was allocated since is gone without
    /// a word to it, what was freed since is alive again under its old handle, cells point
    /// where they pointed, and younger marks are void. `by` is the input that is the reason.
    pub fn rollback(&mut self, mark: Mark, by: u32) -> Result<(), MemoryError> {
        let at = self.find_mark(&mark)?;
        self.epoch += 1;
        let mut undone = self.marks.split_off(at);
        let changes: Vec<_> = undone.iter_mut().flat_map(|m| m.cells.drain(..)).collect();
        let cells = self.restore_cells(changes);
        let next_id = undone.first().map_or(self.next_id, |m| m.next_id);
        let young = self.live.split_off(&next_id).into_iter();
        let mut dropped: Vec<Freed> =
            young.map(|(id, allocation)| Freed { id, allocation, by }).collect();
        for freed in undone.iter_mut().flat_map(|m| m.freed.drain(..)) {
            match freed.id < next_id {
                true => drop(self.live.insert(freed.id, freed.allocation)),
                false => dropped.push(freed),
            }
        }
        dropped.sort_by_key(|freed| std::cmp::Reverse(freed.id));
        self.drop_chunks(next_id);
        self.gathered = self.gathered.min(next_id);
        let mut outcome = cells;
        for Freed { allocation, by, .. } in dropped {
            outcome = outcome.and(self.bury(allocation, by));
        }
        // Whatever the lines above asked of an executor, this one has never seen the reason.
        if let Some(state) = undone.into_iter().next() {
            let mut private = state.private.into_iter();
            for region in &mut self.regions {
                region.private = private.next().unwrap_or_default();
            }
            self.outbox = state.outbox;
            self.announced = state.announced;
        }
        outcome.and(self.cool())
    }

    /// Nobody will go back to `mark`: what only it kept alive is freed.
    pub fn discard(&mut self, mark: Mark) -> Result<(), MemoryError> {
        let at = self.find_mark(&mark)?;
        let state = self.marks.remove(at);
        self.epoch += 1;
        let queued = self.outbox.len();
        let mut outcome = Ok(());
        for freed in state.freed {
            match at.checked_sub(1).and_then(|before| self.marks.get_mut(before)) {
                Some(older) if freed.id < older.next_id => older.freed.push(freed),
                _ => outcome = outcome.and(self.bury(freed.allocation, freed.by)),
            }
        }
        if let Some(older) = at.checked_sub(1).and_then(|before| self.marks.get_mut(before)) {
            older.cells.extend(state.cells);
            if older.cells.len() > 2 * older.thinned + 64 {
                thin_out(&mut older.cells);
                older.thinned = older.cells.len();
            }
        }
        self.gather();
        // The executors of younger marks were forked while all this was still mapped there.
        for younger in self.marks.iter_mut().skip(at) {
            younger.outbox.extend_from_slice(&self.outbox[queued..]);
        }
        outcome.and(self.cool())
    }

    pub(crate) fn log_cell(&mut self, change: CellChange) {
        if let Some(mark) = self.marks.last_mut() {
            mark.cells.push(change);
        }
    }

    pub(crate) fn store(&mut self, slab: usize, at: Addr, word: u64) -> Result<(), MemoryError> {
        self.mapper.store(slab, at, word, &mut self.outbox).map_err(|cause| MemoryError::System {
            doing: format!("pointing the cell at {at} to {word:#x}"),
            cause,
        })
    }

    /// Makes the next `bytes` of every pool present in the controller, so that the next input
    /// meets no page fault here. To be called while nobody waits.
    pub fn warm_ahead(&mut self, bytes: u64) -> Result<(), MemoryError> {
        let Some((number, region)) = self.regions.iter_mut().enumerate().next_back() else {
            return Ok(());
        };
        for (pool, warmed) in Pool::ALL.into_iter().zip(&mut region.warmed) {
            let range = region.layout.pool(pool);
            let high = align_up(region.slab.stats(pool).high_water, PAGE);
            let end = high.saturating_add(bytes / 2).min(range.len);
            if end > *warmed {
                let to = high.saturating_add(align_up(bytes.max(PAGE), PAGE)).min(range.len);
                let from = (*warmed).max(high);
                let ahead = AddrRange::new(range.start.plus(from), to.saturating_sub(from));
                self.mapper.prepare(number, ahead).map_err(|cause| MemoryError::System {
                    doing: format!("warming {ahead:?}"),
                    cause,
                })?;
                *warmed = to;
            }
        }
        Ok(())
    }

    /// The slabs that the executor has not been told of, until `announced` is called.
    pub fn unannounced(&self) -> impl Iterator<Item = &SlabFile> + '_ {
        (self.announced..self.regions.len()).filter_map(|number| self.mapper.further(number))
    }

    /// The running executor knows all slabs there are.
    pub fn announced(&mut self) {
        self.announced = self.regions.len();
    }

    /// The number of the slab in which an address lies.
    pub fn slab_of(&self, addr: Addr) -> Option<usize> {
        self.regions.iter().position(|r| r.layout.range.contains(addr))
    }

    /// Whose bytes these are, or were: the younger removal counts where there were several.
    pub fn owner_of(&self, addr: Addr) -> Option<Owner> {
        let inside = |a: &Allocation| a.segments.iter().any(|s| s.span.range.contains(addr));
        let waiting = self.marks.iter().flat_map(|m| m.freed.iter().map(|f| &f.allocation));
        if let Some(found) = self.live.values().chain(waiting).find(|a| inside(a)) {
            return Some(Owner::Live { owner: found.owner });
        }
        let grave = self.graves.iter().rev().find(|(range, ..)| range.contains(addr))?;
        Some(Owner::Removed { owner: grave.1, by: grave.2 })
    }

    pub fn mapper(&self) -> &dyn Mapper {
        &*self.mapper
    }

    /// The figures of a pool, over all slabs.
    pub fn stats(&self, pool: Pool) -> PoolStats {
        let mut sum = PoolStats::default();
        for region in &self.regions {
            let s = region.slab.stats(pool);
            sum.size += s.size;
            sum.used += s.used;
            sum.spans += s.spans;
            sum.quarantine += s.quarantine;
            sum.high_water += s.high_water;
            sum.resident += s.resident;
        }
        sum
    }

    /// The address space that slabs take which were made after the executor: one whose bytes are
    /// shared is there twice, as the source of copies too.
    pub fn further_bytes(&self) -> u64 {
        let slabs = (0..self.regions.len()).filter_map(|number| self.mapper.further(number));
        let views = |slab: &SlabFile| 1 + u64::from(slab.reader().is_some());
        slabs.map(|slab| slab.layout().range.len * views(slab)).sum()
    }

    /// How many allocations live, slabs exist, and actions wait to be taken.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.live.len(), self.regions.len(), self.outbox.len())
    }

    /// Checks the bookkeeping of every slab; panics, naming the place, where it does not hold.
    pub fn verify(&self) {
        self.regions.iter().for_each(|r| r.slab.verify());
    }

    pub fn set_zeal(&mut self, zeal: bool) {
        self.regions.iter_mut().for_each(|r| r.slab.set_zeal(zeal));
    }
}

/// The bytes that undoing a span writes: all of code, nothing of data.
fn poisoned(span: &Span) -> AddrRange {
    match span.pool {
        Pool::Text => span.range,
        Pool::Const | Pool::Data => AddrRange::new(span.range.start, 0),
    }
}

/// The whole pages of zeros of a data segment, where they are many.
fn anonymous(request: &SegmentRequest, zero_at: Addr) -> Option<AddrRange> {
    if request.pool != Pool::Data || request.zero < ANONYMOUS {
        return None;
    }
    let start = zero_at.align_up(PAGE);
    let end = zero_at.plus(request.zero).align_down(PAGE);
    Some(AddrRange::new(start, end.since(start)))
}

/// Bytes and alignment of a request, with hostile sizes refused.
fn total(request: &SegmentRequest) -> Result<u64, MemoryError> {
    match request.content.checked_add(request.zero) {
        Some(bytes) if bytes <= LARGEST_SLAB => Ok(bytes),
        _ => Err(MemoryError::TooLarge {
            pool: request.pool,
            bytes: u128::from(request.content) + u128::from(request.zero),
            limit: pool_bytes(request.pool, LARGEST_SLAB),
        }),
    }
}

fn pool_bytes(pool: Pool, slab: u64) -> u64 {
    SlabLayout::of(AddrRange::new(Addr::NULL, slab)).pool(pool).len
}

/// An upper bound of what the requests take of each pool.
fn needs(requests: &[SegmentRequest], granule: u64) -> [u128; 3] {
    Pool::ALL.map(|pool| {
        let of_pool = requests.iter().filter(|r| r.pool == pool);
        let one = |r: &SegmentRequest| {
            let bytes = u128::from(r.content) + u128::from(r.zero);
            bytes.max(1).next_multiple_of(u128::from(granule)) + u128::from(r.align.max(granule))
        };
        of_pool.map(one).sum()
    })
}

/// The pool of a slab of that size that could not hold the requests, and what they take of it.
fn overflow(requests: &[SegmentRequest], granule: u64, slab: u64) -> Option<(Pool, u128)> {
    let room = |pool| u128::from(pool_bytes(pool, slab));
    Pool::ALL.into_iter().zip(needs(requests, granule)).find(|(pool, need)| *need > room(*pool))
}

/// All requests in this slab, or none.
fn place(
    slab: &mut Slab,
    requests: &[SegmentRequest],
    granule: u64,
    epoch: u64,
) -> Option<Vec<Segment>> {
    let mut segments = Vec::with_capacity(requests.len());
    for request in requests {
        let size = align_up((request.content + request.zero).max(1), granule);
        match slab.allocate(request.pool, size, request.align.max(granule), epoch) {
            Some(span) => segments.push(Segment { request: *request, span }),
            None => {
                segments.iter().rev().for_each(|s: &Segment| slab.give_back(s.span));
                return None;
            }
        }
    }
    Some(segments)
}
