//! Typed tree to CLIF to object bytes. In comes a [`Unit`] with the types and symbols it refers
//! to; out goes an ELF object with its line table. Knows no addresses and runs nothing.
//!
//! Map: [`func`] holds the function being lowered, [`place`] what expressions come out as,
//! [`ctype`] how a C type is held; `stmt` and `expr` walk the tree; `abi` knows calls and returns;
//! `int128`, `longdouble`, `quad`, `complex`, `vector`, `bitint` the types with arithmetic of their
//! own; `builtin`, `atomic`, `inline_asm` the operations without C spelling; `data` static objects;
//! `emit` the object file.

#![forbid(unsafe_code)]

use cfront::tree::{Definition, Function, Linkage, Symbol, SymbolId, Unit, Visibility};
use cfront::types::{Fold, QType, Types};
use cranelift_codegen::isa::CallConv;
use func::Target;
use preproc::Preprocessor;
use preproc::name::{Name, Names};
use preproc::source::{Sources, Span};
use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::hash::BuildHasherDefault;
use std::time::{Duration, Instant};

pub mod abi;
mod arith;
mod asm;
mod atomic;
mod bitfield;
mod bitint;
mod branch;
mod builtin;
mod builtin_float;
mod call;
mod compile;
mod complex;
mod convert;
pub mod ctype;
mod data;
mod debug;
mod dump;
mod emit;
mod expr;
mod frames;
pub mod func;
mod half;
pub mod helper;
mod init;
mod inline;
mod inline_asm;
mod int128;
mod jobs;
mod longdouble;
mod memory;
mod naked;
mod nested;
pub mod notes;
mod overflow;
pub mod place;
mod quad;
mod real;
mod shape;
mod split;
mod sse;
mod stmt;
mod support;
mod switch;
mod trace;
mod typemap;
mod vector;
mod vla;
mod wide;

/// What the code is for and how much is done for its speed.
#[derive(Clone, Debug)]
pub struct Options {
    /// `-O1`: common subexpressions, loop-invariant code, inlining of `static inline` functions.
    pub optimize: bool,
    /// Signed overflow wraps (`-fwrapv`), also in what becomes an index.
    pub wrap: bool,
    /// The answer is awaited, and the code is gone after it (`tine run`): in a large unit only
    /// functions with loops are optimised, and calls are inlined in loops only.
    pub hurry: bool,
    /// For an ordinary linker: externals through the global offset table.
    pub pic: bool,
    /// Run Cranelift's verifier over every function (tests).
    pub verify: bool,
    /// Write DWARF. Without optimisation every local then has its place in memory; with it,
    /// memory is as the source has it between any two statements.
    pub debug: bool,
    /// Nothing is added or redefined later (`tine run`, `tine cc`): unused `static` functions are
    /// dropped, any function may be inlined. At a prompt, where later inputs refer to what this
    /// one defines, file-scope `static` symbols are hidden global ones.
    pub closed: bool,
    /// Have code say when a function is entered and left, for `__tine_trace`: the functions of
    /// the unit get numbers from this one on, as [`Object::traced`] lists them.
    pub trace: Option<u32>,
    /// The code runs in an executor and may use what its runtime offers; else the object brings
    /// along what it needs.
    pub hosted: bool,
    /// The link name of the unit's script function.
    pub script: String,
    /// Runs the system's assembler, where there is one: AT&T text in, an ELF object out. Asked for
    /// inline assembly our own encoder does not know and for `asm` at file scope.
    pub assembler: Option<Assembler>,
}

pub type Assembler = fn(&str) -> Result<Vec<u8>, String>;

/// A lowered unit.
#[derive(Clone, Debug)]
pub struct Object {
    /// An ELF relocatable file.
    pub bytes: Vec<u8>,
    /// The functions with code in it, in the order of their code.
    pub functions: Vec<FunctionLines>,
    /// The object assembled from the unit's file-scope `asm`, to be linked beside it.
    pub assembled: Option<Vec<u8>>,
    /// The functions that have numbers in a trace, in the order of these.
    pub traced: Vec<String>,
    pub spent: Spent,
}

/// Where the time of a lowering went.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spent {
    /// From the tree to CLIF.
    pub lowering: Duration,
    /// Cranelift's part, of all threads together.
    pub generating: Duration,
    /// Making the object of it.
    pub writing: Duration,
}

/// Which source a function's code is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionLines {
    /// The symbol in the object; the body of a variadic function is `.Lname.body`.
    pub name: String,
    /// Bytes of code.
    pub size: u32,
    /// From this code offset on, up to the next entry.
    pub lines: Vec<(u32, Span)>,
}

impl FunctionLines {
    /// The place of the code at an offset. Code without one belongs to what stands before it.
    pub fn place_at(&self, offset: u64) -> Option<Span> {
        let after = self.lines.partition_point(|(from, _)| u64::from(*from) <= offset);
        let mut before = self.lines.get(..after)?.iter().rev();
        before.find_map(|(_, span)| (*span != Span::default()).then_some(*span))
    }
}

/// Why a unit could not be lowered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LowerError {
    pub message: String,
    pub span: Span,
    /// The function it is in, or empty.
    pub function: String,
}

pub type Lowered<T> = Result<T, Box<LowerError>>;

/// What all functions of a unit share while they are lowered; read-only, for several threads.
pub struct UnitCx<'a> {
    pub unit: &'a Unit,
    pub types: &'a Types,
    pub symbols: &'a [Symbol],
    pub options: Options,
    /// The functions whose code goes into the object, as indices of `Unit::functions`.
    live: Vec<usize>,
    /// The symbols this unit defines.
    defined: HashSet<SymbolId, BuildHasherDefault<Fold>>,
    /// Aliases and indirect functions: symbols without contents of their own.
    extras: Vec<SymbolId>,
    /// The unit is large, and the answer is awaited.
    hurried: bool,
    bodies: inline::Bodies,
    /// The functions with the convention [`abi::parts`].
    by_parts: HashSet<SymbolId>,
    nested: nested::AllNested<'a>,
    /// Each function's number in a trace, counted from the unit's first; empty without one.
    traced: HashMap<SymbolId, u32>,
}

/// The words and places debug information is made of.
#[derive(Clone)]
pub struct Texts<'a> {
    pub sources: &'a Sources,
    pub names: &'a Names,
    /// The typedefs at file scope, in order.
    pub typedefs: Vec<(Name, QType, Span)>,
    /// The folder that relative names of files count from.
    pub folder: &'a str,
}

impl<'a> Texts<'a> {
    /// Those of a preprocessor, without typedefs.
    pub fn of(pp: &'a Preprocessor) -> Texts<'a> {
        Texts { sources: &pp.sources, names: &pp.names, typedefs: Vec::new(), folder: "." }
    }
}

/// Lowers a unit to an object file; the texts are for debug information.
pub fn lower(
    unit: &Unit,
    types: &Types,
    symbols: &[Symbol],
    options: &Options,
    texts: &Texts<'_>,
) -> Result<Object, Box<LowerError>> {
    let start = Instant::now();
    let cx = UnitCx::new(unit, types, symbols, options);
    let mut emitter = emit::Emitter::new(&cx)?;
    let mut spent = Spent::default();
    for (index, compiled) in jobs::compile_all(&cx)? {
        let function = &unit.functions[index];
        let (Some(id), Some(ty)) = (function.symbol, emit::function_type(&cx, function.ty)) else {
            return Err(Box::new(LowerError {
                message: "a function without a symbol".to_owned(),
                span: function.span,
                function: String::new(),
            }));
        };
        spent.generating += compiled.took;
        emitter.function(id, ty, compiled, function.span)?;
    }
    for number in 0..cx.nested.list.len() {
        let root = cx.nested.list[number].root;
        if root.is_none_or(|root| cx.live.contains(&root)) {
            let compiled = compile::compile_nested(&cx, number as u32)?;
            spent.generating += compiled.took;
            emitter.nested(number as u32, compiled)?;
        }
    }
    if let Some(script) = &unit.script {
        let compiled = compile::compile(&cx, script, &options.script)?;
        spent.generating += compiled.took;
        emitter.script(&options.script, compiled)?;
    }
    let compiled = Instant::now();
    spent.lowering = (compiled - start).saturating_sub(spent.generating);
    let mut finished = emitter.finish()?;
    finished.write_data()?;
    finished.write_frames()?;
    if options.debug {
        finished.write_debug(texts)?;
    }
    let functions = finished.function_lines();
    match finished.product.object.write() {
        Ok(bytes) => {
            let (assembled, traced) = (assemble_file_scope(&cx)?, trace::names(&cx));
            spent.writing = compiled.elapsed();
            Ok(Object { bytes, functions, assembled, traced, spent })
        }
        Err(error) => Err(Box::new(LowerError {
            message: format!("writing the object file: {error}"),
            span: Span::default(),
            function: String::new(),
        })),
    }
}

/// Where the locals of a function lie in the code that [`lower`] made of it with these options;
/// `name` is its link name, or that of the script. Nested functions have no notes.
pub fn explain(
    unit: &Unit,
    types: &Types,
    symbols: &[Symbol],
    options: &Options,
    name: &str,
) -> Option<Box<notes::FunctionNotes>> {
    let cx = UnitCx::new(unit, types, symbols, options);
    let function = function_named(unit, symbols, &options.script, name)?;
    compile::notes_of(&cx, function, name)
}

/// A function of the unit by its link name, or the script by its.
pub fn function_named<'u>(
    unit: &'u Unit,
    symbols: &[Symbol],
    script: &str,
    name: &str,
) -> Option<&'u Function> {
    let body = name.strip_prefix(".L").and_then(|name| name.strip_suffix(".body"));
    let name = body.unwrap_or(name);
    let named = |function: &&Function| {
        function.symbol.is_some_and(|id| symbols[id.index()].link_name == name)
    };
    unit.functions.iter().find(named).or_else(|| unit.script.as_ref().filter(|_| name == script))
}

/// `asm` at file scope is an object of its own.
fn assemble_file_scope(cx: &UnitCx<'_>) -> Lowered<Option<Vec<u8>>> {
    if cx.unit.asm.is_empty() {
        return Ok(None);
    }
    let fail = |message: String| {
        Box::new(LowerError { message, span: Span::default(), function: String::new() })
    };
    let Some(assembler) = cx.options.assembler else {
        return Err(fail("'asm' at file scope, and there is no assembler".to_owned()));
    };
    let mut text = cx.unit.asm.join("\n") + "\n";
    text.push_str(&shared_labels(cx, &text));
    // As in every object of C: nothing runs on the stack.
    text.push_str(".section .note.GNU-stack,\"\",@progbits\n");
    match assembler(&text) {
        Ok(object) => Ok(Some(object)),
        Err(message) => Err(fail(format!("'asm' at file scope: {message}"))),
    }
}

/// Labels the unit declares and the text has: in one object they would need no `.globl`. Hidden,
/// they are the program's own.
fn shared_labels(cx: &UnitCx<'_>, text: &str) -> String {
    let declared: HashSet<&str> = cx
        .symbols
        .iter()
        .filter(|symbol| symbol.definition == Definition::None)
        .map(|symbol| symbol.link_name.as_str())
        .collect();
    let word = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '$'));
    let global: HashSet<&str> = text
        .split(['\n', ';'])
        .filter_map(|line| line.trim_start().strip_prefix(".glob"))
        .flat_map(|rest| rest.split(word))
        .collect();
    let mut out = String::new();
    let mut before_colon = text.split(':').map(|part| part.rsplit(word).next().unwrap_or(""));
    // What stands behind the last colon is before none.
    before_colon.next_back();
    for label in before_colon {
        if declared.contains(label) && !global.contains(label) {
            let _ = writeln!(out, ".globl {label}\n.hidden {label}");
        }
    }
    out
}

/// The unit's functions as CLIF text.
pub fn clif(unit: &Unit, types: &Types, symbols: &[Symbol], options: &Options) -> String {
    dump::unit(&UnitCx::new(unit, types, symbols, options))
}

/// The unit's functions as instructions, with the lines of C they are of.
pub fn asm(
    unit: &Unit,
    types: &Types,
    symbols: &[Symbol],
    options: &Options,
    sources: &Sources,
) -> String {
    asm::unit(&UnitCx::new(unit, types, symbols, options), sources)
}

impl<'a> UnitCx<'a> {
    fn new(
        unit: &'a Unit,
        types: &'a Types,
        symbols: &'a [Symbol],
        options: &Options,
    ) -> UnitCx<'a> {
        let live = jobs::live_functions(unit, symbols, options.closed);
        let functions = live.iter().filter_map(|&index| unit.functions[index].symbol);
        let objects = unit.objects.iter().map(|object| object.symbol);
        let objects = objects.filter(|id| !symbols[id.index()].attrs.weakref);
        let defined = functions.chain(objects).collect();
        let mut cx = UnitCx {
            unit,
            types,
            symbols,
            options: options.clone(),
            live,
            defined,
            extras: unit.aliases.clone(),
            hurried: false,
            bodies: inline::Bodies::none(),
            by_parts: HashSet::new(),
            nested: nested::AllNested::of(unit, |function| {
                function.symbol.map_or(String::new(), |id| symbols[id.index()].link_name.clone())
            }),
            traced: trace::numbers(unit, options),
        };
        cx.hurried = options.hurry && jobs::size(&cx) >= jobs::LARGE;
        cx.by_parts = abi::parts::of_unit(&cx);
        cx.bodies = inline::Bodies::of(&cx);
        cx
    }

    /// Does the unit define the symbol, as code, data or another name for either?
    fn defines(&self, id: SymbolId) -> bool {
        self.defined.contains(&id) || self.extras.contains(&id)
    }

    /// Is the symbol a function with code of its own here?
    fn defines_code(&self, id: SymbolId) -> bool {
        self.defined.contains(&id)
    }

    /// For a debugger, where nothing is done for speed: every local has its place in memory.
    fn keeps_all_in_memory(&self) -> bool {
        self.options.debug && !self.options.optimize
    }

    pub fn symbol(&self, id: SymbolId) -> &'a Symbol {
        &self.symbols[id.index()]
    }

    pub fn call_conv(&self) -> CallConv {
        CallConv::SystemV
    }

    /// May a call reach the target by a 32-bit displacement? Our own linker sees to it that it
    /// always does; an ordinary one only for what cannot be replaced by another module.
    fn call_is_near(&self, target: &Target) -> bool {
        match target {
            Target::Symbol(id) => !self.options.pic || self.is_own(*id),
            Target::Runtime(_) | Target::Support(_) => !self.options.pic,
            _ => true,
        }
    }

    /// Is the target's address within 32 bits of the code? Objects of other units and of shared
    /// libraries may be anywhere.
    fn data_is_near(&self, target: &Target) -> bool {
        match target {
            Target::Symbol(id) if self.options.pic => self.is_own(*id),
            Target::Symbol(id) => self.defined.contains(id) && !self.symbol(*id).attrs.weak,
            Target::Runtime(_) | Target::Support(_) => false,
            Target::SideStack | Target::ThreadStack => !self.options.pic,
            _ => true,
        }
    }

    fn is_own(&self, id: SymbolId) -> bool {
        let symbol = self.symbol(id);
        self.defined.contains(&id)
            && (symbol.linkage == Linkage::Internal
                || matches!(symbol.attrs.visibility, Visibility::Hidden | Visibility::Internal))
    }

    fn is_tls(&self, target: &Target) -> bool {
        match target {
            Target::Symbol(id) => self.symbol(*id).tls.is_some(),
            Target::SideStack | Target::ThreadStack | Target::ChainCell => true,
            _ => false,
        }
    }
}
