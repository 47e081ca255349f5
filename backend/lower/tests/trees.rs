//! Units built by hand, lowered, linked by the system's compiler with a driver and run: what the
//! crate does without a parser in front of it.

use cfront::tree::*;
use cfront::types::{FuncType, QType, Type, TypeId, Types, id};
use lower::{Options, lower};
use preproc::source::Span;
use std::path::PathBuf;
use std::process::Command;

fn options(optimize: bool, pic: bool) -> Options {
    let script = "script".to_owned();
    Options {
        optimize,
        wrap: false,
        hurry: false,
        pic,
        verify: true,
        debug: false,
        closed: true,
        trace: None,
        hosted: false,
        script,
        assembler: None,
    }
}

/// A body under construction.
#[derive(Default)]
struct Builder {
    body: Body,
}

impl Builder {
    fn local(&mut self, ty: TypeId) -> LocalId {
        self.body.locals.push(Local::new(None, ty.into(), Span::default()));
        LocalId(self.body.locals.len() as u32 - 1)
    }

    fn expr(&mut self, kind: ExprKind, ty: TypeId) -> ExprId {
        let ty: QType = ty.into();
        self.body.exprs.push(Expr { kind, ty, span: Span::default() });
        ExprId(self.body.exprs.len() as u32 - 1)
    }

    fn load(&mut self, local: LocalId, ty: TypeId) -> ExprId {
        let place = self.expr(ExprKind::Local(local), ty);
        self.expr(ExprKind::Load(place), ty)
    }

    fn stmt(&mut self, kind: StmtKind) -> StmtId {
        self.body.stmts.push(Stmt { kind, span: Span::default() });
        StmtId(self.body.stmts.len() as u32 - 1)
    }

    fn block(&mut self, stmts: &[StmtId]) -> StmtId {
        let start = self.body.stmt_lists.len() as u32;
        self.body.stmt_lists.extend(stmts);
        let end = self.body.stmt_lists.len() as u32;
        self.stmt(StmtKind::Block(StmtList(start..end)))
    }
}

fn symbol(name: &str, kind: SymbolKind, ty: TypeId) -> Symbol {
    Symbol {
        name: None,
        link_name: name.to_owned(),
        kind,
        ty: ty.into(),
        linkage: Linkage::External,
        definition: Definition::Defined,
        tls: None,
        attrs: SymbolAttrs::default(),
        span: Span::default(),
    }
}

fn function(symbol: Option<SymbolId>, ty: TypeId, body: Body) -> Function {
    Function { symbol, ty, body, span: Span::default() }
}

/// `int sum(int n) { int s = 0; while (n > 0) { s += n; n--; } return s; }`
fn sum_to(types: &mut Types) -> (TypeId, Body) {
    let ty = types.intern(Type::Function(FuncType {
        ret: id::INT.into(),
        params: vec![id::INT.into()],
        variadic: false,
        old_style: false,
    }));
    let mut b = Builder::default();
    b.body.params = 1;
    let (n, s) = (b.local(id::INT), b.local(id::INT));
    let zero = b.expr(ExprKind::Int(0), id::INT);
    let place = b.expr(ExprKind::Local(s), id::INT);
    let set = b.expr(ExprKind::Assign(place, zero), id::INT);
    let set = b.stmt(StmtKind::Expr(set));
    let n_value = b.load(n, id::INT);
    let zero = b.expr(ExprKind::Int(0), id::INT);
    let cond = b.expr(ExprKind::Compare(CompareOp::Gt, n_value, zero), id::INT);
    let same = b.expr(ExprKind::Same, id::INT);
    let n_value = b.load(n, id::INT);
    let value = b.expr(ExprKind::Binary(BinaryOp::Add, same, n_value), id::INT);
    let place = b.expr(ExprKind::Local(s), id::INT);
    let add = b.expr(ExprKind::AssignOp { place, value }, id::INT);
    let add = b.stmt(StmtKind::Expr(add));
    let same = b.expr(ExprKind::Same, id::INT);
    let one = b.expr(ExprKind::Int(1), id::INT);
    let value = b.expr(ExprKind::Binary(BinaryOp::Sub, same, one), id::INT);
    let place = b.expr(ExprKind::Local(n), id::INT);
    let step = b.expr(ExprKind::IncDec { place, value, post: true }, id::INT);
    let step = b.stmt(StmtKind::Expr(step));
    let inner = b.block(&[add, step]);
    let round = b.stmt(StmtKind::While { cond, body: inner });
    let s_value = b.load(s, id::INT);
    let ret = b.stmt(StmtKind::Return(Some(s_value)));
    b.body.root = Some(b.block(&[set, round, ret]));
    (ty, b.body)
}

/// `void script(void) { result = sum(10); }`
fn script(types: &mut Types, sum_ty: TypeId) -> (TypeId, Body) {
    let ty = types.intern(Type::Function(FuncType {
        ret: id::VOID.into(),
        params: vec![],
        variadic: false,
        old_style: false,
    }));
    let pointer = types.pointer_to(sum_ty.into());
    let mut b = Builder::default();
    let callee = b.expr(ExprKind::Symbol(SymbolId(0)), sum_ty);
    let callee = b.expr(ExprKind::Decay(callee), pointer);
    let ten = b.expr(ExprKind::Int(10), id::INT);
    b.body.expr_lists.push(ten);
    let call = b.expr(ExprKind::Call { callee, args: ExprList(0..1) }, id::INT);
    let place = b.expr(ExprKind::Symbol(SymbolId(1)), id::INT);
    let set = b.expr(ExprKind::Assign(place, call), id::INT);
    let set = b.stmt(StmtKind::Expr(set));
    b.body.root = Some(b.block(&[set]));
    (ty, b.body)
}

#[test]
fn a_function_and_a_script() {
    let mut types = Types::new();
    let (sum_ty, sum) = sum_to(&mut types);
    let (script_ty, script) = script(&mut types, sum_ty);
    let symbols = [
        symbol("sum", SymbolKind::Function, sum_ty),
        symbol("result", SymbolKind::Object, id::INT),
    ];
    let unit = Unit {
        functions: vec![function(Some(SymbolId(0)), sum_ty, sum)],
        objects: vec![Object {
            symbol: SymbolId(1),
            init: StaticInit { size: 4, ..StaticInit::default() },
        }],
        script: Some(function(None, script_ty, script)),
        ..Unit::default()
    };
    let driver = "#include <stdio.h>\nextern int result; int sum(int); void script(void);\n\
        int main(void) { script(); printf(\"%d %d %d\\n\", result, sum(100), sum(-1)); }\n";
    for optimize in [false, true] {
        for pic in [false, true] {
            let pp = preproc::Preprocessor::new(preproc::options::Options::default());
            let texts = lower::Texts::of(&pp);
            let object = lower(&unit, &types, &symbols, &options(optimize, pic), &texts).unwrap();
            let flags: &[&str] = if pic { &["-pie"] } else { &["-no-pie"] };
            let out = link_and_run(&object.bytes, driver, flags, &format!("{optimize}{pic}"));
            assert_eq!(out, "55 5050 0\n", "optimize {optimize}, pic {pic}");
            let names: Vec<_> = object.functions.iter().map(|f| f.name.as_str()).collect();
            assert_eq!(names, ["sum", "script"]);
        }
    }
}

/// Links an object with a driver by the system's compiler and gives the program's output.
fn link_and_run(object: &[u8], driver: &str, flags: &[&str], name: &str) -> String {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("trees-{name}"));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("unit.o"), object).unwrap();
    std::fs::write(dir.join("driver.c"), driver).unwrap();
    let gcc = Command::new("gcc")
        .current_dir(&dir)
        .args(["driver.c", "unit.o", "-o", "program"])
        .args(flags)
        .output()
        .unwrap();
    assert!(gcc.status.success(), "{}", String::from_utf8_lossy(&gcc.stderr));
    let run = Command::new(dir.join("program")).output().unwrap();
    assert!(run.status.success(), "{:?}", run.status);
    String::from_utf8(run.stdout).unwrap()
}
