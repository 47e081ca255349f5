//! Which library a missing name is in. In: names that nothing defines, each with the header that
//! declares it, and the folders `-l` looks in; out: for those that a library there defines, what to
//! ask for. What always holds: it takes a bounded time, and says nothing where it does not know.

use crate::files;
use executor::mapped::MappedFile;
use object::elf::FileHeader64;
use object::read::elf::{ElfFile64, FileHeader, VersionTable};
use object::{Endianness, elf};
use preproc::options::SYSTEM_HEADERS;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// So long the libraries are looked through.
const PATIENCE: Duration = Duration::from_millis(80);

/// A name nothing defines, and who declares it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wanted {
    pub symbol: String,
    /// As it is included: `zlib.h`.
    pub header: String,
}

/// A name that a library defines which is not loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    pub symbol: String,
    pub header: String,
    /// What stands behind `-l`.
    pub library: String,
}

/// The header that declares the function or object `symbol`, when it is one of the system's.
pub(crate) fn wanted(
    symbol: &str,
    cx: &cfront::session::Context,
    sources: &preproc::source::Sources,
    dirs: &[String],
) -> Option<Wanted> {
    let declared = cx.symbols.iter().find(|known| known.link_name == symbol)?;
    let place = sources.place(declared.span.start)?;
    let file = sources.file(place.id);
    if !file.system {
        return None;
    }
    let header = included_as(&file.name, dirs)?;
    Some(Wanted { symbol: symbol.to_string(), header })
}

/// How a program includes the file.
fn included_as(path: &str, dirs: &[String]) -> Option<String> {
    let folders = dirs.iter().map(String::as_str).chain(SYSTEM_HEADERS);
    let below = |folder: &str| Some(path.strip_prefix(folder)?.trim_start_matches('/'));
    let below = folders.filter_map(below).min_by_key(|name| name.len());
    let name = || Path::new(path).file_name()?.to_str();
    below.or_else(name).map(str::to_string)
}

/// The libraries that define the names.
pub(crate) fn find(mut wanted: Vec<Wanted>, user: &[PathBuf]) -> Vec<Hint> {
    let until = Instant::now() + PATIENCE;
    let mut hints = Vec::new();
    let libraries = if wanted.is_empty() { Vec::new() } else { libraries(user, &wanted) };
    for (name, path) in libraries {
        if wanted.is_empty() || Instant::now() >= until {
            break;
        }
        let found = defines(&path, &wanted);
        let mut found = found.into_iter();
        wanted.retain(|wanted| {
            let is_there = found.next().unwrap_or(false);
            if is_there {
                let Wanted { symbol, header } = wanted.clone();
                hints.push(Hint { symbol, header, library: name.clone() });
            }
            !is_there
        });
    }
    hints
}

/// Every `libNAME.so` there is: first those whose name is like a header's.
fn libraries(user: &[PathBuf], wanted: &[Wanted]) -> Vec<(String, PathBuf)> {
    let mut found: Vec<(u8, String, PathBuf)> = Vec::new();
    for folder in files::search_path(user) {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let file = entry.file_name();
            let name = file.to_str().and_then(|f| f.strip_prefix("lib")?.strip_suffix(".so"));
            let Some(name) = name.filter(|name| *name != "c") else { continue };
            let like = wanted.iter().map(|wanted| likeness(name, &wanted.header)).min();
            found.push((like.unwrap_or(2), name.to_string(), entry.path()));
        }
    }
    // The folder that comes first is the one `-l` takes it from.
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    found.dedup_by(|later, first| later.1 == first.1);
    found.into_iter().map(|(_, name, path)| (name, path)).collect()
}

/// 0: the header is called like the library; 1: one name begins with the other; 2: neither.
fn likeness(library: &str, header: &str) -> u8 {
    let header = header.strip_suffix(".h").unwrap_or(header).to_ascii_lowercase();
    let library = library.to_ascii_lowercase();
    let bare = |word: &str| match word.strip_suffix("lib").or(word.strip_prefix("lib")) {
        Some(rest) if !rest.is_empty() => rest.to_string(),
        _ => word.to_string(),
    };
    let words: Vec<String> = header.split(['/', '.']).map(bare).collect();
    if words.contains(&library) {
        return 0;
    }
    let near = |word: &String| {
        let short = word.len().min(library.len());
        short > 1 && (word.starts_with(&library) || library.starts_with(word.as_str()))
    };
    if words.iter().any(near) { 1 } else { 2 }
}

/// Which of the names the library at `path`, or those its linker script names, define.
fn defines(path: &Path, wanted: &[Wanted]) -> Vec<bool> {
    let mut found = vec![false; wanted.len()];
    let parts = match files::named_by_script(path) {
        parts if parts.is_empty() => vec![path.to_path_buf()],
        parts => parts,
    };
    for part in parts {
        let Ok(file) = MappedFile::open(&part) else { continue };
        // What cannot be read defines nothing.
        let _ = look_into(file.as_ref(), wanted, &mut found);
    }
    found
}

/// Looks into the hash table that the dynamic linker looks into.
fn look_into(bytes: &[u8], wanted: &[Wanted], found: &mut [bool]) -> Option<()> {
    let header = FileHeader64::<Endianness>::parse(bytes).ok()?;
    let endian = header.endian().ok()?;
    let sections = header.sections(endian, bytes).ok()?;
    let (table, _) = sections.gnu_hash(endian, bytes).ok()??;
    let file: ElfFile64<'_> = ElfFile64::parse(bytes).ok()?;
    let symbols = file.elf_dynamic_symbol_table();
    let versions = VersionTable::default();
    for (wanted, found) in wanted.iter().zip(found) {
        let symbol = wanted.symbol.as_bytes();
        let hash = elf::gnu_hash(symbol);
        *found |= table.find(endian, symbol, hash, None, symbols, &versions).is_some();
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_headers_and_libraries() {
        let rows = [
            ("z", "zlib.h", 0),
            ("curl", "curl/curl.h", 0),
            ("X11", "X11/Xlib.h", 0),
            ("event", "event2/event.h", 0),
            ("ncursesw", "ncurses.h", 1),
            ("sqlite", "sqlite3.h", 1),
            ("crypto", "openssl/sha.h", 2),
            ("q", "zlib.h", 2),
        ];
        for (library, header, expected) in rows {
            assert_eq!(likeness(library, header), expected, "{library} {header}");
        }
    }

    #[test]
    fn headers_as_they_are_included() {
        assert_eq!(included_as("/usr/include/X11/Xlib.h", &[]).as_deref(), Some("X11/Xlib.h"));
        let deep = included_as("/usr/include/x86_64-linux-gnu/curl/curl.h", &[]);
        assert_eq!(deep.as_deref(), Some("curl/curl.h"));
        let own = included_as("inc/frob/frob.h", &["inc".to_string()]);
        assert_eq!(own.as_deref(), Some("frob/frob.h"));
        assert_eq!(included_as("/opt/frob/include/frob.h", &[]).as_deref(), Some("frob.h"));
    }
}
