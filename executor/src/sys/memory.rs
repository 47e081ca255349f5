//! Mappings, memory files and memory read through the kernel: ranges, descriptors and bytes come
//! in, mappings and bytes go out. Always: no mapping is writable and executable, and what could
//! pull memory from under living references is `unsafe`, used by `region` and `actions` alone.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use super::{check, check_size, process_id, retry};
use crate::addr::{Addr, AddrRange};

/// What a mapping allows. There is no member that is writable and executable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protection {
    None,
    Read,
    ReadWrite,
    ReadExecute,
}

impl Protection {
    fn bits(self) -> libc::c_int {
        match self {
            Protection::None => libc::PROT_NONE,
            Protection::Read => libc::PROT_READ,
            Protection::ReadWrite => libc::PROT_READ | libc::PROT_WRITE,
            Protection::ReadExecute => libc::PROT_READ | libc::PROT_EXEC,
        }
    }
}

/// Where the bytes of a new mapping come from.
#[derive(Clone, Copy)]
pub(crate) enum Backing<'a> {
    /// Zero pages of this process alone.
    Anonymous,
    /// Address space alone: no memory is promised for it.
    Reserve,
    /// Zero pages shared with every later fork.
    SharedAnonymous,
    /// The file's pages, shared.
    Shared(BorrowedFd<'a>, u64),
    /// The file's pages until they are written, then a copy.
    Private(BorrowedFd<'a>, u64),
}

/// Where a new mapping goes.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Anywhere,
    /// Below 2 GiB.
    Low,
    /// Exactly there, and an error if something is there already.
    Free(Addr),
    /// Exactly there, replacing what is there.
    Replace(Addr),
}

/// Words that every later fork shares, until they are dropped.
pub(crate) struct SharedWords(AddrRange);

impl SharedWords {
    pub(crate) fn new(count: usize) -> io::Result<SharedWords> {
        let len = count as u64 * 8;
        // SAFETY: a new mapping where the kernel likes it.
        let range =
            unsafe { map(Place::Anywhere, len, Protection::ReadWrite, Backing::SharedAnonymous)? };
        Ok(SharedWords(range))
    }

    pub(crate) fn words(&mut self) -> &mut [u64] {
        let (start, count) = (self.0.start.0 as *mut u64, self.0.len as usize / 8);
        // SAFETY: a mapping of its own, of zeros at first, that is borrowed as long as the slice.
        unsafe { std::slice::from_raw_parts_mut(start, count) }
    }
}

impl Drop for SharedWords {
    fn drop(&mut self) {
        // SAFETY: nobody borrows it any more. One that stays costs address space.
        let _ = unsafe { unmap(self.0) };
    }
}

/// # Safety
/// With `Place::Replace` no reference of this process may point into the range.
pub(crate) unsafe fn map(
    place: Place,
    len: u64,
    protection: Protection,
    backing: Backing<'_>,
) -> io::Result<AddrRange> {
    let (hint, mut flags) = match place {
        Place::Anywhere => (0, 0),
        Place::Low => (0, libc::MAP_32BIT),
        Place::Free(addr) => (addr.0, libc::MAP_FIXED_NOREPLACE),
        Place::Replace(addr) => (addr.0, libc::MAP_FIXED),
    };
    let (fd, offset) = match backing {
        Backing::Anonymous => {
            flags |= libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            (-1, 0)
        }
        Backing::Reserve => {
            flags |= libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
            (-1, 0)
        }
        Backing::SharedAnonymous => {
            flags |= libc::MAP_SHARED | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
            (-1, 0)
        }
        Backing::Shared(fd, offset) => {
            flags |= libc::MAP_SHARED;
            (fd.as_raw_fd(), offset)
        }
        Backing::Private(fd, offset) => {
            flags |= libc::MAP_PRIVATE | libc::MAP_NORESERVE;
            (fd.as_raw_fd(), offset)
        }
    };
    let length = usize::try_from(len).map_err(|_| io::ErrorKind::InvalidInput)?;
    let offset = i64::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: a new mapping harms nobody; for `Replace` the caller vouches.
    let at = unsafe {
        libc::mmap(hint as *mut libc::c_void, length, protection.bits(), flags, fd, offset)
    };
    if at == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    let got = Addr(at as u64);
    if let Place::Free(wanted) = place
        && got != wanted
    {
        // A kernel that does not know MAP_FIXED_NOREPLACE took the address as a hint.
        // SAFETY: it was mapped just now and nobody has seen it.
        unsafe { unmap(AddrRange::new(got, len))? };
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    Ok(AddrRange::new(got, len))
}

/// Fresh zero pages below 2 GiB, for as long as the process lives or until it is unmapped.
pub(crate) fn map_low(len: u64) -> io::Result<AddrRange> {
    let len = crate::addr::align_up(len, crate::addr::PAGE);
    // SAFETY: a new mapping where the kernel likes it.
    unsafe { map(Place::Low, len, Protection::ReadWrite, Backing::Anonymous) }
}

/// # Safety
/// No reference of this process may point into the range.
pub(crate) unsafe fn unmap(range: AddrRange) -> io::Result<()> {
    // SAFETY: the caller vouches for the range.
    check(unsafe { libc::munmap(range.start.0 as *mut libc::c_void, range.len as usize) })?;
    Ok(())
}

/// # Safety
/// References of this process into the range must allow the new protection.
pub(crate) unsafe fn protect(range: AddrRange, protection: Protection) -> io::Result<()> {
    let at = range.start.0 as *mut libc::c_void;
    // SAFETY: the caller vouches for the range.
    check(unsafe { libc::mprotect(at, range.len as usize, protection.bits()) })?;
    Ok(())
}

/// What becomes of the pages of a range.
#[derive(Clone, Copy)]
pub(crate) enum Advice {
    /// Private pages go; the next touch reads the file, or zeros, again.
    Forget,
    /// The pages leave the shared file; every view reads zeros.
    Punch,
    /// Pages are made present and writable now, in one call.
    Populate,
    /// Pages may be large ones.
    Huge,
}

/// # Safety
/// No reference of this process may rely on the contents of the range.
pub(crate) unsafe fn advise(range: AddrRange, advice: Advice) -> io::Result<()> {
    let advice = match advice {
        Advice::Forget => libc::MADV_DONTNEED,
        Advice::Punch => libc::MADV_REMOVE,
        Advice::Populate => libc::MADV_POPULATE_WRITE,
        Advice::Huge => libc::MADV_HUGEPAGE,
    };
    let at = range.start.0 as *mut libc::c_void;
    // SAFETY: the caller vouches for the range.
    check(unsafe { libc::madvise(at, range.len as usize, advice) })?;
    Ok(())
}

/// Makes pages of this process present and writable now; what they hold stays.
pub(crate) fn populate(range: AddrRange) -> io::Result<()> {
    // SAFETY: no byte changes.
    unsafe { advise(range, Advice::Populate) }
}

/// An anonymous file of `len` bytes whose pages may be executed. Nothing of it is left in any
/// file system.
pub(crate) fn anonymous_file(name: &CStr, len: u64) -> io::Result<OwnedFd> {
    let fd = match memory_file(name, libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING | MFD_EXEC) {
        // A kernel older than 6.3 does not know MFD_EXEC and makes every memfd executable.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
            memory_file(name, libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING)
        }
        other => other,
    };
    let fd = match fd {
        Ok(fd) => fd,
        Err(refused) => unlinked_file(refused)?,
    };
    let len = i64::try_from(len).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: the descriptor is ours.
    check(unsafe { libc::ftruncate(fd.as_raw_fd(), len) })?;
    Ok(fd)
}

const MFD_EXEC: libc::c_uint = 0x10;

fn memory_file(name: &CStr, flags: libc::c_uint) -> io::Result<OwnedFd> {
    // SAFETY: a C string and flags; the descriptor that comes back is new and ours.
    unsafe { Ok(OwnedFd::from_raw_fd(check(libc::memfd_create(name.as_ptr(), flags))?)) }
}

/// The way out where executable memfds are refused (vm.memfd_noexec=2, seccomp): a file without a
/// name in the first directory that is not mounted noexec.
fn unlinked_file(refused: io::Error) -> io::Result<OwnedFd> {
    for directory in [c"/dev/shm", c"/tmp", c"/var/tmp", c"."] {
        let flags = libc::O_TMPFILE | libc::O_RDWR | libc::O_CLOEXEC;
        // SAFETY: a C string and flags; the descriptor that comes back is new and ours.
        let file = unsafe {
            let fd = libc::open(directory.as_ptr(), flags, 0o700);
            if fd < 0 {
                continue;
            }
            OwnedFd::from_raw_fd(fd)
        };
        // SAFETY: the descriptor is ours; the probe mapping is new and goes at once.
        let executable = unsafe {
            libc::ftruncate(file.as_raw_fd(), 4096) == 0
                && match map(
                    Place::Anywhere,
                    4096,
                    Protection::ReadExecute,
                    Backing::Shared(BorrowedFd::borrow_raw(file.as_raw_fd()), 0),
                ) {
                    Ok(probe) => unmap(probe).is_ok(),
                    Err(_) => false,
                }
        };
        if executable {
            return Ok(file);
        }
    }
    Err(refused)
}

/// The same file through a new descriptor that can only read: mappings made through it can never
/// become writable and shared.
pub(crate) fn reopen_read_only(fd: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    let mut path = [0u8; 40];
    {
        use std::io::Write;
        write!(&mut path[..39], "/proc/self/fd/{}", fd.as_raw_fd())?;
    }
    // SAFETY: the path ends in NUL; the descriptor that comes back is new and ours.
    unsafe {
        let flags = libc::O_RDONLY | libc::O_CLOEXEC;
        Ok(OwnedFd::from_raw_fd(check(libc::open(path.as_ptr().cast(), flags))?))
    }
}

/// Fixes the file's size for ever. Writing is left open: F_SEAL_FUTURE_WRITE would also refuse
/// the controller's own punching of holes, so the others are kept out by descriptors that only
/// read.
pub(crate) fn seal_size(fd: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: plain numbers.
    let sealed = check(unsafe {
        libc::fcntl(
            fd.as_raw_fd(),
            libc::F_ADD_SEALS,
            libc::F_SEAL_GROW | libc::F_SEAL_SHRINK | libc::F_SEAL_SEAL,
        )
    });
    match sealed {
        // The unlinked file takes no seals (what it says depends on the file system); its size is
        // the business of who holds a writable end.
        Err(error) if matches!(error.raw_os_error(), Some(libc::EINVAL | libc::EPERM)) => Ok(()),
        other => other.map(|_| ()),
    }
}

pub(crate) fn write_at(fd: BorrowedFd<'_>, bytes: &[u8], offset: u64) -> io::Result<()> {
    let mut done = 0;
    while let Some(rest) = bytes.get(done..)
        && !rest.is_empty()
    {
        let at = i64::try_from(offset + done as u64).map_err(|_| io::ErrorKind::InvalidInput)?;
        done += retry(|| {
            // SAFETY: the pointer and length are those of a slice.
            check_size(unsafe {
                libc::pwrite(fd.as_raw_fd(), rest.as_ptr().cast(), rest.len(), at)
            })
        })?;
    }
    Ok(())
}

/// Memory of another process could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault;

/// Reads memory of process `pid` (which may be this one) without ever faulting.
pub fn read_memory(pid: u32, addr: Addr, buffer: &mut [u8]) -> Result<(), Fault> {
    let mut done = 0usize;
    while done < buffer.len() {
        let rest = &mut buffer[done..];
        let len = rest.len();
        let local = libc::iovec { iov_base: rest.as_mut_ptr().cast(), iov_len: len };
        let start = addr.0.checked_add(done as u64).ok_or(Fault)?;
        let remote = libc::iovec { iov_base: start as *mut libc::c_void, iov_len: len };
        // SAFETY: the local side is a slice of ours; the kernel checks the remote side.
        let got = unsafe { libc::process_vm_readv(pid as i32, &local, 1, &remote, 1, 0) };
        match usize::try_from(got) {
            Ok(got) if got > 0 => done += got,
            _ => return Err(Fault),
        }
    }
    Ok(())
}

/// Writes memory of this process through the kernel, which checks that it may be written.
pub(crate) fn write_own_memory(addr: Addr, bytes: &[u8]) -> io::Result<()> {
    copy_own_memory(Addr(bytes.as_ptr() as u64), AddrRange::new(addr, bytes.len() as u64))
}

/// Copies within this process through the kernel, which checks both sides.
pub(crate) fn copy_own_memory(from: Addr, to: AddrRange) -> io::Result<()> {
    let mut done = 0;
    while done < to.len {
        let part = |start: Addr| libc::iovec {
            iov_base: start.plus(done).0 as *mut libc::c_void,
            iov_len: (to.len - done) as usize,
        };
        let (local, remote) = (part(from), part(to.start));
        // SAFETY: the kernel checks both ranges; the target is the caller's, inside a slab that
        // no reference points into.
        let put = unsafe { libc::process_vm_writev(process_id() as i32, &local, 1, &remote, 1, 0) };
        match check_size(put)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            put => done += put as u64,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;

    #[test]
    fn without_executable_memfds_there_is_an_unlinked_file() {
        let file = unlinked_file(io::ErrorKind::PermissionDenied.into()).expect("a file");
        // SAFETY: the descriptor is ours.
        check(unsafe { libc::ftruncate(file.as_raw_fd(), 4096) }).expect("truncate");
        seal_size(file.as_fd()).expect("no seals is no error");
        let reader = reopen_read_only(file.as_fd()).expect("reopen");
        let backing = Backing::Shared(reader.as_fd(), 0);
        // SAFETY: a new mapping where the kernel likes it.
        let range = unsafe { map(Place::Anywhere, 4096, Protection::ReadExecute, backing) };
        let range = range.expect("map");
        // SAFETY: as before; it must be refused.
        assert!(unsafe { protect(range, Protection::ReadWrite) }.is_err());
        write_at(file.as_fd(), &[7; 16], 8).expect("write");
        let mut byte = [0];
        assert_eq!(read_memory(process_id(), range.start.plus(23), &mut byte), Ok(()));
        assert_eq!(byte, [7]);
    }
}
