//! The slabs as text. In: a [`Memory`]; out: its map, line by line, for `--emit map` and golden
//! tests, and a picture of how full each pool is. Reads only.

use std::collections::HashMap;
use std::fmt::Write;

use executor::addr::{Addr, AddrRange};
use executor::segment::Pool;

use crate::placement::Memory;
use crate::slab::Occupancy;

/// Every stretch of every pool in address order, with the input it belongs to.
pub fn map(memory: &Memory) -> String {
    let mut text = String::new();
    let mut owners: HashMap<Addr, u32> = HashMap::new();
    for allocation in memory.live.values() {
        for segment in &allocation.segments {
            owners.insert(segment.span.range.start, allocation.owner);
        }
    }
    for (number, region) in memory.regions.iter().enumerate() {
        let range = region.layout.range;
        line(&mut text, format_args!("slab {number} {range:?} {}", memory.mapper.name()));
        for pool in Pool::ALL {
            let s = region.slab.stats(pool);
            line(
                &mut text,
                format_args!(
                    "  {} {:?}: {} bytes in {} spans, {} in quarantine, high water {}, resident {}",
                    pool.name(),
                    region.layout.pool(pool),
                    s.used,
                    s.spans,
                    s.quarantine,
                    s.high_water,
                    s.resident
                ),
            );
            for (range, what) in region.slab.occupancy(pool) {
                match (what, owners.get(&range.start)) {
                    (Occupancy::Used, Some(0)) => {
                        line(&mut text, format_args!("    {range:?} redirects"));
                    }
                    (Occupancy::Used, Some(owner)) => {
                        line(&mut text, format_args!("    {range:?} input {owner}"));
                    }
                    (Occupancy::Used, None) => {
                        line(&mut text, format_args!("    {range:?} kept for a checkpoint"));
                    }
                    (Occupancy::Quarantine, _) => {
                        line(&mut text, format_args!("    {range:?} quarantine"));
                    }
                    (Occupancy::Free, _) => line(&mut text, format_args!("    {range:?} free")),
                }
            }
        }
    }
    text
}

fn line(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{what}");
}

/// One line a pool: `#` full, `+` more than half, `.` less, `~` quarantine only, a blank nothing;
/// each character stands for the same number of bytes, up to the pool's high-water mark.
pub fn picture(memory: &Memory, width: usize) -> String {
    let mut text = String::new();
    for (number, region) in memory.regions.iter().enumerate() {
        for pool in Pool::ALL {
            let stats = region.slab.stats(pool);
            let cell = stats.high_water.div_ceil(width.max(1) as u64).max(1);
            let count = stats.high_water.div_ceil(cell) as usize;
            let mut used = vec![0u64; count];
            let mut held = vec![0u64; count];
            let base = region.layout.pool(pool).start;
            for (range, what) in region.slab.occupancy(pool) {
                match what {
                    Occupancy::Used => spread(&mut used, range, base, cell),
                    Occupancy::Quarantine => spread(&mut held, range, base, cell),
                    Occupancy::Free => {}
                }
            }
            let drawn: String = used
                .iter()
                .zip(&held)
                .map(|(used, held)| match (*used, *held) {
                    (0, 0) => ' ',
                    (0, _) => '~',
                    (u, _) if u == cell => '#',
                    (u, _) if u * 2 > cell => '+',
                    _ => '.',
                })
                .collect();
            let name = pool.name();
            line(&mut text, format_args!("{number} {name:<5} |{drawn}| {cell} bytes each"));
        }
    }
    text
}

/// Adds the bytes of `range` to the cells it covers.
fn spread(cells: &mut [u64], range: AddrRange, base: Addr, cell: u64) {
    let (mut at, end) = (range.start.since(base), range.end().since(base));
    while at < end {
        let number = (at / cell) as usize;
        let to = end.min((at / cell + 1) * cell);
        if let Some(bytes) = cells.get_mut(number) {
            *bytes += to - at;
        }
        at = to;
    }
}
