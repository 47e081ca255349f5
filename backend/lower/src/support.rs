//! Functions an object brings along for what the fixed frames of its code cannot do: the side
//! stack of `alloca` and variable-length arrays. They are weak, so that a program has one copy,
//! and complete, so that an ordinary linker needs nothing of ours. Code that runs in an executor
//! uses the executor's side stack instead ([`crate::vla`]).
//!
//! Each thread's side stack is mapped at its first use and grows down:
//!
//! ```text
//!   limit                         top                     limit + SIZE
//!   | free, untouched pages       | taken ............... |
//!   thread-local cell: { top, limit }, both zero before the first use
//! ```

use crate::func::Target;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData, types as ct};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::FunctionBuilder;

/// Address space only: pages nobody touches cost nothing.
const SIZE: i64 = 64 << 20;
/// `PROT_READ | PROT_WRITE`
const PROTECTION: i64 = 3;
/// `MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK`
const FLAGS: i64 = 0x2 | 0x20 | 0x4000 | 0x20000;

/// The trap of a side stack with no room left.
pub(crate) const EXHAUSTED: u8 = 2;

/// The executor's side stack of the thread: `{ top, wire, low, … }`, of which code beside the
/// executor changes `top` alone, below `wire` and above `low`.
pub(crate) const HOSTED: &str = "__tine_stack";
pub(crate) const WIRE: i64 = 8;
pub(crate) const LOW: i64 = 16;
/// What takes beyond the wire: `void *(size_t size, size_t align)`.
pub(crate) const MORE: &str = "__tine_stack_more";
/// What releases below `low`: `void (void *mark)`.
pub(crate) const BACK: &str = "__tine_stack_back";

/// The cell's name, and its size.
pub(crate) const CELL: &str = "__tine_side_stack";
pub(crate) const CELL_SIZE: u64 = 16;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Support {
    /// `void *(size_t size, size_t align)`
    Take,
    /// `void *(void)`: the top, to be given back to.
    Mark,
    /// `void (void *mark)`
    Release,
}

impl Support {
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Support::Take => "__tine_alloca",
            Support::Mark => "__tine_alloca_mark",
            Support::Release => "__tine_alloca_release",
        }
    }

    pub(crate) fn signature(self) -> ir::Signature {
        let mut signature = ir::Signature::new(CallConv::SystemV);
        let word = ir::AbiParam::new(ct::I64);
        let (params, returns) = match self {
            Support::Take => (2, 1),
            Support::Mark => (0, 1),
            Support::Release => (1, 0),
        };
        signature.params = vec![word; params];
        signature.returns = vec![word; returns];
        signature
    }

    /// Builds the function; gives what its names count.
    pub(crate) fn build(self, b: &mut FunctionBuilder<'_>, near: bool) -> Vec<Target> {
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        b.seal_block(entry);
        let params = b.block_params(entry).to_vec();
        let cell = cell(b, near);
        match self {
            Support::Mark => {
                let top = load(b, cell, 0);
                b.ins().return_(&[top]);
            }
            Support::Release => release(b, cell, params[0]),
            Support::Take => take(b, cell, params[0], params[1], near),
        }
        vec![Target::SideStack, Target::Runtime("mmap")]
    }
}

fn load(b: &mut FunctionBuilder<'_>, cell: ir::Value, offset: i32) -> ir::Value {
    b.ins().load(ct::I64, MemFlagsData::trusted(), cell, offset)
}

fn store(b: &mut FunctionBuilder<'_>, value: ir::Value, cell: ir::Value, offset: i32) {
    b.ins().store(MemFlagsData::trusted(), value, cell, offset);
}

fn name(b: &mut FunctionBuilder<'_>, index: u32) -> ir::ExternalName {
    let name = ir::UserExternalName { namespace: 0, index };
    ir::ExternalName::user(b.func.declare_imported_user_function(name))
}

/// The address of this thread's cell.
fn cell(b: &mut FunctionBuilder<'_>, near: bool) -> ir::Value {
    let name = name(b, 0);
    let gv = b.create_global_value(ir::GlobalValueData::Symbol {
        name,
        offset: 0.into(),
        colocated: near,
        tls: true,
    });
    b.ins().tls_value(ct::I64, gv)
}

/// A mark taken before the stack was mapped is zero and means its very top.
fn release(b: &mut FunctionBuilder<'_>, cell: ir::Value, mark: ir::Value) {
    let limit = load(b, cell, 8);
    let size = b.ins().iconst(ct::I64, SIZE);
    let bottom = b.ins().iadd(limit, size);
    let zero = b.ins().iconst(ct::I64, 0);
    let unmapped = b.ins().icmp(IntCC::Equal, limit, zero);
    let empty = b.ins().select(unmapped, zero, bottom);
    let early = b.ins().icmp(IntCC::Equal, mark, zero);
    let top = b.ins().select(early, empty, mark);
    store(b, top, cell, 0);
    b.ins().return_(&[]);
}

fn take(
    b: &mut FunctionBuilder<'_>,
    cell: ir::Value,
    size: ir::Value,
    align: ir::Value,
    near: bool,
) {
    let (map, go) = (b.create_block(), b.create_block());
    let top = b.append_block_param(go, ct::I64);
    let now = load(b, cell, 0);
    b.ins().brif(now, go, &[now.into()], map, &[]);

    b.switch_to_block(map);
    b.seal_block(map);
    b.set_cold_block(map);
    let limit = map_stack(b, near);
    store(b, limit, cell, 8);
    let length = b.ins().iconst(ct::I64, SIZE);
    let bottom = b.ins().iadd(limit, length);
    b.ins().jump(go, &[bottom.into()]);

    b.switch_to_block(go);
    b.seal_block(go);
    let limit = load(b, cell, 8);
    let room = b.ins().isub(top, limit);
    let code = ir::TrapCode::unwrap_user(EXHAUSTED);
    let fits = b.ins().icmp(IntCC::UnsignedLessThan, size, room);
    b.ins().trapz(fits, code);
    let start = b.ins().isub(top, size);
    let mask = b.ins().ineg(align);
    let start = b.ins().band(start, mask);
    let fits = b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, start, limit);
    b.ins().trapz(fits, code);
    store(b, start, cell, 0);
    b.ins().return_(&[start]);
}

fn map_stack(b: &mut FunctionBuilder<'_>, near: bool) -> ir::Value {
    let mut signature = ir::Signature::new(CallConv::SystemV);
    signature.params =
        [ct::I64, ct::I64, ct::I32, ct::I32, ct::I32, ct::I64].map(ir::AbiParam::new).to_vec();
    signature.returns = vec![ir::AbiParam::new(ct::I64)];
    let signature = b.import_signature(signature);
    let name = name(b, 1);
    let mmap =
        b.import_function(ir::ExtFuncData { name, signature, colocated: near, patchable: false });
    let zero = b.ins().iconst(ct::I64, 0);
    let size = b.ins().iconst(ct::I64, SIZE);
    let protection = b.ins().iconst(ct::I32, PROTECTION);
    let flags = b.ins().iconst(ct::I32, FLAGS);
    let nowhere = b.ins().iconst(ct::I32, 0xffff_ffff);
    let call = b.ins().call(mmap, &[zero, size, protection, flags, nowhere, zero]);
    let address = b.inst_results(call)[0];
    let failed = b.ins().iconst(ct::I64, -1);
    let mapped = b.ins().icmp(IntCC::NotEqual, address, failed);
    b.ins().trapz(mapped, ir::TrapCode::unwrap_user(EXHAUSTED));
    address
}
