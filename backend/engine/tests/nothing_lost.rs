//! Nothing is lost: random inputs, a third of which fail in every way there is, beside a model of
//! what the session should hold. After each failure all variables, the heap, functions, types and
//! macros are read back and compared. `TINE_LOST_INPUTS` is the number of inputs (default 500),
//! `TINE_SEED` the seed (default: the day). `harness = false`: the warden is forked by a process
//! with one thread.

use engine::{Limits, Options, Outcome, Session};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The state a session should be in.
#[derive(Clone, PartialEq, Debug, Default)]
struct Model {
    longs: [i64; 6],
    array: [i64; 8],
    list: Vec<i64>,
    texts: [String; 3],
    /// `x * a + b`, by function.
    functions: [(i64, i64); 3],
    /// How many `int` members the structures have.
    sizes: [i64; 2],
    macros: [i64; 2],
}

const BEFORE: &str = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\
    #include <signal.h>\n#include <unistd.h>\n\
    long all[600];\nlong v0, v1, v2, v3, v4, v5, array[8];\n\
    struct node { long v; struct node *next; } *list;\nchar *t0, *t1, *t2;\n\
    long f0(long x) { return 0; }\nlong f1(long x) { return 0; }\nlong f2(long x) { return 0; }\n\
    struct s0 { int m[1]; };\nstruct s1 { int m[1]; };\n#define M0 0\n#define M1 0\n\
    long deep(long n) { volatile char room[4000]; room[n % 4000] = 1; \
        return deep(n + 1) + room[7]; }\n\
    t0 = strdup(\"\"); t1 = strdup(\"\"); t2 = strdup(\"\");\n";

/// Writes all there is to `all`, one number after the other.
const LOOK: &str = "{ long *p = all;\n\
    *p++ = v0; *p++ = v1; *p++ = v2; *p++ = v3; *p++ = v4; *p++ = v5;\n\
    for (int i = 0; i < 8; i++) *p++ = array[i];\n\
    for (struct node *n = list; n; n = n->next) *p++ = n->v;\n\
    *p++ = -1;\n\
    for (char *c = t0; *c; c++) *p++ = *c; *p++ = -2;\n\
    for (char *c = t1; *c; c++) *p++ = *c; *p++ = -3;\n\
    for (char *c = t2; *c; c++) *p++ = *c; *p++ = -4;\n\
    *p++ = f0(7); *p++ = f1(7); *p++ = f2(7);\n\
    *p++ = sizeof(struct s0); *p++ = sizeof(struct s1); *p++ = M0; *p++ = M1; *p++ = -5; }\n";

impl Model {
    fn numbers(&self) -> Vec<i64> {
        let mut all = self.longs.to_vec();
        all.extend(self.array);
        all.extend(&self.list);
        all.push(-1);
        for (end, text) in (2..).zip(&self.texts) {
            all.extend(text.bytes().map(i64::from));
            all.push(-end);
        }
        all.extend(self.functions.map(|(a, b)| 7 * a + b));
        all.extend(self.sizes.map(|n| 4 * n));
        all.extend(self.macros);
        all.push(-5);
        all
    }
}

/// xorshift: the same inputs for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// A change of everything in turn, as C and in the model.
fn change(random: &mut Random, model: &mut Model) -> String {
    let (i, n) = (random.below(6) as usize, random.below(1000) as i64);
    match random.below(11) {
        0 | 1 => {
            model.longs[i] = n;
            format!("v{i} = {n};\n")
        }
        2 => {
            model.array[i] += n;
            format!("array[{i}] += {n};\n")
        }
        3 | 4 if model.list.len() < 100 => {
            model.list.insert(0, n);
            format!(
                "{{ struct node *n = malloc(sizeof *n); n->v = {n}; n->next = list; list = n; }}\n"
            )
        }
        5 if !model.list.is_empty() => {
            model.list.remove(0);
            "{ struct node *n = list; list = n->next; free(n); }\n".into()
        }
        6 | 7 => {
            let i = i % 3;
            model.texts[i] = format!("text {n} of {i}").repeat(1 + i % 3);
            format!("free(t{i}); t{i} = strdup(\"{}\");\n", model.texts[i])
        }
        8 => {
            let i = i % 3;
            model.functions[i] = (n % 10, n);
            format!("long f{i}(long x) {{ return x * {} + {n}; }}\n", n % 10)
        }
        9 => {
            let i = i % 2;
            model.sizes[i] = 1 + n % 9;
            format!("struct s{i} {{ int m[{}]; }};\n", model.sizes[i])
        }
        _ => {
            let i = i % 2;
            model.macros[i] = n;
            format!("#undef M{i}\n#define M{i} {n}\n")
        }
    }
}

/// What ends an input.
#[derive(Clone, Copy, PartialEq, Debug)]
enum End {
    Crash(&'static str),
    Exit(&'static str),
    Rejected(&'static str),
    /// An endless loop that another thread interrupts, or kills as a stranger would.
    Interrupted,
    KilledInside,
    TimeLimit,
    MemoryLimit,
    /// The executor is killed while it is idle.
    KilledBetween,
}

const ENDS: [End; 34] = [
    End::Crash("*(volatile int *)0 = 1;"),
    End::Crash("v0 = *(volatile long *)0x5555000000000000;"),
    End::Crash("v0 = *(volatile long *)0x10;"),
    End::Crash("strcpy((char *)\"constant\", t0);"),
    End::Crash("free(list); free(t0); free(t0);"),
    End::Crash("v0 = deep(0);"),
    End::Crash("v0 = 0; v1 = 1 / v0;"),
    End::Crash("abort();"),
    End::Crash("__builtin_trap();"),
    End::Crash("raise(SIGKILL);"),
    End::Crash("raise(SIGTERM);"),
    End::Crash("((void (*)(void))0x1234)();"),
    End::Crash("kill(0, SIGKILL); for (;;) ;"),
    End::Exit("exit(3);"),
    End::Exit("_exit(0);"),
    End::Exit("quick_exit(1);"),
    End::Crash("atexit(abort); exit(0);"),
    End::Rejected("v0 = ;"),
    End::Rejected("v0 = nowhere;"),
    End::Rejected("long f0(char *x, int y) { return x; } }"),
    End::Rejected("#error no\n"),
    End::Rejected("#include <no/such/header.h>\n"),
    End::Rejected("struct s0 { int m[1]; int m[2]; };"),
    End::Rejected("int v0;\nstruct s1 { struct s1 self; };"),
    End::Rejected("v1 = M0(1, 2) +* 3;"),
    End::Rejected("extern long undefined_at_link; v0 = undefined_at_link;"),
    End::Rejected("long undefined_function(long); v0 = undefined_function(1);"),
    End::Rejected("_Static_assert(0, \"no\");"),
    End::Rejected("goto nowhere;"),
    End::Interrupted,
    End::KilledInside,
    End::TimeLimit,
    End::MemoryLimit,
    End::KilledBetween,
];

struct Test {
    session: Session,
    random: Random,
    model: Model,
    all: u64,
    /// From the end of code to the next prompt, by the failures that crash at once.
    back: Vec<Duration>,
}

fn main() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().expect(name));
    let inputs: u64 = number("TINE_LOST_INPUTS").unwrap_or(500);
    let day = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs() / 86400;
    let seed: u64 = number("TINE_SEED").unwrap_or(day);
    println!("nothing_lost: {inputs} inputs, TINE_SEED={seed}");
    let mut session = Session::new(Options::default()).expect("a session");
    assert!(matches!(session.eval(BEFORE), Ok(Outcome::Done { .. })));
    let all = session.variables().iter().find(|v| v.name == "all").expect("all").addr.0;
    let model = Model { sizes: [1, 1], ..Model::default() };
    let random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut test = Test { session, random, model, all, back: Vec::new() };
    let mut failed = 0;
    for n in 0..inputs {
        if test.random.below(3) == 0 {
            test.fail(n);
            failed += 1;
            test.compare(n);
        } else {
            test.succeed(n);
        }
    }
    test.compare(inputs);
    test.back.sort();
    let (median, most) = (test.back[test.back.len() / 2], test.back[test.back.len() - 1]);
    println!(
        "nothing_lost: {failed} failed; from a crash to the prompt {median:?}, at most {most:?}"
    );
}

impl Test {
    fn eval(&mut self, n: u64, text: &str) -> Outcome {
        let outcome = self.session.eval(text);
        let outcome = outcome.unwrap_or_else(|failure| panic!("input {n}: {text}\n{failure}"));
        self.session.rest().unwrap_or_else(|failure| panic!("input {n}: {text}\n{failure}"));
        outcome
    }

    fn succeed(&mut self, n: u64) {
        let mut text = String::new();
        for _ in 0..1 + self.random.below(3) {
            text.push_str(&change(&mut self.random, &mut self.model));
        }
        let outcome = self.eval(n, &text);
        assert!(matches!(outcome, Outcome::Done { .. }), "input {n}: {text}\n{outcome:?}");
    }

    /// An input that changes several things and then fails.
    fn fail(&mut self, n: u64) {
        let end = ENDS[self.random.below(ENDS.len() as u64) as usize];
        let mut text = String::new();
        let mut lost = self.model.clone();
        for _ in 0..self.random.below(4) {
            text.push_str(&change(&mut self.random, &mut lost));
        }
        let mut limits = Limits::default();
        match end {
            End::Crash(code) | End::Exit(code) | End::Rejected(code) => text.push_str(code),
            End::Interrupted | End::KilledInside => text.push_str("for (;;) v0++;"),
            End::TimeLimit => {
                limits.time = Some(Duration::from_millis(30));
                text.push_str("for (;;) v0++;");
            }
            End::MemoryLimit => {
                limits.memory = Some(64 << 20);
                text.push_str("for (;;) memset(malloc(1 << 20), 1, 1 << 20);");
            }
            End::KilledBetween => return self.kill_between(n),
        }
        self.session.set_limits(limits);
        let helper = self.helper(end);
        let start = Instant::now();
        let outcome = self.eval(n, &text);
        let took = start.elapsed();
        if let Some(thread) = helper {
            thread.join().expect("it only interrupts");
        }
        self.session.set_limits(Limits::default());
        let as_expected = match end {
            End::Crash(_) | End::KilledInside => matches!(outcome, Outcome::Crashed(_)),
            End::Exit(_) => matches!(outcome, Outcome::Exited { .. }),
            End::Rejected(_) => matches!(outcome, Outcome::Rejected { .. }),
            End::Interrupted => matches!(outcome, Outcome::Interrupted(_)),
            End::TimeLimit => matches!(outcome, Outcome::TimedOut(_)),
            End::MemoryLimit => matches!(outcome, Outcome::OutOfMemory(_)),
            End::KilledBetween => false,
        };
        assert!(as_expected, "input {n}, {end:?}: {text}\n{outcome:?}");
        if let Some(loss) = outcome.loss() {
            assert_eq!(loss.undone_from, loss.input, "input {n}, {end:?}: {text}");
        }
        if let End::Crash(_) = end {
            let times = self.session.times();
            let before: Duration = times.stages().iter().map(|(_, time)| *time).sum();
            self.back.push(took.saturating_sub(before - times.reply));
        }
    }

    /// Somebody else, while the input runs.
    fn helper(&mut self, end: End) -> Option<std::thread::JoinHandle<()>> {
        let interrupter = self.session.interrupter().expect("a process of its own");
        let process = self.session.process();
        match end {
            End::Interrupted => Some(std::thread::spawn(move || {
                while !interrupter.interrupt().expect("a session") {
                    std::thread::yield_now();
                }
            })),
            End::KilledInside => Some(std::thread::spawn(move || {
                while !interrupter.is_running() {
                    std::thread::yield_now();
                }
                std::thread::sleep(Duration::from_millis(2));
                kill(process);
            })),
            _ => None,
        }
    }

    /// When all is quiet; the checkpoint has been taken.
    fn kill_between(&mut self, n: u64) {
        assert_eq!(self.session.no_checkpoint().expect("settled"), None, "input {n}");
        kill(self.session.process());
    }

    fn compare(&mut self, n: u64) {
        let outcome = self.eval(n, LOOK);
        assert!(matches!(outcome, Outcome::Done { .. }), "look after input {n}: {outcome:?}");
        let expected = self.model.numbers();
        let mut bytes = vec![0; expected.len() * 8];
        assert!(self.session.read(self.all, &mut bytes), "after input {n}");
        let seen: Vec<i64> = bytes
            .chunks_exact(8)
            .map(|word| i64::from_ne_bytes(word.try_into().expect("eight bytes")))
            .collect();
        assert_eq!(seen, expected, "after input {n}");
    }
}

/// As a stranger would.
fn kill(process: u32) {
    let status = std::process::Command::new("kill").args(["-9", &process.to_string()]).status();
    assert!(status.expect("kill").success());
}
