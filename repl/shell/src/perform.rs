//! What each command does. In: a command and its argument; out: text, and whether it was done.
//! Answers go to standard output, refusals to standard error.

use crate::answer::{self, Verdict};
use crate::command::{self, What};
use crate::{Shell, inspect, save, trace, world};
use engine::source::Stage;
use engine::{Outcome, Undone, Value};
use std::io::Write;
use std::os::unix::process::ExitStatusExt;

/// How wide texts are where there is no terminal.
const PIPE_WIDTH: usize = 100;

impl Shell {
    /// A command is whole: what its argument lacks does not come with the next line.
    pub(crate) fn perform(&mut self, what: What, argument: &str) -> engine::Result<Verdict> {
        if let Some(why) = command::misused(what, argument) {
            return self.say(Err(why + "\n"));
        }
        match self.performed(what, argument)? {
            Verdict::Unfinished => {
                self.say_why_unfinished(argument);
                self.say(Err("nothing was evaluated\n".into()))
            }
            verdict => Ok(verdict),
        }
    }

    fn performed(&mut self, what: What, argument: &str) -> engine::Result<Verdict> {
        let form = self.style.form();
        match what {
            What::Help => {
                let width = self.style.width().unwrap_or(PIPE_WIDTH);
                self.say(command::help(argument, width).map_err(|e| e + "\n"))
            }
            What::Quit => Ok(Verdict::Good),
            What::Type => {
                let shown = self.type_of(argument);
                self.say(shown)
            }
            What::Pp => {
                let shown = self.session.dump(argument, Stage::Preprocessed, form);
                self.say(shown.map(|text| format!("{}\n", text.trim())))
            }
            What::Ast | What::Ir | What::Asm => {
                let stage = match what {
                    What::Ast => Stage::Tree,
                    What::Ir => Stage::Clif,
                    _ => Stage::Asm,
                };
                let code = self.code_of(argument);
                let shown = self.session.dump(&code, stage, form);
                self.say(shown)
            }
            What::Layout => {
                let shown = self.session.layout(argument, form).map(|l| inspect::layout(&l));
                self.say(shown)
            }
            What::Doc => {
                let shown = self.doc(argument);
                self.say(shown)
            }
            What::Where => {
                let text = self.place(argument);
                self.say(text)
            }
            What::Vars => {
                let text = self.vars(argument)?;
                self.say(Ok(text))
            }
            What::Mem => {
                let text = match argument {
                    "" => Ok(self.session.memory_text(false)?),
                    "--map" => Ok(self.session.memory_text(true)?),
                    other => Err(format!(":mem takes --map or nothing, not {other}\n")),
                };
                self.say(text)
            }
            What::History => {
                let text = self.history_text(argument);
                self.say(text)
            }
            What::Set => {
                let text = self.set(argument);
                self.say(text)
            }
            What::Limit => {
                let text = self.limit(argument);
                self.say(text)
            }
            What::Pkg => self.package(argument),
            What::Undo => self.undo(argument),
            What::Redo => self.redo(argument),
            What::Reset => match self.session.reset()? {
                true => self.say(Ok("the session is empty again\n".into())),
                false => self.say(Err("the first state is not to be had any more\n".into())),
            },
            What::Time => self.evaluate_timed(argument),
            What::Trace => {
                let text = trace::perform(&mut self.session, argument);
                self.say(text)
            }
            What::Bits => self.bits(argument),
            What::Include => self.include(argument),
            What::Lib => match self.session.open_library(argument) {
                Ok(path) => self.say(Ok(format!("opened {path}\n"))),
                Err(engine::Failure::Library { name, looked }) => self.say(Err(format!(
                    "no lib{name}.so in {}: install its package, or give a path\n",
                    looked.join(", ")
                ))),
                Err(failure) => self.say(Err(format!("{failure}\n"))),
            },
            What::Run => self.run(argument),
            What::Load => self.load(argument),
            What::Save => self.save(argument),
            What::Edit => self.edit(argument),
            What::Cd => self.change_directory(argument),
            What::Shell => self.system(argument),
        }
    }

    pub(crate) fn say(&self, text: Result<String, String>) -> engine::Result<Verdict> {
        match text {
            Ok(text) => {
                let mut out = std::io::stdout().lock();
                out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(world)?;
                Ok(Verdict::Good)
            }
            Err(text) => {
                std::io::stderr().write_all(text.as_bytes()).map_err(world)?;
                Ok(Verdict::Failed)
            }
        }
    }

    /// Of an expression, or of a type.
    fn type_of(&mut self, text: &str) -> Result<String, String> {
        let form = self.style.form();
        let why = match self.session.type_of(text, form) {
            Ok(shown) => return Ok(shown + "\n"),
            Err(why) => why,
        };
        let as_type = self.session.type_named(text, form);
        as_type.map(|shown| shown + "\n").map_err(|_| why)
    }

    fn vars(&mut self, wanted: &str) -> engine::Result<String> {
        let mut text = String::new();
        for variable in self.session.variables() {
            if !variable.name.contains(wanted) {
                continue;
            }
            let value = Value { ty: variable.ty, addr: Some(variable.addr) };
            let shown =
                answer::value_line(&self.session, self.settings.limits, value).unwrap_or_default();
            text.push_str(&format!("{}: {shown}\n", variable.name));
        }
        if text.is_empty() && !wanted.is_empty() {
            text = format!("no variable has `{wanted}` in its name\n");
        }
        if let Some(refused) = self.session.no_checkpoint()? {
            let why = answer::refused_text(refused);
            text.push_str(&format!("(no checkpoint of this state: {why})\n"));
        }
        Ok(text)
    }

    fn history_text(&self, argument: &str) -> Result<String, String> {
        let inputs = self.session.inputs();
        let first = match argument {
            "" => 0,
            _ => inputs.len().saturating_sub(count("history", argument)?),
        };
        let mut text = String::new();
        for (number, input) in inputs.skip(first) {
            // What names a loaded file is nothing that was typed.
            let lines = input.trim_end().lines().filter(|line| !line.starts_with("#line 1 "));
            let lines = lines.skip_while(|line| line.trim().is_empty());
            for (at, line) in lines.enumerate() {
                match at {
                    0 => text.push_str(&format!("{number:>4}  {line}\n")),
                    _ => text.push_str(&format!("      {line}\n")),
                }
            }
        }
        Ok(text)
    }

    fn undo(&mut self, argument: &str) -> engine::Result<Verdict> {
        let n = match count("undo", argument) {
            Ok(n) => n,
            Err(why) => return self.say(Err(why)),
        };
        match self.session.undo(n)? {
            Undone::Before(input) => self.say(Ok(format!("back to just before input {input}\n"))),
            Undone::Nothing => self.say(Err("there is nothing to undo\n".into())),
            Undone::TooFar(0) => self.say(Err("nothing before this is remembered\n".into())),
            Undone::TooFar(1) => self.say(Err("only the last input is remembered\n".into())),
            Undone::TooFar(n) => {
                self.say(Err(format!("only the last {n} inputs are remembered\n")))
            }
        }
    }

    fn redo(&mut self, argument: &str) -> engine::Result<Verdict> {
        let n = match count("redo", argument) {
            Ok(n) => n,
            Err(why) => return self.say(Err(why)),
        };
        // One after the other: each is answered before the next one runs.
        for at in 0..n {
            let Some(text) = self.session.next_redo() else {
                return match at {
                    0 => self.say(Err("there is nothing to redo\n".into())),
                    _ => Ok(Verdict::Good),
                };
            };
            let text = format!("{}\n", text.trim_end());
            self.say(Ok(text))?;
            for (_, outcome) in self.session.redo(1)? {
                let verdict = answer::answer(self, outcome, "").map_err(world)?;
                if verdict != Verdict::Good {
                    return Ok(verdict);
                }
            }
        }
        Ok(Verdict::Good)
    }

    fn bits(&mut self, argument: &str) -> engine::Result<Verdict> {
        let outcome = self.eval(argument)?;
        let Outcome::Value { value, .. } = &outcome else {
            return answer::answer(self, outcome, "").map_err(world);
        };
        let size = self.session.types().size_of(value.ty.id).unwrap_or(0);
        let mut bytes = vec![0; usize::try_from(size.min(inspect::MOST_BYTES)).unwrap_or(0)];
        if !value.addr.is_some_and(|a| self.session.read(a.0, &mut bytes)) {
            return self.say(Err("this has no bits\n".into()));
        }
        let text = inspect::bits(self.session.types(), *value, &bytes);
        let shown =
            answer::value_line(&self.session, self.settings.limits, *value).unwrap_or_default();
        self.say(Ok(format!("{shown}\n{text}")))
    }

    fn include(&mut self, argument: &str) -> engine::Result<Verdict> {
        let line = match argument.starts_with(['<', '"']) {
            true => format!("#include {argument}\n"),
            false => format!("#include <{argument}>\n"),
        };
        self.evaluate(&line)
    }

    /// Calls `main` with as many arguments as it takes.
    fn run(&mut self, argument: &str) -> engine::Result<Verdict> {
        let Ok(ty) = self.session.type_of("main", self.style.form()) else {
            return self.say(Err("there is no main to run\n".into()));
        };
        if ty.contains("(void)") || ty.contains("()") {
            return self.evaluate("main()");
        }
        let words: Vec<String> = shell_words(argument).iter().map(c_string).collect();
        let list: String = words.iter().map(|word| format!("{word}, ")).collect();
        let count = words.len() + 1;
        let arguments = format!("{count}, (char *[]){{\"main\", {list}0}}");
        match ty.matches(',').count() {
            0 => self.evaluate(&format!("main({count})")),
            1 => self.evaluate(&format!("main({arguments})")),
            _ => self
                .evaluate(&format!("({{ extern char **environ; main({arguments}, environ); }})")),
        }
    }

    /// A file is one input; messages about it name the file.
    fn load(&mut self, name: &str) -> engine::Result<Verdict> {
        let text = match std::fs::read(expand_home(name)) {
            Ok(text) => utf8_told(name, text),
            Err(why) => return self.say(Err(format!("{name}: {}\n", plain(&why)))),
        };
        let text = match text.strip_prefix("#!").map(|rest| rest.find('\n').unwrap_or(rest.len())) {
            Some(end) => text[end + 2..].to_string(),
            None => text,
        };
        // What it includes lies beside it.
        if let Some((folder, _)) = name.rsplit_once('/') {
            self.look_for_headers(&expand_home(folder));
        }
        let text = format!("#line 1 {}\n{text}", c_string(name));
        let verdict = self.evaluate(&text)?;
        if verdict == Verdict::Unfinished {
            self.say_why_unfinished(&text);
            return self.say(Err(format!("{name} stops in the middle of something\n")));
        }
        Ok(verdict)
    }

    fn save(&mut self, path: &str) -> engine::Result<Verdict> {
        let saved = match save::save(self, path) {
            Ok(saved) => saved,
            Err(why) => return self.say(Err(format!("not saved: {why}\n"))),
        };
        if let Err(why) = std::fs::write(expand_home(path), &saved.text) {
            return self.say(Err(format!("{path}: {}\n", plain(&why))));
        }
        let left_out = match saved.left_out {
            0 => String::new(),
            1 => "; 1 thing is left out, a comment there says why".into(),
            n => format!("; {n} things are left out, comments there say why"),
        };
        let how = if saved.command.starts_with("cc") { "compiles" } else { "runs" };
        self.say(Ok(format!("saved {path} ({how} with: {}){left_out}\n", saved.command)))
    }

    /// The last input, one by its number, or the one that defines a name.
    fn edit(&mut self, argument: &str) -> engine::Result<Verdict> {
        let text = match argument {
            "" => Some(self.last_input.clone()),
            _ => (argument.parse().ok())
                .and_then(|number| self.session.input(number))
                .or_else(|| self.session.input_of(argument))
                .map(str::to_string),
        };
        let Some(text) = text else {
            let what = if argument.parse::<u32>().is_ok() {
                "there is no input"
            } else {
                "no input defines"
            };
            return self.say(Err(format!("{what} {argument}\n")));
        };
        match edited(&text) {
            Ok(text) if text.trim().is_empty() => Ok(Verdict::Good),
            Ok(text) => {
                self.say(Ok(text.clone()))?;
                self.typed = Some(text.trim_end().to_string());
                let verdict = self.evaluate(&text)?;
                if verdict == Verdict::Unfinished {
                    self.say_why_unfinished(&text);
                    return self.say(Err("nothing was evaluated\n".into()));
                }
                Ok(verdict)
            }
            Err(why) => self.say(Err(why + "\n")),
        }
    }

    /// The controller's directory, where headers are looked for, and the program's.
    fn change_directory(&mut self, argument: &str) -> engine::Result<Verdict> {
        let target = match argument {
            "" => "~",
            path => path,
        };
        if let Err(why) = std::env::set_current_dir(expand_home(target)) {
            return self.say(Err(format!("{target}: {}\n", plain(&why))));
        }
        let here = std::env::current_dir().map_err(world)?.display().to_string();
        self.say(Ok(format!("{here}\n")))?;
        let here = c_string(&here);
        self.evaluate(&format!("extern int chdir(const char *); (void)chdir({here});"))
    }

    /// A command, or a shell to type several.
    fn system(&mut self, argument: &str) -> engine::Result<Verdict> {
        let status = match argument {
            "" => {
                let shell = std::env::var_os("SHELL").unwrap_or_else(|| "sh".into());
                std::process::Command::new(shell).status()
            }
            _ => std::process::Command::new("sh").args(["-c", argument]).status(),
        };
        match status.map_err(world)? {
            status if status.success() => Ok(Verdict::Good),
            status => self.say(Err(match status.signal() {
                // The terminal has shown `^C`, in a line that may have begun.
                Some(2) => "\nended by SIGINT\n".into(),
                Some(signal) => format!("ended by {}\n", engine::report::signal_name(signal)),
                None => format!("{status}\n"),
            })),
        }
    }
}

/// Bytes that come in as text; what is none is said.
pub(crate) fn utf8_told(from: &str, bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(why) => {
            let at = why.utf8_error().valid_up_to();
            let line = why.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
            eprintln!("{from}: line {line} is not UTF-8: its bytes are read as \u{fffd}");
            String::from_utf8_lossy(why.as_bytes()).into_owned()
        }
    }
}

/// A number behind a command; one if there is none.
fn count(command: &str, argument: &str) -> Result<usize, String> {
    match argument {
        "" => Ok(1),
        text => match text.parse() {
            Ok(n) if n > 0 => Ok(n),
            _ => Err(format!(":{command}: `{text}` is no number of inputs\n")),
        },
    }
}

/// What an editor makes of a text.
pub(crate) fn edited(text: &str) -> Result<String, String> {
    let path = std::env::temp_dir().join(format!("tine-edit-{}.c", std::process::id()));
    let fail = |why: std::io::Error| format!("{}: {why}", path.display());
    std::fs::write(&path, text).map_err(fail)?;
    let editor = ["VISUAL", "EDITOR"].iter().find_map(std::env::var_os);
    let editor = editor.unwrap_or_else(|| "vi".into()).to_string_lossy().into_owned();
    let status = std::process::Command::new("sh")
        .args(["-c", &format!("{editor} \"$1\""), "sh"])
        .arg(&path)
        .status();
    let edited = std::fs::read_to_string(&path);
    let _ = std::fs::remove_file(&path);
    match status {
        Ok(status) if status.success() => edited.map_err(fail),
        _ => Err(format!("{editor} failed; nothing was evaluated")),
    }
}

/// An error of the system without its number.
fn plain(why: &std::io::Error) -> String {
    let text = why.to_string();
    text.split(" (os error").next().unwrap_or_default().to_string()
}

/// `~` and `~/…` as a shell has it.
pub(crate) fn expand_home(path: &str) -> String {
    match (path.strip_prefix('~'), std::env::var("HOME")) {
        (Some(rest), Ok(home)) if rest.is_empty() || rest.starts_with('/') => home + rest,
        _ => path.to_string(),
    }
}

fn c_string(word: impl AsRef<str>) -> String {
    let mut text = String::from("\"");
    for c in word.as_ref().chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            _ => text.push(c),
        }
    }
    text.push('"');
    text
}

/// Words apart by blanks; quotes and backslashes keep them together, as in a shell.
fn shell_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(chars.next()),
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_things() {
        assert_eq!(c_string("a\"b"), "\"a\\\"b\"");
        assert_eq!(shell_words("a 'b c' \"d\\\"e\" f\\ g ''"), ["a", "b c", "d\"e", "f g", ""]);
        assert_eq!(count("undo", ""), Ok(1));
        assert!(count("undo", "0").is_err());
    }
}
