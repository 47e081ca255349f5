//! The second phase: addresses in, an [`Image`] out. Nothing is placed by halves: any error means
//! no image.

use std::collections::HashSet;
use std::sync::Mutex;

use executor::addr::{Addr, AddrRange};

use crate::apply::{Addresses, NOWHERE, Value, is_own};
use crate::eh_frame::Kept;
use crate::elf::{Class, Section, u64_at};
use crate::error::{Errors, LinkError, Place};
use crate::graph::{Def, NONE, Provided, Symbol, need};
use crate::image::{
    Bytes, Copy, Defined, Ifunc, Image, PlacedObject, PlacedSection, TlsCell, TlsImage,
};
use crate::layout::{DEAD, ENTER, LEAVE, SEGMENTS, Segment, out};
use crate::plan::{External, Plan};
use crate::prune::place as place_of;
use crate::resolve::Visibility;
use crate::shared::Kind;
use crate::tables::{Cell, Entry};
use crate::x86_64::{STUB, stub};

impl<'a> Plan<'a> {
    /// Computes the image at `addresses`, one for each request. `externals` answers
    /// [`Plan::externals`], one by one. `tls` is the distance of the link's TLS block from the
    /// thread pointer, needed when [`Plan::tls`] asks for a block.
    pub fn place(
        &self,
        addresses: &[Addr],
        externals: &[External],
        tls: Option<i64>,
    ) -> Result<Image, Errors> {
        let requests = &self.layout.requests;
        let mut contents: Vec<Vec<u8>> =
            requests.iter().map(|request| vec![0; request.content as usize]).collect();
        let mut buffers: Vec<&mut [u8]> = contents.iter_mut().map(Vec::as_mut_slice).collect();
        let mut image = self.place_into(addresses, externals, tls, &mut buffers)?;
        for (segment, content) in image.segments.iter_mut().zip(contents) {
            segment.content = content;
        }
        Ok(image)
    }

    /// As [`Plan::place`], into buffers of the caller: one for each request, of the length of its
    /// content. Every byte is written. After an error they hold nothing of use.
    pub fn place_into(
        &self,
        addresses: &[Addr],
        externals: &[External],
        tls: Option<i64>,
        buffers: &mut [&mut [u8]],
    ) -> Result<Image, Errors> {
        self.check_places(addresses, externals, tls)?;
        let requests = &self.layout.requests;
        let lengths = buffers.iter().map(|buffer| buffer.len() as u64);
        if !lengths.eq(requests.iter().map(|request| request.content)) {
            return Err(LinkError::Placement { what: "buffers of the wrong size".into() }.into());
        }
        let places = self.addresses(&self.bases(addresses), externals, tls.unwrap_or(0))?;
        let mut image = Image { relocations: self.fill(&places, buffers)?, ..Image::default() };
        for (request, &address) in requests.iter().zip(addresses) {
            let (pool, size) = (request.pool, request.size());
            image.segments.push(Bytes { pool, address, content: Vec::new(), size });
        }
        self.fill_tables(&places, buffers, externals, &mut image)?;
        self.describe(&places, buffers, &mut image);
        Ok(image)
    }

    /// Where each segment starts.
    fn bases(&self, addresses: &[Addr]) -> [u64; 4] {
        // Empty sections may lie in a segment that nobody asked for: anywhere but at null.
        let mut bases = [addresses.first().map_or(0, |address| address.0); 4];
        for segment in SEGMENTS {
            if let Some(request) = self.layout.request_of[segment as usize] {
                bases[segment as usize] = addresses[request].0;
            }
        }
        bases
    }

    fn check_addresses(&self, addresses: &[Addr]) -> Result<(), LinkError> {
        let wrong = |what: String| Err(LinkError::Placement { what });
        let requests = &self.layout.requests;
        if addresses.len() != requests.len() {
            return wrong(format!("{} addresses for {} requests", addresses.len(), requests.len()));
        }
        for (address, request) in addresses.iter().zip(requests) {
            if !address.0.is_multiple_of(request.align) {
                return wrong(format!("{address} is not aligned to {}", request.align));
            }
            if address.0.checked_add(request.size()).is_none_or(|end| end > 1 << 47) {
                return wrong(format!("{address} leaves the address space"));
            }
        }
        Ok(())
    }

    fn check_places(
        &self,
        addresses: &[Addr],
        externals: &[External],
        tls: Option<i64>,
    ) -> Result<(), LinkError> {
        let wrong = |what: String| Err(LinkError::Placement { what });
        self.check_addresses(addresses)?;
        if externals.len() != self.external_symbols.len() {
            let names = self.external_symbols.len();
            return wrong(format!("{} answers for {names} external names", externals.len()));
        }
        match (self.layout.tls, tls) {
            (Some(_), None) => wrong("no place for the thread-local block".into()),
            (Some(block), Some(offset)) if offset.rem_euclid(block.align as i64) != 0 => {
                wrong(format!("the thread-local block at {offset} is not aligned"))
            }
            _ => Ok(()),
        }
    }

    fn out_address(&self, bases: &[u64; 4], number: usize) -> u64 {
        let out = &self.layout.outs[number];
        bases[out.segment as usize] + out.offset
    }

    /// Addresses of all sections and of the symbols the image defines itself.
    fn own_addresses(&self, bases: &[u64; 4], tls: i64) -> Addresses<'_, 'a> {
        let outs: Vec<u64> =
            (0..self.layout.outs.len()).map(|number| self.out_address(bases, number)).collect();
        let home = |&(out, offset): &(u32, u32)| match out {
            DEAD => NOWHERE,
            out => outs[out as usize] + u64::from(offset),
        };
        let mut places = Addresses {
            plan: self,
            sections: self.layout.homes.iter().map(home).collect(),
            symbols: Vec::new(),
            homes: Vec::new(),
            stubs: outs[out::STUBS],
            got: outs[out::GOT],
            cells: outs[out::CELLS],
            commons: outs[out::COMMON],
            tls,
        };
        let own = self.graph.symbols.iter().map(|s| self.own_value(&places, &outs, s));
        places.symbols = own.collect();
        places
    }

    /// Addresses of all sections and symbols.
    fn addresses(
        &self,
        bases: &[u64; 4],
        externals: &[External],
        tls: i64,
    ) -> Result<Addresses<'_, 'a>, Errors> {
        let mut places = self.own_addresses(bases, tls);
        let mut symbols = std::mem::take(&mut places.symbols);
        let mut errors = Errors::default();
        for (&number, external) in self.external_symbols.iter().zip(externals) {
            let value = self.external_value(&places, number, *external);
            symbols[number as usize] = value.unwrap_or_else(|| {
                errors.push_with(|| self.undefined(number));
                Value::Address(0)
            });
        }
        for &(number, to) in &self.redirects {
            let home = std::mem::replace(&mut symbols[number as usize], Value::Address(to.0));
            places.homes.push((number, home));
        }
        places.symbols = symbols;
        errors.or(places)
    }

    /// What the image will define and the libraries of this link expect from others, before
    /// anything is known of the external names: so libraries can be opened that need it. What a
    /// library defines itself it keeps: its constructors run when the image is not there yet.
    pub fn exports(&self, addresses: &[Addr]) -> Result<Vec<(String, Addr)>, LinkError> {
        self.check_addresses(addresses)?;
        let libraries = &self.graph.libraries;
        let expected: HashSet<&[u8]> =
            libraries.iter().flat_map(|l| l.undefined()).map(|(name, _)| name).collect();
        let wanted = |symbol: &Symbol<'a>| {
            expected.contains(symbol.name)
                && !libraries.iter().any(|library| library.find(symbol.name).is_some())
        };
        let places = self.own_addresses(&self.bases(addresses), 0);
        let symbols = self.graph.symbols.iter().zip(&places.symbols);
        let exported = symbols.filter_map(|(symbol, value)| match *value {
            Value::Address(address)
                if is_own(symbol) && symbol.visibility.is_exported() && wanted(symbol) =>
            {
                Some((String::from_utf8_lossy(symbol.name).into_owned(), Addr(address)))
            }
            _ => None,
        });
        Ok(exported.collect())
    }

    fn own_value(&self, places: &Addresses<'_, 'a>, outs: &[u64], symbol: &Symbol<'a>) -> Value {
        match symbol.def {
            Def::Section(_) if symbol.kind == Kind::Ifunc && symbol.stub != NONE => {
                Value::Address(places.stubs + u64::from(symbol.stub) * STUB)
            }
            Def::Section(section) => places.local(section, symbol.value),
            Def::Absolute => Value::Address(symbol.value),
            Def::Common(_) if symbol.needs & need::USED != 0 => {
                Value::Address(outs[out::COMMON] + symbol.value)
            }
            Def::Provided(Provided::TlsModule) => Value::Tls(0),
            Def::Provided(provided) if symbol.needs & need::USED != 0 => {
                Value::Address(self.provided(places, outs, provided, symbol))
            }
            _ => Value::Nowhere,
        }
    }

    /// What an external name comes to: itself, its stub or its copy.
    fn external_value(
        &self,
        places: &Addresses<'_, 'a>,
        number: u32,
        external: External,
    ) -> Option<Value> {
        let symbol = &self.graph.symbols[number as usize];
        Some(match external {
            External::Missing if symbol.weak => Value::Address(0),
            External::Missing => return None,
            External::Tls { offset } => Value::Tls(offset),
            External::LibraryTls => Value::LibraryTls,
            External::At(address)
                if symbol.needs & need::COPY != 0 && !self.is_near(places, address) =>
            {
                let copy = &self.tables.copies[symbol.cell as usize];
                Value::Address(places.commons + copy.offset)
            }
            External::At(address)
                if symbol.needs & need::CANONICAL != 0 && !self.is_near(places, address) =>
            {
                Value::Address(places.stubs + u64::from(symbol.stub) * STUB)
            }
            External::At(address) => Value::Address(address.0),
        })
    }

    /// Every 32-bit field of the image can hold the address or the distance to it.
    fn is_near(&self, places: &Addresses<'_, 'a>, address: Addr) -> bool {
        let far = |base: u64| address.0.abs_diff(base) >= (1 << 31) - (1 << 28);
        !(far(places.stubs) || far(places.got) || far(places.cells))
    }

    fn provided(
        &self,
        places: &Addresses<'_, 'a>,
        outs: &[u64],
        provided: Provided,
        symbol: &Symbol<'a>,
    ) -> u64 {
        let start = |number: usize| outs[number];
        let end = |number: usize| outs[number] + self.layout.outs[number].size;
        let segment_end = |wanted: &[Segment]| {
            let all = self.layout.outs.iter().zip(outs).enumerate();
            all.filter(|(number, (out, _))| *number != out::TBSS && wanted.contains(&out.segment))
                .map(|(_, (out, address))| address + out.size)
                .max()
                .unwrap_or(0)
        };
        let framed = |number: u32| {
            let sections = self.graph.framed[number as usize].1.iter();
            sections.filter_map(|&section| match places.sections[section as usize] {
                NOWHERE => None,
                at => Some((at, at + self.graph.sections[section as usize].size)),
            })
        };
        match provided {
            Provided::DsoHandle => places.cells + u64::from(symbol.cell),
            Provided::Got | Provided::TlsModule => places.got,
            Provided::TextStart => start(out::STUBS).min(start(out::TEXT)),
            Provided::TextEnd => segment_end(&[Segment::Text]),
            Provided::DataEnd => end(out::DATA),
            Provided::BssStart => start(out::BSS),
            Provided::End => segment_end(&[Segment::Data, Segment::Zero]),
            Provided::PreinitStart => start(out::PREINIT),
            Provided::PreinitEnd => end(out::PREINIT),
            Provided::InitStart => start(out::INIT),
            Provided::InitEnd => end(out::INIT),
            Provided::FiniStart => start(out::FINI),
            Provided::FiniEnd => end(out::FINI),
            Provided::Start(name) => framed(name).map(|(start, _)| start).min().unwrap_or(0),
            Provided::Stop(name) => framed(name).map(|(_, end)| end).max().unwrap_or(0),
        }
    }

    /// The error for an undefined name: looks for the places that need it.
    fn undefined(&self, number: u32) -> LinkError {
        let symbol = &self.graph.symbols[number as usize];
        let mut first = None;
        let mut references = 0;
        for (section, live) in self.graph.sections.iter().zip(&self.live) {
            let object = self.graph.object_of(section);
            for raw in section.relocs.iter().filter(|_| *live) {
                let rela = crate::elf::Rela::read(raw);
                if object.target(rela.symbol) == Ok(crate::graph::Target::Symbol(number)) {
                    references += 1;
                    first.get_or_insert_with(|| place_of(object, section, &rela));
                }
            }
        }
        let nowhere = || Place {
            file: self.graph.objects[symbol.object as usize].file.to_string(),
            section: "symbol table".into(),
            offset: 0,
        };
        LinkError::Undefined {
            symbol: String::from_utf8_lossy(symbol.name).into_owned(),
            first: first.unwrap_or_else(nowhere),
            references,
        }
    }

    /// Copies and fixes up all sections, on two threads when there is much to do.
    fn fill(&self, places: &Addresses<'_, 'a>, buffers: &mut [&mut [u8]]) -> Result<usize, Errors> {
        let mut jobs = Vec::with_capacity(self.stats().live_sections);
        let mut pieces: Vec<(usize, &mut [u8])> =
            buffers.iter_mut().map(|buffer| (0, &mut **buffer)).collect();
        let mut frame = 0;
        for (number, out) in self.layout.outs.iter().enumerate() {
            let request = self.layout.request_of[out.segment as usize];
            let Some((at, rest)) = request.and_then(|request| pieces.get_mut(request)) else {
                continue;
            };
            for &section in out.sections.iter().filter(|_| out.size > 0) {
                let input = &self.graph.sections[section as usize];
                let (kept, size) = match number {
                    out::EH_FRAME => {
                        let kept = &self.layout.frames[frame];
                        frame += 1;
                        (Some(kept), kept.size)
                    }
                    _ if !input.class.has_content() => continue,
                    _ => (None, input.size),
                };
                let offset =
                    (out.offset + u64::from(self.layout.homes[section as usize].1)) as usize;
                let skip = offset - *at;
                let (gap, behind) = std::mem::take(rest).split_at_mut(skip);
                gap.fill(filler(out.segment));
                let (piece, behind) = behind.split_at_mut(size as usize);
                *rest = behind;
                *at = offset + size as usize;
                jobs.push(Job { section, kept, out: piece, relocs: input.relocs.len() });
            }
        }
        for (_, rest) in pieces {
            rest.fill(0);
        }
        run(places, jobs, self.threads)
    }

    /// Fills the linker's own tables.
    fn fill_tables(
        &self,
        places: &Addresses<'_, 'a>,
        buffers: &mut [&mut [u8]],
        externals: &[External],
        image: &mut Image,
    ) -> Result<(), Errors> {
        let mut words = Words { plan: self, buffers };
        let place = |number: u32| places.symbols[number as usize];
        let found = |number: u32| {
            let at = self.external_symbols.binary_search(&number).ok()?;
            externals.get(at).copied()
        };
        let mut errors = Errors::default();
        for (entry, at) in self.tables.got.iter().zip((0..).step_by(8)) {
            let value = match *entry {
                Entry::Address(number) => match place(number) {
                    Value::Address(address) => address,
                    _ => 0,
                },
                Entry::Jump(number) => match found(number) {
                    Some(External::At(address)) => address.0,
                    _ => 0,
                },
                Entry::TpOffset(number) => match place(number) {
                    Value::Tls(offset) => offset as u64,
                    _ => 0,
                },
            };
            words.put(out::GOT, at, &value.to_le_bytes());
        }
        for (&number, at) in self.tables.stubs.iter().zip((0u64..).step_by(STUB as usize)) {
            let symbol = &self.graph.symbols[number as usize];
            let ifunc = symbol.kind == Kind::Ifunc && !symbol.is_external();
            let cell = match ifunc {
                true => places.cells + u64::from(symbol.cell),
                false => places.got + u64::from(symbol.jump),
            };
            match stub(places.stubs + at, cell) {
                Some(code) => words.put(out::STUBS, at, &code),
                None => errors.push(LinkError::Placement {
                    what: "the text and the constant segment are more than 2 GiB apart".into(),
                }),
            }
        }
        for number in [out::INIT_CODE, out::FINI_CODE] {
            let size = self.layout.outs[number].size;
            if size > 0 {
                words.put(number, 0, &ENTER);
                words.put(number, size - LEAVE.len() as u64, &LEAVE);
            }
        }
        for &(at, cell) in &self.tables.cells {
            self.fill_cell(places, u64::from(at), cell, &mut words, image);
        }
        for copy in &self.tables.copies {
            if let (Some(External::At(from)), Value::Address(to)) =
                (found(copy.symbol), place(copy.symbol))
                && from.0 != to
            {
                image.copies.push(Copy { from, to: Addr(to), size: copy.size });
            }
        }
        errors.or(())
    }

    fn fill_cell(
        &self,
        places: &Addresses<'_, 'a>,
        at: u64,
        cell: Cell,
        words: &mut Words<'_, '_, 'a>,
        image: &mut Image,
    ) {
        let address = Addr(places.cells + at);
        let mut library = |number: u32, pair: bool| {
            let symbol = &self.graph.symbols[number as usize];
            image.tls_cells.push(TlsCell {
                cell: address,
                name: String::from_utf8_lossy(symbol.name).into_owned(),
                library: match symbol.def {
                    Def::Shared(number) => Some(number as usize),
                    _ => None,
                },
                offset: symbol.value,
                pair,
            });
        };
        match cell {
            Cell::DsoHandle => {
                image.dso_handle = Some(address);
                words.put(out::CELLS, at, &address.0.to_le_bytes());
            }
            Cell::Ifunc(number) => {
                let symbol = &self.graph.symbols[number as usize];
                if let Def::Section(section) = symbol.def
                    && let Value::Address(resolver) = places.local(section, symbol.value)
                {
                    image.ifuncs.push(Ifunc { cell: address, resolver: Addr(resolver) });
                }
            }
            Cell::TlsPair(number) => {
                if places.symbols[number as usize] == Value::LibraryTls {
                    library(number, true);
                }
            }
            Cell::TpOffset(number) => match places.symbols[number as usize] {
                Value::Tls(offset) => words.put(out::CELLS, at, &offset.to_le_bytes()),
                _ => library(number, false),
            },
        }
    }

    /// The tables of a finished image.
    fn describe(&self, places: &Addresses<'_, 'a>, buffers: &[&mut [u8]], image: &mut Image) {
        let range = |number: usize| {
            let out = &self.layout.outs[number];
            let request = self.layout.request_of[out.segment as usize]?;
            let base = image.segments.get(request)?.address;
            (out.size > 0).then(|| AddrRange::new(base.plus(out.offset), out.size))
        };
        image.eh_frame = range(out::EH_FRAME);
        image.tls = self.layout.tls.map(|block| TlsImage {
            template: range(out::TDATA).unwrap_or_default(),
            size: block.size,
            align: block.align,
            offset: places.tls,
        });
        image.init = self.functions(buffers, out::PREINIT);
        image.init.extend(range(out::INIT_CODE).map(|code| code.start));
        image.init.extend(self.functions(buffers, out::INIT));
        image.fini = self.functions(buffers, out::FINI);
        image.fini.reverse();
        image.fini.extend(range(out::FINI_CODE).map(|code| code.start));
        image.entry = self.entry.and_then(|entry| match places.symbols[entry as usize] {
            Value::Address(address) => Some(Addr(address)),
            _ => None,
        });
        self.list_symbols(places, image);
        self.list_sections(places, image);
    }

    /// The function pointers of an array, in the order of its sections; the older kinds of array
    /// are read backwards. Null and -1 are fillers.
    fn functions(&self, buffers: &[&mut [u8]], number: usize) -> Vec<Addr> {
        let out = &self.layout.outs[number];
        let Some(request) = self.layout.request_of[out.segment as usize] else {
            return Vec::new();
        };
        let content = &buffers[request];
        let mut found = Vec::new();
        for &section in &out.sections {
            let input: &Section<'_> = &self.graph.sections[section as usize];
            let start = (out.offset + u64::from(self.layout.homes[section as usize].1)) as usize;
            let first = found.len();
            let words = (start..start + input.size as usize).step_by(8);
            let words = words.filter_map(|at| u64_at(content, at));
            found.extend(words.filter(|&word| word != 0 && word != u64::MAX).map(Addr));
            if matches!(input.class, Class::Ctors | Class::Dtors) {
                found[first..].reverse();
            }
        }
        found
    }

    fn list_symbols(&self, places: &Addresses<'_, 'a>, image: &mut Image) {
        image.symbols.reserve(self.graph.symbols.len());
        for (number, symbol) in (0..).zip(&self.graph.symbols) {
            let address = match places.home(number) {
                Value::Address(address) => Addr(address),
                Value::Tls(offset) => Addr(offset as u64),
                Value::LibraryTls | Value::Nowhere => continue,
            };
            if !is_own(symbol) || symbol.visibility == Visibility::Internal {
                continue;
            }
            let start = image.names.len() as u32;
            match std::str::from_utf8(symbol.name) {
                Ok(name) => image.names.push_str(name),
                Err(_) => image.names.push_str(&String::from_utf8_lossy(symbol.name)),
            }
            image.symbols.push(Defined {
                name: (start, image.names.len() as u32),
                address,
                size: symbol.size,
                kind: symbol.kind,
                weak: symbol.weak,
                visibility: symbol.visibility,
            });
        }
    }

    fn list_sections(&self, places: &Addresses<'_, 'a>, image: &mut Image) {
        image.sections.reserve(self.stats().live_sections);
        for object in &self.graph.objects {
            let first = image.sections.len();
            for number in 0..object.section_count {
                let id = (object.base + number) as usize;
                let section = &self.graph.sections[id];
                let address = places.sections[id];
                let loaded = section.class != Class::Tbss && section.class != Class::EhFrame;
                if address != NOWHERE && loaded {
                    let range = AddrRange::new(Addr(address), section.size);
                    image.sections.push(PlacedSection { number, range });
                    if section.name == ROOTS && !range.is_empty() {
                        image.roots.push(range);
                    }
                }
            }
            image.objects.push(PlacedObject {
                path: object.file.path.to_owned(),
                member: object
                    .file
                    .member
                    .map(|name| (String::from_utf8_lossy(name).into_owned(), object.file.at)),
                sections: first..image.sections.len(),
            });
        }
    }
}

/// The section of the tables that [`Image::roots`] lists.
const ROOTS: &[u8] = b"tine_roots";

/// Gaps are zero; in code they do nothing, because `.init` runs from one piece into the next.
fn filler(segment: Segment) -> u8 {
    if segment == Segment::Text { 0x90 } else { 0 }
}

/// Writes words of the linker's tables into the segments.
struct Words<'w, 'b, 'a> {
    plan: &'w Plan<'a>,
    buffers: &'w mut [&'b mut [u8]],
}

impl Words<'_, '_, '_> {
    fn put(&mut self, number: usize, at: u64, bytes: &[u8]) {
        let out = &self.plan.layout.outs[number];
        if let Some(request) = self.plan.layout.request_of[out.segment as usize] {
            let at = (out.offset + at) as usize;
            self.buffers[request][at..at + bytes.len()].copy_from_slice(bytes);
        }
    }
}

/// One section and its place in the image.
struct Job<'j> {
    section: u32,
    kept: Option<&'j Kept>,
    out: &'j mut [u8],
    relocs: usize,
}

impl Job<'_> {
    fn cost(&self) -> usize {
        self.out.len() + self.relocs * 64
    }

    fn run(self, places: &Addresses<'_, '_>, errors: &mut Errors) {
        match self.kept {
            None => places.section(self.section, self.out, errors),
            Some(kept) => places.frames(kept, self.out, errors),
        }
    }
}

/// Below this cost a second thread does not pay.
const PARALLEL: usize = 1 << 20;
/// What a thread takes at a time: a helper that gets no processor must not be waited for long.
const PORTION: usize = 1 << 18;

/// Runs all jobs; the number of relocations they had.
fn run(places: &Addresses<'_, '_>, jobs: Vec<Job<'_>>, threads: usize) -> Result<usize, Errors> {
    let relocations = jobs.iter().map(|job| job.relocs).sum();
    let total: usize = jobs.iter().map(Job::cost).sum();
    if threads < 2 || total < PARALLEL {
        let mut errors = Errors::default();
        jobs.into_iter().for_each(|job| job.run(places, &mut errors));
        return errors.or(relocations);
    }
    let portions = Mutex::new(portions(jobs).into_iter().enumerate());
    let next = || match portions.lock() {
        Ok(mut portions) => portions.next(),
        Err(_) => None,
    };
    let work = || {
        let mut found = Vec::new();
        while let Some((number, portion)) = next() {
            let mut errors = Errors::default();
            portion.into_iter().for_each(|job| job.run(places, &mut errors));
            found.push((number, errors));
        }
        found
    };
    let mut found = std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut found = work();
        match other.join() {
            Ok(more) => found.extend(more),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        found
    });
    // The order of the messages does not depend on who was faster.
    found.sort_by_key(|(number, _)| *number);
    let mut errors = Errors::default();
    found.into_iter().for_each(|(_, more)| errors.append(more));
    errors.or(relocations)
}

fn portions(jobs: Vec<Job<'_>>) -> Vec<Vec<Job<'_>>> {
    let mut portions = Vec::new();
    let mut cost = PORTION;
    for job in jobs {
        if cost >= PORTION {
            portions.push(Vec::new());
            cost = 0;
        }
        cost += job.cost();
        if let Some(portion) = portions.last_mut() {
            portion.push(job);
        }
    }
    portions
}
