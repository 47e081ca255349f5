//! Object bytes in, a link graph and segment requests out; later addresses in, patched bytes out.
//!
//! ```text
//! inputs ─► plan() ─► Plan ─ requests() ─► (the slab grants addresses)
//!                        │   externals() ─► (the caller finds addresses)
//!                        └─ place(addresses, externals) ─► Image: bytes + tables
//! ```
//!
//! Architecture invariant: nothing here knows a process, opens a file or keeps state between two
//! links. Input bytes are borrowed; a file named by another one (linker script, thin archive) is
//! asked for through a callback. What is wrong with the input is data: a list of [`LinkError`]s.

#![forbid(unsafe_code)]

mod apply;
mod archive;
mod dump;
mod dwarf;
mod eh_frame;
mod elf;
mod error;
mod files;
mod graph;
mod image;
mod layout;
mod locate;
mod names;
mod place;
mod plan;
mod prune;
mod resolve;
mod script;
mod shared;
mod tables;
mod tls;
mod verify;
mod x86_64;

pub use dwarf::SourceLine;
pub use error::{Errors, LinkError, Place};
pub use files::Files;
pub use image::{
    Bytes, Copy, Defined, Ifunc, Image, PlacedObject, PlacedSection, TlsCell, TlsImage,
};
pub use locate::FunctionAt;
pub use plan::{
    CopyNeed, External, ExternalName, Input, Keep, Library, Options, Plan, Stats, TlsNeed, plan,
};
pub use resolve::Visibility;
pub use shared::Kind;
pub use x86_64::Edge;
