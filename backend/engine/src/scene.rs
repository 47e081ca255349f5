//! A function at the moment it crashed: values of its expressions, evaluated over the typed tree
//! from memory and registers as they were. In: the tree, where symbols and locals lie, the record;
//! out: values and addresses, or nothing where anything on the way is not known.
//!
//! Always: what may change something is not evaluated.

use crate::unwind::DWARF_ORDER;
use cfront::tree::{
    BinaryOp, Body, Conversion, ExprId, ExprKind, LocalId, Symbol, SymbolId, UnaryOp,
};
use cfront::types::{QType, Type, TypeId, Types};
use executor::addr::Addr;
use executor::wire::CrashRecord;
use lower::notes::{FunctionNotes, Holder, Location};
use preproc::name::Names;
use preproc::source::{Sources, Span};

/// A frame of our code, the innermost there is, as far as the record shows it.
pub(crate) struct Moment {
    /// By DWARF's numbers; what a call may have changed is not known.
    registers: [Option<u64>; 16],
    /// What distances of locals count from.
    frame: Option<u64>,
    /// What was to be divided by zero.
    pub(crate) dividend: Option<u64>,
}

/// The numbers of rax, rdx, rdi, rbp and rsp.
const RAX: usize = 0;
const RDX: usize = 1;
const RDI: usize = 5;
const RBP: usize = 6;

/// From the frame pointer to the frame's address: the saved one and the return address.
const ABOVE_FRAME_POINTER: u64 = 16;

impl Moment {
    /// The frame of the crash itself, or that of a caller whose registers are still there: where
    /// the call led nowhere, or into the few instructions that raise what a division by zero does.
    pub(crate) fn of(
        crash: &CrashRecord,
        callers: &[Addr],
        is_ours: impl Fn(Addr) -> bool,
    ) -> Option<Moment> {
        let mut registers = DWARF_ORDER.map(|number| Some(crash.registers[number]));
        let above = |frame: u64| Some(frame.wrapping_add(ABOVE_FRAME_POINTER));
        if is_ours(crash.pc) {
            let frame = above(crash.frame_pointer().0);
            return Some(Moment { registers, frame, dividend: None });
        }
        let at = Addr(callers.first()?.0.checked_sub(1)?);
        if !is_ours(at) {
            return None;
        }
        if crash.is_fetch() {
            let frame = above(crash.frame_pointer().0);
            return Some(Moment { registers, frame, dividend: None });
        }
        if crash.pc_bytes.starts_with(DIVIDE_BY_ZERO) {
            let from = crash.frame_pointer().0.checked_sub(crash.stack_pointer().0)? / 8;
            let frame = *crash.stack.get(usize::try_from(from).ok()?)?;
            let dividend = registers[RDI].take();
            (registers[RAX], registers[RDX], registers[RBP]) = (None, None, Some(frame));
            return Some(Moment { registers, frame: above(frame), dividend });
        }
        None
    }
}

/// `div eax; pop rbp; ret`: the end of what the lowering calls for a divisor of zero.
const DIVIDE_BY_ZERO: &[u8] = &[0xf7, 0xf0, 0x5d, 0xc3];

pub(crate) struct Scene<'a> {
    pub(crate) body: &'a Body,
    pub(crate) types: &'a Types,
    pub(crate) symbols: &'a [Symbol],
    pub(crate) names: &'a Names,
    pub(crate) sources: &'a Sources,
    /// Where the locals are, if that is known, and the place in the code.
    pub(crate) notes: Option<&'a FunctionNotes>,
    pub(crate) offset: u32,
    pub(crate) moment: &'a Moment,
    pub(crate) read: &'a dyn Fn(Addr, &mut [u8]) -> bool,
    pub(crate) address_of: &'a dyn Fn(SymbolId) -> Option<Addr>,
}

/// An integer or an address, extended to 64 bits as its type says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Value {
    pub(crate) bits: u64,
}

impl Value {
    pub(crate) fn is_zero(self) -> bool {
        self.bits == 0
    }

    pub(crate) fn signed(self) -> i64 {
        self.bits as i64
    }
}

/// Deeper expressions are not looked into.
const MOST_DEPTH: u32 = 200;

impl Scene<'_> {
    // ------------------------------------------------------------ the tree

    pub(crate) fn all(&self) -> impl Iterator<Item = ExprId> + use<> {
        (0..self.body.exprs.len() as u32).map(ExprId)
    }

    pub(crate) fn span(&self, id: ExprId) -> Span {
        self.body.expr(id).span
    }

    /// The operands that are evaluated with an expression.
    pub(crate) fn operands(&self, id: ExprId) -> Vec<ExprId> {
        match &self.body.expr(id).kind {
            &ExprKind::Deref(a)
            | &ExprKind::Member(a, _)
            | &ExprKind::Real(a)
            | &ExprKind::Imag(a)
            | &ExprKind::Load(a)
            | &ExprKind::Decay(a)
            | &ExprKind::Convert(_, a)
            | &ExprKind::AddrOf(a)
            | &ExprKind::Unary(_, a)
            | &ExprKind::LogicalNot(a)
            | &ExprKind::VaArg(a) => vec![a],
            &ExprKind::Binary(_, a, b)
            | &ExprKind::Lane(a, b)
            | &ExprKind::PtrDiff(a, b)
            | &ExprKind::Compare(_, a, b)
            | &ExprKind::LogicalAnd(a, b)
            | &ExprKind::LogicalOr(a, b)
            | &ExprKind::Comma(a, b)
            | &ExprKind::Assign(a, b)
            | &ExprKind::AssignOp { place: a, value: b }
            | &ExprKind::IncDec { place: a, value: b, .. }
            | &ExprKind::PtrAdd { ptr: a, index: b, .. } => vec![a, b],
            &ExprKind::Cond(a, b, c) => vec![a, b, c],
            &ExprKind::CondOr { value, converted, other } => vec![value, converted, other],
            ExprKind::Call { callee, args } => {
                let mut all = vec![*callee];
                all.extend(self.body.list(args));
                all
            }
            ExprKind::Builtin(_, args) => self.body.list(args).to_vec(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn is_constant(&self, id: ExprId) -> bool {
        match self.body.expr(id).kind {
            ExprKind::Int(_) => true,
            ExprKind::Convert(_, inner) | ExprKind::Unary(_, inner) => self.is_constant(inner),
            _ => false,
        }
    }

    /// The value a compound assignment begins with.
    pub(crate) fn is_same(&self, id: ExprId) -> bool {
        match self.body.expr(id).kind {
            ExprKind::Same => true,
            ExprKind::Convert(_, inner) => self.is_same(inner),
            _ => false,
        }
    }

    pub(crate) fn is_int(&self, id: ExprId) -> bool {
        matches!(self.types.get(self.body.expr(id).ty.id), Type::Int(_))
    }

    pub(crate) fn is_signed(&self, ty: QType) -> bool {
        lower::ctype::is_signed(self.types, ty.id)
    }

    /// The least value of a signed type.
    pub(crate) fn least(&self, ty: QType) -> i64 {
        match self.types.size_of(ty.id) {
            Some(size @ 1..=7) => -(1 << (8 * size - 1)),
            _ => i64::MIN,
        }
    }

    pub(crate) fn show(&self, ty: QType) -> String {
        self.types.show(ty.id.into(), self.names)
    }

    pub(crate) fn size(&self, id: ExprId) -> u64 {
        self.types.size_of(self.body.expr(id).ty.id).unwrap_or(0)
    }

    /// The text of an expression, if it is short, on one line and not from a macro.
    pub(crate) fn text(&self, id: ExprId) -> Option<String> {
        const LONGEST: usize = 40;
        let mut id = id;
        // What is converted or loaded is what stands in the text.
        while let ExprKind::Convert(_, inner) | ExprKind::Load(inner) | ExprKind::Decay(inner) =
            self.body.expr(id).kind
        {
            id = inner;
        }
        let span = self.span(id);
        if span.start.is_expanded() || span.last.is_expanded() {
            return None;
        }
        let (start, end) = (self.sources.place(span.start)?, self.sources.place(span.last)?);
        if (start.id, start.line) != (end.id, end.line) {
            return None;
        }
        let to = (end.column + end.token_len()) as usize - 1;
        let text = start.text.get(start.column as usize - 1..to)?;
        (!text.is_empty() && text.chars().count() <= LONGEST).then(|| text.to_string())
    }

    /// The members from the pointer to the lvalue: `corner.x`.
    pub(crate) fn member_path(&self, mut lvalue: ExprId) -> Option<String> {
        let mut path = Vec::new();
        while let ExprKind::Member(inner, index) = self.body.expr(lvalue).kind {
            let field = self.field(inner, index)?;
            path.extend(field.name.map(|name| self.names.text(name)));
            lvalue = inner;
        }
        path.reverse();
        (!path.is_empty()).then(|| path.join("."))
    }

    fn field(&self, record: ExprId, index: u32) -> Option<&cfront::types::Field> {
        let Type::Record(id) = self.types.get(self.body.expr(record).ty.id) else { return None };
        self.types.record(*id).fields.get(index as usize).filter(|field| field.base.is_none())
    }

    /// The pointer that an lvalue is reached through, and the bytes from there where they are
    /// always the same.
    pub(crate) fn distance(&self, lvalue: ExprId) -> Option<(ExprId, i64)> {
        match self.body.expr(lvalue).kind {
            ExprKind::Member(inner, index) => {
                let (pointer, at) = self.distance(inner)?;
                Some((pointer, at + self.field(inner, index)?.offset as i64))
            }
            ExprKind::Deref(pointer) => match self.body.expr(pointer).kind {
                ExprKind::PtrAdd { ptr, index, negate } => {
                    let ExprKind::Int(index) = self.body.expr(index).kind else { return None };
                    let index = if negate { -(index as i64) } else { index as i64 };
                    let size = self.pointed_size(ptr)? as i64;
                    Some((pointer, index.checked_mul(size)?))
                }
                _ => Some((pointer, 0)),
            },
            _ => None,
        }
    }

    fn pointed_size(&self, pointer: ExprId) -> Option<u64> {
        let Type::Pointer(to) = self.types.get(self.body.expr(pointer).ty.id) else { return None };
        match self.types.get(to.id) {
            Type::Void | Type::Function(_) => Some(1),
            _ => self.types.size_of(to.id),
        }
    }

    // ------------------------------------------------------------ values

    /// The value of an integer or pointer expression.
    pub(crate) fn value(&self, id: ExprId) -> Option<Value> {
        self.value_at(id, 0)
    }

    fn value_at(&self, id: ExprId, depth: u32) -> Option<Value> {
        if depth > MOST_DEPTH {
            return None;
        }
        let expr = self.body.expr(id);
        let value = |id| self.value_at(id, depth + 1).map(|value| value.bits);
        let bits = match expr.kind {
            ExprKind::Int(bits) => bits,
            ExprKind::Load(place) => return self.load(place, expr.ty.id, depth),
            // What a compound assignment begins with is its place's value.
            ExprKind::Local(_)
            | ExprKind::Symbol(_)
            | ExprKind::Deref(_)
            | ExprKind::Member(..) => {
                return self.load(id, expr.ty.id, depth);
            }
            ExprKind::Decay(place) | ExprKind::AddrOf(place) => {
                self.address_at(place, depth + 1)?
            }
            ExprKind::Convert(Conversion::ToBool, inner) => u64::from(value(inner)? != 0),
            ExprKind::Convert(
                Conversion::IntToInt
                | Conversion::PtrToInt
                | Conversion::IntToPtr
                | Conversion::PtrToPtr
                | Conversion::NullToPtr
                | Conversion::Same,
                inner,
            ) => value(inner)?,
            ExprKind::Unary(UnaryOp::Neg, inner) => value(inner)?.wrapping_neg(),
            ExprKind::Unary(UnaryOp::BitNot, inner) => !value(inner)?,
            ExprKind::Binary(op, a, b) => self.binary(op, value(a)?, value(b)?, expr.ty)?,
            ExprKind::PtrAdd { ptr, index, negate } => {
                let step = value(index)?.wrapping_mul(self.pointed_size(ptr)?);
                let step = if negate { step.wrapping_neg() } else { step };
                value(ptr)?.wrapping_add(step)
            }
            _ => return None,
        };
        self.fitted(bits, expr.ty.id)
    }

    fn binary(&self, op: BinaryOp, a: u64, b: u64, ty: QType) -> Option<u64> {
        let signed = self.is_signed(ty);
        Some(match op {
            BinaryOp::Add => a.wrapping_add(b),
            BinaryOp::Sub => a.wrapping_sub(b),
            BinaryOp::Mul => a.wrapping_mul(b),
            BinaryOp::And => a & b,
            BinaryOp::Or => a | b,
            BinaryOp::Xor => a ^ b,
            BinaryOp::Shl => a.checked_shl(u32::try_from(b).ok()?)?,
            BinaryOp::Shr if signed => (a as i64).checked_shr(u32::try_from(b).ok()?)? as u64,
            BinaryOp::Shr => a.checked_shr(u32::try_from(b).ok()?)?,
            BinaryOp::Div if signed => (a as i64).checked_div(b as i64)? as u64,
            BinaryOp::Div => a.checked_div(b)?,
            BinaryOp::Rem if signed => (a as i64).checked_rem(b as i64)? as u64,
            BinaryOp::Rem => a.checked_rem(b)?,
        })
    }

    /// The low bits, extended as the type says. `None` for what is no integer or pointer of at
    /// most 64 bits.
    fn fitted(&self, bits: u64, ty: TypeId) -> Option<Value> {
        let simple = matches!(
            self.types.get(ty),
            Type::Int(_) | Type::Enum(_) | Type::Pointer(_) | Type::NullPtr
        );
        let size = self.types.size_of(ty).filter(|size| simple && *size <= 8)?;
        let unused = 64 - 8 * size as u32;
        let bits = match lower::ctype::is_signed(self.types, ty) {
            true => ((bits << unused) as i64 >> unused) as u64,
            false => bits << unused >> unused,
        };
        Some(Value { bits })
    }

    fn load(&self, place: ExprId, ty: TypeId, depth: u32) -> Option<Value> {
        if let ExprKind::Local(local) = self.body.expr(place).kind {
            return self.local(local, ty);
        }
        if let ExprKind::Member(inner, index) = self.body.expr(place).kind
            && self.field(inner, index)?.bits.is_some()
        {
            return None;
        }
        let addr = self.address_at(place, depth + 1)?;
        self.fetch(addr, ty)
    }

    fn fetch(&self, addr: u64, ty: TypeId) -> Option<Value> {
        let size = self.types.size_of(ty).filter(|size| matches!(size, 1..=8))?;
        let mut bytes = [0; 8];
        let read = (self.read)(Addr(addr), &mut bytes[..size as usize]);
        if read { self.fitted(u64::from_le_bytes(bytes), ty) } else { None }
    }

    fn local(&self, local: LocalId, ty: TypeId) -> Option<Value> {
        match self.location(local)? {
            Location::Ranges(ranges) => {
                let here = |r: &&lower::notes::Range| (r.start..r.end).contains(&self.offset);
                let range = ranges.iter().find(here)?;
                let [piece] = range.pieces.as_slice() else { return None };
                match piece.holder? {
                    Holder::Register(number) => {
                        let bits = *self.moment.registers.get(usize::from(number))?;
                        self.fitted(bits?, ty)
                    }
                    Holder::Frame(at) => self.fetch(self.moment.frame?.wrapping_add_signed(at), ty),
                }
            }
            _ => self.fetch(self.local_address(local)?, ty),
        }
    }

    fn location(&self, local: LocalId) -> Option<&Location> {
        let notes = self.notes?;
        notes.locals.iter().find(|note| note.local == local).map(|note| &note.location)
    }

    fn local_address(&self, local: LocalId) -> Option<u64> {
        let frame = self.moment.frame?;
        match self.location(local)? {
            Location::Frame(at) => Some(frame.wrapping_add_signed(*at)),
            Location::Rounded { from, align, plus } => {
                let from = frame.wrapping_add_signed(*from);
                Some(from.checked_next_multiple_of(*align)?.wrapping_add_signed(*plus))
            }
            Location::Pointer(kept) => match **kept {
                Location::Frame(at) => {
                    let kept = frame.wrapping_add_signed(at);
                    Some(self.fetch(kept, cfront::types::id::VOID_PTR)?.bits)
                }
                _ => None,
            },
            Location::Nowhere | Location::Ranges(_) => None,
        }
    }

    /// The address of an lvalue or a function.
    pub(crate) fn address(&self, lvalue: ExprId) -> Option<u64> {
        self.address_at(lvalue, 0)
    }

    fn address_at(&self, lvalue: ExprId, depth: u32) -> Option<u64> {
        if depth > MOST_DEPTH {
            return None;
        }
        match self.body.expr(lvalue).kind {
            ExprKind::Local(local) => self.local_address(local),
            ExprKind::Symbol(id) => {
                let symbol = &self.symbols[id.index()];
                let addr = (self.address_of)(id).filter(|_| symbol.tls.is_none())?;
                Some(addr.0)
            }
            ExprKind::Deref(pointer) => self.value_at(pointer, depth + 1).map(|value| value.bits),
            ExprKind::Member(inner, index) => {
                let base = self.address_at(inner, depth + 1)?;
                Some(base.wrapping_add(self.field(inner, index)?.offset))
            }
            ExprKind::Lane(inner, index) => {
                let base = self.address_at(inner, depth + 1)?;
                let index = self.value_at(index, depth + 1)?.bits;
                Some(base.wrapping_add(index.wrapping_mul(self.size(lvalue))))
            }
            ExprKind::Real(inner) => self.address_at(inner, depth + 1),
            ExprKind::Imag(inner) => {
                Some(self.address_at(inner, depth + 1)?.wrapping_add(self.size(lvalue)))
            }
            _ => None,
        }
    }
}
