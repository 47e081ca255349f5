//! Input nobody would write: real programs with tokens dropped, doubled, swapped and replaced, in
//! every mode, and nesting without end. Nothing may panic, hang or fill the memory.

mod common;

use cfront::session::{Context, Mode, Options};
use common::Random;
use preproc::Preprocessor;
use preproc::token::Token;
use std::fs;
use std::path::Path;

fn programs() -> Vec<String> {
    let mut texts = Vec::new();
    let more = std::env::var("TINE_PROGRAMS").ok();
    let own =
        ["tests/tree", "tests/messages"].map(|f| Path::new(env!("CARGO_MANIFEST_DIR")).join(f));
    for folder in own.into_iter().chain(more.map(Into::into)) {
        let entries = fs::read_dir(folder).expect("a folder of programs");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|e| e == "c")) {
            texts.push(String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned());
        }
    }
    texts
}

/// Changes a few tokens; some come from elsewhere in the same program.
fn mutate(tokens: &mut Vec<Token>, random: &mut Random) {
    for _ in 0..random.below(4) + 1 {
        let last = tokens.len().saturating_sub(1);
        if last < 2 {
            return;
        }
        let (a, b) = (random.below(last), random.below(last));
        match random.below(5) {
            0 => {
                tokens.remove(a);
            }
            1 => {
                let token = tokens[b];
                tokens.insert(a, token);
            }
            2 => tokens.swap(a, b),
            3 => tokens[a] = tokens[b],
            _ => {
                let end = tokens[last];
                tokens.truncate(a);
                tokens.push(end);
            }
        }
    }
}

#[test]
fn mutated_programs_never_panic() {
    let rounds: usize =
        std::env::var("TINE_ROUNDS").ok().and_then(|s| s.parse().ok()).unwrap_or(60);
    let seed = std::env::var("TINE_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1_234_567);
    println!("seed {seed}");
    let mut random = Random(seed);
    for text in programs() {
        let mut pp = Preprocessor::new(preproc::options::Options::default());
        let read = pp.preprocess_text("program.c", &text);
        for round in 0..rounds {
            let mut tokens = read.tokens.clone();
            mutate(&mut tokens, &mut random);
            let mode = [Mode::File, Mode::Script, Mode::Prompt][round % 3];
            let mut ctx = Context::new(&mut pp.names, Options::default());
            let mark = ctx.mark();
            let checked = cfront::check(&mut ctx, &mut pp.names, &tokens, mode);
            if checked.is_ok() {
                cfront::dump::unit(&checked.unit, &ctx, &pp.names);
            }
            ctx.rollback(mark);
        }
    }
}

#[test]
fn nesting_has_a_limit_with_a_message() {
    const N: usize = 100_000;
    let rows = [
        format!("int x = {}1{};", "(".repeat(N), ")".repeat(N)),
        format!("void f(void) {}{}", "{".repeat(N), "}".repeat(N)),
        format!("int {}p;", "*".repeat(N)),
        format!("int {}p{};", "(".repeat(N), ")".repeat(N)),
        format!("int a{};", "[1]".repeat(N)),
        format!("int f{}{};", "(int".repeat(N), ")".repeat(N)),
        format!("int x = {}1;", "!".repeat(N)),
        format!("int x = {}0;", "(int)".repeat(N)),
        format!("int a[] = {}1{};", "{".repeat(N), "}".repeat(N)),
        format!("{}int x;{}", "struct {".repeat(N), "};".repeat(N)),
        format!("typeof{}int{} x;", "(typeof(".repeat(N), "))".repeat(N)),
        format!("int f(int x) {{ {} return 0; }}", "if (x) ".repeat(N)),
        format!("int f(void) {{ return {}1;{}; }}", "({".repeat(N), "})".repeat(N)),
        format!("{}1{} int x;", "__attribute__((aligned(".repeat(N), ")))".repeat(N)),
    ];
    for text in rows {
        let mut pp = Preprocessor::new(preproc::options::Options::default());
        let mut ctx = Context::new(&mut pp.names, Options::default());
        let read = pp.preprocess_text("deep.c", &text);
        let checked = cfront::check(&mut ctx, &mut pp.names, &read.tokens, Mode::File);
        assert!(!checked.is_ok(), "{}", &text[..40]);
        assert!(!checked.diags.is_empty() && checked.diags.len() < 160);
    }
}

#[test]
fn long_rows_need_no_depth() {
    let cases: String = (0..20_000).map(|n| format!("case {n}: ")).collect();
    let rows = [
        format!("int f(int x) {{ return {}0; }}", "x, ".repeat(2_000)),
        format!("int f(int x) {{ {} return 0; }}", "if (x == 1) return 1; else ".repeat(2_000)),
        format!("int f(int x) {{ switch (x) {{ {cases} return 1; }} return 0; }}"),
        format!("int a[] = {{ {} }};", "1, ".repeat(100_000)),
        format!("int {} z;", (0..20_000).map(|n| format!("v{n}, ")).collect::<String>()),
    ];
    for text in rows {
        let mut pp = Preprocessor::new(preproc::options::Options::default());
        let mut ctx = Context::new(&mut pp.names, Options::default());
        let read = pp.preprocess_text("long.c", &text);
        let checked = cfront::check(&mut ctx, &mut pp.names, &read.tokens, Mode::File);
        assert!(checked.is_ok(), "{:?}", checked.diags.first());
    }
}
