//! What a crashed expression was at, in values: the operands of the access, the division or the
//! call that failed. In come the typed tree of the function, its place in the source, the crash
//! record and a way to read the memory as it was; out come words.
//!
//! Always: nothing is said that is not surely so. A value of memory or of a local is shown only
//! where the address computed from it is the one that faulted, the divisor computed from it is the
//! one that cannot be, or the function called through it is the one that is not there.

use crate::scene::{Scene, Value};
use cfront::tree::{BinaryOp, Builtin, ExprId, ExprKind};
use cfront::types::QType;
use executor::addr::Addr;
use executor::wire::CrashRecord;
use preproc::source::Span;

/// What can be said beside what the record says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Explained {
    /// In place of the record's own words.
    pub(crate) what: Option<String>,
    /// The part of the expression that did it.
    pub(crate) span: Option<Span>,
    /// `s = 0x5581…, index 100000000`
    pub(crate) here: Option<String>,
}

/// An access of memory within an expression.
#[derive(Clone, Copy)]
struct Access {
    lvalue: ExprId,
    reads: bool,
    writes: bool,
}

const SIGILL: i32 = 4;
const SIGBUS: i32 = 7;
const SIGFPE: i32 = 8;
const SIGSEGV: i32 = 11;
const SI_KERNEL: i32 = 128;
/// Below this lie null pointers plus the offset of a member.
const NULL_ZONE: u64 = 4096;

/// Explains a crash of the code that `span` is the place of.
pub(crate) fn explain(scene: &Scene<'_>, span: Span, crash: &CrashRecord) -> Explained {
    let at_span = |id: &ExprId| scene.body.expr(*id).span == span;
    let roots: Vec<ExprId> = scene.all().filter(at_span).collect();
    let found = match crash.signal {
        _ if crash.code <= 0 || crash.is_stack_exhausted() => None,
        SIGSEGV | SIGBUS if crash.is_fetch() => call(scene, &roots, crash),
        SIGSEGV | SIGBUS => access(scene, &roots, crash),
        SIGFPE => division(scene, &roots),
        SIGILL => trap(scene, &roots),
        _ => None,
    };
    found.unwrap_or_default()
}

// ---------------------------------------------------------------- memory

fn access(scene: &Scene<'_>, roots: &[ExprId], crash: &CrashRecord) -> Option<Explained> {
    let mut all = Vec::new();
    for &root in roots {
        collect(scene, root, &mut all);
    }
    // The place of a load is that of its lvalue.
    if let Some(&root) = roots.first() {
        let span = scene.span(root);
        for id in scene.all() {
            let mut own = Vec::new();
            note(scene, id, &mut own);
            all.extend(own.into_iter().filter(|access| scene.span(access.lvalue) == span));
        }
    }
    let write = crash.is_write();
    all.retain(|access| {
        crash.code == SI_KERNEL || if write { access.writes } else { access.reads }
    });
    all.sort_by_key(|access| access.lvalue);
    all.dedup_by_key(|access| access.lvalue);
    if let Some(access) = all.iter().find(|access| faulted(scene, access.lvalue, crash)) {
        return Some(described(scene, *access, crash));
    }
    // Without values: a null pointer whose one access here has just this distance.
    if crash.code == SI_KERNEL || crash.address.0 >= NULL_ZONE {
        return None;
    }
    let fits = |access: &&Access| {
        scene.distance(access.lvalue).is_some_and(|(_, at)| at == crash.address.0 as i64)
    };
    let mut fitting = all.iter().filter(fits);
    let (one, another) = (fitting.next(), fitting.next());
    let Some(one) = one.filter(|_| another.is_none()) else {
        // The pointer at least, where there is but one.
        let [only] = all.as_slice() else { return None };
        let explained = described(scene, *only, crash);
        return base_value(scene, only.lvalue)?.is_zero().then_some(explained);
    };
    let (pointer, _) = scene.distance(one.lvalue)?;
    let what = null_words(scene, one.lvalue, pointer, write)?;
    Some(Explained { what: Some(what), span: Some(scene.span(one.lvalue)), here: None })
}

/// Every access of an expression, those nearest to its top first.
fn collect(scene: &Scene<'_>, id: ExprId, found: &mut Vec<Access>) {
    note(scene, id, found);
    for inner in scene.operands(id) {
        collect(scene, inner, found);
    }
}

/// The access that an expression itself is.
fn note(scene: &Scene<'_>, id: ExprId, found: &mut Vec<Access>) {
    let (lvalue, reads, writes) = match scene.body.expr(id).kind {
        ExprKind::Assign(place, _) => (place, false, true),
        ExprKind::AssignOp { place, .. } | ExprKind::IncDec { place, .. } => (place, true, true),
        ExprKind::Load(place) => (place, true, false),
        _ => return,
    };
    if matches!(
        scene.body.expr(lvalue).kind,
        ExprKind::Deref(_) | ExprKind::Member(..) | ExprKind::Lane(..) | ExprKind::Symbol(_)
    ) {
        found.push(Access { lvalue, reads, writes });
    }
}

/// Is the address of the lvalue the one that faulted?
fn faulted(scene: &Scene<'_>, lvalue: ExprId, crash: &CrashRecord) -> bool {
    let Some(addr) = scene.address(lvalue) else { return false };
    let size = scene.size(lvalue).max(1);
    match crash.code {
        SI_KERNEL => !is_canonical(addr),
        _ => crash.address.0.wrapping_sub(addr) < size,
    }
}

fn is_canonical(addr: u64) -> bool {
    matches!(addr >> 47, 0 | 0x1_ffff)
}

/// The value of the pointer an lvalue is reached through, without the index.
fn base_value(scene: &Scene<'_>, lvalue: ExprId) -> Option<Value> {
    let pointer = base_pointer(scene, lvalue)?;
    match scene.body.expr(pointer).kind {
        ExprKind::PtrAdd { ptr, .. } => scene.value(ptr),
        _ => scene.value(pointer),
    }
}

fn described(scene: &Scene<'_>, access: Access, crash: &CrashRecord) -> Explained {
    let mut explained = Explained { span: Some(scene.span(access.lvalue)), ..Default::default() };
    let Some(pointer) = base_pointer(scene, access.lvalue) else { return explained };
    let (base, index) = match scene.body.expr(pointer).kind {
        ExprKind::PtrAdd { ptr, index, negate } => (ptr, Some((index, negate))),
        _ => (pointer, None),
    };
    let value = scene.value(base);
    if crash.code != SI_KERNEL && crash.address.0 < NULL_ZONE && value.is_some_and(Value::is_zero) {
        explained.what = null_words(scene, access.lvalue, pointer, crash.is_write());
    }
    if crash.code == SI_KERNEL
        && let Some(addr) = scene.address(access.lvalue)
    {
        explained.what = Some(format!("access to {addr:#x}, an address no pointer can have"));
    }
    let mut here = Vec::new();
    // An array says nothing by its address.
    if let Some(value) = value
        && !scene.is_constant(base)
        && !matches!(scene.body.expr(base).kind, ExprKind::Decay(_) | ExprKind::AddrOf(_))
    {
        here.extend(scene.text(base).map(|text| format!("{text} = {}", pointer_words(value))));
    }
    if let Some((index, _)) = index
        && let Some(value) = scene.value(index)
    {
        here.push(match scene.text(index).filter(|_| !scene.is_constant(index)) {
            Some(text) => format!("{text} = {}", value.signed()),
            None => format!("index {}", value.signed()),
        });
    }
    explained.here = (!here.is_empty()).then(|| here.join(", "));
    explained
}

fn pointer_words(value: Value) -> String {
    match value.bits {
        0 => "NULL".to_string(),
        bits => format!("{bits:#x}"),
    }
}

/// The pointer an lvalue is reached through.
fn base_pointer(scene: &Scene<'_>, mut lvalue: ExprId) -> Option<ExprId> {
    loop {
        lvalue = match scene.body.expr(lvalue).kind {
            ExprKind::Deref(pointer) => return Some(pointer),
            ExprKind::Member(inner, _)
            | ExprKind::Lane(inner, _)
            | ExprKind::Real(inner)
            | ExprKind::Imag(inner) => inner,
            _ => return None,
        };
    }
}

/// `member 'next' of a null 'struct node *'`
fn null_words(scene: &Scene<'_>, lvalue: ExprId, pointer: ExprId, write: bool) -> Option<String> {
    let verb = if write { "write to" } else { "read of" };
    let base = match scene.body.expr(pointer).kind {
        ExprKind::PtrAdd { ptr, .. } => ptr,
        _ => pointer,
    };
    let ty = scene.show(scene.body.expr(base).ty);
    if let Some(path) = scene.member_path(lvalue) {
        return Some(format!("{verb} member '{path}' of a null '{ty}'"));
    }
    match scene.body.expr(pointer).kind {
        ExprKind::PtrAdd { index, negate, .. } => {
            let index = scene.value(index)?.signed();
            let index = if negate { -index } else { index };
            Some(format!("{verb} element {index} of a null '{ty}'"))
        }
        _ => None,
    }
}

// ---------------------------------------------------------------- calls

fn call(scene: &Scene<'_>, roots: &[ExprId], crash: &CrashRecord) -> Option<Explained> {
    let callee = roots.iter().find_map(|&root| match scene.body.expr(root).kind {
        ExprKind::Call { callee, .. } => Some(callee),
        _ => None,
    })?;
    let value = scene.value(callee)?;
    if value.bits != crash.pc.0 {
        return None;
    }
    let mut explained = Explained { span: Some(scene.span(callee)), ..Default::default() };
    if value.is_zero() {
        let ty = scene.show(scene.body.expr(callee).ty);
        explained.what = Some(format!("call of a null '{ty}'"));
    }
    explained.here = scene.text(callee).map(|text| format!("{text} = {}", pointer_words(value)));
    Some(explained)
}

// ---------------------------------------------------------------- division

fn division(scene: &Scene<'_>, roots: &[ExprId]) -> Option<Explained> {
    let mut found = Vec::new();
    for &root in roots {
        divisions(scene, root, None, &mut found);
    }
    found.dedup();
    let fits = |&&(_, a, b, ty): &&Division| {
        let (Some(b), Some(a)) = (scene.value(b), scene.value(a)) else { return false };
        b.is_zero() || scene.is_signed(ty) && b.signed() == -1 && a.signed() == scene.least(ty)
    };
    let Some(&(whole, a, b, ty)) = found.iter().find(fits) else {
        return match found[..] {
            [(whole, a, _, ty)] => divided_by_zero(scene, whole, a, ty),
            _ => None,
        };
    };
    let sign = division_sign(scene, whole);
    let (x, y) = (scene.value(a)?, scene.value(b)?);
    let words = |value: Value| integer_words(scene, value, ty);
    let kind = if y.is_zero() { "by zero" } else { "overflow" };
    let mut here = Vec::new();
    for (id, value) in [(a, x), (b, y)] {
        if !scene.is_constant(id) {
            here.extend(scene.text(id).map(|text| format!("{text} = {}", words(value))));
        }
    }
    Some(Explained {
        what: Some(format!("integer division {kind}: {} {sign} {}", words(x), words(y))),
        // A compound assignment is its own whole.
        span: Some(scene.span(whole)).filter(|span| *span != Span::default()),
        here: (!here.is_empty()).then(|| here.join(", ")),
    })
}

/// The only division there, of operands whose places are not known: what was to be divided is.
fn divided_by_zero(
    scene: &Scene<'_>,
    whole: ExprId,
    dividend: ExprId,
    ty: QType,
) -> Option<Explained> {
    let words = integer_words(scene, Value { bits: scene.moment.dividend? }, ty);
    let text = (!scene.is_constant(dividend)).then(|| scene.text(dividend)).flatten();
    let sign = division_sign(scene, whole);
    Some(Explained {
        what: Some(format!("integer division by zero: {words} {sign} 0")),
        span: Some(scene.span(whole)).filter(|span| *span != Span::default()),
        here: text.map(|text| format!("{text} = {words}")),
    })
}

fn division_sign(scene: &Scene<'_>, whole: ExprId) -> &'static str {
    match scene.body.expr(whole).kind {
        ExprKind::Binary(BinaryOp::Rem, ..) => "%",
        _ => "/",
    }
}

fn integer_words(scene: &Scene<'_>, value: Value, ty: QType) -> String {
    match scene.is_signed(ty) {
        true => value.signed().to_string(),
        false => value.bits.to_string(),
    }
}

/// The operation, dividend, divisor, and the type they are divided in.
type Division = (ExprId, ExprId, ExprId, QType);

/// `place` is what `Same` stands for.
fn divisions(scene: &Scene<'_>, id: ExprId, place: Option<ExprId>, found: &mut Vec<Division>) {
    match scene.body.expr(id).kind {
        ExprKind::Binary(BinaryOp::Div | BinaryOp::Rem, a, b) if scene.is_int(id) => {
            let dividend = if scene.is_same(a) { place } else { Some(a) };
            found.extend(dividend.map(|a| (id, a, b, scene.body.expr(id).ty)));
        }
        ExprKind::AssignOp { place, value } => {
            return divisions(scene, value, Some(place), found);
        }
        _ => {}
    }
    for inner in scene.operands(id) {
        divisions(scene, inner, place, found);
    }
}

// ---------------------------------------------------------------- traps

fn trap(scene: &Scene<'_>, roots: &[ExprId]) -> Option<Explained> {
    let what = roots.iter().find_map(|&root| match scene.body.expr(root).kind {
        ExprKind::Builtin(Builtin::Trap, _) => Some("__builtin_trap was called"),
        ExprKind::Builtin(Builtin::Unreachable, _) => Some("unreachable code was reached"),
        _ => None,
    })?;
    Some(Explained { what: Some(what.to_string()), ..Default::default() })
}

/// The place of an address in memory that may not be written.
pub(crate) fn read_only(name: Option<&str>, addr: Addr) -> String {
    match name {
        Some(name) => format!("write to {addr}, which is read-only: '{name}' is const"),
        None => format!("write to {addr}, which is read-only: a string literal or a constant"),
    }
}
