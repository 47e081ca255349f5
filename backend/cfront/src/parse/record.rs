//! Structures and unions: tags and members. In: tokens at the keyword; out:
//! the type. A record is complete from its `}` on, when `layout` has placed the members.

use super::Parser;
use super::attr::Attrs;
use super::placed::Target;
use super::spec::Specs;
use crate::keyword::Kw;
use crate::layout::{FieldDecl, RecordShape, lay_out};

use crate::session::{Mode, Standard};
use crate::tree::ExprId;
use crate::types::{ArrayLen, QType, Record, RecordId, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;
use preproc::token::Tok;

/// What a tag declaration found.
enum Tag {
    /// Use or complete this one.
    Known(TypeId),
    /// A complete one of the same name is here: the new one must be the same (C23).
    Again(TypeId),
    New,
}

impl Parser<'_> {
    /// `struct`/`union` specifier.
    pub(super) fn parse_record_specifier(&mut self, specs: &mut Specs) -> TypeId {
        let start = self.loc();
        let is_union = self.kw == Kw::Union;
        self.advance();
        let mut attrs = Attrs::default();
        self.parse_attributes(&mut attrs);
        self.check_placed(&attrs, Target::Tag);
        let tag = if self.tok.kind == Tok::Ident && self.kw == Kw::None {
            Some(self.advance().text)
        } else {
            None
        };
        let span = self.span_from(start);
        // Attributes behind the name are not the type's: `struct S attributes x;`.
        if !self.at(Tok::LBrace) {
            let Some(tag) = tag else {
                let word = if is_union { "union" } else { "struct" };
                let message = format!("expected a name or '{{' after '{word}'");
                self.syntax_error(self.span(), message);
                return id::ERROR;
            };
            let alone = self.at(Tok::Semi) && specs.storage == super::spec::Storage::None;
            return self.record_reference(tag, is_union, alone, span);
        }
        specs.defines = true;
        let found = match tag {
            Some(tag) => self.record_to_define(tag, is_union, span),
            None => Tag::New,
        };
        let ty = match found {
            Tag::Known(ty) => ty,
            Tag::Again(_) | Tag::New => {
                let ty = self.new_record(tag, is_union, span);
                if let (Some(tag), Tag::New) = (tag, &found) {
                    self.ctx.scopes.bind_tag(tag, ty);
                }
                ty
            }
        };
        let Type::Record(record) = *self.ctx.types.get(ty) else { return id::ERROR };
        self.ctx.record_mut(record).span = span;
        let open = self.open_records.len();
        self.open_records.push(record);
        if let Tag::Again(old) = found
            && let Type::Record(old) = *self.ctx.types.get(old)
        {
            self.open_records.push(old);
        }
        let effects = self.nested(|p| p.parse_record_body(record, &mut attrs, is_union, span));
        specs.effects.extend(effects.unwrap_or_default());
        self.open_records.truncate(open);
        if let Tag::Again(old) = found {
            return self.same_tag_again(old, ty, tag, span);
        }
        ty
    }

    fn new_record(&mut self, tag: Option<Name>, is_union: bool, span: Span) -> TypeId {
        self.ctx.types.new_record(Record {
            tag,
            alias: None,
            is_union,
            complete: false,
            fields: Vec::new(),
            size: 0,
            align: 1,
            packed: false,
            transparent_union: false,
            flexible: false,
            variable: None,
            unnamed: Vec::new(),
            span,
        })
    }

    /// `struct tag`, without members.
    fn record_reference(&mut self, tag: Name, is_union: bool, alone: bool, span: Span) -> TypeId {
        let found = match alone {
            true => self.ctx.scopes.lookup_tag_here(tag),
            false => self.ctx.scopes.lookup_tag(tag),
        };
        if let Some(ty) = found {
            match *self.ctx.types.get(ty) {
                Type::Record(record) if self.ctx.types.record(record).is_union == is_union => {
                    return ty;
                }
                _ if self.mode == Mode::Prompt && self.ctx.scopes.depth() == 0 => {}
                _ => {
                    self.wrong_kind_of_tag(tag, ty, span);
                    return id::ERROR;
                }
            }
        }
        let ty = self.new_record(Some(tag), is_union, span);
        if self.in_params > 0 && self.ctx.scopes.depth() > 0 {
            let word = if is_union { "union" } else { "struct" };
            let message = format!(
                "'{word} {}' declared inside parameter list will not be visible outside of this \
                 definition or declaration",
                self.names.text(tag)
            );
            self.warn("", span, message);
        }
        self.ctx.scopes.bind_tag(tag, ty);
        ty
    }

    pub(super) fn wrong_kind_of_tag(&mut self, tag: Name, ty: TypeId, span: Span) {
        let message = format!("'{}' defined as wrong kind of tag", self.names.text(tag));
        let old = self.tag_span(ty);
        self.diag(Diagnostic::error(span, message).note(old, "first declared here"));
    }

    pub(super) fn tag_span(&self, ty: TypeId) -> Option<Span> {
        match *self.ctx.types.get(ty) {
            Type::Record(record) => Some(self.ctx.types.record(record).span),
            Type::Enum(e) => Some(self.ctx.types.enumeration(e).span),
            _ => None,
        }
    }

    /// `struct tag {`: which record gets the members.
    fn record_to_define(&mut self, tag: Name, is_union: bool, span: Span) -> Tag {
        let Some(ty) = self.ctx.scopes.lookup_tag_here(tag) else { return Tag::New };
        let prompt = self.mode == Mode::Prompt && self.ctx.scopes.depth() == 0;
        let Type::Record(record) = *self.ctx.types.get(ty) else {
            if !prompt {
                self.wrong_kind_of_tag(tag, ty, span);
            }
            return Tag::New;
        };
        let old = self.ctx.types.record(record);
        let open = self.open_records.contains(&record);
        if old.is_union != is_union {
            if !prompt {
                self.wrong_kind_of_tag(tag, ty, span);
            }
            return Tag::New;
        }
        if open {
            let message = format!("nested redefinition of '{}'", self.names.text(tag));
            self.error(span, message);
            return Tag::New;
        }
        match (old.complete, prompt, self.c23()) {
            (false, _, _) => Tag::Known(ty),
            (true, true, _) => Tag::New,
            (true, false, true) => Tag::Again(ty),
            (true, false, false) => {
                self.redefined_tag(tag, ty, span);
                Tag::New
            }
        }
    }

    pub(super) fn redefined_tag(&mut self, tag: Name, old: TypeId, span: Span) {
        let shown = self.ctx.types.show(old.into(), self.names);
        let note = self.tag_span(old);
        debug_assert!(shown.ends_with(self.names.text(tag)));
        let message = format!("redefinition of '{shown}'");
        self.diag(Diagnostic::error(span, message).note(note, "originally defined here"));
    }

    /// C23: a second definition of a tag in one scope must say the same.
    pub(super) fn same_tag_again(
        &mut self,
        old: TypeId,
        new: TypeId,
        tag: Option<Name>,
        span: Span,
    ) -> TypeId {
        if !self.ctx.types.same_definition(old, new)
            && let Some(tag) = tag
        {
            self.redefined_tag(tag, old, span);
        }
        old
    }

    /// From `{` to behind the attributes after `}`.
    fn parse_record_body(
        &mut self,
        record: RecordId,
        attrs: &mut Attrs,
        is_union: bool,
        span: Span,
    ) -> Vec<ExprId> {
        let open = self.span();
        self.advance();
        let mut effects = Vec::new();
        let mut fields = std::mem::take(&mut self.field_scratch);
        let base = fields.len();
        while !self.at(Tok::RBrace) && !self.at_eof() {
            let before = self.position();
            self.parse_member_declaration(&mut fields, &mut effects);
            if self.position() == before {
                self.advance();
            }
        }
        let pack = self.pragmas.pack;
        self.expect_close(Tok::RBrace, "}", open);
        self.parse_attributes(attrs);
        self.check_members(&fields[base..], is_union);
        self.check_record_attributes(attrs);
        if fields.len() == base {
            self.since(Standard::Never, open, "structures without members");
        }
        let microsoft = attrs.get().and_then(|set| set.microsoft);
        let shape = RecordShape {
            is_union,
            packed: attrs.packed(),
            pack,
            align: attrs.aligned(),
            microsoft: microsoft.unwrap_or(self.ctx.options.ms_bitfields),
        };
        let types = &self.ctx.types;
        let layout = if fields[base..].iter().any(|field| types.has_variable_size(field.ty.id)) {
            self.lay_out_variable(&fields[base..], shape, span, &mut effects)
                .map(|(layout, size)| (layout, Some(size)))
        } else {
            lay_out(types, &fields[base..], shape).map(|layout| (layout, None))
        };
        fields.truncate(base);
        self.field_scratch = fields;
        let transparent = attrs.get().is_some_and(|set| set.transparent_union);
        let Some((layout, variable)) = layout else {
            self.error(span, "the type is too large");
            return effects;
        };
        let target = self.ctx.record_mut(record);
        target.complete = true;
        target.fields = layout.fields;
        target.size = layout.size;
        target.align = layout.align;
        target.flexible = layout.flexible;
        target.variable = variable;
        target.unnamed = layout.unnamed;
        target.packed = shape.packed;
        let empty = target.fields.is_empty();
        target.transparent_union = transparent && is_union && !empty;
        if transparent && is_union && empty {
            self.warn("attributes", span, "a transparent union needs a member");
        }
        effects
    }

    /// One line of members, with its `;`.
    fn parse_member_declaration(&mut self, fields: &mut Vec<FieldDecl>, effects: &mut Vec<ExprId>) {
        if self.kw == Kw::StaticAssert {
            self.parse_static_assert();
            return;
        }
        if self.accept(Tok::Semi) {
            return;
        }
        let start = self.loc();
        let mut specs = self.parse_specs(false);
        effects.append(&mut specs.effects);
        if specs.implicit_int && !specs.tag {
            if self.at(Tok::Semi) && self.loc() != start {
                self.pedwarn("", specs.span, "declaration does not declare anything");
                self.advance();
                return;
            }
            if self.loc() == start || !self.at_ident() {
                let diag = self.unknown_type_name().unwrap_or_else(|| {
                    let message = format!("expected a type before {}", self.found());
                    Diagnostic::error(self.span(), message)
                });
                self.syntax_diag(diag);
                self.skip_past_semi();
                return;
            }
            self.complain_implicit_int(None, specs.span);
        }
        if self.at(Tok::Semi) || specs.tag && self.at(Tok::RBrace) {
            self.anonymous_member(&specs, fields);
            if !self.accept(Tok::Semi) {
                let place = self.after_prev();
                self.pedwarn("", place, "no semicolon at end of struct or union");
            }
            return;
        }
        loop {
            self.parse_member(&specs, fields, effects);
            if !self.accept(Tok::Comma) {
                break;
            }
            let mut ignored = Attrs::default();
            self.parse_attributes(&mut ignored);
        }
        // The last `;` before `}` may be missing, as in gcc.
        if !self.at(Tok::RBrace) {
            self.expect_semi("the member");
        } else {
            let place = self.after_prev();
            self.pedwarn("", place, "no semicolon at end of struct or union");
        }
    }

    /// `struct {…};` inside a record.
    fn anonymous_member(&mut self, specs: &Specs, fields: &mut Vec<FieldDecl>) {
        let anonymous = match *self.ctx.types.get(specs.ty.id) {
            Type::Record(record) => {
                let record = self.ctx.types.record(record);
                record.complete && (record.tag.is_none() || self.ctx.options.ms_extensions)
            }
            Type::Error => return,
            _ => false,
        };
        if !anonymous {
            // An enumeration's constants, or a tag, may be all that was meant.
            let defines = matches!(self.ctx.types.get(specs.ty.id), Type::Enum(_));
            if !defines {
                self.pedwarn("", specs.span, "declaration does not declare anything");
            }
            return;
        }
        self.since(Standard::C11, specs.span, "unnamed structures and unions");
        fields.push(FieldDecl {
            name: None,
            ty: specs.ty,
            type_align: specs.type_align,
            align: specs.align.max(specs.attrs.aligned()),
            packed: specs.attrs.packed(),
            bits: None,
            span: specs.span,
        });
    }

    fn parse_member(
        &mut self,
        specs: &Specs,
        fields: &mut Vec<FieldDecl>,
        effects: &mut Vec<ExprId>,
    ) {
        let mut attrs = specs.attrs.clone();
        let start = self.loc();
        let (name, ty) = if self.at(Tok::Colon) {
            (None, specs.ty)
        } else {
            let mut declarator = self.parse_declarator(specs.ty);
            attrs.add(&declarator.attrs);
            effects.append(&mut declarator.effects);
            (declarator.name, declarator.ty)
        };
        let mut bits = None;
        if self.accept(Tok::Colon) {
            bits = Some(self.parse_bit_width());
        }
        self.parse_attributes(&mut attrs);
        self.check_placed(&attrs, Target::Other);
        let span = if name.is_some() { self.last_name_span } else { self.span_from(start) };
        if name.is_none() && bits.is_none() {
            return;
        }
        let mut ty = self.apply_type_attrs(ty, &attrs);
        if specs.align != 0 && bits.is_some() {
            self.error(span, "alignment specified for a bit-field");
        }
        let width = match bits {
            Some(None) => return,
            Some(Some(width)) => match self.check_bit_field(ty, width, name, span) {
                Some(width) => Some(width),
                None => return,
            },
            None => {
                self.check_elements(specs, ty, span);
                ty = self.check_member_type(ty, name, span);
                None
            }
        };
        let derived = ty.id != specs.ty.id;
        fields.push(FieldDecl {
            name,
            ty,
            type_align: if derived { self.derived_align(ty, specs) } else { specs.type_align },
            align: specs.align.max(attrs.aligned()),
            packed: attrs.packed(),
            bits: width,
            span,
        });
    }

    /// Arrays of an over-aligned typedef are aligned like it; pointers to it are not.
    fn derived_align(&self, ty: QType, specs: &Specs) -> u64 {
        match *self.ctx.types.get(ty.id) {
            Type::Array { elem, .. } if elem.id == specs.ty.id => specs.type_align,
            Type::Array { elem, .. } => self.derived_align(elem, specs),
            _ => 0,
        }
    }

    /// Behind `:`; `None` if it is no constant.
    fn parse_bit_width(&mut self) -> Option<i128> {
        let (value, span, ty) = self.parse_constant("the width of a bit-field");
        if value.is_none() && ty.id != id::ERROR {
            self.error(span, "the width of a bit-field is not an integer constant");
        }
        value
    }

    fn check_bit_field(
        &mut self,
        ty: QType,
        width: i128,
        name: Option<Name>,
        span: Span,
    ) -> Option<u32> {
        let shown = match name {
            Some(name) => format!("bit-field '{}'", self.names.text(name)),
            None => "anonymous bit-field".into(),
        };
        if ty.id == id::ERROR {
            return None;
        }
        let Some(shape) = self.ctx.types.int_shape(ty.id) else {
            self.error(span, format!("{shown} has invalid type"));
            return None;
        };
        if !self.ctx.types.is_complete(ty.id) {
            self.error(span, format!("{shown} has incomplete type"));
            return None;
        }
        if width < 0 {
            self.error(span, format!("negative width in {shown}"));
            return None;
        }
        if width == 0 && name.is_some() {
            self.error(span, format!("zero width for {shown}"));
            return None;
        }
        if width > i128::from(shape.bits) {
            self.error(span, format!("width of {shown} exceeds its type"));
            return Some(shape.bits);
        }
        Some(width as u32)
    }

    fn check_member_type(&mut self, ty: QType, name: Option<Name>, span: Span) -> QType {
        let text = name.map_or(String::new(), |name| self.names.text(name).to_string());
        match *self.ctx.types.get(ty.id) {
            Type::Function(_) => {
                self.error(span, format!("member '{text}' declared as a function"));
                id::ERROR.into()
            }
            Type::Array { len: ArrayLen::Unknown, elem } if self.ctx.types.is_complete(elem.id) => {
                ty
            }
            _ if !self.ctx.types.is_complete(ty.id) => {
                let shown = self.ctx.types.show(ty, self.names);
                let message = format!("member '{text}' has incomplete type '{shown}'");
                self.error(span, message);
                id::ERROR.into()
            }
            _ => ty,
        }
    }

    /// Duplicate names, and flexible arrays that are not last.
    fn check_members(&mut self, fields: &[FieldDecl], is_union: bool) {
        let mut names: Vec<(Name, Span)> = Vec::with_capacity(fields.len());
        for (at, field) in fields.iter().enumerate() {
            self.member_names(field.name, field.ty.id, field.span, &mut names, 0);
            let open = matches!(
                *self.ctx.types.get(field.ty.id),
                Type::Array { len: ArrayLen::Unknown, .. }
            );
            let flexible = match *self.ctx.types.get(field.ty.id) {
                Type::Record(record) => self.ctx.types.record(record).flexible,
                _ => false,
            };
            if open {
                self.since(Standard::C99, field.span, "flexible array members");
            }
            if open && is_union {
                self.since(Standard::Never, field.span, "flexible array members in unions");
            } else if open && names.len() <= 1 {
                let what = "flexible array members in structures without named members";
                self.since(Standard::Never, field.span, what);
            } else if flexible && !is_union {
                let what = "structures with a flexible array member inside of others";
                self.since(Standard::Never, field.span, what);
            }
            if open && !is_union && at + 1 < fields.len() {
                self.error(field.span, "flexible array member not at end of struct");
            }
        }
        names.sort_by_key(|&(name, span)| (name, span.start));
        for pair in names.windows(2) {
            if pair[0].0 == pair[1].0 {
                let message = format!("duplicate member '{}'", self.names.text(pair[0].0));
                let diag = Diagnostic::error(pair[1].1, message);
                self.diag(diag.note(Some(pair[0].1), "first declared here"));
            }
        }
    }

    fn member_names(
        &self,
        name: Option<Name>,
        ty: TypeId,
        span: Span,
        names: &mut Vec<(Name, Span)>,
        depth: u32,
    ) {
        if let Some(name) = name {
            names.push((name, span));
        } else if let Type::Record(record) = *self.ctx.types.get(ty)
            && depth < super::MAX_DEPTH
        {
            for field in &self.ctx.types.record(record).fields {
                self.member_names(field.name, field.ty.id, span, names, depth + 1);
            }
        }
    }
}
