//! `.eh_frame` bytes: a frame table and the symbols its addresses count come in, the section goes
//! into the object.

use crate::{LowerError, Lowered};
use gimli::write::{EhFrame, EndianVec, FrameTable, RelocateWriter, Relocation, RelocationTarget};
use object::write::{Object, StandardSection, SymbolId, SymbolSection};
use object::{RelocationEncoding, RelocationFlags, RelocationKind};

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

pub(crate) fn write(
    object: &mut Object<'static>,
    table: &FrameTable,
    symbols: &[SymbolId],
) -> Lowered<()> {
    let fail = |message: String| {
        Box::new(LowerError { message, span: Default::default(), function: String::new() })
    };
    let mut section =
        EhFrame(Section { writer: EndianVec::new(gimli::LittleEndian), relocations: Vec::new() });
    table
        .write_eh_frame(&mut section)
        .map_err(|error| fail(format!("writing the frame table: {error}")))?;
    let EhFrame(Section { writer, relocations }) = section;
    let id = object.section_id(StandardSection::EhFrame);
    let base = object.append_section_data(id, writer.slice(), 8);
    for relocation in relocations {
        let RelocationTarget::Symbol(index) = relocation.target else { continue };
        let kind = match relocation.eh_pe {
            Some(pe) if pe.application() == gimli::constants::DW_EH_PE_pcrel => {
                RelocationKind::Relative
            }
            _ => RelocationKind::Absolute,
        };
        // By section and offset: the name may come to mean another object's definition.
        let symbol = symbols[index];
        let (symbol, inside) = match object.symbol(symbol).section {
            SymbolSection::Section(section) => {
                (object.section_symbol(section), object.symbol(symbol).value as i64)
            }
            _ => (symbol, 0),
        };
        let flags = RelocationFlags::Generic {
            kind,
            encoding: RelocationEncoding::Generic,
            size: relocation.size * 8,
        };
        object
            .add_relocation(
                id,
                object::write::Relocation {
                    offset: base + relocation.offset as u64,
                    symbol,
                    addend: relocation.addend + inside,
                    flags,
                },
            )
            .map_err(|error| fail(format!("the frame table: {error}")))?;
    }
    Ok(())
}
