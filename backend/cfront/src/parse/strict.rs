//! Warnings that find nothing wrong by themselves, for those who ask for them: casts that lose
//! qualifiers or change a function's type, strings that are written to, `float` that becomes
//! `double`, declarations that say something twice or in an odd order. In: expressions and
//! declarations as they are made; out: diagnostics, at gcc's lines.

use super::Parser;
use super::coerce::Use;
use super::decl::Declared;
use super::init::Sink;
use crate::tree::*;
use crate::types::{FloatKind, FuncType, QType, Quals, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;

/// A typedef of a function's block.
#[derive(Debug)]
pub(crate) struct LocalType {
    name: Name,
    span: Span,
    used: bool,
}

impl Parser<'_> {
    // ------------------------------------------------------------ casts

    pub(super) fn check_cast(&mut self, e: ExprId, target: TypeId, span: Span) {
        if self.warnings_may("cast-qual") {
            self.check_cast_qualifiers(e, target, span);
        }
        if self.warnings_may("cast-function-type") {
            self.check_cast_function(self.ty(e), target, span);
        }
        if self.warnings_may("bad-function-cast")
            && matches!(self.body.expr(e).kind, ExprKind::Call { .. })
        {
            self.check_cast_call(self.ty(e), target, span);
        }
    }

    /// `(char *)p` of a `const char *`.
    fn check_cast_qualifiers(&mut self, e: ExprId, target: TypeId, span: Span) {
        let string = self.is_string(e) && self.warning_on("write-strings");
        let (mut to, mut from) = (QType::new(target), QType::new(self.ty(e)));
        let mut lost = if string { Quals::CONST } else { Quals::NONE };
        let mut added = Quals::NONE;
        while let (Type::Pointer(a), Type::Pointer(b)) =
            (self.ctx.types.get(to.id), self.ctx.types.get(from.id))
        {
            (to, from) = (*a, *b);
            let function = |ty: QType| self.ctx.types.is_function(ty.id);
            if function(to) && function(from) {
                added = added.with(to.quals.without(from.quals));
            } else {
                lost = lost.with(self.element_quals(from).without(self.element_quals(to)));
            }
        }
        lost = lost.without(Quals::ATOMIC).without(Quals::RESTRICT);
        if string && self.element_quals(to).has(Quals::CONST) {
            lost = lost.without(Quals::CONST);
        }
        if added != Quals::NONE {
            let message = format!("cast adds '{}' qualifier to function type", words(added));
            self.warn("cast-qual", span, message);
        }
        if lost != Quals::NONE && self.ctx.types.is_pointer(target) {
            let message =
                format!("cast discards '{}' qualifier from pointer target type", words(lost));
            self.warn("cast-qual", span, message);
        }
    }

    /// The qualifiers of a type, or of the elements of an array.
    fn element_quals(&self, ty: QType) -> Quals {
        match *self.ctx.types.get(ty.id) {
            Type::Array { elem, .. } => ty.quals.with(self.element_quals(elem)),
            _ => ty.quals,
        }
    }

    fn check_cast_function(&mut self, from: TypeId, target: TypeId, span: Span) {
        let types = &self.ctx.types;
        let (Some(to), Some(of)) = (types.pointee(target), types.pointee(from)) else { return };
        let (Some(to), Some(of)) = (types.func(to.id), types.func(of.id)) else { return };
        // `void (*)(void)` stands for every function.
        let any = |ty: &FuncType| ty.ret.id == id::VOID && ty.params.is_empty() && !ty.variadic;
        if any(to) || any(of) || self.calls_alike(to, of) {
            return;
        }
        let message = format!(
            "cast between incompatible function types from '{}' to '{}'",
            self.show(from),
            self.show(target)
        );
        self.warn("cast-function-type", span, message);
    }

    /// May one function be called as the other? Without a prototype nobody knows.
    fn calls_alike(&self, a: &FuncType, b: &FuncType) -> bool {
        let same = |x: QType, y: QType| self.passed_alike(x.id, y.id);
        let return_same = same(a.ret, b.ret) || a.ret.id == id::VOID;
        if a.old_style || b.old_style {
            return return_same;
        }
        let count = a.params.len().min(b.params.len());
        let rest = |ty: &FuncType| ty.params.len() == count || a.variadic || b.variadic;
        let params = a.params.iter().zip(&b.params).all(|(x, y)| same(*x, *y));
        return_same && params && rest(a) && rest(b)
    }

    fn passed_alike(&self, x: TypeId, y: TypeId) -> bool {
        let types = &self.ctx.types;
        match (types.int_shape(x), types.int_shape(y)) {
            (Some(a), Some(b)) => a.bits == b.bits,
            _ if types.is_pointer(x) && types.is_pointer(y) => true,
            _ => types.compatible_ids(x, y),
        }
    }

    /// What a function returns, cast to another kind of type.
    fn check_cast_call(&mut self, from: TypeId, target: TypeId, span: Span) {
        let kind = |ty: TypeId| match self.ctx.types.get(ty) {
            Type::Int(crate::types::IntKind::Bool) => 'b',
            Type::Int(_) | Type::BitInt { .. } => 'i',
            Type::Enum(_) => 'e',
            Type::Float(_) => 'f',
            Type::Complex(_) | Type::ComplexInt(_) => 'c',
            Type::Pointer(_) => 'p',
            _ => 'x',
        };
        if kind(from) != kind(target) {
            let (a, b) = (self.show(from), self.show(target));
            let message =
                format!("cast from function call of type '{a}' to non-matching type '{b}'");
            self.warn("bad-function-cast", span, message);
        }
    }

    // ------------------------------------------------------------ values

    /// A string literal, or `?:` with one.
    pub(super) fn is_string(&self, e: ExprId) -> bool {
        match self.body.expr(e).kind {
            ExprKind::Decay(of) => matches!(self.body.expr(of).kind, ExprKind::Str(_)),
            ExprKind::Cond(_, a, b) => self.is_string(a) || self.is_string(b),
            _ => false,
        }
    }

    /// Is a string literal stored where it may be written to?
    pub(super) fn check_written_string(&mut self, e: ExprId, to: TypeId, usage: Use) {
        let Some(pointee) = self.ctx.types.pointee(to) else { return };
        if pointee.quals.has(Quals::CONST) || !self.is_string(e) {
            return;
        }
        if self.warning_on("write-strings") {
            let elem = self.pointee_of(e).unwrap_or(id::CHAR.into()).with(Quals::CONST);
            let from = self.ctx.types.pointer_to(elem);
            self.report_discarded(Quals::CONST, e, (from, to), usage);
        }
    }

    /// An operand that is `float`, and becomes `double` by the other one.
    pub(super) fn check_promotion(&mut self, from: TypeId, to: TypeId, e: ExprId, why: &str) {
        let small = matches!(self.ctx.types.get(from), Type::Float(FloatKind::Float));
        let large = matches!(
            self.ctx.types.get(to),
            Type::Float(FloatKind::Double | FloatKind::LongDouble)
        );
        if small && large && self.ex.unevaluated == 0 {
            let (a, b) = (self.show(from), self.show(to));
            let message = format!("implicit conversion from '{a}' to '{b}' {why}");
            self.warn("double-promotion", self.expr_span(e), message);
        }
    }

    // ------------------------------------------------------------ declarations

    /// Something declared again that says nothing new.
    pub(super) fn check_redundant(&mut self, declared: &Declared, before: Span) {
        let text = self.names.text(declared.name);
        let message = format!("redundant redeclaration of '{text}'");
        let diag = Diagnostic::warning("redundant-decls", declared.span, message);
        self.diag(diag.note(Some(before), "previous declaration is here"));
    }

    /// `extern` in a function.
    pub(super) fn check_nested_extern(&mut self, declared: &Declared) {
        let text = self.names.text(declared.name);
        let message = format!("nested extern declaration of '{text}'");
        self.warn("nested-externs", declared.span, message);
    }

    /// `const int f(void);`
    pub(super) fn check_return_qualifiers(&mut self, ret: QType, span: Span) {
        if ret.quals.without(Quals::ATOMIC) != Quals::NONE && ret.id != id::VOID {
            let message = "type qualifiers ignored on function return type";
            self.warn("ignored-qualifiers", span, message);
        }
    }

    pub(super) fn note_local_type(&mut self, declared: &Declared) {
        let quiet = declared.attrs.get().is_some_and(|set| set.symbol.unused);
        if self.level > 0 && self.warnings_may("unused-local-typedefs") {
            let (name, span) = (declared.name, declared.span);
            self.func.local_types.push(LocalType { name, span, used: quiet });
        }
    }

    pub(super) fn use_local_type(&mut self, name: Name) {
        if let Some(known) = self.func.local_types.iter_mut().rev().find(|ty| ty.name == name) {
            known.used = true;
        }
        for (_, func) in &mut self.outer {
            if let Some(known) = func.local_types.iter_mut().rev().find(|ty| ty.name == name) {
                known.used = true;
            }
        }
    }

    /// At the end of a function.
    pub(super) fn check_local_types(&mut self) {
        for ty in std::mem::take(&mut self.func.local_types) {
            if !ty.used {
                let text = self.names.text(ty.name);
                let message = format!("typedef '{text}' locally defined but not used");
                self.late_warning("unused-local-typedefs", ty.span, message);
            }
        }
    }

    /// At the `}` of the level `base`, whose items are more than the one zero that says "all zero":
    /// are there members without a value (none was named), or braces that were left out?
    pub(super) fn check_members_given(&mut self, sink: &mut Sink, base: usize, named: bool) {
        if let (true, Some(open)) = (std::mem::take(&mut sink.elided), sink.open) {
            self.warn("missing-braces", open, "missing braces around initializer");
        }
        let (ty, next) = (self.init_levels[base].ty, self.init_levels[base].index);
        let Type::Record(record) = *self.ctx.types.get(ty) else { return };
        if named || !self.warnings_may("missing-field-initializers") {
            return;
        }
        let known = self.ctx.types.record(record);
        let Some(field) = known.fields.get(next as usize).filter(|_| !known.is_union) else {
            return;
        };
        let flexible = next as usize + 1 == known.fields.len() && known.flexible;
        let Some(name) = field.name.filter(|_| !flexible) else { return };
        let (text, at) = (self.names.text(name), field.span);
        let shown = self.show(ty);
        let message = format!("missing initializer for field '{text}' of '{shown}'");
        let diag = Diagnostic::warning("missing-field-initializers", self.span(), message);
        self.diag(diag.note(Some(at), format!("'{text}' declared here")));
    }
}

fn words(quals: Quals) -> &'static str {
    match (quals.has(Quals::CONST), quals.has(Quals::VOLATILE)) {
        (true, true) => "const volatile",
        (true, false) => "const",
        _ => "volatile",
    }
}
