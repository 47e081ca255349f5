//! The managed heap against malloc and free, and against the Boehm collector, both compiled by gcc
//! -O2. In: the programs in `heap/`; out: a table for each depth of the trees, and what one small
//! object costs. tine compiles its program within the measured time.

use std::path::Path;

use crate::Options;
use crate::code::{measured, ours, text};
use crate::materials::Materials;
use crate::measure::{self, Step, find};
use crate::report::{Report, median};

const DEPTHS: [&str; 3] = ["16", "18", "20"];
/// Millions of objects, once few and once many: the difference is theirs alone.
const FEW: &str = "1";
const MANY: &str = "101";
const BETWEEN: f64 = 100e6;

const PEERS: [&str; 3] = ["tine run", "gcc -O2, calloc and free", "gcc -O2, Boehm collector"];

/// The three ways to run a program, each with an argument.
fn peers(options: &Options, source: &Path, folder: &Path) -> [Result<Step, String>; 3] {
    let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let gcc = |kind: &str, flags: &[&str]| {
        let program = find("gcc").ok_or("absent: gcc")?;
        let target = text(&folder.join(format!("{name}.{kind}")));
        let mut command = vec![text(&program), "-O2".into(), "-o".into(), target.clone()];
        command.push(text(source));
        command.extend(flags.iter().map(|flag| flag.to_string()));
        measure::run(&[Step(command)])?;
        Ok(Step(vec![target]))
    };
    let boehm = match Path::new("/usr/include/gc.h").exists() {
        true => gcc("boehm", &["-DBOEHM", "-lgc"]),
        false => Err("absent: the Boehm collector (Debian package libgc-dev)".into()),
    };
    [ours(&options.tine, &["run", &text(source), "--"]), gcc("malloc", &[]), boehm]
}

fn with_argument(step: &Result<Step, String>, argument: &str) -> Result<Step, String> {
    step.clone().map(|Step(mut words)| {
        words.push(argument.to_owned());
        Step(words)
    })
}

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<(), String> {
    measure::become_reaper()?;
    let materials = Materials::new()?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("heap");
    let rounds = options.rounds.min(5);

    let trees = peers(options, &folder.join("trees.c"), &materials.folder);
    for depth in DEPTHS {
        let steps: Vec<_> =
            PEERS.into_iter().zip(trees.iter().map(|step| with_argument(step, depth))).collect();
        let Some(Ok(first)) = steps.iter().map(|(_, step)| step).find(|step| step.is_ok()) else {
            return Err("no peer is there".into());
        };
        let expected = measure::run(std::slice::from_ref(first))?.stdout;
        let rows = measured(steps, rounds, &expected, &materials.folder);
        report.job(&format!("heap: binary trees of depth {depth}"), rounds, &rows)?;
    }

    println!("\nheap: allocate and drop an object of two words, processor time");
    let allocate = peers(options, &folder.join("allocate.c"), &materials.folder);
    for (name, step) in PEERS.into_iter().zip(&allocate) {
        let (few, many) = (with_argument(step, FEW), with_argument(step, MANY));
        let (few, many) = match (few, many) {
            (Ok(few), Ok(many)) => (few, many),
            (Err(why), _) | (_, Err(why)) => {
                println!("  {name}: {why}");
                continue;
            }
        };
        let time = |step: &Step| {
            let mut times = Vec::new();
            for _ in 0..rounds {
                times.push(measure::run(std::slice::from_ref(step))?.cpu);
            }
            Ok::<f64, String>(median(&mut times).as_secs_f64())
        };
        let each = (time(&many)? - time(&few)?) / BETWEEN * 1e9;
        report.nanoseconds(&format!("heap: {name}"), each)?;
    }
    Ok(())
}
