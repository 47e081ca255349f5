//! Any bytes at all as C: a typed tree or errors, nothing else, and the session as before when the
//! input is dropped. The first byte says how it is read.

#![no_main]

use cfront::session::{Context, Mode, Options, Standard};
use libfuzzer_sys::fuzz_target;
use preproc::Preprocessor;
use preproc::render::{Form, all};

fuzz_target!(|data: &[u8]| {
    let Some((&how, text)) = data.split_first() else { return };
    let mode = [Mode::File, Mode::Script, Mode::Prompt][usize::from(how & 3).min(2)];
    let standard = [Standard::C89, Standard::C23][usize::from(how >> 2 & 1)];
    let mut pp = Preprocessor::new(preproc::options::Options::default());
    let options = Options { standard, gnu: how & 8 == 0, ..Options::default() };
    let mut ctx = Context::new(&mut pp.names, options);
    let mark = ctx.mark();
    let source = pp.add_source("fuzz.c", text);
    let read = pp.preprocess(source);
    let checked = cfront::check_preprocessed(&mut ctx, &mut pp, read.tokens, mode);
    if checked.is_ok() {
        cfront::dump::unit(&checked.unit, &ctx, &pp.names);
    }
    all(&pp.sources, &pp.names, &checked.diags, Form::Picture { colors: false, width: 80 });
    ctx.rollback(mark);
});
