//! Calls, parameters and returns by the System V rules.

use cranelift_codegen::ir;

/// What a function's own ABI needs to remember while it is lowered.
#[derive(Clone, Copy, Debug, Default)]
pub struct State {
    /// Where the caller wants a result that is returned in memory.
    pub result: Option<ir::Value>,
    /// In a variadic function: the address of the `va_list` its entry thunk made.
    pub variadic: Option<ir::Value>,
}
