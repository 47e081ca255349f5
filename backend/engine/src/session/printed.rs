//! What was printed, typed again. In: an input that is no C; out: the C that it means, if it reads
//! like a value as the prompt shows it, with its type in front (`char 'a' (97)`) or in a place where
//! C has an initialiser. What a pointer leads to (`&b {.v = 2}`, `0x5581 "text"`) goes: it is there
//! for people.
//!
//! What always holds: the texts are only tried where the input itself does not compile.

/// The texts that the input may stand for, the likelier one first. Behind other names than of
/// enumerators brackets are a call.
pub(super) fn meanings(text: &str, is_enumerator: impl Fn(&str) -> bool) -> Vec<String> {
    let plain = without_notes(text, is_enumerator);
    let typed = cast(plain.as_deref().unwrap_or(text.trim()));
    plain.into_iter().chain(typed).collect()
}

/// Without what stands behind pointers and constants; `None` where nothing does.
fn without_notes(text: &str, is_enumerator: impl Fn(&str) -> bool) -> Option<String> {
    let mut out = String::new();
    let mut at = 0;
    let mut changed = false;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (len, is_value) = token(rest);
        let start = out.len();
        out.push_str(&rest[..len]);
        at += len;
        let behind = notes(&text[at..], &rest[..len]);
        let is_name = rest.starts_with(|c| is_word(c) && !c.is_ascii_digit());
        if !is_value || behind == 0 || is_name && !is_enumerator(&rest[..len]) {
            continue;
        }
        if rest.starts_with("0x") {
            // A number alone is no pointer.
            out.insert_str(start, "(void *)");
        }
        at += behind;
        changed = true;
    }
    changed.then_some(out)
}

/// The length of what the text begins with, and whether a note may stand behind that.
fn token(text: &str) -> (usize, bool) {
    let first = text.chars().next().unwrap_or(' ');
    match first {
        '"' => (literal(text), false),
        '\'' => (literal(text), true),
        '&' => {
            let len = 1 + path(&text[1..]);
            let bytes = text[len..].strip_prefix('+').map(|rest| run(rest, |c| c.is_ascii_digit()));
            (len + bytes.map_or(0, |n| 1 + n), len > 1)
        }
        _ if text.starts_with("0x") => (2 + run(&text[2..], |c| c.is_ascii_hexdigit()), true),
        _ if is_word(first) => (run(text, is_word), true),
        _ => (first.len_utf8(), false),
    }
}

/// How long the notes are that stand behind a value.
fn notes(text: &str, value: &str) -> usize {
    let is_pointer = value.starts_with('&') || value.starts_with("0x");
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let blank = run(rest, |c| c == ' ');
        let note = &rest[blank..];
        let fixed = ["(cycle)", "(not mapped)", "(data)"].into_iter().find(|n| note.starts_with(n));
        let len = match fixed {
            Some(fixed) if is_pointer => fixed.len(),
            _ if is_pointer && blank > 0 && note.starts_with('"') => literal(note),
            _ if is_pointer && blank > 0 && note.starts_with('{') => braces(note),
            _ if is_pointer && blank > 0 && note.starts_with('<') => {
                note.find('>').map_or(0, |end| end + 1)
            }
            _ if is_pointer && at > 0 && note.starts_with('…') => '…'.len_utf8(),
            _ if is_pointer && note.starts_with("(descriptor ") => {
                note.find(')').map_or(0, |end| end + 1)
            }
            // `'a' (97)`, `RED (1)`.
            _ if !is_pointer && blank > 0 => number_in_brackets(note),
            _ => 0,
        };
        if len == 0 {
            return at;
        }
        at += blank + len;
    }
}

fn number_in_brackets(text: &str) -> usize {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
        return 0;
    };
    match inner.0.parse::<i128>() {
        Ok(_) => inner.0.len() + 2,
        Err(_) => 0,
    }
}

/// A string or a character from its quote on.
fn literal(text: &str) -> usize {
    let quote = text.chars().next();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if Some(c) == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// From a `{` to its `}`; nothing where there is none.
fn braces(text: &str) -> usize {
    let (mut at, mut depth) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        match c {
            '"' | '\'' => {
                at += literal(&text[at..]);
                continue;
            }
            '{' => depth += 1,
            '}' if depth == 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
        at += c.len_utf8();
    }
    0
}

/// `v[2].next` and the like.
fn path(text: &str) -> usize {
    let mut at = run(text, is_word);
    if at == 0 {
        return 0;
    }
    loop {
        let rest = &text[at..];
        let member = rest.strip_prefix('.').map_or(0, |rest| run(rest, is_word));
        let index = rest.strip_prefix('[').map_or(0, |rest| run(rest, |c| c.is_ascii_digit()));
        match (member, index) {
            (n, _) if n > 0 => at += 1 + n,
            (_, n) if n > 0 && rest[1 + n..].starts_with(']') => at += n + 2,
            _ => return at,
        }
    }
}

/// `(char){'a'}` of `char 'a'`: a type, and a value of it.
fn cast(text: &str) -> Option<String> {
    let at = value_start(text)?;
    let (ty, value) = (text[..at].trim_end(), text[at..].trim_end());
    if ty.is_empty() || value.is_empty() || value.ends_with(';') || ty.ends_with('=') {
        return None;
    }
    // A compound literal: what is no type does not compile there. (`f 5` is no call.)
    Some(match value {
        "nan" | "-nan" => format!("({ty}){{__builtin_nan(\"\")}}"),
        "inf" => format!("({ty}){{__builtin_inf()}}"),
        "-inf" => format!("({ty}){{-__builtin_inf()}}"),
        _ if value.starts_with('{') => format!("({ty}){value}"),
        _ if is_number(value) => format!("({ty}){{{value}{}}}", suffix(ty, value)),
        _ => format!("({ty}){{{value}}}"),
    })
}

fn is_number(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | '+' | '-');
    text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(is_part)
}

/// What a floating constant needs behind it to be of the type.
fn suffix(ty: &str, value: &str) -> String {
    let kind = match ty {
        "float" | "double" => "",
        "long double" => "L",
        "_Float64x" => "F64x",
        "_Float128" => "F128",
        _ => return String::new(),
    };
    let point = if value.contains(['.', 'e']) { "" } else { ".0" };
    format!("{point}{kind}")
}

/// Where the value begins behind a type: at the first constant, brace or address outside of
/// brackets, else at the last names (`bool true`, `enum access READ | WRITE`).
fn value_start(text: &str) -> Option<usize> {
    let (mut at, mut depth) = (0, 0);
    let mut words = Vec::new();
    while let Some(c) = text[at..].chars().next() {
        let is_start = c.is_ascii_digit() || matches!(c, '"' | '\'' | '{' | '&' | '-');
        let is_cast = text[at..].starts_with("(void *)0x");
        match c {
            _ if depth == 0 && (is_start || is_cast) => return (at > 0).then_some(at),
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ if depth == 0 && is_word(c) => {
                words.push(at);
                at += run(&text[at..], is_word);
                continue;
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    match (text.starts_with("enum "), words.len()) {
        (true, 3..) => words.get(2).copied(),
        (false, 2..) => words.last().copied(),
        _ => None,
    }
}

fn run(text: &str, holds: impl Fn(char) -> bool) -> usize {
    text.find(|c| !holds(c)).unwrap_or(text.len())
}

fn is_word(c: char) -> bool {
    c == '_' || c == '$' || c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::meanings;

    fn is_enumerator(name: &str) -> bool {
        ["BLUE", "EXECUTE"].contains(&name)
    }

    #[test]
    fn values_mean_themselves() {
        for (printed, meant) in [
            ("int 3", "(int){3}"),
            ("char 'z' (122)", "(char){'z'}"),
            ("char '(' (40)", "(char){'('}"),
            ("bool true", "(bool){true}"),
            ("int[4] {1, 2, 3, 4}", "(int[4]){1, 2, 3, 4}"),
            ("char[3] \"hi\"", "(char[3]){\"hi\"}"),
            ("enum c BLUE (1)", "(enum c){BLUE}"),
            ("enum access READ | EXECUTE (5)", "(enum access){READ | EXECUTE}"),
            ("struct p {.x = 3, .y = 4}", "(struct p){.x = 3, .y = 4}"),
            ("double -0", "(double){-0.0}"),
            ("long double 0.5", "(long double){0.5L}"),
            ("double -inf", "(double){-__builtin_inf()}"),
            ("char * 0x5581 \"a {\\\" b\"…", "(char *){(void *)0x5581}"),
            ("int * 0x10 (not mapped)", "(int *){(void *)0x10}"),
            ("void * NULL", "(void *){NULL}"),
            ("int (*)(int) 0x1000 <f>", "(int (*)(int)){(void *)0x1000}"),
            ("struct n * 0x28 <a> {.n = &b {.s = \"}\"}}", "(struct n *){(void *)0x28}"),
            ("FILE * 0x7f <stdin> (descriptor 0)", "(FILE *){(void *)0x7f}"),
            ("double _Complex 1 + 6*I", "(double _Complex){1 + 6*I}"),
        ] {
            assert_eq!(
                meanings(printed, is_enumerator).last().map(String::as_str),
                Some(meant),
                "{printed}"
            );
        }
    }

    #[test]
    fn initialisers_lose_their_notes() {
        for (printed, meant) in [
            ("struct n m = {.v = 1, .next = &b {.v = 2}};", "struct n m = {.v = 1, .next = &b};"),
            ("char *p = 0x5581 \"abc\";", "char *p = (void *)0x5581;"),
            ("x = (struct q){&buf[0] \"abc\"};", "x = (struct q){&buf[0]};"),
            ("p = &a.next[2] (cycle);", "p = &a.next[2];"),
            ("p = (void *)&a[0]+1 \"\";", "p = (void *)&a[0]+1;"),
        ] {
            assert_eq!(meanings(printed, is_enumerator), [meant], "{printed}");
        }
    }

    #[test]
    fn other_texts_mean_nothing_else() {
        for text in [
            "int x = 5 5;",
            "foo bar;",
            "x (3)",
            "int y = x (9);",
            "",
            "}",
            "x = {",
            "&",
            "\"",
            "'",
            "0x",
            "a\u{a0}b;",
        ] {
            assert_eq!(meanings(text, is_enumerator), [""; 0], "{text}");
        }
    }
}
