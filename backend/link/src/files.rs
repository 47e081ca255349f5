//! An arena of files: grows through a shared reference, so that the bytes of a file found
//! in the middle of a link (a linker script names it) live as long as those of the first one.

use std::cell::OnceCell;
use std::path::Path;

use crate::plan::Input;

/// Owned contents `B` (a `Vec<u8>`, a mapping of the file), never given back before the arena.
pub struct Files<B> {
    head: OnceCell<Box<Node<B>>>,
}

struct Node<B> {
    path: String,
    bytes: B,
    next: OnceCell<Box<Node<B>>>,
}

impl<B: AsRef<[u8]>> Files<B> {
    pub fn new() -> Files<B> {
        Files { head: OnceCell::new() }
    }

    /// Keeps a file and lends it for as long as the arena lives.
    pub fn keep(&self, path: &Path, bytes: B) -> Input<'_> {
        let mut cell = &self.head;
        while let Some(node) = cell.get() {
            cell = &node.next;
        }
        let path = path.to_string_lossy().into_owned();
        let node = cell.get_or_init(|| Box::new(Node { path, bytes, next: OnceCell::new() }));
        Input::new(&node.path, node.bytes.as_ref())
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
