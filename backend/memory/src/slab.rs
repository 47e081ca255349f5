//! One slab: a range of the executor's addresses cut into a pool per protection. In: segment
//! requests; out: spans (addresses). Pure bookkeeping on the controller's side: nothing is mapped,
//! written or sent from here.
//!
//! ```text
//!  base                                                             base + size
//!  ├────────── text 3/8 ──────────┼───── const 2/8 ─────┼──────── data 3/8 ─────────┤
//!   R-X shared                     R-- shared            RW- private to each executor
//! ```
//!
//! A freed span first waits in quarantine, in the order of freeing, until younger ones of the same
//! pool outweigh it; what was freed in the current epoch always stays. Then it is free to be used
//! again. Pages that lie wholly in free space but were written stay warm up to a limit; beyond it
//! they are reported by `take_cold`, to be punched out of the memory.
//!
//! Always: spans never overlap; a page in `stale` may hold bytes other than zero; a page not in it
//! reads as zero; in zeal mode every operation ends with a check of all this.

use std::collections::VecDeque;

use executor::addr::{AddrRange, PAGE};
use executor::region::SlabLayout;
use executor::segment::Pool;

use crate::pages::PageSet;
use crate::space::{GRANULE, Space, State};

/// Freed bytes of one pool that wait before they are used again. Small, so that a session that
/// makes and drops small code keeps moving through the same few warm pages.
const QUARANTINE: u64 = 64 * 1024;
/// Written pages of free space that one pool keeps for reuse: 1 MiB.
const WARM: u64 = 256;
/// What stays of them when the rest is given up, so that the next free does not start it again.
const KEPT: u64 = WARM / 4;
/// Above this many blocks zeal mode verifies only now and then, or tests would be quadratic.
const ZEAL_BLOCKS: usize = 256;

/// A placed block: the whole granules that were given, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Span {
    pub(crate) pool: Pool,
    pub(crate) range: AddrRange,
    pub(crate) slab: u32,
    block: u32,
}

/// What lies at a stretch of a pool, for the map dump.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Occupancy {
    Used,
    Quarantine,
    Free,
}

/// The figures of one pool, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PoolStats {
    pub size: u64,
    pub used: u64,
    pub spans: usize,
    pub quarantine: u64,
    /// How far the pool has ever been used.
    pub high_water: u64,
    /// Pages that were written and not punched out since: what the pool costs in RSS.
    pub resident: u64,
}

#[derive(Debug)]
struct PoolSpace {
    range: AddrRange,
    space: Space,
    quarantine: VecDeque<Held>,
    stale: PageSet,
    /// Stale pages that lie wholly in free space, and how many they are.
    idle: PageSet,
    idle_pages: u64,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    block: u32,
    epoch: u64,
}

#[derive(Debug)]
pub(crate) struct Slab {
    range: AddrRange,
    number: u32,
    pools: [PoolSpace; 3],
    zeal: bool,
    operations: u64,
}

fn index(pool: Pool) -> usize {
    match pool {
        Pool::Text => 0,
        Pool::Const => 1,
        Pool::Data => 2,
    }
}

/// The pages that `start..start + len` touches.
pub(crate) fn touched(start: u64, len: u64) -> std::ops::Range<u64> {
    if len == 0 {
        return 0..0;
    }
    start / PAGE..(start + len).div_ceil(PAGE)
}

/// The pages that lie wholly inside `start..start + len`.
pub(crate) fn whole(start: u64, len: u64) -> std::ops::Range<u64> {
    let (first, end) = (start.div_ceil(PAGE), (start + len) / PAGE);
    first..end.max(first)
}

impl Slab {
    /// The bookkeeping of a slab that was laid out so; `number` is what its spans carry.
    pub(crate) fn new(layout: SlabLayout, number: u32) -> Slab {
        let pool = |pool| PoolSpace {
            range: layout.pool(pool),
            space: Space::new(layout.pool(pool).len),
            quarantine: VecDeque::new(),
            stale: PageSet::default(),
            idle: PageSet::default(),
            idle_pages: 0,
        };
        Slab {
            range: layout.range,
            number,
            pools: Pool::ALL.map(pool),
            zeal: cfg!(debug_assertions),
            operations: 0,
        }
    }

    /// Whether every operation ends with a check of all invariants (the default in debug builds).
    pub(crate) fn set_zeal(&mut self, zeal: bool) {
        self.zeal = zeal;
    }

    #[cfg(test)]
    fn pool_range(&self, pool: Pool) -> AddrRange {
        self.pools[index(pool)].range
    }

    /// `size` bytes at a multiple of `align`, a power of two. When nothing fits, the quarantine of
    /// earlier epochs is given up first; `None` means there is no such place in this slab.
    pub(crate) fn allocate(
        &mut self,
        pool: Pool,
        size: u64,
        align: u64,
        epoch: u64,
    ) -> Option<Span> {
        let align = align.max(GRANULE);
        let p = &mut self.pools[index(pool)];
        let block = match p.space.allocate(size, align, p.range.start.0) {
            Some(block) => block,
            None if p.quarantine.is_empty() || size > p.range.len => return None,
            None => {
                p.release(0, epoch);
                p.space.allocate(size, align, p.range.start.0)?
            }
        };
        let (start, len) = p.space.extent(block);
        p.wake(start, len);
        let range = AddrRange::new(p.range.start.plus(start), len);
        self.check();
        Some(Span { pool, range, slab: self.number, block })
    }

    /// A span that was never seen by the executor becomes free at once.
    pub(crate) fn give_back(&mut self, span: Span) {
        self.pools[index(span.pool)].free(span.block);
        self.check();
    }

    /// Two used spans side by side become one, under the name of the left one.
    pub(crate) fn join(&mut self, left: Span, right: Span) {
        self.pools[index(left.pool)].space.join(left.block, right.block);
        self.check();
    }

    /// A span that the executor may still reach goes to quarantine.
    pub(crate) fn hold(&mut self, span: Span, epoch: u64) {
        let p = &mut self.pools[index(span.pool)];
        p.space.hold(span.block);
        p.quarantine.push_back(Held { block: span.block, epoch });
        p.release(QUARANTINE, epoch);
        self.check();
    }

    /// Notes that the bytes of `range` (of one pool) were written.
    pub(crate) fn written(&mut self, pool: Pool, range: AddrRange) {
        let p = &mut self.pools[index(pool)];
        p.stale.insert(touched(range.start.since(p.range.start), range.len));
    }

    /// The parts of `range` that may hold other bytes than zero, clipped to `range`.
    pub(crate) fn stale(
        &self,
        pool: Pool,
        range: AddrRange,
    ) -> impl Iterator<Item = AddrRange> + '_ {
        let p = &self.pools[index(pool)];
        clipped(&p.stale, p.range, range)
    }

    /// Written pages of free space beyond what is kept warm, the highest ones. The caller punches
    /// them out of the memory; from here on they count as reading zero.
    pub(crate) fn take_cold(&mut self) -> Vec<(Pool, AddrRange)> {
        let mut cold = Vec::new();
        for (pool, p) in Pool::ALL.into_iter().zip(&mut self.pools) {
            if p.idle_pages <= WARM {
                continue;
            }
            let runs: Vec<_> = p.idle.runs(0..p.range.len / PAGE).collect();
            let mut keep = KEPT;
            for run in runs {
                let kept = keep.min(run.end - run.start);
                keep -= kept;
                let pages = run.start + kept..run.end;
                if pages.is_empty() {
                    continue;
                }
                p.stale.remove(pages.clone());
                p.wake(pages.start * PAGE, (pages.end - pages.start) * PAGE);
                let len = (pages.end - pages.start) * PAGE;
                cold.push((pool, AddrRange::new(p.range.start.plus(pages.start * PAGE), len)));
            }
        }
        if !cold.is_empty() {
            self.check();
        }
        cold
    }

    pub(crate) fn stats(&self, pool: Pool) -> PoolStats {
        let p = &self.pools[index(pool)];
        PoolStats {
            size: p.range.len,
            used: p.space.used_bytes(),
            spans: p.space.used_blocks(),
            quarantine: p.space.held_bytes(),
            high_water: p.space.high_bytes(),
            resident: p.stale.len() * PAGE,
        }
    }

    /// The pool's stretches in address order, up to where it is in use now.
    pub(crate) fn occupancy(
        &self,
        pool: Pool,
    ) -> impl Iterator<Item = (AddrRange, Occupancy)> + '_ {
        let p = &self.pools[index(pool)];
        p.space.walk().map(|(start, len, state)| {
            let what = match state {
                State::Used => Occupancy::Used,
                State::Held => Occupancy::Quarantine,
                State::Free => Occupancy::Free,
            };
            (AddrRange::new(p.range.start.plus(start), len), what)
        })
    }

    fn check(&mut self) {
        if !self.zeal {
            return;
        }
        self.operations += 1;
        let blocks: usize = self.pools.iter().map(|p| p.space.slots()).sum();
        if blocks <= ZEAL_BLOCKS || self.operations.is_multiple_of(4096) {
            self.verify();
        }
    }

    /// Panics, naming the place, when an invariant does not hold.
    pub(crate) fn verify(&self) {
        let mut end = self.range.start;
        for p in &self.pools {
            assert_eq!(p.range.start, end, "pools tile the slab");
            end = p.range.end();
            p.space.verify();
            let held: u64 = p.quarantine.iter().map(|h| p.space.extent(h.block).1).sum();
            assert_eq!(held, p.space.held_bytes(), "quarantine and space disagree");
            assert!(p.space.frontier_bytes() <= p.range.len, "frontier beyond the pool");
            assert_eq!(p.idle.len(), p.idle_pages, "count of idle pages");
            let mut idle = p.stale.clone();
            for (start, len, state) in p.space.walk() {
                if state != State::Free {
                    idle.remove(touched(start, len));
                }
            }
            assert!(p.idle.same(&idle), "idle pages");
        }
        assert_eq!(end, self.range.end(), "pools tile the slab");
    }
}

/// The members of `set` within `range` (addresses of a pool that starts at `pool.start`).
pub(crate) fn clipped(
    set: &PageSet,
    pool: AddrRange,
    range: AddrRange,
) -> impl Iterator<Item = AddrRange> + '_ {
    let start = range.start.since(pool.start);
    set.runs(touched(start, range.len)).map(move |run| {
        let from = (run.start * PAGE).max(start);
        let to = (run.end * PAGE).min(start + range.len);
        AddrRange::new(pool.start.plus(from), to - from)
    })
}

impl PoolSpace {
    fn free(&mut self, block: u32) {
        let (at, size) = self.space.extent(block);
        let (start, len) = self.space.free(block);
        let end = match start == self.space.frontier_bytes() {
            true => (start + len).next_multiple_of(PAGE),
            false => start + len,
        };
        let (free, own) = (whole(start, end - start), touched(at, size));
        let done = free.start.max(own.start)..free.end.min(own.end);
        for run in self.stale.runs(done) {
            self.idle_pages += run.end - run.start;
            self.idle.insert(run);
        }
    }

    /// These bytes are in use again (or punched out): their pages are not idle any more.
    fn wake(&mut self, start: u64, len: u64) {
        if self.idle_pages > 0 {
            let pages = touched(start, len);
            self.idle_pages -= self.idle.count(pages.clone());
            self.idle.remove(pages);
        }
    }

    /// Takes the oldest spans out of quarantine until at most `budget` bytes wait.
    fn release(&mut self, budget: u64, epoch: u64) {
        while self.space.held_bytes() > budget {
            match self.quarantine.front() {
                Some(oldest) if oldest.epoch != epoch => {
                    let block = oldest.block;
                    self.quarantine.pop_front();
                    self.free(block);
                }
                _ => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use executor::addr::Addr;

    fn slab(size: u64) -> Slab {
        Slab::new(SlabLayout::of(AddrRange::new(Addr(0x1000_0000), size)), 0)
    }

    #[test]
    fn small_spans_share_a_page() {
        let mut slab = slab(1 << 20);
        let spans: Vec<_> =
            (0..64).map(|_| slab.allocate(Pool::Text, 60, 16, 0).expect("room")).collect();
        assert_eq!(slab.stats(Pool::Text).high_water, PAGE);
        assert!(spans.windows(2).all(|w| w[0].range.end() == w[1].range.start));
    }

    #[test]
    fn quarantine_delays_reuse_but_not_for_ever() {
        let mut slab = slab(4 << 20);
        let first = slab.allocate(Pool::Text, 64, 16, 0).expect("room");
        let _guard = slab.allocate(Pool::Text, 16, 16, 0).expect("room");
        slab.hold(first, 1);
        assert_ne!(slab.allocate(Pool::Text, 64, 16, 1).expect("room").range, first.range);
        let big = slab.allocate(Pool::Text, QUARANTINE, 16, 1).expect("room");
        slab.hold(big, 2);
        assert_eq!(slab.stats(Pool::Text).quarantine, QUARANTINE, "the older one has left");
        assert_eq!(slab.allocate(Pool::Text, 64, 16, 2).expect("room").range, first.range);
    }

    #[test]
    fn a_full_pool_takes_back_its_quarantine() {
        let mut slab = slab(1 << 20);
        let size = slab.pool_range(Pool::Const).len;
        let all = slab.allocate(Pool::Const, size, 16, 0).expect("the whole pool");
        slab.hold(all, 1);
        assert_eq!(slab.allocate(Pool::Const, 16, 16, 1), None, "not within its own epoch");
        assert!(slab.allocate(Pool::Const, size, 16, 2).is_some());
    }

    /// Written pages that fall free are reported as cold once they are more than stay warm, never
    /// while anything lives in them, and read as zero afterwards.
    #[test]
    fn cold_pages_are_free_and_were_written() {
        let mut random = Random::new(3);
        let mut slab = slab(64 << 20);
        let mut live: Vec<Span> = Vec::new();
        let mut punched = 0;
        for epoch in 0..3000 {
            let grow = epoch / 500 % 2 == 0;
            if grow || live.is_empty() {
                let size = 1 + random.below(40_000);
                let span = slab.allocate(Pool::Data, size, 16, epoch).expect("room");
                slab.written(Pool::Data, span.range);
                live.push(span);
            } else {
                let span = live.swap_remove(random.below(live.len() as u64) as usize);
                slab.hold(span, epoch);
            }
            for (pool, cold) in slab.take_cold() {
                assert_eq!(pool, Pool::Data);
                assert!(cold.start.0 % PAGE == 0 && cold.len % PAGE == 0 && cold.len > 0);
                let apart = |s: &Span| s.range.end() <= cold.start || s.range.start >= cold.end();
                assert!(live.iter().all(apart), "a live span in {cold:?}");
                assert_eq!(slab.stale(Pool::Data, cold).count(), 0);
                punched += cold.len;
            }
        }
        assert!(punched > 4 << 20, "{punched:#x} bytes were returned");
        let stats = slab.stats(Pool::Data);
        assert!(stats.resident <= stats.used + stats.quarantine + (1 << 20) + 3000 * PAGE);
        slab.verify();
    }

    /// 100,000 spans alive, then freed in random order: each step is bounded, and all comes back.
    #[test]
    fn a_hundred_thousand_alive() {
        let mut random = Random::new(11);
        let mut slab = slab(256 << 20);
        slab.set_zeal(false);
        let mut live = Vec::new();
        for epoch in 0..100_000 {
            let size = 16 + random.below(300);
            live.push(slab.allocate(Pool::Text, size, 16, epoch).expect("room"));
        }
        slab.verify();
        let high = slab.stats(Pool::Text).high_water;
        for epoch in 0..200_000 {
            let at = random.below(live.len() as u64) as usize;
            slab.hold(live[at], epoch);
            let size = 16 + random.below(300);
            live[at] = slab.allocate(Pool::Text, size, 16, epoch).expect("room");
        }
        slab.verify();
        assert!(slab.stats(Pool::Text).high_water < high + high / 4, "fragmentation");
        for span in live {
            slab.give_back(span);
        }
        assert_eq!(slab.stats(Pool::Text).used, 0);
    }
}
