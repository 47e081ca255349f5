//! Values of initialisers on their way into the object. In: a part of it and an expression; out: bytes
//! and relocations, or a step for code, in the [`Sink`]. What always holds: what is stored later lies
//! in place of what was there.

use super::Parser;
use super::coerce::Use;
use super::init::{Dest, MAX_BYTES, Part, Sink};
use crate::consteval::{self, NotConst, Value, Why};
use crate::tree::*;
use crate::types::{QType, id};
use preproc::diag::Diagnostic;

impl Parser<'_> {
    /// Stores an expression into a scalar, or a whole record or vector.
    pub(super) fn store(&mut self, sink: &mut Sink, part: Part, e: ExprId, mark: usize) {
        if self.constexpr_init {
            self.check_exact(e, part.ty);
        }
        let value = self.assign_convert(e, part.ty, Use::Init);
        sink.last_zero = self.is_null_constant(e) || self.literal_int(e) == Some(0);
        if self.expr_ty(value).id == id::ERROR || part.ty.id == id::ERROR {
            sink.failed = true;
            return;
        }
        let step = InitStep { offset: part.offset, ty: part.ty, bits: part.bits, value };
        self.push_step(sink, step, mark);
    }

    pub(super) fn push_step(&mut self, sink: &mut Sink, step: InitStep, mark: usize) {
        let size = self.ctx.types.size_of(step.ty.id).unwrap_or(0);
        if self.warnings_may("override-init") && self.init_levels.len() > sink.outside {
            self.check_overridden(sink, &step, size);
        }
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
        match self.step_bytes(&step, &mut sink.init) {
            Ok(()) if sink.dest == Dest::Static => self.check_constant_initializer(step.value),
            Ok(()) => {}
            Err(error) => {
                self.complain_not_constant(step.value, error);
                sink.failed = true;
            }
        }
        self.body.exprs.truncate(mark);
    }

    /// Puts a constant step into the bytes.
    pub(super) fn step_bytes(
        &self,
        step: &InitStep,
        init: &mut StaticInit,
    ) -> Result<(), NotConst> {
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
        if let ExprKind::Load(place) = node.kind
            && let ExprKind::Symbol(symbol) = self.body.expr(place).kind
            && self.ctx.symbol(symbol).name.is_none()
        {
            let found = self.unit.objects.iter().rev().find(|o| o.symbol == symbol);
            if let Some(object) = found {
                put_init(init, step.offset, &object.init);
                return Ok(());
            }
        }
        if let ExprKind::Load(place) = node.kind
            && let ExprKind::CompoundLiteral(_, literal) = &self.body.expr(place).kind
            && self.ctx.types.is_record(node.ty.id)
        {
            let steps = literal.steps.start as usize..literal.steps.end as usize;
            for inner in self.body.inits.get(steps).unwrap_or_default() {
                let offset = step.offset + inner.offset;
                self.step_bytes(&InitStep { offset, ..inner.clone() }, init)?;
            }
            return Ok(());
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
            Ok(()) => {
                if complain {
                    self.check_constant_initializer(value);
                }
                Some(init)
            }
            Err(error) => {
                if complain {
                    self.complain_not_constant(value, error);
                }
                None
            }
        }
    }
}

/// The first element of a range designator.
#[derive(Clone, Copy)]
pub(super) struct Repeat {
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) level: usize,
}

impl Sink {
    /// Forgets what was stored in a range of bytes.
    pub(super) fn clear(&mut self, offset: u64, size: u64) {
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

    pub(super) fn repeat_bytes(&mut self, first: Repeat, count: u64) {
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
    if start < init.bytes.len() {
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
