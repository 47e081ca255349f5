//! Where the time of an input goes: a session of varied inputs, one after the other, and the median
//! of every stage on standard error. `cargo run --release -p engine --example stages 200 >/dev/null`

use engine::{Options, Outcome, Session};
use std::time::{Duration, Instant};

const BEFORE: &str = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\
                      #include <math.h>\nsetvbuf(stdout, 0, _IOLBF, 0);";

fn main() -> engine::Result<()> {
    let inputs = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(200);
    let mut session = Session::new(Options::default())?;
    session.eval(BEFORE)?;
    let kinds = ["expression", "globals", "function, call", "structure, global, function, call"];
    let mut columns: Vec<Vec<(String, Duration)>> = vec![Vec::new(); kinds.len()];
    for n in 0..inputs {
        // As long as a person's program thinks, the checkpoint has time.
        session.rest()?;
        std::thread::sleep(Duration::from_micros(300));
        let start = Instant::now();
        let outcome = session.eval(&input(n))?;
        let whole = start.elapsed();
        assert!(matches!(outcome, Outcome::Done { .. }), "input {n}: {outcome:?}");
        let stages = session.times().stages().map(|(name, time)| (name.to_string(), time));
        let column = &mut columns[n % kinds.len()];
        column.extend(stages);
        column.push(("whole".into(), whole));
    }
    eprint!("µs, medians");
    for (_, kind) in columns.iter().zip(kinds) {
        eprint!(" | {kind}");
    }
    eprintln!();
    let names: Vec<String> = session.times().stages().map(|(name, _)| name.to_string()).into();
    for name in names.iter().chain([&"whole".to_string()]) {
        eprint!("{name:<11}");
        for column in &columns {
            let mut times: Vec<Duration> =
                column.iter().filter(|(n, _)| n == name).map(|(_, time)| *time).collect();
            times.sort();
            let median = times.get(times.len() / 2).copied().unwrap_or_default();
            eprint!(" | {:>6.1}", median.as_secs_f64() * 1e6);
        }
        eprintln!();
    }
    Ok(())
}

fn input(n: usize) -> String {
    let (a, b) = (n * 37 % 99 + 1, n * 61 % 99 + 1);
    match n % 4 {
        0 => format!("printf(\"@\" \"{n} %d\\n\", ({a}*{b}+{n})%7 << 2);"),
        1 => format!(
            "int g{n} = {a}; double d{n}[4] = {{1,2,{b},4}};\n\
             printf(\"@\" \"{n} %d %f\\n\", g{n}*2, d{n}[2]);"
        ),
        2 => format!(
            "int f{n}(int x, int y) {{ int s = 0; for (int i = 0; i < x; i++) {{\n\
             if (i % 3 == 0) s += y * i; else s ^= i; }} return s; }}\n\
             printf(\"@\" \"{n} %d\\n\", f{n}({a},{b}));"
        ),
        _ => format!(
            "struct S{n} {{ int a; char name[16]; double w; }};\n\
             struct S{n} v{n} = {{ {a}, \"abc\", {b}.5 }};\n\
             unsigned h{n}(const char *p) {{ unsigned h = 5381;\n\
             while (*p) h = h * 33 + (unsigned char)*p++; return h; }}\n\
             printf(\"@\" \"{n} %d %u %f\\n\", v{n}.a, h{n}(v{n}.name), v{n}.w);"
        ),
    }
}
