//! `:save`: a session as one C file. In: the inputs that stand, what the session knows of their
//! names, and what was shown; out: the file's text and the command that compiles it. What always
//! holds: our own front end compiles the file as plain C. What cannot stand in it any more (a
//! statement about a type that was defined anew, say) is left in it as a comment.
//!
//! Directives come first, then types, objects and functions, each behind what it needs, the last
//! definition of each; then a `main` with the statements in order. An initialiser that is no
//! constant becomes an assignment there, and so do all those of an object defined twice.

use crate::Shell;
use crate::items::{self, Declaration, Declarator, Item, Kind};
use crate::program::{Program, entry};
use engine::Session;
use preproc::scan::{Class, Scanner};
use preproc::token::Tok;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// A file that was made.
pub(crate) struct Saved {
    pub(crate) text: String,
    /// `cc demo.c -lm`
    pub(crate) command: String,
    /// How many things are comments in it.
    pub(crate) left_out: usize,
}

/// Makes the file; `Err` says why there is none.
pub(crate) fn save(shell: &Shell, path: &str) -> Result<Saved, String> {
    let session = &shell.session;
    let mut scanner = Scanner::default();
    let is_type = |word: &str| session.is_type(word);
    let inputs: Vec<(u32, &str, Vec<Item>)> = session
        .inputs()
        .map(|(n, text)| (n, text, items::split(&mut scanner, text, &is_type)))
        .collect();
    let values = value_names(session);
    let mut own = HashSet::new();
    // Each round finds further names that a header has, too.
    for _ in 0..MOST_ROUNDS {
        let mut program = read(shell, &inputs, &values, &own);
        let taken = program.collisions(&shell.include_dirs);
        if taken.is_empty() {
            program.settle(&shell.include_dirs)?;
            let left_out = program.left_out();
            let command = command(shell, &program, path);
            return Ok(Saved { text: program.text(&command), command, left_out });
        }
        own.extend(taken);
    }
    Err("too many of its names are names of headers".into())
}

/// How often names are found that headers have, too.
const MOST_ROUNDS: usize = 20;

/// The whole session as a program; the names in `own` get others.
fn read(
    shell: &Shell,
    inputs: &[(u32, &str, Vec<Item>)],
    values: &HashMap<u32, String>,
    own: &HashSet<String>,
) -> Program {
    let session = &shell.session;
    let mut reader = Reader {
        session,
        scanner: Scanner::default(),
        definers: definers(inputs),
        own: own.clone(),
        undefined: undefined(inputs),
        function_macros: function_macros(inputs),
        used_values: HashSet::new(),
        last_value: None,
        number: 0,
        program: Program::default(),
    };
    reader.note_values(inputs, values);
    reader.directives(inputs);
    for (input, text, items) in inputs {
        for item in items {
            reader.read(text, item, shown(shell, *input), values.get(input));
            reader.number += 1;
        }
        if let Some(value) = values.get(input) {
            reader.last_value = Some(value.clone());
        }
    }
    let mut program = reader.program;
    program.has_main = session.is_own_function("main");
    program
}

fn shown(shell: &Shell, input: u32) -> &str {
    shell.shown.iter().find(|(n, _)| *n == input).map_or("", |(_, text)| text)
}

/// The value's name of each input that had one.
fn value_names(session: &Session) -> HashMap<u32, String> {
    let names = (1..session.next_value()).map(|n| format!("${n}"));
    // The oldest ones may be forgotten.
    let origin = |name: String| Some((session.origin(&name)?.input?, name));
    names.filter_map(origin).collect()
}

/// The definitions of each name, in order: the item's number, and which one of different things it
/// is. Tags have `struct ` before them, whatever they are.
type Definers = HashMap<String, Vec<(usize, usize)>>;

fn definers(inputs: &[(u32, &str, Vec<Item>)]) -> Definers {
    let mut found = Definers::new();
    let mut last: HashMap<String, String> = HashMap::new();
    let mut number = 0;
    for (_, text, items) in inputs {
        for item in items {
            for (name, signature) in defined(text, item) {
                let list = found.entry(name.clone()).or_default();
                let run = list.last().map_or(0, |(_, run)| *run);
                let old = last.insert(name, signature.clone());
                let other = old.is_some_and(|old| old != signature);
                list.push((number, run + usize::from(other)));
            }
            number += 1;
        }
    }
    found
}

/// The names an item defines, with what tells whether two of a name are of one type: the text of
/// their declaration.
fn defined(text: &str, item: &Item) -> Vec<(String, String)> {
    // Who sees a name is no part of its type.
    let counts = |word: &&str| !matches!(*word, "static" | "extern" | "inline");
    let squeezed =
        |text: &str| text.split_whitespace().filter(counts).collect::<Vec<_>>().join(" ");
    let d = match &item.kind {
        Kind::Function(name, body) => {
            return vec![(name.clone(), squeezed(&text[item.range.start..*body]))];
        }
        Kind::Declaration(d) => d,
        Kind::Directive => {
            let line = &text[item.range.clone()];
            let name = directive_name(line, "define").or_else(|| directive_name(line, "undef"));
            return name.map(|name| (format!("#{name}"), squeezed(line))).into_iter().collect();
        }
        _ => return Vec::new(),
    };
    let specifiers = squeezed(&text[item.range.start..d.specifiers]);
    let end = if d.is_typedef { item.range.end } else { d.specifiers };
    let whole = squeezed(&text[item.range.start..end]);
    let types = type_names(d).into_iter().map(|name| (name, whole.clone()));
    let objects = d.objects().filter(|_| d.makes_objects()).map(|o| {
        let mut signature = format!("{specifiers} ");
        let declarator = squeezed(&text[o.range.clone()]);
        // An array without a length is as long as its initialiser, and a constant is its value.
        let is_const = specifiers.split(' ').any(|w| matches!(w, "const" | "constexpr"));
        let init = o.assigned.as_ref().filter(|_| declarator.contains("[]") || is_const);
        signature.push_str(&declarator);
        signature.push_str(init.map_or("", |(_, init)| &text[init.clone()]));
        (o.name.clone(), signature)
    });
    types.chain(objects).collect()
}

/// The name in `#define NAME` or `#undef NAME`.
fn directive_name(line: &str, directive: &str) -> Option<String> {
    let rest = line[1..].trim_start().strip_prefix(directive)?.trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    Some(rest[..end].to_string())
}

fn undefined(inputs: &[(u32, &str, Vec<Item>)]) -> HashSet<usize> {
    let all = inputs.iter().flat_map(|(_, text, items)| items.iter().map(move |i| (text, i)));
    let undefines = |(text, item): &(&&str, &Item)| {
        item.kind == Kind::Directive && directive_name(&text[item.range.clone()], "undef").is_some()
    };
    all.enumerate().filter(|(_, item)| undefines(item)).map(|(number, _)| number).collect()
}

fn function_macros(inputs: &[(u32, &str, Vec<Item>)]) -> HashSet<String> {
    let mut found = HashSet::new();
    for (_, text, items) in inputs {
        for item in items.iter().filter(|item| item.kind == Kind::Directive) {
            let line = &text[item.range.clone()];
            let name = directive_name(line, "define");
            found.extend(name.filter(|name| line.contains(&format!(" {name}("))));
        }
    }
    found
}

/// What a declaration names besides objects and functions.
fn type_names(d: &Declaration) -> Vec<String> {
    let mut names: Vec<String> = d.tags.iter().map(|tag| format!("struct {tag}")).collect();
    names.extend(d.enumerators.iter().cloned());
    if d.is_typedef {
        names.extend(d.declarators.iter().map(|t| t.name.clone()));
    }
    names
}

impl Declaration {
    fn objects(&self) -> impl Iterator<Item = &Declarator> {
        self.declarators.iter().filter(|d| !d.is_function)
    }

    fn makes_objects(&self) -> bool {
        !self.is_typedef && !self.is_external && self.objects().next().is_some()
    }
}

struct Reader<'a> {
    session: &'a Session,
    scanner: Scanner,
    definers: Definers,
    /// Names of the session that headers have, too.
    own: HashSet<String>,
    /// The items that undefine a macro.
    undefined: HashSet<usize>,
    /// Macros that are none without an argument.
    function_macros: HashSet<String>,
    /// The values that later inputs name.
    used_values: HashSet<String>,
    /// What `_` is.
    last_value: Option<String>,
    /// The number of the item that is read.
    number: usize,
    program: Program,
}

impl Reader<'_> {
    fn note_values(&mut self, inputs: &[(u32, &str, Vec<Item>)], values: &HashMap<u32, String>) {
        let mut last: Option<&String> = None;
        for (input, text, _) in inputs {
            for (_, range) in self.scanner.scan(text).iter().filter(|t| t.0 == Class::Word) {
                match &text[range.clone()] {
                    "_" => self.used_values.extend(last.cloned()),
                    word if word.starts_with('$') => {
                        self.used_values.insert(word.to_string());
                    }
                    _ => {}
                }
            }
            last = values.get(input).or(last);
        }
    }

    /// Headers and macros in the order of their inputs. What a macro is now, the session knows
    /// best: its line may stand in a branch that was not taken.
    fn directives(&mut self, inputs: &[(u32, &str, Vec<Item>)]) {
        let mut lines: Vec<((u32, usize), String)> = Vec::new();
        for (input, header) in self.session.taken_headers() {
            lines.push(((*input, 0), header.clone()));
        }
        self.number = 0;
        for (input, text, items) in inputs {
            for item in items {
                if item.kind == Kind::Directive {
                    let line = text[item.range.clone()].trim();
                    let at = text[..item.range.start].matches('\n').count() + 1;
                    let include = line[1..].trim_start().starts_with("include");
                    let old = directive_name(line, "define").map(|n| self.run(&format!("#{n}")));
                    if include || old.is_some_and(|(run, last)| run < last) {
                        lines.push(((*input, at), self.words(line).0));
                    }
                }
                self.number += 1;
            }
        }
        self.number = usize::MAX;
        for own in self.session.own_macros() {
            let name = directive_name(&own.text, "define").unwrap_or_default();
            let renamed = self.renamed_macro(&name).unwrap_or_else(|| name.clone());
            let line = own.text.replacen(&name, &renamed, 1);
            lines.push(((own.input, own.line as usize), line));
        }
        self.number = 0;
        lines.sort();
        let mut seen = HashSet::new();
        lines.retain(|(_, line)| seen.insert(line.clone()));
        let entries = lines.into_iter().map(|(_, line)| entry(line, BTreeSet::new()));
        self.program.directives.extend(entries);
    }

    /// Which of the different things of a name is meant here: its number, and the last one's.
    fn run(&self, name: &str) -> (usize, usize) {
        let Some(list) = self.definers.get(name) else { return (0, 0) };
        let before = list.iter().rev().find(|(number, _)| *number <= self.number);
        let last = list.last().map_or(0, |(_, run)| *run);
        (before.map_or(last, |(_, run)| *run), last)
    }

    /// Whether another definition of the same thing follows.
    fn follows(&self, name: &str) -> bool {
        let (run, _) = self.run(name);
        let list = self.definers.get(name);
        list.is_some_and(|l| l.iter().any(|(n, r)| *n > self.number && *r == run))
    }

    /// Whether one came before.
    fn precedes(&self, name: &str) -> bool {
        let (run, _) = self.run(name);
        let list = self.definers.get(name);
        list.is_some_and(|l| l.iter().any(|(n, r)| *n < self.number && *r == run))
    }

    /// A name as it is in the file: the last thing of that name keeps it, unless a header has it.
    fn renamed(&self, key: &str) -> String {
        match self.run(key) {
            (run, last) if run < last => format!("{key}_{}", run + 1),
            _ if self.own.contains(key) || self.is_librarys(key) => format!("own_{key}"),
            _ => key.to_string(),
        }
    }

    /// Whether an input defines what the library has: compilers know its functions by name.
    fn is_librarys(&self, key: &str) -> bool {
        self.definers.contains_key(key) && self.session.header_of(key).is_some()
    }

    /// A macro's name: one that was defined anew or is no more has a number, and so has one that
    /// is the name of something else.
    fn renamed_macro(&self, name: &str) -> Option<String> {
        let key = format!("#{name}");
        let list = self.definers.get(&key)?;
        let (number, run) = list.iter().rev().find(|(number, _)| *number <= self.number)?;
        if self.undefined.contains(number) {
            return None;
        }
        match self.definers.contains_key(name) {
            true => Some(format!("{name}_macro_{}", run + 1)),
            false => (*run < self.run(&key).1).then(|| format!("{name}_{}", run + 1)),
        }
    }

    /// The text with its names as they are in the file, and the words in it.
    fn words(&mut self, text: &str) -> (String, BTreeSet<String>) {
        let mut uses = BTreeSet::new();
        let mut out = String::new();
        let mut end = 0;
        let tokens = self.scanner.scan(text);
        let members = members(text, &tokens);
        for (at, (_, range)) in tokens.iter().enumerate().filter(|(_, t)| t.0 == Class::Word) {
            let before = at.checked_sub(1).map(|i| &tokens[i]);
            let word = &text[range.clone()];
            let is_member = members.contains(&at) || before.is_some_and(is_access);
            out.push_str(&text[end..range.start]);
            end = range.end;
            if is_member {
                out.push_str(word);
                continue;
            }
            let called = tokens.get(at + 1).is_some_and(|t| t.0 == Class::Punctuator(Tok::LParen));
            let word = match self.renamed_macro(word) {
                Some(renamed) if called || !self.function_macros.contains(word) => renamed,
                _ => self.word(text, before, word),
            };
            out.push_str(&word);
            uses.insert(word);
        }
        out.push_str(&text[end..]);
        (out, uses)
    }

    fn word(&self, text: &str, before: Option<&(Class, Range<usize>)>, word: &str) -> String {
        match before {
            Some((Class::Word, range))
                if matches!(&text[range.clone()], "struct" | "union" | "enum") =>
            {
                let key = self.renamed(&format!("struct {word}"));
                return key.trim_start_matches("struct ").to_string();
            }
            _ => {}
        }
        let word = match (word, &self.last_value) {
            ("_", Some(value)) => value,
            _ => word,
        };
        match word.strip_prefix('$') {
            Some(number) => format!("value_{number}"),
            None => self.renamed(word),
        }
    }

    fn read(&mut self, text: &str, item: &Item, shown: &str, value: Option<&String>) {
        let whole = &text[item.whole.clone()];
        match &item.kind {
            Kind::Directive => {
                if text[item.range.start + 1..].trim_start().starts_with("pragma") {
                    self.top(whole, Vec::new());
                }
            }
            Kind::Function(name, body) => {
                if !self.follows(name) {
                    let head = text[item.range.start..*body].trim_end();
                    // Alone it would be no definition for others.
                    let words: Vec<&str> = head.split_whitespace().collect();
                    let inline = words.iter().any(|w| w.contains("inline"));
                    let linked = words.iter().any(|w| matches!(*w, "static" | "extern"));
                    let storage = if inline && !linked { "static " } else { "" };
                    let comment = &text[item.whole.start..item.range.start];
                    let rest = &text[item.range.start..item.whole.end];
                    let prototype = self.words(&format!("{storage}{head};")).0;
                    let definition = format!("{comment}{storage}{rest}");
                    let added = self.top(&definition, vec![name.clone()]);
                    self.program.top[added].prototype = Some(prototype);
                }
            }
            Kind::Declaration(d) => self.declaration(text, item, d),
            Kind::Statement if self.is_outside_asm(&text[item.range.clone()]) => {
                self.top(whole, Vec::new());
            }
            Kind::Statement => self.statement(whole),
            Kind::Expression => self.expression(text, item, shown, value),
        }
    }

    fn top(&mut self, text: &str, names: Vec<String>) -> usize {
        let (text, uses) = self.words(text);
        let mut added = entry(text, uses);
        added.names = names.iter().map(|name| self.renamed(name)).collect();
        self.program.top.push(added);
        self.program.top.len() - 1
    }

    /// `asm("…")` that the prompt has taken as one outside of functions.
    fn is_outside_asm(&self, text: &str) -> bool {
        let is_asm = ["asm", "__asm__", "__asm"].iter().any(|word| text.starts_with(word));
        let strings: String = text.split('"').skip(1).step_by(2).collect();
        is_asm
            && cfront::parse::asm::stands_outside(&strings.replace("\\n", "\n").replace("\\t", " "))
    }

    fn statement(&mut self, text: &str) {
        let (text, uses) = self.words(text);
        // What `:run` did, the program does by itself.
        if text.starts_with("main(") && self.session.is_own_function("main") {
            return;
        }
        self.program.main.push(entry(text, uses));
    }

    fn expression(&mut self, text: &str, item: &Item, shown: &str, value: Option<&String>) {
        let code = &text[item.range.clone()];
        let before = &text[item.whole.start..item.range.start];
        let kept = value.filter(|name| self.used_values.contains(*name));
        let declared = kept.and_then(|name| Some((name, self.session.declared(name)?)));
        let statement = match &declared {
            Some((name, declared)) if declared.is_array => {
                format!("__builtin_memcpy({name}, ({code}), sizeof {name});")
            }
            Some((name, _)) if code.contains(',') => format!("{name} = ({code});"),
            Some((name, _)) => format!("{name} = {code};"),
            None if self.acts(code) => format!("{code};"),
            None => format!("(void)({code});"),
        };
        if let Some((name, declared)) = &declared {
            let at = self.top(&format!("{};", declared.writable), Vec::new());
            self.program.top[at].names = vec![name.replace('$', "value_")];
        }
        let comment = if shown.is_empty() { String::new() } else { format!("  // {shown}") };
        self.statement(&format!("{before}{statement}{comment}"));
    }

    /// Whether an expression does something: a call, an assignment, an increment.
    fn acts(&mut self, code: &str) -> bool {
        let acts = |tok: Tok| {
            let assigns = (Tok::Eq as u8..=Tok::PipeEq as u8).contains(&(tok as u8));
            assigns || matches!(tok, Tok::PlusPlus | Tok::MinusMinus)
        };
        let tokens = self.scanner.scan(code);
        let any = |t: &(Class, _)| matches!(t.0, Class::Punctuator(tok) if acts(tok));
        code.trim_end().ends_with(')') || tokens.iter().any(any)
    }

    fn declaration(&mut self, text: &str, item: &Item, d: &Declaration) {
        let whole = &text[item.whole.clone()];
        let types = type_names(d);
        let types_are_old = !types.is_empty() && types.iter().all(|name| self.follows(name));
        if !d.makes_objects() {
            if !types_are_old {
                let mut names = types;
                names.extend(d.declarators.iter().map(|f| f.name.clone()));
                self.top(whole, names);
            }
            return;
        }
        let again = |o: &Declarator| self.follows(&o.name) || self.precedes(&o.name);
        let tag = text[item.range.start..d.specifiers].trim_end();
        if !types_are_old && !d.objects().any(again) {
            let bare = self.without_initializers(text, item, d);
            let bare = self.words(&bare).0;
            let mut names = types;
            names.extend(d.objects().map(|o| o.name.clone()));
            let at = self.top(whole, names);
            let from = self.program.main.len();
            for object in d.objects().filter(|o| o.assigned.is_some()) {
                self.assignment(text, object, true);
            }
            self.program.top[at].bare = Some((bare, from..self.program.main.len()));
            return;
        }
        if tag.ends_with('}') && !types_are_old {
            self.top(&format!("{tag};"), types);
        }
        for object in d.objects() {
            if !self.precedes(&object.name) {
                let bare = self.bare(text, item, d, object);
                self.top(&bare, vec![object.name.clone()]);
            }
            self.assignment(text, object, false);
        }
    }

    /// The objects of a declaration with nothing in them.
    fn without_initializers(&self, text: &str, item: &Item, d: &Declaration) -> String {
        let tag = text[item.range.start..d.specifiers].trim_end();
        if tag.ends_with('}') && d.tags.is_empty() {
            // Its type has no name: the text without the initialisers.
            let mut out = String::new();
            let mut end = item.range.start;
            for (assigned, _) in d.objects().filter_map(|o| o.assigned.as_ref()) {
                out.push_str(text[end..assigned.start].trim_end());
                end = assigned.end;
            }
            return out + &text[end..item.range.end];
        }
        let mut lines = Vec::new();
        if tag.ends_with('}') {
            lines.push(format!("{tag};"));
        }
        lines.extend(d.objects().map(|object| self.bare(text, item, d, object)));
        lines.join("\n")
    }

    /// One object of a declaration, so that it can be assigned to.
    fn bare(&self, text: &str, item: &Item, d: &Declaration, object: &Declarator) -> String {
        let (run, last) = self.run(&object.name);
        if run == last
            && let Some(declared) = self.session.declared(&object.name)
        {
            return format!("{};", declared.writable);
        }
        let specifiers = &text[item.range.start..d.specifiers];
        let body =
            specifiers.find('{').map(|from| from..specifiers.rfind('}').map_or(from, |t| t + 1));
        let mut specifiers = specifiers.to_string();
        specifiers.replace_range(body.unwrap_or(0..0), "");
        let words = specifiers.split_whitespace().filter(|w| !matches!(*w, "const" | "constexpr"));
        let specifiers = words.collect::<Vec<_>>().join(" ");
        format!("{specifiers} {};", &text[object.range.clone()])
    }

    /// An initialiser as a statement; `waits` while it stands at the object, too.
    fn assignment(&mut self, text: &str, object: &Declarator, waits: bool) {
        let name = &object.name;
        // Without an initialiser an object keeps its value.
        let Some((_, init)) = &object.assigned else { return };
        let init = text[init.clone()].trim();
        let is_array = text[object.range.clone()].trim_end().ends_with(']');
        let braced = init.starts_with('{');
        let code = if is_array {
            let init = if braced { init.to_string() } else { format!("{{{init}}}") };
            format!("__builtin_memcpy({name}, (__typeof__({name})){init}, sizeof {name});")
        } else if braced {
            format!("{name} = (__typeof__({name})){init};")
        } else {
            format!("{name} = {init};")
        };
        let (code, uses) = self.words(&code);
        let mut added = entry(code, uses);
        added.waits = waits;
        self.program.main.push(added);
    }
}

/// What stands behind it is a member.
fn is_access(token: &(Class, Range<usize>)) -> bool {
    matches!(token.0, Class::Punctuator(Tok::Dot | Tok::Arrow))
}

/// The tokens that name members in the bodies of structures: other names than those outside.
fn members(text: &str, tokens: &[(Class, Range<usize>)]) -> HashSet<usize> {
    let punctuator = |at: usize| match tokens.get(at) {
        Some((Class::Punctuator(tok), _)) => Some(*tok),
        _ => None,
    };
    let is_record = |at: Option<usize>| {
        let word = at.and_then(|at| tokens.get(at)).filter(|t| t.0 == Class::Word);
        word.is_some_and(|(_, range)| matches!(&text[range.clone()], "struct" | "union"))
    };
    let mut found = HashSet::new();
    let mut open = Vec::new();
    for at in 0..tokens.len() {
        match punctuator(at) {
            Some(Tok::LBrace) => {
                open.push(is_record(at.checked_sub(1)) || is_record(at.checked_sub(2)));
            }
            Some(Tok::RBrace) => {
                open.pop();
            }
            _ if open.last() != Some(&true) => {}
            _ => {
                let behind_star = at > 0 && punctuator(at - 1) == Some(Tok::Star);
                let named = match punctuator(at + 1) {
                    Some(Tok::Semi | Tok::Comma | Tok::LBracket | Tok::Colon) => true,
                    Some(Tok::RParen) => behind_star,
                    _ => false,
                };
                if named {
                    found.insert(at);
                }
            }
        }
    }
    found
}

fn command(shell: &Shell, program: &Program, path: &str) -> String {
    // Only tine has these headers and what stands behind them.
    let mut lines = program.directives.iter().map(|entry| entry.text.as_str());
    if lines.any(|line| line.contains("<tine/")) {
        let dirs: String = shell.include_dirs.iter().map(|dir| format!(" -I{dir}")).collect();
        return format!("tine run{dirs} {path}");
    }
    let mut words = vec!["cc".to_string()];
    words.extend(program.needs_c23.then(|| "-std=gnu2x".to_string()));
    words.extend(shell.include_dirs.iter().map(|dir| format!("-I{dir}")));
    words.push(path.to_string());
    for library in shell.session.libraries().iter().map(|path| library_option(path)) {
        if !words.contains(&library) {
            words.push(library);
        }
    }
    // It is in every session, and no other linker knows.
    let mathematical = ["<math.h>", "<complex.h>", "<tgmath.h>"];
    let mut lines = program.directives.iter().map(|entry| entry.text.as_str());
    let includes = lines.any(|line| mathematical.iter().any(|header| line.contains(header)));
    if includes && !words.iter().any(|word| word == "-lm") {
        words.push("-lm".into());
    }
    words.join(" ")
}

/// `/usr/lib/libz.so.1` as `-lz`.
fn library_option(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let name = file.strip_prefix("lib").and_then(|f| f.split_once(".so"));
    match name {
        Some((name, _)) if path.starts_with("/usr/") || path.starts_with("/lib") => {
            format!("-l{name}")
        }
        Some((name, _)) if !path.contains('/') => format!("-l{name}"),
        _ => path.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::library_option;

    #[test]
    fn libraries() {
        assert_eq!(library_option("libm.so.6"), "-lm");
        assert_eq!(library_option("/usr/lib/x86_64-linux-gnu/libz.so.1"), "-lz");
        assert_eq!(library_option("./libown.so"), "./libown.so");
    }
}
