//! A trace file in Perfetto's format: protobuf messages, one after another. In: [`Event`]s; out:
//! bytes. The numbers of fields are those of Perfetto's `trace_packet.proto` and what it includes.
//!
//! What always holds: an event costs no allocation once its track and its name are known; times
//! on a track never go back (each is written as the distance from the one before).

use super::{Event, Kind, Track};
use std::collections::HashMap;
use std::io::{self, Write};

// TracePacket
const CLOCK_SNAPSHOT: u32 = 6;
const TIMESTAMP: u32 = 8;
const SEQUENCE: u32 = 10;
const TRACK_EVENT: u32 = 11;
const INTERNED: u32 = 12;
const SEQUENCE_FLAGS: u32 = 13;
const TIMESTAMP_CLOCK: u32 = 58;
const DEFAULTS: u32 = 59;
const TRACK_DESCRIPTOR: u32 = 60;

const STATE_CLEARED: u64 = 1;
const NEEDS_STATE: u64 = 2;
/// The first number for clocks of a sequence's own.
const OWN_CLOCK: u64 = 64;
const BOOT_TIME: u64 = 6;

/// The writer of one file.
pub(crate) struct Writer<W> {
    out: W,
    /// Packets that are whole, until they are worth a system call.
    buffer: Vec<u8>,
    packet: Message,
    /// Messages inside the packet.
    inner: [Message; 3],
    tracks: HashMap<Track, usize>,
    /// By the numbers in `tracks`.
    sequences: Vec<Sequence>,
    /// What the times are counted from, on the system's clock.
    start: u64,
    written: u64,
}

/// One track: what has been said on it.
struct Sequence {
    /// In nanoseconds.
    last: u64,
    named: Vec<bool>,
}

const BUFFER: usize = 64 << 10;

impl<W: Write> Writer<W> {
    /// `start` is the time of the events' zero, in nanoseconds since the system was started.
    pub(crate) fn new(out: W, start: u64) -> Writer<W> {
        Writer {
            out,
            buffer: Vec::with_capacity(2 * BUFFER),
            packet: Message::default(),
            inner: Default::default(),
            tracks: HashMap::new(),
            sequences: Vec::new(),
            start,
            written: 0,
        }
    }

    /// Bytes of the file so far, those on the way there aside.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    pub(crate) fn put(&mut self, event: &Event<'_>) -> io::Result<()> {
        let index = match self.tracks.get(&event.track) {
            Some(&index) => index,
            None => self.begin_track(event.track, event.at),
        };
        let sequence = &mut self.sequences[index];
        let [track_event, names, name] = &mut self.inner;
        self.packet.clear();
        let at = event.at.max(sequence.last);
        self.packet.number(TIMESTAMP, at - sequence.last);
        sequence.last = at;
        self.packet.number(SEQUENCE, index as u64 + 1);
        self.packet.number(SEQUENCE_FLAGS, NEEDS_STATE);
        track_event.clear();
        let (kind, has_name) = match event.kind {
            Kind::Begin => (1, true),
            Kind::End => (2, false),
            Kind::Instant => (3, true),
        };
        track_event.number(9, kind);
        if has_name {
            let number = event.number as usize;
            track_event.number(10, number as u64 + 1);
            if sequence.named.len() <= number {
                sequence.named.resize(number + 1, false);
            }
            if !std::mem::replace(&mut sequence.named[number], true) {
                name.clear();
                name.number(1, number as u64 + 1);
                name.bytes(2, event.name.as_bytes());
                names.clear();
                names.bytes(2, &name.0);
                self.packet.bytes(INTERNED, &names.0);
            }
        }
        for (key, value) in event.args {
            name.clear();
            name.bytes(10, key.as_bytes());
            name.number(3, *value);
            track_event.bytes(4, &name.0);
        }
        self.packet.bytes(TRACK_EVENT, &track_event.0);
        self.end_packet()
    }

    fn begin_track(&mut self, track: Track, at: u64) -> usize {
        let index = self.sequences.len();
        let uuid = index as u64 + 1;
        self.tracks.insert(track, index);
        self.sequences.push(Sequence { last: at, named: Vec::new() });
        let [descriptor, one, two] = &mut self.inner;
        // What the track is called.
        descriptor.clear();
        descriptor.number(1, uuid);
        one.clear();
        match track {
            Track::Tine => {
                descriptor.bytes(2, b"tine");
            }
            Track::Thread { process, thread } => {
                one.number(1, u64::from(process));
                one.number(2, u64::from(thread));
                let name: &[u8] = if process == thread { b"main" } else { b"thread" };
                one.bytes(5, name);
                descriptor.bytes(4, &one.0);
            }
        }
        self.packet.clear();
        self.packet.number(SEQUENCE, uuid);
        self.packet.bytes(TRACK_DESCRIPTOR, &descriptor.0);
        put_bytes(&mut self.buffer, 1, &self.packet.0);
        // Its clock, which each event moves on, and what its events need not repeat.
        let snapshot = descriptor;
        snapshot.clear();
        for (clock, incremental) in [(BOOT_TIME, false), (OWN_CLOCK, true)] {
            one.clear();
            one.number(1, clock);
            one.number(2, self.start + at);
            if incremental {
                one.number(3, 1);
            }
            snapshot.bytes(1, &one.0);
        }
        one.clear();
        one.number(TIMESTAMP_CLOCK, OWN_CLOCK);
        two.clear();
        two.number(11, uuid);
        one.bytes(TRACK_EVENT, &two.0);
        self.packet.clear();
        self.packet.number(SEQUENCE, uuid);
        self.packet.number(SEQUENCE_FLAGS, STATE_CLEARED);
        self.packet.bytes(CLOCK_SNAPSHOT, &snapshot.0);
        self.packet.bytes(DEFAULTS, &one.0);
        put_bytes(&mut self.buffer, 1, &self.packet.0);
        index
    }

    fn end_packet(&mut self) -> io::Result<()> {
        put_bytes(&mut self.buffer, 1, &self.packet.0);
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        self.out.flush()
    }

    pub(crate) fn inner(&mut self) -> &mut W {
        &mut self.out
    }
}

/// A protobuf message under construction; its memory is used again.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn clear(&mut self) {
        self.0.clear();
    }

    fn number(&mut self, field: u32, value: u64) {
        put_number(&mut self.0, u64::from(field) << 3);
        put_number(&mut self.0, value);
    }

    fn bytes(&mut self, field: u32, bytes: &[u8]) {
        put_bytes(&mut self.0, field, bytes);
    }
}

fn put_bytes(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    put_number(out, u64::from(field) << 3 | 2);
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
