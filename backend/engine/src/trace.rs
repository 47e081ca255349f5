//! What ran and when: stages of our own, calls of traced functions, collections, crashes. In: the
//! controller's marks and the ring that user code writes; out: [`Event`]s, in order on each track,
//! to whoever listens, one of them a file in Perfetto's format.
//!
//! A thread of its own reads the ring while the code runs. What always holds: user code never
//! waits for it; what was lost is counted and said; an event costs no allocation; every `End` ends
//! the `Begin` before it that is still open on its track, whatever user code jumped over.

use crate::error::{Failure, Result};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};
use executor::trace::{self, Note, Reader, Record, Ring, What};
use perfetto::Writer;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

mod perfetto;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    pub kind: Kind,
    /// In nanoseconds since the trace was begun.
    pub at: u64,
    pub track: Track,
    /// The name's number: events of one name have one number.
    pub number: u32,
    /// Of what begins or happens; what ends has the name of what began.
    pub name: &'a str,
    pub args: &'a [(&'static str, u64)],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Begin,
    End,
    Instant,
}

/// Who did it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Track {
    /// The controller.
    Tine,
    Thread {
        process: u32,
        thread: u32,
    },
}

/// Called for every event, in the recorder's thread.
pub type OnEvent = Box<dyn FnMut(&Event<'_>) + Send>;

/// What a recorder is to do.
pub struct Options {
    /// Entries and exits of functions, too: their code has to be compiled for it.
    pub calls: bool,
    /// A file that is written while the trace is taken; without one it can be saved later.
    pub file: Option<PathBuf>,
    pub on_event: Option<OnEvent>,
}

/// What a trace came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    pub events: u64,
    /// Events that found the ring full.
    pub lost: u64,
}

/// The functions that were entered last before a moment, the newest last.
pub type LastCalls = Vec<String>;

/// A trace being taken.
pub struct Recorder {
    orders: Sender<Order>,
    /// Names of functions, by the number of the first: sent before anything calls them.
    named: Sender<(u32, Vec<String>)>,
    thread: JoinHandle<io::Result<Summary>>,
    calls: bool,
    resting: bool,
    /// The number of the next function.
    next: u32,
    path: Option<PathBuf>,
}

enum Order {
    Mark(Mark),
    Last(Sender<LastCalls>),
    Save(PathBuf, Sender<io::Result<Summary>>),
    /// Nothing more is recorded; what there is can still be saved.
    Rest(Sender<Summary>),
    Stop,
}

/// An event of the controller's.
#[derive(Clone, Copy)]
struct Mark {
    kind: Kind,
    ticks: u64,
    name: &'static str,
    args: [(&'static str, u64); 1],
    n_args: usize,
}

/// How long the reader sleeps when there is nothing to be done.
const PAUSE: Duration = Duration::from_millis(1);
/// Marks on their way.
const ORDERS: usize = 256;
/// Names that are not functions' have numbers below this.
const WORDS: u32 = 64;
/// A trace ends here: no program opens longer ones.
const MOST_BYTES: u64 = 4 << 30;
/// How many calls a crash report can show.
const LAST_CALLS: usize = 12;

impl Recorder {
    /// Begins a trace of what writes into the ring.
    pub fn start(ring: Ring, options: Options) -> Result<Recorder> {
        let path = options.file.clone();
        let failed = |why| Failure::File {
            path: path.as_deref().unwrap_or(Path::new("a temporary file")).display().to_string(),
            why,
        };
        let file = match &options.file {
            Some(path) => File::create(path),
            None => nameless_file(),
        };
        let file = file.map_err(failed)?;
        let (orders, inbox) = bounded(ORDERS);
        let (named, new_names) = unbounded();
        let mut clock = Clock::start();
        let writer = Writer::new(file, clock.boot_time);
        let mut reader = ring.reader();
        reader.start();
        clock.ticks = trace::ticks();
        let tape = Tape {
            clock,
            writer,
            on_event: options.on_event,
            names: Vec::new(),
            new_names,
            words: HashMap::new(),
            threads: HashMap::new(),
            newest: None,
            summary: Summary::default(),
            failed: None,
        };
        let thread = std::thread::Builder::new()
            .name("trace".into())
            .spawn(move || tape.serve(reader, &inbox))
            .map_err(failed)?;
        let (calls, path) = (options.calls, options.file);
        Ok(Recorder { orders, named, thread, calls, resting: false, next: 1, path })
    }

    /// The number of the first function of the next unit, where calls are traced and there are
    /// numbers left.
    pub fn functions_from(&self) -> Option<u32> {
        // A unit may have many.
        let wanted = self.calls && !self.resting;
        (wanted && self.next < trace::FUNCTIONS / 2).then_some(self.next)
    }

    /// The functions of a unit that was compiled from [`Recorder::functions_from`] on.
    pub fn add_functions(&mut self, names: Vec<String>) {
        if !names.is_empty() {
            let first = self.next;
            self.next += names.len() as u32;
            // The recorder's thread lives as long as this does.
            let _ = self.named.send((first, names));
        }
    }

    pub fn begin(&self, name: &'static str) {
        self.mark(Kind::Begin, name, None);
    }

    pub fn begin_with(&self, name: &'static str, arg: (&'static str, u64)) {
        self.mark(Kind::Begin, name, Some(arg));
    }

    pub fn end(&self, name: &'static str) {
        self.mark(Kind::End, name, None);
    }

    pub fn instant(&self, name: &'static str) {
        self.mark(Kind::Instant, name, None);
    }

    fn mark(&self, kind: Kind, name: &'static str, arg: Option<(&'static str, u64)>) {
        if self.resting {
            return;
        }
        let (args, n_args) = ([arg.unwrap_or(("", 0))], usize::from(arg.is_some()));
        self.send(Order::Mark(Mark { kind, ticks: trace::ticks(), name, args, n_args }));
    }

    /// The recorder's thread ends only when it is told to: there is always somebody to take it.
    fn send(&self, order: Order) {
        let _ = self.orders.send(order);
    }

    /// The functions that were entered last, by the thread that entered the last.
    pub fn last_calls(&self) -> LastCalls {
        let (answer, inbox) = bounded(1);
        self.send(Order::Last(answer));
        inbox.recv().unwrap_or_default()
    }

    /// Writes what there is into a file of its own.
    pub fn save(&self, path: &Path) -> Result<Summary> {
        let (answer, inbox) = bounded(1);
        self.send(Order::Save(path.to_path_buf(), answer));
        let saved = inbox.recv().unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()));
        saved.map_err(|why| Failure::File { path: path.display().to_string(), why })
    }

    /// Records nothing more, and keeps what there is to be saved.
    pub fn rest(&mut self) -> Summary {
        let (answer, inbox) = bounded(1);
        self.resting = true;
        self.send(Order::Rest(answer));
        inbox.recv().unwrap_or_default()
    }

    pub fn is_resting(&self) -> bool {
        self.resting
    }

    /// Ends the trace; what the ring holds is read first.
    pub fn finish(self) -> Result<Summary> {
        self.send(Order::Stop);
        let path = self.path.unwrap_or_default();
        match self.thread.join() {
            Ok(Ok(summary)) => Ok(summary),
            Ok(Err(why)) => Err(Failure::File { path: path.display().to_string(), why }),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// A file that goes with the process.
fn nameless_file() -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    const O_TMPFILE: i32 = 0o20_200_000;
    let folder = std::env::temp_dir();
    File::options().read(true).write(true).custom_flags(O_TMPFILE).open(folder)
}

/// From the processor's time stamps to nanoseconds.
struct Clock {
    /// The same moment on both clocks.
    ticks: u64,
    at: Instant,
    /// Nanoseconds a tick.
    rate: f64,
    /// That moment in nanoseconds since the system was started.
    boot_time: u64,
}

impl Clock {
    fn start() -> Clock {
        let boot_time = executor::sys::boot_time();
        Clock { ticks: trace::ticks(), at: Instant::now(), rate: 0.5, boot_time }
    }

    /// The longer it runs the better the rate is known.
    fn adjust(&mut self) {
        let (ticks, nanos) = (trace::ticks() - self.ticks, self.at.elapsed().as_nanos());
        if ticks > 0 {
            self.rate = nanos as f64 / ticks as f64;
        }
    }

    fn nanos(&self, ticks: u64) -> u64 {
        (ticks.saturating_sub(self.ticks) as f64 * self.rate) as u64
    }
}

/// What a thread of user code is in.
#[derive(Default)]
struct Thread {
    open: Vec<u32>,
    last: [u32; LAST_CALLS],
    entered: usize,
}

/// The recorder's thread: puts everything in order and hands it on.
struct Tape {
    clock: Clock,
    writer: Writer<File>,
    on_event: Option<OnEvent>,
    /// By number.
    names: Vec<String>,
    new_names: Receiver<(u32, Vec<String>)>,
    /// The numbers of names that are not functions'.
    words: HashMap<&'static str, u32>,
    threads: HashMap<(u32, u32), Thread>,
    /// The thread that entered a function last.
    newest: Option<(u32, u32)>,
    summary: Summary,
    /// The file could not be written: nothing more is.
    failed: Option<io::Error>,
}

impl Tape {
    fn serve(mut self, mut reader: Reader, inbox: &Receiver<Order>) -> io::Result<Summary> {
        loop {
            let order = match inbox.recv_timeout(PAUSE) {
                Ok(order) => Some(order),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Order::Stop),
            };
            match order {
                Some(Order::Mark(mark)) => self.mark(&mark),
                Some(Order::Last(answer)) => {
                    self.drain(&mut reader);
                    let _ = answer.send(self.last_calls());
                }
                Some(Order::Save(path, answer)) => {
                    self.drain(&mut reader);
                    let _ = answer.send(self.save(&path));
                }
                Some(Order::Rest(answer)) => {
                    reader.stop();
                    self.drain(&mut reader);
                    let _ = answer.send(self.summary);
                }
                Some(Order::Stop) => {
                    reader.stop();
                    self.drain(&mut reader);
                    self.flush();
                    return self.failed.map_or(Ok(self.summary), Err);
                }
                None => self.drain(&mut reader),
            }
        }
    }

    /// The names of what may be in the ring by now. One that comes while it is read is asked for
    /// when it is met.
    fn take_names(&mut self) {
        while let Ok((first, names)) = self.new_names.try_recv() {
            self.names.resize(first as usize, String::new());
            self.names.extend(names);
        }
    }

    fn drain(&mut self, reader: &mut Reader) {
        self.clock.adjust();
        self.take_names();
        reader.drain(&mut |record| self.record(&record));
        let lost = reader.take_lost();
        if lost > 0 {
            self.summary.lost += lost;
            let at = self.clock.nanos(trace::ticks());
            self.event(Kind::Instant, at, Track::Tine, Name::Word("events lost"), &[("n", lost)]);
        }
    }

    fn mark(&mut self, mark: &Mark) {
        self.clock.adjust();
        let at = self.clock.nanos(mark.ticks);
        let args = &mark.args[..mark.n_args];
        self.event(mark.kind, at, Track::Tine, Name::Word(mark.name), args);
    }

    fn record(&mut self, record: &Record) {
        let at = self.clock.nanos(record.ticks);
        let key = (record.process, record.thread);
        let track = Track::Thread { process: record.process, thread: record.thread };
        match record.what {
            What::Enter(function) => {
                let thread = self.threads.entry(key).or_default();
                thread.open.push(function);
                thread.last[thread.entered % LAST_CALLS] = function;
                thread.entered += 1;
                self.newest = Some(key);
                self.event(Kind::Begin, at, track, Name::Function(function), &[]);
            }
            What::Leave(function) => self.leave(key, function, at),
            What::Note(Note::CollectionBegins) => {
                self.event(Kind::Begin, at, track, Name::Word(COLLECTION), &[]);
            }
            What::Note(Note::CollectionEnds { live, moved, pinned }) => {
                let args = [("live", live), ("moved", moved), ("pinned", pinned)];
                self.event(Kind::End, at, track, Name::Word(COLLECTION), &args);
            }
        }
    }

    /// A `longjmp` leaves functions that do not say so; what they called is over, too.
    fn leave(&mut self, key: (u32, u32), function: u32, at: u64) {
        let Some(thread) = self.threads.get_mut(&key) else { return };
        // Whose beginning was lost or lies before the trace has no end in it.
        let Some(depth) = thread.open.iter().rposition(|open| *open == function) else { return };
        let over = thread.open.len() - depth;
        thread.open.truncate(depth);
        let track = Track::Thread { process: key.0, thread: key.1 };
        for _ in 0..over {
            self.event(Kind::End, at, track, Name::Function(function), &[]);
        }
    }

    fn event(
        &mut self,
        kind: Kind,
        at: u64,
        track: Track,
        name: Name,
        args: &[(&'static str, u64)],
    ) {
        let (number, name) = match name {
            Name::Function(number) => {
                if number as usize >= self.names.len() {
                    self.take_names();
                }
                let name = self.names.get(number as usize).map_or("(unknown)", String::as_str);
                (number + WORDS, name)
            }
            Name::Word(word) => {
                let next = self.words.len() as u32 % WORDS;
                (*self.words.entry(word).or_insert(next), word)
            }
        };
        if self.writer.written() > MOST_BYTES {
            self.summary.lost += 1;
            return;
        }
        self.summary.events += 1;
        let event = Event { kind, at, track, number, name, args };
        if let Some(on_event) = &mut self.on_event {
            on_event(&event);
        }
        if self.failed.is_none() {
            self.failed = self.writer.put(&event).err();
        }
    }

    fn flush(&mut self) {
        if self.failed.is_none() {
            self.failed = self.writer.flush().err();
        }
    }

    fn save(&mut self, path: &Path) -> io::Result<Summary> {
        self.flush();
        if let Some(error) = &self.failed {
            return Err(io::Error::new(error.kind(), error.to_string()));
        }
        let from = self.writer.inner();
        let end = from.stream_position()?;
        from.seek(SeekFrom::Start(0))?;
        let copied = File::create(path).and_then(|mut to| io::copy(from, &mut to));
        from.seek(SeekFrom::Start(end))?;
        copied.map(|_| self.summary)
    }

    fn last_calls(&self) -> LastCalls {
        let Some(thread) = self.newest.and_then(|key| self.threads.get(&key)) else {
            return Vec::new();
        };
        let first = thread.entered.saturating_sub(LAST_CALLS);
        let numbers = (first..thread.entered).map(|at| thread.last[at % LAST_CALLS] as usize);
        numbers.filter_map(|number| self.names.get(number).cloned()).collect()
    }
}

const COLLECTION: &str = "collection";

/// What an event is called.
#[derive(Clone, Copy)]
enum Name {
    Function(u32),
    Word(&'static str),
}
