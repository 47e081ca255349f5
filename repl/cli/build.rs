//! The binary hosts executors, so it exports what shared libraries must find in it instead of in
//! libc: the names in the executor's list.

fn main() {
    let list = "../../executor/exports.txt";
    println!("cargo::rerun-if-changed={list}");
    let names = std::fs::read_to_string(list).expect("the executor's exports.txt");
    for name in names.lines() {
        println!("cargo::rustc-link-arg-bins=-Wl,--export-dynamic-symbol={name}");
    }
}
