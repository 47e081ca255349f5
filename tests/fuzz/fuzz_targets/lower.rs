//! Any bytes at all as C, to an object: an object or a message, and never CLIF that the verifier
//! refuses. The first byte says how it is read and compiled.

#![no_main]

use cfront::session::{Context, Mode, Options};
use libfuzzer_sys::fuzz_target;
use preproc::Preprocessor;

fuzz_target!(|data: &[u8]| {
    let Some((&how, text)) = data.split_first() else { return };
    let mode = [Mode::File, Mode::Script, Mode::Prompt][usize::from(how & 3).min(2)];
    let mut pp = Preprocessor::new(preproc::options::Options::default());
    let mut ctx = Context::new(&mut pp.names, Options::default());
    let source = pp.add_source("fuzz.c", text);
    let read = pp.preprocess(source);
    let checked = cfront::check_preprocessed(&mut ctx, &mut pp, read.tokens, mode);
    if !checked.is_ok() || read.diags.iter().any(|diag| diag.is_error()) {
        return;
    }
    let options = lower::Options {
        optimize: how & 4 != 0,
        wrap: false,
        hurry: false,
        pic: how & 8 != 0,
        verify: true,
        debug: how & 16 != 0,
        closed: mode != Mode::Prompt,
        trace: None,
        hosted: how & 32 == 0,
        script: "script".to_owned(),
        assembler: None,
    };
    let made = lower::lower(&checked.unit, &ctx.types, &ctx.symbols, &options, &lower::Texts::of(&pp));
    if let Err(error) = made {
        assert!(!error.message.contains("CLIF is wrong"), "{}", error.message);
    }
});
