//! The one layer over the operating system: every call that is not plain `std`. Each function is
//! safe for its callers (it checks what it is given, or it cannot break memory), says `io::Result`
//! and retries when a signal interrupts it. Mapping calls that could pull memory from under living
//! references are `unsafe` and used by `region` and `actions` alone.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

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

/// System calls this process made through this layer.
static CALLS: AtomicU64 = AtomicU64::new(0);

/// What this process has cost so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spent {
    /// System calls of our own code. Those of the allocator and of libc are not among them.
    pub calls: u64,
    pub faults: u64,
}

pub fn spent() -> Spent {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF);
    let faults = usage.map_or(0, |u| u.minor_page_faults() + u.major_page_faults());
    Spent { calls: CALLS.load(Ordering::Relaxed), faults: faults.unsigned_abs() }
}

/// Notes system calls that are made elsewhere in this crate.
pub(crate) fn count_calls(calls: u64) {
    CALLS.fetch_add(calls, Ordering::Relaxed);
}

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    count_calls(1);
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

fn check_size(result: isize) -> io::Result<usize> {
    count_calls(1);
    usize::try_from(result).map_err(|_| io::Error::last_os_error())
}

fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
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
}

/// # Safety
/// No reference of this process may rely on the contents of the range.
pub(crate) unsafe fn advise(range: AddrRange, advice: Advice) -> io::Result<()> {
    let advice = match advice {
        Advice::Forget => libc::MADV_DONTNEED,
        Advice::Punch => libc::MADV_REMOVE,
        Advice::Populate => libc::MADV_POPULATE_WRITE,
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

/// The address of a symbol in the order in which the program's own references find it.
pub(crate) fn symbol(name: &CStr) -> Option<Addr> {
    // SAFETY: a C string; RTLD_DEFAULT is a handle that dlsym knows.
    let at = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    (!at.is_null()).then_some(Addr(at as u64))
}

/// The address of a symbol as a library that is open has it, or the libraries it needs.
pub(crate) fn symbol_of(library: &CStr, name: &CStr) -> Option<Addr> {
    // SAFETY: dlopen opens nothing new; the handle is valid until it is closed, and the library
    // stays open after that.
    let at = unsafe {
        let handle = libc::dlopen(library.as_ptr(), libc::RTLD_NOW | libc::RTLD_NOLOAD);
        if handle.is_null() {
            return None;
        }
        let at = libc::dlsym(handle, name.as_ptr());
        libc::dlclose(handle);
        at
    };
    (!at.is_null()).then_some(Addr(at as u64))
}

/// The address of a symbol behind this binary: libc's own function where one of ours stands in
/// front of it.
pub(crate) fn next_symbol(name: &CStr) -> Option<Addr> {
    // SAFETY: a C string; RTLD_NEXT is a handle that dlsym knows.
    let at = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) };
    (!at.is_null()).then_some(Addr(at as u64))
}

unsafe extern "C" {
    static mut environ: *const *const libc::c_char;
    static mut program_invocation_name: *const libc::c_char;
    static mut program_invocation_short_name: *const libc::c_char;
}

/// The list that `getenv` reads.
pub(crate) fn environment() -> u64 {
    // SAFETY: one word of libc's, read by value.
    unsafe { environ as u64 }
}

/// Gives the process another environment: a list that ends in null and is never freed.
pub(crate) fn set_environment(list: u64) {
    // SAFETY: one word of libc's; the caller gives a list that lives as long as the process.
    unsafe { environ = list as *const *const libc::c_char };
}

/// The name under which libc's own messages and `ps` know this process. It is never freed.
pub(crate) fn set_program_name(name: std::ffi::CString) {
    let name: &'static CStr = Box::leak(name.into_boxed_c_str());
    let bytes = name.to_bytes();
    let last = bytes.iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
    // SAFETY: words of libc's, which only reads them; the tail of a C string is one.
    unsafe {
        let short = name.as_ptr().add(last);
        program_invocation_name = name.as_ptr();
        program_invocation_short_name = short;
        libc::prctl(libc::PR_SET_NAME, short, 0, 0, 0);
    }
}

pub(crate) fn pthread_self() -> u64 {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::pthread_self() }
}

/// Sleeps until a signal comes.
pub(crate) fn pause() {
    // SAFETY: takes nothing.
    unsafe { libc::pause() };
}

/// Writes out what C's streams hold back.
pub(crate) fn flush_stdio() {
    // SAFETY: null means all streams.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}

/// The size of the stack of a thread that is started with these attributes.
pub(crate) fn stack_size(attributes: *const libc::pthread_attr_t) -> u64 {
    let mut size = 0;
    // SAFETY: the attributes are those the program gives to pthread_create itself, or null; the
    // defaults are copied to a local and destroyed again.
    unsafe {
        if !attributes.is_null() {
            libc::pthread_attr_getstacksize(attributes, &mut size);
            return size as u64;
        }
        let mut defaults: libc::pthread_attr_t = std::mem::zeroed();
        if pthread_getattr_default_np(&mut defaults) == 0 {
            libc::pthread_attr_getstacksize(&defaults, &mut size);
            libc::pthread_attr_destroy(&mut defaults);
        }
    }
    size as u64
}

unsafe extern "C" {
    fn pthread_getattr_default_np(attributes: *mut libc::pthread_attr_t) -> libc::c_int;
}

/// Makes `len` bytes at `at` the signal stack of this thread.
///
/// # Safety
/// The memory must be this thread's alone until it ends or sets another one.
pub(crate) unsafe fn set_signal_stack(at: u64, len: usize) -> io::Result<()> {
    let stack = libc::stack_t { ss_sp: at as *mut libc::c_void, ss_flags: 0, ss_size: len };
    // SAFETY: the caller vouches for the memory.
    check(unsafe { libc::sigaltstack(&stack, std::ptr::null_mut()) })?;
    Ok(())
}

/// What the loader says of this binary's thread-local storage: the image every new thread starts
/// from, and where the calling thread's copy is.
pub(crate) fn own_tls_image() -> Option<(AddrRange, Addr)> {
    extern "C" fn first(
        info: *mut libc::dl_phdr_info,
        _: usize,
        found: *mut libc::c_void,
    ) -> libc::c_int {
        // SAFETY: the loader gives a valid record whose headers are `dlpi_phnum` long; the third
        // argument is the option below.
        unsafe {
            let (info, found) = (&*info, &mut *found.cast::<Option<(AddrRange, Addr)>>());
            let headers = std::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into());
            if let Some(tls) = headers.iter().find(|h| h.p_type == libc::PT_TLS) {
                let image = AddrRange::new(Addr(info.dlpi_addr).plus(tls.p_vaddr), tls.p_filesz);
                *found = Some((image, Addr(info.dlpi_tls_data as u64)));
            }
        }
        // The program itself comes first: nothing else is wanted.
        1
    }
    let mut found: Option<(AddrRange, Addr)> = None;
    // SAFETY: the callback has the type it is declared with and gets what it expects.
    unsafe { libc::dl_iterate_phdr(Some(first), (&raw mut found).cast()) };
    found
}

/// `dlopen`, with its own text for a failure.
pub(crate) fn open_library(name: Option<&CStr>, global: bool) -> Result<u64, String> {
    let scope = if global { libc::RTLD_GLOBAL } else { libc::RTLD_LOCAL };
    let path = name.map_or(std::ptr::null(), CStr::as_ptr);
    // SAFETY: the library's constructors are user code, which this process exists to run.
    let handle = unsafe { libc::dlopen(path, libc::RTLD_NOW | scope) };
    if !handle.is_null() {
        return Ok(handle as u64);
    }
    // SAFETY: dlerror gives null or a string that lives until the next call of its family.
    let text = unsafe {
        let text = libc::dlerror();
        if text.is_null() { c"no reason given" } else { CStr::from_ptr(text) }
    };
    Err(text.to_string_lossy().into_owned())
}

/// What the dynamic linker knows of an address in this process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SymbolAt {
    pub library: String,
    /// Where the library begins.
    pub base: Addr,
    pub name: Option<String>,
    /// From the symbol's start, or the library's where there is no symbol.
    pub offset: u64,
}

/// The library that an address of this process lies in. What was loaded before the first fork lies
/// at one place in all processes, so this answers for executors as well.
pub fn symbol_at(addr: Addr) -> Option<SymbolAt> {
    let mut info = std::mem::MaybeUninit::<libc::Dl_info>::uninit();
    // SAFETY: dladdr looks the address up and reads nothing there; it fills `info` when it
    // answers with something else than zero.
    let info = unsafe {
        if libc::dladdr(addr.0 as *const libc::c_void, info.as_mut_ptr()) == 0 {
            return None;
        }
        info.assume_init()
    };
    let text = |p: *const libc::c_char| {
        if p.is_null() {
            return None;
        }
        // SAFETY: dladdr gives null or strings that live as long as the library is loaded.
        Some(unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned())
    };
    let name = text(info.dli_sname);
    let start = if name.is_some() { info.dli_saddr } else { info.dli_fbase };
    let offset = addr.0.checked_sub(start as u64)?;
    let base = Addr(info.dli_fbase as u64);
    Some(SymbolAt { library: text(info.dli_fname)?, base, name, offset })
}

/// The lines of /proc/self/maps that are code from files, one by one with their line ends. Calls
/// nothing but system calls: for the crash handler.
pub(crate) fn mapped_code(line_found: &mut dyn FnMut(&[u8])) {
    const LINE: usize = 512;
    let mut chunk = [0u8; 2048];
    let mut line = [0u8; LINE];
    let mut len = 0;
    // SAFETY: a constant path; the buffer is ours and as long as it is said to be.
    unsafe {
        let fd = libc::open(c"/proc/self/maps".as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC);
        if fd < 0 {
            return;
        }
        loop {
            let got = libc::read(fd, chunk.as_mut_ptr().cast(), chunk.len());
            let Some(bytes) = usize::try_from(got).ok().and_then(|n| chunk.get(..n)) else { break };
            if bytes.is_empty() {
                break;
            }
            for byte in bytes {
                if let Some(slot) = line.get_mut(len) {
                    *slot = *byte;
                }
                len += 1;
                if *byte == b'\n' {
                    // A longer line is no path of a library.
                    if let Some(whole) = line.get(..len)
                        && whole.windows(6).any(|w| w == b" r-xp ")
                        && whole.contains(&b'/')
                    {
                        line_found(whole);
                    }
                    len = 0;
                }
            }
        }
        libc::close(fd);
    }
}

/// The number `__tls_get_addr` knows an open library's thread-local block by.
pub(crate) fn tls_module(path: &CStr) -> Option<u64> {
    const RTLD_DI_TLS_MODID: libc::c_int = 9;
    let mut module: libc::size_t = 0;
    // SAFETY: dlopen opens nothing new; dlinfo writes one size_t for this request.
    let answered = unsafe {
        let handle = libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_NOLOAD);
        if handle.is_null() {
            return None;
        }
        let out = (&raw mut module).cast();
        let answered = libc::dlinfo(handle, RTLD_DI_TLS_MODID, out);
        libc::dlclose(handle);
        answered
    };
    (answered == 0 && module != 0).then_some(module as u64)
}

/// The same descriptor under a number out of the way of those a program gets for its files.
pub(crate) fn move_high(fd: OwnedFd) -> OwnedFd {
    const HIGH: i32 = 900;
    // SAFETY: the descriptor is ours; the new one is new. With a low limit on descriptors the old
    // one serves as well.
    unsafe {
        match libc::fcntl(fd.as_raw_fd(), libc::F_DUPFD_CLOEXEC, HIGH) {
            new if new >= 0 => OwnedFd::from_raw_fd(new),
            _ => fd,
        }
    }
}

/// Closes a descriptor whose owner is never dropped in this process.
pub(crate) fn close(fd: i32) {
    // SAFETY: the caller says that nobody uses it any more.
    unsafe { libc::close(fd) };
}

/// The address space this process takes now, in bytes.
pub(crate) fn address_space() -> io::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages = text.split(' ').next().and_then(|n| n.parse::<u64>().ok());
    pages.map(|n| n * crate::addr::PAGE).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The main thread's stack, when it may grow to `limit` bytes.
pub(crate) fn main_stack(limit: u64) -> AddrRange {
    unsafe extern "C" {
        static __libc_stack_end: *const libc::c_void;
    }
    // SAFETY: the dynamic loader sets it before the program starts and nobody changes it.
    let top = Addr(unsafe { __libc_stack_end } as u64);
    let low = Addr(top.0.saturating_sub(limit)).align_down(crate::addr::PAGE);
    AddrRange::new(low, top.since(low))
}

/// What `fork` says to each side.
pub(crate) enum Forked {
    Child,
    Parent(u32),
}

/// glibc's own fork: it mends the thread id, the malloc locks and stdio in the child. A process
/// with more than one thread is refused: the child would have locks that nobody lets go.
pub(crate) fn fork() -> io::Result<Forked> {
    refuse_threads()?;
    // SAFETY: with one thread the child is a copy in which everything is as it is here.
    match check(unsafe { libc::fork() })? {
        0 => Ok(Forked::Child),
        pid => Ok(Forked::Parent(pid as u32)),
    }
}

/// Forks as glibc does, but the child becomes a sibling: its parent is ours, and user code that
/// waits for its own children never meets it. Handlers of `pthread_atfork` are not run.
/// The caller has counted the threads.
pub(crate) fn fork_sibling(threads: u64) -> io::Result<Forked> {
    assert_eq!(threads, 1, "a process with more threads must not fork");
    let id = thread_id_word()?;
    // No signal tells of its end: a copy that is given up is to wake nobody.
    let flags = libc::CLONE_PARENT | libc::CLONE_CHILD_SETTID | libc::CLONE_CHILD_CLEARTID;
    // SAFETY: with one thread and no new stack this is a fork; the kernel writes the new thread
    // id where libc keeps it, as libc's own fork has it do.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, id.0, 0) };
    match check_size(pid as isize)? {
        0 => Ok(Forked::Child),
        pid => Ok(Forked::Parent(pid as u32)),
    }
}

fn refuse_threads() -> io::Result<()> {
    match threads()? {
        1 => Ok(()),
        n => Err(io::Error::other(format!("{n} threads, and only one may fork"))),
    }
}

/// A descriptor that the kernel made for this process alone, as a message brings it.
pub(crate) fn received_descriptor(fd: i32) -> OwnedFd {
    // SAFETY: it is new, so nobody else owns it.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

/// Where libc keeps this thread's id: the kernel knows it as the word to be cleared at the
/// thread's end; where the kernel does not tell, it is looked for behind the thread pointer.
fn thread_id_word() -> io::Result<Addr> {
    const PR_GET_TID_ADDRESS: libc::c_int = 40;
    let mut word: u64 = 0;
    // SAFETY: the kernel writes one word to a local.
    let told = unsafe { libc::prctl(PR_GET_TID_ADDRESS, &raw mut word, 0, 0, 0) } == 0;
    let holds_id = |at: Addr| {
        let mut bytes = [0; 4];
        read_memory(process_id(), at, &mut bytes).is_ok()
            && u32::from_le_bytes(bytes) == thread_id()
    };
    if told && word != 0 && holds_id(Addr(word)) {
        return Ok(Addr(word));
    }
    const CONTROL_BLOCK_BYTES: u64 = 0x900;
    let candidates = (0..CONTROL_BLOCK_BYTES).step_by(4).map(|n| Addr(pthread_self() + n));
    let mut found = candidates.filter(|at| holds_id(*at));
    found.next().ok_or_else(|| io::ErrorKind::Unsupported.into())
}

/// Sleeps until `word`, in shared memory, is woken or is no longer `seen`.
pub(crate) fn sleep_on_word(word: &std::sync::atomic::AtomicU64, seen: u64) {
    // SAFETY: the kernel reads the lower half of an aligned word that outlives the call.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT,
            seen as u32,
            std::ptr::null::<libc::timespec>(),
        )
    };
}

/// Wakes who sleeps on a word in shared memory.
pub(crate) fn wake_word(word: &std::sync::atomic::AtomicU64) {
    // SAFETY: as in `sleep_on_word`.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE, i32::MAX) };
}

/// Blocks every signal, or takes back the mask that was there; for a copy that sleeps.
pub(crate) struct QuietSignals(libc::sigset_t);

impl QuietSignals {
    pub(crate) fn begin() -> QuietSignals {
        // SAFETY: all pointers are to locals.
        unsafe {
            let mut all: libc::sigset_t = std::mem::zeroed();
            let mut before: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut all);
            libc::sigprocmask(libc::SIG_SETMASK, &all, &mut before);
            QuietSignals(before)
        }
    }

    /// All but those that report a fault of the code that runs.
    pub(crate) fn but_for_faults() -> QuietSignals {
        use libc::{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
        // SAFETY: all pointers are to locals.
        unsafe {
            let mut most: libc::sigset_t = std::mem::zeroed();
            let mut before: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut most);
            for fault in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] {
                libc::sigdelset(&mut most, fault);
            }
            libc::pthread_sigmask(libc::SIG_SETMASK, &most, &mut before);
            QuietSignals(before)
        }
    }

    /// Ends it, and what came meanwhile was meant for others.
    pub(crate) fn end_forgetting(self) {
        let now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: all pointers are to locals or null.
        unsafe {
            let mut all: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut all);
            while libc::sigtimedwait(&all, std::ptr::null_mut(), &now) > 0 {}
        }
        self.end();
    }

    pub(crate) fn end(self) {
        // SAFETY: the pointer is to a local.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
    }
}

/// A descriptor that is readable when the process has ended.
pub(crate) fn process_descriptor(pid: u32) -> io::Result<OwnedFd> {
    // SAFETY: plain numbers; the descriptor that comes back is new and ours.
    unsafe {
        let fd = libc::syscall(libc::SYS_pidfd_open, pid, 0);
        Ok(OwnedFd::from_raw_fd(check(fd as libc::c_int)?))
    }
}

/// Whether a process is a child of this one.
pub(crate) fn is_child(pid: u32) -> bool {
    pid > 1 && parent_of(pid) == Some(process_id())
}

/// Makes `fd` the descriptor of a standard stream (0, 1 or 2).
pub(crate) fn become_stream(fd: BorrowedFd<'_>, stream: i32) -> io::Result<()> {
    // SAFETY: the standard streams belong to nobody's `OwnedFd`.
    check(unsafe { libc::dup2(fd.as_raw_fd(), stream) })?;
    Ok(())
}

/// Makes the C library write standard output at every end of a line.
pub(crate) fn write_by_lines() {
    unsafe extern "C" {
        static stdout: *mut libc::FILE;
    }
    // SAFETY: nothing was written to the stream yet, and there is one thread.
    unsafe { libc::setvbuf(stdout, std::ptr::null_mut(), libc::_IOLBF, 0) };
}

/// How many threads this process has.
pub(crate) fn threads() -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    // A directory has one link for itself, one for its parent's entry and one a subdirectory.
    Ok(std::fs::metadata("/proc/self/task")?.nlink().saturating_sub(2))
}

pub(crate) fn poll(fds: &mut [libc::pollfd], timeout: Option<Duration>) -> io::Result<usize> {
    let limit = timeout.map(|d| libc::timespec {
        tv_sec: d.as_secs().min(i32::MAX as u64) as i64,
        tv_nsec: i64::from(d.subsec_nanos()),
    });
    let limit_ptr = limit.as_ref().map_or(std::ptr::null(), |l| l as *const _);
    // SAFETY: the slice and the timespec outlive the call.
    let ready =
        unsafe { libc::ppoll(fds.as_mut_ptr(), fds.len() as u64, limit_ptr, std::ptr::null()) };
    check(ready).map(|n| n as usize)
}

pub(crate) fn pollfd(fd: BorrowedFd<'_>) -> libc::pollfd {
    libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 }
}

/// Ends this process at once: no handler runs, no buffer is flushed.
pub fn exit_now(status: i32) -> ! {
    // SAFETY: nothing of this process is used again.
    unsafe { libc::_exit(status) }
}

/// Nanoseconds since the system was started.
pub fn boot_time() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the kernel writes one timespec to a local.
    unsafe { libc::clock_gettime(libc::CLOCK_BOOTTIME, &raw mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

pub(crate) fn process_id() -> u32 {
    std::process::id()
}

pub(crate) fn thread_id() -> u32 {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::gettid() as u32 }
}

/// Whether this process may run on more than one processor: with one, spinning only delays the
/// other side. (The standard library's answer also reads control groups: twenty calls.)
pub(crate) fn has_processors_to_spare() -> bool {
    // SAFETY: all zeros is an empty set; the kernel fills it.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &mut set) == 0
            && libc::CPU_COUNT(&set) > 1
    }
}

/// What a process did with the machine.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Usage {
    pub user_us: u64,
    pub system_us: u64,
    pub max_rss_kib: u64,
    pub minor_faults: u64,
    pub major_faults: u64,
}

/// A child that changed its state.
pub(crate) struct Waited {
    pub(crate) pid: u32,
    pub(crate) status: i32,
    pub(crate) usage: Usage,
}

/// What [`wait_any`] found.
pub(crate) enum Child {
    Changed(Waited),
    /// There are children, and nothing is new of any of them.
    Quiet,
    /// There is none.
    Absent,
}

/// The next child that ended or stopped.
pub(crate) fn wait_any() -> io::Result<Child> {
    let mut status = 0;
    // SAFETY: all zeros is a valid rusage.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let flags = libc::WNOHANG | libc::WUNTRACED | libc::__WALL;
    // SAFETY: both pointers are to locals.
    let pid = unsafe { libc::wait4(-1, &mut status, flags, &mut usage) };
    match check(pid) {
        Ok(0) => Ok(Child::Quiet),
        Ok(pid) => Ok(Child::Changed(Waited { pid: pid as u32, status, usage: usage_of(&usage) })),
        Err(error) if error.raw_os_error() == Some(libc::ECHILD) => Ok(Child::Absent),
        Err(error) => Err(error),
    }
}

fn usage_of(usage: &libc::rusage) -> Usage {
    let micros = |t: libc::timeval| (t.tv_sec * 1_000_000 + t.tv_usec).max(0) as u64;
    Usage {
        user_us: micros(usage.ru_utime),
        system_us: micros(usage.ru_stime),
        max_rss_kib: usage.ru_maxrss.max(0) as u64,
        minor_faults: usage.ru_minflt.max(0) as u64,
        major_faults: usage.ru_majflt.max(0) as u64,
    }
}

/// Sends a signal to one process.
pub(crate) fn kill(pid: u32, signal: i32) {
    // SAFETY: plain numbers; a process that is gone is no error here.
    unsafe { libc::kill(pid as i32, signal) };
}

/// Sends a signal to a whole process group.
pub(crate) fn kill_group(group: u32, signal: i32) {
    if group > 1 {
        // SAFETY: plain numbers; a group that is gone is no error here.
        unsafe { libc::kill(-(group as i32), signal) };
    }
}

/// The children of this process, from /proc (whose `children` file is a kernel option).
pub(crate) fn children() -> Vec<u32> {
    let me = process_id();
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.filter_map(|e| e.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| parent_of(*pid) == Some(me)).collect()
}

fn parent_of(pid: u32) -> Option<u32> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    // The name is in parentheses and may hold anything; the fields go on after the last one.
    let after = stat.iter().rposition(|b| *b == b')')?;
    let text = std::str::from_utf8(stat.get(after + 1..)?).ok()?;
    text.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// The warden's signals: deaths arrive on a descriptor, and what a terminal sends to a whole
/// group does not end it.
pub(crate) fn warden_signals() -> io::Result<OwnedFd> {
    // SAFETY: a signal set is made empty before it is filled; all pointers are to locals.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        for signal in [
            libc::SIGCHLD,
            libc::SIGINT,
            libc::SIGQUIT,
            libc::SIGTERM,
            libc::SIGHUP,
            libc::SIGTSTP,
            libc::SIGTTIN,
            libc::SIGTTOU,
            libc::SIGPIPE,
        ] {
            libc::sigaddset(&mut set, signal);
        }
        check(libc::sigprocmask(libc::SIG_SETMASK, &set, std::ptr::null_mut()))?;
        let mut deaths: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut deaths);
        libc::sigaddset(&mut deaths, libc::SIGCHLD);
        let fd = libc::signalfd(-1, &deaths, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK);
        Ok(OwnedFd::from_raw_fd(check(fd)?))
    }
}

/// Empties a signal descriptor: what it says is then asked of `wait_any`.
pub(crate) fn drain_signals(fd: BorrowedFd<'_>) {
    let mut info = [0u8; size_of::<libc::signalfd_siginfo>() * 8];
    // SAFETY: the buffer is ours; the descriptor does not block.
    while unsafe { libc::read(fd.as_raw_fd(), info.as_mut_ptr().cast(), info.len()) } > 0 {}
}

/// Back to what a program finds at its start: no signal blocked, SIGPIPE fatal (the Rust runtime
/// had it ignored).
///
/// With `job_control` the signals that stop a reader or writer in the background do so, even if
/// whoever started us had them ignored (terminal multiplexers do): without them a read from the
/// terminal would fail instead of waiting for its turn.
pub(crate) fn program_signals(job_control: bool) {
    // SAFETY: an empty set and the default actions.
    unsafe {
        if job_control {
            libc::signal(libc::SIGTTIN, libc::SIG_DFL);
            libc::signal(libc::SIGTTOU, libc::SIG_DFL);
        }
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        libc::sigprocmask(libc::SIG_SETMASK, &set, std::ptr::null_mut());
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}

/// The time the calling thread has had a processor: what others do does not count.
pub(crate) fn processor_nanoseconds() -> u64 {
    use nix::time::{ClockId, clock_gettime};
    match clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID) {
        Ok(now) => now.tv_sec() as u64 * 1_000_000_000 + now.tv_nsec() as u64,
        Err(_) => 0,
    }
}

/// The monotonic clock, which all processes share.
pub(crate) fn nanoseconds() -> u64 {
    use nix::time::{ClockId, clock_gettime};
    match clock_gettime(ClockId::CLOCK_MONOTONIC) {
        Ok(now) => now.tv_sec() as u64 * 1_000_000_000 + now.tv_nsec() as u64,
        Err(_) => 0,
    }
}

/// What the keys of a terminal send is the program's business from now on: the calling thread
/// hears neither Ctrl-C nor Ctrl-\.
pub fn leave_keys_to_program() {
    // SAFETY: a signal set is made empty before it is filled.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        libc::sigaddset(&mut set, libc::SIGINT);
        libc::sigaddset(&mut set, libc::SIGQUIT);
        libc::sigprocmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
    }
}

/// This process dies when its parent does.
pub(crate) fn die_with_parent() {
    // SAFETY: plain numbers.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0) };
}

/// A process that somebody stopped goes on when its parent is gone: there is something to be done.
pub(crate) fn wake_without_parent() {
    // SAFETY: plain numbers.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGCONT, 0, 0, 0) };
}

pub(crate) fn parent_id() -> u32 {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::getppid() as u32 }
}

/// Orphans among this process's descendants become its children.
pub(crate) fn become_sub_reaper() -> io::Result<()> {
    // SAFETY: plain numbers.
    check(unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) })?;
    Ok(())
}

pub(crate) fn own_process_group(pid: u32) {
    // SAFETY: plain numbers. Both sides call it, so that neither depends on who is first.
    unsafe { libc::setpgid(pid as i32, pid as i32) };
}

/// One resource of [`limit`].
#[derive(Clone, Copy)]
pub(crate) enum Resource {
    Stack,
    AddressSpace,
}

/// Sees to it that the stack may grow to `bytes` at least, as far as the hard limit lets it; says
/// to how many it may.
pub(crate) fn roomy_stack(bytes: u64) -> io::Result<u64> {
    match limit(Resource::Stack, None)? {
        now if now >= bytes => Ok(now),
        _ => limit(Resource::Stack, Some(bytes)),
    }
}

/// Sets the soft limit, as far as the hard one lets it; says what it is now.
pub(crate) fn limit(resource: Resource, soft: Option<u64>) -> io::Result<u64> {
    let which = match resource {
        Resource::Stack => libc::RLIMIT_STACK,
        Resource::AddressSpace => libc::RLIMIT_AS,
    };
    let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is to a local.
    check(unsafe { libc::getrlimit(which, &mut now) })?;
    if let Some(soft) = soft {
        now.rlim_cur = soft.min(now.rlim_max);
        // SAFETY: the pointer is to a local.
        check(unsafe { libc::setrlimit(which, &now) })?;
    }
    Ok(now.rlim_cur)
}

/// Sets how large the address space of an executor may become; `None` is no limit. The process
/// itself can take it back: it is against accidents.
pub(crate) fn limit_address_space(process: u32, bytes: Option<u64>) -> io::Result<()> {
    let process = process as libc::pid_t;
    let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is to a local.
    check(unsafe { libc::prlimit(process, libc::RLIMIT_AS, std::ptr::null(), &raw mut now) })?;
    now.rlim_cur = bytes.unwrap_or(libc::RLIM_INFINITY).min(now.rlim_max);
    // SAFETY: the pointer is to a local.
    check(unsafe {
        libc::prlimit(process, libc::RLIMIT_AS, &raw const now, std::ptr::null_mut())
    })?;
    Ok(())
}

/// libc's `errno`. Async-signal-safe.
pub(crate) fn error_number() -> i32 {
    // SAFETY: the calling thread's own.
    unsafe { *libc::__errno_location() }
}

/// The thread pointer: what distances of thread-local variables are counted from.
pub(crate) fn thread_pointer() -> u64 {
    let here: u64;
    // SAFETY: the first word at the thread pointer is its own address, by the x86-64 ABI.
    unsafe {
        std::arch::asm!("mov {}, fs:0", out(reg) here, options(nostack, readonly, preserves_flags));
    }
    here
}

/// From now on SIGINT does not end this process. Whoever waits for the key reads it from a
/// descriptor; commands that are started do as they always did.
pub fn survive_interrupts() -> io::Result<()> {
    extern "C" fn nothing(_: i32) {}
    // SAFETY: all zeros is a valid sigaction; the handler has the type that goes with no flags
    // but SA_RESTART, and does nothing.
    check(unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = nothing as *const () as usize;
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(libc::SIGINT, &action, std::ptr::null_mut())
    })?;
    Ok(())
}

/// Stops this process as SIGTSTP would have, until it is continued.
pub fn stop_this_process() {
    // SAFETY: a signal to ourselves that no handler sees.
    unsafe { libc::raise(libc::SIGSTOP) };
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
