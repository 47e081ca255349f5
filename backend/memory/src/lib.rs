//! The memory manager: segment requests in, addresses of the executor out. It knows no symbols.
#![forbid(unsafe_code)]

mod pages;
#[cfg(test)]
mod random;
mod space;

pub mod slab;
