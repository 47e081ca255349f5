//! Debug information as gdb sees it. Each program of `tests/debug` is compiled by gcc and by
//! `tine cc -g`, linked by gcc, and gdb is given the same commands for both: what it answers must
//! be equal but for addresses. With optimisation, a value may be `<optimized out>`, and every value
//! that is shown must be the one gcc's unoptimised code has.
//!
//! `//gdb COMMAND` are the commands in order, `@N` the line of the N-th `// stop`.

use crate::harness::{Scratch, root, run_limited, run_within, tine};
use crate::peers;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const GDB: &str = "/usr/bin/gdb";
/// gdb reads the debug information of libc, which takes its time on a loaded machine.
const LIMIT: Duration = Duration::from_secs(60);

struct Case {
    source: PathBuf,
    commands: Vec<String>,
}

fn case(name: &str) -> Case {
    let source = root().join("tests/debug").join(name);
    let text = fs::read_to_string(&source).unwrap();
    let stops: Vec<usize> =
        (1..).zip(text.lines()).filter(|(_, l)| l.ends_with("// stop")).map(|(n, _)| n).collect();
    let commands = text.lines().filter_map(|line| line.strip_prefix("//gdb "));
    let commands = commands.map(|command| match command.split_once('@') {
        Some((before, rest)) if command.contains("break ") => {
            let (number, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            format!("{before}{} {rest}", stops[number.parse::<usize>().unwrap() - 1])
        }
        _ => command.to_string(),
    });
    Case { commands: commands.collect(), source }
}

/// What gdb answers, command by command.
fn answers(program: &Path, commands: &[String]) -> Vec<String> {
    let mut gdb = Command::new(GDB);
    gdb.args(["-nx", "-batch", "-ex", "set width 0", "-ex", "set confirm off"]);
    for command in commands {
        gdb.args(["-ex", "echo \\n<command>\\n", "-ex", command]);
    }
    gdb.arg(program).env("DEBUGINFOD_URLS", "").env("LC_ALL", "C");
    let seen = run_within(&mut gdb, "", LIMIT);
    assert!(seen.ended(), "{}", seen.stderr);
    seen.stdout.split("<command>\n").skip(1).map(plain).collect()
}

/// Without what may differ: addresses, and lines about them.
fn plain(answer: &str) -> String {
    let mut out = String::new();
    for line in answer.lines() {
        let noise = line.is_empty()
            || line.starts_with("Breakpoint ") && line.contains(" at 0x")
            || line.starts_with("Temporary breakpoint ") && line.contains(" at 0x")
            || line.contains("libthread_db")
            // The thunk of a function with variable arguments has no lines.
            || line.contains(" at 0x") && line.contains("frame at");
        if noise {
            continue;
        }
        let mut rest = line;
        while let Some(at) = rest.find("0x") {
            let digits = rest[at + 2..].find(|c: char| !c.is_ascii_hexdigit());
            let end = digits.map_or(rest.len(), |n| at + 2 + n);
            out.push_str(&rest[..at]);
            out.push_str("ADDRESS");
            rest = &rest[end..];
        }
        out.push_str(rest);
        out.push('\n');
    }
    // Whether a return address begins a line is the code generator's affair.
    out.replace("ADDRESS in ", "")
}

fn built(scratch: &Scratch, source: &Path, by: &str, flags: &[&str]) -> PathBuf {
    let program = scratch.path(by);
    let made = if by == "gcc" {
        Command::new("gcc").args(["-g", "-O0", "-w", "-o"]).arg(&program).arg(source).status()
    } else {
        let object = scratch.path(&format!("{by}.o"));
        let seen = run_limited(
            tine().args(["cc", "-c", "-w"]).args(flags).arg(source).arg("-o").arg(&object),
        );
        assert!(seen.status == 0, "{seen:?}");
        check_dwarf(&object);
        let linked = Command::new("gcc").arg("-o").arg(&program).arg(&object).status();
        check_dwarf(&program);
        linked
    };
    assert!(made.unwrap().success(), "{} by {by}", source.display());
    program
}

/// Other readers of debug information find nothing to complain about.
fn check_dwarf(file: &Path) {
    let dump = run_limited(Command::new("readelf").arg("--debug-dump").arg(file));
    let worrying = |line: &&str| {
        let line = line.to_lowercase();
        // The kind of relocation gcc uses for thread-local objects too.
        (line.contains("warning") || line.contains("error")) && !line.contains("reloc type")
    };
    let complaints: Vec<&str> = dump.stderr.lines().filter(worrying).collect();
    assert!(dump.status == 0 && complaints.is_empty(), "{}: {complaints:?}", file.display());
    let Some(tool) = ["llvm-dwarfdump", "llvm-dwarfdump-22", "llvm-dwarfdump-19"]
        .into_iter()
        .find(|name| Path::new("/usr/bin").join(name).exists())
    else {
        return peers::missing("llvm-dwarfdump is not here (Debian package llvm)");
    };
    let seen = run_limited(Command::new(tool).arg("--verify").arg(file));
    assert!(seen.status == 0, "{}: {}", file.display(), seen.stdout);
}

#[test]
fn gdb_sees_what_gcc_shows() {
    if peers::file(GDB, "gdb").is_none() {
        return;
    }
    for name in ["types.c", "scopes.c"] {
        let (case, scratch) = (case(name), Scratch::new());
        let expected = answers(&built(&scratch, &case.source, "gcc", &[]), &case.commands);
        let seen = answers(&built(&scratch, &case.source, "tine", &["-g"]), &case.commands);
        assert_eq!(seen.len(), case.commands.len(), "{name}: {seen:?}");
        for ((command, expected), seen) in case.commands.iter().zip(&expected).zip(&seen) {
            assert_eq!(seen, expected, "{name}: (gdb) {command}");
        }
    }
}

#[test]
fn optimised_code_shows_nothing_wrong() {
    if peers::file(GDB, "gdb").is_none() {
        return;
    }
    let (case, scratch) = (case("known.c"), Scratch::new());
    let expected = answers(&built(&scratch, &case.source, "gcc", &[]), &case.commands);
    let seen = answers(&built(&scratch, &case.source, "tine", &["-g", "-O1"]), &case.commands);
    assert_eq!(seen.len(), case.commands.len(), "{seen:?}");
    // Values that are not to be had get no number.
    let value = |answer: &str| answer.split_once(" = ").map(|(_, value)| value.to_string());
    let mut known = 0;
    let prints = case.commands.iter().zip(&expected).zip(&seen);
    let prints: Vec<_> = prints.filter(|((c, _), _)| c.starts_with("print ")).collect();
    for ((command, expected), seen) in &prints {
        let gone = seen.contains("optimized out") || seen.is_empty();
        assert!(gone || value(seen) == value(expected), "{command}: {seen} for {expected}");
        known += usize::from(!gone);
    }
    assert!(known * 2 > prints.len(), "only {known} of {} values are known", prints.len());
}
