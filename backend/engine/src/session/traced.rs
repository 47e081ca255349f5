//! The trace of a session: inputs, their stages, what they call. In: a wish to record; out: a file.
//! Functions of inputs that ran before a trace was begun are not in it: their code says nothing.

use super::Session;
use crate::error::Result;
use crate::trace::{self, Recorder, Summary};
use std::path::Path;

impl Session {
    /// Records from now on, with the calls of functions that are defined from now on. What was
    /// recorded before is dropped.
    pub fn start_trace(&mut self, options: trace::Options) -> Result<()> {
        self.machine.start_trace(options)
    }

    /// Records nothing more; the trace can still be saved. `None` where none was taken.
    pub fn rest_trace(&mut self) -> Option<Summary> {
        let trace = self.machine.trace.as_mut().filter(|trace| !trace.is_resting());
        trace.map(Recorder::rest)
    }

    /// Writes what was recorded so far; `None` where there is nothing.
    pub fn save_trace(&self, path: &Path) -> Result<Option<Summary>> {
        self.machine.save_trace(path)
    }

    pub fn is_tracing(&self) -> bool {
        self.machine.trace.as_ref().is_some_and(|trace| !trace.is_resting())
    }

    pub(super) fn trace_input(&mut self) {
        let trace = self.machine.trace.as_ref();
        self.compiler.lower.trace = trace.and_then(Recorder::functions_from);
        if let Some(trace) = trace {
            trace.begin_with("input", ("number", u64::from(self.next_input)));
        }
    }

    /// The functions of an input have numbers now.
    pub(super) fn trace_functions(&mut self, input: &str, object: &mut lower::Object) {
        let Some(trace) = &mut self.machine.trace else { return };
        let mut names = std::mem::take(&mut object.traced);
        for name in &mut names {
            if name == crate::compile::SCRIPT {
                *name = input.to_string();
            }
        }
        trace.add_functions(names);
    }
}
