//! The result of a link: patched bytes, and the tables a session needs.

use executor::addr::{Addr, AddrRange};
use executor::segment::Pool;

use crate::resolve::Visibility;
use crate::shared::Kind;

/// One segment: what to write where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bytes {
    pub pool: Pool,
    pub address: Addr,
    /// Empty when the caller had its own buffers: [`crate::Plan::place_into`].
    pub content: Vec<u8>,
    /// Bytes of content and zeros behind it.
    pub size: u64,
}

/// A global symbol the image defines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Defined {
    pub(crate) name: (u32, u32),
    /// For [`Kind::Tls`] the distance from the thread pointer, as a two's complement.
    pub address: Addr,
    pub size: u64,
    pub kind: Kind,
    pub weak: bool,
    pub visibility: Visibility,
}

/// The executor calls `resolver` and stores what it returns at `cell`, before initialisation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ifunc {
    pub cell: Addr,
    pub resolver: Addr,
}

/// The executor copies a library's variable here before initialisation; all code of the image
/// uses the copy. Only code made without -fPIC needs that: it can reach 2 GiB, the library is
/// further away and cannot be told to use the copy itself, as `ld` would have it.
///
/// So the two are equal when the program starts and part ways when either side stores. That is
/// enough for `stdout` and its like, constants, vtables and type information. The stream objects
/// of libstdc++ must be constructed first (`std::ios_base::Init`), or a dead one is copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Copy {
    pub from: Addr,
    pub to: Addr,
    pub size: u64,
}

/// The executor fills this cell for a thread-local symbol of a shared library.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TlsCell {
    pub cell: Addr,
    pub name: String,
    /// The library by its place in [`crate::Plan::libraries`], if it is known.
    pub library: Option<usize>,
    /// The symbol's offset in the library's TLS block.
    pub offset: u64,
    /// Module number and offset, 16 bytes for `__tls_get_addr`; else the 8-byte distance from the
    /// thread pointer, which exists only where the library lies in the static TLS.
    pub pair: bool,
}

/// The TLS block: `template` is what a thread starts with, then zeros up to `size`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TlsImage {
    pub template: AddrRange,
    pub size: u64,
    pub align: u64,
    pub offset: i64,
}

/// Where a section of an input has gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlacedSection {
    /// Its number in its object file.
    pub number: u32,
    pub range: AddrRange,
}

/// Where an input has gone: enough to find names and lines in it again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlacedObject {
    pub path: String,
    /// The archive member, and where its header lies in the archive.
    pub member: Option<(String, u64)>,
    /// Loaded sections in the order of the file; a range of [`Image::sections`].
    pub sections: std::ops::Range<usize>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Image {
    /// In the order of the requests.
    pub segments: Vec<Bytes>,
    pub entry: Option<Addr>,
    pub symbols: Vec<Defined>,
    pub(crate) names: String,
    /// Functions to run, first to last: `.preinit_array`, `.init`, then `.init_array`, `.ctors`.
    pub init: Vec<Addr>,
    /// Functions to run at the end, first to last.
    pub fini: Vec<Addr>,
    /// All frames, with a terminator: for `__register_frame`.
    pub eh_frame: Option<AddrRange>,
    pub tls: Option<TlsImage>,
    /// Tables of global objects with pointers, for the executor's collector.
    pub roots: Vec<AddrRange>,
    pub ifuncs: Vec<Ifunc>,
    pub copies: Vec<Copy>,
    pub tls_cells: Vec<TlsCell>,
    /// The value of `__dso_handle`, if the image uses it.
    pub dso_handle: Option<Addr>,
    pub objects: Vec<PlacedObject>,
    pub sections: Vec<PlacedSection>,
    pub relocations: usize,
}

impl Image {
    pub fn name(&self, symbol: &Defined) -> &str {
        self.names.get(symbol.name.0 as usize..symbol.name.1 as usize).unwrap_or_default()
    }

    /// The symbol called `name`. A linear search: a session keeps its own table.
    pub fn find(&self, name: &str) -> Option<&Defined> {
        self.symbols.iter().find(|symbol| self.name(symbol) == name)
    }

    /// The address ranges of the image, for the map from address to module.
    pub fn ranges(&self) -> impl Iterator<Item = (Pool, AddrRange)> {
        self.segments
            .iter()
            .map(|segment| (segment.pool, AddrRange::new(segment.address, segment.size)))
    }
}
