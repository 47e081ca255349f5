//! How long a link takes: `speed [-n ROUNDS] [-t THREADS] [--keep] [--whole-archive]
//! FILE...`, the median of each
//! phase. External names are given addresses far away, as those of libc are.

use std::path::Path;
use std::time::{Duration, Instant};

use executor::addr::Addr;
use link::{External, Files, Input, Keep, Options};

fn main() {
    let (mut rounds, mut threads, mut keep) = (21, 2, Keep::Roots);
    let mut whole_archive = false;
    let mut paths = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|n| n.parse().ok()).expect("a number");
        match arg.as_str() {
            "-n" => rounds = number(),
            "-t" => threads = number(),
            "--keep" => keep = Keep::Everything,
            "--whole-archive" => whole_archive = true,
            _ => paths.push(arg),
        }
    }
    let files = Files::new();
    let read = |path: &Path| std::fs::read(path).map(|bytes| files.keep(path, bytes));
    let input = |path: &String| Input {
        whole_archive: whole_archive && path.ends_with(".a"),
        ..read(Path::new(path)).expect("a file")
    };
    let inputs: Vec<_> = paths.iter().map(input).collect();
    let entry = (keep == Keep::Roots).then_some("main");
    let options = Options { keep, entry, threads, read_file: &read, ..Options::default() };
    let mut times: Vec<[Duration; 5]> = Vec::new();
    let mut slab = vec![1u8; 64 << 20];
    for round in 0..rounds {
        let start = Instant::now();
        let plan = link::plan(&inputs, &options).unwrap_or_else(|error| panic!("{error}"));
        let planned = Instant::now();
        let mut next = 0x1000_0000;
        let mut grant = |size: u64, align: u64| {
            next = executor::addr::align_up(next, align.max(4096));
            next += size;
            Addr(next - size)
        };
        let requests = plan.requests().iter();
        let addresses: Vec<_> = requests.map(|r| grant(r.size(), r.align)).collect();
        let externals = vec![External::At(Addr(0x7fff_0000_1000)); plan.externals().len()];
        let tls = plan.tls().map(|_| -4096);
        // As into the view of a slab that is already there.
        let mut rest = slab.as_mut_slice();
        let mut buffers: Vec<&mut [u8]> = Vec::new();
        for request in plan.requests() {
            let (buffer, behind) = std::mem::take(&mut rest).split_at_mut(request.content as usize);
            buffers.push(buffer);
            rest = behind;
        }
        let image = plan.place_into(&addresses, &externals, tls, &mut buffers);
        let image = image.unwrap_or_else(|error| panic!("{error}"));
        let end = Instant::now();
        let stats = plan.stats();
        times.push([stats.read_and_resolve, stats.prune, stats.layout, end - planned, end - start]);
        if round + 1 == rounds {
            let bytes: u64 = image.segments.iter().map(|segment| segment.size).sum();
            println!("{stats:?}");
            println!("{} relocations, {bytes} bytes placed", image.relocations);
        }
    }
    for (at, phase) in ["read+resolve", "prune", "layout", "place", "total"].iter().enumerate() {
        times.sort_by_key(|row| row[at]);
        println!("{phase:12} {:>9.3} ms", times[times.len() / 2][at].as_secs_f64() * 1e3);
    }
}
