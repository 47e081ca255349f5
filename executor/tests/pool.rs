//! The allocator under a whole program: this one. What is written into blocks of all sizes stays
//! there while others come, grow, shrink and go, on several threads, and blocks that go come back.

use std::sync::mpsc;

use executor::sys::Pool;

#[global_allocator]
static ALLOCATOR: Pool = Pool;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    /// Small ones mostly, and now and then one of every power of two up to 8 MiB.
    fn size(&mut self) -> usize {
        match self.below(40) {
            0 => {
                let power = self.below(24);
                (1 << power) + self.below(3)
            }
            1..6 => self.below(20_000),
            _ => self.below(300),
        }
    }
}

/// Bytes that tell of which block they are.
fn fill(block: &mut Vec<u8>, len: usize, seed: u8) {
    block.resize(len, 0);
    for (i, byte) in block.iter_mut().enumerate() {
        *byte = seed.wrapping_add((i % 251) as u8);
    }
}

fn check(block: &[u8], seed: u8) {
    let aligned = block.is_empty() || (block.as_ptr() as usize).is_multiple_of(16);
    assert!(aligned, "for every type up to 16 bytes");
    let right = |(i, byte): (usize, &u8)| *byte == seed.wrapping_add((i % 251) as u8);
    assert!(block.iter().enumerate().all(right), "a block of {} bytes was changed", block.len());
}

/// So many steps with up to a hundred blocks.
fn work(seed: u64, steps: usize) -> Vec<(Vec<u8>, u8)> {
    let mut random = Random(seed * 2_654_435_761 + 1);
    let mut blocks: Vec<(Vec<u8>, u8)> = Vec::new();
    for _ in 0..steps {
        let at = random.below(100);
        if at >= blocks.len() {
            let mut block = vec![0; random.size()];
            assert!(block.iter().all(|byte| *byte == 0), "asked for zeros");
            let (len, seed) = (block.len(), random.below(256) as u8);
            fill(&mut block, len, seed);
            blocks.push((block, seed));
            continue;
        }
        check(&blocks[at].0, blocks[at].1);
        let len = random.size();
        match random.below(3) {
            0 => drop(blocks.swap_remove(at)),
            1 => {
                let (block, seed) = &mut blocks[at];
                block.truncate(len);
                block.shrink_to_fit();
                check(block, *seed);
            }
            _ => {
                let (block, seed) = &mut blocks[at];
                let longer = block.len().max(len);
                block.reserve_exact(longer - block.len());
                check(block, *seed);
                fill(block, longer, *seed);
            }
        }
    }
    blocks
}

#[test]
fn blocks_keep_what_is_in_them() {
    for (block, seed) in work(1, 20_000) {
        check(&block, seed);
    }
}

#[test]
fn threads_free_what_others_have_made() {
    let (out, r#in) = mpsc::channel();
    let threads: Vec<_> = (2..6)
        .map(|seed| {
            let out = out.clone();
            std::thread::spawn(move || out.send(work(seed, 5_000)).unwrap())
        })
        .collect();
    drop(out);
    let mut blocks: Vec<_> = r#in.into_iter().flatten().collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    blocks.reverse();
    for (block, seed) in blocks {
        check(&block, seed);
    }
}

/// Bytes of address space this process has.
fn mapped() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split_whitespace().next().unwrap().parse::<usize>().unwrap() * 4096
}

#[test]
fn threads_that_end_leave_their_memory_to_the_next() {
    let mut before = 0;
    for round in 0..200 {
        // Something of everything, and ten megabytes.
        let one = || {
            drop(work(7, 200));
            let _keep: Vec<Vec<u8>> = (0..100).map(|i| vec![1; 100_000 + i]).collect();
        };
        std::thread::spawn(one).join().unwrap();
        if round == 20 {
            before = mapped();
        }
    }
    // Other tests run beside this one, but 180 threads would have made 2 GiB.
    assert!(mapped() < before + (600 << 20), "{} MiB more", (mapped() - before) >> 20);
}

#[test]
fn what_is_larger_than_the_pool_is_given_back() {
    let rounds = 300;
    let before = mapped();
    for i in 0..rounds {
        let mut block = vec![1u8; (20 << 20) + i];
        block.reserve_exact(30 << 20);
        assert_eq!(block[19 << 20], 1);
    }
    assert!(mapped() < before + (600 << 20), "{} MiB more", (mapped() - before) >> 20);
}

#[test]
fn other_alignments() {
    #[repr(align(128))]
    struct Wide([u8; 128]);
    let many: Vec<Box<Wide>> = (0..50).map(|i| Box::new(Wide([i; 128]))).collect();
    for (i, wide) in many.iter().enumerate() {
        assert_eq!(&raw const **wide as usize % 128, 0);
        assert!(wide.0.iter().all(|byte| *byte == i as u8));
    }
}

#[test]
fn what_cannot_be_had_is_refused() {
    let mut block: Vec<u8> = Vec::new();
    assert!(block.try_reserve_exact(1 << 62).is_err());
    assert!(block.try_reserve_exact(usize::MAX / 2).is_err());
    block.extend([1, 2, 3]);
    assert!(block.try_reserve_exact(1 << 60).is_err());
    assert_eq!(block, [1, 2, 3]);
}
