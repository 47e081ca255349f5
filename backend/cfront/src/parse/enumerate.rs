//! Enumerations: their constants and the type of these, before and behind the `}`. In: tokens at
//! the keyword; out: the type.

use super::Parser;
use super::attr::Attrs;
use super::placed::Target;
use super::spec::Specs;
use crate::scope::Entity;
use crate::session::{Mode, Standard};
use crate::types::{Enum, EnumId, QType, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;
use preproc::token::Tok;

impl Parser<'_> {
    /// `enum` specifier.
    pub(super) fn parse_enum_specifier(&mut self, specs: &mut Specs) -> TypeId {
        let start = self.loc();
        self.advance();
        let mut attrs = Attrs::default();
        self.parse_attributes(&mut attrs);
        self.check_placed(&attrs, Target::Tag);
        let tag = match self.at_ident() || self.old_name() {
            true => Some(self.advance().text),
            false => None,
        };
        let span = self.span_from(start);
        self.parse_attributes(&mut attrs);
        let mut fixed = None;
        let colon = self.span();
        if self.at(Tok::Colon) && self.starts_type_name_at(1) {
            self.advance();
            fixed = self.parse_underlying_type();
            if !self.at(Tok::LBrace) && !self.at(Tok::Semi) {
                self.error(colon, "an underlying type may not be specified here");
            }
        }
        if !self.at(Tok::LBrace) {
            let Some(tag) = tag else {
                self.syntax_error(self.span(), "expected a name or '{' after 'enum'");
                return id::ERROR;
            };
            return self.enum_reference(tag, fixed, span);
        }
        specs.defines = true;
        let known = tag.and_then(|tag| self.enum_to_define(tag, span));
        let again = known.filter(|&(_, complete)| complete).map(|(ty, _)| ty);
        let ty = match known {
            Some((ty, false)) => ty,
            _ => {
                let ty = self.new_enum(tag, fixed, span);
                if let (Some(tag), None) = (tag, known) {
                    self.ctx.scopes.bind_tag(tag, ty);
                }
                ty
            }
        };
        let Type::Enum(e) = *self.ctx.types.get(ty) else { return id::ERROR };
        self.agree_on_underlying(ty, fixed, span);
        self.open_enums.extend(tag.map(|tag| (tag, self.ctx.scopes.depth())));
        self.nested(|p| p.parse_enum_body(e, ty, &mut attrs, fixed, again.is_some()));
        self.open_enums.truncate(self.open_enums.len() - usize::from(tag.is_some()));
        match again {
            Some(old) => self.same_tag_again(old, ty, tag, span),
            None => ty,
        }
    }

    fn parse_underlying_type(&mut self) -> Option<TypeId> {
        let specs = self.parse_specs(false);
        let ty = specs.ty.id;
        let good = matches!(self.ctx.types.get(ty), Type::Int(_) | Type::BitInt { .. });
        if !good && ty != id::ERROR {
            self.error(specs.span, "invalid underlying type of an enumeration");
        }
        good.then_some(ty)
    }

    fn new_enum(&mut self, tag: Option<Name>, fixed: Option<TypeId>, span: Span) -> TypeId {
        self.ctx.types.new_enum(Enum {
            tag,
            alias: None,
            complete: false,
            underlying: fixed.unwrap_or(id::UINT),
            fixed: fixed.is_some(),
            constants: Vec::new(),
            span,
        })
    }

    fn enum_reference(&mut self, tag: Name, fixed: Option<TypeId>, span: Span) -> TypeId {
        let found = match self.at(Tok::Semi) {
            true => self.ctx.scopes.lookup_tag_here(tag),
            false => self.ctx.scopes.lookup_tag(tag),
        };
        match found {
            Some(ty) if matches!(self.ctx.types.get(ty), Type::Enum(_)) => {
                if fixed.is_some() {
                    self.agree_on_underlying(ty, fixed, span);
                }
                ty
            }
            Some(ty) if self.mode != Mode::Prompt || self.ctx.scopes.depth() > 0 => {
                self.wrong_kind_of_tag(tag, ty, span);
                id::ERROR
            }
            _ => {
                let ty = self.new_enum(Some(tag), fixed, span);
                self.ctx.scopes.bind_tag(tag, ty);
                ty
            }
        }
    }

    /// A known enumeration is declared again, with or without a fixed underlying type.
    fn agree_on_underlying(&mut self, ty: TypeId, fixed: Option<TypeId>, span: Span) {
        let Type::Enum(e) = *self.ctx.types.get(ty) else { return };
        let known = self.ctx.types.enumeration(e);
        let message = match fixed {
            Some(fixed)
                if known.fixed && self.ctx.types.compatible_ids(fixed, known.underlying) =>
            {
                return;
            }
            None if !known.fixed => return,
            Some(_) if known.fixed => "the underlying type is not that of the earlier declaration",
            _ => "declared both with and without a fixed underlying type",
        };
        let before = known.span;
        let diag = Diagnostic::error(span, message);
        self.diag(diag.note(Some(before), "previous declaration is here"));
    }

    /// The enumeration `tag` of this scope, and whether it is complete already.
    fn enum_to_define(&mut self, tag: Name, span: Span) -> Option<(TypeId, bool)> {
        if self.open_enums.contains(&(tag, self.ctx.scopes.depth())) {
            let message = format!("nested redefinition of 'enum {}'", self.names.text(tag));
            self.error(span, message);
            return None;
        }
        let ty = self.ctx.scopes.lookup_tag_here(tag)?;
        let prompt = self.mode == Mode::Prompt && self.ctx.scopes.depth() == 0;
        let Type::Enum(e) = *self.ctx.types.get(ty) else {
            if !prompt {
                self.wrong_kind_of_tag(tag, ty, span);
            }
            return None;
        };
        match (self.ctx.types.enumeration(e).complete, prompt, self.c23()) {
            (false, _, _) => Some((ty, false)),
            (true, true, _) => None,
            (true, false, true) => Some((ty, true)),
            (true, false, false) => {
                self.redefined_tag(tag, ty, span);
                None
            }
        }
    }

    fn parse_enum_body(
        &mut self,
        e: EnumId,
        ty: TypeId,
        attrs: &mut Attrs,
        fixed: Option<TypeId>,
        again: bool,
    ) {
        let open = self.span();
        self.advance();
        let mut constants: Vec<(Name, i128)> = Vec::new();
        let mut next: i128 = 0;
        let mut now = fixed.map_or(id::INT, |_| ty);
        if self.at(Tok::RBrace) {
            self.error(self.span(), "an enumeration needs a constant");
        }
        while self.at_ident() || self.old_name() {
            let token = self.advance();
            let span = Span::at(token.loc);
            let mut ignored = Attrs::default();
            self.parse_attributes(&mut ignored);
            self.check_placed(&ignored, Target::Other);
            if self.accept(Tok::Eq) {
                let of;
                (next, of) = self.parse_enum_value(next);
                if fixed.is_none() {
                    now = self.enumerator_type(next, of);
                }
            } else if fixed.is_none() {
                let wraps = constants.last().is_some_and(|&(_, last)| match now {
                    id::INT128 => last == i128::MAX,
                    now => now == id::UINT128 && last == -1,
                });
                if wraps {
                    self.error(span, "overflow in enumeration values");
                }
                now = self.next_enumerator_type(next, now, span);
            }
            if fixed.is_none() && i32::try_from(next).is_err() {
                self.since(Standard::C23, span, "enumerators that do not fit 'int'");
            }
            let wide = self.ctx.types.int_shape(fixed.unwrap_or(id::INT128));
            if wide.is_some_and(|shape| !shape.holds(next)) {
                let text = self.names.text(token.text);
                let message = format!("value {next} of '{text}' does not fit the underlying type");
                self.error(span, message);
            }
            self.declare_enum_constant(token.text, now, next, span, again, &constants);
            constants.push((token.text, next));
            next = next.wrapping_add(1);
            let comma = self.span();
            if !self.accept(Tok::Comma) {
                break;
            }
            if self.at(Tok::RBrace) {
                self.since(Standard::C99, comma, "commas at the end of enumerator lists");
            }
        }
        if !self.at(Tok::RBrace) {
            let message = format!("expected ',' or '}}' before {}", self.found());
            let diag = Diagnostic::error(self.span(), message);
            self.syntax_diag(diag.note(Some(open), "to match this '{'"));
            self.skip_until(&[Tok::RBrace]);
        }
        self.accept(Tok::RBrace);
        self.parse_attributes(attrs);
        let small = attrs.packed() || self.ctx.options.short_enums;
        let mut underlying = fixed.unwrap_or_else(|| underlying_type(&constants, small));
        if let Some((mode, span)) = attrs.get().and_then(|set| set.mode) {
            underlying = self.mode_type(underlying, mode, span);
            let shape = self.ctx.types.int_shape(underlying);
            let fits = |value: i128| shape.is_none_or(|shape| shape.holds(value));
            if !constants.iter().all(|&(_, value)| fits(value)) {
                self.error(span, "the mode is too small for the constants of the enumeration");
            }
        }
        self.retype_constants(&constants, ty, underlying, fixed.is_some(), again);
        let target = self.ctx.enum_mut(e);
        target.complete = true;
        target.underlying = underlying;
        target.constants = constants;
    }

    /// The type of a constant with an explicit value of type `of`, until `}`.
    fn enumerator_type(&self, value: i128, of: TypeId) -> TypeId {
        match self.ctx.types.get(of) {
            _ if i32::try_from(value).is_ok() => id::INT,
            Type::Int(_) | Type::BitInt { .. } => self.ctx.types.promote(of),
            Type::Enum(_) => self.ctx.types.promote(of),
            _ => id::LONG,
        }
    }

    /// The type of a constant one greater than one of type `before`.
    fn next_enumerator_type(&mut self, value: i128, before: TypeId, span: Span) -> TypeId {
        let shape = self.shape_or_int(before);
        if shape.holds(value) {
            return if i32::try_from(value).is_ok() { id::INT } else { before };
        }
        let wider = match shape.signed {
            true => [id::LONG, id::INT128],
            false => [id::ULONG, id::UINT128],
        };
        let holds = |ty: &TypeId| self.shape_or_int(*ty).holds(value) && shape.bits < 128;
        match wider.iter().find(|ty| holds(ty)) {
            Some(&ty) => {
                if shape.bits >= 64 && self.standard() < Standard::C23 {
                    self.error(span, "overflow in enumeration values");
                } else if shape.bits >= 64 {
                    let message = "enumerator value outside the range of 'intmax_t'";
                    self.warn("pedantic", span, message);
                }
                ty
            }
            None => {
                self.error(span, "overflow in enumeration values");
                before
            }
        }
    }

    /// An expression that is evaluated and leaves no node: its value if it is an integer constant,
    /// its place and its type; `what` has it.
    pub(super) fn parse_constant(&mut self, what: &str) -> (Option<i128>, Span, QType) {
        let mark = self.body.exprs.len();
        let e = self.parse_cond_expr();
        let e = self.rvalue(e);
        let value = self.eval_int_constant(e);
        if value.is_some() {
            self.check_integer_constant(e, what);
        }
        let (span, ty) = (self.expr_span(e), self.expr_ty(e));
        self.body.exprs.truncate(mark);
        (value, span, ty)
    }

    /// The value behind `=`, and its type.
    fn parse_enum_value(&mut self, default: i128) -> (i128, TypeId) {
        let (value, span, ty) = self.parse_constant("an enumeration constant's value");
        match value {
            Some(value) => (value, ty.id),
            None => {
                if ty.id != id::ERROR {
                    self.error(span, "an enumeration constant's value is not an integer constant");
                }
                (default, id::INT)
            }
        }
    }

    fn declare_enum_constant(
        &mut self,
        name: Name,
        ty: TypeId,
        value: i128,
        span: Span,
        again: bool,
        before: &[(Name, i128)],
    ) {
        if let Some(old) = self.ctx.scopes.lookup_here(name).copied() {
            let prompt = self.mode == Mode::Prompt
                && self.ctx.scopes.depth() == 0
                && !before.iter().any(|(other, _)| *other == name);
            let same = match old.entity {
                Entity::EnumConst { value: index, .. } => {
                    again && self.ctx.scopes.enum_value(index) == value
                }
                _ => false,
            };
            if same {
                return;
            }
            if !prompt {
                let text = self.names.text(name);
                let message = match old.entity {
                    Entity::EnumConst { .. } => format!("redeclaration of enumerator '{text}'"),
                    _ => format!("'{text}' redeclared as different kind of symbol"),
                };
                let diag = Diagnostic::error(span, message);
                self.diag(diag.note(Some(old.span), "previously declared here"));
                return;
            }
        }
        let value = self.ctx.scopes.add_enum_value(value);
        self.ctx.scopes.bind(name, Entity::EnumConst { ty, value }, span);
    }

    /// After `}` the constants have their final type: `int` where all fit it, the enumeration
    /// (C23) or, for those that do not fit `int`, its underlying type before.
    fn retype_constants(
        &mut self,
        constants: &[(Name, i128)],
        ty: TypeId,
        underlying: TypeId,
        fixed: bool,
        again: bool,
    ) {
        let fits = |value: i128| i32::try_from(value).is_ok();
        if again || (!fixed && constants.iter().all(|&(_, value)| fits(value))) {
            return;
        }
        for &(name, value) in constants {
            let of = if fixed || self.c23() {
                ty
            } else if fits(value) {
                id::INT
            } else {
                underlying
            };
            let here = self.ctx.scopes.lookup_here(name).map(|binding| binding.entity);
            if let Some(Entity::EnumConst { value: index, .. }) = here {
                self.ctx.scopes.rebind(name, Entity::EnumConst { ty: of, value: index });
            }
        }
    }
}

/// The type gcc gives objects of an enumeration with these constants.
fn underlying_type(constants: &[(Name, i128)], small: bool) -> TypeId {
    let low = constants.iter().map(|&(_, value)| value).min().unwrap_or(0);
    let high = constants.iter().map(|&(_, value)| value).max().unwrap_or(0);
    let signed: [(i128, TypeId); 5] = [
        (i128::from(i8::MAX), id::SCHAR),
        (i128::from(i16::MAX), id::SHORT),
        (i128::from(i32::MAX), id::INT),
        (i128::from(i64::MAX), id::LONG),
        (i128::MAX, id::INT128),
    ];
    let unsigned: [(i128, TypeId); 5] = [
        (i128::from(u8::MAX), id::UCHAR),
        (i128::from(u16::MAX), id::USHORT),
        (i128::from(u32::MAX), id::UINT),
        (i128::from(u64::MAX), id::ULONG),
        (i128::MAX, id::UINT128),
    ];
    let table = if low < 0 { signed } else { unsigned };
    let first = if small { 0 } else { 2 };
    table[first..]
        .iter()
        .find(|&&(max, _)| high <= max && low >= -max - 1)
        .map_or(id::INT128, |&(_, ty)| ty)
}
