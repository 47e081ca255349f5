//! Interned spellings. A [`Name`] is an index; equal spellings have equal names. The table only
//! grows, and can be cut back to an earlier length when an input is dropped.
//!
//! Always holds: the first names are the spellings of [`Tok`] in its order, so a punctuator's
//! name is its kind; after them stand the names in [`known`]. Spellings lie in one arena; the
//! table is plain data, so `&Names` may be read by several threads. A spelling that is no UTF-8
//! (bytes inside a string literal) keeps its bytes beside a readable form.

use crate::token::Tok;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Name(pub u32);

impl Tok {
    /// The name of a punctuator's spelling (for other kinds: a name no source can spell).
    pub const fn name(self) -> Name {
        Name(self as u32)
    }
}

/// Defines constants for names the preprocessor itself asks for, in table order.
macro_rules! known {
    ($($id:ident = $text:literal,)*) => {
        /// Names the preprocessor itself asks for.
        pub mod known {
            use super::{FIRST_KNOWN, Name};
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            enum Index { $($id),* }
            $(pub const $id: Name = Name(FIRST_KNOWN + Index::$id as u32);)*
            pub(super) const TEXTS: &[&str] = &[$($text),*];
        }
    };
}

known! {
    DEFINE = "define", UNDEF = "undef", INCLUDE = "include", INCLUDE_NEXT = "include_next",
    IMPORT = "import", IF = "if", IFDEF = "ifdef", IFNDEF = "ifndef", ELIF = "elif",
    ELIFDEF = "elifdef", ELIFNDEF = "elifndef", ELSE = "else", ENDIF = "endif", LINE = "line",
    ERROR = "error", WARNING = "warning", PRAGMA = "pragma", IDENT = "ident", SCCS = "sccs",
    EMBED = "embed", ASSERT = "assert", UNASSERT = "unassert",
    DEFINED = "defined", VA_ARGS = "__VA_ARGS__", VA_OPT = "__VA_OPT__",
    PRAGMA_OP = "_Pragma", GCC = "GCC", ONCE = "once", PUSH_MACRO = "push_macro",
    POP_MACRO = "pop_macro", POISON = "poison", SYSTEM_HEADER = "system_header",
    DEPENDENCY = "dependency", DIAGNOSTIC = "diagnostic", LIMIT = "limit", PREFIX = "prefix", SUFFIX = "suffix",
    IF_EMPTY = "if_empty", TRUE = "true", FALSE = "false", STDC = "STDC", ZERO = "0", ONE = "1",
    MESSAGE = "message", EMPTY_STRING = "\"\"", GNU_LIMIT = "__limit__", GNU_PREFIX = "__prefix__",
    GNU_SUFFIX = "__suffix__", GNU_IF_EMPTY = "__if_empty__",
}

/// How many names stand before [`known`]: one for each [`Tok`].
const FIRST_KNOWN: u32 = Tok::Dollar as u32 + 1;

/// Set in `Spelling::len` when the spelling is no UTF-8.
const RAW: u32 = 1 << 31;

#[derive(Clone, Copy)]
struct Spelling {
    start: u32,
    len: u32,
}

/// The spellings of a session.
#[derive(Clone)]
pub struct Names {
    /// Open addressing, linear probing: the hash above, the index + 1 below, 0 when free.
    table: Vec<u64>,
    spelled: Vec<Spelling>,
    arena: String,
    /// The true bytes of spellings that are no UTF-8, by name, ascending.
    raw: Vec<(u32, Box<[u8]>)>,
}

impl Default for Names {
    fn default() -> Names {
        let mut names = Names {
            table: vec![0; 8192],
            spelled: Vec::with_capacity(4096),
            arena: String::with_capacity(48 << 10),
            raw: Vec::new(),
        };
        for kind in Tok::ALL {
            names.intern(kind.spelling());
        }
        for text in known::TEXTS {
            names.intern(text);
        }
        debug_assert_eq!(names.text(known::DEFINE), "define");
        debug_assert_eq!(names.text(known::GNU_IF_EMPTY), "__if_empty__");
        names
    }
}

/// Eight bytes at a time, multiply and rotate; the ends overlap instead of being padded.
#[inline]
fn hash(bytes: &[u8]) -> u32 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let n = bytes.len();
    let mut h = (n as u64).wrapping_mul(K);
    let mix = |h: u64, word: u64| (h.rotate_left(23) ^ word).wrapping_mul(K);
    if n >= 8 {
        for chunk in bytes.chunks_exact(8) {
            h = mix(h, chunk.first_chunk().map_or(0, |c| u64::from_le_bytes(*c)));
        }
        h = mix(h, bytes.last_chunk().map_or(0, |c| u64::from_le_bytes(*c)));
    } else if n >= 4 {
        let a = bytes.first_chunk().map_or(0, |c| u32::from_le_bytes(*c));
        let b = bytes.last_chunk().map_or(0, |c| u32::from_le_bytes(*c));
        h = mix(h, u64::from(a) << 32 | u64::from(b));
    } else if n > 0 {
        let word =
            u64::from(bytes[0]) | u64::from(bytes[n / 2]) << 8 | u64::from(bytes[n - 1]) << 16;
        h = mix(h, word);
    }
    (h >> 32) as u32
}

/// Whether the spellings are equal: most are short, and not worth a call.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        8..=16 => {
            a.first_chunk::<8>() == b.first_chunk::<8>() && a.last_chunk::<8>() == b.last_chunk()
        }
        4..=7 => {
            a.first_chunk::<4>() == b.first_chunk::<4>() && a.last_chunk::<4>() == b.last_chunk()
        }
        0..=3 => a.iter().eq(b),
        _ => a == b,
    }
}

impl Names {
    pub fn intern(&mut self, text: &str) -> Name {
        self.intern_bytes(text.as_bytes())
    }

    /// The name of a spelling given by its bytes, which need not be UTF-8.
    #[inline]
    pub fn intern_bytes(&mut self, bytes: &[u8]) -> Name {
        let hash = hash(bytes);
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let entry = self.table[slot];
            if entry == 0 {
                return self.insert(hash, slot, bytes);
            }
            if (entry >> 32) as u32 == hash {
                let name = Name(entry as u32 - 1);
                if same(self.bytes(name), bytes) {
                    return name;
                }
            }
            slot = (slot + 1) & mask;
        }
    }

    #[cold]
    fn insert(&mut self, hash: u32, slot: usize, bytes: &[u8]) -> Name {
        let index = self.spelled.len() as u32;
        let start = self.arena.len() as u32;
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                self.arena.push_str(text);
                self.spelled.push(Spelling { start, len: text.len() as u32 });
            }
            Err(_) => {
                self.arena.push_str(&String::from_utf8_lossy(bytes));
                self.spelled.push(Spelling { start, len: (self.arena.len() as u32 - start) | RAW });
                self.raw.push((index, bytes.into()));
            }
        }
        self.table[slot] = u64::from(hash) << 32 | u64::from(index + 1);
        if self.spelled.len() * 2 > self.table.len() {
            self.grow();
        }
        Name(index)
    }

    /// Re-enters every name in the order of their making, which `truncate` relies on.
    fn grow(&mut self) {
        let mut table = vec![0u64; self.table.len() * 4];
        let mask = table.len() - 1;
        for index in 0..self.spelled.len() {
            let hash = hash(self.bytes(Name(index as u32)));
            let mut slot = hash as usize & mask;
            while table[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            table[slot] = u64::from(hash) << 32 | (index as u64 + 1);
        }
        self.table = table;
    }

    pub fn get(&self, text: &str) -> Option<Name> {
        self.slot_of(text.as_bytes()).map(|slot| Name(self.table[slot] as u32 - 1))
    }

    fn slot_of(&self, bytes: &[u8]) -> Option<usize> {
        let hash = hash(bytes);
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let entry = self.table[slot];
            if entry == 0 {
                return None;
            }
            if (entry >> 32) as u32 == hash && self.bytes(Name(entry as u32 - 1)) == bytes {
                return Some(slot);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The spelling; bytes that are no UTF-8 show as replacement characters.
    #[inline]
    pub fn text(&self, name: Name) -> &str {
        let s = self.spelled[name.0 as usize];
        &self.arena[s.start as usize..(s.start + (s.len & !RAW)) as usize]
    }

    /// The spelling, byte for byte.
    #[inline]
    pub fn bytes(&self, name: Name) -> &[u8] {
        let s = self.spelled[name.0 as usize];
        if s.len & RAW != 0 {
            return match self.raw.binary_search_by_key(&name.0, |entry| entry.0) {
                Ok(found) => &self.raw[found].1,
                Err(_) => &[],
            };
        }
        &self.arena.as_bytes()[s.start as usize..(s.start + s.len) as usize]
    }

    pub fn len(&self) -> usize {
        self.spelled.len()
    }

    pub fn is_empty(&self) -> bool {
        self.spelled.is_empty()
    }

    /// Forgets every name interned since the table had `len` entries. The last made are the
    /// last in every probe chain, so freeing their slots newest first breaks no chain.
    pub fn truncate(&mut self, len: usize) {
        for index in (len..self.spelled.len()).rev() {
            if let Some(slot) = self.slot_of(self.bytes(Name(index as u32))) {
                self.table[slot] = 0;
            }
        }
        if let Some(first) = self.spelled.get(len) {
            self.arena.truncate(first.start as usize);
        }
        self.spelled.truncate(len);
        while self.raw.last().is_some_and(|entry| entry.0 as usize >= len) {
            self.raw.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_again_and_cut_back() {
        let mut names = Names::default();
        let mark = names.len();
        let first: Vec<Name> = (0..20_000).map(|i| names.intern(&format!("n{i}"))).collect();
        assert_eq!(names.text(first[777]), "n777");
        assert_eq!(names.intern("n777"), first[777]);
        names.truncate(mark + 10);
        assert_eq!(names.get("n9"), Some(first[9]));
        assert_eq!(names.get("n10"), None);
        assert_eq!(names.intern("n15000"), Name(mark as u32 + 10));
        assert_eq!(names.get("+="), Some(Tok::PlusEq.name()));
    }

    #[test]
    fn bytes_outside_utf8_are_kept() {
        let mut names = Names::default();
        let a = names.intern_bytes(b"\"\xff\"");
        let b = names.intern_bytes(b"\"\xfe\"");
        assert_ne!(a, b);
        assert_eq!(names.bytes(a), b"\"\xff\"");
        assert_eq!(names.text(b), "\"\u{fffd}\"");
        assert_eq!(names.intern_bytes(b"\"\xff\""), a);
    }
}
