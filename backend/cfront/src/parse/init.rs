//! Initialisers: `= value`, `= { … }`, compound literals. In: tokens and the type of the object;
//! out: bytes and relocations for objects with static storage, steps (stores in order) for all
//! others. A braced list is walked with a stack of levels: the aggregate of the braces at the
//! bottom, above it those entered by designators or because braces were left out.

use super::Parser;
use super::coerce::Use;
use super::spec::{Storage, TypeName};
use crate::consteval::{self, NotConst, Value, Why};
use crate::session::Mode;
use crate::tree::*;
use crate::types::{ArrayLen, BitField, IntKind, QType, Quals, RecordId, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::{Loc, Span};
use preproc::token::Tok;

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
const MAX_BYTES: u64 = 1 << 29;

/// What has been initialised so far.
struct Sink {
    dest: Dest,
    init: StaticInit,
    steps: Vec<InitStep>,
    /// End of what was stored, in bytes.
    end: u64,
    /// Size where a flexible array member makes the object larger.
    flexible_end: u64,
    failed: bool,
    /// Steps start from zeros.
    zero: bool,
    /// Union member initialised last: a different one clears it.
    union: Option<(u64, TypeId, u64)>,
}

/// An aggregate being filled.
#[derive(Clone, Copy)]
pub(super) struct Level {
    ty: TypeId,
    offset: u64,
    /// The next element or field.
    index: u64,
    /// How many there are; `u64::MAX` where the initialiser decides.
    count: u64,
    kind: LevelKind,
    /// The most elements any position needed.
    most: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LevelKind {
    Array(QType, u64),
    Struct(RecordId),
    Union(RecordId),
}

/// A place in the object.
#[derive(Clone, Copy)]
struct Part {
    ty: QType,
    /// Of bit-fields: the offset of their record.
    offset: u64,
    bits: Option<BitField>,
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
            failed: false,
            zero: false,
            union: None,
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
    fn plain_initializer(&mut self, sink: &mut Sink, part: Part) -> QType {
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
        if let LevelKind::Array(elem, _) = level.kind {
            if self.at(Tok::Str) {
                if let Some(ty) = self.braced_string(sink, part, elem, open) {
                    return ty;
                }
            }
        }
        let base = self.init_levels.len();
        self.init_levels.push(level);
        let mut excess = false;
        while !self.at(Tok::RBrace) && !self.at_eof() {
            let before = self.position();
            self.list_item(sink, base, &mut excess);
            if !self.accept(Tok::Comma) {
                break;
            }
            if self.position() == before {
                self.advance();
            }
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

    /// Gives an array of open length the one its initialiser needs.
    fn complete_length(&mut self, sink: &mut Sink, part: Part, level: Level, most: u64) -> QType {
        let LevelKind::Array(elem, size) = level.kind else { return part.ty };
        if level.count != u64::MAX {
            return part.ty;
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
            self.warn("", self.span(), "excess elements in scalar initializer");
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
        let mut n = 1;
        while self.peek(n).kind == Tok::Str {
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
                if self.expr_ty(e).id != id::ERROR {
                    let span = self.expr_span(e);
                    self.error(span, "array initialized from a string of another kind");
                }
                sink.failed = true;
                part.ty
            }
        };
        self.accept(Tok::Comma);
        self.expect_close(Tok::RBrace, "}", open);
        Some(ty)
    }

    /// The level for filling `ty`; `None` for what is no aggregate.
    fn level_of(&self, ty: TypeId, offset: u64) -> Option<Level> {
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
    fn next_part(&mut self, sink: &mut Sink) -> Option<Part> {
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
                    let changed = sink.union.is_some_and(|(offset, ty, member)| {
                        offset == level.offset && ty == level.ty && member != index
                    });
                    if changed {
                        let size = self.ctx.types.size_of(level.ty).unwrap_or(0);
                        sink.clear(level.offset, size);
                    }
                    sink.union = Some((level.offset, level.ty, index));
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
        let mut repeat = None;
        if matches!(self.tok.kind, Tok::Dot | Tok::LBracket) || old_style {
            self.init_levels.truncate(base + 1);
            match self.designators(sink, old_style) {
                Some(range) => repeat = range,
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
        if let Some((first, count)) = repeat {
            self.repeat_item(sink, first, count, steps);
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
            self.warn("", self.span(), message);
            *excess = true;
        }
        // What it does is not done, as in gcc; that it is well-formed is checked.
        if self.at(Tok::LBrace) {
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

    fn place_value(&mut self, sink: &mut Sink, part: Part, e: ExprId, mark: usize, base: usize) {
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
            }
            // Empty aggregates take nothing; the value goes to what follows them.
            while self.init_levels.len() > base + 1
                && self.init_levels.last().is_some_and(|level| level.index >= level.count)
            {
                self.init_levels.pop();
            }
            let full = self.init_levels.last().is_none_or(|level| level.index >= level.count);
            let next = if full { None } else { self.next_part(sink) };
            let Some(next) = next else {
                let span = self.expr_span(e);
                self.warn("", span, "excess elements in initializer");
                return;
            };
            part = next;
        }
    }

    /// The bytes of an `#embed`, each an element.
    fn embedded(&mut self, sink: &mut Sink, base: usize) {
        let token = self.advance();
        let span = Span::at(token.loc);
        let bytes = self.names.bytes(token.text).to_vec();
        for byte in bytes {
            while self.init_levels.len() > base + 1
                && self.init_levels.last().is_some_and(|level| level.index >= level.count)
            {
                self.init_levels.pop();
            }
            if self.init_levels.last().is_none_or(|level| level.index >= level.count) {
                self.warn("", span, "excess elements in initializer");
                return;
            }
            let Some(part) = self.next_part(sink) else { return };
            let mark = self.body.exprs.len();
            let e = self.int_expr(u64::from(byte), id::INT, span);
            self.place_value(sink, part, e, mark, base);
        }
    }

    // ------------------------------------------------------------ designators

    /// `.a[1].b =`, `a:`; sets the levels. The repeat is the byte range of the first element of a
    /// `[a ... b]` and how many follow it.
    #[allow(clippy::type_complexity)]
    fn designators(&mut self, sink: &mut Sink, old_style: bool) -> Option<Option<(Repeat, u64)>> {
        if old_style {
            let name = self.advance();
            self.advance();
            self.designate_member(sink, name.text, Span::at(name.loc))?;
            return Some(None);
        }
        let mut repeat = None;
        let mut first = true;
        while matches!(self.tok.kind, Tok::Dot | Tok::LBracket) {
            if !first {
                let part = self.next_part(sink)?;
                let Some(level) = self.level_of(part.ty.id, part.offset) else {
                    self.error(self.span(), "designator in something that has no parts");
                    return None;
                };
                self.init_levels.push(level);
            }
            first = false;
            if self.accept(Tok::Dot) {
                if !self.at_ident() && self.tok.kind != Tok::Ident {
                    let message = format!("expected a member's name before {}", self.found());
                    self.syntax_error(self.span(), message);
                    return None;
                }
                let name = self.advance();
                self.designate_member(sink, name.text, Span::at(name.loc))?;
            } else {
                let range = self.designate_index()?;
                if range.1 > 0 {
                    if repeat.is_some() {
                        self.error(self.prev_span(), "only one range designator is supported");
                        return None;
                    }
                    repeat = Some(range);
                }
            }
        }
        // `[3] value` is an old form of `[3] = value`.
        if !self.accept(Tok::Eq) && self.prev_is(Tok::RBracket) {
            self.warn(
                "pedantic",
                self.span(),
                "obsolete use of designated initializer without '='",
            );
        } else if !self.prev_is(Tok::Eq) {
            self.syntax_error(self.span(), format!("expected '=' before {}", self.found()));
            return None;
        }
        Some(repeat)
    }

    fn designate_member(&mut self, sink: &mut Sink, name: Name, span: Span) -> Option<()> {
        loop {
            let level = *self.init_levels.last()?;
            let (LevelKind::Struct(record) | LevelKind::Union(record)) = level.kind else {
                self.error(span, "member designator in an array's initializer");
                return None;
            };
            let Some(index) = self.ctx.types.member_step(record, name) else {
                let text = self.names.text(name).to_string();
                let shown = self.ctx.types.show(level.ty.into(), self.names);
                let mut message = format!("'{shown}' has no member named '{text}'");
                let near = self.near_member(record, &text);
                if let Some(near) = &near {
                    message.push_str(&format!("; did you mean '{near}'?"));
                }
                let mut diag = Diagnostic::error(span, message);
                if let Some(near) = near {
                    diag = diag.fix(span, near, "the nearest member");
                }
                self.diag(diag);
                return None;
            };
            let field = &self.ctx.types.record(record).fields[index as usize];
            let (direct, ty) = (field.name == Some(name), field.ty.id);
            if let Some(top) = self.init_levels.last_mut() {
                top.index = u64::from(index);
            }
            if direct {
                return Some(());
            }
            let part = self.next_part(sink)?;
            let inner = self.level_of(ty, part.offset)?;
            self.init_levels.push(inner);
        }
    }

    fn near_member(&self, record: RecordId, text: &str) -> Option<String> {
        let fields = &self.ctx.types.record(record).fields;
        let names = fields.iter().filter_map(|field| field.name).map(|n| self.names.text(n));
        crate::known::nearest(text, names).map(str::to_string)
    }

    /// `[index]` or `[first ... last]`; the repeat's count is 0 for one element.
    fn designate_index(&mut self) -> Option<(Repeat, u64)> {
        let open = self.span();
        self.advance();
        let level = *self.init_levels.last()?;
        let LevelKind::Array(_, size) = level.kind else {
            self.error(open, "array index in an initializer that is no array's");
            return None;
        };
        let first = self.index_constant()?;
        let last = match self.accept(Tok::Ellipsis) {
            true => self.index_constant()?,
            false => first,
        };
        self.expect_close(Tok::RBracket, "]", open);
        let span = self.span_from(open.start);
        if last < first {
            self.error(span, "empty index range in initializer");
            return None;
        }
        if last >= level.count {
            self.error(span, "array index in initializer exceeds array bounds");
            return None;
        }
        let top = self.init_levels.last_mut()?;
        top.index = first;
        top.most = top.most.max(last.saturating_add(1));
        let offset = first.checked_mul(size).and_then(|at| at.checked_add(level.offset));
        let end = last.checked_mul(size).and_then(|at| at.checked_add(level.offset));
        if end.is_none_or(|end| end > crate::layout::MAX_SIZE) {
            self.error(span, "array index in initializer is too large");
            return None;
        }
        Some((Repeat { offset: offset?, size, level: self.init_levels.len() - 1 }, last - first))
    }

    fn index_constant(&mut self) -> Option<u64> {
        let mark = self.body.exprs.len();
        let e = self.parse_cond_expr();
        let value = self.integer_constant(e, "an array index in an initializer");
        let span = self.expr_span(e);
        self.body.exprs.truncate(mark);
        let value = value?;
        match u64::try_from(value) {
            Ok(index) => Some(index),
            Err(_) => {
                self.error(span, "array index in initializer is negative");
                None
            }
        }
    }

    /// `[a ... b] = v`: what was stored for `a` is stored for all.
    fn repeat_item(&mut self, sink: &mut Sink, first: Repeat, count: u64, steps: usize) {
        if let Some(level) = self.init_levels.get_mut(first.level) {
            level.index = level.index.saturating_add(count);
        }
        let total = first.size.saturating_mul(count);
        if sink.dest == Dest::Static {
            if first.offset.saturating_add(total) > MAX_BYTES {
                self.error(self.prev_span(), "the initializer is too large");
                sink.failed = true;
                return;
            }
            sink.repeat_bytes(first, count);
            return;
        }
        let made = sink.steps.len() - steps.min(sink.steps.len());
        if (made as u64).saturating_mul(count) > MAX_BYTES / 64 {
            self.error(self.prev_span(), "the initializer is too large");
            sink.failed = true;
            return;
        }
        for at in steps..sink.steps.len() {
            self.evaluate_once(&mut sink.steps[at]);
        }
        let template: Vec<InitStep> = sink.steps[steps..].to_vec();
        for k in 1..=count {
            for step in &template {
                let mut step = step.clone();
                step.offset += k * first.size;
                if let ExprKind::Assign(local, _) = self.body.expr(step.value).kind {
                    let span = self.expr_span(step.value);
                    let ty = self.expr_ty(local);
                    step.value = self.push_expr(ExprKind::Load(local), ty.id, span);
                }
                sink.steps.push(step);
            }
        }
        sink.end = sink.end.max(first.offset + total + first.size);
    }

    /// A value that is stored several times is computed once: kept in a local.
    fn evaluate_once(&mut self, step: &mut InitStep) {
        let node = self.body.expr(step.value);
        if matches!(
            node.kind,
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Wide(_) | ExprKind::Str(_)
        ) {
            return;
        }
        let (ty, span) = (node.ty, node.span);
        let local = self.push_local(None, ty, span);
        let place = self.push_expr(ExprKind::Local(local), ty, span);
        step.value = self.push_expr(ExprKind::Assign(place, step.value), ty, span);
    }

    // ------------------------------------------------------------ storing

    /// Stores an expression into a scalar, or a whole record or vector.
    fn store(&mut self, sink: &mut Sink, part: Part, e: ExprId, mark: usize) {
        let value = self.assign_convert(e, part.ty, Use::Init);
        if self.expr_ty(value).id == id::ERROR || part.ty.id == id::ERROR {
            sink.failed = true;
            return;
        }
        let step = InitStep { offset: part.offset, ty: part.ty, bits: part.bits, value };
        self.push_step(sink, step, mark);
    }

    fn push_step(&mut self, sink: &mut Sink, step: InitStep, mark: usize) {
        let size = self.ctx.types.size_of(step.ty.id).unwrap_or(0);
        let end = match step.bits {
            Some(bits) => {
                let bit_end = bits.bit_offset + u64::from(bits.width);
                step.offset.saturating_add(bit_end.div_ceil(8))
            }
            None => step.offset.saturating_add(size),
        };
        sink.end = sink.end.max(end);
        if sink.dest == Dest::Auto || (sink.dest == Dest::Either && end <= MAX_BYTES) {
            sink.steps.push(step);
            return;
        }
        if end > MAX_BYTES {
            let span = self.expr_span(step.value);
            self.error(span, "the initializer is too large");
            sink.failed = true;
            return;
        }
        if let Err(error) = self.step_bytes(&step, &mut sink.init) {
            self.complain_not_constant(step.value, error);
            sink.failed = true;
        }
        self.body.exprs.truncate(mark);
    }

    /// Puts a constant step into the bytes.
    fn step_bytes(&self, step: &InitStep, init: &mut StaticInit) -> Result<(), NotConst> {
        let span = self.expr_span(step.value);
        let not = Err(NotConst { span, why: Why::NotConstant });
        let node = self.body.expr(step.value);
        if let ExprKind::Str(string) = node.kind {
            let size = self.ctx.types.size_of(step.ty.id).unwrap_or(0);
            let text = &self.unit.strings[string.index()].bytes;
            let length = text.len().min(size as usize);
            put_bytes(init, step.offset, &text[..length]);
            return Ok(());
        }
        // A compound literal with static storage, used by value.
        if let ExprKind::Load(place) = node.kind {
            if let ExprKind::Symbol(symbol) = self.body.expr(place).kind {
                if self.ctx.symbol(symbol).name.is_none() {
                    let found = self.unit.objects.iter().rev().find(|o| o.symbol == symbol);
                    if let Some(object) = found {
                        put_init(init, step.offset, &object.init);
                        return Ok(());
                    }
                }
            }
        }
        let value = self.eval(true).value(step.value)?;
        if let Some(bits) = step.bits {
            let Value::Int(value) = value else { return not };
            let start = step.offset * 8 + bits.bit_offset;
            consteval::store_bits(init, start, bits.width, value);
            return Ok(());
        }
        match consteval::store(&self.ctx.types, init, step.offset, step.ty.id, &value) {
            true => Ok(()),
            false => not,
        }
    }

    fn complain_not_constant(&mut self, value: ExprId, error: NotConst) {
        if error.why == Why::Error {
            return;
        }
        let span = self.expr_span(value);
        let mut diag = Diagnostic::error(span, "initializer element is not constant");
        if error.span != span || error.why != Why::NotConstant {
            diag = diag.also(error.span, error.why.text());
        }
        self.diag(diag);
    }

    /// The bytes of a whole object's value, if constant.
    pub(super) fn static_value(
        &mut self,
        ty: QType,
        value: ExprId,
        complain: bool,
    ) -> Option<StaticInit> {
        let size = self.ctx.types.size_of(ty.id)?;
        let mut init = StaticInit { size, bytes: Vec::new(), relocs: Vec::new() };
        if self.expr_ty(value).id == id::ERROR {
            return None;
        }
        let step = InitStep { offset: 0, ty, bits: None, value };
        match self.step_bytes(&step, &mut init) {
            Ok(()) => Some(init),
            Err(error) => {
                if complain {
                    self.complain_not_constant(value, error);
                }
                None
            }
        }
    }

    // ------------------------------------------------------------ strings and whole arrays

    /// Is `e` a string literal that can initialise an array of `elem`?
    fn string_for(&self, e: ExprId, elem: QType) -> Option<StringId> {
        let ExprKind::Str(string) = self.body.expr(e).kind else { return None };
        let kind = |ty: TypeId| match *self.ctx.types.get(ty) {
            Type::Int(IntKind::Char | IntKind::SChar | IntKind::UChar) => Some(1),
            Type::Int(IntKind::Short | IntKind::UShort) => Some(2),
            Type::Int(IntKind::Int | IntKind::UInt) => Some(4),
            _ => None,
        };
        let from = kind(self.unit.strings[string.index()].elem)?;
        let under = match *self.ctx.types.get(elem.id) {
            Type::Enum(e) => self.ctx.types.enumeration(e).underlying,
            _ => elem.id,
        };
        (kind(under) == Some(from)).then_some(string)
    }

    /// A string into an array; the array's type, completed.
    fn store_string(
        &mut self,
        sink: &mut Sink,
        part: Part,
        string: StringId,
        e: ExprId,
        mark: usize,
    ) -> QType {
        let Type::Array { elem, len } = *self.ctx.types.get(part.ty.id) else { return part.ty };
        let width = self.ctx.types.size_of(elem.id).unwrap_or(1).max(1);
        let count = self.unit.strings[string.index()].bytes.len() as u64 / width;
        let mut ty = part.ty;
        match len {
            ArrayLen::Fixed(n) if count.saturating_sub(1) > n => {
                let span = self.expr_span(e);
                let shown = self.ctx.types.show(part.ty, self.names);
                let message = format!(
                    "the string has {} elements and does not fit '{shown}'",
                    count.saturating_sub(1)
                );
                self.warn("", span, message);
            }
            ArrayLen::Fixed(_) => {}
            _ => {
                let whole = Type::Array { elem, len: ArrayLen::Fixed(count) };
                ty = QType { id: self.ctx.types.intern(whole), quals: part.ty.quals };
                let end = part.offset.saturating_add(count.saturating_mul(width));
                sink.flexible_end = sink.flexible_end.max(end);
            }
        }
        let step = InitStep { offset: part.offset, ty, bits: None, value: e };
        let last = string.index() + 1 == self.unit.strings.len();
        let fixed = sink.dest == Dest::Static;
        self.push_step(sink, step, mark);
        if fixed && last {
            // Its bytes are in the object; nothing else names it.
            self.unit.strings.pop();
        }
        ty
    }

    /// GNU: an array initialised by a compound literal.
    fn array_literal(&mut self, sink: &mut Sink, part: Part, e: ExprId) -> Option<QType> {
        let node = self.body.expr(e);
        let from = node.ty;
        if !self.ctx.types.compatible_ids(part.ty.id, from.id) {
            return None;
        }
        match node.kind.clone() {
            ExprKind::CompoundLiteral(_, init) if sink.dest == Dest::Auto => {
                sink.zero = init.zero;
                sink.steps.extend_from_slice(self.body.init(&init));
            }
            ExprKind::Symbol(symbol) if self.ctx.symbol(symbol).name.is_none() => {
                let object = self.unit.objects.iter().rev().find(|o| o.symbol == symbol)?;
                if sink.dest == Dest::Auto {
                    return None;
                }
                sink.init = object.init.clone();
                sink.dest = Dest::Static;
            }
            _ => return None,
        }
        let open =
            matches!(*self.ctx.types.get(part.ty.id), Type::Array { len: ArrayLen::Unknown, .. });
        Some(if open { QType { id: from.id, quals: part.ty.quals } } else { part.ty })
    }

    // ------------------------------------------------------------ compound literals

    /// `(type) { … }`; the cursor is at `{`. Outside functions the object lasts.
    pub fn parse_compound_literal(&mut self, name: TypeName, start: Loc) -> ExprId {
        let mut ty = name.ty;
        if name.constexpr {
            ty = self.qualify(ty, Quals::CONST, name.span);
        }
        if self.ctx.types.has_variable_size(ty.id) {
            self.error(name.span, "compound literal has variable size");
            ty = id::ERROR.into();
        }
        if self.ctx.types.is_function(ty.id) || ty.id == id::VOID {
            let shown = self.ctx.types.show(ty, self.names);
            self.error(name.span, format!("compound literal of type '{shown}'"));
            ty = id::ERROR.into();
        }
        let asked = name.storage == Storage::Static || name.constexpr;
        let lasting = self.level == 0 || asked;
        let dest = match (lasting, self.mode) {
            (false, _) => Dest::Auto,
            (true, Mode::File) => Dest::Static,
            (true, _) if asked => Dest::Static,
            (true, _) => Dest::Either,
        };
        let (done, initial) = self.parse_initializer(ty, dest);
        let span = self.span_from(start);
        if !self.ctx.types.is_complete(done.id) && done.id != id::ERROR {
            let shown = self.ctx.types.show(done, self.names);
            let message = format!("compound literal has incomplete type '{shown}'");
            self.error(name.span, message);
            return self.error_expr(span);
        }
        let literal = match initial {
            Initial::Error => self.error_expr(span),
            Initial::Static(init) => {
                let symbol = self.unnamed_object(done, span);
                self.ctx.symbol_mut(symbol).attrs.align = name.align;
                if name.constexpr {
                    self.ctx.symbol_mut(symbol).attrs.constexpr = true;
                    self.ctx.set_constant(symbol, init.clone());
                }
                self.unit.objects.push(Object { symbol, init });
                self.push_expr(ExprKind::Symbol(symbol), done, span)
            }
            Initial::Steps(init) if self.level == 0 => self.running_literal(done, init, span),
            Initial::Steps(init) => {
                let local = self.push_local(None, done, span);
                self.body.locals[local.index()].align = name.align;
                self.push_expr(ExprKind::CompoundLiteral(local, init), done, span)
            }
        };
        let mut literal = literal;
        for effect in name.effects.into_iter().rev() {
            literal = self.push_expr(ExprKind::Comma(effect, literal), done, span);
        }
        literal
    }

    /// In a script outside functions: an object that lasts, filled when it is reached.
    fn running_literal(&mut self, ty: QType, init: Init, span: Span) -> ExprId {
        let symbol = self.unnamed_object(ty, span);
        self.zero_object(symbol);
        let fill = self.push_stmt(StmtKind::InitSymbol { symbol, init }, span);
        let place = self.push_expr(ExprKind::Symbol(symbol), ty, span);
        let pointer = self.ctx.types.pointer_to(ty);
        let address = self.push_expr(ExprKind::AddrOf(place), pointer, span);
        let last = self.push_stmt(StmtKind::Expr(address), span);
        let list = self.push_stmt_list(&[fill, last]);
        let block = self.push_stmt(StmtKind::Block(list), span);
        let kind = ExprKind::StmtExpr { block, value: Some(address) };
        let made = self.push_expr(kind, pointer, span);
        self.push_expr(ExprKind::Deref(made), ty, span)
    }
}

/// The first element of a range designator.
#[derive(Clone, Copy)]
pub(super) struct Repeat {
    offset: u64,
    size: u64,
    level: usize,
}

impl Sink {
    /// Forgets what was stored in a range of bytes.
    fn clear(&mut self, offset: u64, size: u64) {
        let end = offset.saturating_add(size);
        let length = self.init.bytes.len() as u64;
        if offset < length {
            self.init.bytes[offset as usize..end.min(length) as usize].fill(0);
        }
        self.init.relocs.retain(|reloc| reloc.offset < offset || reloc.offset >= end);
        self.steps.retain(|step| {
            let at = step.offset + step.bits.map_or(0, |bits| bits.bit_offset / 8);
            at < offset || at >= end
        });
    }

    fn repeat_bytes(&mut self, first: Repeat, count: u64) {
        let (start, size) = (first.offset as usize, first.size as usize);
        let length = self.init.bytes.len();
        let from = start.min(length);
        let mut element = self.init.bytes[from..(start + size).min(length).max(from)].to_vec();
        element.resize(size, 0);
        let inside = first.offset..first.offset + first.size;
        let relocs: Vec<StaticReloc> =
            self.init.relocs.iter().filter(|r| inside.contains(&r.offset)).copied().collect();
        for k in 1..=count {
            let offset = first.offset + k * first.size;
            put_bytes(&mut self.init, offset, &element);
            let moved =
                relocs.iter().map(|r| StaticReloc { offset: r.offset + k * first.size, ..*r });
            self.init.relocs.extend(moved);
        }
        self.end = self.end.max(first.offset + (count + 1) * first.size);
    }
}

/// Writes bytes, in place of what was there.
fn put_bytes(init: &mut StaticInit, offset: u64, bytes: &[u8]) {
    let (start, end) = (offset as usize, offset as usize + bytes.len());
    if init.relocs.last().is_some_and(|reloc| reloc.offset + 8 > offset) {
        init.relocs.retain(|r| r.offset + 8 <= offset || r.offset >= end as u64);
    }
    if init.bytes.len() < end {
        init.bytes.resize(end, 0);
    }
    init.bytes[start..end].copy_from_slice(bytes);
}

fn put_init(init: &mut StaticInit, offset: u64, from: &StaticInit) {
    put_bytes(init, offset, &from.bytes);
    let moved = from.relocs.iter();
    init.relocs.extend(moved.map(|r| StaticReloc { offset: r.offset + offset, ..*r }));
}
