//! Sessions against a model: random definitions, redefinitions, failures, `:undo`, `:redo` and
//! `:reset` are typed, and every value that is shown must be the one a model of the session says.
//!
//! The model is what the manual promises: an input happens wholly or not at all; a function or an
//! object defined again with its type is the same one, with another type another one, and who has
//! taken its address or calls it keeps what it had.
//!
//! `TINE_MODEL_STEPS` says how many inputs, `TINE_MODEL_SEED` where the random numbers begin.

use crate::harness::{run_within, tine};
use std::time::Duration;

/// So many names there are of each kind.
const NAMES: usize = 3;
/// How many inputs can be undone.
const DEPTH: usize = 16;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Ty {
    Int,
    Double,
}

impl Ty {
    fn name(self) -> &'static str {
        match self {
            Ty::Int => "int",
            Ty::Double => "double",
        }
    }
}

#[derive(Clone, Debug)]
struct Object {
    ty: Ty,
    value: i64,
}

/// A function: `factor * x + k++`, and what it calls with `x` added to that.
#[derive(Clone, Debug)]
struct Function {
    ty: Ty,
    factor: i64,
    k: i64,
    calls: Option<usize>,
}

/// What a session holds. Objects and functions are meant by number, names by their place.
#[derive(Clone, Default, Debug)]
struct State {
    objects: Vec<Object>,
    functions: Vec<Function>,
    variables: [Option<usize>; NAMES],
    names: [Option<usize>; NAMES],
    /// Pointers to objects and to functions of `int`.
    to_object: [Option<usize>; NAMES],
    to_function: [Option<usize>; NAMES],
    macros: [Option<i64>; NAMES],
    constants: [Option<i64>; NAMES],
    /// Lengths of the array in `struct tN` now, and in an object that was made of it.
    tags: [Option<i64>; NAMES],
    records: [Option<i64>; NAMES],
    /// What was shown for `$1`, `$2`, …
    values: Vec<String>,
}

impl State {
    fn call(&mut self, function: usize, x: i64) -> i64 {
        let Function { factor, k, calls, .. } = self.functions[function].clone();
        self.functions[function].k += 1;
        let below = calls.map_or(0, |callee| self.call(callee, x));
        factor * x + k + below
    }

    fn shown(&mut self, ty: &str, value: i64) -> Option<String> {
        self.again(format!("{ty} {value}"))
    }

    fn again(&mut self, line: String) -> Option<String> {
        self.values.push(line.clone());
        Some(line)
    }
}

/// What can be typed; the first number is a name's.
#[derive(Clone, Debug)]
enum Op {
    Variable(usize, Ty, i64),
    /// Without an initialiser.
    Declaration(usize, Ty),
    Assign(usize, i64),
    Show(usize),
    Pointer(usize, usize),
    Through(usize, i64),
    Function(usize, Ty, i64, Option<usize>),
    Call(usize, i64),
    FunctionPointer(usize, usize),
    CallThrough(usize, i64),
    Macro(usize, i64),
    Undefine(usize),
    UseMacro(usize),
    Constant(usize, i64),
    UseConstant(usize),
    Tag(usize, i64),
    Record(usize),
    SizeOfTag(usize),
    SizeOfRecord(usize),
    Value(usize),
    Last,
    Library(usize),
    /// Something happens first, and then it is all for nothing.
    Failure(usize, usize),
}

/// Each brings its header along.
const LIBRARY: [(&str, &str); 5] = [
    ("strlen(\"four\")", "unsigned long 4"),
    ("toupper('a')", "int 65"),
    ("abs(-4)", "int 4"),
    ("INT_MAX", "int 2147483647"),
    ("sqrt(16.0)", "double 4"),
];

const FAILURES: [&str; 8] = [
    "*(volatile int *)0 = 1;",
    "abort();",
    "exit(3);",
    "_exit(4);",
    "nonsense();",
    "int v1 = ;",
    "extern int nowhere; nowhere = 1;",
    "#include <no/such/header.h>",
];

impl Op {
    fn text(&self) -> String {
        match *self {
            Op::Variable(n, ty, value) => format!("{} v{n} = {value};", ty.name()),
            Op::Declaration(n, ty) => format!("{} v{n};", ty.name()),
            Op::Assign(n, value) => format!("v{n} = {value};"),
            Op::Show(n) => format!("v{n}"),
            Op::Pointer(n, to) => format!("typeof(v{to}) *p{n} = &v{to};"),
            Op::Through(n, value) => format!("*p{n} += {value};"),
            Op::Function(n, ty, factor, callee) => {
                let ty = ty.name();
                let callee = callee.map_or(String::new(), |callee| format!(" + f{callee}(x)"));
                format!(
                    "{ty} f{n}({ty} x)\n{{\n    static int k;\n    return {factor} * x + k++{callee};\n}}"
                )
            }
            Op::Call(n, x) => format!("f{n}({x})"),
            Op::FunctionPointer(n, to) => format!("int (*q{n})(int) = f{to};"),
            Op::CallThrough(n, x) => format!("q{n}({x})"),
            Op::Macro(n, value) => format!("#define M{n} {value}"),
            Op::Undefine(n) => format!("#undef M{n}"),
            Op::UseMacro(n) => format!("M{n} + 0"),
            Op::Constant(n, value) => format!("enum {{ E{n} = {value} }};"),
            Op::UseConstant(n) => format!("(long)E{n}"),
            Op::Tag(n, length) => format!("struct t{n} {{ int a[{length}]; }};"),
            Op::Record(n) => format!("struct t{n} s{n} = {{{{1}}}};"),
            Op::SizeOfTag(n) => format!("sizeof(struct t{n})"),
            Op::SizeOfRecord(n) => format!("sizeof s{n}"),
            Op::Value(n) => format!("${n}"),
            Op::Last => "_".into(),
            Op::Library(n) => LIBRARY[n].0.into(),
            Op::Failure(n, how) => {
                let before = if how < 4 { format!("v{n} = 77; M0; ") } else { String::new() };
                let end = if how == 7 { "\n" } else { " " };
                format!("{before}{}{end}", FAILURES[how]).trim_end().to_string()
            }
        }
    }

    /// What it does and shows; `None` where it is no input for this state.
    fn apply(&self, s: &mut State) -> Option<Option<String>> {
        Some(match *self {
            Op::Variable(n, ty, value) => {
                match s.variables[n].filter(|&at| s.objects[at].ty == ty) {
                    Some(at) => s.objects[at].value = value,
                    None => s.define(n, ty, value),
                }
                None
            }
            Op::Declaration(n, ty) => {
                if s.variables[n].is_none_or(|at| s.objects[at].ty != ty) {
                    s.define(n, ty, 0);
                }
                None
            }
            Op::Assign(n, value) => {
                let at = s.variables[n]?;
                s.objects[at].value = value;
                None
            }
            Op::Show(n) => {
                let Object { ty, value } = s.objects[s.variables[n]?];
                s.shown(ty.name(), value)
            }
            Op::Pointer(n, to) => {
                s.to_object[n] = Some(s.variables[to]?);
                None
            }
            Op::Through(n, value) => {
                let at = s.to_object[n]?;
                s.objects[at].value += value;
                None
            }
            Op::Function(n, ty, factor, callee) => {
                let calls = match callee {
                    Some(callee) => Some(s.names[callee]?),
                    None => None,
                };
                let function = Function { ty, factor, k: 0, calls };
                match s.names[n].filter(|&at| s.functions[at].ty == ty) {
                    Some(at) => s.functions[at] = function,
                    None => {
                        s.functions.push(function);
                        s.names[n] = Some(s.functions.len() - 1);
                    }
                }
                None
            }
            Op::Call(n, x) => {
                let at = s.names[n]?;
                let value = s.call(at, x);
                let ty = s.functions[at].ty;
                s.shown(ty.name(), value)
            }
            Op::FunctionPointer(n, to) => {
                s.to_function[n] = Some(s.names[to]?);
                None
            }
            Op::CallThrough(n, x) => {
                let at = s.to_function[n]?;
                let value = s.call(at, x);
                s.shown("int", value)
            }
            Op::Macro(n, value) => {
                s.macros[n] = Some(value);
                None
            }
            Op::Undefine(n) => {
                s.macros[n] = None;
                None
            }
            Op::UseMacro(n) => {
                let value = s.macros[n]?;
                s.shown("int", value)
            }
            Op::Constant(n, value) => {
                s.constants[n] = Some(value);
                None
            }
            Op::UseConstant(n) => {
                let value = s.constants[n]?;
                s.shown("long", value)
            }
            Op::Tag(n, length) => {
                s.tags[n] = Some(length);
                None
            }
            Op::Record(n) => {
                s.records[n] = Some(s.tags[n]?);
                None
            }
            Op::SizeOfTag(n) => {
                let length = s.tags[n]?;
                s.shown("unsigned long", 4 * length)
            }
            Op::SizeOfRecord(n) => {
                let length = s.records[n]?;
                s.shown("unsigned long", 4 * length)
            }
            Op::Value(n) => {
                let line = s.values.get(n.checked_sub(1)?)?.clone();
                s.again(line)
            }
            Op::Last => {
                let line = s.values.last()?.clone();
                s.again(line)
            }
            Op::Library(n) => s.again(LIBRARY[n].1.into()),
            Op::Failure(..) => return None,
        })
    }
}

impl State {
    fn define(&mut self, n: usize, ty: Ty, value: i64) {
        self.objects.push(Object { ty, value });
        self.variables[n] = Some(self.objects.len() - 1);
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % n
    }

    fn op(&mut self, s: &State) -> Op {
        let (n, m) = (self.below(NAMES), self.below(NAMES));
        let value = self.below(90) as i64 + 1;
        let ty = if self.below(3) == 0 { Ty::Double } else { Ty::Int };
        match self.below(30) {
            0 | 1 => Op::Variable(n, ty, value),
            2 => Op::Declaration(n, ty),
            3 => Op::Assign(n, value),
            4..=6 => Op::Show(n),
            7 => Op::Pointer(n, m),
            8 => Op::Through(n, value),
            9 | 10 => Op::Function(n, ty, value, None),
            // Nobody calls itself in a circle.
            11 => Op::Function(n, ty, value, Some(m).filter(|callee| *callee < n)),
            12..=14 => Op::Call(n, value),
            // A function of another type would only be warned of.
            15 if s.names[m].is_none_or(|at| s.functions[at].ty == Ty::Int) => {
                Op::FunctionPointer(n, m)
            }
            15 => Op::Show(n),
            16 | 17 => Op::CallThrough(n, value),
            18 => Op::Macro(n, value),
            19 if value < 30 => Op::Undefine(n),
            19 | 20 => Op::UseMacro(n),
            21 => Op::Constant(n, value),
            22 => Op::UseConstant(n),
            23 => Op::Tag(n, value),
            24 => Op::Record(n),
            25 if value < 45 => Op::SizeOfTag(n),
            25 => Op::SizeOfRecord(n),
            26 => Op::Value(self.below(s.values.len() + 1)),
            27 => Op::Last,
            28 => Op::Library(self.below(LIBRARY.len())),
            _ => Op::Failure(n, self.below(FAILURES.len())),
        }
    }
}

/// A session as it was typed so far, what it must show, and the model of it.
#[derive(Default)]
struct Session {
    input: String,
    /// Each line of the answers, and how long the input was that asked for it.
    expected: Vec<(String, usize)>,
    state: State,
    /// The states that can be gone back to, and the inputs that came then, oldest first.
    before: Vec<(State, Op)>,
    /// The first inputs cannot be undone one by one any more.
    forgotten: bool,
    undone: Vec<Op>,
}

impl Session {
    fn types(&mut self, line: &str) {
        self.input.push_str(line);
        self.input.push('\n');
    }

    fn expects(&mut self, line: String) {
        self.expected.push((line, self.input.len()));
    }

    /// An input that succeeds, typed or once more.
    fn runs(&mut self, op: Op, state: State, shown: Option<String>) {
        self.before.push((std::mem::replace(&mut self.state, state), op));
        if self.before.len() > DEPTH {
            self.before.remove(0);
            self.forgotten = true;
        }
        if let Some(line) = shown {
            self.expects(line);
        }
    }

    fn step(&mut self, random: &mut Random) {
        match random.below(16) {
            0 => self.undo(1 + random.below(4)),
            1 => self.redo(1 + random.below(3)),
            2 if random.below(8) == 0 => {
                self.types(":reset");
                *self = Session {
                    input: std::mem::take(&mut self.input),
                    expected: std::mem::take(&mut self.expected),
                    ..Session::default()
                };
            }
            _ => {
                let op = random.op(&self.state);
                let mut state = self.state.clone();
                let shown = op.apply(&mut state);
                self.types(&op.text());
                if let Some(shown) = shown {
                    self.runs(op, state, shown);
                    self.undone.clear();
                }
            }
        }
    }

    fn undo(&mut self, n: usize) {
        self.types(&format!(":undo {n}"));
        // More than there were is refused, and nothing is undone then.
        if n <= self.before.len() {
            for _ in 0..n {
                let (state, op) = self.before.pop().expect("so many were counted");
                self.state = state;
                self.undone.push(op);
            }
        }
    }

    fn redo(&mut self, n: usize) {
        self.types(&format!(":redo {n}"));
        for _ in 0..n {
            let Some(op) = self.undone.pop() else { break };
            let mut state = self.state.clone();
            let shown = op.apply(&mut state).expect("it did before");
            op.text().lines().for_each(|line| self.expects(line.to_string()));
            self.runs(op, state, shown);
        }
    }
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn random_sessions_are_as_the_model_says() {
    let steps = number("TINE_MODEL_STEPS", 1500);
    let seed = number("TINE_MODEL_SEED", 0x1234_5678_9abc_def1);
    let mut random = Random(seed | 1);
    let mut session = Session::default();
    for _ in 0..steps {
        session.step(&mut random);
    }
    for n in 0..NAMES {
        for op in [Op::Show(n), Op::Call(n, 2), Op::CallThrough(n, 3)] {
            let mut state = session.state.clone();
            if let Some(shown) = op.apply(&mut state) {
                session.types(&op.text());
                session.runs(op, state, shown);
            }
        }
    }
    let limit = Duration::from_secs(120 + steps / 10);
    if let Some(path) = std::env::var_os("TINE_MODEL_INPUT") {
        std::fs::write(path, &session.input).unwrap();
    }
    let seen = run_within(tine().arg("-i"), &session.input, limit);
    let said = |line: &&str| {
        !line.starts_with("back to just before") && *line != "the session is empty again"
    };
    let answers: Vec<&str> = seen.stdout.lines().filter(said).collect();
    for (at, (line, length)) in session.expected.iter().enumerate() {
        if answers.get(at) != Some(&line.as_str()) {
            let typed = &session.input[..*length];
            let last: Vec<&str> = typed.lines().rev().take(60).collect();
            let last: Vec<&str> = last.into_iter().rev().collect();
            let got = answers.get(at);
            panic!(
                "seed {seed}: expected {line:?}, got {got:?} after\n{}\n{}",
                last.join("\n"),
                if seen.ended() { "" } else { &seen.stderr }
            );
        }
    }
    assert_eq!((answers.len(), seen.status), (session.expected.len(), 0), "seed {seed}");
}
