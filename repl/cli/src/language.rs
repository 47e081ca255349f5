//! The options of the language, spelled as gcc spells them. Each one that is taken changes
//! something here; what gcc has and we do not is an error that says so, never silently ignored.

use crate::args::{Usage, Words, bad_value};
use engine::source::Language;
use preproc::options::{CommandMacro, Std};

/// For the help: name, value, what it does.
pub(crate) const OPTIONS: [(&str, &str, &str); 22] = [
    ("-I", "DIR", "look for headers in DIR"),
    ("-iquote", " DIR", "the same, for #include \"…\" alone"),
    ("-isystem", " DIR", "the same, after every -I, silent about warnings"),
    ("-D", "NAME[=VALUE]", "define a macro"),
    ("-U", "NAME", "undefine a macro"),
    ("-include", " FILE", "read FILE first"),
    ("-std=", "STD", "c89 c99 c11 c17 c23, gnu89 … gnu23 (default)"),
    ("-ansi", "", "the same as -std=c89"),
    ("-O", "0|1", "0: translate as it stands; 1 (default): optimise (-O2, -O3, -Os are -O1)"),
    ("-g", "", "line tables for debuggers"),
    ("-w", "", "no warnings"),
    ("-W", "NAME", "a warning by its name, -Wno-NAME to silence it, -Wall, -Wextra, -Werror"),
    ("-pedantic", "", "warn about what the standard does not have"),
    ("-trigraphs", "", "??= and its kin"),
    ("-funsigned-char", "", "char is unsigned (-fsigned-char: signed, the default)"),
    ("-fgnu89-inline", "", "inline as GNU C89 has it"),
    ("-fcommon", "", "tentative definitions are common symbols"),
    ("-fshort-enums", "", "enumerations are as small as they can be"),
    ("-fms-extensions", "", "unnamed members of tagged types"),
    ("-fpack-struct", "[=N]", "members are aligned to at most N (default 1)"),
    ("-fvisibility=", "KIND", "default, hidden, protected, internal"),
    ("-fwrapv", "", "what always holds here: signed overflow wraps"),
];

/// What is so anyway: gcc options that ask for the way this compiler always works.
const ALWAYS_SO: [&str; 9] = [
    "-fwrapv",
    "-fno-strict-aliasing",
    "-fno-strict-overflow",
    "-fsigned-char",
    "-fno-unsigned-char",
    "-fno-common",
    "-fno-short-enums",
    "-fno-delete-null-pointer-checks",
    "-m64",
];

/// Takes one option of the language; false when it is none.
pub(crate) fn option(
    language: &mut Language,
    text: &str,
    words: &mut Words,
) -> Result<bool, Usage> {
    if ALWAYS_SO.contains(&text) {
        match text {
            "-fsigned-char" | "-fno-unsigned-char" => language.char_unsigned = false,
            "-fno-common" => language.common = false,
            "-fno-short-enums" => language.short_enums = false,
            _ => {}
        }
        return Ok(true);
    }
    match text {
        "-ansi" => (language.std, language.gnu) = (Std::C89, false),
        "-g" => language.debug = true,
        "-w" => language.warnings.none = true,
        "-pedantic" | "-Wpedantic" => language.warnings.pedantic = true,
        "-pedantic-errors" => {
            language.warnings.pedantic = true;
            language.warnings_are_errors = true;
        }
        "-trigraphs" => language.trigraphs = true,
        "-funsigned-char" | "-fno-signed-char" => language.char_unsigned = true,
        "-fgnu89-inline" => language.gnu89_inline = true,
        "-fno-gnu89-inline" => language.gnu89_inline = false,
        "-fcommon" => language.common = true,
        "-fshort-enums" => language.short_enums = true,
        "-fms-extensions" | "-fplan9-extensions" => language.ms_extensions = true,
        "-fpack-struct" => language.pack_struct = 1,
        "-pthread" => language.macros.push(CommandMacro::Define("_REENTRANT".into())),
        _ => return with_value(language, text, words),
    }
    Ok(true)
}

fn with_value(language: &mut Language, text: &str, words: &mut Words) -> Result<bool, Usage> {
    const LONGER_FIRST: [&str; 6] = ["-iquote", "-isystem", "-include", "-I", "-D", "-U"];
    if let Some(name) = LONGER_FIRST.iter().find(|n| text.starts_with(**n)) {
        let value = words.text(text, name)?;
        match *name {
            "-iquote" => language.quote_dirs.push(value),
            "-isystem" => language.system_dirs.push(value),
            "-include" => language.includes.push(value),
            "-I" => language.include_dirs.push(value),
            "-D" => language.macros.push(CommandMacro::Define(value)),
            _ => language.macros.push(CommandMacro::Undefine(value)),
        }
        return Ok(true);
    }
    if let Some(value) = text.strip_prefix("-std=") {
        let (std, gnu) = Std::parse(value)
            .ok_or_else(|| bad_value("-std", value, "a standard such as c17, c23 or gnu23"))?;
        (language.std, language.gnu) = (std, gnu);
    } else if let Some(level) = text.strip_prefix("-O") {
        language.optimize = match level {
            "0" | "g" => false,
            "" | "1" | "2" | "3" | "s" | "z" | "fast" => true,
            other => return Err(bad_value("-O", other, "a level such as 0 or 1")),
        };
        language.optimize_named = language.optimize;
    } else if let Some(value) = text.strip_prefix("-fpack-struct=") {
        let n = value.parse().ok().filter(|n: &u64| n.is_power_of_two() && *n <= 16);
        language.pack_struct =
            n.ok_or_else(|| bad_value("-fpack-struct", value, "1, 2, 4, 8 or 16"))?;
    } else if let Some(value) = text.strip_prefix("-fvisibility=") {
        use cfront::tree::Visibility;
        language.visibility = match value {
            "default" => Visibility::Default,
            "hidden" => Visibility::Hidden,
            "protected" => Visibility::Protected,
            "internal" => Visibility::Internal,
            other => return Err(bad_value("-fvisibility", other, "default or hidden")),
        };
    } else if let Some(name) = text.strip_prefix("-W") {
        warning(language, name)?;
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn warning(language: &mut Language, name: &str) -> Result<(), Usage> {
    let warnings = &mut language.warnings;
    match name {
        "all" => warnings.all = true,
        "extra" => warnings.extra = true,
        "error" => language.warnings_are_errors = true,
        "no-error" => language.warnings_are_errors = false,
        "no-all" => warnings.all = false,
        "no-extra" => warnings.extra = false,
        _ if name.is_empty() || name.starts_with("l,") || name.contains('=') => {
            return Err(Usage(format!("-W{name} is not an option of tine")));
        }
        _ => match name.strip_prefix("no-") {
            Some(name) => warnings.set.push((name.to_string(), false)),
            None => warnings.set.push((name.to_string(), true)),
        },
    }
    Ok(())
}
