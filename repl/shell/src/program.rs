//! The C file that `:save` writes, while it is put together. In: entries, each with the names it
//! defines and uses; out: the text, ordered so that every name is declared before its use. The
//! compiler's own front end is asked until it has no complaints: an initialiser it does not take
//! as a constant moves into `main`, anything else it refuses becomes a comment.

use engine::render::Form;
use engine::source::{self, Language, Purpose};
use preproc::options::Std;
use preproc::scan::{Class, Scanner};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

/// Something that stands in the file.
pub(crate) struct Entry {
    pub(crate) text: String,
    /// The names it defines; tags have `struct ` before them, whatever they are.
    pub(crate) names: Vec<String>,
    pub(crate) uses: BTreeSet<String>,
    /// A function's, without its body.
    pub(crate) prototype: Option<String>,
    /// What is put in its place when its initialisers are no constants, and the entries of `main`
    /// that stand for them then.
    pub(crate) bare: Option<(String, Range<usize>)>,
    /// It is not in the file unless the initialiser it repeats cannot be.
    pub(crate) waits: bool,
    /// Why it is a comment.
    pub(crate) out: Option<String>,
}

pub(crate) fn entry(text: String, uses: BTreeSet<String>) -> Entry {
    let names = Vec::new();
    Entry { text, names, uses, prototype: None, bare: None, waits: false, out: None }
}

#[derive(Default)]
pub(crate) struct Program {
    pub(crate) directives: Vec<Entry>,
    pub(crate) top: Vec<Entry>,
    pub(crate) main: Vec<Entry>,
    /// One of the functions is `main`.
    pub(crate) has_main: bool,
    /// C17 does not know all that is in it.
    pub(crate) needs_c23: bool,
}

/// A place in the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum At {
    Directive(usize),
    Top(usize),
    Prototype(usize),
    Main(usize),
}

/// Headers, and the words of C23 that are macros there.
const C23_WORDS: [(&str, &[&str]); 4] = [
    ("assert.h", &["static_assert"]),
    ("stdalign.h", &["alignas", "alignof"]),
    ("stdbool.h", &["bool", "true", "false"]),
    ("threads.h", &["thread_local"]),
];

/// How often the front end is asked at most.
const MOST_ROUNDS: usize = 500;

impl Program {
    /// Names of the program that the headers have for something else.
    pub(crate) fn collisions(&self, include_dirs: &[String]) -> Vec<String> {
        let language = Language { include_dirs: include_dirs.to_vec(), ..Language::default() };
        let (text, lines) = self.compose("");
        let mut found = Vec::new();
        for (line, why) in errors(&text, &language) {
            let at = line.checked_sub(1).and_then(|l| lines.get(l).copied().flatten());
            let (Some(At::Top(n) | At::Prototype(n)), Some(name)) = (at, why.split('\'').nth(1))
            else {
                continue;
            };
            let collides = why.contains("conflicting types for") || why.contains("redeclared as");
            let names = |entry: &Entry| entry.names.iter().any(|own| own == name);
            let once = self.top.iter().filter(|entry| names(entry)).count() == 1;
            if collides && once && names(&self.top[n]) {
                found.push(name.to_string());
            }
        }
        found
    }

    /// Asks the front end until it takes the text.
    pub(crate) fn settle(&mut self, include_dirs: &[String]) -> Result<(), String> {
        let mut language = Language { include_dirs: include_dirs.to_vec(), ..Language::default() };
        for _ in 0..MOST_ROUNDS {
            let (text, lines) = self.compose("");
            let errors = errors(&text, &language);
            if errors.is_empty() {
                language.std = Std::C17;
                self.needs_c23 = !self::errors(&text, &language).is_empty();
                if self.needs_c23 && self.include_words() {
                    let text = self.compose("").0;
                    self.needs_c23 = !self::errors(&text, &language).is_empty();
                }
                return Ok(());
            }
            self.give_way(&errors, &lines)?;
        }
        Err("too much of this session cannot stand in one file".into())
    }

    /// Puts the headers first that have the program's words of C23 in older C; false for none.
    fn include_words(&mut self) -> bool {
        let mut scanner = Scanner::default();
        let mut words = HashSet::new();
        for entry in self.directives.iter().chain(&self.top).chain(&self.main) {
            for (class, range) in scanner.scan(&entry.text) {
                if class == Class::Word {
                    words.insert(entry.text[range].to_string());
                }
            }
        }
        let has_any = |(_, named): &&(_, &[&str])| named.iter().any(|word| words.contains(*word));
        let needed: Vec<Entry> = C23_WORDS
            .iter()
            .filter(has_any)
            .map(|(header, _)| entry(format!("#include <{header}>"), BTreeSet::new()))
            .collect();
        let any = !needed.is_empty();
        self.directives.splice(..0, needed);
        any
    }

    /// Takes the initialisers away that are refused, or, if there are none, what the first error
    /// is about.
    fn give_way(&mut self, errors: &[(usize, String)], lines: &[Option<At>]) -> Result<(), String> {
        let at = |line: usize| line.checked_sub(1).and_then(|l| lines.get(l).copied().flatten());
        let mut moved = false;
        for (line, _) in errors {
            if let Some(At::Top(n)) = at(*line)
                && let Some((text, range)) = self.top[n].bare.take()
            {
                self.top[n].text = text;
                self.main[range].iter_mut().for_each(|entry| entry.waits = false);
                moved = true;
            }
        }
        if moved {
            return Ok(());
        }
        let found = errors.iter().find_map(|(line, why)| Some((at(*line)?, why)));
        let Some((at, why)) = found else {
            let (line, why) = &errors[0];
            return Err(format!("the file would not compile: line {line}: {why}"));
        };
        let entry = match at {
            At::Directive(n) => &mut self.directives[n],
            At::Top(n) | At::Prototype(n) => &mut self.top[n],
            At::Main(n) => &mut self.main[n],
        };
        entry.out = Some(why.clone());
        Ok(())
    }

    /// How many things are comments.
    pub(crate) fn left_out(&self) -> usize {
        let all = self.directives.iter().chain(&self.top).chain(&self.main);
        all.filter(|e| e.out.is_some() && !e.waits).count()
    }

    pub(crate) fn text(&self, command: &str) -> String {
        self.compose(command).0
    }

    /// The text, and what each of its lines belongs to.
    fn compose(&self, command: &str) -> (String, Vec<Option<At>>) {
        let mut page = Page::default();
        page.line(&format!("// A session of tine as a program: {command}"), None);
        for (n, entry) in self.directives.iter().enumerate() {
            page.entry(entry, &entry.text, At::Directive(n), "");
        }
        page.gap();
        for at in self.order() {
            let (At::Top(n) | At::Prototype(n)) = at else { continue };
            let entry = &self.top[n];
            match (&entry.prototype, at) {
                (Some(prototype), At::Prototype(_)) => page.entry(entry, prototype, at, ""),
                (Some(_), _) => {
                    page.gap();
                    page.entry(entry, &entry.text, at, "");
                    page.gap();
                }
                _ => page.entry(entry, &entry.text, at, ""),
            }
        }
        self.statements(&mut page);
        (page.text, page.lines)
    }

    fn statements(&self, page: &mut Page) {
        let empty = self.main.iter().all(|entry| entry.waits);
        if empty && self.has_main {
            return;
        }
        page.gap();
        let head = match self.has_main {
            // As a script's: they run before `main`.
            true => "__attribute__((constructor)) static void session_statements(void)",
            false => "int main(void)",
        };
        page.line(head, None);
        page.line("{", None);
        for (n, entry) in self.main.iter().enumerate().filter(|(_, e)| !e.waits) {
            page.entry(entry, &entry.text, At::Main(n), "    ");
        }
        page.line("}", None);
    }

    /// The entries at the top, each behind what it needs.
    fn order(&self) -> Vec<At> {
        let mut definers: HashMap<&str, usize> = HashMap::new();
        for (n, entry) in self.top.iter().enumerate().filter(|(_, e)| e.out.is_none()) {
            for name in &entry.names {
                definers.insert(name, n);
            }
        }
        let mut order = Order {
            top: &self.top,
            definers,
            seen: vec![false; self.top.len()],
            declared: vec![false; self.top.len()],
            out: Vec::new(),
        };
        for n in 0..self.top.len() {
            order.visit(n);
        }
        order.out
    }
}

struct Order<'a> {
    top: &'a [Entry],
    definers: HashMap<&'a str, usize>,
    seen: Vec<bool>,
    /// Functions that are declared by now.
    declared: Vec<bool>,
    out: Vec<At>,
}

impl Order<'_> {
    fn visit(&mut self, n: usize) {
        if std::mem::replace(&mut self.seen[n], true) {
            return;
        }
        for needed in self.needs(&self.top[n].uses) {
            match &self.top[needed].prototype {
                Some(prototype) if needed != n => self.declare(needed, prototype),
                Some(_) => {}
                None => self.visit(needed),
            }
        }
        self.declared[n] = true;
        self.out.push(At::Top(n));
    }

    /// A function is declared before its definition comes.
    fn declare(&mut self, n: usize, prototype: &str) {
        if std::mem::replace(&mut self.declared[n], true) {
            return;
        }
        let words = prototype.split(|c: char| !c.is_alphanumeric() && c != '_');
        let uses = words.map(str::to_string).collect();
        for needed in self.needs(&uses) {
            if self.top[needed].prototype.is_none() {
                self.visit(needed);
            }
        }
        self.out.push(At::Prototype(n));
    }

    /// The entries that define some of these words, in order.
    fn needs(&self, words: &BTreeSet<String>) -> BTreeSet<usize> {
        let tag = |word: &String| self.definers.get(format!("struct {word}").as_str()).copied();
        let name = |word: &String| self.definers.get(word.as_str()).copied();
        words.iter().flat_map(|word| [tag(word), name(word)]).flatten().collect()
    }
}

#[derive(Default)]
struct Page {
    text: String,
    lines: Vec<Option<At>>,
}

impl Page {
    fn line(&mut self, text: &str, at: Option<At>) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
        self.lines.push(at);
    }

    /// An empty line, if there is none yet.
    fn gap(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.line("", None);
        }
    }

    fn entry(&mut self, entry: &Entry, text: &str, at: At, indent: &str) {
        if let Some(why) = &entry.out {
            self.line(&format!("{indent}// left out: {why}"), Some(at));
        }
        let mark = if entry.out.is_some() { "//     " } else { "" };
        // A string that goes on in the next line must stay as it is.
        let indent = if text.contains("\\\n") { "" } else { indent };
        for line in text.lines() {
            self.line(&format!("{indent}{mark}{line}"), Some(at));
        }
    }
}

/// The front end's errors: lines and messages.
fn errors(text: &str, language: &Language) -> Vec<(usize, String)> {
    let path = Path::new("saved.c");
    let bytes = text.as_bytes().to_vec();
    let made = source::compile(path, bytes, language, Purpose::Object, Form::Lines);
    let of_line = |line: &str| {
        let (place, why) = line.split_once(": error: ")?;
        let number = place.split(':').nth(1).and_then(|n| n.parse().ok());
        let own = place.starts_with("saved.c:");
        Some((number.filter(|_| own).unwrap_or(0), why.to_string()))
    };
    let found: Vec<(usize, String)> = made.messages.lines().filter_map(of_line).collect();
    if made.object.is_some() { Vec::new() } else { found }
}
