// The interpreter from Debian's archive (pic).
// link: /usr/lib/python3.11/config-3.11-x86_64-linux-gnu/libpython3.11-pic.a -lexpat -lz -lm
// needs: /usr/lib/python3.11/config-3.11-x86_64-linux-gnu/libpython3.11-pic.a libpython3.11-dev
// args: -c|print(1)
// args: -c|import json, math, _json, _ctypes, ssl, sqlite3, threading; print(json.dumps([1.5, {"a": None}]), math.pi, ssl.OPENSSL_VERSION, sqlite3.sqlite_version); t = threading.Thread(target=lambda: print("thread")); t.start(); t.join()
// args: -c|import ctypes; f = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: n * 2); print(f(21), ctypes.CDLL(None).abs(-3))
// args: -c|import sqlite3; d = sqlite3.connect(":memory:"); print(d.execute("select sum(value) from json_each('[1,2,3]')").fetchone())
// args: -c|import sys; sys.exit(4)
// args: -c|import os; os._exit(5)
// args: -c|raise SystemExit("bye")
// args: -c|1/0
// args: -c|import atexit; atexit.register(print, "last"); print("first")
int Py_BytesMain(int, char **);
int main(int argc, char **argv) { return Py_BytesMain(argc, argv); }
