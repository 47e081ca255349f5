//! A program under `tine run` finds what every program finds: arguments, environment, working
//! directory, standard streams, the keys of its terminal; and its status is tine's.

use crate::harness::{Scratch, compile, run_with_input, tine};
use crate::objects::MODES;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn object(scratch: &Scratch, name: &str, text: &str) -> PathBuf {
    let source = scratch.path(name);
    std::fs::write(&source, text).unwrap();
    compile(scratch, &source, &[])
}

#[test]
fn surroundings() {
    let scratch = Scratch::new();
    let object = object(
        &scratch,
        "around.c",
        r#"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
extern char **environ;
int main(int argc, char **argv, char **envp)
{
    char folder[4096], line[100];
    for (int i = 1; i < argc; i++)
        printf("[%s]", argv[i]);
    printf(" %d %d %s\n", argv[argc] == 0, envp == environ, getenv("AROUND"));
    printf("%s\n", getcwd(folder, sizeof folder));
    while (fgets(line, sizeof line, stdin))
        printf("> %s", line);
    setenv("AROUND", "changed", 1);
    printf("%s %d\n", getenv("AROUND"), isatty(0));
    fprintf(stderr, "to the error stream\n");
    return 300 + 23;
}
"#,
    );
    let folder = scratch.path("").canonicalize().unwrap();
    for mode in MODES {
        let mut command = tine();
        command.arg("run").args(mode).arg(&object).args(["--", "one", "", "two words", "--", "ü"]);
        command.env("AROUND", "was here").current_dir(&folder);
        let seen = run_with_input(&mut command, "first\nlast");
        let expected = format!(
            "[one][][two words][--][ü] 1 1 was here\n{}\n> first\n> lastchanged 0\n",
            folder.display()
        );
        assert_eq!((seen.stdout.as_str(), seen.status), (expected.as_str(), 67), "{mode:?}");
        assert_eq!(seen.stderr, "to the error stream\n", "{mode:?}");
    }
}

/// What Ctrl-C does: SIGINT to every process in the terminal's foreground group.
fn interrupted(object: &PathBuf) -> (String, i32) {
    let mut child = tine()
        .arg("run")
        .arg(object)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    out.read_line(&mut text).unwrap();
    let group = format!("-{}", child.id());
    assert!(Command::new("kill").args(["-INT", "--", &group]).status().unwrap().success());
    out.read_to_string(&mut text).unwrap();
    let status = child.wait().unwrap();
    (text, status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)))
}

#[test]
fn interrupt_key() {
    let scratch = Scratch::new();
    let plain = object(
        &scratch,
        "plain.c",
        "#include <stdio.h>\n#include <unistd.h>\n\
         int main(void) { puts(\"ready\"); fflush(stdout); for (;;) pause(); }\n",
    );
    assert_eq!(interrupted(&plain), ("ready\n".into(), 130));
    let handler = object(
        &scratch,
        "handler.c",
        "#include <signal.h>\n#include <stdio.h>\n#include <unistd.h>\n\
         static volatile sig_atomic_t hit;\n\
         static void on(int s) { hit = s; }\n\
         int main(void) { signal(SIGINT, on); puts(\"ready\"); fflush(stdout);\n\
         while (!hit) usleep(1000); printf(\"caught %d\\n\", hit); return 5; }\n",
    );
    assert_eq!(interrupted(&handler), ("ready\ncaught 2\n".into(), 5));
}
