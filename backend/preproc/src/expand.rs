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
    /// The padding behind the last token.
    trail: Pad,
}

/// What macro names, parameters and the ends of expansions put before the next token: whether
/// it is parted from what stands before it. Only spacing hangs on it (which `#` makes visible).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Pad {
    /// Nothing: the token's own space counts.
    #[default]
    Own,
    Tight,
    Space,
}

impl Pad {
    /// A name or parameter with these flags stands before what it becomes.
    fn before(&mut self, spaced: bool) {
        if *self == Pad::Own {
            *self = if spaced { Pad::Space } else { Pad::Tight };
        }
    }

    /// An expansion or argument ends.
    fn behind(&mut self) {
        if *self == Pad::Tight {
            *self = Pad::Own;
        }
    }

    fn applied(self, own: bool, tight: bool) -> bool {
        match self {
            Pad::Own => own,
            Pad::Tight => tight,
            Pad::Space => true,
        }
    }

    /// What an empty argument leaves, whose own padding came out so if begun in `Own`, `Tight`.
    fn through(self, from_own: Pad, from_tight: Pad) -> Pad {
        match self {
            Pad::Own => from_own,
            Pad::Tight => from_tight,
            Pad::Space => Pad::Space,
        }
    }
}

/// The padding before the next token; and, for the first token of an argument, what it would be
/// if the argument stood right behind a name without a space.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Gap {
    alone: Pad,
    placed: Pad,
    /// The next token begins a line.
    line: bool,
    /// Something did stand here, even if it left no trace above.
    passed: bool,
}

impl Gap {
    /// At the start of an argument.
    const ARGUMENT: Gap = Gap { alone: Pad::Own, placed: Pad::Tight, line: false, passed: true };

    /// Behind a macro's name.
    fn behind_name(flags: Flags) -> Gap {
        let mut gap = Gap::default();
        gap.alone.before(flags.has(Flags::SPACE));
        gap.placed.before(flags.has(Flags::SPACE_IF_PLACED));
        gap.line = flags.has(Flags::LINE_START);
        gap
    }

    fn before(&mut self, flags: Flags) {
        self.alone.before(flags.has(Flags::SPACE));
        self.placed.before(flags.has(Flags::SPACE));
    }

    fn behind(&mut self) {
        self.passed = true;
        self.alone.behind();
        self.placed.behind();
    }

    #[inline]
    pub(crate) fn apply(&mut self, token: &mut Token) {
        if *self != Gap::default() {
            token.flags = self.applied(token.flags, token.flags.has(Flags::SPACE), false);
            *self = Gap::default();
        }
    }

    /// The flags of the token that comes next: `own` where its own space counts, `tight` where
    /// a name without one stands before it.
    fn applied(self, flags: Flags, own: bool, tight: bool) -> Flags {
        let mut result = flags.without(Flags::SPACE.with(Flags::SPACE_IF_PLACED));
        if self.alone.applied(own, tight) {
            result = result.with(Flags::SPACE);
        }
        if self.placed.applied(own, tight) {
            result = result.with(Flags::SPACE_IF_PLACED);
        }
        if self.line {
            result = result.with(Flags::LINE_START);
        }
        result
    }
}

/// The place of an expanded argument, and the padding behind it.
type Expanded = (usize, usize, Gap);

/// The arguments of a call.
struct Args {
    tokens: Vec<Token>,
    /// Where each argument ends in `tokens`.
    ends: Vec<usize>,
    /// Arguments expanded so far: by parameter, their place in `expanded`.
    done: Vec<Option<Expanded>>,
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
    /// What comes first, pasted together, is nothing, and something follows that is not pasted to it.
    starts_empty: bool,
    begun: bool,
    gap: Gap,
}

impl Building {
    fn new(out: Vec<Token>, gap: Gap) -> Building {
        Building { out, pasting: false, left_empty: false, starts_empty: false, begun: false, gap }
    }
}

const SPACING: Flags = Flags::SPACE.with(Flags::LINE_START).with(Flags::SPACE_IF_PLACED);

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
            if context.def.is_some() {
                self.gap.alone = self.gap.alone.through(context.trail, Pad::Tight);
                self.gap.placed = self.gap.placed.through(context.trail, Pad::Tight);
                self.gap.behind();
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
        self.contexts.push(Context { tokens, pos: 0, def, barrier: false, trail: Pad::Own });
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
            self.gap = Gap::behind_name(token.flags);
            self.gap.behind();
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
                    if paren {
                        self.gap = Gap::default();
                    }
                    return paren;
                }
                None if context.barrier => return false,
                None => self.pop_context(),
            }
        }
        let Some(buffer) = self.stack.last() else { return false };
        let before = (buffer.pos, buffer.line_start);
        let (faults, diags) = (self.faults.len(), self.diags.len());
        let token = self.raw();
        if token.kind == Tok::LParen {
            self.gap = Gap::default();
            return true;
        }
        // Read again later, complaints and all.
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
            token.flags = token.flags.without(Flags::SPACE_IF_PLACED);
            args.tokens.push(token);
        }
        // Calls nested in arguments are read once for each level.
        if args.tokens.len() > self.argument_budget {
            let limit = self.options.limits.expanded_tokens;
            self.fatal(name.loc, format!("macro arguments have more than {limit} tokens in all"));
            return None;
        }
        self.argument_budget -= args.tokens.len();
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
        let mut building = Building::new(self.spare_vec(), Gap::behind_name(token.flags));
        self.substitute(token, &def, args, 0, (def.body.1 - def.body.0) as usize, &mut building);
        let Building { mut out, gap, .. } = building;
        if self.stopped || out.is_empty() {
            self.recycle_tokens(out);
            self.gap = gap;
            self.gap.behind();
            return;
        }
        if !self.afford(out.len(), token.loc) {
            return;
        }
        self.sources.expansion(def.name, token.loc, args.end);
        for copy in &mut out {
            copy.loc = self.sources.expanded(copy.loc);
            copy.flags = copy.flags.with(Flags::EXPANDED);
        }
        self.push_tokens(out, Some(index));
        if let Some(context) = self.contexts.last_mut() {
            context.trail = gap.alone;
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
            let pasted = building.pasting;
            let padded = matches!(piece.role, Role::Param(_) | Role::VaOpt(_));
            if padded && !pasted && at > from {
                building.gap.before(piece.token.flags);
            }
            at += 1;
            match piece.role {
                Role::Plain => self.put(name, &piece, &[piece.token], None, building),
                Role::Stringize(param) => {
                    let text = self.stringize(name, args.raw(param));
                    let token = Token { kind: Tok::Str, text, ..piece.token };
                    self.put(name, &piece, &[token], None, building);
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
                        self.put(name, &piece, &tokens[start..], None, building);
                        args.tokens = tokens;
                    } else if pasted || piece.paste {
                        let tokens = std::mem::take(&mut args.tokens);
                        let param = usize::from(param);
                        let start = if param == 0 { 0 } else { args.ends[param - 1] };
                        self.put(name, &piece, &tokens[start..args.ends[param]], None, building);
                        args.tokens = tokens;
                    } else {
                        let (start, end, gap) = self.expanded_arg(name, args, param);
                        let tokens = std::mem::take(&mut args.expanded);
                        self.put(name, &piece, &tokens[start..end], Some(gap), building);
                        args.expanded = tokens;
                    }
                }
                Role::VaOpt(end) | Role::StringizeVaOpt(end) => {
                    let end = end as usize;
                    let inner = self.va_opt(name, def, args, at, end);
                    if matches!(piece.role, Role::StringizeVaOpt(_)) {
                        let text = self.stringize(name, &inner.out);
                        let token = Token { kind: Tok::Str, text, ..piece.token };
                        self.put(name, &piece, &[token], None, building);
                    } else {
                        // An empty argument at either end is what `##` there pastes to.
                        building.pasting &= !inner.starts_empty;
                        let gap = (!pasted && !piece.paste).then(Gap::default);
                        self.put(name, &piece, &inner.out, gap, building);
                        building.left_empty |= inner.left_empty && !inner.out.is_empty();
                    }
                    self.recycle_tokens(inner.out);
                    at = end;
                }
            }
            if padded && !piece.paste {
                building.gap.behind();
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
    ) -> Building {
        let variadic = args.done.len().saturating_sub(1) as u16;
        let (start, end, _) = self.expanded_arg(name, args, variadic);
        let mut building = Building::new(self.spare_vec(), Gap::ARGUMENT);
        if start < end {
            self.substitute(name, def, args, from, to, &mut building);
        }
        building
    }

    /// Puts the tokens a piece became behind what is there, pasting where `##` asks for it.
    /// `expanded`: they were expanded by themselves, with this padding behind them.
    fn put(
        &mut self,
        name: Token,
        piece: &Piece,
        tokens: &[Token],
        expanded: Option<Gap>,
        building: &mut Building,
    ) {
        let pasted = std::mem::replace(&mut building.pasting, piece.paste);
        if building.out.is_empty() && !pasted {
            building.starts_empty = building.begun;
            building.begun = true;
        }
        let nothing_left = std::mem::replace(&mut building.left_empty, tokens.is_empty());
        let Some((&first, rest)) = tokens.split_first() else {
            building.left_empty = !pasted || nothing_left;
            if let Some(inner) = expanded {
                let gap = &mut building.gap;
                gap.alone = gap.alone.through(inner.alone, inner.placed);
                gap.placed = gap.placed.through(inner.alone, inner.placed);
            }
            return;
        };
        let mut first = first;
        if pasted
            && !nothing_left
            && let Some(left) = building.out.pop()
        {
            let (glued, other) = self.paste(name, left, first);
            building.out.push(glued);
            building.out.extend(other);
        } else {
            let own = first.flags.has(Flags::SPACE);
            let tight = expanded.is_some() && first.flags.has(Flags::SPACE_IF_PLACED);
            first.flags = building.gap.applied(first.flags.without(SPACING), own, tight);
            building.out.push(first);
        }
        building.out.extend_from_slice(rest);
        building.gap = Gap::default();
        if let Some(inner) = expanded {
            building.gap.alone = inner.alone;
            building.gap.placed = inner.alone;
        }
    }

    /// The argument for a parameter, fully expanded: its place in `args.expanded`.
    fn expanded_arg(&mut self, name: Token, args: &mut Args, param: u16) -> Expanded {
        if let Some(Some(done)) = args.done.get(usize::from(param)) {
            return *done;
        }
        let start = args.expanded.len();
        let mut gap = Gap::ARGUMENT;
        if args.raw(param).iter().any(|t| t.kind == Tok::Ident && self.macros.marked(t.text)) {
            let mut tokens = self.spare_vec();
            tokens.extend_from_slice(args.raw(param));
            gap = self.expand_alone(name, tokens, &mut args.expanded);
        } else {
            let mut expanded = std::mem::take(&mut args.expanded);
            expanded.extend_from_slice(args.raw(param));
            args.expanded = expanded;
        }
        if args.expanded.len() > start && gap == Gap::ARGUMENT {
            gap = Gap::default();
        }
        let done = (start, args.expanded.len(), gap);
        if let Some(slot) = args.done.get_mut(usize::from(param)) {
            *slot = Some(done);
        }
        done
    }

    /// Expands tokens as if they were the whole text, and puts the result behind `out`. Yields
    /// the padding behind the last of them.
    pub(crate) fn expand_alone(
        &mut self,
        name: Token,
        tokens: Vec<Token>,
        out: &mut Vec<Token>,
    ) -> Gap {
        if self.prescans >= self.options.limits.call_depth {
            let limit = self.options.limits.call_depth;
            self.fatal(name.loc, format!("macro calls are nested more than {limit} deep"));
            return Gap::default();
        }
        self.prescans += 1;
        let outer = std::mem::replace(&mut self.gap, Gap::ARGUMENT);
        self.contexts.push(Context { tokens, pos: 0, def: None, barrier: true, trail: Pad::Own });
        loop {
            let token = self.next();
            if token.kind == Tok::Eof {
                break;
            }
            out.push(token);
        }
        self.pop_context();
        self.prescans -= 1;
        std::mem::replace(&mut self.gap, outer)
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
