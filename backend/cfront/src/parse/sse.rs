//! `__builtin_ia32_…`: the functions of SSE2 by gcc's names, where C's operators on vectors do not
//! say the same. In: parsed arguments; out: nodes whose vectors have signed or unsigned lanes as
//! the function works on them.

use super::Parser;
use crate::tree::*;
use crate::types::{Type, TypeId, id};
use preproc::source::Span;

/// Name, function, the lanes of its operands (`b` 8, `h` 16, `w` 32, `q` 64 bits, `f` and `d`
/// floating; capital: worked on as unsigned) and of its result (`i` is an `int`). A shift's second
/// operand is its count. Sorted.
#[rustfmt::skip]
const FUNCTIONS: &[(&str, SseOp, u8, u8)] = &[
    ("movmskpd", SseOp::HighBits, b'd', b'i'), ("movmskps", SseOp::HighBits, b'f', b'i'),
    ("packssdw128", SseOp::Pack, b'w', b'h'), ("packsswb128", SseOp::Pack, b'h', b'b'),
    ("packuswb128", SseOp::PackUnsigned, b'h', b'b'),
    ("paddsb128", SseOp::AddSaturated, b'b', b'b'), ("paddsw128", SseOp::AddSaturated, b'h', b'h'),
    ("paddusb128", SseOp::AddSaturated, b'B', b'b'),
    ("paddusw128", SseOp::AddSaturated, b'H', b'h'),
    ("pavgb128", SseOp::Average, b'B', b'b'), ("pavgw128", SseOp::Average, b'H', b'h'),
    ("pmaddwd128", SseOp::PairSums, b'h', b'w'), ("pmaxsw128", SseOp::Max, b'h', b'h'),
    ("pmaxub128", SseOp::Max, b'B', b'b'), ("pminsw128", SseOp::Min, b'h', b'h'),
    ("pminub128", SseOp::Min, b'B', b'b'), ("pmovmskb128", SseOp::HighBits, b'b', b'i'),
    ("pmulhuw128", SseOp::MulHigh, b'H', b'h'), ("pmulhw128", SseOp::MulHigh, b'h', b'h'),
    ("pslldi128", SseOp::ShiftLeft, b'w', b'w'), ("psllqi128", SseOp::ShiftLeft, b'q', b'q'),
    ("psllwi128", SseOp::ShiftLeft, b'h', b'h'), ("psradi128", SseOp::ShiftRight, b'w', b'w'),
    ("psrawi128", SseOp::ShiftRight, b'h', b'h'), ("psrldi128", SseOp::ShiftRight, b'W', b'w'),
    ("psrlqi128", SseOp::ShiftRight, b'Q', b'q'), ("psrlwi128", SseOp::ShiftRight, b'H', b'h'),
    ("psubsb128", SseOp::SubSaturated, b'b', b'b'), ("psubsw128", SseOp::SubSaturated, b'h', b'h'),
    ("psubusb128", SseOp::SubSaturated, b'B', b'b'),
    ("psubusw128", SseOp::SubSaturated, b'H', b'h'), ("sqrtpd", SseOp::Sqrt, b'd', b'd'),
    ("sqrtps", SseOp::Sqrt, b'f', b'f'),
];

fn function(name: &str) -> Option<(SseOp, u8, u8)> {
    let at = FUNCTIONS.binary_search_by_key(&name, |row| row.0).ok()?;
    let (_, op, operands, result) = FUNCTIONS[at];
    Some((op, operands, result))
}

/// Is there a builtin of this name (without `__builtin_ia32_`)?
pub(crate) fn is_known(name: &str) -> bool {
    function(name).is_some()
}

impl Parser<'_> {
    pub(super) fn sse_builtin(
        &mut self,
        name: &str,
        args: &[ExprId],
        span: Span,
    ) -> Option<ExprId> {
        let (op, operands, result) = function(name.strip_prefix("ia32_")?)?;
        let one = matches!(op, SseOp::HighBits | SseOp::Sqrt);
        let wanted = if one { 1 } else { 2 };
        if !self.count(args, wanted, wanted, span) {
            return Some(self.error_expr(span));
        }
        // gcc's functions take and give vectors of signed lanes.
        let taken = self.lanes_of(operands.to_ascii_lowercase());
        let worked = self.lanes_of(operands);
        let mut list = Vec::new();
        for (at, &arg) in args.iter().enumerate() {
            list.push(match op {
                SseOp::ShiftLeft | SseOp::ShiftRight if at == 1 => self.argument(arg, id::INT),
                _ => {
                    let arg = self.argument(arg, taken);
                    self.convert(arg, worked)
                }
            });
        }
        if list.iter().any(|&e| self.is_error(e)) {
            return Some(self.error_expr(span));
        }
        let given = self.lanes_of(result);
        let own = match op {
            SseOp::HighBits | SseOp::Pack | SseOp::PackUnsigned | SseOp::PairSums => given,
            _ => worked,
        };
        let list = self.push_list(&list);
        let e = self.push_expr(ExprKind::Builtin(Builtin::Sse(op), list), own, span);
        Some(self.convert(e, given))
    }

    fn lanes_of(&mut self, letter: u8) -> TypeId {
        let (elem, lanes) = match letter {
            b'b' => (id::CHAR, 16),
            b'B' => (id::UCHAR, 16),
            b'h' => (id::SHORT, 8),
            b'H' => (id::USHORT, 8),
            b'w' => (id::INT, 4),
            b'W' => (id::UINT, 4),
            b'q' => (id::LLONG, 2),
            b'Q' => (id::ULLONG, 2),
            b'f' => (id::FLOAT, 4),
            b'd' => (id::DOUBLE, 2),
            _ => return id::INT,
        };
        self.ctx.types.intern(Type::Vector { elem, lanes })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn functions_are_sorted() {
        assert!(super::FUNCTIONS.is_sorted_by_key(|row| row.0));
    }
}
