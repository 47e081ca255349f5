//! The dynamic symbol table of a shared library: what it defines and what it expects from others.
//! Nothing is inserted anywhere: a name is looked up through the library's own hash table.

use std::collections::HashMap;
use std::sync::OnceLock;

use object::elf;

use crate::elf::{Headers, RawSym, Sym, text, u32_at};
use crate::error::LinkError;

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Nobody says.
    Unknown,
    Function,
    /// A function chosen by a function at load time (STT_GNU_IFUNC).
    Ifunc,
    Object,
    Tls,
}

impl Kind {
    pub(crate) fn of(elf_type: u8) -> Kind {
        match elf_type {
            elf::STT_FUNC => Kind::Function,
            elf::STT_GNU_IFUNC => Kind::Ifunc,
            elf::STT_OBJECT | elf::STT_COMMON => Kind::Object,
            elf::STT_TLS => Kind::Tls,
            _ => Kind::Unknown,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Kind::Unknown => "unknown",
            Kind::Function => "function",
            Kind::Ifunc => "ifunc",
            Kind::Object => "object",
            Kind::Tls => "tls",
        }
    }
}

/// A definition in a library. `value` is an offset in it, for [`Kind::Tls`] in its TLS block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SharedSymbol {
    pub(crate) kind: Kind,
    pub(crate) value: u64,
    pub(crate) size: u64,
    pub(crate) weak: bool,
}

pub(crate) struct SharedLibrary<'a> {
    pub(crate) path: &'a str,
    pub(crate) soname: Option<&'a [u8]>,
    pub(crate) as_needed: bool,
    symbols: &'a [RawSym],
    strings: &'a [u8],
    gnu: Option<GnuHash<'a>>,
    /// For a library without `.gnu.hash`: name to symbol number, made at the first question.
    by_name: OnceLock<HashMap<&'a [u8], u32>>,
}

struct GnuHash<'a> {
    first: u32,
    shift: u32,
    bloom: &'a [[u8; 8]],
    buckets: &'a [[u8; 4]],
    chains: &'a [[u8; 4]],
}

impl<'a> SharedLibrary<'a> {
    pub(crate) fn parse(path: &'a str, data: &'a [u8]) -> Result<SharedLibrary<'a>, LinkError> {
        let bad = |what: &str| LinkError::Malformed { file: path.into(), what: what.into() };
        let headers = Headers::read(data).map_err(bad)?;
        let mut library = SharedLibrary {
            path,
            soname: None,
            as_needed: false,
            symbols: &[],
            strings: &[],
            gnu: None,
            by_name: OnceLock::new(),
        };
        for header in headers.iter() {
            let content = || headers.content(&header).ok_or_else(|| bad("a section lies outside"));
            match header.kind {
                elf::SHT_DYNSYM => {
                    library.symbols = content()?.as_chunks::<24>().0;
                    library.strings =
                        headers.linked(&header).ok_or_else(|| bad("no dynamic strings"))?;
                }
                elf::SHT_GNU_HASH => {
                    library.gnu =
                        Some(GnuHash::parse(content()?).ok_or_else(|| bad("a bad .gnu.hash"))?);
                }
                elf::SHT_DYNAMIC => {
                    let strings = headers.linked(&header).ok_or_else(|| bad("no strings"))?;
                    library.soname = soname(content()?, strings);
                }
                _ => {}
            }
        }
        if library.symbols.is_empty() {
            return Err(bad("a shared library without a dynamic symbol table"));
        }
        Ok(library)
    }

    /// The definition of `name`; a version after `@` plays no part in the search.
    pub(crate) fn find(&self, name: &[u8]) -> Option<SharedSymbol> {
        let name = name.split(|&byte| byte == b'@').next().unwrap_or(name);
        let number = match &self.gnu {
            Some(gnu) => gnu.find(name, |number| self.name(number) == Some(name))?,
            None => *self.by_name.get_or_init(|| self.all_names()).get(name)?,
        };
        let sym = self.symbols.get(number as usize).map(Sym::read)?;
        if sym.shndx == elf::SHN_UNDEF || sym.bind() == elf::STB_LOCAL {
            return None;
        }
        Some(SharedSymbol {
            kind: Kind::of(sym.kind()),
            value: sym.value,
            size: sym.size,
            weak: sym.bind() == elf::STB_WEAK,
        })
    }

    fn all_names(&self) -> HashMap<&'a [u8], u32> {
        let all = self.symbols.iter().enumerate();
        all.filter(|(_, raw)| Sym::read(raw).shndx != elf::SHN_UNDEF)
            .filter_map(|(number, raw)| {
                Some((text(self.strings, Sym::read(raw).name as usize)?, number as u32))
            })
            .collect()
    }

    fn name(&self, number: u32) -> Option<&'a [u8]> {
        let sym = self.symbols.get(number as usize).map(Sym::read)?;
        text(self.strings, sym.name as usize)
    }

    /// The names this library expects others to define, and whether it can do without.
    pub(crate) fn undefined(&self) -> impl Iterator<Item = (&'a [u8], bool)> {
        // A library sorts what it defines behind `first`, what it needs stands before.
        let end = match &self.gnu {
            Some(gnu) if gnu.first > 1 => gnu.first as usize,
            _ => self.symbols.len(),
        };
        let before = self.symbols.get(..end).unwrap_or(self.symbols);
        before.iter().map(Sym::read).filter_map(|sym| {
            let global = sym.bind() == elf::STB_GLOBAL || sym.bind() == elf::STB_WEAK;
            let name = text(self.strings, sym.name as usize)?;
            (sym.shndx == elf::SHN_UNDEF && global && !name.is_empty())
                .then_some((name, sym.bind() == elf::STB_WEAK))
        })
    }
}

impl<'a> GnuHash<'a> {
    fn parse(data: &'a [u8]) -> Option<GnuHash<'a>> {
        let (buckets, first) = (u32_at(data, 0)? as usize, u32_at(data, 4)?);
        let (blooms, shift) = (u32_at(data, 8)? as usize, u32_at(data, 12)?);
        let rest = data.get(16..)?;
        let bloom = rest.get(..blooms.checked_mul(8)?)?;
        let rest = rest.get(blooms * 8..)?;
        let bucket_bytes = rest.get(..buckets.checked_mul(4)?)?;
        Some(GnuHash {
            first,
            shift: shift & 63,
            bloom: bloom.as_chunks::<8>().0,
            buckets: bucket_bytes.as_chunks::<4>().0,
            chains: rest.get(buckets * 4..)?.as_chunks::<4>().0,
        })
    }

    fn find(&self, name: &[u8], same: impl Fn(u32) -> bool) -> Option<u32> {
        let hash = name
            .iter()
            .fold(5381u32, |hash, &byte| hash.wrapping_mul(33).wrapping_add(u32::from(byte)));
        if self.bloom.is_empty() || self.buckets.is_empty() {
            return None;
        }
        let word = self.bloom.get(hash as usize / 64 % self.bloom.len())?;
        let bit = |hash: u64| 1u64 << (hash % 64);
        let mask = bit(u64::from(hash)) | bit(u64::from(hash) >> self.shift);
        if u64::from_le_bytes(*word) & mask != mask {
            return None;
        }
        let bucket = self.buckets.get(hash as usize % self.buckets.len())?;
        let mut number = u32::from_le_bytes(*bucket);
        loop {
            let chain = number.checked_sub(self.first)?;
            let link = u32::from_le_bytes(*self.chains.get(chain as usize)?);
            if link | 1 == hash | 1 && same(number) {
                return Some(number);
            }
            if link & 1 != 0 {
                return None;
            }
            number = number.checked_add(1)?;
        }
    }
}

fn soname<'a>(dynamic: &[u8], strings: &'a [u8]) -> Option<&'a [u8]> {
    let (entries, _) = dynamic.as_chunks::<16>();
    let entry = entries.iter().find(|entry| crate::elf::u64_at(*entry, 0) == Some(14))?;
    text(strings, usize::try_from(crate::elf::u64_at(entry, 8)?).ok()?)
}
