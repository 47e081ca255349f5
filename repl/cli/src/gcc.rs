//! gcc's options that need no work here, each for a reason: what they ask for is so anyway, or they
//! permit what is never done. Beside them those that are refused, with why; and those that ask for
//! protection there is none of, which is said and does no harm to the program's meaning.

/// What an option that changes nothing comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Taken {
    /// It holds already.
    So,
    /// It is not done: a warning with the reason.
    NotDone(&'static str),
    /// An error with the reason.
    Refused(&'static str),
}

/// The way this compiler always works.
const ALWAYS_SO: &[&str] = &[
    // Pointers wrap, types do not tell them apart, null may be dereferenced into a fault: of what a
    // program must not do, only the overflow of an index is made use of.
    "-fwrapv-pointer",
    "-fno-strict-aliasing",
    "-fno-delete-null-pointer-checks",
    "-fno-aggressive-loop-optimizations",
    // Nothing is contracted, reassociated or computed in excess.
    "-ffp-contract=off",
    "-fexcess-precision=standard",
    "-ffloat-store",
    "-fno-single-precision-constant",
    // A library's functions are functions: only those named `__builtin_…` are known.
    "-fno-builtin",
    // Objects are position-independent; `tine run` places code itself.
    "-fno-pie",
    "-fno-PIE",
    "-fno-pic",
    "-fno-PIC",
    // `-E` writes no lines about lines.
    "-P",
    // The machine and its ABI.
    "-m64",
    "-march=x86-64",
    "-msse",
    "-msse2",
    "-mfxsr",
    "-mfpmath=sse",
    "-mabi=sysv",
    "-masm=att",
    "-mcmodel=small",
    "-mno-red-zone",
    "-m128bit-long-double",
    "-mlong-double-80",
    "-mpreferred-stack-boundary=4",
    // There are no exceptions in C.
    "-fno-exceptions",
    // Source text is UTF-8, and so are strings; a `$` may stand in names.
    "-finput-charset=UTF-8",
    "-finput-charset=utf-8",
    "-fexec-charset=UTF-8",
    "-fexec-charset=utf-8",
    "-fextended-identifiers",
    "-fdollars-in-identifiers",
    "-fsigned-bitfields",
    "-fno-unsigned-bitfields",
    "-fno-short-wchar",
    "-fno-openmp",
    "-fno-openacc",
    "-fno-instrument-functions",
    "-fno-trapv",
    "-fno-sanitize=all",
    "-fno-profile-arcs",
    "-fno-stack-protector",
    "-fno-stack-clash-protection",
    "-fcf-protection=none",
    "-fno-lto",
    "-fno-ident",
    "-fident",
    "-fno-signaling-nans",
    "-malign-data=abi",
    "-fno-allow-store-data-races",
    "-fno-lifetime-dse",
    "-fno-stack-check",
    "-fno-split-stack",
    "-fzero-initialized-in-bss",
    // Messages name their option, and on a pipe show one line each without a picture.
    "-fdiagnostics-show-option",
    "-fno-diagnostics-show-caret",
    "-fdiagnostics-plain-output",
    "-fmessage-length=0",
    "-fshow-column",
    // One process compiles; there are no temporary files to send through pipes.
    "-pipe",
    // Symbols are visible to libraries opened later.
    "-rdynamic",
    "-no-canonical-prefixes",
];

/// Options that permit something, or wish for a kind of code that no program can see. The code is
/// right without; with `no-` behind `-f` or `-m` too, and with any value.
const PERMISSIONS: &[&str] = &[
    "-fstrict-aliasing",
    "-fwhole-program",
    "-fomit-frame-pointer",
    "-fmerge-constants",
    "-fmerge-all-constants",
    "-ffp-contract",
    "-fmath-errno",
    "-ftrapping-math",
    "-fsigned-zeros",
    "-ffinite-math-only",
    "-fasynchronous-unwind-tables",
    "-funwind-tables",
    "-fplt",
    "-fexcess-precision",
    "-funsafe-math-optimizations",
    "-fassociative-math",
    "-freciprocal-math",
    "-ffp-int-builtin-inexact",
    "-fcx-limited-range",
    "-fcx-fortran-rules",
    "-fdelete-null-pointer-checks",
    "-fsemantic-interposition",
    "-fvisibility-inlines-hidden",
    "-ffunction-sections",
    "-fdata-sections",
    "-finline",
    "-finline-functions",
    "-finline-functions-called-once",
    "-finline-small-functions",
    "-finline-limit",
    "-fearly-inlining",
    "-fpartial-inlining",
    "-funroll-loops",
    "-funroll-all-loops",
    "-fpeel-loops",
    "-fsplit-loops",
    "-funswitch-loops",
    "-fprefetch-loop-arrays",
    "-fgcse",
    "-fgcse-after-reload",
    "-fgcse-las",
    "-fgcse-lm",
    "-fgcse-sm",
    "-fivopts",
    "-fmodulo-sched",
    "-fcrossjumping",
    "-fcse-follow-jumps",
    "-ftrack-macro-expansion",
    "--param",
    "-ftracer",
    "-fselective-scheduling",
    "-fselective-scheduling2",
    "-fsel-sched-pipelining",
    "-fsched2-use-superblocks",
    "-fsched-pressure",
    "-fsection-anchors",
    "-ffinite-loops",
    "-floop-unroll-and-jam",
    "-fmodulo-sched-allow-regmoves",
    "-fvariable-expansion-in-unroller",
    "-fstrict-volatile-bitfields",
    "-mbranch-cost",
    "-fdefer-pop",
    "-fdevirtualize",
    "-fdce",
    "-fdse",
    "-fexpensive-optimizations",
    "-fforward-propagate",
    "-fguess-branch-probability",
    "-fhoist-adjacent-loads",
    "-fif-conversion",
    "-fif-conversion2",
    "-fisolate-erroneous-paths-dereference",
    "-fjump-tables",
    "-flive-range-shrinkage",
    "-floop-interchange",
    "-floop-nest-optimize",
    "-floop-parallelize-all",
    "-flra-remat",
    "-fmove-loop-invariants",
    "-foptimize-sibling-calls",
    "-foptimize-strlen",
    "-fpeephole",
    "-fpeephole2",
    "-fpredictive-commoning",
    "-fprintf-return-value",
    "-free",
    "-frename-registers",
    "-freorder-blocks",
    "-freorder-blocks-algorithm",
    "-freorder-blocks-and-partition",
    "-freorder-functions",
    "-frerun-cse-after-loop",
    "-fsched-interblock",
    "-fsched-spec",
    "-fschedule-insns",
    "-fschedule-insns2",
    "-fshrink-wrap",
    "-fsplit-wide-types",
    "-fstdarg-opt",
    "-fstore-merging",
    "-fthread-jumps",
    "-ftoplevel-reorder",
    "-funit-at-a-time",
    "-fvar-tracking",
    "-fvar-tracking-assignments",
    "-fvect-cost-model",
    "-fweb",
    "-falign-functions",
    "-falign-jumps",
    "-falign-labels",
    "-falign-loops",
    "-fcode-hoisting",
    "-fcombine-stack-adjustments",
    "-fconserve-stack",
    "-fcaller-saves",
    "-fbuiltin",
    "-fbuiltin-",
    "-fipa-",
    "-ftree-",
    "-fgraphite",
    "-flto",
    "-ffat-lto-objects",
    "-fuse-linker-plugin",
    "-fopenmp-simd",
    "-frandom-seed",
    "-fsimd-cost-model",
    "-faggressive-loop-optimizations",
    "-fallow-store-data-races",
    "-flifetime-dse",
    "-fstack-reuse",
    "-fshrink-wrap-separate",
    "-fsplit-paths",
    "-fsplit-ivs-in-unroller",
    "-fversion-loops-for-strides",
    "-fisolate-erroneous-paths-attribute",
    "-fdevirtualize-speculatively",
    "-findirect-inlining",
    "-fira-",
    "-fsched-",
    "-ftabstop",
    "-mtune",
    "-march=native",
    "-march=x86-64-v2",
    "-march=x86-64-v3",
    "-march=x86-64-v4",
    "-march=core2",
    "-march=haswell",
    "-march=skylake",
    "-march=znver1",
    "-march=znver2",
    "-march=znver3",
    "-march=znver4",
    "-maccumulate-outgoing-args",
    "-minline-all-stringops",
    "-mmemcpy-strategy",
    "-mprefer-vector-width",
    "-mvzeroupper",
    "-momit-leaf-frame-pointer",
];

/// By their beginning.
const NOT_DONE: &[(&str, &str)] = &[
    ("-fstack-protector", "no guard words are put on the stack"),
    ("-fstack-clash-protection", "large frames are probed, as always; `alloca` is not"),
    ("-fcf-protection", "no landing pads are put before indirect branches"),
    ("-fharden-", "no such checks are put in"),
    ("-fexceptions", "frames are unwound; `cleanup` functions are not run by exceptions"),
    ("-fnon-call-exceptions", "frames are unwound; `cleanup` functions are not run by exceptions"),
    ("-fzero-call-used-regs", "registers are left as they are at a return"),
    ("-ftrivial-auto-var-init", "objects without a first value are left as they are"),
    ("-fno-omit-frame-pointer", "frames are found by their unwind tables"),
    ("-mno-omit-leaf-frame-pointer", "frames are found by their unwind tables"),
    ("-fno-semantic-interposition", "definitions can be replaced as before"),
    ("-frounding-math", "constants are rounded to nearest"),
    ("-fverbose-asm", "no assembler text is written"),
    ("-Wa,", "there is no assembler that would read it"),
];

/// By their beginning.
const REFUSED: &[(&str, &str)] = &[
    ("-fsanitize", "there are no sanitizers; a crash is caught and reported anyway"),
    ("-ftrapv", "signed overflow wraps"),
    ("-fopenmp", "`#pragma omp` is not carried out"),
    ("-fopenacc", "`#pragma acc` is not carried out"),
    ("-fprofile", "programs are not instrumented"),
    ("-fbranch-probabilities", "profiles are not read"),
    ("-fauto-profile", "profiles are not read"),
    ("-ftest-coverage", "programs are not instrumented"),
    ("--coverage", "programs are not instrumented"),
    ("-finstrument-functions", "programs are not instrumented"),
    ("-pg", "programs are not instrumented"),
    ("-fsplit-stack", "stacks are of one piece"),
    ("-fshort-wchar", "`wchar_t` is the C library's, 32 bits wide"),
    ("-funsigned-bitfields", "plain bit-fields are signed, as the ABI has them"),
    ("-fno-signed-bitfields", "plain bit-fields are signed, as the ABI has them"),
    ("-fsingle-precision-constant", "constants have the type the standard gives them"),
    ("-finput-charset", "source text is UTF-8"),
    ("-fexec-charset", "strings are UTF-8"),
    ("-fwide-exec-charset", "wide strings are UTF-32"),
    ("-fno-dollars-in-identifiers", "names may have a `$`"),
    ("-fplugin", "there are no plugins"),
    ("-save-temps", "there are no temporary files; see --emit of tine run"),
    ("-m32", "code is for x86-64"),
    ("-mx32", "code is for x86-64"),
    ("-m16", "code is for x86-64"),
    ("-mavx", "vectors are of 16 bytes, and immintrin.h ends with SSE4.2"),
    ("-mfma", "vectors are of 16 bytes, and immintrin.h ends with SSE4.2"),
    ("-mno-sse", "floating-point values are in SSE registers"),
    ("-mgeneral-regs-only", "floating-point values are in SSE registers"),
    ("-mabi=ms", "use __attribute__((ms_abi)) where it is known"),
    ("-masm=intel", "asm is read in AT&T syntax"),
    ("-mcmodel=", "code is of the small model"),
    ("-march=", "code is for x86-64, with nothing newer"),
    ("-mcpu=", "code is for x86-64, with nothing newer"),
    ("-gsplit-dwarf", "debugging information stays in the object"),
    ("-gz", "debugging information is not compressed"),
    ("-S", "see --emit=asm of tine run"),
    ("-traditional", "the preprocessor is the standard's"),
    ("-undef", "the predefined macros stay"),
    ("-x", "a file's language is told by its name: C is .c or .i"),
    ("-static", "use tine cc -c, and the system's linker"),
    ("-shared", "use tine cc -c, and the system's linker"),
    ("-nostdlib", "use tine cc -c, and the system's linker"),
    ("-nodefaultlibs", "use tine cc -c, and the system's linker"),
    ("-nostartfiles", "use tine cc -c, and the system's linker"),
    ("-Wl,", "the linker is tine's own: see tine --help"),
    ("-Xlinker", "the linker is tine's own: see tine --help"),
    ("-Xpreprocessor", "give the preprocessor's options without it"),
    ("--sysroot", "add folders with -nostdinc and -isystem"),
    ("-isysroot", "add folders with -nostdinc and -isystem"),
    ("-ffile-prefix-map", "names of files are as they are given"),
    ("-fmacro-prefix-map", "names of files are as they are given"),
    ("-fdebug-prefix-map", "names of files are as they are given"),
    ("-fkeep-inline-functions", "name the function with __attribute__((used))"),
    ("-fkeep-static-functions", "name the function with __attribute__((used))"),
    ("-fkeep-static-consts", "name the object with __attribute__((used))"),
];

/// What is known of an option; `None`: nobody's.
pub(crate) fn taken(text: &str) -> Option<Taken> {
    if ALWAYS_SO.contains(&text) {
        return Some(Taken::So);
    }
    let by_beginning = |table: &[(&str, &'static str)]| {
        table.iter().find(|(name, _)| text.starts_with(name)).map(|(_, why)| *why)
    };
    if let Some(why) = by_beginning(NOT_DONE) {
        return Some(Taken::NotDone(why));
    }
    let positive = text.replacen("-fno-", "-f", 1).replacen("-mno-", "-m", 1);
    let permits = |name: &&str| {
        let open = name.ends_with('-');
        let rest = positive.strip_prefix(*name);
        rest.is_some_and(|rest| open || rest.is_empty() || rest.starts_with('='))
    };
    if PERMISSIONS.iter().any(permits) {
        return Some(Taken::So);
    }
    by_beginning(REFUSED).map(Taken::Refused)
}

/// Every name, for the nearest to a mistyped one.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ALWAYS_SO.iter().chain(PERMISSIONS).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_found() {
        for option in ["-pipe", "-fno-tree-vectorize", "-falign-functions=16", "-mtune=native"] {
            assert_eq!(taken(option), Some(Taken::So), "{option}");
        }
        assert!(matches!(taken("-fstack-protector-strong"), Some(Taken::NotDone(_))));
        assert_eq!(taken("-fno-stack-protector"), Some(Taken::So));
        assert!(matches!(taken("-fsanitize=address"), Some(Taken::Refused(_))));
        assert_eq!(taken("-funroll-loop"), None);
    }
}
