//! A limit of what a program may write. In: the pipes that the program has for its standard output
//! and error; out: the same bytes on this process's own, as long as there are not too many. What
//! always holds: what is passed on is a beginning of what was written, and a program that writes
//! more is ended.

use executor::handle::Interrupter;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use shell::Pipes;
use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::thread::JoinHandle;

/// The pipes, before anything is read.
pub(crate) struct Limited {
    pipes: Pipes,
    limit: u64,
}

impl Limited {
    /// At most so many bytes, of both streams together.
    pub(crate) fn new(limit: u64) -> io::Result<Limited> {
        Ok(Limited { pipes: Pipes::new()?, limit })
    }

    /// The ends for the program.
    pub(crate) fn streams(&self) -> [Option<Arc<OwnedFd>>; 2] {
        self.pipes.streams()
    }

    /// The other ends, which only this process is to have.
    pub(crate) fn withheld(&self) -> Vec<RawFd> {
        self.pipes.readers.iter().map(AsRawFd::as_raw_fd).collect()
    }

    /// Passes on what is written from now on; who writes too much is killed.
    pub(crate) fn begin(self, writer: Interrupter) -> io::Result<Relay> {
        let (end, ended) = io::pipe()?;
        // The ends for the program go: only the program is to hold them.
        let readers = self.pipes.readers.map(Some);
        let passing = Passing { readers, ended: end, left: self.limit, writer };
        Ok(Relay { thread: std::thread::spawn(move || passing.serve()), ended })
    }
}

pub(crate) struct Relay {
    thread: JoinHandle<bool>,
    ended: PipeWriter,
}

impl Relay {
    /// The program has ended: passes on what is in the pipes. Says whether it wrote too much.
    pub(crate) fn finish(self) -> bool {
        drop(self.ended);
        self.thread.join().unwrap_or(false)
    }
}

struct Passing {
    /// `None` when nobody writes or reads there any more.
    readers: [Option<PipeReader>; 2],
    /// Hung up when the program has ended.
    ended: PipeReader,
    left: u64,
    writer: Interrupter,
}

impl Passing {
    fn serve(mut self) -> bool {
        let mut buffer = vec![0; 1 << 16];
        loop {
            let mut fds = vec![PollFd::new(self.ended.as_fd(), PollFlags::POLLIN)];
            let open = self.readers.iter().flatten();
            fds.extend(open.map(|reader| PollFd::new(reader.as_fd(), PollFlags::POLLIN)));
            if poll(&mut fds, PollTimeout::NONE).is_err_and(|e| e != nix::errno::Errno::EINTR) {
                return false;
            }
            // Asked before the pipes are read: what was written before the end is in them.
            let is_last = fds[0].any().unwrap_or(false);
            for stream in 0..2 {
                while self.left > 0 && self.pass(stream, &mut buffer) {}
                if self.left == 0 && self.is_more(stream) {
                    // The end of the program follows; one that is gone already is no error.
                    let _ = self.writer.kill();
                    return true;
                }
            }
            if is_last {
                return false;
            }
        }
    }

    /// Passes on some of what one stream holds; false when it holds nothing.
    fn pass(&mut self, stream: usize, buffer: &mut [u8]) -> bool {
        let Some(reader) = &mut self.readers[stream] else { return false };
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let n = match reader.read(&mut buffer[..most]) {
            Ok(n) => n,
            Err(error) if error.kind() == ErrorKind::Interrupted => return true,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(_) => 0,
        };
        self.left -= n as u64;
        let written = match stream {
            0 => io::stdout().write_all(&buffer[..n]).and_then(|()| io::stdout().flush()),
            _ => io::stderr().write_all(&buffer[..n]),
        };
        if n == 0 || written.is_err() {
            // The program learns of a reader that has gone away as it would without us.
            self.readers[stream] = None;
            return false;
        }
        true
    }

    /// Whether there is something beyond the limit.
    fn is_more(&mut self, stream: usize) -> bool {
        let Some(reader) = &mut self.readers[stream] else { return false };
        match reader.read(&mut [0]) {
            Ok(0) => self.readers[stream] = None,
            Ok(_) => return true,
            // Not yet.
            Err(_) => {}
        }
        false
    }
}
