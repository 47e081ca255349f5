//! The typed tree: what the front end makes of an input and the lowering turns into code. Every
//! expression has its type and its value category, every conversion stands as a node, every name
//! is resolved, every constant initialiser is bytes and relocations. Nodes lie in the vectors of
//! their [`Body`] and refer to each other by index, so a function's tree is one value that can be
//! sent to another thread.
//!
//! Rules that hold (checked by `verify` in debug builds):
//! - an lvalue is `Local`, `Symbol`, `Str`, `Deref`, `Member` of an lvalue, `CompoundLiteral`,
//!   `Real`/`Imag` of an lvalue or a vector element `Lane`; its value is read through `Load` (or,
//!   for arrays and functions, `Decay`) and nothing else;
//! - struct and union *rvalues* are `Load`, `Call`, `Assign`, `Cond`, `Comma`, `StmtExpr`, `VaArg`
//!   and `Builtin`; lowering represents them by an address it may read once;
//! - operands of `Binary` and `Compare` have the same unqualified type, shifts excepted.

mod builtin;

pub use builtin::{AtomicOp, Builtin, SseOp};

use crate::types::{QType, TypeId};
use preproc::name::Name;
use preproc::source::Span;
use std::ops::Range;

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);
        impl $name {
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// An expression of a body.
    ExprId,
    /// A statement of a body.
    StmtId,
    /// A parameter or block-scope object with automatic storage, of a body.
    LocalId,
    /// A label of a body.
    LabelId,
    /// Something with static storage duration or linkage: session-wide.
    SymbolId,
    /// A string literal of the unit.
    StringId,
}

// ---------------------------------------------------------------- symbols

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Linkage {
    External,
    Internal,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Visibility {
    #[default]
    Default,
    Hidden,
    Protected,
    Internal,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TlsModel {
    GeneralDynamic,
    LocalDynamic,
    InitialExec,
    LocalExec,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolKind {
    Function,
    Object,
}

/// How far a symbol is defined, as C counts it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Definition {
    /// Declared only: the linker finds it elsewhere.
    None,
    /// `int x;` at file scope. At the end of a unit it becomes a zero-filled definition
    /// (a common symbol under `-fcommon`).
    Tentative,
    Defined,
}

/// A function or an object with static storage duration.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The name in the source; `None` for compound literals at file scope and the like.
    pub name: Option<Name>,
    /// The name the linker knows: an `asm` label, `counter.3` for a block-scope static, `f$2` for
    /// a second version of a redefined function at the prompt.
    pub link_name: String,
    pub kind: SymbolKind,
    pub ty: QType,
    pub linkage: Linkage,
    pub definition: Definition,
    pub tls: Option<TlsModel>,
    pub attrs: SymbolAttrs,
    pub span: Span,
}

/// Attributes that reach the object file or change calls.
#[derive(Clone, Debug, Default)]
pub struct SymbolAttrs {
    pub weak: bool,
    pub visibility: Visibility,
    pub section: Option<String>,
    /// The `link_name` this is another name for.
    pub alias: Option<String>,
    pub weakref: bool,
    /// The `link_name` of the resolver of a GNU indirect function.
    pub ifunc: Option<String>,
    /// Bytes; 0 is the type's own.
    pub align: u64,
    pub constructor: Option<u16>,
    pub destructor: Option<u16>,
    pub noreturn: bool,
    pub returns_twice: bool,
    pub always_inline: bool,
    pub noinline: bool,
    /// Declared `inline` (of the kind that gives no external definition when `inline_only`).
    pub inline: bool,
    pub inline_only: bool,
    pub used: bool,
    pub common: bool,
    pub pure_: bool,
    pub const_: bool,
    pub naked: bool,
    /// `no_instrument_function`: its calls are not traced.
    pub untraced: bool,
    /// C23 `constexpr`: its value may stand in constant expressions.
    pub constexpr: bool,
    /// `format (printf, 2, 3)` and the like: what calls are checked against.
    pub format: Option<FormatAttr>,
    /// `deprecated`, with the reason given (perhaps empty).
    pub deprecated: Option<Box<str>>,
    /// `unavailable`, likewise.
    pub unavailable: Option<Box<str>>,
    /// `nodiscard`/`warn_unused_result`.
    pub nodiscard: bool,
    /// The arguments (from 1) that must not be null; empty for all of them.
    pub nonnull: Option<Box<[u32]>>,
    /// `unused`/`maybe_unused`.
    pub unused: bool,
    /// Declared by its first use, without a declaration (old modes).
    pub implicit: bool,
    /// Defined in the text of an input at the prompt: a later input may define it again, and its
    /// callers are to follow.
    pub replaceable: bool,
    /// Its definition here passes its variable arguments on (`__builtin_va_arg_pack`).
    pub va_arg_pack: bool,
    /// Code stores its first value: it may be constant, but lies in writable memory.
    pub filled_by_code: bool,
}

/// The `format` attribute: argument numbers count from 1; `first` is 0 for `va_list` functions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FormatAttr {
    pub kind: FormatKind,
    pub format: u32,
    pub first: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormatKind {
    Printf,
    Scanf,
    Strftime,
}

// ---------------------------------------------------------------- the unit

/// What one input (a file, or a prompt input) adds to the program.
#[derive(Debug, Default)]
pub struct Unit {
    pub functions: Vec<Function>,
    pub objects: Vec<Object>,
    pub strings: Vec<StringLit>,
    /// Symbols this input defines as another name (`alias`) or by a resolver (`ifunc`): they have
    /// neither a body nor an object.
    pub aliases: Vec<SymbolId>,
    /// `asm("…")` at file scope, in order.
    pub asm: Vec<String>,
    /// Statements at file scope and running initialisers, in order: a function `void (void)`.
    /// Present at the prompt and in scripts only.
    pub script: Option<Function>,
    /// Functions and objects of earlier inputs that this one defines again with the same type:
    /// their symbols are kept, and this unit holds the new bodies and values.
    pub redefined: Vec<SymbolId>,
    /// Earlier symbols whose name now means another (old, new), of another type.
    pub replaced: Vec<(SymbolId, SymbolId)>,
    /// The type of the last expression's value, when the input ends in one without `;`: the
    /// script stores the value into `value_symbol`. `void` expressions have no symbol.
    pub value: Option<UnitValue>,
    /// `fetestexcept` is declared: what floating-point operations raise can be seen.
    pub exceptions_seen: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct UnitValue {
    pub ty: QType,
    pub symbol: Option<SymbolId>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Function {
    /// The function's symbol; `None` for the script body and nested functions' bodies.
    pub symbol: Option<SymbolId>,
    /// Always `Type::Function`.
    pub ty: TypeId,
    pub body: Body,
    pub span: Span,
}

#[derive(Debug)]
pub struct Object {
    pub symbol: SymbolId,
    pub init: StaticInit,
}

/// A constant initialiser: `bytes`, then zeros up to `size`; `relocs` are patched over it.
#[derive(Clone, Debug, Default)]
pub struct StaticInit {
    /// May exceed the type's size where a flexible array member is initialised.
    pub size: u64,
    pub bytes: Vec<u8>,
    pub relocs: Vec<StaticReloc>,
}

/// The eight bytes at `offset` are the address of `target` plus `addend`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StaticReloc {
    pub offset: u64,
    pub target: StaticTarget,
    pub addend: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StaticTarget {
    Symbol(SymbolId),
    String(StringId),
}

/// `&&label` is the label's number in its function plus one, an integer (there are no indirect
/// branches below us): so it needs no relocation, and label differences are constants too.
pub fn label_value(label: LabelId) -> u64 {
    u64::from(label.0) + 1
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StringLit {
    /// The elements as laid out in memory, terminator included.
    pub bytes: Vec<u8>,
    pub elem: TypeId,
    pub align: u64,
}

// ---------------------------------------------------------------- bodies

/// The tree of one function.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pub exprs: Vec<Expr>,
    pub stmts: Vec<Stmt>,
    pub locals: Vec<Local>,
    pub labels: Vec<Label>,
    /// Lists of expressions (arguments, …) lie in one vector; nodes hold ranges of it.
    pub expr_lists: Vec<ExprId>,
    /// Lists of statements likewise.
    pub stmt_lists: Vec<StmtId>,
    pub inits: Vec<InitStep>,
    pub switches: Vec<Switch>,
    pub asms: Vec<Asm>,
    /// Large constants: `__int128`, wide `_BitInt`, `long double`, `_Float128`: 16 bytes each.
    pub wide: Vec<[u8; 16]>,
    /// The first locals are the parameters, in order.
    pub params: u32,
    /// The compound statement.
    pub root: Option<StmtId>,
    /// Nested functions (GNU), called with a static chain.
    pub nested: Vec<Function>,
    /// Facts that change how the function is compiled.
    pub facts: BodyFacts,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct BodyFacts {
    /// Calls `setjmp` or another function that returns twice.
    pub calls_returns_twice: bool,
    pub uses_alloca: bool,
    pub uses_vla: bool,
    pub uses_va_start: bool,
    /// Passes its variable arguments on: only copies of it have code.
    pub uses_va_arg_pack: bool,
    pub has_computed_goto: bool,
    pub has_asm: bool,
}

impl Body {
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.index()]
    }

    pub fn local(&self, id: LocalId) -> &Local {
        &self.locals[id.index()]
    }

    pub fn list(&self, list: &ExprList) -> &[ExprId] {
        &self.expr_lists[list.0.start as usize..list.0.end as usize]
    }

    pub fn block(&self, list: &StmtList) -> &[StmtId] {
        &self.stmt_lists[list.0.start as usize..list.0.end as usize]
    }

    pub fn init(&self, init: &Init) -> &[InitStep] {
        &self.inits[init.steps.start as usize..init.steps.end as usize]
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExprList(pub Range<u32>);

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StmtList(pub Range<u32>);

/// An automatic object. Block-scope statics are symbols.
#[derive(Clone, Debug)]
pub struct Local {
    pub name: Option<Name>,
    pub ty: QType,
    /// Bytes; 0 is the type's own.
    pub align: u64,
    /// `&` was taken, it is captured by a nested function or an `asm` names it as memory: it needs
    /// an address. (Arrays and records always may.)
    pub address_taken: bool,
    /// Function called when the scope ends (`cleanup` attribute), with the local's address.
    pub cleanup: Option<SymbolId>,
    /// A register asked for by `register int x asm("rbx")`.
    pub asm_register: Option<String>,
    /// Declared `register`: its address cannot be asked for.
    pub register: bool,
    /// The constant a `const` scalar begins with; initialisers may read it.
    pub known: Option<ExprId>,
    /// Types of variable size count on it, those of nested functions too.
    pub is_length: bool,
    pub span: Span,
}

impl Local {
    /// One of which nothing is said but its type.
    pub fn new(name: Option<Name>, ty: QType, span: Span) -> Local {
        Local {
            name,
            ty,
            align: 0,
            address_taken: false,
            cleanup: None,
            asm_register: None,
            register: false,
            known: None,
            is_length: false,
            span,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Label {
    pub name: Name,
    /// `&&label` occurs.
    pub address_taken: bool,
    pub span: Span,
}

// ---------------------------------------------------------------- expressions

#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: QType,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    // --- constants
    /// Integers to 64 bits, `_Bool`, enumerations, pointers made of integers: the value's low
    /// bits, sign- or zero-extended by the type.
    Int(u64),
    /// Half, single and double formats: the value as a double.
    Float(f64),
    /// An index into `Body::wide`: 128-bit integers, extended and quad floating point.
    Wide(u32),

    // --- lvalues and designators
    Local(LocalId),
    /// An object (lvalue) or a function (designator).
    Symbol(SymbolId),
    /// A local of the function `depth` levels out from a nested function.
    Outer {
        depth: u32,
        local: LocalId,
    },
    Str(StringId),
    /// `*p`; `p` is a pointer rvalue.
    Deref(ExprId),
    /// Field `1` of record `0`. An lvalue if `0` is one. Anonymous members are stepped through
    /// one `Member` at a time.
    Member(ExprId, u32),
    /// `(T){…}` in a function: the local it initialises each time it is reached, then is.
    CompoundLiteral(LocalId, Init),
    /// Element `1` (an integer rvalue) of the vector `0`.
    Lane(ExprId, ExprId),
    Real(ExprId),
    Imag(ExprId),

    // --- conversions
    /// The value of an lvalue.
    Load(ExprId),
    /// An array lvalue to a pointer to its first element, a function to a pointer to it.
    Decay(ExprId),
    Convert(Conversion, ExprId),

    // --- operators
    AddrOf(ExprId),
    Unary(UnaryOp, ExprId),
    Binary(BinaryOp, ExprId, ExprId),
    /// `p + i`: the integer is already `long`; scaled by the pointed-to size. `negate` for `p - i`.
    PtrAdd {
        ptr: ExprId,
        index: ExprId,
        negate: bool,
    },
    /// `p - q`, divided by the pointed-to size: `long`.
    PtrDiff(ExprId, ExprId),
    /// Integers, floating point and pointers give `int`; vectors a mask vector.
    Compare(CompareOp, ExprId, ExprId),
    LogicalAnd(ExprId, ExprId),
    LogicalOr(ExprId, ExprId),
    /// `int`: 1 if the scalar is zero.
    LogicalNot(ExprId),
    Cond(ExprId, ExprId, ExprId),
    /// `a ?: b`: the first operand is evaluated once, in its own type; `converted` is it converted
    /// to the result's type, expressed over `ExprKind::Same`.
    CondOr {
        value: ExprId,
        converted: ExprId,
        other: ExprId,
    },
    /// Within `CondOr::converted` and `AssignOp::value`: the value computed just before.
    Same,
    Comma(ExprId, ExprId),
    /// `place = value`; the value has the place's type. The result is the value stored.
    Assign(ExprId, ExprId),
    /// `place op= …`: the place's address is computed once, its value loaded as `Same`, `value`
    /// (already converted to the place's type, in terms of `Same`) stored.
    AssignOp {
        place: ExprId,
        value: ExprId,
    },
    /// `++`/`--`: like `AssignOp`; with `post` the result is the value before.
    IncDec {
        place: ExprId,
        value: ExprId,
        post: bool,
    },
    Call {
        callee: ExprId,
        args: ExprList,
    },
    Builtin(Builtin, ExprList),
    /// `va_arg(ap, ty)`: the operand is the `va_list`'s address; the type is the node's.
    VaArg(ExprId),
    /// `({ … })`: the block; its last statement's value, if it has one, is the result.
    StmtExpr {
        block: StmtId,
        value: Option<ExprId>,
    },
    /// `&&label`.
    LabelAddr(LabelId),
    /// The size in bytes of a type with variable length, as `unsigned long`.
    SizeOfVariable(TypeId),
    /// A nested function's address (its trampoline, when it uses the outer frame).
    NestedFunction(u32),
    /// The same for nested function `index` of the function `depth` levels out: a nested function
    /// that names itself or its sibling.
    OuterNested {
        depth: u32,
        index: u32,
    },
    /// A diagnostic was given here.
    Error,
}

/// What a conversion does; source and target types are in the nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conversion {
    /// Integer (any width, also to and from enumerations and `_BitInt`) to integer.
    IntToInt,
    /// Anything scalar to `_Bool`: is it unequal to zero?
    ToBool,
    IntToFloat,
    FloatToInt,
    FloatToFloat,
    /// Real to complex: imaginary part zero.
    RealToComplex,
    ComplexToReal,
    ComplexToComplex,
    PtrToInt,
    IntToPtr,
    PtrToPtr,
    /// `0` or `nullptr` to a pointer.
    NullToPtr,
    /// To `void`.
    ToVoid,
    /// The same bits in another type of the same size (vectors, transparent unions, GNU casts to
    /// union are made of other nodes).
    Bits,
    /// A scalar repeated in every lane.
    Splat,
    /// Qualifiers only.
    Same,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Neg,
    BitNot,
    /// GNU `~z`.
    Conjugate,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Shl,
    Shr,
    And,
    Or,
    Xor,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl CompareOp {
    /// The comparison with its operands exchanged.
    pub fn turned(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
            same => same,
        }
    }
}

/// A brace-enclosed or whole initialiser of an automatic object: zero it first when `zero`, then
/// store each step in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Init {
    pub zero: bool,
    pub steps: Range<u32>,
}

/// Store `value` (of the type of the part) at `offset` bytes into the object; into `bits` of the
/// storage there when the part is a bit-field. A `Str` lvalue as value copies its bytes up to the
/// part's size and zeroes the rest.
#[derive(Clone, Debug)]
pub struct InitStep {
    pub offset: u64,
    pub ty: QType,
    pub bits: Option<crate::types::BitField>,
    pub value: ExprId,
}

// ---------------------------------------------------------------- statements

#[derive(Clone, Debug)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum StmtKind {
    Empty,
    Expr(ExprId),
    /// A scope: its locals end with it (cleanups run, variable-length storage is released).
    Block(StmtList),
    /// A local comes to life; the initialiser is stored. For a variable-length array this is where
    /// its storage is taken. Without initialiser and of fixed size it has no effect but `cleanup`.
    Local {
        local: LocalId,
        init: Option<Init>,
    },
    /// Scripts and the prompt: the initialiser of an object with static storage runs here. (Where
    /// it is constant and the object is new, it is in `Unit::objects` instead.)
    InitSymbol {
        symbol: SymbolId,
        init: Init,
    },
    If {
        cond: ExprId,
        then: StmtId,
        otherwise: Option<StmtId>,
    },
    While {
        cond: ExprId,
        body: StmtId,
    },
    DoWhile {
        body: StmtId,
        cond: ExprId,
    },
    /// `init` is a statement of its own scope around the loop.
    For {
        init: Option<StmtId>,
        cond: Option<ExprId>,
        step: Option<ExprId>,
        body: StmtId,
    },
    Switch(u32),
    /// Position of case `1` of switch `0`, or of its default with `None`; then the statement.
    Case {
        switch: u32,
        case: Option<u32>,
        body: StmtId,
    },
    Labeled {
        label: LabelId,
        body: StmtId,
    },
    Goto(LabelId),
    /// From a nested function to a `__label__` of the function `depth` levels out.
    GotoOuter {
        depth: u32,
        label: LabelId,
    },
    GotoComputed(ExprId),
    Break,
    Continue,
    Return(Option<ExprId>),
    Asm(u32),
}

#[derive(Clone, Debug)]
pub struct Switch {
    /// Already promoted.
    pub value: ExprId,
    pub body: StmtId,
    pub cases: Vec<CaseRange>,
    pub has_default: bool,
}

/// `case low ... high:` as values of the switch's type (`low == high` mostly).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CaseRange {
    pub low: i128,
    pub high: i128,
}

#[derive(Clone, Debug)]
pub struct Asm {
    pub template: String,
    pub outputs: Vec<AsmOperand>,
    pub inputs: Vec<AsmOperand>,
    pub clobbers: Vec<String>,
    pub goto_labels: Vec<LabelId>,
    pub is_volatile: bool,
    /// `asm("…")` without colons: `%` is not special.
    pub basic: bool,
}

#[derive(Clone, Debug)]
pub struct AsmOperand {
    pub name: Option<Name>,
    pub constraint: String,
    /// An lvalue for outputs and for memory inputs, an rvalue otherwise.
    pub expr: ExprId,
}
