//! The short look at the other side's bell, before a sleep on the socket. In: a control slot and
//! what its bell said before; out: nothing, the caller looks into the socket. What always holds:
//! nobody looks where that keeps the other side from running, and nobody looks for long while
//! nothing is under way: an idle session uses no processor.
//!
//! A side that sleeps is woken on the processor of the one that wakes it. So two that look for
//! each other stay on two processors, where the executor forks the copy of a checkpoint
//! while the controller compiles; two that sleep take turns on one, and that is as good for
//! inputs which come at a person's pace.

use std::time::{Duration, Instant};

use crate::control::Slot;
use crate::sys;

/// How long an idle executor looks before it sleeps.
const REQUEST: Duration = Duration::from_micros(50);
/// And while a request is being made.
const REQUEST_TO_COME: Duration = Duration::from_millis(2);
/// How long the controller looks once the executor has begun.
const REPLY: Duration = Duration::from_micros(60);
/// And before, while the executor may be busy with the checkpoint before.
const BEGINNING: Duration = Duration::from_micros(500);

/// The executor's side, which has `served` so many requests and `ended` so many of the copies that
/// were left to it. One of them ends now, if there is nothing better to do; all before a sleep.
pub(crate) fn await_request(slot: Slot, served: u64, spin: bool, ended: &mut u64) {
    if slot.requests() == served && slot.end_next_left(ended) {
        // It takes this processor, not the one where the controller is.
        std::thread::yield_now();
    }
    let start = Instant::now();
    while spin && slot.requests() == served {
        let here = sys::processor();
        slot.note_awake(Some(here));
        let limit = match slot.preparing_on() {
            Some(on) if on == here => break,
            Some(_) => REQUEST_TO_COME,
            None => REQUEST,
        };
        if start.elapsed() >= limit {
            break;
        }
        look_again();
    }
    if slot.requests() == served {
        slot.note_awake(None);
        while slot.end_next_left(ended) {}
    }
}

/// The controller's side, which has seen the bell at `rung`; so many `evaluations` had begun when
/// the request went out.
pub(crate) fn await_reply(slot: Slot, rung: u64, evaluations: u64) {
    let mut start = Instant::now();
    let mut began = false;
    slot.note_looking(true);
    while slot.replies() == rung {
        if !began && slot.evaluations() != evaluations {
            (began, start) = (true, Instant::now());
        }
        let limit = if began { REPLY } else { BEGINNING };
        let elsewhere = slot.awake_on().is_some_and(|on| on != sys::processor());
        if !elsewhere || start.elapsed() >= limit {
            break;
        }
        look_again();
    }
    slot.note_looking(false);
}

fn look_again() {
    for _ in 0..32 {
        std::hint::spin_loop();
    }
}
