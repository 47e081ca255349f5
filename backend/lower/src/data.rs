//! Static data: initialised objects, strings, and what is said about symbols in the object file
//! beside their contents: aliases, sections by name, visibility, common symbols, indirect
//! functions, constructors.
//!
//! Always: constant objects without addresses lie in `.rodata`, those with in `.data.rel.ro`;
//! zeros in `.bss`; every object has the alignment C gives it.

use crate::ctype;
use crate::emit::Finished;
use crate::support;
use crate::{LowerError, Lowered};
use cfront::tree::{Definition, Object as CObject, StaticTarget, SymbolId};
use cfront::types::{QType, Quals, Type};
use cranelift_codegen::binemit::Reloc;
use object::write::{Relocation, SectionId, StandardSection, SymbolSection};
use object::{
    RelocationEncoding, RelocationFlags, RelocationKind, SectionFlags, SectionKind, SymbolFlags,
    elf,
};
use preproc::source::Span;
use std::collections::HashMap;

fn fail<T>(span: Span, message: String) -> Lowered<T> {
    Err(Box::new(LowerError { message, span, function: String::new() }))
}

impl Finished<'_> {
    /// Writes all data of the unit.
    pub(crate) fn write_data(&mut self) -> Lowered<()> {
        let unit = self.unit;
        // First, for symbols are only defined once their scope is known.
        self.scopes();
        let mut sections = HashMap::new();
        for object in &unit.unit.objects {
            self.object(object, &mut sections)?;
        }
        self.sectioned_code(&mut sections)?;
        self.strings()?;
        self.blobs()?;
        self.side_stack_cell();
        self.write_maps()?;
        self.chains()?;
        self.aliases()?;
        self.constructors()
    }

    fn object(
        &mut self,
        object: &CObject,
        sections: &mut HashMap<String, SectionId>,
    ) -> Lowered<()> {
        let unit = self.unit;
        let symbol = unit.symbol(object.symbol);
        if symbol.attrs.weakref {
            // Another name for what is elsewhere, though declared `static` without a value.
            return Ok(());
        }
        let Some(at) = self.c_symbol(object.symbol) else {
            return fail(symbol.span, format!("'{}' was never declared", symbol.link_name));
        };
        let size = object.init.size.max(object.init.bytes.len() as u64);
        let array = matches!(unit.types.get(symbol.ty.id), Type::Array { .. });
        // The ABI has larger arrays aligned for vectors; those of a section of the program's own
        // may be counted on to lie side by side.
        let least =
            if array && object.init.size >= 16 && symbol.attrs.section.is_none() { 16 } else { 1 };
        let align = symbol.attrs.align.max(ctype::align_of(unit.types, symbol.ty.id)).max(least);
        let is_zero = object.init.relocs.is_empty() && object.init.bytes.iter().all(|&b| b == 0);
        if symbol.attrs.common && symbol.definition == Definition::Tentative && is_zero {
            let common = self.product.object.symbol_mut(at);
            common.section = SymbolSection::Common;
            common.value = align;
            common.size = size;
            return Ok(());
        }
        let constant = is_constant(unit.types, symbol.ty) && !symbol.attrs.filled_by_code;
        let section = match &symbol.attrs.section {
            Some(name) => {
                let kind = if constant { SectionKind::ReadOnlyData } else { SectionKind::Data };
                self.named_section(name, kind, sections)
            }
            None => self.product.object.section_id(match (symbol.tls.is_some(), is_zero) {
                (true, true) => StandardSection::UninitializedTls,
                (true, false) => StandardSection::Tls,
                (false, _) if constant && object.init.relocs.is_empty() => {
                    StandardSection::ReadOnlyData
                }
                (false, _) if constant => StandardSection::ReadOnlyDataWithRel,
                (false, true) => StandardSection::UninitializedData,
                (false, false) => StandardSection::Data,
            }),
        };
        let file = &mut self.product.object;
        let offset = if file.section(section).is_bss() {
            file.append_section_bss(section, size, align)
        } else {
            let Ok(length) = usize::try_from(size) else {
                return fail(symbol.span, format!("'{}' is too large", symbol.link_name));
            };
            let mut bytes = object.init.bytes.clone();
            bytes.resize(length, 0);
            file.append_section_data(section, &bytes, align)
        };
        file.set_symbol_data(at, section, offset, size);
        for reloc in &object.init.relocs {
            self.address(section, offset + reloc.offset, reloc.target, reloc.addend, symbol.span)?;
        }
        Ok(())
    }

    /// Functions that name their section.
    fn sectioned_code(&mut self, sections: &mut HashMap<String, SectionId>) -> Lowered<()> {
        for code in std::mem::take(&mut self.sectioned) {
            let section = self.named_section(code.section, SectionKind::Text, sections);
            let at = self.product.function_symbol(code.id);
            let file = &mut self.product.object;
            let offset = file.append_section_data(section, &code.bytes, code.align);
            file.set_symbol_data(at, section, offset, code.bytes.len() as u64);
            for (place, kind, target, addend) in code.relocs {
                let symbol = self.object_symbol(target);
                let Some(flags) = code_reloc(kind) else {
                    return fail(Span::default(), format!("a relocation of kind {kind:?}"));
                };
                let offset = offset + u64::from(place);
                self.product
                    .object
                    .add_relocation(section, Relocation { offset, symbol, addend, flags })
                    .or_else(|error| fail(Span::default(), format!("a relocation: {error}")))?;
            }
        }
        Ok(())
    }

    fn named_section(
        &mut self,
        name: &str,
        kind: SectionKind,
        sections: &mut HashMap<String, SectionId>,
    ) -> SectionId {
        if let Some(&known) = sections.get(name) {
            return known;
        }
        let kind = match name {
            ".init_array" => SectionKind::Elf(elf::SHT_INIT_ARRAY),
            ".fini_array" => SectionKind::Elf(elf::SHT_FINI_ARRAY),
            _ if name.starts_with(".init_array.") => SectionKind::Elf(elf::SHT_INIT_ARRAY),
            _ if name.starts_with(".fini_array.") => SectionKind::Elf(elf::SHT_FINI_ARRAY),
            ".text" => SectionKind::Text,
            _ => kind,
        };
        let id = self.array_section(name, kind);
        sections.insert(name.to_owned(), id);
        id
    }

    fn array_section(&mut self, name: &str, kind: SectionKind) -> SectionId {
        let file = &mut self.product.object;
        let id = file.add_section(Vec::new(), name.as_bytes().to_vec(), kind);
        if let SectionKind::Elf(_) = kind {
            file.section_mut(id).flags =
                SectionFlags::Elf { sh_flags: u64::from(elf::SHF_ALLOC | elf::SHF_WRITE) };
        }
        id
    }

    /// Eight bytes of a section become the address of something.
    fn address(
        &mut self,
        section: SectionId,
        offset: u64,
        target: StaticTarget,
        addend: i64,
        span: Span,
    ) -> Lowered<()> {
        let symbol = match target {
            StaticTarget::Symbol(id) => self.c_symbol(id),
            StaticTarget::String(id) => {
                self.strings.get(&id).map(|&id| self.product.data_symbol(id))
            }
        };
        let Some(symbol) = symbol else {
            return fail(span, "an initialiser refers to nothing".to_owned());
        };
        self.reloc(section, offset, symbol, addend)
    }

    pub(crate) fn reloc(
        &mut self,
        section: SectionId,
        offset: u64,
        symbol: object::write::SymbolId,
        addend: i64,
    ) -> Lowered<()> {
        let flags = RelocationFlags::Generic {
            kind: RelocationKind::Absolute,
            encoding: RelocationEncoding::Generic,
            size: 64,
        };
        self.product
            .object
            .add_relocation(section, Relocation { offset, symbol, addend, flags })
            .or_else(|error| fail(Span::default(), format!("a data relocation: {error}")))
    }

    fn strings(&mut self) -> Lowered<()> {
        let mut used: Vec<_> = self.strings.iter().map(|(&string, &id)| (string, id)).collect();
        used.sort_by_key(|(string, _)| *string);
        for (string, id) in used {
            let Some(literal) = self.unit.unit.strings.get(string.index()) else {
                return fail(Span::default(), "a string literal that does not exist".to_owned());
            };
            let at = self.product.data_symbol(id);
            let file = &mut self.product.object;
            let section = file.section_id(StandardSection::ReadOnlyData);
            // Long ones aligned, so that copies of them are fast.
            let align = if literal.bytes.len() >= 32 { 16 } else { 1 };
            let align = literal.align.max(align);
            let offset = file.append_section_data(section, &literal.bytes, align);
            self.place_local(at, section, offset, literal.bytes.len() as u64);
            // A debugger would put the name before each text.
            self.product.object.symbol_mut(at).name.clear();
        }
        Ok(())
    }

    /// Defines a symbol the C source knows nothing of.
    pub(crate) fn place_local(
        &mut self,
        at: object::write::SymbolId,
        section: SectionId,
        offset: u64,
        size: u64,
    ) {
        let file = &mut self.product.object;
        file.symbol_mut(at).scope = object::SymbolScope::Compilation;
        file.set_symbol_data(at, section, offset, size);
    }

    /// The data behind pointers to nested functions.
    fn chains(&mut self) -> Lowered<()> {
        for (size, tls, id) in std::mem::take(&mut self.chains) {
            let at = self.product.data_symbol(id);
            let standard = if tls {
                StandardSection::UninitializedTls
            } else {
                StandardSection::UninitializedData
            };
            let section = self.product.object.section_id(standard);
            let offset = self.product.object.append_section_bss(section, size, 8);
            self.place_local(at, section, offset, size);
        }
        for ring in std::mem::take(&mut self.rings) {
            let code = self.product.function_symbol(ring);
            let code = self.product.object.symbol(code);
            let (Some(section), start) = (code.section.id(), code.value) else { continue };
            let Some(cell) = self.chain_cell.map(|id| self.product.data_symbol(id)) else {
                continue;
            };
            for offset in crate::nested::cell_fixups() {
                let relocation = Relocation {
                    offset: start + offset,
                    symbol: cell,
                    addend: -4,
                    flags: RelocationFlags::Elf { r_type: elf::R_X86_64_GOTTPOFF },
                };
                if let Err(error) = self.product.object.add_relocation(section, relocation) {
                    return fail(Span::default(), format!("a thread-local relocation: {error}"));
                }
            }
        }
        Ok(())
    }

    fn side_stack_cell(&mut self) {
        let Some(id) = self.side_stack else { return };
        let at = self.product.data_symbol(id);
        let file = &mut self.product.object;
        let section = file.section_id(StandardSection::UninitializedTls);
        let offset = file.append_section_bss(section, support::CELL_SIZE, 8);
        let symbol = file.symbol_mut(at);
        symbol.scope = object::SymbolScope::Dynamic;
        symbol.weak = true;
        file.set_symbol_data(at, section, offset, support::CELL_SIZE);
    }

    fn blobs(&mut self) -> Lowered<()> {
        for (id, blob, targets) in std::mem::take(&mut self.data_blobs) {
            let at = self.product.data_symbol(id);
            let standard = if blob.relocs.is_empty() {
                StandardSection::ReadOnlyData
            } else {
                StandardSection::ReadOnlyDataWithRel
            };
            let section = self.product.object.section_id(standard);
            let offset =
                self.product.object.append_section_data(section, &blob.bytes, blob.align.max(1));
            self.place_local(at, section, offset, blob.bytes.len() as u64);
            for (reloc, target) in blob.relocs.iter().zip(targets) {
                let symbol = self.object_symbol(target);
                self.reloc(section, offset + u64::from(reloc.offset), symbol, reloc.addend)?;
            }
        }
        Ok(())
    }

    fn scopes(&mut self) {
        let mut all: Vec<SymbolId> = self.symbols.keys().copied().collect();
        // What a weakref says of its target, the target's own declarations override.
        all.sort_by_key(|&id| (!self.unit.symbol(id).attrs.weakref, self.unit.defines(id), id));
        for id in all {
            if let Some(at) = self.c_symbol(id) {
                self.set_scope(at, id);
            }
        }
    }

    /// Aliases share section, place and size with what they are another name for.
    fn aliases(&mut self) -> Lowered<()> {
        for &id in &self.unit.extras {
            let symbol = self.unit.symbol(id);
            let Some(at) = self.c_symbol(id) else { continue };
            let attrs = &symbol.attrs;
            let Some(target) = attrs.alias.as_ref().or(attrs.ifunc.as_ref()) else { continue };
            let target_id = self.product.object.symbol_id(target.as_bytes());
            let (Some(target_id), false) = (target_id, attrs.weakref) else {
                if attrs.weakref {
                    continue;
                }
                return fail(
                    symbol.span,
                    format!(
                        "'{}' is an alias of '{target}', which is not defined here",
                        symbol.link_name
                    ),
                );
            };
            let (section, value, size, kind) = {
                let target = self.product.object.symbol(target_id);
                (target.section, target.value, target.size, target.kind)
            };
            if section == SymbolSection::Undefined {
                return fail(
                    symbol.span,
                    format!(
                        "'{}' is an alias of '{target}', which is not defined here",
                        symbol.link_name
                    ),
                );
            }
            let ifunc = attrs.ifunc.is_some();
            let alias = self.product.object.symbol_mut(at);
            alias.section = section;
            alias.value = value;
            alias.size = size;
            alias.kind = kind;
            if ifunc {
                let bind = match (alias.scope, alias.weak) {
                    (object::SymbolScope::Compilation, _) => elf::STB_LOCAL,
                    (_, true) => elf::STB_WEAK,
                    _ => elf::STB_GLOBAL,
                };
                alias.flags = SymbolFlags::Elf {
                    st_info: (bind << 4) | elf::STT_GNU_IFUNC,
                    st_other: elf::STV_DEFAULT,
                };
            }
        }
        Ok(())
    }

    fn constructors(&mut self) -> Lowered<()> {
        let unit = self.unit;
        for function in &unit.unit.functions {
            let Some(id) = function.symbol else { continue };
            let attrs = &unit.symbol(id).attrs;
            for (priority, array, ty) in [
                (attrs.constructor, ".init_array", elf::SHT_INIT_ARRAY),
                (attrs.destructor, ".fini_array", elf::SHT_FINI_ARRAY),
            ] {
                let (Some(priority), Some(at)) = (priority, self.c_symbol(id)) else { continue };
                let name = match priority {
                    65535 => array.to_owned(),
                    priority => format!("{array}.{priority:05}"),
                };
                let section = self.array_section(&name, SectionKind::Elf(ty));
                let offset = self.product.object.append_section_data(section, &[0; 8], 8);
                self.reloc(section, offset, at, 0)?;
            }
        }
        Ok(())
    }
}

/// A code relocation in the object crate's words.
fn code_reloc(kind: Reloc) -> Option<RelocationFlags> {
    use RelocationEncoding::{Generic, X86Branch};
    let (kind, encoding, size) = match kind {
        Reloc::Abs8 => (RelocationKind::Absolute, Generic, 64),
        Reloc::Abs4 => (RelocationKind::Absolute, Generic, 32),
        Reloc::X86PCRel4 => (RelocationKind::Relative, Generic, 32),
        Reloc::X86CallPCRel4 => (RelocationKind::Relative, X86Branch, 32),
        Reloc::X86CallPLTRel4 => (RelocationKind::PltRelative, X86Branch, 32),
        Reloc::X86GOTPCRel4 => (RelocationKind::GotRelative, Generic, 32),
        Reloc::ElfX86_64TlsGd => {
            return Some(RelocationFlags::Elf { r_type: elf::R_X86_64_TLSGD });
        }
        _ => return None,
    };
    Some(RelocationFlags::Generic { kind, encoding, size })
}

/// May the object lie in memory that cannot be written?
pub(crate) fn is_constant(types: &cfront::types::Types, ty: QType) -> bool {
    if ty.quals.has(Quals::VOLATILE) {
        return false;
    }
    match types.get(ty.id) {
        Type::Array { elem, .. } => ty.quals.has(Quals::CONST) || is_constant(types, *elem),
        _ => ty.quals.has(Quals::CONST),
    }
}
