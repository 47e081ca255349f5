//! Macro expansion: calls, arguments, `#`, `##`, `__VA_OPT__`, rescanning.
//!
//! A macro's expansion is a context: tokens to be read before the text goes on. While it is
//! open its macro is busy, and a busy macro's name that is met is marked never to be expanded
//! again; when the context is used up (which looking for a `(` may bring about) the macro is
//! free again. So a nested call that ends outside the expansion it began in is expanded, as
//! other compilers do. Always holds: each open context with a macro has marked it busy.

use crate::lex;
use crate::macros::{Def, Kind, Piece, Role};
use crate::name::{Name, known};
use crate::preprocess::{Guard, Preprocessor, Unfinished};
use crate::source::Loc;
use crate::token::{Flags, Tok, Token};

pub(crate) const EOF: Token =
    Token { kind: Tok::Eof, flags: Flags(0), loc: Loc(0), text: Tok::Eof.name() };

/// Tokens to be read before those of the text.
pub(crate) struct Context {
    tokens: Vec<Token>,
    pos: usize,
    /// The macro that is busy until these are read.
    def: Option<u32>,
    /// An argument expanded on its own: reading ends here.
    barrier: bool,
    /// Something empty with a space before it stood last: the space goes to what follows.
    trail: bool,
}

/// What expansions that left nothing put before the next token.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Gap {
    #[default]
    None,
    Empty,
    Space,
}

impl Gap {
    #[inline]
    pub(crate) fn apply(&mut self, token: &mut Token) {
        if *self != Gap::None {
            if token.flags.has(Flags::SPACE) {
                token.flags = token.flags.with(Flags::AFTER_EMPTY);
            }
            if *self == Gap::Space {
                token.flags = token.flags.with(Flags::SPACE);
            }
            *self = Gap::None;
        }
    }

    fn add(&mut self, flags: Flags) {
        if flags.has(Flags::SPACE) {
            *self = Gap::Space;
        } else if *self == Gap::None {
            *self = Gap::Empty;
        }
    }
}

/// The arguments of a call.
struct Args {
    tokens: Vec<Token>,
    /// Where each argument ends in `tokens`.
    ends: Vec<usize>,
    /// Arguments expanded so far: by parameter, their place in `expanded`.
    done: Vec<Option<(usize, usize)>>,
    expanded: Vec<Token>,
    /// The variable argument was left out altogether.
    no_variadic: bool,
    /// The closing parenthesis.
    end: Loc,
}

impl Args {
    fn raw(&self, param: u16) -> &[Token] {
        let param = usize::from(param);
        let start = if param == 0 { 0 } else { self.ends.get(param - 1).copied().unwrap_or(0) };
        let end = self.ends.get(param).copied().unwrap_or(start);
        self.tokens.get(start..end).unwrap_or_default()
    }
}

/// The tokens of an expansion as they are put together.
struct Building {
    out: Vec<Token>,
    /// `##` stands before what comes next, and whether nothing stood before that.
    pasting: bool,
    left_empty: bool,
    gap: Gap,
    /// Something empty stood before the first token.
    led_by_empty: bool,
}

const SPACING: Flags = Flags::SPACE.with(Flags::LINE_START).with(Flags::AFTER_EMPTY);

impl Preprocessor {
    /// The next token, macros expanded; `Eof` at the end of the text, line or argument.
    pub(crate) fn next(&mut self) -> Token {
        loop {
            if self.stopped {
                return EOF;
            }
            let token = self.next_raw();
            if token.kind == Tok::Ident
                && !token.flags.has(Flags::NO_EXPAND)
                && self.macros.marked(token.text)
            {
                if let Some(token) = self.identifier(token) {
                    return token;
                }
            } else if token.kind == Tok::Hash && self.begins_directive(token) {
                self.directive();
            } else {
                return token;
            }
        }
    }

    pub(crate) fn begins_directive(&self, token: Token) -> bool {
        token.flags.has(Flags::LINE_START) && !self.in_directive && self.contexts.is_empty()
    }

    /// The next token as it stands, from the innermost context or the text.
    pub(crate) fn next_raw(&mut self) -> Token {
        loop {
            let mut token = match self.contexts.last_mut() {
                None => self.raw(),
                Some(context) => match context.tokens.get(context.pos) {
                    Some(token) => {
                        context.pos += 1;
                        *token
                    }
                    None if context.barrier => return EOF,
                    None => {
                        self.pop_context();
                        continue;
                    }
                },
            };
            self.gap.apply(&mut token);
            return token;
        }
    }

    pub(crate) fn pop_context(&mut self) {
        if let Some(mut context) = self.contexts.pop() {
            if let Some(def) = context.def
                && let Some(def) = self.macros.defs.get_mut(def as usize)
            {
                def.busy = false;
            }
            if context.trail {
                self.gap = Gap::Space;
            }
            context.tokens.clear();
            self.spare.push(context.tokens);
        }
    }

    pub(crate) fn push_tokens(&mut self, tokens: Vec<Token>, def: Option<u32>) {
        if let Some(def) = def
            && let Some(def) = self.macros.defs.get_mut(def as usize)
        {
            def.busy = true;
        }
        self.contexts.push(Context { tokens, pos: 0, def, barrier: false, trail: false });
    }

    pub(crate) fn spare_vec(&mut self) -> Vec<Token> {
        self.spare.pop().unwrap_or_default()
    }

    /// What an identifier with a mark (a macro, or poisoned) stands for: itself, or nothing yet
    /// because its expansion has been opened.
    pub(crate) fn identifier(&mut self, mut token: Token) -> Option<Token> {
        let Some(index) = self.macros.find(token.text) else {
            let name = self.names.text(token.text).to_owned();
            self.error(token.loc, format!("attempt to use poisoned \"{name}\""));
            return Some(token);
        };
        let def = self.macros.defs[index as usize];
        if def.busy {
            token.flags = token.flags.with(Flags::NO_EXPAND);
            return Some(token);
        }
        match def.kind {
            Kind::Builtin(builtin) => self.expand_builtin(token, builtin),
            Kind::Object => {
                self.expand_object(token, index, def);
                None
            }
            Kind::Function => {
                if !self.paren_follows() {
                    return Some(token);
                }
                let Some(mut args) = self.collect(token, &def) else {
                    return Some(token).filter(|_| !self.stopped);
                };
                self.expand_function(token, index, def, &mut args);
                self.recycle(args);
                None
            }
        }
    }

    /// Counts expanded tokens; `false` (and a message) when there are too many.
    fn afford(&mut self, tokens: usize, at: Loc) -> bool {
        if tokens > self.budget || !self.sources.has_room(tokens) {
            let limit = self.options.limits.expanded_tokens;
            self.fatal(at, format!("macro expansions make more than {limit} tokens"));
            return false;
        }
        self.budget -= tokens;
        true
    }

    fn expand_object(&mut self, token: Token, index: u32, def: Def) {
        let len = (def.body.1 - def.body.0) as usize;
        if len == 0 {
            self.gap.add(token.flags);
            return;
        }
        if !def.plain {
            let mut args = Args {
                tokens: Vec::new(),
                ends: Vec::new(),
                done: Vec::new(),
                expanded: Vec::new(),
                no_variadic: false,
                end: token.loc,
            };
            return self.expand_function(token, index, def, &mut args);
        }
        if !self.afford(len, token.loc) {
            return;
        }
        let mut tokens = self.spare_vec();
        self.sources.expansion(def.name, token.loc, token.loc);
        for piece in self.macros.pieces(&def) {
            let mut copy = piece.token;
            copy.flags = copy.flags.with(Flags::EXPANDED);
            copy.loc = self.sources.expanded(copy.loc);
            tokens.push(copy);
        }
        let first = &mut tokens[0].flags;
        *first = first.without(SPACING).with(Flags(token.flags.0 & SPACING.0));
        self.push_tokens(tokens, Some(index));
    }

    /// Whether a `(` comes next; if so it is read. Contexts used up on the way are closed.
    pub(crate) fn paren_follows(&mut self) -> bool {
        while let Some(context) = self.contexts.last_mut() {
            match context.tokens.get(context.pos) {
                Some(token) => {
                    let paren = token.kind == Tok::LParen;
                    context.pos += usize::from(paren);
                    return paren;
                }
                None if context.barrier => return false,
                None => self.pop_context(),
            }
        }
        let Some(buffer) = self.stack.last() else { return false };
        let before = (buffer.pos, buffer.line_start);
        let gap = self.gap;
        let (faults, diags) = (self.faults.len(), self.diags.len());
        let token = self.raw();
        if token.kind == Tok::LParen {
            return true;
        }
        // Read again later, complaints and all.
        self.gap = gap;
        self.faults.truncate(faults);
        self.diags.truncate(diags);
        if let Some(buffer) = self.stack.last_mut() {
            (buffer.pos, buffer.line_start) = before;
        }
        false
    }

    fn recycle(&mut self, args: Args) {
        for mut tokens in [args.tokens, args.expanded] {
            tokens.clear();
            self.spare.push(tokens);
        }
    }

    /// Reads the arguments of a call behind its `(`. `None` when it makes no call.
    fn collect(&mut self, name: Token, def: &Def) -> Option<Args> {
        let params = (def.params.1 - def.params.0) as usize;
        let mut args = Args {
            tokens: self.spare_vec(),
            ends: Vec::with_capacity(params.max(1)),
            done: Vec::new(),
            expanded: self.spare_vec(),
            no_variadic: false,
            end: name.loc,
        };
        let text_depth = self.stack.len();
        let mut depth = 0usize;
        loop {
            let mut token = self.next_raw();
            match token.kind {
                Tok::LParen => depth += 1,
                Tok::RParen if depth == 0 => {
                    args.end = token.loc;
                    args.ends.push(args.tokens.len());
                    break;
                }
                Tok::RParen => depth -= 1,
                Tok::Comma if depth == 0 && !(def.variadic && args.ends.len() + 1 >= params) => {
                    args.ends.push(args.tokens.len());
                    continue;
                }
                Tok::Eof => {
                    if self.stack.len() > text_depth && self.contexts.is_empty() {
                        self.end_of_text();
                        continue;
                    }
                    self.open_call(name);
                    return None;
                }
                Tok::Hash if self.begins_directive(token) => {
                    self.directive();
                    if self.stopped {
                        return None;
                    }
                    continue;
                }
                Tok::Ident if self.macros.marked(token.text) => self.mark_busy(&mut token),
                _ => {}
            }
            if token.flags.has(Flags::LINE_START) {
                token.flags = token.flags.without(Flags::LINE_START).with(Flags::SPACE);
            }
            args.tokens.push(token);
        }
        self.check_count(name, def, params, args)
    }

    fn mark_busy(&mut self, token: &mut Token) {
        match self.macros.def(token.text) {
            Some(def) if def.busy => token.flags = token.flags.with(Flags::NO_EXPAND),
            Some(_) => {}
            None => {
                let name = self.names.text(token.text).to_owned();
                self.error(token.loc, format!("attempt to use poisoned \"{name}\""));
            }
        }
    }

    fn open_call(&mut self, name: Token) {
        if self.contexts.is_empty() && self.stack.len() == 1 && !self.in_directive {
            self.unfinished.get_or_insert(Unfinished::MacroCall);
        }
        let text = self.names.text(name.text).to_owned();
        self.error(name.loc, format!("unterminated argument list invoking macro \"{text}\""));
    }

    fn check_count(
        &mut self,
        name: Token,
        def: &Def,
        params: usize,
        mut args: Args,
    ) -> Option<Args> {
        let mut count = args.ends.len();
        if params == 0 && count == 1 && args.tokens.is_empty() {
            count = 0;
        }
        if count > params {
            let text = self.names.text(name.text).to_owned();
            let message =
                format!("macro \"{text}\" passed {count} arguments, but takes just {params}");
            self.error(name.loc, message);
            return None;
        }
        let empty_only = count == 1 && args.tokens.is_empty();
        if count < params {
            let enough = def.variadic && count + 1 == params;
            if !enough {
                let text = self.names.text(name.text).to_owned();
                let message =
                    format!("macro \"{text}\" requires {params} arguments, but only {count} given");
                self.error(name.loc, message);
                return None;
            }
            args.ends.push(args.tokens.len());
        }
        args.no_variadic =
            def.variadic && (count < params || params == 1 && empty_only && self.options.gnu);
        args.done.resize(params, None);
        Some(args)
    }

    fn expand_function(&mut self, token: Token, index: u32, def: Def, args: &mut Args) {
        let mut building = Building {
            out: self.spare_vec(),
            pasting: false,
            left_empty: false,
            gap: Gap::None,
            led_by_empty: false,
        };
        self.substitute(token, &def, args, 0, (def.body.1 - def.body.0) as usize, &mut building);
        let Building { mut out, gap, led_by_empty, .. } = building;
        if self.stopped || out.is_empty() {
            self.spare.push(out);
            self.gap.add(token.flags);
            if gap == Gap::Space {
                self.gap = Gap::Space;
            }
            return;
        }
        if !self.afford(out.len(), token.loc) {
            return;
        }
        self.sources.expansion(def.name, token.loc, args.end);
        for copy in &mut out {
            copy.loc = self.sources.expanded(copy.loc);
            copy.flags = copy.flags.with(Flags::EXPANDED).without(Flags::AFTER_EMPTY);
        }
        let first = &mut out[0].flags;
        let own = if led_by_empty { Flags(first.0 & Flags::SPACE.0) } else { Flags::default() };
        *first = first.without(SPACING).with(Flags(token.flags.0 & SPACING.0)).with(own);
        self.push_tokens(out, Some(index));
        if let Some(context) = self.contexts.last_mut() {
            context.trail = gap == Gap::Space;
        }
    }

    /// Puts the pieces `from..to` of the body, arguments filled in, behind `building`.
    fn substitute(
        &mut self,
        name: Token,
        def: &Def,
        args: &mut Args,
        from: usize,
        to: usize,
        building: &mut Building,
    ) {
        let mut at = from;
        while at < to && !self.stopped {
            let piece = self.macros.body[def.body.0 as usize + at];
            at += 1;
            let pasted = building.pasting;
            match piece.role {
                Role::Plain => self.put(name, &piece, &[piece.token], building),
                Role::Stringize(param) => {
                    let text = self.stringize(name, args.raw(param));
                    let token = Token { kind: Tok::Str, text, ..piece.token };
                    self.put(name, &piece, &[token], building);
                }
                Role::Param(param) => {
                    if pasted
                        && def.variadic
                        && usize::from(param) + 1 == args.done.len()
                        && self.after_comma(def, at, building)
                    {
                        if args.no_variadic {
                            building.out.pop();
                        }
                        building.pasting = false;
                        let tokens = std::mem::take(&mut args.tokens);
                        let start = if param == 0 { 0 } else { args.ends[usize::from(param) - 1] };
                        self.put(name, &piece, &tokens[start..], building);
                        args.tokens = tokens;
                    } else if pasted || piece.paste {
                        let tokens = std::mem::take(&mut args.tokens);
                        let param = usize::from(param);
                        let start = if param == 0 { 0 } else { args.ends[param - 1] };
                        self.put(name, &piece, &tokens[start..args.ends[param]], building);
                        args.tokens = tokens;
                    } else {
                        let (start, end) = self.expanded_arg(name, args, param);
                        let tokens = std::mem::take(&mut args.expanded);
                        self.put(name, &piece, &tokens[start..end], building);
                        args.expanded = tokens;
                    }
                }
                Role::VaOpt(end) | Role::StringizeVaOpt(end) => {
                    let end = end as usize;
                    let tokens = self.va_opt(name, def, args, at, end);
                    if matches!(piece.role, Role::StringizeVaOpt(_)) {
                        let text = self.stringize(name, &tokens);
                        let token = Token { kind: Tok::Str, text, ..piece.token };
                        self.put(name, &piece, &[token], building);
                    } else {
                        self.put(name, &piece, &tokens, building);
                    }
                    self.spare.push(tokens);
                    at = end;
                }
            }
        }
    }

    /// Whether the piece before the one before `at` is a comma: GNU's `, ## __VA_ARGS__`.
    fn after_comma(&self, def: &Def, at: usize, building: &Building) -> bool {
        let comma = (at >= 2).then(|| &self.macros.body[def.body.0 as usize + at - 2]);
        comma.is_some_and(|c| c.role == Role::Plain && c.token.kind == Tok::Comma)
            && building.out.last().is_some_and(|t| t.kind == Tok::Comma)
    }

    /// The contents of `__VA_OPT__( )`, pieces `from..to`: nothing when the variable argument is.
    fn va_opt(
        &mut self,
        name: Token,
        def: &Def,
        args: &mut Args,
        from: usize,
        to: usize,
    ) -> Vec<Token> {
        let variadic = args.done.len().saturating_sub(1) as u16;
        let (start, end) = self.expanded_arg(name, args, variadic);
        let mut building = Building {
            out: self.spare_vec(),
            pasting: false,
            left_empty: false,
            gap: Gap::None,
            led_by_empty: false,
        };
        if start < end {
            self.substitute(name, def, args, from, to, &mut building);
        }
        building.out
    }

    /// Puts the tokens a piece became behind what is there, pasting where `##` asks for it.
    fn put(&mut self, name: Token, piece: &Piece, tokens: &[Token], building: &mut Building) {
        let pasted = std::mem::replace(&mut building.pasting, piece.paste);
        let was_left_empty = std::mem::replace(&mut building.left_empty, tokens.is_empty());
        let Some((&first, rest)) = tokens.split_first() else {
            building.left_empty = !pasted || was_left_empty;
            if !pasted || was_left_empty {
                building.gap.add(piece.token.flags);
            }
            return;
        };
        if pasted && !was_left_empty {
            if let Some(left) = building.out.pop() {
                let (glued, other) = self.paste(name, left, first);
                building.out.push(glued);
                building.out.extend(other);
            } else {
                building.out.push(first);
            }
        } else {
            building.led_by_empty |= building.out.is_empty() && building.gap != Gap::None;
            let mut first = first;
            if piece.role != Role::Plain {
                let own = first.flags.has(Flags::AFTER_EMPTY);
                let spaced = !pasted && (own || piece.token.flags.has(Flags::SPACE));
                first.flags = first.flags.without(SPACING);
                if spaced {
                    first.flags = first.flags.with(Flags::SPACE);
                }
            }
            building.gap.apply(&mut first);
            building.out.push(first);
        }
        building.gap = Gap::None;
        building.out.extend_from_slice(rest);
    }

    /// The argument for a parameter, fully expanded: its place in `args.expanded`.
    fn expanded_arg(&mut self, name: Token, args: &mut Args, param: u16) -> (usize, usize) {
        if let Some(Some(done)) = args.done.get(usize::from(param)) {
            return *done;
        }
        let start = args.expanded.len();
        if args.raw(param).iter().any(|t| t.kind == Tok::Ident && self.macros.marked(t.text)) {
            let mut tokens = self.spare_vec();
            tokens.extend_from_slice(args.raw(param));
            self.expand_alone(name, tokens, &mut args.expanded);
        } else {
            let mut expanded = std::mem::take(&mut args.expanded);
            expanded.extend_from_slice(args.raw(param));
            args.expanded = expanded;
        }
        let done = (start, args.expanded.len());
        if let Some(slot) = args.done.get_mut(usize::from(param)) {
            *slot = Some(done);
        }
        done
    }

    /// Expands tokens as if they were the whole text, and puts the result behind `out`.
    pub(crate) fn expand_alone(&mut self, name: Token, tokens: Vec<Token>, out: &mut Vec<Token>) {
        if self.prescans >= self.options.limits.call_depth {
            let limit = self.options.limits.call_depth;
            self.fatal(name.loc, format!("macro calls are nested more than {limit} deep"));
            return;
        }
        self.prescans += 1;
        let gap = std::mem::take(&mut self.gap);
        self.contexts.push(Context { tokens, pos: 0, def: None, barrier: true, trail: false });
        loop {
            let token = self.next();
            if token.kind == Tok::Eof {
                break;
            }
            out.push(token);
        }
        self.pop_context();
        self.gap = gap;
        self.prescans -= 1;
    }

    /// One token of two, or both and an error.
    fn paste(&mut self, name: Token, left: Token, right: Token) -> (Token, Option<Token>) {
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        text.extend_from_slice(self.names.bytes(left.text));
        text.extend_from_slice(self.names.bytes(right.text));
        text.push(0);
        let pasted = lex::single(&text, &mut self.names, self.rules);
        self.scratch = text;
        match pasted {
            Some((kind, text)) => {
                let flags = left.flags.without(Flags::NO_EXPAND);
                (Token { kind, flags, loc: left.loc, text }, None)
            }
            None => {
                let (a, b) = (self.names.text(left.text), self.names.text(right.text));
                let message = format!(
                    "pasting \"{a}\" and \"{b}\" does not give a valid preprocessing token"
                );
                self.error(name.loc, message);
                (left, Some(right))
            }
        }
    }

    /// The string literal that spells the tokens.
    fn stringize(&mut self, name: Token, tokens: &[Token]) -> Name {
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        text.push(b'"');
        let mut backslashes = 0;
        for (i, token) in tokens.iter().enumerate() {
            if i > 0 && token.flags.has(Flags::SPACE.with(Flags::LINE_START)) {
                text.push(b' ');
            }
            let quoted = matches!(token.kind, Tok::Str | Tok::Char);
            for &b in self.names.bytes(token.text) {
                if quoted && b == b'\n' {
                    text.extend_from_slice(b"\\n");
                    continue;
                }
                if quoted && (b == b'"' || b == b'\\') {
                    text.push(b'\\');
                }
                text.push(b);
            }
            backslashes = if token.kind == Tok::Backslash { backslashes + 1 } else { 0 };
        }
        if backslashes % 2 == 1 {
            self.warn("", name.loc, "invalid string literal, ignoring final '\\'");
            text.pop();
        }
        text.push(b'"');
        let result = self.names.intern_bytes(&text);
        self.scratch = text;
        result
    }

    /// Notes that something other than the guard's group stands in the text.
    pub(crate) fn no_guard(&mut self) {
        if let Some(buffer) = self.stack.last_mut()
            && matches!(buffer.guard, Guard::Before | Guard::After(_))
        {
            buffer.guard = Guard::No;
        }
    }

    /// `1` or `0` as a token where `at` stands.
    pub(crate) fn truth(&self, at: Token, value: bool) -> Token {
        Token { kind: Tok::Number, text: if value { known::ONE } else { known::ZERO }, ..at }
    }
}
