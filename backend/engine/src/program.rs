//! Running a program: files are read, linked, placed and started in an executor, whose end is the
//! program's. One plan, one placement, at most one round trip before the one that runs `main`.

use crate::error::{Failure, Result};
use crate::files;
use crate::hint;
use crate::machine::{self, Loaded, Machine};
use crate::report::Report;
use crate::source::{self, Compiled, Kept, Language, Purpose};
use crate::trace::Recorder;
use executor::addr::{Addr, AddrRange};
use executor::handle::{Cause, Ended, Executor, Received};
use executor::mapped::MappedFile;
use executor::wire::{Action, End, Module, Run};
use link::{CopyNeed, External, Files, Image, Input, Keep, Kind, LinkError, Plan};
use preproc::render::Form;
use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

mod reports;

pub(crate) use reports::plain_name;

/// What to run and how.
#[derive(Clone, Debug)]
pub struct Program {
    pub items: Vec<Item>,
    /// Folders for `-l`, before the system's.
    pub search: Vec<PathBuf>,
    pub language: Language,
    /// How diagnostics of sources look.
    pub form: Form,
    pub entry: String,
    /// All of `argv`, the program's name first.
    pub args: Vec<OsString>,
    pub timeout: Option<Duration>,
    /// The first file is a C source whatever its name (`tine FILE`, scripts with `#!`).
    pub first_is_source: bool,
}

#[derive(Clone, Debug)]
pub enum Item {
    /// A C source (by its name), or what the linker takes.
    File(PathBuf),
    Library(OsString),
    /// Every member of the archives that follow, or only those that are needed.
    WholeArchive(bool),
}

/// What became of a program.
#[derive(Debug)]
pub enum Ran {
    /// A source has errors, which were said.
    Rejected,
    Finished(Box<Finished>),
}

/// The text of a dump, unless a source has errors, and what the sources said.
#[derive(Debug)]
pub struct Dumped {
    pub text: Option<String>,
    pub messages: String,
}

/// How a program ended.
#[derive(Debug)]
pub struct Finished {
    /// As a shell would say it; 124 for the time limit.
    pub status: i32,
    pub ended: Ended,
    pub timed_out: bool,
    /// The crash that ended it, and those of handlers that were run all the same.
    pub reports: Vec<Report>,
}

/// What a phase took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Phase {
    pub wall: Duration,
    /// Messages to and from the executor.
    pub messages: u64,
    /// System calls our code made in the controller, and page faults there.
    pub spent: executor::sys::Spent,
}

/// What each phase took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    pub open: Phase,
    pub plan: Phase,
    pub resolve: Phase,
    pub place: Phase,
    pub run: Phase,
    pub link: link::Stats,
    pub relocations: usize,
    pub bytes_opened: u64,
    pub bytes_placed: u64,
    pub externals: usize,
}

/// The text dumps of a program that is linked but not run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dump {
    Graph,
    Map,
}

/// The status of a program that met its time limit.
pub const TIME_LIMIT: i32 = 124;

/// libc is in every process already; the linker reads it to learn what its names are.
const LIBC: &str = "/lib/x86_64-linux-gnu/libc.so.6";

/// Opened where something of it is used, also without `-lm`: a script should not need options.
pub(crate) const LIBM: &str = "/lib/x86_64-linux-gnu/libm.so.6";

/// The module number of the program; libraries have none.
const PROGRAM: u32 = 1;

const SIGSTOP: u32 = 19;

type Arena = Files<Contents>;

/// The bytes of an input: a file's, or what was compiled.
enum Contents {
    File(MappedFile),
    Made(Vec<u8>),
}

impl AsRef<[u8]> for Contents {
    fn as_ref(&self) -> &[u8] {
        match self {
            Contents::File(file) => file.as_ref(),
            Contents::Made(bytes) => bytes,
        }
    }
}

/// The inputs of a link, and what their sources said.
struct Inputs<'f> {
    link: Vec<Input<'f>>,
    /// What the sources were compiled from, by their paths, for reports of crashes.
    sources: Vec<(String, Box<Kept>)>,
    /// Functions that run statements at file scope, in order.
    scripts: Vec<String>,
    messages: String,
    /// A source has errors.
    failed: bool,
}

fn open_all<'f>(
    program: &Program,
    files: &'f Arena,
    trace: &mut Option<Recorder>,
) -> Result<Inputs<'f>> {
    let mut inputs = Inputs {
        link: Vec::with_capacity(program.items.len() + 1),
        sources: Vec::new(),
        scripts: Vec::new(),
        messages: String::new(),
        failed: false,
    };
    let mut whole_archive = false;
    for item in &program.items {
        let (path, file) = match item {
            Item::WholeArchive(on) => {
                whole_archive = *on;
                continue;
            }
            Item::File(path) if source::is_c(path) || program.is_source(path) => {
                let text = source::read(path)?;
                let first = trace.as_ref().and_then(Recorder::functions_from);
                let purpose = Purpose::Program { trace: first };
                let mut made =
                    source::compile(path, text, &program.language, purpose, program.form);
                if let (Some(trace), Some(object)) = (trace.as_mut(), &mut made.object) {
                    trace.add_functions(std::mem::take(&mut object.traced));
                }
                inputs.add_source(path, made, files);
                continue;
            }
            Item::File(path) => files::named(path)?,
            Item::Library(name) => files::library(name, &program.search)?,
        };
        let input = files.keep(&path, Contents::File(file));
        inputs.link.push(Input { whole_archive, ..input });
    }
    if let Ok(libc) = MappedFile::open(Path::new(LIBC)) {
        inputs.link.push(files.keep(Path::new(LIBC), Contents::File(libc)));
    }
    if let Ok(libm) = MappedFile::open(Path::new(LIBM)) {
        let input = files.keep(Path::new(LIBM), Contents::File(libm));
        inputs.link.push(Input { as_needed: true, ..input });
    }
    Ok(inputs)
}

impl<'f> Inputs<'f> {
    fn add_source(&mut self, path: &Path, made: Compiled, files: &'f Arena) {
        self.messages.push_str(&made.messages);
        let Some(object) = made.object else {
            self.failed = true;
            return;
        };
        self.link.push(files.keep(path, Contents::Made(object.bytes)));
        if let Some(assembled) = object.assembled {
            self.link.push(files.keep(path, Contents::Made(assembled)));
        }
        self.scripts.extend(object.script);
        self.sources.extend(made.kept.map(|kept| (path.to_string_lossy().into_owned(), kept)));
    }

    /// The object that was made of a source.
    fn made(&self, path: &Path) -> Option<&'f [u8]> {
        let path = path.to_str().filter(|path| self.kept(path).is_some())?;
        self.link.iter().find(|input| input.path == path).map(|input| input.bytes)
    }

    fn kept(&self, path: &str) -> Option<&Kept> {
        self.sources.iter().find(|(source, _)| source == path).map(|(_, kept)| &**kept)
    }
}

impl Program {
    /// The one file of `tine FILE` is a source whatever its name, and so is what begins with `#!`.
    fn is_source(&self, path: &Path) -> bool {
        let is_first = matches!(self.items.first(), Some(Item::File(first)) if first == path);
        (self.first_is_source && is_first) || source::is_script(path)
    }
}

fn plan<'f>(program: &'f Program, inputs: &'f Inputs<'f>, files: &'f Arena) -> Result<Plan<'f>> {
    let scripts: Vec<&str> = inputs.scripts.iter().map(String::as_str).collect();
    let mut roots = scripts.clone();
    // A script needs no `main`, but has one called if there is one.
    roots.push(&program.entry);
    let search = files::search_path(&program.search);
    let read_file = |path: &Path| -> io::Result<Input<'f>> {
        MappedFile::open(path).map(|mapped| files.keep(path, Contents::File(mapped)))
    };
    let options = link::Options {
        keep: Keep::Exported,
        entry: scripts.is_empty().then_some(program.entry.as_str()),
        roots: &roots,
        defined_outside: &|name| {
            std::str::from_utf8(name).is_ok_and(|n| executor::runtime::symbol(n).is_some())
        },
        read_file: &read_file,
        search: &search,
        threads: 2,
    };
    let plan = link::plan(&inputs.link, &options)?;
    if !plan.externals().iter().any(is_unknown) {
        return Ok(plan);
    }
    // As gcc does it: what nobody has may be a helper of the compiler's.
    let Some(libgcc) = files::compiler_folder().map(|folder| folder.join("libgcc.a")) else {
        return Ok(plan);
    };
    let mut with_helpers = inputs.link.clone();
    with_helpers.push(files.keep(&libgcc, Contents::File(files::open(&libgcc)?)));
    Ok(link::plan(&with_helpers, &options)?)
}

/// Neither a library of the link nor this process defines it.
fn is_unknown(external: &link::ExternalName<'_>) -> bool {
    let name = std::str::from_utf8(external.name).ok();
    let here = name.is_some_and(|n| {
        executor::runtime::program_symbol(n).is_some()
            || executor::runtime::thread_symbol(n).is_some()
    });
    !external.weak && external.library.is_none() && !here
}

/// Says which libraries the names are in that nothing defines.
fn with_hints(failure: Failure, program: &Program, inputs: &Inputs<'_>) -> Failure {
    let Failure::Link(errors) = failure else { return failure };
    let symbols = errors.list.iter().filter_map(LinkError::undefined);
    let dirs = &program.language.system_dirs;
    let declared = |symbol| {
        let mut sources = inputs.sources.iter();
        sources.find_map(|(_, kept)| hint::wanted(symbol, &kept.cx, &kept.pp.sources, dirs))
    };
    match hint::find(symbols.filter_map(declared).collect(), &program.search) {
        hints if hints.is_empty() => Failure::Link(errors),
        hints => Failure::Unlinked { errors, hints },
    }
}

impl Machine {
    /// Links the program and gives its graph or its map as text; runs nothing.
    pub fn dump_program(&mut self, program: &Program, dump: Dump) -> Result<Dumped> {
        let files = Arena::new();
        let inputs = open_all(program, &files, &mut None)?;
        let mut dumped = Dumped { text: None, messages: inputs.messages.clone() };
        if inputs.failed {
            return Ok(dumped);
        }
        let plan = plan(program, &inputs, &files)?;
        dumped.text = Some(match dump {
            Dump::Graph => plan.graph_text(),
            Dump::Map => {
                let (mut stats, mut clock) = (Stats::default(), Clock::start(&self.executor));
                plan.map_text(&self.place(&plan, &mut stats, &mut clock)?.image)
            }
        });
        Ok(dumped)
    }

    /// Compiles, links and places a program. `said` gets the diagnostics of its sources before
    /// anything of it runs.
    pub fn run_program(
        &mut self,
        program: &Program,
        said: &mut dyn FnMut(&str),
    ) -> Result<(Ran, Stats)> {
        let mut stats = Stats::default();
        let mut clock = Clock::start(&self.executor);
        let files = Arena::new();
        self.trace_begin("compile");
        let inputs = open_all(program, &files, &mut self.trace)?;
        self.trace_end("compile");
        stats.open = clock.lap(&self.executor);
        stats.bytes_opened = inputs.link.iter().map(|input| input.bytes.len() as u64).sum();
        said(&inputs.messages);
        if inputs.failed {
            return Ok((Ran::Rejected, stats));
        }
        self.trace_begin("plan");
        let plan = plan(program, &inputs, &files)?;
        self.trace_end("plan");
        stats.plan = clock.lap(&self.executor);
        let loaded = self
            .place(&plan, &mut stats, &mut clock)
            .map_err(|failure| with_hints(failure, program, &inputs))?;
        stats.link = plan.stats();
        stats.relocations = loaded.image.relocations;
        stats.bytes_placed = loaded.image.ranges().map(|(_, range)| range.len).sum();
        drop(plan);
        self.trace_begin("run");
        let mut finished = self.run_to_end(program, &inputs, loaded)?;
        self.trace_end("run");
        if let Some(report) = finished.reports.last_mut().filter(|_| finished.ended.crash.is_some())
        {
            report.last_calls = self.trace_crash();
        }
        stats.run = clock.lap(&self.executor);
        Ok((Ran::Finished(Box::new(finished)), stats))
    }

    /// Places a plan: takes addresses, opens the libraries it names, finds all its external
    /// names. The libraries may need names of the program's, and so may those it opens itself.
    fn place(&mut self, plan: &Plan<'_>, stats: &mut Stats, clock: &mut Clock) -> Result<Loaded> {
        let reserved = self.reserve(plan, false)?;
        self.trace_begin("resolve");
        let externals = match self.open_and_resolve(plan, &reserved.addresses) {
            Ok(externals) => externals,
            Err(failure) => {
                self.give_back(reserved);
                return Err(failure);
            }
        };
        self.trace_end("resolve");
        stats.externals = externals.len();
        stats.resolve = clock.lap(&self.executor);
        self.trace_begin("place");
        let mut loaded = self.load_at(plan, reserved, &externals, PROGRAM)?;
        self.trace_end("place");
        // Libraries that the program opens itself may bind to all that it exports.
        if plan.externals().iter().any(|e| matches!(e.name, b"dlopen" | b"dlmopen")) {
            let symbols = exports(&loaded.image);
            loaded.actions.push(Action::Publish { symbols });
        }
        stats.place = clock.lap(&self.executor);
        Ok(loaded)
    }

    fn open_and_resolve(&mut self, plan: &Plan<'_>, addresses: &[Addr]) -> Result<Vec<External>> {
        let libraries: Vec<String> = plan
            .libraries()
            .iter()
            .filter(|library| library.needed && library.path != LIBC)
            .map(|library| library.path.to_string())
            .collect();
        let mut published = match libraries.is_empty() {
            true => Vec::new(),
            false => plan.exports(addresses).map_err(link::Errors::from)?,
        };
        let Variables { at, actions } = self.variables(plan, &libraries)?;
        published.extend(at.iter().map(|(name, addr)| (name.clone(), *addr)));
        self.open_libraries(published, &libraries, actions)?;
        self.externals(plan, &|name| at.get(name).copied().map(External::At))
    }

    /// Memory in reach for the variables of libraries that code made without -fPIC needs there.
    fn variables(&mut self, plan: &Plan<'_>, libraries: &[String]) -> Result<Variables> {
        let mut found = Variables::default();
        let mut wanted: HashMap<(usize, CopyNeed), Vec<String>> = HashMap::new();
        for external in plan.externals() {
            let Some((library, need)) = external.library.zip(external.copy) else { continue };
            let opened = plan.libraries().get(library).map(|l| l.path);
            if opened.is_some_and(|path| libraries.iter().any(|l| l == path)) {
                let name = machine::plain_name(external);
                wanted.entry((library, need)).or_default().push(name);
            }
        }
        if wanted.is_empty() {
            return Ok(found);
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        let sizes: Vec<u64> = wanted.iter().map(|((_, need), _)| need.size).collect();
        // It lives as long as the program.
        let (_live, addresses) = self.zeros(&sizes, PROGRAM)?;
        for (((library, need), names), addr) in wanted.into_iter().zip(addresses) {
            if let (Some(name), Some(library)) = (names.first(), plan.libraries().get(library)) {
                found.actions.push(Action::CopyVariable {
                    library: library.path.to_string(),
                    name: name.clone(),
                    range: AddrRange::new(addr, need.size),
                });
            }
            found.at.extend(names.into_iter().map(|name| (name, addr)));
        }
        Ok(found)
    }

    fn run_to_end(
        &mut self,
        program: &Program,
        inputs: &Inputs<'_>,
        loaded: Loaded,
    ) -> Result<Finished> {
        let Loaded { image, mut actions, .. } = loaded;
        let address = |name: &str| image.find(name).map(|symbol| symbol.address);
        let main = image.entry.or_else(|| address(&program.entry));
        let scripts = inputs.scripts.iter().filter_map(|s| address(s)).collect();
        let entry = main.unwrap_or_else(executor::runtime::empty_main);
        let module = Module {
            id: PROGRAM,
            name: program.args.first().map_or(String::new(), |a| a.display().to_string()),
            ranges: image.ranges().map(|(_, range)| range).filter(|r| !r.is_empty()).collect(),
            eh_frame: image.eh_frame.unwrap_or_default(),
            // The linker gives them as they run, the executor runs them from the last.
            fini: image.fini.iter().rev().copied().collect(),
        };
        actions.insert(0, Action::RegisterModule { module });
        actions.push(Action::Init { functions: image.init.clone() });
        actions.push(Action::Init { functions: scripts });
        let args = program.args.iter().map(|a| a.clone().into_vec()).collect();
        let run = Run::Main { entry, args, env: None };
        let deadline = program.timeout.map(|t| Instant::now() + t);
        executor::sys::leave_keys_to_program();
        self.executor.hold_crashes(true);
        self.apply_limit()?;
        let mut received = self.evaluate(actions, Some(run), deadline)?;
        let mut timed_out = false;
        let mut held = None;
        loop {
            match received {
                Received::Ended(ended) => {
                    let status = match timed_out {
                        true => TIME_LIMIT,
                        false => status(&ended),
                    };
                    return Ok(Finished {
                        status,
                        reports: reports::of_run(&ended, held, &image, inputs),
                        ended,
                        timed_out,
                    });
                }
                Received::TimedOut => {
                    timed_out = true;
                    self.executor.kill();
                    received = self.executor.receive(None)?;
                }
                Received::Crashed(crash) => {
                    let read = |addr: Addr, buffer: &mut [u8]| self.read(addr, buffer);
                    held = Some(reports::report(&crash, &image, inputs, &read));
                    received = self.end_crashed()?;
                }
                // Nobody at a terminal does that: who did lets it go on.
                Received::Stopped { signal: SIGSTOP } => {
                    received = self.executor.receive(deadline)?;
                }
                Received::Stopped { .. } => {
                    self.stop_with_it()?;
                    received = self.executor.receive(deadline)?;
                }
                Received::Failed { message, .. } => {
                    return Err(crate::error::Failure::Refused(message));
                }
                Received::Done { .. } => {
                    // `main` ends in `exit`: this executor says something else than it does.
                    self.executor.kill();
                    received = self.executor.receive(None)?;
                }
            }
        }
    }

    /// The program was stopped from the terminal: so is the job it belongs to; when that goes on,
    /// so does the program.
    fn stop_with_it(&mut self) -> Result<()> {
        executor::sys::stop_this_process();
        Ok(self.executor.go_on()?)
    }
}

/// What an image offers to other modules. A thread-local object has no one address to offer.
fn exports(image: &Image) -> Vec<(String, Addr)> {
    let exported =
        image.symbols.iter().filter(|s| s.visibility.is_exported() && s.kind != Kind::Tls);
    exported.map(|s| (image.name(s).to_string(), s.address)).collect()
}

/// The status of a tool that failed itself.
const BROKEN: i32 = 125;

fn status(ended: &Ended) -> i32 {
    match &ended.cause {
        Cause::Process(end @ (End::Exit(_) | End::Signal(_))) => end.shell_status(),
        _ => BROKEN,
    }
}

/// Variables of libraries in the program's own memory: where, and what fills them.
#[derive(Default)]
struct Variables {
    at: HashMap<String, Addr>,
    actions: Vec<Action>,
}

/// Measures phase after phase.
struct Clock {
    at: Instant,
    messages: u64,
    spent: executor::sys::Spent,
}

impl Clock {
    fn start(executor: &Executor) -> Clock {
        let (messages, spent) = (executor.messages(), executor::sys::spent());
        Clock { at: Instant::now(), messages, spent }
    }

    /// What it took since the last call.
    fn lap(&mut self, executor: &Executor) -> Phase {
        let now = Clock::start(executor);
        let before = std::mem::replace(self, now);
        Phase {
            wall: self.at - before.at,
            messages: self.messages - before.messages,
            spent: executor::sys::Spent {
                calls: self.spent.calls - before.spent.calls,
                faults: self.spent.faults - before.spent.faults,
            },
        }
    }
}
