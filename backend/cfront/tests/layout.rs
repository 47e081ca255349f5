//! Record layout against gcc: structures made at random from a seed, their sizes, alignments and
//! member offsets as the front end sees them beside those gcc prints. In: a seed (the environment
//! may set one); out: the first difference, with the declaration.

use cfront::session::{Context, Mode, Options};
use cfront::types::Type;
use preproc::Preprocessor;
use std::fmt::Write;
use std::process::Command;

/// A small generator (xorshift), so that a seed means the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

const SCALARS: &[&str] = &[
    "char",
    "signed char",
    "short",
    "int",
    "unsigned",
    "long",
    "unsigned long long",
    "float",
    "double",
    "long double",
    "void *",
    "_Bool",
    "__int128",
    "_Complex float",
    "_Complex double",
    "_Float128",
    "over",
    "under",
    "vec",
    "small",
    "wide",
];

/// Types of bit-fields, with their greatest width.
const BITS: &[(&str, u64)] = &[
    ("int", 32),
    ("unsigned", 32),
    ("char", 8),
    ("short", 16),
    ("long", 64),
    ("unsigned long long", 64),
    ("_Bool", 1),
    ("small", 8),
    ("wide", 64),
];

struct Made {
    text: String,
    /// Names of the members that have an offset.
    members: Vec<String>,
}

fn attributes(random: &mut Random) -> &'static str {
    match random.below(14) {
        0 => " __attribute__((packed))",
        1 => " __attribute__((aligned(8)))",
        2 => " __attribute__((aligned(2)))",
        3 => " __attribute__((packed, aligned(4)))",
        4 => " __attribute__((aligned))",
        _ => "",
    }
}

/// Of a record: the layout of bit-fields too.
fn record_attributes(random: &mut Random) -> &'static str {
    match random.below(24) {
        0..=3 => " __attribute__((ms_struct))",
        4 => " __attribute__((ms_struct, packed))",
        5 => " __attribute__((ms_struct, aligned(4)))",
        6 => " __attribute__((gcc_struct))",
        _ => attributes(random),
    }
}

fn record(random: &mut Random, name: &str, depth: u32) -> Made {
    let word = if random.one_in(4) { "union" } else { "struct" };
    let mut text = format!("{word} {name} {{\n");
    let mut members = Vec::new();
    let count = random.below(8) + 1;
    for at in 0..count {
        let member = format!("m{at}{name}");
        match random.below(if depth < 2 { 12 } else { 10 }) {
            0..=3 => {
                let (ty, most) = BITS[random.below(BITS.len() as u64) as usize];
                let width = random.below(most) + 1;
                match random.below(8) {
                    0 => writeln!(text, "  {ty} : 0;").unwrap(),
                    1 => writeln!(text, "  {ty} : {width};").unwrap(),
                    _ => {
                        let attrs = attributes(random);
                        writeln!(text, "  {ty} {member} : {width}{attrs};").unwrap();
                    }
                }
            }
            10 => {
                let inner = record(random, &format!("{name}_{at}"), depth + 1);
                writeln!(text, "{} {member};", inner.text).unwrap();
                members.push(member);
            }
            11 => {
                let inner = record(random, &format!("{name}_{at}"), depth + 1);
                let anonymous = inner.text.replacen(&format!(" {name}_{at} "), " ", 1);
                writeln!(text, "{anonymous};").unwrap();
                members.extend(inner.members);
            }
            kind => {
                let ty = SCALARS[random.below(SCALARS.len() as u64) as usize];
                let can_array = !matches!(ty, "over" | "under");
                let array = if kind == 4 && can_array { "[3]" } else { "" };
                let attrs = attributes(random);
                writeln!(text, "  {ty} {member}{array}{attrs};").unwrap();
                members.push(member);
            }
        }
    }
    let attrs = record_attributes(random);
    write!(text, "}}{attrs}").unwrap();
    Made { text, members }
}

const PRELUDE: &str = "typedef int over __attribute__((aligned(16)));\n\
    typedef long under __attribute__((aligned(2)));\n\
    typedef float vec __attribute__((vector_size(16)));\n\
    enum __attribute__((packed)) tiny { T0, T1 = 200 };\n\
    typedef enum tiny small;\n\
    enum large { L0, L1 = 0x100000000 };\n\
    typedef enum large wide;\n";

/// What gcc says: one line for each record, `size align offset…`.
fn ask_gcc(records: &[(String, Made)], source: &str) -> Option<Vec<String>> {
    let folder = std::env::temp_dir().join(format!("layout-{}", std::process::id()));
    std::fs::create_dir_all(&folder).ok()?;
    let mut program = format!("#include <stdio.h>\n#include <stddef.h>\n{source}");
    program.push_str("int main(void) {\n");
    for (word, made) in records {
        let name = made.text.split_whitespace().nth(1).unwrap_or_default();
        let ty = format!("{word} {name}");
        writeln!(program, "printf(\"%zu %zu\", sizeof({ty}), _Alignof({ty}));").unwrap();
        for member in &made.members {
            writeln!(program, "printf(\" %zu\", offsetof({ty}, {member}));").unwrap();
        }
        program.push_str("puts(\"\");\n");
    }
    program.push_str("}\n");
    let path = folder.join("layout.c");
    let out = folder.join("layout");
    std::fs::write(&path, program).ok()?;
    let status = Command::new("gcc").args(["-w", "-std=gnu17", "-o"]).arg(&out).arg(&path).status();
    let text = match status {
        Ok(status) if status.success() => Command::new(&out).output().ok()?.stdout,
        Ok(_) => panic!("gcc does not take what was generated"),
        Err(_) => return None,
    };
    std::fs::remove_dir_all(&folder).ok();
    Some(String::from_utf8_lossy(&text).lines().map(str::to_string).collect())
}

/// What the front end says of the record with this tag.
fn ask_ourselves(ctx: &Context, pp: &Preprocessor, made: &Made) -> String {
    let tag = made.text.split_whitespace().nth(1).unwrap_or_default();
    let name = pp.names.get(tag).expect("a tag is a name");
    let ty = ctx.scopes.lookup_tag(name).expect("the tag is declared");
    let size = ctx.types.size_of(ty).expect("the record is complete");
    let align = ctx.types.align_of(ty).expect("the record is complete");
    let mut text = format!("{size} {align}");
    for member in &made.members {
        let name = pp.names.get(member).expect("a member is a name");
        let mut offset = 0;
        let mut at = ty;
        loop {
            let Type::Record(record) = *ctx.types.get(at) else { panic!("a record") };
            let step = ctx.types.member_step(record, name).expect("the member is there");
            let field = &ctx.types.record(record).fields[step as usize];
            offset += field.offset;
            at = field.ty.id;
            if field.name == Some(name) {
                break;
            }
        }
        write!(text, " {offset}").unwrap();
    }
    text
}

#[test]
fn random_records_are_laid_out_as_gcc_does() {
    let seed = std::env::var("TINE_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_240_917);
    println!("seed {seed}");
    let mut random = Random(seed);
    let mut source = PRELUDE.to_string();
    let mut records = Vec::new();
    for at in 0..400 {
        let pack = random.one_in(5);
        if pack {
            writeln!(source, "#pragma pack(push, {})", 1 << random.below(4)).unwrap();
        }
        let made = record(&mut random, &format!("r{at}"), 0);
        source.push_str(&made.text);
        source.push_str(";\n");
        if pack {
            source.push_str("#pragma pack(pop)\n");
        }
        let word = made.text.split_whitespace().next().unwrap_or_default().to_string();
        records.push((word, made));
    }
    let Some(theirs) = ask_gcc(&records, &source) else {
        assert!(std::env::var("TINE_REQUIRE_PEERS").is_err(), "gcc is needed");
        println!("SKIP: no gcc");
        return;
    };
    let mut pp = Preprocessor::new(preproc::options::Options::default());
    let mut ctx = Context::new(&mut pp.names, Options::default());
    let read = pp.preprocess_text("layout.c", &source);
    let checked = cfront::check(&mut ctx, &mut pp.names, &read.tokens, Mode::File);
    assert!(checked.is_ok(), "{:?}", checked.diags);
    assert_eq!(theirs.len(), records.len());
    for ((_, made), theirs) in records.iter().zip(theirs) {
        let ours = ask_ourselves(&ctx, &pp, made);
        assert_eq!(ours, theirs, "size, alignment, offsets of\n{}", made.text);
    }
}
