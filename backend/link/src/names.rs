//! Names to numbers: an open hash table whose keys live elsewhere (in the symbols). Hashes are
//! computed once, while an object is read, and travel with the name.

const SEED: u64 = 0x517c_c1b7_2722_0a95;

/// A fast hash of a symbol name: eight bytes a step, the top bits well mixed.
pub(crate) fn hash(name: &[u8]) -> u64 {
    let (words, rest) = name.as_chunks::<8>();
    let mut state = (name.len() as u64).wrapping_mul(SEED);
    for word in words {
        state = step(state, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    let state = step(state, u64::from_le_bytes(last));
    (state ^ (state >> 32)).wrapping_mul(SEED)
}

fn step(state: u64, word: u64) -> u64 {
    (state.rotate_left(5) ^ word).wrapping_mul(SEED)
}

/// Slots hold the upper half of the hash and a number plus one; 0 is an empty slot. The table is
/// never more than half full.
pub(crate) struct NameTable {
    slots: Vec<u64>,
    used: usize,
}

impl NameTable {
    pub(crate) fn with_capacity(names: usize) -> NameTable {
        NameTable { slots: vec![0; (names * 2).next_power_of_two().max(64)], used: 0 }
    }

    /// The number filed under `hash` for which `same` holds.
    pub(crate) fn find(&self, hash: u64, mut same: impl FnMut(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = (hash >> 40) as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            if slot >> 32 == hash & 0xffff_ffff {
                let number = (slot as u32) - 1;
                if same(number) {
                    return Some(number);
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Files `number` under `hash`. The caller has looked: the name is not in the table.
    /// `hash_of` gives the hash of a number already filed, for when the table grows.
    pub(crate) fn insert(&mut self, hash: u64, number: u32, hash_of: impl Fn(u32) -> u64) {
        if (self.used + 1) * 2 > self.slots.len() {
            self.grow(self.slots.len() * 2, hash_of);
        }
        self.put(hash, number);
        self.used += 1;
    }

    /// Makes room for `names` more.
    pub(crate) fn reserve(&mut self, names: usize, hash_of: impl Fn(u32) -> u64) {
        let wanted = ((self.used + names) * 2).next_power_of_two();
        if wanted > self.slots.len() {
            self.grow(wanted, hash_of);
        }
    }

    fn grow(&mut self, slots: usize, hash_of: impl Fn(u32) -> u64) {
        let old = std::mem::replace(&mut self.slots, vec![0; slots]);
        for slot in old {
            if slot != 0 {
                let number = (slot as u32) - 1;
                self.put(hash_of(number), number);
            }
        }
    }

    fn put(&mut self, hash: u64, number: u32) {
        let mask = self.slots.len() - 1;
        let mut at = (hash >> 40) as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = (hash & 0xffff_ffff) << 32 | u64::from(number + 1);
    }
}
