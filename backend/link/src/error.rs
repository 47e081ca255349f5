//! What can be wrong with a link, as data: each error names file (and archive member), and where
//! they exist section, symbol and offset. The text of every variant stands in a golden file.

use std::fmt;

/// A place in an input: where a relocation stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The path, and `path(member)` for an archive member.
    pub file: String,
    pub section: String,
    pub offset: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}+{:#x}", self.file, self.section, self.offset)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkError {
    /// The file is not what it says it is: truncated, inconsistent, hostile.
    Malformed { file: String, what: String },
    /// The file is sound but asks for what this linker does not do.
    Unsupported { file: String, what: String },
    /// A file that another file names could not be read.
    Unreadable { file: String, named_by: String, why: String },
    /// Two strong definitions of one name.
    Duplicate { symbol: String, first: String, second: String },
    /// A name nobody defines. `references` counts them, `first` is where the first one stands.
    Undefined { symbol: String, first: Place, references: usize },
    /// A relocation type number no x86-64 compiler writes into an object.
    UnknownRelocation { place: Place, kind: u32, symbol: String },
    /// The value does not fit the field.
    OutOfRange { place: Place, edge: &'static str, symbol: String, value: i128 },
    /// The relocation cannot be carried out; `why` is a sentence part.
    Impossible { place: Place, edge: &'static str, symbol: String, why: String },
    /// A section that no slab can hold; the object that takes most of it, where the file says.
    LargeSection { file: String, section: String, bytes: u64, largest: Option<(String, u64)> },
    /// The whole does not fit: one segment is larger than any slab.
    TooLarge { segment: &'static str, bytes: u64 },
    /// The entry point or a kept symbol does not exist.
    NoEntry { symbol: String },
    /// The caller's addresses do not serve the requests.
    Placement { what: String },
}

/// Code reaches what it names by 32 bits.
const LIMIT: &str = "the limit is 2 GiB: allocate large arrays at run time, as with malloc";

impl LinkError {
    /// The name that nobody defines, if that is the error.
    pub fn undefined(&self) -> Option<&str> {
        match self {
            LinkError::Undefined { symbol, .. } => Some(symbol),
            _ => None,
        }
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Malformed { file, what } => write!(f, "{file}: damaged: {what}"),
            LinkError::Unsupported { file, what } => write!(f, "{file}: not supported: {what}"),
            LinkError::Unreadable { file, named_by, why } => {
                write!(f, "{named_by}: cannot read {file}: {why}")
            }
            LinkError::Duplicate { symbol, first, second } => {
                write!(f, "duplicate symbol {symbol}: defined in {first} and in {second}")
            }
            LinkError::Undefined { symbol, first, references } => {
                write!(f, "undefined symbol {symbol}: needed by {first}")?;
                match references {
                    0 | 1 => Ok(()),
                    2 => write!(f, " and 1 more reference"),
                    n => write!(f, " and {} more references", n - 1),
                }
            }
            LinkError::UnknownRelocation { place, kind, symbol } => {
                write!(f, "{place}: unknown relocation type {kind} against {symbol}")
            }
            LinkError::OutOfRange { place, edge, symbol, value } => {
                write!(f, "{place}: {edge} against {symbol} is out of range: ")?;
                write!(f, "{}{:#x} does not fit", if *value < 0 { "-" } else { "" }, value.abs())
            }
            LinkError::Impossible { place, edge, symbol, why } => {
                write!(f, "{place}: {edge} against {symbol}: {why}")
            }
            LinkError::LargeSection { file, section, bytes, largest } => {
                write!(f, "{file}: section {section} needs {bytes} bytes")?;
                if let Some((name, size)) = largest {
                    write!(f, ", {size} of them for {name}")?;
                }
                write!(f, "; {LIMIT}")
            }
            LinkError::TooLarge { segment, bytes } => {
                write!(f, "the {segment} segment would need {bytes} bytes; {LIMIT}")
            }
            LinkError::NoEntry { symbol } => write!(f, "no input defines {symbol}"),
            LinkError::Placement { what } => write!(f, "placement: {what}"),
        }
    }
}

impl std::error::Error for LinkError {}

/// How many errors are kept in full. The rest is counted.
const KEPT: usize = 64;

/// A bounded collection of errors in the order in which they were found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Errors {
    pub list: Vec<LinkError>,
    /// How many more there were.
    pub more: usize,
}

impl Errors {
    pub(crate) fn push(&mut self, error: LinkError) {
        self.push_with(|| error);
    }

    /// As [`Errors::push`] for one that is dear to make.
    pub(crate) fn push_with(&mut self, error: impl FnOnce() -> LinkError) {
        if self.list.len() < KEPT {
            self.list.push(error());
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn append(&mut self, other: Errors) {
        self.more += other.more;
        for error in other.list {
            self.push(error);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// `Ok(value)` when nothing was found.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Errors> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<LinkError> for Errors {
    fn from(error: LinkError) -> Errors {
        Errors { list: vec![error], more: 0 }
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.list.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        if self.more > 0 {
            write!(f, "\n... and {} more errors", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}
