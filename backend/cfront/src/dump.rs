//! The typed tree as text: the golden form for tests, and what `--emit tree` shows. In: a unit and
//! the context it was made in; out: lines. Expressions are written as nested lists with their
//! types, statements one to a line.

use crate::session::Context;
use crate::tree::*;
use crate::types::{BitField, QType};
use preproc::name::Names;
use std::fmt::Write;

/// The whole unit.
pub fn unit(unit: &Unit, ctx: &Context, names: &Names) -> String {
    let mut dump = Dump { unit, ctx, names, out: String::new(), depth: Default::default() };
    for object in &unit.objects {
        dump.object(object);
    }
    for &symbol in &unit.aliases {
        let known = ctx.symbol(symbol);
        let target = known.attrs.alias.as_deref().or(known.attrs.ifunc.as_deref());
        let word = if known.attrs.ifunc.is_some() { "ifunc" } else { "alias" };
        dump.line(0, &format!("{word} {} = {}", known.link_name, target.unwrap_or("?")));
    }
    for text in &unit.asm {
        dump.line(0, &format!("asm {text:?}"));
    }
    for function in &unit.functions {
        dump.function(function, 0);
    }
    if let Some(script) = &unit.script {
        dump.line(0, "script");
        dump.body(&script.body, 0);
    }
    if let Some(value) = unit.value {
        let ty = dump.ty(value.ty);
        let name = value.symbol.map_or("-".into(), |symbol| dump.symbol(symbol));
        dump.line(0, &format!("value {name}: {ty}"));
    }
    dump.out
}

struct Dump<'a> {
    unit: &'a Unit,
    ctx: &'a Context,
    names: &'a Names,
    out: String,
    depth: std::cell::Cell<u32>,
}

/// Chains of operators may be of any length; what lies deeper is shown as `…`.
const MAX_DEPTH: u32 = 300;

impl Dump<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{:1$}{text}", "", depth * 2);
    }

    fn ty(&self, ty: QType) -> String {
        self.ctx.types.show(ty, self.names)
    }

    fn symbol(&self, symbol: SymbolId) -> String {
        self.ctx.symbols.get(symbol.index()).map_or("?".into(), |known| known.link_name.clone())
    }

    fn flags(&self, symbol: &Symbol) -> String {
        let attrs = &symbol.attrs;
        let mut text = String::new();
        let table = [
            (symbol.linkage == Linkage::Internal, "static"),
            (symbol.tls.is_some(), "thread"),
            (attrs.weak, "weak"),
            (attrs.weakref, "weakref"),
            (attrs.noreturn, "noreturn"),
            (attrs.returns_twice, "returns_twice"),
            (attrs.inline, "inline"),
            (attrs.inline_only, "inline_only"),
            (attrs.always_inline, "always_inline"),
            (attrs.noinline, "noinline"),
            (attrs.constexpr, "constexpr"),
            (attrs.common, "common"),
            (attrs.used, "used"),
        ];
        for (_, word) in table.iter().filter(|(on, _)| *on) {
            let _ = write!(text, " {word}");
        }
        if attrs.visibility != Visibility::Default {
            let _ = write!(text, " {:?}", attrs.visibility);
        }
        if attrs.align != 0 {
            let _ = write!(text, " align {}", attrs.align);
        }
        if let Some(section) = &attrs.section {
            let _ = write!(text, " section {section}");
        }
        for (word, priority) in
            [("constructor", attrs.constructor), ("destructor", attrs.destructor)]
        {
            if let Some(priority) = priority {
                let _ = write!(text, " {word} {priority}");
            }
        }
        text
    }

    fn object(&mut self, object: &Object) {
        let Some(known) = self.ctx.symbols.get(object.symbol.index()) else { return };
        let ty = self.ty(known.ty);
        let flags = self.flags(known);
        let init = &object.init;
        let mut text = format!("object {}: {ty}{flags}, size {}", known.link_name, init.size);
        let end = init.bytes.iter().rposition(|&b| b != 0).map_or(0, |at| at + 1);
        if end > 0 {
            text.push_str(" = ");
            for byte in &init.bytes[..end] {
                let _ = write!(text, "{byte:02x}");
            }
        }
        self.line(0, &text);
        let mut relocs = init.relocs.clone();
        relocs.sort_by_key(|reloc| reloc.offset);
        for reloc in relocs {
            let target = match reloc.target {
                StaticTarget::Symbol(symbol) => self.symbol(symbol),
                StaticTarget::String(string) => self.string(string),
            };
            self.line(1, &format!("at {}: &{target} + {}", reloc.offset, reloc.addend));
        }
    }

    fn string(&self, string: StringId) -> String {
        match self.unit.strings.get(string.index()) {
            Some(text) => format!("{:?}", String::from_utf8_lossy(&text.bytes)),
            None => "?".into(),
        }
    }

    fn function(&mut self, function: &Function, depth: usize) {
        let ty = self.ty(function.ty.into());
        let text = match function.symbol {
            Some(symbol) => {
                let flags = self.ctx.symbols.get(symbol.index()).map(|known| self.flags(known));
                format!("function {}: {ty}{}", self.symbol(symbol), flags.unwrap_or_default())
            }
            None => format!("nested function: {ty}"),
        };
        self.line(depth, &text);
        self.body(&function.body, depth);
    }

    fn body(&mut self, body: &Body, depth: usize) {
        for (at, local) in body.locals.iter().enumerate() {
            let name = local.name.map_or("", |name| self.names.text(name));
            let param = if (at as u32) < body.params { "param" } else { "local" };
            let mut text = format!("{param} {at} {name}: {}", self.ty(local.ty));
            if local.align != 0 {
                let _ = write!(text, " align {}", local.align);
            }
            if local.address_taken {
                text.push_str(" &");
            }
            if let Some(cleanup) = local.cleanup {
                let _ = write!(text, " cleanup {}", self.symbol(cleanup));
            }
            self.line(depth + 1, &text);
        }
        for nested in &body.nested {
            self.function(nested, depth + 1);
        }
        if let Some(root) = body.root {
            self.stmt(body, root, depth + 1);
        }
    }

    fn stmt(&mut self, body: &Body, stmt: StmtId, depth: usize) {
        match &body.stmt(stmt).kind {
            StmtKind::Empty => self.line(depth, "empty"),
            StmtKind::Expr(e) => {
                let text = self.expr(body, *e);
                self.line(depth, &text);
            }
            StmtKind::Block(list) => {
                self.line(depth, "{");
                for &stmt in body.block(list) {
                    self.stmt(body, stmt, depth + 1);
                }
                self.line(depth, "}");
            }
            StmtKind::Local { local, init } => {
                let text = match init {
                    Some(init) => format!("init %{} = {}", local.0, self.init(body, init)),
                    None => format!("begin %{}", local.0),
                };
                self.line(depth, &text);
            }
            StmtKind::InitSymbol { symbol, init } => {
                let text = format!("init {} = {}", self.symbol(*symbol), self.init(body, init));
                self.line(depth, &text);
            }
            StmtKind::If { .. } => self.if_chain(body, stmt, depth),
            StmtKind::While { cond, body: inner } => {
                let text = format!("while {}", self.expr(body, *cond));
                self.line(depth, &text);
                self.stmt(body, *inner, depth + 1);
            }
            StmtKind::DoWhile { body: inner, cond } => {
                self.line(depth, "do");
                self.stmt(body, *inner, depth + 1);
                let text = format!("while {}", self.expr(body, *cond));
                self.line(depth, &text);
            }
            StmtKind::For { init, cond, step, body: inner } => {
                let part = |e: &Option<ExprId>| e.map_or("-".into(), |e| self.expr(body, e));
                let text = format!("for {}; {}", part(cond), part(step));
                self.line(depth, &text);
                if let Some(init) = init {
                    self.stmt(body, *init, depth + 2);
                }
                self.stmt(body, *inner, depth + 1);
            }
            StmtKind::Switch(index) => {
                let Some(switch) = body.switches.get(*index as usize) else { return };
                let text = format!("switch #{index} {}", self.expr(body, switch.value));
                self.line(depth, &text);
                self.stmt(body, switch.body, depth + 1);
            }
            StmtKind::Case { switch, case, body: inner } => {
                let ranges = body.switches.get(*switch as usize).map(|switch| &switch.cases);
                let range = case.and_then(|case| ranges?.get(case as usize));
                let text = match range {
                    Some(range) if range.low == range.high => format!("case {}:", range.low),
                    Some(range) => format!("case {} ... {}:", range.low, range.high),
                    None => "default:".into(),
                };
                self.line(depth, &format!("#{switch} {text}"));
                self.stmt(body, *inner, depth + 1);
            }
            StmtKind::Labeled { label, body: inner } => {
                let text = format!("{}:", self.label(body, *label));
                self.line(depth, &text);
                self.stmt(body, *inner, depth + 1);
            }
            other => {
                let text = self.jump(body, other);
                self.line(depth, &text);
            }
        }
    }

    /// `if … else if …` of any length.
    fn if_chain(&mut self, body: &Body, first: StmtId, depth: usize) {
        let mut stmt = first;
        while let StmtKind::If { cond, then, otherwise } = body.stmt(stmt).kind {
            let word = if stmt == first { "if" } else { "else if" };
            let text = format!("{word} {}", self.expr(body, cond));
            self.line(depth, &text);
            self.stmt(body, then, depth + 1);
            match otherwise {
                Some(otherwise) => stmt = otherwise,
                None => return,
            }
        }
        self.line(depth, "else");
        self.stmt(body, stmt, depth + 1);
    }

    fn jump(&self, body: &Body, stmt: &StmtKind) -> String {
        match stmt {
            StmtKind::Goto(label) => format!("goto {}", self.label(body, *label)),
            StmtKind::GotoOuter { depth, label } => format!("goto outer {depth} #{}", label.0),
            StmtKind::GotoComputed(e) => format!("goto *{}", self.expr(body, *e)),
            StmtKind::Break => "break".into(),
            StmtKind::Continue => "continue".into(),
            StmtKind::Return(None) => "return".into(),
            StmtKind::Return(Some(e)) => format!("return {}", self.expr(body, *e)),
            StmtKind::Asm(index) => match body.asms.get(*index as usize) {
                Some(asm) => {
                    let operands = |list: &[AsmOperand]| {
                        let texts: Vec<String> = list
                            .iter()
                            .map(|op| format!("{:?} {}", op.constraint, self.expr(body, op.expr)))
                            .collect();
                        texts.join(", ")
                    };
                    let (outputs, inputs) = (operands(&asm.outputs), operands(&asm.inputs));
                    format!("asm {:?} : {outputs} : {inputs} : {:?}", asm.template, asm.clobbers)
                }
                None => "asm ?".into(),
            },
            _ => "?".into(),
        }
    }

    fn label(&self, body: &Body, label: LabelId) -> String {
        match body.labels.get(label.index()) {
            Some(known) => format!("{}#{}", self.names.text(known.name), label.0),
            None => "?".into(),
        }
    }

    fn init(&self, body: &Body, init: &Init) -> String {
        let steps: Vec<String> = body
            .init(init)
            .iter()
            .map(|step| {
                let bits = step.bits.map_or(String::new(), |BitField { bit_offset, width }| {
                    format!(" bit {bit_offset}:{width}")
                });
                let ty = self.ty(step.ty);
                format!("@{}{bits} {ty}: {}", step.offset, self.expr(body, step.value))
            })
            .collect();
        let zero = if init.zero { "zero, " } else { "" };
        format!("{zero}[{}]", steps.join("; "))
    }

    fn list(&self, body: &Body, list: &ExprList) -> String {
        let texts: Vec<String> = body.list(list).iter().map(|&e| self.expr(body, e)).collect();
        texts.join(", ")
    }

    /// `(operator operands)` with the type behind it, where the operator does not show it.
    fn expr(&self, body: &Body, e: ExprId) -> String {
        if self.depth.get() >= MAX_DEPTH {
            return "…".into();
        }
        self.depth.set(self.depth.get() + 1);
        let text = self.node(body, e);
        self.depth.set(self.depth.get() - 1);
        text
    }

    fn node(&self, body: &Body, e: ExprId) -> String {
        let node = body.expr(e);
        let sub = |e: ExprId| self.expr(body, e);
        let ty = self.ty(node.ty);
        match &node.kind {
            ExprKind::Int(value) => format!("{}:{ty}", *value as i64),
            ExprKind::Float(value) => format!("{value:?}:{ty}"),
            ExprKind::Wide(at) => match body.wide.get(*at as usize) {
                Some(bytes) => format!("{:#x}:{ty}", u128::from_le_bytes(*bytes)),
                None => "?".into(),
            },
            ExprKind::Local(local) => {
                let name = body.locals.get(local.index()).and_then(|local| local.name);
                let name = name.map_or(String::new(), |name| self.names.text(name).to_string());
                format!("%{}{name}", local.0)
            }
            ExprKind::Symbol(symbol) => self.symbol(*symbol),
            ExprKind::Outer { depth, local } => format!("outer{depth}%{}", local.0),
            ExprKind::Str(string) => self.string(*string),
            ExprKind::Deref(e) => format!("(* {})", sub(*e)),
            ExprKind::Member(of, index) => format!("(. {} {index})", sub(*of)),
            ExprKind::CompoundLiteral(local, init) => {
                format!("(literal %{} {})", local.0, self.init(body, init))
            }
            ExprKind::Lane(of, index) => format!("(lane {} {})", sub(*of), sub(*index)),
            ExprKind::Real(e) => format!("(real {})", sub(*e)),
            ExprKind::Imag(e) => format!("(imag {})", sub(*e)),
            ExprKind::Load(e) => format!("(load {})", sub(*e)),
            ExprKind::Decay(e) => format!("(decay {})", sub(*e)),
            ExprKind::Convert(kind, e) => format!("({kind:?} {ty} {})", sub(*e)),
            ExprKind::AddrOf(e) => format!("(& {})", sub(*e)),
            ExprKind::Unary(op, e) => format!("({op:?} {})", sub(*e)),
            ExprKind::Binary(op, a, b) => format!("({op:?}:{ty} {} {})", sub(*a), sub(*b)),
            ExprKind::PtrAdd { ptr, index, negate } => {
                let op = if *negate { "ptr-" } else { "ptr+" };
                format!("({op} {} {})", sub(*ptr), sub(*index))
            }
            ExprKind::PtrDiff(a, b) => format!("(ptrdiff {} {})", sub(*a), sub(*b)),
            ExprKind::Compare(op, a, b) => format!("({op:?} {} {})", sub(*a), sub(*b)),
            ExprKind::LogicalAnd(a, b) => format!("(&& {} {})", sub(*a), sub(*b)),
            ExprKind::LogicalOr(a, b) => format!("(|| {} {})", sub(*a), sub(*b)),
            ExprKind::LogicalNot(e) => format!("(! {})", sub(*e)),
            ExprKind::Cond(c, a, b) => format!("(?:{ty} {} {} {})", sub(*c), sub(*a), sub(*b)),
            ExprKind::CondOr { value, converted, other } => {
                format!("(?:{ty} {} {} {})", sub(*value), sub(*converted), sub(*other))
            }
            ExprKind::Same => "same".into(),
            ExprKind::Comma(a, b) => format!("(, {} {})", sub(*a), sub(*b)),
            ExprKind::Assign(a, b) => format!("(= {} {})", sub(*a), sub(*b)),
            ExprKind::AssignOp { place, value } => {
                format!("(op= {} {})", sub(*place), sub(*value))
            }
            ExprKind::IncDec { place, value, post } => {
                let word = if *post { "post=" } else { "pre=" };
                format!("({word} {} {})", sub(*place), sub(*value))
            }
            ExprKind::Call { callee, args } => {
                format!("(call:{ty} {}; {})", sub(*callee), self.list(body, args))
            }
            ExprKind::Builtin(op, args) => format!("({op:?}:{ty} {})", self.list(body, args)),
            ExprKind::VaArg(e) => format!("(va_arg {ty} {})", sub(*e)),
            ExprKind::StmtExpr { block, .. } => {
                let mut inner = Dump {
                    unit: self.unit,
                    ctx: self.ctx,
                    names: self.names,
                    out: String::new(),
                    depth: self.depth.clone(),
                };
                inner.stmt(body, *block, 0);
                let lines: Vec<&str> = inner.out.lines().map(str::trim).collect();
                format!("(block:{ty} {})", lines.join(" "))
            }
            ExprKind::LabelAddr(label) => format!("&&{}", self.label(body, *label)),
            ExprKind::SizeOfVariable(ty) => format!("(sizeof {})", self.ty((*ty).into())),
            ExprKind::NestedFunction(index) => format!("nested#{index}"),
            ExprKind::OuterNested { depth, index } => format!("outer{depth} nested#{index}"),
            ExprKind::Error => "<error>".into(),
        }
    }
}
