//! Going back. In: how an executor ended, or a wish; out: the session as it stood at a checkpoint.
//! What always holds: there is a [`State`] for each checkpoint of the executor, in the same order,
//! and a rollback takes both sides to the same moment.

use super::origin::input_number;
use super::{Gone, Loss, MOST_GONE, Mark, Outcome, Session, Undone};
use crate::compile;
use crate::error::{Failure, Result};
use crate::machine;
use crate::program::plain_name;
use cfront::session::MOST_VALUES;
use cfront::tree::Unit;
use executor::addr::AddrRange;
use executor::attend::Attended;
use executor::handle::{Cause, Ended, Received, Refused};
use executor::wire::End;
use preproc::diag::Diagnostic;
use preproc::source::Span;
use std::time::{Duration, Instant};

/// A state of the session, as far as the controller knows it.
pub(super) struct State {
    /// The number of the input that came next.
    pub(super) input: u32,
    compiler: compile::Mark,
    symbols: usize,
    lines: usize,
    uses: usize,
    /// How many inputs stood.
    pub(super) inputs: usize,
    memory: memory::Mark,
    machine: machine::Mark,
}

/// The bytes of a stub, and the end that a trap in its last byte shows.
const STUB: u64 = 17;

/// How many inputs can be undone. Each state costs a sleeping process and the pages that were
/// written since.
const DEPTH: usize = 16;

/// A copy of a large heap that takes longer than this...
const DEAR: Duration = Duration::from_millis(20);
/// ...is made when so many times as long has passed since the last one: inputs that come thick and
/// fast spend at most a tenth of their time on it, and a person never notices.
const SHARE: u32 = 10;

impl Session {
    /// To be called when an outcome has been shown: what can wait until nobody does. Without it the
    /// next input does it first.
    pub fn rest(&mut self) -> Result<()> {
        if let Some(mark) = self.passing.take() {
            self.compiler.rollback(&mark);
        }
        if self.checkpoint_due && !self.last {
            self.put_off = self.too_dear();
            if self.following {
                self.note_state();
            } else if self.put_off.is_none() {
                self.checkpoint()?;
            }
        }
        Ok(())
    }

    /// The next input is the session's last one: no checkpoint is taken of what it leaves.
    pub fn no_more_to_come(&mut self) {
        self.last = true;
    }

    /// How long a checkpoint takes, if the next one is to wait because of that: the cheaper of the
    /// last two, as a processor that is taken away for a moment is counted too.
    fn too_dear(&self) -> Option<u64> {
        let last_two = self.machine.executor.checkpoints().iter().rev().take(2);
        let cost = last_two.map(|c| c.micros).min().unwrap_or(0);
        is_too_dear(cost, self.checkpointed.elapsed()).then_some(cost)
    }

    /// The input that is about to run is followed by a checkpoint: the executor needs no further
    /// word for it.
    pub(super) fn checkpoint_after(&mut self) -> Result<()> {
        self.following = !self.in_process && !self.last && self.too_dear().is_none();
        if self.following {
            self.machine.executor.checkpoint_after()?;
        }
        Ok(())
    }

    /// Why the state now cannot be had back, if it cannot.
    pub(super) fn refusal(&self) -> Option<Refused> {
        self.put_off.map(Refused::Dear).or_else(|| self.machine.executor.refused())
    }

    /// Remembers the state that is now. The executor forks a copy of itself while nobody waits.
    pub(super) fn checkpoint(&mut self) -> Result<()> {
        if self.in_process {
            return Ok(());
        }
        self.settle()?;
        if self.machine.executor.is_gone() {
            // The next input finds out, and says what is lost.
            (self.checkpoint_due, self.following, self.put_off) = (false, false, None);
            return Ok(());
        }
        self.machine.executor.checkpoint()?;
        self.note_state();
        Ok(())
    }

    /// A checkpoint of the state that is now is being taken.
    fn note_state(&mut self) {
        (self.checkpoint_due, self.following, self.put_off) = (false, false, None);
        self.checkpointed = Instant::now();
        self.machine.trace_instant("checkpoint");
        self.asked = Some(State {
            input: self.next_input,
            compiler: self.compiler.mark(),
            symbols: self.symbols.mark(),
            lines: self.lines.mark(),
            uses: self.uses_gone + self.uses.len(),
            inputs: self.inputs.len(),
            memory: self.machine.memory.mark(),
            machine: self.machine.mark(),
        });
    }

    /// Finds out whether the last checkpoint was taken, and keeps no more than [`DEPTH`].
    pub(super) fn settle(&mut self) -> Result<()> {
        let Some(state) = self.asked.take() else { return Ok(()) };
        self.machine.executor.settle()?;
        if self.machine.executor.checkpoints().len() > self.states.len() {
            self.states.push(state);
        } else {
            self.machine.memory.discard(state.memory)?;
        }
        // The first state is kept for `reset`.
        if self.states.len() > DEPTH + 1 {
            let next = self.next_input;
            let oldest = self.states.remove(1);
            self.machine.executor.discard_later(1);
            self.machine.memory.discard(oldest.memory)?;
            self.forgotten = true;
            self.forget_before_oldest(next)?;
        }
        Ok(())
    }

    /// The executor may have been killed while nobody looked: then the newest checkpoint goes on in
    /// its place. `None` when nothing is lost by that.
    pub(super) fn revive(&mut self) -> Result<Option<Outcome>> {
        let Some(ended) = self.machine.executor.look()?.cloned() else { return Ok(None) };
        if self.in_process {
            let why = "the session is over: its code ran in this very process";
            return Err(Failure::Lost(why.into()));
        }
        let next = self.next_input;
        let outcome = self.lose(Attended::ended(ended), next, &Unit::default(), Vec::new())?;
        Ok(Some(outcome).filter(|o| o.loss().is_none_or(|loss| loss.undone_from != next)))
    }

    /// Says how the executor went, and goes back to the state before.
    pub(super) fn lose(
        &mut self,
        attended: Attended,
        input: u32,
        unit: &Unit,
        diags: Vec<Diagnostic>,
    ) -> Result<Outcome> {
        let Attended { received, interrupted, timed_out } = attended;
        let Received::Ended(ended) = received else {
            return Err(Failure::Lost(format!("an answer out of place: {received:?}")));
        };
        // Made while the process stood still, where it did.
        let held = self.held.take();
        let late = || ended.crash.as_deref().map(|crash| self.report(crash, unit));
        let report = held.or_else(late);
        self.settle()?;
        let refused = self.refusal();
        let over = self.in_process;
        let undone_from = match over {
            true => input,
            false => self.restore_newest(input)?,
        };
        let status = exit_status(&ended);
        let refused_memory = ended.out_of_memory && self.limits.memory.is_some();
        let ran = self.times.run;
        let loss = Box::new(Loss { over, input, undone_from, refused, ran, ended, report, diags });
        Ok(match status {
            _ if interrupted => Outcome::Interrupted(loss),
            _ if timed_out => Outcome::TimedOut(loss),
            _ if refused_memory => Outcome::OutOfMemory(loss),
            Some(status) => Outcome::Exited { status, loss },
            None => Outcome::Crashed(loss),
        })
    }

    /// The system would not do what an input needs before it can run.
    pub(super) fn refuse(
        &mut self,
        message: String,
        place: Span,
        input: u32,
        mark: &Mark,
    ) -> Result<Outcome> {
        if self.in_process {
            self.rollback(mark);
            return Err(Failure::Refused(message));
        }
        let error = Diagnostic::error(place, Failure::Refused(message).to_string());
        let diag = match self.restore_newest(input)? {
            from if from == input => error,
            from => error.note(None, format!("the session went back to just before input {from}")),
        };
        Ok(Outcome::Rejected { diags: vec![diag] })
    }

    /// Goes back as little as can be; says the first input whose effects are gone with that.
    fn restore_newest(&mut self, input: u32) -> Result<u32> {
        let Some(last) = self.states.len().checked_sub(1) else {
            return Err(Failure::Lost("and no checkpoint could ever be taken".into()));
        };
        let earlier = self.taken_back(last);
        let before = self.restore(last)?;
        if earlier.is_empty() {
            // A number between may be that of an input that was rejected.
            return Ok(input);
        }
        self.undone = earlier;
        Ok(before)
    }

    /// Nobody goes back further than to the second state, but to the very first: what only older
    /// ones needed goes.
    fn forget_before_oldest(&mut self, by: u32) -> Result<()> {
        let Some(oldest) = self.states.get(1) else { return Ok(()) };
        for (name, gone) in self.symbols.forget_before(oldest.symbols) {
            if !self.lines.forget_function(&name, gone.addr) {
                continue;
            }
            // Checkpoints were taken since: no thread is in that code.
            let Some(module) = self.modules.get_mut(&gone.input) else { continue };
            module.functions -= 1;
            if module.functions == 0
                && let Some(module) = self.modules.remove(&gone.input)
            {
                self.machine.memory.free(vec![module.code], by)?;
            }
        }
        let cx = &self.compiler.cx;
        let gone = oldest.compiler.cx.next_value().saturating_sub(MOST_VALUES);
        for number in self.values_gone..gone {
            let name = format!("${number}");
            // One that a function speaks of stays.
            if self.names().get(&name).is_none_or(|n| cx.scopes.lookup_file(n).is_none()) {
                self.symbols.forget(&name);
            }
        }
        self.values_gone = self.values_gone.max(gone);
        self.forget_uses(oldest.uses);
        let units = &self.units;
        let is_needed = |name: &str| {
            let number = input_number(name);
            number.is_some_and(|n| units.binary_search_by_key(&n, |(input, _)| *input).is_ok())
        };
        let Some(oldest) = self.states.get(1) else { return Ok(()) };
        self.compiler.forget_before(&oldest.compiler, || self.lines.spans(), is_needed);
        Ok(())
    }

    /// Goes back to a state; says which input came next then.
    fn restore(&mut self, index: usize) -> Result<u32> {
        self.machine.executor.restore(index)?;
        self.states.truncate(index + 1);
        let Some(state) = self.states.pop() else {
            return Err(Failure::Lost("there is no such state".into()));
        };
        self.machine.rollback(&state.machine)?;
        self.machine.memory.rollback(state.memory, self.next_input)?;
        self.note_gone(state.input);
        self.symbols.rollback(state.symbols);
        self.lines.rollback(state.lines);
        self.uses.truncate(state.uses.saturating_sub(self.uses_gone));
        self.units.retain(|(input, _)| *input < state.input);
        self.inputs.truncate(state.inputs);
        self.modules.retain(|input, _| *input < state.input);
        self.taken.retain(|(input, _)| *input < state.input);
        match index == 0 && self.forgotten {
            true => self.compiler.start_anew(&self.language),
            false => self.compiler.rollback(&state.compiler),
        }
        // Behind the first state there is no gap any more.
        self.forgotten &= index > 0;
        self.passing = None;
        self.checkpoint()?;
        Ok(state.input)
    }

    /// Remembers the functions of the inputs that are taken back: a pointer may have got away.
    fn note_gone(&mut self, first: u32) {
        for (name, definition) in self.symbols.since(first) {
            let Some(redirect) = definition.redirect else { continue };
            self.gone.push_back(Gone {
                stub: AddrRange::new(redirect.stub, STUB),
                name: plain_name(name).to_string(),
                input: definition.input,
                before: self.next_input,
            });
        }
        let old = self.gone.len().saturating_sub(MOST_GONE);
        self.gone.drain(..old);
    }

    /// Takes back the last `n` inputs that ran.
    pub fn undo(&mut self, n: usize) -> Result<Undone> {
        self.rest()?;
        self.settle()?;
        if self.inputs.len() == 0 {
            return Ok(Undone::Nothing);
        }
        let wanted = self.inputs.len().checked_sub(n);
        let reached = |s: &State| wanted.is_some_and(|wanted| s.inputs <= wanted);
        // The first state is only the one before the second while none is forgotten.
        let first = usize::from(self.forgotten);
        let found = self.states.iter().skip(first).rposition(reached).map(|at| at + first);
        let Some(index) = found else {
            let kept = self.states.get(first).map_or(self.inputs.len(), |s| s.inputs);
            return Ok(Undone::TooFar(self.inputs.len() - kept));
        };
        let taken = self.taken_back(index);
        let before = self.restore(index)?;
        self.undone.extend(taken);
        Ok(Undone::Before(before))
    }

    /// The inputs that going back to a state takes, the last one first.
    fn taken_back(&self, index: usize) -> Vec<String> {
        let kept = self.states.get(index).map_or(0, |s| s.inputs);
        self.inputs.iter().skip(kept).rev().map(|(_, text)| text.to_string()).collect()
    }

    /// Evaluates up to `n` of the inputs that were taken back once more, the first one first: they
    /// run again, with all that they do outside. Stops at one that fails. Any other input that
    /// succeeds in between ends this.
    pub fn redo(&mut self, n: usize) -> Result<Vec<(String, Outcome)>> {
        let mut done = Vec::new();
        while done.len() < n
            && let Some(text) = self.undone.last().cloned()
        {
            let outcome = self.eval_again(&text, None)?;
            let good = matches!(outcome, Outcome::Value { .. } | Outcome::Done { .. });
            done.push((text, outcome));
            if !good {
                break;
            }
            self.undone.pop();
        }
        Ok(done)
    }

    /// How many inputs [`Session::redo`] can bring back.
    pub fn redoable(&self) -> usize {
        self.undone.len()
    }

    /// Back to the state before the first input; false when that is not to be had.
    pub fn reset(&mut self) -> Result<bool> {
        self.rest()?;
        self.settle()?;
        if self.states.first().is_none_or(|first| first.inputs != 0) {
            return Ok(false);
        }
        self.restore(0)?;
        self.undone.clear();
        Ok(true)
    }
}

/// The status of one that ended by itself.
fn exit_status(ended: &Ended) -> Option<i32> {
    match (&ended.exited, &ended.cause) {
        (Some(exited), _) => Some(exited.status),
        (None, Cause::Process(End::Exit(status))) => Some(*status),
        _ => None,
    }
}

/// Whether a checkpoint is to wait, when one takes `micros` and the last one was made `ago`.
fn is_too_dear(micros: u64, ago: Duration) -> bool {
    let took = Duration::from_micros(micros);
    took > DEAR && ago < took.saturating_mul(SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dear_checkpoints_wait() {
        let ms = Duration::from_millis;
        for (micros, ago, expected) in [
            (100, ms(0), false),
            (20_000, ms(0), false),
            (50_000, ms(10), true),
            (50_000, ms(499), true),
            (50_000, ms(500), false),
        ] {
            assert_eq!(is_too_dear(micros, ago), expected, "{micros} µs, {ago:?} ago");
        }
    }
}
