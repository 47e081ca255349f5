//! `:trace`: what ran and when. In: on, off, or a file to save to; out: what came of it.

use crate::perform::expand_home;
use engine::Session;
use engine::trace::{Options, Summary};

const USAGE: &str = ":trace on, :trace off, or :trace save FILE\n";

pub(crate) fn perform(session: &mut Session, argument: &str) -> Result<String, String> {
    let (word, rest) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    match (word, rest.trim()) {
        ("", "") => Ok(match session.is_tracing() {
            true => "a trace is being taken; :trace save FILE writes it\n".into(),
            false => "no trace is being taken; :trace on begins one\n".into(),
        }),
        ("on", "") => {
            let options = Options { calls: true, file: None, on_event: None };
            session.start_trace(options).map_err(|failure| format!("{failure}\n"))?;
            Ok("tracing; calls of functions that are defined from now on are seen\n".into())
        }
        ("off", "") => match session.rest_trace() {
            Some(summary) => Ok(format!("{}\n", text(summary))),
            None => Err("no trace is being taken\n".into()),
        },
        ("save", file) if !file.is_empty() => {
            match session.save_trace(expand_home(file).as_ref()) {
                Ok(Some(summary)) => Ok(format!("{} in {file}\n", text(summary))),
                Ok(None) => Err("there is no trace; :trace on begins one\n".into()),
                Err(failure) => Err(format!("{failure}\n")),
            }
        }
        _ => Err(USAGE.into()),
    }
}

fn text(summary: Summary) -> String {
    match summary {
        Summary { events, lost: 0 } => format!("{events} events"),
        Summary { events, lost } => format!("{events} events, and {lost} were lost"),
    }
}
