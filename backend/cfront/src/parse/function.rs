//! Function definitions, old-style ones and nested ones included. In: a declarator with its
//! parameters, the cursor at the body (or at the declarations before it); out: a [`Function`] in
//! the unit, or in the enclosing body for a nested one.

use super::Parser;
use super::decl::Declared;
use super::declarator::FuncDecl;
use super::flow;
use super::spec::{Specs, Storage};
use super::unset;
use crate::scope::Entity;
use crate::session::Standard;
use crate::tree::*;
use crate::types::{ArrayLen, FuncType, Length, QType, Quals, RecordId, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::name::Name;
use preproc::source::Span;
use preproc::token::Tok;

impl Parser<'_> {
    /// Behind a function's declarator: does its definition follow?
    pub(super) fn at_function_body(&self, func: &FuncDecl) -> bool {
        self.at(Tok::LBrace)
            || (func.identifiers && !func.params.is_empty() && self.starts_declaration())
    }

    /// The definition; the cursor is at `{` or at the old-style parameter declarations.
    pub(super) fn function_definition(
        &mut self,
        specs: &Specs,
        mut declared: Declared,
        mut func: FuncDecl,
    ) {
        let span = declared.span;
        self.old_type(specs, &mut declared, &mut func);
        self.check_definition(specs, &declared, &func);
        let in_order = func.params.iter().enumerate().all(|(at, p)| p.local.index() == at);
        if func.body.locals.len() != func.params.len() || !in_order {
            self.parameters_first(&mut func);
        }
        let nested = self.level > 0;
        let (symbol, nested_index) = if nested {
            (None, self.begin_nested(&declared))
        } else {
            (self.declare_function(specs, &declared, true), None)
        };
        let ret = self.ctx.types.func(declared.ty.id).map_or(id::ERROR.into(), |ty| ty.ret);
        if func.identifiers {
            self.check_prototype(&mut func, symbol);
        }
        let ty = self.definition_type(&declared, &mut func, symbol);
        self.enter_function(std::mem::take(&mut func.body), std::mem::take(&mut func.func));
        self.body.params = func.params.len() as u32;
        self.func.name = Some(declared.name);
        self.func.symbol = symbol;
        self.func.ret = Some(ret);
        self.func.variadic = func.variadic;
        self.func.noreturn = symbol.is_some_and(|s| self.ctx.symbol(s).attrs.noreturn);
        self.func.last_param = func.params.last().map(|param| param.local);
        self.ctx.scopes.push();
        self.bind_parameters(&mut func);
        let base = self.stmts.len();
        self.convert_old_style(&func, ty);
        let effects = std::mem::take(&mut func.effects);
        self.run_effects(effects);
        let open = self.span();
        self.nested(|p| p.block_items(open));
        self.finish_main(declared.name, ret);
        let list: Vec<StmtId> = self.stmts.split_off(base);
        let list = self.push_stmt_list(&list);
        let whole = Span { start: span.start, last: self.prev_span().last };
        let root = self.push_stmt(StmtKind::Block(list), whole);
        self.body.root = Some(root);
        self.check_labels();
        self.check_jumps();
        self.check_local_types();
        self.check_nested();
        self.check_end(&declared, ret, root, func.identifiers);
        self.ctx.scopes.pop();
        let (body, _) = self.leave_function();
        if let Some(symbol) = symbol {
            self.ctx.symbol_mut(symbol).attrs.va_arg_pack = body.facts.uses_va_arg_pack;
        }
        let function = Function { symbol, ty, body, span: whole };
        match (nested, nested_index) {
            (true, Some(index)) => {
                if let Some(slot) = self.body.nested.get_mut(index as usize) {
                    *slot = function;
                }
            }
            (true, None) => {}
            _ if symbol.is_some() => self.unit.functions.push(function),
            _ => {}
        }
    }

    /// What definitions in the old way have for a type.
    fn old_type(&mut self, specs: &Specs, declared: &mut Declared, func: &mut FuncDecl) {
        if func.identifiers {
            self.old_style_parameters(func, declared.name);
        }
        let Some(mut ty) = self.ctx.types.func(declared.ty.id).cloned() else { return };
        if func.identifiers {
            (ty.params, ty.old_style) = (Vec::new(), true);
        }
        if specs.implicit_int && ty.ret.id == id::INT {
            self.keep_void(declared, &mut ty);
        }
        declared.ty = self.ctx.types.intern(Type::Function(ty)).into();
    }

    /// `void f(); f() { … }`: without a type the function goes on returning nothing.
    fn keep_void(&mut self, declared: &Declared, ty: &mut FuncType) {
        let Some(binding) = self.ctx.scopes.lookup_here(declared.name).copied() else { return };
        let Entity::Symbol(symbol) = binding.entity else { return };
        let known = self.ctx.symbol(symbol);
        let Some(old) = self.ctx.types.func(known.ty.id) else { return };
        if old.ret.id != id::VOID || known.definition == Definition::Defined {
            return;
        }
        ty.ret = old.ret;
        let text = self.names.text(declared.name);
        let message = format!("conflicting types for '{text}': it was declared to return nothing");
        let diag = Diagnostic::warning("", declared.span, message);
        self.diag(diag.note(Some(binding.span), "previous declaration is here"));
    }

    fn check_definition(&mut self, specs: &Specs, declared: &Declared, func: &FuncDecl) {
        let Some(ty) = self.ctx.types.func(declared.ty.id) else { return };
        let ret = ty.ret;
        let text = self.names.text(declared.name).to_string();
        let main = text == "main" && !self.ctx.options.freestanding;
        if self.level > 0 {
            self.since(crate::session::Standard::Never, declared.span, "functions in functions");
        } else if main && ret.id != id::INT && ret.id != id::ERROR {
            let shown = self.ctx.types.show(ret, self.names);
            let message = format!("'main' returns '{shown}', not 'int'");
            self.pedwarn("main", declared.span, message);
        } else if main && (specs.inline || specs.noreturn) {
            let word = if specs.inline { "inline" } else { "_Noreturn" };
            self.pedwarn("main", declared.span, format!("'main' declared '{word}'"));
        }
        if ret.id != id::VOID && !self.ctx.types.is_complete(ret.id) {
            let shown = self.ctx.types.show(ret, self.names);
            let message = format!("return type '{shown}' of '{text}' is incomplete");
            self.error(declared.span, message);
        }
        for (at, param) in func.params.iter().enumerate() {
            if !self.ctx.types.is_complete(param.ty.id) && param.ty.id != id::ERROR {
                let shown = self.ctx.types.show(param.ty, self.names);
                let message = format!("parameter {} has incomplete type '{shown}'", at + 1);
                self.error(param.span, message);
            }
            if param.name.is_none() && self.standard() < Standard::C23 && !func.identifiers {
                let message = "a parameter's name is omitted, which C allows since C23";
                self.warn("pedantic", param.span, message);
            }
        }
    }

    /// The parameters are to be the first locals. Lengths of array parameters are locals too, made
    /// between them: everything the list made is renumbered.
    fn parameters_first(&mut self, func: &mut FuncDecl) {
        let count = func.body.locals.len();
        self.renumbered_records.clear();
        let mut order: Vec<usize> = func.params.iter().map(|param| param.local.index()).collect();
        let mut is_param = vec![false; count];
        order.iter().for_each(|&at| is_param[at] = true);
        order.extend((0..count).filter(|&at| !is_param[at]));
        let mut moved = vec![LocalId(0); count];
        for (new, &old) in order.iter().enumerate() {
            moved[old] = LocalId(new as u32);
        }
        let mut locals = Vec::with_capacity(count);
        for &old in &order {
            let mut local = func.body.locals[old].clone();
            local.ty.id = self.renumber(local.ty.id, &moved, 0);
            locals.push(local);
        }
        func.body.locals = locals;
        func.func.mentions.renumber(&moved);
        for param in &mut func.params {
            param.local = moved[param.local.index()];
            param.ty.id = self.renumber(param.ty.id, &moved, 0);
        }
        for expr in &mut func.body.exprs {
            expr.ty.id = self.renumber(expr.ty.id, &moved, 0);
            match &mut expr.kind {
                ExprKind::Local(local) | ExprKind::CompoundLiteral(local, _) => {
                    *local = moved[local.index()];
                }
                ExprKind::SizeOfVariable(ty) => *ty = self.renumber(*ty, &moved, 0),
                _ => {}
            }
        }
        for stmt in &mut func.body.stmts {
            if let StmtKind::Local { local, .. } = &mut stmt.kind {
                *local = moved[local.index()];
            }
        }
    }

    /// `ty` with the lengths in it renumbered.
    fn renumber(&mut self, ty: TypeId, moved: &[LocalId], depth: u32) -> TypeId {
        if depth > super::MAX_DEPTH || !self.ctx.types.is_variably_modified(ty) {
            return ty;
        }
        match self.ctx.types.get(ty).clone() {
            Type::Pointer(to) => {
                let inner = self.renumber(to.id, moved, depth + 1);
                self.ctx.types.pointer_to(QType { id: inner, quals: to.quals })
            }
            Type::Array { elem, len } => {
                let inner = self.renumber(elem.id, moved, depth + 1);
                let len = match len {
                    ArrayLen::Variable(length) => {
                        ArrayLen::Variable(self.renumbered(length, moved))
                    }
                    len => len,
                };
                let elem = QType { id: inner, quals: elem.quals };
                self.ctx.types.intern(Type::Array { elem, len })
            }
            Type::Record(record) => {
                self.renumber_record(record, moved, depth + 1);
                ty
            }
            _ => ty,
        }
    }

    /// The parameter list's lengths are those of the level it opened.
    fn renumbered(&self, length: Length, moved: &[LocalId]) -> Length {
        let own = length.level == self.level + 1;
        match moved.get(length.local.index()) {
            Some(&local) if own => Length { local, ..length },
            _ => length,
        }
    }

    /// A record of variable size that the list declares: there is one, and it is met once.
    fn renumber_record(&mut self, record: RecordId, moved: &[LocalId], depth: u32) {
        if self.renumbered_records.contains(&record) {
            return;
        }
        self.renumbered_records.push(record);
        let known = self.ctx.types.record(record);
        let (variable, mut fields) = (known.variable, known.fields.clone());
        for field in &mut fields {
            field.base = field.base.map(|base| self.renumbered(base, moved));
            field.ty.id = self.renumber(field.ty.id, moved, depth);
        }
        let variable = variable.map(|size| self.renumbered(size, moved));
        let target = self.ctx.record_mut(record);
        target.variable = variable;
        target.fields = fields;
    }

    /// Names and tags of the parameter list, in the function's outermost scope.
    fn bind_parameters(&mut self, func: &mut FuncDecl) {
        let level = self.level;
        for (name, ty) in func.others.tags.drain(..) {
            self.ctx.scopes.bind_tag(name, ty);
        }
        for (name, entity, span) in func.others.entities.drain(..) {
            let entity = match entity {
                // Values are dropped with the scope they were made in; constants keep theirs.
                Entity::EnumConst { ty, .. } => {
                    let value = self.constant_value(ty, name);
                    let value = self.ctx.scopes.add_enum_value(value);
                    Entity::EnumConst { ty, value }
                }
                entity => entity,
            };
            self.ctx.scopes.bind(name, entity, span);
        }
        for param in &func.params {
            if let Some(name) = param.name {
                if self.warnings_may("shadow") {
                    self.check_shadow(name, param.span);
                }
                let entity = Entity::Local { local: param.local, level };
                self.ctx.scopes.bind(name, entity, param.span);
            }
        }
    }

    /// The value of an enumeration constant found again by its name.
    fn constant_value(&self, ty: TypeId, name: Name) -> i128 {
        let find = |e: &crate::types::Enum| {
            e.constants.iter().find(|(n, _)| *n == name).map(|&(_, value)| value)
        };
        match *self.ctx.types.get(ty) {
            Type::Enum(e) => find(self.ctx.types.enumeration(e)),
            _ => self.ctx.types.enums.iter().rev().find_map(find),
        }
        .unwrap_or(0)
    }

    // ------------------------------------------------------------ old style

    /// `int a; char *b;` between `)` and `{`.
    fn old_style_parameters(&mut self, func: &mut FuncDecl, name: Name) {
        let mut typed = vec![false; func.params.len()];
        self.enter_function(std::mem::take(&mut func.body), std::mem::take(&mut func.func));
        self.ctx.scopes.push();
        let level = self.level;
        for param in &func.params {
            if let Some(name) = param.name {
                let entity = Entity::Local { local: param.local, level };
                self.ctx.scopes.bind(name, entity, param.span);
            }
        }
        while !self.at(Tok::LBrace) && self.starts_declaration() {
            let mut specs = self.parse_specs(true);
            func.effects.append(&mut specs.effects);
            if !matches!(specs.storage, Storage::None | Storage::Register) {
                self.error(specs.span, "a parameter has no storage class but 'register'");
            }
            while !self.at(Tok::Semi) {
                let mut declarator = self.parse_declarator(specs.ty);
                self.parse_attributes(&mut declarator.attrs);
                func.effects.append(&mut declarator.effects);
                let mut attrs = specs.attrs.clone();
                attrs.add(&declarator.attrs);
                let ty = self.apply_type_attrs(declarator.ty, &attrs);
                let ty = self.ctx.types.decayed(ty);
                let ty = self.qualify(ty, declarator.array_quals, declarator.span);
                let Some(name) = declarator.name else { break };
                match func.params.iter().position(|param| param.name == Some(name)) {
                    Some(at) => {
                        func.params[at].ty = ty;
                        func.params[at].span = declarator.span;
                        let local = func.params[at].local;
                        self.body.locals[local.index()].ty = ty;
                        typed[at] = true;
                    }
                    None => {
                        let text = self.names.text(name);
                        let message =
                            format!("declaration for parameter '{text}' but no such parameter");
                        self.error(declarator.span, message);
                    }
                }
                if !self.accept(Tok::Comma) {
                    break;
                }
            }
            self.expect_semi("the parameter declaration");
        }
        self.ctx.scopes.pop();
        (func.body, func.func) = self.leave_function();
        if self.standard() >= Standard::C99 {
            for (param, _) in func.params.iter().zip(&typed).filter(|(_, typed)| !**typed) {
                let text = param.name.map_or("", |name| self.names.text(name));
                let message = format!("type of '{text}' defaults to 'int'");
                self.warn("implicit-int", param.span, message);
            }
        }
        let text = self.names.text(name).to_string();
        if self.c23() {
            let message = format!("old-style definition of '{text}'");
            let span = func.params.first().map_or(self.prev_span(), |param| param.span);
            self.warn("old-style-definition", span, message);
        }
        if !self.at(Tok::LBrace) {
            let message = format!("expected the body of '{text}' before {}", self.found());
            self.syntax_error(self.span(), message);
        }
    }

    /// An old-style definition behind a prototype.
    fn check_prototype(&mut self, func: &mut FuncDecl, symbol: Option<SymbolId>) {
        let known = symbol.and_then(|symbol| self.ctx.types.func(self.ctx.symbol(symbol).ty.id));
        let Some(proto) = known.filter(|ty| !ty.old_style).cloned() else { return };
        if proto.variadic {
            func.variadic = true;
        }
        if proto.params.len() != func.params.len() {
            let span = func.params.first().map_or(self.prev_span(), |param| param.span);
            self.error(span, "number of arguments doesn't match prototype");
            return;
        }
        for (param, given) in func.params.iter().zip(&proto.params) {
            let types = &self.ctx.types;
            let promoted = types.default_promote(param.ty.id);
            let text = param.name.map_or("", |name| self.names.text(name)).to_string();
            if types.compatible_ids(promoted, given.id) || param.ty.id == id::ERROR {
                continue;
            }
            if types.compatible_ids(param.ty.id, given.id) {
                let message = format!("promoted argument '{text}' doesn't match prototype");
                self.warn("pedantic", param.span, message);
            } else {
                let message = format!("argument '{text}' doesn't match prototype");
                self.error(param.span, message);
            }
        }
    }

    /// The type the body is compiled with: how arguments arrive. Old-style parameters arrive
    /// promoted, unless a prototype was seen before.
    fn definition_type(
        &mut self,
        declared: &Declared,
        func: &mut FuncDecl,
        symbol: Option<SymbolId>,
    ) -> TypeId {
        if !func.identifiers {
            return declared.ty.id;
        }
        let known = symbol.map(|symbol| self.ctx.symbol(symbol).ty.id);
        let proto = known.and_then(|ty| self.ctx.types.func(ty)).filter(|ty| !ty.old_style);
        let params: Vec<QType> = match proto {
            Some(proto) if proto.params.len() == func.params.len() => proto.params.clone(),
            _ => func
                .params
                .iter()
                .map(|param| self.ctx.types.default_promote(param.ty.id).into())
                .collect(),
        };
        let known = self.ctx.types.func(declared.ty.id).cloned();
        let Some(ty) = known else { return declared.ty.id };
        let old_style = proto_is_absent(&self.ctx.types, symbol.map(|s| self.ctx.symbol(s).ty.id));
        let ty = FuncType { params, old_style, variadic: func.variadic, ..ty };
        self.ctx.types.intern(Type::Function(ty))
    }

    /// Parameters that arrive in another type than they were declared with: the arriving value is
    /// a local of its own, the declared one is made of it.
    fn convert_old_style(&mut self, func: &FuncDecl, ty: TypeId) {
        if !func.identifiers {
            return;
        }
        let Some(arriving) = self.ctx.types.func(ty).map(|ty| ty.params.clone()) else { return };
        let before = self.body.exprs.len();
        for (param, arrives) in func.params.iter().zip(arriving) {
            if param.ty.id == arrives.id || param.ty.id == id::ERROR {
                continue;
            }
            let declared = self.push_local(param.name, param.ty, param.span);
            // What counts with it already (lengths of arrays) means the declared one.
            for expr in &mut self.body.exprs[..before] {
                if matches!(expr.kind, ExprKind::Local(local) if local == param.local) {
                    expr.kind = ExprKind::Local(declared);
                }
            }
            self.body.locals[param.local.index()].ty = arrives;
            let place = self.push_expr(ExprKind::Local(param.local), arrives, param.span);
            let value = self.rvalue(place);
            let value = self.convert(value, param.ty.id);
            let init = self.single_step(param.ty, value);
            let kind = StmtKind::Local { local: declared, init: Some(init) };
            let stmt = self.push_stmt(kind, param.span);
            self.stmts.push(stmt);
            if let Some(name) = param.name {
                let level = self.level;
                self.ctx.scopes.rebind(name, Entity::Local { local: declared, level });
            }
        }
    }

    // ------------------------------------------------------------ nested functions

    /// `auto int f (int);` in a function: a nested one that is defined later.
    /// What was declared as a nested function must have been defined.
    fn check_nested(&mut self) {
        let missing = self.body.nested.iter().find(|function| function.body.root.is_none());
        if let Some(span) = missing.map(|function| function.span) {
            self.error(span, "nested function declared but never defined");
        }
    }

    pub(super) fn declare_nested(&mut self, declared: &Declared) {
        self.begin_nested(declared);
    }

    fn begin_nested(&mut self, declared: &Declared) -> Option<u32> {
        let here = self.ctx.scopes.lookup_here(declared.name).copied();
        if let Some(binding) = here {
            if let Entity::Nested { index, ty, level } = binding.entity
                && level == self.level
                && self.ctx.types.compatible_ids(ty, declared.ty.id)
            {
                return Some(index);
            }
            let text = self.names.text(declared.name);
            let message = format!("redeclaration of '{text}' with no linkage");
            let diag = Diagnostic::error(declared.span, message);
            self.diag(diag.note(Some(binding.span), "previously declared here"));
            return None;
        }
        let index = self.body.nested.len() as u32;
        self.body.nested.push(Function {
            symbol: None,
            ty: declared.ty.id,
            body: Body::default(),
            span: declared.span,
        });
        let level = self.level;
        let entity = Entity::Nested { index, ty: declared.ty.id, level };
        self.ctx.scopes.bind(declared.name, entity, declared.span);
        Some(index)
    }

    // ------------------------------------------------------------ the end of a body

    /// `main` that runs to its end returns 0.
    fn finish_main(&mut self, name: Name, ret: QType) {
        if self.names.text(name) != "main" || self.level != 1 || ret.id != id::INT {
            return;
        }
        let span = self.prev_span();
        let zero = self.int_expr(0, id::INT, span);
        let stmt = self.push_stmt(StmtKind::Return(Some(zero)), span);
        self.stmts.push(stmt);
    }

    fn check_labels(&mut self) {
        let undefined: Vec<LabelId> = self
            .func
            .label_defined
            .iter()
            .enumerate()
            .filter(|(_, defined)| !**defined)
            .map(|(at, _)| LabelId(at as u32))
            .collect();
        for label in undefined {
            let label = &self.body.labels[label.index()];
            let (span, text) = (label.span, self.names.text(label.name).to_string());
            let near = self
                .body
                .labels
                .iter()
                .enumerate()
                .filter(|(at, _)| self.func.label_defined.get(*at) == Some(&true))
                .map(|(_, label)| self.names.text(label.name));
            let near = crate::known::nearest(&text, near).map(str::to_string);
            let mut message = format!("label '{text}' used but not defined");
            if let Some(near) = &near {
                message.push_str(&format!("; did you mean '{near}'?"));
            }
            let mut diag = Diagnostic::error(span, message);
            if let Some(near) = near {
                diag = diag.fix(span, near, "the nearest label");
            }
            self.diag(diag);
        }
    }

    /// Locals that are read before anything is stored in them.
    fn warn_unset(&mut self, root: StmtId) {
        for (local, at) in unset::reads(&self.body, &self.ctx.types, root) {
            let local = self.body.local(local);
            let Some(name) = local.name else { continue };
            let text = format!("'{}' is used before it is set", self.names.text(name));
            let diag = Diagnostic::warning("uninitialized", self.expr_span(at), text);
            let diag = diag.note(Some(local.span), "it is declared here, without a value");
            self.diag(diag);
        }
    }

    /// A function with a result must not run to its end.
    fn check_end(&mut self, declared: &Declared, ret: QType, root: StmtId, old_style: bool) {
        let naked = self.func.symbol.is_some_and(|symbol| self.ctx.symbol(symbol).attrs.naked);
        if self.error_count() > 0 || naked {
            return;
        }
        self.warn_unset(root);
        self.warn_suspects(root);
        self.warn_fall_through(root);
        self.warn_unused(old_style);
        let needs_value = ret.id != id::VOID && ret.id != id::ERROR;
        let noreturn = self.func.noreturn;
        if !needs_value && !noreturn {
            return;
        }
        if !flow::completes(&self.body, &self.ctx.symbols, root) {
            return;
        }
        let text = self.names.text(declared.name).to_string();
        let end = self.prev_span();
        if noreturn {
            let message = format!("'noreturn' function '{text}' does return");
            self.warn("invalid-noreturn", end, message);
        } else if self.func.returns_value || self.standard() >= Standard::C99 {
            // In C89 a function without type often had no result at all.
            let message = format!("control reaches the end of '{text}', which has a result");
            let shown = self.ctx.types.show(ret.with(Quals::NONE), self.names);
            let diag = Diagnostic::warning("return-type", end, message);
            self.diag(diag.note(Some(declared.span), format!("it returns '{shown}'")));
        }
    }
}

fn proto_is_absent(types: &crate::types::Types, known: Option<TypeId>) -> bool {
    known.and_then(|ty| types.func(ty)).is_none_or(|ty| ty.old_style)
}
