//! What can go wrong when the world fails: a sentence, and the system's own error where there is
//! one. Nobody branches on the sentence; it is for a person to read.

use std::fmt;
use std::io;

#[derive(Debug)]
pub struct Error {
    what: String,
    source: Option<io::Error>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(what: impl Into<String>) -> Error {
        Error { what: what.into(), source: None }
    }

    /// `what` was being done when the system refused with `source`.
    pub fn system(what: impl Into<String>, source: io::Error) -> Error {
        Error { what: what.into(), source: Some(source) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{}: {source}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|e| e as _)
    }
}

/// Says what was being done when a system call failed.
pub(crate) trait Context<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Context<T> for io::Result<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::system(what(), source))
    }
}
