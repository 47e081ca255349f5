//! One end of a SOCK_SEQPACKET pair that carries whole messages, and a descriptor beside a
//! message. In go byte strings, out come byte strings: a message longer than a packet is cut into
//! frames and put together again. What always holds: a wait has a deadline or is meant to be for
//! ever; a half-received message survives a deadline; nothing longer than the limit is kept.

use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg,
    sendmsg, socketpair,
};

use crate::sys;

/// Payload of one packet: well below the default send buffer.
pub(crate) const FRAME_BYTES: usize = 64 << 10;

/// First byte of a packet: whether it begins a message, and whether it ends it. A beginning
/// throws away what a sender that died has left half sent.
const FIRST: u8 = 1;
const LAST: u8 = 2;

#[derive(Debug)]
pub(crate) struct Channel {
    fd: OwnedFd,
    packet: Box<[u8]>,
    partial: Vec<u8>,
    /// Whether `partial` has its beginning.
    begun: bool,
    descriptor: Option<OwnedFd>,
    limit_bytes: usize,
}

#[derive(Debug)]
pub(crate) enum Incoming {
    Message(Vec<u8>, Option<OwnedFd>),
    TimedOut,
    /// The other end is gone.
    Closed,
    /// The other end does not keep to the framing, or sends more than the limit.
    Broken,
}

/// What a sender does when the other end does not read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Wait,
    WaitUnlessReadable,
    Refuse,
}

/// How long a call may wait.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wait {
    Forever,
    Until(Instant),
}

impl Wait {
    /// The time that is left.
    fn left(self) -> Option<Duration> {
        match self {
            Wait::Forever => None,
            Wait::Until(deadline) => Some(deadline.saturating_duration_since(Instant::now())),
        }
    }
}

/// Two connected ends, both closed on exec.
pub(crate) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let kind = (AddressFamily::Unix, SockType::SeqPacket);
    Ok(socketpair(kind.0, kind.1, None, SockFlag::SOCK_CLOEXEC)?)
}

impl Channel {
    pub(crate) fn new(fd: OwnedFd, limit_bytes: usize) -> Channel {
        let packet = vec![0; FRAME_BYTES + 1].into_boxed_slice();
        Channel { fd, packet, partial: Vec::new(), begun: false, descriptor: None, limit_bytes }
    }

    /// Sends one message. Gives up with `BrokenPipe` when the other end is gone, and with
    /// `WouldBlock` when it does not read although something from it waits to be read here:
    /// that may be the news of its end.
    pub(crate) fn send(&self, bytes: &[u8], descriptor: Option<BorrowedFd<'_>>) -> io::Result<()> {
        send_frames(self.as_fd(), bytes, descriptor, Room::WaitUnlessReadable)
    }

    /// Sends one message of one packet; `WouldBlock` when there is no room for it now.
    pub(crate) fn try_send(&self, bytes: &[u8]) -> io::Result<()> {
        send_frames(self.as_fd(), bytes, None, Room::Refuse)
    }

    /// The next message, waiting at most as long as told.
    pub(crate) fn receive(&mut self, wait: Wait) -> io::Result<Incoming> {
        loop {
            let flags = match wait {
                Wait::Forever => MsgFlags::empty(),
                Wait::Until(_) => MsgFlags::MSG_DONTWAIT,
            };
            match self.receive_packet(flags) {
                Ok(Some(incoming)) => return Ok(incoming),
                Ok(None) => {}
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => {
                    if !self.wait_for_packet(wait)? {
                        return Ok(Incoming::TimedOut);
                    }
                }
                // The other end went without reading all; what it had sent before is still here.
                Err(Errno::ECONNRESET) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// As [`Channel::receive`], closed as well when `other` is hung up: the sockets of one that is
    /// gone may be held open by children it left behind.
    pub(crate) fn receive_unless(
        &mut self,
        wait: Wait,
        other: BorrowedFd<'_>,
    ) -> io::Result<Incoming> {
        let mut gone = false;
        loop {
            // What was said before the end is heard first.
            match self.receive_packet(MsgFlags::MSG_DONTWAIT) {
                Ok(Some(incoming)) => return Ok(incoming),
                Err(Errno::EAGAIN) if gone => return Ok(Incoming::Closed),
                Err(Errno::EAGAIN) => {}
                Ok(None) | Err(Errno::EINTR | Errno::ECONNRESET) => continue,
                Err(error) => return Err(error.into()),
            }
            let mut fds = [sys::pollfd(self.fd.as_fd()), sys::pollfd(other)];
            // Only that it is hung up is of interest.
            fds[1].events = 0;
            match sys::poll(&mut fds, wait.left()) {
                Ok(0) => return Ok(Incoming::TimedOut),
                Ok(_) => gone = fds[1].revents != 0,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether something came before the deadline.
    fn wait_for_packet(&self, wait: Wait) -> io::Result<bool> {
        let mut fds = [sys::pollfd(self.fd.as_fd())];
        loop {
            match sys::poll(&mut fds, wait.left()) {
                Ok(n) => return Ok(n > 0),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// One packet; `None` while more belong to the message.
    fn receive_packet(&mut self, flags: MsgFlags) -> nix::Result<Option<Incoming>> {
        let mut space = cmsg_space!([i32; 1]);
        let mut parts = [IoSliceMut::new(&mut self.packet)];
        let flags = flags | MsgFlags::MSG_CMSG_CLOEXEC;
        let got = recvmsg::<()>(self.fd.as_raw_fd(), &mut parts, Some(&mut space), flags)?;
        for message in got.cmsgs()? {
            if let ControlMessageOwned::ScmRights(fds) = message {
                let mut new = fds.into_iter().map(sys::received_descriptor);
                self.descriptor = new.next();
            }
        }
        let len = got.bytes;
        let Some((&tag, frame)) = self.packet.get(..len).and_then(<[u8]>::split_first) else {
            return Ok(Some(Incoming::Closed));
        };
        if tag & !(FIRST | LAST) != 0 {
            return Ok(Some(Incoming::Broken));
        }
        if tag & FIRST != 0 {
            self.partial.clear();
            self.begun = true;
        }
        if !self.begun {
            // The end of a message whose beginning went to a reader that is no more.
            return Ok(None);
        }
        if self.partial.len() + frame.len() > self.limit_bytes {
            return Ok(Some(Incoming::Broken));
        }
        self.partial.extend_from_slice(frame);
        if tag & LAST == 0 {
            return Ok(None);
        }
        self.begun = false;
        let message = std::mem::take(&mut self.partial);
        Ok(Some(Incoming::Message(message, self.descriptor.take())))
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Sends one message, waiting for room as long as it takes.
pub(crate) fn send_blocking(to: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<()> {
    send_frames(to, bytes, None, Room::Wait)
}

fn send_frames(
    to: BorrowedFd<'_>,
    bytes: &[u8],
    descriptor: Option<BorrowedFd<'_>>,
    room: Room,
) -> io::Result<()> {
    let mut descriptor = descriptor;
    let mut rest = bytes;
    let mut first = FIRST;
    loop {
        let (frame, after) = rest.split_at(rest.len().min(FRAME_BYTES));
        let tag = [first | if after.is_empty() { LAST } else { 0 }];
        first = 0;
        send_packet(to, &[IoSlice::new(&tag), IoSlice::new(frame)], descriptor.take(), room)?;
        if after.is_empty() {
            return Ok(());
        }
        rest = after;
    }
}

fn send_packet(
    to: BorrowedFd<'_>,
    parts: &[IoSlice<'_>],
    descriptor: Option<BorrowedFd<'_>>,
    room: Room,
) -> io::Result<()> {
    let raw = descriptor.map(|fd| [fd.as_raw_fd()]);
    let rights = raw.as_ref().map(|fds| ControlMessage::ScmRights(fds));
    let flags = MsgFlags::MSG_NOSIGNAL | MsgFlags::MSG_DONTWAIT;
    loop {
        match sendmsg::<()>(to.as_raw_fd(), parts, rights.as_slice(), flags, None) {
            Ok(_) => return Ok(()),
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => wait_for_room(to, room)?,
            Err(error) => return Err(error.into()),
        }
    }
}

fn wait_for_room(to: BorrowedFd<'_>, room: Room) -> io::Result<()> {
    let mut fds = [sys::pollfd(to)];
    fds[0].events = match room {
        Room::Refuse => return Err(io::ErrorKind::WouldBlock.into()),
        Room::Wait => libc::POLLOUT,
        Room::WaitUnlessReadable => libc::POLLIN | libc::POLLOUT,
    };
    match sys::poll(&mut fds, None) {
        Ok(_) if fds[0].revents & libc::POLLOUT != 0 => Ok(()),
        Ok(_) => Err(io::ErrorKind::WouldBlock.into()),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
        Err(error) => Err(error),
    }
}
