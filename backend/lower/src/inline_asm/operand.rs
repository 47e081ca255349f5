//! Constraints: a constraint string and facts about its expression come in, out goes where the
//! operand lives while the template runs. Afterwards free registers are given to those that want
//! any.
//!
//! Always: no two operands share a register but an input and the output it matches.

/// General registers by number, as the machine counts them.
pub(crate) const NAMES: [&str; 16] = [
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
    "r14", "r15",
];
const RSP: u8 = 4;
const RBP: u8 = 5;
/// The block's address on entry.
pub(crate) const RDI: u8 = 7;
/// In this order registers are given out: those calls may change first.
const ORDER: [u8; 14] = [0, 1, 2, 6, 8, 9, 10, 11, 3, 12, 13, 14, 15, 7];
/// And those that hold addresses in this one: a template that changes a register without saying so
/// changes one of the first, and gcc has addresses on its frame.
const FOR_ADDRESSES: [u8; 14] = [11, 10, 9, 8, 15, 14, 13, 12, 6, 3, 2, 1, 0, 7];

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Home {
    /// A general register; `None` while none has been given.
    General(Option<u8>),
    Vector(Option<u8>),
    /// st0 or st1.
    X87(u8),
    /// The register that holds the operand's address.
    Memory(Option<u8>),
    Immediate,
    Symbol,
    /// A condition code read after the template.
    Flag(String),
}

impl Home {
    pub(crate) fn is_memory(&self) -> bool {
        matches!(self, Home::Memory(_))
    }

    pub(crate) fn is_general(&self) -> bool {
        matches!(self, Home::General(_))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Operand {
    pub home: Home,
    pub output: bool,
    /// `+`: read before it is written.
    pub read_write: bool,
    /// The output an input shares its register with.
    pub matches: Option<usize>,
    pub size: u32,
    pub constant: Option<i64>,
    pub symbol: Option<String>,
    /// Only a, b, c or d will do.
    legacy: bool,
}

/// What is known of an operand's expression.
pub(crate) struct Facts {
    pub constant: Option<i64>,
    pub symbol: Option<String>,
    pub register: Option<String>,
    pub size: u32,
    pub float: bool,
    pub index: usize,
}

/// What a constraint allows.
#[derive(Default)]
struct Allowed {
    general: bool,
    legacy: bool,
    fixed: Option<u8>,
    vector: bool,
    x87: Option<u8>,
    memory: bool,
    immediate: bool,
    matches: Option<usize>,
}

/// The register a name means in any of its widths, or `None`.
pub(crate) fn register(name: &str) -> Option<u8> {
    let name = name.trim_start_matches('%');
    if let Some(at) = NAMES.iter().position(|&n| n == name) {
        return Some(at as u8);
    }
    let legacy = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
    let bytes = ["al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"];
    let high = ["ah", "ch", "dh", "bh"];
    let wide = name.strip_prefix('e').unwrap_or(name);
    let find = |list: &[&str], what: &str| list.iter().position(|&n| n == what).map(|at| at as u8);
    find(&legacy, wide).or_else(|| find(&bytes, name)).or_else(|| find(&high, name)).or_else(|| {
        let number = name.strip_prefix('r')?.trim_end_matches(['d', 'w', 'b']);
        number.parse().ok().filter(|n| (8..16).contains(n))
    })
}

pub(crate) fn parse(
    constraint: &str,
    output: bool,
    facts: &Facts,
    before: &[Operand],
) -> Result<Operand, String> {
    let mut operand = Operand {
        home: Home::Immediate,
        output,
        read_write: constraint.starts_with('+'),
        matches: None,
        size: facts.size,
        constant: facts.constant,
        symbol: facts.symbol.clone(),
        legacy: false,
    };
    if let Some(flag) = constraint.trim_start_matches('=').strip_prefix("@cc") {
        operand.home = Home::Flag(flag.to_owned());
        return Ok(operand);
    }
    let allowed = letters(constraint)?;
    operand.legacy = allowed.legacy;
    if let Some(to) = allowed.matches {
        let Some(output) = before.get(to).filter(|operand| operand.output) else {
            return Err(format!("operand {} matches no output", facts.index));
        };
        operand.matches = Some(to);
        operand.home = output.home.clone();
        return Ok(operand);
    }
    let wanted = facts.register.as_deref().and_then(register);
    operand.home = if allowed.immediate && facts.constant.is_some() && !output {
        Home::Immediate
    } else if let Some(fixed) = allowed.fixed {
        Home::General(Some(fixed))
    } else if let Some(at) = allowed.x87 {
        Home::X87(at)
    } else if allowed.vector && (facts.float || !allowed.general) {
        let number = facts.register.as_deref().and_then(|name| name.strip_prefix("xmm"));
        Home::Vector(number.and_then(|number| number.parse().ok()))
    } else if allowed.general && facts.size <= 8 {
        Home::General(wanted)
    } else if allowed.memory {
        Home::Memory(None)
    } else if allowed.immediate && facts.symbol.is_some() {
        Home::Symbol
    } else if allowed.immediate {
        return Err(format!("operand {} should be a constant", facts.index));
    } else {
        return Err(format!("impossible constraint '{constraint}' in 'asm'"));
    };
    Ok(operand)
}

fn letters(constraint: &str) -> Result<Allowed, String> {
    let mut allowed = Allowed::default();
    let mut rest = constraint.chars().peekable();
    // Without any letter everything will do.
    if constraint.chars().all(|letter| "=+&%".contains(letter)) {
        rest = "X".chars().peekable();
    }
    while let Some(letter) = rest.next() {
        match letter {
            '=' | '+' | '&' | '%' | ',' | '?' | '!' | '*' | '^' | '$' | ' ' => {}
            'r' | 'q' | 'R' | 'l' => allowed.general = true,
            'Q' => (allowed.general, allowed.legacy) = (true, true),
            'a' | 'A' => allowed.fixed = Some(0),
            'c' => allowed.fixed = Some(1),
            'd' => allowed.fixed = Some(2),
            'b' => allowed.fixed = Some(3),
            'S' => allowed.fixed = Some(6),
            'D' => allowed.fixed = Some(7),
            'x' | 'v' | 'y' => allowed.vector = true,
            'Y' => {
                rest.next();
                allowed.vector = true;
            }
            't' | 'f' => allowed.x87 = Some(0),
            'u' => allowed.x87 = Some(1),
            'm' | 'o' | 'V' | '<' | '>' | 'p' => allowed.memory = true,
            'i' | 'n' | 's' | 'e' | 'Z' | 'I' | 'J' | 'K' | 'L' | 'M' | 'N' | 'O' | 'E' | 'F'
            | 'G' | 'C' => allowed.immediate = true,
            'W' => {
                rest.next();
                allowed.immediate = true;
            }
            'g' | 'X' => {
                (allowed.general, allowed.memory, allowed.immediate) = (true, true, true);
                allowed.vector |= letter == 'X';
            }
            '0'..='9' => {
                let mut number = letter.to_digit(10).unwrap_or(0) as usize;
                while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
                    number = (number * 10 + digit as usize).min(1000);
                    rest.next();
                }
                allowed.matches = Some(number);
            }
            other => return Err(format!("unknown letter '{other}' in constraint '{constraint}'")),
        }
    }
    Ok(allowed)
}

/// The general and vector registers an `asm` names as changed.
pub(crate) fn clobbered(clobbers: &[String]) -> Result<(u16, u32), String> {
    let (mut general, mut vector) = (0u16, 0u32);
    for clobber in clobbers {
        let name = clobber.trim_start_matches('%');
        if let Some(at) = register(name) {
            general |= 1 << at;
        } else if let Some(number) = name
            .strip_prefix("xmm")
            .or_else(|| name.strip_prefix("ymm"))
            .or_else(|| name.strip_prefix("zmm"))
        {
            vector |= 1u32.checked_shl(number.parse().unwrap_or(31)).unwrap_or(0);
        } else if !matches!(name, "memory" | "cc" | "flags" | "fpsr" | "dirflag" | "redzone")
            && !name.starts_with("st")
            && !name.starts_with("mm")
            && !name.starts_with('k')
        {
            return Err(format!("unknown register name '{clobber}' in 'asm'"));
        }
    }
    Ok((general, vector))
}

/// Gives registers to the operands that may have any.
pub(crate) fn assign_registers(
    operands: &mut [Operand],
    clobbers: &[String],
) -> Result<(), String> {
    let (mut general, mut vector) = clobbered(clobbers)?;
    general |= 1 << RSP | 1 << RBP;
    for operand in operands.iter() {
        match operand.home {
            Home::General(Some(at)) => general |= 1 << at,
            Home::Vector(Some(at)) => vector |= 1 << at,
            _ => {}
        }
    }
    for index in 0..operands.len() {
        if let Some(to) = operands[index].matches {
            operands[index].home = operands[to].home.clone();
            continue;
        }
        let legacy = operands[index].legacy;
        let order = if operands[index].home.is_memory() { FOR_ADDRESSES } else { ORDER };
        let mut take = || {
            let free = |&&at: &&u8| general & 1 << at == 0 && (!legacy || at < 4);
            let at = *order.iter().find(free)?;
            general |= 1 << at;
            Some(at)
        };
        match &mut operands[index].home {
            Home::General(at @ None) | Home::Memory(at @ None) => {
                *at = Some(take().ok_or("'asm' operands need more registers than there are")?);
            }
            Home::Vector(at @ None) => {
                let free = (0..16).find(|at| vector & 1 << at == 0);
                let free =
                    free.ok_or("'asm' operands need more vector registers than there are")?;
                vector |= 1 << free;
                *at = Some(free);
            }
            _ => {}
        }
    }
    Ok(())
}

/// The register that holds the block's address after the template: one without an output. The
/// second result says that it is rdi, which has held it all the time.
pub(crate) fn base_after(operands: &[Operand], clobbers: &[String]) -> Result<(u8, bool), String> {
    let (changed, _) = clobbered(clobbers)?;
    let (mut used, mut outputs) = (changed, 1u16 << RSP | 1 << RBP);
    for operand in operands {
        if let Home::General(Some(at)) | Home::Memory(Some(at)) = operand.home {
            used |= 1 << at;
            if operand.output && operand.home.is_general() {
                outputs |= 1 << at;
            }
        }
    }
    if used & 1 << RDI == 0 {
        return Ok((RDI, true));
    }
    let free = ORDER.iter().copied().find(|at| outputs & 1 << at == 0);
    free.map(|at| (at, false))
        .ok_or_else(|| "'asm' leaves no register for its operands' block".to_owned())
}
