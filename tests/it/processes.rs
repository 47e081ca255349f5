//! Sudden death: controller, warden or executor is killed at some moment. Whoever it was, nothing
//! of the run is left after a second, no file lies about, and who survives says what happened.

use crate::harness::{Scratch, compile, tine};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Never ends by itself, and has a process and a thread that never do either.
const PROGRAM: &str = r#"
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
static void *idle(void *p) { for (;;) pause(); return p; }
int main(void)
{
    pthread_t t;
    signal(SIGTERM, SIG_IGN);
    if (fork() == 0) {
        setsid();
        for (;;) pause();
    }
    pthread_create(&t, 0, idle, 0);
    for (;;) pause();
}
"#;

const ROUNDS: u64 = 500;
const MARK: &str = "TINE_TEST_ROUND";

/// Every process that has inherited our mark.
fn marked(mark: &str) -> Vec<u32> {
    let needle = format!("{MARK}={mark}");
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(|e| {
        let pid = e.ok()?.file_name().to_str()?.parse::<u32>().ok()?;
        let env = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
        let found = env.split(|b| *b == 0).any(|v| v == needle.as_bytes());
        (found && !is_zombie(pid)).then_some(pid)
    });
    processes.collect()
}

fn is_zombie(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_none_or(|rest| rest.trim_start().starts_with(['Z', 'X']))
}

fn first_child(pid: u32) -> Option<u32> {
    let list = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    list.split_whitespace().next()?.parse().ok()
}

/// Files that were not there before, in the places where processes leave some.
fn files() -> BTreeSet<String> {
    let ours = |name: &str| name.contains("tine") && !name.starts_with("tine-");
    let mut found = BTreeSet::new();
    for folder in ["/dev/shm", "/tmp"] {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if folder == "/dev/shm" || ours(&name) {
                found.insert(format!("{folder}/{name}"));
            }
        }
    }
    found
}

fn kill(pid: u32) {
    // It may have gone by itself meanwhile.
    let _ = Command::new("kill").args(["-9", &pid.to_string()]).stderr(Stdio::null()).status();
}

fn start(object: &Path, mark: &str) -> Child {
    tine()
        .arg("run")
        .arg(object)
        .env(MARK, mark)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Victim {
    Controller,
    Warden,
    Executor,
}

/// Waits for the moment, kills, and says what the controller said, if it survived.
fn round(object: &Path, mark: &str, victim: Victim, moment: Duration) -> Option<(i32, String)> {
    use std::os::unix::process::ExitStatusExt;
    let mut child = start(object, mark);
    let from = Instant::now();
    while from.elapsed() < moment {
        std::thread::yield_now();
    }
    // Before the victim is born the moment has not come.
    let born = Instant::now();
    let pid = loop {
        let warden = first_child(child.id());
        let pid = match victim {
            Victim::Controller => Some(child.id()),
            Victim::Warden => warden,
            Victim::Executor => warden.and_then(first_child),
        };
        if let Some(pid) = pid {
            break pid;
        }
        assert!(born.elapsed() < Duration::from_secs(5), "{victim:?} is never born");
    };
    kill(pid);
    let end = Instant::now() + Duration::from_secs(5);
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if Instant::now() > end => {
                let left = marked(mark);
                left.iter().for_each(|pid| kill(*pid));
                panic!("{mark}: the controller outlives its {victim:?} ({left:?} are there)");
            }
            None => std::thread::yield_now(),
        }
    };
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let status = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    (victim != Victim::Controller).then_some((status, said))
}

fn await_nobody(mark: &str, what: &str) {
    let end = Instant::now() + Duration::from_secs(1);
    loop {
        let left = marked(mark);
        if left.is_empty() {
            return;
        }
        if Instant::now() > end {
            left.iter().for_each(|pid| kill(*pid));
            panic!("{what}: {left:?} are left after a second");
        }
        std::thread::yield_now();
    }
}

#[test]
fn sudden_death() {
    let scratch = Scratch::new();
    let source = scratch.path("idle.c");
    std::fs::write(&source, PROGRAM).unwrap();
    let object = compile(&scratch, &source, &[]);
    let before = files();
    let mut state = 0x1234_5678_9abc_def1u64;
    for n in 0..ROUNDS {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let victim = [Victim::Controller, Victim::Warden, Victim::Executor][(n % 3) as usize];
        let moment = Duration::from_micros(state % 12_000);
        let mark = format!("{}-{n}", std::process::id());
        let ended = round(&object, &mark, victim, moment);
        await_nobody(&mark, &format!("round {n}, {victim:?} after {moment:?}"));
        match (victim, ended) {
            (Victim::Executor, Some((status, said))) => {
                // Before it runs the program it is no program that is killed.
                let program = status == 137 && said.contains("SIGKILL");
                let early = status == 1 && said.contains("the executor ended too early");
                assert!(program || early, "round {n}: {status} {said:?}");
            }
            (Victim::Warden, Some((status, said))) => {
                assert!(matches!(status, 1 | 125), "round {n}: {status} {said:?}");
                assert!(said.contains("warden"), "round {n}: {status} {said:?}");
            }
            _ => {}
        }
    }
    let left: Vec<String> = files().difference(&before).cloned().collect();
    assert!(left.is_empty(), "files are left: {left:?}");
}
