//! Tab, without a terminal: what it offers in some eighty situations, and that no text whatever
//! makes it fail or take longer than a person notices. Its own process: a session forks.

use engine::{Options, Session};
use std::time::{Duration, Instant};

/// A person does not notice this.
const BUDGET: Duration = Duration::from_millis(20);

/// What is known when the situations arise.
const SESSION: &str = r#"
#include <stdio.h>
#include <string.h>
#include <math.h>
#include <stdlib.h>
#define LIMIT 100
#define LIMITED(x) ((x) < LIMIT)
struct point { double wide, high; };
struct node { int value; struct node *next; struct point where; union { int as_int; float as_float; }; };
enum color { CRIMSON, CYAN, CERISE };
typedef struct node node_t;
struct point corner = {3, 4}, *at = &corner, many[3];
node_t first, *list = &first, *nodes[4];
int counter, counters[8];
int count_all(int limit) { return limit; }
struct point middle(void) { return corner; }
struct node *lookup(const char *key) { return list; }
int (*handler)(int) = count_all;
"#;

/// The text before the cursor, and what Tab makes of its last word: all candidates, or the first
/// ones and `…`.
const SITUATIONS: &[(&str, &str)] = &[
    // Names.
    ("coun", "count_all counter counters"),
    ("counter", "counter counters"),
    ("1 + corn", "corner"),
    ("printf(\"%d\", coun", "count_all counter counters"),
    ("count_all(counte", "counter counters"),
    ("counters[coun", "count_all counter counters"),
    ("int x = LIM", "LIMIT LIMITED"),
    ("if (LIMITED(coun", "count_all counter counters"),
    ("for (int i = 0; i < LIMI", "LIMIT LIMITED"),
    ("{ coun", "count_all counter counters"),
    ("x = y ? corn", "corner"),
    ("(node", "node_t nodes"),
    ("sizeof(node_", "node_t"),
    ("CR", "CRIMSON"),
    ("enum color c = CY", "CYAN"),
    ("unsig", "unsigned"),
    ("whi", "while"),
    ("fpri", "fprintf"),
    ("strncas", "strncasecmp strncasecmp_l"),
    ("isinf", "isinf isinff isinfl"),
    ("!hand", "handler"),
    ("&corn", "corner"),
    ("*at + mid", "middle"),
    ("corner.wide + corn", "corner"),
    ("return loo", "lookup"),
    ("case CE", "CERISE"),
    ("a;b;c; look", "lookup"),
    // Members.
    ("corner.", "high wide"),
    ("corner.w", "wide"),
    ("corner.x", ""),
    ("at->", "high wide"),
    ("at->h", "high"),
    ("at.h", "high"),
    ("(*at).", "high wide"),
    ("(&corner)->w", "wide"),
    ("many[1].h", "high"),
    ("many[counters[2]].h", "high"),
    ("list->next->next->va", "value"),
    ("list->where.w", "wide"),
    ("list->as_", "as_float as_int"),
    ("first.", "as_float as_int next value where"),
    ("nodes[0]->ne", "next"),
    ("nodes[0]->where.", "high wide"),
    ("middle().w", "wide"),
    ("lookup(\"a.b\")->v", "value"),
    ("lookup(list->ne", "next"),
    ("printf(\"%g\", corner.wi", "wide"),
    ("x = corner.wide + at->hi", "high"),
    ("(struct point){1, 2}.", "high wide"),
    ("((struct node *)p)->va", "value"),
    ("corner . wi", "wide"),
    ("counter.", ""),
    ("nothing.", ""),
    ("3.", ""),
    ("struct point p = {.wi", "wide"),
    ("struct point p = {.wide = 1, .h", "high"),
    ("(struct node){.ne", "next"),
    ("struct node n = {.where = {.hi", "high"),
    ("struct point two[2] = {{.wi", "wide"),
    ("struct point two[2] = {[1] = {.wi", "wide"),
    ("(**nodes).va", "value"),
    ("(*lookup(\"x\"))->va", "value"),
    // Tags.
    ("struct po", "point"),
    ("struct node n; struct poi", "point"),
    ("enum co", "color"),
    ("sizeof(struct no", "node"),
    ("f(struct poi", "point"),
    // Headers, directives, paths.
    ("#inc", "include"),
    ("#  unde", "undef"),
    ("#include <stdi", "stdint.h stdio.h stdio_ext.h"),
    ("#include <sys/ioc", "ioctl.h"),
    ("#include \"ti", "…time.h"),
    ("#ifdef LIM", "LIMIT LIMITED"),
    ("#define TWICE LIMI", "LIMIT LIMITED"),
    ("fopen(\"/etc/passw", "passwd …"),
    ("fopen(\"/usr/include/stdi", "stdint.h stdio.h stdio_ext.h"),
    ("int x;\n#include <limi", "limits.h"),
    // Commands.
    (":un", "undo"),
    (":", "! asm ast …"),
    (":type coun", "count_all counter counters"),
    (":type corner.", "high wide"),
    (":help la", "layout"),
    (":set ke", "keys"),
    (":limit t", "time"),
    (":load /etc/passw", "passwd …"),
    (":include mat", "math.h"),
    (":layout struct no", "node"),
    (":!ls /etc/passw", "passwd …"),
    (":doc prin", "printf"),
    (":quit x", ""),
    (":nosuch x", ""),
    // Where nothing is to be offered.
    ("", ""),
    ("1 + ", ""),
    ("12", ""),
    ("0x", ""),
    ("// coun", ""),
    ("/* coun", ""),
    ("'c", ""),
    ("\"coun", ""),
    ("zzz", ""),
    ("){]}", ""),
];

fn main() {
    let mut session = Session::new(Options::default()).expect("a session");
    let outcome = session.eval(SESSION).expect("an executor");
    assert!(matches!(outcome, engine::Outcome::Done { .. }), "{outcome:?}");
    let mut wrong = Vec::new();
    for (text, expected) in SITUATIONS {
        // A folder may be read too slowly once.
        let mut found = Vec::new();
        for _ in 0..3 {
            let (start, words) = shell::completions(&session, text, text.len());
            assert!(start <= text.len());
            found = words;
            if fits(&found, expected) {
                break;
            }
        }
        if !fits(&found, expected) {
            let shown: Vec<String> = found.into_iter().take(20).collect();
            wrong.push(format!("{text:?}: expected {expected:?}, got {shown:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} situations", SITUATIONS.len());
    no_text_is_too_much(&session);
}

fn fits(found: &[String], expected: &str) -> bool {
    if let Some(end) = expected.strip_prefix('…') {
        return found.iter().any(|word| word == end);
    }
    let words: Vec<&str> = expected.split_whitespace().collect();
    match words.split_last() {
        Some((&"…", first)) => found.len() >= first.len() && found[..first.len()] == *first,
        _ => found == words,
    }
}

/// Random texts of pieces that mean something, cut anywhere, the cursor anywhere.
fn no_text_is_too_much(session: &Session) {
    let pieces = [
        "struct ",
        "node",
        ".",
        "->",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "list",
        "corner",
        " ",
        "\n",
        "#include <",
        "#",
        ":",
        ":set ",
        ":load ",
        "\"",
        "'",
        "/*",
        "*/",
        "//",
        "\\",
        "é",
        "日本",
        "0x1p",
        "a",
        "_",
        "$1",
        "\t",
        "\u{1b}[A",
        "printf(",
        "%",
        "::",
        "#define X(",
        "..",
        "/",
        "~/",
        "/usr/include/",
        "\0",
        ",",
        "*",
        "&",
        "sizeof",
        "\r",
        "for(",
        "typeof(",
        "???/",
    ];
    let rounds = std::env::var("TINE_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(5_000);
    let mut seed = 20u64;
    let mut random = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % n
    };
    let mut longest = Duration::ZERO;
    for round in 0..rounds {
        let n_pieces = if round % 100 == 0 { 400 } else { random(12) };
        let text: String = (0..n_pieces).map(|_| pieces[random(pieces.len())]).collect();
        let position = random(text.len() + 1);
        // A machine with other things to do may be slow once, or twice.
        let took = (0..3)
            .map(|_| {
                let start = Instant::now();
                let (at, _) = shell::completions(session, &text, position);
                assert!(at <= position, "{text:?} at {position}");
                start.elapsed()
            })
            .min()
            .unwrap_or_default();
        assert!(took < BUDGET, "{took:?}: {text:?} at {position}");
        longest = longest.max(took);
    }
    println!("{rounds} random texts, the longest took {longest:?}");
}
