//! Initialisers of automatic objects: zero, then steps. In come the object's place and the tree's
//! steps, out go stores into memory or definitions of variables.
//!
//! Always: a step's value is evaluated when its turn comes, after the steps before it are stored.

use crate::Lowered;
use crate::ctype::Class;
use crate::func::{FunctionCx, Target};
use crate::place::{Addr, Place, Split, Value};
use cfront::tree::{ExprKind, Init, InitStep, LocalId};
use cfront::types::{QType, Type};
use cranelift_codegen::ir::InstBuilder;
use preproc::source::Span;
use std::rc::Rc;

impl FunctionCx<'_, '_> {
    /// Stores an initialiser into its local.
    pub(crate) fn initialize(&mut self, local: LocalId, init: &Init) -> Lowered<()> {
        let body = self.body;
        let ty = body.local(local).ty;
        let place = self.local_place(local)?;
        let steps = body.init(init);
        match &place {
            Place::Memory(addr) => self.initialize_memory(*addr, ty, init.zero, steps),
            Place::Split(split, vars) => {
                if init.zero {
                    for (leaf, &var) in split.leaves.iter().zip(vars.iter()) {
                        let zero = self.zero_clif(leaf.clif);
                        self.define(var, zero);
                    }
                }
                for step in steps {
                    self.initialize_leaves(split, vars, step)?;
                }
                Ok(())
            }
            _ => {
                if init.zero {
                    let zero = self.zero(ty.id, body.local(local).span)?;
                    self.store(&place, &zero, ty)?;
                }
                for step in steps {
                    let value = self.expr(step.value)?;
                    let part = match self.class(ty.id) {
                        Class::Vector { .. } if step.ty.id != ty.id => {
                            let size = self.size_of(step.ty.id).max(1);
                            Place::Lane(Box::new(place.clone()), (step.offset / size) as u8)
                        }
                        Class::Complex(_) | Class::ComplexInt(_) if step.ty.id != ty.id => {
                            Place::Part(Box::new(place.clone()), step.offset != 0)
                        }
                        _ => place.clone(),
                    };
                    self.store(&part, &value, step.ty)?;
                }
                Ok(())
            }
        }
    }

    fn initialize_leaves(
        &mut self,
        split: &Rc<Split>,
        vars: &Rc<[cranelift_frontend::Variable]>,
        step: &InitStep,
    ) -> Lowered<()> {
        let span = self.body.expr(step.value).span;
        let value = self.expr(step.value)?;
        // A lane of a vector that is one leaf.
        let within = split.leaves.iter().position(|leaf| {
            let bytes = u64::from(leaf.clif.bytes());
            leaf.clif.is_vector() && (leaf.offset..leaf.offset + bytes).contains(&step.offset)
        });
        if let (Some(at), &Value::Scalar(lane)) = (within, &value)
            && !self.b.func.dfg.value_type(lane).is_vector()
        {
            let leaf = split.leaves[at];
            let size = u64::from(leaf.clif.lane_type().bytes());
            let index = ((step.offset - leaf.offset) / size) as u8;
            let old = self.b.use_var(vars[at]);
            let new = self.b.ins().insertlane(old, lane, index);
            self.define(vars[at], new);
            return Ok(());
        }
        // A record may begin with what is no leaf: an unnamed bit-field, an empty member.
        let record = matches!(self.unit.types.get(step.ty.id), Type::Record(_));
        let first = match record {
            true => split.leaves.iter().position(|leaf| leaf.offset >= step.offset),
            false => split.leaf_at(step.offset),
        };
        let Some(first) = first else {
            return match record {
                true => Ok(()),
                false => self.fail(span, "an initialiser that fits no part of the record"),
            };
        };
        let values = match value {
            Value::Scalar(value) => vec![value],
            Value::Split(_, values) => values,
            Value::Memory(addr) => {
                let end = step.offset + self.size_of(step.ty.id);
                let part: Vec<_> = split.leaves[first..]
                    .iter()
                    .take_while(|leaf| leaf.offset < end)
                    .copied()
                    .collect();
                part.iter()
                    .map(|leaf| {
                        self.load_clif(leaf.clif, addr.at((leaf.offset - step.offset) as i64))
                    })
                    .collect()
            }
            _ => return self.fail(span, "an initialiser of a kind no record part has"),
        };
        for (&var, value) in vars[first..].iter().zip(values) {
            self.define(var, value);
        }
        Ok(())
    }

    pub(crate) fn initialize_memory(
        &mut self,
        addr: Addr,
        ty: QType,
        zero: bool,
        steps: &[InitStep],
    ) -> Lowered<()> {
        if zero && self.is_variable(ty.id) {
            self.clear_variable(addr, ty.id)?;
        } else if zero {
            self.clear(addr, self.size_of(ty.id));
        }
        for step in steps {
            let at = addr.at(step.offset as i64);
            let expr = self.body.expr(step.value);
            if let ExprKind::Str(string) = expr.kind {
                self.initialize_string(at, step.ty, string, zero)?;
                continue;
            }
            if let Some(bits) = step.bits {
                let value = self.expr(step.value)?;
                // `bit_offset` counts from the start of the innermost record, as `offset` does.
                self.store(&Place::Bits(at, bits), &value, step.ty)?;
                continue;
            }
            if matches!(self.unit.types.get(step.ty.id), Type::Record(_)) {
                self.expr_into(step.value, at)?;
                continue;
            }
            let value = self.expr(step.value)?;
            self.store(&Place::Memory(at), &value, step.ty)?;
        }
        Ok(())
    }

    fn initialize_string(
        &mut self,
        at: Addr,
        ty: QType,
        string: cfront::tree::StringId,
        zeroed: bool,
    ) -> Lowered<()> {
        let Some(literal) = self.unit.unit.strings.get(string.index()) else {
            return self.fail(Span::default(), "a string literal that does not exist");
        };
        let size = self.size_of(ty.id);
        let copied = size.min(literal.bytes.len() as u64);
        if copied <= 16 {
            self.store_bytes(at, &literal.bytes[..copied as usize]);
        } else {
            let from = Addr::value(self.target_addr(Target::String(string)));
            self.copy(at, from, copied);
        }
        if !zeroed && size > copied {
            self.clear(at.at(copied as i64), size - copied);
        }
        Ok(())
    }

    /// Stores constant bytes.
    fn store_bytes(&mut self, at: Addr, mut bytes: &[u8]) {
        let mut offset = 0;
        while !bytes.is_empty() {
            let take = match bytes.len() {
                8.. => 8,
                4.. => 4,
                2.. => 2,
                _ => 1,
            };
            let mut word = [0; 8];
            word[..take].copy_from_slice(&bytes[..take]);
            let ty = crate::ctype::int_type(take as u16 * 8);
            let value = self.iconst(ty, i64::from_le_bytes(word));
            self.store_clif(value, at.at(offset));
            offset += take as i64;
            bytes = &bytes[take..];
        }
    }
}
