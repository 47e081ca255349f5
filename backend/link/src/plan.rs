//! The first phase, and the crate's front door: named inputs in, a [`Plan`] out. A plan knows
//! everything but addresses: the memory it asks for, the names it cannot define itself, the shared
//! libraries to open, its thread-local storage.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use executor::addr::Addr;
use executor::segment::SegmentRequest;
use object::elf;

use crate::apply::is_own;
use crate::archive::{self, Archive};
use crate::elf::{self as file, FileName};
use crate::error::{Errors, LinkError};
use crate::graph::{Def, Graph, need};
use crate::layout::{Layout, layout};
use crate::resolve::{Resolver, read};
use crate::shared::{Kind, SharedLibrary};
use crate::tables::{self, Tables};
use crate::{prune, script, verify};

/// A file to link: object, archive, shared library or linker script, by its content.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    pub path: &'a str,
    pub bytes: &'a [u8],
    /// Of an archive: load every member.
    pub whole_archive: bool,
    /// Of a shared library: it is needed only when something is taken from it.
    pub as_needed: bool,
}

impl<'a> Input<'a> {
    pub fn new(path: &'a str, bytes: &'a [u8]) -> Input<'a> {
        Input { path, bytes, whole_archive: false, as_needed: false }
    }
}

/// What stays although nothing refers to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// Every section that can be loaded.
    Everything,
    /// Everything another module can see: for programs that open libraries which bind to them.
    Exported,
    /// Only what the roots reach.
    Roots,
}

/// How to link. [`Options::default`] keeps everything, reads no files and knows no names.
pub struct Options<'o, 'a> {
    pub keep: Keep,
    /// Must be defined, and is a root.
    pub entry: Option<&'a str>,
    /// Further roots; they are pulled out of archives and need not exist.
    pub roots: &'o [&'a str],
    /// Names that somebody defines already, and more strongly than archives and libraries do:
    /// no archive member is loaded for them.
    pub defined_outside: &'o dyn Fn(&[u8]) -> bool,
    /// Reads a file that an input names (linker script, thin archive). [`crate::Files`] keeps it.
    pub read_file: &'o dyn Fn(&Path) -> io::Result<Input<'a>>,
    /// Where `-l` in a linker script looks, and names without a directory.
    pub search: &'o [PathBuf],
    /// Threads to use where a link is large enough: 1 or 2.
    pub threads: usize,
}

impl Default for Options<'_, '_> {
    fn default() -> Self {
        Options {
            keep: Keep::Everything,
            entry: None,
            roots: &[],
            defined_outside: &|_| false,
            read_file: &|_| Err(io::Error::from(io::ErrorKind::NotFound)),
            search: &[],
            threads: 2,
        }
    }
}

/// A name whose address the caller has to supply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExternalName<'a> {
    /// May carry a version: `name@VERSION`.
    pub name: &'a [u8],
    /// It may stay undefined and is null then.
    pub weak: bool,
    /// What it is, if one of the given libraries defines it.
    pub kind: Kind,
    /// The library that defines it, by its place in [`Plan::libraries`].
    pub library: Option<usize>,
    /// A variable that code reaches as if it were near: see [`CopyNeed`].
    pub copy: Option<CopyNeed>,
}

/// A variable of a library in code made without -fPIC. Where the answer is an address out of
/// reach the image has a copy of its own. Better is an address in reach: memory for the variable
/// that is made known before the library is opened, so that the library uses it as well.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CopyNeed {
    pub size: u64,
    /// Its place in the library: names with the same one are the same variable.
    pub value: u64,
}

/// What the caller found for an external name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum External {
    /// Nothing: an error unless the name is weak.
    Missing,
    /// Its address. For code of the session that can be redirected: the address of its stub.
    At(Addr),
    /// A thread-local variable of the session, at this distance from the thread pointer.
    Tls { offset: i64 },
    /// A thread-local variable of a shared library: the executor fills the cells.
    LibraryTls,
}

/// A shared library to open before the image runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Library<'a> {
    pub path: &'a str,
    pub soname: Option<&'a [u8]>,
    /// False for one to be opened only as needed from which nothing is taken.
    pub needed: bool,
}

/// The thread-local block a link needs in the executor's static TLS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TlsNeed {
    pub size: u64,
    pub align: u64,
}

/// What the first phase did, for `--stats`.
#[derive(Clone, Copy, Default, Debug)]
pub struct Stats {
    pub objects: usize,
    pub symbols: usize,
    pub sections: usize,
    pub live_sections: usize,
    pub bytes_read: u64,
    pub read_and_resolve: Duration,
    pub prune: Duration,
    pub layout: Duration,
}

pub struct Plan<'a> {
    pub(crate) graph: Graph<'a>,
    pub(crate) live: Vec<bool>,
    pub(crate) tables: Tables,
    pub(crate) layout: Layout<'a>,
    /// The symbols behind [`Plan::externals`].
    pub(crate) external_symbols: Vec<u32>,
    pub(crate) threads: usize,
    pub(crate) entry: Option<u32>,
    /// Own symbols that references find elsewhere.
    pub(crate) redirects: Vec<(u32, Addr)>,
    externals: Vec<ExternalName<'a>>,
    libraries: Vec<Library<'a>>,
    stats: Stats,
}

impl<'a> Plan<'a> {
    /// The memory the image needs, in the order in which [`Plan::place`] takes the addresses.
    pub fn requests(&self) -> &[SegmentRequest] {
        &self.layout.requests
    }

    /// The names to look up, in the order in which [`Plan::place`] takes the answers.
    pub fn externals(&self) -> &[ExternalName<'a>] {
        &self.externals
    }

    /// The shared libraries among the inputs.
    pub fn libraries(&self) -> &[Library<'a>] {
        &self.libraries
    }

    /// The functions and objects that this link defines for others.
    pub fn defined(&self) -> impl Iterator<Item = (&'a [u8], Kind)> {
        self.graph.symbols.iter().filter(|s| is_own(s)).map(|s| (s.name, s.kind))
    }

    /// References to an own symbol are bound to `to` instead of its place here: a stub that jumps
    /// to it, or the object that it replaces. Unwind information still describes the code itself.
    pub fn redirect(&mut self, name: &[u8], to: Addr) {
        let own = |s: &crate::graph::Symbol<'_>| is_own(s) && s.name == name;
        if let Some(number) = self.graph.symbols.iter().position(own) {
            self.redirects.push((number as u32, to));
        }
    }

    pub fn tls(&self) -> Option<TlsNeed> {
        self.layout.tls.map(|block| TlsNeed { size: block.size, align: block.align })
    }

    pub fn stats(&self) -> Stats {
        self.stats
    }
}

/// Reads the inputs, resolves names, drops what is not used and lays out the rest.
pub fn plan<'a>(inputs: &[Input<'a>], options: &Options<'_, 'a>) -> Result<Plan<'a>, Errors> {
    let start = Instant::now();
    let mut resolver = Resolver::new(options);
    let entry = read_inputs(inputs, options, &mut resolver);
    resolver.finish();
    let Resolver { mut graph, mut errors, bytes_read, mut roots, .. } = resolver;
    if let Some(entry) = entry.filter(|_| errors.is_empty()) {
        let symbol = &graph.symbols[entry as usize];
        if matches!(symbol.def, Def::Undefined | Def::Shared(_)) {
            let symbol = String::from_utf8_lossy(symbol.name).into_owned();
            errors.push(LinkError::NoEntry { symbol });
        }
    }
    errors = errors.or(Errors::default())?;
    let resolved = Instant::now();
    roots.sort_unstable();
    roots.dedup();
    roots.retain(|&root| !graph.symbols[root as usize].is_external());
    let live = prune::mark(&mut graph, &roots, options.keep, &mut errors);
    errors.or(())?;
    let pruned = Instant::now();
    let tables = tables::build(&mut graph)
        .ok_or(LinkError::TooLarge { segment: "data", bytes: u64::MAX })?;
    let layout = layout(&graph, &live, &tables)?;
    let used = |symbol: &crate::graph::Symbol<'_>| {
        symbol.is_external() && symbol.needs & need::USED != 0 && !symbol.name.is_empty()
    };
    let external_symbols: Vec<u32> =
        (0..graph.symbols.len() as u32).filter(|&id| used(&graph.symbols[id as usize])).collect();
    let plan = Plan {
        externals: external_symbols.iter().map(|&id| external(&graph, id)).collect(),
        libraries: libraries(&graph, &external_symbols),
        external_symbols,
        threads: options.threads,
        entry,
        redirects: Vec::new(),
        stats: Stats {
            objects: graph.objects.len(),
            symbols: graph.symbols.len(),
            sections: graph.sections.len(),
            live_sections: live.iter().filter(|live| **live).count(),
            bytes_read,
            read_and_resolve: resolved - start,
            prune: pruned - resolved,
            layout: pruned.elapsed(),
        },
        graph,
        live,
        tables,
        layout,
    };
    if cfg!(debug_assertions) {
        verify::verify(&plan);
    }
    Ok(plan)
}

fn external<'a>(graph: &Graph<'a>, id: u32) -> ExternalName<'a> {
    let symbol = &graph.symbols[id as usize];
    ExternalName {
        name: symbol.name,
        weak: symbol.weak,
        kind: symbol.kind,
        library: match symbol.def {
            Def::Shared(number) => Some(number as usize),
            _ => None,
        },
        copy: (symbol.needs & need::COPY != 0)
            .then_some(CopyNeed { size: symbol.size, value: symbol.value }),
    }
}

fn libraries<'a>(graph: &Graph<'a>, externals: &[u32]) -> Vec<Library<'a>> {
    let library = |(number, library): (u32, &SharedLibrary<'a>)| Library {
        path: library.path,
        soname: library.soname,
        needed: !library.as_needed
            || externals.iter().any(|&id| graph.symbols[id as usize].def == Def::Shared(number)),
    };
    (0..).zip(&graph.libraries).map(library).collect()
}

/// How deep linker scripts may name each other.
const DEPTH: usize = 8;

/// Objects first (all in one batch), then archives and libraries in their order.
fn read_inputs<'a>(
    inputs: &[Input<'a>],
    options: &Options<'_, 'a>,
    resolver: &mut Resolver<'_, 'a>,
) -> Option<u32> {
    let mut found = Found::default();
    for input in inputs {
        if let Err(error) = found.classify(input, options, 0) {
            resolver.errors.push(error);
        }
    }
    let mut batch = found.objects;
    let mut later = Vec::with_capacity(found.later.len());
    for (input, whole) in found.later {
        let read = match input {
            Later::Archive(archive) if whole => {
                whole_archive(&archive, resolver, &mut batch).map(|()| None)
            }
            other => Ok(Some(other)),
        };
        match read {
            Ok(rest) => later.extend(rest),
            Err(error) => resolver.errors.push(error),
        }
    }
    resolver.add_batch(batch);
    let entry = options.entry.map(|name| resolver.require(name.as_bytes()));
    for name in options.roots {
        resolver.require(name.as_bytes());
    }
    for input in later {
        match input {
            Later::Archive(archive) => {
                if let Err(error) = resolver.add_archive(archive) {
                    resolver.errors.push(error);
                }
            }
            Later::Library(library) => resolver.add_library(library),
        }
    }
    entry
}

fn whole_archive<'a>(
    archive: &Archive<'a>,
    resolver: &Resolver<'_, 'a>,
    batch: &mut Vec<(FileName<'a>, &'a [u8])>,
) -> Result<(), LinkError> {
    for offset in archive.members()? {
        let (name, data) = resolver.member(archive, offset)?;
        if file::file_type(data).is_ok() {
            batch.push((name, data));
        }
    }
    Ok(())
}

#[derive(Default)]
struct Found<'a> {
    objects: Vec<(FileName<'a>, &'a [u8])>,
    later: Vec<(Later<'a>, bool)>,
}

enum Later<'a> {
    Archive(Archive<'a>),
    Library(SharedLibrary<'a>),
}

impl<'a> Found<'a> {
    fn classify(
        &mut self,
        input: &Input<'a>,
        options: &Options<'_, 'a>,
        depth: usize,
    ) -> Result<(), LinkError> {
        let Input { path, bytes, whole_archive, as_needed } = *input;
        let name = FileName { path, member: None, at: 0 };
        if archive::is_archive(bytes) {
            let archive = Archive::parse(path, bytes)?;
            self.later.push((Later::Archive(archive), whole_archive));
            return Ok(());
        }
        if bytes.starts_with(b"\x7fELF") {
            match file::file_type(bytes) {
                Ok(elf::ET_DYN) => {
                    let mut library = SharedLibrary::parse(path, bytes)?;
                    library.as_needed = as_needed;
                    self.later.push((Later::Library(library), false));
                }
                _ => self.objects.push((name, bytes)),
            }
            return Ok(());
        }
        if bytes.starts_with(b"BC\xc0\xde") {
            return Err(name.unsupported("LLVM bitcode; compile it without -flto"));
        }
        if !script::is_script(bytes) {
            return Err(name.malformed("neither object, archive, shared library nor linker script"));
        }
        if depth >= DEPTH {
            return Err(name.malformed("linker scripts name each other too deeply"));
        }
        for file in script::parse(path, bytes)? {
            let found = find(file.name, path, options)?;
            let as_needed = as_needed || file.as_needed;
            self.classify(&Input { whole_archive, as_needed, ..found }, options, depth + 1)?;
        }
        Ok(())
    }
}

/// The file a script names: a path, `-lNAME`, or a name to search for.
fn find<'a>(
    name: &'a str,
    named_by: &str,
    options: &Options<'_, 'a>,
) -> Result<Input<'a>, LinkError> {
    if name.contains('/') {
        return read(options, Path::new(name), named_by);
    }
    let beside = Path::new(named_by).parent().unwrap_or(Path::new(""));
    let folders = || std::iter::once(beside).chain(options.search.iter().map(PathBuf::as_path));
    let files: Vec<PathBuf> = match name.strip_prefix("-l") {
        None => folders().map(|folder| folder.join(name)).collect(),
        Some(stem) => folders()
            .flat_map(|folder| {
                [folder.join(format!("lib{stem}.so")), folder.join(format!("lib{stem}.a"))]
            })
            .collect(),
    };
    let found = files.iter().find_map(|file| (options.read_file)(file).ok());
    found.ok_or_else(|| LinkError::Unreadable {
        file: name.to_owned(),
        named_by: named_by.to_owned(),
        why: "it is in none of the folders searched".to_owned(),
    })
}
