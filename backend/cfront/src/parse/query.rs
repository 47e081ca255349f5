//! Builtins that ask about types and objects (`offsetof`, `__builtin_object_size`, …) and those
//! of variadic functions. In: the cursor behind the name, since most have types as arguments;
//! out: constants, or nodes.

use super::Parser;
use crate::consteval::Value;
use crate::tree::*;
use crate::types::{Type, id};
use preproc::diag::Diagnostic;
use preproc::source::{Loc, Span};
use preproc::token::Tok;

impl Parser<'_> {
    // ------------------------------------------------------------ questions to the compiler

    pub(super) fn constant_p(&mut self, start: Loc) -> ExprId {
        let args = self.unevaluated(|p| p.parse_arguments());
        let span = self.span_from(start);
        if !self.count(&args, 1, 1, span) {
            return self.error_expr(span);
        }
        let e = self.rvalue(args[0]);
        let known = match self.eval(false).value(e) {
            Ok(Value::Address { base, .. }) => matches!(base, StaticTarget::String(_)),
            Ok(_) => true,
            Err(_) => false,
        };
        self.int_expr(u64::from(known), id::INT, span)
    }

    pub(super) fn classify_type(&mut self, start: Loc) -> ExprId {
        let open = self.span();
        self.advance();
        let ty = if self.starts_type_name_at(0) {
            self.parse_type_name().ty.id
        } else {
            let e = self.unevaluated(|p| {
                let e = p.parse_assign_expr();
                p.rvalue(e)
            });
            self.ty(e)
        };
        self.expect_close(Tok::RParen, ")", open);
        let span = self.span_from(start);
        let class = match *self.ctx.types.get(ty) {
            Type::Void => 0,
            Type::Int(_) | Type::Enum(_) | Type::BitInt { .. } => 1,
            Type::Pointer(_) | Type::Function(_) | Type::Array { .. } | Type::NullPtr => 5,
            Type::Float(_) => 8,
            Type::Complex(_) | Type::ComplexInt(_) => 9,
            Type::Record(r) if self.ctx.types.record(r).is_union => 13,
            Type::Record(_) => 12,
            Type::Vector { .. } => 19,
            Type::Error => return self.error_expr(span),
        };
        self.int_expr(class, id::INT, span)
    }

    /// `__builtin_object_size(p, type)`: what is known without looking at assignments.
    pub(super) fn object_size(&mut self, start: Loc) -> ExprId {
        let args = self.unevaluated(|p| p.parse_arguments());
        let span = self.span_from(start);
        if !self.count(&args, 2, 2, span) {
            return self.error_expr(span);
        }
        let pointer = self.rvalue(args[0]);
        let kind = self.rvalue(args[1]);
        let Some(kind @ 0..=3) = self.literal_int(kind) else {
            self.error(span, "last argument of '__builtin_object_size' is not 0, 1, 2 or 3");
            return self.error_expr(span);
        };
        let unknown = if kind < 2 { u64::MAX } else { 0 };
        let size = self.pointed_object(pointer, kind & 1 != 0).unwrap_or(unknown);
        self.int_expr(size, id::ULONG, span)
    }

    /// How many bytes there are from where a pointer points to the end of its object.
    pub(super) fn pointed_object(&self, e: ExprId, closest: bool) -> Option<u64> {
        match self.body.expr(e).kind {
            ExprKind::Convert(Conversion::PtrToPtr | Conversion::Same, of) => {
                self.pointed_object(of, closest)
            }
            ExprKind::Decay(place) | ExprKind::AddrOf(place) => self.room_at(place, closest),
            ExprKind::PtrAdd { ptr, index, negate: false } => {
                let room = self.pointed_object(ptr, closest)?;
                let step = match self.ctx.types.pointee(self.ty(ptr))?.id {
                    id::VOID => 1,
                    to => self.ctx.types.size_of(to)?,
                };
                let index = u64::try_from(self.literal_int(index)?).ok()?;
                Some(room.saturating_sub(index.checked_mul(step)?))
            }
            _ => None,
        }
    }

    pub(super) fn room_at(&self, place: ExprId, closest: bool) -> Option<u64> {
        let ty = self.ty(place);
        match self.body.expr(place).kind {
            ExprKind::Local(_) | ExprKind::Symbol(_) | ExprKind::CompoundLiteral(..) => {
                match *self.ctx.types.get(ty) {
                    Type::Record(r) if self.ctx.types.record(r).flexible => {
                        self.initialized_size(place)
                    }
                    _ => self.ctx.types.size_of(ty),
                }
            }
            ExprKind::Str(_) => self.ctx.types.size_of(ty),
            ExprKind::Deref(pointer) => self.pointed_object(pointer, closest),
            ExprKind::Member(record, field) => {
                let Type::Record(r) = *self.ctx.types.get(self.ty(record)) else { return None };
                let known = self.ctx.types.record(r);
                let member = known.fields.get(field as usize)?;
                // A trailing array may stand for a longer one.
                let last = field as usize + 1 == known.fields.len() && self.ctx.types.is_array(ty);
                if closest && !last {
                    return self.ctx.types.size_of(ty);
                }
                Some(self.room_at(record, false)?.saturating_sub(member.offset))
            }
            _ => None,
        }
    }

    /// The size of an object with a flexible array member, which its initialiser decides.
    fn initialized_size(&self, place: ExprId) -> Option<u64> {
        let ExprKind::Symbol(symbol) = self.body.expr(place).kind else { return None };
        let object = self.unit.objects.iter().find(|object| object.symbol == symbol)?;
        Some(object.init.size)
    }

    // ------------------------------------------------------------ variadic functions

    pub(super) fn va_builtin(&mut self, name: &str, start: Loc) -> ExprId {
        let args = self.parse_arguments();
        let span = self.span_from(start);
        let (least, most) = match name {
            "va_arg_pack" | "va_arg_pack_len" => (0, 0),
            "va_copy" | "va_start" => (2, 2),
            _ => (1, 1),
        };
        if !self.count(&args, least, most, span) {
            return self.error_expr(span);
        }
        match name {
            "va_arg_pack" | "va_arg_pack_len" if !self.func.variadic => {
                let message = format!("'__builtin_{name}' in a function with fixed arguments");
                self.error(span, message);
                return self.error_expr(span);
            }
            "va_arg_pack" | "va_arg_pack_len" => self.body.facts.uses_va_arg_pack = true,
            _ => {}
        }
        match name {
            "va_arg_pack" => return self.builtin(Builtin::VaArgPack, &[], id::INT, span),
            "va_arg_pack_len" => return self.builtin(Builtin::VaArgPackLen, &[], id::INT, span),
            _ => {}
        }
        let wanted = if name == "va_copy" { 2 } else { 1 };
        let mut lists = Vec::new();
        for &arg in &args[..wanted] {
            // There is nothing to end: gcc looks at no type either.
            if name == "va_end" && self.ctx.types.is_pointer(self.ty(arg)) {
                return self.cast(arg, id::VOID.into(), span);
            }
            match self.va_list_value(arg) {
                Some(list) => lists.push(list),
                None => return self.error_expr(span),
            }
        }
        match name {
            "va_end" => self.builtin(Builtin::VaEnd, &lists, id::VOID, span),
            "va_copy" => self.builtin(Builtin::VaCopy, &lists, id::VOID, span),
            _ => {
                if !self.func.variadic {
                    let message = "'va_start' used in function with fixed arguments";
                    self.error(span, message);
                    return self.error_expr(span);
                }
                self.body.facts.uses_va_start = true;
                self.builtin(Builtin::VaStart, &lists, id::VOID, span)
            }
        }
    }

    /// A `va_list` as the address of its structure.
    pub(super) fn va_list_value(&mut self, e: ExprId) -> Option<ExprId> {
        let list = self.va_list_type();
        let wanted = self.ctx.types.decayed(list.into()).id;
        let e = self.rvalue(e);
        if self.is_error(e) {
            return None;
        }
        if !self.ctx.types.compatible_ids(self.ty(e), wanted) {
            let shown = self.show(self.ty(e));
            let diag = Diagnostic::error(self.expr_span(e), "this is no 'va_list'")
                .label(format!("this has type '{shown}'"));
            self.diag(diag);
            return None;
        }
        Some(e)
    }

    /// `__builtin_va_arg ( expression , type )`
    pub(crate) fn va_arg(&mut self) -> ExprId {
        let start = self.loc();
        self.advance();
        let open = self.span();
        self.expect(Tok::LParen, "(", "after 'va_arg'");
        let list = self.parse_assign_expr();
        self.expect(Tok::Comma, ",", "in 'va_arg'");
        let name = self.parse_type_name();
        self.expect_close(Tok::RParen, ")", open);
        let span = self.span_from(start);
        let Some(list) = self.va_list_value(list) else { return self.error_expr(span) };
        let ty = name.ty.id;
        if ty == id::ERROR {
            return self.error_expr(span);
        }
        if !self.ctx.types.is_complete(ty) {
            let shown = self.show(ty);
            self.error(
                span,
                format!("second argument to 'va_arg' is of incomplete type '{shown}'"),
            );
            return self.error_expr(span);
        }
        let promoted = self.ctx.types.default_promote(ty);
        if promoted != ty && self.ctx.types.size_of(promoted) != self.ctx.types.size_of(ty) {
            let (a, b) = (self.show(ty), self.show(promoted));
            let diag = Diagnostic::warning(
                "varargs",
                span,
                format!("'{a}' is promoted to '{b}' when passed through '...'"),
            )
            .note(None, format!("so you should pass '{b}' not '{a}' to 'va_arg'"));
            self.diag(diag);
        }
        let mut value = self.push_expr(ExprKind::VaArg(list), ty, span);
        for effect in name.effects.into_iter().rev() {
            value = self.push_expr(ExprKind::Comma(effect, value), ty, span);
        }
        value
    }

    // ------------------------------------------------------------ with types as arguments

    /// `__builtin_offsetof ( type , member-designator )`
    pub(crate) fn offset_of(&mut self) -> ExprId {
        let start = self.loc();
        self.advance();
        let open = self.span();
        self.expect(Tok::LParen, "(", "after 'offsetof'");
        let name = self.parse_type_name();
        let ty = name.ty;
        self.expect(Tok::Comma, ",", "in 'offsetof'");
        let to = self.ctx.types.pointer_to(ty);
        let null = self.int_expr(0, to, self.span());
        let mut place = self.push_expr(ExprKind::Deref(null), ty, self.prev_span());
        let mut first = true;
        loop {
            match self.tok.kind {
                Tok::Ident if first => place = self.designated(place),
                Tok::Dot if !first => {
                    self.advance();
                    place = self.designated(place);
                }
                // `a->b` is `a[0].b`.
                Tok::Arrow if !first => {
                    let span = self.span();
                    self.within_array(place, span);
                    self.advance();
                    let index = self.int_expr(0, id::INT, span);
                    place = self.subscript(place, index, span);
                    place = self.designated(place);
                }
                Tok::LBracket if !first => {
                    let open = self.span();
                    self.advance();
                    let index = self.parse_expr();
                    self.expect_close(Tok::RBracket, "]", open);
                    let span = self.span_from(start);
                    self.within_array(place, span);
                    place = self.subscript(place, index, span);
                }
                _ => break,
            }
            first = false;
            if self.is_error(place) {
                self.skip_until(&[Tok::RParen, Tok::Semi]);
                break;
            }
        }
        if first {
            let message = format!("expected a member before {}", self.found());
            self.syntax_error(self.span(), message);
        }
        self.expect_close(Tok::RParen, ")", open);
        let span = self.span_from(start);
        if self.is_error(place) || first {
            return self.error_expr(span);
        }
        if self.field_width(place).is_some() {
            let name = self.place_name(place);
            self.error(span, format!("attempt to take address of bit-field {name}"));
            return self.error_expr(span);
        }
        let to = self.ctx.types.pointer_to(self.body.expr(place).ty);
        let address = self.push_expr(ExprKind::AddrOf(place), to, span);
        let offset = self.convert(address, id::ULONG);
        if let Ok(value @ Value::Int(_)) = self.eval(false).value(offset) {
            self.replace_by_value(offset, &value);
        }
        name.effects.into_iter().rev().fold(offset, |offset, effect| {
            self.push_expr(ExprKind::Comma(effect, offset), id::ULONG, span)
        })
    }

    /// What lies behind a pointer lies at no offset.
    fn within_array(&mut self, place: ExprId, span: Span) {
        if self.ctx.types.is_pointer(self.ty(place)) {
            self.error(span, "'offsetof' of something behind a pointer");
        }
    }

    pub(super) fn designated(&mut self, place: ExprId) -> ExprId {
        if self.tok.kind != Tok::Ident {
            let message = format!("expected a member name before {}", self.found());
            self.syntax_error(self.span(), message);
            return self.error_expr(self.span());
        }
        let name = self.advance();
        let at = Span::at(name.loc);
        match *self.ctx.types.get(self.ty(place)) {
            Type::Record(record) => self.member_of(place, record, name.text, at, at),
            Type::Error => place,
            _ => {
                let text = self.names.text(name.text).to_string();
                let message =
                    format!("request for member '{text}' in something not a structure or union");
                self.error(at, message);
                self.error_expr(at)
            }
        }
    }

    /// `__builtin_types_compatible_p ( type , type )`
    pub(crate) fn types_compatible(&mut self) -> ExprId {
        let start = self.loc();
        self.advance();
        let open = self.span();
        self.expect(Tok::LParen, "(", "after '__builtin_types_compatible_p'");
        let a = self.parse_type_name().ty;
        self.expect(Tok::Comma, ",", "between types");
        let b = self.parse_type_name().ty;
        self.expect_close(Tok::RParen, ")", open);
        let span = self.span_from(start);
        let same = self.ctx.types.compatible_ids(a.id, b.id)
            && matches!(self.ctx.types.get(a.id), Type::Enum(_))
                == matches!(self.ctx.types.get(b.id), Type::Enum(_));
        self.int_expr(u64::from(same), id::INT, span)
    }

    /// `__builtin_choose_expr ( constant , expression , expression )`
    pub(crate) fn choose_expr(&mut self) -> ExprId {
        let start = self.loc();
        self.advance();
        let open = self.span();
        self.expect(Tok::LParen, "(", "after '__builtin_choose_expr'");
        let condition = self.parse_assign_expr();
        let known =
            self.integer_constant(condition, "the first argument of '__builtin_choose_expr'");
        let first = known != Some(0);
        self.expect(Tok::Comma, ",", "in '__builtin_choose_expr'");
        let then = if first {
            self.parse_assign_expr()
        } else {
            self.unevaluated(|p| p.parse_assign_expr())
        };
        self.expect(Tok::Comma, ",", "in '__builtin_choose_expr'");
        let otherwise = if first {
            self.unevaluated(|p| p.parse_assign_expr())
        } else {
            self.parse_assign_expr()
        };
        self.expect_close(Tok::RParen, ")", open);
        let span = self.span_from(start);
        match known {
            None => self.error_expr(span),
            Some(0) => otherwise,
            Some(_) => then,
        }
    }
}
