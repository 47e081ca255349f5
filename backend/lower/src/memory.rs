//! Copying and clearing memory of known size: inline for small sizes, libc's `memcpy` and `memset`
//! beyond.
//!
//! Always: source and destination are the same object or do not overlap (C's rule for
//! assignment), and no byte beyond `size` is touched.

use crate::func::FunctionCx;
use crate::place::Addr;
use cranelift_codegen::ir::{self, InstBuilder, types as ct};

/// Up to this many bytes are copied by loads and stores.
const INLINE_BYTES: u64 = 128;

/// Cuts a size into chunks of 16, 8, 4, 2 and 1 bytes.
fn chunks(size: u64) -> impl Iterator<Item = (i64, ir::Type)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (ty, bytes) = match size - at {
            0 => return None,
            16.. => (ct::I8X16, 16),
            8.. => (ct::I64, 8),
            4.. => (ct::I32, 4),
            2.. => (ct::I16, 2),
            _ => (ct::I8, 1),
        };
        let offset = at as i64;
        at += bytes;
        Some((offset, ty))
    })
}

impl FunctionCx<'_, '_> {
    /// Copies `size` bytes.
    pub fn copy(&mut self, to: Addr, from: Addr, size: u64) {
        if to == from {
            return;
        }
        if size <= INLINE_BYTES {
            // All loads before the stores: the objects may be one and the same.
            let values: Vec<_> =
                chunks(size).map(|(at, ty)| (at, self.load_clif(ty, from.at(at)))).collect();
            for (at, value) in values {
                self.store_clif(value, to.at(at));
            }
            return;
        }
        let to = self.addr_value(to);
        let from = self.addr_value(from);
        let count = self.iconst(ct::I64, size as i64);
        self.call_runtime("memmove", &[ct::I64], &[to, from, count]);
    }

    /// Sets `size` bytes to zero.
    pub fn clear(&mut self, to: Addr, size: u64) {
        if size <= INLINE_BYTES {
            let mut zeros: [Option<ir::Value>; 5] = [None; 5];
            for (at, ty) in chunks(size) {
                let zero = &mut zeros[ty.bytes().ilog2() as usize];
                let value = match *zero {
                    Some(value) => value,
                    None if ty == ct::I8X16 => {
                        let bytes = self.b.func.dfg.constants.insert(vec![0u8; 16].into());
                        *zero.insert(self.b.ins().vconst(ct::I8X16, bytes))
                    }
                    None => *zero.insert(self.b.ins().iconst(ty, 0)),
                };
                self.store_clif(value, to.at(at));
            }
            return;
        }
        let to = self.addr_value(to);
        let zero = self.iconst(ct::I32, 0);
        let count = self.iconst(ct::I64, size as i64);
        self.call_runtime("memset", &[ct::I64], &[to, zero, count]);
    }
}
