//! Code and data through the slab: published without a message, private where it is data,
//! unwritable where it is code.

use executor::addr::{Addr, AddrRange, PAGE};
use executor::handle::{Executor, Received};
use executor::segment::Pool;
use executor::sys::Protection;
use executor::warden::{Options, Warden};
use executor::wire::{Action, ActionResult, Run};

use crate::machine::{self, Bench};
use crate::{Case, soon};

pub(crate) const CASES: &[Case] = &[
    ("slab: code published after the fork runs", code_runs),
    ("slab: data is private and initial bytes are copied on request", data_is_private),
    ("slab: a punched page reads as zero and code under it is gone", punch),
    ("slab: code cannot be made writable", code_is_unwritable),
    ("slab: big zero ranges and their return", zero_ranges),
    ("slab: actions outside the slab fail by index", outside),
    ("slab: libraries open and names resolve", resolve),
    ("slab: a further slab in a living and in a new executor", further_slab),
    ("slab: bytes over the wire", copying),
    ("slab: 20,000 evaluations leave mappings and descriptors alone", endurance),
];

fn call(executor: &mut Executor, actions: Vec<Action>, entry: Addr, arg: u64) -> u64 {
    let run = Some(Run::Call { entry, arg });
    match executor.evaluate(actions, run, soon()).expect("evaluate") {
        Received::Done { returned: Some(value), .. } => value,
        other => panic!("not done: {other:?}"),
    }
}

fn code_runs() {
    let (mut bench, mut executor) = Bench::new();
    for value in [1, u64::MAX, 0x1234_5678_9abc] {
        let entry = bench.code(&machine::return_constant(value));
        assert_eq!(call(&mut executor, vec![], entry, 0), value);
        assert!(entry.0 < 1 << 31, "the slab lies below 2 GiB: {entry}");
    }
}

fn data_is_private() {
    let (mut bench, mut executor) = Bench::new();
    let global = bench.put(Pool::Data, &7u64.to_le_bytes());
    let (load, store) = (machine::load(global), machine::store(global));
    let (load, store) = (bench.code(&load), bench.code(&store));
    assert_eq!(call(&mut executor, vec![], load, 0), 7);
    assert_eq!(call(&mut executor, vec![], store, 99), 99);
    let mut pristine = [0; 8];
    bench.view().read(bench.layout.offset(global).unwrap(), &mut pristine).unwrap();
    assert_eq!(u64::from_le_bytes(pristine), 7, "a store reached the controller's image");
    let mut seen = [0; 8];
    executor.read(global, &mut seen).expect("read");
    assert_eq!(u64::from_le_bytes(seen), 99);

    // The page is private by now: a later neighbour's initial bytes need the copy.
    let later = bench.put(Pool::Data, &55u64.to_le_bytes());
    let load_later = bench.code(&machine::load(later));
    assert_eq!(call(&mut executor, vec![], load_later, 0), 0);
    let copy = Action::CopyFromSlab { range: AddrRange::new(later, 8) };
    assert_eq!(call(&mut executor, vec![copy], load_later, 0), 55);
    assert_eq!(call(&mut executor, vec![], load, 0), 99);
    let page = AddrRange::new(global.align_down(PAGE), PAGE);
    assert_eq!(call(&mut executor, vec![Action::Discard { range: page }], load, 0), 7);
    assert_eq!(executor.read(Addr(16), &mut seen), Err(executor::sys::Fault));
}

fn punch() {
    let (mut bench, mut executor) = Bench::new();
    let entry = bench.code(&machine::return_constant(3));
    assert_eq!(call(&mut executor, vec![], entry, 0), 3);
    let offset = bench.layout.offset(entry).unwrap();
    bench.view().punch(offset..offset + PAGE).expect("punch");
    let mut bytes = [1; 8];
    executor.read(entry, &mut bytes).expect("read");
    assert_eq!(bytes, [0; 8]);
    assert!(bench.view().punch(1..PAGE).is_err());
    assert!(bench.view().write(bench.layout.range.len - 1, &[0, 0]).is_err());
}

fn code_is_unwritable() {
    let (mut bench, mut executor) = Bench::new();
    let entry = bench.code(&machine::return_constant(3));
    let range = AddrRange::new(entry.align_down(PAGE), PAGE);
    let action = Action::Protect { range, protection: Protection::ReadWrite };
    let received = executor.evaluate(vec![action], None, soon()).expect("evaluate");
    assert!(matches!(received, Received::Failed { index: 0, .. }), "{received:?}");
}

fn zero_ranges() {
    let (mut bench, mut executor) = Bench::new();
    let start = bench.layout.data.start.plus(64 * PAGE);
    let range = AddrRange::new(start, 32 * PAGE);
    bench.view().write(bench.layout.offset(start).unwrap(), &[0xff; 8]).unwrap();
    let load = bench.code(&machine::load(start));
    assert_eq!(call(&mut executor, vec![Action::MapZero { range }], load, 0), 0);
    assert_eq!(call(&mut executor, vec![Action::Restore { range }], load, 0), u64::MAX);
}

fn outside() {
    let (bench, mut executor) = Bench::new();
    let inside = AddrRange::new(bench.layout.data.start, PAGE);
    let beyond = AddrRange::new(bench.layout.range.end(), PAGE);
    let actions = vec![
        Action::CopyFromSlab { range: inside },
        Action::Unmap { range: beyond },
        Action::Resolve { names: vec!["puts".into()] },
    ];
    let received = executor.evaluate(actions, None, soon()).expect("evaluate");
    let Received::Failed { index, message, results } = received else { panic!("{received:?}") };
    assert_eq!((index, results), (1, vec![]));
    assert!(message.contains("lies in no slab"), "{message}");
}

fn resolve() {
    let (_bench, mut executor) = Bench::new();
    let names = ["puts", "no_such_name_anywhere", "nul\0inside"].map(String::from).to_vec();
    let open = |path: &str| Action::Open { path: path.into(), global: true };
    let actions = vec![Action::Resolve { names }, open("libm.so.6"), open("libnone.so.9")];
    let received = executor.evaluate(actions, None, soon()).expect("evaluate");
    let Received::Failed { index: 2, message, results } = received else { panic!("{received:?}") };
    assert!(message.contains("libnone.so.9"), "{message}");
    let [ActionResult::Resolved(found), ActionResult::Opened(handle)] = &results[..] else {
        panic!("{results:?}")
    };
    assert!(found[0].is_some() && found[1].is_none() && found[2].is_none());
    assert_ne!(*handle, 0);
}

fn further_slab() {
    let (mut bench, mut executor) = Bench::new();
    let slab = bench.warden.add_slab(16 << 20).expect("slab");
    let view = slab.view().expect("view").expect("shared");
    let entry = slab.layout().text.start;
    view.write(0, &machine::return_constant(77)).expect("write");
    let done = executor.add_slab(&slab).expect("add");
    assert!(matches!(done, Received::Done { .. }), "{done:?}");
    assert_eq!(call(&mut executor, vec![], entry, 0), 77);
    let mut second = bench.warden.executor().expect("executor");
    assert_eq!(call(&mut second, vec![], entry, 0), 77);
}

fn copying() {
    let options = Options { sharing: executor::region::Sharing::Copying, ..Options::default() };
    let mut warden = Warden::start(options).expect("warden");
    assert!(warden.take_view().is_none());
    let mut executor = warden.executor().expect("executor");
    let start = warden.layout().text.start;
    let mut bytes = machine::return_constant(42);
    bytes.resize(300 << 10, 0xcc);
    let range = AddrRange::new(start, bytes.len() as u64);
    let actions = vec![
        Action::Map { range, protection: Protection::ReadWrite },
        Action::Write { addr: start, bytes },
        Action::Protect { range, protection: Protection::ReadExecute },
    ];
    assert_eq!(call(&mut executor, actions, start, 0), 42);
    let write = Action::Write { addr: start, bytes: vec![0xcc] };
    let received = executor.evaluate(vec![write], None, soon()).expect("evaluate");
    assert!(matches!(received, Received::Failed { .. }), "{received:?}");
}

fn endurance() {
    let (mut bench, mut executor) = Bench::new();
    let entry = bench.code(&machine::return_constant(5));
    let global = bench.put(Pool::Data, &[0; 8]);
    call(&mut executor, vec![], entry, 0);
    let pid = executor.pid().expect("pid");
    let count = || {
        let lines = std::fs::read_to_string(format!("/proc/{pid}/maps")).unwrap().lines().count();
        let fds = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count();
        (lines, fds)
    };
    let before = count();
    for i in 0..20_000u64 {
        let offset = bench.layout.offset(entry).unwrap();
        bench.view().write(offset, &machine::return_constant(i)).unwrap();
        let copy = Action::CopyFromSlab { range: AddrRange::new(global, 8) };
        assert_eq!(call(&mut executor, vec![copy], entry, 0), i);
    }
    assert_eq!(count(), before);
}
