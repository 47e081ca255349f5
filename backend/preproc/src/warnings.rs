//! Which warnings are given, and which of them are errors: the table of their names, what the
//! command line says of them, and what `#pragma GCC diagnostic` says on the way. In: a warning's
//! name; out: its [`Level`]. What always holds: a word about one name outweighs one about a group
//! whatever their order, and a pragma outweighs the command line.

use crate::nearest::nearest;

/// What becomes of a warning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    Off,
    Warning,
    Error,
}

/// The group that turns a warning on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Group {
    /// On without asking: it finds mistakes, and nothing else.
    Always,
    All,
    Extra,
    /// `-Wextra` together with `-Wall` or `-Wunused`: parameters nobody reads.
    UnusedExtra,
    Pedantic,
    /// Only by its own name.
    Named,
}

use Group::{All, Always, Extra, Named, Pedantic, UnusedExtra};

/// Every warning there is.
const TABLE: &[(&str, Group)] = &[
    ("absolute-value", Extra),
    ("address", Always),
    ("array-bounds", Always),
    ("attributes", Always),
    ("bad-function-cast", Named),
    ("bool-compare", All),
    ("builtin-declaration-mismatch", Always),
    ("builtin-macro-redefined", Always),
    ("c11-c23-compat", Named),
    ("c23-keywords", Always),
    ("c90-c99-compat", Named),
    ("c99-c11-compat", Named),
    ("cast-function-type", Extra),
    ("cast-qual", Named),
    ("char-subscripts", All),
    ("compare-distinct-pointer-types", Always),
    ("conversion", Named),
    ("cpp", Always),
    ("dangling-else", All),
    ("declaration-after-statement", Named),
    ("deprecated-declarations", Always),
    ("deprecated-non-prototype", Always),
    ("discarded-qualifiers", Always),
    ("div-by-zero", Always),
    ("double-promotion", Named),
    ("duplicate-decl-specifier", All),
    ("duplicated-cond", Named),
    ("empty-body", Extra),
    ("endif-labels", Always),
    ("enum-compare", All),
    ("escapes", Always),
    ("float-conversion", Named),
    ("float-equal", Named),
    ("format", Always),
    ("format-extra-args", Always),
    ("format-nonliteral", Named),
    ("format-security", Named),
    ("free-nonheap-object", Always),
    ("ignored-qualifiers", Extra),
    ("implicit-fallthrough", Extra),
    ("implicit-function-declaration", Always),
    ("implicit-int", Always),
    ("incompatible-pointer-types", Always),
    ("int-conversion", Always),
    ("int-in-bool-context", All),
    ("int-to-pointer-cast", Always),
    ("invalid-noreturn", Always),
    ("logical-not-parentheses", All),
    ("logical-op", Named),
    ("macro-redefined", Always),
    ("main", All),
    ("memset-transposed-args", Always),
    ("misleading-indentation", All),
    ("missing-braces", All),
    ("missing-declarations", Named),
    ("missing-field-initializers", Extra),
    ("missing-prototypes", Named),
    ("multichar", Always),
    ("nested-externs", Named),
    ("nonnull", Always),
    ("null-dereference", Always),
    ("old-style-declaration", Extra),
    ("old-style-definition", Always),
    ("overflow", Always),
    ("override-init", Extra),
    ("parentheses", Always),
    ("pedantic", Pedantic),
    ("pointer-arith", Pedantic),
    ("pointer-sign", All),
    ("pointer-to-int-cast", Always),
    ("pragma-once-outside-header", Always),
    ("pragmas", Always),
    ("redundant-decls", Named),
    ("return-local-addr", Always),
    ("return-mismatch", Always),
    ("return-type", Always),
    ("self-assign", All),
    ("sequence-point", All),
    ("shadow", Named),
    ("shift-count-negative", Always),
    ("shift-count-overflow", Always),
    ("shift-negative-value", Extra),
    ("sign-compare", Extra),
    ("sign-conversion", Named),
    ("sizeof-pointer-memaccess", Always),
    ("strict-prototypes", Named),
    ("switch", All),
    ("switch-bool", Always),
    ("switch-default", Named),
    ("switch-enum", Named),
    ("switch-unreachable", Always),
    ("tautological-compare", All),
    ("type-limits", Extra),
    ("undef", Named),
    ("undefined-internal", Always),
    ("uninitialized", Always),
    ("unknown-pragmas", Always),
    ("unused-but-set-parameter", UnusedExtra),
    ("unused-but-set-variable", All),
    ("unused-const-variable", All),
    ("unused-function", All),
    ("unused-label", All),
    ("unused-local-typedefs", All),
    ("unused-parameter", UnusedExtra),
    ("unused-result", Always),
    ("unused-value", All),
    ("unused-variable", All),
    ("varargs", Always),
    ("vla", Named),
    ("write-strings", Named),
];

/// Those the standard demands a diagnostic for: errors under `-pedantic-errors`.
const DEMANDED: &[&str] = &[
    "compare-distinct-pointer-types",
    "discarded-qualifiers",
    "endif-labels",
    "implicit-function-declaration",
    "implicit-int",
    "incompatible-pointer-types",
    "int-conversion",
    "macro-redefined",
    "main",
    "pedantic",
    "pointer-arith",
    "return-mismatch",
    "undefined-internal",
];

/// Given here without asking, by gcc under `-Wall` only (or not even then): a bare `-Werror` lets
/// them be warnings, or code would be refused that gcc takes.
const MORE_THAN_GCC: &[&str] = &[
    "address",
    "array-bounds",
    "deprecated-non-prototype",
    "format",
    "format-extra-args",
    "memset-transposed-args",
    "nonnull",
    "null-dereference",
    "old-style-definition",
    "parentheses",
    "return-type",
    "sizeof-pointer-memaccess",
    "uninitialized",
    "unknown-pragmas",
];

/// Names for several warnings at once; also other names for one.
const GROUPS: &[(&str, &[&str])] = &[
    ("c11-c2x-compat", &["c11-c23-compat"]),
    ("conversion", &["conversion", "float-conversion", "sign-conversion"]),
    ("fallthrough", &["implicit-fallthrough"]),
    ("format", &["format", "format-extra-args"]),
    ("implicit", &["implicit-function-declaration", "implicit-int"]),
    (
        "incompatible-pointer-types",
        &["incompatible-pointer-types", "compare-distinct-pointer-types"],
    ),
    ("int-conversion", &["int-conversion"]),
    ("maybe-uninitialized", &["uninitialized"]),
    ("parentheses", &["parentheses", "dangling-else"]),
    ("shadow-local", &["shadow"]),
    (
        "unused",
        &[
            "unused-but-set-variable",
            "unused-function",
            "unused-label",
            "unused-local-typedefs",
            "unused-value",
            "unused-variable",
        ],
    ),
];

/// What gcc and clang have a warning for and we have none.
const ELSEWHERE: &str = "\
    comment format-zero-length init-self \
    pointer-compare sizeof-array-argument \
    sizeof-pointer-div trigraphs unused-macros comments \
    format-diag memset-elt-size missing-profile narrowing odr \
    shadow-compatible-local suggest-final-methods suggest-final-types \
    abi address-of-packed-member aggregate-return aggressive-loop-optimizations \
    alloc-size-larger-than alloc-zero alloca alloca-larger-than anonymous-tag arith-conversion \
    array-compare array-parameter attribute-alias attribute-warning bidi-chars \
    bool-operation c++-compat c23-extensions \
    c99-extensions cannot-profile cast-align clobbered \
    coverage-mismatch dangling-pointer date-time deprecated designated-init \
    disabled-optimization discarded-array-qualifiers documentation \
    duplicated-branches enum-conversion everything expansion-to-defined extra-semi \
    format-contains-nul format-overflow format-signedness format-truncation \
    format-y2k frame-address frame-larger-than gnu hsa if-not-aligned ignored-attributes \
    infinite-recursion inline invalid-memory-model invalid-pch \
    jump-misses-init larger-than long-long lto-type-mismatch missing-attributes \
    missing-format-attribute missing-include-dirs missing-noreturn \
    missing-parameter-type missing-variable-declarations mismatched-dealloc \
    multistatement-macros nonnull-compare normalized nullability-completeness \
    openacc-parallelism openmp-simd \
    overlength-strings override-init-side-effects packed packed-bitfield-compat \
    packed-not-aligned padded prio-ctor-dtor psabi restrict scalar-storage-order \
    shift-overflow shorten-64-to-32 sizeof-array-div stack-protector stack-usage strict-aliasing \
    strict-overflow string-compare stringop-overflow stringop-overread stringop-truncation \
    suggest-attribute switch-outside-range sync-nand system-headers tautological-constant-compare \
    traditional traditional-conversion \
    trampolines trivial-auto-var-init tsan unreachable-code \
    unsuffixed-float-constants use-after-free variadic-macros vector-operation-performance \
    vla-larger-than vla-parameter volatile-register-var zero-length-bounds";

/// What was said of one name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Said {
    On,
    Off,
    /// On, and an error.
    Error,
    /// No error under `-Werror`.
    NoError,
}

/// Which warnings are on.
#[derive(Clone, Debug, Default)]
pub struct Warnings {
    /// `-w`
    pub none: bool,
    pub all: bool,
    pub extra: bool,
    pub pedantic: bool,
    /// `-Werror`
    pub errors: bool,
    /// `-pedantic-errors`
    pub pedantic_errors: bool,
    /// What names said, in order.
    set: Vec<(&'static str, Said)>,
}

/// Why a `-W` name was not taken as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// Another compiler's; nothing here would ever be reported under it.
    Lacking,
    /// Nobody's; with the nearest that is one.
    Unknown(Option<&'static str>),
}

impl Warnings {
    /// `-w`
    pub fn silent() -> Warnings {
        Warnings { none: true, ..Warnings::default() }
    }

    /// What stands behind `-W`, or in a `#pragma GCC diagnostic`. `Err`: it changes nothing.
    pub fn option(&mut self, text: &str) -> Result<(), Refused> {
        match text {
            "all" => self.all = true,
            "no-all" => self.all = false,
            // `-W` alone is its old name.
            "extra" | "" => self.extra = true,
            "no-extra" => self.extra = false,
            "error" => self.errors = true,
            "no-error" => self.errors = false,
            "pedantic" => self.pedantic = true,
            "no-pedantic" => self.pedantic = false,
            "error-implicit-function-declaration" => {
                return self.say("implicit-function-declaration", Said::Error);
            }
            _ => return self.named(text),
        }
        Ok(())
    }

    fn named(&mut self, text: &str) -> Result<(), Refused> {
        let prefixes = [("no-error=", Said::NoError), ("error=", Said::Error), ("no-", Said::Off)];
        for (prefix, said) in prefixes {
            if let Some(name) = text.strip_prefix(prefix) {
                return self.say(name, said);
            }
        }
        // `-Wformat=2`, `-Wimplicit-fallthrough=0`.
        let (name, value) = text.split_once('=').unwrap_or((text, "1"));
        self.say(name, if value == "0" { Said::Off } else { Said::On })?;
        if (name, value) == ("format", "2") {
            self.say("format-security", Said::On)?;
            self.say("format-nonliteral", Said::On)?;
        }
        Ok(())
    }

    fn say(&mut self, name: &str, said: Said) -> Result<(), Refused> {
        let name = name.split('=').next().unwrap_or(name);
        match names(name) {
            Some(names) => {
                self.set.extend(names.map(|name| (name, said)));
                Ok(())
            }
            // Never given is what was asked for.
            None if is_elsewhere(name) && matches!(said, Said::Off | Said::NoError) => Ok(()),
            None if is_elsewhere(name) => Err(Refused::Lacking),
            None => Err(Refused::Unknown(nearest_name(name))),
        }
    }

    /// The level of a warning the command line leaves it at.
    pub fn level(&self, option: &str) -> Level {
        if self.none {
            return Level::Off;
        }
        let of_name = |of: &[Said]| {
            let said = self.set.iter().rev().find(|(n, s)| *n == option && of.contains(s));
            said.map(|(_, said)| *said)
        };
        let on = match of_name(&[Said::On, Said::Off, Said::Error]) {
            Some(Said::Off) => false,
            Some(_) => true,
            None => self.in_group(option),
        };
        let error = match of_name(&[Said::Error, Said::NoError]) {
            Some(said) => said == Said::Error,
            None => {
                let ours = MORE_THAN_GCC.contains(&option) && !self.asked(option);
                self.errors && !ours || (self.pedantic_errors && DEMANDED.contains(&option))
            }
        };
        match (on, error) {
            (false, _) => Level::Off,
            (true, true) => Level::Error,
            (true, false) => Level::Warning,
        }
    }

    /// Only those are on that are on by themselves.
    pub fn are_plain(&self) -> bool {
        !(self.all || self.extra || self.pedantic || self.pedantic_errors) && self.set.is_empty()
    }

    fn in_group(&self, option: &str) -> bool {
        let row = TABLE.iter().find(|(name, _)| *name == option);
        match row.map_or(Always, |row| row.1) {
            Always => true,
            All if option == "main" => self.all || self.pedantic || self.pedantic_errors,
            All => self.all,
            Extra => self.extra,
            UnusedExtra => self.extra && self.asked("unused-variable"),
            Pedantic => self.pedantic || self.pedantic_errors,
            Named => false,
        }
    }

    /// Did its name say that it shall not be given?
    pub fn turned_off(&self, option: &str) -> bool {
        let said = self.set.iter().rev().find(|(name, _)| *name == option);
        said.is_some_and(|(_, said)| *said == Said::Off)
    }

    /// Was it asked for, by its name or by `-Wall`? For the weaker half of a warning whose other
    /// half is always on.
    pub fn asked(&self, option: &str) -> bool {
        let said = self.set.iter().rev().find(|(name, _)| *name == option);
        said.map_or(self.all, |(_, said)| *said != Said::Off)
    }
}

/// The warnings a name stands for.
fn names(name: &str) -> Option<impl Iterator<Item = &'static str> + use<>> {
    let group = GROUPS.iter().find(|(group, _)| *group == name).map(|(_, names)| *names);
    let one = TABLE.iter().find(|row| row.0 == name).map(|row| &row.0);
    let names = group.or(one.map(std::slice::from_ref))?;
    Some(names.iter().copied())
}

fn is_elsewhere(name: &str) -> bool {
    let name = name.strip_prefix("analyzer-").map_or(name, |_| "alloca");
    ELSEWHERE.split_whitespace().any(|word| word == name)
}

fn nearest_name(name: &str) -> Option<&'static str> {
    let known = TABLE.iter().map(|row| row.0).chain(GROUPS.iter().map(|group| group.0));
    nearest(name, known.chain(ELSEWHERE.split_whitespace()).chain(["all", "extra", "error"]))
}

/// What `#pragma GCC diagnostic` has said so far.
#[derive(Clone, Debug, Default)]
pub struct Pragmas {
    /// Innermost last.
    set: Vec<(&'static str, Level)>,
    /// Lengths of `set` to go back to.
    stack: Vec<usize>,
}

impl Pragmas {
    pub fn push(&mut self) {
        self.stack.push(self.set.len());
    }

    /// Back to the last `push`, or to what the command line says.
    pub fn pop(&mut self) {
        let length = self.stack.pop().unwrap_or(0);
        self.set.truncate(length);
    }

    /// `ignored`, `warning` or `error` for a name with its `-W`.
    pub fn set(&mut self, option: &str, level: Level) -> Result<(), Refused> {
        let name = option.strip_prefix("-W").ok_or(Refused::Unknown(None))?;
        let name = name.split('=').next().unwrap_or(name);
        match names(name) {
            Some(names) => self.set.extend(names.map(|name| (name, level))),
            None if is_elsewhere(name) => {}
            None if matches!(name, "all" | "extra") => {}
            None => return Err(Refused::Unknown(nearest_name(name))),
        }
        Ok(())
    }

    /// The level at this place.
    pub fn level(&self, option: &str, warnings: &Warnings) -> Level {
        let set = self.set.iter().rev().find(|(name, _)| *name == option);
        match set {
            _ if warnings.none => Level::Off,
            Some((_, level)) => *level,
            None => warnings.level(option),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(options: &str, name: &str) -> Level {
        let mut warnings = Warnings::default();
        for option in options.split_whitespace() {
            warnings.option(option).unwrap();
        }
        warnings.level(name)
    }

    #[test]
    fn a_name_outweighs_its_group() {
        assert_eq!(level("", "format"), Level::Warning);
        assert_eq!(level("no-format", "format-extra-args"), Level::Off);
        assert_eq!(level("no-unused-variable all", "unused-variable"), Level::Off);
        assert_eq!(level("unused", "unused-function"), Level::Warning);
        assert_eq!(level("all", "unused-parameter"), Level::Off);
        assert_eq!(level("unused extra", "unused-parameter"), Level::Warning);
        assert_eq!(level("error no-error=format", "format"), Level::Warning);
        assert_eq!(level("error", "undef"), Level::Off);
        assert_eq!(level("error", "return-type"), Level::Warning);
        assert_eq!(level("error all", "return-type"), Level::Error);
        assert_eq!(level("error return-type", "return-type"), Level::Error);
        assert_eq!(level("error=undef", "undef"), Level::Error);
        assert_eq!(level("error=undef no-undef", "undef"), Level::Off);
    }

    #[test]
    fn names_are_checked() {
        let mut warnings = Warnings::default();
        assert_eq!(warnings.option("cast-align"), Err(Refused::Lacking));
        assert_eq!(warnings.option("no-cast-align"), Ok(()));
        assert_eq!(warnings.option("formt"), Err(Refused::Unknown(Some("format"))));
        assert_eq!(warnings.option("no-xyzzy"), Err(Refused::Unknown(None)));
    }

    #[test]
    fn tables_are_in_order() {
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
        assert!(GROUPS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn pragmas_nest() {
        let (mut pragmas, warnings) = (Pragmas::default(), Warnings::default());
        pragmas.push();
        pragmas.set("-Wformat", Level::Off).unwrap();
        assert_eq!(pragmas.level("format", &warnings), Level::Off);
        pragmas.pop();
        assert_eq!(pragmas.level("format", &warnings), Level::Warning);
    }
}
