//! `ar` archives, ordinary and thin: the symbol index and the members it points at.
//!
//! Members are found by the offset of their header. The sizes of all members are bounded by the
//! file, because each one must lie inside it and no two are read from one offset.

use std::path::{Path, PathBuf};

use crate::error::LinkError;

const MAGIC: &[u8] = b"!<arch>\n";
const THIN: &[u8] = b"!<thin>\n";
const HEADER: usize = 60;

pub(crate) fn is_archive(data: &[u8]) -> bool {
    data.starts_with(MAGIC) || data.starts_with(THIN)
}

pub(crate) struct Archive<'a> {
    pub(crate) path: &'a str,
    data: &'a [u8],
    thin: bool,
    long_names: &'a [u8],
    /// The symbol index: width of its numbers, and its bytes.
    index: Option<(usize, &'a [u8])>,
    /// Where the first ordinary member starts.
    first: usize,
}

pub(crate) struct Member<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) content: Content<'a>,
    next: usize,
}

pub(crate) enum Content<'a> {
    Inside(&'a [u8]),
    /// A thin archive holds the path only.
    Elsewhere(PathBuf),
}

impl<'a> Archive<'a> {
    pub(crate) fn parse(path: &'a str, data: &'a [u8]) -> Result<Archive<'a>, LinkError> {
        let mut archive = Archive {
            path,
            data,
            thin: data.starts_with(THIN),
            long_names: &[],
            index: None,
            first: MAGIC.len(),
        };
        while archive.first < data.len() {
            let header = archive.header(archive.first)?;
            match header.name {
                b"/" | b"/SYM64/" => {
                    let width = if header.name == b"/" { 4 } else { 8 };
                    archive.index = Some((width, archive.inside(&header)?));
                }
                b"//" => archive.long_names = archive.inside(&header)?,
                b"__.SYMDEF" | b"__.SYMDEF SORTED" => {
                    return Err(LinkError::Unsupported {
                        file: path.into(),
                        what: "an archive with a BSD symbol index".into(),
                    });
                }
                _ => break,
            }
            archive.first = header.end(true);
        }
        Ok(archive)
    }

    fn malformed(&self, at: usize, what: &str) -> LinkError {
        LinkError::Malformed {
            file: self.path.into(),
            what: format!("archive member at {at:#x}: {what}"),
        }
    }

    fn header(&self, at: usize) -> Result<RawHeader<'a>, LinkError> {
        let bad = |what| self.malformed(at, what);
        let end = at.checked_add(HEADER).ok_or_else(|| bad("no header"))?;
        let raw = self.data.get(at..end).ok_or_else(|| bad("the header is cut off"))?;
        if !raw.ends_with(b"`\n") {
            return Err(bad("the header is damaged"));
        }
        let size = decimal(raw.get(48..58).unwrap_or_default());
        let size = size.ok_or_else(|| bad("its size is no number"))?;
        Ok(RawHeader { name: raw.get(..16).unwrap_or_default().trim_ascii_end(), at, size })
    }

    fn inside(&self, header: &RawHeader<'_>) -> Result<&'a [u8], LinkError> {
        let start = header.at + HEADER;
        let content = start.checked_add(header.size).and_then(|end| self.data.get(start..end));
        content.ok_or_else(|| self.malformed(header.at, "it is longer than the file"))
    }

    /// The member whose header lies at `at`.
    pub(crate) fn member(&self, at: u64) -> Result<Member<'a>, LinkError> {
        let at = usize::try_from(at).map_err(|_| self.malformed(usize::MAX, "no header"))?;
        let header = self.header(at)?;
        let bad = |what| self.malformed(at, what);
        if let Some(size) = header.name.strip_prefix(b"#1/") {
            let size = decimal(size).ok_or_else(|| bad("its name has no length"))?;
            let content = self.inside(&header)?;
            let (name, content) =
                content.split_at_checked(size).ok_or_else(|| bad("its name is cut off"))?;
            let name = name.split(|&byte| byte == 0).next().unwrap_or(name);
            return Ok(Member { name, content: Content::Inside(content), next: header.end(true) });
        }
        let name = match header.name.strip_prefix(b"/") {
            Some(at) => {
                let rest = decimal(at).and_then(|at| self.long_names.get(at..));
                let rest = rest.ok_or_else(|| bad("its long name does not exist"))?;
                let line = rest.split(|&byte| byte == b'\n').next().unwrap_or(rest);
                line.strip_suffix(b"/").unwrap_or(line)
            }
            None => header.name.strip_suffix(b"/").unwrap_or(header.name),
        };
        let content = if self.thin {
            let base = Path::new(self.path).parent().unwrap_or(Path::new(""));
            let name = std::str::from_utf8(name).map_err(|_| bad("its path is not UTF-8"))?;
            Content::Elsewhere(base.join(name))
        } else {
            Content::Inside(self.inside(&header)?)
        };
        Ok(Member { name, content, next: header.end(!self.thin) })
    }

    /// The offsets of all members.
    pub(crate) fn members(&self) -> Result<Vec<u64>, LinkError> {
        let mut found = Vec::new();
        let mut at = self.first;
        while at < self.data.len() {
            found.push(at as u64);
            at = self.member(at as u64)?.next;
        }
        Ok(found)
    }

    pub(crate) fn has_index(&self) -> bool {
        self.index.is_some()
    }

    /// The symbol index: names and the offsets of the members that define them.
    pub(crate) fn index(&self) -> Result<Vec<(&'a [u8], u64)>, LinkError> {
        let Some((width, data)) = self.index else { return Ok(Vec::new()) };
        let bad = || self.malformed(MAGIC.len(), "the symbol index is damaged");
        let number = |at: usize| {
            let field = data.get(at..at + width)?;
            Some(field.iter().fold(0u64, |sum, &byte| sum << 8 | u64::from(byte)))
        };
        let count = number(0).and_then(|count| usize::try_from(count).ok()).ok_or_else(bad)?;
        let names_at = count.checked_add(1).and_then(|n| n.checked_mul(width)).ok_or_else(bad)?;
        let mut names = data.get(names_at..).ok_or_else(bad)?;
        let mut found = Vec::with_capacity(count);
        for entry in 0..count {
            let offset = number((entry + 1) * width).ok_or_else(bad)?;
            let end = names.iter().position(|&byte| byte == 0).ok_or_else(bad)?;
            let (name, rest) = names.split_at_checked(end).ok_or_else(bad)?;
            names = rest.get(1..).ok_or_else(bad)?;
            found.push((name, offset));
        }
        Ok(found)
    }
}

struct RawHeader<'a> {
    name: &'a [u8],
    at: usize,
    size: usize,
}

impl RawHeader<'_> {
    /// Where the next header lies; members start at even offsets.
    fn end(&self, with_content: bool) -> usize {
        let size = if with_content { self.size } else { 0 };
        (self.at + HEADER).saturating_add(size).saturating_add(size & 1)
    }
}

fn decimal(field: &[u8]) -> Option<usize> {
    let digits = field.trim_ascii_end();
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0usize, |sum, &byte| {
        let digit = byte.is_ascii_digit().then(|| usize::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}
