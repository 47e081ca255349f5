//! The controller's handle of one executor. In go requests; out come replies and, last of all,
//! how the executor ended. What always holds: after `Ended` nothing more comes; a reply that
//! makes no sense ends the executor; dropping the handle ends it, too.
//!
//! An executor inside the controller's own process has the same handle: `send` carries out the
//! request at once and `receive` hands over what came of it. There a crash or `exit` of user code
//! is also reported as the end of the executor; a time limit cannot be kept.

mod checkpoints;

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::addr::Addr;
use crate::bell;
use crate::channel::{Channel, FRAME_BYTES, Incoming, Wait};
use crate::codec::WireError;
use crate::control::Slot;
use crate::error::{Context, Error, Result};
use crate::exit;
use crate::region::Slab;
use crate::sys::{self, Fault, Usage};
use crate::warden::{Link, Order};
use crate::wire::{
    Action, ActionResult, CrashRecord, End, Exited, MAX_REPLY_BYTES, Reply, Request, Run, Sleeper,
};
use crate::work::{Work, Worked};

#[derive(Debug)]
pub struct Executor {
    place: Place,
    slot: Slot,
    pid: Option<u32>,
    exited: Option<Exited>,
    ended: Option<Ended>,
    /// Crashes stop the executor before they end it.
    holds: bool,
    held: Option<Box<CrashRecord>>,
    checkpoints: Vec<Checkpoint>,
    /// The checkpoint that was asked for and not answered yet.
    asked: Option<Sleeper>,
    /// The checkpoint that is to follow the evaluation under way.
    following: Option<Sleeper>,
    refused: Option<Refused>,
    /// The word of the copy that was woken last: it may not have looked at it yet, so it is not
    /// given to the next checkpoint.
    waking: Option<u32>,
    /// How many checkpoints were given up.
    discarded: u32,
    /// Where a copy's word is looked for.
    next_word: u32,
    /// When the last request went out, and how many evaluations had begun by then.
    sent: (u64, u64),
    /// Messages there and back.
    messages: u64,
}

/// A sleeping copy of an executor: a state that can be had back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    pid: u32,
    token: u64,
    word: u32,
    /// How long the fork took.
    pub micros: u64,
}

/// Why no checkpoint could be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// So many threads beside the main one: a copy would not have them.
    Threads(u32),
    /// The system's error.
    System(i32),
    /// The last copy took so many microseconds: the next one waits for a quieter moment.
    Dear(u64),
}

#[derive(Debug)]
enum Place {
    Forked(Forked),
    InProcess(Box<InProcess>),
}

#[derive(Debug)]
struct Forked {
    id: u32,
    slot_index: u32,
    channel: Channel,
    link: Arc<Link>,
    /// What `replies` of the slot was when the last request went out.
    rung: u64,
    /// Whether a wait begins with looking at the bell.
    spin: bool,
}

#[derive(Debug)]
struct InProcess {
    work: Work,
    reply: Option<Received>,
}

/// Interrupts an executor from any thread, while another waits for it.
#[derive(Clone, Debug)]
pub struct Interrupter {
    link: Arc<Link>,
    id: u32,
}

impl Interrupter {
    /// As [`Executor::interrupt`]; an executor that is gone is no error.
    pub fn interrupt(&self) -> Result<()> {
        self.link.order(Order::Signal { id: self.id, signal: libc::SIGINT })
    }

    /// As [`Executor::kill`].
    pub fn kill(&self) -> Result<()> {
        self.link.order(Order::Signal { id: self.id, signal: libc::SIGKILL })
    }
}

/// What came from an executor.
#[derive(Clone, PartialEq, Debug)]
pub enum Received {
    /// All actions are done and the run returned.
    Done {
        results: Vec<ActionResult>,
        returned: Option<u64>,
    },
    /// Action `index` failed; the run never began.
    Failed {
        index: u32,
        message: String,
        results: Vec<ActionResult>,
    },
    /// A signal stopped it (terminal job control); it goes on after [`Executor::go_on`].
    Stopped {
        signal: u32,
    },
    /// It crashed and stands still, its memory as it was then; after [`Executor::go_on`] it ends.
    /// Comes only where [`Executor::hold_crashes`] asked for it.
    Crashed(Box<CrashRecord>),
    /// It is gone. Every later call says the same.
    Ended(Ended),
    TimedOut,
}

/// Where the time of an evaluation went.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Timing {
    /// From the request until the executor began.
    pub waking: Duration,
    /// Actions and user code.
    pub running: Duration,
    /// From its end until the controller knew.
    pub replying: Duration,
}

/// How an executor ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Ended {
    pub cause: Cause,
    pub usage: Usage,
    /// What the crash handler saw, if it ran.
    pub crash: Option<Box<CrashRecord>>,
    /// Whether it had begun with what was asked of it last.
    pub began: bool,
    /// It crashed when memory had just been refused.
    pub out_of_memory: bool,
    /// Set when the exit protocol ran to its end: `exit`, `quick_exit`, or `main` returned. An
    /// exit status without it is that of `_exit`.
    pub exited: Option<Exited>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Cause {
    /// Exit status, signal, or the system's refusal to start it.
    Process(End),
    /// Its reply made no sense, so it was killed.
    Malformed(WireError),
    /// The reply broke the framing or the limit, so it was killed.
    Unframed,
    /// The warden is gone, and with it all executors.
    WardenLost,
}

impl Executor {
    pub(crate) fn forked(
        id: u32,
        slot_index: u32,
        slot: Slot,
        socket: OwnedFd,
        link: Arc<Link>,
    ) -> Executor {
        let channel = Channel::new(socket, MAX_REPLY_BYTES);
        let spin = link.spin;
        let place = Place::Forked(Forked { id, slot_index, channel, link, rung: 0, spin });
        Executor::new(place, slot, None)
    }

    pub(crate) fn in_process(slot: Slot, work: Work) -> Executor {
        let place = Place::InProcess(Box::new(InProcess { work, reply: None }));
        Executor::new(place, slot, Some(sys::process_id()))
    }

    fn new(place: Place, slot: Slot, pid: Option<u32>) -> Executor {
        Executor {
            place,
            slot,
            pid,
            exited: None,
            ended: None,
            holds: false,
            held: None,
            checkpoints: Vec::new(),
            asked: None,
            following: None,
            refused: None,
            waking: None,
            discarded: 0,
            next_word: 0,
            sent: (0, 0),
            messages: 0,
        }
    }

    /// Sends a request. One `Evaluate` or `AddSlab` is under way at a time: its reply is received
    /// before the next goes out. An executor that is gone is no error here: `receive` tells.
    pub fn send(&mut self, request: Request) -> Result<()> {
        self.send_with(request, None)
    }

    fn send_with(&mut self, request: Request, fd: Option<BorrowedFd<'_>>) -> Result<()> {
        if self.ended.is_some() {
            return Ok(());
        }
        if let Place::InProcess(_) = &self.place {
            return self.carry_out(request, fd);
        }
        let bytes = request.encode();
        drop(request);
        if bytes.len() > FRAME_BYTES && self.pid.is_none() {
            // A long message stops when there is something to read, which is then the end.
            self.pid()?;
        }
        let slot = self.slot;
        self.messages += 1;
        let Place::Forked(forked) = &mut self.place else { return Ok(()) };
        forked.rung = slot.replies();
        self.sent = (sys::nanoseconds(), slot.evaluations());
        let sent = forked.channel.send(&bytes, fd);
        slot.ring_request();
        use std::io::ErrorKind::{BrokenPipe, ConnectionReset, WouldBlock};
        match sent {
            Err(error) if matches!(error.kind(), BrokenPipe | ConnectionReset) => Ok(()),
            Err(error) if error.kind() == WouldBlock => {
                // Half a message is out: if this executor still lives, it is of no use.
                self.kill();
                Ok(())
            }
            Err(error) => Err(Error::system("sending a request", error)),
            Ok(()) => Ok(()),
        }
    }

    /// The same in this process.
    fn carry_out(&mut self, request: Request, fd: Option<BorrowedFd<'_>>) -> Result<()> {
        let Place::InProcess(local) = &mut self.place else { return Ok(()) };
        self.sent = (sys::nanoseconds(), self.slot.evaluations());
        let worked = match request {
            Request::AddSlab { layout } => {
                let reader = fd
                    .map(|fd| fd.try_clone_to_owned())
                    .transpose()
                    .context(|| "a descriptor of the slab".to_string())?;
                Worked::Reply(local.work.add_slab(layout, reader))
            }
            Request::Evaluate { actions, run, .. } => {
                self.slot.begin_evaluation();
                let worked = local.work.evaluate(actions, run);
                self.slot.end_evaluation();
                worked
            }
            Request::Leave { status } => local.work.leave(status),
            Request::Checkpoint(_) | Request::Resume { .. } => {
                return Err(Error::new("a process cannot go back to an earlier state of itself"));
            }
        };
        let received = match worked {
            Worked::Reply(Reply::Done { results, returned }) => {
                Received::Done { results, returned }
            }
            Worked::Reply(Reply::Failed { index, message, results }) => {
                Received::Failed { index, message, results }
            }
            Worked::Reply(other) => {
                return Err(Error::new(format!("an answer out of place: {other:?}")));
            }
            Worked::Crashed => self.end_crashed(),
            Worked::Exited => {
                self.exited = exit::take_exited();
                let status = self.exited.as_ref().map_or(0, |e| e.status);
                self.end(Cause::Process(End::Exit(status)), Usage::default())
            }
        };
        if let Place::InProcess(local) = &mut self.place {
            local.reply = Some(received);
        }
        Ok(())
    }

    fn end_crashed(&mut self) -> Received {
        let mut received = self.end(Cause::Process(End::Signal(0)), Usage::default());
        if let Received::Ended(ended) = &mut received {
            let signal = ended.crash.as_ref().map_or(0, |crash| crash.signal);
            ended.cause = Cause::Process(End::Signal(signal));
            self.ended = Some(ended.clone());
        }
        received
    }

    /// Says that an evaluation is being prepared, or no longer: an executor that is still awake
    /// stays so. One that sleeps is left alone, because it would wake up on this very processor.
    /// One that waits for this processor, to fork a checkpoint, gets it: the kernel leaves two
    /// that wake each other where they are, however many others are idle.
    pub fn prepare(&self, under_way: bool) {
        if under_way && self.spins() && self.slot.awake_on() == Some(sys::processor()) {
            sys::go_elsewhere();
        }
        self.slot.note_preparing(under_way.then(sys::processor));
    }

    /// Sends one evaluation; what comes of it is then received.
    pub(crate) fn send_evaluation(&mut self, actions: Vec<Action>, run: Option<Run>) -> Result<()> {
        let copy = self.following;
        let sent = self.send(Request::Evaluate { actions, run, copy });
        self.prepare(false);
        sent
    }

    /// Sends one evaluation and waits for what comes of it.
    pub fn evaluate(
        &mut self,
        actions: Vec<Action>,
        run: Option<Run>,
        deadline: Option<Instant>,
    ) -> Result<Received> {
        self.send_evaluation(actions, run)?;
        self.receive(deadline)
    }

    /// Ends the session: the exit protocol runs, then the executor ends with `status`. What comes
    /// is `Ended`, or `TimedOut` when a handler takes longer.
    pub fn leave(&mut self, status: i32, deadline: Option<Instant>) -> Result<Received> {
        self.send_leave(status)?;
        self.receive(deadline)
    }

    pub(crate) fn send_leave(&mut self, status: i32) -> Result<()> {
        self.send(Request::Leave { status })
    }

    /// Has this executor map a further slab, made by [`crate::warden::Warden::add_slab`] after
    /// this executor was started.
    pub fn add_slab(&mut self, slab: &Slab) -> Result<Received> {
        self.send_with(Request::AddSlab { layout: slab.layout() }, slab.reader())?;
        self.receive(None)
    }

    /// Waits for a reply or the end, at first by looking at the bell.
    pub fn receive(&mut self, deadline: Option<Instant>) -> Result<Received> {
        if let Place::InProcess(local) = &mut self.place
            && let Some(reply) = local.reply.take()
        {
            return Ok(reply);
        }
        if let Some(ended) = &self.ended {
            return Ok(Received::Ended(ended.clone()));
        }
        let wait = deadline.map_or(Wait::Forever, Wait::Until);
        let mut now = false;
        loop {
            let Place::Forked(forked) = &mut self.place else {
                return Err(Error::new("nothing was asked of the executor in this process"));
            };
            match now {
                // What has come until here is there; what comes later rings.
                true => forked.rung = self.slot.replies(),
                false if forked.spin => bell::await_reply(self.slot, forked.rung, self.sent.1),
                false => {}
            }
            let wait = if now { Wait::Until(Instant::now()) } else { wait };
            match self.receive_reply(wait)? {
                Ok(reply) => match self.take_note(reply) {
                    Some(received) => return Ok(received),
                    None => now = true,
                },
                Err(Received::TimedOut) if now => now = false,
                Err(received) => return Ok(received),
            }
        }
    }

    /// Takes note of what is there, without waiting; says how the executor ended, if it did. To
    /// be called while no evaluation is under way.
    pub fn look(&mut self) -> Result<Option<&Ended>> {
        while self.ended.is_none() && matches!(self.place, Place::Forked(_)) {
            match self.receive_reply(Wait::Until(Instant::now()))? {
                Err(Received::TimedOut) => break,
                Err(_) => {}
                Ok(reply) => match self.take_note(reply) {
                    // Somebody stopped it by hand.
                    Some(Received::Stopped { .. }) => self.go_on()?,
                    None | Some(Received::Ended(_)) => {}
                    Some(other) => {
                        return Err(Error::new(format!("an answer out of place: {other:?}")));
                    }
                },
            }
        }
        Ok(self.ended.as_ref())
    }

    /// Whether it is known to have ended.
    pub fn is_gone(&self) -> bool {
        self.ended.is_some()
    }

    /// One reply, or what else `receive` has to say.
    fn receive_reply(&mut self, wait: Wait) -> Result<std::result::Result<Reply, Received>> {
        let Place::Forked(forked) = &mut self.place else { return Ok(Err(Received::TimedOut)) };
        let warden = forked.link.channel();
        let incoming = forked
            .channel
            .receive_unless(wait, warden)
            .context(|| "receiving a reply".to_string())?;
        let cause = match incoming {
            Incoming::TimedOut => return Ok(Err(Received::TimedOut)),
            Incoming::Closed => Cause::WardenLost,
            Incoming::Broken => Cause::Unframed,
            Incoming::Message(bytes, _) => match Reply::decode(&bytes) {
                Ok(reply) => {
                    self.messages += 1;
                    return Ok(Ok(reply));
                }
                Err(error) => Cause::Malformed(error),
            },
        };
        self.kill();
        Ok(Err(self.end(cause, Usage::default())))
    }

    /// What a reply means to the caller, if anything.
    fn take_note(&mut self, reply: Reply) -> Option<Received> {
        match reply {
            Reply::Started { pid } => {
                // The warden says it first of all; a later one is forged and means nothing.
                self.pid.get_or_insert(pid);
                None
            }
            Reply::Exited(exited) => {
                self.exited = Some(exited);
                None
            }
            Reply::Checkpointed { pid, micros } => {
                if let Some(Sleeper { token, word }) = self.asked.take() {
                    self.checkpoints.push(Checkpoint { pid, token, word, micros });
                }
                None
            }
            Reply::NotCheckpointed { threads, error } => {
                self.asked = None;
                self.refused = Some(match error {
                    0 => Refused::Threads(threads),
                    error => Refused::System(error),
                });
                None
            }
            Reply::Done { results, returned } => {
                if let Some(copy) = self.following.take() {
                    // One that was asked for before has been answered, by the order of things.
                    self.forget_asked();
                    (self.asked, self.refused) = (Some(copy), None);
                }
                Some(Received::Done { results, returned })
            }
            Reply::Failed { index, message, results } => {
                self.following = None;
                Some(Received::Failed { index, message, results })
            }
            Reply::Stopped { signal, .. } => Some(self.stopped(signal)),
            Reply::Ended { end, usage, .. } => Some(self.end(Cause::Process(end), usage)),
        }
    }

    /// Whether a wait begins with looking at the bell.
    fn spins(&self) -> bool {
        matches!(&self.place, Place::Forked(forked) if forked.spin)
    }

    fn stopped(&mut self, signal: u32) -> Received {
        if self.holds
            && signal == libc::SIGSTOP as u32
            && let Some(crash) = self.take_crash()
        {
            self.held = Some(crash.clone());
            return Received::Crashed(crash);
        }
        Received::Stopped { signal }
    }

    fn take_crash(&self) -> Option<Box<CrashRecord>> {
        let mine = |crash: &CrashRecord| Some(crash.pid) == self.pid;
        self.slot.take_crash().filter(mine).map(Box::new)
    }

    /// Whether code that crashes from now on stands still before it ends ([`Received::Crashed`]).
    /// In the controller's own process nothing stands still.
    pub fn hold_crashes(&mut self, hold: bool) {
        self.holds = hold && matches!(self.place, Place::Forked(_));
        self.slot.hold_crashes(self.holds);
    }

    fn end(&mut self, cause: Cause, usage: Usage) -> Received {
        let crash = self.held.take().or_else(|| self.take_crash());
        if cause == Cause::WardenLost
            && let Some(pid) = self.pid
        {
            // The kernel killed the executor; its group may hold children of user code, and
            // those that left it have come to us, as the warden is no more.
            sys::kill_group(pid, libc::SIGKILL);
            end_orphans();
        }
        self.forget_asked();
        let began = match &self.place {
            Place::Forked(_) => self.slot.evaluations() != self.sent.1,
            Place::InProcess(_) => true,
        };
        let out_of_memory = crash.is_some() && self.slot.error_number() == libc::ENOMEM;
        let exited = self.exited.take();
        let ended = Ended { cause, usage, crash, began, out_of_memory, exited };
        self.ended = Some(ended.clone());
        Received::Ended(ended)
    }

    /// The process, once the warden has told it.
    pub fn pid(&mut self) -> Result<u32> {
        while self.pid.is_none() && self.ended.is_none() {
            // The warden's word is the first there is; anything else is the end.
            if let Ok(reply) = self.receive_reply(Wait::Forever)?
                && self.take_note(reply).is_some()
            {
                break;
            }
        }
        self.pid.ok_or_else(|| match &self.ended {
            Some(Ended { cause: Cause::WardenLost, .. }) => {
                Error::new("the executor was not started: the warden is gone")
            }
            _ => Error::new("the executor was not started"),
        })
    }

    /// Reads memory of the executor; a wild address is a fault, never a signal.
    pub fn read(&mut self, addr: Addr, buffer: &mut [u8]) -> std::result::Result<(), Fault> {
        let pid = self.pid().map_err(|_| Fault)?;
        sys::read_memory(pid, addr, buffer)
    }

    fn signal(&self, signal: i32) -> Result<()> {
        match &self.place {
            Place::Forked(forked) => forked.link.order(Order::Signal { id: forked.id, signal }),
            Place::InProcess(_) => {
                Err(Error::new("code in the controller's own process cannot be signalled"))
            }
        }
    }

    /// Tells the warden something; without a warden there is nothing to be told.
    fn order(&self, order: impl FnOnce(u32) -> Order) {
        if let Place::Forked(forked) = &self.place {
            let _ = forked.link.order(order(forked.id));
        }
    }

    /// How many bytes of address space its code may have beyond what it started with.
    pub fn limit_memory(&mut self, bytes: Option<u64>) -> Result<()> {
        if let (Place::InProcess(_), Some(_)) = (&self.place, bytes) {
            return Err(Error::new("code in the controller's own process has no limit of memory"));
        }
        let pid = self.pid()?;
        let limit = bytes.map(|bytes| self.slot.start_bytes().saturating_add(bytes));
        match sys::limit_address_space(pid, limit) {
            // It is gone, which is found out by whoever asks something of it.
            Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Ok(()),
            done => done.context(|| "the limit of memory".to_string()),
        }
    }

    /// Sends SIGINT to the executor's process group, as Ctrl-C at a terminal does.
    pub fn interrupt(&self) -> Result<()> {
        self.signal(libc::SIGINT)
    }

    /// What another thread can interrupt this executor with. `None` in process.
    pub fn interrupter(&self) -> Option<Interrupter> {
        match &self.place {
            Place::Forked(forked) => {
                Some(Interrupter { link: Arc::clone(&forked.link), id: forked.id })
            }
            Place::InProcess(_) => None,
        }
    }

    /// Stops the executor until [`Executor::go_on`]; no `Stopped` need come of it.
    pub fn stop(&self) -> Result<()> {
        self.signal(libc::SIGSTOP)
    }

    /// Lets a stopped executor go on.
    pub fn go_on(&self) -> Result<()> {
        self.signal(libc::SIGCONT)
    }

    /// Kills the executor's process group. `receive` then tells of the end.
    pub fn kill(&self) {
        // Without a warden there is no executor to be killed.
        let _ = self.signal(libc::SIGKILL);
    }

    /// Whether the warden does not do as it is told: user code can stop it. A machine that does much
    /// else only makes it slow.
    pub fn is_out_of_reach(&self) -> bool {
        match &self.place {
            Place::Forked(forked) => sys::is_stopped(forked.link.warden),
            Place::InProcess(_) => true,
        }
    }

    /// When [`Executor::kill`] does nothing: ends all executors with the warden. This one goes
    /// first: it would be this process's child for a moment, and may have stopped the warden by
    /// stopping its parent again and again.
    pub fn kill_all(&self) {
        if let Place::Forked(forked) = &self.place {
            let known = self.pid.filter(|pid| sys::is_child_of(*pid, forked.link.warden));
            if let Some(pid) = known {
                sys::kill(pid, libc::SIGKILL);
            }
            forked.link.end_warden();
        }
    }

    /// Waits for the end, whatever else comes before it.
    pub fn wait_for_end(&mut self, deadline: Option<Instant>) -> Result<Option<Ended>> {
        loop {
            match self.receive(deadline)? {
                Received::Ended(ended) => return Ok(Some(ended)),
                Received::TimedOut => return Ok(None),
                _ => {}
            }
        }
    }

    /// How long the last evaluation took to begin, to run, and to be answered until now. The
    /// executor's word for it is only believed as far as it makes sense.
    pub fn timing(&self) -> Timing {
        let now = sys::nanoseconds();
        let (sent, _) = self.sent;
        let (began, ended) = self.slot.evaluation_times();
        let began = began.clamp(sent, now);
        // An end from before is that of an evaluation before.
        let ended = if ended < began { now } else { ended.min(now) };
        let between = |from: u64, to: u64| Duration::from_nanos(to - from);
        Timing {
            waking: between(sent, began),
            running: between(began, ended),
            replying: between(ended, now),
        }
    }

    /// How many messages went to the executor or came about it; none in process.
    pub fn messages(&self) -> u64 {
        self.messages
    }

    /// The control slot, for the trace ring.
    pub fn slot(&self) -> Slot {
        self.slot
    }

    /// Readable when `receive` has something. `None` in the controller's own process, where
    /// nothing is ever waited for.
    pub fn readable(&self) -> Option<BorrowedFd<'_>> {
        match &self.place {
            Place::Forked(forked) => Some(forked.channel.as_fd()),
            Place::InProcess(_) => None,
        }
    }
}

/// Kills and reaps all children of this process, which is a sub-reaper, until none is left.
fn end_orphans() {
    const LIMIT: Duration = Duration::from_secs(1);
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        match sys::wait_any() {
            Ok(sys::Child::Absent) | Err(_) => return,
            Ok(sys::Child::Changed(_)) => {}
            Ok(sys::Child::Quiet) => {
                for pid in sys::children() {
                    sys::kill(pid, libc::SIGKILL);
                }
                std::thread::yield_now();
            }
        }
    }
}

impl Drop for Executor {
    /// The warden sees the socket close and ends the process.
    fn drop(&mut self) {
        while !self.checkpoints.is_empty() {
            self.discard(0);
        }
        // The one that was asked for last may be there, too.
        self.forget_asked();
        let mut none = 0;
        while self.slot.end_next_left(&mut none) {}
        self.order(|_| Order::Reap);
        if let Place::Forked(forked) = &self.place {
            forked.link.give_slot(forked.slot_index);
        }
    }
}
