//! What can go wrong that is not a C diagnostic: the world's failures, each a sentence that names
//! the thing and, where there is one, the next step.

use crate::hint::Hint;
use crate::report::signal_name;
use executor::handle::Cause;
use executor::wire::End;
use std::fmt;

/// The world failed, or what was asked for cannot be had.
#[derive(Debug)]
pub enum Failure {
    /// A file could not be read.
    File { path: String, why: std::io::Error },
    /// `-lNAME` was nowhere.
    Library { name: String, looked: Vec<String> },
    /// The link failed.
    Link(link::Errors),
    /// The link failed for names that libraries define which are not linked.
    Unlinked { errors: link::Errors, hints: Vec<Hint> },
    /// A shared library could not be opened in the executor: dlopen's words.
    Open { path: String, why: String },
    /// Placing bytes in the slab failed.
    Memory(memory::MemoryError),
    /// Global objects need more than the memory limit leaves.
    Limit { bytes: u64, left: u64, limit: u64 },
    /// The executor's side, or the system under it.
    Executor(executor::error::Error),
    /// The executor refused an action.
    Refused(String),
    /// The executor ended before it ran anything.
    Lost(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::File { path, why } => write!(f, "{path}: {}", io_text(why)),
            Failure::Library { name, looked } => {
                write!(f, "-l{name}: no lib{name}.so or lib{name}.a in {}", looked.join(", "))?;
                write!(f, " (add its folder with -L)")
            }
            Failure::Link(errors) => write!(f, "{errors}"),
            Failure::Unlinked { errors, hints } => {
                write!(f, "{errors}")?;
                for Hint { symbol, header, library } in hints {
                    write!(f, "\nundefined: '{symbol}', declared by <{header}>: add -l{library}")?;
                }
                Ok(())
            }
            Failure::Open { path, why } => {
                // dlopen's words begin with the path themselves, more often than not.
                if why.starts_with(path.as_str()) {
                    write!(f, "{why}")
                } else {
                    write!(f, "{path}: {why}")
                }
            }
            Failure::Memory(error) => write!(f, "{error}"),
            Failure::Limit { bytes, left, limit } => write!(
                f,
                "global objects of {bytes} bytes, but the memory limit of {limit} bytes leaves \
                 {left}: raise the limit"
            ),
            Failure::Executor(error) => write!(f, "{error}"),
            Failure::Refused(what) => write!(f, "the executor refused: {what}"),
            Failure::Lost(how) => write!(f, "the executor ended too early: {how}"),
        }
    }
}

/// How an executor was lost, in words.
pub fn cause_text(cause: &Cause) -> String {
    match cause {
        Cause::Process(End::Exit(status)) => format!("it exited with status {status}"),
        Cause::Process(End::Signal(signal)) => format!("it was ended by {}", signal_name(*signal)),
        Cause::Process(End::NotStarted(number)) => {
            format!("its process could not be started: {}", io_text(&system(*number)))
        }
        Cause::Malformed(error) => format!("it sent what makes no sense and was ended: {error}"),
        Cause::Unframed => "it sent what is no message and was ended".into(),
        Cause::WardenLost => "the warden is gone, and with it the program".into(),
    }
}

fn system(number: i32) -> std::io::Error {
    std::io::Error::from_raw_os_error(number)
}

/// The system's words without the number Rust puts behind them.
fn io_text(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_string(),
        None => text,
    }
}

impl std::error::Error for Failure {}

impl From<memory::MemoryError> for Failure {
    fn from(error: memory::MemoryError) -> Failure {
        Failure::Memory(error)
    }
}

impl From<executor::error::Error> for Failure {
    fn from(error: executor::error::Error) -> Failure {
        Failure::Executor(error)
    }
}

impl From<link::Errors> for Failure {
    fn from(errors: link::Errors) -> Failure {
        Failure::Link(errors)
    }
}

pub type Result<T> = std::result::Result<T, Failure>;

#[cfg(test)]
mod tests {
    use super::*;
    use executor::segment::Pool;

    #[test]
    fn failures_read_as_sentences() {
        let system = |number| std::io::Error::from_raw_os_error(number);
        let open = |path: &str, why: &str| Failure::Open { path: path.into(), why: why.into() };
        let undefined = |symbol: &str| link::LinkError::Undefined {
            symbol: symbol.into(),
            first: link::Place { file: "a.c".into(), section: ".text".into(), offset: 5 },
            references: 1,
        };
        let full = memory::MemoryError::Full {
            pool: Pool::Text,
            bytes: 5 << 20,
            slabs: 2,
            largest: 1 << 30,
        };
        let lost = |cause: Cause| Failure::Lost(cause_text(&cause));
        let table = [
            Failure::File { path: "a.o".into(), why: system(13) },
            Failure::Library { name: "x".into(), looked: vec!["/lib".into(), "/usr/lib".into()] },
            Failure::Link(link::LinkError::NoEntry { symbol: "main".into() }.into()),
            Failure::Unlinked {
                errors: undefined("crc32").into(),
                hints: vec![Hint {
                    symbol: "crc32".into(),
                    header: "zlib.h".into(),
                    library: "z".into(),
                }],
            },
            open("./b.so", "./b.so: undefined symbol: f"),
            open("./b.so", "libc.so.9: cannot open shared object file"),
            Failure::Memory(full),
            Failure::Limit { bytes: 5 << 20, left: 1 << 20, limit: 4 << 20 },
            Failure::Executor(executor::error::Error::new("more than 16 executors at one time")),
            Failure::Refused("copying a variable".into()),
            lost(Cause::Process(End::Exit(125))),
            lost(Cause::Process(End::Signal(9))),
            lost(Cause::Process(End::NotStarted(11))),
            lost(Cause::Unframed),
            lost(Cause::WardenLost),
        ];
        let text: String = table.iter().map(|failure| format!("{failure}\n")).collect();
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/failures.txt");
        if std::env::var_os("TINE_BLESS").is_some() {
            std::fs::write(golden, &text).expect("the golden file");
        }
        assert_eq!(std::fs::read_to_string(golden).unwrap_or_default(), text);
    }
}
