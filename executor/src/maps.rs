//! This process's mappings and pages as the kernel shows them. In: lines of `/proc/self/maps`, words
//! of `/proc/self/pagemap`; out: ranges, and whose a page is. What always holds: nothing is
//! allocated, and a line that is not understood is none.

use crate::addr::{Addr, AddrRange};

/// One mapping.
pub(crate) struct Mapping<'a> {
    pub(crate) range: AddrRange,
    /// `rw-p` and the like.
    pub(crate) permissions: &'a str,
    /// A path, or a word in brackets; empty where it has none.
    pub(crate) name: &'a str,
}

impl Mapping<'_> {
    /// `start-end rw-p offset device inode name`
    pub(crate) fn of_line(line: &str) -> Option<Mapping<'_>> {
        let mut fields = line.split_ascii_whitespace();
        let (start, end) = fields.next()?.split_once('-')?;
        let number = |text| u64::from_str_radix(text, 16).ok();
        let (start, end) = (number(start)?, number(end)?);
        let range = AddrRange::new(Addr(start), end.checked_sub(start)?);
        let permissions = fields.next()?;
        Some(Mapping { range, permissions, name: fields.nth(3).unwrap_or_default() })
    }
}

/// What the kernel says of a page.
#[derive(Clone, Copy)]
pub(crate) struct Page(u64);

impl Page {
    pub(crate) fn of_bytes(bytes: &[u8]) -> Page {
        Page(u64::from_le_bytes(bytes.try_into().unwrap_or_default()))
    }

    /// Written by this process or one it comes from, not a file's own.
    pub(crate) fn is_own(self) -> bool {
        const PRESENT: u64 = 1 << 63;
        const SWAPPED: u64 = 1 << 62;
        const OF_A_FILE: u64 = 1 << 61;
        self.0 & (PRESENT | SWAPPED) != 0 && self.0 & OF_A_FILE == 0
    }

    /// In memory, and in no other process's.
    pub(crate) fn is_exclusive(self) -> bool {
        const PRESENT: u64 = 1 << 63;
        const EXCLUSIVE: u64 = 1 << 56;
        self.0 & PRESENT != 0 && self.0 & EXCLUSIVE != 0
    }
}
