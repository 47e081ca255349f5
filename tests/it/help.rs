//! What tine says of itself: help for every way in, a man page that roff reads without a
//! complaint, and scripts that the shells complete with.

use crate::harness::{Scratch, run_limited, tine};
use crate::peers;
use std::process::Command;

fn said(args: &[&str]) -> String {
    let seen = run_limited(tine().args(args));
    assert!(seen.status == 0 && seen.stderr.is_empty(), "{args:?}: {seen:?}");
    seen.stdout
}

#[test]
fn help() {
    let all = said(&["--help"]);
    assert_eq!(all, said(&["help"]));
    for name in ["run", "eval", "cc"] {
        assert!(all.contains(&format!("tine {name} ")), "{all}");
        let one = said(&["help", name]);
        assert_eq!(one, said(&[name, "--help"]));
        assert!(one.starts_with(&format!("usage: tine {name}")) && one.contains("-std=STD"));
    }
    assert!(said(&["help", "run"]).contains("--timeout=SECONDS"));
    let seen = run_limited(tine().args(["help", "runn"]));
    assert_eq!(seen.status, 2);
    assert_eq!(seen.stderr, "tine: unknown command `runn`; did you mean `run`?\n");
}

#[test]
fn the_man_page_is_clean() {
    let scratch = Scratch::new();
    let page = scratch.path("tine.1");
    std::fs::write(&page, said(&["--man"])).unwrap();
    if peers::file("/usr/bin/groff", "groff-base").is_none() {
        return;
    }
    let mut groff = Command::new("groff");
    let seen = run_limited(groff.args(["-man", "-Tutf8", "-K", "utf8", "-ww", "-z"]).arg(&page));
    assert!(seen.status == 0 && seen.stderr.is_empty(), "{seen:?}");
    let mut groff = Command::new("groff");
    let seen = run_limited(groff.args(["-man", "-Tutf8", "-P-cbou", "-K", "utf8"]).arg(&page));
    for text in ["COMMANDS OF THE PROMPT", "--fail-fast", ":undo [N]", "exit(N) ends it with"] {
        assert!(seen.stdout.contains(text), "no {text:?} in\n{}", seen.stdout);
    }
}

/// What bash offers behind these words, the last one unfinished.
fn bash(scratch: &Scratch, words: &[&str]) -> String {
    let script = said(&["--completions", "bash"]);
    std::fs::write(scratch.path("tine.bash"), script).unwrap();
    let code = "source ./tine.bash; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _tine; \
                echo \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", code, "bash"]).args(words).current_dir(scratch.path(""));
    let seen = run_limited(&mut bash);
    assert!(seen.status == 0 && seen.stderr.is_empty(), "{seen:?}");
    seen.stdout.trim_end().to_string()
}

#[test]
fn bash_completes() {
    let scratch = Scratch::new();
    std::fs::write(scratch.path("hello.c"), "").unwrap();
    for (words, expected) in [
        (&["tine", "ru"][..], "run"),
        (&["tine", "hel"], "help hello.c"),
        (&["tine", "--fa"], "--fail-fast"),
        (&["tine", "run", "--st"], "--stats"),
        (&["tine", "run", "--ti"], "--timeout="),
        (&["tine", "run", "--executor", "=", "f"], "fork"),
        (&["tine", "run", "--executor", "="], "fork in-process"),
        (&["tine", "run", "he"], "hello.c"),
        (&["tine", "cc", "-fsy"], "-fsyntax-only"),
    ] {
        assert_eq!(bash(&scratch, words), expected, "{words:?}");
    }
}

#[test]
fn zsh_and_fish_complete() {
    let scratch = Scratch::new();
    let zsh_script = scratch.path("_tine");
    std::fs::write(&zsh_script, said(&["--completions=zsh"])).unwrap();
    if let Some(zsh) = peers::file("/usr/bin/zsh", "zsh") {
        let seen = run_limited(Command::new(zsh).arg("-n").arg(&zsh_script));
        assert!(seen.status == 0 && seen.stderr.is_empty(), "{seen:?}");
    }
    let fish_script = scratch.path("tine.fish");
    std::fs::write(&fish_script, said(&["--completions=fish"])).unwrap();
    if let Some(fish) = peers::file("/usr/bin/fish", "fish") {
        let code = format!("source {}; complete -C 'tine run --sta'", fish_script.display());
        let home = scratch.path("");
        let mut fish = Command::new(fish);
        let seen = run_limited(fish.args(["-c", &code]).env("HOME", home));
        assert_eq!(seen.stdout, "--stats\tsay what each phase cost, on stderr\n", "{seen:?}");
    }
}
