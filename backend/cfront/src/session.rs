//! What lives from input to input: types, symbols, file scope. An input changes it in place;
//! [`Context::mark`] before and [`Context::rollback`] after take every change back, also those to
//! things that existed before (a completed record, a symbol that got its definition): old values
//! lie in a journal.

use crate::keyword::{Keywords, Kw};
use crate::layout::{FieldDecl, RecordShape, lay_out};
use crate::scope::{Binding, Entity, ScopeMark, Scopes};
use crate::tree::{StaticInit, Symbol, SymbolId};
use crate::types::{Enum, EnumId, Record, RecordId, TypeId, Types, TypesMark, id};
use preproc::name::{Name, Names};
use preproc::source::Span;
pub use preproc::warnings::Warnings;
use std::collections::{HashMap, VecDeque};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standard {
    C89,
    C99,
    C11,
    C17,
    C23,
    /// Later than every standard: for features that none of them has.
    Never,
}

/// What the command line decides about the language.
#[derive(Clone, Debug)]
pub struct Options {
    pub standard: Standard,
    /// GNU extensions that strict modes lack (`asm`, `typeof` as keywords, …).
    pub gnu: bool,
    /// `-fno-asm`: those keywords are names all the same.
    pub no_asm: bool,
    /// `-fpermissive`: what newer standards made errors of is warned of.
    pub permissive: bool,
    /// `-ffreestanding`: `main` is a function like others.
    pub freestanding: bool,
    pub char_signed: bool,
    /// `-fcommon`: tentative definitions become common symbols.
    pub common: bool,
    /// `-fgnu89-inline`; C89 modes have it anyway.
    pub gnu89_inline: bool,
    pub short_enums: bool,
    /// `-mms-bitfields`
    pub ms_bitfields: bool,
    /// `-fpack-struct=N`; 0 for none.
    pub pack_struct: u64,
    /// `-fms-extensions`/`-fplan9-extensions`: unnamed members of tagged types.
    pub ms_extensions: bool,
    pub visibility: crate::tree::Visibility,
    pub warnings: Warnings,
    /// After so many errors an input is given up.
    pub max_errors: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            standard: Standard::C23,
            gnu: true,
            no_asm: false,
            permissive: false,
            freestanding: false,
            char_signed: true,
            common: false,
            gnu89_inline: false,
            short_enums: false,
            ms_bitfields: false,
            pack_struct: 0,
            ms_extensions: false,
            visibility: crate::tree::Visibility::Default,
            warnings: Warnings::default(),
            max_errors: 50,
        }
    }
}

/// How an input is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// A standard C translation unit.
    File,
    /// A translation unit with statements at file scope, which run in order with the initialisers.
    Script,
    /// One input of an interactive session.
    Prompt,
}

/// The old value of something an input changed.
enum Change {
    Symbol(SymbolId, Box<Symbol>),
    Record(RecordId, Box<Record>),
    Enum(EnumId, Box<Enum>),
    External(Name, Option<SymbolId>),
    Constant(SymbolId),
    NextValue(u32),
    Versions(Name, u32),
    Keyword(Name, Kw),
    Binding(usize, Binding),
}

/// How the names of constant objects begin that only the input at hand copies from.
pub const SOURCE: &str = ".Lsource.";

/// So many of the last values at the prompt keep their names.
pub const MOST_VALUES: u32 = 1000;

/// A moment of a session.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    types: TypesMark,
    scopes: ScopeMark,
    symbols: usize,
    journal: usize,
    next_value: u32,
}

impl Mark {
    /// The number of the value that came next.
    pub fn next_value(&self) -> u32 {
        self.next_value
    }
}

/// The state of the front end between inputs.
pub struct Context {
    pub types: Types,
    pub symbols: Vec<Symbol>,
    pub scopes: Scopes,
    pub options: Options,
    pub keywords: Keywords,
    /// The values of `constexpr` objects, and of `const` scalars with constant initialisers
    /// (which other static initialisers may read).
    pub constants: HashMap<SymbolId, StaticInit>,
    /// `struct __va_list_tag`, the element of `__builtin_va_list`.
    pub va_list: TypeId,
    /// Every function and object with external linkage that any scope has declared.
    externals: Vec<u32>,
    /// How many versions of a name the prompt has seen beyond the first.
    versions: HashMap<Name, u32>,
    /// The number of the next `$n`.
    next_value: u32,
    /// Every change to what was there before, the oldest ones forgotten.
    journal: VecDeque<Change>,
    /// How many were forgotten.
    forgotten: usize,
    /// Things below these indices existed before the current input.
    base_symbols: usize,
    base_records: usize,
    base_enums: usize,
    base_changes: usize,
    /// Constant objects that one input copies from and no other names, oldest first: the symbols
    /// serve again. So many of them has the input at hand.
    sources: Vec<SymbolId>,
    sources_taken: usize,
}

impl Context {
    pub fn new(names: &mut Names, options: Options) -> Context {
        let mut types = Types::new();
        types.char_signed = options.char_signed;
        types.same_tags = options.standard >= Standard::C23;
        let keywords = Keywords::new(names, &options);
        let va_list = make_va_list(&mut types, names);
        let mut scopes = Scopes::default();
        for (text, ty) in [("__int128_t", id::INT128), ("__uint128_t", id::UINT128)] {
            scopes.bind(names.intern(text), Entity::Typedef(ty.into()), Span::default());
        }
        Context {
            types,
            va_list,
            symbols: Vec::new(),
            scopes,
            options,
            keywords,
            constants: HashMap::new(),
            externals: Vec::new(),
            versions: HashMap::new(),
            next_value: 1,
            journal: VecDeque::new(),
            forgotten: 0,
            base_symbols: 0,
            base_records: 0,
            base_enums: 0,
            base_changes: 0,
            sources: Vec::new(),
            sources_taken: 0,
        }
    }

    pub fn symbol(&self, id: SymbolId) -> &Symbol {
        &self.symbols[id.index()]
    }

    pub fn mark(&self) -> Mark {
        Mark {
            types: self.types.mark(),
            scopes: self.scopes.mark(),
            symbols: self.symbols.len(),
            journal: self.changes(),
            next_value: self.next_value,
        }
    }

    /// Names and tags of file scope that had another meaning at `mark`.
    pub fn rebound_since(&self, mark: &Mark) -> impl Iterator<Item = (&Binding, &Binding)> {
        self.scopes.rebound_since(mark.scopes)
    }

    pub fn retagged_since(&self, mark: &Mark) -> impl Iterator<Item = (TypeId, TypeId)> {
        self.scopes.retagged_since(mark.scopes)
    }

    /// How many changes there ever were.
    fn changes(&self) -> usize {
        self.forgotten + self.journal.len()
    }

    /// Takes back everything done since `mark`. The names are the caller's to cut back.
    pub fn rollback(&mut self, mark: Mark) {
        // What was bound since may shadow what the journal puts back.
        self.scopes.rollback(mark.scopes);
        while self.changes() > mark.journal {
            match self.journal.pop_back() {
                Some(Change::Symbol(id, old)) => self.symbols[id.index()] = *old,
                Some(Change::Record(id, old)) => self.types.records[id.0 as usize] = *old,
                Some(Change::Enum(id, old)) => self.types.enums[id.0 as usize] = *old,
                Some(Change::External(name, old)) => self.put_external(name, old),
                Some(Change::Constant(id)) => {
                    self.constants.remove(&id);
                }
                Some(Change::NextValue(old)) => self.next_value = old,
                Some(Change::Binding(at, old)) => self.scopes.put(at, old),
                Some(Change::Keyword(name, old)) => self.keywords.change(name, old),
                Some(Change::Versions(name, old)) => {
                    self.versions.insert(name, old);
                }
                None => break,
            }
        }
        self.symbols.truncate(mark.symbols);
        while self.sources.last().is_some_and(|id| id.index() >= mark.symbols) {
            self.sources.pop();
        }
        self.types.rollback(mark.types);
    }

    /// Nobody will go back to a moment before `mark`.
    pub fn forget_before(&mut self, mark: &Mark) {
        let old = mark.journal.saturating_sub(self.forgotten).min(self.journal.len());
        self.journal.drain(..old);
        self.forgotten += old;
    }

    /// Whether nothing has been declared since `mark`.
    pub fn is_as_before(&self, mark: &Mark) -> bool {
        self.symbols.len() == mark.symbols
            && self.changes() == mark.journal
            && self.scopes.mark() == mark.scopes
    }

    /// From here on the name of a keyword is an ordinary one.
    pub(crate) fn forget_keyword(&mut self, name: Name) {
        let old = self.keywords.get(name);
        self.journal.push_back(Change::Keyword(name, old));
        self.keywords.change(name, Kw::None);
    }

    /// From here on, changes to what exists now go to the journal.
    pub(crate) fn begin_input(&mut self) {
        self.base_symbols = self.symbols.len();
        self.base_records = self.types.records.len();
        self.base_enums = self.types.enums.len();
        self.base_changes = self.changes();
        self.sources_taken = 0;
    }

    pub(crate) fn new_symbol(&mut self, symbol: Symbol) -> SymbolId {
        let id = SymbolId(self.symbols.len() as u32);
        self.symbols.push(symbol);
        id
    }

    pub(crate) fn symbol_mut(&mut self, id: SymbolId) -> &mut Symbol {
        if id.index() < self.base_symbols && !self.is_noted(id) {
            let old = Box::new(self.symbols[id.index()].clone());
            self.journal.push_back(Change::Symbol(id, old));
        }
        &mut self.symbols[id.index()]
    }

    /// Whether a symbol's old value is among the last changes of this input: it is changed several
    /// times in a row.
    fn is_noted(&self, id: SymbolId) -> bool {
        let fresh = self.changes().saturating_sub(self.base_changes);
        let is_it = |change: &Change| matches!(change, Change::Symbol(noted, _) if *noted == id);
        self.journal.iter().rev().take(fresh.min(8)).any(is_it)
    }

    /// The symbol of an object that an earlier input copied from.
    pub(crate) fn spent_source(&mut self) -> Option<SymbolId> {
        let source = *self.sources.get(self.sources_taken)?;
        self.sources_taken += 1;
        Some(source)
    }

    pub(crate) fn new_source(&mut self, id: SymbolId) -> SymbolId {
        self.symbols[id.index()].link_name = format!("{SOURCE}{}", id.0);
        self.sources.push(id);
        self.sources_taken = self.sources.len();
        id
    }

    /// What it was for earlier inputs is nothing to go back to.
    pub(crate) fn source_mut(&mut self, id: SymbolId) -> &mut Symbol {
        &mut self.symbols[id.index()]
    }

    pub(crate) fn record_mut(&mut self, id: RecordId) -> &mut Record {
        if (id.0 as usize) < self.base_records {
            let old = Box::new(self.types.record(id).clone());
            self.journal.push_back(Change::Record(id, old));
        }
        &mut self.types.records[id.0 as usize]
    }

    pub(crate) fn enum_mut(&mut self, id: EnumId) -> &mut Enum {
        if (id.0 as usize) < self.base_enums {
            let old = Box::new(self.types.enumeration(id).clone());
            self.journal.push_back(Change::Enum(id, old));
        }
        &mut self.types.enums[id.0 as usize]
    }

    pub(crate) fn set_constant(&mut self, id: SymbolId, value: StaticInit) {
        self.constants.insert(id, value);
        self.journal.push_back(Change::Constant(id));
    }

    /// The function or object with external linkage called `name`, though no scope may show it.
    pub fn external(&self, name: Name) -> Option<SymbolId> {
        let at = *self.externals.get(name.0 as usize)?;
        at.checked_sub(1).map(SymbolId)
    }

    pub(crate) fn set_external(&mut self, name: Name, symbol: Option<SymbolId>) {
        let old = self.external(name);
        self.journal.push_back(Change::External(name, old));
        self.put_external(name, symbol);
    }

    fn put_external(&mut self, name: Name, symbol: Option<SymbolId>) {
        let at = name.0 as usize;
        if self.externals.len() <= at {
            self.externals.resize((at + 1).next_power_of_two(), 0);
        }
        self.externals[at] = symbol.map_or(0, |id| id.0 + 1);
    }

    /// The number of the next value at the prompt.
    pub fn next_value(&self) -> u32 {
        self.next_value
    }

    pub(crate) fn take_value_number(&mut self) -> u32 {
        self.journal.push_back(Change::NextValue(self.next_value));
        self.next_value += 1;
        self.next_value - 1
    }

    /// The object for value `number`: that of a value too old to be kept, where no function speaks
    /// of it. Its name goes with it.
    pub(crate) fn reused_value(
        &mut self,
        number: u32,
        names: &Names,
        name: Name,
        span: Span,
    ) -> Option<SymbolId> {
        let old = names.get(&format!("${}", number.checked_sub(MOST_VALUES)?))?;
        let Entity::Symbol(id) = self.scopes.lookup_file(old)?.entity else { return None };
        let value = self.symbol(id);
        if value.name != Some(old) || value.attrs.used || id.index() >= self.base_symbols {
            return None;
        }
        self.rebind(old, name, id, span).then_some(id)
    }

    /// `_` is this value now.
    pub(crate) fn bind_last_value(&mut self, last: Name, names: &Names, id: SymbolId, span: Span) {
        let was = self.scopes.lookup_file(last).map(|binding| binding.entity);
        let is_value = match was {
            Some(Entity::Symbol(was)) => {
                let name = self.symbol(was).name;
                name.is_some_and(|name| names.text(name).starts_with('$'))
            }
            _ => false,
        };
        if !(is_value && self.rebind(last, last, id, span)) {
            self.scopes.bind(last, Entity::Symbol(id), span);
        }
    }

    fn rebind(&mut self, old: Name, name: Name, id: SymbolId, span: Span) -> bool {
        let reused = self.scopes.reuse(old, name, Entity::Symbol(id), span);
        self.journal.extend(reused.map(|(at, was)| Change::Binding(at, was)));
        reused.is_some()
    }

    /// A function speaks of this value: it stays what it is.
    pub fn pin_value(&mut self, id: SymbolId) {
        let old = Box::new(self.symbol(id).clone());
        self.journal.push_back(Change::Symbol(id, old));
        self.symbols[id.index()].attrs.used = true;
    }

    /// Every place that what lives speaks of, and that a rollback could bring back.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        let records = self.types.records.iter().flat_map(spans_of);
        let old = self.journal.iter().flat_map(|change| {
            let (one, record) = match change {
                Change::Symbol(_, old) => (Some(old.span), None),
                Change::Enum(_, old) => (Some(old.span), None),
                Change::Binding(_, old) => (Some(old.span), None),
                Change::Record(_, old) => (None, Some(&**old)),
                _ => (None, None),
            };
            one.into_iter().chain(record.into_iter().flat_map(spans_of))
        });
        let symbols = self.symbols.iter().map(|symbol| symbol.span);
        let enums = self.types.enums.iter().map(|enumeration| enumeration.span);
        symbols.chain(self.scopes.spans()).chain(records).chain(enums).chain(old)
    }

    /// The number of a further version of `name` (2, 3, …).
    pub(crate) fn next_version(&mut self, name: Name) -> u32 {
        let old = self.versions.get(&name).copied().unwrap_or(1);
        self.journal.push_back(Change::Versions(name, old));
        self.versions.insert(name, old + 1);
        old + 1
    }
}

fn spans_of(record: &Record) -> impl Iterator<Item = Span> {
    record.fields.iter().map(|field| field.span).chain([record.span])
}

/// The structure behind `va_list`, as the x86-64 ABI has it.
fn make_va_list(types: &mut Types, names: &mut Names) -> TypeId {
    let members = [
        ("gp_offset", id::UINT),
        ("fp_offset", id::UINT),
        ("overflow_arg_area", id::VOID_PTR),
        ("reg_save_area", id::VOID_PTR),
    ];
    let fields: Vec<FieldDecl> = members
        .iter()
        .map(|&(text, ty)| FieldDecl {
            name: Some(names.intern(text)),
            ty: ty.into(),
            type_align: 0,
            align: 0,
            packed: false,
            bits: None,
            span: Span::default(),
        })
        .collect();
    let layout = lay_out(types, &fields, RecordShape::default());
    let (fields, size, align) =
        layout.map_or((Vec::new(), 0, 1), |layout| (layout.fields, layout.size, layout.align));
    types.new_record(Record {
        tag: Some(names.intern("__va_list_tag")),
        alias: None,
        is_union: false,
        complete: true,
        fields,
        size,
        align,
        packed: false,
        transparent_union: false,
        flexible: false,
        variable: None,
        unnamed: Vec::new(),
        span: Span::default(),
    })
}
