//! An executor's checkpoints, as its handle knows them. In: what is to be remembered, given up or
//! gone back to; out: sleeping copies and their words in the control slot. What always holds: each
//! copy has a word of its own, which nobody else waits on.

use std::hash::{BuildHasher, RandomState};
use std::time::Instant;

use super::{Cause, Checkpoint, Ended, Executor, Received, Refused};
use crate::bell;
use crate::channel::Wait;
use crate::control::{Call, MAX_CHECKPOINTS};
use crate::error::{Error, Result};
use crate::warden::Order;
use crate::wire::{Request, Sleeper};

/// How many copies may have ended before the warden is woken to take note of them.
const REAP_EVERY: u32 = 64;

impl Executor {
    /// Asks for a checkpoint of the state that is now. It is not waited for: the executor forks
    /// while the controller does something else, and what came of it is known after the next
    /// [`Executor::receive`] or [`Executor::settle`]. One is under way at a time.
    pub fn checkpoint(&mut self) -> Result<()> {
        if self.asked.is_some() {
            return Err(Error::new("a checkpoint is being taken already"));
        }
        let copy = self.new_sleeper()?;
        self.refused = None;
        self.send(Request::Checkpoint(copy))?;
        self.asked = Some(copy);
        Ok(())
    }

    /// Asks for a checkpoint of the state that the next evaluation leaves, if that is `Done`. The
    /// executor takes it by itself as soon as it has answered.
    pub fn checkpoint_after(&mut self) -> Result<()> {
        self.following = Some(self.new_sleeper()?);
        Ok(())
    }

    fn new_sleeper(&mut self) -> Result<Sleeper> {
        if self.ended.is_some() {
            return Err(Error::new("the executor is gone: there is no state to come back to"));
        }
        let asked = self.asked.map(|copy| copy.word);
        let used = |word: u32| {
            [self.waking, asked].contains(&Some(word))
                || self.checkpoints.iter().any(|c| c.word == word)
        };
        // The one after the last: a copy that was told to end may not have looked at its word yet.
        let next = self.next_word;
        let word = (0..MAX_CHECKPOINTS)
            .map(|n| n.wrapping_add(next) % MAX_CHECKPOINTS)
            .find(|word| !used(*word))
            .ok_or_else(|| Error::new(format!("more than {MAX_CHECKPOINTS} checkpoints")))?;
        self.next_word = word + 1;
        // Random, so that nothing user code writes by mistake wakes a copy. The fixed bits keep
        // its halves and those of its complement away from the words' other values.
        let token = RandomState::new().hash_one(word) & !4 | 3;
        self.slot.clear_wake(word);
        Ok(Sleeper { token, word })
    }

    /// Waits until a checkpoint that was asked for is taken or refused, or the executor is gone.
    pub fn settle(&mut self) -> Result<()> {
        while self.asked.is_some() && self.ended.is_none() {
            let rung = self.slot.replies();
            let received = match self.receive_reply(Wait::Until(Instant::now()))? {
                Err(Received::TimedOut) => {
                    if self.spins() {
                        bell::await_reply(self.slot, rung, self.slot.evaluations());
                    }
                    self.receive_reply(Wait::Forever)?
                }
                received => received,
            };
            if let Ok(reply) = received
                && let Some(received) = self.take_note(reply)
                && !matches!(received, Received::Ended(_) | Received::Stopped { .. })
            {
                return Err(Error::new(format!("an answer out of place: {received:?}")));
            }
        }
        Ok(())
    }

    /// The checkpoints there are, oldest first.
    pub fn checkpoints(&self) -> &[Checkpoint] {
        &self.checkpoints
    }

    /// Why the last checkpoint was not taken, if it was not.
    pub fn refused(&self) -> Option<Refused> {
        self.refused
    }

    /// Gives up a checkpoint.
    pub fn discard(&mut self, index: usize) {
        if let Some(Checkpoint { token, word, .. }) = self.remove(index) {
            self.slot.call(word, token, Call::End);
        }
    }

    /// The same, when the executor has time: a process that ends takes longer than an input, on the
    /// processor of the one that called it.
    pub fn discard_later(&mut self, index: usize) {
        if let Some(Checkpoint { pid, token, word, .. }) = self.remove(index) {
            self.slot.leave_to_executor(word, token, pid);
        }
    }

    fn remove(&mut self, index: usize) -> Option<Checkpoint> {
        let checkpoint =
            (index < self.checkpoints.len()).then(|| self.checkpoints.remove(index))?;
        self.discarded += 1;
        if self.discarded.is_multiple_of(REAP_EVERY) {
            self.order(|_| Order::Reap);
        }
        Some(checkpoint)
    }

    /// Goes back to a checkpoint: what the executor is now is killed, if it still is, and the
    /// sleeping copy takes its place. That checkpoint and all later ones are used up. Should the
    /// copy have died meanwhile, the next `receive` says `Ended`.
    pub fn restore(&mut self, index: usize) -> Result<()> {
        if index >= self.checkpoints.len() {
            return Err(Error::new(format!("there is no checkpoint {index}")));
        }
        if self.ended.is_none() {
            self.kill();
            self.wait_for_end(None)?;
        }
        if let Some(Ended { cause: Cause::WardenLost, .. }) = &self.ended {
            return Err(Error::new("the warden is gone, and with it all checkpoints"));
        }
        while self.checkpoints.len() > index + 1 {
            self.discard(index + 1);
        }
        let Checkpoint { pid, token, word, .. } = self.checkpoints.remove(index);
        self.order(|id| Order::Activate { id, pid });
        self.ended = None;
        self.exited = None;
        self.pid = Some(pid);
        self.slot.take_crash();
        self.send(Request::Resume { token })?;
        self.waking = Some(word);
        self.slot.call(word, token, Call::Wake);
        Ok(())
    }

    /// The executor may have forked before it ended: that copy is not known and not wanted.
    pub(super) fn forget_asked(&mut self) {
        for Sleeper { token, word } in
            [self.asked.take(), self.following.take()].into_iter().flatten()
        {
            self.slot.call(word, token, Call::End);
        }
    }
}
