//! Damaged input: whatever stands in a file, the answer is an image or a list of errors.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use executor::addr::Addr;
use link::{External, Image, Input, Keep, Options};

use crate::support::{LIBC, bases, compile, folder, tool};

/// A small generator with a fixed seed (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

const RICH: &str = r#"
    #include <stdexcept>
    #include <string>
    thread_local int counter = 3;
    template <class T> struct Box { virtual ~Box() {} T value; static inline T all = 0; };
    int common_data[10];
    static int (*choose())(int) { return +[](int x) { return x; }; }
    extern "C" int chosen(int) __attribute__((ifunc("_ZL6choosev")));
    __attribute__((section("table"), used)) static int entry = 1;
    extern int __start_table[];
    __attribute__((constructor(300))) static void early() { counter++; }
    int main() {
        try { Box<int> box; box.value = chosen(counter); throw std::runtime_error("x"); }
        catch (std::exception &) { return __start_table[0] + common_data[1] + Box<int>::all; }
    }
"#;

fn samples(test: &str) -> Vec<(String, Vec<u8>)> {
    let folder = folder(test);
    let rich = compile(&folder, "rich.cc", RICH, &["g++", "-fPIC", "-O1", "-g"]);
    let flat = compile(&folder, "flat.cc", RICH, &["g++", "-fno-pic", "-ffunction-sections"]);
    let small = compile(&folder, "small.c", "int f(int x) { return x; }", &["gcc"]);
    let archive = folder.join("lib.a");
    let thin = folder.join("thin.a");
    let text = |path: &PathBuf| path.to_str().expect("a path").to_owned();
    let members = [text(&rich), text(&small)];
    tool("ar", &["rcs", &text(&archive), &members[0], &members[1]]);
    tool("ar", &["rcsT", &text(&thin), &members[0], &members[1]]);
    let library = folder.join("lib.so");
    let source = folder.join("small.c");
    tool("gcc", &["-shared", "-fPIC", "-o", &text(&library), &text(&source)]);
    let script = folder.join("script");
    std::fs::write(&script, "GROUP ( /lib/a.so AS_NEEDED ( -lb \"c\" ) ) /* end */").expect("it");
    [rich, flat, small, archive, thin, library, script]
        .iter()
        .map(|path| (text(path), std::fs::read(path).expect("a sample")))
        .collect()
}

/// One to eight damages, most of them where the tables are.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.roll(4) {
        let len = bytes.len();
        // The front (header, archive index) and the back (section headers) are hit more often.
        let at = match dice.roll(4) {
            0 => dice.roll(len.min(256)),
            1 => len.saturating_sub(1 + dice.roll(len.min(4096))),
            _ => dice.roll(len),
        };
        let value = match dice.roll(4) {
            0 => u64::MAX,
            1 => 1u64 << dice.roll(64),
            2 => 0,
            _ => dice.roll(usize::MAX) as u64,
        };
        match dice.roll(8) {
            0 => bytes.truncate(at),
            1 => {
                let from = dice.roll(len);
                let piece: Vec<u8> = bytes.iter().skip(from).take(64).copied().collect();
                for (to, from) in bytes.iter_mut().skip(at).zip(piece) {
                    *to = from;
                }
            }
            width => {
                let width = [1, 1, 2, 4, 4, 8][width - 2];
                for (to, from) in bytes.iter_mut().skip(at).take(width).zip(value.to_le_bytes()) {
                    *to = from;
                }
            }
        }
        if bytes.is_empty() {
            return;
        }
    }
}

/// Links and places; the number of errors.
fn link(path: &str, bytes: &[u8], whole_archive: bool, libc: &[u8]) -> usize {
    let input = Input { whole_archive, ..Input::new(path, bytes) };
    let inputs = [input, Input::new(LIBC, libc)];
    let keep = if whole_archive { Keep::Everything } else { Keep::Exported };
    let options = Options { keep, roots: &["main"], threads: 1, ..Options::default() };
    let plan = match link::plan(&inputs, &options) {
        Ok(plan) => plan,
        Err(errors) => return errors.to_string().lines().count(),
    };
    let externals = vec![External::At(Addr(0x7fff_1234_5000)); plan.externals().len()];
    let aligned = plan.tls().map_or(-4096, |tls| -(tls.align.max(4096) as i64));
    let too_aligned = plan.requests().iter().any(|request| request.align > 1 << 20);
    assert!(!too_aligned, "an alignment no slab can serve");
    match plan.place(&bases(&plan), &externals, Some(aligned)) {
        Ok(image) => {
            let placed: usize = image.segments.iter().map(|segment| segment.content.len()).sum();
            assert!(placed <= bytes.len() * 2 + (128 << 20), "more bytes than the input has");
            look_up(&image, bytes);
            0
        }
        Err(errors) => errors.to_string().lines().count(),
    }
}

/// A crash report over a damaged file says less, and nothing worse.
fn look_up(image: &Image, bytes: &[u8]) {
    let read = |_: &Path| Ok(bytes);
    for section in image.sections.iter().take(4) {
        for at in [0, section.range.len / 2] {
            image.line_of(section.range.start.plus(at), &read);
            image.function_at(section.range.start.plus(at), &read);
        }
    }
}

#[test]
fn twenty_thousand_damaged_files() {
    let samples = samples("damaged");
    let libc = std::fs::read(LIBC).expect("the C library");
    let mut dice = Dice(0x7469_6e65);
    let (mut sound, mut broken) = (0, 0);
    let start = Instant::now();
    for round in 0..20_000 {
        let (path, bytes) = &samples[round % samples.len()];
        let mut bytes = bytes.clone();
        damage(&mut bytes, &mut dice);
        let before = Instant::now();
        match link(path, &bytes, round % 3 == 0, &libc) {
            0 => sound += 1,
            _ => broken += 1,
        }
        assert!(before.elapsed() < Duration::from_secs(2), "round {round} took too long");
    }
    eprintln!("{sound} linked, {broken} refused, in {:?}", start.elapsed());
    assert!(sound > 500 && broken > 5_000, "{sound} linked, {broken} refused");
}

#[test]
fn every_truncation_of_a_small_object() {
    let samples = samples("truncated");
    let libc = std::fs::read(LIBC).expect("the C library");
    for (path, bytes) in samples.iter().filter(|(_, bytes)| bytes.len() < 4096) {
        for len in 0..bytes.len() {
            link(path, &bytes[..len], true, &libc);
        }
    }
}
