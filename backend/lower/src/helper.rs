//! Small machine-code functions an object brings along when its code needs what CLIF cannot say:
//! x87 arithmetic and a few single instructions. In goes a [`Helper`], out come its bytes and the
//! name of the local symbol it gets. None of them refers to anything outside itself.
//!
//! Always: a helper follows the System V convention, uses no callee-saved register, moves no stack
//! pointer (it may write the red zone), and leaves the x87 stack as its comment says, else empty.
//! Pointers to results come first, in rdi.

use crate::func::{FunctionCx, Target};
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, Signature, Type, types as ct};
use cranelift_codegen::isa::CallConv;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Helper {
    /// `*rdi = *rsi + *rdx`
    LdAdd,
    LdSub,
    LdMul,
    LdDiv,
    /// `*rdi = -*rsi`
    LdNeg,
    LdAbs,
    LdSqrt,
    /// Compares `*rdi` with `*rsi`: eax = 0 greater, 1 less, 0x40 equal, 0x45 unordered.
    LdCompare,
    /// `*rdi = rsi`
    LdFromI64,
    LdFromU64,
    /// `*rdi = xmm0`
    LdFromF64,
    LdFromF32,
    /// `rax = *rdi`, towards zero
    LdToI64,
    LdToU64,
    /// `xmm0 = *rdi`
    LdToF64,
    LdToF32,
    /// Takes a `long double` result off the x87 stack into `*rdi`.
    PopSt0,
    /// Likewise a `_Complex long double`.
    PopSt0St1,
    /// Leaves `*rdi` in st0: the last act of a function that returns it.
    PushSt0,
    /// Leaves `rdi[0]` in st0 and `rdi[1]` in st1.
    PushSt0St1,
    /// `eax = ` the CRC-32C of edi and the low bytes of esi; the last of 64-bit registers
    Crc8,
    Crc16,
    Crc32,
    Crc64,
    ReadTsc,
    Pause,
    /// `rax = fs:0`
    ThreadPointer,
    /// `rax = ` the caller's rbp, its frame address
    FrameAddress,
    /// `__builtin_setjmp`: notes in `*rdi` where the 64 bytes at rsi are, and there the registers
    /// that survive calls, the stack pointer and where to go on; gives 0.
    SetJmp,
    /// `__builtin_longjmp`: goes back there, giving 1.
    LongJmp,
    /// `rdx:rax = *rdi; *rdi = rdx:rsi` (new high: low), atomically on sixteen bytes. (Cranelift's
    /// own sixteen-byte operations go wrong when both halves are one value.)
    Exchange16,
    /// `if (*rdi == rdx:rsi) *rdi = r8:rcx`; `rdx:rax` is what was there.
    Swap16,
    /// Divides by zero, in a frame of its own so that a backtrace has the caller.
    DivideByZero,
}

impl Helper {
    /// The name of the local symbol.
    pub fn symbol(self) -> &'static str {
        match self {
            Helper::LdAdd => ".Lld_add",
            Helper::LdSub => ".Lld_sub",
            Helper::LdMul => ".Lld_mul",
            Helper::LdDiv => ".Lld_div",
            Helper::LdNeg => ".Lld_neg",
            Helper::LdAbs => ".Lld_abs",
            Helper::LdSqrt => ".Lld_sqrt",
            Helper::LdCompare => ".Lld_compare",
            Helper::LdFromI64 => ".Lld_from_i64",
            Helper::LdFromU64 => ".Lld_from_u64",
            Helper::LdFromF64 => ".Lld_from_f64",
            Helper::LdFromF32 => ".Lld_from_f32",
            Helper::LdToI64 => ".Lld_to_i64",
            Helper::LdToU64 => ".Lld_to_u64",
            Helper::LdToF64 => ".Lld_to_f64",
            Helper::LdToF32 => ".Lld_to_f32",
            Helper::PopSt0 => ".Lpop_st0",
            Helper::PopSt0St1 => ".Lpop_st0_st1",
            Helper::PushSt0 => ".Lpush_st0",
            Helper::PushSt0St1 => ".Lpush_st0_st1",
            Helper::Crc8 => ".Lcrc8",
            Helper::Crc16 => ".Lcrc16",
            Helper::Crc32 => ".Lcrc32",
            Helper::Crc64 => ".Lcrc64",
            Helper::ReadTsc => ".Lread_tsc",
            Helper::Pause => ".Lpause",
            Helper::ThreadPointer => ".Lthread_pointer",
            Helper::FrameAddress => ".Lframe_address",
            Helper::SetJmp => ".Lbuiltin_setjmp",
            Helper::LongJmp => ".Lbuiltin_longjmp",
            Helper::DivideByZero => ".Ldivide_by_zero",
            Helper::Exchange16 => ".Lexchange16",
            Helper::Swap16 => ".Lswap16",
        }
    }

    pub fn bytes(self) -> &'static [u8] {
        match self {
            // crc32 edi, sil (si, esi); mov eax, edi; ret
            Helper::Crc8 => &[0xf2, 0x40, 0x0f, 0x38, 0xf0, 0xfe, 0x89, 0xf8, 0xc3],
            Helper::Crc16 => &[0x66, 0xf2, 0x0f, 0x38, 0xf1, 0xfe, 0x89, 0xf8, 0xc3],
            Helper::Crc32 => &[0xf2, 0x0f, 0x38, 0xf1, 0xfe, 0x89, 0xf8, 0xc3],
            Helper::Crc64 => &[0xf2, 0x48, 0x0f, 0x38, 0xf1, 0xfe, 0x48, 0x89, 0xf8, 0xc3],
            // fld tbyte [rsi]; fld tbyte [rdx]; faddp; fstp tbyte [rdi]; ret
            Helper::LdAdd => &[0xdb, 0x2e, 0xdb, 0x2a, 0xde, 0xc1, 0xdb, 0x3f, 0xc3],
            Helper::LdSub => &[0xdb, 0x2e, 0xdb, 0x2a, 0xde, 0xe9, 0xdb, 0x3f, 0xc3],
            Helper::LdMul => &[0xdb, 0x2e, 0xdb, 0x2a, 0xde, 0xc9, 0xdb, 0x3f, 0xc3],
            Helper::LdDiv => &[0xdb, 0x2e, 0xdb, 0x2a, 0xde, 0xf9, 0xdb, 0x3f, 0xc3],
            // fld tbyte [rsi]; fchs; fstp tbyte [rdi]; ret
            Helper::LdNeg => &[0xdb, 0x2e, 0xd9, 0xe0, 0xdb, 0x3f, 0xc3],
            Helper::LdAbs => &[0xdb, 0x2e, 0xd9, 0xe1, 0xdb, 0x3f, 0xc3],
            Helper::LdSqrt => &[0xdb, 0x2e, 0xd9, 0xfa, 0xdb, 0x3f, 0xc3],
            // fld tbyte [rsi]; fld tbyte [rdi]; fucomip; fstp st0; lahf; movzx eax, ah;
            // and eax, 0x45; ret
            Helper::LdCompare => &[
                0xdb, 0x2e, 0xdb, 0x2f, 0xdf, 0xe9, 0xdd, 0xd8, 0x9f, 0x0f, 0xb6, 0xc4, 0x83, 0xe0,
                0x45, 0xc3,
            ],
            // mov [rsp-8], rsi; fild qword [rsp-8]; fstp tbyte [rdi]; ret
            Helper::LdFromI64 => {
                &[0x48, 0x89, 0x74, 0x24, 0xf8, 0xdf, 0x6c, 0x24, 0xf8, 0xdb, 0x3f, 0xc3]
            }
            // The same; test rsi, rsi; jns 1f; mov dword [rsp-4], 2^64 as a float;
            // fadd dword [rsp-4]; 1: fstp tbyte [rdi]; ret
            Helper::LdFromU64 => &[
                0x48, 0x89, 0x74, 0x24, 0xf8, 0xdf, 0x6c, 0x24, 0xf8, 0x48, 0x85, 0xf6, 0x79, 0x0c,
                0xc7, 0x44, 0x24, 0xfc, 0x00, 0x00, 0x80, 0x5f, 0xd8, 0x44, 0x24, 0xfc, 0xdb, 0x3f,
                0xc3,
            ],
            // movsd [rsp-8], xmm0; fld qword [rsp-8]; fstp tbyte [rdi]; ret
            Helper::LdFromF64 => {
                &[0xf2, 0x0f, 0x11, 0x44, 0x24, 0xf8, 0xdd, 0x44, 0x24, 0xf8, 0xdb, 0x3f, 0xc3]
            }
            Helper::LdFromF32 => {
                &[0xf3, 0x0f, 0x11, 0x44, 0x24, 0xfc, 0xd9, 0x44, 0x24, 0xfc, 0xdb, 0x3f, 0xc3]
            }
            // fld tbyte [rdi]; fisttp qword [rsp-8]; mov rax, [rsp-8]; ret
            Helper::LdToI64 => {
                &[0xdb, 0x2f, 0xdd, 0x4c, 0x24, 0xf8, 0x48, 0x8b, 0x44, 0x24, 0xf8, 0xc3]
            }
            // As above below 2^63; from there on subtract 2^63 and set the top bit afterwards.
            Helper::LdToU64 => &[
                0xdb, 0x2f, 0xc7, 0x44, 0x24, 0xfc, 0x00, 0x00, 0x00, 0x5f, 0xd9, 0x44, 0x24, 0xfc,
                0xd9, 0xc9, 0xdb, 0xe9, 0x73, 0x0c, 0xdd, 0xd9, 0xdd, 0x4c, 0x24, 0xf8, 0x48, 0x8b,
                0x44, 0x24, 0xf8, 0xc3, 0xd8, 0xe1, 0xdd, 0xd9, 0xdd, 0x4c, 0x24, 0xf8, 0x48, 0x8b,
                0x44, 0x24, 0xf8, 0x48, 0x0f, 0xba, 0xf8, 0x3f, 0xc3,
            ],
            // fld tbyte [rdi]; fstp qword [rsp-8]; movsd xmm0, [rsp-8]; ret
            Helper::LdToF64 => {
                &[0xdb, 0x2f, 0xdd, 0x5c, 0x24, 0xf8, 0xf2, 0x0f, 0x10, 0x44, 0x24, 0xf8, 0xc3]
            }
            Helper::LdToF32 => {
                &[0xdb, 0x2f, 0xd9, 0x5c, 0x24, 0xfc, 0xf3, 0x0f, 0x10, 0x44, 0x24, 0xfc, 0xc3]
            }
            // fstp tbyte [rdi]; ret
            Helper::PopSt0 => &[0xdb, 0x3f, 0xc3],
            // fstp tbyte [rdi]; fstp tbyte [rdi+16]; ret
            Helper::PopSt0St1 => &[0xdb, 0x3f, 0xdb, 0x7f, 0x10, 0xc3],
            // fld tbyte [rdi]; ret
            Helper::PushSt0 => &[0xdb, 0x2f, 0xc3],
            // fld tbyte [rdi+16]; fld tbyte [rdi]; ret
            Helper::PushSt0St1 => &[0xdb, 0x6f, 0x10, 0xdb, 0x2f, 0xc3],
            // rdtsc; shl rdx, 32; or rax, rdx; ret
            Helper::ReadTsc => &[0x0f, 0x31, 0x48, 0xc1, 0xe2, 0x20, 0x48, 0x09, 0xd0, 0xc3],
            // pause; ret
            Helper::Pause => &[0xf3, 0x90, 0xc3],
            // mov rax, fs:0; ret
            Helper::ThreadPointer => &[0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0xc3],
            // mov rax, rbp; ret
            Helper::FrameAddress => &[0x48, 0x89, 0xe8, 0xc3],
            // mov [rdi], rsi; mov [rsi+…], rbx rbp r12 r13 r14 r15; lea rdx, [rsp+8];
            // mov [rsi+48], rdx; mov rdx, [rsp]; mov [rsi+56], rdx; xor eax, eax; ret
            Helper::SetJmp => &[
                0x48, 0x89, 0x37, 0x48, 0x89, 0x1e, 0x48, 0x89, 0x6e, 0x08, 0x4c, 0x89, 0x66, 0x10,
                0x4c, 0x89, 0x6e, 0x18, 0x4c, 0x89, 0x76, 0x20, 0x4c, 0x89, 0x7e, 0x28, 0x48, 0x8d,
                0x54, 0x24, 0x08, 0x48, 0x89, 0x56, 0x30, 0x48, 0x8b, 0x14, 0x24, 0x48, 0x89, 0x56,
                0x38, 0x31, 0xc0, 0xc3,
            ],
            // mov rsi, [rdi]; the registers back; mov eax, 1; jmp [rsi+56]
            Helper::LongJmp => &[
                0x48, 0x8b, 0x37, 0x48, 0x8b, 0x1e, 0x48, 0x8b, 0x6e, 0x08, 0x4c, 0x8b, 0x66, 0x10,
                0x4c, 0x8b, 0x6e, 0x18, 0x4c, 0x8b, 0x76, 0x20, 0x4c, 0x8b, 0x7e, 0x28, 0x48, 0x8b,
                0x66, 0x30, 0xb8, 0x01, 0x00, 0x00, 0x00, 0xff, 0x66, 0x38,
            ],
            // push rbx; mov r8, rdi; mov rbx, rsi; mov rcx, rdx; mov rax, [r8];
            // mov rdx, [r8+8]; 1: lock cmpxchg16b [r8]; jne 1b; pop rbx; ret
            Helper::Exchange16 => &[
                0x53, 0x49, 0x89, 0xf8, 0x48, 0x89, 0xf3, 0x48, 0x89, 0xd1, 0x49, 0x8b, 0x00, 0x49,
                0x8b, 0x50, 0x08, 0xf0, 0x49, 0x0f, 0xc7, 0x08, 0x75, 0xf9, 0x5b, 0xc3,
            ],
            // push rbx; mov rbx, rcx; mov rcx, r8; mov rax, rsi; lock cmpxchg16b [rdi]; pop rbx;
            // ret
            Helper::Swap16 => &[
                0x53, 0x48, 0x89, 0xcb, 0x4c, 0x89, 0xc1, 0x48, 0x89, 0xf0, 0xf0, 0x48, 0x0f, 0xc7,
                0x0f, 0x5b, 0xc3,
            ],
            // push rbp; mov rbp, rsp; xor eax, eax; xor edx, edx; div eax; pop rbp; ret
            Helper::DivideByZero => {
                &[0x55, 0x48, 0x89, 0xe5, 0x31, 0xc0, 0x31, 0xd2, 0xf7, 0xf0, 0x5d, 0xc3]
            }
        }
    }

    /// Has the helper the standard frame from its fourth byte on?
    pub fn has_frame(self) -> bool {
        self == Helper::DivideByZero
    }

    fn params(self) -> &'static [Type] {
        use Helper::*;
        match self {
            LdAdd | LdSub | LdMul | LdDiv | Exchange16 => &[ct::I64, ct::I64, ct::I64],
            Swap16 => &[ct::I64, ct::I64, ct::I64, ct::I64, ct::I64],
            LdNeg | LdAbs | LdSqrt | LdCompare | LdFromI64 | LdFromU64 => &[ct::I64, ct::I64],
            Crc8 | Crc16 | Crc32 => &[ct::I32, ct::I32],
            Crc64 => &[ct::I64, ct::I64],
            LdFromF64 => &[ct::I64, ct::F64],
            LdFromF32 => &[ct::I64, ct::F32],
            LdToI64 | LdToU64 | LdToF64 | LdToF32 => &[ct::I64],
            PopSt0 | PopSt0St1 | PushSt0 | PushSt0St1 | LongJmp => &[ct::I64],
            SetJmp => &[ct::I64, ct::I64],
            DivideByZero => &[ct::I64],
            ReadTsc | Pause | ThreadPointer | FrameAddress => &[],
        }
    }

    fn returns(self) -> &'static [Type] {
        use Helper::*;
        match self {
            LdCompare | SetJmp | Crc8 | Crc16 | Crc32 => &[ct::I32],
            LdToI64 | LdToU64 | Crc64 | ReadTsc | ThreadPointer | FrameAddress => &[ct::I64],
            LdToF64 => &[ct::F64],
            LdToF32 => &[ct::F32],
            Exchange16 | Swap16 => &[ct::I64, ct::I64],
            _ => &[],
        }
    }

    pub fn signature(self) -> Signature {
        let mut signature = Signature::new(CallConv::SystemV);
        signature.params.extend(self.params().iter().map(|&ty| AbiParam::new(ty)));
        signature.returns.extend(self.returns().iter().map(|&ty| AbiParam::new(ty)));
        signature
    }
}

impl FunctionCx<'_, '_> {
    /// Calls a helper that gives a result in a register.
    pub(crate) fn helper_value(&mut self, helper: Helper, args: &[ir::Value]) -> ir::Value {
        let call = self.helper_call(helper, args);
        self.b.inst_results(call)[0]
    }

    /// Calls a helper that gives two words: the `I128` of them.
    pub(crate) fn helper_wide(&mut self, helper: Helper, args: &[ir::Value]) -> ir::Value {
        let call = self.helper_call(helper, args);
        let (low, high) = (self.b.inst_results(call)[0], self.b.inst_results(call)[1]);
        self.b.ins().iconcat(low, high)
    }

    /// Calls a helper for what it does.
    pub(crate) fn helper(&mut self, helper: Helper, args: &[ir::Value]) {
        self.helper_call(helper, args);
    }

    fn helper_call(&mut self, helper: Helper, args: &[ir::Value]) -> ir::Inst {
        let func = self.func_ref(Target::Helper(helper), helper.signature());
        self.b.ins().call(func, args)
    }
}
