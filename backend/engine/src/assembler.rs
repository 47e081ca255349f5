//! The system's assembler: AT&T text in, an ELF object out. Asked only for what the lowering's own
//! encoder does not know.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) fn assemble(text: &str) -> Result<Vec<u8>, String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("tine-as-{}-{n}.o", std::process::id());
    // `as` seeks in what it writes, so it gets a file.
    let out = std::env::temp_dir().join(name);
    let made = run(text, &out);
    let bytes = std::fs::read(&out);
    let _ = std::fs::remove_file(&out);
    made?;
    bytes.map_err(|why| format!("the assembler left no object: {why}"))
}

/// One relocatable object made of two, by the system's linker.
pub(crate) fn joined(first: &[u8], second: &[u8]) -> Result<Vec<u8>, String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir();
    let path = |part| folder.join(format!("tine-ld-{}-{n}-{part}.o", std::process::id()));
    let [a, b, out] = ["a", "b", "out"].map(path);
    let made = std::fs::write(&a, first)
        .and_then(|()| std::fs::write(&b, second))
        .and_then(|()| Command::new("ld").arg("-r").arg("-o").args([&out, &a, &b]).output());
    let bytes = std::fs::read(&out);
    for file in [&a, &b, &out] {
        let _ = std::fs::remove_file(file);
    }
    let output = made.map_err(|why| {
        format!("it needs the system's linker `ld` (package binutils), which cannot be run: {why}")
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("the linker says: {}", said.lines().next().unwrap_or("nothing")));
    }
    bytes.map_err(|why| format!("the linker left no object: {why}"))
}

fn run(text: &str, out: &std::path::Path) -> Result<(), String> {
    let spawned = Command::new("as")
        .args(["--64", "-o"])
        .arg(out)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = spawned.map_err(|why| {
        format!(
            "it needs the system's assembler `as` (package binutils), which cannot be run: {why}"
        )
    })?;
    if let Some(mut to) = child.stdin.take() {
        // An assembler that stops reading says why itself.
        let _ = to.write_all(text.as_bytes());
    }
    let output = child.wait_with_output().map_err(|why| format!("the assembler: {why}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().find(|l| l.contains("Error:")).unwrap_or("it failed and says nothing");
    Err(format!("the assembler says: {}", first.trim_start_matches("{standard input}:")))
}
