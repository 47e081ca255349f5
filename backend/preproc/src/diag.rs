//! Diagnostics as data. What a user did wrong is a value, collected beside the result; how it is
//! shown (a picture on a terminal, one line in gcc's form elsewhere) is decided far from here.

use crate::source::Span;
use crate::warnings::Level;

/// The option of remarks.
const REMARK: &str = "remark";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    Error,
    Warning,
    Note,
}

/// A change that would mend the program: at `span`, put `text` (an empty span inserts).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FixIt {
    pub span: Span,
    pub text: String,
    /// Said before the patch: "add the header that declares it".
    pub why: String,
}

/// A further place that explains the first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    pub span: Option<Span>,
    pub text: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub severity: Severity,
    pub span: Span,
    pub message: String,
    /// What the primary span is: "this is a `double`". Empty: no label.
    pub label: String,
    /// The warning option that governs it, without `-W`: "format". Empty for errors.
    pub option: &'static str,
    /// The standard demands it: an error under `-pedantic-errors`.
    pub demanded: bool,
    /// Other spans in the same picture, each with its label.
    pub labels: Vec<(Span, String)>,
    pub notes: Vec<Note>,
    pub fixes: Vec<FixIt>,
}

impl Diagnostic {
    pub fn error(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            span,
            message: message.into(),
            label: String::new(),
            option: "",
            demanded: false,
            labels: Vec::new(),
            notes: Vec::new(),
            fixes: Vec::new(),
        }
    }

    pub fn warning(option: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, option, ..Diagnostic::error(span, message) }
    }

    /// A warning that the standard demands: an error under `-pedantic-errors`.
    pub fn demanded(option: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { demanded: true, ..Diagnostic::warning(option, span, message) }
    }

    /// What nobody did wrong, but is good to know: it has no place.
    pub fn remark(message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Note,
            option: REMARK,
            ..Diagnostic::error(Span::default(), message)
        }
    }

    pub fn is_remark(&self) -> bool {
        self.severity == Severity::Note && self.option == REMARK
    }

    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.label = text.into();
        self
    }

    pub fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push((span, text.into()));
        self
    }

    pub fn note(mut self, span: Option<Span>, text: impl Into<String>) -> Diagnostic {
        self.notes.push(Note { span, text: text.into() });
        self
    }

    pub fn fix(
        mut self,
        span: Span,
        text: impl Into<String>,
        why: impl Into<String>,
    ) -> Diagnostic {
        self.fixes.push(FixIt { span, text: text.into(), why: why.into() });
        self
    }

    /// A warning as its option's level has it; an error keeps the option that made it one.
    pub fn at_level(mut self, level: Level) -> Option<Diagnostic> {
        match level {
            Level::Off => return None,
            Level::Warning => {}
            Level::Error => self.severity = Severity::Error,
        }
        Some(self)
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
