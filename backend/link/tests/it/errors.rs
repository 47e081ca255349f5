//! What users do wrong, and the words for it: one golden file, read by a person.

use std::path::{Path, PathBuf};

use executor::addr::Addr;
use link::{External, Files, Keep, Options};

use crate::support::{bases, check_golden, compile, folder, tool};

struct Report {
    folder: PathBuf,
    text: String,
}

impl Report {
    /// Links the files; what comes out must be errors.
    fn case(&mut self, what: &str, names: &[&str]) {
        self.with(what, names, Some("main"), |plan| {
            let externals = vec![External::Missing; plan.externals().len()];
            plan.place(&bases(plan), &externals, Some(-4096)).map(|_| ())
        });
    }

    fn with(
        &mut self,
        what: &str,
        names: &[&str],
        entry: Option<&str>,
        place: impl Fn(&link::Plan<'_>) -> Result<(), link::Errors>,
    ) {
        let files = Files::new();
        let read = |path: &Path| std::fs::read(path).map(|bytes| files.keep(path, bytes));
        let paths: Vec<_> = names.iter().map(|name| self.folder.join(name)).collect();
        let inputs: Vec<_> = paths.iter().map(|path| read(path).expect("a file")).collect();
        let options = Options { keep: Keep::Roots, entry, read_file: &read, ..Options::default() };
        let errors = match link::plan(&inputs, &options) {
            Ok(plan) => place(&plan).expect_err(what),
            Err(errors) => errors,
        };
        let shown = errors.to_string().replace(&format!("{}/", self.folder.display()), "");
        self.text += &format!("# {what}\n{shown}\n\n");
    }

    fn assembler(&self, name: &str, source: &str) {
        let source = format!("{source}\n.section .note.GNU-stack\n");
        compile(&self.folder, name, &source, &["gcc"]);
    }

    fn file(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.join(name), bytes).expect("a file");
    }

    fn archive(&self, name: &str, flags: &str, members: &[&str]) {
        let path = |name: &&str| self.folder.join(name).to_str().expect("a path").to_owned();
        let members: Vec<_> = members.iter().map(path).collect();
        let name = path(&name);
        let mut args = vec![flags, name.as_str()];
        args.extend(members.iter().map(String::as_str));
        tool("ar", &args);
    }
}

#[test]
fn messages() {
    let mut report = Report { folder: folder("errors"), text: String::new() };
    report.assembler("main.s", ".globl main\nmain: call one\n call one\n call two@PLT\n ret");
    report.assembler("one.s", ".globl one\none: ret");
    report.assembler("also.s", ".globl one\none: nop");
    report.case("undefined symbols", &["main.o"]);
    report.assembler("just.s", ".globl main\nmain: ret");
    report.case("two definitions", &["just.o", "one.o", "also.o"]);
    report.case("no entry point", &["one.o"]);
    report.archive("lib.a", "rcs", &["one.o"]);
    report.assembler("bad.s", ".globl two\ntwo: .reloc two, R_X86_64_IRELATIVE, one\n .quad 0");
    report.archive("bad.a", "rcs", &["bad.o"]);
    report.case("a member with an unknown relocation", &["main.o", "lib.a", "bad.a"]);
    report.archive("thin.a", "rcsT", &["one.o"]);
    std::fs::rename(report.folder.join("one.o"), report.folder.join("gone.o")).expect("it");
    report.case("a thin archive whose member is gone", &["main.o", "thin.a"]);

    report.file("text.o", b"\0\0 no object");
    report.case("no object at all", &["text.o"]);
    report.file("cut.o", &std::fs::read(report.folder.join("main.o")).expect("it")[..300]);
    report.case("an object cut off", &["cut.o"]);
    report.file("cut.a", &std::fs::read(report.folder.join("lib.a")).expect("it")[..100]);
    report.case("an archive cut off", &["just.o", "cut.a"]);
    report.file("libodd.so", b"SECTIONS { .text : { *(.text) } }\n(");
    report.case("a real linker script", &["just.o", "libodd.so"]);
    report.file("libpart.so", b"INPUT ( -lgone )");
    report.case("a script that names nothing", &["just.o", "libpart.so"]);
    report.file("libloop.so", b"INPUT ( libloop.so )");
    report.case("a script that names itself", &["just.o", "libloop.so"]);
    let mut narrow = std::fs::read(report.folder.join("just.o")).expect("it");
    narrow[4] = 1;
    report.file("narrow.o", &narrow);
    report.case("32 bits", &["narrow.o"]);
    narrow[4] = 2;
    narrow[18] = 183;
    report.file("arm.o", &narrow);
    report.case("another machine", &["arm.o"]);
    tool(
        "gcc",
        &[
            "-o",
            report.folder.join("program").to_str().expect("it"),
            "-xc",
            "-static",
            "-nostdlib",
            "-no-pie",
            "/dev/null",
        ],
    );
    report.case("a finished program", &["program"]);

    report.assembler("wx.s", ".globl main\nmain: ret\n.section .hot, \"awx\"\n.quad 1");
    report.case("writable code", &["wx.o"]);
    report.assembler("lto.s", ".globl main\nmain: ret\n.comm __gnu_lto_slim,1,1");
    report.case("no code but for a later compiler", &["lto.o"]);
    report.file("code.bc", b"BC\xc0\xde....");
    report.case("bitcode", &["just.o", "code.bc"]);
    report.assembler("huge.s", ".globl main\nmain: lea b(%rip), %rax\n.bss\nb: .zero 0x90000000");
    report.case("more than a slab", &["huge.o"]);
    report.assembler(
        "two.s",
        ".globl main\nmain: lea a(%rip), %rax\n lea b(%rip), %rax\n.bss\n.section .bss.a,\"aw\",\
         @nobits\na: .zero 0x60000000\n.section .bss.b,\"aw\",@nobits\nb: .zero 0x60000000",
    );
    report.case("more than a slab in two parts", &["two.o"]);
    report.assembler("near.s", ".globl main\nmain: lea far(%rip), %rax\n mov $far, %eax");
    report.with("a far name without -fPIC", &["near.o"], Some("main"), |plan| {
        let far = vec![External::At(Addr(0x7fff_0000_0000)); plan.externals().len()];
        plan.place(&bases(plan), &far, None).map(|_| ())
    });
    report.with("addresses that do not fit", &["just.o"], Some("main"), |plan| {
        plan.place(&[Addr(0x1000), Addr(0x2000)], &[], None).map(|_| ())
    });
    report.assembler(
        "lost.s",
        ".section .lost, \"e\"\nlost: .quad 1\n.data\n.quad lost\n.text\n\
        .globl main\nmain: lea .data(%rip), %rax",
    );
    report.case("a pointer to what is not loaded", &["lost.o"]);
    let text = std::mem::take(&mut report.text);
    check_golden("errors.txt", &text);
    let mut many = String::from(".globl main\nmain:\n");
    for number in 0..100 {
        many += &format!("call missing{number}\n");
    }
    report.assembler("many.s", &many);
    report.case("many errors", &["many.o"]);
    assert!(report.text.ends_with("... and 36 more errors\n\n"), "{}", report.text);
    assert_eq!(report.text.lines().count(), 67);
}
