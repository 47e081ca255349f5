//! What the tests share: compiling at test time, linking at fixed addresses, running an image.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use executor::addr::Addr;
use executor::segment::Pool;
use link::{External, Files, Image, Input, Keep, Kind, Options, Plan};

/// Where the tests put the segments: below 2 GiB, the pools apart.
pub(crate) const TEXT: u64 = 0x1000_0000;
pub(crate) const CONST: u64 = 0x2000_0000;
pub(crate) const DATA: u64 = 0x2800_0000;
pub(crate) const ZERO: u64 = 0x3000_0000;

/// A folder of this test, emptied.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// Runs a tool that must succeed.
pub(crate) fn tool(program: &str, args: &[&str]) {
    let output = Command::new(program).args(args).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}:\n{text}");
}

/// Whether a tool or file exists; a test without it says so, or fails when peers are required.
pub(crate) fn have(what: &str) -> bool {
    let found = if what.contains('/') {
        Path::new(what).exists()
    } else {
        Command::new(what).arg("--version").output().is_ok()
    };
    if !found {
        assert!(std::env::var_os("TINE_REQUIRE_PEERS").is_none(), "{what} is required");
        eprintln!("SKIP: {what} is not there");
    }
    found
}

/// Compiles `source` with `compiler args` to an object in `folder`.
pub(crate) fn compile(folder: &Path, name: &str, source: &str, compiler: &[&str]) -> PathBuf {
    let from = folder.join(name);
    std::fs::write(&from, source).expect("the source");
    let to = from.with_extension("o");
    let (program, args) = compiler.split_first().expect("a compiler");
    let mut all = vec!["-c", from.to_str().expect("a path"), "-o", to.to_str().expect("a path")];
    all.extend(args);
    tool(program, &all);
    to
}

/// One address for each request, each pool at its own base.
pub(crate) fn bases(plan: &Plan<'_>) -> Vec<Addr> {
    plan.requests()
        .iter()
        .map(|request| match request.pool {
            Pool::Text => Addr(TEXT),
            Pool::Const => Addr(CONST),
            Pool::Data if request.content == 0 => Addr(ZERO),
            Pool::Data => Addr(DATA),
        })
        .collect()
}

pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A program to link and run.
pub(crate) struct Program<'p> {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) whole: bool,
    pub(crate) keep: Keep,
    /// Opened in the loader and given to the linker.
    pub(crate) libraries: Vec<&'p str>,
    /// Added to the usual addresses.
    pub(crate) shift: u64,
}

impl Program<'_> {
    pub(crate) fn new(files: &[PathBuf]) -> Program<'static> {
        Program {
            files: files.to_vec(),
            whole: false,
            keep: Keep::Roots,
            libraries: vec![LIBC],
            shift: 0,
        }
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let files = Files::new();
        let read = |path: &Path| std::fs::read(path).map(|bytes| files.keep(path, bytes));
        let mut inputs = Vec::new();
        for path in &self.files {
            let input = read(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            inputs.push(Input { whole_archive: self.whole, ..input });
        }
        for path in &self.libraries {
            inputs.push(read(Path::new(path)).expect("a library"));
        }
        let options = Options {
            keep: self.keep,
            entry: Some("main"),
            read_file: &read,
            ..Options::default()
        };
        let plan = link::plan(&inputs, &options).unwrap_or_else(|error| panic!("{error}"));
        run_plan(&plan, args, self.shift)
    }
}

pub(crate) const LIBC: &str = "/lib/x86_64-linux-gnu/libc.so.6";

/// The small C program that runs images.
fn loader() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let program = folder.join(format!("loader-{}", std::process::id()));
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/loader.c");
        let to = program.to_str().expect("a path");
        tool("gcc", &["-O1", "-rdynamic", source.to_str().expect("a path"), "-o", to, "-ldl"]);
    });
    program
}

fn run_plan(plan: &Plan<'_>, args: &[&str], shift: u64) -> Ran {
    let mut child = Command::new(loader())
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the loader");
    let mut to = child.stdin.take().expect("its stdin");
    let mut from = BufReader::new(child.stdout.take().expect("its stdout"));
    let mut ask = String::new();
    for library in plan.libraries() {
        ask += &format!("lib {}\n", library.path);
    }
    for external in plan.externals() {
        ask += &format!("sym {}\n", String::from_utf8_lossy(external.name));
    }
    ask += "go\n";
    // The loader answers while it reads, so the question is asked from another thread.
    let mut line = String::new();
    let (to, lines) = std::thread::scope(|scope| {
        let asker = scope.spawn(move || {
            to.write_all(ask.as_bytes()).expect("the questions");
            to
        });
        let mut lines = Vec::new();
        while from.read_line(&mut line).expect("an answer") > 0 && line != ".\n" {
            lines.push(line.trim().to_owned());
            line.clear();
        }
        (asker.join().expect("the asker"), lines)
    });
    let tls: i64 = lines[0].parse().expect("the TLS offset");
    let externals: Vec<External> = lines[1..]
        .iter()
        .zip(plan.externals())
        .map(|(line, external)| match (line.parse().expect("an address"), external.kind) {
            (0, _) => External::Missing,
            (_, Kind::Tls) => External::LibraryTls,
            (address, _) => External::At(Addr(address)),
        })
        .collect();
    let addresses: Vec<Addr> = bases(plan).iter().map(|base| base.plus(shift)).collect();
    let image =
        plan.place(&addresses, &externals, Some(tls)).unwrap_or_else(|error| panic!("{error}"));
    let mut to = to;
    to.write_all(&words(&image)).expect("the image");
    drop(to);
    let mut stdout = String::new();
    from.read_to_string(&mut stdout).expect("its output");
    let output = child.wait_with_output().expect("its end");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Ran { status: output.status.code(), stdout, stderr }
}

/// The image as the loader reads it.
fn words(image: &Image) -> Vec<u8> {
    let mut out = Vec::new();
    let put = |out: &mut Vec<u8>, value: u64| out.extend(value.to_le_bytes());
    put(&mut out, image.segments.len() as u64);
    for segment in &image.segments {
        let protection = match segment.pool {
            Pool::Text => 5,
            Pool::Const => 1,
            Pool::Data => 3,
        };
        let size = segment.content.len() as u64;
        for value in [segment.address.0, protection, segment.size - size, size] {
            put(&mut out, value);
        }
        out.extend(&segment.content);
    }
    let template = image.tls.map(|tls| tls.template).unwrap_or_default();
    put(&mut out, template.start.0);
    put(&mut out, template.len);
    put(&mut out, image.copies.len() as u64);
    for copy in &image.copies {
        for value in [copy.from.0, copy.to.0, copy.size] {
            put(&mut out, value);
        }
    }
    put(&mut out, image.ifuncs.len() as u64);
    for ifunc in &image.ifuncs {
        put(&mut out, ifunc.cell.0);
        put(&mut out, ifunc.resolver.0);
    }
    put(&mut out, image.tls_cells.len() as u64);
    for cell in &image.tls_cells {
        let library = cell.library.expect("the library of a thread-local variable") as u64;
        for value in [cell.cell.0, u64::from(cell.pair), cell.offset, library] {
            put(&mut out, value);
        }
    }
    put(&mut out, image.eh_frame.map_or(0, |frames| frames.start.0));
    for functions in [&image.init, &image.fini] {
        put(&mut out, functions.len() as u64);
        for function in functions {
            put(&mut out, function.0);
        }
    }
    put(&mut out, image.entry.map_or(0, |entry| entry.0));
    out
}

/// Compares with a file in `tests/golden`; `TINE_BLESS=1` writes it anew.
pub(crate) fn check_golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("TINE_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        std::fs::write(&path, text).expect("the golden file");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(golden, text, "{name} differs; TINE_BLESS=1 writes it anew");
}
