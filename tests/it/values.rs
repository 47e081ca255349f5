//! What values look like: each row of `tests/values.txt` is typed into one session and must print
//! what it says; what it prints in braces is then typed again as an initialiser.

use crate::harness::{root, run_with_input, tine};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

struct Row<'a> {
    line: usize,
    expr: &'a str,
    text: &'a str,
    /// What is printed is an initialiser.
    again: bool,
}

/// Ends the answer to one row on standard output.
const END: &str = "(void)puts(\"\\x01\"), (void)fflush(stdout);\n";

#[test]
fn values() {
    let file = fs::read_to_string(root().join("tests/values.txt")).unwrap();
    let mut input = String::new();
    let mut rows = Vec::new();
    for (at, line) in file.lines().enumerate() {
        let row = [(" =>", true), (" ~>", false)]
            .iter()
            .find_map(|(mark, again)| line.split_once(mark).map(|(e, t)| (e, t.trim(), *again)));
        let Some((expr, text, again)) = row.filter(|_| !line.starts_with("//")) else {
            input.push_str(line);
            input.push('\n');
            continue;
        };
        input.push_str(&format!("{expr}\n{END}"));
        rows.push(Row { line: at + 1, expr, text, again });
    }
    assert!(rows.len() >= 150, "{} rows", rows.len());
    let again: Vec<(&Row<'_>, &str)> = rows
        .iter()
        .filter(|row| row.again)
        .filter_map(|row| Some((row, initialiser(row)?)))
        .collect();
    assert!(again.len() >= 50, "{} initialisers", again.len());
    for (row, initialiser) in &again {
        let expr = row.expr;
        input.push_str(&format!("typeof({expr}) again = {initialiser};\nagain\n"));
        if is_object(row) {
            input.push_str(&format!("memcmp(&again, &{expr}, sizeof again)\n"));
        }
        input.push_str(END);
    }
    let seen = run_with_input(tine().arg("-i"), &input);
    let mut answers = seen.stdout.split("\u{1}\n").map(|text| without_addresses(text.trim_end()));
    let mut wrong = Vec::new();
    for row in &rows {
        let answer = answers.next().unwrap_or_default();
        if answer != row.text {
            let Row { line, expr, text, .. } = row;
            wrong.push(format!("line {line}: {expr}\n  expected {text}\n  but got  {answer}"));
        }
    }
    for (row, _) in &again {
        let answer = answers.next().unwrap_or_default();
        let same = if is_object(row) { "\nint 0" } else { "" };
        if answer != format!("{}{same}", row.text) {
            let Row { line, expr, text, .. } = row;
            wrong.push(format!("line {line}: {expr} typed again\n  from {text}\n  gave {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), seen.stderr);
}

/// What is printed is typed again, all of it, and prints the same: with its type in front, with
/// what its pointers lead to behind them.
#[test]
fn printed_lines_are_inputs() {
    let file = fs::read_to_string(root().join("tests/values.txt")).unwrap();
    let mut child = tine().arg("-i").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut keys, out) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut out = BufReader::new(out);
    let mut ask = |input: &str| {
        keys.write_all(format!("{input}\n{END}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        out.read_until(1, &mut answer).unwrap();
        // What is behind the mark is its own line.
        let text = String::from_utf8(answer).unwrap();
        text.trim_matches(['\n', '\u{1}']).to_string()
    };
    let (mut wrong, mut n_asked) = (Vec::new(), 0);
    for line in file.lines() {
        let row = line.split_once(" =>").or_else(|| line.split_once(" ~>"));
        let Some((expr, _)) = row.filter(|_| !line.starts_with("//")) else {
            ask(line);
            continue;
        };
        let printed = ask(expr);
        // A type without a name cannot be written, nor what was cut short; two words may be the
        // beginning of a declaration; a complex constant has no negative zeros.
        let is_cut = printed.contains(['…', '\n']) && !printed.contains("0x");
        let is_begun = printed
            .split([' ', '*'])
            .all(|word| word.chars().all(|c| c == '_' || c.is_alphabetic()));
        let odd = ["struct {", "union {", "enum {", " {}", "_Complex", "__vector", "__va_list"];
        if printed.is_empty() || is_cut || is_begun || odd.iter().any(|odd| printed.contains(odd)) {
            continue;
        }
        n_asked += 1;
        let again = ask(&printed);
        if again != printed {
            wrong.push(format!("{expr}\n  printed {printed}\n  again   {again}"));
        }
    }
    drop(keys);
    child.wait().unwrap();
    assert!(n_asked >= 100, "{n_asked} values");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The braces or the literal a row ends in, where the whole value is one.
fn initialiser<'a>(row: &Row<'a>) -> Option<&'a str> {
    let start = row.text.find(['{', '"'])?;
    let is_pointer = row.text[..start].contains("0x");
    (!is_pointer && row.text.ends_with(['}', '"'])).then(|| &row.text[start..])
}

/// Its bytes can be compared (another literal has another address).
fn is_object(row: &Row<'_>) -> bool {
    let is_text = row.text.contains('"') && !row.text.contains("char[");
    !is_text && row.expr.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `0x55d0c0de` as `0x…`: where objects lie differs from run to run. Small ones are meant.
fn without_addresses(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("0x") {
        let digits = rest[at + 2..].bytes().take_while(u8::is_ascii_hexdigit).count();
        out.push_str(&rest[..at]);
        match digits {
            0..=4 => out.push_str(&rest[at..at + 2 + digits]),
            _ => out.push_str("0x…"),
        }
        rest = &rest[at + 2 + digits..];
    }
    out + rest
}
