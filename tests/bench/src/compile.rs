//! How long a source takes to become an object. In: SQLite, Lua as one file, generated shapes; out:
//! tables of wall and processor time beside other compilers', lines a second of the front end
//! alone, and how the time grows with ten times the source.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Options;
use crate::code::{measured, ours, step, text};
use crate::materials::Materials;
use crate::measure::{self, Step, find};
use crate::report::{Report, Row, median};
use crate::shapes::SHAPES;
use crate::sources;

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<(), String> {
    measure::become_reaper()?;
    let materials = Materials::new()?;
    let wanted = |job: &str| options.jobs.is_empty() || options.jobs.iter().any(|j| j == job);
    for (job, made) in
        [("sqlite", sources::sqlite(&materials.folder)), ("lua", sources::lua(&materials.folder))]
    {
        match made {
            Ok(program) if wanted(job) => {
                let source = text(&program.sources[program.sources.len() - 1]);
                object(options, job, &source, &program.flags, &materials.folder, report)?;
            }
            Ok(_) => {}
            Err(why) => println!("\n{job}: {why}"),
        }
    }
    if wanted("front") {
        match sources::sqlite_folder() {
            Ok(folder) => front(&folder.join("sqlite3.c"), options.rounds, report)?,
            Err(why) => println!("\nfront: {why}"),
        }
    }
    if wanted("shapes") {
        shapes(options, &materials.folder, report)?;
    }
    Ok(())
}

/// One source to an object, by everybody.
fn object(
    options: &Options,
    job: &str,
    source: &str,
    flags: &[String],
    folder: &Path,
    report: &mut Report,
) -> Result<(), String> {
    let target = text(&folder.join("object.o"));
    let with = |words: Result<Step, String>| {
        words.map(|mut step| {
            step.0.extend(flags.iter().cloned());
            step
        })
    };
    let other = |program: &str, level: &str| match find(program) {
        Some(_) => with(Ok(step(&[program, level, "-w", "-c", "-o", &target, source]))),
        None => Err(format!("absent: {program}")),
    };
    let tine =
        |level: &str| with(ours(&options.tine, &["cc", level, "-w", "-c", "-o", &target, source]));
    let clang = ["clang-19", "clang-22", "clang"].into_iter().find(|name| find(name).is_some());
    let peers = vec![
        ("clang -O0", other(clang.unwrap_or("clang"), "-O0")),
        ("tine cc", tine("-O1")),
        ("tine cc -O0", tine("-O0")),
        ("gcc -O0", other("gcc", "-O0")),
        ("tcc", other("tcc", "-O0")),
    ];
    let rounds = options.rounds.min(11);
    let rows = measured(peers, rounds, b"", folder);
    report.job(&format!("compile: {job}"), rounds, &rows)?;
    if let Some(clang) = rows.first().and_then(|row| row.result.as_ref().ok())
        && let Some(tine) = rows.get(1).and_then(|row| row.result.as_ref().ok())
    {
        let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
        report
            .ratio(&format!("{job}: tine's wall time to clang's"), ratio(tine.wall, clang.wall))?;
        report.ratio(&format!("{job}: tine's CPU time to clang's"), ratio(tine.cpu, clang.cpu))?;
    }
    Ok(())
}

/// The preprocessor and the parser alone, in this process.
fn front(source: &Path, rounds: usize, report: &mut Report) -> Result<(), String> {
    let bytes = fs::read(source).map_err(|e| format!("{}: {e}", source.display()))?;
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count();
    let mut times = Vec::new();
    for _ in 0..rounds.min(11) {
        let text = bytes.clone();
        let start = Instant::now();
        let mut pp = preproc::Preprocessor::new(preproc::options::Options::default());
        let file = pp.add_source(&source.to_string_lossy(), text);
        let result = pp.preprocess(file);
        let mut options = cfront::session::Options::default();
        options.warnings.none = true;
        let mut ctx = cfront::session::Context::new(&mut pp.names, options);
        let mode = cfront::session::Mode::File;
        let checked = cfront::check(&mut ctx, &mut pp.names, &result.tokens, mode);
        times.push(start.elapsed());
        if !checked.is_ok() {
            return Err(format!("{}: refused by the front end", source.display()));
        }
        black_box(checked);
    }
    let time = median(&mut times);
    println!("\nfront end alone: {lines} lines of {}", source.display());
    report.nanoseconds("preprocess and parse, a line", time.as_secs_f64() * 1e9 / lines as f64)
}

/// Ten times the source should take about ten times as long.
fn shapes(options: &Options, folder: &Path, report: &mut Report) -> Result<(), String> {
    let target = text(&folder.join("object.o"));
    let rounds = options.rounds.min(5);
    for shape in SHAPES {
        let mut rows: Vec<Row> = Vec::new();
        for pieces in [shape.pieces, shape.pieces * 10] {
            let source = folder.join(format!("shape{pieces}.c"));
            fs::write(&source, (shape.text)(pieces))
                .map_err(|e| format!("{}: {e}", source.display()))?;
            let peer = format!("tine cc, {pieces}");
            let compile = ours(&options.tine, &["cc", "-w", "-c", "-o", &target, &text(&source)]);
            rows.extend(measured(vec![(&peer, compile)], rounds, b"", folder));
        }
        report.job(&format!("compile: {}", shape.name), rounds, &rows)?;
        if let [Ok(small), Ok(large)] = [&rows[0].result, &rows[1].result] {
            let growth = large.cpu.as_secs_f64() / small.cpu.as_secs_f64();
            report.ratio("CPU time for ten times the source", growth)?;
        }
    }
    Ok(())
}
