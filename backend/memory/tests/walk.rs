//! Random walks through everything a session does with memory, against a model of what an executor
//! would see. In: seeds; out: nothing, or a panic that names seed and step.
//!
//! The slab is a real one, mapped in this process and never written through its data pool, so its
//! pages show the file. On top of it an executor is a set of private pages: a store copies a page,
//! actions do what they say, a fork is a clone. After every evaluation each live byte must read as
//! the model says, in whichever executor runs by then.

use std::collections::BTreeMap;

use executor::addr::{Addr, AddrRange, PAGE};
use executor::segment::{Pool, SegmentRequest};
use executor::wire::Action;
use memory::{Live, Local, Mark, Memory, Redirect};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

/// Bytes of the slab's file.
fn file(at: Addr, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    executor::sys::read_memory(std::process::id(), at, &mut bytes).expect("mapped");
    bytes
}

/// The pages of data that an executor has made its own.
#[derive(Clone, Default)]
struct Executor {
    own: BTreeMap<u64, Vec<u8>>,
}

impl Executor {
    fn read(&self, at: Addr, len: usize) -> Vec<u8> {
        let mut bytes = file(at, len);
        let first = at.0 / PAGE;
        for (page, own) in self.own.range(first..=(at.0 + len as u64) / PAGE) {
            for (offset, byte) in own.iter().enumerate() {
                let place = (page * PAGE + offset as u64).checked_sub(at.0);
                if let Some(to) = place.and_then(|p| bytes.get_mut(p as usize)) {
                    *to = *byte;
                }
            }
        }
        bytes
    }

    fn write(&mut self, at: Addr, byte: u8) {
        let page = at.0 / PAGE;
        let own = self.own.entry(page).or_insert_with(|| file(Addr(page * PAGE), PAGE as usize));
        own[(at.0 % PAGE) as usize] = byte;
    }

    fn pages(range: AddrRange) -> std::ops::Range<u64> {
        assert!(range.start.0.is_multiple_of(PAGE) && range.len.is_multiple_of(PAGE), "{range:?}");
        range.start.0 / PAGE..range.end().0 / PAGE
    }

    fn perform(&mut self, action: &Action) {
        match action {
            Action::CopyFromSlab { range } => {
                for (offset, byte) in file(range.start, range.len as usize).into_iter().enumerate()
                {
                    self.write(range.start.plus(offset as u64), byte);
                }
            }
            Action::MapZero { range } => {
                self.own.extend(Self::pages(*range).map(|page| (page, vec![0; PAGE as usize])));
            }
            Action::Restore { range } | Action::Discard { range } => {
                Self::pages(*range).for_each(|page| drop(self.own.remove(&page)));
            }
            other => panic!("the local mapper does not send {other:?}"),
        }
    }
}

#[derive(Clone)]
struct Entry {
    live: Live,
    segments: Vec<(Pool, Addr, Vec<u8>)>,
}

/// What a checkpoint holds: all that a rollback brings back.
#[derive(Clone, Default)]
struct World {
    entries: Vec<Entry>,
    redirects: Vec<(Redirect, Addr)>,
    executor: Executor,
}

struct Walk {
    random: Random,
    memory: Memory,
    world: World,
    marks: Vec<(Mark, World)>,
    step: u32,
}

impl Walk {
    fn make(&mut self) {
        let count = 1 + self.random.below(4);
        let requests: Vec<SegmentRequest> = (0..count)
            .map(|_| {
                let pool = Pool::ALL[self.random.below(3)];
                let most = [64, 600, 9000][self.random.below(3)];
                let zero = match self.random.below(8) {
                    0 => 60_000 + self.random.below(90_000),
                    1..=3 => self.random.below(5000),
                    _ => 0,
                };
                let align = 1 << self.random.below(if most == 64 { 5 } else { 13 });
                let content = self.random.below(most) as u64;
                SegmentRequest { pool, align, content, zero: zero as u64 }
            })
            .collect();
        let pending = match self.memory.allocate(&requests) {
            Ok(pending) => pending,
            Err(error) => panic!("step {}: {error}", self.step),
        };
        if self.random.below(10) == 0 {
            return self.memory.abandon(pending);
        }
        let contents: Vec<Vec<u8>> = requests
            .iter()
            .map(|r| (0..r.content).map(|_| self.random.below(255) as u8 + 1).collect())
            .collect();
        let slices: Vec<&[u8]> = contents.iter().map(|c| &c[..]).collect();
        let addresses: Vec<Addr> = pending.addresses().collect();
        let live = self.memory.finalize(pending, &slices, self.step, Vec::new()).expect("written");
        let segments = requests.iter().zip(contents).zip(addresses).map(|((r, mut bytes), at)| {
            assert!(at.0.is_multiple_of(r.align), "{at} for {r:?}");
            bytes.resize((r.content + r.zero) as usize, 0);
            (r.pool, at, bytes)
        });
        self.world.entries.push(Entry { live, segments: segments.collect() });
    }

    fn free(&mut self) {
        let count = self.random.below(3).min(self.world.entries.len());
        let mut lives = Vec::new();
        for _ in 0..count {
            let at = self.random.below(self.world.entries.len());
            lives.push(self.world.entries.swap_remove(at).live);
        }
        self.memory.free(lives, self.step).expect("freed");
    }

    fn evaluate(&mut self) {
        for action in self.memory.take_actions() {
            self.world.executor.perform(&action);
        }
        self.check();
        for _ in 0..self.random.below(12) {
            if self.world.entries.is_empty() {
                break;
            }
            let at = self.random.below(self.world.entries.len());
            let entry = &mut self.world.entries[at];
            let segment = self.random.below(entry.segments.len());
            let (pool, addr, bytes) = &mut entry.segments[segment];
            if *pool == Pool::Data && !bytes.is_empty() {
                let (offset, byte) = (self.random.below(bytes.len()), self.random.below(256) as u8);
                self.world.executor.write(addr.plus(offset as u64), byte);
                bytes[offset] = byte;
            }
        }
    }

    /// Every live byte reads as the model says.
    fn check(&self) {
        for entry in &self.world.entries {
            for (pool, at, bytes) in &entry.segments {
                let seen = match pool {
                    Pool::Data => self.world.executor.read(*at, bytes.len()),
                    Pool::Text | Pool::Const => file(*at, bytes.len()),
                };
                if let Some(wrong) = seen.iter().zip(bytes).position(|(s, b)| s != b) {
                    let (s, b) = (seen[wrong], bytes[wrong]);
                    let name = pool.name();
                    panic!("step {}: {name} {at}+{wrong:#x}: {s:#x}, not {b:#x}", self.step);
                }
            }
        }
        for (redirect, target) in &self.world.redirects {
            assert_eq!(file(redirect.cell, 8), target.0.to_le_bytes(), "step {}", self.step);
        }
    }

    fn redirect(&mut self) {
        let target = Addr(self.random.below(1 << 30) as u64);
        let count = self.world.redirects.len();
        match self.random.below(3) {
            0 => {
                let made = self.memory.new_redirect(target).expect("made");
                self.world.redirects.push((made, target));
            }
            1 if count > 0 => {
                let at = self.random.below(count);
                self.world.redirects[at].1 = target;
                self.memory.retarget(self.world.redirects[at].0, target).expect("retargeted");
            }
            _ if count > 0 => {
                let at = self.random.below(count);
                let (gone, _) = self.world.redirects.swap_remove(at);
                self.memory.free_redirect(gone).expect("freed");
            }
            _ => {}
        }
    }

    fn step(&mut self) {
        match self.random.below(40) {
            0..=13 => self.make(),
            14..=22 => self.free(),
            23..=31 => self.evaluate(),
            32..=34 => self.redirect(),
            35..=37 => self.marks.push((self.memory.mark(), self.world.clone())),
            38 if !self.marks.is_empty() => {
                let at = self.random.below(self.marks.len());
                let (mark, _) = self.marks.remove(at);
                self.memory.discard(mark).expect("discarded");
            }
            39 if !self.marks.is_empty() => {
                let at = self.random.below(self.marks.len());
                let (mark, world) = self.marks.split_off(at).swap_remove(0);
                self.memory.rollback(mark, self.step).expect("rolled back");
                self.world = world;
                self.evaluate();
            }
            _ => {}
        }
        self.step += 1;
    }
}

#[test]
fn every_executor_sees_what_it_should() {
    for seed in 0..2 {
        println!("seed {seed}");
        let mut walk = Walk {
            random: Random(seed),
            memory: Memory::with_slab_bytes(Box::new(Local::lazy()), 64 << 20),
            world: World::default(),
            marks: Vec::new(),
            step: 0,
        };
        for _ in 0..1500 {
            walk.step();
        }
        walk.evaluate();
        for (mark, _) in std::mem::take(&mut walk.marks) {
            walk.memory.discard(mark).expect("discarded");
        }
        walk.check();
        assert_eq!(walk.memory.counts().1, 1, "one slab was enough");
        let lives: Vec<Live> = walk.world.entries.iter().map(|e| e.live).collect();
        walk.memory.free(lives, 0).expect("freed");
        for _ in 0..3 {
            walk.memory.free(Vec::new(), 0).expect("nothing");
        }
        walk.memory.verify();
        let stats = walk.memory.stats(Pool::Data);
        assert_eq!((stats.used, stats.spans), (0, 0));
        assert!(stats.resident <= 2 << 20, "{stats:?}");
    }
}
