//! Text to tokens: the lexer and the preprocessor. Knows no types.
//!
//! Reading order: `token` and `name` (what comes out), `source` (where things stand), `lex`
//! (bytes to raw tokens), `preprocess` (the state and the main loop), `ahead` (the same on a thread), `directive`, `cond`,
//! `include`, `pragma`, `macros` and `expand`, `builtin` and `predefined`; beside them `literal`,
//! `float` and `chars` (the values of literals); `scan` (raw tokens for an editor).

#![forbid(unsafe_code)]

pub mod ahead;
mod builtin;
pub mod chars;
mod cond;
mod define;
pub mod diag;
mod directive;
pub mod dump;
mod expand;
mod features;
mod float;
mod headers;
mod include;
mod lex;
pub mod literal;
mod macros;
pub mod name;
pub mod nearest;
pub mod options;
mod pragma;
mod predefined;
mod preprocess;
pub mod render;
pub mod scan;
pub mod source;
pub mod token;
mod unicode;
pub mod warnings;

pub use preprocess::{Mark, Preprocessed, Preprocessor, Unfinished};
