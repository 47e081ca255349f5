//! The wire against round trips and seeded mutations: every message comes back as it went, and
//! no bytes whatever make the decoder panic or answer with a message that encodes otherwise.

use executor::addr::{Addr, AddrRange};
use executor::codec::WireErrorKind;
use executor::region::SlabLayout;
use executor::sys::{Protection, Usage};
use executor::wire::{
    Action, ActionResult, BlockUse, CrashRecord, End, Exited, How, MappedCode, MemoryUse, Module,
    Reply, Request, Run, Sleeper,
};

fn requests() -> Vec<Request> {
    let range = AddrRange::new(Addr(0x1000_0000), 0x4000);
    let actions = vec![
        Action::CopyFromSlab { range },
        Action::Write { addr: Addr(7), bytes: vec![1, 2, 3] },
        Action::MapZero { range },
        Action::Map { range, protection: Protection::ReadWrite },
        Action::Protect { range, protection: Protection::ReadExecute },
        Action::Unmap { range },
        Action::Restore { range },
        Action::Discard { range },
        Action::Resolve { names: vec!["puts".into(), String::new(), "héllo".into()] },
        Action::Open { path: "libm.so.6".into(), global: true },
        Action::Publish { symbols: vec![("x".into(), Addr(8)), ("y".into(), Addr(9))] },
        Action::RegisterModule {
            module: Module {
                id: 4,
                name: "a.o".into(),
                ranges: vec![range, range],
                eh_frame: range,
                fini: vec![Addr(1)],
            },
        },
        Action::RegisterTls { offset: 1, size: 2, image: range },
        Action::RegisterRoots { table: range },
        Action::Measure { stretches: 64 },
        Action::Init { functions: vec![Addr(3), Addr(4)] },
        Action::Drain { module: 4 },
        Action::Copy { from: Addr(0x7000), range: AddrRange::new(Addr(0x8000), 8) },
        Action::Indirect { resolver: Addr(0x7100), cell: Addr(0x8010) },
        Action::CopyVariable {
            library: "/lib/libc.so.6".into(),
            name: "stdout".into(),
            range: AddrRange::new(Addr(0x8000), 8),
        },
        Action::LibraryTls {
            cell: Addr(0x8020),
            name: "errno".into(),
            library: "/lib/libc.so.6".into(),
            offset: 16,
            pair: true,
        },
    ];
    let run = Some(Run::Call { entry: Addr(9), arg: u64::MAX });
    let args = vec![b"a.out".to_vec(), vec![0xff]];
    let main = |env| Some(Run::Main { entry: Addr(1), args: args.clone(), env });
    vec![
        Request::Leave { status: -1 },
        Request::Checkpoint(Sleeper { token: 7, word: 1 }),
        Request::Resume { token: u64::MAX },
        Request::Evaluate { actions: vec![], run: main(None), copy: None },
        Request::Evaluate { actions: vec![], run: main(Some(vec![b"A=1".to_vec()])), copy: None },
        Request::AddSlab { layout: SlabLayout::of(AddrRange::new(Addr(1 << 28), 1 << 30)) },
        Request::Evaluate { actions: vec![], run: None, copy: None },
        Request::Evaluate { actions, run, copy: Some(Sleeper { token: 9, word: 255 }) },
    ]
}

fn replies() -> Vec<Reply> {
    let usage =
        Usage { user_us: 1, system_us: 2, max_rss_kib: 3, minor_faults: 4, major_faults: 5 };
    let crash = CrashRecord {
        signal: 11,
        code: 1,
        address: Addr(16),
        pc_bytes: vec![0x0f, 0x0b],
        frames: vec![Addr(1), Addr(2)],
        stack: vec![3; 64],
        maps: vec![MappedCode {
            range: AddrRange::new(Addr(0x7f00_0000_1000), 0x2000),
            offset: 4096,
            path: "/lib/libm.so.6".into(),
        }],
        ..CrashRecord::default()
    };
    let results = vec![
        ActionResult::Resolved(vec![Some(Addr(1)), None, Some(Addr(u64::MAX))]),
        ActionResult::Opened(77),
        ActionResult::Drained { crashes: vec![crash.clone()], dropped: 2 },
        ActionResult::Memory(MemoryUse {
            stack: [1, 2, 3],
            heap: [4, 5, u64::MAX],
            pinned: 6,
            heaps: 7,
            blocks: vec![
                BlockUse::Gone,
                BlockUse::Ready,
                BlockUse::Large,
                BlockUse::Filled(0),
                BlockUse::Filled(8),
            ],
            ..MemoryUse::default()
        }),
    ];
    vec![
        Reply::Started { pid: 12 },
        Reply::Done { results: results.clone(), returned: Some(4) },
        Reply::Done { results: vec![], returned: None },
        Reply::Failed { index: 3, message: "no".into(), results },
        Reply::Ended { pid: 1, end: End::Exit(-1), usage },
        Reply::Ended { pid: 1, end: End::Signal(11), usage },
        Reply::Ended { pid: 0, end: End::NotStarted(12), usage },
        Reply::Stopped { pid: 5, signal: 20 },
        Reply::Checkpointed { pid: 6, micros: 55 },
        Reply::NotCheckpointed { threads: 2, error: -1 },
        Reply::Exited(Exited { status: 3, how: How::Exit, crashes: vec![] }),
        Reply::Exited(Exited { status: 3, how: How::Quick, crashes: vec![crash; 2] }),
    ]
}

#[test]
fn messages_come_back_as_they_went() {
    for request in requests() {
        assert_eq!(Request::decode(&request.encode()), Ok(request));
    }
    for reply in replies() {
        assert_eq!(Reply::decode(&reply.encode()), Ok(reply));
    }
}

/// xorshift: the same mutations in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

#[test]
fn mutations_never_panic_and_what_decodes_is_canonical() {
    let seeds: Vec<Vec<u8>> =
        requests().iter().map(Request::encode).chain(replies().iter().map(Reply::encode)).collect();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut accepted = 0;
    for _ in 0..200_000 {
        let mut bytes = seeds[random.below(seeds.len())].clone();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            match random.below(4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, random.below(256) as u8),
                2 => bytes.extend_from_slice(&[0xff; 4]),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|b| *b = random.below(256) as u8),
            }
        }
        if let Ok(request) = Request::decode(&bytes) {
            assert_eq!(request.encode(), bytes);
            accepted += 1;
        }
        if let Ok(reply) = Reply::decode(&bytes) {
            assert_eq!(reply.encode(), bytes);
            accepted += 1;
        }
    }
    assert!(accepted > 1000, "the mutations are too wild to test anything: {accepted}");
}

#[test]
fn errors_name_field_and_offset() {
    let rows: [(&[u8], &str); 6] = [
        (&[], "malformed message: request at byte 0: the message ends here"),
        (&[9], "malformed message: request at byte 1: unknown tag 9"),
        (&[2, 0, 0, 0, 0, 7], "malformed message: end at byte 5: bytes follow the end"),
        (
            &[0, 0xff, 0xff, 0xff, 0x7f],
            "malformed message: actions at byte 5: a length of 2147483647 is more than there is",
        ),
        (
            &[0, 1, 0, 0, 0, 8, 1, 0, 0, 0, 1, 0, 0, 0, 0xff],
            "malformed message: name at byte 15: text that is not UTF-8",
        ),
        (&[0xff; 17].map(|b| b), "malformed message: request at byte 1: unknown tag 255"),
    ];
    for (bytes, text) in rows {
        assert_eq!(Request::decode(bytes).unwrap_err().to_string(), text);
    }
    let beyond = [&[1u8][..], &[0xff; 16]].concat();
    let error = Request::decode(&beyond).unwrap_err();
    assert_eq!((error.field, error.kind), ("slab.range", WireErrorKind::Range));
}
