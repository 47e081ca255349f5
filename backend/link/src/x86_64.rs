//! The edge kinds of x86-64: for each relocation type its fixup expression and its errors.
//!
//! S is the symbol's address, A the addend, P the address of the field, G the address of the
//! symbol's GOT entry, GOT the table's base, L the symbol's stub, Z the symbol's size, TP(S) its
//! distance from the thread pointer. Sums wrap at 64 bits, as the hardware's do; what is stored
//! is checked against the width of the field.

use object::elf;

macro_rules! edges {
    ($($(#[$doc:meta])* $name:ident = $number:ident,)*) => {
        /// A kind of edge.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Edge { $($(#[$doc])* $name,)* }

        impl Edge {
            /// All kinds, in the order of this file.
            pub const ALL: &[Edge] = &[$(Edge::$name),*];

            /// The kind for an ELF relocation number.
            #[inline]
            pub fn from_elf(number: u32) -> Option<Edge> {
                match number {
                    $(elf::$number => Some(Edge::$name),)*
                    _ => None,
                }
            }

            /// The name the psABI gives it.
            pub fn name(self) -> &'static str {
                match self { $(Edge::$name => stringify!($number),)* }
            }

            /// The ELF relocation number.
            pub fn number(self) -> u32 {
                match self { $(Edge::$name => elf::$number,)* }
            }
        }
    };
}

edges! {
    /// Fixup expression: none. Errors: none.
    None = R_X86_64_NONE,
    /// Fixup expression: S + A, 64 bits. Errors: none.
    Abs64 = R_X86_64_64,
    /// Fixup expression: S + A - P, signed 32 bits. Errors: out of range.
    /// To a function of a library that is out of reach it goes to L.
    Pc32 = R_X86_64_PC32,
    /// Fixup expression: G - GOT + A, signed 32 bits. Errors: out of range.
    Got32 = R_X86_64_GOT32,
    /// Fixup expression: S + A - P, or L + A - P where S is out of reach; signed 32 bits.
    /// Errors: out of range. On a field that is no branch (Cranelift takes addresses so): as
    /// [`Edge::Pc32`].
    Plt32 = R_X86_64_PLT32,
    /// Fixup expression: G + A - P, signed 32 bits. Errors: out of range.
    GotPcRel = R_X86_64_GOTPCREL,
    /// Fixup expression: S + A, unsigned 32 bits. Errors: out of range (slab above 4 GiB).
    Abs32 = R_X86_64_32,
    /// Fixup expression: S + A, signed 32 bits. Errors: out of range (slab above 2 GiB).
    Abs32Signed = R_X86_64_32S,
    /// Fixup expression: S + A, 16 bits, signed or unsigned. Errors: out of range.
    Abs16 = R_X86_64_16,
    /// Fixup expression: S + A - P, signed 16 bits. Errors: out of range.
    Pc16 = R_X86_64_PC16,
    /// Fixup expression: S + A, 8 bits, signed or unsigned. Errors: out of range.
    Abs8 = R_X86_64_8,
    /// Fixup expression: S + A - P, signed 8 bits. Errors: out of range.
    Pc8 = R_X86_64_PC8,
    /// Fixup expression: TP(S) + A, 64 bits: one TLS block, so the offset in the module is the
    /// one from the thread pointer. Errors: not a thread-local symbol of JIT code.
    DtpOff64 = R_X86_64_DTPOFF64,
    /// Fixup expression: TP(S) + A, 64 bits. Errors: not a thread-local symbol of JIT code.
    TpOff64 = R_X86_64_TPOFF64,
    /// General dynamic. Fixup expression: the call becomes `mov %fs:0,%rax; lea TP(S)(%rax),%rax`;
    /// for a library's symbol PAIR(S) + A - P. Errors: unknown instructions, not thread-local.
    TlsGd = R_X86_64_TLSGD,
    /// Local dynamic. Fixup expression: the call becomes `mov %fs:0,%rax`.
    /// Errors: unknown instructions.
    TlsLd = R_X86_64_TLSLD,
    /// Fixup expression: TP(S) + A, signed 32 bits (the module's base is the thread pointer).
    /// Errors: not a thread-local symbol of JIT code, out of range.
    DtpOff32 = R_X86_64_DTPOFF32,
    /// Initial exec. Fixup expression: `mov $TP(S),%reg` or `add $TP(S),%reg`; from other
    /// instructions TPCELL(S) + A - P, signed 32 bits. Errors: not thread-local, out of range.
    GotTpOff = R_X86_64_GOTTPOFF,
    /// Fixup expression: TP(S) + A, signed 32 bits. Errors: not a thread-local symbol of JIT
    /// code, out of range.
    TpOff32 = R_X86_64_TPOFF32,
    /// Fixup expression: S + A - P, 64 bits. Errors: none.
    Pc64 = R_X86_64_PC64,
    /// Fixup expression: S + A - GOT, 64 bits. Errors: none.
    GotOff64 = R_X86_64_GOTOFF64,
    /// Fixup expression: GOT + A - P, signed 32 bits. Errors: out of range.
    GotPc32 = R_X86_64_GOTPC32,
    /// Fixup expression: G - GOT + A, 64 bits. Errors: none.
    Got64 = R_X86_64_GOT64,
    /// Fixup expression: G + A - P, 64 bits. Errors: none.
    GotPcRel64 = R_X86_64_GOTPCREL64,
    /// Fixup expression: GOT + A - P, 64 bits. Errors: none.
    GotPc64 = R_X86_64_GOTPC64,
    /// Fixup expression: G - GOT + A, 64 bits. Errors: none.
    GotPlt64 = R_X86_64_GOTPLT64,
    /// Fixup expression: S + A - GOT, 64 bits. Errors: none.
    PltOff64 = R_X86_64_PLTOFF64,
    /// Fixup expression: Z + A, unsigned 32 bits. Errors: out of range.
    Size32 = R_X86_64_SIZE32,
    /// Fixup expression: Z + A, 64 bits. Errors: none.
    Size64 = R_X86_64_SIZE64,
    /// TLS descriptor. Fixup expression: `mov $TP(S),%rax`. Errors: unknown instructions, not
    /// thread-local, out of range.
    TlsDescPc32 = R_X86_64_GOTPC32_TLSDESC,
    /// Fixup expression: the call becomes a two-byte no-op. Errors: unknown instructions.
    TlsDescCall = R_X86_64_TLSDESC_CALL,
    /// Fixup expression: S + A - P where the instruction can do without the table, else
    /// G + A - P; signed 32 bits. Errors: out of range.
    GotPcRelX = R_X86_64_GOTPCRELX,
    /// As [`Edge::GotPcRelX`], behind a REX prefix.
    RexGotPcRelX = R_X86_64_REX_GOTPCRELX,
}

/// The value that did not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Overflow(pub(crate) i128);

impl Edge {
    /// Bytes of the field.
    pub(crate) fn width(self) -> usize {
        match self {
            Edge::None => 0,
            Edge::Abs8 | Edge::Pc8 => 1,
            Edge::Abs16 | Edge::Pc16 | Edge::TlsDescCall => 2,
            Edge::Abs64
            | Edge::DtpOff64
            | Edge::TpOff64
            | Edge::Pc64
            | Edge::GotOff64
            | Edge::Got64
            | Edge::GotPcRel64
            | Edge::GotPc64
            | Edge::GotPlt64
            | Edge::PltOff64
            | Edge::Size64 => 8,
            _ => 4,
        }
    }

    /// It concerns thread-local storage.
    pub(crate) fn is_tls(self) -> bool {
        matches!(
            self,
            Edge::DtpOff64
                | Edge::TpOff64
                | Edge::TlsGd
                | Edge::TlsLd
                | Edge::DtpOff32
                | Edge::GotTpOff
                | Edge::TpOff32
                | Edge::TlsDescPc32
                | Edge::TlsDescCall
        )
    }

    /// It needs the symbol's address itself, not an entry in a table.
    pub(crate) fn is_direct(self) -> bool {
        matches!(
            self,
            Edge::Pc32
                | Edge::Abs32
                | Edge::Abs32Signed
                | Edge::Abs16
                | Edge::Pc16
                | Edge::Abs8
                | Edge::Pc8
        )
    }

    /// It reads the symbol's GOT entry and nothing else will do.
    pub(crate) fn is_got(self) -> bool {
        matches!(
            self,
            Edge::GotPcRel | Edge::Got32 | Edge::Got64 | Edge::GotPcRel64 | Edge::GotPlt64
        )
    }

    /// Writes `value` into `field`, whose length is [`Edge::width`].
    #[inline]
    pub(crate) fn store(self, field: &mut [u8], value: i64) -> Result<(), Overflow> {
        let fits = match self {
            Edge::Abs32 | Edge::Size32 => u32::try_from(value).is_ok(),
            Edge::Abs16 => (-(1 << 15)..1 << 16).contains(&value),
            Edge::Pc16 => i16::try_from(value).is_ok(),
            Edge::Abs8 => (-(1 << 7)..1 << 8).contains(&value),
            Edge::Pc8 => i8::try_from(value).is_ok(),
            _ => field.len() == 8 || i32::try_from(value).is_ok(),
        };
        if !fits {
            return Err(Overflow(i128::from(value)));
        }
        for (to, from) in field.iter_mut().zip(value.to_le_bytes()) {
            *to = from;
        }
        Ok(())
    }
}

/// What the instruction around a GOT reference allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// `mov foo@GOTPCREL(%rip),%reg` becomes `lea foo(%rip),%reg`.
    Mov,
    /// `call *foo@GOTPCREL(%rip)` becomes `addr32 call foo`.
    Call,
    /// `jmp *foo@GOTPCREL(%rip)` becomes `jmp foo; nop`.
    Jmp,
    /// Anything else needs the entry.
    Other,
}

/// The form of the instruction whose displacement is at `at`.
#[inline]
pub(crate) fn got_form(edge: Edge, data: &[u8], at: usize, addend: i64) -> Form {
    let bytes = at.checked_sub(2).and_then(|start| data.get(start..at));
    if addend != -4 {
        return Form::Other;
    }
    match (edge, bytes) {
        (Edge::GotPcRelX | Edge::RexGotPcRelX, Some([0x8b, modrm])) if modrm & 0xc7 == 5 => {
            Form::Mov
        }
        (Edge::GotPcRelX, Some([0xff, 0x15])) => Form::Call,
        (Edge::GotPcRelX, Some([0xff, 0x25])) => Form::Jmp,
        _ => Form::Other,
    }
}

/// Rewrites the instruction so that it does without the GOT entry; `delta` is S + A - P.
/// `false` when the symbol is out of reach, and then nothing is written.
pub(crate) fn relax_got(form: Form, out: &mut [u8], at: usize, delta: i64) -> bool {
    let Some([opcode, modrm, field @ ..]) = at.checked_sub(2).and_then(|at| out.get_mut(at..))
    else {
        return false;
    };
    let Some(field) = field.first_chunk_mut::<4>() else { return false };
    let Ok(near) = i32::try_from(delta) else { return false };
    match form {
        Form::Mov => {
            *opcode = 0x8d;
            *field = near.to_le_bytes();
        }
        Form::Call => {
            (*opcode, *modrm) = (0x67, 0xe8);
            *field = near.to_le_bytes();
        }
        Form::Jmp => {
            // The displacement moves one byte forward, and with it what it counts from.
            let Some(near) = near.checked_add(1) else { return false };
            let [a, b, c, d] = near.to_le_bytes();
            *opcode = 0xe9;
            *modrm = a;
            *field = [b, c, d, 0x90];
        }
        Form::Other => return false,
    }
    true
}

/// Whether the field at `at` is the target of a call or a jump.
#[inline]
pub(crate) fn is_branch(data: &[u8], at: usize) -> bool {
    match at.checked_sub(1).and_then(|before| data.get(before)) {
        Some(0xe8 | 0xe9) => true,
        Some(0x80..=0x8f) => at.checked_sub(2).and_then(|at| data.get(at)) == Some(&0x0f),
        _ => false,
    }
}

/// Bytes of a stub.
pub(crate) const STUB: u64 = 8;

/// `jmp *cell(%rip)`, padded with traps; `None` when the cell is out of reach.
pub(crate) fn stub(address: u64, cell: u64) -> Option<[u8; 8]> {
    let distance = (cell as i64).wrapping_sub(address as i64).wrapping_sub(6);
    let [a, b, c, d] = i32::try_from(distance).ok()?.to_le_bytes();
    Some([0xff, 0x25, a, b, c, d, 0xcc, 0xcc])
}
