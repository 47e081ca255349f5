//! Tokens to a typed tree: parsing and checking of C. Knows no Cranelift.

#![forbid(unsafe_code)]

pub mod consteval;
pub mod convert;
pub mod keyword;
pub mod known;
pub mod layout;
pub mod parse;
pub mod scope;
pub mod session;
pub mod show;
pub mod softfloat;
pub mod tree;
pub mod types;
