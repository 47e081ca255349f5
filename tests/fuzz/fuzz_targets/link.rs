//! Any bytes at all as an object, archive, library or script: an image or errors, nothing else.
//! The first byte says how they are linked.

#![no_main]

use executor::addr::Addr;
use libfuzzer_sys::fuzz_target;
use link::{External, Input, Keep, Options};

fuzz_target!(|data: &[u8]| {
    let Some((&how, bytes)) = data.split_first() else { return };
    let keep = [Keep::Everything, Keep::Exported, Keep::Roots][usize::from(how & 3).min(2)];
    let input = Input { whole_archive: how & 4 != 0, ..Input::new("input", bytes) };
    let options = Options { keep, roots: &["main"], threads: 1, ..Options::default() };
    let plan = match link::plan(&[input], &options) {
        Ok(plan) => plan,
        Err(errors) => return drop(errors.to_string()),
    };
    let base = if how & 8 != 0 { 0x1000_0000 } else { 0x2000_0000_0000 };
    let addresses: Vec<Addr> =
        (1..).zip(plan.requests()).map(|(n, _)| Addr(base + n * 0x800_0000)).collect();
    let outside = if how & 16 != 0 { External::LibraryTls } else { External::At(Addr(1 << 40)) };
    let externals = vec![outside; plan.externals().len()];
    match plan.place(&addresses, &externals, Some(-(1 << 20))) {
        Err(errors) => drop(errors.to_string()),
        Ok(image) => {
            drop((plan.graph_text(), plan.map_text(&image)));
            for section in image.sections.iter().take(4) {
                image.line_of(section.range.start, &|_| Ok(bytes));
                image.function_at(section.range.start, &|_| Ok(bytes));
            }
        }
    }
});
