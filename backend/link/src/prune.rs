//! Which sections are used, and what table entries the edges out of them need: one pass over the
//! relocations of everything that can be reached from the roots.
//!
//! Roots are the entry point, names the caller wants, names that shared libraries expect, the
//! initialisation arrays and retained sections; in the mode [`Keep::Exported`] every visible
//! definition, and [`Keep::Everything`] keeps all that can be loaded. An FDE does not keep its
//! function; a live function keeps what its FDE points at.

use std::collections::HashMap;

use object::elf as abi;

use crate::elf::{Class, Object, RawRela, Rela, Section};
use crate::error::{Errors, LinkError, Place};
use crate::graph::{Def, Graph, Provided, Symbol, Target, need};
use crate::plan::Keep;
use crate::shared::Kind;
use crate::tls;
use crate::x86_64::{Edge, Form, got_form, is_branch};

struct Marker<'g, 'a> {
    objects: &'g [Object<'a>],
    sections: &'g [Section<'a>],
    symbols: &'g mut Vec<Symbol<'a>>,
    promoted: &'g mut HashMap<(u32, u32), u32>,
    framed: &'g [(&'a [u8], Vec<u32>)],
    live: Vec<bool>,
    work: Vec<u32>,
    errors: &'g mut Errors,
}

/// Marks what is used; the answer is by section number.
pub(crate) fn mark(
    graph: &mut Graph<'_>,
    roots: &[u32],
    keep: Keep,
    errors: &mut Errors,
) -> Vec<bool> {
    let Graph { objects, sections, symbols, promoted, framed, .. } = graph;
    let mut marker = Marker {
        live: vec![false; sections.len()],
        objects,
        sections,
        symbols,
        promoted,
        framed,
        work: Vec::new(),
        errors,
    };
    for &root in roots {
        marker.use_symbol(root);
    }
    for (number, section) in marker.sections.iter().enumerate() {
        let kept = keep == Keep::Everything || section.retain || section.class.is_array();
        if kept && section.class != Class::EhFrame {
            marker.mark(number as u32);
        }
    }
    if keep != Keep::Roots {
        for number in 0..marker.symbols.len() as u32 {
            let symbol = &marker.symbols[number as usize];
            let visible = symbol.visibility.is_exported() || keep == Keep::Everything;
            if visible && !symbol.is_external() && !matches!(symbol.def, Def::Provided(_)) {
                marker.use_symbol(number);
            }
        }
    }
    marker.run();
    // Whoever binds to an ifunc later must meet its stub, not the function that chooses.
    for symbol in marker.symbols.iter_mut().filter(|symbol| symbol.kind == Kind::Ifunc) {
        if let Def::Section(section) = symbol.def
            && marker.live[section as usize]
        {
            symbol.needs |= need::USED | need::STUB | need::CANONICAL;
        }
    }
    marker.live
}

impl<'a> Marker<'_, 'a> {
    fn mark(&mut self, section: u32) {
        let slot = &mut self.live[section as usize];
        if !*slot && self.sections[section as usize].class.is_loaded() {
            *slot = true;
            self.work.push(section);
        }
    }

    /// Until nothing new is found: sections, then the frames of live functions.
    fn run(&mut self) {
        loop {
            while let Some(number) = self.work.pop() {
                let section = &self.sections[number as usize];
                if section.class != Class::EhFrame {
                    self.edges(section, section.relocs);
                }
            }
            self.frames();
            if self.work.is_empty() {
                return;
            }
        }
    }

    /// Follows what the frames of live functions point at, personalities and exception tables.
    fn frames(&mut self) {
        for object in self.objects {
            for frame in object.eh_frames.iter().filter(|frame| frame.has_edges) {
                let section = &self.sections[(object.base + frame.section) as usize];
                for record in &frame.records {
                    let Some(cie) = record.cie else { continue };
                    if !record.is_live(object, section, self.symbols, &self.live) {
                        continue;
                    }
                    self.edges(section, record.relocations(section));
                    if let Some(cie) = frame.records.get(cie as usize) {
                        self.edges(section, cie.relocations(section));
                    }
                }
            }
        }
    }

    /// Follows relocations of `section`.
    fn edges(&mut self, section: &Section<'a>, relocs: &[RawRela]) {
        let object = &self.objects[section.object as usize];
        let mut index = 0;
        while let Some(raw) = relocs.get(index) {
            index += 1;
            let rela = Rela::read(raw);
            let Some(edge) = Edge::from_elf(rela.kind) else {
                self.unknown(object, section, &rela);
                continue;
            };
            match object.target(rela.symbol) {
                Ok(Target::Local { section: target, elf_type, value }) => {
                    self.mark(target);
                    let plain = matches!(
                        edge,
                        Edge::Pc32 | Edge::Abs64 | Edge::Plt32 | Edge::Abs32 | Edge::Abs32Signed
                    );
                    if !plain || elf_type == abi::STT_GNU_IFUNC {
                        let home = (target, value, elf_type);
                        self.local_edge(section, edge, &rela, home);
                    }
                }
                Ok(Target::Symbol(number)) => {
                    self.use_symbol(number);
                    let symbol = &mut self.symbols[number as usize];
                    symbol.needs |= needs(symbol, edge, section.data, &rela);
                }
                Ok(Target::Nothing | Target::Absolute(_)) => {}
                Err(what) => self.impossible(object, section, &rela, edge, what),
            }
            if matches!(edge, Edge::TlsLd | Edge::TlsGd) && self.loses_call(object, edge, &rela) {
                index += usize::from(relocs.get(index).is_some_and(tls::is_call));
            }
        }
    }

    /// The call of `__tls_get_addr` behind the edge will go away.
    fn loses_call(&self, object: &Object<'a>, edge: Edge, rela: &Rela) -> bool {
        match object.target(rela.symbol) {
            Ok(Target::Symbol(number)) if edge == Edge::TlsGd => {
                !self.symbols[number as usize].is_external()
            }
            _ => true,
        }
    }

    /// An edge to a local symbol that may need a table entry.
    fn local_edge(
        &mut self,
        section: &Section<'a>,
        edge: Edge,
        rela: &Rela,
        (target, value, elf_type): (u32, u64, u8),
    ) {
        let mut symbol = Symbol::new(b"", 0, section.object);
        symbol.def = Def::Section(target);
        symbol.value = value;
        symbol.kind = Kind::of(elf_type);
        symbol.visibility = crate::resolve::Visibility::Internal;
        let needs = needs(&symbol, edge, section.data, rela);
        if needs == 0 && symbol.kind != Kind::Ifunc {
            return;
        }
        let key = (section.object, rela.symbol);
        let number = *self.promoted.entry(key).or_insert_with(|| {
            let object = &self.objects[section.object as usize];
            if let Some(sym) = object.symbol(rela.symbol) {
                symbol.name = object.name_of(&sym).unwrap_or_default();
                symbol.size = sym.size;
            }
            self.symbols.push(symbol);
            self.symbols.len() as u32 - 1
        });
        self.symbols[number as usize].needs |= needs | need::USED;
    }

    fn use_symbol(&mut self, number: u32) {
        let symbol = &mut self.symbols[number as usize];
        if symbol.needs & need::USED != 0 {
            return;
        }
        symbol.needs |= need::USED;
        match symbol.def {
            Def::Section(section) => self.mark(section),
            Def::Provided(Provided::Start(name) | Provided::Stop(name)) => {
                let framed = self.framed;
                for &section in &framed[name as usize].1 {
                    self.mark(section);
                }
            }
            _ => {}
        }
    }

    fn unknown(&mut self, object: &Object<'a>, section: &Section<'a>, rela: &Rela) {
        self.errors.push(LinkError::UnknownRelocation {
            place: place(object, section, rela),
            kind: rela.kind,
            symbol: shown(self.sections, object, rela.symbol),
        });
    }

    fn impossible(
        &mut self,
        object: &Object<'a>,
        section: &Section<'a>,
        rela: &Rela,
        edge: Edge,
        why: &str,
    ) {
        self.errors.push(LinkError::Impossible {
            place: place(object, section, rela),
            edge: edge.name(),
            symbol: shown(self.sections, object, rela.symbol),
            why: why.to_owned(),
        });
    }
}

/// The place of a relocation, for an error.
pub(crate) fn place(object: &Object<'_>, section: &Section<'_>, rela: &Rela) -> Place {
    Place {
        file: object.file.to_string(),
        section: String::from_utf8_lossy(section.name).into_owned(),
        offset: rela.offset,
    }
}

/// The name to show for the object's symbol number `index`: a section symbol has its section's.
pub(crate) fn shown(sections: &[Section<'_>], object: &Object<'_>, index: u32) -> String {
    if index == 0 {
        return "no symbol".into();
    }
    let name = match (object.target(index), object.symbol(index)) {
        (Ok(Target::Local { section, elf_type: abi::STT_SECTION, .. }), _) => {
            sections.get(section as usize).map(|section| section.name)
        }
        (_, Some(sym)) => object.name_of(&sym),
        (_, None) => None,
    };
    match name {
        Some(name) if !name.is_empty() => String::from_utf8_lossy(name).into_owned(),
        _ => format!("symbol {index}"),
    }
}

/// The table entries that an edge of this kind to `symbol` asks for.
#[inline]
fn needs(symbol: &Symbol<'_>, edge: Edge, data: &[u8], rela: &Rela) -> u8 {
    let external = symbol.is_external();
    let ifunc = symbol.kind == Kind::Ifunc && !external;
    let at = usize::try_from(rela.offset).unwrap_or(usize::MAX);
    let address = if ifunc { need::STUB | need::CANONICAL } else { 0 };
    match edge {
        Edge::Plt32 if external && is_branch(data, at) => need::STUB,
        edge if edge.is_direct() || edge == Edge::Plt32 => match (symbol.kind, symbol.def) {
            (Kind::Function | Kind::Ifunc, _) if external => need::STUB | need::CANONICAL,
            (Kind::Object, Def::Shared(_)) => need::COPY,
            _ => address,
        },
        Edge::GotPcRelX | Edge::RexGotPcRelX => {
            let form = got_form(edge, data, at, rela.addend);
            let near = !external && !ifunc && symbol.def != Def::Absolute;
            if near && form != Form::Other { 0 } else { need::GOT | address }
        }
        edge if edge.is_got() => need::GOT | address,
        Edge::Abs64 | Edge::Pc64 | Edge::GotOff64 | Edge::PltOff64 => address,
        Edge::GotTpOff if external || !tls::can_be_immediate(data, at) => need::TP_CELL,
        Edge::TlsDescPc32 if external => need::TP_CELL,
        Edge::TlsGd if external => need::TLS_PAIR,
        _ => 0,
    }
}
