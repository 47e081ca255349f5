//! Tokens to a typed tree: parsing and checking of C. Knows no Cranelift.

#![forbid(unsafe_code)]

pub mod convert;
pub mod keyword;
pub mod parse;
pub mod scope;
pub mod session;
pub mod softfloat;
pub mod tree;
pub mod types;
