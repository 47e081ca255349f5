//! Text to tokens: the lexer and the preprocessor. Knows no types.

#![forbid(unsafe_code)]

pub mod diag;
pub mod name;
pub mod source;
pub mod token;
