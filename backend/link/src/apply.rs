//! The second phase's work: copies the content of a section to its place in the image and carries
//! out its edges, one pass. Sections are independent, so this runs on as many threads as wanted.

use object::elf as abi;

use crate::eh_frame::Kept;
use crate::elf::{Class, Object, RawRela, Rela, Section};
use crate::error::{Errors, LinkError};
use crate::graph::{Def, NONE, Symbol, Target};
use crate::plan::Plan;
use crate::prune::{place, shown};
use crate::tls::{self, Fault};
use crate::x86_64::{Edge, Form, Overflow, STUB, got_form, is_branch, relax_got};

/// A section that is not loaded has no address.
pub(crate) const NOWHERE: u64 = u64::MAX;

/// What a symbol comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Value {
    Address(u64),
    /// Thread-local, so far from the thread pointer.
    Tls(i64),
    /// Thread-local in a library: only its cells can be used.
    LibraryTls,
    /// Its section is not loaded.
    Nowhere,
}

/// All addresses of one placement.
pub(crate) struct Addresses<'p, 'a> {
    pub(crate) plan: &'p Plan<'a>,
    /// By section.
    pub(crate) sections: Vec<u64>,
    /// By symbol.
    pub(crate) symbols: Vec<Value>,
    /// Where redirected symbols are themselves.
    pub(crate) homes: Vec<(u32, Value)>,
    pub(crate) stubs: u64,
    pub(crate) got: u64,
    pub(crate) cells: u64,
    /// Common symbols and copies.
    pub(crate) commons: u64,
    /// The distance of the TLS block from the thread pointer.
    pub(crate) tls: i64,
}

/// What keeps an edge from being carried out.
enum Failure {
    Range(i64),
    Impossible(&'static str),
}

impl From<Overflow> for Failure {
    fn from(overflow: Overflow) -> Failure {
        Failure::Range(overflow.0 as i64)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure::Impossible(match fault {
            Fault::Unknown => "the instructions around it are not those of a known access model",
            Fault::Far => "the thread-local offset does not fit 32 bits",
        })
    }
}

/// The source and destination of one edge.
#[derive(Clone, Copy)]
struct Site<'s, 'a> {
    object: &'s Object<'a>,
    section: &'s Section<'a>,
    address: u64,
}

impl<'a> Addresses<'_, 'a> {
    /// Copies section `number` into `out` and carries out its edges.
    pub(crate) fn section(&self, number: u32, out: &mut [u8], errors: &mut Errors) {
        let section = &self.plan.graph.sections[number as usize];
        out.copy_from_slice(section.data);
        let site = Site {
            object: self.plan.graph.object_of(section),
            section,
            address: self.sections[number as usize],
        };
        self.edges(site, section.relocs, 0, out, errors);
    }

    /// Copies the frames that stay into `out` and carries out their edges.
    pub(crate) fn frames(&self, kept: &Kept, out: &mut [u8], errors: &mut Errors) {
        let section = &self.plan.graph.sections[kept.section as usize];
        let object = self.plan.graph.object_of(section);
        let address = self.sections[kept.section as usize];
        let Some(records) = &kept.records else {
            let len = out.len();
            out.copy_from_slice(&section.data[..len]);
            let site = Site { object, section, address };
            self.edges(site, section.relocs, 0, out, errors);
            return;
        };
        let all = &object.eh_frames[kept.frame as usize].records;
        let mut cie_at = vec![0u32; all.len()];
        for &(number, at) in records {
            let record = &all[number as usize];
            let (from, len) = (record.offset as usize, record.len as usize);
            let piece = &mut out[at as usize..at as usize + len];
            piece.copy_from_slice(&section.data[from..from + len]);
            match record.cie {
                None => cie_at[number as usize] = at,
                Some(cie) => {
                    let back = at + 4 - cie_at[cie as usize];
                    piece[4..8].copy_from_slice(&back.to_le_bytes());
                }
            }
            let site = Site { object, section, address: address + u64::from(at) };
            self.edges(site, record.relocations(section), from as u64, piece, errors);
        }
    }

    /// Carries out `relocs`, whose offsets count from `base`, on `out`.
    fn edges(
        &self,
        site: Site<'_, 'a>,
        relocs: &[RawRela],
        base: u64,
        out: &mut [u8],
        errors: &mut Errors,
    ) {
        let mut index = 0;
        while let Some(raw) = relocs.get(index) {
            index += 1;
            let rela = Rela::read(raw);
            let Some(edge) = Edge::from_elf(rela.kind) else { continue };
            let at = rela.offset.wrapping_sub(base);
            let inside = usize::try_from(at)
                .ok()
                .filter(|&at| at.checked_add(edge.width()).is_some_and(|end| end <= out.len()));
            let result = match inside {
                Some(at) => self.edge(site, edge, &rela, at, out),
                None => Err(Failure::Impossible("the field lies outside the section")),
            };
            match result {
                Ok(false) => {}
                Ok(true) => index += usize::from(relocs.get(index).is_some_and(tls::is_call)),
                Err(failure) => errors.push(self.failed(site, edge, &rela, failure)),
            }
        }
    }

    fn failed(&self, site: Site<'_, 'a>, edge: Edge, rela: &Rela, failure: Failure) -> LinkError {
        let place = place(site.object, site.section, rela);
        let symbol = shown(&self.plan.graph.sections, site.object, rela.symbol);
        let outside = match site.object.target(rela.symbol) {
            Ok(Target::Symbol(number)) => self.symbol(number).is_some_and(Symbol::is_external),
            _ => false,
        };
        let direct = edge.is_direct() || edge == Edge::Plt32;
        let edge = edge.name();
        match failure {
            Failure::Range(value) if outside && direct => LinkError::Impossible {
                place,
                edge,
                symbol,
                why: format!(
                    "out of reach ({value:#x}): compile with -fPIC, or let the link see the \
                     library that defines it"
                ),
            },
            Failure::Range(value) => {
                LinkError::OutOfRange { place, edge, symbol, value: i128::from(value) }
            }
            Failure::Impossible(why) => {
                LinkError::Impossible { place, edge, symbol, why: why.to_owned() }
            }
        }
    }

    /// Carries out one edge. `Ok(true)`: the call behind it is gone.
    #[inline]
    fn edge(
        &self,
        site: Site<'_, 'a>,
        edge: Edge,
        rela: &Rela,
        at: usize,
        out: &mut [u8],
    ) -> Result<bool, Failure> {
        let (value, symbol) = self.value(site, rela)?;
        if edge.is_tls() {
            return self.tls_edge(site, edge, rela, at, out, (value, symbol));
        }
        let s = match value {
            Value::Address(address) => address,
            _ if edge == Edge::None => return Ok(false),
            Value::Nowhere if may_dangle(site.section) => 0,
            Value::Nowhere => {
                return Err(Failure::Impossible("its section has been left out of the link"));
            }
            Value::Tls(_) | Value::LibraryTls => {
                return Err(Failure::Impossible("the symbol is thread-local, the access is not"));
            }
        };
        let p = site.address.wrapping_add(at as u64);
        let sum = (s as i64).wrapping_add(rela.addend);
        let delta = sum.wrapping_sub(p as i64);
        let got = self.got as i64;
        let entry = || self.entry(symbol).map(|entry| (entry as i64).wrapping_add(rela.addend));
        let value = match edge {
            Edge::None => return Ok(false),
            Edge::Abs64 | Edge::Abs32 | Edge::Abs32Signed | Edge::Abs16 | Edge::Abs8 => sum,
            Edge::Pc64 | Edge::Pc32 | Edge::Pc16 | Edge::Pc8 => delta,
            Edge::Plt32 => self.branch(symbol, delta, rela, p, is_branch(out, at)),
            Edge::GotPcRelX | Edge::RexGotPcRelX => {
                let form = got_form(edge, out, at, rela.addend);
                if form != Form::Other && relax_got(form, out, at, delta) {
                    return Ok(false);
                }
                match entry() {
                    Ok(entry) => entry.wrapping_sub(p as i64),
                    Err(_) => return Err(Failure::Range(delta)),
                }
            }
            Edge::GotPcRel | Edge::GotPcRel64 => entry()?.wrapping_sub(p as i64),
            Edge::Got32 | Edge::Got64 | Edge::GotPlt64 => entry()?.wrapping_sub(got),
            Edge::GotPc32 | Edge::GotPc64 => got.wrapping_add(rela.addend).wrapping_sub(p as i64),
            Edge::GotOff64 | Edge::PltOff64 => sum.wrapping_sub(got),
            Edge::Size32 | Edge::Size64 => self.size(site, rela, symbol).wrapping_add(rela.addend),
            _ => return Err(Failure::Impossible("a thread-local access")),
        };
        edge.store(&mut out[at..at + edge.width()], value)?;
        Ok(false)
    }

    /// What the edge's symbol comes to, and its number if it is a symbol of the link.
    #[inline]
    fn value(&self, site: Site<'_, 'a>, rela: &Rela) -> Result<(Value, u32), Failure> {
        Ok(match site.object.target(rela.symbol).map_err(Failure::Impossible)? {
            Target::Nothing => (Value::Address(0), NONE),
            Target::Absolute(value) => (Value::Address(value), NONE),
            Target::Symbol(number) if site.section.class == Class::EhFrame => {
                (self.home(number), number)
            }
            Target::Symbol(number) => (self.symbols[number as usize], number),
            Target::Local { section, value, elf_type } => {
                let promoted = self.plan.graph.promoted(site.section, rela.symbol);
                let number = promoted.unwrap_or(NONE);
                if elf_type == abi::STT_GNU_IFUNC && number != NONE {
                    return Ok((self.symbols[number as usize], number));
                }
                (self.local(section, value), number)
            }
        })
    }

    /// Where a symbol is itself, whatever references to it are bound to.
    pub(crate) fn home(&self, number: u32) -> Value {
        let home = self.homes.iter().find(|home| home.0 == number);
        home.map_or(self.symbols[number as usize], |home| home.1)
    }

    /// A place in a section.
    #[inline]
    pub(crate) fn local(&self, section: u32, value: u64) -> Value {
        let home = &self.plan.graph.sections[section as usize];
        if matches!(home.class, Class::Tdata | Class::Tbss) {
            return self.thread_local(section, value);
        }
        match self.sections[section as usize] {
            NOWHERE => Value::Nowhere,
            address if home.class == Class::EhFrame => self.frame_place(section, value, address),
            address => Value::Address(address.wrapping_add(value)),
        }
    }

    /// A place in frames: its start and its end are known, the inside has moved.
    fn frame_place(&self, section: u32, value: u64, address: u64) -> Value {
        let frames = &self.plan.layout.frames;
        let kept = frames.binary_search_by_key(&section, |kept| kept.section);
        match kept.map(|at| &frames[at]) {
            Ok(kept) if kept.records.is_none() || value == 0 => {
                Value::Address(address.wrapping_add(value))
            }
            _ => Value::Nowhere,
        }
    }

    fn thread_local(&self, section: u32, value: u64) -> Value {
        let home = &self.plan.graph.sections[section as usize];
        let (_, offset) = self.plan.layout.homes[section as usize];
        match self.plan.layout.tls {
            Some(block) if self.plan.live[section as usize] => {
                let start = if home.class == Class::Tbss { block.zero_at } else { 0 };
                let inside = start.wrapping_add(u64::from(offset)).wrapping_add(value);
                Value::Tls(self.tls.wrapping_add(inside as i64))
            }
            _ => Value::Nowhere,
        }
    }

    fn symbol(&self, number: u32) -> Option<&Symbol<'a>> {
        self.plan.graph.symbols.get(number as usize)
    }

    /// The address of the symbol's GOT entry.
    fn entry(&self, number: u32) -> Result<u64, Failure> {
        match self.symbol(number) {
            Some(symbol) if symbol.got != NONE => Ok(self.got + u64::from(symbol.got)),
            _ => Err(Failure::Impossible("the symbol has no entry in the table")),
        }
    }

    /// The value for a call: straight where it reaches, through the stub where not.
    #[inline]
    fn branch(&self, number: u32, delta: i64, rela: &Rela, p: u64, is_branch: bool) -> i64 {
        if i32::try_from(delta).is_ok() || !is_branch {
            return delta;
        }
        match self.symbol(number) {
            Some(symbol) if symbol.stub != NONE => {
                let stub = self.stubs + u64::from(symbol.stub) * STUB;
                (stub as i64).wrapping_add(rela.addend).wrapping_sub(p as i64)
            }
            _ => delta,
        }
    }

    fn size(&self, site: Site<'_, 'a>, rela: &Rela, number: u32) -> i64 {
        let local = || site.object.symbol(rela.symbol).map_or(0, |sym| sym.size);
        self.symbol(number).map_or_else(local, |symbol| symbol.size) as i64
    }

    fn tls_edge(
        &self,
        site: Site<'_, 'a>,
        edge: Edge,
        rela: &Rela,
        at: usize,
        out: &mut [u8],
        (value, number): (Value, u32),
    ) -> Result<bool, Failure> {
        if edge == Edge::TlsLd {
            tls::module_to_local(out, at)?;
            return Ok(true);
        }
        if edge == Edge::TlsDescCall {
            tls::descriptor_call(out, at)?;
            return Ok(false);
        }
        let p = site.address.wrapping_add(at as u64) as i64;
        let relative = |cell: u64| (cell as i64).wrapping_add(rela.addend).wrapping_sub(p);
        let cells = self.symbol(number).map(|symbol| (symbol.cell, symbol.tp_cell));
        let offset = match (value, cells) {
            (Value::Tls(offset), _) => offset,
            (Value::LibraryTls, Some((pair, tp))) => {
                let pair = self.cells.wrapping_add(u64::from(pair));
                let tp = self.cells.wrapping_add(u64::from(tp));
                match edge {
                    Edge::TlsGd => edge.store(&mut out[at..at + 4], relative(pair))?,
                    Edge::GotTpOff => edge.store(&mut out[at..at + 4], relative(tp))?,
                    Edge::TlsDescPc32 => tls::descriptor_to_initial(out, at, relative(tp))?,
                    _ => {
                        return Err(Failure::Impossible(
                            "the variable lives in a shared library; compile with -fPIC",
                        ));
                    }
                }
                return Ok(false);
            }
            (Value::Nowhere, _) => {
                return Err(Failure::Impossible("its section has been left out of the link"));
            }
            _ => return Err(Failure::Impossible("the symbol is not thread-local")),
        };
        let sum = offset.wrapping_add(rela.addend);
        // A displacement counts from the end of its field.
        let behind = sum.wrapping_add(4);
        match edge {
            Edge::TlsGd => {
                tls::general_to_local(out, at, behind)?;
                return Ok(true);
            }
            Edge::GotTpOff => match (tls::can_be_immediate(out, at), cells) {
                (true, _) => tls::initial_to_local(out, at, behind)?,
                (false, Some((_, cell))) if cell != NONE => {
                    let external = self.symbol(number).is_some_and(Symbol::is_external);
                    let table = if external { self.cells } else { self.got };
                    edge.store(&mut out[at..at + 4], relative(table + u64::from(cell)))?;
                }
                _ => return Err(Fault::Unknown.into()),
            },
            Edge::TlsDescPc32 => tls::descriptor_to_local(out, at, behind)?,
            _ => edge.store(&mut out[at..at + edge.width()], sum)?,
        }
        Ok(false)
    }
}

/// Tables of exceptions may speak of functions that were left out.
fn may_dangle(section: &Section<'_>) -> bool {
    section.name.starts_with(b".gcc_except_table")
}

/// Whether the symbol is defined in a section of this link.
pub(crate) fn is_own(symbol: &Symbol<'_>) -> bool {
    matches!(symbol.def, Def::Section(_) | Def::Common(_) | Def::Absolute)
}
