//! How fast the compiled code is, and how soon it starts. In: the programs in `code/`; out: a table
//! of run times beside gcc's and tcc's with the geometric mean of the ratios, and one of whole
//! processes from nothing to the first line of output. tine compiles the source in the measured
//! time, which is small against the run.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Options;
use crate::materials::Materials;
use crate::measure::{self, Step, find};
use crate::report::{Report, Row};

const HELLO: &str = "#include <stdio.h>\nint main(void) { printf(\"%d\\n\", 1 + 1); }\n";
const HELLO_INPUT: &str = "#include <stdio.h>\nprintf(\"%d\\n\", 1 + 1);\n";

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn step(words: &[&str]) -> Step {
    Step(words.iter().map(|w| w.to_string()).collect())
}

/// Compiles with another compiler, ahead of time: the step that runs the program.
fn built(compiler: &[&str], source: &Path, folder: &Path) -> Result<Step, String> {
    let program = find(compiler[0]).ok_or(format!("absent: {}", compiler[0]))?;
    let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let target = text(&folder.join(format!("{name}.{}", compiler[0])));
    let mut command = vec![text(&program)];
    command.extend(compiler[1..].iter().map(|w| w.to_string()));
    command.extend(["-o".into(), target.clone(), text(source), "-lm".into()]);
    measure::run(&[Step(command)])?;
    Ok(Step(vec![target]))
}

fn ours(tine: &Path, words: &[&str]) -> Result<Step, String> {
    match tine.is_file() {
        true => Ok(step(&[&[text(tine).as_str()], words].concat())),
        false => Err(format!("absent: {} (cargo build --release -p cli)", tine.display())),
    }
}

/// The programs of `code/`, each through gcc -O1, tcc and tine.
pub(crate) fn run(options: &Options, report: &mut Report) -> Result<(), String> {
    measure::become_reaper()?;
    let materials = Materials::new()?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("code");
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut sources: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    sources.sort();
    let mut ratios = [const { Vec::new() }; 2];
    for source in sources {
        let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !options.jobs.is_empty() && !options.jobs.iter().any(|j| name.contains(j.as_str())) {
            continue;
        }
        let gcc = built(&["gcc", "-O1"], &source, &materials.folder);
        let expected = match &gcc {
            Ok(step) => measure::run(std::slice::from_ref(step))?.stdout,
            Err(_) => Vec::new(),
        };
        let peers = vec![
            ("gcc -O1", gcc),
            ("tine run", ours(&options.tine, &["run", &text(&source), "-lm"])),
            ("tcc", built(&["tcc"], &source, &materials.folder)),
        ];
        let rounds = options.rounds.min(5);
        let rows = measured(peers, rounds, &expected, &materials.folder);
        report.job(&format!("code: {name}"), rounds, &rows)?;
        let wall = |n: usize| rows[n].result.as_ref().ok().map(|f| f.wall.as_secs_f64());
        for (list, peer) in ratios.iter_mut().zip([1, 2]) {
            list.extend(wall(peer).zip(wall(0)).map(|(peer, gcc)| peer / gcc));
        }
    }
    for (list, peer) in ratios.iter().zip(["tine run", "tcc"]) {
        if !list.is_empty() {
            let mean = (list.iter().map(|r| r.ln()).sum::<f64>() / list.len() as f64).exp();
            report.ratio(&format!("{peer} to gcc -O1, mean of {}", list.len()), mean)?;
        }
    }
    Ok(())
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
fn measured(
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
