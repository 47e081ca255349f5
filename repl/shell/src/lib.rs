//! The prompt: lines in, inputs to the session, answers out. At a terminal rustyline reads the
//! lines; from a pipe they are read as they come and each input is answered as soon as it is
//! complete. Values go to standard output, messages to standard error.

#![forbid(unsafe_code)]

mod answer;
mod pipe;
mod terminal;

pub use pipe::{PipeOptions, run_pipe};
pub use terminal::run_terminal;

/// How a session ended, as an exit status.
pub type Status = u8;

/// What a line that starts with `:` (or is one of the usual words for leaving) asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Command {
    Help,
    Quit,
}

/// The command in a line that begins an input, if it is one. `Err` names what is unknown.
fn command(line: &str) -> Option<Result<Command, String>> {
    let line = line.trim();
    if matches!(line, "exit" | "quit" | "%quit" | ".q" | "/quit") {
        return Some(Ok(Command::Quit));
    }
    if line == "/help" {
        return Some(Ok(Command::Help));
    }
    let word = line.strip_prefix(':')?;
    Some(match word.split_whitespace().next().unwrap_or("") {
        "help" | "h" => Ok(Command::Help),
        "quit" | "q" | "exit" => Ok(Command::Quit),
        other => Err(format!("unknown command :{other}; :help lists the commands")),
    })
}

const HELP: &str = "\
Type C: declarations, statements, expressions. An expression without `;` is shown.
  :help    this text
  :quit    leave (so does Ctrl-D)
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_c() {
        assert_eq!(command(":quit"), Some(Ok(Command::Quit)));
        assert_eq!(command("  quit "), Some(Ok(Command::Quit)));
        assert_eq!(command("exit(3)"), None);
        assert_eq!(command("x ? 1 : 2"), None);
        let unknown = "unknown command :frob; :help lists the commands".to_string();
        assert_eq!(command(":frob 1"), Some(Err(unknown)));
    }
}
