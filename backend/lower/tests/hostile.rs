//! Programs nobody would write, through the whole front half: real ones with bytes and words
//! dropped, doubled, swapped and replaced. Whatever comes in, the result is an object or a message;
//! nothing panics, and no CLIF is made that the verifier refuses. The seed is fixed, so a failure
//! comes again; `TINE_SEED` and `TINE_ROUNDS` ask for others and more.

use cfront::{Context, Mode};
use preproc::Preprocessor;
use std::fs;
use std::path::Path;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % n.max(1) as u64) as usize
    }
}

/// Words put in place of others.
const WORDS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2.5",
    "1e308",
    "0x7fffffffffffffff",
    "'a'",
    "\"s\"",
    "x",
    "y",
    "s",
    "f",
    "int",
    "char",
    "long",
    "unsigned",
    "float",
    "double",
    "long double",
    "_Complex",
    "_Bool",
    "__int128",
    "_BitInt(65)",
    "void",
    "struct",
    "union",
    "enum",
    "static",
    "const",
    "volatile",
    "_Atomic",
    "typeof(x)",
    "sizeof",
    "return",
    "if",
    "else",
    "while",
    "for",
    "do",
    "switch",
    "case",
    "default:",
    "goto",
    "break;",
    "continue;",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    ",",
    "*",
    "&",
    "&&",
    "||",
    "+",
    "-",
    "/",
    "%",
    "<<",
    ">>",
    "=",
    "+=",
    "==",
    "<",
    "?",
    ":",
    ".",
    "->",
    "...",
    "!",
    "~",
    "++",
    "({",
    "})",
    "__real__",
    "(int)",
    "(char *)",
    "__builtin_va_arg(x, int)",
    "__builtin_alloca(9)",
    "__attribute__((packed))",
    "__attribute__((vector_size(16)))",
    "asm(\"nop\");",
    "\n#define f(x) ",
    "\n#if ",
    "\n#endif\n",
];

fn programs() -> Vec<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for folder in ["tests/seeds", "tests/rows", "tests/programs", "../../tests/c"] {
        let entries = fs::read_dir(here.join(folder)).expect("a folder of programs");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|e| e == "c")) {
            texts.push(String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned());
        }
    }
    texts
}

/// The text in words and what stands between them.
fn words(text: &str) -> Vec<&str> {
    let class = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 0,
        c if c.is_whitespace() => 1,
        _ => 2,
    };
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match class(first) {
            2 => first.len_utf8(),
            kind => rest.find(|c| class(c) != kind).unwrap_or(rest.len()),
        };
        words.push(&rest[..end]);
        rest = &rest[end..];
    }
    words
}

/// A few words changed, or now and then bytes.
fn mutated(text: &str, random: &mut Random) -> Vec<u8> {
    let mut words = words(text);
    for _ in 0..random.below(3) + 1 {
        let (a, b) = (random.below(words.len()), random.below(words.len()));
        if words.len() < 2 {
            break;
        }
        match random.below(6) {
            0 => drop(words.remove(a)),
            1 => words.insert(a, words[b]),
            2 => words.swap(a, b),
            3 => words[a] = words[b],
            _ => words[a] = WORDS[random.below(WORDS.len())],
        }
    }
    let mut bytes = words.concat().into_bytes();
    if random.below(8) == 0 && !bytes.is_empty() {
        let at = random.below(bytes.len());
        match random.below(3) {
            0 => bytes[at] = random.below(256) as u8,
            1 => bytes.truncate(at),
            _ => drop(bytes.remove(at)),
        }
    }
    bytes
}

/// Compiles the text; `true` if an object came out.
fn survive(text: &[u8], mode: Mode, optimize: bool) -> bool {
    let mut pp = Preprocessor::new(preproc::options::Options::default());
    let mut ctx = Context::new(&mut pp.names, cfront::Options::default());
    let file = pp.add_source("seed.c", text);
    let read = pp.preprocess(file);
    let checked = cfront::check_preprocessed(&mut ctx, &mut pp, read.tokens, mode);
    for diags in [&read.diags, &checked.diags] {
        let form = preproc::render::Form::Picture { colors: true, width: 80 };
        preproc::render::all(&pp.sources, &pp.names, diags, form);
    }
    if !checked.is_ok() || read.diags.iter().any(|diag| diag.is_error()) {
        return false;
    }
    let options = lower::Options {
        optimize,
        wrap: false,
        hurry: false,
        pic: optimize,
        verify: true,
        debug: true,
        closed: mode != Mode::Prompt,
        trace: None,
        hosted: false,
        script: "script".to_owned(),
        assembler: None,
    };
    match lower::lower(&checked.unit, &ctx.types, &ctx.symbols, &options, &lower::Texts::of(&pp)) {
        Ok(_) => true,
        Err(error) => {
            let broken = ["CLIF is wrong", "the code generator refused", "writing the object"];
            let text = String::from_utf8_lossy(text);
            let bad = broken.iter().any(|part| error.message.contains(part));
            assert!(!bad, "{}\n{text}", error.message);
            false
        }
    }
}

#[test]
fn mutated_programs_give_an_object_or_a_message() {
    let number = |name: &str| std::env::var(name).ok().and_then(|s| s.parse().ok());
    let rounds = number("TINE_ROUNDS").unwrap_or(24);
    let seed = number("TINE_SEED").unwrap_or(0x5eed);
    println!("seed {seed}");
    let mut random = Random(seed.max(1));
    let mut objects = 0;
    for text in programs() {
        // Long programs take long: they get fewer rounds.
        let rounds = (rounds * 2_000 / text.len().max(500) as u64).max(1);
        for round in 0..rounds {
            let bytes = mutated(&text, &mut random);
            let mode = [Mode::File, Mode::Script, Mode::Prompt][round as usize % 3];
            let seen = std::panic::catch_unwind(|| survive(&bytes, mode, round % 2 == 0));
            match seen {
                Ok(made) => objects += usize::from(made),
                Err(_) => panic!("in {mode:?}:\n{}", String::from_utf8_lossy(&bytes)),
            }
        }
    }
    assert!(objects > 20, "only {objects} of the programs still compiled: the test says little");
}
