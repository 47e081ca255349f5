//! The facade through its three mappers, without an executor: which addresses are given, what the
//! slab's pages hold, and which actions an executor would be sent.

use executor::addr::{Addr, PAGE};
use executor::region::{Sharing, Slab};
use executor::segment::{Pool, SegmentRequest};
use executor::wire::Action;
use memory::{Copying, Live, Local, Mapper, Memory, MemoryError, Owner, Shared, dump};

const SLAB: u64 = 64 << 20;

fn request(pool: Pool, content: u64, zero: u64) -> SegmentRequest {
    SegmentRequest { pool, align: 16, content, zero }
}

fn shared() -> Memory {
    Memory::with_slab_bytes(Box::new(Shared::lazy()), SLAB)
}

/// Every segment filled with `byte`.
fn make(
    memory: &mut Memory,
    requests: &[SegmentRequest],
    byte: u8,
    owner: u32,
) -> (Live, Vec<Addr>) {
    let pending = memory.allocate(requests).expect("room");
    let addresses: Vec<Addr> = pending.addresses().collect();
    let contents: Vec<Vec<u8>> = requests.iter().map(|r| vec![byte; r.content as usize]).collect();
    let contents: Vec<&[u8]> = contents.iter().map(|c| &c[..]).collect();
    let live = memory.finalize(pending, &contents, owner, Vec::new()).expect("finalized");
    (live, addresses)
}

/// Bytes at an address of this process: with the local mapper, what the executor would see.
fn peek(addr: Addr, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    executor::sys::read_memory(std::process::id(), addr, &mut bytes).expect("mapped");
    bytes
}

fn snippet() -> [SegmentRequest; 3] {
    [request(Pool::Text, 90, 0), request(Pool::Const, 20, 0), request(Pool::Data, 8, 24)]
}

#[test]
fn a_fresh_snippet_needs_no_action() {
    let mut memory = shared();
    let (live, addresses) = make(&mut memory, &snippet(), 1, 1);
    assert_eq!(memory.take_actions(), []);
    assert!(addresses.iter().all(|a| a.0 % 16 == 0));
    memory.free(vec![live], 2).expect("freed");
    assert_eq!(memory.take_actions(), []);
}

#[test]
fn the_local_view_shows_contents_zeros_and_traps() {
    let mut memory = Memory::with_slab_bytes(Box::new(Local::lazy()), 16 << 20);
    let (live, at) = make(&mut memory, &snippet(), 7, 1);
    assert_eq!(peek(at[0], 90), [7; 90]);
    assert_eq!(peek(at[1], 20), [7; 20]);
    assert_eq!(peek(at[2], 32), [[7; 8], [0; 8], [0; 8], [0; 8]].concat());
    memory.free(vec![live], 2).expect("freed");
    assert_eq!(peek(at[0], 90), [0xcc; 90], "a call into undone code stops at once");
    assert_eq!(memory.owner_of(at[0].plus(5)), Some(Owner::Removed { owner: 1, by: 2 }));
}

/// Bytes given back by one link never shine through the zeros of the next.
#[test]
fn zero_tails_read_as_zero_on_used_pages() {
    let mut memory = Memory::with_slab_bytes(Box::new(Local::lazy()), 16 << 20);
    for round in 0..200u32 {
        let (live, at) = make(&mut memory, &[request(Pool::Const, 100, 4000)], 0xee, round);
        assert_eq!(peek(at[0].plus(100), 4000), vec![0; 4000], "round {round}");
        memory.free(vec![live], round).expect("freed");
    }
}

#[test]
fn a_data_page_that_may_be_private_is_copied() {
    let mut memory = shared();
    let (_first, a) = make(&mut memory, &[request(Pool::Data, 8, 0)], 1, 1);
    assert_eq!(memory.take_actions(), [], "nobody can have written the page yet");
    let (_second, b) = make(&mut memory, &[request(Pool::Data, 8, 4)], 2, 2);
    assert_eq!(a[0].align_down(PAGE), b[0].align_down(PAGE), "packed");
    let range = executor::addr::AddrRange::new(b[0], 12);
    assert_eq!(memory.take_actions(), [Action::CopyFromSlab { range }]);
}

#[test]
fn large_zeros_are_anonymous_and_go_back_to_the_file() {
    let mut memory = shared();
    let (live, at) = make(&mut memory, &[request(Pool::Data, 100, 1 << 20)], 1, 1);
    let actions = memory.take_actions();
    let [Action::MapZero { range }] = actions[..] else { panic!("{actions:?}") };
    assert!(range.start.0 % PAGE == 0 && range.len % PAGE == 0 && range.len > (1 << 20) - 3 * PAGE);
    assert!(range.start >= at[0].plus(100) && range.end() <= at[0].plus(100 + (1 << 20)));
    assert!(memory.stats(Pool::Data).resident <= 2 * PAGE);
    memory.free(vec![live], 2).expect("freed");
    assert_eq!(memory.take_actions(), [Action::Restore { range }]);
}

#[test]
fn ten_thousand_failing_links_leave_no_trace() {
    for mapper in [Box::new(Shared::lazy()) as Box<dyn Mapper>, Box::new(Copying::lazy())] {
        let mut memory = Memory::with_slab_bytes(mapper, SLAB);
        let (_live, _) = make(&mut memory, &snippet(), 1, 1);
        memory.take_actions();
        let mut before: Option<Vec<_>> = None;
        for round in 0..10_000 {
            let pending = memory
                .allocate(&[
                    request(Pool::Text, 3000 + round % 7, 0),
                    request(Pool::Data, 100, 1 << 20),
                    request(Pool::Const, 64, 0),
                ])
                .expect("room");
            memory.abandon(pending);
            let now: Vec<_> = Pool::ALL.iter().map(|p| memory.stats(*p)).collect();
            if round >= 7 {
                let before = before.get_or_insert_with(|| now.clone());
                assert_eq!(&now, before, "round {round}");
            }
        }
        assert_eq!(memory.counts(), (1, 1, 0));
        memory.verify();
    }
}

/// The wrong contents are an error that takes nothing.
#[test]
fn contents_must_fit_the_requests() {
    let mut memory = shared();
    let used = |m: &Memory| m.stats(Pool::Text).used;
    for contents in [&[&[1u8; 89][..]][..], &[], &[&[1u8; 90][..], &[][..]]] {
        let pending = memory.allocate(&[request(Pool::Text, 90, 0)]).expect("room");
        let error = memory.finalize(pending, contents, 1, Vec::new()).expect_err("refused");
        assert!(matches!(error, MemoryError::Content { .. }), "{error}");
        assert_eq!((used(&memory), memory.counts().0), (0, 0));
    }
}

#[test]
fn hostile_requests_are_errors_that_say_what_to_do() {
    let mut memory = shared();
    let odd = |align| SegmentRequest { pool: Pool::Text, align, content: 4, zero: 0 };
    let cases = [
        (odd(0), "alignment 0x0, which is not a power of two"),
        (odd(3), "alignment 0x3, which is not a power of two"),
        (odd(1 << 63), "alignment 0x8000000000000000"),
        (request(Pool::Data, u64::MAX, u64::MAX), "36893488147419103230 bytes of data asked for"),
        (request(Pool::Text, u64::MAX, 0), "18446744073709551615 bytes of text asked for"),
        (request(Pool::Const, 1 << 31, 0), "must lie within 2 GiB"),
    ];
    for (hostile, words) in cases {
        let error = memory.allocate(&[request(Pool::Text, 1, 0), hostile]).expect_err("refused");
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(memory.counts(), (0, 0, 0), "nothing was reserved for {hostile:?}");
    }
    let many = vec![request(Pool::Data, 1 << 30, 0); 40];
    assert!(matches!(memory.allocate(&many), Err(MemoryError::TooLarge { .. })));
}

#[test]
fn a_full_slab_is_followed_by_another() {
    let mut memory = Memory::with_slab_bytes(Box::new(Shared::lazy()), 16 << 20);
    let big = [request(Pool::Const, 3 << 20, 0)];
    let first = memory.allocate(&big).expect("room");
    let second = memory.allocate(&big).expect("room in a second slab");
    assert_eq!((first.slab(), second.slab()), (Some(0), Some(1)));
    let at = second.addresses().next().expect("one");
    assert_eq!(memory.slab_of(at), Some(1));
    assert_eq!(memory.unannounced().count(), 2);
    memory.announced();
    assert_eq!(memory.unannounced().count(), 0);
    memory.abandon(first);
    memory.abandon(second);
}

/// A slab of a size that was decided elsewhere comes first, and says nothing about later ones.
#[test]
fn an_early_slab_may_be_small() {
    let early = Slab::reserve(16 << 20, Sharing::Shared).expect("a slab");
    let view = early.view().expect("a view").expect("shared");
    let further = Box::new(|bytes| Slab::reserve(bytes, Sharing::Shared));
    let mut memory = Memory::with_slab_bytes(Box::new(Shared::new(view, further)), SLAB);
    let pending = memory.allocate(&[request(Pool::Const, 12 << 20, 0)]).expect("in the second");
    assert_eq!((pending.slab(), memory.unannounced().count()), (Some(1), 1));
    memory.abandon(pending);
}

/// Where no larger slabs are to be had, a request that needs one is refused without end or leak.
#[test]
fn slabs_that_stay_small() {
    let early = Slab::reserve(16 << 20, Sharing::Shared).expect("a slab");
    let view = early.view().expect("a view").expect("shared");
    let further = Box::new(|_| Slab::reserve(16 << 20, Sharing::Shared));
    let mut memory = Memory::with_slab_bytes(Box::new(Shared::new(view, further)), SLAB);
    for _ in 0..100 {
        let error = memory.allocate(&[request(Pool::Const, 12 << 20, 0)]).expect_err("refused");
        assert_eq!(
            error.to_string(),
            "no room for 12582928 bytes of const in 2 slab(s), and the largest further slab to be \
             had is of 16777216 bytes: free memory, or raise the limit on address space (ulimit -v)"
        );
    }
    assert_eq!(memory.counts().1, 2);
    let fits = memory.allocate(&[request(Pool::Const, 3 << 20, 0)]).expect("small ones fit");
    memory.abandon(fits);
}

#[test]
fn a_system_that_refuses_is_quoted() {
    let early = Slab::reserve(16 << 20, Sharing::Shared).expect("a slab");
    let view = early.view().expect("a view").expect("shared");
    let further = Box::new(|_| Err(executor::error::Error::new("no more")));
    let mut memory = Memory::with_slab_bytes(Box::new(Shared::new(view, further)), SLAB);
    let error = memory.allocate(&[request(Pool::Const, 12 << 20, 0)]).expect_err("refused");
    let words = "reserving a slab of 67108864 bytes for code and data: no more";
    assert_eq!(error.to_string(), words);
}

#[test]
fn a_request_larger_than_the_usual_slab_gets_one_of_its_size() {
    let mut memory = Memory::with_slab_bytes(Box::new(Shared::lazy()), 16 << 20);
    let pending = memory.allocate(&[request(Pool::Data, 16, 100 << 20)]).expect("room");
    memory.abandon(pending);
}

#[test]
fn undo_actions_run_backwards_over_all_allocations() {
    let mut memory = shared();
    let mut lives = Vec::new();
    let open = |n: usize| Action::Open { path: n.to_string(), global: false };
    for n in 0..3 {
        let pending = memory.allocate(&[request(Pool::Text, 1, 0)]).expect("room");
        let undo = vec![open(2 * n), open(2 * n + 1)];
        lives.push(memory.finalize(pending, &[&[1]], 1, undo).expect("finalized"));
    }
    lives.swap(0, 2);
    memory.free(lives, 9).expect("freed");
    let wanted: Vec<_> = (0..6).rev().map(open).collect();
    assert_eq!(memory.take_actions(), wanted);
}

#[test]
fn what_lives_at_a_mark_is_kept_for_it() {
    let mut memory = shared();
    let (old, a) = make(&mut memory, &snippet(), 1, 1);
    let mark = memory.mark();
    memory.free(vec![old], 2).expect("freed");
    let (young, b) = make(&mut memory, &snippet(), 2, 2);
    assert!(a.iter().zip(&b).all(|(a, b)| a != b), "nothing of it is used again");
    memory.rollback(mark, 2).expect("rolled back");
    assert_eq!(memory.owner_of(a[0]), Some(Owner::Live { owner: 1 }));
    assert_eq!(memory.owner_of(b[0]), Some(Owner::Removed { owner: 2, by: 2 }));
    let error = memory.free(vec![young], 3).expect_err("it is gone");
    assert!(matches!(error, MemoryError::Gone { .. }), "{error}");
    assert_eq!(memory.counts().0, 1);
    memory.verify();
}

#[test]
fn a_discarded_mark_lets_go_of_what_only_it_kept() {
    let mut memory = shared();
    let (a, at) = make(&mut memory, &snippet(), 1, 1);
    let first = memory.mark();
    let (b, bt) = make(&mut memory, &snippet(), 2, 2);
    let second = memory.mark();
    memory.free(vec![a, b], 3).expect("freed");
    assert_eq!(memory.stats(Pool::Text).quarantine, 0);
    memory.discard(second).expect("discarded");
    assert_eq!(memory.owner_of(bt[0]), Some(Owner::Removed { owner: 2, by: 3 }));
    assert_eq!(memory.owner_of(at[0]), Some(Owner::Live { owner: 1 }), "the first still has it");
    memory.discard(first).expect("discarded");
    assert_eq!(memory.owner_of(at[0]), Some(Owner::Removed { owner: 1, by: 3 }));
    assert_eq!(memory.stats(Pool::Text).used, 0);
}

/// After a rollback the pages that the copy of the executor cannot have written are fresh again,
/// and what it was still to be told is told again.
#[test]
fn rollback_restores_what_the_executor_knows() {
    let mut memory = shared();
    let page = [request(Pool::Data, PAGE, 0)];
    let (_first, _) = make(&mut memory, &page, 1, 1);
    let (_again, _) = make(&mut memory, &[request(Pool::Data, 8, 0)], 1, 1);
    memory.take_actions();
    let (_tail, _) = make(&mut memory, &[request(Pool::Data, 8, 0)], 1, 1);
    let mark = memory.mark();
    let owed = memory.take_actions();
    assert_eq!(owed.len(), 1, "a copy into the half-used page");
    let (_lost, _) = make(&mut memory, &page, 2, 2);
    memory.take_actions();
    memory.rollback(mark, 2).expect("rolled back");
    assert_eq!(memory.take_actions(), owed);
}

#[test]
fn old_marks_are_void_after_a_rollback() {
    let mut memory = shared();
    let first = memory.mark();
    let second = memory.mark();
    memory.rollback(first, 1).expect("rolled back");
    assert!(matches!(memory.rollback(second, 1), Err(MemoryError::Gone { what: "mark", .. })));
}

#[test]
fn the_copying_mapper_sends_all_bytes_on_pages_of_their_own() {
    let mut memory = Memory::with_slab_bytes(Box::new(Copying::lazy()), SLAB);
    let (live, at) = make(&mut memory, &snippet(), 5, 1);
    assert!(at.iter().all(|a| a.0 % PAGE == 0));
    let told = format!("{:?}", memory.take_actions());
    assert_eq!(told.matches("Map {").count(), 3);
    assert_eq!(told.matches("Write {").count(), 3);
    assert_eq!(told.matches("Protect {").count(), 2, "data stays writable");
    memory.free(vec![live], 2).expect("freed");
    let told = memory.take_actions();
    assert!(told.len() == 3 && told.iter().all(|a| matches!(a, Action::Unmap { .. })), "{told:?}");
}

/// The same walk through every mapper: redirects are made, pointed elsewhere, dropped, rolled back.
#[test]
fn redirects() {
    let mut memory = Memory::with_slab_bytes(Box::new(Local::lazy()), 16 << 20);
    let word = |at: Addr| u64::from_le_bytes(peek(at, 8).try_into().expect("8 bytes"));
    let a = memory.new_redirect(Addr(0x1111)).expect("made");
    let b = memory.new_redirect(Addr(0x2222)).expect("made");
    assert_eq!((a.stub.0 % 16, b.stub), (0, a.stub.plus(16)));
    let code = peek(a.stub, 16);
    assert_eq!(code[..2], [0xff, 0x25]);
    assert_eq!(code[6..], [0xcc; 10]);
    let distance = i32::from_le_bytes([code[2], code[3], code[4], code[5]]);
    assert_eq!(a.stub.0 as i64 + 6 + i64::from(distance), a.cell.0 as i64);
    assert_eq!((word(a.cell), word(b.cell)), (0x1111, 0x2222));
    memory.retarget(a, Addr(0x3333)).expect("retargeted");
    assert_eq!(word(a.cell), 0x3333);

    let mark = memory.mark();
    memory.retarget(a, Addr(0x4444)).expect("retargeted");
    memory.free_redirect(b).expect("freed");
    assert_eq!(word(b.cell), b.stub.0 + 6, "a dropped stub is a trap");
    assert!(memory.retarget(b, Addr(1)).is_err());
    let late = memory.new_redirect(Addr(0x5555)).expect("made");
    memory.rollback(mark, 2).expect("rolled back");
    assert_eq!((word(a.cell), word(b.cell)), (0x3333, 0x2222));
    assert_eq!(memory.redirect_target(b.stub.plus(3)), Some(Addr(0x2222)));
    assert_eq!(word(late.cell), late.stub.0 + 6);
    assert_eq!(memory.take_actions(), []);
}

#[test]
fn thousands_of_redirects_and_a_rollback_past_their_first() {
    let mut memory = shared();
    let mark = memory.mark();
    let made: Vec<_> = (0..3000).map(|n| memory.new_redirect(Addr(n)).expect("made")).collect();
    let mut stubs: Vec<_> = made.iter().map(|r| r.stub).collect();
    stubs.sort();
    stubs.dedup();
    assert_eq!(stubs.len(), 3000);
    memory.rollback(mark, 1).expect("rolled back");
    assert_eq!(memory.stats(Pool::Text).used, 0);
    assert!(memory.retarget(made[0], Addr(1)).is_err());
    let again = memory.new_redirect(Addr(9)).expect("made");
    assert_eq!(memory.redirect_target(again.stub), Some(Addr(9)));
    memory.verify();
}

/// 100,000 inputs as a session makes them (mark, make, drop what the last one made, now and then
/// back to an earlier mark): everything stays where it was after the first thousands.
#[test]
fn endurance() {
    let mut memory = shared();
    // Each mark with what was alive at it.
    let mut marks: Vec<(memory::Mark, Live)> = Vec::new();
    let (mut alive, _) = make(&mut memory, &snippet(), 0, 0);
    let mut flat = None;
    for round in 1..100_000u32 {
        marks.push((memory.mark(), alive));
        let (live, _) = make(&mut memory, &snippet(), round as u8, round);
        memory.free(vec![alive], round).expect("freed");
        alive = live;
        let actions = memory.take_actions();
        assert!(actions.len() < 16, "{actions:?}");
        if round % 97 == 0 {
            let (mark, before) = marks.swap_remove(marks.len() / 2);
            memory.rollback(mark, round).expect("rolled back");
            marks.retain(|(m, _)| *m < mark);
            alive = before;
        }
        if marks.len() > 20 {
            let at = if round % 3 == 0 { 7 } else { 0 };
            memory.discard(marks.remove(at).0).expect("discarded");
        }
        let now = Pool::ALL.map(|p| memory.stats(p).high_water);
        match flat {
            None if round == 5000 => flat = Some(now),
            Some(flat) => assert_eq!(now, flat, "round {round}"),
            None => {}
        }
    }
    memory.verify();
    for (mark, _) in marks {
        memory.discard(mark).expect("discarded");
    }
    assert_eq!(memory.counts().0, 1);
    assert_eq!(memory.stats(Pool::Text).spans, 1);
}

#[test]
fn warming_ahead_changes_nothing_that_is_seen() {
    let mut memory = Memory::with_slab_bytes(Box::new(Local::lazy()), 16 << 20);
    memory.warm_ahead(64 << 10).expect("no slab yet");
    let (_live, at) = make(&mut memory, &snippet(), 3, 1);
    for bytes in [0, 1, 64 << 10, 64 << 10, 128 << 10, u64::MAX >> 1] {
        memory.warm_ahead(bytes).expect("warmed");
    }
    assert_eq!(peek(at[0], 90), [3; 90]);
    let (_next, at) = make(&mut memory, &[request(Pool::Const, 8, 4096)], 4, 2);
    assert_eq!(peek(at[0].plus(8), 4096), vec![0; 4096]);
}

#[test]
fn freed_pages_return_to_the_system() {
    let mut memory = shared();
    let (big, _) = make(&mut memory, &[request(Pool::Text, 12 << 20, 0)], 1, 1);
    assert!(memory.stats(Pool::Text).resident >= 12 << 20);
    memory.free(vec![big], 2).expect("freed");
    let (small, _) = make(&mut memory, &[request(Pool::Text, 65 << 10, 0)], 1, 3);
    memory.free(vec![small], 3).expect("freed");
    assert!(memory.stats(Pool::Text).resident <= 2 << 20, "{:?}", memory.stats(Pool::Text));
}

#[test]
fn the_map_as_text() {
    let mut memory = shared();
    let (a, _) = make(&mut memory, &snippet(), 1, 1);
    let (_b, _) = make(&mut memory, &snippet(), 1, 2);
    memory.free(vec![a], 3).expect("freed");
    let base = memory.stats(Pool::Text);
    assert_eq!((base.used, base.quarantine), (96, 96));
    let text = dump::map(&memory);
    let kinds: Vec<&str> =
        text.lines().filter_map(|l| l.strip_prefix("    ")?.split_once(' ')).map(|l| l.1).collect();
    assert_eq!(kinds, ["quarantine", "input 2", "quarantine", "input 2", "quarantine", "input 2"]);
    let picture = dump::picture(&memory, 4);
    assert_eq!(picture.lines().next(), Some("0 text  |~~##| 48 bytes each"));
}

/// A thousand small allocations that only a rollback takes become a few, and are still all taken.
#[test]
fn what_is_kept_is_gathered() {
    let mut memory = shared();
    let (_own, _) = make(&mut memory, &snippet(), 9, 0);
    let first = memory.mark();
    let (before, _, _) = memory.counts();
    let mut marks = std::collections::VecDeque::new();
    let mut places = Vec::new();
    for n in 0..1000u32 {
        let (live, at) = make(&mut memory, &snippet(), n as u8, n);
        memory.keep(live);
        places.push(at[1]);
        let (once, _) = make(&mut memory, &[request(Pool::Text, 40, 0)], 1, n);
        memory.free(vec![once], n).expect("freed");
        marks.push_back(memory.mark());
        if marks.len() > 8 {
            memory.discard(marks.pop_front().expect("a mark")).expect("discarded");
        }
    }
    let (now, _, _) = memory.counts();
    assert!(now - before < 20, "{before} allocations, then {now}");
    assert!(matches!(memory.owner_of(places[3]), Some(Owner::Live { .. })));
    memory.rollback(marks.pop_back().expect("a mark"), 1001).expect("back by one");
    memory.verify();
    memory.rollback(first, 1001).expect("back to the first");
    memory.verify();
    assert_eq!(memory.counts().0, before);
    assert_eq!(memory.stats(Pool::Const).used, 32, "only what was there before the first mark");
}
