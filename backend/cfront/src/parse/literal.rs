//! Initialisers that are whole objects: strings for arrays of characters, compound literals. In:
//! an expression or a type name; out: bytes, steps, or the object itself.

use super::Parser;
use super::init::{Dest, Initial, LevelKind, Part, Sink};
use super::spec::Storage;
use super::typename::TypeName;
use crate::session::Mode;
use crate::tree::*;
use crate::types::{ArrayLen, IntKind, QType, Quals, Type, TypeId, id};
use preproc::source::{Loc, Span};

impl Parser<'_> {
    /// Is `e` a string literal that can initialise an array of `elem`?
    pub(super) fn string_for(&self, e: ExprId, elem: QType) -> Option<StringId> {
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
    pub(super) fn store_string(
        &mut self,
        sink: &mut Sink,
        part: Part,
        string: StringId,
        e: ExprId,
        mark: usize,
    ) -> QType {
        let Type::Array { elem, len } = *self.ctx.types.get(part.ty.id) else { return part.ty };
        let width = self.ctx.types.size_of(elem.id).unwrap_or(1).max(1);
        if self.constexpr_init {
            self.check_exact_string(string, elem.id, self.expr_span(e));
        }
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
                self.pedwarn("", span, message);
            }
            ArrayLen::Fixed(_) => {}
            _ => {
                self.check_flexible(sink, true);
                let whole = Type::Array { elem, len: ArrayLen::Fixed(count) };
                ty = QType { id: self.ctx.types.intern(whole), quals: part.ty.quals };
                let end = part.offset.saturating_add(count.saturating_mul(width));
                sink.flexible_end = sink.flexible_end.max(end);
            }
        }
        let step = InitStep { offset: part.offset, ty, bits: None, value: e };
        let last =
            self.ex.lone_string == Some(string) && string.index() + 1 == self.unit.strings.len();
        let fixed = sink.dest == Dest::Static;
        self.push_step(sink, step, mark);
        if fixed && last {
            // Its bytes are in the object; nothing else names it.
            self.unit.strings.pop();
        }
        ty
    }

    /// GNU: an array initialised by a compound literal.
    pub(super) fn array_literal(
        &mut self,
        sink: &mut Sink,
        part: Part,
        e: ExprId,
    ) -> Option<QType> {
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

    // ------------------------------------------------------------ embedded files

    /// The bytes of an `#embed`, each an element. An array of characters takes them as a string.
    pub(super) fn embedded(&mut self, sink: &mut Sink, base: usize) {
        let token = self.advance();
        let span = Span::at(token.loc);
        let Some(at) = self.embeds.iter().position(|(name, _)| *name == token.text) else {
            self.error(span, "the bytes of this '#embed' are not at hand");
            sink.failed = true;
            return;
        };
        let bytes = std::mem::take(&mut self.embeds[at].1);
        let taken = self.embedded_string(sink, &bytes, span);
        for &byte in &bytes[taken..] {
            while self.init_levels.len() > base + 1
                && self.init_levels.last().is_some_and(|level| level.index >= level.count)
            {
                self.init_levels.pop();
            }
            if self.init_levels.last().is_none_or(|level| level.index >= level.count) {
                self.pedwarn("", span, "excess elements in initializer");
                break;
            }
            let Some(part) = self.next_part(sink) else { break };
            let mark = self.body.exprs.len();
            let e = self.int_expr(u64::from(byte), id::INT, span);
            self.place_value(sink, part, e, mark, base);
        }
        self.embeds[at].1 = bytes;
    }

    /// As many of the bytes as the array of characters on top takes; how many that were.
    fn embedded_string(&mut self, sink: &mut Sink, bytes: &[u8], span: Span) -> usize {
        let Some(level) = self.init_levels.last_mut() else { return 0 };
        let LevelKind::Array(elem, 1) = level.kind else { return 0 };
        if !matches!(self.ctx.types.get(elem.id), Type::Int(kind) if *kind != IntKind::Bool) {
            return 0;
        }
        let room = level.count.saturating_sub(level.index);
        let length = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
        let offset = level.offset.saturating_add(level.index);
        level.index = level.index.saturating_add(length as u64);
        level.most = level.most.max(level.index);
        let whole = Type::Array { elem, len: ArrayLen::Fixed(length as u64) };
        let ty = self.ctx.types.intern(whole);
        let string = StringId(self.unit.strings.len() as u32);
        let lit = StringLit { bytes: bytes[..length].to_vec(), elem: elem.id, align: 1 };
        self.unit.strings.push(lit);
        let mark = self.body.exprs.len();
        let value = self.push_expr(ExprKind::Str(string), ty, span);
        let fixed = sink.dest == Dest::Static;
        let step = InitStep { offset, ty: ty.into(), bits: None, value };
        self.push_step(sink, step, mark);
        if fixed {
            self.unit.strings.pop();
        }
        length
    }

    // ------------------------------------------------------------ compound literals

    /// `(type) { … }`; the cursor is at `{`. Outside functions the object lasts.
    pub fn parse_compound_literal(&mut self, name: TypeName, start: Loc) -> ExprId {
        let mut ty = name.ty;
        self.since(crate::session::Standard::C99, name.span, "compound literals");
        if name.constexpr {
            self.check_constexpr_type(ty, name.span);
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
        let asked = name.storage == Storage::Static || name.constexpr || name.thread;
        if self.level > 0 && name.thread && name.storage != Storage::Static {
            self.error(name.span, "a thread-local compound literal in a block must be 'static'");
        }
        let lasting = self.level == 0 || asked;
        let dest = match (lasting, self.mode) {
            (false, _) => Dest::Auto,
            (true, Mode::File) => Dest::Static,
            (true, _) if asked => Dest::Static,
            (true, _) => Dest::Either,
        };
        let (tags, outer) = (self.tags(), self.constexpr_init);
        self.constexpr_init = name.constexpr;
        let (done, initial) = self.parse_initializer(ty, dest);
        self.constexpr_init = outer;
        let span = self.span_from(start);
        if name.constexpr {
            self.no_tags_since(tags, "object initializer", span);
        }
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
                if name.thread {
                    self.ctx.symbol_mut(symbol).tls = Some(TlsModel::GeneralDynamic);
                }
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
        if name.effects.is_empty() || done.id == id::ERROR {
            return literal;
        }
        // The literal stays an lvalue: what goes before it goes before its address.
        self.mark_address_taken(literal);
        let pointer = self.ctx.types.pointer_to(done);
        let mut address = self.push_expr(ExprKind::AddrOf(literal), pointer, span);
        for effect in name.effects.into_iter().rev() {
            address = self.push_expr(ExprKind::Comma(effect, address), pointer, span);
        }
        self.push_expr(ExprKind::Deref(address), done, span)
    }

    /// In a script outside functions: an object that lasts, filled when it is reached.
    fn running_literal(&mut self, ty: QType, init: Init, span: Span) -> ExprId {
        let symbol = self.unnamed_object(ty, span);
        self.ctx.symbol_mut(symbol).attrs.filled_by_code = true;
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

    // ------------------------------------------------------------ values in objects of their own

    /// A union made of a value of one of its members' types.
    pub(crate) fn union_of(&mut self, e: ExprId, union: TypeId, field: u32) -> ExprId {
        let span = self.expr_span(e);
        let Type::Record(record) = *self.ctx.types.get(union) else {
            return self.error_expr(span);
        };
        let Some(field) = self.ctx.types.record(record).fields.get(field as usize) else {
            return self.error_expr(span);
        };
        let (ty, offset) = (QType::new(field.ty.id), field.offset);
        let step = InitStep { offset, ty, bits: None, value: e };
        let literal = self.literal_object(union, step, true, span);
        self.push_expr(ExprKind::Load(literal), union, span)
    }

    /// A value put into an object of its own, which is the lvalue.
    pub(crate) fn in_memory(&mut self, value: ExprId) -> ExprId {
        let (ty, span) = (self.ty(value), self.expr_span(value));
        let step = InitStep { offset: 0, ty: ty.into(), bits: None, value };
        self.literal_object(ty, step, false, span)
    }

    fn literal_object(&mut self, ty: TypeId, step: InitStep, zero: bool, span: Span) -> ExprId {
        let local = self.push_local(None, ty.into(), span);
        self.body.locals[local.index()].address_taken = true;
        let start = self.body.inits.len() as u32;
        self.body.inits.push(step);
        let init = Init { zero, steps: start..start + 1 };
        self.push_expr(ExprKind::CompoundLiteral(local, init), ty, span)
    }
}
