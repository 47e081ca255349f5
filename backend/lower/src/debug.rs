//! DWARF sections: which line of the source each piece of code is of, and what functions,
//! variables and types there are. In come the object's symbols, the notes of the lowering and the
//! places of the sources; out go `.debug_*` sections in the object.
//!
//! Always: addresses are relocations against the section and the place in it, so that a linker
//! may place code as it likes and another object's definition of the same name changes nothing.

use crate::emit::Finished;
use crate::notes::FunctionNotes;
use crate::{LowerError, Lowered, Texts, UnitCx};
use cfront::tree::{Linkage, SymbolId};
use cfront::types::{QType, TypeId};
use gimli::write::{
    Address, AttributeValue, DwarfUnit, EndianVec, Expression, FileId, LineProgram, LineString,
    Range, RangeList, RelocateWriter, Relocation, RelocationTarget, Sections, UnitEntryId,
};
use gimli::{Encoding, Format, LineEncoding, SectionId, constants as dw};
use object::write::{Object, SymbolSection};
use object::{RelocationEncoding, RelocationFlags, RelocationKind, SectionKind, elf};
use preproc::name::Name;
use preproc::source::{Loc, Span};
use std::collections::{HashMap, HashSet};

mod functions;
mod types;

#[derive(Clone)]
struct Section {
    writer: EndianVec<gimli::LittleEndian>,
    relocations: Vec<Relocation>,
}

impl RelocateWriter for Section {
    type Writer = EndianVec<gimli::LittleEndian>;

    fn writer(&self) -> &Self::Writer {
        &self.writer
    }

    fn writer_mut(&mut self) -> &mut Self::Writer {
        &mut self.writer
    }

    fn relocate(&mut self, relocation: Relocation) {
        self.relocations.push(relocation);
    }
}

fn fail(what: impl std::fmt::Display) -> Box<LowerError> {
    Box::new(LowerError {
        message: format!("the debug information: {what}"),
        span: Default::default(),
        function: String::new(),
    })
}

/// A symbol that debug information refers to.
#[derive(Clone, Copy)]
struct Referred {
    symbol: object::write::SymbolId,
    /// A thread-local object: its place in the thread's storage is meant.
    tls: bool,
}

/// The debug information of a unit while it is made.
pub(crate) struct Debug<'a> {
    unit: &'a UnitCx<'a>,
    texts: &'a Texts<'a>,
    dwarf: DwarfUnit,
    program: LineProgram,
    files: HashMap<String, FileId>,
    /// What relocations count.
    referred: Vec<Referred>,
    types: HashMap<QType, UnitEntryId>,
    /// Types with lengths the locals of the present function hold.
    own_types: HashMap<QType, UnitEntryId>,
    /// The first typedef of each type.
    typedef_of: HashMap<TypeId, Name>,
    /// Objects the unit defines, and which of them have their entry.
    objects: HashSet<SymbolId>,
    described: HashSet<SymbolId>,
    object_symbols: HashMap<SymbolId, object::write::SymbolId>,
}

/// A name DWARF can hold: not empty, without NUL.
fn clean(name: &str) -> Vec<u8> {
    let name: Vec<u8> = name.bytes().filter(|&byte| byte != 0).collect();
    if name.is_empty() { b"input".to_vec() } else { name }
}

impl<'a> Debug<'a> {
    fn new(unit: &'a UnitCx<'a>, texts: &'a Texts<'a>, main: &str) -> Debug<'a> {
        let encoding = Encoding { format: Format::Dwarf32, version: 5, address_size: 8 };
        let mut dwarf = DwarfUnit::new(encoding);
        let mut text = |text: &str| LineString::new(clean(text), encoding, &mut dwarf.line_strings);
        let (folder, file) = (text(texts.folder), text(main));
        let program = LineProgram::new(encoding, LineEncoding::default(), folder, None, file, None);
        let mut typedef_of = HashMap::new();
        for (name, ty, _) in &texts.typedefs {
            typedef_of.entry(ty.id).or_insert(*name);
        }
        let root = dwarf.unit.root();
        let root = dwarf.unit.get_mut(root);
        root.set(dw::DW_AT_producer, AttributeValue::String(b"tine".to_vec()));
        root.set(dw::DW_AT_language, AttributeValue::Language(dw::DW_LANG_C11));
        root.set(dw::DW_AT_name, AttributeValue::String(clean(main)));
        root.set(dw::DW_AT_comp_dir, AttributeValue::String(clean(texts.folder)));
        Debug {
            unit,
            texts,
            dwarf,
            program,
            files: HashMap::new(),
            referred: Vec::new(),
            types: HashMap::new(),
            own_types: HashMap::new(),
            typedef_of,
            objects: unit.unit.objects.iter().map(|object| object.symbol).collect(),
            described: HashSet::new(),
            object_symbols: HashMap::new(),
        }
    }

    // ------------------------------------------------------------ entries

    fn add_to(&mut self, parent: UnitEntryId, tag: gimli::DwTag) -> UnitEntryId {
        self.dwarf.unit.add(parent, tag)
    }

    fn add(&mut self, tag: gimli::DwTag) -> UnitEntryId {
        let root = self.dwarf.unit.root();
        self.add_to(root, tag)
    }

    fn set(&mut self, entry: UnitEntryId, name: gimli::DwAt, value: AttributeValue) {
        self.dwarf.unit.get_mut(entry).set(name, value);
    }

    fn set_text(&mut self, entry: UnitEntryId, text: &str) {
        let text = self.dwarf.strings.add(clean(text));
        self.set(entry, dw::DW_AT_name, AttributeValue::StringRef(text));
    }

    fn set_size(&mut self, entry: UnitEntryId, size: u64) {
        self.set(entry, dw::DW_AT_byte_size, AttributeValue::Udata(size));
    }

    /// A type that is missing is `void`.
    fn set_type(&mut self, entry: UnitEntryId, ty: Option<UnitEntryId>) {
        if let Some(ty) = ty {
            self.set(entry, dw::DW_AT_type, AttributeValue::UnitRef(ty));
        }
    }

    fn set_place(&mut self, entry: UnitEntryId, span: Span) {
        if let Some((file, line, _)) = self.row(span.start) {
            self.set(entry, dw::DW_AT_decl_file, AttributeValue::FileIndex(Some(file)));
            self.set(entry, dw::DW_AT_decl_line, AttributeValue::Udata(line));
        }
    }

    /// File, line and column of a location.
    fn row(&mut self, loc: Loc) -> Option<(FileId, u64, u64)> {
        let place = self.texts.sources.place(loc)?;
        let id = match self.files.get(place.file) {
            Some(&id) => id,
            None => {
                let encoding = self.program.encoding();
                let name = clean(place.file);
                let name = LineString::new(name, encoding, &mut self.dwarf.line_strings);
                let folder = self.program.default_directory();
                let id = self.program.add_file(name, folder, None);
                self.files.insert(place.file.to_owned(), id);
                id
            }
        };
        Some((id, u64::from(place.line), u64::from(place.column)))
    }

    fn address(&mut self, symbol: object::write::SymbolId, tls: bool) -> Address {
        self.referred.push(Referred { symbol, tls });
        Address::Symbol { symbol: self.referred.len() - 1, addend: 0 }
    }

    // ------------------------------------------------------------ lines and objects

    /// A function's line table: a row for each new line, and between them for each new column.
    fn lines(&mut self, address: Address, size: u32, first: Span, places: &[(u32, Span)]) {
        self.program.begin_sequence(Some(address));
        let mut last = self.row(first.start);
        if let Some((file, line, column)) = last {
            let row = self.program.row();
            (row.file, row.line, row.column) = (file, line, column);
            self.program.generate_row();
        }
        let mut in_body = false;
        for &(offset, span) in places {
            let Some(here) = self.row(span.start) else { continue };
            if span.start == first.start && !in_body {
                continue;
            }
            let new_line = last.is_none_or(|last| (last.0, last.1) != (here.0, here.1));
            if !new_line && in_body && last == Some(here) {
                continue;
            }
            let row = self.program.row();
            row.address_offset = u64::from(offset);
            (row.file, row.line, row.column) = here;
            // Debuggers stop behind the parameters: at the second row.
            row.is_statement = new_line || !in_body;
            row.prologue_end = !in_body;
            self.program.generate_row();
            in_body = true;
            last = Some(here);
        }
        self.program.end_sequence(u64::from(size));
    }

    /// An object with static storage duration.
    fn variable(&mut self, parent: UnitEntryId, id: SymbolId) {
        let symbol = self.unit.symbol(id);
        let (Some(name), Some(&at)) = (symbol.name, self.object_symbols.get(&id)) else { return };
        let entry = self.add_to(parent, dw::DW_TAG_variable);
        self.set_name(entry, name);
        self.set_place(entry, symbol.span);
        let ty = self.ty(symbol.ty, None);
        self.set_type(entry, ty);
        let external = symbol.linkage == Linkage::External;
        self.set(entry, dw::DW_AT_external, AttributeValue::Flag(external));
        let tls = symbol.tls.is_some();
        let address = self.address(at, tls);
        let mut place = Expression::new();
        place.op_addr(address);
        if tls {
            place.op(dw::DW_OP_form_tls_address);
        }
        self.set(entry, dw::DW_AT_location, AttributeValue::Exprloc(place));
    }

    fn finish(mut self, ranges: Vec<Range>) -> Lowered<(Sections<Section>, Vec<Referred>)> {
        self.dwarf.unit.line_program = self.program;
        let ranges = self.dwarf.unit.ranges.add(RangeList(ranges));
        let root = self.dwarf.unit.root();
        let root = self.dwarf.unit.get_mut(root);
        root.set(dw::DW_AT_ranges, AttributeValue::RangeListRef(ranges));
        root.set(dw::DW_AT_low_pc, AttributeValue::Address(Address::Constant(0)));
        let empty =
            Section { writer: EndianVec::new(gimli::LittleEndian), relocations: Vec::new() };
        let mut sections = Sections::new(empty);
        self.dwarf.write(&mut sections).map_err(fail)?;
        Ok((sections, self.referred))
    }
}

impl Finished<'_> {
    /// Writes the debug sections.
    pub(crate) fn write_debug(&mut self, texts: &Texts<'_>) -> Lowered<()> {
        let notes: HashMap<_, Box<FunctionNotes>> =
            std::mem::take(&mut self.notes).into_iter().collect();
        let first = self.lines.iter().find_map(|(_, lines)| lines.lines.first());
        let main = first.and_then(|(_, span)| texts.sources.place(span.start));
        let main = main.map_or("input", |place| place.file);
        let mut debug = Debug::new(self.unit, texts, main);
        for object in &self.unit.unit.objects {
            if let Some(at) = self.c_symbol(object.symbol) {
                debug.object_symbols.insert(object.symbol, at);
            }
        }
        let mut ranges = Vec::new();
        for (id, lines) in &self.lines {
            let address = debug.address(self.product.function_symbol(*id), false);
            ranges.push(Range::StartLength { begin: address, length: u64::from(lines.size) });
            let Some(notes) = notes.get(id) else { continue };
            debug.lines(address, lines.size, notes.span, &lines.lines);
            debug.function(address, notes);
        }
        let root = debug.dwarf.unit.root();
        for object in &self.unit.unit.objects {
            if debug.described.insert(object.symbol) {
                debug.variable(root, object.symbol);
            }
        }
        debug.typedefs();
        if debug.referred.is_empty() {
            return Ok(());
        }
        let (sections, referred) = debug.finish(ranges)?;
        place_sections(&mut self.product.object, sections, &referred)
    }
}

/// Adds the sections that are not empty to the object, then their relocations.
fn place_sections(
    object: &mut Object<'static>,
    mut sections: Sections<Section>,
    referred: &[Referred],
) -> Lowered<()> {
    for relocation in sections.debug_info.relocations.clone() {
        if let RelocationTarget::Symbol(index) = relocation.target
            && referred.get(index).is_some_and(|referred| referred.tls)
            && let Some(opcode) = relocation.offset.checked_sub(1)
        {
            // A number, not an address: a debugger would move that with the program.
            let bytes = [dw::DW_OP_const8u.0];
            gimli::write::Writer::write_at(&mut sections.debug_info.0.writer, opcode, &bytes)
                .map_err(fail)?;
        }
    }
    let mut placed: HashMap<SectionId, object::write::SectionId> = HashMap::new();
    sections.for_each(|id, section| -> Lowered<()> {
        if !section.writer.slice().is_empty() {
            let name = id.name().as_bytes().to_vec();
            let kind = match id {
                SectionId::DebugStr | SectionId::DebugLineStr => SectionKind::DebugString,
                _ => SectionKind::Debug,
            };
            let made = object.add_section(Vec::new(), name, kind);
            object.append_section_data(made, section.writer.slice(), 1);
            placed.insert(id, made);
        }
        Ok(())
    })?;
    sections.for_each(|id, section| -> Lowered<()> {
        for relocation in &section.relocations {
            let Some(&at) = placed.get(&id) else {
                return Err(fail("a reference from what is not there"));
            };
            let mut flags = RelocationFlags::Generic {
                kind: RelocationKind::Absolute,
                encoding: RelocationEncoding::Generic,
                size: relocation.size * 8,
            };
            let (symbol, inside) = match relocation.target {
                RelocationTarget::Symbol(index) => {
                    let referred = referred.get(index).ok_or_else(|| fail("a lost symbol"))?;
                    if referred.tls {
                        flags = RelocationFlags::Elf { r_type: elf::R_X86_64_DTPOFF64 };
                    }
                    let symbol = object.symbol(referred.symbol);
                    match symbol.section {
                        SymbolSection::Section(section) if !referred.tls => {
                            let inside = symbol.value as i64;
                            (object.section_symbol(section), inside)
                        }
                        _ => (referred.symbol, 0),
                    }
                }
                RelocationTarget::Section(to) => match placed.get(&to) {
                    Some(&to) => (object.section_symbol(to), 0),
                    None => return Err(fail("a reference to what is not there")),
                },
            };
            let relocation = object::write::Relocation {
                offset: relocation.offset as u64,
                symbol,
                addend: relocation.addend + inside,
                flags,
            };
            object.add_relocation(at, relocation).map_err(fail)?;
        }
        Ok(())
    })
}
