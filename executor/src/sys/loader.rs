//! What the dynamic loader knows: names and paths come in, addresses, libraries and the binary's own
//! thread-local image go out. Always: nothing is opened but by `open_library`.

use std::ffi::CStr;

use crate::addr::{Addr, AddrRange};

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
