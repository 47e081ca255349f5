//! Sessions at a pseudo-terminal: what is typed, and what the screen shows then.

use crate::harness::Scratch;
use crate::person::{
    ALT_ENTER, COLUMNS, CTRL_C, CTRL_D, CTRL_E, CTRL_R, CTRL_U, CTRL_X, CTRL_Z, Person, ROWS, UP,
    size_of,
};

#[test]
fn an_input_of_several_lines() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types("int f(int n) {\r");
    person.sees_last("int f(int n) {\n..");
    person.types("if (n)\rreturn 1;\r");
    person.types("return 2;\r}\r");
    person.sees("..     return 2;\n.. }\n>>");
    person.asks("f(0) + f(7) // both", "int 3");
    // The whole of it is one entry of the history.
    person.types(UP);
    person.types(UP);
    person.sees_last("return 2;\n.. }");
    person.asks("", "return 2;\n.. }\nredefined f");
    person.leaves();
}

#[test]
fn what_is_pasted_is_one_input_after_another() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    let lines: String = (0..200).map(|n| format!("int v{n} = {n};\n")).collect();
    person.types(&format!("\x1b[200~{lines}\x1b[201~"));
    person.sees_last("int v199 = 199;");
    person.types("\r");
    person.sees_last("int v199 = 199;\n\n>>");
    person.asks("v0 + v199", "int 199");
    // What is not one input is several, with commands among them, up to the first that fails.
    let several = "int a = 1;\nint g(int x)\n{\n\tif (x)\n\t\treturn a;\n\telse\n\t\treturn 2;\n}\n\n\
                   g(1) + 40\n:type g(1)\nif (g(0) == 1)\n\ta = 2;\nelse\n\ta = 3;\na\nwrong\na = 4;\na\n";
    person.types(&format!("\x1b[200~{several}\x1b[201~\r"));
    person.sees("\nint 41\nint\nint 3\nerror: 'wrong' undeclared");
    person.sees("the last 2 lines of what was pasted were not evaluated\n>>");
    person.asks("a", "int 3");
    person.leaves();
}

/// A brace below a head stands under it.
#[test]
fn braces_on_lines_of_their_own() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types(
        "int f(int n)\r{\rfor (;;)\r{\rif (n)\r{\rreturn 1;\r}\relse\r{\rreturn 2;\r}\r}\r}\r",
    );
    person.sees(
        "..     for (;;)\n..     {\n..         if (n)\n..         {\n..             return 1;\n",
    );
    person.sees(
        "..         }\n..         else\n..         {\n..             return 2;\n..         }\n",
    );
    person.sees("..     }\n.. }\n>>");
    person.asks("f(0)", "int 2");
    person.leaves();
}

#[test]
fn what_is_typed_ahead_in_one_burst_is_not_lost() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types("int a = 1;\rint b = 2;\rint f(int n) {\rreturn n;\r}\ra + b\rf(a) + 4\r");
    person.sees_last(">> a + b\nint 3\n>> f(a) + 4\nint 5\n>>");
    person.leaves();
}

#[test]
fn ctrl_c_and_ctrl_d() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types(CTRL_C);
    person.sees("(Ctrl-D or :quit leaves)");
    // A half-typed line is cleared.
    person.types("int x = 1 +");
    person.sees_last(">> int x = 1 +");
    person.types(CTRL_C);
    person.sees_last(">> int x = 1 +\n>>");
    person.asks("7", "int 7");
    // Running code is interrupted, and what it did is taken back.
    person.asks("int n = 5;", "");
    person.types("n = 6; puts(\"running\"); for (;;) ;\r");
    person.sees("\nrunning");
    person.types(CTRL_C);
    person.sees("^C interrupted after");
    person.sees("session restored\n>>");
    person.asks("n", "int 5");
    // Code that does not listen.
    person.types("signal(SIGINT, SIG_IGN); puts(\"deaf\"); for (;;) ;\r");
    person.sees("\ndeaf");
    person.types(CTRL_C);
    person.types(CTRL_C);
    person.sees("in input 5; session restored\n>>");
    person.asks("n + 1", "int 6");
    person.leaves();
}

#[test]
fn code_reads_from_the_terminal() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types("int age; puts(\"how old?\"); scanf(\"%d\", &age);\r");
    person.sees("\nhow old?");
    person.asks("42", "");
    person.asks("age", "int 42");
    // What code leaves undone to the terminal is put right.
    person.asks("system(\"stty -echo\")", "int 0");
    person.asks("age + 1", "int 43");
    person.leaves();
}

#[test]
fn output_without_a_newline() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types("printf(\"no end\");\r");
    person.sees_last("was taken\nno end↵\n>>");
    person.leaves();
}

#[test]
fn history_across_sessions() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.asks("1234 + 1", "int 1235");
    person.leaves();
    let mut person = Person::at(&scratch);
    person.types(UP);
    person.sees_last(">> 1234 + 1");
    person.asks("", "int 1235");
    person.types(&format!("{CTRL_R}34 +"));
    person.sees("(reverse-i-search)`34 +': 1234 + 1");
    person.asks("", "int 1235");
    person.leaves();
}

#[test]
fn tab_completes() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    std::fs::write(scratch.path("a_file.c"), "").unwrap();
    person.asks("struct point { int wide, high; } corner = {3, 4}, *where = &corner;", "");
    for (typed, completed) in [
        ("corn\t", "corner"),
        ("corner.wi\t", "corner.wide"),
        ("where->hi\t", "where->high"),
        ("(&corner)[0].hi\t", "(&corner)[0].high"),
        ("(*where).wi\t", "(*where).wide"),
        ("struct poi\t", "struct point"),
        ("struct point p = {.hi\t", "struct point p = {.high"),
        ("#include <std\tio.h", "#include <stdio.h"),
        ("#incl\t <time.h>", "#include <time.h>"),
        (":unde\t", ":unde"),
        (":und\t", ":undo"),
        (":type corn\t", ":type corner"),
        (":help lay\t", ":help layout"),
        (":load a_fi\t", ":load a_file.c"),
        ("fopen(\"./a_fi\t", "fopen(\"./a_file.c"),
        ("unsig\t", "unsigned"),
        ("1 + corn\t * 2", "1 + corner * 2"),
        ("corner.wide = corner.hi\t;", "corner.wide = corner.high;"),
        ("\"corn\t", "\"corn"),
        ("// corn\t", "// corn"),
        ("zzz\t", "zzz"),
        (")))].->\t", ")))].->"),
    ] {
        person.types(typed);
        person.sees_last(&format!(">> {completed}"));
        person.types(CTRL_U);
        person.sees_last("\n>>");
    }
    person.leaves();
}

#[test]
fn without_colours_and_without_a_clever_terminal() {
    let scratch = Scratch::new();
    let mut person = Person::with(&scratch, &[("TERM", "dumb")]);
    person.types("int f(void) {\r");
    person.sees("..");
    person.types("return 7; }\r");
    person.types("f()\r");
    person.sees("int 7\n>>");
    person.leaves();
    let mut person = Person::with(&scratch, &[("TERM", "xterm"), ("NO_COLOR", "1")]);
    person.asks("int x = 3; x", "int 3");
    let screen = person.screen.screen();
    let coloured = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (row, column)));
    let mut coloured = coloured.filter_map(|(row, column)| screen.cell(row, column));
    assert!(coloured.all(|cell| cell.fgcolor() == vt100::Color::Default && !cell.bold()));
    person.leaves();
}

#[test]
fn single_keys_from_the_terminal() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types("puts(\"a key?\"); int c = getchar();\r");
    person.sees("\na key?");
    person.asks("x", "");
    person.asks("(char)c", "char 'x' (120)");
    // The end of the file, as the key says it, is for the code alone.
    person.types("puts(\"the end?\"); int d = getchar(); d = getchar();\r");
    person.sees("\nthe end?");
    person.types(CTRL_D);
    person.sees("the end?\n>>");
    person.asks("d", "int -1");
    person.leaves();
}

#[test]
fn a_terminal_left_raw_is_put_right() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.asks("system(\"stty raw -echo\")", "int 0");
    person.types("int age; puts(\"how old?\"); scanf(\"%d\", &age);\r");
    person.sees("\nhow old?");
    person.asks("42", "");
    person.asks("age", "int 42");
    // Also by what does not come back.
    let raw = "#include <termios.h>\nstruct termios t; tcgetattr(0, &t); cfmakeraw(&t); \
               tcsetattr(0, TCSANOW, &t); *(volatile int *)0 = 1;";
    person.types(&format!("\x1b[200~{raw}\x1b[201~\r"));
    person.sees("all variables are intact\n>>");
    person.asks("age + 1", "int 43");
    person.leaves();
}

#[test]
fn another_width() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.asks("int v[20]; for (int i = 0; i < 20; i++) v[i] = i % 9;", "");
    let wide = "int[20] {0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1}";
    person.asks("v", wide);
    person.screen.screen_mut().set_size(size_of(ROWS), size_of(40));
    person.asks(":!stty cols 40", "");
    let narrow = "int[20] {0, 1, 2, 3, 4, 5, 6, 7, 8, 0,\n    1, 2, 3, 4, 5, 6, 7, 8, 0, 1}";
    person.asks("v", narrow);
    person.resizes(30);
    person.asks("2", "\n>> 2\nint 2");
    person.resizes(40);
    person.types("int a_long_line_of_input = 1234567890 + 1;");
    person.sees_last(">> int a_long_line_of_input = 1234567890\n + 1;");
    person.types("\r");
    person.asks("a_long_line_of_input", "int 1234567891");
    person.leaves();
}

#[test]
fn a_new_line_where_none_is_needed_and_braces() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.types(&format!("1 +{ALT_ENTER}2"));
    person.sees_last(">> 1 +\n.. 2");
    person.asks("", "int 3");
    // The parser says what is finished: brackets in strings and comments do not count.
    person.asks("char *s = \"{(\"; /* { */", "");
    person.types("for (int i = 0; i < 2; i++) {\rif (i) {\rputs(\"one\");\r}\r}\r");
    person.sees("..     if (i) {\n..         puts(\"one\");\n..     }\n.. }\n");
    person.sees("\none\n>>");
    // An input that never ends is sent off by two empty lines.
    person.types("int f(\r\r\r");
    person.sees("error: expected");
    person.asks("1", "int 1");
    person.leaves();
}

#[test]
fn stopped_and_brought_back() {
    let scratch = Scratch::new();
    let environment = [("TERM", "xterm"), ("PS1", "shell> "), ("NO_COLOR", "1")];
    let shell = ["bash", "--norc", "--noprofile", "-i"];
    let mut person = Person::before(&scratch, &environment, &shell);
    person.sees_last("shell>");
    person.types(concat!(env!("CARGO_BIN_EXE_tine"), "\r"));
    person.sees_last("\n>>");
    person.asks("int x = 7;", "");
    // At the prompt.
    person.types(CTRL_Z);
    person.sees_last("shell>");
    person.types("fg\r");
    person.asks("x", "int 7");
    // While code runs: it is stopped, too, and goes on with tine.
    person.types("puts(\"runs\"); volatile long n = 0; for (;;) n++;\r");
    person.sees("\nruns");
    person.types(CTRL_Z);
    person.sees_last("shell>");
    person.types("fg\r");
    let name = env!("CARGO_BIN_EXE_tine");
    let back = |screen: &str| screen.ends_with(&format!("shell> fg\n{name}"));
    assert!(person.reads_until("fg", back));
    // The shell says so before it gives the terminal away; a key pressed meanwhile is its own.
    person.waits_for_work();
    person.types(CTRL_C);
    person.sees("session restored\n>>");
    person.asks("x + 1", "int 8");
    person.types(CTRL_D);
    person.sees_last("shell>");
    person.types("exit\r");
    assert!(!person.reads_until("the end", |_| false));
}

#[test]
fn handlers_at_the_end_have_the_terminal_and_can_be_interrupted() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.asks("void ask(void) { puts(\"asks\"); printf(\"[%d]\\n\", getchar()); }", "");
    person.asks("void endless(void) { puts(\"handler\"); for (volatile int i = 1; i;); }", "");
    person.asks("atexit(endless), atexit(ask)", "int 0");
    person.types(CTRL_D);
    person.sees("\nasks");
    person.types("A\r");
    person.sees("[65]\nhandler");
    person.types(CTRL_C);
    assert!(!person.reads_until("the end", |_| false));
}

#[test]
fn the_key_between_inputs_costs_nothing() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.asks("int x = 5;", "");
    person.types(":!echo asleep; exec sleep 100\r");
    person.sees("\nasleep");
    person.types(CTRL_C);
    person.sees("^C\nended by SIGINT\n>>");
    person.asks("x", "int 5");
    person.leaves();
    let mut person = Person::with(&scratch, &[("TERM", "dumb")]);
    person.types("int half");
    person.sees("int half");
    person.types(CTRL_C);
    person.sees("^C");
    person.types("6 * 7\r");
    person.sees("int 42\n>>");
    person.types(CTRL_D);
    person.reads_until("the end", |_| false);
}

/// Shell code that does an editor's work.
fn editor(scratch: &Scratch, code: &str) -> String {
    let path = scratch.path("editor.sh");
    std::fs::write(&path, code).unwrap();
    format!("sh {}", path.display())
}

#[test]
fn another_editor() {
    let scratch = Scratch::new();
    let editor = editor(&scratch, "sed -i 's/1/2/' \"$1\"");
    let mut person = Person::with(&scratch, &[("TERM", "xterm"), ("EDITOR", &editor)]);
    person.asks("int one(void) { return 1; }", "");
    person.asks("int other;", "");
    person.types(":edit one\r");
    person.sees("int one(void) { return 2; }");
    person.sees("redefined one\n>>");
    person.asks("one()", "int 2");
    // What came out of it is in the history.
    person.types(&format!("{UP}{UP}"));
    person.sees_last(">> int one(void) { return 2; }");
    person.types(CTRL_U);
    person.sees_last("\n>>");
    // What is typed can go there, too.
    person.types("100 + 1");
    person.types(&format!("{CTRL_X}{CTRL_E}"));
    person.sees_last(">> 200 + 1");
    person.asks("", "int 201");
    person.leaves();
}

#[test]
fn the_rc_file() {
    let scratch = Scratch::new();
    let home = scratch.path("");
    let mut person = Person::at(&scratch);
    person.asks("int v[5];", "");
    person.asks(":set elements 2", "");
    person.types(":set save\r");
    person.sees(".config/tine/rc.c\n>>");
    person.leaves();
    let rc = home.join(".config/tine/rc.c");
    assert_eq!(std::fs::read_to_string(&rc).unwrap(), ":set elements 2\n");
    let more = "#include <math.h>\nint twice(int n) {\n    return 2 * n;\n}\nint bad = ;\n:sett\n";
    std::fs::write(&rc, format!(":set elements 2\n{more}")).unwrap();
    let mut person = Person::at(&scratch);
    person.sees("(this was up to line 6 of");
    person.sees("unknown command :sett; did you mean :set?");
    person.asks("sqrt(twice(8))", "double 4");
    person.asks("(int[4]){1, 2, 3, 4}", "int[4] {1, 2, …}");
    person.leaves();
    let program = [env!("CARGO_BIN_EXE_tine"), "--no-rc"];
    let mut person = Person::before(&scratch, &[("TERM", "xterm")], &program);
    person.sees(">>");
    person.asks("(int[4]){1, 2, 3, 4}", "int[4] {1, 2, 3, 4}");
    person.leaves();
}

#[test]
fn signatures_are_hinted() {
    let scratch = Scratch::new();
    let mut person = Person::at(&scratch);
    person.asks("double area(double wide, double high) { return wide * high; }", "");
    person.types("area(2, ");
    person.sees_last(">> area(2,    double area(double, double)");
    person.asks("3)", "double 6");
    person.asks(":set hints off", "");
    person.types("area(4, 4)");
    person.sees_last(">> area(4, 4)");
    person.asks("", "double 16");
    person.leaves();
}
