//! The bookkeeping of one pool: which bytes are used, held in quarantine, or free. In: sizes and
//! alignments; out: blocks, named by index. No memory is touched and nobody is called.
//!
//! ```text
//!   first                                                last    frontier           end
//!   ├─used─┬─free─┬─used─┬─held─┬──free──┬──────used──────┤┄┄┄┄┄┄┄┄┄┄ untouched ┄┄┄┄┄┄┤
//!          └─bin(4)      (waits)└─bin(6)                   bump from here when no bin fits
//! ```
//!
//! Always (`verify` checks it): blocks tile `0..frontier` without gaps; no two neighbours are both
//! free; the last block is never free (it would have sunk into the frontier); every free block is
//! in the bin of its size and nothing else is in a bin.
//!
//! Sizes are counted in granules of 16 bytes. Bins hold one exact size each below 64 granules, then
//! eight to the power of two, so finding, splitting and merging take a bounded number of steps
//! however many blocks live. Bins are last in, first out: the block used again is the warmest.

/// The unit of allocation, and the smallest alignment that is ever given.
pub(crate) const GRANULE: u64 = 16;

const NONE: u32 = u32::MAX;
const EXACT: u32 = 64;
const BINS: usize = 64 + 26 * 8;
/// How many blocks of one bin are looked at before a larger bin is tried.
const LOOKS: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    Free,
    Used,
    /// Freed, and not to be used again yet.
    Held,
}

#[derive(Clone, Debug)]
struct Block {
    start: u32,
    len: u32,
    /// Neighbours by address.
    prev: u32,
    next: u32,
    /// Neighbours in the bin; for a spare slot `bin_next` is the next spare one.
    bin_prev: u32,
    bin_next: u32,
    state: State,
}

#[derive(Clone, Debug)]
pub(crate) struct Space {
    blocks: Vec<Block>,
    spare: u32,
    first: u32,
    last: u32,
    /// All in granules.
    frontier: u32,
    limit: u32,
    high: u32,
    used: u32,
    held: u32,
    used_blocks: usize,
    bins: [u32; BINS],
    filled: [u64; BINS.div_ceil(64)],
}

fn bin_of(len: u32) -> usize {
    if len < EXACT {
        return len as usize;
    }
    let log = len.ilog2();
    let eighth = (len >> (log - 3)) & 7;
    64 + (log as usize - 6) * 8 + eighth as usize
}

/// Where in `start..start + len` a block of `want` at a multiple of `align` (from `origin`) fits.
fn fit(start: u32, len: u32, want: u32, align: u64, origin: u64) -> Option<u32> {
    let begin = origin + u64::from(start);
    let aligned = begin.checked_add(align - 1)? & !(align - 1);
    let skip = aligned - begin;
    (skip + u64::from(want) <= u64::from(len)).then(|| start + skip as u32)
}

impl Space {
    /// A pool of `bytes` bytes, at most 64 GiB.
    pub(crate) fn new(bytes: u64) -> Space {
        let limit = u32::try_from(bytes / GRANULE).unwrap_or(NONE - 1);
        Space {
            blocks: Vec::new(),
            spare: NONE,
            first: NONE,
            last: NONE,
            frontier: 0,
            limit,
            high: 0,
            used: 0,
            held: 0,
            used_blocks: 0,
            bins: [NONE; BINS],
            filled: [0; BINS.div_ceil(64)],
        }
    }

    pub(crate) fn used_bytes(&self) -> u64 {
        u64::from(self.used) * GRANULE
    }

    pub(crate) fn held_bytes(&self) -> u64 {
        u64::from(self.held) * GRANULE
    }

    pub(crate) fn frontier_bytes(&self) -> u64 {
        u64::from(self.frontier) * GRANULE
    }

    pub(crate) fn high_bytes(&self) -> u64 {
        u64::from(self.high) * GRANULE
    }

    /// How many blocks of any state there were at one time.
    pub(crate) fn slots(&self) -> usize {
        self.blocks.len()
    }

    pub(crate) fn used_blocks(&self) -> usize {
        self.used_blocks
    }

    /// Start and length in bytes, from the pool's start.
    pub(crate) fn extent(&self, block: u32) -> (u64, u64) {
        let b = &self.blocks[block as usize];
        (u64::from(b.start) * GRANULE, u64::from(b.len) * GRANULE)
    }

    /// Every block in address order: start and length in bytes, and its state.
    pub(crate) fn walk(&self) -> impl Iterator<Item = (u64, u64, State)> + '_ {
        let mut at = self.first;
        std::iter::from_fn(move || {
            let b = self.blocks.get(at as usize)?;
            at = b.next;
            Some((u64::from(b.start) * GRANULE, u64::from(b.len) * GRANULE, b.state))
        })
    }

    /// A used block of at least `size` bytes whose start, counted from `origin` (the address of the
    /// pool's first byte), is a multiple of `align`. Nothing is refused while there is a place.
    pub(crate) fn allocate(&mut self, size: u64, align: u64, origin: u64) -> Option<u32> {
        debug_assert!(align.is_power_of_two() && origin.is_multiple_of(GRANULE));
        let want = u32::try_from(size.div_ceil(GRANULE).max(1)).ok()?;
        let align = (align / GRANULE).max(1);
        let origin = origin / GRANULE;
        if want > self.limit {
            return None;
        }
        self.take_binned(want, align, origin, LOOKS)
            .or_else(|| self.take_fresh(want, align, origin))
            .or_else(|| self.take_binned(want, align, origin, usize::MAX))
    }

    /// The smallest bin that has a fit, looking at no more than `looks` blocks of each.
    fn take_binned(&mut self, want: u32, align: u64, origin: u64, looks: usize) -> Option<u32> {
        let mut bin = bin_of(want);
        while let Some(found) = self.next_filled(bin) {
            let mut at = self.bins[found];
            for _ in 0..looks {
                let Some(b) = self.blocks.get(at as usize) else { break };
                if let Some(start) = fit(b.start, b.len, want, align, origin) {
                    self.carve(at, start, want);
                    return Some(at);
                }
                at = b.bin_next;
            }
            bin = found + 1;
        }
        None
    }

    fn next_filled(&self, from: usize) -> Option<usize> {
        let mut word = from / 64;
        let mut bits = self.filled.get(word)? & (u64::MAX << (from % 64));
        while bits == 0 {
            word += 1;
            bits = *self.filled.get(word)?;
        }
        Some(word * 64 + bits.trailing_zeros() as usize)
    }

    /// Turns the free block `at` into a used one of exactly `start..start + want`; what is left
    /// over at either end becomes free blocks of its own.
    fn carve(&mut self, at: u32, start: u32, want: u32) {
        self.unbin(at);
        let b = self.blocks[at as usize].clone();
        if start > b.start {
            let front = self.slot(b.start, start - b.start, b.prev, at);
            self.link_after(b.prev, front);
            self.blocks[at as usize].prev = front;
            self.bin(front);
        }
        let end = b.start + b.len;
        if start + want < end {
            let back = self.slot(start + want, end - (start + want), at, b.next);
            match b.next {
                NONE => self.last = back,
                next => self.blocks[next as usize].prev = back,
            }
            self.blocks[at as usize].next = back;
            self.bin(back);
        }
        let block = &mut self.blocks[at as usize];
        (block.start, block.len, block.state) = (start, want, State::Used);
        self.used += want;
        self.used_blocks += 1;
    }

    fn take_fresh(&mut self, want: u32, align: u64, origin: u64) -> Option<u32> {
        let start = fit(self.frontier, self.limit - self.frontier, want, align, origin)?;
        if start > self.frontier {
            let gap = self.slot(self.frontier, start - self.frontier, self.last, NONE);
            self.link_after(self.last, gap);
            self.last = gap;
            self.bin(gap);
        }
        let at = self.slot(start, want, self.last, NONE);
        self.link_after(self.last, at);
        self.last = at;
        self.blocks[at as usize].state = State::Used;
        self.frontier = start + want;
        self.high = self.high.max(self.frontier);
        self.used += want;
        self.used_blocks += 1;
        Some(at)
    }

    fn link_after(&mut self, prev: u32, block: u32) {
        match prev {
            NONE => self.first = block,
            prev => self.blocks[prev as usize].next = block,
        }
    }

    /// A used block takes over its right neighbour, which is used as well.
    pub(crate) fn join(&mut self, left: u32, right: u32) {
        let (l, r) = (&self.blocks[left as usize], &self.blocks[right as usize]);
        assert!(l.next == right, "only neighbours can be joined");
        assert!(l.state == State::Used && r.state == State::Used, "only used blocks can be joined");
        self.swallow(left);
        self.used_blocks -= 1;
    }

    /// A used block waits in quarantine from now on.
    pub(crate) fn hold(&mut self, block: u32) {
        let b = &mut self.blocks[block as usize];
        assert_eq!(b.state, State::Used, "only a used block can be held");
        b.state = State::Held;
        self.used -= b.len;
        self.held += b.len;
        self.used_blocks -= 1;
    }

    /// A used or held block becomes free and merges with free neighbours. Returns the byte range
    /// of the free stretch it is now part of (up to the frontier's old place when it sank).
    pub(crate) fn free(&mut self, mut block: u32) -> (u64, u64) {
        let b = self.blocks[block as usize].clone();
        match b.state {
            State::Used => {
                self.used -= b.len;
                self.used_blocks -= 1;
            }
            State::Held => self.held -= b.len,
            State::Free => panic!("slab: block at {:#x} freed twice", u64::from(b.start) * GRANULE),
        }
        self.blocks[block as usize].state = State::Free;
        if self.is_free(b.prev) {
            self.unbin(b.prev);
            self.swallow(b.prev);
            block = b.prev;
        }
        let next = self.blocks[block as usize].next;
        if self.is_free(next) {
            self.unbin(next);
            self.swallow(block);
        }
        let (start, len) = self.extent(block);
        if block == self.last {
            self.sink(block);
        } else {
            self.bin(block);
        }
        (start, len)
    }

    fn is_free(&self, block: u32) -> bool {
        self.blocks.get(block as usize).is_some_and(|b| b.state == State::Free)
    }

    /// `block` takes over its right neighbour.
    fn swallow(&mut self, block: u32) {
        let next = self.blocks[block as usize].next;
        let eaten = self.blocks[next as usize].clone();
        let b = &mut self.blocks[block as usize];
        b.len += eaten.len;
        b.next = eaten.next;
        match eaten.next {
            NONE => self.last = block,
            after => self.blocks[after as usize].prev = block,
        }
        self.retire(next);
    }

    /// The last block, free, falls back into the untouched rest.
    fn sink(&mut self, block: u32) {
        let b = self.blocks[block as usize].clone();
        self.frontier = b.start;
        self.last = b.prev;
        match b.prev {
            NONE => self.first = NONE,
            prev => self.blocks[prev as usize].next = NONE,
        }
        self.retire(block);
    }

    fn slot(&mut self, start: u32, len: u32, prev: u32, next: u32) -> u32 {
        let block =
            Block { start, len, prev, next, bin_prev: NONE, bin_next: NONE, state: State::Free };
        match self.spare {
            NONE => {
                self.blocks.push(block);
                self.blocks.len() as u32 - 1
            }
            at => {
                self.spare = self.blocks[at as usize].bin_next;
                self.blocks[at as usize] = block;
                at
            }
        }
    }

    fn retire(&mut self, block: u32) {
        self.blocks[block as usize].bin_next = self.spare;
        self.spare = block;
    }

    fn bin(&mut self, block: u32) {
        let bin = bin_of(self.blocks[block as usize].len);
        let head = self.bins[bin];
        let b = &mut self.blocks[block as usize];
        (b.bin_prev, b.bin_next) = (NONE, head);
        if head != NONE {
            self.blocks[head as usize].bin_prev = block;
        }
        self.bins[bin] = block;
        self.filled[bin / 64] |= 1 << (bin % 64);
    }

    fn unbin(&mut self, block: u32) {
        let b = &self.blocks[block as usize];
        let (bin, prev, next) = (bin_of(b.len), b.bin_prev, b.bin_next);
        match prev {
            NONE => self.bins[bin] = next,
            prev => self.blocks[prev as usize].bin_next = next,
        }
        if next != NONE {
            self.blocks[next as usize].bin_prev = prev;
        }
        if self.bins[bin] == NONE {
            self.filled[bin / 64] &= !(1 << (bin % 64));
        }
    }

    /// Checks every invariant of the file's head; panics with the place where one does not hold.
    pub(crate) fn verify(&self) {
        let (mut at, mut prev, mut end) = (self.first, NONE, 0);
        let (mut used, mut held, mut free, mut used_blocks) = (0, 0, 0usize, 0);
        while let Some(b) = self.blocks.get(at as usize) {
            assert_eq!(b.start, end, "gap or overlap before block {at}");
            assert_eq!(b.prev, prev, "broken back link at block {at}");
            assert!(b.len > 0, "empty block {at}");
            match b.state {
                State::Used => (used, used_blocks) = (used + b.len, used_blocks + 1),
                State::Held => held += b.len,
                State::Free => {
                    free += 1;
                    assert!(!self.is_free(b.next), "free neighbours at block {at}");
                    assert_ne!(b.next, NONE, "free last block {at}");
                }
            }
            end = b.start + b.len;
            (prev, at) = (at, b.next);
        }
        assert_eq!((self.frontier, self.last), (end, prev), "frontier is not the last block's end");
        assert!(self.frontier <= self.high && self.high <= self.limit, "high-water mark");
        assert_eq!((self.used, self.held), (used, held), "byte counts");
        assert_eq!(self.used_blocks, used_blocks, "block count");
        let mut binned = 0;
        for (bin, head) in self.bins.iter().enumerate() {
            assert_eq!(self.filled[bin / 64] >> (bin % 64) & 1 == 1, *head != NONE, "bin {bin}");
            let mut at = *head;
            while let Some(b) = self.blocks.get(at as usize) {
                assert!(b.state == State::Free && bin_of(b.len) == bin, "block {at} in bin {bin}");
                binned += 1;
                at = b.bin_next;
            }
        }
        assert_eq!(binned, free, "free blocks that no bin knows");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// The naive twin: one byte per granule.
    struct Model {
        granules: Vec<u8>,
    }

    impl Model {
        fn fits(&self, size: u64, align: u64, origin: u64) -> bool {
            let want = size.div_ceil(GRANULE).max(1) as usize;
            let total = self.granules.len();
            (0..total).any(|at| {
                (origin + at as u64 * GRANULE).is_multiple_of(align)
                    && at + want <= total
                    && self.granules[at..at + want].iter().all(|g| *g == 0)
            })
        }

        fn paint(&mut self, (start, len): (u64, u64), from: u8, to: u8) {
            let range = (start / GRANULE) as usize..((start + len) / GRANULE) as usize;
            for g in &mut self.granules[range] {
                assert_eq!(*g, from, "granule in another state than the model's");
                *g = to;
            }
        }
    }

    /// Random allocate / hold / free against the model: never an overlap, always aligned, and a
    /// refusal only when the model finds no place either.
    #[test]
    fn agrees_with_the_naive_model() {
        for seed in 0..12 {
            let mut random = Random::new(seed);
            let origin = 0x1000 * (1 + random.below(64));
            let bytes = 0x4000;
            let mut space = Space::new(bytes);
            let mut model = Model { granules: vec![0; (bytes / GRANULE) as usize] };
            let (mut used, mut held) = (Vec::new(), Vec::new());
            for _ in 0..1500 {
                match random.below(5) {
                    0..=1 => {
                        let largest = 1 << random.below(11);
                        let size = random.below(largest);
                        let align = 1 << random.below(10);
                        match space.allocate(size, align, origin) {
                            Some(block) => {
                                let (start, len) = space.extent(block);
                                assert!(len >= size && (origin + start).is_multiple_of(align));
                                model.paint((start, len), 0, 1);
                                used.push(block);
                            }
                            None => assert!(!model.fits(size, align, origin)),
                        }
                    }
                    2 if !used.is_empty() => {
                        let block = used.swap_remove(random.below(used.len() as u64) as usize);
                        space.hold(block);
                        model.paint(space.extent(block), 1, 2);
                        held.push(block);
                    }
                    3 if !used.is_empty() => {
                        let block = used.swap_remove(random.below(used.len() as u64) as usize);
                        model.paint(space.extent(block), 1, 0);
                        space.free(block);
                    }
                    4 if !held.is_empty() => {
                        let block = held.swap_remove(random.below(held.len() as u64) as usize);
                        model.paint(space.extent(block), 2, 0);
                        space.free(block);
                    }
                    _ => {}
                }
                space.verify();
            }
            for block in used.drain(..).chain(held.drain(..)) {
                space.free(block);
            }
            space.verify();
            assert_eq!((space.frontier, space.first), (0, NONE), "everything sank back");
        }
    }

    #[test]
    fn sizes_that_cannot_be() {
        let mut space = Space::new(1 << 20);
        for (size, align) in [(u64::MAX, 1), (1 << 21, 1), (1 << 20, 1 << 30), (1, 1 << 63)] {
            assert_eq!(space.allocate(size, align, 0x1000_1000), None, "{size:#x} by {align:#x}");
        }
        assert!(space.allocate(1 << 20, 1, 0x1000).is_some());
        space.verify();
    }

    #[test]
    fn bins_are_ordered_by_size() {
        let mut last = 0;
        for len in 1..100_000 {
            let bin = bin_of(len);
            assert!(bin >= last && bin < BINS);
            last = bin;
        }
        assert!(bin_of(u32::MAX) < BINS);
    }
}
