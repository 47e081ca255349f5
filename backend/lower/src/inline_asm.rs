//! GNU inline assembly. An `asm` statement becomes a wrapper function of raw bytes that is called
//! with the address of a block of operands, 16 bytes each:
//!
//! ```text
//!   push rbp; mov rbp, rsp; push rdi; save callee-saved registers
//!   load every input (or the address of a memory operand) from its place in the block
//!   the template
//!   store every output to its place; restore; leave; ret        (eax: which label, `asm goto`)
//! ```
//!
//! [`operand`] reads constraints and gives out registers, [`template`] makes the wrapper's text,
//! [`encode`] turns it into bytes; what it does not know goes to the system's assembler, if the
//! caller has one. Templates that are empty or a single fence need no wrapper.
//!
//! Always: every register the wrapper uses is either free by the convention or saved by it.

mod att;
mod encode;
mod operand;
pub(crate) mod template;

pub(crate) use encode::assemble;

use crate::ctype::{self, Repr};
use crate::func::{Blob, BlobReloc, FunctionCx, Target};
use crate::helper::Helper;
use crate::place::{Addr, Place, Value};
use crate::{Lowered, UnitCx};
use cfront::tree::{Asm, ExprId, ExprKind, SymbolId};
use cfront::types::{Type, TypeId};
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, types as ct};
use operand::{Home, Operand};
use preproc::source::Span;

/// Bytes of one operand in the block.
pub(crate) const CELL: u32 = 16;
/// As gcc has it.
const MAX_OPERANDS: usize = 30;

impl FunctionCx<'_, '_> {
    pub(crate) fn asm_stmt(&mut self, asm: &Asm, span: Span) -> Lowered<()> {
        if asm.outputs.len() + asm.inputs.len() > MAX_OPERANDS {
            return self.fail(span, "more than 30 operands in 'asm'");
        }
        self.b.ins().sequence_point();
        let operands = self.asm_operands(asm, span)?;
        if !self.asm_without_code(asm, &operands)? {
            self.asm_wrapper(asm, operands, span)?;
        }
        self.b.ins().sequence_point();
        Ok(())
    }

    /// Types, constants and registers of all operands, outputs first. Nothing is evaluated.
    fn asm_operands(&mut self, asm: &Asm, span: Span) -> Lowered<Vec<Operand>> {
        let mut operands = Vec::new();
        let count = asm.outputs.len();
        for (index, source) in asm.outputs.iter().chain(&asm.inputs).enumerate() {
            let output = index < count;
            let ty = self.body.expr(source.expr).ty.id;
            let facts = operand::Facts {
                constant: self.asm_constant(source.expr),
                symbol: self.asm_symbol(source.expr),
                register: self.asm_register(source.expr),
                size: self.size_of(ty) as u32,
                float: matches!(
                    self.class(ty),
                    ctype::Class::Float(_) | ctype::Class::Vector { .. }
                ),
                index: operands.len(),
            };
            match operand::parse(&source.constraint, output, &facts, &operands) {
                Ok(operand) => operands.push(operand),
                Err(message) => return self.fail(span, message),
            }
        }
        if let Err(message) = operand::assign_registers(&mut operands, &asm.clobbers) {
            return self.fail(span, message);
        }
        Ok(operands)
    }

    /// The value of an operand that may stand in the text as a number.
    fn asm_constant(&self, id: ExprId) -> Option<i64> {
        let expr = self.body.expr(id);
        match expr.kind {
            ExprKind::Int(value) => Some(value as i64),
            ExprKind::Convert(_, inner) => self.asm_constant(inner),
            _ => None,
        }
    }

    /// An operand that is an address within a symbol, as it may stand in the text.
    fn asm_symbol(&self, id: ExprId) -> Option<String> {
        let (name, offset) = self.asm_address(id)?;
        Some(if offset == 0 { name } else { format!("{name}{offset:+}") })
    }

    fn asm_address(&self, id: ExprId) -> Option<(String, i64)> {
        let expr = self.body.expr(id);
        match expr.kind {
            ExprKind::Decay(inner)
            | ExprKind::AddrOf(inner)
            | ExprKind::Deref(inner)
            | ExprKind::Convert(_, inner) => self.asm_address(inner),
            ExprKind::Symbol(symbol) => Some((self.unit.symbol(symbol).link_name.clone(), 0)),
            ExprKind::PtrAdd { ptr, index, negate } => {
                let (name, base) = self.asm_address(ptr)?;
                let Type::Pointer(to) = *self.unit.types.get(expr.ty.id) else { return None };
                let step = self.asm_constant(index)?.checked_mul(self.size_of(to.id) as i64)?;
                let offset = if negate { base.checked_sub(step) } else { base.checked_add(step) };
                Some((name, offset?))
            }
            ExprKind::Member(of, field) => {
                let (name, base) = self.asm_address(of)?;
                let Type::Record(record) = *self.unit.types.get(self.body.expr(of).ty.id) else {
                    return None;
                };
                let field = self.unit.types.record(record).fields.get(field as usize)?;
                Some((name, base.checked_add(field.offset as i64)?))
            }
            _ => None,
        }
    }

    /// The register of `register T x asm("…")`.
    fn asm_register(&self, id: ExprId) -> Option<String> {
        match self.body.expr(id).kind {
            ExprKind::Load(inner) | ExprKind::Convert(_, inner) => self.asm_register(inner),
            ExprKind::Local(local) => self.body.local(local).asm_register.clone(),
            _ => None,
        }
    }

    // ------------------------------------------------------------ without a wrapper

    /// Templates that are no code, or one instruction CLIF or a helper has.
    fn asm_without_code(&mut self, asm: &Asm, operands: &[Operand]) -> Lowered<bool> {
        let text = asm.template.trim().trim_end_matches(';').trim_end();
        let plain = operands.is_empty() && asm.goto_labels.is_empty();
        match text {
            "nop" if plain => {}
            "pause" | "rep; nop" | "rep;nop" | "rep nop" if plain => {
                self.helper(Helper::Pause, &[])
            }
            "mfence" | "sfence" | "lfence" if plain => {
                self.b.ins().fence();
            }
            "" if asm.goto_labels.is_empty() => self.asm_barrier(asm, operands)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// No code: an output that shares a register with an input gets that input's value.
    fn asm_barrier(&mut self, asm: &Asm, operands: &[Operand]) -> Lowered<()> {
        let count = asm.outputs.len();
        let mut moves: Vec<(usize, Value)> = Vec::new();
        for (index, input) in asm.inputs.iter().enumerate() {
            let operand = &operands[count + index];
            if operand.home.is_memory() {
                self.place(input.expr)?;
                continue;
            }
            let value = self.expr(input.expr)?;
            let to = match operand.matches {
                Some(to) => Some(to),
                None => operands[..count]
                    .iter()
                    .position(|output| !output.home.is_memory() && output.home == operand.home),
            };
            if let Some(to) = to {
                moves.push((to, value));
            }
        }
        for (to, value) in moves {
            let expr = asm.outputs[to].expr;
            let ty = self.body.expr(expr).ty;
            let place = self.place(expr)?;
            let value = self.asm_resized(value, ty.id);
            self.store(&place, &value, ty)?;
        }
        for (index, output) in asm.outputs.iter().enumerate() {
            if operands[index].read_write {
                // Read and written: nothing may be known of its value from here on.
                self.place(output.expr)?;
            }
        }
        Ok(())
    }

    /// A matching input may be of another integer type than its output.
    fn asm_resized(&mut self, value: Value, ty: TypeId) -> Value {
        match (&value, self.repr(ty)) {
            (&Value::Scalar(scalar), Repr::Scalar(clif)) if clif.is_int() => {
                let have = self.b.func.dfg.value_type(scalar);
                if have.is_int() && have != clif {
                    return Value::Scalar(self.resize_int(scalar, clif, true));
                }
                value
            }
            _ => value,
        }
    }

    // ------------------------------------------------------------ with a wrapper

    fn asm_wrapper(&mut self, asm: &Asm, operands: Vec<Operand>, span: Span) -> Lowered<()> {
        let text = match template::wrapper(asm, &operands, self.out.blobs.len()) {
            Ok(text) => text,
            Err(message) => return self.fail(span, message),
        };
        let blob = match code_of(self.unit, &text) {
            Ok(blob) => blob,
            Err(message) => return self.fail(span, format!("inline assembly: {message}")),
        };
        let target = self.blob(blob);
        let count = asm.outputs.len();
        let block = self.slot(u64::from(CELL) * operands.len().max(1) as u64, 16)?;
        let mut places = Vec::new();
        for (index, source) in asm.outputs.iter().chain(&asm.inputs).enumerate() {
            let operand = &operands[index];
            let cell = block.at(i64::from(CELL) * index as i64);
            if index < count {
                places.push(self.asm_output(operand, source.expr, cell, span)?);
            } else {
                self.asm_input(operand, source.expr, cell, span)?;
            }
        }
        let mut signature = ir::Signature::new(self.unit.call_conv());
        signature.params.push(AbiParam::new(ct::I64));
        if !asm.goto_labels.is_empty() {
            signature.returns.push(AbiParam::new(ct::I32));
        }
        let func = self.func_ref(target, signature);
        let block_address = self.addr_value(block);
        let call = self.b.ins().call(func, &[block_address]);
        for (index, place) in places.into_iter().enumerate() {
            let Some(place) = place else { continue };
            let ty = self.body.expr(asm.outputs[index].expr).ty;
            let cell = block.at(i64::from(CELL) * index as i64);
            let value = self.asm_result(&operands[index], cell, ty.id);
            self.store(&place, &value, ty)?;
        }
        if !asm.goto_labels.is_empty() {
            let which = self.b.inst_results(call)[0];
            for (index, &label) in asm.goto_labels.iter().enumerate() {
                let here =
                    self.b.ins().icmp_imm_s(ir::condcodes::IntCC::Equal, which, index as i64 + 1);
                self.goto_if(here, label, span)?;
            }
        }
        Ok(())
    }

    /// The cell of an output before the call: the address of a memory operand, the old value of
    /// one that is also read. Gives the place to store to afterwards, if there is one.
    fn asm_output(
        &mut self,
        operand: &Operand,
        expr: ExprId,
        cell: Addr,
        span: Span,
    ) -> Lowered<Option<Place>> {
        let ty = self.body.expr(expr).ty;
        let place = self.place(expr)?;
        if operand.home.is_memory() {
            let addr = self.place_addr(&place, span)?;
            let addr = self.addr_value(addr);
            self.store_clif(addr, cell);
            return Ok(None);
        }
        if operand.read_write {
            let value = self.load(&place, ty)?;
            self.asm_store_cell(operand, &value, ty.id, cell, span)?;
        }
        Ok(Some(place))
    }

    fn asm_input(
        &mut self,
        operand: &Operand,
        expr: ExprId,
        cell: Addr,
        span: Span,
    ) -> Lowered<()> {
        let ty = self.body.expr(expr).ty;
        match operand.home {
            Home::Immediate | Home::Symbol => self.discard(expr),
            Home::Memory(_) => {
                // An lvalue, or the load of one.
                let lvalue = match self.body.expr(expr).kind {
                    ExprKind::Load(inner) => inner,
                    _ => expr,
                };
                let place = self.place(lvalue)?;
                let addr = match place {
                    Place::Memory(addr) => addr,
                    other => {
                        let value = self.load(&other, ty)?;
                        self.in_memory(&value, ty.id)?
                    }
                };
                let addr = self.addr_value(addr);
                self.store_clif(addr, cell);
                Ok(())
            }
            _ => {
                let value = self.expr(expr)?;
                self.asm_store_cell(operand, &value, ty.id, cell, span)
            }
        }
    }

    fn asm_store_cell(
        &mut self,
        operand: &Operand,
        value: &Value,
        ty: TypeId,
        cell: Addr,
        span: Span,
    ) -> Lowered<()> {
        if self.size_of(ty) > u64::from(CELL) {
            return self.fail(span, "an 'asm' operand that fits no register");
        }
        match *value {
            Value::Scalar(scalar) if operand.home.is_general() => {
                let have = self.b.func.dfg.value_type(scalar);
                if have.is_int() && have.bits() < 64 {
                    let signed = ctype::is_signed(self.unit.types, ty);
                    let wide = self.resize_int(scalar, ct::I64, signed);
                    self.store_clif(wide, cell);
                } else {
                    self.store_clif(scalar, cell);
                }
                Ok(())
            }
            _ => self.store_memory(cell, value, ty),
        }
    }

    fn asm_result(&mut self, operand: &Operand, cell: Addr, ty: TypeId) -> Value {
        if let (Home::Flag(_), Repr::Scalar(clif)) = (&operand.home, self.repr(ty)) {
            let flag = self.load_clif(ct::I8, cell);
            return Value::Scalar(self.resize_int(flag, clif, false));
        }
        self.load_memory(cell, ty)
    }
}

/// The wrapper's bytes: from our own encoder, else from the caller's assembler.
pub(crate) fn code_of(unit: &UnitCx<'_>, text: &str) -> Result<Blob, String> {
    let unknown = match assemble(text) {
        Ok(bytes) => return Ok(Blob { bytes, align: 16, code: true, relocs: Vec::new() }),
        Err(unknown) => unknown,
    };
    let Some(assembler) = unit.options.assembler else {
        return Err(format!("{unknown}, and there is no assembler"));
    };
    code_in_object(unit, &assembler(text)?)
}

/// The code in an assembled object, with relocations against the unit's symbols.
fn code_in_object(unit: &UnitCx<'_>, bytes: &[u8]) -> Result<Blob, String> {
    use object::{Object, ObjectSection, ObjectSymbol, RelocationFlags, elf};
    let file = object::File::parse(bytes).map_err(|error| error.to_string())?;
    let section = file.section_by_name(".text").ok_or("the assembler gave no code")?;
    let code = section.data().map_err(|error| error.to_string())?;
    for other in file.sections() {
        let allocated = matches!(
            other.flags(),
            object::SectionFlags::Elf { sh_flags } if sh_flags & u64::from(elf::SHF_ALLOC) != 0
        );
        if allocated && other.index() != section.index() && other.size() > 0 {
            let name = other.name().unwrap_or("?");
            return Err(format!("it writes into section '{name}', not only code"));
        }
    }
    let mut relocs = Vec::new();
    for (offset, reloc) in section.relocations() {
        let object::RelocationTarget::Symbol(index) = reloc.target() else { continue };
        let symbol = file.symbol_by_index(index).map_err(|error| error.to_string())?;
        let name = symbol.name().map_err(|error| error.to_string())?;
        let target = asm_target(unit, name)
            .ok_or_else(|| format!("it names '{name}', which this input does not declare"))?;
        let kind = match reloc.flags() {
            RelocationFlags::Elf { r_type: elf::R_X86_64_PC32 } => Reloc::X86PCRel4,
            RelocationFlags::Elf { r_type: elf::R_X86_64_PLT32 } => Reloc::X86CallPLTRel4,
            RelocationFlags::Elf { r_type: elf::R_X86_64_64 } => Reloc::Abs8,
            RelocationFlags::Elf { r_type: elf::R_X86_64_32 | elf::R_X86_64_32S } => Reloc::Abs4,
            other => return Err(format!("a relocation of kind {other:?} against '{name}'")),
        };
        relocs.push(BlobReloc { offset: offset as u32, kind, target, addend: reloc.addend() });
    }
    Ok(Blob { bytes: code.to_vec(), align: 16, code: true, relocs })
}

fn asm_target(unit: &UnitCx<'_>, name: &str) -> Option<Target> {
    let index = unit.symbols.iter().position(|symbol| symbol.link_name == name)?;
    Some(Target::Symbol(SymbolId(u32::try_from(index).ok()?)))
}
