//! The pages that every evaluation writes: stacks, libc's own variables, buffers. After a
//! checkpoint's fork each of them costs a fault at its next write, which somebody waits for; so
//! they are made this process's own while nobody does. In: the process's page table as the kernel
//! shows it, now and then; out: those pages, present and writable. What always holds: no byte
//! changes, and a kernel that does not tell costs nothing but the faults.

use std::fs::File;
use std::os::unix::fs::FileExt;

use crate::addr::{Addr, AddrRange, PAGE};
use crate::maps::{Mapping, Page};
use crate::sys;

/// Every so many checkpoints it is looked at anew which pages are written.
const PERIOD: u32 = 64;
/// Two in a row are compared: what one evaluation alone wrote is not hot. A session of a few inputs
/// has none.
const FIRST_LOOK: u32 = 8;
const SECOND_LOOK: u32 = 9;
/// More is not worth the memory that each checkpoint then costs.
const MOST_PAGES: usize = 64;
/// Larger mappings are not looked at: a heap, the slab's data.
const MOST_BYTES: u64 = 4 << 20;

#[derive(Debug, Default)]
pub(crate) struct Hot {
    checkpoints: u32,
    candidates: Vec<u64>,
    ranges: Vec<AddrRange>,
}

impl Hot {
    /// Just before the fork: every page that is this process's alone was written since the last
    /// one.
    pub(crate) fn before_fork(&mut self) {
        self.checkpoints = self.checkpoints.wrapping_add(1);
        match self.checkpoints % PERIOD {
            FIRST_LOOK => self.candidates = written_pages().unwrap_or_default(),
            SECOND_LOOK => {
                let before = std::mem::take(&mut self.candidates);
                let mut hot = written_pages().unwrap_or_default();
                hot.retain(|page| before.binary_search(page).is_ok());
                hot.truncate(MOST_PAGES);
                self.ranges = runs(&hot);
            }
            _ => {}
        }
    }

    /// In the process that goes on, when the fork has been told of.
    pub(crate) fn after_fork(&mut self) {
        // Before a look they are left alone: it shows who is written without that.
        let next = (self.checkpoints + 1) % PERIOD;
        if next != FIRST_LOOK && next != SECOND_LOOK {
            // What is mapped no more, or by other means, is no longer of interest.
            self.ranges.retain(|range| sys::populate(*range).is_ok());
        }
    }
}

/// Pages that lie side by side, as ranges.
fn runs(pages: &[u64]) -> Vec<AddrRange> {
    let mut ranges: Vec<AddrRange> = Vec::new();
    for page in pages {
        match ranges.last_mut() {
            Some(last) if last.end().0 == page * PAGE => last.len += PAGE,
            _ => ranges.push(AddrRange::new(Addr(page * PAGE), PAGE)),
        }
    }
    ranges
}

/// The numbers of the private pages that no other process shares, in order.
fn written_pages() -> std::io::Result<Vec<u64>> {
    let maps = std::fs::read_to_string("/proc/self/maps")?;
    let table = File::open("/proc/self/pagemap")?;
    let mut pages = Vec::new();
    for range in maps.lines().filter_map(writable_range) {
        let first = range.start.0 / PAGE;
        let mut entries = vec![0; (range.len / PAGE * 8) as usize];
        // The kernel may know less of the last mappings than of others.
        let Ok(()) = table.read_exact_at(&mut entries, first * 8) else { continue };
        for (page, entry) in (first..).zip(entries.chunks_exact(8)) {
            let entry = Page::of_bytes(entry);
            if entry.is_own() && entry.is_exclusive() {
                pages.push(page);
            }
        }
    }
    Ok(pages)
}

fn writable_range(line: &str) -> Option<AddrRange> {
    let mapping = Mapping::of_line(line)?;
    let is_small = mapping.range.len <= MOST_BYTES;
    (mapping.permissions == "rw-p" && is_small).then_some(mapping.range)
}
