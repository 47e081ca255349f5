//! The jobs and the peers: which commands do the same work. In: objects, archives, libraries and
//! the program's arguments; out: for each peer the steps that link and run it, measured in turn.

use std::path::Path;
use std::time::Duration;

use crate::Options;
use crate::materials::Materials;
use crate::measure::{self, Cost, Step, find};
use crate::report::{Figures, Report, Row, median};

const SYSTEM_LIBRARIES: &str = "/usr/lib/x86_64-linux-gnu";
const PYTHON: &str = "/usr/lib/python3.11/config-3.11-x86_64-linux-gnu";
const LIBM: &str = "/lib/x86_64-linux-gnu/libm.so.6";

/// One program to link and run.
struct Job {
    name: &'static str,
    objects: Result<Vec<String>, String>,
    archives: Vec<String>,
    /// `-l` names of shared libraries.
    libraries: &'static [&'static str],
    arguments: &'static [&'static str],
    /// Code that was compiled without -fPIC.
    fixed: bool,
    /// How its output begins.
    output: &'static str,
}

fn jobs(materials: &Materials) -> Vec<Job> {
    let python = |name, archive, fixed| Job {
        name,
        objects: materials.python(),
        archives: vec![format!("{PYTHON}/{archive}")],
        libraries: &["expat", "z", "m"],
        arguments: &["-c", "print(1)"],
        fixed,
        output: "1\n",
    };
    let library = |name: &str| format!("{SYSTEM_LIBRARIES}/{name}");
    vec![
        python("cpython, PIC archive", "libpython3.11-pic.a", false),
        python("cpython, plain archive", "libpython3.11.a", true),
        Job {
            name: "ray tracer, 57 files, 2 threads",
            objects: materials.ray_tracer(),
            archives: Vec::new(),
            libraries: &["m"],
            arguments: &["160", "100", "2"],
            fixed: false,
            output: "162 objects, 160 x 100, ",
        },
        Job {
            name: "lua",
            objects: materials.lua(),
            archives: vec![library("liblua5.4.a")],
            libraries: &["m"],
            arguments: &[],
            fixed: false,
            output: "5000050000\n",
        },
        Job {
            name: "sqlite",
            objects: materials.sqlite(),
            archives: vec![library("libsqlite3.a")],
            libraries: &["m"],
            arguments: &[],
            fixed: false,
            output: "50005000\n",
        },
    ]
}

/// One way to do a job: the steps, or why there are none.
struct Peer {
    name: &'static str,
    steps: Result<Vec<Step>, String>,
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| s.to_string()).collect()
}

fn peers(job: &Job, objects: &[String], tine: &Path, scratch: &Path) -> Vec<Peer> {
    vec![
        tine_peer("tine", job, objects, tine, &[]),
        tine_peer("tine --mapper=copy", job, objects, tine, &["--mapper=copy"]),
        tine_peer("tine --executor=in-process", job, objects, tine, &["--executor=in-process"]),
        jitlink(
            "llvm-jitlink oop, shared",
            job,
            objects,
            &["--oop-executor", "--use-memmgr=shared"],
        ),
        jitlink("llvm-jitlink in-process", job, objects, &[]),
        classic("mold link + run", job, objects, scratch, Some("mold")),
        classic("gcc (ld) link + run", job, objects, scratch, None),
    ]
}

fn tine_peer(
    name: &'static str,
    job: &Job,
    objects: &[String],
    tine: &Path,
    flags: &[&str],
) -> Peer {
    if !tine.is_file() {
        let steps = Err(format!("absent: {} (cargo build --release -p cli)", tine.display()));
        return Peer { name, steps };
    }
    let mut command = vec![tine.to_string_lossy().into_owned(), "run".into()];
    command.extend(strings(flags));
    command.extend(objects.iter().chain(&job.archives).cloned());
    command.extend(job.libraries.iter().map(|l| format!("-l{l}")));
    command.push("--".into());
    command.extend(strings(job.arguments));
    Peer { name, steps: Ok(vec![Step(command)]) }
}

fn jitlink(name: &'static str, job: &Job, objects: &[String], flags: &[&str]) -> Peer {
    let Some(program) = ["llvm-jitlink-22", "llvm-jitlink"].into_iter().find_map(find) else {
        return Peer { name, steps: Err("absent: llvm-jitlink-22 (Debian: llvm-22-tools)".into()) };
    };
    let mut command = vec![program.to_string_lossy().into_owned()];
    command.extend(strings(flags));
    command.extend(objects.iter().chain(&job.archives).cloned());
    command.push(format!("-L{SYSTEM_LIBRARIES}"));
    for library in job.libraries {
        // It reads no linker scripts, and libm.so is one.
        match *library {
            "m" => command.push(format!("--preload={LIBM}")),
            other => command.push(format!("-l{other}")),
        }
    }
    // Its programs are given no name unless one is written out.
    command.extend(strings(&["--args", "program"]));
    command.extend(strings(job.arguments));
    Peer { name, steps: Ok(vec![Step(command)]) }
}

fn classic(
    name: &'static str,
    job: &Job,
    objects: &[String],
    scratch: &Path,
    linker: Option<&str>,
) -> Peer {
    if find("gcc").is_none() {
        return Peer { name, steps: Err("absent: gcc".into()) };
    }
    let program = scratch.join(linker.unwrap_or("ld")).to_string_lossy().into_owned() + ".out";
    let mut link = strings(&["gcc", "-pthread", "-o", &program]);
    if let Some(linker) = linker {
        if find(linker).is_none() {
            return Peer { name, steps: Err(format!("absent: {linker}")) };
        }
        link.push(format!("-fuse-ld={linker}"));
    }
    if job.fixed {
        link.push("-no-pie".into());
    }
    link.extend(objects.iter().chain(&job.archives).cloned());
    link.extend(job.libraries.iter().map(|l| format!("-l{l}")));
    let mut run = vec![program];
    run.extend(strings(job.arguments));
    Peer { name, steps: Ok(vec![Step(link), Step(run)]) }
}

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<(), String> {
    measure::become_reaper()?;
    let materials = Materials::new()?;
    for job in jobs(&materials) {
        if !options.jobs.is_empty() && !options.jobs.iter().any(|j| job.name.contains(j.as_str())) {
            continue;
        }
        let missing = job.archives.iter().find(|a| !Path::new(a).is_file());
        let objects = match (&job.objects, missing) {
            (Err(why), _) => {
                println!("\n{}: absent: {why}", job.name);
                continue;
            }
            (_, Some(archive)) => {
                println!("\n{}: absent: {archive}", job.name);
                continue;
            }
            (Ok(objects), None) => objects,
        };
        let peers = peers(&job, objects, &options.tine, &materials.folder);
        let rows = measure_peers(&job, peers, options.rounds, &materials.folder);
        report.job(job.name, options.rounds, &rows)?;
    }
    Ok(())
}

/// All peers in turn, round after round: what disturbs the machine disturbs all of them.
fn measure_peers(job: &Job, peers: Vec<Peer>, rounds: usize, scratch: &Path) -> Vec<Row> {
    let mut costs: Vec<Vec<Cost>> = peers.iter().map(|_| Vec::new()).collect();
    let mut wrong: Vec<Option<String>> =
        peers.iter().map(|p| p.steps.as_ref().err().cloned()).collect();
    // The first round warms the caches and is not counted.
    for round in 0..=rounds {
        for (number, peer) in peers.iter().enumerate() {
            let (Ok(steps), None) = (&peer.steps, &wrong[number]) else { continue };
            match measure::run(steps).and_then(|cost| checked(job, cost)) {
                Ok(cost) if round > 0 => costs[number].push(cost),
                Ok(_) => {}
                Err(why) => wrong[number] = Some(format!("fails: {why}")),
            }
        }
    }
    let numbered = peers.into_iter().zip(costs).zip(wrong);
    numbered.map(|((peer, costs), wrong)| row(peer, &costs, wrong, scratch)).collect()
}

fn checked(job: &Job, cost: Cost) -> Result<Cost, String> {
    if cost.stdout.starts_with(job.output.as_bytes()) {
        return Ok(cost);
    }
    let text: String = String::from_utf8_lossy(&cost.stdout).chars().take(80).collect();
    Err(format!("wrong output {text:?}"))
}

fn row(peer: Peer, costs: &[Cost], wrong: Option<String>, scratch: &Path) -> Row {
    let name = peer.name.to_owned();
    let steps = match (peer.steps, wrong) {
        (Ok(steps), None) => steps,
        (Err(why), _) | (_, Some(why)) => return Row { peer: name, result: Err(why) },
    };
    Row { peer: name, result: Ok(figures(&steps, costs, scratch)) }
}

/// The medians of the timed runs, and what further runs say of memory and system calls.
pub(crate) fn figures(steps: &[Step], costs: &[Cost], scratch: &Path) -> Figures {
    let mut walls: Vec<Duration> = costs.iter().map(|c| c.wall).collect();
    let mut cpus: Vec<Duration> = costs.iter().map(|c| c.cpu).collect();
    let rss_kib = (0..3).filter_map(|_| measure::peak_rss(steps).ok()).max();
    let calls = measure::system_calls(steps, scratch).unwrap_or_else(|why| {
        println!("  not counted under strace: {why}");
        None
    });
    Figures {
        wall: median(&mut walls),
        wall_low: walls.first().copied().unwrap_or_default(),
        cpu: median(&mut cpus),
        rss_kib,
        calls,
        left: costs.iter().map(|c| c.left).max().unwrap_or(0),
    }
}
