//! What the pointers of a type are: the description the compiler makes of it. In: a description
//! and an object; out: every place in the object that is a pointer or may be one.
//!
//! ```text
//!   size 8 | align 4 | n_ops 4 | bits 8 | flags 4 | name_len 4 | ops 32 each … | name
//!   without ops, bit i of `bits` says that word i is a pointer
//!   op: kind 4, body 4, offset 8, count 8, stride 8; the next `body` ops are what is repeated
//! ```

/// There are words that may or may not be pointers, or pointers that are no whole words.
const AMBIGUOUS: u32 = 1;
/// The object ends in an array without a length.
const FLEXIBLE: u32 = 2;

#[repr(C)]
pub(crate) struct Map {
    pub(crate) size: u64,
    pub(crate) align: u32,
    n_ops: u32,
    bits: u64,
    flags: u32,
    name_len: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Op {
    kind: u32,
    body: u32,
    offset: u64,
    count: u64,
    stride: u64,
}

/// `count` pointers.
const EXACT: u32 = 0;
/// `count` words that may be pointers.
const MAYBE: u32 = 1;
/// `count` times the body.
const REPEAT: u32 = 2;
/// The body up to the end of the object.
const TAIL: u32 = 3;

/// A place in an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slot {
    Exact(u64),
    Maybe(u64),
}

impl Map {
    /// # Safety
    /// The address is one the compiler gave as a type's map.
    pub(crate) unsafe fn at<'m>(address: u64) -> &'m Map {
        // SAFETY: the caller's promise; maps are constants and outlive every object of the type.
        unsafe { &*(address as *const Map) }
    }

    pub(crate) fn address(&self) -> u64 {
        &raw const *self as u64
    }

    /// A bit for each word of a plain object that is a pointer, where that says it all.
    #[inline(always)]
    pub(crate) fn plain_bits(&self) -> Option<u64> {
        (self.n_ops == 0).then_some(self.bits)
    }

    pub(crate) fn is_ambiguous(&self) -> bool {
        self.flags & AMBIGUOUS != 0
    }

    fn ops(&self) -> &[Op] {
        // SAFETY: the ops follow the head, as many as it says.
        unsafe {
            let first = (&raw const *self).add(1).cast::<Op>();
            std::slice::from_raw_parts(first, self.n_ops as usize)
        }
    }

    /// Every place in an object of `len` bytes at `at` that is or may be a pointer.
    pub(crate) fn each(&self, at: u64, len: u64, visit: &mut impl FnMut(Slot)) {
        if self.n_ops == 0 && self.bits == 0 {
            return;
        }
        let end = at + len;
        if self.flags & FLEXIBLE != 0 || self.size == 0 {
            run(self.ops(), at, end, visit);
            return;
        }
        let mut at = at;
        while at + self.size <= end {
            if self.n_ops == 0 {
                let mut bits = self.bits;
                while bits != 0 {
                    visit(Slot::Exact(at + u64::from(bits.trailing_zeros()) * 8));
                    bits &= bits - 1;
                }
            } else {
                run(self.ops(), at, end, visit);
            }
            at += self.size;
        }
    }
}

/// The recursion goes as deep as arrays of records are nested in each other.
fn run(ops: &[Op], base: u64, end: u64, visit: &mut dyn FnMut(Slot)) {
    let mut rest = ops;
    while let Some((op, after)) = rest.split_first() {
        let (body, next) = after.split_at(op.body as usize);
        let at = base + op.offset;
        match op.kind {
            EXACT => (0..op.count).for_each(|i| visit(Slot::Exact(at + i * 8))),
            MAYBE => (0..op.count).for_each(|i| visit(Slot::Maybe(at + i * 8))),
            REPEAT => (0..op.count).for_each(|i| run(body, at + i * op.stride, end, visit)),
            TAIL => {
                let mut at = at;
                while op.stride != 0 && at + op.stride <= end {
                    run(body, at, end, visit);
                    at += op.stride;
                }
            }
            _ => {}
        }
        rest = next;
    }
}
