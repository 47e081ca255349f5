//! Type maps: what the executor's collector is told of the pointers in objects of a type, as
//! constant bytes in the object file, and the table of the unit's global objects that have any
//! (section `tine_roots`: pairs of an object's address and its map).
//!
//! The layout of a map is the executor's: `executor/src/runtime/heap/map.rs`.

use crate::Lowered;
use crate::data::is_constant;
use crate::emit::Finished;
use cfront::pointers::{Op, Pointers};
use cfront::types::TypeId;
use object::write::{SectionId, StandardSection, Symbol, SymbolId, SymbolSection};
use object::{SectionFlags, SectionKind, SymbolFlags, SymbolKind, SymbolScope, elf};
use std::collections::HashMap;

const AMBIGUOUS: u32 = 1;
const FLEXIBLE: u32 = 2;
/// Low bits of a map's address are the collector's to use.
const ALIGN: u64 = 16;
pub(crate) const ROOTS: &[u8] = b"tine_roots";
/// The thread's heap, which the header declares.
const HEAP: &str = "__tine_heap";
/// SHF_GNU_RETAIN: nothing refers to the table, and the linker is to keep it.
const RETAIN: u64 = 1 << 21;

/// The bytes of a map.
pub(crate) fn encode(pointers: &Pointers) -> Vec<u8> {
    let bits = pointers.bits();
    let mut ops = Vec::new();
    if bits.is_none() {
        encode_ops(&pointers.ops, &mut ops);
    }
    let mut flags = 0;
    if pointers.is_ambiguous() {
        flags |= AMBIGUOUS;
    }
    if pointers.is_flexible() {
        flags |= FLEXIBLE;
    }
    let mut bytes = Vec::with_capacity(32 + ops.len());
    bytes.extend(pointers.size.to_le_bytes());
    bytes.extend((pointers.align as u32).to_le_bytes());
    bytes.extend(((ops.len() / OP_BYTES) as u32).to_le_bytes());
    bytes.extend(bits.unwrap_or(0).to_le_bytes());
    bytes.extend(flags.to_le_bytes());
    bytes.extend(0u32.to_le_bytes());
    bytes.extend(ops);
    bytes
}

const OP_BYTES: usize = 32;

fn encode_ops(ops: &[Op], out: &mut Vec<u8>) {
    for op in ops {
        let mut inner = Vec::new();
        let (kind, offset, count, stride) = match op {
            Op::Exact { offset, count } => (0u32, offset, *count, 8),
            Op::Maybe { offset, count } => (1, offset, *count, 8),
            Op::Repeat { offset, count, stride, body } => {
                encode_ops(body, &mut inner);
                (2, offset, *count, *stride)
            }
            Op::Tail { offset, stride, body } => {
                encode_ops(body, &mut inner);
                (3, offset, 0, *stride)
            }
        };
        out.extend(kind.to_le_bytes());
        out.extend(((inner.len() / OP_BYTES) as u32).to_le_bytes());
        out.extend(offset.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(stride.to_le_bytes());
        out.extend(inner);
    }
}

impl Finished<'_> {
    /// Writes the maps that code refers to, the table of roots, and the maps that this needs.
    pub(crate) fn write_maps(&mut self) -> Lowered<()> {
        let mut maps = HashMap::new();
        for (ty, id) in std::mem::take(&mut self.type_maps) {
            let at = self.product.data_symbol(id);
            self.write_map(ty, Some(at));
            maps.insert(ty, at);
        }
        let (unit, mut table) = (self.unit, None);
        // An object for any linker has the table if its source includes <tine/heap.h>.
        let asked = |symbol: &cfront::tree::Symbol| symbol.link_name == HEAP;
        if !unit.options.hosted && !unit.symbols.iter().any(asked) {
            return Ok(());
        }
        for object in &unit.unit.objects {
            let symbol = unit.symbol(object.symbol);
            let constant = is_constant(unit.types, symbol.ty) && !symbol.attrs.filled_by_code;
            if constant || symbol.tls.is_some() {
                continue;
            }
            let ty = symbol.ty.id;
            let pointers = Pointers::of(unit.types, ty);
            let (Some(at), Some(pointers)) = (self.c_symbol(object.symbol), pointers) else {
                continue;
            };
            if pointers.ops.is_empty() {
                continue;
            }
            let map = match maps.get(&ty) {
                Some(&known) => known,
                None => {
                    let made = self.write_map(ty, None);
                    maps.insert(ty, made);
                    made
                }
            };
            let section = *table.get_or_insert_with(|| self.roots_section());
            let offset = self.product.object.append_section_data(section, &[0; 16], 8);
            self.reloc(section, offset, at, 0)?;
            self.reloc(section, offset + 8, map, 0)?;
        }
        Ok(())
    }

    fn roots_section(&mut self) -> SectionId {
        let file = &mut self.product.object;
        let section = file.add_section(Vec::new(), ROOTS.to_vec(), SectionKind::ReadOnlyData);
        let mut sh_flags = u64::from(elf::SHF_ALLOC) | RETAIN;
        if !self.unit.options.hosted {
            // A dynamic linker may have to fill it in.
            sh_flags |= u64::from(elf::SHF_WRITE);
        }
        file.section_mut(section).flags = SectionFlags::Elf { sh_flags };
        section
    }

    /// Writes one map, to a symbol that was declared or to a fresh one.
    fn write_map(&mut self, ty: TypeId, symbol: Option<SymbolId>) -> SymbolId {
        let pointers = Pointers::of(self.unit.types, ty);
        let bytes = pointers.map_or(Vec::new(), |pointers| encode(&pointers));
        let file = &mut self.product.object;
        let section = file.section_id(StandardSection::ReadOnlyData);
        let offset = file.append_section_data(section, &bytes, ALIGN);
        let at = symbol.unwrap_or_else(|| {
            file.add_symbol(Symbol {
                name: format!(".Lroot_map.{}", ty.0).into_bytes(),
                value: 0,
                size: 0,
                kind: SymbolKind::Data,
                scope: SymbolScope::Compilation,
                weak: false,
                section: SymbolSection::Undefined,
                flags: SymbolFlags::None,
            })
        });
        self.place_local(at, section, offset, bytes.len() as u64);
        at
    }
}
