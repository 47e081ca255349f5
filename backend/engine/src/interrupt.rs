//! Interrupting a session from another thread. In: the wish; out: a signal to the code that runs
//! now. What always holds: nothing is sent while no input runs.

use crate::error::Result;
use std::sync::{Arc, Mutex, MutexGuard};

/// Whether an input runs now, and how often somebody wanted it to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Running(Arc<Mutex<Option<u32>>>);

impl Running {
    pub(crate) fn begin(&self) {
        *self.lock() = Some(0);
    }

    /// Whether it was interrupted.
    pub(crate) fn end(&self) -> bool {
        self.lock().take().is_some_and(|wishes| wishes > 0)
    }

    fn lock(&self) -> MutexGuard<'_, Option<u32>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Interrupts a session's input from any thread, while another is in
/// [`eval`](crate::Session::eval).
#[derive(Clone, Debug)]
pub struct Interrupter {
    pub(crate) running: Running,
    pub(crate) executor: executor::handle::Interrupter,
}

impl Interrupter {
    /// The first time as Ctrl-C would have done it; code that goes on nevertheless is killed by
    /// the second call. False when no input was running.
    pub fn interrupt(&self) -> Result<bool> {
        let mut running = self.running.lock();
        let Some(wishes) = running.as_mut() else { return Ok(false) };
        *wishes += 1;
        match *wishes {
            1 => self.executor.interrupt()?,
            _ => self.executor.kill()?,
        }
        Ok(true)
    }

    /// Whether an input runs now.
    pub fn is_running(&self) -> bool {
        self.running.lock().is_some()
    }
}
