//! The trace ring: what user code did last, written by the threads that do it, read by the
//! controller while they run. In: one word per event, from code that was compiled to be traced,
//! and notes of our own runtime; out, at the reader: [`Record`]s, and how many were lost.
//!
//! ```text
//!   area ┌─────────────────────────────────────────────┐ 0
//!        │ on/off, next number, free chunks, lost       │
//!        ├─────────────────────────────────────────────┤ 64 KiB
//!        │ chunk: state, number, process|thread, ticks  │ 64 bytes
//!        │        events, 8 bytes each                  │
//!        │        slack: nobody writes here             │ the last 512 bytes
//!        ├─────────────────────────────────────────────┤ 128 KiB
//!        │ chunk …                                      │
//!        └─────────────────────────────────────────────┘ 128 MiB
//!   event  ticks / 16 (42 bits) │ what (21 bits) │ leave (1 bit)
//! ```
//!
//! A thread owns a chunk and fills it without a lock: `tine_trace` (in [`crate::runtime::x86_64`])
//! takes the next word by one instruction, so a signal handler in between takes another one. A
//! full chunk is closed and a free one taken; only the reader frees. With no chunk free an event
//! is counted as lost, and the thread goes on.
//!
//! What always holds: a writer never waits; a free chunk holds zeros behind its head; the reader
//! believes nothing, since user code may write anywhere here: wrong words make wrong records and
//! nothing more.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::addr::{Addr, AddrRange};
use crate::error::{Context, Result};
use crate::runtime::x86_64;
use crate::sys::{self, Backing, Place, Protection};

const CHUNK: u64 = 64 << 10;
const CHUNKS: u64 = 2047;
const FIRST_EVENT: u64 = 64;
/// Offsets in a chunk from here on are beyond its events; the assembly tests for these bits.
pub(crate) const SLACK: u64 = 0xfe00;
/// What a thread's cell holds that has no chunk.
pub(crate) const NO_CHUNK: u64 = SLACK;

const ON: u64 = 0;
const NUMBER: u64 = 64;
const FREE_CHUNKS: u64 = 128;
const LOST: u64 = 192;

const STATE: u64 = 0;
const ORDER: u64 = 8;
const OWNER: u64 = 16;
const TICKS: u64 = 24;

const FREE: u64 = 0;
const HELD: u64 = 1;
const CLOSED: u64 = 2;

/// How many bits of an event are not its time.
const WHAT_BITS: u32 = 22;
/// The numbers of functions are below this; those from here on are [`Note`]s.
pub const FUNCTIONS: u32 = (1 << 21) - 16;

/// The area, mapped before the first fork for the life of the process.
#[derive(Clone, Copy, Debug)]
pub struct Ring {
    start: Addr,
}

impl Ring {
    /// Address space alone: a page is taken when a thread first writes there.
    pub(crate) fn new() -> Result<Ring> {
        let len = CHUNK * (CHUNKS + 2);
        // SAFETY: a new mapping where the kernel likes it.
        let range = unsafe {
            sys::map(Place::Anywhere, len, Protection::ReadWrite, Backing::SharedAnonymous)
        }
        .context(|| "mapping the trace ring".to_string())?;
        let area = Ring { start: Addr(range.start.0.next_multiple_of(CHUNK)) };
        area.word(FREE_CHUNKS).store(CHUNKS, Ordering::Relaxed);
        Ok(area)
    }

    /// The controller's end of it. There is to be one.
    pub fn reader(self) -> Reader {
        Reader::new(self)
    }

    fn word(self, offset: u64) -> &'static AtomicU64 {
        assert!(offset.is_multiple_of(8) && offset < CHUNK * (CHUNKS + 1));
        // SAFETY: inside a mapping that is never unmapped, aligned, and only used by atomics.
        unsafe { AtomicU64::from_ptr(self.start.plus(offset).0 as *mut u64) }
    }

    fn chunk(self, index: u64) -> u64 {
        CHUNK * (index % CHUNKS + 1)
    }

    fn range(self) -> AddrRange {
        AddrRange::new(self.start.plus(CHUNK), CHUNK * CHUNKS)
    }

    /// A free chunk, made this thread's; `None` with the event counted where there is none.
    fn claim(self) -> Option<u64> {
        if self.word(ON).load(Ordering::Acquire) == 0 {
            return None;
        }
        let number = self.word(NUMBER).fetch_add(1, Ordering::Relaxed);
        let some_free = self.word(FREE_CHUNKS).load(Ordering::Relaxed) != 0;
        for index in 0..if some_free { CHUNKS } else { 0 } {
            let chunk = self.chunk(number.wrapping_add(index));
            let state = self.word(chunk + STATE);
            if state.compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed).is_ok() {
                self.word(FREE_CHUNKS).fetch_sub(1, Ordering::Relaxed);
                let owner = u64::from(sys::process_id()) << 32 | u64::from(sys::thread_id());
                self.word(chunk + ORDER).store(number, Ordering::Relaxed);
                self.word(chunk + TICKS).store(x86_64::ticks(), Ordering::Relaxed);
                self.word(chunk + OWNER).store(owner, Ordering::Release);
                return Some(chunk);
            }
        }
        self.word(LOST).fetch_add(1, Ordering::Relaxed);
        None
    }
}

/// The area of this process, for code that is entered from user code; 0 where there is none.
static AREA: AtomicU64 = AtomicU64::new(0);

fn installed() -> Option<Ring> {
    match AREA.load(Ordering::Relaxed) {
        0 => None,
        start => Some(Ring { start: Addr(start) }),
    }
}

/// From now on traced code of this process writes into the area.
pub(crate) fn install(area: Ring) {
    AREA.store(area.start.0, Ordering::Relaxed);
    crate::exit::at_fork_in_child(forget_chunk);
}

/// The chunk of this thread is another process's from now on: after a fork, in the copy.
pub(crate) extern "C" fn forget_chunk() {
    x86_64::set_trace_cell(NO_CHUNK);
}

/// The next words of this thread's chunk, of a new one where that is full.
fn take_words(area: Ring, count: u64) -> Option<u64> {
    let at = x86_64::advance_trace_cell(8 * count);
    if at & SLACK != SLACK && (at + 8 * count) & SLACK != SLACK {
        return Some(at);
    }
    let own = Addr(at & !(CHUNK - 1));
    if area.range().contains(own) {
        let state = area.word(own.since(area.start) + STATE);
        let _ = state.compare_exchange(HELD, CLOSED, Ordering::Release, Ordering::Relaxed);
    }
    let chunk = area.claim();
    let first = chunk.map(|chunk| area.start.plus(chunk + FIRST_EVENT).0);
    x86_64::set_trace_cell(first.map_or(NO_CHUNK, |first| first + 8 * count));
    first
}

/// Where `tine_trace` goes with an event its chunk has no room for. May be in a signal handler.
#[unsafe(no_mangle)]
extern "C" fn tine_trace_slow(what: u32) {
    let Some(area) = installed() else {
        return forget_chunk();
    };
    if let Some(at) = take_words(area, 1) {
        put(area, at, event(u64::from(what)));
    }
}

fn event(what: u64) -> u64 {
    (x86_64::ticks() >> 4) << WHAT_BITS | what
}

fn put(area: Ring, at: u64, word: u64) {
    if area.range().contains(Addr(at)) {
        area.word(Addr(at).since(area.start)).store(word, Ordering::Release);
    }
}

/// What the runtime itself has to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Note {
    CollectionBegins,
    /// Bytes of the managed heap.
    CollectionEnds {
        live: u64,
        moved: u64,
        pinned: u64,
    },
}

const COLLECTION_BEGINS: u32 = FUNCTIONS;
const COLLECTION_ENDS: u32 = FUNCTIONS + 1;

impl Note {
    fn words(self) -> (u32, [u64; 3], u64) {
        match self {
            Note::CollectionBegins => (COLLECTION_BEGINS, [0; 3], 0),
            Note::CollectionEnds { live, moved, pinned } => {
                (COLLECTION_ENDS, [live, moved, pinned], 3)
            }
        }
    }

    fn read(what: u32, words: &[u64; 3]) -> Option<Note> {
        let [live, moved, pinned] = *words;
        match what {
            COLLECTION_BEGINS => Some(Note::CollectionBegins),
            COLLECTION_ENDS => Some(Note::CollectionEnds { live, moved, pinned }),
            _ => None,
        }
    }

    /// How many words follow the event itself.
    fn length(what: u32) -> u64 {
        if what == COLLECTION_ENDS { 3 } else { 0 }
    }
}

/// Writes a note where a trace is being taken; costs a load where none is.
pub fn note(note: Note) {
    let Some(area) = installed() else { return };
    if area.word(ON).load(Ordering::Relaxed) == 0 {
        return;
    }
    let (what, words, length) = note.words();
    let Some(at) = take_words(area, 1 + length) else { return };
    // The reader takes a word of zero for one that is not written yet: the numbers go in one
    // higher, and before the event that says they are there.
    for (i, word) in words.iter().enumerate().take(length as usize) {
        put(area, at + 8 + 8 * i as u64, word.saturating_add(1));
    }
    put(area, at, event(u64::from(what) << 1));
}

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// A function, by the number its code was compiled with.
    Enter(u32),
    Leave(u32),
    Note(Note),
}

/// One event as it is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Record {
    pub process: u32,
    pub thread: u32,
    /// Of the processor's time stamp counter, in steps of 16.
    pub ticks: u64,
    pub what: What,
}

/// How far a chunk was read.
#[derive(Clone, Copy)]
struct Progress {
    order: u64,
    /// The next event's offset in the chunk.
    at: u64,
    ticks: u64,
}

/// The controller's end of the ring.
pub struct Reader {
    area: Ring,
    /// Events from before are of a trace that has ended.
    since: u64,
    progress: Vec<Progress>,
    /// Chunks to be looked at, kept for its capacity.
    order: Vec<(u64, u64)>,
    lost: u64,
}

impl Reader {
    fn new(area: Ring) -> Reader {
        let fresh = Progress { order: u64::MAX, at: FIRST_EVENT, ticks: 0 };
        Reader {
            area,
            since: 0,
            progress: vec![fresh; CHUNKS as usize],
            order: Vec::with_capacity(CHUNKS as usize),
            lost: 0,
        }
    }

    /// Events count from now on.
    pub fn start(&mut self) {
        self.since = x86_64::ticks();
        self.lost = self.area.word(LOST).load(Ordering::Relaxed);
        self.area.word(ON).store(1, Ordering::Release);
    }

    /// No thread takes a new chunk from now on. What is there can still be read.
    pub fn stop(&mut self) {
        self.area.word(ON).store(0, Ordering::Release);
    }

    /// How many events found no room since the last call.
    pub fn take_lost(&mut self) -> u64 {
        let now = self.area.word(LOST).load(Ordering::Relaxed);
        now.wrapping_sub(std::mem::replace(&mut self.lost, now))
    }

    /// Gives out what was written since the last call, each thread's events in their order.
    /// Allocates nothing.
    pub fn drain(&mut self, out: &mut dyn FnMut(Record)) {
        self.order.clear();
        for index in 0..CHUNKS {
            let chunk = self.area.chunk(index);
            if self.area.word(chunk + STATE).load(Ordering::Acquire) != FREE {
                self.order.push((self.area.word(chunk + ORDER).load(Ordering::Relaxed), index));
            }
        }
        self.order.sort_unstable();
        let crowded = self.order.len() as u64 > CHUNKS / 2;
        for at in 0..self.order.len() {
            let (order, index) = self.order[at];
            self.drain_chunk(order, index, crowded, out);
        }
    }

    fn drain_chunk(&mut self, order: u64, index: u64, crowded: bool, out: &mut dyn FnMut(Record)) {
        let chunk = self.area.chunk(index);
        let state = self.area.word(chunk + STATE).load(Ordering::Acquire);
        let owner = self.area.word(chunk + OWNER).load(Ordering::Acquire);
        if owner == 0 {
            return;
        }
        let (process, thread) = ((owner >> 32) as u32, owner as u32);
        let mut progress = self.progress[index as usize];
        if progress.order != order {
            let ticks = self.area.word(chunk + TICKS).load(Ordering::Relaxed);
            progress = Progress { order, at: FIRST_EVENT, ticks };
        }
        // A thread that is gone closes nothing. It is looked for before its last events are read.
        let ended = state == CLOSED || crowded && !is_alive(process, thread);
        while progress.at < SLACK {
            let word = self.area.word(chunk + progress.at).load(Ordering::Acquire);
            if word == 0 {
                break;
            }
            progress.ticks = later(progress.ticks, word >> WHAT_BITS);
            let (number, leave) = ((word as u32 >> 1) & ((1 << 21) - 1), word & 1 != 0);
            let length = Note::length(number);
            let mut words = [0; 3];
            for (i, word) in (0..length).zip(&mut words) {
                let offset = (progress.at + 8 + 8 * i).min(CHUNK - 8);
                let value = self.area.word(chunk + offset).load(Ordering::Acquire);
                *word = value.saturating_sub(1);
            }
            progress.at += 8 * (1 + length);
            let what = match (number >= FUNCTIONS, leave) {
                (true, _) => Note::read(number, &words).map(What::Note),
                (false, false) => Some(What::Enter(number)),
                (false, true) => Some(What::Leave(number)),
            };
            let record = what.map(|what| Record { process, thread, ticks: progress.ticks, what });
            if let Some(record) = record.filter(|record| record.ticks >= self.since) {
                out(record);
            }
        }
        self.progress[index as usize] = progress;
        if ended {
            self.free(chunk, index);
        }
    }

    fn free(&mut self, chunk: u64, index: u64) {
        for offset in (FIRST_EVENT..CHUNK).step_by(8) {
            self.area.word(chunk + offset).store(0, Ordering::Relaxed);
        }
        self.area.word(chunk + OWNER).store(0, Ordering::Relaxed);
        self.progress[index as usize].order = u64::MAX;
        self.area.word(chunk + STATE).store(FREE, Ordering::Release);
        self.area.word(FREE_CHUNKS).fetch_add(1, Ordering::Relaxed);
    }
}

/// The counter's whole value, given 42 bits of it and a value from shortly before. An event that
/// was interrupted may be a little earlier than the one it stands behind.
fn later(before: u64, part: u64) -> u64 {
    const PERIOD: u64 = 1 << 46;
    let ticks = before & !(PERIOD - 1) | part << 4;
    if ticks + PERIOD / 2 < before { ticks + PERIOD } else { ticks }
}

fn is_alive(process: u32, thread: u32) -> bool {
    Path::new(&format!("/proc/{process}/task/{thread}")).exists()
}

/// The processor's time stamp counter, which the events carry.
pub fn ticks() -> u64 {
    x86_64::ticks()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(reader: &mut Reader) -> Vec<What> {
        let mut out = Vec::new();
        reader.drain(&mut |record| out.push(record.what));
        out
    }

    #[test]
    fn what_is_written_is_read_once_and_in_order() {
        let area = Ring::new().expect("area");
        let mut reader = Reader::new(area);
        install(area);
        note(Note::CollectionBegins);
        assert_eq!(records(&mut reader), [], "nothing is written while it is off");
        reader.start();
        for i in 1..20_000u32 {
            x86_64::trace(i << 1 | i & 1);
        }
        let ends = Note::CollectionEnds { live: 0, moved: u64::MAX - 1, pinned: 7 };
        note(ends);
        let read = records(&mut reader);
        assert_eq!(read.len(), 20_000);
        for (i, what) in (1..20_000u32).zip(&read) {
            let expected = if i & 1 == 0 { What::Enter(i) } else { What::Leave(i) };
            assert_eq!(*what, expected);
        }
        assert_eq!(read.last(), Some(&What::Note(ends)));
        assert_eq!(records(&mut reader), []);
        assert_eq!(reader.take_lost(), 0);
        // With nobody reading, the ring fills up, and the rest is counted.
        let room = (SLACK - FIRST_EVENT) / 8 * CHUNKS;
        let written = room + 1000;
        for _ in 0..written {
            x86_64::trace(2);
        }
        let read = records(&mut reader).len() as u64;
        assert!(read <= room);
        assert_eq!(read + reader.take_lost(), written);
        scribbled_areas_are_read_without_harm(area, &mut reader);
        reader.stop();
    }

    fn scribbled_areas_are_read_without_harm(area: Ring, reader: &mut Reader) {
        let mut word = 0x9e37_79b9_7f4a_7c15u64;
        for _ in 0..200_000 {
            word = word.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let offset = (word >> 20) % (CHUNK * 4) / 8 * 8;
            let value = if word & 1 == 0 { word >> 60 } else { word };
            area.word(offset).store(value, Ordering::Relaxed);
        }
        reader.drain(&mut |_| {});
        x86_64::trace(2);
        reader.drain(&mut |_| {});
    }
}
