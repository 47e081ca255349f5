//! The calling convention: a C function type comes in, out comes the *physical signature*, a CLIF
//! signature of machine words, and for every parameter and the result which words carry it.
//!
//! The CLIF parameters always stand in this order: general-register words, floating-register
//! words, then, if any plain stack word follows, dummy words that use up the general registers,
//! then the stack in ascending order (padding included). So Cranelift has no choice where to put
//! anything, and a value's [`Loc`] determines its parameter's index.
//!
//! ```text
//!   rdi rsi rdx rcx r8 r9 | xmm0 … xmm7 | dummies | [rsp] [rsp+8] … or whole blocks
//!   └ Loc::Gp(n) ───────┘   └ Loc::Fp(n)            └ Loc::Stack(byte offset)
//! ```
//!
//! A caller passes memory-class values as words (a block, which costs a call of `memcpy`, only
//! over [`BLOCK`] bytes); a callee takes each as a block, which is its address on the stack.
//!
//! Functions that only their unit calls have a convention of their own ([`parts`]), where the CLIF
//! parameters stand in the order of the values.

mod call;
pub mod classify;
mod define;
pub(crate) mod parts;
pub mod thunk;
pub(crate) mod vararg;
mod word;

pub use call::Callee;
pub(crate) use define::{body_signature, own};

use crate::ctype::{self, Repr};
use crate::place::Addr;
use crate::vla::is_variable;
use cfront::types::{FuncType, TypeId, Types, id};
use classify::{Class, Kind, classify, scalar_of};
use cranelift_codegen::ir::{AbiParam, ArgumentPurpose, Signature, Type, types as ct};
use cranelift_codegen::isa::CallConv;

/// A caller passes larger memory-class values as one `StructArgument`.
const BLOCK: u32 = 128;
/// Arguments by value may take so much of the stack; Cranelift's own limit is 128 MB.
const MAX_STACK: u64 = 64 << 20;

/// So many words may be passed; Cranelift counts a block's parameters in 16 bits.
const MAX_WORDS: usize = 60_000;

pub const GP_REGS: u8 = 6;
pub const FP_REGS: u8 = 8;

/// What a function's own ABI needs to remember while it is lowered.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Where the pointer to a result that is returned in memory was put.
    result: Option<Held>,
    /// In a variadic function: the address of the `va_list` its entry thunk made.
    variadic: Option<Held>,
    /// The convention of the function itself.
    own: Option<std::rc::Rc<FnAbi>>,
}

impl State {
    /// At the start of a function of this convention.
    pub(crate) fn of(own: FnAbi) -> State {
        State { own: Some(std::rc::Rc::new(own)), ..State::default() }
    }
}

/// A pointer that came with the call: a value, or a slot holding it in functions that must not
/// keep values over a `setjmp`.
#[derive(Clone, Copy, Debug)]
enum Held {
    Value(cranelift_codegen::ir::Value),
    Slot(Addr),
}

/// Where a word travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loc {
    Gp(u8),
    Fp(u8),
    /// Bytes from the first stack argument.
    Stack(u32),
    /// The CLIF parameter of that number, wherever it travels.
    Param(u32),
}

/// One machine word of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word {
    pub loc: Loc,
    /// Where in the value it lies.
    pub offset: u32,
    /// How many bytes of it belong to the value (1 to 8; 16 for vectors).
    pub bytes: u32,
    /// `I32` for integers up to 32 bits, `I64` for other general words; `F64` for a floating word
    /// of an aggregate, `F32` when only four bytes of it count.
    pub ty: Type,
}

/// How one argument travels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pass {
    Nothing,
    Words(Vec<Word>),
    /// On the stack as it lies in memory.
    Stack {
        offset: u32,
        size: u32,
    },
    /// By the address of a copy that is the callee's: the CLIF parameter of that number.
    Copy(u32),
}

/// How the result travels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ret {
    Nothing,
    /// In up to two registers of each kind, in the order of the CLIF results.
    Words(Vec<Word>),
    St0,
    /// `_Complex long double`: real part in st0, imaginary in st1.
    St0St1,
    /// Through a pointer that is the first general word; it comes back in rax.
    Hidden,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Caller,
    Callee,
}

/// What lies on the stack at an offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum StackItem {
    Word(Type),
    Block(u32),
}

/// A function type (or one variadic call) as the machine sees it.
#[derive(Clone, Debug)]
pub struct FnAbi {
    pub signature: Signature,
    pub params: Vec<Pass>,
    pub ret: Ret,
    /// General and floating registers that carry arguments.
    pub gp: u8,
    pub fp: u8,
    /// Bytes of stack arguments.
    pub stack_bytes: u32,
    dummies: u8,
    stack: Vec<(u32, StackItem)>,
}

impl FnAbi {
    /// The convention of `ret f(params…)`. For a call of a variadic or unprototyped function the
    /// parameters are those of the call, promoted.
    pub fn new(types: &Types, ret: TypeId, params: &[TypeId], side: Side) -> Result<FnAbi, String> {
        let mut assign = Assign::default();
        let ret = assign.result(types, ret);
        let params: Vec<Pass> =
            params.iter().map(|&ty| assign.argument(types, ty)).collect::<Result<_, _>>()?;
        let abi = FnAbi::build(assign, ret, params, side);
        match abi.signature.params.len() {
            0..=MAX_WORDS => Ok(abi),
            words => Err(format!("arguments of {words} words, more than {MAX_WORDS}")),
        }
    }

    /// The convention of a function without variable arguments, as its own type says.
    pub fn of_type(types: &Types, ty: &FuncType, side: Side) -> Result<FnAbi, String> {
        // What has variable size goes by reference.
        let params: Vec<TypeId> = ty
            .params
            .iter()
            .map(|param| if is_variable(types, param.id) { id::VOID_PTR } else { param.id })
            .collect();
        FnAbi::new(types, ty.ret.id, &params, side)
    }

    fn build(assign: Assign, ret: Ret, params: Vec<Pass>, side: Side) -> FnAbi {
        let mut abi = FnAbi {
            signature: Signature::new(CallConv::SystemV),
            params,
            ret,
            gp: assign.gp,
            fp: assign.fp,
            stack_bytes: assign.stack,
            dummies: 0,
            stack: Vec::new(),
        };
        abi.lay_out_stack(side);
        if abi.stack.iter().any(|(_, item)| matches!(item, StackItem::Word(_))) {
            abi.dummies = GP_REGS - abi.gp;
        }
        abi.build_signature();
        abi
    }

    /// Lists what lies on the stack, gaps filled with padding words.
    fn lay_out_stack(&mut self, side: Side) {
        let mut at = 0;
        let mut stack = Vec::new();
        let pad = |at: &mut u32, to: u32, stack: &mut Vec<(u32, StackItem)>| {
            while *at < to {
                stack.push((*at, StackItem::Word(ct::I64)));
                *at += 8;
            }
        };
        for pass in &self.params {
            match pass {
                Pass::Nothing | Pass::Copy(_) => {}
                Pass::Words(words) => {
                    for word in words {
                        if let Loc::Stack(offset) = word.loc {
                            pad(&mut at, offset, &mut stack);
                            stack.push((offset, StackItem::Word(word.ty)));
                            at = offset + 8;
                        }
                    }
                }
                &Pass::Stack { offset, size } => {
                    pad(&mut at, offset, &mut stack);
                    let whole = size.next_multiple_of(8);
                    if side == Side::Callee || size > BLOCK {
                        stack.push((offset, StackItem::Block(whole)));
                        at = offset + whole;
                    } else {
                        pad(&mut at, offset + whole, &mut stack);
                    }
                }
            }
        }
        self.stack = stack;
    }

    fn build_signature(&mut self) {
        let signature = &mut self.signature;
        let mut gp = vec![ct::I64; usize::from(self.gp)];
        let mut fp = vec![ct::F64; usize::from(self.fp)];
        for pass in &self.params {
            let Pass::Words(words) = pass else { continue };
            for word in words {
                match word.loc {
                    Loc::Gp(n) => gp[usize::from(n)] = word.ty,
                    Loc::Fp(n) => fp[usize::from(n)] = word.ty,
                    Loc::Stack(_) | Loc::Param(_) => {}
                }
            }
        }
        signature.params.extend(gp.into_iter().chain(fp).map(AbiParam::new));
        if self.ret == Ret::Hidden {
            signature.params[0] = AbiParam::special(ct::I64, ArgumentPurpose::StructReturn);
        }
        for _ in 0..self.dummies {
            signature.params.push(AbiParam::new(ct::I64));
        }
        for (_, item) in &self.stack {
            signature.params.push(match *item {
                StackItem::Word(ty) => AbiParam::new(ty),
                StackItem::Block(size) => {
                    AbiParam::special(ct::I64, ArgumentPurpose::StructArgument(size))
                }
            });
        }
        if let Ret::Words(words) = &self.ret {
            signature.returns.extend(words.iter().map(|word| AbiParam::new(word.ty)));
        }
    }

    /// The index of the CLIF parameter at `loc`; the padding and dummies in between are nobody's.
    pub fn index(&self, loc: Loc) -> Option<usize> {
        match loc {
            Loc::Gp(n) => Some(usize::from(n)),
            Loc::Fp(n) => Some(usize::from(self.gp) + usize::from(n)),
            Loc::Stack(offset) => {
                let first = usize::from(self.gp + self.fp + self.dummies);
                self.stack.iter().position(|&(at, _)| at == offset).map(|i| first + i)
            }
            Loc::Param(number) => Some(number as usize),
        }
    }

    /// Is the value at this stack offset one block (its CLIF parameter is an address)?
    pub fn is_block(&self, offset: u32) -> bool {
        self.stack.iter().any(|&(at, item)| at == offset && matches!(item, StackItem::Block(_)))
    }

    /// Adds one stack word after all others, as the stubs for indirect variadic calls want it,
    /// and says how many words lie before it.
    pub fn push_target_word(&mut self) -> u32 {
        let old_dummies = usize::from(self.dummies);
        let at = usize::from(self.gp + self.fp) + old_dummies;
        self.dummies = GP_REGS - self.gp;
        for _ in old_dummies..usize::from(self.dummies) {
            self.signature.params.insert(at, AbiParam::new(ct::I64));
        }
        let offset = self.stack_bytes.next_multiple_of(8);
        self.stack.push((offset, StackItem::Word(ct::I64)));
        self.signature.params.push(AbiParam::new(ct::I64));
        self.stack_bytes = offset + 8;
        offset / 8
    }
}

/// The registers and stack taken so far.
#[derive(Default)]
struct Assign {
    gp: u8,
    fp: u8,
    stack: u32,
}

impl Assign {
    fn result(&mut self, types: &Types, ty: TypeId) -> Ret {
        match classify(types, ty) {
            Kind::Empty => Ret::Nothing,
            Kind::X87 => Ret::St0,
            Kind::ComplexX87 => Ret::St0St1,
            Kind::Memory => {
                self.gp = 1;
                Ret::Hidden
            }
            Kind::Words(classes) => {
                let mut words = words_of(types, ty, classes);
                let (mut gp, mut fp) = (0, 0);
                for (class, word) in &mut words {
                    word.loc = register(*class, &mut gp, &mut fp);
                }
                Ret::Words(words.into_iter().map(|(_, word)| word).collect())
            }
        }
    }

    fn argument(&mut self, types: &Types, ty: TypeId) -> Result<Pass, String> {
        let classes = match classify(types, ty) {
            Kind::Empty => return Ok(Pass::Nothing),
            Kind::X87 | Kind::ComplexX87 | Kind::Memory => return self.memory(types, ty),
            Kind::Words(classes) => classes,
        };
        let mut words = words_of(types, ty, classes);
        let gp = words.iter().filter(|(class, _)| *class == Class::Integer).count() as u8;
        let fp = words.len() as u8 - gp;
        if self.gp + gp <= GP_REGS && self.fp + fp <= FP_REGS && !words.is_empty() {
            for (class, word) in &mut words {
                word.loc = register(*class, &mut self.gp, &mut self.fp);
            }
            return Ok(Pass::Words(words.into_iter().map(|(_, word)| word).collect()));
        }
        let [(class, mut word)] = words[..] else { return self.memory(types, ty) };
        if word.bytes > 8 || !matches!(ctype::repr(types, scalar_of(types, ty)), Repr::Scalar(_)) {
            return self.memory(types, ty);
        }
        word.loc = Loc::Stack(self.stack);
        if class != Class::Integer {
            word.ty = if word.bytes <= 4 { ct::I32 } else { ct::I64 };
        }
        self.stack += 8;
        Ok(Pass::Words(vec![word]))
    }

    fn memory(&mut self, types: &Types, ty: TypeId) -> Result<Pass, String> {
        let size = ctype::size_of(types, ty);
        let align = ctype::align_of(types, ty).max(8);
        let offset = u64::from(self.stack).next_multiple_of(align);
        let end = offset.saturating_add(size).saturating_add(7) / 8 * 8;
        if end > MAX_STACK {
            return Err(format!("arguments by value of more than {MAX_STACK} bytes"));
        }
        self.stack = end as u32;
        Ok(Pass::Stack { offset: offset as u32, size: size as u32 })
    }
}

/// The next register for a word of this class.
fn register(class: Class, gp: &mut u8, fp: &mut u8) -> Loc {
    let (next, loc): (&mut u8, fn(u8) -> Loc) =
        if class == Class::Integer { (gp, Loc::Gp) } else { (fp, Loc::Fp) };
    *next += 1;
    loc(*next - 1)
}

/// The words of a value in registers; their places are still to be given.
fn words_of(types: &Types, ty: TypeId, classes: [Class; 2]) -> Vec<(Class, Word)> {
    let ty = scalar_of(types, ty);
    let size = ctype::size_of(types, ty) as u32;
    let word = |offset: u32, bytes: u32, ty: Type| Word { loc: Loc::Gp(0), offset, bytes, ty };
    if classes == [Class::Sse, Class::SseUp] {
        let lanes = match ctype::repr(types, ty) {
            Repr::Scalar(ty) if ty.is_vector() => ty,
            _ => ct::I8X16,
        };
        return vec![(Class::Sse, word(0, 16, lanes))];
    }
    if let Repr::Scalar(scalar) = ctype::repr(types, ty)
        && scalar != ct::I128
    {
        let ty = match scalar {
            ct::I8 | ct::I16 => ct::I32,
            other => other,
        };
        return vec![(classes[0], word(0, size, ty))];
    }
    let mut words = Vec::new();
    for (offset, class) in [(0, classes[0]), (8, classes[1])] {
        let bytes = size.saturating_sub(offset).min(8);
        match class {
            Class::Integer => words.push((class, word(offset, bytes, ct::I64))),
            Class::Sse | Class::SseUp => {
                let ty = if bytes == 4 { ct::F32 } else { ct::F64 };
                words.push((Class::Sse, word(offset, bytes, ty)));
            }
            _ => {}
        }
    }
    words
}
