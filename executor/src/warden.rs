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

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
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
use crate::sys::{self, Forked, Resource, Usage};
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
    /// A limit on the address space of an executor beyond what it starts with.
    pub memory_bytes: Option<u64>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            slab_bytes: DEFAULT_SLAB_BYTES,
            sharing: Sharing::Shared,
            stack_bytes: 64 << 20,
            memory_bytes: None,
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
}

/// What executor handles share with the warden's own: the socket, and which slots are taken.
#[derive(Debug)]
pub(crate) struct Link {
    channel: Channel,
    taken_slots: Mutex<u32>,
}

impl Link {
    /// Sends a signal through the warden, which alone knows whether the process still is.
    pub(crate) fn signal(&self, id: u32, signal: i32) -> Result<()> {
        let order = Order::Signal { id, signal };
        self.channel.send(&order.encode(), None).context(|| "the warden is gone".to_string())
    }

    fn take_slot(&self) -> Result<u32> {
        let mut taken = self.taken_slots.lock().unwrap_or_else(|e| e.into_inner());
        let free = taken.trailing_ones();
        if free >= SLOTS {
            return Err(Error::new(format!("more than {SLOTS} executors at one time")));
        }
        *taken |= 1 << free;
        Ok(free)
    }

    pub(crate) fn give_slot(&self, index: u32) {
        let mut taken = self.taken_slots.lock().unwrap_or_else(|e| e.into_inner());
        *taken &= !(1 << index);
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
        let (ours, theirs) = channel::pair().context(|| "the warden's socket".to_string())?;
        let (first_ours, first_theirs) =
            channel::pair().context(|| "an executor's socket".to_string())?;
        let controller = sys::process_id();
        // SAFETY: one thread, as was just checked; the child goes into its own loop and never
        // returns.
        match unsafe { sys::fork() }.context(|| "forking the warden".to_string())? {
            Forked::Child => {
                drop((ours, first_ours));
                serve(theirs, first_theirs, slab, area, options, controller)
            }
            Forked::Parent(_) => {}
        }
        drop((theirs, first_theirs));
        // When the warden is killed, what it leaves comes to us.
        sys::become_sub_reaper().context(|| "becoming a sub-reaper".to_string())?;
        let channel = Channel::new(ours, MAX_ORDER_BYTES);
        let link = Arc::new(Link { channel, taken_slots: Mutex::new(1) });
        let first = Executor::forked(0, 0, area.slot(0)?, first_ours, Arc::clone(&link));
        let (layout, view) = (slab.layout(), slab.view()?);
        let process = Some((link, area));
        Ok(Warden { process, layout, view, sharing, first: Some(first), next_id: 1 })
    }

    /// The same without any further process: the one executor lives in this one. Its code is
    /// trusted; see [`crate::handle`] for what that costs. The calling thread is the one that
    /// will run user code.
    pub fn in_process(options: Options) -> Result<Warden> {
        let slab = Slab::reserve(options.slab_bytes, options.sharing)?;
        let (layout, view) = (slab.layout(), slab.view()?);
        let slot = ControlArea::new()?.slot(0)?;
        let mut memory = Memory::default();
        memory.add(slab.map_pools()?, slab.into_reader());
        let limit =
            sys::limit(Resource::Stack, None).context(|| "the limit of the stack".to_string())?;
        trap::install(slot, sys::main_stack(limit))?;
        exit::begin(slot, None);
        let first = Some(Executor::in_process(slot, Work::new(memory, Host::InProcess)));
        Ok(Warden { process: None, layout, view, sharing: options.sharing, first, next_id: 1 })
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
enum Order {
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
        }
        to.into_bytes()
    }

    fn decode(bytes: &[u8]) -> std::result::Result<Order, WireError> {
        let mut from = Take::new(bytes);
        let order = match from.u8("order")? {
            0 => Order::Spawn { id: from.u32("spawn.id")?, slot: from.u32("spawn.slot")? },
            1 => Order::Signal { id: from.u32("signal.id")?, signal: from.i32("signal.number")? },
            2 => Order::AddSlab { layout: SlabLayout::of(from.range("slab.range")?) },
            tag => return Err(from.bad_tag("order", tag)),
        };
        from.end()?;
        Ok(order)
    }
}

/// One executor as the warden knows it.
struct Ward {
    id: u32,
    pid: u32,
    channel: Channel,
    /// The news of its end, while the socket has no room for it.
    unsent: Option<Vec<u8>>,
}

struct State {
    channel: Channel,
    deaths: OwnedFd,
    area: ControlArea,
    options: Options,
    slabs: Vec<(MappedSlab, Option<OwnedFd>)>,
    wards: Vec<Ward>,
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
    let deaths = sys::warden_signals().context(|| "the warden's signals".to_string())?;
    sys::become_sub_reaper().context(|| "becoming the sub-reaper".to_string())?;
    let mapped = slab.map_pools()?;
    let channel = Channel::new(socket, MAX_ORDER_BYTES);
    let slabs = vec![(mapped, slab.into_reader())];
    let mut state = State { channel, deaths, area, options, slabs, wards: Vec::new() };
    state.spawn(0, 0, first);
    loop {
        state.wait()?;
        sys::drain_signals(state.deaths.as_fd());
        state.reap();
        if !state.obey()? || sys::parent_id() != controller {
            break;
        }
    }
    state.end_everything();
    Ok(())
}

impl State {
    /// Sleeps until there is an order, a death, or room for news.
    fn wait(&self) -> Result<()> {
        let mut fds = vec![sys::pollfd(self.channel.as_fd()), sys::pollfd(self.deaths.as_fd())];
        for ward in self.wards.iter().filter(|w| w.unsent.is_some()) {
            let mut fd = sys::pollfd(ward.channel.as_fd());
            fd.events = libc::POLLOUT;
            fds.push(fd);
        }
        match sys::poll(&mut fds, None) {
            Err(error) if error.kind() != std::io::ErrorKind::Interrupted => {
                Err(Error::system("waiting for orders", error))
            }
            _ => Ok(()),
        }
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
                (Order::Spawn { .. }, None) => {
                    return Err(Error::new("an order to fork came without its socket"));
                }
            }
        }
    }

    fn spawn(&mut self, id: u32, slot: u32, socket: OwnedFd) {
        let warden = sys::process_id();
        // SAFETY: the warden has one thread for all its life; the child goes into its own loop
        // and never returns.
        match unsafe { sys::fork() } {
            Ok(Forked::Child) => match self.area.slot(slot) {
                Ok(slot) => self.become_executor(slot, socket, warden),
                Err(_) => sys::exit_now(child::BROKEN),
            },
            Ok(Forked::Parent(pid)) => {
                sys::own_process_group(pid);
                let channel = Channel::new(socket, MAX_REPLY_BYTES);
                // An error means that the controller has dropped its handle; the end follows.
                let _ = channel.send(&Reply::Started { pid }.encode(), None);
                self.wards.push(Ward { id, pid, channel, unsent: None });
            }
            Err(error) => {
                let end = End::NotStarted(error.raw_os_error().unwrap_or_default());
                let reply = Reply::Ended { pid: 0, end, usage: Usage::default() };
                let _ = Channel::new(socket, MAX_REPLY_BYTES).send(&reply.encode(), None);
            }
        }
    }

    /// The child's side: everything of the warden is dropped, so that no descriptor of it is left.
    fn become_executor(&mut self, slot: Slot, socket: OwnedFd, warden: u32) -> ! {
        self.wards.clear();
        let setup = child::Setup {
            slot,
            socket,
            warden,
            slabs: std::mem::take(&mut self.slabs),
            stack_bytes: self.options.stack_bytes,
            memory_bytes: self.options.memory_bytes,
        };
        child::run(setup, [self.channel.as_fd(), self.deaths.as_fd()])
    }

    fn signal(&self, id: u32, signal: i32) {
        if let Some(ward) = self.wards.iter().find(|w| w.id == id && w.unsent.is_none()) {
            sys::kill_group(ward.pid, signal);
        }
    }

    fn add_slab(&mut self, layout: SlabLayout, reader: Option<OwnedFd>) -> Result<()> {
        let mut memory = Memory::default();
        memory.map(layout, reader)?;
        self.slabs.extend(memory.into_slabs());
        Ok(())
    }

    /// Takes note of every child that ended, and tells the controller of those that are executors.
    fn reap(&mut self) {
        while let Ok(Some(waited)) = sys::wait_any() {
            let Some(at) = self.wards.iter().position(|w| w.pid == waited.pid) else { continue };
            let (pid, status) = (waited.pid, waited.status);
            if libc::WIFSTOPPED(status) {
                let reply = Reply::Stopped { pid, signal: libc::WSTOPSIG(status) as u32 };
                let _ = self.wards[at].channel.send(&reply.encode(), None);
                continue;
            }
            let end = match libc::WIFSIGNALED(status) {
                true => End::Signal(libc::WTERMSIG(status)),
                false => End::Exit(libc::WEXITSTATUS(status)),
            };
            self.wards[at].unsent = Some(Reply::Ended { pid, end, usage: waited.usage }.encode());
        }
        self.wards.retain_mut(|ward| {
            let Some(news) = &ward.unsent else { return true };
            let sent = ward.channel.try_send(news);
            matches!(sent, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
        });
    }

    /// The controller is gone: whoever is idle sees that by himself and runs his exit handlers;
    /// after a moment of grace the rest is killed, with all that they left behind.
    fn end_everything(&mut self) {
        const GRACE: Duration = Duration::from_millis(300);
        const LIMIT: Duration = Duration::from_secs(5);
        let groups: Vec<u32> = self.wards.iter().map(|w| w.pid).collect();
        let start = Instant::now();
        while !self.wards.is_empty() && start.elapsed() < GRACE {
            self.await_death();
        }
        for group in groups {
            sys::kill_group(group, libc::SIGKILL);
        }
        loop {
            self.reap();
            let left = sys::children();
            if left.is_empty() || start.elapsed() > LIMIT {
                return;
            }
            for pid in left {
                sys::kill(pid, libc::SIGKILL);
            }
            self.await_death();
        }
    }

    fn await_death(&mut self) {
        let mut fds = [sys::pollfd(self.deaths.as_fd())];
        // An interrupted or failed wait only means looking once more.
        let _ = sys::poll(&mut fds, Some(Duration::from_millis(20)));
        sys::drain_signals(self.deaths.as_fd());
        self.reap();
    }
}

/// Descriptors that the executor has as a copy of the warden's and must not keep.
pub(crate) type Inherited<'a> = [BorrowedFd<'a>; 2];
