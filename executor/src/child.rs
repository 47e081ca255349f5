//! The executor's process, from the fork to its last instruction. In come requests; out go
//! replies, one each. The law after the fork: one thread, nothing of the warden's is kept but the
//! slabs and the control area, and whatever user code breaks here, only this process is lost.
//!
//! The loop runs on the main thread with the program's own growing stack, so user code finds
//! what an ordinary program finds. While idle it looks at the request bell for some tens of
//! microseconds, longer while the controller makes the next request on another processor, then
//! sleeps on the socket.
//!
//! A copy is born outside of this process's group, in the warden's, so that what user code sends
//! to its own group never meets it there. Nobody waits for it: it need not have run at all.

use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use crate::actions::Memory;
use crate::bell;
use crate::channel::{self, Channel, Incoming, Wait};
use crate::control::{Call, Slot};
use crate::error::{Context, Error, Result};
use crate::exit;
use crate::hot::Hot;
use crate::region::MappedSlab;
use crate::renew;
use crate::sys::{self, Forked, Processors, QuietSignals};
use crate::trace;
use crate::trap;
use crate::warden::{Inherited, Options};
use crate::wire::{How, MAX_MESSAGE_BYTES, Reply, Request, Sleeper};
use crate::work::{Host, Work, Worked};

/// The status of an executor that could not even begin, or whose requests make no sense.
pub(crate) const BROKEN: i32 = 125;

/// What the warden hands over.
pub(crate) struct Setup {
    pub(crate) slot: Slot,
    pub(crate) socket: OwnedFd,
    pub(crate) warden: u32,
    pub(crate) slabs: Vec<(MappedSlab, Option<OwnedFd>)>,
    pub(crate) options: Options,
    /// The warden gives way to others; an executor takes its turns again.
    pub(crate) takes_turns: bool,
}

/// A copy that is not asleep by then is stopped or dead.
const COPY_PATIENCE: Duration = Duration::from_millis(100);

pub(crate) fn run(setup: Setup, inherited: Inherited<'_>) -> ! {
    for fd in inherited {
        sys::close(fd.as_raw_fd());
    }
    // Not dropped at the end: user code may have closed the descriptors that it owns.
    let mut executor = match begin(setup) {
        Ok(executor) => ManuallyDrop::new(executor),
        Err(error) => give_up(&error),
    };
    match executor.serve() {
        // The controller is gone: what was registered is still run.
        Ok(()) => exit::leave(0, How::Exit),
        Err(error) => give_up(&error),
    }
}

fn give_up(error: &Error) -> ! {
    eprintln!("tine: executor: {error}");
    sys::exit_now(BROKEN)
}

/// On which side of a checkpoint's fork a process is.
#[derive(PartialEq, Eq)]
enum Side {
    Original,
    /// It woke: the original is no more.
    Copy,
}

struct Child {
    slot: Slot,
    own_group: bool,
    channel: Channel,
    work: Work,
    /// Whether a wait begins with looking at the bell.
    spin: bool,
    hot: Hot,
    /// How many of the copies that the controller left to this process were ended.
    ended: u64,
    /// How often its state was one that was gone back to, since its mappings were renewed.
    restored: u32,
}

fn begin(setup: Setup) -> Result<Child> {
    sys::die_with_parent();
    if sys::parent_id() != setup.warden {
        // The warden went before the kernel was told that we go with it.
        sys::exit_now(BROKEN);
    }
    if setup.takes_turns {
        sys::take_turns();
    }
    let options = &setup.options;
    if options.own_group {
        sys::own_process_group(sys::process_id());
    }
    sys::program_signals(options.own_group);
    for (stream, fd) in (0..).zip(&options.streams) {
        if let Some(fd) = fd {
            sys::become_stream(fd.as_fd(), stream)
                .context(|| format!("the standard stream {stream}"))?;
            if stream == 1 {
                sys::write_by_lines();
            }
        }
    }
    let limit =
        sys::roomy_stack(options.stack_bytes).context(|| "the limit of the stack".to_string())?;
    let now = sys::address_space().context(|| "the size of the process".to_string())?;
    setup.slot.note_start_bytes(now);
    trap::install(setup.slot, sys::main_stack(limit))?;
    let mut memory = Memory::default();
    for (slab, reader) in setup.slabs {
        memory.add(slab, reader.map(sys::move_high));
    }
    let socket = sys::move_high(setup.socket);
    exit::begin(setup.slot, Some(socket.as_raw_fd()));
    let channel = Channel::new(socket, MAX_MESSAGE_BYTES);
    let spin = sys::has_processors_to_spare();
    let own_group = setup.options.own_group;
    let work = Work::new(memory, Host::Forked);
    Ok(Child {
        slot: setup.slot,
        own_group,
        channel,
        work,
        spin,
        hot: Hot::default(),
        ended: 0,
        restored: 0,
    })
}

impl Child {
    /// Serves requests until the controller is gone.
    fn serve(&mut self) -> Result<()> {
        let mut served = 0u64;
        loop {
            bell::await_request(self.slot, served, self.spin, &mut self.ended);
            let incoming = self
                .channel
                .receive(Wait::Forever)
                .context(|| "receiving a request".to_string())?;
            self.slot.note_awake(Some(sys::processor()));
            served += 1;
            let (bytes, descriptor) = match incoming {
                Incoming::Message(bytes, descriptor) => (bytes, descriptor),
                Incoming::Closed => return Ok(()),
                Incoming::Broken | Incoming::TimedOut => {
                    return Err(Error::new("a request that is no message"));
                }
            };
            let request = Request::decode(&bytes).map_err(|e| Error::new(e.to_string()))?;
            drop(bytes);
            let mut copy = None;
            match request {
                Request::Leave { status } => exit::leave(status, How::Exit),
                Request::Checkpoint(wanted) => copy = Some(wanted),
                // It was for a copy that woke, and that has it already.
                Request::Resume { .. } => {}
                Request::AddSlab { layout } => {
                    let reply = self.work.add_slab(layout, descriptor);
                    self.reply(&reply)?;
                }
                Request::Evaluate { actions, run, copy: wanted } => {
                    self.slot.begin_evaluation();
                    match self.work.evaluate(actions, run) {
                        // A child that user code forked came back from its call: it ends here.
                        _ if !exit::is_executor() => exit::leave(0, How::Exit),
                        Worked::Reply(reply) => {
                            self.slot.end_evaluation();
                            let is_looked_at = self.slot.is_looked_at();
                            self.reply(&reply)?;
                            if !is_looked_at {
                                // The controller, and who reads the output, may have been woken on
                                // this processor: they come before the checkpoint.
                                std::thread::yield_now();
                            }
                            copy = wanted.filter(|_| matches!(reply, Reply::Done { .. }));
                        }
                        Worked::Crashed | Worked::Exited => {
                            return Err(Error::new("user code was left in an executor of its own"));
                        }
                    }
                }
            }
            if let Some(copy) = copy
                && self.checkpoint(copy)? == Side::Copy
            {
                served = self.slot.requests();
            }
        }
    }

    /// Forks a copy that sleeps here until it is needed.
    fn checkpoint(&mut self, copy: Sleeper) -> Result<Side> {
        let threads = sys::threads().context(|| "counting the threads".to_string())?;
        if threads != 1 {
            let threads = u32::try_from(threads.saturating_sub(1)).unwrap_or(u32::MAX);
            self.reply(&Reply::NotCheckpointed { threads, error: 0 })?;
            return Ok(Side::Original);
        }
        let warden = sys::parent_id();
        self.hot.before_fork();
        let start = sys::processor_nanoseconds();
        // Before the fork, so that no signal reaches the copy in between.
        let signals = QuietSignals::begin();
        let apart = self.own_group && self.leave_group(warden);
        // Before it sleeps the copy takes no processor from the controller or its client.
        let processors = sys::stay_here();
        let forked = sys::fork_sibling(threads);
        if let Ok(Forked::Child) = forked {
            self.sleep(copy, warden, signals, processors)?;
            return Ok(Side::Copy);
        }
        processors.inspect(sys::run_on);
        if apart {
            sys::own_process_group(sys::process_id());
        }
        signals.end();
        let micros = sys::processor_nanoseconds().saturating_sub(start) / 1000;
        let reply = match forked {
            Err(error) => {
                let error = error.raw_os_error().unwrap_or(libc::ENOSYS);
                Reply::NotCheckpointed { threads: 0, error }
            }
            Ok(Forked::Parent(pid)) => {
                if self.own_group && !apart {
                    self.await_copy(copy);
                }
                Reply::Checkpointed { pid, micros }
            }
            Ok(Forked::Child) => return Ok(Side::Copy),
        };
        self.reply(&reply)?;
        self.hot.after_fork();
        Ok(Side::Original)
    }

    /// Goes to the warden's group for the moment of the fork. Where user code has put this process
    /// into another group than its own, coming back could fail, so it stays.
    fn leave_group(&self, warden: u32) -> bool {
        let me = sys::process_id();
        sys::process_group(me) == Some(me)
            && sys::process_group(warden).is_some_and(|group| sys::join_process_group(me, group))
    }

    /// A copy that was born in this process's group leaves it before user code goes on.
    fn await_copy(&self, copy: Sleeper) {
        let start = Instant::now();
        while !self.slot.is_asleep(copy.word) && start.elapsed() < COPY_PATIENCE {
            std::thread::yield_now();
        }
    }

    /// The copy's side: nothing happens until the controller wants this state back. Then requests
    /// that the process before it did not live to read are passed over.
    fn sleep(
        &mut self,
        copy: Sleeper,
        warden: u32,
        signals: QuietSignals,
        processors: Option<Processors>,
    ) -> Result<()> {
        sys::die_with_parent();
        if sys::parent_id() != warden {
            sys::exit_now(BROKEN);
        }
        let Sleeper { token, word } = copy;
        if self.own_group && sys::process_group(sys::process_id()) != sys::process_group(warden) {
            sys::own_process_group(sys::process_id());
        }
        let given_way = sys::give_way();
        if self.slot.sleep(word, token) == Call::End {
            sys::exit_now(0);
        }
        processors.inspect(sys::run_on);
        if given_way {
            sys::take_turns();
        }
        if self.own_group {
            sys::own_process_group(sys::process_id());
        }
        self.restored += 1;
        if self.restored == renew::EVERY {
            self.restored = 0;
            // Without it the next forks take a little longer.
            let _ = renew::renew();
        }
        exit::become_executor();
        trap::become_executor();
        trace::forget_chunk();
        loop {
            let incoming = self
                .channel
                .receive(Wait::Forever)
                .context(|| "receiving a request".to_string())?;
            let Incoming::Message(bytes, _) = incoming else {
                exit::leave(0, How::Exit);
            };
            if Request::decode(&bytes) == Ok(Request::Resume { token }) {
                break;
            }
        }
        signals.end_forgetting();
        Ok(())
    }

    fn reply(&self, reply: &Reply) -> Result<()> {
        match channel::send_blocking(self.channel.as_fd(), &reply.encode()) {
            // The controller is gone: what was registered is still run.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                exit::leave(0, How::Exit)
            }
            sent => sent.context(|| "sending a reply".to_string())?,
        }
        self.slot.ring_reply();
        Ok(())
    }
}
