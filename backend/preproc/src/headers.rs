//! The compiler's own headers, part of the binary.

/// What stands before their names in messages and in `__FILE__`.
pub(crate) const DIR: &str = "<tine>/";

const HEADERS: &[(&str, &str)] = &[
    ("bitintrin.h", include_str!("../include/bitintrin.h")),
    ("cpuid.h", include_str!("../include/cpuid.h")),
    ("emmintrin.h", include_str!("../include/emmintrin.h")),
    ("float.h", include_str!("../include/float.h")),
    ("ia32intrin.h", include_str!("../include/ia32intrin.h")),
    ("immintrin.h", include_str!("../include/immintrin.h")),
    ("iso646.h", include_str!("../include/iso646.h")),
    ("limits.h", include_str!("../include/limits.h")),
    ("mm_malloc.h", include_str!("../include/mm_malloc.h")),
    ("nmmintrin.h", include_str!("../include/nmmintrin.h")),
    ("pmmintrin.h", include_str!("../include/pmmintrin.h")),
    ("popcntintrin.h", include_str!("../include/popcntintrin.h")),
    ("smmintrin.h", include_str!("../include/smmintrin.h")),
    ("stdalign.h", include_str!("../include/stdalign.h")),
    ("stdarg.h", include_str!("../include/stdarg.h")),
    ("stdatomic.h", include_str!("../include/stdatomic.h")),
    ("stdbit.h", include_str!("../include/stdbit.h")),
    ("stdbool.h", include_str!("../include/stdbool.h")),
    ("stdckdint.h", include_str!("../include/stdckdint.h")),
    ("stddef.h", include_str!("../include/stddef.h")),
    ("stdint.h", include_str!("../include/stdint.h")),
    ("stdnoreturn.h", include_str!("../include/stdnoreturn.h")),
    ("tgmath.h", include_str!("../include/tgmath.h")),
    ("tine/arena.h", include_str!("../include/tine/arena.h")),
    ("tine/heap.h", include_str!("../include/tine/heap.h")),
    ("tmmintrin.h", include_str!("../include/tmmintrin.h")),
    ("unwind.h", include_str!("../include/unwind.h")),
    ("x86gprintrin.h", include_str!("../include/x86gprintrin.h")),
    ("x86intrin.h", include_str!("../include/x86intrin.h")),
    ("xmmintrin.h", include_str!("../include/xmmintrin.h")),
];

pub(crate) fn find(name: &str) -> Option<&'static str> {
    HEADERS.iter().find(|header| header.0 == name).map(|header| header.1)
}

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    HEADERS.iter().map(|header| header.0)
}
