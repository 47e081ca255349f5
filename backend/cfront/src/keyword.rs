//! Keywords: spelling and language standard to [`Kw`]. The table is indexed by `Name`, so that the
//! parser asks with one load.

use crate::session::{Options, Standard};
use preproc::name::{Name, Names};

/// A keyword, whatever its spelling (`const`, `__const`, `__const__` are one).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
pub enum Kw {
    /// Not a keyword.
    None,
    Alignas,
    Alignof,
    /// `__alignof__`: of expressions too, and the preferred alignment.
    GnuAlignof,
    Asm,
    Atomic,
    Attribute,
    Auto,
    AutoType,
    BitInt,
    Bool,
    Break,
    Case,
    Char,
    Complex,
    Const,
    Constexpr,
    Continue,
    /// `_Countof`: how many elements an array has.
    Countof,
    Default,
    Do,
    Double,
    Else,
    Enum,
    Extension,
    Extern,
    False,
    Float,
    Float16,
    Float32,
    Float32x,
    Float64,
    Float64x,
    Float128,
    For,
    FuncName,
    Generic,
    Goto,
    If,
    Imag,
    Inline,
    Int,
    Int128,
    Label,
    Long,
    Noreturn,
    Nullptr,
    Real,
    Register,
    Restrict,
    Return,
    Short,
    Signed,
    Sizeof,
    Static,
    StaticAssert,
    Struct,
    Switch,
    Thread,
    True,
    Typedef,
    Typeof,
    TypeofUnqual,
    Union,
    Unsigned,
    Void,
    Volatile,
    While,
    VaArg,
    Offsetof,
    TypesCompatible,
    ChooseExpr,
    /// `__builtin_va_list`: a type.
    VaList,
}

/// Spellings that are keywords in every standard and mode.
const ALWAYS: &[(&str, Kw)] = &[
    ("auto", Kw::Auto),
    ("break", Kw::Break),
    ("case", Kw::Case),
    ("char", Kw::Char),
    ("const", Kw::Const),
    ("continue", Kw::Continue),
    ("default", Kw::Default),
    ("do", Kw::Do),
    ("double", Kw::Double),
    ("else", Kw::Else),
    ("enum", Kw::Enum),
    ("extern", Kw::Extern),
    ("float", Kw::Float),
    ("for", Kw::For),
    ("goto", Kw::Goto),
    ("if", Kw::If),
    ("int", Kw::Int),
    ("long", Kw::Long),
    ("register", Kw::Register),
    ("return", Kw::Return),
    ("short", Kw::Short),
    ("signed", Kw::Signed),
    ("sizeof", Kw::Sizeof),
    ("static", Kw::Static),
    ("struct", Kw::Struct),
    ("switch", Kw::Switch),
    ("typedef", Kw::Typedef),
    ("union", Kw::Union),
    ("unsigned", Kw::Unsigned),
    ("void", Kw::Void),
    ("volatile", Kw::Volatile),
    ("while", Kw::While),
    ("_Alignas", Kw::Alignas),
    ("_Alignof", Kw::Alignof),
    ("_Atomic", Kw::Atomic),
    ("_BitInt", Kw::BitInt),
    ("_Bool", Kw::Bool),
    ("_Complex", Kw::Complex),
    ("_Countof", Kw::Countof),
    ("_Generic", Kw::Generic),
    ("_Noreturn", Kw::Noreturn),
    ("_Static_assert", Kw::StaticAssert),
    ("_Thread_local", Kw::Thread),
    ("_Float16", Kw::Float16),
    ("_Float32", Kw::Float32),
    ("_Float32x", Kw::Float32x),
    ("_Float64", Kw::Float64),
    ("_Float64x", Kw::Float64x),
    ("_Float128", Kw::Float128),
    ("__float128", Kw::Float128),
    ("__float80", Kw::Float64x),
    ("__alignof", Kw::GnuAlignof),
    ("__alignof__", Kw::GnuAlignof),
    ("__asm", Kw::Asm),
    ("__asm__", Kw::Asm),
    ("__attribute", Kw::Attribute),
    ("__attribute__", Kw::Attribute),
    ("__auto_type", Kw::AutoType),
    ("__complex", Kw::Complex),
    ("__complex__", Kw::Complex),
    ("__const", Kw::Const),
    ("__const__", Kw::Const),
    ("__extension__", Kw::Extension),
    ("__func__", Kw::FuncName),
    ("__FUNCTION__", Kw::FuncName),
    ("__PRETTY_FUNCTION__", Kw::FuncName),
    ("__imag", Kw::Imag),
    ("__imag__", Kw::Imag),
    ("__inline", Kw::Inline),
    ("__inline__", Kw::Inline),
    ("__int128", Kw::Int128),
    ("__int128__", Kw::Int128),
    ("__label__", Kw::Label),
    ("__real", Kw::Real),
    ("__real__", Kw::Real),
    ("__restrict", Kw::Restrict),
    ("__restrict__", Kw::Restrict),
    ("__signed", Kw::Signed),
    ("__signed__", Kw::Signed),
    ("__thread", Kw::Thread),
    ("__typeof", Kw::Typeof),
    ("__typeof__", Kw::Typeof),
    ("__typeof_unqual", Kw::TypeofUnqual),
    ("__typeof_unqual__", Kw::TypeofUnqual),
    ("__volatile", Kw::Volatile),
    ("__volatile__", Kw::Volatile),
    ("__builtin_va_arg", Kw::VaArg),
    ("__builtin_offsetof", Kw::Offsetof),
    ("__builtin_types_compatible_p", Kw::TypesCompatible),
    ("__builtin_choose_expr", Kw::ChooseExpr),
    ("__builtin_va_list", Kw::VaList),
];

/// Spellings that became keywords later, with the standard, and whether GNU modes had them before.
const LATER: &[(&str, Kw, Standard, bool)] = &[
    ("inline", Kw::Inline, Standard::C99, true),
    ("restrict", Kw::Restrict, Standard::C99, false),
    ("asm", Kw::Asm, Standard::Never, true),
    ("typeof", Kw::Typeof, Standard::C23, true),
    ("typeof_unqual", Kw::TypeofUnqual, Standard::C23, false),
    ("alignas", Kw::Alignas, Standard::C23, false),
    ("alignof", Kw::Alignof, Standard::C23, false),
    ("bool", Kw::Bool, Standard::C23, false),
    ("constexpr", Kw::Constexpr, Standard::C23, false),
    ("false", Kw::False, Standard::C23, false),
    ("nullptr", Kw::Nullptr, Standard::C23, false),
    ("static_assert", Kw::StaticAssert, Standard::C23, false),
    ("thread_local", Kw::Thread, Standard::C23, false),
    ("true", Kw::True, Standard::C23, false),
];

/// Keywords by name.
pub struct Keywords {
    table: Vec<Kw>,
}

impl Keywords {
    pub fn new(names: &mut Names, options: &Options) -> Keywords {
        let mut keywords = Keywords { table: Vec::new() };
        for &(text, kw) in ALWAYS {
            keywords.set(names.intern(text), kw);
        }
        for &(text, kw, since, gnu) in LATER {
            if options.standard >= since || (gnu && options.gnu && !options.no_asm) {
                keywords.set(names.intern(text), kw);
            }
        }
        keywords
    }

    fn set(&mut self, name: Name, kw: Kw) {
        let at = name.0 as usize;
        if self.table.len() <= at {
            self.table.resize(at + 1, Kw::None);
        }
        self.table[at] = kw;
    }

    /// Makes the name of a keyword an ordinary one, or a keyword again.
    pub(crate) fn change(&mut self, name: Name, kw: Kw) {
        self.set(name, kw);
    }

    #[inline]
    pub fn get(&self, name: Name) -> Kw {
        self.table.get(name.0 as usize).copied().unwrap_or(Kw::None)
    }
}
