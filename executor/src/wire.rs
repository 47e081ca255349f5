//! What controller and executor say to each other: closed enums; `bytes` has their encoding. In
//! come values, out come bytes, and back; both directions are pure and total. What always holds:
//! a message that decodes encodes to the same bytes.

mod bytes;

use std::fmt;

use crate::addr::{Addr, AddrRange};
use crate::region::SlabLayout;
use crate::sys::{Protection, Usage};

/// The longest message; a peer that announces more is refused before anything is allocated.
pub const MAX_MESSAGE_BYTES: usize = 512 << 20;
/// The longest reply, which comes from a process that user code may have scribbled over.
pub const MAX_REPLY_BYTES: usize = 16 << 20;

/// From the controller to an executor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request {
    /// Actions in order, then the run. One message for one evaluation; one reply. If that is
    /// `Done` and a copy is wanted, what a `Checkpoint` does follows at once.
    Evaluate { actions: Vec<Action>, run: Option<Run>, copy: Option<Sleeper> },
    /// A further slab; its descriptor comes with the message. Reply: `Done`.
    AddSlab { layout: SlabLayout },
    /// The end of the session: the exit protocol, as if `exit(status)` were called.
    Leave { status: i32 },
    /// Fork a copy that sleeps. Reply: `Checkpointed` or `NotCheckpointed`.
    Checkpoint(Sleeper),
    /// What a copy that woke waits for: whatever stands before it was for the process that is no
    /// more. No reply.
    Resume { token: u64 },
}

/// A copy that sleeps until `token` stands in wake-up word `word` of the control slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sleeper {
    pub token: u64,
    pub word: u32,
}

/// One step before the run. Ranges lie inside a slab, else the action fails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Initial bytes of data pages that this executor may have made its own: copied from the
    /// slab's read-only view over the private pages.
    CopyFromSlab {
        range: AddrRange,
    },
    /// Bytes that travel (`Sharing::Copying`); the range must be mapped writable.
    Write {
        addr: Addr,
        bytes: Vec<u8>,
    },
    /// Fresh zero pages, private, readable and writable, in place of what is there.
    MapZero {
        range: AddrRange,
    },
    /// Fresh zero pages, private, in place of what is there.
    Map {
        range: AddrRange,
        protection: Protection,
    },
    Protect {
        range: AddrRange,
        protection: Protection,
    },
    /// Back to reserved address space: any access faults.
    Unmap {
        range: AddrRange,
    },
    /// Back to what the slab maps there: its file where there is one, else reserved space.
    Restore {
        range: AddrRange,
    },
    /// Private copies of pages go; they show the slab again.
    Discard {
        range: AddrRange,
    },
    /// Addresses of symbols in the libraries that are loaded. Yields `Resolved`.
    Resolve {
        names: Vec<String>,
    },
    /// `dlopen`; an empty path is the program itself. Yields `Opened`.
    Open {
        path: String,
        global: bool,
    },
    /// Makes symbols visible to libraries opened later, as those of a library that was opened
    /// RTLD_GLOBAL. Yields `Opened`.
    Publish {
        symbols: Vec<(String, Addr)>,
    },
    /// Tells which addresses are whose; before anything of the module runs.
    RegisterModule {
        module: Module,
    },
    /// The initial value of the module's thread-local objects, for all threads: `image`, then
    /// zeros up to `size`, at `offset` of the pool (see [`crate::runtime::x86_64`]).
    RegisterTls {
        offset: u64,
        size: u64,
        image: AddrRange,
    },
    /// A table of global objects with pointers, for the managed heap: pairs of the address of an
    /// object and of its map.
    RegisterRoots {
        table: AddrRange,
    },
    /// Asks for [`MemoryUse`], with a picture of at most so many stretches.
    Measure {
        stretches: u32,
    },
    /// Runs functions in this order with the program's arguments, as `.init_array` is run.
    Init {
        functions: Vec<Addr>,
    },
    /// Before a module goes: runs its handlers and `fini` functions, then forgets it. Yields
    /// `Drained`.
    Drain {
        module: u32,
    },
    /// The present value of a library's variable, copied to where user code has its own.
    Copy {
        from: Addr,
        range: AddrRange,
    },
    /// The initial value of a variable of an open library, to where the program has it, unless a
    /// constructor has been at work there already.
    CopyVariable {
        library: String,
        name: String,
        range: AddrRange,
    },
    /// Calls the resolver of an indirect function and stores its answer in the cell.
    Indirect {
        resolver: Addr,
        cell: Addr,
    },
    /// Fills a cell for a thread-local variable of a library that is open: what
    /// `__tls_get_addr` takes (16 bytes), or the distance from the thread pointer (8).
    LibraryTls {
        cell: Addr,
        name: String,
        /// The library's path; empty when it was found by name alone.
        library: String,
        /// In the library's block.
        offset: u64,
        pair: bool,
    },
}

/// A linked module, as the exit protocol and the unwinder need to know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Module {
    pub id: u32,
    pub name: String,
    pub ranges: Vec<AddrRange>,
    /// Its unwind information; empty if it has none.
    pub eh_frame: AddrRange,
    /// Functions of `.fini_array` in memory order; they run from the last to the first.
    pub fini: Vec<Addr>,
}

/// What an evaluation runs after its actions, on the executor's main thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Run {
    /// `uint64_t entry(uint64_t arg)`, which may as well be a `void (*)(void *)`.
    Call { entry: Addr, arg: u64 },
    /// `int main(int, char **, char **)`, then `exit` with what it returned: the executor ends.
    /// Without `env` the program has the executor's own environment.
    Main { entry: Addr, args: Vec<Vec<u8>>, env: Option<Vec<Vec<u8>>> },
}

/// From an executor (or from the warden, about one) to the controller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// From the warden, first of all: the executor's process, also the name of its group.
    Started { pid: u32 },
    /// All actions are done, and the run, if there was one, returned.
    Done { results: Vec<ActionResult>, returned: Option<u64> },
    /// Action `index` failed: those before it are done, those after it and the run never began.
    Failed { index: u32, message: String, results: Vec<ActionResult> },
    /// `exit` or `quick_exit` was called, or `main` returned; the process is about to end.
    Exited(Exited),
    /// The process of the copy, and how long the fork took.
    Checkpointed { pid: u32, micros: u64 },
    /// No copy was taken: the threads there are beside the main one, or the system's error.
    NotCheckpointed { threads: u32, error: i32 },
    /// From the warden, last of all.
    Ended { pid: u32, end: End, usage: Usage },
    /// From the warden: a signal stopped the process (terminal job control).
    Stopped { pid: u32, signal: u32 },
}

/// What an action yields, for the actions that yield something, in their order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ActionResult {
    Resolved(Vec<Option<Addr>>),
    /// The handle of `dlopen`.
    Opened(u64),
    /// The handlers that crashed, and how many destructors of thread-local objects in other
    /// threads went with the module without being run.
    Drained {
        crashes: Vec<CrashRecord>,
        dropped: u32,
    },
    Memory(MemoryUse),
}

/// What the executor's main thread holds in its arenas and its managed heap: bytes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MemoryUse {
    /// In use, kept ready, address space: the side stack of `alloca`, then the arena of
    /// `<tine/arena.h>`, then the heap.
    pub stack: [u64; 3],
    pub arena: [u64; 3],
    pub heap: [u64; 3],
    pub collections: u64,
    /// As the last collection found it: live, copied, left in place; and all its time so far.
    pub live: u64,
    pub moved: u64,
    pub pinned: u64,
    pub total_ns: u64,
    /// Heaps of all threads.
    pub heaps: u32,
    /// A picture of the heap's blocks, lowest first.
    pub blocks: Vec<BlockUse>,
}

/// What a stretch of a heap's blocks holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockUse {
    /// Nothing, and no memory is behind it.
    Gone,
    /// Nothing, kept ready.
    Ready,
    /// Objects, in so many eighths.
    Filled(u8),
    /// Parts of large objects.
    Large,
}

/// The end by `exit` or one of its kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exited {
    pub status: i32,
    pub how: How,
    /// Handlers that crashed, in the order they were run. The others were run all the same.
    pub crashes: Vec<CrashRecord>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// `exit`, or `main` returned.
    Exit,
    /// `quick_exit`.
    Quick,
}

/// How a process ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    Exit(i32),
    Signal(i32),
    /// The warden could not start it; the number is the system's error.
    NotStarted(i32),
}

impl End {
    /// The status a shell would show.
    pub fn shell_status(self) -> i32 {
        match self {
            End::Exit(status) => status,
            End::Signal(signal) => 128 + signal,
            End::NotStarted(_) => 125,
        }
    }
}

/// What a crash handler saw, as it was written to the control page.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct CrashRecord {
    pub signal: i32,
    /// `si_code`.
    pub code: i32,
    /// `si_addr`; for signals that were sent it is meaningless.
    pub address: Addr,
    pub pc: Addr,
    /// rax rcx rdx rbx rsp rbp rsi rdi r8 … r15: the order of their numbers in machine code.
    pub registers: [u64; 16],
    pub flags: u64,
    /// The page fault error code: bit 0 present, bit 1 write, bit 4 instruction fetch.
    pub fault: u64,
    pub trap: u64,
    pub pid: u32,
    pub thread: u32,
    /// The bounds of the stack of the thread, empty if they are not known.
    pub stack_bounds: AddrRange,
    /// The bytes at `pc`, as many as could be read.
    pub pc_bytes: Vec<u8>,
    /// Return addresses of the frame-pointer chain, innermost first.
    pub frames: Vec<Addr>,
    /// Words of the stack from the stack pointer upwards.
    pub stack: Vec<u64>,
    /// Code from files that was mapped, libraries above all.
    pub maps: Vec<MappedCode>,
}

/// A part of a file that was mapped as code.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MappedCode {
    pub range: AddrRange,
    /// Where the range begins in the file.
    pub offset: u64,
    pub path: String,
}

impl MappedCode {
    /// `start-end r-xp offset device inode path`, the kernel's form.
    pub(crate) fn from_line(line: &[u8]) -> Option<MappedCode> {
        let text = std::str::from_utf8(line).ok()?;
        let number = |text: &str| u64::from_str_radix(text, 16).ok();
        let mut words = text.split_ascii_whitespace();
        let (start, end) = words.next()?.split_once('-')?;
        let (start, end) = (number(start)?, number(end)?);
        let offset = number(words.nth(1)?)?;
        let path = text.get(text.find('/')?..)?;
        let range = AddrRange::new(Addr(start), end.checked_sub(start)?);
        Some(MappedCode { range, offset, path: path.to_string() })
    }
}

impl CrashRecord {
    pub fn stack_pointer(&self) -> Addr {
        Addr(self.registers[4])
    }

    pub fn frame_pointer(&self) -> Addr {
        Addr(self.registers[5])
    }

    /// Whether a page fault was a store.
    pub fn is_write(&self) -> bool {
        self.trap == PAGE_FAULT && self.fault & 2 != 0
    }

    /// Whether a page fault was the fetch of an instruction.
    pub fn is_fetch(&self) -> bool {
        self.trap == PAGE_FAULT && (self.fault & 16 != 0 || self.address == self.pc)
    }

    /// Whether the stack was used up: the stack pointer is at the end of the thread's stack or
    /// beyond it, and the fault lies between there and what is left of the stack. A frame may
    /// be large, so "beyond" is taken generously.
    pub fn is_stack_exhausted(&self) -> bool {
        const NEAR: u64 = 64 << 10;
        const LARGEST_FRAME: u64 = 1 << 30;
        let low = self.stack_bounds.start.0;
        let near_end = low.saturating_add(NEAR);
        let sp = self.stack_pointer().0;
        let beyond = low.saturating_sub(LARGEST_FRAME);
        !self.stack_bounds.is_empty()
            && matches!(self.signal, libc::SIGSEGV | libc::SIGBUS)
            && (beyond..near_end).contains(&sp)
            && (sp.saturating_sub(NEAR)..near_end).contains(&self.address.0)
    }

    /// The record from the words of the control page. `None` if they make no sense.
    pub(crate) fn from_words(
        head: &[u64],
        lists: impl FnOnce(usize, usize) -> (Vec<u64>, Vec<u64>),
    ) -> Option<CrashRecord> {
        use crate::control::{MAX_FRAMES, MAX_STACK_WORDS};
        let head: &[u64; 32] = head.try_into().ok()?;
        let signal = i32::try_from(head[0]).ok().filter(|s| (1..=64).contains(s))?;
        let bytes = [head[26].to_le_bytes(), head[27].to_le_bytes()].concat();
        let n_frames = usize::try_from(head[29]).ok().filter(|n| *n <= MAX_FRAMES)?;
        let n_stack = usize::try_from(head[30]).ok().filter(|n| *n <= MAX_STACK_WORDS)?;
        let (frames, stack) = lists(n_frames, n_stack);
        let bounds = AddrRange::new(Addr(head[24]), head[25].checked_sub(head[24])?);
        Some(CrashRecord {
            signal,
            code: head[1] as i32,
            address: Addr(head[2]),
            pc: Addr(head[3]),
            registers: head[4..20].try_into().ok()?,
            flags: head[20],
            fault: head[21],
            trap: head[22],
            thread: u32::try_from(head[23]).ok()?,
            stack_bounds: bounds,
            pc_bytes: bytes.get(..usize::try_from(head[28]).ok()?)?.to_vec(),
            frames: frames.into_iter().map(Addr).collect(),
            stack,
            maps: Vec::new(),
            pid: u32::try_from(head[31]).ok()?,
        })
    }
}

/// The processor's number of the page fault exception.
const PAGE_FAULT: u64 = 14;

impl fmt::Debug for CrashRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "crash: signal {} code {} address {} pc {} sp {} thread {} frames {:?}",
            self.signal,
            self.code,
            self.address,
            self.pc,
            self.stack_pointer(),
            self.thread,
            self.frames
        )
    }
}
