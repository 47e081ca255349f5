//! How things look: pictures and colours at a terminal, plain lines elsewhere. In: the
//! environment; out: text in the right form. What always holds: with NO_COLOR or TERM=dumb no
//! escape sequence is written.

use preproc::render::Form;
use std::io::{self, Write};

const NARROWEST: usize = 20;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    terminal: bool,
    colors: bool,
    can_color: bool,
    /// The terminal moves its cursor as it is told.
    obeys: bool,
    columns: usize,
}

impl Style {
    /// For pipes and files.
    pub(crate) fn plain() -> Style {
        Style { terminal: false, colors: false, can_color: false, obeys: false, columns: 80 }
    }

    pub(crate) fn of_terminal(columns: usize) -> Style {
        let dumb = std::env::var_os("TERM").is_none_or(|t| t == "dumb" || t.is_empty());
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let colors = !dumb && !no_color;
        Style { terminal: true, colors, can_color: colors, obeys: !dumb, columns }
    }

    pub(crate) fn set_columns(&mut self, columns: usize) {
        self.columns = columns.max(NARROWEST);
    }

    pub(crate) fn colors(&self) -> bool {
        self.colors
    }

    /// Whether colours are wanted: they come only where they can be shown.
    pub(crate) fn set_colors(&mut self, wanted: bool) {
        self.colors = wanted && self.can_color;
    }

    /// Where lines are to be broken.
    pub(crate) fn width(&self) -> Option<usize> {
        self.terminal.then_some(self.columns)
    }

    pub(crate) fn form(&self) -> Form {
        match self.terminal {
            true => Form::Picture { colors: self.colors, width: self.columns },
            false => Form::Lines,
        }
    }

    pub(crate) fn dim(&self, text: &str) -> String {
        if self.colors { format!("\x1b[2m{text}\x1b[0m") } else { text.to_string() }
    }

    /// Takes back the `^C` that the terminal shows for the key.
    pub(crate) fn erase_key(&self) -> io::Result<()> {
        if !self.obeys {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        out.write_all(b"\x08\x08\x1b[K")
    }

    /// Output that did not end its line gets a mark, and what follows a line of its own. The
    /// cursor's column is not known: so many spaces follow the mark that it comes to the next
    /// line unless it was at the start of one; there the mark is wiped out.
    pub(crate) fn fresh_line(&self) -> io::Result<()> {
        if !self.obeys {
            return Ok(());
        }
        let mark = self.dim("↵");
        let spaces = " ".repeat(self.columns - 1);
        let mut out = io::stdout().lock();
        write!(out, "{mark}{spaces}\r\x1b[K")?;
        out.flush()
    }
}
