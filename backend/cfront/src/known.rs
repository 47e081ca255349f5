//! What is known of the standard library: which header declares a name, what type a function has,
//! and which name is most like a misspelt one. Tables; nothing here depends on the input's state.

use preproc::nearest::distance;

/// Header, and the names it declares (functions, macros, types).
const HEADERS: &[(&str, &str)] = &[
    (
        "stdio.h",
        "printf fprintf sprintf snprintf vprintf vfprintf vsprintf vsnprintf scanf fscanf \
      sscanf vscanf vfscanf vsscanf puts putchar putc fputs fputc fgets fgetc getc getchar ungetc \
      fopen freopen fclose fflush fread fwrite fseek ftell rewind fgetpos fsetpos feof ferror \
      clearerr perror remove rename tmpfile tmpnam setbuf setvbuf getline getdelim fileno fdopen \
      popen pclose dprintf asprintf vasprintf stdin stdout stderr FILE EOF BUFSIZ SEEK_SET \
      SEEK_CUR SEEK_END fpos_t fseeko ftello open_memstream fmemopen",
    ),
    (
        "stdlib.h",
        "malloc calloc realloc free abort exit _Exit atexit at_quick_exit quick_exit \
      system getenv setenv unsetenv atoi atol atoll atof strtol strtoll strtoul strtoull strtod \
      strtof strtold rand srand qsort bsearch abs labs llabs div ldiv lldiv div_t ldiv_t lldiv_t \
      EXIT_SUCCESS EXIT_FAILURE RAND_MAX aligned_alloc posix_memalign mkstemp realpath random \
      srandom drand48 mblen mbtowc wctomb mbstowcs wcstombs reallocarray qsort_r",
    ),
    (
        "string.h",
        "memcpy memmove memset memcmp memchr strcpy strncpy strcat strncat strcmp strncmp \
      strcoll strxfrm strchr strrchr strspn strcspn strpbrk strstr strtok strtok_r strlen strnlen \
      strerror strdup strndup strsep memmem mempcpy stpcpy stpncpy strchrnul memrchr rawmemchr \
      strcasestr strsignal memccpy strlcpy strlcat explicit_bzero",
    ),
    ("strings.h", "strcasecmp strncasecmp bzero bcopy bcmp index rindex ffs"),
    (
        "math.h",
        "sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp exp2 expm1 \
      log log2 log10 log1p pow sqrt cbrt hypot fabs ceil floor trunc round lround llround rint \
      lrint llrint nearbyint fmod remainder remquo fmin fmax fdim fma frexp ldexp modf scalbn \
      scalbln ilogb logb nextafter nexttoward copysign nan erf erfc tgamma lgamma sinf cosf tanf \
      sqrtf powf expf logf fabsf floorf ceilf fmodf roundf truncf fminf fmaxf sinl cosl sqrtl \
      powl fabsl hypotf atan2f M_PI M_E HUGE_VAL INFINITY NAN isnan isinf isfinite isnormal \
      signbit fpclassify isgreater isless isunordered float_t double_t",
    ),
    (
        "complex.h",
        "creal cimag cabs carg conj cexp clog cpow csqrt csin ccos crealf cimagf cabsf I \
      _Complex_I complex CMPLX",
    ),
    (
        "ctype.h",
        "isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace \
      isupper isxdigit tolower toupper",
    ),
    (
        "time.h",
        "time clock difftime mktime asctime ctime gmtime localtime strftime strptime \
      clock_gettime nanosleep localtime_r gmtime_r timespec_get time_t clock_t CLOCKS_PER_SEC \
      CLOCK_REALTIME CLOCK_MONOTONIC TIME_UTC",
    ),
    (
        "limits.h",
        "CHAR_BIT CHAR_MAX CHAR_MIN SCHAR_MAX SCHAR_MIN UCHAR_MAX SHRT_MAX SHRT_MIN \
      USHRT_MAX INT_MAX INT_MIN UINT_MAX LONG_MAX LONG_MIN ULONG_MAX LLONG_MAX LLONG_MIN \
      ULLONG_MAX PATH_MAX",
    ),
    (
        "float.h",
        "DBL_MAX DBL_MIN DBL_EPSILON DBL_DIG FLT_MAX FLT_MIN FLT_EPSILON FLT_DIG LDBL_MAX \
      LDBL_MIN LDBL_EPSILON FLT_RADIX DBL_MANT_DIG FLT_MANT_DIG LDBL_MANT_DIG",
    ),
    (
        "stdint.h",
        "int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t intptr_t \
      uintptr_t intmax_t uintmax_t int_fast8_t int_fast16_t int_fast32_t int_fast64_t \
      uint_fast8_t uint_fast16_t uint_fast32_t uint_fast64_t int_least8_t int_least16_t \
      int_least32_t int_least64_t uint_least8_t uint_least16_t uint_least32_t uint_least64_t \
      INT8_MAX INT16_MAX INT32_MAX INT64_MAX UINT8_MAX UINT16_MAX UINT32_MAX UINT64_MAX INT8_MIN \
      INT16_MIN INT32_MIN INT64_MIN SIZE_MAX INTPTR_MAX UINTPTR_MAX PTRDIFF_MAX INT64_C UINT64_C",
    ),
    (
        "inttypes.h",
        "PRId32 PRId64 PRIu32 PRIu64 PRIx32 PRIx64 PRIdPTR PRIuPTR PRIdMAX PRIuMAX \
      strtoimax strtoumax imaxabs imaxdiv",
    ),
    ("stddef.h", "size_t ptrdiff_t wchar_t NULL offsetof max_align_t unreachable"),
    ("stdbool.h", "bool true false"),
    ("stdarg.h", "va_list va_start va_arg va_end va_copy"),
    ("assert.h", "assert static_assert"),
    (
        "errno.h",
        "errno ENOENT EINTR EINVAL ENOMEM EAGAIN EEXIST ERANGE EDOM EACCES EPERM EIO EBADF",
    ),
    (
        "signal.h",
        "signal raise sigaction sigemptyset sigaddset sigprocmask kill SIGINT SIGSEGV \
      SIGTERM SIGABRT SIGFPE SIGILL SIGALRM SIGUSR1 SIGUSR2 SIGCHLD SIGPIPE SIG_DFL SIG_IGN \
      sig_atomic_t sigset_t",
    ),
    ("setjmp.h", "setjmp longjmp sigsetjmp siglongjmp jmp_buf sigjmp_buf"),
    ("locale.h", "setlocale localeconv LC_ALL LC_NUMERIC LC_CTYPE"),
    (
        "wchar.h",
        "wprintf fwprintf swprintf wcslen wcscpy wcscat wcscmp wcschr wcsstr wmemcpy \
      wmemset mbrtowc wcrtomb fgetwc fputwc wint_t mbstate_t WEOF",
    ),
    ("wctype.h", "iswalpha iswdigit iswspace towlower towupper wctype_t"),
    ("uchar.h", "char16_t char32_t mbrtoc16 c16rtomb mbrtoc32 c32rtomb"),
    (
        "fenv.h",
        "fegetround fesetround feclearexcept fetestexcept feraiseexcept FE_TONEAREST \
      FE_DOWNWARD FE_UPWARD FE_TOWARDZERO FE_INEXACT FE_DIVBYZERO FE_OVERFLOW fenv_t",
    ),
    (
        "stdatomic.h",
        "atomic_int atomic_load atomic_store atomic_fetch_add atomic_fetch_sub \
      atomic_exchange atomic_compare_exchange_strong atomic_flag ATOMIC_VAR_INIT atomic_uint \
      atomic_bool atomic_long atomic_size_t atomic_thread_fence memory_order_relaxed",
    ),
    ("threads.h", "thrd_create thrd_join mtx_init mtx_lock mtx_unlock cnd_wait thrd_t mtx_t cnd_t"),
    (
        "pthread.h",
        "pthread_create pthread_join pthread_mutex_lock pthread_mutex_unlock \
      pthread_mutex_init pthread_mutex_destroy pthread_cond_wait pthread_cond_signal pthread_self \
      pthread_detach pthread_exit pthread_once pthread_key_create pthread_t pthread_mutex_t \
      pthread_cond_t PTHREAD_MUTEX_INITIALIZER",
    ),
    (
        "unistd.h",
        "read write close lseek fork execv execve execvp execl execlp pipe dup dup2 \
      getpid getppid getuid geteuid getgid sleep usleep unlink rmdir chdir getcwd access isatty \
      sysconf _exit alarm pause ftruncate fsync readlink symlink link gethostname getopt optarg \
      optind STDIN_FILENO STDOUT_FILENO STDERR_FILENO ssize_t pid_t brk sbrk vfork",
    ),
    ("fcntl.h", "open creat fcntl O_RDONLY O_WRONLY O_RDWR O_CREAT O_TRUNC O_APPEND O_NONBLOCK"),
    ("sys/stat.h", "stat fstat lstat mkdir chmod umask S_ISDIR S_ISREG"),
    ("sys/types.h", "off_t mode_t uid_t gid_t"),
    ("sys/wait.h", "wait waitpid WIFEXITED WEXITSTATUS WIFSIGNALED WTERMSIG"),
    (
        "sys/mman.h",
        "mmap munmap mprotect msync PROT_READ PROT_WRITE PROT_EXEC MAP_PRIVATE \
      MAP_SHARED MAP_ANONYMOUS MAP_FAILED",
    ),
    ("sys/time.h", "gettimeofday setitimer"),
    ("sys/socket.h", "socket bind listen accept connect send recv sendto recvfrom setsockopt"),
    ("dirent.h", "opendir readdir closedir DIR"),
    ("dlfcn.h", "dlopen dlsym dlclose dlerror RTLD_LAZY RTLD_NOW RTLD_DEFAULT"),
    ("alloca.h", "alloca"),
    (
        "tine/heap.h",
        "gc_new gc_array gc_flexible gc_bytes gc_printf gc_strdup gc_pin gc_unpin gc_collect \
      gc_stats gc_on_free gc_scan gc_unscan gc_zeal",
    ),
    ("tine/arena.h", "arena_alloc arena_alloc_aligned arena_mark arena_release arena_stats"),
    ("regex.h", "regcomp regexec regfree regex_t"),
    ("getopt.h", "getopt_long"),
    ("poll.h", "poll"),
    ("sys/select.h", "select"),
    ("sched.h", "sched_yield"),
    ("stdckdint.h", "ckd_add ckd_sub ckd_mul"),
];

/// The header a standard name needs.
pub fn header_of(name: &str) -> Option<&'static str> {
    let found = HEADERS.iter().find(|(_, names)| names.split_whitespace().any(|n| n == name));
    found.map(|(header, _)| *header)
}

/// Every name that [`header_of`] knows.
pub fn names() -> impl Iterator<Item = &'static str> {
    HEADERS.iter().flat_map(|(_, names)| names.split_whitespace())
}

/// The header that completes `struct TAG`.
pub fn header_of_tag(tag: &str) -> Option<&'static str> {
    let found = TAGS.iter().find(|(_, tags)| tags.split_whitespace().any(|t| t == tag));
    found.map(|(header, _)| *header)
}

/// Header, and the structures it completes.
const TAGS: &[(&str, &str)] = &[
    ("time.h", "tm timespec itimerspec"),
    ("sys/time.h", "timeval itimerval timezone"),
    ("locale.h", "lconv"),
    ("signal.h", "sigaction sigevent"),
    ("dirent.h", "dirent"),
    ("poll.h", "pollfd"),
    ("termios.h", "termios"),
    ("pwd.h", "passwd"),
    ("grp.h", "group"),
    ("getopt.h", "option"),
    ("netdb.h", "addrinfo hostent"),
    ("netinet/in.h", "sockaddr_in sockaddr_in6 in_addr in6_addr"),
    ("sys/socket.h", "sockaddr sockaddr_storage msghdr"),
    ("sys/un.h", "sockaddr_un"),
    ("sys/stat.h", "stat"),
    ("sys/statvfs.h", "statvfs"),
    ("sys/resource.h", "rusage rlimit"),
    ("sys/utsname.h", "utsname"),
    ("sys/uio.h", "iovec"),
    ("sys/ioctl.h", "winsize"),
];

/// What does not return however it is declared. Names any program may have for its own are not
/// here, though libc has them too (`err`): their header says it.
const NO_RETURN: &[&str] = &[
    "abort",
    "exit",
    "_exit",
    "_Exit",
    "longjmp",
    "_longjmp",
    "siglongjmp",
    "__assert_fail",
    "__stack_chk_fail",
    "__chk_fail",
];

pub fn is_noreturn(name: &str) -> bool {
    NO_RETURN.contains(&name)
}

/// The candidate nearest to `wanted`, if one is near enough to be what was meant.
pub fn nearest<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = wanted.chars().count();
    // One slip in three letters is a slip; more is another word.
    let most = match length {
        0..=2 => return None,
        3..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = candidate.chars().count();
        if other.abs_diff(length) > most || other < 2 || candidate == wanted {
            continue;
        }
        let distance = distance(wanted, candidate);
        if distance <= most && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// The library's function that `wanted` is one slip away from.
pub fn nearest_function(wanted: &str) -> Option<&'static str> {
    let is_function = |name: &&str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && !name.ends_with("_t")
            && !matches!(*name, "bool" | "true" | "false" | "errno" | "stdin" | "stdout" | "stderr")
    };
    if wanted.len() < 4 {
        return None;
    }
    names().filter(is_function).find(|name| distance(wanted, name) == 1)
}

/// Types of library functions in letters: the result, then the parameters, `.` for more.
/// v void, b bool, i int, u unsigned, l long, m unsigned long, L long long, d double, f float,
/// e long double, c `char *`, C `const char *`, p `void *`, P `const void *`, a `va_list`,
/// w wide characters (`const wchar_t *`), n `int *`, N `double *`, D `double _Complex`,
/// G `char **`.
const TYPES: &[(&str, &str)] = &[
    ("abort", "v"),
    ("lgammaf_r", "ffn"),
    ("lgammal_r", "een"),
    ("gammaf_r", "ffn"),
    ("gammal_r", "een"),
    ("exit", "vi"),
    ("_exit", "vi"),
    ("_Exit", "vi"),
    ("quick_exit", "vi"),
    ("atexit", "ip"),
    ("malloc", "pm"),
    ("calloc", "pmm"),
    ("realloc", "ppm"),
    ("free", "vp"),
    ("aligned_alloc", "pmm"),
    ("posix_memalign", "ipmm"),
    ("memcpy", "ppPm"),
    ("memmove", "ppPm"),
    ("memset", "ppim"),
    ("memcmp", "iPPm"),
    ("memchr", "pPim"),
    ("mempcpy", "ppPm"),
    ("bcmp", "iPPm"),
    ("bcopy", "vPpm"),
    ("bzero", "vpm"),
    ("strcpy", "ccC"),
    ("strncpy", "ccCm"),
    ("strcat", "ccC"),
    ("strncat", "ccCm"),
    ("strcmp", "iCC"),
    ("strncmp", "iCCm"),
    ("strcasecmp", "iCC"),
    ("strncasecmp", "iCCm"),
    ("strchr", "cCi"),
    ("strrchr", "cCi"),
    ("index", "cCi"),
    ("rindex", "cCi"),
    ("strspn", "mCC"),
    ("strcspn", "mCC"),
    ("strpbrk", "cCC"),
    ("strstr", "cCC"),
    ("strlen", "mC"),
    ("strnlen", "mCm"),
    ("strdup", "cC"),
    ("strndup", "cCm"),
    ("stpcpy", "ccC"),
    ("stpncpy", "ccCm"),
    ("strerror", "ci"),
    ("strtol", "lCGi"),
    ("strtoul", "mCGi"),
    ("strtod", "dCG"),
    ("atoi", "iC"),
    ("atol", "lC"),
    ("atof", "dC"),
    ("getenv", "cC"),
    ("system", "iC"),
    ("rand", "i"),
    ("srand", "vu"),
    ("printf", "iC."),
    ("fprintf", "ipC."),
    ("sprintf", "icC."),
    ("snprintf", "icmC."),
    ("vprintf", "iCa"),
    ("vfprintf", "ipCa"),
    ("vsprintf", "icCa"),
    ("vsnprintf", "icmCa"),
    ("scanf", "iC."),
    ("fscanf", "ipC."),
    ("sscanf", "iCC."),
    ("vscanf", "iCa"),
    ("vfscanf", "ipCa"),
    ("vsscanf", "iCCa"),
    ("puts", "iC"),
    ("putchar", "ii"),
    ("putc", "iip"),
    ("fputs", "iCp"),
    ("fputc", "iip"),
    ("fwrite", "mPmmp"),
    ("fread", "mpmmp"),
    ("fopen", "pCC"),
    ("fclose", "ip"),
    ("fflush", "ip"),
    ("getchar", "i"),
    ("fgets", "ccip"),
    ("perror", "vC"),
    ("printf_unlocked", "iC."),
    ("fprintf_unlocked", "ipC."),
    ("puts_unlocked", "iC"),
    ("putchar_unlocked", "ii"),
    ("fputs_unlocked", "iCp"),
    ("fputc_unlocked", "iip"),
    ("fwrite_unlocked", "mPmmp"),
    ("abs", "ii"),
    ("labs", "ll"),
    ("llabs", "LL"),
    ("imaxabs", "ll"),
    ("isalnum", "ii"),
    ("isalpha", "ii"),
    ("isblank", "ii"),
    ("iscntrl", "ii"),
    ("isdigit", "ii"),
    ("isgraph", "ii"),
    ("islower", "ii"),
    ("isprint", "ii"),
    ("ispunct", "ii"),
    ("isspace", "ii"),
    ("isupper", "ii"),
    ("isxdigit", "ii"),
    ("tolower", "ii"),
    ("toupper", "ii"),
    ("isascii", "ii"),
    ("toascii", "ii"),
    ("execl", "iCC."),
    ("execlp", "iCC."),
    ("execle", "iCC."),
    ("execv", "iCp"),
    ("execvp", "iCp"),
    ("execve", "iCpp"),
    ("fork", "i"),
    ("sleep", "uu"),
    ("getpid", "i"),
    ("read", "lipm"),
    ("write", "liPm"),
    ("close", "ii"),
    ("unlink", "iC"),
    ("wcslen", "mw"),
    ("wcscmp", "iww"),
    ("dcgettext", "cCCi"),
    ("dgettext", "cCC"),
    ("gettext", "cC"),
    ("strfmon", "lcmC."),
    ("strftime", "mcmCP"),
    ("ffs", "ii"),
    ("ffsl", "il"),
    ("ffsll", "iL"),
    ("signal", "pip"),
    ("raise", "ii"),
    ("time", "lp"),
    ("clock", "l"),
    ("qsort", "vpmmp"),
    ("bsearch", "pPPmmp"),
    ("__memcpy_chk", "ppPmm"),
    ("__memmove_chk", "ppPmm"),
    ("__memset_chk", "ppimm"),
    ("__mempcpy_chk", "ppPmm"),
    ("__strcpy_chk", "ccCm"),
    ("__strncpy_chk", "ccCmm"),
    ("__stpcpy_chk", "ccCm"),
    ("__stpncpy_chk", "ccCmm"),
    ("__strcat_chk", "ccCm"),
    ("__strncat_chk", "ccCmm"),
    ("__sprintf_chk", "icimC."),
    ("__snprintf_chk", "icmimC."),
    ("__vsprintf_chk", "icimCa"),
    ("__vsnprintf_chk", "icmimCa"),
    ("__printf_chk", "iiC."),
    ("__fprintf_chk", "ipiC."),
    ("__vprintf_chk", "iiCa"),
    ("__vfprintf_chk", "ipiCa"),
];

/// Functions of `double` that have `f` and `l` twins, by the same letters.
const MATH: &[(&str, &str)] = &[
    ("sin", "dd"),
    ("cos", "dd"),
    ("tan", "dd"),
    ("asin", "dd"),
    ("acos", "dd"),
    ("atan", "dd"),
    ("atan2", "ddd"),
    ("sinh", "dd"),
    ("cosh", "dd"),
    ("tanh", "dd"),
    ("asinh", "dd"),
    ("acosh", "dd"),
    ("atanh", "dd"),
    ("exp", "dd"),
    ("exp2", "dd"),
    ("exp10", "dd"),
    ("pow10", "dd"),
    ("expm1", "dd"),
    ("log", "dd"),
    ("log2", "dd"),
    ("log10", "dd"),
    ("log1p", "dd"),
    ("logb", "dd"),
    ("pow", "ddd"),
    ("sqrt", "dd"),
    ("cbrt", "dd"),
    ("hypot", "ddd"),
    ("fabs", "dd"),
    ("ceil", "dd"),
    ("floor", "dd"),
    ("trunc", "dd"),
    ("round", "dd"),
    ("roundeven", "dd"),
    ("lround", "ld"),
    ("llround", "Ld"),
    ("rint", "dd"),
    ("lrint", "ld"),
    ("llrint", "Ld"),
    ("nearbyint", "dd"),
    ("fmod", "ddd"),
    ("remainder", "ddd"),
    ("drem", "ddd"),
    ("remquo", "dddn"),
    ("fmin", "ddd"),
    ("fmax", "ddd"),
    ("fdim", "ddd"),
    ("fma", "dddd"),
    ("frexp", "ddn"),
    ("ldexp", "ddi"),
    ("modf", "ddN"),
    ("scalbn", "ddi"),
    ("scalbln", "ddl"),
    ("scalb", "ddd"),
    ("ilogb", "id"),
    ("nextafter", "ddd"),
    ("nexttoward", "dde"),
    ("copysign", "ddd"),
    ("nan", "dC"),
    ("erf", "dd"),
    ("erfc", "dd"),
    ("tgamma", "dd"),
    ("lgamma", "dd"),
    ("lgamma_r", "ddn"),
    ("gamma_r", "ddn"),
    ("gamma", "dd"),
    ("significand", "dd"),
    ("j0", "dd"),
    ("j1", "dd"),
    ("jn", "did"),
    ("y0", "dd"),
    ("y1", "dd"),
    ("yn", "did"),
    ("sincos", "vdNN"),
    ("creal", "dD"),
    ("cimag", "dD"),
    ("cabs", "dD"),
    ("carg", "dD"),
    ("conj", "DD"),
    ("cproj", "DD"),
    ("cexp", "DD"),
    ("clog", "DD"),
    ("clog10", "DD"),
    ("cpow", "DDD"),
    ("csqrt", "DD"),
    ("csin", "DD"),
    ("ccos", "DD"),
    ("ctan", "DD"),
    ("casin", "DD"),
    ("cacos", "DD"),
    ("catan", "DD"),
    ("csinh", "DD"),
    ("ccosh", "DD"),
    ("ctanh", "DD"),
    ("casinh", "DD"),
    ("cacosh", "DD"),
    ("catanh", "DD"),
];

/// The type of a library function, in the letters above, and whether `double` stands for `float`
/// (`'f'`), `long double` (`'l'`) or another type in it, by the suffix: `f128` is `'q'`, `f32` and
/// `f64` are `'s'` and `'t'`, `f32x` and `f64x` `'x'` and `'y'`.
pub fn library_letters(name: &str) -> Option<(&'static str, char)> {
    let find = |table: &'static [(&str, &'static str)], name: &str| {
        table.iter().find(|(known, _)| *known == name).map(|(_, letters)| *letters)
    };
    if let Some(letters) = find(TYPES, name).or_else(|| find(MATH, name)) {
        return Some((letters, 'd'));
    }
    let suffixes = [
        ("f", 'f'),
        ("l", 'l'),
        ("f128", 'q'),
        ("f32x", 'x'),
        ("f64x", 'y'),
        ("f32", 's'),
        ("f64", 't'),
    ];
    for (suffix, kind) in suffixes {
        if let Some(letters) = name.strip_suffix(suffix).and_then(|base| find(MATH, base)) {
            return Some((letters, kind));
        }
    }
    None
}

/// Builtins with nodes or rules of their own, without `__builtin_`.
const SPECIAL: &[&str] = &[
    "va_start",
    "va_end",
    "va_copy",
    "va_arg",
    "va_arg_pack",
    "va_arg_pack_len",
    "c23_va_start",
    "convertvector",
    "shuffle",
    "shufflevector",
    "constant_p",
    "classify_type",
    "object_size",
    "dynamic_object_size",
    "choose_expr",
    "types_compatible_p",
    "tine_type_map",
    "tine_type_quick",
    "offsetof",
    "unreachable",
    "trap",
    "thread_pointer",
    "prefetch",
    "expect",
    "expect_with_probability",
    "assume_aligned",
    "complex",
    "longjmp",
    "setjmp",
    "__clear_cache",
    "alloca",
    "alloca_with_align",
    "frame_address",
    "return_address",
    "extract_return_addr",
    "frob_return_addr",
    "launder",
    "assoc_barrier",
    "cpu_init",
    "cpu_supports",
    "speculation_safe_value",
    "assume",
    "bswap16",
    "bswap32",
    "bswap64",
    "bswap128",
    "bitreverse8",
    "bitreverse16",
    "bitreverse32",
    "bitreverse64",
    "rotateleft8",
    "rotateleft16",
    "rotateleft32",
    "rotateleft64",
    "rotateright8",
    "rotateright16",
    "rotateright32",
    "rotateright64",
    "clzg",
    "ctzg",
    "popcountg",
    "parityg",
    "clrsbg",
    "ffsg",
    "clz",
    "clzl",
    "clzll",
    "ctz",
    "ctzl",
    "ctzll",
    "clrsb",
    "clrsbl",
    "clrsbll",
    "popcount",
    "popcountl",
    "popcountll",
    "parity",
    "parityl",
    "parityll",
    "ffs",
    "ffsl",
    "ffsll",
    "add_overflow",
    "sub_overflow",
    "mul_overflow",
    "add_overflow_p",
    "sub_overflow_p",
    "mul_overflow_p",
    "sadd_overflow",
    "saddl_overflow",
    "saddll_overflow",
    "ssub_overflow",
    "ssubl_overflow",
    "ssubll_overflow",
    "smul_overflow",
    "smull_overflow",
    "smulll_overflow",
    "uadd_overflow",
    "uaddl_overflow",
    "uaddll_overflow",
    "usub_overflow",
    "usubl_overflow",
    "usubll_overflow",
    "umul_overflow",
    "umull_overflow",
    "umulll_overflow",
    "isgreater",
    "isgreaterequal",
    "isless",
    "islessequal",
    "islessgreater",
    "isunordered",
    "fpclassify",
    "isinf_sign",
    "isnan",
    "isinf",
    "isfinite",
    "finite",
    "isnormal",
    "signbit",
    "signbitf",
    "signbitl",
    "huge_val",
    "huge_valf",
    "huge_vall",
    "inf",
    "inff",
    "infl",
    "nans",
    "nansf",
    "nansl",
    "powi",
    "powif",
    "powil",
    "ia32_pause",
    "ia32_rdtsc",
];

/// Is a builtin of this name understood? (What `__has_builtin` asks.)
pub fn has_builtin(name: &str) -> bool {
    match name.strip_prefix("__builtin_") {
        Some(rest) => {
            SPECIAL.contains(&rest)
                || library_letters(rest).is_some()
                || rest.strip_prefix("ia32_").is_some_and(crate::parse::sse::is_known)
        }
        None => {
            name.starts_with("__atomic_")
                || name.starts_with("__sync_")
                || library_letters(name).is_some()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let names = ["printf", "counter", "count", "strlen", "x"];
        let rows = [
            ("pritnf", Some("printf")),
            ("conter", Some("counter")),
            ("strlne", Some("strlen")),
            ("zebra", None),
            ("xy", None),
        ];
        for (wanted, near) in rows {
            assert_eq!(nearest(wanted, names.into_iter()), near, "{wanted}");
        }
    }

    #[test]
    fn headers_and_types() {
        assert_eq!(header_of("hypot"), Some("math.h"));
        assert_eq!(header_of("frobnicate"), None);
        assert_eq!(library_letters("sqrtf"), Some(("dd", 'f')));
        assert_eq!(library_letters("labs"), Some(("ll", 'd')));
    }
}
