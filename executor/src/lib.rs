//! The executor: the forked child that runs user code, and all that both processes share.
//!
//! ```text
//! let mut warden = Warden::start(Options::default())?;    // first thing in main: one thread
//! let view = warden.take_view();                          // SlabView: write, read, fill, punch
//! let layout = warden.layout();                           // where the pools lie in executors
//! let mut executor = warden.executor()?;                  // the first is already running
//!
//! view.write(layout.offset(code_addr)?, &code)?;          // publish code: no message at all
//! let actions = vec![Action::CopyFromSlab { range }];     // what the new code needs done
//! let run = Some(Run::Call { entry, arg });
//! match executor.evaluate(actions, run, deadline)? {      // one message, one reply
//!     Received::Done { results, returned } => …
//!     Received::Failed { index, message, .. } => …        // that action failed, nothing ran
//!     Received::Ended(ended) => …                         // cause, usage, crash record
//!     Received::TimedOut => executor.interrupt()?, …      // or kill(); then receive again
//!     Received::Stopped { .. } => …
//! }
//! executor.read(addr, &mut bytes)?;                       // never faults
//! executor.prepare(true);                                 // it stays awake for the next message
//! executor.checkpoint()?;                                 // forks a sleeping copy meanwhile
//! executor.restore(executor.checkpoints().len() - 1)?;    // after `Ended`, or at will
//! executor.leave(0, deadline)?;                           // exit handlers run, then it ends
//! let mut next = warden.executor()?;                      // a fresh one, at the same addresses
//! ```
//!
//! `Executor::readable` is a descriptor for a `select`. With `Warden::in_process` the same handle
//! works on an executor inside the controller's own process. A whole program is
//! `RegisterModule`, `Init`, then `Run::Main`; names are resolved by `runtime::program_symbol` in
//! the controller, or by `Action::Resolve` for libraries that the executor opened itself.
//!
//! Files in reading order: `addr`, `segment`, `error`, `codec`, `wire` (the nouns); `sys`, `region`,
//! `control`, `channel`, `bell` (memory and sockets); `warden`, `handle`, `child`, `work`, `hot`, `actions` (the
//! processes); `terminal`, `attend` (waiting beside a keyboard); `guard`, `trap`, `registry`, `exit`, `threads`, `eh_frame`, `unwind`,
//! `synthetic`, `trace`, `runtime` (what user code meets). `unsafe` is in `sys`, `region`, `control`, `actions` (memory),
//! `guard`, `work`, `exit` (entering user code), `trap`, `threads`, `unwind` and `runtime` (what the
//! system or libraries call).

mod actions;
pub mod addr;
pub mod attend;
mod bell;
mod channel;
mod child;
pub mod codec;
pub mod control;
mod eh_frame;
pub mod error;
mod exit;
mod guard;
pub mod handle;
mod hot;
pub mod mapped;
mod maps;
pub mod region;
mod registry;
mod renew;
pub mod runtime;
pub mod segment;
mod synthetic;
pub mod sys;
pub mod terminal;
mod threads;
pub mod trace;
mod trap;
mod unwind;
pub mod warden;
pub mod wire;
mod work;
