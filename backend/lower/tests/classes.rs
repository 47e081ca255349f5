//! Where values of each kind of type travel, against the table one would write from the System V
//! document and what gcc does. `I` is a general register, `S` a vector register, `s` its upper
//! half, `-` padding.

use cfront::{Context, Mode};
use lower::abi::classify::{Class, Kind, classify};
use preproc::Preprocessor;

const TABLE: &[(&str, &str)] = &[
    ("char", "I-"),
    ("_Bool", "I-"),
    ("void *", "I-"),
    ("float", "S-"),
    ("double", "S-"),
    ("_Float16", "S-"),
    ("_Float128", "Ss"),
    ("long double", "x87"),
    ("_Complex float", "S-"),
    ("_Complex double", "SS"),
    ("_Complex long double", "2 x87"),
    ("_Complex int", "I-"),
    ("_Complex long", "II"),
    ("__int128", "II"),
    ("_BitInt(65)", "II"),
    ("struct { }", "empty"),
    ("struct { int a; float b; }", "I-"),
    ("struct { float a, b; }", "S-"),
    ("struct { float a, b, c; }", "SS"),
    ("struct { double a; int b; }", "SI"),
    ("struct { int a; double b; }", "IS"),
    ("struct { char a[16]; }", "II"),
    ("struct { char a[17]; }", "memory"),
    ("struct { float a[2]; long b; }", "SI"),
    ("struct { long double a; }", "x87"),
    ("union { long double a; int b; }", "memory"),
    ("union { float a; int b; }", "I-"),
    ("union { double a[2]; float b; }", "SS"),
    ("struct { _Float128 a; }", "Ss"),
    ("union { _Float128 a; double b[2]; }", "SS"),
    ("struct { int a : 3; float b; }", "I-"),
    ("struct { double a; int b : 3; }", "SI"),
    ("struct { long a : 40, b : 40; }", "II"),
    ("struct __attribute__((packed)) { char a; int b; }", "memory"),
    ("struct __attribute__((packed)) { char a; char b[4]; }", "I-"),
    ("struct __attribute__((packed)) { int a; char b; }", "I-"),
    ("struct __attribute__((packed)) { char a; int b : 32; }", "I-"),
    ("struct __attribute__((aligned(16))) { int a; }", "I-"),
    ("struct { int a; int b[]; }", "I-"),
    ("struct { __int128 a; }", "II"),
    ("struct { struct { struct { float a; } b; } c; double d; }", "SS"),
    ("struct { _Complex float a; float b; }", "SS"),
    ("struct { float a; _Complex float b; }", "SS"),
    ("struct { _Complex double a; }", "SS"),
    ("union __attribute__((transparent_union)) { int *a; float *b; }", "I-"),
    ("int __attribute__((vector_size(4)))", "I-"),
    ("char __attribute__((vector_size(4)))", "I-"),
    ("float __attribute__((vector_size(4)))", "S-"),
    ("int __attribute__((vector_size(8)))", "S-"),
    ("float __attribute__((vector_size(16)))", "Ss"),
    ("float __attribute__((vector_size(32)))", "memory"),
    ("struct { float __attribute__((vector_size(16))) a; }", "Ss"),
    ("struct { int __attribute__((vector_size(8))) a; int b; }", "SI"),
];

fn text(kind: Kind) -> String {
    let letter = |class| match class {
        Class::None => '-',
        Class::Integer => 'I',
        Class::Sse => 'S',
        Class::SseUp => 's',
        _ => '?',
    };
    match kind {
        Kind::Empty => "empty".to_owned(),
        Kind::X87 => "x87".to_owned(),
        Kind::ComplexX87 => "2 x87".to_owned(),
        Kind::Memory => "memory".to_owned(),
        Kind::Words([a, b]) => [letter(a), letter(b)].iter().collect(),
    }
}

#[test]
fn types_have_their_classes() {
    let mut source = String::new();
    for (index, (ty, _)) in TABLE.iter().enumerate() {
        source += &format!("typedef {ty} t{index}; t{index} *v{index};\n");
    }
    let mut pp = Preprocessor::new(preproc::options::Options::default());
    let file = pp.add_source("table.c", source.as_bytes());
    let tokens = pp.preprocess(file).tokens;
    let mut ctx = Context::new(&mut pp.names, cfront::Options::default());
    let checked = cfront::check(&mut ctx, &mut pp.names, &tokens, Mode::File);
    assert!(checked.is_ok(), "{:?}", checked.diags);
    let mut wrong = String::new();
    for (index, (ty, expect)) in TABLE.iter().enumerate() {
        let name = format!("v{index}");
        let symbol = ctx.symbols.iter().find(|symbol| symbol.link_name == name).expect("it");
        let cfront::types::Type::Pointer(to) = *ctx.types.get(symbol.ty.id) else {
            panic!("a pointer to {ty}");
        };
        let got = text(classify(&ctx.types, to.id));
        if got != *expect {
            wrong += &format!("{ty}: {got}, not {expect}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
