//! The exit matrix: C programs that end in every way there is, each in an executor of its own
//! process and in the controller's. What is expected stands at the head of each program.

use std::io::Read;
use std::os::fd::AsRawFd;

use executor::addr::Addr;
use executor::handle::{Cause, Ended, Executor, Received};
use executor::region::Sharing;
use executor::warden::{Options, Warden};
use executor::wire::{Action, ActionResult, End, Run};

use crate::machine::Bench;
use crate::{Case, soon, toolchain};

pub(crate) const CASES: &[Case] = &[
    ("exit: the matrix, forked", matrix_forked),
    ("exit: the matrix, in process", matrix_in_process),
    ("exit: the matrix, bytes over the wire", matrix_copying),
    ("exit: a module drained before the end", drained),
    ("exit: a library's registrations of our functions", library),
    ("exit: the session's end runs handlers", session_end),
    ("exit: the controller's end runs handlers", controller_end),
    ("exit: handlers that loop are the controller's to end", looping),
    ("exit: exceptions and backtraces through a module", exceptions),
    ("exit: a library opened later sees published symbols", published),
    ("threads: thread-local storage before and after", thread_storage),
    ("threads: a thread that uses up its stack leaves a record", thread_stack),
];

/// What a program's head expects: `// status: N`, `// signal: N`, `// crashes: N`, `// | line`.
struct Expected {
    end: End,
    crashes: usize,
    output: String,
    forked_only: bool,
}

fn expected(name: &str) -> Expected {
    let text = std::fs::read_to_string(toolchain::source(name)).expect("source");
    let value = |key: &str| text.lines().find_map(|l| l.strip_prefix(key)?.trim().parse().ok());
    let lines = text.lines().filter_map(|l| l.strip_prefix("// | "));
    Expected {
        end: match value("// signal:") {
            Some(signal) => End::Signal(signal),
            None => End::Exit(value("// status:").unwrap_or(0)),
        },
        crashes: value("// crashes:").unwrap_or(0) as usize,
        output: lines.map(|l| format!("{l}\n")).collect(),
        forked_only: text.contains("// forked only"),
    }
}

/// Sends the standard output of this process, and of those it forks, to a file.
fn capture() -> std::fs::File {
    let path = toolchain::folder().join("stdout");
    let mut options = std::fs::File::options();
    options.create(true).truncate(true).read(true).write(true);
    let file = options.open(path).expect("a file for the output");
    // SAFETY: both descriptors are this process's own.
    assert!(unsafe { libc::dup2(file.as_raw_fd(), 1) } == 1);
    file
}

fn captured(file: &std::fs::File) -> String {
    use std::io::Seek;
    let mut file = file.try_clone().expect("clone");
    file.rewind().expect("rewind");
    let mut text = String::new();
    file.read_to_string(&mut text).expect("text");
    text
}

fn run_main(executor: &mut Executor, program: &toolchain::Program) -> Ended {
    let args = ["program", "one", "two"].map(|a| a.as_bytes().to_vec()).to_vec();
    let run = Run::Main { entry: program.main, args, env: None };
    match executor.evaluate(program.actions(), Some(run), soon()).expect("evaluate") {
        Received::Ended(ended) => ended,
        other => panic!("not ended: {other:?}"),
    }
}

fn programs() -> Vec<String> {
    let folder = toolchain::source("");
    let entries = std::fs::read_dir(folder).expect("programs");
    let names = entries.filter_map(|e| e.ok()?.file_name().into_string().ok());
    let mut names: Vec<_> = names.filter(|n| n.starts_with("exit_")).collect();
    names.sort();
    assert!(names.len() > 10, "programs are missing: {names:?}");
    names
}

fn matrix(
    start: fn(Options) -> executor::error::Result<Warden>,
    options: &Options,
    in_process: bool,
) {
    if !toolchain::present() {
        return;
    }
    let mut wrong = Vec::new();
    for name in programs() {
        let expected = expected(&name);
        if in_process && expected.forked_only {
            continue;
        }
        // Each has a process of its own: in process a program leaves its traces.
        let case = || {
            let file = capture();
            let (bench, mut executor) = Bench::of(start(options.clone()).expect("start"));
            let program = toolchain::place(&bench, &mut executor, &name, 1);
            let ended = run_main(&mut executor, &program);
            let crashes = ended.exited.as_ref().map_or(0, |e| e.crashes.len());
            let text = captured(&file);
            let got = (&ended.cause, crashes, &text);
            let want = (&Cause::Process(expected.end), expected.crashes, &expected.output);
            let end_crash = expected.end == End::Signal(libc::SIGABRT);
            assert_eq!(got, want, "{name}");
            assert_eq!(ended.crash.is_some(), end_crash, "{name}");
        };
        if !crate::machine::in_child_fn(case) {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "wrong: {wrong:?}");
}

fn matrix_forked() {
    matrix(Warden::start, &Options::default(), false);
}

fn matrix_copying() {
    let options = Options { sharing: Sharing::Copying, ..Options::default() };
    matrix(Warden::start, &options, false);
}

fn matrix_in_process() {
    matrix(Warden::in_process, &Options::default(), true);
}

fn drained() {
    if !toolchain::present() {
        return;
    }
    let file = capture();
    let (bench, mut executor) = Bench::new();
    let program = toolchain::place(&bench, &mut executor, "unload.c", 1);
    let call = |entry: Addr| Some(Run::Call { entry, arg: 0 });
    let register = program.symbol("register_handlers");
    let received = executor.evaluate(program.actions(), call(register), soon()).unwrap();
    assert!(matches!(received, Received::Done { .. }), "{received:?}");
    let drain = Action::Drain { module: 1 };
    let received = executor.evaluate(vec![drain.clone()], None, soon()).unwrap();
    let Received::Done { results, .. } = received else { panic!("{received:?}") };
    let [ActionResult::Drained { crashes, dropped: 0 }] = &results[..] else {
        panic!("{results:?}")
    };
    assert_eq!(crashes.len(), 1);
    assert_eq!(crashes[0].signal, libc::SIGSEGV);
    // The code is gone now; neither fork nor the end may look for it.
    let offset = bench.layout.offset(bench.layout.text.start).unwrap();
    bench.view().fill(offset, 2 << 20, 0xcc).unwrap();
    let ended = executor.leave(5, soon()).expect("leave");
    let Received::Ended(ended) = ended else { panic!("{ended:?}") };
    assert_eq!(ended.cause, Cause::Process(End::Exit(5)));
    assert_eq!(captured(&file), "second\nfirst\ndestructor\n");
}

fn library() {
    if !toolchain::present() {
        return;
    }
    let file = capture();
    let library = toolchain::shared_library("lib_register.c");
    let (bench, mut executor) = Bench::new();
    let path = library.to_str().expect("a path").to_string();
    let open = Action::Open { path, global: true };
    let received = executor.evaluate(vec![open], None, soon()).unwrap();
    assert!(matches!(received, Received::Done { .. }), "{received:?}");
    let program = toolchain::place(&bench, &mut executor, "uses_library.c", 1);
    let ended = run_main(&mut executor, &program);
    assert_eq!(ended.cause, Cause::Process(End::Exit(0)), "{ended:?}");
    assert_eq!(
        captured(&file),
        "main\nfrom main, last\nlibrary's own\nthrough the library\nfrom main, first\n\
         library destructor\n"
    );
}

fn session_end() {
    if !toolchain::present() {
        return;
    }
    let file = capture();
    let (bench, mut executor) = Bench::new();
    let program = toolchain::place(&bench, &mut executor, "unload.c", 1);
    let entry = program.symbol("register_handlers");
    let run = Some(Run::Call { entry, arg: 0 });
    executor.evaluate(program.actions(), run, soon()).unwrap();
    let received = executor.leave(0, soon()).unwrap();
    let Received::Ended(ended) = received else { panic!("{received:?}") };
    assert_eq!(ended.exited.expect("by exit").crashes.len(), 1);
    assert_eq!(captured(&file), "second\nfirst\ndestructor\n");
}

fn controller_end() {
    if !toolchain::present() {
        return;
    }
    let file = capture();
    let controller = || {
        let (bench, mut executor) = Bench::new();
        let program = toolchain::place(&bench, &mut executor, "unload.c", 1);
        let entry = program.symbol("register_handlers");
        let run = Some(Run::Call { entry, arg: 0 });
        executor.evaluate(program.actions(), run, soon()).unwrap();
        // The controller dies where it stands: nothing is dropped.
        std::process::abort();
    };
    // What the controller leaves comes to this process, which so can wait for it.
    // SAFETY: plain numbers.
    unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) };
    assert!(!crate::machine::in_child_fn(controller));
    while nix::sys::wait::wait().is_ok() {}
    assert_eq!(captured(&file), "second\nfirst\ndestructor\n");
}

fn looping() {
    if !toolchain::present() {
        return;
    }
    let (bench, mut executor) = Bench::new();
    let program = toolchain::place(&bench, &mut executor, "handler_loops.c", 1);
    let run = Run::Main { entry: program.main, args: vec![], env: None };
    let deadline = Some(std::time::Instant::now() + std::time::Duration::from_millis(50));
    let received = executor.evaluate(program.actions(), Some(run), deadline).unwrap();
    assert_eq!(received, Received::TimedOut);
    executor.kill();
    let ended = executor.wait_for_end(soon()).unwrap().expect("in time");
    assert_eq!(ended.cause, Cause::Process(End::Signal(libc::SIGKILL)));
}

fn exceptions() {
    if !toolchain::present() {
        return;
    }
    let file = capture();
    let (bench, mut executor) = Bench::new();
    let program = toolchain::place(&bench, &mut executor, "exceptions.cc", 1);
    let ended = run_main(&mut executor, &program);
    assert_eq!(ended.cause, Cause::Process(End::Exit(0)), "{ended:?}");
    assert_eq!(captured(&file), "caught 42\nframes yes\nthread caught 7\nobject destroyed\n");
}

fn published() {
    if !toolchain::present() {
        return;
    }
    let library = toolchain::shared_library("lib_needs.c");
    let (mut bench, mut executor) = Bench::new();
    let value = bench.put(executor::segment::Pool::Const, &1234u32.to_le_bytes());
    let code = crate::machine::return_constant(5);
    let function = bench.code(&code);
    let symbols = vec![("shared_value".into(), value), ("shared_function".into(), function)];
    let actions = vec![
        Action::Publish { symbols },
        Action::Open { path: library.to_str().unwrap().into(), global: true },
        Action::Resolve { names: vec!["sum_of_shared".into()] },
    ];
    let received = executor.evaluate(actions, None, soon()).unwrap();
    let Received::Done { results, .. } = received else { panic!("{received:?}") };
    let Some(ActionResult::Resolved(found)) = results.last() else { panic!("{results:?}") };
    let run = Some(Run::Call { entry: found[0].expect("the library's function"), arg: 0 });
    let received = executor.evaluate(vec![], run, soon()).unwrap();
    assert!(matches!(received, Received::Done { returned: Some(1239), .. }), "{received:?}");
}

fn thread_storage() {
    if !toolchain::present() {
        return;
    }
    let (mut bench, mut executor) = Bench::new();
    let program = toolchain::place(&bench, &mut executor, "threads.c", 1);
    let call = |name: &str, arg: u64| Some(Run::Call { entry: program.symbol(name), arg });
    let offset = executor::runtime::x86_64::tls_pool_offset() + 128;
    let received =
        executor.evaluate(program.actions(), call("start_early", offset as u64), soon()).unwrap();
    assert!(matches!(received, Received::Done { .. }), "{received:?}");
    let image = bench.put(executor::segment::Pool::Const, &77u64.to_le_bytes());
    let image = executor::addr::AddrRange::new(image, 8);
    let tls = Action::RegisterTls { offset: 128, size: 64, image };
    let mut sum = |actions: Vec<Action>| {
        let received = executor.evaluate(actions, call("sum", offset as u64), soon()).unwrap();
        let Received::Done { returned, .. } = received else { panic!("{received:?}") };
        returned
    };
    // Main thread, a thread from before, and a thread from after: each has its own 77.
    assert_eq!(sum(vec![tls]), Some(3 * 77));
    // Each of them added one to its own; the new thread starts from the image again.
    assert_eq!(sum(vec![]), Some(78 + 78 + 77));
    let size = executor::runtime::x86_64::TLS_POOL_BYTES;
    let tls = Action::RegisterTls { offset: 8, size, image };
    let received = executor.evaluate(vec![tls], None, soon()).unwrap();
    let Received::Failed { message, .. } = received else { panic!("{received:?}") };
    assert!(message.contains("does not fit"), "{message}");
}

fn thread_stack() {
    if !toolchain::present() {
        return;
    }
    let (bench, mut executor) = Bench::new();
    let program = toolchain::place(&bench, &mut executor, "threads.c", 1);
    let run = Some(Run::Call { entry: program.symbol("overflow_in_thread"), arg: 0 });
    let received = executor.evaluate(program.actions(), run, soon()).unwrap();
    let Received::Ended(ended) = received else { panic!("{received:?}") };
    assert_eq!(ended.cause, Cause::Process(End::Signal(libc::SIGSEGV)));
    let crash = ended.crash.expect("a record");
    assert!(crash.is_stack_exhausted() && crash.thread != crash.pid, "{crash:?}");
}
