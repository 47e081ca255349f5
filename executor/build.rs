//! The test programs host executors, so they export what shared libraries must find in them.

fn main() {
    println!("cargo::rerun-if-changed=exports.txt");
    let names = std::fs::read_to_string("exports.txt").expect("exports.txt beside build.rs");
    for name in names.lines() {
        println!("cargo::rustc-link-arg-tests=-Wl,--export-dynamic-symbol={name}");
    }
}
