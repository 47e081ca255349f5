//! The facade: [`Session`] for a prompt, [`program`] for running files. Joins the stages; reads
//! files and talks to the executor, but never to a terminal.

#![forbid(unsafe_code)]

mod assembler;
mod compile;
mod crash;
pub mod error;
mod examine;
mod explain;
mod fault;
mod files;
mod hint;
mod interrupt;
mod lines;
pub mod machine;
mod native;
pub mod program;
pub mod report;
mod scene;
pub mod session;
pub mod source;
mod symbols;
pub mod trace;
mod unwind;

pub use error::{Failure, Result};
pub use interrupt::Interrupter;
pub use session::{Limits, Loss, Options, Outcome, Session, Times, Undone, Value};

/// How diagnostics look.
pub use preproc::render;
