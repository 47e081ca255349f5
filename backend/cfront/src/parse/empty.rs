//! Declarations without a declarator: `struct s;`, `enum { A };`, and those that say nothing. In:
//! the specifiers; out: messages about those that have no use there.

use super::Parser;
use super::spec::{Specs, Storage};
use crate::types::{Quals, Type};

impl Parser<'_> {
    /// `struct s;`, `enum { A };`, `;` with attributes only.
    pub(super) fn empty_declaration(&mut self, specs: &Specs) {
        for (said, word) in [
            (specs.inline, "inline"),
            (specs.noreturn, "_Noreturn"),
            (specs.constexpr, "constexpr"),
        ] {
            if said {
                self.error(specs.span, format!("'{word}' in empty declaration"));
                return;
            }
        }
        if !self.in_block() && matches!(specs.storage, Storage::Auto | Storage::Register) {
            let word = if specs.storage == Storage::Auto { "auto" } else { "register" };
            self.error(specs.span, format!("'{word}' in file-scope empty declaration"));
            return;
        }
        if specs.tag {
            return self.lone_tag(specs);
        }
        if specs.implicit_int && specs.attrs.get().is_some() {
            return;
        }
        let message = if specs.implicit_int || specs.deduced {
            "empty declaration"
        } else {
            "useless type name in empty declaration"
        };
        self.pedwarn("", specs.span, message);
    }

    /// A tag, and what else was said.
    fn lone_tag(&mut self, specs: &Specs) {
        let what = match () {
            _ if specs.storage != Storage::None => "storage class specifier",
            _ if specs.thread => "thread-local specifier",
            _ if specs.ty.quals != Quals::NONE => "type qualifier",
            _ if specs.align != 0 => "alignment specifier",
            _ if specs.attrs_first => {
                let message = "empty declaration whose attributes belong to nothing";
                return self.pedwarn("", specs.span, message);
            }
            _ => return,
        };
        let fixed = match *self.ctx.types.get(specs.ty.id) {
            Type::Enum(e) => {
                let known = self.ctx.types.enumeration(e);
                known.fixed && !specs.defines
            }
            _ => false,
        };
        if fixed {
            let message = format!("{what} in empty declaration with an underlying type");
            self.error(specs.span, message);
        } else if specs.defines || specs.new_tag || specs.thread {
            self.warn("", specs.span, format!("useless {what} in empty declaration"));
        } else {
            let message = format!("empty declaration with {what} does not redeclare tag");
            self.pedwarn("", specs.span, message);
        }
    }
}
