//! Designators: `.member`, `[index]`, `[first ... last]`, the old `member:`. In: tokens inside an
//! initialiser's braces; out: the levels set so that the next part is the one designated, and the
//! elements a range repeats.

use super::Parser;
use super::init::{Dest, LevelKind, MAX_BYTES, Sink};
use super::store::Repeat;
use crate::session::Standard;
use crate::tree::{ExprKind, InitStep};
use crate::types::RecordId;
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;
use preproc::token::Tok;

impl Parser<'_> {
    /// `.a[1].b =`, `a:`; sets the levels. Each repeat is the byte range of the first element of a
    /// `[a ... b]` and how many follow it, outermost first.
    pub(super) fn designators(
        &mut self,
        sink: &mut Sink,
        old_style: bool,
    ) -> Option<Vec<(Repeat, u64)>> {
        if old_style {
            let name = self.advance();
            self.since(Standard::Never, self.span(), "designators of the form 'member:'");
            self.advance();
            self.designate_member(sink, name.text, Span::at(name.loc))?;
            return Some(Vec::new());
        }
        let mut repeats = Vec::new();
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
                    repeats.push(range);
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
        Some(repeats)
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
        let ellipsis = self.span();
        let last = match self.accept(Tok::Ellipsis) {
            true => {
                self.since(Standard::Never, ellipsis, "ranges of elements in initializers");
                self.index_constant()?
            }
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

    /// Has the part a value already?
    pub(super) fn check_overridden(&mut self, sink: &mut Sink, step: &InitStep, size: u64) {
        let start = step.offset.saturating_mul(8) + step.bits.map_or(0, |bits| bits.bit_offset);
        let width = step.bits.map_or(size.saturating_mul(8), |bits| u64::from(bits.width));
        let end = start.saturating_add(width);
        let before = sink.given.range_mut(..end.max(start + 1)).next_back();
        match before {
            Some((_, last)) if *last > start => {
                let span = self.expr_span(step.value);
                self.warn("override-init", span, "initialized part overwritten");
            }
            Some((_, last)) if *last == start => *last = end,
            _ => {
                sink.given.insert(start, end);
            }
        }
    }

    /// `[a ... b] = v`: what was stored for `a` is stored for all.
    pub(super) fn repeat_item(&mut self, sink: &mut Sink, first: Repeat, count: u64, steps: usize) {
        let total = first.size.saturating_mul(count);
        if let Some(level) = self.init_levels.get_mut(first.level) {
            level.index = level.index.saturating_add(count);
        }
        // What follows goes on behind the last element's part.
        for level in self.init_levels.iter_mut().skip(first.level + 1) {
            level.offset = level.offset.saturating_add(total);
        }
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
        if self.eval(true).value(step.value).is_ok() {
            return;
        }
        let local = self.push_local(None, ty, span);
        let place = self.push_expr(ExprKind::Local(local), ty, span);
        step.value = self.push_expr(ExprKind::Assign(place, step.value), ty, span);
    }
}
