//! The executor's process, from the fork to its last instruction. In come requests; out go
//! replies, one each. The law after the fork: one thread, nothing of the warden's is kept but the
//! slabs and the control area, and whatever user code breaks here, only this process is lost.
//!
//! The loop runs on the main thread with the program's own growing stack, so user code finds
//! what an ordinary program finds. While idle it looks at the request bell for some tens of
//! microseconds, then sleeps on the socket.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use crate::actions::Memory;
use crate::channel::{self, Channel, Incoming, Wait};
use crate::control::Slot;
use crate::error::{Context, Error, Result};
use crate::exit;
use crate::region::MappedSlab;
use crate::sys::{self, Resource};
use crate::trap;
use crate::warden::Inherited;
use crate::wire::{How, MAX_MESSAGE_BYTES, Reply, Request};
use crate::work::{Host, Work, Worked};

/// The status of an executor that could not even begin, or whose requests make no sense.
pub(crate) const BROKEN: i32 = 125;

/// What the warden hands over.
pub(crate) struct Setup {
    pub(crate) slot: Slot,
    pub(crate) socket: OwnedFd,
    pub(crate) warden: u32,
    pub(crate) slabs: Vec<(MappedSlab, Option<OwnedFd>)>,
    pub(crate) stack_bytes: u64,
    pub(crate) memory_bytes: Option<u64>,
}

/// How long an idle executor looks at the bell before it sleeps.
const SPIN: Duration = Duration::from_micros(50);
/// So many times longer after `Request::Wake`, which says that a compilation is under way.
const AWAKE: u32 = 40;

pub(crate) fn run(setup: Setup, inherited: Inherited<'_>) -> ! {
    for fd in inherited {
        sys::close(fd.as_raw_fd());
    }
    let status = match begin(setup).and_then(|mut executor| executor.serve()) {
        // The controller is gone: what was registered is still run.
        Ok(()) => exit::leave(0, How::Exit),
        Err(error) => {
            eprintln!("tine: executor: {error}");
            BROKEN
        }
    };
    sys::exit_now(status)
}

struct Child {
    slot: Slot,
    channel: Channel,
    work: Work,
    spin: Duration,
}

fn begin(setup: Setup) -> Result<Child> {
    sys::die_with_parent();
    if sys::parent_id() != setup.warden {
        return Err(Error::new("the warden is gone"));
    }
    sys::own_process_group(sys::process_id());
    sys::program_signals();
    let limit = sys::limit(Resource::Stack, Some(setup.stack_bytes))
        .context(|| "the limit of the stack".to_string())?;
    if let Some(bytes) = setup.memory_bytes {
        let now = sys::address_space().context(|| "the size of the process".to_string())?;
        sys::limit(Resource::AddressSpace, Some(now.saturating_add(bytes)))
            .context(|| "the limit of memory".to_string())?;
    }
    trap::install(setup.slot, sys::main_stack(limit))?;
    let mut memory = Memory::default();
    for (slab, reader) in setup.slabs {
        memory.add(slab, reader.map(sys::move_high));
    }
    let socket = sys::move_high(setup.socket);
    exit::begin(setup.slot, Some(socket.as_raw_fd()));
    let channel = Channel::new(socket, MAX_MESSAGE_BYTES);
    let spin = if sys::processors() > 1 { SPIN } else { Duration::ZERO };
    Ok(Child { slot: setup.slot, channel, work: Work::new(memory, Host::Forked), spin })
}

impl Child {
    /// Serves requests until the controller is gone.
    fn serve(&mut self) -> Result<()> {
        let mut served = 0u64;
        let mut spin = self.spin;
        loop {
            self.await_bell(served, spin);
            let incoming = self
                .channel
                .receive(Wait::Forever)
                .context(|| "receiving a request".to_string())?;
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
            spin = self.spin;
            match request {
                Request::Wake => spin = self.spin * AWAKE,
                Request::Leave { status } => exit::leave(status, How::Exit),
                Request::AddSlab { layout } => {
                    let reply = self.work.add_slab(layout, descriptor);
                    self.reply(&reply)?;
                }
                Request::Evaluate { actions, run } => match self.work.evaluate(actions, run) {
                    // A child that user code forked came back from its call: it ends here.
                    _ if !exit::is_executor() => exit::leave(0, How::Exit),
                    Worked::Reply(reply) => self.reply(&reply)?,
                    Worked::Crashed | Worked::Exited => {
                        return Err(Error::new("user code was left in an executor of its own"));
                    }
                },
            }
        }
    }

    fn await_bell(&self, served: u64, spin: Duration) {
        let start = Instant::now();
        while self.slot.requests() == served && start.elapsed() < spin {
            for _ in 0..32 {
                std::hint::spin_loop();
            }
        }
    }

    fn reply(&self, reply: &Reply) -> Result<()> {
        channel::send_blocking(self.channel.as_fd(), &reply.encode())
            .context(|| "sending a reply".to_string())?;
        self.slot.ring_reply();
        Ok(())
    }
}
