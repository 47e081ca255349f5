//! Constant expressions against gcc: random initialisers of every arithmetic type, whose bytes in
//! our static initialisers must be those gcc puts into the object. The seed is printed; set
//! `TINE_SEED` to repeat one.

use cfront::session::{Context, Mode, Options};
use cfront::tree::Unit;
use preproc::Preprocessor;
use std::process::Command;

/// The front end's result; panics with its messages when there are errors.
fn check(text: &str) -> (Unit, Context) {
    let mut pp = Preprocessor::new(preproc::options::Options::default());
    let result = pp.preprocess_text("test.c", text);
    let options = Options { warnings: silent(), ..Options::default() };
    let mut ctx = Context::new(&mut pp.names, options);
    let checked = cfront::check(&mut ctx, &mut pp.names, &result.tokens, Mode::File);
    let errors: Vec<String> = checked
        .diags
        .iter()
        .filter(|d| d.is_error())
        .map(|d| format!("{}: {}", pp.sources.line(d.span.start), d.message))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    (checked.unit, ctx)
}

fn silent() -> cfront::session::Warnings {
    cfront::session::Warnings::silent()
}

/// The bytes of every object, by name.
fn objects(text: &str) -> Vec<(String, Vec<u8>)> {
    let (unit, ctx) = check(text);
    unit.objects
        .iter()
        .map(|object| {
            let mut bytes = object.init.bytes.clone();
            bytes.resize(object.init.size as usize, 0);
            (ctx.symbol(object.symbol).link_name.clone(), bytes)
        })
        .collect()
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

const INTS: &[&str] = &[
    "_Bool",
    "char",
    "signed char",
    "unsigned char",
    "short",
    "unsigned short",
    "int",
    "unsigned",
    "long",
    "unsigned long",
    "long long",
    "unsigned long long",
    "__int128",
    "unsigned __int128",
];
const FLOATS: &[&str] = &["float", "double", "long double", "__float128"];

fn int_literal(random: &mut Random) -> String {
    let suffix = random.pick(&["", "", "u", "l", "ul", "ll", "ull"]);
    match random.below(6) {
        0 => format!("{}{suffix}", random.below(3)),
        1 => format!("{}{suffix}", random.below(70_000)),
        2 => format!("0x{:x}{suffix}", random.next()),
        3 => format!("0x{:x}{suffix}", random.next() as u32),
        4 => random.pick(&["'a'", "'\\377'", "L'\\x80'", "u'x'", "(-2147483647-1)"]).to_string(),
        _ => format!("(-{}{suffix})", random.below(1000)),
    }
}

fn float_literal(random: &mut Random) -> String {
    let suffix = random.pick(&["", "f", "l", "", "q"]);
    match random.below(4) {
        0 => format!("{}.{}{suffix}", random.below(100), random.below(1000)),
        1 => format!("0x{:x}.8p{}{suffix}", random.below(1 << 20), random.below(40) as i64 - 20),
        2 => format!("1e{}{suffix}", random.below(60) as i64 - 30),
        _ => format!("(-{}.5{suffix})", random.below(10_000)),
    }
}

fn integer(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        return int_literal(random);
    }
    let d = depth - 1;
    match random.below(12) {
        0..=3 => {
            let op = random.pick(&["+", "-", "*", "&", "|", "^"]);
            format!("({} {op} {})", integer(random, d), integer(random, d))
        }
        4 => {
            let op = random.pick(&["/", "%"]);
            format!("({} {op} {})", integer(random, d), 1 + random.below(1000))
        }
        5 => {
            let op = random.pick(&["<<", ">>"]);
            format!("({} {op} {})", integer(random, d), random.below(31))
        }
        6 => {
            let op = random.pick(&["<", ">", "<=", ">=", "==", "!="]);
            match random.below(3) {
                0 => format!("({} {op} {})", floating(random, d), floating(random, d)),
                _ => format!("({} {op} {})", integer(random, d), integer(random, d)),
            }
        }
        7 => format!("({}{})", random.pick(&["-", "~", "!", "+"]), integer(random, d)),
        8 => format!("(({}){})", random.pick(INTS), integer(random, d)),
        9 => {
            let (c, a, b) = (integer(random, d), integer(random, d), integer(random, d));
            format!("({c} ? {a} : {b})")
        }
        10 => format!(
            "({} {} {})",
            integer(random, d),
            random.pick(&["&&", "||"]),
            integer(random, d)
        ),
        // Only what fits: what does not, gcc itself does not compute in one way.
        _ => format!("((int)({} / 4.0f))", random.below(100_000)),
    }
}

fn floating(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        return float_literal(random);
    }
    let d = depth - 1;
    match random.below(8) {
        0..=3 => {
            let op = random.pick(&["+", "-", "*", "/"]);
            format!("({} {op} {})", floating(random, d), floating(random, d))
        }
        4 => format!("(-{})", floating(random, d)),
        5 => format!("(({}){})", random.pick(FLOATS), floating(random, d)),
        6 => format!("(({}){})", random.pick(FLOATS), integer(random, d)),
        _ => {
            let op = random.pick(&["+", "-", "*"]);
            format!("({} {op} {})", floating(random, d), integer(random, d))
        }
    }
}

/// What gcc puts into the objects of `text`.
fn gcc_objects(text: &str, names: &[String]) -> Option<Vec<Vec<u8>>> {
    let dir = std::env::temp_dir().join(format!("tine-constants-{}", std::process::id()));
    std::fs::create_dir_all(&dir).ok()?;
    let (source, program) = (dir.join("c.c"), dir.join("c"));
    let mut all = text.to_string();
    all.push_str("int printf(const char *, ...);\nint main(void) {\n");
    for name in names {
        all.push_str(&format!(
            "for (unsigned i = 0; i < sizeof {name}; i++) printf(\"%02x\", ((unsigned char *)&{name})[i]); printf(\"\\n\");\n"
        ));
    }
    all.push_str("}\n");
    std::fs::write(&source, all).ok()?;
    let status =
        Command::new("gcc").args(["-w", "-std=gnu2x", "-o"]).arg(&program).arg(&source).status();
    let result = match status {
        Ok(status) => {
            assert!(status.success(), "gcc rejects what the generator made");
            let output = Command::new(&program).output().ok()?;
            Some(String::from_utf8(output.stdout).ok()?)
        }
        Err(_) => None,
    };
    let _ = std::fs::remove_dir_all(&dir);
    let parse = |line: &str| {
        (0..line.len() / 2)
            .filter_map(|i| u8::from_str_radix(&line[2 * i..2 * i + 2], 16).ok())
            .collect()
    };
    result.map(|text| text.lines().map(parse).collect())
}

#[test]
fn initialisers_have_gccs_bytes() {
    let seed = std::env::var("TINE_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_120);
    println!("seed {seed}");
    let mut random = Random(seed);
    let (mut text, mut names, mut rows) = (String::new(), Vec::new(), Vec::new());
    for i in 0..1200 {
        let (ty, value) = if i % 2 == 0 {
            (random.pick(INTS), integer(&mut random, 3))
        } else {
            (random.pick(FLOATS), floating(&mut random, 3))
        };
        let row = format!("{ty} v{i} = {value};\n");
        text.push_str(&row);
        rows.push(row);
        names.push(format!("v{i}"));
    }
    let Some(theirs) = gcc_objects(&text, &names) else {
        assert!(std::env::var_os("TINE_REQUIRE_PEERS").is_none(), "gcc is missing");
        println!("SKIP: no gcc to compare with");
        return;
    };
    let ours = objects(&text);
    assert_eq!(ours.len(), theirs.len());
    let mut wrong = Vec::new();
    for (((name, mine), other), row) in ours.iter().zip(&theirs).zip(&rows) {
        let used = if row.starts_with("long double") { 10 } else { mine.len() };
        // All NaNs are alike but for their sign and payload, which nobody specifies.
        let nan = |bytes: &[u8]| match bytes.len() {
            4 => f32::from_le_bytes(bytes.try_into().unwrap()).is_nan(),
            8 if row.starts_with("double") => {
                f64::from_le_bytes(bytes.try_into().unwrap()).is_nan()
            }
            16 => bytes[14] & 0x7f == 0x7f || bytes[9] & 0x7f == 0x7f && bytes[8] == 0xff,
            _ => false,
        };
        if mine[..used] != other[..used] && !(nan(mine) && nan(other)) {
            wrong.push(format!("{name}: {mine:02x?} is not {other:02x?} in {row}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn addresses_and_sizes_are_constants() {
    // C, then the value of `v` as a number.
    let rows: &[(&str, i128)] = &[
        ("struct s { char a; int b[4]; } x; long v = &x.b[2] - x.b;", 2),
        (
            "struct s { char a; int b[4]; }; unsigned long v = (unsigned long)&((struct s *)0)->b[1];",
            8,
        ),
        (
            "struct s { char a; struct { short c, d; }; }; long v = __builtin_offsetof(struct s, d);",
            4,
        ),
        ("long v = sizeof \"abc\" + sizeof(int[3]) + _Alignof(double);", 24),
        ("long v = &\"foobar\"[4] - &\"foobar\"[1];", 3),
        ("static const int n = 3; int v = n + 1;", 4),
        ("constexpr int n = 3; int a[n]; int v = sizeof a;", 12),
        ("enum e { A = 5, B }; int v = B << 2;", 24),
        ("int a[7][2]; int v = _Countof a + _Countof(a[0]) + _Countof(char[3]);", 12),
        ("int v = \"abc\"[1];", 98),
        ("int v = __builtin_strlen(\"hello\");", 5),
        ("int v = __builtin_constant_p(3) + __builtin_constant_p(\"x\");", 2),
        ("int v = __builtin_types_compatible_p(int, const int);", 1),
        ("int v = __builtin_choose_expr(1, 7, \"x\");", 7),
        ("int v = _Generic(1.0f, double: 1, float: 2, default: 3);", 2),
        ("int v = _Generic(\"x\", char *: 1, default: 3);", 1),
        ("int v = __builtin_clz(1) + __builtin_ctzll(8) + __builtin_popcount(255);", 42),
        ("unsigned v = __builtin_bswap32(0x11223344);", 0x4433_2211),
        ("int v = (int)__builtin_inf() == 0x7fffffff;", 1),
        ("int v = __builtin_isnan(__builtin_nan(\"\"));", 1),
        ("_BitInt(5) v = 40;", 8),
        ("int v = (_BitInt(7))100 + 100wb;", 72),
        ("int x; int v = &x != 0 && (void *)&x;", 1),
        ("int v = 1 ? 2 : 1 / 0;", 2),
        ("int v = (0 && 1 / 0) + (1 || 1 / 0);", 1),
        ("long v = (long)(char *)16 + 1;", 17),
        ("bool v = 0.5;", 1),
        ("int v = nullptr == 0;", 1),
        ("double sqrt(double); int v = sqrt(2.25) * 2 == 3;", 1),
        ("int abs(int); int v = abs(-3);", 3),
        ("int v = __builtin_floor(-0.5) == -1 && __builtin_ceil(0.5) == 1;", 1),
        ("struct two { int a, b; }; constexpr struct two s = { 1, 2 }; int v = s.b;", 2),
    ];
    let mut wrong = Vec::new();
    for (text, value) in rows {
        let all = objects(text);
        let Some((_, bytes)) = all.iter().find(|(name, _)| name == "v") else {
            wrong.push(format!("no v: {text}"));
            continue;
        };
        let got = bytes.iter().rev().fold(0i128, |n, b| n << 8 | i128::from(*b));
        if got != *value {
            wrong.push(format!("{got} is not {value}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
