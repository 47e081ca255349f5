//! How long an answer takes at the prompt: inputs are written to a pipe one at a time and the line
//! each prints is awaited. In: peers; out: median, 99th percentile, first and last quarter, and
//! what all processes hold in memory at the end.

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::measure::{self, find};
use crate::report::Report;

const INPUTS: usize = 200;
/// No answer takes longer.
const LIMIT: Duration = Duration::from_secs(10);

/// What 200 answers took.
pub(crate) struct Latency {
    pub(crate) ready: Duration,
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
    pub(crate) longest: Duration,
    pub(crate) first_quarter: Duration,
    pub(crate) last_quarter: Duration,
    pub(crate) rss_kib: u64,
}

struct Peer {
    name: &'static str,
    command: Result<Vec<String>, String>,
    prepare: &'static str,
    inputs: fn(usize) -> String,
}

const C_PREPARE: &str = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\
    #include <math.h>\nsetvbuf(stdout, 0, _IOLBF, 0);\nprintf(\"@\" \"ready \\n\");\n";
const PYTHON_PREPARE: &str = "print(\"@\" \"ready \")\n";

/// Four kinds in turn: an expression, globals, a function and its call, a structure with all of it.
/// The marker is written in two parts, so that an echo of the input is not taken for the answer.
fn c_input(n: usize) -> String {
    let (a, b) = (1 + n * 37 % 99, 1 + n * 61 % 99);
    match n % 4 {
        0 => format!("printf(\"@\" \"{n} %d\\n\", ({a} * {b} + {n}) % 7 << 2);"),
        1 => format!(
            "int g{n} = {a}; double d{n}[4] = {{1, 2, {b}, 4}}; \
             printf(\"@\" \"{n} %d %f\\n\", g{n} * 2, d{n}[2]);"
        ),
        2 => format!(
            "int f{n}(int x, int y) {{ int s = 0; for (int i = 0; i < x; i++) {{ if (i % 3 == 0) \
             s += y * i; else s ^= i; }} return s; }} printf(\"@\" \"{n} %d\\n\", f{n}({a}, {b}));"
        ),
        _ => format!(
            "struct s{n} {{ int a; char name[16]; double w; }} v{n} = {{{a}, \"abc\", {b}.5}}; \
             unsigned h{n}(const char *p) {{ unsigned h = 5381; while (*p) h = h * 33 + *p++; \
             return h; }} printf(\"@\" \"{n} %d %u %f\\n\", v{n}.a, h{n}(v{n}.name), v{n}.w + g{});",
            n / 4 * 4 + 1
        ),
    }
}

fn python_input(n: usize) -> String {
    let (a, b) = (1 + n * 37 % 99, 1 + n * 61 % 99);
    match n % 4 {
        0 => format!("print('@' '{n} %d' % (({a} * {b} + {n}) % 7 << 2))"),
        1 => format!("g{n} = {a}; d{n} = [1, 2, {b}, 4]; print('@' '{n} %d %f' % (g{n}, d{n}[2]))"),
        2 => format!(
            "f{n} = lambda x, y: sum(y * i if i % 3 == 0 else i for i in range(x)); \
             print('@' '{n} %d' % f{n}({a}, {b}))"
        ),
        _ => {
            format!("v{n} = dict(a={a}, name='abc', w={b}.5); print('@' '{n}', v{n}, hash('abc'))")
        }
    }
}

fn peers(tine: &Path) -> Vec<Peer> {
    let strings = |list: &[&str]| list.iter().map(|s| s.to_string()).collect::<Vec<_>>();
    let installed = |program: &str, rest: &[&str]| match find(program) {
        Some(_) => Ok(strings(&[&[program], rest].concat())),
        None => Err(format!("absent: {program}")),
    };
    let ours = match tine.is_file() {
        true => Ok(vec![tine.to_string_lossy().into_owned()]),
        false => Err(format!("absent: {} (cargo build --release -p cli)", tine.display())),
    };
    let c = |name, command| Peer { name, command, prepare: C_PREPARE, inputs: c_input };
    let runtime = "--orc-runtime=/usr/lib/llvm-22/lib/clang/22/lib/linux/liborc_rt-x86_64.a";
    let apart = ["--Xcc=-xc", runtime, "--oop-executor", "--use-shared-memory"];
    vec![
        c("tine", ours.clone()),
        c("tine in-process", ours.map(|ours| [ours, strings(&["--executor=in-process"])].concat())),
        c("clang-repl in-process", installed("clang-repl-22", &["--Xcc=-xc"])),
        c("clang-repl oop, shared memory", installed("clang-repl-22", &apart)),
        Peer {
            name: "python3 -i",
            command: installed("python3", &["-i", "-u"]),
            prepare: PYTHON_PREPARE,
            inputs: python_input,
        },
    ]
}

pub(crate) fn run(tine: &Path, report: &mut Report) -> Result<(), String> {
    measure::become_reaper()?;
    report.latency_head(INPUTS);
    for peer in peers(tine) {
        let result = peer.command.clone().and_then(|c| talk(&c, peer.prepare, peer.inputs));
        report.latency(peer.name, &result)?;
        measure::reap();
    }
    Ok(())
}

struct Talk {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    heard: Vec<u8>,
}

fn talk(command: &[String], prepare: &str, inputs: fn(usize) -> String) -> Result<Latency, String> {
    let (program, arguments) = command.split_first().ok_or("an empty command")?;
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("{program}: {e}"))?;
    let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(format!("{program}: no pipes"));
    };
    let mut talk = Talk { child, input, output, heard: Vec::new() };
    let outcome = talk.all(start, prepare, inputs);
    // It may have ended by itself.
    let _ = talk.child.kill();
    talk.child.wait().map_err(|e| format!("{program}: {e}"))?;
    outcome.map_err(|e| format!("fails: {e}"))
}

impl Talk {
    fn all(
        &mut self,
        start: Instant,
        prepare: &str,
        inputs: fn(usize) -> String,
    ) -> Result<Latency, String> {
        self.say(prepare, "@ready ")?;
        let ready = start.elapsed();
        let mut times = Vec::new();
        for n in 0..INPUTS {
            let (line, marker) = (inputs(n) + "\n", format!("@{n} "));
            let asked = Instant::now();
            self.say(&line, &marker)?;
            times.push(asked.elapsed());
        }
        let rss_kib = measure::tree_rss(std::process::id());
        let median = |part: &[Duration]| crate::report::median(&mut part.to_vec());
        let (first_quarter, last_quarter) =
            (median(&times[..INPUTS / 4]), median(&times[INPUTS * 3 / 4..]));
        times.sort_unstable();
        let (p99, longest) = (times[INPUTS * 99 / 100], times[INPUTS - 1]);
        let median = median(&times);
        Ok(Latency { ready, median, p99, longest, first_quarter, last_quarter, rss_kib })
    }

    /// Writes a line and waits for the line of output that begins with the marker.
    fn say(&mut self, line: &str, marker: &str) -> Result<(), String> {
        self.input.write_all(line.as_bytes()).map_err(|e| format!("at {}: {e}", line.trim()))?;
        let end = Instant::now() + LIMIT;
        loop {
            if let Some(at) = find_bytes(&self.heard, marker.as_bytes())
                && let Some(length) = self.heard[at..].iter().position(|b| *b == b'\n')
            {
                self.heard.drain(..at + length + 1);
                return Ok(());
            }
            let left = end.saturating_duration_since(Instant::now()).as_millis() as u16;
            let mut fds = [PollFd::new(self.output.as_fd(), PollFlags::POLLIN)];
            let ready =
                poll(&mut fds, PollTimeout::from(left)).map_err(|e| format!("poll: {e}"))?;
            let mut bytes = [0; 16384];
            let got = match ready {
                0 => 0,
                _ => self.output.read(&mut bytes).map_err(|e| format!("its output: {e}"))?,
            };
            if got == 0 {
                let said = String::from_utf8_lossy(&self.heard);
                let said: String = said.chars().take(120).collect();
                return Err(format!("no answer to {:?}, but {said:?}", line.trim()));
            }
            self.heard.extend_from_slice(&bytes[..got]);
        }
    }
}

fn find_bytes(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|w| w == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_answers() {
        let _alone = measure::ALONE.lock().unwrap_or_else(|e| e.into_inner());
        let echo = "while read -r line; do n=${n-ready}; echo \"@$n x\"; \
                    case $n in ready) n=0;; *) n=$((n + 1));; esac; done";
        let command = ["sh", "-c", echo].map(str::to_owned);
        let latency = talk(&command, "hello\n", c_input).expect("it answers");
        assert!(latency.median <= latency.p99 && latency.p99 <= latency.longest);
        let silent = ["true"].map(str::to_owned);
        assert!(talk(&silent, "hello\n", c_input).is_err());
    }
}
