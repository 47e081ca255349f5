//! The machine code around variadic functions: the entry thunk of a definition and the stubs that
//! set AL for a call. In goes a convention, out come bytes with one call to patch.
//!
//! The thunk is what the function's name means. It spills the argument registers as `va_arg`
//! expects them, makes a `va_list` and calls the compiled body with its address:
//!
//! ```text
//!   ctx-176 … ctx-128   rdi rsi rdx rcx r8 r9         reg_save_area
//!   ctx-128 … ctx       xmm0 … xmm7                   (only when AL says so)
//!   ctx     … ctx+24    gp_offset fp_offset overflow_arg_area reg_save_area
//!   ctx+32              caller's rbp, return address
//!   ctx+48  …           stack arguments
//! ```

use super::{FnAbi, Loc};

/// Bytes with one 32-bit PC-relative call or jump at `patch` (addend -4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Thunk {
    pub bytes: Vec<u8>,
    pub patch: u32,
}

/// Where a word of a named parameter lies, relative to the context the body receives.
pub fn saved_at(loc: Loc) -> i64 {
    match loc {
        Loc::Gp(n) => -176 + 8 * i64::from(n),
        Loc::Fp(n) => -128 + 16 * i64::from(n),
        Loc::Stack(offset) => 48 + i64::from(offset),
        Loc::Param(number) => panic!("parameter {number} of a variadic function has no place"),
    }
}

/// The code offsets at which the thunk's frame is complete: after `push rbp` (the frame address is
/// rsp+16, rbp saved 16 below it) and after `mov rbp, rsp` (it is rbp+16).
pub const AFTER_PUSH: u32 = 1;
pub const AFTER_MOV: u32 = 4;

/// The entry thunk of a variadic function with this convention for its named parameters.
pub fn entry(abi: &FnAbi) -> Thunk {
    let mut bytes = vec![
        0x55, // push rbp
        0x48, 0x89, 0xe5, // mov rbp, rsp
        0x48, 0x81, 0xec, 0xd0, 0, 0, 0, // sub rsp, 208
        0x48, 0x89, 0x3c, 0x24, // mov [rsp], rdi
        0x48, 0x89, 0x74, 0x24, 0x08, // mov [rsp+8], rsi
        0x48, 0x89, 0x54, 0x24, 0x10, // mov [rsp+16], rdx
        0x48, 0x89, 0x4c, 0x24, 0x18, // mov [rsp+24], rcx
        0x4c, 0x89, 0x44, 0x24, 0x20, // mov [rsp+32], r8
        0x4c, 0x89, 0x4c, 0x24, 0x28, // mov [rsp+40], r9
        0x84, 0xc0, // test al, al
        0x74, 0x31, // je 1f
        0x0f, 0x29, 0x44, 0x24, 0x30, // movaps [rsp+48], xmm0
        0x0f, 0x29, 0x4c, 0x24, 0x40, // movaps [rsp+64], xmm1
        0x0f, 0x29, 0x54, 0x24, 0x50, // movaps [rsp+80], xmm2
        0x0f, 0x29, 0x5c, 0x24, 0x60, // movaps [rsp+96], xmm3
        0x0f, 0x29, 0x64, 0x24, 0x70, // movaps [rsp+112], xmm4
        0x0f, 0x29, 0xac, 0x24, 0x80, 0, 0, 0, // movaps [rsp+128], xmm5
        0x0f, 0x29, 0xb4, 0x24, 0x90, 0, 0, 0, // movaps [rsp+144], xmm6
        0x0f, 0x29, 0xbc, 0x24, 0xa0, 0, 0, 0, // movaps [rsp+160], xmm7
        0xc7, 0x84, 0x24, 0xb0, 0, 0, 0, // 1: mov dword [rsp+176], gp_offset
    ];
    bytes.extend((8 * u32::from(abi.gp)).to_le_bytes());
    bytes.extend([0xc7, 0x84, 0x24, 0xb4, 0, 0, 0]); // mov dword [rsp+180], fp_offset
    bytes.extend((48 + 16 * u32::from(abi.fp)).to_le_bytes());
    bytes.extend([0x48, 0x8d, 0x85]); // lea rax, [rbp+overflow]
    bytes.extend((16 + abi.stack_bytes).to_le_bytes());
    bytes.extend([
        0x48, 0x89, 0x84, 0x24, 0xb8, 0, 0, 0, // mov [rsp+184], rax
        0x48, 0x89, 0xa4, 0x24, 0xc0, 0, 0, 0, // mov [rsp+192], rsp
        0x48, 0x8d, 0xbc, 0x24, 0xb0, 0, 0, 0,    // lea rdi, [rsp+176]
        0xe8, // call body
    ]);
    let patch = bytes.len() as u32;
    bytes.extend([0, 0, 0, 0, 0xc9, 0xc3]); // …; leave; ret
    Thunk { bytes, patch }
}

/// `mov eax, 8` (an upper bound of the vector registers used) or `xor eax, eax`.
fn set_al(floats: bool) -> Vec<u8> {
    if floats { vec![0xb8, 8, 0, 0, 0] } else { vec![0x31, 0xc0] }
}

/// The stub for direct calls of one variadic function: set AL, jump there.
pub fn direct_call(floats: bool) -> Thunk {
    let mut bytes = set_al(floats);
    bytes.push(0xe9);
    let patch = bytes.len() as u32;
    bytes.extend([0; 4]);
    Thunk { bytes, patch }
}

/// The stub for indirect variadic calls with `words` stack words: set AL, jump to the address in
/// the stack word after them. It refers to nothing.
pub fn indirect_call(floats: bool, words: u32) -> Vec<u8> {
    let mut bytes = set_al(floats);
    bytes.extend([0xff, 0xa4, 0x24]); // jmp [rsp+…]
    bytes.extend((8 + 8 * words).to_le_bytes());
    bytes
}
