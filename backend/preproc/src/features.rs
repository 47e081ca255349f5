//! What `__has_attribute`, `__has_c_attribute` and `__has_feature` answer.

use crate::options::Std;

/// A name without the underscores that may stand around it.
pub(crate) fn plain(name: &str) -> &str {
    name.strip_prefix("__").and_then(|name| name.strip_suffix("__")).unwrap_or(name)
}

/// GNU attributes with a meaning for, or harmless to, the compiler behind this preprocessor.
/// Sorted.
const GNU_ATTRIBUTES: &[&str] = &[
    "access",
    "alias",
    "aligned",
    "alloc_align",
    "alloc_size",
    "always_inline",
    "artificial",
    "assume_aligned",
    "cleanup",
    "cold",
    "common",
    "const",
    "constructor",
    "deprecated",
    "destructor",
    "error",
    "externally_visible",
    "fallthrough",
    "flatten",
    "format",
    "format_arg",
    "gnu_inline",
    "hot",
    "ifunc",
    "leaf",
    "malloc",
    "may_alias",
    "mode",
    "no_icf",
    "no_instrument_function",
    "no_reorder",
    "no_split_stack",
    "no_stack_limit",
    "nocommon",
    "noclone",
    "noinit",
    "noinline",
    "noipa",
    "nonnull",
    "nonstring",
    "noplt",
    "noreturn",
    "nothrow",
    "optimize",
    "packed",
    "pure",
    "retain",
    "returns_nonnull",
    "returns_twice",
    "section",
    "sentinel",
    "stack_protect",
    "symver",
    "tls_model",
    "transparent_union",
    "unused",
    "used",
    "vector_size",
    "visibility",
    "warn_if_not_aligned",
    "warn_unused_result",
    "warning",
    "weak",
    "weakref",
];

pub(crate) fn gnu_attribute(name: &str) -> bool {
    GNU_ATTRIBUTES.contains(&name)
}

/// The value C23 gives a standard attribute.
pub(crate) fn standard_attribute(name: &str) -> u64 {
    match name {
        "deprecated" | "fallthrough" | "maybe_unused" | "nodiscard" | "noreturn" | "_Noreturn"
        | "unsequenced" | "reproducible" => 202_311,
        _ => 0,
    }
}

/// The features of the language that clang's `__has_feature` and `__has_extension` name.
pub(crate) fn feature(name: &str, std: Std) -> bool {
    match plain(name) {
        "c_alignas"
        | "c_alignof"
        | "c_atomic"
        | "c_generic_selections"
        | "c_static_assert"
        | "c_thread_local" => std >= Std::C11,
        "c_fixed_enum" => std >= Std::C23,
        "attribute_deprecated_with_message" | "statement_attributes_with_gnu_syntax" => true,
        _ => false,
    }
}
