//! C that nobody would write: lines of megabytes, nesting without end, macros that explode, tables
//! of a hundred thousand rows, bytes that are no text. Each is compiled in time and within a limit
//! of memory, or refused with a message that names the limit. `TINE_HOSTILE=10` makes the long ones
//! ten times as long.

use crate::harness::{Scratch, in_parallel, run_within};
use std::process::Command;
use std::time::Duration;

/// Address space a compilation may have, in KiB.
const SPACE: u32 = 3_000_000;
const LIMIT: Duration = Duration::from_secs(120);

/// Nesting to this depth is beyond every limit.
const DEEP: usize = 100_000;

struct Row {
    name: &'static str,
    text: Vec<u8>,
    /// What is said, or nothing where it compiles.
    says: &'static str,
}

fn row(name: &'static str, text: impl Into<Vec<u8>>, says: &'static str) -> Row {
    Row { name, text: text.into(), says }
}

fn nest(name: &'static str, open: &str, middle: &str, close: &str, around: [&str; 2]) -> Row {
    let [before, after] = around;
    let text = [before, &open.repeat(DEEP), middle, &close.repeat(DEEP), after].concat();
    row(name, text, "nested deeper than|nesting deeper than|nested more than")
}

fn each(n: usize, make: impl Fn(usize) -> String) -> String {
    (0..n).map(make).collect()
}

/// Brackets of every kind, a hundred thousand deep.
fn nested() -> Vec<Row> {
    vec![
        nest("parentheses", "(", "1", ")", ["int x = ", ";\n"]),
        nest("blocks", "{", "", "}", ["void f(void) ", "\n"]),
        nest("dimensions", "[1]", "", "", ["int a", ";\n"]),
        nest("structures", "struct {", "int x;", "};", ["", "\n"]),
        nest("pointers", "*", "p", "", ["int ", ";\n"]),
        nest("negations", "!", "x", "", ["int f(int x) { return ", "; }\n"]),
        nest("casts", "(int)", "0", "", ["int x = ", ";\n"]),
        nest("guards", "if (x) ", ";", "", ["void f(int x) { ", " }\n"]),
        nest("declarators", "(", "p", ")", ["int ", ";\n"]),
        nest("parameters", "(int", "", ")", ["int f", ";\n"]),
        nest("initializers", "{", "1", "}", ["int a = ", ";\n"]),
        nest("statement expressions", "({", "1;", "})", ["int f(void) { return ", "; }\n"]),
        nest("conditionals", "#if 1\n", "int x;\n", "#endif\n", ["", ""]),
    ]
}

/// Macros and files that bring themselves.
fn expanding() -> Vec<Row> {
    let tens = each(12, |n| match n {
        0 => "#define A0 x x x x x x x x x x\n".into(),
        n => format!("#define A{n} {}\n", format!("A{} ", n - 1).repeat(10)),
    });
    let twos = each(40, |n| match n {
        0 => "#define F0(a) a a\n".into(),
        n => format!("#define F{n}(a) F{0}(a) F{0}(a)\n", n - 1),
    });
    let calls = ["#define F(a) a\nint x = ", &"F(".repeat(DEEP), "1", &")".repeat(DEEP), ";\n"];
    vec![
        row("a billion laughs", format!("{tens}A11\n"), "more than 10000000 tokens"),
        row("doubling calls", format!("{twos}F39(x)\n"), "more than 10000000 tokens"),
        row("calls in calls", calls.concat(), "macro"),
        row("a file in itself", "#include \"a file in itself.c\"\n", "nested"),
    ]
}

/// Long rather than deep.
fn long() -> Vec<Row> {
    let scale = std::env::var("TINE_HOSTILE").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let n = 10_000 * scale;
    vec![
        row("one line", format!("int x = {}1;\n", "1+".repeat(50 * n)), ""),
        row("a comment", format!("//{}\nint x;\n", "x".repeat(100 * n)), ""),
        row("a string", format!("char *s = \"{}\";\n", "a".repeat(100 * n)), ""),
        row("strings", format!("char *s = {};\n", "\"abcdefgh\" ".repeat(10 * n)), ""),
        row("a name", format!("int {};\n", "a".repeat(100 * n)), ""),
        row("digits", format!("double d = 1{}.0;\n", "0".repeat(10 * n)), "exceeds range"),
        row("declarations", "int a;".repeat(10 * n), ""),
        row("statements", format!("int f(int x){{{}return x;}}\n", "x=x*3+1;".repeat(2 * n)), ""),
        row("elements", format!("int a[] = {{{}}};\n", "1,".repeat(20 * n)), ""),
        row("members", format!("struct s {{{}}};\n", each(2 * n, |i| format!("int m{i};"))), ""),
        row("constants", format!("enum e {{{}}};\n", each(5 * n, |i| format!("E{i},"))), ""),
        row(
            "cases",
            format!(
                "int f(int x) {{ switch (x) {{ {} }} return 0; }}\n",
                each(n, |i| format!("case {i}: return {};", i * 7 % 1000))
            ),
            "",
        ),
        row(
            "else if",
            format!(
                "int f(int x) {{ {} return 0; }}\n",
                each(n, |i| format!("if (x == {i}) return {i}; else "))
            ),
            "",
        ),
        row(
            "choices",
            format!("int f(int x) {{ return {}0; }}\n", each(n, |i| format!("x=={i}?{i}:"))),
            "",
        ),
        row(
            "locals and branches",
            format!(
                "int g(int);\nint f(int x) {{ int {}r = 0; {}{}return r; }}\n",
                each(n, |i| format!("v{i},")),
                each(n, |i| format!("if (g({i})) v{i} = x; else v{i} = 2;\n")),
                each(n, |i| format!("r ^= v{i};\n"))
            ),
            "",
        ),
        row(
            "labels",
            format!(
                "int f(int x) {{ {} return x; }}\n",
                each(2 * n, |i| format!(
                    "L{i}: x += {i}; if (x == 3 * {i}) goto L{};",
                    i * 7919 % (2 * n)
                ))
            ),
            "",
        ),
        row(
            "a large function",
            format!(
                "typedef int wide __attribute__((vector_size(4096)));\nwide a, b;\n\
                 void large(void) {{ {} }}\n",
                "a += b;".repeat(5000)
            ),
            "function 'large' is too large: more than 3000000 instructions up to here; divide it",
        ),
        row("splices", format!("int{} x;\n", "\\\n".repeat(50 * n)), ""),
        row("macros", each(5 * n, |i| format!("#define M{i} {i}\n")) + "int x = M5;\n", ""),
        row("errors", "x y z;\n".repeat(5 * n), "not shown"),
        row(
            "undeclared names",
            format!("int f(void) {{ {} }}\n", each(2 * n, |i| format!("u{i} + 1;"))),
            "not shown",
        ),
    ]
}

/// Sizes beyond the machine, and bytes that are no text.
fn strange() -> Vec<Row> {
    vec![
        row("a billion elements", "int a[1000000000] = {[999999999] = 1};\n", "too large"),
        row("too many elements", "int a[18446744073709551615ull];\n", "too large"),
        row(
            "a large structure",
            "struct { char a[9223372036854775807], b[9223372036854775807]; } x;\n",
            "too large",
        ),
        row("a negative length", "int a[-1];\n", "negative"),
        row("no UTF-8", b"int x = 1; \xff\xfe\x80\n", "stray byte 0xff"),
        row("no UTF-8 in a string", b"char *s = \"\xff\xc0\";\n", ""),
        row("NUL", b"int x\0 = 1;\n", "null character"),
        row("a byte order mark", b"\xef\xbb\xbfint x;\n", ""),
        row("returns", b"int x;\r\nint y;\r\n#define A \\\r\n 1\r\nint w = A;\n", ""),
        row("an open comment", format!("/* {}", "x".repeat(1_000_000)), "unterminated comment"),
        row("an open string", format!("char *s = \"{}\n", "x\\".repeat(100_001)), "missing"),
        row("a long character", format!("int x = '{}';\n", "a".repeat(100_000)), "too long"),
    ]
}

/// Compiles a row; what is wrong with how that went.
fn wrong(row: &Row, scratch: &Scratch) -> Option<String> {
    let name = format!("{}.c", row.name);
    std::fs::write(scratch.path(&name), &row.text).unwrap();
    let mut command = Command::new("sh");
    let script = format!("ulimit -v {SPACE}; exec \"$0\" cc -c -o /dev/null -O0 \"$1\"");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_tine"), &name]);
    let seen = run_within(command.current_dir(scratch.path("")), "", LIMIT);
    let said = |words: &str| words.split('|').any(|w| seen.stderr.contains(w));
    let fits = match row.says {
        "" => seen.status == 0,
        words => matches!(seen.status, 0 | 1) && said(words),
    };
    let panicked = seen.stderr.contains("panicked");
    let long = seen.stderr.lines().count() > 300;
    let start: String = seen.stderr.chars().take(200).collect();
    (!fits || panicked || long).then(|| format!("{}: status {}: {start}", row.name, seen.status))
}

#[test]
fn nothing_hangs_panics_or_fills_the_memory() {
    let scratch = Scratch::new();
    let rows: Vec<Row> = [nested(), expanding(), long(), strange()].into_iter().flatten().collect();
    let failed = std::sync::Mutex::new(Vec::new());
    in_parallel(&rows, |_, row| failed.lock().unwrap().extend(wrong(row, &scratch)));
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{failed:#?}");
}
