//! The slab: one anonymous file, seen twice. In comes a size; out come a [`SlabLayout`] (plain
//! data: where each pool lies in the executor) and, for the controller, a [`SlabView`].
//!
//! ```text
//!   executor (all at one place)                         controller
//!   base ┌────────────┐                                  ┌────────────┐
//!        │ text  R-X  │ shared ──────────── file ─────── │            │
//!        ├────────────┤                                  │  RW, one   │
//!        │ const R--  │ shared ──────────── file ─────── │  view, by  │
//!        ├────────────┤                                  │  offset    │
//!        │ data  RW-  │ private, from ───── file ─────── │            │
//!        └────────────┘                                  └────────────┘
//!   copy source R--  the whole file once more, for pages of data that are private by now
//! ```
//!
//! What always holds: the executor maps through a descriptor that only reads, so none of its
//! shared mappings can become writable; no page is writable and executable in one process; in the
//! controller the executor's range is reserved, so no pointer of ours has an executor's value.

use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::addr::{Addr, AddrRange, PAGE, align_up};
use crate::error::{Context, Error, Result};
use crate::segment::Pool;
use crate::sys::{self, Advice, Backing, Place, Protection};

/// Where slabs are tried first: below 2 GiB, clear of the null page and of small executables.
const FIRST_BASE: Addr = Addr(0x1000_0000);
/// The last byte that a 32-bit signed relocation reaches.
const LOW_END: u64 = 1 << 31;

pub const DEFAULT_SLAB_BYTES: u64 = 1 << 30;
/// Below this a slab is not worth having: the system refuses everything.
pub const SMALLEST_SLAB_BYTES: u64 = 16 << 20;

/// How the bytes of a slab reach the executor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sharing {
    /// One file, two views; nothing is mapped or protected per snippet.
    Shared,
    /// Bytes travel over the wire into anonymous pages that actions map and protect.
    Copying,
}

/// One slab as the executor sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SlabLayout {
    pub range: AddrRange,
    pub text: AddrRange,
    pub constant: AddrRange,
    pub data: AddrRange,
}

impl SlabLayout {
    /// Cuts a range into its pools: three eighths text, two const, three data.
    pub fn of(range: AddrRange) -> SlabLayout {
        let eighth = range.len / 8 / PAGE * PAGE;
        let text = AddrRange::new(range.start, eighth * 3);
        let constant = AddrRange::new(text.end(), eighth * 2);
        let data = AddrRange::new(constant.end(), range.len - eighth * 5);
        SlabLayout { range, text, constant, data }
    }

    pub fn pool(&self, pool: Pool) -> AddrRange {
        match pool {
            Pool::Text => self.text,
            Pool::Const => self.constant,
            Pool::Data => self.data,
        }
    }

    /// The offset of an executor's address in the slab, its file and its [`SlabView`].
    pub fn offset(&self, addr: Addr) -> Option<u64> {
        self.range.contains(addr).then(|| addr.since(self.range.start))
    }

    /// The pool an address lies in.
    pub fn pool_of(&self, addr: Addr) -> Option<Pool> {
        Pool::ALL.into_iter().find(|pool| self.pool(*pool).contains(addr))
    }
}

/// A slab before anybody has mapped its pools: address space that is reserved, and its file.
#[derive(Debug)]
pub struct Slab {
    layout: SlabLayout,
    file: Option<SlabFile>,
}

#[derive(Debug)]
struct SlabFile {
    writer: OwnedFd,
    reader: OwnedFd,
}

impl Slab {
    /// Reserves `bytes`, or half of it, and so on down to the floor.
    pub fn reserve(bytes: u64, sharing: Sharing) -> Result<Slab> {
        let mut len = align_up(bytes.max(SMALLEST_SLAB_BYTES), 8 * PAGE);
        loop {
            match Slab::reserve_exactly(len, sharing) {
                Ok(slab) => return Ok(slab),
                Err(error) if len / 2 < SMALLEST_SLAB_BYTES => return Err(error),
                Err(_) => len = align_up(len / 2, 8 * PAGE),
            }
        }
    }

    fn reserve_exactly(len: u64, sharing: Sharing) -> Result<Slab> {
        let file = match sharing {
            Sharing::Copying => None,
            Sharing::Shared => {
                let writer = sys::anonymous_file(c"tine-slab", len)
                    .context(|| format!("a slab file of {len} executable bytes"))?;
                let reader = sys::reopen_read_only(writer.as_fd())
                    .context(|| "a read-only descriptor of the slab".to_string())?;
                sys::seal_size(writer.as_fd()).context(|| "sealing the slab".to_string())?;
                Some(SlabFile { writer, reader })
            }
        };
        let range = reserve_range(len)?;
        Ok(Slab { layout: SlabLayout::of(range), file })
    }

    pub fn layout(&self) -> SlabLayout {
        self.layout
    }

    /// The controller's writable view. `None` for a slab whose bytes travel over the wire.
    pub fn view(&self) -> Result<Option<SlabView>> {
        let Some(file) = &self.file else { return Ok(None) };
        let writer =
            file.writer.try_clone().context(|| "a second descriptor of the slab".to_string())?;
        let len = self.layout.range.len;
        // SAFETY: a new mapping where the kernel likes it.
        let mapped = unsafe {
            sys::map(
                Place::Anywhere,
                len,
                Protection::ReadWrite,
                Backing::Shared(file.writer.as_fd(), 0),
            )
        };
        let ours = mapped.context(|| format!("the controller's view of {len} bytes"))?;
        let words = ours.len.div_ceil(CHUNK_BYTES * 64) as usize;
        let present = (0..words).map(|_| AtomicU64::new(0)).collect();
        Ok(Some(SlabView { ours, layout: self.layout, writer, present }))
    }

    /// The descriptor another process maps the pools through.
    pub fn reader(&self) -> Option<BorrowedFd<'_>> {
        self.file.as_ref().map(|f| f.reader.as_fd())
    }

    pub(crate) fn into_reader(self) -> Option<OwnedFd> {
        self.file.map(|f| f.reader)
    }

    /// Maps the pools at their addresses in this process, over the reservation.
    pub fn map_pools(&self) -> Result<MappedSlab> {
        map_pools(self.layout, self.reader())
    }
}

/// A slab as the executor holds it.
#[derive(Clone, Copy, Debug)]
pub struct MappedSlab {
    pub layout: SlabLayout,
    /// The whole file once more, read-only: the source of copies. Absent when bytes travel.
    pub source: Option<AddrRange>,
}

/// Maps the pools of `layout` in this process. The range must be free or reserved by us: this is
/// called once a slab, before any of its addresses is given out.
pub(crate) fn map_pools(layout: SlabLayout, reader: Option<BorrowedFd<'_>>) -> Result<MappedSlab> {
    let Some(reader) = reader else { return Ok(MappedSlab { layout, source: None }) };
    let base = layout.range.start;
    let shared = |at: Addr| Backing::Shared(reader, at.since(base));
    let pools = [
        (layout.text, Protection::ReadExecute, shared(layout.text.start)),
        (layout.constant, Protection::Read, shared(layout.constant.start)),
        (
            layout.data,
            Protection::ReadWrite,
            Backing::Private(reader, layout.data.start.since(base)),
        ),
    ];
    for (range, protection, backing) in pools {
        // SAFETY: the range is a slab's, which nothing refers to yet.
        unsafe { sys::map(Place::Replace(range.start), range.len, protection, backing) }
            .context(|| format!("mapping the slab's pool at {range:?}"))?;
    }
    let len = layout.range.len;
    // SAFETY: a new mapping where the kernel likes it.
    let source =
        unsafe { sys::map(Place::Anywhere, len, Protection::Read, Backing::Shared(reader, 0)) };
    let source = source.context(|| "mapping the slab as a source of copies".to_string())?;
    Ok(MappedSlab { layout, source: Some(source) })
}

/// Takes address space below 2 GiB if there is some, else wherever the kernel likes.
fn reserve_range(len: u64) -> Result<AddrRange> {
    let mut base = FIRST_BASE;
    while base.0 + len <= LOW_END {
        // SAFETY: the place must be free, so nothing is replaced.
        let taken = unsafe { sys::map(Place::Free(base), len, Protection::None, Backing::Reserve) };
        if let Ok(range) = taken {
            return Ok(range);
        }
        base = base.plus(64 << 20);
    }
    // SAFETY: a new mapping where the kernel likes it.
    unsafe { sys::map(Place::Anywhere, len, Protection::None, Backing::Reserve) }
        .context(|| format!("reserving {len} bytes of address space for a slab"))
}

/// The controller's view of a slab, by offset. Nothing here ever hands out a reference: the other
/// view is being executed meanwhile, so bytes only travel by copy.
#[derive(Debug)]
pub struct SlabView {
    ours: AddrRange,
    layout: SlabLayout,
    writer: OwnedFd,
    /// One bit a chunk: whether the file has pages there already.
    present: Box<[AtomicU64]>,
}

/// Writing new pages of the file, the kernel is twice as fast as stores that fault; writing pages
/// that are there, stores are several times as fast. So much is written through the kernel when
/// it goes to chunks where nothing was, and no less than that.
const CHUNK_BYTES: u64 = 16 * PAGE;

impl SlabView {
    pub fn layout(&self) -> SlabLayout {
        self.layout
    }

    /// Copies `bytes` to `offset`. A range outside the slab is an error.
    pub fn write(&self, offset: u64, bytes: &[u8]) -> Result<()> {
        let at = self.locate(offset, bytes.len() as u64)?;
        if at.len >= CHUNK_BYTES && self.mark(at) {
            return sys::write_at(self.writer.as_fd(), bytes, offset)
                .context(|| format!("writing {} bytes to the slab", bytes.len()));
        }
        // SAFETY: `locate` says that the range lies in the mapping, which lives as long as self
        // and which no reference points into.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), at.start.0 as *mut u8, bytes.len());
        }
        Ok(())
    }

    /// Stores one word at once: a caller that loads it sees the old value or the new one. This is
    /// how a redirect cell changes while code runs through it. `offset` is a multiple of 8.
    pub fn store_word(&self, offset: u64, word: u64) -> Result<()> {
        let at = self.locate(offset, 8)?;
        if !offset.is_multiple_of(8) {
            return Err(Error::new(format!("word at slab offset {offset:#x} is not aligned")));
        }
        // SAFETY: in the mapping (see `locate`) and aligned, as the mapping is to pages.
        let word_ref = unsafe { AtomicU64::from_ptr(at.start.0 as *mut u64) };
        word_ref.store(word, Ordering::Release);
        Ok(())
    }

    /// A copy of what the slab holds at `offset`.
    pub fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let at = self.locate(offset, buffer.len() as u64)?;
        // SAFETY: as in `write`; the buffer is a slice of the caller's.
        unsafe {
            std::ptr::copy_nonoverlapping(
                at.start.0 as *const u8,
                buffer.as_mut_ptr(),
                buffer.len(),
            );
        }
        Ok(())
    }

    /// Fills a range with one byte (zero, or trap bytes).
    pub fn fill(&self, offset: u64, len: u64, byte: u8) -> Result<()> {
        let at = self.locate(offset, len)?;
        // SAFETY: as in `write`.
        unsafe { std::ptr::write_bytes(at.start.0 as *mut u8, byte, at.len as usize) };
        Ok(())
    }

    /// Gives whole pages back to the system: they read as zero in every view afterwards.
    pub fn punch(&self, pages: Range<u64>) -> Result<()> {
        let len = pages.end.saturating_sub(pages.start);
        if !pages.start.is_multiple_of(PAGE) || !len.is_multiple_of(PAGE) {
            return Err(Error::new(format!("{pages:#x?} of the slab are not whole pages")));
        }
        if len == 0 {
            return Ok(());
        }
        let at = self.locate(pages.start, len)?;
        self.forget(at);
        // SAFETY: the range is in the mapping, which no reference points into.
        unsafe { sys::advise(at, Advice::Punch) }
            .context(|| format!("giving back slab pages {pages:#x?}"))
    }

    /// Makes the pages of a range present and writable, ahead of small writes.
    pub fn warm(&self, offset: u64, len: u64) -> Result<()> {
        let at = self.locate(offset, len)?;
        let start = at.start.align_down(PAGE);
        let range = AddrRange::new(start, align_up(at.end().since(start), PAGE));
        // SAFETY: contents do not change.
        unsafe { sys::advise(range, Advice::Populate) }
            .context(|| format!("warming {len} bytes of the slab"))
    }

    /// The chunks that a range touches, as word and bit of `present`.
    fn chunks(&self, range: AddrRange) -> impl Iterator<Item = (&AtomicU64, u64)> {
        let first = range.start.since(self.ours.start) / CHUNK_BYTES;
        let end = range.end().since(self.ours.start).div_ceil(CHUNK_BYTES);
        (first..end)
            .filter_map(|chunk| Some((self.present.get((chunk / 64) as usize)?, 1 << (chunk % 64))))
    }

    /// Notes that there will be pages in a range; true if in any chunk there were none.
    fn mark(&self, range: AddrRange) -> bool {
        self.chunks(range)
            .fold(false, |new, (word, bit)| word.fetch_or(bit, Ordering::Relaxed) & bit == 0 || new)
    }

    fn forget(&self, range: AddrRange) {
        self.chunks(range).for_each(|(word, bit)| {
            word.fetch_and(!bit, Ordering::Relaxed);
        });
    }

    fn locate(&self, offset: u64, len: u64) -> Result<AddrRange> {
        match offset.checked_add(len) {
            Some(end) if end <= self.ours.len => {
                Ok(AddrRange::new(self.ours.start.plus(offset), len))
            }
            _ => Err(Error::new(format!(
                "{len} bytes at offset {offset:#x} leave the slab of {:#x} bytes",
                self.ours.len
            ))),
        }
    }
}

impl Drop for SlabView {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours and nobody has a reference into it.
        let gone = unsafe { sys::unmap(self.ours) };
        debug_assert!(gone.is_ok());
    }
}
