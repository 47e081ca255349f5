//! A session: inputs go in one by one, each is compiled against what stands, linked, placed and
//! run in the executor, and then either everything it brought stays or nothing does.

use crate::compile::{self, Compiled, Compiler};
use crate::error::{Failure, Result};
use crate::lines::Lines;
use crate::machine::{self, Loaded, Machine};
use crate::program::LIBM;
use crate::report::{self, Frame, Picture, Report};
use crate::source::Language;
use crate::symbols::{Definition, Symbols};
use cfront::session::Mode;
use cfront::types::{QType, Types};
use executor::addr::{Addr, AddrRange};
use executor::attend::{Attendant, Attended};
use executor::handle::{Ended, Received};
use executor::region::Sharing;
use executor::warden::Warden;
use executor::wire::{Action, CrashRecord, Run};
use link::{External, Input, Keep, Kind, LinkError, Plan};
use memory::{Owner, Redirect};
use preproc::diag::Diagnostic;
use preproc::name::Names;
use preproc::source::{Sources, Span};
use std::time::{Duration, Instant};

mod ask;

pub use ask::{Layout, Member, Shown, Variable};

/// How a session is started.
#[derive(Clone, Debug)]
pub struct Options {
    pub language: Language,
    pub sharing: Sharing,
    /// How long one input may run.
    pub timeout: Option<Duration>,
    /// While an input runs, SIGINT to this process interrupts it, SIGTSTP stops both, and a
    /// terminal on standard input is lent to it.
    pub attended: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            language: Language::default(),
            sharing: Sharing::Shared,
            timeout: None,
            attended: false,
        }
    }
}

pub struct Session {
    machine: Machine,
    compiler: Compiler,
    symbols: Symbols,
    lines: Lines,
    /// The texts of the inputs that stand, by their numbers.
    inputs: Vec<(u32, String)>,
    timeout: Option<Duration>,
    attendant: Option<Attendant>,
    /// How long the last input's code ran.
    ran: Duration,
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
    /// The last input was rejected: its text and names are kept until the next one comes, for
    /// the diagnostics that point into them.
    rejected: Option<compile::Mark>,
}

/// A state of the session, as far as the controller knows it.
struct State {
    /// The number of the input that came next.
    input: u32,
    compiler: compile::Mark,
    symbols: usize,
    lines: usize,
    inputs: usize,
    memory: memory::Mark,
    machine: machine::Mark,
}

/// How many inputs can be undone. Each state costs a sleeping process and the pages that were
/// written since.
const DEPTH: usize = 16;

/// What became of an input.
#[derive(Debug)]
pub enum Outcome {
    /// It ended in an expression; here is its value.
    Value { value: Value, diags: Vec<Diagnostic> },
    /// It ran to its end.
    Done { diags: Vec<Diagnostic> },
    /// It stops in the middle of something: more lines are needed.
    Unfinished,
    /// It does not compile or link; nothing of it stays.
    Rejected { diags: Vec<Diagnostic> },
    /// It ran and ended the executor, by a crash, `exit`, a signal or the time limit. The session
    /// stands as it stood before it.
    Lost(Box<Loss>),
}

/// How an executor was lost.
#[derive(Debug)]
pub struct Loss {
    pub ended: Ended,
    /// It met the time limit.
    pub timed_out: bool,
    /// By Ctrl-C.
    pub interrupted: bool,
    /// How long it ran.
    pub ran: Duration,
    pub report: Option<Report>,
    /// The first input whose effects are gone: the failed one, or an earlier one where no
    /// checkpoint could be taken between them.
    pub undone_from: u32,
    /// The failed input.
    pub input: u32,
}

/// A place in a named object or function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub name: String,
    /// The distance from its start.
    pub offset: u64,
    pub is_function: bool,
    pub ty: Option<QType>,
}

/// A value in the executor's memory.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    pub ty: QType,
    /// `None` for `void`.
    pub addr: Option<Addr>,
}

impl Session {
    /// Forks the warden and starts a session. To be called while the process has one thread.
    pub fn start(options: Options) -> Result<Session> {
        let target = executor::warden::Options { sharing: options.sharing, ..Default::default() };
        let machine = Machine::new(Warden::start(target)?, options.sharing)?;
        let compiler = Compiler::new(&options.language);
        let attendant = options.attended.then(Attendant::new).transpose()?;
        let mut session = Session {
            machine,
            attendant,
            ran: Duration::ZERO,
            compiler,
            states: Vec::new(),
            forgotten: false,
            asked: None,
            rejected: None,
            checkpoint_due: false,
            symbols: Symbols::default(),
            lines: Lines::default(),
            inputs: Vec::new(),
            timeout: options.timeout,
            next_input: 1,
        };
        session.checkpoint()?;
        Ok(session)
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

    /// The definition of this session that an address lies in, or the start of a library's: what
    /// was loaded before the first fork lies at one place in all processes.
    pub fn place(&self, addr: u64) -> Option<Place> {
        if let Some((name, offset, is_function)) = self.symbols.at(Addr(addr)) {
            let ty = self.type_of_symbol(&name);
            return Some(Place { name, offset, is_function, ty });
        }
        let found = executor::sys::symbol_at(Addr(addr)).filter(|found| found.offset == 0)?;
        Some(Place { name: found.name?, offset: 0, is_function: true, ty: None })
    }

    /// Compiles, links, places and runs one input. An input that stops in the middle is no input
    /// yet, and leaves nothing.
    pub fn eval(&mut self, text: &str) -> Result<Outcome> {
        self.rest()?;
        // It will be awake by the time the input is compiled.
        self.machine.executor.wake()?;
        if let Some(mark) = self.rejected.take() {
            self.compiler.rollback(&mark);
        }
        let mark = self.compiler.mark();
        let symbols = self.symbols.mark();
        let lines = self.lines.mark();
        let input = self.next_input;
        let name = format!("input {input}");
        let product = match self.compiler.compile(&name, text, Mode::Prompt) {
            Compiled::Object(product) => product,
            Compiled::Unfinished => {
                self.compiler.rollback(&mark);
                return Ok(Outcome::Unfinished);
            }
            // What it declared goes when the next input comes.
            Compiled::Errors(diags) => {
                self.rejected = Some(mark);
                return Ok(Outcome::Rejected { diags });
            }
        };
        // From here on the number is used: the object's names carry it.
        self.next_input += 1;
        let diags = product.diags;
        let ran = self.link_and_run(&name, &product.object, input);
        let value = product.unit.value;
        self.checkpoint_due = matches!(&ran, Ok(Attended { received: Received::Done { .. }, .. }));
        if self.checkpoint_due {
            self.lines.forget(lines, compile::SCRIPT);
            self.inputs.push((input, text.to_string()));
        }
        match ran {
            Ok(Attended { received: Received::Done { .. }, .. }) => Ok(match value {
                Some(value) => {
                    let addr = value.symbol.and_then(|s| {
                        let name = &self.compiler.cx.symbol(s).link_name;
                        self.symbols.find(name).map(|d| d.addr)
                    });
                    Outcome::Value { value: Value { ty: value.ty, addr }, diags }
                }
                None => Outcome::Done { diags },
            }),
            Ok(Attended { received: Received::Failed { message, .. }, .. }) => {
                self.symbols.rollback(symbols);
                self.lines.rollback(lines);
                self.compiler.rollback(&mark);
                Err(Failure::Refused(message))
            }
            Ok(attended) => Ok(Outcome::Lost(Box::new(self.lose(attended, input)?))),
            Err(Failure::Link(errors)) => {
                self.symbols.rollback(symbols);
                self.lines.rollback(lines);
                let diags = errors.list.iter().map(link_diagnostic).collect();
                self.rejected = Some(mark);
                Ok(Outcome::Rejected { diags })
            }
            Err(failure) => {
                self.symbols.rollback(symbols);
                self.lines.rollback(lines);
                self.compiler.rollback(&mark);
                Err(failure)
            }
        }
    }

    fn link_and_run(&mut self, name: &str, object: &lower::Object, input: u32) -> Result<Attended> {
        let session = &self.symbols;
        let options = link::Options {
            keep: Keep::Everything,
            defined_outside: &|n| std::str::from_utf8(n).is_ok_and(|n| session.find(n).is_some()),
            threads: 1,
            ..link::Options::default()
        };
        let mut inputs = vec![Input::new(name, &object.bytes)];
        inputs.extend(object.assembled.as_ref().map(|bytes| Input::new(name, bytes)));
        let mut plan = link::plan(&inputs, &options)?;
        let externals = self.externals(&plan)?;
        let mut redirects = Vec::new();
        let script_alone = plan
            .defined()
            .all(|(name, kind)| kind != Kind::Function || name == compile::SCRIPT.as_bytes());
        let loaded = self
            .redirect(&mut plan, &mut redirects)
            .and_then(|()| self.machine.load(&plan, &externals, input, script_alone));
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
        let entry = loaded.image.find(compile::SCRIPT).map(|s| s.address);
        let run = entry.map(|entry| Run::Call { entry, arg: 0 });
        loaded.actions.extend(self.machine.memory.take_actions());
        self.ran = Duration::ZERO;
        if run.is_none() && loaded.actions.is_empty() {
            let received = Received::Done { results: Vec::new(), returned: None };
            return Ok(Attended { received, interrupted: false, timed_out: false });
        }
        let attended = self.run(loaded.actions, run)?;
        if let (Received::Done { .. }, Some(code)) = (&attended.received, loaded.code) {
            self.machine.memory.free(vec![code], input)?;
        }
        Ok(attended)
    }

    /// Runs in the executor until it has answered or is gone.
    fn run(&mut self, actions: Vec<Action>, run: Option<Run>) -> Result<Attended> {
        let start = Instant::now();
        let deadline = self.timeout.map(|t| start + t);
        let executor = &mut self.machine.executor;
        let attended = match &mut self.attendant {
            Some(attendant) => attendant.evaluate(executor, actions, run, deadline)?,
            None => {
                let mut received = executor.evaluate(actions, run, deadline)?;
                let mut timed_out = false;
                while let Received::Stopped { .. } | Received::TimedOut = received {
                    match received {
                        Received::TimedOut => {
                            timed_out = true;
                            executor.kill();
                        }
                        _ => executor.go_on()?,
                    }
                    received = executor.receive(deadline.filter(|_| !timed_out))?;
                }
                Attended { received, interrupted: false, timed_out }
            }
        };
        self.ran = start.elapsed();
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
            .filter(|(name, _)| name != compile::SCRIPT)
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
            if name == compile::SCRIPT {
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

    /// To be called when an outcome has been shown: what can wait until nobody does. Without it the
    /// next input does it first.
    pub fn rest(&mut self) -> Result<()> {
        if std::mem::take(&mut self.checkpoint_due) {
            self.checkpoint()?;
        }
        Ok(())
    }

    /// Remembers the state that is now. The executor forks a copy of itself while nobody waits.
    fn checkpoint(&mut self) -> Result<()> {
        self.settle()?;
        self.machine.executor.checkpoint()?;
        self.asked = Some(State {
            input: self.next_input,
            compiler: self.compiler.mark(),
            symbols: self.symbols.mark(),
            lines: self.lines.mark(),
            inputs: self.inputs.len(),
            memory: self.machine.memory.mark(),
            machine: self.machine.mark(),
        });
        Ok(())
    }

    /// Finds out whether the last checkpoint was taken, and keeps no more than [`DEPTH`].
    fn settle(&mut self) -> Result<()> {
        let Some(state) = self.asked.take() else { return Ok(()) };
        self.machine.executor.settle()?;
        if self.machine.executor.checkpoints().len() > self.states.len() {
            self.states.push(state);
        } else {
            self.machine.memory.discard(state.memory)?;
        }
        // The first state is kept for `reset`.
        if self.states.len() > DEPTH + 1 {
            let oldest = self.states.remove(1);
            self.machine.executor.discard(1);
            self.machine.memory.discard(oldest.memory)?;
            self.forgotten = true;
        }
        Ok(())
    }

    /// Says how the executor went, and goes back to the state before.
    fn lose(&mut self, attended: Attended, input: u32) -> Result<Loss> {
        let Attended { received, interrupted, timed_out } = attended;
        let Received::Ended(ended) = received else {
            return Err(Failure::Lost(format!("an answer out of place: {received:?}")));
        };
        let crash = ended.crash.as_deref();
        let report = crash.map(|crash| self.report(crash));
        self.settle()?;
        let undone_from = match self.states.len().checked_sub(1) {
            Some(last) => self.restore(last)?,
            None => {
                return Err(Failure::Lost("and no checkpoint could ever be taken".into()));
            }
        };
        let ran = self.ran;
        Ok(Loss { ended, timed_out, interrupted, ran, report, undone_from, input })
    }

    /// Goes back to a state; says which input came next then.
    fn restore(&mut self, index: usize) -> Result<u32> {
        self.machine.executor.restore(index)?;
        self.states.truncate(index + 1);
        let Some(state) = self.states.pop() else {
            return Err(Failure::Lost("there is no such state".into()));
        };
        self.machine.rollback(&state.machine)?;
        self.machine.memory.rollback(state.memory, self.next_input)?;
        self.symbols.rollback(state.symbols);
        self.lines.rollback(state.lines);
        self.inputs.truncate(state.inputs);
        self.compiler.rollback(&state.compiler);
        self.rejected = None;
        self.checkpoint()?;
        Ok(state.input)
    }

    /// Takes back the last `n` inputs that ran; says the number of the first of them, or `None`
    /// when so many are not remembered.
    pub fn undo(&mut self, n: usize) -> Result<Option<u32>> {
        self.rest()?;
        self.settle()?;
        // The newest state is the present one.
        match self.states.len().checked_sub(n + 1) {
            Some(0) if self.forgotten => Ok(None),
            Some(index) => self.restore(index).map(Some),
            None => Ok(None),
        }
    }

    /// Back to the state before the first input; false when that is not to be had.
    pub fn reset(&mut self) -> Result<bool> {
        self.rest()?;
        self.settle()?;
        if self.states.first().is_none_or(|first| first.inputs != 0) {
            return Ok(false);
        }
        self.restore(0)?;
        self.forgotten = false;
        Ok(true)
    }

    /// The crash in words, with a picture of the innermost place that is the user's.
    fn report(&self, crash: &CrashRecord) -> Report {
        let mut report = Report::new(crash, |addr| self.frame(addr));
        // A return address is the end of the call: one byte back lies in it.
        let callers = crash.frames.iter().filter(|a| a.0 > 1).map(|a| Addr(a.0 - 1));
        let mut places = std::iter::once(crash.pc).chain(callers);
        let span = places.find_map(|addr| self.lines.at(addr)?.span);
        report.picture = span.and_then(|span| self.picture(span));
        if let Some(Owner::Removed { owner, by }) = self.machine.memory.owner_of(crash.pc) {
            report.what = format!("call of code of input {owner}, which input {by} removed");
        }
        report
    }

    fn picture(&self, span: Span) -> Option<Picture> {
        let sources = self.sources();
        let start = sources.place(span.start)?;
        let end = sources.place(sources.call_end(span.last));
        let end = end.filter(|e| e.id == start.id && e.line == start.line);
        let last = end.map_or(start.column, |e| e.column + e.token_len().saturating_sub(1));
        Some(Picture {
            file: start.file.to_string(),
            line: start.line,
            text: start.text.into_owned(),
            columns: (start.column, last.max(start.column)),
        })
    }

    fn frame(&self, addr: Addr) -> Frame {
        if let Some(place) = self.lines.at(addr) {
            let at = place.span.and_then(|span| self.sources().place(span.start));
            let function = match place.function {
                compile::SCRIPT => report::STATEMENTS.to_string(),
                name => name.to_string(),
            };
            return Frame {
                addr,
                function: Some(function),
                offset: place.offset,
                line: at.map(|at| (at.file.to_string(), at.line)),
                ..Frame::default()
            };
        }
        if let Some((name, offset, _)) = self.symbols.at(addr) {
            return Frame { addr, function: Some(name), offset, ..Frame::default() };
        }
        match executor::sys::symbol_at(addr) {
            Some(s) => Frame {
                addr,
                function: s.name,
                offset: s.offset,
                module: Some(s.library),
                line: None,
            },
            None => Frame { addr, ..Frame::default() },
        }
    }
}

fn link_diagnostic(error: &LinkError) -> Diagnostic {
    let span = preproc::source::Span::default();
    match error {
        LinkError::Undefined { symbol, .. } => {
            let text = format!("`{symbol}` is declared, but neither defined nor in a library");
            Diagnostic::error(span, text)
        }
        other => Diagnostic::error(span, other.to_string()),
    }
}
