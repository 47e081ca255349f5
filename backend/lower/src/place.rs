//! What expressions come out as: a [`Value`] (an rvalue) or a [`Place`] (an lvalue). Both are
//! plain descriptions over CLIF values; reading and writing them is [`FunctionCx::load`] and
//! [`FunctionCx::store`].
//!
//! Always: a `Value::Memory` may be read until the next side effect of the program and is never
//! written through; a place's address has been computed, so using it twice evaluates nothing twice.

use cfront::types::{BitField, QType};
use cranelift_codegen::ir;
use cranelift_frontend::Variable;
use std::rc::Rc;

/// An rvalue, in the form [`crate::ctype::repr`] gives its type.
#[derive(Clone, Debug)]
pub enum Value {
    Void,
    Scalar(ir::Value),
    /// Complex numbers: real and imaginary part.
    Pair(ir::Value, ir::Value),
    /// Records, `long double` and whatever else lives in memory.
    Memory(Addr),
    /// A record whose fields are CLIF values, in the order of its [`Split`].
    Split(Rc<Split>, Vec<ir::Value>),
}

impl Value {
    /// The one CLIF value of a scalar; `None` for the others.
    pub fn scalar(&self) -> Option<ir::Value> {
        match *self {
            Value::Scalar(value) => Some(value),
            _ => None,
        }
    }
}

/// An address in parts, so that loads and stores can fold it into their addressing mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Addr {
    pub base: Base,
    pub offset: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Base {
    Value(ir::Value),
    Slot(ir::StackSlot),
}

impl Addr {
    pub fn value(base: ir::Value) -> Addr {
        Addr { base: Base::Value(base), offset: 0 }
    }

    pub fn slot(slot: ir::StackSlot) -> Addr {
        Addr { base: Base::Slot(slot), offset: 0 }
    }

    pub fn at(self, offset: i64) -> Addr {
        Addr { base: self.base, offset: self.offset.wrapping_add(offset) }
    }
}

/// An lvalue.
#[derive(Clone, Debug)]
pub enum Place {
    Variable(Variable),
    /// An `int` held in 64 bits ([`crate::wide`]).
    Wide(Variable),
    PairVariable(Variable, Variable),
    /// A record held in variables, one a field.
    Split(Rc<Split>, Rc<[Variable]>),
    /// `align` is what the access may count on (for vectors and atomics).
    Memory(Addr),
    /// A bit-field: `bits.bit_offset` counts from the address.
    Bits(Addr, BitField),
    /// One lane of a vector held in a variable; the index is a constant.
    Lane(Box<Place>, u8),
    /// A lane at an index known only at run time, or of a vector in memory, is `Memory`.
    /// The real or imaginary part of a complex number in variables.
    Part(Box<Place>, bool),
}

/// How a small record is taken apart: scalar leaves by offset, none overlapping.
#[derive(Debug)]
pub struct Split {
    pub leaves: Vec<Leaf>,
    pub size: u64,
}

#[derive(Clone, Copy, Debug)]
pub struct Leaf {
    pub offset: u64,
    pub ty: QType,
    pub clif: ir::Type,
}

impl Split {
    /// The leaf that starts at `offset`, of which `Member` places are made.
    pub fn leaf_at(&self, offset: u64) -> Option<usize> {
        self.leaves.iter().position(|leaf| leaf.offset == offset)
    }
}
