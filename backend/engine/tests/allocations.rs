//! A trace costs no allocation for an event: the same program is traced with a few calls and with
//! a few hundred thousand, and the controller allocates as much for one as for the other.
//! `harness = false`: the warden is forked by a process with one thread.

use engine::machine::Machine;
use engine::program::{Item, Program, Ran};
use engine::render::Form;
use engine::source::Language;
use engine::trace;
use executor::region::Sharing;
use executor::warden::{Options, Warden};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const TEXT: &str = r#"
#include <stdlib.h>
int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
int main(int argc, char **argv) { return fib(atoi(argv[1])) & 0; }
"#;

fn program(source: &Path, n: &str) -> Program {
    Program {
        items: vec![Item::File(source.to_path_buf())],
        search: Vec::new(),
        language: Language::default(),
        form: Form::Lines,
        entry: "main".into(),
        args: vec!["fib".into(), n.into()],
        timeout: None,
        first_is_source: false,
    }
}

/// How many events there were, and how many allocations from the trace's start to its end.
fn traced(source: &Path, n: &str) -> (u64, usize) {
    let warden = Warden::start(Options { own_group: false, ..Options::default() }).unwrap();
    let mut machine = Machine::new(warden, Sharing::Shared).unwrap();
    let program = program(source, n);
    let heard = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&heard);
    let on_event: trace::OnEvent = Box::new(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let region = Region::new(ALLOCATOR);
    let file = Some(source.with_extension("pftrace"));
    let options = trace::Options { calls: true, file, on_event: Some(on_event) };
    machine.start_trace(options).unwrap();
    let (ran, _) = machine.run_program(&program, &mut |_| {}).unwrap();
    let summary = machine.finish_trace().unwrap().unwrap();
    let stats = region.change();
    assert!(matches!(&ran, Ran::Finished(f) if f.status == 0), "{ran:?}");
    assert_eq!(summary.lost, 0);
    assert_eq!(heard.load(Ordering::Relaxed), summary.events, "the listener hears everything");
    (summary.events, stats.allocations + stats.reallocations)
}

fn main() {
    let folder = std::env::temp_dir().join(format!("tine-test-{}-trace", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let source = folder.join("fib.c");
    std::fs::write(&source, TEXT).unwrap();
    let (few, few_allocations) = traced(&source, "3");
    let (many, many_allocations) = traced(&source, "24");
    std::fs::remove_dir_all(&folder).unwrap();
    println!("{few} events: {few_allocations} allocations; {many}: {many_allocations}");
    assert!(many > 250_000 && few < 100);
    // A deeper stack of open calls, and the noise of two compilations.
    assert!(many_allocations < few_allocations + 200);
}
