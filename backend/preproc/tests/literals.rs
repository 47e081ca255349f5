//! The values of numbers, characters and strings: tables, Rust's own conversion for `float` and
//! `double`, and gcc for the formats Rust does not have.

use std::process::Command;

use preproc::chars::{self, Prefix};
use preproc::literal::{self, Float, FloatKind, Int, Number, Width};

fn int(text: &str) -> Int {
    match literal::number(text) {
        Ok(Number::Int(int)) => int,
        other => panic!("{text}: {other:?}"),
    }
}

fn float(text: &str) -> Float {
    match literal::number(text) {
        Ok(Number::Float(float)) => float,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn integers() {
    use Width::*;
    let table: &[(&str, u128, u8, bool, Width)] = &[
        ("0", 0, 8, false, Int),
        ("42", 42, 10, false, Int),
        ("052", 42, 8, false, Int),
        ("0x2A", 42, 16, false, Int),
        ("0b101010", 42, 2, false, Int),
        ("1'000'000", 1_000_000, 10, false, Int),
        ("0xdead'beefUL", 0xdead_beef, 16, true, Long),
        ("1u", 1, 10, true, Int),
        ("1Lu", 1, 10, true, Long),
        ("1llU", 1, 10, true, LongLong),
        ("7wb", 7, 10, false, BitInt),
        ("7uWB", 7, 10, true, BitInt),
        ("18446744073709551615", u64::MAX as u128, 10, false, Int),
        ("340282366920938463463374607431768211455u", u128::MAX, 10, true, Int),
        ("0x1e5", 0x1e5, 16, false, Int),
    ];
    for (text, value, base, unsigned, width) in table {
        let got = int(text);
        assert_eq!(
            (got.value, got.base, got.unsigned, got.width),
            (*value, *base, *unsigned, *width),
            "{text}"
        );
        assert!(!got.overflow && !got.imaginary, "{text}");
    }
    assert!(int("340282366920938463463374607431768211456").overflow);
    assert!(int("3i").imaginary && int("3uj").imaginary);
}

#[test]
fn what_is_no_number() {
    let table = [
        ("08", "invalid digit \"8\" in octal constant"),
        ("0b12", "invalid digit \"2\" in binary constant"),
        ("1x", "invalid suffix \"x\" on integer constant"),
        ("1lul", "invalid suffix \"lul\" on integer constant"),
        ("1lL", "invalid suffix \"lL\" on integer constant"),
        ("1uu", "invalid suffix \"uu\" on integer constant"),
        ("0x", "invalid suffix \"x\" on integer constant"),
        ("1.0x", "invalid suffix \"x\" on floating constant"),
        ("1.0fl", "invalid suffix \"fl\" on floating constant"),
        ("1e", "exponent has no digits"),
        ("1e+", "exponent has no digits"),
        ("0x1.8", "hexadecimal floating constants require an exponent"),
        ("1.2.3", "too many decimal points in number"),
        ("0x.p1", "no digits in floating constant"),
        ("1.0df", "decimal floating-point types are not supported"),
        ("1'", "invalid suffix \"'\" on integer constant"),
    ];
    for (text, message) in table {
        match literal::number(text) {
            Err(error) => assert_eq!(error.message, message, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn floating_suffixes() {
    let table = [
        ("1.0", FloatKind::Double),
        ("1.f", FloatKind::Float),
        (".5F", FloatKind::Float),
        ("1e3L", FloatKind::LongDouble),
        ("1.0f16", FloatKind::F16),
        ("1.0F32", FloatKind::F32),
        ("1.0f64", FloatKind::F64),
        ("1.0F128", FloatKind::F128),
        ("1.0f32x", FloatKind::F32x),
        ("1.0F64x", FloatKind::F64x),
        ("1.0q", FloatKind::Float128),
        ("1.0W", FloatKind::Float80),
        ("09.5", FloatKind::Double),
        ("0x1p0f", FloatKind::Float),
    ];
    for (text, kind) in table {
        assert_eq!(float(text).kind, kind, "{text}");
    }
    assert!(float("1.0if").imaginary && float("1.0fi").imaginary && float("1.0j").imaginary);
    assert!(float("1e400").overflow && float("1e39f").overflow && !float("1e39").overflow);
    assert!(float("1e-400").underflow && !float("1e-320").underflow && !float("0e-999").underflow);
}

#[test]
fn known_patterns() {
    let table: &[(&str, u128)] = &[
        ("1.0L", 0x3fff_8000_0000_0000_0000),
        ("3.14159265358979323846264338327950288L", 0x4000_c90f_daa2_2168_c235),
        ("1.18973149535723176502126385303097021e+4932L", 0x7ffe_ffff_ffff_ffff_ffff),
        ("3.64519953188247460252840593361941982e-4951L", 1),
        ("0.1L", 0x3ffb_cccc_cccc_cccc_cccd),
        ("1e5000L", 0x7fff_8000_0000_0000_0000),
        ("1.0f128", 0x3fff_0000_0000_0000_0000_0000_0000_0000),
        ("0.1f128", 0x3ffb_9999_9999_9999_9999_9999_9999_999a),
        ("6.47517511943802511092443895822764655e-4966F128", 1),
        (
            "1.18973149535723176508575932662800702e+4932F128",
            0x7ffe_ffff_ffff_ffff_ffff_ffff_ffff_ffff,
        ),
        ("65504.0f16", 0x7bff),
        ("65520.0f16", 0x7c00),
        ("65519.999f16", 0x7bff),
        ("5.96046447753906250000000000000000000e-8F16", 1),
        ("0x1.8p1", 0x4008_0000_0000_0000),
        ("0x1.fffffffffffffp1023", 0x7fef_ffff_ffff_ffff),
        ("0x1.fffffffffffff8p1023", 0x7ff0_0000_0000_0000),
        ("0x1p-1074", 1),
        ("0x1p-1075", 0),
        ("0x1.0000000000001p-1075", 1),
        ("0x1.00000000000008p0", 0x3ff0_0000_0000_0000),
        ("0x1.000000000000080000000000000000000000000001p0", 0x3ff0_0000_0000_0001),
    ];
    for (text, bits) in table {
        assert_eq!(float(text).bits, *bits, "{text}: {:#x}", float(text).bits);
    }
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    /// A decimal constant without suffix, exponent within `most`.
    fn decimal(&mut self, most: i64) -> String {
        let digits: String = (0..self.next() % 40 + 1)
            .map(|_| char::from(b'0' + (self.next() % 10) as u8))
            .collect();
        let exponent = (self.next() % (2 * most as u64 + 1)) as i64 - most;
        format!("{}.{digits}e{exponent}", self.next() % 1000)
    }
}

#[test]
fn float_and_double_are_as_rust_has_them() {
    let mut random = Random(0x1234_5678_9abc_def1);
    for _ in 0..20_000 {
        let text = random.decimal(330);
        let wide: f64 = text.parse().expect("a number");
        let narrow: f32 = text.parse().expect("a number");
        assert_eq!(float(&text).bits, u128::from(wide.to_bits()), "{text}");
        assert_eq!(float(&format!("{text}f")).bits, u128::from(narrow.to_bits()), "{text}f");
    }
    // Halfway between two doubles, a hair above, and from a text of many digits.
    for bits in [1u64, 0x10_0000_0000_0000, 0x3ff0_0000_0000_0001, 0x7fef_ffff_ffff_fffe] {
        let value = f64::from_bits(bits);
        let exact = format!("{value:.1100}");
        assert_eq!(float(&exact).bits, u128::from(bits), "{exact}");
    }
    let long = format!("1.{}1", "0".repeat(20_000));
    assert_eq!(float(&long).bits, u128::from(1f64.to_bits()));
    let halfway =
        format!("1.{:0>53}{}1", "11102230246251565404236316680908203125", "0".repeat(20_000));
    assert_eq!(float(&halfway).bits, u128::from(1f64.to_bits()) + 1);
}

#[test]
fn long_double_and_f128_are_as_gcc_has_them() {
    if Command::new("gcc").arg("--version").output().is_err() {
        assert!(std::env::var("TINE_REQUIRE_PEERS").is_err(), "gcc is required and missing");
        println!("SKIP: no gcc to compare with");
        return;
    }
    let mut random = Random(0xfeed_f00d_1357_9bdf);
    let texts: Vec<String> = (0..300)
        .map(|i| format!("{}{}", random.decimal(4960), ["L", "F128", "F16", "f"][i % 4]))
        .collect();
    let mut program = String::from("#include <stdio.h>\n#include <string.h>\n");
    program.push_str("static void show(const void *at, int size) {\n");
    program.push_str("unsigned char b[16] = {0}; memcpy(b, at, size);\n");
    program.push_str("for (int i = 15; i >= 0; i--) printf(\"%02x\", b[i]); puts(\"\"); }\n");
    program.push_str("int main(void) {\n");
    for text in &texts {
        let size = if text.ends_with('L') { "10" } else { "sizeof x" };
        program.push_str(&format!("{{ __typeof__({text}) x = {text}; show(&x, {size}); }}\n"));
    }
    program.push_str("}\n");
    let dir = std::env::temp_dir().join(format!("tine-literals-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a directory");
    let source = dir.join("floats.c");
    std::fs::write(&source, program).expect("a program");
    let gcc = Command::new("gcc").arg("-w").arg(&source).arg("-o").arg(dir.join("floats")).status();
    assert!(gcc.expect("gcc runs").success());
    let output = Command::new(dir.join("floats")).output().expect("the program runs");
    std::fs::remove_dir_all(&dir).expect("removed");
    let shown = String::from_utf8(output.stdout).expect("text");
    for (text, bits) in texts.iter().zip(shown.lines()) {
        assert_eq!(format!("{:032x}", float(text).bits), bits, "{text}");
    }
    assert_eq!(shown.lines().count(), texts.len());
}

#[test]
fn characters() {
    let table: &[(&str, i64)] = &[
        ("'a'", 97),
        ("'\\n'", 10),
        ("'\\e'", 27),
        ("'\\377'", -1),
        ("'\\xff'", -1),
        ("'\\0'", 0),
        ("'\\''", 39),
        ("'\"'", 34),
        ("'ab'", 0x6162),
        ("'abcd'", 0x6162_6364),
        ("'\\xff\\xff'", 0xffff),
        ("'é'", 0xc3a9),
        ("L'é'", 0xe9),
        ("L'\\xffffffff'", -1),
        ("u'\\uffff'", 0xffff),
        ("U'😀'", 0x1f600),
        ("u8'a'", 97),
        ("u8'\\xff'", 255),
        ("U'\\U0001F600'", 0x1f600),
    ];
    for (text, value) in table {
        let got = chars::character(text.as_bytes(), false);
        assert_eq!(got.map(|c| c.value), Ok(*value), "{text}");
    }
    assert_eq!(chars::character(b"'\\xff'", true).map(|c| c.value), Ok(255));
    let wrong = [
        ("''", "empty character constant"),
        ("'\\x'", "\\x used with no following hex digits"),
        ("'\\u12'", "incomplete universal character name \\u12"),
        ("'\\u0041'", "\\u0041 is not a valid universal character"),
        ("'\\ud800'", "\\ud800 is not a valid universal character"),
        ("u8'é'", "character constant too long for its type"),
        ("u'😀'", "character constant too long for its type"),
    ];
    for (text, message) in wrong {
        let got = chars::character(text.as_bytes(), false);
        assert_eq!(got.map_err(|error| error.message), Err(message.to_owned()), "{text}");
    }
    let warned = chars::character(b"'\\q'", false).expect("a value");
    assert_eq!((warned.value, warned.warnings.len()), (i64::from(b'q'), 1));
}

#[test]
fn strings() {
    let join = |parts: &[&str]| {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        chars::string(&parts).map(|s| (s.prefix, s.bytes)).map_err(|(at, e)| (at, e.message))
    };
    let plain = |bytes: &[u8]| Ok((Prefix::None, bytes.to_vec()));
    assert_eq!(join(&["\"abc\""]), plain(b"abc"));
    assert_eq!(join(&["\"a\\0\\x41\"", "\"2\\n\""]), plain(b"a\0A2\n"));
    assert_eq!(join(&["\"\\u00e9é\""]), plain("éé".as_bytes()));
    assert_eq!(join(&["R\"x(a\\n\"b)x\""]), plain(b"a\\n\"b"));
    assert_eq!(join(&["u8\"é\"", "\"x\""]), Ok((Prefix::Utf8, "éx".into())));
    let wide = [b'a', 0, 0, 0, 0xe9, 0, 0, 0];
    assert_eq!(join(&["\"a\"", "L\"é\""]), Ok((Prefix::Wide, wide.to_vec())));
    assert_eq!(join(&["u\"😀\""]), Ok((Prefix::Utf16, vec![0x3d, 0xd8, 0x00, 0xde])));
    assert_eq!(
        join(&["\"a\"", "L\"b\"", "u\"c\""]),
        Err((2, "string literals with prefixes L and u cannot be joined".to_owned()))
    );
    assert_eq!(
        chars::string(&[b"\"\xff\"".as_slice()]).map(|s| s.bytes).map_err(|e| e.0),
        Ok(vec![0xff])
    );
}
