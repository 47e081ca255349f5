//! Questions to a session. In: names, addresses, or a text that is looked at and never runs; out:
//! what the session knows. What always holds: a question leaves no trace, not even a used number.

use super::{Limits, Session, Times};
use crate::compile::Checked;
use crate::error::{Failure, Result};
use crate::files;
use crate::source::Stage;
use cfront::scope::Entity;
use cfront::session::Mode;
use cfront::tree::{Definition, SymbolKind, Unit};
use cfront::types::{QType, Type, TypeId};
use executor::addr::Addr;
use executor::handle::Refused;
use executor::segment::Pool;
use executor::wire::{BlockUse, MemoryUse};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::render::{self, Form};
use preproc::source::Span;
use std::ffi::OsStr;
use std::path::Path;

/// What a text is called in messages that is only looked at.
const ARGUMENT: &str = "the argument";

/// What is shown for a question, or why there is no answer, as text.
pub type Shown<T = String> = std::result::Result<T, String>;

/// An object at file scope.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    /// As a declaration would have it.
    pub declaration: String,
    pub ty: QType,
    pub addr: Addr,
}

/// How a type lies in memory.
#[derive(Clone, Debug)]
pub struct Layout {
    pub name: String,
    pub size: u64,
    pub align: u64,
    pub members: Vec<Member>,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub offset: u64,
    pub size: u64,
    /// First bit and number of bits, counted from the record's start.
    pub bits: Option<(u64, u32)>,
    pub declaration: String,
}

impl Session {
    /// The inputs that stand: numbers and texts.
    pub fn inputs(&self) -> impl DoubleEndedIterator<Item = (u32, &str)> + ExactSizeIterator {
        self.inputs.iter()
    }

    /// The text of an input that stands, by its number.
    pub fn input(&self, number: u32) -> Option<&str> {
        self.inputs.find(number)
    }

    /// The number the next input will have.
    pub fn next_input(&self) -> u32 {
        self.next_input
    }

    /// The number the next value will have.
    pub fn next_value(&self) -> u32 {
        self.compiler.cx.next_value()
    }

    /// Where the time of the last input went.
    pub fn times(&self) -> &Times {
        &self.times
    }

    /// What each further input may use.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
        self.machine.limit_memory(limits.memory);
    }

    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether the text stops in the middle of something, so that more lines are needed.
    pub fn is_unfinished(&mut self, text: &str) -> bool {
        self.look(ARGUMENT, text, |_, checked| matches!(checked, Checked::Unfinished(_)))
    }

    /// Whether the text is an input without errors.
    pub fn compiles(&mut self, text: &str) -> bool {
        self.look(ARGUMENT, text, |_, checked| matches!(checked, Checked::Unit(..)))
    }

    /// What an unfinished text lacks, as messages.
    pub fn why_unfinished(&mut self, text: &str, form: Form) -> String {
        let name = format!("input {}", self.next_input);
        self.look(&name, text.trim_end(), |session, checked| match checked {
            Checked::Unfinished(diags) | Checked::Errors(diags) => session.rendered(&diags, form),
            Checked::Unit(..) => String::new(),
        })
    }

    /// Checks a text and takes everything back.
    fn look<T>(
        &mut self,
        name: &str,
        text: &str,
        see: impl FnOnce(&mut Session, Checked) -> T,
    ) -> T {
        if let Some(mark) = self.passing.take() {
            self.compiler.rollback(&mark);
        }
        let mark = self.compiler.mark();
        let checked = self.compiler.check(name, text, Mode::Prompt);
        let seen = see(self, checked);
        self.compiler.rollback(&mark);
        seen
    }

    fn look_at_unit<T>(
        &mut self,
        text: &str,
        form: Form,
        see: impl FnOnce(&mut Session, &Unit) -> Shown<T>,
    ) -> Shown<T> {
        self.look(ARGUMENT, text, |session, checked| match checked {
            Checked::Unit(unit, _) => see(session, &unit),
            Checked::Errors(diags) => Err(session.rendered(&diags, form)),
            Checked::Unfinished(_) => Err("this stops in the middle\n".into()),
        })
    }

    fn rendered(&self, diags: &[Diagnostic], form: Form) -> String {
        render::all(self.sources(), self.names(), diags, form)
    }

    /// The type of an expression, which is not evaluated.
    pub fn type_of(&mut self, text: &str, form: Form) -> Shown {
        self.look_at_unit(text, form, |session, unit| match unit.value {
            Some(value) => Ok(session.types().show(value.ty, session.names())),
            None => Err("this has no value: an expression without `;` has a type\n".into()),
        })
    }

    /// A type as the compiler shows it, from its name or an expression of it.
    pub fn type_named(&mut self, text: &str, form: Form) -> Shown {
        // `typeof` takes both; a pointer to it needs no complete type and no value.
        let question = format!("(typeof({text}) *)0");
        self.look_at_unit(&question, form, |session, unit| {
            let types = session.types();
            match unit.value.map(|value| types.get(value.ty.id)) {
                Some(Type::Pointer(to)) => Ok(types.show(*to, session.names())),
                _ => Err(format!("{text} is no type\n")),
            }
        })
    }

    /// A stage of a text's way to code.
    pub fn dump(&mut self, text: &str, stage: Stage, form: Form) -> Shown {
        if matches!(stage, Stage::Tokens | Stage::Preprocessed) {
            return self.preprocessed(text, stage, form);
        }
        self.look_at_unit(text, form, |session, unit| {
            let compiler = &session.compiler;
            Ok(match stage {
                Stage::Tree => cfront::dump::unit(unit, &compiler.cx, &compiler.pp.names),
                Stage::Asm => compiler.asm(unit),
                _ => compiler.clif(unit),
            })
        })
    }

    fn preprocessed(&mut self, text: &str, stage: Stage, form: Form) -> Shown {
        if let Some(mark) = self.passing.take() {
            self.compiler.rollback(&mark);
        }
        let mark = self.compiler.mark();
        let pp = &mut self.compiler.pp;
        let made = pp.preprocess_text(ARGUMENT, text);
        let shown = match stage {
            Stage::Tokens => preproc::dump::tokens(pp, &made.tokens),
            _ => String::from_utf8_lossy(&preproc::dump::source(pp, &made.tokens)).into_owned(),
        };
        let errors = made.diags.iter().any(Diagnostic::is_error);
        let shown = if errors { Err(self.rendered(&made.diags, form)) } else { Ok(shown) };
        self.compiler.rollback(&mark);
        shown
    }

    /// How a type (or the type of an expression) lies in memory.
    pub fn layout(&mut self, text: &str, form: Form) -> Shown<Layout> {
        // `typeof` takes both; a pointer to it needs no complete type and no value.
        let question = format!("(typeof({text}) *)0");
        self.look_at_unit(&question, form, |session, unit| {
            let types = session.types();
            let pointer = unit.value.map(|value| types.get(value.ty.id));
            let Some(Type::Pointer(to)) = pointer else {
                return Err(format!("{text} is no type\n"));
            };
            let name = types.show(*to, session.names());
            if types.is_function(to.id) {
                return Err(format!("{name} is a function's type: it has no size\n"));
            }
            let (Some(size), Some(align)) = (types.size_of(to.id), types.align_of(to.id)) else {
                return Err(format!("{name} is not complete: it has no size\n"));
            };
            let mut members = Vec::new();
            session.members(to.id, 0, &mut members);
            Ok(Layout { name, size, align, members })
        })
    }

    fn members(&self, ty: TypeId, base: u64, into: &mut Vec<Member>) {
        let Type::Record(id) = self.types().get(ty) else { return };
        for field in &self.types().record(*id).fields {
            let offset = base + field.offset;
            let Some(name) = field.name else {
                self.members(field.ty.id, offset, into);
                continue;
            };
            let name = self.names().text(name);
            let mut declaration = self.types().show_declaration(field.ty, name, self.names());
            let bits = field.bits.map(|b| (base * 8 + b.bit_offset, b.width));
            if let Some((_, width)) = bits {
                declaration.push_str(&format!(" : {width}"));
            }
            let size = self.types().size_of(field.ty.id).unwrap_or(0);
            into.push(Member { offset, size, bits, declaration });
        }
    }

    /// The objects at file scope that this session has made, oldest first; values excepted.
    pub fn variables(&self) -> Vec<Variable> {
        let mut found = Vec::new();
        for binding in self.compiler.cx.scopes.visible() {
            let Entity::Symbol(id) = binding.entity else { continue };
            let symbol = self.compiler.cx.symbol(id);
            let name = self.names().text(binding.name);
            if symbol.kind != SymbolKind::Object || name.starts_with('$') || name == "_" {
                continue;
            }
            let Some(place) = self.symbols.find(&symbol.link_name) else { continue };
            if place.kind != link::Kind::Object {
                continue;
            }
            let declaration = self.types().show_declaration(symbol.ty, name, self.names());
            found.push(Variable {
                name: name.to_string(),
                declaration,
                ty: symbol.ty,
                addr: place.addr,
            });
        }
        found.reverse();
        found
    }

    /// Why the state now cannot be had back, if it cannot.
    pub fn no_checkpoint(&mut self) -> Result<Option<Refused>> {
        self.rest()?;
        self.settle()?;
        Ok(self.refusal())
    }

    /// The type of what a link name stands for.
    pub(super) fn type_of_symbol(&self, link_name: &str) -> Option<QType> {
        let cx = &self.compiler.cx;
        let bound = self.names().get(link_name).and_then(|name| cx.scopes.lookup_file(name));
        if let Some(Entity::Symbol(id)) = bound.map(|binding| binding.entity) {
            let symbol = cx.symbol(id);
            if symbol.link_name == link_name {
                return Some(symbol.ty);
            }
        }
        cx.symbols.iter().rev().find(|s| s.link_name == link_name).map(|s| s.ty)
    }

    /// What a name means: its declaration, and where it stands. `None` for an unknown one.
    pub fn describe(&self, text: &str) -> Option<String> {
        let name = self.names().get(text)?;
        let pp = &self.compiler.pp;
        if pp.is_macro(name) {
            return preproc::dump::definition(pp, name);
        }
        let mut lines = Vec::new();
        if let Some(ty) = self.compiler.cx.scopes.lookup_tag(name) {
            lines.push(self.types().show(ty.into(), self.names()) + &self.tag_place(ty));
        }
        if let Some(binding) = self.compiler.cx.scopes.lookup_file(name) {
            let place = self.place_text(binding.span);
            lines.push(match binding.entity {
                Entity::Symbol(id) => {
                    let symbol = self.compiler.cx.symbol(id);
                    let shown = self.types().show_declaration(symbol.ty, text, self.names());
                    let defined = match symbol.definition {
                        Definition::None => "declared",
                        _ => "defined",
                    };
                    format!("{shown};{}", place.replacen("at", &format!("{defined} at"), 1))
                }
                Entity::Typedef(ty) => {
                    let shown = self.types().show_declaration(ty, text, self.names());
                    format!("typedef {shown};{place}")
                }
                Entity::EnumConst { ty, value } => {
                    let value = self.compiler.cx.scopes.enum_value(value);
                    let shown = self.types().show(ty.into(), self.names());
                    format!("{shown} {text} = {value}{place}")
                }
                _ => text.to_string(),
            });
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn tag_place(&self, ty: TypeId) -> String {
        match self.types().get(ty) {
            Type::Record(id) => self.place_text(self.types().record(*id).span),
            Type::Enum(id) => self.place_text(self.types().enumeration(*id).span),
            _ => String::new(),
        }
    }

    fn place_text(&self, span: Span) -> String {
        match self.sources().place(span.start) {
            Some(at) => format!("  at {}:{}", at.file, at.line),
            None => String::new(),
        }
    }

    /// The header of the standard library that declares a name.
    pub fn header_of(&self, name: &str) -> Option<&'static str> {
        cfront::known::header_of(name)
    }

    /// Every name that can stand in an expression or a declaration now, innermost first.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let cx = &self.compiler.cx;
        let bound = cx.scopes.visible().map(|binding| binding.name);
        let all = bound.chain(self.compiler.pp.macro_names());
        all.map(|name| self.names().text(name))
    }

    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.compiler.cx.scopes.visible_tags().map(|(name, _)| self.names().text(name))
    }

    /// Whether a word is a type or a macro now.
    pub fn is_type(&self, text: &str) -> bool {
        let bound = self.names().get(text).and_then(|n| self.compiler.cx.scopes.lookup(n));
        bound.is_some_and(|b| matches!(b.entity, Entity::Typedef(_)))
    }

    pub fn is_macro(&self, text: &str) -> bool {
        self.names().get(text).is_some_and(|name| self.compiler.pp.is_macro(name))
    }

    /// The members of what `name` (a tag's has `struct ` before it) followed by `path` (members, or `None` for an element) is.
    pub fn members_at(&self, name: &str, path: &[Option<&str>]) -> Vec<String> {
        self.member_type(name, path).map(|ty| self.member_names(ty)).unwrap_or_default()
    }

    fn member_type(&self, name: &str, path: &[Option<&str>]) -> Option<TypeId> {
        let scopes = &self.compiler.cx.scopes;
        let mut ty = match name.strip_prefix("struct ") {
            Some(tag) => scopes.lookup_tag(self.names().get(tag)?)?,
            None => match scopes.lookup(self.names().get(name)?)?.entity {
                Entity::Symbol(id) => self.compiler.cx.symbol(id).ty.id,
                Entity::Typedef(ty) => ty.id,
                _ => return None,
            },
        };
        for step in path {
            ty = match step {
                None => match self.types().get(ty) {
                    Type::Pointer(to) => to.id,
                    Type::Array { elem, .. } => elem.id,
                    Type::Function(function) => function.ret.id,
                    _ => return None,
                },
                Some(member) => {
                    self.field_type(self.behind_pointers(ty), self.names().get(member)?)?
                }
            };
        }
        Some(self.behind_pointers(ty))
    }

    fn behind_pointers(&self, ty: TypeId) -> TypeId {
        match self.types().get(ty) {
            Type::Pointer(to) => self.behind_pointers(to.id),
            Type::Array { elem, .. } => self.behind_pointers(elem.id),
            Type::Function(function) => self.behind_pointers(function.ret.id),
            _ => ty,
        }
    }

    fn field_type(&self, ty: TypeId, member: Name) -> Option<TypeId> {
        let Type::Record(id) = self.types().get(ty) else { return None };
        let fields = &self.types().record(*id).fields;
        fields.iter().find_map(|field| match field.name {
            Some(name) if name == member => Some(field.ty.id),
            Some(_) => None,
            None => self.field_type(field.ty.id, member),
        })
    }

    fn member_names(&self, ty: TypeId) -> Vec<String> {
        let Type::Record(id) = self.types().get(ty) else { return Vec::new() };
        let mut names = Vec::new();
        for field in &self.types().record(*id).fields {
            match field.name {
                Some(name) => names.push(self.names().text(name).to_string()),
                None => names.extend(self.member_names(field.ty.id)),
            }
        }
        names
    }

    /// The figures of the session's memory: the slab's pools, the arenas and the managed heap of
    /// the main thread, checkpoints. With `map` a picture of the heap's blocks as well.
    pub fn memory_text(&mut self, map: bool) -> Result<String> {
        self.rest()?;
        self.settle()?;
        let used = self.machine.measure(if map { MAP_COLUMNS * MAP_LINES } else { 0 })?;
        let mut text = String::from("bytes             used        kept        size\n");
        let mut row = |name: &str, used: u64, kept: u64, size: u64| {
            text.push_str(&format!("{name:<10}{used:>12}{kept:>12}{size:>12}\n"));
        };
        let mut quarantine = 0;
        for (name, pool) in [("text", Pool::Text), ("const", Pool::Const), ("data", Pool::Data)] {
            let s = self.machine.memory.stats(pool);
            quarantine += s.quarantine;
            row(name, s.used, s.resident, s.size);
        }
        let arenas = [("alloca", used.stack), ("arena", used.arena), ("heap", used.heap)];
        for (name, [used, kept, size]) in arenas {
            row(name, used, kept, size);
        }
        if quarantine > 0 {
            text.push_str(&format!("{quarantine} bytes of removed code wait to be used again\n"));
        }
        if used.collections > 0 {
            text.push_str(&format!(
                "{} collections in {:.1} ms; the last found {} bytes live, moved {}, left {} in \
                 place\n",
                used.collections,
                used.total_ns as f64 / 1e6,
                used.live,
                used.moved,
                used.pinned
            ));
        }
        if used.heaps > 1 {
            text.push_str(&format!("{} heaps of threads; this is the main one's\n", used.heaps));
        }
        let (live, slabs, _) = self.machine.memory.counts();
        let checkpoints = self.machine.executor.checkpoints();
        let micros = checkpoints.last().map_or(0, |c| c.micros);
        text.push_str(&format!(
            "{live} allocations in {slabs} slab{}; {} checkpoints, the last took {micros} µs\n",
            if slabs == 1 { "" } else { "s" },
            checkpoints.len(),
        ));
        if map {
            text.push_str(&heap_map(&used));
        }
        Ok(text)
    }

    /// Opens a shared library for all later inputs: a path, or NAME of `libNAME.so`.
    pub fn open_library(&mut self, name: &str) -> Result<String> {
        let path = match name.contains('/') || name.contains(".so") {
            true => name.to_string(),
            false => {
                let (path, _) = files::library(OsStr::new(name), &[])?;
                path.display().to_string()
            }
        };
        if path.ends_with(".a") {
            let why = "an archive is no shared library".to_string();
            return Err(Failure::Open { path, why });
        }
        self.rest()?;
        self.settle()?;
        // A linker script stands for the libraries it names.
        let paths = match files::named_by_script(Path::new(&path)) {
            parts if parts.is_empty() => vec![path.clone()],
            parts => parts.iter().map(|part| part.display().to_string()).collect(),
        };
        self.machine.open_libraries(Vec::new(), &paths, Vec::new())?;
        self.checkpoint_due = true;
        Ok(path)
    }
}

const MAP_COLUMNS: u32 = 64;
const MAP_LINES: u32 = 16;

/// The heap's blocks as lines of characters, lowest first.
fn heap_map(used: &MemoryUse) -> String {
    if used.blocks.is_empty() {
        return "the managed heap is not in use (#include <tine/heap.h>)\n".into();
    }
    let cell = |block: &BlockUse| match block {
        BlockUse::Gone => ' ',
        BlockUse::Ready => '.',
        BlockUse::Large => 'L',
        BlockUse::Filled(0..=2) => '-',
        BlockUse::Filled(3..=5) => '=',
        BlockUse::Filled(_) => '#',
    };
    let mut text = String::from("heap: - = # filled by objects, L large ones, . kept ready\n");
    for line in used.blocks.chunks(MAP_COLUMNS as usize) {
        text.push_str(&format!("|{}|\n", line.iter().map(cell).collect::<String>()));
    }
    text
}
