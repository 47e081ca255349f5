//! The integration tests, one binary: they drive the built `tine` from outside, and hold the
//! repository to its own rules.

mod compare;
mod harness;
mod objects;
mod peers;
mod session;
mod tidy;
mod torture;
