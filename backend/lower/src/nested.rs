//! Nested functions (GNU): how they reach the locals of the functions around them.
//!
//! A function with nested ones keeps a *link block* in its frame; what is called directly or
//! through a pointer finds its address in a thread-local cell, set just before the call and read
//! at once on entry. A pointer to a nested function is one of a ring of small entries in the text,
//! each with a word of data that holds the block's address: nothing is ever written into code.
//!
//! ```text
//!   link block   0   the link block of the function around this one, if it is nested itself
//!                8   addresses of the captured locals, in order of their numbers
//!                …   pointers to the nested functions whose address is used
//!                …   for each of those, where its word of data is
//!                …   a jmp_buf, where a nested function jumps to a label of this one
//! ```
//!
//! Always: a captured local is in memory from entry on. A pointer stays good until its function
//! returns, which frees its entry; only where more than [`ENTRIES`] are alive, or were left behind
//! by `longjmp`, is one taken from another.

use crate::Lowered;
use crate::UnitCx;
use crate::func::{Blob, BlobReloc, FunctionCx, Target};
use crate::place::{Addr, Place, Value};
use cfront::tree::{Body, ExprKind, Function, LabelId, LocalId, StmtKind, Unit};
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};
use preproc::source::Span;
use std::collections::{BTreeSet, HashMap};

/// How many pointers to one nested function are alive at most.
pub(crate) const ENTRIES: u32 = 1024;
/// Bytes of one entry.
const STRIDE: u32 = 32;
/// glibc's `jmp_buf`.
const JMP_BUF: u64 = 200;

/// A nested function, with the bodies around it, innermost first.
pub(crate) struct Nested<'a> {
    pub function: &'a Function,
    pub around: Vec<&'a Body>,
    /// The function of the unit it is in; `None` for the script.
    pub root: Option<usize>,
    pub name: String,
}

/// Every nested function of a unit, numbered.
#[derive(Default)]
pub(crate) struct AllNested<'a> {
    pub list: Vec<Nested<'a>>,
    /// By the address of the body a function is in, and its index there.
    numbers: HashMap<(usize, u32), u32>,
}

impl<'a> AllNested<'a> {
    pub(crate) fn of(unit: &'a Unit, name: impl Fn(&Function) -> String) -> AllNested<'a> {
        let mut all = AllNested::default();
        for (index, function) in unit.functions.iter().enumerate() {
            all.collect(&function.body, &mut Vec::new(), Some(index), &name(function));
        }
        if let Some(script) = &unit.script {
            all.collect(&script.body, &mut Vec::new(), None, "script");
        }
        all
    }

    fn collect(
        &mut self,
        body: &'a Body,
        around: &mut Vec<&'a Body>,
        root: Option<usize>,
        name: &str,
    ) {
        around.insert(0, body);
        for (index, function) in body.nested.iter().enumerate() {
            let number = self.list.len() as u32;
            let name = format!("{name}.{index}");
            self.numbers.insert((std::ptr::from_ref(body) as usize, index as u32), number);
            let around_now = around.clone();
            self.list.push(Nested { function, around: around_now, root, name: name.clone() });
            self.collect(&function.body, around, root, &name);
        }
        around.remove(0);
    }

    fn number(&self, body: &Body, index: u32) -> Option<u32> {
        self.numbers.get(&(std::ptr::from_ref(body) as usize, index)).copied()
    }
}

/// What a function's link block holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    captured: Vec<LocalId>,
    /// Nested functions whose address is used.
    pointers: Vec<u32>,
    /// Labels that are jumped to from within nested functions.
    labels: Vec<LabelId>,
}

impl Layout {
    fn of(body: &Body) -> Layout {
        let mut found = Found::default();
        found.look(body, 0);
        Layout {
            captured: found.captured.into_iter().collect(),
            pointers: found.pointers.into_iter().collect(),
            labels: found.labels.into_iter().collect(),
        }
    }

    fn captured_at(&self, local: LocalId) -> Option<i64> {
        let index = self.captured.iter().position(|&known| known == local)?;
        Some(8 + 8 * index as i64)
    }

    fn pointer_at(&self, index: u32) -> Option<i64> {
        let at = self.pointers.iter().position(|&known| known == index)?;
        Some(8 + 8 * (self.captured.len() + at) as i64)
    }

    /// Where the word of pointer number `at` is noted.
    fn word_at(&self, at: usize) -> i64 {
        8 + 8 * (self.captured.len() + self.pointers.len() + at) as i64
    }

    fn jump_at(&self) -> i64 {
        // A jmp_buf is a record of words.
        8 + 8 * (self.captured.len() + 2 * self.pointers.len()) as i64
    }

    fn size(&self) -> u64 {
        self.jump_at() as u64 + if self.labels.is_empty() { 0 } else { JMP_BUF }
    }
}

#[derive(Default)]
struct Found {
    captured: BTreeSet<LocalId>,
    pointers: BTreeSet<u32>,
    labels: BTreeSet<LabelId>,
}

impl Found {
    /// Looks through a body `depth` levels inside the function the layout is of.
    fn look(&mut self, body: &Body, depth: u32) {
        let mut called = BTreeSet::new();
        for expr in &body.exprs {
            if let ExprKind::Call { callee, .. } = expr.kind {
                called.insert(callee);
                if let ExprKind::Decay(inner) | ExprKind::AddrOf(inner) = body.expr(callee).kind {
                    called.insert(inner);
                }
            }
        }
        for (id, expr) in body.exprs.iter().enumerate() {
            let is_called = called.contains(&cfront::tree::ExprId(id as u32));
            match expr.kind {
                ExprKind::Outer { depth: at, local } if at == depth && depth > 0 => {
                    self.captured.insert(local);
                }
                ExprKind::NestedFunction(index) if depth == 0 && !is_called => {
                    self.pointers.insert(index);
                }
                ExprKind::OuterNested { depth: at, index }
                    if at == depth && depth > 0 && !is_called =>
                {
                    self.pointers.insert(index);
                }
                _ => {}
            }
        }
        for stmt in &body.stmts {
            match stmt.kind {
                StmtKind::GotoOuter { depth: at, label } if at == depth && depth > 0 => {
                    self.labels.insert(label);
                }
                _ => {}
            }
        }
        if depth == 0 && !body.nested.is_empty() {
            // Types of variable size may be used within, without a word of their lengths.
            let lengths = body.locals.iter().enumerate().filter(|(_, local)| local.is_length);
            self.captured.extend(lengths.map(|(index, _)| LocalId(index as u32)));
        }
        for nested in &body.nested {
            self.look(&nested.body, depth + 1);
        }
    }
}

/// Does any nested function jump to a label of this body? Then the body returns twice.
pub(crate) fn is_jumped_into(body: &Body) -> bool {
    !body.nested.is_empty() && !Layout::of(body).labels.is_empty()
}

/// What a function with nested ones, or one that is nested, remembers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Links {
    layout: Layout,
    /// The address of this function's link block.
    block: Option<Addr>,
    /// The address of the link block around.
    outer: Option<Place>,
}

impl FunctionCx<'_, '_> {
    /// On entry, before anything else: takes over the link, makes the block.
    pub(crate) fn enter_links(&mut self) -> Lowered<()> {
        if self.nested.is_some() {
            let cell = self.target_addr(Target::ChainCell);
            let outer = self.load_clif(ct::I64, Addr::value(cell));
            self.links.outer = Some(self.keep(outer)?);
        }
        if self.body.nested.is_empty() {
            return Ok(());
        }
        let layout = Layout::of(self.body);
        let block = self.slot(layout.size(), 16)?;
        if let Some(outer) = self.links.outer.clone() {
            let outer = self.kept(&outer)?;
            self.store_clif(outer, block);
        }
        self.links.layout = layout;
        self.links.block = Some(block);
        Ok(())
    }

    /// Once the parameters are in place: fills the block.
    pub(crate) fn fill_links(&mut self) -> Lowered<()> {
        let Some(block) = self.links.block else { return Ok(()) };
        let layout = self.links.layout.clone();
        for &local in &layout.captured {
            if self.is_variable(self.body.local(local).ty.id) && !self.is_placed(local) {
                // Its storage does not exist yet: see `link_variable`.
                continue;
            }
            let place = self.local_place(local)?;
            let addr = self.place_addr(&place, self.body.local(local).span)?;
            let addr = self.addr_value(addr);
            self.store_clif(addr, block.at(layout.captured_at(local).unwrap_or(8)));
        }
        for (at, &index) in layout.pointers.iter().enumerate() {
            let (pointer, word) = self.make_pointer(index, block)?;
            self.store_clif(pointer, block.at(layout.pointer_at(index).unwrap_or(8)));
            self.store_clif(word, block.at(layout.word_at(at)));
        }
        if !layout.labels.is_empty() {
            self.take_jumps(&layout, block);
        }
        Ok(())
    }

    /// A variable-length array has its storage now.
    pub(crate) fn link_variable(&mut self, local: LocalId, address: ir::Value) {
        if let (Some(block), Some(at)) = (self.links.block, self.links.layout.captured_at(local)) {
            self.store_clif(address, block.at(at));
        }
    }

    /// `switch (_setjmp(block->jump))`: a jump from within comes back here with its label.
    fn take_jumps(&mut self, layout: &Layout, block: Addr) {
        let buffer = self.addr_value(block.at(layout.jump_at()));
        let call = self.call_runtime("_setjmp", &[ct::I32], &[buffer]);
        let came = self.b.inst_results(call)[0];
        for &label in &layout.labels {
            let (there, next) = (self.label_block(label), self.b.create_block());
            let is = self.b.ins().icmp_imm_s(IntCC::Equal, came, i64::from(label.0) + 1);
            self.b.ins().brif(is, there, &[], next, &[]);
            self.b.switch_to_block(next);
            self.b.seal_block(next);
        }
    }

    /// The next free entry of the ring, made to lead to this frame, and its word.
    fn make_pointer(&mut self, index: u32, block: Addr) -> Lowered<(ir::Value, ir::Value)> {
        let number = self.nested_number(self.body, index)?;
        let counter = self.target_addr(Target::ChainCounter);
        let words = self.target_addr(Target::Chains(number));
        let entries = self.target_addr(Target::Entries(number));
        let link = self.addr_value(block);
        let (one, zero) = (self.iconst(ct::I64, 1), self.iconst(ct::I64, 0));
        let (look, taken) = (self.b.create_block(), self.b.create_block());
        let (next, done) = (self.b.create_block(), self.b.create_block());
        let tried = self.b.append_block_param(look, ct::I64);
        self.b.ins().jump(look, &[zero.into()]);
        self.b.switch_to_block(look);
        let add = ir::AtomicRmwOp::Add;
        let turn = self.b.ins().atomic_rmw(ct::I64, crate::func::MEM, add, counter, one);
        let turn = self.b.ins().band_imm_u(turn, i64::from(ENTRIES - 1));
        let at = self.b.ins().ishl_imm_u(turn, 3);
        let word = self.b.ins().iadd(words, at);
        let old = self.b.ins().atomic_cas(crate::func::MEM, word, zero, link);
        self.b.ins().brif(old, taken, &[], done, &[]);
        self.b.switch_to_block(taken);
        self.b.seal_block(taken);
        let more = self.b.ins().iadd_imm_s(tried, 1);
        let some = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, more, i64::from(ENTRIES));
        self.b.ins().brif(some, look, &[more.into()], next, &[]);
        self.b.seal_block(look);
        // None is free: the oldest is taken.
        self.b.switch_to_block(next);
        self.b.seal_block(next);
        self.store_clif(link, Addr::value(word));
        self.b.ins().jump(done, &[]);
        self.b.switch_to_block(done);
        self.b.seal_block(done);
        let at = self.b.ins().imul_imm_s(turn, i64::from(STRIDE));
        Ok((self.b.ins().iadd(entries, at), word))
    }

    /// At the function's return: its entries are free for others.
    pub(crate) fn free_pointers(&mut self) {
        let Some(block) = self.links.block else { return };
        let layout = self.links.layout.clone();
        for at in 0..layout.pointers.len() {
            let word = self.load_clif(ct::I64, block.at(layout.word_at(at)));
            let link = self.addr_value(block);
            let zero = self.iconst(ct::I64, 0);
            // (Unless another frame took it meanwhile.)
            self.b.ins().atomic_cas(crate::func::MEM, word, link, zero);
        }
    }

    fn nested_number(&self, body: &Body, index: u32) -> Lowered<u32> {
        match self.unit.nested.number(body, index) {
            Some(number) => Ok(number),
            None => self.fail(Span::default(), "a nested function that does not exist"),
        }
    }

    /// The link block of the function `depth` levels out, 0 being this one.
    fn link_block(&mut self, depth: u32, span: Span) -> Lowered<Addr> {
        if depth == 0 {
            return match self.links.block {
                Some(block) => Ok(block),
                None => self.fail(span, "a nested function of a function that has none"),
            };
        }
        let Some(outer) = self.links.outer.clone() else {
            return self.fail(span, "a way out of a function that is not nested");
        };
        let mut block = self.kept(&outer)?;
        for _ in 1..depth {
            block = self.load_clif(ct::I64, Addr::value(block));
        }
        Ok(Addr::value(block))
    }

    /// The body `depth` levels out, 0 being this one.
    fn body_around(&self, depth: u32) -> Option<&Body> {
        if depth == 0 {
            return Some(self.body);
        }
        let own = self.unit.nested.list.get(self.nested? as usize)?;
        own.around.get(depth as usize - 1).copied()
    }

    /// The level of this function, as the front end counts: 1 at file scope, and 0 of a script.
    pub(crate) fn level(&self) -> u32 {
        let own = self.nested.and_then(|number| self.unit.nested.list.get(number as usize));
        match own {
            Some(nested) => u32::from(nested.root.is_some()) + nested.around.len() as u32,
            None => {
                let script = self.unit.unit.script.as_ref();
                u32::from(
                    !script.is_some_and(|script| std::ptr::eq(&raw const script.body, self.body)),
                )
            }
        }
    }

    fn layout_around(&self, depth: u32, span: Span) -> Lowered<Layout> {
        match self.body_around(depth) {
            Some(body) => Ok(Layout::of(body)),
            None => self.fail(span, "a way out of more functions than there are"),
        }
    }

    pub(crate) fn outer_place(&mut self, depth: u32, local: LocalId, span: Span) -> Lowered<Place> {
        let layout = self.layout_around(depth, span)?;
        let Some(at) = layout.captured_at(local) else {
            return self.fail(span, "a local of an outer function that was not captured");
        };
        let block = self.link_block(depth, span)?;
        let addr = self.load_clif(ct::I64, block.at(at));
        Ok(Place::Memory(Addr::value(addr)))
    }

    /// A pointer to a nested function.
    pub(crate) fn nested_address(&mut self, depth: u32, index: u32, span: Span) -> Lowered<Value> {
        let layout = self.layout_around(depth, span)?;
        let Some(at) = layout.pointer_at(index) else {
            return self.fail(span, "the address of a nested function that was not kept");
        };
        let block = self.link_block(depth, span)?;
        Ok(Value::Scalar(self.load_clif(ct::I64, block.at(at))))
    }

    /// Before a direct call of a nested function: tells it where it belongs.
    pub(crate) fn link_call(&mut self, depth: u32, index: u32, span: Span) -> Lowered<Target> {
        let number = match self.body_around(depth) {
            Some(body) => self.nested_number(body, index)?,
            None => return self.fail(span, "a call of a nested function that does not exist"),
        };
        let block = self.link_block(depth, span)?;
        let block = self.addr_value(block);
        let cell = self.target_addr(Target::ChainCell);
        self.store_clif(block, Addr::value(cell));
        Ok(Target::Nested(number))
    }

    pub(crate) fn goto_outer(&mut self, depth: u32, label: LabelId, span: Span) -> Lowered<()> {
        self.at(span);
        let layout = self.layout_around(depth, span)?;
        let block = self.link_block(depth, span)?;
        let buffer = self.addr_value(block.at(layout.jump_at()));
        let number = self.iconst(ct::I32, i64::from(label.0) + 1);
        self.call_runtime("longjmp", &[], &[buffer, number]);
        self.unreachable();
        Ok(())
    }
}

/// The ring of entries of a nested function:
/// `mov r10, [chains+8i]; mov r11, [rip+cell@gottpoff]; mov fs:[r11], r10; jmp body`.
pub(crate) fn entries(number: u32) -> Blob {
    let mut blob = Blob { align: 16, code: true, ..Blob::default() };
    for entry in 0..ENTRIES {
        let start = blob.bytes.len() as u32;
        blob.bytes.extend([0x4c, 0x8b, 0x15, 0, 0, 0, 0]);
        blob.bytes.extend([0x4c, 0x8b, 0x1d, 0, 0, 0, 0]);
        blob.bytes.extend([0x64, 0x4d, 0x89, 0x13, 0xe9, 0, 0, 0, 0]);
        blob.bytes.resize((start + STRIDE) as usize, 0xcc);
        blob.relocs.push(BlobReloc {
            offset: start + 3,
            kind: Reloc::X86PCRel4,
            target: Target::Chains(number),
            addend: i64::from(8 * entry) - 4,
        });
        blob.relocs.push(BlobReloc {
            offset: start + 19,
            kind: Reloc::X86CallPCRel4,
            target: Target::Nested(number),
            addend: -4,
        });
    }
    blob
}

/// Where in the bytes of [`entries`] the offset of the thread-local cell stands.
pub(crate) fn cell_fixups() -> impl Iterator<Item = u64> {
    (0..ENTRIES).map(|entry| u64::from(entry * STRIDE + 10))
}

impl UnitCx<'_> {
    /// The names of nested functions in the object.
    pub(crate) fn nested_name(&self, number: u32) -> String {
        match self.nested.list.get(number as usize) {
            Some(nested) => nested.name.clone(),
            None => format!(".Lnested{number}"),
        }
    }
}
