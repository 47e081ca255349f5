//! Formats against arguments: `printf`, `scanf` and `strftime` and what the `format` attribute
//! says is like them. In: a call whose arguments are converted; out: warnings that point at the
//! directive inside the string, at the argument, and say what to write.

use super::Parser;
use crate::tree::*;
use crate::types::{IntKind, Quals, Type, TypeId, id};
use preproc::diag::Diagnostic;
use preproc::source::{Loc, Span};
use preproc::token::{Flags, Tok};

/// Functions everybody knows: the format's place and the first argument's, from 1; 0 for none.
const KNOWN: &[(&str, FormatKind, u32, u32)] = &[
    ("printf", FormatKind::Printf, 1, 2),
    ("fprintf", FormatKind::Printf, 2, 3),
    ("sprintf", FormatKind::Printf, 2, 3),
    ("snprintf", FormatKind::Printf, 3, 4),
    ("dprintf", FormatKind::Printf, 2, 3),
    ("asprintf", FormatKind::Printf, 2, 3),
    ("vprintf", FormatKind::Printf, 1, 0),
    ("vfprintf", FormatKind::Printf, 2, 0),
    ("vsprintf", FormatKind::Printf, 2, 0),
    ("vsnprintf", FormatKind::Printf, 3, 0),
    ("__printf_chk", FormatKind::Printf, 2, 3),
    ("__fprintf_chk", FormatKind::Printf, 3, 4),
    ("__sprintf_chk", FormatKind::Printf, 4, 5),
    ("__snprintf_chk", FormatKind::Printf, 5, 6),
    ("scanf", FormatKind::Scanf, 1, 2),
    ("fscanf", FormatKind::Scanf, 2, 3),
    ("sscanf", FormatKind::Scanf, 2, 3),
    ("strftime", FormatKind::Strftime, 3, 0),
];

/// One directive of a format, `%-8.3lf`.
struct Directive {
    /// Bytes of the string from the `%` to behind the conversion.
    start: usize,
    end: usize,
    /// Flags, width and precision as written.
    middle: String,
    /// `*` in width and precision.
    stars: u32,
    length: String,
    conversion: char,
    /// `%2$d`.
    position: Option<usize>,
    /// scanf's `*`: assigned to nothing; and `m`: memory is taken for it.
    suppressed: bool,
    allocates: bool,
}

/// What a directive wants.
enum Wants {
    Nothing,
    /// An integer of this type or its signed or unsigned twin.
    Integer(TypeId),
    Float(TypeId),
    /// A pointer to characters of this type.
    Text(TypeId),
    AnyPointer,
    /// `scanf`, `%n`: a pointer to an object of this type.
    Place(TypeId),
    Unknown,
}

impl Parser<'_> {
    /// Checks the arguments of a call of `symbol` against its format, if it takes one.
    pub(crate) fn check_format_call(&mut self, symbol: SymbolId, args: &[ExprId], span: Span) {
        let known = self.ctx.symbol(symbol);
        let attr = match (&known.attrs.format, known.name) {
            (Some(attr), _) => Some((attr.kind, attr.format, attr.first)),
            (None, Some(name)) if known.linkage == Linkage::External => {
                let name = self.names.text(name);
                let row = KNOWN.iter().find(|(known, ..)| *known == name);
                row.map(|&(_, kind, format, first)| (kind, format, first))
            }
            _ => None,
        };
        let Some((kind, format, first)) = attr else { return };
        if self.ex.unevaluated > 0 || !self.warning_on("format") {
            return;
        }
        let Some(&text) = (format as usize).checked_sub(1).and_then(|at| args.get(at)) else {
            return;
        };
        let Some(string) = self.format_string(text) else {
            if first != 0 {
                self.check_open_format(kind, text, args.len() < first as usize);
            }
            return;
        };
        let Some(bytes) = self.unit.strings.get(string.index()).map(|s| s.bytes.clone()) else {
            return;
        };
        let literal = self.string_span(text);
        let _ = span;
        match kind {
            FormatKind::Strftime => self.check_strftime(&bytes, literal),
            _ => {
                let values = match (first as usize).checked_sub(1) {
                    Some(at) => args.get(at..).unwrap_or(&[]),
                    None => return self.check_directives(kind, &bytes, literal, None, 0),
                };
                self.check_directives(kind, &bytes, literal, Some(values), first);
            }
        }
    }

    /// A format that is no literal; `alone`: nothing follows it.
    fn check_open_format(&mut self, kind: FormatKind, text: ExprId, alone: bool) {
        let node = self.body.expr(text);
        let span = node.span;
        if matches!(node.kind, ExprKind::Cond(..)) || self.is_literal(text) {
            return;
        }
        if alone && kind == FormatKind::Printf {
            let message = "the format is no string literal, and no arguments follow it";
            let diag = Diagnostic::warning("format-security", span, message);
            self.diag(diag.note(None, "to print a text as it is, use \"%s\""));
        }
        let message = "the format is no string literal: its arguments are not checked";
        self.warn("format-nonliteral", span, message);
    }

    /// The narrow string literal an argument is.
    fn format_string(&self, e: ExprId) -> Option<StringId> {
        match self.body.expr(e).kind {
            ExprKind::Convert(Conversion::PtrToPtr | Conversion::Same, of) => {
                self.format_string(of)
            }
            ExprKind::Decay(of) => match self.body.expr(of).kind {
                ExprKind::Str(string) => {
                    let elem = self.unit.strings.get(string.index())?.elem;
                    (self.ctx.types.size_of(elem) == Some(1)).then_some(string)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn string_span(&self, e: ExprId) -> Span {
        match self.body.expr(e).kind {
            ExprKind::Convert(_, of) | ExprKind::Decay(of) => self.string_span(of),
            _ => self.expr_span(e),
        }
    }

    fn check_directives(
        &mut self,
        kind: FormatKind,
        bytes: &[u8],
        literal: Span,
        args: Option<&[ExprId]>,
        first: u32,
    ) {
        let text = &bytes[..bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len())];
        let (mut at, mut next) = (0, 0usize);
        let mut positional = false;
        while let Some(percent) =
            text.get(at..).and_then(|rest| rest.iter().position(|&b| b == b'%'))
        {
            let start = at + percent;
            let Some(directive) = parse_directive(text, start, kind == FormatKind::Scanf) else {
                let place = self.inside(literal, start, start + 1);
                self.warn("format", place, "spurious trailing '%' in format");
                return;
            };
            at = directive.end;
            if directive.conversion == '%' {
                continue;
            }
            let wants = self.wanted(&directive, kind);
            if matches!(wants, Wants::Unknown) {
                let place = self.inside(literal, directive.start, directive.end);
                let shown = directive.conversion;
                let message = match directive.length.as_str() {
                    "" if shown.is_control() => {
                        let code = u32::from(shown);
                        format!("unknown conversion type character {code:#x} in format")
                    }
                    "" => format!("unknown conversion type character '{shown}' in format"),
                    length => format!("'%{length}{shown}' is no conversion of this format"),
                };
                let mut diag = Diagnostic::warning("format", place, message);
                if directive.end == directive.start + 2 {
                    let percent = self.inside(literal, directive.start, directive.start + 1);
                    diag = diag.fix(percent, "%%", "write '%%' for a percent sign");
                }
                self.diag(diag);
                // What it would have taken is not known either.
                return;
            }
            let Some(args) = args else { continue };
            positional |= directive.position.is_some();
            for _ in 0..directive.stars {
                self.check_star(&directive, literal, args.get(next).copied(), first, next);
                next += 1;
            }
            if directive.suppressed || matches!(wants, Wants::Nothing) {
                continue;
            }
            let index = match directive.position {
                Some(position) => position - 1,
                None => next,
            };
            next = index + 1;
            match args.get(index) {
                Some(&arg) => {
                    let number = first as usize + index;
                    self.check_argument(kind, &directive, wants, literal, arg, number);
                }
                None => self.missing_argument(&directive, wants, literal),
            }
        }
        if let Some(args) = args
            && !positional
            && next < args.len()
        {
            let extra = self.expr_span(args[next]);
            let diag =
                Diagnostic::warning("format-extra-args", literal, "too many arguments for format")
                    .also(extra, "this one is not used");
            self.diag(diag);
        }
    }

    fn check_star(
        &mut self,
        directive: &Directive,
        literal: Span,
        arg: Option<ExprId>,
        first: u32,
        index: usize,
    ) {
        let place = self.inside(literal, directive.start, directive.end);
        match arg {
            None => self.warn("format", place, "field width '*' expects a matching 'int' argument"),
            Some(arg) => {
                let ty = self.ty(arg);
                if ty != id::INT && ty != id::UINT {
                    let shown = self.show(ty);
                    let number = first as usize + index;
                    let message =
                        format!("field width '*' expects int, but argument {number} is {shown}");
                    let diag = Diagnostic::warning("format", place, message)
                        .also(self.expr_span(arg), shown);
                    self.diag(diag);
                }
            }
        }
    }

    fn missing_argument(&mut self, directive: &Directive, wants: Wants, literal: Span) {
        let place = self.inside(literal, directive.start, directive.end);
        let wanted = self.wants_text(&wants);
        let message = format!(
            "%{}{} expects a matching {wanted} argument, which is missing",
            directive.length, directive.conversion
        );
        self.warn("format", place, message);
    }

    fn wants_text(&mut self, wants: &Wants) -> String {
        match *wants {
            Wants::Integer(ty) | Wants::Float(ty) => self.show(ty),
            Wants::Text(elem) | Wants::Place(elem) => {
                let to = self.ctx.types.pointer_to(elem.into());
                self.show(to)
            }
            Wants::AnyPointer => "void *".into(),
            Wants::Nothing | Wants::Unknown => String::new(),
        }
    }

    fn check_argument(
        &mut self,
        kind: FormatKind,
        directive: &Directive,
        wants: Wants,
        literal: Span,
        arg: ExprId,
        number: usize,
    ) {
        let ty = self.ty(arg);
        if ty == id::ERROR || self.fits_directive(directive, &wants, ty) {
            return;
        }
        let wanted = self.wants_text(&wants);
        let shown = self.show(ty);
        let place = self.inside(literal, directive.start, directive.end);
        let message = format!(
            "%{}{} expects {wanted}, but argument {number} is {shown}",
            directive.length, directive.conversion
        );
        let mut diag =
            Diagnostic::warning("format", place, message).also(self.expr_span(arg), shown);
        if kind == FormatKind::Scanf && self.place_fits(&wants, ty) {
            let at = Span::at(self.expr_span(arg).start);
            diag = diag.fix(at, "&", "pass the address");
        } else if let Some(spec) = self.directive_for(kind, directive, ty) {
            let why = format!("use %{spec}");
            let whole = format!("%{}{spec}", directive.middle);
            diag = diag.fix(place, whole, why);
        }
        self.diag(diag);
    }

    /// Would the address of such an object be what `scanf` wants?
    fn place_fits(&self, wants: &Wants, ty: TypeId) -> bool {
        match *wants {
            Wants::Place(elem) => self.same_twins(elem, ty),
            _ => false,
        }
    }

    /// The same integer type but for its sign, or the same type.
    fn same_twins(&self, a: TypeId, b: TypeId) -> bool {
        let class = |ty: TypeId| match *self.ctx.types.get(ty) {
            Type::Int(kind) => Some(twin_class(kind)),
            Type::Enum(e) => match *self.ctx.types.get(self.ctx.types.enumeration(e).underlying) {
                Type::Int(kind) => Some(twin_class(kind)),
                _ => None,
            },
            // Wide bit-fields are passed as the type that holds them.
            Type::BitInt { bits, .. } if bits > 32 && bits <= 64 => Some(4),
            Type::BitInt { bits, .. } if bits <= 32 => Some(3),
            _ => None,
        };
        match (class(a), class(b)) {
            (Some(a), Some(b)) => a == b,
            _ => self.ctx.types.compatible_ids(a, b),
        }
    }

    fn fits_directive(&self, directive: &Directive, wants: &Wants, ty: TypeId) -> bool {
        let types = &self.ctx.types;
        match *wants {
            Wants::Nothing | Wants::Unknown => true,
            Wants::Integer(wanted) => {
                // `%hhd` and `%hd` are given promoted values.
                let wanted = types.promote(wanted);
                self.same_twins(wanted, ty)
            }
            Wants::Float(wanted) => {
                let format = |ty| types.float_kind(ty).map(|kind| kind.format());
                format(wanted) == format(ty) && format(ty).is_some()
            }
            Wants::AnyPointer => types.is_pointer(ty) || ty == id::NULLPTR,
            Wants::Text(elem) => match types.pointee(ty) {
                Some(to) => {
                    self.same_twins(elem, to.id) || (to.id == id::VOID && directive.allocates)
                }
                None => false,
            },
            Wants::Place(elem) => match types.pointee(ty) {
                Some(to) if to.quals.has(Quals::CONST) => false,
                Some(to) => self.same_twins(elem, to.id),
                None => false,
            },
        }
    }

    /// What a directive of this kind of format wants.
    fn wanted(&mut self, directive: &Directive, kind: FormatKind) -> Wants {
        let scan = kind == FormatKind::Scanf;
        let length = directive.length.as_str();
        let integer = |signed: bool| match (length, signed) {
            ("hh", true) => Some(id::SCHAR),
            ("hh", false) => Some(id::UCHAR),
            ("h", true) => Some(id::SHORT),
            ("h", false) => Some(id::USHORT),
            ("", true) => Some(id::INT),
            ("", false) => Some(id::UINT),
            ("l" | "j" | "t", true) => Some(id::LONG),
            ("l" | "j" | "t" | "z", false) => Some(id::ULONG),
            ("z", true) => Some(id::LONG),
            ("ll" | "q" | "L", true) => Some(id::LLONG),
            ("ll" | "q" | "L", false) => Some(id::ULLONG),
            _ => None,
        };
        let of = |ty: Option<TypeId>| match ty {
            None => Wants::Unknown,
            Some(ty) if scan => Wants::Place(ty),
            Some(ty) => Wants::Integer(ty),
        };
        match directive.conversion {
            'd' | 'i' => of(integer(true)),
            'u' | 'o' | 'x' | 'X' | 'b' | 'B' => of(integer(false)),
            'e' | 'f' | 'g' | 'a' | 'E' | 'F' | 'G' | 'A' => match (length, scan) {
                ("L" | "ll", false) => Wants::Float(id::LDOUBLE),
                ("" | "l", false) => Wants::Float(id::DOUBLE),
                ("", true) => Wants::Place(id::FLOAT),
                ("l", true) => Wants::Place(id::DOUBLE),
                ("L", true) => Wants::Place(id::LDOUBLE),
                _ => Wants::Unknown,
            },
            'c' if !scan => match length {
                "" => Wants::Integer(id::INT),
                "l" => Wants::Integer(id::UINT),
                _ => Wants::Unknown,
            },
            'C' if !scan => Wants::Integer(id::UINT),
            's' | 'c' | '[' | 'S' | 'C' => {
                let wide = length == "l" || matches!(directive.conversion, 'S' | 'C');
                let elem = if wide { id::INT } else { id::CHAR };
                if directive.allocates {
                    return Wants::Place(self.ctx.types.pointer_to(elem.into()));
                }
                match length {
                    "" | "l" => Wants::Text(elem),
                    _ => Wants::Unknown,
                }
            }
            'p' if scan => Wants::Place(id::VOID_PTR),
            'p' if length.is_empty() => Wants::AnyPointer,
            'n' => integer(true).map_or(Wants::Unknown, Wants::Place),
            'm' if !scan && length.is_empty() => Wants::Nothing,
            _ => Wants::Unknown,
        }
    }

    /// The length and conversion that fit a type, keeping the base that was asked for.
    fn directive_for(&self, kind: FormatKind, directive: &Directive, ty: TypeId) -> Option<String> {
        let types = &self.ctx.types;
        let scan = kind == FormatKind::Scanf;
        let object = match (scan, types.pointee(ty)) {
            (true, Some(to)) => to.id,
            (true, None) => return None,
            (false, Some(_)) if directive.conversion == 'n' => return None,
            (false, Some(to)) => {
                let text = matches!(
                    types.get(to.id),
                    Type::Int(IntKind::Char | IntKind::SChar | IntKind::UChar)
                );
                return Some(if text { "s".into() } else { "p".into() });
            }
            (false, None) => ty,
        };
        if let Some(kind) = types.float_kind(object) {
            use crate::types::FloatFormat;
            let conversion = match directive.conversion {
                c @ ('e' | 'f' | 'g' | 'a' | 'E' | 'F' | 'G' | 'A') => c,
                _ => 'g',
            };
            let length = match (kind.format(), scan) {
                (FloatFormat::Double, true) => "l",
                (FloatFormat::Extended, _) => "L",
                (FloatFormat::Single, true) | (FloatFormat::Double, false) => "",
                _ => return None,
            };
            return Some(format!("{length}{conversion}"));
        }
        let shape = types.int_shape(object)?;
        let base = match directive.conversion {
            c @ ('o' | 'x' | 'X') => c,
            'i' if shape.signed => 'i',
            _ if shape.signed => 'd',
            _ => 'u',
        };
        let length = match *types.get(object) {
            Type::Int(IntKind::Char | IntKind::SChar | IntKind::UChar) if scan => {
                return Some("s".into());
            }
            Type::Int(IntKind::Short | IntKind::UShort) if scan => "h",
            Type::Int(IntKind::Long | IntKind::ULong) => "l",
            Type::Int(IntKind::LongLong | IntKind::ULongLong) => "ll",
            _ if shape.bits <= 32 => "",
            _ if shape.bits <= 64 => "l",
            _ => return None,
        };
        Some(format!("{length}{base}"))
    }

    fn check_strftime(&mut self, bytes: &[u8], literal: Span) {
        let mut at = 0;
        while at < bytes.len() && bytes[at] != 0 {
            if bytes[at] != b'%' {
                at += 1;
                continue;
            }
            let start = at;
            at += 1;
            while bytes.get(at).is_some_and(|b| b"_-0^#+123456789EO".contains(b)) {
                at += 1;
            }
            let conversion = bytes.get(at).copied().unwrap_or(0);
            at += 1;
            if conversion == 0 {
                let place = self.inside(literal, start, start + 1);
                self.warn("format", place, "spurious trailing '%' in format");
                return;
            }
            if !b"aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%".contains(&conversion) {
                let place = self.inside(literal, start, at);
                let shown = char::from(conversion);
                let message = format!("unknown conversion type character '{shown}' in format");
                self.warn("format", place, message);
            }
        }
    }

    /// The place in the source of bytes `start..end` of a string literal at `literal`. The whole
    /// literal, where that cannot be told (in a macro).
    fn inside(&self, literal: Span, start: usize, end: usize) -> Span {
        let Some(first) = self.tokens[..self.pos.min(self.tokens.len())]
            .iter()
            .rposition(|token| token.loc == literal.start && token.kind == Tok::Str)
        else {
            return literal;
        };
        let (mut from, mut to) = (None, None);
        let mut made = 0;
        for token in self.tokens[first..].iter().take_while(|token| token.kind == Tok::Str) {
            if token.flags.has(Flags::EXPANDED) {
                return literal;
            }
            let spelled = self.names.bytes(token.text);
            let Some(open) = spelled.iter().position(|&b| b == b'"') else { return literal };
            let mut at = open + 1;
            while at + 1 < spelled.len() {
                let loc = Loc(token.loc.0.saturating_add(at as u32));
                if made == start {
                    from = from.or(Some(loc));
                }
                if made + 1 == end {
                    to = to.or(Some(loc));
                }
                let (length, bytes) = element(&spelled[at..]);
                at += length;
                made += bytes;
            }
            if from.is_some() && to.is_some() {
                break;
            }
        }
        match (from, to) {
            (Some(start), Some(last)) => Span { start, last },
            _ => literal,
        }
    }
}

/// How many bytes of the spelling the next element takes, and how many it makes.
fn element(spelled: &[u8]) -> (usize, usize) {
    let digits = |from: usize, most: usize, hex: bool| {
        let rest = spelled.get(from..).unwrap_or(&[]);
        let is_digit =
            |b: &&u8| if hex { b.is_ascii_hexdigit() } else { (b'0'..=b'7').contains(*b) };
        rest.iter().take(most).take_while(is_digit).count()
    };
    match spelled {
        [b'\\', b'x', ..] => (2 + digits(2, usize::MAX, true), 1),
        [b'\\', b'0'..=b'7', ..] => (1 + digits(1, 3, false), 1),
        [b'\\', b'u', ..] => (6, 2),
        [b'\\', b'U', ..] => (10, 4),
        [b'\\', _, ..] => (2, 1),
        _ => (1, 1),
    }
}

/// Integer types that differ only in sign are one to `printf`; so are the characters.
fn twin_class(kind: IntKind) -> u32 {
    match kind {
        IntKind::Bool => 0,
        IntKind::Char | IntKind::SChar | IntKind::UChar => 1,
        IntKind::Short | IntKind::UShort => 2,
        IntKind::Int | IntKind::UInt => 3,
        IntKind::Long | IntKind::ULong => 4,
        IntKind::LongLong | IntKind::ULongLong => 5,
        IntKind::Int128 | IntKind::UInt128 => 6,
    }
}

/// The directive that starts with the `%` at `start`; `None` when the text ends in it.
fn parse_directive(text: &[u8], start: usize, scan: bool) -> Option<Directive> {
    let byte = |at: usize| text.get(at).copied().unwrap_or(0);
    let mut at = start + 1;
    let mut directive = Directive {
        start,
        end: at,
        middle: String::new(),
        stars: 0,
        length: String::new(),
        conversion: '%',
        position: None,
        suppressed: false,
        allocates: false,
    };
    let digits_end = (at..).find(|&i| !byte(i).is_ascii_digit())?;
    if digits_end > at && byte(digits_end) == b'$' {
        let number = std::str::from_utf8(&text[at..digits_end]).ok()?.parse::<usize>().ok();
        directive.position = Some(number.filter(|n| *n >= 1 && *n < 1000)?);
        at = digits_end + 1;
    }
    let middle = at;
    if scan {
        if byte(at) == b'*' {
            directive.suppressed = true;
            at += 1;
        }
        while byte(at).is_ascii_digit() || byte(at) == b'\'' {
            at += 1;
        }
        if byte(at) == b'm' {
            directive.allocates = true;
            at += 1;
        }
    } else {
        while matches!(byte(at), b'-' | b'+' | b' ' | b'#' | b'0' | b'\'' | b'I') {
            at += 1;
        }
        for dot in [false, true] {
            if dot {
                if byte(at) != b'.' {
                    break;
                }
                at += 1;
            }
            if byte(at) == b'*' {
                directive.stars += 1;
                at += 1;
            }
            while byte(at).is_ascii_digit() || byte(at) == b'$' {
                at += 1;
            }
        }
    }
    directive.middle = String::from_utf8_lossy(&text[middle..at]).into_owned();
    let length_end = match (byte(at), byte(at + 1)) {
        (b'h', b'h') | (b'l', b'l') => at + 2,
        (b'h' | b'l' | b'q' | b'j' | b'z' | b't' | b'L', _) => at + 1,
        _ => at,
    };
    directive.length = String::from_utf8_lossy(&text[at..length_end]).into_owned();
    at = length_end;
    if at >= text.len() {
        return None;
    }
    directive.conversion = char::from(text[at]);
    at += 1;
    if scan && directive.conversion == '[' {
        at += usize::from(byte(at) == b'^');
        at += usize::from(byte(at) == b']');
        while at < text.len() && text[at] != b']' {
            at += 1;
        }
        at += 1;
    }
    directive.end = at.min(text.len());
    Some(directive)
}
