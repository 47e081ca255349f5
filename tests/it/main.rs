//! The integration tests, one binary: they drive the built `tine` from outside, and hold the
//! repository to its own rules.

mod harness;
mod objects;
mod session;
mod tidy;
