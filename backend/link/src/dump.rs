//! The texts of `--emit graph` and `--emit map`, which are also what the golden tests compare.

use std::fmt::{self, Write};

use crate::elf::{Class, Object, Rela, Section};
use crate::graph::{Def, Provided, Symbol, need};
use crate::image::Image;
use crate::layout::out;
use crate::plan::Plan;
use crate::prune::shown;
use crate::x86_64::Edge;

fn lossy(name: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(name)
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Class::Ignored => "ignored",
            Class::Discarded => "discarded",
            Class::Text => "text",
            Class::InitCode => "init code",
            Class::FiniCode => "fini code",
            Class::Rodata => "rodata",
            Class::Relro => "relro",
            Class::Preinit => "preinit",
            Class::Init => "init",
            Class::Ctors => "ctors",
            Class::Fini => "fini",
            Class::Dtors => "dtors",
            Class::EhFrame => "frames",
            Class::Tdata => "tdata",
            Class::Tbss => "tbss",
            Class::Data => "data",
            Class::Bss => "bss",
        }
    }
}

impl Plan<'_> {
    /// The link graph as text: objects, sections with their edges, symbols, requests.
    pub fn graph_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write_graph(&mut text);
        text
    }

    fn write_graph(&self, text: &mut String) -> fmt::Result {
        for object in &self.graph.objects {
            writeln!(text, "object {}", object.file)?;
            for number in 0..object.section_count {
                let id = (object.base + number) as usize;
                let section = &self.graph.sections[id];
                if section.class != Class::Ignored {
                    self.write_section(text, object, section, self.live[id])?;
                }
            }
        }
        for symbol in self.graph.symbols.iter().filter(|symbol| symbol.seen) {
            self.write_symbol(text, symbol)?;
        }
        for request in self.requests() {
            let (pool, align) = (request.pool.name(), request.align);
            let (content, zero) = (request.content, request.zero);
            writeln!(text, "request {pool} align {align} content {content:#x} zero {zero:#x}")?;
        }
        if let Some(tls) = self.tls() {
            writeln!(text, "thread-local size {:#x} align {}", tls.size, tls.align)?;
        }
        Ok(())
    }

    fn write_section(
        &self,
        text: &mut String,
        object: &Object<'_>,
        section: &Section<'_>,
        live: bool,
    ) -> fmt::Result {
        let state = match (live, section.class) {
            (_, Class::EhFrame) | (true, _) => "",
            (false, _) => " dead",
        };
        let (name, class) = (lossy(section.name), section.class.name());
        let (size, align) = (section.size, section.align);
        writeln!(text, "  section {name} {class} size {size:#x} align {align}{state}")?;
        for raw in section.relocs {
            let rela = Rela::read(raw);
            let edge = Edge::from_elf(rela.kind).map_or("unknown", Edge::name);
            let target = shown(&self.graph.sections, object, rela.symbol);
            let sign = if rela.addend < 0 { '-' } else { '+' };
            let addend = rela.addend.unsigned_abs();
            writeln!(text, "    +{:#x} {edge} {target} {sign} {addend:#x}", rela.offset)?;
        }
        Ok(())
    }

    fn write_symbol(&self, text: &mut String, symbol: &Symbol<'_>) -> fmt::Result {
        write!(text, "symbol {} {}", lossy(symbol.name), symbol.kind.name())?;
        if symbol.weak {
            write!(text, " weak")?;
        }
        if !symbol.visibility.is_exported() {
            write!(text, " hidden")?;
        }
        match symbol.def {
            Def::Undefined | Def::Lazy(..) => write!(text, " undefined")?,
            Def::Absolute => write!(text, " absolute {:#x}", symbol.value)?,
            Def::Common(align) => write!(text, " common size {:#x} align {align}", symbol.size)?,
            Def::Shared(number) => {
                write!(text, " in library {}", self.graph.libraries[number as usize].path)?;
            }
            Def::Provided(provided) => write!(text, " by the linker: {}", provided_name(provided))?,
            Def::Section(number) => {
                let section = &self.graph.sections[number as usize];
                let file = self.graph.object_of(section).file;
                let (name, value) = (lossy(section.name), symbol.value);
                write!(text, " at {file}: {name}+{value:#x} size {:#x}", symbol.size)?;
            }
        }
        let needs = [
            (need::GOT, "got"),
            (need::STUB, "stub"),
            (need::CANONICAL, "canonical"),
            (need::COPY, "copy"),
            (need::TP_CELL, "tp-cell"),
            (need::TLS_PAIR, "tls-pair"),
        ];
        for (_, word) in needs.iter().filter(|(bit, _)| symbol.needs & bit != 0) {
            write!(text, " +{word}")?;
        }
        writeln!(text, "{}", if symbol.needs & need::USED == 0 { " unused" } else { "" })
    }

    /// What lies where: segments, sections with their files, global symbols.
    pub fn map_text(&self, image: &Image) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write_map(image, &mut text);
        text
    }

    fn write_map(&self, image: &Image, text: &mut String) -> fmt::Result {
        let mut symbols: Vec<_> = image.symbols.iter().collect();
        symbols.retain(|symbol| symbol.kind != crate::shared::Kind::Tls);
        symbols.sort_by_key(|symbol| (symbol.address, image.name(symbol)));
        for (number, segment) in image.segments.iter().enumerate() {
            let (pool, address) = (segment.pool.name(), segment.address);
            writeln!(text, "{address} {pool} size {:#x}", segment.size)?;
            let outs = self.layout.outs.iter().enumerate().filter(|(out, place)| {
                let request = self.layout.request_of[place.segment as usize];
                request == Some(number) && place.size > 0 && *out != out::TBSS
            });
            let mut outs: Vec<_> = outs.map(|(_, place)| place).collect();
            outs.sort_by_key(|place| place.offset);
            for place in outs {
                let at = address.plus(place.offset);
                writeln!(text, "  {at} {} size {:#x}", lossy(place.name), place.size)?;
                for &section in &place.sections {
                    let input = &self.graph.sections[section as usize];
                    let at = at.plus(u64::from(self.layout.homes[section as usize].1));
                    let file = self.graph.object_of(input).file;
                    let (name, size) = (lossy(input.name), input.size);
                    writeln!(text, "    {at} {name} size {size:#x} {file}")?;
                    let first = symbols.partition_point(|symbol| symbol.address < at);
                    let inside = symbols.iter().skip(first);
                    for symbol in inside.take_while(|symbol| symbol.address < at.plus(size)) {
                        writeln!(text, "      {} {}", symbol.address, image.name(symbol))?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn provided_name(provided: Provided) -> &'static str {
    match provided {
        Provided::DsoHandle => "module handle",
        Provided::Got => "table of addresses",
        Provided::TlsModule => "thread-local base",
        Provided::TextStart => "start of text",
        Provided::TextEnd => "end of text",
        Provided::DataEnd => "end of data",
        Provided::BssStart => "start of zeros",
        Provided::End => "end of all",
        Provided::PreinitStart | Provided::InitStart | Provided::FiniStart => "start of an array",
        Provided::PreinitEnd | Provided::InitEnd | Provided::FiniEnd => "end of an array",
        Provided::Start(_) => "start of a section",
        Provided::Stop(_) => "end of a section",
    }
}
