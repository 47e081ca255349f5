//! The control area: a few pages that controller, warden and executors share, made before the
//! first fork. Each executor has one slot; a slot holds doorbells and one crash record.
//!
//! ```text
//!   slot ┌──────────────────────────────────────────────────────┐ 0
//!        │ request bell (controller rings) │ reply bell (executor)│
//!        │ wake-up words of sleeping copies, times of a run      │
//!        ├──────────────────────────────────────────────────────┤ 4 KiB
//!        │ crash record: state, words, stack words               │
//!        ├──────────────────────────────────────────────────────┤ 16 KiB
//!        │ the record's list of mapped code, as text             │
//!        └──────────────────────────────────────────────────────┘ 128 KiB
//! ```
//!
//! What always holds: all access is by atomic word, so that a hostile executor that writes here
//! at any moment can make a value wrong and nothing more; what the controller reads is checked in
//! [`Slot::take_crash`]; bells are hints that shorten a wait and never decide anything.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use crate::addr::{Addr, AddrRange, PAGE};
use crate::error::{Context, Error, Result};
use crate::sys::{self, Backing, Place, Protection};
use crate::trace::Ring;
use crate::wire::{CrashRecord, MappedCode};

/// How many executors a warden can have alive at one time.
pub const SLOTS: u32 = 16;
const SLOT_BYTES: u64 = 32 * PAGE;
const CRASH_AT: u64 = PAGE;
const MAPS_AT: u64 = 4 * PAGE;
/// A word with the length of the text, then the text.
const MAPS_BYTES: u64 = SLOT_BYTES - MAPS_AT - 8;

const REQUEST_BELL: u64 = 0;
const REPLY_BELL: u64 = 64;
/// Whether a process that crashes is to stop before it ends.
const HOLD: u64 = 96;
const WAKE_WORDS: u64 = 128;
/// How many evaluations have begun; when the last one began and ended, by the monotonic clock.
const EVALUATION: u64 = WAKE_WORDS + MAX_CHECKPOINTS as u64 * 8;
const BEGAN_AT: u64 = EVALUATION + 8;
const ENDED_AT: u64 = EVALUATION + 16;
/// libc's error number at a crash, and the size of the address space at the executor's start.
const ERROR_NUMBER: u64 = EVALUATION + 24;
const START_BYTES: u64 = EVALUATION + 32;
/// Each side's processor and one, while it is awake; while it prepares a request, respectively.
const AWAKE_ON: u64 = EVALUATION + 40;
const PREPARING_ON: u64 = EVALUATION + 48;
/// Whether the controller looks at the reply bell.
const LOOKS: u64 = REPLY_BELL + 8;
/// How many copies were left to the executor to end; of the last ones the process, above it the
/// wake-up word.
const LEFT: u64 = EVALUATION + 56;
const LEFT_WORDS: u64 = EVALUATION + 64;
const MOST_LEFT: u64 = 64;
/// How many sleeping copies an executor can have.
pub const MAX_CHECKPOINTS: u32 = 256;

/// The words of the crash record, in the order they stand in the slot.
const STATE: u64 = CRASH_AT;
const HEAD: u64 = CRASH_AT + 8;
pub(crate) const HEAD_WORDS: usize = 32;
pub(crate) const MAX_FRAMES: usize = 128;
pub(crate) const MAX_STACK_WORDS: usize = 1024;
const FRAMES: u64 = HEAD + HEAD_WORDS as u64 * 8;
const STACK: u64 = FRAMES + MAX_FRAMES as u64 * 8;

const EMPTY: u64 = 0;
const BUSY: u64 = 1;
const FULL: u64 = 0x7469_6e65_6372_6173;

const ASLEEP: u64 = 1;

/// What a sleeping copy is called for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Call {
    Wake,
    End,
}

impl Call {
    fn value(self, token: u64) -> u64 {
        match self {
            Call::Wake => token,
            Call::End => !token,
        }
    }
}

/// The whole area, mapped for the life of the process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ControlArea {
    range: AddrRange,
    /// One ring for all executors.
    pub(crate) trace: Ring,
}

impl ControlArea {
    pub(crate) fn new() -> Result<ControlArea> {
        let len = SLOT_BYTES * u64::from(SLOTS);
        // SAFETY: a new mapping where the kernel likes it.
        let range = unsafe {
            sys::map(Place::Anywhere, len, Protection::ReadWrite, Backing::SharedAnonymous)
        }
        .context(|| "mapping the control area".to_string())?;
        Ok(ControlArea { range, trace: Ring::new()? })
    }

    pub(crate) fn slot(self, index: u32) -> Result<Slot> {
        if index >= SLOTS {
            return Err(Error::new(format!("there is no control slot {index}")));
        }
        Ok(Slot { base: self.range.start.plus(u64::from(index) * SLOT_BYTES) })
    }
}

/// One executor's part of the area.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    base: Addr,
}

/// A crash record as words, the only form the signal handler can write.
pub(crate) struct RawRecord<'a> {
    pub(crate) head: [u64; HEAD_WORDS],
    pub(crate) frames: &'a [u64],
    pub(crate) stack: &'a [u64],
}

impl Slot {
    fn word(self, offset: u64) -> &'static AtomicU64 {
        assert!(offset.is_multiple_of(8) && offset < SLOT_BYTES);
        // SAFETY: inside a mapping that is never unmapped, aligned, and only used by atomics.
        unsafe { AtomicU64::from_ptr(self.base.plus(offset).0 as *mut u64) }
    }

    pub(crate) fn ring_request(self) {
        self.word(REQUEST_BELL).fetch_add(1, Ordering::Release);
    }

    pub(crate) fn requests(self) -> u64 {
        self.word(REQUEST_BELL).load(Ordering::Acquire)
    }

    pub(crate) fn ring_reply(self) {
        self.word(REPLY_BELL).fetch_add(1, Ordering::Release);
    }

    pub(crate) fn replies(self) -> u64 {
        self.word(REPLY_BELL).load(Ordering::Acquire)
    }

    pub(crate) fn begin_evaluation(self) {
        self.note_error_number(0);
        self.word(BEGAN_AT).store(sys::nanoseconds(), Ordering::Relaxed);
        self.word(EVALUATION).fetch_add(1, Ordering::Release);
    }

    /// Async-signal-safe.
    pub(crate) fn note_error_number(self, number: i32) {
        self.word(ERROR_NUMBER).store(u64::from(number as u32), Ordering::Relaxed);
    }

    /// What stood in `errno` when it crashed.
    pub(crate) fn error_number(self) -> i32 {
        self.word(ERROR_NUMBER).load(Ordering::Relaxed) as i32
    }

    pub(crate) fn note_start_bytes(self, bytes: u64) {
        self.word(START_BYTES).store(bytes, Ordering::Release);
    }

    /// The size of the executor's address space when it was started; 0 before that.
    pub(crate) fn start_bytes(self) -> u64 {
        self.word(START_BYTES).load(Ordering::Acquire)
    }

    /// The executor's side: on which processor it looks at the bell or runs; `None` before it
    /// sleeps.
    pub(crate) fn note_awake(self, processor: Option<u32>) {
        self.word(AWAKE_ON).store(processor.map_or(0, |n| u64::from(n) + 1), Ordering::SeqCst);
    }

    pub(crate) fn awake_on(self) -> Option<u32> {
        u32::try_from(self.word(AWAKE_ON).load(Ordering::SeqCst).checked_sub(1)?).ok()
    }

    /// The controller's side: on which processor it makes the next request, if it does.
    pub(crate) fn note_preparing(self, processor: Option<u32>) {
        self.word(PREPARING_ON).store(processor.map_or(0, |n| u64::from(n) + 1), Ordering::Release);
    }

    pub(crate) fn preparing_on(self) -> Option<u32> {
        u32::try_from(self.word(PREPARING_ON).load(Ordering::Acquire).checked_sub(1)?).ok()
    }

    /// The controller's side: whether it looks at the bell. Otherwise a reply wakes it, and most
    /// likely on the processor of the one that replies.
    pub(crate) fn note_looking(self, looks: bool) {
        self.word(LOOKS).store(u64::from(looks), Ordering::Release);
    }

    pub(crate) fn is_looked_at(self) -> bool {
        self.word(LOOKS).load(Ordering::Acquire) != 0
    }

    pub(crate) fn end_evaluation(self) {
        self.word(ENDED_AT).store(sys::nanoseconds(), Ordering::Relaxed);
    }

    /// How many evaluations have begun.
    pub(crate) fn evaluations(self) -> u64 {
        self.word(EVALUATION).load(Ordering::Acquire)
    }

    /// When the last evaluation began and ended, as the executor says.
    pub(crate) fn evaluation_times(self) -> (u64, u64) {
        let at = |word| self.word(word).load(Ordering::Relaxed);
        (at(BEGAN_AT), at(ENDED_AT))
    }

    /// The wake-up word of a sleeping copy. `None` for a number there is none of.
    fn wake_word(self, index: u32) -> Option<&'static AtomicU64> {
        let in_range = index < MAX_CHECKPOINTS;
        in_range.then(|| self.word(WAKE_WORDS + u64::from(index) * 8))
    }

    /// Makes a wake-up word new for a copy to come.
    pub(crate) fn clear_wake(self, index: u32) {
        if let Some(word) = self.wake_word(index) {
            word.store(0, Ordering::Release);
        }
    }

    /// Whether the copy of a word has come so far that it sleeps in a group of its own.
    pub(crate) fn is_asleep(self, index: u32) -> bool {
        self.wake_word(index).is_none_or(|word| word.load(Ordering::Acquire) != 0)
    }

    /// Has the copy of a word go on from where it was, or end.
    pub(crate) fn call(self, index: u32, token: u64, call: Call) {
        if let Some(word) = self.wake_word(index) {
            word.store(call.value(token), Ordering::Release);
            sys::wake_word(word);
        }
    }

    /// Has the copy of a word end when the executor, which is awake, has nothing better to do; at
    /// the latest when some more were left to it.
    pub(crate) fn leave_to_executor(self, index: u32, token: u64, pid: u32) {
        let Some(word) = self.wake_word(index) else { return };
        word.store(Call::End.value(token), Ordering::Release);
        let count = self.word(LEFT);
        let n = count.load(Ordering::Relaxed);
        let copy = u64::from(index) << 32 | u64::from(pid);
        self.word(LEFT_WORDS + n % MOST_LEFT * 8).store(copy, Ordering::Relaxed);
        count.store(n + 1, Ordering::SeqCst);
        if self.awake_on().is_none() {
            sys::wake_word(word);
        }
        // An executor that always has something better to do must not forget any.
        if let Some(earlier) = n.checked_sub(MOST_LEFT / 2)
            && let (_, Some(word)) = self.left(earlier)
        {
            sys::wake_word(word);
        }
    }

    /// The process and the word of one of the copies that were left, as user code may have it.
    fn left(self, n: u64) -> (u32, Option<&'static AtomicU64>) {
        let copy = self.word(LEFT_WORDS + n % MOST_LEFT * 8).load(Ordering::Relaxed);
        (copy as u32, self.wake_word((copy >> 32) as u32))
    }

    /// The executor's side, which has `seen` so many: wakes the next of those copies, to end on
    /// this processor and not on that of the controller. A word too many does no harm: a copy
    /// that was not called sleeps on.
    pub(crate) fn end_next_left(self, seen: &mut u64) -> bool {
        let count = self.word(LEFT).load(Ordering::SeqCst);
        let next = (*seen).max(count.saturating_sub(MOST_LEFT));
        if next >= count {
            *seen = count;
            return false;
        }
        *seen = next + 1;
        if let (pid, Some(word)) = self.left(next) {
            sys::bring_here(pid);
            sys::wake_word(word);
        }
        true
    }

    /// Sleeps until it is called with the token: anything else that user code may write there
    /// wakes nobody.
    pub(crate) fn sleep(self, index: u32, token: u64) -> Call {
        let Some(word) = self.wake_word(index) else { return Call::End };
        // If it is called already, the call stays.
        let _ = word.compare_exchange(0, ASLEEP, Ordering::AcqRel, Ordering::Acquire);
        loop {
            let now = word.load(Ordering::Acquire);
            for call in [Call::Wake, Call::End] {
                if now == call.value(token) {
                    return call;
                }
            }
            sys::sleep_on_word(word, now);
        }
    }

    /// Has the executor stop after it wrote a crash record, until it is told to go on and end.
    pub(crate) fn hold_crashes(self, hold: bool) {
        self.word(HOLD).store(u64::from(hold), Ordering::Release);
    }

    /// Async-signal-safe.
    pub(crate) fn holds_crashes(self) -> bool {
        self.word(HOLD).load(Ordering::Acquire) != 0
    }

    /// Makes the slot new for the next executor.
    pub(crate) fn reset(self) {
        let words =
            [REQUEST_BELL, REPLY_BELL, HOLD, EVALUATION, START_BYTES, AWAKE_ON, LEFT, STATE];
        for offset in words {
            self.word(offset).store(0, Ordering::Release);
        }
    }

    /// Writes the record, unless one is there or being written: the first crash of two threads
    /// is the one that counts. Async-signal-safe.
    pub(crate) fn put_crash(self, record: &RawRecord<'_>) -> bool {
        let state = self.word(STATE);
        if state.compare_exchange(EMPTY, BUSY, Ordering::AcqRel, Ordering::Acquire).is_err() {
            return false;
        }
        let parts = [
            (HEAD, &record.head[..], HEAD_WORDS),
            (FRAMES, record.frames, MAX_FRAMES),
            (STACK, record.stack, MAX_STACK_WORDS),
        ];
        for (at, words, limit) in parts {
            for (i, word) in words.iter().take(limit).enumerate() {
                self.word(at + i as u64 * 8).store(*word, Ordering::Relaxed);
            }
        }
        self.put_maps();
        state.store(FULL, Ordering::Release);
        true
    }

    /// Writes the lines of /proc/self/maps that are code from files, as many as there is room for.
    fn put_maps(self) {
        let mut len = 0;
        sys::mapped_code(&mut |line| {
            if len + line.len() as u64 <= MAPS_BYTES {
                for (at, byte) in (MAPS_AT + 8 + len..).zip(line) {
                    self.byte(at).store(*byte, Ordering::Relaxed);
                }
                len += line.len() as u64;
            }
        });
        self.word(MAPS_AT).store(len, Ordering::Relaxed);
    }

    fn byte(self, offset: u64) -> &'static AtomicU8 {
        assert!(offset < SLOT_BYTES);
        // SAFETY: inside a mapping that is never unmapped, and only used by atomics.
        unsafe { AtomicU8::from_ptr(self.base.plus(offset).0 as *mut u8) }
    }

    fn maps(self) -> Vec<MappedCode> {
        let len = self.word(MAPS_AT).load(Ordering::Relaxed).min(MAPS_BYTES);
        let bytes =
            (MAPS_AT + 8..MAPS_AT + 8 + len).map(|at| self.byte(at).load(Ordering::Relaxed));
        let text: Vec<u8> = bytes.collect();
        text.split(|b| *b == b'\n').filter_map(MappedCode::from_line).collect()
    }

    /// The record, if a whole and sensible one is there; the slot is then empty again.
    pub fn take_crash(self) -> Option<CrashRecord> {
        if self.word(STATE).load(Ordering::Acquire) != FULL {
            return None;
        }
        let words = |at: u64, count: usize| -> Vec<u64> {
            let one = |i: usize| self.word(at + i as u64 * 8).load(Ordering::Relaxed);
            (0..count).map(one).collect()
        };
        let head = words(HEAD, HEAD_WORDS);
        let mut record = CrashRecord::from_words(&head, |frames, stack| {
            (words(FRAMES, frames), words(STACK, stack))
        });
        if let Some(record) = &mut record {
            record.maps = self.maps();
        }
        self.word(STATE).store(EMPTY, Ordering::Release);
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scribbled_records_are_refused_or_harmless() {
        let slot = ControlArea::new().expect("area").slot(3).expect("slot");
        assert!(slot.take_crash().is_none());
        let mut word = 0x9e37_79b9_7f4a_7c15u64;
        let mut taken = 0;
        for round in 0..20_000 {
            for at in 0..HEAD_WORDS as u64 {
                word = word.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                // Small numbers are the likely ones to be taken for a record.
                let value = if round % 2 == 0 { word >> 58 } else { word };
                slot.word(HEAD + at * 8).store(value, Ordering::Relaxed);
            }
            slot.word(STATE).store(FULL, Ordering::Relaxed);
            taken += usize::from(slot.take_crash().is_some());
            assert!(slot.take_crash().is_none(), "a record is taken once");
        }
        assert!(taken > 0, "no record at all came through");
    }
}
