//! The terminal's foreground, which an executor with a process group of its own needs while it
//! runs: only then do `scanf`, Ctrl-C and Ctrl-Z mean its process. In: the standard input; out:
//! hand-over and return. What always holds: after `take` the foreground is the controller's group
//! again and the terminal's settings are those that were there at `give`.

use std::io;
use std::os::fd::BorrowedFd;

use nix::sys::signal::{SigSet, SigmaskHow, Signal, pthread_sigmask, raise};
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::{Pid, getpgrp, tcgetpgrp, tcsetpgrp};

#[derive(Debug)]
pub struct Terminal<'a> {
    fd: BorrowedFd<'a>,
    own_group: Pid,
    settings: Option<Termios>,
}

impl<'a> Terminal<'a> {
    /// The terminal behind `fd`, if it is one and this process is in its foreground.
    pub fn of(fd: BorrowedFd<'a>) -> Option<Terminal<'a>> {
        let own_group = getpgrp();
        let foreground = tcgetpgrp(fd).ok()?;
        (foreground == own_group).then_some(Terminal { fd, own_group, settings: None })
    }

    /// Whether the controller's group is the foreground now.
    pub fn is_ours(&self) -> bool {
        tcgetpgrp(self.fd).is_ok_and(|group| group == self.own_group)
    }

    /// Remembers the settings that [`Terminal::take`] and [`Terminal::restore`] bring back.
    pub fn save(&mut self) {
        self.settings = tcgetattr(self.fd).ok();
    }

    /// Brings the settings back if something has changed them since.
    pub fn restore(&mut self) -> io::Result<()> {
        match self.settings.take() {
            Some(settings) if tcgetattr(self.fd)? != settings && self.is_ours() => {
                Ok(tcsetattr(self.fd, SetArg::TCSADRAIN, &settings)?)
            }
            _ => Ok(()),
        }
    }

    /// Makes an executor's group the foreground. It has one of its own once it has answered anything.
    pub fn give(&mut self, executor: u32) -> io::Result<()> {
        if self.settings.is_none() {
            self.save();
        }
        self.set_foreground(Pid::from_raw(executor as i32))
    }

    /// Makes the controller's group the foreground again, with the settings of before.
    pub fn take(&mut self) -> io::Result<()> {
        self.set_foreground(self.own_group)?;
        if let Some(settings) = self.settings.take() {
            tcsetattr(self.fd, SetArg::TCSADRAIN, &settings)?;
        }
        Ok(())
    }

    /// Stops the controller as the terminal's own signal would, until it is continued.
    pub fn stop_self(&self) -> io::Result<()> {
        Ok(raise(Signal::SIGSTOP)?)
    }

    /// A process that is not in the foreground may do this only while it does not hear SIGTTOU.
    fn set_foreground(&self, group: Pid) -> io::Result<()> {
        let mut quiet = SigSet::empty();
        quiet.add(Signal::SIGTTOU);
        let mut before = SigSet::empty();
        pthread_sigmask(SigmaskHow::SIG_BLOCK, Some(&quiet), Some(&mut before))?;
        let set = tcsetpgrp(self.fd, group);
        pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&before), None)?;
        Ok(set?)
    }
}
