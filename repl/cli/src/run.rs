//! `tine run`: a program linked in memory, run to its end; then how it ended, in words and as this
//! process's status.

use crate::args::{self, CcArgs, Dependencies, Emit, Executor, Mapper, Product, RunArgs};
use crate::output::{Limited, Relay};
use engine::error::cause_text;
use engine::machine::Machine;
use engine::program::{Dump, Finished, Item, Program, Ran, Stats};
use engine::render::Form;
use engine::report;
use engine::source::{self, Purpose, Stage};
use engine::trace;
use executor::handle::Cause;
use executor::region::Sharing;
use executor::warden::{Options, Warden};
use executor::wire::{End, How};
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

/// Prints a dump: its text on standard output, the diagnostics beside it.
fn emit(text: Option<Vec<u8>>, messages: &str) -> u8 {
    eprint!("{messages}");
    match text {
        Some(text) => {
            // A reader that has gone away is no failure of ours.
            let _ = std::io::stdout().write_all(&text);
            0
        }
        None => 1,
    }
}

/// The text of a stage before linking, for each C file.
fn emit_sources(args: &RunArgs, what: Emit) -> engine::Result<u8> {
    let mut status = 0;
    for item in &args.items {
        let args::Item::File(path) = item else { continue };
        let text = source::read(path)?;
        status |= match what {
            Emit::Stage(stage) => {
                let dumped = source::dump(
                    path,
                    text,
                    &args.language,
                    Purpose::Program { trace: None },
                    stage,
                    form(),
                );
                emit(dumped.text, &dumped.messages) | u8::from(dumped.failed)
            }
            _ => {
                let made = source::compile(path, text, &args.language, Purpose::Object, form());
                emit(made.object.map(|o| o.bytes), &made.messages)
            }
        };
    }
    Ok(status)
}

/// One source to what was asked for.
pub(crate) fn cc(args: &CcArgs) -> engine::Result<u8> {
    let text = source::read(&args.source)?;
    let (bytes, files, failed) = match args.product {
        Product::Nothing => {
            let checked = source::checked(&args.source, text, &args.language, form());
            eprint!("{}", checked.messages);
            (Vec::new(), checked.files, checked.failed)
        }
        Product::Object => {
            let made = source::compile(&args.source, text, &args.language, Purpose::Object, form());
            eprint!("{}", made.messages);
            let Some(object) = made.object else { return Ok(1) };
            let bytes = match object.assembled {
                Some(assembled) => match source::joined(&object.bytes, &assembled) {
                    Ok(bytes) => bytes,
                    Err(why) => {
                        let path = args.source.display();
                        eprintln!("tine: {path}: 'asm' at file scope: {why}");
                        return Ok(1);
                    }
                },
                None => object.bytes,
            };
            (bytes, made.files, false)
        }
        Product::Preprocessed | Product::Dependencies => {
            let stage = Stage::Preprocessed;
            let dumped =
                source::dump(&args.source, text, &args.language, Purpose::Object, stage, form());
            eprint!("{}", dumped.messages);
            (dumped.text.unwrap_or_default(), dumped.files, dumped.failed)
        }
    };
    if let Some(rule) = &args.dependencies {
        let text = rule_text(args, rule, &files);
        let beside = args.output.as_deref().unwrap_or(&args.source).with_extension("d");
        match (&rule.file, args.product) {
            (Some(file), _) => write(Some(file), text.as_bytes())?,
            (None, Product::Dependencies) => write(args.output.as_deref(), text.as_bytes())?,
            (None, _) => write(Some(&beside), text.as_bytes())?,
        }
    }
    if let Product::Object | Product::Preprocessed = args.product {
        write(args.output.as_deref(), &bytes)?;
    }
    Ok(u8::from(failed))
}

/// To a file, or to standard output.
fn write(path: Option<&Path>, bytes: &[u8]) -> engine::Result<()> {
    let Some(path) = path else {
        // A reader that has gone away is no failure of ours.
        let _ = std::io::stdout().write_all(bytes);
        return Ok(());
    };
    let fail = |why| engine::Failure::File { path: path.display().to_string(), why };
    std::fs::write(path, bytes).map_err(fail)
}

/// `main.o: main.c a.h b.h` as make reads it.
fn rule_text(args: &CcArgs, rule: &Dependencies, files: &[(String, bool)]) -> String {
    let wanted: Vec<String> = files
        .iter()
        .filter(|(_, system)| rule.system || !system)
        .map(|(name, _)| quoted_for_make(name))
        .collect();
    let object = args.source.with_extension("o");
    let target = match &args.output {
        Some(output) if args.product == Product::Object => output.display().to_string(),
        _ => object.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    let targets = match rule.targets.is_empty() {
        true => quoted_for_make(&target),
        false => rule.targets.join(" "),
    };
    let mut text = format!("{targets}: {}\n", wanted.join(" \\\n "));
    if rule.phony {
        wanted.iter().skip(1).for_each(|header| text.push_str(&format!("{header}:\n")));
    }
    text
}

/// Spaces, `#` and `$` as make wants them.
pub(crate) fn quoted_for_make(name: &str) -> String {
    name.replace('$', "$$").replace('#', "\\#").replace(' ', "\\ ")
}

/// Pictures on a terminal, one line each elsewhere.
fn form() -> Form {
    if !std::io::stderr().is_terminal() {
        return Form::Lines;
    }
    let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
        || std::env::var_os("TERM").is_some_and(|t| t == "dumb");
    Form::Picture { colors: !plain, width: 100 }
}

pub(crate) fn run(args: &RunArgs) -> engine::Result<u8> {
    if let Some(what @ (Emit::Stage(_) | Emit::Object)) = args.emit {
        return emit_sources(args, what);
    }
    let sharing = match args.mapper {
        Mapper::Shared => Sharing::Shared,
        Mapper::Copy => Sharing::Copying,
    };
    let world = |why| engine::Failure::File { path: "the output's pipes".into(), why };
    let limited = args.limits.max_output.map(Limited::new).transpose().map_err(world)?;
    let [out, err] = limited.as_ref().map_or_else(Default::default, Limited::streams);
    // The program hears the terminal as one that the shell started.
    let options = Options {
        sharing,
        streams: [None, out, err],
        withheld: limited.as_ref().map_or_else(Vec::new, Limited::withheld),
        own_group: false,
        ..Options::default()
    };
    let warden = match args.executor {
        Executor::Fork => Warden::start(options)?,
        Executor::InProcess => Warden::in_process(options)?,
    };
    let mut machine = Machine::new(warden, sharing)?;
    machine.limit_memory(args.limits.max_memory);
    let program = program(args);
    let dump = match args.emit {
        Some(Emit::Graph) => Some(Dump::Graph),
        Some(Emit::Map) => Some(Dump::Map),
        _ => None,
    };
    if let Some(dump) = dump {
        let dumped = machine.dump_program(&program, dump)?;
        return Ok(emit(dumped.text.map(String::into_bytes), &dumped.messages));
    }
    if let (Executor::InProcess, Some(limit)) = (args.executor, args.limits.timeout) {
        end_at(limit);
    }
    if let Some(path) = &args.trace {
        let file = Some(path.clone());
        machine.start_trace(trace::Options { calls: args.trace_calls, file, on_event: None })?;
    }
    let relay = limited.zip(machine.interrupter());
    let relay = relay.map(|(limited, writer)| limited.begin(writer)).transpose().map_err(world)?;
    let (ran, stats) = machine.run_program(&program, &mut |text| eprint!("{text}"))?;
    let wrote_too_much = relay.is_some_and(Relay::finish);
    let summary = machine.finish_trace()?;
    let Ran::Finished(mut finished) = ran else { return Ok(1) };
    match args.limits.max_output.filter(|_| wrote_too_much) {
        Some(limit) => {
            finished.status = OUTPUT_LIMIT;
            eprintln!("tine: the program wrote more than {limit} bytes; it was ended");
        }
        None => say(&program, &finished),
    }
    if let Some((summary, path)) = summary.zip(args.trace.as_ref()) {
        eprintln!("tine: trace: {}", trace_text(summary, path));
    }
    if args.stats {
        eprint!("{}", stats_text(&stats));
    }
    let exited = finished.ended.exited.as_ref();
    if args.executor == Executor::InProcess && exited.is_none_or(|e| e.how == How::Quick) {
        // The program did not come to `exit`, which would write out its buffers: nor must we.
        executor::sys::exit_now(finished.status);
    }
    Ok(u8::try_from(finished.status & 0xff).unwrap_or(u8::MAX))
}

fn program(args: &RunArgs) -> Program {
    let items: Vec<Item> = args
        .items
        .iter()
        .map(|item| match item {
            args::Item::File(path) => Item::File(path.clone()),
            args::Item::Library(name) => Item::Library(name.clone()),
            args::Item::WholeArchive(on) => Item::WholeArchive(*on),
        })
        .collect();
    let name = items.iter().find_map(|i| match i {
        Item::File(path) => Some(path.clone().into_os_string()),
        _ => None,
    });
    let mut argv: Vec<OsString> = vec![name.unwrap_or_else(|| "tine".into())];
    argv.extend(args.args.iter().cloned());
    Program {
        items,
        search: args.search.clone(),
        language: args.language.clone(),
        form: form(),
        first_is_source: args.first_is_source,
        entry: args.entry.clone(),
        args: argv,
        timeout: args.limits.timeout,
    }
}

fn trace_text(summary: trace::Summary, path: &Path) -> String {
    let trace::Summary { events, lost } = summary;
    match lost {
        0 => format!("{events} events in {}", path.display()),
        _ => format!("{events} events in {}, and {lost} were lost", path.display()),
    }
}

/// What the user would not see otherwise: crashes, and a limit that was met.
fn say(program: &Program, finished: &Finished) {
    for report in &finished.reports {
        eprint!("{report}");
    }
    if finished.timed_out {
        eprintln!("{}", time_limit(program.timeout.unwrap_or_default()));
        return;
    }
    if let Some(text) = end_text(finished) {
        eprintln!("tine: {text}");
    }
}

/// As a shell says it of SIGXFSZ: a file became too large.
const OUTPUT_LIMIT: i32 = 128 + 25;
const SIGINT: i32 = 2;
const SIGPIPE: i32 = 13;

/// An end that nobody else explains, as a shell would say it.
fn end_text(finished: &Finished) -> Option<String> {
    match &finished.ended.cause {
        // The user's own key, and what ends every program before `head`.
        Cause::Process(End::Signal(SIGINT | SIGPIPE)) => None,
        Cause::Process(End::Signal(signal)) if finished.ended.crash.is_none() => {
            Some(format!("the program was ended by {}", report::signal_name(*signal)))
        }
        Cause::Process(End::Exit(_) | End::Signal(_)) => None,
        cause => Some(cause_text(cause)),
    }
}

fn time_limit(limit: Duration) -> String {
    format!("tine: the time limit of {} s was reached; the program was ended", limit.as_secs_f64())
}

/// In process nobody else can end the program: this very process goes when the time is over.
fn end_at(limit: Duration) {
    std::thread::spawn(move || {
        std::thread::sleep(limit);
        eprintln!("{}", time_limit(limit));
        executor::sys::exit_now(engine::program::TIME_LIMIT);
    });
}

fn stats_text(stats: &Stats) -> String {
    let mut text = String::from(
        "phase         wall ms      bytes  relocations  messages  system calls  page faults\n",
    );
    for (name, phase, bytes, relocations) in [
        ("open", stats.open, stats.bytes_opened, 0),
        ("plan", stats.plan, stats.link.bytes_read, 0),
        ("resolve", stats.resolve, 0, 0),
        ("place", stats.place, stats.bytes_placed, stats.relocations),
        ("run", stats.run, 0, 0),
    ] {
        text.push_str(&format!(
            "{name:<10}{:11.3}{bytes:11}{relocations:13}{:10}{:14}{:13}\n",
            phase.wall.as_secs_f64() * 1e3,
            phase.messages,
            phase.spent.calls,
            phase.spent.faults,
        ));
    }
    text.push_str(&format!(
        "{} objects, {} of {} sections, {} symbols, {} externals\n",
        stats.link.objects,
        stats.link.live_sections,
        stats.link.sections,
        stats.link.symbols,
        stats.externals,
    ));
    text
}
