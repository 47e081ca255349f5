//! Runs a command and says what it cost: wall time from start until the whole process tree has let
//! go of its output, processor time of the tree, its memory, its system calls. In: a list of steps
//! that run one after the other (a link, then the program); out: figures, or a sentence about what
//! went wrong. Orphans come to this process (it is a sub-reaper) and are counted, so nobody hides
//! cost in a process that nobody waits for.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::sys::time::TimeValLike;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// No step of a benchmark takes longer.
const LIMIT: Duration = Duration::from_secs(60);
/// After the output is closed, processes get so long to be gone.
const GRACE: Duration = Duration::from_millis(500);

/// One program and its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Step(pub(crate) Vec<String>);

/// What one run cost.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    pub(crate) stdout: Vec<u8>,
    /// Processes that outlived their own command and had to be killed.
    pub(crate) left: usize,
}

/// Takes over orphans from now on.
pub(crate) fn become_reaper() -> Result<(), String> {
    nix::sys::prctl::set_child_subreaper(true).map_err(|e| format!("becoming a sub-reaper: {e}"))
}

/// Runs all steps; the last one's output counts.
pub(crate) fn run(steps: &[Step]) -> Result<Cost, String> {
    let mut sum = Cost::default();
    for step in steps {
        let before = children_cpu()?;
        let start = Instant::now();
        let child = spawn(step)?;
        let (stdout, status) = finish(child, step)?;
        sum.wall += start.elapsed();
        sum.left += reap();
        sum.cpu += children_cpu()?.saturating_sub(before);
        status?;
        sum.stdout = stdout;
    }
    Ok(sum)
}

fn spawn(step: &Step) -> Result<Child, String> {
    let (program, arguments) = step.0.split_first().ok_or("an empty command")?;
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{program}: {e}"))
}

/// What it wrote, and whether it ended well: else its status and its first words of complaint.
type Finished = (Vec<u8>, Result<(), String>);

fn finish(child: Child, step: &Step) -> Result<Finished, String> {
    let pid = Pid::from_raw(child.id() as i32);
    let (done, waiting) = mpsc::channel::<()>();
    let watchdog = std::thread::spawn(move || {
        let late = waiting.recv_timeout(LIMIT) == Err(mpsc::RecvTimeoutError::Timeout);
        if late {
            // It may have ended just now; then there is nothing to kill.
            let _ = kill(pid, Signal::SIGKILL);
        }
        late
    });
    let output = child.wait_with_output().map_err(|e| format!("waiting for {:?}: {e}", step.0))?;
    drop(done);
    if watchdog.join().unwrap_or(false) {
        return Ok((Vec::new(), Err(format!("did not end within {} s", LIMIT.as_secs()))));
    }
    if output.status.success() {
        return Ok((output.stdout, Ok(())));
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let words = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or("it said nothing");
    let words: String = words.chars().take(160).collect();
    Ok((output.stdout, Err(format!("{}: {words}", output.status))))
}

/// Waits for what is left of the tree; what stays too long is killed and counted.
pub(crate) fn reap() -> usize {
    let end = Instant::now() + GRACE;
    let mut left = 0;
    loop {
        match waitpid(None::<Pid>, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::StillAlive) if Instant::now() < end => {
                std::thread::sleep(Duration::from_micros(200));
            }
            Ok(WaitStatus::StillAlive) => {
                for pid in descendants(std::process::id()) {
                    left += usize::from(kill(Pid::from_raw(pid as i32), Signal::SIGKILL).is_ok());
                }
                let _ = waitpid(None::<Pid>, None);
            }
            Ok(_) => {}
            Err(_) => return left,
        }
    }
}

fn children_cpu() -> Result<Duration, String> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|e| format!("getrusage: {e}"))?;
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(Duration::from_micros(micros.max(0) as u64))
}

/// The processes below `root`, from /proc.
fn descendants(root: u32) -> Vec<u32> {
    let mut below: HashMap<u32, Vec<u32>> = HashMap::new();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    for pid in entries.filter_map(|e| e.file_name().to_str()?.parse::<u32>().ok()) {
        if let Some(parent) = parent_of(pid) {
            below.entry(parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(pid) = open.pop() {
        let children = below.remove(&pid).unwrap_or_default();
        found.extend(&children);
        open.extend(children);
    }
    found
}

fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything; the fields go on after the last one.
    let after = stat.rfind(')')? + 1;
    stat.get(after..)?.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// The largest sum of resident memory over the tree, in KiB, looked at as often as possible while
/// the steps run once. Separate from the timed runs, which it would disturb.
pub(crate) fn peak_rss(steps: &[Step]) -> Result<u64, String> {
    let running = Arc::new(AtomicBool::new(true));
    let watched = Arc::clone(&running);
    let me = std::process::id();
    let watcher = std::thread::spawn(move || {
        let mut peak = 0;
        while watched.load(Ordering::Relaxed) {
            peak = peak.max(tree_rss(me));
        }
        peak
    });
    let outcome = run(steps);
    running.store(false, Ordering::Relaxed);
    let peak = watcher.join().map_err(|_| "the watcher of memory failed")?;
    outcome.map(|_| peak)
}

/// What all processes below `root` hold in memory now, in KiB.
pub(crate) fn tree_rss(root: u32) -> u64 {
    descendants(root).into_iter().filter_map(resident).sum()
}

/// Resident memory of a process, in KiB.
fn resident(pid: u32) -> Option<u64> {
    let mut text = String::new();
    fs::File::open(format!("/proc/{pid}/statm")).ok()?.read_to_string(&mut text).ok()?;
    Some(text.split_ascii_whitespace().nth(1)?.parse::<u64>().ok()? * 4)
}

/// System calls of the whole tree, counted by strace. `None` where there is no strace.
pub(crate) fn system_calls(steps: &[Step], scratch: &Path) -> Result<Option<u64>, String> {
    if find("strace").is_none() {
        return Ok(None);
    }
    let file = scratch.join("strace.txt");
    let mut sum = 0;
    for step in steps {
        let strace = ["strace", "-f", "-c", "-o", &file.to_string_lossy(), "--"];
        let traced = strace.iter().map(|s| s.to_string()).chain(step.0.iter().cloned());
        run(&[Step(traced.collect())])?;
        let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        sum += total_calls(&text).ok_or("strace printed no total")?;
    }
    Ok(Some(sum))
}

/// The fourth column of strace's line of totals.
fn total_calls(text: &str) -> Option<u64> {
    let line = text.lines().rev().find(|l| l.trim_end().ends_with(" total"))?;
    line.split_ascii_whitespace().nth(3)?.parse().ok()
}

/// Where a program lies on the search path.
pub(crate) fn find(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}

/// Tests that start processes take turns: whoever reaps takes everybody's children.
#[cfg(test)]
pub(crate) static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(commands: &[&[&str]]) -> Vec<Step> {
        commands.iter().map(|c| Step(c.iter().map(|s| s.to_string()).collect())).collect()
    }

    #[test]
    fn totals_of_strace() {
        let text = "% time     seconds  usecs/call     calls    errors syscall\n\
                    ------ ----------- ----------- --------- --------- ----------------\n\
                     50.00    0.000001           1       101         7 openat\n\
                    100.00    0.000002           1       141        44 total\n";
        assert_eq!(total_calls(text), Some(141));
        assert_eq!(total_calls("nothing"), None);
    }

    #[test]
    fn a_run_has_output_cost_and_failure() {
        let _alone = ALONE.lock().unwrap_or_else(|e| e.into_inner());
        let cost = run(&steps(&[&["true"], &["echo", "three"]])).expect("both ran");
        assert_eq!((cost.stdout, cost.left), (b"three\n".to_vec(), 0));
        let wrong = run(&steps(&[&["sh", "-c", "echo why >&2; exit 3"]])).expect_err("fails");
        assert!(wrong.contains('3') && wrong.contains("why"), "{wrong}");
        assert!(run(&steps(&[&["/no/such/program"]])).is_err());
        assert!(
            peak_rss(&steps(&[&["sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do :; done"]])).is_ok()
        );
    }
}
