//! The command line in two steps: [`parse`] turns what was typed into what is meant, a [`Mode`];
//! nothing here acts. What is not known is an error that names it and suggests the nearest.

use crate::completions::For;
use crate::doors::{self, DOORS};
use crate::{eval, gcc, language, run};
use engine::source::{Language, Stage};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

/// What the user wants.
#[derive(Debug)]
pub(crate) enum Mode {
    Session(SessionArgs),
    Eval(Box<eval::EvalArgs>),
    Run(Box<RunArgs>),
    Cc(Box<CcArgs>),
    /// Of everything, or of one way in.
    Help(Option<&'static str>),
    Man,
    Completions(For),
    Version,
}

#[derive(Debug, PartialEq, Default)]
pub(crate) struct SessionArgs {
    /// As at a prompt though stdin is a pipe.
    pub(crate) interactive: bool,
    /// Stop at the first input that fails.
    pub(crate) fail_fast: bool,
    /// Do not read the rc file.
    pub(crate) no_rc: bool,
    /// User code runs in tine's own process.
    pub(crate) in_process: bool,
}

#[derive(Debug)]
pub(crate) struct RunArgs {
    pub(crate) items: Vec<Item>,
    pub(crate) search: Vec<PathBuf>,
    pub(crate) language: Language,
    /// `tine FILE`: the first file is a source whatever its name.
    pub(crate) first_is_source: bool,
    pub(crate) entry: String,
    /// Arguments of the program, without its name.
    pub(crate) args: Vec<OsString>,
    pub(crate) limits: Limits,
    pub(crate) executor: Executor,
    pub(crate) mapper: Mapper,
    pub(crate) stats: bool,
    /// A trace is taken, into this file.
    pub(crate) trace: Option<PathBuf>,
    /// Of each call, too.
    pub(crate) trace_calls: bool,
    pub(crate) emit: Option<Emit>,
    /// What is to be said of the options before anything is done.
    pub(crate) notes: Vec<String>,
}

/// `tine cc`: what is made of one source.
#[derive(Debug)]
pub(crate) struct CcArgs {
    pub(crate) source: PathBuf,
    /// `None`: standard output, for text.
    pub(crate) output: Option<PathBuf>,
    pub(crate) product: Product,
    pub(crate) dependencies: Option<Dependencies>,
    pub(crate) language: Language,
    pub(crate) notes: Vec<String>,
}

#[derive(Debug, PartialEq, Clone, Copy)]
pub(crate) enum Product {
    /// `-c`
    Object,
    /// `-E`
    Preprocessed,
    /// `-fsyntax-only`
    Nothing,
    /// `-M`, `-MM`: the dependencies alone.
    Dependencies,
}

/// `-MD` and its kin: a rule for make, of the headers a source includes.
#[derive(Debug, Default)]
pub(crate) struct Dependencies {
    /// Those of the system too.
    pub(crate) system: bool,
    /// `-MF`
    pub(crate) file: Option<PathBuf>,
    /// `-MT` and `-MQ`: instead of the object.
    pub(crate) targets: Vec<String>,
    /// `-MP`: an empty rule for each header.
    pub(crate) phony: bool,
}

/// Something to link, in the order given.
#[derive(Debug, PartialEq)]
pub(crate) enum Item {
    File(PathBuf),
    Library(OsString),
    /// Every member of the archives that follow, or only what is needed.
    WholeArchive(bool),
}

#[derive(Debug, PartialEq, Default, Clone)]
pub(crate) struct Limits {
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_memory: Option<u64>,
    pub(crate) max_output: Option<u64>,
}

#[derive(Debug, PartialEq, Clone, Copy)]
pub(crate) enum Executor {
    Fork,
    InProcess,
}

#[derive(Debug, PartialEq, Clone, Copy)]
pub(crate) enum Mapper {
    Shared,
    Copy,
}

#[derive(Debug, PartialEq, Clone, Copy)]
pub(crate) enum Emit {
    Stage(Stage),
    Object,
    Graph,
    Map,
}

/// A command line that cannot be meant.
#[derive(Debug, PartialEq)]
pub(crate) struct Usage(pub(crate) String);

/// The options of a session, each with its value's form and its help.
pub(crate) const SESSION_OPTIONS: [(&str, &str, &str); 8] = [
    ("-i", "", "as at a prompt, though stdin is no terminal"),
    ("-e, --fail-fast", "", "stop at the first input that fails"),
    ("--no-rc", "", "do not read ~/.config/tine/rc.c (only a session at a terminal does)"),
    ("--executor", "fork|in-process", "where code runs (default fork; in-process undoes nothing)"),
    ("-h, --help", "", "this; with run, cc, … before it the options of these"),
    ("-V, --version", "", "say which tine this is"),
    ("--man", "", "print the man page: tine --man | man -l -"),
    ("--completions", "bash|zsh|fish", "print what this shell completes behind tine"),
];

pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Mode, Usage> {
    let rest = args.into_iter().collect::<Vec<_>>().into_iter();
    let mut words = Words { rest, notes: Vec::new() };
    let mut session = SessionArgs::default();
    while let Some(word) = words.rest.next() {
        match word.to_str() {
            Some("-h" | "--help") => return Ok(Mode::Help(None)),
            Some("-V" | "--version") => return Ok(Mode::Version),
            Some("--man") => return Ok(Mode::Man),
            Some(flag) if flag.split('=').next() == Some("--completions") => {
                return completions(flag, &mut words);
            }
            Some("-i") => session.interactive = true,
            Some("-e" | "--fail-fast") => session.fail_fast = true,
            Some("--no-rc") => session.no_rc = true,
            Some(text) if text.split('=').next() == Some("--executor") => {
                let place = executor(&words.text(text, "--executor")?)?;
                session.in_process = place == Executor::InProcess;
            }
            Some("run") => return run(words),
            Some("eval") => return eval::parse(words),
            Some("cc") => return cc(words),
            Some("help") => return help(&mut words),
            // A program from a pipe, as a whole.
            Some("-") => {
                let args = words.rest.collect();
                return Ok(Mode::Run(Box::new(file("/dev/stdin".into(), args))));
            }
            Some(flag) if flag.starts_with('-') => {
                let known = SESSION_OPTIONS.iter().flat_map(|o| o.0.split(", "));
                return Err(unknown("option", flag, &known.collect::<Vec<_>>()));
            }
            other => {
                let name = other.unwrap_or("…");
                let path = PathBuf::from(&word);
                if path.exists() {
                    return Ok(Mode::Run(Box::new(file(path, words.rest.collect()))));
                }
                if name.contains(['.', '/']) {
                    return Err(Usage(format!("{name}: there is no such file")));
                }
                return Err(unknown("command or file", name, &doors::names().collect::<Vec<_>>()));
            }
        }
    }
    Ok(Mode::Session(session))
}

/// `tine help`, `tine help run`.
fn help(words: &mut Words) -> Result<Mode, Usage> {
    let Some(word) = words.rest.next() else { return Ok(Mode::Help(None)) };
    let name = word.to_string_lossy();
    match DOORS.iter().find(|door| door.name == name) {
        Some(door) => Ok(Mode::Help(Some(door.name))),
        None => Err(unknown("command", &name, &doors::names().collect::<Vec<_>>())),
    }
}

fn completions(flag: &str, words: &mut Words) -> Result<Mode, Usage> {
    let name = "--completions";
    match words.text(flag, name)?.as_str() {
        "bash" => Ok(Mode::Completions(For::Bash)),
        "zsh" => Ok(Mode::Completions(For::Zsh)),
        "fish" => Ok(Mode::Completions(For::Fish)),
        other => Err(bad_value(name, other, "bash, zsh or fish")),
    }
}

/// `tine FILE [ARG…]`: what `#!/usr/bin/env tine` comes to.
fn file(path: PathBuf, args: Vec<OsString>) -> RunArgs {
    RunArgs { items: vec![Item::File(path)], args, first_is_source: true, ..RunArgs::default() }
}

/// The options of `tine run`, each with its value's form and its help.
pub(crate) const RUN_OPTIONS: [(&str, &str, &str); 14] = [
    ("-L", "DIR", "look for libraries in DIR too"),
    ("-l", "NAME", "link libNAME.so or libNAME.a"),
    ("--whole-archive", "", "link every member of the archives that follow"),
    ("--no-whole-archive", "", "back to linking the members that are needed"),
    ("--entry", "SYMBOL", "start at SYMBOL instead of main"),
    ("--executor", "fork|in-process", "where the program runs (default fork)"),
    ("--mapper", "shared|copy", "how code reaches the executor (default shared)"),
    ("--timeout", "SECONDS", "end the program after so long, status 124"),
    ("--max-memory", "BYTES", "memory beyond this is refused (K, M, G)"),
    ("--max-output", "BYTES", "end a program that writes more, status 153; it writes to pipes"),
    ("--stats", "", "say what each phase cost, on stderr"),
    ("--trace", "FILE", "write what ran and when into FILE, for ui.perfetto.dev"),
    ("--trace=calls", "", "and each call of a function (into tine.pftrace without --trace)"),
    ("--emit", "STAGE", "print tokens, pp, tree, clif, asm, object, graph or map; run nothing"),
];

impl Default for RunArgs {
    fn default() -> RunArgs {
        RunArgs {
            items: Vec::new(),
            search: Vec::new(),
            language: Language::default(),
            first_is_source: false,
            entry: "main".into(),
            args: Vec::new(),
            limits: Limits::default(),
            executor: Executor::Fork,
            mapper: Mapper::Shared,
            stats: false,
            trace: None,
            trace_calls: false,
            emit: None,
            notes: Vec::new(),
        }
    }
}

fn run(mut words: Words) -> Result<Mode, Usage> {
    let mut args = RunArgs::default();
    while let Some(word) = words.rest.next() {
        let Some(text) = word.to_str().filter(|t| t.starts_with('-') && t.len() > 1) else {
            args.items.push(Item::File(word.into()));
            continue;
        };
        if text == "--" {
            args.args = words.rest.collect();
            break;
        }
        if let Some(short) = ["-L", "-l"].iter().find(|s| text.starts_with(**s)) {
            let value = words.value(text, short)?;
            match *short {
                "-L" => args.search.push(value.into()),
                _ => args.items.push(Item::Library(value)),
            }
            continue;
        }
        if language::option(&mut args.language, text, &mut words)? {
            continue;
        }
        let name = text.split('=').next().unwrap_or(text);
        match name {
            "--whole-archive" => args.items.push(Item::WholeArchive(true)),
            "--no-whole-archive" => args.items.push(Item::WholeArchive(false)),
            "--stats" => args.stats = true,
            "--trace" if text == "--trace=calls" => args.trace_calls = true,
            "--trace" => args.trace = Some(PathBuf::from(words.value(text, name)?)),
            "--entry" => args.entry = words.text(text, name)?,
            "--executor" => {
                args.executor = executor(&words.text(text, name)?)?;
            }
            "--mapper" => {
                args.mapper = match words.text(text, name)?.as_str() {
                    "shared" => Mapper::Shared,
                    "copy" => Mapper::Copy,
                    other => return Err(bad_value(name, other, "shared or copy")),
                }
            }
            "--emit" => {
                args.emit = Some(match words.text(text, name)?.as_str() {
                    "tokens" => Emit::Stage(Stage::Tokens),
                    "pp" => Emit::Stage(Stage::Preprocessed),
                    "tree" => Emit::Stage(Stage::Tree),
                    "clif" => Emit::Stage(Stage::Clif),
                    "asm" => Emit::Stage(Stage::Asm),
                    "object" => Emit::Object,
                    "graph" => Emit::Graph,
                    "map" => Emit::Map,
                    other => {
                        let stages = "tokens, pp, tree, clif, asm, object, graph or map";
                        return Err(bad_value(name, other, stages));
                    }
                })
            }
            "--max-memory" => {
                args.limits.max_memory = Some(eval::bytes(name, &words.text(text, name)?)?);
            }
            "--max-output" => {
                args.limits.max_output = Some(eval::bytes(name, &words.text(text, name)?)?);
            }
            "--timeout" => args.limits.timeout = Some(seconds(&words.text(text, name)?)?),
            "-h" | "--help" => return Ok(Mode::Help(Some("run"))),
            _ => {
                let known = RUN_OPTIONS.iter().chain(&language::OPTIONS).map(|o| o.0);
                let known = known.chain(gcc::names());
                return Err(unknown("option of tine run", name, &known.collect::<Vec<_>>()));
            }
        }
        if text.contains('=') && matches!(name, "--whole-archive" | "--stats") {
            return Err(Usage(format!("{name} takes no value")));
        }
    }
    if args.items.iter().all(|i| matches!(i, Item::WholeArchive(_))) {
        return Err(Usage("tine run needs at least one file: tine run FILE… [-- ARG…]".into()));
    }
    let limits = &args.limits;
    for (name, given) in [
        ("--max-output", limits.max_output.is_some()),
        ("--max-memory", limits.max_memory.is_some()),
    ] {
        if given && args.executor == Executor::InProcess {
            let needs = "needs a process of the program's own: --executor=fork";
            return Err(Usage(format!("{name} {needs}")));
        }
    }
    if args.trace_calls {
        args.trace.get_or_insert_with(|| "tine.pftrace".into());
    }
    args.notes = words.notes;
    Ok(Mode::Run(Box::new(args)))
}

/// The options of `tine cc`, each with its value's form and its help.
pub(crate) const CC_OPTIONS: [(&str, &str, &str); 11] = [
    ("-c", "", "make an object"),
    ("-E", "", "preprocess only"),
    ("-fsyntax-only", "", "check only"),
    ("-o", "FILE", "the file made (default FILE.o; -E: standard output)"),
    ("-M", "", "print the dependencies alone, as a rule for make"),
    ("-MM", "", "the same, without the system's headers"),
    ("-MD", "", "write them beside the object"),
    ("-MMD", "", "the same, without the system's headers"),
    ("-MF", "FILE", "where -MD writes them"),
    ("-MT", "TARGET", "the rule's target instead of the object (-MQ: quoted for make)"),
    ("-MP", "", "an empty rule for each header too"),
];

fn cc(mut words: Words) -> Result<Mode, Usage> {
    let mut args = CcArgs {
        source: PathBuf::new(),
        output: None,
        product: Product::Nothing,
        dependencies: None,
        language: Language::default(),
        notes: Vec::new(),
    };
    let (mut source, mut product) = (None, None);
    while let Some(word) = words.rest.next() {
        let Some(text) = word.to_str().filter(|t| t.starts_with('-') && t.len() > 1) else {
            if source.replace(PathBuf::from(word)).is_some() {
                return Err(Usage("tine cc takes one source at a time".into()));
            }
            continue;
        };
        match text {
            "-h" | "--help" => return Ok(Mode::Help(Some("cc"))),
            "-c" => product = product.or(Some(Product::Object)),
            "-E" => product = Some(Product::Preprocessed),
            "-fsyntax-only" => product = Some(Product::Nothing),
            "-M" | "-MM" => product = Some(Product::Dependencies),
            _ => {}
        }
        if matches!(text, "-c" | "-E" | "-fsyntax-only") || for_linker(text, &mut words)? {
        } else if text.starts_with("-x") {
            only_c(&words.text(text, "-x")?)?;
        } else if text.starts_with("-M") {
            dependency(args.dependencies.get_or_insert_default(), text, &mut words)?;
        } else if text.starts_with("-o") {
            args.output = Some(PathBuf::from(words.value(text, "-o")?));
        } else if !language::option(&mut args.language, text, &mut words)? {
            let known = CC_OPTIONS.iter().chain(&language::OPTIONS).map(|o| o.0);
            let known = known.chain(gcc::names());
            return Err(unknown("option of tine cc", text, &known.collect::<Vec<_>>()));
        }
    }
    let usage = || Usage("tine cc makes objects only: tine cc -c FILE.c -o FILE.o".into());
    args.source = source.ok_or_else(usage)?;
    args.product = product.ok_or_else(usage)?;
    args.notes = words.notes;
    if args.product == Product::Object {
        let object = args.source.with_extension("o");
        let beside = || PathBuf::from(object.file_name().unwrap_or_default());
        args.output.get_or_insert_with(beside);
    }
    Ok(Mode::Cc(Box::new(args)))
}

/// `-x` says what the files behind it are, whatever their names.
fn only_c(language: &str) -> Result<(), Usage> {
    match language {
        "c" | "none" | "cpp-output" | "c-cpp-output" => Ok(()),
        other => Err(Usage(format!("-x {other}: tine cc reads C, which -x calls c"))),
    }
}

/// Is it for the linker, which is not called here? Steps over its value.
fn for_linker(text: &str, words: &mut Words) -> Result<bool, Usage> {
    let valued = ["-L", "-l", "-Xlinker"].into_iter().find(|name| text.starts_with(name));
    if let Some(name) = valued {
        words.value(text, name)?;
    }
    let word = matches!(text, "-s" | "-static" | "-shared" | "-rdynamic" | "-nostartfiles")
        || matches!(text, "-nodefaultlibs" | "-nostdlib" | "-pie" | "-no-pie" | "-static-libgcc");
    Ok(valued.is_some() || word || text.starts_with("-Wl,"))
}

/// One of the options that begin with `-M`.
fn dependency(rule: &mut Dependencies, text: &str, words: &mut Words) -> Result<(), Usage> {
    match text {
        "-M" | "-MD" => rule.system = true,
        "-MM" | "-MMD" => rule.system = false,
        "-MP" => rule.phony = true,
        _ if text.starts_with("-MF") => rule.file = Some(words.value(text, "-MF")?.into()),
        _ if text.starts_with("-MT") => rule.targets.push(words.text(text, "-MT")?),
        _ if text.starts_with("-MQ") => {
            rule.targets.push(run::quoted_for_make(&words.text(text, "-MQ")?));
        }
        _ => {
            let known = CC_OPTIONS.map(|option| option.0);
            return Err(unknown("option of tine cc", text, &known));
        }
    }
    Ok(())
}

pub(crate) struct Words {
    rest: std::vec::IntoIter<OsString>,
    /// What is to be said of the options taken.
    pub(crate) notes: Vec<String>,
}

impl Words {
    pub(crate) fn next(&mut self) -> Option<OsString> {
        self.rest.next()
    }

    /// What `-Wp,` hands to the preprocessor comes next, as options. Behind `-MD` it has the file.
    pub(crate) fn put_back(&mut self, list: &str) {
        let mut parts: Vec<OsString> = list.split(',').map(OsString::from).collect();
        if parts.len() > 1 && matches!(list.split(',').next(), Some("-MD" | "-MMD")) {
            parts.insert(1, "-MF".into());
        }
        parts.extend(self.rest.by_ref());
        self.rest = parts.into_iter();
    }

    /// The value of `name` in `word`: behind `=`, stuck to a short option, or the next word.
    pub(crate) fn value(&mut self, word: &str, name: &str) -> Result<OsString, Usage> {
        let stuck = word.strip_prefix(name).unwrap_or("");
        let stuck = if name.starts_with("--") { stuck.strip_prefix('=') } else { Some(stuck) };
        match stuck.filter(|s| !s.is_empty() || word.contains('=')) {
            Some(value) => Ok(OsStr::new(value).to_os_string()),
            None => {
                self.rest.next().ok_or_else(|| Usage(format!("{name} needs a value behind it")))
            }
        }
    }

    pub(crate) fn text(&mut self, word: &str, name: &str) -> Result<String, Usage> {
        self.value(word, name)?
            .into_string()
            .map_err(|value| Usage(format!("{name}: {} is not UTF-8", value.display())))
    }
}

fn executor(word: &str) -> Result<Executor, Usage> {
    match word {
        "fork" => Ok(Executor::Fork),
        "in-process" => Ok(Executor::InProcess),
        other => Err(bad_value("--executor", other, "fork or in-process")),
    }
}

pub(crate) fn seconds(text: &str) -> Result<Duration, Usage> {
    let number = text.strip_suffix('s').unwrap_or(text);
    number
        .parse()
        .ok()
        .and_then(|s| Duration::try_from_secs_f64(s).ok())
        .filter(|d| !d.is_zero())
        .ok_or_else(|| bad_value("--timeout", text, "a number of seconds such as 2 or 0.5"))
}

pub(crate) fn bad_value(name: &str, value: &str, expected: &str) -> Usage {
    Usage(format!("{name}: `{value}` is not {expected}"))
}

pub(crate) fn unknown(what: &str, word: &str, known: &[&str]) -> Usage {
    let nearest =
        known.iter().map(|k| (distance(word, k), *k)).min().filter(|(d, k)| d * 3 <= k.len());
    match nearest {
        Some((_, k)) => Usage(format!("unknown {what} `{word}`; did you mean `{k}`?")),
        None => Usage(format!("unknown {what} `{word}`; `tine --help` lists what there is")),
    }
}

/// How many letters must be put in, taken out or changed to make one word of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<Mode, Usage> {
        parse(line.split_whitespace().map(OsString::from))
    }

    fn run_args(line: &str) -> RunArgs {
        match words(line) {
            Ok(Mode::Run(args)) => *args,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn run_takes_files_libraries_and_arguments() {
        let args = run_args("run a.o -L /x -Ly --whole-archive b.a -lm -l z -- -x y");
        assert_eq!(args.search, [PathBuf::from("/x"), "y".into()]);
        assert_eq!(
            args.items,
            [
                Item::File("a.o".into()),
                Item::WholeArchive(true),
                Item::File("b.a".into()),
                Item::Library("m".into()),
                Item::Library("z".into()),
            ]
        );
        assert_eq!(args.args, ["-x", "y"]);
        let args = run_args("run a.o --entry=start --timeout 0.5 --mapper=copy --stats");
        assert_eq!(args.entry, "start");
        assert_eq!(args.limits.timeout, Some(Duration::from_millis(500)));
        assert!(args.stats && args.mapper == Mapper::Copy);
        let args = run_args("run --trace=calls a.c");
        assert!(args.trace_calls && args.trace == Some("tine.pftrace".into()));
        let args = run_args("run a.c --trace b --trace=calls");
        assert!(args.trace_calls && args.trace == Some("b".into()));
    }

    #[test]
    fn mistakes_are_named() {
        for (line, expected) in [
            ("runn x.o", "unknown command or file `runn`; did you mean `run`?"),
            ("nowhere.c", "nowhere.c: there is no such file"),
            ("run", "tine run needs at least one file: tine run FILE… [-- ARG…]"),
            (
                "run a.o --timout=3",
                "unknown option of tine run `--timout`; did you mean `--timeout`?",
            ),
            (
                "run a.o --timeout=soon",
                "--timeout: `soon` is not a number of seconds such as 2 or 0.5",
            ),
            ("run a.o --emit", "--emit needs a value behind it"),
            (
                "run a.c --emit=asn",
                "--emit: `asn` is not tokens, pp, tree, clif, asm, object, graph or map",
            ),
            ("run a.o --mapper=disk", "--mapper: `disk` is not shared or copy"),
            ("run a.o --stats=1", "--stats takes no value"),
            ("--fial-fast", "unknown option `--fial-fast`; did you mean `--fail-fast`?"),
            ("-q", "unknown option `-q`; `tine --help` lists what there is"),
        ] {
            assert_eq!(words(line).unwrap_err(), Usage(expected.into()), "{line}");
        }
    }
}
