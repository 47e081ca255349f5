//! Typed tree to CLIF to object bytes. In comes a [`Unit`] with the types and symbols it refers
//! to; out goes an ELF object with its line table. Knows no addresses and runs nothing.
//!
//! Map: [`func`] holds the function being lowered, [`place`] what expressions come out as,
//! [`ctype`] how a C type is held; `stmt` and `expr` walk the tree; `abi` knows calls and returns;
//! `int128`, `longdouble`, `quad`, `complex`, `vector`, `bitint` the types with arithmetic of their
//! own; `builtin`, `atomic`, `inline_asm` the operations without C spelling; `data` static objects;
//! `emit` the object file.

#![forbid(unsafe_code)]

use cfront::tree::{Linkage, Symbol, SymbolId, Unit, Visibility};
use cfront::types::Types;
use cranelift_codegen::isa::CallConv;
use func::Target;
use preproc::source::Span;
use std::collections::HashSet;

pub mod abi;
mod bitfield;
mod bitint;
pub mod ctype;
pub mod func;
mod half;
pub mod helper;
mod int128;
mod longdouble;
mod memory;
pub mod place;
mod quad;
mod real;
mod split;
mod stmt;

/// What the code is for and how much is done for its speed.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// `-O1`: common subexpressions, loop-invariant code, inlining of `static inline` functions.
    pub optimize: bool,
    /// For an ordinary linker: externals through the global offset table.
    pub pic: bool,
    /// Run Cranelift's verifier over every function (tests).
    pub verify: bool,
    /// Write DWARF line tables.
    pub debug: bool,
    /// Any function of the unit may be inlined: nothing is redefined later (`tine run`).
    pub closed: bool,
}

/// Why a unit could not be lowered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LowerError {
    pub message: String,
    pub span: Span,
    /// The function it is in, or empty.
    pub function: String,
}

pub type Lowered<T> = Result<T, Box<LowerError>>;

/// What all functions of a unit share while they are lowered; read-only, for several threads.
pub struct UnitCx<'a> {
    pub unit: &'a Unit,
    pub types: &'a Types,
    pub symbols: &'a [Symbol],
    pub options: Options,
    /// The symbols this unit defines.
    defined: HashSet<SymbolId>,
}

impl<'a> UnitCx<'a> {
    pub fn symbol(&self, id: SymbolId) -> &'a Symbol {
        &self.symbols[id.index()]
    }

    pub fn call_conv(&self) -> CallConv {
        CallConv::SystemV
    }

    /// May a call reach the target by a 32-bit displacement? Our own linker sees to it that it
    /// always does; an ordinary one only for what cannot be replaced by another module.
    fn call_is_near(&self, target: &Target) -> bool {
        match target {
            Target::Symbol(id) => !self.options.pic || self.is_own(*id),
            Target::Runtime(_) => !self.options.pic,
            _ => true,
        }
    }

    /// Is the target's address within 32 bits of the code? Objects of other units and of shared
    /// libraries may be anywhere.
    fn data_is_near(&self, target: &Target) -> bool {
        match target {
            Target::Symbol(id) if self.options.pic => self.is_own(*id),
            Target::Symbol(id) => self.defined.contains(id) && !self.symbol(*id).attrs.weak,
            Target::Runtime(_) => false,
            _ => true,
        }
    }

    fn is_own(&self, id: SymbolId) -> bool {
        let symbol = self.symbol(id);
        self.defined.contains(&id)
            && (symbol.linkage == Linkage::Internal
                || matches!(symbol.attrs.visibility, Visibility::Hidden | Visibility::Internal))
    }

    fn is_tls(&self, target: &Target) -> bool {
        matches!(target, Target::Symbol(id) if self.symbol(*id).tls.is_some())
    }
}
