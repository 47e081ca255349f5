//! The wrapper's text, in AT&T syntax: prologue, inputs, the template with its operands put in,
//! outputs, epilogue.

use super::CELL;
use super::operand::{Home, NAMES, Operand, RDI, base_after, clobbered};
use cfront::tree::Asm;
use std::fmt::Write;

/// Callee-saved general registers that may be in use (rbp is the frame).
const SAVED: [u8; 5] = [3, 12, 13, 14, 15];

/// The text of the wrapper; `number` tells the wrappers of one function apart (`%=`).
pub(crate) fn wrapper(asm: &Asm, operands: &[Operand], number: usize) -> Result<String, String> {
    let (after, kept) = base_after(operands, &asm.clobbers)?;
    let (changed, _) = clobbered(&asm.clobbers)?;
    let used = |at: u8| {
        (at == after && !kept)
            || changed & 1 << at != 0
            || operands.iter().any(|operand| {
                matches!(operand.home, Home::General(Some(r)) | Home::Memory(Some(r)) if r == at)
            })
    };
    let saved: Vec<u8> = SAVED.iter().copied().filter(|&at| used(at)).collect();
    // The block's address lies at -8(%rbp); calls in the template find the stack aligned.
    let mut text = String::from("pushq %rbp\nmovq %rsp, %rbp\npushq %rdi\n");
    for &at in &saved {
        line(&mut text, format_args!("pushq %{}", NAMES[usize::from(at)]));
    }
    let odd = saved.len().is_multiple_of(2);
    if odd {
        text.push_str("pushq %rdi\n");
    }
    load_inputs(&mut text, operands);
    expand(&mut text, asm, operands, number)?;
    text.push('\n');
    let end = End { after, kept, saved, odd };
    if asm.goto_labels.is_empty() {
        finish(&mut text, operands, &end, None);
    } else {
        finish(&mut text, operands, &end, Some(0));
        for index in 0..asm.goto_labels.len() {
            line(&mut text, format_args!(".Lasm_{number}_{index}:"));
            finish(&mut text, operands, &end, Some(index + 1));
        }
    }
    Ok(text)
}

/// What the end of the wrapper has to undo.
struct End {
    /// The register that holds the block's address then; not `kept`, it has to be loaded first.
    after: u8,
    kept: bool,
    saved: Vec<u8>,
    /// One more word was pushed, for alignment.
    odd: bool,
}

fn line(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(what);
    text.push('\n');
}

fn cell(index: usize, base: u8) -> String {
    format!("{}(%{})", index as u32 * CELL, NAMES[usize::from(base)])
}

fn load_inputs(text: &mut String, operands: &[Operand]) {
    let base = RDI;
    // The x87 stack is filled from its end.
    for depth in [1, 0] {
        for (index, operand) in operands.iter().enumerate() {
            if operand.home == Home::X87(depth) && (!operand.output || operand.read_write) {
                let load = x87(operand.size, ["flds", "fldl", "fldt"]);
                line(text, format_args!("{load} {}", cell(index, base)));
            }
        }
    }
    // What goes into the base register itself comes last.
    let in_base = |operand: &Operand| {
        matches!(operand.home, Home::Memory(Some(RDI)) | Home::General(Some(RDI)))
    };
    let last = |wanted: bool| {
        operands.iter().enumerate().filter(move |(_, operand)| in_base(operand) == wanted)
    };
    for (index, operand) in last(false).chain(last(true)) {
        let read = !operand.output || operand.read_write;
        match operand.home {
            Home::Memory(Some(at)) => {
                let name = NAMES[usize::from(at)];
                line(text, format_args!("movq {}, %{name}", cell(index, base)));
            }
            Home::General(Some(at)) if read => {
                let name = NAMES[usize::from(at)];
                line(text, format_args!("movq {}, %{name}", cell(index, base)));
            }
            Home::Vector(Some(at)) if read => {
                line(text, format_args!("movups {}, %xmm{at}", cell(index, base)));
            }
            _ => {}
        }
    }
}

fn x87(size: u32, names: [&'static str; 3]) -> &'static str {
    match size {
        4 => names[0],
        8 => names[1],
        _ => names[2],
    }
}

/// Stores the outputs and returns, with `answer` in eax.
fn finish(text: &mut String, operands: &[Operand], end: &End, answer: Option<usize>) {
    let base = end.after;
    if !end.kept {
        line(text, format_args!("movq -8(%rbp), %{}", NAMES[usize::from(base)]));
    }
    for (index, operand) in operands.iter().enumerate() {
        match &operand.home {
            Home::Flag(condition) => {
                line(text, format_args!("set{condition} {}", cell(index, base)));
            }
            Home::General(Some(at)) if operand.output => {
                let name = NAMES[usize::from(*at)];
                line(text, format_args!("movq %{name}, {}", cell(index, base)));
            }
            Home::Vector(Some(at)) if operand.output => {
                line(text, format_args!("movups %xmm{at}, {}", cell(index, base)));
            }
            _ => {}
        }
    }
    for depth in [0, 1] {
        for (index, operand) in operands.iter().enumerate() {
            if operand.home != Home::X87(depth) || operand.matches.is_some() {
                continue;
            }
            if operand.output {
                let store = x87(operand.size, ["fstps", "fstpl", "fstpt"]);
                line(text, format_args!("{store} {}", cell(index, base)));
            } else {
                text.push_str("fstp %st(0)\n");
            }
        }
    }
    if let Some(answer) = answer {
        line(text, format_args!("movl ${answer}, %eax"));
    }
    if end.odd {
        text.push_str("popq %rdi\n");
    }
    for &at in end.saved.iter().rev() {
        line(text, format_args!("popq %{}", NAMES[usize::from(at)]));
    }
    text.push_str("leave\nret\n");
}

/// The template with `%` escapes and `{att|intel}` alternatives resolved.
pub(crate) fn expand(
    text: &mut String,
    asm: &Asm,
    operands: &[Operand],
    number: usize,
) -> Result<(), String> {
    if asm.basic {
        text.push_str(&asm.template);
        return Ok(());
    }
    let mut rest = asm.template.chars().peekable();
    let (mut in_braces, mut skipped) = (false, false);
    while let Some(c) = rest.next() {
        match c {
            '{' => in_braces = true,
            '|' if in_braces => skipped = true,
            '}' if in_braces => (in_braces, skipped) = (false, false),
            '%' => {
                let Some(&next) = rest.peek() else {
                    return Err("'%' at the end of an 'asm' template".to_owned());
                };
                if let '%' | '{' | '|' | '}' = next {
                    rest.next();
                    if !skipped {
                        text.push(next);
                    }
                } else if next == '=' {
                    rest.next();
                    if !skipped {
                        line_number(text, number);
                    }
                } else {
                    let put = operand_text(&mut rest, asm, operands, number)?;
                    if !skipped {
                        text.push_str(&put);
                    }
                }
            }
            _ if skipped => {}
            other => text.push(other),
        }
    }
    Ok(())
}

fn line_number(text: &mut String, number: usize) {
    let _ = write!(text, "{number}");
}

/// `%0`, `%b0`, `%l0`, …: what stands in the text for it.
fn operand_text(
    rest: &mut std::iter::Peekable<std::str::Chars<'_>>,
    asm: &Asm,
    operands: &[Operand],
    number: usize,
) -> Result<String, String> {
    let modifier = rest.next_if(char::is_ascii_alphabetic);
    let mut digits = String::new();
    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    let Ok(index) = digits.parse::<usize>() else {
        return Err("an operand number should follow '%' in an 'asm' template".to_owned());
    };
    // Labels count from behind the operands, of which those that are read and written are two.
    let behind = operands.len() + operands.iter().filter(|operand| operand.read_write).count();
    let label = index.checked_sub(behind).filter(|&at| at < asm.goto_labels.len());
    match label {
        Some(label) => return Ok(format!(".Lasm_{number}_{label}")),
        None if modifier == Some('l') => {
            return Err(format!("'%l{index}' names no label of the 'asm goto'"));
        }
        None => {}
    }
    let Some(operand) = operands.get(index) else {
        return Err(format!("'%{index}' names no operand of the 'asm'"));
    };
    Ok(match &operand.home {
        Home::General(Some(at)) => general_name(*at, modifier, operand.size),
        Home::Vector(Some(at)) => match modifier {
            Some('t') => format!("%ymm{at}"),
            Some('g') => format!("%zmm{at}"),
            _ => format!("%xmm{at}"),
        },
        Home::X87(0) => "%st".to_owned(),
        Home::X87(at) => format!("%st({at})"),
        Home::Memory(Some(at)) => {
            let name = NAMES[usize::from(*at)];
            if modifier == Some('H') { format!("8(%{name})") } else { format!("(%{name})") }
        }
        Home::Immediate => {
            let value = operand.constant.unwrap_or(0);
            match modifier {
                Some('c' | 'P' | 'p' | 'a') => value.to_string(),
                Some('n') => value.wrapping_neg().to_string(),
                Some('b') => format!("${}", value as u8),
                Some('w') => format!("${}", value as u16),
                _ => format!("${value}"),
            }
        }
        Home::Symbol => {
            let name = operand.symbol.as_deref().unwrap_or("?");
            match modifier {
                Some('c' | 'P' | 'p') => name.to_owned(),
                Some('a') => format!("{name}(%rip)"),
                _ => format!("${name}"),
            }
        }
        _ => return Err(format!("'%{index}' cannot stand in the template")),
    })
}

fn general_name(at: u8, modifier: Option<char>, size: u32) -> String {
    let width = match modifier {
        Some('b') => 1,
        Some('h') => 0,
        Some('w') => 2,
        Some('k') => 4,
        Some('q') => 8,
        Some('a') => return format!("(%{})", NAMES[usize::from(at)]),
        _ => size,
    };
    format!("%{}", sized_name(at, width))
}

/// The name of a general register in a width; width 0 is the second byte.
pub(crate) fn sized_name(at: u8, width: u32) -> String {
    let short = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
    match (width, short.get(usize::from(at))) {
        (0, Some(name)) if at < 4 => format!("{}h", &name[..1]),
        (1, Some(name)) if at < 4 => format!("{}l", &name[..1]),
        (1, Some(name)) => format!("{name}l"),
        (2, Some(name)) => (*name).to_owned(),
        (4, Some(name)) => format!("e{name}"),
        (1, None) => format!("r{at}b"),
        (2, None) => format!("r{at}w"),
        (4, None) => format!("r{at}d"),
        _ => NAMES[usize::from(at)].to_owned(),
    }
}
