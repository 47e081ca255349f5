//! A session at a terminal: rustyline reads, an unfinished input asks for more, Ctrl-C clears what
//! was typed or interrupts what runs, Ctrl-D leaves. What was typed is kept from session to
//! session.

use crate::answer::Verdict;
use crate::command::{self, What};
use crate::editor::{self, Assistant, Clear, CloseBrace, Enter, NewLine, Shared, lock};
use crate::style::Style;
use crate::{Shell, Status, world};
use engine::Session;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{CompletionType, Config, Editor, EventHandler, KeyCode, KeyEvent, Modifiers};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

const PROMPT: &str = ">> ";
const MORE: &str = ".. ";
const MOST_HISTORY: usize = 10_000;

type LineEditor = Editor<Assistant, DefaultHistory>;

/// Reads and answers until the user leaves.
pub fn run_terminal(session: Session, version: &str) -> engine::Result<Status> {
    println!("tine {version} · C23 · x86_64-linux · :help for help, Ctrl-D to leave");
    let style = Style::of_terminal(80);
    let shell: Shared = Arc::new(Mutex::new(Shell::new(session, style)));
    let was_empty = Arc::new(AtomicBool::new(false));
    let mut editor = line_editor(&shell, &was_empty).map_err(failure)?;
    let history = history_path();
    if let Some(path) = &history {
        // A first session has none.
        let _ = editor.load_history(path);
    }
    let mut input = String::new();
    loop {
        if let Some((columns, _)) = editor.dimensions() {
            lock(&shell).style.set_columns(columns.into());
        }
        lock(&shell).session.rest()?;
        match editor.readline(if input.is_empty() { PROMPT } else { MORE }) {
            Ok(line) if input.is_empty() && line.trim().is_empty() => continue,
            Ok(line) => {
                remember(&mut editor, history.as_ref(), &line)?;
                match input.is_empty().then(|| command::parse(&line)).flatten() {
                    Some(Ok((What::Quit, _))) => return Ok(0),
                    Some(Ok((what, argument))) => {
                        let mut shell = lock(&shell);
                        shell.perform(what, argument)?;
                        shell.style.fresh_line().map_err(world)?;
                    }
                    Some(Err(message)) => eprintln!("{message}"),
                    None => {
                        input.push_str(&editor::unpadded(&line));
                        input.push('\n');
                        if lock(&shell).evaluate(&input)? != Verdict::Unfinished {
                            input.clear();
                        }
                    }
                }
            }
            Err(ReadlineError::Interrupted) => {
                if was_empty.load(Ordering::Relaxed) && input.is_empty() {
                    println!("(Ctrl-D or :quit leaves)");
                }
                input.clear();
            }
            Err(ReadlineError::Eof) => return Ok(0),
            Err(error) => return Err(failure(error)),
        }
    }
}

fn line_editor(shell: &Shared, was_empty: &Arc<AtomicBool>) -> rustyline::Result<LineEditor> {
    let config = Config::builder()
        .max_history_size(MOST_HISTORY)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .build();
    let mut editor = LineEditor::with_config(config)?;
    let colors = lock(shell).style.colors();
    editor.set_helper(Some(Assistant::new(Arc::clone(shell), colors)));
    let conditional = |handler| EventHandler::Conditional(handler);
    for key in [KeyEvent(KeyCode::Enter, Modifiers::NONE), KeyEvent::ctrl('J')] {
        editor.bind_sequence(key, conditional(Box::new(Enter(Arc::clone(shell)))));
    }
    let alt_enter = KeyEvent(KeyCode::Enter, Modifiers::ALT);
    editor.bind_sequence(alt_enter, EventHandler::Conditional(Box::new(NewLine)));
    let brace = KeyEvent(KeyCode::Char('}'), Modifiers::NONE);
    editor.bind_sequence(brace, EventHandler::Conditional(Box::new(CloseBrace)));
    let clear = Box::new(Clear(Arc::clone(was_empty)));
    editor.bind_sequence(KeyEvent::ctrl('C'), EventHandler::Conditional(clear));
    Ok(editor)
}

/// In memory and on disk, at once: a session may end in any way.
fn remember(editor: &mut LineEditor, path: Option<&PathBuf>, line: &str) -> engine::Result<()> {
    let added = editor.add_history_entry(line).map_err(failure)?;
    if let Some(path) = path.filter(|_| added)
        && let Err(error) = editor.append_history(path)
    {
        eprintln!("tine: {}: {error}", path.display());
    }
    Ok(())
}

/// `$XDG_STATE_HOME/tine/history`; `None` where there is no home or no room for it.
fn history_path() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let state =
        absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    let folder = state.join("tine");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

fn failure(error: ReadlineError) -> engine::Failure {
    engine::Failure::File { path: "the terminal".into(), why: std::io::Error::other(error) }
}
