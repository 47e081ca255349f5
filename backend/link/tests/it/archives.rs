//! Archives nobody prepared for us: small drivers whose output a normal link would give as well.

use crate::support::{Program, compile, folder, have};

const HERE: &str = "/usr/lib/x86_64-linux-gnu";
const GCC: &str = "/usr/lib/gcc/x86_64-linux-gnu/12";

/// Compiles the driver, links it with the archives, and compares what it prints.
fn check(name: &str, compiler: &[&str], source: &str, files: &[&str], expected: &str) {
    if !files.iter().all(|file| have(file)) {
        return;
    }
    let folder = folder(name);
    let extension = if compiler[0].ends_with("++") { "cc" } else { "c" };
    let object = compile(&folder, &format!("main.{extension}"), source, compiler);
    let mut program = Program::new(&[object]);
    let (archives, libraries): (Vec<&str>, Vec<&str>) =
        files.iter().partition(|file| file.ends_with(".a"));
    program.files.extend(archives.iter().map(|archive| archive.into()));
    program.libraries.extend(libraries);
    let ran = program.run(&[]);
    assert_eq!((ran.stdout.as_str(), ran.status), (expected, Some(0)), "{name}: {}", ran.stderr);
}

#[test]
fn lua() {
    let source = r#"
        #include <lua5.4/lua.h>
        #include <lua5.4/lauxlib.h>
        #include <lua5.4/lualib.h>
        int main(void) {
            lua_State *lua = luaL_newstate();
            luaL_openlibs(lua);
            return luaL_dostring(lua, "local t = {} for i = 1, 4 do t[i] = i * i end "
                "print(table.concat(t, ' '), string.format('%.3f', math.sin(1)), pcall(error, 'e'))");
        }
    "#;
    let files = [&format!("{HERE}/liblua5.4.a")[..], "/lib/x86_64-linux-gnu/libm.so.6"];
    if have("/usr/include/lua5.4/lua.h") {
        check("lua", &["gcc"], source, &files, "1 4 9 16\t0.841\tfalse\te\n");
    }
}

#[test]
fn sqlite_and_zlib() {
    let source = r#"
        #include <stdio.h>
        #include <sqlite3.h>
        #include <zlib.h>
        static int row(void *sum, int n, char **values, char **names) {
            printf("%s=%s\n", names[0], values[0]);
            return 0;
        }
        int main(void) {
            sqlite3 *db;
            sqlite3_open(":memory:", &db);
            sqlite3_exec(db, "create table t(x); insert into t values (1), (2), (39);"
                "select sum(x) as total from t;", row, 0, 0);
            printf("%lx\n", crc32(0, (const Bytef *)"tine", 4));
            return sqlite3_close(db);
        }
    "#;
    let sqlite = format!("{HERE}/libsqlite3.a");
    let zlib = format!("{HERE}/libz.a");
    let files = [&sqlite[..], &zlib, "/lib/x86_64-linux-gnu/libm.so.6"];
    if have("/usr/include/sqlite3.h") && have("/usr/include/zlib.h") {
        check("sqlite", &["gcc", "-O2"], source, &files, "total=42\n44b9cb86\n");
    }
}

#[test]
fn crypto() {
    let source = r#"
        #include <stdio.h>
        #include <openssl/evp.h>
        int main(void) {
            unsigned char out[64]; unsigned len;
            EVP_Digest("abc", 3, out, &len, EVP_sha256(), 0);
            for (unsigned i = 0; i < 8; i++) printf("%02x", out[i]);
            puts("");
            return 0;
        }
    "#;
    let crypto = format!("{HERE}/libcrypto.a");
    if have("/usr/include/openssl/evp.h") {
        check("crypto", &["gcc"], source, &[&crypto], "ba7816bf8f01cfea\n");
    }
}

const STREAMS: &str = r#"
    #include <iostream>
    #include <map>
    #include <sstream>
    #include <stdexcept>
    #include <string>
    #include <thread>
    #include <mutex>
    static std::map<std::string, int> *early = new std::map<std::string, int>{{"a", 1}};
    struct Last { ~Last() { std::cout << "last" << std::endl; } } last;
    int main() {
        std::ostringstream text;
        text << 3.5 << ' ' << early->at("a");
        try { early->at("b"); } catch (const std::out_of_range &) { text << " caught"; }
        std::once_flag once;
        std::thread([&] { std::call_once(once, [&] { text << " once"; }); }).join();
        std::cout << text.str() << std::endl;
        return 0;
    }
"#;

#[test]
fn the_c_plus_plus_library_as_an_archive() {
    let library = format!("{GCC}/libstdc++.a");
    let files = [
        &library[..],
        "/lib/x86_64-linux-gnu/libgcc_s.so.1",
        "/lib/x86_64-linux-gnu/libm.so.6",
        "/lib64/ld-linux-x86-64.so.2",
    ];
    check("libstdcxx", &["g++", "-O1"], STREAMS, &files, "3.5 1 caught once\nlast\n");
}

#[test]
fn the_c_plus_plus_library_as_it_is() {
    let files = [
        "/lib/x86_64-linux-gnu/libstdc++.so.6",
        "/lib/x86_64-linux-gnu/libgcc_s.so.1",
        "/lib64/ld-linux-x86-64.so.2",
    ];
    check("streams", &["g++", "-fPIC"], STREAMS, &files, "3.5 1 caught once\nlast\n");
}

#[test]
fn openmp() {
    let source = r#"
        #include <stdio.h>
        int main(void) {
            long sum = 0;
            #pragma omp parallel for reduction(+ : sum) num_threads(4)
            for (long i = 0; i < 1000; i++) sum += i;
            printf("%ld\n", sum);
            return 0;
        }
    "#;
    let files = ["/lib/x86_64-linux-gnu/libgomp.so.1"];
    check("openmp", &["gcc", "-fopenmp", "-O2"], source, &files, "499500\n");
}
