//! Messages, word for word. `data/messages.txt` holds texts and what is said of each in one-line
//! form; `data/pictures.txt` the same as pictures. `TINE_BLESS=1` writes what is said now.
//! Where gcc is here, it must reject exactly the texts we reject.

use std::path::{Path, PathBuf};
use std::process::Command;

use preproc::Preprocessor;
use preproc::options::{Options, Std};
use preproc::render::{self, Form};

const SAYS: &str = "--- says\n";
const NEXT: &str = "===\n";

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// The texts of a file, each with what shall be said of it.
fn cases(name: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(data(name)).expect("a file of cases");
    let cases = text.split(NEXT).map(|case| {
        let (text, says) = case.split_once(SAYS).expect("a case with its messages");
        (text.to_owned(), says.to_owned())
    });
    cases.collect()
}

fn said(text: &str, form: Form) -> (String, bool) {
    let mut pp = Preprocessor::new(Options { std: Std::C17, ..Options::default() });
    let result = pp.preprocess_text("t.c", text);
    let rejected = result.diags.iter().any(|diag| diag.is_error());
    (render::all(&pp.sources, &pp.names, &result.diags, form), rejected)
}

fn check(name: &str, form: Form) {
    let mut wrong = Vec::new();
    let mut now = Vec::new();
    for (text, says) in cases(name) {
        let (shown, _) = said(&text, form);
        if shown != says {
            wrong.push(format!("{text}says now:\n{shown}instead of:\n{says}"));
        }
        now.push(format!("{text}{SAYS}{shown}"));
    }
    if std::env::var("TINE_BLESS").is_ok() {
        std::fs::write(data(name), now.join(NEXT)).expect("written");
    } else {
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn messages_say_what_they_said() {
    check("messages.txt", Form::Lines);
}

#[test]
fn pictures_look_as_they_looked() {
    check("pictures.txt", Form::Picture { colors: false, width: 100 });
    let mut shown = Vec::new();
    for (text, _) in cases("messages.txt") {
        let (picture, _) = said(&text, Form::Picture { colors: false, width: 100 });
        shown.push(format!("{text}{SAYS}{picture}"));
    }
    let (shown, golden) = (shown.join(NEXT), data("messages-in-pictures.txt"));
    if std::env::var("TINE_BLESS").is_ok() {
        std::fs::write(&golden, &shown).expect("written");
    }
    let golden = std::fs::read_to_string(golden).unwrap_or_default();
    let differs = shown.lines().zip(golden.lines()).find(|(now, then)| now != then);
    assert!(shown == golden, "messages-in-pictures.txt: {differs:?}");
}

#[test]
fn gcc_rejects_what_we_reject() {
    if Command::new("gcc").arg("--version").output().is_err() {
        assert!(std::env::var("TINE_REQUIRE_PEERS").is_err(), "gcc is required and missing");
        println!("SKIP: no gcc to compare with");
        return;
    }
    let dir = std::env::temp_dir().join(format!("tine-messages-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a directory");
    let file = dir.join("t.c");
    let mut wrong = Vec::new();
    for (text, _) in cases("messages.txt") {
        std::fs::write(&file, &text).expect("a file");
        let gcc = Command::new("gcc").args(["-E", "-P", "-std=gnu17", "-w"]).arg(&file).output();
        let gcc_rejects = !gcc.expect("gcc runs").status.success();
        // An open quote is only an error to gcc's compiler proper, `push_macro` without a
        // string only to us a warning.
        let late = text.starts_with(['"', '\'']) || text.starts_with("#pragma push_macro");
        if gcc_rejects != said(&text, Form::Lines).1 && !late {
            wrong.push(format!("gcc rejects: {gcc_rejects}\n{text}"));
        }
    }
    std::fs::remove_dir_all(dir).expect("removed");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
