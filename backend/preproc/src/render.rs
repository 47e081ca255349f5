//! Diagnostics to text: one line each in gcc's form, or a picture for a terminal.
//!
//! In: diagnostics, and the sources and names their spans speak of. Out: text; nothing is
//! printed here. A span inside a macro expansion is shown where the token was written, with a
//! note for each macro it came through; what a system header's macro wrote is shown at the
//! user's call. Always holds: at most [`MOST_ERRORS`] errors are shown, and how many are not is
//! said.

use std::collections::HashSet;
use std::fmt::Write;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use crate::diag::{Diagnostic, Severity};
use crate::lex;
use crate::name::{Name, Names};
use crate::source::{FileId, Loc, Sources, Span};

pub const MOST_ERRORS: usize = 20;
const MOST_MACROS: usize = 6;
/// Lines further apart are shown in pictures of their own.
const NEAR: u32 = 30;
/// Of more text only a part is drawn.
const LONG_TEXT: u32 = 8000;

/// How diagnostics are to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Lines,
    Picture { colors: bool, width: usize },
}

/// A stretch of a file's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Stretch {
    file: FileId,
    start: u32,
    end: u32,
}

/// Where a span is shown: a stretch, and the macros it came through (innermost first), each
/// with the place of its call.
#[derive(Default)]
struct Shown {
    stretch: Option<Stretch>,
    macros: Vec<(Name, Loc)>,
}

/// All diagnostics of a text, one after another.
pub fn all(sources: &Sources, names: &Names, diags: &[Diagnostic], form: Form) -> String {
    some(sources, names, diags, form, MOST_ERRORS)
}

/// [`all`] with another limit of errors.
pub fn some(
    sources: &Sources,
    names: &Names,
    diags: &[Diagnostic],
    form: Form,
    most: usize,
) -> String {
    let mut text = String::new();
    let mut errors = 0;
    let mut included = None;
    let mut told = HashSet::new();
    for diag in diags {
        // A macro that writes its argument twice makes every mistake in it twice.
        if diag.span.start.is_expanded() {
            let shown = Shower { sources, names }.show(diag.span);
            if !told.insert((shown.stretch, shown.macros, diag.message.as_str())) {
                continue;
            }
        }
        if diag.is_error() {
            errors += 1;
            if errors > most {
                continue;
            }
        } else if errors > most {
            continue;
        }
        let shown = Shower { sources, names };
        match form {
            Form::Lines => shown.lines(diag, &mut included, &mut text),
            Form::Picture { colors, width } => shown.picture(diag, colors, width, &mut text),
        }
    }
    if errors > most {
        let more = errors - most;
        let plural = if more == 1 { "" } else { "s" };
        let _ = writeln!(text, "{more} more error{plural} not shown");
    }
    text
}

/// What stands before the option's name: a warning may have been made an error.
fn error_of(diag: &Diagnostic) -> &'static str {
    if diag.is_error() { "error=" } else { "" }
}

struct Shower<'a> {
    sources: &'a Sources,
    names: &'a Names,
}

impl Shower<'_> {
    /// Where a location is shown, and through which macros it came.
    fn trace(&self, loc: Loc) -> (Loc, Vec<(Name, Loc)>) {
        let mut primary = None;
        let mut macros: Vec<(Name, Loc)> = Vec::new();
        let mut at = loc;
        while let Some(from) = self.sources.expanded_from(at) {
            if self.in_argument(from.spelling, from.call) {
                at = from.spelling;
            } else {
                primary.get_or_insert(self.sources.spelling(from.spelling));
                macros.push((from.name, self.sources.spelling(from.call.start)));
                at = from.call.start;
            }
        }
        let primary = primary.unwrap_or(at);
        if self.is_system(primary)
            && let Some(user) = macros.iter().position(|(_, call)| !self.is_system(*call))
        {
            let place = macros[user].1;
            return (place, macros.split_off(user + 1));
        }
        (primary, macros)
    }

    /// Whether a token of a call's expansion was written in its arguments.
    fn in_argument(&self, spelling: Loc, call: Span) -> bool {
        if spelling.is_expanded() == call.start.is_expanded()
            && call.start.is_expanded() == call.last.is_expanded()
        {
            return spelling > call.start && spelling <= call.last;
        }
        let (first, last) = (self.sources.call_site(call.start), self.sources.call_end(call.last));
        let spelled = self.sources.call_site(spelling);
        spelled > first && spelled <= last
    }

    fn is_system(&self, loc: Loc) -> bool {
        self.sources.file_of(loc).is_none() || self.sources.in_system_header(loc)
    }

    fn show(&self, span: Span) -> Shown {
        let (start, macros) = self.trace(span.start);
        let (last, last_macros) = self.trace(span.last);
        let together = macros.len() == last_macros.len()
            && start <= last
            && self.sources.file_of(start) == self.sources.file_of(last);
        let stretch = if together { self.stretch(start, last) } else { self.stretch(start, start) };
        Shown { stretch, macros }
    }

    /// From the first byte of one token to the end of another, not beyond the first one's line
    /// by many.
    fn stretch(&self, start: Loc, last: Loc) -> Option<Stretch> {
        let file = self.sources.file_of(start)?;
        let base = self.sources.base(file).0;
        let text = self.sources.file(file).text.with_nul();
        let (start, last) = (start.0 - base, last.0 - base);
        let bytes = text.len() as u32 - 1;
        let end = last + lex::extent(text, last as usize) as u32;
        Some(Stretch { file, start: start.min(bytes), end: end.min(bytes) })
    }

    /// The line of a byte of a file, by number.
    fn line_of(&self, stretch: &Stretch, offset: u32) -> u32 {
        self.sources.file(stretch.file).true_line(offset)
    }

    // One line each.

    fn lines(&self, diag: &Diagnostic, included: &mut Option<FileId>, text: &mut String) {
        let shown = self.show(diag.span);
        if let Some(stretch) = &shown.stretch {
            if *included != Some(stretch.file) {
                self.include_stack(stretch, text);
            }
            *included = Some(stretch.file);
        }
        let kind = match diag.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let mut message = diag.message.clone();
        if !diag.label.is_empty() {
            let _ = write!(message, ": {}", diag.label);
        }
        if !diag.option.is_empty() {
            let _ = write!(message, " [-W{}{}]", error_of(diag), diag.option);
        }
        self.line(shown.stretch.as_ref(), kind, &message, text);
        self.macro_lines(&shown.macros, text);
        for (span, label) in &diag.labels {
            self.line(self.show(*span).stretch.as_ref(), "note", label, text);
        }
        for note in &diag.notes {
            let at = note.span.map(|span| self.show(span)).and_then(|shown| shown.stretch);
            let at = at.or(shown.stretch);
            self.line(at.as_ref(), "note", &note.text, text);
        }
        for fix in &diag.fixes {
            let at = self.show(fix.span).stretch.or(shown.stretch);
            self.line(at.as_ref(), "note", &fix.why, text);
        }
    }

    fn line(&self, at: Option<&Stretch>, kind: &str, message: &str, text: &mut String) {
        match at {
            Some(stretch) => {
                let loc = Loc(self.sources.base(stretch.file).0 + stretch.start);
                if let Some(place) = self.sources.place(loc) {
                    let _ = write!(text, "{}:{}:{}: ", place.file, place.line, place.column);
                }
            }
            None => text.push_str("tine: "),
        }
        let _ = writeln!(text, "{kind}: {message}");
    }

    fn macro_lines(&self, macros: &[(Name, Loc)], text: &mut String) {
        for (name, call) in macros.iter().take(MOST_MACROS) {
            let name = self.names.text(*name);
            let message = format!("in expansion of macro '{name}'");
            self.line(self.stretch(*call, *call).as_ref(), "note", &message, text);
        }
        if macros.len() > MOST_MACROS {
            let _ = writeln!(text, "note: through {} more macros", macros.len() - MOST_MACROS);
        }
    }

    fn include_stack(&self, stretch: &Stretch, text: &mut String) {
        let loc = self.sources.base(stretch.file);
        let stack = self.sources.include_stack(loc);
        for (i, at) in stack.iter().enumerate() {
            let Some(place) = self.sources.place(*at) else { continue };
            let lead = if i == 0 { "In file included from" } else { "                 from" };
            let end = if i + 1 == stack.len() { ':' } else { ',' };
            let _ = writeln!(text, "{lead} {}:{}{end}", place.file, place.line);
        }
    }

    // Pictures.

    fn picture(&self, diag: &Diagnostic, colors: bool, width: usize, text: &mut String) {
        let shown = self.show(diag.span);
        let level = match diag.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut message = diag.message.clone();
        if !diag.option.is_empty() {
            let _ = write!(message, " [-W{}{}]", error_of(diag), diag.option);
        }
        let mut group = Group::with_title(level.primary_title(message));
        if let Some(primary) = shown.stretch {
            let mut near = vec![(primary, diag.label.as_str(), AnnotationKind::Primary)];
            let mut far = Vec::new();
            for (span, label) in &diag.labels {
                match self.show(*span).stretch {
                    Some(stretch) if self.is_near(&primary, &stretch) => {
                        near.push((stretch, label.as_str(), AnnotationKind::Context));
                    }
                    Some(stretch) => far.push((stretch, label.as_str(), AnnotationKind::Context)),
                    None => {}
                }
            }
            group = group.element(self.snippet(&near));
            for other in &far {
                group = group.element(self.snippet(std::slice::from_ref(other)));
            }
        }
        for (name, call) in shown.macros.iter().take(MOST_MACROS) {
            let title = format!("in expansion of macro '{}'", self.names.text(*name));
            group = group.element(Level::NOTE.message(title));
            if let Some(stretch) = self.stretch(*call, *call) {
                group = group.element(self.snippet(&[(stretch, "", AnnotationKind::Primary)]));
            }
        }
        for note in &diag.notes {
            group = group.element(Level::NOTE.message(note.text.clone()));
            if let Some(stretch) = note.span.and_then(|span| self.show(span).stretch) {
                group = group.element(self.snippet(&[(stretch, "", AnnotationKind::Primary)]));
            }
        }
        let mut groups = vec![group];
        for fix in &diag.fixes {
            groups.push(self.fix(fix.span, &fix.text, &fix.why, shown.stretch));
        }
        let renderer = if colors { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Unicode).term_width(width.max(40));
        text.push_str(&renderer.render(&groups));
        text.push('\n');
    }

    fn is_near(&self, a: &Stretch, b: &Stretch) -> bool {
        a.file == b.file && self.line_of(a, a.start).abs_diff(self.line_of(b, b.start)) <= NEAR
    }

    /// A picture of the stretches (of one file, near each other).
    fn snippet<'s>(
        &self,
        stretches: &[(Stretch, &'s str, AnnotationKind)],
    ) -> Snippet<'s, annotate_snippets::Annotation<'s>> {
        let of_file: Vec<Stretch> = stretches.iter().map(|(stretch, ..)| *stretch).collect();
        let window = self.window(&of_file);
        let mut snippet = Snippet::source(window.text.clone())
            .line_start(window.line as usize)
            .path(window.name.clone())
            .fold(true);
        for (stretch, label, kind) in stretches {
            let label = if label.is_empty() { None } else { Some(*label) };
            snippet = snippet.annotation(kind.span(window.range(stretch)).label(label));
        }
        snippet
    }

    /// A patch. An `#include` has no place of its own: it goes below those before `primary`.
    fn fix<'s>(
        &self,
        span: Span,
        replacement: &'s str,
        why: &'s str,
        primary: Option<Stretch>,
    ) -> Group<'s> {
        let group = Group::with_title(Level::HELP.secondary_title(why));
        let include = primary.filter(|_| replacement.starts_with("#include"));
        if let (None, Some(primary)) = (self.show(span).stretch, include) {
            let at = self.place_of_includes(&primary);
            let window = self.window(&[at]);
            let snippet = Snippet::source(window.text.clone())
                .line_start(window.line as usize)
                .path(window.name.clone())
                .patch(Patch::new(0..0, format!("{replacement}\n")));
            return group.element(snippet);
        }
        let Some(stretch) = self.show(span).stretch else { return group };
        let window = self.window(&[stretch]);
        let snippet = Snippet::source(window.text.clone())
            .line_start(window.line as usize)
            .path(window.name.clone())
            .patch(Patch::new(window.range(&stretch), replacement));
        group.element(snippet)
    }

    /// The line below the last `#include` before `primary`, or the first one.
    fn place_of_includes(&self, primary: &Stretch) -> Stretch {
        let file = self.sources.file(primary.file);
        let is_include = |line: &u32| {
            let text = file.line_text(*line).trim_ascii_start();
            text.strip_prefix(b"#").is_some_and(|t| t.trim_ascii_start().starts_with(b"include"))
        };
        let above = 1..self.line_of(primary, primary.start);
        let line = above.rev().find(is_include).map_or(1, |line| line + 1);
        let start = file.line_start(line);
        Stretch { file: primary.file, start, end: start }
    }

    /// The text of the lines the stretches (of one file) begin on, fit to be drawn. Of lines too
    /// long to be drawn only the part around the first stretch.
    fn window(&self, stretches: &[Stretch]) -> Window {
        let file = stretches[0].file;
        let lines = stretches.iter().map(|stretch| self.line_of(stretch, stretch.start));
        let (first, last) = lines.fold((u32::MAX, 1), |(a, b), line| (a.min(line), b.max(line)));
        let source = self.sources.file(file);
        let (mut start, mut end) = (source.line_start(first), source.line_end(last));
        if end - start > LONG_TEXT {
            start = start.max(stretches[0].start.saturating_sub(LONG_TEXT / 4));
            end = end.min(start + LONG_TEXT);
        }
        let place = self.sources.place(Loc(self.sources.base(file).0 + start));
        let (name, line) = place.map_or((String::new(), first), |p| (p.file.to_owned(), p.line));
        let bytes = source.text.bytes();
        let text = readable(bytes.get(start as usize..end as usize).unwrap_or_default());
        Window { text, name, line, start }
    }
}

/// Some lines of a file.
struct Window {
    text: String,
    name: String,
    line: u32,
    /// The file's byte the text begins with.
    start: u32,
}

impl Window {
    /// A stretch's bytes within the text, cut to whole characters and never empty where there
    /// is something to point at.
    fn range(&self, stretch: &Stretch) -> Range<usize> {
        let clamp = |offset: u32| (offset.saturating_sub(self.start) as usize).min(self.text.len());
        let (mut start, mut end) = (clamp(stretch.start), clamp(stretch.end));
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        start..end.max(start)
    }
}

/// The bytes as text of the same length: what is no UTF-8, or would move the cursor, is a `?`.
fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let moves = c.is_ascii_control() && c != '\n' && c != '\t' && c != '\r';
            text.push(if moves { '?' } else { c });
        }
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}
