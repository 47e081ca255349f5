//! A session at a terminal: rustyline reads, an unfinished input asks for more, Ctrl-C clears what
//! was typed or interrupts what runs, Ctrl-D leaves. What was typed is kept from session to
//! session, and what the rc file says comes first.

use crate::answer::Verdict;
use crate::command::{self, What};
use crate::editor::{self, Assistant, Brace, Clear, Elsewhere, Enter, NewLine, Shared, lock};
use crate::settings::{self, Keys};
use crate::style::Style;
use crate::{Shell, Status, perform, world};
use engine::Session;
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{
    CompletionType, Config, EditMode, Editor, Event, EventHandler, KeyCode, KeyEvent, Modifiers,
};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const PROMPT: &str = ">> ";
const MORE: &str = ".. ";
const MOST_HISTORY: usize = 10_000;
/// How long vi's Esc waits for the rest of a key, in milliseconds.
const ESC_PATIENCE: u16 = 25;

type LineEditor = Editor<Assistant, DefaultHistory>;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TerminalOptions<'a> {
    pub version: &'a str,
    /// Read the rc file.
    pub rc: bool,
}

struct Terminal {
    shell: Shared,
    editor: LineEditor,
    history: Option<PathBuf>,
    /// Whether Ctrl-C met an empty line.
    was_empty: Arc<AtomicBool>,
    /// What is to be typed on in the user's own editor.
    elsewhere: Arc<Mutex<Option<String>>>,
    keys: Keys,
    /// The lines of an input that is not finished: only where the editor cannot hold them.
    input: String,
}

/// Reads and answers until the user leaves.
pub fn run_terminal(session: Session, options: TerminalOptions<'_>) -> engine::Result<Status> {
    // Between inputs Ctrl-C must cost nothing either.
    executor::sys::survive_interrupts().map_err(world)?;
    println!("tine {} · C23 · x86_64-linux · :help for help, Ctrl-D to leave", options.version);
    let style = Style::of_terminal(80);
    let shell: Shared = Arc::new(Mutex::new(Shell::new(session, style)));
    let mut terminal = Terminal::new(shell).map_err(failure)?;
    terminal.measure();
    if options.rc {
        lock(&terminal.shell).read_rc()?;
    }
    // What is to be typed already.
    let mut initial = String::new();
    loop {
        terminal.measure();
        lock(&terminal.shell).session.rest()?;
        let prompt = if terminal.input.is_empty() { PROMPT } else { MORE };
        let line = terminal.editor.readline_with_initial(prompt, (&initial, ""));
        initial.clear();
        match line {
            Ok(line) if terminal.input.is_empty() && line.trim().is_empty() => continue,
            Ok(line) => {
                if terminal.take(&line)? {
                    break;
                }
            }
            Err(ReadlineError::Interrupted) => initial = terminal.interrupted(),
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(failure(error)),
        }
    }
    lock(&terminal.shell).session.finish()?;
    Ok(0)
}

impl Terminal {
    fn new(shell: Shared) -> rustyline::Result<Terminal> {
        let was_empty = Arc::new(AtomicBool::new(false));
        let elsewhere = Arc::new(Mutex::new(None));
        let mut editor = line_editor(&shell, &was_empty, &elsewhere)?;
        let history = history_path();
        if let Some(path) = &history {
            // A first session has none.
            let _ = editor.load_history(path);
        }
        let input = String::new();
        let keys = Keys::Emacs;
        Ok(Terminal { shell, editor, history, was_empty, elsewhere, keys, input })
    }

    /// What may have changed since the last line: the terminal's width, and the settings.
    fn measure(&mut self) {
        let mut shell = lock(&self.shell);
        if let Some((columns, _)) = self.editor.dimensions() {
            shell.style.set_columns(columns.into());
        }
        let keys = shell.settings.keys;
        drop(shell);
        if std::mem::replace(&mut self.keys, keys) != keys {
            let (mode, patience) = match keys {
                Keys::Emacs => (EditMode::Emacs, None),
                Keys::Vi => (EditMode::Vi, Some(ESC_PATIENCE)),
            };
            self.editor.set_edit_mode(mode);
            self.editor.set_keyseq_timeout(patience);
        }
    }

    /// Takes in a line; true when it is the last.
    fn take(&mut self, line: &str) -> engine::Result<bool> {
        self.remember(line)?;
        // The terminal may be of another width since the line was begun.
        self.measure();
        if self.input.is_empty() && editor::is_pasted(line) && !lock(&self.shell).compiles(line) {
            return self.take_in_parts(line);
        }
        self.take_input(line)
    }

    /// Takes in what was pasted as if it came from a pipe, up to what fails; true when it says to
    /// leave.
    fn take_in_parts(&mut self, text: &str) -> engine::Result<bool> {
        let mut rest = text;
        while !rest.trim().is_empty() {
            let part = lock(&self.shell).first_input(rest);
            let (verdict, behind) = (self.take_part(part)?, &rest[part.len()..]);
            match verdict {
                Some(Verdict::Good) => rest = behind,
                None => return Ok(true),
                _ => {
                    let n = behind.lines().filter(|line| !line.trim().is_empty()).count();
                    if n > 0 {
                        let lines = if n == 1 { "line" } else { "lines" };
                        eprintln!("the last {n} {lines} of what was pasted were not evaluated");
                    }
                    return Ok(false);
                }
            }
            lock(&self.shell).session.rest()?;
        }
        Ok(false)
    }

    /// `None` when it says to leave.
    fn take_part(&mut self, part: &str) -> engine::Result<Option<Verdict>> {
        let part = part.trim_start_matches(['\n', '\r']);
        let mut shell = lock(&self.shell);
        Ok(Some(match command::parse(part) {
            Some(Ok((What::Quit, _))) => return Ok(None),
            Some(Ok((what, argument))) => {
                let verdict = shell.perform(what, argument)?;
                shell.style.fresh_line().map_err(world)?;
                verdict
            }
            Some(Err(message)) => {
                eprintln!("{message}");
                Verdict::Failed
            }
            None => match shell.evaluate(part)? {
                Verdict::Unfinished => {
                    shell.say_why_unfinished(part);
                    Verdict::Failed
                }
                verdict => verdict,
            },
        }))
    }

    fn take_input(&mut self, line: &str) -> engine::Result<bool> {
        match self.input.is_empty().then(|| command::parse(line)).flatten() {
            Some(Ok((What::Quit, _))) => return Ok(true),
            Some(Ok((what, argument))) => {
                lock(&self.shell).perform(what, argument)?;
                self.measure();
                let mut shell = lock(&self.shell);
                shell.style.fresh_line().map_err(world)?;
                let typed = shell.typed.take();
                drop(shell);
                if let Some(text) = typed {
                    self.remember(&editor::padded(&text))?;
                }
            }
            Some(Err(message)) => eprintln!("{message}"),
            None => {
                self.input.push_str(&editor::unpadded(line));
                self.input.push('\n');
                if lock(&self.shell).evaluate(&self.input)? != Verdict::Unfinished {
                    self.input.clear();
                } else if editor::is_sent_off(&self.input) {
                    lock(&self.shell).say_why_unfinished(&self.input);
                    self.input.clear();
                }
            }
        }
        Ok(false)
    }

    /// Ctrl-C, or the key for another editor; what is to be typed then.
    fn interrupted(&mut self) -> String {
        let stash = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(text) = stash {
            match perform::edited(&text) {
                Ok(text) => return editor::padded(&text),
                Err(why) => eprintln!("{why}"),
            }
            return editor::padded(&text);
        }
        if self.was_empty.load(Ordering::Relaxed) && self.input.is_empty() {
            println!("(Ctrl-D or :quit leaves)");
        }
        self.input.clear();
        String::new()
    }

    /// In memory and on disk, at once: a session may end in any way.
    fn remember(&mut self, line: &str) -> engine::Result<()> {
        let added = self.editor.add_history_entry(line).map_err(failure)?;
        if let Some(path) = self.history.as_ref().filter(|_| added)
            && let Err(error) = self.editor.append_history(path)
        {
            eprintln!("tine: {}: {error}", path.display());
        }
        Ok(())
    }
}

fn line_editor(
    shell: &Shared,
    was_empty: &Arc<AtomicBool>,
    elsewhere: &Arc<Mutex<Option<String>>>,
) -> rustyline::Result<LineEditor> {
    let config = Config::builder()
        .max_history_size(MOST_HISTORY)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .build();
    let mut editor = LineEditor::with_config(config)?;
    let brace = Arc::new(AtomicU8::new(0));
    editor.set_helper(Some(Assistant::new(Arc::clone(shell), Arc::clone(&brace))));
    let conditional = |handler| EventHandler::Conditional(handler);
    for key in [KeyEvent(KeyCode::Enter, Modifiers::NONE), KeyEvent::ctrl('J')] {
        editor.bind_sequence(key, conditional(Box::new(Enter(Arc::clone(shell)))));
    }
    let alt_enter = KeyEvent(KeyCode::Enter, Modifiers::ALT);
    editor.bind_sequence(alt_enter, EventHandler::Conditional(Box::new(NewLine)));
    for key in [b'{', b'}'] {
        let handler = Box::new(Brace { key, typed: Arc::clone(&brace) });
        let key = KeyEvent(KeyCode::Char(key.into()), Modifiers::NONE);
        editor.bind_sequence(key, EventHandler::Conditional(handler));
    }
    let clear = Box::new(Clear(Arc::clone(was_empty)));
    editor.bind_sequence(KeyEvent::ctrl('C'), EventHandler::Conditional(clear));
    let keys = Event::KeySeq(vec![KeyEvent::ctrl('X'), KeyEvent::ctrl('E')]);
    let handler = Box::new(Elsewhere(Arc::clone(elsewhere)));
    editor.bind_sequence(keys, EventHandler::Conditional(handler));
    Ok(editor)
}

/// `$XDG_STATE_HOME/tine/history`; `None` where there is no home or no room for it.
fn history_path() -> Option<PathBuf> {
    let folder = settings::folder("XDG_STATE_HOME", ".local/state")?.join("tine");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

fn failure(error: ReadlineError) -> engine::Failure {
    engine::Failure::File { path: "the terminal".into(), why: std::io::Error::other(error) }
}
