//! What the integration tests share: the binary under test, scratch folders, compiling with the
//! system's gcc, running a command with a limit so that a hang is a failure and not a wait.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two levels up").to_path_buf()
}

/// The `tine` that was built for these tests.
pub(crate) fn tine() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tine"))
}

/// A folder of this test's own, gone when it is dropped.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Scratch {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("tine-test-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Compiles a C or C++ file to an object with the system's compiler.
pub(crate) fn compile(scratch: &Scratch, source: &Path, flags: &[&str]) -> PathBuf {
    let name = source.file_name().unwrap().to_str().unwrap();
    let out = scratch.path(&format!("{name}.o"));
    let cc = if source.extension().unwrap() == "cc" { "g++" } else { "gcc" };
    let mut command = Command::new(cc);
    command.args(["-w", "-O1", "-c", "-o"]).arg(&out).args(flags).arg(source);
    assert!(command.status().unwrap().success(), "{command:?}");
    out
}

#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// As a shell would say it: 128+n for signal n.
    pub(crate) status: i32,
}

impl Seen {
    pub(crate) fn ended(&self) -> bool {
        self.status != NEVER
    }
}

/// The status of a command that did not end by itself.
const NEVER: i32 = -1;
/// For what ends at once where nothing else runs: only a hang takes as long.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs a command to its end with empty input; past the limit it is killed and the test fails.
pub(crate) fn run_limited(command: &mut Command) -> Seen {
    run_with_input(command, "")
}

/// The same with something on its standard input.
pub(crate) fn run_with_input(command: &mut Command, input: &str) -> Seen {
    run_within(command, input, LIMIT)
}

/// The same with a limit of its own.
pub(crate) fn run_within(command: &mut Command, input: &str, limit: Duration) -> Seen {
    use std::os::unix::process::ExitStatusExt;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let mut to = child.stdin.take().unwrap();
    let input = input.to_string();
    // It may end before it has read everything: that is no failure of the test's.
    let write = std::thread::spawn(move || drop(to.write_all(input.as_bytes())));
    let mut out = child.stdout.take().unwrap();
    let mut err = child.stderr.take().unwrap();
    let read_out = std::thread::spawn(move || {
        let mut text = Vec::new();
        out.read_to_end(&mut text).unwrap();
        text
    });
    let read_err = std::thread::spawn(move || {
        let mut text = Vec::new();
        err.read_to_end(&mut text).unwrap();
        text
    });
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if start.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let Some(status) = status else {
        // Its own children may hold the pipes: what they wrote is not waited for.
        let stderr = format!("{command:?} did not end within {limit:?}");
        return Seen { stdout: String::new(), stderr, status: NEVER };
    };
    write.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Seen {
        stdout: text(read_out.join().unwrap()),
        stderr: text(read_err.join().unwrap()),
        status: status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)),
    }
}

/// Calls `work` for each item on as many threads as there are processors.
pub(crate) fn in_parallel<T: Sync>(items: &[T], work: impl Fn(usize, &T) + Sync) {
    let next = AtomicUsize::new(0);
    let n_threads = std::thread::available_parallelism().map_or(2, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { break };
                    work(i, item);
                }
            });
        }
    });
}
