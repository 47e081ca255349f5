//! The link graph: sections (the blocks), symbols, and the edges between them, by number.
//!
//! Edges are not copied out of the input: an edge *is* the relocation record in the borrowed bytes
//! of its section, and [`Graph::target`] says what it points at. Local symbols are not copied
//! either. Only names that files share become [`Symbol`]s, and the few local ones that need an
//! entry in a table ([`Graph::promoted`]).

use std::collections::HashMap;

use crate::elf::{Home, Object, Section};
use crate::resolve::Visibility;
use crate::shared::{Kind, SharedLibrary};

/// Where a symbol is defined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Def {
    /// By nobody here: the caller must know it.
    Undefined,
    /// By an archive member that has not been loaded: archive and offset of the member.
    Lazy(u32, u64),
    /// In a section, at `value`.
    Section(u32),
    Absolute,
    /// An uninitialised C variable with this alignment; `place` once layout has been made.
    Common(u32),
    /// By a shared library, its number.
    Shared(u32),
    /// By the linker itself.
    Provided(Provided),
}

/// Names the linker defines when they are used and nobody else does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Provided {
    DsoHandle,
    Got,
    /// `_TLS_MODULE_BASE_`: what DTPOFF counts from, here the thread pointer itself.
    TlsModule,
    TextStart,
    TextEnd,
    DataEnd,
    BssStart,
    End,
    PreinitStart,
    PreinitEnd,
    InitStart,
    InitEnd,
    FiniStart,
    FiniEnd,
    /// `__start_NAME`, `__stop_NAME`: the number of the name.
    Start(u32),
    Stop(u32),
}

/// Table entries that the edges to a symbol ask for, one bit each.
pub(crate) mod need {
    /// An address in the constant pool.
    pub(crate) const GOT: u8 = 1;
    /// A jump that reaches everywhere.
    pub(crate) const STUB: u8 = 2;
    /// The stub is the function's address for everyone.
    pub(crate) const CANONICAL: u8 = 4;
    /// A copy of a library's variable that near code can address.
    pub(crate) const COPY: u8 = 8;
    /// The distance from the thread pointer, in a cell.
    pub(crate) const TP_CELL: u8 = 16;
    /// Module and offset for `__tls_get_addr`.
    pub(crate) const TLS_PAIR: u8 = 32;
    /// Some live section points at it.
    pub(crate) const USED: u8 = 128;
}

/// No entry in that table.
pub(crate) const NONE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(crate) struct Symbol<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) hash: u64,
    pub(crate) def: Def,
    pub(crate) value: u64,
    pub(crate) size: u64,
    pub(crate) kind: Kind,
    pub(crate) visibility: Visibility,
    /// A definition that gives way, or references that can do without one.
    pub(crate) weak: bool,
    /// An input refers to it or defines it (an archive's index alone does not count).
    pub(crate) seen: bool,
    /// A shared library expects somebody to define it.
    pub(crate) expected: bool,
    pub(crate) needs: u8,
    /// The object that defines it, or refers to it first.
    pub(crate) object: u32,
    pub(crate) got: u32,
    pub(crate) stub: u32,
    /// The GOT entry its stub jumps through.
    pub(crate) jump: u32,
    /// Offset of the copy, or of the TLS pair, in the tables of the data pool.
    pub(crate) cell: u32,
    /// Offset of the thread-pointer cell in the GOT.
    pub(crate) tp_cell: u32,
}

impl<'a> Symbol<'a> {
    pub(crate) fn new(name: &'a [u8], hash: u64, object: u32) -> Symbol<'a> {
        Symbol {
            name,
            hash,
            def: Def::Undefined,
            value: 0,
            size: 0,
            kind: Kind::Unknown,
            visibility: Visibility::Default,
            weak: false,
            seen: false,
            expected: false,
            needs: 0,
            object,
            got: NONE,
            stub: NONE,
            jump: NONE,
            cell: NONE,
            tp_cell: NONE,
        }
    }

    /// Its address comes from outside.
    pub(crate) fn is_external(&self) -> bool {
        matches!(self.def, Def::Undefined | Def::Lazy(..) | Def::Shared(_))
    }
}

#[derive(Default)]
pub(crate) struct Graph<'a> {
    pub(crate) objects: Vec<Object<'a>>,
    pub(crate) sections: Vec<Section<'a>>,
    pub(crate) symbols: Vec<Symbol<'a>>,
    pub(crate) libraries: Vec<SharedLibrary<'a>>,
    /// Local symbols with an entry in a table: (object, index) to symbol number.
    pub(crate) promoted: HashMap<(u32, u32), u32>,
    /// What `Provided::Start` and `Provided::Stop` frame: a name and the sections that have it.
    pub(crate) framed: Vec<(&'a [u8], Vec<u32>)>,
}

/// What an edge points at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    /// Symbol 0: no symbol at all, the value is the addend.
    Nothing,
    /// A place in a section, from a local symbol.
    Local {
        section: u32,
        value: u64,
        elf_type: u8,
    },
    Absolute(u64),
    Symbol(u32),
}

impl<'a> Object<'a> {
    /// What the object's symbol number `index` means, or what is wrong with it.
    #[inline]
    pub(crate) fn target(&self, index: u32) -> Result<Target, &'static str> {
        if index == 0 {
            return Ok(Target::Nothing);
        }
        if let Some(global) = index.checked_sub(self.first_global) {
            let number = self.globals.get(global as usize);
            return number.map(|&number| Target::Symbol(number)).ok_or("no such symbol");
        }
        let sym = self.symbol(index).ok_or("no such symbol")?;
        match self.home(index, &sym) {
            Some(Home::Section(section)) => Ok(Target::Local {
                section: self.base + section,
                value: sym.value,
                elf_type: sym.kind(),
            }),
            Some(Home::Absolute) => Ok(Target::Absolute(sym.value)),
            Some(Home::Common) => Err("a local common symbol"),
            Some(Home::Undefined) => Err("a local symbol that is not defined"),
            None => Err("the symbol's section does not exist"),
        }
    }
}

impl<'a> Graph<'a> {
    /// The number of a local symbol that has a table entry.
    pub(crate) fn promoted(&self, section: &Section<'_>, index: u32) -> Option<u32> {
        self.promoted.get(&(section.object, index)).copied()
    }

    pub(crate) fn object_of(&self, section: &Section<'_>) -> &Object<'a> {
        &self.objects[section.object as usize]
    }
}
