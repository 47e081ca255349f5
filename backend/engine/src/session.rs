//! A session: inputs go in one by one, each is compiled against what stands, linked, placed and
//! run in the executor, and then either everything it brought stays or nothing does.

use crate::compile::{self, Compiled, Compiler, Product};
use crate::error::{Failure, Result};
use crate::hint::{self, Hint};
use crate::interrupt::{Interrupter, Running};
use crate::lines::Lines;
use crate::machine::{Loaded, Machine};
use crate::program::LIBM;
use crate::report::Report;
use crate::source::Language;
use crate::symbols::{Definition, Symbols};
use cfront::scope::Entity;
use cfront::session::{Mode, SOURCE};
use cfront::tree::{Unit, UnitValue};
use cfront::types::Types;
use executor::addr::{Addr, AddrRange};
use executor::attend::{Attendant, Attended};
use executor::handle::{Executor, Received, Timing};
use executor::warden::Warden;
use executor::wire::{Action, Run};
use link::{External, Input, Keep, Kind, LinkError, Plan};
use memory::{Live, Redirect};
use preproc::diag::Diagnostic;
use preproc::name::Names;
use preproc::source::{Sources, Span};
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

mod ask;
mod inputs;
mod origin;
mod outcome;
mod printed;
mod remarks;
mod reports;
mod states;
mod traced;

pub use ask::{Layout, Member, Shown, Variable};
use inputs::Inputs;
pub use origin::{Declared, Origin, OwnMacro};
pub use outcome::{Limits, Loss, Options, Outcome, Place, Times, Undone, Value};
use states::State;

pub struct Session {
    machine: Machine,
    compiler: Compiler,
    symbols: Symbols,
    lines: Lines,
    /// The trees of functions that inputs defined, by their inputs, for reports of crashes.
    units: Vec<(u32, Box<Unit>)>,
    /// The report of a crash, made while the executor stood still.
    held: Option<Report>,
    /// Newest last; the last one of a user is what holds.
    uses: Vec<remarks::Use>,
    /// How many older ones were forgotten, and how many were left then.
    uses_gone: usize,
    uses_kept: usize,
    /// The `#include` lines of headers that came by themselves, and with which input.
    taken: Vec<(u32, String)>,
    /// The values before this number were forgotten.
    values_gone: u32,
    /// The texts of the inputs that stand.
    inputs: Inputs,
    /// The code of the inputs that stand and defined functions.
    modules: HashMap<u32, Module>,
    language: Language,
    /// Functions that were taken back, newest last.
    gone: VecDeque<Gone>,
    limits: Limits,
    /// User code runs in this very process.
    in_process: bool,
    running: Running,
    attendant: Option<Attendant>,
    /// Where the last input's time went.
    times: Times,
    /// The number of the next input, from 1.
    next_input: u32,
    /// The states that can be had back, oldest first: one for each checkpoint of the executor.
    states: Vec<State>,
    /// States between the first and the second were given up.
    forgotten: bool,
    /// The state of the checkpoint that was asked for last: whether it was taken is known later.
    asked: Option<State>,
    /// An input has run since the last checkpoint was asked for.
    checkpoint_due: bool,
    /// The executor takes a checkpoint of what the input that runs leaves by itself.
    following: bool,
    /// Nobody will go back to what the next input leaves.
    last: bool,
    /// The checkpoint that is due was put off: the last one took so many microseconds.
    put_off: Option<u64>,
    /// When the last checkpoint was asked for.
    checkpointed: Instant,
    /// Inputs that were taken back and can be had again, the last one first.
    undone: Vec<String>,
    /// The last input was rejected, or ran and declared nothing: its text and names are kept
    /// until its outcome has been shown, for the diagnostics that point into them.
    passing: Option<compile::Mark>,
}

/// The code of one input, and how many of its functions were not defined again since.
struct Module {
    code: Live,
    functions: usize,
}

/// A function whose input was taken back.
struct Gone {
    stub: AddrRange,
    name: String,
    input: u32,
    before: u32,
}

/// So many of them are remembered for reports.
const MOST_GONE: usize = 256;

/// What the stages held before an input.
struct Mark {
    compiler: compile::Mark,
    symbols: usize,
    lines: usize,
}

/// Who hears of an input's warnings before it runs.
pub trait Tell: FnMut(&Session, &[Diagnostic]) {}

impl<T: FnMut(&Session, &[Diagnostic])> Tell for T {}

impl Session {
    /// Forks the warden and starts a session. To be called while the process has one thread.
    pub fn new(options: Options) -> Result<Session> {
        let target = executor::warden::Options {
            sharing: options.sharing,
            streams: options.streams,
            ..Default::default()
        };
        let warden = match options.in_process {
            true => Warden::in_process(target)?,
            false => Warden::start(target)?,
        };
        let mut machine = Machine::new(warden, options.sharing)?;
        machine.limit_memory(options.limits.memory);
        let compiler = Compiler::new(&options.language);
        let attendant = options.attended.then(Attendant::new).transpose()?;
        let mut session = Session {
            machine,
            attendant,
            times: Times::default(),
            compiler,
            states: Vec::new(),
            forgotten: false,
            asked: None,
            undone: Vec::new(),
            passing: None,
            checkpoint_due: false,
            following: false,
            last: false,
            put_off: None,
            checkpointed: Instant::now(),
            symbols: Symbols::default(),
            lines: Lines::default(),
            units: Vec::new(),
            held: None,
            uses: Vec::new(),
            uses_gone: 0,
            uses_kept: 0,
            values_gone: 1,
            taken: Vec::new(),
            inputs: Inputs::default(),
            modules: HashMap::new(),
            language: options.language,
            gone: VecDeque::new(),
            limits: options.limits,
            in_process: options.in_process,
            running: Running::default(),
            next_input: 1,
        };
        session.checkpoint()?;
        Ok(session)
    }

    /// Ends the session without running what `atexit` and its kin have registered: an input that
    /// called `exit` has run it already.
    pub fn abandon(mut self) -> Result<()> {
        self.machine.executor.kill();
        self.machine.executor.wait_for_end(Some(Instant::now() + PATIENCE))?;
        Ok(())
    }

    pub fn is_in_process(&self) -> bool {
        self.in_process
    }

    /// Runs what `atexit` and its kin have registered, as the end of a session does, and waits for
    /// that. (An executor whose session is only dropped does so by itself, but has little time.)
    pub fn finish(&mut self) -> Result<()> {
        let executor = &mut self.machine.executor;
        if executor.is_gone() {
            return Ok(());
        }
        let allowed = self.limits.time.unwrap_or(LAST_WORDS);
        let deadline = (!self.in_process).then(|| Instant::now() + allowed);
        let left = match &mut self.attendant {
            Some(attendant) => attendant.leave(executor, 0, deadline).map(|a| a.received),
            None => executor.leave(0, deadline),
        };
        match left {
            Ok(Received::Ended(_) | Received::TimedOut) => Ok(()),
            // It may have been killed meanwhile, or a handler wants the terminal.
            _ if !self.in_process => {
                executor.wait_for_end(deadline)?;
                Ok(())
            }
            left => left.map(drop).map_err(Failure::from),
        }
    }

    /// Whether the session answers no more: see [`Loss::over`].
    pub fn is_over(&self) -> bool {
        self.in_process && self.machine.executor.is_gone()
    }

    /// What another thread can interrupt this session's inputs with; `None` where user code runs
    /// in this very process.
    pub fn interrupter(&self) -> Option<Interrupter> {
        let executor = self.machine.executor.interrupter()?;
        Some(Interrupter { running: self.running.clone(), executor })
    }

    /// The process that runs user code now; another one after each loss.
    pub fn process(&self) -> u32 {
        self.machine.pid()
    }

    pub fn types(&self) -> &Types {
        &self.compiler.cx.types
    }

    pub fn names(&self) -> &Names {
        &self.compiler.pp.names
    }

    pub fn sources(&self) -> &Sources {
        &self.compiler.pp.sources
    }

    /// Reads memory of the executor; false where it has none.
    pub fn read(&self, addr: u64, buffer: &mut [u8]) -> bool {
        self.machine.read(Addr(addr), buffer)
    }

    /// The definition of this session that an address lies in or is the end of, or the start of a
    /// library's: what was loaded before the first fork lies at one place in all processes.
    pub fn place(&self, addr: u64) -> Option<Place> {
        let addr_before = Addr(addr.wrapping_sub(1));
        let past = || {
            let (name, offset, is_function) = self.symbols.at(addr_before)?;
            (!is_function).then_some((name, offset + 1, false))
        };
        if let Some((name, offset, is_function)) = self.symbols.at(Addr(addr)).or_else(past) {
            // Literals and the like have no name of the user's.
            if name.starts_with(".L") {
                return None;
            }
            let ty = self.type_of_symbol(&name);
            return Some(Place { name: source_name(&name).to_string(), offset, is_function, ty });
        }
        let found = executor::sys::symbol_at(Addr(addr)).filter(|found| found.offset == 0)?;
        Some(Place { name: found.name?, offset: 0, is_function: true, ty: None })
    }

    /// Compiles, links, places and runs one input. An input that stops in the middle is no input
    /// yet, and leaves nothing.
    pub fn eval(&mut self, text: &str) -> Result<Outcome> {
        self.eval_told(text, None)
    }

    /// The same, for one who shows warnings before the input runs: they are handed over then, and
    /// the outcome does not repeat them.
    pub fn eval_telling(&mut self, text: &str, mut tell: impl Tell) -> Result<Outcome> {
        self.eval_told(text, Some(&mut tell))
    }

    fn eval_told(&mut self, text: &str, mut tell: Option<&mut (dyn Tell + '_)>) -> Result<Outcome> {
        self.trace_input();
        let start = Instant::now();
        let input = self.next_input;
        let mut outcome = self.eval_again(text, tell.as_deref_mut());
        if let Ok(Outcome::Rejected { .. }) = &outcome
            && self.next_input == input
        {
            outcome = self.eval_printed(text, tell).unwrap_or(outcome);
        }
        if let Ok(Outcome::Crashed(loss)) = &outcome
            && !loss.ended.began
            && loss.undone_from == loss.input
        {
            // Somebody killed the executor just before: nothing of this input has run yet.
            outcome = self.eval_again(text, None);
        }
        self.machine.trace_end("input");
        self.machine.executor.prepare(false);
        let outcome = outcome?;
        if let Outcome::Value { .. } | Outcome::Done { .. } = &outcome {
            let stages = self.times.stages().into_iter().map(|(_, time)| time);
            self.times.other = start.elapsed().saturating_sub(stages.sum());
            self.undone.clear();
        }
        Ok(outcome)
    }

    /// An input that is no C may be a value as it was printed.
    fn eval_printed(
        &mut self,
        text: &str,
        mut tell: Option<&mut (dyn Tell + '_)>,
    ) -> Option<Result<Outcome>> {
        if printed::meanings(text, |_| true).is_empty() {
            return None;
        }
        // Names mean what they meant before; what was said of the text itself is gone with that.
        if let Err(failure) = self.rest() {
            return Some(Err(failure));
        }
        let is_enumerator = |name: &str| {
            let name = self.names().get(name);
            let bound = name.and_then(|name| self.compiler.cx.scopes.lookup_file(name));
            bound.is_some_and(|bound| matches!(bound.entity, Entity::EnumConst { .. }))
        };
        for meant in printed::meanings(text, is_enumerator) {
            match self.eval_again(&meant, tell.as_deref_mut()) {
                Ok(Outcome::Rejected { .. } | Outcome::Unfinished) => {}
                outcome => return Some(outcome),
            }
        }
        Some(self.eval_again(text, None))
    }

    /// The same, keeping what was taken back.
    fn eval_again(&mut self, text: &str, tell: Option<&mut (dyn Tell + '_)>) -> Result<Outcome> {
        self.rest()?;
        if let Some(outcome) = self.revive()? {
            return Ok(outcome);
        }
        self.machine.executor.prepare(true);
        self.following = false;
        let mark = self.mark();
        let input = self.next_input;
        let name = format!("input {input}");
        self.times = Times::default();
        self.compiler.spent = compile::Spent::default();
        self.machine.trace_begin("compile");
        let compiled = self.compiler.compile(&name, text, Mode::Prompt);
        self.machine.trace_end("compile");
        let mut product = match compiled {
            Compiled::Object(product) => product,
            Compiled::Unfinished => {
                self.compiler.rollback(&mark.compiler);
                return Ok(Outcome::Unfinished);
            }
            // What it declared goes when the next input comes.
            Compiled::Errors(diags) => {
                self.passing = Some(mark.compiler);
                let diags = diags.into_iter().map(|diag| self.with_macro(diag)).collect();
                return Ok(Outcome::Rejected { diags });
            }
        };
        let compile::Spent { lex, parse, lower } = self.compiler.spent;
        let (lower, cranelift, object) = (lower.lowering, lower.generating, lower.writing);
        self.times = Times { lex, parse, lower, cranelift, object, ..Times::default() };
        // From here on the number is used: the object's names carry it.
        self.next_input += 1;
        self.trace_functions(&name, &mut product.object);
        if let Some(tell) = tell {
            let diags = std::mem::take(&mut product.diags);
            tell(self, &diags);
        }
        match self.link_and_run(&name, &product, input) {
            Ok(Attended { received: Received::Done { .. }, .. }) => {
                self.lines.forget(mark.lines, compile::SCRIPT);
                self.inputs.push(input, text);
                self.taken.extend(self.compiler.taken.drain(..).map(|line| (input, line)));
                self.checkpoint_due = true;
                let mut product = *product;
                product.diags.extend(self.remarks(&product.unit, &mark.compiler.cx));
                let defines = self.symbols.mark() != mark.symbols;
                if !defines && self.compiler.is_as_before(&mark.compiler) {
                    self.passing = Some(mark.compiler);
                }
                self.note_uses(&product.unit);
                let unit = std::mem::take(&mut product.unit);
                let value = unit.value;
                self.keep_functions(input, unit);
                Ok(self.answer(value, product.diags))
            }
            Ok(Attended { received: Received::Failed { message, .. }, .. }) => {
                let place = self.largest_object(&product.unit);
                self.refuse(message, place, input, &mark)
            }
            Ok(attended) => self.lose(attended, input, &product.unit, product.diags),
            Err(Failure::Link(errors)) => {
                self.symbols.rollback(mark.symbols);
                self.lines.rollback(mark.lines);
                self.passing = Some(mark.compiler);
                let diags = self.link_diagnostics(&errors, &product.unit);
                Ok(Outcome::Rejected { diags })
            }
            // Nothing of it has run: the machine has no room for what it asks for.
            Err(failure @ (Failure::Memory(_) | Failure::Refused(_) | Failure::Limit { .. })) => {
                self.symbols.rollback(mark.symbols);
                self.lines.rollback(mark.lines);
                self.passing = Some(mark.compiler);
                let diags = vec![Diagnostic::error(
                    self.largest_object(&product.unit),
                    failure.to_string(),
                )];
                Ok(Outcome::Rejected { diags })
            }
            Err(failure) => {
                self.rollback(&mark);
                match self.machine.executor.look()?.cloned() {
                    Some(ended) => {
                        self.lose(Attended::ended(ended), input, &product.unit, product.diags)
                    }
                    None => Err(failure),
                }
            }
        }
    }

    /// What is said of an input that does not link; the compiler still knows its declarations.
    fn link_diagnostics(&mut self, errors: &link::Errors, unit: &Unit) -> Vec<Diagnostic> {
        let symbols = errors.list.iter().filter_map(LinkError::undefined);
        let declared =
            |symbol| hint::wanted(symbol, &self.compiler.cx, &self.compiler.pp.sources, &[]);
        let hints = hint::find(symbols.filter_map(declared).collect(), &[]);
        let place = |symbol: &str| self.place_of_use(symbol, unit).unwrap_or_default();
        let diagnostic = |error: &LinkError| {
            let largest = || self.largest_object(unit);
            let span = error.undefined().map_or_else(largest, place);
            Diagnostic::error(span, link_error_text(error, &hints))
        };
        errors.list.iter().map(diagnostic).collect()
    }

    /// Where an input asks for the most memory.
    fn largest_object(&self, unit: &Unit) -> Span {
        let objects = unit.objects.iter().max_by_key(|object| object.init.size);
        objects.map(|object| self.compiler.cx.symbol(object.symbol).span).unwrap_or_default()
    }

    fn mark(&self) -> Mark {
        Mark {
            compiler: self.compiler.mark(),
            symbols: self.symbols.mark(),
            lines: self.lines.mark(),
        }
    }

    /// Drops what an input that never ran brought.
    fn rollback(&mut self, mark: &Mark) {
        self.symbols.rollback(mark.symbols);
        self.lines.rollback(mark.lines);
        self.compiler.rollback(&mark.compiler);
    }

    /// The outcome of an input that ran to its end.
    fn answer(&self, value: Option<UnitValue>, diags: Vec<Diagnostic>) -> Outcome {
        let Some(value) = value else { return Outcome::Done { diags } };
        let addr = value.symbol.and_then(|s| {
            let name = &self.compiler.cx.symbol(s).link_name;
            self.symbols.find(name).map(|d| d.addr)
        });
        Outcome::Value { value: Value { ty: value.ty, addr }, diags }
    }

    fn link_and_run(&mut self, name: &str, product: &Product, input: u32) -> Result<Attended> {
        let start = Instant::now();
        let object = &product.object;
        let session = &self.symbols;
        let options = link::Options {
            keep: Keep::Everything,
            defined_outside: &|n| std::str::from_utf8(n).is_ok_and(|n| session.find(n).is_some()),
            threads: 1,
            ..link::Options::default()
        };
        let mut inputs = vec![Input::new(name, &object.bytes)];
        inputs.extend(object.assembled.as_ref().map(|bytes| Input::new(name, bytes)));
        self.machine.trace_begin("link");
        let plan = link::plan(&inputs, &options);
        self.machine.trace_end("link");
        let mut plan = plan?;
        let externals = self.externals(&plan)?;
        let linked = Instant::now();
        self.times.link = linked - start;
        let mut redirects = Vec::new();
        let script_alone = plan
            .defined()
            .all(|(name, kind)| kind != Kind::Function || name == compile::SCRIPT.as_bytes());
        // Of what `asm` defines outside of functions nobody knows how long it is used.
        let once = object.assembled.is_none();
        self.machine.trace_begin("place");
        let loaded = self
            .redirect(&mut plan, &mut redirects)
            .and_then(|()| self.machine.load(&plan, &externals, input, once));
        self.machine.trace_end("place");
        let mut loaded = match loaded {
            Ok(loaded) => loaded,
            Err(failure) => {
                for redirect in redirects {
                    self.machine.memory.free_redirect(redirect.1)?;
                }
                return Err(failure);
            }
        };
        self.define(&mut loaded, &redirects, input)?;
        self.lines.add(&loaded.image, &object.functions);
        let own = |f: &&lower::FunctionLines| f.name != compile::SCRIPT;
        let functions = match script_alone {
            true => 0,
            false => object.functions.iter().filter(own).count(),
        };
        let entry = loaded.image.find(compile::SCRIPT).map(|s| s.address);
        let run = entry.map(|entry| Run::Call { entry, arg: 0 });
        loaded.actions.extend(self.machine.memory.take_actions());
        self.times.place = linked.elapsed();
        if run.is_none() && loaded.actions.is_empty() {
            self.keep_code(loaded.code, functions, input)?;
            let received = Received::Done { results: Vec::new(), returned: None };
            return Ok(Attended { received, interrupted: false, timed_out: false });
        }
        self.machine.trace_begin("run");
        let attended = self.run(loaded.actions, run, &product.unit);
        self.machine.trace_end("run");
        let attended = attended?;
        if let Received::Done { .. } = &attended.received {
            self.keep_code(loaded.code, functions, input)?;
        }
        Ok(attended)
    }

    /// Frees the code of an input that ran, or keeps it while one of its functions stands.
    fn keep_code(&mut self, code: Option<Live>, functions: usize, input: u32) -> Result<()> {
        let Some(code) = code else { return Ok(()) };
        if functions > 0 {
            self.modules.insert(input, Module { code, functions });
            return Ok(());
        }
        self.machine.memory.free(vec![code], input)?;
        self.machine.trace_instant("free");
        Ok(())
    }

    /// Runs in the executor until it has answered or is gone.
    fn run(&mut self, actions: Vec<Action>, run: Option<Run>, unit: &Unit) -> Result<Attended> {
        // Whoever ends this input from outside must not end the checkpoint before it.
        self.settle()?;
        self.checkpoint_after()?;
        let start = Instant::now();
        let deadline = self.limits.time.map(|t| start + t);
        self.machine.apply_limit()?;
        let executor = &mut self.machine.executor;
        executor.hold_crashes(true);
        self.running.begin();
        let attended = match &mut self.attendant {
            Some(attendant) => attendant.evaluate(executor, actions, run, deadline),
            None => unattended(executor, actions, run, deadline),
        };
        let interrupted = self.running.end();
        let Timing { waking, running, replying } = self.machine.executor.timing();
        (self.times.wake, self.times.run, self.times.reply) = (waking, running, replying);
        let crashed = match &attended {
            Ok(Attended { received: Received::Crashed(crash), .. }) => Some(crash),
            _ => None,
        };
        self.held = crashed.map(|crash| self.report(crash, unit));
        if self.held.is_none() {
            self.machine.executor.hold_crashes(false);
        }
        let mut attended = attended?;
        if self.held.is_some() {
            attended.received = self.machine.end_crashed()?;
        }
        let by_signal = matches!(&attended.received, Received::Ended(_));
        attended.interrupted |= interrupted && by_signal;
        Ok(attended)
    }

    /// The addresses of the names a plan does not define. The mathematical library is opened when
    /// something is missing without it.
    fn externals(&mut self, plan: &Plan<'_>) -> Result<Vec<External>> {
        let found = self.machine.externals(plan, &|n| self.symbols.external(n))?;
        let missing = |(answer, name): (&External, &link::ExternalName<'_>)| {
            *answer == External::Missing && !name.weak
        };
        if !found.iter().zip(plan.externals()).any(missing) || self.machine.has_opened(LIBM) {
            return Ok(found);
        }
        match self.machine.open_libraries(Vec::new(), &[LIBM.to_string()], Vec::new()) {
            // It may be absent: then the link says which names are.
            Err(Failure::Open { .. }) => Ok(found),
            opened => {
                opened?;
                self.machine.externals(plan, &|n| self.symbols.external(n))
            }
        }
    }

    /// Binds the references to what a plan defines so that it can be defined again later: a
    /// function is called through a stub, old callers and stored pointers with it; an object that
    /// is there already is initialised anew in its old place.
    fn redirect(&mut self, plan: &mut Plan<'_>, fresh: &mut Vec<(String, Redirect)>) -> Result<()> {
        let defined: Vec<(String, Kind)> = plan
            .defined()
            .map(|(name, kind)| (String::from_utf8_lossy(name).into_owned(), kind))
            .filter(|(name, _)| !is_of_one_input(name))
            .collect();
        for (name, kind) in defined {
            let old = self.symbols.find(&name).copied();
            let place = match (kind, old) {
                (Kind::Function, Some(Definition { redirect: Some(redirect), .. })) => {
                    redirect.stub
                }
                (Kind::Function, _) => {
                    // Until the body has its place, a call would stop at once.
                    let redirect = self.machine.memory.new_redirect(Addr::NULL)?;
                    fresh.push((name.clone(), redirect));
                    redirect.stub
                }
                (Kind::Object, Some(old)) => old.addr,
                _ => continue,
            };
            plan.redirect(name.as_bytes(), place);
        }
        Ok(())
    }

    /// Takes in what an image defines, and lets calls and objects of the same name follow.
    fn define(
        &mut self,
        loaded: &mut Loaded,
        fresh: &[(String, Redirect)],
        input: u32,
    ) -> Result<()> {
        let image = &loaded.image;
        for symbol in &image.symbols {
            let name = image.name(symbol);
            if is_of_one_input(name) {
                continue;
            }
            let old = self.symbols.find(name).copied();
            let mut new = Definition {
                addr: symbol.address,
                redirect: None,
                size: symbol.size,
                kind: symbol.kind,
                input,
            };
            match (symbol.kind, old) {
                (Kind::Function, old) => {
                    let made = fresh.iter().find(|(n, _)| n == name).map(|(_, r)| *r);
                    new.redirect = made.or_else(|| old.and_then(|o| o.redirect));
                    if let Some(redirect) = new.redirect {
                        self.machine.memory.retarget(redirect, symbol.address)?;
                    }
                }
                (Kind::Object, Some(old)) => {
                    let range = AddrRange::new(old.addr, symbol.size);
                    loaded.actions.push(Action::Copy { from: symbol.address, range });
                    new.addr = old.addr;
                }
                _ => {}
            }
            self.symbols.define(name, new);
        }
        Ok(())
    }
}

/// Whether no later input can refer to what has this name.
fn is_of_one_input(name: &str) -> bool {
    name == compile::SCRIPT || name.starts_with(SOURCE)
}

/// So long handlers may run at the end of a session that has no limit of time.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// So long a killed executor may take to be gone.
const PATIENCE: Duration = Duration::from_secs(1);

/// Runs with nobody at a keyboard.
fn unattended(
    executor: &mut Executor,
    actions: Vec<Action>,
    run: Option<Run>,
    deadline: Option<Instant>,
) -> executor::error::Result<Attended> {
    let mut received = executor.evaluate(actions, run, deadline)?;
    let (mut timed_out, mut deadline) = (false, deadline);
    loop {
        match received {
            // Even the warden does not do as it is told: user code may have stopped it.
            Received::TimedOut if timed_out && executor.is_out_of_reach() => {
                deadline = None;
                executor.kill_all();
            }
            Received::TimedOut => {
                timed_out = true;
                deadline = Some(Instant::now() + PATIENCE);
                executor.kill();
            }
            Received::Stopped { .. } => executor.go_on()?,
            // It was killed when its answer was on its way: the end comes behind that.
            _ if timed_out && !matches!(received, Received::Ended(_)) => {}
            received => return Ok(Attended { received, interrupted: false, timed_out }),
        }
        received = executor.receive(deadline)?;
    }
}

/// A later version of a name is a symbol of its own: `f$2` is called `f` as well.
fn source_name(link_name: &str) -> &str {
    match link_name.rsplit_once('$') {
        Some((name, version)) if !name.is_empty() && version.parse::<u32>().is_ok() => name,
        _ => link_name,
    }
}

fn link_error_text(error: &LinkError, hints: &[Hint]) -> String {
    let LinkError::Undefined { symbol, .. } = error else { return error.to_string() };
    match hints.iter().find(|hint| hint.symbol == *symbol) {
        Some(Hint { header, library, .. }) => format!(
            "`{symbol}`, declared by <{header}>, is in a library that is not loaded: :lib {library}"
        ),
        None => format!(
            "`{symbol}` is declared, but neither defined nor in a library: define it before, or in \
             the same input"
        ),
    }
}
