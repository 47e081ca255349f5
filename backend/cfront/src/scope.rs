//! What names mean. One stack of bindings for ordinary identifiers and one for tags; a vector
//! indexed by `Name` holds the innermost binding of each, and every binding remembers the one it
//! shadows. So a lookup is two loads, and leaving a scope undoes the bindings made since.
//! File scope is the bottom of the stack and stays from input to input.

use crate::tree::{LocalId, SymbolId};
use crate::types::{QType, TypeId};
use preproc::name::Name;
use preproc::source::Span;

/// What an ordinary identifier stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entity {
    Symbol(SymbolId),
    /// A local of the function at nesting `level` (see `Parser::level`).
    Local {
        local: LocalId,
        level: u32,
    },
    Typedef(QType),
    /// A constant of an enumeration (or of its underlying type); `value` indexes
    /// [`Scopes::enum_value`].
    EnumConst {
        ty: TypeId,
        value: u32,
    },
    /// A nested function of the function at nesting `level`.
    Nested {
        index: u32,
        ty: TypeId,
        level: u32,
    },
}

/// An ordinary identifier's meaning, and where and how it was declared.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    pub name: Name,
    pub entity: Entity,
    /// Scope depth: 0 is file scope.
    pub depth: u32,
    pub span: Span,
    /// Alignment asked for by a typedef's `aligned` attribute; 0 for none.
    pub align: u32,
    shadows: u32,
}

#[derive(Clone, Copy, Debug)]
struct TagBinding {
    name: Name,
    ty: TypeId,
    depth: u32,
    shadows: u32,
}

/// Lengths of the stacks at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeMark {
    ordinary: usize,
    tags: usize,
    enum_values: usize,
    depth: u32,
}

/// What a scope declared beside locals.
#[derive(Debug, Default)]
pub struct Others {
    pub entities: Vec<(Name, Entity, Span)>,
    pub tags: Vec<(Name, TypeId)>,
}

#[derive(Default)]
pub struct Scopes {
    /// Innermost binding of a name, plus one; 0 for none.
    heads: Vec<u32>,
    tag_heads: Vec<u32>,
    ordinary: Vec<Binding>,
    tags: Vec<TagBinding>,
    enum_values: Vec<i128>,
    open: Vec<ScopeMark>,
}

impl Scopes {
    /// 0 at file scope.
    pub fn depth(&self) -> u32 {
        self.open.len() as u32
    }

    pub fn push(&mut self) {
        let mark = self.mark();
        self.open.push(mark);
    }

    pub fn pop(&mut self) {
        if let Some(mark) = self.open.pop() {
            self.cut(mark);
        }
    }

    pub fn mark(&self) -> ScopeMark {
        ScopeMark {
            ordinary: self.ordinary.len(),
            tags: self.tags.len(),
            enum_values: self.enum_values.len(),
            depth: self.depth(),
        }
    }

    /// Forgets every binding and every open scope made since `mark`.
    pub fn rollback(&mut self, mark: ScopeMark) {
        self.open.truncate(mark.depth as usize);
        self.cut(mark);
    }

    fn cut(&mut self, mark: ScopeMark) {
        while self.ordinary.len() > mark.ordinary {
            if let Some(binding) = self.ordinary.pop() {
                self.heads[binding.name.0 as usize] = binding.shadows;
            }
        }
        while self.tags.len() > mark.tags {
            if let Some(binding) = self.tags.pop() {
                self.tag_heads[binding.name.0 as usize] = binding.shadows;
            }
        }
        self.enum_values.truncate(mark.enum_values);
    }

    #[inline]
    pub fn lookup(&self, name: Name) -> Option<&Binding> {
        let head = *self.heads.get(name.0 as usize)?;
        self.ordinary.get((head as usize).wrapping_sub(1))
    }

    /// The binding of `name` made in the current scope itself.
    pub fn lookup_here(&self, name: Name) -> Option<&Binding> {
        let depth = self.depth();
        self.lookup(name).filter(|binding| binding.depth == depth)
    }

    /// The binding of `name` at file scope.
    pub fn lookup_file(&self, name: Name) -> Option<&Binding> {
        let mut binding = self.lookup(name)?;
        while binding.depth > 0 {
            binding = self.ordinary.get((binding.shadows as usize).checked_sub(1)?)?;
        }
        Some(binding)
    }

    pub fn bind(&mut self, name: Name, entity: Entity, span: Span) {
        self.bind_aligned(name, entity, span, 0);
    }

    pub fn bind_aligned(&mut self, name: Name, entity: Entity, span: Span, align: u32) {
        let at = name.0 as usize;
        if self.heads.len() <= at {
            self.heads.resize((at + 1).next_power_of_two(), 0);
        }
        let binding =
            Binding { name, entity, depth: self.depth(), span, align, shadows: self.heads[at] };
        self.ordinary.push(binding);
        self.heads[at] = self.ordinary.len() as u32;
    }

    /// A new constant's value, for [`Entity::EnumConst`].
    pub fn add_enum_value(&mut self, value: i128) -> u32 {
        self.enum_values.push(value);
        self.enum_values.len() as u32 - 1
    }

    pub fn enum_value(&self, index: u32) -> i128 {
        self.enum_values.get(index as usize).copied().unwrap_or(0)
    }

    /// Changes the meaning of the innermost binding of `name`, which is in the current scope.
    pub fn rebind(&mut self, name: Name, entity: Entity) {
        let head = self.heads.get(name.0 as usize).copied().unwrap_or(0);
        if let Some(binding) = self.ordinary.get_mut((head as usize).wrapping_sub(1)) {
            binding.entity = entity;
        }
    }

    /// Lets the binding of `old` at file scope, which shadows nothing, be one of `name`, which has
    /// none: says where it is and what it was.
    pub(crate) fn reuse(
        &mut self,
        old: Name,
        name: Name,
        entity: Entity,
        span: Span,
    ) -> Option<(usize, Binding)> {
        let is_free = old == name || self.lookup(name).is_none();
        let at = (self.heads.get(old.0 as usize).copied()? as usize).checked_sub(1)?;
        let was = *self.ordinary.get(at)?;
        if !is_free || was.depth > 0 || was.shadows > 0 {
            return None;
        }
        self.put(at, Binding { name, entity, span, ..was });
        Some((at, was))
    }

    /// Puts a binding that shadows nothing in the place of another.
    pub(crate) fn put(&mut self, at: usize, binding: Binding) {
        let Some(place) = self.ordinary.get_mut(at) else { return };
        self.heads[place.name.0 as usize] = 0;
        *place = binding;
        let name = binding.name.0 as usize;
        if self.heads.len() <= name {
            self.heads.resize((name + 1).next_power_of_two(), 0);
        }
        self.heads[name] = at as u32 + 1;
    }

    /// Where the names of file scope were declared.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        self.ordinary.iter().map(|binding| binding.span)
    }

    pub fn lookup_tag(&self, name: Name) -> Option<TypeId> {
        self.tag(name).map(|binding| binding.ty)
    }

    pub fn lookup_tag_here(&self, name: Name) -> Option<TypeId> {
        let depth = self.depth();
        self.tag(name).filter(|binding| binding.depth == depth).map(|binding| binding.ty)
    }

    fn tag(&self, name: Name) -> Option<&TagBinding> {
        let head = *self.tag_heads.get(name.0 as usize)?;
        self.tags.get((head as usize).wrapping_sub(1))
    }

    pub fn bind_tag(&mut self, name: Name, ty: TypeId) {
        let at = name.0 as usize;
        if self.tag_heads.len() <= at {
            self.tag_heads.resize((at + 1).next_power_of_two(), 0);
        }
        let binding = TagBinding { name, ty, depth: self.depth(), shadows: self.tag_heads[at] };
        self.tags.push(binding);
        self.tag_heads[at] = self.tags.len() as u32;
    }

    /// What was bound since `mark` that is no local: entities and tags.
    pub fn others_since(&self, mark: ScopeMark) -> Others {
        let entities = self.ordinary[mark.ordinary.min(self.ordinary.len())..]
            .iter()
            .filter(|binding| !matches!(binding.entity, Entity::Local { .. }))
            .map(|binding| (binding.name, binding.entity, binding.span))
            .collect();
        let tags = self.tags[mark.tags.min(self.tags.len())..]
            .iter()
            .map(|tag| (tag.name, tag.ty))
            .collect();
        Others { entities, tags }
    }

    /// Names of file scope that meant something at `mark` and mean something else now: the old
    /// binding and the new one.
    pub fn rebound_since(&self, mark: ScopeMark) -> impl Iterator<Item = (&Binding, &Binding)> {
        let new = self.ordinary.iter().enumerate().skip(mark.ordinary);
        new.filter_map(move |(at, binding)| {
            let is_last = self.heads.get(binding.name.0 as usize) == Some(&(at as u32 + 1));
            let mut old = binding;
            while old.shadows as usize > mark.ordinary {
                old = &self.ordinary[old.shadows as usize - 1];
            }
            let old = self.ordinary.get((old.shadows as usize).checked_sub(1)?)?;
            (is_last && binding.depth == 0).then_some((old, binding))
        })
    }

    /// The same for tags.
    pub fn retagged_since(&self, mark: ScopeMark) -> impl Iterator<Item = (TypeId, TypeId)> {
        let new = self.tags.iter().enumerate().skip(mark.tags);
        new.filter_map(move |(at, tag)| {
            let is_last = self.tag_heads.get(tag.name.0 as usize) == Some(&(at as u32 + 1));
            let mut old = tag;
            while old.shadows as usize > mark.tags {
                old = &self.tags[old.shadows as usize - 1];
            }
            let old = self.tags.get((old.shadows as usize).checked_sub(1)?)?;
            (is_last && tag.depth == 0).then_some((old.ty, tag.ty))
        })
    }

    /// Every visible ordinary binding, innermost first (shadowed ones are left out).
    pub fn visible(&self) -> impl Iterator<Item = &Binding> {
        self.ordinary.iter().enumerate().rev().filter_map(|(at, binding)| {
            let head = self.heads.get(binding.name.0 as usize).copied();
            (head == Some(at as u32 + 1)).then_some(binding)
        })
    }

    /// Every visible tag, innermost first.
    pub fn visible_tags(&self) -> impl Iterator<Item = (Name, TypeId)> {
        self.tags.iter().enumerate().rev().filter_map(|(at, tag)| {
            let head = self.tag_heads.get(tag.name.0 as usize).copied();
            (head == Some(at as u32 + 1)).then_some((tag.name, tag.ty))
        })
    }
}
