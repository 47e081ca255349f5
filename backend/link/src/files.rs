//! An arena of file contents: grows through a shared reference, so that the bytes of a file found
//! in the middle of a link (a linker script names it) live as long as those of the first one.

use std::cell::OnceCell;

/// Owned contents `B` (a `Vec<u8>`, a mapping of the file), never given back before the arena.
pub struct Files<B> {
    head: OnceCell<Box<Node<B>>>,
}

struct Node<B> {
    bytes: B,
    next: OnceCell<Box<Node<B>>>,
}

impl<B: AsRef<[u8]>> Files<B> {
    pub fn new() -> Files<B> {
        Files { head: OnceCell::new() }
    }

    /// Keeps `bytes` and lends them for as long as the arena lives.
    pub fn keep(&self, bytes: B) -> &[u8] {
        let mut cell = &self.head;
        while let Some(node) = cell.get() {
            cell = &node.next;
        }
        cell.get_or_init(|| Box::new(Node { bytes, next: OnceCell::new() })).bytes.as_ref()
    }
}

impl<B: AsRef<[u8]>> Default for Files<B> {
    fn default() -> Files<B> {
        Files::new()
    }
}

impl<B> Drop for Files<B> {
    /// Node by node: a long chain must not be dropped by recursion.
    fn drop(&mut self) {
        let mut next = self.head.take();
        while let Some(mut node) = next {
            next = node.next.take();
        }
    }
}
