//! The same text through gcc and through us: the tokens must be the same. Over our own torture
//! files, and over every system header gcc takes by itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use preproc::Preprocessor;
use preproc::options::{Options, Std};
use preproc::token::Tok;

/// Whether gcc is here; else says so, or fails where it must be.
fn gcc() -> bool {
    let found = Command::new("gcc").arg("--version").output().is_ok();
    if !found {
        assert!(std::env::var("TINE_REQUIRE_PEERS").is_err(), "gcc is required and missing");
        println!("SKIP: no gcc to compare with");
    }
    found
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// Spellings of the tokens of text that has been preprocessed.
fn spellings(text: &[u8], std: Std, gnu: bool) -> Vec<String> {
    let mut pp = Preprocessor::new(Options { std, gnu, ..Options::default() });
    // Nothing of it is a macro any more, but its words may be ours: __LINE__ in a header's text.
    let names: Vec<_> = pp.macro_names().map(|name| pp.names.text(name).to_owned()).collect();
    let undefine: String = names.iter().map(|name| format!("#undef {name}\n")).collect();
    pp.preprocess_text("undefine", &undefine);
    let file = pp.add_source("gcc", text.to_vec());
    let result = pp.preprocess(file);
    let tokens = result.tokens.iter();
    tokens
        .filter(|t| !matches!(t.kind, Tok::Eof | Tok::PragmaEnd))
        .map(|t| String::from_utf8_lossy(pp.names.bytes(t.text)).into_owned())
        .collect()
}

struct Compared {
    ours: Vec<String>,
    theirs: Vec<String>,
    gcc_failed: bool,
    our_errors: usize,
    gcc_errors: usize,
}

fn compare(file: &Path, mode: &str) -> Compared {
    let (std, gnu) = Std::parse(mode).expect("a standard");
    let output = Command::new("gcc")
        .args(["-E", "-P", "-fno-pie", "-w"])
        .arg(format!("-std={mode}"))
        .arg(file)
        .env("LC_ALL", "C")
        .env("SOURCE_DATE_EPOCH", "1000000000")
        .output()
        .expect("gcc runs");
    let mut pp = Preprocessor::new(Options { std, gnu, ..Options::default() });
    let text = std::fs::read(file).expect("a readable file");
    let source = pp.add_source(file.to_str().expect("a plain path"), text);
    let result = pp.preprocess(source);
    let ours = preproc::dump::source(&pp, &result.tokens);
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    Compared {
        ours: spellings(&ours, std, gnu),
        theirs: spellings(&output.stdout, std, gnu),
        gcc_failed: !output.status.success(),
        // An open quote is an error of gcc's compiler proper, which is not run here.
        our_errors: result
            .diags
            .iter()
            .filter(|d| d.is_error() && !d.message.starts_with("missing terminating"))
            .count(),
        gcc_errors: messages.lines().filter(|line| line.contains(": error:")).count(),
    }
}

/// Where the two part, with what stands around it.
fn difference(c: &Compared) -> Option<String> {
    let same = c.ours.iter().zip(&c.theirs).take_while(|(a, b)| a == b).count();
    if same == c.ours.len() && same == c.theirs.len() {
        return None;
    }
    let from = same.saturating_sub(6);
    let around =
        |tokens: &[String]| tokens[from.min(tokens.len())..(same + 6).min(tokens.len())].join(" ");
    Some(format!("token {same}\n  ours: {}\n  gcc:  {}", around(&c.ours), around(&c.theirs)))
}

#[test]
fn torture_files_come_out_as_gcc_has_them() {
    if !gcc() {
        return;
    }
    let mut failures = Vec::new();
    let mut files = 0;
    for entry in std::fs::read_dir(data("torture")).expect("torture files") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "c") {
            continue;
        }
        files += 1;
        for mode in ["gnu17", "c17", "gnu89"] {
            let compared = compare(&path, mode);
            let name = path.display();
            if let Some(difference) = difference(&compared) {
                failures.push(format!("{name} -std={mode}: {difference}"));
            }
            if compared.our_errors != compared.gcc_errors {
                failures.push(format!(
                    "{name} -std={mode}: {} errors, gcc has {}",
                    compared.our_errors, compared.gcc_errors
                ));
            }
        }
    }
    assert!(files > 0);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn system_headers_come_out_as_gcc_has_them() {
    if !gcc() {
        return;
    }
    let mut failures = Vec::new();
    let mut compared = 0;
    let dir = std::env::temp_dir().join(format!("tine-peers-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a directory");
    let mut headers: Vec<String> = Vec::new();
    for (folder, prefix) in [("/usr/include", ""), ("/usr/include/x86_64-linux-gnu/sys", "sys/")] {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let headers_here = names.filter(|name| name.ends_with(".h"));
        headers.extend(headers_here.map(|name| format!("{prefix}{name}")));
    }
    headers.sort();
    for header in headers {
        // Ours by design: the C library's own works through builtins of gcc's.
        if header == "tgmath.h" {
            continue;
        }
        let file = dir.join("one.c");
        std::fs::write(&file, format!("#include <{header}>\n")).expect("a file");
        let result = compare(&file, "gnu17");
        if result.gcc_failed {
            continue;
        }
        compared += 1;
        if let Some(difference) = difference(&result) {
            failures.push(format!("{header}: {difference}"));
        }
    }
    std::fs::remove_dir_all(dir).expect("removed");
    println!("{compared} headers compared");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
