//! The options of the language, spelled as gcc spells them. Each one that is taken changes
//! something here, or asks for what is so anyway (`gcc` says which, and why); what gcc has and we
//! do not is an error that says so, never silently ignored.

use crate::args::{Usage, Words, bad_value};
use crate::gcc::{self, Taken};
use engine::source::Language;
use preproc::options::{CommandMacro, Std};
use preproc::warnings::Refused;

/// For the help: name, value, what it does.
pub(crate) const OPTIONS: [(&str, &str, &str); 36] = [
    ("-I", "DIR", "look for headers in DIR"),
    ("-iquote", " DIR", "the same, for #include \"…\" alone"),
    ("-isystem", " DIR", "the same, after every -I, silent about warnings"),
    ("-idirafter", " DIR", "the same, after the system's own"),
    ("-nostdinc", "", "neither the system's headers nor tine's"),
    ("-D", "NAME[=VALUE]", "define a macro"),
    ("-U", "NAME", "undefine a macro"),
    ("-imacros", " FILE", "read FILE first, for its macros"),
    ("-include", " FILE", "read FILE first"),
    ("-std=", "STD", "c89 c99 c11 c17 c23, gnu89 … gnu23 (default)"),
    ("-ansi", "", "the same as -std=c89"),
    (
        "-O",
        "0|1",
        "0: translate as it stands; 1, 2, 3, s: optimise (default; small loops only in large programs)",
    ),
    ("-g", "", "debugging information (-g0: none); without an -O it means -O0 too"),
    ("-w", "", "no warnings"),
    (
        "-W",
        "NAME",
        "a warning by its name, -Wno-NAME to silence it, -Wall, -Wextra, -Werror[=NAME]",
    ),
    ("-pedantic", "", "warn about what the standard does not have (-pedantic-errors: refuse it)"),
    ("-fmax-errors=", "N", "show at most N errors (default 20; 0: all)"),
    ("-trigraphs", "", "??= and its kin"),
    ("-ffreestanding", "", "there is no library (__STDC_HOSTED__ is 0)"),
    ("-fPIC", "", "__PIC__ is defined; objects are position-independent anyway"),
    ("-ffast-math", "", "__FAST_MATH__ is defined; results stay exact"),
    ("-pthread", "", "_REENTRANT is defined"),
    ("-fsigned-char", "", "char is signed (default)"),
    ("-funsigned-char", "", "char is unsigned"),
    ("-fgnu89-inline", "", "inline as GNU C89 has it"),
    ("-fno-asm", "", "asm, and typeof before C23, are names"),
    ("-fpermissive", "", "what C23 made errors of is warned of: calls of what nobody declared"),
    (
        "-msse4.2",
        "",
        "its macro is defined (-msse3, -mssse3, -msse4.1, -mpopcnt, -mlzcnt, -mbmi[2] too)",
    ),
    ("-fcommon", "", "tentative definitions are common symbols (-fno-common: not, the default)"),
    ("-fshort-enums", "", "enumerations are as small as they can be"),
    ("-mms-bitfields", "", "bit-fields as Microsoft's compiler places them"),
    ("-fms-extensions", "", "unnamed members of tagged types"),
    ("-fpack-struct", "[=N]", "members are aligned to at most N (default 1)"),
    ("-fvisibility=", "KIND", "default, hidden, protected, internal"),
    ("-fwrapv", "", "signed overflow wraps, also in an index (-fno-wrapv: the default)"),
    ("-f…, -m…", "", "what else gcc has: taken where it asks for nothing new, else refused"),
];

/// Takes one option of the language; false when it is none.
pub(crate) fn option(
    language: &mut Language,
    text: &str,
    words: &mut Words,
) -> Result<bool, Usage> {
    if switch(language, text) || with_value(language, text, words)? {
        return Ok(true);
    }
    if let Some(list) = text.strip_prefix("-Wp,") {
        words.put_back(list);
        return Ok(true);
    }
    if matches!(text, "-gdwarf-2" | "-gdwarf-3" | "-gdwarf-4") {
        words.notes.push(format!("{text} is taken as -g: debugging information is DWARF 5"));
        return Ok(switch(language, "-g"));
    }
    // Its value, a wish too, is the next word.
    if text == "--param" {
        words.text(text, text)?;
    }
    match gcc::taken(text) {
        Some(Taken::So) => Ok(true),
        Some(Taken::NotDone(why)) => {
            words.notes.push(format!("{text} changes nothing: {why}"));
            Ok(true)
        }
        Some(Taken::Refused(why)) => Err(Usage(format!("{text} is not supported: {why}"))),
        None => Ok(false),
    }
}

/// The macros of the vector instructions, each of which has those before it.
const SSE: [&str; 5] = ["__SSE3__", "__SSSE3__", "__SSE4_1__", "__SSE4_2__", "__POPCNT__"];

/// Options that are one word; false when it is none.
fn switch(language: &mut Language, text: &str) -> bool {
    let mut define = |names: &[&str]| {
        let macros = names.iter().map(|name| CommandMacro::Define((*name).into()));
        language.macros.extend(macros);
    };
    match text {
        "-pthread" => define(&["_REENTRANT"]),
        "-fpic" => define(&["__pic__", "__PIC__"]),
        "-fPIC" => define(&["__pic__=2", "__PIC__=2"]),
        "-fpie" => define(&["__pic__", "__PIC__", "__pie__", "__PIE__"]),
        "-fPIE" => define(&["__pic__=2", "__PIC__=2", "__pie__=2", "__PIE__=2"]),
        // They permit; code looks at the macros.
        "-fno-signed-zeros" => define(&["__NO_SIGNED_ZEROS__"]),
        "-fno-trapping-math" => define(&["__NO_TRAPPING_MATH__"]),
        "-fno-math-errno" => define(&["__NO_MATH_ERRNO__"]),
        "-fassociative-math" => define(&["__ASSOCIATIVE_MATH__"]),
        "-freciprocal-math" => define(&["__RECIPROCAL_MATH__"]),
        "-ffast-math" => define(&["__FAST_MATH__"]),
        "-fno-fast-math" => language.macros.push(CommandMacro::Undefine("__FAST_MATH__".into())),
        // The headers' functions are there without them; code looks at the macros.
        "-msse3" => define(&SSE[..1]),
        "-mssse3" => define(&SSE[..2]),
        "-msse4.1" => define(&SSE[..3]),
        "-msse4.2" | "-msse4" => define(&SSE),
        "-mpopcnt" => define(&["__POPCNT__"]),
        "-mlzcnt" | "-mabm" => define(&["__LZCNT__"]),
        "-mbmi" => define(&["__BMI__"]),
        "-mbmi2" => define(&["__BMI2__"]),
        "-fno-asm" => language.no_asm = true,
        "-fasm" => language.no_asm = false,
        "-fpermissive" => language.permissive = true,
        "-fno-permissive" => language.permissive = false,
        "-ansi" => (language.std, language.gnu) = (Std::C89, false),
        "-g" | "-g1" | "-g2" | "-g3" | "-ggdb" | "-ggdb1" | "-ggdb2" | "-ggdb3" | "-gdwarf"
        | "-gdwarf-5" => {
            language.debug = true;
            language.optimize = language.optimize_named;
        }
        "-g0" | "-ggdb0" => language.debug = false,
        "-w" => language.warnings.none = true,
        "-pedantic" => language.warnings.pedantic = true,
        "-pedantic-errors" => {
            (language.warnings.pedantic, language.warnings.pedantic_errors) = (true, true);
        }
        "-trigraphs" => language.trigraphs = true,
        "-nostdinc" => language.no_standard_headers = true,
        "-ffreestanding" | "-fno-hosted" => language.freestanding = true,
        "-fno-freestanding" | "-fhosted" => language.freestanding = false,
        "-fsigned-char" | "-fno-unsigned-char" => language.char_unsigned = false,
        "-funsigned-char" | "-fno-signed-char" => language.char_unsigned = true,
        "-fwrapv" | "-fno-strict-overflow" => language.wrap = true,
        "-fno-wrapv" | "-fstrict-overflow" => language.wrap = false,
        "-fgnu89-inline" => language.gnu89_inline = true,
        "-fno-gnu89-inline" => language.gnu89_inline = false,
        "-fcommon" => language.common = true,
        "-fno-common" => language.common = false,
        "-fshort-enums" => language.short_enums = true,
        "-fno-short-enums" => language.short_enums = false,
        "-mms-bitfields" => language.ms_bitfields = true,
        "-mno-ms-bitfields" => language.ms_bitfields = false,
        "-fms-extensions" | "-fplan9-extensions" => language.ms_extensions = true,
        "-fno-ms-extensions" | "-fno-plan9-extensions" => language.ms_extensions = false,
        "-fpack-struct" => language.pack_struct = 1,
        "-fno-pack-struct" => language.pack_struct = 0,
        _ => return false,
    }
    true
}

fn with_value(language: &mut Language, text: &str, words: &mut Words) -> Result<bool, Usage> {
    const LONGER_FIRST: [&str; 8] =
        ["-iquote", "-isystem", "-idirafter", "-include", "-imacros", "-I", "-D", "-U"];
    if let Some(name) = LONGER_FIRST.iter().find(|n| text.starts_with(**n)) {
        let value = words.text(text, name)?;
        match *name {
            "-iquote" => language.quote_dirs.push(value),
            "-isystem" => language.system_dirs.push(value),
            "-idirafter" => language.after_dirs.push(value),
            "-include" => language.includes.push(value),
            "-imacros" => language.macro_files.push(value),
            "-I" => language.include_dirs.push(value),
            "-D" => language.macros.push(CommandMacro::Define(value)),
            _ => language.macros.push(CommandMacro::Undefine(value)),
        }
        return Ok(true);
    }
    if let Some(name) = text.strip_prefix("-W") {
        // What is meant for other programs is no warning.
        if matches!(name.get(..2), Some("l," | "p," | "a,")) {
            return Ok(false);
        }
        warning(language, name, words)?;
        return Ok(true);
    }
    let Some((name, value)) = text.split_once('=') else {
        return Ok(text.strip_prefix("-O").is_some_and(|level| optimize(language, level)));
    };
    match name {
        "-std" | "--std" => {
            (language.std, language.gnu) = Std::parse(value)
                .ok_or_else(|| bad_value("-std", value, "a standard such as c17, c23 or gnu23"))?;
        }
        "-fmax-errors" | "-ferror-limit" => {
            language.max_errors =
                value.parse().map_err(|_| bad_value(name, value, "a number of errors"))?;
        }
        "-fpack-struct" => {
            let n = value.parse().ok().filter(|n: &u64| n.is_power_of_two() && *n <= 16);
            language.pack_struct = n.ok_or_else(|| bad_value(name, value, "1, 2, 4, 8 or 16"))?;
        }
        "-fvisibility" => {
            use cfront::tree::Visibility;
            language.visibility = match value {
                "default" => Visibility::Default,
                "hidden" => Visibility::Hidden,
                "protected" => Visibility::Protected,
                "internal" => Visibility::Internal,
                other => return Err(bad_value(name, other, "default or hidden")),
            };
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// What stands behind `-O`; false when it is no level.
fn optimize(language: &mut Language, level: &str) -> bool {
    language.optimize = match level {
        "0" | "g" => false,
        "" | "1" | "2" | "3" | "s" | "z" | "fast" => true,
        _ => return false,
    };
    language.optimize_named = language.optimize;
    true
}

fn warning(language: &mut Language, name: &str, words: &mut Words) -> Result<(), Usage> {
    if name == "fatal-errors" {
        language.max_errors = 1;
        return Ok(());
    }
    let Err(refused) = language.warnings.option(name) else { return Ok(()) };
    let off = name.starts_with("no-");
    match refused {
        Refused::Lacking => {
            words.notes.push(format!("-W{name} changes nothing: there is no such warning here"));
        }
        // gcc takes these too: what nobody knows is not given.
        Refused::Unknown(near) if off => {
            let near = near.map_or(String::new(), |near| format!("; did you mean -Wno-{near}?"));
            words.notes.push(format!("-W{name} names no warning{near}"));
        }
        Refused::Unknown(Some(near)) => {
            let prefix = if name.starts_with("error=") { "error=" } else { "" };
            let text = format!("unknown warning `-W{name}`; did you mean `-W{prefix}{near}`?");
            return Err(Usage(text));
        }
        Refused::Unknown(None) => {
            return Err(Usage(format!("unknown warning `-W{name}`")));
        }
    }
    Ok(())
}
