//! The bytes of one relocatable ELF file in; its sections, symbols and relocations out, borrowed.
//!
//! Nothing is believed: every table is checked against the length of the file, and the sum of all
//! section contents may not exceed it, so that no file costs more than its own size. Records are
//! read as byte arrays, because an archive member is aligned to two bytes only.

use object::elf;

use crate::eh_frame::{self, EhFrame};
use crate::error::LinkError;
use crate::names;

/// A file, or a member of an archive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileName<'a> {
    pub(crate) path: &'a str,
    pub(crate) member: Option<&'a [u8]>,
    /// Where the member's header lies in the archive.
    pub(crate) at: u64,
}

impl std::fmt::Display for FileName<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.member {
            None => f.write_str(self.path),
            Some(member) => write!(f, "{}({})", self.path, String::from_utf8_lossy(member)),
        }
    }
}

impl FileName<'_> {
    pub(crate) fn malformed(&self, what: impl Into<String>) -> LinkError {
        LinkError::Malformed { file: self.to_string(), what: what.into() }
    }

    pub(crate) fn unsupported(&self, what: impl Into<String>) -> LinkError {
        LinkError::Unsupported { file: self.to_string(), what: what.into() }
    }
}

/// What becomes of a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// Not loaded: debug information, notes, comments, the tables of the file itself.
    Ignored,
    /// In a COMDAT group of which an earlier file gave the copy that is used.
    Discarded,
    Text,
    /// A piece of the function that runs before the arrays do, or after them.
    InitCode,
    FiniCode,
    Rodata,
    /// Written by relocations only: constant for the program.
    Relro,
    Preinit,
    Init,
    Ctors,
    Fini,
    Dtors,
    EhFrame,
    Tdata,
    Tbss,
    Data,
    Bss,
}

impl Class {
    /// Functions run before `main` or after it: always kept.
    pub(crate) fn is_array(self) -> bool {
        matches!(
            self,
            Class::Preinit
                | Class::Init
                | Class::Ctors
                | Class::Fini
                | Class::Dtors
                | Class::InitCode
                | Class::FiniCode
        )
    }

    pub(crate) fn is_loaded(self) -> bool {
        !matches!(self, Class::Ignored | Class::Discarded)
    }

    pub(crate) fn has_content(self) -> bool {
        !matches!(self, Class::Bss | Class::Tbss)
    }
}

/// One relocation record, as it stands in the file.
pub(crate) type RawRela = [u8; 24];
pub(crate) type RawSym = [u8; 24];

#[derive(Clone, Copy, Debug)]
pub(crate) struct Rela {
    pub(crate) offset: u64,
    pub(crate) kind: u32,
    pub(crate) symbol: u32,
    pub(crate) addend: i64,
}

impl Rela {
    #[inline]
    pub(crate) fn read(raw: &RawRela) -> Rela {
        let info = u64_in(raw, 8);
        Rela {
            offset: u64_in(raw, 0),
            kind: info as u32,
            symbol: (info >> 32) as u32,
            addend: u64_in(raw, 16) as i64,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Sym {
    pub(crate) name: u32,
    pub(crate) info: u8,
    pub(crate) other: u8,
    pub(crate) shndx: u16,
    pub(crate) value: u64,
    pub(crate) size: u64,
}

impl Sym {
    #[inline]
    pub(crate) fn read(raw: &RawSym) -> Sym {
        Sym {
            name: u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]),
            info: raw[4],
            other: raw[5],
            shndx: u16::from_le_bytes([raw[6], raw[7]]),
            value: u64_in(raw, 8),
            size: u64_in(raw, 16),
        }
    }

    pub(crate) fn bind(&self) -> u8 {
        self.info >> 4
    }

    pub(crate) fn kind(&self) -> u8 {
        self.info & 15
    }
}

#[inline]
fn u64_in<const N: usize>(raw: &[u8; N], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&raw[at..at + 8]);
    u64::from_le_bytes(word)
}

#[derive(Debug)]
pub(crate) struct Section<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) class: Class,
    /// `__start_NAME` and `__stop_NAME` frame it.
    pub(crate) named: bool,
    /// To be kept although nothing points at it.
    pub(crate) retain: bool,
    /// Empty for a section without content.
    pub(crate) data: &'a [u8],
    pub(crate) size: u64,
    pub(crate) align: u32,
    /// The object it belongs to.
    pub(crate) object: u32,
    pub(crate) relocs: &'a [RawRela],
}

/// A section group: all its sections are used, or none.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub(crate) signature: &'a [u8],
    pub(crate) members: &'a [[u8; 4]],
}

#[derive(Debug)]
pub(crate) struct Object<'a> {
    pub(crate) file: FileName<'a>,
    pub(crate) symbols: &'a [RawSym],
    pub(crate) strings: &'a [u8],
    /// Section numbers of symbols whose own field is too narrow for them.
    wide: &'a [[u8; 4]],
    pub(crate) first_global: u32,
    /// Number of its section 0 among all sections of the link.
    pub(crate) base: u32,
    pub(crate) section_count: u32,
    /// By `symbol index - first_global`: the symbol's number in the link.
    pub(crate) globals: Vec<u32>,
    /// By the same index: name and its hash.
    pub(crate) names: Vec<(&'a [u8], u64)>,
    pub(crate) groups: Vec<Group<'a>>,
    pub(crate) eh_frames: Vec<EhFrame>,
}

/// Where a symbol of an object is defined, by the object's own account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Home {
    Undefined,
    Absolute,
    Common,
    /// A section by its number in the file.
    Section(u32),
}

impl<'a> Object<'a> {
    #[inline]
    pub(crate) fn symbol(&self, index: u32) -> Option<Sym> {
        self.symbols.get(index as usize).map(Sym::read)
    }

    /// Where `sym`, number `index`, is defined; `None` when its section does not exist.
    #[inline]
    pub(crate) fn home(&self, index: u32, sym: &Sym) -> Option<Home> {
        let section = match sym.shndx {
            elf::SHN_UNDEF => return Some(Home::Undefined),
            elf::SHN_ABS => return Some(Home::Absolute),
            elf::SHN_COMMON | LARGE_COMMON => return Some(Home::Common),
            elf::SHN_XINDEX => u32::from_le_bytes(*self.wide.get(index as usize)?),
            elf::SHN_LORESERVE.. => return None,
            narrow => u32::from(narrow),
        };
        (section < self.section_count).then_some(Home::Section(section))
    }

    pub(crate) fn name_of(&self, sym: &Sym) -> Option<&'a [u8]> {
        text(self.strings, sym.name as usize)
    }
}

/// An object just read, not yet numbered.
#[derive(Debug)]
pub(crate) struct Parsed<'a> {
    pub(crate) object: Object<'a>,
    pub(crate) sections: Vec<Section<'a>>,
}

/// SHN_X86_64_LCOMMON: a common symbol of the large code model.
const LARGE_COMMON: u16 = 0xff02;
/// SHT_CREL: compact relocations, an experiment of LLVM's.
const COMPACT_RELOCATIONS: u32 = 0x4000_0014;
/// SHF_GNU_RETAIN.
const RETAIN: u64 = 1 << 21;

/// The longest name that is accepted: longer than any mangled template, short enough that a
/// hostile table pointing at one long string many times stays cheap.
const LONGEST_NAME: usize = 1 << 16;
/// The largest alignment of a section: beyond it no slab could serve.
const LARGEST_ALIGN: u64 = 1 << 20;

/// The NUL-terminated string at `at`.
pub(crate) fn text(strings: &[u8], at: usize) -> Option<&[u8]> {
    let rest = strings.get(at..)?;
    let rest = rest.get(..LONGEST_NAME).unwrap_or(rest);
    let end = rest.iter().position(|&byte| byte == 0)?;
    rest.get(..end)
}

pub(crate) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

pub(crate) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

pub(crate) fn u64_at(data: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

/// The type field of an ELF file for this machine, or what is wrong with it.
pub(crate) fn file_type(data: &[u8]) -> Result<u16, &'static str> {
    match data.get(..6) {
        Some([0x7f, b'E', b'L', b'F', 2, 1]) => {}
        Some([0x7f, b'E', b'L', b'F', 1, _]) => return Err("a 32-bit ELF file"),
        Some([0x7f, b'E', b'L', b'F', ..]) => return Err("not a little-endian ELF file"),
        _ => return Err("no ELF header"),
    }
    if u16_at(data, 18) != Some(elf::EM_X86_64) {
        return Err("not made for x86-64");
    }
    u16_at(data, 16).ok_or("the ELF header is cut off")
}

/// A section header, decoded.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(crate) name: u32,
    pub(crate) kind: u32,
    pub(crate) flags: u64,
    offset: u64,
    pub(crate) size: u64,
    pub(crate) link: u32,
    pub(crate) info: u32,
    align: u64,
}

impl Header {
    fn read(raw: &[u8; 64]) -> Header {
        let word = |at: usize| u32::from_le_bytes([raw[at], raw[at + 1], raw[at + 2], raw[at + 3]]);
        Header {
            name: word(0),
            kind: word(4),
            flags: u64_in(raw, 8),
            offset: u64_in(raw, 24),
            size: u64_in(raw, 32),
            link: word(40),
            info: word(44),
            align: u64_in(raw, 48),
        }
    }

    /// The content, empty for sections that have none in the file.
    pub(crate) fn content<'a>(&self, data: &'a [u8]) -> Option<&'a [u8]> {
        if self.kind == elf::SHT_NOBITS || self.kind == elf::SHT_NULL {
            return Some(&[]);
        }
        let start = usize::try_from(self.offset).ok()?;
        let end = start.checked_add(usize::try_from(self.size).ok()?)?;
        data.get(start..end)
    }
}

/// The section headers of an ELF file.
pub(crate) struct Headers<'a> {
    raw: &'a [[u8; 64]],
    names: &'a [u8],
    data: &'a [u8],
}

impl<'a> Headers<'a> {
    pub(crate) fn read(data: &'a [u8]) -> Result<Headers<'a>, &'static str> {
        let short = "the ELF header is cut off";
        let start = u64_at(data, 40).ok_or(short)?;
        let size = u16_at(data, 58).ok_or(short)?;
        let narrow_count = u16_at(data, 60).ok_or(short)?;
        let narrow_names = u16_at(data, 62).ok_or(short)?;
        if start == 0 {
            return Ok(Headers { raw: &[], names: &[], data });
        }
        if size != 64 {
            return Err("section headers of an unknown size");
        }
        let outside = "the section headers lie outside the file";
        let rest = usize::try_from(start).ok().and_then(|at| data.get(at..)).ok_or(outside)?;
        let (rest, _) = rest.as_chunks::<64>();
        let zero = rest.first().map(Header::read).ok_or(outside)?;
        let count = if narrow_count == 0 { zero.size } else { u64::from(narrow_count) };
        let raw = usize::try_from(count).ok().and_then(|n| rest.get(..n)).ok_or(outside)?;
        let names =
            if narrow_names == elf::SHN_XINDEX { zero.link } else { u32::from(narrow_names) };
        let names = match raw.get(names as usize) {
            Some(header) => {
                Header::read(header).content(data).ok_or("section names outside the file")?
            }
            None => return Err("the section of section names does not exist"),
        };
        Ok(Headers { raw, names, data })
    }

    pub(crate) fn len(&self) -> usize {
        self.raw.len()
    }

    pub(crate) fn get(&self, index: u32) -> Option<Header> {
        self.raw.get(index as usize).map(Header::read)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Header> + use<'a> {
        self.raw.iter().map(Header::read)
    }

    pub(crate) fn name(&self, header: &Header) -> Option<&'a [u8]> {
        text(self.names, header.name as usize)
    }

    pub(crate) fn content(&self, header: &Header) -> Option<&'a [u8]> {
        header.content(self.data)
    }

    /// The content of the section that `header` links to.
    pub(crate) fn linked(&self, header: &Header) -> Option<&'a [u8]> {
        self.content(&self.get(header.link)?)
    }
}

/// Reads a relocatable file.
pub(crate) fn parse<'a>(file: FileName<'a>, data: &'a [u8]) -> Result<Parsed<'a>, LinkError> {
    match file_type(data) {
        Ok(elf::ET_REL) => {}
        Ok(_) => return Err(file.unsupported("an ELF file that is neither object nor library")),
        Err(what) => return Err(file.malformed(what)),
    }
    let headers = Headers::read(data).map_err(|what| file.malformed(what))?;
    let mut object = Object {
        file,
        symbols: &[],
        strings: &[],
        wide: &[],
        first_global: 0,
        base: 0,
        section_count: headers.len() as u32,
        globals: Vec::new(),
        names: Vec::new(),
        groups: Vec::new(),
        eh_frames: Vec::new(),
    };
    let mut sections = read_sections(&headers, &file)?;
    for header in headers.iter() {
        match header.kind {
            elf::SHT_SYMTAB => read_symbols(&mut object, &headers, &header)?,
            elf::SHT_SYMTAB_SHNDX => {
                let content = headers.content(&header).unwrap_or_default();
                object.wide = content.as_chunks::<4>().0;
            }
            elf::SHT_RELA => attach_relocations(&headers, &header, &mut sections, &file)?,
            elf::SHT_REL | COMPACT_RELOCATIONS => {
                let target = sections.get(header.info as usize);
                if target.is_some_and(|target| target.class.is_loaded()) {
                    let what = "relocations in another form than SHT_RELA";
                    return Err(file.unsupported(what));
                }
            }
            _ => {}
        }
    }
    for header in headers.iter().filter(|header| header.kind == elf::SHT_GROUP) {
        read_group(&mut object, &headers, &header)?;
    }
    hash_names(&mut object)?;
    for (index, section) in sections.iter().enumerate() {
        if section.class == Class::EhFrame && section.size > 0 {
            object.eh_frames.push(eh_frame::parse(&file, section, index as u32)?);
        }
    }
    Ok(Parsed { object, sections })
}

fn read_sections<'a>(
    headers: &Headers<'a>,
    file: &FileName<'a>,
) -> Result<Vec<Section<'a>>, LinkError> {
    let mut sections = Vec::with_capacity(headers.len());
    let mut total = 0usize;
    for (index, header) in headers.iter().enumerate() {
        let name = headers
            .name(&header)
            .ok_or_else(|| file.malformed(format!("section {index} has no readable name")))?;
        let shown = || String::from_utf8_lossy(name);
        let data = headers
            .content(&header)
            .ok_or_else(|| file.malformed(format!("section {} lies outside the file", shown())))?;
        total = total.saturating_add(data.len());
        let class = classify(name, &header);
        if class.is_loaded() && header.size > LARGEST_SECTION {
            return Err(LinkError::LargeSection {
                file: file.to_string(),
                section: shown().into_owned(),
                bytes: header.size,
                largest: largest_symbol(headers, index),
            });
        }
        if class.is_loaded() {
            check_loaded(&header, class).map_err(|(hard, what)| {
                let what = format!("section {} {what}", shown());
                if hard { file.malformed(what) } else { file.unsupported(what) }
            })?;
        }
        sections.push(Section {
            name,
            class,
            named: class.is_loaded() && class != Class::EhFrame && is_c_name(name),
            retain: header.flags & RETAIN != 0,
            data,
            size: header.size,
            align: header.align.clamp(1, LARGEST_ALIGN) as u32,
            object: 0,
            relocs: &[],
        });
    }
    if total > headers.data.len() {
        return Err(file.malformed("its sections overlap"));
    }
    Ok(sections)
}

/// No link may be larger.
const LARGEST_SECTION: u64 = 1 << 31;

/// The symbol that takes most of a section, and how much.
fn largest_symbol(headers: &Headers<'_>, section: usize) -> Option<(String, u64)> {
    let table = headers.iter().find(|header| header.kind == elf::SHT_SYMTAB)?;
    let strings = headers.linked(&table)?;
    let symbols = headers.content(&table)?.as_chunks::<24>().0.iter().map(Sym::read);
    let own = symbols.filter(|symbol| usize::from(symbol.shndx) == section);
    let largest = own.max_by_key(|symbol| symbol.size)?;
    let name = text(strings, largest.name as usize)?;
    let known = !name.is_empty() && largest.size > 0;
    known.then(|| (String::from_utf8_lossy(name).into_owned(), largest.size))
}

/// Whether this linker can load such a section: `Err((damaged, what))`.
fn check_loaded(header: &Header, class: Class) -> Result<(), (bool, &'static str)> {
    let flags = header.flags;
    if header.align > 1 && !header.align.is_power_of_two() {
        return Err((true, "has an alignment that is no power of two"));
    }
    if header.align > LARGEST_ALIGN {
        return Err((true, "has an alignment above 1 MiB"));
    }
    if flags & u64::from(elf::SHF_COMPRESSED) != 0 {
        return Err((false, "is loaded and compressed"));
    }
    if flags & u64::from(elf::SHF_WRITE) != 0 && flags & u64::from(elf::SHF_EXECINSTR) != 0 {
        return Err((false, "is writable and executable"));
    }
    if (class.has_content()) == (header.kind == elf::SHT_NOBITS) {
        return Err((false, "is code or constant without content"));
    }
    Ok(())
}

fn classify(name: &[u8], header: &Header) -> Class {
    let flag = |bit: u32| header.flags & u64::from(bit) != 0;
    if !flag(elf::SHF_ALLOC) || flag(elf::SHF_EXCLUDE) {
        return Class::Ignored;
    }
    let nobits = header.kind == elf::SHT_NOBITS;
    match header.kind {
        elf::SHT_NULL | elf::SHT_NOTE => return Class::Ignored,
        elf::SHT_PREINIT_ARRAY => return Class::Preinit,
        elf::SHT_INIT_ARRAY => return Class::Init,
        elf::SHT_FINI_ARRAY => return Class::Fini,
        _ => {}
    }
    let family = |stem: &[u8]| {
        name.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"."))
    };
    if family(b".eh_frame") {
        return Class::EhFrame;
    }
    if flag(elf::SHF_EXECINSTR) {
        return match name {
            b".init" => Class::InitCode,
            b".fini" => Class::FiniCode,
            _ => Class::Text,
        };
    }
    if flag(elf::SHF_TLS) {
        return if nobits { Class::Tbss } else { Class::Tdata };
    }
    if !nobits {
        if family(b".preinit_array") {
            return Class::Preinit;
        }
        if family(b".init_array") {
            return Class::Init;
        }
        if family(b".ctors") {
            return Class::Ctors;
        }
        if family(b".fini_array") {
            return Class::Fini;
        }
        if family(b".dtors") {
            return Class::Dtors;
        }
    }
    match (flag(elf::SHF_WRITE), nobits) {
        (_, true) => Class::Bss,
        (true, false) if family(b".data.rel.ro") => Class::Relro,
        (true, false) => Class::Data,
        (false, false) => Class::Rodata,
    }
}

/// A name that C can spell: such sections have `__start_` and `__stop_` symbols.
fn is_c_name(name: &[u8]) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    name.first().is_some_and(|first| !first.is_ascii_digit()) && name.iter().all(word)
}

fn read_symbols<'a>(
    object: &mut Object<'a>,
    headers: &Headers<'a>,
    header: &Header,
) -> Result<(), LinkError> {
    if !object.symbols.is_empty() {
        return Err(object.file.malformed("two symbol tables"));
    }
    let content = headers.content(header).unwrap_or_default();
    object.symbols = content.as_chunks::<24>().0;
    object.strings = headers
        .linked(header)
        .ok_or_else(|| object.file.malformed("the symbol table has no strings"))?;
    object.first_global = header.info;
    if header.info as usize > object.symbols.len() {
        return Err(object.file.malformed("more local symbols than symbols"));
    }
    Ok(())
}

fn attach_relocations<'a>(
    headers: &Headers<'a>,
    header: &Header,
    sections: &mut [Section<'a>],
    file: &FileName<'a>,
) -> Result<(), LinkError> {
    let Some(target) = sections.get_mut(header.info as usize) else {
        return Err(file.malformed("relocations for a section that does not exist"));
    };
    if !target.class.is_loaded() {
        return Ok(());
    }
    if !target.relocs.is_empty() {
        return Err(file.malformed("two relocation sections for one section"));
    }
    if !target.class.has_content() {
        return Err(file.malformed("relocations for a section without content"));
    }
    target.relocs = headers.content(header).unwrap_or_default().as_chunks::<24>().0;
    Ok(())
}

fn read_group<'a>(
    object: &mut Object<'a>,
    headers: &Headers<'a>,
    header: &Header,
) -> Result<(), LinkError> {
    let bad = || object.file.malformed("a section group without flags, members or signature");
    let content = headers.content(header).unwrap_or_default();
    let (words, _) = content.as_chunks::<4>();
    let (flags, members) = words.split_first().ok_or_else(bad)?;
    if u32::from_le_bytes(*flags) & elf::GRP_COMDAT == 0 {
        return Ok(());
    }
    let sym = object.symbol(header.info).ok_or_else(bad)?;
    // A section symbol as signature: the section's name (clang does so for `ld -r` output).
    let signature = if sym.kind() == elf::STT_SECTION {
        let home = headers.get(u32::from(sym.shndx)).ok_or_else(bad)?;
        headers.name(&home).ok_or_else(bad)?
    } else {
        object.name_of(&sym).ok_or_else(bad)?
    };
    object.groups.push(Group { signature, members });
    Ok(())
}

fn hash_names(object: &mut Object<'_>) -> Result<(), LinkError> {
    let globals = object.symbols.get(object.first_global as usize..).unwrap_or_default();
    object.names = Vec::with_capacity(globals.len());
    for (index, raw) in globals.iter().enumerate() {
        let sym = Sym::read(raw);
        let Some(name) = text(object.strings, sym.name as usize) else {
            let what =
                format!("symbol {} has no readable name", index + object.first_global as usize);
            return Err(object.file.malformed(what));
        };
        if name == b"__gnu_lto_slim" {
            let what = "compiled with -flto and holds no machine code (-ffat-lto-objects does)";
            return Err(object.file.unsupported(what));
        }
        object.names.push((name, names::hash(name)));
    }
    Ok(())
}
