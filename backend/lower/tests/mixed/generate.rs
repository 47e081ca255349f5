//! Random C in two halves, callers and callees, that pass each other values of random types. Each
//! half checks what it receives against what the other must have sent: both know how a value is
//! made of a seed. What one compiler thinks of the calling convention, layout and variable
//! arguments is so compared with what another does.

use std::fmt::Write;

/// A small generator of numbers: the same seed gives the same program everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as usize) % bound
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Int,
    Bool,
    Wide,
    Float,
    Half,
    Complex,
    ComplexInt,
    Pointer,
    Vector(u32),
    Record,
}

#[derive(Clone)]
struct Type {
    name: String,
    kind: Kind,
    /// May be the type of a `va_arg`.
    variadic: bool,
}

const SCALARS: [(&str, Kind, bool); 47] = [
    ("char", Kind::Int, false),
    ("signed char", Kind::Int, false),
    ("unsigned char", Kind::Int, false),
    ("short", Kind::Int, false),
    ("unsigned short", Kind::Int, false),
    ("int", Kind::Int, true),
    ("unsigned", Kind::Int, true),
    ("long", Kind::Int, true),
    ("unsigned long", Kind::Int, true),
    ("long long", Kind::Int, true),
    ("enum colour", Kind::Int, true),
    ("_Bool", Kind::Bool, false),
    ("float", Kind::Float, false),
    ("float", Kind::Float, false),
    ("double", Kind::Float, true),
    ("double", Kind::Float, true),
    ("long double", Kind::Float, true),
    ("__int128", Kind::Wide, true),
    ("unsigned __int128", Kind::Wide, true),
    ("_Complex float", Kind::Complex, true),
    ("_Complex double", Kind::Complex, true),
    ("_Complex long double", Kind::Complex, true),
    ("void *", Kind::Pointer, true),
    ("_Float128", Kind::Float, true),
    ("_Float16", Kind::Half, false),
    ("v2si", Kind::Vector(2), true),
    ("v4sf", Kind::Vector(4), true),
    ("v2df", Kind::Vector(2), true),
    ("v16qi", Kind::Vector(16), true),
    ("v8hi", Kind::Vector(8), true),
    ("v4si", Kind::Vector(4), true),
    ("v2di", Kind::Vector(2), true),
    ("v8qi", Kind::Vector(8), true),
    ("v4hi", Kind::Vector(4), true),
    ("v2sf", Kind::Vector(2), true),
    ("v1di", Kind::Vector(1), false),
    ("v4qi", Kind::Vector(4), false),
    ("v2hi", Kind::Vector(2), false),
    ("v8sf", Kind::Vector(8), false),
    ("v4di", Kind::Vector(4), false),
    ("_Complex int", Kind::ComplexInt, false),
    ("_Complex char", Kind::ComplexInt, false),
    ("_Complex long", Kind::ComplexInt, false),
    ("_Float32", Kind::Float, false),
    ("_Float64", Kind::Float, true),
    ("__float128", Kind::Float, true),
    ("unsigned long long", Kind::Int, true),
];

pub(crate) struct Program {
    /// Types, how their values are made and folded, prototypes: for both halves.
    pub(crate) header: String,
    pub(crate) callees: String,
    /// Has `main`; prints and counts what does not agree.
    pub(crate) callers: String,
}

struct Gen {
    random: Random,
    types: Vec<Type>,
    header: String,
}

const PRELUDE: &str = "
#include <stdarg.h>
int printf(const char *, ...);
enum colour { RED, GREEN = 300, BLUE = -5 };
typedef int v2si __attribute__((vector_size(8)));
typedef float v4sf __attribute__((vector_size(16)));
typedef double v2df __attribute__((vector_size(16)));
typedef signed char v16qi __attribute__((vector_size(16)));
typedef short v8hi __attribute__((vector_size(16)));
typedef int v4si __attribute__((vector_size(16)));
typedef long v2di __attribute__((vector_size(16)));
typedef signed char v8qi __attribute__((vector_size(8)));
typedef short v4hi __attribute__((vector_size(8)));
typedef float v2sf __attribute__((vector_size(8)));
typedef long v1di __attribute__((vector_size(8)));
typedef signed char v4qi __attribute__((vector_size(4)));
typedef short v2hi __attribute__((vector_size(4)));
typedef float v8sf __attribute__((vector_size(32)));
typedef long v4di __attribute__((vector_size(32)));
static unsigned long mix(unsigned long a, unsigned long b) {
  a = (a + b * 0x9e3779b97f4a7c15UL) ^ (a >> 29);
  a *= 0xbf58476d1ce4e5b9UL;
  return a ^ (a >> 32);
}
";

fn fill(kind: Kind, place: &str, ty: &str, salt: usize) -> String {
    let small = format!("((int)(mix(s, {salt}) & 0xffff) - 1000) / 8.0");
    match kind {
        Kind::Int => format!("{place} = ({ty})mix(s, {salt});"),
        Kind::Bool => format!("{place} = mix(s, {salt}) & 1;"),
        Kind::Wide => {
            format!("{place} = (({ty})mix(s, {salt}) << 64) | mix(s, {});", salt + 1000)
        }
        Kind::Float => format!("{place} = ({ty})({small});"),
        Kind::Half => format!("{place} = ({ty})(double)(mix(s, {salt}) & 63);"),
        Kind::Complex => format!(
            "__real__ {place} = {small}; __imag__ {place} = (int)(mix(s, {}) & 255);",
            salt + 1000
        ),
        Kind::ComplexInt => format!(
            "__real__ {place} = mix(s, {salt}); __imag__ {place} = mix(s, {});",
            salt + 1000
        ),
        Kind::Pointer => format!("{place} = (void *)mix(s, {salt});"),
        Kind::Vector(lanes) => (0..lanes)
            .map(|lane| {
                format!("({place})[{lane}] = (int)(mix(s, {}) & 4095);", salt + 50 * lane as usize)
            })
            .collect(),
        // By way of a copy: gcc would let the call write into an unaligned member.
        Kind::Record => format!(
            "{{ {ty} t = make_{}(s + {salt}); __builtin_memcpy(&{place}, &t, sizeof t); }}",
            tag(ty)
        ),
    }
}

fn fold(kind: Kind, place: &str, ty: &str) -> String {
    let real = |place: &str| format!("h = mix(h, (unsigned long)(long)({place} * 8));");
    match kind {
        Kind::Int | Kind::Bool | Kind::Pointer => format!("h = mix(h, (unsigned long){place});"),
        Kind::Wide => format!(
            "h = mix(h, (unsigned long){place}); h = mix(h, (unsigned long)({place} >> 64));"
        ),
        Kind::Float => real(place),
        Kind::Half => format!("h = mix(h, (unsigned long)(long)(double){place});"),
        Kind::Complex | Kind::ComplexInt => {
            real(&format!("(__real__ {place})")) + &real(&format!("(__imag__ {place})"))
        }
        Kind::Vector(lanes) => (0..lanes).map(|lane| real(&format!("({place})[{lane}]"))).collect(),
        Kind::Record => format!("h = mix(h, fold_{}({place}));", tag(ty)),
    }
}

/// `struct s3` names its functions `s3`; scalars have none.
fn tag(ty: &str) -> &str {
    ty.rsplit(' ').next().unwrap_or(ty)
}

impl Gen {
    fn scalar(&mut self) -> Type {
        let (name, kind, variadic) = SCALARS[self.random.below(SCALARS.len())];
        Type { name: name.to_owned(), kind, variadic }
    }

    fn pick(&mut self) -> Type {
        if self.random.chance(55) {
            let at = self.random.below(self.types.len());
            return self.types[at].clone();
        }
        self.scalar()
    }

    /// Adds a struct or union with the functions that make, and fold, a value of it.
    fn record(&mut self, number: usize) {
        let union = self.random.chance(15);
        let name = format!("{} s{number}", if union { "union" } else { "struct" });
        let fields = if self.random.chance(4) { 0 } else { 1 + self.random.below(4) };
        let (mut members, mut makes, mut folds) = (String::new(), String::new(), String::new());
        for field in 0..fields {
            let ty = if self.random.chance(15) && !self.types.is_empty() {
                let at = self.random.below(self.types.len());
                self.types[at].clone()
            } else {
                self.scalar()
            };
            // gcc copies a union with a `long double` through the x87, whatever it holds.
            let ty = match ty.name.as_str() {
                "long double" if union => {
                    Type { name: "double".to_owned(), kind: Kind::Float, variadic: true }
                }
                // Nothing aligns the stack's variable arguments beyond 16.
                "v8sf" | "v4di" => {
                    Type { name: "v4sf".to_owned(), kind: Kind::Vector(4), variadic: true }
                }
                _ => ty,
            };
            let place = format!("v.m{field}");
            // Of a union one member is used, the last.
            let used = !union || field + 1 == fields;
            let (mut make, mut folded) =
                (fill(ty.kind, &place, &ty.name, field * 7 + 1), fold(ty.kind, &place, &ty.name));
            if !union && self.random.chance(8) {
                let unnamed = ["int : 3", "int : 0", "char : 0", "long : 40", "short : 9"];
                let _ = writeln!(members, "  {};", unnamed[self.random.below(unnamed.len())]);
            }
            if matches!(ty.kind, Kind::Int | Kind::Bool) && self.random.chance(25) {
                let most = match ty.name.as_str() {
                    "_Bool" => 1,
                    "char" | "signed char" | "unsigned char" => 8,
                    "short" | "unsigned short" => 16,
                    "int" | "unsigned" | "enum colour" => 32,
                    _ => 64,
                };
                let width = 1 + self.random.below(most);
                let _ = writeln!(members, "  {} m{field} : {width};", ty.name);
            } else if self.random.chance(15) && !matches!(ty.kind, Kind::Vector(_)) {
                let count = 1 + self.random.below(3);
                let _ = writeln!(members, "  {} m{field}[{count}];", ty.name);
                (make, folded) = (String::new(), String::new());
                for at in 0..count {
                    let place = format!("v.m{field}[{at}]");
                    make += &fill(ty.kind, &place, &ty.name, field * 7 + at + 1);
                    folded += &fold(ty.kind, &place, &ty.name);
                }
            } else {
                let _ = writeln!(members, "  {} m{field};", ty.name);
            }
            if used {
                makes += &make;
                folds += &folded;
            }
        }
        let attribute = match self.random.below(20) {
            0 => " __attribute__((packed))",
            1 => " __attribute__((aligned(16)))",
            2 => " __attribute__((packed, aligned(4)))",
            _ => "",
        };
        let _ = writeln!(self.header, "{name} {{\n{members}}}{attribute};");
        let (make, fold) = (format!("make_s{number}"), format!("fold_s{number}"));
        let _ = writeln!(
            self.header,
            "static inline {name} {make}(unsigned long s) {{ {name} v; \
             for (unsigned i = 0; i < sizeof v; i++) ((char *)&v)[i] = 0; {makes} return v; }}\n\
             static inline unsigned long {fold}({name} v) {{ unsigned long h = {number}; {folds} \
             return h; }}"
        );
        self.types.push(Type { name, kind: Kind::Record, variadic: true });
    }

    /// A function, its definition and its caller.
    fn function(&mut self, number: usize, callees: &mut String, callers: &mut String) {
        let most = if self.random.chance(20) { 16 } else { 8 };
        let fixed = self.random.below(most);
        let variadic = self.random.chance(35);
        let mut params: Vec<Type> = (0..fixed).map(|_| self.pick()).collect();
        if variadic {
            // Something has to come before `...`.
            if params.is_empty() {
                params.push(Type { name: "int".to_owned(), kind: Kind::Int, variadic: true });
            }
        }
        let named = params.len();
        if variadic {
            for _ in 0..self.random.below(most + 1) {
                let ty = self.pick();
                if ty.variadic {
                    params.push(ty);
                }
            }
        }
        let ret = if self.random.chance(10) { None } else { Some(self.pick()) };
        let ret_name = ret.as_ref().map_or("void", |ty| &ty.name);
        let mut list: Vec<String> =
            params[..named].iter().enumerate().map(|(i, ty)| format!("{} a{i}", ty.name)).collect();
        if variadic {
            list.push("...".to_owned());
        } else if list.is_empty() {
            list.push("void".to_owned());
        }
        let prototype = format!("{ret_name} f{number}({})", list.join(", "));
        let _ = writeln!(self.header, "extern {prototype};");

        let _ = writeln!(callees, "{prototype} {{\n  unsigned long h = 0;");
        for (i, ty) in params[..named].iter().enumerate() {
            let _ = writeln!(callees, "  {}", fold(ty.kind, &format!("a{i}"), &ty.name));
        }
        if variadic {
            let _ = writeln!(callees, "  va_list ap; va_start(ap, a{});", named - 1);
            for (i, ty) in params.iter().enumerate().skip(named) {
                let name = &ty.name;
                let _ = writeln!(callees, "  {{ {name} x = va_arg(ap, {name});");
                if i == named + 2 {
                    callees.push_str("  va_list two; va_copy(two, ap); va_end(two);\n");
                }
                let _ = writeln!(callees, "  {} }}", fold(ty.kind, "x", name));
            }
            callees.push_str("  va_end(ap);\n");
        }
        callees.push_str("  received = h;\n");
        if let Some(ty) = &ret {
            let made = fill(ty.kind, "r", &ty.name, 3);
            let _ =
                writeln!(callees, "  {ret_name} r; unsigned long s = {number}; {made} return r;");
        }
        callees.push_str("}\n");

        let _ = writeln!(callers, "static void call{number}(void) {{\n  unsigned long h = 0;");
        for (i, ty) in params.iter().enumerate() {
            let place = format!("a{i}");
            let _ = writeln!(
                callers,
                "  {} a{i}; {{ unsigned long s = {}; {} {} }}",
                ty.name,
                number * 100 + i,
                fill(ty.kind, &place, &ty.name, 1),
                fold(ty.kind, &place, &ty.name)
            );
        }
        let args: Vec<String> = (0..params.len()).map(|i| format!("a{i}")).collect();
        let callee = if self.random.chance(40) {
            let types: Vec<&str> = list
                .iter()
                .map(|param| param.rsplit_once(" a").map_or(param.as_str(), |(ty, _)| ty))
                .collect();
            let _ =
                writeln!(callers, "  {ret_name} (*volatile p)({}) = f{number};", types.join(", "));
            "p".to_owned()
        } else {
            format!("f{number}")
        };
        let call = format!("{callee}({})", args.join(", "));
        callers.push_str("  received = 0;\n");
        match &ret {
            None => {
                let _ = writeln!(callers, "  {call};");
            }
            Some(ty) => {
                let _ = writeln!(
                    callers,
                    "  {ret_name} r = {call}; unsigned long got, want;\n  \
                     {{ unsigned long h = 0; {} got = h; }}\n  \
                     {{ unsigned long s = {number}, h = 0; {ret_name} r; {} {} want = h; }}\n  \
                     if (got != want) {{ printf(\"f{number}: the result differs\\n\"); bad++; }}",
                    fold(ty.kind, "r", &ty.name),
                    fill(ty.kind, "r", &ty.name, 3),
                    fold(ty.kind, "r", &ty.name)
                );
            }
        }
        let _ = writeln!(
            callers,
            "  if (received != h) {{ printf(\"f{number}: the arguments differ\\n\"); bad++; }}\n}}"
        );
    }
}

pub(crate) fn program(seed: u64) -> Program {
    let mut gen_ = Gen { random: Random::new(seed), types: Vec::new(), header: PRELUDE.to_owned() };
    gen_.header.push_str("extern unsigned long received;\n");
    for number in 0..12 {
        gen_.record(number);
    }
    let mut callees = String::from("unsigned long received;\n");
    let mut callers = String::from("static int bad;\n");
    const FUNCTIONS: usize = 24;
    for number in 0..FUNCTIONS {
        gen_.function(number, &mut callees, &mut callers);
    }
    callers.push_str("int main(void) {\n");
    for number in 0..FUNCTIONS {
        let _ = writeln!(callers, "  call{number}();");
    }
    callers.push_str("  return bad != 0;\n}\n");
    Program { header: gen_.header, callees, callers }
}
