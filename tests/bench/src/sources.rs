//! The programs that are compiled: kernels and the ray tracer of this folder, Lua and SQLite from
//! crates that carry their C sources, fetched by cargo when a job asks and kept under `target`.
//! In: a folder for what is written; out: files, flags and arguments, or why there are none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::pieces;

/// One program, from source.
pub(crate) struct Program {
    pub(crate) name: String,
    /// The file with `main` first.
    pub(crate) sources: Vec<PathBuf>,
    pub(crate) flags: Vec<String>,
    pub(crate) arguments: Vec<String>,
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn c_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "c"));
    files.sort();
    Ok(files)
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf, String> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}

/// The sources of a crate, unpacked.
fn krate(name: &str, version: &str) -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|e| e.to_string())?;
    let target = program.ancestors().nth(2).ok_or("the bench lies in no target folder")?;
    let project = target.join(format!("bench-sources/{name}-{version}"));
    let (vendored, done) = (project.join("vendor"), project.join(".vendored"));
    if !done.exists() {
        let manifest = format!(
            "[package]\nname = \"sources\"\nversion = \"0.0.0\"\n[workspace]\n\
             [dependencies]\n{name} = {{ version = \"={version}\", default-features = false }}\n"
        );
        fs::create_dir_all(project.join("src")).map_err(|e| e.to_string())?;
        write(&project, "Cargo.toml", &manifest)?;
        write(&project, "src/lib.rs", "")?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut vendor = Command::new(cargo);
        vendor.args(["vendor", "--quiet"]).arg(&vendored).current_dir(&project);
        vendor.stdout(Stdio::null()).stderr(Stdio::null());
        if !vendor.status().is_ok_and(|status| status.success()) {
            return Err(format!("absent: cargo cannot fetch the crate {name} {version}"));
        }
        write(&project, ".vendored", "")?;
    }
    Ok(vendored.join(name))
}

/// The folder of SQLite's one file.
pub(crate) fn sqlite_folder() -> Result<PathBuf, String> {
    Ok(krate("libsqlite3-sys", "0.30.1")?.join("sqlite3"))
}

pub(crate) fn kernels() -> Result<Vec<Program>, String> {
    let program = |source: PathBuf| Program {
        name: source.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        sources: vec![source],
        flags: Vec::new(),
        arguments: Vec::new(),
    };
    Ok(c_files(&here().join("code"))?.into_iter().map(program).collect())
}

/// The ray tracer, one thread of it.
pub(crate) fn ray_tracer(scratch: &Path) -> Result<Program, String> {
    let folder = here().join("ray");
    let mut sources = c_files(&folder)?;
    sources.sort_by_key(|path| !path.ends_with("main.c"));
    for (name, text) in pieces::files() {
        sources.push(write(scratch, &name, &text)?);
    }
    let flags = vec![format!("-I{}", folder.display())];
    let arguments = ["320", "200", "1"].map(String::from).to_vec();
    Ok(Program { name: "ray tracer".into(), sources, flags, arguments })
}

/// Lua's files in the order in which they can be one.
const LUA: [&str; 32] = [
    "lzio", "lctype", "lopcodes", "lmem", "lundump", "ldump", "lstate", "lgc", "llex", "lcode",
    "lparser", "ldebug", "lfunc", "lobject", "ltm", "lstring", "ltable", "ldo", "lvm", "lapi",
    "lauxlib", "lbaselib", "lcorolib", "ldblib", "liolib", "lmathlib", "loadlib", "loslib",
    "lstrlib", "ltablib", "lutf8lib", "linit",
];

const LUA_HEAD: &str = "#define LUA_CORE
#define LUA_LIB
#define ltable_c
#define lvm_c
#include \"lprefix.h\"
#include \"luaconf.h\"
#undef LUAI_FUNC
#undef LUAI_DDEC
#undef LUAI_DDEF
#undef LUA_API
#undef LUALIB_API
#undef LUAMOD_API
#define LUAI_FUNC static
#define LUAI_DDEC(def)
#define LUAI_DDEF static
#define LUA_API static
#define LUALIB_API static
#define LUAMOD_API static
";

const LUA_MAIN: &str = "
#include <stdio.h>
int main(int argc, char **argv)
{
    lua_State *l = luaL_newstate();
    luaL_openlibs(l);
    int wrong = argc < 2 || luaL_dofile(l, argv[1]);
    if (wrong)
        puts(argc < 2 ? \"which script?\" : lua_tostring(l, -1));
    lua_close(l);
    return wrong;
}
";

/// Lua as one file, with a script.
pub(crate) fn lua(scratch: &Path) -> Result<Program, String> {
    let folder = krate("lua-src", "547.0.0")?.join("lua-5.4.7");
    let includes: String = LUA.iter().map(|name| format!("#include \"{name}.c\"\n")).collect();
    let source = write(scratch, "lua.c", &format!("{LUA_HEAD}{includes}{LUA_MAIN}"))?;
    Ok(Program {
        name: "lua".into(),
        sources: vec![source],
        flags: vec![format!("-I{}", folder.display()), "-DLUA_USE_POSIX".into()],
        arguments: vec![here().join("code/script.lua").display().to_string()],
    })
}

const SQLITE_MAIN: &str = r#"#include <sqlite3.h>
#include <stdio.h>
static int row(void *unused, int n, char **values, char **names)
{
    (void)unused, (void)names;
    for (int i = 0; i < n; i++)
        printf("%s|", values[i] ? values[i] : "NULL");
    return puts("") < 0;
}
int main(void)
{
    sqlite3 *db;
    if (sqlite3_open(":memory:", &db))
        return 1;
    return sqlite3_exec(db,
        "create table t(a integer primary key, b text, c real);"
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 200000)"
        " insert into t select i, printf('row%05d', (i * 7919) % 100000), i * 1.5 from n;"
        "create index tb on t(b);"
        "select count(*), sum(a), avg(c), min(b), max(b) from t;"
        "select a % 7 as k, count(*), sum(length(b)) from t group by k order by 2, 1;"
        "select count(*) from t x join t y on x.b = y.b where x.a % 5 = 0;"
        "select count(*) from t where b like '%99%';"
        "update t set c = c + 1 where a % 2; delete from t where a % 3 = 0;"
        "select sum(c) from t;", row, 0, 0);
}
"#;

/// SQLite, with some work for it.
pub(crate) fn sqlite(scratch: &Path) -> Result<Program, String> {
    let folder = sqlite_folder()?;
    let main = write(scratch, "sqlite_work.c", SQLITE_MAIN)?;
    Ok(Program {
        name: "sqlite".into(),
        sources: vec![main, folder.join("sqlite3.c")],
        flags: vec![format!("-I{}", folder.display())],
        arguments: Vec::new(),
    })
}

/// All programs whose names hold one of the words; those that cannot be had are named.
pub(crate) fn all(words: &[String], scratch: &Path) -> Result<Vec<Program>, String> {
    let mut programs = kernels()?;
    for made in [ray_tracer(scratch), lua(scratch), sqlite(scratch)] {
        match made {
            Ok(program) => programs.push(program),
            Err(why) => println!("\n{why}"),
        }
    }
    programs.retain(|p| words.is_empty() || words.iter().any(|w| p.name.contains(w.as_str())));
    Ok(programs)
}
