//! One evaluation, wherever it is carried out: in a forked executor or in the controller's own
//! process. In: actions and a run; out: a reply, or that user code ended it. What always holds:
//! actions run in order and the first that fails ends the evaluation; user code is only ever
//! entered from here and from the exit protocol.

use std::cell::Cell;
use std::ffi::CString;
use std::os::fd::OwnedFd;

use crate::actions::Memory;
use crate::addr::Addr;
use crate::error::{Error, Result};
use crate::exit;
use crate::guard::{self, Catch, Outcome};
use crate::region::SlabLayout;
use crate::registry;
use crate::runtime::heap;
use crate::sys;
use crate::threads;
use crate::unwind;
use crate::wire::{Action, ActionResult, How, Module, Reply, Run};

/// Where user code runs, and so what its end means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Host {
    /// A process of its own: a crash or `exit` ends it.
    Forked,
    /// The controller's: user code is left through the guard.
    InProcess,
}

#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) memory: Memory,
    host: Host,
    program: Program,
    /// What user code left in `errno`: what happens here in between does not show there.
    error_number: Cell<i32>,
}

/// What an evaluation came to.
pub(crate) enum Worked {
    Reply(Reply),
    /// Only in process: the record is in the control slot.
    Crashed,
    /// Only in process: [`exit::take_exited`] has the rest.
    Exited,
}

/// User code did not come back (only in process).
enum Stop {
    Failed(Error),
    Crashed,
    Exited,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Failed(error)
    }
}

/// The program's arguments and environment, which live as long as the process.
#[derive(Clone, Copy, Debug)]
struct Program {
    argc: u64,
    argv: u64,
    envp: u64,
}

impl Work {
    pub(crate) fn new(memory: Memory, host: Host) -> Work {
        let program = Program { argc: 0, argv: null_list(), envp: sys::environment() };
        Work { memory, host, program, error_number: Cell::new(0) }
    }

    pub(crate) fn add_slab(&mut self, layout: SlabLayout, reader: Option<OwnedFd>) -> Reply {
        let reader = reader.map(sys::move_high);
        let mapped = match self.host {
            Host::Forked => self.memory.map(layout, reader),
            // The controller reserved the range, and that is this process.
            Host::InProcess => self.memory.map_reserved(layout, reader),
        };
        match mapped {
            Ok(()) => Reply::Done { results: Vec::new(), returned: None },
            Err(error) => {
                Reply::Failed { index: 0, message: error.to_string(), results: Vec::new() }
            }
        }
    }

    pub(crate) fn evaluate(&mut self, actions: Vec<Action>, run: Option<Run>) -> Worked {
        let mut results = Vec::new();
        let failed = |index: u32, error: Error, results: Vec<ActionResult>| {
            Worked::Reply(Reply::Failed { index, message: error.to_string(), results })
        };
        let n_actions = u32::try_from(actions.len()).unwrap_or(u32::MAX);
        if let Some(Run::Main { args, env, .. }) = &run
            && let Err(error) = self.set_program(args, env.as_deref())
        {
            return failed(n_actions, error, results);
        }
        for (index, action) in (0..).zip(actions) {
            match self.perform(action) {
                Ok(result) => results.extend(result),
                Err(Stop::Failed(error)) => return failed(index, error, results),
                Err(Stop::Crashed) => return Worked::Crashed,
                Err(Stop::Exited) => return Worked::Exited,
            }
        }
        match run.map(|run| self.run(run)).transpose() {
            Ok(returned) => Worked::Reply(Reply::Done { results, returned }),
            Err(Stop::Failed(error)) => failed(n_actions, error, results),
            Err(Stop::Crashed) => Worked::Crashed,
            Err(Stop::Exited) => Worked::Exited,
        }
    }

    /// The end of the session, in process.
    pub(crate) fn leave(&mut self, status: i32) -> Worked {
        let leave = Addr(leave_with as *const () as u64);
        match self.enter(leave, [status as u32 as u64, 0, 0]) {
            Err(Stop::Crashed) => Worked::Crashed,
            _ => Worked::Exited,
        }
    }

    fn perform(&mut self, action: Action) -> std::result::Result<Option<ActionResult>, Stop> {
        match action {
            Action::RegisterModule { module } => register(module)?,
            Action::RegisterTls { offset, size, image } => {
                threads::register_image(offset, size, image)?;
            }
            Action::Measure { stretches } => {
                return Ok(Some(ActionResult::Memory(heap::measure(stretches))));
            }
            Action::RegisterRoots { table } => self.memory.register_roots(table)?,
            Action::Init { functions } => {
                let Program { argc, argv, envp } = self.program;
                sys::set_error_number(0);
                for function in functions {
                    self.enter(function, [argc, argv, envp])?;
                }
            }
            Action::Indirect { resolver, cell } => {
                let target = self.enter(resolver, [0; 3])?;
                self.memory.store(cell, &target.to_le_bytes())?;
            }
            Action::Drain { module } => {
                if registry::lock().module(module).is_none() {
                    return Err(Error::new(format!("there is no module {module}")).into());
                }
                let dropped = exit::drain_module(module);
                unwind::forget(module);
                let dropped = u32::try_from(dropped).unwrap_or(u32::MAX);
                let crashes = exit::take_crashes();
                return Ok(Some(ActionResult::Drained { crashes, dropped }));
            }
            other => return Ok(self.memory.perform(&other)?),
        }
        Ok(None)
    }

    fn run(&self, run: Run) -> std::result::Result<u64, Stop> {
        match run {
            Run::Call { entry, arg } => {
                heap::between_inputs();
                sys::set_error_number(self.error_number.get());
                let returned = self.enter(entry, [arg, 0, 0])?;
                self.error_number.set(sys::error_number());
                // What an input prints is seen before its value is.
                sys::flush_stdio();
                Ok(returned)
            }
            Run::Main { entry, .. } => {
                let Program { argc, argv, envp } = self.program;
                let status = self.enter(entry, [argc, argv, envp])? as i32;
                if self.host == Host::Forked {
                    exit::leave(status, How::Exit);
                }
                let leave = Addr(leave_with as *const () as u64);
                self.enter(leave, [status as u32 as u64, 0, 0])
            }
        }
    }

    fn enter(&self, function: Addr, arguments: [u64; 3]) -> std::result::Result<u64, Stop> {
        match self.host {
            // SAFETY: a process that is there to be lost.
            Host::Forked => Ok(unsafe { guard::call(function, arguments) }),
            Host::InProcess => {
                // SAFETY: whoever asked for an executor in this process trusts the code.
                match unsafe { guard::guarded(function, arguments, Catch::Aborts) } {
                    Outcome::Returned(value) => Ok(value),
                    Outcome::Crashed => Err(Stop::Crashed),
                    Outcome::Exited => Err(Stop::Exited),
                }
            }
        }
    }

    fn set_program(&mut self, args: &[Vec<u8>], env: Option<&[Vec<u8>]>) -> Result<()> {
        let argv = string_list(args, "argument")?;
        if let Some(env) = env {
            sys::set_environment(string_list(env, "environment variable")?);
        }
        if self.host == Host::Forked
            && let Some(name) = args.first()
            && let Ok(name) = CString::new(name.as_slice())
        {
            sys::set_program_name(name);
        }
        self.program = Program { argc: args.len() as u64, argv, envp: sys::environment() };
        Ok(())
    }
}

fn register(module: Module) -> Result<()> {
    registry::lock().add_module(module).map_err(Error::new)
}

extern "C" fn leave_with(status: i32) -> ! {
    exit::leave(status, How::Exit)
}

fn null_list() -> u64 {
    static NULL: usize = 0;
    &raw const NULL as u64
}

/// A list of strings as C wants it. It is never freed: the program may keep any part of it.
fn string_list(texts: &[Vec<u8>], what: &str) -> Result<u64> {
    let mut pointers: Vec<usize> = Vec::with_capacity(texts.len() + 1);
    for text in texts {
        let text = CString::new(text.as_slice()).map_err(|_| {
            let text = String::from_utf8_lossy(text);
            Error::new(format!("an {what} with a NUL in it: {text:?}"))
        })?;
        pointers.push(text.into_raw() as usize);
    }
    pointers.push(0);
    Ok(Box::leak(pointers.into_boxed_slice()).as_ptr() as u64)
}
