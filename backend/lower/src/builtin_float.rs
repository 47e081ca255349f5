//! The floating-point builtins: classification, comparison without exceptions, and the functions
//! the machine has instructions for. For every format.

use crate::Lowered;
use crate::builtin::Node;
use crate::ctype::Class;
use crate::func::FunctionCx;
use crate::place::Value;
use crate::{longdouble, quad, real};
use cfront::tree::{Builtin, CompareOp};
use cfront::types::FloatFormat;
use cranelift_codegen::ir::{self, InstBuilder};

type Cx<'a, 'u, 'f> = &'a mut FunctionCx<'u, 'f>;

pub(crate) fn float(cx: Cx, node: &Node<'_>) -> Lowered<Value> {
    let last = cx.arg(node, node.args.len().saturating_sub(1))?;
    let Class::Float(format) = cx.class(cx.body.expr(last).ty.id) else {
        let which = node.which;
        return cx.fail(node.span, format!("the builtin {which:?} of something not floating"));
    };
    let truth = match node.which {
        Builtin::FpClassify => return classify(cx, node, format),
        Builtin::Fabs
        | Builtin::CopySign
        | Builtin::Sqrt
        | Builtin::Floor
        | Builtin::Ceil
        | Builtin::Trunc
        | Builtin::NearbyInt
        | Builtin::Fma => {
            return compute(cx, node, format);
        }
        Builtin::IsGreater
        | Builtin::IsGreaterEqual
        | Builtin::IsLess
        | Builtin::IsLessEqual
        | Builtin::IsLessGreater
        | Builtin::IsUnordered => {
            let a = cx.value_of(node, 0)?;
            let b = cx.value_of(node, 1)?;
            relation(cx, node.which, format, &a, &b)?
        }
        which => {
            let value = cx.value_of(node, 0)?;
            property(cx, which, format, &value)?
        }
    };
    Ok(cx.truth_as(truth, node))
}

fn relation(
    cx: Cx,
    which: Builtin,
    format: FloatFormat,
    a: &Value,
    b: &Value,
) -> Lowered<ir::Value> {
    let op = match which {
        Builtin::IsGreater => CompareOp::Gt,
        Builtin::IsGreaterEqual => CompareOp::Ge,
        Builtin::IsLess => CompareOp::Lt,
        Builtin::IsLessEqual => CompareOp::Le,
        Builtin::IsLessGreater => {
            let less = real::compare(cx, format, CompareOp::Lt, a, b)?;
            let greater = real::compare(cx, format, CompareOp::Gt, a, b)?;
            return Ok(cx.b.ins().bor(less, greater));
        }
        _ => return real::unordered(cx, format, a, b),
    };
    real::compare(cx, format, op, a, b)
}

/// The smallest normal number, positive.
fn smallest_normal(cx: Cx, format: FloatFormat) -> Lowered<Value> {
    match format {
        FloatFormat::Half => real::constant(cx, format, 2f64.powi(-14)),
        FloatFormat::Single => real::constant(cx, format, f64::from(f32::MIN_POSITIVE)),
        FloatFormat::Double => real::constant(cx, format, f64::MIN_POSITIVE),
        FloatFormat::Extended => {
            let bits: u128 = 1 << 64 | 1 << 63;
            longdouble::constant(cx, bits.to_le_bytes(), real::type_of(format))
        }
        FloatFormat::Quad => {
            let bits: u128 = 1 << 112;
            quad::constant(cx, bits.to_le_bytes(), real::type_of(format))
        }
    }
}

fn property(cx: Cx, which: Builtin, format: FloatFormat, value: &Value) -> Lowered<ir::Value> {
    match which {
        Builtin::SignBit => return real::sign_bit(cx, format, value),
        Builtin::IsNan => return real::unordered(cx, format, value, value),
        _ => {}
    }
    let size = real::absolute(cx, format, value)?;
    let infinity = real::constant(cx, format, f64::INFINITY)?;
    match which {
        Builtin::IsInf => real::compare(cx, format, CompareOp::Eq, &size, &infinity),
        Builtin::IsFinite => real::compare(cx, format, CompareOp::Lt, &size, &infinity),
        _ => {
            let least = smallest_normal(cx, format)?;
            let below = real::compare(cx, format, CompareOp::Lt, &size, &infinity)?;
            let above = real::compare(cx, format, CompareOp::Ge, &size, &least)?;
            Ok(cx.b.ins().band(below, above))
        }
    }
}

/// `__builtin_fpclassify(nan, infinite, normal, subnormal, zero, x)`.
fn classify(cx: Cx, node: &Node<'_>, format: FloatFormat) -> Lowered<Value> {
    let mut answers = Vec::new();
    for index in 0..5 {
        answers.push(cx.operand(node, index)?);
    }
    let value = cx.value_of(node, 5)?;
    let nan = property(cx, Builtin::IsNan, format, &value)?;
    let infinite = property(cx, Builtin::IsInf, format, &value)?;
    let normal = property(cx, Builtin::IsNormal, format, &value)?;
    let nonzero = real::is_nonzero(cx, format, &value)?;
    let mut result = cx.b.ins().select(nonzero, answers[3], answers[4]);
    for (test, answer) in [(normal, answers[2]), (infinite, answers[1]), (nan, answers[0])] {
        result = cx.b.ins().select(test, answer, result);
    }
    Ok(Value::Scalar(result))
}

fn compute(cx: Cx, node: &Node<'_>, format: FloatFormat) -> Lowered<Value> {
    let mut args = Vec::new();
    for index in 0..node.args.len() {
        args.push(cx.value_of(node, index)?);
    }
    match (node.which, &args[..]) {
        (Builtin::Fabs, [value]) => real::absolute(cx, format, value),
        (Builtin::CopySign, [a, b]) => real::copy_sign(cx, format, a, b),
        (which, _) => function(cx, which, format, &args, node),
    }
}

/// A function of the mathematical library, as an instruction where there is one.
fn function(
    cx: Cx,
    which: Builtin,
    format: FloatFormat,
    args: &[Value],
    node: &Node<'_>,
) -> Lowered<Value> {
    if format == FloatFormat::Half {
        let mut singles = Vec::new();
        for arg in args {
            singles.push(real::convert(cx, format, FloatFormat::Single, arg)?);
        }
        let single = function(cx, which, FloatFormat::Single, &singles, node)?;
        return real::convert(cx, FloatFormat::Single, format, &single);
    }
    if let (Builtin::Sqrt, FloatFormat::Extended, [value]) = (which, format, args) {
        return longdouble::square_root(cx, value);
    }
    if let FloatFormat::Single | FloatFormat::Double = format {
        let scalars: Vec<ir::Value> = args.iter().filter_map(Value::scalar).collect();
        let ins = cx.b.ins();
        let native = match (which, &scalars[..]) {
            (Builtin::Sqrt, &[value]) => Some(ins.sqrt(value)),
            (Builtin::Floor, &[value]) => Some(ins.floor(value)),
            (Builtin::Ceil, &[value]) => Some(ins.ceil(value)),
            (Builtin::Trunc, &[value]) => Some(ins.trunc(value)),
            (Builtin::Fma, &[a, b, c]) => Some(ins.fma(a, b, c)),
            _ => None,
        };
        if let Some(value) = native {
            return Ok(Value::Scalar(value));
        }
    }
    let Some(name) = library_name(which, format) else {
        return cx.fail(node.span, format!("the builtin {which:?} of these operands"));
    };
    let ty = real::type_of(format);
    let args: Vec<_> = args.iter().map(|value| (value.clone(), ty)).collect();
    cx.call_library(name, ty, &args)
}

fn library_name(which: Builtin, format: FloatFormat) -> Option<&'static str> {
    let names = match which {
        Builtin::Sqrt => ["sqrtf", "sqrt", "sqrtl", "sqrtf128"],
        Builtin::Floor => ["floorf", "floor", "floorl", "floorf128"],
        Builtin::Ceil => ["ceilf", "ceil", "ceill", "ceilf128"],
        Builtin::Trunc => ["truncf", "trunc", "truncl", "truncf128"],
        // The instruction rounds to even whatever the rounding mode is.
        Builtin::NearbyInt => ["nearbyintf", "nearbyint", "nearbyintl", "nearbyintf128"],
        Builtin::Fma => ["fmaf", "fma", "fmal", "fmaf128"],
        _ => return None,
    };
    Some(match format {
        FloatFormat::Half | FloatFormat::Single => names[0],
        FloatFormat::Double => names[1],
        FloatFormat::Extended => names[2],
        FloatFormat::Quad => names[3],
    })
}
