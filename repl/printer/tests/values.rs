//! Values of made-up types in a made-up memory, and the line each is printed as.

use cfront::types::{ArrayLen, BitField, Enum, Field, QType, Record, Type, TypeId, Types, id};
use preproc::name::Names;
use preproc::source::Span;
use printer::{Context, Limits, Memory, Place, typed_value};

/// One page of bytes from address 0x1000 on, and code at 0x9000; nothing else is mapped.
struct Bytes(Vec<u8>);

impl Memory for Bytes {
    fn read(&self, addr: u64, buf: &mut [u8]) -> bool {
        if addr == 0x9000 {
            return true;
        }
        let Some(at) = addr.checked_sub(0x1000) else { return false };
        let Some(end) = at.checked_add(buf.len() as u64) else { return false };
        match self.0.get(at as usize..end as usize) {
            Some(bytes) => {
                buf.copy_from_slice(bytes);
                true
            }
            None => false,
        }
    }

    fn place(&self, addr: u64) -> Option<Place> {
        let name =
            |name: &str, is_function| Place { name: name.into(), offset: 0, is_function, ty: None };
        match addr {
            0x1000 => Some(name("a", false)),
            0x9000 => Some(name("f", true)),
            _ => None,
        }
    }
}

struct World {
    types: Types,
    names: Names,
}

impl World {
    fn new() -> World {
        World { types: Types::new(), names: Names::default() }
    }

    fn show(&self, ty: TypeId, bytes: &[u8]) -> String {
        let mut page = bytes.to_vec();
        page.resize(4096, b'!');
        let memory = Bytes(page);
        let cx = Context {
            types: &self.types,
            names: &self.names,
            memory: &memory,
            limits: Limits::default(),
        };
        typed_value(cx, QType::new(ty), 0x1000)
    }

    fn array(&mut self, elem: TypeId, len: u64) -> TypeId {
        self.types.intern(Type::Array { elem: elem.into(), len: ArrayLen::Fixed(len) })
    }

    fn pointer(&mut self, to: TypeId) -> TypeId {
        self.types.pointer_to(to.into())
    }

    fn record(&mut self, tag: &str, size: u64, fields: Vec<Field>) -> TypeId {
        let tag = Some(self.names.intern(tag));
        self.types.new_record(Record {
            tag,
            alias: None,
            is_union: false,
            complete: true,
            fields,
            size,
            align: 8,
            packed: false,
            transparent_union: false,
            flexible: false,
            variable: None,
            unnamed: Vec::new(),
            span: Span::default(),
        })
    }

    fn field(&mut self, name: &str, ty: TypeId, offset: u64) -> Field {
        let name = Some(self.names.intern(name));
        let (base, bits, span) = (None, None, Span::default());
        Field { name, ty: ty.into(), offset, base, bits, align: 1, span }
    }
}

#[test]
fn scalars_and_arrays() {
    let mut w = World::new();
    assert_eq!(w.show(id::INT, &3i32.to_le_bytes()), "int 3");
    assert_eq!(w.show(id::ULONG, &4u64.to_le_bytes()), "unsigned long 4");
    assert_eq!(w.show(id::CHAR, b"z"), "char 'z' (122)");
    assert_eq!(w.show(id::BOOL, &[1]), "bool true");
    assert_eq!(w.show(id::DOUBLE, &3.5f64.to_le_bytes()), "double 3.5");
    assert_eq!(w.show(id::FLOAT, &0.1f32.to_le_bytes()), "float 0.1");
    let ints = w.array(id::INT, 4);
    let bytes: Vec<u8> = [1i32, 2, 3, 4].iter().flat_map(|n| n.to_le_bytes()).collect();
    assert_eq!(w.show(ints, &bytes), "int[4] {1, 2, 3, 4}");
    let chars = w.array(id::CHAR, 4);
    assert_eq!(w.show(chars, b"hi\0\0"), "char[4] \"hi\"");
    assert_eq!(w.show(chars, b"h\0i\0"), "char[4] \"h\\0i\"");
    let complex = w.types.intern(Type::Complex(cfront::types::FloatKind::Double));
    let bytes = [1f64.to_le_bytes(), (-2f64).to_le_bytes()].concat();
    assert_eq!(w.show(complex, &bytes), "double _Complex 1 - 2*I");
}

#[test]
fn pointers() {
    let mut w = World::new();
    assert_eq!(w.show(id::VOID_PTR, &[0; 8]), "void * NULL");
    let int_ptr = w.pointer(id::INT);
    assert_eq!(w.show(int_ptr, &0x10u64.to_le_bytes()), "int * 0x10 (not mapped)");
    let mut bytes = 0x1008u64.to_le_bytes().to_vec();
    bytes.extend_from_slice("héllo\0".as_bytes());
    assert_eq!(w.show(id::CHAR_PTR, &bytes), "char * 0x1008 \"héllo\"");
    // A string that runs into the end of what is mapped.
    let at_end = 0x1ffeu64.to_le_bytes();
    assert_eq!(w.show(id::CHAR_PTR, &at_end), "char * 0x1ffe \"!!\"…");
    let function = w.types.intern(Type::Function(cfront::types::FuncType {
        ret: id::INT.into(),
        params: vec![id::INT.into()],
        variadic: false,
        old_style: false,
    }));
    let pointer = w.pointer(function);
    assert_eq!(w.show(pointer, &0x9000u64.to_le_bytes()), "int (*)(int) 0x9000 <f>");
}

#[test]
fn records_cycles_bits_and_flags() {
    let mut w = World::new();
    let node = w.record("node", 16, Vec::new());
    let next = w.pointer(node);
    let v = w.field("v", id::INT, 0);
    let n = w.field("next", next, 8);
    let Type::Record(record) = *w.types.get(node) else { panic!("a record") };
    w.types.records[record.0 as usize].fields = vec![v, n];
    let bytes = [1u64.to_le_bytes(), 0x1000u64.to_le_bytes()].concat();
    assert_eq!(w.show(node, &bytes), "struct node {.v = 1, .next = &a (cycle)}");

    let mut low = w.field("low", id::INT, 0);
    low.bits = Some(BitField { bit_offset: 0, width: 3 });
    let mut high = w.field("high", id::UINT, 0);
    high.bits = Some(BitField { bit_offset: 3, width: 7 });
    let flags = w.record("bits", 4, vec![low, high]);
    let raw = (5u32 | 100 << 3).to_le_bytes();
    assert_eq!(w.show(flags, &raw), "struct bits {.low = -3, .high = 100}");

    let constants =
        [("A", 1), ("B", 2), ("C", 4)].map(|(name, value)| (w.names.intern(name), value));
    let tag = Some(w.names.intern("e"));
    let e = w.types.new_enum(Enum {
        tag,
        alias: None,
        complete: true,
        underlying: id::UINT,
        fixed: false,
        constants: constants.to_vec(),
        span: Span::default(),
    });
    assert_eq!(w.show(e, &2u32.to_le_bytes()), "enum e B (2)");
    assert_eq!(w.show(e, &5u32.to_le_bytes()), "enum e A | C (5)");
    assert_eq!(w.show(e, &9u32.to_le_bytes()), "enum e 9");
}
