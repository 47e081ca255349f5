//! Programs whose output shows that every kind of edge was carried out.

use crate::support::{Program, compile, folder};

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
    ];
    for (number, model) in models.iter().enumerate() {
        let name = format!("hello-{number}");
        check(&name, &[("hello.c", HELLO)], model, "one two 2\n1\n");
    }
}
