//! The memory manager with real executors: hand-made machine code is placed, run and undone
//! through all three mappers. No harness: the warden must be forked by a process
//! with one thread, so each case is this program once more. In: an optional part of a case's name;
//! out: one line a case.

use std::process::{Command, ExitCode};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use executor::addr::{Addr, PAGE};
use executor::handle::{Cause, Executor, Received};
use executor::region::{Sharing, Slab};
use executor::segment::{Pool, SegmentRequest};
use executor::warden::{Options, Warden};
use executor::wire::{End, Run};
use memory::{Copying, FurtherSlab, Live, Local, Mapper, Memory, Owner, Shared};

/// Whose executor, and how bytes reach it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Shared,
    Copy,
    /// An executor in this very process.
    Local,
}

type Case = (&'static str, fn(Mode));

const CASES: [Case; 10] = [
    ("data that shares a page with written data", data_on_a_written_page),
    ("zeros on used pages", zeros_on_used_pages),
    ("large zeros", large_zeros),
    ("a call into undone code", undone_code),
    ("redirects", redirects),
    ("a further slab", further_slab),
    ("a fresh executor after a rollback", fresh_executor),
    ("rollback onto checkpoints", checkpoints),
    ("freed memory returns", memory_returns),
    ("a hundred thousand snippets", many_snippets),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, mapper, name] = &arguments[..]
        && flag == "--case"
    {
        let mode = match mapper.as_str() {
            "copy" => Mode::Copy,
            "local" => Mode::Local,
            _ => Mode::Shared,
        };
        CASES.iter().filter(|(n, _)| n == name).for_each(|(_, case)| case(mode));
        return ExitCode::SUCCESS;
    }
    let wanted = arguments.iter().find(|a| !a.starts_with('-'));
    let myself = std::env::current_exe().expect("own path");
    let mut failed = 0;
    for (name, _) in CASES {
        for mapper in ["shared", "copy", "local"] {
            if wanted.is_some_and(|w| !name.contains(w.as_str())) {
                continue;
            }
            let start = Instant::now();
            let status = Command::new(&myself).args(["--case", mapper, name]).status();
            let passed = status.is_ok_and(|s| s.success());
            let verdict = if passed { "ok" } else { "FAILED" };
            let ms = start.elapsed().as_secs_f64() * 1e3;
            println!("{name}, {mapper} ... {verdict} ({ms:.1} ms)");
            failed += u32::from(!passed);
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Session {
    warden: Arc<Mutex<Warden>>,
    executor: Executor,
    memory: Memory,
    /// The input that is being made.
    input: u32,
}

impl Session {
    fn start(mode: Mode, slab_bytes: u64) -> Session {
        let sharing = if mode == Mode::Copy { Sharing::Copying } else { Sharing::Shared };
        let options = Options { sharing, slab_bytes, ..Options::default() };
        let started = match mode {
            Mode::Local => Warden::in_process(options),
            Mode::Shared | Mode::Copy => Warden::start(options),
        };
        let mut warden = started.expect("a warden");
        let executor = warden.executor().expect("an executor");
        let (view, layout) = (warden.take_view(), warden.layout());
        let warden = Arc::new(Mutex::new(warden));
        let more = Arc::clone(&warden);
        let further: FurtherSlab =
            Box::new(move |bytes| more.lock().expect("a warden").add_slab(bytes));
        let mapper: Box<dyn Mapper> = match view {
            Some(view) if mode == Mode::Local => Box::new(Local::new(view, further)),
            Some(view) => Box::new(Shared::new(view, further)),
            None => Box::new(Copying::new(layout, further)),
        };
        let memory = Memory::with_slab_bytes(mapper, slab_bytes);
        Session { warden, executor, memory, input: 1 }
    }

    fn make(&mut self, pool: Pool, content: &[u8], zero: u64) -> (Live, Addr) {
        let content_len = content.len() as u64;
        let request = SegmentRequest { pool, align: 16, content: content_len, zero };
        let pending = self.memory.allocate(&[request]).expect("room");
        let at = pending.addresses().next().expect("one");
        let live =
            self.memory.finalize(pending, &[content], self.input, Vec::new()).expect("finalized");
        (live, at)
    }

    fn code(&mut self, code: &[u8]) -> (Live, Addr) {
        self.make(Pool::Text, code, 0)
    }

    fn call(&mut self, entry: Addr) -> Received {
        let further: Vec<&Slab> = self.memory.unannounced().collect();
        for slab in further {
            let told = self.executor.add_slab(slab).expect("told");
            assert!(matches!(told, Received::Done { .. }), "{told:?}");
        }
        self.memory.announced();
        let actions = self.memory.take_actions();
        let run = Some(Run::Call { entry, arg: 0 });
        let deadline = Some(Instant::now() + Duration::from_secs(10));
        self.executor.evaluate(actions, run, deadline).expect("an answer")
    }

    /// Runs code once and drops it: what it returned.
    fn run(&mut self, code: &[u8]) -> u64 {
        let (live, entry) = self.code(code);
        let answer = self.call(entry);
        self.memory.free(vec![live], self.input).expect("freed");
        self.input += 1;
        match answer {
            Received::Done { returned: Some(value), .. } => value,
            other => panic!("input {}: {other:?}", self.input - 1),
        }
    }

    fn load(&mut self, at: Addr) -> u64 {
        self.run(&[&[0x48, 0xa1][..], &at.0.to_le_bytes(), &[0xc3]].concat())
    }

    fn store(&mut self, at: Addr, value: u64) {
        let (set, put) = (value.to_le_bytes(), at.0.to_le_bytes());
        self.run(&[&[0x48, 0xb8][..], &set, &[0x48, 0xa3], &put, &[0xc3]].concat());
    }
}

/// `mov $value, %eax; ret`
fn returning(value: u32) -> Vec<u8> {
    [&[0xb8][..], &value.to_le_bytes(), &[0xc3]].concat()
}

/// `mov $target, %rax; jmp *%rax`
fn jumping(target: Addr) -> Vec<u8> {
    [&[0x48, 0xb8][..], &target.0.to_le_bytes(), &[0xff, 0xe0]].concat()
}

const SLAB: u64 = 64 << 20;

fn data_on_a_written_page(mode: Mode) {
    let mut s = Session::start(mode, SLAB);
    let (_, first) = s.make(Pool::Data, &5u64.to_le_bytes(), 0);
    assert_eq!(s.load(first), 5);
    s.store(first, 6);
    let (_, second) = s.make(Pool::Data, &9u64.to_le_bytes(), 8);
    assert_eq!((s.load(second), s.load(second.plus(8)), s.load(first)), (9, 0, 6));
    if mode != Mode::Copy {
        assert_eq!(first.align_down(PAGE), second.align_down(PAGE));
    }
}

fn zeros_on_used_pages(mode: Mode) {
    let mut s = Session::start(mode, SLAB);
    for round in 0..40u64 {
        let (live, at) = s.make(Pool::Data, &round.to_le_bytes(), 20_000);
        let far = at.plus(16_384);
        assert_eq!((s.load(at), s.load(far)), (round, 0), "round {round}");
        s.store(far, round + 1);
        s.store(at, u64::MAX);
        s.memory.free(vec![live], s.input).expect("freed");
    }
}

fn large_zeros(mode: Mode) {
    let mut s = Session::start(mode, SLAB);
    for round in 0..4u64 {
        let (live, at) = s.make(Pool::Data, &round.to_le_bytes(), 3 << 20);
        let far = at.plus(2 << 20);
        assert_eq!((s.load(at), s.load(far)), (round, 0));
        s.store(far, 77);
        assert_eq!(s.load(far), 77);
        s.memory.free(vec![live], s.input).expect("freed");
    }
}

fn undone_code(mode: Mode) {
    let mut s = Session::start(mode, SLAB);
    let (live, at) = s.code(&returning(1));
    let owner = s.input;
    s.memory.free(vec![live], 42).expect("freed");
    let (_, caller) = s.code(&jumping(at));
    let Received::Ended(ended) = s.call(caller) else { panic!("it ran on") };
    let signal = if mode != Mode::Copy { 5 } else { 11 };
    assert_eq!(ended.cause, Cause::Process(End::Signal(signal)));
    let crash = ended.crash.expect("a crash record");
    assert!(crash.pc.since(at) <= 1, "{crash:?}");
    assert_eq!(s.memory.owner_of(at), Some(Owner::Removed { owner, by: 42 }));
}

fn redirects(mode: Mode) {
    let mut s = Session::start(mode, SLAB);
    let (_, one) = s.code(&returning(1));
    let (_, two) = s.code(&returning(2));
    let f = s.memory.new_redirect(one).expect("made");
    let caller = jumping(f.stub);
    assert_eq!(s.run(&caller), 1);
    s.memory.retarget(f, two).expect("retargeted");
    assert_eq!(s.run(&caller), 2);
    s.memory.free_redirect(f).expect("freed");
    let (_, entry) = s.code(&caller);
    let Received::Ended(ended) = s.call(entry) else { panic!("it ran on") };
    assert_eq!(ended.cause, Cause::Process(End::Signal(5)));
    let crash = ended.crash.expect("a crash record");
    assert!(crash.pc.since(f.stub) < 16, "the stub is known by its address: {crash:?}");
}

fn further_slab(mode: Mode) {
    let mut s = Session::start(mode, 16 << 20);
    let (_, first) = s.make(Pool::Data, &1u64.to_le_bytes(), 5 << 20);
    let (_, second) = s.make(Pool::Data, &2u64.to_le_bytes(), 5 << 20);
    assert_eq!((s.memory.slab_of(first), s.memory.slab_of(second)), (Some(0), Some(1)));
    assert_eq!((s.load(first), s.load(second), s.load(second.plus(4 << 20))), (1, 2, 0));
}

fn fresh_executor(mode: Mode) {
    if mode == Mode::Local {
        return; // A process holds one executor, once.
    }
    let mut s = Session::start(mode, SLAB);
    let start = s.memory.mark();
    let (_, x) = s.make(Pool::Data, &1u64.to_le_bytes(), 8);
    s.store(x, 100);
    let (_, y) = s.make(Pool::Data, &2u64.to_le_bytes(), 8);
    assert_eq!((s.load(x), s.load(y)), (100, 2));
    s.executor.kill();
    s.memory.rollback(start, s.input).expect("rolled back");
    s.executor = s.warden.lock().expect("a warden").executor().expect("another executor");
    let (_, z) = s.make(Pool::Data, &3u64.to_le_bytes(), 8);
    assert_eq!((s.load(z), s.load(z.plus(8))), (3, 0));
    s.store(z, 4);
    assert_eq!(s.load(z), 4);
}

/// A variable of the session: what it is called there, where it lies, what it holds.
type Variable = (Live, Addr, u64);

/// Variables come, change and go; checkpoints are taken, given up and gone back to. In every
/// executor that ever runs, each variable of its time holds what it held then.
fn checkpoints(mode: Mode) {
    if mode == Mode::Local {
        return; // There is nothing to fork.
    }
    let mut s = Session::start(mode, SLAB);
    let mut variables: Vec<Variable> = Vec::new();
    let mut marks: Vec<(memory::Mark, Vec<Variable>)> = Vec::new();
    let mut number = 1u64;
    for round in 0..600u64 {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(round | 1);
        let pick = |n: usize| (number >> 33) as usize % n;
        match number >> 60 {
            0..=4 => {
                let zero = [0, 8, 5000, 70_000][pick(4)];
                let (live, at) = s.make(Pool::Data, &round.to_le_bytes(), zero);
                variables.push((live, at, round));
            }
            5..=8 if !variables.is_empty() => {
                let at = pick(variables.len());
                variables[at].2 = number;
                s.store(variables[at].1, number);
            }
            9..=10 if !variables.is_empty() => {
                let (live, ..) = variables.swap_remove(pick(variables.len()));
                s.memory.free(vec![live], s.input).expect("freed");
            }
            11..=12 if marks.len() < 6 => {
                s.executor.checkpoint().expect("asked");
                s.executor.settle().expect("taken");
                marks.push((s.memory.mark(), variables.clone()));
            }
            13 if !marks.is_empty() => {
                let at = pick(marks.len());
                s.executor.discard(at);
                s.memory.discard(marks.remove(at).0).expect("discarded");
            }
            14 if !marks.is_empty() => {
                let at = pick(marks.len());
                s.executor.restore(at).expect("restored");
                let (mark, before) = marks.swap_remove(at);
                marks.truncate(at);
                s.memory.rollback(mark, s.input).expect("rolled back");
                variables = before;
            }
            _ => {}
        }
        assert_eq!(s.executor.checkpoints().len(), marks.len());
        if round % 8 == 0 {
            for (_, at, value) in variables.clone() {
                assert_eq!(s.load(at), value, "round {round}, {at}");
            }
        }
    }
    assert!(!variables.is_empty());
}

/// What a process holds of the machine.
#[derive(PartialEq, Debug)]
struct Holds {
    mappings: usize,
    descriptors: usize,
    resident_kib: u64,
}

fn holds(pid: u32) -> Holds {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).expect("a living process");
    let statm = std::fs::read_to_string(format!("/proc/{pid}/statm")).expect("a living process");
    let pages: u64 = statm.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("a number");
    let descriptors = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("a living process");
    Holds {
        mappings: maps.lines().count(),
        descriptors: descriptors.count(),
        resident_kib: pages * 4,
    }
}

/// Code, const and data each time, kept alive for a while: after 100,000 inputs both processes
/// hold what they held after the first thousands (shared; copying maps pages for each).
fn many_snippets(mode: Mode) {
    let mut s = Session::start(mode, SLAB);
    let rounds = if mode != Mode::Copy { 100_000u64 } else { 200 };
    let mut kept = std::collections::VecDeque::new();
    let mut early = None;
    for round in 0..rounds {
        if round == 5000 {
            early = Some((holds(s.executor.pid().expect("a process")), holds(std::process::id())));
        }
        let (constant, at) = s.make(Pool::Const, &round.to_le_bytes(), 0);
        let (data, there) = s.make(Pool::Data, &(round + 1).to_le_bytes(), 16);
        let load = [&[0x48, 0xa1][..], &at.0.to_le_bytes()].concat();
        let add = [&[0x48, 0x89, 0xc1, 0x48, 0xa1][..], &there.0.to_le_bytes()].concat();
        let sum = s.run(&[load, add, vec![0x48, 0x01, 0xc8, 0xc3]].concat());
        assert_eq!(sum, 2 * round + 1);
        kept.push_back([constant, data]);
        if kept.len() > 50 {
            let oldest = kept.pop_front().expect("some");
            s.memory.free(oldest.to_vec(), s.input).expect("freed");
        }
    }
    s.memory.verify();
    let Some(early) = early else { return };
    let late = (holds(s.executor.pid().expect("a process")), holds(std::process::id()));
    for (early, late) in [(early.0, late.0), (early.1, late.1)] {
        assert_eq!((early.mappings, early.descriptors), (late.mappings, late.descriptors));
        assert!(late.resident_kib <= early.resident_kib + 256, "{early:?}, then {late:?}");
    }
}

/// Written pages of data that is freed leave both the slab's file and the executor.
fn memory_returns(mode: Mode) {
    let mut s = Session::start(mode, SLAB);
    let pages = 4096u32;
    assert_eq!(s.run(&returning(1)), 1);
    let pid = s.executor.pid().expect("a process");
    let before = holds(pid).resident_kib;
    let content = vec![7; (u64::from(pages) * PAGE) as usize];
    let (live, at) = s.make(Pool::Data, &content, 0);
    drop(content);
    // mov $pages, %ecx; mov $at, %rax; 1: movb $1, (%rax); add $4096, %rax; dec %ecx; jne 1b; ret
    let head = [&[0xb9][..], &pages.to_le_bytes(), &[0x48, 0xb8], &at.0.to_le_bytes()].concat();
    let body = [0xc6, 0x00, 0x01, 0x48, 0x05, 0x00, 0x10, 0, 0, 0xff, 0xc9, 0x75, 0xf3, 0xc3];
    s.run(&[&head[..], &body].concat());
    assert_eq!(s.load(at), u64::from_le_bytes([1, 7, 7, 7, 7, 7, 7, 7]));
    assert!(holds(pid).resident_kib > before + 15_000);
    s.memory.free(vec![live], s.input).expect("freed");
    // It waits in quarantine until something younger is freed.
    let (small, _) = s.make(Pool::Data, &[1], 0);
    s.memory.free(vec![small], s.input).expect("freed");
    assert_eq!(s.run(&returning(2)), 2);
    let after = holds(pid).resident_kib;
    assert!(after < before + 2500, "{before} KiB, then {after} KiB");
    let (_, again) = s.make(Pool::Data, &5u64.to_le_bytes(), 8192);
    assert_eq!((s.load(again), s.load(again.plus(4096))), (5, 0));
}
