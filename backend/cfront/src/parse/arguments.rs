//! The arguments of a script. In: a name that nothing declares; out: the object it stands for.
//!
//! A file with statements at file scope sees `argc` and `argv` everywhere. They are variables of
//! the file's own, filled by a constructor before its statements run, and only there where they are
//! named. What the file declares by these names itself is meant from its declaration on. A file
//! without such statements is ordinary C and has neither; nor has the prompt.

use super::{FuncState, Parser};
use crate::session::Mode;
use crate::tree::*;
use crate::types::{FuncType, QType, Type, id};
use preproc::name::Name;
use preproc::source::Span;

const NAMES: [&str; 2] = ["argc", "argv"];

/// The link name of the function that fills them.
const RECEIVER: &str = "tine.arguments";

/// As a constructor without one has it.
const PRIORITY: u16 = u16::MAX;

/// An argument that was named: its object, and where that was first.
#[derive(Clone, Copy)]
pub(super) struct Argument {
    symbol: SymbolId,
    span: Span,
}

impl Parser<'_> {
    /// The object of `argc` or `argv`, where a script names one that it does not declare.
    pub(super) fn script_argument(&mut self, name: Name, span: Span) -> Option<SymbolId> {
        if self.mode != Mode::Script {
            return None;
        }
        let at = NAMES.iter().position(|text| *text == self.names.text(name))?;
        if let Some(known) = self.arguments[at] {
            return Some(known.symbol);
        }
        let ty = self.argument_types()[at];
        let symbol = self.unnamed_object(ty, span);
        self.ctx.symbol_mut(symbol).name = Some(name);
        self.zero_object(symbol);
        self.arguments[at] = Some(Argument { symbol, span });
        Some(symbol)
    }

    fn argument_types(&mut self) -> [QType; 2] {
        let string = self.ctx.types.pointer_to(id::CHAR.into());
        [id::INT.into(), self.ctx.types.pointer_to(string.into()).into()]
    }

    /// At the end of a file: what fills the arguments it named, if it is a script.
    pub(super) fn finish_arguments(&mut self) {
        let named: Vec<(usize, Argument)> =
            (0..).zip(self.arguments).filter_map(|(at, a)| Some((at, a?))).collect();
        if self.stmts.is_empty() {
            for (at, Argument { span, .. }) in named {
                let name = self.intern(NAMES[at]);
                self.report_undeclared(name, span);
            }
            return;
        }
        let Some(span) = named.first().map(|(_, argument)| argument.span) else { return };
        let params = self.argument_types();
        let local = |ty: QType| Local::new(None, ty, span);
        let body = Body { locals: params.map(local).to_vec(), params: 2, ..Body::default() };
        self.enter_function(body, FuncState::default());
        let mut stmts = Vec::new();
        for (at, Argument { symbol, .. }) in named {
            let ty = params[at];
            let from = self.push_expr(ExprKind::Local(LocalId(at as u32)), ty, span);
            let from = self.push_expr(ExprKind::Load(from), ty, span);
            let to = self.push_expr(ExprKind::Symbol(symbol), ty, span);
            let store = self.push_expr(ExprKind::Assign(to, from), ty, span);
            stmts.push(self.push_stmt(StmtKind::Expr(store), span));
        }
        let list = self.push_stmt_list(&stmts);
        self.body.root = Some(self.push_stmt(StmtKind::Block(list), span));
        let (body, _) = self.leave_function();
        let ty = self.ctx.types.intern(Type::Function(FuncType {
            ret: id::VOID.into(),
            params: params.to_vec(),
            variadic: false,
            old_style: false,
        }));
        let symbol = self.ctx.new_symbol(Symbol {
            name: None,
            link_name: RECEIVER.into(),
            kind: SymbolKind::Function,
            ty: ty.into(),
            linkage: Linkage::Internal,
            definition: Definition::Defined,
            tls: None,
            attrs: SymbolAttrs { constructor: Some(PRIORITY), ..SymbolAttrs::default() },
            span,
        });
        self.unit.functions.push(Function { symbol: Some(symbol), ty, body, span });
    }
}
