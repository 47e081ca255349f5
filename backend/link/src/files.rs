//! An arena of files: grows through a shared reference, so that the bytes of a file found in the
//! middle of a link (a linker script names it) live as long as those of the first one.

use std::cell::{Cell, OnceCell};
use std::path::Path;

use crate::plan::Input;

/// Owned contents `B` (a `Vec<u8>`, a mapping of the file), never given back before the arena.
/// Block number k has room for 8 · 2^k files and is made when it is needed; nothing ever moves.
pub struct Files<B> {
    kept: Cell<usize>,
    blocks: [OnceCell<Block<B>>; BLOCKS],
}

type Block<B> = Box<[OnceCell<(String, B)>]>;

const BLOCKS: usize = 32;
const FIRST: usize = 8;

impl<B: AsRef<[u8]>> Files<B> {
    pub fn new() -> Files<B> {
        Files { kept: Cell::new(0), blocks: [const { OnceCell::new() }; BLOCKS] }
    }

    /// Keeps a file and lends it for as long as the arena lives.
    pub fn keep(&self, path: &Path, bytes: B) -> Input<'_> {
        let number = self.kept.replace(self.kept.get() + 1);
        let block = (number / FIRST + 1).ilog2();
        let before = FIRST * ((1 << block) - 1);
        let slots = self.blocks[block as usize]
            .get_or_init(|| (0..FIRST << block).map(|_| OnceCell::new()).collect());
        let (path, bytes) =
            slots[number - before].get_or_init(|| (path.to_string_lossy().into_owned(), bytes));
        Input::new(path, bytes.as_ref())
    }
}

impl<B: AsRef<[u8]>> Default for Files<B> {
    fn default() -> Files<B> {
        Files::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stay_where_they_are() {
        let files = Files::new();
        let kept: Vec<_> = (0..1000u32)
            .map(|number| files.keep(Path::new(&number.to_string()), number.to_le_bytes()))
            .collect();
        for (number, input) in (0u32..).zip(kept) {
            assert_eq!(
                (input.path, input.bytes),
                (&*number.to_string(), &number.to_le_bytes()[..])
            );
        }
    }
}
