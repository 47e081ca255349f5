//! How fast the compiled code is, how long the way from source to answer is, and how soon it starts.
//! In: programs; out: tables of run times beside gcc's and tcc's with the geometric mean of the
//! ratios, and one of whole processes from nothing to the first line of output.

use std::fs;
use std::path::Path;

use crate::Options;
use crate::materials::Materials;
use crate::measure::{self, Step, find};
use crate::report::{Report, Row};
use crate::sources::{self, Program};

const HELLO: &str = "#include <stdio.h>\nint main(void) { printf(\"%d\\n\", 1 + 1); }\n";
const HELLO_INPUT: &str = "#include <stdio.h>\nprintf(\"%d\\n\", 1 + 1);\n";

pub(crate) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

pub(crate) fn step(words: &[&str]) -> Step {
    Step(words.iter().map(|w| w.to_string()).collect())
}

/// Compiles with another compiler, ahead of time: the step that runs the program.
fn built(compiler: &[&str], program: &Program, folder: &Path) -> Result<Step, String> {
    let found = find(compiler[0]).ok_or(format!("absent: {}", compiler[0]))?;
    let target = text(&folder.join(format!("{}.{}", program.name, compiler[0])));
    let mut command = vec![text(&found)];
    command.extend(compiler[1..].iter().map(|w| w.to_string()));
    command.extend(["-w".into(), "-o".into(), target.clone()]);
    command.extend(program.flags.iter().cloned());
    command.extend(program.sources.iter().map(|source| text(source)));
    command.extend(LIBRARIES.map(String::from));
    measure::run(&[Step(command)])?;
    Ok(Step([vec![target], program.arguments.clone()].concat()))
}

const LIBRARIES: [&str; 3] = ["-lm", "-lpthread", "-ldl"];

/// Objects of ours that gcc links: the step that runs the program, without the compiling.
fn objects(tine: &Path, program: &Program, folder: &Path) -> Result<Step, String> {
    let target = text(&folder.join(format!("{}.tine", program.name)));
    let mut link = vec!["gcc".to_owned(), "-o".into(), target.clone()];
    for source in &program.sources {
        let name = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let object = text(&folder.join(format!("{name}.tine.o")));
        let mut step = ours(tine, &["cc", "-c", "-w", "-o", &object, &text(source)])?;
        step.0.extend(program.flags.iter().cloned());
        measure::run(&[step])?;
        link.push(object);
    }
    link.extend(LIBRARIES.map(String::from));
    measure::run(&[Step(link)])?;
    Ok(Step([vec![target], program.arguments.clone()].concat()))
}

/// From source to the end of the program.
fn from_source(tine: &Path, program: &Program) -> Result<Step, String> {
    let mut step = ours(tine, &["run", "-w"])?;
    step.0.extend(program.flags.iter().cloned());
    step.0.extend(program.sources.iter().map(|source| text(source)));
    step.0.extend(LIBRARIES.map(String::from));
    step.0.push("--".into());
    step.0.extend(program.arguments.iter().cloned());
    Ok(step)
}

/// The same by tcc, which runs the last file it is given.
fn from_source_by_tcc(program: &Program) -> Result<Step, String> {
    let tcc = find("tcc").ok_or("absent: tcc")?;
    let (main, others) = program.sources.split_first().ok_or("a program without sources")?;
    let mut command = vec![text(&tcc), "-w".into()];
    command.extend(program.flags.iter().cloned());
    command.extend(LIBRARIES.map(String::from));
    command.extend(others.iter().map(|source| text(source)));
    command.extend(["-run".into(), text(main)]);
    command.extend(program.arguments.iter().cloned());
    Ok(Step(command))
}

pub(crate) fn ours(tine: &Path, words: &[&str]) -> Result<Step, String> {
    match tine.is_file() {
        true => Ok(step(&[&[text(tine).as_str()], words].concat())),
        false => Err(format!("absent: {} (cargo build --release -p cli)", tine.display())),
    }
}

/// Ratios of the peers' wall times to the first one's, job after job.
struct Ratios(Vec<(String, Vec<f64>)>);

impl Ratios {
    fn add(&mut self, rows: &[Row]) {
        let wall = |row: &Row| row.result.as_ref().ok().map(|f| f.wall.as_secs_f64());
        let Some(base) = rows.first().and_then(wall) else { return };
        for row in &rows[1..] {
            let Some(ratio) = wall(row).map(|wall| wall / base) else { continue };
            match self.0.iter_mut().find(|(peer, _)| *peer == row.peer) {
                Some((_, list)) => list.push(ratio),
                None => self.0.push((row.peer.clone(), vec![ratio])),
            }
        }
    }

    fn report(&self, base: &str, report: &mut Report) -> Result<(), String> {
        for (peer, list) in &self.0 {
            let mean = (list.iter().map(|r| r.ln()).sum::<f64>() / list.len() as f64).exp();
            report.ratio(&format!("{peer} to {base}, geometric mean of {}", list.len()), mean)?;
        }
        Ok(())
    }
}

/// What gcc's program prints is what all have to print.
fn expected(gcc: &Result<Step, String>) -> Result<Vec<u8>, String> {
    match gcc {
        Ok(step) => Ok(measure::run(std::slice::from_ref(step))?.stdout),
        Err(_) => Ok(Vec::new()),
    }
}

/// The speed of compiled code: the programs, each by gcc -O1, tine and tcc.
pub(crate) fn run(options: &Options, report: &mut Report) -> Result<(), String> {
    compared(options, report, "code", &|program, gcc, folder| {
        vec![
            ("gcc -O1", gcc),
            ("tine cc, linked", objects(&options.tine, program, folder)),
            ("tine run, from source", from_source(&options.tine, program)),
            ("tcc", built(&["tcc"], program, folder)),
        ]
    })
}

/// The whole job, from source to answer.
pub(crate) fn whole(options: &Options, report: &mut Report) -> Result<(), String> {
    compared(options, report, "whole", &|program, _, _| {
        vec![
            ("tcc -run", from_source_by_tcc(program)),
            ("tine run", from_source(&options.tine, program)),
        ]
    })
}

/// The peers of a program, the one all are compared with first; given what gcc made of it.
type Peers<'a> =
    &'a dyn Fn(&Program, Result<Step, String>, &Path) -> Vec<(&'static str, Result<Step, String>)>;

/// A table for each program, and the ratios of all.
fn compared(
    options: &Options,
    report: &mut Report,
    suite: &str,
    peers: Peers<'_>,
) -> Result<(), String> {
    measure::become_reaper()?;
    let materials = Materials::new()?;
    let folder = &materials.folder;
    let mut ratios = Ratios(Vec::new());
    let rounds = options.rounds.min(5);
    let mut base = "";
    for program in sources::all(&options.jobs, folder)? {
        let gcc = built(&["gcc", "-O1"], &program, folder);
        let expected = expected(&gcc)?;
        let peers = peers(&program, gcc, folder);
        base = peers.first().map_or("", |(name, _)| name);
        let rows = measured(peers, rounds, &expected, folder);
        report.job(&format!("{suite}: {}", program.name), rounds, &rows)?;
        ratios.add(&rows);
    }
    ratios.report(base, report)
}

/// From nothing to a line of output and back.
pub(crate) fn start(options: &Options, report: &mut Report) -> Result<(), String> {
    measure::become_reaper()?;
    let materials = Materials::new()?;
    let write = |name: &str, words: &str| {
        let path = materials.folder.join(name);
        fs::write(&path, words).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok::<String, String>(text(&path))
    };
    let (hello, input) = (write("hello.c", HELLO)?, write("input.c", HELLO_INPUT)?);
    let piped =
        |program: &str| ["sh", "-c", &format!("exec '{program}' < '{input}'")].map(String::from);
    let tine = text(&options.tine);
    let installed = |name: &str, step: Step| match find(name) {
        Some(_) => Ok(step),
        None => Err(format!("absent: {name}")),
    };
    let session = ours(&options.tine, &[]).map(|_| Step(piped(&tine).to_vec()));
    let peers = vec![
        ("tine, two inputs from a pipe", session),
        ("tine run hello.c", ours(&options.tine, &["run", &hello])),
        ("tcc -run hello.c", installed("tcc", step(&["tcc", "-run", &hello]))),
        ("gcc hello.c, then run", built_and_run(&hello, &materials.folder)),
        ("python3 -c", installed("python3", step(&["python3", "-c", "print(1 + 1)"]))),
    ];
    let rows = measured(peers, options.rounds, b"2\n", &materials.folder);
    report.job("start: one line of output", options.rounds, &rows)
}

fn built_and_run(hello: &str, folder: &Path) -> Result<Step, String> {
    find("gcc").ok_or("absent: gcc")?;
    let program = text(&folder.join("hello"));
    let line = format!("gcc -o '{program}' '{hello}' && exec '{program}'");
    Ok(step(&["sh", "-c", &line]))
}

/// One step a peer, in turn; the output must be `expected`.
pub(crate) fn measured(
    peers: Vec<(&str, Result<Step, String>)>,
    rounds: usize,
    expected: &[u8],
    scratch: &Path,
) -> Vec<Row> {
    let mut costs = vec![Vec::new(); peers.len()];
    let mut wrong: Vec<Option<String>> =
        peers.iter().map(|(_, step)| step.as_ref().err().cloned()).collect();
    for round in 0..=rounds {
        for (number, (_, step)) in peers.iter().enumerate() {
            let (Ok(step), None) = (step, &wrong[number]) else { continue };
            match measure::run(std::slice::from_ref(step)) {
                Ok(cost) if cost.stdout != expected => {
                    wrong[number] = Some(format!("fails: other output than {expected:?}"));
                }
                Ok(cost) if round > 0 => costs[number].push(cost),
                Ok(_) => {}
                Err(why) => wrong[number] = Some(format!("fails: {why}")),
            }
        }
    }
    let all = peers.into_iter().zip(costs).zip(wrong);
    all.map(|(((name, step), costs), wrong)| {
        let result = match (step, wrong) {
            (Ok(step), None) => Ok(crate::jobs::figures(&[step], &costs, scratch)),
            (Err(why), _) | (_, Some(why)) => Err(why),
        };
        Row { peer: name.to_owned(), result }
    })
    .collect()
}
