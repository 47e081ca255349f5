//! The engine as a library: each outcome, undo and redo, interrupting, resetting. One process with
//! one thread starts the session: `harness = false`.

use engine::{Limits, Options, Outcome, Session, Undone};
use std::time::Duration;

fn main() {
    let mut s = Session::new(Options::default()).expect("a session");
    outcomes(&mut s);
    large_globals(&mut s);
    undo_and_redo(&mut s);
    interrupting(&mut s);
    assert!(s.reset().expect("reset"));
    assert_eq!(s.undo(1).expect("undo"), Undone::Nothing);
    assert!(matches!(eval(&mut s, "total"), Outcome::Rejected { .. }));
    println!("api: ok");
}

fn eval(s: &mut Session, text: &str) -> Outcome {
    s.eval(text).unwrap_or_else(|failure| panic!("{text}: {failure}"))
}

fn done(s: &mut Session, text: &str) {
    let outcome = eval(s, text);
    assert!(matches!(outcome, Outcome::Done { .. }), "{text}: {outcome:?}");
}

fn int(s: &mut Session, text: &str) -> i32 {
    match eval(s, text) {
        Outcome::Value { value, .. } => {
            let mut bytes = [0; 4];
            assert!(s.read(value.addr.expect("a place").0, &mut bytes));
            i32::from_ne_bytes(bytes)
        }
        other => panic!("{text}: {other:?}"),
    }
}

fn outcomes(s: &mut Session) {
    done(s, "int total = 25;");
    assert!(matches!(eval(s, "int f() {"), Outcome::Unfinished));
    assert!(matches!(eval(s, "total = "), Outcome::Unfinished | Outcome::Rejected { .. }));
    assert!(matches!(eval(s, "extern int nowhere; total = nowhere;"), Outcome::Rejected { .. }));
    for (text, expected) in [("exit(3)", 3), ("_exit(4)", 4), ("quick_exit(5)", 5)] {
        match eval(s, &format!("total = 0; {text};")) {
            Outcome::Exited { status, .. } => assert_eq!(status, expected, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
        assert_eq!(int(s, "total"), 25, "{text}");
    }
    for text in ["*(volatile int *)0 = 1;", "abort();", "raise(9);", "__builtin_trap();"] {
        let outcome = eval(s, &format!("total = 0; {text}"));
        let Outcome::Crashed(loss) = &outcome else { panic!("{text}: {outcome:?}") };
        assert_eq!(loss.undone_from, loss.input, "{text}");
        assert_eq!(int(s, "total"), 25, "{text}");
    }
    s.set_limits(Limits { time: Some(Duration::from_millis(50)), ..Limits::default() });
    assert!(matches!(eval(s, "total = 0; for (;;) ;"), Outcome::TimedOut(_)));
    s.set_limits(Limits { memory: Some(32 << 20), ..Limits::default() });
    let hungry = "total = 0; for (;;) *(char *)malloc(1 << 20) = 1;";
    assert!(matches!(eval(s, hungry), Outcome::OutOfMemory(_)));
    let content = "for (int i = 0; i < 100; i++) if (!malloc(1 << 20)) { total++; break; }";
    done(s, content);
    s.set_limits(Limits::default());
    assert_eq!(int(s, "total"), 26);
    assert!(matches!(s.undo(2), Ok(Undone::Before(_))));
    assert_eq!(int(s, "total"), 25);
}

fn rejected(s: &mut Session, text: &str) -> String {
    match eval(s, text) {
        Outcome::Rejected { diags } => diags[0].message.clone(),
        other => panic!("{text}: {other:?}"),
    }
}

/// The limit of memory counts globals, in the first slab and in further ones, and one that does
/// not fit costs the session nothing.
fn large_globals(s: &mut Session) {
    // What the runtime takes itself comes in pieces of up to 32 MiB: there is room for that.
    s.set_limits(Limits { memory: Some(200 << 20), ..Limits::default() });
    for mib in [250, 500, 1900] {
        let said = rejected(s, &format!("char large[{mib}ul << 20];"));
        assert!(said.contains("memory limit of 209715200 bytes"), "{said}");
    }
    assert_eq!(int(s, "total"), 25);
    let has = |mib: u32| format!("({{ void *p = malloc({mib}ul << 20); free(p); p != 0; }})");
    assert_eq!(int(s, &has(100)), 1);
    done(s, "char large[120ul << 20];");
    assert_eq!(int(s, &has(100)), 0, "what the globals take is no longer there");
    assert_eq!(int(s, &has(20)), 1);
    rejected(s, "char more[150ul << 20];");
    s.set_limits(Limits { memory: Some(900 << 20), ..Limits::default() });
    done(s, "char further[500ul << 20]; further[1] = 1;");
    assert_eq!(int(s, &has(100)), 1);
    assert_eq!(int(s, &has(300)), 0);
    s.set_limits(Limits { memory: Some(740 << 20), ..Limits::default() });
    // What the heap has already leaves no room: the system refuses, and nothing is lost.
    done(s, "char *kept = malloc(60ul << 20); kept[0] = 7;");
    let said = rejected(s, "char more[100ul << 20];");
    assert!(said.contains("the executor refused"), "{said}");
    assert_eq!(int(s, "kept[0]"), 7);
    s.set_limits(Limits::default());
    let said = rejected(s, "char vast[3ul << 30];");
    assert!(said.contains("3221225472 of them for vast; the limit is 2 GiB"), "{said}");
    assert!(matches!(s.undo(9), Ok(Undone::Before(_))));
    assert_eq!(int(s, "total"), 25);
}

fn undo_and_redo(s: &mut Session) {
    done(s, "int steps = 0;");
    for n in 1..=5 {
        done(s, &format!("steps += {n};"));
    }
    let input = s.next_input();
    assert_eq!(s.undo(2).expect("undo"), Undone::Before(input - 2));
    assert_eq!(int(s, "steps"), 6);
    assert_eq!(s.redoable(), 0, "another input ends it");
    assert!(matches!(s.undo(1000).expect("undo"), Undone::TooFar(n) if n > 2 && n < 1000));
    // Its own value, `steps`, goes first.
    assert!(matches!(s.undo(3).expect("undo"), Undone::Before(_)));
    assert_eq!(s.redoable(), 3);
    assert!(matches!(eval(s, "1 +* 1"), Outcome::Rejected { .. }));
    let done = s.redo(2).expect("redo");
    assert_eq!(done.len(), 2);
    assert_eq!(s.redo(5).expect("redo").len(), 1, "what there is");
    assert_eq!(int(s, "steps"), 6);
}

/// Once code that listens, once code that does not.
fn interrupting(s: &mut Session) {
    for (setup, calls) in [("", 1), ("#include <signal.h>\nsignal(SIGINT, SIG_IGN);", 2)] {
        done(s, setup);
        let interrupter = s.interrupter().expect("a process of its own");
        assert!(!interrupter.interrupt().expect("nothing runs"));
        let thread = std::thread::spawn(move || {
            for _ in 0..calls {
                while !interrupter.interrupt().expect("a session") {
                    std::thread::yield_now();
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        let outcome = eval(s, "for (;;) steps++;");
        assert!(matches!(outcome, Outcome::Interrupted(_)), "{outcome:?}");
        thread.join().expect("it only interrupts");
        assert_eq!(int(s, "steps"), 6);
    }
}
