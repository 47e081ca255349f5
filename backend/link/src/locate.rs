//! From an address back to the input it came from: which object, which function. Nothing is kept
//! for this in an image but the places of sections; the file is read again when a report needs it.

use std::io;
use std::path::Path;

use executor::addr::Addr;
use object::elf;

use crate::archive::{self, Archive, Content};
use crate::elf::{FileName, Headers, Home, Object, parse};
use crate::image::{Image, PlacedObject, PlacedSection};

/// The function an address lies in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionAt {
    pub name: String,
    /// Bytes from its start.
    pub offset: u64,
    /// The path, and `path(member)` for an archive member.
    pub file: String,
}

/// The bytes of a placed object, found again.
pub(crate) struct Source<'s> {
    pub(crate) object: Object<'s>,
    pub(crate) headers: Headers<'s>,
}

impl PlacedObject {
    /// The path, and `path(member)` for an archive member.
    pub fn file(&self) -> String {
        match &self.member {
            None => self.path.clone(),
            Some((member, _)) => format!("{}({member})", self.path),
        }
    }
}

impl Image {
    /// The object and the section that `addr` lies in.
    pub fn object_at(&self, addr: Addr) -> Option<(&PlacedObject, PlacedSection)> {
        let at = self.sections.iter().position(|section| section.range.contains(addr))?;
        let object = self.objects.iter().find(|object| object.sections.contains(&at))?;
        Some((object, *self.sections.get(at)?))
    }

    /// The function that `addr` lies in, from the symbol table of the input; `read` gives the
    /// contents of the inputs once more, by the path they were linked under.
    pub fn function_at<'b>(
        &self,
        addr: Addr,
        read: &dyn Fn(&Path) -> io::Result<&'b [u8]>,
    ) -> Option<FunctionAt> {
        let (placed, section) = self.object_at(addr)?;
        let source = source(placed, read)?;
        let object = &source.object;
        let inside = addr.since(section.range.start);
        let mut best: Option<(u64, bool, &[u8])> = None;
        for index in 0..object.symbols.len() as u32 {
            let Some(sym) = object.symbol(index) else { continue };
            let function = match sym.kind() {
                elf::STT_FUNC | elf::STT_GNU_IFUNC => true,
                elf::STT_NOTYPE => false,
                _ => continue,
            };
            if object.home(index, &sym) != Some(Home::Section(section.number)) {
                continue;
            }
            let covers = function && inside.wrapping_sub(sym.value) < sym.size.max(1);
            let name = object.name_of(&sym).unwrap_or_default();
            if sym.value > inside || name.is_empty() {
                continue;
            }
            // A function around the address beats a label before it; then the nearest.
            if best.is_none_or(|(value, covered, _)| (covers, sym.value) > (covered, value)) {
                best = Some((sym.value, covers, name));
            }
        }
        let (start, _, name) = best?;
        Some(FunctionAt {
            name: String::from_utf8_lossy(name).into_owned(),
            offset: inside - start,
            file: placed.file(),
        })
    }
}

impl Image {
    /// The address of a name that only the object knows that lies around `near`.
    pub fn local_at<'b>(
        &self,
        near: Addr,
        name: &str,
        read: &dyn Fn(&Path) -> io::Result<&'b [u8]>,
    ) -> Option<Addr> {
        let (placed, _) = self.object_at(near)?;
        let source = source(placed, read)?;
        let sections = self.sections.get(placed.sections.clone())?;
        (0..source.object.symbols.len() as u32).find_map(|index| {
            let sym = source.object.symbol(index)?;
            if sym.kind() == elf::STT_TLS || source.object.name_of(&sym)? != name.as_bytes() {
                return None;
            }
            let Some(Home::Section(number)) = source.object.home(index, &sym) else { return None };
            let section = sections.iter().find(|section| section.number == number)?;
            Some(section.range.start.plus(sym.value))
        })
    }
}

/// Reads the object again.
pub(crate) fn source<'s, 'b: 's>(
    placed: &'s PlacedObject,
    read: &dyn Fn(&Path) -> io::Result<&'b [u8]>,
) -> Option<Source<'s>> {
    let bytes = read(Path::new(&placed.path)).ok()?;
    let (member, data) = match &placed.member {
        None => (None, bytes),
        Some((_, at)) if archive::is_archive(bytes) => {
            let member = Archive::parse(&placed.path, bytes).ok()?.member(*at).ok()?;
            match member.content {
                Content::Inside(data) => (Some(member.name), data),
                Content::Elsewhere(path) => (Some(member.name), read(&path).ok()?),
            }
        }
        Some(_) => return None,
    };
    // Only messages use the path, and none is made from here.
    let object = parse(FileName { path: "", member, at: 0 }, data).ok()?.object;
    Some(Source { object, headers: Headers::read(data).ok()? })
}
