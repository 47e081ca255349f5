//! `tine eval`: the answers in both forms, the statuses, and that code which wants to break it gets
//! an answer like any other. A case's answer is looked at as text: the members' order is promised.

use crate::harness::{Scratch, in_parallel, run_limited, run_with_input, tine};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// One line of JSON without its times.
fn without_time(line: &str) -> &str {
    line.split(",\"time\":").next().unwrap()
}

#[test]
fn answers_as_json() {
    let simple = run_limited(tine().args(["eval", "--json", "6 * 7"]));
    assert_eq!(
        without_time(&simple.stdout),
        r#"{"tine":1,"input":1,"outcome":"value","status":0,"type":"int","value":"42","stdout":"","stdout_base64":null,"stdout_cut":false,"stderr":"","stderr_base64":null,"stderr_cut":false,"diagnostics":[],"signal":null,"crash":null,"failure":null"#
    );
    let time = simple.stdout.split(",\"time\":").nth(1).unwrap();
    assert!(time.starts_with("{\"total_us\":") && time.contains(",\"run_us\":"), "{time}");
    for (code, status, parts) in [
        (
            "struct { int a; char *s; } x = {1, \"q\"}; x",
            0,
            &[r#""value":"{.a = 1, .s = \"q\"}""#][..],
        ),
        ("void f(void) {} f()", 0, &[r#""outcome":"value","status":0,"type":"void","value":null"#]),
        ("int x;", 0, &[r#""outcome":"done","status":0,"type":null"#]),
        (
            "int x = y;",
            1,
            &[
                r#""outcome":"rejected","status":1"#,
                r#"{"severity":"error","message":"'y' undeclared","at":{"file":"input 1","line":1,"column":9}"#,
            ],
        ),
        ("int x = (1 +", 1, &[r#""outcome":"unfinished","status":1"#]),
        (
            "printf(\"before\\n\"); int *p = 0;\n*p = 1;",
            139,
            &[
                r#""outcome":"crashed","status":139"#,
                r#""stdout":"before\n""#,
                r#""signal":{"number":11,"name":"SIGSEGV"},"crash":{"what":"write to "#,
                r#""at":{"file":"input 1","line":2,"column":1,"#,
                r#""text":"*p = 1;"},"frames":[{"function":"the input's statements""#,
            ],
        ),
        (
            "int ten = 10;\nint zero = 10 / 0;",
            136,
            &[r#""division by zero","at":{"file":"input 1","line":2,"column":12}"#],
        ),
        ("exit(3)", 3, &[r#""outcome":"exited","status":3"#]),
        ("_exit(4)", 4, &[r#""outcome":"exited","status":4"#]),
        ("abort()", 134, &[r#""signal":{"number":6,"name":"SIGABRT"}"#]),
        (
            "write(1, \"a\\xff\", 2); fputs(\"e\", stderr); 1",
            0,
            &[r#""stdout_base64":"Yf8=","stdout_cut":false,"stderr":"e","stderr_base64":null"#],
        ),
    ] {
        let seen = run_limited(tine().args(["eval", "--json", code]));
        assert_eq!(seen.status, status, "{code}: {seen:#?}");
        for part in parts {
            assert!(seen.stdout.contains(part), "{code}: no {part} in {}", seen.stdout);
        }
    }
}

#[test]
fn answers_as_text() {
    let seen = run_limited(tine().args(["eval", "1 + 1"]));
    assert_eq!((seen.stdout.as_str(), seen.status), ("int 2\n", 0));
    let seen = run_limited(tine().args(["eval", "puts(\"x\"); *(int *)0"]));
    assert_eq!(seen.stdout, "x\n");
    assert!(seen.stderr.contains("crash: SIGSEGV") && seen.status == 139, "{seen:#?}");
    let flood = "for (int i = 0; i < 100; i++) puts(\"0123456789\"); 5";
    let seen = run_limited(tine().args(["eval", "--max-output=15", flood]));
    assert_eq!((seen.stdout.as_str(), seen.status), ("0123456789\n0123int 5\n", 0));
    assert!(seen.stderr.contains("standard output was cut at 15 bytes"), "{seen:#?}");
}

#[test]
fn inputs_follow_each_other_until_one_fails() {
    let scratch = Scratch::new();
    let file = scratch.path("answer.c");
    std::fs::write(&file, "int twice(int x) { return 2 * x; }\n").unwrap();
    let seen = run_limited(tine().args(["eval", "--file"]).arg(&file).args(["twice(4)", "-5"]));
    assert_eq!(seen.status, 2, "{seen:#?}");
    let words = ["--", "twice(4)", "-5", "twice(1/0)", "6"];
    let seen = run_limited(tine().args(["eval", "--file"]).arg(&file).args(words));
    assert_eq!((seen.stdout.as_str(), seen.status), ("int 8\nint -5\n", 136));
    let seen = run_with_input(tine().args(["eval", "-", "getchar()"]), "int a = 3; a");
    assert_eq!(seen.stdout, "int 3\nint -1\n");
    for (words, message) in [
        (&["eval"][..], "needs something to evaluate"),
        (&["eval", "--jsn", "1"], "did you mean `--json`?"),
        (&["eval", "--max-output=many", "1"], "`many` is not a number of bytes"),
        (&["eval", "-", "-"], "standard input can be one input only"),
    ] {
        let seen = run_limited(tine().args(words));
        assert!(seen.stderr.contains(message) && seen.status == 2, "{words:?}: {seen:#?}");
    }
}

/// What hostile code is answered with: a word for the outcome, and how long that may take.
const HOSTILE: &[(&str, &[&str])] = &[
    ("for (;;) puts(\"x\");", &["timed-out"]),
    ("for (int i = 0; i < 200000; i++) puts(\"0123456789\"); 1", &["value"]),
    ("for (int i = 0; i < 1024; i++) close(i); 1", &["lost"]),
    // Whether it writes once more into the socket that was closed upon the first nonsense is luck.
    ("for (int i = 3; i < 1024; i++) write(i, \"garbage\", 7); 1", &["lost", "crashed"]),
    ("for (int i = 3; i < 1024; i++) dup2(1, i); 1", &["lost"]),
    (
        "#include <sys/socket.h>\nfor (int i = 3; i < 1024; i++) shutdown(i, SHUT_RDWR); 1",
        &["lost"],
    ),
    ("kill(getppid(), SIGKILL); sleep(1); 1", &["lost", "value"]),
    ("kill(getppid(), SIGSTOP); 1", &["lost", "value"]),
    ("kill(getppid(), SIGSTOP); for (;;) ;", &["lost"]),
    ("for (;;) kill(getppid(), SIGSTOP);", &["lost"]),
    ("kill(0, SIGKILL); 1", &["crashed"]),
    ("int p = fork(); if (p == 0) for (;;) pause(); 1", &["value"]),
    (
        "if (fork() == 0) { setsid(); signal(SIGHUP, SIG_IGN); for (;;) puts(\"child\"); } 1",
        &["value"],
    ),
    ("if (fork() == 0) { if (fork() == 0) for (;;) pause(); _exit(0); } 1", &["value"]),
    ("sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0); for (;;) ;", &["timed-out"]),
    ("for (int i = 1; i < 32; i++) signal(i, SIG_IGN); for (;;) ;", &["timed-out"]),
    ("raise(SIGSTOP); 1", &["value"]),
    ("raise(SIGTSTP); 1", &["value"]),
    ("#include <sys/prctl.h>\nprctl(PR_SET_PDEATHSIG, 0); for (;;) ;", &["timed-out"]),
    (
        "#include <sys/resource.h>\nstruct rlimit r = {0, 0}; setrlimit(RLIMIT_NOFILE, &r); 1",
        &["value", "lost"],
    ),
    (
        "#include <sys/resource.h>\nstruct rlimit r = {1, 1}; setrlimit(RLIMIT_AS, &r); \
         malloc(1 << 24) == 0",
        &["value"],
    ),
    (
        "#include <sys/resource.h>\nstruct rlimit r = {0, 0}; setrlimit(RLIMIT_CPU, &r); \
         for (;;) ;",
        &["crashed"],
    ),
    (
        "#define _GNU_SOURCE\n#include <sys/resource.h>\n#include <unistd.h>\nstruct rlimit r = {0, 0}; \
         prlimit(getppid(), RLIMIT_NOFILE, &r, 0); 1",
        &["value"],
    ),
    ("char *p; do p = malloc(1 << 24); while (p); *p = 1;", &["out-of-memory"]),
    (
        "int f(int n) { volatile char a[4096]; a[0] = n; return f(n + 1) + a[0]; } f(0)",
        &["crashed"],
    ),
    ("#include <sys/mman.h>\nmunmap((void *)0x10000000, 1ul << 30); 1", &["crashed"]),
    ("execl(\"/bin/echo\", \"echo\", \"hi\", (char *)0); 1", &["exited"]),
    ("signal(SIGSEGV, SIG_IGN); *(volatile int *)0 = 1;", &["crashed"]),
    ("void loop(void) { for (;;) ; } atexit(loop); exit(0);", &["timed-out"]),
    (
        "#include <pthread.h>\nvoid *loop(void *p) { for (;;) ; } \
         pthread_t t; pthread_create(&t, 0, loop, 0); 1",
        &["value"],
    ),
    (
        "#include <pthread.h>\nvoid *bye(void *p) { exit(5); } \
         pthread_t t; pthread_create(&t, 0, bye, 0); for (;;) ;",
        &["exited"],
    ),
    ("#include <pthread.h>\npthread_exit(0);", &["exited"]),
    (
        "#include <sys/ptrace.h>\nptrace(PTRACE_TRACEME, 0, 0, 0); raise(SIGUSR1); 1",
        &["crashed", "timed-out", "value"],
    ),
];

#[test]
fn hostile_code_gets_an_answer() {
    let wrong = Mutex::new(Vec::new());
    in_parallel(HOSTILE, |_, (code, outcomes)| {
        let start = Instant::now();
        // Only what never ends meets the limit, however slow the machine is at the moment.
        let stops = code.contains("SIGSTOP") && code.contains("for (;;)");
        let meets = stops || outcomes.contains(&"timed-out");
        let timeout = if meets { "--timeout=1" } else { "--timeout=100" };
        let limits = [timeout, "--max-output=1000", "--max-memory=256M"];
        let seen = run_limited(tine().args(["eval", "--json"]).args(limits).arg(code));
        let took = start.elapsed();
        let is_one = |outcome: &&str| seen.stdout.contains(&format!("\"outcome\":\"{outcome}\""));
        let one_line = seen.stdout.lines().count() == 1 && seen.stdout.ends_with("}\n");
        let short = seen.stdout.len() < 4000;
        if !one_line || !short || !outcomes.iter().any(is_one) || took > Duration::from_secs(90) {
            let text = format!("{code}: expected {outcomes:?} in {took:?}, got {seen:#?}");
            wrong.lock().unwrap().push(text);
        }
        let flood = code.contains("puts(\"x\")") || code.contains("0123456789");
        if flood && !seen.stdout.contains("\"stdout_cut\":true") {
            wrong.lock().unwrap().push(format!("{code}: not cut: {seen:#?}"));
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What user code forked goes with the session.
#[test]
fn nothing_lingers() {
    let code = "int p = fork(); if (p == 0) { setsid(); for (;;) pause(); } p";
    let seen = run_limited(tine().args(["eval", code]));
    let pid = seen.stdout.trim().strip_prefix("int ").expect("a process id").to_string();
    let start = Instant::now();
    while std::path::Path::new("/proc").join(&pid).exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "process {pid} is still there");
        std::thread::yield_now();
    }
}
