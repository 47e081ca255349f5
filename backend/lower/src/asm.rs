//! Machine code as text, for `--emit asm`: every function of a unit as it is compiled, with the
//! lines of C its instructions are of as comments.
//!
//! In: a unit and its sources. Out: text for people; the code generator's own spelling, in which
//! moves of the register allocator, spills and the frame's setup are seen, too. Branches that the
//! code buffer later drops or turns round are still in it.

use crate::compile::{Disassembly, build_disassembly, compile_error_text};
use crate::func::Target;
use crate::{LowerError, UnitCx};
use preproc::source::{Place, Sources, Span};
use std::fmt::Write;

/// What the code generator writes behind an instruction that was given a tag.
pub(crate) const TAG: &str = "  ; ^-- debug @ ";

/// All functions the unit would compile, or what was wrong with one.
pub(crate) fn unit(cx: &UnitCx<'_>, sources: &Sources) -> String {
    let mut out = String::new();
    for &index in &cx.live {
        let function = &cx.unit.functions[index];
        let name = function.symbol.map_or("", |id| &cx.symbol(id).link_name);
        let made = build_disassembly(cx, function, name, None);
        push(&mut out, cx, sources, name, function.span, made);
    }
    for (number, nested) in cx.nested.list.iter().enumerate() {
        let made = build_disassembly(cx, nested.function, &nested.name, Some(number as u32));
        push(&mut out, cx, sources, &nested.name, nested.function.span, made);
    }
    if let Some(script) = &cx.unit.script {
        let name = &cx.options.script;
        let made = build_disassembly(cx, script, name, None);
        push(&mut out, cx, sources, name, script.span, made);
    }
    out
}

fn push(
    out: &mut String,
    cx: &UnitCx<'_>,
    sources: &Sources,
    name: &str,
    span: Span,
    made: Result<Disassembly, Box<LowerError>>,
) {
    let _ = writeln!(out, "{name}:");
    match made {
        Ok(made) => {
            let mut writer = Writer { out, cx, sources, last: None };
            writer.line(span);
            writer.body(&made);
            let _ = writeln!(out, "  ; {} bytes\n", made.size);
        }
        Err(error) => out.push_str(&compile_error_text(&error)),
    }
}

struct Writer<'a> {
    out: &'a mut String,
    cx: &'a UnitCx<'a>,
    sources: &'a Sources,
    /// The file and line shown last.
    last: Option<(String, u32)>,
}

impl Writer<'_> {
    /// The instructions; a line of C stands before the first one that is of it.
    fn body(&mut self, made: &Disassembly) {
        let mut lines = made.text.lines().peekable();
        while let Some(line) = lines.next() {
            let tag = lines.next_if(|next| next.starts_with(TAG));
            if let Some(span) = tag.and_then(tag_number).and_then(|n| made.spans.get(n)) {
                self.line(*span);
            }
            // What only the register allocator and the frame tables need is no instruction.
            let word = line.split_whitespace().next().unwrap_or_default();
            if !matches!(word, "unwind" | "uninit") {
                self.instruction(line, made);
            }
        }
    }

    /// A comment with the line of C, unless it is the one shown last.
    fn line(&mut self, span: Span) {
        let Some(place) = self.sources.place(span.start) else { return };
        let Place { file, line, text, .. } = &place;
        if self.last.as_ref().is_some_and(|last| last.0 == *file && last.1 == *line) {
            return;
        }
        self.last = Some(((*file).to_owned(), *line));
        let _ = writeln!(self.out, "  # {file}:{line}: {}", text.trim());
    }

    /// An instruction, with names for the numbers of what it refers to.
    fn instruction(&mut self, line: &str, made: &Disassembly) {
        const NAME: &str = "userextname";
        let mut rest = line;
        while let Some(at) = rest.find(NAME) {
            let callee = rest[..at].ends_with("User(");
            self.out.push_str(rest[..at].trim_end_matches("User("));
            rest = &rest[at + NAME.len()..];
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number = rest[..digits].parse::<usize>().ok();
            match number.and_then(|n| made.names.get(n)) {
                Some(target) => self.out.push_str(&self.name_of(target)),
                None => self.out.push_str(NAME),
            }
            rest = &rest[digits..];
            rest = if callee { rest.strip_prefix(')').unwrap_or(rest) } else { rest };
        }
        self.out.push_str(rest);
        self.out.push('\n');
    }

    fn name_of(&self, target: &Target) -> String {
        match target {
            Target::Symbol(id) => self.cx.symbol(*id).link_name.clone(),
            Target::String(id) => format!(".Lstring{}", id.index()),
            Target::Runtime(name) => (*name).to_owned(),
            Target::Support(which) => which.symbol().to_owned(),
            Target::Helper(helper) => helper.symbol().to_owned(),
            Target::VariadicBody(id) => format!(".L{}.body", self.cx.symbol(*id).link_name),
            Target::VariadicCall { callee, .. } => format!("{}.variadic", self.name_of(callee)),
            Target::VariadicIndirect { words, .. } => format!(".Lva_indirect{words}"),
            Target::Nested(number) => self.cx.nested_name(*number),
            Target::NestedBody(number) => format!(".L{}.body", self.cx.nested_name(*number)),
            other => format!("{other:?}"),
        }
    }
}

/// The number in a tag's line, `… [User(7)]`.
fn tag_number(line: &str) -> Option<usize> {
    let (_, number) = line.rsplit_once("User(")?;
    number.split(')').next()?.parse().ok()
}
