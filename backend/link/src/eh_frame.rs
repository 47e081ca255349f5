//! `.eh_frame`: one CIE (common) or FDE (function) record after another. An FDE goes where its
//! function goes; records of functions that are not loaded are left out, and the distance from an
//! FDE back to its CIE is written anew.

use crate::elf::{FileName, Object, RawRela, Rela, Section};
use crate::error::LinkError;
use crate::graph::{Def, Symbol, Target};

/// One record: `len` bytes at `offset`, and its relocations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Record {
    pub(crate) offset: u32,
    pub(crate) len: u32,
    /// For an FDE the number of its CIE among the records.
    pub(crate) cie: Option<u32>,
    pub(crate) relocs: (u32, u32),
}

#[derive(Debug)]
pub(crate) struct EhFrame {
    /// The section's number in its object.
    pub(crate) section: u32,
    pub(crate) records: Vec<Record>,
    /// Records point at more than their functions: personalities, exception tables.
    pub(crate) has_edges: bool,
}

impl Record {
    pub(crate) fn relocations<'a>(&self, section: &Section<'a>) -> &'a [RawRela] {
        section.relocs.get(self.relocs.0 as usize..self.relocs.1 as usize).unwrap_or_default()
    }

    /// Whether the function this FDE describes is loaded.
    pub(crate) fn is_live(
        &self,
        object: &Object<'_>,
        section: &Section<'_>,
        symbols: &[Symbol<'_>],
        live: &[bool],
    ) -> bool {
        let Some(first) = self.relocations(section).first().map(Rela::read) else { return false };
        if first.offset != u64::from(self.offset) + 8 {
            return false;
        }
        let function = match object.target(first.symbol) {
            Ok(Target::Local { section, .. }) => Some(section),
            Ok(Target::Symbol(number)) => match symbols.get(number as usize).map(|s| s.def) {
                Some(Def::Section(section)) => Some(section),
                _ => None,
            },
            _ => None,
        };
        function.and_then(|section| live.get(section as usize)).is_some_and(|&live| live)
    }
}

/// The records of one section that stay, with their offsets in the output.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The section among all sections.
    pub(crate) section: u32,
    /// The frame among those of its object.
    pub(crate) frame: u32,
    /// Record numbers and their new offsets; `None` when the section stays whole.
    pub(crate) records: Option<Vec<(u32, u32)>>,
    pub(crate) size: u64,
}

/// Chooses the records that stay: live functions, and the CIEs they use.
pub(crate) fn choose(
    object: &Object<'_>,
    frame: u32,
    sections: &[Section<'_>],
    symbols: &[Symbol<'_>],
    live: &[bool],
) -> Option<Kept> {
    let number = frame;
    let frame = object.eh_frames.get(frame as usize)?;
    let id = object.base + frame.section;
    let section = sections.get(id as usize)?;
    let mut keep: Vec<bool> = vec![false; frame.records.len()];
    for (at, record) in frame.records.iter().enumerate() {
        if let Some(cie) = record.cie
            && record.is_live(object, section, symbols, live)
        {
            keep[at] = true;
            keep[cie as usize] = true;
        }
    }
    let end = frame.records.last().map_or(0, |last| u64::from(last.offset + last.len));
    if keep.iter().all(|&keep| keep) {
        return Some(Kept { section: id, frame: number, records: None, size: end });
    }
    let mut at = 0;
    let mut records = Vec::new();
    for (index, record) in frame.records.iter().enumerate().filter(|(index, _)| keep[*index]) {
        records.push((index as u32, at));
        at += record.len;
    }
    Some(Kept { section: id, frame: number, records: Some(records), size: u64::from(at) })
}

/// Cuts the section into records. A zero length ends it, whatever follows.
pub(crate) fn parse(
    file: &FileName<'_>,
    section: &Section<'_>,
    index: u32,
) -> Result<EhFrame, LinkError> {
    let bad = |at: usize, what: &str| {
        file.malformed(format!("section .eh_frame, record at {at:#x}: {what}"))
    };
    let data = section.data;
    let mut frame =
        EhFrame { section: index, records: Vec::with_capacity(data.len() / 32), has_edges: false };
    let (mut at, mut reloc) = (0usize, 0usize);
    while at < data.len() {
        let word = |from: usize| crate::elf::u32_at(data, from).ok_or_else(|| bad(at, "cut off"));
        let len = word(at)?;
        if len == 0 {
            break;
        }
        if len == u32::MAX {
            return Err(bad(at, "a 64-bit record"));
        }
        let end = at + 4 + len as usize;
        if len < 4 || end > data.len() {
            return Err(bad(at, "longer than the section"));
        }
        let id = word(at + 4)?;
        let cie = match id {
            0 => None,
            back => Some(find_cie(&frame, at + 4, back).ok_or_else(|| bad(at, "no such CIE"))?),
        };
        let first = reloc;
        while let Some(raw) = section.relocs.get(reloc) {
            let offset = Rela::read(raw).offset;
            if offset >= end as u64 {
                break;
            }
            if offset < at as u64 {
                return Err(bad(at, "its relocations are not in order"));
            }
            reloc += 1;
        }
        frame.has_edges |= reloc - first > usize::from(cie.is_some());
        frame.records.push(Record {
            offset: at as u32,
            len: len + 4,
            cie,
            relocs: (first as u32, reloc as u32),
        });
        at = end;
    }
    if reloc < section.relocs.len() {
        return Err(bad(at, "relocations behind the last record or not in order"));
    }
    Ok(frame)
}

/// The CIE that lies `back` bytes before `field`.
fn find_cie(frame: &EhFrame, field: usize, back: u32) -> Option<u32> {
    let wanted = u32::try_from(field.checked_sub(back as usize)?).ok()?;
    let number = frame.records.binary_search_by_key(&wanted, |record| record.offset).ok()?;
    frame.records.get(number)?.cie.is_none().then_some(number as u32)
}
