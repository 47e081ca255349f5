//! The linker's own tables, from the needs that pruning found: the GOT (constant pool), stubs
//! (text pool), cells that the executor fills before initialisation (data pool: resolved ifuncs,
//! TLS pairs, `__dso_handle`), copies of library variables and common symbols (zero-filled data).
//!
//! A stub jumps through a cell: the GOT entry of an external function, the cell of an ifunc.

use std::collections::HashMap;

use executor::addr::align_up;

use crate::graph::{Def, Graph, NONE, Provided, need};
use crate::shared::Kind;

/// What a GOT entry holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Entry {
    /// The address of a symbol, as all code of the link sees it.
    Address(u32),
    /// The address of an external function itself, for its stub.
    Jump(u32),
    /// The distance of a thread-local symbol from the thread pointer.
    TpOffset(u32),
}

/// What the executor puts into a cell of the data pool.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cell {
    /// The module's own handle: its own address, known when it is placed.
    DsoHandle,
    /// The address that the ifunc's resolver returns.
    Ifunc(u32),
    /// Module and offset of a library's thread-local symbol, 16 bytes.
    TlsPair(u32),
    /// The distance of a library's thread-local symbol from the thread pointer.
    TpOffset(u32),
}

/// A library variable with a copy in the data pool.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct CopySlot {
    pub(crate) symbol: u32,
    pub(crate) offset: u64,
    pub(crate) size: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) got: Vec<Entry>,
    /// Symbols by stub number.
    pub(crate) stubs: Vec<u32>,
    pub(crate) cells: Vec<(u32, Cell)>,
    pub(crate) cell_bytes: u32,
    pub(crate) copies: Vec<CopySlot>,
    pub(crate) zero_bytes: u64,
    pub(crate) zero_align: u64,
}

impl Tables {
    fn cell(&mut self, cell: Cell) -> u32 {
        let at = self.cell_bytes;
        self.cells.push((at, cell));
        self.cell_bytes += if matches!(cell, Cell::TlsPair(_)) { 16 } else { 8 };
        at
    }

    fn got(&mut self, entry: Entry) -> u32 {
        self.got.push(entry);
        (self.got.len() as u32 - 1) * 8
    }

    fn zero(&mut self, size: u64, align: u64) -> Option<u64> {
        let at = align_up(self.zero_bytes, align);
        self.zero_bytes = at.checked_add(size)?;
        self.zero_align = self.zero_align.max(align);
        Some(at)
    }
}

/// Gives entries to all symbols that need one. Offsets are written into the symbols.
/// `None` when the zero-filled part leaves 64 bits.
pub(crate) fn build(graph: &mut Graph<'_>) -> Option<Tables> {
    let mut tables = Tables { zero_align: 1, ..Tables::default() };
    // Several names of one library variable (environ, __environ) share one copy.
    let mut copied: HashMap<(u32, u64), u32> = HashMap::new();
    for number in 0..graph.symbols.len() as u32 {
        let symbol = &mut graph.symbols[number as usize];
        let needs = symbol.needs;
        if needs & need::USED == 0 {
            continue;
        }
        match symbol.def {
            Def::Common(align) => symbol.value = tables.zero(symbol.size, u64::from(align))?,
            Def::Provided(Provided::DsoHandle) => symbol.cell = tables.cell(Cell::DsoHandle),
            Def::Section(_) if symbol.kind == Kind::Ifunc && needs & need::STUB != 0 => {
                symbol.cell = tables.cell(Cell::Ifunc(number));
            }
            Def::Shared(library) if needs & need::COPY != 0 => {
                let key = (library, symbol.value);
                let slot = match copied.get(&key) {
                    Some(&slot) => slot,
                    None => {
                        // The library's own alignment is not known: what its address shares.
                        let align = 1u64 << symbol.value.trailing_zeros().min(5);
                        let offset = tables.zero(symbol.size, align)?;
                        let size = symbol.size;
                        tables.copies.push(CopySlot { symbol: number, offset, size });
                        tables.copies.len() as u32 - 1
                    }
                };
                copied.insert(key, slot);
            }
            _ => {}
        }
        let ifunc = symbol.kind == Kind::Ifunc && !symbol.is_external();
        if needs & need::STUB != 0 {
            symbol.stub = tables.stubs.len() as u32;
            tables.stubs.push(number);
        }
        if needs & need::STUB != 0 && !ifunc {
            symbol.jump = tables.got(Entry::Jump(number));
        }
        if needs & need::GOT != 0 {
            // Unless the stub stands for the function, the two hold the same.
            symbol.got = match symbol.jump {
                NONE => tables.got(Entry::Address(number)),
                _ if needs & need::CANONICAL != 0 => tables.got(Entry::Address(number)),
                jump => jump,
            };
        }
        if needs & need::TLS_PAIR != 0 {
            symbol.cell = tables.cell(Cell::TlsPair(number));
        }
        if needs & need::TP_CELL != 0 {
            // Where a library has the symbol, only the executor knows the distance.
            symbol.tp_cell = match symbol.is_external() {
                true => tables.cell(Cell::TpOffset(number)),
                false => tables.got(Entry::TpOffset(number)),
            };
        }
    }
    for symbol in &mut graph.symbols {
        if let Def::Shared(library) = symbol.def
            && let Some(&slot) = copied.get(&(library, symbol.value))
            && symbol.kind == Kind::Object
        {
            symbol.needs |= need::COPY;
            symbol.cell = slot;
        }
    }
    Some(tables)
}
