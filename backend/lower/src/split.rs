//! Which record locals are taken apart into variables: small ones of scalar fields whose address
//! no expression needs. Comes in: a body; goes out: a [`Split`] for a local, or none.
//!
//! Always: a split record has no arrays, unions, bit-fields, volatile fields or overlapping
//! fields, so every lvalue into it is the whole or one leaf.

use crate::ctype::{self, Repr};
use crate::func::FunctionCx;
use crate::place::{Leaf, Split};
use cfront::tree::{Body, ExprId, ExprKind, LocalId, StmtKind};
use cfront::types::{QType, Type, Types};
use std::rc::Rc;

/// More leaves than this would only press on the registers.
const MAX_LEAVES: usize = 8;

/// For each local: is an address into it taken, or is it otherwise needed in memory?
pub(crate) fn exposed(body: &Body) -> Vec<bool> {
    let mut exposed = vec![false; body.locals.len()];
    for expr in &body.exprs {
        match &expr.kind {
            ExprKind::AddrOf(inner) | ExprKind::Decay(inner) => mark(body, *inner, &mut exposed),
            // A lane at an index known only at run time is reached through memory.
            ExprKind::Lane(inner, index) if !matches!(body.expr(*index).kind, ExprKind::Int(_)) => {
                mark(body, *inner, &mut exposed);
            }
            _ => {}
        }
    }
    for stmt in &body.stmts {
        if let StmtKind::Asm(asm) = stmt.kind
            && let Some(asm) = body.asms.get(asm as usize)
        {
            for operand in asm.outputs.iter().chain(&asm.inputs) {
                mark(body, operand.expr, &mut exposed);
            }
        }
    }
    exposed
}

/// Marks the local that the lvalue `expr` is part of.
fn mark(body: &Body, mut expr: ExprId, exposed: &mut [bool]) {
    loop {
        match body.expr(expr).kind {
            ExprKind::Local(local) | ExprKind::CompoundLiteral(local, _) => {
                exposed[local.index()] = true;
                return;
            }
            ExprKind::Member(inner, _)
            | ExprKind::Real(inner)
            | ExprKind::Imag(inner)
            | ExprKind::Lane(inner, _) => expr = inner,
            _ => return,
        }
    }
}

/// The leaves of a record, if it is small and plain enough.
pub(crate) fn split_record(types: &Types, ty: QType) -> Option<Split> {
    let mut leaves = Vec::new();
    collect(types, ty, 0, &mut leaves)?;
    let size = ctype::size_of(types, ty.id);
    (!leaves.is_empty()).then_some(Split { leaves, size })
}

fn collect(types: &Types, ty: QType, base: u64, leaves: &mut Vec<Leaf>) -> Option<()> {
    if ty.is_volatile() || ty.is_atomic() {
        return None;
    }
    if let &Type::Record(id) = types.get(ty.id) {
        let record = types.record(id);
        if record.is_union || record.flexible || record.fields.is_empty() {
            return None;
        }
        for field in &record.fields {
            if field.bits.is_some() {
                return None;
            }
            collect(types, field.ty, base.checked_add(field.offset)?, leaves)?;
        }
        return Some(());
    }
    let Repr::Scalar(clif) = ctype::repr(types, ty.id) else { return None };
    leaves.push(Leaf { offset: base, ty, clif });
    (leaves.len() <= MAX_LEAVES).then_some(())
}

impl FunctionCx<'_, '_> {
    /// The split of a record local, when it may live in variables.
    pub(crate) fn split_of(&mut self, local: LocalId) -> Option<Rc<Split>> {
        let data = self.body.local(local);
        if !matches!(self.unit.types.get(data.ty.id), Type::Record(_)) || data.align > 16 {
            return None;
        }
        if self.is_exposed(local) || data.cleanup.is_some() {
            return None;
        }
        split_record(self.unit.types, data.ty).map(Rc::new)
    }

    /// Does anything need the address of the local or of a part of it?
    pub(crate) fn is_exposed(&mut self, local: LocalId) -> bool {
        if self.exposed.is_empty() {
            self.exposed = exposed(self.body);
        }
        self.exposed[local.index()]
    }
}
