//! One function being lowered: [`FunctionCx`] holds the CLIF builder, where each local lives, and
//! the names of the outside world the code refers to. Statements, expressions and the special
//! types are other files' methods and functions over it.
//!
//! Always: the builder stands in a block; after a terminator a fresh block is current, and code
//! emitted into it is dropped if nothing jumps there ([`FunctionCx::terminated`]).

use crate::ctype::{self, Class, Repr};
use crate::helper::Helper;
use crate::notes::Notes;
use crate::place::{Addr, Base, Place, Split, Value};
use crate::support::Support;
use crate::{LowerError, Lowered, UnitCx, abi};
use cfront::tree::{Body, ExprKind, LocalId, StmtKind, StringId, SymbolId};
use cfront::types::{FoldMap, FuncType, QType, Type, TypeId};
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData, types as ct};
use cranelift_frontend::{FunctionBuilder, Variable};
use preproc::source::Span;
use std::rc::Rc;

/// Something outside the function that its code refers to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    Symbol(SymbolId),
    String(StringId),
    /// A function or object of the executor's runtime or of libc, by link name.
    Runtime(&'static str),
    /// A call stub ([`abi::thunk::direct_call`]).
    VariadicCall {
        callee: Box<Target>,
        floats: bool,
    },
    /// A call stub that jumps to the address in stack word `words`, having set AL.
    VariadicIndirect {
        words: u32,
        floats: bool,
    },
    /// A piece of machine code the object brings along, once.
    Helper(Helper),
    /// A function of [`crate::support`] the object brings along.
    Support(Support),
    /// The map of a type's pointers.
    TypeMap(TypeId),
    /// Their thread-local cell.
    SideStack,
    /// The executor's own side stack of the thread.
    ThreadStack,
    /// The compiled body of a variadic function, which its entry thunk (the symbol) calls.
    VariadicBody(SymbolId),
    /// Entry `0` of [`Output::blobs`]: bytes of code or constants this function brings along.
    Blob(u32),
    /// Nested function `0` of the unit, its entry ring, the words of that, and what they share.
    Nested(u32),
    NestedBody(u32),
    Entries(u32),
    Chains(u32),
    ChainCounter,
    ChainCell,
}

/// Bytes a function brings along: wrappers of inline assembly, constants.
#[derive(Clone, Debug, Default)]
pub struct Blob {
    pub bytes: Vec<u8>,
    pub align: u64,
    /// Executable code (in `.text`, with a plain frame entry), or constant data.
    pub code: bool,
    pub relocs: Vec<BlobReloc>,
}

#[derive(Clone, Debug)]
pub struct BlobReloc {
    pub offset: u32,
    pub kind: cranelift_codegen::binemit::Reloc,
    pub target: Target,
    pub addend: i64,
}

/// What lowering a function gives beside the CLIF itself.
#[derive(Debug, Default)]
pub struct Output {
    /// The names in the CLIF's `UserExternalName`s: namespace 0, index into this.
    pub targets: Vec<Target>,
    pub blobs: Vec<Blob>,
    /// The calls that stand in a loop, in the order they were made.
    pub calls_in_loops: Vec<ir::Inst>,
}

/// Where a local lives.
#[derive(Clone, Debug)]
pub(crate) enum Home {
    Unset,
    At(Place),
    /// Of variable size: at the address kept there.
    Pointer(Place),
}

pub struct FunctionCx<'u, 'f> {
    pub unit: &'u UnitCx<'u>,
    pub body: &'u Body,
    pub ty: &'u FuncType,
    /// For messages.
    pub name: &'u str,
    pub b: FunctionBuilder<'f>,
    pub out: Output,
    /// The ABI's own notes: hidden result pointer, the variadic context, …
    pub abi: abi::State,
    /// The setjmp recipe, and for debuggers: every local in memory.
    pub(crate) memory_only: bool,
    pub(crate) homes: Vec<Home>,
    interned: FoldMap<Target, u32>,
    func_refs: FoldMap<(u32, ir::SigRef), ir::FuncRef>,
    signatures: FoldMap<ir::Signature, ir::SigRef>,
    globals: FoldMap<u32, ir::GlobalValue>,
    pub(crate) flow: crate::stmt::Flow,
    /// Locals whose address something needs; computed when the first record local is met.
    pub(crate) exposed: Vec<bool>,
    /// The locals that count and index ([`crate::wide`]); computed when the first `int` is met.
    pub(crate) counters: Vec<bool>,
    /// The number of this function, if it is a nested one.
    pub(crate) nested: Option<u32>,
    pub(crate) links: crate::nested::Links,
    /// What the CLIF's source locations are indices of.
    pub(crate) spans: Vec<Span>,
    /// For debuggers: scopes and where locals lie.
    pub(crate) notes: Option<Box<Notes>>,
    /// The side stack's top at entry, where the function uses `alloca`.
    pub(crate) frame_mark: Option<Place>,
    /// Expressions evaluated before their turn, innermost last: their values are taken from here.
    pub(crate) ready: Vec<(cfront::tree::ExprId, Value)>,
    /// How deep in the expression we are.
    pub(crate) depth: u32,
    /// Values of `ExprKind::Same`, innermost last.
    pub(crate) same: Vec<Value>,
    /// The function's number in a trace, where one is to be taken.
    pub(crate) traced: Option<u32>,
}

/// May control come back into the body a second time? Then nothing may be kept in registers.
pub(crate) fn returns_twice(body: &Body) -> bool {
    body.facts.calls_returns_twice || crate::nested::is_jumped_into(body)
}

/// The most pairs of a local and a branch.
const CROWDED: usize = 4_000_000;

/// Has the body so many locals and branches that one could get a value for each of the other?
/// (One that is read behind all of them does, until the values turn out to be the same.)
fn is_crowded(body: &Body) -> bool {
    let locals = body.locals.len();
    if locals * (body.stmts.len() + body.exprs.len()) <= CROWDED {
        return false;
    }
    let stmts = body.stmts.iter().filter(|stmt| {
        matches!(
            stmt.kind,
            StmtKind::If { .. }
                | StmtKind::While { .. }
                | StmtKind::DoWhile { .. }
                | StmtKind::For { .. }
                | StmtKind::Case { .. }
                | StmtKind::Labeled { .. }
        )
    });
    let exprs = body.exprs.iter().filter(|expr| {
        matches!(
            expr.kind,
            ExprKind::LogicalAnd(..)
                | ExprKind::LogicalOr(..)
                | ExprKind::Cond(..)
                | ExprKind::CondOr { .. }
        )
    });
    locals * (stmts.count() + exprs.count()) > CROWDED
}

/// The most a function may have, in instructions, a block counted as four: the code generator needs
/// up to 300 bytes for each.
const TOO_LARGE: usize = 3_000_000;

/// Memory accesses: a bad address faults by itself; nothing is known of alignment (packed
/// structs), and no alias regions are used (they give stale loads in this Cranelift).
pub const MEM: MemFlagsData = MemFlagsData::new().with_notrap();

impl<'u, 'f> FunctionCx<'u, 'f> {
    pub(crate) fn new(
        unit: &'u UnitCx<'u>,
        body: &'u Body,
        ty: &'u FuncType,
        name: &'u str,
        b: FunctionBuilder<'f>,
    ) -> FunctionCx<'u, 'f> {
        FunctionCx {
            unit,
            body,
            ty,
            name,
            b,
            out: Output::default(),
            abi: abi::State::default(),
            memory_only: returns_twice(body) || unit.keeps_all_in_memory() || is_crowded(body),
            homes: vec![Home::Unset; body.locals.len()],
            interned: FoldMap::default(),
            func_refs: FoldMap::default(),
            signatures: FoldMap::default(),
            globals: FoldMap::default(),
            flow: crate::stmt::Flow::new(body),
            exposed: Vec::new(),
            counters: Vec::new(),
            nested: None,
            links: crate::nested::Links::default(),
            spans: Vec::new(),
            notes: None,
            frame_mark: None,
            ready: Vec::new(),
            depth: 0,
            same: Vec::new(),
            traced: None,
        }
    }

    /// An error at a place of the source.
    pub fn fail<T>(&self, span: Span, message: impl Into<String>) -> Lowered<T> {
        Err(Box::new(LowerError { message: message.into(), span, function: self.name.to_owned() }))
    }

    /// Is there room for more? Nothing a person writes meets this limit.
    pub(crate) fn room(&self, span: Span) -> Lowered<()> {
        let dfg = &self.b.func.dfg;
        if dfg.num_insts() + 4 * dfg.num_blocks() <= TOO_LARGE {
            return Ok(());
        }
        let message = format!(
            "function '{}' is too large: more than {TOO_LARGE} instructions up to here; divide it \
             into several functions, or make a table of what its statements have in common",
            self.name
        );
        self.fail(span, message)
    }

    // ------------------------------------------------------------ types

    pub fn class(&self, ty: TypeId) -> Class {
        ctype::class(self.unit.types, ty)
    }

    pub fn repr(&self, ty: TypeId) -> Repr {
        ctype::repr(self.unit.types, ty)
    }

    pub fn size_of(&self, ty: TypeId) -> u64 {
        ctype::size_of(self.unit.types, ty)
    }

    pub fn align_of(&self, ty: TypeId) -> u64 {
        ctype::align_of(self.unit.types, ty)
    }

    // ------------------------------------------------------------ small code

    pub fn iconst(&mut self, ty: ir::Type, value: i64) -> ir::Value {
        if ty == ct::I128 {
            let low = self.b.ins().iconst(ct::I64, value);
            let high = self.b.ins().iconst(ct::I64, value >> 63);
            return self.b.ins().iconcat(low, high);
        }
        // The verifier wants the bits above the type clear.
        let bits = ty.bits();
        let value = if bits < 64 { value & ((1i64 << bits) - 1) } else { value };
        self.b.ins().iconst(ty, value)
    }

    /// After a terminator: whatever comes next is unreachable unless a label or case begins.
    pub(crate) fn terminated(&mut self) {
        let block = self.b.create_block();
        self.b.switch_to_block(block);
        self.b.seal_block(block);
    }

    /// The address as one value.
    pub fn addr_value(&mut self, addr: Addr) -> ir::Value {
        match addr.base {
            Base::Value(base) if addr.offset == 0 => base,
            Base::Value(base) => self.b.ins().iadd_imm_s(base, addr.offset),
            // The code generator takes no place in front of a slot.
            Base::Slot(slot) => match i32::try_from(addr.offset) {
                Ok(offset @ 0..) => self.b.ins().stack_addr(ct::I64, slot, offset),
                _ => {
                    let base = self.b.ins().stack_addr(ct::I64, slot, 0);
                    self.b.ins().iadd_imm_s(base, addr.offset)
                }
            },
        }
    }

    /// Base value and 32-bit offset for a load or store.
    fn access(&mut self, addr: Addr) -> (ir::Value, i32) {
        match (addr.base, i32::try_from(addr.offset)) {
            (Base::Value(base), Ok(offset)) => (base, offset),
            _ => (self.addr_value(addr), 0),
        }
    }

    /// A load of one CLIF value.
    pub fn load_clif(&mut self, ty: ir::Type, addr: Addr) -> ir::Value {
        let (base, offset) = self.access(addr);
        self.b.ins().load(ty, MEM, base, offset)
    }

    pub fn store_clif(&mut self, value: ir::Value, addr: Addr) {
        let (base, offset) = self.access(addr);
        self.b.ins().store(MEM, value, base, offset);
    }

    /// A stack slot of this size. Above 16 the frame gives no alignment: the address is rounded.
    pub fn slot(&mut self, size: u64, align: u64) -> Lowered<Addr> {
        let extra = if align > 16 { align } else { 0 };
        let Some(total) = u32::try_from(size.max(1)).ok().and_then(|n| n.checked_add(extra as u32))
        else {
            return self.fail(Span::default(), format!("a local object of {size} bytes"));
        };
        let shift = align.clamp(1, 16).trailing_zeros() as u8;
        let slot = self.b.create_sized_stack_slot(ir::StackSlotData::new(
            ir::StackSlotKind::ExplicitSlot,
            total,
            shift,
        ));
        if extra == 0 {
            return Ok(Addr::slot(slot));
        }
        let base = self.b.ins().stack_addr(ct::I64, slot, 0);
        let up = self.b.ins().iadd_imm_s(base, align as i64 - 1);
        let rounded = self.b.ins().band_imm_s(up, -(align as i64));
        if let Some(notes) = &mut self.notes {
            notes.rounded(rounded, slot, align);
        }
        Ok(Addr::value(rounded))
    }

    // ------------------------------------------------------------ the outside

    /// The index under which the function's code names `target`.
    pub fn target(&mut self, target: Target) -> u32 {
        if let Some(&index) = self.interned.get(&target) {
            return index;
        }
        let index = self.out.targets.len() as u32;
        self.out.targets.push(target.clone());
        self.interned.insert(target, index);
        index
    }

    pub fn signature(&mut self, signature: ir::Signature) -> ir::SigRef {
        if let Some(&sig) = self.signatures.get(&signature) {
            return sig;
        }
        let sig = self.b.import_signature(signature.clone());
        self.signatures.insert(signature, sig);
        sig
    }

    /// A function to be called directly with this signature.
    pub fn func_ref(&mut self, target: Target, signature: ir::Signature) -> ir::FuncRef {
        let near = self.unit.call_is_near(&target);
        let sig = self.signature(signature);
        let index = self.target(target);
        if let Some(&func) = self.func_refs.get(&(index, sig)) {
            return func;
        }
        let name = self
            .b
            .func
            .declare_imported_user_function(ir::UserExternalName { namespace: 0, index });
        let func = self.b.import_function(ir::ExtFuncData {
            name: ir::ExternalName::user(name),
            signature: sig,
            colocated: near,
            patchable: false,
        });
        self.func_refs.insert((index, sig), func);
        func
    }

    /// The address of a symbol, string or runtime object.
    pub fn target_addr(&mut self, target: Target) -> ir::Value {
        let tls = self.unit.is_tls(&target);
        let near = self.unit.data_is_near(&target);
        let index = self.target(target);
        let gv = match self.globals.get(&index) {
            Some(&gv) => gv,
            None => {
                let name = self
                    .b
                    .func
                    .declare_imported_user_function(ir::UserExternalName { namespace: 0, index });
                let gv = self.b.create_global_value(ir::GlobalValueData::Symbol {
                    name: ir::ExternalName::user(name),
                    offset: 0.into(),
                    colocated: near,
                    tls,
                });
                self.globals.insert(index, gv);
                gv
            }
        };
        if tls {
            self.b.ins().tls_value(ct::I64, gv)
        } else {
            self.b.ins().symbol_value(ct::I64, gv)
        }
    }

    /// A call of a runtime or libc function with a plain signature.
    pub fn call_runtime(
        &mut self,
        name: &'static str,
        returns: &[ir::Type],
        args: &[ir::Value],
    ) -> ir::Inst {
        let mut sig = ir::Signature::new(self.unit.call_conv());
        for &arg in args {
            sig.params.push(ir::AbiParam::new(self.b.func.dfg.value_type(arg)));
        }
        sig.returns.extend(returns.iter().map(|&ty| ir::AbiParam::new(ty)));
        let func = self.func_ref(Target::Runtime(name), sig);
        self.b.ins().call(func, args)
    }

    /// Adds bytes of the function's own and gives the target that names them.
    pub fn blob(&mut self, blob: Blob) -> Target {
        let index = self.out.blobs.len() as u32;
        self.out.blobs.push(blob);
        Target::Blob(index)
    }

    // ------------------------------------------------------------ locals

    /// The place of a local, made at its first mention.
    pub fn local_place(&mut self, local: LocalId) -> Lowered<Place> {
        match self.homes[local.index()].clone() {
            Home::At(place) => return Ok(place),
            Home::Pointer(kept) => return Ok(Place::Memory(Addr::value(self.kept(&kept)?))),
            Home::Unset => {}
        }
        let place = self.make_home(local)?;
        self.homes[local.index()] = Home::At(place.clone());
        Ok(place)
    }

    /// Puts a local where the caller says (parameters that arrive in memory, captured locals).
    pub fn set_local_place(&mut self, local: LocalId, place: Place) {
        self.homes[local.index()] = Home::At(place);
    }

    pub(crate) fn set_local_pointer(&mut self, local: LocalId, pointer: Place) {
        self.homes[local.index()] = Home::Pointer(pointer);
    }

    pub(crate) fn is_placed(&self, local: LocalId) -> bool {
        !matches!(self.homes[local.index()], Home::Unset)
    }

    /// Keeps a word of our own for the rest of the function: in a variable, or in memory where
    /// the function may return twice.
    pub(crate) fn keep(&mut self, value: ir::Value) -> Lowered<Place> {
        let ty = self.b.func.dfg.value_type(value);
        if self.memory_only {
            let slot = self.slot(u64::from(ty.bytes()), 8)?;
            self.store_clif(value, slot);
            return Ok(Place::Memory(slot));
        }
        let var = self.b.declare_var(ty);
        self.define(var, value);
        Ok(Place::Variable(var))
    }

    /// A word that was kept (of 64 bits).
    pub(crate) fn kept(&mut self, place: &Place) -> Lowered<ir::Value> {
        match place {
            Place::Variable(var) => Ok(self.b.use_var(*var)),
            Place::Memory(addr) => Ok(self.load_clif(ct::I64, *addr)),
            _ => self.fail(Span::default(), "a kept word in a place it cannot be in"),
        }
    }

    /// May the local live in variables, as far as its declaration says?
    fn needs_no_address(&self, local: LocalId) -> bool {
        let data = self.body.local(local);
        !(data.address_taken
            || (data.is_length && !self.body.nested.is_empty())
            || self.memory_only
            || data.cleanup.is_some()
            || data.ty.is_volatile()
            || data.ty.is_atomic())
    }

    /// Is the local one CLIF variable, so that reading it is free?
    pub(crate) fn in_register(&self, local: LocalId) -> bool {
        let data = self.body.local(local);
        match &self.homes[local.index()] {
            Home::At(place) => matches!(place, Place::Variable(_) | Place::Wide(_)),
            Home::Pointer(_) => false,
            Home::Unset => {
                self.needs_no_address(local)
                    && matches!(self.repr(data.ty.id), Repr::Scalar(ty) if !ty.is_vector())
            }
        }
    }

    fn make_home(&mut self, local: LocalId) -> Lowered<Place> {
        let data = self.body.local(local);
        let ty = data.ty;
        let in_register = self.needs_no_address(local);
        if in_register {
            match self.repr(ty.id) {
                Repr::Scalar(ct::I32) if self.is_counter(local) => {
                    return Ok(Place::Wide(self.b.declare_var(ct::I64)));
                }
                Repr::Scalar(clif) if !clif.is_vector() || !self.is_exposed(local) => {
                    return Ok(Place::Variable(self.b.declare_var(clif)));
                }
                Repr::Pair(clif) => {
                    let real = self.b.declare_var(clif);
                    return Ok(Place::PairVariable(real, self.b.declare_var(clif)));
                }
                Repr::Memory => {
                    if let Some(split) = self.split_of(local) {
                        let vars: Vec<Variable> =
                            split.leaves.iter().map(|leaf| self.b.declare_var(leaf.clif)).collect();
                        return Ok(Place::Split(split, vars.into()));
                    }
                }
                Repr::Scalar(_) | Repr::Void => {}
            }
        }
        Ok(Place::Memory(self.slot(self.size_of(ty.id), self.local_align(local))?))
    }

    fn local_align(&self, local: LocalId) -> u64 {
        let data = self.body.local(local);
        // The ABI has larger arrays aligned for vectors.
        let array = matches!(self.unit.types.get(data.ty.id), Type::Array { .. });
        let least = if array && self.size_of(data.ty.id) >= 16 { 16 } else { 1 };
        data.align.max(self.align_of(data.ty.id)).max(least)
    }

    /// Gives a home to the locals whose address has to be computed, in the entry block: the place
    /// where a local is first mentioned need not dominate the others.
    pub(crate) fn make_aligned_homes(&mut self) -> Lowered<()> {
        for index in 0..self.body.locals.len() {
            let local = LocalId(index as u32);
            if self.local_align(local) > 16 {
                self.local_place(local)?;
            }
        }
        Ok(())
    }

    /// The address of a place; a value in registers is an error of ours or of the front end.
    pub fn place_addr(&mut self, place: &Place, span: Span) -> Lowered<Addr> {
        match place {
            Place::Memory(addr) => Ok(*addr),
            _ => self.fail(span, "the address of an object that was promised to need none"),
        }
    }

    // ------------------------------------------------------------ load and store

    /// Reads a place of type `ty`.
    pub fn load(&mut self, place: &Place, ty: QType) -> Lowered<Value> {
        if ty.is_volatile() {
            self.b.ins().sequence_point();
        }
        let value = self.load_plain(place, ty)?;
        if ty.is_volatile() {
            self.b.ins().sequence_point();
        }
        Ok(value)
    }

    fn load_plain(&mut self, place: &Place, ty: QType) -> Lowered<Value> {
        Ok(match place {
            Place::Variable(var) => Value::Scalar(self.b.use_var(*var)),
            Place::Wide(var) => {
                let value = self.b.use_var(*var);
                Value::Scalar(self.b.ins().ireduce(ct::I32, value))
            }
            Place::PairVariable(re, im) => Value::Pair(self.b.use_var(*re), self.b.use_var(*im)),
            Place::Split(split, vars) => {
                let values = vars.iter().map(|&var| self.b.use_var(var)).collect();
                Value::Split(split.clone(), values)
            }
            Place::Memory(addr) => self.load_memory(*addr, ty.id),
            Place::Bits(addr, bits) => Value::Scalar(self.load_bits(*addr, *bits, ty.id)),
            Place::Lane(inner, lane) => {
                let Place::Variable(var) = **inner else { return Ok(Value::Void) };
                let vector = self.b.use_var(var);
                Value::Scalar(self.b.ins().extractlane(vector, *lane))
            }
            Place::Part(inner, imaginary) => {
                let Place::PairVariable(re, im) = **inner else { return Ok(Value::Void) };
                Value::Scalar(self.b.use_var(if *imaginary { im } else { re }))
            }
        })
    }

    /// Reads a value of type `ty` at an address.
    pub fn load_memory(&mut self, addr: Addr, ty: TypeId) -> Value {
        match self.repr(ty) {
            Repr::Void => Value::Void,
            Repr::Scalar(clif) => Value::Scalar(self.load_clif(clif, addr)),
            Repr::Pair(clif) => {
                let real = self.load_clif(clif, addr);
                Value::Pair(real, self.load_clif(clif, addr.at(i64::from(clif.bytes()))))
            }
            Repr::Memory => Value::Memory(addr),
        }
    }

    /// Writes a value of type `ty` to a place of that type.
    pub fn store(&mut self, place: &Place, value: &Value, ty: QType) -> Lowered<()> {
        if ty.is_volatile() {
            self.b.ins().sequence_point();
        }
        self.store_plain(place, value, ty)?;
        if ty.is_volatile() {
            self.b.ins().sequence_point();
        }
        Ok(())
    }

    fn store_plain(&mut self, place: &Place, value: &Value, ty: QType) -> Lowered<()> {
        match (place, value) {
            (_, Value::Void) => {}
            (Place::Variable(var), &Value::Scalar(value)) => self.define(*var, value),
            (Place::Wide(var), &Value::Scalar(value)) => {
                let value = self.b.ins().sextend(ct::I64, value);
                self.define(*var, value);
            }
            (Place::PairVariable(re, im), &Value::Pair(real, imag)) => {
                self.define(*re, real);
                self.define(*im, imag);
            }
            (Place::Split(_, vars), Value::Split(_, values)) => {
                for (&var, &value) in vars.iter().zip(values) {
                    self.define(var, value);
                }
            }
            (Place::Split(split, vars), &Value::Memory(addr)) => {
                let values = self.load_split(split, addr);
                for (&var, value) in vars.iter().zip(values) {
                    self.define(var, value);
                }
            }
            (Place::Memory(addr), value) => self.store_memory(*addr, value, ty.id)?,
            (Place::Bits(addr, bits), &Value::Scalar(value)) => {
                self.store_bits(*addr, *bits, value, ty.id);
            }
            (Place::Lane(inner, lane), &Value::Scalar(value)) => {
                if let Place::Variable(var) = **inner {
                    let vector = self.b.use_var(var);
                    let vector = self.b.ins().insertlane(vector, value, *lane);
                    self.define(var, vector);
                }
            }
            (Place::Part(inner, imaginary), &Value::Scalar(value)) => {
                if let Place::PairVariable(re, im) = **inner {
                    self.define(if *imaginary { im } else { re }, value);
                }
            }
            _ => return self.fail(Span::default(), "a value and its place do not fit each other"),
        }
        Ok(())
    }

    /// Gives a variable a value.
    pub(crate) fn define(&mut self, var: Variable, value: ir::Value) {
        self.b.def_var(var, value);
        if let Some(notes) = &mut self.notes {
            notes.defined(var, value, &mut self.b);
        }
    }

    /// Writes a value of type `ty` to an address.
    pub fn store_memory(&mut self, addr: Addr, value: &Value, ty: TypeId) -> Lowered<()> {
        match value {
            Value::Void => {}
            &Value::Scalar(value) => self.store_clif(value, addr),
            &Value::Pair(real, imag) => {
                let step = i64::from(self.b.func.dfg.value_type(real).bytes());
                self.store_clif(real, addr);
                self.store_clif(imag, addr.at(step));
            }
            &Value::Memory(from) if self.is_variable(ty) => self.copy_variable(addr, from, ty)?,
            &Value::Memory(from) => {
                let size = self.size_of(ty);
                self.copy(addr, from, size);
            }
            Value::Split(split, values) => self.store_split(split, values, addr),
        }
        Ok(())
    }

    /// The leaves of a split record that lies in memory.
    pub fn load_split(&mut self, split: &Rc<Split>, addr: Addr) -> Vec<ir::Value> {
        split
            .leaves
            .iter()
            .map(|leaf| self.load_clif(leaf.clif, addr.at(leaf.offset as i64)))
            .collect()
    }

    pub fn store_split(&mut self, split: &Rc<Split>, values: &[ir::Value], addr: Addr) {
        for (leaf, &value) in split.leaves.iter().zip(values) {
            self.store_clif(value, addr.at(leaf.offset as i64));
        }
    }

    /// An address at which the value (of a type held in memory, or any other) can be read: its own
    /// or a fresh slot.
    pub fn in_memory(&mut self, value: &Value, ty: TypeId) -> Lowered<Addr> {
        if let Value::Memory(addr) = value {
            return Ok(*addr);
        }
        let addr = self.slot(self.size_of(ty), self.align_of(ty))?;
        self.store_memory(addr, value, ty)?;
        Ok(addr)
    }
}
