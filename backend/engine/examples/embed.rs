//! tine inside another program: a session that survives what it is given. Run it with
//! `cargo run -p engine --example embed`.

use engine::{Limits, Options, Outcome, Session, Undone};
use std::time::Duration;

fn main() -> engine::Result<()> {
    // First of all: the session's helper process is forked while there is one thread.
    let limits = Limits { time: Some(Duration::from_secs(2)), ..Limits::default() };
    let mut session = Session::new(Options { limits, ..Options::default() })?;

    for input in [
        "int square(int x) { return x * x; }",
        "int total = square(3) + square(4);",
        "total",
        "total = 0; *(int *)0 = 1;",
        "total = 0; for (;;) ;",
        "total = 0; exit(3);",
        "total +* 1",
        "total",
        "total = 7;",
    ] {
        show(&mut session, input)?;
    }
    if let Undone::Before(input) = session.undo(1)? {
        println!("back to just before input {input}");
    }
    show(&mut session, "total")?;

    // Another thread can end what runs.
    let interrupter = session.interrupter().expect("user code has a process of its own");
    let impatient = std::thread::spawn(move || {
        while !interrupter.interrupt().expect("the session is alive") {
            std::thread::yield_now();
        }
    });
    session.set_limits(Limits::default());
    show(&mut session, "for (;;) total++;")?;
    impatient.join().expect("it only interrupts");
    show(&mut session, "total")
}

fn show(session: &mut Session, input: &str) -> engine::Result<()> {
    let outcome = session.eval(input)?;
    let what = match &outcome {
        Outcome::Value { value, .. } => {
            let mut bytes = [0; 4];
            let is_there = value.addr.is_some_and(|addr| session.read(addr.0, &mut bytes));
            assert!(is_there, "a value of type int lies in the executor's memory");
            i32::from_ne_bytes(bytes).to_string()
        }
        Outcome::Done { .. } => "done".into(),
        Outcome::Unfinished => "more is needed".into(),
        Outcome::Rejected { diags } => diags[0].message.clone(),
        Outcome::Exited { status, .. } => format!("exit({status})"),
        Outcome::TimedOut(_) => "the time is up".into(),
        Outcome::OutOfMemory(_) => "no memory is left".into(),
        Outcome::Interrupted(_) => "interrupted".into(),
        Outcome::Crashed(loss) => match &loss.report {
            Some(report) => report.what.clone(),
            None => "it was killed".into(),
        },
    };
    println!("{input:<40} → {what}");
    Ok(())
}
