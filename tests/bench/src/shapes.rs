//! Sources of shapes that generators write and compilers trip over: one huge function, thousands of
//! blocks, giant switches and initialisers. In: a number of pieces; out: C text.

use std::fmt::Write;

pub(crate) struct Shape {
    pub(crate) name: &'static str,
    /// How many pieces the smaller of the two sizes has; the larger has ten times as many.
    pub(crate) pieces: usize,
    pub(crate) text: fn(usize) -> String,
}

pub(crate) const SHAPES: [Shape; 11] = [
    Shape { name: "statements of one function", pieces: 20_000, text: statements },
    Shape { name: "branches of one function", pieces: 5_000, text: branches },
    Shape { name: "variables live in one loop", pieces: 300, text: variables },
    Shape { name: "cases of a dense switch", pieces: 5_000, text: dense_cases },
    Shape { name: "cases of a sparse switch", pieces: 2_000, text: sparse_cases },
    Shape { name: "labels of a computed goto", pieces: 500, text: labels },
    Shape { name: "links of an else-if chain", pieces: 2_000, text: chain },
    Shape { name: "elements of an initialiser", pieces: 100_000, text: elements },
    Shape { name: "strings of an initialiser", pieces: 5_000, text: strings },
    Shape { name: "small functions", pieces: 1_000, text: functions },
    Shape { name: "inline functions called once", pieces: 1_000, text: inlined },
];

/// The head, a piece for each number, the tail.
fn text(head: &str, count: usize, piece: impl Fn(&mut String, usize), tail: &str) -> String {
    let mut to = String::from(head);
    for i in 0..count {
        piece(&mut to, i);
    }
    to.push_str(tail);
    to
}

macro_rules! piece {
    ($($format:tt)*) => { |to: &mut String, i: usize| {
        // Writing to a string does not fail.
        let _ = writeln!(to, $($format)*, i = i);
    } };
}

fn statements(n: usize) -> String {
    let head = "int g[100]; int f(int a, int b) {\n";
    text(head, n, piece!("a = a * 3 + b; g[{i} % 100] += a ^ b; b -= a >> 3;"), "return a; }\n")
}

fn branches(n: usize) -> String {
    let head = "int g[100]; int f(int a, int b) {\n";
    let piece = piece!("if (a > {i} % 50) b += g[{i} % 100]; else a -= b;");
    text(head, n, piece, "return a; }\n")
}

fn variables(n: usize) -> String {
    let declared = text("int f(int a) {\n", n, piece!("int x{i} = a * {i};"), "");
    let looped = text("for (int i = 0; i < a; i++) {\n", n, piece!("x{i} += a ^ x0;"), "}\n");
    declared + &looped + &text("return 0", n, piece!(" + x{i}"), "; }\n")
}

fn dense_cases(n: usize) -> String {
    let piece = piece!("case {i}: a += {i} * 37 % 101; break;");
    text("int f(int a) { switch (a) {\n", n, piece, "} return a; }\n")
}

fn sparse_cases(n: usize) -> String {
    let head = "int g(int); int f(int a) { switch (a) {\n";
    text(head, n, piece!("case {i} * 977: return g(a + {i});"), "} return a; }\n")
}

fn labels(n: usize) -> String {
    let head = "int f(unsigned char *p) { static void *t[] = {\n";
    let table = text(head, n, piece!("&&l{i},"), "}; int a = 0, b = 1, c = 2; goto *t[*p++];\n");
    let piece = piece!("l{i}: a += b * {i}; c ^= a; b += c; goto *t[*p++];");
    table + &text("", n, piece, "}\n")
}

fn chain(n: usize) -> String {
    let piece = piece!("if (a == {i} * 3) return {i} * 7; else");
    text("int f(int a) {\n", n, piece, " return 0; }\n")
}

fn elements(n: usize) -> String {
    text("int g[] = {\n", n, piece!("{i},"), "};\n")
}

fn strings(n: usize) -> String {
    text("const char *g[] = {\n", n, piece!("\"string number {i}\","), "};\n")
}

fn functions(n: usize) -> String {
    let piece = piece!(
        "int f{i}(int a, int *b) {{ int s = 0; for (int i = 0; i < a; i++) s += b[i] * {i}; return s; }}"
    );
    text("", n, piece, "")
}

fn inlined(n: usize) -> String {
    let made = text("", n, piece!("static inline int f{i}(int a) {{ return a + {i}; }}"), "");
    made + &text("int f(int s) {\n", n, piece!("s += f{i}(s);"), "return s; }\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_larger_has_ten_times_the_pieces() {
        for shape in super::SHAPES {
            let lines = |n: usize| (shape.text)(n).lines().count();
            let (small, large) = (lines(shape.pieces), lines(shape.pieces * 10));
            assert!(large > small * 9 && large < small * 11, "{}: {small}, {large}", shape.name);
        }
    }
}
