//! Shared libraries as files, for crash reports: what lies at an address of one that the executor
//! had mapped. In: the file and where it was mapped; out: names and unwind information.

use crate::unwind::Section;
use executor::addr::{Addr, AddrRange, PAGE};
use executor::wire::MappedCode;
use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSegment, ObjectSymbol, SymbolKind};

pub(crate) struct Library<'f> {
    pub(crate) path: String,
    range: AddrRange,
    base: u64,
    file: ElfFile64<'f>,
}

impl<'f> Library<'f> {
    pub(crate) fn read(code: &MappedCode, bytes: &'f [u8]) -> Option<Library<'f>> {
        let file = ElfFile64::parse(bytes).ok()?;
        let from = file.segments().find_map(|s| {
            let (at, len) = s.file_range();
            let at = at & !(PAGE - 1);
            (at <= code.offset && code.offset - at < len)
                .then(|| (s.address() & !(PAGE - 1)).wrapping_add(code.offset - at))
        })?;
        let base = code.range.start.0.wrapping_sub(from);
        Some(Library { path: code.path.clone(), range: code.range, base, file })
    }

    pub(crate) fn covers(&self, addr: Addr) -> bool {
        self.range.contains(addr)
    }

    /// The function an address lies in, and how far; the library's own offset where none is known.
    pub(crate) fn function_at(&self, addr: Addr) -> (Option<String>, u64) {
        let inside = addr.0.wrapping_sub(self.base);
        let symbols = self.file.symbols().chain(self.file.dynamic_symbols());
        let covering = symbols
            .filter(|s| s.kind() == SymbolKind::Text && s.is_definition())
            .find(|s| inside.wrapping_sub(s.address()) < s.size());
        match covering.and_then(|s| Some((s.name().ok()?.to_string(), inside - s.address()))) {
            Some((name, offset)) => (Some(name), offset),
            None => (None, inside),
        }
    }

    pub(crate) fn frames(&self) -> Option<Section<'f>> {
        let section = self.file.section_by_name(".eh_frame")?;
        let start = Addr(self.base.wrapping_add(section.address()));
        Some(Section { start, bytes: section.data().ok()? })
    }
}
