//! The checker of debug builds: what every later step believes about a plan.

use crate::graph::{Def, NONE, Target};
use crate::layout::{DEAD, SEGMENTS, out};
use crate::plan::Plan;

/// Panics, with names, when a plan contradicts itself: that is a bug of this crate.
pub(crate) fn verify(plan: &Plan<'_>) {
    let graph = &plan.graph;
    assert_eq!(plan.live.len(), graph.sections.len());
    assert_eq!(plan.layout.homes.len(), graph.sections.len());
    for object in &graph.objects {
        let file = object.file;
        assert_eq!(
            object.globals.len() + object.first_global as usize,
            object.symbols.len(),
            "{file}: globals"
        );
        for &number in &object.globals {
            assert!((number as usize) < graph.symbols.len(), "{file}: symbol {number}");
        }
        for index in 0..object.first_global {
            if let Ok(Target::Local { section, .. }) = object.target(index) {
                assert!((section as usize) < graph.sections.len(), "{file}: local {index}");
            }
        }
    }
    for symbol in &graph.symbols {
        let name = String::from_utf8_lossy(symbol.name);
        if let Def::Section(section) = symbol.def {
            assert!((section as usize) < graph.sections.len(), "{name}: section");
        }
        assert!(symbol.stub == NONE || (symbol.stub as usize) < plan.tables.stubs.len(), "{name}");
        assert!(
            symbol.jump == NONE || (symbol.jump as usize) < plan.tables.got.len() * 8,
            "{name}"
        );
        assert!(symbol.got == NONE || (symbol.got as usize) < plan.tables.got.len() * 8, "{name}");
    }
    verify_outputs(plan);
}

/// Outputs and the sections in them do not overlap and lie inside what was asked for.
fn verify_outputs(plan: &Plan<'_>) {
    let layout = &plan.layout;
    for segment in SEGMENTS {
        let mut end = 0;
        let outputs = layout.outs.iter().enumerate().filter(|(number, output)| {
            output.segment == segment && output.size > 0 && *number != out::TBSS
        });
        let mut outputs: Vec<_> = outputs.map(|(_, output)| output).collect();
        outputs.sort_by_key(|output| output.offset);
        for output in outputs {
            let name = String::from_utf8_lossy(output.name);
            assert!(output.offset >= end, "{name} overlaps what lies before it");
            end = output.offset + output.size;
            let request = layout.request_of[segment as usize].map(|at| &layout.requests[at]);
            let request = request.expect("an output without a request");
            assert!(end <= request.size(), "{name} leaves its segment");
            assert!(output.offset.is_multiple_of(output.align), "{name} is not aligned");
            assert!(request.align >= output.align, "{name} is aligned more than its segment");
        }
    }
    for (number, output) in layout.outs.iter().enumerate() {
        let mut end = 0;
        for &section in &output.sections {
            let (home, offset) = layout.homes[section as usize];
            let input = &plan.graph.sections[section as usize];
            let name = String::from_utf8_lossy(input.name);
            assert_eq!(home as usize, number, "{name} is in two outputs");
            assert!(u64::from(offset) >= end, "{name} overlaps its neighbour");
            end = u64::from(offset);
            if number != out::EH_FRAME {
                assert!(end.is_multiple_of(u64::from(input.align)), "{name} is not aligned");
                end += input.size;
            }
            assert!(end <= output.size, "{name} leaves its output");
        }
    }
    for (home, live) in layout.homes.iter().zip(&plan.live) {
        assert!(home.0 == DEAD || *live || home.0 as usize == out::EH_FRAME, "a dead section");
    }
}
