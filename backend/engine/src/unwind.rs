//! The callers of a crashed function, by unwind information: also where code keeps no frame
//! pointers. In: the record the crash handler wrote and, for an address, the `.eh_frame` that
//! covers it; out: return addresses, innermost first. Pure; what the record does not hold ends the
//! walk.

use crate::examine::Read;
use executor::addr::Addr;
use executor::wire::CrashRecord;
use gimli::{
    BaseAddresses, CfaRule, EhFrame, LittleEndian, Register, RegisterRule, UnwindContext,
    UnwindSection,
};

/// A module's unwind information and where it lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section<'s> {
    pub(crate) start: Addr,
    pub(crate) bytes: &'s [u8],
}

/// No chain of calls that anybody reads is longer.
pub(crate) const LONGEST: usize = 256;

/// The registers as DWARF numbers them, by their numbers in machine code.
pub(crate) const DWARF_ORDER: [usize; 16] = [0, 2, 1, 3, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15];
const RBP_IN_DWARF: usize = 6;
const RSP: usize = 7;
const RETURN: Register = Register(16);

struct Walk<'c> {
    /// In DWARF's order.
    registers: [u64; 16],
    pc: u64,
    crash: &'c CrashRecord,
    read: Read<'c>,
}

/// The return addresses of the callers, innermost first. Where there is no unwind information,
/// code that keeps frame pointers is followed by those.
pub(crate) fn callers<'s>(
    crash: &CrashRecord,
    section_of: &dyn Fn(Addr) -> Option<Section<'s>>,
    keeps_frames: &dyn Fn(Addr) -> bool,
    read: Read<'_>,
) -> Vec<Addr> {
    let registers = DWARF_ORDER.map(|number| crash.registers[number]);
    let mut walk = Walk { registers, pc: crash.pc.0, crash, read };
    let mut found = Vec::new();
    let mut context = UnwindContext::new();
    // A call to where no code is has pushed its return address and done nothing else.
    let is_code = section_of(crash.pc).is_some() || keeps_frames(crash.pc);
    if !is_code && walk.step_over_call().is_some() {
        found.push(Addr(walk.pc));
    }
    while found.len() < LONGEST {
        let sp = walk.registers[RSP];
        // A return address is behind its call, which may be a function's last instruction.
        let at = if found.is_empty() { walk.pc } else { walk.pc.wrapping_sub(1) };
        let stepped = match section_of(Addr(at)) {
            Some(section) => walk.step(at, section, &mut context),
            None if keeps_frames(Addr(at)) => walk.step_by_frame(),
            None => None,
        };
        if stepped.is_none() || walk.pc == 0 || walk.registers[RSP] <= sp {
            break;
        }
        found.push(Addr(walk.pc));
    }
    found
}

impl Walk<'_> {
    fn word(&self, at: u64) -> Option<u64> {
        let offset = at.checked_sub(self.crash.stack_pointer().0)?;
        let index = usize::try_from(offset / 8).ok()?;
        if !offset.is_multiple_of(8) {
            return None;
        }
        self.crash.stack.get(index).copied().or_else(|| {
            let mut word = [0; 8];
            (self.read)(Addr(at), &mut word).then(|| u64::from_le_bytes(word))
        })
    }

    fn step_by_frame(&mut self) -> Option<()> {
        let frame = self.registers[RBP_IN_DWARF];
        let (up, back) = (self.word(frame)?, self.word(frame.wrapping_add(8))?);
        self.registers[RBP_IN_DWARF] = up;
        self.registers[RSP] = frame.wrapping_add(16);
        self.pc = back;
        Some(())
    }

    fn step_over_call(&mut self) -> Option<()> {
        self.pc = self.word(self.registers[RSP])?;
        self.registers[RSP] = self.registers[RSP].wrapping_add(8);
        Some(())
    }

    fn register(&self, register: Register) -> Option<u64> {
        self.registers.get(usize::from(register.0)).copied()
    }

    /// From a function to its caller. What an expression describes (hand-written code of libc)
    /// is followed only where it is about no register that is needed further on.
    fn step(
        &mut self,
        at: u64,
        section: Section<'_>,
        context: &mut UnwindContext<usize>,
    ) -> Option<()> {
        let frames = EhFrame::new(section.bytes, LittleEndian);
        let bases = BaseAddresses::default().set_eh_frame(section.start.0);
        let row =
            frames.unwind_info_for_address(&bases, context, at, EhFrame::cie_from_offset).ok()?;
        let CfaRule::RegisterAndOffset { register, offset } = row.cfa() else { return None };
        let cfa = self.register(*register)?.wrapping_add_signed(*offset);
        let value = |rule: RegisterRule<usize>, old: u64| match rule {
            RegisterRule::Undefined | RegisterRule::SameValue => Some(old),
            RegisterRule::Offset(offset) => self.word(cfa.wrapping_add_signed(offset)),
            RegisterRule::ValOffset(offset) => Some(cfa.wrapping_add_signed(offset)),
            RegisterRule::Register(other) => self.register(other),
            _ => None,
        };
        let pc = match row.register(RETURN) {
            // The first frame of a thread says so.
            None | Some(RegisterRule::Undefined) => return None,
            Some(rule) => value(rule, 0)?,
        };
        let mut registers = self.registers;
        for (number, register) in (0u16..).zip(&mut registers) {
            // Without a rule it is as it was.
            if let Some(rule) = row.register(Register(number)) {
                *register = value(rule, *register).unwrap_or(0);
            }
        }
        registers[RSP] = cfa;
        (self.registers, self.pc) = (registers, pc);
        Some(())
    }
}
