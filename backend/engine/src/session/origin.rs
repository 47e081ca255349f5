//! Where things come from: which input or header defines a name, which macros, headers and
//! libraries a session has of its own. In: names; out: places and texts.

use super::Session;
use cfront::scope::Entity;
use cfront::types::{ArrayLen, QType, Type, TypeId};
use preproc::source::{Loc, Span};

/// A place where something is declared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// `input 3`, or a header's path.
    pub file: String,
    pub line: u32,
    /// The number of the input it stands in.
    pub input: Option<u32>,
    /// The comment just above it, as it stands; often empty.
    pub comment: String,
    /// The text of the line.
    pub text: String,
}

pub(super) fn input_number(file: &str) -> Option<u32> {
    file.strip_prefix("input ")?.parse().ok()
}

/// A macro that an input defines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnMacro {
    pub input: u32,
    pub line: u32,
    /// Its `#define`.
    pub text: String,
}

/// How a name is declared, for a place where it is to be declared again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Declared {
    /// `const int v[3]`
    pub text: String,
    /// The same without the qualifiers that forbid an assignment.
    pub writable: String,
    pub is_array: bool,
}

impl Session {
    /// Where a name is declared: as a macro, an ordinary name or a tag.
    pub fn origin(&self, text: &str) -> Option<Origin> {
        let name = self.names().get(text)?;
        let pp = &self.compiler.pp;
        if pp.is_macro(name) {
            return self.origin_at(pp.macro_place(name)?);
        }
        let bound = self.compiler.cx.scopes.lookup_file(name).map(|binding| binding.span);
        let span = bound.or_else(|| self.tag_span(self.compiler.cx.scopes.lookup_tag(name)?))?;
        self.origin_at(span.start)
    }

    /// Where a tag gets its members.
    pub fn origin_of_tag(&self, text: &str) -> Option<Origin> {
        let ty = self.compiler.cx.scopes.lookup_tag(self.names().get(text)?)?;
        self.origin_at(self.tag_span(ty)?.start)
    }

    fn tag_span(&self, ty: TypeId) -> Option<Span> {
        match self.types().get(ty) {
            Type::Record(id) => Some(self.types().record(*id).span),
            Type::Enum(id) => Some(self.types().enumeration(*id).span),
            _ => None,
        }
    }

    fn origin_at(&self, loc: Loc) -> Option<Origin> {
        let sources = self.sources();
        let place = sources.place(loc)?;
        let file = sources.file(place.id);
        let above = (1..file.line_of(place.loc)).rev().take(MOST_COMMENT);
        let lines = above.map(|n| String::from_utf8_lossy(file.line_text(n)).into_owned());
        let comment = comment_above(lines);
        let input = input_number(&file.name);
        let (file, text) = (place.file.to_string(), place.text.into_owned());
        Some(Origin { file, line: place.line, input, comment, text })
    }

    /// The macros that inputs define and that stand now, in order.
    pub fn own_macros(&self) -> Vec<OwnMacro> {
        let pp = &self.compiler.pp;
        let mut found = Vec::new();
        for name in pp.macro_names() {
            let place = pp.macro_place(name).and_then(|loc| self.sources().place(loc));
            let Some(place) = place else { continue };
            let file = self.sources().file(place.id);
            let Some(input) = input_number(&file.name) else { continue };
            if let Some(text) = preproc::dump::definition(pp, name) {
                found.push(OwnMacro { input, line: file.line_of(place.loc), text });
            }
        }
        found
    }

    /// Headers that came by themselves, with the input that needed them.
    pub fn taken_headers(&self) -> &[(u32, String)] {
        &self.taken
    }

    /// The libraries that were opened for this session, as they were named.
    pub fn libraries(&self) -> &[String] {
        self.machine.opened()
    }

    /// How an object or a value (`$3`) is declared.
    pub fn declared(&self, text: &str) -> Option<Declared> {
        let name = self.names().get(text)?;
        let Entity::Symbol(id) = self.compiler.cx.scopes.lookup_file(name)?.entity else {
            return None;
        };
        let ty = self.compiler.cx.symbol(id).ty;
        let types = self.types();
        Some(Declared {
            text: types.show_declaration(ty, text, self.names()),
            writable: self.writable(ty, text.to_string()),
            is_array: types.is_array(ty.id),
        })
    }

    /// The qualifiers of an array are its elements'.
    fn writable(&self, ty: QType, name: String) -> String {
        match *self.types().get(ty.id) {
            Type::Array { elem, len: ArrayLen::Fixed(n) } => {
                self.writable(elem, format!("{name}[{n}]"))
            }
            _ => self.types().show_declaration(ty.id.into(), &name, self.names()),
        }
    }

    /// Headers are looked for in this folder, too, from the next input on.
    pub fn add_include_dir(&mut self, dir: &str) {
        self.compiler.pp.add_include_dir(dir);
    }

    /// Whether the name is a function that an input defines.
    pub fn is_own_function(&self, text: &str) -> bool {
        self.symbols.find(text).is_some_and(|d| d.kind == link::Kind::Function)
    }

    /// What [`Session::redo`] would evaluate next.
    pub fn next_redo(&self) -> Option<&str> {
        self.undone.last().map(String::as_str)
    }

    /// The text of the input that defines a name.
    pub fn input_of(&self, text: &str) -> Option<&str> {
        self.input(self.origin(text)?.input?)
    }
}

/// How far up a comment is looked for.
const MOST_COMMENT: usize = 30;

/// The comment that ends on the first of these lines, which are read upwards.
fn comment_above(lines: impl Iterator<Item = String>) -> String {
    let mut found: Vec<String> = Vec::new();
    let mut block = false;
    for line in lines {
        let text = line.trim();
        let starts = text.starts_with("/*");
        if found.is_empty() {
            block = text.ends_with("*/");
        }
        let is_comment = block || text.starts_with("//");
        // Code with a comment behind it speaks of itself.
        if !is_comment || (block && text.ends_with("*/") && !found.is_empty()) {
            break;
        }
        if block && !starts && text.contains("/*") {
            return String::new();
        }
        found.push(text.to_string());
        if block && starts {
            break;
        }
    }
    if block && !found.last().is_some_and(|first| first.starts_with("/*")) {
        return String::new();
    }
    found.reverse();
    found.join("\n")
}

#[cfg(test)]
mod tests {
    use super::comment_above;

    #[test]
    fn comments() {
        let seen = |text: &str| comment_above(text.lines().rev().map(str::to_string));
        assert_eq!(seen("int x;\n/* One\n   two.  */"), "/* One\ntwo.  */");
        assert_eq!(seen("/* One.\n\n   Two.  */"), "/* One.\n\nTwo.  */");
        assert_eq!(seen("// a\n// b"), "// a\n// b");
        assert_eq!(seen("int x; /* of x */"), "");
        assert_eq!(seen("/* of y */\nint y;"), "");
        assert_eq!(seen("/* a */\n/* b */"), "/* b */");
        assert_eq!(seen(""), "");
    }
}
