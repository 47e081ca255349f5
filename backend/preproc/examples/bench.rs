//! Times preprocessing: `bench FILE [RUNS]`. Each run is a session of its own.

use preproc::Preprocessor;
use preproc::options::Options;

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("a file");
    let runs: u32 = args.next().map_or(5, |runs| runs.parse().expect("a number of runs"));
    let text = std::fs::read(&path).expect("a readable file");
    let lines = text.iter().filter(|b| **b == b'\n').count();
    let mut times = Vec::new();
    let mut tokens = 0;
    for _ in 0..runs {
        let text = text.clone();
        let started = std::time::Instant::now();
        let mut pp = Preprocessor::new(Options::default());
        let file = pp.add_source(&path, text);
        tokens = pp.preprocess(file).tokens.len();
        times.push(started.elapsed());
    }
    println!("{path}: {lines} lines, {tokens} tokens; first {:?}", times[0]);
    times.sort();
    println!("least {:?}, median {:?}", times[0], times[times.len() / 2]);
}
