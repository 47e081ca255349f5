//! The ways into tine: one table that help, man page and completions are made from. In: nothing;
//! out: names, usages, options. The option tables themselves stand where they are parsed.

use crate::args::{CC_OPTIONS, RUN_OPTIONS, SESSION_OPTIONS};
use crate::{eval, language};

/// Name, the form of its value, what it does.
pub(crate) type Options = &'static [(&'static str, &'static str, &'static str)];

pub(crate) struct Door {
    /// Empty for the session, which has no word of its own.
    pub(crate) name: &'static str,
    pub(crate) usage: &'static str,
    pub(crate) help: &'static str,
    /// More, in sentences.
    pub(crate) more: &'static str,
    pub(crate) options: &'static [Options],
}

pub(crate) const DOORS: &[Door] = &[
    Door {
        name: "",
        usage: "tine [-i] [-e] [--no-rc]",
        help: "a session (inputs from a pipe are answered one by one)",
        more: "At a terminal a prompt, where :help lists the commands. From a pipe each input is \
               answered as soon as it is complete; it goes on after one that fails, with status 1 \
               at the end. exit(N) ends it with status N.",
        options: &[&SESSION_OPTIONS],
    },
    Door {
        name: "FILE",
        usage: "tine FILE [ARG…]",
        help: "run a C file, a program or a script, at once",
        more: "Statements at file scope run in order, with argc and argv, then main is called, if \
               there is one. The file may begin with #!/usr/bin/env tine; - is standard input.",
        options: &[],
    },
    Door {
        name: "run",
        usage: "tine run FILE… [-- ARG…]",
        help: ".c .o .a .so files together, linked in memory",
        more: "The status is the program's own; 128+N for signal N, 1 for errors in a source, 2 \
               for a wrong option, 124 for a time limit.",
        options: &[&RUN_OPTIONS, &language::OPTIONS],
    },
    Door {
        name: "eval",
        usage: "tine eval [--json] CODE…",
        help: "what C code comes to, whatever it does; - is standard input",
        more: "Each CODE is an input of one session. With --json each is answered with a line of \
               JSON: value, type, output, signal, place in the source, times.",
        options: &[&eval::OPTIONS, &language::OPTIONS],
    },
    Door {
        name: "cc",
        usage: "tine cc -c FILE.c -o FILE.o",
        help: "the object alone, for any linker",
        more: "Options are spelled as gcc spells them.",
        options: &[&CC_OPTIONS, &language::OPTIONS],
    },
];

/// The words that may stand first.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    DOORS.iter().map(|door| door.name).filter(|name| !matches!(*name, "" | "FILE")).chain(["help"])
}

/// Everything at a glance.
pub(crate) fn help() -> String {
    let mut text =
        String::from("tine: C, interactively; code that crashes loses nothing\n\nusage:\n");
    for door in DOORS {
        text.push_str(&format!("  {:<28}{}\n", door.usage, door.help));
    }
    text.push_str("\noptions of a session:\n");
    options(&mut text, &SESSION_OPTIONS);
    text.push_str(
        "\n`tine help run`, `tine help cc` and so on list the options of each; the manual is at \
         `tine --man | man -l -`.\n",
    );
    text
}

/// More on one way in; `None` when there is no such.
pub(crate) fn help_on(name: &str) -> Option<String> {
    let door = DOORS.iter().find(|door| door.name == name)?;
    let mut text = format!("usage: {}\n{}\n\n{}\n", door.usage, door.help, door.more);
    for (at, table) in door.options.iter().enumerate() {
        text.push_str(if at == 0 { "\noptions:\n" } else { "\noptions of the language:\n" });
        options(&mut text, table);
    }
    Some(text)
}

fn options(text: &mut String, table: Options) {
    for option in table {
        text.push_str(&format!("  {:<28}{}\n", form(option), option.2));
    }
}

/// An option with its value, as it is written.
pub(crate) fn form((name, value, _): &(&str, &str, &str)) -> String {
    match (*value, name.starts_with("--")) {
        ("", _) => (*name).to_string(),
        (_, true) => format!("{name}={value}"),
        (_, false) => format!("{name}{value}"),
    }
}
