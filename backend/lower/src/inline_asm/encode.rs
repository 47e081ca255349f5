//! A small assembler for what inline assembly is mostly made of: integer instructions, string
//! operations, lock prefixes, jumps to labels of its own, scalar and packed SSE moves and
//! arithmetic. AT&T text comes in, bytes go out, or the instruction it does not know.
//!
//! Always: bytes come out only if every statement was understood; jumps are 32 bits wide.

use super::att::{
    ALU, Arg, MOVES, Mem, STEMS, WIDENING, arguments, condition, is_name, plain, shift,
};
use std::collections::HashMap;

/// What a ModRM byte's two fields hold.
struct Form<'a> {
    prefix: Option<u8>,
    opcode: &'a [u8],
    reg: u8,
    rm: &'a Arg,
    size: u8,
    /// A byte register in `reg` (spl and its kin need a REX prefix).
    byte_reg: bool,
}

#[derive(Default)]
struct Assembler {
    bytes: Vec<u8>,
    labels: HashMap<String, usize>,
    /// How often each numeric label has been defined.
    numeric: HashMap<String, u32>,
    jumps: Vec<(usize, String)>,
}

/// Assembles AT&T text.
pub(crate) fn assemble(text: &str) -> Result<Vec<u8>, String> {
    let mut assembler = Assembler::default();
    for line in text.split(['\n', ';']) {
        let line = line.split('#').next().unwrap_or("").trim();
        assembler.statement(line)?;
    }
    assembler.patch()
}

fn unknown(what: &str) -> String {
    format!("'{}' is no instruction tine encodes itself", what.trim())
}

impl Assembler {
    fn statement(&mut self, mut line: &str) -> Result<(), String> {
        while let Some((label, rest)) = line.split_once(':') {
            if label.is_empty() || !label.chars().all(is_name) {
                break;
            }
            self.define(label.trim());
            line = rest.trim();
        }
        if line.is_empty() {
            return Ok(());
        }
        let (mnemonic, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let prefix = match mnemonic {
            "lock" => Some(0xf0),
            "rep" | "repe" | "repz" => Some(0xf3),
            "repne" | "repnz" => Some(0xf2),
            _ => None,
        };
        if let Some(prefix) = prefix {
            self.bytes.push(prefix);
            return self.statement(rest.trim());
        }
        let args = arguments(rest).ok_or_else(|| unknown(line))?;
        self.instruction(&mnemonic.to_ascii_lowercase(), &args).ok_or_else(|| unknown(line))
    }

    fn define(&mut self, label: &str) {
        let name = if label.bytes().all(|b| b.is_ascii_digit()) {
            let count = self.numeric.entry(label.to_owned()).or_insert(0);
            *count += 1;
            format!("{label}.{count}")
        } else {
            label.to_owned()
        };
        self.labels.insert(name, self.bytes.len());
    }

    /// The name of a jump's label: `1b` and `1f` are the last and the next `1:`.
    fn label(&self, name: &str) -> String {
        let (digits, way) = name.split_at(name.len().saturating_sub(1));
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return name.to_owned();
        }
        let count = self.numeric.get(digits).copied().unwrap_or(0);
        match way {
            "b" => format!("{digits}.{count}"),
            "f" => format!("{digits}.{}", count + 1),
            _ => name.to_owned(),
        }
    }

    fn patch(mut self) -> Result<Vec<u8>, String> {
        for (at, label) in &self.jumps {
            let Some(&to) = self.labels.get(label) else {
                return Err(format!("the jump to '{label}' leads out of the template"));
            };
            let distance = (to as i64 - (*at as i64 + 4)) as i32;
            self.bytes[*at..*at + 4].copy_from_slice(&distance.to_le_bytes());
        }
        Ok(self.bytes)
    }

    // ------------------------------------------------------------ encoding

    fn form(&mut self, form: &Form<'_>) -> Option<()> {
        if let Arg::Mem(Mem { segment: Some(segment), .. }) = form.rm {
            self.bytes.push(*segment);
        }
        if form.size == 2 {
            self.bytes.push(0x66);
        }
        self.bytes.extend(form.prefix);
        let mut rex = if form.size == 8 { 0x48 } else { 0 };
        if form.reg >= 8 {
            rex |= 0x44;
        }
        if form.byte_reg && (4..8).contains(&form.reg) {
            rex |= 0x40;
        }
        match form.rm {
            &Arg::Reg { number, size, high } => {
                if number >= 8 {
                    rex |= 0x41;
                }
                if size == 1 && !high && (4..8).contains(&number) {
                    rex |= 0x40;
                }
            }
            &Arg::Xmm(number) if number >= 8 => rex |= 0x41,
            Arg::Mem(mem) => {
                if mem.base.is_some_and(|base| base >= 8) {
                    rex |= 0x41;
                }
                if mem.index.is_some_and(|index| index >= 8) {
                    rex |= 0x42;
                }
            }
            _ => {}
        }
        if rex != 0 {
            self.bytes.push(rex);
        }
        self.bytes.extend(form.opcode);
        self.modrm(form.reg & 7, form.rm)
    }

    fn modrm(&mut self, reg: u8, rm: &Arg) -> Option<()> {
        match rm {
            &Arg::Reg { number, high, .. } => {
                let number = if high { number + 4 } else { number };
                self.bytes.push(0xc0 | reg << 3 | number & 7);
            }
            &Arg::Xmm(number) => self.bytes.push(0xc0 | reg << 3 | number & 7),
            Arg::Mem(mem) => self.memory(reg, mem),
            _ => return None,
        }
        Some(())
    }

    fn memory(&mut self, reg: u8, mem: &Mem) {
        let disp = mem.disp.to_le_bytes();
        let Some(base) = mem.base else {
            // No base: a scale byte with base 101 and 32 bits of displacement.
            let index = mem.index.map_or(4, |index| index & 7);
            self.bytes.extend([reg << 3 | 4, mem.scale << 6 | index << 3 | 5]);
            self.bytes.extend(disp);
            return;
        };
        let short = i8::try_from(mem.disp).is_ok();
        let mode = match mem.disp {
            0 if base & 7 != 5 => 0,
            _ if short => 0x40,
            _ => 0x80,
        };
        if mem.index.is_some() || base & 7 == 4 {
            let index = mem.index.map_or(4, |index| index & 7);
            self.bytes.extend([mode | reg << 3 | 4, mem.scale << 6 | index << 3 | base & 7]);
        } else {
            self.bytes.push(mode | reg << 3 | base & 7);
        }
        match mode {
            0 => {}
            0x40 => self.bytes.push(disp[0]),
            _ => self.bytes.extend(disp),
        }
    }

    fn immediate(&mut self, value: i64, bytes: u8) -> Option<()> {
        let fits = match bytes {
            1 => (-128..256).contains(&value),
            2 => (-32768..65536).contains(&value),
            4 => (-(1 << 31)..1 << 32).contains(&value),
            _ => true,
        };
        self.bytes.extend(&value.to_le_bytes()[..usize::from(bytes)]);
        fits.then_some(())
    }

    // ------------------------------------------------------------ instructions

    fn instruction(&mut self, name: &str, args: &[Arg]) -> Option<()> {
        if let Some(bytes) = plain(name)
            && args.is_empty()
        {
            self.bytes.extend(bytes);
            return Some(());
        }
        if let Some(jump) = name.strip_prefix('j') {
            return self.jump(jump, args);
        }
        if let Some(condition) = name.strip_prefix("set").and_then(condition) {
            let [to] = args else { return None };
            return self.unary(&[0x0f, 0x90 | condition], 0, to, 1);
        }
        if self.vector(name, args).is_some() || self.control(name, args).is_some() {
            return Some(());
        }
        let (stem, size) = self.sized(name, args)?;
        match args {
            [] => self.string(stem, size),
            [only] => self.one(stem, size, only),
            [from, to] => self.two(stem, size, from, to),
            [Arg::Imm(count), from, to] => self.three(stem, size, *count, from, to),
            _ => None,
        }
    }

    /// Instructions on control words and cache lines: their one operand lies in memory.
    fn control(&mut self, name: &str, args: &[Arg]) -> Option<()> {
        let [place @ Arg::Mem(_)] = args else { return None };
        let (opcode, reg): (&[u8], u8) = match name {
            "ldmxcsr" => (&[0x0f, 0xae], 2),
            "stmxcsr" => (&[0x0f, 0xae], 3),
            "clflush" => (&[0x0f, 0xae], 7),
            "prefetchnta" => (&[0x0f, 0x18], 0),
            "prefetcht0" => (&[0x0f, 0x18], 1),
            "prefetcht1" => (&[0x0f, 0x18], 2),
            "prefetcht2" => (&[0x0f, 0x18], 3),
            "fldenv" => (&[0xd9], 4),
            "fldcw" => (&[0xd9], 5),
            "fnstenv" => (&[0xd9], 6),
            "fnstcw" => (&[0xd9], 7),
            "fnstsw" => (&[0xdd], 7),
            _ => return None,
        };
        self.unary(opcode, reg, place, 4)
    }

    /// The mnemonic without its size, and the size: from the suffix, else from a register.
    fn sized<'n>(&self, name: &'n str, args: &[Arg]) -> Option<(&'n str, u8)> {
        let of_args = args.iter().rev().find_map(|arg| match arg {
            Arg::Reg { size, .. } => Some(*size),
            _ => None,
        });
        let conditional = |name: &str| name.strip_prefix("cmov").and_then(condition).is_some();
        if STEMS.contains(&name) || conditional(name) {
            let stem = name;
            let bare = of_args.map(|size| (stem, size));
            return match of_args {
                Some(_) => bare,
                None if matches!(name, "push" | "pop") => Some((name, 8)),
                None => None,
            };
        }
        let size = match name.as_bytes().last()? {
            b'b' => 1,
            b'w' => 2,
            b'l' => 4,
            b'q' => 8,
            _ => return None,
        };
        let stem = &name[..name.len() - 1];
        let known = STEMS.contains(&stem) || conditional(stem) || WIDENING.contains(&stem);
        known.then_some((stem, size))
    }

    fn jump(&mut self, condition_name: &str, args: &[Arg]) -> Option<()> {
        let [Arg::Label(label)] = args else { return None };
        match condition_name {
            "mp" => self.bytes.push(0xe9),
            other => self.bytes.extend([0x0f, 0x80 | condition(other)?]),
        }
        self.jumps.push((self.bytes.len(), self.label(label)));
        self.bytes.extend([0; 4]);
        Some(())
    }

    /// An instruction whose ModRM `reg` field is part of its opcode.
    fn unary(&mut self, opcode: &[u8], reg: u8, rm: &Arg, size: u8) -> Option<()> {
        self.form(&Form { prefix: None, opcode, reg, rm, size, byte_reg: false })
    }

    fn binary(&mut self, opcode: &[u8], reg: &Arg, rm: &Arg, size: u8) -> Option<()> {
        let &Arg::Reg { number, high, size: own } = reg else { return None };
        let number = if high { number + 4 } else { number };
        let byte_reg = own == 1 && !high;
        self.form(&Form { prefix: None, opcode, reg: number, rm, size, byte_reg })
    }

    fn one(&mut self, stem: &str, size: u8, arg: &Arg) -> Option<()> {
        let wide = u8::from(size != 1);
        let group3 =
            |name| ["not", "neg", "mul", "imul", "div", "idiv"].iter().position(|&n| n == name);
        match (stem, arg) {
            ("push", &Arg::Reg { number, size: 8, .. }) => {
                self.short_register(0x50, number);
                Some(())
            }
            ("pop", &Arg::Reg { number, size: 8, .. }) => {
                self.short_register(0x58, number);
                Some(())
            }
            ("push", &Arg::Imm(value)) => {
                self.bytes.push(0x68);
                self.immediate(value, 4)
            }
            ("push", Arg::Mem(_)) => self.unary(&[0xff], 6, arg, 4),
            ("pop", Arg::Mem(_)) => self.unary(&[0x8f], 0, arg, 4),
            ("inc", _) => self.unary(&[0xfe | wide], 0, arg, size),
            ("dec", _) => self.unary(&[0xfe | wide], 1, arg, size),
            ("bswap", &Arg::Reg { number, size: 4 | 8, .. }) => {
                let rex = if size == 8 { 0x48 } else { 0 } | if number >= 8 { 0x41 } else { 0 };
                self.bytes.extend((rex != 0).then_some(rex));
                self.bytes.extend([0x0f, 0xc8 | number & 7]);
                Some(())
            }
            ("shl" | "sal" | "shr" | "sar" | "rol" | "ror" | "rcl" | "rcr", _) => {
                self.unary(&[0xd0 | wide], shift(stem)?, arg, size)
            }
            ("rdrand", Arg::Reg { size: 2 | 4 | 8, .. }) => self.unary(&[0x0f, 0xc7], 6, arg, size),
            ("rdseed", Arg::Reg { size: 2 | 4 | 8, .. }) => self.unary(&[0x0f, 0xc7], 7, arg, size),
            ("cmpxchg8", Arg::Mem(_)) => self.unary(&[0x0f, 0xc7], 1, arg, 4),
            ("cmpxchg16", Arg::Mem(_)) => self.unary(&[0x0f, 0xc7], 1, arg, 8),
            _ => {
                let reg = group3(stem)? as u8 + 2;
                self.unary(&[0xf6 | wide], reg, arg, size)
            }
        }
    }

    fn short_register(&mut self, opcode: u8, number: u8) {
        self.bytes.extend((number >= 8).then_some(0x41));
        self.bytes.push(opcode | number & 7);
    }

    fn two(&mut self, stem: &str, size: u8, from: &Arg, to: &Arg) -> Option<()> {
        let wide = u8::from(size != 1);
        if let Some(alu) = ALU.iter().position(|&name| name == stem) {
            let alu = alu as u8;
            return match (from, to) {
                (&Arg::Imm(value), _) => {
                    if size != 1 && i8::try_from(value).is_ok() {
                        self.unary(&[0x83], alu, to, size)?;
                        return self.immediate(value, 1);
                    }
                    self.unary(&[0x80 | wide], alu, to, size)?;
                    self.immediate(value, size.min(4))
                }
                (Arg::Reg { .. }, _) => self.binary(&[alu << 3 | wide], from, to, size),
                _ => self.binary(&[alu << 3 | 2 | wide], to, from, size),
            };
        }
        if let Some(condition) = stem.strip_prefix("cmov").and_then(condition) {
            return self.binary(&[0x0f, 0x40 | condition], to, from, size);
        }
        match (stem, from, to) {
            ("mov", ..) => self.mov(size, from, to),
            ("movabs", &Arg::Imm(value), &Arg::Reg { number, .. }) => {
                self.bytes.extend([0x48 | u8::from(number >= 8), 0xb8 | number & 7]);
                self.immediate(value, 8)
            }
            ("lea", Arg::Mem(_), _) => self.binary(&[0x8d], to, from, size),
            ("test", &Arg::Imm(value), _) => {
                self.unary(&[0xf6 | wide], 0, to, size)?;
                self.immediate(value, size.min(4))
            }
            ("test" | "xchg", Arg::Mem(_), Arg::Reg { .. }) => self.two(stem, size, to, from),
            ("test", ..) => self.binary(&[0x84 | wide], from, to, size),
            ("xchg", ..) => self.binary(&[0x86 | wide], from, to, size),
            ("xadd", ..) => self.binary(&[0x0f, 0xc0 | wide], from, to, size),
            ("cmpxchg", ..) => self.binary(&[0x0f, 0xb0 | wide], from, to, size),
            ("imul", &Arg::Imm(value), _) => self.three("imul", size, value, to, to),
            ("imul", ..) => self.binary(&[0x0f, 0xaf], to, from, size),
            ("bsf", ..) => self.binary(&[0x0f, 0xbc], to, from, size),
            ("bsr", ..) => self.binary(&[0x0f, 0xbd], to, from, size),
            ("popcnt", ..) => self.prefixed(&[0x0f, 0xb8], to, from, size),
            ("tzcnt", ..) => self.prefixed(&[0x0f, 0xbc], to, from, size),
            ("lzcnt", ..) => self.prefixed(&[0x0f, 0xbd], to, from, size),
            ("bt" | "bts" | "btr" | "btc", ..) => self.bit_test(stem, size, from, to),
            ("movzb", ..) => self.binary(&[0x0f, 0xb6], to, from, size),
            ("movzw", ..) => self.binary(&[0x0f, 0xb7], to, from, size),
            ("movsb", ..) => self.binary(&[0x0f, 0xbe], to, from, size),
            ("movsw", ..) => self.binary(&[0x0f, 0xbf], to, from, size),
            ("movsl", ..) => self.binary(&[0x63], to, from, size),
            _ => self.shift(stem, size, from, to),
        }
    }

    fn prefixed(&mut self, opcode: &[u8], reg: &Arg, rm: &Arg, size: u8) -> Option<()> {
        let &Arg::Reg { number, .. } = reg else { return None };
        self.form(&Form { prefix: Some(0xf3), opcode, reg: number, rm, size, byte_reg: false })
    }

    fn mov(&mut self, size: u8, from: &Arg, to: &Arg) -> Option<()> {
        let wide = u8::from(size != 1);
        match (from, to) {
            (&Arg::Imm(value), &Arg::Reg { number, size: 8, .. })
                if i32::try_from(value).is_err() =>
            {
                self.bytes.extend([0x48 | u8::from(number >= 8), 0xb8 | number & 7]);
                self.immediate(value, 8)
            }
            (&Arg::Imm(value), &Arg::Reg { number, size: 2 | 4, .. }) => {
                self.bytes.extend((size == 2).then_some(0x66));
                self.short_register(0xb8, number);
                self.immediate(value, size)
            }
            (&Arg::Imm(value), _) => {
                self.unary(&[0xc6 | wide], 0, to, size)?;
                self.immediate(value, size.min(4))
            }
            (Arg::Reg { .. }, _) => self.binary(&[0x88 | wide], from, to, size),
            _ => self.binary(&[0x8a | wide], to, from, size),
        }
    }

    fn bit_test(&mut self, stem: &str, size: u8, from: &Arg, to: &Arg) -> Option<()> {
        let which = ["bt", "bts", "btr", "btc"].iter().position(|&n| n == stem)? as u8;
        if let &Arg::Imm(value) = from {
            self.unary(&[0x0f, 0xba], 4 + which, to, size)?;
            return self.immediate(value, 1);
        }
        self.binary(&[0x0f, 0xa3 + 8 * which], from, to, size)
    }

    fn shift(&mut self, stem: &str, size: u8, from: &Arg, to: &Arg) -> Option<()> {
        let wide = u8::from(size != 1);
        match from {
            &Arg::Imm(value) => {
                self.unary(&[0xc0 | wide], shift(stem)?, to, size)?;
                self.immediate(value, 1)
            }
            Arg::Reg { number: 1, size: 1, .. } => {
                self.unary(&[0xd2 | wide], shift(stem)?, to, size)
            }
            _ => None,
        }
    }

    fn three(&mut self, stem: &str, size: u8, value: i64, from: &Arg, to: &Arg) -> Option<()> {
        match stem {
            "imul" if i8::try_from(value).is_ok() => {
                self.binary(&[0x6b], to, from, size)?;
                self.immediate(value, 1)
            }
            "imul" => {
                self.binary(&[0x69], to, from, size)?;
                self.immediate(value, size.min(4))
            }
            "shld" => {
                self.binary(&[0x0f, 0xa4], from, to, size)?;
                self.immediate(value, 1)
            }
            "shrd" => {
                self.binary(&[0x0f, 0xac], from, to, size)?;
                self.immediate(value, 1)
            }
            _ => None,
        }
    }

    fn string(&mut self, stem: &str, size: u8) -> Option<()> {
        let opcode = match stem {
            "movs" => 0xa4,
            "cmps" => 0xa6,
            "stos" => 0xaa,
            "lods" => 0xac,
            "scas" => 0xae,
            _ => return None,
        };
        self.bytes.extend((size == 2).then_some(0x66));
        self.bytes.extend((size == 8).then_some(0x48));
        self.bytes.push(opcode | u8::from(size != 1));
        Some(())
    }

    // ------------------------------------------------------------ SSE

    fn vector(&mut self, name: &str, args: &[Arg]) -> Option<()> {
        let [from, to] = args else { return None };
        // Moves to memory have an opcode of their own.
        if let Some((_, prefix, load, store)) = MOVES.iter().find(|entry| entry.0 == name) {
            return match (from, to) {
                (_, &Arg::Xmm(reg)) => self.sse(*prefix, &[0x0f, *load], reg, from, 4),
                (&Arg::Xmm(reg), Arg::Mem(_)) => self.sse(*prefix, &[0x0f, *store], reg, to, 4),
                _ => None,
            };
        }
        let size = if name == "movq" { 8 } else { 4 };
        match (name, from, to) {
            ("movd" | "movq", Arg::Reg { .. }, &Arg::Xmm(reg)) => {
                return self.sse(Some(0x66), &[0x0f, 0x6e], reg, from, size);
            }
            ("movd" | "movq", &Arg::Xmm(reg), Arg::Reg { .. }) => {
                return self.sse(Some(0x66), &[0x0f, 0x7e], reg, to, size);
            }
            _ => {}
        }
        let &Arg::Xmm(reg) = to else { return None };
        let (stem, kind) = name.split_at(name.len().checked_sub(2)?);
        let prefix = match kind {
            "ps" => None,
            "pd" => Some(0x66),
            "ss" => Some(0xf3),
            "sd" => Some(0xf2),
            _ => return None,
        };
        let opcode = match stem {
            "sqrt" => 0x51,
            "and" => 0x54,
            "andn" => 0x55,
            "or" => 0x56,
            "xor" => 0x57,
            "add" => 0x58,
            "mul" => 0x59,
            "sub" => 0x5c,
            "min" => 0x5d,
            "div" => 0x5e,
            "max" => 0x5f,
            _ => return None,
        };
        self.sse(prefix, &[0x0f, opcode], reg, from, 4)
    }

    fn sse(
        &mut self,
        prefix: Option<u8>,
        opcode: &[u8],
        reg: u8,
        rm: &Arg,
        size: u8,
    ) -> Option<()> {
        self.form(&Form { prefix, opcode, reg, rm, size, byte_reg: false })
    }
}

#[cfg(test)]
mod tests {
    use super::assemble;
    use std::io::Write;
    use std::process::{Command, Stdio};

    /// Instructions the encoder knows, each of a form of its own.
    const KNOWN: &[&str] = &[
        "nop",
        "pause",
        "cpuid",
        "rdtsc",
        "rdtscp",
        "ldmxcsr (%rdi)",
        "stmxcsr -4(%r9,%rax,8)",
        "clflush (%rsp)",
        "prefetchnta (%rdi)",
        "prefetcht0 8(%r13)",
        "prefetcht1 (%rdi)",
        "prefetcht2 (%rdi)",
        "fldenv (%rdi)",
        "fldcw (%rdi)",
        "fnstenv (%r8)",
        "fnstcw 2(%rsp)",
        "fnstsw (%rdi)",
        "rdrand %ax",
        "rdrand %r9d",
        "rdrand %rcx",
        "rdseed %eax",
        "xgetbv",
        "mfence",
        "lfence",
        "sfence",
        "syscall",
        "cld",
        "std",
        "cltd",
        "cqto",
        "cltq",
        "lahf",
        "pushfq",
        "popfq",
        "leave",
        "ret",
        "movq %rdi, %rax",
        "movl %eax, (%rdi)",
        "movb %sil, 3(%r12)",
        "movb %ah, %al",
        "movw %ax, -129(%rbp)",
        "movq 16(%rsp), %r9",
        "movq %fs:0, %rax",
        "movl $5, %ecx",
        "movq $-1, 8(%r13,%r14,4)",
        "movabsq $0x123456789abcdef, %r10",
        "movq $7, %rbx",
        "leaq 8(%rax,%rcx,8), %rdx",
        "leal -1(,%rsi,4), %edi",
        "addl $1, %eax",
        "addq $1000, %r8",
        "lock addl $1, (%rdi)",
        "lock; incl 4(%rsi)",
        "adcq %rdx, %rbx",
        "sbbl (%rax), %ecx",
        "andb $15, %dl",
        "xorl %eax, %eax",
        "cmpq %r15, (%r15)",
        "subw $300, %bx",
        "testq %rax, %rax",
        "testb $1, (%rcx)",
        "xchgq %rax, (%rdi)",
        "xchgl %ecx, %edx",
        "lock xaddl %eax, (%rdi)",
        "lock cmpxchgq %rcx, (%rsi)",
        "lock cmpxchgb %dil, (%rsi)",
        "lock cmpxchg16b (%rdi)",
        "cmpxchg8b 8(%rdi)",
        "mulq %rcx",
        "imulq %rdx, %rax",
        "imull $10, %ecx, %eax",
        "imulq $1000, %rcx, %rax",
        "divq %r8",
        "idivl (%rdi)",
        "negq %rax",
        "notb %r9b",
        "incq %rcx",
        "decl (%rax)",
        "shll $3, %eax",
        "shrq %cl, %rdx",
        "sarl %eax",
        "rolw $8, %ax",
        "rorl $7, %r11d",
        "shldq $3, %rax, %rdx",
        "shrdl $5, %ecx, %eax",
        "bswapl %eax",
        "bswapq %r12",
        "bsfq %rax, %rcx",
        "bsrl %edx, %eax",
        "popcntq %rax, %rax",
        "tzcntl %ecx, %eax",
        "lzcntq (%rdi), %r8",
        "btl $3, (%rdi)",
        "btsq %rax, (%rdi)",
        "lock btrl $5, (%rdi)",
        "sete %al",
        "setnz (%rdi)",
        "setg %sil",
        "cmovzq %rax, %rcx",
        "cmovbl (%rdi), %r8d",
        "pushq %rbx",
        "popq %r12",
        "rep movsb",
        "rep stosq",
        "repne scasb",
        "rep; movsl",
        "repe cmpsb",
        "lodsw",
        "movzbl %al, %eax",
        "movzwl (%rdi), %ecx",
        "movsbq %cl, %rax",
        "movslq %eax, %rdx",
        "movups (%rdi), %xmm0",
        "movups %xmm9, 16(%r8)",
        "movaps %xmm1, %xmm2",
        "movsd (%rax), %xmm3",
        "movss %xmm4, (%rsp)",
        "movq %rax, %xmm5",
        "movd %xmm6, %ecx",
        "addsd %xmm1, %xmm0",
        "mulps (%rdi), %xmm8",
        "sqrtsd %xmm0, %xmm0",
        "xorps %xmm3, %xmm3",
        "movdqu %xmm0, (%rdi)",
        "ud2",
    ];

    /// What `as` makes of the text, or nothing where there is no assembler.
    fn system(text: &str) -> Option<Vec<u8>> {
        use object::{Object, ObjectSection};
        let path = std::env::temp_dir().join(format!("tine-as-{}.o", std::process::id()));
        let mut child = Command::new("as")
            .args(["--64", "-o"])
            .arg(&path)
            .arg("-")
            .stdin(Stdio::piped())
            .spawn()
            .ok()?;
        child.stdin.take()?.write_all(text.as_bytes()).ok()?;
        assert!(child.wait().ok()?.success(), "as refuses {text}");
        let bytes = std::fs::read(&path).ok()?;
        let _ = std::fs::remove_file(&path);
        let file = object::File::parse(&*bytes).ok()?;
        Some(file.section_by_name(".text")?.data().ok()?.to_vec())
    }

    #[test]
    fn bytes_are_those_of_the_system_assembler() {
        let text = KNOWN.join("\n") + "\n";
        let Some(expect) = system(&text) else {
            assert!(std::env::var_os("TINE_REQUIRE_PEERS").is_none(), "'as' is missing");
            println!("SKIP: no 'as' to compare with");
            return;
        };
        for line in KNOWN {
            if let Err(message) = assemble(line) {
                panic!("{message}");
            }
        }
        let ours = assemble(&text).unwrap_or_default();
        if ours != expect {
            // One by one, to name the culprit.
            for line in KNOWN {
                let (ours, theirs) =
                    (assemble(line).unwrap_or_default(), system(&format!("{line}\n")));
                assert_eq!(Some(ours), theirs, "{line}");
            }
        }
        assert_eq!(ours, expect);
    }

    #[test]
    fn jumps_reach_their_labels() {
        let bytes = assemble("1: decl %eax; jnz 1b; jmp 2f\n nop\n2:").unwrap_or_default();
        let expect = [0xff, 0xc8, 0x0f, 0x85, 0xf8, 0xff, 0xff, 0xff, 0xe9, 1, 0, 0, 0, 0x90];
        assert_eq!(bytes, expect);
    }

    #[test]
    fn what_it_does_not_know_it_says() {
        for line in
            ["vaddps %ymm0, %ymm1, %ymm2", "movl foo, %eax", "jmp *%rax", "movl %eax", "jz 9f"]
        {
            assert!(assemble(line).is_err(), "{line}");
        }
    }
}
