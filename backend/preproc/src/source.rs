//! Where text comes from. One 32-bit space of locations: the lower half is the bytes of files
//! and prompt inputs, each inclusion owning a range; the upper half is the tokens of macro
//! expansions. A [`Loc`] alone says which file, line and column, and through which expansions.
//!
//! Always holds: both halves are filled in order, so cutting them back to an earlier length
//! forgets exactly what came later; an expansion's own locations are greater than those it
//! refers to, so every chain ends in a file. `Loc(0)` is nowhere.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use crate::name::Name;

/// A location: a byte of a source text, or a token of an expansion.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Loc(pub u32);

/// Set in locations that are tokens of an expansion.
const EXPANDED: u32 = 1 << 31;

impl Loc {
    pub const NOWHERE: Loc = Loc(0);

    /// Whether this is a token of a macro expansion.
    pub fn is_expanded(self) -> bool {
        self.0 & EXPANDED != 0
    }
}

/// What a diagnostic points at: from the first byte of one token to the end of another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Span {
    /// The first token's location.
    pub start: Loc,
    /// The last token's location (equal to `start` for one token).
    pub last: Loc,
}

impl Span {
    pub fn at(loc: Loc) -> Span {
        Span { start: loc, last: loc }
    }

    pub fn to(self, end: Span) -> Span {
        Span { start: self.start, last: end.last }
    }
}

/// The text of a file: its bytes and one NUL behind them, so that a reader may always look at
/// the byte under its hand.
#[derive(Clone)]
pub struct Text(Arc<Vec<u8>>);

impl Text {
    pub fn new(mut bytes: Vec<u8>) -> Text {
        bytes.push(0);
        Text(Arc::new(bytes))
    }

    /// The bytes without the closing NUL.
    pub fn bytes(&self) -> &[u8] {
        &self.0[..self.0.len() - 1]
    }

    /// The bytes with the closing NUL.
    pub fn with_nul(&self) -> &[u8] {
        &self.0
    }
}

/// One inclusion of a file, or one prompt input.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(pub u32);

/// What `#line` or a linemarker says from its place on.
struct LineMark {
    /// Bytes from the start of the file: the line after the directive.
    from: u32,
    /// The true line at `from`, and the line it shall be called.
    true_line: u32,
    line: u32,
    name: Option<Arc<str>>,
    /// A linemarker says whether what follows is of a system header.
    system: Option<bool>,
}

/// A file as it stands at one place of the location space.
pub struct File {
    base: u32,
    pub name: Arc<str>,
    pub text: Text,
    /// The `#include` that brought it (nowhere for the first file).
    pub included_at: Loc,
    pub system: bool,
    lines: OnceLock<Vec<u32>>,
    marks: Vec<LineMark>,
}

struct Expansion {
    /// Index of its first token in `Sources::spelled`.
    first: u32,
    pub name: Name,
    /// The macro's name in the text, and the last token of the call (a `)`, or the name again).
    at: Loc,
    end: Loc,
}

/// A place a person can look up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place<'a> {
    /// As `#line` and linemarkers have it.
    pub file: &'a str,
    pub line: u32,
    /// From 1, in bytes.
    pub column: u32,
    /// The whole line, without its newline; bytes that are no UTF-8 are replaced.
    pub text: Cow<'a, str>,
    /// The location in the file's text.
    pub loc: Loc,
    pub id: FileId,
}

impl Place<'_> {
    /// How many bytes the token that stands here takes.
    pub fn token_len(&self) -> u32 {
        let at = (self.column as usize).saturating_sub(1).min(self.text.len());
        crate::lex::extent(self.text.as_bytes(), at) as u32
    }
}

/// One step out of a macro expansion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExpandedFrom {
    pub name: Name,
    /// The call: from the macro's name to its last token.
    pub call: Span,
    /// Where the token was written: in the macro's body or in an argument.
    pub spelling: Loc,
}

/// How far the space is filled; made by [`Sources::mark`].
#[derive(Clone, Copy)]
pub struct SourceMark {
    files: usize,
    spelled: usize,
    expansions: usize,
}

/// All texts of a session.
#[derive(Default)]
pub struct Sources {
    files: Vec<File>,
    /// How many were forgotten.
    forgotten: usize,
    /// How many there were when that was done last.
    kept: usize,
    /// For each token of an expansion, where it was written.
    spelled: Vec<Loc>,
    expansions: Vec<Expansion>,
}

impl Sources {
    /// Gives a text its range of locations; `None` when the space is full.
    pub fn add(
        &mut self,
        name: impl Into<Arc<str>>,
        text: Text,
        included_at: Loc,
        system: bool,
    ) -> Option<FileId> {
        let base = self.files.last().map_or(1, |last| last.base + last.text.0.len() as u32);
        let end = (base as usize).checked_add(text.0.len())?;
        if end >= EXPANDED as usize {
            return None;
        }
        self.files.push(File {
            base,
            name: name.into(),
            text,
            included_at,
            system,
            lines: OnceLock::new(),
            marks: Vec::new(),
        });
        Some(FileId(self.files.len() as u32 - 1))
    }

    /// Every text, in the order of their inclusion.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// An empty text, to stand for one that has no place: where the space is full.
    pub(crate) fn nothing(&mut self) -> FileId {
        let base = self.files.last().map_or(1, |last| last.base + last.text.0.len() as u32);
        self.files.push(File {
            base,
            name: "".into(),
            text: Text::new(Vec::new()),
            included_at: Loc::NOWHERE,
            system: false,
            lines: OnceLock::new(),
            marks: Vec::new(),
        });
        FileId(self.files.len() as u32 - 1)
    }

    /// The location of the file's first byte.
    pub fn base(&self, id: FileId) -> Loc {
        Loc(self.files[id.0 as usize].base)
    }

    pub(crate) fn set_system(&mut self, id: FileId) {
        self.files[id.0 as usize].system = true;
    }

    /// From the line that starts at byte `from` on, lines count from `line`.
    pub(crate) fn line_mark(
        &mut self,
        id: FileId,
        from: u32,
        line: u32,
        name: Option<Arc<str>>,
        system: Option<bool>,
    ) {
        let file = &mut self.files[id.0 as usize];
        let true_line = file.true_line(from);
        file.marks.push(LineMark { from, true_line, line, name, system });
    }

    /// Opens an expansion of the macro `name` called from `at` to `end`.
    pub(crate) fn expansion(&mut self, name: Name, at: Loc, end: Loc) {
        let first = self.spelled.len() as u32;
        self.expansions.push(Expansion { first, name, at, end });
    }

    /// The location of the next token of the open expansion, written at `spelling`.
    #[inline]
    pub(crate) fn expanded(&mut self, spelling: Loc) -> Loc {
        let index = self.spelled.len() as u32;
        self.spelled.push(spelling);
        Loc((index & !EXPANDED) | EXPANDED)
    }

    /// Whether there is room for `more` further expanded tokens.
    pub(crate) fn has_room(&self, more: usize) -> bool {
        self.spelled.len().saturating_add(more) < EXPANDED as usize
    }

    /// The expansion a location belongs to, with its call and the token's own place.
    pub fn expanded_from(&self, loc: Loc) -> Option<ExpandedFrom> {
        if !loc.is_expanded() {
            return None;
        }
        let index = loc.0 & !EXPANDED;
        let spelling = *self.spelled.get(index as usize)?;
        let after = self.expansions.partition_point(|e| e.first <= index);
        let expansion = self.expansions.get(after.checked_sub(1)?)?;
        Some(ExpandedFrom {
            name: expansion.name,
            call: Span { start: expansion.at, last: expansion.end },
            spelling,
        })
    }

    /// Where the token was written, through all expansions.
    pub fn spelling(&self, mut loc: Loc) -> Loc {
        while let Some(from) = self.expanded_from(loc) {
            loc = from.spelling;
        }
        loc
    }

    /// Where the outermost macro call that made the token begins.
    pub fn call_site(&self, mut loc: Loc) -> Loc {
        while let Some(from) = self.expanded_from(loc) {
            loc = from.call.start;
        }
        loc
    }

    /// Where the outermost macro call that made the token ends.
    pub fn call_end(&self, mut loc: Loc) -> Loc {
        while let Some(from) = self.expanded_from(loc) {
            loc = from.call.last;
        }
        loc
    }

    /// The file that holds the (unexpanded) location.
    pub fn file_of(&self, loc: Loc) -> Option<FileId> {
        if loc.is_expanded() || loc.0 == 0 {
            return None;
        }
        let after = self.files.partition_point(|f| f.base <= loc.0);
        let index = after.checked_sub(1)?;
        let file = &self.files[index];
        ((loc.0 - file.base) as usize <= file.text.bytes().len()).then_some(FileId(index as u32))
    }

    /// File, line and column of a location; of a token of an expansion, where it was called.
    pub fn place(&self, loc: Loc) -> Option<Place<'_>> {
        let loc = self.call_site(loc);
        let id = self.file_of(loc)?;
        let file = self.file(id);
        let offset = loc.0 - file.base;
        let true_line = file.true_line(offset);
        let start = file.lines()[true_line as usize - 1];
        let (name, line) = file.presumed(offset, true_line);
        let text = String::from_utf8_lossy(file.line_text(true_line));
        Some(Place { file: name, line, column: offset - start + 1, text, loc, id })
    }

    /// The presumed line of a location, as `__LINE__` has it.
    pub fn line(&self, loc: Loc) -> u32 {
        self.place_line(loc).1
    }

    /// The presumed file name and line.
    pub(crate) fn place_line(&self, loc: Loc) -> (&str, u32) {
        let loc = self.call_site(loc);
        let Some(id) = self.file_of(loc) else { return ("", 0) };
        let file = self.file(id);
        let offset = loc.0 - file.base;
        file.presumed(offset, file.true_line(offset))
    }

    /// The `#include`s that lead to a location, innermost first.
    pub fn include_stack(&self, loc: Loc) -> Vec<Loc> {
        let mut stack = Vec::new();
        let mut at = self.call_site(loc);
        while let Some(id) = self.file_of(at) {
            at = self.file(id).included_at;
            if at == Loc::NOWHERE {
                break;
            }
            stack.push(at);
        }
        stack
    }

    /// Whether the location lies in a system header (a macro's token: where it is called).
    pub fn in_system_header(&self, loc: Loc) -> bool {
        let loc = self.call_site(loc);
        self.file_of(loc).is_some_and(|id| self.file(id).system_at(loc.0 - self.base(id).0))
    }

    pub fn mark(&self) -> SourceMark {
        SourceMark {
            files: self.forgotten + self.files.len(),
            spelled: self.spelled.len(),
            expansions: self.expansions.len(),
        }
    }

    /// Whether so many texts were added before `mark` that it is worth while to look which of them
    /// are still needed.
    pub(crate) fn is_crowded(&self, mark: SourceMark) -> bool {
        mark.files.saturating_sub(self.forgotten) > self.kept + self.kept / 4 + 400
    }

    /// Forgets the texts added before `mark` in which none of `spans` lies, where nobody will go
    /// back to a moment before. `is_needed` names others that stay; a text stays with the one
    /// before it that has no number of an input of its own, and with what it includes.
    pub(crate) fn forget_before(
        &mut self,
        mark: SourceMark,
        spans: impl Iterator<Item = Span>,
        is_needed: impl Fn(&File) -> bool,
    ) {
        let old = mark.files.saturating_sub(self.forgotten).min(self.files.len());
        let mut live: Vec<bool> = self.files.iter().map(is_needed).collect();
        // Most come in the order of the text.
        let mut last = 0..0;
        let mut note = |loc: Loc| {
            if !last.contains(&loc.0)
                && let Some(id) = self.file_of(loc)
            {
                live[id.0 as usize] = true;
                let file = self.file(id);
                last = file.base..file.base + file.text.bytes().len() as u32;
            }
        };
        for span in spans {
            for loc in [span.start, span.last] {
                note(self.call_site(loc));
                if loc.is_expanded() {
                    note(self.spelling(loc));
                }
            }
        }
        for at in (0..self.files.len()).rev() {
            let from = self.file_of(self.call_site(self.files[at].included_at));
            if let (true, Some(from)) = (live[at], from) {
                live[from.0 as usize] = true;
            }
        }
        let mut at = 0;
        self.files.retain(|_| {
            at += 1;
            at > old || live[at - 1]
        });
        let gone = live[..old].iter().filter(|live| !**live).count();
        self.forgotten += gone;
        self.kept = old - gone;
    }

    /// Forgets everything added since `mark`.
    pub fn rollback(&mut self, mark: SourceMark) {
        self.files.truncate(mark.files.saturating_sub(self.forgotten));
        self.spelled.truncate(mark.spelled);
        self.expansions.truncate(mark.expansions);
    }
}

/// The top bit of each byte that is a newline.
fn newlines(word: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let differs = word ^ 0x0a0a_0a0a_0a0a_0a0a;
    !(((differs & LOW) + LOW) | differs | LOW)
}

impl File {
    /// Where each line starts; made when first asked for.
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let text = self.text.bytes();
            let mut starts = Vec::with_capacity(text.len() / 32 + 1);
            starts.push(0);
            let words = text.chunks_exact(8);
            let tail = words.remainder();
            for (i, word) in words.enumerate() {
                let word = word.first_chunk().map_or(0, |word| u64::from_le_bytes(*word));
                let mut ends = newlines(word);
                while ends != 0 {
                    starts.push((i * 8) as u32 + ends.trailing_zeros() / 8 + 1);
                    ends &= ends - 1;
                }
            }
            let at = text.len() - tail.len();
            let ends = tail.iter().enumerate().filter(|(_, b)| **b == b'\n');
            starts.extend(ends.map(|(i, _)| (at + i + 1) as u32));
            starts
        })
    }

    /// The line of a location in this text, from 1, whatever `#line` calls it.
    pub fn line_of(&self, loc: Loc) -> u32 {
        self.true_line(loc.0.saturating_sub(self.base))
    }

    /// The line of a byte, from 1.
    pub(crate) fn true_line(&self, offset: u32) -> u32 {
        self.lines().partition_point(|start| *start <= offset) as u32
    }

    /// The bytes of a line (from 1), without its end.
    pub fn line_text(&self, line: u32) -> &[u8] {
        let lines = self.lines();
        let text = self.text.bytes();
        let start = lines.get(line.saturating_sub(1) as usize).map_or(text.len(), |s| *s as usize);
        let end = lines.get(line as usize).map_or(text.len(), |s| *s as usize - 1);
        let bytes = text.get(start..end).unwrap_or_default();
        bytes.strip_suffix(b"\r").unwrap_or(bytes)
    }

    /// The byte a line (from 1) begins with, and the one behind its last.
    pub(crate) fn line_start(&self, line: u32) -> u32 {
        let end = self.text.bytes().len() as u32;
        self.lines().get(line.saturating_sub(1) as usize).copied().unwrap_or(end)
    }

    pub(crate) fn line_end(&self, line: u32) -> u32 {
        let end = self.text.bytes().len() as u32;
        self.lines().get(line as usize).map_or(end, |next| next - 1)
    }

    /// Whether a byte belongs to a system header.
    fn system_at(&self, offset: u32) -> bool {
        let after = self.marks.partition_point(|mark| mark.from <= offset);
        let said = self.marks[..after].iter().rev().find_map(|mark| mark.system);
        said.unwrap_or(self.system)
    }

    fn presumed(&self, offset: u32, true_line: u32) -> (&str, u32) {
        let after = self.marks.partition_point(|mark| mark.from <= offset);
        match after.checked_sub(1).map(|i| &self.marks[i]) {
            None => (&self.name, true_line),
            Some(mark) => {
                let line = mark.line.wrapping_add(true_line.wrapping_sub(mark.true_line));
                let named = self.marks[..after].iter().rev().find_map(|m| m.name.as_deref());
                (named.unwrap_or(&self.name), line)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted() {
        let bytes: Vec<u8> =
            (0..4000u32).map(|i| if i % 7 == 3 || i % 11 == 0 { b'\n' } else { 0x8a }).collect();
        let mut sources = Sources::default();
        let id = sources.add("f", Text::new(bytes.clone()), Loc::NOWHERE, false).expect("room");
        let (mut line, mut column) = (1, 1);
        for (i, b) in bytes.iter().enumerate() {
            let place = sources.place(Loc(sources.base(id).0 + i as u32)).expect("a place");
            assert_eq!((place.line, place.column), (line, column), "byte {i}");
            (line, column) = if *b == b'\n' { (line + 1, 1) } else { (line, column + 1) };
        }
    }
}
