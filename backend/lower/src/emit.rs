//! The object file: compiled functions and static data come in, ELF bytes go out. Functions go
//! through `cranelift-object`; what it has no words for (sections by name, aliases, visibility,
//! common symbols, indirect functions, constructors) is written into its `object` file directly.
//!
//! Always: a symbol is declared when something refers to it or defines it, once; relocations
//! against data and code name symbols, never sections.

use crate::abi::thunk;
use crate::compile::{CodeReloc, Compiled, RelocTarget, compile_support, frame_format, unit_isa};
use crate::func::{Blob, Target};
use crate::notes::FunctionNotes;
use crate::support::{self, Support};
use crate::{FunctionLines, LowerError, Lowered, UnitCx, abi, nested};
use cfront::tree::Visibility;
use cfront::tree::{Linkage as CLinkage, StringId, Symbol as CSymbol, SymbolId, SymbolKind};
use cfront::types::{FoldMap, FuncType, Type, TypeId};
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_codegen::{ir, isa::CallConv};
use cranelift_module::{
    DataId, FuncId, Linkage, Module, ModuleError, ModuleReloc, ModuleRelocTarget,
};
use cranelift_object::{ObjectBuilder, ObjectModule, ObjectProduct};
use object::{SymbolFlags, SymbolScope, elf};
use preproc::source::Span;
use std::collections::HashMap;

/// Either kind of id of the module.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Id {
    Function(FuncId),
    Data(DataId),
}

/// Code for a section by name.
pub(crate) struct Sectioned<'a> {
    pub id: FuncId,
    pub section: &'a str,
    pub bytes: Vec<u8>,
    pub align: u64,
    /// Offset, kind, target, addend.
    pub relocs: Vec<(u32, Reloc, Id, i64)>,
}

/// The object while code goes into it.
pub(crate) struct Emitter<'a> {
    pub unit: &'a UnitCx<'a>,
    module: ObjectModule,
    signature: ir::Signature,
    symbols: FoldMap<SymbolId, Id>,
    strings: FoldMap<StringId, DataId>,
    named: HashMap<&'static str, FuncId>,
    others: FoldMap<Target, Id>,
    by_link_name: HashMap<&'a str, SymbolId>,
    /// Stubs and helpers still to be written, by what they are.
    stubs: Vec<(Target, FuncId)>,
    /// Blobs that are data: written when the object is at hand.
    pub(crate) data_blobs: Vec<(DataId, Blob, Vec<Id>)>,
    frames: Vec<(FuncId, UnwindInfo)>,
    /// Functions of raw bytes with a standard frame, by length.
    pub(crate) thunks: Vec<(FuncId, u32)>,
    pub(crate) lines: Vec<(FuncId, FunctionLines)>,
    notes: Vec<(FuncId, Box<FunctionNotes>)>,
    /// The entry rings of nested functions.
    rings: Vec<FuncId>,
    /// Functions that name their section.
    sections: FoldMap<FuncId, &'a str>,
    sectioned: Vec<Sectioned<'a>>,
    count: u32,
}

fn module_error(error: ModuleError) -> Box<LowerError> {
    Box::new(LowerError {
        message: format!("the object file: {error}"),
        span: Span::default(),
        function: String::new(),
    })
}

impl<'a> Emitter<'a> {
    pub(crate) fn new(unit: &'a UnitCx<'a>) -> Lowered<Emitter<'a>> {
        let isa = unit_isa(unit)?.clone();
        let mut builder = ObjectBuilder::new(isa, "", cranelift_module::default_libcall_names())
            .map_err(module_error)?;
        builder.unwind_info(false);
        Ok(Emitter {
            unit,
            module: ObjectModule::new(builder),
            signature: ir::Signature::new(CallConv::SystemV),
            symbols: FoldMap::default(),
            strings: FoldMap::default(),
            named: HashMap::new(),
            others: FoldMap::default(),
            by_link_name: HashMap::new(),
            stubs: Vec::new(),
            data_blobs: Vec::new(),
            frames: Vec::new(),
            thunks: Vec::new(),
            lines: Vec::new(),
            notes: Vec::new(),
            rings: Vec::new(),
            sections: FoldMap::default(),
            sectioned: Vec::new(),
            count: 0,
        })
    }

    /// A name for something the C source has none for.
    fn local_name(&mut self, what: &str) -> String {
        self.count += 1;
        format!(".L{what}{}", self.count)
    }

    // ------------------------------------------------------------ declarations

    /// The module's id of a C symbol.
    pub(crate) fn symbol(&mut self, id: SymbolId) -> Lowered<Id> {
        if let Some(&known) = self.symbols.get(&id) {
            return Ok(known);
        }
        let symbol = self.unit.symbol(id);
        if symbol.attrs.inline_only && self.unit.defines_code(id) && self.unit.options.closed {
            return self.inline_copy(id, symbol);
        }
        // A weakref is its target under another name.
        let link_name = match (&symbol.attrs.alias, symbol.attrs.weakref) {
            (Some(target), true) => target,
            _ => &symbol.link_name,
        };
        // Two symbols of one link name (a function declared anew in an inner scope) are one.
        if let Some(first) = self.by_link_name.get(link_name.as_str()) {
            let known = self.symbols[first];
            if let Id::Function(_) = known {
                // One of them may be the definition.
                let linkage = self.function_linkage(id, symbol);
                self.module
                    .declare_function(link_name, linkage, &self.signature)
                    .map_err(module_error)?;
            }
            self.symbols.insert(id, known);
            return Ok(known);
        }
        let made = match symbol.kind {
            SymbolKind::Function => Id::Function(
                self.module
                    .declare_function(link_name, self.function_linkage(id, symbol), &self.signature)
                    .map_err(module_error)?,
            ),
            // Data is defined behind the module's back: to it, all is imported.
            SymbolKind::Object => Id::Data(
                self.module
                    .declare_data(link_name, Linkage::Import, true, symbol.tls.is_some())
                    .map_err(module_error)?,
            ),
        };
        if let (Id::Function(function), Some(section)) = (made, &symbol.attrs.section) {
            self.sections.insert(function, section);
        }
        self.symbols.insert(id, made);
        self.by_link_name.insert(link_name, id);
        Ok(made)
    }

    /// The unit's own copy of a function that another unit defines under its name, which this one
    /// may call too: `extern inline` wrappers call what they wrap by an `asm` label.
    fn inline_copy(&mut self, id: SymbolId, symbol: &'a CSymbol) -> Lowered<Id> {
        let name = format!("{}.inline", symbol.link_name);
        let function = self
            .module
            .declare_function(&name, Linkage::Local, &self.signature)
            .map_err(module_error)?;
        if let Some(section) = &symbol.attrs.section {
            self.sections.insert(function, section);
        }
        self.symbols.insert(id, Id::Function(function));
        Ok(Id::Function(function))
    }

    fn function_linkage(&self, id: SymbolId, symbol: &CSymbol) -> Linkage {
        if !self.unit.defines_code(id) || symbol.attrs.section.is_some() {
            return Linkage::Import;
        }
        if symbol.linkage == CLinkage::Internal || symbol.attrs.inline_only {
            Linkage::Local
        } else if symbol.attrs.weak {
            Linkage::Preemptible
        } else {
            Linkage::Export
        }
    }

    pub(crate) fn string(&mut self, id: StringId) -> Lowered<DataId> {
        if let Some(&known) = self.strings.get(&id) {
            return Ok(known);
        }
        let name = format!(".Lstr{}", id.0);
        let data =
            self.module.declare_data(&name, Linkage::Import, false, false).map_err(module_error)?;
        self.strings.insert(id, data);
        Ok(data)
    }

    fn named(&mut self, name: &'static str) -> Lowered<FuncId> {
        if let Some(&known) = self.named.get(name) {
            return Ok(known);
        }
        // The program may define or declare a function of this name itself.
        let id = self
            .module
            .declare_function(name, Linkage::Import, &self.signature)
            .map_err(module_error)?;
        self.named.insert(name, id);
        Ok(id)
    }

    /// A function the object brings along, weak: the first of the program's copies is used.
    fn support(&mut self, which: Support) -> Lowered<Id> {
        let target = Target::Support(which);
        if let Some(&known) = self.others.get(&target) {
            return Ok(known);
        }
        let id = self
            .module
            .declare_function(which.symbol(), Linkage::Preemptible, &self.signature)
            .map_err(module_error)?;
        self.others.insert(target.clone(), Id::Function(id));
        self.stubs.push((target, id));
        Ok(Id::Function(id))
    }

    fn type_map(&mut self, ty: TypeId) -> Lowered<Id> {
        if let Some(&known) = self.others.get(&Target::TypeMap(ty)) {
            return Ok(known);
        }
        let name = format!(".Lmap.{}", ty.0);
        let id =
            self.module.declare_data(&name, Linkage::Import, false, false).map_err(module_error)?;
        self.others.insert(Target::TypeMap(ty), Id::Data(id));
        Ok(Id::Data(id))
    }

    /// The thread's side stack, the executor's or the object's own.
    fn side_stack(&mut self, target: &Target) -> Lowered<Id> {
        if let Some(&known) = self.others.get(target) {
            return Ok(known);
        }
        let name = if *target == Target::SideStack { support::CELL } else { support::HOSTED };
        let id =
            self.module.declare_data(name, Linkage::Import, true, true).map_err(module_error)?;
        self.others.insert(target.clone(), Id::Data(id));
        Ok(Id::Data(id))
    }

    /// Data of nested functions, defined with the rest of the data.
    fn chain_data(&mut self, target: &Target) -> Lowered<Id> {
        if let Some(&known) = self.others.get(target) {
            return Ok(known);
        }
        let name = match target {
            Target::Chains(number) => format!(".Lchains{number}"),
            Target::ChainCounter => ".Lchain_turn".to_owned(),
            _ => ".Lchain".to_owned(),
        };
        let tls = *target == Target::ChainCell;
        let id =
            self.module.declare_data(&name, Linkage::Import, true, tls).map_err(module_error)?;
        self.others.insert(target.clone(), Id::Data(id));
        Ok(Id::Data(id))
    }

    fn local_function(&mut self, name: &str) -> Lowered<FuncId> {
        self.module.declare_function(name, Linkage::Local, &self.signature).map_err(module_error)
    }

    /// The id of what a function's code refers to; `blobs` are those of that function.
    fn target(&mut self, target: &Target, blobs: &[Id]) -> Lowered<Id> {
        match target {
            Target::Symbol(id) => return self.symbol(*id),
            Target::String(id) => return Ok(Id::Data(self.string(*id)?)),
            Target::Runtime(name) => return Ok(Id::Function(self.named(name)?)),
            Target::Support(which) => return self.support(*which),
            Target::TypeMap(ty) => return self.type_map(*ty),
            Target::SideStack | Target::ThreadStack => return self.side_stack(target),
            Target::Chains(_) | Target::ChainCounter | Target::ChainCell => {
                return self.chain_data(target);
            }
            Target::Blob(index) => {
                return blobs.get(*index as usize).copied().ok_or_else(|| {
                    Box::new(LowerError {
                        message: "code refers to bytes it did not bring".to_owned(),
                        span: Span::default(),
                        function: String::new(),
                    })
                });
            }
            _ => {}
        }
        if let Some(&known) = self.others.get(target) {
            return Ok(known);
        }
        let name = match target {
            Target::Helper(helper) => helper.symbol().to_owned(),
            Target::VariadicBody(id) => format!(".L{}.body", self.unit.symbol(*id).link_name),
            Target::VariadicCall { .. } => self.local_name("va"),
            Target::VariadicIndirect { words, floats } => {
                format!(".Lva_indirect{words}{}", if *floats { "f" } else { "" })
            }
            Target::Nested(number) => self.unit.nested_name(*number),
            Target::NestedBody(number) => format!(".L{}.body", self.unit.nested_name(*number)),
            _ => self.local_name("entries"),
        };
        let id = self.local_function(&name)?;
        self.others.insert(target.clone(), Id::Function(id));
        let defined_elsewhere =
            matches!(target, Target::VariadicBody(_) | Target::Nested(_) | Target::NestedBody(_));
        if !defined_elsewhere {
            self.stubs.push((target.clone(), id));
        }
        Ok(Id::Function(id))
    }

    fn reloc_name(id: Id) -> ModuleRelocTarget {
        match id {
            Id::Function(id) => ModuleRelocTarget::user(0, id.as_u32()),
            Id::Data(id) => ModuleRelocTarget::user(1, id.as_u32()),
        }
    }

    // ------------------------------------------------------------ code

    /// Adds the code of a C function; a variadic one gets its entry thunk.
    pub(crate) fn function(
        &mut self,
        id: SymbolId,
        ty: &FuncType,
        compiled: Compiled,
        span: Span,
    ) -> Lowered<()> {
        let Id::Function(entry) = self.symbol(id)? else {
            return Err(Box::new(LowerError {
                message: "a function's symbol is an object's".to_owned(),
                span,
                function: self.unit.symbol(id).link_name.clone(),
            }));
        };
        if !ty.variadic {
            return self.code(entry, compiled);
        }
        self.variadic(entry, &Target::VariadicBody(id), ty, compiled, span)
    }

    /// Adds a nested function.
    pub(crate) fn nested(&mut self, number: u32, compiled: Compiled) -> Lowered<()> {
        let function = self.unit.nested.list[number as usize].function;
        let (Id::Function(entry), Some(ty)) =
            (self.target(&Target::Nested(number), &[])?, function_type(self.unit, function.ty))
        else {
            return Ok(());
        };
        if !ty.variadic {
            return self.code(entry, compiled);
        }
        self.variadic(entry, &Target::NestedBody(number), ty, compiled, function.span)
    }

    /// The body of a variadic function and the thunk that is its entry.
    fn variadic(
        &mut self,
        entry: FuncId,
        body: &Target,
        ty: &FuncType,
        compiled: Compiled,
        span: Span,
    ) -> Lowered<()> {
        let Id::Function(body) = self.target(body, &[])? else { return Ok(()) };
        self.code(body, compiled)?;
        let own = abi::FnAbi::of_type(self.unit.types, ty, abi::Side::Callee)
            .map_err(|message| Box::new(LowerError { message, span, function: String::new() }))?;
        let thunk = thunk::entry(&own);
        match self.sections.get(&entry).copied() {
            Some(section) => self.sectioned.push(Sectioned {
                id: entry,
                section,
                bytes: thunk.bytes.clone(),
                align: 16,
                relocs: vec![(thunk.patch, Reloc::X86CallPLTRel4, Id::Function(body), -4)],
            }),
            None => self.thunk(entry, &thunk, Id::Function(body))?,
        }
        self.thunks.push((entry, thunk.bytes.len() as u32));
        Ok(())
    }

    fn thunk(&mut self, id: FuncId, thunk: &thunk::Thunk, to: Id) -> Lowered<()> {
        let reloc = ModuleReloc {
            offset: thunk.patch,
            kind: Reloc::X86CallPLTRel4,
            name: Emitter::reloc_name(to),
            addend: -4,
        };
        self.module.define_function_bytes(id, 16, &thunk.bytes, &[reloc]).map_err(module_error)
    }

    /// The script's function, under its own name.
    pub(crate) fn script(&mut self, name: &str, compiled: Compiled) -> Lowered<()> {
        let id = self
            .module
            .declare_function(name, Linkage::Export, &self.signature)
            .map_err(module_error)?;
        self.code(id, compiled)
    }

    fn code(&mut self, id: FuncId, mut compiled: Compiled) -> Lowered<()> {
        let mut blobs = Vec::new();
        for blob in &compiled.blobs {
            let name = self.local_name("blob");
            blobs.push(if blob.code {
                Id::Function(self.local_function(&name)?)
            } else {
                let data = self
                    .module
                    .declare_data(&name, Linkage::Import, false, false)
                    .map_err(module_error)?;
                Id::Data(data)
            });
        }
        let section = self.sections.get(&id).copied();
        if let Some(section) = section {
            self.sectioned_code(id, section, &compiled, &blobs)?;
        } else {
            self.plain_code(id, &compiled, &blobs)?;
        }
        for (blob, at) in compiled.blobs.drain(..).zip(blobs.clone()) {
            self.blob(blob, at, &blobs)?;
        }
        if let Some(unwind) = compiled.unwind.take() {
            self.frames.push((id, unwind));
        }
        if let Some(notes) = compiled.notes.take() {
            self.notes.push((id, notes));
        }
        let lines = FunctionLines {
            name: String::new(),
            size: compiled.code.len() as u32,
            lines: compiled.lines,
        };
        self.lines.push((id, lines));
        Ok(())
    }

    fn plain_code(&mut self, id: FuncId, compiled: &Compiled, blobs: &[Id]) -> Lowered<()> {
        let mut relocs = Vec::with_capacity(compiled.relocs.len());
        for CodeReloc { offset, kind, target, addend } in &compiled.relocs {
            let name = match target {
                RelocTarget::Target(index) => {
                    let target = &compiled.targets[*index as usize];
                    Emitter::reloc_name(self.target(target, blobs)?)
                }
                RelocTarget::Library(call) => ModuleRelocTarget::LibCall(*call),
                RelocTarget::Own(offset) => ModuleRelocTarget::FunctionOffset(id, *offset),
            };
            relocs.push(ModuleReloc { offset: *offset, kind: *kind, name, addend: *addend });
        }
        self.module
            .define_function_bytes(id, compiled.align, &compiled.code, &relocs)
            .map_err(module_error)
    }

    /// Code that belongs into a section by name: kept until the object is at hand.
    fn sectioned_code(
        &mut self,
        id: FuncId,
        section: &'a str,
        compiled: &Compiled,
        blobs: &[Id],
    ) -> Lowered<()> {
        let mut relocs = Vec::with_capacity(compiled.relocs.len());
        for reloc in &compiled.relocs {
            let (target, extra) = match &reloc.target {
                RelocTarget::Target(index) => {
                    (self.target(&compiled.targets[*index as usize], blobs)?, 0)
                }
                RelocTarget::Library(call) => {
                    let name = cranelift_module::default_libcall_names()(*call);
                    let import = self
                        .module
                        .declare_function(&name, Linkage::Import, &self.signature)
                        .map_err(module_error)?;
                    (Id::Function(import), 0)
                }
                RelocTarget::Own(offset) => (Id::Function(id), i64::from(*offset)),
            };
            relocs.push((reloc.offset, reloc.kind, target, reloc.addend + extra));
        }
        let bytes = compiled.code.clone();
        self.sectioned.push(Sectioned { id, section, bytes, align: compiled.align, relocs });
        Ok(())
    }

    fn blob(&mut self, blob: Blob, at: Id, blobs: &[Id]) -> Lowered<()> {
        let mut targets = Vec::with_capacity(blob.relocs.len());
        for reloc in &blob.relocs {
            targets.push(self.target(&reloc.target, blobs)?);
        }
        match at {
            Id::Data(id) => self.data_blobs.push((id, blob, targets)),
            Id::Function(id) => {
                let relocs: Vec<_> = blob
                    .relocs
                    .iter()
                    .zip(targets)
                    .map(|(reloc, target)| ModuleReloc {
                        offset: reloc.offset,
                        kind: reloc.kind,
                        name: Emitter::reloc_name(target),
                        addend: reloc.addend,
                    })
                    .collect();
                self.module
                    .define_function_bytes(id, blob.align.max(16), &blob.bytes, &relocs)
                    .map_err(module_error)?;
                self.thunks.push((id, blob.bytes.len() as u32));
            }
        }
        Ok(())
    }

    /// Writes the stubs and helpers the code asked for; one may ask for another's target.
    fn write_stubs(&mut self) -> Lowered<()> {
        while let Some((target, id)) = self.stubs.pop() {
            match target {
                Target::Helper(helper) => {
                    let bytes = helper.bytes();
                    self.module.define_function_bytes(id, 16, bytes, &[]).map_err(module_error)?;
                    if helper.has_frame() {
                        self.thunks.push((id, bytes.len() as u32));
                    }
                }
                Target::VariadicCall { callee, floats } => {
                    let to = self.target(&callee, &[])?;
                    self.thunk(id, &thunk::direct_call(floats), to)?;
                }
                Target::VariadicIndirect { words, floats } => {
                    let bytes = thunk::indirect_call(floats, words);
                    self.module.define_function_bytes(id, 16, &bytes, &[]).map_err(module_error)?;
                }
                Target::Entries(number) => {
                    // The cell's place in the thread's storage is a relocation of its own kind.
                    self.target(&Target::ChainCell, &[])?;
                    self.blob(nested::entries(number), Id::Function(id), &[])?;
                    // Entries have no frame of their own.
                    self.thunks.pop();
                    self.rings.push(id);
                }
                Target::Support(which) => {
                    let compiled = compile_support(self.unit, which)?;
                    self.code(id, compiled)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    // ------------------------------------------------------------ the end

    /// Closes the code and hands the object over for the data, with what is needed to refer to
    /// symbols in it.
    pub(crate) fn finish(mut self) -> Lowered<Finished<'a>> {
        self.write_stubs()?;
        // Whatever the object's own tables refer to must be declared before the module closes.
        for object in &self.unit.unit.objects {
            self.symbol(object.symbol)?;
            for reloc in &object.init.relocs {
                self.static_target(reloc.target)?;
            }
        }
        for &id in &self.unit.extras {
            self.symbol(id)?;
        }
        let side_stack = match self.others.get(&Target::SideStack) {
            Some(&Id::Data(id)) => Some(id),
            _ => None,
        };
        let mut chains: Vec<(u64, bool, DataId)> = Vec::new();
        let mut chain_cell = None;
        let mut type_maps = Vec::new();
        for (target, &id) in &self.others {
            match (target, id) {
                (Target::Chains(_), Id::Data(id)) => {
                    chains.push((8 * u64::from(nested::ENTRIES), false, id));
                }
                (&Target::TypeMap(ty), Id::Data(id)) => type_maps.push((ty, id)),
                (Target::ChainCounter, Id::Data(id)) => chains.push((8, false, id)),
                (Target::ChainCell, Id::Data(id)) => {
                    chain_cell = Some(id);
                    chains.push((8, true, id));
                }
                _ => {}
            }
        }
        type_maps.sort();
        chains.sort_by_key(|chain| chain.2);
        let product = self.module.finish();
        Ok(Finished {
            unit: self.unit,
            product,
            symbols: self.symbols,
            strings: self.strings,
            frames: self.frames,
            thunks: self.thunks,
            lines: self.lines,
            notes: self.notes,
            data_blobs: self.data_blobs,
            side_stack,
            type_maps,
            chains,
            chain_cell,
            rings: self.rings,
            sectioned: self.sectioned,
        })
    }

    fn static_target(&mut self, target: cfront::tree::StaticTarget) -> Lowered<Id> {
        match target {
            cfront::tree::StaticTarget::Symbol(id) => self.symbol(id),
            cfront::tree::StaticTarget::String(id) => Ok(Id::Data(self.string(id)?)),
        }
    }
}

/// The object with all its code, open for data.
pub(crate) struct Finished<'a> {
    pub unit: &'a UnitCx<'a>,
    pub product: ObjectProduct,
    pub symbols: FoldMap<SymbolId, Id>,
    pub strings: FoldMap<StringId, DataId>,
    frames: Vec<(FuncId, UnwindInfo)>,
    thunks: Vec<(FuncId, u32)>,
    pub lines: Vec<(FuncId, FunctionLines)>,
    pub notes: Vec<(FuncId, Box<FunctionNotes>)>,
    pub data_blobs: Vec<(DataId, Blob, Vec<Id>)>,
    /// The thread-local cell of the side stack, where something uses it.
    pub side_stack: Option<DataId>,
    /// Types whose maps the code refers to.
    pub type_maps: Vec<(TypeId, DataId)>,
    /// Zero-filled data of nested functions: size, thread-local, symbol.
    pub chains: Vec<(u64, bool, DataId)>,
    pub chain_cell: Option<DataId>,
    pub rings: Vec<FuncId>,
    pub sectioned: Vec<Sectioned<'a>>,
}

impl Finished<'_> {
    pub(crate) fn object_symbol(&self, id: Id) -> object::write::SymbolId {
        match id {
            Id::Function(id) => self.product.function_symbol(id),
            Id::Data(id) => self.product.data_symbol(id),
        }
    }

    /// The object file's symbol of a C symbol, where anything refers to it.
    pub(crate) fn c_symbol(&self, id: SymbolId) -> Option<object::write::SymbolId> {
        self.symbols.get(&id).map(|&id| self.object_symbol(id))
    }

    /// The line table, with each function's symbol.
    pub(crate) fn function_lines(&mut self) -> Vec<FunctionLines> {
        let mut all = std::mem::take(&mut self.lines);
        for (id, lines) in &mut all {
            let symbol = self.product.object.symbol(self.product.function_symbol(*id));
            lines.name = String::from_utf8_lossy(&symbol.name).into_owned();
        }
        all.into_iter().map(|(_, lines)| lines).collect()
    }

    /// Linkage, visibility and weakness as C has them.
    pub(crate) fn set_scope(&mut self, at: object::write::SymbolId, id: SymbolId) {
        let c = self.unit.symbol(id);
        // A weakref of what the unit itself defines says nothing of that.
        let here =
            |other: &SymbolId| Some(&self.unit.symbol(*other).link_name) == c.attrs.alias.as_ref();
        if c.attrs.weakref && self.unit.defined.iter().any(here) {
            return;
        }
        let defined = self.unit.defines(id) && !c.attrs.weakref;
        let symbol = self.product.object.symbol_mut(at);
        symbol.weak = c.attrs.weak || c.attrs.weakref;
        symbol.scope = match (c.linkage, c.attrs.visibility) {
            _ if !defined => SymbolScope::Unknown,
            (CLinkage::Internal, _) if !self.unit.options.closed => SymbolScope::Linkage,
            (CLinkage::Internal, _) => SymbolScope::Compilation,
            _ if c.attrs.inline_only => SymbolScope::Compilation,
            (_, Visibility::Default) => SymbolScope::Dynamic,
            _ => SymbolScope::Linkage,
        };
        if c.attrs.visibility == Visibility::Protected && defined {
            let bind = if symbol.weak { elf::STB_WEAK } else { elf::STB_GLOBAL };
            let kind = if c.kind == SymbolKind::Function { elf::STT_FUNC } else { elf::STT_OBJECT };
            symbol.flags =
                SymbolFlags::Elf { st_info: (bind << 4) | kind, st_other: elf::STV_PROTECTED };
        }
    }

    /// `.eh_frame`: a description of every function's frame.
    pub(crate) fn write_frames(&mut self) -> Lowered<()> {
        let isa = unit_isa(self.unit)?;
        let Some(cie) = frame_format(&**isa) else { return Ok(()) };
        let mut table = gimli::write::FrameTable::default();
        let cie = table.add_cie(cie);
        let mut symbols = Vec::new();
        let address = |symbols: &mut Vec<object::write::SymbolId>, at| {
            symbols.push(at);
            gimli::write::Address::Symbol { symbol: symbols.len() - 1, addend: 0 }
        };
        for (id, unwind) in &self.frames {
            if let UnwindInfo::SystemV(unwind) = unwind {
                let at = address(&mut symbols, self.product.function_symbol(*id));
                table.add_fde(cie, unwind.to_fde(at));
            }
        }
        for &(id, size) in &self.thunks {
            let at = address(&mut symbols, self.product.function_symbol(id));
            table.add_fde(cie, standard_frame(at, size));
        }
        if symbols.is_empty() {
            return Ok(());
        }
        crate::frames::write(&mut self.product.object, &table, &symbols)
    }
}

/// The frame of raw code that begins `push rbp; mov rbp, rsp`.
fn standard_frame(
    address: gimli::write::Address,
    size: u32,
) -> gimli::write::FrameDescriptionEntry {
    use gimli::write::CallFrameInstruction as Cfi;
    let (rbp, rsp) = (gimli::X86_64::RBP, gimli::X86_64::RSP);
    let mut fde = gimli::write::FrameDescriptionEntry::new(address, size);
    fde.add_instruction(thunk::AFTER_PUSH, Cfi::Cfa(rsp, 16));
    fde.add_instruction(thunk::AFTER_PUSH, Cfi::Offset(rbp, -16));
    fde.add_instruction(thunk::AFTER_MOV, Cfi::CfaRegister(rbp));
    fde
}

/// The function type of a function's symbol.
pub(crate) fn function_type<'a>(
    unit: &UnitCx<'a>,
    ty: cfront::types::TypeId,
) -> Option<&'a FuncType> {
    match unit.types.get(ty) {
        Type::Function(ty) => Some(ty),
        _ => None,
    }
}
