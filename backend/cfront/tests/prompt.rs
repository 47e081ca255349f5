//! The front end as a session sees it: inputs one after another against one context, some of them
//! taken back. In: rows of inputs; out: what each makes (its tree, its value's type, its messages).

use cfront::session::{Context, Mode, Options};
use cfront::{Checked, dump};
use preproc::Preprocessor;

/// A session of the front end alone.
struct Session {
    pp: Preprocessor,
    ctx: Context,
    inputs: u32,
}

impl Session {
    fn new() -> Session {
        let mut pp = Preprocessor::new(preproc::options::Options::default());
        let ctx = Context::new(&mut pp.names, Options::default());
        Session { pp, ctx, inputs: 0 }
    }

    fn check(&mut self, text: &str) -> Checked {
        self.inputs += 1;
        let name = format!("input {}", self.inputs);
        let read = self.pp.preprocess_text(&name, text);
        cfront::check(&mut self.ctx, &mut self.pp.names, &read.tokens, Mode::Prompt)
    }

    /// An input as the engine treats it: kept when it is right, taken back otherwise. What comes
    /// out is its tree, or its first message.
    fn eval(&mut self, text: &str) -> String {
        let (front, back) = (self.pp.mark(), self.ctx.mark());
        let checked = self.check(text);
        if checked.incomplete {
            self.ctx.rollback(back);
            self.pp.rollback(front);
            return "incomplete".into();
        }
        if let Some(error) = checked.diags.iter().find(|diag| diag.is_error()) {
            let message = format!("error: {}", error.message);
            self.ctx.rollback(back);
            self.pp.rollback(front);
            return message;
        }
        dump::unit(&checked.unit, &self.ctx, &self.pp.names)
    }

    /// The value of an input: `type` and the symbol that holds it.
    fn value(&mut self, text: &str) -> String {
        let tree = self.eval(text);
        match tree.lines().find(|line| line.starts_with("value ")) {
            Some(line) => line["value ".len()..].to_string(),
            None => tree,
        }
    }
}

#[test]
fn values_have_the_expressions_type() {
    let mut s = Session::new();
    s.eval("struct p { double x, y; } p = {3, 4}; int a[4] = {1, 2, 3, 4}; enum c { RED } c;");
    s.eval("int f(int x) { return x; } const char *text = \"hi\";");
    let rows = [
        ("1+1", "$1: int"),
        ("7/2.0", "$2: double"),
        ("p", "$3: struct p"),
        ("a", "$4: int[4]"),
        ("\"hi\"", "$5: char[3]"),
        ("f", "$6: int (*)(int)"),
        ("text", "$7: const char *"),
        ("(void)0", "-: void"),
        ("c", "$8: enum c"),
        ("(char)65", "$9: char"),
        ("&p", "$10: struct p *"),
        ("p.x > 1", "$11: int"),
        ("_", "$12: int"),
        ("$2", "$13: double"),
        ("sizeof a", "$14: unsigned long"),
        ("nullptr", "$15: nullptr_t"),
        ("true", "$16: bool"),
        ("int x = 5; x * 2", "$17: int"),
        ("(struct p){1, 2}", "$18: struct p"),
        ("({ int y = 1; y + 1; })", "$19: int"),
    ];
    for (input, expected) in rows {
        assert_eq!(s.value(input), expected, "{input}");
    }
}

#[test]
fn unfinished_inputs_are_told_from_wrong_ones() {
    let mut s = Session::new();
    let unfinished = [
        "int f(int a) {",
        "int f(int a) { if (a) {",
        "1 +",
        "f(",
        "(1",
        "int x =",
        "int x",
        "struct s {",
        "struct s { int a;",
        "do x++;",
        "for (;;)",
        "while (1)",
        "if (1)",
        "if (1) ; else",
        "int a[] = {1, 2,",
        "int a[",
        "enum e { A,",
        "switch (1) { case",
        "x ? 1 :",
        "int g(void)",
        "(struct s",
    ];
    s.eval("int x; int f(int);");
    for input in unfinished {
        assert_eq!(s.eval(input), "incomplete", "{input}");
    }
    let wrong =
        ["1 + ;", "int x = ;", ")", "}", "struct s { int a; ) ;", "x y z", "int f(int a) { ] }"];
    for input in wrong {
        let said = s.eval(input);
        assert!(said.starts_with("error: "), "{input}: {said}");
    }
    let whole = ["if (1) x++;", "x;", ";", "", "for (;;) break;", "do x++; while (x < 3);"];
    for input in whole {
        let said = s.eval(input);
        assert!(!said.starts_with("error") && said != "incomplete", "{input}: {said}");
    }
}

#[test]
fn a_failed_input_leaves_no_trace() {
    let mut s = Session::new();
    s.eval("struct later; struct later *p; enum colour { RED }; int n = 1; int g(void);");
    let before = (s.ctx.symbols.len(), s.pp.names.len(), s.ctx.types.mark());
    let wrong = [
        "struct later { int a; }; int h(void) { return undeclared; }",
        "int q = 3; typedef int number; q + nothing",
        "enum more { BLUE = 7, }; BLUE + nothing",
        "int g(void) { return 1; } nothing",
        "int n = 5; nothing",
        "double n; nothing",
        "struct fresh { int a; } f; f.b",
        "#define M 1\nM + nothing",
    ];
    for input in wrong {
        assert!(s.eval(input).starts_with("error: "), "{input}");
        let now = (s.ctx.symbols.len(), s.pp.names.len(), s.ctx.types.mark());
        assert_eq!(format!("{before:?}"), format!("{now:?}"), "{input}");
    }
    assert_eq!(
        s.eval("sizeof(struct later)").lines().next().unwrap_or_default(),
        "error: invalid application of 'sizeof' to incomplete type 'struct later'"
    );
    assert!(s.eval("int q = 3;").contains("object q: int"));
    assert_eq!(s.value("n"), "$1: int");
    assert!(s.eval("struct later { char c; }; sizeof(struct later)").contains("1:unsigned long"));
}

#[test]
fn names_may_be_declared_anew() {
    let mut s = Session::new();
    assert_eq!(s.eval("int x = 5;"), "object x: int, size 4 = 05\n");
    let again = s.eval("int x = 6;");
    assert!(again.contains("init x = "), "{again}");
    let other = s.eval("double x = 1;");
    assert!(other.starts_with("object x$2: double, size 8"), "{other}");
    assert_eq!(s.value("x"), "$1: double");
    s.eval("int f(int a) { return a; }");
    let mark = s.check("int f(int a) { return a + 1; }");
    assert_eq!((mark.unit.redefined.len(), mark.unit.replaced.len()), (1, 0));
    assert_eq!(mark.unit.functions.len(), 1);
    let mark = s.check("double f(double a) { return a + 1; }");
    assert_eq!((mark.unit.redefined.len(), mark.unit.replaced.len()), (0, 1));
    assert_eq!(s.value("f(1)"), "$2: double");
    s.eval("struct s { int a; } old = {1};");
    s.eval("struct s { double b; } new = {2};");
    assert_eq!(s.value("old.a"), "$3: int");
    assert_eq!(s.value("new.b"), "$4: double");
    s.eval("enum e { A, B };");
    s.eval("enum e { B, A };");
    let twice = s.eval("enum e { A, B, A };");
    assert_eq!(twice, "error: redeclaration of enumerator 'A'");
    assert!(s.eval("A").contains("(= $5 1:int)"));
    s.eval("typedef int T; T t = 1;");
    s.eval("typedef double T; T u = 1;");
    assert_eq!(s.value("t"), "$6: int");
    assert_eq!(s.value("u"), "$7: double");
}

#[test]
fn running_initialisers_and_statements_are_code_in_order() {
    let mut s = Session::new();
    s.eval("int f(int x) { return x; }");
    let tree = s.eval(
        "int a = f(1); int b[] = {a, f(2)}; struct { int x, y; } c = {.y = a}; if (a) b[0]++;",
    );
    let script: Vec<&str> = tree.lines().skip_while(|line| *line != "script").collect();
    let heads: Vec<&str> = script.iter().map(|line| line.trim()).collect();
    assert!(heads[2].starts_with("init a = [@0 int: (call:int (decay f); 1:int)]"), "{tree}");
    assert!(heads[3].starts_with("init b = zero, [@0 int: (load a); @4 int: (call:int"), "{tree}");
    assert!(heads[4].starts_with("init c = zero, [@4 int: (load a)]"), "{tree}");
    assert!(heads[5].starts_with("if (load a)"), "{tree}");
    let pointer = s.eval("struct n { int v; struct n *next; } *p = &(struct n){f(3), 0};");
    assert!(pointer.contains("init .L."), "{pointer}");
}

#[test]
fn a_script_is_one_input() {
    let text = "#include <stdio.h>\nint n = 3;\nprintf(\"%d\\n\", n);\n\
        static int twice(int x) { return 2 * x; }\nif (n > 2)\n  puts(\"big\");\nelse\n  puts(\"small\");\n\
        int m = twice(n);\n{ int local = m; n += local; }\nagain:\nif (m-- > 0) goto again;\n\
        main() { return m; }\n";
    let mut pp = Preprocessor::new(preproc::options::Options::default());
    let mut ctx = Context::new(&mut pp.names, Options::default());
    let read = pp.preprocess_text("script.c", text);
    let checked = cfront::check(&mut ctx, &mut pp.names, &read.tokens, Mode::Script);
    assert!(checked.is_ok(), "{:?}", checked.diags);
    assert_eq!(checked.unit.functions.len(), 2);
    let script = checked.unit.script.expect("statements at file scope");
    let root = script.body.root.expect("a block");
    let cfront::tree::StmtKind::Block(list) = &script.body.stmt(root).kind else {
        panic!("a block");
    };
    // printf, if, m's initialiser, the block, the label with its jump
    assert_eq!(script.body.block(list).len(), 5);
    let plain = "int n = 3; int main(void) { return n; }";
    let read = pp.preprocess_text("plain.c", plain);
    let mut ctx = Context::new(&mut pp.names, Options::default());
    let checked = cfront::check(&mut ctx, &mut pp.names, &read.tokens, Mode::Script);
    assert!(checked.is_ok() && checked.unit.script.is_none());
}
