//! The instruction that faulted, as far as a report needs it: what a division divided by, where a
//! vector was loaded from. In: the bytes at the program counter and the registers; out: an
//! operand, or nothing for what is not one of those instructions.

use executor::addr::Addr;
use executor::wire::CrashRecord;

/// The operand of a division, or of an access of 16 bytes that wants alignment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Faulting {
    Division { divisor: Operand, bytes: u64 },
    Vector { at: Addr },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Operand {
    Value(u64),
    At(Addr),
}

/// What the record's instruction is, if it is one of those that matter here.
pub(crate) fn faulting(crash: &CrashRecord) -> Option<Faulting> {
    let mut bytes = crash.pc_bytes.iter().copied().enumerate().peekable();
    let mut half = false;
    while bytes.next_if(|(_, byte)| *byte == 0x66).is_some() {
        half = true;
    }
    let rex = bytes.next_if(|(_, byte)| byte & 0xf0 == 0x40).map_or(0, |(_, byte)| byte);
    let (at, opcode) = bytes.next()?;
    let wide = rex & 8 != 0;
    match opcode {
        0xf6 | 0xf7 => {
            let (operand, kind) = operand(crash, at + 1, rex)?;
            // div and idiv
            if !matches!(kind, 6 | 7) {
                return None;
            }
            let bytes = match opcode {
                0xf6 => 1,
                _ if wide => 8,
                _ if half => 2,
                _ => 4,
            };
            let divisor = match operand {
                // ah to bh: a division by those is none of ours.
                Operand::Value(_) if bytes == 1 && rex == 0 => return None,
                Operand::Value(value) => Operand::Value(low(value, bytes)),
                operand => operand,
            };
            Some(Faulting::Division { divisor, bytes })
        }
        0x0f => match operand(crash, at + 2, rex)?.0 {
            Operand::At(at) => Some(Faulting::Vector { at }),
            Operand::Value(_) => None,
        },
        _ => None,
    }
}

fn low(value: u64, bytes: u64) -> u64 {
    let unused = 64 - 8 * bytes;
    value << unused >> unused
}

/// The operand that the byte at `at` and those behind it describe, and the three bits between.
fn operand(crash: &CrashRecord, at: usize, rex: u8) -> Option<(Operand, u8)> {
    let byte = |at: usize| crash.pc_bytes.get(at).copied();
    let register =
        |number: u8, extra: bool| crash.registers[usize::from(number) | usize::from(extra) << 3];
    let modrm = byte(at)?;
    let (mode, kind, low) = (modrm >> 6, modrm >> 3 & 7, modrm & 7);
    let (rex_x, rex_b) = (rex & 2 != 0, rex & 1 != 0);
    if mode == 3 {
        return Some((Operand::Value(register(low, rex_b)), kind));
    }
    let mut next = at + 1;
    let mut sum = 0u64;
    let mut base_is_there = true;
    if low == 4 {
        let sib = byte(next)?;
        next += 1;
        let (scale, index, base) = (sib >> 6, sib >> 3 & 7, sib & 7);
        if index != 4 || rex_x {
            sum = register(index, rex_x) << scale;
        }
        base_is_there = base != 5 || mode != 0;
        if base_is_there {
            sum = sum.wrapping_add(register(base, rex_b));
        }
    } else if low == 5 && mode == 0 {
        // From the next instruction, which begins behind the four bytes.
        sum = crash.pc.0.wrapping_add(next as u64 + 4);
        base_is_there = false;
    } else {
        sum = register(low, rex_b);
    }
    let far = mode == 2 || !base_is_there;
    let distance = if far {
        let bytes = [byte(next)?, byte(next + 1)?, byte(next + 2)?, byte(next + 3)?];
        i64::from(i32::from_le_bytes(bytes))
    } else if mode == 1 {
        i64::from(byte(next)? as i8)
    } else {
        0
    };
    Some((Operand::At(Addr(sum.wrapping_add_signed(distance))), kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crash(bytes: &[u8]) -> CrashRecord {
        let mut registers = [0; 16];
        registers[3] = 0x1008;
        registers[9] = 0xffff_ffff_ffff_ffff;
        CrashRecord { pc: Addr(0x4000), pc_bytes: bytes.to_vec(), registers, ..Default::default() }
    }

    #[test]
    fn instructions() {
        let division = |divisor, bytes| Some(Faulting::Division { divisor, bytes });
        let vector = |at| Some(Faulting::Vector { at: Addr(at) });
        for (bytes, expected) in [
            // idiv ecx; idiv r9d; div r9; idiv dword [rbx+8]; idiv qword [rip+16]
            (&[0xf7, 0xf9][..], division(Operand::Value(0), 4)),
            (&[0x41, 0xf7, 0xf9], division(Operand::Value(0xffff_ffff), 4)),
            (&[0x49, 0xf7, 0xf1], division(Operand::Value(u64::MAX), 8)),
            (&[0xf7, 0x7b, 8], division(Operand::At(Addr(0x1010)), 4)),
            (&[0x48, 0xf7, 0x3d, 16, 0, 0, 0], division(Operand::At(Addr(0x4017)), 8)),
            // movaps xmm0, [rbx]; movdqa [rbx+r9*4-4], xmm1; neg ecx; mov eax, [rbx]
            (&[0x0f, 0x28, 0x03], vector(0x1008)),
            (&[0x66, 0x42, 0x0f, 0x7f, 0x4c, 0x8b, 0xfc], vector(0x1000)),
            (&[0xf7, 0xd9], None),
            (&[0x8b, 0x03], None),
            (&[0xf7], None),
        ] {
            assert_eq!(faulting(&crash(bytes)), expected, "{bytes:x?}");
        }
    }
}
