//! Real programs nobody adapted, and other compilers' tests, as scripts: what they print, how they
//! end and what they write has to be what gcc makes them do. Their sources are fetched when the
//! tests run (see `corpora`).

use crate::corpora;
use crate::harness::{Scratch, in_parallel, run_limited, tine};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

enum Corpus {
    Debian(&'static str),
    Crate(&'static str, &'static str),
}

impl Corpus {
    fn fetch(&self) -> Option<PathBuf> {
        match self {
            Corpus::Debian(package) => corpora::debian(package),
            Corpus::Crate(name, version) => corpora::krate(name, version),
        }
    }
}

/// A program. In all texts `{dir}` is the folder of its sources, `{own}` a scratch folder; `{out}`
/// is a file it writes, which has to be the same too.
struct Program {
    name: &'static str,
    corpus: Corpus,
    /// Files; a folder stands for all `.c` files in it.
    sources: &'static [&'static str],
    without: &'static [&'static str],
    flags: &'static [&'static str],
    /// Files of ours beside the program's: name and text.
    extra: &'static [(&'static str, &'static str)],
    /// Arguments of each run.
    runs: &'static [&'static [&'static str]],
}

const PROGRAMS: &[Program] = &[
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

/// The texts with their places filled in.
fn filled(texts: &[&str], dir: &Path, own: &Path, out: &Path) -> Vec<String> {
    let place = |path: &Path| path.to_string_lossy().into_owned();
    let fill = |text: &&str| {
        text.replace("{dir}", &place(dir))
            .replace("{own}", &place(own))
            .replace("{out}", &place(out))
    };
    texts.iter().map(fill).collect()
}

/// The `.c` files of a folder, sorted.
fn c_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "c"));
    files.sort();
    files
}

/// What a program does otherwise than gcc's.
fn differences(program: &Program, dir: &Path) -> Vec<String> {
    let scratch = Scratch::new();
    let (own, out) = (scratch.path(""), scratch.path("out"));
    for (name, text) in program.extra {
        fs::write(scratch.path(name), text).unwrap();
    }
    let mut sources = Vec::new();
    for path in filled(program.sources, dir, &own, &out) {
        match Path::new(&path).is_dir() {
            true => sources.extend(c_files(Path::new(&path))),
            false => sources.push(PathBuf::from(path)),
        }
    }
    sources.retain(|path| !program.without.iter().any(|name| path.ends_with(name)));
    let flags = filled(program.flags, dir, &own, &out);
    let exe = scratch.path("native");
    let mut gcc = Command::new("gcc");
    gcc.args(["-w", "-O0", "-std=gnu17", "-o"]).arg(&exe).args(&flags).args(&sources);
    gcc.args(["-lm", "-lpthread", "-ldl"]);
    assert!(gcc.status().unwrap().success(), "{gcc:?}");
    let mut found = Vec::new();
    for run in program.runs {
        let arguments = filled(run, dir, &own, &out);
        // The program's own name is part of some messages.
        let first = &sources[0];
        let mut native = Command::new(&exe);
        native.arg0(first).args(&arguments).env("LC_ALL", "C");
        let expected = (run_limited(&mut native), fs::read(&out).ok());
        let _ = fs::remove_file(&out);
        let mut command = tine();
        command.args(["run", "-w", "-std=gnu17"]).args(&flags).args(&sources);
        command.args(["-lm", "-lpthread", "-ldl", "--"]).args(&arguments).env("LC_ALL", "C");
        let seen = (run_limited(&mut command), fs::read(&out).ok());
        let _ = fs::remove_file(&out);
        let same = seen.0.stdout == expected.0.stdout && seen.0.status == expected.0.status;
        if !same || seen.1 != expected.1 {
            let same_file = seen.1 == expected.1;
            found.push(format!(
                "{} {arguments:?}: (same file: {same_file}) expected {:#?}, got {:#?}",
                program.name, expected.0, seen.0
            ));
        }
    }
    found
}

#[test]
fn real_programs() {
    let found = Mutex::new(Vec::new());
    in_parallel(PROGRAMS, |_, program| {
        if let Some(dir) = program.corpus.fetch() {
            found.lock().unwrap().extend(differences(program, &dir));
        }
    });
    let found = found.into_inner().unwrap();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

/// Files of TinyCC's tests that are about TinyCC, or about what is refused here with a clear error.
const TINYCC_LEFT_OUT: [&str; 1] = [
    // The layout of Microsoft's compiler.
    "95_bitfields_ms.c",
];

#[test]
fn tinycc_tests() {
    let Some(dir) = corpora::debian("tcc") else { return };
    let folder = dir.join("tests/tests2");
    let scratch = Scratch::new();
    let mut files = c_files(&folder);
    files.retain(|path| !TINYCC_LEFT_OUT.iter().any(|name| path.ends_with(name)));
    let compared = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    in_parallel(&files, |n, file| {
        let arguments: &[&str] = match file.file_name().unwrap().to_str().unwrap() {
            "31_args.c" => &["arg1", "arg2", "arg3", "arg4", "arg5"],
            "46_grep.c" => &[r"[^* ]*[:a:d: ]+\:\*-/: $", "46_grep.c"],
            _ => &[],
        };
        let exe = scratch.path(&format!("exe{n}"));
        let mut gcc = Command::new("gcc");
        gcc.args(["-w", "-O0", "-std=gnu17", "-fgnu89-inline", "-o"]).arg(&exe).arg(file);
        gcc.args(["-lm", "-lpthread"]).stderr(std::process::Stdio::null());
        if !gcc.status().unwrap().success() {
            return;
        }
        let expected = run_limited(Command::new(exe).args(arguments).current_dir(&folder));
        let mut command = tine();
        command.args(["run", "-w", "-std=gnu17", "-fgnu89-inline"]).arg(file);
        command.args(["-lm", "-lpthread", "--"]).args(arguments).current_dir(&folder);
        let seen = run_limited(&mut command);
        compared.fetch_add(1, Ordering::Relaxed);
        if seen.stdout != expected.stdout || seen.status != expected.status {
            let name = file.display();
            failed.lock().unwrap().push(format!("{name}: expected {expected:#?}, got {seen:#?}"));
        }
    });
    let (failed, compared) = (failed.into_inner().unwrap(), compared.into_inner());
    println!("TinyCC's tests2: {} of {compared}", compared - failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    assert!(compared > 80, "only {compared} files of {}", files.len());
}
