//! What the linker asks of memory: so many bytes, with such a protection. `link` makes these
//! requests, `memory` grants them with addresses; neither knows the other, so the nouns live here.

/// The protection a segment needs in the executor. One pool of the slab each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Pool {
    /// R-X: code and jump stubs.
    Text,
    /// R--: read-only data and redirect cells (the controller alone writes them).
    Const,
    /// RW-, private to each executor: globals.
    Data,
}

impl Pool {
    pub const ALL: [Pool; 3] = [Pool::Text, Pool::Const, Pool::Data];

    pub fn name(self) -> &'static str {
        match self {
            Pool::Text => "text",
            Pool::Const => "const",
            Pool::Data => "data",
        }
    }
}

/// A wish for memory: `content` bytes that will be given, then `zero` bytes that read as zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SegmentRequest {
    pub pool: Pool,
    pub align: u64,
    pub content: u64,
    pub zero: u64,
}

impl SegmentRequest {
    pub fn size(&self) -> u64 {
        self.content.checked_add(self.zero).expect("segment size overflow")
    }
}
