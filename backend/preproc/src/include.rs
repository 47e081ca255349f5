//! `#include` and its kin: where headers are looked for, and the cache of files read.
//!
//! Always holds: a file's contents are read once in a session (a user's own file is read again
//! in a later input when its size or time changed); a file wrapped in an include guard whose
//! macro is defined, or marked `#pragma once`, is not even opened again.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::headers;
use crate::name::{Name, known};
use crate::options::Options;
use crate::preprocess::Preprocessor;
use crate::source::{Span, Text};
use crate::token::{Flags, Tok, Token};

/// No more of a file is read: such a text has no room among the locations.
const MOST_BYTES: u64 = 1 << 30;

/// A directory of the search list.
#[derive(Clone, Debug)]
enum Dir {
    Path(Arc<str>),
    /// The headers that belong to the compiler.
    Own,
}

#[derive(Clone, Debug)]
struct SearchDir {
    dir: Dir,
    system: bool,
    /// In this run: what stands in it, if that is little. So most headers are not even looked
    /// for in `/usr/local/include`.
    listing: Listing,
}

#[derive(Clone, Debug, Default)]
enum Listing {
    #[default]
    Unread,
    Few(Vec<String>),
    Many,
}

impl SearchDir {
    fn new(dir: Dir, system: bool) -> SearchDir {
        SearchDir { dir, system, listing: Listing::Unread }
    }

    /// Whether a header of this name may stand here.
    fn may_have(&mut self, name: &str) -> bool {
        let Dir::Path(dir) = &self.dir else { return true };
        if !self.system {
            return true;
        }
        if let Listing::Unread = self.listing {
            self.listing = listing(dir);
        }
        let first = name.split('/').find(|part| !part.is_empty()).unwrap_or(name);
        match &self.listing {
            Listing::Few(names) => first.starts_with('.') || names.iter().any(|n| n == first),
            _ => true,
        }
    }
}

/// The names in a directory, unless they are many.
fn listing(dir: &str) -> Listing {
    const FEW: usize = 40;
    // A directory of one block: what has more is better asked for each file.
    const BLOCK: u64 = 4096;
    match fs::metadata(dir) {
        Ok(data) if data.len() > BLOCK => return Listing::Many,
        Ok(_) => {}
        Err(_) => return Listing::Few(Vec::new()),
    }
    let Ok(entries) = fs::read_dir(dir) else { return Listing::Many };
    let mut names = Vec::new();
    for entry in entries {
        match entry.ok().and_then(|entry| entry.file_name().into_string().ok()) {
            Some(name) if names.len() < FEW => names.push(name),
            _ => return Listing::Many,
        }
    }
    Listing::Few(names)
}

/// What identifies a file on disk, and its state.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    time: (i64, i64),
}

/// A file that has been read.
struct Cached {
    text: Text,
    stamp: Option<Stamp>,
    /// Its guard's macro.
    guard: Option<Name>,
    /// `#pragma once`, or `#import`.
    once: bool,
    /// Has been included already.
    seen: bool,
    /// The run in which it was last known to be unchanged.
    checked: u32,
}

/// The files of a session.
pub(crate) struct FileCache {
    search: Vec<SearchDir>,
    /// Where `<...>` begins in `search`.
    angled: usize,
    files: Vec<Cached>,
    by_path: HashMap<Arc<str>, usize>,
    by_inode: HashMap<(u64, u64), usize>,
    /// Files whose guard or `once` was found, in order; and those seen.
    guarded: Vec<usize>,
    seen: Vec<usize>,
    run: u32,
    /// In this run: what names in `<...>` were found to be, by where the search began.
    resolved: HashMap<(String, usize), Found>,
}

/// A header that was found.
#[derive(Clone)]
pub(crate) struct Found {
    cached: usize,
    name: Arc<str>,
    /// Its place in the search list; none when it lay beside the includer.
    dir: Option<usize>,
    system: bool,
}

/// The directory part of a path: empty, or ending in a slash.
pub(crate) fn dir_of(path: &str) -> Arc<str> {
    path.rfind('/').map_or("", |slash| &path[..=slash]).into()
}

impl FileCache {
    pub(crate) fn new(options: &Options) -> FileCache {
        let path = |dir: &String, system| {
            let slash = if dir.ends_with('/') { "" } else { "/" };
            SearchDir::new(Dir::Path(format!("{dir}{slash}").into()), system)
        };
        let mut search: Vec<SearchDir> =
            options.quote_dirs.iter().map(|dir| path(dir, false)).collect();
        let angled = search.len();
        search.extend(options.include_dirs.iter().map(|dir| path(dir, false)));
        search.extend(options.system_dirs.iter().map(|dir| path(dir, true)));
        if options.own_headers {
            search.push(SearchDir::new(Dir::Own, true));
        }
        let last = options.standard_dirs.iter().chain(&options.after_dirs);
        search.extend(last.map(|dir| path(dir, true)));
        FileCache {
            search,
            angled,
            files: Vec::new(),
            by_path: HashMap::new(),
            by_inode: HashMap::new(),
            guarded: Vec::new(),
            seen: Vec::new(),
            run: 0,
            resolved: HashMap::new(),
        }
    }

    /// Headers are looked for in this folder too, behind those of `-I`.
    pub(crate) fn add_dir(&mut self, dir: &str) {
        let slash = if dir.ends_with('/') { "" } else { "/" };
        let path: Arc<str> = format!("{dir}{slash}").into();
        let known = |s: &SearchDir| matches!(&s.dir, Dir::Path(p) if *p == path);
        if self.search[self.angled..].iter().any(known) {
            return;
        }
        let own = self.search[self.angled..].iter().take_while(|s| !s.system).count();
        self.search.insert(self.angled + own, SearchDir::new(Dir::Path(path), false));
    }

    pub(crate) fn new_run(&mut self) {
        self.run = self.run.wrapping_add(1);
        self.resolved.clear();
        for search in &mut self.search {
            search.listing = Listing::Unread;
        }
    }

    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.guarded.len(), self.seen.len())
    }

    /// Forgets guards, `once` marks and inclusions since `mark`; what was read stays read. A
    /// guard is only a fact about the text, but its name may be gone.
    pub(crate) fn rollback(&mut self, mark: (usize, usize), _names: usize) {
        for index in self.guarded.drain(mark.0..) {
            self.files[index].guard = None;
            self.files[index].once = false;
        }
        for index in self.seen.drain(mark.1..) {
            self.files[index].seen = false;
        }
    }

    pub(crate) fn set_guard(&mut self, index: usize, name: Name) {
        if self.files[index].guard != Some(name) {
            self.files[index].guard = Some(name);
            self.guarded.push(index);
        }
    }

    pub(crate) fn set_once(&mut self, index: usize) {
        if !self.files[index].once {
            self.files[index].once = true;
            self.guarded.push(index);
        }
    }

    /// The cached file at a path, read if need be.
    fn load(&mut self, path: &str, system: bool) -> Option<usize> {
        if let Some(&index) = self.by_path.get(path) {
            let file = &mut self.files[index];
            if system || file.checked == self.run {
                return Some(index);
            }
            file.checked = self.run;
            let stamp = fs::metadata(path).ok().map(|data| stamp(&data));
            if stamp.is_some() && stamp == file.stamp {
                return Some(index);
            }
            self.by_path.remove(path);
            if let Some(old) = file.stamp {
                self.by_inode.remove(&(old.device, old.inode));
            }
        }
        let mut handle = fs::File::open(path).ok()?;
        let data = handle.metadata().ok()?;
        if data.is_dir() {
            return None;
        }
        let stamp = stamp(&data);
        if let Some(&index) = self.by_inode.get(&(stamp.device, stamp.inode))
            && self.files[index].stamp == Some(stamp)
        {
            self.by_path.insert(path.into(), index);
            return Some(index);
        }
        let bytes = contents(&mut handle, data.len()).ok()?;
        let index = self.add(Text::new(bytes), Some(stamp));
        self.by_path.insert(path.into(), index);
        self.by_inode.insert((stamp.device, stamp.inode), index);
        Some(index)
    }

    fn add(&mut self, text: Text, stamp: Option<Stamp>) -> usize {
        let checked = self.run;
        self.files.push(Cached { text, stamp, guard: None, once: false, seen: false, checked });
        self.files.len() - 1
    }

    /// One of the compiler's own headers.
    fn load_own(&mut self, name: &str) -> Option<(usize, Arc<str>)> {
        let text = headers::find(name)?;
        let path: Arc<str> = format!("{}{name}", headers::DIR).into();
        if let Some(&index) = self.by_path.get(&path) {
            return Some((index, path));
        }
        let index = self.add(Text::new(text.as_bytes().to_vec()), None);
        self.by_path.insert(path.clone(), index);
        Some((index, path))
    }

    /// Looks a header up: beside the includer first if `beside` gives its directory, then in
    /// the search list from `from` on.
    fn find(&mut self, name: &str, beside: Option<(&str, bool)>, from: usize) -> Option<Found> {
        if name.starts_with('/') {
            let cached = self.load(name, false)?;
            return Some(Found { cached, name: name.into(), dir: None, system: false });
        }
        if let Some((dir, system)) = beside {
            if let Some(rest) = dir.strip_prefix(headers::DIR) {
                if let Some((cached, name)) = self.load_own(&format!("{rest}{name}")) {
                    return Some(Found { cached, name, dir: None, system });
                }
            } else {
                let path = format!("{dir}{name}");
                if let Some(cached) = self.load(&path, system) {
                    return Some(Found { cached, name: path.into(), dir: None, system });
                }
            }
        }
        let key = (name.to_owned(), from);
        if let Some(found) = self.resolved.get(&key) {
            return Some(found.clone());
        }
        for index in from..self.search.len() {
            if !self.search[index].may_have(name) {
                continue;
            }
            let system = self.search[index].system;
            let found = match &self.search[index].dir {
                Dir::Own => self.load_own(name),
                Dir::Path(dir) => {
                    let path = format!("{dir}{name}");
                    self.load(&path, system).map(|cached| (cached, path.into()))
                }
            };
            if let Some((cached, name)) = found {
                let found = Found { cached, name, dir: Some(index), system };
                self.resolved.insert(key, found.clone());
                return Some(found);
            }
        }
        None
    }

    /// The directories a header was looked for in, as a person may know them.
    fn looked_in(&self, beside: Option<&str>, from: usize) -> Vec<String> {
        let beside =
            beside.map(|dir| if dir.is_empty() { "./".to_owned() } else { dir.to_owned() });
        let dirs = self.search[from..].iter().filter_map(|search| match &search.dir {
            Dir::Path(dir) => Some(dir.to_string()),
            Dir::Own => None,
        });
        beside.into_iter().chain(dirs).collect()
    }
}

/// A file's bytes, with no more reads than needed when it is as long as it says.
fn contents(handle: &mut fs::File, len: u64) -> std::io::Result<Vec<u8>> {
    let len = usize::try_from(len.min(MOST_BYTES)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(len + 1);
    bytes.resize(len, 0);
    let mut filled = 0;
    while filled < len {
        match handle.read(&mut bytes[filled..])? {
            0 => break,
            more => filled += more,
        }
    }
    bytes.truncate(filled);
    if len == 0 {
        // Pipes and the files of /proc do not say how long they are.
        handle.take(MOST_BYTES).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn stamp(data: &fs::Metadata) -> Stamp {
    Stamp {
        device: data.dev(),
        inode: data.ino(),
        size: data.len(),
        time: (data.mtime(), data.mtime_nsec()),
    }
}

/// A header's name as written.
pub(crate) struct HeaderName {
    pub(crate) name: String,
    pub(crate) angled: bool,
    pub(crate) loc: crate::source::Loc,
}

impl Preprocessor {
    /// `#include`, `#include_next` or `#import`, behind the word.
    pub(crate) fn include(&mut self, word: Token) {
        let Some(header) = self.header_name(word) else { return };
        self.end_of_directive(word);
        let (beside, from) = self.start_of_search(&header, word.text == known::INCLUDE_NEXT);
        let beside_ref = beside.as_ref().map(|(dir, system)| (&**dir, *system));
        let Some(found) = self.files.find(&header.name, beside_ref, from) else {
            return self.not_found(&header, beside.map(|b| b.0), from);
        };
        if word.text == known::IMPORT {
            self.files.set_once(found.cached);
        }
        let file = &self.files.files[found.cached];
        let guarded = file.guard.is_some_and(|guard| self.macros.find(guard).is_some());
        if guarded || file.once && file.seen {
            return;
        }
        if self.stack.len() >= self.options.limits.include_depth {
            let depth = self.options.limits.include_depth;
            let message = format!("#include nested depth {depth} exceeds maximum of {depth}");
            return self.fatal(word.loc, message);
        }
        self.enter(found, word);
    }

    fn enter(&mut self, found: Found, word: Token) {
        let file = &mut self.files.files[found.cached];
        let text = file.text.clone();
        if !file.seen {
            file.seen = true;
            self.files.seen.push(found.cached);
        }
        let dir = dir_of(&found.name);
        match self.sources.add(found.name, text, word.loc, found.system) {
            Some(id) => self.open(id, dir, found.dir, Some(found.cached)),
            None => self.fatal(word.loc, "the session has no room for further source text"),
        }
    }

    /// The directory to look in first, and where in the search list to begin.
    fn start_of_search(
        &self,
        header: &HeaderName,
        next: bool,
    ) -> (Option<(Arc<str>, bool)>, usize) {
        let buffer = self.stack.last();
        if next && let Some(dir) = buffer.and_then(|buffer| buffer.found_in) {
            return (None, dir + 1);
        }
        if header.angled {
            return (None, self.files.angled);
        }
        let beside = buffer.map(|buffer| (buffer.dir.clone(), buffer.flags.has(Flags::SYSTEM)));
        (beside, 0)
    }

    /// From the `<` to the `>` of a name that stands in the text as it is; else one token.
    fn header_span(&self, header: &HeaderName) -> Span {
        let from = Span::at(header.loc);
        let Some(place) = self.sources.place(header.loc) else { return from };
        let spelled = format!("<{}>", header.name);
        let rest = place.text.get(place.column as usize - 1..);
        let stands = !header.loc.is_expanded() && rest.is_some_and(|r| r.starts_with(&spelled));
        match stands {
            true => from.to(Span::at(crate::source::Loc(header.loc.0 + spelled.len() as u32 - 1))),
            false => from,
        }
    }

    fn not_found(&mut self, header: &HeaderName, beside: Option<Arc<str>>, from: usize) {
        let dirs = self.files.looked_in(beside.as_deref(), from);
        let name = &header.name;
        let message = format!("{name}: No such file or directory");
        let span = self.header_span(header);
        let mut diag = Diagnostic::error(span, message);
        if let Some(near) = nearest_header(name, &dirs) {
            let (open, close) = if header.angled { ('<', '>') } else { ('"', '"') };
            let text = format!("{open}{near}{close}");
            let why = format!("did you mean {text}?");
            diag = diag.fix(span, text, why);
        }
        let looked = format!("looked for it in {}", dirs.join(", "));
        self.diags.push(diag.note(None, looked));
        self.stopped = true;
    }

    /// Reads the name behind `#include` (or `__has_include(`), through macros if it must.
    pub(crate) fn header_name(&mut self, word: Token) -> Option<HeaderName> {
        if self.contexts.is_empty() {
            self.with_lexer(|lexer| lexer.skip_spaces());
            let loc = self.here();
            if let Some(Some((name, angled))) = self.with_lexer(|lexer| lexer.header_name()) {
                let name = String::from_utf8_lossy(self.names.bytes(name)).into_owned();
                return self.checked_name(HeaderName { name, angled, loc }, word);
            }
        }
        let line = self.expanded_line();
        let header = self.name_of_tokens(&line, word);
        let extra = header.as_ref().and_then(|(_, used)| line.get(*used)).copied();
        self.recycle_tokens(line);
        if let Some(extra) = extra {
            let text = self.names.text(word.text).to_owned();
            let message = format!("extra tokens at end of #{text} directive");
            self.warn("endif-labels", extra.loc, message);
        }
        self.checked_name(header?.0, word)
    }

    fn checked_name(&mut self, header: HeaderName, word: Token) -> Option<HeaderName> {
        if header.name.is_empty() {
            let text = self.names.text(word.text).to_owned();
            self.error(header.loc, format!("empty filename in #{text}"));
            self.skip_rest();
            return None;
        }
        Some(header)
    }

    /// A header's name made of expanded tokens, and how many it took.
    pub(crate) fn name_of_tokens(
        &mut self,
        line: &[Token],
        word: Token,
    ) -> Option<(HeaderName, usize)> {
        let first = line.first().copied();
        match first.map(|token| token.kind) {
            Some(Tok::Str) => {
                let token = first?;
                let spelled = self.names.text(token.text);
                if let Some(name) = spelled.strip_prefix('"').and_then(|s| s.strip_suffix('"')) {
                    let name = name.to_owned();
                    return Some((HeaderName { name, angled: false, loc: token.loc }, 1));
                }
            }
            Some(Tok::Lt) => {
                let token = first?;
                let mut name = String::new();
                for (i, part) in line.iter().enumerate().skip(1) {
                    if part.kind == Tok::Gt {
                        return Some((HeaderName { name, angled: true, loc: token.loc }, i + 1));
                    }
                    if i > 1 && part.flags.has(Flags::SPACE) {
                        name.push(' ');
                    }
                    name.push_str(self.names.text(part.text));
                }
                self.error(token.loc, "missing terminating > character");
                return None;
            }
            _ => {}
        }
        let text = self.names.text(word.text).to_owned();
        let loc = first.map_or(word.loc, |token| token.loc);
        let message = if text.starts_with("__") {
            format!("operator \"{text}\" requires a header-name")
        } else {
            format!("#{text} expects \"FILENAME\" or <FILENAME>")
        };
        self.error(loc, message);
        None
    }

    /// Whether a header could be included here.
    pub(crate) fn header_exists(&mut self, header: &HeaderName, next: bool) -> bool {
        let (beside, from) = self.start_of_search(header, next);
        let beside = beside.as_ref().map(|(dir, system)| (&**dir, *system));
        self.files.find(&header.name, beside, from).is_some()
    }

    /// `#pragma once` in the file being read.
    pub(crate) fn pragma_once(&mut self) {
        if let Some(cached) = self.stack.last().and_then(|buffer| buffer.cached) {
            self.files.set_once(cached);
        }
    }

    /// Reads the `-include` files, in order, as if the first text included them.
    pub(crate) fn read_forced_includes(&mut self) {
        let macros = self.options.macro_files.clone();
        let includes = self.options.includes.clone();
        let first_include = macros.len();
        for (n, name) in macros.into_iter().chain(includes).enumerate() {
            let found = self.files.find(&name, Some(("", false)), 0);
            match found {
                Some(found) => {
                    let at = Token { loc: crate::source::Loc::NOWHERE, ..crate::expand::EOF };
                    self.enter(found, at);
                    self.run(usize::MAX);
                    if n < first_include {
                        self.out.clear();
                    }
                }
                None => {
                    let message = format!("{name}: No such file or directory");
                    self.error(crate::source::Loc::NOWHERE, message);
                }
            }
        }
    }

    /// The bytes of a resource for `#embed`.
    pub(crate) fn resource(&mut self, header: &HeaderName) -> Option<Arc<[u8]>> {
        let (beside, from) = self.start_of_search(header, false);
        let beside = beside.as_ref().map(|(dir, system)| (&**dir, *system));
        let found = self.files.find(&header.name, beside, from)?;
        Some(self.files.files[found.cached].text.bytes().into())
    }
}

/// A header of nearly the same name in one of the directories.
fn nearest_header(name: &str, dirs: &[String]) -> Option<String> {
    let (sub, file) = name.rsplit_once('/').map_or(("", name), |(dir, file)| (dir, file));
    let mut names: Vec<String> = Vec::new();
    for dir in dirs {
        let Ok(entries) = fs::read_dir(format!("{dir}{sub}")) else { continue };
        let entries = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.extend(entries.filter(|name| name.ends_with(".h")).take(5_000));
    }
    if sub.is_empty() {
        names.extend(headers::names().map(str::to_owned));
    }
    names.sort();
    let near = crate::nearest::nearest(file, names.iter().map(String::as_str))?;
    Some(if sub.is_empty() { near.to_owned() } else { format!("{sub}/{near}") })
}
