//! Linker scripts of the kind that stand in for a library (`/usr/lib/.../libc.so`): a list of
//! files in `INPUT(...)`, `GROUP(...)` and `AS_NEEDED(...)`. `OUTPUT_FORMAT(...)` is believed,
//! every other command is an error that names it.

use crate::error::LinkError;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ScriptFile<'a> {
    /// A path, or `-lNAME`.
    pub(crate) name: &'a str,
    pub(crate) as_needed: bool,
}

/// Whether the content looks like a script: text, and not empty.
pub(crate) fn is_script(data: &[u8]) -> bool {
    let head = data.get(..512).unwrap_or(data);
    let printable =
        |byte: &u8| (0x20..0x7f).contains(byte) || matches!(byte, b'\n' | b'\t' | b'\r');
    head.contains(&b'(') && head.iter().all(|byte| printable(byte) || *byte >= 0x80)
}

/// The files that the script names, in order.
pub(crate) fn parse<'a>(path: &str, data: &'a [u8]) -> Result<Vec<ScriptFile<'a>>, LinkError> {
    let bad = |what: String| LinkError::Malformed { file: path.into(), what };
    let text = std::str::from_utf8(data).map_err(|_| bad("a script that is not UTF-8".into()))?;
    let words = words(text).map_err(|what| bad(what.into()))?;
    let mut files = Vec::new();
    // One entry per open parenthesis: are its files needed only when used?
    let mut open: Vec<bool> = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word {
            ")" => {
                open.pop().ok_or_else(|| bad("`)` without `(`".into()))?;
            }
            ";" | "," => {}
            "INPUT" | "GROUP" | "AS_NEEDED" => {
                if words.next() != Some("(") {
                    return Err(bad(format!("{word} without `(`")));
                }
                if open.len() >= 16 {
                    return Err(bad("nested too deeply".into()));
                }
                let outer = open.last().copied().unwrap_or(false);
                open.push(outer || word == "AS_NEEDED");
            }
            "OUTPUT_FORMAT" | "OUTPUT_ARCH" => {
                if words.by_ref().find(|&word| word == ")").is_none() {
                    return Err(bad(format!("{word} without `)`")));
                }
            }
            name => match open.last() {
                Some(&as_needed) => files.push(ScriptFile { name, as_needed }),
                None => {
                    return Err(LinkError::Unsupported {
                        file: path.into(),
                        what: format!("the linker script command {name:?}"),
                    });
                }
            },
        }
    }
    if open.is_empty() { Ok(files) } else { Err(bad("`(` without `)`".into())) }
}

/// Cuts the text into names and punctuation; comments go.
fn words(text: &str) -> Result<Vec<&str>, &'static str> {
    let mut words = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { return Ok(words) };
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").ok_or("a comment that does not end")?.1;
            continue;
        }
        if first == '"' {
            let (name, after) =
                rest.get(1..).and_then(|rest| rest.split_once('"')).ok_or("an open quote")?;
            words.push(name);
            rest = after;
            continue;
        }
        let end = match first {
            '(' | ')' | ';' | ',' => 1,
            _ => rest.find(|c: char| c.is_whitespace() || "();,".contains(c)).unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
}
