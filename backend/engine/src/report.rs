//! A crash in words. In come the record the crash handler wrote and ways to name an address; out
//! comes a [`Report`] as data, and its text.

use executor::addr::Addr;
use executor::wire::CrashRecord;
use std::fmt;

/// What is known of a place in code.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frame {
    pub addr: Addr,
    pub function: Option<String>,
    /// Bytes from the function's start.
    pub offset: u64,
    /// The object, archive member or library it belongs to.
    pub module: Option<String>,
    /// File and line.
    pub line: Option<(String, u32)>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// `SIGSEGV`
    pub signal: String,
    /// `write to 0x10, which is not mapped (null pointer plus 16)`
    pub what: String,
    /// The source of the innermost place that has one.
    pub picture: Option<Picture>,
    /// Innermost first.
    pub frames: Vec<Frame>,
    /// Frames beyond the shown ones.
    pub more: usize,
    /// What was called last, the newest last, where calls were traced.
    pub last_calls: Vec<String>,
}

/// A stretch of one line of source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    pub file: String,
    pub line: u32,
    pub text: String,
    /// The first and the last byte of it, from 1.
    pub columns: (u32, u32),
}

/// What the statements of an input are called as a function.
pub(crate) const STATEMENTS: &str = "the input's statements";

/// How many frames a report shows.
const SHOWN: usize = 16;

impl Report {
    /// `name` gives what is known of an address in code.
    pub fn new(crash: &CrashRecord, mut name: impl FnMut(Addr) -> Frame) -> Report {
        let mut frames = vec![name(crash.pc)];
        // A return address is the end of the call: one byte back lies in it.
        let callers = crash.frames.iter().filter(|a| a.0 > 1).map(|a| Addr(a.0 - 1));
        let mut callers: Vec<Frame> = callers.map(&mut name).collect();
        // Below main (or the statements of an input) is the start of every program: nothing to learn there.
        let is_first = |f: &Frame| matches!(f.function.as_deref(), Some("main" | STATEMENTS));
        if is_first(&frames[0]) {
            callers.clear();
        } else if let Some(first) = callers.iter().position(is_first) {
            callers.truncate(first + 1);
        }
        while callers.last().is_some_and(|f| f.function.is_none() && f.module.is_none()) {
            callers.pop();
        }
        frames.append(&mut callers);
        let more = frames.len().saturating_sub(SHOWN);
        frames.truncate(SHOWN);
        Report {
            signal: signal_name(crash.signal),
            what: what(crash),
            picture: None,
            frames,
            more,
            last_calls: Vec::new(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "crash: {}, {}", self.signal, self.what)?;
        if let Some(picture) = &self.picture {
            write!(f, "{picture}")?;
        }
        let mut i = 0;
        while let Some(frame) = self.frames.get(i) {
            let like = self.frames[i + 1..].iter().take_while(|other| frame.is_like(other));
            let same = if i == 0 { 0 } else { like.count() };
            let word = if i == 0 { "in" } else { "by" };
            match same {
                0 | 1 => writeln!(f, "   {word} {frame}")?,
                n => writeln!(f, "   {word} {frame} ({n} more times)")?,
            }
            i += if same > 1 { same + 1 } else { 1 };
        }
        if self.more > 0 {
            writeln!(f, "   … and {} more frames", self.more)?;
        }
        if !self.last_calls.is_empty() {
            writeln!(f, "   last calls: {}", self.last_calls.join(", "))?;
        }
        Ok(())
    }
}

impl Frame {
    /// Another call at the same place in the same function.
    fn is_like(&self, other: &Frame) -> bool {
        self.function.is_some() && self.function == other.function && self.line == other.line
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.columns.0.max(1) as usize - 1, self.columns.1 as usize);
        let text = self.text.replace('\t', " ");
        let width = |range: std::ops::Range<usize>| {
            text.get(range.clone()).map_or(range.len(), |t| t.chars().count())
        };
        let last = last.min(text.len()).max(first);
        let (before, under) = (width(0..first.min(text.len())), width(first.min(last)..last));
        writeln!(f, "   ╭▸ {}:{}", self.file, self.line)?;
        writeln!(f, "   │ {text}")?;
        writeln!(f, "   ╰ {}{}", " ".repeat(before), "━".repeat(under.max(1)))
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.function, &self.module) {
            (Some(function), _) => write!(f, "{function}+{:#x}", self.offset)?,
            // A function without a name: its place in the file is what can be looked up.
            (None, Some(module)) => return write!(f, "{module}+{:#x}", self.offset),
            (None, None) => write!(f, "{}", self.addr)?,
        }
        if let Some((file, line)) = &self.line {
            write!(f, " at {file}:{line}")?;
        } else if let Some(module) = &self.module {
            write!(f, " ({module})")?;
        }
        Ok(())
    }
}

/// The signal's name, or its number where it has none.
pub fn signal_name(signal: i32) -> String {
    const NAMES: [&str; 32] = [
        "",
        "SIGHUP",
        "SIGINT",
        "SIGQUIT",
        "SIGILL",
        "SIGTRAP",
        "SIGABRT",
        "SIGBUS",
        "SIGFPE",
        "SIGKILL",
        "SIGUSR1",
        "SIGSEGV",
        "SIGUSR2",
        "SIGPIPE",
        "SIGALRM",
        "SIGTERM",
        "SIGSTKFLT",
        "SIGCHLD",
        "SIGCONT",
        "SIGSTOP",
        "SIGTSTP",
        "SIGTTIN",
        "SIGTTOU",
        "SIGURG",
        "SIGXCPU",
        "SIGXFSZ",
        "SIGVTALRM",
        "SIGPROF",
        "SIGWINCH",
        "SIGIO",
        "SIGPWR",
        "SIGSYS",
    ];
    match usize::try_from(signal).ok().and_then(|s| NAMES.get(s)) {
        Some(name) if !name.is_empty() => (*name).to_string(),
        _ => format!("signal {signal}"),
    }
}

const SIGILL: i32 = 4;
const SIGTRAP: i32 = 5;
const SIGABRT: i32 = 6;
const SIGBUS: i32 = 7;
const SIGFPE: i32 = 8;
const SIGSEGV: i32 = 11;

/// Codes below one: the signal was sent by a process and not by a fault.
const SENT: i32 = 0;
const SEGV_MAPERR: i32 = 1;
const SI_KERNEL: i32 = 128;

/// Addresses below this are a null pointer plus the offset of a member or an element.
const NULL_ZONE: u64 = 4096;

fn what(crash: &CrashRecord) -> String {
    if crash.is_stack_exhausted() {
        return "the stack is used up (endless recursion?)".into();
    }
    let sent = crash.code <= SENT;
    match crash.signal {
        SIGSEGV | SIGBUS if !sent => memory_fault(crash),
        SIGFPE if !sent => match crash.code {
            1 => "integer division by zero".into(),
            2 => "integer division overflow".into(),
            _ => "arithmetic fault".into(),
        },
        SIGILL if !sent => match crash.pc_bytes.as_slice() {
            [0x0f, 0x0b, ..] => "a trap: unreachable code was reached".into(),
            _ => format!("not an instruction: {}", hex(&crash.pc_bytes)),
        },
        SIGTRAP if !sent => "a breakpoint instruction".into(),
        SIGABRT => "abort was called".into(),
        _ if sent => "sent by a process".into(),
        _ => "fault".into(),
    }
}

fn memory_fault(crash: &CrashRecord) -> String {
    let verb = match (crash.is_fetch(), crash.is_write()) {
        (true, _) => "call of",
        (_, true) => "write to",
        _ => "read from",
    };
    if crash.code == SI_KERNEL {
        return format!("{verb} an address no pointer can have");
    }
    let addr = crash.address;
    if addr.0 < NULL_ZONE {
        return match addr.0 {
            0 => format!("{verb} a null pointer"),
            n => format!("{verb} {addr}, a null pointer plus {n}"),
        };
    }
    if crash.signal == SIGBUS {
        return format!("{verb} {addr}, which lies behind the end of a mapped file");
    }
    match crash.code {
        SEGV_MAPERR => format!("{verb} {addr}, which is not mapped"),
        _ if crash.is_fetch() => format!("{verb} {addr}, which is not code"),
        _ if crash.is_write() => format!("{verb} {addr}, which is read-only"),
        _ => format!("{verb} {addr}, which is not readable"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(8).map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(signal: i32, code: i32, address: u64, fault: u64) -> CrashRecord {
        CrashRecord {
            signal,
            code,
            address: Addr(address),
            fault,
            trap: 14,
            pc: Addr(0x1000),
            ..CrashRecord::default()
        }
    }

    #[test]
    fn kinds() {
        for (crash, expected) in [
            (fault(11, 1, 0, 6), "write to a null pointer"),
            (fault(11, 1, 16, 4), "read from 0x10, a null pointer plus 16"),
            (fault(11, 1, 0x5000, 6), "write to 0x5000, which is not mapped"),
            (fault(11, 2, 0x5000, 7), "write to 0x5000, which is read-only"),
            (fault(11, 2, 0x5000, 0x15), "call of 0x5000, which is not code"),
            (fault(11, 128, 0, 0), "read from an address no pointer can have"),
            (
                fault(7, 2, 0x5000, 4),
                "read from 0x5000, which lies behind the end of a mapped file",
            ),
            (fault(8, 1, 0x5000, 0), "integer division by zero"),
            (fault(6, -6, 0, 0), "abort was called"),
            (fault(11, 0, 0, 0), "sent by a process"),
        ] {
            assert_eq!(what(&crash), expected, "{crash:?}");
        }
    }

    #[test]
    fn frames_end_at_main() {
        let mut crash = fault(11, 1, 0, 6);
        crash.frames = vec![Addr(0x2001), Addr(0x3001), Addr(0x4001)];
        let report = Report::new(&crash, |addr| Frame {
            addr,
            function: match addr.0 {
                0x1000 => Some("fall".into()),
                0x2000 => Some("main".into()),
                _ => None,
            },
            offset: 4,
            line: (addr.0 == 0x1000).then(|| ("x.c".into(), 7)),
            ..Frame::default()
        });
        let text =
            "crash: SIGSEGV, write to a null pointer\n   in fall+0x4 at x.c:7\n   by main+0x4\n";
        assert_eq!(report.to_string(), text);
    }
}
