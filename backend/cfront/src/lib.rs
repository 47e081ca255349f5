//! Tokens to a typed tree: parsing and checking of C. Knows no Cranelift.
//!
//! A [`Context`] lives as long as a program or a session: types, symbols, file scope. [`check`]
//! parses one input against it and gives a [`tree::Unit`], the functions and objects it adds.

#![forbid(unsafe_code)]

mod compatible;
pub mod consteval;
pub mod convert;
pub mod dump;
pub mod keyword;
pub mod known;
pub mod layout;
pub mod parse;
pub mod pointers;
pub mod scope;
pub mod session;
pub mod show;
pub mod softfloat;
pub mod tree;
pub mod types;
pub mod verify;

pub use parse::Parser;
pub use parse::unit::Checked;
pub use session::{Context, Mode, Options};

use preproc::Preprocessor;
use preproc::ahead::{Input, Origin};
use preproc::diag::Diagnostic;
use preproc::name::Names;
use preproc::source::FileId;
use preproc::token::Token;

/// Parses and checks one input. The context has everything it declares afterwards, also when there
/// were errors: take a [`Context::mark`] before, and roll back unless the result is wanted.
pub fn check(ctx: &mut Context, names: &mut Names, tokens: &[Token], mode: Mode) -> Checked {
    let (tokens, embeds) = (tokens.to_vec(), Vec::new());
    check_input(ctx, Input { tokens, names, embeds, origin: Origin::None }, mode)
}

/// [`check`] for tokens of a preprocessor that is at hand: it has the bytes of `#embed`, which
/// [`check`] alone must refuse.
pub fn check_preprocessed(
    ctx: &mut Context,
    pp: &mut Preprocessor,
    tokens: Vec<Token>,
    mode: Mode,
) -> Checked {
    check_input(ctx, pp.input(tokens), mode)
}

/// Preprocesses and checks a source; a large one is parsed while the rest of it is still being
/// preprocessed. What the preprocessor has to say comes beside.
pub fn check_source(
    ctx: &mut Context,
    pp: &mut Preprocessor,
    source: FileId,
    mode: Mode,
) -> (Checked, Vec<Diagnostic>) {
    pp.preprocess_for(source, |input| check_input(ctx, input, mode))
}

fn check_input(ctx: &mut Context, input: Input<'_>, mode: Mode) -> Checked {
    ctx.begin_input();
    Parser::new(ctx, input, mode).parse_input()
}
