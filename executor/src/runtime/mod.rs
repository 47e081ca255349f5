//! What the runtime offers to C code by name. Some of it stands in front of libc's own functions,
//! and some cannot be found by `dlsym` at all, because libc keeps it in an archive that is linked
//! into each program (`libc_nonshared.a`). In: a name; out: an address in this binary, the same
//! in the controller and in every executor.

pub mod arena;
pub mod heap;
pub mod x86_64;

use std::ffi::{c_int, c_void};

use crate::addr::Addr;
use crate::sys;

/// The functions that shared libraries must find here instead of in libc, one a line: the binary
/// that hosts executors is linked with `-Wl,--export-dynamic-symbol=` each of these. Its build
/// script reads the same file.
pub const EXPORTS: &str = include_str!("../../exports.txt");

unsafe extern "C" {
    fn exit(status: c_int) -> !;
    fn quick_exit(status: c_int) -> !;
    fn atexit(function: *mut c_void) -> c_int;
    fn at_quick_exit(function: *mut c_void) -> c_int;
    fn on_exit(function: *mut c_void, argument: *mut c_void) -> c_int;
    fn __cxa_atexit(function: *mut c_void, a: *mut c_void, handle: *mut c_void) -> c_int;
    fn __cxa_at_quick_exit(function: *mut c_void, handle: *mut c_void) -> c_int;
    fn __cxa_thread_atexit_impl(f: *mut c_void, a: *mut c_void, handle: *mut c_void) -> c_int;
    fn __register_atfork(
        a: *mut c_void,
        b: *mut c_void,
        c: *mut c_void,
        handle: *mut c_void,
    ) -> c_int;
    fn pthread_atfork(a: *mut c_void, b: *mut c_void, c: *mut c_void) -> c_int;
    fn __cxa_finalize(handle: *mut c_void);
    fn pthread_create(t: *mut c_void, a: *mut c_void, f: *mut c_void, arg: *mut c_void) -> c_int;
    fn thrd_create(t: *mut c_void, f: *mut c_void, arg: *mut c_void) -> c_int;
    fn _dl_find_object(pc: *mut c_void, found: *mut c_void) -> c_int;
}

/// What traced code calls where it enters and leaves a function, with the number it was compiled
/// with times two, and one more where it leaves.
pub const TRACE: &str = "__tine_trace";

/// The address of a name that C code means our function by.
pub fn symbol(name: &str) -> Option<Addr> {
    if name == TRACE {
        return Some(x86_64::trace_function());
    }
    let at: *const () = match name {
        "exit" => exit as *const (),
        "quick_exit" => quick_exit as *const (),
        "atexit" => atexit as *const (),
        "at_quick_exit" => at_quick_exit as *const (),
        "on_exit" => on_exit as *const (),
        "__cxa_atexit" => __cxa_atexit as *const (),
        "__cxa_at_quick_exit" => __cxa_at_quick_exit as *const (),
        "__cxa_thread_atexit_impl" => __cxa_thread_atexit_impl as *const (),
        "__register_atfork" => __register_atfork as *const (),
        "pthread_atfork" => pthread_atfork as *const (),
        "__cxa_finalize" => __cxa_finalize as *const (),
        "pthread_create" => pthread_create as *const (),
        "thrd_create" => thrd_create as *const (),
        "_dl_find_object" => _dl_find_object as *const (),
        "__tine_stack_more" => arena::stack_more as *const (),
        "__tine_stack_back" => arena::stack_back as *const (),
        "__tine_arena_more" => arena::own_more as *const (),
        "__tine_arena_back" => arena::own_back as *const (),
        "__tine_arena_stats" => arena::own_stats as *const (),
        // What follows lives in libc_nonshared.a.
        "stat" | "stat64" => libc::stat as *const (),
        "lstat" | "lstat64" => libc::lstat as *const (),
        "fstat" | "fstat64" => libc::fstat as *const (),
        "fstatat" | "fstatat64" => libc::fstatat as *const (),
        "mknod" => libc::mknod as *const (),
        "mknodat" => libc::mknodat as *const (),
        "__stack_chk_fail_local" => stack_chk_fail_local as *const (),
        _ => return heap::symbol(name),
    };
    Some(Addr(at as u64))
}

/// A thread-local object of the runtime: its distance from every thread's thread pointer.
pub fn thread_symbol(name: &str) -> Option<i64> {
    let ours = || arena::thread_symbol(name).or_else(|| heap::thread_symbol(name));
    name.starts_with("__tine_").then(ours)?
}

/// User code asked for what cannot be had: the reason is said, and the process ends as by `abort`.
pub(crate) fn fail(message: &str) -> ! {
    eprintln!("tine: {message}");
    std::process::abort()
}

/// A name as the program's own references would find it: ours first, then the loaded libraries'.
/// Libraries loaded before the first fork lie at one place in controller and executors, so for
/// their names this answer is true in both.
pub fn program_symbol(name: &str) -> Option<Addr> {
    symbol(name).or_else(|| sys::symbol(&std::ffi::CString::new(name).ok()?))
}

/// A `main` that does nothing and succeeds: for programs that are all statements at file scope.
pub fn empty_main() -> Addr {
    extern "C" fn nothing() -> c_int {
        0
    }
    Addr(nothing as *const () as u64)
}

/// Called by code whose stack canary was overwritten.
extern "C" fn stack_chk_fail_local() -> ! {
    unsafe extern "C" {
        fn __stack_chk_fail() -> !;
    }
    // SAFETY: takes nothing and ends the process with libc's own message.
    unsafe { __stack_chk_fail() }
}
