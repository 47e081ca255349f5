//! One function to machine code: the tree is lowered into a CLIF function, Cranelift compiles it,
//! and what the object file needs to know is taken out. Contexts are kept by each thread.
//!
//! Always: a function that calls something that returns twice (`setjmp`) is compiled without
//! optimisation and keeps every local in memory: Cranelift would otherwise reuse what the second
//! return needs.

use crate::func::{Blob, FunctionCx, Output, Target, returns_twice};
use crate::inline::inline_calls;
use crate::notes::{self, FunctionNotes, Notes};
use crate::place::Value;
use crate::support::Support;
use crate::{LowerError, Lowered, UnitCx, abi, inline, naked, trace};
use cfront::tree::{Body, Function, StmtKind};
use cfront::types::{FuncType, Type};
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{self, ExternalName, UserFuncName};
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_codegen::{Context, FinalizedRelocTarget};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use preproc::source::Span;
use std::cell::RefCell;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The code of one function.
pub(crate) struct Compiled {
    pub code: Vec<u8>,
    pub align: u64,
    pub relocs: Vec<CodeReloc>,
    /// What `RelocTarget::Target` counts.
    pub targets: Vec<Target>,
    pub blobs: Vec<Blob>,
    pub unwind: Option<UnwindInfo>,
    /// From this code offset on, the code is of this piece of source.
    pub lines: Vec<(u32, Span)>,
    /// What a debugger is told, where that was asked for.
    pub notes: Option<Box<FunctionNotes>>,
    /// The code generator's time.
    pub took: Duration,
}

pub(crate) struct CodeReloc {
    pub offset: u32,
    pub kind: Reloc,
    pub target: RelocTarget,
    pub addend: i64,
}

pub(crate) enum RelocTarget {
    /// Index into the function's targets.
    Target(u32),
    Library(ir::LibCall),
    /// An offset in the function itself.
    Own(u32),
}

struct Contexts {
    code: Context,
    builder: FunctionBuilderContext,
}

thread_local! {
    static CONTEXTS: RefCell<Contexts> = RefCell::new(Contexts {
        code: Context::new(),
        builder: FunctionBuilderContext::new(),
    });
    /// For bodies to be inlined, which are built while another function is compiled.
    static APART: RefCell<Contexts> = RefCell::new(Contexts {
        code: Context::new(),
        builder: FunctionBuilderContext::new(),
    });
}

/// How much is done for the speed of code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Effort {
    /// The least time from source to result: it runs once from its first statement to its last, or is
    /// so large that anything more would take for ever.
    Least,
    /// As it stands: callers of `setjmp`, `-O0`, and what hardly runs in a program that is large
    /// and runs once.
    Plain,
    Optimized,
}

/// A function larger than this in instructions, in blocks or in the values that enter one block gets
/// the least effort: what the register allocator does for each value grows with the whole function.
const HUGE: (usize, usize, usize) = (200_000, 20_000, 1_500);

fn is_huge(function: &ir::Function) -> bool {
    let (insts, blocks) = (function.dfg.num_insts(), function.dfg.num_blocks());
    let crowded = |block| function.dfg.num_block_params(block) > HUGE.2;
    insts > HUGE.0 || blocks > HUGE.1 || function.layout.blocks().any(crowded)
}

/// A code generator for these options. Each is made once: asking the processor for its features
/// costs more than compiling a line of C.
fn isa(effort: Effort, pic: bool, verify: bool) -> Result<&'static OwnedTargetIsa, String> {
    static ISAS: [OnceLock<Result<OwnedTargetIsa, String>>; 12] = [const { OnceLock::new() }; 12];
    let index = effort as usize * 4 + (usize::from(pic) | usize::from(verify) << 1);
    ISAS[index].get_or_init(|| make_isa(effort, pic, verify)).as_ref().map_err(Clone::clone)
}

fn make_isa(effort: Effort, pic: bool, verify: bool) -> Result<OwnedTargetIsa, String> {
    let mut flags = settings::builder();
    let bool_text = |value| if value { "true" } else { "false" };
    let (level, allocator) = match effort {
        Effort::Least => ("none", "single_pass"),
        Effort::Plain => ("none", "backtracking"),
        Effort::Optimized => ("speed", "backtracking"),
    };
    for (name, value) in [
        ("opt_level", level),
        ("regalloc_algorithm", allocator),
        ("is_pic", bool_text(pic)),
        ("enable_verifier", bool_text(verify)),
        ("enable_probestack", "true"),
        ("probestack_strategy", "inline"),
        ("log2_min_function_alignment", "4"),
        ("libcall_call_conv", "isa_default"),
        ("use_colocated_libcalls", bool_text(!pic)),
        ("tls_model", "elf_gd"),
        ("unwind_info", "true"),
        // Results by parts that no register is left for.
        ("enable_multi_ret_implicit_sret", "true"),
    ] {
        flags.set(name, value).map_err(|error| format!("setting {name}: {error}"))?;
    }
    let builder = cranelift_native::builder()?;
    builder.finish(settings::Flags::new(flags)).map_err(|error| error.to_string())
}

/// The unit's own code generator, for what all its functions share.
pub(crate) fn unit_isa(unit: &UnitCx<'_>) -> Lowered<&'static OwnedTargetIsa> {
    isa_for(unit, if unit.options.optimize { Effort::Optimized } else { Effort::Plain })
}

fn isa_for(unit: &UnitCx<'_>, effort: Effort) -> Lowered<&'static OwnedTargetIsa> {
    let options = &unit.options;
    isa(effort, options.pic, options.verify).map_err(|message| {
        Box::new(LowerError { message, span: Span::default(), function: String::new() })
    })
}

/// What a function of the unit is worth.
fn effort(
    unit: &UnitCx<'_>,
    function: &Function,
    nested: Option<u32>,
    built: &ir::Function,
) -> Effort {
    if returns_twice(&function.body) {
        return Effort::Plain;
    }
    if is_huge(built) {
        return Effort::Least;
    }
    match unit.options.optimize {
        _ if function.symbol.is_none() && nested.is_none() && !has_loop(&function.body) => {
            Effort::Least
        }
        true if unit.hurried && !is_worth_while(function, built) => Effort::Plain,
        true => Effort::Optimized,
        false => Effort::Plain,
    }
}

/// Compiles one function of the unit.
pub(crate) fn compile(unit: &UnitCx<'_>, function: &Function, name: &str) -> Lowered<Compiled> {
    if function.symbol.is_some_and(|id| unit.symbol(id).attrs.naked) {
        return naked::compile(unit, function, name);
    }
    compile_any(unit, function, name, None, unit.options.debug)
}

/// The notes of a function: its code is made once more, the same.
pub(crate) fn notes_of(
    unit: &UnitCx<'_>,
    function: &Function,
    name: &str,
) -> Option<Box<FunctionNotes>> {
    if function.symbol.is_some_and(|id| unit.symbol(id).attrs.naked) {
        return None;
    }
    compile_any(unit, function, name, None, true).ok()?.notes
}

/// Compiles one nested function of the unit, by its number.
pub(crate) fn compile_nested(unit: &UnitCx<'_>, number: u32) -> Lowered<Compiled> {
    let nested = &unit.nested.list[number as usize];
    compile_any(unit, nested.function, &nested.name, Some(number), unit.options.debug)
}

fn compile_any(
    unit: &UnitCx<'_>,
    function: &Function,
    name: &str,
    nested: Option<u32>,
    noted: bool,
) -> Lowered<Compiled> {
    CONTEXTS.with_borrow_mut(|contexts| {
        contexts.code.clear();
        let mut built = build(unit, function, name, nested, noted, contexts)?;
        let effort = effort(unit, function, nested, &contexts.code.func);
        let isa = isa_for(unit, effort)?;
        if effort == Effort::Optimized {
            inline_calls(unit, &mut contexts.code, &mut built, function.symbol)
                .map_err(|error| backend_error(function.span, name, &error))?;
        }
        generate(&mut contexts.code, isa, built, Some((function, name)))
            .map_err(|error| backend_error(function.span, name, &error))
    })
}

/// A function of a large program that runs once is optimised up to so many instructions: more than
/// that are rarely one loop, and take as long as all the small ones together.
const WORTH_WHILE: usize = 500;

fn is_worth_while(function: &Function, built: &ir::Function) -> bool {
    built.dfg.num_insts() <= WORTH_WHILE && has_loop(&function.body)
}

/// May a statement of the body run more than once in one call of it?
fn has_loop(body: &Body) -> bool {
    body.stmts.iter().any(|stmt| {
        matches!(
            stmt.kind,
            StmtKind::While { .. }
                | StmtKind::DoWhile { .. }
                | StmtKind::For { .. }
                | StmtKind::Labeled { .. }
        )
    })
}

/// Compiles a function the object brings along.
pub(crate) fn compile_support(unit: &UnitCx<'_>, which: Support) -> Lowered<Compiled> {
    CONTEXTS.with_borrow_mut(|contexts| {
        contexts.code.clear();
        contexts.code.func.signature = which.signature();
        let isa = unit_isa(unit)?;
        let mut builder = FunctionBuilder::new(&mut contexts.code.func, &mut contexts.builder);
        let targets = which.build(&mut builder, !unit.options.pic);
        builder.finalize(isa.frontend_config());
        let built = Built { targets, ..Built::default() };
        generate(&mut contexts.code, isa, built, None)
            .map_err(|error| backend_error(Span::default(), which.symbol(), &error))
    })
}

/// The CLIF of a function that may be inlined; `None` where that cannot be (an error in it is
/// reported when it is compiled for itself).
pub(crate) fn build_apart(
    unit: &UnitCx<'_>,
    function: &Function,
    name: &str,
) -> Option<inline::Body> {
    APART.with_borrow_mut(|contexts| {
        contexts.code.clear();
        let built = build(unit, function, name, None, false, contexts).ok()?;
        let movable = |target: &Target| !matches!(target, Target::Blob(_));
        if !built.blobs.is_empty() || !built.targets.iter().all(movable) {
            return None;
        }
        let function = std::mem::replace(&mut contexts.code.func, ir::Function::new());
        Some(inline::Body { function, targets: built.targets })
    })
}

/// The CLIF of a function, inlined calls included, for people to read.
pub(crate) fn build_text(
    unit: &UnitCx<'_>,
    function: &Function,
    name: &str,
    nested: Option<u32>,
) -> Lowered<inline::Body> {
    CONTEXTS.with_borrow_mut(|contexts| {
        contexts.code.clear();
        let mut built = build(unit, function, name, nested, false, contexts)?;
        if unit.options.optimize && !returns_twice(&function.body) {
            inline_calls(unit, &mut contexts.code, &mut built, function.symbol)
                .map_err(|error| backend_error(function.span, name, &error))?;
        }
        let function = std::mem::replace(&mut contexts.code.func, ir::Function::new());
        Ok(inline::Body { function, targets: built.targets })
    })
}

/// The instructions of a function, and what is needed to read them.
pub(crate) struct Disassembly {
    /// Instructions, some with a tag behind them: a number of `spans`.
    pub text: String,
    pub spans: Vec<Span>,
    /// What the names in it stand for, by number.
    pub names: Vec<Target>,
    /// Bytes of code.
    pub size: usize,
}

/// A function's instructions as text, compiled as [`compile_any`] does. The tags the code
/// generator prints behind instructions are meant for calls only, so its verifier stays off here.
pub(crate) fn build_disassembly(
    unit: &UnitCx<'_>,
    function: &Function,
    name: &str,
    nested: Option<u32>,
) -> Lowered<Disassembly> {
    let fail = |error: &cranelift_codegen::CodegenError| backend_error(function.span, name, error);
    if function.symbol.is_some_and(|id| unit.symbol(id).attrs.naked) {
        let made = naked::compile(unit, function, name)?;
        let bytes: String = made.code.iter().map(|byte| format!("  .byte {byte:#04x}\n")).collect();
        let size = made.code.len();
        return Ok(Disassembly { text: bytes, spans: Vec::new(), names: Vec::new(), size });
    }
    CONTEXTS.with_borrow_mut(|contexts| {
        contexts.code.clear();
        let mut built = build(unit, function, name, nested, false, contexts)?;
        let effort = effort(unit, function, nested, &contexts.code.func);
        if effort == Effort::Optimized {
            inline_calls(unit, &mut contexts.code, &mut built, function.symbol)
                .map_err(|error| fail(&error))?;
        }
        let isa = isa(effort, unit.options.pic, false).map_err(|message| {
            Box::new(LowerError { message, span: function.span, function: name.to_owned() })
        })?;
        tag_lines(&mut contexts.code.func);
        contexts.code.set_disasm(true);
        let compiled = contexts.code.compile(&**isa, &mut ControlPlane::default());
        let compiled = compiled.map_err(|error| fail(&error.inner))?;
        let text = compiled.vcode.clone().unwrap_or_default();
        let size = compiled.buffer.data().len();
        let names = contexts.code.func.params.user_named_funcs().values();
        let names = names.filter_map(|n| built.targets.get(n.index as usize).cloned()).collect();
        Ok(Disassembly { text, spans: built.spans, names, size })
    })
}

/// Each instruction's place in the source as its tag.
fn tag_lines(function: &mut ir::Function) {
    let mut places = Vec::new();
    for block in function.layout.blocks() {
        for inst in function.layout.block_insts(block) {
            let place = function.srcloc(inst);
            if !place.is_default() {
                places.push((inst, place.bits()));
            }
        }
    }
    for (inst, place) in places {
        function.debug_tags.set(inst, [ir::DebugTag::User(place)]);
    }
}

/// An error where CLIF should stand.
pub(crate) fn compile_error_text(error: &LowerError) -> String {
    format!("; error: {}\n", error.message)
}

/// Machine code from the context's function.
fn generate(
    context: &mut Context,
    isa: &OwnedTargetIsa,
    built: Built,
    of: Option<(&Function, &str)>,
) -> Result<Compiled, cranelift_codegen::CodegenError> {
    let start = Instant::now();
    context.compile(&**isa, &mut ControlPlane::default()).map_err(|error| error.inner)?;
    let Some(compiled) = context.compiled_code() else {
        return Err(cranelift_codegen::CodegenError::Unsupported("no code came out".to_owned()));
    };
    let buffer = &compiled.buffer;
    let names = context.func.params.user_named_funcs();
    let relocs = buffer.relocs().iter().map(|reloc| CodeReloc {
        offset: reloc.offset,
        kind: reloc.kind,
        addend: reloc.addend,
        target: match &reloc.target {
            FinalizedRelocTarget::ExternalName(ExternalName::User(user)) => {
                RelocTarget::Target(names[*user].index)
            }
            FinalizedRelocTarget::ExternalName(ExternalName::LibCall(call)) => {
                RelocTarget::Library(*call)
            }
            FinalizedRelocTarget::ExternalName(_) => RelocTarget::Own(0),
            FinalizedRelocTarget::Func(offset) => RelocTarget::Own(*offset),
        },
    });
    let lines_of = |places| numbered(places, &built.spans);
    let notes = built.notes.zip(of).map(|(notes, (function, name))| {
        let lines = lines_of(buffer.get_srclocs_sorted());
        Box::new(notes.finish(function, name, compiled, &**isa, lines))
    });
    Ok(Compiled {
        notes,
        code: buffer.data().to_vec(),
        align: u64::from(buffer.alignment).max(16),
        relocs: relocs.collect(),
        lines: lines(buffer.get_srclocs_sorted(), &built.spans),
        targets: built.targets,
        blobs: built.blobs,
        unwind: compiled.create_unwind_info(&**isa)?,
        took: start.elapsed(),
    })
}

type CodePlace = cranelift_codegen::MachSrcLoc<cranelift_codegen::Final>;

/// Code offsets with the source place from there on, and its number.
fn numbered<'a>(
    places: &'a [CodePlace],
    spans: &'a [Span],
) -> impl Iterator<Item = (u32, Span, u32)> + 'a {
    places.iter().filter_map(|place| {
        let number = place.loc.bits();
        Some((place.start, *spans.get(number as usize)?, number))
    })
}

fn lines(places: &[CodePlace], spans: &[Span]) -> Vec<(u32, Span)> {
    let mut lines: Vec<(u32, Span)> = Vec::with_capacity(places.len());
    for (start, span, _) in numbered(places, spans) {
        if lines.last().is_none_or(|last| last.1 != span) {
            lines.push((start, span));
        }
    }
    lines
}

fn backend_error(
    span: Span,
    name: &str,
    error: &cranelift_codegen::CodegenError,
) -> Box<LowerError> {
    Box::new(LowerError {
        message: match error {
            cranelift_codegen::CodegenError::Verifier(errors) => {
                format!("the function's CLIF is wrong: {errors}")
            }
            error => format!("the code generator refused the function: {error}"),
        },
        span,
        function: name.to_owned(),
    })
}

/// What building the CLIF leaves behind.
#[derive(Default)]
pub(crate) struct Built {
    pub(crate) targets: Vec<Target>,
    blobs: Vec<Blob>,
    /// As in [`crate::func::Output`].
    pub(crate) calls_in_loops: Vec<ir::Inst>,
    spans: Vec<Span>,
    notes: Option<notes::Lowered>,
}

/// Lowers the function into the context's CLIF function.
fn build(
    unit: &UnitCx<'_>,
    function: &Function,
    name: &str,
    nested: Option<u32>,
    noted: bool,
    contexts: &mut Contexts,
) -> Lowered<Built> {
    let Type::Function(ty) = unit.types.get(function.ty) else {
        return Err(Box::new(LowerError {
            message: "a function whose type is no function type".to_owned(),
            span: function.span,
            function: name.to_owned(),
        }));
    };
    let own = abi::own(unit, function, ty).map_err(|message| {
        Box::new(LowerError { message, span: function.span, function: name.to_owned() })
    })?;
    contexts.code.func.signature = abi::body_signature(&own, ty);
    contexts.code.func.name = UserFuncName::user(0, 0);
    let frontend = unit_isa(unit)?.frontend_config();
    let builder = FunctionBuilder::new(&mut contexts.code.func, &mut contexts.builder);
    let mut cx = FunctionCx::new(unit, &function.body, ty, name, builder);
    cx.abi = abi::State::of(own);
    cx.nested = nested;
    cx.traced = trace::number(unit, function, nested);
    if noted {
        cx.b.func.dfg.collect_debug_info();
        cx.notes = Some(Box::new(Notes::new()));
    }
    let lowered = body(&mut cx, function, ty);
    if let Err(error) = lowered {
        // A half-built function leaves its traces in the builder's context.
        drop(cx);
        contexts.builder = FunctionBuilderContext::new();
        return Err(error);
    }
    let notes = cx.take_notes();
    let Output { targets, blobs, calls_in_loops } = cx.out;
    let built = Built { targets, blobs, calls_in_loops, spans: cx.spans, notes };
    cx.b.finalize(frontend);
    Ok(built)
}

fn body(cx: &mut FunctionCx<'_, '_>, function: &Function, ty: &FuncType) -> Lowered<()> {
    let body: &Body = &function.body;
    let entry = cx.b.create_block();
    cx.b.append_block_params_for_function_params(entry);
    cx.b.switch_to_block(entry);
    cx.b.seal_block(entry);
    // An entry block that is not in the layout would count as unreachable.
    cx.b.ensure_inserted_block();
    cx.at(function.span);
    cx.enter_links()?;
    cx.make_aligned_homes()?;
    cx.mark_frame()?;
    cx.receive_parameters(entry)?;
    cx.fill_links()?;
    cx.trace_begin();
    if let Some(root) = body.root {
        cx.stmt(root)?;
    }
    if !cx.b.is_unreachable() {
        // Falling off the end: `main` gives 0, others what they like, and 0 is repeatable.
        let value = match ty.ret.id {
            id if cx.repr(id) == crate::ctype::Repr::Memory => Value::Void,
            id => cx.zero(id, function.span)?,
        };
        cx.finish(value, function.span)?;
    } else if cx.b.current_block().is_some_and(|block| cx.b.func.layout.last_inst(block).is_some())
    {
        // What stood behind the call that does not return.
        cx.unreachable();
    }
    cx.finish_labels()
}

/// Does Cranelift's own ISA trait know how frames are described?
pub(crate) fn frame_format(isa: &dyn TargetIsa) -> Option<gimli::write::CommonInformationEntry> {
    let mut cie = isa.create_systemv_cie()?;
    // Relative to the place itself, in 32 bits: the section needs no run-time relocation.
    cie.fde_address_encoding = gimli::constants::DwEhPe(
        gimli::constants::DW_EH_PE_pcrel.0 | gimli::constants::DW_EH_PE_sdata4.0,
    );
    Some(cie)
}
