//! A crash in words. In come the record the crash handler wrote and ways to name an address; out
//! comes a [`Report`] as data, and its text.

use executor::addr::Addr;
use executor::wire::CrashRecord;
use std::fmt;

/// What is known of a place in code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    pub addr: Addr,
    pub function: Option<String>,
    /// Bytes from the function's start.
    pub offset: u64,
    /// The object, archive member or library it belongs to.
    pub module: Option<String>,
    /// File and line.
    pub line: Option<(String, u32)>,
    /// How many frames in a row are this one.
    pub times: u64,
}

impl Default for Frame {
    fn default() -> Frame {
        Frame { addr: Addr::NULL, function: None, offset: 0, module: None, line: None, times: 1 }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// `SIGSEGV`
    pub signal: String,
    /// `write to 0x10, which is not mapped (null pointer plus 16)`
    pub what: String,
    /// The thread, where it is not the main one: `thread 'worker'`.
    pub thread: Option<String>,
    /// The source of the innermost place that has one.
    pub picture: Option<Picture>,
    /// Innermost first.
    pub frames: Vec<Frame>,
    /// Frames beyond the shown ones.
    pub more: usize,
    /// There are others that were not followed.
    pub cut: bool,
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
    /// What its operands were: `p = NULL`.
    pub here: Option<String>,
}

/// What the statements of an input are called as a function.
pub(crate) const STATEMENTS: &str = "the input's statements";

/// Those of a script.
pub(crate) const FILE_STATEMENTS: &str = "the file's statements";

/// How many frames a report shows.
const SHOWN: usize = 16;

impl Report {
    /// `name` gives what is known of an address in code; `callers` are return addresses, innermost
    /// first, with how often each stands there in a row.
    pub(crate) fn new(
        crash: &CrashRecord,
        callers: &[(Addr, u64)],
        mut name: impl FnMut(Addr) -> Frame,
    ) -> Report {
        let mut frames = vec![name(crash.pc)];
        // A return address is the end of the call: one byte back lies in it.
        let callers = callers.iter().filter(|(back, _)| back.0 > 1);
        let mut callers: Vec<Frame> =
            callers.map(|&(back, times)| Frame { times, ..name(Addr(back.0 - 1)) }).collect();
        // Below main (or the statements of an input) is the start of every program: nothing to learn there.
        if frames[0].is_first() {
            callers.clear();
        } else if let Some(first) = callers.iter().position(Frame::is_first) {
            callers.truncate(first + 1);
        }
        let is_users = |f: &Frame| f.function.is_some() && (f.line.is_some() || f.module.is_none());
        // What starts a thread is libc's.
        if crash.thread != crash.pid
            && let Some(last) = callers.iter().rposition(is_users)
        {
            callers.truncate(last + 1);
        }
        while callers.last().is_some_and(|f| f.function.is_none() && f.module.is_none()) {
            callers.pop();
        }
        // A few instructions of ours that no one has written.
        let nameless = match &frames[0].function {
            Some(name) => name.starts_with(".L"),
            None => frames[0].module.is_none(),
        };
        if nameless && !crash.is_fetch() && !callers.is_empty() {
            frames.clear();
        }
        if crash.signal == SIGABRT {
            without_abort(&mut frames, &mut callers);
        }
        for caller in callers {
            // The entry of a function with variable arguments stands below its body.
            let is_entry = |last: &Frame| {
                last.function == caller.function && last.line.is_some() && caller.line.is_none()
            };
            if frames.last().is_some_and(is_entry) {
                continue;
            }
            match frames.last_mut().filter(|last| last.is_like(&caller)) {
                Some(last) => last.times += caller.times,
                None => frames.push(caller),
            }
        }
        let more = frames.iter().skip(SHOWN).map(|frame| frame.times).sum::<u64>() as usize;
        frames.truncate(SHOWN);
        Report {
            signal: signal_name(crash.signal),
            what: what(crash),
            thread: None,
            picture: None,
            frames,
            more,
            cut: false,
            last_calls: Vec::new(),
        }
    }

    /// Each fact on a line, as compilers write their messages, for programs to read.
    pub fn lines(&self) -> String {
        let place = self.picture.as_ref().map_or(String::new(), |picture| {
            format!("{}:{}:{}: ", picture.file, picture.line, picture.columns.0.max(1))
        });
        let here = self.picture.as_ref().and_then(|picture| picture.here.as_deref());
        let here = here.map_or(String::new(), |here| format!(" [{here}]"));
        let mut out = format!("{place}{}{here}\n", self.headline());
        out.push_str(&self.backtrace());
        out
    }

    fn headline(&self) -> String {
        let thread = self.thread.as_ref().map_or(String::new(), |thread| format!(" in {thread}"));
        format!("crash: {}{thread}, {}", self.signal, self.what)
    }

    fn backtrace(&self) -> String {
        let mut out = String::new();
        for (at, frame) in self.frames.iter().enumerate() {
            let word = if at == 0 { "in" } else { "by" };
            out.push_str(&format!("   {word} {frame}\n"));
            if let more @ 1.. = frame.times - 1 {
                let name = frame.function.as_deref().unwrap_or("the same");
                let frames = if more == 1 { "frame" } else { "frames" };
                out.push_str(&format!("   … {} more {frames} of {name}\n", roughly(more)));
            }
        }
        if self.more > 0 {
            out.push_str(&format!("   … and {} more frames\n", roughly(self.more as u64)));
        }
        if self.cut {
            out.push_str("   … and more\n");
        }
        if !self.last_calls.is_empty() {
            out.push_str(&format!("   last calls: {}\n", self.last_calls.join(", ")));
        }
        out
    }
}

/// What libc does to end a process tells nothing: the last of its functions that has a name is
/// where the program called it.
fn without_abort(frames: &mut Vec<Frame>, callers: &mut Vec<Frame>) {
    frames.append(callers);
    let is_libc = |frame: &Frame| frame.module.as_ref().is_some_and(|m| m.contains("/libc.so"));
    let other = frames.iter().position(|frame| !is_libc(frame)).unwrap_or(frames.len());
    let last = frames[..other].iter().rposition(|frame| frame.function.is_some());
    frames.drain(..last.unwrap_or(other));
    *callers = frames.split_off(1.min(frames.len()));
}

/// `12`, `about 100,000`: how deep a stack is at its end is another number each time.
pub(crate) fn roughly(number: u64) -> String {
    if number < 1000 {
        return number.to_string();
    }
    let unit = 10u64.pow(number.ilog10() - 1);
    let digits = ((number + unit / 2) / unit * unit).to_string();
    let mut out = String::from("about ");
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.headline())?;
        if let Some(picture) = &self.picture {
            write!(f, "{picture}")?;
        }
        write!(f, "{}", self.backtrace())
    }
}

impl Frame {
    /// The first function of a program.
    pub(crate) fn is_first(&self) -> bool {
        matches!(self.function.as_deref(), Some("main" | STATEMENTS | FILE_STATEMENTS))
    }

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
        let here = self.here.as_ref().map_or(String::new(), |here| format!(" here: {here}"));
        writeln!(f, "   ╰ {}{}{here}", " ".repeat(before), "━".repeat(under.max(1)))
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
    fn large_numbers_are_rough() {
        let shown = [0, 12, 999, 1000, 104_743, 2_551_234].map(roughly);
        let expected = ["0", "12", "999", "about 1,000", "about 100,000", "about 2,600,000"];
        assert_eq!(shown, expected);
    }

    #[test]
    fn frames_end_at_main() {
        let crash = fault(11, 1, 0, 6);
        let callers = [(Addr(0x2001), 1), (Addr(0x3001), 1), (Addr(0x4001), 1)];
        let report = Report::new(&crash, &callers, |addr| Frame {
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
