//! Texts put together at random: nothing may panic or hang, whatever stands in them. The seed is
//! fixed, so a failure comes again; `TINE_SEED` and `TINE_RUNS` ask for others and more.

use preproc::Preprocessor;
use preproc::options::{Limits, Options, Std};
use preproc::render::{self, Form};

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 11) as usize % n
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const PIECES: &[&str] = &[
    "#define ",
    "#undef ",
    "#if ",
    "#ifdef ",
    "#ifndef ",
    "#elif ",
    "#else\n",
    "#endif\n",
    "#include ",
    "#line ",
    "#pragma ",
    "#error ",
    "#embed ",
    "# ",
    "##",
    "#",
    "\n",
    "\n",
    "\n",
    " ",
    " ",
    "\\\n",
    "\\",
    "\r\n",
    "/*",
    "*/",
    "//",
    "\"",
    "'",
    "\"str\"",
    "'c'",
    "L'\\xff'",
    "u8\"x\"",
    "R\"(",
    ")\"",
    "f",
    "g",
    "h",
    "x",
    "y",
    "f(",
    "g(",
    "h(",
    "f(x, y) ",
    "g(x) ",
    "h(...) ",
    "h(a, b...) ",
    "__VA_ARGS__",
    "__VA_OPT__(",
    "__LINE__",
    "__FILE__",
    "__COUNTER__",
    "__has_include(",
    "__has_attribute(",
    "__has_embed(",
    "<stddef.h>",
    "\"nothing.h\"",
    "defined ",
    "defined(x)",
    "_Pragma(\"once\")",
    "_Pragma(",
    "push_macro(\"f\")",
    "pop_macro(\"f\")",
    "GCC poison y",
    "once",
    "(",
    ")",
    "(",
    ")",
    ",",
    ",",
    "0",
    "1",
    "42",
    "0x1p-3",
    "1.5e+",
    "1'0",
    "9999999999999999999999",
    "+",
    "-",
    "/",
    "%",
    "<<",
    "? :",
    "&&",
    "==",
    "...",
    "<:",
    "%:%:",
    "??=",
    "??/\n",
    "é",
    "\\u00e9",
    "\\U0010ffff",
    "\u{feff}",
    "$",
    "@",
    "`",
    "\0",
    "\u{7f}",
    "limit(2) ",
    "prefix(1,) ",
    "__STDC_VERSION__",
    "true",
];

fn text(random: &mut Random) -> Vec<u8> {
    let mut text = Vec::new();
    for _ in 0..random.below(60) + 1 {
        if random.below(60) == 0 {
            text.push(random.next() as u8);
        } else {
            text.extend_from_slice(random.pick(PIECES).as_bytes());
        }
    }
    text
}

fn variable(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn no_text_panics_or_hangs() {
    let mut random = Random(variable("TINE_SEED", 0x5eed_0001).max(1));
    let modes = [(Std::C23, true), (Std::C89, false), (Std::C17, false)];
    let limits = Limits { expanded_tokens: 20_000, call_depth: 60, ..Options::default().limits };
    let mut sessions: Vec<Preprocessor> = modes
        .map(|(std, gnu)| Preprocessor::new(Options { std, gnu, limits, ..Options::default() }))
        .into();
    for _ in 0..variable("TINE_RUNS", 4_000) {
        let text = text(&mut random);
        for pp in &mut sessions {
            let mark = pp.mark();
            let names = pp.names.len();
            let file = pp.add_source("input", text.clone());
            let result = pp.preprocess(file);
            let lines = render::all(&pp.sources, &pp.names, &result.diags, Form::Lines);
            let form = Form::Picture { colors: false, width: 80 };
            let picture = render::all(&pp.sources, &pp.names, &result.diags, form);
            assert_eq!(lines.is_empty(), picture.is_empty());
            for token in &result.tokens {
                assert!(pp.sources.place(token.loc).is_some(), "{token:?} stands nowhere");
            }
            preproc::dump::source(pp, &result.tokens);
            if random.below(4) > 0 {
                pp.rollback(mark);
                assert_eq!(pp.names.len(), names);
            }
            if random.below(200) == 0 {
                *pp = Preprocessor::new(pp.options().clone());
            }
        }
    }
}

/// Our torture files, cut, doubled and stirred.
#[test]
fn no_mutated_text_panics_or_hangs() {
    let mut random = Random(variable("TINE_SEED", 0x5eed_0002).max(1));
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/torture");
    let seeds: Vec<Vec<u8>> = std::fs::read_dir(dir)
        .expect("torture files")
        .map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a file"))
        .collect();
    let limits = Limits { expanded_tokens: 50_000, ..Options::default().limits };
    let mut pp = Preprocessor::new(Options { limits, ..Options::default() });
    for _ in 0..variable("TINE_RUNS", 4_000) / 10 {
        let mut text = seeds[random.below(seeds.len())].clone();
        for _ in 0..random.below(12) + 1 {
            let at = random.below(text.len());
            let len = random.below(30).min(text.len() - at);
            match random.below(4) {
                0 => drop(text.drain(at..at + len)),
                1 => {
                    let copy = text[at..at + len].to_vec();
                    let to = random.below(text.len());
                    text.splice(to..to, copy);
                }
                2 => text[at] = random.next() as u8,
                _ => {
                    let piece = random.pick(PIECES).bytes();
                    text.splice(at..at, piece);
                }
            }
        }
        let mark = pp.mark();
        let file = pp.add_source("input", text);
        let result = pp.preprocess(file);
        render::all(&pp.sources, &pp.names, &result.diags, Form::Lines);
        for name in pp.macro_names().collect::<Vec<_>>() {
            preproc::dump::definition(&pp, name);
        }
        pp.rollback(mark);
    }
}
