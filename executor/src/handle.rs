//! The controller's handle of one executor. In go requests; out come replies and, last of all,
//! how the executor ended. What always holds: after `Ended` nothing more comes; a reply that
//! makes no sense ends the executor; dropping the handle ends it, too.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::addr::Addr;
use crate::channel::{Channel, FRAME_BYTES, Incoming, Wait};
use crate::codec::WireError;
use crate::control::Slot;
use crate::error::{Context, Error, Result};
use crate::region::Slab;
use crate::sys::{self, Fault, Usage};
use crate::warden::Link;
use crate::wire::{Action, ActionResult, CrashRecord, End, MAX_REPLY_BYTES, Reply, Request, Run};

/// How long the controller looks at the reply bell before it sleeps on the socket.
const SPIN: Duration = Duration::from_micros(60);

#[derive(Debug)]
pub struct Executor {
    id: u32,
    slot_index: u32,
    slot: Slot,
    channel: Channel,
    link: Arc<Link>,
    pid: Option<u32>,
    ended: Option<Ended>,
    /// What `replies` of the slot was when the last request went out.
    rung: u64,
    spin: Duration,
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
    /// A signal stopped it (terminal job control); it goes on when it is sent SIGCONT.
    Stopped {
        signal: u32,
    },
    /// It is gone. Every later call says the same.
    Ended(Ended),
    TimedOut,
}

/// How an executor ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Ended {
    pub cause: Cause,
    pub usage: Usage,
    /// What the crash handler saw, if it ran.
    pub crash: Option<Box<CrashRecord>>,
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
    pub(crate) fn new(
        id: u32,
        slot_index: u32,
        slot: Slot,
        socket: OwnedFd,
        link: Arc<Link>,
    ) -> Executor {
        Executor {
            id,
            slot_index,
            slot,
            channel: Channel::new(socket, MAX_REPLY_BYTES),
            link,
            pid: None,
            ended: None,
            rung: 0,
            spin: if sys::processors() > 1 { SPIN } else { Duration::ZERO },
        }
    }

    /// Sends a request. One `Evaluate` or `AddSlab` is under way at a time: its reply is received
    /// before the next goes out. An executor that is gone is no error here: `receive` tells.
    pub fn send(&mut self, request: &Request) -> Result<()> {
        self.send_with(request, None)
    }

    fn send_with(&mut self, request: &Request, fd: Option<BorrowedFd<'_>>) -> Result<()> {
        let bytes = request.encode();
        if bytes.len() > FRAME_BYTES && self.pid.is_none() {
            // A long message stops when there is something to read, which is then the end.
            self.pid()?;
        }
        self.rung = self.slot.replies();
        let sent = self.channel.send(&bytes, fd);
        self.slot.ring_request();
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

    /// Says that an `Evaluate` is being prepared, so that it finds the executor awake.
    pub fn wake(&mut self) -> Result<()> {
        self.send(&Request::Wake)
    }

    /// Sends one evaluation and waits for what comes of it.
    pub fn evaluate(
        &mut self,
        actions: Vec<Action>,
        run: Option<Run>,
        deadline: Option<Instant>,
    ) -> Result<Received> {
        self.send(&Request::Evaluate { actions, run })?;
        self.receive(deadline)
    }

    /// Has this executor map a further slab, made by [`crate::warden::Warden::add_slab`] after
    /// this executor was started.
    pub fn add_slab(&mut self, slab: &Slab) -> Result<Received> {
        let request = Request::AddSlab { layout: slab.layout() };
        self.send_with(&request, slab.reader())?;
        self.receive(None)
    }

    /// Waits for a reply or the end, at first by looking at the bell.
    pub fn receive(&mut self, deadline: Option<Instant>) -> Result<Received> {
        if let Some(ended) = &self.ended {
            return Ok(Received::Ended(ended.clone()));
        }
        self.spin_for_reply();
        let wait = deadline.map_or(Wait::Forever, Wait::Until);
        loop {
            let incoming =
                self.channel.receive(wait).context(|| "receiving a reply".to_string())?;
            let reply = match incoming {
                Incoming::TimedOut => return Ok(Received::TimedOut),
                Incoming::Closed => {
                    return Ok(self.end(Cause::WardenLost, Usage::default()));
                }
                Incoming::Broken => {
                    self.kill();
                    return Ok(self.end(Cause::Unframed, Usage::default()));
                }
                Incoming::Message(bytes, _) => match Reply::decode(&bytes) {
                    Ok(reply) => reply,
                    Err(error) => {
                        self.kill();
                        return Ok(self.end(Cause::Malformed(error), Usage::default()));
                    }
                },
            };
            match reply {
                Reply::Started { pid } => {
                    // The warden says it first of all; a later one is forged and means nothing.
                    self.pid.get_or_insert(pid);
                }
                Reply::Done { results, returned } => {
                    return Ok(Received::Done { results, returned });
                }
                Reply::Failed { index, message, results } => {
                    return Ok(Received::Failed { index, message, results });
                }
                Reply::Stopped { signal, .. } => return Ok(Received::Stopped { signal }),
                Reply::Ended { end, usage, .. } => {
                    return Ok(self.end(Cause::Process(end), usage));
                }
            }
        }
    }

    fn spin_for_reply(&self) {
        let start = Instant::now();
        while self.slot.replies() == self.rung && start.elapsed() < self.spin {
            for _ in 0..32 {
                std::hint::spin_loop();
            }
        }
    }

    fn end(&mut self, cause: Cause, usage: Usage) -> Received {
        let mine = |crash: &CrashRecord| Some(crash.pid) == self.pid;
        let crash = self.slot.take_crash().filter(mine).map(Box::new);
        if cause == Cause::WardenLost
            && let Some(pid) = self.pid
        {
            // The kernel killed the executor; its group may hold children of user code.
            sys::kill_group(pid, libc::SIGKILL);
        }
        let ended = Ended { cause, usage, crash };
        self.ended = Some(ended.clone());
        Received::Ended(ended)
    }

    /// The process, once the warden has told it.
    pub fn pid(&mut self) -> Result<u32> {
        while self.pid.is_none() && self.ended.is_none() {
            let first = self.receive_started()?;
            if !first {
                break;
            }
        }
        self.pid.ok_or_else(|| Error::new("the executor was not started"))
    }

    /// Receives the warden's first word. `false` when something else came instead.
    fn receive_started(&mut self) -> Result<bool> {
        let incoming =
            self.channel.receive(Wait::Forever).context(|| "receiving a reply".to_string())?;
        if let Incoming::Message(bytes, _) = incoming
            && let Ok(Reply::Started { pid }) = Reply::decode(&bytes)
        {
            self.pid = Some(pid);
            return Ok(true);
        }
        self.end(Cause::WardenLost, Usage::default());
        Ok(false)
    }

    /// Reads memory of the executor; a wild address is a fault, never a signal.
    pub fn read(&mut self, addr: Addr, buffer: &mut [u8]) -> std::result::Result<(), Fault> {
        let pid = self.pid().map_err(|_| Fault)?;
        sys::read_memory(pid, addr, buffer)
    }

    /// Sends SIGINT to the executor's process group, as Ctrl-C at a terminal does.
    pub fn interrupt(&self) -> Result<()> {
        self.link.signal(self.id, libc::SIGINT)
    }

    /// Lets a stopped executor go on.
    pub fn go_on(&self) -> Result<()> {
        self.link.signal(self.id, libc::SIGCONT)
    }

    /// Kills the executor's process group. `receive` then tells of the end.
    pub fn kill(&self) {
        // Without a warden there is no executor to be killed.
        let _ = self.link.signal(self.id, libc::SIGKILL);
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

    /// The control slot, for the trace ring.
    pub fn slot(&self) -> Slot {
        self.slot
    }
}

impl AsFd for Executor {
    /// Readable when `receive` has something.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        if self.ended.is_none() {
            self.kill();
        }
        self.link.give_slot(self.slot_index);
    }
}
