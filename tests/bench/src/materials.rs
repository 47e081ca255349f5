//! What the jobs link: small C mains and the ray tracer, compiled by gcc into a scratch folder
//! that goes when this value does. In: sources; out: object files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pieces;

const PYTHON_MAIN: &str = "int Py_BytesMain(int, char **);
int main(int argc, char **argv) { return Py_BytesMain(argc, argv); }
";

const LUA_MAIN: &str = r#"#include <lua5.4/lua.h>
#include <lua5.4/lauxlib.h>
#include <lua5.4/lualib.h>
int main(void)
{
    lua_State *l = luaL_newstate();
    luaL_openlibs(l);
    int wrong = luaL_dostring(l, "local s = 0 for i = 1, 100000 do s = s + i end print(s)");
    lua_close(l);
    return wrong;
}
"#;

const SQLITE_MAIN: &str = r#"#include <sqlite3.h>
#include <stdio.h>
static int row(void *unused, int n, char **values, char **names)
{
    (void)unused, (void)n, (void)names;
    return puts(values[0]) < 0;
}
int main(void)
{
    sqlite3 *db;
    if (sqlite3_open(":memory:", &db))
        return 1;
    int wrong = sqlite3_exec(db,
        "create table t(a); with recursive c(x) as (select 1 union all select x + 1 from c"
        " where x < 10000) insert into t select x from c; select sum(a) from t", row, 0, 0);
    sqlite3_close(db);
    return wrong;
}
"#;

pub(crate) struct Materials {
    pub(crate) folder: PathBuf,
}

impl Materials {
    pub(crate) fn new() -> Result<Materials, String> {
        let folder = std::env::temp_dir().join(format!("tine-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(Materials { folder })
    }

    /// An object file from a text; an error is gcc's own first line.
    fn compile(&self, name: &str, source: &Path) -> Result<String, String> {
        let object = self.folder.join(name).with_extension("o");
        let include = format!("-I{}", ray_folder().display());
        let output = Command::new("gcc")
            .args(["-O2", "-c", "-pthread", &include, "-o"])
            .arg(&object)
            .arg(source)
            .output()
            .map_err(|e| format!("gcc: {e}"))?;
        match output.status.success() {
            true => Ok(object.to_string_lossy().into_owned()),
            false => {
                let text = String::from_utf8_lossy(&output.stderr);
                Err(format!("gcc: {}", text.lines().next().unwrap_or("failed")))
            }
        }
    }

    fn compile_text(&self, name: &str, text: &str) -> Result<String, String> {
        let source = self.folder.join(name);
        fs::write(&source, text).map_err(|e| format!("{}: {e}", source.display()))?;
        self.compile(name, &source)
    }

    pub(crate) fn python(&self) -> Result<Vec<String>, String> {
        Ok(vec![self.compile_text("python_main.c", PYTHON_MAIN)?])
    }

    pub(crate) fn lua(&self) -> Result<Vec<String>, String> {
        Ok(vec![self.compile_text("lua_main.c", LUA_MAIN)?])
    }

    pub(crate) fn sqlite(&self) -> Result<Vec<String>, String> {
        Ok(vec![self.compile_text("sqlite_main.c", SQLITE_MAIN)?])
    }

    /// The ray tracer's object files, more than fifty.
    pub(crate) fn ray_tracer(&self) -> Result<Vec<String>, String> {
        let folder = ray_folder();
        let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let mut sources: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        sources.retain(|p| p.extension().is_some_and(|e| e == "c"));
        sources.sort();
        let mut objects = Vec::new();
        for source in sources {
            let name = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
            objects.push(self.compile(&name, &source)?);
        }
        for (name, text) in pieces::files() {
            objects.push(self.compile_text(&name, &text)?);
        }
        Ok(objects)
    }
}

impl Drop for Materials {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("bench: {} is left behind: {error}", self.folder.display());
        }
    }
}

fn ray_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ray")
}
