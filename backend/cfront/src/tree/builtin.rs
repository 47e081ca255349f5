//! Operations with no C spelling of their own, as nodes of the tree. In: nothing; out: their names, with
//! what each takes. What always holds: the operands are checked by the parser, their order is the
//! call's.

use super::*;

/// Operations with no C spelling of their own. Library-like builtins (`__builtin_memcpy`,
/// `__builtin_printf`, …) that gcc would emit as calls are ordinary `Call`s of that function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Builtin {
    /// The address of what the managed heap is told of a type.
    TypeMap(TypeId),
    VaStart,
    VaEnd,
    VaCopy,
    Alloca,
    /// Operands: size, alignment in bits.
    AllocaWithAlign,
    /// What `alloca` and variable-length arrays have taken, and its restoring.
    StackSave,
    StackRestore,
    Unreachable,
    Trap,
    /// Operands are evaluated; the first is the result (`expect`, `assume_aligned`, …).
    First,
    Prefetch,
    FrameAddress,
    ReturnAddress,
    /// `int` results; the operand's width is its type's.
    Clz,
    Ctz,
    Clrsb,
    Ffs,
    Popcount,
    Parity,
    /// `stdc_`-style: defined at zero (result is the width), second operand the value at zero.
    ClzDefined,
    CtzDefined,
    Bswap,
    BitReverse,
    RotateLeft,
    RotateRight,
    /// Operands a, b, pointer to the result; `_Bool` result. Result type: the pointed-to one;
    /// infinite precision before the store.
    AddOverflow,
    SubOverflow,
    MulOverflow,
    /// `__builtin_*_overflow_p`: the third operand gives only the type.
    AddOverflowP,
    SubOverflowP,
    MulOverflowP,
    Fabs,
    CopySign,
    Sqrt,
    Floor,
    Ceil,
    Trunc,
    NearbyInt,
    Fma,
    SignBit,
    IsNan,
    IsInf,
    IsFinite,
    IsNormal,
    FpClassify,
    IsGreater,
    IsGreaterEqual,
    IsLess,
    IsLessEqual,
    IsLessGreater,
    IsUnordered,
    /// Build a complex value of two reals.
    Complex,
    /// Atomics: operands are pointer, value(s), then the memory order(s) as evaluated.
    AtomicLoad,
    AtomicStore,
    AtomicExchange,
    /// pointer, pointer to expected, desired, weak, success, failure → `_Bool`
    AtomicCompareExchange,
    /// Result is the old value.
    AtomicFetch(AtomicOp),
    /// Result is the new value.
    AtomicOpFetch(AtomicOp),
    /// `__sync_bool_compare_and_swap`: pointer, old, new.
    SyncBoolCas,
    SyncValCas,
    AtomicTestAndSet,
    AtomicClear,
    AtomicFence,
    AtomicSignalFence,
    /// Operands: two vectors and the index vector's constants (as `Int` nodes).
    ShuffleVector,
    /// `__builtin_shuffle` with a mask vector.
    Shuffle,
    ConvertVector,
    /// Operands: one or two 16-byte vectors, or a vector and a count of bits.
    Sse(SseOp),
    SetJmp,
    LongJmp,
    /// Reads the time-stamp counter and the like: what `asm` idioms are turned into.
    Pause,
    ReadTsc,
    /// Operands: the sum so far, and the integer to add to it.
    Crc32,
    /// `__builtin_apply` and other rarities are refused by the front end.
    ClearCache,
    ThreadPointer,
    /// The calling function's own variadic arguments (`__builtin_va_arg_pack`) in inlined
    /// forwarding functions.
    VaArgPack,
    VaArgPackLen,
}

/// What SSE2 does lane by lane and C's operators do not say. The lanes' type tells whether they
/// are signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SseOp {
    AddSaturated,
    SubSaturated,
    Min,
    Max,
    /// Rounded up.
    Average,
    /// Two vectors of signed lanes to one of lanes half as wide, saturated.
    Pack,
    PackUnsigned,
    /// The lanes' highest bits as an `int`.
    HighBits,
    /// The upper half of the product.
    MulHigh,
    /// Products of 16-bit lanes, neighbours added.
    PairSums,
    /// All lanes by one count: a count too large shifts everything out.
    ShiftLeft,
    ShiftRight,
    Sqrt,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AtomicOp {
    Add,
    Sub,
    And,
    Or,
    Xor,
    Nand,
}
