//! New mappings in place of inherited ones. In: the mappings of a process that was a copy, as the
//! kernel shows them; out: the same bytes at the same addresses. What always holds: a mapping is
//! renewed as a whole or stays as it was, and what cannot be renewed only costs time.
//!
//! The kernel keeps, for each mapping with pages of its own, a list of the processes it came down
//! through. A checkpoint that goes on is one fork further from the first executor than the one it
//! replaces, and each fork copies these lists: after some thousand crashes a checkpoint would take
//! twenty milliseconds. A mapping whose pages are written anew has no ancestors.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

use crate::addr::PAGE;
use crate::maps::{Mapping, Page};
use crate::runtime::x86_64::{KEEP_PROTECTION, renew_mappings};
use crate::sys::SharedWords;

/// So many restores later it is worth while.
pub(crate) const EVERY: u32 = 16;

/// A mapping up to this size is written anew as a whole: its pages may be touched for the first
/// time after the kernel was asked which there are. Not so one of a file in memory: that is the
/// slab, and a page there that nobody has written goes on showing what the controller writes.
const SMALL: u64 = 4 << 20;
/// With more pages of its own a mapping keeps its ancestors: it is one of few, and copying it would
/// take longer than they ever do.
const MOST_BYTES: u64 = 64 << 20;
const TEXT_BYTES: usize = 256 << 10;
const ENTRY_BYTES: usize = 64 << 10;
const PLAN_WORDS: usize = 64 << 10;

/// To be called with one thread and all signals blocked.
pub(crate) fn renew() -> io::Result<()> {
    // What is used below is touched before the kernel is asked: no page must come later.
    let mut text = vec![1u8; TEXT_BYTES];
    let mut entries = vec![1u8; ENTRY_BYTES];
    let mut words = SharedWords::new(PLAN_WORDS)?;
    let table = File::open("/proc/self/pagemap")?;
    let len = read_all(&mut File::open("/proc/self/maps")?, &mut text)?;
    let Ok(text) = std::str::from_utf8(&text[..len]) else { return Ok(()) };
    let mut plan = Plan { words: words.words(), at: 0 };
    for mapping in text.lines().filter_map(renewable) {
        let before = plan.at;
        if plan.add(&mapping, &table, &mut entries).is_none() {
            plan.at = before;
        }
    }
    plan.words[plan.at] = 0;
    renew_mappings(plan.words);
    Ok(())
}

fn read_all(file: &mut File, into: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while len < into.len() {
        match file.read(&mut into[len..])? {
            0 => return Ok(len),
            n => len += n,
        }
    }
    Err(io::ErrorKind::OutOfMemory.into())
}

/// A mapping, if it is private and not executed.
fn renewable(line: &str) -> Option<Mapping<'_>> {
    let mapping = Mapping::of_line(line)?;
    let is_kernels = mapping.name.starts_with("[v");
    (matches!(mapping.permissions, "rw-p" | "r--p") && !is_kernels).then_some(mapping)
}

/// What [`renew_mappings`] reads: for each mapping its start, length, protection and number of runs
/// of pages, then each run's distance and length; at last a zero.
struct Plan<'a> {
    words: &'a mut [u64],
    at: usize,
}

impl Plan<'_> {
    /// `None` for a mapping that is to stay as it is. Allocates nothing.
    fn add(&mut self, mapping: &Mapping<'_>, table: &File, entries: &mut [u8]) -> Option<()> {
        let (range, is_written) = (mapping.range, mapping.permissions == "rw-p");
        let head = self.at;
        let protection = if is_written { KEEP_PROTECTION } else { libc::PROT_READ as u64 };
        for word in [range.start.0, range.len, protection, 0] {
            self.put(word)?;
        }
        let (mut runs, mut bytes, mut last_end) = (0, 0, u64::MAX);
        let per_look = entries.len() as u64 / 8 * PAGE;
        for look in (0..range.len).step_by(per_look as usize) {
            let pages = (range.len - look).min(per_look) / PAGE;
            let entries = &mut entries[..pages as usize * 8];
            table.read_exact_at(entries, (range.start.0 + look) / PAGE * 8).ok()?;
            for (page, entry) in (0..).zip(entries.chunks_exact(8)) {
                if !Page::of_bytes(entry).is_own() {
                    continue;
                }
                let offset = look + page * PAGE;
                if offset == last_end {
                    self.words[self.at - 1] += PAGE;
                } else {
                    self.put(offset)?;
                    self.put(PAGE)?;
                    runs += 1;
                }
                bytes += PAGE;
                last_end = offset + PAGE;
            }
        }
        // One that could be written may have had pages.
        if runs == 0 && !is_written || bytes > MOST_BYTES {
            return None;
        }
        let is_in_memory = mapping.name.starts_with("/memfd:");
        if runs > 0 && range.len <= SMALL && !is_in_memory {
            self.at = head + 4;
            self.put(0)?;
            self.put(range.len)?;
            runs = 1;
        }
        self.words[head + 3] = runs;
        Some(())
    }

    /// The last word is kept for the zero.
    fn put(&mut self, word: u64) -> Option<()> {
        if self.at + 1 >= self.words.len() {
            return None;
        }
        self.words[self.at] = word;
        self.at += 1;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addr::Addr;

    #[test]
    fn code_and_shared_memory_stay() {
        for (line, expected) in [
            ("1000-3000 rw-p 00000000 00:00 0 ", true),
            ("1000-3000 rw-p 00000000 00:00 0      [heap]", true),
            ("1000-3000 r--p 00000000 08:01 77   /usr/lib/libc.so.6", true),
            ("1000-3000 r-xp 00000000 08:01 77   /usr/lib/libc.so.6", false),
            ("1000-3000 rw-s 00000000 00:01 77   /memfd:tine-slab (deleted)", false),
            ("1000-3000 ---p 00000000 00:00 0 ", false),
            ("1000-3000 r--p 00000000 00:00 0      [vvar]", false),
            ("", false),
        ] {
            let found = renewable(line);
            assert_eq!(found.is_some(), expected, "{line}");
            let range = found.map(|mapping| (mapping.range.start, mapping.range.len));
            assert!(range.is_none_or(|range| range == (Addr(0x1000), 0x2000)), "{line}");
        }
    }
}
