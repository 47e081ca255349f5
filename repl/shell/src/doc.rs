//! `:doc` and `:where`: what a name is. In: a name; out: its declaration, where it stands, the
//! comment above it, and for a function of a library the beginning of its man page.

use crate::Shell;
use engine::session::Origin;
use std::process::{Command, Stdio};

/// The most lines of a man page's description.
const MOST_LINES: usize = 8;
/// Sections of the manual for programmers, in the order they are asked.
const SECTIONS: &str = "3:2:3posix:3type:7:0p";
const INDENT: &str = "  ";

impl Shell {
    /// Everything that is known of a name.
    pub(crate) fn doc(&self, name: &str) -> Result<String, String> {
        let whole = name.trim_end_matches(['(', ')', ';']).trim();
        let name = without_kind(whole);
        let header = match name == whole {
            true => self.session.header_of(name),
            false => cfront::known::header_of_tag(name),
        };
        let (mut text, is_library) = match (self.session.describe(name), header) {
            (Some(text), _) => {
                let origin = self.session.origin(name);
                let comment = origin.as_ref().map(|o| plain_comment(&o.comment));
                let mut shown = text.trim_end().to_string() + "\n";
                // The first paragraph says what it is.
                for line in comment.unwrap_or_default().lines().take_while(|l| !l.is_empty()) {
                    shown.push_str(&format!("{INDENT}{line}\n"));
                }
                (shown, origin.is_some_and(|o| o.input.is_none()))
            }
            (None, Some(header)) => {
                (format!("{whole} is declared in <{header}>, not included yet\n"), true)
            }
            (None, None) => return Err(self.unknown(name)),
        };
        if is_library && let Some(page) = man_page(name) {
            text.push_str(&page);
        }
        Ok(text)
    }

    fn unknown(&self, name: &str) -> String {
        if crate::complete::KEYWORDS.contains(&name) {
            return format!("{name} is a word of the language\n");
        }
        match preproc::nearest::nearest(name, self.session.words().chain(self.session.tags())) {
            Some(near) => format!("{name}: no such name; did you mean {near}?\n"),
            None => format!("{name}: no such name\n"),
        }
    }

    /// Where a name was defined, or the last crash.
    pub(crate) fn place(&self, name: &str) -> Result<String, String> {
        if name.is_empty() {
            return self.last_loss.clone().ok_or("no input has been lost yet\n".into());
        }
        let name = without_kind(name);
        let origins = [self.session.origin(name), self.session.origin_of_tag(name)];
        let mut text = String::new();
        for Origin { file, line, text: source, .. } in origins.into_iter().flatten() {
            let shown = format!("{file}:{line}\n   {}\n", source.trim());
            if !text.contains(&shown) {
                text.push_str(&shown);
            }
        }
        match (text.is_empty(), self.session.header_of(name)) {
            (false, _) => Ok(text),
            (true, Some(header)) => Ok(format!("<{header}>, not included yet\n")),
            (true, None) => Err(self.unknown(name)),
        }
    }
}

/// A tag without the word before it.
fn without_kind(name: &str) -> &str {
    let words = ["struct", "union", "enum"];
    let behind = |word: &&str| name.strip_prefix(word)?.strip_prefix(char::is_whitespace);
    words.iter().find_map(behind).map_or(name, str::trim)
}

/// A comment without what makes it one.
fn plain_comment(comment: &str) -> String {
    let strip = |line: &str| {
        let line = line.trim().trim_start_matches("/*").trim_start_matches("//");
        let line = line.trim_end_matches("*/").trim_start_matches(['*', '!']);
        line.trim().to_string()
    };
    let lines: Vec<String> = comment.lines().map(strip).collect();
    lines.join("\n").trim().to_string()
}

/// The name and the first paragraph of the description, where there is a manual.
fn man_page(name: &str) -> Option<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.chars().all(word) {
        return None;
    }
    let output = Command::new("man")
        .args(["--nj", "--nh", "-P", "cat", "-S", SECTIONS, name])
        .env("MANWIDTH", "78")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output();
    let output = output.ok().filter(|o| o.status.success())?;
    summary(&String::from_utf8_lossy(&output.stdout))
}

fn summary(page: &str) -> Option<String> {
    let title = page.lines().find(|line| !line.trim().is_empty())?;
    let title = title.split_whitespace().next()?;
    let mut text = String::new();
    let name = section(page, "NAME");
    let words: Vec<&str> = name.iter().flat_map(|line| line.split_whitespace()).collect();
    text.push_str(&format!("{INDENT}man: {}\n", words.join(" ")));
    let description = section(page, "DESCRIPTION");
    let lines = description.iter().skip_while(|l| l.is_empty()).take_while(|l| !l.is_empty());
    let lines: Vec<&&str> = lines.collect();
    for line in lines.iter().take(MOST_LINES) {
        text.push_str(&format!("{INDENT}  {}\n", line.trim()));
    }
    let (page, number) = title.trim_end_matches(')').split_once('(')?;
    text.push_str(&format!("{INDENT}  (more: :!man {number} {page})\n"));
    Some(text)
}

/// The lines below a heading, up to the next one.
fn section<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    let lines = page.lines().skip_while(|line| *line != heading).skip(1);
    lines.take_while(|line| line.is_empty() || line.starts_with(' ')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_words() {
        assert_eq!(plain_comment("/* Write.\n   More.  */"), "Write.\nMore.");
        assert_eq!(plain_comment("// one\n// two"), "one\ntwo");
        assert_eq!(plain_comment("/**\n * Doc.\n */"), "Doc.");
    }

    #[test]
    fn the_head_of_a_page() {
        let page = "F(3)   Manual   F(3)\n\nNAME\n       f - does\n\nSYNOPSIS\n       f()\n\n\
                    DESCRIPTION\n       The f\n       does.\n\n       More.\n\nEND\n";
        let text = "  man: f - does\n    The f\n    does.\n    (more: :!man 3 F)\n";
        assert_eq!(summary(page).as_deref(), Some(text));
    }
}
