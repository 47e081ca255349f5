//! DWARF 4 for debuggers and `addr2line`: a compilation unit with a subprogram for each function
//! and the line table. In come the functions' code offsets with their places in the source, out
//! go the `.debug_*` sections of the object.
//!
//! Always: every address is a relocation against the function's own symbol, so that a linker may
//! place functions as it likes.

use crate::emit::Finished;
use crate::{LowerError, Lowered};
use gimli::write::{
    Address, AttributeValue, DwarfUnit, EndianVec, FileId, LineProgram, LineString, Range,
    RangeList, RelocateWriter, Relocation, RelocationTarget, Sections,
};
use gimli::{Encoding, Format, LineEncoding, SectionId, constants as dw};
use object::write::{Object, SymbolId};
use object::{RelocationEncoding, RelocationFlags, RelocationKind, SectionKind};
use preproc::source::{Loc, Sources};
use std::collections::HashMap;

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

/// The files of a line table, entered as they are met.
struct Files<'a> {
    sources: &'a Sources,
    known: HashMap<String, FileId>,
}

impl Files<'_> {
    /// File, line and column of a location.
    fn row(&mut self, program: &mut LineProgram, loc: Loc) -> Option<(FileId, u64, u64)> {
        let place = self.sources.place(loc)?;
        let id = match self.known.get(place.file) {
            Some(&id) => id,
            None => {
                let name = clean(place.file);
                let dir = program.default_directory();
                let id = program.add_file(LineString::String(name), dir, None);
                self.known.insert(place.file.to_owned(), id);
                id
            }
        };
        Some((id, u64::from(place.line), u64::from(place.column)))
    }
}

/// A name DWARF can hold: not empty, without NUL.
fn clean(name: &str) -> Vec<u8> {
    let name: Vec<u8> = name.bytes().filter(|&byte| byte != 0).collect();
    if name.is_empty() { b"input".to_vec() } else { name }
}

impl Finished<'_> {
    /// Writes the debug sections for the functions' lines.
    pub(crate) fn write_debug(&mut self, sources: &Sources) -> Lowered<()> {
        let encoding = Encoding { format: Format::Dwarf32, version: 4, address_size: 8 };
        let mut dwarf = DwarfUnit::new(encoding);
        let first = self.lines.iter().find_map(|(_, lines)| lines.lines.first());
        let main = first.and_then(|(_, span)| sources.place(span.start));
        let name = clean(main.map_or("input", |place| place.file));
        let line_encoding = LineEncoding::default();
        let dir = LineString::String(b".".to_vec());
        let file = LineString::String(name.clone());
        let mut program = LineProgram::new(encoding, line_encoding, dir, None, file, None);
        let mut files = Files { sources, known: HashMap::new() };
        let mut symbols: Vec<SymbolId> = Vec::new();
        let mut ranges = Vec::new();
        let root = dwarf.unit.root();
        for (id, function) in &self.lines {
            let symbol = self.product.function_symbol(*id);
            let address = Address::Symbol { symbol: symbols.len(), addend: 0 };
            symbols.push(symbol);
            let size = u64::from(function.size);
            ranges.push(Range::StartLength { begin: address, length: size });
            program.begin_sequence(Some(address));
            let mut declared = None;
            for &(offset, span) in &function.lines {
                let Some((file, line, column)) = files.row(&mut program, span.start) else {
                    continue;
                };
                declared.get_or_insert((file, line));
                let row = program.row();
                row.address_offset = u64::from(offset);
                (row.file, row.line, row.column) = (file, line, column);
                program.generate_row();
            }
            program.end_sequence(size);
            let spelled = self.product.object.symbol(symbol).name.clone();
            let entry = dwarf.unit.add(root, dw::DW_TAG_subprogram);
            let entry = dwarf.unit.get_mut(entry);
            entry.set(dw::DW_AT_name, AttributeValue::String(spelled));
            entry.set(dw::DW_AT_low_pc, AttributeValue::Address(address));
            entry.set(dw::DW_AT_high_pc, AttributeValue::Udata(size));
            entry.set(dw::DW_AT_external, AttributeValue::Flag(true));
            if let Some((file, line)) = declared {
                entry.set(dw::DW_AT_decl_file, AttributeValue::FileIndex(Some(file)));
                entry.set(dw::DW_AT_decl_line, AttributeValue::Udata(line));
            }
        }
        if symbols.is_empty() {
            return Ok(());
        }
        dwarf.unit.line_program = program;
        let ranges = dwarf.unit.ranges.add(RangeList(ranges));
        let unit = dwarf.unit.get_mut(root);
        unit.set(dw::DW_AT_producer, AttributeValue::String(b"tine".to_vec()));
        unit.set(dw::DW_AT_language, AttributeValue::Language(dw::DW_LANG_C11));
        unit.set(dw::DW_AT_name, AttributeValue::String(name));
        unit.set(dw::DW_AT_ranges, AttributeValue::RangeListRef(ranges));
        unit.set(dw::DW_AT_low_pc, AttributeValue::Address(Address::Constant(0)));
        let empty =
            Section { writer: EndianVec::new(gimli::LittleEndian), relocations: Vec::new() };
        let mut sections = Sections::new(empty);
        dwarf.write(&mut sections).map_err(fail)?;
        place_sections(&mut self.product.object, &sections, &symbols)
    }
}

/// Adds the sections that are not empty to the object, then their relocations.
fn place_sections(
    object: &mut Object<'static>,
    sections: &Sections<Section>,
    symbols: &[SymbolId],
) -> Lowered<()> {
    let mut placed: HashMap<SectionId, object::write::SectionId> = HashMap::new();
    sections.for_each(|id, section| -> Lowered<()> {
        if !section.writer.slice().is_empty() {
            let name = id.name().as_bytes().to_vec();
            let made = object.add_section(Vec::new(), name, SectionKind::Debug);
            object.append_section_data(made, section.writer.slice(), 1);
            placed.insert(id, made);
        }
        Ok(())
    })?;
    sections.for_each(|id, section| -> Lowered<()> {
        for relocation in &section.relocations {
            let symbol = match relocation.target {
                RelocationTarget::Symbol(index) => symbols.get(index).copied(),
                RelocationTarget::Section(to) => {
                    placed.get(&to).map(|&to| object.section_symbol(to))
                }
            };
            let (Some(symbol), Some(&at)) = (symbol, placed.get(&id)) else {
                return Err(fail("a reference to what is not there"));
            };
            let flags = RelocationFlags::Generic {
                kind: RelocationKind::Absolute,
                encoding: RelocationEncoding::Generic,
                size: relocation.size * 8,
            };
            let relocation = object::write::Relocation {
                offset: relocation.offset as u64,
                symbol,
                addend: relocation.addend,
                flags,
            };
            object.add_relocation(at, relocation).map_err(fail)?;
        }
        Ok(())
    })
}
