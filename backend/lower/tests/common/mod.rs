//! C text to an object file, the whole front half: for tests that link what we compile with what
//! gcc compiles.

use cfront::{Context, Mode};
use lower::Options;
use preproc::Preprocessor;
use std::io::Write;
use std::process::{Command, Stdio};

/// How a text is compiled.
#[derive(Clone)]
pub(crate) struct Setup {
    /// gnu23 instead of gnu17.
    pub(crate) c23: bool,
    pub(crate) optimize: bool,
}

/// Runs `as`: text to an object.
pub(crate) fn assembler(text: &str) -> Result<Vec<u8>, String> {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let name = format!("tine-asm-{}-{number}.o", std::process::id());
    let path = std::env::temp_dir().join(name);
    let say = |error: std::io::Error| format!("running as: {error}");
    let mut child = Command::new("as")
        .args(["--64", "-o"])
        .arg(&path)
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(say)?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes()).map_err(say)?;
    }
    let output = child.wait_with_output().map_err(say)?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let bytes = std::fs::read(&path).map_err(say);
    let _ = std::fs::remove_file(&path);
    bytes
}

/// Compiles a text; the message of the first stage that refuses it otherwise.
pub(crate) fn compile(name: &str, text: &[u8], setup: &Setup) -> Result<lower::Object, String> {
    let (std, standard) = match setup.c23 {
        true => (preproc::options::Std::C23, cfront::session::Standard::C23),
        false => (preproc::options::Std::C17, cfront::session::Standard::C17),
    };
    let options = preproc::options::Options { std, ..Default::default() };
    let mut pp = Preprocessor::new(options);
    let file = pp.add_source(name, text);
    let read = pp.preprocess(file);
    let lines = |pp: &Preprocessor, diags: &[preproc::diag::Diagnostic]| {
        preproc::render::all(&pp.sources, &pp.names, diags, preproc::render::Form::Lines)
    };
    if read.diags.iter().any(|diag| diag.is_error()) {
        return Err(lines(&pp, &read.diags));
    }
    let mut front = cfront::Options { standard, ..Default::default() };
    front.warnings.none = true;
    let mut ctx = Context::new(&mut pp.names, front);
    let checked = cfront::check(&mut ctx, &mut pp.names, &read.tokens, Mode::File);
    if !checked.is_ok() {
        return Err(lines(&pp, &checked.diags));
    }
    let options = Options {
        optimize: setup.optimize,
        wrap: false,
        hurry: false,
        pic: true,
        verify: true,
        debug: false,
        closed: true,
        trace: None,
        hosted: false,
        script: String::new(),
        assembler: Some(assembler),
    };
    lower::lower(&checked.unit, &ctx.types, &ctx.symbols, &options, &lower::Texts::of(&pp)).map_err(
        |error| {
            let place = pp.sources.place(error.span.start);
            let line = place.map_or(0, |place| place.line);
            format!("{name}:{line}: in '{}': {}", error.function, error.message)
        },
    )
}
