//! A real pseudo-terminal: an executor with a group of its own gets the foreground, is stopped
//! and interrupted by keys, and the controller has everything back afterwards.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use executor::handle::{Cause, Received};
use executor::terminal::Terminal;
use executor::wire::{End, Run};

use crate::machine::{self, Bench};
use crate::{Case, soon};

pub(crate) const CASES: &[Case] =
    &[("terminal: foreground, stop, continue, interrupt, settings", keys)];

/// Makes this process the leader of a session on a new terminal; gives the other end.
fn on_new_terminal() -> OwnedFd {
    let pair = nix::pty::openpty(None, None).expect("openpty");
    nix::unistd::setsid().expect("setsid");
    // SAFETY: plain numbers and a descriptor that is open.
    unsafe {
        assert_eq!(libc::ioctl(pair.slave.as_raw_fd(), libc::TIOCSCTTY, 0), 0);
        assert_eq!(libc::dup2(pair.slave.as_raw_fd(), 0), 0);
    }
    pair.master
}

fn keys() {
    // Never closed: that would hang up on this process, which is the session's leader.
    let master = std::mem::ManuallyDrop::new(on_new_terminal());
    let press = |key: u8| assert_eq!(nix::unistd::write(&*master, &[key]), Ok(1));
    let (mut bench, mut executor) = Bench::new();
    // It makes its group itself, before it answers anything: until then a key would go to nobody.
    let answered = executor.evaluate(vec![], None, soon()).expect("evaluate");
    assert!(matches!(answered, Received::Done { .. }), "{answered:?}");
    let stdin = std::io::stdin();
    let mut terminal = Terminal::of(stdin.as_fd()).expect("a terminal in the foreground");
    let before = nix::sys::termios::tcgetattr(stdin.as_fd()).expect("settings");
    terminal.give(executor.pid().expect("pid")).expect("give");
    assert!(Terminal::of(stdin.as_fd()).is_none(), "not in the foreground now");

    let entry = bench.code(&machine::ENDLESS);
    let run = Some(Run::Call { entry, arg: 0 });
    let now = Some(std::time::Instant::now());
    assert_eq!(executor.evaluate(vec![], run, now).expect("evaluate"), Received::TimedOut);
    press(0x1a);
    let received = executor.receive(soon()).expect("receive");
    assert_eq!(received, Received::Stopped { signal: libc::SIGTSTP as u32 });
    executor.go_on().expect("go on");

    // Something of the program's leaves the terminal without echo.
    let mut raw = before.clone();
    nix::sys::termios::cfmakeraw(&mut raw);
    raw.local_flags.insert(nix::sys::termios::LocalFlags::ISIG);
    // SAFETY: the kernel only reads the settings.
    unsafe { libc::signal(libc::SIGTTOU, libc::SIG_IGN) };
    nix::sys::termios::tcsetattr(stdin.as_fd(), nix::sys::termios::SetArg::TCSANOW, &raw)
        .expect("raw");
    // SAFETY: the default again.
    unsafe { libc::signal(libc::SIGTTOU, libc::SIG_DFL) };
    press(3);
    let ended = executor.wait_for_end(soon()).expect("wait").expect("in time");
    assert_eq!(ended.cause, Cause::Process(End::Signal(libc::SIGINT)));
    terminal.take().expect("take");
    let after = nix::sys::termios::tcgetattr(stdin.as_fd()).expect("settings");
    assert_eq!(before.local_flags, after.local_flags);
    assert!(Terminal::of(stdin.as_fd()).is_some(), "in the foreground again");
}
