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
use preproc::name::Names;
use preproc::token::{Tok, Token};

/// Parses and checks one input. The context has everything it declares afterwards, also when there
/// were errors: take a [`Context::mark`] before, and roll back unless the result is wanted.
pub fn check(ctx: &mut Context, names: &mut Names, tokens: &[Token], mode: Mode) -> Checked {
    ctx.begin_input();
    Parser::new(ctx, names, tokens, mode).parse_input()
}

/// [`check`] for tokens of a preprocessor that is at hand: it has the bytes of `#embed`, which
/// [`check`] alone must refuse.
pub fn check_preprocessed(
    ctx: &mut Context,
    pp: &mut Preprocessor,
    tokens: &[Token],
    mode: Mode,
) -> Checked {
    ctx.begin_input();
    let embeds = tokens.iter().filter(|token| token.kind == Tok::Embed);
    let embeds = embeds
        .map(|token| (token.text, pp.embedded(token).map_or(Vec::new(), <[u8]>::to_vec)))
        .collect();
    let mut parser = Parser::new(ctx, &mut pp.names, tokens, mode);
    parser.embeds = embeds;
    parser.sources = Some(&pp.sources);
    parser.parse_input()
}
