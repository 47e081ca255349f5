//! `tine eval`: its command line, and the session it is answered by. In: words; out: answers on
//! standard output and a status. What is answered, and how, is `shell`'s.

use crate::args::{Mode, Usage, Words, bad_value, seconds, unknown};
use crate::language;
use engine::source::{self, Language};
use std::io::Read;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct EvalArgs {
    inputs: Vec<Input>,
    json: bool,
    timeout: Duration,
    max_memory: u64,
    /// Of one stream and one input; without it, and without JSON, nothing is captured.
    max_output: Option<usize>,
    language: Language,
}

#[derive(Debug, PartialEq)]
enum Input {
    Code(String),
    File(PathBuf),
    /// `-`
    Standard,
}

/// The options of `tine eval`, each with its value's form and its help.
pub(crate) const OPTIONS: [(&str, &str, &str); 5] = [
    ("--json", "", "answer with one line of JSON for each input"),
    ("--file", "FILE", "the input is in FILE (- is standard input)"),
    ("--timeout", "SECONDS", "end an input after so long, status 124 (default 10)"),
    ("--max-memory", "BYTES", "memory beyond this is refused (K, M, G; default 1G)"),
    ("--max-output", "BYTES", "keep so much of each stream of an input (default 1M with --json)"),
];

const DEFAULT_TIME: Duration = Duration::from_secs(10);
const DEFAULT_MEMORY: u64 = 1 << 30;
const DEFAULT_OUTPUT: usize = 1 << 20;

pub(crate) fn parse(mut words: Words) -> Result<Mode, Usage> {
    let mut args = EvalArgs {
        inputs: Vec::new(),
        json: false,
        timeout: DEFAULT_TIME,
        max_memory: DEFAULT_MEMORY,
        max_output: None,
        language: Language::default(),
    };
    while let Some(word) = words.next() {
        let Some(text) = word.to_str() else {
            return Err(Usage(format!("{} is not UTF-8", word.display())));
        };
        if text == "-" || !text.starts_with('-') {
            args.inputs.push(if text == "-" { Input::Standard } else { Input::Code(text.into()) });
            continue;
        }
        if text == "--" {
            while let Some(word) = words.next() {
                let code = word.into_string();
                let code = code.map_err(|w| Usage(format!("{} is not UTF-8", w.display())))?;
                args.inputs.push(Input::Code(code));
            }
            break;
        }
        if language::option(&mut args.language, text, &mut words)? {
            continue;
        }
        let name = text.split('=').next().unwrap_or(text);
        match name {
            "--json" if text == name => args.json = true,
            "--file" => args.inputs.push(match words.value(text, name)? {
                path if path == "-" => Input::Standard,
                path => Input::File(path.into()),
            }),
            "--timeout" => args.timeout = seconds(&words.text(text, name)?)?,
            "--max-memory" => args.max_memory = bytes(name, &words.text(text, name)?)?,
            "--max-output" => {
                let most = bytes(name, &words.text(text, name)?)?;
                args.max_output = Some(usize::try_from(most).unwrap_or(usize::MAX));
            }
            "-h" | "--help" => return Ok(Mode::Help(Some("eval"))),
            "--json" => return Err(Usage("--json takes no value".into())),
            _ => {
                let known = OPTIONS.iter().map(|o| o.0);
                let known: Vec<&str> = known.collect();
                return Err(unknown("option of tine eval", name, &known));
            }
        }
    }
    match args.inputs.iter().filter(|input| **input == Input::Standard).count() {
        _ if args.inputs.is_empty() => {
            Err(Usage("tine eval needs something to evaluate: tine eval [--json] CODE…".into()))
        }
        0 | 1 => Ok(Mode::Eval(Box::new(args))),
        _ => Err(Usage("standard input can be one input only".into())),
    }
}

/// `100`, `64K`, `1M`, `2G`.
pub(crate) fn bytes(name: &str, text: &str) -> Result<u64, Usage> {
    let (digits, unit) = match text.char_indices().last() {
        Some((at, 'K' | 'k')) => (&text[..at], 10),
        Some((at, 'M' | 'm')) => (&text[..at], 20),
        Some((at, 'G' | 'g')) => (&text[..at], 30),
        _ => (text, 0),
    };
    let number = digits.parse::<u64>().ok().and_then(|n| n.checked_mul(1 << unit));
    number
        .filter(|n| *n > 0)
        .ok_or_else(|| bad_value(name, text, "a number of bytes such as 65536, 64K or 1G"))
}

pub(crate) fn eval(args: &EvalArgs) -> engine::Result<u8> {
    let inputs = args.inputs.iter().map(text).collect::<engine::Result<Vec<String>>>()?;
    let most = args.max_output.or(args.json.then_some(DEFAULT_OUTPUT));
    let world = |why| engine::Failure::File { path: "the output's pipes".into(), why };
    let capture = most.map(shell::Capture::new).transpose().map_err(world)?;
    let mut options = engine::Options {
        language: args.language.clone(),
        limits: engine::Limits { time: Some(args.timeout), memory: Some(args.max_memory) },
        ..engine::Options::default()
    };
    if let Some(capture) = &capture {
        let [out, err] = capture.streams();
        options.streams = [None, out, err];
    } else {
        // Given by hand it is written line by line.
        let own = std::io::stdout().as_fd().try_clone_to_owned().map_err(world)?;
        options.streams[1] = Some(Arc::new(own));
    }
    if args.inputs.contains(&Input::Standard) {
        // It is read to its end: user code finds nothing there.
        let nothing = std::fs::File::open("/dev/null").map_err(world)?;
        options.streams[0] = Some(Arc::new(nothing.into()));
    }
    let session = engine::Session::new(options)?;
    shell::run_eval(session, &inputs, args.json, capture)
}

fn text(input: &Input) -> engine::Result<String> {
    let bytes = match input {
        Input::Code(code) => return Ok(code.clone()),
        Input::File(path) => source::read(path)?,
        Input::Standard => {
            let mut bytes = Vec::new();
            let path = "standard input".to_string();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|why| engine::Failure::File { path, why })?;
            bytes
        }
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes("x", "100").unwrap(), 100);
        assert_eq!(bytes("x", "64K").unwrap(), 65536);
        assert_eq!(bytes("x", "2g").unwrap(), 2 << 30);
        for bad in ["", "0", "K", "1T", "-1", "99999999999G"] {
            assert!(bytes("x", bad).is_err(), "{bad}");
        }
    }
}
