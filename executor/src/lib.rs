//! The executor: the forked child that runs user code, and all that both processes share.

pub mod addr;
pub mod segment;
