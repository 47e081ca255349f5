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
//! let mut next = warden.executor()?;                      // a fresh one, at the same addresses
//! ```
//!
//! `Executor` is `AsFd`: readable when `receive` has something to say.

mod actions;
pub mod addr;
mod channel;
mod child;
pub mod codec;
pub mod control;
mod eh_frame;
pub mod error;
mod exit;
mod guard;
pub mod handle;
pub mod mapped;
pub mod region;
mod registry;
pub mod runtime;
pub mod segment;
mod synthetic;
pub mod sys;
pub mod terminal;
mod threads;
mod trap;
mod unwind;
pub mod warden;
pub mod wire;
mod work;
