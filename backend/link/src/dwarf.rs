//! Source lines from the DWARF of an input. Debug sections are not loaded and not relocated when
//! a program is linked; this does both for one object when a crash report asks for a line.

use std::io;
use std::path::Path;

use executor::addr::Addr;
use gimli::{EndianSlice, LittleEndian};
use object::elf;

use crate::elf::{Header, Home, Rela};
use crate::image::{Image, PlacedSection};
use crate::locate::{Source, source};

/// A line of source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceLine {
    /// As absolute as the compiler made it.
    pub file: String,
    pub line: u64,
    /// 0 when the table does not say.
    pub column: u64,
}

type Slice<'d> = EndianSlice<'d, LittleEndian>;

impl Image {
    /// The source line of the instruction at `addr`, if the input has a line table that says.
    /// `read` gives the contents of the inputs once more.
    pub fn line_of<'b>(
        &self,
        addr: Addr,
        read: &dyn Fn(&Path) -> io::Result<&'b [u8]>,
    ) -> Option<SourceLine> {
        let (placed, _) = self.object_at(addr)?;
        let source = source(placed, read)?;
        let sections = self.sections.get(placed.sections.clone())?;
        let load = |id: gimli::SectionId| -> Result<Vec<u8>, gimli::Error> {
            Ok(debug_section(&source, sections, id.name()).unwrap_or_default())
        };
        let loaded = gimli::DwarfSections::load(load).ok()?;
        let dwarf = loaded.borrow(|bytes| EndianSlice::new(bytes, LittleEndian));
        let mut units = dwarf.units();
        while let Ok(Some(header)) = units.next() {
            let unit = dwarf.unit(header).ok()?;
            if let Some(line) = line_in(&dwarf, &unit, addr.0) {
                return Some(line);
            }
        }
        None
    }
}

/// The section called `name` with its relocations applied.
fn debug_section(source: &Source<'_>, placed: &[PlacedSection], name: &str) -> Option<Vec<u8>> {
    let headers = &source.headers;
    let (index, header) =
        (0u32..).zip(headers.iter()).find(|(_, h)| headers.name(h) == Some(name.as_bytes()))?;
    if header.flags & u64::from(elf::SHF_COMPRESSED) != 0 {
        return None;
    }
    let mut bytes = headers.content(&header)?.to_vec();
    for relocs in headers.iter().filter(|h| h.kind == elf::SHT_RELA && h.info == index) {
        relocate(source, placed, &relocs, &mut bytes);
    }
    Some(bytes)
}

/// Applies the few kinds of relocation that debug sections have; others leave their field alone.
fn relocate(source: &Source<'_>, placed: &[PlacedSection], relocs: &Header, bytes: &mut [u8]) {
    let content = source.headers.content(relocs).unwrap_or_default();
    for raw in content.as_chunks::<24>().0 {
        let rela = Rela::read(raw);
        let width = match rela.kind {
            elf::R_X86_64_64 => 8,
            elf::R_X86_64_32 | elf::R_X86_64_32S => 4,
            _ => continue,
        };
        let Some(sym) = source.object.symbol(rela.symbol) else { continue };
        // Code that was left out gets address 0, where no code lies.
        let base = match source.object.home(rela.symbol, &sym) {
            Some(Home::Section(number)) => placed
                .binary_search_by_key(&number, |section| section.number)
                .map_or(0, |at| placed[at].range.start.0),
            _ => 0,
        };
        let value = base.wrapping_add(sym.value).wrapping_add(rela.addend as u64);
        let at = usize::try_from(rela.offset).unwrap_or(usize::MAX);
        let field = at.checked_add(width).and_then(|end| bytes.get_mut(at..end));
        for (to, from) in field.into_iter().flatten().zip(value.to_le_bytes()) {
            *to = from;
        }
    }
}

/// The line of `address` in one unit's table.
fn line_in(
    dwarf: &gimli::Dwarf<Slice<'_>>,
    unit: &gimli::Unit<Slice<'_>>,
    address: u64,
) -> Option<SourceLine> {
    let mut rows = unit.line_program.clone()?.rows();
    let mut before: Option<gimli::LineRow> = None;
    while let Ok(Some((header, row))) = rows.next_row() {
        let found = before.filter(|before| before.address() <= address && address < row.address());
        if let Some(found) = found {
            return Some(SourceLine {
                file: file_name(dwarf, unit, header, &found)?,
                line: found.line()?.get(),
                column: match found.column() {
                    gimli::ColumnType::LeftEdge => 0,
                    gimli::ColumnType::Column(column) => column.get(),
                },
            });
        }
        before = (!row.end_sequence()).then_some(*row);
    }
    None
}

fn file_name(
    dwarf: &gimli::Dwarf<Slice<'_>>,
    unit: &gimli::Unit<Slice<'_>>,
    header: &gimli::LineProgramHeader<Slice<'_>>,
    row: &gimli::LineRow,
) -> Option<String> {
    let text = |value| {
        let slice = dwarf.attr_string(unit, value).ok()?;
        Some(slice.to_string_lossy().into_owned())
    };
    let file = row.file(header)?;
    let mut path = std::path::PathBuf::new();
    if let Some(folder) = unit.comp_dir {
        path.push(folder.to_string_lossy().as_ref());
    }
    if let Some(folder) = file.directory(header).and_then(text) {
        path.push(folder);
    }
    path.push(text(file.path_name())?);
    Some(path.to_string_lossy().into_owned())
}
