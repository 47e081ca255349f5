//! The warden: a process with one thread, forked first of all, which forks every executor and
//! outlives none of them. In come requests on a socket (and the first executor without one); out
//! go, on each executor's own socket, the news of its start, stops and end.
//!
//! ```text
//!   controller ── requests ──► warden ── fork ──► executor
//!        ▲                        └── Started, Stopped, Ended ──┐
//!        └──────────── one socket an executor ◄── replies ──────┘
//! ```
//!
//! The warden keeps a copy of each executor's end of its socket. So the news of the end follows
//! the executor's last reply in order, and arrives though children of user code hold the socket.
//!
//! What always holds: fork happens with one thread; when the controller is gone, so is
//! everything else soon: executors, their process groups, and orphans, which the warden inherits
//! as sub-reaper. When the warden is gone, the kernel kills the executors.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::actions::Memory;
use crate::channel::{self, Channel, Incoming, Wait};
use crate::child;
use crate::codec::{Put, Take, WireError};
use crate::control::{ControlArea, SLOTS, Slot};
use crate::error::{Context, Error, Result};
use crate::exit;
use crate::handle::Executor;
use crate::region::{DEFAULT_SLAB_BYTES, MappedSlab, Sharing, Slab, SlabLayout, SlabView};
use crate::sys::{self, Child, Forked, Usage};
use crate::trace::{self, Ring};
use crate::trap;
use crate::wire::{End, MAX_REPLY_BYTES, Reply};
use crate::work::{Host, Work};

/// What executors are started with.
#[derive(Clone, Debug)]
pub struct Options {
    pub slab_bytes: u64,
    pub sharing: Sharing,
    /// The limit to which the main stack grows, as far as the system lets it.
    pub stack_bytes: u64,
    /// Whether executors have process groups of their own, as a session needs them. Without, an
    /// executor is in the controller's group and hears the terminal as an ordinary program does.
    pub own_group: bool,
    /// What executors have as standard input, output and error; else the controller's own.
    pub streams: [Option<Arc<OwnedFd>>; 3],
    /// The controller's descriptors that the warden and its executors must not keep: the other
    /// ends of pipes among `streams`, so that who writes learns that nobody reads any more.
    pub withheld: Vec<RawFd>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            slab_bytes: DEFAULT_SLAB_BYTES,
            sharing: Sharing::Shared,
            stack_bytes: 64 << 20,
            own_group: true,
            streams: [None, None, None],
            withheld: Vec::new(),
        }
    }
}

/// The controller's side.
#[derive(Debug)]
pub struct Warden {
    /// The way to the warden's process and what it shares; none in process.
    process: Option<(Arc<Link>, ControlArea)>,
    layout: SlabLayout,
    view: Option<SlabView>,
    sharing: Sharing,
    first: Option<Executor>,
    next_id: u32,
    trace: Ring,
}

/// What executor handles share with the warden's own: the socket, and which slots are taken.
#[derive(Debug)]
pub(crate) struct Link {
    channel: Channel,
    /// The warden's process.
    pub(crate) warden: u32,
    /// Whether a wait for a reply begins with looking at the bell.
    pub(crate) spin: bool,
    slots: Mutex<Slots>,
}

/// Which control slots are taken.
#[derive(Debug)]
struct Slots {
    taken: u32,
    /// Where to look first: the slot that was given back last is used last, so that what its
    /// process still does is over by then.
    next: u32,
}

impl Link {
    /// Tells the warden something about an executor. It alone knows whether a process still is.
    pub(crate) fn order(&self, order: Order) -> Result<()> {
        self.channel.send(&order.encode(), None).context(|| "the warden is gone".to_string())
    }

    /// Ends the warden, and its executors with it: for one that no longer follows orders. User
    /// code can stop it.
    pub(crate) fn end_warden(&self) {
        sys::kill(self.warden, libc::SIGKILL);
    }

    /// The warden's own socket: hung up when it is gone.
    pub(crate) fn channel(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }

    fn take_slot(&self) -> Result<u32> {
        let mut slots = self.slots.lock().unwrap_or_else(|e| e.into_inner());
        let mut candidates = (0..SLOTS).map(|n| (slots.next + n) % SLOTS);
        match candidates.find(|index| slots.taken & 1 << index == 0) {
            None => Err(Error::new(format!("more than {SLOTS} executors at one time"))),
            Some(free) => {
                slots.taken |= 1 << free;
                slots.next = (free + 1) % SLOTS;
                Ok(free)
            }
        }
    }

    pub(crate) fn give_slot(&self, index: u32) {
        let mut slots = self.slots.lock().unwrap_or_else(|e| e.into_inner());
        slots.taken &= !(1 << index);
    }
}

impl Warden {
    /// Forks the warden, and with it the first executor. To be called before anything else in
    /// `main`: a process with more than one thread is refused.
    pub fn start(options: Options) -> Result<Warden> {
        let threads = sys::threads().context(|| "counting the threads".to_string())?;
        if threads != 1 {
            return Err(Error::new(format!(
                "the warden must be forked before threads are started ({threads} are there)"
            )));
        }
        let sharing = options.sharing;
        let slab = Slab::reserve(options.slab_bytes, sharing)?;
        let area = ControlArea::new()?;
        trace::install(area.trace);
        let (ours, theirs) = channel::pair().context(|| "the warden's socket".to_string())?;
        let (first_ours, first_theirs) =
            channel::pair().context(|| "an executor's socket".to_string())?;
        let controller = sys::process_id();
        let warden = match sys::fork().context(|| "forking the warden".to_string())? {
            Forked::Child => {
                drop((ours, first_ours));
                serve(theirs, first_theirs, slab, area, options, controller)
            }
            Forked::Parent(warden) => warden,
        };
        drop((theirs, first_theirs));
        // When the warden is killed, what it leaves comes to us.
        sys::become_sub_reaper().context(|| "becoming a sub-reaper".to_string())?;
        let channel = Channel::new(ours, MAX_ORDER_BYTES);
        let spin = sys::has_processors_to_spare();
        let slots = Mutex::new(Slots { taken: 1, next: 1 });
        let link = Arc::new(Link { channel, warden, spin, slots });
        let first = Executor::forked(0, 0, area.slot(0)?, first_ours, Arc::clone(&link));
        let (layout, view) = (slab.layout(), slab.view()?);
        let process = Some((link, area));
        let first = Some(first);
        Ok(Warden { process, layout, view, sharing, first, next_id: 1, trace: area.trace })
    }

    /// The same without any further process: the one executor lives in this one. Its code is
    /// trusted; see [`crate::handle`] for what that costs. The calling thread is the one that
    /// will run user code.
    pub fn in_process(options: Options) -> Result<Warden> {
        let slab = Slab::reserve(options.slab_bytes, options.sharing)?;
        let (layout, view) = (slab.layout(), slab.view()?);
        let area = ControlArea::new()?;
        let slot = area.slot(0)?;
        let mut memory = Memory::default();
        memory.add(slab.map_pools()?, slab.into_reader());
        let limit = sys::stack_limit(None).context(|| "the limit of the stack".to_string())?;
        trap::install(slot, sys::main_stack(limit))?;
        exit::begin(slot, None);
        trace::install(area.trace);
        let first = Some(Executor::in_process(slot, Work::new(memory, Host::InProcess)));
        let (sharing, trace) = (options.sharing, area.trace);
        Ok(Warden { process: None, layout, view, sharing, first, next_id: 1, trace })
    }

    /// Where traced code writes what it does.
    pub fn trace(&self) -> Ring {
        self.trace
    }

    /// Where the first slab lies in every executor.
    pub fn layout(&self) -> SlabLayout {
        self.layout
    }

    /// The writable view of the first slab; taken once, by whoever writes code.
    pub fn take_view(&mut self) -> Option<SlabView> {
        self.view.take()
    }

    /// An executor: the first one is already there, others are forked now. Nothing is waited for.
    pub fn executor(&mut self) -> Result<Executor> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        let Some((link, area)) = &self.process else {
            return Err(Error::new("this process can hold one executor, and had it"));
        };
        let slot_index = link.take_slot()?;
        let slot = area.slot(slot_index)?;
        slot.reset();
        let (ours, theirs) = channel::pair().context(|| "an executor's socket".to_string())?;
        let id = self.next_id;
        self.next_id += 1;
        let order = Order::Spawn { id, slot: slot_index };
        link.channel
            .send(&order.encode(), Some(theirs.as_fd()))
            .context(|| "asking the warden for an executor".to_string())?;
        Ok(Executor::forked(id, slot_index, slot, ours, Arc::clone(link)))
    }

    /// A further slab, for every executor to come. Those that live are told by
    /// [`Executor::add_slab`].
    pub fn add_slab(&mut self, bytes: u64) -> Result<Slab> {
        let slab = Slab::reserve(bytes, self.sharing)?;
        let order = Order::AddSlab { layout: slab.layout() };
        if let Some((link, _)) = &self.process {
            link.channel
                .send(&order.encode(), slab.reader())
                .context(|| "telling the warden of a slab".to_string())?;
        }
        Ok(slab)
    }
}

/// From the controller to the warden; there are no answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    /// The executor's end of its socket comes with the message.
    Spawn {
        id: u32,
        slot: u32,
    },
    Signal {
        id: u32,
        signal: i32,
    },
    /// The slab's read-only descriptor comes with the message, if it has one.
    AddSlab {
        layout: SlabLayout,
    },
    /// Copies have ended: nothing else tells of them.
    Reap,
    /// A sleeping copy is woken: it is the executor from now on.
    Activate {
        id: u32,
        pid: u32,
    },
}

const MAX_ORDER_BYTES: usize = 64;

impl Order {
    fn encode(self) -> Vec<u8> {
        let mut to = Put::default();
        match self {
            Order::Spawn { id, slot } => {
                to.u8(0);
                to.u32(id);
                to.u32(slot);
            }
            Order::Signal { id, signal } => {
                to.u8(1);
                to.u32(id);
                to.i32(signal);
            }
            Order::AddSlab { layout } => to.tagged_range(2, layout.range),
            Order::Reap => to.u8(3),
            Order::Activate { id, pid } => {
                to.u8(4);
                to.u32(id);
                to.u32(pid);
            }
        }
        to.into_bytes()
    }

    fn decode(bytes: &[u8]) -> std::result::Result<Order, WireError> {
        let mut from = Take::new(bytes);
        let order = match from.u8("order")? {
            0 => Order::Spawn { id: from.u32("spawn.id")?, slot: from.u32("spawn.slot")? },
            1 => Order::Signal { id: from.u32("signal.id")?, signal: from.i32("signal.number")? },
            2 => Order::AddSlab { layout: SlabLayout::of(from.range("slab.range")?) },
            3 => Order::Reap,
            4 => Order::Activate { id: from.u32("activate.id")?, pid: from.u32("activate.pid")? },
            tag => return Err(from.bad_tag("order", tag)),
        };
        from.end()?;
        Ok(order)
    }
}

/// One executor as the warden knows it, from its start until the controller drops its handle.
struct Ward {
    id: u32,
    pid: u32,
    alive: bool,
    /// Readable when it ended.
    descriptor: Option<OwnedFd>,
    channel: Channel,
    /// When its socket was seen closed at the other end.
    dropped: Option<Instant>,
    /// It was killed after that, and is known here until its end was seen.
    killed: bool,
    /// The news of its end, while the socket has no room for it.
    unsent: Option<Vec<u8>>,
}

/// A handle that is dropped may be the first sign that the controller is gone, whose descriptors
/// close in any order. So long an executor has to end by itself, before it is killed.
const DROP_GRACE: Duration = Duration::from_millis(20);

impl Ward {
    fn tell_end(&mut self, end: End, usage: Usage) {
        self.alive = false;
        self.descriptor = None;
        self.unsent = Some(Reply::Ended { pid: self.pid, end, usage }.encode());
        self.send_news();
    }

    fn tell_stop(&self, signal: u32) {
        let reply = Reply::Stopped { pid: self.pid, signal };
        // An error means that the handle is dropped, which is seen soon.
        let _ = self.channel.try_send(&reply.encode());
    }

    fn send_news(&mut self) {
        let Some(news) = &self.unsent else { return };
        match self.channel.try_send(news) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            // Any other error means that the handle is dropped, which is seen soon.
            _ => self.unsent = None,
        }
    }
}

enum Early {
    Stopped(u32),
    Ended(End, Usage),
}

struct State {
    channel: Channel,
    deaths: OwnedFd,
    area: ControlArea,
    options: Options,
    slabs: Vec<(MappedSlab, Option<OwnedFd>)>,
    /// It takes no processor from one that runs.
    gives_way: bool,
    wards: Vec<Ward>,
    /// What became of copies just before the order is read that makes one of them an executor: it
    /// was sent before that one woke.
    early: Vec<(u32, Early)>,
}

/// The warden's process from its first to its last instruction.
fn serve(
    socket: OwnedFd,
    first: OwnedFd,
    slab: Slab,
    area: ControlArea,
    options: Options,
    controller: u32,
) -> ! {
    let status = match watch(socket, first, slab, area, options, controller) {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("tine: warden: {error}");
            1
        }
    };
    sys::exit_now(status)
}

fn watch(
    socket: OwnedFd,
    first: OwnedFd,
    slab: Slab,
    area: ControlArea,
    options: Options,
    controller: u32,
) -> Result<()> {
    options.withheld.iter().for_each(|fd| sys::close(*fd));
    let deaths = sys::warden_signals().context(|| "the warden's signals".to_string())?;
    sys::become_sub_reaper().context(|| "becoming the sub-reaper".to_string())?;
    sys::wake_without_parent();
    // It takes note of ends while nobody waits for anything else.
    let gives_way = sys::give_way();
    if options.own_group {
        // What a terminal sends to the controller's group is not for the copies, which are here.
        sys::own_process_group(sys::process_id());
    }
    let mapped = slab.map_pools()?;
    let channel = Channel::new(socket, MAX_ORDER_BYTES);
    let slabs = vec![(mapped, slab.into_reader())];
    let mut state = State {
        channel,
        deaths,
        area,
        options,
        slabs,
        gives_way,
        wards: Vec::new(),
        early: Vec::new(),
    };
    state.spawn(0, 0, first);
    loop {
        state.wait()?;
        sys::drain_signals(state.deaths.as_fd());
        state.reap();
        if !state.obey()? || sys::parent_id() != controller {
            break;
        }
        state.early.clear();
    }
    state.end_everything();
    Ok(())
}

impl State {
    /// Sleeps until there is an order, a death, or room for news, or a handle is dropped.
    fn wait(&mut self) -> Result<()> {
        let mut fds = vec![sys::pollfd(self.channel.as_fd()), sys::pollfd(self.deaths.as_fd())];
        fds.extend(self.wards.iter().map(|ward| {
            let mut fd = sys::pollfd(ward.channel.as_fd());
            fd.events = if ward.unsent.is_some() { libc::POLLOUT } else { 0 };
            if ward.dropped.is_some() {
                // Known already; it would keep us awake.
                fd.fd = -1;
            }
            fd
        }));
        let n_wards = self.wards.len();
        fds.extend(self.alive().map(sys::pollfd));
        let first_drop = self.wards.iter().filter(|w| !w.killed).filter_map(|w| w.dropped).min();
        let left = first_drop.map(|at| (at + DROP_GRACE).saturating_duration_since(Instant::now()));
        match sys::poll(&mut fds, left) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return Ok(()),
            Err(error) => return Err(Error::system("waiting for orders", error)),
            Ok(_) => {}
        }
        if fds[0].revents & libc::POLLHUP != 0 {
            // Not one handle is dropped but the controller is gone: see `end_everything`.
            return Ok(());
        }
        let own_group = self.options.own_group;
        for (ward, fd) in self.wards.iter_mut().zip(fds.iter().skip(2).take(n_wards)) {
            if fd.revents & libc::POLLHUP != 0 {
                ward.dropped.get_or_insert_with(Instant::now);
            }
        }
        self.wards.retain_mut(|ward| {
            let over = ward.dropped.is_some_and(|at| at.elapsed() >= DROP_GRACE);
            if over && !ward.killed {
                kill_ward(ward, own_group);
                ward.killed = true;
            }
            // Nothing but its descriptor would tell that it can be reaped.
            !over || ward.alive
        });
        self.wards.iter_mut().for_each(Ward::send_news);
        Ok(())
    }

    /// What shows when one of the executors ends: no signal does.
    fn alive(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let alive = self.wards.iter().filter(|ward| ward.alive);
        alive.filter_map(|ward| Some(ward.descriptor.as_ref()?.as_fd()))
    }

    /// Carries out the orders that are there. `false` when the controller is gone.
    fn obey(&mut self) -> Result<bool> {
        loop {
            let now = Wait::Until(Instant::now());
            let incoming = self.channel.receive(now).context(|| "receiving orders".to_string())?;
            let (bytes, descriptor) = match incoming {
                Incoming::Message(bytes, descriptor) => (bytes, descriptor),
                Incoming::TimedOut => return Ok(true),
                Incoming::Closed | Incoming::Broken => return Ok(false),
            };
            let order = Order::decode(&bytes).map_err(|e| Error::new(e.to_string()))?;
            match (order, descriptor) {
                (Order::Spawn { id, slot }, Some(socket)) => self.spawn(id, slot, socket),
                (Order::Signal { id, signal }, _) => self.signal(id, signal),
                (Order::AddSlab { layout }, reader) => self.add_slab(layout, reader)?,
                (Order::Reap, _) => {
                    self.reap();
                }
                (Order::Activate { id, pid }, _) => self.activate(id, pid),
                (Order::Spawn { .. }, None) => {
                    return Err(Error::new("an order to fork came without its socket"));
                }
            }
        }
    }

    fn spawn(&mut self, id: u32, slot: u32, socket: OwnedFd) {
        let warden = sys::process_id();
        // Its copies inherit the silence: one of them ends with nearly every input. Where there
        // are no descriptors of processes, signals have to do.
        let is_silent = sys::process_descriptor(warden).is_ok();
        match if is_silent { sys::fork_silent() } else { sys::fork() } {
            Ok(Forked::Child) => match self.area.slot(slot) {
                Ok(slot) => self.become_executor(slot, socket, warden),
                Err(_) => sys::exit_now(child::BROKEN),
            },
            Ok(Forked::Parent(pid)) => {
                // It makes a group of its own by itself: done here as well, but later, it could
                // happen just when the executor has left that group to fork a copy.
                match is_silent.then(|| sys::process_descriptor(pid)).transpose() {
                    Ok(descriptor) => self.watch(id, pid, descriptor, socket),
                    Err(error) => {
                        sys::kill(pid, libc::SIGKILL);
                        tell_not_started(socket, &error);
                    }
                }
            }
            Err(error) => tell_not_started(socket, &error),
        }
    }

    fn watch(&mut self, id: u32, pid: u32, descriptor: Option<OwnedFd>, socket: OwnedFd) {
        let channel = Channel::new(socket, MAX_REPLY_BYTES);
        // An error means that the controller has dropped its handle; the end follows.
        let _ = channel.send(&Reply::Started { pid }.encode(), None);
        self.wards.push(Ward {
            id,
            pid,
            alive: true,
            descriptor,
            channel,
            dropped: None,
            killed: false,
            unsent: None,
        });
    }

    /// The child's side: everything of the warden is dropped, so that no descriptor of it is left.
    fn become_executor(&mut self, slot: Slot, socket: OwnedFd, warden: u32) -> ! {
        self.wards.clear();
        let setup = child::Setup {
            slot,
            socket,
            warden,
            slabs: std::mem::take(&mut self.slabs),
            options: std::mem::take(&mut self.options),
            takes_turns: self.gives_way,
        };
        child::run(setup, [self.channel.as_fd(), self.deaths.as_fd()])
    }

    fn ward(&mut self, id: u32) -> Option<&mut Ward> {
        self.wards.iter_mut().find(|w| w.id == id)
    }

    fn signal(&mut self, id: u32, signal: i32) {
        let own_group = self.options.own_group;
        match self.ward(id) {
            Some(ward) if ward.alive && own_group => {
                sys::kill_group(ward.pid, signal);
                // While it forks a copy it is not in its group.
                if sys::process_group(ward.pid) != Some(ward.pid) {
                    sys::kill(ward.pid, signal);
                }
            }
            Some(ward) if ward.alive => sys::kill(ward.pid, signal),
            _ => {}
        }
    }

    /// The number comes from a process that user code may have scribbled over: only a child of
    /// this one that is nobody else's can be a copy.
    fn activate(&mut self, id: u32, pid: u32) {
        let free = sys::is_child(pid) && self.wards.iter().all(|w| w.id == id || w.pid != pid);
        let early = self.early.iter().position(|(early, _)| *early == pid);
        let early = early.map(|at| self.early.swap_remove(at).1);
        let Some(ward) = self.ward(id) else { return };
        ward.pid = pid;
        // The end of a copy may have been told before it was known here, so its descriptor is watched.
        match (sys::process_descriptor(pid), early) {
            (_, Some(Early::Ended(end, usage))) => ward.tell_end(end, usage),
            (Ok(descriptor), early) if free => {
                ward.alive = true;
                ward.descriptor = Some(descriptor);
                if let Some(Early::Stopped(signal)) = early {
                    ward.tell_stop(signal);
                }
            }
            _ => ward.tell_end(End::NotStarted(libc::ESRCH), Usage::default()),
        }
    }

    fn add_slab(&mut self, layout: SlabLayout, reader: Option<OwnedFd>) -> Result<()> {
        let mut memory = Memory::default();
        memory.map(layout, reader)?;
        self.slabs.extend(memory.into_slabs());
        Ok(())
    }

    /// Takes note of every child that ended, and tells the controller of those that are executors.
    /// Says whether there are children left.
    fn reap(&mut self) -> bool {
        loop {
            let waited = match sys::wait_any() {
                Ok(Child::Changed(waited)) => waited,
                Ok(Child::Absent) => return false,
                Ok(Child::Quiet) | Err(_) => return true,
            };
            let (pid, status) = (waited.pid, waited.status);
            let stopped = libc::WIFSTOPPED(status);
            let end = match libc::WIFSIGNALED(status) {
                true => End::Signal(libc::WTERMSIG(status)),
                false => End::Exit(libc::WEXITSTATUS(status)),
            };
            let Some(ward) = self.wards.iter_mut().find(|w| w.alive && w.pid == pid) else {
                self.early.push(match stopped {
                    true => (pid, Early::Stopped(libc::WSTOPSIG(status) as u32)),
                    false => (pid, Early::Ended(end, waited.usage)),
                });
                continue;
            };
            let signal = libc::WSTOPSIG(status);
            if stopped && !self.options.own_group && signal != libc::SIGSTOP {
                // In the controller's own group it is stopped and continued with it.
                continue;
            }
            if stopped {
                ward.tell_stop(signal as u32);
                continue;
            }
            ward.tell_end(end, waited.usage);
        }
    }

    /// The controller is gone: whoever is idle sees that by himself and runs his exit handlers;
    /// after a moment of grace the rest is killed, with all that they left behind.
    fn end_everything(&mut self) {
        const GRACE: Duration = Duration::from_millis(300);
        const LIMIT: Duration = Duration::from_secs(5);
        let start = Instant::now();
        while self.wards.iter().any(|w| w.alive) && start.elapsed() < GRACE {
            self.await_death();
        }
        for ward in &self.wards {
            kill_ward(ward, self.options.own_group);
        }
        while self.reap() && start.elapsed() < LIMIT {
            for pid in sys::children() {
                sys::kill(pid, libc::SIGKILL);
            }
            self.await_death();
        }
    }

    fn await_death(&mut self) {
        let mut fds = vec![sys::pollfd(self.deaths.as_fd())];
        fds.extend(self.alive().map(sys::pollfd));
        // An interrupted or failed wait only means looking once more.
        let _ = sys::poll(&mut fds, Some(Duration::from_millis(20)));
        sys::drain_signals(self.deaths.as_fd());
        self.reap();
    }
}

fn tell_not_started(socket: OwnedFd, error: &std::io::Error) {
    let end = End::NotStarted(error.raw_os_error().unwrap_or_default());
    let reply = Reply::Ended { pid: 0, end, usage: Usage::default() };
    // An error means that nobody asks any more.
    let _ = Channel::new(socket, MAX_REPLY_BYTES).send(&reply.encode(), None);
}

/// Ends an executor and what is in its group. Its copies have seen the handle go.
fn kill_ward(ward: &Ward, own_group: bool) {
    if own_group {
        // The group may outlive its first process.
        sys::kill_group(ward.pid, libc::SIGKILL);
    }
    if ward.alive {
        sys::kill(ward.pid, libc::SIGKILL);
    }
}

/// Descriptors that the executor has as a copy of the warden's and must not keep.
pub(crate) type Inherited<'a> = [BorrowedFd<'a>; 2];
