//! Checks a unit's tree against the rules stated in `tree.rs`. In: a unit without errors; out: what
//! is wrong with it, empty when all is well. Runs in debug builds after every input, so that a
//! mistake of the front end shows here and not as strange code further down.

use crate::session::Context;
use crate::tree::*;
use crate::types::{QType, Type, TypeId, id};
use preproc::name::Names;

/// Every broken rule, with the function it lies in.
pub fn unit(unit: &Unit, ctx: &Context, names: &Names) -> Vec<String> {
    let mut check =
        Check { ctx, names, unit, problems: Vec::new(), place: String::new(), depth: 0 };
    for object in &unit.objects {
        check.place = ctx.symbol(object.symbol).link_name.clone();
        check.object(object);
    }
    for function in unit.functions.iter().chain(&unit.script) {
        check.place = match function.symbol {
            Some(symbol) => ctx.symbol(symbol).link_name.clone(),
            None => "script".into(),
        };
        check.function(function);
    }
    check.problems
}

struct Check<'a> {
    ctx: &'a Context,
    names: &'a Names,
    unit: &'a Unit,
    problems: Vec<String>,
    place: String,
    depth: u32,
}

/// Chains of operators may be of any length, and hang one below the other: what lies deeper is
/// not looked at.
const MAX_DEPTH: u32 = 300;

impl Check<'_> {
    fn problem(&mut self, text: impl Into<String>) {
        if self.problems.len() < 20 {
            self.problems.push(format!("{}: {}", self.place, text.into()));
        }
    }

    fn show(&self, ty: impl Into<QType>) -> String {
        self.ctx.types.show(ty.into(), self.names)
    }

    fn object(&mut self, object: &Object) {
        let init = &object.init;
        if init.bytes.len() as u64 > init.size {
            self.problem(format!("{} bytes for an object of {}", init.bytes.len(), init.size));
        }
        let size = self.ctx.types.size_of(self.ctx.symbol(object.symbol).ty.id);
        match size {
            Some(size) if size <= init.size => {}
            Some(size) => self.problem(format!("initialiser of {} for {size} bytes", init.size)),
            None => self.problem("an object of incomplete type"),
        }
        for reloc in &init.relocs {
            if reloc.offset + 8 > init.size {
                self.problem("a relocation beyond the object's end");
            }
            if let StaticTarget::String(string) = reloc.target
                && string.index() >= self.unit.strings.len()
            {
                self.problem("a relocation against a string that is not there");
            }
        }
    }

    fn function(&mut self, function: &Function) {
        let body = &function.body;
        match self.ctx.types.func(function.ty) {
            Some(ty) if function.symbol.is_some() => {
                if ty.params.len() != body.params as usize {
                    self.problem("parameters and their locals differ in number");
                }
                for (param, local) in ty.params.iter().zip(&body.locals) {
                    let same =
                        self.ctx.types.size_of(param.id) == self.ctx.types.size_of(local.ty.id);
                    if !same {
                        self.problem("a parameter and its local differ in size");
                    }
                }
            }
            Some(_) => {}
            None => self.problem("a function whose type is no function's"),
        }
        let Some(root) = body.root else {
            self.problem("a body without statements");
            return;
        };
        self.stmt(body, root);
        for nested in &body.nested {
            self.function(nested);
        }
    }

    /// `if … else if …` of any length.
    fn if_chain<'b>(&mut self, body: &'b Body, first: &'b Stmt) {
        let mut stmt = first;
        while let StmtKind::If { cond, then, otherwise } = stmt.kind {
            self.scalar(body, cond);
            self.stmt(body, then);
            match otherwise.and_then(|otherwise| body.stmts.get(otherwise.index())) {
                Some(next) if matches!(next.kind, StmtKind::If { .. }) => stmt = next,
                Some(_) => {
                    if let Some(otherwise) = otherwise {
                        self.stmt(body, otherwise);
                    }
                    return;
                }
                None => return,
            }
        }
    }

    fn stmt(&mut self, body: &Body, stmt: StmtId) {
        let Some(stmt) = body.stmts.get(stmt.index()) else {
            self.problem("a statement that is not there");
            return;
        };
        match &stmt.kind {
            StmtKind::Empty
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Return(None)
            | StmtKind::GotoOuter { .. } => {}
            StmtKind::Expr(e) | StmtKind::Return(Some(e)) | StmtKind::GotoComputed(e) => {
                self.expr(body, *e);
            }
            StmtKind::Block(list) => {
                for &stmt in body.block(list) {
                    self.stmt(body, stmt);
                }
            }
            StmtKind::Local { local, init } => match body.locals.get(local.index()) {
                Some(local) => {
                    if let Some(init) = init {
                        self.init(body, init, local.ty.id);
                    }
                }
                None => self.problem("a local that is not there"),
            },
            StmtKind::InitSymbol { symbol, init } => {
                self.init(body, init, self.ctx.symbol(*symbol).ty.id);
            }
            StmtKind::If { .. } => self.if_chain(body, stmt),
            StmtKind::While { cond, body: inner } | StmtKind::DoWhile { cond, body: inner } => {
                self.scalar(body, *cond);
                self.stmt(body, *inner);
            }
            StmtKind::For { init, cond, step, body: inner } => {
                if let Some(init) = init {
                    self.stmt(body, *init);
                }
                if let Some(cond) = cond {
                    self.scalar(body, *cond);
                }
                if let Some(step) = step {
                    self.expr(body, *step);
                }
                self.stmt(body, *inner);
            }
            StmtKind::Switch(index) => match body.switches.get(*index as usize) {
                Some(switch) => {
                    self.expr(body, switch.value);
                    self.stmt(body, switch.body);
                }
                None => self.problem("a switch that is not there"),
            },
            StmtKind::Case { switch, case, body: inner } => {
                let found = body.switches.get(*switch as usize);
                let known = found.is_some_and(|switch| {
                    case.is_none_or(|case| (case as usize) < switch.cases.len())
                });
                if !known {
                    self.problem("a case that is not there");
                }
                self.stmt(body, *inner);
            }
            StmtKind::Labeled { label, body: inner } => {
                if label.index() >= body.labels.len() {
                    self.problem("a label that is not there");
                }
                self.stmt(body, *inner);
            }
            StmtKind::Goto(label) => {
                if label.index() >= body.labels.len() {
                    self.problem("a jump to a label that is not there");
                }
            }
            StmtKind::Asm(index) => match body.asms.get(*index as usize) {
                Some(asm) => {
                    for operand in asm.outputs.iter().chain(&asm.inputs) {
                        self.expr(body, operand.expr);
                    }
                }
                None => self.problem("an asm that is not there"),
            },
        }
    }

    fn init(&mut self, body: &Body, init: &Init, ty: TypeId) {
        let size = self.ctx.types.size_of(ty);
        for step in body.init(init) {
            let value = body.expr(step.value);
            if !matches!(value.kind, ExprKind::Str(_)) {
                self.expr(body, step.value);
                self.same(step.ty.id, value.ty.id, "an initialiser's value");
            }
            let end = self.ctx.types.size_of(step.ty.id).map(|size| size + step.offset);
            if let (Some(size), Some(end), None) = (size, end, step.bits)
                && end > size
            {
                self.problem(format!("a step to {end} in an object of {size}"));
            }
        }
    }

    fn same(&mut self, wanted: TypeId, found: TypeId, what: &str) {
        if wanted != found && !self.agree(wanted, found) {
            let (wanted, found) = (self.show(wanted), self.show(found));
            self.problem(format!("{what}: '{found}' where '{wanted}' is wanted"));
        }
    }

    /// Compatible; qualifiers of array elements come from the object they lie in.
    fn agree(&self, a: TypeId, b: TypeId) -> bool {
        let types = &self.ctx.types;
        match (types.get(a), types.get(b)) {
            (Type::Array { elem: x, .. }, Type::Array { elem: y, .. }) => self.agree(x.id, y.id),
            _ => types.compatible_ids(a, b),
        }
    }

    fn scalar(&mut self, body: &Body, e: ExprId) {
        self.expr(body, e);
        let ty = body.expr(e).ty.id;
        if !self.ctx.types.is_scalar(ty) {
            let shown = self.show(ty);
            self.problem(format!("a condition of type '{shown}'"));
        }
    }

    fn lvalue(&mut self, body: &Body, e: ExprId) {
        self.expr(body, e);
        let good = match body.expr(e).kind {
            ExprKind::Local(_)
            | ExprKind::Outer { .. }
            | ExprKind::Symbol(_)
            | ExprKind::Str(_)
            | ExprKind::Deref(_)
            | ExprKind::CompoundLiteral(..) => true,
            ExprKind::Member(..) | ExprKind::Lane(..) | ExprKind::Real(_) | ExprKind::Imag(_) => {
                true
            }
            // An array inside a record that is no lvalue is decayed in place.
            _ => self.ctx.types.is_record(body.expr(e).ty.id),
        };
        if !good {
            self.problem(format!("{:?} is no lvalue", body.expr(e).kind));
        }
    }

    /// An operand that must be a value: no object, array or function.
    fn value(&mut self, body: &Body, e: ExprId) {
        self.expr(body, e);
        let node = body.expr(e);
        let place = matches!(
            node.kind,
            ExprKind::Local(_)
                | ExprKind::Outer { .. }
                | ExprKind::Symbol(_)
                | ExprKind::Str(_)
                | ExprKind::Deref(_)
        );
        if place && node.ty.id != id::VOID {
            self.problem(format!("{:?} used as a value", node.kind));
        }
    }

    fn expr(&mut self, body: &Body, e: ExprId) {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            self.node(body, e);
            self.depth -= 1;
        }
    }

    fn node(&mut self, body: &Body, e: ExprId) {
        let Some(node) = body.exprs.get(e.index()) else {
            self.problem("an expression that is not there");
            return;
        };
        let ty = node.ty.id;
        match &node.kind {
            ExprKind::Error => self.problem("an error node in a unit without errors"),
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Same => {}
            ExprKind::Wide(at) => {
                if *at as usize >= body.wide.len() {
                    self.problem("a wide constant that is not there");
                }
            }
            ExprKind::Local(local) => match body.locals.get(local.index()) {
                Some(local) => self.same(local.ty.id, ty, "a local"),
                None => self.problem("a local that is not there"),
            },
            ExprKind::Symbol(symbol) => {
                if symbol.index() >= self.ctx.symbols.len() {
                    self.problem("a symbol that is not there");
                }
            }
            ExprKind::Str(string) => {
                if string.index() >= self.unit.strings.len() {
                    self.problem("a string that is not there");
                }
            }
            ExprKind::Outer { .. }
            | ExprKind::LabelAddr(_)
            | ExprKind::SizeOfVariable(_)
            | ExprKind::NestedFunction(_)
            | ExprKind::OuterNested { .. } => {}
            ExprKind::Deref(pointer) => {
                self.value(body, *pointer);
                match self.ctx.types.pointee(body.expr(*pointer).ty.id) {
                    Some(to) => self.same(to.id, ty, "what a pointer points at"),
                    None => self.problem("'*' of what is no pointer"),
                }
            }
            ExprKind::Member(of, index) => {
                self.expr(body, *of);
                let Type::Record(record) = *self.ctx.types.get(body.expr(*of).ty.id) else {
                    self.problem("a member of what is no record");
                    return;
                };
                match self.ctx.types.record(record).fields.get(*index as usize) {
                    Some(field) => self.same(field.ty.id, ty, "a member"),
                    None => self.problem("a member that is not there"),
                }
            }
            ExprKind::CompoundLiteral(_, init) => self.init(body, init, ty),
            ExprKind::Lane(of, index) => {
                self.expr(body, *of);
                self.value(body, *index);
            }
            ExprKind::Real(of) | ExprKind::Imag(of) => self.expr(body, *of),
            ExprKind::Load(place) => {
                self.lvalue(body, *place);
                self.same(body.expr(*place).ty.id, ty, "a load");
            }
            ExprKind::Decay(place) => self.lvalue(body, *place),
            ExprKind::AddrOf(place) => self.lvalue(body, *place),
            ExprKind::Convert(kind, value) => self.conversion(body, *kind, *value, ty),
            ExprKind::Unary(_, value) => {
                self.value(body, *value);
                self.same(ty, body.expr(*value).ty.id, "an operand");
            }
            ExprKind::Binary(op, a, b) => {
                self.value(body, *a);
                self.value(body, *b);
                self.same(ty, body.expr(*a).ty.id, "a left operand");
                if !matches!(op, BinaryOp::Shl | BinaryOp::Shr) {
                    self.same(ty, body.expr(*b).ty.id, "a right operand");
                }
            }
            ExprKind::Compare(_, a, b) => {
                self.value(body, *a);
                self.value(body, *b);
                let (a, b) = (body.expr(*a).ty.id, body.expr(*b).ty.id);
                if !(self.ctx.types.is_pointer(a) && self.ctx.types.is_pointer(b)) {
                    self.same(a, b, "compared operands");
                }
            }
            ExprKind::PtrAdd { ptr, index, .. } => {
                self.value(body, *ptr);
                self.value(body, *index);
                self.same(ty, body.expr(*ptr).ty.id, "a pointer moved");
                self.same(id::LONG, body.expr(*index).ty.id, "an index");
            }
            ExprKind::PtrDiff(a, b) => {
                self.value(body, *a);
                self.value(body, *b);
            }
            ExprKind::LogicalAnd(a, b) | ExprKind::LogicalOr(a, b) => {
                self.scalar(body, *a);
                self.scalar(body, *b);
            }
            ExprKind::LogicalNot(value) => self.expr(body, *value),
            ExprKind::Cond(cond, a, b) => {
                self.scalar(body, *cond);
                self.value(body, *a);
                self.value(body, *b);
                self.same(ty, body.expr(*a).ty.id, "the second operand of '?:'");
                self.same(ty, body.expr(*b).ty.id, "the third operand of '?:'");
            }
            ExprKind::CondOr { value, converted, other } => {
                self.scalar(body, *value);
                self.expr(body, *converted);
                self.value(body, *other);
                self.same(ty, body.expr(*converted).ty.id, "the first operand of '?:'");
                self.same(ty, body.expr(*other).ty.id, "the last operand of '?:'");
            }
            ExprKind::Comma(a, b) => {
                self.expr(body, *a);
                self.expr(body, *b);
            }
            ExprKind::Assign(place, value) => {
                self.lvalue(body, *place);
                self.value(body, *value);
                let wanted = body.expr(*place).ty.id;
                self.same(wanted, body.expr(*value).ty.id, "an assigned value");
            }
            ExprKind::AssignOp { place, value } | ExprKind::IncDec { place, value, .. } => {
                self.lvalue(body, *place);
                self.expr(body, *value);
                let wanted = body.expr(*place).ty.id;
                self.same(wanted, body.expr(*value).ty.id, "an assigned value");
            }
            ExprKind::Call { callee, args } => self.call(body, *callee, args, ty),
            ExprKind::Builtin(_, args) => {
                for &arg in body.list(args) {
                    self.expr(body, arg);
                }
            }
            ExprKind::VaArg(list) => self.expr(body, *list),
            ExprKind::StmtExpr { block, value } => {
                self.stmt(body, *block);
                if let Some(value) = value {
                    self.same(ty, body.expr(*value).ty.id, "a block's value");
                }
            }
        }
    }

    fn conversion(&mut self, body: &Body, kind: Conversion, value: ExprId, ty: TypeId) {
        let from = body.expr(value).ty.id;
        if kind == Conversion::ToVoid {
            self.expr(body, value);
            return;
        }
        self.value(body, value);
        let types = &self.ctx.types;
        let float = |ty: TypeId| matches!(types.get(ty), Type::Float(_));
        let pointer = |ty: TypeId| matches!(types.get(ty), Type::Pointer(_) | Type::NullPtr);
        let good = match kind {
            Conversion::IntToInt => types.is_integer(from) && types.is_integer(ty),
            Conversion::ToBool => types.is_scalar(from),
            Conversion::IntToFloat => types.is_integer(from) && float(ty),
            Conversion::FloatToInt => float(from) && types.is_integer(ty),
            Conversion::FloatToFloat => float(from) && float(ty),
            Conversion::RealToComplex => types.is_real(from) && types.is_complex(ty),
            Conversion::ComplexToReal => types.is_complex(from) && types.is_real(ty),
            Conversion::ComplexToComplex => types.is_complex(from) && types.is_complex(ty),
            Conversion::PtrToInt => pointer(from) && types.is_integer(ty),
            Conversion::IntToPtr => types.is_integer(from) && pointer(ty),
            Conversion::PtrToPtr => pointer(from) && pointer(ty),
            Conversion::NullToPtr => pointer(ty),
            Conversion::Splat => types.is_vector(ty),
            Conversion::Bits | Conversion::Same | Conversion::ToVoid => true,
        };
        if !good {
            let (from, to) = (self.show(from), self.show(ty));
            self.problem(format!("{kind:?} from '{from}' to '{to}'"));
        }
    }

    fn call(&mut self, body: &Body, callee: ExprId, args: &ExprList, ty: TypeId) {
        self.value(body, callee);
        for &arg in body.list(args) {
            self.value(body, arg);
        }
        let to = self.ctx.types.pointee(body.expr(callee).ty.id);
        let Some(func) = to.and_then(|to| self.ctx.types.func(to.id)) else {
            self.problem("a call of what is no function");
            return;
        };
        self.same(func.ret.id, ty, "a call's result");
        let args = body.list(args);
        if !func.old_style {
            let fits = args.len() == func.params.len()
                || (func.variadic && args.len() >= func.params.len());
            if !fits {
                self.problem("a call with a wrong number of arguments");
            }
            for (param, &arg) in func.params.iter().zip(args) {
                self.same(param.id, body.expr(arg).ty.id, "an argument");
            }
        }
    }
}
