//! Where a type has pointers, for a collector that changes them. In: a type; out: a list of
//! places. A pointer to data is exact; in a union nobody knows which member lives, so what is a
//! pointer in one of them is a word that may be one. Pointers to functions are left out.
//!
//! Always: offsets are in bytes from the start of the type; the body of a repetition counts from
//! the start of its element.

use crate::types::{ArrayLen, Type, TypeId, Types};

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Op {
    /// `count` pointers, one behind the other.
    Exact { offset: u64, count: u64 },
    /// `count` words that may be pointers.
    Maybe { offset: u64, count: u64 },
    /// `count` elements at a distance of `stride` bytes.
    Repeat { offset: u64, count: u64, stride: u64, body: Vec<Op> },
    /// As many elements as the object has room for: an array without a length at its end.
    Tail { offset: u64, stride: u64, body: Vec<Op> },
}

/// The pointers of a complete type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pointers {
    pub size: u64,
    pub align: u64,
    pub ops: Vec<Op>,
}

/// What of a block of the managed heap an object of the quick kind may take.
const QUICK: u64 = 2048 - 8;

impl Pointers {
    /// `None`: the type is incomplete, or its size is known only at run time.
    pub fn of(types: &Types, ty: TypeId) -> Option<Pointers> {
        let (size, align) = (types.size_of(ty)?, types.align_of(ty)?);
        let mut ops = Vec::new();
        walk(types, ty, 0, true, &mut ops);
        Some(Pointers { size, align, ops })
    }

    /// There are words that may be pointers or not, or pointers that are no whole words of the
    /// object: what looks at its words alone does not see all there is.
    pub fn is_ambiguous(&self) -> bool {
        let crooked = !self.ops.is_empty() && !self.size.is_multiple_of(8);
        crooked
            || any(&self.ops, &|op| match *op {
                Op::Maybe { .. } => true,
                Op::Exact { offset, .. } => offset % 8 != 0,
                Op::Repeat { offset, stride, .. } | Op::Tail { offset, stride, .. } => {
                    offset % 8 != 0 || stride % 8 != 0
                }
            })
    }

    pub fn is_flexible(&self) -> bool {
        any(&self.ops, &|op| matches!(op, Op::Tail { .. }))
    }

    /// Small, of ordinary alignment, and all its pointers exact: allocated by a few instructions.
    pub fn is_quick(&self) -> bool {
        self.size <= QUICK && self.align <= 8 && !self.is_ambiguous()
    }

    /// A bit for each word that is a pointer, where that says it all.
    pub fn bits(&self) -> Option<u64> {
        if self.is_ambiguous() {
            return None;
        }
        let mut bits = 0u64;
        for op in &self.ops {
            let Op::Exact { offset, count } = *op else { return None };
            let end = offset.checked_add(count.checked_mul(8)?)?;
            if offset % 8 != 0 || end > 64 * 8 {
                return None;
            }
            (offset / 8..end / 8).for_each(|word| bits |= 1 << word);
        }
        Some(bits)
    }
}

fn any(ops: &[Op], is: &dyn Fn(&Op) -> bool) -> bool {
    ops.iter().any(|op| {
        is(op)
            || match op {
                Op::Repeat { body, .. } | Op::Tail { body, .. } => any(body, is),
                Op::Exact { .. } | Op::Maybe { .. } => false,
            }
    })
}

/// Types nest only as deep as [`Types`] lets them.
fn walk(types: &Types, ty: TypeId, at: u64, exact: bool, out: &mut Vec<Op>) {
    match types.get(ty) {
        Type::Pointer(to) if !matches!(types.get(to.id), Type::Function(_)) => {
            push_run(out, at, 1, exact);
        }
        Type::Array { elem, len } => {
            let Some(stride) = types.size_of(elem.id) else { return };
            let mut body = Vec::new();
            walk(types, elem.id, 0, exact, &mut body);
            match *len {
                ArrayLen::Fixed(count) => repeat(out, at, count, stride, body),
                ArrayLen::Unknown if !body.is_empty() => {
                    out.push(Op::Tail { offset: at, stride, body });
                }
                _ => {}
            }
        }
        Type::Record(id) => {
            let record = types.record(*id);
            if !record.is_union {
                for field in record.fields.iter().filter(|field| field.bits.is_none()) {
                    walk(types, field.ty.id, at + field.offset, exact, out);
                }
                return;
            }
            let mut members = Vec::new();
            for field in record.fields.iter().filter(|field| field.bits.is_none()) {
                walk(types, field.ty.id, at + field.offset, false, &mut members);
            }
            members.sort();
            members.dedup();
            out.append(&mut members);
        }
        _ => {}
    }
}

fn push_run(out: &mut Vec<Op>, at: u64, n: u64, exact: bool) {
    match out.last_mut() {
        Some(Op::Exact { offset, count }) if exact && *offset + *count * 8 == at => *count += n,
        _ if exact => out.push(Op::Exact { offset: at, count: n }),
        _ => out.push(Op::Maybe { offset: at, count: n }),
    }
}

fn repeat(out: &mut Vec<Op>, at: u64, count: u64, stride: u64, body: Vec<Op>) {
    match body[..] {
        _ if count == 0 => {}
        [] => {}
        [Op::Exact { offset: 0, count: n }] if n * 8 == stride => {
            push_run(out, at, n * count, true);
        }
        [Op::Maybe { offset: 0, count: n }] if n * 8 == stride => {
            push_run(out, at, n * count, false);
        }
        _ => out.push(Op::Repeat { offset: at, count, stride, body }),
    }
}
