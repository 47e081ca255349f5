//! Any bytes at all as a source text: tokens and messages, nothing else. The first byte says in
//! which language. No files are read: `#include` of what is not there is a message.

#![no_main]

use libfuzzer_sys::fuzz_target;
use preproc::Preprocessor;
use preproc::options::{Options, Std};
use preproc::render::{Form, all};

fuzz_target!(|data: &[u8]| {
    let Some((&how, text)) = data.split_first() else { return };
    let std = [Std::C89, Std::C99, Std::C17, Std::C23][usize::from(how & 3)];
    let options = Options { std, gnu: how & 4 != 0, trigraphs: how & 8 != 0, ..Options::default() };
    let mut pp = Preprocessor::new(options);
    let source = pp.add_source("fuzz.c", text);
    let read = pp.preprocess(source);
    drop((preproc::dump::tokens(&pp, &read.tokens), preproc::dump::source(&pp, &read.tokens)));
    for form in [Form::Lines, Form::Picture { colors: true, width: 80 }] {
        all(&pp.sources, &pp.names, &read.diags, form);
    }
});
