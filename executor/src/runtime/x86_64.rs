//! What only x86-64 Linux knows, in assembly: the way into user code and back out of it, and the
//! block of static thread-local storage that is kept free for user code.
//!
//! `tine_enter(frame, function, a, b, c)` calls `function(a, b, c)`. It returns 0 after the
//! function returned, or the code that [`crate::guard`] resumed it with: everything that must
//! survive lies on the stack below the address it notes in `frame`, so that setting `rsp`, `rip`
//! and `rax` is all it takes to come back. To an unwinder this is the outermost frame: an
//! exception nobody catches ends in `std::terminate` as in a program of its own, and a backtrace
//! shows nothing of ours.
//!
//! `tine_tls_pool` is initialised data on purpose: a new thread's copy is made by libc from the
//! image in our own file mapping, so an initial value written there reaches every thread to come,
//! whoever starts it.

use std::arch::global_asm;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::addr::Addr;

/// Bytes of static thread-local storage for user code, in every thread.
pub const TLS_POOL_BYTES: u64 = 32 << 10;
/// The strictest alignment a thread-local object of user code can have.
pub const TLS_POOL_ALIGN: u64 = 64;

/// Where a guarded call can be resumed; the layout is known to the assembly.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct EntryFrame {
    pub(crate) rsp: u64,
    pub(crate) rip: u64,
    pub(crate) float_control: u64,
    pub(crate) value: u64,
}

global_asm!(
    ".pushsection .text.tine_enter,\"ax\",@progbits",
    ".globl tine_enter",
    ".hidden tine_enter",
    ".type tine_enter,@function",
    ".p2align 4",
    "tine_enter:",
    ".cfi_startproc",
    ".cfi_undefined rip",
    "push rbp",
    ".cfi_adjust_cfa_offset 8",
    "push rbx",
    ".cfi_adjust_cfa_offset 8",
    "push r12",
    ".cfi_adjust_cfa_offset 8",
    "push r13",
    ".cfi_adjust_cfa_offset 8",
    "push r14",
    ".cfi_adjust_cfa_offset 8",
    "push r15",
    ".cfi_adjust_cfa_offset 8",
    "push rdi",
    ".cfi_adjust_cfa_offset 8",
    "mov [rdi], rsp",
    "lea rax, [rip + 2f]",
    "mov [rdi + 8], rax",
    "stmxcsr [rdi + 16]",
    "fnstcw [rdi + 20]",
    "mov rax, rsi",
    "mov rdi, rdx",
    "mov rsi, rcx",
    "mov rdx, r8",
    "xor ebp, ebp",
    "call rax",
    "mov rcx, [rsp]",
    "mov [rcx + 24], rax",
    "xor eax, eax",
    "jmp 3f",
    "2:",
    "cld",
    "mov rcx, [rsp]",
    "fninit",
    "ldmxcsr [rcx + 16]",
    "fldcw [rcx + 20]",
    "3:",
    "pop rdi",
    ".cfi_adjust_cfa_offset -8",
    "pop r15",
    ".cfi_adjust_cfa_offset -8",
    "pop r14",
    ".cfi_adjust_cfa_offset -8",
    "pop r13",
    ".cfi_adjust_cfa_offset -8",
    "pop r12",
    ".cfi_adjust_cfa_offset -8",
    "pop rbx",
    ".cfi_adjust_cfa_offset -8",
    "pop rbp",
    ".cfi_adjust_cfa_offset -8",
    "ret",
    ".cfi_endproc",
    ".size tine_enter, . - tine_enter",
    // tine_resume(frame, code): goes on behind the call that tine_enter made with this frame.
    ".globl tine_resume",
    ".hidden tine_resume",
    ".type tine_resume,@function",
    ".p2align 4",
    "tine_resume:",
    "mov rax, rsi",
    "mov rsp, [rdi]",
    "jmp [rdi + 8]",
    ".size tine_resume, . - tine_resume",
    // The thread pointer offset of the pool.
    ".globl tine_tls_offset",
    ".hidden tine_tls_offset",
    ".type tine_tls_offset,@function",
    "tine_tls_offset:",
    "mov rax, [rip + tine_tls_pool@gottpoff]",
    "ret",
    ".size tine_tls_offset, . - tine_tls_offset",
    // The thread pointer itself.
    ".globl tine_thread_pointer",
    ".hidden tine_thread_pointer",
    ".type tine_thread_pointer,@function",
    "tine_thread_pointer:",
    "mov rax, fs:[0]",
    "ret",
    ".size tine_thread_pointer, . - tine_thread_pointer",
    // tine_trace(what): one event into this thread's chunk. `xadd` takes the word at one stroke:
    // a signal handler comes before or after it.
    ".globl tine_trace",
    ".hidden tine_trace",
    ".type tine_trace,@function",
    ".p2align 5",
    "tine_trace:",
    "rdtsc",
    "shl rdx, 32",
    "or rax, rdx",
    "shl rax, 18",
    "mov edi, edi",
    "and rax, -0x400000",
    "or rax, rdi",
    "mov rsi, [rip + tine_trace_next@gottpoff]",
    "mov ecx, 8",
    "xadd fs:[rsi], rcx",
    "mov edx, ecx",
    "and edx, {slack}",
    "cmp edx, {slack}",
    "je 2f",
    "mov [rcx], rax",
    "ret",
    // The word is beyond the chunk's last.
    "2:",
    "jmp tine_trace_slow",
    ".size tine_trace, . - tine_trace",
    // Where this thread's copy of the cell lies.
    ".globl tine_trace_cell",
    ".hidden tine_trace_cell",
    ".type tine_trace_cell,@function",
    "tine_trace_cell:",
    "mov rax, fs:[0]",
    "add rax, [rip + tine_trace_next@gottpoff]",
    "ret",
    ".size tine_trace_cell, . - tine_trace_cell",
    ".popsection",
    ".pushsection .tdata.tine_trace_next,\"awT\",@progbits",
    ".globl tine_trace_next",
    ".hidden tine_trace_next",
    ".type tine_trace_next,@object",
    ".p2align 3",
    "tine_trace_next:",
    ".quad {slack}",
    ".size tine_trace_next, 8",
    ".popsection",
    ".pushsection .tdata.tine_tls_pool,\"awT\",@progbits",
    ".globl tine_tls_pool",
    ".hidden tine_tls_pool",
    ".type tine_tls_pool,@object",
    ".p2align 6",
    "tine_tls_pool:",
    ".zero {pool}",
    ".size tine_tls_pool, {pool}",
    ".popsection",
    pool = const TLS_POOL_BYTES,
    slack = const crate::trace::SLACK,
);

unsafe extern "C" {
    pub(crate) fn tine_enter(
        frame: *mut EntryFrame,
        function: u64,
        first: u64,
        second: u64,
        third: u64,
    ) -> u64;
    pub(crate) fn tine_resume(frame: *const EntryFrame, code: u64) -> !;
    fn tine_tls_offset() -> i64;
    fn tine_thread_pointer() -> u64;
    fn tine_trace(what: u32);
    fn tine_trace_cell() -> *mut u64;
}

/// Where the pool begins, as an offset from any thread's thread pointer. It is the same in the
/// controller and in every executor.
pub fn tls_pool_offset() -> i64 {
    // SAFETY: returns a constant.
    unsafe { tine_tls_offset() }
}

/// Where this thread's copy of the pool begins.
pub(crate) fn own_tls_pool() -> u64 {
    // SAFETY: reads the first word of the thread control block, which is its own address.
    unsafe { tine_thread_pointer() }.wrapping_add_signed(tls_pool_offset())
}

/// The event function of [`crate::trace`], which traced code calls.
pub(crate) fn trace_function() -> Addr {
    Addr(tine_trace as *const () as u64)
}

/// In the plan of [`renew_mappings`]: a mapping that is written as it is.
pub(crate) const KEEP_PROTECTION: u64 = 0;

/// Puts new mappings in the place of old ones, with the same bytes. Each is moved away, which
/// leaves an empty one of the same kind without ancestors, and its pages are written back; where
/// the kernel refuses, the old one stays or returns. Between the two nothing of the mapping is
/// there, and it may be that of the stack or of this program's own data: so it is all one piece of
/// assembly that knows registers and the plan alone. The plan lies in shared memory, which is
/// never moved.
pub(crate) fn renew_mappings(plan: &[u64]) {
    // SAFETY: every byte is at its place again when the assembly ends; there is one thread, and
    // signals are blocked. Numbers of calls: mremap 25, mprotect 10, munmap 11.
    unsafe {
        std::arch::asm!(
            "2:",
            "mov r12, [r15]",
            "test r12, r12",
            "jz 9f",
            "mov r13, [r15 + 8]",
            "mov r14, [r15 + 16]",
            // mremap(start, len, len, MAYMOVE | DONTUNMAP, 0)
            "mov eax, 25",
            "mov rdi, r12",
            "mov rsi, r13",
            "mov rdx, r13",
            "mov r10d, 5",
            "xor r8d, r8d",
            "syscall",
            "mov r8, [r15 + 24]",
            "add r15, 32",
            "cmp rax, -4095",
            "jae 7f",
            "mov r9, rax",
            "test r14, r14",
            "jz 4f",
            "mov eax, 10",
            "mov rdi, r12",
            "mov rsi, r13",
            "mov edx, 3",
            "syscall",
            "test rax, rax",
            "jnz 8f",
            "4:",
            "test r8, r8",
            "jz 5f",
            "mov rsi, [r15]",
            "lea rdi, [r12 + rsi]",
            "add rsi, r9",
            "mov rcx, [r15 + 8]",
            "rep movsb",
            "add r15, 16",
            "dec r8",
            "jmp 4b",
            "5:",
            "test r14, r14",
            "jz 6f",
            "mov eax, 10",
            "mov rdi, r12",
            "mov rsi, r13",
            "mov rdx, r14",
            "syscall",
            "6:",
            "mov eax, 11",
            "mov rdi, r9",
            "mov rsi, r13",
            "syscall",
            "jmp 2b",
            // Back where it was: mremap(new, len, len, MAYMOVE | FIXED, start)
            "8:",
            "mov r11, r8",
            "mov r8, r12",
            "mov r12, r11",
            "mov eax, 25",
            "mov rdi, r9",
            "mov rsi, r13",
            "mov rdx, r13",
            "mov r10d, 3",
            "syscall",
            "mov r8, r12",
            "7:",
            "shl r8, 4",
            "add r15, r8",
            "jmp 2b",
            "9:",
            inout("r15") plan.as_ptr() => _,
            out("r12") _,
            out("r13") _,
            out("r14") _,
            out("r8") _,
            out("r9") _,
            out("r10") _,
            out("r11") _,
            out("rax") _,
            out("rcx") _,
            out("rdx") _,
            out("rsi") _,
            out("rdi") _,
        );
    }
}

#[cfg(test)]
pub(crate) fn trace(what: u32) {
    // SAFETY: writes into the area this process installed, or nowhere.
    unsafe { tine_trace(what) }
}

/// Moves this thread's place in its chunk on by so many bytes; gives the place before.
pub(crate) fn advance_trace_cell(bytes: u64) -> u64 {
    // SAFETY: this thread's own variable, aligned, alive while the thread is; a signal handler's
    // accesses are atomic, too.
    unsafe { AtomicU64::from_ptr(tine_trace_cell()) }.fetch_add(bytes, Ordering::Relaxed)
}

pub(crate) fn set_trace_cell(value: u64) {
    // SAFETY: as above.
    unsafe { AtomicU64::from_ptr(tine_trace_cell()) }.store(value, Ordering::Relaxed);
}

/// The processor's time stamp counter.
pub(crate) fn ticks() -> u64 {
    // SAFETY: every x86-64 has the instruction, and Linux lets all programs use it.
    unsafe { std::arch::x86_64::_rdtsc() }
}
