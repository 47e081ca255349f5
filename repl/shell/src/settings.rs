//! `:set` and `:limit`: what can be told to a session, and the rc file that keeps it. In: an
//! option and its value as text; out: the changed settings, or why not. The rc file is what would
//! be typed at the beginning of every session: commands and C.

use crate::Shell;
use crate::command::{LIMITS, SETTINGS};
use printer::Limits;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What `:set` sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Settings {
    /// Of printed values.
    pub(crate) limits: Limits,
    /// The declaration of the function whose arguments are typed.
    pub(crate) hints: bool,
    pub(crate) colors: bool,
    pub(crate) keys: Keys,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Keys {
    Emacs,
    Vi,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { limits: Limits::default(), hints: true, colors: true, keys: Keys::Emacs }
    }
}

impl Settings {
    /// Options and values as they are written, in the order of [`SETTINGS`].
    fn shown(&self) -> Vec<(&'static str, String)> {
        let l = self.limits;
        let switch = |on: bool| if on { "on" } else { "off" }.to_string();
        let keys = match self.keys {
            Keys::Emacs => "emacs",
            Keys::Vi => "vi",
        };
        let values = [
            l.elements.to_string(),
            l.string.to_string(),
            l.depth.to_string(),
            l.text.to_string(),
            switch(self.hints),
            switch(self.colors),
            keys.to_string(),
        ];
        SETTINGS.into_iter().zip(values).collect()
    }

    fn change(&mut self, name: &str, value: &str) -> Result<(), String> {
        let switch = |on: &mut bool| {
            *on = match value {
                "on" => true,
                "off" => false,
                _ => return Err(format!("{name}: `{value}` is neither on nor off")),
            };
            Ok(())
        };
        let limit = match name {
            "elements" => &mut self.limits.elements,
            "string" => &mut self.limits.string,
            "depth" => &mut self.limits.depth,
            "text" => &mut self.limits.text,
            "hints" => return switch(&mut self.hints),
            "colors" => return switch(&mut self.colors),
            "keys" => {
                self.keys = match value {
                    "emacs" => Keys::Emacs,
                    "vi" => Keys::Vi,
                    _ => return Err(format!("keys: `{value}` is neither emacs nor vi")),
                };
                return Ok(());
            }
            _ => return Err(unknown_option(name)),
        };
        *limit = value.parse().map_err(|_| format!("{name}: `{value}` is no number"))?;
        Ok(())
    }
}

fn unknown_option(name: &str) -> String {
    let known = || SETTINGS.into_iter().filter(|s| *s != "save");
    match preproc::nearest::nearest(name, known()) {
        Some(near) => format!("{name} is no option; did you mean {near}?"),
        None => format!("{name}: the options are {}", known().collect::<Vec<_>>().join(", ")),
    }
}

impl Shell {
    pub(crate) fn set(&mut self, argument: &str) -> Result<String, String> {
        let (name, value) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
        if name.is_empty() {
            let lines = self.settings.shown().into_iter().map(|(n, v)| format!("{n} {v}\n"));
            return Ok(lines.collect());
        }
        if name == "save" {
            return self.save_settings().map_err(|why| why + "\n");
        }
        if value.is_empty()
            && let Some((_, shown)) = self.settings.shown().into_iter().find(|(n, _)| *n == name)
        {
            return Ok(format!("{name} {shown}\n"));
        }
        self.settings.change(name, value.trim()).map_err(|why| why + "\n")?;
        self.style.set_colors(self.settings.colors);
        Ok(String::new())
    }

    /// Writes what differs from the beginning into the rc file, and leaves the rest of it alone.
    fn save_settings(&self) -> Result<String, String> {
        let path = rc_path().ok_or("there is no home to keep settings in")?;
        let fail = |why: std::io::Error| format!("{}: {why}", path.display());
        let old = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(why) => return Err(fail(why)),
        };
        let text = with_settings(&old, &self.settings);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(fail)?;
        }
        std::fs::write(&path, text).map_err(fail)?;
        Ok(format!("kept in {}\n", path.display()))
    }

    pub(crate) fn limit(&mut self, argument: &str) -> Result<String, String> {
        let (name, value) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
        let value = value.trim();
        let mut limits = self.session.limits();
        let time = || limits.time.map_or("off".into(), |t| format!("{} s", t.as_secs_f64()));
        let memory = || limits.memory.map_or("off".into(), |n| format!("{n} bytes"));
        match (name, value) {
            ("", _) => return Ok(format!("time {}\nmemory {}\n", time(), memory())),
            ("time", "") => return Ok(format!("time {}\n", time())),
            ("memory", "") => return Ok(format!("memory {}\n", memory())),
            _ => {}
        }
        match name {
            _ if self.session.is_in_process() => {
                return Err("code in tine's own process cannot be limited\n".into());
            }
            "time" if value == "off" => limits.time = None,
            "time" => limits.time = Some(seconds(value).ok_or_else(|| no_time(value))?),
            "memory" if value == "off" => limits.memory = None,
            "memory" => limits.memory = Some(bytes(value).ok_or_else(|| no_memory(value))?),
            _ => return Err(format!("{name}: the limits are {}\n", LIMITS.join(", "))),
        }
        self.session.set_limits(limits);
        Ok(String::new())
    }
}

/// A number of bytes, with K, M or G behind it.
fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = match text.char_indices().next_back()? {
        (at, 'K' | 'k') => (&text[..at], 10),
        (at, 'M' | 'm') => (&text[..at], 20),
        (at, 'G' | 'g') => (&text[..at], 30),
        _ => (text, 0),
    };
    number.trim().parse::<u64>().ok()?.checked_mul(1 << unit).filter(|bytes| *bytes > 0)
}

fn no_memory(value: &str) -> String {
    format!("memory: `{value}` is neither a number of bytes such as 64M nor off\n")
}

fn no_time(value: &str) -> String {
    format!("time: `{value}` is neither a number of seconds nor off\n")
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds = text.trim_end_matches('s').trim().parse::<f64>().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|d| !d.is_zero())
}

/// The rc file's text with these settings: lines that set something are changed or taken out,
/// what is missing comes to the end.
fn with_settings(old: &str, settings: &Settings) -> String {
    let usual = Settings::default().shown();
    let mut wanted: Vec<(&str, String)> =
        settings.shown().into_iter().filter(|option| !usual.contains(option)).collect();
    let mut text = String::new();
    for line in old.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [":set", name, ..] if SETTINGS.contains(&name) => {
                if let Some(at) = wanted.iter().position(|(n, _)| *n == name) {
                    let (name, value) = wanted.remove(at);
                    text.push_str(&format!(":set {name} {value}\n"));
                }
            }
            _ => text.push_str(&format!("{line}\n")),
        }
    }
    for (name, value) in wanted {
        text.push_str(&format!(":set {name} {value}\n"));
    }
    text
}

/// `$XDG_CONFIG_HOME/tine/rc.c`, or `~/.config/tine/rc.c`.
pub(crate) fn rc_path() -> Option<PathBuf> {
    Some(folder("XDG_CONFIG_HOME", ".config")?.join("tine/rc.c"))
}

/// A folder that a variable names, or one in the home.
pub(crate) fn folder(variable: &str, in_home: &str) -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    absolute(variable).or_else(|| Some(absolute("HOME")?.join(Path::new(in_home))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options() {
        let mut settings = Settings::default();
        assert_eq!(settings.change("elements", "7"), Ok(()));
        assert_eq!(settings.change("keys", "vi"), Ok(()));
        assert_eq!(settings.change("hints", "off"), Ok(()));
        assert!(settings.limits.elements == 7 && settings.keys == Keys::Vi && !settings.hints);
        for (name, value, why) in [
            ("elements", "many", "elements: `many` is no number"),
            ("keys", "nano", "keys: `nano` is neither emacs nor vi"),
            ("hints", "", "hints: `` is neither on nor off"),
            ("elemnts", "1", "elemnts is no option; did you mean elements?"),
        ] {
            assert_eq!(settings.change(name, value), Err(why.to_string()));
        }
        assert_eq!(settings.shown().len() + 1, SETTINGS.len());
    }

    #[test]
    fn the_rc_file_keeps_what_else_is_in_it() {
        let mut settings = Settings::default();
        settings.change("depth", "9").unwrap();
        settings.change("keys", "vi").unwrap();
        let old = "#include <stdio.h>\n:set depth 3\n:set hints off\nint x;\n";
        let new = "#include <stdio.h>\n:set depth 9\nint x;\n:set keys vi\n";
        assert_eq!(with_settings(old, &settings), new);
        assert_eq!(with_settings(new, &settings), new);
    }

    #[test]
    fn times() {
        assert_eq!(seconds("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(seconds("2 s"), Some(Duration::from_secs(2)));
        assert_eq!(seconds("soon"), None);
    }
}
