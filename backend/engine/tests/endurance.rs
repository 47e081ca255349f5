//! A hundred thousand times: link an object, place it, run it, free it, in one executor. Memory,
//! mappings and descriptors of both processes must stay what they were; links that fail must not
//! move the slab. `harness = false`: the warden is forked by a process with one thread.

use executor::addr::Addr;
use executor::handle::{Executor, Received};
use executor::segment::Pool;
use executor::warden::{Options, Warden};
use executor::wire::{Action, Module, Run};
use link::{External, Input, Plan};
use memory::{FurtherSlab, Live, Memory, Shared};
use std::path::Path;
use std::process::Command;

const CYCLES: u64 = 100_000;
const FAILURES: u64 = 10_000;
/// The first cycles warm caches and pools.
const WARM: u64 = 5_000;

/// Something in every section, a constructor, a destructor, names from outside.
const GOOD: &str = r#"
#include <stdlib.h>
#include <string.h>
static long total = 5, zeros[40];
static const char text[] = "twelve bytes";
static const char *names[] = { "a", "b", "c" };
static long built;
__attribute__((constructor)) static void begin(void) { built = 7; }
__attribute__((destructor)) static void end(void) { total = 0; }
static void last(void) { total++; }
long cycle(long n)
{
    char *copy = malloc(64);
    strcpy(copy, text);
    total += n + built + zeros[n % 40]++ + strlen(copy) + names[n % 3][0];
    free(copy);
    if (n % 16 == 0)
        atexit(last);
    return total;
}
"#;

const BAD: &str = r#"
extern long nowhere(long);
static long table[100] = { 1 };
long cycle(long n) { return nowhere(n) + table[n % 100]; }
"#;

fn compile(folder: &Path, name: &str, text: &str) -> Vec<u8> {
    let source = folder.join(name).with_extension("c");
    let object = source.with_extension("o");
    std::fs::write(&source, text).unwrap();
    let made = Command::new("gcc").args(["-O1", "-c", "-o"]).arg(&object).arg(&source).status();
    assert!(made.unwrap().success());
    std::fs::read(object).unwrap()
}

/// What must not grow, of one process.
#[derive(Debug)]
struct Size {
    resident_kib: u64,
    mappings: usize,
    descriptors: usize,
}

fn size(pid: u32) -> Size {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap();
    let resident = read("statm").split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4;
    Size {
        resident_kib: resident,
        mappings: read("maps").lines().count(),
        descriptors: std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count(),
    }
}

struct Bench {
    executor: Executor,
    memory: Memory,
    object: Vec<u8>,
}

impl Bench {
    fn plan<'o>(object: &'o [u8]) -> Plan<'o> {
        let options = link::Options { threads: 1, ..link::Options::default() };
        link::plan(&[Input::new("cycle.o", object)], &options).expect("a plan")
    }

    fn externals(plan: &Plan<'_>) -> Vec<External> {
        let find = |name: &[u8]| executor::runtime::program_symbol(std::str::from_utf8(name).ok()?);
        let names = plan.externals().iter();
        names.map(|e| find(e.name).map_or(External::Missing, External::At)).collect()
    }

    fn cycle(&mut self, n: u64) {
        let plan = Bench::plan(&self.object);
        let externals = Bench::externals(&plan);
        let pending = self.memory.allocate(plan.requests()).expect("room");
        let addresses: Vec<Addr> = pending.addresses().collect();
        let image = plan.place(&addresses, &externals, None).expect("an image");
        let contents: Vec<&[u8]> = image.segments.iter().map(|s| s.content.as_slice()).collect();
        let live: Live =
            self.memory.finalize(pending, &contents, n as u32, Vec::new()).expect("placed");
        let mut actions = self.memory.take_actions();
        actions.push(Action::RegisterModule {
            module: Module {
                id: 1,
                name: "cycle.o".into(),
                ranges: image.ranges().map(|(_, range)| range).collect(),
                eh_frame: image.eh_frame.unwrap_or_default(),
                fini: image.fini.iter().rev().copied().collect(),
            },
        });
        actions.push(Action::Init { functions: image.init.clone() });
        let entry = image.find("cycle").expect("cycle").address;
        let returned = self.evaluate(actions, Some(Run::Call { entry, arg: n }));
        let expected = 5 + n + 7 + 12 + u64::from(b"abc"[n as usize % 3]);
        assert_eq!(returned, Some(expected), "cycle {n}");
        // The module goes: its handlers and destructors run while it is still there.
        self.evaluate(vec![Action::Drain { module: 1 }], None);
        self.memory.free(vec![live], n as u32).expect("freed");
    }

    fn evaluate(&mut self, actions: Vec<Action>, run: Option<Run>) -> Option<u64> {
        match self.executor.evaluate(actions, run, None).expect("an answer") {
            Received::Done { returned, .. } => returned,
            other => panic!("{other:?}"),
        }
    }

    fn high_water(&self) -> [u64; 3] {
        Pool::ALL.map(|pool| self.memory.stats(pool).high_water)
    }
}

fn main() {
    let mut warden = Warden::start(Options::default()).expect("a warden");
    let mut executor = warden.executor().expect("an executor");
    let pid = executor.pid().expect("its process");
    let view = warden.take_view().expect("a shared view");
    let further: FurtherSlab = Box::new(move |bytes| warden.add_slab(bytes));
    let mut memory = Memory::new(Box::new(Shared::new(view, further)));
    // Every operation's own check of the whole slab is what other tests are for.
    memory.set_zeal(false);
    let folder = std::env::temp_dir().join(format!("tine-endurance-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (good, bad) = (compile(&folder, "good", GOOD), compile(&folder, "bad", BAD));
    let _ = std::fs::remove_dir_all(&folder);
    let mut bench = Bench { executor, memory, object: good };

    for n in 0..WARM {
        bench.cycle(n);
    }
    let me = std::process::id();
    let (own, theirs) = (size(me), size(pid));
    for n in WARM..CYCLES {
        bench.cycle(n);
    }
    bench.memory.verify();
    for (what, before, now) in [("controller", own, size(me)), ("executor", theirs, size(pid))] {
        let report = format!("{what}: {before:?} after {WARM} cycles, {now:?} after {CYCLES}");
        println!("{report}");
        assert!(now.mappings <= before.mappings + 2, "{report}");
        assert_eq!(now.descriptors, before.descriptors, "{report}");
        assert!(now.resident_kib <= before.resident_kib + 1024, "{report}");
    }

    let plan = Bench::plan(&bad);
    let mut high = None;
    for _ in 0..FAILURES {
        let pending = bench.memory.allocate(plan.requests()).expect("room");
        let addresses: Vec<Addr> = pending.addresses().collect();
        let failed = plan.place(&addresses, &Bench::externals(&plan), None);
        assert!(failed.is_err(), "nobody has that name");
        bench.memory.abandon(pending);
        // The first may be larger than all that went before it.
        let first = *high.get_or_insert(bench.high_water());
        assert_eq!(bench.high_water(), first, "failing links moved the slab");
    }
    println!("endurance: {CYCLES} cycles, {FAILURES} failing links");
}
