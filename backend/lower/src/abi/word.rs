//! Between values and the words that carry them: a value becomes machine words on its way into a
//! call or a return, and words become a value again on the other side.
//!
//! Always: reading a value's words touches no byte outside the value; a value that arrives in
//! words and lives in memory gets a slot of whole eightbytes, so each word is one store.

use super::Word;
use crate::ctype::{self, Repr};
use crate::func::FunctionCx;
use crate::place::{Addr, Value};
use crate::split::split_record;
use crate::{Lowered, abi};
use cfront::types::{QType, TypeId};
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData, Type, types as ct};
use std::rc::Rc;

/// A record with at most so many leaves is taken apart as it arrives.
const SPLIT_LEAVES: usize = 4;

/// The integer type as wide as `ty`.
fn as_int(ty: Type) -> Type {
    match ty.bytes() {
        1 => ct::I8,
        2 => ct::I16,
        4 => ct::I32,
        8 => ct::I64,
        _ => ct::I128,
    }
}

impl FunctionCx<'_, '_> {
    /// The same bits as another type of the same width.
    pub(crate) fn bits_as(&mut self, value: ir::Value, ty: Type) -> ir::Value {
        let from = self.b.func.dfg.value_type(value);
        if from == ty {
            return value;
        }
        let flags = MemFlagsData::new().with_endianness(ir::Endianness::Little);
        self.b.ins().bitcast(ty, flags, value)
    }

    /// The word of `value` (of type `ty`) that `word` describes, in the word's CLIF type.
    pub(crate) fn word_of(&mut self, value: &Value, ty: TypeId, word: &Word) -> Lowered<ir::Value> {
        if let Value::Split(split, values) = value
            && let Some(at) = split.leaf_at(u64::from(word.offset))
            && split.leaves[at].clif == word.ty
            && word.ty.bytes() == word.bytes
        {
            return Ok(values[at]);
        }
        match value {
            Value::Scalar(scalar) => Ok(self.word_of_scalar(*scalar, ty, word)),
            &Value::Pair(real, imag) => {
                let step = self.b.func.dfg.value_type(real).bytes();
                Ok(self.word_of_parts(&[(0, real), (step, imag)], word))
            }
            Value::Split(split, values) if word.bytes == 16 && split.leaves.len() == 1 => {
                Ok(self.bits_as(values[0], word.ty))
            }
            Value::Split(split, _)
                if split.leaves.iter().any(|leaf| {
                    !leaf.offset.is_multiple_of(u64::from(leaf.clif.bytes().min(8)))
                }) =>
            {
                // Packed: a leaf may lie in two words.
                let addr = self.in_memory(value, ty)?;
                Ok(self.word_in_memory(addr, word))
            }
            Value::Split(split, values) => {
                let parts: Vec<(u32, ir::Value)> = split
                    .leaves
                    .iter()
                    .zip(values)
                    .map(|(leaf, &value)| (leaf.offset as u32, value))
                    .collect();
                Ok(self.word_of_parts(&parts, word))
            }
            Value::Memory(addr) => Ok(self.word_in_memory(*addr, word)),
            Value::Void => self.fail(Default::default(), "an argument without a value"),
        }
    }

    fn word_of_scalar(&mut self, value: ir::Value, ty: TypeId, word: &Word) -> ir::Value {
        let have = self.b.func.dfg.value_type(value);
        if have == word.ty {
            return value;
        }
        if have == ct::I128 || (have.is_vector() && word.ty == ct::I64) {
            return self.half_of(value, word.offset != 0);
        }
        if have.is_int() && word.ty.is_int() {
            let signed = ctype::is_signed(self.unit.types, ty);
            return self.resize_int(value, word.ty, signed);
        }
        let bits = self.bits_as(value, as_int(have));
        let bits = self.resize_int(bits, as_int(word.ty), false);
        self.bits_as(bits, word.ty)
    }

    /// An integer widened by its sign or zeros, or cut.
    pub(crate) fn resize_int(&mut self, value: ir::Value, ty: Type, signed: bool) -> ir::Value {
        let have = self.b.func.dfg.value_type(value);
        match have.bits().cmp(&ty.bits()) {
            std::cmp::Ordering::Equal => value,
            std::cmp::Ordering::Greater => self.b.ins().ireduce(ty, value),
            std::cmp::Ordering::Less if signed => self.b.ins().sextend(ty, value),
            std::cmp::Ordering::Less => self.b.ins().uextend(ty, value),
        }
    }

    /// A word put together of scalars at byte offsets; padding comes out as zero.
    fn word_of_parts(&mut self, parts: &[(u32, ir::Value)], word: &Word) -> ir::Value {
        let mut total: Option<ir::Value> = None;
        for &(at, value) in parts {
            let have = self.b.func.dfg.value_type(value);
            if at == word.offset && have == word.ty {
                return value;
            }
            let within = have.bytes() == 16 && (at..at + 16).contains(&word.offset);
            let (at, value, have) = if within {
                (word.offset, self.half_of(value, at != word.offset), ct::I64)
            } else {
                (at, value, have)
            };
            if at < word.offset || at >= word.offset + word.bytes {
                continue;
            }
            let bits = self.bits_as(value, as_int(have));
            let bits = self.resize_int(bits, ct::I64, false);
            let shift = i64::from(at - word.offset) * 8;
            let bits = if shift == 0 { bits } else { self.b.ins().ishl_imm_u(bits, shift) };
            total = Some(match total {
                Some(before) => self.b.ins().bor(before, bits),
                None => bits,
            });
        }
        let bits = total.unwrap_or_else(|| self.iconst(ct::I64, 0));
        let bits = self.resize_int(bits, as_int(word.ty), false);
        self.bits_as(bits, word.ty)
    }

    /// The low or high eight bytes of a 16-byte value.
    pub(crate) fn half_of(&mut self, value: ir::Value, high: bool) -> ir::Value {
        if self.b.func.dfg.value_type(value) == ct::I128 {
            let halves = self.b.ins().isplit(value);
            return if high { halves.1 } else { halves.0 };
        }
        let halves = self.bits_as(value, ct::I64X2);
        self.b.ins().extractlane(halves, u8::from(high))
    }

    fn word_in_memory(&mut self, addr: Addr, word: &Word) -> ir::Value {
        let at = addr.at(i64::from(word.offset));
        if word.ty.bytes() == word.bytes {
            return self.load_clif(word.ty, at);
        }
        let mut total = None;
        let mut done = 0;
        while done < word.bytes {
            let step = 1 << (word.bytes - done).min(8).ilog2();
            let piece = self.load_clif(ctype::int_type(step as u16 * 8), at.at(i64::from(done)));
            let piece = self.resize_int(piece, ct::I64, false);
            total = Some(match total {
                None => piece,
                Some(before) => {
                    let high = self.b.ins().ishl_imm_u(piece, i64::from(done) * 8);
                    self.b.ins().bor(before, high)
                }
            });
            done += step;
        }
        let bits = total.unwrap_or_else(|| self.iconst(ct::I64, 0));
        let bits = self.resize_int(bits, as_int(word.ty), false);
        self.bits_as(bits, word.ty)
    }

    /// The value of type `ty` that arrived in these words.
    pub(crate) fn value_of_words(
        &mut self,
        words: &[(Word, ir::Value)],
        ty: TypeId,
    ) -> Lowered<Value> {
        let types = self.unit.types;
        match (ctype::repr(types, abi::classify::scalar_of(types, ty)), words) {
            (Repr::Void, _) => return Ok(Value::Void),
            (Repr::Scalar(ct::I128), &[(_, low), (_, high)]) => {
                let value = self.b.ins().iconcat(low, high);
                return Ok(Value::Scalar(crate::bitint::normalize(self, value, ty)));
            }
            (Repr::Scalar(clif), &[(_, value)]) if self.repr(ty) != Repr::Memory => {
                let value = self.part_of_word(value, 0, clif);
                // Nobody promises the bits of a word above a `_BitInt`.
                return Ok(Value::Scalar(crate::bitint::normalize(self, value, ty)));
            }
            (Repr::Pair(clif), _) => {
                let real = self.part_of_words(words, 0, clif);
                let imag = self.part_of_words(words, clif.bytes(), clif);
                if let (Some(real), Some(imag)) = (real, imag) {
                    return Ok(Value::Pair(real, imag));
                }
            }
            _ => {}
        }
        if let Some(split) = split_record(types, QType::new(ty))
            && split.leaves.len() <= SPLIT_LEAVES.max(words.len())
        {
            let values: Option<Vec<ir::Value>> = split
                .leaves
                .iter()
                .map(|leaf| self.part_of_words(words, leaf.offset as u32, leaf.clif))
                .collect();
            if let Some(values) = values {
                return Ok(Value::Split(Rc::new(split), values));
            }
        }
        let size = self.size_of(ty).next_multiple_of(8);
        let slot = self.slot(size, self.align_of(ty).max(8))?;
        self.store_words(words, slot);
        Ok(Value::Memory(slot))
    }

    /// Stores whole words to an address with room for them.
    pub(crate) fn store_words(&mut self, words: &[(Word, ir::Value)], addr: Addr) {
        for (word, value) in words {
            self.store_clif(*value, addr.at(i64::from(word.offset)));
        }
    }

    fn part_of_words(
        &mut self,
        words: &[(Word, ir::Value)],
        at: u32,
        ty: Type,
    ) -> Option<ir::Value> {
        let find = |at: u32| {
            words.iter().find(|(word, _)| at >= word.offset && at < word.offset + word.bytes)
        };
        if ty == ct::I128 {
            let (&(_, low), &(_, high)) = (find(at)?, find(at + 8)?);
            return Some(self.b.ins().iconcat(low, high));
        }
        let &(word, value) = find(at)?;
        Some(self.part_of_word(value, at - word.offset, ty))
    }

    /// The `ty` at byte `at` of a word.
    fn part_of_word(&mut self, word: ir::Value, at: u32, ty: Type) -> ir::Value {
        let have = self.b.func.dfg.value_type(word);
        if at == 0 && have.bits() == ty.bits() {
            return self.bits_as(word, ty);
        }
        let mut bits = self.bits_as(word, as_int(have));
        if at > 0 {
            bits = self.b.ins().ushr_imm_u(bits, i64::from(at) * 8);
        }
        let bits = self.resize_int(bits, as_int(ty), false);
        self.bits_as(bits, ty)
    }
}
