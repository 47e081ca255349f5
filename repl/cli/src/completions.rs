//! `tine --completions bash|zsh|fish`: what a shell completes behind `tine`, made from the table
//! of the ways in. In: which shell; out: a script it reads.

use crate::doors::{DOORS, Door, names};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum For {
    Bash,
    Zsh,
    Fish,
}

pub(crate) fn script(shell: For) -> String {
    match shell {
        For::Bash => bash(),
        For::Zsh => zsh(),
        For::Fish => fish(),
    }
}

/// The words to offer for the options of a way in, each with what it does.
fn words(door: &Door) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for (name, value, what) in door.options.iter().copied().flatten() {
        // `-e, --fail-fast` are two.
        for name in name.split(", ") {
            let choices: Vec<&str> = value.split('|').filter(|_| value.contains('|')).collect();
            match (value.is_empty(), name.starts_with("--")) {
                (true, _) | (false, false) => found.push((name.to_string(), *what)),
                (false, true) if choices.is_empty() => found.push((format!("{name}="), *what)),
                _ => {
                    let each = choices.iter().map(|choice| (format!("{name}={choice}"), *what));
                    found.extend(each);
                }
            }
        }
    }
    found
}

fn doors() -> impl Iterator<Item = &'static Door> {
    DOORS.iter().filter(|door| !door.options.is_empty())
}

fn bash() -> String {
    let mut script = String::from(
        "_tine() {\n    local cur=${COMP_WORDS[COMP_CWORD]} door= at word options\n    \
         COMPREPLY=()\n    for ((at = 1; at < COMP_CWORD; at++)); do\n        \
         word=${COMP_WORDS[at]}\n        case $word in\n        -*) ;;\n        \
         *) door=$word; break ;;\n        esac\n    done\n    case $door in\n",
    );
    for door in doors() {
        let mut list: Vec<String> = words(door).into_iter().map(|(word, _)| word).collect();
        if door.name.is_empty() {
            list.extend(names().map(str::to_string));
        }
        script.push_str(&format!("    '{}') options='{}' ;;\n", door.name, list.join(" ")));
    }
    script.push_str(
        "    esac\n    # The shell takes `--name=value` for three words.\n    \
         if [[ $cur == = ]]; then cur=${COMP_WORDS[COMP_CWORD-1]}=; fi\n    \
         if [[ ${COMP_WORDS[COMP_CWORD-1]} == = && COMP_CWORD -gt 1 ]]; then\n        \
         cur=${COMP_WORDS[COMP_CWORD-2]}=$cur\n    fi\n    \
         COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n    \
         [[ $cur == --*=* ]] && COMPREPLY=(\"${COMPREPLY[@]#*=}\")\n    \
         [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null\n    \
         [[ $cur == -* ]] || COMPREPLY+=($(compgen -f -- \"$cur\"))\n}\n\
         complete -o filenames -F _tine tine\n",
    );
    script
}

fn zsh() -> String {
    let quoted = |text: &str| text.replace('\'', "'\\''");
    let mut script = String::from(
        "#compdef tine\n_tine() {\n    local -a options commands\n    local door= word\n    \
         for word in ${words[2,CURRENT-1]}; do\n        \
         if [[ $word != -* ]]; then door=$word; break; fi\n    done\n    case $door in\n",
    );
    for door in doors() {
        script.push_str(&format!("    '{}')\n", door.name));
        if door.name.is_empty() {
            let named = names().map(|name| format!("'{name}:{}'", quoted(help_of(name))));
            let named: Vec<String> = named.collect();
            script.push_str(&format!("        commands=({})\n", named.join(" ")));
        }
        script.push_str("        options=(\n");
        for (word, what) in words(door) {
            let word = quoted(&word.replace(':', "\\:"));
            script.push_str(&format!("            '{word}:{}'\n", quoted(what)));
        }
        script.push_str("        ) ;;\n");
    }
    script.push_str(
        "    esac\n    _describe -o tine options\n    \
         (( $#commands )) && _describe tine commands\n    [[ $PREFIX == -* ]] || _files\n}\n\
         if [[ $funcstack[1] == _tine ]]; then _tine \"$@\"; else compdef _tine tine; fi\n",
    );
    script
}

fn help_of(name: &str) -> &'static str {
    DOORS.iter().find(|door| door.name == name).map_or("what there is, or more on one", |d| d.help)
}

fn fish() -> String {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let mut script = String::new();
    for name in names() {
        script.push_str(&format!(
            "complete -c tine -n __fish_use_subcommand -a {name} -d '{}'\n",
            quoted(help_of(name))
        ));
    }
    for door in doors() {
        let when = match door.name {
            "" => "__fish_use_subcommand".to_string(),
            name => format!("'__fish_seen_subcommand_from {name}'"),
        };
        for (word, what) in words(door) {
            let option = match word.strip_prefix("--") {
                Some(long) => match long.split_once('=') {
                    Some((long, "")) => format!("-l {long} -r"),
                    Some((long, value)) => format!("-l {long} -xa {value}"),
                    None => format!("-l {long}"),
                },
                None => {
                    let short = word.trim_start_matches('-').trim_end_matches('=');
                    let kind = if short.len() == 1 { "-s" } else { "-o" };
                    format!("{kind} {short}")
                }
            };
            script
                .push_str(&format!("complete -c tine -n {when} {option} -d '{}'\n", quoted(what)));
        }
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_become_words() {
        let run = DOORS.iter().find(|door| door.name == "run").unwrap();
        let words: Vec<String> = words(run).into_iter().map(|(word, _)| word).collect();
        for word in ["--stats", "--timeout=", "--executor=fork", "--executor=in-process", "-L"] {
            assert!(words.iter().any(|w| w == word), "{word} is not in {words:?}");
        }
        let session = DOORS.iter().find(|door| door.name.is_empty()).unwrap();
        assert!(super::words(session).iter().any(|(word, _)| word == "--fail-fast"));
    }
}
