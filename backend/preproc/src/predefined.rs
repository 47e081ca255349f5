//! The predefined macros: those of the machine, those of the standard chosen, and the command
//! line's.

use crate::diag::Diagnostic;
use crate::options::{CommandMacro, Std};
use crate::preprocess::Preprocessor;
use crate::source::{Loc, Span, Text};

/// What every mode defines: sizes, limits and types of x86-64 Linux.
const MACHINE: &str = include_str!("../include/predefined.h");

impl Preprocessor {
    /// Defines everything that holds before the first text. Their locations are of a source of
    /// their own.
    pub(crate) fn predefine(&mut self) {
        self.define_builtins();
        let mut text = String::with_capacity(MACHINE.len() + 2048);
        text.push_str(MACHINE);
        self.standard_macros(&mut text);
        self.read_definitions("<built-in>", text.into_bytes());
        let commands = std::mem::take(&mut self.options.macros);
        let mut text = String::new();
        for command in &commands {
            match command {
                CommandMacro::Define(define) => text.push_str(&command_define(define)),
                CommandMacro::Undefine(name) => {
                    text.push_str(&format!("#undef {}\n", first_line(name)));
                }
            }
        }
        self.options.macros = commands;
        if !text.is_empty() {
            self.read_definitions("<command-line>", text.into_bytes());
        }
    }

    fn standard_macros(&mut self, text: &mut String) {
        let options = &self.options;
        let mut define = |name: &str, value: &str| {
            text.push_str("#define ");
            text.push_str(name);
            text.push(' ');
            text.push_str(value);
            text.push('\n');
        };
        define("__STDC__", "1");
        define("__STDC_HOSTED__", if options.freestanding { "0" } else { "1" });
        let version = match options.std {
            Std::C89 => "",
            Std::C94 => "199409L",
            Std::C99 => "199901L",
            Std::C11 => "201112L",
            Std::C17 => "201710L",
            Std::C23 => "202311L",
        };
        if !version.is_empty() {
            define("__STDC_VERSION__", version);
        }
        if options.std >= Std::C23 {
            define("__STDC_EMBED_NOT_FOUND__", "0");
            define("__STDC_EMBED_FOUND__", "1");
            define("__STDC_EMBED_EMPTY__", "2");
            define("__CHAR8_TYPE__", "unsigned char");
        }
        if options.gnu {
            define("unix", "1");
            define("linux", "1");
        } else {
            define("__STRICT_ANSI__", "1");
        }
        if options.std >= Std::C99 && !options.gnu89_inline {
            define("__GNUC_STDC_INLINE__", "1");
        } else {
            define("__GNUC_GNU_INLINE__", "1");
        }
        if options.optimize > 0 {
            define("__OPTIMIZE__", "1");
        } else {
            define("__NO_INLINE__", "1");
        }
        if options.unsigned_char {
            define("__CHAR_UNSIGNED__", "1");
        }
    }

    /// Reads lines of `#define` as a text that opens nothing.
    fn read_definitions(&mut self, name: &str, text: Vec<u8>) {
        let Some(file) = self.sources.add(name, Text::new(text), Loc::NOWHERE, true) else {
            let message = "the session has no room for further source text";
            return self.diags.push(Diagnostic::error(Span::default(), message));
        };
        self.open(file, "".into(), None, None);
        self.run(usize::MAX);
        self.close_all();
        self.out.clear();
    }
}

/// A value on the command line ends at its newline.
fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}

/// `NAME=value` as a directive; without a value it is 1.
fn command_define(text: &str) -> String {
    match text.split_once('=') {
        Some((name, value)) => format!("#define {} {}\n", first_line(name), first_line(value)),
        None => format!("#define {} 1\n", first_line(text)),
    }
}
