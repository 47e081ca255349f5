//! A shared object with nothing but absolute symbols. In: names and addresses; out: the bytes of
//! an ELF file that the dynamic loader takes. Opened RTLD_GLOBAL, it makes symbols of linked
//! modules visible to libraries that are opened later. Pure.
//!
//! ```text
//!   0 ELF header │ 2 program headers │ dynamic section │ .dynsym │ .hash │ .dynstr
//! ```
//! One read-only segment holds everything; absolute symbols are not moved by the load address.

use crate::addr::{Addr, align_up};
use crate::error::{Error, Result};

const HEADER_BYTES: u64 = 64;
const PROGRAM_HEADER_BYTES: u64 = 56;
const DYNAMIC_BYTES: u64 = 6 * 16;
const SYMBOL_BYTES: u64 = 24;
const DYNAMIC_AT: u64 = HEADER_BYTES + 2 * PROGRAM_HEADER_BYTES;
const SYMBOLS_AT: u64 = DYNAMIC_AT + DYNAMIC_BYTES;

const DT_NULL: u64 = 0;
const DT_HASH: u64 = 4;
const DT_STRTAB: u64 = 5;
const DT_SYMTAB: u64 = 6;
const DT_STRSZ: u64 = 10;
const DT_SYMENT: u64 = 11;

/// Global binding, no type: the loader binds both calls and data to it.
const GLOBAL_NOTYPE: u8 = 0x10;
const SHN_ABS: u16 = 0xfff1;

/// The hash of the System V ABI.
fn hash(name: &[u8]) -> u32 {
    name.iter().fold(0u32, |h, byte| {
        let h = (h << 4).wrapping_add(u32::from(*byte));
        let high = h & 0xf000_0000;
        (h ^ (high >> 24)) & !high
    })
}

pub(crate) fn shared_object(symbols: &[(String, Addr)]) -> Result<Vec<u8>> {
    let mut strings = vec![0u8];
    let mut table = vec![0u8; SYMBOL_BYTES as usize];
    for (name, addr) in symbols {
        if name.is_empty() || name.contains('\0') {
            return Err(Error::new(format!("no symbol can be named {name:?}")));
        }
        let at = u32::try_from(strings.len())
            .map_err(|_| Error::new("more than 4 GiB of symbol names"))?;
        table.extend(at.to_le_bytes());
        table.extend([GLOBAL_NOTYPE, 0]);
        table.extend(SHN_ABS.to_le_bytes());
        table.extend(addr.0.to_le_bytes());
        table.extend(0u64.to_le_bytes());
        strings.extend(name.as_bytes());
        strings.push(0);
    }
    let hashes = hash_table(symbols);
    let hash_at = align_up(SYMBOLS_AT + table.len() as u64, 8);
    let strings_at = hash_at + hashes.len() as u64;
    let end = strings_at + strings.len() as u64;

    let mut file = header();
    program_header(&mut file, 1, 0, end, 4096);
    program_header(&mut file, 2, DYNAMIC_AT, DYNAMIC_BYTES, 8);
    for (tag, value) in [
        (DT_HASH, hash_at),
        (DT_STRTAB, strings_at),
        (DT_SYMTAB, SYMBOLS_AT),
        (DT_STRSZ, strings.len() as u64),
        (DT_SYMENT, SYMBOL_BYTES),
        (DT_NULL, 0),
    ] {
        file.extend(tag.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend(table);
    file.resize(hash_at as usize, 0);
    file.extend(hashes);
    file.extend(strings);
    Ok(file)
}

fn header() -> Vec<u8> {
    let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    let halves = |file: &mut Vec<u8>, values: &[u16]| {
        values.iter().for_each(|value| file.extend(value.to_le_bytes()));
    };
    // ET_DYN, EM_X86_64, version 1, no entry, program headers behind this, no sections.
    halves(&mut file, &[3, 62]);
    file.extend(1u32.to_le_bytes());
    for value in [0, HEADER_BYTES, 0] {
        file.extend(value.to_le_bytes());
    }
    file.extend(0u32.to_le_bytes());
    halves(&mut file, &[HEADER_BYTES as u16, PROGRAM_HEADER_BYTES as u16, 2, 64, 0, 0]);
    file
}

/// The loader writes relocated addresses into the dynamic section: so readable and writable.
fn program_header(file: &mut Vec<u8>, kind: u32, at: u64, len: u64, align: u64) {
    const READ_WRITE: u32 = 6;
    file.extend(kind.to_le_bytes());
    file.extend(READ_WRITE.to_le_bytes());
    for value in [at, at, at, len, len, align] {
        file.extend(value.to_le_bytes());
    }
}

/// Buckets and chains of symbol indices; index 0 is the null symbol and ends a chain.
fn hash_table(symbols: &[(String, Addr)]) -> Vec<u8> {
    let n_buckets = symbols.len().max(1).next_power_of_two() as u32;
    let mut buckets = vec![0u32; n_buckets as usize];
    let mut chains = vec![0u32; symbols.len() + 1];
    for (index, (name, _)) in (1u32..).zip(symbols) {
        let bucket = (hash(name.as_bytes()) % n_buckets) as usize;
        chains[index as usize] = std::mem::replace(&mut buckets[bucket], index);
    }
    let sizes = [n_buckets, chains.len() as u32];
    sizes.into_iter().chain(buckets).chain(chains).flat_map(u32::to_le_bytes).collect()
}
