//! Addresses and sizes as types. An [`Addr`] is a place in the executor, never a pointer of this
//! process; byte counts and page counts do not mix. All arithmetic is checked: a sum that leaves
//! 64 bits is a bug of ours and panics with the operands, it never wraps.

use std::fmt;

/// The page size of the one platform there is.
pub const PAGE: u64 = 4096;

/// An address in the executor's memory.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Addr(pub u64);

impl Addr {
    pub const NULL: Addr = Addr(0);

    /// The address `bytes` further on.
    #[track_caller]
    pub fn plus(self, bytes: u64) -> Addr {
        Addr(self.0.checked_add(bytes).expect("address overflow"))
    }

    /// The distance from `start` to `self`, which must not lie before it.
    #[track_caller]
    pub fn since(self, start: Addr) -> u64 {
        self.0.checked_sub(start.0).expect("address before its base")
    }

    pub fn align_up(self, align: u64) -> Addr {
        Addr(align_up(self.0, align))
    }

    pub fn align_down(self, align: u64) -> Addr {
        debug_assert!(align.is_power_of_two());
        Addr(self.0 & !(align - 1))
    }
}

impl fmt::Debug for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Display for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// A half-open range of executor addresses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct AddrRange {
    pub start: Addr,
    pub len: u64,
}

impl AddrRange {
    pub fn new(start: Addr, len: u64) -> AddrRange {
        AddrRange { start, len }
    }

    pub fn end(self) -> Addr {
        self.start.plus(self.len)
    }

    pub fn contains(self, addr: Addr) -> bool {
        addr.0.wrapping_sub(self.start.0) < self.len
    }

    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

impl fmt::Debug for AddrRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..+{:#x}", self.start, self.len)
    }
}

/// `n` rounded up to a multiple of `align`, a power of two.
#[track_caller]
pub fn align_up(n: u64, align: u64) -> u64 {
    debug_assert!(align.is_power_of_two());
    n.checked_add(align - 1).expect("size overflow") & !(align - 1)
}
