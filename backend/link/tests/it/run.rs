//! Programs whose output shows that every kind of edge was carried out.

use std::path::Path;

use executor::addr::Addr;
use link::{External, Files, Input, Keep, Kind, Options};

use crate::support::{Program, bases, compile, folder, have, tool};

/// Compiles the sources, links them, runs them.
fn check(name: &str, sources: &[(&str, &str)], compiler: &[&str], expected: &str) {
    let folder = folder(name);
    let files: Vec<_> =
        sources.iter().map(|(name, source)| compile(&folder, name, source, compiler)).collect();
    let ran = Program::new(&files).run(&[]);
    assert_eq!((ran.stdout.as_str(), ran.status), (expected, Some(0)), "{name}: {}", ran.stderr);
}

const HELLO: &str = r#"
    #include <stdio.h>
    static int table[] = {1, 2, 3};
    int *middle = &table[1];
    int counter;
    const char *const names[] = {"one", "two"};
    int (*print)(const char *, ...) = printf;
    int main(void) {
        counter += *middle;
        print("%s %s %d\n", names[0], names[1], counter);
        fprintf(stdout, "%d\n", print == printf);
        return 0;
    }
"#;

#[test]
fn every_code_model_says_hello() {
    let models: &[&[&str]] = &[
        &["gcc", "-fPIC"],
        &["gcc", "-fno-pic"],
        &["gcc", "-fpie", "-O2"],
        &["gcc", "-fPIC", "-O2", "-fno-plt"],
        &["gcc", "-fPIC", "-mcmodel=large"],
        &["gcc", "-fno-pic", "-mcmodel=large"],
        &["clang-22", "-O2"],
        &["clang-22", "-fno-pic", "-O1"],
        &["tcc"],
    ];
    check_all("hello", &[("hello.c", HELLO)], models, "one two 2\n1\n");
}

/// Compiles all sources with each compiler in turn; every one must print the same.
fn check_all(name: &str, sources: &[(&str, &str)], compilers: &[&[&str]], expected: &str) {
    for (number, compiler) in compilers.iter().enumerate() {
        if have(compiler[0]) {
            check(&format!("{name}-{number}"), sources, compiler, expected);
        }
    }
}

const TLS_A: &str = r#"
    #include <stdio.h>
    #include <pthread.h>
    _Thread_local int global = 7;
    static _Thread_local long local = 11, zeroed;
    extern _Thread_local int other;
    int *other_address(void);
    int main(void) {
        global += 1; local += 2; zeroed += 3; other += 4;
        printf("%d %ld %ld %d %d\n", global, local, zeroed, other, &other == other_address());
        return 0;
    }
"#;
const TLS_B: &str = r#"
    _Thread_local char pad = 1;
    _Thread_local int other = 30;
    int *other_address(void) { return &other; }
"#;

/// Where nothing is left below 2 GiB: position-independent code does not mind.
#[test]
fn far_from_everything() {
    let folder = folder("high");
    for compiler in [&["gcc", "-fPIC"][..], &["gcc", "-fPIE", "-O2"], &["clang-22", "-fPIC"]] {
        if !have(compiler[0]) {
            continue;
        }
        let weak = "#include <stdio.h>
            extern int absent(void) __attribute__((weak));
            extern int here(int) __attribute__((weak));
            int main(void) {
                if (absent) absent();
                return printf(\"%d %d\\n\", absent == 0, here(1)) < 0;
            }";
        let here = "static int twice(int x) { return 2 * x; }
            static void *pick(void) { return twice; }
            int here(int) __attribute__((ifunc(\"pick\")));";
        let files =
            [compile(&folder, "a.c", weak, compiler), compile(&folder, "b.c", here, compiler)];
        let ran = Program { shift: 0x2000_0000_0000, ..Program::new(&files) }.run(&[]);
        assert_eq!((ran.stdout.as_str(), ran.status), ("1 2\n", Some(0)), "{}", ran.stderr);
        let files = [compile(&folder, "hello.c", HELLO, compiler)];
        let ran = Program { shift: 0x2000_0000_0000, ..Program::new(&files) }.run(&[]);
        assert_eq!((ran.stdout.as_str(), ran.status), ("one two 2\n1\n", Some(0)));
    }
}

#[test]
fn what_is_kept() {
    let folder = folder("kept");
    let options = ["gcc", "-fPIC", "-ffunction-sections", "-fdata-sections"];
    let main = "static int used(void) { return 1; } int main(void) { return used(); }
        int visible(void) { return 2; } static int __attribute__((used)) table[] = {1};
        __attribute__((visibility(\"hidden\"))) int hidden(void) { return 3; }";
    let main = std::fs::read(compile(&folder, "main.c", main, &options)).expect("it");
    let member = compile(&folder, "member.c", "int member(void) { return 4; }", &options);
    let archive = folder.join("lib.a");
    let path = |path: &Path| path.to_str().expect("a path").to_owned();
    tool("ar", &["rcs", &path(&archive), &path(&member)]);
    let archive = std::fs::read(archive).expect("it");
    let inputs = [Input::new("main.o", &main), Input::new("lib.a", &archive)];
    let kept = |keep: Keep, roots: &[&str]| {
        let options = Options { keep, roots, entry: Some("main"), ..Options::default() };
        let plan = link::plan(&inputs, &options).unwrap_or_else(|error| panic!("{error}"));
        let image = plan.place(&bases(&plan), &[], None).unwrap_or_else(|error| panic!("{error}"));
        let mut names: Vec<_> = image.symbols.iter().map(|s| image.name(s).to_owned()).collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(kept(Keep::Roots, &[]), "main");
    assert_eq!(kept(Keep::Roots, &["hidden", "member", "nobody"]), "hidden main member");
    assert_eq!(kept(Keep::Exported, &[]), "main visible");
    assert_eq!(kept(Keep::Everything, &[]), "hidden main visible");
}

#[test]
fn thread_local_models() {
    let models: &[&[&str]] = &[
        &["gcc", "-fPIC"],
        &["gcc", "-fPIC", "-O2"],
        &["gcc", "-fPIC", "-O2", "-fno-plt"],
        &["gcc", "-fpie", "-O2"],
        &["gcc", "-fno-pic", "-O1"],
        &["gcc", "-fPIC", "-ftls-model=initial-exec"],
        &["gcc", "-fPIC", "-ftls-model=local-dynamic", "-O2"],
        &["gcc", "-fPIC", "-mtls-dialect=gnu2", "-O2"],
        &["clang-22", "-fPIC", "-O1"],
    ];
    let sources = [("a.c", TLS_A), ("b.c", TLS_B)];
    check_all("tls", &sources, models, "8 13 3 34 1\n");
}

const BOTH: &[&[&str]] = &[&["gcc", "-fPIC", "-O1"], &["gcc", "-fno-pic"], &["clang-22", "-fPIC"]];

#[test]
fn weak_common_and_absent_symbols() {
    let a = r#"
        #include <stdio.h>
        int shared_common;              // -fcommon: a tentative definition in both files
        __attribute__((weak)) int chosen(void) { return 1; }
        extern int absent(void) __attribute__((weak));
        extern int absent_data __attribute__((weak));
        int read_common(void);
        int main(void) {
            shared_common = 5;
            printf("%d %d %d %d\n", chosen(), absent == 0, &absent_data == 0, read_common());
            return 0;
        }
    "#;
    let b = r#"
        int shared_common;
        int chosen(void) { return 2; }
        int read_common(void) { return shared_common; }
    "#;
    let compilers: &[&[&str]] = &[&["gcc", "-fPIC", "-fcommon"], &["gcc", "-fno-pic", "-fcommon"]];
    check_all("weak", &[("a.c", a), ("b.c", b)], compilers, "2 1 1 5\n");
}

#[test]
fn initialisation_order() {
    let a = r#"
        #include <stdio.h>
        __attribute__((constructor(200))) static void second(void) { puts("200"); }
        __attribute__((constructor)) static void last(void) { puts("plain a"); }
        __attribute__((destructor)) static void end_first(void) { puts("fini plain"); }
        __attribute__((destructor(150))) static void end_last(void) { puts("fini 150"); }
        static void pre(void) { puts("preinit"); }
        __attribute__((section(".preinit_array"), used)) static void (*p)(void) = pre;
        int main(void) { puts("main"); return 0; }
    "#;
    let b = r#"
        #include <stdio.h>
        __attribute__((constructor(101))) static void first(void) { puts("101"); }
        __attribute__((constructor)) static void last(void) { puts("plain b"); }
        static void old1(void) { puts("ctors 1"); }
        static void old2(void) { puts("ctors 2"); }
        __attribute__((section(".ctors.65300"), used)) static void (*c[])(void) = {old1, old2};
    "#;
    let expected = "preinit\n101\n200\nctors 2\nctors 1\nplain a\nplain b\nmain\n\
                    fini plain\nfini 150\n";
    check_all("init", &[("a.c", a), ("b.c", b)], BOTH, expected);
}

#[test]
fn pieces_of_init_and_fini() {
    let a = r#"
        #include <stdio.h>
        void before(void) { puts("before"); }
        void after(void) { puts("after"); }
        __attribute__((constructor)) static void constructor(void) { puts("constructor"); }
        __attribute__((destructor)) static void destructor(void) { puts("destructor"); }
        __asm__(".section .init, \"ax\"\n .balign 16\n call before\n"
                ".section .fini, \"ax\"\n call after\n .text");
        int main(void) { return 0; }
    "#;
    let b = r#"
        #include <stdio.h>
        void second(void) { puts("second"); }
        __asm__(".section .init, \"ax\"\n .balign 8\n call second\n .text");
    "#;
    let expected = "before\nsecond\nconstructor\ndestructor\nafter\n";
    check_all("init-pieces", &[("a.c", a), ("b.c", b)], BOTH, expected);
}

#[test]
fn framed_sections_and_linker_symbols() {
    let a = r#"
        #include <stdio.h>
        __attribute__((section("table"), used)) static long a[2] = {1, 2};
        extern long __start_table[], __stop_table[];
        extern char __start_nowhere[] __attribute__((weak));
        extern char _end[], _edata[], _etext[], __bss_start[];
        extern void *__dso_handle;
        static int zero[4];
        int main(void) {
            long sum = 0;
            for (long *at = __start_table; at < __stop_table; at++) sum += *at;
            int in = (char *)&zero >= __bss_start && (char *)&zero < _end;
            printf("%ld %d %d %d\n", sum, __start_nowhere == 0, in,
                   __dso_handle == &__dso_handle);
            return _edata > _end || (char *)main > _etext;
        }
    "#;
    let b = r#"__attribute__((section("table"), used)) static long b[3] = {3, 4, 5};"#;
    check_all("frames", &[("a.c", a), ("b.c", b)], BOTH, "15 1 1 1\n");
}

#[test]
fn ifuncs() {
    let a = r#"
        #include <stdio.h>
        static int fast(int x) { return x * 2; }
        static int (*choose(void))(int) { return fast; }
        int global(int) __attribute__((ifunc("choose")));
        static int local(int) __attribute__((ifunc("choose")));
        int (*pointer)(int) = global;
        int elsewhere(int);
        int main(void) {
            printf("%d %d %d %d\n", global(1), local(2), pointer(3), elsewhere(4));
            printf("%d\n", pointer == global);
            return 0;
        }
    "#;
    let b = "int global(int); int elsewhere(int x) { return global(x); }";
    check_all("ifunc", &[("a.c", a), ("b.c", b)], BOTH, "2 4 6 8\n1\n");
}

#[test]
fn library_data_has_one_address() {
    let a = r#"
        #include <stdio.h>
        #include <unistd.h>
        extern char **environ, **__environ;
        FILE **other_stdout(void);
        int main(void) {
            fprintf(stdout, "%d %d\n", &stdout == other_stdout(), environ == __environ);
            return 0;
        }
    "#;
    let b = "#include <stdio.h>\nFILE **other_stdout(void) { return &stdout; }";
    let folder = folder("library-data");
    let files = [
        compile(&folder, "a.c", a, &["gcc", "-fno-pic"]),
        compile(&folder, "b.c", b, &["gcc", "-fPIC"]),
    ];
    let ran = Program::new(&files).run(&[]);
    assert_eq!((ran.stdout.as_str(), ran.status), ("1 1\n", Some(0)), "{}", ran.stderr);
}

#[test]
fn functions_of_libraries_have_one_address() {
    let a = r#"
        #include <stdio.h>
        int (*other_puts(void))(const char *);
        int main(void) { return printf("%d\n", puts == other_puts()) < 0; }
    "#;
    let b = "#include <stdio.h>\nint (*other_puts(void))(const char *) { return puts; }";
    let folder = folder("library-functions");
    for (one, other) in [("-fno-pic", "-fPIC"), ("-fPIC", "-fno-pic"), ("-fno-pic", "-fno-pic")] {
        let files = [
            compile(&folder, "a.c", a, &["gcc", one]),
            compile(&folder, "b.c", b, &["gcc", other]),
        ];
        let ran = Program::new(&files).run(&[]);
        assert_eq!((ran.stdout.as_str(), ran.status), ("1\n", Some(0)), "{}", ran.stderr);
    }
}

#[test]
fn libraries_are_opened_as_needed() {
    let folder = folder("as-needed");
    let main = compile(
        &folder,
        "main.c",
        "double cos(double); int main(int n, char **v) { return (int)cos(n); }",
        &["gcc", "-fPIC", "-fno-builtin"],
    );
    let script = folder.join("libscript.so");
    let text = "INPUT ( /lib/x86_64-linux-gnu/libz.so.1 AS_NEEDED (\
                /lib/x86_64-linux-gnu/libm.so.6 /lib/x86_64-linux-gnu/libexpat.so.1 ) )";
    std::fs::write(&script, text).expect("the script");
    let files = Files::new();
    let read = |path: &Path| std::fs::read(path).map(|bytes| files.keep(path, bytes));
    let options = Options { read_file: &read, ..Options::default() };
    let inputs = [read(&main).expect("main"), read(&script).expect("the script")];
    let plan = link::plan(&inputs, &options).unwrap_or_else(|error| panic!("{error}"));
    let needed: Vec<_> = plan.libraries().iter().map(|library| library.needed).collect();
    assert_eq!(needed, [true, true, false]);
    let cos = plan.externals().iter().find(|external| external.name == b"cos").expect("cos");
    assert_eq!((cos.library, cos.kind), (Some(1), Kind::Ifunc));
}

#[test]
fn libraries_expect_names_of_the_program() {
    let folder = folder("expected");
    let path = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
    let plug = "int core(void); int host(void); int plug(void) { return core() + host(); }";
    std::fs::write(folder.join("plug.c"), plug).expect("the source");
    tool("gcc", &["-shared", "-fPIC", "-o", &path("libplug.so"), &path("plug.c")]);
    let options = ["gcc", "-fPIC", "-ffunction-sections"];
    let main = "int plug(void); int host(void) { return 1; } int main(void) { return plug(); }";
    let main = compile(&folder, "main.c", main, &options);
    compile(&folder, "core.c", "int core(void) { return 2; }", &options);
    tool("ar", &["rcs", &path("libcore.a"), &path("core.o")]);
    let read = |path: &Path| std::fs::read(path).expect("a file");
    let (main, plug, core) =
        (read(&main), read(&folder.join("libplug.so")), read(&folder.join("libcore.a")));
    let (main, plug, core) = (
        Input::new("main.o", &main),
        Input::new("libplug.so", &plug),
        Input::new("libcore.a", &core),
    );
    for inputs in [[main, plug, core], [main, core, plug]] {
        let options = Options { keep: Keep::Roots, entry: Some("main"), ..Options::default() };
        let plan = link::plan(&inputs, &options).unwrap_or_else(|error| panic!("{error}"));
        let externals = [External::At(Addr(0x7fff_0000_0000))];
        let image = plan.place(&bases(&plan), &externals, None);
        let image = image.unwrap_or_else(|error| panic!("{error}"));
        assert!(image.find("core").is_some() && image.find("host").is_some());
    }
}

#[test]
fn more_sections_than_sixteen_bits() {
    let mut source = String::from(".text\n.globl main\nmain: xor %eax, %eax\n");
    for number in 0..70_000 {
        source += &format!(".section .text.f{number}, \"ax\"\nf{number}: add $1, %eax\n ret\n");
    }
    source += ".globl last\nlast: add $41, %eax\n ret\n.text\n call f69999\n call f1\n\
               call last\n ret\n.section .note.GNU-stack\n";
    let folder = folder("many-sections");
    let object = compile(&folder, "many.s", &source, &["gcc"]);
    let ran = Program::new(&[object]).run(&[]);
    assert_eq!(ran.status, Some(43), "{}", ran.stderr);
}

#[test]
fn exceptions_cross_frames() {
    let a = r#"
        #include <cstdio>
        #include <stdexcept>
        #include <string>
        #include <vector>
        #include <iostream>
        struct Noisy { ~Noisy() { std::puts("unwound"); } };
        int thrower(int);
        template <class T> T twice(T x) { static T calls = 0; calls += x; return calls * 2; }
        int elsewhere(int);
        struct Early { Early() { std::puts("constructed"); } ~Early() { std::puts("gone"); } };
        static Early early;
        thread_local std::string text = "thread text";
        int main() {
            try { Noisy noisy; thrower(1); }
            catch (const std::runtime_error &error) { std::puts(error.what()); }
            std::vector<std::string> words = {"a", "b"};
            std::cout << words[1] << ' ' << twice(2) + elsewhere(3) << ' ' << text << std::endl;
            return 0;
        }
    "#;
    let b = r#"
        #include <stdexcept>
        int thrower(int x) { if (x) throw std::runtime_error("thrown"); return 0; }
        template <class T> T twice(T x) { static T calls = 0; calls += x; return calls * 2; }
        int elsewhere(int x) { return twice(x); }
    "#;
    let expected = "constructed\nunwound\nthrown\nb 14 thread text\ngone\n";
    for (number, options) in [
        &["g++", "-fPIC"][..],
        &["g++", "-fno-pic", "-O2"],
        &["g++", "-O2", "-ffunction-sections", "-fdata-sections"],
        &["clang++-22", "-fPIC", "-O1"],
    ]
    .iter()
    .enumerate()
    {
        if !have(options[0]) {
            continue;
        }
        let folder = folder(&format!("exceptions-{number}"));
        let files = [compile(&folder, "a.cc", a, options), compile(&folder, "b.cc", b, options)];
        let mut program = Program::new(&files);
        program.libraries.extend([
            "/lib/x86_64-linux-gnu/libstdc++.so.6",
            "/lib/x86_64-linux-gnu/libgcc_s.so.1",
        ]);
        let ran = program.run(&[]);
        let got = (ran.stdout.as_str(), ran.status);
        assert_eq!(got, (expected, Some(0)), "{options:?}: {}", ran.stderr);
    }
}

#[test]
fn small_relocations() {
    // 8 and 16 bits wide, sizes, 64-bit distances, and a table reached through the GOT's base.
    let a = r#"
        .globl numbers, small, wide
        .set small, 0x7f
        .set wide, 0xfff0
        .data
        .balign 8
    numbers:
        .byte small
        .byte 0
        .short wide
        .long object@SIZE
        .quad object@SIZE + 1
        .quad object - .
        .quad _GLOBAL_OFFSET_TABLE_ - .
        .quad object@GOTOFF
        .long object@GOT
        .long object@GOTPCREL
        .globl object
        .type object, @object
        .size object, 12
    object: .long 1, 2, 3
        .section .note.GNU-stack
    "#;
    let main = r#"
        #include <stdio.h>
        extern unsigned char numbers[]; extern int object[3];
        #define AT(type, offset) (*(type *)(numbers + offset))
        int main(void) {
            char *got = (char *)numbers + 24 + AT(long, 24);
            printf("%d %d %d %ld %d %d %d %d\n", AT(char, 0), AT(unsigned short, 2), AT(int, 4),
                AT(long, 8), (char *)object == (char *)numbers + 16 + AT(long, 16),
                (char *)object == got + AT(long, 32),
                object == *(int **)(got + AT(int, 40)),
                object == *(int **)((char *)numbers + 44 + AT(int, 44)));
            return 0;
        }
    "#;
    let folder = folder("small-relocations");
    let files =
        [compile(&folder, "a.s", a, &["gcc"]), compile(&folder, "main.c", main, &["gcc", "-fPIC"])];
    let ran = Program::new(&files).run(&[]);
    let expected = "127 65520 12 13 1 1 1 1\n";
    assert_eq!((ran.stdout.as_str(), ran.status), (expected, Some(0)), "{}", ran.stderr);
}

#[test]
fn archives_give_what_is_needed() {
    let folder = folder("archives");
    let main = compile(
        &folder,
        "main.c",
        "#include <stdio.h>\nint one(void); int main(void) { printf(\"%d\\n\", one()); }",
        &["gcc"],
    );
    let one = compile(&folder, "one.c", "int two(void); int one(void) { return two(); }", &["gcc"]);
    let two = compile(&folder, "two.c", "int two(void) { return 2; }", &["gcc"]);
    // Never needed, and it would not link.
    let bad =
        compile(&folder, "bad.c", "int gone(void); int bad(void) { return gone(); }", &["gcc"]);
    let path = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
    let text = |path: &std::path::PathBuf| path.to_str().expect("a path").to_owned();
    tool("ar", &["rcs", &path("libone.a"), &text(&one), &text(&bad)]);
    tool("ar", &["rcsT", &path("libtwo.a"), &text(&two), &text(&bad)]);
    tool("ar", &["rcS", &path("libplain.a"), &text(&one), &text(&two)]);
    std::fs::write(
        folder.join("libscript.so"),
        "/* a script */ OUTPUT_FORMAT(elf64-x86-64) GROUP ( libone.a AS_NEEDED ( -ltwo ) )",
    )
    .expect("the script");
    let archive = |name: &str| folder.join(name);
    for files in [
        vec![main.clone(), archive("libone.a"), archive("libtwo.a")],
        vec![archive("libtwo.a"), archive("libone.a"), main.clone()],
        vec![main.clone(), archive("libscript.so")],
        vec![main.clone(), archive("libplain.a")],
        vec![main.clone(), one, two],
    ] {
        let ran = Program::new(&files).run(&[]);
        assert_eq!((ran.stdout.as_str(), ran.status), ("2\n", Some(0)), "{}", ran.stderr);
    }
    let mut program = Program::new(&[main, archive("libplain.a")]);
    program.whole = true;
    assert_eq!(program.run(&[]).stdout, "2\n");
}
