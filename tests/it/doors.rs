//! The ways in beside the prompt: piped sessions, programs that drive one, scripts. Line by line
//! what the manual promises of them.

use crate::harness::{Scratch, root, run_limited, run_with_input, tine};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A session on a pipe that is answered line by line.
pub(crate) struct Driven {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Driven {
    pub(crate) fn start(args: &[&str]) -> Driven {
        let mut child = tine()
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Driven { child, to, from: BufReader::new(from) }
    }

    /// What is typed, and the one line that answers it.
    pub(crate) fn ask(&mut self, input: &str) -> String {
        self.say(input);
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        line.trim_end().to_string()
    }

    pub(crate) fn say(&mut self, input: &str) {
        self.to.write_all(input.as_bytes()).unwrap();
    }

    /// What Ctrl-C comes to where there is no terminal.
    pub(crate) fn interrupt(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }

    /// Closes its input: the status and what it said.
    pub(crate) fn end(self) -> (i32, String) {
        let Driven { mut child, to, from } = self;
        drop((to, from));
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (child.wait().unwrap().code().unwrap_or(-1), said)
    }
}

#[test]
fn an_input_is_answered_as_soon_as_it_is_complete() {
    let mut driven = Driven::start(&[]);
    assert_eq!(driven.ask("1 + 1\n"), "int 2");
    driven.say("int f(int x)\n{\n    return x +\n");
    assert_eq!(driven.ask("1; }\nf(4)\n"), "int 5");
    // Output of the program and values come in the order they were made.
    assert_eq!(driven.ask("#include <stdio.h>\nprintf(\"out\\n\")\n"), "out");
    assert_eq!(driven.ask(""), "int 4");
    assert_eq!(driven.end().0, 0);
}

#[test]
fn values_and_messages_have_their_streams() {
    let seen = run_with_input(&mut tine(), "3\nnonsense\nint *p = 0; *p = 1;\n4\n");
    assert_eq!((seen.stdout.as_str(), seen.status), ("int 3\nint 4\n", 1));
    // One line each, as gcc has it: nobody sees this on a terminal.
    let first = seen.stderr.lines().next().unwrap();
    assert_eq!(first, "input 2:1:1: error: 'nonsense' undeclared");
    assert!(seen.stderr.contains("crash: SIGSEGV, write to a null pointer"), "{seen:#?}");
    // One mistake, one error.
    let seen = run_with_input(&mut tine(), "puts(\"no end);\n");
    assert_eq!(seen.stderr.matches("error:").count(), 1, "{seen:#?}");
}

#[test]
fn statuses_of_piped_sessions() {
    for (args, input, stdout, status) in [
        (&[][..], "1\n", "int 1\n", 0),
        (&[], "", "", 0),
        (&[], "\n  \n", "", 0),
        (&[], "1", "int 1\n", 0),
        (&[], "1\nx\n2\n", "int 1\nint 2\n", 1),
        (&["-e"], "1\nx\n2\n", "int 1\n", 1),
        (&["--fail-fast"], "1\n*(int *)0\n2\n", "int 1\n", 1),
        (&["-e"], "1\n2\n", "int 1\nint 2\n", 0),
        (&[], "1\nexit(7);\n2\n", "int 1\n", 7),
        (&["-e"], "exit(7);\n2\n", "", 7),
        (&[], "x\nexit(0);\n2\n", "", 0),
        (&["-i"], "1\nexit(7);\n2\n", "int 1\nint 2\n", 0),
        (&["-i"], "x\n*(int *)0\n2\n", "int 2\n", 0),
        (&["-i", "-e"], "x\n2\n", "", 1),
        (&[], "_exit(7);\n2\n", "int 2\n", 1),
        (&[], "1\n:quit\n2\n", "int 1\n", 0),
        (&[], "int f(void) {\n", "", 1),
        (&["-i"], "int f(void) {\n", "", 0),
        (&[], ":nonsense\n2\n", "int 2\n", 1),
    ] {
        let seen = run_with_input(tine().args(args), input);
        let got = (seen.stdout.as_str(), seen.status);
        assert_eq!(got, (stdout, status), "{args:?} {input:?}: {}", seen.stderr);
    }
}

/// Atexit handlers run and buffers are written out before the session ends.
#[test]
fn an_exit_is_a_whole_one() {
    let input = "#include <stdlib.h>\n#include <stdio.h>\nvoid bye(void) { puts(\"bye\"); }\n\
                 atexit(bye);\nprintf(\"last words \"); exit(3);\n1\n";
    let seen = run_with_input(&mut tine(), input);
    assert_eq!((seen.stdout.as_str(), seen.status), ("last words bye\n", 3));
    let seen = run_with_input(tine().arg("-i"), input);
    // The session goes on as if nothing had been, and ends in its turn.
    assert_eq!(seen.stdout, "last words bye\nint 1\nbye\n");
    assert!(seen.stderr.contains("called exit(3)"), "{seen:#?}");
}

/// An `else` that is there already belongs to the `if` before it.
#[test]
fn an_else_on_the_next_line() {
    let input = "int x = 0;\nif (x) x = 1;\nelse x = 2;\nx\nif (x) {\n    x = 3;\n}\n\n  else {\n\
                 x = 4; }\nx\nif (x)\n  x = 5;\nelse if (0)\n  x = 6;\nelse\n  x = 7;\nx\n\
                 int elsewhere = 8; if (x) x = 9;\nelsewhere\n";
    let seen = run_with_input(&mut tine(), input);
    let expected = "int 2\nint 3\nint 5\nint 8\n";
    assert_eq!((seen.stdout.as_str(), seen.status), (expected, 0), "{}", seen.stderr);
    // Typed by hand there is nothing to wait for.
    let mut driven = Driven::start(&[]);
    assert_eq!(driven.ask("int y = 1; if (y) y = 2;\ny\n"), "int 2");
    assert_eq!(driven.end().0, 0);
}

#[test]
fn an_interrupt_ends_the_running_input() {
    let mut driven = Driven::start(&[]);
    assert_eq!(driven.ask("int x = 1; x\n"), "int 1");
    let input = "#include <stdio.h>\nx = 2; puts(\"running\"); fflush(stdout); for (;;) ;\n";
    assert_eq!(driven.ask(input), "running");
    driven.interrupt();
    assert_eq!(driven.ask("x\n"), "int 1");
    let (status, said) = driven.end();
    assert!(status == 1 && said.contains("^C interrupted after"), "{status} {said}");
}

fn script(scratch: &Scratch, text: &str) -> std::path::PathBuf {
    let path = scratch.path("script");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// By its first line alone, as the system runs it.
fn by_itself(path: &Path, args: &[&str]) -> Command {
    let folder = Path::new(env!("CARGO_BIN_EXE_tine")).parent().unwrap();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&paths));
    let mut command = Command::new(path);
    command.args(args).env("PATH", std::env::join_paths(all).unwrap());
    command
}

#[test]
fn a_script_runs_by_itself() {
    let scratch = Scratch::new();
    let text = "#!/usr/bin/env tine\n#include <stdio.h>\n#include <stdlib.h>\n\
        int n = atoi(\"6\");\n\
        if (n > 100)\n    puts(\"large\");\nelse\n    puts(\"small\");\n\
        int twice(int x) { return 2 * x; }\n\
        n = twice(n);\n\
        for (int i = 0; i < 2; i++) printf(\"%d \", n + i);\n\
        int main(int argc, char **argv)\n\
        {\n    printf(\"%d %s\\n\", argc, argv[argc - 1]);\n    return n;\n}\n\
        puts(\"before main\");\n";
    let path = script(&scratch, text);
    let seen = run_limited(&mut by_itself(&path, &["one", "two words"]));
    let expected = "small\n12 13 before main\n3 two words\n";
    assert_eq!((seen.stdout.as_str(), seen.status), (expected, 12), "{}", seen.stderr);
}

/// A script's arguments, where it declares nothing by their names; a standard file has none.
#[test]
fn a_script_sees_its_arguments() {
    let scratch = Scratch::new();
    let start = "#!/usr/bin/env tine\n#include <stdio.h>\n";
    for (text, stdout, status, said) in [
        ("for (int i = 1; i < argc; i++) printf(\"[%s]\", argv[i]);\n", "[one][two words]", 0, ""),
        ("int n = argc;\nprintf(\"%d %d\", n, argv[argc] == 0);\n", "3 1", 0, ""),
        ("int last(void) { return argv[argc - 1][0]; }\nprintf(\"%c\", last());\n", "t", 0, ""),
        (
            "printf(\"%d \", argc--);\nint main(int argc, char **argv) {\n\
             printf(\"%d %s\", argc, argv[1]); return argc; }\n",
            "3 3 one",
            3,
            "",
        ),
        ("int argc = 7;\nprintf(\"%d %s\", argc, argv[1]);\n", "7 one", 0, ""),
        ("typedef char argv;\nargv c = 'x';\nputchar(c);\n", "x", 0, ""),
        ("#define argc 12\nprintf(\"%d\", argc);\n", "12", 0, ""),
        ("printf(\"%d \", argc);\nint argc = 8;\nprintf(\"%d\", argc);\n", "3 8", 0, ""),
        (
            "int f(void) { return argc; }\nint main(void) { return f(); }\n",
            "",
            1,
            "script:3:22: error: 'argc' undeclared",
        ),
        ("int f(void) { return argv(1); }\nf();\n", "", 1, "'argv'"),
    ] {
        let path = script(&scratch, &format!("{start}{text}"));
        for mut command in [by_itself(&path, &[]), {
            let mut run = tine();
            run.args(["run", "-g", "-O1"]).arg(path.with_extension("c")).arg("--");
            run
        }] {
            std::fs::copy(&path, path.with_extension("c")).unwrap();
            let seen = run_limited(command.args(["one", "two words"]));
            assert_eq!((seen.stdout.as_str(), seen.status), (stdout, status), "{text}: {seen:#?}");
            let said = said.trim_start_matches("script");
            assert!(seen.stderr.contains(said), "{text}: {seen:#?}");
        }
    }
    // With options of its own, under a name that says nothing.
    let text = "#!/usr/bin/env -S tine run -DN=5\n#include <stdio.h>\n\
                printf(\"%d %d\\n\", N, argc);\n";
    let path = script(&scratch, text);
    let seen = run_limited(&mut by_itself(&path, &["--", "x"]));
    assert_eq!((seen.stdout.as_str(), seen.status), ("5 2\n", 0), "{seen:#?}");
    // A file of its own for each, and none at the prompt.
    let (a, b) = (scratch.path("a.c"), scratch.path("b.c"));
    std::fs::write(&a, "#include <stdio.h>\nargc = 9;\nprintf(\"%d \", argc);\n").unwrap();
    std::fs::write(&b, "#include <stdio.h>\nprintf(\"%d %s\\n\", argc, argv[1]);\n").unwrap();
    let seen = run_limited(tine().arg("run").args([&a, &b]).args(["--", "x"]));
    assert_eq!((seen.stdout.as_str(), seen.status), ("9 2 x\n", 0), "{seen:#?}");
    let seen = run_with_input(&mut tine(), "argc\n");
    assert!(seen.stderr.contains("'argc' undeclared"), "{seen:#?}");
}

#[test]
fn statuses_of_programs_and_scripts() {
    let scratch = Scratch::new();
    for (text, status, said) in [
        ("int main(void) { return 300; }\n", 44, ""),
        ("int x = 1;\n", 1, "no input defines main"),
        ("#include <stdlib.h>\nexit(9);\n", 9, ""),
        ("#include <stdlib.h>\nabort();\n", 134, "SIGABRT"),
        ("*(volatile int *)0 = 1;\n", 139, "write to a null pointer"),
        ("#include <signal.h>\nraise(SIGTERM);\n", 143, "SIGTERM"),
        ("int x = y;\n", 1, "script:1:9: error: 'y' undeclared"),
        ("#include <stdio.h>\nprintf(\"%d\\n\", 2.5);\n", 0, "warning: "),
        ("int main(void) { printf(\"x\"); }\n", 1, "#include <stdio.h>"),
    ] {
        let path = script(&scratch, text);
        let seen = run_limited(tine().arg(&path));
        assert_eq!(seen.status, status, "{text}: {seen:#?}");
        assert!(seen.stderr.contains(said), "{text}: {seen:#?}");
    }
    let seen = run_limited(tine().arg("run").arg("/nonexistent.c"));
    assert!(seen.status == 1 && seen.stderr.contains("/nonexistent.c"), "{seen:#?}");
    assert_eq!(run_limited(tine().arg("run")).status, 2);
    assert_eq!(run_limited(tine().arg("--nonsense")).status, 2);
}

#[test]
fn limits_of_programs() {
    let scratch = Scratch::new();
    let path = scratch.path("limits.c");
    std::fs::write(
        &path,
        "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\
         int main(int argc, char **argv) {\n\
           if (argc > 1) for (;;) ;\n\
           int n = 0;\n\
           for (char *p; n < 512 && (p = malloc(1 << 20)); n++) p[0] = 1;\n\
           puts(n == 512 ? \"all\" : \"refused\");\n}\n",
    )
    .unwrap();
    let free = run_limited(tine().arg("run").arg(&path));
    assert_eq!((free.stdout.as_str(), free.status), ("all\n", 0), "{free:#?}");
    let bound = run_limited(tine().args(["run", "--max-memory=64M"]).arg(&path));
    assert_eq!((bound.stdout.as_str(), bound.status), ("refused\n", 0), "{bound:#?}");
    let globals = scratch.path("globals.c");
    // The runtime takes its own memory in pieces of up to 32 MiB.
    for (mib, said) in [(100, "100 MiB\n"), (300, ""), (1900, "")] {
        let size = format!("char all[{mib}u << 20];\n");
        let main = "int main(void) { all[9] = 1; printf(\"%zu MiB\\n\", sizeof all >> 20); }\n";
        std::fs::write(&globals, format!("#include <stdio.h>\n{size}{main}")).unwrap();
        let seen = run_limited(tine().args(["run", "--max-memory=256M"]).arg(&globals));
        let refused =
            seen.status == 1 && seen.stderr.contains("the memory limit of 268435456 bytes");
        assert_eq!((seen.stdout.as_str(), refused), (said, said.is_empty()), "{seen:#?}");
    }
    let late = run_limited(tine().args(["run", "--timeout=0.2"]).arg(&path).args(["--", "loop"]));
    assert!(late.status == 124 && late.stderr.contains("time limit"), "{late:#?}");
}

/// A limit of output: a beginning of what is written is passed on, then the program ends; below
/// it nothing is different, and a reader that goes away is noticed.
#[test]
fn limited_output() {
    let scratch = Scratch::new();
    let path = scratch.path("output.c");
    std::fs::write(
        &path,
        "#include <signal.h>\n#include <stdio.h>\n\
         int main(int argc, char **argv) {\n\
           signal(SIGXFSZ, SIG_IGN);\n\
           for (int n = 0; argc < 2 || n < 3; n++) printf(\"line %d\\n\", n), fflush(stdout);\n\
           fputs(\"done\\n\", stderr);\n  return 7;\n}\n",
    )
    .unwrap();
    let run = |limit: &str, args: &[&str]| {
        let limit = format!("--max-output={limit}");
        run_limited(tine().args(["run", &limit]).arg(&path).arg("--").args(args))
    };
    let endless = run("1K", &[]);
    assert_eq!((endless.stdout.len(), endless.status), (1024, 153), "{endless:#?}");
    assert!(endless.stdout.starts_with("line 0\nline 1\n"), "{endless:#?}");
    assert_eq!(endless.stderr, "tine: the program wrote more than 1024 bytes; it was ended\n");
    for limit in ["26", "1G"] {
        let seen = run(limit, &["short"]);
        assert_eq!(seen.stdout, "line 0\nline 1\nline 2\n", "{seen:#?}");
        assert_eq!((seen.stderr.as_str(), seen.status), ("done\n", 7), "{seen:#?}");
    }
    let one_less = run("25", &["short"]);
    assert!(one_less.status == 153 && one_less.stderr.starts_with("donetine: "), "{one_less:#?}");
    let mut piped = tine();
    piped.args(["run", "--max-output=1G"]).arg(&path).stdout(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdout.take().unwrap().read_exact(&mut [0; 7]).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(141), "nobody reads any more");
    for limit in ["--max-output=1K", "--max-memory=1G"] {
        let refused = run_limited(tine().args(["run", limit, "--executor=in-process"]).arg(&path));
        assert!(refused.status == 2 && refused.stderr.contains("--executor=fork"), "{refused:#?}");
    }
}

/// `tine -` takes all of standard input for one file.
#[test]
fn a_program_from_a_pipe() {
    let text =
        "#include <stdio.h>\nif (argc > 1) printf(\"%s\\n\", argv[1]);\nelse puts(\"none\");\n";
    let seen = run_with_input(tine().args(["-", "word"]), text);
    assert_eq!((seen.stdout.as_str(), seen.status), ("word\n", 0), "{seen:#?}");
    let seen = run_with_input(tine().arg("-"), "int main(void) { return 7; }");
    assert_eq!((seen.stderr.as_str(), seen.status), ("", 7), "{seen:#?}");
}

/// Every script of the examples says by its first line that it is one.
#[test]
fn the_examples_run_by_themselves() {
    let mut n_scripts = 0;
    for entry in std::fs::read_dir(root().join("examples/scripts")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("#!/usr/bin/env tine\n"), "{}", path.display());
        assert!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o111 != 0,
            "{} cannot be executed",
            path.display()
        );
        n_scripts += 1;
    }
    assert!(n_scripts >= 3);
}

/// `tine cc` with these options and this text: its status, and what it says.
fn cc(options: &[&str], text: &str) -> (i32, String) {
    let scratch = Scratch::new();
    let (source, object) = (scratch.path("options.c"), scratch.path("options.o"));
    std::fs::write(&source, text).unwrap();
    let mut command = tine();
    command.arg("cc").args(options).arg("-o").arg(object).arg(source);
    let seen = run_limited(&mut command);
    (seen.status, seen.stderr)
}

#[test]
fn options_that_builds_pass_are_taken() {
    let plain = "int main(void) { return 0; }";
    let linker = ["-c", "-lm", "-l", "m", "-L/tmp", "-L", "/tmp", "-Wl,-z,now", "-shared", "-pie"];
    let hints = ["-c", "--param", "a=1", "--param=b=2", "-fno-wrapv", "-ffloat-store", "-ftracer"];
    for options in [&linker[..], &hints] {
        assert_eq!(cc(options, plain), (0, String::new()), "{options:?}");
    }
    for options in [["-c", "-gdwarf-4"], ["-c", "-fexceptions"]] {
        let (status, said) = cc(&options, plain);
        assert!(status == 0 && said.contains(options[1]), "{options:?}: {said}");
    }
    let names = "int asm = 1, typeof = 2;";
    assert_eq!(cc(&["-c", "-std=gnu17", "-fno-asm"], names).0, 0);
    assert_ne!(cc(&["-c", "-std=gnu17"], names).0, 0);
    let undeclared = "int main(void) { return nowhere(1); }";
    assert_eq!(cc(&["-c", "-fpermissive"], undeclared).0, 0);
    assert_ne!(cc(&["-c"], undeclared).0, 0);
    let macros = "#if !defined __SSE4_1__ || defined __SSE4_2__\n#error\n#endif\nint x;";
    assert_eq!(cc(&["-c", "-msse4.1"], macros).0, 0);
    let handed = "#if FROM != 1\n#error\n#endif\nint x;";
    assert_eq!(cc(&["-c", "-x", "c", "-Wp,-DFROM=1", "-malign-data=abi"], handed).0, 0);
    assert_ne!(cc(&["-c", "-xc++"], plain).0, 0);
    // Checking makes no code: what only code generation refuses is not said.
    let large = "void f(void) { volatile char a[1ul << 40]; a[0] = 1; }";
    assert_eq!(cc(&["-fsyntax-only"], large), (0, String::new()));
    assert_ne!(cc(&["-c"], large).0, 0);
}

/// The preprocessor's options as the kernel's builds hand them on, and a source that is piped in.
#[test]
fn dependencies_through_the_preprocessor() {
    let scratch = Scratch::new();
    let (rule, object) = (scratch.path("rule.d"), scratch.path("piped.o"));
    let handed = format!("-Wp,-MMD,{}", rule.display());
    let mut command = tine();
    command.args(["cc", "-c", "-xc", &handed, "-o"]).arg(&object).arg("-");
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"int piped = 1;\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert!(std::fs::read(&object).unwrap().starts_with(b"\x7fELF"));
    let rule = std::fs::read_to_string(rule).unwrap();
    assert!(rule.starts_with(&format!("{}:", object.display())), "{rule}");
}

/// `asm` at file scope is part of the object that `tine cc` makes.
#[test]
fn asm_at_file_scope_is_in_the_object() {
    let scratch = Scratch::new();
    let (source, object) = (scratch.path("both.c"), scratch.path("both.o"));
    let text = "asm(\".text\\n.globl twice\\ntwice: leal (%rdi,%rdi), %eax\\n ret\\n\");\n\
                extern int twice(int);\nint seen = 1;\nint main(void) { return twice(21) - 42; }\n";
    std::fs::write(&source, text).unwrap();
    let mut command = tine();
    let made = run_limited(command.args(["cc", "-c", "-o"]).arg(&object).arg(&source));
    assert_eq!((made.status, made.stderr.as_str()), (0, ""));
    let program = scratch.path("both");
    let linked = Command::new("gcc").arg(&object).arg("-o").arg(&program).status();
    match linked {
        Ok(status) => {
            assert!(status.success());
            assert_eq!(run_limited(&mut Command::new(program)).status, 0);
        }
        Err(_) => crate::peers::missing("gcc is not there to link an object"),
    }
}
