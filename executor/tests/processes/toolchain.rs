//! C programs for the cases: compiled by gcc, linked by ld at the slab's addresses, every
//! undefined name bound to what the executor resolves it to. Only good enough for tests: real
//! objects are the linker's business.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use executor::addr::{Addr, AddrRange};
use executor::handle::{Executor, Received};
use executor::region::SlabLayout;
use executor::sys::Protection;
use executor::wire::{Action, ActionResult, Module};

use crate::machine::Bench;
use crate::soon;

/// Whether the compiler is there; a missing one is said aloud, or is a failure if required.
pub(crate) fn present() -> bool {
    let there = Command::new("g++").arg("--version").output().is_ok_and(|o| o.status.success());
    if !there {
        assert!(std::env::var_os("TINE_REQUIRE_PEERS").is_none(), "g++ is required and missing");
        println!("SKIP: g++ is missing");
    }
    there
}

pub(crate) fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/processes/programs").join(name)
}

/// A folder for one case.
pub(crate) fn folder() -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(std::process::id().to_string());
    std::fs::create_dir_all(&path).expect("a folder for the case");
    path
}

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().expect("the tool starts");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}");
    output.stdout
}

/// A shared library from a source beside this file.
pub(crate) fn shared_library(name: &str) -> PathBuf {
    let library = folder().join(name).with_extension("so");
    let mut gcc = Command::new("gcc");
    run(gcc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source(name)));
    library
}

pub(crate) struct Program {
    pub(crate) main: Addr,
    pub(crate) module: Module,
    pub(crate) init: Vec<Addr>,
    /// What brings its bytes.
    transport: Vec<Action>,
    symbols: Vec<(String, Addr)>,
}

impl Program {
    pub(crate) fn symbol(&self, name: &str) -> Addr {
        self.symbols.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("no {name}")).1
    }

    /// The actions that make it ready to run.
    pub(crate) fn actions(&self) -> Vec<Action> {
        let mut actions = self.transport.clone();
        actions.push(Action::RegisterModule { module: self.module.clone() });
        actions.push(Action::Init { functions: self.init.clone() });
        actions
    }
}

/// Where program `id` goes: 1 MiB of each pool.
fn places(layout: &SlabLayout, id: u32) -> [Addr; 3] {
    [layout.text, layout.constant, layout.data].map(|pool| pool.start.plus(u64::from(id) << 20))
}

/// Compiles a source and places it as module `id`.
pub(crate) fn place(bench: &Bench, executor: &mut Executor, name: &str, id: u32) -> Program {
    let folder = folder();
    let (object, image) = (folder.join(format!("{id}.o")), folder.join(format!("{id}.elf")));
    let compiler = if name.ends_with(".cc") { "g++" } else { "gcc" };
    if compiler == "g++" {
        let open = Action::Open { path: "libstdc++.so.6".into(), global: true };
        executor.evaluate(vec![open], None, soon()).expect("evaluate");
    }
    let mut gcc = Command::new(compiler);
    gcc.args(["-c", "-O1", "-fno-plt", "-fPIC", "-fno-stack-protector", "-o"]);
    run(gcc.arg(&object).arg(source(name)));

    let undefined = names(&run(Command::new("nm").args(["-u", "-P"]).arg(&object)));
    let mut script = String::new();
    let [text, constant, data] = places(&bench.layout, id);
    for (name, addr) in resolve(executor, undefined) {
        if !["_GLOBAL_OFFSET_TABLE_", "__dso_handle"].contains(&&*name) {
            let addr = addr.unwrap_or_else(|| panic!("{name} is not to be found"));
            writeln!(script, "\"{name}\" = {addr};").unwrap();
        }
    }
    write!(
        script,
        "__dso_handle = {data};\nENTRY(main)\nSECTIONS {{\n\
         . = {text}; .text : {{ *(.text*) }}\n\
         . = {constant}; .rodata : {{ *(.rodata*) *(.gcc_except_table*) *(.got*) }}\n\
         .eh_frame : {{ *(.eh_frame) QUAD(0) }}\n\
         . = {data}; .data : {{ QUAD(0) *(.data*) *(.bss*) *(COMMON) QUAD(0) }}\n\
         .init_array : {{ *(SORT_BY_INIT_PRIORITY(.init_array.*)) *(.init_array) QUAD(0) }}\n\
         .fini_array : {{ *(SORT_BY_INIT_PRIORITY(.fini_array.*)) *(.fini_array) QUAD(0) }}\n\
         /DISCARD/ : {{ *(.note*) *(.comment) }} }}\n"
    )
    .unwrap();
    let script_path = folder.join(format!("{id}.ld"));
    std::fs::write(&script_path, script).expect("the script");
    let mut ld = Command::new("ld");
    ld.args(["-static", "--no-relax", "-o"]).arg(&image).arg("-T").arg(&script_path);
    run(ld.arg(&object));

    let mut ranges = Vec::new();
    let mut transport = Vec::new();
    let mut put = |section: &str, at: Addr| {
        let bytes = flat(&image, &[section]);
        let range = AddrRange::new(at, bytes.len() as u64);
        ranges.push(range);
        if bench.is_copying() {
            transport.push(Action::Write { addr: at, bytes });
        } else if !bytes.is_empty() {
            let offset = bench.layout.offset(at).expect("in the slab");
            bench.view().write(offset, &bytes).expect("write");
        }
        range
    };
    put(".text", text);
    let rodata = put(".rodata", constant);
    let frames_at = section_address(&image, ".eh_frame").unwrap_or(rodata.end());
    let eh_frame = put(".eh_frame", frames_at);
    let data_range = put(".data", data);
    if bench.is_copying() {
        let pools = [
            (text, Protection::ReadExecute),
            (constant, Protection::Read),
            (data, Protection::ReadWrite),
        ];
        for (start, protection) in pools {
            let range = AddrRange::new(start, 1 << 20);
            let map = Action::Map { range, protection: Protection::ReadWrite };
            transport.insert(0, map);
            transport.push(Action::Protect { range, protection });
        }
    } else {
        transport.push(Action::CopyFromSlab { range: data_range });
    }
    let module = Module {
        id,
        name: name.into(),
        ranges,
        eh_frame,
        fini: words(&flat(&image, &[".fini_array"])),
    };
    let symbols = symbols(&run(Command::new("nm").arg("-P").arg(&image)));
    let main = symbols.iter().find(|(n, _)| n == "main").map_or(Addr::NULL, |(_, a)| *a);
    Program { main, module, init: words(&flat(&image, &[".init_array"])), transport, symbols }
}

/// The function pointers of an array, without the zero at its end.
fn words(bytes: &[u8]) -> Vec<Addr> {
    let word = |chunk: &[u8]| Addr(u64::from_le_bytes(chunk.try_into().unwrap()));
    bytes.chunks_exact(8).map(word).filter(|addr| *addr != Addr::NULL).collect()
}

fn names(nm: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(nm);
    text.lines().filter_map(|l| Some(l.split_whitespace().next()?.to_string())).collect()
}

fn symbols(nm: &[u8]) -> Vec<(String, Addr)> {
    let text = String::from_utf8_lossy(nm);
    let one = |line: &str| {
        let mut words = line.split_whitespace();
        let (name, _, value) = (words.next()?, words.next()?, words.next()?);
        Some((name.to_string(), Addr(u64::from_str_radix(value, 16).ok()?)))
    };
    text.lines().filter_map(one).collect()
}

fn section_address(image: &Path, section: &str) -> Option<Addr> {
    let text = run(Command::new("objdump").arg("-h").arg(image));
    let text = String::from_utf8_lossy(&text).into_owned();
    let line = text.lines().find(|l| l.split_whitespace().nth(1) == Some(section))?;
    let address = line.split_whitespace().nth(3)?;
    Some(Addr(u64::from_str_radix(address, 16).ok()?))
}

fn flat(image: &Path, sections: &[&str]) -> Vec<u8> {
    let out = image.with_extension("bin");
    let mut objcopy = Command::new("objcopy");
    for section in sections {
        objcopy.arg(format!("--set-section-flags={section}=alloc,load,contents"));
        objcopy.args(["-j", section]);
    }
    run(objcopy.args(["-O", "binary"]).arg(image).arg(&out));
    std::fs::read(out).unwrap_or_default()
}

fn resolve(executor: &mut Executor, names: Vec<String>) -> Vec<(String, Option<Addr>)> {
    let action = Action::Resolve { names: names.clone() };
    let received = executor.evaluate(vec![action], None, soon()).expect("evaluate");
    let Received::Done { results, .. } = received else { panic!("{received:?}") };
    let [ActionResult::Resolved(found)] = &results[..] else { panic!("{results:?}") };
    names.into_iter().zip(found.iter().copied()).collect()
}
