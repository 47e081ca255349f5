//! Names to definitions. Objects first; then archives and shared libraries in their order, from
//! which only what is still missing is taken.
//!
//! Rules: a strong definition beats a common one, that beats a weak one; two strong ones are an
//! error. An archive member is loaded when a strong reference needs it, from the first archive
//! that has it, wherever the reference stands (so groups need nothing). A weak reference loads
//! nothing. The first of several COMDAT groups with one signature stays.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use object::elf;

use crate::archive::{Archive, Content};
use crate::elf::{self as file, Class, FileName, Home, Parsed, Sym};
use crate::error::{Errors, LinkError};
use crate::graph::{Def, Graph, Provided, Symbol};
use crate::names::{self, NameTable};
use crate::plan::{Input, Options};
use crate::shared::{Kind, SharedLibrary};

/// Who may see a symbol; a smaller one constrains more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Visibility {
    Internal,
    Hidden,
    Protected,
    Default,
}

impl Visibility {
    fn of(other: u8) -> Visibility {
        match other & 3 {
            elf::STV_INTERNAL => Visibility::Internal,
            elf::STV_HIDDEN => Visibility::Hidden,
            elf::STV_PROTECTED => Visibility::Protected,
            _ => Visibility::Default,
        }
    }

    /// Other modules may bind to it.
    pub fn is_exported(self) -> bool {
        self >= Visibility::Protected
    }
}

pub(crate) struct Resolver<'o, 'a> {
    pub(crate) graph: Graph<'a>,
    pub(crate) errors: Errors,
    pub(crate) bytes_read: u64,
    /// Symbols that must stay although no object needs them.
    pub(crate) roots: Vec<u32>,
    options: &'o Options<'o, 'a>,
    table: NameTable,
    groups: HashSet<&'a [u8]>,
    archives: Vec<Archive<'a>>,
    /// Shared libraries that stood before an archive: one count for each archive.
    libraries_before: Vec<usize>,
    /// Members somebody needs: the symbol, its archive, the member's offset.
    queue: Vec<(u32, u32, u64)>,
    loaded: HashSet<(u32, u64)>,
}

impl<'o, 'a> Resolver<'o, 'a> {
    pub(crate) fn new(options: &'o Options<'o, 'a>) -> Resolver<'o, 'a> {
        Resolver {
            graph: Graph::default(),
            errors: Errors::default(),
            bytes_read: 0,
            roots: Vec::new(),
            options,
            table: NameTable::with_capacity(0),
            groups: HashSet::new(),
            archives: Vec::new(),
            libraries_before: Vec::new(),
            queue: Vec::new(),
            loaded: HashSet::new(),
        }
    }

    /// The number of the symbol called `name`.
    pub(crate) fn find(&self, name: &[u8]) -> Option<u32> {
        let symbols = &self.graph.symbols;
        self.table.find(names::hash(name), |id| symbols[id as usize].name == name)
    }

    fn intern(&mut self, name: &'a [u8], hash: u64, object: u32) -> u32 {
        let symbols = &mut self.graph.symbols;
        if let Some(id) = self.table.find(hash, |id| symbols[id as usize].name == name) {
            return id;
        }
        let id = symbols.len() as u32;
        symbols.push(Symbol::new(name, hash, object));
        self.table.insert(hash, id, |id| symbols[id as usize].hash);
        id
    }

    /// Takes a parsed object into the graph.
    pub(crate) fn add_object(&mut self, parsed: Parsed<'a>) {
        let Parsed { mut object, mut sections } = parsed;
        let number = self.graph.objects.len() as u32;
        object.base = self.graph.sections.len() as u32;
        for section in &mut sections {
            section.object = number;
        }
        self.drop_known_groups(&object, &mut sections);
        self.graph.sections.append(&mut sections);
        let names = std::mem::take(&mut object.names);
        let first = object.first_global;
        object.globals = Vec::with_capacity(names.len());
        let symbols = &self.graph.symbols;
        self.table.reserve(names.len(), |id| symbols[id as usize].hash);
        for (index, (name, hash)) in names.into_iter().enumerate() {
            let index = first + index as u32;
            let Some(sym) = object.symbol(index) else { break };
            let id = match self.add_symbol(&object, number, index, &sym, name, hash) {
                Ok(id) => id,
                Err(what) => {
                    let shown = String::from_utf8_lossy(name);
                    self.errors.push(object.file.malformed(format!("symbol {shown}: {what}")));
                    self.intern(name, hash, number)
                }
            };
            object.globals.push(id);
        }
        self.graph.objects.push(object);
    }

    /// Marks the sections of groups of which a copy is already there.
    fn drop_known_groups(&mut self, object: &file::Object<'a>, sections: &mut [file::Section<'a>]) {
        for group in &object.groups {
            if self.groups.insert(group.signature) {
                continue;
            }
            for member in group.members {
                let index = u32::from_le_bytes(*member) as usize;
                match sections.get_mut(index) {
                    Some(section) if section.class != Class::Ignored => {
                        section.class = Class::Discarded;
                    }
                    Some(_) => {}
                    None => self
                        .errors
                        .push(object.file.malformed("a group of sections that do not exist")),
                }
            }
        }
        for section in sections {
            if section.class.is_loaded()
                && section.name.starts_with(b".gnu.linkonce.")
                && !self.groups.insert(section.name)
            {
                section.class = Class::Discarded;
            }
        }
    }

    fn add_symbol(
        &mut self,
        object: &file::Object<'a>,
        number: u32,
        index: u32,
        sym: &Sym,
        name: &'a [u8],
        hash: u64,
    ) -> Result<u32, &'static str> {
        let weak = match sym.bind() {
            elf::STB_GLOBAL => false,
            elf::STB_WEAK | elf::STB_GNU_UNIQUE => true,
            elf::STB_LOCAL => return Err("local, but behind the first global one"),
            _ => return Err("an unknown binding"),
        };
        let home = object.home(index, sym).ok_or("its section does not exist")?;
        let def = match home {
            Home::Undefined => None,
            Home::Absolute => Some(Def::Absolute),
            Home::Common => Some(Def::Common(common_align(sym.value)?)),
            Home::Section(section) => {
                let section = object.base + section;
                let home = &self.graph.sections[section as usize];
                if home.class.is_loaded() && sym.value > home.size {
                    return Err("it lies outside its section");
                }
                // A definition in a dropped group is a reference to the copy that stayed.
                (home.class != Class::Discarded).then_some(Def::Section(section))
            }
        };
        // `name@@VERSION` defines the default version of `name`.
        let id = match def.and_then(|_| name.windows(2).position(|pair| pair == b"@@")) {
            Some(at) => {
                let name = name.get(..at).unwrap_or(name);
                self.intern(name, names::hash(name), number)
            }
            None => self.intern(name, hash, number),
        };
        let symbol = &mut self.graph.symbols[id as usize];
        symbol.visibility = symbol.visibility.min(Visibility::of(sym.other));
        match def {
            None => self.reference(id, weak, number),
            Some(def) => self.define(id, def, sym, weak, &object.file),
        }
        if def.is_some() && self.graph.symbols[id as usize].object == NEW {
            self.graph.symbols[id as usize].object = number;
        }
        Ok(id)
    }

    /// An input refers to the symbol.
    fn reference(&mut self, id: u32, weak: bool, object: u32) {
        let symbol = &mut self.graph.symbols[id as usize];
        if !symbol.is_external() {
            return;
        }
        if !symbol.seen {
            symbol.object = object;
        }
        symbol.weak = weak && (!symbol.seen || symbol.weak);
        symbol.seen = true;
        if !weak {
            self.want(id);
        }
    }

    /// Queues the archive member that defines a symbol, if that is where it comes from.
    fn want(&mut self, id: u32) {
        let symbol = &mut self.graph.symbols[id as usize];
        let Def::Lazy(archive, offset) = symbol.def else { return };
        let before = self.libraries_before.get(archive as usize).copied().unwrap_or(0);
        let libraries = self.graph.libraries.get(..before).unwrap_or_default();
        if (self.options.defined_outside)(symbol.name)
            || libraries.iter().any(|library| library.find(symbol.name).is_some())
        {
            symbol.def = Def::Undefined;
        } else {
            self.queue.push((id, archive, offset));
        }
    }

    fn define(&mut self, id: u32, def: Def, sym: &Sym, weak: bool, file: &FileName<'a>) {
        let symbol = &mut self.graph.symbols[id as usize];
        symbol.seen = true;
        let rank = |def: Def, weak: bool| match def {
            _ if weak => 1,
            Def::Common(_) => 2,
            _ => 3,
        };
        let mut def = def;
        let mut size = sym.size;
        if !symbol.is_external() {
            let (old, new) = (rank(symbol.def, symbol.weak), rank(def, weak));
            if let (Def::Common(one), Def::Common(other)) = (symbol.def, def) {
                def = Def::Common(one.max(other));
                size = size.max(symbol.size);
            } else if old == 3 && new == 3 {
                if def != Def::Absolute || symbol.def != def || symbol.value != sym.value {
                    let first = self.graph.objects.get(symbol.object as usize);
                    self.errors.push(LinkError::Duplicate {
                        symbol: String::from_utf8_lossy(symbol.name).into_owned(),
                        first: first.map_or(file.to_string(), |object| object.file.to_string()),
                        second: file.to_string(),
                    });
                }
                return;
            } else if new <= old {
                return;
            }
        }
        symbol.def = def;
        symbol.weak = weak;
        symbol.value = if matches!(def, Def::Common(_)) { 0 } else { sym.value };
        symbol.size = size;
        symbol.kind = match def {
            Def::Common(_) => Kind::Object,
            _ => Kind::of(sym.kind()),
        };
        symbol.object = NEW;
    }

    /// Makes the members of an archive available.
    pub(crate) fn add_archive(&mut self, archive: Archive<'a>) -> Result<(), LinkError> {
        let number = self.archives.len() as u32;
        let index = if archive.has_index() { archive.index()? } else { self.make_index(&archive)? };
        self.archives.push(archive);
        self.libraries_before.push(self.graph.libraries.len());
        let symbols = &self.graph.symbols;
        self.table.reserve(index.len(), |id| symbols[id as usize].hash);
        for (name, offset) in index {
            let id = self.intern(name, names::hash(name), 0);
            let symbol = &mut self.graph.symbols[id as usize];
            if symbol.def == Def::Undefined {
                symbol.def = Def::Lazy(number, offset);
                if symbol.expected || (symbol.seen && !symbol.weak) {
                    self.want(id);
                }
            }
        }
        self.load_members();
        Ok(())
    }

    /// The index of an archive that was packed without one.
    fn make_index(&self, archive: &Archive<'a>) -> Result<Vec<(&'a [u8], u64)>, LinkError> {
        let mut index = Vec::new();
        for offset in archive.members()? {
            let (name, data) = self.member(archive, offset)?;
            if file::file_type(data) != Ok(elf::ET_REL) {
                continue;
            }
            let object = file::parse(name, data)?.object;
            for (at, (name, _)) in object.names.iter().enumerate() {
                let sym = object.symbol(object.first_global + at as u32);
                if sym.is_some_and(|sym| sym.shndx != elf::SHN_UNDEF) {
                    index.push((*name, offset));
                }
            }
        }
        Ok(index)
    }

    /// Name and content of the member at `offset`.
    pub(crate) fn member(
        &self,
        archive: &Archive<'a>,
        offset: u64,
    ) -> Result<(FileName<'a>, &'a [u8]), LinkError> {
        let member = archive.member(offset)?;
        let name = FileName { path: archive.path, member: Some(member.name), at: offset };
        match member.content {
            Content::Inside(data) => Ok((name, data)),
            Content::Elsewhere(path) => Ok((name, read(self.options, &path, archive.path)?.bytes)),
        }
    }

    /// Loads queued members, and the members those need, until nothing is missing.
    fn load_members(&mut self) {
        while !self.queue.is_empty() {
            let mut batch = Vec::new();
            for (id, archive, offset) in std::mem::take(&mut self.queue) {
                let still = matches!(self.graph.symbols[id as usize].def, Def::Lazy(..));
                if !still || !self.loaded.insert((archive, offset)) {
                    continue;
                }
                match self.member(&self.archives[archive as usize], offset) {
                    Ok(member) => batch.push(member),
                    Err(error) => self.errors.push(error),
                }
            }
            self.add_batch(batch);
        }
    }

    /// Parses objects, on several threads where that pays, and adds them in their order.
    pub(crate) fn add_batch(&mut self, batch: Vec<(FileName<'a>, &'a [u8])>) {
        self.bytes_read += batch.iter().map(|(_, data)| data.len() as u64).sum::<u64>();
        for parsed in parse_all(&batch, self.options.threads) {
            match parsed {
                Ok(parsed) => self.add_object(parsed),
                Err(error) => self.errors.push(error),
            }
        }
    }

    pub(crate) fn add_library(&mut self, library: SharedLibrary<'a>) {
        let expected: Vec<_> = library.undefined().filter(|(_, weak)| !weak).collect();
        self.graph.libraries.push(library);
        for (name, _) in expected {
            let id = self.intern(name, names::hash(name), 0);
            self.graph.symbols[id as usize].expected = true;
            self.want(id);
        }
        self.load_members();
    }

    /// A name the caller wants, out of archives too: the entry point, `--undefined`. Where nobody
    /// defines it, it is no root, and needed only if some section needs it.
    pub(crate) fn require(&mut self, name: &'a [u8]) -> u32 {
        let id = self.intern(name, names::hash(name), 0);
        self.reference(id, false, 0);
        self.load_members();
        self.roots.push(id);
        id
    }

    /// All inputs are in: what is still missing comes from libraries, the linker or outside.
    pub(crate) fn finish(&mut self) {
        let mut roots = std::mem::take(&mut self.roots);
        for library in &self.graph.libraries {
            let wanted: Vec<_> = library.undefined().collect();
            wanted.iter().filter_map(|(name, _)| self.find(name)).for_each(|id| roots.push(id));
        }
        self.roots = roots;
        let Graph { symbols, libraries, framed, sections, .. } = &mut self.graph;
        let mut frames = Frames { sections, framed, by_name: None };
        for symbol in symbols.iter_mut().filter(|symbol| symbol.seen) {
            if !matches!(symbol.def, Def::Undefined | Def::Lazy(..)) {
                continue;
            }
            symbol.def = Def::Undefined;
            let outside = (self.options.defined_outside)(symbol.name);
            let found = libraries.iter().zip(0..).find_map(|(library, number)| {
                library.find(symbol.name).map(|found| (number, found))
            });
            // Somebody else's function of that name is a function as well: a stub may stand for it.
            if let Some((_, found)) = found
                && outside
                && matches!(found.kind, Kind::Function | Kind::Ifunc)
            {
                symbol.kind = found.kind;
            }
            if let Some((number, found)) = found.filter(|_| !outside) {
                symbol.def = Def::Shared(number);
                symbol.kind = found.kind;
                symbol.value = found.value;
                symbol.size = found.size;
            } else if !outside && let Some(provided) = provided(symbol.name, &mut frames) {
                symbol.def = Def::Provided(provided);
                symbol.visibility = Visibility::Hidden;
            }
        }
    }
}

/// The object being added, before it has its number.
const NEW: u32 = u32::MAX;

/// Reads a file that `named_by` names.
pub(crate) fn read<'a>(
    options: &Options<'_, 'a>,
    path: &Path,
    named_by: &str,
) -> Result<Input<'a>, LinkError> {
    (options.read_file)(path).map_err(|error| LinkError::Unreadable {
        file: path.display().to_string(),
        named_by: named_by.to_owned(),
        why: error.to_string(),
    })
}

fn common_align(value: u64) -> Result<u32, &'static str> {
    match u32::try_from(value) {
        Ok(align) if align <= 1 << 20 && align.max(1).is_power_of_two() => Ok(align.max(1)),
        _ => Err("a common symbol with an impossible alignment"),
    }
}

/// Sections with names that C can spell, found by name once somebody asks.
struct Frames<'f, 'a> {
    sections: &'f [file::Section<'a>],
    framed: &'f mut Vec<(&'a [u8], Vec<u32>)>,
    /// By name: the number among the framed ones. All are there after the first question.
    by_name: Option<HashMap<&'a [u8], u32>>,
}

impl Frames<'_, '_> {
    /// The number of the frame around the sections called `name`, if there are any.
    fn find(&mut self, name: &[u8]) -> Option<u32> {
        let (sections, framed) = (self.sections, &mut *self.framed);
        let by_name = self.by_name.get_or_insert_with(|| {
            let mut by_name = HashMap::new();
            for (section, at) in sections.iter().zip(0u32..).filter(|(section, _)| section.named) {
                let number = *by_name.entry(section.name).or_insert_with(|| {
                    framed.push((section.name, Vec::new()));
                    framed.len() as u32 - 1
                });
                framed[number as usize].1.push(at);
            }
            by_name
        });
        by_name.get(name).copied()
    }
}

/// A symbol the linker defines.
fn provided(name: &[u8], frames: &mut Frames<'_, '_>) -> Option<Provided> {
    if let Some(section) = name.strip_prefix(b"__start_") {
        return frames.find(section).map(Provided::Start);
    }
    if let Some(section) = name.strip_prefix(b"__stop_") {
        return frames.find(section).map(Provided::Stop);
    }
    Some(match name {
        b"__dso_handle" => Provided::DsoHandle,
        b"_TLS_MODULE_BASE_" => Provided::TlsModule,
        b"_GLOBAL_OFFSET_TABLE_" => Provided::Got,
        b"__executable_start" => Provided::TextStart,
        b"etext" | b"_etext" | b"__etext" => Provided::TextEnd,
        b"edata" | b"_edata" => Provided::DataEnd,
        b"__bss_start" => Provided::BssStart,
        b"end" | b"_end" => Provided::End,
        b"__preinit_array_start" => Provided::PreinitStart,
        b"__preinit_array_end" => Provided::PreinitEnd,
        b"__init_array_start" => Provided::InitStart,
        b"__init_array_end" => Provided::InitEnd,
        b"__fini_array_start" => Provided::FiniStart,
        b"__fini_array_end" => Provided::FiniEnd,
        _ => return None,
    })
}

/// Below this many bytes a second thread costs more than it saves: reading is fast, one MiB of
/// objects takes 0.1 ms.
const PARALLEL: usize = 32 << 20;

fn parse_all<'a>(
    batch: &[(FileName<'a>, &'a [u8])],
    threads: usize,
) -> Vec<Result<Parsed<'a>, LinkError>> {
    let parse = |part: &[(FileName<'a>, &'a [u8])]| -> Vec<_> {
        part.iter().map(|&(name, data)| file::parse(name, data)).collect()
    };
    let total: usize = batch.iter().map(|(_, data)| data.len()).sum();
    if threads < 2 || total < PARALLEL || batch.len() < 2 {
        return parse(batch);
    }
    let mut half = 0;
    let mut at = 0;
    while half < total / 2 && at < batch.len() - 1 {
        half += batch[at].1.len();
        at += 1;
    }
    let (one, other) = batch.split_at(at);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| parse(other));
        let mut all = parse(one);
        match other.join() {
            Ok(rest) => all.extend(rest),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        all
    })
}
