//! Initialisers: `= value`, `= { … }`, compound literals. In: tokens and the type of the object;
//! out: bytes and relocations for objects with static storage, steps (stores in order) for all
//! others. A braced list is walked with a stack of levels: the aggregate of the braces at the
//! bottom, above it those entered by designators or because braces were left out.

use super::Parser;
use crate::session::Standard;
use crate::tree::*;
use crate::types::{ArrayLen, BitField, QType, RecordId, Type, TypeId, id};
use preproc::source::Span;
use preproc::token::Tok;
use std::collections::{BTreeMap, HashMap};

/// What the initialiser is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dest {
    /// Must be constant.
    Static,
    /// Code stores it.
    Auto,
    /// Bytes if it is constant, code otherwise.
    Either,
}

pub(super) enum Initial {
    Static(StaticInit),
    Steps(Init),
    /// A message was given.
    Error,
}

/// No initialiser writes bytes beyond this.
pub(super) const MAX_BYTES: u64 = 1 << 29;

/// What has been initialised so far.
pub(super) struct Sink {
    pub(super) dest: Dest,
    pub(super) init: StaticInit,
    pub(super) steps: Vec<InitStep>,
    /// End of what was stored, in bytes.
    pub(super) end: u64,
    /// Size where a flexible array member makes the object larger.
    pub(super) flexible_end: u64,
    /// Aggregates that were open around the object.
    pub(super) outside: usize,
    pub(super) failed: bool,
    /// Steps start from zeros.
    pub(super) zero: bool,
    /// The outermost brace, and whether an inner pair was left out.
    pub(super) open: Option<Span>,
    pub(super) elided: bool,
    /// The value stored last is a plain zero.
    pub(super) last_zero: bool,
    /// The member of each union (by offset and type) initialised last: another one clears it.
    pub(super) unions: HashMap<(u64, TypeId), u64>,
    /// What has its value, in bits, for those who ask for a warning: beginnings and ends.
    pub(super) given: BTreeMap<u64, u64>,
}

/// An aggregate being filled.
#[derive(Clone, Copy)]
pub(super) struct Level {
    pub(super) ty: TypeId,
    pub(super) offset: u64,
    /// The next element or field.
    pub(super) index: u64,
    /// How many there are; `u64::MAX` where the initialiser decides.
    pub(super) count: u64,
    pub(super) kind: LevelKind,
    /// The most elements any position needed.
    pub(super) most: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LevelKind {
    Array(QType, u64),
    Struct(RecordId),
    Union(RecordId),
}

/// A place in the object.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) ty: QType,
    /// Of bit-fields: the offset of their record.
    pub(super) offset: u64,
    pub(super) bits: Option<BitField>,
}

impl Parser<'_> {
    /// Behind `=`: the initialiser of an object of type `ty`. Gives the type completed.
    pub(super) fn parse_initializer(&mut self, ty: QType, dest: Dest) -> (QType, Initial) {
        let mut sink = Sink {
            dest,
            init: StaticInit::default(),
            steps: Vec::new(),
            end: 0,
            flexible_end: 0,
            outside: self.init_levels.len(),
            failed: false,
            open: None,
            elided: false,
            last_zero: false,
            zero: false,
            unions: HashMap::new(),
            given: BTreeMap::new(),
        };
        let part = Part { ty, offset: 0, bits: None };
        let start = self.loc();
        let ty = if self.at(Tok::LBrace) {
            sink.zero = !self.ctx.types.is_scalar(ty.id);
            match self.nested(|p| p.braced(&mut sink, part)) {
                Some(ty) => ty,
                None => id::ERROR.into(),
            }
        } else {
            self.plain_initializer(&mut sink, part)
        };
        let span = self.span_from(start);
        (ty, self.finish_initializer(sink, ty, span))
    }

    /// An initialiser without braces.
    pub(super) fn plain_initializer(&mut self, sink: &mut Sink, part: Part) -> QType {
        let mark = self.body.exprs.len();
        let e = self.parse_assign_expr();
        let span = self.expr_span(e);
        if let Type::Array { elem, len } = *self.ctx.types.get(part.ty.id) {
            if let Some(text) = self.string_for(e, elem) {
                return self.store_string(sink, part, text, e, mark);
            }
            if let Some(ty) = self.array_literal(sink, part, e) {
                return ty;
            }
            let e = self.rvalue(e);
            if self.expr_ty(e).id != id::ERROR {
                let of = if len == ArrayLen::Unknown { "an array" } else { "the array" };
                let message = format!("invalid initializer: {of} needs braces or a string");
                self.error(span, message);
            }
            sink.failed = true;
            return part.ty;
        }
        self.store(sink, part, e, mark);
        part.ty
    }

    fn finish_initializer(&mut self, mut sink: Sink, ty: QType, span: Span) -> Initial {
        if sink.failed || ty.id == id::ERROR {
            return Initial::Error;
        }
        // Braces may be left out around a flexible array member too.
        sink.flexible_end = sink.flexible_end.max(sink.end);
        let size = self.ctx.types.size_of(ty.id).unwrap_or(0).max(sink.flexible_end);
        if sink.dest == Dest::Either {
            let mut init = StaticInit::default();
            let good = sink.steps.iter().all(|step| self.step_bytes(step, &mut init).is_ok());
            if good {
                sink.dest = Dest::Static;
                sink.init = init;
            }
        }
        if sink.dest == Dest::Static {
            sink.init.size = size;
            return Initial::Static(sink.init);
        }
        if sink.flexible_end > self.ctx.types.size_of(ty.id).unwrap_or(0) {
            self.error(span, "a flexible array member can be initialized in static storage only");
            return Initial::Error;
        }
        let start = self.body.inits.len() as u32;
        self.body.inits.append(&mut sink.steps);
        Initial::Steps(Init { zero: sink.zero, steps: start..self.body.inits.len() as u32 })
    }

    // ------------------------------------------------------------ braces

    /// `{ … }` for the part; its type, completed where the length was open.
    fn braced(&mut self, sink: &mut Sink, part: Part) -> QType {
        let open = self.span();
        self.advance();
        if sink.end > part.offset && part.bits.is_none() {
            let size = self.ctx.types.size_of(part.ty.id).unwrap_or(0);
            sink.clear(part.offset, size);
        }
        let Some(level) = self.level_of(part.ty.id, part.offset) else {
            self.braced_scalar(sink, part, open);
            return part.ty;
        };
        if let LevelKind::Array(elem, _) = level.kind
            && matches!(self.tok.kind, Tok::Str | Tok::LParen)
            && let Some(ty) = self.braced_string(sink, part, elem, open)
        {
            return ty;
        }
        let base = self.init_levels.len();
        self.init_levels.push(level);
        sink.open.get_or_insert(open);
        if self.at(Tok::RBrace) {
            self.since(crate::session::Standard::C23, open, "empty braces of an initializer");
        }
        let (mut excess, mut named, mut items) = (false, false, 0);
        while !self.at(Tok::RBrace) && !self.at_eof() {
            let before = self.position();
            named |= matches!(self.tok.kind, Tok::Dot)
                || self.at_ident() && self.peek(1).kind == Tok::Colon;
            items += 1;
            self.list_item(sink, base, &mut excess);
            if !self.accept(Tok::Comma) {
                break;
            }
            if self.position() == before {
                self.advance();
            }
        }
        if items > 0 && !(items == 1 && sink.last_zero) {
            self.check_members_given(sink, base, named);
        }
        if !self.expect_close(Tok::RBrace, "}", open) {
            self.skip_until(&[Tok::RBrace, Tok::Semi]);
            self.accept(Tok::RBrace);
            sink.failed = true;
        }
        let most = self.init_levels[base].most;
        self.init_levels.truncate(base);
        self.complete_length(sink, part, level, most)
    }

    /// A flexible array member may be initialised in an object of its own record only; with a
    /// string, as gcc has it, also where that record is a member of a union.
    pub(super) fn check_flexible(&mut self, sink: &mut Sink, is_string: bool) {
        let levels = &self.init_levels[sink.outside..];
        let in_union = levels
            .iter()
            .rev()
            .nth(1)
            .is_some_and(|level| matches!(level.kind, LevelKind::Union(_)));
        if levels.len() > 1 && !(is_string && in_union) {
            let message = "initialization of flexible array member in a nested context";
            self.error(self.prev_span(), message);
            sink.failed = true;
        } else if levels.len() == 1 && matches!(levels[0].kind, LevelKind::Struct(_)) {
            let what = "initializers of flexible array members";
            self.since(Standard::Never, self.prev_span(), what);
        }
    }

    /// Gives an array of open length the one its initialiser needs.
    fn complete_length(&mut self, sink: &mut Sink, part: Part, level: Level, most: u64) -> QType {
        let LevelKind::Array(elem, size) = level.kind else { return part.ty };
        if level.count != u64::MAX {
            return part.ty;
        }
        if most == 0 && part.offset == 0 {
            let message = "the length of an array comes from an empty initializer";
            self.warn("pedantic", self.prev_span(), message);
        }
        if most > 0 {
            self.check_flexible(sink, false);
        }
        let bytes = most.checked_mul(size).and_then(|bytes| bytes.checked_add(part.offset));
        match bytes {
            Some(end) if end <= crate::layout::MAX_SIZE => {
                sink.flexible_end = sink.flexible_end.max(end);
            }
            _ => {
                self.error(self.prev_span(), "the initialized array is too large");
                sink.failed = true;
                return id::ERROR.into();
            }
        }
        let ty = Type::Array { elem, len: ArrayLen::Fixed(most) };
        QType { id: self.ctx.types.intern(ty), quals: part.ty.quals }
    }

    fn braced_scalar(&mut self, sink: &mut Sink, part: Part, open: Span) {
        if self.at(Tok::RBrace) {
            self.since(
                crate::session::Standard::C23,
                self.span(),
                "empty braces of an initializer",
            );
            self.advance();
            let zero = self.int_expr(0, id::INT, open);
            let mark = self.body.exprs.len();
            match *self.ctx.types.get(part.ty.id) {
                Type::Error => {}
                Type::Pointer(_) | Type::NullPtr => {
                    let e = self.int_expr(0, part.ty.id, open);
                    self.store(sink, part, e, mark);
                }
                _ => self.store(sink, part, zero, mark),
            }
            return;
        }
        if self.at(Tok::LBrace) {
            self.warn("", self.span(), "braces around scalar initializer");
            self.nested(|p| p.braced(sink, part));
        } else {
            let mark = self.body.exprs.len();
            let e = self.parse_assign_expr();
            self.store(sink, part, e, mark);
        }
        if self.accept(Tok::Comma) && !self.at(Tok::RBrace) {
            self.pedwarn("", self.span(), "excess elements in scalar initializer");
            self.skip_until(&[Tok::RBrace]);
        }
        self.expect_close(Tok::RBrace, "}", open);
    }

    /// `{ "text" }` for an array of characters.
    fn braced_string(
        &mut self,
        sink: &mut Sink,
        part: Part,
        elem: QType,
        open: Span,
    ) -> Option<QType> {
        if !matches!(self.ctx.types.get(elem.id), Type::Int(_)) {
            return None;
        }
        // Only a string with nothing behind it: `{ "ab"[0], … }` is a list.
        let mut n = 0;
        while self.peek(n).kind == Tok::LParen {
            n += 1;
        }
        let parens = n;
        while self.peek(n).kind == Tok::Str {
            n += 1;
        }
        if n == parens {
            return None;
        }
        for _ in 0..parens {
            if self.peek(n).kind != Tok::RParen {
                return None;
            }
            n += 1;
        }
        let alone = match self.peek(n).kind {
            Tok::RBrace => true,
            Tok::Comma => self.peek(n + 1).kind == Tok::RBrace,
            _ => false,
        };
        if !alone {
            return None;
        }
        let mark = self.body.exprs.len();
        let e = self.parse_assign_expr();
        let ty = match self.string_for(e, elem) {
            Some(text) => self.store_string(sink, part, text, e, mark),
            None => {
                self.wrong_string(sink, e);
                part.ty
            }
        };
        self.accept(Tok::Comma);
        self.expect_close(Tok::RBrace, "}", open);
        Some(ty)
    }

    fn is_string_for_integers(&self, e: ExprId, elem: QType) -> bool {
        matches!(self.body.expr(e).kind, ExprKind::Str(_)) && self.ctx.types.is_integer(elem.id)
    }

    fn wrong_string(&mut self, sink: &mut Sink, e: ExprId) {
        if self.expr_ty(e).id != id::ERROR {
            let span = self.expr_span(e);
            self.error(span, "array initialized from a string of another kind");
        }
        sink.failed = true;
    }

    /// The level for filling `ty`; `None` for what is no aggregate.
    pub(super) fn level_of(&self, ty: TypeId, offset: u64) -> Option<Level> {
        let (kind, count) = match *self.ctx.types.get(ty) {
            Type::Array { elem, len } => {
                let size = self.ctx.types.size_of(elem.id).unwrap_or(0);
                let count = match len {
                    ArrayLen::Fixed(n) => n,
                    _ => u64::MAX,
                };
                (LevelKind::Array(elem, size), count)
            }
            Type::Vector { elem, lanes } => {
                let size = self.ctx.types.size_of(elem).unwrap_or(0);
                (LevelKind::Array(elem.into(), size), u64::from(lanes))
            }
            Type::Record(record) => {
                let known = self.ctx.types.record(record);
                let fields = known.fields.len() as u64;
                match known.is_union {
                    true => (LevelKind::Union(record), fields.min(1)),
                    false => (LevelKind::Struct(record), fields),
                }
            }
            _ => return None,
        };
        Some(Level { ty, offset, index: 0, count, kind, most: 0 })
    }

    /// Takes the next position of the top level.
    pub(super) fn next_part(&mut self, sink: &mut Sink) -> Option<Part> {
        let level = self.init_levels.last_mut()?;
        let index = level.index;
        level.index = index.saturating_add(1);
        level.most = level.most.max(level.index);
        let level = *level;
        match level.kind {
            LevelKind::Array(elem, size) => {
                let offset = index.checked_mul(size)?.checked_add(level.offset)?;
                Some(Part { ty: elem, offset, bits: None })
            }
            LevelKind::Struct(record) | LevelKind::Union(record) => {
                if matches!(level.kind, LevelKind::Union(_)) {
                    if let Some(top) = self.init_levels.last_mut() {
                        top.index = u64::MAX;
                    }
                    let before = sink.unions.insert((level.offset, level.ty), index);
                    if before.is_some_and(|member| member != index) {
                        let size = self.ctx.types.size_of(level.ty).unwrap_or(0);
                        sink.clear(level.offset, size);
                    }
                }
                let field = self.ctx.types.record(record).fields.get(index as usize)?;
                let offset = match field.bits {
                    Some(_) => level.offset,
                    None => level.offset.checked_add(field.offset)?,
                };
                Some(Part { ty: field.ty, offset, bits: field.bits })
            }
        }
    }

    /// One item of a list: designators, if any, and a value.
    fn list_item(&mut self, sink: &mut Sink, base: usize, excess: &mut bool) {
        let start = self.loc();
        let old_style = self.at_ident() && self.peek(1).kind == Tok::Colon;
        let mut repeats = Vec::new();
        if matches!(self.tok.kind, Tok::Dot | Tok::LBracket) || old_style {
            self.init_levels.truncate(base + 1);
            match self.designators(sink, old_style) {
                Some(ranges) => repeats = ranges,
                None => {
                    sink.failed = true;
                    self.skip_item();
                    return;
                }
            }
        } else {
            while self.init_levels.len() > base + 1
                && self.init_levels.last().is_some_and(|level| level.index >= level.count)
            {
                self.init_levels.pop();
            }
            if self.init_levels.last().is_some_and(|level| level.index >= level.count) {
                self.excess_item(sink, base, excess);
                return;
            }
        }
        if self.at(Tok::Embed) {
            self.embedded(sink, base);
            return;
        }
        let steps = sink.steps.len();
        let depth = self.init_levels.len();
        let Some(part) = self.next_part(sink) else {
            let span = self.span_from(start);
            self.error(span, "the initializer reaches beyond the object");
            sink.failed = true;
            self.skip_until(&[Tok::Comma, Tok::RBrace]);
            return;
        };
        self.item_value(sink, part, base);
        // The innermost range first: the outer ones repeat what it repeated.
        for &(first, count) in repeats.iter().rev() {
            self.repeat_item(sink, first, count, steps);
        }
        if !repeats.is_empty() {
            self.init_levels.truncate(depth);
        }
    }

    /// Skips what is left of an item, unbalanced brackets too.
    fn skip_item(&mut self) {
        loop {
            self.skip_until(&[Tok::Comma, Tok::RBrace]);
            if !matches!(self.tok.kind, Tok::RBracket | Tok::RParen) {
                return;
            }
            self.advance();
        }
    }

    fn excess_item(&mut self, sink: &mut Sink, base: usize, excess: &mut bool) {
        if !*excess {
            let what = match self.init_levels.get(base).map(|level| level.kind) {
                Some(LevelKind::Array(..)) => "array",
                Some(LevelKind::Union(_)) => "union",
                _ => "struct",
            };
            let message = format!("excess elements in {what} initializer");
            self.pedwarn("", self.span(), message);
            *excess = true;
        }
        // What it does is not done, as in gcc; that it is well-formed is checked.
        if self.at(Tok::LBrace) {
            if !matches!(self.init_levels.get(base).map(|l| l.kind), Some(LevelKind::Array(..))) {
                self.error(self.span(), "extra brace group at end of initializer");
            }
            self.advance();
            self.skip_until(&[Tok::RBrace]);
            if !self.accept(Tok::RBrace) {
                sink.failed = true;
            }
        } else {
            let mark = self.body.exprs.len();
            self.parse_assign_expr();
            if sink.dest == Dest::Static {
                self.body.exprs.truncate(mark);
            }
        }
    }

    /// The value for a part: braces, or an expression that goes to the part or, braces being left
    /// out, to the first scalar in it.
    fn item_value(&mut self, sink: &mut Sink, part: Part, base: usize) {
        if self.at(Tok::LBrace) {
            self.nested(|p| p.braced(sink, part));
            return;
        }
        let mark = self.body.exprs.len();
        let e = self.parse_assign_expr();
        self.place_value(sink, part, e, mark, base);
    }

    pub(super) fn place_value(
        &mut self,
        sink: &mut Sink,
        part: Part,
        e: ExprId,
        mark: usize,
        base: usize,
    ) {
        let floor = self.init_levels.len();
        let mut part = part;
        loop {
            let from = self.expr_ty(e).id;
            if from == id::ERROR || part.ty.id == id::ERROR {
                sink.failed = true;
                return;
            }
            let whole = match *self.ctx.types.get(part.ty.id) {
                Type::Record(_) => self.ctx.types.compatible_ids(part.ty.id, from),
                Type::Array { elem, .. } => {
                    if let Some(text) = self.string_for(e, elem) {
                        self.store_string(sink, part, text, e, mark);
                        return;
                    }
                    if self.is_string_for_integers(e, elem) {
                        return self.wrong_string(sink, e);
                    }
                    false
                }
                Type::Vector { .. } => self.ctx.types.is_vector(from),
                _ => true,
            };
            if whole {
                self.store(sink, part, e, mark);
                return;
            }
            if let Some(level) = self.level_of(part.ty.id, part.offset) {
                if self.init_levels.len() > super::MAX_DEPTH as usize + base {
                    sink.failed = true;
                    return;
                }
                self.init_levels.push(level);
                sink.elided = true;
            }
            // Empty aggregates take nothing; the value goes to what follows them, which in an
            // array are no more of them.
            let mut empty = false;
            while self.init_levels.len() > base + 1
                && self.init_levels.last().is_some_and(|level| level.index >= level.count)
            {
                // What was opened for this value and took nothing is as good as empty.
                let fresh = self.init_levels.len() > floor;
                let popped = self.init_levels.pop();
                empty = popped.is_some_and(|level| level.count == 0) || (empty && fresh);
                if let Some(above) = self.init_levels.last_mut().filter(|_| empty) {
                    if matches!(above.kind, LevelKind::Array(..)) && above.count == u64::MAX {
                        let span = self.expr_span(e);
                        self.pedwarn("", span, "excess elements in initializer");
                        return;
                    }
                    if matches!(above.kind, LevelKind::Array(..)) {
                        above.index = above.count;
                    }
                }
            }
            let full = self.init_levels.last().is_none_or(|level| level.index >= level.count);
            let next = if full { None } else { self.next_part(sink) };
            let Some(next) = next else {
                let span = self.expr_span(e);
                self.pedwarn("", span, "excess elements in initializer");
                return;
            };
            part = next;
        }
    }
}
