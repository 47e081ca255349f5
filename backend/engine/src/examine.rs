//! What can be learned of a crash from the memory of the process while it stands still: how deep
//! a recursion was, what libc said before it called `abort`, what a division divided by. In: the
//! record and a way to read; out: words for the report.

use crate::fault::{Faulting, Operand, faulting};
use crate::report::roughly;
use executor::addr::Addr;
use executor::wire::CrashRecord;

pub(crate) type Read<'r> = &'r dyn Fn(Addr, &mut [u8]) -> bool;

const SIGABRT: i32 = 6;
const SIGFPE: i32 = 8;
const SIGSEGV: i32 = 11;
const SI_KERNEL: i32 = 128;

/// More precise words than the record alone gives, where the memory has them.
pub(crate) fn words(crash: &CrashRecord, read: Read<'_>) -> Option<String> {
    if crash.is_stack_exhausted() {
        let depth = callers(crash, read)?.iter().map(|(_, times)| times).sum::<u64>() + 1;
        return Some(format!("the stack is used up, {} calls deep", roughly(depth)));
    }
    match (crash.signal, faulting(crash)) {
        (SIGABRT, _) => Some(format!("abort was called: {}", last_words(read)?)),
        (SIGFPE, Some(Faulting::Division { divisor, bytes })) if crash.code > 0 => {
            let divisor = match divisor {
                Operand::Value(value) => value,
                Operand::At(addr) => {
                    let mut word = [0; 8];
                    let read = read(addr, &mut word[..bytes as usize]);
                    read.then(|| u64::from_le_bytes(word))?
                }
            };
            (divisor != 0).then(|| "integer division overflow".to_string())
        }
        (SIGSEGV, Some(Faulting::Vector { at }))
            if crash.code == SI_KERNEL && !at.0.is_multiple_of(16) && read(at, &mut [0]) =>
        {
            Some(format!("access to 16 bytes at {at}, which is not a multiple of 16"))
        }
        _ => None,
    }
}

/// All return addresses of a deep stack, by the chain of frame pointers, and how often each stands
/// there in a row. The record holds only the innermost.
pub(crate) fn callers(crash: &CrashRecord, read: Read<'_>) -> Option<Vec<(Addr, u64)>> {
    /// So much is read at a time: most frames are small.
    const CHUNK: u64 = 64 << 10;
    const MOST: u64 = 1 << 26;
    let end = crash.stack_bounds.end().0;
    let mut chunk = vec![0; CHUNK as usize];
    let mut here = 0..0u64;
    let mut frame = crash.frame_pointer().0;
    let mut found: Vec<(Addr, u64)> = Vec::new();
    for _ in 0..MOST {
        let whole = crash.stack_bounds.contains(Addr(frame)) && frame.is_multiple_of(8);
        if !whole || end - frame < 16 {
            break;
        }
        if !here.contains(&frame) || !here.contains(&(frame + 15)) {
            let size = CHUNK.min(end - frame);
            if !read(Addr(frame), &mut chunk[..size as usize]) {
                break;
            }
            here = frame..frame + size;
        }
        let at = (frame - here.start) as usize;
        let (up, back) = (word(&chunk, at)?, word(&chunk, at + 8)?);
        if back == 0 {
            break;
        }
        match found.last_mut().filter(|last| last.0 == Addr(back)) {
            Some(last) => last.1 += 1,
            None => found.push((Addr(back), 1)),
        }
        if up <= frame || found.len() > MOST_PLACES {
            break;
        }
        frame = up;
    }
    (!found.is_empty()).then_some(found)
}

/// Functions that call each other in turns are not followed for ever.
const MOST_PLACES: usize = 1 << 20;

fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let word = bytes.get(at..at.checked_add(8)?)?;
    word.try_into().ok().map(u64::from_le_bytes)
}

/// What libc wrote before it aborted: a failed assertion, a heap that is damaged.
fn last_words(read: Read<'_>) -> Option<String> {
    const LONGEST: usize = 512;
    let cell = executor::runtime::program_symbol("__abort_msg")?;
    let mut word = [0; 8];
    if !read(cell, &mut word) {
        return None;
    }
    // A number of bytes, then the text.
    let message = u64::from_le_bytes(word);
    let mut bytes = Vec::new();
    while message != 0 && bytes.len() < LONGEST {
        let mut byte = [0];
        if !read(Addr(message.wrapping_add(4 + bytes.len() as u64)), &mut byte) || byte[0] == 0 {
            break;
        }
        bytes.push(byte[0]);
    }
    let text = String::from_utf8_lossy(&bytes).trim().to_string();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_counted() {
        // Each frame is 32 bytes above the one before; the last one has no caller.
        let low = 0x10_0000u64;
        let frames = 10_000u64;
        let read = |addr: Addr, buffer: &mut [u8]| {
            for (at, byte) in (addr.0..).zip(buffer) {
                let frame = at & !31;
                let last = frame == low + (frames - 1) * 32;
                let word = if last { 0 } else { frame + 32 }.to_le_bytes();
                *byte = if at & 31 < 8 { word[(at & 7) as usize] } else { 0x11 };
            }
            true
        };
        let mut crash = CrashRecord {
            signal: SIGSEGV,
            address: Addr(low),
            stack_bounds: executor::addr::AddrRange::new(Addr(low), frames * 32),
            ..CrashRecord::default()
        };
        crash.registers[4] = low;
        crash.registers[5] = low;
        let text = words(&crash, &read);
        assert_eq!(text.as_deref(), Some("the stack is used up, about 10,000 calls deep"));
    }
}
