//! What the slab's bookkeeping costs: nanoseconds an operation, with few and with many snippets
//! alive, with the bytes written and without. In: nothing; out: lines.

use std::time::Instant;

use executor::segment::{Pool, SegmentRequest};
use memory::{Live, Memory, Shared};

use crate::report::Report;

fn snippet() -> [SegmentRequest; 3] {
    let request = |pool, content| SegmentRequest { pool, align: 16, content, zero: 0 };
    [request(Pool::Text, 120), request(Pool::Const, 24), request(Pool::Data, 16)]
}

fn make(memory: &mut Memory) -> Result<Live, String> {
    let contents: [&[u8]; 3] = [&[0x90; 120], &[1; 24], &[2; 16]];
    let pending = memory.allocate(&snippet()).map_err(|e| e.to_string())?;
    memory.finalize(pending, &contents, 1, Vec::new()).map_err(|e| e.to_string())
}

/// The least time a round of `each` takes, a thousand rounds at a time.
fn least(mut each: impl FnMut() -> Result<(), String>) -> Result<f64, String> {
    let mut least = f64::INFINITY;
    for _ in 0..50 {
        let start = Instant::now();
        for _ in 0..1000 {
            each()?;
        }
        least = least.min(start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(least)
}

/// As much as CPython: what placing a large image costs, first on fresh pages, then on used ones.
fn large_image(report: &mut Report) -> Result<(), String> {
    let mut memory = Memory::new(Box::new(Shared::lazy()));
    let sizes = [(Pool::Text, 2 << 20), (Pool::Const, 3 << 19), (Pool::Data, 1 << 20)];
    let request = |(pool, content)| SegmentRequest { pool, align: 64, content, zero: 0 };
    let requests = sizes.map(request);
    let bytes = vec![0x90; 2 << 20];
    let contents: Vec<&[u8]> = sizes.iter().map(|(_, size)| &bytes[..*size as usize]).collect();
    for pages in ["fresh", "used"] {
        let start = Instant::now();
        let pending = memory.allocate(&requests).map_err(|e| e.to_string())?;
        let live = memory.finalize(pending, &contents, 1, Vec::new()).map_err(|e| e.to_string())?;
        let each = start.elapsed().as_secs_f64() * 1e9;
        memory.free(vec![live], 1).map_err(|e| e.to_string())?;
        report.nanoseconds(&format!("allocate + finalize 4.5 MiB on {pages} pages"), each)?;
    }
    Ok(())
}

pub(crate) fn run(report: &mut Report) -> Result<(), String> {
    println!("memory: one snippet is 120 bytes of text, 24 of const, 16 of data");
    for alive in [0, 1000, 100_000] {
        let mut memory = Memory::new(Box::new(Shared::lazy()));
        let mut lives = Vec::new();
        for _ in 0..alive {
            lives.push(make(&mut memory)?);
        }
        let each = least(|| {
            let pending = memory.allocate(&snippet()).map_err(|e| e.to_string())?;
            memory.abandon(pending);
            Ok(())
        })?;
        report.nanoseconds(&format!("allocate + abandon, {alive} alive"), each)?;
        let each = least(|| {
            let live = make(&mut memory)?;
            memory.free(vec![live], 1).map_err(|e| e.to_string())?;
            drop(memory.take_actions());
            Ok(())
        })?;
        report.nanoseconds(&format!("allocate + finalize + free, {alive} alive"), each)?;
        let each = least(|| {
            let mark = memory.mark();
            memory.discard(mark).map_err(|e| e.to_string())
        })?;
        report.nanoseconds(&format!("mark + discard, {alive} alive"), each)?;
    }
    large_image(report)?;
    let mut memory = Memory::new(Box::new(Shared::lazy()));
    let target = executor::addr::Addr(0x1000);
    let redirect = memory.new_redirect(target).map_err(|e| e.to_string())?;
    let each = least(|| memory.retarget(redirect, target).map_err(|e| e.to_string()))?;
    report.nanoseconds("retarget a redirect", each)
}
