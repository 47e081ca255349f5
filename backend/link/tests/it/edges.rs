//! Every edge kind once with a value that fits and once with one that does not. Expected fields
//! are computed here from the fixup expressions of the psABI, not from the code under test.

use std::path::Path;

use executor::addr::Addr;
use link::{Edge, External, Image, Input, Keep, Options};

use crate::support::{CONST, DATA, TEXT, check_golden, compile, folder};

/// Where things lie in one case.
#[derive(Clone, Copy)]
struct World {
    constants: u64,
    outside: External,
    tls: i64,
}

const WORLD: World =
    World { constants: CONST, outside: External::At(Addr(0x6000_0000)), tls: -4096 };
const FAR: u64 = 0x7f00_0000_1230;
const FAR_SYMBOL: World = World { outside: External::At(Addr(FAR)), ..WORLD };
const FAR_TABLES: World = World { constants: CONST + (1 << 32), ..WORLD };
const FAR_TLS: World = World { tls: -(1 << 33), ..WORLD };

/// Puts `code` with the relocation at its `field` into `main` and links.
fn link(
    folder: &Path,
    code: &[u8],
    field: usize,
    reloc: &str,
    world: World,
) -> Result<Case, String> {
    let bytes: Vec<String> = code.iter().map(u8::to_string).collect();
    let source = format!(
        ".text\n .globl main\n .type main, @function\n main: .reloc main + {field}, {reloc}\n \
         .byte {}\n .data\n .balign 16\n .globl object\n .type object, @object\n \
         .size object, 24\n .quad 0\n object: .quad 1, 2, 3\n \
         .section .tdata, \"awT\", @progbits\n .quad 5\n .globl thread\n \
         .type thread, @object\n thread: .quad 6\n .section .note.GNU-stack\n",
        bytes.join(", "),
    );
    let path = compile(folder, "edge.s", &source, &["gcc"]);
    let bytes = std::fs::read(path).expect("the object");
    let inputs = [Input::new("edge.o", &bytes)];
    let options = Options { keep: Keep::Everything, entry: Some("main"), ..Options::default() };
    let plan = link::plan(&inputs, &options).map_err(|error| error.to_string())?;
    let addresses: Vec<Addr> = plan
        .requests()
        .iter()
        .map(|request| match request.pool.name() {
            "text" => Addr(TEXT),
            "const" => Addr(world.constants),
            _ => Addr(DATA),
        })
        .collect();
    let externals = vec![world.outside; plan.externals().len()];
    let image = plan.place(&addresses, &externals, Some(world.tls));
    Ok(Case { image: image.map_err(|error| error.to_string())?, len: code.len(), field })
}

struct Case {
    image: Image,
    len: usize,
    field: usize,
}

impl Case {
    fn symbol(&self, name: &str) -> i64 {
        self.image.find(name).expect("a symbol").address.0 as i64
    }

    /// The address of the field.
    fn p(&self) -> i64 {
        self.symbol("main") + self.field as i64
    }

    fn code(&self) -> &[u8] {
        let text = &self.image.segments[0];
        let start = (self.symbol("main") as u64 - text.address.0) as usize;
        &text.content[start..start + self.len]
    }

    /// The field as a signed number of `width` bytes.
    fn value(&self, width: usize) -> i64 {
        let mut bytes = [0; 8];
        bytes[..width].copy_from_slice(&self.code()[self.field..self.field + width]);
        i64::from_le_bytes(bytes) << (64 - 8 * width) >> (64 - 8 * width)
    }

    /// What the first entry of the GOT holds.
    fn entry(&self) -> u64 {
        let bytes = self.image.segments[1].content.first_chunk().expect("a GOT entry");
        u64::from_le_bytes(*bytes)
    }
}

const GOT: i64 = CONST as i64;
/// `thread` lies 8 bytes into the block.
const TP: i64 = -4096 + 8;

/// A relocation in plain bytes: (kind, symbol and addend, expected field).
type Expect = fn(&Case) -> i64;
const FIELDS: &[(Edge, &str, Expect)] = &[
    (Edge::Abs64, "object + 3", |c| c.symbol("object") + 3),
    (Edge::Abs32, "object + 3", |c| c.symbol("object") + 3),
    (Edge::Abs32Signed, "object - 8", |c| c.symbol("object") - 8),
    (Edge::Pc64, "object + 3", |c| c.symbol("object") + 3 - c.p()),
    (Edge::Pc32, "object - 4", |c| c.symbol("object") - 4 - c.p()),
    (Edge::Pc16, "main + 100", |c| c.symbol("main") + 100 - c.p()),
    (Edge::Pc8, "main + 9", |c| c.symbol("main") + 9 - c.p()),
    (Edge::Plt32, "outside - 4", |c| 0x6000_0000 - 4 - c.p()),
    (Edge::Got32, "object + 1", |_| 1),
    (Edge::Got64, "object + 1", |_| 1),
    (Edge::GotPlt64, "object + 2", |_| 2),
    (Edge::GotPcRel, "object - 4", |c| GOT - 4 - c.p()),
    (Edge::GotPcRel64, "object + 5", |c| GOT + 5 - c.p()),
    (Edge::GotPc32, "_GLOBAL_OFFSET_TABLE_ + 6", |c| GOT + 6 - c.p()),
    (Edge::GotPc64, "_GLOBAL_OFFSET_TABLE_ + 6", |c| GOT + 6 - c.p()),
    (Edge::GotOff64, "object + 7", |c| c.symbol("object") + 7 - GOT),
    (Edge::PltOff64, "main + 7", |c| c.symbol("main") + 7 - GOT),
    (Edge::Size32, "object + 1", |_| 25),
    (Edge::Size64, "object - 1", |_| 23),
    (Edge::TpOff32, "thread + 1", |_| TP + 1),
    (Edge::TpOff64, "thread + 1", |_| TP + 1),
    (Edge::DtpOff32, "thread + 2", |_| TP + 2),
    (Edge::DtpOff64, "thread + 2", |_| TP + 2),
    // No `mov`, so the entry stays and the field finds it.
    (Edge::GotPcRelX, "outside - 4", |c| GOT - 4 - c.p()),
    (Edge::RexGotPcRelX, "outside - 4", |c| GOT - 4 - c.p()),
    (Edge::GotTpOff, "thread - 4", |c| GOT - 4 - c.p()),
];

fn width(edge: Edge) -> usize {
    match edge.name() {
        "R_X86_64_8" | "R_X86_64_PC8" => 1,
        "R_X86_64_16" | "R_X86_64_PC16" => 2,
        name if name.ends_with("64") => 8,
        _ => 4,
    }
}

#[test]
fn plain_fields() {
    let folder = folder("edges");
    for (edge, target, expected) in FIELDS {
        let reloc = format!("{}, {target}", edge.name());
        let code = [0x90; 24];
        let case = link(&folder, &code, 8, &reloc, WORLD).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(case.value(width(*edge)), expected(&case), "{reloc}");
        let changed = code.len() - width(*edge);
        assert_eq!(case.code().iter().filter(|b| **b == 0x90).count(), changed, "{reloc}");
    }
    // Absolute symbols are the only ones small enough for these.
    for (edge, addend, expected) in [(Edge::Abs16, 0xfff0u16 as i64, -16), (Edge::Abs8, 200, -56)] {
        let reloc = format!("{}, {addend}", edge.name());
        let case = link(&folder, &[0x90; 8], 4, &reloc, WORLD).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(case.value(width(edge)), expected, "{reloc}");
    }
    let case = link(&folder, &[0x90; 8], 4, "R_X86_64_NONE, object", WORLD).expect("a link");
    assert_eq!(case.code(), [0x90; 8]);
}

/// Instructions that change: (kind and target, before, offset of the field, after).
#[test]
fn instructions_that_are_rewritten() {
    let folder = folder("rewritten");
    let near = |from: i64, case: &Case| (from - case.symbol("main")) as i32;
    let tp = (TP as i32).to_le_bytes();
    let gd_call = [0x66, 0x48, 0x8d, 0x3d, 0, 0, 0, 0, 0x66, 0x66, 0x48, 0xe8, 0, 0, 0, 0];
    let load = [0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0];
    let check = |reloc: &str, code: &[u8], field: usize, after: &dyn Fn(&Case) -> Vec<u8>| {
        let case = link(&folder, code, field, reloc, WORLD).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(case.code(), after(&case), "{reloc}");
    };
    check("R_X86_64_REX_GOTPCRELX, object - 4", &[0x48, 0x8b, 0x05, 0, 0, 0, 0], 3, &|case| {
        let delta = near(case.symbol("object"), case) - 7;
        [&[0x48, 0x8d, 0x05][..], &delta.to_le_bytes()].concat()
    });
    check("R_X86_64_GOTPCRELX, main - 4", &[0xff, 0x15, 0, 0, 0, 0], 2, &|_| {
        [&[0x67, 0xe8][..], &(-6i32).to_le_bytes()].concat()
    });
    check("R_X86_64_GOTPCRELX, main - 4", &[0xff, 0x25, 0, 0, 0, 0], 2, &|_| {
        [&[0xe9][..], &(-5i32).to_le_bytes(), &[0x90]].concat()
    });
    check("R_X86_64_TLSGD, thread - 4", &gd_call, 4, &|_| {
        [&load[..], &[0x48, 0x8d, 0x80], &tp].concat()
    });
    let ld_call = [0x48, 0x8d, 0x3d, 0, 0, 0, 0, 0xe8, 0, 0, 0, 0];
    check("R_X86_64_TLSLD, thread - 4", &ld_call, 3, &|_| [&[0x66; 3][..], &load].concat());
    for (before, after) in [
        ([0x48, 0x8b, 0x05], [0x48, 0xc7, 0xc0]),
        ([0x4c, 0x8b, 0x3d], [0x49, 0xc7, 0xc7]),
        ([0x48, 0x03, 0x1d], [0x48, 0x81, 0xc3]),
    ] {
        let code = [&before[..], &[0; 4]].concat();
        check("R_X86_64_GOTTPOFF, thread - 4", &code, 3, &|_| [&after[..], &tp].concat());
    }
    check("R_X86_64_GOTPC32_TLSDESC, thread - 4", &[0x48, 0x8d, 0x05, 0, 0, 0, 0], 3, &|_| {
        [&[0x48, 0xc7, 0xc0][..], &tp].concat()
    });
    check("R_X86_64_TLSDESC_CALL, thread", &[0xff, 0x10], 0, &|_| vec![0x66, 0x90]);
}

#[test]
fn far_symbols_go_through_tables() {
    let folder = folder("far");
    let link = |code: &[u8], field, reloc: &str| {
        link(&folder, code, field, reloc, FAR_SYMBOL).unwrap_or_else(|e| panic!("{e}"))
    };
    let case = link(&[0xe8, 0, 0, 0, 0], 1, "R_X86_64_PLT32, outside - 4");
    let stub = case.image.segments[0].address.0 as i64;
    assert_eq!(case.value(4), stub - 4 - case.p());
    let distance = (CONST as i64 - stub - 6) as i32;
    let expected = [&[0xff, 0x25][..], &distance.to_le_bytes(), &[0xcc; 2]].concat();
    assert_eq!(case.image.segments[0].content[..8], expected);
    assert_eq!(case.entry(), FAR);
    let case = link(&[0x48, 0x8b, 0x05, 0, 0, 0, 0], 3, "R_X86_64_REX_GOTPCRELX, outside - 4");
    assert_eq!(case.code()[..3], [0x48, 0x8b, 0x05]);
    assert_eq!((case.value(4), case.entry()), (CONST as i64 - 4 - case.p(), FAR));
    let case = link(&[0; 8], 0, "R_X86_64_64, outside");
    assert_eq!(case.value(8), FAR as i64);
}

/// What does not fit, and what cannot be: the messages stand in a golden file.
#[test]
fn overflows() {
    let folder = folder("overflows");
    let plain: &[u8] = &[0x90; 12];
    let mov: &[u8] = &[0x48, 0x8b, 0x05, 0, 0, 0, 0];
    let gd: &[u8] = &[0x66, 0x48, 0x8d, 0x3d, 0, 0, 0, 0, 0x66, 0x66, 0x48, 0xe8, 0, 0, 0, 0];
    let cases: &[(&str, &[u8], usize, World)] = &[
        ("R_X86_64_32, outside", plain, 4, FAR_SYMBOL),
        ("R_X86_64_32, object - 0x40000000", plain, 4, WORLD),
        ("R_X86_64_32S, object + 0x70000000", plain, 4, WORLD),
        ("R_X86_64_16, object", plain, 4, WORLD),
        ("R_X86_64_16, 65536", plain, 4, WORLD),
        ("R_X86_64_8, 256", plain, 4, WORLD),
        ("R_X86_64_8, -129", plain, 4, WORLD),
        ("R_X86_64_PC32, outside - 4", plain, 4, FAR_SYMBOL),
        ("R_X86_64_PC32, object + 0x7fffffff", plain, 4, WORLD),
        ("R_X86_64_PC16, main + 32772", plain, 4, WORLD),
        ("R_X86_64_PC8, main - 125", plain, 4, WORLD),
        ("R_X86_64_PLT32, outside - 4", plain, 4, FAR_SYMBOL),
        ("R_X86_64_GOT32, object + 0x80000000", plain, 4, WORLD),
        ("R_X86_64_GOTPCREL, object - 4", plain, 4, FAR_TABLES),
        ("R_X86_64_GOTPCRELX, outside - 4", plain, 4, FAR_TABLES),
        (
            "R_X86_64_REX_GOTPCRELX, outside - 4",
            mov,
            3,
            World { outside: External::At(Addr(FAR)), ..FAR_TABLES },
        ),
        ("R_X86_64_GOTPC32, _GLOBAL_OFFSET_TABLE_ - 4", plain, 4, FAR_TABLES),
        ("R_X86_64_SIZE32, object + 0xffffffff", plain, 4, WORLD),
        ("R_X86_64_TPOFF32, thread", plain, 4, FAR_TLS),
        ("R_X86_64_DTPOFF32, thread", plain, 4, FAR_TLS),
        ("R_X86_64_GOTTPOFF, thread - 4", mov, 3, FAR_TLS),
        ("R_X86_64_GOTTPOFF, thread - 4", plain, 4, FAR_TABLES),
        ("R_X86_64_TLSGD, thread - 4", gd, 4, FAR_TLS),
        ("R_X86_64_GOTPC32_TLSDESC, thread - 4", &[0x48, 0x8d, 5, 0, 0, 0, 0], 3, FAR_TLS),
        // Not what the compiler would write.
        ("R_X86_64_TLSGD, thread - 4", plain, 4, WORLD),
        ("R_X86_64_TLSLD, thread - 4", plain, 4, WORLD),
        ("R_X86_64_GOTPC32_TLSDESC, thread - 4", plain, 4, WORLD),
        ("R_X86_64_TLSDESC_CALL, thread", plain, 4, WORLD),
        ("R_X86_64_TPOFF32, object", plain, 4, WORLD),
        ("R_X86_64_PC32, thread", plain, 4, WORLD),
        ("R_X86_64_64, object", plain, 6, WORLD),
        ("R_X86_64_COPY, object", plain, 4, WORLD),
        ("R_X86_64_TPOFF32, outside", plain, 4, World { outside: External::LibraryTls, ..WORLD }),
        ("R_X86_64_PC32, outside", plain, 4, World { outside: External::Missing, ..WORLD }),
    ];
    let mut text = String::new();
    for (reloc, code, field, world) in cases {
        match link(&folder, code, *field, reloc, *world) {
            Ok(_) => panic!("{reloc} at {field} was accepted"),
            Err(error) => text += &format!("{reloc}\n  {error}\n"),
        }
    }
    check_golden("edges.txt", &text);
}

#[test]
fn every_kind_is_tested() {
    let rewritten = [
        Edge::None,
        Edge::Abs16,
        Edge::Abs8,
        Edge::TlsGd,
        Edge::TlsLd,
        Edge::TlsDescPc32,
        Edge::TlsDescCall,
    ];
    for edge in Edge::ALL {
        let plain = FIELDS.iter().any(|(tested, ..)| tested == edge);
        assert!(plain || rewritten.contains(edge), "{} has no test", edge.name());
        assert_eq!(Edge::from_elf(edge.number()), Some(*edge));
    }
}
