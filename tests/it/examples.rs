//! Every example does what its own comments say: `//= line` of standard output (`//=` lines may be
//! the beginning of it where a script has more), `//< line` of standard input, `//! text` in
//! standard error, `// status: N`.

use crate::harness::{root, run_with_input, tine};
use crate::session::check_session;
use std::fs;

#[test]
fn scripts() {
    let mut n_scripts = 0;
    for entry in fs::read_dir(root().join("examples/scripts")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let marked = |mark: &str| -> String {
            let lines = text.lines().filter_map(|l| l.strip_prefix(mark));
            lines.map(|l| l.to_string() + "\n").collect()
        };
        let seen = run_with_input(tine().arg(&path), &marked("//< "));
        let expected = marked("//= ");
        assert!(!expected.is_empty(), "{} expects nothing", path.display());
        assert!(
            seen.stdout.starts_with(&expected) && seen.status == 0,
            "{}: expected\n{expected}got {seen:#?}",
            path.display()
        );
        n_scripts += 1;
    }
    assert!(n_scripts >= 3);
}

#[test]
fn sessions() {
    let mut failures = Vec::new();
    let mut n_sessions = 0;
    for entry in fs::read_dir(root().join("examples/sessions")).unwrap() {
        failures.extend(check_session(&entry.unwrap().path()));
        n_sessions += 1;
    }
    assert!(n_sessions >= 3);
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
