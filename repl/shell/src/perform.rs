//! What each command does. In: a command and its argument; out: text, and whether it was done.
//! Answers go to standard output, refusals to standard error.

use crate::answer::{self, Verdict};
use crate::command::{self, SETTINGS, What};
use crate::{Shell, save, trace, world};
use engine::source::Stage;
use engine::{Outcome, Undone, Value};
use executor::handle::Refused;
use std::io::Write;
use std::time::Duration;

impl Shell {
    pub(crate) fn perform(&mut self, what: What, argument: &str) -> engine::Result<Verdict> {
        let form = self.style.form();
        match what {
            What::Help => self.say(command::help(argument).map_err(|e| e + "\n")),
            What::Quit => Ok(Verdict::Good),
            What::Type => {
                let shown = self.session.type_of(argument, form).map(|t| t + "\n");
                self.say(shown)
            }
            What::Pp => {
                let shown = self.session.dump(argument, Stage::Preprocessed, form);
                self.say(shown.map(|text| format!("{}\n", text.trim())))
            }
            What::Ast => {
                let shown = self.session.dump(argument, Stage::Tree, form);
                self.say(shown)
            }
            What::Ir => {
                let shown = self.session.dump(argument, Stage::Clif, form);
                self.say(shown)
            }
            What::Layout => {
                let shown = self.session.layout(argument, form).map(|l| layout_text(&l));
                self.say(shown)
            }
            What::Doc => {
                let shown = self.doc(argument);
                self.say(shown)
            }
            What::Where => {
                let none = "no input has been lost yet\n".to_string();
                let text = self.last_loss.clone().ok_or(none);
                self.say(text)
            }
            What::Vars => {
                let text = self.vars()?;
                self.say(Ok(text))
            }
            What::Mem => {
                let text = self.session.memory_text()?;
                self.say(Ok(text))
            }
            What::History => {
                let text = self.history_text();
                self.say(Ok(text))
            }
            What::Set => {
                let text = self.set(argument);
                self.say(text)
            }
            What::Undo => self.undo(argument),
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
                Err(failure) => self.say(Err(format!("{failure}\n"))),
            },
            What::Run => self.run(argument),
            What::Load => match std::fs::read_to_string(expand_home(argument)) {
                Ok(text) => self.load(argument, &text),
                Err(why) => self.say(Err(format!("{argument}: {why}\n"))),
            },
            What::Save => self.save(argument),
            What::Edit => self.edit(argument),
            What::Cd => self.change_directory(argument),
            What::Shell => self.system(argument),
        }
    }

    fn say(&self, text: Result<String, String>) -> engine::Result<Verdict> {
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

    fn doc(&self, name: &str) -> Result<String, String> {
        if let Some(text) = self.session.describe(name) {
            return Ok(text.trim_end().to_string() + "\n");
        }
        match self.session.header_of(name) {
            Some(header) => Ok(format!("{name} is declared in <{header}>, not included yet\n")),
            None => Err(format!("{name}: no such name\n")),
        }
    }

    fn vars(&mut self) -> engine::Result<String> {
        let mut text = String::new();
        for variable in self.session.variables() {
            let value = Value { ty: variable.ty, addr: Some(variable.addr) };
            let shown = answer::value_line(&self.session, self.limits, value).unwrap_or_default();
            text.push_str(&format!("{}: {shown}\n", variable.name));
        }
        let why = match self.session.no_checkpoint()? {
            Some(Refused::Threads(1)) => "a thread is running".to_string(),
            Some(Refused::Threads(n)) => format!("{n} threads are running"),
            Some(Refused::System(error)) => std::io::Error::from_raw_os_error(error).to_string(),
            None => return Ok(text),
        };
        text.push_str(&format!("(no checkpoint of this state: {why})\n"));
        Ok(text)
    }

    fn history_text(&self) -> String {
        let mut text = String::new();
        for (number, input) in self.session.inputs() {
            for (at, line) in input.trim_end().lines().enumerate() {
                match at {
                    0 => text.push_str(&format!("{number:>4}  {line}\n")),
                    _ => text.push_str(&format!("      {line}\n")),
                }
            }
        }
        text
    }

    fn set(&mut self, argument: &str) -> Result<String, String> {
        let (name, value) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
        let value = value.trim();
        if name.is_empty() {
            let l = self.limits;
            let timeout = match self.session.limits().time {
                Some(limit) => format!("{} s", limit.as_secs_f64()),
                None => "off".into(),
            };
            return Ok(format!(
                "elements {}\nstring {}\ndepth {}\ntext {}\ntimeout {timeout}\n",
                l.elements, l.string, l.depth, l.text
            ));
        }
        if name == "timeout" {
            let limit = match value {
                "off" => None,
                _ => Some(seconds(value).ok_or_else(|| {
                    format!("timeout: `{value}` is neither a number of seconds nor off\n")
                })?),
            };
            let mut limits = self.session.limits();
            limits.time = limit;
            self.session.set_limits(limits);
            return Ok(String::new());
        }
        let place = match name {
            "elements" => &mut self.limits.elements,
            "string" => &mut self.limits.string,
            "depth" => &mut self.limits.depth,
            "text" => &mut self.limits.text,
            _ => return Err(format!("{name}: the options are {}\n", SETTINGS.join(", "))),
        };
        *place = value.parse().map_err(|_| format!("{name}: `{value}` is no number\n"))?;
        Ok(String::new())
    }

    fn undo(&mut self, argument: &str) -> engine::Result<Verdict> {
        let n = match argument {
            "" => 1,
            text => match text.parse() {
                Ok(n) if n > 0 => n,
                _ => return self.say(Err(format!(":undo: `{text}` is no number of inputs\n"))),
            },
        };
        match self.session.undo(n)? {
            Undone::Before(input) => self.say(Ok(format!("back to just before input {input}\n"))),
            Undone::Nothing => self.say(Err("there is nothing to undo\n".into())),
            Undone::TooFar(_) => self.say(Err("so many inputs are not remembered\n".into())),
        }
    }

    fn bits(&mut self, argument: &str) -> engine::Result<Verdict> {
        let outcome = self.session.eval(argument)?;
        let Outcome::Value { value, .. } = &outcome else {
            return answer::answer(self, outcome, "").map_err(world);
        };
        let size = self.session.types().size_of(value.ty.id).unwrap_or(0);
        let mut bytes = vec![0; usize::try_from(size.min(64)).unwrap_or(0)];
        if !value.addr.is_some_and(|a| self.session.read(a.0, &mut bytes)) {
            return self.say(Err("this has no bits\n".into()));
        }
        let text = bits_text(&bytes);
        let shown = answer::value_line(&self.session, self.limits, *value).unwrap_or_default();
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
        let words: Vec<String> = argument.split_whitespace().map(c_string).collect();
        let list: String = words.iter().map(|word| format!("{word}, ")).collect();
        let count = words.len() + 1;
        self.evaluate(&format!("main({count}, (char *[]){{\"main\", {list}0}})"))
    }

    /// A file's text, or what an editor made of an input.
    fn load(&mut self, name: &str, text: &str) -> engine::Result<Verdict> {
        let verdict = self.evaluate(text)?;
        if verdict == Verdict::Unfinished {
            return self.say(Err(format!("{name} stops in the middle of something\n")));
        }
        Ok(verdict)
    }

    fn save(&mut self, path: &str) -> engine::Result<Verdict> {
        if path.is_empty() {
            return self.say(Err(":save needs a file's name\n".into()));
        }
        let saved = match save::save(self, path) {
            Ok(saved) => saved,
            Err(why) => return self.say(Err(format!("not saved: {why}\n"))),
        };
        if let Err(why) = std::fs::write(expand_home(path), &saved.text) {
            return self.say(Err(format!("{path}: {why}\n")));
        }
        let left_out = match saved.left_out {
            0 => String::new(),
            1 => "; 1 thing is left out, a comment there says why".into(),
            n => format!("; {n} things are left out, comments there say why"),
        };
        self.say(Ok(format!("saved {path} (compiles with: {}){left_out}\n", saved.command)))
    }

    fn edit(&mut self, argument: &str) -> engine::Result<Verdict> {
        let text = match argument {
            "" => Some(self.last_input.clone()),
            number => {
                let inputs = self.session.inputs();
                let found = inputs.iter().find(|(n, _)| n.to_string() == number);
                found.map(|(_, text)| text.clone())
            }
        };
        let Some(text) = text else {
            return self.say(Err(format!("there is no input {argument}\n")));
        };
        let path = std::env::temp_dir().join(format!("tine-edit-{}.c", std::process::id()));
        let fail = |why| engine::Failure::File { path: path.display().to_string(), why };
        std::fs::write(&path, &text).map_err(fail)?;
        let editor = ["VISUAL", "EDITOR"].iter().find_map(std::env::var_os);
        let editor = editor.unwrap_or_else(|| "vi".into()).to_string_lossy().into_owned();
        let status = std::process::Command::new("sh")
            .args(["-c", &format!("{editor} \"$1\""), "sh"])
            .arg(&path)
            .status();
        let edited = std::fs::read_to_string(&path);
        let _ = std::fs::remove_file(&path);
        match status {
            Ok(status) if status.success() => {}
            _ => return self.say(Err(format!("{editor} failed; nothing was evaluated\n"))),
        }
        let edited = edited.map_err(fail)?;
        if edited.trim().is_empty() {
            return Ok(Verdict::Good);
        }
        print!("{edited}");
        self.load("the edited text", &edited)
    }

    /// The controller's directory, where headers are looked for, and the program's.
    fn change_directory(&mut self, argument: &str) -> engine::Result<Verdict> {
        let target = match argument {
            "" => "~",
            path => path,
        };
        if let Err(why) = std::env::set_current_dir(expand_home(target)) {
            return self.say(Err(format!("{target}: {why}\n")));
        }
        let here = std::env::current_dir().map_err(world)?.display().to_string();
        let here = c_string(&here);
        self.evaluate(&format!("extern int chdir(const char *); (void)chdir({here});"))
    }

    fn system(&mut self, argument: &str) -> engine::Result<Verdict> {
        let status = std::process::Command::new("sh").args(["-c", argument]).status();
        match status.map_err(world)? {
            status if status.success() => Ok(Verdict::Good),
            status => self.say(Err(format!("{status}\n"))),
        }
    }
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds = text.trim_end_matches('s').trim().parse::<f64>().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|d| !d.is_zero())
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

/// The highest byte first, eight bits a group.
fn bits_text(bytes: &[u8]) -> String {
    let mut text = String::from("0x");
    for byte in bytes.iter().rev() {
        text.push_str(&format!("{byte:02x}"));
    }
    let groups: Vec<String> = bytes.iter().rev().map(|byte| format!("{byte:08b}")).collect();
    for line in groups.chunks(8) {
        text.push_str(&format!("\n{}", line.join(" ")));
    }
    text.push('\n');
    text
}

fn layout_text(layout: &engine::session::Layout) -> String {
    let mut text = format!("{}: {} bytes, aligned to {}\n", layout.name, layout.size, layout.align);
    let is_union = layout.members.iter().skip(1).all(|m| m.offset == 0) && layout.members.len() > 1;
    let mut end = 0;
    let gap = |from: u64, to: u64| match to.saturating_sub(from) {
        0 => String::new(),
        1 => format!("{from:>6} {:>6}  (padding)\n", 1),
        n => format!("{from:>6} {n:>6}  (padding)\n"),
    };
    for member in &layout.members {
        let (start, size) = (member.offset, member.size);
        if let Some((first, width)) = member.bits {
            text.push_str(&format!(
                "{:>6} {width:>5}b  {}\n",
                format!("{}.{}", first / 8, first % 8),
                member.declaration
            ));
            end = end.max((first + u64::from(width)).div_ceil(8));
            continue;
        }
        if !is_union {
            text.push_str(&gap(end, start));
        }
        text.push_str(&format!("{start:>6} {size:>6}  {}\n", member.declaration));
        end = end.max(start + size);
    }
    if !layout.members.is_empty() && !is_union {
        text.push_str(&gap(end, layout.size));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_things() {
        assert_eq!(c_string("a\"b"), "\"a\\\"b\"");
        assert_eq!(bits_text(&[5, 1]), "0x0105\n00000001 00000101\n");
        assert_eq!(seconds("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(seconds("soon"), None);
    }
}
