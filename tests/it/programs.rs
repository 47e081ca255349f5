//! The real programs that `suites` runs: where the sources come from, which of them make the
//! program, what it is started with. Data only; what is ours are the drivers of the libraries.

use crate::corpora;
use std::path::PathBuf;

pub(crate) enum Corpus {
    Debian(&'static str),
    /// Of another release of Debian: its name and the package's.
    DebianOf(&'static str, &'static str),
    Crate(&'static str, &'static str),
}

impl Corpus {
    pub(crate) fn fetch(&self) -> Option<PathBuf> {
        match self {
            Corpus::Debian(package) => corpora::debian(package),
            Corpus::DebianOf(release, package) => corpora::debian_of(release, package),
            Corpus::Crate(name, version) => corpora::krate(name, version),
        }
    }
}

/// A program. In all texts `{dir}` is the folder of its sources, `{own}` a scratch folder; `{out}`
/// is a file it writes, which has to be the same too.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) corpus: Corpus,
    /// Files; a folder stands for all `.c` files in it.
    pub(crate) sources: &'static [&'static str],
    pub(crate) without: &'static [&'static str],
    pub(crate) flags: &'static [&'static str],
    /// Files of ours beside the program's: name and text.
    pub(crate) extra: &'static [(&'static str, &'static str)],
    /// Arguments of each run.
    pub(crate) runs: &'static [&'static [&'static str]],
}

pub(crate) const PROGRAMS: &[Program] = &[
    Program {
        name: "sqlite",
        corpus: Corpus::Crate("libsqlite3-sys", "0.30.1"),
        sources: &["{own}/driver.c", "{dir}/sqlite3/sqlite3.c"],
        without: &[],
        flags: &["-I{dir}/sqlite3", "-DSQLITE_ENABLE_FTS5", "-DSQLITE_ENABLE_RTREE"],
        extra: &[("driver.c", SQLITE_DRIVER)],
        runs: &[&[]],
    },
    Program {
        name: "lua",
        corpus: Corpus::Debian("lua5.4"),
        sources: &["{dir}/src"],
        without: &["luac.c"],
        flags: &["-DLUA_USE_POSIX"],
        extra: &[("script.lua", LUA_SCRIPT)],
        runs: &[&["{own}/script.lua"], &["-v"]],
    },
    Program {
        name: "zlib",
        corpus: Corpus::Debian("zlib"),
        sources: &["{dir}", "{dir}/test/example.c"],
        without: &[],
        flags: &["-I{dir}", "-DHAVE_UNISTD_H"],
        extra: &[],
        runs: &[&["{out}"]],
    },
    Program {
        name: "bzip2",
        corpus: Corpus::Debian("bzip2"),
        sources: &["{dir}"],
        without: &["bzip2recover.c", "dlltest.c", "mk251.c", "spewG.c", "unzcrash.c"],
        flags: &["-D_FILE_OFFSET_BITS=64"],
        extra: &[],
        runs: &[
            &["-d", "-c", "{dir}/sample1.bz2"],
            &["-1", "-c", "{dir}/sample2.ref"],
            &["-9", "-c", "{dir}/blocksort.c"],
            &["-t", "{dir}/sample3.bz2"],
            &["-t", "{dir}/sample3.ref"],
        ],
    },
    Program {
        name: "cjson",
        corpus: Corpus::Debian("cjson"),
        sources: &["{dir}/test.c", "{dir}/cJSON.c"],
        without: &[],
        flags: &["-I{dir}"],
        extra: &[],
        runs: &[&[]],
    },
    Program {
        name: "cjson's tests",
        corpus: Corpus::Debian("cjson"),
        sources: &["{dir}/tests/misc_tests.c", "{dir}/tests/unity/src/unity.c"],
        without: &[],
        flags: &["-I{dir}", "-I{dir}/tests", "-I{dir}/tests/unity/src"],
        extra: &[],
        runs: &[&[]],
    },
    Program {
        name: "stb",
        corpus: Corpus::Debian("libstb"),
        sources: &["{own}/driver.c"],
        without: &[],
        flags: &["-I{dir}"],
        extra: &[("driver.c", STB_DRIVER)],
        runs: &[&[]],
    },
    Program {
        name: "tcc",
        corpus: Corpus::Debian("tcc"),
        sources: &["{dir}/tcc.c"],
        without: &[],
        flags: &["-DONE_SOURCE=1", "-I{own}", "-I{dir}"],
        extra: &[("config.h", "#define TCC_VERSION \"0.9.27\"\n")],
        runs: &[
            &["-v"],
            &["-w", "-I{dir}/include", "-c", "{dir}/tests/tests2/00_assignment.c", "-o", "{out}"],
            &["-w", "-I{dir}/include", "-c", "{dir}/tests/tests2/90_struct-init.c", "-o", "{out}"],
            &["-w", "-I{dir}/include", "-c", "{dir}/tests/tests2/46_grep.c", "-o", "{out}"],
            &["-w", "-I{dir}/include", "-E", "{dir}/tests/tests2/95_bitfields.c"],
        ],
    },
    Program {
        name: "sqlite's shell",
        corpus: Corpus::Debian("fossil"),
        sources: &["{dir}/extsrc/shell.c", "{dir}/extsrc/sqlite3.c"],
        without: &[],
        flags: &["-I{dir}/extsrc", "-DSQLITE_OMIT_LOAD_EXTENSION"],
        extra: &[("script.sql", SHELL_SCRIPT)],
        runs: &[&[":memory:", ".read {own}/script.sql"]],
    },
    Program {
        name: "lua as one file",
        corpus: Corpus::Debian("lua5.4"),
        sources: &["{own}/one.c"],
        without: &[],
        flags: &["-DLUA_USE_POSIX", "-I{dir}/src"],
        extra: &[("one.c", LUA_IN_ONE), ("script.lua", LUA_SCRIPT)],
        runs: &[&["{own}/script.lua"]],
    },
    Program {
        name: "minigzip",
        corpus: Corpus::Debian("zlib"),
        sources: &["{dir}", "{dir}/test/minigzip.c"],
        without: &[],
        flags: &["-I{dir}", "-DHAVE_UNISTD_H"],
        extra: &[],
        runs: &[&["-9", "-c", "{dir}/inflate.c"], &["-f", "-c", "{dir}/zlib.h"]],
    },
    Program {
        name: "jsmn's tests",
        corpus: Corpus::Debian("jsmn"),
        sources: &["{dir}/test/tests.c"],
        without: &[],
        flags: &["-I{dir}"],
        extra: &[],
        runs: &[&[]],
    },
    Program {
        name: "jsmn's tests, strict, with links",
        corpus: Corpus::Debian("jsmn"),
        sources: &["{dir}/test/tests.c"],
        without: &[],
        flags: &["-I{dir}", "-DJSMN_STRICT=1", "-DJSMN_PARENT_LINKS=1"],
        extra: &[],
        runs: &[&[]],
    },
    Program {
        name: "miniz",
        corpus: Corpus::Crate("miniz-sys", "0.1.12"),
        sources: &["{own}/driver.c", "{dir}/miniz.c"],
        without: &[],
        flags: &["-I{dir}"],
        extra: &[("driver.c", MINIZ_DRIVER)],
        runs: &[&["{out}"]],
    },
    Program {
        name: "chibicc, compiling itself",
        corpus: Corpus::DebianOf("trixie", "chibicc"),
        sources: &["{dir}"],
        without: &[],
        flags: &["-I{dir}"],
        extra: &[],
        // Its driver would start its own file again; the compiler proper is asked directly.
        runs: &[
            &[
                "-I{dir}/include",
                "-cc1",
                "-cc1-input",
                "{dir}/parse.c",
                "-cc1-output",
                "{out}",
                "{dir}/parse.c",
            ],
            &[
                "-I{dir}/include",
                "-cc1",
                "-cc1-input",
                "{dir}/codegen.c",
                "-cc1-output",
                "{out}",
                "{dir}/codegen.c",
            ],
            &[
                "-I{dir}/include",
                "-cc1",
                "-cc1-input",
                "{dir}/preprocess.c",
                "-cc1-output",
                "{out}",
                "{dir}/preprocess.c",
            ],
            &[
                "-I{dir}/include",
                "-cc1",
                "-cc1-input",
                "{dir}/tokenize.c",
                "-cc1-output",
                "{out}",
                "{dir}/tokenize.c",
            ],
        ],
    },
    Program {
        name: "lz4",
        corpus: Corpus::Debian("lz4"),
        sources: &["{dir}/lib", "{dir}/programs"],
        without: &[],
        flags: &["-I{dir}/lib", "-DXXH_NAMESPACE=LZ4_"],
        extra: &[],
        runs: &[&["-c", "-9", "{dir}/lib/lz4.c"]],
    },
    Program {
        name: "zstd",
        corpus: Corpus::Debian("libzstd"),
        sources: &[
            "{dir}/lib/common",
            "{dir}/lib/compress",
            "{dir}/lib/decompress",
            "{dir}/lib/dictBuilder",
            "{dir}/programs",
        ],
        without: &[],
        flags: &[
            "-I{dir}/lib",
            "-I{dir}/lib/common",
            "-DXXH_NAMESPACE=ZSTD_",
            "-DZSTD_DISABLE_ASM",
            "-DZSTD_MULTITHREAD",
        ],
        extra: &[],
        runs: &[&["-19", "-c", "{dir}/lib/zstd.h"]],
    },
    Program {
        name: "xxhash",
        corpus: Corpus::Debian("xxhash"),
        sources: &["{dir}/xxhash.c", "{dir}/cli"],
        without: &[],
        flags: &["-I{dir}", "-I{dir}/cli"],
        extra: &[],
        runs: &[&["-H0", "-H1", "-H2", "-H3", "{dir}/xxhash.h"]],
    },
    Program {
        name: "brotli",
        corpus: Corpus::Debian("brotli"),
        sources: &["{dir}/c/common", "{dir}/c/dec", "{dir}/c/enc", "{dir}/c/tools/brotli.c"],
        without: &[],
        flags: &["-I{dir}/c/include", "-DOS_LINUX"],
        extra: &[],
        runs: &[&["-c", "{dir}/README.md"]],
    },
    Program {
        name: "mujs",
        corpus: Corpus::Debian("mujs"),
        sources: &["{dir}/one.c", "{own}/driver.c"],
        without: &[],
        flags: &["-I{dir}"],
        extra: &[("driver.c", MUJS_DRIVER), ("script.js", JS_SCRIPT)],
        runs: &[&["{own}/script.js"]],
    },
    Program {
        name: "duktape",
        corpus: Corpus::Debian("duktape"),
        sources: &[
            "{dir}/src",
            "{dir}/extras/print-alert/duk_print_alert.c",
            "{dir}/examples/cmdline/duk_cmdline.c",
        ],
        without: &[],
        flags: &["-I{dir}/src", "-I{dir}/extras/print-alert", "-DDUK_CMDLINE_PRINTALERT_SUPPORT"],
        extra: &[("script.js", JS_SCRIPT)],
        runs: &[&["{own}/script.js"]],
    },
    Program {
        name: "quickjs",
        corpus: Corpus::DebianOf("trixie", "quickjs"),
        sources: &[
            "{dir}/quickjs.c",
            "{dir}/libregexp.c",
            "{dir}/libunicode.c",
            "{dir}/cutils.c",
            "{dir}/dtoa.c",
            "{dir}/quickjs-libc.c",
            "{own}/driver.c",
        ],
        without: &[],
        flags: &["-I{dir}", "-D_GNU_SOURCE", "-DCONFIG_VERSION=\"2025\""],
        extra: &[("driver.c", QUICKJS_DRIVER), ("script.js", JS_SCRIPT)],
        runs: &[&["{own}/script.js"], &["{dir}/tests/test_language.js"]],
    },
    Program {
        name: "oniguruma's tests",
        corpus: Corpus::Debian("libonig"),
        sources: &["{dir}/test/test_utf8.c", "{dir}/src"],
        without: &[
            "mktable.c",
            "unicode_property_data.c",
            "unicode_property_data_posix.c",
            "unicode_egcb_data.c",
            "unicode_wb_data.c",
            "unicode_fold_data.c",
        ],
        flags: &["-I{own}", "-I{dir}/src", "-DHAVE_CONFIG_H", "-DONIG_STATIC"],
        extra: &[("config.h", ONIGURUMA_CONFIG)],
        runs: &[&[]],
    },
    Program {
        name: "libyaml",
        corpus: Corpus::Debian("libyaml"),
        sources: &["{dir}/tests/run-emitter.c", "{dir}/src"],
        without: &[],
        flags: &[
            "-I{dir}/include",
            "-DYAML_VERSION_STRING=\"0.2.5\"",
            "-DYAML_VERSION_MAJOR=0",
            "-DYAML_VERSION_MINOR=2",
            "-DYAML_VERSION_PATCH=5",
        ],
        extra: &[],
        runs: &[&[
            "{dir}/examples/anchors.yaml",
            "{dir}/examples/mapping.yaml",
            "{dir}/examples/tags.yaml",
        ]],
    },
    Program {
        name: "expat's tests",
        corpus: Corpus::Debian("expat"),
        sources: &[
            "{dir}/expat/tests/runtests.c",
            "{dir}/expat/tests/minicheck.c",
            "{dir}/expat/tests/memcheck.c",
            "{dir}/expat/tests/structdata.c",
            "{dir}/expat/tests/chardata.c",
            "{dir}/expat/lib/xmlparse.c",
            "{dir}/expat/lib/xmltok.c",
            "{dir}/expat/lib/xmlrole.c",
        ],
        without: &[],
        flags: &[
            "-I{dir}/expat/lib",
            "-I{dir}/expat/tests",
            "-DXML_DEV_URANDOM",
            "-DXML_CONTEXT_BYTES=1024",
            "-DXML_NS",
            "-DXML_DTD",
            "-DHAVE_MEMMOVE",
            "-DBYTEORDER=1234",
        ],
        extra: &[],
        runs: &[&["-v"]],
    },
    Program {
        name: "cmark",
        corpus: Corpus::Debian("cmark"),
        sources: &["{dir}/src"],
        without: &[],
        flags: &["-I{own}", "-I{dir}/src"],
        extra: &[
            ("config.h", CMARK_CONFIG),
            ("cmark_export.h", "#define CMARK_EXPORT\n"),
            ("cmark_version.h", "#define CMARK_VERSION 1\n#define CMARK_VERSION_STRING \"1\"\n"),
        ],
        runs: &[&["{dir}/test/spec.txt"], &["-t", "man", "{dir}/README.md"]],
    },
    Program {
        name: "http-parser's tests",
        corpus: Corpus::Debian("http-parser"),
        sources: &["{dir}/http_parser.c", "{dir}/test.c"],
        without: &[],
        flags: &["-I{dir}", "-DHTTP_PARSER_STRICT=1"],
        extra: &[],
        runs: &[&[]],
    },
    Program {
        name: "giflib",
        corpus: Corpus::Debian("giflib"),
        sources: &[
            "{dir}/giftext.c",
            "{dir}/dgif_lib.c",
            "{dir}/egif_lib.c",
            "{dir}/gif_err.c",
            "{dir}/gif_font.c",
            "{dir}/gif_hash.c",
            "{dir}/gifalloc.c",
            "{dir}/openbsd-reallocarray.c",
            "{dir}/quantize.c",
            "{dir}/getarg.c",
            "{dir}/qprintf.c",
        ],
        without: &[],
        flags: &["-I{dir}"],
        extra: &[],
        runs: &[&["{dir}/pic/fire.gif"]],
    },
    Program {
        name: "figlet",
        corpus: Corpus::Debian("figlet"),
        sources: &[
            "{dir}/figlet.c",
            "{dir}/zipio.c",
            "{dir}/crc.c",
            "{dir}/inflate.c",
            "{dir}/utf8.c",
        ],
        without: &[],
        flags: &["-DDEFAULTFONTDIR=\"fonts\"", "-DDEFAULTFONTFILE=\"standard.flf\"", "-DTLF_FONTS"],
        extra: &[],
        runs: &[
            &["-d", "{dir}/fonts", "-f", "slant", "-w", "120", "Hello, world"],
            &["-d", "{dir}/fonts", "-f", "banner", "-c", "C"],
        ],
    },
];

const SQLITE_DRIVER: &str = r#"#include <sqlite3.h>
#include <stdio.h>
static int row(void *unused, int n, char **values, char **names)
{
    (void)unused;
    for (int i = 0; i < n; i++)
        printf("%s%s=%s", i ? "|" : "", names[i], values[i] ? values[i] : "NULL");
    return puts("") < 0;
}
static const char *const statements[] = {
    "create table t(a integer primary key, b text, c real)",
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)"
    " insert into t select i, printf('row%05d', (i * 7919) % 3000), i * 1.5 from n",
    "select count(*), sum(a), avg(c), min(b), max(b) from t",
    "create index tb on t(b)",
    "explain query plan select * from t where b = 'row00001'",
    "select a, b, c from t where b between 'row00010' and 'row00020' order by b",
    "select a % 7 as k, count(*), group_concat(a) from t where a < 60 group by k order by 2, 1",
    "select row_number() over (order by b desc), b from t limit 3",
    "select json_extract('{\"a\":[1,2,{\"b\":3}]}', '$.a[2].b')",
    "select date('2024-02-29', '+1 year'), 1e308 * 10, 1 / 3.0, typeof(1.0), 1 << 62",
    "create virtual table f using fts5(x)",
    "insert into f values ('hello world'), ('goodbye world')",
    "select x from f where f match 'hello'",
    "create virtual table r using rtree(id, x0, x1)",
    "insert into r select a, a, a + 2 from t where a < 200",
    "select count(*) from r where x0 > 50 and x1 < 100",
    "begin; delete from t where a % 2; rollback; select count(*) from t",
    "delete from t where a % 3 = 0; select count(*), total(length(b)) from t; pragma integrity_check",
    "select nothing from t", "selec 1", "select sqlite_version()",
};
int main(void)
{
    sqlite3 *db;
    if (sqlite3_open(":memory:", &db))
        return 1;
    for (unsigned i = 0; i < sizeof statements / sizeof *statements; i++) {
        char *error = 0;
        if (sqlite3_exec(db, statements[i], row, 0, &error))
            printf("error: %s\n", error);
        sqlite3_free(error);
    }
    return sqlite3_close(db);
}
"#;

const LUA_SCRIPT: &str = r#"
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(fib(20), math.pi, 1 // 0.0, -7 // 2, -7 % 3, 7.0 % -3, 1 << 62, ~0, "10" + 5, 2^53)
local t = {} for i = 1, 2000 do t[i] = (i * 7919) % 2003 end
table.sort(t) print(t[1], t[1000], t[2000], #t, table.concat(t, ",", 1, 10))
print(string.format("%5.3f %d %q %x %g %a", math.pi, 42, "a\nb", 255, 1e300, 0.5))
print(("hello world"):gsub("o", "0"), ("key=value"):match("(%w+)=(%w+)"), string.rep("ab", 3, ","))
local co = coroutine.wrap(function(a) for i = 1, 3 do a = coroutine.yield(a * i) end return "end" end)
print(co(1), co(2), co(3), co(4))
print(pcall(function() error({ code = 7 }) end) == false, select(2, pcall(error, "text", 0)))
print(load("return 1 +"))
print(string.unpack("<i4", string.pack("<i4", -100)), utf8.char(228, 8364), #"\u{20ac}")
local mt = setmetatable({}, { __index = function(_, k) return k .. "!" end, __len = function() return 9 end })
print(mt.x, #mt, rawlen(mt), math.tointeger(3.0), math.type(1), math.type(1.0))
do local closed <close> = setmetatable({}, { __close = function() print("closed") end }) end
local s = 0 for i = 1, 300000 do s = s + i % 7 end print(s) collectgarbage() print(next({}))
for i = 3, 1, -1 do for w in ("a b c"):gmatch("%a") do if w == "b" then goto next end io.write(i, w, " ") ::next:: end end
print(os.time { year = 2020, month = 1, day = 1, hour = 12 } > 0, os.getenv("NOTHING_HERE"))
error("the end")
"#;

const STB_DRIVER: &str = r#"#define STB_IMAGE_IMPLEMENTATION
#include "stb_image.h"
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include "stb_image_write.h"
#define STB_SPRINTF_IMPLEMENTATION
#include "stb_sprintf.h"
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#include "stb_image_resize.h"
#define STB_DXT_IMPLEMENTATION
#include "stb_dxt.h"
#include <stdio.h>
static unsigned char buffer[1 << 18], image[64 * 64 * 3], small[32 * 48 * 3];
static int used;
static void keep(void *unused, void *data, int size) { memcpy(buffer + used, data, size); used += size; }
static unsigned hash(const void *data, int n)
{
    unsigned h = 5381;
    for (const unsigned char *p = data; n-- > 0; p++) h = h * 33 + *p;
    return h;
}
int main(void)
{
    char text[200];
    for (int i = 0; i < (int)sizeof image; i++) image[i] = (i * i) >> 7 ^ i;
    stbsp_sprintf(text, "%d %s %10.5f %g %e %a %x %lld %c %'d", 5, "x", 3.14159, 1e10, 1.5e-300, 1.0,
                  255, 1LL << 40, 'q', 1234567);
    puts(text);
    for (int kind = 0; kind < 4; kind++) {
        int x = 0, y = 0, channels = 0;
        used = 0;
        switch (kind) {
        case 0: stbi_write_png_to_func(keep, 0, 64, 64, 3, image, 64 * 3); break;
        case 1: stbi_write_jpg_to_func(keep, 0, 64, 64, 3, image, 90); break;
        case 2: stbi_write_bmp_to_func(keep, 0, 64, 64, 3, image); break;
        case 3: stbi_write_tga_to_func(keep, 0, 64, 64, 3, image); break;
        }
        unsigned char *back = stbi_load_from_memory(buffer, used, &x, &y, &channels, 3);
        printf("%d %u %d %d %d %u\n", used, hash(buffer, used), x, y, channels, hash(back, sizeof image));
    }
    stbir_resize_uint8(image, 64, 64, 0, small, 32, 48, 0, 3);
    stb_compress_dxt_block(buffer, image, 1, STB_DXT_HIGHQUAL);
    printf("%u %u\n", hash(small, sizeof small), hash(buffer, 16));
    return 0;
}
"#;

const SHELL_SCRIPT: &str = r#".mode column
.headers on
create table t(a integer primary key, b text, c real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 500)
  insert into t select i, printf('row%05d', (i * 7919) % 3000), i * 1.5 from n;
select * from t limit 5;
.tables
.schema
select count(*), sum(a), avg(c) from t;
.mode csv
select * from t where a % 100 = 0;
.mode json
select * from t where a < 3;
.mode box
select b, count(*) over (order by b) from t limit 4;
.dump t
explain query plan select * from t where b > 'x' order by c;
select no_such_function(1);
.quit
"#;

const LUA_IN_ONE: &str = r#"#define LUA_CORE
#define LUA_LIB
#define ltable_c
#define lvm_c
#define LUAI_FUNC static
#define LUAI_DDEC(def)
#define LUAI_DDEF static
#include "luaconf.h"
#undef LUAI_FUNC
#undef LUAI_DDEC
#undef LUAI_DDEF
#define LUAI_FUNC static
#define LUAI_DDEC(def)
#define LUAI_DDEF static
#undef LUA_API
#undef LUALIB_API
#undef LUAMOD_API
#define LUA_API static
#define LUALIB_API static
#define LUAMOD_API static
#include "lzio.c"
#include "lctype.c"
#include "lopcodes.c"
#include "lmem.c"
#include "lundump.c"
#include "ldump.c"
#include "lstate.c"
#include "lgc.c"
#include "llex.c"
#include "lcode.c"
#include "lparser.c"
#include "ldebug.c"
#include "lfunc.c"
#include "lobject.c"
#include "ltm.c"
#include "lstring.c"
#include "ltable.c"
#include "ldo.c"
#include "lvm.c"
#include "lapi.c"
#include "lauxlib.c"
#include "lbaselib.c"
#include "lcorolib.c"
#include "ldblib.c"
#include "liolib.c"
#include "lmathlib.c"
#include "loadlib.c"
#include "loslib.c"
#include "lstrlib.c"
#include "ltablib.c"
#include "lutf8lib.c"
#include "linit.c"
#include "lua.c"
"#;

const MINIZ_DRIVER: &str = r#"#include "miniz.h"
#include <stdio.h>
#include <string.h>
static unsigned char plain[100000], packed[120000], back[100000];
int main(int argc, char **argv)
{
    for (unsigned i = 0, x = 1; i < sizeof plain; i++, x = x * 1103515245 + 12345)
        plain[i] = i % 700 < 500 ? "abcdefgh"[i % 8] : x >> 24;
    for (int level = 0; level <= 10; level++) {
        mz_ulong n = sizeof packed, m = sizeof back;
        int status = mz_compress2(packed, &n, plain, sizeof plain, level);
        unsigned sum = mz_crc32(MZ_CRC32_INIT, packed, n);
        int opened = mz_uncompress(back, &m, packed, n);
        printf("%d: %d %lu %08x %d %lu %d\n", level, status, n, sum, opened, m,
               memcmp(plain, back, sizeof plain));
    }
    printf("%s %lx %d\n", mz_version(), mz_adler32(MZ_ADLER32_INIT, plain, sizeof plain),
           mz_uncompress(back, &(mz_ulong){10}, packed, 50));
    FILE *out = fopen(argv[argc - 1], "wb");
    return !out || fwrite(packed, 1, sizeof packed, out) != sizeof packed || fclose(out);
}
"#;

const MUJS_DRIVER: &str = r#"#include <mujs.h>
#include <stdio.h>
static void print(js_State *J)
{
    for (int i = 1; i < js_gettop(J); i++)
        printf("%s%s", i > 1 ? " " : "", js_tostring(J, i));
    puts("");
    js_pushundefined(J);
}
int main(int argc, char **argv)
{
    js_State *J = js_newstate(NULL, NULL, JS_STRICT);
    js_newcfunction(J, print, "print", 1);
    js_setglobal(J, "print");
    int wrong = js_dofile(J, argv[argc - 1]);
    js_freestate(J);
    return wrong;
}
"#;

const QUICKJS_DRIVER: &str = r#"#include "quickjs-libc.h"
int main(int argc, char **argv)
{
    JSRuntime *rt = JS_NewRuntime();
    js_std_init_handlers(rt);
    JSContext *ctx = JS_NewContext(rt);
    js_init_module_std(ctx, "std");
    js_init_module_os(ctx, "os");
    js_std_add_helpers(ctx, argc - 1, argv + 1);
    size_t n;
    uint8_t *text = js_load_file(ctx, &n, argv[1]);
    JSValue value = JS_Eval(ctx, (char *)text, n, "script", JS_EVAL_TYPE_GLOBAL);
    int wrong = JS_IsException(value);
    if (wrong)
        js_std_dump_error(ctx);
    js_std_loop(ctx);
    js_std_free_handlers(rt);
    return wrong;
}
"#;

const JS_SCRIPT: &str = r#"function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
print(fib(18), [3, 1, 2].sort().join(), JSON.stringify({ a: [1, 2.5, "x"], b: null }));
print("abc".replace(/b/g, "X"), Math.PI, 0.1 + 0.2, 1e21, parseInt("ff", 16), -7 % 3, 1 / 0, 7 >>> 1);
try { null.x } catch (e) { print(e instanceof TypeError) }
print(new Date(0).toISOString(), /(\d+)-(\d+)/.exec("10-20"), escape("\u20ac"), (255).toString(2));
print((1234.5678).toFixed(2), (0.000001234).toExponential(3), (1e-7).toString(), 123456789 * 1000003);
var o = {}; for (var i = 0; i < 1000; i++) o["k" + i * 7 % 1000] = i;
print(Object.keys(o).length, o.k7, [1, 2, 3, 4].map(function (x) { return x * x; }).filter(function (x) { return x > 3; }));
"#;

const ONIGURUMA_CONFIG: &str = "#define STDC_HEADERS 1
#define HAVE_STDLIB_H 1
#define HAVE_STDINT_H 1
#define HAVE_INTTYPES_H 1
#define HAVE_STRING_H 1
#define HAVE_UNISTD_H 1
#define HAVE_SYS_TYPES_H 1
#define HAVE_SYS_TIME_H 1
#define HAVE_ALLOCA_H 1
#define SIZEOF_INT 4
#define SIZEOF_LONG 8
#define SIZEOF_LONG_LONG 8
#define SIZEOF_VOIDP 8
#define VERSION \"6\"
";

const CMARK_CONFIG: &str = "#include <stdbool.h>
#define HAVE_STDBOOL_H
#define HAVE___BUILTIN_EXPECT
#define HAVE___ATTRIBUTE__
#define CMARK_ATTRIBUTE(list) __attribute__ (list)
#define CMARK_INLINE inline
";
