//! Sections to offsets in segments.
//!
//! ```text
//! text   stubs │ .text… │ .init and .fini pieces, each a function │ named text
//! const  GOT │ arrays │ .data.rel.ro… │ .rodata… │ .eh_frame, terminator │ .tdata │ named
//! data   cells │ .data… │ named    ┊ zero: .bss… │ commons and copies │ named
//! zero   the part behind ┊, as a segment of its own when it is 64 KiB or more
//! ```
//!
//! Sections keep the order of the inputs; the arrays are ordered by priority. Frames lie without
//! gaps, because a gap would end them. Every offset is below 2 GiB.

use std::collections::HashMap;

use executor::addr::align_up;
use executor::segment::{Pool, SegmentRequest};

use crate::eh_frame::{self, Kept};
use crate::elf::{Class, Section};
use crate::error::LinkError;
use crate::graph::Graph;
use crate::tables::Tables;
use crate::x86_64::STUB;

/// The four segments, in the order of the requests.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Segment {
    Text,
    Const,
    Data,
    Zero,
}

pub(crate) const SEGMENTS: [Segment; 4] =
    [Segment::Text, Segment::Const, Segment::Data, Segment::Zero];

impl Segment {
    pub(crate) fn pool(self) -> Pool {
        match self {
            Segment::Text => Pool::Text,
            Segment::Const => Pool::Const,
            Segment::Data | Segment::Zero => Pool::Data,
        }
    }
}

/// A run of input sections, or one of the linker's tables.
#[derive(Debug)]
pub(crate) struct Out<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) segment: Segment,
    pub(crate) sections: Vec<u32>,
    pub(crate) size: u64,
    pub(crate) align: u64,
    /// In its segment.
    pub(crate) offset: u64,
}

impl<'a> Out<'a> {
    fn new(name: &'a [u8], segment: Segment) -> Out<'a> {
        Out { name, segment, sections: Vec::new(), size: 0, align: 1, offset: 0 }
    }
}

/// The fixed outputs, in the order of their segments.
pub(crate) mod out {
    pub(crate) const STUBS: usize = 0;
    pub(crate) const TEXT: usize = 1;
    pub(crate) const INIT_CODE: usize = 2;
    pub(crate) const FINI_CODE: usize = 3;
    pub(crate) const GOT: usize = 4;
    pub(crate) const PREINIT: usize = 5;
    pub(crate) const INIT: usize = 6;
    pub(crate) const FINI: usize = 7;
    pub(crate) const RELRO: usize = 8;
    pub(crate) const RODATA: usize = 9;
    pub(crate) const EH_FRAME: usize = 10;
    pub(crate) const TDATA: usize = 11;
    pub(crate) const CELLS: usize = 12;
    pub(crate) const DATA: usize = 13;
    pub(crate) const TBSS: usize = 14;
    pub(crate) const BSS: usize = 15;
    pub(crate) const COMMON: usize = 16;
    pub(crate) const NAMES: [(&[u8], super::Segment); 17] = [
        (b".stubs", super::Segment::Text),
        (b".text", super::Segment::Text),
        (b".init", super::Segment::Text),
        (b".fini", super::Segment::Text),
        (b".got", super::Segment::Const),
        (b".preinit_array", super::Segment::Const),
        (b".init_array", super::Segment::Const),
        (b".fini_array", super::Segment::Const),
        (b".data.rel.ro", super::Segment::Const),
        (b".rodata", super::Segment::Const),
        (b".eh_frame", super::Segment::Const),
        (b".tdata", super::Segment::Const),
        (b".cells", super::Segment::Data),
        (b".data", super::Segment::Data),
        (b".tbss", super::Segment::Zero),
        (b".bss", super::Segment::Zero),
        (b".common", super::Segment::Zero),
    ];
}

/// The TLS block of the link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TlsBlock {
    pub(crate) align: u64,
    /// Bytes of the template, `.tdata`.
    pub(crate) template: u64,
    /// Where `.tbss` starts in the block.
    pub(crate) zero_at: u64,
    pub(crate) size: u64,
}

/// No output: the section is not loaded.
pub(crate) const DEAD: u32 = u32::MAX;

#[derive(Debug)]
pub(crate) struct Layout<'a> {
    pub(crate) outs: Vec<Out<'a>>,
    /// By section: its output and its offset there.
    pub(crate) homes: Vec<(u32, u32)>,
    pub(crate) frames: Vec<Kept>,
    pub(crate) requests: Vec<SegmentRequest>,
    /// By segment: which request it is.
    pub(crate) request_of: [Option<usize>; 4],
    pub(crate) tls: Option<TlsBlock>,
}

/// What crti.o puts around the pieces of `.init` and `.fini`: `sub $8, %rsp` before them and
/// `add $8, %rsp; ret` behind them.
pub(crate) const ENTER: [u8; 4] = [0x48, 0x83, 0xec, 8];
pub(crate) const LEAVE: [u8; 5] = [0x48, 0x83, 0xc4, 8, 0xc3];

/// The largest segment.
const LIMIT: u64 = 1 << 31;
/// The most padding between the sections of one output: a file must not cost more than it holds.
const MOST_GAPS: u64 = 64 << 20;
/// Zero-filled data of this size is a segment of its own.
const LARGE_ZERO: u64 = 64 * 1024;

/// Lays out what is live.
pub(crate) fn layout<'a>(
    graph: &Graph<'a>,
    live: &[bool],
    tables: &Tables,
) -> Result<Layout<'a>, LinkError> {
    let mut layout = Layout {
        outs: out::NAMES.iter().map(|&(name, segment)| Out::new(name, segment)).collect(),
        homes: vec![(DEAD, 0); graph.sections.len()],
        frames: Vec::new(),
        requests: Vec::new(),
        request_of: [None; 4],
        tls: None,
    };
    layout.assign(graph, live);
    layout.sort_arrays(graph);
    layout.table(out::STUBS, tables.stubs.len() as u64 * STUB, 16);
    layout.table(out::GOT, tables.got.len() as u64 * 8, 8);
    layout.table(out::CELLS, u64::from(tables.cell_bytes), 16);
    layout.table(out::COMMON, tables.zero_bytes, tables.zero_align);
    layout.place_frames(graph, live)?;
    for number in 0..layout.outs.len() {
        if !matches!(number, out::STUBS | out::GOT | out::CELLS | out::COMMON | out::EH_FRAME) {
            layout.place_sections(number, graph)?;
        }
    }
    layout.tls = layout.tls_block();
    layout.place_outs()?;
    Ok(layout)
}

impl<'a> Layout<'a> {
    fn table(&mut self, number: usize, size: u64, align: u64) {
        let out = &mut self.outs[number];
        out.size = size;
        out.align = align;
    }

    /// Live sections to outputs, in the order of the inputs.
    fn assign(&mut self, graph: &Graph<'a>, live: &[bool]) {
        let mut named = HashMap::new();
        for (number, section) in graph.sections.iter().enumerate() {
            if !live[number] {
                continue;
            }
            let fixed = match section.class {
                Class::Ignored | Class::Discarded | Class::EhFrame => continue,
                Class::Text => out::TEXT,
                Class::InitCode => out::INIT_CODE,
                Class::FiniCode => out::FINI_CODE,
                Class::Rodata => out::RODATA,
                Class::Relro => out::RELRO,
                Class::Preinit => out::PREINIT,
                Class::Init | Class::Ctors => out::INIT,
                Class::Fini | Class::Dtors => out::FINI,
                Class::Tdata => out::TDATA,
                Class::Tbss => out::TBSS,
                Class::Data => out::DATA,
                Class::Bss => out::BSS,
            };
            let number = number as u32;
            let thread = matches!(section.class, Class::Tdata | Class::Tbss);
            let segment = self.outs[fixed].segment;
            let home = if section.named && !thread {
                *named.entry((section.name, segment)).or_insert_with(|| {
                    self.outs.push(Out::new(section.name, segment));
                    self.outs.len() - 1
                })
            } else {
                fixed
            };
            self.outs[home].sections.push(number);
        }
    }

    /// Priorities first, smaller ones before larger ones; then those without.
    fn sort_arrays(&mut self, graph: &Graph<'a>) {
        for number in [out::INIT, out::FINI] {
            let sections = &mut self.outs[number].sections;
            sections.sort_by_key(|&section| priority(&graph.sections[section as usize]));
        }
    }

    fn place_sections(&mut self, number: usize, graph: &Graph<'a>) -> Result<(), LinkError> {
        let out = &mut self.outs[number];
        let pieces = matches!(number, out::INIT_CODE | out::FINI_CODE) && !out.sections.is_empty();
        let mut at = if pieces { ENTER.len() as u64 } else { 0 };
        let mut gaps = 0u64;
        for &section in &out.sections {
            let input = &graph.sections[section as usize];
            let align = u64::from(input.align);
            gaps += align_up(at, align) - at;
            if gaps > MOST_GAPS {
                let file = &graph.object_of(input).file;
                return Err(file.unsupported("alignments that waste more than 64 MiB"));
            }
            at = align_up(at, align);
            out.align = out.align.max(align);
            self.homes[section as usize] = (number as u32, at as u32);
            at += input.size;
            if at > LIMIT {
                return Err(too_large(out.segment, at));
            }
        }
        out.size = if pieces { at + LEAVE.len() as u64 } else { at };
        Ok(())
    }

    /// Frames are packed and end with a zero word.
    fn place_frames(&mut self, graph: &Graph<'a>, live: &[bool]) -> Result<(), LinkError> {
        let out = &mut self.outs[out::EH_FRAME];
        let mut at = 0u64;
        for object in &graph.objects {
            for frame in 0..object.eh_frames.len() as u32 {
                let kept = eh_frame::choose(object, frame, &graph.sections, &graph.symbols, live);
                let Some(kept) = kept.filter(|kept| kept.size > 0) else { continue };
                self.homes[kept.section as usize] = (out::EH_FRAME as u32, at as u32);
                out.sections.push(kept.section);
                at += kept.size;
                self.frames.push(kept);
                if at > LIMIT {
                    return Err(too_large(out.segment, at));
                }
            }
        }
        out.size = if at > 0 { at + 4 } else { 0 };
        out.align = 8;
        Ok(())
    }

    fn tls_block(&self) -> Option<TlsBlock> {
        let (template, zero) = (&self.outs[out::TDATA], &self.outs[out::TBSS]);
        if template.sections.is_empty() && zero.sections.is_empty() {
            return None;
        }
        let zero_at = align_up(template.size, zero.align);
        Some(TlsBlock {
            align: template.align.max(zero.align),
            template: template.size,
            zero_at,
            size: zero_at + zero.size,
        })
    }

    /// Outputs to offsets in segments, segments to requests.
    fn place_outs(&mut self) -> Result<(), LinkError> {
        let zero: u64 = (0..self.outs.len())
            .filter(|&number| number != out::TBSS && self.outs[number].segment == Segment::Zero)
            .map(|number| self.outs[number].size)
            .sum();
        let mut content = [0u64; 4];
        let mut aligns = [1u64; 4];
        for segment in SEGMENTS {
            let merged = segment == Segment::Zero && zero < LARGE_ZERO;
            let home = if merged { Segment::Data } else { segment };
            let mut at = if merged { content[Segment::Data as usize] } else { 0 };
            for (number, out) in self.outs.iter_mut().enumerate() {
                if out.segment != segment || number == out::TBSS {
                    continue;
                }
                // An empty output lies at the end of what is before it, and asks for nothing.
                at = if out.size > 0 { align_up(at, out.align) } else { at };
                out.offset = at;
                out.segment = home;
                if out.size > 0 {
                    aligns[home as usize] = aligns[home as usize].max(out.align);
                }
                at += out.size;
                if at > LIMIT {
                    return Err(too_large(segment, at));
                }
            }
            content[segment as usize] = at;
            if merged {
                // What lies behind the content of the data segment is zero.
                content[Segment::Zero as usize] = at - content[Segment::Data as usize];
            }
        }
        let merged = zero < LARGE_ZERO;
        for segment in SEGMENTS {
            let size = content[segment as usize];
            let request = match segment {
                Segment::Zero if merged => continue,
                Segment::Zero => (0, size),
                Segment::Data if merged => (size, content[Segment::Zero as usize]),
                _ => (size, 0),
            };
            if request == (0, 0) {
                continue;
            }
            self.request_of[segment as usize] = Some(self.requests.len());
            self.requests.push(SegmentRequest {
                pool: segment.pool(),
                align: aligns[segment as usize],
                content: request.0,
                zero: request.1,
            });
        }
        Ok(())
    }
}

fn too_large(segment: Segment, bytes: u64) -> LinkError {
    LinkError::TooLarge { segment: segment.pool().name(), bytes }
}

/// The order of an array section among its kind: (priority, or a value behind all priorities).
pub(crate) fn priority(section: &Section<'_>) -> u32 {
    let stem: &[u8] = match section.class {
        Class::Init => b".init_array.",
        Class::Fini => b".fini_array.",
        Class::Ctors => b".ctors.",
        Class::Dtors => b".dtors.",
        _ => return u32::MAX,
    };
    let digits = section.name.strip_prefix(stem).and_then(|rest| std::str::from_utf8(rest).ok());
    match digits.and_then(|digits| digits.parse::<u16>().ok()).map(u32::from) {
        None => u32::MAX,
        // The old arrays count downwards.
        Some(number) if matches!(section.class, Class::Ctors | Class::Dtors) => 65535 - number,
        Some(number) => number,
    }
}
