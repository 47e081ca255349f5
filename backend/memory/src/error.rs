//! Why memory could not be had: each names what was asked, the sizes, and the next step.

use std::fmt;

use executor::addr::Addr;
use executor::segment::{Pool, SegmentRequest};

#[derive(Debug)]
pub enum MemoryError {
    /// The alignment is no power of two, or larger than any object needs.
    Alignment(SegmentRequest),
    /// The sizes of the request add up to more than one slab can ever hold.
    TooLarge { pool: Pool, bytes: u128, limit: u64 },
    /// No slab has room and no further one large enough could be had.
    Full { pool: Pool, bytes: u64, slabs: usize, largest: u64 },
    /// The contents given do not have the sizes that were asked for.
    Content { segment: usize, asked: Option<u64>, given: Option<u64> },
    /// The handle is of an allocation, redirect or mark that was freed or rolled back before.
    Gone { what: &'static str, id: u64 },
    /// A code address that a redirect of another slab cannot reach.
    Distance { from: Addr, to: Addr },
    /// The system refused.
    System { doing: String, cause: executor::error::Error },
}

impl fmt::Display for MemoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MemoryError::Alignment(r) => write!(
                f,
                "a {} segment of {:#x}+{:#x} bytes asks for alignment {:#x}, which is not a power \
                 of two up to {:#x}: the object file is damaged or not for this machine",
                r.pool.name(),
                r.content,
                r.zero,
                r.align,
                crate::placement::LARGEST_ALIGN
            ),
            MemoryError::TooLarge { pool, bytes, limit } => write!(
                f,
                "{bytes} bytes of {} asked for at once, but code and data of one link must lie \
                 within 2 GiB, which leaves {limit} for this pool: split the input, or allocate \
                 large arrays at run time",
                pool.name()
            ),
            MemoryError::Full { pool, bytes, slabs, largest } => write!(
                f,
                "no room for {bytes} bytes of {} in {slabs} slab(s), and the largest further slab \
                 to be had is of {largest} bytes: free memory, or raise the limit on address space \
                 (ulimit -v)",
                pool.name()
            ),
            MemoryError::Content { segment, asked: Some(asked), given: Some(given) } => write!(
                f,
                "segment {segment} was asked for with {asked} bytes of content and given {given}"
            ),
            MemoryError::Content { segment, .. } => {
                write!(f, "the list of contents and the list of segments part at {segment}")
            }
            MemoryError::Gone { what, id } => {
                write!(f, "{what} {id:#x} was freed or rolled back before")
            }
            MemoryError::Distance { from, to } => {
                write!(f, "the stub at {from} cannot reach its cell at {to}")
            }
            MemoryError::System { doing, cause } => write!(f, "{doing}: {cause}"),
        }
    }
}

impl std::error::Error for MemoryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            MemoryError::System { cause, .. } => Some(cause),
            _ => None,
        }
    }
}
