//! The one place where an address becomes a function. In: an address that the controller linked;
//! out: what the function returned. Nothing is checked: a wild address is a crash, and the crash
//! handler's business.

use crate::addr::Addr;

/// Runs `uint64_t entry(uint64_t)`.
///
/// # Safety
/// The code at `entry` may do anything to this process: the caller must be in a process that is
/// there to be lost, or trust the code.
pub(crate) unsafe fn call(entry: Addr, arg: u64) -> u64 {
    // SAFETY: any non-null pattern is a function pointer; what it does is the caller's business.
    let function: Option<extern "C" fn(u64) -> u64> =
        unsafe { std::mem::transmute(entry.0 as usize) };
    match function {
        Some(function) => function(arg),
        // A call through null, as the code itself would have made it.
        None => crate::trap::call_null(),
    }
}
