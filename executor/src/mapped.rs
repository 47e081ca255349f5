//! A file's contents as borrowed bytes: mapped, private, read-only. In comes a path, out come the
//! bytes. The file must not be cut shorter while it is mapped (reading past its new end is
//! SIGBUS, as with every tool that maps its input); a size of zero is an empty slice.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use crate::addr::AddrRange;
use crate::sys::{self, Backing, Place, Protection};

#[derive(Debug)]
pub struct MappedFile {
    range: AddrRange,
    len: usize,
}

impl MappedFile {
    pub fn open(path: &Path) -> io::Result<MappedFile> {
        // To open, to ask for the size, to close.
        sys::count_calls(3);
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        let len = usize::try_from(metadata.len()).map_err(io::Error::other)?;
        if len == 0 {
            return Ok(MappedFile { range: AddrRange::default(), len: 0 });
        }
        // SAFETY: a new mapping where the kernel likes it.
        let range = unsafe {
            let backing = Backing::Private(file.as_fd(), 0);
            sys::map(Place::Anywhere, len as u64, Protection::Read, backing)
        }?;
        Ok(MappedFile { range, len })
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: mapped readable for `len` bytes until drop, and never written: it is private and
        // nobody has another mapping of it.
        unsafe { std::slice::from_raw_parts(self.range.start.0 as *const u8, self.len) }
    }
}

impl Drop for MappedFile {
    fn drop(&mut self) {
        if self.len != 0 {
            // SAFETY: the mapping is ours and no slice of it outlives `self`.
            let _ = unsafe { sys::unmap(self.range) };
        }
    }
}
