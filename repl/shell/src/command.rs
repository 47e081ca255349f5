//! The commands of the prompt: one table gives the parser, the help, the completion and the
//! manual. In: a line; out: which command it is, with its argument, or why it is none.

use preproc::nearest::nearest;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum What {
    Asm,
    Ast,
    Bits,
    Cd,
    Doc,
    Edit,
    Help,
    History,
    Include,
    Ir,
    Layout,
    Lib,
    Limit,
    Load,
    Mem,
    Pkg,
    Pp,
    Quit,
    Redo,
    Reset,
    Run,
    Save,
    Set,
    Shell,
    Time,
    Trace,
    Type,
    Undo,
    Vars,
    Where,
}

/// What stands behind a command's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Takes {
    Nothing,
    /// C, to be completed as such.
    Code,
    Path,
    Header,
    Command,
    Setting,
    Limit,
    Other,
}

pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// The argument as the help shows it; optional ones are in brackets.
    pub(crate) argument: &'static str,
    pub(crate) takes: Takes,
    pub(crate) help: &'static str,
    /// More, for `:help NAME`.
    pub(crate) more: &'static str,
    pub(crate) what: What,
}

const fn row(
    name: &'static str,
    argument: &'static str,
    takes: Takes,
    what: What,
    help: &'static str,
    more: &'static str,
) -> Command {
    Command { name, argument, takes, help, more, what }
}

/// Every command, in the order of the help.
pub(crate) const COMMANDS: &[Command] = &[
    row("help", "[COMMAND]", Takes::Command, What::Help, "this list, or more on one command", ""),
    row(
        "type",
        "EXPR",
        Takes::Code,
        What::Type,
        "the type of an expression",
        "It is not evaluated. A type is shown as the compiler knows it.",
    ),
    row(
        "vars",
        "[TEXT]",
        Takes::Code,
        What::Vars,
        "the variables and their values",
        "With TEXT, those with TEXT in their names. Also says when the present state could \
         not be had back.",
    ),
    row(
        "doc",
        "NAME",
        Takes::Code,
        What::Doc,
        "what a name is, with its header's comment and its man page",
        "The declaration, where it stands, the comment above it, and for a library's \
         function the beginning of its man page, where that is installed.",
    ),
    row(
        "where",
        "[NAME]",
        Takes::Code,
        What::Where,
        "where a name was defined; without one, the last crash again",
        "",
    ),
    row(
        "undo",
        "[N]",
        Takes::Other,
        What::Undo,
        "take back the last N inputs (1)",
        "Memory, names, types and macros are as they were; files, sockets and other \
         processes are not touched.",
    ),
    row(
        "redo",
        "[N]",
        Takes::Other,
        What::Redo,
        "evaluate again the last N inputs (1) that were undone",
        "They run again, with all that they do outside. An input in between ends this.",
    ),
    row("reset", "", Takes::Nothing, What::Reset, "back to an empty session", ""),
    row(
        "save",
        "FILE",
        Takes::Path,
        What::Save,
        "write the session as a C file that compiles",
        "The last definition of everything, and a main with the statements in order; values \
         stand behind their expressions in comments. A name that was defined anew with \
         another type keeps its old meaning under a number (`x_1`). What cannot stand in one \
         file is a comment that says why.",
    ),
    row(
        "load",
        "FILE",
        Takes::Path,
        What::Load,
        "read a C file as one input",
        "It may have statements at file scope, and begin with `#!`.",
    ),
    row(
        "edit",
        "[N|NAME]",
        Takes::Code,
        What::Edit,
        "edit the last input, input N or what defines NAME in $EDITOR",
        "What is saved there is evaluated and comes into the history. At the prompt Ctrl-X \
         Ctrl-E does so with what is typed.",
    ),
    row(
        "history",
        "[N]",
        Takes::Other,
        What::History,
        "the inputs that stand, or the last N of them",
        "",
    ),
    row("time", "INPUT", Takes::Code, What::Time, "evaluate an input and say how long it took", ""),
    row(
        "asm",
        "NAME|TEXT",
        Takes::Code,
        What::Asm,
        "the machine code of a function, or of a text",
        "A text is compiled and not run.",
    ),
    row("ir", "NAME|TEXT", Takes::Code, What::Ir, "the same as Cranelift's intermediate code", ""),
    row("ast", "NAME|TEXT", Takes::Code, What::Ast, "the same as the typed tree", ""),
    row("pp", "TEXT", Takes::Code, What::Pp, "a text behind the preprocessor", "It is not run."),
    row(
        "layout",
        "TYPE|EXPR",
        Takes::Code,
        What::Layout,
        "offsets, sizes and padding of a type",
        "",
    ),
    row(
        "trace",
        "[on|off|save FILE]",
        Takes::Other,
        What::Trace,
        "record what is called, and when",
        "on: from the next input on, with the calls of functions defined from now on; off: no \
         more; save: into a file for ui.perfetto.dev. A crash then shows the last calls.",
    ),
    row(
        "mem",
        "[--map]",
        Takes::Other,
        What::Mem,
        "how much memory code, data, arenas and the managed heap take",
        "--map: with a picture of the managed heap's blocks. Used is what is taken, kept what has \
         memory behind it, size the address space.",
    ),
    row(
        "bits",
        "EXPR",
        Takes::Code,
        What::Bits,
        "the bits of a value",
        "Of numbers the highest first; a floating value by sign, exponent and fraction; of \
         anything else the bytes as they lie in memory.",
    ),
    row(
        "lib",
        "NAME",
        Takes::Path,
        What::Lib,
        "open a shared library",
        "NAME is a path, or what stands in libNAME.so.",
    ),
    row(
        "pkg",
        "NAME…",
        Takes::Other,
        What::Pkg,
        "use a library as pkg-config describes it",
        "Its folders of headers are looked in, its macros defined, its shared libraries opened.",
    ),
    row("include", "HEADER", Takes::Header, What::Include, "the same as #include <HEADER>", ""),
    row(
        "set",
        "[OPTION VALUE]",
        Takes::Setting,
        What::Set,
        "how values are shown and lines are edited; `:set save` keeps it",
        "elements, string, depth, text: limits of printed values. hints, colors: on or off. \
         keys: emacs or vi. Without an argument the present values; `:set save` writes them \
         into the rc file.",
    ),
    row(
        "limit",
        "[WHAT VALUE]",
        Takes::Limit,
        What::Limit,
        "what an input may use",
        "time: seconds, or off. memory: bytes beyond what a session starts with (K, M, G), or off. \
         Without an argument the present limits.",
    ),
    row(
        "run",
        "[ARGS]",
        Takes::Path,
        What::Run,
        "call main",
        "The words behind it are the program's arguments; quotes keep a word together.",
    ),
    row("cd", "[DIR]", Takes::Path, What::Cd, "change the working directory", ""),
    row(
        "!",
        "[COMMAND]",
        Takes::Path,
        What::Shell,
        "run a command of the system's shell, or a shell",
        "",
    ),
    row("quit", "", Takes::Nothing, What::Quit, "leave (so does Ctrl-D)", ""),
];

/// Other names that people try.
const ALIASES: &[(&str, What)] = &[
    ("h", What::Help),
    ("?", What::Help),
    ("q", What::Quit),
    ("exit", What::Quit),
    ("t", What::Type),
    ("who", What::Vars),
    ("clear", What::Reset),
    ("l", What::Load),
    ("source", What::Load),
    ("info", What::Doc),
    ("man", What::Doc),
    ("disassemble", What::Asm),
];

/// The options of `:set`, and what else may stand behind it.
pub(crate) const SETTINGS: [&str; 8] =
    ["elements", "string", "depth", "text", "hints", "colors", "keys", "save"];

/// The limits of `:limit`.
pub(crate) const LIMITS: [&str; 2] = ["time", "memory"];

/// The command in a line that begins an input, if it is one. `Err` says what is unknown.
pub(crate) fn parse(line: &str) -> Option<Result<(What, &str), String>> {
    let line = line.trim();
    match line {
        "exit" | "quit" | "%quit" | "%exit" | ".q" | ".quit" | ".exit" | "/quit" | "/exit" => {
            return Some(Ok((What::Quit, "")));
        }
        "/help" | "help" | "?" | "%help" | ".help" => return Some(Ok((What::Help, ""))),
        _ => {}
    }
    let rest = line.strip_prefix(':')?;
    if let Some(command) = rest.strip_prefix('!') {
        return Some(Ok((What::Shell, command.trim())));
    }
    let (word, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    Some(match find(word) {
        Some(what) => Ok((what, argument.trim())),
        None => Err(unknown(word)),
    })
}

/// By its name, another name, or a beginning that only one has.
fn find(word: &str) -> Option<What> {
    let named = COMMANDS.iter().find(|c| c.name == word).map(|c| c.what);
    let other = || ALIASES.iter().find(|a| a.0 == word).map(|a| a.1);
    named.or_else(other).or_else(|| match beginning_with(word)[..] {
        [command] => Some(command.what),
        _ => None,
    })
}

fn beginning_with(word: &str) -> Vec<&'static Command> {
    COMMANDS.iter().filter(|c| !word.is_empty() && c.name.starts_with(word)).collect()
}

fn unknown(word: &str) -> String {
    let several: Vec<String> =
        beginning_with(word).iter().map(|c| format!(":{}", c.name)).collect();
    if !several.is_empty() {
        return format!(":{word} may be {}", several.join(" or "));
    }
    match nearest(word, COMMANDS.iter().map(|c| c.name)) {
        Some(near) => format!("unknown command :{word}; did you mean :{near}?"),
        None => format!("unknown command :{word}; :help lists the commands"),
    }
}

/// Why a command cannot have this argument: it needs one, or takes none. What it is about comes
/// later.
pub(crate) fn misused(what: What, argument: &str) -> Option<String> {
    let command = COMMANDS.iter().find(|c| c.what == what)?;
    let wants = !command.argument.is_empty() && !command.argument.starts_with('[');
    match (argument.is_empty(), command.takes) {
        (true, _) if wants => {
            Some(format!(":{} needs an argument: {}", command.name, usage(command)))
        }
        (false, Takes::Nothing) => {
            Some(format!(":{} takes no argument, not {argument}", command.name))
        }
        _ => None,
    }
}

/// What a command takes, by its name.
pub(crate) fn takes(word: &str) -> Option<Takes> {
    let what = find(word)?;
    COMMANDS.iter().find(|c| c.what == what).map(|c| c.takes)
}

/// The list of commands, or more on one, in lines of that many columns.
pub(crate) fn help(word: &str, width: usize) -> Result<String, String> {
    let word = word.trim_start_matches(':');
    if word.is_empty() {
        let mut text = wrapped(
            "Type C: declarations, statements, expressions. An expression without `;` is shown; \
             _ is the last value, $1, $2, … are all of them. Ctrl-C interrupts, Alt-Enter opens a \
             new line.",
            width,
            0,
        );
        for command in COMMANDS {
            let usage = usage(command);
            let begun = format!("  {usage}");
            let line = match HELP_COLUMN.checked_sub(begun.chars().count()) {
                Some(gap) if gap > 0 => format!("{begun}{}{}", " ".repeat(gap), command.help),
                _ => {
                    text.push_str(&format!("{begun}\n"));
                    format!("{}{}", " ".repeat(HELP_COLUMN), command.help)
                }
            };
            text.push_str(&wrapped(&line, width, HELP_COLUMN));
        }
        text.push_str(&wrapped(":help COMMAND says more. A command may be shortened.", width, 0));
        return Ok(text);
    }
    let what = find(word).ok_or_else(|| unknown(word))?;
    let command = COMMANDS.iter().find(|c| c.what == what).ok_or_else(|| unknown(word))?;
    let mut text = wrapped(&format!("{}  {}", usage(command), command.help), width, 4);
    if !command.more.is_empty() {
        text.push_str(&wrapped(command.more, width, 0));
    }
    Ok(text)
}

/// Where the help of a command begins.
const HELP_COLUMN: usize = 24;

/// A text in lines; those after the first are indented.
fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let width = width.max(indent + 20);
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_inclusive(' ') {
        let length = word.trim_end().chars().count();
        if column + length > width && column > indent {
            out.truncate(out.trim_end().len());
            out.push_str(&format!("\n{}", " ".repeat(indent)));
            column = indent;
        }
        out.push_str(word);
        column += word.chars().count();
    }
    out.push('\n');
    out
}

/// How a command is written: `:undo [N]`.
pub(crate) fn usage(command: &Command) -> String {
    let space = if command.argument.is_empty() || command.name == "!" { "" } else { " " };
    format!(":{}{space}{}", command.name, command.argument)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_c() {
        assert_eq!(parse(":quit"), Some(Ok((What::Quit, ""))));
        assert_eq!(parse("  quit "), Some(Ok((What::Quit, ""))));
        assert_eq!(parse(":type  a + b "), Some(Ok((What::Type, "a + b"))));
        assert_eq!(parse(":!ls -l"), Some(Ok((What::Shell, "ls -l"))));
        assert_eq!(parse("exit(3)"), None);
        assert_eq!(parse("x ? 1 : 2"), None);
        let unknown = "unknown command :frob; :help lists the commands".to_string();
        assert_eq!(parse(":frob 1"), Some(Err(unknown)));
        assert_eq!(parse(":hi"), Some(Ok((What::History, ""))));
        assert_eq!(parse(":sa f.c"), Some(Ok((What::Save, "f.c"))));
        assert_eq!(parse(":s"), Some(Err(":s may be :save or :set".to_string())));
        let near = "unknown command :tpye; did you mean :type?".to_string();
        assert_eq!(parse(":tpye 1"), Some(Err(near)));
    }

    #[test]
    fn arguments_are_there_where_they_must_be() {
        let needs = ":load needs an argument: :load FILE".to_string();
        assert_eq!(misused(What::Load, ""), Some(needs));
        let takes = ":reset takes no argument, not all".to_string();
        assert_eq!(misused(What::Reset, "all"), Some(takes));
        for (what, argument) in
            [(What::Load, "f.c"), (What::Shell, ""), (What::Undo, ""), (What::Vars, "x")]
        {
            assert_eq!(misused(what, argument), None, "{what:?}");
        }
    }

    #[test]
    fn every_command_is_in_the_help_and_has_its_own_name() {
        let help = help("", 80).unwrap();
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
        for (at, command) in COMMANDS.iter().enumerate() {
            assert!(help.contains(&format!("  :{}", command.name)), "{}", command.name);
            assert!(COMMANDS[at + 1..].iter().all(|c| c.name != command.name));
            assert!(ALIASES.iter().all(|a| a.0 != command.name));
        }
    }
}
