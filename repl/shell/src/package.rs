//! `:pkg`: a library as pkg-config describes it. In: the names of packages; out: folders of
//! headers, macros and libraries, taken into the session.

use crate::answer::Verdict;
use crate::{Shell, world};
use std::path::Path;
use std::process::Command;

/// What the compiler and the linker are to be told.
#[derive(Default, PartialEq, Eq, Debug)]
struct Flags {
    include_dirs: Vec<String>,
    macros: Vec<String>,
    search: Vec<String>,
    libraries: Vec<String>,
}

impl Shell {
    pub(crate) fn package(&mut self, argument: &str) -> engine::Result<Verdict> {
        let names: Vec<&str> = argument.split_whitespace().collect();
        let output = Command::new("pkg-config")
            .args(["--print-errors", "--cflags", "--libs", "--"])
            .args(&names)
            .output();
        let output = match output {
            Ok(output) => output,
            Err(why) => return self.say(Err(format!("pkg-config: {why}; is it installed?\n"))),
        };
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            return self.say(Err(why));
        }
        let flags = flags(&String::from_utf8_lossy(&output.stdout));
        let mut text = String::new();
        for dir in flags.include_dirs {
            self.look_for_headers(&dir);
            text.push_str(&format!("headers in {dir}\n"));
        }
        for library in &flags.libraries {
            let path = found(library, &flags.search);
            match self.session.open_library(&path) {
                Ok(path) => text.push_str(&format!("opened {path}\n")),
                Err(failure) => return self.say(Err(format!("{text}{failure}\n"))),
            }
        }
        self.say(Ok(text))?;
        match flags.macros.is_empty() {
            true => Ok(Verdict::Good),
            false => self.define(&flags.macros),
        }
    }

    /// In one more folder, from now on.
    pub(crate) fn look_for_headers(&mut self, dir: &str) {
        self.session.add_include_dir(dir);
        if !self.include_dirs.iter().any(|known| known == dir) {
            self.include_dirs.push(dir.to_string());
        }
    }

    fn define(&mut self, macros: &[String]) -> engine::Result<Verdict> {
        let line = |text: &String| match text.split_once('=') {
            Some((name, value)) => format!("#define {name} {value}\n"),
            None => format!("#define {text} 1\n"),
        };
        let outcome = self.eval(&macros.iter().map(line).collect::<String>())?;
        crate::answer::answer(self, outcome, "").map_err(world)
    }
}

/// A library in one of these folders, or its name for the usual ones.
fn found(name: &str, search: &[String]) -> String {
    let paths = search.iter().map(|dir| format!("{dir}/lib{name}.so"));
    let mut there = paths.filter(|path| Path::new(path).exists());
    there.next().unwrap_or_else(|| name.to_string())
}

fn flags(text: &str) -> Flags {
    let mut found = Flags::default();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let mut value = |short: &str| {
            let stuck = word.strip_prefix(short)?;
            let value = if stuck.is_empty() { words.next()? } else { stuck };
            Some(value.to_string())
        };
        if let Some(dir) = value("-I").or_else(|| value("-isystem")) {
            found.include_dirs.push(dir);
        } else if let Some(name) = value("-D") {
            found.macros.push(name);
        } else if let Some(dir) = value("-L") {
            found.search.push(dir);
        } else if let Some(name) = value("-l") {
            found.libraries.push(name);
        } else if word.ends_with(".so") {
            found.libraries.push(word.to_string());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pkg_config_says() {
        let seen = flags("-I/opt/x/include -DX=2 -DY -pthread -L /opt/lib -lx -ly");
        let list = |words: &[&str]| words.iter().map(|w| w.to_string()).collect::<Vec<_>>();
        assert_eq!(seen.include_dirs, list(&["/opt/x/include"]));
        assert_eq!(seen.macros, list(&["X=2", "Y"]));
        assert_eq!(seen.search, list(&["/opt/lib"]));
        assert_eq!(seen.libraries, list(&["x", "y"]));
    }
}
