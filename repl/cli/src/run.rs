//! `tine run`: a program linked in memory, run to its end; then how it ended, in words and as this
//! process's status.

use crate::args::{self, Emit, Executor, Mapper, RunArgs};
use engine::machine::Machine;
use engine::program::{Dump, Finished, Item, Program, Stats};
use executor::region::Sharing;
use executor::warden::{Options, Warden};
use executor::wire::How;
use std::ffi::OsString;
use std::io::Write;
use std::time::Duration;

pub(crate) fn run(args: RunArgs) -> engine::Result<u8> {
    let sharing = match args.mapper {
        Mapper::Shared => Sharing::Shared,
        Mapper::Copy => Sharing::Copying,
    };
    let options = Options { sharing, memory_bytes: args.limits.max_memory, ..Options::default() };
    let warden = match args.executor {
        Executor::Fork => Warden::start(options)?,
        Executor::InProcess => Warden::in_process(options)?,
    };
    let mut machine = Machine::new(warden, sharing)?;
    let program = program(&args);
    if let Some(emit) = args.emit {
        let dump = match emit {
            Emit::Graph => Dump::Graph,
            Emit::Map => Dump::Map,
        };
        let text = machine.dump_program(&program, dump)?;
        let _ = std::io::stdout().write_all(text.as_bytes());
        return Ok(0);
    }
    if let (Executor::InProcess, Some(limit)) = (args.executor, args.limits.timeout) {
        end_at(limit);
    }
    let (finished, stats) = machine.run_program(&program)?;
    say(&program, &finished);
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
        entry: args.entry.clone(),
        args: argv,
        timeout: args.limits.timeout,
    }
}

/// What the user would not see otherwise: crashes, and a limit that was met.
fn say(program: &Program, finished: &Finished) {
    for report in &finished.reports {
        eprint!("{report}");
    }
    if finished.timed_out {
        eprintln!("{}", time_limit(program.timeout.unwrap_or_default()));
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
    let ms = |d: std::time::Duration| d.as_secs_f64() * 1e3;
    let mut text = String::new();
    for (phase, time) in [
        ("open", stats.open),
        ("plan", stats.plan),
        ("resolve", stats.resolve),
        ("place", stats.place),
        ("run", stats.run),
    ] {
        text.push_str(&format!("{phase:<10}{:9.3} ms\n", ms(time)));
    }
    text.push_str(&format!(
        "{} objects, {} of {} sections, {} symbols, {} relocations, {} externals\n\
         {} bytes read, {} placed\n",
        stats.link.objects,
        stats.link.live_sections,
        stats.link.sections,
        stats.link.symbols,
        stats.relocations,
        stats.externals,
        stats.link.bytes_read,
        stats.bytes_placed,
    ));
    text
}
