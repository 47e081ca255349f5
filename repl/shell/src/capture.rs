//! What user code writes, kept. In: two pipes that user code has as its standard output and error;
//! out: what came through them since the last question, up to a limit.
//!
//! Always: somebody reads, so that nobody who writes has to wait; what is beyond the limit is
//! dropped and said to be. Nobody waits for the end of a pipe: a process that user code left behind
//! may hold it open for ever.

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// What was written to one stream.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Written {
    pub(crate) bytes: Vec<u8>,
    /// There was more than the limit.
    pub(crate) cut: bool,
}

/// Two pipes for user code's standard output and error: to be made while the process has one
/// thread.
pub struct Pipes {
    /// Nobody waits who reads here.
    pub readers: [PipeReader; 2],
    writers: [Option<Arc<OwnedFd>>; 2],
}

impl Pipes {
    pub fn new() -> io::Result<Pipes> {
        let (out, out_end) = io::pipe()?;
        let (err, err_end) = io::pipe()?;
        for reader in [&out, &err] {
            fcntl(reader, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        let writers = [out_end, err_end].map(|end| Some(Arc::new(OwnedFd::from(end))));
        Ok(Pipes { readers: [out, err], writers })
    }

    /// The ends for user code.
    pub fn streams(&self) -> [Option<Arc<OwnedFd>>; 2] {
        self.writers.clone()
    }
}

/// The pipes before anything is read.
pub struct Capture {
    pipes: Pipes,
    limit: usize,
}

impl Capture {
    /// `limit` is of one stream and one input, in bytes.
    pub fn new(limit: usize) -> io::Result<Capture> {
        Ok(Capture { pipes: Pipes::new()?, limit })
    }

    /// The ends for user code's standard output and error.
    pub fn streams(&self) -> [Option<Arc<OwnedFd>>; 2] {
        self.pipes.streams()
    }

    /// Starts reading.
    pub(crate) fn begin(self) -> io::Result<Captured> {
        let (wishes, wish) = io::pipe()?;
        let (answers, answer) = channel();
        let (readers, limit) = (self.pipes.readers, self.limit);
        std::thread::spawn(move || Collector { readers, limit, wishes }.serve(&answers));
        Ok(Captured { wish, answer })
    }
}

/// Asks what was written.
pub(crate) struct Captured {
    wish: PipeWriter,
    answer: Receiver<[Written; 2]>,
}

impl Captured {
    /// What was written to standard output and error since the last call. Whoever wrote it has
    /// ended or answered: it is all in the pipes.
    pub(crate) fn take(&mut self) -> io::Result<[Written; 2]> {
        self.wish.write_all(&[0])?;
        self.answer.recv().map_err(io::Error::other)
    }
}

struct Collector {
    readers: [PipeReader; 2],
    limit: usize,
    wishes: PipeReader,
}

/// More than a pipe holds; what comes after a wish was written after the input.
const MOST_LEFT: usize = 2 << 20;

impl Collector {
    /// Reads until nobody can ask any more.
    fn serve(mut self, answers: &Sender<[Written; 2]>) {
        let mut written = <[Written; 2]>::default();
        let mut open = [true; 2];
        loop {
            let mut fds = vec![PollFd::new(self.wishes.as_fd(), PollFlags::POLLIN)];
            let streams = self.readers.iter().zip(open).filter(|(_, open)| *open);
            fds.extend(streams.map(|(reader, _)| PollFd::new(reader.as_fd(), PollFlags::POLLIN)));
            let polled = poll(&mut fds, PollTimeout::NONE);
            let wished = fds[0].any().unwrap_or(false);
            if polled.is_err_and(|error| error != nix::errno::Errno::EINTR) {
                return;
            }
            // Without a wish a little at a time, so that a wish is seen soon.
            let most = if wished { MOST_LEFT } else { 1 << 16 };
            for (stream, reader) in self.readers.iter_mut().enumerate() {
                open[stream] &= drain(reader, &mut written[stream], self.limit, most);
            }
            if wished {
                let mut wish = [0];
                let asked = self.wishes.read(&mut wish).is_ok_and(|n| n == 1);
                if !asked || answers.send(std::mem::take(&mut written)).is_err() {
                    return;
                }
            }
        }
    }
}

/// Reads what is there; false when nobody can write any more.
fn drain(reader: &mut PipeReader, into: &mut Written, limit: usize, most: usize) -> bool {
    let mut buffer = vec![0; 1 << 16];
    let mut total = 0;
    while total < most {
        match reader.read(&mut buffer) {
            Ok(0) => return false,
            Ok(n) => {
                let room = (limit - into.bytes.len()).min(n);
                into.bytes.extend_from_slice(&buffer[..room]);
                into.cut |= room < n;
                total += n;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return true,
        }
    }
    true
}
