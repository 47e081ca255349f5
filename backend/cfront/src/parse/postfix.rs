//! Postfix expressions: subscripts, members, calls, `++` and `--` behind their operand. In: a
//! parsed primary expression and the tokens behind it; out: nodes with every argument converted.
//! What does not parse stays out of line here and beside: the frames of recursion are small.

use super::Parser;
use super::coerce::Use;
use super::pack::is_pack;
use crate::tree::*;
use crate::types::{FuncType, QType, Quals, RecordId, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::{Loc, Span};
use preproc::token::Tok;

/// Functions that return twice, whatever their declaration says.
const RETURN_TWICE: &[&str] =
    &["setjmp", "_setjmp", "sigsetjmp", "__sigsetjmp", "savectx", "vfork", "getcontext"];

impl Parser<'_> {
    /// postfix-expression
    pub(crate) fn postfix_expr(&mut self) -> ExprId {
        let start = self.loc();
        let primary = self.primary_expr();
        self.postfix_rest(primary, start)
    }

    /// What follows a primary expression or a compound literal that began at `start`.
    pub(crate) fn postfix_rest(&mut self, primary: ExprId, start: Loc) -> ExprId {
        let mut e = primary;
        loop {
            match self.tok.kind {
                Tok::LBracket => {
                    let open = self.span();
                    self.advance();
                    let index = self.nested(|p| p.parse_expr());
                    let Some(index) = index else { return e };
                    self.expect_close(Tok::RBracket, "]", open);
                    let span = self.span_from(start);
                    e = self.subscript(e, index, span);
                }
                Tok::LParen => e = self.call(e, start),
                Tok::Dot | Tok::Arrow => {
                    let arrow = self.at(Tok::Arrow);
                    let op = self.span();
                    self.advance();
                    if self.tok.kind != Tok::Ident {
                        let message = format!("expected a member name before {}", self.found());
                        self.syntax_error(self.span(), message);
                        let span = self.span_from(start);
                        return self.error_expr(span);
                    }
                    let name = self.advance();
                    let span = self.span_from(start);
                    let at = Span::at(name.loc);
                    e = self.member_access(e, arrow, op, name.text, at, span);
                }
                Tok::PlusPlus | Tok::MinusMinus => {
                    let up = self.at(Tok::PlusPlus);
                    self.advance();
                    let span = self.span_from(start);
                    e = self.increment(up, true, e, span);
                }
                _ => return e,
            }
        }
    }

    // ------------------------------------------------------------ subscripts

    #[inline(never)]
    pub(crate) fn subscript(&mut self, base: ExprId, index: ExprId, span: Span) -> ExprId {
        if self.is_error(base) || self.is_error(index) {
            return self.error_expr(span);
        }
        if let Type::Vector { elem, lanes } = *self.ctx.types.get(self.ty(base)) {
            return self.lane(base, index, elem, lanes, span);
        }
        let (base, index) = (self.rvalue(base), self.rvalue(index));
        let types = &self.ctx.types;
        let (pointer, index) =
            if types.is_pointer(self.ty(base)) { (base, index) } else { (index, base) };
        if !types.is_pointer(self.ty(pointer)) {
            self.error(span, "subscripted value is neither array nor pointer nor vector");
            return self.error_expr(span);
        }
        if !types.is_integer(self.ty(index)) {
            if !self.is_error(index) {
                let diag = Diagnostic::error(span, "array subscript is not an integer").also(
                    self.expr_span(index),
                    format!("this has type '{}'", self.show(self.ty(index))),
                );
                self.diag(diag);
            }
            return self.error_expr(span);
        }
        if self.pointee_of(pointer).is_some_and(|to| self.ctx.types.is_function(to.id)) {
            self.error(span, "subscripted value is pointer to function");
            return self.error_expr(span);
        }
        if self.ty(index) == id::CHAR && !self.is_literal(index) && !self.ctx.options.warnings.none
        {
            let message = "the index has type 'char', which may be negative";
            self.warn("char-subscripts", self.expr_span(index), message);
        }
        let sum = self.pointer_add(pointer, index, false, span);
        if self.is_error(sum) {
            return sum;
        }
        self.indirection(sum, span)
    }

    fn lane(
        &mut self,
        base: ExprId,
        index: ExprId,
        elem: TypeId,
        lanes: u32,
        span: Span,
    ) -> ExprId {
        let index = self.promoted(index);
        if !self.ctx.types.is_integer(self.ty(index)) {
            self.error(span, "array subscript is not an integer");
            return self.error_expr(span);
        }
        if let Some(value) = self.literal_int(index)
            && (value < 0 || value >= i128::from(lanes))
            && self.ex.unevaluated == 0
        {
            let message = format!("index value is out of bound: {value}, of {lanes} lanes");
            self.warn("array-bounds", span, message);
        }
        let index = self.convert(index, id::LONG);
        self.mark_address_taken(base);
        let quals = self.body.expr(base).ty.quals;
        self.push_expr(ExprKind::Lane(base, index), QType { id: elem, quals }, span)
    }

    // ------------------------------------------------------------ members

    #[inline(never)]
    fn member_access(
        &mut self,
        e: ExprId,
        arrow: bool,
        op: Span,
        name: Name,
        at: Span,
        span: Span,
    ) -> ExprId {
        if self.is_error(e) {
            return self.error_expr(span);
        }
        let base = if arrow { self.rvalue(e) } else { e };
        let ty = self.ty(base);
        let to = if arrow { self.ctx.types.pointee(ty) } else { Some(self.body.expr(base).ty) };
        let record = match to.map(|to| self.ctx.types.get(to.id)) {
            Some(&Type::Record(record)) => record,
            _ => {
                self.report_no_record(base, arrow, op, name, span);
                return self.error_expr(span);
            }
        };
        let base = if arrow { self.indirection(base, span) } else { base };
        self.member_of(base, record, name, at, span)
    }

    fn report_no_record(&mut self, e: ExprId, arrow: bool, op: Span, name: Name, span: Span) {
        let ty = self.ty(e);
        if ty == id::ERROR {
            return;
        }
        let shown = self.show(self.body.expr(e).ty);
        let member = self.names.text(name).to_string();
        let through = self.ctx.types.pointee(ty);
        let is_record = |ty: TypeId| self.ctx.types.is_record(ty);
        let diag = if arrow && is_record(ty) {
            Diagnostic::error(op, format!("invalid type argument of '->' (have '{shown}')"))
                .also(self.expr_span(e), "this is no pointer")
                .fix(op, ".", "use '.'")
        } else if arrow {
            Diagnostic::error(op, format!("invalid type argument of '->' (have '{shown}')"))
                .also(self.expr_span(e), format!("this has type '{shown}'"))
        } else if through.is_some_and(|to| is_record(to.id)) {
            Diagnostic::error(op, format!("'{shown}' is a pointer; did you mean to use '->'?"))
                .also(self.expr_span(e), format!("this has type '{shown}'"))
                .fix(op, "->", "use '->'")
        } else {
            let message =
                format!("request for member '{member}' in something not a structure or union");
            Diagnostic::error(span, message)
                .also(self.expr_span(e), format!("this has type '{shown}'"))
        };
        self.diag(diag);
    }

    /// Member `name` of a record, through anonymous ones.
    pub(crate) fn member_of(
        &mut self,
        base: ExprId,
        record: RecordId,
        name: Name,
        at: Span,
        span: Span,
    ) -> ExprId {
        if !self.ctx.types.record(record).complete {
            let shown = self.show(self.ty(base));
            let message = format!("invalid use of undefined type '{shown}'");
            let mut diag = Diagnostic::error(span, message);
            let declared = self.ctx.types.record(record).span;
            diag = diag.note(Some(declared), "only declared here");
            self.diag(diag);
            return self.error_expr(span);
        }
        let (mut e, mut record) = (base, record);
        loop {
            let Some(step) = self.ctx.types.member_step(record, name) else {
                self.report_no_member(base, record, name, at);
                return self.error_expr(span);
            };
            let field = &self.ctx.types.record(record).fields[step as usize];
            let (found, ty) = (field.name == Some(name), field.ty);
            let quals = self.body.expr(e).ty.quals.without(Quals::ATOMIC);
            let ty = match *self.ctx.types.get(ty.id) {
                // The elements of an array carry its qualifiers.
                Type::Array { .. } => self.qualify(ty, quals, span),
                _ => ty.with(quals),
            };
            e = self.push_expr(ExprKind::Member(e, step), ty, span);
            if found {
                return e;
            }
            match *self.ctx.types.get(ty.id) {
                Type::Record(inner) => record = inner,
                _ => return self.error_expr(span),
            }
        }
    }

    fn report_no_member(&mut self, base: ExprId, record: RecordId, name: Name, at: Span) {
        let shown = self.show(QType::new(self.ty(base)));
        let wanted = self.names.text(name).to_string();
        let mut members = Vec::new();
        self.all_member_names(record, &mut members, 0);
        let near = crate::known::nearest(&wanted, members.iter().map(|&m| self.names.text(m)));
        let near = near.map(str::to_string);
        let mut message = format!("'{shown}' has no member named '{wanted}'");
        if let Some(near) = &near {
            message.push_str(&format!("; did you mean '{near}'?"));
        }
        let mut diag = Diagnostic::error(at, message);
        if let Some(near) = near {
            let why = format!("write '{near}'");
            diag = diag.fix(at, near, why);
        } else {
            let declared = self.ctx.types.record(record).span;
            diag = diag.note(Some(declared), format!("'{shown}' is declared here"));
        }
        self.diag(diag);
    }

    fn all_member_names(&self, record: RecordId, names: &mut Vec<Name>, depth: u32) {
        for field in &self.ctx.types.record(record).fields {
            match (field.name, self.ctx.types.get(field.ty.id)) {
                (Some(name), _) => names.push(name),
                (None, Type::Record(inner)) if depth < 20 => {
                    self.all_member_names(*inner, names, depth + 1);
                }
                _ => {}
            }
        }
    }

    // ------------------------------------------------------------ calls

    /// `( arguments )`; the cursor is at the parenthesis.
    pub(crate) fn parse_arguments(&mut self) -> Vec<ExprId> {
        let open = self.span();
        self.advance();
        let mut args = Vec::new();
        if !self.at(Tok::RParen) {
            loop {
                args.push(self.parse_assign_expr());
                if !self.accept(Tok::Comma) {
                    break;
                }
            }
        }
        if !self.expect_close(Tok::RParen, ")", open) {
            self.skip_until(&[Tok::RParen, Tok::Semi]);
            self.accept(Tok::RParen);
        }
        args
    }

    fn call(&mut self, callee: ExprId, start: Loc) -> ExprId {
        let args = self.parse_arguments();
        let span = self.span_from(start);
        self.call_with(callee, args, span)
    }

    /// A call with parsed arguments.
    #[inline(never)]
    pub(crate) fn call_with(&mut self, callee: ExprId, args: Vec<ExprId>, span: Span) -> ExprId {
        if self.is_error(callee) {
            return self.error_expr(span);
        }
        let function = self.rvalue(callee);
        let func = self.pointee_of(function).and_then(|to| self.ctx.types.func(to.id)).cloned();
        let Some(func) = func else {
            let name = self.place_name(callee);
            let message = match name.as_str() {
                "expression" => "called object is not a function or function pointer".into(),
                name => format!("called object {name} is not a function or function pointer"),
            };
            let shown = self.show(self.body.expr(callee).ty);
            let diag = Diagnostic::error(span, message)
                .also(self.expr_span(callee), format!("this has type '{shown}'"));
            self.diag(diag);
            return self.error_expr(span);
        };
        let Some(args) = self.arguments(&func, function, args, span) else {
            return self.error_expr(span);
        };
        let ret = func.ret.id;
        if ret != id::VOID && !self.ctx.types.is_complete(ret) {
            let shown = self.show(ret);
            self.error(span, format!("invalid use of undefined type '{shown}'"));
            return self.error_expr(span);
        }
        if let ExprKind::Decay(direct) = self.body.expr(function).kind
            && let ExprKind::Symbol(symbol) = self.body.expr(direct).kind
            && let Some(result) = self.direct_call(symbol, &args, span)
        {
            return result;
        }
        let args = self.push_list(&args);
        if self.ctx.types.has_variable_size(ret) {
            self.body.facts.uses_vla = true;
        }
        self.push_expr(ExprKind::Call { callee: function, args }, ret, span)
    }

    /// What is special about calling this function by its name.
    #[inline(never)]
    fn direct_call(&mut self, symbol: SymbolId, args: &[ExprId], span: Span) -> Option<ExprId> {
        let known = self.ctx.symbol(symbol);
        if known.attrs.va_arg_pack {
            return self.packed_call(symbol, args, span);
        }
        let (twice, external) = (known.attrs.returns_twice, known.linkage == Linkage::External);
        let name = known.name.map_or("", |name| self.names.text(name));
        let twice = twice || RETURN_TWICE.contains(&name);
        let alloca = external && name == "alloca" && args.len() == 1;
        let length = external && name == "strlen" && args.len() == 1;
        if twice && self.ex.unevaluated == 0 {
            self.body.facts.calls_returns_twice = true;
        }
        if alloca {
            self.body.facts.uses_alloca = true;
            let args = self.push_list(args);
            return Some(self.push_expr(
                ExprKind::Builtin(Builtin::Alloca, args),
                id::VOID_PTR,
                span,
            ));
        }
        if length && let Some(length) = self.literal_length(args[0]) {
            return Some(self.int_expr(length, id::ULONG, span));
        }
        self.check_format_call(symbol, args, span);
        self.check_memory_call(symbol, args);
        self.check_absolute_call(symbol, args);
        self.inlined_call(symbol, args, span)
    }

    /// Library functions that are a few instructions, called by the name and type that the
    /// library's header gives them.
    #[inline(never)]
    fn inlined_call(&mut self, symbol: SymbolId, args: &[ExprId], span: Span) -> Option<ExprId> {
        let known = self.ctx.symbol(symbol);
        if known.linkage != Linkage::External || known.definition != Definition::None {
            return None;
        }
        let (name, ty) = (known.name?, known.ty.id);
        let text = match self.names.text(name) {
            text @ ("abs" | "labs" | "llabs" | "fabs" | "fabsf" | "fabsl" | "floor" | "floorf"
            | "ceil" | "ceilf" | "trunc" | "truncf" | "copysign" | "copysignf" | "sqrt"
            | "sqrtf") => text.to_string(),
            _ => return None,
        };
        if self.library_type(name)? != ty {
            return None;
        }
        match text.as_str() {
            "abs" | "labs" | "llabs" => {
                let ty = self.ty(args[0]);
                let (setup, value) = self.hold(args[0], span);
                let zero = self.integer_node(0, ty, span);
                let negative =
                    self.node(ExprKind::Compare(CompareOp::Lt, value, zero), id::INT, span);
                let negated = self.node(ExprKind::Unary(UnaryOp::Neg, value), ty, span);
                let result = self.node(ExprKind::Cond(negative, negated, value), ty, span);
                Some(self.after(setup, result, span))
            }
            "sqrt" | "sqrtf" => {
                // What is not at least zero is the library's: it sets `errno`.
                let ty = self.ty(args[0]);
                let (setup, value) = self.hold(args[0], span);
                let zero = self.int_expr(0, id::INT, span);
                let zero = self.convert(zero, ty);
                let good = self.builtin(Builtin::IsGreaterEqual, &[value, zero], id::INT, span);
                let root = self.builtin(Builtin::Sqrt, &[value], ty, span);
                let function =
                    self.push_expr(ExprKind::Symbol(symbol), self.ctx.symbol(symbol).ty, span);
                let function = self.rvalue(function);
                let list = self.push_list(&[value]);
                let call = ExprKind::Call { callee: function, args: list };
                let call = self.push_expr(call, ty, span);
                let result = self.push_expr(ExprKind::Cond(good, root, call), ty, span);
                Some(self.after(setup, result, span))
            }
            _ => self.float_builtin(&text, args, span),
        }
    }

    /// The arguments as the function wants them.
    #[inline(never)]
    fn arguments(
        &mut self,
        func: &FuncType,
        callee: ExprId,
        mut args: Vec<ExprId>,
        span: Span,
    ) -> Option<Vec<ExprId>> {
        let wanted = func.params.len();
        if !func.old_style && (args.len() < wanted || (args.len() > wanted && !func.variadic)) {
            if args.len() > wanted || !self.is_guessed(callee) {
                self.report_count(args.len(), wanted, callee, span, &args);
                return None;
            }
            // Nobody but us says what it takes; gcc passes what is there, and so nothing certain.
            let given = args.len();
            let message = format!("{given} arguments to a library function that takes {wanted}");
            self.warn("builtin-declaration-mismatch", span, message);
            args.resize_with(wanted, || self.int_expr(0, id::INT, span));
        }
        if func.old_style && func.params.is_empty() && self.c23() && !args.is_empty() {
            let name = self.callee_name(callee).map(|name| format!(" '{name}'"));
            let message = format!(
                "too many arguments to function{}, which '()' declares without any",
                name.unwrap_or_default()
            );
            let mut diag = Diagnostic::warning("deprecated-non-prototype", span, message);
            if let Some(declared) = self.callee_span(callee) {
                diag = diag.note(Some(declared), "declared here");
            }
            self.diag(diag);
        }
        let mut failed = false;
        let mut converted = Vec::with_capacity(args.len());
        let count = args.len();
        for (at, arg) in args.into_iter().enumerate() {
            let named = at < wanted && !func.old_style;
            if is_pack(&self.body, arg) && (named || at + 1 < count) {
                let message = "'__builtin_va_arg_pack' passes on what stands for the '...' only";
                self.error(self.expr_span(arg), message);
                return None;
            }
            let value = match func.params.get(at) {
                Some(param) if !func.old_style => {
                    let usage = Use::Arg { number: at as u32 + 1, callee };
                    self.assign_convert(arg, *param, usage)
                }
                _ => {
                    let value = self.default_promoted(arg);
                    if self.ty(value) == id::VOID {
                        let span = self.expr_span(value);
                        self.error(span, "invalid use of void expression");
                        failed = true;
                    } else if !self.ctx.types.is_complete(self.ty(value)) {
                        let (span, shown) = (self.expr_span(value), self.show(self.ty(value)));
                        self.error(span, format!("invalid use of incomplete type '{shown}'"));
                        failed = true;
                    }
                    value
                }
            };
            failed |= self.is_error(value);
            converted.push(value);
        }
        if failed { None } else { Some(converted) }
    }

    /// A function that was called before anything declared it.
    fn is_guessed(&self, callee: ExprId) -> bool {
        let ExprKind::Decay(direct) = self.body.expr(callee).kind else { return false };
        let ExprKind::Symbol(symbol) = self.body.expr(direct).kind else { return false };
        let known = self.ctx.symbol(symbol);
        known.attrs.implicit && known.definition == Definition::None
    }

    fn report_count(
        &mut self,
        given: usize,
        wanted: usize,
        callee: ExprId,
        span: Span,
        args: &[ExprId],
    ) {
        let few = given < wanted;
        let quantity = if few { "few" } else { "many" };
        let name = self.callee_name(callee).map(|name| format!(" '{name}'"));
        let what = if name.is_some() { "function" } else { "call" };
        let message = format!("too {quantity} arguments to {what}{}", name.unwrap_or_default());
        let mut diag =
            Diagnostic::error(span, message).label(format!("{given} given, {wanted} wanted"));
        if !few && let Some(&extra) = args.get(wanted) {
            diag = diag.also(self.expr_span(extra), "this one is too many");
        }
        if let Some(declared) = self.callee_span(callee) {
            diag = diag.note(Some(declared), "declared here");
        }
        self.diag(diag);
    }

    /// The length of a string literal that decays, up to its first zero.
    pub(crate) fn literal_length(&self, e: ExprId) -> Option<u64> {
        let mut e = e;
        loop {
            match self.body.expr(e).kind {
                ExprKind::Convert(Conversion::PtrToPtr | Conversion::Same, of) => e = of,
                ExprKind::Decay(of) => e = of,
                ExprKind::Str(string) => {
                    let text = self.unit.strings.get(string.index())?;
                    if self.ctx.types.size_of(text.elem) != Some(1) {
                        return None;
                    }
                    return text.bytes.iter().position(|&b| b == 0).map(|n| n as u64);
                }
                _ => return None,
            }
        }
    }
}
