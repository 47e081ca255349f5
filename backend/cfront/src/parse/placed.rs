//! The attributes of the standard, `[[…]]` without a prefix: what arguments they have, and what
//! they may be said of. In: one of them at the cursor, later the declaration it belongs to; out:
//! what it says in an [`Attrs`], and messages where it means nothing.

use super::Parser;
use super::attr::{Attrs, bare};
use preproc::source::Span;
use preproc::token::Tok;

/// What attributes are said of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Target {
    Function,
    /// A structure, union or enumeration.
    Tag,
    Other,
}

/// What may stand in the parentheses behind an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Argument {
    None,
    /// A string, or no parentheses.
    Text,
}

/// All of them.
const STANDARD: [(&str, Argument); 8] = [
    ("deprecated", Argument::Text),
    ("fallthrough", Argument::None),
    ("maybe_unused", Argument::None),
    ("nodiscard", Argument::Text),
    ("noreturn", Argument::None),
    ("_Noreturn", Argument::None),
    ("reproducible", Argument::None),
    ("unsequenced", Argument::None),
];

impl Parser<'_> {
    /// The cursor is behind the name.
    pub(super) fn standard_attribute(&mut self, attrs: &mut Attrs, text: &str, span: Span) {
        let Some(&(name, argument)) = STANDARD.iter().find(|row| row.0 == bare(text)) else {
            self.pedwarn("attributes", span, format!("'{text}' attribute directive ignored"));
            return self.skip_arguments();
        };
        if !self.fits_argument(name, argument, span) {
            return self.skip_arguments();
        }
        if self.misplaced.is_some_and(|but| but != name) {
            let message = format!("'{text}' attribute ignored: it means nothing here");
            self.pedwarn("attributes", span, message);
            return self.skip_arguments();
        }
        self.attribute(attrs, name, span);
        if matches!(name, "nodiscard" | "noreturn" | "_Noreturn" | "fallthrough") {
            attrs.edit().placed.push((name, span));
        }
    }

    fn fits_argument(&mut self, name: &str, argument: Argument, span: Span) -> bool {
        if !self.at(Tok::LParen) {
            return true;
        }
        let next = self.peek(1);
        let message = match argument {
            Argument::None => format!("'{name}' attribute does not take any arguments"),
            Argument::Text if next.kind == Tok::Str => return true,
            Argument::Text if next.kind == Tok::RParen => {
                format!("the parentheses behind '{name}' must hold a text, or be left out")
            }
            Argument::Text => format!("expected a string as the argument of '{name}'"),
        };
        self.error(span, message);
        false
    }

    /// What is declared is known: may the attributes be said of it?
    pub(super) fn check_placed(&mut self, attrs: &Attrs, target: Target) {
        let Some(set) = attrs.get() else { return };
        for &(name, span) in &set.placed {
            let wanted = match name {
                _ if target == Target::Function && name != "fallthrough" => continue,
                "nodiscard" if target == Target::Tag => continue,
                "nodiscard" => {
                    "can only be applied to functions and to structure, union or \
                                enumeration types"
                }
                "fallthrough" => "can only be applied to the empty statement before a label",
                _ => "can only be applied to functions",
            };
            self.pedwarn("attributes", span, format!("'{name}' attribute {wanted}"));
        }
    }
}
