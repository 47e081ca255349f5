//! Waiting for an executor with an ear to the keyboard. In: an evaluation and a time limit; out:
//! what came of it, and whether a person or the limit ended it. The controller stays the
//! terminal's foreground, so Ctrl-C and Ctrl-Z come to it and are passed on; an executor that
//! reads from the terminal or changes its settings is stopped by the kernel, is given the
//! foreground, and goes on.
//!
//! What always holds: outside of [`Attendant::evaluate`] signals do what they did before, the
//! controller's group is the foreground, and the terminal's settings are those of before.

use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, Signal, pthread_sigmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use crate::error::{Context, Result};
use crate::handle::{Cause, Ended, Executor, Received};
use crate::terminal::Terminal;
use crate::wire::{Action, End, Run};

/// Code that goes on after SIGINT for so long is killed.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct Attendant {
    /// SIGINT and SIGTSTP, while an evaluation is under way.
    set: SigSet,
    signals: SignalFd,
    terminal: Option<Terminal<'static>>,
    /// The executor has the terminal's foreground.
    given: bool,
}

/// What came of an evaluation.
#[derive(Debug)]
pub struct Attended {
    /// Never `Stopped`, never `TimedOut`.
    pub received: Received,
    /// Somebody pressed Ctrl-C.
    pub interrupted: bool,
    /// The limit was met and the executor was killed.
    pub timed_out: bool,
}

impl Attended {
    /// Nobody did anything, and it is gone.
    pub fn ended(ended: Ended) -> Attended {
        Attended { received: Received::Ended(ended), interrupted: false, timed_out: false }
    }
}

/// What is waited for at the moment.
struct Watch {
    deadline: Option<Instant>,
    /// When an interrupted executor is killed.
    kill_at: Option<Instant>,
    /// When a killed one that is still there is ended with its warden.
    give_up_at: Option<Instant>,
    interrupted: bool,
    timed_out: bool,
    /// The executor was told to stop and has not said yet that it did.
    stopping: bool,
    /// It was killed: what it still answers was on its way, and the end comes behind that.
    killed: bool,
}

impl Watch {
    fn kill(&mut self, executor: &Executor, now: Instant) {
        self.killed = true;
        self.give_up_at.get_or_insert(now + PATIENCE);
        executor.kill();
    }
}

impl Attendant {
    /// Listens for signals to this process and, where standard input is a terminal that this
    /// process is in the foreground of, lends it to executors that ask for it.
    pub fn new() -> Result<Attendant> {
        static INPUT: std::sync::OnceLock<std::io::Stdin> = std::sync::OnceLock::new();
        let mut set = SigSet::empty();
        set.add(Signal::SIGINT);
        set.add(Signal::SIGTSTP);
        let flags = SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC;
        let signals = SignalFd::with_flags(&set, flags)
            .map_err(std::io::Error::from)
            .context(|| "a descriptor for signals".to_string())?;
        let terminal = Terminal::of(INPUT.get_or_init(std::io::stdin).as_fd());
        Ok(Attendant { set, signals, terminal, given: false })
    }

    /// Sends one evaluation and waits for its end.
    pub fn evaluate(
        &mut self,
        executor: &mut Executor,
        actions: Vec<Action>,
        run: Option<Run>,
        deadline: Option<Instant>,
    ) -> Result<Attended> {
        let sent = |executor: &mut Executor| executor.send_evaluation(actions, run);
        self.attend(executor, sent, deadline)
    }

    /// Ends the session as [`Executor::leave`] does, and waits for its handlers.
    pub fn leave(
        &mut self,
        executor: &mut Executor,
        status: i32,
        deadline: Option<Instant>,
    ) -> Result<Attended> {
        self.attend(executor, |executor| executor.send_leave(status), deadline)
    }

    fn attend(
        &mut self,
        executor: &mut Executor,
        send: impl FnOnce(&mut Executor) -> Result<()>,
        deadline: Option<Instant>,
    ) -> Result<Attended> {
        let mut before = SigSet::empty();
        pthread_sigmask(SigmaskHow::SIG_BLOCK, Some(&self.set), Some(&mut before))
            .map_err(std::io::Error::from)
            .context(|| "holding signals back".to_string())?;
        if let Some(terminal) = &mut self.terminal {
            terminal.save();
        }
        let mut watch = Watch {
            deadline,
            kill_at: None,
            give_up_at: None,
            interrupted: false,
            timed_out: false,
            stopping: false,
            killed: false,
        };
        let sent = send(executor);
        let received = sent.and_then(|()| self.wait(executor, &mut watch));
        self.take_back();
        if watch.stopping {
            executor.go_on()?;
        }
        // A key pressed in the last moment was meant for the code that is done now.
        while let Ok(Some(_)) = self.signals.read_signal() {}
        pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&before), None)
            .map_err(std::io::Error::from)
            .context(|| "letting signals through".to_string())?;
        let received = received?;
        let by_key = matches!(&received, Received::Ended(ended)
            if ended.cause == Cause::Process(End::Signal(libc::SIGINT)));
        Ok(Attended {
            received,
            interrupted: watch.interrupted || by_key,
            timed_out: watch.timed_out,
        })
    }

    fn wait(&mut self, executor: &mut Executor, watch: &mut Watch) -> Result<Received> {
        loop {
            // Without a descriptor there is no other process: the answer is there.
            let alone = executor.readable().is_none();
            let now = (!alone).then(Instant::now);
            match executor.receive(now)? {
                Received::TimedOut => {}
                Received::Stopped { signal } => {
                    self.stopped(executor, signal, &mut watch.stopping)?;
                    continue;
                }
                received if watch.killed && !matches!(received, Received::Ended(_)) => {}
                received => return Ok(received),
            }
            if let Some(fd) = executor.readable() {
                self.sleep(fd, watch)?;
            }
            while let Ok(Some(info)) = self.signals.read_signal() {
                if info.ssi_signo == libc::SIGINT as u32 {
                    self.interrupt(executor, watch)?;
                } else {
                    executor.stop()?;
                    watch.stopping = true;
                }
            }
            let now = Instant::now();
            if watch.kill_at.is_some_and(|at| at <= now) {
                watch.kill_at = None;
                watch.kill(executor, now);
            }
            if watch.deadline.is_some_and(|at| at <= now) {
                watch.deadline = None;
                watch.timed_out = true;
                watch.kill(executor, now);
            }
            if watch.give_up_at.is_some_and(|at| at <= now) {
                let hopeless = executor.is_out_of_reach();
                watch.give_up_at = (!hopeless).then_some(now + PATIENCE);
                if hopeless {
                    executor.kill_all();
                }
            }
        }
    }

    /// Until there is news from the executor, a signal, or something is due.
    fn sleep(&self, executor: BorrowedFd<'_>, watch: &Watch) -> Result<()> {
        let due = [watch.deadline, watch.kill_at, watch.give_up_at].into_iter().flatten().min();
        let timeout = due.map_or(PollTimeout::NONE, |at| {
            let left = at.saturating_duration_since(Instant::now()).as_millis() + 1;
            PollTimeout::try_from(left.min(1 << 30) as i32).unwrap_or(PollTimeout::MAX)
        });
        let mut fds = [
            PollFd::new(executor, PollFlags::POLLIN),
            PollFd::new(self.signals.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut fds, timeout) {
            Ok(_) | Err(nix::errno::Errno::EINTR) => Ok(()),
            Err(error) => {
                Err(std::io::Error::from(error)).context(|| "waiting for the executor".to_string())
            }
        }
    }

    /// The first time as the key would have done it; who does not listen is killed.
    fn interrupt(&mut self, executor: &Executor, watch: &mut Watch) -> Result<()> {
        if watch.interrupted {
            watch.kill(executor, Instant::now());
            return Ok(());
        }
        watch.interrupted = true;
        watch.kill_at = Some(Instant::now() + PATIENCE);
        executor.interrupt()
    }

    fn stopped(&mut self, executor: &mut Executor, signal: u32, asked: &mut bool) -> Result<()> {
        if !std::mem::take(asked) && signal == libc::SIGSTOP as u32 {
            // No key does that: somebody stopped it by hand, or it was told so too late.
            return executor.go_on();
        }
        let wants_terminal = [libc::SIGTTIN, libc::SIGTTOU].contains(&(signal as i32));
        if wants_terminal && !self.given && self.give(executor)? {
            return executor.go_on();
        }
        self.stop_both(executor)
    }

    /// Ctrl-Z: the shell above gets its terminal back until somebody lets this process go on.
    fn stop_both(&mut self, executor: &mut Executor) -> Result<()> {
        let had = self.given;
        self.take_back();
        crate::sys::stop_this_process();
        if had {
            self.give(executor)?;
        }
        executor.go_on()
    }

    fn give(&mut self, executor: &mut Executor) -> Result<bool> {
        let pid = executor.pid()?;
        if let Some(terminal) = self.terminal.as_mut().filter(|t| t.is_ours()) {
            terminal.give(pid).context(|| "giving the terminal to the executor".to_string())?;
            self.given = true;
        }
        Ok(self.given)
    }

    /// The terminal may be gone: nothing to have back, then.
    fn take_back(&mut self) {
        if let Some(terminal) = &mut self.terminal {
            if std::mem::take(&mut self.given) {
                let _ = terminal.take();
            } else {
                let _ = terminal.restore();
            }
        }
    }
}
