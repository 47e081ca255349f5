//! A session: macros that live on, inputs that are taken back, texts that are not finished,
//! headers read once, limits with messages.

use std::fs;
use std::path::PathBuf;

use preproc::options::{CommandMacro, Limits, Options, Std};
use preproc::render::{self, Form};
use preproc::{Preprocessor, Unfinished};

fn session() -> Preprocessor {
    Preprocessor::new(Options::default())
}

/// The text's tokens with single spaces; its messages behind `!`.
fn run(pp: &mut Preprocessor, text: &str) -> String {
    let result = pp.preprocess_text("input", text);
    let mut words: Vec<&str> = result.tokens.iter().map(|t| pp.names.text(t.text)).collect();
    words.pop();
    let messages: Vec<&str> = result.diags.iter().map(|d| d.message.as_str()).collect();
    let mut shown = words.join(" ");
    if !messages.is_empty() {
        shown = format!("{shown} ! {}", messages.join(" ! ")).trim().to_owned();
    }
    shown
}

/// A directory of headers for one test.
fn headers(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("tine-preproc-{}-{test}", std::process::id()));
    fs::create_dir_all(&dir).expect("a directory for headers");
    for (name, text) in files {
        fs::write(dir.join(name), text).expect("a header");
    }
    dir
}

fn with_dir(dir: &std::path::Path) -> Preprocessor {
    let include_dirs = vec![dir.to_str().expect("a plain path").to_owned()];
    Preprocessor::new(Options { include_dirs, ..Options::default() })
}

#[test]
fn macros_live_from_input_to_input() {
    let mut pp = session();
    assert_eq!(run(&mut pp, "#define twice(x) x x"), "");
    assert_eq!(run(&mut pp, "twice(1) __COUNTER__"), "1 1 0");
    assert_eq!(run(&mut pp, "#undef twice\ntwice(2) __COUNTER__"), "twice ( 2 ) 1");
}

#[test]
fn an_input_taken_back_leaves_no_trace() {
    let mut pp = session();
    run(&mut pp, "#define a 1\n#define b 2\n#pragma push_macro(\"a\")");
    let mark = pp.mark();
    let names = pp.names.len();
    let text = "#define a 3\n#undef b\n#define c d e\n#pragma GCC poison evil\n\
                #pragma pop_macro(\"a\")\n#define f(x) x\nf(a) __COUNTER__ fresh_name";
    assert_eq!(run(&mut pp, text), "1 0 fresh_name ! \"a\" redefined");
    pp.rollback(mark);
    assert_eq!(pp.names.len(), names);
    assert!(pp.names.get("fresh_name").is_none());
    assert_eq!(run(&mut pp, "a b c evil f(1) __COUNTER__"), "1 2 c evil f ( 1 ) 0");
    assert_eq!(run(&mut pp, "#define a 9\n#pragma pop_macro(\"a\")\na"), "1 ! \"a\" redefined");
}

#[test]
fn unfinished_texts_say_what_they_wait_for() {
    let table = [
        ("int x; /* comment", Some(Unfinished::Comment)),
        ("#define f(x) \\\n", Some(Unfinished::Splice)),
        ("#define f(x) \\", Some(Unfinished::Splice)),
        ("\"abc\\\n", Some(Unfinished::Splice)),
        ("#if 1\nint x;", Some(Unfinished::Conditional)),
        ("#ifdef NOPE\nint x;", Some(Unfinished::Conditional)),
        ("#if 0\n#if 1\n#endif", Some(Unfinished::Conditional)),
        ("#define f(x) x\nf(1, ", Some(Unfinished::MacroCall)),
        ("#define f(x) x\nf((1)", Some(Unfinished::MacroCall)),
        ("R\"x( not closed )\"", Some(Unfinished::String)),
        ("int x; /* comment */", None),
        ("#define f(x) x\nf", None),
        ("\"not closed", None),
        ("#if 1\n#endif\n", None),
        ("// comment", None),
    ];
    for (text, wanted) in table {
        let mut pp = session();
        let got = pp.preprocess_text("input", text).unfinished;
        assert_eq!(got, wanted, "{text:?}");
        assert_eq!(run(&mut pp, "ok"), "ok", "after {text:?}");
    }
}

#[test]
fn guarded_headers_are_read_once() {
    let dir = headers(
        "guards",
        &[
            ("guard.h", "/* a comment */\n#ifndef GUARD_H\n#define GUARD_H\nguarded\n#endif\n"),
            ("once.h", "#pragma once\nonce\n"),
            ("not.h", "#ifndef NOT_H\n#define NOT_H\nnot\n#else\nagain\n#endif\n"),
            ("tail.h", "#ifndef TAIL_H\n#define TAIL_H\n#endif\ntail\n"),
            ("defined.h", "#if !defined(DEFINED_H)\n#define DEFINED_H\ndefined_h\n#endif\n"),
        ],
    );
    let mut pp = with_dir(&dir);
    let all = "#include <guard.h>\n#include <once.h>\n#include <not.h>\n#include <tail.h>\n\
               #include <defined.h>\n";
    assert_eq!(run(&mut pp, all), "guarded once not tail defined_h");
    let mark = pp.mark();
    assert_eq!(run(&mut pp, all), "again tail");
    assert_eq!(run(&mut pp, "#undef GUARD_H\n#include <guard.h>\n"), "guarded");
    pp.rollback(mark);
    assert_eq!(run(&mut pp, all), "again tail");
    fs::remove_dir_all(dir).expect("removed");
}

#[test]
fn a_header_edited_between_inputs_is_read_again() {
    let dir = headers("edited", &[("user.h", "first\n")]);
    let mut pp = with_dir(&dir);
    assert_eq!(run(&mut pp, "#include <user.h>\n"), "first");
    fs::write(dir.join("user.h"), "second version\n").expect("a header");
    assert_eq!(run(&mut pp, "#include <user.h>\n"), "second version");
    fs::remove_dir_all(dir).expect("removed");
}

#[test]
fn includes_are_found_where_they_should_be() {
    let dir = headers(
        "search",
        &[
            ("a.h", "outer\n#include_next <a.h>\n"),
            ("self.h", "#include \"beside.h\"\n"),
            ("beside.h", "beside __INCLUDE_LEVEL__\n"),
            ("deep.h", "#include \"deep.h\"\n"),
            ("imported.h", "imported\n"),
            ("data.bin", "AB"),
            ("empty.bin", ""),
        ],
    );
    let next = dir.join("next");
    fs::create_dir_all(&next).expect("a directory");
    fs::write(next.join("a.h"), "inner\n").expect("a header");
    let paths = [&dir, &next].map(|dir| dir.to_str().expect("a plain path").to_owned());
    let mut pp = Preprocessor::new(Options { include_dirs: paths.into(), ..Options::default() });
    assert_eq!(run(&mut pp, "#include <a.h>\n"), "outer inner");
    assert_eq!(run(&mut pp, "#include <self.h>\n"), "beside 2");
    assert_eq!(run(&mut pp, "#import <imported.h>\n#import <imported.h>\n"), "imported");
    assert_eq!(
        run(&mut pp, "#if __has_include(<a.h>) && !__has_include(<b.h>)\nyes\n#endif\n"),
        "yes"
    );
    let deep = run(&mut pp, "#include <deep.h>\n");
    assert!(deep.contains("#include nested depth 200"), "{deep}");
    let missing = run(&mut pp, "#include <beside.hh>\nafter");
    assert_eq!(missing, "! beside.hh: No such file or directory");
    let embed = "#embed <data.bin> prefix(x,) suffix(,y) limit(1)\n#embed <empty.bin> if_empty(z)";
    let result = pp.preprocess_text("input", embed);
    let text = String::from_utf8(preproc::dump::source(&pp, &result.tokens)).expect("text");
    assert_eq!(text.split_whitespace().collect::<String>(), "x,65,yz");
    let has = "__has_embed(<data.bin>) __has_embed(<empty.bin>) __has_embed(<nope>)";
    let text = format!(
        "#if {} == 1 && {} == 2 && {} == 0\nyes\n#endif",
        has.split(' ').next().expect("one"),
        has.split(' ').nth(1).expect("two"),
        has.split(' ').nth(2).expect("three")
    );
    assert_eq!(run(&mut pp, &text), "yes");
    fs::remove_dir_all(dir).expect("removed");
}

#[test]
fn limits_have_messages() {
    let limits = Limits { expanded_tokens: 1000, ..Options::default().limits };
    let mut pp = Preprocessor::new(Options { limits, ..Options::default() });
    let mut text = String::from("#define a0 x x\n");
    for i in 1..30 {
        text.push_str(&format!("#define a{i} a{0} a{0}\n", i - 1));
    }
    let bomb = run(&mut pp, &format!("{text}a29"));
    assert!(bomb.ends_with("! macro expansions make more than 1000 tokens"), "{bomb}");
    assert_eq!(run(&mut pp, "a1"), "x x x x");

    let mut pp = session();
    let depth = 100_000;
    let text = format!("#define f(x) x\n{}1{}", "f(".repeat(depth), ")".repeat(depth));
    let nested = run(&mut pp, &text);
    assert!(nested.ends_with("! macro arguments have more than 10000000 tokens in all"));
    let text = format!("#define f(x) x\n{}1{}", "f(".repeat(500), ")".repeat(500));
    let nested = run(&mut pp, &text);
    assert!(nested.ends_with("! macro calls are nested more than 400 deep"));

    let text = format!("#if {}1{}\n#endif", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(run(&mut pp, &text), "! #if expression nested more than 500 deep");
    let text = format!("#if {}1\n#endif", "!".repeat(depth));
    assert_eq!(run(&mut pp, &text), "! #if expression nested more than 500 deep");
    let text = "#if 1\n".repeat(depth);
    assert!(run(&mut pp, &text).starts_with("! #if nested more than 20000 deep"));
    let text = format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(pp.preprocess_text("input", &text).diags.len(), 0);
}

#[test]
fn very_long_lines_and_odd_bytes_are_read() {
    let mut pp = session();
    let line = "x ".repeat(5_000_000);
    assert_eq!(pp.preprocess_text("input", &line).tokens.len(), 5_000_001);
    let file = pp.add_source("input", b"a\0b \"\xff\xfe\" /* \xff */ \xff c".to_vec());
    let result = pp.preprocess(file);
    let kinds: Vec<String> = result.tokens.iter().map(|t| format!("{:?}", t.kind)).collect();
    assert_eq!(kinds.join(" "), "Ident Ident Str Unknown Ident Eof");
    assert_eq!(pp.names.bytes(result.tokens[2].text), b"\"\xff\xfe\"");
    assert_eq!(result.diags[0].message, "null character(s) ignored");
}

#[test]
fn the_command_line_defines() {
    let define = |text: &str| CommandMacro::Define(text.into());
    let macros = vec![
        define("A"),
        define("B=two words"),
        define("F(x)=x+x"),
        define("GONE=1"),
        CommandMacro::Undefine("GONE".into()),
        CommandMacro::Undefine("__linux__".into()),
    ];
    let mut pp = Preprocessor::new(Options { macros, ..Options::default() });
    assert_eq!(run(&mut pp, "A B F(3) GONE __linux__"), "1 two words 3 + 3 GONE __linux__");
}

#[test]
fn standards_differ() {
    let in_mode = |mode: &str, text: &str| {
        let (std, gnu) = Std::parse(mode).expect("a standard");
        run(&mut Preprocessor::new(Options { std, gnu, ..Options::default() }), text)
    };
    assert_eq!(in_mode("c99", "??( __STDC_VERSION__ linux"), "[ 199901L linux");
    assert_eq!(in_mode("gnu99", "??( linux"), "? ? ( 1");
    assert_eq!(in_mode("c89", "a //b\n"), "a / / b");
    assert_eq!(in_mode("gnu89", "__STDC_VERSION__"), "__STDC_VERSION__");
    assert_eq!(in_mode("gnu89", "u8\"x\" u'x'"), "u8 \"x\" u 'x'");
    assert_eq!(in_mode("gnu17", "1'2' __STRICT_ANSI__"), "1 '2' __STRICT_ANSI__");
    assert_eq!(in_mode("c23", "1'2 __STRICT_ANSI__ __STDC_VERSION__"), "1'2 1 202311L");
    assert_eq!(in_mode("gnu23", "#if true\nyes\n#elifdef x\n#endif"), "yes");
    assert_eq!(in_mode("iso9899:199409", "__STDC_VERSION__ <: x"), "199409L <: x");
}

#[test]
fn places_lead_through_macros_and_includes() {
    let dir = headers("places", &[("m.h", "#define inner(x) (x + oops)\nint from_header;\n")]);
    let mut pp = with_dir(&dir);
    let text = "#include <m.h>\n#define outer(y) inner(y)\nint v =\n  outer(arg);\n";
    let result = pp.preprocess_text("input 12", text);
    let find = |word: &str| {
        *result.tokens.iter().find(|t| pp.names.text(t.text) == word).expect("a token")
    };
    let place = |loc| {
        let place = pp.sources.place(loc).expect("a place");
        format!(
            "{}:{}:{}",
            place.file.rsplit('/').next().expect("a name"),
            place.line,
            place.column
        )
    };
    let oops = find("oops");
    assert_eq!(place(oops.loc), "input 12:4:3");
    assert_eq!(place(pp.sources.spelling(oops.loc)), "m.h:1:23");
    let from = pp.sources.expanded_from(oops.loc).expect("expanded");
    assert_eq!(pp.names.text(from.name), "inner");
    assert_eq!(place(pp.sources.spelling(from.call.start)), "input 12:2:18");
    assert_eq!(place(pp.sources.spelling(find("arg").loc)), "input 12:4:9");
    let header = find("from_header");
    assert_eq!(place(header.loc), "m.h:2:5");
    assert_eq!(place(pp.sources.include_stack(header.loc)[0]), "input 12:1:2");
    let diag =
        preproc::diag::Diagnostic::error(preproc::source::Span::at(oops.loc), "'oops' undeclared");
    let lines = render::all(&pp.sources, &pp.names, &[diag], Form::Lines);
    let shown = lines.replace(dir.to_str().expect("a plain path"), "DIR");
    assert_eq!(
        shown,
        "In file included from input 12:1:\n\
         DIR/m.h:1:23: error: 'oops' undeclared\n\
         input 12:2:18: note: in expansion of macro 'inner'\n\
         input 12:4:3: note: in expansion of macro 'outer'\n"
    );
    fs::remove_dir_all(dir).expect("removed");
}

#[test]
fn line_directives_and_markers_move_places() {
    let mut pp = session();
    let text = "#line 100 \"other.c\"\n__LINE__ __FILE__\n# 7 \"third.c\" 3\n__LINE__ __FILE__\n";
    assert_eq!(run(&mut pp, text), "100 \"other.c\" 7 \"third.c\"");
    let result = pp.preprocess_text("input 3", "x\n#line 50\ny");
    let place = pp.sources.place(result.tokens[1].loc).expect("a place");
    assert_eq!((place.file, place.line, place.column), ("input 3", 50, 1));
}

#[test]
fn definitions_read_back() {
    let table = [
        "#define A",
        "#define A b + c",
        "#define F() x",
        "#define F(a, b) a ## b #a (a)",
        "#define F(x...) f(x, ## x)",
        "#define F(a, ...) f(a __VA_OPT__(, x ## y) ## a) #__VA_OPT__(z)",
        "#define F(...) [__VA_ARGS__]",
    ];
    for text in table {
        let mut pp = session();
        assert_eq!(run(&mut pp, text), "");
        let name = pp.names.get(&text[8..9]).expect("a name");
        let shown = preproc::dump::definition(&pp, name).expect("a macro");
        assert_eq!(shown, text);
        assert_eq!(run(&mut pp, &shown), "", "the same definition again");
    }
    let pp = session();
    let line = pp.names.get("__LINE__").expect("a name");
    assert!(pp.is_macro(line) && preproc::dump::definition(&pp, line).is_none());
}

#[test]
fn preprocessed_text_keeps_its_system_headers() {
    let mut pp = session();
    let text = "# 1 \"a.h\" 1 3\nint quiet;\n# 5 \"a.c\" 2\nint loud;\n";
    let result = pp.preprocess_text("a.i", text);
    let system: Vec<bool> =
        result.tokens.iter().map(|t| pp.sources.in_system_header(t.loc)).collect();
    assert_eq!(system[..6], [true, true, true, false, false, false]);
}

#[test]
fn what_is_included_by_order_comes_first() {
    let dir = headers("forced", &[("first.h", "first\n#define SECOND second\n")]);
    let include_dirs = vec![dir.to_str().expect("a plain path").to_owned()];
    let includes = vec!["first.h".to_owned()];
    let mut pp = Preprocessor::new(Options { include_dirs, includes, ..Options::default() });
    assert_eq!(run(&mut pp, "SECOND"), "first second");
    assert_eq!(run(&mut pp, "SECOND"), "second");
    let includes = vec!["none.h".to_owned()];
    let mut pp = Preprocessor::new(Options { includes, ..Options::default() });
    assert_eq!(run(&mut pp, "x"), "x ! none.h: No such file or directory");
    fs::remove_dir_all(dir).expect("removed");
}
