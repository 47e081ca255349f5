//! GNU `asm` statements. In: tokens from the keyword on; out: an entry of `Body::asms`, with every
//! operand an lvalue where it is written or must be memory, a value otherwise.

use super::Parser;
use crate::keyword::Kw;
use crate::session::Mode;
use crate::tree::{Asm, AsmOperand, ExprId, ExprKind, StmtId, StmtKind};
use crate::types::id;
use preproc::diag::Diagnostic;
use preproc::source::Span;
use preproc::token::Tok;

/// gcc's own limit.
const MAX_OPERANDS: usize = 30;

/// The colons met: `::` is one token and two colons.
struct Colons {
    pending: bool,
}

/// Whether assembler text makes sense outside of functions only: it defines a symbol that others
/// may see, or goes on in a section of its own. At the prompt that tells it from a statement.
pub fn stands_outside(text: &str) -> bool {
    const WORDS: [&str; 7] = [".globl", ".global", ".section", ".text", ".data", ".bss", ".type"];
    let is_symbol = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$');
    text.split(['\n', ';']).map(str::trim).any(|line| {
        let word = line.split(char::is_whitespace).next().unwrap_or_default();
        let label = line.split_once(':').map(|(name, _)| name);
        let named = label.is_some_and(|name| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(is_symbol)
        });
        named || WORDS.contains(&word)
    })
}

impl Parser<'_> {
    /// asm-statement; the cursor is at the keyword.
    pub fn parse_asm_statement(&mut self) -> StmtId {
        let start = self.loc();
        let entry = self.asm_entry();
        self.expect_semi("'asm'");
        let span = self.span_from(start);
        if let Some(entry) = entry
            && self.mode == Mode::Prompt
            && self.ctx.scopes.depth() == 0
            && self
                .body
                .asms
                .get(entry as usize)
                .is_some_and(|a| a.basic && stands_outside(&a.template))
        {
            let text = std::mem::take(&mut self.body.asms[entry as usize].template);
            self.unit.asm.push(text);
            return self.push_stmt(StmtKind::Empty, span);
        }
        self.push_stmt(entry.map_or(StmtKind::Empty, StmtKind::Asm), span)
    }

    /// `asm volatile ("…" : outputs : inputs : clobbers : labels)`: the number of the entry,
    /// unless a message was given.
    fn asm_entry(&mut self) -> Option<u32> {
        self.advance();
        let (is_volatile, goto) = self.asm_qualifiers();
        let open = self.span();
        if !self.expect(Tok::LParen, "(", "after 'asm'") {
            return None;
        }
        if !self.at(Tok::Str) {
            let message = format!("expected a string before {}", self.found());
            self.syntax_error(self.span(), message);
            self.skip_until(&[Tok::RParen, Tok::Semi]);
            self.accept(Tok::RParen);
            return None;
        }
        let template = String::from_utf8_lossy(&self.parse_string_bytes()).into_owned();
        let mut asm = Asm {
            template,
            outputs: Vec::new(),
            inputs: Vec::new(),
            clobbers: Vec::new(),
            goto_labels: Vec::new(),
            is_volatile,
            basic: false,
        };
        let mut colons = Colons { pending: false };
        asm.basic = !self.colon(&mut colons);
        let mut good = true;
        if !asm.basic {
            good &= self.asm_operands(&mut asm.outputs, true, &colons);
            if self.colon(&mut colons) {
                good &= self.asm_operands(&mut asm.inputs, false, &colons);
            }
            if self.colon(&mut colons) && !colons.pending {
                self.asm_clobbers(&mut asm.clobbers);
            }
            if self.colon(&mut colons) {
                self.asm_labels(&mut asm);
            }
        }
        if !self.expect_close(Tok::RParen, ")", open) {
            self.skip_until(&[Tok::RParen, Tok::Semi]);
            self.accept(Tok::RParen);
        }
        if goto && asm.goto_labels.is_empty() {
            self.error(open, "'asm goto' without a label to go to");
            good = false;
        }
        good &= self.check_operand_names(&asm, open);
        if asm.outputs.len() + asm.inputs.len() > MAX_OPERANDS {
            self.error(open, format!("more than {MAX_OPERANDS} operands in 'asm'"));
            good = false;
        }
        // Without outputs there is nothing but the effect.
        asm.is_volatile |= asm.basic || asm.outputs.is_empty() || goto;
        self.body.facts.has_asm = true;
        if !good || !self.number_names(&mut asm, open) {
            return None;
        }
        self.body.asms.push(asm);
        Some(self.body.asms.len() as u32 - 1)
    }

    /// `volatile`, `inline` and `goto`, each once: are the first and the last among them?
    fn asm_qualifiers(&mut self) -> (bool, bool) {
        let mut seen: Vec<Kw> = Vec::new();
        while matches!(self.kw, Kw::Volatile | Kw::Inline | Kw::Goto) {
            if seen.contains(&self.kw) {
                self.error(self.span(), format!("duplicate 'asm' qualifier {}", self.found()));
            }
            seen.push(self.kw);
            self.advance();
        }
        (seen.contains(&Kw::Volatile), seen.contains(&Kw::Goto))
    }

    fn check_operand_names(&mut self, asm: &Asm, open: Span) -> bool {
        let names: Vec<_> =
            asm.outputs.iter().chain(&asm.inputs).filter_map(|operand| operand.name).collect();
        let twice = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
        if let Some((_, &name)) = twice {
            let text = self.names.text(name).to_string();
            self.error(open, format!("two 'asm' operands are called '{text}'"));
        }
        twice.is_none()
    }

    /// Steps over one colon, if there is one.
    fn colon(&mut self, colons: &mut Colons) -> bool {
        if std::mem::take(&mut colons.pending) {
            return true;
        }
        if self.accept(Tok::ColonColon) {
            colons.pending = true;
            return true;
        }
        self.accept(Tok::Colon)
    }

    fn asm_operands(&mut self, list: &mut Vec<AsmOperand>, output: bool, colons: &Colons) -> bool {
        let mut good = true;
        if colons.pending || !matches!(self.tok.kind, Tok::LBracket | Tok::Str) {
            return good;
        }
        loop {
            match self.asm_operand(output) {
                Some(operand) => list.push(operand),
                None => good = false,
            }
            if !self.accept(Tok::Comma) {
                return good;
            }
        }
    }

    /// `[name] "constraint" ( expression )`
    fn asm_operand(&mut self, output: bool) -> Option<AsmOperand> {
        let mut name = None;
        if self.at(Tok::LBracket) {
            let open = self.span();
            self.advance();
            if self.tok.kind == Tok::Ident {
                name = Some(self.advance().text);
            }
            self.expect_close(Tok::RBracket, "]", open);
        }
        if !self.at(Tok::Str) {
            let message = format!("expected a constraint before {}", self.found());
            self.syntax_error(self.span(), message);
            return None;
        }
        let at = self.span();
        let constraint = String::from_utf8_lossy(&self.parse_string_bytes()).into_owned();
        let open = self.span();
        if !self.expect(Tok::LParen, "(", "after a constraint") {
            return None;
        }
        let e = self.nested(|p| p.parse_expr())?;
        self.expect_close(Tok::RParen, ")", open);
        if self.is_error(e) {
            return None;
        }
        let expr = match output {
            true => self.asm_output(e, &constraint, at)?,
            false => self.asm_input(e, &constraint, at)?,
        };
        Some(AsmOperand { name, constraint, expr })
    }

    /// `*p` of a `void *`.
    fn is_void_place(&self, e: ExprId) -> bool {
        self.ty(e) == id::VOID && matches!(self.body.expr(e).kind, ExprKind::Deref(_))
    }

    fn asm_output(&mut self, e: ExprId, constraint: &str, at: Span) -> Option<ExprId> {
        if !constraint.starts_with(['=', '+']) {
            let diag = Diagnostic::error(at, "output operand constraint lacks '='").fix(
                at,
                format!("\"={constraint}\""),
                "say that it is written",
            );
            self.diag(diag);
            return None;
        }
        // Arrays are fine here: the text stores into them. So is what has no type but a place.
        let place = self.ctx.types.is_array(self.ty(e)) && self.is_lvalue(e)
            || memory_only(constraint) && self.is_void_place(e);
        if !place && !self.check_assignable(e, "assignment", at) {
            return None;
        }
        if memory_only(constraint) {
            if !self.addressable(e, at) {
                return None;
            }
            self.mark_address_taken(e);
        }
        Some(e)
    }

    fn asm_input(&mut self, e: ExprId, constraint: &str, at: Span) -> Option<ExprId> {
        if constraint.starts_with(['=', '+']) {
            self.error(at, "input operand constraint contains '=' or '+'");
            return None;
        }
        if memory_only(constraint) {
            if self.is_lvalue(e) || self.is_void_place(e) {
                if !self.addressable(e, at) {
                    return None;
                }
                self.mark_address_taken(e);
                return Some(e);
            }
            let value = self.rvalue(e);
            // What a call returns in memory has an address there.
            let placed = self.ctx.types.is_record(self.ty(value))
                || matches!(self.body.expr(value).kind, ExprKind::StmtExpr { .. });
            if !placed || !self.ctx.types.is_complete(self.ty(value)) {
                self.error(at, "memory input is not directly addressable");
                return None;
            }
            return Some(self.in_memory(value));
        }
        let value = self.rvalue(e);
        if self.ty(value) == id::VOID {
            self.error(self.expr_span(e), "void value not ignored as it ought to be");
            return None;
        }
        Some(value)
    }

    /// `%[name]` and a constraint `"[name]"` become numbers: those who come after know no names.
    fn number_names(&mut self, asm: &mut Asm, at: Span) -> bool {
        if asm.basic {
            return true;
        }
        let operands = asm.outputs.iter().chain(&asm.inputs);
        let mut names: Vec<Option<&str>> =
            operands.map(|operand| operand.name.map(|name| self.names.text(name))).collect();
        // Labels count from behind the operands, of which those with `+` are two.
        let twice = asm.outputs.iter().filter(|output| output.constraint.starts_with('+'));
        names.extend(twice.map(|_| None));
        for label in &asm.goto_labels {
            let name = self.body.labels[label.index()].name;
            names.push(Some(self.names.text(name)));
        }
        let number = |name: &str| names.iter().position(|known| *known == Some(name));
        let mut unknown = None;
        let template = numbered(&asm.template, true, number, &mut unknown);
        let constraints: Vec<String> = asm
            .inputs
            .iter()
            .map(|input| numbered(&input.constraint, false, number, &mut unknown))
            .collect();
        if let Some(name) = unknown {
            self.error(at, format!("undefined named operand '{name}'"));
            return false;
        }
        asm.template = template;
        for (input, constraint) in asm.inputs.iter_mut().zip(constraints) {
            input.constraint = constraint;
        }
        true
    }

    /// Memory operands need an address, which bit-fields have not.
    fn addressable(&mut self, e: ExprId, at: Span) -> bool {
        let bits = self.field_width(e).is_some();
        if bits {
            let name = self.place_name(e);
            self.error(at, format!("cannot take address of bit-field {name}"));
        }
        if let ExprKind::Local(local) = self.body.expr(e).kind
            && self.body.local(local).register
        {
            let name = self.place_name(e);
            self.error(at, format!("address of register variable {name} requested"));
        }
        !bits
    }

    fn asm_clobbers(&mut self, clobbers: &mut Vec<String>) {
        while self.at(Tok::Str) {
            // Commas separate; adjacent strings join as everywhere.
            let bytes = self.parse_string_bytes();
            clobbers.push(String::from_utf8_lossy(&bytes).into_owned());
            if !self.accept(Tok::Comma) {
                return;
            }
        }
    }

    fn asm_labels(&mut self, asm: &mut Asm) {
        while self.at_ident() {
            let token = self.advance();
            let label = self.use_label(token.text, Span::at(token.loc));
            asm.goto_labels.push(label);
            if !self.accept(Tok::Comma) {
                return;
            }
        }
    }
}

/// The text with each `[name]` (in a template: after `%` and a letter at most) as a number.
fn numbered(
    text: &str,
    template: bool,
    number: impl Fn(&str) -> Option<usize>,
    unknown: &mut Option<String>,
) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let before = &rest[..open];
        let letters = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let referred = !template
            || (before.len() - letters.len() <= 1
                && letters.ends_with('%')
                && (letters.len() - letters.trim_end_matches('%').len()) % 2 == 1);
        let close = rest[open..].find(']').map(|at| open + at);
        let (true, Some(close)) = (referred, close) else {
            out.push_str(&rest[..=open]);
            rest = &rest[open + 1..];
            continue;
        };
        out.push_str(before);
        match number(&rest[open + 1..close]) {
            Some(number) => out.push_str(&number.to_string()),
            None => *unknown = Some(rest[open + 1..close].to_string()),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

/// Does a constraint allow memory and nothing else?
fn memory_only(constraint: &str) -> bool {
    let letters: Vec<char> = constraint.chars().filter(|c| !"=+&%*?!#, ".contains(*c)).collect();
    !letters.is_empty() && letters.iter().all(|c| "moV<>Q".contains(*c))
}

/// Has the machine a register of this name, in any of its widths?
pub(super) fn is_register(name: &str) -> bool {
    let numbered = |prefix: &str, most: u32| {
        let number = name.strip_prefix(prefix).map(|rest| rest.trim_end_matches(['b', 'w', 'd']));
        number.and_then(|digits| digits.parse().ok()).is_some_and(|number: u32| number < most)
    };
    let old = name.strip_prefix(['r', 'e']).unwrap_or(name);
    name.bytes().all(|byte| byte.is_ascii_digit())
        || matches!(old, "ax" | "bx" | "cx" | "dx" | "si" | "di" | "bp" | "sp")
        || matches!(name, "al" | "bl" | "cl" | "dl" | "ah" | "bh" | "ch" | "dh")
        || matches!(name, "sil" | "dil" | "bpl" | "spl" | "st" | "flags" | "fpsr")
        || name.starts_with("st(")
        || [("r", 16), ("xmm", 32), ("ymm", 32), ("zmm", 32), ("mm", 8), ("k", 8)]
            .iter()
            .any(|&(prefix, most)| numbered(prefix, most))
}
