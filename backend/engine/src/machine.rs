//! The target: a warden, the executor user code runs in, and the memory it is placed in. In come
//! link plans and evaluations; out come loaded images and what became of a run.
//!
//! What always holds: what [`Machine::load`] could not finish has left nothing behind.

use crate::error::{Failure, Result, cause_text};
use crate::trace::{self, Recorder};
use executor::addr::{Addr, AddrRange, PAGE, align_up};
use executor::handle::{Ended, Executor, Interrupter, Received};
use executor::region::Sharing;
use executor::runtime::x86_64::{TLS_POOL_ALIGN, TLS_POOL_BYTES, tls_pool_offset};
use executor::segment::{Pool, SegmentRequest};
use executor::trace::Ring;
use executor::warden::Warden;
use executor::wire::{Action, ActionResult, MemoryUse, Run};
use link::{External, ExternalName, Image, Plan, TlsNeed};
use memory::{Copying, FurtherSlab, Live, Local, Mapper, Memory, Pending, Shared};
use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

pub struct Machine {
    pub(crate) executor: Executor,
    pid: u32,
    pub(crate) memory: Memory,
    /// Names of libraries opened in the executor that were looked up and found.
    resolved: HashMap<String, Addr>,
    /// Libraries that were opened in the executor, by path.
    opened: Vec<String>,
    /// How much of the executor's pool for thread-local objects is given away.
    tls_used: u64,
    /// How many bytes user code may take beyond what it starts with.
    limit: Option<u64>,
    /// A limit has been set in some executor.
    limited: bool,
    ring: Ring,
    /// The trace that is being taken.
    pub(crate) trace: Option<Recorder>,
}

/// What the machine remembers of a moment.
pub(crate) struct Mark {
    opened: usize,
    tls_used: u64,
}

/// The addresses of a plan's segments, while nothing lies there yet.
pub(crate) struct Reserved {
    code: Pending,
    rest: Pending,
    once: bool,
    pub(crate) addresses: Vec<Addr>,
    /// The start of its thread-local block in the pool.
    tls: Option<u64>,
}

/// What a load left in the executor, and what has to be done there before it runs.
pub(crate) struct Loaded {
    pub(crate) image: Image,
    /// To be sent, in this order, with the run.
    pub(crate) actions: Vec<Action>,
    /// Code that runs once, to be freed after the run.
    pub(crate) code: Option<Live>,
}

impl Machine {
    /// Takes over a warden that was forked first of all.
    pub fn new(mut warden: Warden, sharing: Sharing) -> Result<Machine> {
        let mut executor = warden.executor()?;
        let pid = executor.pid()?;
        let own = pid == std::process::id();
        let ring = warden.trace();
        let (view, layout) = (warden.take_view(), warden.layout());
        let further: FurtherSlab = Box::new(move |bytes| warden.add_slab(bytes));
        let mapper: Box<dyn Mapper> = match (sharing, view) {
            (Sharing::Shared, Some(view)) if own => Box::new(Local::new(view, further)),
            (Sharing::Shared, Some(view)) => Box::new(Shared::new(view, further)),
            _ => Box::new(Copying::new(layout, further)),
        };
        Ok(Machine {
            executor,
            pid,
            memory: Memory::new(mapper),
            resolved: HashMap::new(),
            opened: Vec::new(),
            tls_used: 0,
            limit: None,
            limited: false,
            ring,
            trace: None,
        })
    }

    /// What another thread can end the program with; `None` where it runs in this very process.
    pub fn interrupter(&self) -> Option<Interrupter> {
        self.executor.interrupter()
    }

    /// From the next run on: how many bytes user code may take beyond what it starts with, global
    /// objects among them.
    pub fn limit_memory(&mut self, bytes: Option<u64>) {
        self.limit = bytes;
        self.limited |= bytes.is_some();
    }

    /// Tells the executor, which may be a copy that has the limit of its own time. The address
    /// space of slabs is not counted, but what globals take of it.
    pub(crate) fn apply_limit(&mut self) -> Result<()> {
        if !self.limited {
            return Ok(());
        }
        let globals = self.memory.stats(Pool::Data).used;
        let slabs = self.memory.further_bytes();
        let room = self.limit.map(|limit| limit.saturating_sub(globals).saturating_add(slabs));
        Ok(self.executor.limit_memory(room)?)
    }

    /// Whether the limit leaves room for the global objects of a plan.
    fn check_limit(&self, requests: &[SegmentRequest]) -> Result<()> {
        let Some(limit) = self.limit else { return Ok(()) };
        let data = requests.iter().filter(|request| request.pool == Pool::Data);
        let bytes = data.map(SegmentRequest::size).fold(0, u64::saturating_add);
        let left = limit.saturating_sub(self.memory.stats(Pool::Data).used);
        if bytes > left { Err(Failure::Limit { bytes, left, limit }) } else { Ok(()) }
    }

    /// Begins a trace; one that is being taken ends.
    pub fn start_trace(&mut self, options: trace::Options) -> Result<()> {
        self.trace = None;
        self.trace = Some(Recorder::start(self.ring, options)?);
        Ok(())
    }

    /// Writes the trace into a file, as far as it came; `None` where there is none.
    pub fn save_trace(&self, path: &Path) -> Result<Option<trace::Summary>> {
        self.trace.as_ref().map(|trace| trace.save(path)).transpose()
    }

    /// Ends the trace, if one is being taken.
    pub fn finish_trace(&mut self) -> Result<Option<trace::Summary>> {
        self.trace.take().map(Recorder::finish).transpose()
    }

    pub(crate) fn trace_instant(&self, name: &'static str) {
        if let Some(trace) = &self.trace {
            trace.instant(name);
        }
    }

    /// An executor crashed: what was called last in it.
    pub(crate) fn trace_crash(&self) -> trace::LastCalls {
        let Some(trace) = self.trace.as_ref().filter(|trace| !trace.is_resting()) else {
            return Vec::new();
        };
        trace.instant("crash");
        trace.last_calls()
    }

    pub(crate) fn trace_begin(&self, name: &'static str) {
        if let Some(trace) = &self.trace {
            trace.begin(name);
        }
    }

    pub(crate) fn trace_end(&self, name: &'static str) {
        if let Some(trace) = &self.trace {
            trace.end(name);
        }
    }

    /// Makes symbols visible to the libraries that follow, then opens those, each visible to all
    /// that come later.
    pub(crate) fn open_libraries(
        &mut self,
        published: Vec<(String, Addr)>,
        paths: &[String],
        variables: Vec<Action>,
    ) -> Result<()> {
        let mut actions = self.memory.take_actions();
        if !published.is_empty() {
            actions.push(Action::Publish { symbols: published });
        }
        let before = actions.len();
        actions.extend(paths.iter().map(|p| Action::Open { path: p.clone(), global: true }));
        // What they start with is copied when all are open.
        actions.extend(variables);
        if actions.is_empty() {
            return Ok(());
        }
        self.resolved.clear();
        match self.carry_out(actions)? {
            Received::Done { .. } => {
                self.opened.extend_from_slice(paths);
                Ok(())
            }
            Received::Failed { index, message, .. } => {
                let path = (index as usize).checked_sub(before).and_then(|n| paths.get(n));
                Err(match path.cloned() {
                    Some(path) => Failure::Open { path, why: message },
                    None => Failure::Refused(message),
                })
            }
            other => Err(lost(&other)),
        }
    }

    /// The libraries that were opened, by path.
    pub(crate) fn opened(&self) -> &[String] {
        &self.opened
    }

    pub(crate) fn has_opened(&self, path: &str) -> bool {
        self.opened.iter().any(|p| p == path)
    }

    /// Addresses of names in the executor's process and its libraries. What was loaded before the
    /// fork lies at one place in both processes and is found here; the rest is asked for once, all
    /// in one round trip, and only if libraries were opened.
    pub(crate) fn resolve(&mut self, names: &[&str]) -> Result<Vec<Option<Addr>>> {
        let mut found: Vec<Option<Addr>> =
            names.iter().map(|name| executor::runtime::program_symbol(name)).collect();
        if self.opened.is_empty() {
            return Ok(found);
        }
        let open: Vec<usize> = (0..names.len()).filter(|&i| found[i].is_none()).collect();
        let unknown: Vec<String> = open
            .iter()
            .map(|&i| names[i])
            .filter(|name| !self.resolved.contains_key(*name))
            .map(String::from)
            .collect();
        if !unknown.is_empty() {
            self.ask_for(unknown)?;
        }
        for i in open {
            found[i] = self.resolved.get(names[i]).copied();
        }
        Ok(found)
    }

    /// What the executor's main thread holds beside the slab.
    pub(crate) fn measure(&mut self, stretches: u32) -> Result<MemoryUse> {
        match self.carry_out(vec![Action::Measure { stretches }])? {
            Received::Done { results, .. } => {
                let found = results.into_iter().find_map(|r| match r {
                    ActionResult::Memory(memory) => Some(memory),
                    _ => None,
                });
                let fits = |m: &MemoryUse| m.blocks.len() <= stretches as usize;
                found.filter(fits).ok_or_else(|| Failure::Lost("it answered nonsense".into()))
            }
            other => Err(lost(&other)),
        }
    }

    /// Actions without a run. Whoever stops the executor meanwhile does not lose it.
    fn carry_out(&mut self, actions: Vec<Action>) -> Result<Received> {
        let mut received = self.executor.evaluate(actions, None, None)?;
        while let Received::Stopped { .. } = received {
            self.executor.go_on()?;
            received = self.executor.receive(None)?;
        }
        Ok(received)
    }

    fn ask_for(&mut self, names: Vec<String>) -> Result<()> {
        let request = vec![Action::Resolve { names: names.clone() }];
        let found = match self.carry_out(request)? {
            Received::Done { results, .. } => results.into_iter().find_map(|r| match r {
                ActionResult::Resolved(found) => Some(found),
                _ => None,
            }),
            other => return Err(lost(&other)),
        };
        let found = found.filter(|f| f.len() == names.len());
        let found = found.ok_or_else(|| Failure::Lost("it answered nonsense".into()))?;
        let found = names.into_iter().zip(found).filter_map(|(name, at)| Some((name, at?)));
        self.resolved.extend(found);
        Ok(())
    }

    /// Finds the plan's external names: the session's own first, then the process and its
    /// libraries.
    pub(crate) fn externals(
        &mut self,
        plan: &Plan<'_>,
        session: &dyn Fn(&str) -> Option<External>,
    ) -> Result<Vec<External>> {
        let names: Vec<String> = plan.externals().iter().map(plain_name).collect();
        let mut answers: Vec<External> = names
            .iter()
            .map(|n| session(n).or_else(|| own_storage(n)).unwrap_or(External::Missing))
            .collect();
        let open: Vec<usize> =
            (0..names.len()).filter(|&i| answers[i] == External::Missing).collect();
        let asked: Vec<&str> = open.iter().map(|&i| names[i].as_str()).collect();
        for (&i, found) in open.iter().zip(self.resolve(&asked)?) {
            answers[i] = match found {
                Some(_) if plan.externals()[i].kind == link::Kind::Tls => External::LibraryTls,
                Some(addr) => External::At(addr),
                None => External::Missing,
            };
        }
        Ok(answers)
    }

    /// Takes addresses for all of a plan. They end in [`Machine::load_at`] or
    /// [`Machine::give_back`]. With `once` its code is an allocation of its own, which ends after
    /// the run.
    pub(crate) fn reserve(&mut self, plan: &Plan<'_>, once: bool) -> Result<Reserved> {
        let tls = plan.tls().map(|need| self.tls_block(need)).transpose()?;
        let requests = plan.requests();
        self.check_limit(requests)?;
        let code: Vec<SegmentRequest> =
            requests.iter().copied().filter(|r| is_code(r, once)).collect();
        let rest: Vec<SegmentRequest> =
            requests.iter().copied().filter(|r| !is_code(r, once)).collect();
        let code = self.memory.allocate(&code)?;
        let rest = match self.memory.allocate(&rest) {
            Ok(rest) => rest,
            Err(error) => {
                self.memory.abandon(code);
                return Err(error.into());
            }
        };
        let (mut from_code, mut from_rest) = (code.addresses(), rest.addresses());
        let addresses: Vec<Addr> = requests
            .iter()
            .filter_map(|r| if is_code(r, once) { from_code.next() } else { from_rest.next() })
            .collect();
        drop((from_code, from_rest));
        let mut ends = addresses.iter().zip(requests).flat_map(|(at, r)| [at.0, at.0 + r.size()]);
        let (low, high) = ends.by_ref().fold((u64::MAX, 0), |(l, h), at| (l.min(at), h.max(at)));
        if once && high.saturating_sub(low) > REACH {
            // The data went to another slab: the code has to go with it.
            self.memory.abandon(rest);
            self.memory.abandon(code);
            return self.reserve(plan, false);
        }
        let reserved = Reserved { code, rest, addresses, tls, once };
        match self.announce() {
            Ok(()) => Ok(reserved),
            Err(failure) => {
                self.give_back(reserved);
                Err(failure)
            }
        }
    }

    /// Memory for variables of libraries, each of whole pages: nothing else is written there.
    pub(crate) fn zeros(&mut self, sizes: &[u64], owner: u32) -> Result<(Live, Vec<Addr>)> {
        let request = |size: &u64| SegmentRequest {
            pool: Pool::Data,
            align: PAGE,
            content: 0,
            zero: align_up(*size, PAGE),
        };
        let requests: Vec<SegmentRequest> = sizes.iter().map(request).collect();
        let pending = self.memory.allocate(&requests)?;
        let addresses = pending.addresses().collect();
        let live = self.memory.finalize(pending, &vec![&[][..]; sizes.len()], owner, Vec::new())?;
        Ok((live, addresses))
    }

    /// Nothing came of it.
    pub(crate) fn give_back(&mut self, reserved: Reserved) {
        self.memory.abandon(reserved.rest);
        self.memory.abandon(reserved.code);
    }

    /// Tells the executor of slabs that were made after it was started.
    fn announce(&mut self) -> Result<()> {
        if self.memory.unannounced().next().is_some() {
            self.apply_limit()?;
        }
        for slab in self.memory.unannounced() {
            match self.executor.add_slab(slab)? {
                Received::Done { .. } => {}
                other => return Err(lost(&other)),
            }
        }
        self.memory.announced();
        Ok(())
    }

    /// Places a plan's image and gives it its bytes. Nothing has run yet.
    pub(crate) fn load(
        &mut self,
        plan: &Plan<'_>,
        externals: &[External],
        owner: u32,
        once: bool,
    ) -> Result<Loaded> {
        let reserved = self.reserve(plan, once)?;
        self.load_at(plan, reserved, externals, owner)
    }

    /// The same where addresses were taken before.
    pub(crate) fn load_at(
        &mut self,
        plan: &Plan<'_>,
        reserved: Reserved,
        externals: &[External],
        owner: u32,
    ) -> Result<Loaded> {
        let Reserved { code, rest, addresses, tls, once } = reserved;
        let requests = plan.requests();
        let place = tls.map(|start| tls_pool_offset() + start as i64);
        let image = match plan.place(&addresses, externals, place) {
            Ok(image) => image,
            Err(errors) => {
                self.memory.abandon(rest);
                self.memory.abandon(code);
                return Err(Failure::Link(errors));
            }
        };
        let contents = |of_code: bool| -> Vec<&[u8]> {
            let segments = image.segments.iter().zip(requests);
            let wanted = segments.filter(|(_, r)| is_code(r, once) == of_code);
            wanted.map(|(segment, _)| segment.content.as_slice()).collect()
        };
        let code = self.memory.finalize(code, &contents(true), owner, Vec::new());
        // The rest lives until a rollback: nothing at the prompt frees an input by itself.
        let rest = self.memory.finalize(rest, &contents(false), owner, Vec::new())?;
        self.memory.keep(rest);
        let mut actions = self.memory.take_actions();
        if let (Some(start), Some(need)) = (tls, plan.tls()) {
            self.tls_used = start + need.size;
            let image = image.tls.map(|t| t.template).unwrap_or_default();
            actions.push(Action::RegisterTls { offset: start, size: need.size, image });
        }
        let libraries: Vec<&str> = plan.libraries().iter().map(|l| l.path).collect();
        bind(&image, &libraries, &mut actions);
        let code = code?;
        if !once {
            self.memory.keep(code);
        }
        Ok(Loaded { image, actions, code: Some(code).filter(|_| once) })
    }

    /// A place in the executor's pool for thread-local objects, from its start.
    fn tls_block(&self, need: TlsNeed) -> Result<u64> {
        let room = |start: u64| start.checked_add(need.size).is_some_and(|e| e <= TLS_POOL_BYTES);
        let start = self.tls_used.checked_next_multiple_of(need.align.max(1));
        match start.filter(|s| need.align <= TLS_POOL_ALIGN && room(*s)) {
            Some(start) => Ok(start),
            None => Err(Failure::Refused(format!(
                "{} bytes of thread-local objects aligned to {}: the executor keeps {} bytes \
                 aligned to {} for them, and {} are in use",
                need.size, need.align, TLS_POOL_BYTES, TLS_POOL_ALIGN, self.tls_used
            ))),
        }
    }

    /// Lets an executor that stands still after a crash go on to its end.
    pub(crate) fn end_crashed(&mut self) -> Result<Received> {
        self.executor.hold_crashes(false);
        loop {
            self.executor.go_on()?;
            match self.executor.receive(None)? {
                Received::Stopped { .. } | Received::Crashed(_) => {}
                received => return Ok(received),
            }
        }
    }

    /// One message: the actions, then the run.
    pub(crate) fn evaluate(
        &mut self,
        actions: Vec<Action>,
        run: Option<Run>,
        deadline: Option<Instant>,
    ) -> Result<Received> {
        Ok(self.executor.evaluate(actions, run, deadline)?)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Reads memory of the executor; false where it has none.
    pub fn read(&self, addr: Addr, buffer: &mut [u8]) -> bool {
        executor::sys::read_memory(self.pid, addr, buffer).is_ok()
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { opened: self.opened.len(), tls_used: self.tls_used }
    }

    /// A copy of the executor made at `mark` runs now.
    pub(crate) fn rollback(&mut self, mark: &Mark) -> Result<()> {
        self.pid = self.executor.pid()?;
        if self.opened.len() > mark.opened {
            self.opened.truncate(mark.opened);
            self.resolved.clear();
        }
        self.tls_used = mark.tls_used;
        Ok(())
    }
}

/// As far as code and what it refers to may lie apart.
const REACH: u64 = i32::MAX as u64;

/// Thread-local objects of the executor's runtime.
fn own_storage(name: &str) -> Option<External> {
    executor::runtime::thread_symbol(name).map(|offset| External::Tls { offset })
}

/// A version behind the name is the dynamic linker's business: its default is meant.
pub(crate) fn plain_name(external: &ExternalName<'_>) -> String {
    let name = external.name.split(|b| *b == b'@').next().unwrap_or(external.name);
    String::from_utf8_lossy(name).into_owned()
}

/// Whether a segment is code that goes after it ran.
fn is_code(request: &SegmentRequest, once: bool) -> bool {
    once && request.pool == Pool::Text
}

/// What the executor has to fill in before an image runs.
fn bind(image: &Image, libraries: &[&str], actions: &mut Vec<Action>) {
    actions.extend(image.roots.iter().map(|&table| Action::RegisterRoots { table }));
    for copy in &image.copies {
        let range = AddrRange::new(copy.to, copy.size);
        actions.push(Action::Copy { from: copy.from, range });
    }
    for cell in &image.tls_cells {
        let library = cell.library.and_then(|l| libraries.get(l)).copied().unwrap_or_default();
        actions.push(Action::LibraryTls {
            cell: cell.cell,
            name: cell.name.clone(),
            library: library.to_string(),
            offset: cell.offset,
            pair: cell.pair,
        });
    }
    for ifunc in &image.ifuncs {
        actions.push(Action::Indirect { resolver: ifunc.resolver, cell: ifunc.cell });
    }
}

/// For a reply that should have been `Done`.
fn lost(received: &Received) -> Failure {
    match received {
        Received::Failed { message, .. } => Failure::Refused(message.clone()),
        Received::Ended(Ended { cause, .. }) => Failure::Lost(cause_text(cause)),
        Received::TimedOut => Failure::Lost("it did not answer in time".into()),
        Received::Stopped { signal } => Failure::Lost(format!("stopped by signal {signal}")),
        Received::Crashed(_) => Failure::Lost("it crashed".into()),
        Received::Done { .. } => Failure::Lost("it answered something else".into()),
    }
}
