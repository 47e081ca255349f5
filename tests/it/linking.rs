//! Objects of `tine cc -c` under the system's linker: every mixture of halves compiled by gcc and
//! by tine, every kind of program, with nothing said by the linker; and what `tine cc` and
//! `tine run` answer to unusual command lines.

use crate::harness::{Scratch, run_limited, run_with_input, tine};
use std::fs;
use std::path::Path;
use std::process::Command;

const MAIN_HALF: &str = r#"#include <stdio.h>
extern int in_other; int other(int); int here = 5; static int own = 7;
const char *names[] = {"x", "y"};
_Thread_local int local = 3; extern _Thread_local int local_of_other;
struct P { double x, y; long z; };
struct P moved(struct P p, float f, long double l, int n, ...);
int (*pointer)(int) = other;
__attribute__((weak)) int weak(void) { return 1; }
__attribute__((constructor)) static void early(void) { printf("early %d\n", own); }
int back(int x) { static int calls; return x + own + ++calls; }
int main(void)
{
    struct P p = moved((struct P){1, 2, 3}, 2.5f, 3.5L, 2, 10, 20.5);
    int one = other(2), two = back(1), three = pointer(3);
    printf("%d %d %d %d %s\n", in_other, one, two, three, names[1]);
    printf("%d %d %g %g %ld %d\n", local, local_of_other, p.x, p.y, p.z, weak());
    return 3;
}
"#;

const OTHER_HALF: &str = r#"#include <stdarg.h>
extern int here; int back(int); int in_other = 9;
_Thread_local int local_of_other = 8;
int other(int x) { return here + back(x); }
int weak(void) { return 22; }
struct P { double x, y; long z; };
struct P moved(struct P p, float f, long double l, int n, ...)
{
    va_list a;
    va_start(a, n);
    p.x += f; p.y += l; p.z += va_arg(a, int); p.x += va_arg(a, double);
    va_end(a);
    return p;
}
"#;

const PRINTED: &str = "early 7\n9 15 10 18 y\n3 8 24 5.5 13 22\n";

fn object(by_tine: bool, source: &Path, out: &Path) {
    let mut command = if by_tine { tine() } else { Command::new("gcc") };
    command.args(if by_tine { ["cc", "-g"] } else { ["-fPIC", "-g"] });
    command.arg("-c").arg(source).arg("-o").arg(out);
    let seen = run_limited(&mut command);
    assert!(seen.status == 0 && seen.stderr.is_empty(), "{command:?}: {seen:#?}");
}

/// The linker's work, of which it has nothing to say.
fn linked(arguments: &[&str], inputs: &[&Path], out: &Path) {
    let mut gcc = Command::new("gcc");
    gcc.args(arguments).args(inputs).arg("-o").arg(out);
    let seen = run_limited(&mut gcc);
    assert!(seen.status == 0 && seen.stderr.is_empty(), "{gcc:?}: {seen:#?}");
}

#[test]
fn halves_under_the_systems_linker() {
    let scratch = Scratch::new();
    let (main_c, other_c) = (scratch.path("main.c"), scratch.path("other.c"));
    fs::write(&main_c, MAIN_HALF).unwrap();
    fs::write(&other_c, OTHER_HALF).unwrap();
    let (a, b, program) = (scratch.path("a.o"), scratch.path("b.o"), scratch.path("program"));
    for (first, second) in [(false, false), (false, true), (true, false), (true, true)] {
        object(first, &main_c, &a);
        object(second, &other_c, &b);
        for kind in [&["-pie"][..], &["-no-pie"], &["-static"], &["-Wl,-z,text,--fatal-warnings"]] {
            linked(kind, &[&a, &b], &program);
            let seen = run_limited(&mut Command::new(&program));
            assert_eq!(
                (seen.stdout.as_str(), seen.status),
                (PRINTED, 3),
                "{first} {second} {kind:?}"
            );
        }
        let (one, library) = (scratch.path("one.o"), scratch.path("libother.so"));
        linked(&["-r", "-nostdlib"], &[&a, &b], &one);
        linked(&[], &[&one], &program);
        assert_eq!(run_limited(&mut Command::new(&program)).stdout, PRINTED);
        // The program's weak definition comes before the library's.
        linked(&["-shared"], &[&b], &library);
        linked(&["-Wl,--export-dynamic"], &[&a, &library], &program);
        let seen = run_limited(&mut Command::new(&program));
        assert_eq!(seen.stdout, PRINTED.replace(" 22\n", " 1\n"), "{first} {second}: {seen:#?}");
        let seen = run_limited(tine().args(["run"]).arg(&a).arg(&other_c));
        assert_eq!((seen.stdout.as_str(), seen.status), (PRINTED, 3), "{first}");
    }
}

/// Command lines, the text on standard input, the status, and what standard error has in it.
const COMMAND_LINES: &[(&[&str], &str, i32, &str)] = &[
    (&["run", "-"], "int main(void) { return 4; }", 4, ""),
    (&["run", "-DX=5", "-"], "int main(void) { return X; }", 5, ""),
    (&["run", "-D", "F(x)=x+1", "-DX=F(5)", "-"], "int main(void) { return X; }", 6, ""),
    (&["run", "-DX=1", "-UX", "-"], "#ifdef X\n#error\n#endif\nint main() { return 7; }", 7, ""),
    (&["run", "-include", "stddef.h", "-"], "int main() { return sizeof(size_t); }", 8, ""),
    (&["run", "-include", "missing.h", "-"], "int main() {}", 1, "missing.h: No such file"),
    (&["run", "missing.c"], "", 1, "missing.c: No such file"),
    (&["run", "-std=c42", "-"], "int main() {}", 2, "`c42`"),
    (&["run", "-Zz", "-"], "int main() {}", 2, "unknown option"),
    (&["run"], "", 2, "at least one file"),
    (&["run", "-"], "int x;", 1, "no input defines main"),
    (&["run", "-Werror", "-"], "int main() { return \"a\"; }", 1, "error: returning 'char *'"),
    (&["run", "-w", "-"], "int main() { return !\"a\" + 9; }", 9, ""),
    (&["cc", "-c", "-"], "int f( {", 1, "error:"),
    (&["cc", "-"], "int x;", 2, "tine cc -c FILE.c"),
    (&["cc", "-c", "-", "-o", "/missing/x.o"], "int x;", 1, "/missing/x.o: No such file"),
];

#[test]
fn command_lines() {
    for (arguments, input, status, said) in COMMAND_LINES {
        let seen = run_with_input(tine().args(*arguments), input);
        assert_eq!(seen.status, *status, "{arguments:?}: {seen:#?}");
        assert!(seen.stderr.contains(said), "{arguments:?}: {seen:#?}");
        assert!(!said.is_empty() || seen.stderr.is_empty(), "{arguments:?}: {seen:#?}");
    }
}
