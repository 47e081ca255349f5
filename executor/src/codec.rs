//! Bytes to numbers and back, for [`crate::wire`]. In: a slice; out: values or a [`WireError`]
//! that names field and offset. Nothing here panics, and a list never allocates for more elements
//! than there are bytes left.

use std::fmt;

use crate::addr::{Addr, AddrRange};

/// Why bytes are no message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WireError {
    pub field: &'static str,
    pub offset: usize,
    pub kind: WireErrorKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WireErrorKind {
    /// The message ends inside the field.
    Truncated,
    /// The message goes on after its last field.
    Trailing,
    /// No member of the enum has this tag.
    Tag(u8),
    /// A count or length that the rest of the message cannot hold.
    TooLong(u64),
    NotUtf8,
    /// A range that leaves the address space.
    Range,
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WireError { field, offset, kind } = self;
        write!(f, "malformed message: {field} at byte {offset}: ")?;
        match kind {
            WireErrorKind::Truncated => f.write_str("the message ends here"),
            WireErrorKind::Trailing => f.write_str("bytes follow the end"),
            WireErrorKind::Tag(tag) => write!(f, "unknown tag {tag}"),
            WireErrorKind::TooLong(n) => write!(f, "a length of {n} is more than there is"),
            WireErrorKind::NotUtf8 => f.write_str("text that is not UTF-8"),
            WireErrorKind::Range => f.write_str("a range beyond the end of memory"),
        }
    }
}

impl std::error::Error for WireError {}

#[derive(Default)]
pub(crate) struct Put {
    bytes: Vec<u8>,
}

impl Put {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn i32(&mut self, value: i32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// # Panics
    /// For more than 4 GiB, which the limit on messages excludes long before.
    pub(crate) fn count(&mut self, count: usize) {
        self.u32(u32::try_from(count).expect("a message of less than 4 GiB"));
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn range(&mut self, range: AddrRange) {
        self.u64(range.start.0);
        self.u64(range.len);
    }

    pub(crate) fn tagged_range(&mut self, tag: u8, range: AddrRange) {
        self.u8(tag);
        self.range(range);
    }

    pub(crate) fn addrs(&mut self, addrs: &[Addr]) {
        self.list(addrs, |to, addr| to.u64(addr.0));
    }

    pub(crate) fn list<T>(&mut self, items: &[T], mut put: impl FnMut(&mut Put, &T)) {
        self.count(items.len());
        for item in items {
            put(self, item);
        }
    }

    pub(crate) fn option<T>(&mut self, item: Option<&T>, put: impl FnOnce(&mut Put, &T)) {
        match item {
            None => self.u8(0),
            Some(item) => {
                self.u8(1);
                put(self, item);
            }
        }
    }
}

pub(crate) struct Take<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Taken<T> = Result<T, WireError>;

impl<'a> Take<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Take<'a> {
        Take { bytes, at: 0 }
    }

    fn error(&self, field: &'static str, kind: WireErrorKind) -> WireError {
        WireError { field, offset: self.at, kind }
    }

    pub(crate) fn bad_tag(&self, field: &'static str, tag: u8) -> WireError {
        self.error(field, WireErrorKind::Tag(tag))
    }

    fn rest(&self) -> usize {
        self.bytes.len() - self.at
    }

    fn some(&mut self, field: &'static str, len: usize) -> Taken<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(taken) = rest.get(..len) else {
            return Err(self.error(field, WireErrorKind::Truncated));
        };
        self.at += len;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, field: &'static str) -> Taken<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.some(field, N)?);
        Ok(array)
    }

    pub(crate) fn u8(&mut self, field: &'static str) -> Taken<u8> {
        Ok(self.array::<1>(field)?[0])
    }

    pub(crate) fn bool(&mut self, field: &'static str) -> Taken<bool> {
        match self.u8(field)? {
            0 => Ok(false),
            1 => Ok(true),
            tag => Err(self.bad_tag(field, tag)),
        }
    }

    pub(crate) fn u32(&mut self, field: &'static str) -> Taken<u32> {
        Ok(u32::from_le_bytes(self.array(field)?))
    }

    pub(crate) fn i32(&mut self, field: &'static str) -> Taken<i32> {
        Ok(i32::from_le_bytes(self.array(field)?))
    }

    pub(crate) fn u64(&mut self, field: &'static str) -> Taken<u64> {
        Ok(u64::from_le_bytes(self.array(field)?))
    }

    /// A count of things that take at least one byte each.
    fn count(&mut self, field: &'static str) -> Taken<usize> {
        let count = self.u32(field)?;
        match usize::try_from(count) {
            Ok(n) if n <= self.rest() => Ok(n),
            _ => Err(self.error(field, WireErrorKind::TooLong(u64::from(count)))),
        }
    }

    pub(crate) fn bytes(&mut self, field: &'static str) -> Taken<&'a [u8]> {
        let len = self.count(field)?;
        self.some(field, len)
    }

    pub(crate) fn text(&mut self, field: &'static str) -> Taken<&'a str> {
        let bytes = self.bytes(field)?;
        std::str::from_utf8(bytes).map_err(|_| self.error(field, WireErrorKind::NotUtf8))
    }

    pub(crate) fn range(&mut self, field: &'static str) -> Taken<AddrRange> {
        let range = AddrRange::new(Addr(self.u64(field)?), self.u64(field)?);
        match range.start.0.checked_add(range.len) {
            Some(_) => Ok(range),
            None => Err(self.error(field, WireErrorKind::Range)),
        }
    }

    pub(crate) fn addrs(&mut self, field: &'static str) -> Taken<Vec<Addr>> {
        self.list(field, |from| Ok(Addr(from.u64(field)?)))
    }

    pub(crate) fn list<T>(
        &mut self,
        field: &'static str,
        mut take: impl FnMut(&mut Take<'a>) -> Taken<T>,
    ) -> Taken<Vec<T>> {
        let count = self.count(field)?;
        // Grown by what really comes: an element may be larger in memory than on the wire.
        let mut items = Vec::with_capacity(count.min(1024));
        for _ in 0..count {
            items.push(take(self)?);
        }
        Ok(items)
    }

    pub(crate) fn option<T>(
        &mut self,
        field: &'static str,
        take: impl FnOnce(&mut Take<'a>) -> Taken<T>,
    ) -> Taken<Option<T>> {
        match self.u8(field)? {
            0 => Ok(None),
            1 => Ok(Some(take(self)?)),
            tag => Err(self.bad_tag(field, tag)),
        }
    }

    pub(crate) fn end(self) -> Taken<()> {
        match self.rest() {
            0 => Ok(()),
            _ => Err(self.error("end", WireErrorKind::Trailing)),
        }
    }
}
