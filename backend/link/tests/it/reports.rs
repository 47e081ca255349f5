//! From an address back to the source, and the texts of the graph and the map.

use std::path::{Path, PathBuf};

use executor::addr::Addr;
use link::{External, Files, Image, Keep, Options, Plan};

use crate::support::{bases, check_golden, compile, folder, tool};

/// Links `paths` at the usual places; every external name lies far away.
fn with_image(paths: &[PathBuf], check: impl Fn(&Plan<'_>, &Image, &Files<Vec<u8>>)) {
    let files = Files::new();
    let read = |path: &Path| std::fs::read(path).map(|bytes| files.keep(path, bytes));
    let inputs: Vec<_> = paths.iter().map(|path| read(path).expect("a file")).collect();
    let options =
        Options { keep: Keep::Roots, entry: Some("main"), read_file: &read, ..Options::default() };
    let plan = link::plan(&inputs, &options).unwrap_or_else(|error| panic!("{error}"));
    let externals = vec![External::At(Addr(0x7fff_0000_1000)); plan.externals().len()];
    let image = plan.place(&bases(&plan), &externals, Some(-4096));
    check(&plan, &image.unwrap_or_else(|error| panic!("{error}")), &files);
}

const MAIN: &str = "int deep(int);
static int helper(int x)
{
    return deep(x) + 1;
}
int main(void)
{
    return helper(2);
}
";
const DEEP: &str = "static int unused(int x) { return x; }
int deep(int x)
{
    int *null = 0;
    return *null + x;
}
";

#[test]
fn addresses_have_functions_and_lines() {
    for (number, options) in [
        &["gcc", "-g"][..],
        &["gcc", "-g", "-ffunction-sections"],
        &["gcc", "-gdwarf-4"],
        &["clang-22", "-g"],
    ]
    .iter()
    .enumerate()
    {
        let folder = folder(&format!("lines-{number}"));
        let main = compile(&folder, "main.c", MAIN, options);
        let deep = compile(&folder, "deep.c", DEEP, options);
        let text = |path: &Path| path.to_str().expect("a path").to_owned();
        for kind in ["object", "archive", "thin"] {
            let archive = folder.join(format!("lib{kind}.a"));
            let flags = if kind == "thin" { "rcsT" } else { "rcs" };
            tool("ar", &[flags, &text(&archive), &text(&deep)]);
            let second = if kind == "object" { deep.clone() } else { archive };
            with_image(&[main.clone(), second], |_, image, files| {
                let read =
                    |path: &Path| std::fs::read(path).map(|bytes| files.keep(path, bytes).bytes);
                let deep = image.find("deep").expect("deep").address;
                // The load of *null is some bytes into the function.
                let line = (0..40)
                    .filter_map(|at| image.line_of(deep.plus(at), &read))
                    .find(|line| line.line == 5)
                    .expect("line 5");
                assert!(line.file.ends_with("/deep.c"), "{line:?}");
                let found = image.function_at(deep.plus(9), &read).expect("a function");
                assert_eq!((found.name.as_str(), found.offset), ("deep", 9));
                assert!(found.file.contains("deep.o"), "{found:?}");
                let main = image.find("main").expect("main").address;
                let helper = Addr(main.0 - 1);
                if *options == ["gcc", "-g"] {
                    assert_eq!(image.function_at(helper, &read).expect("it").name, "helper");
                }
                assert_eq!(image.function_at(Addr(4096), &read), None);
                assert_eq!(image.line_of(Addr(4096), &read), None);
            });
        }
    }
}

/// Assembled by hand, so that no compiler version changes the dump.
const GRAPH: &str = r#"
    .text
    .globl main, other
    .type main, @function
main:
    call puts@PLT
    mov table@GOTPCREL(%rip), %rax
    lea text(%rip), %rdi
    mov %fs:counter@TPOFF, %eax
    mov $__start_names, %ecx
    ret
    .size main, .-main
    .section .text.dead, "ax", @progbits
other:
    call main
    .section .rodata
text: .string "text"
    .data
    .balign 16
    .globl table
    .type table, @object
    .size table, 16
table: .quad main, text + 2
    .section .tbss, "awT", @nobits
    .balign 4
    .type counter, @object
counter: .zero 4
    .comm buffer, 24, 8
    .weak maybe
    .section names, "aw"
    .quad maybe, buffer, __start_names
    .section .init_array, "aw"
    .quad main
    .section .note.GNU-stack
"#;

#[test]
fn graph_and_map() {
    let folder = folder("graph");
    let object = compile(&folder, "graph.s", GRAPH, &["gcc"]);
    with_image(&[object], |plan, image, _| {
        let clean = |text: String| text.replace(&format!("{}/", folder.display()), "");
        check_golden("graph.txt", &clean(plan.graph_text()));
        check_golden("map.txt", &clean(plan.map_text(image)));
    });
}
