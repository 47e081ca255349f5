//! Thread-local storage: the instruction sequences of the four access models, and what they become
//! when the distance from the thread pointer is known. The block of a link lies in a part of the
//! executor's static TLS, so JIT code always ends up with the local-exec model.

use object::elf;

use crate::elf::{RawRela, Rela};

/// `mov %fs:0,%rax`.
const LOAD_TP: [u8; 9] = [0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0];

/// Why a sequence could not be rewritten.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    Unknown,
    Far,
}

/// Whether the relocation is the call of `__tls_get_addr` that ends a dynamic access.
pub(crate) fn is_call(raw: &RawRela) -> bool {
    matches!(
        Rela::read(raw).kind,
        elf::R_X86_64_PLT32
            | elf::R_X86_64_PC32
            | elf::R_X86_64_GOTPCRELX
            | elf::R_X86_64_REX_GOTPCRELX
            | elf::R_X86_64_GOTPCREL
    )
}

fn window(out: &mut [u8], at: usize, before: usize, len: usize) -> Result<&mut [u8], Fault> {
    let start = at.checked_sub(before).ok_or(Fault::Unknown)?;
    let end = start.checked_add(len).ok_or(Fault::Unknown)?;
    out.get_mut(start..end).ok_or(Fault::Unknown)
}

fn near(offset: i64) -> Result<[u8; 4], Fault> {
    i32::try_from(offset).map(i32::to_le_bytes).map_err(|_| Fault::Far)
}

/// General dynamic to local exec. `at` is the displacement of the `lea`.
pub(crate) fn general_to_local(out: &mut [u8], at: usize, offset: i64) -> Result<(), Fault> {
    let code = window(out, at, 4, 16)?;
    let known = code.starts_with(&[0x66, 0x48, 0x8d, 0x3d])
        && matches!(code.get(8..12), Some([0x66, 0x66, 0x48, 0xe8] | [0x66, 0x48, 0xff, 0x15]));
    if !known {
        return Err(Fault::Unknown);
    }
    let [a, b, c, d] = near(offset)?;
    code[..9].copy_from_slice(&LOAD_TP);
    code[9..].copy_from_slice(&[0x48, 0x8d, 0x80, a, b, c, d]);
    Ok(())
}

/// Local dynamic to local exec: the module's base becomes the thread pointer.
pub(crate) fn module_to_local(out: &mut [u8], at: usize) -> Result<(), Fault> {
    let code = window(out, at, 3, 12)?;
    let lea = code.starts_with(&[0x48, 0x8d, 0x3d]);
    if lea && code.get(7) == Some(&0xe8) {
        code[..3].copy_from_slice(&[0x66; 3]);
        code[3..].copy_from_slice(&LOAD_TP);
        return Ok(());
    }
    if lea && code.get(7..9) == Some(&[0xff, 0x15]) {
        let code = window(out, at, 3, 13)?;
        code[..4].copy_from_slice(&[0x66; 4]);
        code[4..].copy_from_slice(&LOAD_TP);
        return Ok(());
    }
    Err(Fault::Unknown)
}

/// Whether an initial-exec access is a `mov` or an `add` that can take the offset itself.
pub(crate) fn can_be_immediate(data: &[u8], at: usize) -> bool {
    match at.checked_sub(3).and_then(|start| data.get(start..at)) {
        Some([0x48 | 0x4c, 0x8b | 0x03, modrm]) => modrm & 0xc7 == 5,
        _ => false,
    }
}

/// Initial exec to local exec: `mov $offset,%reg` or `add $offset,%reg`.
pub(crate) fn initial_to_local(out: &mut [u8], at: usize, offset: i64) -> Result<(), Fault> {
    if !can_be_immediate(out, at) {
        return Err(Fault::Unknown);
    }
    let code = window(out, at, 3, 7)?;
    let [a, b, c, d] = near(offset)?;
    let register = code[2] >> 3 & 7;
    let rex = if code[0] == 0x4c { 0x49 } else { 0x48 };
    let opcode = if code[1] == 0x8b { 0xc7 } else { 0x81 };
    code.copy_from_slice(&[rex, opcode, 0xc0 | register, a, b, c, d]);
    Ok(())
}

/// `lea x@tlsdesc(%rip),%rax` to `mov $offset,%rax`.
pub(crate) fn descriptor_to_local(out: &mut [u8], at: usize, offset: i64) -> Result<(), Fault> {
    let code = descriptor(out, at)?;
    let [a, b, c, d] = near(offset)?;
    code.copy_from_slice(&[0x48, 0xc7, 0xc0, a, b, c, d]);
    Ok(())
}

/// `lea x@tlsdesc(%rip),%rax` to `mov cell(%rip),%rax`, a cell that holds the offset.
pub(crate) fn descriptor_to_initial(out: &mut [u8], at: usize, delta: i64) -> Result<(), Fault> {
    let code = descriptor(out, at)?;
    let [a, b, c, d] = near(delta)?;
    code.copy_from_slice(&[0x48, 0x8b, 0x05, a, b, c, d]);
    Ok(())
}

fn descriptor(out: &mut [u8], at: usize) -> Result<&mut [u8], Fault> {
    let code = window(out, at, 3, 7)?;
    if code.starts_with(&[0x48, 0x8d, 0x05]) { Ok(code) } else { Err(Fault::Unknown) }
}

/// `call *x@tlscall(%rax)` to `xchg %ax,%ax`.
pub(crate) fn descriptor_call(out: &mut [u8], at: usize) -> Result<(), Fault> {
    let code = window(out, at, 0, 2)?;
    if code != [0xff, 0x10] {
        return Err(Fault::Unknown);
    }
    code.copy_from_slice(&[0x66, 0x90]);
    Ok(())
}
