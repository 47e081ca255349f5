//! Types as C text: `int (*)(const char *, ...)`. In: a type and the names; out: what one would
//! write to declare it. Depth is limited; what lies deeper is shown as `…`.

use crate::types::{ArrayLen, FloatKind, FuncType, IntKind, QType, Quals, Type, Types};
use preproc::name::{Name, Names};

const MAX_DEPTH: u32 = 64;

pub fn int_name(kind: IntKind) -> &'static str {
    match kind {
        IntKind::Bool => "bool",
        IntKind::Char => "char",
        IntKind::SChar => "signed char",
        IntKind::UChar => "unsigned char",
        IntKind::Short => "short",
        IntKind::UShort => "unsigned short",
        IntKind::Int => "int",
        IntKind::UInt => "unsigned int",
        IntKind::Long => "long",
        IntKind::ULong => "unsigned long",
        IntKind::LongLong => "long long",
        IntKind::ULongLong => "unsigned long long",
        IntKind::Int128 => "__int128",
        IntKind::UInt128 => "unsigned __int128",
    }
}

pub fn float_name(kind: FloatKind) -> &'static str {
    match kind {
        FloatKind::Float16 => "_Float16",
        FloatKind::Float => "float",
        FloatKind::Double => "double",
        FloatKind::LongDouble => "long double",
        FloatKind::Float32 => "_Float32",
        FloatKind::Float64 => "_Float64",
        FloatKind::Float32x => "_Float32x",
        FloatKind::Float64x => "_Float64x",
        FloatKind::Float128 => "_Float128",
    }
}

fn tagged(word: &str, tag: Option<Name>, alias: Option<Name>, names: &Names) -> String {
    match (tag, alias) {
        (Some(tag), _) => format!("{word} {}", names.text(tag)),
        (None, Some(alias)) => names.text(alias).to_string(),
        (None, None) => word.into(),
    }
}

fn quals_text(quals: Quals) -> String {
    let table = [
        (Quals::CONST, "const"),
        (Quals::VOLATILE, "volatile"),
        (Quals::RESTRICT, "restrict"),
        (Quals::ATOMIC, "_Atomic"),
    ];
    let words: Vec<&str> = table.iter().filter(|(q, _)| quals.has(*q)).map(|(_, w)| *w).collect();
    words.join(" ")
}

impl Types {
    /// The type as one writes it in a cast.
    pub fn show(&self, ty: QType, names: &Names) -> String {
        self.show_declaration(ty, "", names)
    }

    /// The type as a declaration of `name`.
    pub fn show_declaration(&self, ty: QType, name: &str, names: &Names) -> String {
        let mut text = self.declarator(ty, name.to_string(), names, 0);
        while text.ends_with(' ') {
            text.pop();
        }
        text
    }

    fn declarator(&self, ty: QType, inner: String, names: &Names, depth: u32) -> String {
        if depth > MAX_DEPTH {
            return format!("… {inner}");
        }
        match self.get(ty.id) {
            Type::Pointer(to) => {
                let quals = quals_text(ty.quals);
                let mut text = format!("*{quals}");
                if !quals.is_empty() && !inner.is_empty() {
                    text.push(' ');
                }
                text.push_str(&inner);
                if matches!(self.get(to.id), Type::Array { .. } | Type::Function(_)) {
                    text = format!("({text})");
                }
                self.declarator(*to, text, names, depth + 1)
            }
            Type::Array { elem, len } => {
                let length = match len {
                    ArrayLen::Fixed(n) => n.to_string(),
                    ArrayLen::Unknown => String::new(),
                    ArrayLen::Star | ArrayLen::Variable(_) => "*".into(),
                };
                let elem = elem.with(ty.quals);
                self.declarator(elem, format!("{inner}[{length}]"), names, depth + 1)
            }
            Type::Function(func) => {
                let params = self.parameters(func, names, depth);
                self.declarator(func.ret, format!("{inner}({params})"), names, depth + 1)
            }
            _ => {
                let base = self.base_text(ty, names);
                // `int[4]`, but `int *p`, `int (*)(int)`.
                if inner.is_empty() || inner.starts_with('[') {
                    format!("{base}{inner}")
                } else {
                    format!("{base} {inner}")
                }
            }
        }
    }

    fn parameters(&self, func: &FuncType, names: &Names, depth: u32) -> String {
        if func.old_style {
            return String::new();
        }
        let mut parts: Vec<String> = func
            .params
            .iter()
            .map(|&param| {
                let text = self.declarator(param, String::new(), names, depth + 1);
                text.trim_end().to_string()
            })
            .collect();
        if func.variadic {
            parts.push("...".into());
        }
        if parts.is_empty() { "void".into() } else { parts.join(", ") }
    }

    fn base_text(&self, ty: QType, names: &Names) -> String {
        let base = match self.get(ty.id) {
            Type::Void => "void".to_string(),
            Type::NullPtr => "nullptr_t".into(),
            Type::Int(kind) => int_name(*kind).into(),
            Type::BitInt { bits, signed: true } => format!("_BitInt({bits})"),
            Type::BitInt { bits, signed: false } => format!("unsigned _BitInt({bits})"),
            Type::Float(kind) => float_name(*kind).into(),
            Type::Complex(kind) => format!("{} _Complex", float_name(*kind)),
            Type::ComplexInt(kind) => format!("{} _Complex", int_name(*kind)),
            Type::Enum(e) => {
                let e = self.enumeration(*e);
                tagged("enum", e.tag, e.alias, names)
            }
            Type::Record(record) => {
                let record = self.record(*record);
                let word = if record.is_union { "union" } else { "struct" };
                tagged(word, record.tag, record.alias, names)
            }
            Type::Vector { elem, lanes } => {
                let elem = self.base_text(QType::new(*elem), names);
                format!("{elem} __vector({lanes})")
            }
            Type::Error => "<error>".into(),
            Type::Pointer(_) | Type::Array { .. } | Type::Function(_) => "…".into(),
        };
        let quals = quals_text(ty.quals);
        if quals.is_empty() { base } else { format!("{quals} {base}") }
    }
}
