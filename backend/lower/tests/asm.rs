//! `--emit asm`: each function's instructions stand below the line of C they are of, and name what
//! they call.

use cfront::tree::Unit;
use cfront::{Context, Mode};
use preproc::Preprocessor;

const TEXT: &str = "
int take(int, double);
static int twice(int x) { return x + x; }
int main(void)
{
    int n = twice(21);
    take(n, 0.5);
    return n;
}
__attribute__((naked)) void bare(void) { asm(\"ret\"); }
";

fn checked(text: &str) -> (Unit, Context, Preprocessor) {
    let mut pp = Preprocessor::new(preproc::options::Options::default());
    let mut ctx = Context::new(&mut pp.names, cfront::Options::default());
    let read = pp.preprocess_text("a.c", text);
    let checked = cfront::check(&mut ctx, &mut pp.names, &read.tokens, Mode::File);
    assert!(checked.is_ok(), "{:?}", checked.diags);
    (checked.unit, ctx, pp)
}

fn options(optimize: bool, hurry: bool) -> lower::Options {
    lower::Options {
        optimize,
        wrap: false,
        hurry,
        pic: false,
        verify: true,
        debug: false,
        closed: true,
        trace: None,
        hosted: false,
        script: String::new(),
        assembler: None,
    }
}

fn asm(text: &str, optimize: bool, hurry: bool) -> String {
    let (unit, ctx, pp) = checked(text);
    lower::asm(&unit, &ctx.types, &ctx.symbols, &options(optimize, hurry), &pp.sources)
}

#[test]
fn instructions_stand_below_their_lines() {
    for optimize in [false, true] {
        let text = asm(TEXT, optimize, false);
        let line = text.find("# a.c:7: take(n, 0.5);").unwrap_or_else(|| panic!("{text}"));
        let call = text.find(" take").unwrap_or_else(|| panic!("{text}"));
        let after = text.find("# a.c:8: return n;").unwrap_or(text.len());
        assert!(text.contains("main:\n  # a.c:4: int main(void)\n"), "{text}");
        assert!(line < after && text[line..after].contains("call    take"), "{call} {text}");
        assert_eq!(text.contains("call    twice"), !optimize, "{text}");
        assert!(text.contains("bare:\n  # a.c:10: ") && text.contains("  .byte 0xc3\n"), "{text}");
        assert!(!text.contains("userextname") && !text.contains("debug @"), "{text}");
    }
}

/// Where the answer is awaited, a large unit has calls inlined in loops only, a small one everywhere.
#[test]
fn a_large_unit_in_a_hurry() {
    let calls = "
        static int small(int x) { return x + x; }
        int once(int x) { return small(x); }
        int again(int n) { int s = 0; for (int i = 0; i < n; i++) s += small(i); return s; }\n";
    let large =
        format!("{calls}int large(int x) {{ {} return x; }}\n", "x = x * 3 + 1;".repeat(9000));
    for (text, hurry, called) in
        [(calls, true, false), (&large, true, true), (&large, false, false)]
    {
        let text = format!("\n{}", asm(text, true, hurry));
        let body = |name: &str| {
            let from = text.find(&format!("\n{name}:\n")).unwrap_or_else(|| panic!("{text}"));
            &text[from..from + text[from..].find("retq").expect("an end")]
        };
        assert_eq!(body("once").contains("call    small"), called, "{}", body("once"));
        assert!(!body("again").contains("call    small"), "{}", body("again"));
    }
}

/// What only one instruction of an interpreter uses does not come along through the dispatch.
#[test]
fn a_dispatch_carries_no_dead_operands() {
    let one = |n: usize| {
        format!(
            "l{n}: {{ double x, y; if (given(v, x) && given(v + 1, y)) sum += x + y; }}\n\
             goto *labels[*code++];\n"
        )
    };
    let labels: String = (0..20).map(|n| format!("&&l{n}, ")).collect();
    let text = format!(
        "struct value {{ int kind; double d; }};\n\
         #define given(v, to) ((v)->kind == 1 ? ((to) = (v)->d, 1) : (v)->kind == 2 ? ((to) = (v)->kind, 1) : 0)\n\
         double run(const unsigned char *code, struct value *v) {{\n\
         static void *const labels[] = {{ {labels} &&end }};\n\
         double sum = 0; goto *labels[*code++];\n{}\
         end: return sum; }}\n",
        (0..20).map(one).collect::<String>()
    );
    let (unit, ctx, _) = checked(&text);
    let clif = lower::clif(&unit, &ctx.types, &ctx.symbols, &options(true, false));
    let most = clif
        .lines()
        .filter(|line| line.contains("jump block"))
        .map(|line| line.matches(", v").count())
        .max();
    assert!(most.is_some_and(|most| most < 5), "{most:?} {clif}");
}
