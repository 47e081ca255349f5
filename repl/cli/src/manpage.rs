//! `tine --man`: the man page, made from the tables of the ways in and of the prompt's commands.
//! In: the tables; out: text for `man -l -`.

use crate::doors::{DOORS, form};

pub(crate) fn page(version: &str) -> String {
    let mut page = format!(
        ".TH TINE 1 \"\" \"tine {version}\" \"User Commands\"\n.SH NAME\ntine \\- C, interactively: \
         a prompt, a script runner and an isolated evaluator\n.SH SYNOPSIS\n.nf\n"
    );
    for door in DOORS {
        page.push_str(&format!("{}\n", text(door.usage)));
    }
    page.push_str(".fi\n.SH DESCRIPTION\n");
    paragraph(&mut page, DESCRIPTION);
    for door in DOORS {
        page.push_str(&format!(".SH {}\n", text(&title(door.usage))));
        paragraph(&mut page, &format!("{}.", capital(door.help)));
        page.push_str(".PP\n");
        paragraph(&mut page, door.more);
        for option in door.options.iter().copied().flatten() {
            tagged(&mut page, &form(option), option.2);
        }
    }
    page.push_str(".SH COMMANDS OF THE PROMPT\n");
    paragraph(
        &mut page,
        "Everything that does not begin with a colon is C. A command may be shortened as long as \
         no other begins so.",
    );
    for (usage, help, more) in shell::commands() {
        let end = if more.is_empty() { "" } else { ". " };
        tagged(&mut page, &usage, &format!("{}{end}{more}", capital(help)));
    }
    page.push_str(".SH KEYS\n");
    for (key, what) in KEYS {
        tagged(&mut page, key, what);
    }
    page.push_str(".SH FILES\n");
    for (file, what) in FILES {
        tagged(&mut page, file, what);
    }
    page.push_str(".SH ENVIRONMENT\n");
    for (name, what) in ENVIRONMENT {
        tagged(&mut page, name, what);
    }
    page
}

const DESCRIPTION: &str = "Each input is compiled to native code, linked in memory and run in a \
    forked child. When the code crashes, hangs or exits, the child is lost and the session is \
    not: it stands as it stood before the input. An expression without a semicolon is shown as \
    its type and its value; _ is the last value, $1, $2 and so on are all of them.";

const KEYS: [(&str, &str); 9] = [
    ("Enter", "Send the input off, or open a new line when the parser says that it goes on."),
    ("Alt-Enter", "A new line, whatever the parser says. Two empty lines send off what is there."),
    ("Tab", "Complete names, members, tags, macros, headers, paths and commands."),
    ("Ctrl-C", "Interrupt what runs, or clear what is typed."),
    ("Ctrl-D", "On an empty line: leave."),
    ("Ctrl-Z", "Stop tine and what it runs; the shell's fg brings both back."),
    ("Ctrl-R", "Search the history."),
    ("Ctrl-X Ctrl-E", "Type on in $VISUAL or $EDITOR."),
    ("Up, Down", "Lines of the input, then earlier inputs, whole."),
];

const FILES: [(&str, &str); 2] = [
    (
        "$XDG_CONFIG_HOME/tine/rc.c, or ~/.config/tine/rc.c",
        "C and commands that come first in a session at a terminal; :set save keeps settings there.",
    ),
    ("$XDG_STATE_HOME/tine/history, or ~/.local/state/tine/history", "What was typed."),
];

const ENVIRONMENT: [(&str, &str); 3] = [
    ("NO_COLOR", "When it is set and not empty, there are no colours."),
    ("TERM", "With dumb there are no colours and no line editing."),
    ("VISUAL, EDITOR", "The editor of :edit and Ctrl-X Ctrl-E; vi without either."),
];

fn title(usage: &str) -> String {
    let words: Vec<&str> = usage.split(' ').take(2).collect();
    match words[..] {
        ["tine", second] if !second.starts_with('[') => format!("TINE {}", second.to_uppercase()),
        _ => "A SESSION".into(),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn paragraph(page: &mut String, sentence: &str) {
    page.push_str(&format!("{}\n", text(sentence)));
}

fn tagged(page: &mut String, tag: &str, sentence: &str) {
    page.push_str(&format!(".TP\n.B {}\n{}\n", text(tag), text(sentence)));
}

/// What roff reads as the text it is.
fn text(plain: &str) -> String {
    let escaped = plain.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
    match escaped.starts_with('.') {
        true => format!("\\&{escaped}"),
        false => escaped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_in_the_page() {
        let page = page("0");
        for door in DOORS {
            assert!(page.contains(&text(door.usage)), "{}", door.usage);
            for option in door.options.iter().copied().flatten() {
                assert!(page.contains(&text(&form(option))), "{}", option.0);
            }
        }
        for (usage, ..) in shell::commands() {
            assert!(page.contains(&text(&usage)), "{usage}");
        }
    }

    #[test]
    fn escapes() {
        assert_eq!(text(".a -b\\c"), "\\&.a \\-b\\ec");
        assert_eq!(title("tine run FILE…"), "TINE RUN");
        assert_eq!(title("tine [-i]"), "A SESSION");
    }
}
