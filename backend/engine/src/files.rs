//! Finding and opening what is linked: paths as given, `-lNAME` in the folders a linker looks in.

use crate::error::{Failure, Result};
use executor::mapped::MappedFile;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Where libraries are, besides the folders the user names: the system's own, in ld's order, and
/// the compiler's, where `libstdc++.so` and `libgcc.a` lie.
const SYSTEM: [&str; 6] = [
    "/usr/local/lib/x86_64-linux-gnu",
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/local/lib",
    "/lib",
    "/usr/lib",
];

const COMPILERS: &str = "/usr/lib/gcc/x86_64-linux-gnu";

/// The folders, the user's first.
pub(crate) fn search_path(user: &[PathBuf]) -> Vec<PathBuf> {
    let mut path = user.to_vec();
    path.extend(SYSTEM.iter().map(PathBuf::from));
    path.extend(compiler_folder());
    path
}

/// The folder of the newest gcc that is installed, if one is.
pub(crate) fn compiler_folder() -> Option<PathBuf> {
    let number = |p: &PathBuf| p.file_name().and_then(OsStr::to_str)?.parse::<u32>().ok();
    std::fs::read_dir(COMPILERS)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| number(path).is_some() && path.join("libgcc.a").exists())
        .max_by_key(number)
}

/// A linker script is a few lines.
const MAX_SCRIPT: usize = 4096;

/// The shared libraries that a linker script in a library's place names, such as `libm.so`; none
/// where the file is no script.
pub(crate) fn named_by_script(path: &Path) -> Vec<PathBuf> {
    let Ok(file) = MappedFile::open(path) else { return Vec::new() };
    let bytes: &[u8] = file.as_ref();
    if bytes.starts_with(b"\x7fELF") {
        return Vec::new();
    }
    let Ok(script) = std::str::from_utf8(&bytes[..bytes.len().min(MAX_SCRIPT)]) else {
        return Vec::new();
    };
    let folder = path.parent().unwrap_or(Path::new("/"));
    let words = script.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
    words.filter(|word| word.contains(".so")).map(|word| folder.join(word)).collect()
}

/// What `-lNAME` is: the first folder's that has one, the shared library before the archive.
/// `-l:FILE` is the file of that very name.
pub(crate) fn library(name: &OsStr, user: &[PathBuf]) -> Result<(PathBuf, MappedFile)> {
    let text = name.to_string_lossy();
    let candidates = match text.strip_prefix(':') {
        Some(file) => vec![file.to_string()],
        None => vec![format!("lib{text}.so"), format!("lib{text}.a")],
    };
    // The compiler's folder is looked for (a system call or two) only when the others had nothing.
    let system = SYSTEM.iter().map(PathBuf::from);
    let folders = user.iter().cloned().chain(system);
    for folder in folders.chain(std::iter::once_with(compiler_folder).flatten()) {
        for file in &candidates {
            let path = folder.join(file);
            if let Ok(mapped) = MappedFile::open(&path) {
                return Ok((path, mapped));
            }
        }
    }
    let looked = search_path(user).iter().map(|p| p.display().to_string()).collect();
    Err(Failure::Library { name: text.into_owned(), looked })
}

/// A file of the command line. A shared library gets a name with a slash, so that the dynamic
/// loader takes this very file instead of searching its own folders.
pub(crate) fn named(path: &Path) -> Result<(PathBuf, MappedFile)> {
    let file = open(path)?;
    let bytes: &[u8] = file.as_ref();
    let shared = bytes.starts_with(b"\x7fELF") && bytes.get(16) == Some(&SHARED_OBJECT);
    let bare = path.parent() == Some(Path::new(""));
    let path = if shared && bare { Path::new(".").join(path) } else { path.to_path_buf() };
    Ok((path, file))
}

/// ELF's type of shared libraries.
const SHARED_OBJECT: u8 = 3;

pub(crate) fn open(path: &Path) -> Result<MappedFile> {
    MappedFile::open(path).map_err(|why| Failure::File { path: path.display().to_string(), why })
}
