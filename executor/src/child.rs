//! The executor's process, from the fork to its last instruction. In come requests; out go
//! replies, one each. The law after the fork: one thread, nothing of the warden's is kept but the
//! slabs and the control area, and whatever user code breaks here, only this process is lost.
//!
//! The loop runs on the main thread with the program's own growing stack, so user code finds
//! what an ordinary program finds. While idle it looks at the request bell for some tens of
//! microseconds, then sleeps on the socket.

use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use crate::actions::Memory;
use crate::addr::{AddrRange, PAGE};
use crate::call;
use crate::channel::{Channel, Incoming, Wait};
use crate::control::Slot;
use crate::error::{Context, Error, Result};
use crate::region::MappedSlab;
use crate::sys::{self, Resource};
use crate::trap;
use crate::warden::Inherited;
use crate::wire::{Action, MAX_MESSAGE_BYTES, Reply, Request, Run};

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
        Ok(()) => 0,
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
    memory: Memory,
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
    let top = sys::main_stack_top();
    let low = crate::addr::Addr(top.0.saturating_sub(limit)).align_down(PAGE);
    trap::install(setup.slot, AddrRange::new(low, top.since(low)))?;
    let mut memory = Memory::default();
    for (slab, reader) in setup.slabs {
        memory.add(slab, reader.map(sys::move_high));
    }
    let channel = Channel::new(sys::move_high(setup.socket), MAX_MESSAGE_BYTES);
    let spin = if sys::processors() > 1 { SPIN } else { Duration::ZERO };
    Ok(Child { slot: setup.slot, channel, memory, spin })
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
                Request::AddSlab { layout } => {
                    let reply = match self.memory.map(layout, descriptor.map(sys::move_high)) {
                        Ok(()) => Reply::Done { results: Vec::new(), returned: None },
                        Err(error) => failed(0, &error, Vec::new()),
                    };
                    self.reply(&reply)?;
                }
                Request::Evaluate { actions, run } => {
                    let reply = self.evaluate(&actions, run);
                    self.reply(&reply)?;
                }
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
        self.channel.send_blocking(&reply.encode()).context(|| "sending a reply".to_string())?;
        self.slot.ring_reply();
        Ok(())
    }

    fn evaluate(&mut self, actions: &[Action], run: Option<Run>) -> Reply {
        let mut results = Vec::new();
        for (index, action) in (0..).zip(actions) {
            match self.memory.perform(action) {
                Ok(result) => results.extend(result),
                Err(error) => return failed(index, &error, results),
            }
        }
        let returned = run.map(|run| match run {
            // SAFETY: user code runs in a process that is there to be lost.
            Run::Call { entry, arg } => unsafe { call::call(entry, arg) },
        });
        Reply::Done { results, returned }
    }
}

fn failed(index: u32, error: &Error, results: Vec<crate::wire::ActionResult>) -> Reply {
    Reply::Failed { index, message: error.to_string(), results }
}
